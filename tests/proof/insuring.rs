//! What happens to policies: written, changed, claimed on, paid, cancelled.

use chrono::{NaiveDate, TimeDelta};

use super::cover::{ClaimAct, ClaimPos, ClaimStep, CoverPos, Filing};
use super::cover_rules::{UNIT, of_change, returned};
use super::die::Die;
use super::drive::{Draft, Run};
use super::events::{amount, business_day, client, day_from, new_contract, specialist, village};
use super::model::{Act, Line};

/// Sum insured, quantity and who bears the premium: 5,000 yuan a unit at 8%, split 0/50/10/10/30.
pub fn premium(die: &mut Die) -> (i64, i64, [i64; 5]) {
    let quantity = die.between(1, 60);
    let parts = [0, 20_000, 4_000, 4_000, 12_000].map(|part| part * quantity);
    (quantity * UNIT, quantity, parts)
}

/// A change of premium, split more or less so: the province takes what is left.
fn borne(premium: i64) -> [i64; 5] {
    let [city, farmer] = [premium / 10, premium * 3 / 10];
    [0, premium - 2 * city - farmer, city, city, farmer]
}

pub fn insure(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let product = if die.chance(20) {
        run.office.index_product
    } else {
        run.office.insurance_product
    };
    insure_by(run, die, county, product)
}

pub fn insure_by(run: &mut Run, die: &mut Die, county: usize, product: i64) -> Option<Draft> {
    let book = run.office.counties[county];
    let day = business_day(die);
    let contract = new_contract(run);
    let lasts = if die.chance(5) {
        -1
    } else {
        [20, 45, 200, 400][die.below(4)]
    };
    let to = day + TimeDelta::days(lasts);
    let institution = run.office.institutions[2];
    let mut lines = Vec::new();
    for _ in 0..die.between(1, 3) {
        let (amount, quantity, borne) = premium(die);
        let whose = die.chance(50).then(|| client(run, die, county)).flatten();
        lines.push(Line {
            region: village(run, die, county),
            client: whose,
            product,
            institution,
            specialist: specialist(run, die, institution),
            contract: Some(contract),
            amount,
            act: Act::Insure {
                number: contract,
                from: day,
                to,
                quantity,
                households: die.between(0, 3),
                borne,
            },
        });
    }
    Some(Draft {
        kind: "insurance.policy",
        book,
        day,
        institution,
        lines,
    })
}

/// A policy of the county, as it stands with what waits.
fn any_cover(run: &Run, die: &mut Die, county: usize) -> Option<(usize, CoverPos)> {
    let covers: Vec<_> = run
        .model
        .foreseen(run.office.counties[county], None)
        .covers
        .into_iter()
        .collect();
    die.pick(&covers).cloned()
}

/// A day on which the cover lasts, mostly.
fn day_within(die: &mut Die, cover: &CoverPos) -> NaiveDate {
    let tries: Vec<NaiveDate> = (0..12).map(|_| business_day(die)).collect();
    let fits = |day: &&NaiveDate| cover.from <= **day && **day <= cover.to;
    let within = tries.iter().find(fits).filter(|_| die.chance(95));
    within
        .copied()
        .unwrap_or(if die.chance(70) { cover.from } else { tries[0] })
}

/// A line about a part of a policy.
pub fn about(run: &Run, die: &mut Die, contract: usize, cover: &CoverPos, at: usize, act: Act) -> Line {
    let part = &cover.parts[at];
    Line {
        region: part.region,
        client: part.client,
        product: cover.product,
        institution: cover.institution,
        specialist: specialist(run, die, cover.institution),
        contract: Some(contract),
        amount: 0,
        act,
    }
}

pub fn endorse(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let (contract, cover) = any_cover(run, die, county)?;
    let day = day_within(die, &cover);
    let mut lines = Vec::new();
    for _ in 0..[1, 1, 2][die.below(3)] {
        let at = die.below(cover.parts.len());
        let part = &cover.parts[at];
        let quantity = if die.chance(15) { 0 } else { die.between(1, 60) };
        let change = quantity * UNIT - part.sum + if die.chance(4) { 1_000 } else { 0 };
        let basis = ["days", "days", "whole", "stated"][die.below(4)];
        let by_days = of_change(&cover, change, "days", day).expect("by days");
        let premium = of_change(&cover, change, basis, day).unwrap_or(by_days / 2);
        let act = Act::Endorse {
            part: part.n,
            quantity,
            households: die.between(0, 3),
            basis,
            borne: borne(premium + i64::from(die.chance(4))),
        };
        let mut line = about(run, die, contract, &cover, at, act);
        line.amount = change;
        if die.chance(20) {
            line.client = client(run, die, county);
        }
        lines.push(line);
    }
    Some(Draft {
        kind: "insurance.endorse",
        book: run.office.counties[county],
        day,
        institution: cover.institution,
        lines,
    })
}

pub fn cancel(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let (contract, cover) = any_cover(run, die, county)?;
    let day = day_within(die, &cover);
    let basis = ["days", "days", "days", "stated", "whole"][die.below(5)];
    let mut lines = Vec::new();
    for (at, part) in cover.parts.iter().enumerate() {
        let back = returned(&cover, part, day);
        let back = if basis == "stated" { back / 2 } else { back };
        // A whole premium goes back as it was borne.
        let split = if back == -part.premium() {
            part.borne.map(|borne| -borne)
        } else {
            borne(back)
        };
        let act = Act::Cancel {
            part: part.n,
            basis,
            borne: split,
        };
        let mut line = about(run, die, contract, &cover, at, act);
        line.amount = part.paid - part.sum;
        lines.push(line);
    }
    if die.chance(3) {
        lines.reverse();
    }
    Some(Draft {
        kind: "insurance.cancel",
        book: run.office.counties[county],
        day,
        institution: cover.institution,
        lines,
    })
}

fn next(claim: &ClaimPos) -> ClaimStep {
    match claim {
        claim if claim.approved => ClaimStep::Close,
        claim if claim.shown.is_some() => ClaimStep::Approve,
        claim if claim.assessed => ClaimStep::Notice,
        claim if claim.surveyed => ClaimStep::Assess,
        _ => ClaimStep::Survey,
    }
}

/// A claim on a policy goes on, or new ones are filed.
pub fn claim(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let standing = run.model.foreseen(run.office.counties[county], None);
    let claims = standing.claims.iter();
    let claims: Vec<_> = claims
        .filter(|(_, claim)| claim.open() || die.chance(20))
        .collect();
    let (cover, day, step, lines) = match die.pick(&claims).filter(|_| die.chance(80)) {
        Some(((contract, part, number), claim)) => {
            let cover = standing.covers.get(contract)?;
            let at = cover.parts.iter().position(|row| row.n == *part)?;
            let day = day_from(die, claim.shown.unwrap_or(claim.reported));
            let step = match die.below(10) {
                0 => ClaimStep::EVERY[die.below(6)],
                1 => ClaimStep::Close,
                _ => next(claim),
            };
            let act = ClaimAct {
                step,
                part: *part,
                number: *number,
                filing: None,
                shown: shown(die, step, day),
            };
            let mut line = about(run, die, *contract, cover, at, Act::Claim(act));
            line.amount = match step {
                ClaimStep::Close => 0,
                ClaimStep::Notice if die.chance(95) => claim.amounts[1],
                ClaimStep::Approve => amount(die, claim.amounts[1]),
                _ => amount(die, cover.left(&cover.parts[at]) / 2),
            };
            (cover, day, step, vec![line])
        }
        None => {
            let covers: Vec<_> = standing.covers.iter().collect();
            let (contract, cover) = *die.pick(&covers)?;
            let step = [ClaimStep::Report, ClaimStep::Report, ClaimStep::Assess][die.below(3)];
            let day = day_within(die, cover);
            let count = [1, 1, 2][die.below(3)];
            let lines = (0..count).map(|_| filed(run, die, (*contract, cover), step, day));
            let lines = lines.collect();
            (cover, day, step, lines)
        }
    };
    Some(Draft {
        kind: step.kind(),
        book: run.office.counties[county],
        day,
        institution: cover.institution,
        lines,
    })
}

/// The days of a notice, where they are asked for, and at times where they are not.
fn shown(die: &mut Die, step: ClaimStep, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let asked = step == ClaimStep::Notice || die.chance(3);
    asked.then(|| (day, day + TimeDelta::days(die.between(-1, 7))))
}

/// A line that files a claim.
fn filed(
    run: &Run,
    die: &mut Die,
    (contract, cover): (usize, &CoverPos),
    step: ClaimStep,
    day: NaiveDate,
) -> Line {
    let at = die.below(cover.parts.len());
    let loss = if die.chance(80) {
        day
    } else {
        day_within(die, cover)
    };
    let act = ClaimAct {
        step,
        part: cover.parts[at].n,
        number: 1 + die.below(4),
        filing: Some(Filing {
            loss,
            reported: day.max(loss),
            surveyed: die.chance(40).then_some(day),
        }),
        shown: shown(die, step, day),
    };
    let mut line = about(run, die, contract, cover, at, Act::Claim(act));
    line.amount = amount(die, cover.left(&cover.parts[at]) / 2);
    line
}

/// Paid on an approved claim, in parts, or without one.
pub fn pay(run: &mut Run, die: &mut Die, county: usize) -> Option<Draft> {
    let standing = run.model.foreseen(run.office.counties[county], None);
    let owing: Vec<_> = standing
        .claims
        .iter()
        .filter(|(_, claim)| claim.approved && claim.open())
        .collect();
    let on = die.pick(&owing).filter(|_| die.chance(80));
    let covers: Vec<_> = standing.covers.iter().collect();
    let (contract, cover) = match on {
        Some(((contract, ..), _)) => (contract, standing.covers.get(contract)?),
        None => *die.pick(&covers)?,
    };
    let day = match on {
        Some((_, claim)) => day_from(die, claim.reported),
        None => day_from(die, cover.from),
    };
    let mut lines = Vec::new();
    for _ in 0..die.between(1, 2) {
        let at = match on {
            Some(((_, part, _), _)) => cover.parts.iter().position(|row| row.n == *part)?,
            None => die.below(cover.parts.len()),
        };
        let (loss, claim) = match on {
            Some(((.., number), claim)) => (claim.loss, *number),
            None if die.chance(80) => (cover.from, 1 + die.below(6)),
            None => (day, 1 + die.below(6)),
        };
        let act = Act::Pay {
            part: cover.parts[at].n,
            loss,
            claim,
            households: die.between(0, 2),
        };
        let mut line = about(run, die, *contract, cover, at, act);
        let left = match on {
            Some((_, claim)) => claim.amounts[2] - claim.paid,
            None => cover.left(&cover.parts[at]),
        };
        line.amount = amount(die, left.max(1));
        lines.push(line);
    }
    Some(Draft {
        kind: "insurance.payout",
        book: run.office.counties[county],
        day,
        institution: cover.institution,
        lines,
    })
}
