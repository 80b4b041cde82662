//! The forms of loans.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::describe::NOTE_NUMBER;
use super::handlers::LoanView;
use super::lending::LendingView;
use super::overdue::days_overdue;
use super::terms::{Act, Guarantee, LoanClass};
use crate::auth::{FormData, Page};
use crate::error::Error;
use crate::recording::{Heading, Place, client_picker, fields_form, form_page};
use crate::register::Found;
use crate::ui::form::{self, Choice, Size};
use crate::ui::notice;
use crate::ui::pill::{self, Tone};
use crate::values::schedule::{DayCount, RepaymentMethod};
use crate::values::{Fen, Lang, Say, Unit, words};

/// What a form is called in the field, where there is no accounting.
pub(super) const fn title(act: Act, lang: Lang) -> &'static str {
    match act {
        Act::Disbursement => lang.t("记录放款", "Record a loan paid out"),
        Act::Repayment => lang.t("记录还款", "Record a repayment"),
        Act::Classification => lang.t("记录五级分类", "Record a loan's class"),
        Act::Extension => lang.t("记录展期", "Record an extension"),
        Act::WriteOff => lang.t("记录核销", "Record a write-off"),
        Act::Recovery => lang.t("记录核销后收回", "Record a recovery after write-off"),
    }
}

/// What travels with the form besides its ids.
const CARRIED: [&str; 3] = ["client", "line", "loan"];

fn shown(
    page: &Page,
    act: Act,
    place: &Place,
    returned: Option<&String>,
    problems: &[(String, Say)],
    body: Markup,
) -> HttpResponse {
    let heading = Heading {
        title: title(act, page.lang),
        place,
        returned: returned.map(String::as_str),
        problems,
    };
    form_page(page, &heading, body)
}

/// The page of a form about a loan.
pub(super) fn on_loan(
    page: &Page,
    act: Act,
    view: &LoanView,
    data: &FormData,
    problems: &[(String, Say)],
    fields: Markup,
) -> HttpResponse {
    let body = fields_form(page, act.form(), data, &CARRIED, fields);
    shown(page, act, &view.place, view.returned.as_ref(), problems, body)
}

pub(super) fn yuan(amount: Fen) -> Markup {
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
    let body = if view.clients.is_empty() {
        notice::empty(
            lang.t(
                "这个村还没有登记客户。",
                "No client is recorded in this village yet.",
            ),
            Some((&add_client, lang.t("登记客户", "Record a client"))),
        )
    } else {
        // The client travels unseen only where the credit line fixes it.
        let carried = if view.line.is_some() {
            &CARRIED[..]
        } else {
            &CARRIED[1..]
        };
        let fields = html! {
            (borrower(page, view, data, problems))
            (data.field(lang, "amount", lang.t("放款金额", "Amount paid out"), problems).amount(Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan)))
            (terms(data, problems, lang))
        };
        fields_form(page, act.form(), data, carried, fields)
    };
    shown(page, act, &view.place, view.returned.as_ref(), problems, body)
}

/// Who borrows, and under what: fixed by the credit line, or chosen.
fn borrower(page: &Page, view: &LendingView, data: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems).size(Size::Full);
    let Some(line) = &view.line else {
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
            (client_picker(page, lang.t("客户", "Client"), None, &view.clients, data, problems))
            (field("product", lang.t("产品", "Product")).select(&products))
        };
    };
    let client = view.clients.first().map_or_else(String::new, Found::label);
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
        (form::summary_list(lang, &answers))
    }
}

fn terms(data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let field = |name, label| data.field(lang, name, label, problems);
    let guarantees: Vec<Choice<'_>> = Guarantee::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let methods: Vec<Choice<'_>> = RepaymentMethod::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let counts: Vec<Choice<'_>> = DayCount::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    html! {
        (field("rate_percent", lang.t("年利率", "Yearly rate")).size(Size::Short).suffix("%").decimal())
        (pricing(data, problems, lang))
        (field("business_date", lang.t("放款日", "Paid out on"))
            .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
        (field("matures_on", lang.t("到期日", "Matures on")).date())
        (field("note_number", NOTE_NUMBER.get(lang)).size(Size::Full).optional()
            .hint(lang.t("银行借据上的编号；对账、导入分类时用它找到这笔贷款", "As on the bank's note; reconciliation and imported classes find the loan by it")).text())
        (field("purpose", lang.t("用途", "Purpose"))
            .hint(lang.t("例如：购买鱼苗饲料", "For example: fry and feed")).size(Size::Full).text())
        (field("guarantee", lang.t("担保方式", "Guarantee")).radios(&guarantees))
        (field("method", lang.t("还款方式", "How it is repaid")).radios(&methods))
        (field("day_count", lang.t("计息方式", "How days are counted")).size(Size::Full).select(&counts))
        p.hint { a href="/calculator" target="_blank" rel="noopener" { (lang.t("还款计算器（另开一页）", "Repayment calculator (opens beside this page)")) } }
    }
}

/// LPR and points, folded away unless somebody filled them in.
fn pricing(data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let names = ["lpr_percent", "bp"];
    let open = names
        .iter()
        .any(|name| data.has(name) || problems.iter().any(|(field, _)| field == name));
    let field = |name, label| {
        data.field(lang, name, label, problems)
            .size(Size::Short)
            .optional()
    };
    html! {
        details.more open[open] {
            summary { (lang.t("合同写明 LPR 加点", "The contract says LPR and points")) }
            (field("lpr_percent", "LPR").suffix("%").decimal())
            (field("bp", lang.t("加点", "Points above LPR")).suffix(lang.t("基点", "bp"))
                .hint(lang.t("1 个基点是 0.01%；减点写负数", "1 bp is 0.01%; with a minus below LPR")).text())
        }
    }
}

/// What is past due, for whoever records or classes a loan today.
fn past_due(view: &LoanView, lang: Lang) -> Markup {
    let progress = &view.progress;
    html! {
        (pill::tag(Tone::Wrong, days_overdue(progress.days_overdue).get(lang))) br;
        (words::PRINCIPAL.get(lang)) " " (yuan(progress.past_due_principal)) br;
        (words::INTEREST.get(lang)) " " (yuan(progress.past_due_interest))
    }
}

/// What a form about a loan is about.
pub(super) fn about(view: &LoanView, lang: Lang) -> Result<Markup, Error> {
    let loan = &view.loan;
    let mut answers = vec![
        form::Answer::new(lang.t("客户", "Client"), view.client.label()),
        form::Answer::new(
            words::LOAN_BALANCE.get(lang),
            html! { strong #loan { (yuan(loan.balance_fen)) } },
        ),
        form::Answer::new(lang.t("放款金额", "Amount paid out"), yuan(loan.principal_fen)),
        form::Answer::new(
            lang.t("放款日至到期日", "From and until"),
            html! { (loan.disbursed_on) " ～ " (loan.matures_on) },
        ),
        form::Answer::new(
            lang.t("年利率", "Yearly rate"),
            html! {
                (loan.rate_percent) "%"
                @if let Some(lpr) = &view.lpr { span.capitals { (lpr) } }
            },
        ),
        form::Answer::new(lang.t("分类", "Class"), loan.class()?.name().get(lang)),
    ];
    if view.repaying.is_positive() {
        let label = lang.t("其中待审核的还款（已扣除）", "Repayments waiting (taken off)");
        answers.insert(2, form::Answer::new(label, yuan(view.repaying)));
    }
    if let Some(next) = view.progress.next.filter(|_| loan.balance_fen.is_positive()) {
        let label = lang.t("下一期", "Next instalment");
        answers.insert(
            2,
            form::Answer::new(label, html! { (next.due) " " (yuan(next.payment)) }),
        );
    }
    if view.progress.is_overdue() {
        let label = lang.t("逾期未还", "Past due");
        answers.insert(2, form::Answer::new(label, past_due(view, lang)));
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
        data.field(lang, name, label, problems).optional().amount(unit)
    };
    let fields = html! {
            (about(view, lang)?)
            (part("amount", words::PRINCIPAL.get(lang)))
            (part("interest", words::INTEREST.get(lang)))
            (part("penalty", words::PENALTY_INTEREST.get(lang)))
            (data.field(lang, "business_date", lang.t("还款日", "Repaid on"), problems)
                .hint(lang.t("实际办理的那一天", "The day it really happened")).date())
    };
    Ok(on_loan(page, act, view, data, problems, fields))
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
    let floor = LoanClass::floor(view.progress.days_overdue);
    let hint = view.progress.is_overdue().then(|| match lang {
        Lang::Zh => format!(
            "{}，一般不高于{}；由银行认定。",
            days_overdue(view.progress.days_overdue).zh,
            floor.name().zh
        ),
        Lang::En => format!(
            "{}: {} at best; the bank decides.",
            days_overdue(view.progress.days_overdue).en,
            floor.name().en
        ),
    });
    let fields = html! {
            (about(view, lang)?)
            @if let Some(hint) = hint { (notice::notice(html! { (hint) })) }
            (data.field(lang, "class", lang.t("银行认定的分类", "The class the bank has given"), problems).radios(&classes))
            (data.field(lang, "business_date", lang.t("认定日期", "Decided on"), problems).date())
    };
    Ok(on_loan(page, act, view, data, problems, fields))
}
