//! Boxes that say something: a hint, an empty list, a receipt.

use maud::{Markup, html};

use crate::values::text::Lang;

/// A quiet remark in its own box.
#[must_use]
pub fn notice(body: Markup) -> Markup {
    html! { div.notice { (body) } }
}

/// A list with nothing in it: says so, and what to do about it.
#[must_use]
pub fn empty(sentence: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p { (sentence) }
            @if let Some((href, label)) = action { p { a.button.secondary href=(href) { (label) } } }
        }
    }
}

/// 已收到: the record is with the office, under this number.
#[must_use]
pub fn receipt(lang: Lang, number: &str, body: Markup) -> Markup {
    html! {
        div.receipt role="status" {
            h1 { (lang.t("已收到", "Received")) }
            p { (lang.t("回执号", "Receipt number")) br; strong { (number) } }
            (body)
        }
    }
}
