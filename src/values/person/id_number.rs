//! 公民身份号码 (GB 11643): 6 digits of first registration, 8 of birth, 3 of sequence, 1 check.

use chrono::{Datelike, NaiveDate};

use crate::values::text::{Say, narrow};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// What is wrong with an identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// Nothing was written.
    Empty,
    /// Not 18 characters.
    Length {
        /// How many there are.
        found: usize,
    },
    /// Of the first generation, 15 digits, invalid since 2013.
    FirstGeneration,
    /// Something else than 17 digits and a digit or X.
    NotDigits,
    /// The first digits name no place.
    Place,
    /// The eight digits of birth are no day.
    BirthDate,
    /// The day of birth has not come yet.
    BirthInFuture,
    /// The last character does not fit the others: a digit is wrong or two are swapped.
    Check,
}

impl IdError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            IdError::Empty => "id_number.empty",
            IdError::Length { .. } => "id_number.length",
            IdError::FirstGeneration => "id_number.first_generation",
            IdError::NotDigits => "id_number.not_digits",
            IdError::Place => "id_number.place",
            IdError::BirthDate => "id_number.birth_date",
            IdError::BirthInFuture => "id_number.birth_in_future",
            IdError::Check => "id_number.check",
        }
    }

    /// The sentence for the person who wrote it. It never repeats the number.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            IdError::Empty => Say::new("请填写身份证号。", "Enter the identity number."),
            IdError::Length { found } => Say::new(
                format!("身份证号应为 18 位，现为 {found} 位。"),
                format!("An identity number has 18 characters; this one has {found}."),
            ),
            IdError::FirstGeneration => Say::new(
                "15 位身份证号已停用，请填写 18 位的。",
                "Identity numbers of 15 digits are no longer valid; enter the one of 18.",
            ),
            IdError::NotDigits => Say::new(
                "身份证号应为 17 位数字加 1 位数字或 X。",
                "An identity number is 17 digits and a last digit or X.",
            ),
            IdError::Place => Say::new(
                "身份证号前两位不是地区代码，请核对。",
                "The first two digits of the identity number name no region. Check them.",
            ),
            IdError::BirthDate => Say::new(
                "身份证号第 7 至 14 位不是真实的出生日期，请核对。",
                "Digits 7 to 14 of the identity number are no real date of birth. Check them.",
            ),
            IdError::BirthInFuture => Say::new(
                "身份证号中的出生日期晚于今天，请核对。",
                "The date of birth in the identity number lies in the future. Check it.",
            ),
            IdError::Check => Say::new(
                "身份证号校验不符，请逐位核对，可能有一位写错或两位颠倒。",
                "The identity number fails its check: a digit is wrong or two are swapped.",
            ),
        }
    }
}

impl std::fmt::Display for IdError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for IdError {}

/// Checks an identity number of 18 characters and gives its normal form (plain digits, capital X).
///
/// The place is that of first registration and may since have been renumbered, so only its form is checked.
///
/// # Errors
/// What is wrong with the number.
pub fn check_id_number(text: &str, today: NaiveDate) -> Result<String, IdError> {
    let number: String = narrow(text)
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let length = number.chars().count();
    let body = number.get(..17).unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match length {
        0 => return Err(IdError::Empty),
        15 if digits(&number) => return Err(IdError::FirstGeneration),
        18 => {}
        found => return Err(IdError::Length { found }),
    }
    let last = number.as_bytes().last().copied().unwrap_or_default();
    if body.is_empty() || !digits(body) || !(last.is_ascii_digit() || last == b'X') {
        return Err(IdError::NotDigits);
    }
    // 1 to 8 are the great regions of GB/T 2260; 9 begins the numbers of foreign permanent residents.
    if number.starts_with('0') {
        return Err(IdError::Place);
    }
    let born = birth_date(&number).ok_or(IdError::BirthDate)?;
    if born > today {
        return Err(IdError::BirthInFuture);
    }
    if last != check_character(body) {
        return Err(IdError::Check);
    }
    Ok(number)
}

/// The day of birth in an identity number of 18 characters; a year before 1900 is none.
#[must_use]
pub fn birth_date(number: &str) -> Option<NaiveDate> {
    let part = |from, to| number.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let year = i32::try_from(part(6, 10)?).ok()?;
    NaiveDate::from_ymd_opt(year, part(10, 12)?, part(12, 14)?).filter(|day| day.year() >= 1900)
}

/// The eighteenth character for seventeen digits: Σ digit × weight, mod 11.
fn check_character(body: &str) -> u8 {
    let sum: u32 = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    usize::try_from(sum % 11)
        .ok()
        .and_then(|at| CHECKS.get(at))
        .copied()
        .unwrap_or_default()
}
