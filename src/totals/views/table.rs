//! The table of the totals page: a row for each child, the measures in groups of columns.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::TotalsPage;
use crate::totals::address::FigureAddress;
use crate::totals::answer::{Answer, AnswerRow, Figures};
use crate::totals::aspect::{Aspect, Value};
use crate::ui::table::{Cell, Column, Row, Sort, Table};
use crate::values::measure::{CREDIT_PREAPPROVED, Measure};
use crate::values::money::show_count;
use crate::values::{Fen, Lang, Unit, words};

/// Rows that a page shows; the file holds all of them.
const SHOWN: usize = 200;

/// The word for the rows' own order, that of the register, in addresses.
pub const NAME: &str = "name";

/// A column's word in addresses.
pub fn sort_key(measure: &Measure, aspect: Aspect) -> String {
    format!("{}-{}", measure.code, aspect.code())
}

/// Puts the rows in the order asked for; what stands apart stays at the end. A column that the table does not have
/// asks for nothing.
pub fn sort_rows(answer: &mut Answer, sort: &Sort) {
    let mut apart: Vec<AnswerRow> = answer.rows.extract_if(.., |row| row.apart).collect();
    if sort.key != NAME {
        let known = answer.measures().find_map(|(at, measure)| {
            let mut aspects = Aspect::shown(measure.nature).iter().chain(&[Aspect::Pending]);
            let aspect = aspects.find(|aspect| sort_key(measure, **aspect) == sort.key)?;
            Some((at, *aspect))
        });
        let Some((at, aspect)) = known else {
            answer.rows.append(&mut apart);
            return;
        };
        answer.rows.sort_by_key(|row| {
            let figures = row.figures.get(at);
            figures.map(|figures| match figures.get(aspect) {
                Some(Value::Amount(amount) | Value::Change(amount)) => (Decimal::from(amount), true),
                Some(Value::Percent(percent)) => (percent.unwrap_or(Decimal::MIN), percent.is_some()),
                None => (Decimal::MIN, false),
            })
        });
    }
    sort.turn(&mut answer.rows);
    answer.rows.append(&mut apart);
}

/// The columns: a measure's place in the answer, the measure, and what is read off it.
type Shown = (usize, &'static Measure, Aspect);

/// The table with its footnotes.
pub fn markup(lang: Lang, shown: &TotalsPage) -> Markup {
    let answer = &shown.answer;
    let columns = columns(answer, shown.table_measures);
    let caption = match lang {
        Lang::Zh => format!(
            "{}{}，按{}",
            answer.total.name.zh,
            answer.question.month.show(lang),
            answer.heading(lang)
        ),
        Lang::En => {
            format!(
                "{}, {}, by {}",
                answer.total.name.en,
                answer.question.month,
                answer.heading(lang)
            )
        }
    };
    let short = shown.filters.short();
    let whole = shown.filters.figure("", &short);
    Table::new("totals", &caption, headings(lang, shown, &columns))
        .rows(
            answer
                .rows
                .iter()
                .take(SHOWN)
                .zip(&shown.row_keys)
                .map(|(row, key)| {
                    let behind = key.behind.as_ref().map(|(name, value)| match *name {
                        "region" => FigureAddress {
                            region: value,
                            ..whole.clone()
                        },
                        _ => FigureAddress {
                            member: Some(row.key),
                            ..whole.clone()
                        },
                    });
                    let cells = cells(lang, shown, row, &columns, behind.as_ref());
                    let line = Row::new(cells);
                    let line = match &key.down {
                        Some(down) => line.link(shown.filters.at(down)),
                        None => line,
                    };
                    if row.apart { line.quiet() } else { line }
                }),
        )
        .total(Row::new(cells(
            lang,
            shown,
            &answer.total,
            &columns,
            Some(&whole),
        )))
        .note(notes(lang, answer, &columns, shown.filters.unit))
        .markup(lang)
}

fn columns(answer: &Answer, measures: usize) -> Vec<Shown> {
    let mut columns = Vec::new();
    for (at, measure) in answer.measures().take(measures) {
        columns.extend(
            Aspect::shown(measure.nature)
                .iter()
                .map(|aspect| (at, measure, *aspect)),
        );
        if answer.has_pending(at) {
            columns.push((at, measure, Aspect::Pending));
        }
    }
    columns
}

fn headings(lang: Lang, shown: &TotalsPage, columns: &[Shown]) -> Vec<Column<'static>> {
    let unit = shown.filters.unit;
    let (path, sort) = (shown.filters.address("/totals"), shown.filters.sort.as_ref());
    let mut headings = vec![Column::text(shown.answer.heading(lang)).sorted_by(&path, NAME, sort)];
    headings.extend(columns.iter().map(|(_, measure, aspect)| {
        let label = match (aspect.is_percent(), measure.unit.is_money()) {
            (true, _) => "%",
            (false, true) => unit.label(lang),
            (false, false) => measure.unit.label(lang),
        };
        let title = match aspect {
            Aspect::MonthYoy | Aspect::YearYoy => words::YEAR_ON_YEAR,
            aspect => aspect.text(),
        };
        let key = sort_key(measure, *aspect);
        Column::number(title.get(lang), label)
            .group(measure.name.get(lang))
            .sorted_by(&path, &key, sort)
    }));
    headings
}

fn cells(
    lang: Lang,
    shown: &TotalsPage,
    row: &AnswerRow,
    columns: &[Shown],
    behind: Option<&FigureAddress<'_>>,
) -> Vec<Cell> {
    let is_total = std::ptr::eq(row, &shown.answer.total);
    let name = if is_total {
        words::TOTAL.get(lang)
    } else {
        row.name.get(lang)
    };
    let mut cells = vec![Cell::text(name)];
    cells.extend(
        columns
            .iter()
            .map(|(at, measure, aspect)| match row.figures.get(*at) {
                Some(figures) => cell(shown, measure, *aspect, figures, behind),
                None => Cell::none(),
            }),
    );
    cells
}

fn cell(
    shown: &TotalsPage,
    measure: &Measure,
    aspect: Aspect,
    figures: &Figures,
    behind: Option<&FigureAddress<'_>>,
) -> Cell {
    let behind = behind.map(|behind| FigureAddress {
        what: measure.code,
        ..behind.clone()
    });
    let unit = shown.filters.unit;
    let (cell, amount) = match figures.get(aspect) {
        Some(Value::Amount(amount)) => (
            figure(measure, amount, unit, written(measure, amount, unit)),
            amount,
        ),
        Some(Value::Change(amount)) => (
            figure(measure, amount, unit, signed(measure, amount, unit)),
            amount,
        ),
        Some(Value::Percent(percent)) => {
            let cell = Cell::change(percent);
            // A percentage is made of figures, not of vouchers: it leads to how it is reckoned.
            return match behind {
                Some(at) => cell.link(
                    FigureAddress {
                        aspect: Some(aspect),
                        ..at
                    }
                    .path(),
                ),
                None => cell,
            };
        }
        None => return Cell::none(),
    };
    match behind.and_then(|at| at.vouchers(aspect)) {
        Some(path) if amount != 0 => cell.link(path),
        _ => cell,
    }
}

/// A figure as it is written, with the amount it stands for where it is money.
fn figure(measure: &Measure, amount: i64, unit: Unit, written: String) -> Cell {
    let cell = Cell::num(written);
    if measure.unit.is_money() {
        cell.of(Fen(amount), unit)
    } else {
        cell
    }
}

fn written(measure: &Measure, amount: i64, unit: Unit) -> String {
    if measure.unit.is_money() {
        Fen(amount).show(unit)
    } else {
        show_count(amount)
    }
}

/// With its sign, so that a change is not taken for a balance.
fn signed(measure: &Measure, amount: i64, unit: Unit) -> String {
    let shown = written(measure, amount, unit);
    let nought = !shown.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if amount > 0 && !nought {
        format!("+{shown}")
    } else {
        shown
    }
}

/// The footnote wherever the demonstration's 125.92亿 is printed.
pub fn assumption(lang: Lang) -> &'static str {
    lang.t(
        "报道两处均称“授信”（125.92亿元、70.90亿元）。把125.92亿元对应预授信额度、70.90亿元对应有效授信额度，是本系统的假设。",
        "The press calls two figures 授信 (12.592 and 7.090 billion yuan). That the first is the pre-approved and the second the \
         granted limit is an assumption of this system.",
    )
}

fn notes(lang: Lang, answer: &Answer, columns: &[Shown], unit: Unit) -> Markup {
    let any = |test: fn(&Measure) -> bool| columns.iter().any(|(_, measure, _)| test(measure));
    html! {
        @if answer.rows.len() > SHOWN {
            p {
                strong {
                    (lang.t("屏幕只列前 ", "The screen shows the first ")) (SHOWN)
                    (lang.t(" 行，CSV 文件含全部 ", " rows, the CSV file all ")) (answer.rows.len())
                    (lang.t(" 行；合计为全部行的合计。", "; the total is over all of them."))
                }
            }
        }
        @if any(|measure| measure.distinct) {
            p {
                (lang.t(
                    "去重数（户数、村数、人数等）在每一行和合计中各自重新计数，同一户（村、人）只计一次，因此各行之和可以大于合计。",
                    "Distinct counts (households, villages, persons) are counted anew in every row and in the total, each once, so that \
                     the rows may add up to more than the total.",
                ))
            }
        }
        @if unit != Unit::Yuan && any(|measure| measure.unit.is_money()) {
            p { (lang.t("金额按所选单位四舍五入；下载文件为精确到分的元。",
                "Amounts are rounded to the unit chosen; files give exact yuan.")) }
        }
        @if columns.iter().any(|(_, _, aspect)| *aspect == Aspect::Pending) {
            p {
                (lang.t(
                    "“待审核”为已提交、尚未审核通过的金额或个数，不在其他各列之内。",
                    "“Pending review” is what has been submitted and not yet approved; no other column contains it.",
                ))
            }
        }
        @if answer.rows.iter().any(|row| row.apart) {
            p {
                (lang.t(
                    "“其他”“未定村”等行不是所列层级的单位，单列以使各行之和等于合计。",
                    "Rows such as “other” or “village undetermined” are not units of this level; they stand apart so that the rows make the total.",
                ))
            }
        }
        @if any(|measure| measure.id == CREDIT_PREAPPROVED) { p { (assumption(lang)) } }
        p { (lang.t("“—”表示没有可比的基数。", "“—” means that there is no base to compare with.")) }
    }
}
