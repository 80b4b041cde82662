//! Recording what came back on a loan (还款): principal, interest, penalty interest.

use crate::ledger::Office;
use actix_web::HttpResponse;
use maud::html;

use super::handlers::{Ask, LoanView, about_loan, loan_view, of_loan, returned};
use super::terms::{Act, RepaymentDetail};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::recording::{self, Asker, Form, FormIds, Opened, Prepared, Reader, amount_answer, field};
use crate::values::{ContractId, Fen, Lang, Say, words};

/// What came back on a loan.
pub(super) struct Repaying;

impl Form for Repaying {
    const ADDRESS: &'static str = Act::Repayment.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            let fields = of_loan(conn, &asker.actor, &ask)?;
            return Ok(Opened::Form(recording::opened(&asker.clock, fields)));
        }
        returned(conn, asker, &ask, Act::Repayment, |line| {
            let detail: RepaymentDetail = line.detail()?;
            Ok(vec![
                field("loan", line.contract.as_ref().map_or("", ContractId::as_str)),
                field("amount", line.amount.yuan()),
                field("interest", detail.interest.yuan()),
                field("penalty", detail.penalty.yuan()),
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
    let answers = vec![
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
    let detail = serde_json::to_value(&detail)?;
    Ok(Prepared {
        submission: about_loan(view, ids, Act::Repayment, business_date, principal, detail),
        title: views::title(Act::Repayment, lang).to_owned(),
        answers,
    })
}
