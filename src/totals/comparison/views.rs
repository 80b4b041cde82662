//! The page that sets the ledger beside the press.

use maud::{Markup, html};

use super::{Comparison, Figure, Finding, Ours, published_unit};
use crate::totals::aspect::Aspect;
use crate::ui::notice;
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::money::show_count;
use crate::values::rate::show_change;
use crate::values::{Fen, Lang, Unit, english, words};

/// The page; `key` is where a figure leads.
pub fn page(lang: Lang, comparisons: &[Comparison], key: impl Fn(&Figure) -> String) -> Markup {
    html! {
        h1 { (lang.t("公布数与台账对照", "Published figures and the ledger")) }
        p.lead {
            (lang.t(
                "左边是报道或公告中的原数，保留原有精度；右边是本系统按同一范围、同一时点汇总的数。两者只作对照，公布数从不计入汇总。",
                "On the left what was published, at its own precision; on the right what this ledger sums to for the \
                 same scope and date. They are only set side by side: published figures never enter a total.",
            ))
        }
        @if comparisons.is_empty() {
            (notice::empty(lang.t("还没有登记公布数。", "No published figures have been entered."), None))
        } @else {
            (table(lang, comparisons, key).markup(lang))
        }
    }
}

fn table<'a>(lang: Lang, comparisons: &[Comparison], key: impl Fn(&Figure) -> String) -> Table<'a> {
    let columns = vec![
        Column::text(lang.t("事项", "Subject")),
        Column::number(lang.t("公布数", "Published"), ""),
        Column::text(lang.t("时点", "As of")),
        Column::text(lang.t("范围", "Scope")),
        Column::number(lang.t("台账数", "Ledger"), ""),
        Column::text(lang.t("对照", "Comparison")),
        Column::text(lang.t("原文（节引）", "Quotation (abridged)")),
        Column::text(words::NOTE.get(lang)),
    ];
    let caption = lang.t("公布数与台账数", "Published figures and the ledger's own");
    Table::new("comparison", caption, columns)
        .rows(comparisons.iter().map(|comparison| row(lang, comparison, &key)))
        .note(html! {
            p {
                (lang.t(
                    "“一致”指台账数按公布数的精度四舍五入后相等，或符合“超”的说法。发生额取当年累计，余额取期末，“新增”取本年增加数。",
                    "“Agrees” means equal after rounding the ledger's figure to the published precision, or on the side that \
                     “more than” claims. Flows are the year so far, stocks the month's end, “new” the growth since the year began.",
                ))
            }
        })
}

fn row(lang: Lang, comparison: &Comparison, key: impl Fn(&Figure) -> String) -> Row {
    let published = &comparison.published;
    let comparator = match published.comparator.as_str() {
        ">" => lang.t("超 ", "over "),
        "<" => lang.t("不足 ", "under "),
        _ => "",
    };
    let (ours, finding) = match &comparison.ours {
        Ours::NotComparable => (
            Cell::none(),
            tag(Tone::Neutral, lang.t("不可比", "Not comparable")),
        ),
        Ours::OutOfScope => (
            Cell::none(),
            tag(Tone::Neutral, lang.t("不在您的账套范围", "Outside your county")),
        ),
        Ours::Figure(figure) => (ours(lang, figure, &key), verdict(lang, figure, &published.unit)),
    };
    let muted = !matches!(comparison.ours, Ours::Figure(_));
    let row = Row::new(vec![
        Cell::text(published.topic(lang)),
        Cell::num(
            html! { (comparator) (published.value_text) " " span.unit { (unit_label(lang, &published.unit)) } },
        ),
        Cell::when(&show_day(published.as_of)),
        Cell::text(published.scope(lang)),
        ours,
        Cell::text(finding),
        Cell::text(html! {
            span lang="zh-CN" { "“" (published.quotation) "”" }
            @if lang == Lang::En && !published.quotation_en.is_empty() {
                br;
                small { (published.quotation_en) }
            }
        }),
        Cell::text(published.note(lang)),
    ]);
    if muted { row.quiet() } else { row }
}

fn ours(lang: Lang, figure: &Figure, key: impl Fn(&Figure) -> String) -> Cell {
    let aspect = match figure.aspect {
        Aspect::SinceYearStart => lang.t("本年增加", "new this year"),
        aspect => aspect.text().get(lang),
    };
    let (value, unit) = if figure.measure.unit.is_money() {
        let unit = suitable(figure.amount);
        (Fen(figure.amount).show(unit), unit.label(lang))
    } else {
        (show_count(figure.amount), figure.measure.unit.label(lang))
    };
    Cell::num(html! {
        a href=(key(figure)) { (value) } " " span.unit { (unit) }
        br;
        small {
            (figure.measure.name.get(lang)) " · " (aspect)
            @if let Some(yoy) = figure.yoy { " · " (words::YEAR_ON_YEAR.get(lang)) " " (show_change(Some(yoy))) }
        }
    })
}

/// The unit of a published figure as a reader knows it.
pub fn unit_label(lang: Lang, unit: &str) -> String {
    match (lang, published_unit(unit)) {
        (Lang::Zh, _) => unit.to_owned(),
        (Lang::En, Some(money)) => money.label(lang).to_owned(),
        (Lang::En, None) => english::unit(unit),
    }
}

fn verdict(lang: Lang, figure: &Figure, unit: &str) -> Markup {
    let tone = match figure.finding {
        Finding::Agrees => Tone::Good,
        Finding::Differs(_) => Tone::Wrong,
        Finding::Unknown => Tone::Neutral,
    };
    html! {
        (tag(tone, figure.finding.text().get(lang)))
        @if let Finding::Differs(by) = figure.finding {
            " " (lang.t("台账比公布数 ", "ledger less published: "))
            @if by.is_sign_positive() { "+" } (by) " " (unit_label(lang, unit))
        }
    }
}

/// The unit in which an amount reads best.
fn suitable(amount: i64) -> Unit {
    match amount.unsigned_abs() {
        10_000_000_000.. => Unit::Yi,
        1_000_000.. => Unit::Wan,
        _ => Unit::Yuan,
    }
}
