//! An answer: rows of figures, and what may be read off each figure.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Value};
use super::question::{By, Question};
use crate::error::Error;
use crate::ledger::Cumulative;
use crate::values::measure::Measure;
use crate::values::rate::percent_change;
use crate::values::{InstitutionId, Lang, MeasureId, Nature, ProductId, RegionId, Say, SpecialistId};

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKey {
    Region(RegionId),
    Institution(InstitutionId),
    Product(ProductId),
    Specialist(SpecialistId),
}

/// What a question was answered with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The edition in which the month stands closed and whose figures these are; none: the ledger as
    /// it stands.
    pub edition: Option<i32>,
    pub question: Question,
    pub rows: Vec<AnswerRow>,
    /// The region itself, over everything.
    pub total: AnswerRow,
}

/// One row.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    pub key: RowKey,
    /// 12 digits of a region, the code of an institution or a product, the number of a specialist;
    /// none for what has no code.
    pub code: Option<String>,
    pub name: Say,
    /// The row is not a unit of the level asked for, but must be there for the parts to add up.
    pub apart: bool,
    /// One for each measure of the question, in its order.
    pub figures: Vec<Figures>,
}

/// One measure of one row: fen, or a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figures {
    /// What happened within the month and the year so far, and a year before.
    Flow {
        month: i64,
        month_year_ago: i64,
        year: i64,
        year_ago: i64,
        pending: i64,
    },
    /// What stands at month ends.
    Stock {
        end: i64,
        previous_month: i64,
        year_start: i64,
        year_ago: i64,
        pending: i64,
    },
}

impl Figures {
    /// Four figures as [`Cumulative::flow`] or [`Cumulative::stock`] gives them, with what is pending.
    pub fn new(nature: Nature, four: [i64; 4], pending: i64) -> Figures {
        let [a, b, c, d] = four;
        match nature {
            Nature::Flow => Figures::Flow {
                month: a,
                month_year_ago: b,
                year: c,
                year_ago: d,
                pending,
            },
            Nature::Stock => Figures::Stock {
                end: a,
                previous_month: b,
                year_start: c,
                year_ago: d,
                pending,
            },
        }
    }

    /// The figures of posted and pending sums.
    pub fn of(nature: Nature, posted: &Cumulative, pending: &Cumulative) -> Figures {
        Figures::new(nature, periods(nature, posted), periods(nature, pending)[0])
    }

    fn all(&self) -> [i64; 5] {
        match *self {
            Figures::Flow {
                month,
                month_year_ago,
                year,
                year_ago,
                pending,
            } => [month, month_year_ago, year, year_ago, pending],
            Figures::Stock {
                end,
                previous_month,
                year_start,
                year_ago,
                pending,
            } => [end, previous_month, year_start, year_ago, pending],
        }
    }

    /// Whether there is nothing at all, in no period.
    pub fn is_nothing(&self) -> bool {
        self.all() == [0; 5]
    }

    /// The same without what waits.
    pub(super) fn posted(&self) -> Figures {
        let [a, b, c, d, _] = self.all();
        let nature = match self {
            Figures::Flow { .. } => Nature::Flow,
            Figures::Stock { .. } => Nature::Stock,
        };
        Figures::new(nature, [a, b, c, d], 0)
    }

    /// What waits for review: the would-be change at the month's end, or within the month.
    pub fn pending(&self) -> i64 {
        self.all()[4]
    }

    /// Adds figures of the same additive measure.
    ///
    /// # Errors
    /// A sum that does not fit.
    pub fn plus(&self, other: &Figures) -> Result<Figures, Error> {
        let mut sum = self.all();
        for (mine, theirs) in sum.iter_mut().zip(other.all()) {
            *mine = mine
                .checked_add(theirs)
                .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
        }
        let [a, b, c, d, pending] = sum;
        let nature = match self {
            Figures::Flow { .. } => Nature::Flow,
            Figures::Stock { .. } => Nature::Stock,
        };
        Ok(Figures::new(nature, [a, b, c, d], pending))
    }

    /// Takes away figures of the same measure.
    ///
    /// # Errors
    /// A difference that does not fit.
    pub fn minus(&self, other: &Figures) -> Result<Figures, Error> {
        let nature = match other {
            Figures::Flow { .. } => Nature::Flow,
            Figures::Stock { .. } => Nature::Stock,
        };
        let [a, b, c, d, pending] = other.all().map(|amount| amount.saturating_neg());
        self.plus(&Figures::new(nature, [a, b, c, d], pending))
    }

    /// One value read off; none where the aspect is not one of this nature.
    pub fn get(&self, aspect: Aspect) -> Option<Value> {
        use Aspect as A;
        Some(match (*self, aspect) {
            (Figures::Flow { month, .. }, A::Month) => Value::Amount(month),
            (Figures::Flow { month_year_ago, .. }, A::MonthYearAgo) => Value::Amount(month_year_ago),
            (
                Figures::Flow {
                    month,
                    month_year_ago,
                    ..
                },
                A::MonthYoy,
            ) => Value::Percent(percent_change(month, month_year_ago)),
            (Figures::Flow { year, .. }, A::Year) => Value::Amount(year),
            (Figures::Flow { year_ago, .. } | Figures::Stock { year_ago, .. }, A::YearAgo) => {
                Value::Amount(year_ago)
            }
            (Figures::Flow { year, year_ago, .. }, A::YearYoy) => {
                Value::Percent(percent_change(year, year_ago))
            }
            (Figures::Stock { end, .. }, A::End) => Value::Amount(end),
            (Figures::Stock { previous_month, .. }, A::PreviousMonth) => Value::Amount(previous_month),
            (Figures::Stock { year_start, .. }, A::YearStart) => Value::Amount(year_start),
            (Figures::Stock { end, year_ago, .. }, A::Yoy) => Value::Percent(percent_change(end, year_ago)),
            (
                Figures::Stock {
                    end, previous_month, ..
                },
                A::SincePreviousMonth,
            ) => Value::Change(end.saturating_sub(previous_month)),
            (
                Figures::Stock {
                    end, previous_month, ..
                },
                A::Mom,
            ) => Value::Percent(percent_change(end, previous_month)),
            (Figures::Stock { end, year_start, .. }, A::SinceYearStart) => {
                Value::Change(end.saturating_sub(year_start))
            }
            (figures, A::Pending) => Value::Amount(figures.pending()),
            _ => return None,
        })
    }

    /// An amount or a count read off; nought where the aspect does not apply.
    pub fn amount(&self, aspect: Aspect) -> i64 {
        match self.get(aspect) {
            Some(Value::Amount(amount) | Value::Change(amount)) => amount,
            Some(Value::Percent(_)) | None => 0,
        }
    }

    /// A percentage read off; none without a base.
    pub fn percent(&self, aspect: Aspect) -> Option<Decimal> {
        match self.get(aspect) {
            Some(Value::Percent(percent)) => percent,
            _ => None,
        }
    }
}

/// The four periods of a nature.
pub(super) fn periods(nature: Nature, sums: &Cumulative) -> [i64; 4] {
    match nature {
        Nature::Flow => sums.flow(),
        Nature::Stock => sums.stock(),
    }
}

impl Answer {
    /// The figures of one measure in a row; none if it was not asked for.
    pub fn figures<'a>(&self, row: &'a AnswerRow, measure: MeasureId) -> Option<&'a Figures> {
        let at = self
            .question
            .measures
            .iter()
            .position(|asked| asked.id == measure)?;
        row.figures.get(at)
    }

    /// Whether anything of this measure waits for review, in any row.
    pub fn has_pending(&self, at: usize) -> bool {
        let waits = |row: &AnswerRow| row.figures.get(at).is_some_and(|figures| figures.pending() != 0);
        waits(&self.total) || self.rows.iter().any(waits)
    }

    /// The measures, each with its place.
    pub fn measures(&self) -> impl Iterator<Item = (usize, &'static Measure)> {
        self.question.measures.iter().copied().enumerate()
    }

    /// What the rows are called.
    pub fn heading(&self, lang: Lang) -> &'static str {
        self.question.by.text().get(lang)
    }

    /// Rule 25: the rows of every additive measure make its total, to the fen.
    ///
    /// # Errors
    /// [`Error::Failed`], naming the measure.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.question.by == By::None {
            return Ok(());
        }
        for (at, measure) in self.measures().filter(|(_, measure)| !measure.distinct) {
            let mut sum = Figures::new(measure.nature, [0; 4], 0);
            for figures in self.rows.iter().filter_map(|row| row.figures.get(at)) {
                sum = sum.plus(figures)?;
            }
            if self.total.figures.get(at) != Some(&sum) {
                return Err(Error::Failed(format!(
                    "the rows of {} by {} do not add up to the total",
                    measure.code,
                    self.question.by.code()
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_needs_a_base() {
        let stock = Figures::new(Nature::Stock, [12_308, 0, 10_000, 10_000], 0);
        assert_eq!(stock.percent(Aspect::Yoy), Some(Decimal::new(2308, 2)));
        assert_eq!(stock.percent(Aspect::Mom), None);
        assert_eq!(stock.amount(Aspect::SinceYearStart), 2308);
        assert_eq!(stock.get(Aspect::Month), None);
        let flow = Figures::new(Nature::Flow, [5, 0, 50, 100], 7);
        assert_eq!(flow.percent(Aspect::MonthYoy), None);
        assert_eq!(flow.percent(Aspect::YearYoy), Some(Decimal::new(-5000, 2)));
        assert_eq!(flow.pending(), 7);
    }

    #[test]
    fn figures_come_from_differences_and_overflow_is_refused() {
        let posted = Cumulative([100, 90, 60, 40, 35, 10]);
        let pending = Cumulative([9, 4, 0, 0, 0, 0]);
        let flow = Figures::of(Nature::Flow, &posted, &pending);
        assert_eq!(flow, Figures::new(Nature::Flow, [10, 5, 40, 30], 5));
        let stock = Figures::of(Nature::Stock, &posted, &pending);
        assert_eq!(stock, Figures::new(Nature::Stock, [100, 90, 60, 40], 9));
        let large = Figures::new(Nature::Stock, [i64::MAX, 0, 0, 0], 0);
        assert!(large.plus(&stock).is_err());
        assert!(Figures::new(Nature::Flow, [0; 4], 0).is_nothing() && !flow.is_nothing());
    }
}
