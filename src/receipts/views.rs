//! The page on which a receipt is checked.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::code::{Typed, shown};
use super::handlers::View;
use super::store::{Found, Subject};
use crate::auth::{Look, Page, Role};
use crate::ui::form::{self, Answer, Button, Field};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Standing, pill};
use crate::values::day::{show_day, show_moment};
use crate::values::{Lang, Unit, words};

pub(super) fn receipts(page: &Page, view: &View) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("核对回执", "Check a receipt");
    let body = html! {
        h1 { (title) }
        form.search method="get" action="/receipts" role="search" {
            (Field::new(lang, "code", words::RECEIPT_NUMBER.get(lang))
                .hint(lang.t("八位，0–9 和 A–F，例如 0A1B-2C3D；横线可不写，大小写都行。",
                    "Eight digits, 0–9 and A–F, such as 0A1B-2C3D; with or without the dash, in letters of any size."))
                .value(&view.asked).text())
            (form::actions(html! { (Button::primary(lang.t("查询", "Look it up"))) }))
        }
        (answer(view, lang))
    };
    let at_desk = page.user.role == Role::Reviewer;
    let look = Look {
        title: title.to_owned(),
        field: !at_desk,
        crumbs: if at_desk {
            vec![
                Crumb::link(page.t("审核", "Review"), "/review"),
                Crumb::here(title),
            ]
        } else {
            Vec::new()
        },
        ..Look::default()
    };
    page.show(look, body)
}

fn answer(view: &View, lang: Lang) -> Markup {
    match &view.typed {
        Typed::Nothing => html! {},
        Typed::NoCode(meant) => notice::notice(html! {
            p role="status" { (lang.t(
                "这不是回执号：回执号是八位，只有数字 0–9 和字母 A–F（没有 O、I、L、S、Z）。",
                "This is no receipt number: it has eight digits, 0–9 and A–F (no O, I, L, S, Z).")) }
            @if let Some(meant) = meant {
                p { (lang.t("是不是 ", "Is it ")) a href={ "/receipts?code=" (shown(meant)) } { (shown(meant)) } (lang.t("？", "?")) }
            }
        }),
        Typed::Code(code) if view.found.is_empty() => html! {
            (notice::notice(html! {
                p role="status" {
                    (lang.t("没有找到回执号 ", "There is no record under ")) b { (shown(code)) }
                    (lang.t("，或不在您的权限范围内。请逐位再核对一遍：容易听错、看错的有 0 和 O、1 和 7、8 和 B、6 和 B，D、E 和 B。",
                        ", or none within your scope. Go through it once more, digit by digit: 0 and O, 1 and 7, 8 and B, 6 and B, and D, E and B are easily mistaken."))
                }
            }))
            @if !view.near.is_empty() {
                h2 { (lang.t("只差一位的", "Different in one digit only")) }
                @for found in &view.near { (card(found, lang)) }
            }
        },
        Typed::Code(_) => html! {
            @if view.found.len() > 1 {
                (notice::notice(html! { p role="status" { (lang.t(
                    "这个回执号碰巧有几条记录，请按日期和姓名辨认。",
                    "Several records happen to have this number; tell them apart by day and name.")) } }))
            }
            @for found in &view.found { (card(found, lang)) }
        },
    }
}

fn card(found: &Found, lang: Lang) -> Markup {
    let mut answers = vec![
        Answer::new(words::RECEIPT_NUMBER.get(lang), html! { b { (found.code) } }),
        Answer::new(
            lang.t("收到时间", "Received"),
            html! { time { (show_moment(found.received_at)) } " · " (found.act.get(lang)) },
        ),
        Answer::new(lang.t("经办人", "From"), &found.by),
    ];
    let title = match &found.subject {
        Subject::Client => lang.t("登记客户", "Register a client"),
        Subject::Voucher {
            kind,
            place,
            voucher,
            state,
            revision,
        } => {
            answers.push(Answer::new(words::VILLAGE.get(lang), place.get(lang)));
            let day = show_day(voucher.business_date);
            answers.push(Answer::new(words::BUSINESS_DATE.get(lang), day));
            if !voucher.amount_fen.is_zero() {
                let amount = voucher.amount_fen.show(Unit::Yuan);
                answers.push(Answer::new(words::AMOUNT.get(lang), html! { "¥" (amount) }));
            }
            let standing = Standing::parse(state.code());
            answers.push(Answer::new(
                lang.t("现在", "Now"),
                html! {
                    @if let Some(standing) = standing { (pill(lang, standing)) }
                    @if voucher.held && standing == Some(Standing::Submitted) {
                        " " (pill::tag(pill::Tone::Waiting, words::HELD.get(lang)))
                    }
                    @if *revision < voucher.revision {
                        " " (later(lang, *revision, voucher.revision))
                    }
                },
            ));
            kind.get(lang)
        }
    };
    html! {
        section.card {
            h2 { (title) }
            (form::summary_list(lang, &answers))
            @if let Some(href) = &found.href {
                (form::actions(html! { (form::button_link(href, lang.t("打开记录", "Open the record"))) }))
            }
        }
    }
}

/// The record has been sent again since.
fn later(lang: Lang, received: i32, now: i32) -> String {
    match lang {
        Lang::Zh => format!("这是第{received}稿的回执，后来又更正过（现为第{now}稿）"),
        Lang::En => format!("this is the receipt of revision {received}; revision {now} came later"),
    }
}
