//! Persons and firms: their numbers, phones and names as they are checked on entry, and as they are masked
//! when shown.
//!
//! Checks normalise what a keyboard varies (full-width digits, spaces, a small x) and refuse the rest by
//! name. Masks never fail and never show more than the rule allows, whatever they are given.

use super::text::{Say, narrow};

mod credit_code;
mod id_number;

pub use credit_code::{CreditCodeError, check_credit_code, credit_code_as_printed, is_taken_as_printed};
pub use id_number::{IdError, birth_date, check_id_number};

/// The most characters a name may have.
const LONGEST_NAME: usize = 60;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing was written.
    Empty,
    /// Invisible or control characters inside, as a pasted cell may bring.
    ControlCharacter,
    /// Angle brackets: a piece of a web page was pasted.
    AngleBracket,
    /// Only digits: a number was entered in the field of the name.
    DigitsOnly,
    /// More than 60 characters.
    TooLong,
}

impl NameError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            NameError::Empty => "name.empty",
            NameError::ControlCharacter => "name.control_character",
            NameError::AngleBracket => "name.angle_bracket",
            NameError::DigitsOnly => "name.digits_only",
            NameError::TooLong => "name.too_long",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            NameError::Empty => Say::new("请填写名称。", "Enter a name."),
            NameError::ControlCharacter => Say::new(
                "名称里有看不见的字符，请重新输入。",
                "The name holds invisible characters. Type it again.",
            ),
            NameError::AngleBracket => Say::new(
                "名称里不能有尖括号 < >。",
                "A name cannot hold angle brackets < >.",
            ),
            NameError::DigitsOnly => Say::new("名称不能全是数字。", "A name cannot be digits only."),
            NameError::TooLong => Say::new("名称最多 60 个字。", "A name has at most 60 characters."),
        }
    }
}

impl std::fmt::Display for NameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for NameError {}

/// Checks the name of a person, household or firm: trimmed, inner spaces collapsed to one.
///
/// # Errors
/// What is wrong with the name.
pub fn check_name(text: &str) -> Result<String, NameError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(NameError::Empty);
    }
    if trimmed.chars().any(is_invisible) {
        return Err(NameError::ControlCharacter);
    }
    if trimmed.contains(['<', '>']) {
        return Err(NameError::AngleBracket);
    }
    let name = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().all(|c| c == ' ' || (c.is_numeric() && !is_han(c))) {
        return Err(NameError::DigitsOnly);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(NameError::TooLong);
    }
    Ok(name)
}

/// Control characters, and the format characters that show as nothing.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        )
}

/// A Chinese character; 〇 is one, though Unicode also calls it a number.
const fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What is wrong with a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// Nothing was written.
    Empty,
    /// Something else than digits, spaces, hyphens and a leading +86.
    NotDigits,
    /// Begins like a mobile number but is not 11 digits from 13 to 19.
    NotAMobile,
    /// Neither a mobile number nor a landline with its area code.
    NotALandline,
}

impl PhoneError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PhoneError::Empty => "phone.empty",
            PhoneError::NotDigits => "phone.not_digits",
            PhoneError::NotAMobile => "phone.not_a_mobile",
            PhoneError::NotALandline => "phone.not_a_landline",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            PhoneError::Empty => Say::new("请填写电话号码。", "Enter a phone number."),
            PhoneError::NotDigits => Say::new("电话号码只能是数字。", "A phone number has digits only."),
            PhoneError::NotAMobile => Say::new(
                "手机号应为 11 位，以 13 至 19 开头。",
                "A mobile number has 11 digits and begins with 13 to 19.",
            ),
            PhoneError::NotALandline => Say::new(
                "座机号请带区号，如 0750-8881234。",
                "Write a landline with its area code, like 0750-8881234.",
            ),
        }
    }
}

impl std::fmt::Display for PhoneError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for PhoneError {}

/// Checks a mainland phone number: a mobile of 11 digits (`13812345678`) or a landline with its area code
/// (`0750-8881234`), which are also the two forms it gives back.
///
/// # Errors
/// What is wrong with the number.
pub fn check_phone(text: &str) -> Result<String, PhoneError> {
    let plain: String = narrow(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
        .collect();
    let plain = plain
        .strip_prefix("+86")
        .or(plain.strip_prefix("0086"))
        .unwrap_or(&plain);
    if plain.is_empty() {
        return Err(PhoneError::Empty);
    }
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PhoneError::NotDigits);
    }
    match plain.as_bytes() {
        [b'1', b'3'..=b'9', ..] if plain.len() == 11 => Ok(plain.to_owned()),
        [b'1', ..] => Err(PhoneError::NotAMobile),
        [b'0', second @ b'1'..=b'9', ..] => {
            // 010 and 02x are the short area codes; every other has four digits.
            let area = if matches!(second, b'1' | b'2') { 3 } else { 4 };
            match (plain.get(..area), plain.get(area..)) {
                (Some(area), Some(number)) if matches!(number.len(), 7 | 8) => Ok(format!("{area}-{number}")),
                _ => Err(PhoneError::NotALandline),
            }
        }
        _ => Err(PhoneError::NotALandline),
    }
}

/// An identity number or credit code with its middle hidden: `440***********0014`.
#[must_use]
pub fn mask_id(number: &str) -> String {
    hide_middle(number, 3, 4)
}

/// A phone number with its middle hidden: `138****5678`, `0750-***1234`.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    match phone.split_once('-') {
        Some((area, number)) => format!("{area}-{}", hide_middle(number, 0, 4)),
        None => hide_middle(phone, 3, 4),
    }
}

/// A name with all but its first character hidden, its length too: `张*`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let mut rest = name.trim().chars();
    match (rest.next(), rest.next()) {
        (None, _) => String::new(),
        (Some(_), None) => "*".to_owned(),
        (Some(first), Some(_)) => format!("{first}*"),
    }
}

/// Stars for all but the ends; for everything when the ends would show more than half.
fn hide_middle(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let shown = if length > (head + tail) + 2 {
        (head, tail)
    } else {
        (0, 0)
    };
    let hidden = shown.0..length - shown.1;
    text.chars()
        .enumerate()
        .map(|(at, c)| if hidden.contains(&at) { '*' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
