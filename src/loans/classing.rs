//! Recording the class the bank has given a loan (五级分类).

use actix_web::web;
use maud::html;

use super::handlers::{Ask, LoanView, Opened, about_loan, field, loan_view, of_loan, returned};
use super::terms::{Act, ClassificationDetail, LoanClass};
use super::views;
use crate::auth::{Answer, FormData, Page, Posted};
use crate::error::{Error, Issue};
use crate::recording::{self, FormIds, Prepared, Reader, several_lines};
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
        returned(conn, &user, &clock, &ask, Act::Classification, |line| {
            let detail: ClassificationDetail = line.detail()?;
            Ok(vec![
                field("loan", line.contract.as_ref().map_or("", ContractId::as_str)),
                field("class", detail.class),
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
    Ok(views::classing(page, &view, form, problems)?)
}

pub(super) async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, actor, lang, form) = (page.user.clone(), page.actor(), page.lang, posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        let view = loan_view(conn, office, &user, &actor, &wanted)?;
        prepare(&view, &wanted, lang)
    })
    .await;
    let action = Act::Classification.form();
    recording::step(&page, &site, action, &form, prepared, async |form, problems| {
        show(&page, &site, form, problems).await
    })
    .await
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &LoanView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let class = LoanClass::parse(read.text("class"));
    if class.is_none() {
        let say = Say::new("请选择分类。", "Choose the class.");
        read.add(Issue::refuse("field.not_chosen", "class", say));
    }
    let business_date = read.day("business_date");
    read.finish()?;
    let class = class.ok_or(Error::NotFound)?;
    let before = view.loan.class()?;
    let answers = vec![
        (lang.t("村", "Village").to_owned(), html! { (view.place.path) }),
        (
            lang.t("客户", "Client").to_owned(),
            html! { (view.client.label()) },
        ),
        (
            lang.t("原分类", "Class before").to_owned(),
            html! { (before.name().get(lang)) },
        ),
        (
            lang.t("分类", "Class").to_owned(),
            html! { (class.name().get(lang)) },
        ),
        (
            lang.t("认定日期", "Decided on").to_owned(),
            html! { (business_date) },
        ),
    ];
    let class = class.code().to_owned();
    let detail = serde_json::to_value(ClassificationDetail { class })?;
    Ok(Prepared {
        submission: about_loan(view, ids, Act::Classification, business_date, Fen::ZERO, detail),
        title: views::title(Act::Classification, lang).to_owned(),
        answers,
    })
}
