//! The two parts of a rate at a region and month: sums of the ledger, or what official registers say there is.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::answer::{Answer, AnswerRow, RowKey};
use super::aspect::Aspect;
use crate::db::Conn;
use crate::error::Error;
use crate::regions::Regions;
use crate::register::{FigureKind, OfficialFigure, figures_on};
use crate::values::day::show_day;
use crate::values::measure::by_id;
use crate::values::measure::rates::{Rate, Whole};
use crate::values::quantity::show_quantity;
use crate::values::rate::ratio_percent;
use crate::values::{Lang, ProductId, RegionId, RegionKind};

/// What counts are held against on one day: the administrative villages of each unit, and the households
/// registered there.
#[derive(Clone, Debug)]
pub struct Bases<'a> {
    regions: &'a Regions,
    day: NaiveDate,
    villages: HashMap<RegionId, i64>,
    households: HashMap<RegionId, OfficialFigure>,
}

impl<'a> Bases<'a> {
    /// Reads them as of a day.
    pub fn load(conn: &mut Conn, regions: &'a Regions, day: NaiveDate) -> Result<Bases<'a>, Error> {
        let mut villages = HashMap::new();
        for unit in regions.units() {
            if unit.kind == RegionKind::Village && regions.on(unit.id, day).is_some() {
                for above in regions.path(unit.id, day) {
                    *villages.entry(above).or_default() += 1;
                }
            }
        }
        Ok(Bases {
            regions,
            day,
            villages,
            households: figures_on(conn, FigureKind::Households, ProductId(0), day)?,
        })
    }

    /// The administrative villages within a unit.
    pub fn villages(&self, region: RegionId) -> i64 {
        self.villages.get(&region).copied().unwrap_or(0)
    }

    /// Registered households of a unit in hundredths, and since when: its own figure, or the sum of those of
    /// all units one level down; none where one of them is missing.
    pub fn households(&self, region: RegionId, lang: Lang) -> Option<(i64, String)> {
        if let Some(own) = self.households.get(&region) {
            return Some((own.hundredths, format!("{} {}", show_day(own.as_of), own.source)));
        }
        let parts = self.regions.children(region, self.day);
        let counts = |id: &RegionId| {
            let kind = self.regions.unit(*id).map(|unit| unit.kind);
            !matches!(kind, Some(RegionKind::TownLike | RegionKind::Hamlet) | None)
        };
        let parts: Vec<RegionId> = parts.into_iter().filter(counts).collect();
        if parts.is_empty() {
            return None;
        }
        let sums: Option<Vec<(i64, String)>> = parts
            .into_iter()
            .map(|part| self.households(part, lang))
            .collect();
        let sum = sums?
            .iter()
            .try_fold(0_i64, |sum, (part, _)| sum.checked_add(*part))?;
        Some((sum, lang.t("下级之和", "sum of the parts").to_owned()))
    }
}

/// Numerator and denominator of a rate at one place and moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateParts {
    /// Fen, or a count.
    pub numerator: i64,
    /// In the numerator's unit; none where nothing is known to divide by. Registered households are in
    /// hundredths.
    pub whole: Option<i64>,
    /// Where a denominator that is no measure comes from.
    pub source: Option<String>,
    in_hundredths: bool,
}

impl RateParts {
    /// Σ numerator ÷ Σ denominator in percent; none without a whole.
    pub fn percent(&self) -> Option<Decimal> {
        let scale = if self.in_hundredths { 100 } else { 1 };
        ratio_percent(self.numerator.checked_mul(scale)?, self.whole?)
    }

    /// A denominator that is no measure, for people.
    pub fn whole_shown(&self) -> Option<String> {
        let whole = self.whole?;
        Some(show_quantity(if self.in_hundredths {
            whole
        } else {
            whole.checked_mul(100)?
        }))
    }
}

/// The parts of a rate in a row of an answer that was asked for both its measures, as `aspect` reads them.
/// `bases` are those of the aspect's own day; only a denominator that is no measure needs them.
pub fn rate_parts(
    rate: &Rate,
    (answer, row): (&Answer, &AnswerRow),
    aspect: Aspect,
    (bases, lang): (Option<&Bases<'_>>, Lang),
) -> RateParts {
    let amount = |id| {
        answer
            .figures(row, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    let region = match row.key {
        RowKey::Region(_) if row.apart => None,
        RowKey::Region(region) => Some(region),
        RowKey::Institution(_) | RowKey::Product(_) | RowKey::Specialist(_) => Some(answer.question.region),
    };
    let (whole, source) = match rate.whole {
        Whole::Measure(id) => (Some(amount(id)), None),
        Whole::AdministrativeVillages => (
            region.zip(bases).map(|(region, bases)| bases.villages(region)),
            None,
        ),
        Whole::RegisteredHouseholds => region
            .zip(bases)
            .and_then(|(region, bases)| bases.households(region, lang))
            .map_or((None, None), |(hundredths, source)| {
                (Some(hundredths), Some(source))
            }),
    };
    RateParts {
        numerator: amount(rate.numerator),
        whole: whole.filter(|whole| *whole != 0),
        source,
        in_hundredths: rate.whole == Whole::RegisteredHouseholds,
    }
}

/// A rate between two measures in a row of an answer that was asked for both; none without a whole.
pub fn rate_percent(rate: &Rate, answer: &Answer, row: &AnswerRow, aspect: Aspect) -> Option<Decimal> {
    let Whole::Measure(whole) = rate.whole else {
        return None;
    };
    let amount = |id| {
        answer
            .figures(row, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    ratio_percent(amount(rate.numerator), amount(whole))
}

/// Whether a rate is read off a period and not at its end.
pub fn is_of_flows(rate: &Rate) -> bool {
    by_id(rate.numerator).is_some_and(|measure| measure.is_flow())
}
