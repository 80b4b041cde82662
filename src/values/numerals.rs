//! Amounts in Chinese capitals (大写金额), as contracts and vouchers spell them.
//!
//! The rules are those for filling in bills (正确填写票据和结算凭证的基本规定): 元 rather than 圆, 整 after 元, never
//! after 分, one 零 for the zeros inside. Where they leave a choice, [`to_capitals`] always writes the same
//! way: 整 after 角; 零 before 角 when the 元 digit is 0; 零 between 万 and 亿 groups only when the lower group has
//! fewer digits; no leading 零元. [`parse_capitals`] accepts every writing the rules allow and no other, since
//! a spelling that skips a 零 is how an amount gets altered.

use super::money::Fen;
use super::text::{Say, narrow};

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const WAN: u64 = 10_000;
const YI: u64 = 100_000_000;

/// Spells an amount, without 人民币: `壹佰壹拾叁万元整`. A negative amount begins with 负.
#[must_use]
pub fn to_capitals(amount: Fen) -> String {
    let sign = if amount.is_negative() { "负" } else { "" };
    let first = writings(amount.0.unsigned_abs())
        .into_iter()
        .next()
        .unwrap_or_default();
    format!("{sign}{first}")
}

/// Reads an amount spelled in capitals, in any lawful writing: 正 or 整 or neither, 元 or 圆, the optional 零
/// present or not, 人民币 in front, the traditional 貳陸億萬圓 (which the rules also admit).
///
/// # Errors
/// What is wrong with the spelling; for a readable but unlawful one, how it should be spelled.
pub fn parse_capitals(text: &str) -> Result<Fen, CapitalsError> {
    let plain: String = narrow(text).chars().map(simplified).collect();
    let body = plain.strip_prefix("人民币").unwrap_or(&plain).trim_start();
    let (negative, body) = match body.strip_prefix('负') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    if body.is_empty() {
        return Err(CapitalsError::Empty);
    }
    if let Some(found) = body.chars().find(|&c| !is_capital(c)) {
        return Err(CapitalsError::NotACapital { found });
    }
    let size = read(body)?;
    let signed = i128::from(size) * if negative { -1 } else { 1 };
    let amount = i64::try_from(signed)
        .map(Fen)
        .map_err(|_| CapitalsError::TooLarge)?;
    let lawful = writings(size).into_iter().any(|writing| {
        let bare = writing.strip_suffix('整').unwrap_or(&writing);
        body == writing || body == bare
    });
    if !lawful || (negative && size == 0) {
        return Err(CapitalsError::Irregular {
            expected: to_capitals(amount),
        });
    }
    Ok(amount)
}

/// What is wrong with a spelled amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapitalsError {
    /// Nothing was written.
    Empty,
    /// A character that is no capital numeral or unit, as 一 or 两.
    NotACapital {
        /// The first such character.
        found: char,
    },
    /// The digits and units make no number.
    Unreadable,
    /// A number can be made out, but it is not lawfully spelled.
    Irregular {
        /// How it should be spelled.
        expected: String,
    },
    /// Larger than can be recorded.
    TooLarge,
}

impl CapitalsError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            CapitalsError::Empty => "capitals.empty",
            CapitalsError::NotACapital { .. } => "capitals.not_a_capital",
            CapitalsError::Unreadable => "capitals.unreadable",
            CapitalsError::Irregular { .. } => "capitals.irregular",
            CapitalsError::TooLarge => "capitals.too_large",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            CapitalsError::Empty => Say::new("请填写大写金额。", "Enter the amount in Chinese capitals."),
            CapitalsError::NotACapital { found } => Say::new(
                format!("“{found}”不是大写金额用字，请用壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分零整。"),
                format!("“{found}” is not used in capitals; use 壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分零整."),
            ),
            CapitalsError::Unreadable => Say::new(
                "大写金额读不出数来，请核对单位的先后。",
                "No amount can be read from these capitals. Check the order of the units.",
            ),
            CapitalsError::Irregular { expected } => Say::new(
                format!("大写金额写法不规范，按读数应写作“{expected}”。"),
                format!("The capitals are not spelled by the rules; as read, write “{expected}”."),
            ),
            CapitalsError::TooLarge => Say::new(
                "大写金额超出可记录的范围。",
                "The amount is larger than can be recorded.",
            ),
        }
    }
}

impl std::fmt::Display for CapitalsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for CapitalsError {}

/// Every lawful writing of so many 分, the canonical one first, each with 整 where 整 may stand.
fn writings(fen: u64) -> Vec<String> {
    let (yuan, jiao, cents) = (fen / 100, fen / 10 % 10, fen % 10);
    if fen == 0 {
        return vec!["零元整".to_owned()];
    }
    let mut tails = vec![match (jiao, cents) {
        (0, 0) => "整".to_owned(),
        (0, _) => format!("零{}分", digit(cents)),
        (_, 0) => format!("{}角整", digit(jiao)),
        _ => format!("{}角{}分", digit(jiao), digit(cents)),
    }];
    if yuan == 0 {
        // 伍分; 零元伍角 and 零元零伍分 are spelled too, and mean nothing else.
        let bare = tails.concat().trim_start_matches('零').to_owned();
        return vec![
            bare.clone(),
            format!("零元{}", tails.concat()),
            format!("零元{bare}"),
        ];
    }
    if jiao > 0 && yuan % 10 == 0 {
        let with_zero = tails.iter().map(|tail| format!("零{tail}")).collect::<Vec<_>>();
        tails = [with_zero, tails].concat();
    }
    let wholes = whole_writings(yuan);
    wholes
        .iter()
        .flat_map(|whole| tails.iter().map(move |tail| format!("{whole}元{tail}")))
        .collect()
}

/// Every lawful writing of a whole number above zero, the canonical one first.
fn whole_writings(number: u64) -> Vec<String> {
    if number >= YI {
        joined(number, YI, '亿')
    } else if number >= WAN {
        joined(number, WAN, '万')
    } else {
        vec![thousands(number)]
    }
}

/// The part above `scale`, its unit, and the part below.
fn joined(number: u64, scale: u64, unit: char) -> Vec<String> {
    let (high, low) = (number / scale, number % scale);
    let highs = whole_writings(high)
        .into_iter()
        .map(|high| format!("{high}{unit}"));
    if low == 0 {
        return highs.collect();
    }
    // A gap of zeros below the unit needs its 零; zeros that end the part above may be read out or not.
    let joints: &[&str] = if low < scale / 10 {
        &["零"]
    } else if high % 10 == 0 {
        &["", "零"]
    } else {
        &[""]
    };
    let lows = whole_writings(low);
    let join = |high: String| {
        let high = &high;
        let pair = |joint: &&str| {
            lows.iter()
                .map(|low| format!("{high}{joint}{low}"))
                .collect::<Vec<_>>()
        };
        joints.iter().flat_map(pair).collect::<Vec<_>>()
    };
    highs.flat_map(join).collect()
}

/// A number from 1 to 9999 with 仟, 佰 and 拾.
fn thousands(number: u64) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (scale, unit) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let value = number / scale % 10;
        if value == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        out.push(digit(value));
        out.push_str(unit);
    }
    out
}

fn digit(value: u64) -> char {
    usize::try_from(value)
        .ok()
        .and_then(|at| DIGITS.get(at))
        .copied()
        .unwrap_or('零')
}

fn digit_value(c: char) -> Option<u64> {
    DIGITS
        .iter()
        .position(|&digit| digit == c)
        .and_then(|at| u64::try_from(at).ok())
}

fn is_capital(c: char) -> bool {
    DIGITS.contains(&c) || "拾佰仟万亿元角分整".contains(c)
}

/// One character for each that the rules hold equal.
const fn simplified(c: char) -> char {
    match c {
        '圆' | '圓' => '元',
        '正' => '整',
        '萬' => '万',
        '億' => '亿',
        '貳' => '贰',
        '叄' | '參' => '叁',
        '陸' => '陆',
        '負' => '负',
        '幣' => '币',
        other => other,
    }
}

/// The number of 分 a spelling reads as, lawful or not.
fn read(body: &str) -> Result<u64, CapitalsError> {
    let bare = body.strip_suffix('整').unwrap_or(body);
    let (whole, tail) = bare.split_once('元').unwrap_or(("", bare));
    if bare.is_empty() || (whole.is_empty() && bare.contains('元')) {
        return Err(CapitalsError::Unreadable);
    }
    let yuan = read_whole(whole)?;
    let cents = read_tail(tail)?;
    yuan.checked_mul(100)
        .and_then(|fen| fen.checked_add(cents))
        .ok_or(CapitalsError::TooLarge)
}

fn read_whole(whole: &str) -> Result<u64, CapitalsError> {
    let (mut above, mut below, mut section, mut held) = (0_u64, 0_u64, 0_u64, None::<u64>);
    let add = |a: u64, b: u64| a.checked_add(b).ok_or(CapitalsError::TooLarge);
    let scale = |a: u64, by: u64| a.checked_mul(by).ok_or(CapitalsError::TooLarge);
    for c in whole.chars() {
        match c {
            '拾' | '佰' | '仟' => {
                let by = if c == '拾' {
                    10
                } else if c == '佰' {
                    100
                } else {
                    1000
                };
                section = add(section, scale(held.take().ok_or(CapitalsError::Unreadable)?, by)?)?;
            }
            '万' => {
                if below > 0 {
                    return Err(CapitalsError::Unreadable);
                }
                below = scale(add(section, held.take().unwrap_or(0))?, WAN)?;
                section = 0;
            }
            '亿' => {
                let part = add(add(below, section)?, held.take().unwrap_or(0))?;
                above = scale(add(above, part)?, YI)?;
                (below, section) = (0, 0);
            }
            '零' => {
                if held.is_some() {
                    return Err(CapitalsError::Unreadable);
                }
            }
            _ => match (held, digit_value(c)) {
                (None, Some(value)) => held = Some(value),
                _ => return Err(CapitalsError::Unreadable),
            },
        }
    }
    add(add(above, below)?, add(section, held.unwrap_or(0))?)
}

fn read_tail(tail: &str) -> Result<u64, CapitalsError> {
    let (mut cents, mut held) = (0, None::<u64>);
    for c in tail.chars() {
        match (c, held) {
            ('角', Some(value)) => (cents, held) = (cents + value * 10, None),
            ('分', Some(value)) => (cents, held) = (cents + value, None),
            ('零', None) => {}
            (_, None) => held = Some(digit_value(c).ok_or(CapitalsError::Unreadable)?),
            _ => return Err(CapitalsError::Unreadable),
        }
    }
    match held {
        None => Ok(cents),
        Some(_) => Err(CapitalsError::Unreadable),
    }
}

#[cfg(test)]
mod tests;
