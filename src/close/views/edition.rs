//! One edition: what was frozen, what was missing, what it changed.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::super::commands::Named;
use super::{crumbs, edition_address};
use crate::auth::{Look, Page};
use crate::ledger::{CellChange, Edition};
use crate::ui::form::{self, Answer};
use crate::ui::page::Crumb;
use crate::ui::pill::{Tone, edition_name, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_moment;
use crate::values::{Fen, Lang, MeasureId, Say, Unit, measure, words};

/// The vouchers behind a cell: address and number.
type Behind = Vec<(String, String)>;

/// What the page of an edition shows.
pub(in super::super) struct EditionView {
    pub place: Say,
    pub is_city: bool,
    pub edition: Edition,
    /// The month stands closed by this very edition.
    pub stands: bool,
    pub by: String,
    /// Who asked to reopen the edition before it, who confirmed, and why.
    pub reopened: Option<(String, String, String)>,
    /// Lines of its totals.
    pub lines: usize,
    pub has_tables: bool,
    pub totals_page: String,
    pub cells: Vec<(CellChange, String, Behind)>,
    pub gaps: Vec<Named>,
}

pub(in super::super) fn edition(page: &Page, view: &EditionView) -> HttpResponse {
    let lang = page.lang;
    let edition = &view.edition;
    let name = edition_name(lang, edition.number);
    let heading = format!("{} {} {name}", view.place.get(lang), edition.month.show(lang));
    let body = html! {
        h1 { (heading) " "
            @if view.stands { (tag(Tone::Good, words::CLOSED.get(lang))) }
            @else { (tag(Tone::Neutral, lang.t("不是现行版", "No longer current"))) }
        }
        (particulars(view, lang))
        (form::actions(html! {
            @if view.has_tables {
                a.button href={ (edition_address(edition)) "/tables.json" } download { (lang.t("下载月报各表（JSON）", "Download the tables (JSON)")) }
            }
            (form::button_link(&format!("{}/totals.txt", edition_address(edition)), lang.t("下载汇总", "Download the totals")))
            @if view.stands { (form::button_link(&view.totals_page, lang.t("看这个月的汇总", "See the month's totals"))) }
        }))
        h2 { (lang.t("关账时写明的缺口和提示", "Gaps and notes named at the close")) }
        @if view.gaps.is_empty() { p { (words::NONE.get(lang)) } }
        @else { ul { @for gap in &view.gaps { li { (gap.say.get(lang)) } } } }
        @if let Some((asked, confirmed, reason)) = &view.reopened {
            h2 { (lang.t("与上一版的差异", "What it changed against the edition before it")) }
            (form::summary_list(lang, &[
                Answer::new(lang.t("重开原因", "Why it was reopened"), reason),
                Answer::new(lang.t("申请人", "Asked by"), asked),
                Answer::new(lang.t("确认人", "Confirmed by"), confirmed),
            ]))
            @if view.cells.is_empty() { p { (lang.t("没有数字变化。", "No figure changed.")) } }
            @else { (differences(view, lang)) }
        }
    };
    let mut trail = if view.is_city {
        crumbs(page, &view.place, edition.book_id, None)
    } else {
        let mut trail = crumbs(page, &view.place, edition.book_id, Some(edition.month));
        trail.pop();
        trail.push(Crumb::link(
            edition.month.show(lang),
            super::month_address(edition.book_id, edition.month),
        ));
        trail
    };
    if view.is_city {
        trail.truncate(1);
    }
    trail.push(Crumb::here(name));
    let look = Look {
        title: heading.clone(),
        wide: true,
        crumbs: trail,
        ..Look::default()
    };
    page.show(look, body)
}

fn particulars(view: &EditionView, lang: Lang) -> Markup {
    let edition = &view.edition;
    let rests = match (edition.rests_on, lang) {
        (0, _) => "—".to_owned(),
        (n, _) => format!(
            "{} {}",
            edition.month.previous().show(lang),
            edition_name(lang, n)
        ),
    };
    let mut answers = vec![
        Answer::new(lang.t("关账人", "Closed by"), &view.by),
        Answer::new(lang.t("关账时间", "Closed at"), show_moment(edition.closed_at)),
        Answer::new(lang.t("程序版本", "Program version"), &edition.program),
        Answer::new(lang.t("指纹", "Digest"), html! { code.wrap { (edition.digest) } }),
        Answer::new(
            lang.t("行政区划指纹", "Digest of the regions"),
            html! { code.wrap { (edition.boundaries) } },
        ),
    ];
    if view.is_city {
        answers.push(Answer::new(
            lang.t("依据的县级版次", "Counties' editions it refers to"),
            html! { (view.lines) },
        ));
    } else {
        answers.push(Answer::new(
            lang.t("汇总行数", "Cells of totals"),
            html! { (view.lines) },
        ));
        answers.push(Answer::new(
            lang.t("上月版次", "Edition of the month before"),
            rests,
        ));
        answers.push(Answer::new(
            lang.t("最后凭证号", "Last voucher number"),
            html! { (edition.last_voucher) },
        ));
    }
    form::summary_list(lang, &answers)
}

fn differences(view: &EditionView, lang: Lang) -> Markup {
    let columns = vec![
        Column::text(words::REGION.get(lang)),
        Column::text(words::MEASURE.get(lang)),
        Column::number(lang.t("上一版本月变动", "Before, change in the month"), ""),
        Column::number(lang.t("本版本月变动", "After, change in the month"), ""),
        Column::text(words::VOUCHER.get(lang)),
    ];
    let rows = view.cells.iter().map(|(cell, place, vouchers)| {
        let known = measure::by_id(MeasureId(cell.measure));
        let amount = |n: i64| match known {
            Some(measure) if measure.unit.is_money() => Cell::money(Fen(n), Unit::Yuan),
            _ => Cell::count(n),
        };
        let behind = html! {
            @for (at, (href, number)) in vouchers.iter().enumerate() {
                @if at > 0 { " " }
                a href=(href) { (number) }
            }
        };
        Row::new(vec![
            Cell::text(place),
            Cell::text(known.map_or("?", |measure| measure.name.get(lang))),
            amount(cell.before),
            amount(cell.after),
            Cell::text(behind),
        ])
    });
    Table::new(
        "differences",
        lang.t("差异表（金额：元）", "Differences (amounts in yuan)"),
        columns,
    )
    .rows(rows)
    .markup(lang)
}
