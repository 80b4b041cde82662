//! A file given back against ours, cell by cell. Rows find one another by their 行次, columns by their headings, so
//! that a row put in between does not make all below it differ.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::grid::Grid;

/// What has happened to a cell, row, column or sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Changed,
    /// Ours has it, the file has not.
    Missing,
    /// The file has it, ours has not.
    Added,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub kind: Kind,
    pub sheet: String,
    /// 行次, or the line of the file.
    pub row: String,
    /// The heading; empty where a whole row or sheet is meant.
    pub column: String,
    pub theirs: String,
    pub ours: String,
}

/// Headings under which rows are numbered, in every format and language.
const NUMBERS: [&str; 3] = ["行次", "Row no.", "row_no"];

/// Where the table of a sheet is.
struct Table {
    /// Headings by column.
    columns: Vec<String>,
    /// Lines by row number.
    rows: BTreeMap<u64, usize>,
    /// Lines within the table whose number is none, or one that has been there.
    strange: Vec<usize>,
    /// The first line of the headings, and the first after the table.
    head: usize,
    foot: usize,
}

/// Everything in which they differ, sheet by sheet.
pub(super) fn compare(ours: &[Grid], theirs: &[Grid]) -> Vec<Difference> {
    let mut found = Vec::new();
    for mine in ours {
        match theirs.iter().find(|other| other.name.trim() == mine.name.trim()) {
            Some(other) => compare_sheet(mine, other, &mut found),
            None => found.push(whole(Kind::Missing, mine)),
        }
    }
    let unknown = |other: &&Grid| !ours.iter().any(|mine| mine.name.trim() == other.name.trim());
    found.extend(
        theirs
            .iter()
            .filter(unknown)
            .map(|other| whole(Kind::Added, other)),
    );
    found
}

fn whole(kind: Kind, grid: &Grid) -> Difference {
    Difference {
        kind,
        sheet: grid.name.clone(),
        row: String::new(),
        column: String::new(),
        theirs: String::new(),
        ours: String::new(),
    }
}

fn compare_sheet(ours: &Grid, theirs: &Grid, found: &mut Vec<Difference>) {
    let (Some(mine), Some(other)) = (table(ours), table(theirs)) else {
        return compare_lines(ours, (0, ours.rows.len()), theirs, (0, theirs.rows.len()), found);
    };
    compare_lines(ours, (0, mine.head), theirs, (0, other.head), found);
    compare_tables((ours, &mine), (theirs, &other), found);
    let ends = |table: &Table, grid: &Grid| (table.foot, grid.rows.len());
    compare_lines(ours, ends(&mine, ours), theirs, ends(&other, theirs), found);
}

/// Finds the table by the heading of its row numbers.
fn table(grid: &Grid) -> Option<Table> {
    let (head, at) = grid.rows.iter().enumerate().find_map(|(line, row)| {
        let at = row.iter().position(|cell| NUMBERS.contains(&cell.trim()))?;
        Some((line, at))
    })?;
    let number = |line: usize| grid.rows.get(line)?.get(at)?.trim().parse::<u64>().ok();
    let first = (head + 1..grid.rows.len()).find(|line| number(*line).is_some())?;
    let last = (first..grid.rows.len())
        .rev()
        .find(|line| number(*line).is_some())
        .unwrap_or(first);
    let (mut rows, mut strange) = (BTreeMap::new(), Vec::new());
    for line in first..=last {
        match number(line) {
            Some(n) if !rows.contains_key(&n) => {
                rows.insert(n, line);
            }
            _ if grid.rows[line].iter().all(|cell| cell.trim().is_empty()) => {}
            _ => strange.push(line),
        }
    }
    Some(Table {
        columns: headings(&grid.rows[head..first]),
        rows,
        strange,
        head,
        foot: last + 1,
    })
}

/// One heading for each column: an upper one holds for the empty cells after it where there are lower ones.
fn headings(lines: &[Vec<String>]) -> Vec<String> {
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |line: usize, at: usize| {
        lines
            .get(line)
            .and_then(|row| row.get(at))
            .map_or("", |text| text.trim())
    };
    let mut upper = "";
    (0..width)
        .map(|at| {
            let lower = (1..lines.len())
                .map(|line| cell(line, at))
                .find(|text| !text.is_empty());
            if !cell(0, at).is_empty() {
                upper = cell(0, at);
            }
            match lower {
                Some(lower) if cell(0, at).is_empty() && lower.contains('·') => lower.to_owned(),
                Some(lower) => format!("{upper}·{lower}"),
                None => cell(0, at).to_owned(),
            }
        })
        .collect()
}

fn compare_tables(
    (ours, mine): (&Grid, &Table),
    (theirs, other): (&Grid, &Table),
    found: &mut Vec<Difference>,
) {
    let pairs = pair(&mine.columns, &other.columns);
    let tell = |kind, row: String, column: &str, theirs: &str, ours_text: &str| Difference {
        kind,
        sheet: ours.name.clone(),
        row,
        column: column.to_owned(),
        theirs: theirs.to_owned(),
        ours: ours_text.to_owned(),
    };
    for (at, heading) in mine.columns.iter().enumerate() {
        if !heading.is_empty() && !pairs.iter().any(|(own, _)| *own == at) {
            found.push(tell(Kind::Missing, String::new(), heading, "", ""));
        }
    }
    for (at, heading) in other.columns.iter().enumerate() {
        if !heading.is_empty() && !pairs.iter().any(|(_, its)| *its == at) {
            found.push(tell(Kind::Added, String::new(), heading, "", ""));
        }
    }
    for (number, line) in &mine.rows {
        let row = number.to_string();
        let Some(its) = other.rows.get(number) else {
            found.push(tell(Kind::Missing, row, "", "", &joined(&ours.rows[*line])));
            continue;
        };
        for (own, at) in &pairs {
            let text = |grid: &Grid, line: usize, at: usize| {
                grid.rows[line]
                    .get(at)
                    .map(|cell| cell.trim().to_owned())
                    .unwrap_or_default()
            };
            let (own_text, its_text) = (text(ours, *line, *own), text(theirs, *its, *at));
            if let Some(kind) = differ(&own_text, &its_text) {
                found.push(tell(kind, row.clone(), &mine.columns[*own], &its_text, &own_text));
            }
        }
    }
    let unknown = other
        .rows
        .iter()
        .filter(|(number, _)| !mine.rows.contains_key(number));
    for line in unknown.map(|(_, line)| line).chain(&other.strange) {
        let place = format!("#{}", line + 1);
        found.push(tell(Kind::Added, place, "", &joined(&theirs.rows[*line]), ""));
    }
}

/// Which column of theirs is which of ours: the same heading, the first with the first.
fn pair(ours: &[String], theirs: &[String]) -> Vec<(usize, usize)> {
    let mut taken = vec![false; theirs.len()];
    let mut pairs = Vec::new();
    for (own, heading) in ours.iter().enumerate() {
        let its = (0..theirs.len()).find(|at| !taken[*at] && theirs[*at] == *heading);
        if let Some(its) = its {
            taken[its] = true;
            pairs.push((own, its));
        }
    }
    pairs
}

/// Lines beside the table, each as the texts in it, one after the other.
fn compare_lines(
    ours: &Grid,
    mine: (usize, usize),
    theirs: &Grid,
    other: (usize, usize),
    found: &mut Vec<Difference>,
) {
    let lines = |grid: &Grid, (from, to): (usize, usize)| -> Vec<(usize, String)> {
        let lines = (from..to).map(|line| (line, joined(&grid.rows[line])));
        lines.filter(|(_, text)| !text.is_empty()).collect()
    };
    let (mine, other) = (lines(ours, mine), lines(theirs, other));
    for n in 0..mine.len().max(other.len()) {
        let (own, its) = (mine.get(n), other.get(n));
        let text = |line: Option<&(usize, String)>| line.map(|(_, text)| text.clone()).unwrap_or_default();
        let (own_text, its_text) = (text(own), text(its));
        if let Some(kind) = differ(&own_text, &its_text) {
            let line = its.or(own).map_or(0, |(line, _)| line + 1);
            found.push(Difference {
                kind,
                sheet: ours.name.clone(),
                row: format!("#{line}"),
                column: String::new(),
                theirs: its_text,
                ours: own_text,
            });
        }
    }
}

fn joined(row: &[String]) -> String {
    let told: Vec<&str> = row
        .iter()
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect();
    told.join(" | ")
}

fn differ(ours: &str, theirs: &str) -> Option<Kind> {
    if ours == theirs || same_number(ours, theirs) {
        return None;
    }
    Some(match (ours.is_empty(), theirs.is_empty()) {
        (true, false) => Kind::Added,
        (false, true) => Kind::Missing,
        _ => Kind::Changed,
    })
}

/// Whether both are the same number of hundredths: a program that calculates anew leaves noise behind them.
fn same_number(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| {
        let plain = text.replace(',', "");
        let number: Decimal = plain.parse().ok()?;
        Some(number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    };
    number(ours).is_some_and(|ours| number(theirs) == Some(ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[&str]]) -> Grid {
        Grid {
            name: "总表".to_owned(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
                .collect(),
        }
    }

    const OURS: &[&[&str]] = &[
        &["综合月报"],
        &["名称", "行次", "授信", "", "村数"],
        &["", "", "本月", "累计", ""],
        &["合计", "1", "3.50", "9", "2"],
        &["甲村", "2", "1.5", "4", "1"],
        &["乙村", "3", "2", "5", "1"],
        &["注：无"],
    ];

    fn told(theirs: &[&[&str]]) -> Vec<(Kind, String, String, String, String)> {
        compare(&[grid(OURS)], &[grid(theirs)])
            .into_iter()
            .map(|d| (d.kind, d.row, d.column, d.theirs, d.ours))
            .collect()
    }

    fn one(
        kind: Kind,
        row: &str,
        column: &str,
        theirs: &str,
        ours: &str,
    ) -> (Kind, String, String, String, String) {
        let own = str::to_owned;
        (kind, own(row), own(column), own(theirs), own(ours))
    }

    #[test]
    fn the_same_file_has_no_difference_even_when_calculated_anew() {
        assert!(told(OURS).is_empty());
        let mut noisy = OURS.to_vec();
        noisy[3] = &["合计", "1", "3.5000000001", "9.0", "2"];
        assert!(told(&noisy).is_empty());
    }

    #[test]
    fn every_changed_missing_and_added_cell_is_named() {
        let mut theirs = OURS.to_vec();
        theirs[4] = &["甲村", "2", "1.51", "", "1"];
        theirs[6] = &["注：有"];
        assert_eq!(
            told(&theirs),
            [
                one(Kind::Changed, "2", "授信·本月", "1.51", "1.5"),
                one(Kind::Missing, "2", "授信·累计", "", "4"),
                one(Kind::Changed, "#7", "", "注：有", "注：无"),
            ]
        );
    }

    #[test]
    fn rows_and_columns_put_in_or_taken_out_do_not_move_the_rest() {
        let theirs: &[&[&str]] = &[
            &["综合月报"],
            &["名称", "行次", "授信", "", "备注", "村数"],
            &["", "", "本月", "累计", "", ""],
            &["合计", "1", "3.50", "9", "x", "2"],
            &["丙村", "", "7", "7", "", "1"],
            &["乙村", "3", "2", "5", "", "1"],
            &["注：无"],
        ];
        assert_eq!(
            told(theirs),
            [
                one(Kind::Added, "", "备注", "", ""),
                one(Kind::Missing, "2", "", "", "甲村 | 2 | 1.5 | 4 | 1"),
                one(Kind::Added, "#5", "", "丙村 | 7 | 7 | 1", ""),
            ]
        );
    }

    #[test]
    fn sheets_are_found_by_name() {
        let other = Grid {
            name: "别的".to_owned(),
            ..grid(OURS)
        };
        let found = compare(&[grid(OURS)], &[other]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].kind, found[1].kind), (Kind::Missing, Kind::Added));
    }
}
