//! What the forms of this room have in common: their routes, the village, corrections.

use serde::Deserialize;

use super::details::Work;
use super::{opening, talking, visiting};
use crate::auth::{Allow, FormData, Role, RouteSpec, User, get, post};
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Line, NewLine, Office, Submission};
use crate::recording::{self, FormIds, Place, Reader, correction, place, place_fields, returned_because};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Fen, ProductId, Say, VoucherId};

/// Who records.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Who opens service points: the bank's own clerk.
const OPENERS: Allow = Allow::Roles(&[Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/field/visit", RECORDERS, visiting::open),
        post("/field/visit", RECORDERS, visiting::take),
        get("/field/talk", RECORDERS, talking::open),
        post("/field/talk", RECORDERS, talking::take),
        get("/field/service-point", OPENERS, opening::open),
        post("/field/service-point", OPENERS, opening::take),
    ]
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    pub village: String,
    #[serde(default)]
    pub book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    pub voucher: String,
}

/// A form to show, or the record it cannot show.
pub(super) enum Opened {
    Form(FormData),
    /// The returned voucher holds so many lines.
    Several(BookId, VoucherId, usize),
}

/// The form's fields, by name.
pub(super) type Fields = Vec<(String, String)>;

pub(super) fn field(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// A new form: the village asked for, and today.
pub(super) fn fresh(clock: &Clock, actor: &Actor, ask: &Ask, more: Fields) -> FormData {
    let mut fields = vec![
        field("village", &ask.village),
        field("business_date", actor.today),
    ];
    fields.extend(more);
    recording::opened(clock, fields)
}

/// The form of a record that came back, with what was sent.
pub(super) fn returned(
    conn: &mut Conn,
    user: &User,
    clock: &Clock,
    ask: &Ask,
    work: Work,
    fields: impl FnOnce(&[Line]) -> Result<Fields, Error>,
) -> Result<Opened, Error> {
    let id = VoucherId::parse(&ask.voucher).map_err(|_| Error::NotFound)?;
    let (voucher, lines) = correction(conn, user, BookId(ask.book), &id)?;
    if voucher.kind != work.code() {
        return Err(Error::NotFound);
    }
    let first = lines.first().ok_or(Error::NotFound)?;
    if lines.len() > 1 && work != Work::Visit {
        return Ok(Opened::Several(voucher.book_id, voucher.id, lines.len()));
    }
    let mut all = fields(&lines)?;
    all.extend([
        field("village", first.region),
        field("business_date", voucher.business_date),
    ]);
    let contract = first.contract.as_ref().map(ContractId::as_str);
    let mut form = recording::opened(clock, all)
        .with("voucher_id", voucher.id.as_str())
        .with("base_revision", &voucher.revision.to_string());
    if let Some(contract) = contract {
        form = form.with("contract_id", contract);
    }
    Ok(Opened::Form(form))
}

/// What every form shows above its fields.
pub(super) struct Head {
    pub place: Place,
    /// Why the record came back, when it did.
    pub returned: Option<String>,
}

pub(super) fn head(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<Head, Error> {
    let place = place(conn, office, user, place_fields(form)?, actor.today)?;
    let ids = FormIds::read(form)?;
    let returned = returned_because(conn, user, place.book, &ids)?;
    Ok(Head { place, returned })
}

/// A whole number of people or households; an empty field is zero.
pub(super) fn count(read: &mut Reader<'_>, name: &str, most: i64) -> i64 {
    let text = narrow(read.text(name));
    if text.is_empty() {
        return 0;
    }
    match text.parse() {
        Ok(number) if (0..=most).contains(&number) => number,
        _ => {
            let say = Say::new(
                format!("请填 0 到 {most} 之间的整数。"),
                format!("Enter a whole number from 0 to {most}."),
            );
            read.add(Issue::refuse("count.not_a_number", name, say));
            0
        }
    }
}

/// A line of fieldwork at a place: no product, no amount.
pub(super) fn line(place: &Place, detail: serde_json::Value) -> NewLine {
    NewLine {
        region: place.village,
        client: None,
        product: ProductId(0),
        institution: place.institution,
        specialist: place.specialist,
        contract: None,
        amount: Fen::ZERO,
        detail,
    }
}

pub(super) fn submission(
    place: &Place,
    ids: FormIds,
    work: Work,
    business_date: chrono::NaiveDate,
    lines: Vec<NewLine>,
) -> Submission {
    Submission {
        book: place.book,
        voucher: ids.voucher,
        command: ids.command,
        base_revision: ids.base_revision,
        kind: work.code().to_owned(),
        business_date,
        institution: place.institution,
        lines,
    }
}
