//! 授权书: the authorisation by which a person lets the institution hold and ask for what concerns them. Its day is kept
//! beside the client; the paper, or a photo of it, is evidence.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::client::{ClientKind, find_clients};
use super::registration::NewClient;
use crate::db::schema::client_consent;
use crate::db::{Conn, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::plausible::check_day;
use crate::values::text::narrow;
use crate::values::{BookId, ClientId, Say, UserId};
use crate::vault;

/// The form's field.
const FIELD: &str = "consent_on";

/// When a client signed, as it was recorded.
#[derive(Insertable)]
#[diesel(table_name = client_consent)]
struct Consent {
    book_id: BookId,
    client_id: ClientId,
    signed_on: NaiveDate,
    recorded_by: UserId,
    recorded_at: NaiveDateTime,
}

/// Keeps the days of clients that are being registered, where one is given.
pub(super) fn keep<'a>(
    conn: &mut Conn,
    actor: &Actor,
    book: BookId,
    new: impl Iterator<Item = &'a NewClient>,
) -> Result<(), Error> {
    let signed = |new: &NewClient| {
        Some(Consent {
            book_id: book,
            client_id: new.id.clone(),
            signed_on: new.consent_on?,
            recorded_by: actor.id.clone(),
            recorded_at: actor.now,
        })
    };
    let rows: Vec<Consent> = new.filter_map(signed).collect();
    insert_all!(conn, client_consent::table, &rows)?;
    Ok(())
}

/// The day on which a client signed; none while none is recorded.
pub fn consent_of(conn: &mut Conn, book: BookId, client: &ClientId) -> Result<Option<NaiveDate>, Error> {
    Ok(client_consent::table
        .find((book, client))
        .select(client_consent::signed_on)
        .first(conn)
        .optional()?)
}

/// Whose information is a person's: only these must sign. A family farm with a registrar's number is a firm.
fn is_person(new: &NewClient) -> bool {
    match new.kind {
        ClientKind::Household => true,
        ClientKind::FamilyFarm => !is_registered_number(&new.number),
        ClientKind::Cooperative | ClientKind::Firm => false,
    }
}

/// Whether a number was given by the registrar of firms, whose codes begin with 9: a family farm may
/// have one, or its farmer's identity number, which begins with a province.
pub(super) fn is_registered_number(number: &str) -> bool {
    narrow(number).starts_with('9')
}

/// What is wrong with the day of a client that is registered by itself.
pub(super) fn missing(new: &NewClient) -> Option<Issue> {
    let missing = new.consent_on.is_none() && is_person(new);
    missing.then(|| {
        let say = Say::new(
            "请填写授权书的签署日期：没有签授权书的不登记。",
            "Enter the day on which the authorisation was signed: nobody is registered without one.",
        );
        Issue::refuse("field.missing", FIELD, say)
    })
}

/// What is wrong with a day that is given.
pub(super) fn wrong_day(day: NaiveDate, actor: &Actor) -> Option<Issue> {
    if day > actor.today {
        let say = Say::new(
            format!("授权书的签署日期不能晚于今天（{}）。", actor.today),
            format!(
                "The authorisation cannot be signed after today ({}).",
                actor.today
            ),
        );
        return Some(Issue::refuse("date.future", FIELD, say));
    }
    check_day(day)
        .err()
        .map(|found| Issue::refuse(found.code(), FIELD, found.say()))
}

/// Records the authorisation of a client who was registered before it was asked for. Sent twice, it is done once.
///
/// # Errors
/// [`Error::NotFound`] without such a client; refused for a day that cannot be, and where another day is recorded.
pub fn record_consent(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    (book, client): (BookId, &ClientId),
    day: NaiveDate,
) -> Result<(), Error> {
    if !find_clients(conn, book, [client.clone()])?.contains_key(client) {
        return Err(Error::NotFound);
    }
    match consent_of(conn, book, client)? {
        Some(known) if known == day => return Ok(()),
        Some(known) => {
            let say = Say::new(
                format!("已登记的签署日期是 {known}。"),
                format!("The day recorded is {known}."),
            );
            return Err(Error::refuse("consent.known", FIELD, say));
        }
        None => {}
    }
    if let Some(wrong) = wrong_day(day, actor) {
        return Err(Error::Refused(vec![wrong]));
    }
    let row = Consent {
        book_id: book,
        client_id: client.clone(),
        signed_on: day,
        recorded_by: actor.id.clone(),
        recorded_at: actor.now,
    };
    diesel::insert_into(client_consent::table)
        .values(&row)
        .execute(conn)?;
    let change = Change {
        action: "client.consent_recorded",
        subject: client.as_str(),
        revision: 1,
        note: "",
        digest: vault::digest(day.to_string().as_bytes()),
    };
    record_audit(conn, office, actor, book, &change)?;
    Ok(())
}
