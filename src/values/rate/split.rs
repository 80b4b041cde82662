//! The split of an insurance premium among its payers.

use super::Percent;
use crate::values::measure::{self, MeasureId};
use crate::values::money::{AmountError, Fen};
use crate::values::text::{Lang, Say, Text};

/// Who bears a part of a premium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Payer {
    /// 中央财政.
    Central,
    /// 省财政.
    Province,
    /// 市财政.
    City,
    /// 县（市、区）财政.
    County,
    /// 农户, or another policyholder.
    Farmer,
}

impl Payer {
    /// Every payer, in the order reports list them.
    pub const ALL: [Payer; 5] = [
        Payer::Central,
        Payer::Province,
        Payer::City,
        Payer::County,
        Payer::Farmer,
    ];

    /// The stable code, which closes the code of its measure: `insurance.premium.central`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Payer::Central => "central",
            Payer::Province => "province",
            Payer::City => "city",
            Payer::County => "county",
            Payer::Farmer => "farmer",
        }
    }

    /// Reads the stable code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Payer> {
        Payer::ALL.into_iter().find(|payer| payer.code() == code)
    }

    /// The word for it.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Payer::Central => Text::new("中央财政", "Central budget"),
            Payer::Province => Text::new("省财政", "Provincial budget"),
            Payer::City => Text::new("市财政", "City budget"),
            Payer::County => Text::new("县财政", "County budget"),
            Payer::Farmer => Text::new("农户自缴", "Farmer"),
        }
    }

    /// The word in one language.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// The measure its part posts to.
    #[must_use]
    pub const fn measure(self) -> MeasureId {
        match self {
            Payer::Central => measure::INSURANCE_PREMIUM_CENTRAL,
            Payer::Province => measure::INSURANCE_PREMIUM_PROVINCE,
            Payer::City => measure::INSURANCE_PREMIUM_CITY,
            Payer::County => measure::INSURANCE_PREMIUM_COUNTY,
            Payer::Farmer => measure::INSURANCE_PREMIUM_FARMER,
        }
    }
}

/// What part of a premium each payer bears. None is negative and together they are 100%; zero is lawful for
/// any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shares {
    central: Percent,
    province: Percent,
    city: Percent,
    county: Percent,
    farmer: Percent,
}

/// Why five percentages are no split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharesError {
    /// One payer's share is negative.
    Negative {
        /// Whose.
        payer: Payer,
    },
    /// They do not add up to 100%.
    NotTheWhole {
        /// What they add up to.
        sum: Percent,
    },
}

impl SharesError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            SharesError::Negative { .. } => "shares.negative",
            SharesError::NotTheWhole { .. } => "shares.not_the_whole",
        }
    }

    /// The sentence for the person who wrote them.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            SharesError::Negative { payer } => Say::new(
                format!("{}的分担比例不能为负。", payer.label(Lang::Zh)),
                format!("{}: the share cannot be negative.", payer.label(Lang::En)),
            ),
            SharesError::NotTheWhole { sum } => Say::new(
                format!("各方分担比例合计应为 100%，现为 {}。", sum.show()),
                format!("The shares must add up to 100%; they add up to {}.", sum.show()),
            ),
        }
    }
}

impl std::fmt::Display for SharesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for SharesError {}

impl Shares {
    /// Takes the five shares.
    ///
    /// # Errors
    /// When one is negative or they are not 100% together.
    pub fn new(
        central: Percent,
        province: Percent,
        city: Percent,
        county: Percent,
        farmer: Percent,
    ) -> Result<Shares, SharesError> {
        let shares = Shares {
            central,
            province,
            city,
            county,
            farmer,
        };
        if let Some(payer) = Payer::ALL
            .into_iter()
            .find(|&payer| shares.of(payer).is_negative())
        {
            return Err(SharesError::Negative { payer });
        }
        let sum = Percent(Payer::ALL.into_iter().map(|payer| shares.of(payer).0).sum());
        if sum != Percent::HUNDRED {
            return Err(SharesError::NotTheWhole { sum });
        }
        Ok(shares)
    }

    /// One payer's share.
    #[must_use]
    pub const fn of(&self, payer: Payer) -> Percent {
        match payer {
            Payer::Central => self.central,
            Payer::Province => self.province,
            Payer::City => self.city,
            Payer::County => self.county,
            Payer::Farmer => self.farmer,
        }
    }

    /// Who takes the remainder: the county, or without its share the last of 市, 省, 中央, 农户 that has one.
    #[must_use]
    pub fn remainder_payer(&self) -> Payer {
        [Payer::County, Payer::City, Payer::Province, Payer::Central]
            .into_iter()
            .find(|&payer| !self.of(payer).is_zero())
            .unwrap_or(Payer::Farmer)
    }
}

/// A premium split among its payers, to the 分.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Split {
    /// 中央财政.
    pub central: Fen,
    /// 省财政.
    pub province: Fen,
    /// 市财政.
    pub city: Fen,
    /// 县财政.
    pub county: Fen,
    /// 农户自缴.
    pub farmer: Fen,
}

impl Split {
    /// One payer's part.
    #[must_use]
    pub const fn of(&self, payer: Payer) -> Fen {
        match payer {
            Payer::Central => self.central,
            Payer::Province => self.province,
            Payer::City => self.city,
            Payer::County => self.county,
            Payer::Farmer => self.farmer,
        }
    }

    /// What the parts add up to: for an imported split, to be held against the premium.
    ///
    /// # Errors
    /// `Overflow` when it does not fit.
    pub fn total(&self) -> Result<Fen, AmountError> {
        Fen::sum(Payer::ALL.into_iter().map(|payer| self.of(payer)))
    }

    const fn part_mut(&mut self, payer: Payer) -> &mut Fen {
        match payer {
            Payer::Central => &mut self.central,
            Payer::Province => &mut self.province,
            Payer::City => &mut self.city,
            Payer::County => &mut self.county,
            Payer::Farmer => &mut self.farmer,
        }
    }
}

/// Splits a premium so that the parts add up to it exactly.
///
/// 农户 is rounded first, then 中央, 省 and 市; 县 takes the remainder (see [`Shares::remainder_payer`] for when it
/// has no share). A part is never more than what is left, so that of a few 分 none turns negative. A negative
/// premium (退保, 冲销) splits as the positive one does, with the sign turned.
///
/// # Errors
/// `Overflow` when a part does not fit.
pub fn split_premium(total: Fen, shares: &Shares) -> Result<Split, AmountError> {
    if total.is_negative() {
        let mirrored = split_premium(total.negated()?, shares)?;
        let mut split = Split::default();
        for payer in Payer::ALL {
            *split.part_mut(payer) = mirrored.of(payer).negated()?;
        }
        return Ok(split);
    }
    let last = shares.remainder_payer();
    let mut split = Split::default();
    let mut left = total;
    for payer in [
        Payer::Farmer,
        Payer::Central,
        Payer::Province,
        Payer::City,
        Payer::County,
    ] {
        if payer != last {
            let part = shares.of(payer).of(total)?.min(left);
            *split.part_mut(payer) = part;
            left = left.minus(part)?;
        }
    }
    *split.part_mut(last) = left;
    Ok(split)
}

#[cfg(test)]
mod tests;
