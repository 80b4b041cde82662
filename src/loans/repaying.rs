//! Recording what came back on a loan (还款): principal, interest, penalty interest.

use crate::ledger::Office;
use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::{Ask, LoanView, about_loan, loan_view, open_on_loan};
use super::terms::{Act, RepaymentDetail};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, amount_answer, field};
use crate::values::schedule::Repaid;
use crate::values::{Fen, Lang, Say, Unit, words};

/// What came back on a loan.
pub(super) struct Repaying;

impl Form for Repaying {
    const ADDRESS: &'static str = Act::Repayment.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        open_on_loan(
            conn,
            asker,
            &ask,
            Act::Repayment,
            |_| Vec::new(),
            |line| {
                let detail: RepaymentDetail = line.detail()?;
                Ok(vec![
                    field("amount", line.amount.yuan()),
                    field("interest", detail.interest.yuan()),
                    field("penalty", detail.penalty.yuan()),
                ])
            },
        )
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
        views::repaying(page, view, form, problems)
    }
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &LoanView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let principal = read.optional_amount("amount");
    let detail = RepaymentDetail {
        interest: read.optional_amount("interest"),
        penalty: read.optional_amount("penalty"),
    };
    let business_date = read.day("business_date");
    read.finish()?;
    let together = Fen::sum([principal, detail.interest, detail.penalty])?;
    let back = Repaid {
        day: business_date,
        principal,
        interest: detail.interest,
    };
    let mut answers = vec![
        (lang.t("村", "Village").to_owned(), html! { (view.place.path) }),
        (
            lang.t("客户", "Client").to_owned(),
            html! { (view.client.label()) },
        ),
        (
            words::PRINCIPAL.get(lang).to_owned(),
            amount_answer(lang, principal),
        ),
        (
            words::INTEREST.get(lang).to_owned(),
            amount_answer(lang, detail.interest),
        ),
        (
            words::PENALTY_INTEREST.get(lang).to_owned(),
            amount_answer(lang, detail.penalty),
        ),
        (words::TOTAL.get(lang).to_owned(), amount_answer(lang, together)),
        (
            lang.t("还款日", "Repaid on").to_owned(),
            html! { (business_date) },
        ),
    ];
    answers.extend(afterwards(view, back, lang)?);
    let detail = serde_json::to_value(&detail)?;
    Ok(Prepared {
        submission: about_loan(view, ids, Act::Repayment, business_date, principal, detail),
        title: views::title(Act::Repayment, lang).to_owned(),
        answers,
    })
}

/// Where the loan would stand on its plan with this repayment, by what is posted besides; nothing for one that is more
/// than is owed, which is refused beside it.
fn afterwards(view: &LoanView, back: Repaid, lang: Lang) -> Result<Option<(String, Markup)>, Error> {
    let left = view.loan.balance_fen.minus(back.principal)?;
    if left.is_negative() || back.principal.is_negative() {
        return Ok(None);
    }
    let mut plan = view.plan.clone();
    plan.take_back(back);
    let progress = plan.on(back.day)?;
    let past_due = progress.past_due_principal.plus(progress.past_due_interest)?;
    let next = progress.next.filter(|_| left.is_positive());
    Ok(Some((
        lang.t("还款后", "Afterwards").to_owned(),
        html! {
            (words::LOAN_BALANCE.get(lang)) " ¥" (left.show(Unit::Yuan))
            @if past_due.is_positive() {
                br; (lang.t("仍逾期未还 ¥", "Still past due ¥")) (past_due.show(Unit::Yuan))
            }
            @if let Some(next) = next {
                br; (lang.t("下一期 ", "Next instalment ")) (next.due) " ¥" (next.payment.show(Unit::Yuan))
            }
        },
    )))
}
