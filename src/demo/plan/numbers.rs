//! Valid, fictional identity numbers (GB 11643) and 统一社会信用代码 (GB 32100).

use chrono::NaiveDate;

/// Eighteen characters; order numbers from 900 up are what offices hardly reach.
/// `order` is 0 to 49.
pub(super) fn id_number(county: &str, born: NaiveDate, order: usize, male: bool) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let order = 900 + (order % 50) * 2 + usize::from(male);
    let mut number = format!(
        "{}{}{order}",
        county.get(..6).unwrap_or_default(),
        born.format("%Y%m%d")
    );
    let sum: u32 = number
        .bytes()
        .zip(WEIGHTS)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    number.push(CHECKS[(sum % 11) as usize]);
    number
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// `kind`: `91` enterprise, `92` sole trader, `93` cooperative. The subject code starts with `Y9`,
/// out of the series in use, and is valid by GB 11714 as well. `serial` below a million.
pub(super) fn credit_code(kind: &str, county: &str, serial: usize) -> String {
    let subject = format!("Y9{:06}", serial % 1_000_000);
    let mut code = format!(
        "{kind}{}{subject}{}",
        county.get(..6).unwrap_or_default(),
        subject_check(&subject)
    );
    let mut weight = 1;
    let mut sum = 0;
    for c in code.bytes() {
        sum += value(c) * weight;
        weight = weight * 3 % 31;
    }
    code.push(char::from(ALPHABET[(31 - sum % 31) % 31]));
    code
}

fn value(c: u8) -> usize {
    ALPHABET.iter().position(|a| *a == c).unwrap_or(0)
}

/// GB 11714 counts letters from A = 10 without gaps.
fn subject_check(subject: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = subject
        .chars()
        .zip(WEIGHTS)
        .map(|(c, w)| c.to_digit(36).unwrap_or(0) * w)
        .sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::calendar::day;

    #[test]
    fn id_checks() {
        let number = id_number("440784000000", day(1975, 3, 8), 0, false);
        assert_eq!(number.len(), 18);
        assert!(number.starts_with("44078419750308900"));
    }

    #[test]
    fn credit_codes_have_eighteen_characters() {
        let code = credit_code("93", "440781000000", 42);
        assert_eq!(code.len(), 18);
        assert!(code.starts_with("93440781Y9000042"));
    }
}
