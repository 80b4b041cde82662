//! The table of the totals page: a row for each child, the measures in groups of columns.

use maud::{Markup, html};

use super::{TotalsPage, assumption};
use crate::totals::answer::{Answer, AnswerRow, Figures};
use crate::totals::aspect::{Aspect, Value};
use crate::totals::question::Boundaries;
use crate::ui::address;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::measure::{CREDIT_PREAPPROVED, Measure};
use crate::values::money::show_count;
use crate::values::{Fen, Lang, Unit, words};

/// Rows that a page shows; the file holds all of them.
const SHOWN: usize = 200;

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
    Table::new("totals", &caption, headings(lang, shown, &columns))
        .rows(
            answer
                .rows
                .iter()
                .take(SHOWN)
                .zip(&shown.row_keys)
                .map(|(row, key)| {
                    let behind = key
                        .behind
                        .as_ref()
                        .map(|(name, value)| address::with(&vouchers(shown), name, value));
                    let cells = cells(lang, shown, row, &columns, behind.as_deref());
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
            Some(&vouchers(shown)),
        )))
        .note(notes(lang, answer, &columns, shown.filters.unit))
        .markup(lang)
}

/// The vouchers of the page's region; a row narrows it further.
fn vouchers(shown: &TotalsPage) -> String {
    let path = address::with("/vouchers", "region", &shown.filters.region_key);
    let path = match shown.filters.boundaries {
        Boundaries::Then => path,
        now => address::with(&path, "boundaries", now.code()),
    };
    address::with(&path, "back", &shown.filters.short())
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
    let mut headings = vec![Column::text(shown.answer.heading(lang))];
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
        Column::number(title.get(lang), label).group(measure.name.get(lang))
    }));
    headings
}

fn cells(
    lang: Lang,
    shown: &TotalsPage,
    row: &AnswerRow,
    columns: &[Shown],
    behind: Option<&str>,
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
    behind: Option<&str>,
) -> Cell {
    let (cell, amount) = match figures.get(aspect) {
        Some(Value::Amount(amount)) => (Cell::num(written(measure, amount, shown.filters.unit)), amount),
        Some(Value::Change(amount)) => (Cell::num(signed(measure, amount, shown.filters.unit)), amount),
        Some(Value::Percent(percent)) => return Cell::change(percent),
        None => return Cell::none(),
    };
    match behind.zip(period(shown, aspect)) {
        Some((path, (from, to))) if amount != 0 => {
            let path = address::with(path, "measure", measure.code);
            let path = from.map_or_else(|| path.clone(), |from| address::with(&path, "from", &from));
            cell.link(address::with(&path, "to", &to))
        }
        _ => cell,
    }
}

/// The posting months behind a figure, both included; a stock's go back to the first. What is
/// pending has not been posted, so no month shows it.
fn period(shown: &TotalsPage, aspect: Aspect) -> Option<(Option<String>, String)> {
    let month = shown.filters.month;
    let from = match aspect {
        Aspect::End => None,
        Aspect::Month | Aspect::SincePreviousMonth => Some(month),
        Aspect::Year | Aspect::SinceYearStart => Some(month.january()),
        _ => return None,
    };
    Some((from.map(|from| from.to_string()), month.to_string()))
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
            p {
                (lang.t(
                    "金额按所选单位四舍五入显示，分项之和与合计可能略有差异；下载文件为精确到分的元。",
                    "Amounts are rounded for display, so that parts may not quite add up; files give exact yuan.",
                ))
            }
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
