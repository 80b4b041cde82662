//! What may happen next: one small function for each kind of event.
//!
//! A function looks at where things stand and makes a draft that is mostly right and sometimes wrong; whether
//! it is taken, both sides must agree. A new kind of event is one function here and its line in [`KINDS`].

use chrono::NaiveDate;
use cunxin::close::Keep;
use cunxin::error::Error;
use cunxin::ledger;
use cunxin::regions::{self, EventKind, NewUnit, Proposal};
use cunxin::values::{BookId, Level, Month, RegionCode, RegionId, RegionKind};

use super::cover::ClaimStep;
use super::die::Die;
use super::drive::{Draft, Run, kind_of};
use super::index::{self, pay_by_index};
use super::insuring::{cancel, claim, endorse, insure, pay, premium};
use super::lineage;
use super::model::{Act, Change, CreditPos, Force, Line, LoanPos, Stage, Step};
use super::moving::hand_over;
use super::places::{Depth, Life, Place};
use crate::support::app::today;

/// Months in which business happens: around the turn of two years, and the running one.
const MONTHS: [(i32, u32); 8] = [
    (2022, 11),
    (2022, 12),
    (2023, 1),
    (2023, 2),
    (2023, 7),
    (2023, 11),
    (2023, 12),
    (2024, 1),
];

type Recorded = fn(&mut Run, &mut Die, usize) -> Option<Draft>;

/// Every kind of record, and how often it comes.
const KINDS: &[(usize, Recorded)] = &[
    (26, credit),
    (16, lend),
    (16, repay),
    (7, classify),
    (14, change),
    (4, extend),
    (4, thaw),
    (7, settle),
    (9, insure),
    (9, endorse),
    (5, cancel),
    (8, claim),
    (6, pay),
    (3, pay_by_index),
    (8, visit),
    (3, talk),
    (4, open_point),
    (3, designate),
    (6, assign),
    (4, leave),
    (12, hand_over),
];

/// The kinds of voucher that people send here.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    [
        "credit.preapproval",
        "credit.grant",
        "credit.signature",
        "loan.disbursement",
        "loan.repayment",
        "loan.classification",
        "credit.adjust",
        "credit.freeze",
        "credit.unfreeze",
        "credit.renew",
        "credit.terminate",
        "loan.extend",
        "loan.write_off",
        "loan.recover",
        "insurance.policy",
        "insurance.endorse",
        "insurance.cancel",
        "insurance.payout",
        "insurance.index_payout",
        "visit",
        "talk",
        "service_point",
        "designation",
        "assignment",
        "assignment.end",
        "assignment.transfer",
        "contract.handover",
    ]
    .into_iter()
    .chain(ClaimStep::EVERY.map(ClaimStep::kind))
}

/// One step of a sequence.
pub fn step(run: &mut Run, die: &mut Die) {
    match die.below(100) {
        0..51 => record(run, die),
        51..60 => pursue(run, die),
        60..62 => lineage::happen(run, die),
        62..74 => decide(run, die),
        74..79 => resend(run, die),
        79..86 => reverse(run, die),
        86..89 => end_day(run, die),
        89..94 => close(run, die),
        94..96 => reopen(run, die),
        96 => close_city(run, die),
        97 => change_units(run, die),
        _ if die.chance(40) => index::observe(run, die),
        _ => register(run, die),
    }
}

/// The people a sequence begins with: the same two in both counties, and specialists in some villages.
pub fn open(run: &mut Run, die: &mut Die) {
    for county in 0..2 {
        for person in 0..3 {
            let region = village(run, die, county);
            run.register(
                run.office.counties[county],
                person,
                region,
                person < 2 || die.chance(50),
            );
        }
        let Some(draft) = assign(run, die, county) else {
            continue;
        };
        if let Some(at) = run.send(draft, "maker", die) {
            run.approve(at, "reviewer", true, die);
        }
    }
}

/// Something that takes several steps: claims, a line frozen and thawed, a loan written off and recovered.
fn pursue(run: &mut Run, die: &mut Die) {
    let (steps, kinds): (i64, &[Recorded]) = match die.below(11) {
        10 => return index::season(run, die),
        0..6 => (die.between(2, 6), &[claim, claim, claim, pay]),
        6 | 7 => (die.between(2, 3), &[thaw]),
        _ => (die.between(2, 3), &[settle]),
    };
    let county = usize::from(die.chance(35));
    for _ in 0..steps {
        let recorded = die.pick(kinds).expect("kinds");
        let Some(draft) = recorded(run, die, county) else {
            return;
        };
        if let Some(at) = run.send(draft, "maker", die)
            && die.chance(90)
        {
            run.approve(at, "reviewer", die.chance(95), die);
        }
    }
}

fn record(run: &mut Run, die: &mut Die) {
    let all: usize = KINDS.iter().map(|(weight, _)| weight).sum();
    let mut at = die.below(all);
    let chosen = KINDS.iter().find(|(weight, _)| {
        let found = at < *weight;
        at = at.saturating_sub(*weight);
        found
    });
    let county = usize::from(die.chance(35));
    let draft = chosen.and_then(|(_, recorded)| recorded(run, die, county));
    let Some(draft) = draft else { return };
    let maker = if die.chance(90) { "maker" } else { "clerk" };
    let Some(at) = run.send(draft, maker, die) else {
        return;
    };
    if die.chance(70) {
        run.approve(at, "reviewer", die.chance(90), die);
    }
}

fn decide(run: &mut Run, die: &mut Die) {
    let some = if die.chance(85) {
        Stage::Waiting
    } else {
        Stage::Posted
    };
    let Some(at) = any(run, die, some) else { return };
    match die.below(10) {
        0..6 => run.approve(at, "reviewer", die.chance(70), die),
        6 => run.approve(at, "maker", true, die),
        7 | 8 => run.give_back(at, "reviewer", die),
        _ => run.withdraw(at, if die.chance(80) { "maker" } else { "clerk" }),
    }
}

/// A correction of what came back, or of what nobody has decided on yet.
fn resend(run: &mut Run, die: &mut Die) {
    let stage = if die.chance(75) {
        Stage::Returned
    } else {
        Stage::Waiting
    };
    let Some(at) = any(run, die, stage) else { return };
    let event = run.model.events[at].clone();
    if event.reverses.is_some() {
        return;
    }
    let mut lines: Vec<Line> = event.lines.into_iter().map(|line| revised(line, die)).collect();
    if lines.len() > 1 && die.chance(30) {
        lines.pop();
    }
    run.resend(at, lines, die);
}

/// The same line, a little different.
fn revised(line: Line, die: &mut Die) -> Line {
    match line.act {
        Act::Insure {
            number,
            from,
            to,
            households,
            ..
        } => {
            let (amount, quantity, borne) = premium(die);
            let act = Act::Insure {
                number,
                from,
                to,
                quantity,
                households,
                borne,
            };
            Line { amount, act, ..line }
        }
        Act::Credit { .. } | Act::Lend { .. } | Act::Repay { .. } | Act::Pay { .. } if die.chance(70) => {
            Line {
                amount: line.amount / 2,
                ..line
            }
        }
        _ => line,
    }
}

fn reverse(run: &mut Run, die: &mut Die) {
    let some = if die.chance(90) {
        Stage::Posted
    } else {
        Stage::Reversed
    };
    let Some(at) = any(run, die, some) else { return };
    let asked = run.ask_reversal(at, "maker", die);
    if let Some(reversal) = asked
        && die.chance(70)
    {
        run.approve(reversal, "reviewer", false, die);
    }
}

fn end_day(run: &mut Run, die: &mut Die) {
    let county = run.office.counties[die.below(2)];
    let day = if die.chance(50) {
        today()
    } else {
        business_day(die)
    };
    run.end_day(county, day);
}

/// One to a few months at once, up to the last whose deadline has passed.
fn close(run: &mut Run, die: &mut Die) {
    let county = run.office.counties[die.below(2)];
    let months = [1, 1, 2, 3, 12][die.below(5)];
    let last = Month::new(2023, 11).expect("a month");
    for _ in 0..months {
        if run.model.open[&county] <= last {
            let keep = if die.chance(3) {
                Keep::Everything
            } else {
                Keep::TotalsOnly
            };
            run.close(county, keep);
        }
    }
}

fn reopen(run: &mut Run, die: &mut Die) {
    let county = run.office.counties[die.below(2)];
    run.reopen(county, die.chance(80));
}

fn close_city(run: &mut Run, die: &mut Die) {
    let open = run.office.counties.map(|county| run.model.open[&county]);
    let last = open[0].min(open[1]).previous();
    let back = i32::try_from(die.below(2)).expect("small");
    let month = last.shifted(-back);
    if run.model.editions_of(run.office.counties[0], month) > 0 {
        run.close_city(month);
    }
}

fn register(run: &mut Run, die: &mut Die) {
    let county = die.below(2);
    let region = village(run, die, county);
    run.register(run.office.counties[county], die.below(6), region, die.chance(80));
}

/// A 自然村 is added, or a village's place and code are taken by another one from a day on.
pub fn change_units(run: &mut Run, die: &mut Die) {
    let county = die.below(2);
    let day = business_day(die);
    let id = i64::try_from(run.model.places.all.len()).expect("few") + 1;
    let at = die.below(run.office.villages[county].len());
    let old = run.office.villages[county][at];
    let town = run.model.places.at_depth(old, Depth::Town, day).expect("a town");
    let lasts = run
        .model
        .places
        .get(old)
        .lives
        .last()
        .is_some_and(|life| life.until.is_none());
    let adds_hamlet = die.chance(60) || !lasts || run.model.places.get(old).depth != Depth::Village;
    let known = run.model.places.get(old).depth == Depth::Village && die.chance(50);
    let code = run.model.places.get(old).lives[0].code.clone();
    let from = (!adds_hamlet || die.chance(50)).then_some(day);
    let new = NewUnit {
        level: if adds_hamlet {
            Level::Hamlet
        } else {
            Level::Village
        },
        kind: if adds_hamlet {
            RegionKind::Hamlet
        } else {
            RegionKind::Village
        },
        name: format!("新村{id}"),
        code: (!adds_hamlet).then(|| RegionCode::parse(&code).expect("a code")),
        parent: RegionId(if adds_hamlet && known { old } else { town }),
        parent_known: !adds_hamlet || known,
        valid_from: from,
    };
    let actor = run.actor("admin");
    let city = BookId(run.office.city);
    let abolition = Proposal {
        kind: EventKind::Abolish,
        day,
        document: "粤民函〔2023〕1号".to_owned(),
        note: String::new(),
        old: vec![RegionId(old)],
        goes_on: None,
        named: Vec::new(),
        village: None,
    };
    let made = run.site.state.write_now(city, |conn, office| {
        if !adds_hamlet {
            let plan = regions::plan(office.regions, &abolition, today()).map_err(Error::Refused)?;
            regions::enact(conn, &plan, &abolition, &actor.id, actor.now)?;
        }
        let made = regions::add_unit(conn, &new)?;
        let change = ledger::Change {
            action: "region.changed",
            subject: "",
            revision: 1,
            note: "",
            digest: String::new(),
        };
        ledger::record_audit(conn, office, &actor, city, &change)?;
        Ok(made)
    });
    // What units may do is the register's to say: an end that leaves others behind, or before a change.
    let Ok(made) = made else {
        assert!(!adds_hamlet, "a hamlet may always be added");
        return;
    };
    assert_eq!(made.0, id);
    let what = if adds_hamlet { "added" } else { "follows" };
    run.tell(format!(
        "unit {id} {what} ({old}, {from:?}) in book {}",
        run.office.counties[county]
    ));
    if !adds_hamlet {
        let place = usize::try_from(old - 1).expect("an id");
        let lives = &mut run.model.places.all[place].lives;
        lives.last_mut().expect("a life").until = Some(day);
        run.office.villages[county][at] = id;
        // Business in the one that is gone goes on being tried.
        run.office.villages[county].push(old);
    } else {
        run.office.villages[county].push(id);
    }
    run.model.places.all.push(Place {
        id,
        depth: if adds_hamlet {
            Depth::Hamlet
        } else {
            Depth::Village
        },
        committee: !adds_hamlet,
        lives: vec![Life {
            from,
            until: None,
            code: if adds_hamlet { String::new() } else { code },
            parent: Some(new.parent.0),
        }],
    });
    let visible = from.unwrap_or(NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day"));
    run.model.places.change_below(town, visible);
}

/// An event in that stage.
fn any(run: &Run, die: &mut Die, stage: Stage) -> Option<usize> {
    let all: Vec<usize> = (0..run.model.events.len())
        .filter(|at| run.model.events[*at].stage == stage)
        .collect();
    die.pick(&all).copied()
}

/// A day on which business happens, today at the latest.
pub fn business_day(die: &mut Die) -> NaiveDate {
    let (year, month) = MONTHS[die.below(MONTHS.len())];
    let last = if (year, month) == (2024, 1) { 4 } else { 28 };
    let day = u32::try_from(die.between(1, last)).expect("a day");
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// Mostly such a day that is not before `first`.
pub fn day_from(die: &mut Die, first: NaiveDate) -> NaiveDate {
    let tries: Vec<NaiveDate> = (0..8).map(|_| business_day(die)).collect();
    let later = tries.iter().find(|day| **day >= first && die.chance(95));
    later.copied().unwrap_or(tries[0])
}

pub fn village(run: &Run, die: &mut Die, county: usize) -> i64 {
    *die.pick(&run.office.villages[county]).expect("villages")
}

/// A client of the county.
pub fn client(run: &Run, die: &mut Die, county: usize) -> Option<usize> {
    let book = run.office.counties[county];
    let all: Vec<usize> = (0..run.model.clients.len())
        .filter(|at| run.model.clients[*at].book == book)
        .collect();
    die.pick(&all).copied()
}

/// Somebody who works there, or nobody.
pub fn specialist(run: &Run, die: &mut Die, institution: i64) -> i64 {
    let theirs = run.office.specialists.iter().filter(|(_, of)| *of == institution);
    let theirs: Vec<i64> = theirs.map(|(number, _)| *number).collect();
    if die.chance(25) {
        0
    } else {
        die.pick(&theirs).copied().unwrap_or(0)
    }
}

fn bank(run: &Run, die: &mut Die) -> i64 {
    run.office.institutions[usize::from(die.chance(40))]
}

pub fn new_contract(run: &mut Run) -> usize {
    run.model.contracts += 1;
    run.model.contracts
}

/// An amount up to `most`, at times a little more; never nought unless that is tried on purpose.
pub fn amount(die: &mut Die, most: i64) -> i64 {
    match die.below(20) {
        0 => 0,
        1 => most + 1,
        2..6 => most,
        _ => die.between(1, most.max(1)),
    }
}

fn credit(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let (day, institution) = (business_day(die), bank(run, die));
    let step = [Step::Preapproval, Step::Grant, Step::Grant, Step::Signature][die.below(4)];
    let known: Vec<_> = run.model.foreseen(book, None).credit.into_iter().collect();
    let known: Vec<_> = known
        .into_iter()
        .filter(|(_, position)| {
            // What can be signed is granted and not signed.
            let [_, granted, signed] = position.limits;
            let ready = step != Step::Signature || granted > 0 && signed == 0;
            position.institution == institution && ready || die.chance(5)
        })
        .collect();
    let ends = [(2023, 2, 10), (2023, 7, 31), (2023, 12, 15), (2026, 12, 31)]
        .map(|(year, month, last)| NaiveDate::from_ymd_opt(year, month, last).expect("a day"));
    let lasting: Vec<NaiveDate> = ends
        .into_iter()
        .filter(|end| *end >= day || die.chance(5))
        .collect();
    let (to, revolving) = (*die.pick(&lasting)?, die.chance(60));
    let from = day.min(to);
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..die.between(1, 3) {
        let act = Act::Credit {
            step,
            from,
            to,
            revolving,
        };
        let further = die
            .pick(&known)
            .filter(|_| step == Step::Signature || die.chance(50))
            .cloned();
        let line = match further {
            Some((contract, position)) => {
                let most = match step {
                    Step::Signature => position.limits[1],
                    _ => position.limits[0] * 3 / 2,
                };
                Line {
                    region: position.region,
                    client: position.client,
                    product: position.product,
                    institution: if die.chance(97) {
                        position.institution
                    } else {
                        institution
                    },
                    specialist: specialist(run, die, institution),
                    contract: Some(contract),
                    amount: amount(die, most),
                    act,
                }
            }
            None => Line {
                region: village(run, die, county),
                client: Some(client(run, die, county)?),
                product: run.office.credit_products[die.below(2)],
                institution,
                specialist: specialist(run, die, institution),
                contract: Some(new_contract(run)),
                amount: amount(die, 30_000_000),
                act,
            },
        };
        if lines.iter().all(|other| other.contract != line.contract) {
            lines.push(line);
        }
    }
    Some(Draft {
        kind: kind_of(step),
        book,
        day,
        institution,
        lines,
    })
}

fn lend(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let lines: Vec<_> = run.model.foreseen(book, None).credit.into_iter().collect();
    let under = die.pick(&lines).filter(|_| die.chance(75)).cloned();
    let day = match &under {
        Some((_, line)) => day_from(die, line.from),
        None => business_day(die),
    };
    let due = day + chrono::TimeDelta::days(die.between(-1, 400));
    let institution = match &under {
        Some((_, position)) => position.institution,
        None => bank(run, die),
    };
    let product = run.office.credit_products[die.below(2)];
    let line = Line {
        region: under
            .as_ref()
            .map_or_else(|| village(run, die, county), |(_, line)| line.region),
        client: match &under {
            Some((_, position)) => position.client,
            None => Some(client(run, die, county)?),
        },
        product,
        institution,
        specialist: specialist(run, die, institution),
        contract: Some(new_contract(run)),
        amount: amount(
            die,
            under.as_ref().map_or(9_000_000, |(_, line)| line.available()),
        ),
        act: Act::Lend {
            under: under.map(|(contract, _)| contract),
            due,
        },
    };
    Some(Draft {
        kind: "loan.disbursement",
        book,
        day,
        institution,
        lines: vec![line],
    })
}

fn repay(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let loans: Vec<_> = run.model.foreseen(book, None).loans.into_iter().collect();
    let mut day = business_day(die);
    let mut lines = Vec::new();
    for _ in 0..[1, 1, 1, 2][die.below(4)] {
        let (contract, loan) = die.pick(&loans)?.clone();
        if day < loan.paid_out {
            day = day_from(die, loan.paid_out);
        }
        lines.push(Line {
            region: loan.region,
            client: loan.client,
            product: loan.product,
            institution: loan.institution,
            specialist: specialist(run, die, loan.institution),
            contract: Some(contract),
            amount: amount(die, loan.balance),
            act: Act::Repay {
                interest: die.between(0, 1) * 12_345,
                penalty: die.between(0, 1) * 77,
            },
        });
    }
    let institution = lines[0].institution;
    Some(Draft {
        kind: "loan.repayment",
        book,
        day,
        institution,
        lines,
    })
}

fn classify(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let mut draft = repay(run, die, county)?;
    draft.kind = "loan.classification";
    for line in &mut draft.lines {
        let classes = ["normal", "special-mention", "substandard", "doubtful", "loss"];
        line.amount = 0;
        line.act = Act::Classify {
            class: classes[die.below(classes.len())],
        };
    }
    Some(draft)
}

/// A limit is adjusted, a line frozen, thawed, renewed or ended.
fn change(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let lines: Vec<_> = credit_lines(run, county);
    let (contract, line) = die.pick(&lines)?.clone();
    let later = line.to + chrono::TimeDelta::days(die.between(0, 300));
    let from = match (line.force, die.below(3)) {
        (Force::Active, 0) => Some(line.from),
        (Force::Active, _) => None,
        (_, 0) => line.to.succ_opt(),
        _ => Some(line.to + chrono::TimeDelta::days(die.between(0, 60))),
    };
    let change = match die.below(10) {
        0..3 => Change::Adjust,
        3 => Change::Freeze,
        4 => Change::Unfreeze,
        5..8 => Change::Renew { from, to: later },
        _ => Change::Terminate,
    };
    Some(changed(run, die, county, (contract, &line), change))
}

/// What is frozen is thawed; where nothing is, something is frozen.
fn thaw(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let lines: Vec<_> = credit_lines(run, county);
    let stands = |line: &CreditPos| line.force == Force::Active && line.limits[1] > 0;
    let (frozen, others): (Vec<_>, Vec<_>) = lines
        .into_iter()
        .filter(|(_, line)| stands(line))
        .partition(|(_, line)| line.is_frozen());
    let (from, change) = match frozen.is_empty() {
        true => (others, Change::Freeze),
        false => (frozen, Change::Unfreeze),
    };
    let (contract, line) = die.pick(&from)?.clone();
    Some(changed(run, die, county, (contract, &line), change))
}

fn credit_lines(run: &Run, county: usize) -> Vec<(usize, CreditPos)> {
    let standing = run.model.foreseen(run.office.counties[county], None);
    standing.credit.into_iter().collect()
}

fn changed(
    run: &mut Run,
    die: &mut Die,
    county: usize,
    (contract, line): (usize, &CreditPos),
    change: Change,
) -> Draft {
    let kind = match change {
        Change::Adjust => "credit.adjust",
        Change::Freeze => "credit.freeze",
        Change::Unfreeze => "credit.unfreeze",
        Change::Renew { .. } => "credit.renew",
        Change::Terminate => "credit.terminate",
    };
    let limit = if matches!(change, Change::Adjust) {
        amount(die, line.limit() * 2)
    } else {
        0
    };
    // What is frozen or thawed is so within the validity, mostly.
    let tries: Vec<NaiveDate> = (0..6).map(|_| day_from(die, line.changed)).collect();
    let within = tries.iter().find(|day| line.changed <= **day && **day <= line.to);
    let day = within.copied().unwrap_or(tries[0]);
    let changed = Line {
        region: line.region,
        client: line.client,
        product: line.product,
        institution: line.institution,
        specialist: specialist(run, die, line.institution),
        contract: Some(contract),
        amount: limit,
        act: Act::Change(change),
    };
    Draft {
        kind,
        book: run.office.counties[county],
        day,
        institution: line.institution,
        lines: vec![changed],
    }
}

/// A draft about one loan.
fn about_loan(
    run: &mut Run,
    die: &mut Die,
    county: usize,
    (kind, which): (&'static str, impl Fn(&LoanPos) -> bool),
    what: impl FnOnce(&mut Die, &LoanPos) -> (i64, Act),
) -> Option<Draft> {
    let book = run.office.counties[county];
    let loans = run.model.foreseen(book, None).loans.into_iter();
    let loans: Vec<_> = loans.filter(|(_, loan)| which(loan) || die.chance(5)).collect();
    let (contract, loan) = die.pick(&loans)?.clone();
    let day = day_from(die, loan.paid_out);
    let (amount, act) = what(die, &loan);
    let line = Line {
        region: loan.region,
        client: loan.client,
        product: loan.product,
        institution: loan.institution,
        specialist: specialist(run, die, loan.institution),
        contract: Some(contract),
        amount,
        act,
    };
    Some(Draft {
        kind,
        book,
        day,
        institution: loan.institution,
        lines: vec![line],
    })
}

/// In time: after the day it is due an unpaid loan's interest stays due, which this reference does not reckon.
fn extend(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let posted = run.model.standing(book, run.model.log.len(), None, None).loans;
    let draft = about_loan(
        run,
        die,
        county,
        ("loan.extend", |_: &LoanPos| true),
        |die, loan| {
            let due = loan.due() + chrono::TimeDelta::days(die.between(-5, 400));
            (loan.balance, Act::Extend { due })
        },
    )?;
    let known = posted.get(&draft.lines[0].contract?)?;
    (draft.day < known.dues[0].1 && draft.day < known.due_on(draft.day)).then_some(draft)
}

/// What is written off is recovered; where nothing is, something is written off.
fn settle(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let loans = run.model.foreseen(run.office.counties[county], None).loans;
    let owing = |loan: &LoanPos| loan.written_off > loan.recovered;
    let recovers = loans.values().any(owing) && die.chance(80);
    let pick = move |loan: &LoanPos| {
        if recovers { owing(loan) } else { loan.balance > 0 }
    };
    if recovers {
        return about_loan(run, die, county, ("loan.recover", pick), |die, loan| {
            (amount(die, loan.written_off - loan.recovered), Act::Recover)
        });
    }
    about_loan(run, die, county, ("loan.write_off", pick), |die, loan| {
        let part = if die.chance(90) {
            loan.balance
        } else {
            loan.balance / 2
        };
        (part, Act::WriteOff)
    })
}

/// A line of fieldwork, without amount or contract.
fn field_line(run: &Run, die: &mut Die, region: i64, institution: i64, act: Act) -> Line {
    Line {
        region,
        client: None,
        product: 0,
        institution,
        specialist: specialist(run, die, institution),
        contract: None,
        amount: 0,
        act,
    }
}

fn visit(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let institution = bank(run, die);
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..die.between(1, 3) {
        let whom = die.chance(85).then(|| client(run, die, county)).flatten();
        if whom.is_some() && lines.iter().any(|line| line.client == whom) {
            continue;
        }
        let region = village(run, die, county);
        lines.push(Line {
            client: whom,
            ..field_line(run, die, region, institution, Act::Visit)
        });
    }
    Some(Draft {
        kind: "visit",
        book: run.office.counties[county],
        day: business_day(die),
        institution,
        lines,
    })
}

fn talk(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let (institution, region) = (bank(run, die), village(run, die, county));
    let people = die.between(1, 60);
    Some(Draft {
        kind: "talk",
        book: run.office.counties[county],
        day: business_day(die),
        institution,
        lines: vec![field_line(run, die, region, institution, Act::Talk { people })],
    })
}

fn open_point(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let (institution, region) = (bank(run, die), village(run, die, county));
    let line = field_line(run, die, region, institution, Act::OpenPoint);
    Some(Draft {
        kind: "service_point",
        book: run.office.counties[county],
        day: business_day(die),
        institution,
        lines: vec![Line {
            contract: Some(new_contract(run)),
            ..line
        }],
    })
}

fn designate(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let institution = run.office.institutions[0];
    let town = *die.pick(&run.office.towns[county])?;
    let line = field_line(run, die, town, institution, Act::Designate);
    Some(Draft {
        kind: "designation",
        book: run.office.counties[county],
        day: business_day(die),
        institution,
        lines: vec![Line {
            specialist: 0,
            contract: Some(new_contract(run)),
            ..line
        }],
    })
}

fn assign(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let (number, institution) = *die.pick(&run.office.specialists)?;
    let mut lines = Vec::new();
    for _ in 0..die.between(1, 2) {
        let region = village(run, die, county);
        lines.push(Line {
            specialist: number,
            contract: Some(new_contract(run)),
            ..field_line(run, die, region, institution, Act::Assign)
        });
    }
    Some(Draft {
        kind: "assignment",
        book: run.office.counties[county],
        day: business_day(die),
        institution,
        lines,
    })
}

/// A posting ends, and of a transfer another one begins.
fn leave(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let book = run.office.counties[county];
    let posts = run.model.standing(book, run.model.log.len(), None, None).posts;
    let posts: Vec<_> = posts.into_iter().collect();
    let (contract, post) = *die.pick(&posts)?;
    let institution = run
        .office
        .specialists
        .iter()
        .find(|(number, _)| *number == post.specialist)?
        .1;
    let left = Line {
        specialist: post.specialist,
        contract: Some(contract),
        ..field_line(run, die, post.region, institution, Act::Leave)
    };
    let mut lines = vec![left];
    if die.chance(50) {
        let region = village(run, die, county);
        lines.push(Line {
            specialist: post.specialist,
            contract: Some(new_contract(run)),
            ..field_line(run, die, region, institution, Act::TakeUp)
        });
    }
    Some(Draft {
        kind: if lines.len() > 1 {
            "assignment.transfer"
        } else {
            "assignment.end"
        },
        book,
        day: day_from(die, post.from),
        institution,
        lines,
    })
}
