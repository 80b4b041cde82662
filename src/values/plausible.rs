//! What is possible but hardly meant: texts that do not end, days of another age, amounts with a
//! zero too many. Every limit stands here; a county that needs another changes it here.

use chrono::{Datelike, Months, NaiveDate};
use rust_decimal::Decimal;

use super::money::{Fen, Unit};
use super::person::is_invisible;
use super::rate::Percent;
use super::text::Say;

/// The most characters of a reason for a return, and of a note.
pub const LONGEST_REASON: usize = 300;
/// The most characters of a loan's purpose, and of a loss's cause.
pub const LONGEST_PURPOSE: usize = 60;
/// The most characters of an address.
pub const LONGEST_ADDRESS: usize = 100;
/// The most characters of a talk's topic, and of a service point's brand or name.
pub const LONGEST_TOPIC: usize = 100;

/// No business day, and no day of a contract, is in an earlier year.
pub const FIRST_YEAR: i32 = 1990;
/// No line, loan or policy lasts more years.
pub const LONGEST_YEARS: u32 = 30;

/// A household's line or loan above this is pointed out to whoever records and reviews: 500万元.
pub const LARGE_FOR_A_HOUSEHOLD: Fen = Fen(500_000_000);
/// Any other client's line or loan, and one in a whole-village sheet, above this: 1000万元.
pub const LARGE_FOR_ANYONE: Fen = Fen(1_000_000_000);

/// Above this yearly rate, in percent, nothing is lent.
pub const HIGHEST_RATE: i64 = 24;

/// What is hardly meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implausible {
    /// More characters than there is room for.
    TooLong { most: usize, found: usize },
    /// Control characters, or such as show as nothing.
    Invisible,
    /// Before [`FIRST_YEAR`].
    TooEarly,
    /// A term of more than [`LONGEST_YEARS`].
    TooFar { from: NaiveDate },
    /// An amount above the limit that applies.
    Large { amount: Fen, limit: Fen },
}

impl Implausible {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Implausible::TooLong { .. } => "text.too_long",
            Implausible::Invisible => "text.control_character",
            Implausible::TooEarly => "day.too_early",
            Implausible::TooFar { .. } => "day.too_far",
            Implausible::Large { .. } => "amount.large",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            Implausible::TooLong { most, found } => Say::new(
                format!("最多 {most} 个字，现为 {found} 个字。"),
                format!("At most {most} characters; there are {found}."),
            ),
            Implausible::Invisible => Say::new(
                "文字里有看不见的字符，请重新输入。",
                "The text holds invisible characters. Type it again.",
            ),
            Implausible::TooEarly => Say::new(
                format!("日期早于 {FIRST_YEAR} 年，请核对年份。"),
                format!("The date is before {FIRST_YEAR}; check the year."),
            ),
            Implausible::TooFar { from } => Say::new(
                format!("期限从 {from} 起超过 {LONGEST_YEARS} 年，请核对年份。"),
                format!("More than {LONGEST_YEARS} years from {from}; check the year."),
            ),
            Implausible::Large { amount, limit } => {
                let (amount, limit) = (amount.show(Unit::Yuan), limit.show(Unit::Wan));
                Say::new(
                    format!("金额 {amount} 元超过 {limit} 万元，请核对单位和是否多写了零。"),
                    format!(
                        "{amount} yuan is above {limit} × 10,000 yuan; check the unit and for an extra zero."
                    ),
                )
            }
        }
    }
}

/// A text, trimmed, of at most so many characters; several lines are allowed.
///
/// # Errors
/// Too long, or with invisible characters inside.
pub fn check_text(text: &str, most: usize) -> Result<String, Implausible> {
    let text = text.trim();
    let odd = |c: char| is_invisible(c) && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(odd) {
        return Err(Implausible::Invisible);
    }
    // A browser sends each line's end as two characters; people count one.
    let found = text.chars().filter(|c| *c != '\r').count();
    if found > most {
        return Err(Implausible::TooLong { most, found });
    }
    Ok(text.to_owned())
}

/// A day of our time.
///
/// # Errors
/// Before [`FIRST_YEAR`].
pub fn check_day(day: NaiveDate) -> Result<NaiveDate, Implausible> {
    if day.year() < FIRST_YEAR {
        Err(Implausible::TooEarly)
    } else {
        Ok(day)
    }
}

/// Whether something may be lent at this yearly rate: above 0 and at most [`HIGHEST_RATE`].
#[must_use]
pub fn lendable(rate: Percent) -> bool {
    let rate = rate.decimal();
    rate > Decimal::ZERO && rate <= Decimal::from(HIGHEST_RATE)
}

/// What is odd about a term that begins and ends on these days.
#[must_use]
pub fn odd_term(from: NaiveDate, to: NaiveDate) -> Option<Implausible> {
    let last = from.checked_add_months(Months::new(LONGEST_YEARS * 12));
    last.is_none_or(|last| to > last)
        .then_some(Implausible::TooFar { from })
}

/// What is odd about a line or loan of this amount, granted to a household or to another client.
#[must_use]
pub fn odd_amount(amount: Fen, household: bool) -> Option<Implausible> {
    let limit = if household {
        LARGE_FOR_A_HOUSEHOLD
    } else {
        LARGE_FOR_ANYONE
    };
    (amount > limit).then_some(Implausible::Large { amount, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn texts_have_an_end() {
        assert_eq!(check_text(" 买鱼苗 ", 3), Ok("买鱼苗".to_owned()));
        assert_eq!(
            check_text("买鱼苗等", 3),
            Err(Implausible::TooLong { most: 3, found: 4 })
        );
        assert_eq!(check_text("一\r\n二", 3), Ok("一\r\n二".to_owned()));
        assert_eq!(check_text("买\u{200B}鱼", 60), Err(Implausible::Invisible));
        assert_eq!(check_text("买\u{7}鱼", 60), Err(Implausible::Invisible));
    }

    #[test]
    fn days_are_of_our_time() {
        assert_eq!(check_day(day("1989-12-31")), Err(Implausible::TooEarly));
        assert!(check_day(day("1990-01-01")).is_ok());
        assert_eq!(odd_term(day("2024-01-04"), day("2054-01-04")), None);
        assert!(odd_term(day("2024-01-04"), day("2054-01-05")).is_some());
        assert!(odd_term(day("2024-01-04"), day("2924-01-04")).is_some());
    }

    #[test]
    fn large_amounts_are_pointed_out() {
        assert_eq!(odd_amount(LARGE_FOR_A_HOUSEHOLD, true), None);
        let above = Fen(LARGE_FOR_A_HOUSEHOLD.0 + 1);
        let found = odd_amount(above, true).unwrap();
        assert!(
            found.say().zh.contains("5,000,000.01 元超过 500.00 万元"),
            "{}",
            found.say()
        );
        assert_eq!(odd_amount(above, false), None);
        assert!(odd_amount(Fen(LARGE_FOR_ANYONE.0 + 1), false).is_some());
    }
}
