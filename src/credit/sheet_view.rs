//! The page of a whole-village sheet: the box to paste into, and the grid.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::commands::Stage;
use super::pasting::Pasted;
use super::sheet::{SheetRow, SheetView};
use super::views::{CARRIED, terms};
use crate::auth::{FormData, Page};
use crate::recording::{Heading, fields_form, form_page};
use crate::ui::form::{self, Button, Choice, Field};
use crate::ui::notice;
use crate::values::{Lang, Say, Unit};

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
    let read = view.pasted(data);
    let unread = read.is_err();
    let pasted = read.unwrap_or_default();
    let body = if view.rows.is_empty() {
        notice::empty(
            lang.t(
                "这个村没有可以列入清单的客户。",
                "No client of this village can be put on this sheet.",
            ),
            None,
        )
    } else {
        let fields = html! {
            (paste_box(data, &pasted, unread, true, problems, lang))
            @if view.asks_terms() {
                @if view.rows.iter().any(|row| row.fixed.is_some()) {
                    p.hint { (lang.t("产品、有效期和额度类型只用于还没有额度的客户。", "Product, validity and limit are for clients without a line yet.")) }
                }
                (terms(view.stage, data, problems, lang, &view.products))
            } @else {
                (data.field(lang, "business_date", lang.t("业务日期", "Business date"), problems).date())
            }
            p.hint { (lang.t("金额留空的客户不列入清单。", "Clients without an amount are left out of the sheet.")) }
            (sheet_rows(view, data, &pasted, problems, &title, lang))
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

/// The box to paste into, what is still in it because it did not read, and why, row by row.
pub(super) fn paste_box(
    data: &FormData,
    pasted: &Pasted,
    unread: bool,
    amounts: bool,
    problems: &[(String, Say)],
    lang: Lang,
) -> Markup {
    let text = if unread { data.get("paste") } else { &pasted.rest };
    let units = [
        Choice::new(Unit::Yuan.code(), lang.t("元", "yuan")),
        Choice::new(Unit::Wan.code(), lang.t("万元", "10,000 yuan")),
    ];
    let unit = Unit::parse(data.get("paste_unit")).unwrap_or(Unit::Yuan).code();
    let open = !text.is_empty() || !pasted.amounts.is_empty() || !pasted.wrong.is_empty();
    html! {
        details open[open] {
            summary { (lang.t("从表格粘贴", "Paste from a spreadsheet")) }
            @if !pasted.amounts.is_empty() || !pasted.wrong.is_empty() { (notice::notice(html! { (taken_over(pasted, lang)) })) }
            (Field::new(lang, "paste", lang.t("名单", "Rows")).value(text).errors(problems).optional()
                .hint(if amounts { lang.t(
                    "从电子表格复制姓名、证件号（或后四位）、金额，连表头一起粘贴更稳妥。读入的金额填进下面的清单，读不出的行留在这里。",
                    "Copy name, number (or its last four digits) and amount, with the heading row if there is one. What is read fills the list below; rows that do not read stay here.",
                ) } else { lang.t(
                    "从电子表格复制姓名、证件号（或后四位），连表头一起粘贴更稳妥。读入的在下面勾上，读不出的行留在这里。",
                    "Copy name and number (or its last four digits), with the heading row if there is one. Who is read is ticked below; rows that do not read stay here.",
                ) }).textarea(6))
            @if amounts { (Field::new(lang, "paste_unit", lang.t("没有注明单位时", "Where no unit is given")).value(unit).select(&units)) }
            (form::actions(html! { (Button::secondary(lang.t("读入", "Read the rows")).named("step", "find")) }))
            @if !pasted.wrong.is_empty() { (wrong_rows(pasted, lang)) }
        }
    }
}

fn taken_over(pasted: &Pasted, lang: Lang) -> String {
    let (read, wrong) = (pasted.amounts.len(), pasted.wrong.len());
    let mut said = match lang {
        Lang::Zh => format!("读入{read}行，未读入{wrong}行。"),
        Lang::En => format!("{read} rows read, {wrong} not."),
    };
    if !pasted.ignored.is_empty() {
        said.push_str(lang.t("没有用到的列：", " Columns not used: "));
        said.push_str(&pasted.ignored.join(lang.t("、", ", ")));
    }
    said
}

fn wrong_rows(pasted: &Pasted, lang: Lang) -> Markup {
    html! {
        div.table-frame tabindex="0" role="region" aria-label=(lang.t("没有读入的行", "Rows not read")) {
            table.as-cards {
                thead { tr {
                    th scope="col" { (lang.t("行", "Row")) }
                    th scope="col" { (lang.t("粘贴的内容", "As pasted")) }
                    th scope="col" { (lang.t("问题", "Problem")) }
                } }
                tbody {
                    @for wrong in &pasted.wrong {
                        tr {
                            th scope="row" { (lang.t("第", "Row ")) (wrong.n) (lang.t("行", "")) }
                            td data-label=(lang.t("粘贴的内容", "As pasted")) { (wrong.cells.join(" | ")) }
                            td data-label=(lang.t("问题", "Problem")) { (wrong.say.get(lang)) }
                        }
                    }
                }
            }
        }
    }
}

fn sheet_rows(
    view: &SheetView,
    data: &FormData,
    pasted: &Pasted,
    problems: &[(String, Say)],
    title: &str,
    lang: Lang,
) -> Markup {
    html! {
        div.table-frame tabindex="0" role="region" aria-label=(title) {
            table.as-cards #rows {
                thead { tr {
                    th scope="col" { (lang.t("户主或名称", "Household or name")) }
                    th scope="col" { (lang.t("证件号", "Number")) }
                    @if view.stage != Stage::Preapproval { th.num scope="col" { (before_label(view.stage, lang)) } }
                    th.num scope="col" { (view.stage.name().get(lang)) (lang.t("（元）", " (yuan)")) }
                } }
                tbody {
                    @for (row, at) in view.rows.iter().zip(0..) {
                        (sheet_row(view.stage, &SheetView::amount(data, pasted, at), problems, row, at + 1, lang))
                    }
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
    amount: &str,
    problems: &[(String, Say)],
    row: &SheetRow,
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
            @if stage != Stage::Preapproval {
                td.num data-label=(before_label(stage, lang)) {
                    @if row.before.is_zero() { "—" } @else { (row.before.show(Unit::Yuan)) }
                }
            }
            td.num data-label={ (stage.name().get(lang)) (lang.t("（元）", " (yuan)")) } {
                (form::hidden(&format!("client_{n}"), row.client.as_str()))
                (form::hidden(&format!("contract_{n}"), row.contract.as_str()))
                @if let Some(error) = error { p.error id={ (name) "-error" } { (error) } }
                input.short.figures type="text" inputmode="decimal" autocomplete="off" id=(name) name=(amount_name)
                    value=(amount) aria-label={ (row.name) " " (stage.name().get(lang)) }
                    aria-invalid=[error.map(|_| "true")];
            }
        }
    }
}
