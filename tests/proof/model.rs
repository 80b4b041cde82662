//! The reference: an in-memory ledger that keeps what was recorded and decided, in order, and reckons
//! everything else from scratch each time it is asked. It shares no code with the program.
//!
//! A new kind of event is a variant of [`Act`]: what it moves is said in [`Standing::take`], and when it is
//! refused in `rules::refused`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cunxin::values::{ClientId, Month, VoucherId};

use super::cover::{ClaimAct, ClaimKey, ClaimPos, CoverPos};
use super::moving::Move;
use super::places::Places;

/// Somebody or something counted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Person(usize),
    Place(i64),
    Worker(i64),
}

/// What one line adds to one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The line of its event, from 1.
    pub line: usize,
    /// Only where it says what is overdue of a loan.
    pub contract: Option<usize>,
    pub measure: &'static str,
    pub region: i64,
    pub institution: i64,
    pub product: i64,
    pub specialist: i64,
    pub who: Option<Who>,
    pub amount: i64,
}

/// A share with where and when it counts.
#[derive(Clone, Debug)]
pub struct Counted {
    pub book: i64,
    pub month: Month,
    pub waiting: bool,
    /// A handover moves it from one place to another.
    pub moved: bool,
    pub share: Share,
}

/// The three steps of a credit line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Preapproval,
    Grant,
    Signature,
}

/// What may happen to a credit line later.
#[derive(Clone, Debug)]
pub enum Change {
    Adjust,
    Freeze,
    Unfreeze,
    Renew { from: Option<NaiveDate>, to: NaiveDate },
    Terminate,
}

/// What a line says happened.
#[derive(Clone, Debug)]
pub enum Act {
    Credit {
        step: Step,
        from: NaiveDate,
        to: NaiveDate,
        revolving: bool,
    },
    LineEnds,
    Change(Change),
    Lend {
        under: Option<usize>,
        due: NaiveDate,
    },
    Repay {
        interest: i64,
        penalty: i64,
    },
    Classify {
        class: &'static str,
    },
    Extend {
        due: NaiveDate,
    },
    WriteOff,
    Recover,
    /// What the day's end posts, adopted from the program: whether it is right is looked at by itself.
    Overdue,
    /// Premium and who bears it: central, province, city, county, farmer.
    Insure {
        number: usize,
        from: NaiveDate,
        to: NaiveDate,
        quantity: i64,
        households: i64,
        borne: [i64; 5],
    },
    /// What a part is from now on; the line's amount is the change of its sum.
    Endorse {
        part: usize,
        quantity: i64,
        households: i64,
        basis: &'static str,
        borne: [i64; 5],
    },
    Cancel {
        part: usize,
        basis: &'static str,
        borne: [i64; 5],
    },
    Claim(ClaimAct),
    Pay {
        part: usize,
        loss: NaiveDate,
        claim: usize,
        households: i64,
    },
    /// By the weather known up to a number.
    IndexPay {
        part: usize,
        observed: usize,
        households: i64,
    },
    CoverEnds {
        part: usize,
    },
    Visit,
    Talk {
        people: i64,
    },
    OpenPoint,
    Designate,
    Assign,
    /// A contract goes to another specialist or village; the line says where it stood.
    Move(Move),
    /// The end of a posting, and of a transfer the beginning of the next.
    Leave,
    TakeUp,
}

/// One line of an event. Contracts and clients are numbers of this model.
#[derive(Clone, Debug)]
pub struct Line {
    pub region: i64,
    pub client: Option<usize>,
    pub product: i64,
    pub institution: i64,
    pub specialist: i64,
    pub contract: Option<usize>,
    pub amount: i64,
    pub act: Act,
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Returned,
    Withdrawn,
    Posted,
    Reversed,
}

/// One recorded event: a voucher.
#[derive(Clone, Debug)]
pub struct Event {
    pub book: i64,
    pub kind: &'static str,
    pub day: NaiveDate,
    pub institution: i64,
    pub maker: &'static str,
    pub lines: Vec<Line>,
    pub stage: Stage,
    pub revision: i32,
    /// When it was last sent, in steps.
    pub sent: u64,
    pub voucher: VoucherId,
    /// The event it takes back.
    pub reverses: Option<usize>,
    /// What the calendar brought is not taken back by hand.
    pub by_calendar: bool,
    /// What it would add, as it looked when it was sent.
    pub expected: Vec<Share>,
}

/// A client of one book; the same person may be one in several.
#[derive(Clone, Debug)]
pub struct Client {
    pub book: i64,
    pub person: usize,
    pub household: bool,
    pub id: ClientId,
}

/// A decision that posted an event into a month, and what it added.
#[derive(Clone, Debug)]
pub struct Posted {
    pub event: usize,
    pub month: Month,
    pub shares: Vec<Share>,
}

/// A month as it was closed.
#[derive(Clone, Debug)]
pub struct Edition {
    pub book: i64,
    pub month: Month,
    pub number: i32,
    /// How many changes of units were visible then.
    pub changed: usize,
    /// A line for each cell.
    pub cells: BTreeSet<String>,
    /// Of the city's: the counties' numbers it refers to.
    pub refers: Vec<i32>,
}

/// A wish to reopen a month.
#[derive(Clone, Debug)]
pub struct Wish {
    pub book: i64,
    pub month: Month,
    pub number: i32,
    pub granted: bool,
}

/// Everything that was recorded and decided.
#[derive(Clone, Debug)]
pub struct Model {
    pub places: Places,
    /// Each with the institution they work for.
    pub specialists: Vec<(i64, i64)>,
    pub clients: Vec<Client>,
    pub events: Vec<Event>,
    pub log: Vec<Posted>,
    /// The first open month of each county's book.
    pub open: BTreeMap<i64, Month>,
    pub editions: Vec<Edition>,
    pub wishes: Vec<Wish>,
    pub contracts: usize,
    /// Rain by day, as it became known.
    pub observed: Vec<(NaiveDate, i64)>,
}

/// Whether a credit line is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    Active,
    Expired,
    Terminated,
}

/// Where a credit line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditPos {
    pub client: Option<usize>,
    pub region: i64,
    pub institution: i64,
    pub product: i64,
    pub specialist: i64,
    /// Pre-approved, granted, signed.
    pub limits: [i64; 3],
    pub drawn: i64,
    pub drawn_ever: i64,
    pub revolving: bool,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub force: Force,
    /// From when to when nothing may be drawn.
    pub frozen: Option<(NaiveDate, Option<NaiveDate>)>,
    /// The day of the last change.
    pub changed: NaiveDate,
}

impl CreditPos {
    /// What the limit leaves.
    pub fn room(&self) -> i64 {
        let used = if self.revolving {
            self.drawn
        } else {
            self.drawn_ever
        };
        (self.limits[1] - used).max(0)
    }

    pub fn is_frozen(&self) -> bool {
        matches!(self.frozen, Some((_, None)))
    }

    /// What may be drawn from now on.
    pub fn available(&self) -> i64 {
        if self.force == Force::Active && !self.is_frozen() {
            self.room()
        } else {
            0
        }
    }

    /// The limit of the stage it has reached.
    pub fn limit(&self) -> i64 {
        if self.limits[1] > 0 {
            self.limits[1]
        } else {
            self.limits[0]
        }
    }

    /// What of it stands in the figures: three limits, the frozen one, the line and the grant themselves.
    pub fn figures(&self) -> [i64; 7] {
        if self.force != Force::Active {
            return [0; 7];
        }
        let [preapproved, granted, signed] = self.limits;
        let frozen = if self.is_frozen() { granted } else { 0 };
        let reached = |limit| i64::from(limit > 0);
        [
            preapproved,
            granted,
            signed,
            frozen,
            1,
            reached(granted),
            reached(signed),
        ]
    }
}

/// Where a loan stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoanPos {
    pub under: Option<usize>,
    pub client: Option<usize>,
    pub region: i64,
    pub institution: i64,
    pub product: i64,
    pub specialist: i64,
    pub balance: i64,
    pub class: &'static str,
    pub paid_out: NaiveDate,
    /// Since when it is due when.
    pub dues: Vec<(NaiveDate, NaiveDate)>,
    pub written_off: i64,
    pub recovered: i64,
    /// What of it is posted as overdue.
    pub overdue: i64,
}

impl LoanPos {
    /// When it was due, as agreed by a day.
    pub fn due_on(&self, day: NaiveDate) -> NaiveDate {
        let known = self.dues.iter().skip(1).filter(|(since, _)| *since <= day);
        let last = known.max_by_key(|(since, _)| *since);
        last.unwrap_or(&self.dues[0]).1
    }

    pub fn due(&self) -> NaiveDate {
        self.dues[self.dues.len() - 1].1
    }

    pub fn bad(&self) -> i64 {
        if ["substandard", "doubtful", "loss"].contains(&self.class) {
            self.balance
        } else {
            0
        }
    }
}

/// Who is posted where, from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Post {
    pub specialist: i64,
    pub region: i64,
    pub from: NaiveDate,
    /// The last day.
    pub to: Option<NaiveDate>,
}

impl Post {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Where everything stands after some lines.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub credit: BTreeMap<usize, CreditPos>,
    pub loans: BTreeMap<usize, LoanPos>,
    pub covers: BTreeMap<usize, CoverPos>,
    pub claims: BTreeMap<ClaimKey, ClaimPos>,
    /// Contract, town.
    pub designated: BTreeMap<usize, i64>,
    pub points: BTreeSet<usize>,
    /// By contract.
    pub posts: BTreeMap<usize, Post>,
    /// Principal that waits to come back, by loan and by line.
    pub repaying: BTreeMap<usize, i64>,
}

impl Standing {
    /// Takes one line in and says what it adds.
    pub fn take(&mut self, model: &Model, n: usize, line: &Line, day: NaiveDate) -> Vec<Share> {
        match &line.act {
            Act::Credit {
                step,
                from,
                to,
                revolving,
            } => self.take_credit(model, n, line, (*step, day), (*from, *to, *revolving)),
            Act::LineEnds => self.alter(model, n, line, day, |known| known.force = Force::Expired),
            Act::Change(change) => self.change(model, n, line, day, change),
            Act::Lend { under, due } => self.lend(model, n, line, *under, (day, *due)),
            Act::Repay { interest, penalty } => self.repay(model, n, line, day, (*interest, *penalty)),
            Act::Classify { class } => self.classify(n, line, class),
            Act::Extend { due } => self.extend(n, line, day, *due),
            Act::WriteOff => self.write_off(model, n, line),
            Act::Recover => {
                let loan = self.loans.get_mut(&line.contract.expect("a loan"));
                loan.into_iter().for_each(|loan| loan.recovered += line.amount);
                vec![of(n, line, "loan.recovered", line.amount)]
            }
            Act::Overdue => {
                let overdue = of(n, line, "loan.overdue", line.amount);
                vec![Share {
                    contract: line.contract,
                    ..overdue
                }]
            }
            Act::Insure {
                from,
                to,
                quantity,
                households,
                borne,
                ..
            } => self.insure(n, line, (*from, *to), (*quantity, *households), borne),
            Act::Endorse {
                part,
                quantity,
                households,
                borne,
                ..
            } => self.endorse(n, line, *part, (*quantity, *households), borne),
            Act::Cancel { part, borne, .. } => self.cancel(n, line, day, *part, borne),
            Act::Claim(act) => self.claim(n, line, act),
            Act::IndexPay { part, households, .. } => self.pay_by_index(n, line, (*part, *households)),
            Act::Pay {
                part,
                claim,
                households,
                ..
            } => self.pay(n, line, (*part, *claim, *households)),
            Act::CoverEnds { .. } => {
                let cover = self.covers.get_mut(&line.contract.expect("a policy"));
                cover.into_iter().for_each(|cover| cover.ended = true);
                vec![of(n, line, "insurance.in_force", -line.amount)]
            }
            Act::Move(to) => self.hand_over(model, n, line, to),
            Act::Visit => {
                let mut shares = vec![of(n, line, "field.visits", 1)];
                shares.extend(model.counted(line.client, of(n, line, "field.visited_households", 1)));
                shares
            }
            Act::Talk { people } => vec![
                of(n, line, "field.talks", 1),
                of(n, line, "field.attendance", *people),
            ],
            Act::OpenPoint => {
                self.points.insert(line.contract.expect("a point"));
                let mut shares = vec![of(n, line, "field.service_points", 1)];
                shares.extend(model.village(of(n, line, "field.service_point_villages", 1)));
                shares
            }
            Act::Designate => {
                self.designated
                    .insert(line.contract.expect("a designation"), line.region);
                let town = Some(Who::Place(line.region));
                let mut counted = of(n, line, "field.designated_towns", 1);
                counted.who = town;
                vec![counted, of(n, line, "field.designated_towns_new", 1)]
            }
            Act::Assign | Act::TakeUp => {
                let post = Post {
                    specialist: line.specialist,
                    region: line.region,
                    from: day,
                    to: None,
                };
                self.posts.insert(line.contract.expect("a posting"), post);
                vec![worker(n, line, 1)]
            }
            Act::Leave => {
                let post = self.posts.get_mut(&line.contract.expect("a posting"));
                post.into_iter().for_each(|post| post.to = day.pred_opt());
                vec![worker(n, line, -1)]
            }
        }
    }

    fn take_credit(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        (step, day): (Step, NaiveDate),
        terms: (NaiveDate, NaiveDate, bool),
    ) -> Vec<Share> {
        let contract = line.contract.expect("a line");
        let before = self.credit.get(&contract).cloned();
        let opened = CreditPos {
            client: line.client,
            region: line.region,
            institution: line.institution,
            product: line.product,
            specialist: line.specialist,
            limits: [0; 3],
            drawn: 0,
            drawn_ever: 0,
            revolving: terms.2,
            from: terms.0,
            to: terms.1,
            force: Force::Active,
            frozen: None,
            changed: day,
        };
        let was = before.as_ref().map_or([0; 3], |known| known.limits);
        let mut after = before.clone().unwrap_or(opened);
        match step {
            Step::Preapproval => after.limits[0] = line.amount,
            Step::Grant => {
                after.limits[0] = after.limits[0].max(line.amount);
                after.limits[1] = line.amount;
                (after.from, after.to, after.revolving) = terms;
            }
            Step::Signature => after.limits[2] = line.amount,
        }
        after.changed = after.changed.max(day);
        let stock = |measure, amount| Share {
            specialist: after.specialist,
            ..of(n, line, measure, amount)
        };
        let mut shares = Vec::new();
        let names = [
            ("credit.preapproved", "credit.preapproved_new"),
            ("credit.granted", "credit.granted_new"),
            ("credit.signed", "credit.signed_new"),
        ];
        for (at, (standing, new)) in names.into_iter().enumerate() {
            let risen = after.limits[at] - was[at];
            if risen != 0 {
                shares.push(stock(standing, risen));
                shares.push(of(n, line, new, risen));
            }
        }
        if before.is_none() {
            shares.extend(model.village(stock("credit.villages", 1)));
            shares.extend(model.counted(line.client, stock("credit.households", 1)));
        }
        if step == Step::Grant {
            shares.extend(model.counted(line.client, stock("credit.granted_households", 1)));
        }
        if step == Step::Signature {
            shares.extend(model.counted(line.client, stock("credit.signed_households", 1)));
        }
        self.credit.insert(contract, after);
        shares
    }

    /// Alters a line, and says by how much everything of it that stands in the figures differs.
    fn alter(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        day: NaiveDate,
        how: impl FnOnce(&mut CreditPos),
    ) -> Vec<Share> {
        let Some(position) = self.credit.get_mut(&line.contract.expect("a line")) else {
            return Vec::new();
        };
        let was = position.figures();
        how(position);
        position.changed = position.changed.max(day);
        let is = position.figures();
        let stock = |measure, at: usize| Share {
            specialist: position.specialist,
            ..of(n, line, measure, is[at] - was[at])
        };
        let mut shares = vec![
            stock("credit.preapproved", 0),
            stock("credit.granted", 1),
            stock("credit.signed", 2),
            stock("credit.frozen", 3),
        ];
        shares.extend(model.village(stock("credit.villages", 4)));
        shares.extend(model.counted(line.client, stock("credit.households", 4)));
        shares.extend(model.counted(line.client, stock("credit.granted_households", 5)));
        shares.extend(model.counted(line.client, stock("credit.signed_households", 6)));
        shares.retain(|share| share.amount != 0);
        shares
    }

    fn change(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        day: NaiveDate,
        change: &Change,
    ) -> Vec<Share> {
        let before = self.credit.get(&line.contract.expect("a line")).cloned();
        let mut shares = self.alter(model, n, line, day, |known| match change {
            Change::Adjust => adjust(&mut known.limits, line.amount),
            Change::Freeze => known.frozen = Some((day, None)),
            Change::Unfreeze => known.frozen = known.frozen.map(|(since, _)| (since, Some(day))),
            Change::Terminate => known.force = Force::Terminated,
            Change::Renew { from, to } => {
                // A period that follows on without a gap goes on from where it began.
                if let Some(from) = from.filter(|from| Some(*from) > known.to.succ_opt()) {
                    known.from = from;
                }
                known.to = *to;
                known.force = Force::Active;
            }
        });
        let after = self.credit.get(&line.contract.expect("a line"));
        let (Some(before), Some(after)) = (before, after) else {
            return shares;
        };
        match change {
            Change::Adjust => {
                let flows = [
                    "credit.preapproved_new",
                    "credit.granted_new",
                    "credit.signed_new",
                ];
                for (at, flow) in flows.into_iter().enumerate() {
                    if after.limits[at] > before.limits[at] {
                        shares.push(of(n, line, flow, after.limits[at] - before.limits[at]));
                    }
                }
            }
            Change::Renew { .. } => shares.push(of(n, line, "credit.renewed", after.limit())),
            Change::Freeze | Change::Unfreeze | Change::Terminate => {}
        }
        shares
    }

    fn lend(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        under: Option<usize>,
        (day, due): (NaiveDate, NaiveDate),
    ) -> Vec<Share> {
        let loan = LoanPos {
            under,
            client: line.client,
            region: line.region,
            institution: line.institution,
            product: line.product,
            specialist: line.specialist,
            balance: line.amount,
            class: "normal",
            paid_out: day,
            dues: vec![(day, due)],
            written_off: 0,
            recovered: 0,
            overdue: 0,
        };
        self.loans.insert(line.contract.expect("a loan"), loan);
        let mut shares = vec![
            of(n, line, "loan.disbursed", line.amount),
            of(n, line, "loan.count", 1),
            of(n, line, "loan.balance", line.amount),
        ];
        shares.extend(self.draw(model, n, line, under, line.amount));
        shares
    }

    fn draw(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        under: Option<usize>,
        amount: i64,
    ) -> Vec<Share> {
        let Some(position) = under.and_then(|id| self.credit.get_mut(&id)) else {
            return Vec::new();
        };
        let before = position.drawn;
        position.drawn += amount;
        position.drawn_ever += amount.max(0);
        let turned = i64::from(position.drawn > 0) - i64::from(before > 0);
        let of_line = |measure, amount| Share {
            line: n,
            contract: None,
            measure,
            region: position.region,
            institution: position.institution,
            product: position.product,
            specialist: position.specialist,
            who: None,
            amount,
        };
        let mut shares = vec![of_line("credit.drawn", amount)];
        shares.extend(model.counted(line.client, of_line("credit.drawn_households", turned)));
        shares.retain(|share| share.amount != 0);
        shares
    }

    fn repay(
        &mut self,
        model: &Model,
        n: usize,
        line: &Line,
        day: NaiveDate,
        (interest, penalty): (i64, i64),
    ) -> Vec<Share> {
        let Some(loan) = self.loans.get_mut(&line.contract.expect("a loan")) else {
            return Vec::new();
        };
        let bad = loan.bad();
        loan.balance -= line.amount;
        let mut shares = vec![
            of(n, line, "loan.principal_repaid", line.amount),
            of(n, line, "loan.interest_repaid", interest),
            of(n, line, "loan.penalty_repaid", penalty),
            of_loan(n, loan, "loan.balance", -line.amount),
            of_loan(n, loan, "loan.nonperforming", loan.bad() - bad),
        ];
        shares.extend(ease(n, line, loan, day, line.amount));
        shares.retain(|share| share.amount != 0);
        let under = loan.under;
        shares.extend(self.draw(model, n, line, under, -line.amount));
        shares
    }

    fn extend(&mut self, n: usize, line: &Line, day: NaiveDate, due: NaiveDate) -> Vec<Share> {
        let Some(loan) = self.loans.get_mut(&line.contract.expect("a loan")) else {
            return Vec::new();
        };
        loan.dues.push((day, due));
        let mut shares: Vec<Share> = ease(n, line, loan, day, 0).into_iter().collect();
        shares.retain(|share| share.amount != 0);
        shares
    }

    fn write_off(&mut self, model: &Model, n: usize, line: &Line) -> Vec<Share> {
        let Some(loan) = self.loans.get_mut(&line.contract.expect("a loan")) else {
            return Vec::new();
        };
        let (bad, overdue) = (loan.bad(), loan.overdue);
        loan.balance -= line.amount;
        loan.written_off += line.amount;
        loan.overdue = 0;
        let mut shares = vec![
            of(n, line, "loan.written_off", line.amount),
            of_loan(n, loan, "loan.balance", -line.amount),
            of_loan(n, loan, "loan.nonperforming", loan.bad() - bad),
            Share {
                contract: line.contract,
                ..of_loan(n, loan, "loan.overdue", -overdue)
            },
        ];
        shares.retain(|share| share.amount != 0);
        let under = loan.under;
        shares.extend(self.draw(model, n, line, under, -line.amount));
        shares
    }

    fn classify(&mut self, n: usize, line: &Line, class: &'static str) -> Vec<Share> {
        let Some(loan) = self.loans.get_mut(&line.contract.expect("a loan")) else {
            return Vec::new();
        };
        let bad = loan.bad();
        loan.class = class;
        let mut shares = vec![of_loan(n, loan, "loan.nonperforming", loan.bad() - bad)];
        shares.retain(|share| share.amount != 0);
        shares
    }
}

fn worker(n: usize, line: &Line, amount: i64) -> Share {
    Share {
        who: Some(Who::Worker(line.specialist)),
        ..of(n, line, "field.specialists", amount)
    }
}

/// What comes back takes off what is overdue; all of it goes where nothing is past due any more.
fn ease(n: usize, line: &Line, loan: &mut LoanPos, day: NaiveDate, principal: i64) -> Option<Share> {
    let clear = loan.balance <= 0 || loan.due_on(day) >= day;
    let off = if clear {
        loan.overdue
    } else {
        principal.min(loan.overdue)
    };
    loan.overdue -= off;
    let share = of_loan(n, loan, "loan.overdue", -off);
    (off != 0).then_some(Share {
        contract: line.contract,
        ..share
    })
}

/// A new limit at the stage reached: the stages that stood at the old one move with it, a higher one is raised
/// to it, a signed one never exceeds it.
fn adjust(limits: &mut [i64; 3], new: i64) {
    let [preapproved, granted, signed] = *limits;
    *limits = if granted == 0 {
        [new, 0, signed]
    } else {
        let above = if preapproved == granted {
            new
        } else {
            preapproved.max(new)
        };
        let below = if signed == granted { new } else { signed.min(new) };
        [above, new, below]
    };
}

/// A share with the dimensions of its line.
pub fn of(n: usize, line: &Line, measure: &'static str, amount: i64) -> Share {
    Share {
        line: n,
        contract: None,
        measure,
        region: line.region,
        institution: line.institution,
        product: line.product,
        specialist: line.specialist,
        who: None,
        amount,
    }
}

/// A share with the dimensions of a loan.
fn of_loan(n: usize, loan: &LoanPos, measure: &'static str, amount: i64) -> Share {
    Share {
        line: n,
        contract: None,
        measure,
        region: loan.region,
        institution: loan.institution,
        product: loan.product,
        specialist: loan.specialist,
        who: None,
        amount,
    }
}

impl Model {
    /// The share counting the household, if the client is one.
    pub fn counted(&self, client: Option<usize>, share: Share) -> Option<Share> {
        let client = &self.clients[client?];
        let who = Some(Who::Person(client.person));
        client.household.then_some(Share { who, ..share })
    }

    /// The share counting its village, if it has a 村委会.
    pub fn village(&self, share: Share) -> Option<Share> {
        let who = Some(Who::Place(share.region));
        let committee = self.places.get(share.region).committee;
        committee.then_some(Share { who, ..share })
    }

    /// Where everything of a book stands after the first `steps` decisions; of the contracts named only,
    /// where some are named; without the event `except`.
    pub fn standing(
        &self,
        book: i64,
        steps: usize,
        only: Option<&BTreeSet<usize>>,
        except: Option<usize>,
    ) -> Standing {
        let mut standing = Standing::default();
        for posted in self.standing_events(book, steps, except) {
            let event = &self.events[posted];
            for (line, n) in event.lines.iter().zip(1..) {
                let wanted = only.is_none_or(|only| line.contract.is_some_and(|id| only.contains(&id)));
                if wanted {
                    let _ = standing.take(self, n, line, event.day);
                }
            }
        }
        // What is overdue is what was posted, whatever the order in which it would be posted now.
        for (contract, loan) in &mut standing.loans {
            let own = |share: &&Share| share.contract == Some(*contract) && share.measure == "loan.overdue";
            let decided = self.log[..steps]
                .iter()
                .filter(|posted| self.events[posted.event].book == book);
            let posted = decided.flat_map(|posted| &posted.shares).filter(own);
            loan.overdue = posted.map(|share| share.amount).sum();
        }
        standing
    }

    /// The events posted by the first `steps` decisions and not taken back by them.
    pub fn standing_events(&self, book: i64, steps: usize, except: Option<usize>) -> Vec<usize> {
        let decided = &self.log[..steps];
        let taken_back = |event: usize| {
            decided
                .iter()
                .any(|posted| self.events[posted.event].reverses == Some(event))
        };
        decided
            .iter()
            .map(|posted| posted.event)
            .filter(|event| self.events[*event].book == book && self.events[*event].reverses.is_none())
            .filter(|event| Some(*event) != except && !taken_back(*event))
            .collect()
    }

    /// Where everything stands with what waits taken in, in the order it was sent; without `except`.
    pub fn foreseen(&self, book: i64, except: Option<usize>) -> Standing {
        let mut standing = self.standing(book, self.log.len(), None, None);
        let mut waiting: Vec<usize> = (0..self.events.len())
            .filter(|at| Some(*at) != except)
            .filter(|at| {
                let event = &self.events[*at];
                event.book == book && event.stage == Stage::Waiting && event.reverses.is_none()
            })
            .collect();
        waiting.sort_by_key(|at| self.events[*at].sent);
        // A policy stands before what is paid on it, whenever it was sent.
        for first in [true, false] {
            for at in &waiting {
                let event = &self.events[*at];
                for (line, n) in event.lines.iter().zip(1..) {
                    let insures = matches!(line.act, Act::Insure { .. });
                    // Towns, posts and what is handed over are looked up among what is posted only.
                    if insures != first
                        || matches!(
                            line.act,
                            Act::Designate | Act::Assign | Act::Leave | Act::TakeUp | Act::Move(_)
                        )
                    {
                        continue;
                    }
                    if let (Act::Repay { .. }, Some(id)) = (&line.act, line.contract)
                        && let Some(loan) = standing.loans.get(&id)
                    {
                        for concerned in [Some(id), loan.under].into_iter().flatten() {
                            *standing.repaying.entry(concerned).or_default() += line.amount;
                        }
                    }
                    let _ = standing.take(self, n, line, event.day);
                }
            }
        }
        standing
    }

    /// What posting an event adds now.
    pub fn adds(&self, event: &Event) -> Vec<Share> {
        if let Some(original) = event.reverses {
            let posted = self.log.iter().find(|posted| posted.event == original);
            let mut shares = posted.expect("the original was posted").shares.clone();
            shares.iter_mut().for_each(|share| share.amount = -share.amount);
            return shares;
        }
        let mut standing = self.standing(event.book, self.log.len(), None, None);
        let lines = event.lines.iter().zip(1..);
        lines
            .flat_map(|(line, n)| standing.take(self, n, line, event.day))
            .collect()
    }

    /// The month an event would post to now.
    pub fn month_of(&self, event: &Event) -> Month {
        let open = self.open[&event.book];
        let natural = match event.reverses {
            Some(original) => {
                let posted = self.log.iter().find(|posted| posted.event == original);
                posted.expect("the original was posted").month
            }
            None => Month::of(event.day),
        };
        natural.max(open)
    }

    /// Everything that counts anywhere: the whole ledger, reckoned anew.
    pub fn ledger(&self) -> Vec<Counted> {
        let mut all = Vec::new();
        for posted in &self.log {
            let event = &self.events[posted.event];
            let share = |share| Counted {
                book: event.book,
                month: posted.month,
                waiting: false,
                moved: event.kind == "contract.handover",
                share,
            };
            all.extend(posted.shares.iter().cloned().map(share));
        }
        for event in self.events.iter().filter(|event| event.stage == Stage::Waiting) {
            let share = |share: &Share| Counted {
                book: event.book,
                month: self.month_of(event),
                waiting: true,
                moved: false,
                share: share.clone(),
            };
            all.extend(event.expected.iter().map(share));
        }
        all
    }

    /// The contracts that stand or fall with those of an event: a line with the loans under it.
    pub fn bound(&self, event: &Event) -> BTreeSet<usize> {
        let loans = self.standing(event.book, self.log.len(), None, None).loans;
        let mut bound: BTreeSet<usize> = event.lines.iter().filter_map(|line| line.contract).collect();
        loop {
            let before = bound.len();
            for (loan, position) in &loans {
                if let Some(under) = position.under
                    && (bound.contains(loan) || bound.contains(&under))
                {
                    bound.extend([*loan, under]);
                }
            }
            if bound.len() == before {
                return bound;
            }
        }
    }
}
