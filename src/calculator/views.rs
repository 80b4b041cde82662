//! The calculator: the questions, and under them the plan.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::Reckoned;
use crate::auth::{FormData, Look, Page};
use crate::ui::form::{self, Answer, Button, Choice, Size};
use crate::ui::plan::{payments, plan_table};
use crate::values::numerals::to_capitals;
use crate::values::schedule::{DayCount, RepaymentMethod};
use crate::values::{Lang, Say, Unit};

pub(super) fn page(
    page: &Page,
    data: &FormData,
    reckoned: Option<&Reckoned>,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("还款计算器", "Repayment calculator");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("只作试算，不记录任何内容；以合同为准。", "A trial calculation: nothing is recorded, and the contract decides.")) }
        (form::error_summary(lang, problems))
        @if let Some(reckoned) = reckoned { (plan(reckoned, lang)) }
        form method="get" action="/calculator" novalidate {
            (questions(data, problems, lang))
            (form::actions(html! {
                (Button::primary(lang.t("试算", "Calculate")).named("show", "plan"))
            }))
        }
    };
    let look = Look {
        title: title.to_owned(),
        field: true,
        invalid: !problems.is_empty(),
        ..Look::default()
    };
    page.show(look, body)
}

fn questions(data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let field = |name, label| data.field(lang, name, label, problems);
    let methods: Vec<Choice<'_>> = RepaymentMethod::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let counts: Vec<Choice<'_>> = DayCount::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    html! {
        (field("principal", lang.t("贷款金额", "Amount lent"))
            .amount(Unit::parse(data.get("principal_unit")).unwrap_or(Unit::Yuan)))
        (field("rate", lang.t("年利率", "Yearly rate")).size(Size::Short).suffix("%").decimal())
        (field("periods", lang.t("期限", "Term")).size(Size::Short).suffix(lang.t("个月", "months")).digits())
        (field("start", lang.t("放款日", "Paid out on")).date())
        (field("method", lang.t("还款方式", "How it is repaid")).radios(&methods))
        (field("day_count", lang.t("计息方式", "How days are counted")).size(Size::Full).select(&counts))
    }
}

fn plan(reckoned: &Reckoned, lang: Lang) -> Markup {
    let (terms, plan) = (&reckoned.terms, &reckoned.plan);
    let answers = [
        Answer::new(
            lang.t("贷款金额", "Amount lent"),
            html! {
                strong { "¥" (terms.principal.show(Unit::Yuan)) }
                span.capitals { "人民币" (to_capitals(terms.principal)) }
            },
        ),
        Answer::new(
            lang.t("还款方式", "Repayment"),
            html! { (terms.method.name().get(lang)) " · " (terms.rate.show()) },
        ),
        Answer::new(lang.t("计息方式", "Day count"), terms.day_count.name().get(lang)),
        Answer::new(lang.t("还款额", "Payments"), payments(lang, plan)),
        Answer::new(
            lang.t("利息合计", "Interest in all"),
            html! { strong { "¥" (plan.total_interest.show(Unit::Yuan)) } },
        ),
        Answer::new(
            lang.t("还款合计", "Repaid in all"),
            html! { "¥" (plan.total_payment.show(Unit::Yuan)) },
        ),
    ];
    html! {
        (form::summary_list(lang, &answers))
        (plan_table(lang, plan, &[]))
        h2 { (lang.t("再算一次", "Calculate again")) }
    }
}
