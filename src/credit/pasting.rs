//! Rows pasted from a spreadsheet into a whole-village sheet: whom each means, what amount it gives, and what
//! is wrong with those that cannot be read. Pure: reads text and a village's people, nothing else.

use std::collections::BTreeMap;

use crate::values::pasted::{PasteError, PastedRow, pasted_rows};
use crate::values::text::narrow;
use crate::values::{Fen, Say, Unit};

/// Somebody of the village, as a pasted row may mean him.
#[derive(Clone, Debug)]
pub(super) struct Person<'a> {
    pub name: &'a str,
    /// Every number that leads to the client.
    pub numbers: Vec<&'a str>,
    /// The row of the grid, from 0; none for one who cannot be on this sheet.
    pub row: Option<usize>,
}

/// A row that was not taken over, as it was pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// From 1, as pasted.
    pub n: usize,
    pub cells: Vec<String>,
    pub say: Say,
}

/// What became of a paste.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pasted {
    /// Amounts by row of the grid.
    pub amounts: BTreeMap<usize, Fen>,
    pub wrong: Vec<Wrong>,
    /// Headings of columns that are not read.
    pub ignored: Vec<String>,
    /// What is still to be mended: the heading and the rows not taken over, to be read again.
    pub rest: String,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Number,
    Amount(Option<Unit>),
}

impl Column {
    fn of(heading: &str) -> Option<Column> {
        let heading = heading.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if says(&[
            "证件",
            "身份证",
            "号码",
            "信用代码",
            "后四位",
            "尾号",
            "number",
            "id no",
        ]) {
            Some(Column::Number)
        } else if says(&["金额", "额度", "预授信", "授信", "签约", "评", "amount", "limit"]) {
            let unit = if says(&["万"]) {
                Some(Unit::Wan)
            } else if says(&["元", "yuan"]) {
                Some(Unit::Yuan)
            } else {
                None
            };
            Some(Column::Amount(unit))
        } else if says(&["姓名", "户主", "名称", "客户", "name", "household"]) {
            Some(Column::Name)
        } else {
            None
        }
    }
}

/// Where the cells of a row are found.
#[derive(Clone, Copy, Debug)]
struct Columns {
    name: Option<usize>,
    number: Option<usize>,
    /// None where the sheet has no amounts.
    amount: Option<usize>,
    unit: Option<Unit>,
}

/// The columns a first row names, and those it names that are not read; none when it is no heading.
fn heading(row: &PastedRow, amounts: bool) -> Option<(Columns, Vec<String>)> {
    let mut found: Vec<(usize, Column)> = Vec::new();
    let mut ignored = Vec::new();
    for (at, cell) in row.cells.iter().enumerate() {
        let kind = |column: &Column| std::mem::discriminant(column);
        match Column::of(cell) {
            Some(column) if !found.iter().any(|(_, other)| kind(other) == kind(&column)) => {
                found.push((at, column));
            }
            _ if cell.is_empty() => {}
            _ => ignored.push(cell.clone()),
        }
    }
    let amount = found
        .iter()
        .find(|(_, column)| matches!(column, Column::Amount(_)));
    if amounts && amount.is_none() {
        return None;
    }
    let place = |column| {
        found
            .iter()
            .find(|(_, other)| *other == column)
            .map(|(at, _)| *at)
    };
    let columns = Columns {
        name: place(Column::Name),
        number: place(Column::Number),
        amount: amount.map(|(at, _)| *at).filter(|_| amounts),
        unit: match amount {
            Some((_, Column::Amount(unit))) => *unit,
            _ => None,
        },
    };
    (columns.name.is_some() || columns.number.is_some()).then_some((columns, ignored))
}

/// The cells of a row that no heading explains: a name, a number where three follow one another, the amount
/// last; what stands before the name, as a running number, is passed over.
fn unexplained(row: &PastedRow, amounts: bool) -> Option<Columns> {
    let is_word =
        |cell: &String| cell.chars().any(|c| c.is_alphabetic() && !c.is_ascii()) || cell.contains(' ');
    let name = row.cells.iter().position(is_word)?;
    let filled: Vec<usize> = (name + 1..row.cells.len())
        .filter(|at| !row.cell(*at).is_empty())
        .collect();
    let amount = filled.last().copied().filter(|_| amounts);
    if amounts && amount.is_none() {
        return None;
    }
    Some(Columns {
        name: Some(name),
        number: filled.first().copied().filter(|first| Some(*first) != amount),
        amount,
        unit: None,
    })
}

/// Reads a paste. An amount is in the unit its own cell says, else the heading's, else `unit`; none for a sheet
/// without amounts, on which every row counts for nought.
pub(super) fn read(text: &str, unit: Option<Unit>, people: &[Person<'_>]) -> Result<Pasted, PasteError> {
    let rows = pasted_rows(text)?;
    let head = rows.first().and_then(|row| heading(row, unit.is_some()));
    let mut read = Pasted::default();
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    let mut rest: Vec<&PastedRow> = Vec::new();
    for row in rows.iter().skip(usize::from(head.is_some())) {
        let columns = match &head {
            Some((columns, _)) => Some(*columns),
            None => unexplained(row, unit.is_some()),
        };
        let result = columns.ok_or_else(no_name).and_then(|columns| {
            let at = whom(row, columns, people)?;
            if let Some(before) = lines.get(&at) {
                return Err(Say::new(
                    format!("与第{before}行是同一客户。"),
                    format!("The same client as in row {before}."),
                ));
            }
            Ok((at, amount(row, columns, unit)?))
        });
        match result {
            Ok((at, amount)) => {
                lines.insert(at, row.n);
                read.amounts.insert(at, amount);
            }
            Err(say) => {
                rest.push(row);
                read.wrong.push(Wrong {
                    n: row.n,
                    cells: row.cells.clone(),
                    say,
                });
            }
        }
    }
    if !rest.is_empty() {
        let kept = rows.first().filter(|_| head.is_some()).into_iter().chain(rest);
        let lines: Vec<String> = kept.map(|row| row.cells.join("\t")).collect();
        read.rest = lines.join("\n");
    }
    read.ignored = head.map(|(_, ignored)| ignored).unwrap_or_default();
    Ok(read)
}

fn no_name() -> Say {
    Say::new(
        "这一行找不到姓名和金额；没有表头时按“姓名、证件号、金额”排列。",
        "No name and amount in this row; without a heading put name, number and amount in this order.",
    )
}

fn amount(row: &PastedRow, columns: Columns, unit: Option<Unit>) -> Result<Fen, Say> {
    let (Some(unit), Some(at)) = (unit, columns.amount) else {
        return Ok(Fen::ZERO);
    };
    let cell = narrow(row.cell(at));
    let (figure, own) = if let Some(figure) = cell.strip_suffix("万元").or(cell.strip_suffix('万')) {
        (figure, Some(Unit::Wan))
    } else if let Some(figure) = cell.strip_suffix('元') {
        (figure, Some(Unit::Yuan))
    } else {
        (cell.as_str(), None)
    };
    let unit = own.or(columns.unit).unwrap_or(unit);
    let amount = Fen::parse(figure.trim(), unit).map_err(|error| error.say())?;
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(Say::new("金额要大于零。", "The amount must be above zero."))
    }
}

/// Whose row it is: by number where there is one, the name must then agree; else by a name that only one
/// client of the village bears.
fn whom(row: &PastedRow, columns: Columns, people: &[Person<'_>]) -> Result<usize, Say> {
    let of = |column: Option<usize>| column.map_or("", |at| row.cell(at));
    let name: String = of(columns.name).chars().filter(|c| !c.is_whitespace()).collect();
    let number: String = of(columns.number)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .collect::<String>()
        .to_uppercase();
    if name.is_empty() && number.is_empty() {
        return Err(no_name());
    }
    if number.contains("E+") {
        return Err(Say::new(
            "证件号被表格改成了科学计数，请把那一列设为文本后重新复制。",
            "The spreadsheet has turned the number into scientific notation; format its column as text and copy it again.",
        ));
    }
    let bears = |person: &&Person<'_>| {
        name.is_empty()
            || person
                .name
                .chars()
                .filter(|c| !c.is_whitespace())
                .eq(name.chars())
    };
    // A masked number says its last four characters.
    let (digits, whole) = match number.rsplit_once('*') {
        Some((_, end)) => (end, false),
        None => (number.as_str(), number.chars().count() > 4),
    };
    let numbered = |person: &&Person<'_>| {
        digits.is_empty()
            || person.numbers.iter().any(|known| {
                if whole {
                    *known == digits
                } else {
                    known.ends_with(digits)
                }
            })
    };
    let found: Vec<&Person<'_>> = people.iter().filter(bears).filter(numbered).collect();
    match found.as_slice() {
        [only] => only.row.ok_or_else(|| {
            Say::new(
                format!("{}不在这张清单上：已有额度，或还没到这一步。", only.name),
                format!(
                    "{} is not on this sheet: has a line already, or is not yet at this stage.",
                    only.name
                ),
            )
        }),
        [] if people.iter().any(|person| bears(&person)) && !name.is_empty() => Err(Say::new(
            format!("本村有“{name}”，但证件号不符，请核对。"),
            format!("There is a {name} in this village, with another number; check it."),
        )),
        [] if !digits.is_empty() && people.iter().any(|person| numbered(&person)) => Err(Say::new(
            "证件号登记的是别的名字，请核对。",
            "The number is recorded with another name; check it.",
        )),
        [] => Err(Say::new(
            "本村没有登记这位客户，请先登记。",
            "No such client is recorded in this village; record the client first.",
        )),
        several => Err(Say::new(
            format!("本村有{}位同名，请补证件号或后四位。", several.len()),
            format!(
                "{} clients of this village bear that name; add the number or its last four digits.",
                several.len()
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Person<'static>> {
        let person = |name, numbers: &[&'static str], row| Person {
            name,
            numbers: numbers.to_vec(),
            row,
        };
        vec![
            person("陈大文", &["440784197503080014", "440784197711020023"], Some(0)),
            person("李金水", &["440781198802290025"], Some(1)),
            person("李金水", &["11010519491231002X"], Some(2)),
            person("古劳水产合作社", &["93440784MA4UQ0001X"], Some(3)),
            person("王有额", &["440784196001010015"], None),
        ]
    }

    fn read_yuan(text: &str) -> Pasted {
        read(text, Some(Unit::Yuan), &people()).unwrap()
    }

    fn amounts(text: &str) -> Vec<(usize, i64)> {
        let read = read_yuan(text);
        read.amounts
            .iter()
            .map(|(row, fen)| (*row, fen.0 / 100))
            .collect()
    }

    fn wrong(text: &str) -> Vec<(usize, String)> {
        let read = read_yuan(text);
        read.wrong
            .into_iter()
            .map(|wrong| (wrong.n, wrong.say.zh))
            .collect()
    }

    #[test]
    fn a_heading_says_which_column_is_what_and_in_which_unit() {
        let text = "序号\t户主姓名\t电话\t身份证号\t授信金额（万元）\n1\t陈大文\t138\t440784197503080014\t15\n2\t李金水\t139\t002x\t８.5";
        assert_eq!(amounts(text), [(0, 150_000), (2, 85_000)]);
        assert_eq!(read_yuan(text).ignored, ["序号", "电话"]);
    }

    #[test]
    fn without_a_heading_the_order_and_the_words_decide() {
        assert_eq!(
            amounts("陈大文\t50,000\n2\t李金水\t0025\t3万\n古劳水产合作社\t93440784MA4UQ0001X\t100万元"),
            [(0, 50_000), (1, 30_000), (3, 1_000_000)]
        );
        assert_eq!(amounts("陈 大文,440***********0023,1000元"), [(0, 1000)]);
    }

    #[test]
    fn a_row_that_does_not_read_is_told_and_kept() {
        let text = "姓名\t证件号\t金额\n陈大文\t\t1000\n李金水\t\t2000\n王有额\t\t5\n赵六\t\t5\n李金水\t0025\t十万\n李金水\t4.40784E+17\t1\n陈大文\t0014\t9";
        assert_eq!(amounts(text), [(0, 1000)]);
        let found = wrong(text);
        let rows: Vec<usize> = found.iter().map(|(n, _)| *n).collect();
        assert_eq!(rows, [3, 4, 5, 6, 7, 8]);
        for (at, words) in ["2位同名", "不在这张清单", "没有登记", "", "科学计数", "第2行"]
            .iter()
            .enumerate()
        {
            assert!(found[at].1.contains(words), "{}", found[at].1);
        }
        let rest = read_yuan(text).rest;
        assert!(rest.starts_with("姓名\t证件号\t金额\n李金水\t\t2000\n"), "{rest}");
        assert!(!rest.contains("1000"), "what was taken over is not kept twice");
        assert_eq!(wrong(&rest).len(), 5, "the last no longer repeats one: {rest}");
    }

    #[test]
    fn a_sheet_without_amounts_takes_names_alone() {
        let read = |text| read(text, None, &people()).unwrap();
        let rows = |text| read(text).amounts.into_keys().collect::<Vec<_>>();
        assert_eq!(rows("陈大文\n李金水\t002X"), [0, 2]);
        assert_eq!(rows("序号\t姓名\t证件号\n1\t陈大文\t0014"), [0]);
        assert_eq!(read("李金水").wrong.len(), 1);
    }

    #[test]
    fn name_and_number_must_agree() {
        assert!(wrong("陈大文\t0025\t5")[0].1.contains("证件号不符"));
        assert!(wrong("赵六\t0014\t5")[0].1.contains("别的名字"));
        assert!(wrong("陈大文\t0\t0")[0].1.len() > 1);
        assert!(wrong("12\t13")[0].1.contains("找不到姓名"));
    }
}
