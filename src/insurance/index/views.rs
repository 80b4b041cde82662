//! The evaluation of a part of a policy, with the form of its payout.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::commands::{self, Evaluation, IndexDetail};
use super::form::{FORM, IndexView};
use super::rules::{Seen, Verdict, Worked};
use crate::auth::{FormData, Page};
use crate::recording::{Heading, amount_answer, client_picker, fields_form, form_page};
use crate::register::Found;
use crate::ui::form::{self, Answer, Size};
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::quantity::{quantity_hundredths, show_quantity};
use crate::values::{Fen, Lang, Say, Text, Unit, english, words};

pub(super) const TITLE: Text = Text::new("指数评估与赔付", "Index evaluation and payout");

pub(super) fn index_form(
    page: &Page,
    view: &IndexView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let body = html! {
        (form::summary_list(lang, &particulars(lang, view)))
        @match &view.evaluation {
            Evaluation::Undetermined => (notice::notice(html! { strong { (lang.t("触发条件未定", "Trigger undetermined")) } p { (commands::undetermined().get(lang)) } })),
            Evaluation::OutOfSeason => (notice::notice(html! { p { (commands::out_of_season().get(lang)) } })),
            Evaluation::Worked { worked, .. } => {
                (evaluation(lang, worked))
                @if matches!(worked.verdict, Verdict::Pays { .. }) {
                    (fields_form(page, FORM, data, &["book", "policy", "part"], fields(page, view, data, problems)))
                }
            }
        }
    };
    let heading = Heading {
        title: TITLE.get(lang),
        place: &view.on.place,
        returned: view.on.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn particulars<'a>(lang: Lang, view: &IndexView) -> Vec<Answer<'a>> {
    let policy = &view.on.cover.policy;
    let quantity =
        quantity_hundredths(&view.part.quantity).map_or_else(|| view.part.quantity.clone(), show_quantity);
    let whole = lang.t("全村（村集体）", "The village as a whole");
    vec![
        Answer::new(lang.t("保单号", "Policy number"), html! { (policy.number) }),
        Answer::new(words::INSURANCE_PRODUCT.get(lang), html! { (view.on.product) }),
        Answer::new(
            lang.t("保险期间", "Days insured"),
            html! { (policy.starts_on) " ～ " (policy.ends_on) },
        ),
        Answer::new(
            lang.t("被保险人", "Insured"),
            html! { (view.insured.as_ref().map_or_else(|| whole.to_owned(), Found::label)) },
        ),
        Answer::new(
            lang.t("数量", "Quantity"),
            html! { (quantity) " " (english::told(lang, &view.unit, english::unit)) },
        ),
        Answer::new(
            lang.t("单位保额", "Sum per unit"),
            html! { "¥" (view.part.unit_sum_fen.show(Unit::Yuan)) },
        ),
    ]
}

/// What was observed, and what follows, worked in a sentence.
fn evaluation(lang: Lang, worked: &Worked) -> Markup {
    let columns = vec![
        Column::text(lang.t("观测项目", "Observed")),
        Column::number(lang.t("观测值", "Value"), ""),
        Column::text(lang.t("日期", "Day")),
        Column::number(lang.t("缺测天数", "Days missing"), ""),
    ];
    html! {
        h2 { (lang.t("评估", "Evaluation")) }
        (Table::new("observed", lang.t("已登记的观测值", "Observations registered"), columns)
            .rows(worked.seen.iter().map(|seen| seen_row(lang, seen))).markup(lang))
        p { (worked.sentence.get(lang)) }
        @match &worked.verdict {
            Verdict::Pays { amount, .. } => p { strong { (lang.t("应赔", "To be paid: ")) " ¥" (amount.show(Unit::Yuan)) } },
            Verdict::NotMet => (notice::notice(html! { p { (lang.t("没有触发，不赔。", "Not triggered; nothing is paid.")) } })),
            Verdict::Unknown => (notice::notice(html! { p { (lang.t("观测值不全，登记齐以后再评估。", "Not enough is observed; evaluate again when it is registered.")) } })),
        }
    }
}

fn seen_row(lang: Lang, seen: &Seen) -> Row {
    let statistic = seen.reading.statistic;
    let name = html! { (statistic.name().get(lang)) " · " (seen.reading.take.name().get(lang)) };
    Row::new(vec![
        Cell::text(name),
        seen.value.map_or_else(Cell::none, |value| {
            Cell::num(format!("{value} {}", statistic.unit().get(lang)))
        }),
        seen.day
            .map_or_else(|| Cell::text("—"), |day| Cell::when(&day.to_string())),
        Cell::count(seen.missing),
    ])
}

fn fields(page: &Page, view: &IndexView, data: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let nobody = lang.t("村集体", "The village as a whole");
    html! {
        (field("business_date", lang.t("赔付日期", "Day of payment"))
            .hint(lang.t("赔款到账的那一天", "The day the money arrived")).date())
        (field("households", lang.t("受益户次", "Households paid"))
            .hint(lang.t("领到赔款的农户；全部给村集体才填 0", "Households that receive money; 0 only when the village as a whole receives it all"))
            .size(Size::Short).digits())
        @if view.part.client_id.is_none() {
            (client_picker(page, lang.t("领款人", "Paid to"), Some(nobody), &view.clients, data, problems))
        }
    }
}

/// The answers as the check page shows them.
pub(super) fn answers(
    lang: Lang,
    view: &IndexView,
    paid_to: Option<&Found>,
    detail: &IndexDetail,
    paid_on: NaiveDate,
    amount: Fen,
) -> Vec<(String, Markup)> {
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
        row(
            lang.t("计算依据", "Worked from"),
            html! { (detail.worked.get(lang)) },
        ),
        row(lang.t("赔款", "Amount paid"), amount_answer(lang, amount)),
        row(lang.t("赔付日期", "Day of payment"), html! { (paid_on) }),
        row(
            lang.t("受益户次", "Households paid"),
            html! { (detail.households) },
        ),
    ]
}
