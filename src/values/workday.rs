//! Working days (工作日): weekdays without the official holidays, with the weekends that are worked in their
//! place (调休). The days off are data, `data/holidays-cn.csv`; a year it does not hold knows weekends only.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

/// What the State Council's notices change about single days.
static CALENDAR: LazyLock<HashMap<NaiveDate, bool>> =
    LazyLock::new(|| read(include_str!("../../data/holidays-cn.csv")));

/// The days named in a calendar file, and whether they are worked. A line that does not read is left out; a
/// test holds the file to have none.
fn read(text: &str) -> HashMap<NaiveDate, bool> {
    text.lines().skip(1).filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<(NaiveDate, bool)> {
    let mut parts = line.split(',');
    let day = parts.next()?.parse().ok()?;
    match parts.next()? {
        "off" => Some((day, false)),
        "work" => Some((day, true)),
        _ => None,
    }
}

/// Whether offices work on a day.
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    CALENDAR
        .get(&day)
        .copied()
        .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// The `n`-th working day after `day`; `day` itself for none.
#[must_use]
pub fn nth_working_day_after(day: NaiveDate, n: u32) -> NaiveDate {
    day.iter_days()
        .skip(1)
        .filter(|day| is_working_day(*day))
        .take(n as usize)
        .last()
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_line_of_the_calendar_reads() {
        let text = include_str!("../../data/holidays-cn.csv");
        assert_eq!(read(text).len(), text.lines().count() - 1);
        let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        assert!(
            CALENDAR
                .iter()
                .filter(|(_, works)| **works)
                .all(|(day, _)| weekend(day)),
            "only weekends are worked instead"
        );
    }

    #[test]
    fn holidays_are_free_and_their_weekends_worked() {
        for (text, works) in [
            ("2023-12-29", true),
            ("2023-12-30", false),
            ("2024-01-01", false),
            ("2024-02-04", true),
            ("2024-02-09", true),
            ("2024-02-12", false),
            ("2024-02-18", true),
            ("2023-10-06", false),
            ("2023-10-07", true),
            ("2026-01-04", true),
            ("2026-02-28", true),
        ] {
            assert_eq!(is_working_day(day(text)), works, "{text}");
        }
    }

    #[test]
    fn the_fifth_working_day_of_a_month() {
        let fifth = |text| nth_working_day_after(day(text), 5);
        assert_eq!(fifth("2023-12-31"), day("2024-01-08"));
        assert_eq!(fifth("2024-01-31"), day("2024-02-06"), "a Sunday is worked");
        assert_eq!(fifth("2023-09-30"), day("2023-10-11"), "after the long holiday");
        assert_eq!(nth_working_day_after(day("2023-12-31"), 0), day("2023-12-31"));
    }

    proptest! {
        /// Between a day and its n-th working day lie exactly n working days, the last one itself.
        #[test]
        fn working_days_are_counted_once(offset in 0_i64..2_500, n in 1_u32..40) {
            let start = day("2021-06-01") + chrono::TimeDelta::days(offset);
            let end = nth_working_day_after(start, n);
            prop_assert!(is_working_day(end));
            let between = start.iter_days().skip(1).take_while(|day| *day <= end);
            prop_assert_eq!(between.filter(|day| is_working_day(*day)).count(), n as usize);
            prop_assert!(nth_working_day_after(start, n + 1) > end);
        }
    }
}
