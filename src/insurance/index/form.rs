//! Evaluating a part of a policy by its index, and recording what is paid by it.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::commands::{self, Evaluation, INDEX_KIND, IndexDetail};
use super::rules::Verdict;
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::handlers::{insurer_place, read_client, read_households, record_page};
use crate::insurance::payout::{choice, find_cover, parts_in_scope};
use crate::insurance::store::{Cover, PolicyPart};
use crate::ledger::{NewLine, Office, Submission};
use crate::recording::{
    self, Asker, Form, FormIds, Opened, Place, Prepared, Reader, correction, returned_because,
};
use crate::register::{self, Found, Names};
use crate::values::{BookId, ContractId, Say, VoucherId};

/// The form's address.
pub const FORM: &str = "/field/index-payout";

#[derive(Clone, Debug, Deserialize)]
pub struct Ask {
    book: i64,
    #[serde(default)]
    policy: String,
    /// The part of the policy; asked for when there are several.
    #[serde(default)]
    part: String,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// The evaluation, and what the form shows around its fields.
pub struct IndexView {
    pub place: Place,
    pub cover: Cover,
    pub part: PolicyPart,
    pub product: String,
    /// 亩, 份 …
    pub unit: String,
    pub insured: Option<Found>,
    /// Whom of an insured village it may be paid to.
    pub clients: Vec<Found>,
    pub(super) evaluation: Evaluation,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// An index payout on one part of a policy.
pub struct IndexForm;

impl Form for IndexForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = IndexView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let book = BookId(ask.book);
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, book, &ask.voucher);
        }
        let id = ContractId::parse(&ask.policy).map_err(|_| Error::NotFound)?;
        let cover = find_cover(conn, book, &id, &VoucherId::from_parts(0, [0; 10]))?;
        let parts = parts_in_scope(conn, &asker.user, &cover)?;
        let chosen = parts.iter().find(|part| part.n.to_string() == ask.part);
        match (chosen, parts.as_slice()) {
            (Some(part), _) | (None, [part]) => {
                let fields = [
                    ("book", book.to_string()),
                    ("policy", id.to_string()),
                    ("part", part.n.to_string()),
                    ("business_date", asker.actor.today.to_string()),
                ];
                let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
                Ok(Opened::Form(recording::opened(&asker.clock, fields)))
            }
            (None, []) => Err(Error::NotFound),
            _ => {
                let read = (asker.actor.today, asker.user.lang);
                let choice = choice(conn, office, &cover, parts, read)?;
                Ok(Opened::Instead(Box::new(move |page| {
                    crate::insurance::views::payout::choose_part(page, views::TITLE.get(page.lang), &choice)
                })))
            }
        }
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<IndexView, Error> {
        let (user, ids) = (&asker.user, FormIds::read(form)?);
        let book = form
            .get("book")
            .parse()
            .map(BookId)
            .map_err(|_| Error::NotFound)?;
        let policy = ContractId::parse(form.get("policy")).map_err(|_| Error::NotFound)?;
        let cover = find_cover(conn, book, &policy, &ids.voucher)?;
        let part = parts_in_scope(conn, user, &cover)?
            .into_iter()
            .find(|part| part.n.to_string() == form.get("part"))
            .ok_or(Error::NotFound)?;
        let place = insurer_place(conn, office, user, part.region_id, asker.actor.today)?;
        if place.book != book || place.institution != cover.policy.institution_id {
            return Err(Error::NotFound);
        }
        let mut clients = register::clients_in(conn, office.vault, book, &[part.region_id], "", usize::MAX)?;
        let insured = part.client_id.as_ref().map(|id| {
            let at = clients.iter().position(|found| found.client.id == *id);
            at.map(|at| clients.swap_remove(at))
        });
        if insured.is_some() {
            clients.clear();
        }
        let tariff = register::tariff_on(conn, cover.policy.product_id, book, cover.policy.starts_on)?;
        let unit = tariff.map_or_else(|| "份".to_owned(), |tariff| tariff.quantity_unit);
        let evaluation = commands::evaluate(conn, &cover, &part, &unit, None)?;
        Ok(IndexView {
            product: Names::load(conn)?
                .read_in(user.lang)
                .product(cover.policy.product_id)
                .to_owned(),
            returned: returned_because(conn, user, book, &ids)?,
            insured: insured.flatten(),
            place,
            cover,
            part,
            unit,
            clients,
            evaluation,
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
fn reopened(conn: &mut Conn, asker: &Asker, book: BookId, voucher: &str) -> Result<Opened, Error> {
    let id = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
    let (voucher, lines) = correction(conn, &asker.user, book, &id)?;
    let [line] = lines.as_slice() else {
        return Ok(Opened::at(record_page(book, &id)));
    };
    if voucher.kind != INDEX_KIND {
        return Err(Error::NotFound);
    }
    let detail: IndexDetail = line.detail()?;
    let client = line.client.as_ref().map_or_else(String::new, ToString::to_string);
    let fields = [
        ("book", book.to_string()),
        (
            "policy",
            line.contract.as_ref().ok_or(Error::NotFound)?.to_string(),
        ),
        ("part", detail.part.to_string()),
        ("business_date", voucher.business_date.to_string()),
        ("client", client),
        ("households", detail.households.to_string()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Ok(Opened::Form(recording::reopened(
        &asker.clock,
        &voucher,
        None,
        fields,
    )))
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
    let line = NewLine {
        region: view.part.region_id,
        client: client
            .map(|found| found.client.id.clone())
            .or_else(|| view.part.client_id.clone()),
        product: view.cover.policy.product_id,
        institution: view.place.institution,
        specialist: view.place.specialist,
        contract: Some(view.cover.policy.id.clone()),
        amount,
        detail: serde_json::to_value(&detail)?,
    };
    let paid_to = client.or(view.insured.as_ref());
    Ok(Prepared {
        submission: Submission {
            book: view.place.book,
            voucher: ids.voucher,
            command: ids.command,
            base_revision: ids.base_revision,
            kind: INDEX_KIND.to_owned(),
            business_date,
            institution: view.place.institution,
            lines: vec![line],
        },
        title: views::TITLE.get(asker.lang).to_owned(),
        answers: views::answers(asker.lang, view, paid_to, &detail, business_date, amount),
    })
}
