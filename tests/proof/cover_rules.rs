//! What the reference expects to be refused or held of policies' changes, claims and payouts.

use chrono::NaiveDate;

use super::cover::{ClaimAct, ClaimStep, CoverPos, PartPos};
use super::index;
use super::model::{Act, Event, Line, Model, Standing};
use super::rules::Asked;

/// Sum insured of one unit.
pub const UNIT: i64 = 500_000;

/// A fraction rounded to the nearest whole, halves away from nought.
pub fn rounded(numerator: i64, denominator: i64) -> i64 {
    let (n, d) = (i128::from(numerator), i128::from(denominator));
    let whole = (n.abs() * 2 + d) / (d * 2);
    i64::try_from(whole * n.signum()).expect("small")
}

/// The premium of a change of the sum insured at 8%; none where the paper says it.
pub fn of_change(cover: &CoverPos, change: i64, basis: &str, day: NaiveDate) -> Option<i64> {
    let (left, all) = cover.days(day);
    match basis {
        "whole" => Some(rounded(change * 8, 100)),
        "days" => Some(rounded(change * 8 * left, 100 * all)),
        _ => None,
    }
}

/// The premium of a part that a cancellation returns by days, negative.
pub fn returned(cover: &CoverPos, part: &PartPos, day: NaiveDate) -> i64 {
    let (left, all) = cover.days(day);
    -rounded(part.premium() * left, all)
}

/// Nobody pays when another gets back, nobody gets back more than he bore.
fn badly_split(part: &PartPos, borne: &[i64; 5]) -> bool {
    let premium: i64 = borne.iter().sum();
    let mut each = part.borne.iter().zip(borne);
    each.any(|(was, change)| change.signum() * premium.signum() < 0 || was + change < 0)
}

/// Whether what is paid on a policy follows from an index.
pub fn is_index(cover: &CoverPos) -> bool {
    cover.product == super::office::office().index_product
}

pub fn same_place(cover: &CoverPos, part: &PartPos, line: &Line) -> bool {
    (cover.institution, cover.product, part.region) == (line.institution, line.product, line.region)
}

/// What refuses a line about a policy in force.
pub fn refused(
    model: &Model,
    event: &Event,
    own: Option<usize>,
    asked: Asked,
    line: &Line,
    standing: &Standing,
) -> Option<&'static str> {
    let contract = line.contract?;
    let Some(cover) = standing.covers.get(&contract) else {
        return Some("no policy");
    };
    match &line.act {
        Act::Endorse { part, .. } | Act::Cancel { part, .. } => {
            if cover.cancelled.is_some() || event.day > cover.to {
                return Some("cancelled or over");
            }
            let Some(known) = cover.part(*part) else {
                return Some("no part");
            };
            match &line.act {
                Act::Endorse { .. } => endorsed(event, line, standing, cover, known),
                _ => cancelled(event, line, standing, cover, known),
            }
        }
        Act::Claim(act) => {
            let Some(known) = cover.part(act.part) else {
                return Some("no part");
            };
            if !same_place(cover, known, line) || known.client != line.client {
                return Some("another part");
            }
            let key = (contract, act.part, act.number);
            let paid = asked == Asked::Sending
                && !standing.claims.contains_key(&key)
                && model.paid_under(event.book, own, key);
            if paid {
                return Some("paid without a claim");
            }
            claimed(event.day, line, act, standing, cover, known)
        }
        Act::Pay {
            part, loss, claim, ..
        } => {
            let Some(known) = cover.part(*part) else {
                return Some("no part");
            };
            let stranger = known.client.is_some() && line.client.is_some() && known.client != line.client;
            if !same_place(cover, known, line) || stranger {
                return Some("another part");
            }
            let outside = !cover.covers(*loss) || *loss > event.day;
            if outside || line.amount <= 0 || line.amount > cover.left(known) {
                return Some("loss or amount");
            }
            if asked == Asked::Sending && is_index(cover) {
                return Some("paid by its index only");
            }
            paid(line, standing, (contract, *part, *claim), *loss)
        }
        Act::IndexPay { .. } => index::refused(model, event, own, asked, line, cover),
        _ => None,
    }
}

fn endorsed(
    event: &Event,
    line: &Line,
    standing: &Standing,
    cover: &CoverPos,
    known: &PartPos,
) -> Option<&'static str> {
    let Act::Endorse {
        part,
        quantity,
        households,
        basis,
        borne,
    } = &line.act
    else {
        return None;
    };
    if !same_place(cover, known, line) || known.client.is_some() != line.client.is_some() {
        return Some("another part");
    }
    let after = known.sum + line.amount;
    if (after - quantity * UNIT).abs() > 1 || after < known.paid {
        return Some("not that sum, or below what was paid");
    }
    let open = standing
        .claims
        .iter()
        .filter(|((policy, row, _), _)| Some(*policy) == line.contract && row == part);
    let owed: i64 = open.map(|(_, claim)| claim.owed()).sum();
    if owed > 0 && after < known.paid + owed {
        return Some("below what is claimed");
    }
    let premium: i64 = borne.iter().sum();
    let nothing =
        line.amount == 0 && premium == 0 && *households == known.households && line.client == known.client;
    let reckoned = of_change(cover, line.amount, basis, event.day);
    let wrong = nothing || reckoned.is_some_and(|reckoned| reckoned != premium) || badly_split(known, borne);
    wrong.then_some("nothing changed, or another premium")
}

fn cancelled(
    event: &Event,
    line: &Line,
    standing: &Standing,
    cover: &CoverPos,
    known: &PartPos,
) -> Option<&'static str> {
    let Act::Cancel { basis, borne, .. } = &line.act else {
        return None;
    };
    let at = event.lines.iter().position(|other| std::ptr::eq(other, line));
    let in_its_place = event.lines.len() == cover.parts.len() && at == Some(known.n - 1);
    if !in_its_place || !same_place(cover, known, line) || line.amount != known.paid - known.sum {
        return Some("not the policy as it stands");
    }
    let mut claims = standing.claims.iter();
    if claims.any(|((policy, ..), claim)| Some(*policy) == line.contract && claim.open()) {
        return Some("an open claim");
    }
    let premium: i64 = borne.iter().sum();
    let wrong = match *basis {
        "stated" => false,
        "days" => premium != returned(cover, known, event.day),
        _ => true,
    };
    (wrong || premium > 0 || badly_split(known, borne)).then_some("another premium")
}

fn claimed(
    day: NaiveDate,
    line: &Line,
    act: &ClaimAct,
    standing: &Standing,
    cover: &CoverPos,
    part: &PartPos,
) -> Option<&'static str> {
    use ClaimStep::{Approve, Assess, Close, Notice, Report};
    let key = (line.contract?, act.part, act.number);
    let files = matches!(act.step, Report | Assess);
    let decides = matches!(act.step, Assess | Approve);
    let room = part.sum - part.paid;
    let Some(claim) = standing.claims.get(&key) else {
        let Some(filing) = act.filing.filter(|_| files) else {
            return Some("no such claim");
        };
        let surveyed = filing.surveyed.unwrap_or(filing.reported);
        let ordered = filing.loss <= filing.reported && filing.reported <= surveyed && surveyed <= day;
        let wrong = !ordered || !cover.covers(filing.loss) || line.amount < 0;
        return (wrong || decides && line.amount > room).then_some("days or amount");
    };
    if act.filing.is_some() || claim.closed || day < claim.reported || line.amount < 0 {
        return Some("filed, closed or not yet filed");
    }
    if claim.approved && !matches!(act.step, Approve | Close) {
        return Some("approved already");
    }
    let wrong = match act.step {
        Assess => line.amount > room + claim.paid,
        Notice => {
            !claim.assessed || act.shown.is_none_or(|(from, to)| from > to) || line.amount != claim.amounts[1]
        }
        Approve => {
            let most = (room + claim.paid).min(claim.amounts[1]);
            !claim.assessed || line.amount > most || line.amount < claim.paid
        }
        _ => false,
    };
    wrong.then_some("not now, or not that much")
}

fn paid(
    line: &Line,
    standing: &Standing,
    key: (usize, usize, usize),
    loss: NaiveDate,
) -> Option<&'static str> {
    let Some(claim) = standing.claims.get(&key) else {
        let mut of_row = standing
            .claims
            .iter()
            .filter(|((policy, part, _), _)| (*policy, *part) == (key.0, key.1));
        let same = of_row.any(|(_, claim)| claim.open() && claim.loss == loss);
        return same.then_some("a claim of that loss is open");
    };
    let over = claim.closed || claim.loss != loss || !claim.approved;
    (over || line.amount > claim.amounts[2] - claim.paid).then_some("not approved, or above it")
}

/// Who approves a claim before its assessment has been shown must say so.
pub fn held(line: &Line, day: NaiveDate, standing: &Standing) -> bool {
    let Act::Claim(act) = &line.act else { return false };
    let key = line.contract.map(|contract| (contract, act.part, act.number));
    let claim = key.and_then(|key| standing.claims.get(&key));
    act.step == ClaimStep::Approve
        && act.filing.is_none()
        && claim.is_some_and(|claim| claim.assessed && claim.shown.is_none_or(|last| day <= last))
}
