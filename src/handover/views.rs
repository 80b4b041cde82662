//! The page of a handover: whose contracts, which of them, to whom.

use std::collections::HashSet;

use maud::{Markup, html};

use super::commands::What;
use super::handlers::{HOME, TITLE, View};
use super::store::Held;
use crate::auth::{FormData, Page};
use crate::register::Specialist;
use crate::ui::form::{self, Button, Choice, Field};
use crate::ui::{filter, notice};
use crate::values::{Lang, Say, Unit};

/// Contracts of a village shown before the rest is asked for.
const FIRST: usize = 20;

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
            @if !view.held.is_empty() || !view.wanted.is_everything() { div.toolbar { (listed(page, view, form)) } }
            @if view.held.is_empty() {
                @if view.wanted.is_everything() {
                    (notice::empty(lang.t("名下没有合同。", "There are no contracts in this name."), None))
                } @else {
                    (notice::empty(lang.t("没有符合条件的合同。", "No contract fits."), None))
                }
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

/// Which of the contracts are listed.
fn listed(page: &Page, view: &View, form: &FormData) -> Markup {
    let lang = page.lang;
    let from = view.from.map_or_else(String::new, |id| id.0.to_string());
    let mut kinds = vec![("", lang.t("全部", "All"))];
    kinds.extend(What::EVERY.map(|what| (what.code(), what.text().get(lang))));
    filter::filter_bar(
        lang,
        HOME,
        html! {
            (form::hidden("from", &from))
            @if view.returned.is_some() { (form::hidden("voucher", form.get("voucher_id"))) }
            (filter::pick("what", lang.t("合同", "Contracts"), &kinds, &view.wanted.what))
            label.filter {
                span { (lang.t("客户姓名或拼音", "Client's name")) }
                input type="search" name="q" value=(view.wanted.q) autocomplete="off";
            }
        },
    )
}

fn contracts(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let others: Vec<(String, String)> = choices(&view.specialists);
    let takers: Vec<Choice<'_>> = others.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let field = |name, label| form.field(lang, name, label, problems);
    html! {
        @if let Some(reason) = &view.returned {
            (notice::notice(html! { p { strong { (lang.t("退回原因：", "Returned because: ")) } (reason) } }))
        }
        (form::post(HOME, &page.user.csrf, html! {
            @for name in ["voucher_id", "command_id", "base_revision", "q", "what"] { (form::hidden(name, form.get(name))) }
            (form::hidden("from", &view.from.map_or_else(String::new, |id| id.0.to_string())))
            (villages(lang, view, form, problems))
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

/// The contracts by village: a box for all of one, and below it each contract by itself.
fn villages(lang: Lang, view: &View, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let wrong = problems
        .iter()
        .find(|(name, _)| name == "contract")
        .map(|(_, say)| say);
    // All of them, until some have been chosen.
    let fresh = !form.has("from");
    let whole: HashSet<&str> = form.all("villages").collect();
    let some: HashSet<&str> = form.all("contract").collect();
    html! {
        fieldset.field.wrong[wrong.is_some()] #contract {
            legend { (lang.t("合同", "Contracts")) " " span.count { (view.held.len()) } }
            p.hint {
                (lang.t("勾选一个村，就是移交该村列出的全部合同；只移交其中几笔的，不勾村，展开后逐笔勾选。", "A village ticked means all its contracts listed; to hand over only some, leave the village, open it and tick them."))
            }
            @if let Some(say) = wrong { p.error { (say.get(lang)) } }
            @for rows in view.held.chunk_by(|a, b| a.region == b.region) {
                @if let Some(first) = rows.first() {
                    @let village = first.region.to_string();
                    (village_box(lang, view, rows, fresh || whole.contains(village.as_str())))
                    (one_by_one(lang, view, rows, &some))
                }
            }
        }
    }
}

fn village_box(lang: Lang, view: &View, rows: &[Held], ticked: bool) -> Markup {
    let region = rows.first().map(|row| row.region);
    let id = region.map_or_else(String::new, |region| format!("village-{region}"));
    let place = region
        .and_then(|region| view.places.get(&region))
        .map_or("", String::as_str);
    html! {
        div.choice {
            input type="checkbox" id=(id) name="villages" value=[region] checked[ticked];
            label for=(id) { b { (place) } " · " (several(lang, rows.len())) }
        }
    }
}

fn several(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{count}笔"),
        Lang::En => format!("{count} contracts"),
    }
}

/// The first few, and the rest when asked for.
fn one_by_one(lang: Lang, view: &View, rows: &[Held], some: &HashSet<&str>) -> Markup {
    let (first, rest) = rows.split_at(rows.len().min(FIRST));
    let any = rows.iter().any(|row| some.contains(row.key().as_str()));
    html! {
        details open[any] {
            summary { (lang.t("逐笔", "One by one")) }
            @for row in first { (contract_box(lang, view, row, some)) }
            @if !rest.is_empty() {
                details open[any] {
                    summary { (lang.t("其余", "The other")) " " (several(lang, rest.len())) }
                    @for row in rest { (contract_box(lang, view, row, some)) }
                }
            }
        }
    }
}

fn contract_box(lang: Lang, view: &View, row: &Held, some: &HashSet<&str>) -> Markup {
    let key = row.key();
    let client = row.client.as_ref().and_then(|id| view.names.get(id));
    html! {
        div.choice {
            input type="checkbox" id=(key) name="contract" value=(key) checked[some.contains(key.as_str())];
            label for=(key) {
                (row.what.text().get(lang)) " · " (client.map_or("—", String::as_str)) " · "
                (row.amount.show(Unit::Yuan)) " " (Unit::Yuan.label(lang))
            }
        }
    }
}
