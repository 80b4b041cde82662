//! What is observed, how a period comes to one value, and on which side of a bound it pays.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::values::Text;
use crate::values::text::narrow;

/// Decimals an observation may have.
const DECIMALS: u32 = 4;

/// A value observed, or a bound it is held against: a decimal of at most four places, as text in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Measured(pub Decimal);

impl Measured {
    /// Reads `-?\d{1,6}(\.\d{1,4})?`, full-width digits allowed; none for any other text.
    pub fn parse(text: &str) -> Option<Measured> {
        let plain = narrow(text);
        let digits = plain.strip_prefix('-').unwrap_or(&plain);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let fits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !fits(whole, 6) || !fits(part, DECIMALS as usize) {
            return None;
        }
        plain
            .parse::<Decimal>()
            .ok()
            .map(|value| Measured(value.normalize()))
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl TryFrom<String> for Measured {
    type Error = String;

    fn try_from(text: String) -> Result<Measured, String> {
        Measured::parse(&text).ok_or_else(|| format!("{text} is no observed value"))
    }
}

impl From<Measured> for String {
    fn from(value: Measured) -> String {
        value.to_string()
    }
}

/// What a station observes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    MaxTemperature,
    MinTemperature,
    Rain,
    Gust,
    FrostIndex,
    Typhoon,
}

impl Statistic {
    pub const EVERY: [Statistic; 6] = [
        Statistic::MaxTemperature,
        Statistic::MinTemperature,
        Statistic::Rain,
        Statistic::Gust,
        Statistic::FrostIndex,
        Statistic::Typhoon,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Statistic::MaxTemperature => "max_temperature",
            Statistic::MinTemperature => "min_temperature",
            Statistic::Rain => "rain",
            Statistic::Gust => "gust",
            Statistic::FrostIndex => "frost_index",
            Statistic::Typhoon => "typhoon",
        }
    }

    pub fn parse(code: &str) -> Option<Statistic> {
        Statistic::EVERY.into_iter().find(|known| known.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Statistic::MaxTemperature => Text::new("日最高气温", "Highest temperature of the day"),
            Statistic::MinTemperature => Text::new("日最低气温", "Lowest temperature of the day"),
            Statistic::Rain => Text::new("降雨量", "Rain"),
            Statistic::Gust => Text::new("极大风速", "Strongest gust"),
            Statistic::FrostIndex => Text::new("冻害指数", "Frost index"),
            Statistic::Typhoon => Text::new("台风风速", "Wind of a typhoon"),
        }
    }

    /// Empty for an index without a unit.
    pub const fn unit(self) -> Text {
        match self {
            Statistic::MaxTemperature | Statistic::MinTemperature => Text::new("℃", "℃"),
            Statistic::Rain => Text::new("毫米", "mm"),
            Statistic::Gust | Statistic::Typhoon => Text::new("米/秒", "m/s"),
            Statistic::FrostIndex => Text::new("", ""),
        }
    }
}

/// How the days of the period come to one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    Highest,
    Lowest,
    /// Of every day of the period; not known while a day is missing.
    Sum,
    /// The station states one value for the whole period; it stands on one of its days.
    Stated,
}

impl Take {
    pub const EVERY: [Take; 4] = [Take::Highest, Take::Lowest, Take::Sum, Take::Stated];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Take::Highest => "highest",
            Take::Lowest => "lowest",
            Take::Sum => "sum",
            Take::Stated => "stated",
        }
    }

    pub fn parse(code: &str) -> Option<Take> {
        Take::EVERY.into_iter().find(|known| known.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Take::Highest => Text::new("期内最高", "highest of the period"),
            Take::Lowest => Text::new("期内最低", "lowest of the period"),
            Take::Sum => Text::new("期内合计", "sum of the period"),
            Take::Stated => Text::new("气象证明所载", "as the station states it"),
        }
    }
}

/// Which side of a bound pays, the bound itself included or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    AtLeast,
    Above,
    AtMost,
    Below,
}

impl Side {
    pub const EVERY: [Side; 4] = [Side::AtLeast, Side::Above, Side::AtMost, Side::Below];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Side::AtLeast => "at_least",
            Side::Above => "above",
            Side::AtMost => "at_most",
            Side::Below => "below",
        }
    }

    pub fn parse(code: &str) -> Option<Side> {
        Side::EVERY.into_iter().find(|known| known.code() == code)
    }

    /// The sign: ≥, >, ≤, <.
    pub const fn sign(self) -> &'static str {
        match self {
            Side::AtLeast => "≥",
            Side::Above => ">",
            Side::AtMost => "≤",
            Side::Below => "<",
        }
    }

    pub(super) fn holds(self, value: Decimal, bound: Decimal) -> bool {
        match self {
            Side::AtLeast => value >= bound,
            Side::Above => value > bound,
            Side::AtMost => value <= bound,
            Side::Below => value < bound,
        }
    }
}
