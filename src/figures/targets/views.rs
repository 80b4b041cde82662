//! The page of targets.

use maud::{Markup, html};

use super::super::nav;
use super::form::NEW;
use super::load::{Block, Line, View, aspect};
use super::{HOME, KEEPERS, TITLE, form};
use crate::auth::Page;
use crate::totals::FigureAddress;
use crate::ui::form as ui_form;
use crate::ui::pill::{self, Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice};
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::rate::{ratio_percent, show_percent};
use crate::values::{Fen, Lang, Nature, Unit, words};

/// The page.
pub(super) fn page(page: &Page, view: &View) -> Markup {
    let lang = page.lang;
    html! {
        h1 {
            (TITLE.get(lang)) " " small { (view.month.show(lang)) }
            (pill::edition(lang, view.edition))
        }
        (nav(lang, HOME, view.city))
        div.toolbar {
            (filter::filter_bar(lang, HOME, filter::month(lang, "month", lang.t("月份", "Month"), &view.months, view.month)))
        }
        @if KEEPERS.lets(Some(&page.user)) {
            p { (ui_form::button_link(form::NEW_AT, NEW.get(lang))) }
        }
        @if view.blocks.is_empty() {
            (notice::empty(match lang {
                Lang::Zh => format!("{}年还没有登记目标。", view.month.year()),
                Lang::En => format!("No targets have been recorded for {}.", view.month.year()),
            }.as_str(), None))
        }
        @for block in &view.blocks { (table(lang, view, block)) }
    }
}

fn shown(measure: &Measure, amount: i64) -> String {
    if measure.unit.is_money() {
        Fen(amount).show(Unit::Wan)
    } else {
        show_count(amount)
    }
}

fn unit(measure: &Measure, lang: Lang) -> &'static str {
    if measure.unit.is_money() {
        Unit::Wan.label(lang)
    } else {
        measure.unit.label(lang)
    }
}

fn table(lang: Lang, view: &View, block: &Block) -> Markup {
    let measure = block.measure;
    let year = view.month.year();
    let read = aspect(measure).text().get(lang);
    let columns = vec![
        Column::text(words::COUNTY.get(lang)),
        Column::number(lang.t("全年目标", "Target of the year"), unit(measure, lang)),
        Column::number(read, unit(measure, lang)),
        Column::number(lang.t("完成率", "Completion"), "%"),
        Column::number(lang.t("还差", "Still to go"), unit(measure, lang)),
        Column::text(lang.t("依据", "Set by")),
        Column::text(lang.t("登记", "Recorded")),
    ];
    let rows = block.lines.iter().map(|line| row(lang, view, measure, line));
    let name = measure.name.get(lang);
    let caption = match lang {
        Lang::Zh => format!("{name}，{year}年"),
        Lang::En => format!("{name}, {year}"),
    };
    let id = format!("target-{}", measure.id);
    let table = Table::new(&id, &caption, columns).rows(rows);
    let table = match block.sum {
        Some((actual, target)) => table.total(Row::new(vec![
            Cell::text(lang.t("有目标的县合计", "Counties with a target")),
            Cell::num(shown(measure, target)),
            Cell::num(shown(measure, actual)),
            Cell::num(show_percent(ratio_percent(actual, target))),
            Cell::num(shown(measure, target.saturating_sub(actual).max(0))),
            Cell::blank(),
            Cell::blank(),
        ])),
        None => table,
    };
    table
        .note(html! { p { (note(lang, view, measure)) } })
        .markup(lang)
}

fn note(lang: Lang, view: &View, measure: &Measure) -> String {
    let passed = i64::from(view.month.month());
    let time = show_percent(ratio_percent(passed, 12_i64));
    let flow = measure.nature == Nature::Flow;
    match (flow, lang) {
        (true, Lang::Zh) => format!(
            "完成率＝本年累计÷全年目标；合计行由各县之和相除。时间进度 {passed}/12，即 {time}。市本级目标另列，不是各县之和。"
        ),
        (true, Lang::En) => format!(
            "Completion = year to date ÷ target of the year; the total divides sums. {passed} of 12 months have passed, {time}. The city's own target stands apart and is no sum."
        ),
        (false, Lang::Zh) => "完成率＝期末数÷年末目标；合计行由各县之和相除，去重指标不作合计。市本级目标另列，不是各县之和。".to_owned(),
        (false, Lang::En) => "Completion = what stands at the month's end ÷ the target for the year's end; the total divides sums, distinct counts have none. The city's own target stands apart and is no sum.".to_owned(),
    }
}

fn row(lang: Lang, view: &View, measure: &Measure, line: &Line) -> Row {
    let explained = FigureAddress {
        aspect: Some(aspect(measure)),
        ..FigureAddress::new(measure.code, &line.key, view.month)
    };
    let reached = line.actual >= line.target.amount;
    let row = Row::new(vec![
        Cell::text(html! {
            (line.name.get(lang))
            @if line.own { " " (tag(Tone::Neutral, lang.t("市本级目标", "the city's own"))) }
        }),
        Cell::num(shown(measure, line.target.amount)),
        Cell::num(shown(measure, line.actual)).link(explained.path()),
        Cell::num(html! {
            (show_percent(line.percent()))
            @if reached { " " (tag(Tone::Good, lang.t("已完成", "reached"))) }
        }),
        Cell::num(shown(
            measure,
            line.target.amount.saturating_sub(line.actual).max(0),
        )),
        Cell::text(&line.target.source),
        Cell::text(html! {
            (line.who) " " time { (line.when) }
            @if !line.before.is_empty() { br; small { (earlier(lang, measure, line)) } }
        }),
    ]);
    if line.own { row.quiet() } else { row }
}

/// What was set before, the latest first.
fn earlier(lang: Lang, measure: &Measure, line: &Line) -> String {
    let each = line.before.iter().map(|before| {
        let amount = shown(measure, before.amount);
        match lang {
            Lang::Zh => format!("第{}次 {amount}（{}）", before.revision, before.source),
            Lang::En => format!("no. {} {amount} ({})", before.revision, before.source),
        }
    });
    let each: Vec<String> = each.collect();
    format!(
        "{}{}",
        lang.t("此前：", "Before: "),
        each.join(lang.t("；", "; "))
    )
}
