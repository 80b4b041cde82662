//! A workbook given back, opened with care: a file of 5 kB can make a reader ask for 512 GB by naming one far cell.
//! So its parts are unpacked here within bounds, their cells counted, and only then packed anew, plainly, for the
//! reader: it sees what was measured and nothing else.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::values::Say;

/// Most bytes of a file given back.
pub(super) const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Most bytes of all its parts.
const MOST_UNPACKED: u64 = 50 * 1024 * 1024;
/// Most parts.
const MOST_ENTRIES: usize = 50;
/// Most cells of all its sheets, the empty ones between others counted.
pub(super) const MOST_CELLS: u64 = 200_000;

/// Why a file given back is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// No file was chosen.
    Nothing,
    /// Neither XLSX nor CSV nor JSON of ours, or damaged.
    Unreadable,
    /// Larger than what is looked at.
    TooLarge,
    /// More cells than what is looked at.
    TooManyCells,
}

impl Unfit {
    pub(super) fn say(self) -> Say {
        match self {
            Unfit::Nothing => Say::new("请先选一个文件。", "Choose a file first."),
            Unfit::Unreadable => Say::new(
                "这个文件读不出来：只认本系统给出的 XLSX、CSV（UTF-8）或 JSON，另存过的也可以。",
                "The file does not read: XLSX, CSV (UTF-8) or JSON of this office, saved again or not.",
            ),
            Unfit::TooLarge => Say::new(
                "文件太大：最多 5 MB，解开后 50 MB，50 个部分。",
                "The file is too large: 5 MB at most, 50 MB unpacked, 50 parts.",
            ),
            Unfit::TooManyCells => Say::new(
                "格子太多：最多 20 万格。",
                "There are too many cells: 200,000 at most.",
            ),
        }
    }
}

/// The workbook with its parts measured and stored plainly.
pub(super) fn settle(file: &[u8]) -> Result<Vec<u8>, Unfit> {
    let parts = unpack(file)?;
    let mut cells = 0;
    for (_, content) in &parts {
        cells += covered(content)?;
        if cells > MOST_CELLS {
            return Err(Unfit::TooManyCells);
        }
    }
    Ok(pack(&parts))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_le_bytes([two[0], two[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])).ok()
}

/// The XML parts of a ZIP file, each once, all within bounds.
fn unpack(file: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Unfit> {
    let directory = end_of_directory(file).ok_or(Unfit::Unreadable)?;
    let count = u16_at(file, directory + 10).ok_or(Unfit::Unreadable)?;
    if count > MOST_ENTRIES {
        return Err(Unfit::TooLarge);
    }
    let mut at = u32_at(file, directory + 16).ok_or(Unfit::Unreadable)?;
    let (mut parts, mut names, mut left) = (Vec::new(), BTreeSet::new(), MOST_UNPACKED);
    for _ in 0..count {
        let (part, next) = part(file, at).ok_or(Unfit::Unreadable)?;
        at = next;
        if !names.insert(part.name.to_lowercase()) {
            return Err(Unfit::Unreadable);
        }
        if !(part.name.ends_with(".xml") || part.name.ends_with(".rels")) {
            continue;
        }
        let content = part.content(left)?;
        left -= content.len() as u64;
        parts.push((part.name, content));
    }
    Ok(parts)
}

/// Where the end of the directory begins: the last such mark.
fn end_of_directory(file: &[u8]) -> Option<usize> {
    let from = file.len().saturating_sub(22 + 65_535);
    let last = file.get(from..)?;
    last.windows(4)
        .rposition(|mark| mark == b"PK\x05\x06")
        .map(|at| from + at)
}

struct Part<'a> {
    name: String,
    method: usize,
    packed: &'a [u8],
}

/// The part that the directory names at a place, and where the next one is named.
fn part(file: &[u8], at: usize) -> Option<(Part<'_>, usize)> {
    if file.get(at..at + 4)? != b"PK\x01\x02" || u16_at(file, at + 8)? & 1 == 1 {
        return None;
    }
    let (name, extra, comment) = (
        u16_at(file, at + 28)?,
        u16_at(file, at + 30)?,
        u16_at(file, at + 32)?,
    );
    let text = std::str::from_utf8(file.get(at + 46..at + 46 + name)?).ok()?;
    let local = u32_at(file, at + 42)?;
    if file.get(local..local + 4)? != b"PK\x03\x04" {
        return None;
    }
    let start = local + 30 + u16_at(file, local + 26)? + u16_at(file, local + 28)?;
    let part = Part {
        name: text.to_owned(),
        method: u16_at(file, at + 10)?,
        packed: file.get(start..start.checked_add(u32_at(file, at + 20)?)?)?,
    };
    Some((part, at + 46 + name + extra + comment))
}

impl Part<'_> {
    /// Unpacked, whatever it says of its own size, up to `most` bytes.
    fn content(&self, most: u64) -> Result<Vec<u8>, Unfit> {
        let mut content = Vec::new();
        match self.method {
            0 => content.extend_from_slice(self.packed),
            8 => {
                DeflateDecoder::new(self.packed)
                    .take(most + 1)
                    .read_to_end(&mut content)
                    .map_err(|_| Unfit::Unreadable)?;
            }
            _ => return Err(Unfit::Unreadable),
        }
        if content.len() as u64 > most {
            return Err(Unfit::TooLarge);
        }
        Ok(content)
    }
}

/// How many cells the rectangle around all cells of a part covers. A cell that does not say where it is cannot be
/// measured, so its file is not read.
fn covered(xml: &[u8]) -> Result<u64, Unfit> {
    let mut bounds: Option<(u64, u64, u64, u64)> = None;
    let mut count = 0_u64;
    let mut rest = xml;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at + 1..];
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        let tag = &rest[..end];
        let name = tag
            .split(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .next()
            .unwrap_or_default();
        if name.rsplit(|byte| *byte == b':').next() != Some(b"c".as_slice()) {
            continue;
        }
        let (row, column) = place(tag).ok_or(Unfit::Unreadable)?;
        count += 1;
        let (top, bottom, left, right) = bounds.unwrap_or((row, row, column, column));
        bounds = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
    }
    let area = bounds.map_or(0, |(top, bottom, left, right)| {
        (bottom - top + 1) * (right - left + 1)
    });
    Ok(area.max(count))
}

/// Row and column of a cell's tag, from 1.
fn place(tag: &[u8]) -> Option<(u64, u64)> {
    let tag = std::str::from_utf8(tag).ok()?;
    let at = tag
        .match_indices("r=")
        .map(|(at, _)| at)
        .find(|at| tag[..*at].ends_with(|c: char| c.is_ascii_whitespace()))?;
    let value = &tag[at + 2..];
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    let value = value[1..].split(quote).next()?;
    let split = value.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = value.split_at(split);
    if letters.is_empty() || letters.len() > 3 || digits.len() > 7 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column * 26 + u64::from(letter - b'A') + 1;
    }
    Some((digits.parse().ok().filter(|row| *row > 0)?, column))
}

/// A ZIP file of these parts, stored as they are.
fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let mut crc = Crc::new();
        crc.update(content);
        let start = file.len();
        // Version 2.0, no flags, stored, no time.
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(crc.sum().to_le_bytes());
        head.extend(long(content.len()));
        head.extend(long(content.len()));
        head.extend(short(name.len()));
        head.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&head);
        file.extend(name.as_bytes());
        file.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(long(start));
        directory.extend(name.as_bytes());
    }
    let start = file.len();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(short(parts.len()));
    file.extend(short(parts.len()));
    file.extend(long(directory.len()));
    file.extend(long(start));
    file.extend([0, 0]);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(cells: &str) -> Vec<(String, Vec<u8>)> {
        let xml = format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
        vec![("xl/worksheets/sheet1.xml".to_owned(), xml.into_bytes())]
    }

    #[test]
    fn a_far_cell_is_measured_before_anybody_parses_it() {
        let far = pack(&sheet("<row><c r=\"A1\"/><x:c s='1' r='XFD1048576'/></row>"));
        assert_eq!(settle(&far), Err(Unfit::TooManyCells));
        let near = pack(&sheet(
            "<row><c r=\"A1\"><v>1</v></c><c t=\"s\" r=\"AA3\"/></row>",
        ));
        assert_eq!(settle(&near).map(|file| file.len()), Ok(near.len()));
        let nowhere = pack(&sheet("<row><c><v>1</v></c></row>"));
        assert_eq!(settle(&nowhere), Err(Unfit::Unreadable));
    }

    #[test]
    fn what_is_packed_comes_out_again_and_damage_is_told() {
        let parts = sheet("<c r=\"B2\"/>");
        let file = pack(&parts);
        assert_eq!(unpack(&file), Ok(parts));
        for end in [0, 4, 30, file.len() - 23] {
            assert_eq!(settle(&file[..end]), Err(Unfit::Unreadable), "{end}");
        }
        let many: Vec<_> = (0..51).map(|n| (format!("{n}.xml"), Vec::new())).collect();
        assert_eq!(settle(&pack(&many)), Err(Unfit::TooLarge));
        let twice = vec![("A.xml".to_owned(), Vec::new()), ("a.xml".to_owned(), Vec::new())];
        assert_eq!(settle(&pack(&twice)), Err(Unfit::Unreadable));
    }

    #[test]
    fn a_bomb_stops_at_the_bound() {
        use std::io::Write;
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..60 {
            packed.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
        let packed = packed.finish().unwrap();
        let part = Part {
            name: "x.xml".to_owned(),
            method: 8,
            packed: &packed,
        };
        assert_eq!(part.content(MOST_UNPACKED), Err(Unfit::TooLarge));
    }
}
