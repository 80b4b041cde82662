//! The forms of credit.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::commands::Stage;
use super::handlers::FormView;
use super::sheet::SheetView;
use crate::auth::{FormData, Page};
use crate::recording::{Heading, client_picker, fields_form, form_page};
use crate::register::Found;
use crate::ui::form::{self, Choice, Field, Size};
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
const CARRIED: [&str; 2] = ["stage", "line"];

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
            (Field::new(lang, "amount", view.stage.name().get(lang)).value(data.get("amount"))
                .errors(problems).amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
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
fn terms(
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
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(data.get(name))
            .errors(problems)
    };
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

/// A whole village in one grid: a household per row, on a phone a card; an amount where it is in
/// the sheet.
pub(super) fn sheet(
    page: &Page,
    view: &SheetView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let title = sheet_title(view.stage, lang);
    let body = if view.rows.is_empty() {
        notice::empty(
            lang.t(
                "这个村没有可以列入清单的农户。",
                "No household of this village can be put on this sheet.",
            ),
            None,
        )
    } else {
        let fields = html! {
            @if view.asks_terms() {
                (terms(view.stage, data, problems, lang, &view.products))
            } @else {
                (Field::new(lang, "business_date", lang.t("业务日期", "Business date"))
                    .value(data.get("business_date")).errors(problems).date())
            }
            p.hint { (lang.t("金额留空的农户不列入清单。", "Households without an amount are left out of the sheet.")) }
            (sheet_rows(view, data, problems, &title, lang))
        };
        fields_form(page, "/field/credit/sheet", data, &CARRIED, fields)
    };
    let heading = Heading {
        title: &title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

/// What the amount of the stage before is called.
const fn before_label(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Signature => lang.t("授信（元）", "Granted (yuan)"),
        Stage::Grant | Stage::Preapproval => lang.t("预授信（元）", "Pre-approved (yuan)"),
    }
}

fn sheet_rows(
    view: &SheetView,
    data: &FormData,
    problems: &[(String, Say)],
    title: &str,
    lang: Lang,
) -> Markup {
    html! {
        div.table-frame tabindex="0" role="region" aria-label=(title) {
            table.as-cards #rows {
                thead { tr {
                    th scope="col" { (lang.t("户主", "Household")) }
                    th scope="col" { (lang.t("证件号", "Number")) }
                    @if view.stage != Stage::Preapproval { th.num scope="col" { (before_label(view.stage, lang)) } }
                    th.num scope="col" { (view.stage.name().get(lang)) (lang.t("（元）", " (yuan)")) }
                } }
                tbody {
                    @for (row, n) in view.rows.iter().zip(1..) { (sheet_row(view.stage, data, problems, row, n, lang)) }
                }
            }
        }
    }
}

pub(super) fn sheet_title(stage: Stage, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("整村{}清单", stage.name().zh),
        Lang::En => format!("Whole-village sheet: {}", stage.name().en.to_lowercase()),
    }
}

fn sheet_row(
    stage: Stage,
    data: &FormData,
    problems: &[(String, Say)],
    row: &super::sheet::SheetRow,
    n: usize,
    lang: Lang,
) -> Markup {
    let name = format!("rows-{n}");
    let amount_name = format!("amount_{n}");
    let error = problems
        .iter()
        .find(|(field, _)| *field == name)
        .map(|(_, say)| say.get(lang));
    html! {
        tr {
            th scope="row" { (row.name) }
            td { (row.number) }
            @if stage != Stage::Preapproval { td.num data-label=(before_label(stage, lang)) { (row.before.show(Unit::Yuan)) } }
            td.num data-label={ (stage.name().get(lang)) (lang.t("（元）", " (yuan)")) } {
                (form::hidden(&format!("client_{n}"), row.client.as_str()))
                (form::hidden(&format!("contract_{n}"), row.contract.as_str()))
                @if let Some(error) = error { p.error id={ (name) "-error" } { (error) } }
                input.short.figures type="text" inputmode="decimal" autocomplete="off" id=(name) name=(amount_name)
                    value=(data.get(&amount_name)) aria-label={ (row.name) " " (stage.name().get(lang)) }
                    aria-invalid=[error.map(|_| "true")];
            }
        }
    }
}
