//! What the desk's pages read of postings.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::super::{ASSIGNMENT_KIND, DepartureDetail, END_KIND, Part, TRANSFER_KIND};
use crate::db::Conn;
use crate::db::schema::assignment;
use crate::error::Error;
use crate::ledger::{self, Actor, Line, State, Voucher, VoucherFilter};
use crate::values::{BookId, SpecialistId, VoucherId};

/// Vouchers looked through for postings that wait.
const LONGEST_QUEUE: i64 = 10_000;

/// How many villages each specialist is posted to on a day, in one book or in all; those without
/// a posting are not in it.
pub(in crate::register) fn villages_in_post(
    conn: &mut Conn,
    book: Option<BookId>,
    day: NaiveDate,
) -> Result<HashMap<SpecialistId, i64>, Error> {
    let (from, to) = book.map_or((BookId(0), BookId(i64::MAX)), |id| (id, id));
    let rows: Vec<(SpecialistId, i64)> = assignment::table
        .filter(assignment::book_id.between(from, to))
        .filter(assignment::valid_from.le(day))
        .filter(assignment::valid_to.is_null().or(assignment::valid_to.ge(day)))
        .group_by(assignment::specialist_id)
        .select((assignment::specialist_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// A posting that is not approved yet.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub voucher: Voucher,
    pub line: Line,
}

impl Waiting {
    /// Whether it ends a posting instead of beginning one.
    pub(super) fn leaves(&self) -> bool {
        let part = self.line.detail::<DepartureDetail>().map(|detail| detail.part);
        self.voucher.kind != ASSIGNMENT_KIND && part.is_ok_and(|part| part == Part::Leaves)
    }
}

/// The returned voucher about a specialist's postings that its maker corrects, of one of these kinds.
///
/// # Errors
/// [`Error::NotFound`] for any other voucher.
pub(super) fn returned_voucher(
    conn: &mut Conn,
    actor: &Actor,
    of: SpecialistId,
    (book, voucher): (&str, &str),
    kinds: &[&str],
) -> Result<(Voucher, Vec<Line>), Error> {
    let book = book.parse().map(BookId).map_err(|_| Error::NotFound)?;
    let voucher = VoucherId::parse(voucher).map_err(|_| Error::NotFound)?;
    let voucher = ledger::find_voucher(conn, book, &voucher)?;
    let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
    let right = kinds.contains(&voucher.kind.as_str())
        && voucher.state()? == State::Returned
        && voucher.reversal_of.is_none()
        && voucher.maker_id == actor.id
        && lines.iter().all(|line| line.specialist == of);
    if right {
        Ok((voucher, lines))
    } else {
        Err(Error::NotFound)
    }
}

/// The postings of a specialist that wait for the reviewer or are back with their maker, newest
/// first.
pub(super) fn waiting_postings(
    conn: &mut Conn,
    books: Vec<BookId>,
    specialist: SpecialistId,
) -> Result<Vec<Waiting>, Error> {
    let filter = VoucherFilter {
        books,
        states: vec![State::Submitted, State::Returned],
        limit: LONGEST_QUEUE,
        ..VoucherFilter::default()
    };
    let mut waiting = Vec::new();
    for voucher in ledger::list_vouchers(conn, &filter)? {
        if ![ASSIGNMENT_KIND, END_KIND, TRANSFER_KIND].contains(&voucher.kind.as_str()) {
            continue;
        }
        for line in ledger::lines_of(conn, &voucher, voucher.revision)? {
            if line.specialist == specialist {
                waiting.push(Waiting {
                    voucher: voucher.clone(),
                    line,
                });
            }
        }
    }
    Ok(waiting)
}
