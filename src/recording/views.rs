//! The check page and the receipt.

use maud::{Markup, html};

use crate::auth::{FormData, Page};
use crate::error::{Issue, Severity};
use crate::ui::form::{self, Answer, Button};
use crate::ui::notice;
use crate::values::numerals::to_capitals;
use crate::values::{BookId, Fen, Lang, Say, Unit, VoucherId, words};

/// An amount as the check page shows it: figures, and the capital form that cannot be misread.
pub fn amount_answer(lang: Lang, amount: Fen) -> Markup {
    html! {
        "¥" (amount.show(Unit::Yuan))
        br;
        span.capitals { (lang.t("", "In capitals: ")) span lang="zh-CN" { "人民币" (to_capitals(amount)) } }
    }
}

/// The page on which answers are checked before they are sent: the same form once more, hidden,
/// with its two ways on.
pub fn check_page(
    page: &Page,
    action: &str,
    form: &FormData,
    title: &str,
    answers: &[(String, Markup)],
    issues: &[Issue],
) -> Markup {
    let lang = page.lang;
    let says = |severity| -> Vec<Say> {
        let of_kind = issues.iter().filter(|issue| issue.severity == severity);
        of_kind.map(|issue| issue.say.clone()).collect()
    };
    let answers: Vec<Answer<'_>> = answers
        .iter()
        .map(|(label, value)| Answer::new(label, value.clone()))
        .collect();
    html! {
        h1 { (title) }
        p.lead { (lang.t("请核对，确认后再提交。", "Check your answers before you send them.")) }
        (form::holds(lang, &says(Severity::Hold)))
        (form::warnings(lang, &says(Severity::Warn)))
        (form::summary_list(lang, &answers))
        (form::post(action, &page.user.csrf, html! {
            @for (name, value) in form.fields().filter(|(name, _)| *name != "_csrf" && *name != "step") {
                (form::hidden(name, value))
            }
            (form::actions(html! {
                (Button::primary(lang.t("确认提交", "Confirm and send")).named("step", "send"))
                (Button::secondary(lang.t("返回修改", "Go back and change")).named("step", "edit"))
            }))
        }))
    }
}

/// The receipt after sending.
pub fn receipt_panel(lang: Lang, code: &str, held: bool) -> Markup {
    notice::receipt(
        lang,
        code,
        html! {
            p {
                @if held {
                    (lang.t("已收到。这条记录有一处要由审核人决定，决定以前先不计入。", "Received. One thing in it is for the reviewer to decide; until then it does not count."))
                } @else {
                    (words::RECEIVED.get(lang)) (lang.t("，等待县里审核。回执号可在电话里核对。", ". The county will review it. You can read out the receipt number over the telephone."))
                }
            }
        },
    )
}

/// Said in place of a form that corrects one record at a time: this one holds several.
pub(super) fn several_lines(lang: Lang, book: BookId, voucher: &VoucherId, lines: usize) -> Markup {
    let sentence = match lang {
        Lang::Zh => format!("这条记录里有 {lines} 笔，不能在这里逐笔更正。请先撤回，再重新记录。"),
        Lang::En => {
            format!(
                "This record holds {lines} items and cannot be corrected here. Withdraw it and record it anew."
            )
        }
    };
    let record = format!("/records/{}/{voucher}", book.0);
    html! {
        h1 { (words::CORRECT.get(lang)) }
        (notice::empty(&sentence, Some((&record, lang.t("打开这条记录", "Open the record")))))
    }
}
