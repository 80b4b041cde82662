//! One month of a county: who has reported, the checklist, closing and reopening.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::super::Kind;
use super::super::board::Board;
use super::super::rules::{Point, Standing, Verdict, Weight, reminder};
use super::super::store::Reopening;
use super::{CLOSED_NOTE, Shown, crumbs, edition_address, flash, month_address};
use crate::auth::{FormData, Look, Page, Role, password_again};
use crate::ui::form::{self, Answer, Button, Choice, Field};
use crate::ui::pill::{Tone, edition_name, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::{show_day, show_moment};
use crate::values::{Lang, Say, words};

/// What the page of a month shows.
pub(in super::super) struct MonthView {
    pub board: Board,
    pub is_closed: bool,
    pub is_last_closed: bool,
    /// It is the one to be closed next.
    pub oldest_open: bool,
    pub editions: Vec<Shown>,
    /// A request that waits, and who asked.
    pub reopening: Option<(Reopening, String)>,
}

pub(in super::super) fn month(
    page: &Page,
    view: &MonthView,
    done: &str,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let board = &view.board;
    let (book, at) = (board.book.id, board.facts.month);
    let heading = format!("{} {}", board.county.get(lang), at.show(lang));
    let is_reviewer = page.user.role == Role::Reviewer;
    let running = board.facts.today <= at.last_day();
    let body = html! {
        h1 { (heading) " " (state_mark(view, running, lang)) }
        (form::error_summary(lang, problems))
        @if !view.editions.is_empty() { (editions(view, lang)) }
        @if view.is_last_closed && !running { (reopening(page, view, problems)) }
        p { (lang.t("报送截止：", "Report by: ")) b { (show_day(board.facts.deadline)) } " "
            (deadline_words(lang, board.working_days)) }
        (institutions(page, view))
        @if !view.is_closed {
            @if !running { (reminder_box(board, lang)) }
            @if view.oldest_open {
                h2 { (lang.t("关账前核对", "Checks before closing")) }
                (checklist(lang, &board.points))
                @if is_reviewer {
                    (form::actions(html! {
                        @if board.verdict.may_close() {
                            a.button href={ (month_address(book, at)) "/check" } { (words::CLOSE_MONTH.get(lang)) }
                        } @else { p.hint { (why_not(board, lang)) } }
                    }))
                }
            }
        }
    };
    let look = Look {
        title: heading.clone(),
        wide: true,
        invalid: !problems.is_empty(),
        flash: flash(done),
        crumbs: crumbs(page, &board.county, book, Some(at)),
        ..Look::default()
    };
    page.show(look, body)
}

fn state_mark(view: &MonthView, running: bool, lang: Lang) -> Markup {
    match view.editions.first() {
        Some(shown) if view.is_closed => tag(Tone::Good, &edition_name(lang, shown.edition.number)),
        Some(_) => tag(Tone::Waiting, lang.t("已重开", "Reopened")),
        None if running => tag(Tone::Neutral, lang.t("未到月末", "Running")),
        None => tag(Tone::Waiting, words::OPEN.get(lang)),
    }
}

fn deadline_words(lang: Lang, days: u32) -> String {
    match lang {
        Lang::Zh => format!("（次月第{days}个工作日）"),
        Lang::En => format!("(working day {days} of the next month)"),
    }
}

fn why_not(board: &Board, lang: Lang) -> String {
    let until = show_day(board.facts.deadline);
    match (board.verdict, lang) {
        (Verdict::Early, Lang::Zh) => {
            format!("还有缺口。报齐后可以关账；{until}过后，可以带缺口关账，缺口逐项写入版次。")
        }
        (Verdict::Early, Lang::En) => format!(
            "Something is missing. Close once all is in, or after {until} with each gap named in the edition."
        ),
        (_, Lang::Zh) => "有核对不符的项目，不能关账。".to_owned(),
        (_, Lang::En) => "Something does not agree, so the month cannot be closed.".to_owned(),
    }
}

fn editions(view: &MonthView, lang: Lang) -> Markup {
    html! {
        ul.plain {
            @for shown in &view.editions {
                li {
                    a href=(edition_address(&shown.edition)) { (edition_name(lang, shown.edition.number)) }
                    " · " (shown.by) " · " (show_moment(shown.edition.closed_at))
                }
            }
        }
        @if view.is_closed { p.hint { (CLOSED_NOTE.get(lang)) } }
    }
}

/// What an institution has said: 未报, 零报, 已报齐.
fn said(lang: Lang, standing: &Standing, running: bool) -> Markup {
    match &standing.declared {
        None if running => html! { "—" },
        None => tag(Tone::Wrong, words::NOT_REPORTED.get(lang)),
        Some(declared) => html! {
            (tag(Tone::Good, declared.kind.name().get(lang)))
            @if declared.late { " " (tag(Tone::Waiting, lang.t("迟报", "Late"))) }
            @if !declared.reason.is_empty() { " " (tag(Tone::Neutral, lang.t("代办", "On behalf"))) }
        },
    }
}

fn institutions(page: &Page, view: &MonthView) -> Markup {
    let lang = page.lang;
    let board = &view.board;
    let (book, at) = (board.book.id, board.facts.month);
    let running = board.facts.today <= at.last_day();
    let acts = page.user.role == Role::Reviewer && !view.is_closed && !running;
    let mut columns = vec![
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(lang.t("报送", "Report")),
        Column::number(lang.t("已入账", "Posted"), lang.t("张", "vouchers")),
        Column::number(words::PENDING.get(lang), lang.t("张", "vouchers")),
        Column::text(lang.t("报送人", "Declared by")),
    ];
    if acts {
        columns.push(Column::text(lang.t("办理", "Act")));
    }
    let rows = board.facts.institutions.iter().map(|standing| {
        let by = standing.declared.as_ref().map(|declared| {
            html! {
                (declared.by) " " (show_moment(declared.at))
                @if !declared.reason.is_empty() { br; small { (declared.reason) } }
            }
        });
        let waiting = match standing.waiting {
            0 => Cell::count(0),
            n => Cell::count(n).link(format!("/review?institution={}", standing.id)),
        };
        let mut cells = vec![
            Cell::text(standing.name.get(lang)),
            Cell::text(said(lang, standing, running)),
            Cell::count(standing.posted),
            waiting,
            by.map_or_else(|| Cell::text("—"), Cell::text),
        ];
        if acts {
            let words = match standing.declared {
                None => lang.t("代办", "Declare for them"),
                Some(_) => lang.t("更改", "Change"),
            };
            let href = format!(
                "{}/declaration?institution={}",
                month_address(book, at),
                standing.id
            );
            cells.push(Cell::text(words).link(href));
        }
        Row::new(cells)
    });
    let count = board
        .facts
        .institutions
        .iter()
        .filter(|standing| standing.declared.is_none())
        .count();
    let caption = match lang {
        Lang::Zh => format!(
            "各机构报送情况（{}家，未报{count}家）",
            board.facts.institutions.len()
        ),
        Lang::En => format!(
            "Institutions ({}, of which {count} have not reported)",
            board.facts.institutions.len()
        ),
    };
    Table::new("institutions", &caption, columns)
        .rows(rows)
        .markup(lang)
}

fn reminder_box(board: &Board, lang: Lang) -> Markup {
    let facts = &board.facts;
    let text = reminder(&board.county, facts.month, facts.deadline, &facts.institutions);
    html! {
        @if let Some(text) = text {
            @let rows = text.get(lang).lines().count().clamp(3, 16) + 1;
            div.field {
                label for="reminder" { (lang.t("催报文字", "Reminder to send")) }
                textarea.full #reminder readonly rows=(rows) data-copy=(lang.t("复制", "Copy"))
                    data-copied=(lang.t("已复制", "Copied")) { (text.get(lang)) }
            }
        }
    }
}

fn checklist(lang: Lang, points: &[Point]) -> Markup {
    let mark = |weight| match weight {
        Weight::Passed => (Tone::Good, lang.t("通过", "Passed")),
        Weight::Warning => (Tone::Neutral, lang.t("提示", "Note")),
        Weight::Gap => (Tone::Waiting, lang.t("缺口", "Gap")),
        Weight::Failure => (Tone::Wrong, lang.t("不符", "Fails")),
    };
    html! {
        ul.plain {
            @for point in points {
                @let (tone, words) = mark(point.weight);
                li { (tag(tone, words)) " " (point.say.get(lang)) }
            }
        }
    }
}

/// What will be frozen, to be looked at before it is.
pub(in super::super) fn check(
    page: &Page,
    board: &Board,
    next: i32,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let (book, at) = (board.book.id, board.facts.month);
    let posted: i64 = board
        .facts
        .institutions
        .iter()
        .map(|standing| standing.posted)
        .sum();
    let gaps: Vec<Point> = board
        .points
        .iter()
        .filter(|point| matches!(point.weight, Weight::Gap | Weight::Warning))
        .cloned()
        .collect();
    let named = if gaps.is_empty() {
        html! { (words::NONE.get(lang)) }
    } else {
        checklist(lang, &gaps)
    };
    let answers = [
        Answer::new(words::BOOK.get(lang), board.county.get(lang)),
        Answer::new(lang.t("月份", "Month"), at.show(lang)),
        Answer::new(words::EDITION.get(lang), edition_name(lang, next)),
        Answer::new(lang.t("已入账凭证", "Vouchers posted"), html! { (posted) }),
        Answer::new(
            lang.t("锁定内容", "What is locked"),
            lang.t("全部汇总、综合月报各表、行政区划、程序版本，并记下指纹（SHA-256）。", "All totals, the tables of the monthly report, the regions, the program's version, with a digest (SHA-256)."),
        ),
        Answer::new(lang.t("写明的缺口和提示", "Gaps and notes to be named"), named),
    ];
    let heading = words::CLOSE_MONTH.get(lang);
    let body = html! {
        h1 { (heading) }
        (form::error_summary(lang, problems))
        (form::summary_list(lang, &answers))
        @if board.verdict.may_close() {
            p { (lang.t("关账后，这个月不再入账；迟到的业务作为补录计入下一个月。", "Once closed nothing posts to this month any more; what comes late counts in the next as a late posting.")) }
            (form::post(&month_address(book, at), &page.user.csrf, html! {
                (form::hidden("seen", &board.seen()))
                (password_again(page, problems))
                (form::actions(html! {
                    (Button::grave(heading))
                    a href=(month_address(book, at)) { (words::CANCEL.get(lang)) }
                }))
            }))
        } @else {
            (checklist(lang, &board.points))
            p { (why_not(board, lang)) }
            (form::actions(form::button_link(&month_address(book, at), words::BACK.get(lang))))
        }
    };
    let mut trail = crumbs(page, &board.county, book, Some(at));
    trail.pop();
    trail.push(crate::ui::page::Crumb::link(
        at.show(lang),
        month_address(book, at),
    ));
    trail.push(crate::ui::page::Crumb::here(heading));
    let look = Look {
        title: heading.to_owned(),
        invalid: !problems.is_empty(),
        crumbs: trail,
        ..Look::default()
    };
    page.show(look, body)
}

fn reopening(page: &Page, view: &MonthView, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let board = &view.board;
    let address = format!("{}/reopening", month_address(board.book.id, board.facts.month));
    let may = matches!(page.user.role, Role::Reviewer | Role::Administrator);
    html! {
        @match &view.reopening {
            Some((asked, by)) => {
                section.warnings aria-labelledby="reopening-title" {
                    h2 #reopening-title { (lang.t("申请重开，等另一人确认", "Asked to be reopened; another person has to confirm")) }
                    p { (by) " " (show_moment(asked.asked_at)) (lang.t("：", ": ")) (asked.reason) }
                    @if may {
                        (form::post(&format!("{address}/decision"), &page.user.csrf, html! {
                            @if asked.asked_by != page.user.id { (password_again(page, problems)) }
                            (form::actions(html! {
                                @if asked.asked_by != page.user.id {
                                    (Button::grave(lang.t("确认重开", "Confirm")).named("decision", "confirm"))
                                }
                                (Button::secondary(lang.t("不重开", "Leave it closed")).named("decision", "decline"))
                            }))
                        }))
                    }
                }
            }
            None if may => {
                details {
                    summary { (lang.t("申请重开这个月", "Ask for this month to be reopened")) }
                    (form::post(&address, &page.user.csrf, html! {
                        (Field::new(lang, "reason", words::REASON.get(lang))
                            .hint(lang.t("另一位审核人或系统管理员确认后才重开；已有版次不变，再关账时生成新版和差异表。",
                                "Takes effect once another reviewer or an administrator confirms. The edition stays; closing again makes a new one with its differences."))
                            .textarea(2))
                        (form::actions(html! { (Button::secondary(lang.t("申请重开", "Ask"))) }))
                    }))
                }
            }
            None => {}
        }
    }
}

/// The form on which the county speaks for an institution.
pub(in super::super) fn on_behalf(
    page: &Page,
    board: &Board,
    standing: &Standing,
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let (book, at) = (board.book.id, board.facts.month);
    let heading = match lang {
        Lang::Zh => format!("代{}报送{}", standing.name.zh, at.show(lang)),
        Lang::En => format!("Declare {} for {}", at.show(lang), standing.name.en),
    };
    let body = html! {
        h1 { (heading) }
        (form::error_summary(lang, problems))
        p { (counts(lang, standing)) }
        (form::post(&format!("{}/declaration", month_address(book, at)), &page.user.csrf, html! {
            (form::hidden("institution", &standing.id.to_string()))
            (kinds(lang, form, problems, ""))
            (Field::new(lang, "reason", lang.t("代办原因", "Why you declare for them"))
                .hint(lang.t("例如：经办请假，电话确认。", "For example: clerk on leave, confirmed by telephone."))
                .value(form.get("reason")).errors(problems).textarea(2))
            (form::actions(html! {
                (Button::primary(lang.t("代办报送", "Declare")))
                a href=(month_address(book, at)) { (words::CANCEL.get(lang)) }
            }))
        }))
    };
    let look = Look {
        title: heading.clone(),
        invalid: !problems.is_empty(),
        crumbs: crumbs(page, &board.county, book, Some(at)),
        ..Look::default()
    };
    page.show(look, body)
}

/// What the month holds of an institution.
pub(super) fn counts(lang: Lang, standing: &Standing) -> String {
    match lang {
        Lang::Zh => format!("该月已入账{}张，待审核{}张。", standing.posted, standing.waiting),
        Lang::En => format!(
            "{} vouchers posted, {} waiting for review in the month.",
            standing.posted, standing.waiting
        ),
    }
}

/// 已报齐 or 零报, with what each means; `apart` tells it from another on the same page.
pub(super) fn kinds(lang: Lang, form: &FormData, problems: &[(String, Say)], apart: &str) -> Markup {
    let choices = [
        Choice::new(Kind::Reported.code(), Kind::Reported.name().get(lang)),
        Choice::new(Kind::Nil.code(), Kind::Nil.name().get(lang)),
    ];
    Field::new(lang, "kind", lang.t("报送", "Report"))
        .hint(lang.t(
            "已报齐：该月业务都已记录；零报：该月确无业务。",
            "All reported: everything of the month is recorded. Nil: nothing happened.",
        ))
        .value(form.get("kind"))
        .errors(problems)
        .apart(apart)
        .radios(&choices)
}
