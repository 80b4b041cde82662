//! Evaluating a part of a policy by its index, and recording what is paid by it.

use actix_web::HttpResponse;

use super::commands::{self, Evaluation, INDEX_KIND, IndexDetail};
use super::rules::Verdict;
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::asked::{Ask, Chosen, OnPolicy, recipients, sent_on_part};
use crate::insurance::handlers::{read_client, read_households};
use crate::insurance::store::PolicyPart;
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register::{self, Found};
use crate::values::{ClientId, Say};

/// The form's address.
pub const FORM: &str = "/field/index-payout";

/// The evaluation, and what the form shows around its fields.
pub(in crate::insurance) struct IndexView {
    pub on: OnPolicy,
    pub part: PolicyPart,
    /// 亩, 份 …
    pub unit: String,
    pub insured: Option<Found>,
    /// Whom of an insured village it may be paid to.
    pub clients: Vec<Found>,
    pub(super) evaluation: Evaluation,
}

/// An index payout on one part of a policy.
pub(in crate::insurance) struct IndexForm;

impl Form for IndexForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = IndexView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let Some(cover) = ask.cover(conn)? else {
            return Ok(ask.policies());
        };
        let part = match ask.part(conn, office, asker, &cover, |lang| views::TITLE.get(lang))? {
            Chosen::Part(part) => part,
            Chosen::First(choice) => return Ok(choice),
        };
        let fields = vec![
            field("book", ask.book),
            field("policy", &ask.policy),
            field("part", part.n),
            field("business_date", asker.actor.today),
        ];
        Ok(Opened::fresh(asker, fields))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<IndexView, Error> {
        let (on, part) = sent_on_part(conn, office, asker, form)?;
        let (insured, clients) = recipients(conn, office, &part)?;
        let policy = &on.cover.policy;
        let tariff = register::tariff_on(conn, policy.product_id, policy.book_id, policy.starts_on)?;
        let unit = tariff.map_or_else(|| "份".to_owned(), |tariff| tariff.quantity_unit);
        Ok(IndexView {
            evaluation: commands::evaluate(conn, &on.cover, &part, &unit, None)?,
            on,
            part,
            unit,
            insured,
            clients,
        })
    }

    fn prepare(view: &IndexView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker)
    }

    fn page(
        page: &Page,
        view: &IndexView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::index_form(page, view, form, problems))
    }
}

/// The form of an index payout that came back.
fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let Some(line) = back.only() else {
        return Ok(back.at_record());
    };
    if back.voucher.kind != INDEX_KIND {
        return Err(Error::NotFound);
    }
    let detail: IndexDetail = line.detail()?;
    let fields = vec![
        field("book", ask.book),
        field("policy", line.contract.as_ref().ok_or(Error::NotFound)?),
        field("part", detail.part),
        field("business_date", back.voucher.business_date),
        field("client", line.client.as_ref().map_or("", ClientId::as_str)),
        field("households", detail.households),
    ];
    Ok(Opened::Form(back.form(asker, None, fields)))
}

/// The formula says what is paid; the form says when, to whom and how many.
fn prepare(view: &IndexView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let refuse = |code, say| Err(Error::refuse(code, "policy", say));
    let (known, worked) = match &view.evaluation {
        Evaluation::Undetermined => return refuse("index.undetermined", commands::undetermined()),
        Evaluation::OutOfSeason => return refuse("index.out_of_season", commands::out_of_season()),
        Evaluation::Worked { known, worked } => (known, worked),
    };
    let Verdict::Pays { amount, .. } = worked.verdict else {
        return refuse("index.not_triggered", commands::not_triggered());
    };
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let client = read_client(&mut read, &view.clients);
    let detail = IndexDetail {
        part: view.part.n,
        known: *known,
        households: read_households(&mut read),
        worked: worked.sentence.clone(),
    };
    read.finish()?;
    let line = view.on.line(&view.part, amount, &detail)?;
    let line = NewLine {
        client: client.map(|found| found.client.id.clone()).or(line.client),
        ..line
    };
    let paid_to = client.or(view.insured.as_ref());
    Ok(Prepared {
        submission: view
            .on
            .place
            .submission(ids, INDEX_KIND, business_date, vec![line]),
        title: views::TITLE.get(asker.lang).to_owned(),
        answers: views::answers(asker.lang, view, paid_to, &detail, business_date, amount),
    })
}
