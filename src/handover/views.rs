//! The page of a handover: whose contracts, which of them, to whom.

use maud::{Markup, html};

use super::handlers::{HOME, TITLE, View};
use super::store::Held;
use crate::auth::{FormData, Page};
use crate::register::Specialist;
use crate::ui::form::{self, Button, Choice, Field};
use crate::ui::notice;
use crate::values::{Say, Unit};

pub(super) fn page(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead {
            (lang.t("派驻结束或调动后，把名下的合同移交给接手的特派员；也可把合同改挂到另一村。已发生的业务仍记在原特派员、原村名下，余额随合同移交。", "After a posting ends or a transfer, hand the contracts over to whoever takes over; contracts can also be moved to another village. What has happened stays with the old specialist and village; balances move with the contracts."))
        }
        (form::error_summary(lang, problems))
        (whose(page, view))
        @if view.from.is_some() {
            @if view.held.is_empty() {
                (notice::empty(lang.t("名下没有合同。", "There are no contracts in this name."), None))
            } @else {
                (contracts(page, view, form, problems))
            }
        }
    }
}

fn choices(of: &[Specialist]) -> Vec<(String, String)> {
    of.iter()
        .map(|row| (row.id.0.to_string(), format!("{}（{}）", row.name, row.id.0)))
        .collect()
}

fn whose(page: &Page, view: &View) -> Markup {
    let lang = page.lang;
    let mut people = choices(&view.specialists);
    people.push((
        "0".to_owned(),
        lang.t("未指明特派员的合同", "Contracts of no specialist")
            .to_owned(),
    ));
    let options: Vec<Choice<'_>> = people.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let chosen = view.from.map_or_else(String::new, |id| id.0.to_string());
    html! {
        form method="get" action=(HOME) {
            (Field::new(lang, "from", lang.t("原特派员", "Whose contracts")).value(&chosen).select(&options))
            (form::actions(html! { (Button::secondary(lang.t("列出名下合同", "List the contracts"))) }))
        }
    }
}

fn contracts(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let label = |row: &Held| {
        let client = row
            .client
            .as_ref()
            .and_then(|id| view.names.get(id))
            .map_or("—", String::as_str);
        let place = view.places.get(&row.region).map_or("", String::as_str);
        let amount = row.amount.show(Unit::Yuan);
        format!(
            "{} · {client} · {place} · {amount} {}",
            row.what.text().get(lang),
            Unit::Yuan.label(lang)
        )
    };
    let rows: Vec<(String, String)> = view.held.iter().map(|row| (row.key(), label(row))).collect();
    let options: Vec<Choice<'_>> = rows.iter().map(|(key, words)| Choice::new(key, words)).collect();
    // All of them, until some have been chosen.
    let some: Vec<&str> = form.all("contract").collect();
    let ticked: Vec<&str> = if form.has("from") {
        some
    } else {
        rows.iter().map(|row| row.0.as_str()).collect()
    };
    let others: Vec<(String, String)> = choices(&view.specialists);
    let takers: Vec<Choice<'_>> = others.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let field = |name, label| form.field(lang, name, label, problems);
    html! {
        (form::post(HOME, &page.user.csrf, html! {
            @for name in ["voucher_id", "command_id"] { (form::hidden(name, form.get(name))) }
            (form::hidden("from", &view.from.map_or_else(String::new, |id| id.0.to_string())))
            (field("contract", lang.t("合同", "Contracts")).checkboxes(&options, &ticked))
            (field("to", lang.t("接手的特派员", "Who takes over"))
                .hint(lang.t("只改挂村、不换人的，仍选原特派员。", "If only the village changes, choose the same specialist."))
                .select(&takers))
            (field("village", lang.t("改挂到的村", "Village to move to"))
                .hint(lang.t("12 位区划代码；村不变的留空。", "Region code of 12 digits; empty if the village stays."))
                .optional().digits())
            (field("business_date", lang.t("移交日期", "Day of the handover")).date())
            (form::actions(html! { (Button::primary(lang.t("提交移交", "Send the handover"))) }))
        }))
    }
}
