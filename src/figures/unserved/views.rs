//! The page of unserved villages and its file.

use maud::{Markup, html};

use super::super::nav;
use super::load::{CONDITIONS, Count, View, Village, condition};
use super::{FILE, HOME, Show, TITLE};
use crate::error::Error;
use crate::totals::{FigureAddress, safe};
use crate::ui::pill::{self, Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, form, notice};
use crate::values::measure::by_id;
use crate::values::rate::{ratio_percent, show_percent};
use crate::values::{Fen, Lang, Unit, words};

/// The page of a region and month.
pub(super) fn at(view: &View, path: &str, region: &str, show: Show) -> String {
    let path = address::with(path, "region", region);
    let path = address::with(&path, "month", &view.month.to_string());
    address::with(&path, "show", show.code())
}

pub(super) fn page(lang: Lang, view: &View, show: Show) -> Markup {
    let here = at(view, HOME, &view.key, show);
    let choices = Show::EVERY.map(|show| (show.name().get(lang), show.code()));
    let files = [("CSV", at(view, FILE, &view.key, show))];
    html! {
        h1 {
            (view.name.get(lang)) " · " (TITLE.get(lang)) " " small { (view.month.show(lang)) }
            (pill::edition(lang, view.edition))
        }
        (nav(lang, HOME, view.city))
        p.lead { (lang.t(
            "设村委会的行政村，月末没有开办中的服务点、没有在岗特派员、也没有任何有效授信额度，三项都没有才算空白村。三项各自列明。",
            "Administrative villages that at the month's end have no service point open, no specialist posted and no line in force, all three. Each of the three is shown.",
        )) }
        div.toolbar {
            (filter::filter_bar(lang, HOME, html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), &view.months, view.month))
                (form::hidden("region", &view.key))
                (form::hidden("show", show.code()))
            }))
            (filter::switch(lang.t("显示", "Show"), &here, "show", &choices, show.code()))
            (filter::downloads(lang, &files))
        }
        @if let Some(above) = &view.above { p { a href=(at(view, HOME, above, show)) { (lang.t("上一级", "One level up")) } } }
        (counts(lang, view, show))
        (villages(lang, view, show))
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn counts(lang: Lang, view: &View, show: Show) -> Markup {
    let mut columns = vec![
        Column::text(view.by.text().get(lang)),
        Column::number(words::ADMINISTRATIVE_VILLAGE.get(lang), lang.t("个", "villages")),
        Column::number(TITLE.get(lang), lang.t("个", "villages")),
        Column::number(lang.t("占比", "Share"), "%"),
    ];
    let without = lang.t("没有", "Without");
    columns.extend((0..CONDITIONS.len()).map(|at| Column::number(condition(at, lang), "").group(without)));
    let row = |count: &Count, name: &str| {
        let mut cells = vec![
            Cell::text(name),
            Cell::count(whole(count.villages)),
            Cell::count(whole(count.unserved)),
            Cell::num(show_percent(ratio_percent(
                whole(count.unserved),
                whole(count.villages),
            ))),
        ];
        cells.extend(count.without.map(|without| Cell::count(whole(without))));
        Row::new(cells)
    };
    let Some((total, parts)) = view.counts.split_last() else {
        return html! {};
    };
    let rows = parts
        .iter()
        .map(|count| row(count, count.name.get(lang)).link(at(view, HOME, &count.key, show)));
    Table::new("unserved-counts", lang.t("各地个数", "By place"), columns)
        .rows(rows)
        .total(row(total, words::TOTAL.get(lang)))
        .markup(lang)
}

/// What a village has of one condition, leading to that figure.
fn has(lang: Lang, view: &View, village: &Village, at: usize) -> Cell {
    let (Some(amount), Some(id)) = (village.has.get(at).copied(), CONDITIONS.get(at)) else {
        return Cell::none();
    };
    if amount <= 0 {
        return Cell::num(tag(Tone::Neutral, words::NONE.get(lang)));
    }
    let shown = written(at, amount, lang);
    match by_id(*id) {
        Some(measure) => {
            Cell::num(shown).link(FigureAddress::new(measure.code, &village.key, view.month).path())
        }
        None => Cell::num(shown),
    }
}

/// 2 个, 1 人, 35.00 万元.
fn written(at: usize, amount: i64, lang: Lang) -> String {
    match CONDITIONS.get(at).and_then(|id| by_id(*id)) {
        Some(measure) if measure.unit.is_money() => {
            format!("{} {}", Fen(amount).show(Unit::Wan), Unit::Wan.label(lang))
        }
        Some(measure) => format!("{amount} {}", measure.unit.label(lang)),
        None => amount.to_string(),
    }
}

fn villages(lang: Lang, view: &View, show: Show) -> Markup {
    let listed: Vec<&Village> = view
        .villages
        .iter()
        .filter(|village| village.shown(show))
        .collect();
    if listed.is_empty() {
        return notice::empty(lang.t("没有这样的村。", "There are no such villages."), None);
    }
    let mut columns = vec![
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::TOWN.get(lang)),
        Column::text(lang.t("代码", "Code")),
    ];
    columns.extend((0..CONDITIONS.len()).map(|at| Column::number(condition(at, lang), "")));
    let rows = listed.iter().map(|village| {
        let mut cells = vec![
            Cell::text(village.name.get(lang)),
            Cell::text(village.town.get(lang)),
            Cell::text(&village.code),
        ];
        cells.extend((0..CONDITIONS.len()).map(|at| has(lang, view, village, at)));
        let path = address::with("/totals", "region", &village.key);
        Row::new(cells).link(address::with(&path, "month", &view.month.to_string()))
    });
    let caption = match lang {
        Lang::Zh => format!("{}：{} 个村", show.name().zh, listed.len()),
        Lang::En => format!("{}: {} villages", show.name().en, listed.len()),
    };
    Table::new("unserved", &caption, columns).rows(rows).markup(lang)
}

/// The same villages as a file.
pub(super) fn csv(lang: Lang, view: &View, show: Show) -> Result<Vec<u8>, Error> {
    let failed = |error: csv::Error| Error::Failed(format!("the CSV could not be written: {error}"));
    let mut lines = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut head = vec![
        lang.t("代码", "Code").to_owned(),
        words::TOWN.get(lang).to_owned(),
        words::VILLAGE.get(lang).to_owned(),
    ];
    for (at, id) in CONDITIONS.iter().enumerate() {
        let unit = by_id(*id).map_or("", |measure| measure.unit.label(lang));
        head.push(match lang {
            Lang::Zh => format!("{}（{unit}）", condition(at, lang)),
            Lang::En => format!("{} ({unit})", condition(at, lang)),
        });
    }
    lines.write_record(&head).map_err(failed)?;
    for village in view.villages.iter().filter(|village| village.shown(show)) {
        let mut record = vec![
            village.code.clone(),
            safe(village.town.get(lang)),
            safe(village.name.get(lang)),
        ];
        for (id, amount) in CONDITIONS.iter().zip(village.has) {
            let money = by_id(*id).is_some_and(|measure| measure.unit.is_money());
            record.push(if money {
                Fen(amount).yuan()
            } else {
                amount.to_string()
            });
        }
        lines.write_record(&record).map_err(failed)?;
    }
    lines
        .into_inner()
        .map_err(|error| Error::Failed(format!("the CSV could not be written: {error}")))
}
