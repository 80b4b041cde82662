//! The page on which a reversal is asked for.

use actix_web::HttpResponse;
use maud::html;

use crate::auth::{Look, Page, Role};
use crate::recording::amount_answer;
use crate::review::reversal::{REASON, ReversalView};
use crate::ui::form::{self, Answer, Button, Field};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::values::day::show_day;
use crate::values::{CommandId, Lang, Say, VoucherId, words};

/// The page, with what was typed and refused just before.
pub(in crate::review) fn reversal(
    page: &Page,
    view: &ReversalView,
    typed: &str,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let desk = page.user.role == Role::Reviewer;
    let voucher = &view.voucher;
    let title = if desk {
        words::RED_REVERSAL.get(lang)
    } else {
        lang.t("申请作废", "Ask to void a record")
    };
    let back = if desk { "/vouchers" } else { "/records" };
    let original = format!("{back}/{}/{}", voucher.book_id, voucher.id);
    let mut answers = vec![
        Answer::new(
            lang.t("记录", "Record"),
            html! {
                a href=(original) { (view.kind.get(lang)) " " (voucher.number_text(lang)) }
            },
        ),
        Answer::new(words::INSTITUTION.get(lang), &view.institution),
        Answer::new(words::BUSINESS_DATE.get(lang), show_day(voucher.business_date)),
        Answer::new(lang.t("行数", "Lines"), html! { (voucher.line_count) }),
    ];
    if !voucher.amount_fen.is_zero() {
        answers.push(Answer::new(
            view.amount_name.get(lang),
            amount_answer(lang, voucher.amount_fen),
        ));
    }
    let month = view.month.show(lang);
    let now = page.actor().now.and_utc().timestamp_millis();
    let form = html! {
        (form::hidden("voucher_id", VoucherId::new(now).as_str()))
        (form::hidden("command_id", CommandId::new(now).as_str()))
        p.hint {
            @match lang {
                Lang::Zh => {
                    "通过审核后，原来的每一笔分录按相反数入账到" (month)
                    "，原记录标为已冲销，不删除。正确的业务请另行登记。申请人不能自己审核。"
                }
                Lang::En => {
                    "Once approved, every entry of the original is posted with the opposite sign to " (month)
                    "; the original stays, marked as reversed. Record the right business anew. Who asks does not approve."
                }
            }
        }
        (Field::new(lang, REASON, lang.t("原因", "Reason")).value(typed).errors(problems).textarea(3))
        (form::actions(html! { (Button::grave(lang.t("提交，等待审核", "Submit for review"))) }))
    };
    let body = html! {
        h1 { (title) }
        (form::error_summary(lang, problems))
        (form::summary_list(lang, &answers))
        @if view.obstacles.is_empty() {
            (form::post(&format!("/vouchers/{}/{}/reversal", voucher.book_id, voucher.id), &page.user.csrf, form))
        } @else {
            (notice::notice(html! { @for say in &view.obstacles { p { (say.get(lang)) } } }))
            (form::actions(html! { (form::button_link(&original, lang.t("返回", "Back"))) }))
        }
    };
    let label = if desk {
        words::VOUCHER.get(lang)
    } else {
        lang.t("我的记录", "My records")
    };
    let look = Look {
        crumbs: vec![
            Crumb::link(label, back),
            Crumb::link(view.kind.get(lang), &original),
            Crumb::here(title),
        ],
        title: title.to_owned(),
        field: !desk,
        invalid: !problems.is_empty(),
        ..Look::default()
    };
    page.show(look, body)
}
