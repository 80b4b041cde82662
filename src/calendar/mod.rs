//! Day-end (日终): what the calendar alone changes, in every room that has something to end.
//!
//! What must always hold:
//! - a day can be run twice, late, or again after a kill, and changes nothing it has changed before;
//! - every change is a system voucher dated the day on which it happened, so that it posts to that
//!   day's month, or to the first open one.

use chrono::NaiveDate;

use crate::credit;
use crate::db::Conn;
use crate::error::Error;
use crate::fieldwork;
use crate::insurance;
use crate::ledger::{Actor, Office};
use crate::loans;
use crate::values::BookId;

/// What a day's end has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub lines: usize,
    pub policies: usize,
    /// Loans of which another amount is overdue than before.
    pub overdue: usize,
    pub ratings: usize,
}

/// Brings one book up to `day`: whatever ran out before it leaves force, and the overdue balances are put right. Runs in the caller's write
/// transaction of that book; `actor` is the system's own and acts on `day` or later.
///
/// # Errors
/// A refusal means that what is stored contradicts its own vouchers.
pub fn end_of_day(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    day: NaiveDate,
) -> Result<Ended, Error> {
    Ok(Ended {
        lines: credit::expire_lines(conn, office, actor, book, day)?,
        policies: insurance::expire_policies(conn, office, actor, book, day)?,
        overdue: loans::put_overdue_right(conn, office, actor, book, day)?,
        ratings: fieldwork::expire_ratings(conn, office, actor, book, day)?,
    })
}
