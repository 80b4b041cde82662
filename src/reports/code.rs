//! Check codes (校验码): what a paper is, sealed with the office's key in twenty letters.
//!
//! What must always hold:
//! - a code needs no table: everything is in its letters, so that a paper is known as long as the key is;
//! - it has two marks. The second is over what the paper is and over the first: it says that this office printed
//!   the paper. The first is over the figures: it says whether they are today what they were when it was printed;
//! - without the key nobody makes a code that passes but by guessing one of 2³³.

use sha2::{Digest, Sha256};

use super::table::{Cell, Row, Sheet, Workbook, two_decimals};
use crate::values::text::narrow;
use crate::values::{Lang, Month, RegionId, Unit};
use crate::vault::{self, Vault};

/// Letters of a code.
const LETTERS: usize = 20;
/// Crockford's alphabet: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits of the parts, from the left.
const REPORT_BITS: u32 = 11;
const REGION_BITS: u32 = 16;
const MONTH_BITS: u32 = 10;
const EDITION_BITS: u32 = 5;
const UNIT_BITS: u32 = 2;
const FIGURE_BITS: u32 = 20;
const GENUINE_BITS: u32 = 33;
/// Months are counted from this January.
const FIRST_YEAR: i32 = 2000;

/// What a paper says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The report's code.
    pub report: String,
    pub region: RegionId,
    pub month: Month,
    /// None while the month was open.
    pub edition: Option<i32>,
    pub public: bool,
    /// By today's boundaries.
    pub now: bool,
    pub unit: Unit,
    pub lang: Lang,
}

/// A code that was typed, and is this office's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genuine {
    pub code: Code,
    /// As printed.
    pub text: String,
    /// The mark of the figures it was printed with.
    figures: u128,
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    Nothing,
    /// Not twenty letters of the alphabet.
    NoCode,
    /// A code, but none of this office's: mistyped, or made up.
    Foreign,
    Genuine(Genuine),
}

impl Code {
    /// The code as printed, over the digest of the content; none where a part is too large for its letters.
    #[must_use]
    pub fn seal(&self, vault: &Vault, content: &str) -> Option<String> {
        let what = self.pack()?;
        let figures = figure_mark(vault, what, content);
        let genuine = genuine_mark(vault, what, figures);
        let all = (what << (FIGURE_BITS + GENUINE_BITS)) | (figures << GENUINE_BITS) | genuine;
        Some(printed(all))
    }

    fn pack(&self) -> Option<u128> {
        let mut packed = 0_u128;
        let mut put = |value: i64, bits: u32| {
            let value = u128::try_from(value).ok()?;
            (value >> bits == 0).then(|| packed = (packed << bits) | value)
        };
        put(short(&self.report), REPORT_BITS)?;
        put(self.region.0, REGION_BITS)?;
        let years = i64::from(self.month.year() - FIRST_YEAR);
        put(years * 12 + i64::from(self.month.month()) - 1, MONTH_BITS)?;
        put(i64::from(self.edition.unwrap_or(0)), EDITION_BITS)?;
        put(i64::from(self.public), 1)?;
        put(i64::from(self.now), 1)?;
        let unit = Unit::ALL.iter().position(|unit| *unit == self.unit)?;
        put(i64::try_from(unit).ok()?, UNIT_BITS)?;
        put(i64::from(self.lang == Lang::En), 1)?;
        Some(packed)
    }

    /// The reverse; `known` are the codes of the reports there are.
    fn unpack(mut packed: u128, known: &[&'static str]) -> Option<Code> {
        let mut take = |bits: u32| {
            let value = i64::try_from(packed & ((1 << bits) - 1)).ok();
            packed >>= bits;
            value
        };
        let lang = if take(1)? == 1 { Lang::En } else { Lang::Zh };
        let unit = *Unit::ALL.get(usize::try_from(take(UNIT_BITS)?).ok()?)?;
        let now = take(1)? == 1;
        let public = take(1)? == 1;
        let edition = i32::try_from(take(EDITION_BITS)?).ok()?;
        let months = i32::try_from(take(MONTH_BITS)?).ok()?;
        let region = RegionId(take(REGION_BITS)?);
        let report = take(REPORT_BITS)?;
        let report = known.iter().find(|code| short(code) == report)?;
        Some(Code {
            report: (*report).to_owned(),
            region,
            month: Month::new(FIRST_YEAR + months / 12, u32::try_from(months % 12).ok()? + 1)?,
            edition: Some(edition).filter(|edition| *edition > 0),
            public,
            now,
            unit,
            lang,
        })
    }
}

impl Genuine {
    /// Whether the figures are today what they were when it was printed.
    #[must_use]
    pub fn stands(&self, vault: &Vault, content: &str) -> bool {
        self.code
            .pack()
            .is_some_and(|what| figure_mark(vault, what, content) == self.figures)
    }
}

/// Reads a code however it was typed: any case and width, with or without dashes, O for 0, I and L for 1.
#[must_use]
pub fn read(vault: &Vault, text: &str, known: &[&'static str]) -> Typed {
    let plain: String = narrow(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !"-–—−_－·.".contains(*c))
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    if plain.is_empty() {
        return Typed::Nothing;
    }
    if plain.chars().count() != LETTERS {
        return Typed::NoCode;
    }
    let mut all = 0_u128;
    for letter in plain.bytes() {
        let Some(value) = ALPHABET.iter().position(|known| *known == letter) else {
            return Typed::NoCode;
        };
        all = (all << 5) | value as u128;
    }
    let genuine = all & ((1 << GENUINE_BITS) - 1);
    let figures = (all >> GENUINE_BITS) & ((1 << FIGURE_BITS) - 1);
    let what = all >> (GENUINE_BITS + FIGURE_BITS);
    if genuine_mark(vault, what, figures) != genuine {
        return Typed::Foreign;
    }
    match Code::unpack(what, known) {
        Some(code) => Typed::Genuine(Genuine {
            code,
            text: printed(all),
            figures,
        }),
        None => Typed::Foreign,
    }
}

/// In fours: `7K3M-9QWX-…`.
fn printed(all: u128) -> String {
    let letter = |at: usize| ALPHABET[(all >> (5 * (LETTERS - 1 - at))) as usize & 31] as char;
    let mut text = String::with_capacity(LETTERS + 4);
    for at in 0..LETTERS {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(letter(at));
    }
    text
}

fn figure_mark(vault: &Vault, what: u128, content: &str) -> u128 {
    first_bits(
        &vault.paper_mark(&[b"figures", &what.to_be_bytes(), content.as_bytes()]),
        FIGURE_BITS,
    )
}

fn genuine_mark(vault: &Vault, what: u128, figures: u128) -> u128 {
    first_bits(
        &vault.paper_mark(&[b"genuine", &what.to_be_bytes(), &figures.to_be_bytes()]),
        GENUINE_BITS,
    )
}

fn first_bits(bytes: &[u8; 32], bits: u32) -> u128 {
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    u128::from_be_bytes(first) >> (128 - bits)
}

/// A report's code in eleven bits, the same whatever other reports there are.
fn short(report: &str) -> i64 {
    let hash = Sha256::digest(report.as_bytes());
    i64::from(u16::from_be_bytes([hash[0], hash[1]]) >> (16 - REPORT_BITS))
}

/// SHA-256 of what a report says: every cell with its column, exactly, whatever unit it is shown in.
#[must_use]
pub fn content_digest(book: &Workbook) -> String {
    let mut hash = ContentHash::default();
    for sheet in &book.sheets {
        hash.sheet(sheet);
        sheet
            .printed_rows()
            .for_each(|(is_total, row)| hash.row(is_total, row));
    }
    hash.finish()
}

/// The same, row by row.
#[derive(Default)]
pub(super) struct ContentHash(Sha256);

impl ContentHash {
    fn put(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    pub(super) fn sheet(&mut self, sheet: &Sheet) {
        self.put("sheet");
        sheet.columns.iter().for_each(|column| self.put(&column.key));
    }

    pub(super) fn row(&mut self, is_total: bool, row: &Row) {
        self.put(if is_total { "total" } else { "row" });
        row.cells.iter().for_each(|cell| self.put(&exact(cell)));
    }

    pub(super) fn finish(self) -> String {
        vault::to_hex(&self.0.finalize())
    }
}

/// A cell as exactly as it is known, with its kind.
fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => format!("t{text}"),
        Cell::Code(code) => format!("c{code}"),
        Cell::Money(fen) => format!("m{}", fen.0),
        Cell::Count(count) => format!("n{count}"),
        Cell::Percent(Some(percent)) => format!("p{}", two_decimals(*percent)),
        Cell::Date(day) => format!("d{day}"),
        Cell::Mark(mark) => format!("x{mark}"),
        Cell::Suppressed => "s".to_owned(),
        Cell::Empty | Cell::Percent(None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::REPORTS;
    use super::super::write::samples;
    use super::*;

    fn code() -> Code {
        Code {
            report: "monthly".to_owned(),
            region: RegionId(1251),
            month: Month::new(2023, 12).unwrap(),
            edition: Some(2),
            public: true,
            now: false,
            unit: Unit::Yi,
            lang: Lang::En,
        }
    }

    fn known() -> Vec<&'static str> {
        REPORTS.iter().map(|report| report.code).collect()
    }

    #[test]
    fn no_two_reports_share_their_letters() {
        let mut shorts: Vec<i64> = known().into_iter().map(short).collect();
        shorts.sort_unstable();
        shorts.dedup();
        assert_eq!(shorts.len(), REPORTS.len());
    }

    #[test]
    fn a_code_says_what_the_paper_is_however_it_is_typed() {
        let vault = Vault::from_master(&[7; 32]);
        let text = code().seal(&vault, "content").unwrap();
        assert_eq!(text.len(), 24);
        let wide: String = text
            .to_lowercase()
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
            .collect();
        let alike = text.replace('0', "o").replace('1', "l").replace('-', " ");
        for typed in [text.clone(), text.replace('-', ""), wide, alike] {
            let Typed::Genuine(genuine) = read(&vault, &typed, &known()) else {
                panic!("{typed}");
            };
            assert_eq!((genuine.code.clone(), &genuine.text), (code(), &text));
            assert!(genuine.stands(&vault, "content") && !genuine.stands(&vault, "other"));
        }
    }

    #[test]
    fn a_changed_letter_or_another_key_is_foreign() {
        let vault = Vault::from_master(&[7; 32]);
        let text = code().seal(&vault, "content").unwrap();
        for at in (0..text.len()).filter(|at| text.as_bytes()[*at] != b'-') {
            for letter in ["0", "Z", "7"] {
                let mut other = text.clone();
                other.replace_range(at..=at, letter);
                if other != text {
                    assert_eq!(read(&vault, &other, &known()), Typed::Foreign, "{other}");
                }
            }
        }
        let other = Vault::from_master(&[8; 32]);
        assert_eq!(read(&other, &text, &known()), Typed::Foreign);
        assert_eq!(read(&vault, " - ", &known()), Typed::Nothing);
        assert_eq!(read(&vault, &text[..20], &known()), Typed::NoCode);
        assert_eq!(
            read(&vault, &text.replacen(&text[..1], "U", 1), &known()),
            Typed::NoCode
        );
    }

    #[test]
    fn what_does_not_fit_has_no_code() {
        let vault = Vault::from_master(&[7; 32]);
        let far = Code {
            region: RegionId(1 << 16),
            ..code()
        };
        assert_eq!(far.seal(&vault, "x"), None);
        let many = Code {
            edition: Some(32),
            ..code()
        };
        assert_eq!(many.seal(&vault, "x"), None);
    }

    #[test]
    fn the_digest_follows_every_cell_and_no_unit() {
        let book = samples::book(vec![samples::by_county()]);
        let digest = content_digest(&book);
        let mut other = book.clone();
        other.sheets[0].unit = Unit::Yuan;
        assert_eq!(content_digest(&other), digest);
        other.sheets[0].rows[1].cells[4] = Cell::Money(crate::values::Fen(-4));
        assert_ne!(content_digest(&other), digest);
    }
}
