//! A receipt's code as it is typed.

use crate::ledger::receipt_code;
use crate::values::text::narrow;

/// Digits of a code.
const LENGTH: usize = 8;
const DIGITS: &str = "0123456789abcdef";
/// Letters that are no digits of a code, and what is written like them.
const LOOK_ALIKES: [(char, char); 9] = [
    ('o', '0'),
    ('q', '0'),
    ('i', '1'),
    ('l', '1'),
    ('z', '2'),
    ('s', '5'),
    ('g', '6'),
    ('t', '7'),
    ('p', 'b'),
];

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Nothing yet.
    Nothing,
    /// A code, in small letters without its dash.
    Code(String),
    /// No code; perhaps this one was meant.
    NoCode(Option<String>),
}

/// Reads a code with or without dash, in letters of any size and width.
pub(super) fn read(text: &str) -> Typed {
    let plain: String = narrow(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !"-–—−_－·.".contains(*c))
        .flat_map(char::to_lowercase)
        .collect();
    if plain.is_empty() {
        return Typed::Nothing;
    }
    if is_code(&plain) {
        return Typed::Code(plain);
    }
    let alike = |c: char| {
        let found = LOOK_ALIKES.iter().find(|(letter, _)| *letter == c);
        found.map_or(c, |(_, digit)| *digit)
    };
    let meant: String = plain.chars().map(alike).collect();
    Typed::NoCode(is_code(&meant).then_some(meant))
}

fn is_code(text: &str) -> bool {
    text.chars().count() == LENGTH && text.chars().all(|c| DIGITS.contains(c))
}

/// The codes that differ in one digit, or in the order of two that stand side by side: misheard, mistyped.
pub(super) fn near(code: &str) -> Vec<String> {
    let digits: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    for at in 0..digits.len() {
        for other in DIGITS.chars().filter(|other| digits.get(at) != Some(other)) {
            found.push(
                digits
                    .iter()
                    .zip(0..)
                    .map(|(c, n)| if n == at { other } else { *c })
                    .collect(),
            );
        }
        let mut turned = digits.clone();
        if at + 1 < turned.len() {
            turned.swap(at, at + 1);
            if turned != digits {
                found.push(turned.into_iter().collect());
            }
        }
    }
    found
}

/// As receipts show it: `0A1B-2C3D`.
pub(super) fn shown(code: &str) -> String {
    receipt_code(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Typed::Code("0a1b2c3d".to_owned());
        for text in [
            "0A1B-2C3D",
            "0a1b2c3d",
            " ０ａ１ｂ－２Ｃ３Ｄ　",
            "0A1B 2C3D",
            "0a1b—2c3d",
        ] {
            assert_eq!(read(text), code, "{text}");
        }
        assert_eq!(read(" - "), Typed::Nothing);
        assert_eq!(read("OAIB-2C3D"), Typed::NoCode(Some("0a1b2c3d".to_owned())));
        assert_eq!(read("0A1B-2C3"), Typed::NoCode(None));
        assert_eq!(read("0A1B-2C3D9"), Typed::NoCode(None));
        assert_eq!(read("李村官-二零"), Typed::NoCode(None));
        assert_eq!(shown("0a1b2c3d"), "0A1B-2C3D");
    }

    #[test]
    fn what_is_near_differs_in_one_place() {
        let found = near("0a1b2c3d");
        assert_eq!(found.len(), 8 * 15 + 7);
        assert!(found.contains(&"0a1b2c3e".to_owned()) && found.contains(&"a01b2c3d".to_owned()));
        assert!(!found.contains(&"0a1b2c3d".to_owned()));
        assert_eq!(near("00000000").len(), 8 * 15);
    }
}
