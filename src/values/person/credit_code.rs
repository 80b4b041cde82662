//! 统一社会信用代码 (GB 32100): 18 characters of an alphabet without I, O, S, V and Z, the last a check.

use chrono::NaiveDate;

use super::id_number::check_id_number;
use crate::values::text::{Say, narrow};

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What is wrong with a unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditCodeError {
    /// Nothing was written.
    Empty,
    /// Not 18 characters.
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character outside the alphabet; I, O, S, V and Z are left out of it as easily misread.
    Character {
        /// The first such character.
        found: char,
    },
    /// The last character does not fit the others.
    Check,
}

impl CreditCodeError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            CreditCodeError::Empty => "credit_code.empty",
            CreditCodeError::Length { .. } => "credit_code.length",
            CreditCodeError::Character { .. } => "credit_code.character",
            CreditCodeError::Check => "credit_code.check",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            CreditCodeError::Empty => Say::new(
                "请填写统一社会信用代码。",
                "Enter the unified social credit code.",
            ),
            CreditCodeError::Length { found } => Say::new(
                format!("统一社会信用代码应为 18 位，现为 {found} 位。"),
                format!("A unified social credit code has 18 characters; this one has {found}."),
            ),
            CreditCodeError::Character { found } => Say::new(
                format!("统一社会信用代码里不会有“{found}”（不用字母 I、O、S、V、Z），请核对。"),
                format!("A unified social credit code never has “{found}” (I, O, S, V and Z are not used)."),
            ),
            CreditCodeError::Check => Say::new(
                "统一社会信用代码校验不符，请逐位核对。",
                "The unified social credit code fails its check. Compare it character by character.",
            ),
        }
    }
}

impl std::fmt::Display for CreditCodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for CreditCodeError {}

/// Checks a unified social credit code and gives its normal form (plain capitals).
///
/// # Errors
/// What is wrong with the code. Some old codes fail the check and are lawful all the same: for them there is
/// [`credit_code_as_printed`].
pub fn check_credit_code(text: &str) -> Result<String, CreditCodeError> {
    let (code, fits) = read(text)?;
    if fits {
        Ok(code)
    } else {
        Err(CreditCodeError::Check)
    }
}

/// The normal form of a code somebody has compared with the licence: its last character need not fit.
///
/// # Errors
/// What is wrong with the code beside its check.
pub fn credit_code_as_printed(text: &str) -> Result<String, CreditCodeError> {
    read(text).map(|(code, _)| code)
}

/// Whether a recorded number is a credit code taken as printed: it fails its check, and is no identity number.
#[must_use]
pub fn is_taken_as_printed(number: &str) -> bool {
    check_credit_code(number) == Err(CreditCodeError::Check)
        && check_id_number(number, NaiveDate::MAX).is_err()
}

/// The code in its normal form, and whether its last character fits the others.
fn read(text: &str) -> Result<(String, bool), CreditCodeError> {
    let code: String = narrow(text)
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match code.chars().count() {
        0 => return Err(CreditCodeError::Empty),
        18 => {}
        found => return Err(CreditCodeError::Length { found }),
    }
    let mut values = Vec::with_capacity(18);
    for found in code.chars() {
        values.push(ALPHABET.find(found).ok_or(CreditCodeError::Character { found })?);
    }
    // Weights are 3^(i-1) mod 31; a check of 31 counts as 0.
    let (mut sum, mut weight) = (0, 1);
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let fits = values.last() == Some(&((31 - sum % 31) % 31));
    Ok((code, fits))
}
