//! The list of a village's policies, and the payout form with its answers.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Answers, Problems, policy_title};
use crate::auth::{FormData, Look, Page};
use crate::insurance::asked::Choice;
use crate::insurance::commands::PayoutDetail;
use crate::insurance::handlers::ListView;
use crate::insurance::payout::{self, PayoutView};
use crate::insurance::rules::payout::left;
use crate::insurance::store::{Policy, PolicyPart};
use crate::insurance::{listing, policy};
use crate::recording::{Heading, amount_answer, client_picker, fields_form, form_page, village_crumbs};
use crate::register::Found;
use crate::ui::address;
use crate::ui::form::{self, Size};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::ui::pager::pager;
use crate::ui::phone::{Pick, picks};
use crate::ui::pill::{Standing, Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{Fen, Lang, Unit, words};

/// What recording a payout is called in the field.
pub(in crate::insurance) const fn payout_title(lang: Lang) -> &'static str {
    lang.t("记录赔付", "Record a payout")
}

/// The policies of a village.
pub(in crate::insurance) fn list(page: &Page, view: &ListView) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("本村保单", "Policies of the village");
    let record = format!("{}?village={}", policy::FORM, view.place.village.0);
    let listed = format!("{}?village={}", listing::FORM, view.place.village.0);
    let rows: Vec<Pick<'_>> = view
        .rows
        .iter()
        .map(|row| Pick {
            href: format!("/field/policies/{}/{}", row.policy.book_id, row.policy.id),
            title: &row.product,
            detail: Some(list_detail(lang, &row.policy, &row.part, row.insured.as_deref())),
            aside: Some(standing(lang, &row.policy)),
        })
        .collect();
    let body = html! {
        h1 { (title) }
        p.lead { (view.place.path) " · " (view.place.institution_name) }
        @if rows.is_empty() {
            (notice::empty(
                lang.t("本公司在这个村还没有保单。", "This insurer has no policy in the village yet."),
                Some((&record, policy_title(lang))),
            ))
        } @else {
            p.hint { (lang.t("点保单看清单，记录赔付、批改、退保。", "Choose a policy to see its list and to record payouts, endorsements or its cancellation.")) }
            (picks(&rows))
            (pager(lang, &page.path, view.page, view.pages, i64::try_from(view.records).unwrap_or(i64::MAX)))
            (form::actions(form::button_link(&record, policy_title(lang))))
        }
        p { a href=(listed) { (super::listing::title(lang)) } }
    };
    let look = Look {
        title: title.to_owned(),
        field: true,
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, title),
        ..Look::default()
    };
    page.show(look, body)
}

fn list_detail(lang: Lang, policy: &Policy, part: &PolicyPart, insured: Option<&str>) -> String {
    let (sum, paid) = (
        part.sum_insured_fen.show(Unit::Yuan),
        part.paid_fen.show(Unit::Yuan),
    );
    let whom = insured.unwrap_or(lang.t("全村", "the village"));
    let (number, from, to) = (&policy.number, policy.starts_on, policy.ends_on);
    match lang {
        Lang::Zh => format!("{number} · {whom} · {from} ～ {to} · 保额 {sum} 元 · 已赔 {paid} 元"),
        Lang::En => format!("{number} · {whom} · {from} ～ {to} · insured {sum} yuan · paid {paid} yuan"),
    }
}

pub(super) fn standing(lang: Lang, policy: &Policy) -> Markup {
    if policy.cancelled_on.is_some() {
        tag(Tone::Neutral, lang.t("已退保", "Cancelled"))
    } else if policy.is_active() {
        tag(Tone::Good, lang.t("有效", "In force"))
    } else {
        tag(Tone::Neutral, lang.t("已到期", "Ended"))
    }
}

/// Which part of a policy the record is about.
pub(in crate::insurance) fn choose_part(page: &Page, title: &str, view: &Choice) -> HttpResponse {
    let lang = page.lang;
    let rows: Vec<Pick<'_>> = view
        .parts
        .iter()
        .map(|(part, label)| Pick {
            href: address::with(&page.path, "part", &part.n.to_string()),
            title: label,
            detail: Some(format!(
                "¥{} · {} ¥{}",
                part.sum_insured_fen.show(Unit::Yuan),
                lang.t("已赔", "paid"),
                part.paid_fen.show(Unit::Yuan)
            )),
            aside: None,
        })
        .collect();
    let body = html! {
        h1 { (title) }
        p.lead { (view.product) " · " (view.number) }
        p { (lang.t("这张保单保了几个村或几户，请选择其中一个。", "The policy covers several villages or clients. Which one is it about?")) }
        (picks(&rows))
    };
    let look = Look {
        title: title.to_owned(),
        field: true,
        crumbs: vec![Crumb::link(lang.t("今日", "Today"), "/field"), Crumb::here(title)],
        ..Look::default()
    };
    page.show(look, body)
}

pub(in crate::insurance) fn payout_form(
    page: &Page,
    view: &PayoutView,
    data: &FormData,
    problems: &Problems,
) -> HttpResponse {
    let lang = page.lang;
    let title = payout_title(lang);
    let field = |name, label| data.field(lang, name, label, problems);
    let nobody = lang.t("村集体", "The village as a whole");
    let fields = html! {
            (field("amount", lang.t("赔款", "Amount paid"))
                .amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
            (field("business_date", lang.t("赔付日期", "Day of payment"))
                .hint(lang.t("赔款到账的那一天", "The day the money arrived")).date())
            (field("claim", lang.t("报案号", "Claim number")).text())
            (field("loss_date", lang.t("出险日期", "Day of loss")).date())
            (field("cause", lang.t("出险原因", "Cause of loss"))
                .hint(lang.t("如台风、强降雨、疾病死亡；不要写人名", "Such as typhoon, heavy rain, disease; no names of persons"))
                .size(Size::Full).text())
            (field("households", lang.t("受益户次", "Households paid"))
                .hint(lang.t("领到赔款的农户，一户赔一次计一次；全部给村集体才填 0", "Households that receive money, each time once; 0 only when the village as a whole receives it all")).size(Size::Short).digits())
            @if view.part.client_id.is_none() {
                (client_picker(page, lang.t("领款人", "Paid to"), Some(nobody), &view.clients, data, problems))
            }
    };
    let body = html! {
        (form::summary_list(lang, &policy_particulars(lang, view)))
        (earlier(lang, view))
        (fields_form(page, payout::FORM, data, &["book", "policy", "part"], fields))
    };
    let heading = Heading {
        title,
        place: &view.on.place,
        returned: view.on.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn policy_particulars<'a>(lang: Lang, view: &PayoutView) -> Vec<form::Answer<'a>> {
    let policy = &view.on.cover.policy;
    let left = left(&view.on.cover, &view.part);
    let whole = lang.t("全村（村集体）", "The village as a whole");
    vec![
        form::Answer::new(lang.t("保单号", "Policy number"), html! { (policy.number) }),
        form::Answer::new(words::INSURANCE_PRODUCT.get(lang), html! { (view.on.product) }),
        form::Answer::new(
            lang.t("保险期间", "Days insured"),
            html! { (policy.starts_on) " ～ " (policy.ends_on) },
        ),
        form::Answer::new(
            lang.t("被保险人", "Insured"),
            html! { (view.insured.as_ref().map_or_else(|| whole.to_owned(), Found::label)) },
        ),
        form::Answer::new(
            lang.t("保额", "Sum insured"),
            html! { "¥" (view.part.sum_insured_fen.show(Unit::Yuan)) },
        ),
        form::Answer::new(
            lang.t("还可赔付", "Left to be paid"),
            html! { "¥" (left.show(Unit::Yuan)) },
        ),
    ]
}

/// What was paid on this part before.
fn earlier(lang: Lang, view: &PayoutView) -> Markup {
    let columns = vec![
        Column::text(lang.t("赔付日期", "Day of payment")),
        Column::text(lang.t("报案号", "Claim number")),
        Column::text(lang.t("出险原因", "Cause of loss")),
        Column::number(lang.t("赔款", "Amount paid"), Unit::Yuan.label(lang)),
        Column::text(words::STATUS.get(lang)),
    ];
    let rows = view.before.iter().map(|paid| {
        Row::new(vec![
            Cell::when(&paid.paid_on.to_string()),
            Cell::text(&paid.detail.claim),
            Cell::text(&paid.detail.cause),
            Cell::money(paid.amount, Unit::Yuan),
            Cell::text(Standing::parse(&paid.state).map_or("—", |standing| standing.label(lang))),
        ])
    });
    let caption = lang.t(
        "已记录的赔付（含待审核）",
        "Payouts recorded, waiting ones included",
    );
    html! {
        @if !view.before.is_empty() { (Table::new("paid", caption, columns).rows(rows).markup(lang)) }
    }
}

/// The answers of a payout as the check page shows them.
pub(in crate::insurance) fn payout_answers(
    lang: Lang,
    view: &PayoutView,
    paid_to: Option<&Found>,
    detail: &PayoutDetail,
    paid_on: NaiveDate,
    amount: Fen,
) -> Answers {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let whole = lang.t("村集体", "The village as a whole");
    vec![
        row(lang.t("村", "Village"), html! { (view.on.place.path) }),
        row(
            lang.t("保单", "Policy"),
            html! { (view.on.product) " " (view.on.cover.policy.number) },
        ),
        row(
            lang.t("领款人", "Paid to"),
            html! { (paid_to.map_or_else(|| whole.to_owned(), Found::label)) },
        ),
        row(lang.t("赔款", "Amount paid"), amount_answer(lang, amount)),
        row(lang.t("赔付日期", "Day of payment"), html! { (paid_on) }),
        row(lang.t("报案号", "Claim number"), html! { (detail.claim) }),
        row(lang.t("出险日期", "Day of loss"), html! { (detail.loss_date) }),
        row(lang.t("出险原因", "Cause of loss"), html! { (detail.cause) }),
        row(
            lang.t("受益户次", "Households paid"),
            html! { (detail.households) },
        ),
    ]
}
