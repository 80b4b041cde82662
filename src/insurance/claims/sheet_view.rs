//! The page of a sheet.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::rows::SheetRow;
use super::sheet::{FORM, SheetView, Work};
use super::views::{event_field, work_title};
use crate::auth::Page;
use crate::recording::{Heading, fields_form, form_page};
use crate::ui::form::{self, Button, Field, Size};
use crate::ui::notice;
use crate::values::{Lang, Say, Unit};

pub(super) fn sheet(page: &Page, view: &SheetView, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let title = work_title(view.work, lang);
    let body = html! {
        @if view.rows.is_empty() {
            (notice::empty(nothing(view.work, lang), None))
        }
        @if !view.rows.is_empty() || view.work == Work::Assess {
            (fields_form(page, FORM, &view.filled, &["kind", "area"], fields(view, problems, title, lang)))
        }
    };
    let heading = Heading {
        title,
        place: &view.place,
        returned: view.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

const fn nothing(work: Work, lang: Lang) -> &'static str {
    match work {
        Work::Assess => lang.t(
            "出险日期那一天，这里没有本公司承保而没有未结报案的标的。",
            "On the day of loss nothing here was insured with this insurer that has no open claim.",
        ),
        Work::Notice => lang.t(
            "没有已定损、还没公示的赔案。",
            "No assessed claim waits to be shown.",
        ),
        Work::Approve => lang.t(
            "没有已定损、还没核赔的赔案。",
            "No assessed claim waits for approval.",
        ),
        Work::Pay => lang.t(
            "没有已核赔、还没付清的赔案。",
            "No approved claim waits to be paid.",
        ),
    }
}

fn fields(view: &SheetView, problems: &[(String, Say)], title: &str, lang: Lang) -> Markup {
    let data = &view.filled;
    let field = |name, label| data.field(lang, name, label, problems);
    let day = match view.work {
        Work::Assess => lang.t("定损日期", "Assessed on"),
        Work::Notice => lang.t("公示登记日期", "Recorded on"),
        Work::Approve => lang.t("核赔日期", "Approved on"),
        Work::Pay => lang.t("赔付日期", "Day of payment"),
    };
    html! {
        @if view.work == Work::Assess {
            (event_field(lang, &view.events, data, problems))
            (field("loss_date", lang.t("出险日期", "Day of loss"))
                .hint(lang.t("清单列出这一天在保的标的；改了日期请按“更新清单”", "The list holds what was insured on that day; after changing it, press “Update the list”")).date())
            (form::actions(html! { (Button::secondary(lang.t("更新清单", "Update the list")).named("step", "find")) }))
            (field("claim", lang.t("报案号", "Claim number"))
                .hint(lang.t("新报案各行共用；已有报案的行用自己的", "Shared by the new rows; rows with a claim keep theirs")).text())
            (field("cause", lang.t("出险原因", "Cause of loss")).size(Size::Full).text())
            (field("reported_on", lang.t("报案日期", "Reported on")).date())
            (field("surveyed_on", lang.t("查勘日期", "Surveyed on")).date())
        }
        (field("business_date", day).date())
        @if view.work == Work::Notice {
            (field("shown_from", lang.t("公示起", "Shown from")).date())
            (field("shown_to", lang.t("公示止", "Shown until")).date())
        }
        @if view.work != Work::Pay {
            (field("note", lang.t("说明", "Note")).hint(lang.t("不要写人名", "No names of persons")).size(Size::Full).optional().text())
        }
        @if view.work != Work::Notice { (paste(view, problems, lang)) }
        p.hint { (lang.t("金额留空的行不列入。", "Rows without an amount are left out.")) }
        (grid(view, problems, title, lang))
    }
}

/// The field that takes cells copied from a spreadsheet.
fn paste(view: &SheetView, problems: &[(String, Say)], lang: Lang) -> Markup {
    let hint = match view.work {
        Work::Assess => lang.t(
            "每行三格：序号、姓名或证件号后四位；损失数量；定损金额（元）。",
            "Three cells a row: number, name or last four digits; quantity lost; amount assessed in yuan.",
        ),
        _ => lang.t(
            "每行两格：序号、姓名或证件号后四位；金额（元）。",
            "Two cells a row: number, name or last four digits; amount in yuan.",
        ),
    };
    let open = view.filled.has("paste") && !view.filled.get("paste").is_empty();
    html! {
        details open[open] {
            summary { (lang.t("从表格粘贴", "Paste from a spreadsheet")) }
            (Field::new(lang, "paste", lang.t("粘贴的行", "Rows pasted")).hint(hint).value(view.filled.get("paste"))
                .errors(problems).optional().textarea(6))
            (form::actions(html! { (Button::secondary(lang.t("填入清单", "Fill the list")).named("step", "find")) }))
        }
    }
}

fn grid(view: &SheetView, problems: &[(String, Say)], title: &str, lang: Lang) -> Markup {
    let amount = match view.work {
        Work::Assess => lang.t("定损金额（元）", "Assessed (yuan)"),
        Work::Notice => lang.t("列入公示", "Shown"),
        Work::Approve => lang.t("核赔金额（元）", "Approved (yuan)"),
        Work::Pay => lang.t("赔款（元）", "Paid (yuan)"),
    };
    let before = match view.work {
        Work::Assess => lang.t("保额（元）", "Sum insured (yuan)"),
        Work::Notice | Work::Approve => lang.t("定损（元）", "Assessed (yuan)"),
        Work::Pay => lang.t("未付（元）", "To be paid (yuan)"),
    };
    html! {
        div.table-frame tabindex="0" role="region" aria-label=(title) {
            table.as-cards #rows {
                thead { tr {
                    th scope="col" { (lang.t("序号 · 被保险人", "No. · insured")) }
                    th scope="col" { (lang.t("村 · 险种", "Village · product")) }
                    th.num scope="col" { (lang.t("投保数量", "Insured")) }
                    th.num scope="col" { (before) }
                    @if view.work == Work::Assess { th.num scope="col" { (lang.t("损失数量", "Lost")) } }
                    th.num scope="col" { (amount) }
                } }
                tbody { @for (row, n) in view.rows.iter().zip(1..) { (line(view, row, n, problems, (before, amount), lang)) } }
            }
        }
    }
}

fn line(
    view: &SheetView,
    row: &SheetRow,
    n: usize,
    problems: &[(String, Say)],
    (before_label, amount_label): (&str, &str),
    lang: Lang,
) -> Markup {
    let (policy, part) = &row.insured;
    let before = match view.work {
        Work::Assess => part.sum_insured_fen,
        _ => row.before,
    };
    let id = format!("rows-{n}");
    let error = problems
        .iter()
        .find(|(field, _)| *field == id)
        .map(|(_, say)| say.get(lang));
    let (amount, quantity) = (row.amount_field(), row.quantity_field());
    let typed = view.filled.get(&amount);
    html! {
        tr {
            th scope="row" { (n) " · " (row.name) @if !row.tail.is_empty() { " " small { "*" (row.tail) } } }
            td data-label=(lang.t("村 · 险种", "Village · product")) { (row.village) " · " (row.product) " " small { (policy.number) @if let Some(claim) = &row.claim { " · " (claim.number) } } }
            td.num data-label=(lang.t("投保数量", "Insured")) { (part.quantity) }
            td.num data-label=(before_label) { (before.show(Unit::Yuan)) }
            @if view.work == Work::Assess {
                td.num data-label=(lang.t("损失数量", "Lost")) {
                    input.short.figures type="text" inputmode="decimal" autocomplete="off" name=(quantity)
                        value=(view.filled.get(&quantity)) aria-label={ (row.name) " " (lang.t("损失数量", "Lost")) };
                }
            }
            td.num data-label=(amount_label) {
                @if let Some(error) = error { p.error id={ (id) "-error" } { (error) } }
                @if view.work == Work::Notice {
                    input type="checkbox" id=(id) name=(amount) value=(row.before.yuan()) checked[!typed.is_empty()]
                        aria-label={ (row.name) " " (amount_label) };
                } @else {
                    input.short.figures type="text" inputmode="decimal" autocomplete="off" id=(id) name=(amount)
                        value=(typed) aria-label={ (row.name) " " (amount_label) } aria-invalid=[error.map(|_| "true")];
                }
            }
        }
    }
}

/// The link to a sheet.
pub(super) fn sheet_link(work: Work, area: &str, event: &str, lang: Lang) -> Markup {
    let href = format!("{FORM}?kind={}&area={area}&event={event}", work.code());
    form::button_link(&href, work_title(work, lang))
}
