//! Statistical region codes (统计用区划代码) of 12 digits.

use super::{Level, RegionKind};
use crate::values::ids::checked_text;
use crate::values::text::{Say, narrow};

/// Why a text is not a region code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionCodeError {
    /// Nothing was written.
    Empty,
    /// Not 12 digits.
    NotTwelveDigits,
    /// A lower part is given under an empty one, as in `440000000201`.
    Broken,
}

impl RegionCodeError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            RegionCodeError::Empty => "region_code.empty",
            RegionCodeError::NotTwelveDigits => "region_code.not_twelve_digits",
            RegionCodeError::Broken => "region_code.broken",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            RegionCodeError::Empty => Say::new("请填写区划代码。", "Enter a region code."),
            RegionCodeError::NotTwelveDigits => Say::new(
                "区划代码应为 12 位数字，如 440784103205。",
                "A region code has 12 digits, as in 440784103205.",
            ),
            RegionCodeError::Broken => Say::new(
                "区划代码不完整：下级有编号而上级为零。",
                "The region code is broken: a lower part is numbered under an empty one.",
            ),
        }
    }
}

impl std::fmt::Display for RegionCodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for RegionCodeError {}

/// A statistical region code (统计用区划代码): 2 digits 省, 2 市, 2 县, 3 乡级, 3 村级; parents pad with zeros.
#[derive(
    diesel::AsExpression,
    diesel::FromSqlRow,
    serde::Serialize,
    serde::Deserialize,
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(String);

checked_text!(RegionCode, RegionCodeError);

impl RegionCode {
    /// Reads 12 digits; full-width digits and surrounding spaces are normalised.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<RegionCode, RegionCodeError> {
        let plain = narrow(text);
        if plain.is_empty() {
            return Err(RegionCodeError::Empty);
        }
        if plain.len() != 12 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RegionCodeError::NotTwelveDigits);
        }
        let code = RegionCode(plain);
        let given = |from, to| code.part(from, to).bytes().any(|byte| byte != b'0');
        let (province, city, county) = (given(0, 2), given(2, 4), given(4, 6));
        let (town, village) = (given(6, 9), given(9, 12));
        // A town may stand directly under a city: 东莞 and 中山 have no counties.
        if !province || (!city && (county || town || village)) || (village && !town) {
            return Err(RegionCodeError::Broken);
        }
        Ok(code)
    }

    /// The 12 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level, read off the padding zeros.
    #[must_use]
    pub fn level(&self) -> Level {
        let given = |from, to| self.part(from, to).bytes().any(|byte| byte != b'0');
        if given(9, 12) {
            Level::Village
        } else if given(6, 9) {
            Level::Town
        } else if given(4, 6) {
            Level::County
        } else if given(2, 4) {
            Level::City
        } else {
            Level::Province
        }
    }

    /// The kind by the numbering rule (乡级 001–099 街道, 100–199 镇, 200–399 乡, 400–599 类似; 村级 001–199 居委会,
    /// 200–399 村委会, 400–499 类似居委会, 500–599 类似村委会). `None` for a county, whose kind its number does not
    /// tell, and for a number the rule does not know.
    #[must_use]
    pub fn kind(&self) -> Option<RegionKind> {
        match self.level() {
            Level::Province => Some(RegionKind::Province),
            Level::City => Some(RegionKind::Prefecture),
            Level::County | Level::Hamlet => None,
            Level::Town => match self.number(6, 9) {
                1..=99 => Some(RegionKind::Subdistrict),
                100..=199 => Some(RegionKind::Town),
                200..=399 => Some(RegionKind::Township),
                400..=599 => Some(RegionKind::TownLike),
                _ => None,
            },
            Level::Village => match self.number(9, 12) {
                1..=199 => Some(RegionKind::Community),
                200..=399 => Some(RegionKind::Village),
                400..=499 => Some(RegionKind::CommunityLike),
                500..=599 => Some(RegionKind::VillageLike),
                _ => None,
            },
        }
    }

    /// The first six digits, `440784`: the county, as GB/T 2260 numbers it.
    #[must_use]
    pub fn county_prefix(&self) -> &str {
        self.part(0, 6)
    }

    /// The digits that name this unit, without the padding: 2, 4, 6, 9 or 12 of them. Every unit below it
    /// carries them in front.
    #[must_use]
    pub fn own_prefix(&self) -> &str {
        match self.level() {
            Level::Province => self.part(0, 2),
            Level::City => self.part(0, 4),
            Level::County => self.part(0, 6),
            Level::Town => self.part(0, 9),
            Level::Village | Level::Hamlet => self.as_str(),
        }
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.0.get(from..to).unwrap_or_default()
    }

    fn number(&self, from: usize, to: usize) -> u32 {
        self.part(from, to).parse().unwrap_or_default()
    }
}
