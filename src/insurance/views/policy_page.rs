//! A policy's page.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::payout::standing;
use crate::auth::{Look, Page};
use crate::insurance::policy_page::PolicyPage;
use crate::insurance::{cancellation, endorsement, payout};
use crate::recording::village_crumbs;
use crate::ui::form::{self, Answer};
use crate::ui::icon::Icon;
use crate::ui::phone::{BigLink, big_links};
use crate::ui::pill::Standing;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::rate::Payer;
use crate::values::{Fen, Lang, Unit, words};

pub(in crate::insurance) fn policy_page(page: &Page, view: &PolicyPage) -> HttpResponse {
    let lang = page.lang;
    let policy = &view.cover.policy;
    let title = format!("{} {}", lang.t("保单", "Policy"), policy.number);
    let body = html! {
        h1 { (title) " " (standing(lang, policy)) }
        p.lead { (view.product) " · " (view.place.institution_name) }
        (form::summary_list(lang, &particulars(lang, view)))
        (actions(lang, view))
        (parts(lang, view))
        (history(lang, view))
    };
    let look = Look {
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, &title),
        title,
        field: true,
        ..Look::default()
    };
    page.show(look, body)
}

fn particulars<'a>(lang: Lang, view: &PolicyPage) -> Vec<Answer<'a>> {
    let policy = &view.cover.policy;
    let yuan = |fen: Fen| html! { "¥" (fen.show(Unit::Yuan)) };
    let mut said = vec![
        Answer::new(
            lang.t("保险期间", "Days insured"),
            html! { (policy.starts_on) " ～ " (policy.ends_on) },
        ),
        Answer::new(lang.t("保额", "Sum insured"), yuan(policy.sum_insured_fen)),
        Answer::new(words::PREMIUM.get(lang), yuan(policy.premium_fen)),
    ];
    for payer in Payer::ALL {
        let borne = Fen::sum(view.cover.parts.iter().map(|part| part.split().of(payer)));
        let borne = borne.unwrap_or(Fen::ZERO);
        if !borne.is_zero() {
            said.push(Answer::new(payer.label(lang), yuan(borne)));
        }
    }
    said.push(Answer::new(lang.t("已赔付", "Paid"), yuan(policy.paid_fen)));
    if let Some(day) = policy.cancelled_on {
        said.push(Answer::new(lang.t("退保日期", "Cancelled from"), html! { (day) }));
    }
    said
}

fn actions(lang: Lang, view: &PolicyPage) -> Markup {
    let policy = &view.cover.policy;
    let at = |form: &str| format!("{form}?book={}&policy={}", policy.book_id, policy.id);
    let (pay, endorse, cancel) = (at(payout::FORM), at(endorsement::FORM), at(cancellation::FORM));
    let mut links = vec![BigLink {
        href: &pay,
        label: lang.t("记录赔付", "Record a payout"),
        hint: None,
        icon: Icon::Coin,
    }];
    if policy.cancelled_on.is_none() {
        links.push(BigLink {
            href: &endorse,
            label: lang.t("记录批改", "Record an endorsement"),
            hint: Some(lang.t("数量、被保险人变了", "Quantity or insured changed")),
            icon: Icon::List,
        });
        if view.whole() {
            links.push(BigLink {
                href: &cancel,
                label: lang.t("记录退保", "Record a cancellation"),
                hint: Some(lang.t("整张保单不再保", "The whole policy ends")),
                icon: Icon::Lock,
            });
        }
    }
    big_links(&links)
}

/// 投保清单: the parts as they stand.
fn parts(lang: Lang, view: &PolicyPage) -> Markup {
    let yuan = Unit::Yuan.label(lang);
    let columns = vec![
        Column::text(lang.t("村 · 被保险人", "Village · insured")),
        Column::number(lang.t("数量", "Quantity"), ""),
        Column::number(lang.t("保额", "Sum insured"), yuan),
        Column::number(words::PREMIUM.get(lang), yuan),
        Column::number(lang.t("已赔", "Paid"), yuan),
        Column::number(lang.t("户次", "Households"), ""),
    ];
    let rows = view.parts.iter().map(|(part, label)| {
        Row::new(vec![
            Cell::text(label),
            Cell::num(&part.quantity),
            Cell::money(part.sum_insured_fen, Unit::Yuan),
            Cell::money(part.premium_fen, Unit::Yuan),
            Cell::money(part.paid_fen, Unit::Yuan),
            Cell::count(part.households),
        ])
    });
    let caption = lang.t(
        "投保清单（现状，含待审核的变动）",
        "The insured, as they stand with what waits",
    );
    Table::new("parts", caption, columns).rows(rows).markup(lang)
}

/// What has been recorded on it.
fn history(lang: Lang, view: &PolicyPage) -> Markup {
    let columns = vec![
        Column::text(lang.t("记录", "Record")),
        Column::text(words::BUSINESS_DATE.get(lang)),
        Column::number(words::AMOUNT.get(lang), Unit::Yuan.label(lang)),
        Column::text(words::STATUS.get(lang)),
    ];
    let rows = view.history.iter().map(|(voucher, name)| {
        Row::new(vec![
            Cell::text(name.get(lang)),
            Cell::when(&show_day(voucher.business_date)),
            Cell::money(voucher.amount_fen, Unit::Yuan),
            Cell::text(Standing::parse(&voucher.state).map_or("—", |standing| standing.label(lang))),
        ])
    });
    let caption = lang.t("这张保单的记录", "Records of this policy");
    Table::new("history", caption, columns).rows(rows).markup(lang)
}
