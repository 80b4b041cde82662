//! Recording the class the bank has given a loan (五级分类).

use crate::ledger::Office;
use actix_web::HttpResponse;
use maud::html;

use super::handlers::{Ask, LoanView, about_loan, loan_view, open_on_loan};
use super::terms::{Act, ClassificationDetail, LoanClass};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, field};
use crate::values::{Fen, Lang, Say};

/// The class the bank has given a loan.
pub(super) struct Classing;

impl Form for Classing {
    const ADDRESS: &'static str = Act::Classification.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        open_on_loan(
            conn,
            asker,
            &ask,
            Act::Classification,
            |_| Vec::new(),
            |line| {
                let detail: ClassificationDetail = line.detail()?;
                Ok(vec![field("class", detail.class)])
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
        views::classing(page, view, form, problems)
    }
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
