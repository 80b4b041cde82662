//! The stretches of time for which interest is charged, and which share of a year each is.

use chrono::{Datelike, Months, NaiveDate};

use super::{DayCount, ScheduleError};

/// From one due day to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Whole months in it, counted from the plan's first day.
    months: u32,
    /// Days beyond them.
    odd_days: i64,
}

impl Period {
    /// Calendar days.
    pub(super) fn days(&self) -> i64 {
        (self.to - self.from).num_days()
    }

    /// Its share of a year, as a fraction of whole numbers.
    pub(super) fn share_of_year(&self, count: DayCount) -> (i128, i128) {
        let days = i128::from(self.days());
        match count {
            DayCount::Thirty360 => (i128::from(self.months) * 30 + i128::from(self.odd_days), 360),
            DayCount::Actual365 => (days, 365),
            DayCount::Actual360 => (days, 360),
            DayCount::ActualActual => {
                let leap = i128::from(leap_days_before(self.to) - leap_days_before(self.from));
                ((days - leap) * 366 + leap * 365, 365 * 366)
            }
        }
    }

    /// Neighbours as one.
    pub(super) fn joined(parts: &[Period], from: NaiveDate, to: NaiveDate) -> Period {
        Period {
            from,
            to,
            months: parts.iter().map(|part| part.months).sum(),
            odd_days: parts.iter().map(|part| part.odd_days).sum(),
        }
    }
}

/// How many days of leap years lie between the first day of our era and this one: of the leap years before
/// it, and of its own year, if that is one.
fn leap_days_before(day: NaiveDate) -> i64 {
    let before = i64::from(day.year()) - 1;
    let leap_years = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let own = if day.leap_year() {
        i64::from(day.ordinal0())
    } else {
        0
    };
    leap_years * 366 + own
}

fn months_after(start: NaiveDate, months: u32) -> Result<NaiveDate, ScheduleError> {
    start
        .checked_add_months(Months::new(months))
        .ok_or(ScheduleError::Date)
}

/// So many months, one after the other.
pub(super) fn monthly_periods(start: NaiveDate, count: u32) -> Result<Vec<Period>, ScheduleError> {
    (1..=count)
        .map(|n| {
            Ok(Period {
                from: months_after(start, n - 1)?,
                to: months_after(start, n)?,
                months: 1,
                odd_days: 0,
            })
        })
        .collect()
}

/// So many months as one period.
pub(super) fn whole_term(start: NaiveDate, months: u32) -> Result<Period, ScheduleError> {
    Ok(Period {
        from: start,
        to: months_after(start, months)?,
        months,
        odd_days: 0,
    })
}

/// Months up to a day, and the days that are left.
pub(super) fn periods_until(start: NaiveDate, maturity: NaiveDate) -> Result<Vec<Period>, ScheduleError> {
    let mut periods = Vec::new();
    let mut from = start;
    for n in 1.. {
        if n > super::MOST_PERIODS && from < maturity {
            return Err(ScheduleError::Periods(n));
        }
        let to = months_after(start, n)?;
        if to > maturity {
            break;
        }
        periods.push(Period {
            from,
            to,
            months: 1,
            odd_days: 0,
        });
        from = to;
    }
    if from < maturity {
        periods.push(Period {
            from,
            to: maturity,
            months: 0,
            odd_days: (maturity - from).num_days().min(30),
        });
    }
    Ok(periods)
}
