//! The forms of a decision.

use maud::{Markup, html};

use crate::auth::{Page, Role};
use crate::ledger::State;
use crate::review::address_of;
use crate::review::decisions::{DESPITE_HOLD, FROM, NEXT, REASON};
use crate::review::desk::{Tried, VoucherView};
use crate::ui::form::{self, Button, Field};
use crate::ui::notice;
use crate::values::{CommandId, Lang, Unit, words};

/// Approve and return, for a reviewer of the book who did not make the voucher.
pub(super) fn forms(page: &Page, view: &VoucherView, tried: &Tried) -> Markup {
    let lang = page.lang;
    if !view.open_to(&page.user) {
        return html! {};
    }
    if view.voucher.maker_id == page.user.id {
        return notice::notice(html! {
            p { (lang.t("自己提交的凭证不能由自己审核，请交给另一位审核人。",
                "You submitted this voucher yourself; another reviewer must decide on it.")) }
        });
    }
    html! {
        h2 #decision { (lang.t("审核决定", "Decision")) }
        @if view.first.waits() {
            (notice::notice(html! {
                p { (lang.t("这笔凭证还没有初审，本机构初审通过后才能审核入账。",
                    "This voucher has not passed its first review; it can be approved once its own institution has passed it.")) }
            }))
        } @else {
            (approval(page, view, tried, lang))
        }
        // Who stands in for the first review sends it back there.
        @if !view.first.may {
            (sending_back(page, view, tried, lang))
        }
    }
}

/// The way to a reversal, for a reviewer of the book.
pub(super) fn reversal(page: &Page, view: &VoucherView) -> Markup {
    let offered = view.state == State::Approved
        && view.voucher.reversal_of.is_none()
        && view.is_current()
        && page.user.role == Role::Reviewer;
    html! {
        @if offered {
            (form::actions(html! {
                (form::button_link(
                    &format!("{}/reversal", address_of(&view.voucher)),
                    words::RED_REVERSAL.get(page.lang),
                ))
            }))
        }
    }
}

/// A command's id and the revision it is about, made when the page is: the same click twice is one decision.
fn hidden(page: &Page, view: &VoucherView) -> Markup {
    let now = page.actor().now.and_utc().timestamp_millis();
    html! {
        (form::hidden("command_id", CommandId::new(now).as_str()))
        (form::hidden("revision", &view.voucher.revision.to_string()))
        @if !view.neighbours.from.is_empty() {
            (form::hidden(FROM, &view.neighbours.from))
            @if let Some((book, id)) = &view.neighbours.next { (form::hidden(NEXT, &format!("{book}/{id}"))) }
        }
    }
}

fn approval(page: &Page, view: &VoucherView, tried: &Tried, lang: Lang) -> Markup {
    let held = view.voucher.held || tried.held;
    let label = lang.t(
        "暂挂原因已核实，同意入账",
        "I have checked why it is held and agree to post it",
    );
    let month = view.month.show(lang);
    form::post(
        &format!("{}/approval", address_of(&view.voucher)),
        &page.user.csrf,
        html! {
            (hidden(page, view))
            @if held {
                (Field::new(lang, DESPITE_HOLD, label).errors(&tried.problems).checkbox(false))
            }
            p.hint {
                @match lang {
                    Lang::Zh => { "通过后编号、入账到" (month) "，之后不能再改。" }
                    Lang::En => { "Approval numbers it and posts it to " (month) "; after that it cannot be changed." }
                }
            }
            (form::actions(html! { (Button::primary(lang.t("审核通过，入账", "Approve and post"))) }))
            (asking(view, lang))
        },
    )
}

/// What the key for approving asks before it does anything; only the script opens it.
fn asking(view: &VoucherView, lang: Lang) -> Markup {
    let amount = view.sheet.total;
    html! {
        dialog.asking #ask-approve aria-labelledby="ask-approve-title" {
            h2 #ask-approve-title { (lang.t("通过这张凭证？", "Approve this voucher?")) }
            p {
                (view.kind.get(lang)) " · " (view.institution)
                @if let Some(place) = &view.sheet.common.place { " · " (place) }
                @if !amount.is_zero() { " · " b { (amount.show(Unit::Yuan)) (lang.t(" 元", " yuan")) } }
            }
            (form::actions(html! {
                (Button::primary(lang.t("通过，入账", "Approve and post")))
                button.button.secondary type="button" data-close { (lang.t("不通过", "Not now")) }
            }))
        }
    }
}

fn sending_back(page: &Page, view: &VoucherView, tried: &Tried, lang: Lang) -> Markup {
    form::post(
        &format!("{}/return", address_of(&view.voucher)),
        &page.user.csrf,
        html! {
            (hidden(page, view))
            (Field::new(lang, REASON, lang.t("退回原因", "Reason for the return"))
                .hint(lang.t("写明哪一行、改什么；填报人在手机上会看到这段话。",
                    "Say which line and what to change; the maker reads this on the phone."))
                .value(&tried.reason).errors(&tried.problems).textarea(3))
            (form::actions(html! { (Button::grave(lang.t("退回修改", "Return for change"))) }))
        },
    )
}
