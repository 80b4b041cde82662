//! Recording what was paid on one part of a policy.

use actix_web::HttpResponse;

use super::asked::{Ask, Chosen, OnPolicy, recipients, sent_on_part, unwritten};
use super::claims::{self, claims_of};
use super::commands::{PAYOUT_KIND, PayoutDetail};
use super::handlers::{read_client, read_households};
use super::store::{self, Paid, PolicyPart};
use super::{index, views};
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Basis, NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register::Found;
use crate::values::text::narrow;
use crate::values::{ClientId, Lang, Say, Unit};

/// The form's address.
pub(super) const FORM: &str = "/field/payout";

/// What the form shows around its fields.
pub(super) struct PayoutView {
    pub on: OnPolicy,
    pub part: PolicyPart,
    /// The insured client of the part; none when the village is insured.
    pub insured: Option<Found>,
    /// Whom of an insured village it may be paid to.
    pub clients: Vec<Found>,
    /// Earlier payouts on this part, waiting ones included.
    pub before: Vec<Paid>,
}

/// What was paid on one part of a policy.
pub(super) struct PayoutForm;

impl Form for PayoutForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = PayoutView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, &ask);
        }
        let Some(cover) = ask.cover(conn)? else {
            return Ok(ask.policies());
        };
        let (book, id) = (cover.policy.book_id, &cover.policy.id);
        if index::store::index_products(conn)?.contains(&cover.policy.product_id) {
            let at = format!("{}?book={book}&policy={id}&part={}", index::FORM, ask.part);
            return Ok(Opened::at(at));
        }
        let part = match ask.part(conn, office, asker, &cover, views::payout::payout_title)? {
            Chosen::Part(part) => part,
            Chosen::First(choice) => return Ok(choice),
        };
        let mut fields = vec![
            field("book", book),
            field("policy", id),
            field("part", part.n),
            field("business_date", asker.actor.today),
            field("amount_unit", Unit::Yuan.code()),
        ];
        let claims = claims_of(
            conn,
            book,
            std::slice::from_ref(id),
            &unwritten(),
            Basis::WithPending,
        )?;
        if let Some(claim) = claims.get(&(id.clone(), part.n, narrow(&ask.claim))) {
            fields.extend([
                field("claim", &claim.number),
                field("loss_date", claim.loss_date),
                field("cause", &claim.cause),
                field("households", claim.households),
                field("amount", claim.outstanding().yuan()),
            ]);
        }
        Ok(Opened::fresh(asker, fields))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<PayoutView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &PayoutView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &PayoutView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::payout::payout_form(page, view, form, problems))
    }
}

/// The form of a payout that came back.
fn reopened(conn: &mut Conn, asker: &Asker, ask: &Ask) -> Result<Opened, Error> {
    let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
    let Some(line) = back.only() else {
        return Ok(back.at(claims::SHEET));
    };
    if back.voucher.kind != PAYOUT_KIND {
        return Err(Error::NotFound);
    }
    let detail: PayoutDetail = line.detail()?;
    let fields = vec![
        field("book", ask.book),
        field("policy", line.contract.as_ref().ok_or(Error::NotFound)?),
        field("part", detail.part),
        field("business_date", back.voucher.business_date),
        field("amount", line.amount.yuan()),
        field("client", line.client.as_ref().map_or("", ClientId::as_str)),
        field("claim", detail.claim),
        field("loss_date", detail.loss_date),
        field("cause", detail.cause),
        field("households", detail.households),
    ];
    Ok(Opened::Form(back.form(asker, None, fields)))
}

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<PayoutView, Error> {
    let ids = FormIds::read(form)?;
    let (on, part) = sent_on_part(conn, office, asker, form)?;
    let (insured, clients) = recipients(conn, office, &part)?;
    let policy = &on.cover.policy;
    let some = std::slice::from_ref(&policy.id);
    let mut before = store::payouts_on(conn, policy.book_id, some, &ids.voucher, true)?;
    before.retain(|paid| paid.detail.part == part.n);
    Ok(PayoutView {
        on,
        part,
        insured,
        clients,
        before,
    })
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &PayoutView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let amount = read.amount("amount");
    let business_date = read.day("business_date");
    let client = read_client(&mut read, &view.clients);
    let detail = PayoutDetail {
        claim: narrow(&read.required("claim", Say::new("请填写报案号。", "Enter the claim number."))),
        loss_date: read.day("loss_date"),
        cause: read.required("cause", Say::new("请填写出险原因。", "Enter the cause of loss.")),
        part: view.part.n,
        households: read_households(&mut read),
        counted: true,
    };
    read.finish()?;
    let paid_to = client.or(view.insured.as_ref());
    let line = view.on.line(&view.part, amount, &detail)?;
    let line = NewLine {
        client: client.map(|found| found.client.id.clone()).or(line.client),
        ..line
    };
    let submission = view
        .on
        .place
        .submission(ids, PAYOUT_KIND, business_date, vec![line]);
    Ok(Prepared {
        submission,
        title: views::payout::payout_title(lang).to_owned(),
        answers: views::payout::payout_answers(lang, view, paid_to, &detail, business_date, amount),
    })
}
