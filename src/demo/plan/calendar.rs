//! Days of 2022 and 2023 on which an office works, and months counted from a day.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// A literal day; the tests hold every one of them to be real.
pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The last working day of the two years.
pub(super) fn last_workday() -> NaiveDate {
    day(2023, 12, 29)
}

/// The day the totals are measured.
pub(super) fn year_end() -> NaiveDate {
    day(2023, 12, 31)
}

/// The last day on which something is paid: the business day is the next.
pub(super) fn last_paid() -> NaiveDate {
    day(2024, 1, 3)
}

pub(super) fn plus_days(from: NaiveDate, days: i64) -> NaiveDate {
    let n = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        from.checked_sub_days(n)
    } else {
        from.checked_add_days(n)
    };
    moved.unwrap_or(from)
}

pub(super) fn plus_months(from: NaiveDate, months: u32) -> NaiveDate {
    from.checked_add_months(Months::new(months)).unwrap_or(from)
}

/// The first day from `from` on that falls on this day of a month (1 to 28).
pub(super) fn next_on(from: NaiveDate, day_of_month: u32) -> NaiveDate {
    let here = from.with_day(day_of_month).unwrap_or(from);
    if here >= from { here } else { plus_months(here, 1) }
}

/// `from` or the next working day: no weekend, no week of 春节 or 国庆, no 元旦, 五一.
/// Working weekends that make up for holidays are left out.
pub(super) fn workday_from(from: NaiveDate) -> NaiveDate {
    let mut date = from;
    while !is_workday(date) {
        date = plus_days(date, 1);
    }
    date
}

/// State Council notices for 2022, 2023 and 2024, the long holidays only.
fn is_workday(date: NaiveDate) -> bool {
    const HOLIDAYS: [((i32, u32, u32), i64); 8] = [
        ((2022, 1, 1), 3),
        ((2022, 1, 31), 7),
        ((2022, 4, 30), 5),
        ((2022, 10, 1), 7),
        ((2022, 12, 31), 3),
        ((2023, 1, 21), 7),
        ((2023, 4, 29), 5),
        ((2023, 9, 29), 8),
    ];
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = HOLIDAYS.iter().any(|((y, m, d), length)| {
        let since = (date - day(*y, *m, *d)).num_days();
        (0..*length).contains(&since)
    });
    !weekend && !holiday && date != day(2024, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_weekends_and_holidays() {
        assert_eq!(workday_from(day(2022, 1, 1)), day(2022, 1, 4));
        assert_eq!(workday_from(day(2023, 1, 20)), day(2023, 1, 20));
        assert_eq!(workday_from(day(2023, 9, 29)), day(2023, 10, 9));
        assert_eq!(workday_from(last_workday()), last_workday());
        assert_eq!(workday_from(day(2023, 12, 30)), day(2024, 1, 2));
    }

    #[test]
    fn next_day_of_a_month() {
        assert_eq!(next_on(day(2022, 12, 20), 15), day(2023, 1, 15));
        assert_eq!(next_on(day(2022, 12, 15), 15), day(2022, 12, 15));
    }
}
