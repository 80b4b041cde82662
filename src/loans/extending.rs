//! Recording that the bank has given a loan more time (展期).

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::{Ask, LoanView, about_loan, loan_view, open_on_loan};
use super::life::longest_extension;
use super::plan::extended;
use super::store::Loan;
use super::terms::{Act, ExtensionDetail};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, amount_answer, field};
use crate::ui::form::{Choice, Size};
use crate::ui::plan::payments;
use crate::values::rate::Percent;
use crate::values::schedule::{Plan, RepaymentMethod};
use crate::values::{Fen, Lang, Say};

/// More time for a loan.
pub(super) struct Extending;

impl Form for Extending {
    const ADDRESS: &'static str = Act::Extension.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let today = |loan: Loan| {
            vec![
                field("rate_percent", loan.rate_percent),
                field("method", loan.method),
            ]
        };
        open_on_loan(conn, asker, &ask, Act::Extension, today, |line| {
            let detail: ExtensionDetail = line.detail()?;
            Ok(vec![
                field("matures_on", detail.matures_on),
                field("rate_percent", detail.rate_percent),
                field("method", detail.method),
            ])
        })
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<LoanView, Error> {
        loan_view(conn, office, asker, form)
    }

    fn prepare(view: &LoanView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &LoanView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        shown(page, view, form, problems)
    }
}

fn prepare(view: &LoanView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let matures_on = read.day("matures_on");
    let rate = read.percent("rate_percent");
    let method = read.one_of(
        "method",
        RepaymentMethod::parse,
        Say::new("请选择还款方式。", "Choose how it is repaid."),
    );
    let business_date = read.day("business_date");
    read.finish()?;
    let detail = ExtensionDetail {
        matures_on,
        rate_percent: rate.as_ref().map_or_else(String::new, Percent::to_string),
        method: method.map_or("", RepaymentMethod::code).to_owned(),
    };
    let loan = &view.loan;
    let label = |zh, en| lang.t(zh, en).to_owned();
    let method_name = method.map_or("", |method| method.name().get(lang));
    let mut answers = vec![
        (label("村", "Village"), html! { (view.place.path) }),
        (label("客户", "Client"), html! { (view.client.label()) }),
        (
            label("展期本金", "Principal extended"),
            amount_answer(lang, loan.balance_fen),
        ),
        (label("原到期日", "Matures now"), html! { (loan.matures_on) }),
        (
            label("展期后到期日", "Matures after extension"),
            html! { (matures_on) },
        ),
        (
            label("年利率", "Yearly rate"),
            html! { (detail.rate_percent) "%" },
        ),
        (label("还款方式", "Repayment"), html! { (method_name) }),
        (label("展期办理日", "Agreed on"), html! { (business_date) }),
    ];
    if let Some(plan) = plan_ahead(view, &detail, business_date) {
        answers.push((
            label("展期后的还款计划", "Plan from then on"),
            html! {
                (payments(lang, &plan)) br;
                (lang.t("利息合计 ¥", "Interest in all ¥")) (plan.total_interest.show(crate::values::Unit::Yuan))
            },
        ));
    }
    let detail = serde_json::to_value(detail)?;
    Ok(Prepared {
        submission: about_loan(view, ids, Act::Extension, business_date, loan.balance_fen, detail),
        title: views::title(Act::Extension, lang).to_owned(),
        answers,
    })
}

/// The instalments that would be due after the extension; none where no plan can be made, which is refused beside it.
fn plan_ahead(view: &LoanView, detail: &ExtensionDetail, day: chrono::NaiveDate) -> Option<Plan> {
    if detail.matures_on <= view.loan.matures_on || detail.matures_on <= day {
        return None;
    }
    let mut plan = view.plan.clone();
    plan.extend(extended(day, detail)?);
    let mut rows = plan.plan_on(day).ok()?.rows;
    rows.retain(|row| row.due > day);
    Some(Plan {
        total_payment: Fen::sum(rows.iter().map(|row| row.payment)).ok()?,
        total_interest: Fen::sum(rows.iter().map(|row| row.interest)).ok()?,
        rows,
    })
}

fn shown(
    page: &Page,
    view: &LoanView,
    data: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let (lang, act, loan) = (page.lang, Act::Extension, &view.loan);
    let field = |name, label| data.field(lang, name, label, problems);
    let methods: Vec<Choice<'_>> = RepaymentMethod::EVERY
        .into_iter()
        .map(|each| Choice::new(each.code(), each.name().get(lang)))
        .collect();
    let first = loan.extended_from.unwrap_or(loan.matures_on);
    let longest = longest_extension(loan.disbursed_on, first).to_string();
    let hint = match lang {
        Lang::Zh => format!("按规定最长到 {longest}"),
        Lang::En => format!("By the rules {longest} at the latest"),
    };
    let fields: Markup = html! {
        (views::about(view, lang)?)
        (field("matures_on", lang.t("展期后到期日", "Matures after extension")).hint(&hint).date())
        (field("rate_percent", lang.t("展期后年利率", "Yearly rate from then on")).size(Size::Short).suffix("%").decimal())
        (field("method", lang.t("展期后还款方式", "How it is repaid from then on")).radios(&methods))
        (field("business_date", lang.t("展期办理日", "Agreed on"))
            .hint(lang.t("从这一天起按新的计划还款；以前到期未还的利息仍算逾期。", "The new plan holds from this day; interest that fell due before stays due.")).date())
    };
    Ok(views::on_loan(page, act, view, data, problems, fields))
}
