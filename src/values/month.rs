//! Months (期间): `YYYYMM` in one integer, so that they sort, store and compare as numbers.

use chrono::{Datelike, NaiveDate};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Integer;
use serde::{Deserialize, Serialize};

use super::text::{Lang, Say, narrow};

/// A calendar month from 1900-01 to 2999-12.
#[derive(
    AsExpression, FromSqlRow, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
)]
#[diesel(sql_type = Integer)]
#[serde(try_from = "String", into = "String")]
pub struct Month(i32);

/// Why a text is not a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthError {
    /// Nothing was written.
    Empty,
    /// Not of the form `2023-12`.
    Form,
    /// The month is not 01 to 12, or the year not 1900 to 2999.
    Range,
}

impl MonthError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            MonthError::Empty => "month.empty",
            MonthError::Form => "month.form",
            MonthError::Range => "month.range",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            MonthError::Empty => Say::new("请填写月份。", "Enter a month."),
            MonthError::Form => Say::new("月份请写成 2023-12 的样子。", "Write the month like 2023-12."),
            MonthError::Range => Say::new(
                "没有这个月份，请填 1900-01 至 2999-12。",
                "There is no such month; enter one from 1900-01 to 2999-12.",
            ),
        }
    }
}

impl std::fmt::Display for MonthError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for MonthError {}

impl Month {
    /// The earliest month.
    pub const MIN: Month = Month(190_001);
    /// The latest month.
    pub const MAX: Month = Month(299_912);

    /// The month `month` (1–12) of `year` (1900–2999).
    #[must_use]
    pub const fn new(year: i32, month: u32) -> Option<Month> {
        if year < 1900 || year > 2999 {
            return None;
        }
        Month::from_number(match month {
            1..=12 => year * 100 + month.cast_signed(),
            _ => return None,
        })
    }

    /// The month of a number such as `202312`.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Month> {
        if number < Month::MIN.0 || number > Month::MAX.0 || !matches!(number % 100, 1..=12) {
            return None;
        }
        Some(Month(number))
    }

    /// Reads `2023-12`; `2023/12`, `202312` and `2023年12月` are understood too.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Month, MonthError> {
        let plain = narrow(text);
        if plain.is_empty() {
            return Err(MonthError::Empty);
        }
        let (year, month) = split(&plain).ok_or(MonthError::Form)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !matches!(month.len(), 1 | 2) || !digits(year) || !digits(month) {
            return Err(MonthError::Form);
        }
        let year = year.parse().map_err(|_| MonthError::Form)?;
        let month = month.parse().map_err(|_| MonthError::Form)?;
        Month::new(year, month).ok_or(MonthError::Range)
    }

    /// The month a day falls in. A day outside 1900–2999 (none can be entered) counts to the nearest month.
    #[must_use]
    pub fn of(day: NaiveDate) -> Month {
        match Month::new(day.year(), day.month()) {
            Some(month) => month,
            None if day.year() < 1900 => Month::MIN,
            None => Month::MAX,
        }
    }

    /// The year, 2023.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0 / 100
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        (self.0 % 100).unsigned_abs()
    }

    /// The number stored, 202312.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The month `months` later, or earlier when negative; it stops at the ends of the range.
    #[must_use]
    pub fn shifted(self, months: i32) -> Month {
        let count = (self.year() * 12 + self.0 % 100 - 1).saturating_add(months);
        if count < 1900 * 12 {
            return Month::MIN;
        }
        Month::from_number(count / 12 % 10_000 * 100 + count % 12 + 1)
            .filter(|_| count < 3000 * 12)
            .unwrap_or(Month::MAX)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Month {
        self.shifted(1)
    }

    /// The month before (上月).
    #[must_use]
    pub fn previous(self) -> Month {
        self.shifted(-1)
    }

    /// The same month of the year before (上年同期).
    #[must_use]
    pub fn year_ago(self) -> Month {
        self.shifted(-12)
    }

    /// January of the same year, where 本年累计 begins.
    #[must_use]
    pub const fn january(self) -> Month {
        Month(self.year() * 100 + 1)
    }

    /// December of the year before, whose end is 年初.
    #[must_use]
    pub fn year_start(self) -> Month {
        self.january().previous()
    }

    /// Every month from this one to `last`, both included; none when `last` is earlier.
    pub fn through(self, last: Month) -> impl Iterator<Item = Month> {
        let first = Some(self).filter(|first| *first <= last);
        std::iter::successors(first, move |month| Some(month.next()).filter(|_| *month < last))
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        first_of(self.year(), self.month())
    }

    /// The last day; balances at month end are those at 24:00 of it, Shanghai time.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        let (year, month) = match self.month() {
            12 => (self.year() + 1, 1),
            month => (self.year(), month + 1),
        };
        first_of(year, month).pred_opt().unwrap_or(NaiveDate::MIN)
    }

    /// Whether a day falls in the month.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        day.year() == self.year() && day.month() == self.month()
    }

    /// What people read: `2023年12月`, `2023-12`.
    #[must_use]
    pub fn show(self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("{}年{}月", self.year(), self.month()),
            Lang::En => self.to_string(),
        }
    }
}

/// The year and month of a text, cut but not yet read.
fn split(text: &str) -> Option<(&str, &str)> {
    if let Some((year, rest)) = text.split_once('年') {
        return Some((year, rest.strip_suffix('月')?));
    }
    if text.len() == 6 && text.is_ascii() {
        return Some(text.split_at(4));
    }
    text.split_once(['-', '/', '.'])
}

/// The first of a month whose parts are known to be in range; every such day exists.
fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MIN)
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl std::str::FromStr for Month {
    type Err = MonthError;
    fn from_str(text: &str) -> Result<Month, MonthError> {
        Month::parse(text)
    }
}

impl TryFrom<String> for Month {
    type Error = MonthError;
    fn try_from(text: String) -> Result<Month, MonthError> {
        Month::parse(&text)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl<DB: Backend> FromSql<Integer, DB> for Month
where
    i32: FromSql<Integer, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Month> {
        let number = i32::from_sql(bytes)?;
        Month::from_number(number).ok_or_else(|| format!("{number} is not a month").into())
    }
}

impl<DB: Backend> ToSql<Integer, DB> for Month
where
    i32: ToSql<Integer, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn months_are_read_and_shown() {
        let december = month("2023-12");
        assert_eq!(december.number(), 202_312);
        assert_eq!((december.year(), december.month()), (2023, 12));
        assert_eq!(december.show(Lang::Zh), "2023年12月");
        assert_eq!(month("2023-01").show(Lang::Zh), "2023年1月");
        assert_eq!(month("2023-01").show(Lang::En), "2023-01");
        for text in ["2023/12", "202312", "2023年12月", " ２０２３－１２ ", "2023.12"] {
            assert_eq!(month(text), december, "{text}");
        }
        let refused = |text| Month::parse(text).map_err(|error| error.code());
        assert_eq!(refused(""), Err("month.empty"));
        for text in [
            "2023",
            "23-12",
            "2023-",
            "2023-012",
            "2023-12-31",
            "+202-12",
            "2023年12",
            "一二",
        ] {
            assert_eq!(refused(text), Err("month.form"), "{text}");
        }
        for text in ["2023-13", "2023-00", "1899-12", "3000-01", "0000-01"] {
            assert_eq!(refused(text), Err("month.range"), "{text}");
        }
    }

    #[test]
    fn neighbours_cross_the_year() {
        let january = month("2024-01");
        assert_eq!(january.previous(), month("2023-12"));
        assert_eq!(january.year_start(), month("2023-12"));
        assert_eq!(month("2023-12").next(), january);
        assert_eq!(month("2023-12").year_ago(), month("2022-12"));
        assert_eq!(month("2023-12").january(), month("2023-01"));
        assert_eq!(Month::MAX.next(), Month::MAX);
        assert_eq!(Month::MIN.previous(), Month::MIN);
        assert_eq!(Month::MIN.shifted(i32::MAX), Month::MAX);
        assert_eq!(Month::MAX.shifted(i32::MIN), Month::MIN);
        let year: Vec<_> = month("2022-11")
            .through(month("2023-02"))
            .map(Month::number)
            .collect();
        assert_eq!(year, [202_211, 202_212, 202_301, 202_302]);
        assert_eq!(january.through(month("2023-12")).count(), 0);
        assert_eq!(Month::MAX.through(Month::MAX).count(), 1);
    }

    #[test]
    fn a_month_ends_on_its_last_calendar_day() {
        let last = |text| month(text).last_day().to_string();
        assert_eq!(last("2023-02"), "2023-02-28");
        assert_eq!(last("2024-02"), "2024-02-29");
        assert_eq!(last("2023-12"), "2023-12-31");
        assert_eq!(last("2999-12"), "2999-12-31");
        assert_eq!(month("2023-12").first_day().to_string(), "2023-12-01");
    }

    #[test]
    fn json_is_the_dashed_form() {
        assert_eq!(serde_json::to_string(&month("2023-12")).unwrap(), "\"2023-12\"");
        assert!(serde_json::from_str::<Month>("\"2023-13\"").is_err());
    }

    proptest! {
        #[test]
        fn every_month_round_trips(year in 1900_i32..=2999, number in 1_u32..=12, shift in -600_i32..600) {
            let month = Month::new(year, number).unwrap();
            prop_assert_eq!(Month::parse(&month.to_string()), Ok(month));
            prop_assert_eq!(Month::parse(&month.show(Lang::Zh)), Ok(month));
            prop_assert_eq!(Month::of(month.first_day()), month);
            prop_assert_eq!(Month::of(month.last_day()), month);
            prop_assert!(month.contains(month.last_day()));
            let moved = month.shifted(shift);
            if moved != Month::MIN && moved != Month::MAX {
                prop_assert_eq!(moved.shifted(-shift), month);
            }
        }
    }
}
