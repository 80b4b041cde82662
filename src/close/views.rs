//! The pages of the close: struct → markup.

mod edition;
mod month;
mod own;

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

pub(super) use edition::{EditionView, edition};
pub(super) use month::{MonthView, check, month, on_behalf};
pub(super) use own::{OwnMonth, own};

use crate::auth::{Look, Page, Role};
use crate::ledger::{Book, Edition};
use crate::ui::form::{self, Button, Field, Size};
use crate::ui::notice;
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::ui::pill::{Tone, edition_name, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::{show_day, show_moment};
use crate::values::{BookId, Lang, Month, Say, Text, words};

/// What a closed month means.
const CLOSED_NOTE: Text = Text::new(
    "已锁定，不再入账；迟到的业务作为补录计入以后月份。",
    "Locked: nothing posts here any more; what comes late counts in a later month as a late posting.",
);

/// An edition as lists show it.
pub(super) struct Shown {
    pub edition: Edition,
    pub by: String,
    /// The month stands closed; else it has been reopened since.
    pub stands: bool,
}

/// One county's months.
pub(super) struct CountyView {
    pub county: Say,
    pub book: Book,
    pub working_days: u32,
    /// Open months with their deadlines, the oldest first.
    pub open: Vec<(Month, NaiveDate)>,
    pub closed: Vec<Shown>,
}

/// All counties side by side.
pub(super) struct CityView {
    pub counties: Vec<(Say, Book, Vec<Edition>)>,
    /// The latest first, each with the city's edition if it stands.
    pub months: Vec<(Month, Option<Edition>)>,
}

/// The first characters of a digest: enough to tell editions apart by eye.
fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

pub(super) fn month_address(book: BookId, month: Month) -> String {
    format!("/close/{book}/{month}")
}

pub(super) fn edition_address(edition: &Edition) -> String {
    format!(
        "/close/{}/{}/editions/{}",
        edition.book_id, edition.month, edition.number
    )
}

const fn title(lang: Lang) -> &'static str {
    lang.t("关账", "Closing")
}

/// 关账 › 台山市 › 2023年12月.
pub(super) fn crumbs(page: &Page, county: &Say, book: BookId, month: Option<Month>) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::link(title(page.lang), "/close")];
    let name = county.get(page.lang);
    match month {
        None if page.user.book.is_none() => crumbs.push(Crumb::here(name)),
        Some(_) if page.user.book.is_none() => crumbs.push(Crumb::link(name, format!("/close/{book}"))),
        _ => {}
    }
    if let Some(month) = month {
        crumbs.push(Crumb::here(month.show(page.lang)));
    }
    crumbs
}

/// What was done, in words.
pub(super) fn flash(done: &str) -> Option<Flash> {
    let say = match done {
        "closed" => Say::new("已关账，版次已存。", "The month is closed and its edition kept."),
        "declared" => Say::new("已报送。", "Declared."),
        "deadline" => Say::new("报送期限已更改。", "The deadline has been changed."),
        "asked" => Say::new(
            "已申请重开，等另一人确认。",
            "You have asked for it to be reopened; another person has to confirm.",
        ),
        "reopened" => Say::new(
            "已重开。改完后再关账，会生成新的一版和差异表。",
            "Reopened. Closing it again makes a further edition with a list of differences.",
        ),
        "declined" => Say::new(
            "重开申请已退回，该月仍为关账。",
            "The request was declined; the month stays closed.",
        ),
        _ => return None,
    };
    Some(Flash {
        kind: FlashKind::Done,
        say,
    })
}

pub(super) fn county(page: &Page, view: &CountyView, done: &str, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let heading = format!("{} {}", view.county.get(lang), title(lang));
    let body = html! {
        h1 { (heading) }
        (form::error_summary(lang, problems))
        (open_months(view, lang))
        @if view.closed.is_empty() {
            (notice::empty(lang.t("还没有关过账的月份。", "No month has been closed yet."), None))
        } @else {
            (closed_months(view, lang))
        }
        @if page.user.role == Role::Reviewer { (deadline_form(page, view, problems)) }
    };
    let look = Look {
        title: heading.clone(),
        wide: true,
        invalid: !problems.is_empty(),
        flash: flash(done),
        crumbs: if page.user.book.is_none() {
            crumbs(page, &view.county, view.book.id, None)
        } else {
            Vec::new()
        },
        ..Look::default()
    };
    page.show(look, body)
}

fn open_months(view: &CountyView, lang: Lang) -> Markup {
    let columns = vec![
        Column::text(lang.t("月份", "Month")),
        Column::text(words::STATUS.get(lang)),
        Column::text(lang.t("报送截止", "Report by")),
    ];
    let last = view.open.len().saturating_sub(1);
    let rows = view.open.iter().enumerate().map(|(at, (month, until))| {
        let state = match at == last {
            true => tag(Tone::Neutral, lang.t("未到月末", "Running")),
            false => tag(Tone::Waiting, words::OPEN.get(lang)),
        };
        Row::new(vec![
            Cell::text(month.show(lang)),
            Cell::text(state),
            Cell::when(&show_day(*until)),
        ])
        .link(month_address(view.book.id, *month))
    });
    Table::new("open-months", lang.t("未关账的月份", "Open months"), columns)
        .rows(rows)
        .markup(lang)
}

fn closed_months(view: &CountyView, lang: Lang) -> Markup {
    let columns = vec![
        Column::text(lang.t("月份", "Month")),
        Column::text(words::EDITION.get(lang)),
        Column::text(words::STATUS.get(lang)),
        Column::text(lang.t("关账人", "Closed by")),
        Column::text(lang.t("关账时间", "Closed at")),
        Column::text(lang.t("指纹", "Digest")),
    ];
    let rows = view.closed.iter().map(|shown| {
        let edition = &shown.edition;
        Row::new(vec![
            Cell::text(edition.month.show(lang)).link(month_address(edition.book_id, edition.month)),
            Cell::text(edition_name(lang, edition.number)).link(edition_address(edition)),
            Cell::text(stands(view, shown, lang)),
            Cell::text(&shown.by),
            Cell::when(&show_moment(edition.closed_at)),
            Cell::text(html! { code { (short(&edition.digest)) } }),
        ])
    });
    Table::new(
        "closed-months",
        lang.t("已关账的月份和版次", "Closed months and their editions"),
        columns,
    )
    .rows(rows)
    .markup(lang)
}

fn stands(view: &CountyView, shown: &Shown, lang: Lang) -> Markup {
    let later = |other: &Shown| {
        other.edition.month == shown.edition.month && other.edition.number > shown.edition.number
    };
    if view.closed.iter().any(later) {
        tag(Tone::Neutral, lang.t("已有新版", "Superseded"))
    } else if shown.stands {
        tag(Tone::Good, words::CLOSED.get(lang))
    } else {
        tag(Tone::Waiting, lang.t("已重开", "Reopened"))
    }
}

fn deadline_form(page: &Page, view: &CountyView, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let days = view.working_days.to_string();
    html! {
        details open[!problems.is_empty()] {
            summary { (lang.t("报送期限", "Deadline")) }
            (form::post(&format!("/close/{}/deadline", view.book.id), &page.user.csrf, html! {
                (Field::new(lang, "working_days", lang.t("次月第几个工作日", "Working day of the next month"))
                    .hint(lang.t("按国务院办公厅放假调休安排计算，一般为第5个工作日。", "Counted by the official calendar of holidays; usually the fifth."))
                    .value(&days).size(Size::Short).errors(problems).digits())
                (form::actions(html! { (Button::secondary(words::SAVE.get(lang))) }))
            }))
        }
    }
}

pub(super) fn city(page: &Page, view: &CityView) -> HttpResponse {
    let lang = page.lang;
    let mut columns = vec![
        Column::text(lang.t("月份", "Month")),
        Column::text(lang.t("全市", "City")),
    ];
    columns.extend(
        view.counties
            .iter()
            .map(|(name, ..)| Column::text(name.get(lang))),
    );
    let rows = view.months.iter().map(|(month, edition)| {
        let city = match edition {
            Some(edition) => Cell::text(tag(Tone::Good, &edition_name(lang, edition.number)))
                .link(edition_address(edition)),
            None => Cell::text(tag(Tone::Waiting, words::OPEN.get(lang))),
        };
        let mut cells = vec![Cell::text(month.show(lang)), city];
        cells.extend(view.counties.iter().map(|(_, book, editions)| {
            let last = editions.iter().find(|edition| edition.month == *month);
            let mark = match last.filter(|_| *month < book.first_open_month) {
                Some(edition) => tag(Tone::Good, &edition_name(lang, edition.number)),
                None if last.is_some() => tag(Tone::Waiting, lang.t("已重开", "Reopened")),
                None if *month < book.first_open_month => html! { "—" },
                None => tag(Tone::Waiting, words::OPEN.get(lang)),
            };
            Cell::text(mark).link(month_address(book.id, *month))
        }));
        Row::new(cells)
    });
    let body = html! {
        h1 { (title(lang)) }
        p.lead { (lang.t("各县按月关账，全部关账后生成全市版次。版次一经生成不再改动。", "Each county closes its month; once all have, the city has its edition. An edition never changes.")) }
        p { @for (name, book, _) in &view.counties { a href={ "/close/" (book.id) } { (name.get(lang)) } " " } }
        (Table::new("months", lang.t("各月关账情况", "Months by county"), columns).rows(rows).markup(lang))
    };
    page.desk(title(lang), body)
}
