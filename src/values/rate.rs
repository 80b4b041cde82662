//! Percentages: of an amount, between two amounts, and the split of a premium among its payers.
//!
//! A rate charged is exact to four decimals of a percent; a rate computed is always Σ numerator ÷ Σ
//! denominator at the level shown, rounded once to two decimals, never an average of rates.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::money::{AmountError, Fen, divide_half_away};
use super::text::{Say, narrow};

mod split;

pub use split::{Payer, Shares, SharesError, Split, split_premium};

/// Decimals of a percent that are kept: 3.8525%.
const DECIMALS: u32 = 4;

/// A percentage with at most four decimals, as 年利率 and 费率 are written: `Percent` of 3.85 is 3.85%.
///
/// Bound as `BigInt` in ten-thousandths of a percent (3.85% is 38500); a string in JSON (`"3.85"`).
#[derive(
    AsExpression,
    FromSqlRow,
    Serialize,
    Deserialize,
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
)]
#[diesel(sql_type = BigInt)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(i64);

/// What is wrong with a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    /// Nothing was written.
    Empty,
    /// Not a number.
    NotANumber,
    /// More than four decimals.
    TooManyDecimals,
    /// More than six digits before the point.
    TooLarge,
}

impl PercentError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PercentError::Empty => "percent.empty",
            PercentError::NotANumber => "percent.not_a_number",
            PercentError::TooManyDecimals => "percent.too_many_decimals",
            PercentError::TooLarge => "percent.too_large",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            PercentError::Empty => Say::new("请填写百分率。", "Enter a percentage."),
            PercentError::NotANumber => Say::new(
                "百分率不是数字，请写成 3.85 的样子。",
                "This is not a percentage. Write it like 3.85.",
            ),
            PercentError::TooManyDecimals => {
                Say::new("百分率小数最多 4 位。", "A percentage has at most 4 decimals.")
            }
            PercentError::TooLarge => Say::new(
                "百分率整数部分最多 6 位，请核对。",
                "A percentage has at most 6 digits before the point. Check it.",
            ),
        }
    }
}

impl std::fmt::Display for PercentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for PercentError {}

impl Percent {
    /// 0%.
    pub const ZERO: Percent = Percent(0);
    /// 100%, the whole.
    pub const HUNDRED: Percent = Percent(1_000_000);

    /// Takes a number of percent.
    ///
    /// # Errors
    /// `TooManyDecimals` past four, `TooLarge` from a million up.
    pub fn new(percent: Decimal) -> Result<Percent, PercentError> {
        let mut scaled = percent.normalize();
        if scaled.scale() > DECIMALS {
            return Err(PercentError::TooManyDecimals);
        }
        if scaled.abs() >= Decimal::from(1_000_000) {
            return Err(PercentError::TooLarge);
        }
        scaled.rescale(DECIMALS);
        i64::try_from(scaled.mantissa())
            .map(Percent)
            .map_err(|_| PercentError::TooLarge)
    }

    /// Reads `-?\d{1,6}(\.\d{1,4})?`, full-width digits and one closing % allowed. Whether it lies in 0–100 is
    /// for the rules of whoever asks.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Percent, PercentError> {
        let plain = narrow(text);
        if plain.is_empty() {
            return Err(PercentError::Empty);
        }
        let bare = plain.strip_suffix('%').unwrap_or(&plain).trim_end();
        let size = bare.strip_prefix('-').unwrap_or(bare);
        let (whole, decimals) = match size.split_once('.') {
            Some((_, "")) => return Err(PercentError::NotANumber),
            Some(parts) => parts,
            None => (size, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) {
            return Err(PercentError::NotANumber);
        }
        if decimals.len() > 4 {
            return Err(PercentError::TooManyDecimals);
        }
        if whole.len() > 6 {
            return Err(PercentError::TooLarge);
        }
        Percent::new(bare.parse().map_err(|_| PercentError::NotANumber)?)
    }

    /// The number of percent.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, DECIMALS).normalize()
    }

    /// Ten-thousandths of a percent, as stored: 3.85% is 38500.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// The percentage of so many ten-thousandths of a percent.
    ///
    /// # Errors
    /// `TooLarge` from a million percent up.
    pub fn from_ten_thousandths(number: i64) -> Result<Percent, PercentError> {
        Percent::new(Decimal::new(number, DECIMALS))
    }

    /// This much of an amount, rounded once, half away from zero.
    ///
    /// # Errors
    /// `Overflow` when the result does not fit.
    pub fn of(self, amount: Fen) -> Result<Fen, AmountError> {
        let product = i128::from(amount.0) * i128::from(self.0);
        let fen = divide_half_away(product, 1_000_000);
        i64::try_from(fen).map(Fen).map_err(|_| AmountError::Overflow)
    }

    /// 0%.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Less than 0%.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// What people read: `3.85%`.
    #[must_use]
    pub fn show(self) -> String {
        format!("{self}%")
    }
}

impl std::fmt::Display for Percent {
    /// The number alone, without closing zeros: `3.85`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.decimal().fmt(f)
    }
}

impl TryFrom<String> for Percent {
    type Error = PercentError;
    fn try_from(text: String) -> Result<Percent, PercentError> {
        Percent::parse(&text)
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> String {
        percent.to_string()
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Percent
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Percent> {
        Ok(Percent::from_ten_thousandths(i64::from_sql(bytes)?)?)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Percent
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// How much `now` stands above `then`, in percent with two decimals: 同比, 比上月, 比年初.
///
/// `None` (printed "—") when the base is zero, negative or missing: there is no such percentage.
#[must_use]
pub fn percent_change(now: impl Into<i64>, then: impl Into<i64>) -> Option<Decimal> {
    let (now, then) = (i128::from(now.into()), i128::from(then.into()));
    hundredths(now - then, then)
}

pub use percent_change as yoy;

/// What part `numerator` is of `denominator`, in percent with two decimals. `None` when there is no whole.
#[must_use]
pub fn ratio_percent(numerator: impl Into<i64>, denominator: impl Into<i64>) -> Option<Decimal> {
    hundredths(i128::from(numerator.into()), i128::from(denominator.into()))
}

/// A computed percentage for people: `23.08%`, signed when it is a change, "—" when there is none.
#[must_use]
pub fn show_percent(percent: Option<Decimal>) -> String {
    percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"))
}

/// A change for people: `+23.08%`, `-5.00%`, `0.00%`, "—".
#[must_use]
pub fn show_change(percent: Option<Decimal>) -> String {
    let plus = percent.is_some_and(|percent| percent > Decimal::ZERO);
    format!("{}{}", if plus { "+" } else { "" }, show_percent(percent))
}

fn hundredths(part: i128, whole: i128) -> Option<Decimal> {
    if whole <= 0 {
        return None;
    }
    let rounded = divide_half_away(part.checked_mul(10_000)?, whole);
    Decimal::try_from_i128_with_scale(rounded, 2).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    fn yuan(text: &str) -> Fen {
        Fen::parse_yuan(text).unwrap()
    }

    #[test]
    fn percentages_are_read_strictly() {
        assert_eq!(percent("3.85").show(), "3.85%");
        assert_eq!(percent(" ３．８５００％ ").to_string(), "3.85");
        assert_eq!(percent("-0.05").ten_thousandths(), -500);
        assert_eq!(percent("100"), Percent::HUNDRED);
        assert_eq!(percent("100").to_string(), "100");
        assert_eq!(percent("0.0000"), Percent::ZERO);
        let refused = |text| Percent::parse(text).map_err(|error| error.code());
        assert_eq!(refused(" "), Err("percent.empty"));
        for text in ["%", "-", ".5", "5.", "1e2", "+5", "3,85", "5%%", "五", "1 000"] {
            assert_eq!(refused(text), Err("percent.not_a_number"), "{text}");
        }
        assert_eq!(refused("3.85001"), Err("percent.too_many_decimals"));
        assert_eq!(refused("1000000"), Err("percent.too_large"));
        assert_eq!(serde_json::to_string(&percent("16.25")).unwrap(), "\"16.25\"");
        assert_eq!(
            serde_json::from_str::<Percent>("\"16.25\"").unwrap(),
            percent("16.25")
        );
        assert!(serde_json::from_str::<Percent>("16.25").is_err());
        assert_eq!(
            Percent::from_ten_thousandths(i64::MAX),
            Err(PercentError::TooLarge)
        );
    }

    #[test]
    fn a_percentage_of_an_amount_rounds_once_away_from_zero() {
        assert_eq!(percent("8").of(yuan("13968250.00")), Ok(yuan("1117460.00")));
        assert_eq!(percent("30").of(yuan("36.65")), Ok(yuan("11.00")));
        assert_eq!(percent("50").of(yuan("0.01")), Ok(yuan("0.01")));
        assert_eq!(percent("50").of(yuan("-0.01")), Ok(yuan("-0.01")));
        assert_eq!(percent("49.9999").of(yuan("0.01")), Ok(Fen::ZERO));
        assert_eq!(percent("101").of(Fen(i64::MAX)), Err(AmountError::Overflow));
    }

    #[test]
    fn changes_and_ratios_match_the_worked_figures() {
        let shown = |percent: Option<Decimal>| percent.map(|percent| percent.to_string());
        let change = |now, then| shown(percent_change(yuan(now), yuan(then)));
        assert_eq!(
            change("16209000000.00", "13169483262.92").as_deref(),
            Some("23.08")
        );
        assert_eq!(change("479000000.00", "276128437.19").as_deref(), Some("73.47"));
        // 余额 652,451.51 万, 较年初 +75,799.32 万.
        assert_eq!(change("6524515100.00", "5766521900.00").as_deref(), Some("13.14"));
        assert_eq!(shown(percent_change(1, 3)).as_deref(), Some("-66.67"));
        assert_eq!(shown(yoy(5, 5)).as_deref(), Some("0.00"));
        assert_eq!(yoy(5, 0), None);
        assert_eq!(yoy(5, -5), None);
        assert!(yoy(i64::MAX, 1).is_some());
        assert_eq!(shown(ratio_percent(692, 1_056)).as_deref(), Some("65.53"));
        assert_eq!(ratio_percent(1, 0), None);
        assert_eq!(show_percent(ratio_percent(28, 73)), "38.36%");
        assert_eq!(show_change(yoy(0, 8)), "-100.00%");
        assert_eq!(show_change(yoy(9, 8)), "+12.50%");
        assert_eq!(show_change(yoy(8, 8)), "0.00%");
        assert_eq!(show_change(None), "—");
    }

    proptest! {
        #[test]
        fn every_percentage_round_trips(number in -9_999_999_999_i64..=9_999_999_999) {
            let percent = Percent::from_ten_thousandths(number).unwrap();
            prop_assert_eq!(percent.ten_thousandths(), number);
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
            prop_assert_eq!(Percent::new(percent.decimal()), Ok(percent));
        }

        #[test]
        fn the_whole_of_an_amount_is_the_amount(fen: i64) {
            prop_assert_eq!(Percent::HUNDRED.of(Fen(fen)), Ok(Fen(fen)));
            prop_assert_eq!(Percent::ZERO.of(Fen(fen)), Ok(Fen::ZERO));
        }

        #[test]
        fn a_change_is_within_half_a_hundredth(now in 0_i64..1 << 50, then in 1_i64..1 << 50) {
            let shown = percent_change(now, then).unwrap();
            let exact = i128::from(now - then) * 10_000;
            prop_assert!((shown.mantissa() * i128::from(then) - exact).abs() * 2 <= i128::from(then));
        }
    }
}
