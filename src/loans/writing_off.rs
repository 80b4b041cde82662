//! Recording that the bank has written a loan off (核销), and what of it comes back afterwards.

use actix_web::HttpResponse;
use maud::html;

use super::handlers::{Ask, LoanView, about_loan, loan_view, open_on_loan};
use super::store::Loan;
use super::terms::{Act, RecoveryDetail, WriteOffDetail};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, amount_answer, field};
use crate::ui::form::{Answer, Size, summary_list};
use crate::values::{Lang, Say, Unit};

/// A loan written off.
pub(super) struct WritingOff;

impl Form for WritingOff {
    const ADDRESS: &'static str = Act::WriteOff.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let whole = |loan: Loan| vec![field("amount", loan.balance_fen.yuan())];
        open_on_loan(conn, asker, &ask, Act::WriteOff, whole, |line| {
            let detail: WriteOffDetail = line.detail()?;
            Ok(vec![
                field("amount", line.amount.yuan()),
                field("document", detail.document),
            ])
        })
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<LoanView, Error> {
        loan_view(conn, office, asker, form)
    }

    fn prepare(view: &LoanView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        let lang = asker.lang;
        let ids = FormIds::read(form)?;
        let mut read = Reader::new(form);
        let amount = read.amount("amount");
        let document = read.required(
            "document",
            Say::new(
                "请写明核销依据，例如批复文号。",
                "Say what the write-off rests on, such as the number of the decision.",
            ),
        );
        let business_date = read.day("business_date");
        read.finish()?;
        let label = |zh, en| lang.t(zh, en).to_owned();
        let answers = vec![
            (label("村", "Village"), html! { (view.place.path) }),
            (label("客户", "Client"), html! { (view.client.label()) }),
            (
                label("核销本金", "Principal written off"),
                amount_answer(lang, amount),
            ),
            (label("核销依据", "It rests on"), html! { (document) }),
            (label("核销日", "Written off on"), html! { (business_date) }),
        ];
        let detail = serde_json::to_value(WriteOffDetail { document })?;
        Ok(Prepared {
            submission: about_loan(view, ids, Act::WriteOff, business_date, amount, detail),
            title: views::title(Act::WriteOff, lang).to_owned(),
            answers,
        })
    }

    fn page(
        page: &Page,
        view: &LoanView,
        data: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        let (lang, act) = (page.lang, Act::WriteOff);
        let field = |name, label| data.field(lang, name, label, problems);
        let unit = Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan);
        let fields = html! {
            (views::about(view, lang)?)
            (field("amount", lang.t("核销本金", "Principal written off"))
                .hint(lang.t("要核销全部余额", "The whole balance")).amount(unit))
            (field("document", lang.t("核销依据", "It rests on"))
                .hint(lang.t("例如批复文号", "Such as the number of the decision")).size(Size::Full).text())
            (field("business_date", lang.t("核销日", "Written off on")).date())
        };
        Ok(views::on_loan(page, act, view, data, problems, fields))
    }
}

/// What comes back of a loan written off.
pub(super) struct Recovering;

impl Form for Recovering {
    const ADDRESS: &'static str = Act::Recovery.form();
    type Ask = Ask;
    type View = LoanView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        open_on_loan(
            conn,
            asker,
            &ask,
            Act::Recovery,
            |_| Vec::new(),
            |line| Ok(vec![field("amount", line.amount.yuan())]),
        )
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<LoanView, Error> {
        loan_view(conn, office, asker, form)
    }

    fn prepare(view: &LoanView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        let lang = asker.lang;
        let ids = FormIds::read(form)?;
        let mut read = Reader::new(form);
        let amount = read.amount("amount");
        let business_date = read.day("business_date");
        read.finish()?;
        let label = |zh, en| lang.t(zh, en).to_owned();
        let answers = vec![
            (label("村", "Village"), html! { (view.place.path) }),
            (label("客户", "Client"), html! { (view.client.label()) }),
            (label("收回金额", "Amount recovered"), amount_answer(lang, amount)),
            (label("收回日", "Recovered on"), html! { (business_date) }),
        ];
        let detail = serde_json::to_value(RecoveryDetail {})?;
        Ok(Prepared {
            submission: about_loan(view, ids, Act::Recovery, business_date, amount, detail),
            title: views::title(Act::Recovery, lang).to_owned(),
            answers,
        })
    }

    fn page(
        page: &Page,
        view: &LoanView,
        data: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        let (lang, act) = (page.lang, Act::Recovery);
        let unit = Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan);
        let fields = html! {
            (written_off(view, lang)?)
            (data.field(lang, "amount", lang.t("收回金额", "Amount recovered"), problems).amount(unit))
            (data.field(lang, "business_date", lang.t("收回日", "Recovered on"), problems)
                .hint(lang.t("不影响贷款余额，另计“核销后收回”。", "It does not move the balance; it counts as recovered after write-off.")).date())
        };
        Ok(views::on_loan(page, act, view, data, problems, fields))
    }
}

/// What a recovery is about.
fn written_off(view: &LoanView, lang: Lang) -> Result<maud::Markup, Error> {
    let loan = &view.loan;
    let answers = [
        Answer::new(lang.t("客户", "Client"), view.client.label()),
        Answer::new(
            lang.t("核销本金", "Principal written off"),
            views::yuan(loan.written_off_fen),
        ),
        Answer::new(
            lang.t("已收回", "Recovered so far"),
            views::yuan(loan.recovered_fen),
        ),
        Answer::new(
            lang.t("还没收回", "Not recovered"),
            html! { strong #loan { (views::yuan(loan.not_recovered()?)) } },
        ),
    ];
    Ok(summary_list(lang, &answers))
}
