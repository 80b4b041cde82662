//! The conversation on a page of its record.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::store::{BODY, Conversation, Remark};
use crate::auth::{Look, Page};
use crate::ui::form::{self, Button, Field};
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone};
use crate::values::day::show_moment;
use crate::values::{BookId, CommandId, Lang, Say, Text, VoucherId, words};

const TITLE: Text = Text::new("留言", "Conversation");

/// Which of a record's two pages a form came from; anything else is the maker's.
const DESK: &str = "vouchers";

/// Back to the record's page, at the conversation. `back` is `vouchers` or `records`, with what of the queue
/// goes along behind a question mark.
pub(super) fn way_back(back: &str, book: BookId, voucher: &VoucherId) -> String {
    let (page, query) = match back.split_once('?') {
        Some((page, query)) if !query.contains(['\r', '\n', '#']) => (page, format!("?{query}")),
        Some((page, _)) => (page, String::new()),
        None => (back, String::new()),
    };
    let page = if page == DESK { DESK } else { "records" };
    format!("/{page}/{book}/{voucher}{query}#conversation")
}

/// What was said, and the form that adds to it. `back` names the page it stands on: `vouchers` or `records`,
/// with a query to keep.
pub fn panel(page: &Page, told: &Conversation, back: &str) -> Markup {
    let lang = page.lang;
    html! {
        @if told.open || !told.remarks.is_empty() {
            section.conversation #conversation aria-labelledby="conversation-title" {
                h2 #conversation-title {
                    (TITLE.get(lang)) " "
                    @if !told.remarks.is_empty() { span.count { (told.remarks.len()) } }
                }
                (remarks(told, lang))
                @if told.unread() > 0 && told.open { (seen(page, told, back)) }
                @if told.open { (adding(page, told, back, ("", &[]))) }
            }
        }
    }
}

fn remarks(told: &Conversation, lang: Lang) -> Markup {
    html! {
        @if !told.remarks.is_empty() {
            ol.remarks { @for remark in &told.remarks { (said(told, remark, lang)) } }
        }
    }
}

fn said(told: &Conversation, remark: &Remark, lang: Lang) -> Markup {
    html! {
        li.own[remark.own].new[remark.new] {
            p.by {
                b { (remark.author) } " " time { (show_moment(remark.at)) }
                @if remark.revision != told.of.revision {
                    " · "
                    @match lang {
                        Lang::Zh => { "当时是第" (remark.revision) "稿" }
                        Lang::En => { "on revision " (remark.revision) }
                    }
                }
                @if remark.new { " " (pill::tag(Tone::Waiting, lang.t("未读", "New"))) }
            }
            p.body { (remark.body) }
        }
    }
}

/// 标为已读; the desk's script presses it once the remarks are seen.
fn seen(page: &Page, told: &Conversation, back: &str) -> Markup {
    let action = format!("/remarks/{}/{}/read", told.of.book_id, told.of.id);
    html! {
        form method="post" action=(action) data-once data-seen {
            (form::csrf(&page.user.csrf))
            (form::hidden("n", &told.last().to_string()))
            (form::hidden("back", back))
            (Button::secondary(page.t("标为已读", "Mark as read")))
        }
    }
}

fn adding(
    page: &Page,
    told: &Conversation,
    back: &str,
    (typed, problems): (&str, &[(String, Say)]),
) -> Markup {
    let lang = page.lang;
    let now = page.actor().now.and_utc().timestamp_millis();
    let label = if told.remarks.is_empty() {
        lang.t("问一句或说明一下", "Ask or explain")
    } else {
        lang.t("回复", "Answer")
    };
    form::post(
        &format!("/remarks/{}/{}", told.of.book_id, told.of.id),
        &page.user.csrf,
        html! {
            (form::hidden("command_id", CommandId::new(now).as_str()))
            (form::hidden("revision", &told.of.revision.to_string()))
            (form::hidden("back", back))
            (Field::new(lang, BODY, label)
                .hint(lang.t("看得到这条记录的人都看得到留言。留言不退回记录，也不改动任何数。",
                    "Whoever sees the record sees this. It neither returns the record nor changes any figure."))
                .value(typed).errors(problems).textarea(2))
            (form::actions(html! { (Button::secondary(lang.t("留言", "Send"))) }))
        },
    )
}

/// The conversation by itself, where what was typed was refused.
pub(super) fn alone(
    page: &Page,
    told: &Conversation,
    back: &str,
    (typed, problems): (&str, &[(String, Say)]),
) -> HttpResponse {
    let lang = page.lang;
    let record = way_back(back, told.of.book_id, &told.of.id);
    let body = html! {
        h1 { (TITLE.get(lang)) }
        (form::error_summary(lang, problems))
        (remarks(told, lang))
        (adding(page, told, back, (typed, problems)))
    };
    let look = Look {
        title: TITLE.get(lang).to_owned(),
        field: !back.starts_with(DESK),
        invalid: true,
        crumbs: vec![
            Crumb::link(words::RECORD.get(lang), record),
            Crumb::here(TITLE.get(lang)),
        ],
        ..Look::default()
    };
    page.show(look, body)
}

/// How many remarks wait to be read, on a row of a list; nothing for none.
#[must_use]
pub fn unread_mark(lang: Lang, unread: usize) -> Markup {
    html! {
        @if unread > 0 {
            @let words = match lang {
                Lang::Zh => format!("{unread} 条新留言"),
                Lang::En if unread == 1 => "1 new remark".to_owned(),
                Lang::En => format!("{unread} new remarks"),
            };
            (pill::tag(Tone::Waiting, &words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_a_page_of_the_record_and_nowhere_else() {
        let id = VoucherId::from_parts(0, [0; 10]);
        let back = |from: &str| way_back(from, BookId(7), &id);
        assert_eq!(back("vouchers"), format!("/vouchers/7/{id}#conversation"));
        assert_eq!(
            back("vouchers?from=kind%3Dx"),
            format!("/vouchers/7/{id}?from=kind%3Dx#conversation")
        );
        for odd in ["records", "", "//elsewhere.example", "../x?a=1\r\nSet-Cookie: b"] {
            assert!(back(odd).starts_with(&format!("/records/7/{id}")), "{odd}");
            assert!(!back(odd).contains(['\r', '\n']));
        }
    }
}
