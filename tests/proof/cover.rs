//! The reference's policies: their lists, what changes them, the claims on them and what is paid.

use chrono::NaiveDate;

use super::model::{Line, Model, Share, Standing, of};

/// One part of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartPos {
    pub n: usize,
    pub region: i64,
    pub client: Option<usize>,
    pub specialist: i64,
    pub quantity: i64,
    pub households: i64,
    pub sum: i64,
    /// Central, province, city, county, farmer.
    pub borne: [i64; 5],
    pub paid: i64,
}

impl PartPos {
    pub fn premium(&self) -> i64 {
        self.borne.iter().sum()
    }
}

/// Where a policy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverPos {
    pub institution: i64,
    pub product: i64,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub parts: Vec<PartPos>,
    /// Its last day is over, and the calendar has said so.
    pub ended: bool,
    /// The first day on which it was cancelled.
    pub cancelled: Option<NaiveDate>,
}

impl CoverPos {
    pub fn in_force(&self) -> bool {
        !self.ended && self.cancelled.is_none()
    }

    pub fn part(&self, n: usize) -> Option<&PartPos> {
        self.parts.iter().find(|part| part.n == n)
    }

    /// A loss of that day is insured.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to && self.cancelled.is_none_or(|from| day < from)
    }

    /// Days from a day on, and in all.
    pub fn days(&self, day: NaiveDate) -> (i64, i64) {
        let through = |from: NaiveDate| ((self.to - from).num_days() + 1).max(0);
        (through(day.max(self.from)), through(self.from).max(1))
    }

    /// What a part may still be paid.
    pub fn left(&self, part: &PartPos) -> i64 {
        let sums = |of: fn(&PartPos) -> i64| self.parts.iter().map(of).sum::<i64>();
        let whole = sums(|part| part.sum) - sums(|part| part.paid);
        (part.sum - part.paid).min(whole).max(0)
    }
}

/// The steps of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimStep {
    Report,
    Survey,
    Assess,
    Notice,
    Approve,
    Close,
}

impl ClaimStep {
    pub const EVERY: [ClaimStep; 6] = [
        ClaimStep::Report,
        ClaimStep::Survey,
        ClaimStep::Assess,
        ClaimStep::Notice,
        ClaimStep::Approve,
        ClaimStep::Close,
    ];

    pub fn kind(self) -> &'static str {
        match self {
            ClaimStep::Report => "insurance.claim_report",
            ClaimStep::Survey => "insurance.claim_survey",
            ClaimStep::Assess => "insurance.claim_assess",
            ClaimStep::Notice => "insurance.claim_notice",
            ClaimStep::Approve => "insurance.claim_approve",
            ClaimStep::Close => "insurance.claim_close",
        }
    }
}

/// What files a claim.
#[derive(Clone, Copy, Debug)]
pub struct Filing {
    pub loss: NaiveDate,
    pub reported: NaiveDate,
    pub surveyed: Option<NaiveDate>,
}

/// What a step of a claim says besides its amount.
#[derive(Clone, Copy, Debug)]
pub struct ClaimAct {
    pub step: ClaimStep,
    pub part: usize,
    pub number: usize,
    pub filing: Option<Filing>,
    /// First and last day of the notice.
    pub shown: Option<(NaiveDate, NaiveDate)>,
}

/// A claim: its policy, the part, its number.
pub type ClaimKey = (usize, usize, usize);

/// Where a claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPos {
    pub loss: NaiveDate,
    pub reported: NaiveDate,
    pub surveyed: bool,
    pub assessed: bool,
    /// The last day of the notice.
    pub shown: Option<NaiveDate>,
    pub approved: bool,
    pub closed: bool,
    /// Estimated, assessed, approved.
    pub amounts: [i64; 3],
    pub paid: i64,
}

impl ClaimPos {
    pub fn open(&self) -> bool {
        !(self.closed || self.approved && self.paid >= self.amounts[2])
    }

    pub fn owed(&self) -> i64 {
        let value = match (self.approved, self.assessed) {
            (true, _) => self.amounts[2],
            (false, true) => self.amounts[1],
            _ => self.amounts[0],
        };
        if self.open() {
            (value - self.paid).max(0)
        } else {
            0
        }
    }
}

const PREMIUM: [&str; 5] = [
    "insurance.premium.central",
    "insurance.premium.province",
    "insurance.premium.city",
    "insurance.premium.county",
    "insurance.premium.farmer",
];

/// A premium, or a change of one, and who bears it.
fn premium(n: usize, line: &Line, borne: &[i64; 5]) -> Vec<Share> {
    let mut shares = vec![of(n, line, "insurance.premium", borne.iter().sum())];
    let each = PREMIUM.into_iter().zip(borne);
    shares.extend(each.map(|(measure, amount)| of(n, line, measure, *amount)));
    shares
}

fn some(mut shares: Vec<Share>) -> Vec<Share> {
    shares.retain(|share| share.amount != 0);
    shares
}

impl Standing {
    pub fn insure(
        &mut self,
        n: usize,
        line: &Line,
        days: (NaiveDate, NaiveDate),
        (quantity, households): (i64, i64),
        borne: &[i64; 5],
    ) -> Vec<Share> {
        let contract = line.contract.expect("a policy");
        let mut shares = vec![
            of(n, line, "insurance.sum_insured", line.amount),
            of(n, line, "insurance.in_force", line.amount),
            of(n, line, "insurance.policies", i64::from(n == 1)),
            of(n, line, "insurance.participations", households),
        ];
        shares.extend(premium(n, line, borne));
        let cover = self.covers.entry(contract).or_insert_with(|| CoverPos {
            institution: line.institution,
            product: line.product,
            from: days.0,
            to: days.1,
            parts: Vec::new(),
            ended: false,
            cancelled: None,
        });
        cover.parts.push(PartPos {
            n,
            region: line.region,
            client: line.client,
            specialist: line.specialist,
            quantity,
            households,
            sum: line.amount,
            borne: *borne,
            paid: 0,
        });
        some(shares)
    }

    pub fn endorse(
        &mut self,
        n: usize,
        line: &Line,
        at: usize,
        (quantity, households): (i64, i64),
        borne: &[i64; 5],
    ) -> Vec<Share> {
        let cover = self.covers.get_mut(&line.contract.expect("a policy"));
        let Some(cover) = cover else { return Vec::new() };
        let stands = cover.in_force();
        let Some(part) = cover.parts.iter_mut().find(|part| part.n == at) else {
            return Vec::new();
        };
        let mut shares = vec![of(n, line, "insurance.sum_insured", line.amount)];
        if stands {
            shares.push(Share {
                specialist: part.specialist,
                ..of(n, line, "insurance.in_force", line.amount)
            });
        }
        shares.extend(premium(n, line, borne));
        shares.push(of(
            n,
            line,
            "insurance.participations",
            households - part.households,
        ));
        part.sum += line.amount;
        part.quantity = quantity;
        part.households = households;
        part.client = line.client;
        for (was, more) in part.borne.iter_mut().zip(borne) {
            *was += more;
        }
        some(shares)
    }

    pub fn cancel(
        &mut self,
        n: usize,
        line: &Line,
        day: NaiveDate,
        at: usize,
        borne: &[i64; 5],
    ) -> Vec<Share> {
        let cover = self.covers.get_mut(&line.contract.expect("a policy"));
        let Some(cover) = cover else { return Vec::new() };
        let stood = !cover.ended;
        cover.cancelled = Some(day);
        let Some(part) = cover.parts.iter_mut().find(|part| part.n == at) else {
            return Vec::new();
        };
        let mut shares = vec![of(n, line, "insurance.sum_insured", line.amount)];
        if stood {
            shares.push(Share {
                specialist: part.specialist,
                ..of(n, line, "insurance.in_force", -part.sum)
            });
        }
        shares.extend(premium(n, line, borne));
        part.sum += line.amount;
        for (was, more) in part.borne.iter_mut().zip(borne) {
            *was += more;
        }
        some(shares)
    }

    /// A step of a claim, or what is paid on one: what it changes of what is outstanding.
    fn claimed(
        &mut self,
        n: usize,
        line: &Line,
        key: ClaimKey,
        step: impl FnOnce(Option<ClaimPos>) -> Option<ClaimPos>,
    ) -> Vec<Share> {
        let before = self.claims.get(&key).cloned();
        let Some(after) = step(before.clone()) else {
            return Vec::new();
        };
        let mut shares = vec![of(
            n,
            line,
            "insurance.claims_reported",
            i64::from(before.is_none()),
        )];
        let part = self.covers.get(&key.0).and_then(|cover| cover.part(key.1));
        if let Some(part) = part {
            let stock = |measure, amount| Share {
                region: part.region,
                specialist: part.specialist,
                ..of(n, line, measure, amount)
            };
            let owed = |claim: &ClaimPos| claim.owed();
            let open = |claim: &ClaimPos| i64::from(claim.open());
            let was = |what: fn(&ClaimPos) -> i64| before.as_ref().map_or(0, what);
            shares.push(stock("insurance.outstanding", owed(&after) - was(owed)));
            shares.push(stock("insurance.claims_open", open(&after) - was(open)));
        }
        self.claims.insert(key, after);
        some(shares)
    }

    pub fn claim(&mut self, n: usize, line: &Line, act: &ClaimAct) -> Vec<Share> {
        let key = (line.contract.expect("a policy"), act.part, act.number);
        self.claimed(n, line, key, |before| {
            let filed = |filing: Filing| ClaimPos {
                loss: filing.loss,
                reported: filing.reported,
                surveyed: filing.surveyed.is_some(),
                assessed: false,
                shown: None,
                approved: false,
                closed: false,
                amounts: [0; 3],
                paid: 0,
            };
            let mut claim = before.or_else(|| act.filing.map(filed))?;
            match act.step {
                ClaimStep::Report => claim.amounts[0] = line.amount,
                ClaimStep::Survey => {
                    claim.surveyed = true;
                    claim.amounts[0] = line.amount;
                }
                ClaimStep::Assess => {
                    (claim.assessed, claim.shown) = (true, None);
                    claim.amounts[1] = line.amount;
                }
                ClaimStep::Notice => claim.shown = act.shown.map(|(_, last)| last),
                ClaimStep::Approve => {
                    claim.approved = true;
                    claim.amounts[2] = line.amount;
                }
                ClaimStep::Close => claim.closed = true,
            }
            Some(claim)
        })
    }

    pub fn pay(
        &mut self,
        n: usize,
        line: &Line,
        (at, number, households): (usize, usize, i64),
    ) -> Vec<Share> {
        let contract = line.contract.expect("a policy");
        let parts = self.covers.get_mut(&contract).into_iter();
        parts
            .flat_map(|cover| &mut cover.parts)
            .filter(|part| part.n == at)
            .for_each(|part| part.paid += line.amount);
        let mut shares = vec![
            of(n, line, "insurance.payout", line.amount),
            of(n, line, "insurance.paid_participations", households),
        ];
        shares.extend(self.claimed(n, line, (contract, at, number), |before| {
            before.map(|mut claim| {
                claim.paid += line.amount;
                claim
            })
        }));
        some(shares)
    }
}

impl Model {
    /// Whether a payout of that number stands or waits elsewhere.
    pub fn paid_under(&self, book: i64, own: Option<usize>, key: ClaimKey) -> bool {
        use super::model::{Act, Stage};
        let events = self.events.iter().enumerate().filter(|(at, event)| {
            Some(*at) != own
                && event.book == book
                && event.reverses.is_none()
                && matches!(event.stage, Stage::Waiting | Stage::Posted)
        });
        let mut lines = events.flat_map(|(_, event)| &event.lines);
        lines.any(|line| {
            matches!(line.act, Act::Pay { part, claim, .. } if line.contract == Some(key.0) && (part, claim) == (key.1, key.2))
        })
    }
}
