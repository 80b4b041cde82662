//! The file of administrative units: `code,name,level,parent_code,urban_rural_or_kind,short_name`.
//!
//! Read whole or refused: a parent stands before its children, no code twice, twelve digits each.

use std::collections::HashMap;

use crate::values::text::Say;

/// One unit as the file gives it; the register decides what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionRow {
    /// Twelve digits, a parent's padded with zeros.
    pub code: String,
    /// As published, such as 下六村委会.
    pub name: String,
    /// `province`, `city`, `county`, `town` or `village`.
    pub level: String,
    /// Empty for the first row only.
    pub parent_code: String,
    /// 省级, 地级, 市辖区, 县级市, 街道, 镇, 类似乡级单位, 村委会, 居委会, 类似村委会, 类似居委会.
    pub kind: String,
    /// What pages print, such as 下六村.
    pub short_name: String,
}

/// Why a file of units is refused; `line` counts from 1, the header being line 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionFileError {
    #[error("line {line}: not readable as CSV: {reason}")]
    Unreadable { line: u64, reason: String },
    #[error("the header is not the expected one: {found}")]
    Header { found: String },
    #[error("line {line}: code {code} is not twelve digits")]
    Code { line: u64, code: String },
    #[error("line {line}: level {level} is unknown")]
    Level { line: u64, level: String },
    #[error("line {line}: name or kind is empty")]
    Empty { line: u64 },
    #[error("line {line}: code {code} occurs twice")]
    Twice { line: u64, code: String },
    #[error("line {line}: parent {parent} does not stand above, one level up")]
    Parent { line: u64, parent: String },
}

impl RegionFileError {
    /// The refusal in words.
    pub fn say(&self) -> Say {
        match self {
            Self::Unreadable { line, reason } => Say::new(
                format!("第{line}行不是可读的CSV：{reason}"),
                format!("Line {line} is not readable as CSV: {reason}"),
            ),
            Self::Header { found } => Say::new(
                format!("表头应为 {}，文件中为 {found}", HEADER.join(",")),
                format!("The header should be {}, the file has {found}", HEADER.join(",")),
            ),
            Self::Code { line, code } => Say::new(
                format!("第{line}行：代码“{code}”不是12位数字"),
                format!("Line {line}: code “{code}” is not twelve digits"),
            ),
            Self::Level { line, level } => Say::new(
                format!("第{line}行：层级“{level}”无法识别"),
                format!("Line {line}: level “{level}” is not known"),
            ),
            Self::Empty { line } => Say::new(
                format!("第{line}行：名称或类别为空"),
                format!("Line {line}: name or kind is empty"),
            ),
            Self::Twice { line, code } => Say::new(
                format!("第{line}行：代码{code}重复"),
                format!("Line {line}: code {code} occurs twice"),
            ),
            Self::Parent { line, parent } => Say::new(
                format!("第{line}行：上级“{parent}”应在其前面，且高一级"),
                format!("Line {line}: parent “{parent}” should stand above, one level up"),
            ),
        }
    }
}

const HEADER: [&str; 6] = [
    "code",
    "name",
    "level",
    "parent_code",
    "urban_rural_or_kind",
    "short_name",
];
const LEVELS: [&str; 5] = ["province", "city", "county", "town", "village"];

/// Reads the units in the order of the file. A byte-order mark is allowed.
pub fn read_regions(text: &str) -> Result<Vec<RegionRow>, RegionFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| unreadable(&e))?;
    if header.iter().ne(HEADER) {
        return Err(RegionFileError::Header {
            found: header.iter().collect::<Vec<_>>().join(","),
        });
    }
    let mut rows = Vec::new();
    let mut depth_of: HashMap<String, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| unreadable(&e))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = row_of(&record);
        let depth = check(&row, line, &depth_of)?;
        depth_of.insert(row.code.clone(), depth);
        rows.push(row);
    }
    Ok(rows)
}

fn row_of(record: &csv::StringRecord) -> RegionRow {
    let field = |n: usize| record.get(n).unwrap_or_default().to_owned();
    RegionRow {
        code: field(0),
        name: field(1),
        level: field(2),
        parent_code: field(3),
        kind: field(4),
        short_name: field(5),
    }
}

/// The row's depth, 0 for a province, if it may follow what has been read.
fn check(row: &RegionRow, line: u64, depth_of: &HashMap<String, usize>) -> Result<usize, RegionFileError> {
    if row.code.len() != 12 || !row.code.bytes().all(|b| b.is_ascii_digit()) {
        let code = row.code.clone();
        return Err(RegionFileError::Code { line, code });
    }
    if row.name.is_empty() || row.kind.is_empty() || row.short_name.is_empty() {
        return Err(RegionFileError::Empty { line });
    }
    let Some(depth) = LEVELS.iter().position(|l| *l == row.level) else {
        let level = row.level.clone();
        return Err(RegionFileError::Level { line, level });
    };
    if depth_of.contains_key(&row.code) {
        let code = row.code.clone();
        return Err(RegionFileError::Twice { line, code });
    }
    let placed = match depth_of.get(&row.parent_code) {
        Some(above) => above + 1 == depth,
        None => row.parent_code.is_empty() && depth_of.is_empty(),
    };
    if placed {
        Ok(depth)
    } else {
        let parent = row.parent_code.clone();
        Err(RegionFileError::Parent { line, parent })
    }
}

fn unreadable(error: &csv::Error) -> RegionFileError {
    RegionFileError::Unreadable {
        line: error.position().map_or(0, csv::Position::line),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "code,name,level,parent_code,urban_rural_or_kind,short_name\n";

    fn read(rows: &str) -> Result<Vec<RegionRow>, RegionFileError> {
        read_regions(&format!("{HEAD}{rows}"))
    }

    #[test]
    fn reads_jiangmen_whole() {
        let rows = read_regions(include_str!("../../data/regions-jiangmen.csv")).unwrap();
        let count = |kind: &str| rows.iter().filter(|r| r.kind == kind).count();
        assert_eq!(rows.len(), 1 + 1 + 7 + 82 + 1348);
        assert_eq!((count("镇"), count("街道"), count("类似乡级单位")), (61, 12, 9));
        assert_eq!((count("村委会"), count("居委会")), (1056, 280));
    }

    #[test]
    fn refuses_by_name() {
        let province = "440000000000,广东省,province,,省级,广东省\n";
        let refused = |rows: &str| read(&format!("{province}{rows}")).unwrap_err();
        assert!(matches!(
            read_regions("a,b\n1,2\n").unwrap_err(),
            RegionFileError::Header { .. }
        ));
        assert!(matches!(
            refused("4407,江门市,city,440000000000,地级,江门市\n"),
            RegionFileError::Code { line: 3, .. }
        ));
        assert!(matches!(refused(province), RegionFileError::Twice { .. }));
        assert!(matches!(
            refused("440703000000,蓬江区,county,440700000000,市辖区,蓬江区\n"),
            RegionFileError::Parent { .. }
        ));
        assert!(matches!(
            refused("440703000000,蓬江区,shire,440000000000,市辖区,蓬江区\n"),
            RegionFileError::Level { .. }
        ));
        assert!(matches!(
            refused("440700000000,江门市,city\n"),
            RegionFileError::Unreadable { line: 3, .. }
        ));
    }
}
