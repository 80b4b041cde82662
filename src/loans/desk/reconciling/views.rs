//! The comparison's page and file.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::{ADDRESS, Found, MOST_SHOWN, Outcome, View};
use crate::auth::{FormData, Look, Page, attachment};
use crate::error::Error;
use crate::loans::describe::NOTE_NUMBER;
use crate::ui::cards::{Figure, figures};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::money::show_count;
use crate::values::{Fen, Lang, Say, Unit, words};

pub(super) const fn title(lang: Lang) -> &'static str {
    lang.t("与银行对账", "Reconcile with the bank")
}

pub(super) fn shown(
    page: &Page,
    view: &View,
    data: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let lang = page.lang;
    let banks: Vec<Choice<'_>> = view
        .banks
        .iter()
        .map(|(id, name)| Choice::new(id, name))
        .collect();
    let title = title(lang);
    let body = html! {
        h1 { (title) }
        (form::error_summary(lang, problems))
        @if let Some(found) = &view.found { (results(page, found, data)?) }
        @else { p.lead { (lang.t("按借据号核对一个月末的贷款余额，只看不改。", "Compares loan balances at a month's end by note number. Nothing is changed.")) } }
        (form::post(ADDRESS, &page.user.csrf, html! {
            @if !banks.is_empty() {
                (data.field(lang, "institution", lang.t("银行", "Bank"), problems).size(Size::Full).select(&banks))
            }
            (data.field(lang, "month", lang.t("月份", "Month"), problems)
                .size(Size::Short).hint(lang.t("例如 2023-12，比月末余额", "Such as 2023-12: balances at its end")).text())
            (data.field(lang, "rows", lang.t("银行清单：第一列借据号，第二列余额（元）", "The bank's list: note number, then balance in yuan"), problems)
                .hint(lang.t("从表格复制，可以连表头一起粘贴", "Copied from a spreadsheet; headings may be pasted too")).textarea(10))
            (form::file_picker(lang, "rows"))
            (form::actions(html! { (Button::primary(lang.t("对账", "Compare"))) }))
        }))
    };
    let look = Look {
        title: title.to_owned(),
        wide: true,
        invalid: !problems.is_empty(),
        crumbs: vec![
            Crumb::link(lang.t("逾期贷款", "Overdue loans"), "/loans/overdue"),
            Crumb::here(title),
        ],
        ..Look::default()
    };
    Ok(page.show(look, body))
}

fn results(page: &Page, found: &Found, data: &FormData) -> Result<Markup, Error> {
    let lang = page.lang;
    let loans = lang.t("笔", "loans");
    let mut cards = Vec::new();
    for outcome in Outcome::COUNTED {
        let mut difference = Fen::ZERO;
        for row in found.of(outcome) {
            difference = difference.plus(row.difference()?)?;
        }
        let count = i64::try_from(found.of(outcome).count()).unwrap_or(i64::MAX);
        let card = Figure::new(outcome.name().get(lang), show_count(count), loans);
        cards.push(if outcome == Outcome::Match {
            card
        } else {
            let shown = difference.show(Unit::Yuan);
            card.aside(match lang {
                Lang::Zh => format!("差额 {shown} 元"),
                Lang::En => format!("difference {shown} yuan"),
            })
        });
    }
    let ours = Fen::sum(found.rows.iter().filter_map(|row| row.ours))?;
    let theirs = Fen::sum(found.rows.iter().filter_map(|row| row.theirs))?;
    Ok(html! {
        p.lead { (found.bank) " · " (found.month.show(lang)) (lang.t("末", ", end")) }
        (figures(lang, &cards))
        (form::post(ADDRESS, &page.user.csrf, html! {
            @for name in ["institution", "month", "rows"] { (form::hidden(name, data.get(name))) }
            (form::actions(html! { (Button::secondary(lang.t("下载 CSV", "Download CSV")).named("step", "csv")) }))
        }))
        @if found.rows.is_empty() {
            (notice::empty(lang.t("两边都没有贷款。", "There is no loan on either side."), None))
        } @else {
            (table(found, ours, theirs, lang)?)
        }
    })
}

fn table(found: &Found, ours: Fen, theirs: Fen, lang: Lang) -> Result<Markup, Error> {
    let yuan = Unit::Yuan.label(lang);
    let columns = vec![
        Column::text(NOTE_NUMBER.get(lang)),
        Column::text(lang.t("客户", "Client")),
        Column::text(words::VILLAGE.get(lang)),
        Column::number(lang.t("我方余额", "Our balance"), yuan),
        Column::number(lang.t("银行余额", "The bank's balance"), yuan),
        Column::number(
            lang.t("差额（我方减银行）", "Difference (ours less the bank's)"),
            yuan,
        ),
        Column::text(lang.t("结果", "Result")),
    ];
    let money = |amount: Option<Fen>| amount.map_or_else(Cell::none, |fen| Cell::money(fen, Unit::Yuan));
    let mut rows = Vec::new();
    for row in found.rows.iter().take(MOST_SHOWN) {
        let (client, place) = found.name(row);
        let tone = if row.outcome == Outcome::Match {
            Tone::Good
        } else {
            Tone::Wrong
        };
        let note = if row.note.is_empty() {
            lang.t("（没有借据号）", "(no note number)")
        } else {
            &row.note
        };
        rows.push(
            Row::new(vec![
                Cell::text(note),
                Cell::text(client),
                Cell::text(place),
                money(row.ours),
                money(row.theirs),
                Cell::money(row.difference()?, Unit::Yuan),
                Cell::text(pill::tag(tone, row.outcome.name().get(lang))),
            ])
            .marked(row.outcome != Outcome::Match),
        );
    }
    let total = Row::new(vec![
        Cell::text(words::TOTAL.get(lang)),
        Cell::blank(),
        Cell::blank(),
        Cell::money(ours, Unit::Yuan),
        Cell::money(theirs, Unit::Yuan),
        Cell::money(ours.minus(theirs)?, Unit::Yuan),
        Cell::blank(),
    ]);
    let more = found.rows.len() > MOST_SHOWN;
    let table = Table::new("compared", lang.t("有差异的在前", "What differs first"), columns)
        .rows(rows)
        .total(total);
    Ok(if more {
        table
            .note(html! { p { (lang.t("只显示前 1,000 笔，全部在下载的文件里。", "The first 1,000 are shown; the file has them all.")) } })
            .markup(lang)
    } else {
        table.markup(lang)
    })
}

/// The comparison as a file. A text that a spreadsheet would run as a formula is marked as text.
pub(super) fn file(found: &Found, lang: Lang) -> Result<HttpResponse, Error> {
    let failed = |error: csv::Error| Error::Failed(format!("the comparison cannot be written: {error}"));
    let plain = |text: &str| {
        if text.starts_with(['=', '+', '-', '@']) {
            format!("'{text}")
        } else {
            text.to_owned()
        }
    };
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer
        .write_record([
            NOTE_NUMBER.get(lang),
            lang.t("客户", "Client"),
            words::VILLAGE.get(lang),
            lang.t("我方余额（元）", "Our balance (yuan)"),
            lang.t("银行余额（元）", "The bank's balance (yuan)"),
            lang.t("差额（元）", "Difference (yuan)"),
            lang.t("结果", "Result"),
        ])
        .map_err(failed)?;
    for row in &found.rows {
        let (client, place) = found.name(row);
        let yuan = |amount: Option<Fen>| amount.map_or_else(String::new, Fen::yuan);
        writer
            .write_record([
                plain(&row.note),
                plain(client),
                plain(place),
                yuan(row.ours),
                yuan(row.theirs),
                row.difference()?.yuan(),
                row.outcome.name().get(lang).to_owned(),
            ])
            .map_err(failed)?;
    }
    let body = writer
        .into_inner()
        .map_err(|_| Error::Failed("the comparison cannot be written".to_owned()))?;
    let name = format!("{} {} {}.csv", title(lang), found.bank, found.month);
    let plain_name = format!("reconciliation-{}.csv", found.month);
    Ok(attachment("text/csv; charset=utf-8", &name, &plain_name, body))
}
