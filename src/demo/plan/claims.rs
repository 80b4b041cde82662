//! What was paid on policies: storms over whole counties, rain, cold, and disease month by month.

use chrono::{Datelike, NaiveDate};

use super::PlanError;
use super::acts::{Claim, ClaimLine};
use super::calendar::{day, plus_days, workday_from};
use super::catalogue::risks;
use super::credit::shuffled;
use super::model::Policy;
use super::rng::Rng;
use super::settle::settle;
use crate::values::money::Fen;

/// An event, the classes it hits, the percent of policies, and how heavy it is.
struct Event {
    date: NaiveDate,
    cause: &'static str,
    classes: &'static [&'static str],
    percent: usize,
    weight: i64,
}

const FIELD: &[&str] = &["种植", "特色"];
const POND: &[&str] = &["水产", "养殖"];
const STORM: &[&str] = &["种植", "水产", "养殖", "森林", "特色"];
const STOCK: &[&str] = &["养殖"];

/// Storms as they were; the losses are invented.
fn events(year: i32) -> Vec<Event> {
    let event = |month, d, cause, classes, percent, weight| Event {
        date: day(year, month, d),
        cause,
        classes,
        percent,
        weight,
    };
    let mut events = if year == 2022 {
        vec![
            event(2, 21, "低温阴雨", POND, 25, 2),
            event(5, 12, "强降雨", FIELD, 40, 3),
            event(6, 14, "“龙舟水”强降雨", FIELD, 40, 4),
            event(7, 2, "台风“暹芭”", STORM, 60, 9),
            event(8, 10, "台风“木兰”", STORM, 35, 4),
            event(8, 25, "台风“马鞍”", STORM, 45, 6),
        ]
    } else {
        vec![
            event(3, 28, "强对流天气", FIELD, 25, 2),
            event(6, 8, "“龙舟水”强降雨", FIELD, 40, 4),
            event(7, 17, "台风“泰利”", STORM, 45, 6),
            event(9, 2, "台风“苏拉”", STORM, 75, 14),
            event(9, 8, "“海葵”残余环流强降雨", STORM, 45, 8),
            event(10, 9, "台风“小犬”", STORM, 50, 8),
        ]
    };
    let disease = (2..12).map(|month| event(month, 9, "疾病死亡", STOCK, 30, 1));
    events.extend(disease);
    events
}

/// One claim line before amounts are settled.
struct Loss {
    claim: usize,
    policy_line: usize,
    weight: i64,
}

/// The year's payouts, by the day paid, together the target.
pub(super) fn pay_claims(
    rng: &mut Rng,
    policies: &[Policy],
    year: i32,
    target: i64,
) -> Result<Vec<(NaiveDate, Claim)>, PlanError> {
    let mut claims = Vec::new();
    let mut losses = Vec::new();
    let classes: Vec<(String, bool)> = risks().into_iter().map(|r| (r.class, r.index)).collect();
    for event in events(year) {
        for (n, policy) in policies.iter().enumerate() {
            let (class, index) = &classes[policy.risk];
            let hit = event.classes.contains(&class.as_str()) && !index;
            if !hit || policy.start > event.date || !rng.chance(event.percent) {
                continue;
            }
            let loss_date = plus_days(event.date, rng.between(0, 2));
            let Some(paid_on) = paid_on(rng, loss_date, policy.end) else {
                continue;
            };
            let first = losses.len();
            for policy_line in 0..policy.lines.len() {
                if rng.chance(55) {
                    let weight = event.weight * rng.between(20, 180);
                    losses.push(Loss {
                        claim: claims.len(),
                        policy_line,
                        weight,
                    });
                }
            }
            if losses.len() > first {
                claims.push((paid_on, claim(n, loss_date, event.cause)));
            }
        }
    }
    let amounts = shared_out(rng, policies, &claims, &losses, target)?;
    for (loss, amount) in losses.iter().zip(amounts) {
        let (_, claim) = &mut claims[loss.claim];
        claim.lines.push(ClaimLine {
            policy_line: loss.policy_line,
            households: rng.between(1, 12) as u32,
            amount: Fen(amount),
        });
    }
    for (nth, (paid_on, claim)) in claims.iter_mut().enumerate() {
        claim.number = format!("LP{}{:05}", paid_on.format("%Y%m"), nth + 1);
    }
    Ok(claims)
}

fn claim(policy: usize, loss_date: NaiveDate, cause: &str) -> Claim {
    Claim {
        number: String::new(),
        policy,
        loss_date,
        cause: cause.to_owned(),
        lines: Vec::new(),
    }
}

/// One to six weeks later, a working day while the policy runs and in the same year.
fn paid_on(rng: &mut Rng, loss_date: NaiveDate, end: NaiveDate) -> Option<NaiveDate> {
    let date = workday_from(plus_days(loss_date, rng.between(6, 42)));
    let date = if date > end {
        workday_from(plus_days(loss_date, 5))
    } else {
        date
    };
    (date <= end && date.year() == loss_date.year()).then_some(date)
}

/// By weight × sum insured, in whole yuan but for one line, and no line beyond its sum insured
/// however many claims it has.
fn shared_out(
    rng: &mut Rng,
    policies: &[Policy],
    claims: &[(NaiveDate, Claim)],
    losses: &[Loss],
    target: i64,
) -> Result<Vec<i64>, PlanError> {
    let policy_of = |loss: &Loss| claims[loss.claim].1.policy;
    let mut times = std::collections::HashMap::new();
    for loss in losses {
        *times.entry((policy_of(loss), loss.policy_line)).or_insert(0_i64) += 1;
    }
    let highest: Vec<i64> = losses
        .iter()
        .map(|loss| {
            let line = &policies[policy_of(loss)].lines[loss.policy_line];
            let sum = line.quantity.mantissa() * i128::from(line.unit_sum.0) / 100;
            let times = times.get(&(policy_of(loss), loss.policy_line));
            // A year's policy may be hit in two years: half of it for each.
            i64::try_from(sum).unwrap_or(0) / 2 / times.copied().unwrap_or(1)
        })
        .collect();
    let weights: Vec<i128> = losses
        .iter()
        .zip(&highest)
        .map(|(loss, high)| i128::from(loss.weight) * i128::from(*high))
        .collect();
    let whole = weights.iter().sum::<i128>().max(1);
    let mut amounts: Vec<i64> = weights
        .iter()
        .zip(&highest)
        .map(|(weight, high)| {
            let share = i64::try_from(weight * i128::from(target) / whole).unwrap_or(0);
            (share / 1000 * 1000).clamp(1000, (*high).max(1000))
        })
        .collect();
    let order = shuffled(rng, amounts.len());
    let bounds = |n: usize| (1000, highest[n]);
    settle(&mut amounts, bounds, &order, 1000, target)?;
    Ok(amounts)
}
