//! Recording what came back on a loan (还款): principal, interest, penalty interest.

use actix_web::web;
use maud::html;

use super::handlers::{Ask, LoanView, Opened, about_loan, field, loan_view, of_loan, returned};
use super::terms::{Act, RepaymentDetail};
use super::views;
use crate::auth::{Answer, FormData, Page, Posted};
use crate::credit::client_label;
use crate::error::Error;
use crate::recording::{self, FormIds, Prepared, Reader, amount_answer, several_lines};
use crate::state::{self, Site};
use crate::values::{ContractId, Fen, Lang, Say, words};

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, actor, user, clock) = (
        query.into_inner(),
        page.actor(),
        page.user.clone(),
        site.clock.clone(),
    );
    let opened = state::read(&site, move |conn, _| {
        if ask.voucher.is_empty() {
            let fields = of_loan(conn, &actor, &ask)?;
            return Ok(Opened::Form(recording::opened(&clock, fields)));
        }
        returned(conn, &user, &clock, &ask, Act::Repayment, |line| {
            let detail: RepaymentDetail = line.detail()?;
            Ok(vec![
                field("loan", line.contract.as_ref().map_or("", ContractId::as_str)),
                field("amount", line.amount.yuan()),
                field("interest", detail.interest.yuan()),
                field("penalty", detail.penalty.yuan()),
            ])
        })
    })
    .await?;
    match opened {
        Opened::Form(form) => show(&page, &site, &form, &[]).await,
        Opened::Several(book, id, lines) => Ok(page.field(
            words::CORRECT.get(page.lang),
            several_lines(page.lang, book, &id, lines),
        )),
    }
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, wanted) = (page.user.clone(), page.actor(), form.clone());
    let view = state::read(site, move |conn, office| {
        loan_view(conn, office, &user, &actor, &wanted)
    })
    .await?;
    Ok(views::repaying(page, &view, form, problems)?)
}

pub(super) async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, actor, lang, form) = (page.user.clone(), page.actor(), page.lang, posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        let view = loan_view(conn, office, &user, &actor, &wanted)?;
        prepare(&view, &wanted, lang)
    })
    .await;
    let action = Act::Repayment.form();
    recording::step(&page, &site, action, &form, prepared, async |form, problems| {
        show(&page, &site, form, problems).await
    })
    .await
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
            html! { (client_label(&view.client)) },
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
