//! Days: business dates are calendar days of Shanghai; moments are stored in UTC.

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::text::{Say, narrow};

/// Shanghai's distance from UTC. There has been no summer time since 1991.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayError {
    /// Nothing was written.
    Empty,
    /// Not of the form `2023-12-31`.
    Form,
    /// No such day, as 30 February, or a year outside 1900–2999.
    NoSuchDay,
}

impl DayError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            DayError::Empty => "day.empty",
            DayError::Form => "day.form",
            DayError::NoSuchDay => "day.no_such_day",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            DayError::Empty => Say::new("请填写日期。", "Enter a date."),
            DayError::Form => Say::new(
                "日期请写成 2023-12-31 的样子。",
                "Write the date like 2023-12-31.",
            ),
            DayError::NoSuchDay => Say::new(
                "没有这一天，请核对年、月、日。",
                "There is no such day. Check the year, month and day.",
            ),
        }
    }
}

impl std::fmt::Display for DayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for DayError {}

/// The Shanghai day of a UTC moment: 16:00 UTC is already the next day.
#[must_use]
pub fn shanghai_day(utc: NaiveDateTime) -> NaiveDate {
    shanghai_time(utc).date()
}

/// The UTC moment at which a Shanghai day begins, 16:00 of the day before.
#[must_use]
pub fn day_start_utc(day: NaiveDate) -> NaiveDateTime {
    let midnight = day.and_time(NaiveTime::MIN);
    midnight.checked_sub_signed(SHANGHAI).unwrap_or(midnight)
}

/// A UTC moment on Shanghai's clock.
#[must_use]
pub fn shanghai_time(utc: NaiveDateTime) -> NaiveDateTime {
    utc.checked_add_signed(SHANGHAI).unwrap_or(utc)
}

/// A UTC moment for people, on Shanghai's clock: `2023-12-31 09:05`.
#[must_use]
pub fn show_moment(utc: NaiveDateTime) -> String {
    shanghai_time(utc).format("%Y-%m-%d %H:%M").to_string()
}

/// Reads a day: `2023-12-31`; `2023/12/31`, `2023.12.31`, `20231231` and `2023年12月31日` are understood too.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_day(text: &str) -> Result<NaiveDate, DayError> {
    let plain = narrow(text);
    if plain.is_empty() {
        return Err(DayError::Empty);
    }
    let [year, month, day] = parts(&plain).ok_or(DayError::Form)?;
    let digits = [year, month, day]
        .iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !digits || year.len() != 4 || !matches!(month.len(), 1 | 2) || !matches!(day.len(), 1 | 2) {
        return Err(DayError::Form);
    }
    let number = |part: &str| part.parse::<u32>().map_err(|_| DayError::Form);
    let year = year.parse().map_err(|_| DayError::Form)?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)
        .filter(|date| (1900..=2999).contains(&date.year()))
        .ok_or(DayError::NoSuchDay)
}

/// Year, month and day of a text, cut but not yet read. The same separator stands in both places.
fn parts(text: &str) -> Option<[&str; 3]> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([text.get(..4)?, text.get(4..6)?, text.get(6..)?]);
    }
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        return Some([year, month, day.strip_suffix('日')?]);
    }
    ['-', '/', '.'].into_iter().find_map(|separator| {
        let (year, rest) = text.split_once(separator)?;
        let (month, day) = rest.split_once(separator)?;
        Some([year, month, day])
    })
}

/// The one form days are written in, on pages as in files: `2023-12-31`.
#[must_use]
pub fn show_day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// The last day of so many months that begin on a day: twelve from 5 January end on 4 January. The day itself
/// where the calendar ends before.
#[must_use]
pub fn last_of_months(from: NaiveDate, months: u32) -> NaiveDate {
    from.checked_add_months(Months::new(months))
        .and_then(|day| day.pred_opt())
        .unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn shanghai_is_eight_hours_ahead() {
        assert_eq!(show_day(shanghai_day(utc("2023-12-31T15:59:59"))), "2023-12-31");
        assert_eq!(show_day(shanghai_day(utc("2023-12-31T16:00:00"))), "2024-01-01");
        assert_eq!(show_moment(utc("2023-12-31T01:05:00")), "2023-12-31 09:05");
        assert_eq!(shanghai_day(NaiveDateTime::MAX), NaiveDate::MAX);
    }

    #[test]
    fn days_are_read_in_the_forms_people_write() {
        let last = NaiveDate::from_ymd_opt(2023, 12, 31).unwrap();
        for text in [
            "2023-12-31",
            "2023/12/31",
            "2023.12.31",
            "20231231",
            "2023年12月31日",
            " ２０２３－１２－３１ ",
        ] {
            assert_eq!(parse_day(text), Ok(last), "{text}");
        }
        assert_eq!(parse_day("2024-2-9").map(show_day), Ok("2024-02-09".to_owned()));
        let refused = |text| parse_day(text).map_err(|error| error.code());
        assert_eq!(refused("　"), Err("day.empty"));
        for text in [
            "2023-12",
            "23-12-31",
            "2023-12/31",
            "2023-12-31-1",
            "45291",
            "+023-12-31",
            "2023-012-3",
        ] {
            assert_eq!(refused(text), Err("day.form"), "{text}");
        }
        for text in [
            "2023-02-29",
            "2023-04-31",
            "2023-13-01",
            "1899-12-31",
            "3000-01-01",
        ] {
            assert_eq!(refused(text), Err("day.no_such_day"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_round_trips(number in 693_596_i32..1_095_000) {
            let day = NaiveDate::from_num_days_from_ce_opt(number).unwrap();
            prop_assert_eq!(parse_day(&show_day(day)), Ok(day));
            prop_assert_eq!(shanghai_day(day_start_utc(day)), day);
            let before = day_start_utc(day) - TimeDelta::seconds(1);
            prop_assert_eq!(shanghai_day(before), day.pred_opt().unwrap());
        }
    }

    #[test]
    fn a_year_ends_the_day_before_its_next() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(last_of_months(day("2023-01-05"), 12), day("2024-01-04"));
        assert_eq!(last_of_months(day("2024-02-29"), 12), day("2025-02-27"));
        assert_eq!(last_of_months(day("2023-01-01"), 36), day("2025-12-31"));
    }
}
