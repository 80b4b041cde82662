//! The early end of a stand-in's appointment (代办提前结束): the clerk is back. The appointment stays on
//! record, and so does everything done under it.

use chrono::{Days, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::audit::{self, Change};
use super::first::{StandIn, stand_ins};
use super::{Actor, Office};
use crate::db::Conn;
use crate::db::schema::{first_review, stand_in_end};
use crate::error::Error;
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, Say, UserId};
use crate::vault;

/// An appointment's end.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = stand_in_end)]
pub struct StandInEnd {
    pub book_id: BookId,
    pub stand_in_id: i64,
    /// Last day on which it held; the day before its first for one that never did.
    pub last_day: NaiveDate,
    /// The last day it was made for.
    pub instead_of: NaiveDate,
    pub reason: String,
    pub ended_by: UserId,
    /// UTC.
    pub ended_at: NaiveDateTime,
}

/// Every early end of a book.
pub fn stand_in_ends(conn: &mut Conn, book: BookId) -> Result<Vec<StandInEnd>, Error> {
    Ok(stand_in_end::table
        .filter(stand_in_end::book_id.eq(book))
        .select(StandInEnd::as_select())
        .load(conn)?)
}

/// Ends an appointment with `last_day`.
///
/// # Errors
/// [`Error::NotFound`] for an unknown appointment. Refused when it has ended early already, for a day that
/// does not shorten it, for one before a first review made under it, and without a reason.
pub fn end_stand_in(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    (book, id): (BookId, i64),
    last_day: NaiveDate,
    reason: &str,
) -> Result<(), Error> {
    let known = stand_ins(conn, book)?;
    let row = known
        .into_iter()
        .find(|row| row.id == id)
        .ok_or(Error::NotFound)?;
    let reason = check_text(reason, LONGEST_REASON)
        .map_err(|found| Error::refuse(found.code(), "reason", found.say()))?;
    if reason.is_empty() {
        let say = Say::new("请写明提前结束的原因。", "Say why it ends early.");
        return Err(Error::refuse("stand_in.reason", "reason", say));
    }
    if stand_in_ends(conn, book)?.iter().any(|end| end.stand_in_id == id) {
        let say = Say::new(
            "这项代办已经提前结束。",
            "This appointment has ended early already.",
        );
        return Err(Error::refuse("stand_in.ended", "", say));
    }
    check_day(conn, &row, last_day)?;
    let end = StandInEnd {
        book_id: book,
        stand_in_id: id,
        last_day,
        instead_of: row.valid_to,
        reason,
        ended_by: actor.id.clone(),
        ended_at: actor.now,
    };
    diesel::insert_into(stand_in_end::table)
        .values(&end)
        .execute(conn)?;
    let change = Change {
        action: "stand_in.ended",
        subject: &format!("stand_in:{id}"),
        revision: 2,
        note: &end.reason,
        digest: vault::digest(format!("{id}|{last_day}|{}|{}", end.instead_of, end.reason).as_bytes()),
    };
    audit::record(conn, office, actor, book, &change)?;
    Ok(())
}

/// The day shortens the appointment, and nothing was done under it later.
fn check_day(conn: &mut Conn, row: &StandIn, last_day: NaiveDate) -> Result<(), Error> {
    let earliest = row
        .valid_from
        .checked_sub_days(Days::new(1))
        .unwrap_or(row.valid_from);
    if last_day >= row.valid_to || last_day < earliest {
        let say = Say::new(
            format!(
                "结束日要早于原定的 {}，不早于起日前一天（{earliest}，即完全取消）。",
                row.valid_to
            ),
            format!(
                "The day must be before {}, and not before {earliest}, which takes the appointment back altogether.",
                row.valid_to
            ),
        );
        return Err(Error::refuse("stand_in.end_day", "last_day", say));
    }
    let decided: Option<NaiveDateTime> = first_review::table
        .filter(first_review::book_id.eq(row.book_id))
        .filter(first_review::stand_in.eq(Some(row.id)))
        .select(diesel::dsl::max(first_review::decided_at))
        .get_result(conn)?;
    let worked = decided.map(crate::values::day::shanghai_day);
    match worked.filter(|day| *day > last_day) {
        Some(day) => {
            let say = Say::new(
                format!("代办人在 {day} 还初审过凭证，结束日不能早于这一天。"),
                format!("The stand-in still checked a voucher on {day}; the last day cannot be before that."),
            );
            Err(Error::refuse("stand_in.worked", "last_day", say))
        }
        None => Ok(()),
    }
}
