//! The audit chain of a book: one row for each change, each head keyed over the one before.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{Actor, Office};
use crate::db::Conn;
use crate::db::schema::{audit, book};
use crate::error::Error;
use crate::values::{BookId, UserId};
use crate::vault;

/// What somebody is given a receipt for.
const RECEIPTED: [&str; 6] = [
    "voucher.submitted",
    "voucher.resubmitted",
    "voucher.withdrawn",
    "reversal.requested",
    "client.recorded",
    "client.joined",
];

/// One change, as it is kept for ever. Holds ids, never names.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit)]
pub struct AuditRow {
    pub book_id: BookId,
    pub seq: i64,
    /// UTC.
    pub at: NaiveDateTime,
    pub actor_id: UserId,
    /// Such as `voucher.approved`.
    pub action: String,
    /// The id of what was changed.
    pub subject: String,
    pub revision: i32,
    /// The reason given, or empty.
    pub note: String,
    /// SHA-256 of what was written.
    pub digest: String,
    /// HMAC over the previous head and this row.
    pub head: String,
}

impl AuditRow {
    /// What the head is computed over, besides the previous head.
    pub(super) fn sealed_text(&self) -> String {
        format!(
            "{}|{}|{}|{}|{}|{}|{}|{}|{}",
            self.book_id.0,
            self.seq,
            self.at.and_utc().timestamp_millis(),
            self.actor_id,
            self.action,
            self.subject,
            self.revision,
            self.note,
            self.digest
        )
    }
}

impl AuditRow {
    /// Whether it tells of something sent in, whose receipt shows this row's head.
    pub fn is_sending(&self) -> bool {
        matches!(
            self.action.as_str(),
            "voucher.submitted" | "voucher.resubmitted" | "reversal.requested"
        )
    }
}

/// What [`record`] is told.
pub struct Change<'a> {
    pub action: &'a str,
    pub subject: &'a str,
    pub revision: i32,
    pub note: &'a str,
    /// SHA-256 of what was written.
    pub digest: String,
}

/// Adds one row to the book's chain. The book is locked; its head is read here, each time.
pub fn record(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book_id: BookId,
    change: &Change<'_>,
) -> Result<AuditRow, Error> {
    let of_book = book::table.find(book_id);
    let (seq, previous): (i64, String) = of_book.select((book::audit_seq, book::audit_head)).first(conn)?;
    let mut row = AuditRow {
        book_id,
        seq: seq + 1,
        at: to_millis(actor.now),
        actor_id: actor.id.clone(),
        action: change.action.to_owned(),
        subject: change.subject.to_owned(),
        revision: change.revision,
        note: change.note.to_owned(),
        digest: change.digest.clone(),
        head: String::new(),
    };
    row.head = office
        .vault
        .chain(&previous, &vault::digest(row.sealed_text().as_bytes()));
    diesel::insert_into(audit::table).values(&row).execute(conn)?;
    diesel::update(of_book)
        .set((book::audit_seq.eq(row.seq), book::audit_head.eq(&row.head)))
        .execute(conn)?;
    Ok(row)
}

/// What happened to one voucher or client, oldest first.
pub fn history(conn: &mut Conn, book_id: BookId, subject: &str) -> Result<Vec<AuditRow>, Error> {
    Ok(audit::table
        .filter(audit::book_id.eq(book_id))
        .filter(audit::subject.eq(subject))
        .order(audit::seq)
        .select(AuditRow::as_select())
        .load(conn)?)
}

/// What happened in a book after a row of its chain, oldest first; at most `limit` rows.
pub fn changes_since(conn: &mut Conn, book_id: BookId, seq: i64, limit: i64) -> Result<Vec<AuditRow>, Error> {
    Ok(audit::table
        .filter(audit::book_id.eq(book_id))
        .filter(audit::seq.gt(seq))
        .order(audit::seq)
        .limit(limit)
        .select(AuditRow::as_select())
        .load(conn)?)
}

/// The head of a book's chain at one of its rows; none where the chain does not reach that far.
pub fn head_at(conn: &mut Conn, book_id: BookId, seq: i64) -> Result<Option<String>, Error> {
    Ok(audit::table
        .find((book_id, seq))
        .select(audit::head)
        .first(conn)
        .optional()?)
}

/// The rows of some books whose receipts have one of these codes (eight small hexadecimal digits).
pub fn receipted(conn: &mut Conn, books: &[BookId], codes: &[String]) -> Result<Vec<AuditRow>, Error> {
    // The index stands on this very expression.
    let code = diesel::dsl::sql::<Text>("substr(head, 1, 8)");
    Ok(audit::table
        .filter(audit::book_id.eq_any(books))
        .filter(code.eq_any(codes))
        .filter(audit::action.eq_any(RECEIPTED))
        .select(AuditRow::as_select())
        .load(conn)?)
}

/// Both databases keep microseconds or better; the chain is over milliseconds, so that it reads
/// back the same from either.
pub(super) fn to_millis(at: NaiveDateTime) -> NaiveDateTime {
    chrono::DateTime::from_timestamp_millis(at.and_utc().timestamp_millis()).map_or(at, |at| at.naive_utc())
}
