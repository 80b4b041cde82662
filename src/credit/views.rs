//! The forms of credit.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::commands::Stage;
use super::handlers::FormView;
use crate::auth::{FormData, Page};
use crate::recording::{Heading, client_picker, fields_form, form_page};
use crate::register::Found;
use crate::ui::form::{self, Choice, Size};
use crate::ui::notice;
use crate::values::{Lang, Say, Unit};

/// What a stage's form is called in the field, where there is no accounting.
pub(super) fn title(stage: Stage, lang: Lang) -> String {
    let title = match stage {
        Stage::Preapproval => lang.t("记录预授信", "Record a pre-approval"),
        Stage::Grant => lang.t("记录授信", "Record a grant"),
        Stage::Signature => lang.t("记录签约", "Record a signature"),
    };
    title.to_owned()
}

/// What travels with the form besides its ids.
pub(super) const CARRIED: [&str; 2] = ["stage", "line"];

pub(super) fn form(
    page: &Page,
    view: &FormView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let title = title(view.stage, lang);
    let fixed = view.line.is_some();
    let add_client = format!("/field/clients/new?village={}", view.place.village.0);
    let body = if view.clients.is_empty() {
        notice::empty(
            lang.t(
                "这个村还没有登记客户。",
                "No client is recorded in this village yet.",
            ),
            Some((&add_client, lang.t("登记客户", "Record a client"))),
        )
    } else {
        let fields = html! {
            @if fixed {
                (form::hidden("client", data.get("client")))
                (form::hidden("product", data.get("product")))
                (fixed_client(view, data, lang))
            } @else {
                (client_picker(page, lang.t("客户", "Client"), None, &view.clients, data, problems))
            }
            (data.field(lang, "amount", view.stage.name().get(lang), problems).amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
            (terms(view.stage, data, problems, lang, if fixed { &[] } else { &view.products }))
        };
        fields_form(page, "/field/credit", data, &CARRIED, fields)
    };
    let heading = Heading {
        title: &title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn fixed_client(view: &FormView, data: &FormData, lang: Lang) -> Markup {
    let client = view
        .clients
        .iter()
        .find(|found| found.client.id.as_str() == data.get("client"));
    let answers = [
        form::Answer::new(
            lang.t("客户", "Client"),
            html! { (client.map_or_else(|| "—".to_owned(), Found::label)) },
        ),
        form::Answer::new(
            lang.t("预授信", "Pre-approved"),
            html! { "¥" (view.line.as_ref().map_or_else(String::new, |line| line.preapproved_fen.show(Unit::Yuan))) },
        ),
    ];
    form::summary_list(lang, &answers)
}

/// The fields a single line and a sheet have in common.
pub(super) fn terms(
    stage: Stage,
    data: &FormData,
    problems: &[(String, Say)],
    lang: Lang,
    products: &[crate::register::Product],
) -> Markup {
    let ids: Vec<String> = products.iter().map(|product| product.id.0.to_string()).collect();
    let choices: Vec<Choice<'_>> = products
        .iter()
        .zip(&ids)
        .map(|(product, id)| Choice::new(id, &product.name))
        .collect();
    let limits = [
        Choice::new("revolving", lang.t("循环", "Revolving"))
            .hint(lang.t("还了可以再用", "Repaying restores it")),
        Choice::new("one-off", lang.t("一次性", "One-off"))
            .hint(lang.t("用过的部分不再恢复", "What was drawn is used up")),
    ];
    let field = |name, label| data.field(lang, name, label, problems);
    html! {
        @if !choices.is_empty() { (field("product", lang.t("产品", "Product")).size(Size::Full).select(&choices)) }
        (field("business_date", lang.t("业务日期", "Business date"))
            .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
        @if stage == Stage::Signature {
            (form::hidden("valid_from", data.get("valid_from")))
            (form::hidden("valid_to", data.get("valid_to")))
            (form::hidden("limit", data.get("limit")))
        } @else {
            (field("valid_from", lang.t("有效期起", "Valid from")).date())
            (field("valid_to", lang.t("有效期止", "Valid until")).date())
            (field("limit", lang.t("额度类型", "Kind of limit")).radios(&limits))
        }
    }
}
