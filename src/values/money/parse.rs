//! Reading an amount from text: one grammar, and a name for each way to miss it.

use super::{AmountError, Fen, Unit};
use crate::values::text::narrow;

/// An amount as people and spreadsheets write it.
pub(super) fn written(text: &str, unit: Unit) -> Result<Fen, AmountError> {
    let plain = narrow(text).replace(['\u{2212}', '\u{2013}'], "-");
    let (negative, body) = sign_and_body(&plain)?;
    if body.is_empty() {
        return Err(AmountError::Empty);
    }
    name_foreign(body)?;
    let body = without_commas(body)?;
    number(negative, &body, unit, unit.max_digits())
}

/// The machine form, `-?\d{1,17}(\.\d{1,2})?` in yuan: what [`Fen::yuan`] writes, over the whole range.
pub(super) fn machine(text: &str) -> Result<Fen, AmountError> {
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    name_foreign(body)?;
    number(negative, body, Unit::Yuan, 17)
}

/// Takes off one minus sign and one currency sign, in either order.
fn sign_and_body(text: &str) -> Result<(bool, &str), AmountError> {
    let currency = |text: &str| -> Option<usize> {
        text.chars()
            .next()
            .filter(|&c| matches!(c, '¥' | '￥'))
            .map(char::len_utf8)
    };
    let mut rest = text;
    let mut negative = false;
    let mut marked = false;
    loop {
        if let Some(after) = rest.strip_prefix('-') {
            if negative {
                return Err(AmountError::NotANumber);
            }
            negative = true;
            rest = after;
        } else if let Some(after) = currency(rest).and_then(|width| rest.get(width..)) {
            if marked {
                return Err(AmountError::NotANumber);
            }
            marked = true;
            rest = after.trim_start();
        } else {
            break;
        }
    }
    if rest.is_empty() && (negative || marked) {
        return Err(AmountError::NotANumber);
    }
    Ok((negative, rest))
}

/// Names the first thing that is no part of a number.
fn name_foreign(body: &str) -> Result<(), AmountError> {
    let exponent = body
        .split_once(['e', 'E'])
        .is_some_and(|(before, _)| !before.is_empty() && before.chars().all(is_number_part));
    for c in body.chars() {
        let error = match c {
            c if is_number_part(c) => continue,
            'e' | 'E' if exponent => AmountError::Exponent,
            '_' => AmountError::Underscore,
            '+' => AmountError::PlusSign,
            '(' | ')' => AmountError::Parentheses,
            '元' | '圆' | '万' | '亿' | '角' | '分' => AmountError::UnitInside,
            _ => AmountError::NotANumber,
        };
        return Err(error);
    }
    Ok(())
}

const fn is_number_part(c: char) -> bool {
    matches!(c, '0'..='9' | '.' | ',')
}

/// Takes out thousands commas, which must stand at every third digit of the whole part or nowhere.
fn without_commas(body: &str) -> Result<String, AmountError> {
    if !body.contains(',') {
        return Ok(body.to_owned());
    }
    let whole = body.split('.').next().unwrap_or_default();
    let decimals_have_comma = body.len() > whole.len()
        && body
            .get(whole.len()..)
            .is_some_and(|decimals| decimals.contains(','));
    let mut groups = whole.split(',');
    let first_is_right = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    if decimals_have_comma || !first_is_right || groups.any(|group| group.len() != 3) {
        return Err(AmountError::Grouping);
    }
    Ok(body.replace(',', ""))
}

/// Digits, at most one point with digits on both sides, into 分.
fn number(negative: bool, body: &str, unit: Unit, max_digits: usize) -> Result<Fen, AmountError> {
    let (whole, decimals) = match body.split_once('.') {
        Some((_, "")) => return Err(AmountError::NotANumber),
        Some((whole, decimals)) => (whole, decimals),
        None => (body, ""),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return Err(AmountError::NotANumber);
    }
    if decimals.len() > unit.max_decimals() {
        return Err(AmountError::TooManyDecimals {
            allowed: unit.max_decimals(),
        });
    }
    if whole.len() > max_digits {
        return Err(AmountError::TooManyDigits { allowed: max_digits });
    }
    let padded = format!("{whole}{decimals:0<width$}", width = unit.max_decimals());
    let size: i128 = padded.parse().map_err(|_| AmountError::NotANumber)?;
    Fen::narrowed(if negative { -size } else { size })
}
