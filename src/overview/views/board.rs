//! Who has reported what, and in time: a row for each part of the area, a column for each institution.

use maud::{Markup, html};

use crate::close::Kind as Said;
use crate::overview::home::{Home, Reporter};
use crate::overview::parts::{Part, Report, Reported};
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::{shanghai_day, show_day};
use crate::values::money::show_count;
use crate::values::{Lang, words};

pub(super) fn markup(lang: Lang, shown: &Home) -> Markup {
    if shown.parts.is_empty() {
        return html! {};
    }
    let heading = shown.answer.heading(lang);
    let mut columns = vec![
        Column::text(heading),
        Column::text(words::STATUS.get(lang)),
        Column::number(lang.t("行政村", "Villages"), lang.t("已报/全部", "reported/all")),
        Column::number(lang.t("记录", "Records"), lang.t("条", "")),
    ];
    columns.extend(
        shown
            .reporters
            .iter()
            .map(|reporter| Column::text(reporter.name.get(lang))),
    );
    let rows = shown.parts.iter().map(|part| row(lang, shown, part));
    let caption = lang.t("报送情况：各地、各机构", "Reporting, by area and institution");
    html! {
        section #board.board {
            h2 { (lang.t("报送的完整与及时", "Complete, and in time")) }
            (declared(lang, shown))
            (Table::new("reporting", caption, columns).rows(rows).note(note(lang)).markup(lang))
        }
    }
}

/// What each institution has said of the month in the one county that is looked at.
fn declared(lang: Lang, shown: &Home) -> Markup {
    let until = shown.deadline.map(show_day).unwrap_or_default();
    let speaking: Vec<&Reporter> = shown
        .reporters
        .iter()
        .filter(|reporter| reporter.standing.is_some())
        .collect();
    html! {
        p.hint {
            @match lang {
                Lang::Zh => { "本月应在 " (until) " 前（含当日）声明已报齐或零报。" }
                Lang::En => { "The month was to be declared complete or nil by " (until) "." }
            }
        }
        @if !speaking.is_empty() {
            ul.declared {
                @for reporter in speaking {
                    @if let Some(standing) = &reporter.standing {
                        li {
                            b { (reporter.name.get(lang)) }
                            @match &standing.declared {
                                None => (tag(Tone::Wrong, words::NOT_REPORTED.get(lang))),
                                Some(said) => {
                                    (tag(Tone::Good, said.kind.name().get(lang)))
                                    @if said.late { (tag(Tone::Waiting, lang.t("迟报", "Late"))) }
                                    span { (show_day(shanghai_day(said.at))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn row(lang: Lang, shown: &Home, part: &Part) -> Row {
    let mut cells = vec![
        Cell::text(part.name.get(lang)).link(super::pictures::href(shown, part)),
        Cell::text(status(lang, part)),
        Cell::num(format!("{}/{}", part.recorded, part.villages)),
        Cell::count(part.records()),
    ];
    let nothing = Reported::default();
    cells.extend(shown.reporters.iter().map(|reporter| {
        let reported = part.by.get(&reporter.id).unwrap_or(&nothing);
        Cell::text(told(lang, reported))
    }));
    let row = Row::new(cells);
    if part.apart { row.quiet() } else { row }
}

fn status(lang: Lang, part: &Part) -> Markup {
    let late = part.by.values().any(|reported| reported.late > 0);
    html! {
        @match part.report() {
            Report::Recorded => (tag(Tone::Good, lang.t("已报", "Reported"))),
            Report::Nil => (tag(Tone::Neutral, words::NIL_REPORT.get(lang))),
            Report::Missing => (tag(Tone::Wrong, words::NOT_REPORTED.get(lang))),
            Report::Nobody => (tag(Tone::Neutral, lang.t("无派驻", "Nobody posted"))),
        }
        @if late { " " (tag(Tone::Waiting, lang.t("有迟报", "Some late"))) }
    }
}

fn told(lang: Lang, reported: &Reported) -> Markup {
    html! {
        @match reported.report() {
            Report::Recorded => {
                (show_count(reported.records))
                @if let Some(last) = reported.last { " " small { (lang.t("至 ", "to ")) time { (shanghai_day(last).format("%m-%d")) } } }
                @if reported.late > 0 { " " (tag(Tone::Waiting, &late(lang, reported.late))) }
            }
            Report::Nil => {
                // What was declared complete with nothing here is nought; a nil report says so of everything.
                @if reported.said == Some(Said::Nil) { (words::NIL_REPORT.get(lang)) } @else { "0" }
            }
            Report::Missing => span.unreported { (words::NOT_REPORTED.get(lang)) },
            Report::Nobody => span.none { "—" },
        }
    }
}

fn late(lang: Lang, count: i64) -> String {
    match lang {
        Lang::Zh => format!("迟{count}"),
        Lang::En => format!("{count} late"),
    }
}

fn note(lang: Lang) -> Markup {
    html! {
        p { (lang.t(
            "格内为该机构在当地的记录条数和最后一条的提交日；“迟”为截止日之后提交的。0：机构已声明报齐，当地没有业务；零报：机构声明全县没有业务；未报：有人派驻，既没有记录也没有声明；—：该机构在当地没有派驻。",
            "Each cell tells how many records an institution has there and when the last one was submitted; late ones came after the deadline. \
             0: the institution has declared the month complete and had nothing there. Nil report: it declared nothing in the whole county. \
             Not reported: somebody is posted there, and there is neither a record nor a declaration. —: nobody of it is posted there.",
        )) }
    }
}
