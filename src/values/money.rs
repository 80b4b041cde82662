//! Money: whole 分 in an `i64`, read from text or `Decimal` only when nothing would be lost.
//!
//! Every sum runs through `i128` and is refused when it does not fit, so an amount can be wrong only by
//! being refused. Display rounds once, half away from zero, from exact 分 (四舍五入, as the yearbooks do;
//! GB/T 8170 forbids rounding twice).

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{Lang, Text};

mod error;
mod parse;
#[cfg(test)]
mod tests;

pub use error::AmountError;

/// What is said under a table whose rounded parts miss their rounded total.
pub const ROUNDING_NOTE: Text = Text::new(
    "因四舍五入，分项之和与合计略有差异，未作机械调整。",
    "Parts may not add up to totals because of rounding; no mechanical adjustment is made.",
);

/// Whether parts as they are printed in a unit, two decimals each, miss their total as it is printed.
#[must_use]
pub fn parts_miss_total(parts: impl IntoIterator<Item = Fen>, total: Fen, unit: Unit) -> bool {
    let printed: i128 = parts.into_iter().map(|part| printed_hundredths(part, unit)).sum();
    printed != printed_hundredths(total, unit)
}

/// An amount in hundredths of the unit, rounded half away from zero: what its two printed decimals hold.
#[must_use]
pub fn printed_hundredths(fen: Fen, unit: Unit) -> i128 {
    let step = i128::from(unit.divisor_fen()) / 100;
    let fen = i128::from(fen.0);
    let rounded = (2 * fen.abs() + step) / (2 * step);
    fen.signum() * rounded
}

/// An amount in 分 (1 元 = 100 分). Currency is CNY only.
///
/// Serialises as a yuan string with two decimals (`"1130000.00"`), never as a JSON number.
#[derive(AsExpression, FromSqlRow, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[diesel(sql_type = BigInt)]
pub struct Fen(pub i64);

/// The unit an amount is written or printed in. A column never mixes units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unit {
    /// 元.
    #[default]
    Yuan,
    /// 万元, ten thousand yuan.
    Wan,
    /// 亿元, a hundred million yuan.
    Yi,
}

impl Unit {
    /// Every unit, smallest first.
    pub const ALL: [Unit; 3] = [Unit::Yuan, Unit::Wan, Unit::Yi];

    /// Reads the stable code: `yuan`, `wan` or `yi`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.code() == code)
    }

    /// The stable code used in addresses and settings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Unit::Yuan => "yuan",
            Unit::Wan => "wan",
            Unit::Yi => "yi",
        }
    }

    /// The label printed beside a figure or a column head.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// The label in both languages.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Unit::Yuan => Text::new("元", "yuan"),
            Unit::Wan => Text::new("万元", "× 10,000 yuan"),
            Unit::Yi => Text::new("亿元", "× 100 million yuan"),
        }
    }

    /// How many 分 one unit is: 100, 1,000,000 or 10,000,000,000.
    #[must_use]
    pub const fn divisor_fen(self) -> i64 {
        match self {
            Unit::Yuan => 100,
            Unit::Wan => 1_000_000,
            Unit::Yi => 10_000_000_000,
        }
    }

    /// How many decimals an amount in this unit may have before it would split a 分: 2, 6 or 10.
    #[must_use]
    pub const fn max_decimals(self) -> usize {
        match self {
            Unit::Yuan => 2,
            Unit::Wan => 6,
            Unit::Yi => 10,
        }
    }

    /// How many digits may stand before the point, so that the amount stays within 13 digits of yuan.
    #[must_use]
    pub const fn max_digits(self) -> usize {
        match self {
            Unit::Yuan => 13,
            Unit::Wan => 9,
            Unit::Yi => 5,
        }
    }
}

impl Fen {
    /// Nothing, 0.00 元.
    pub const ZERO: Fen = Fen(0);
    /// The largest amount a person can enter: 13 digits of yuan, 9,999,999,999,999.99 元.
    pub const MAX_ENTRY: Fen = Fen(999_999_999_999_999);

    /// Reads an amount written in `unit` by a person or a spreadsheet.
    ///
    /// Full-width digits, ，and thousands commas, one leading ¥ or ￥ and surrounding spaces are normalised
    /// first; then the text must be `-?\d{1,13}(\.\d{1,2})?` in yuan (6 decimals in 万元, 10 in 亿元).
    ///
    /// # Errors
    /// Everything else is refused, each mistake by its own name; nothing is rounded.
    pub fn parse(text: &str, unit: Unit) -> Result<Fen, AmountError> {
        parse::written(text, unit)
    }

    /// Reads an amount in yuan; see [`Fen::parse`].
    ///
    /// # Errors
    /// As [`Fen::parse`].
    pub fn parse_yuan(text: &str) -> Result<Fen, AmountError> {
        Fen::parse(text, Unit::Yuan)
    }

    /// Takes an exact number of yuan.
    ///
    /// # Errors
    /// `FractionOfFen` when it has a part of a 分, `Overflow` when it does not fit.
    pub fn from_yuan(yuan: Decimal) -> Result<Fen, AmountError> {
        let fen = yuan
            .checked_mul(Decimal::ONE_HUNDRED)
            .ok_or(AmountError::Overflow)?;
        if !fen.fract().is_zero() {
            return Err(AmountError::FractionOfFen);
        }
        i64::try_from(fen.trunc())
            .map(Fen)
            .map_err(|_| AmountError::Overflow)
    }

    /// The amount in yuan, with exactly two decimals.
    #[must_use]
    pub fn to_yuan(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Adds.
    ///
    /// # Errors
    /// `Overflow` when the sum does not fit.
    pub fn plus(self, other: Fen) -> Result<Fen, AmountError> {
        Fen::narrowed(i128::from(self.0) + i128::from(other.0))
    }

    /// Subtracts.
    ///
    /// # Errors
    /// `Overflow` when the difference does not fit.
    pub fn minus(self, other: Fen) -> Result<Fen, AmountError> {
        Fen::narrowed(i128::from(self.0) - i128::from(other.0))
    }

    /// Turns the sign, as a reversal (红字冲销) does.
    ///
    /// # Errors
    /// `Overflow` for the one `i64` that has no opposite.
    pub fn negated(self) -> Result<Fen, AmountError> {
        Fen::narrowed(-i128::from(self.0))
    }

    /// Adds any number of amounts; only the final sum has to fit.
    ///
    /// # Errors
    /// `Overflow` when the sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Result<Fen, AmountError> {
        let mut total: i128 = 0;
        for amount in amounts {
            total = total
                .checked_add(i128::from(amount.0))
                .ok_or(AmountError::Overflow)?;
        }
        Fen::narrowed(total)
    }

    /// Multiplies by an exact factor (a quantity, a rate) and rounds once, half away from zero.
    ///
    /// # Errors
    /// `Overflow` when the product does not fit, or when the digits of the amount and those of the factor
    /// together pass 38, where exactness would be lost.
    pub fn times(self, factor: Decimal) -> Result<Fen, AmountError> {
        let factor = factor.normalize();
        let product = i128::from(self.0)
            .checked_mul(factor.mantissa())
            .ok_or(AmountError::Overflow)?;
        let divisor = 10_i128.checked_pow(factor.scale()).ok_or(AmountError::Overflow)?;
        Fen::narrowed(divide_half_away(product, divisor))
    }

    /// This × `part` ÷ `whole`, computed exactly and rounded once, half away from zero.
    ///
    /// # Errors
    /// `Overflow` when it does not fit, or when `whole` is not above zero.
    pub fn portion(self, part: i128, whole: i128) -> Result<Fen, AmountError> {
        if whole <= 0 {
            return Err(AmountError::Overflow);
        }
        let product = i128::from(self.0)
            .checked_mul(part)
            .ok_or(AmountError::Overflow)?;
        Fen::narrowed(divide_half_away(product, whole))
    }

    /// More than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The machine form: yuan with two decimals and no grouping, `"1130000.00"`, `"-0.05"`.
    #[must_use]
    pub fn yuan(self) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
    }

    /// The amount in `unit` with two decimals, rounded once, half away from zero. For display only.
    #[must_use]
    pub fn in_unit(self, unit: Unit) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.hundredths_of(unit)), 2)
    }

    /// What people read: grouped by thousands, two decimals, `"1,130,000.00"`, `"113.00"`, `"-0.05"`. An
    /// amount that rounds to nothing has no sign.
    #[must_use]
    pub fn show(self, unit: Unit) -> String {
        let hundredths = self.hundredths_of(unit);
        let sign = if hundredths < 0 { "-" } else { "" };
        let size = hundredths.unsigned_abs();
        format!("{sign}{}.{:02}", grouped(size / 100), size % 100)
    }

    /// Hundredths of `unit`, rounded. Fits: no unit is smaller than 100 分.
    fn hundredths_of(self, unit: Unit) -> i64 {
        let divisor = i128::from(unit.divisor_fen() / 100);
        let rounded = divide_half_away(i128::from(self.0), divisor);
        i64::try_from(rounded).unwrap_or(self.0)
    }

    fn narrowed(fen: i128) -> Result<Fen, AmountError> {
        i64::try_from(fen).map(Fen).map_err(|_| AmountError::Overflow)
    }
}

/// Divides and rounds half away from zero. `divisor` is positive.
pub(super) const fn divide_half_away(dividend: i128, divisor: i128) -> i128 {
    let quotient = dividend / divisor;
    let rest = (dividend % divisor).abs();
    if rest >= divisor - rest {
        quotient + dividend.signum()
    } else {
        quotient
    }
}

/// Digits in groups of three: `1234567` is `1,234,567`. For counts as for amounts.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A signed count for people: `-1234` is `"-1,234"`.
#[must_use]
pub fn show_count(count: i64) -> String {
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(count.unsigned_abs()))
}

impl From<Fen> for i64 {
    /// The number of 分.
    fn from(amount: Fen) -> i64 {
        amount.0
    }
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.yuan())
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse::machine(&text).map_err(|error| serde::de::Error::custom(error.say()))
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Fen
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Fen> {
        i64::from_sql(bytes).map(Fen)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Fen
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
