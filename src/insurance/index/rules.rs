//! When an index product pays and how much: pure, from the trigger, the stored observations and a policy's
//! days, quantity and unit sum (`domain` §2, shapes a to d).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::values::rate::Percent;
use crate::values::{AmountError, Fen, Lang, Say};

mod say;
#[cfg(test)]
mod tests;
mod words;

pub use words::{Measured, Side, Statistic, Take};

/// One value read off the observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub statistic: Statistic,
    pub take: Take,
}

/// A reading held against a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub reading: Reading,
    pub side: Side,
    pub bound: Measured,
}

/// What is paid for one unit insured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pay {
    Yuan(Fen),
    /// A part of the policy's sum insured per unit.
    OfSum(Percent),
}

/// From this value on, that is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub from: Measured,
    pub pay: Pay,
}

/// The four shapes of triggers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// (a) Any of the conditions.
    Threshold { any: Vec<Condition>, pay: Pay },
    /// (b) A table of tiers in rising order; `side` is [`Side::AtLeast`] or [`Side::Above`].
    Tiers {
        reading: Reading,
        side: Side,
        tiers: Vec<Tier>,
    },
    /// (c) So much for each unit beyond the bound, with a cap; both for one unit insured.
    Linear {
        condition: Condition,
        step: Fen,
        cap: Fen,
    },
    /// (d) Of all events within the period only the largest pays, by a table.
    LargestEvent {
        statistic: Statistic,
        side: Side,
        tiers: Vec<Tier>,
    },
}

/// Part of a year: from a month and day to a month and day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Season {
    pub from: (u32, u32),
    pub to: (u32, u32),
}

/// When and how an index product pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Of [`super::store::Station`].
    pub station: i64,
    /// The part of the days insured that is observed; all of them without one.
    pub season: Option<Season>,
    pub shape: Shape,
}

impl Trigger {
    /// The readings it asks for.
    pub fn readings(&self) -> Vec<Reading> {
        match &self.shape {
            Shape::Threshold { any, .. } => any.iter().map(|condition| condition.reading).collect(),
            Shape::Tiers { reading, .. } => vec![*reading],
            Shape::Linear { condition, .. } => vec![condition.reading],
            Shape::LargestEvent { statistic, .. } => vec![Reading {
                statistic: *statistic,
                take: Take::Highest,
            }],
        }
    }

    /// The days observed of a policy that covers these; none when the season lies outside them.
    pub fn period(&self, starts_on: NaiveDate, ends_on: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let Some(season) = self.season else {
            return Some((starts_on, ends_on));
        };
        (starts_on.year() - 1..=ends_on.year()).find_map(|year| {
            let over_new_year = season.to < season.from;
            let from = NaiveDate::from_ymd_opt(year, season.from.0, season.from.1)?;
            let to = NaiveDate::from_ymd_opt(year + i32::from(over_new_year), season.to.0, season.to.1)?;
            let (from, to) = (from.max(starts_on), to.min(ends_on));
            (from <= to).then_some((from, to))
        })
    }
}

/// The values observed, by statistic and day, as last corrected.
pub type Observations = BTreeMap<Statistic, BTreeMap<NaiveDate, Measured>>;

/// One reading as it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub reading: Reading,
    /// None while it is not known.
    pub value: Option<Measured>,
    /// The day it stands on; the last of the period for a sum.
    pub day: Option<NaiveDate>,
    /// Days of the period without an observation.
    pub missing: i64,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something is not observed yet.
    Unknown,
    /// The trigger is not met.
    NotMet,
    Pays {
        /// For one unit, in yuan, not rounded.
        per_unit: Decimal,
        /// For the quantity insured, rounded once to the fen.
        amount: Fen,
        /// The day of the value that triggers.
        day: NaiveDate,
    },
}

/// An evaluation with everything it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    pub period: (NaiveDate, NaiveDate),
    pub seen: Vec<Seen>,
    pub verdict: Verdict,
    /// The formula in a sentence.
    pub sentence: Say,
}

/// What of a policy the formula needs.
#[derive(Clone, Copy, Debug)]
pub struct Insured<'a> {
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// In hundredths of the unit.
    pub quantity: i64,
    /// 亩, 份 …
    pub unit: &'a str,
    pub unit_sum: Fen,
}

/// Evaluates a trigger; none when its season lies outside the days insured.
///
/// # Errors
/// An amount that does not fit.
pub fn evaluate(
    trigger: &Trigger,
    station: &str,
    insured: &Insured<'_>,
    observations: &Observations,
) -> Result<Option<Worked>, AmountError> {
    let Some(period) = trigger.period(insured.starts_on, insured.ends_on) else {
        return Ok(None);
    };
    let seen: Vec<Seen> = trigger
        .readings()
        .into_iter()
        .map(|reading| read_off(reading, period, observations))
        .collect();
    let found = pay_of(trigger, &seen, insured.unit_sum);
    let quantity = Decimal::new(insured.quantity, 2);
    let verdict = match found {
        Found::Unknown => Verdict::Unknown,
        Found::NotMet => Verdict::NotMet,
        Found::Pays { base, factor, at } => Verdict::Pays {
            per_unit: (base.to_yuan() * factor).normalize(),
            amount: base.times(factor * quantity)?,
            day: seen.get(at).and_then(|seen| seen.day).unwrap_or(period.1),
        },
    };
    let mut worked = Worked {
        period,
        seen,
        verdict,
        sentence: Say::new("", ""),
    };
    worked.sentence = Say::new(
        say::sentence(Lang::Zh, trigger, station, insured, &worked),
        say::sentence(Lang::En, trigger, station, insured, &worked),
    );
    Ok(Some(worked))
}

/// The rule of a trigger in words.
pub fn rule(lang: Lang, trigger: &Trigger, unit: &str) -> String {
    say::rule(lang, trigger, unit)
}

fn read_off(reading: Reading, (from, to): (NaiveDate, NaiveDate), observations: &Observations) -> Seen {
    let days: Vec<(NaiveDate, Measured)> = observations
        .get(&reading.statistic)
        .map(|days| days.range(from..=to).map(|(day, value)| (*day, *value)).collect())
        .unwrap_or_default();
    let length = (to - from).num_days() + 1;
    let missing = length - i64::try_from(days.len()).unwrap_or(length);
    // Of equal values the first day counts.
    let found = match reading.take {
        Take::Highest => days.iter().rev().max_by_key(|(_, value)| *value).copied(),
        Take::Lowest => days.iter().min_by_key(|(_, value)| *value).copied(),
        Take::Stated => days.last().copied(),
        Take::Sum if missing == 0 => {
            let sum: Decimal = days.iter().map(|(_, value)| value.0).sum();
            Some((to, Measured(sum.normalize())))
        }
        Take::Sum => None,
    };
    Seen {
        reading,
        value: found.map(|(_, value)| value),
        day: found.map(|(day, _)| day),
        missing: if reading.take == Take::Stated { 0 } else { missing },
    }
}

enum Found {
    Unknown,
    NotMet,
    /// `base` × `factor` for one unit, by the reading in that place.
    Pays {
        base: Fen,
        factor: Decimal,
        at: usize,
    },
}

fn pay_of(trigger: &Trigger, seen: &[Seen], unit_sum: Fen) -> Found {
    let paying = |pay: Pay, at| match pay {
        Pay::Yuan(fen) => Found::Pays {
            base: fen,
            factor: Decimal::ONE,
            at,
        },
        Pay::OfSum(percent) => Found::Pays {
            base: unit_sum,
            factor: Decimal::new(percent.ten_thousandths(), 6),
            at,
        },
    };
    let first = seen.first().and_then(|seen| seen.value);
    match &trigger.shape {
        Shape::Threshold { any, pay } => {
            let met = any.iter().zip(seen).position(|(condition, seen)| {
                seen.value
                    .is_some_and(|value| condition.side.holds(value.0, condition.bound.0))
            });
            match met {
                Some(at) => paying(*pay, at),
                None if seen.iter().any(|seen| seen.value.is_none()) => Found::Unknown,
                None => Found::NotMet,
            }
        }
        Shape::Tiers { side, tiers, .. } | Shape::LargestEvent { side, tiers, .. } => {
            let Some(value) = first else { return Found::Unknown };
            let reached = tiers.iter().rev().find(|tier| side.holds(value.0, tier.from.0));
            reached.map_or(Found::NotMet, |tier| paying(tier.pay, 0))
        }
        Shape::Linear { condition, step, cap } => {
            let Some(value) = first else { return Found::Unknown };
            let beyond = (value.0 - condition.bound.0).abs();
            if !condition.side.holds(value.0, condition.bound.0) || beyond.is_zero() {
                return Found::NotMet;
            }
            if step.to_yuan() * beyond >= cap.to_yuan() {
                return paying(Pay::Yuan(*cap), 0);
            }
            Found::Pays {
                base: *step,
                factor: beyond,
                at: 0,
            }
        }
    }
}
