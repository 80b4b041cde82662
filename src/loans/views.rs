//! The forms of loans.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::LoanView;
use super::lending::LendingView;
use super::terms::{Act, Guarantee, LoanClass, RepaymentMethod};
use crate::auth::{FormData, Look, Page};
use crate::credit::client_label;
use crate::error::Error;
use crate::ui::form::{self, Button, Choice, Field, Size};
use crate::ui::notice;
use crate::values::{Fen, Lang, Say, Unit, words};

/// What a form is called in the field, where there is no accounting.
pub(super) const fn title(act: Act, lang: Lang) -> &'static str {
    match act {
        Act::Disbursement => lang.t("记录放款", "Record a loan paid out"),
        Act::Repayment => lang.t("记录还款", "Record a repayment"),
        Act::Classification => lang.t("记录五级分类", "Record a loan's class"),
    }
}

/// Ids and references that travel with each form.
fn hidden(data: &FormData) -> Markup {
    const NAMES: [&str; 7] = [
        "village",
        "line",
        "loan",
        "voucher_id",
        "command_id",
        "contract_id",
        "base_revision",
    ];
    html! { @for name in NAMES { (form::hidden(name, data.get(name))) } }
}

fn shown(page: &Page, act: Act, problems: &[(String, Say)], body: Markup) -> HttpResponse {
    let look = Look {
        title: title(act, page.lang).to_owned(),
        field: true,
        invalid: !problems.is_empty(),
        ..Look::default()
    };
    page.show(look, body)
}

/// The head of each form: where, what came back and why, what is wrong.
fn head(
    lang: Lang,
    act: Act,
    place: &crate::recording::Place,
    returned: Option<&String>,
    problems: &[(String, Say)],
) -> Markup {
    html! {
        h1 { (title(act, lang)) }
        p.lead { (place.path) " · " (place.institution_name) }
        @if let Some(reason) = returned {
            (notice::notice(html! { strong { (lang.t("退回原因：", "Returned because: ")) } (reason) }))
        }
        (form::error_summary(lang, problems))
    }
}

fn next(lang: Lang) -> Markup {
    form::actions(html! { (Button::primary(lang.t("下一步：核对", "Next: check"))) })
}

fn yuan(amount: Fen) -> Markup {
    html! { "¥" (amount.show(Unit::Yuan)) }
}

pub(super) fn lending(
    page: &Page,
    view: &LendingView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let (lang, act) = (page.lang, Act::Disbursement);
    let add_client = format!("/field/clients/new?village={}", view.place.village.0);
    let body = html! {
        (head(lang, act, &view.place, view.returned.as_ref(), problems))
        @if view.clients.is_empty() {
            (notice::empty(
                lang.t("这个村还没有登记客户。", "No client is recorded in this village yet."),
                Some((&add_client, lang.t("登记客户", "Record a client"))),
            ))
        } @else {
            (form::post(act.form(), &page.user.csrf, html! {
                (hidden(data))
                (borrower(view, data, problems, lang))
                (Field::new(lang, "amount", lang.t("放款金额", "Amount paid out")).value(data.get("amount"))
                    .errors(problems).amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
                (terms(data, problems, lang))
                (next(lang))
            }))
        }
    };
    shown(page, act, problems, body)
}

/// Who borrows, and under what: fixed by the credit line, or chosen.
fn borrower(view: &LendingView, data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(data.get(name))
            .errors(problems)
            .size(Size::Full)
    };
    let Some(line) = &view.line else {
        let labels: Vec<String> = view.clients.iter().map(client_label).collect();
        let clients: Vec<Choice<'_>> = view
            .clients
            .iter()
            .zip(&labels)
            .map(|(found, label)| Choice::new(found.client.id.as_str(), label))
            .collect();
        let ids: Vec<String> = view
            .products
            .iter()
            .map(|product| product.id.to_string())
            .collect();
        let products: Vec<Choice<'_>> = view
            .products
            .iter()
            .zip(&ids)
            .map(|(product, id)| Choice::new(id, &product.name))
            .collect();
        return html! {
            (field("client", lang.t("客户", "Client")).select(&clients))
            (field("product", lang.t("产品", "Product")).select(&products))
        };
    };
    let client = view.clients.first().map_or_else(String::new, client_label);
    let mut answers = vec![
        form::Answer::new(lang.t("客户", "Client"), client),
        form::Answer::new(
            words::AVAILABLE.get(lang),
            html! { strong #line { (yuan(line.available)) } },
        ),
        form::Answer::new(words::GRANT.get(lang), yuan(line.credit.granted_fen)),
        form::Answer::new(lang.t("已用", "Drawn"), yuan(line.credit.drawn_fen)),
        form::Answer::new(
            lang.t("额度有效期", "Valid"),
            html! { (line.credit.valid_from) " ～ " (line.credit.valid_to) },
        ),
    ];
    if line.repaying.is_positive() {
        let label = lang.t("待审核的还款", "Repayments waiting");
        answers.insert(2, form::Answer::new(label, yuan(line.repaying)));
    }
    html! {
        (form::hidden("client", data.get("client")))
        (form::summary_list(lang, &answers))
    }
}

fn terms(data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(data.get(name))
            .errors(problems)
    };
    let guarantees: Vec<Choice<'_>> = Guarantee::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let methods: Vec<Choice<'_>> = RepaymentMethod::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    html! {
        (field("rate_percent", lang.t("年利率", "Yearly rate")).size(Size::Short).suffix("%").decimal())
        (field("business_date", lang.t("放款日", "Paid out on"))
            .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
        (field("matures_on", lang.t("到期日", "Matures on")).date())
        (field("purpose", lang.t("用途", "Purpose"))
            .hint(lang.t("例如：购买鱼苗饲料", "For example: fry and feed")).size(Size::Full).text())
        (field("guarantee", lang.t("担保方式", "Guarantee")).radios(&guarantees))
        (field("method", lang.t("还款方式", "How it is repaid")).radios(&methods))
    }
}

/// What a repayment or classification is about.
fn about(view: &LoanView, lang: Lang) -> Result<Markup, Error> {
    let loan = &view.loan;
    let mut answers = vec![
        form::Answer::new(lang.t("客户", "Client"), client_label(&view.client)),
        form::Answer::new(
            words::LOAN_BALANCE.get(lang),
            html! { strong #loan { (yuan(loan.balance_fen)) } },
        ),
        form::Answer::new(lang.t("放款金额", "Amount paid out"), yuan(loan.principal_fen)),
        form::Answer::new(
            lang.t("放款日至到期日", "From and until"),
            html! { (loan.disbursed_on) " ～ " (loan.matures_on) },
        ),
        form::Answer::new(lang.t("年利率", "Yearly rate"), html! { (loan.rate_percent) "%" }),
        form::Answer::new(lang.t("分类", "Class"), loan.class()?.name().get(lang)),
    ];
    if view.repaying.is_positive() {
        let label = lang.t("其中待审核的还款（已扣除）", "Repayments waiting (taken off)");
        answers.insert(2, form::Answer::new(label, yuan(view.repaying)));
    }
    Ok(form::summary_list(lang, &answers))
}

pub(super) fn repaying(
    page: &Page,
    view: &LoanView,
    data: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let (lang, act) = (page.lang, Act::Repayment);
    let part = |name: &str, label: &str| {
        let unit = Unit::parse(data.get(&format!("{name}_unit"))).unwrap_or(Unit::Yuan);
        Field::new(lang, name, label)
            .value(data.get(name))
            .errors(problems)
            .optional()
            .amount(unit)
    };
    let body = html! {
        (head(lang, act, &view.place, view.returned.as_ref(), problems))
        (form::post(act.form(), &page.user.csrf, html! {
            (hidden(data))
            (form::hidden("client", data.get("client")))
            (about(view, lang)?)
            (part("amount", words::PRINCIPAL.get(lang)))
            (part("interest", words::INTEREST.get(lang)))
            (part("penalty", words::PENALTY_INTEREST.get(lang)))
            (Field::new(lang, "business_date", lang.t("还款日", "Repaid on"))
                .value(data.get("business_date")).errors(problems)
                .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
            (next(lang))
        }))
    };
    Ok(shown(page, act, problems, body))
}

pub(super) fn classing(
    page: &Page,
    view: &LoanView,
    data: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let (lang, act) = (page.lang, Act::Classification);
    let classes: Vec<Choice<'_>> = LoanClass::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let body = html! {
        (head(lang, act, &view.place, view.returned.as_ref(), problems))
        (form::post(act.form(), &page.user.csrf, html! {
            (hidden(data))
            (form::hidden("client", data.get("client")))
            (about(view, lang)?)
            (Field::new(lang, "class", lang.t("银行认定的分类", "The class the bank has given"))
                .value(data.get("class")).errors(problems).radios(&classes))
            (Field::new(lang, "business_date", lang.t("认定日期", "Decided on"))
                .value(data.get("business_date")).errors(problems).date())
            (next(lang))
        }))
    };
    Ok(shown(page, act, problems, body))
}
