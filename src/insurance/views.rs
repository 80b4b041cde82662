//! The policy form and its answers; the list and the payout form in [`payout`].

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::commands::PolicyTerms;
use super::policy;
use super::policy::{Offer, PolicyView, unit_sum_text};
use crate::auth::{FormData, Page};
use crate::recording::{Heading, Place, amount_answer, client_picker, fields_form, form_page};
use crate::register::{Found, Tier};
use crate::ui::form::{Choice, Field, Size};
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::rate::Payer;
use crate::values::{Fen, Lang, Say, Unit, english, words};

pub(super) mod listing;
pub(super) mod payout;
pub(super) mod policy_page;
pub(super) mod versions;

type Problems = [(String, Say)];
type Answers = Vec<(String, Markup)>;

/// What recording a policy is called in the field.
pub(super) const fn policy_title(lang: Lang) -> &'static str {
    lang.t("记录投保", "Record a policy")
}

pub(super) fn policy_form(
    page: &Page,
    view: &PolicyView,
    data: &FormData,
    problems: &Problems,
) -> HttpResponse {
    let lang = page.lang;
    let title = policy_title(lang);
    let body = if view.offers.is_empty() {
        notice::empty(
            lang.t(
                "本公司还没有登记险种。",
                "No insurance product is registered for this insurer.",
            ),
            None,
        )
    } else {
        fields_form(
            page,
            policy::FORM,
            data,
            &[],
            policy_fields(page, view, data, problems),
        )
    };
    let heading = Heading {
        title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn policy_fields(page: &Page, view: &PolicyView, data: &FormData, problems: &Problems) -> Markup {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let agreed: Vec<&str> = view
        .offers
        .iter()
        .filter(|offer| offer.may_agree)
        .map(|offer| offer.product.name.as_str())
        .collect();
    let agreed_hint = match lang {
        Lang::Zh => format!("协议保额的险种才填：{}", agreed.join("、")),
        Lang::En => format!("Only for products whose sum is agreed: {}", agreed.join(", ")),
    };
    let nobody = lang.t("全村（村集体）", "The village as a whole");
    html! {
        (product_field(lang, &view.offers, data, problems))
        (tariffs(lang, &view.offers))
        (field("number", lang.t("保单号", "Policy number")).text())
        (field("starts_on", lang.t("保险起期", "Cover starts"))
            .hint(lang.t("条款按这一天的规定", "The terms are those of this day")).date())
        (field("ends_on", lang.t("保险止期", "Cover ends"))
            .hint(lang.t("最后一天", "The last day")).date())
        (field("quantity", lang.t("数量", "Quantity"))
            .hint(lang.t("按险种的单位，最多两位小数，如 2793.65", "In the product's unit, at most two decimals, like 2793.65"))
            .decimal())
        @if !agreed.is_empty() {
            (field("unit_sum", lang.t("协议保额（每单位）", "Agreed sum per unit"))
                .hint(&agreed_hint)
                .optional().amount(Unit::parse(data.get("unit_sum_unit")).unwrap_or(Unit::Yuan)))
        }
        (field("households", lang.t("投保户次", "Households insured")).size(Size::Short).digits())
        (client_picker(page, lang.t("被保险人", "Insured"), Some(nobody), &view.clients, data, problems))
        (actual_shares(lang, data, problems))
    }
}

/// Choosing the product, each with its terms.
fn product_field(lang: Lang, offers: &[Offer], data: &FormData, problems: &Problems) -> Markup {
    let ids: Vec<String> = offers
        .iter()
        .map(|offer| offer.product.id.0.to_string())
        .collect();
    let label = |offer: &Offer| match &offer.tariff {
        Some(tariff) => format!(
            "{} · {} · {}%",
            offer.product.name,
            unit_sum_text(tariff, lang),
            tariff.rate_percent
        ),
        None => offer.product.name.clone(),
    };
    let labels: Vec<String> = offers.iter().map(label).collect();
    let products: Vec<Choice<'_>> = ids
        .iter()
        .zip(&labels)
        .map(|(id, label)| Choice::new(id, label))
        .collect();
    data.field(lang, "product", words::INSURANCE_PRODUCT.get(lang), problems)
        .size(Size::Full)
        .select(&products)
}

/// 按实际分担填写: what each payer really bears, when it is not the tariff's split.
fn actual_shares(lang: Lang, data: &FormData, problems: &Problems) -> Markup {
    let open = Payer::ALL.iter().any(|payer| data.has(payer.code()));
    html! {
        details open[open] {
            summary { (lang.t("按实际分担填写", "Enter the actual split of the premium")) }
            p.hint { (lang.t("留空则按条款比例分担。填写时五项合计要等于保费。",
                "Left empty, the premium is split as the terms say. Filled in, the five must add up to it.")) }
            @for payer in Payer::ALL {
                (Field::new(lang, payer.code(), payer.label(lang)).value(data.get(payer.code()))
                    .errors(problems).optional().suffix(Unit::Yuan.label(lang)).decimal())
            }
        }
    }
}

/// The terms of every product on the first day of cover.
fn tariffs(lang: Lang, offers: &[Offer]) -> Markup {
    let mut columns = vec![
        Column::text(words::INSURANCE_PRODUCT.get(lang)),
        Column::text(lang.t("补贴层级", "Tier")),
        Column::text(lang.t("单位保额", "Sum per unit")),
        Column::number(lang.t("费率", "Rate"), "%"),
    ];
    columns.extend(Payer::ALL.map(|payer| Column::number(payer.label(lang), "%")));
    let rows = offers.iter().filter_map(|offer| {
        let tariff = offer.tariff.as_ref()?;
        let shares = policy::shares(tariff)?;
        let mut cells = vec![
            Cell::text(&offer.product.name),
            Cell::text(Tier::parse(&tariff.tier).map_or("—", |tier| tier.name().get(lang))),
            Cell::text(unit_sum_text(tariff, lang)),
            Cell::num(&tariff.rate_percent),
        ];
        cells.extend(Payer::ALL.map(|payer| Cell::num(shares.of(payer).to_string())));
        Some(Row::new(cells))
    });
    let caption = lang.t("费率条款", "Terms");
    html! {
        details {
            summary { (lang.t("看各险种的条款和分担比例", "Terms and shares of each product")) }
            (Table::new("tariffs", caption, columns).rows(rows).markup(lang))
        }
    }
}

/// The answers of a policy as the check page shows them.
pub(super) fn policy_answers(
    lang: Lang,
    place: &Place,
    product: &str,
    client: Option<&Found>,
    terms: &PolicyTerms,
    sum: Fen,
) -> Answers {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let yuan = |fen: Fen| html! { "¥" (fen.show(Unit::Yuan)) };
    let whole = lang.t("全村（村集体）", "The village as a whole");
    let mut answers = vec![
        row(lang.t("村", "Village"), html! { (place.path) }),
        row(
            lang.t("被保险人", "Insured"),
            html! { (client.map_or_else(|| whole.to_owned(), Found::label)) },
        ),
        row(words::INSURANCE_PRODUCT.get(lang), html! { (product) }),
        row(lang.t("保单号", "Policy number"), html! { (terms.number) }),
        row(
            lang.t("保险期间", "Days insured"),
            html! { (terms.starts_on) " ～ " (terms.ends_on) },
        ),
        row(
            lang.t("数量", "Quantity"),
            html! { (terms.quantity) " " (english::told(lang, &terms.unit, english::unit)) " × ¥" (terms.unit_sum.show(Unit::Yuan)) },
        ),
        row(lang.t("保额", "Sum insured"), amount_answer(lang, sum)),
        row(lang.t("费率", "Rate"), html! { (terms.rate_percent) "%" }),
        row(words::PREMIUM.get(lang), amount_answer(lang, terms.premium)),
    ];
    let split = terms.split();
    answers.extend(Payer::ALL.map(|payer| row(payer.label(lang), yuan(split.of(payer)))));
    answers.push(row(
        lang.t("投保户次", "Households insured"),
        html! { (terms.households) },
    ));
    answers
}
