//! Contracts handed over: to another specialist, to another village.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::die::Die;
use super::drive::{Draft, Run};
use super::events::{amount, day_from, village};
use super::model::{Act, Event, Line, Model, Posted, Share, Stage, Standing, of};
use super::rules::{Asked, no_village_at};

/// What is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Line,
    Loan,
    /// A part of a policy.
    Part(usize),
}

/// Where a contract goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub what: What,
    pub region: i64,
    pub specialist: i64,
}

impl Standing {
    /// Where a contract stands: village and specialist.
    fn place(&self, line: &Line, what: What) -> Option<(i64, i64)> {
        let id = line.contract?;
        match what {
            What::Line => self.credit.get(&id).map(|known| (known.region, known.specialist)),
            What::Loan => self.loans.get(&id).map(|known| (known.region, known.specialist)),
            What::Part(n) => {
                let part = self.covers.get(&id)?.part(n)?;
                Some((part.region, part.specialist))
            }
        }
    }

    /// Takes a contract from where it stands to where it goes: out of every stock there, into every one here.
    pub fn hand_over(&mut self, model: &Model, n: usize, line: &Line, to: &Move) -> Vec<Share> {
        let contract = line.contract.expect("a contract");
        let mut stocks: Vec<Share> = Vec::new();
        let mut counted: Vec<Share> = Vec::new();
        match to.what {
            What::Line => {
                let Some(known) = self.credit.get_mut(&contract) else {
                    return Vec::new();
                };
                let figures = known.figures();
                let own = |measure, amount| Share {
                    institution: known.institution,
                    product: known.product,
                    region: known.region,
                    specialist: known.specialist,
                    ..of(n, line, measure, amount)
                };
                let limits = [
                    "credit.preapproved",
                    "credit.granted",
                    "credit.signed",
                    "credit.frozen",
                ];
                stocks.extend(
                    limits
                        .into_iter()
                        .zip(figures)
                        .map(|(measure, sum)| own(measure, sum)),
                );
                stocks.push(own("credit.drawn", known.drawn));
                let households = [
                    ("credit.households", figures[4]),
                    ("credit.granted_households", figures[5]),
                    ("credit.signed_households", figures[6]),
                    ("credit.drawn_households", i64::from(known.drawn > 0)),
                ];
                let each = households.map(|(measure, sum)| model.counted(line.client, own(measure, sum)));
                stocks.extend(each.into_iter().flatten());
                counted.push(own("credit.villages", figures[4]));
                (known.region, known.specialist) = (to.region, to.specialist);
            }
            What::Loan => {
                let Some(known) = self.loans.get_mut(&contract) else {
                    return Vec::new();
                };
                stocks.push(of(n, line, "loan.balance", known.balance));
                stocks.push(of(n, line, "loan.nonperforming", known.bad()));
                stocks.push(Share {
                    contract: Some(contract),
                    ..of(n, line, "loan.overdue", known.overdue)
                });
                (known.region, known.specialist) = (to.region, to.specialist);
            }
            What::Part(at) => {
                let Some(cover) = self.covers.get_mut(&contract) else {
                    return Vec::new();
                };
                let stands = cover.in_force();
                let Some(part) = cover.parts.iter_mut().find(|part| part.n == at) else {
                    return Vec::new();
                };
                let sum = if stands { part.sum } else { 0 };
                stocks.push(of(n, line, "insurance.in_force", sum));
                (part.region, part.specialist) = (to.region, to.specialist);
            }
        }
        let there = |share: Share| Share {
            region: to.region,
            specialist: to.specialist,
            ..share
        };
        let gone = |share: Share| Share {
            amount: -share.amount,
            ..share
        };
        let mut shares: Vec<Share> = Vec::new();
        for share in stocks {
            shares.extend([gone(share.clone()), there(share)]);
        }
        for share in counted {
            shares.extend(model.village(gone(share.clone())));
            shares.extend(model.village(there(share)));
        }
        shares.retain(|share| share.amount != 0);
        shares
    }
}

/// What refuses a handover, of what is posted.
pub fn refused(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    line: &Line,
    standing: &Standing,
) -> Option<&'static str> {
    let Act::Move(to) = &line.act else { return None };
    let same = |other: &Line| event.lines.iter().any(|line| line.contract == other.contract);
    let waits = |(at, other): (usize, &Event)| {
        Some(at) != own
            && other.book == event.book
            && other.stage == Stage::Waiting
            && other.reverses.is_none()
            && other.kind == event.kind
            && other.lines.iter().any(same)
    };
    if asked == Asked::Sending && model.events.iter().enumerate().any(waits) {
        return Some("a handover waits");
    }
    let mut employers = model.specialists.iter();
    let theirs = employers.any(|(number, of)| (*number, *of) == (to.specialist, line.institution));
    let here = (line.region, line.specialist);
    if !theirs || standing.place(line, to.what) != Some(here) || here == (to.region, to.specialist) {
        return Some("another institution's, not here, or nowhere else");
    }
    let row = |at: usize| (line.contract, at);
    let open = standing.claims.iter().filter(|(_, claim)| claim.open());
    let mut rows = open.map(|((policy, part, _), _)| (Some(*policy), *part));
    let claimed = matches!(to.what, What::Part(at) if rows.any(|known| known == row(at)));
    let mut twice = event.lines.iter().filter(|other| {
        let same = matches!(&other.act, Act::Move(known) if known.what == to.what);
        same && other.contract == line.contract
    });
    (claimed || twice.nth(1).is_some()).then_some("an open claim, or twice the same")
}

/// Its new village is not there on the day, or something of the contract is posted in a later month.
pub fn nowhere(model: &Model, event: &Event, line: &Line) -> bool {
    let Act::Move(to) = &line.act else { return false };
    let loans = model.standing(event.book, model.log.len(), None, None).loans;
    let under = |id: usize| loans.get(&id).and_then(|loan| loan.under);
    let about = |id: usize| line.contract == Some(id) || under(id).is_some() && under(id) == line.contract;
    let later = |posted: &Posted| {
        let known = &model.events[posted.event];
        known.book == event.book
            && posted.month > model.month_of(event)
            && known.lines.iter().filter_map(|line| line.contract).any(about)
    };
    to.region != line.region && no_village_at(model, event, to.region) || model.log.iter().any(later)
}

/// Who takes over is not in post there.
pub fn held(model: &Model, event: &Event, line: &Line) -> bool {
    let Act::Move(to) = &line.act else { return false };
    let posts = model.standing(event.book, model.log.len(), None, None).posts;
    let mut there = posts.values().filter(|post| {
        post.specialist == to.specialist
            && post.holds_on(event.day)
            && model.places.are_one(post.region, to.region, event.day)
    });
    there.next().is_none()
}

/// Everything that can be handed over in a county, as a line that says where it stands, and since when it does.
fn all_contracts(run: &Run, county: usize) -> Vec<(Line, NaiveDate)> {
    let standing = run
        .model
        .standing(run.office.counties[county], run.model.log.len(), None, None);
    let line = |place: (i64, i64), of: (i64, i64), who, contract: usize, what, amount| Line {
        region: place.0,
        client: who,
        product: of.1,
        institution: of.0,
        specialist: place.1,
        contract: Some(contract),
        amount,
        act: Act::Move(Move {
            what,
            region: place.0,
            specialist: 0,
        }),
    };
    let mut all = Vec::new();
    for (id, known) in &standing.credit {
        let (place, of) = (
            (known.region, known.specialist),
            (known.institution, known.product),
        );
        let line = line(place, of, known.client, *id, What::Line, known.limit());
        all.push((line, known.changed));
    }
    for (id, known) in &standing.loans {
        let (place, of) = (
            (known.region, known.specialist),
            (known.institution, known.product),
        );
        let line = line(place, of, known.client, *id, What::Loan, known.balance);
        all.push((line, known.paid_out));
    }
    for (id, cover) in &standing.covers {
        let of = (cover.institution, cover.product);
        for part in &cover.parts {
            let place = (part.region, part.specialist);
            let line = line(place, of, part.client, *id, What::Part(part.n), part.sum);
            all.push((line, cover.from));
        }
    }
    all
}

/// Some contracts of one institution go to another specialist or village.
pub fn hand_over(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let mut all = all_contracts(run, county);
    let (first, since) = die.pick(&all)?.clone();
    all.retain(|(line, _)| line.institution == first.institution);
    let theirs = run.office.specialists.iter();
    let theirs: Vec<i64> = theirs
        .filter(|(_, of)| *of == first.institution || die.chance(3))
        .map(|(number, _)| *number)
        .collect();
    let mut lines = vec![first.clone()];
    for _ in 0..die.below(3) {
        lines.push(die.pick(&all)?.0.clone());
    }
    if die.chance(95) {
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(format!("{:?} {:?}", line.contract, line.act)));
    }
    for line in &mut lines {
        let Act::Move(to) = &mut line.act else { continue };
        to.specialist = *die.pick(&theirs)?;
        if die.chance(50) || to.specialist == line.specialist {
            to.region = village(run, die, county);
        }
        if die.chance(3) {
            line.amount = amount(die, line.amount);
        }
    }
    Some(Draft {
        kind: "contract.handover",
        book: run.office.counties[county],
        day: day_from(die, since),
        institution: first.institution,
        lines,
    })
}
