//! Recording what was paid on one part of a policy.

use std::collections::HashSet;

use actix_web::HttpResponse;
use chrono::NaiveDate;
use serde::Deserialize;

use super::claims::claims_of;
use super::commands::{PAYOUT_KIND, PayoutDetail};
use super::handlers::{insurer_place, policies_of, read_client, read_households};
use super::store::{self, Cover, Paid, PolicyPart};
use super::{facts, index, views};
use crate::auth::{FormData, Page, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, Basis, NewLine, Office, Submission};
use crate::recording::{
    self, Asker, Form, FormIds, Opened, Place, Prepared, Reader, correction, returned_because,
};
use crate::register::{self, Found, Names, load_assignments};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Lang, RegionId, Say, Unit, VoucherId};

/// The form's address.
pub(super) const FORM: &str = "/field/payout";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    book: i64,
    /// Of another record: its policies come first.
    #[serde(default)]
    village: String,
    #[serde(default)]
    policy: String,
    /// The part of the policy; asked for when there are several.
    #[serde(default)]
    part: String,
    /// The claim that is paid, when there is one.
    #[serde(default)]
    claim: String,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct PayoutView {
    pub place: Place,
    pub cover: Cover,
    pub part: PolicyPart,
    pub product: String,
    /// The insured client of the part; none when the village is insured.
    pub insured: Option<Found>,
    /// Whom of an insured village it may be paid to.
    pub clients: Vec<Found>,
    /// Earlier payouts on this part, waiting ones included.
    pub before: Vec<Paid>,
    /// Why it came back, when it is a correction.
    pub returned: Option<String>,
}

/// A policy with several parts that this person may pay on.
pub(super) struct ChoiceView {
    pub number: String,
    pub product: String,
    /// Part, its village and, if one is insured, the client's name.
    pub parts: Vec<(PolicyPart, String)>,
}

/// What was paid on one part of a policy.
pub(super) struct PayoutForm;

impl Form for PayoutForm {
    const ADDRESS: &'static str = FORM;
    type Ask = Ask;
    type View = PayoutView;

    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        let book = BookId(ask.book);
        if !ask.voucher.is_empty() {
            return reopened(conn, asker, book, &ask.voucher);
        }
        if ask.policy.is_empty() {
            return Ok(policies_of(&ask.village));
        }
        let id = ContractId::parse(&ask.policy).map_err(|_| Error::NotFound)?;
        let cover = find_cover(conn, book, &id, &VoucherId::from_parts(0, [0; 10]))?;
        if index::store::index_products(conn)?.contains(&cover.policy.product_id) {
            let at = format!("{}?book={book}&policy={id}&part={}", index::FORM, ask.part);
            return Ok(Opened::at(at));
        }
        let parts = parts_in_scope(conn, &asker.user, &cover)?;
        let chosen = parts.iter().find(|part| part.n.to_string() == ask.part);
        match (chosen, parts.as_slice()) {
            (Some(part), _) | (None, [part]) => {
                let mut fields = fresh(book, &id, part, asker.actor.today);
                let nobody = VoucherId::from_parts(0, [0; 10]);
                let ids = std::slice::from_ref(&id);
                let claims = claims_of(conn, book, ids, &nobody, Basis::WithPending)?;
                if let Some(claim) = claims.get(&(id.clone(), part.n, narrow(&ask.claim))) {
                    fields.extend([
                        recording::field("claim", &claim.number),
                        recording::field("loss_date", claim.loss_date),
                        recording::field("cause", &claim.cause),
                        recording::field("households", claim.households),
                        recording::field("amount", claim.outstanding().yuan()),
                    ]);
                }
                Ok(Opened::Form(recording::opened(&asker.clock, fields)))
            }
            (None, []) => Err(Error::NotFound),
            _ => {
                let read = (asker.actor.today, asker.user.lang);
                let choice = choice(conn, office, &cover, parts, read)?;
                Ok(Opened::Instead(Box::new(move |page| {
                    views::payout::choose_part(page, views::payout::payout_title(page.lang), &choice)
                })))
            }
        }
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<PayoutView, Error> {
        view(conn, office, &asker.user, &asker.actor, form)
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

fn fresh(book: BookId, policy: &ContractId, part: &PolicyPart, today: NaiveDate) -> Vec<(String, String)> {
    [
        ("book", book.to_string()),
        ("policy", policy.to_string()),
        ("part", part.n.to_string()),
        ("business_date", today.to_string()),
        ("amount_unit", Unit::Yuan.code().to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The form of a payout that came back.
fn reopened(conn: &mut Conn, asker: &Asker, book: BookId, voucher: &str) -> Result<Opened, Error> {
    let id = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
    let (voucher, lines) = correction(conn, &asker.user, book, &id)?;
    let [line] = lines.as_slice() else {
        return Ok(Opened::at(format!(
            "/field/claims/sheet?book={book}&voucher={id}"
        )));
    };
    if voucher.kind != PAYOUT_KIND {
        return Err(Error::NotFound);
    }
    let detail: PayoutDetail = line.detail()?;
    let policy = line.contract.as_ref().ok_or(Error::NotFound)?;
    let fields = [
        ("book", book.to_string()),
        ("policy", policy.to_string()),
        ("part", detail.part.to_string()),
        ("business_date", voucher.business_date.to_string()),
        ("amount", line.amount.yuan()),
        (
            "client",
            line.client.as_ref().map_or_else(String::new, ToString::to_string),
        ),
        ("claim", detail.claim),
        ("loss_date", detail.loss_date.to_string()),
        ("cause", detail.cause),
        ("households", detail.households.to_string()),
    ];
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let form = recording::reopened(&asker.clock, &voucher, None, fields);
    Ok(Opened::Form(form))
}

/// The policy as it stands with what waits, but for the voucher being written.
pub(super) fn find_cover(
    conn: &mut Conn,
    book: BookId,
    id: &ContractId,
    except: &VoucherId,
) -> Result<Cover, Error> {
    let ids = std::slice::from_ref(id);
    facts::covers_of(conn, book, ids, except, Basis::WithPending)?
        .remove(id)
        .ok_or(Error::NotFound)
}

/// The parts of a policy this person may pay on: a specialist's are those in the villages of any
/// assignment, a clerk's all of the county; none of another insurer's policy.
pub(super) fn parts_in_scope(conn: &mut Conn, user: &User, cover: &Cover) -> Result<Vec<PolicyPart>, Error> {
    let mut parts = cover.parts.clone();
    match (user.role, user.specialist, user.institution) {
        (Role::Specialist, Some(specialist), _) => {
            let assigned: HashSet<RegionId> = load_assignments(conn, specialist)?
                .into_iter()
                .filter(|assignment| assignment.institution_id == cover.policy.institution_id)
                .map(|assignment| assignment.region_id)
                .collect();
            parts.retain(|part| assigned.contains(&part.region_id));
        }
        (Role::Clerk, _, Some(institution)) => {
            user.check_book(cover.policy.book_id)?;
            parts.retain(|_| institution == cover.policy.institution_id);
        }
        _ => return Err(Error::Forbidden),
    }
    Ok(parts)
}

pub(super) fn choice(
    conn: &mut Conn,
    office: &Office<'_>,
    cover: &Cover,
    parts: Vec<PolicyPart>,
    (today, lang): (NaiveDate, Lang),
) -> Result<ChoiceView, Error> {
    let clients: Vec<_> = parts.iter().filter_map(|part| part.client_id.clone()).collect();
    let people = register::identities(conn, office.vault, cover.policy.book_id, &clients)?;
    let label = |part: PolicyPart| {
        let village = office.regions.name_in(part.region_id, today, lang);
        let insured = part.client_id.as_ref().and_then(|id| people.get(id));
        let label = match insured {
            Some(insured) => format!("{village} · {}", insured.name),
            None => village,
        };
        (part, label)
    };
    Ok(ChoiceView {
        number: cover.policy.number.clone(),
        product: Names::load(conn)?
            .read_in(lang)
            .product(cover.policy.product_id)
            .to_owned(),
        parts: parts.into_iter().map(label).collect(),
    })
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<PayoutView, Error> {
    let ids = FormIds::read(form)?;
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
    let place = insurer_place(conn, office, user, part.region_id, actor.today)?;
    if place.book != book || place.institution != cover.policy.institution_id {
        return Err(Error::NotFound);
    }
    let clients = register::clients_in(conn, office.vault, book, &[part.region_id], "", usize::MAX)?;
    let (insured, clients) = match &part.client_id {
        Some(id) => (
            clients.into_iter().find(|found| found.client.id == *id),
            Vec::new(),
        ),
        None => (None, clients),
    };
    let mut before = store::payouts_on(conn, book, std::slice::from_ref(&policy), &ids.voucher, true)?;
    before.retain(|paid| paid.detail.part == part.n);
    Ok(PayoutView {
        product: Names::load(conn)?
            .read_in(user.lang)
            .product(cover.policy.product_id)
            .to_owned(),
        returned: returned_because(conn, user, book, &ids)?,
        place,
        cover,
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
    let submission = Submission {
        book: view.place.book,
        voucher: ids.voucher,
        command: ids.command,
        base_revision: ids.base_revision,
        kind: PAYOUT_KIND.to_owned(),
        business_date,
        institution: view.place.institution,
        lines: vec![line],
    };
    Ok(Prepared {
        submission,
        title: views::payout::payout_title(lang).to_owned(),
        answers: views::payout::payout_answers(lang, view, paid_to, &detail, business_date, amount),
    })
}
