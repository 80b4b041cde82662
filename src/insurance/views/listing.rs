//! The form of a policy with its list, and its answers.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Answers, Problems, product_field, tariffs};
use crate::auth::{FormData, Page};
use crate::error::Error;
use crate::insurance::listing::{self, Insured, ListingView};
use crate::recording::{Heading, amount_answer, fields_form, form_page};
use crate::ui::form::Size;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::rate::{Payer, Split};
use crate::values::{Fen, Lang, Unit, words};

/// What recording a policy with its list is called in the field.
pub(in crate::insurance) const fn title(lang: Lang) -> &'static str {
    lang.t("按投保清单记录投保", "Record a policy with its list")
}

pub(in crate::insurance) fn form(
    page: &Page,
    view: &ListingView,
    data: &FormData,
    problems: &Problems,
) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let fields = html! {
        (product_field(lang, &view.offers, data, problems))
        (tariffs(lang, &view.offers))
        (field("number", lang.t("保单号", "Policy number")).text())
        (field("starts_on", lang.t("保险起期", "Cover starts")).date())
        (field("ends_on", lang.t("保险止期", "Cover ends")).date())
        @if view.offers.iter().any(|offer| offer.may_agree) {
            (field("unit_sum", lang.t("协议保额（每单位）", "Agreed sum per unit"))
                .hint(lang.t("协议保额的险种才填", "Only for products whose sum is agreed"))
                .optional().suffix(Unit::Yuan.label(lang)).decimal())
        }
        (field("list", lang.t("投保清单", "List of the insured"))
            .hint(lang.t(
                "从表格粘贴，每行：村（同镇的别村才写）、被保险人姓名或证件号（整村写“全村”）、数量、户次（不写按 1）。",
                "Pasted from a spreadsheet, each row: village (only another one of the town), the insured's name or number (全村 for the whole village), quantity, households (1 if left out).",
            ))
            .textarea(12))
        (field("total_quantity", lang.t("数量合计", "Total quantity"))
            .hint(lang.t("填了就与清单核对", "Held against the list when given")).optional().size(Size::Short).decimal())
        (field("total_premium", lang.t("保费合计", "Total premium"))
            .hint(lang.t("填了就与清单核对", "Held against the list when given")).optional().size(Size::Short).suffix(Unit::Yuan.label(lang)).decimal())
    };
    let heading = Heading {
        title: title(lang),
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(
        page,
        &heading,
        fields_form(page, listing::FORM, data, &[], fields),
    )
}

/// The answers as the check page shows them: the sums, and the whole list.
pub(in crate::insurance) fn answers(
    lang: Lang,
    policy: &str,
    (from, to): (NaiveDate, NaiveDate),
    rows: &[Insured],
    split: &Split,
) -> Result<Answers, Error> {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let sum = Fen::sum(rows.iter().map(|row| row.sum))?;
    let premium = Fen::sum(rows.iter().map(|row| row.premium))?;
    let mut answers = vec![
        row(lang.t("保单", "Policy"), html! { (policy) }),
        row(lang.t("保险期间", "Days insured"), html! { (from) " ～ " (to) }),
        row(lang.t("清单行数", "Rows of the list"), html! { (rows.len()) }),
        row(lang.t("保额", "Sum insured"), amount_answer(lang, sum)),
        row(words::PREMIUM.get(lang), amount_answer(lang, premium)),
    ];
    let borne = Payer::ALL.into_iter().filter(|payer| !split.of(*payer).is_zero());
    answers.extend(borne.map(|payer| {
        row(
            payer.label(lang),
            html! { "¥" (split.of(payer).show(Unit::Yuan)) },
        )
    }));
    answers.push(row(lang.t("清单", "List"), list(lang, rows)));
    Ok(answers)
}

fn list(lang: Lang, rows: &[Insured]) -> Markup {
    let yuan = Unit::Yuan.label(lang);
    let columns = vec![
        Column::text(lang.t("村 · 被保险人", "Village · insured")),
        Column::number(lang.t("数量", "Quantity"), ""),
        Column::number(lang.t("保额", "Sum insured"), yuan),
        Column::number(words::PREMIUM.get(lang), yuan),
    ];
    let row = |row: &Insured| {
        Row::new(vec![
            Cell::text(&row.label),
            Cell::num(&row.quantity),
            Cell::money(row.sum, Unit::Yuan),
            Cell::money(row.premium, Unit::Yuan),
        ])
    };
    let caption = lang.t("投保清单", "List of the insured");
    Table::new("list", caption, columns)
        .rows(rows.iter().map(row))
        .markup(lang)
}
