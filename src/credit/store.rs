//! The lines in the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::files;
use crate::db::schema::{credit_line, entry, voucher, voucher_line};
use crate::db::{Conn, delete_where, insert_all, load_where};
use crate::error::Error;
use crate::ledger::{Book, ContractSums, Difference, Positions, State, unlinked, vouchers_with_lines};
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, ProductId, RegionId, SpecialistId, VoucherId, measure,
};

/// A line in force.
pub const ACTIVE: &str = "active";
/// A line whose validity has ended.
pub const EXPIRED: &str = "expired";
/// A line ended before its day.
pub const TERMINATED: &str = "terminated";

/// One line: what it was opened with, and where it stands.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_line)]
#[diesel(treat_none_as_default_value = false)]
pub struct CreditLine {
    pub book_id: BookId,
    pub id: ContractId,
    pub client_id: ClientId,
    pub region_id: RegionId,
    pub institution_id: InstitutionId,
    pub product_id: ProductId,
    pub specialist_id: SpecialistId,
    pub preapproved_fen: Fen,
    /// Zero until granted.
    pub granted_fen: Fen,
    /// Zero until signed.
    pub signed_fen: Fen,
    /// Principal drawn and not repaid.
    pub drawn_fen: Fen,
    /// Everything ever drawn, which a one-off limit counts.
    pub drawn_total_fen: Fen,
    pub revolving: bool,
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: NaiveDate,
    /// [`ACTIVE`], [`EXPIRED`] or [`TERMINATED`]; a frozen line is in force.
    pub state: String,
    /// Since when nothing new is drawn; stays after it was lifted.
    pub frozen_on: Option<NaiveDate>,
    /// From when the freeze was lifted.
    pub unfrozen_on: Option<NaiveDate>,
    /// The business day of the last thing that changed it, its end included.
    pub changed_on: Option<NaiveDate>,
    /// Its signature counted the household; one from before that measure did not.
    pub signed_counted: bool,
}

/// Some lines of a book, by id.
pub fn load_lines(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, CreditLine>, Error> {
    let rows = load_where!(conn, CreditLine, book, credit_line::id in ids)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// One line.
pub fn find_line(conn: &mut Conn, book: BookId, id: &ContractId) -> Result<CreditLine, Error> {
    load_lines(conn, book, std::slice::from_ref(id))?
        .remove(id)
        .ok_or(Error::NotFound)
}

/// One voucher that has had part in a line.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub kind: String,
    pub business_date: NaiveDate,
    pub amount: Fen,
    /// The kind's own part of its voucher line.
    pub detail: String,
    /// A reversal has taken it back.
    pub reversed: bool,
}

/// Every voucher posted on a line, in the order of approval; those taken back among them.
pub(super) fn versions(conn: &mut Conn, book: BookId, id: &ContractId) -> Result<Vec<Version>, Error> {
    let posted = [State::Approved.code(), State::Reversed.code()];
    let rows: Vec<(String, NaiveDate, Fen, String, String)> = vouchers_with_lines()
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq(id))
        .filter(voucher::state.eq_any(posted))
        .filter(voucher::reversal_of.is_null())
        .order((voucher::decided_at, voucher::posting_month, voucher::number))
        .select((
            voucher::kind,
            voucher::business_date,
            voucher_line::amount_fen,
            voucher_line::detail,
            voucher::state,
        ))
        .load(conn)?;
    let version = |(kind, business_date, amount, detail, state): (_, _, _, _, String)| Version {
        kind,
        business_date,
        amount,
        detail,
        reversed: state == State::Reversed.code(),
    };
    Ok(rows.into_iter().map(version).collect())
}

/// Every line of some clients, oldest first.
pub fn lines_of_clients(
    conn: &mut Conn,
    book: BookId,
    clients: &[ClientId],
) -> Result<Vec<CreditLine>, Error> {
    Ok(
        load_where!(conn, CreditLine, book, credit_line::client_id in clients, (credit_line::valid_from, credit_line::id))?,
    )
}

/// Writes lines in place of what is there: one statement to clear, few to write, however many.
pub(super) fn keep_lines(conn: &mut Conn, book: BookId, lines: &[CreditLine]) -> Result<(), Error> {
    let ids: Vec<&ContractId> = lines.iter().map(|line| &line.id).collect();
    delete_where!(conn, book, credit_line::id in ids)?;
    insert_all!(conn, credit_line::table, lines)?;
    Ok(())
}

/// A draw (positive) or a repayment of principal (negative) under each line.
pub fn move_drawn(conn: &mut Conn, book: BookId, moves: &[(ContractId, Fen)]) -> Result<(), Error> {
    let ids: Vec<ContractId> = moves.iter().map(|(id, _)| id.clone()).collect();
    let mut lines = load_lines(conn, book, &ids)?;
    for (id, amount) in moves {
        let line = lines.get_mut(id).ok_or(Error::NotFound)?;
        line.drawn_fen = line.drawn_fen.plus(*amount)?;
        if amount.is_positive() {
            line.drawn_total_fen = line.drawn_total_fen.plus(*amount)?;
        }
    }
    let changed: Vec<CreditLine> = lines.into_values().collect();
    keep_lines(conn, book, &changed)
}

/// Deletes where these lines and files stand, before their vouchers are applied again.
fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    delete_where!(conn, book, credit_line::id in ids)?;
    files::forget_files(conn, book, ids)
}

/// Whether a voucher of signatures counts households: every one does, but those posted before there was
/// that measure.
pub(super) fn counts_signed(conn: &mut Conn, book: BookId, voucher: &VoucherId) -> Result<bool, Error> {
    let posted = [State::Approved.code(), State::Reversed.code()];
    let old: i64 = voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::id.eq(voucher))
        .filter(voucher::state.eq_any(posted))
        .count()
        .get_result(conn)?;
    if old == 0 {
        return Ok(true);
    }
    let counted: i64 = entry::table
        .filter(entry::book_id.eq(book))
        .filter(entry::voucher_id.eq(voucher))
        .filter(entry::measure.eq(measure::CREDIT_SIGNED_HOUSEHOLDS))
        .count()
        .get_result(conn)?;
    Ok(counted > 0)
}

/// What the ledger needs of the lines. The loans that link them to others are not this room's to know.
pub fn positions() -> Positions {
    Positions {
        check: check_positions,
        linked: unlinked,
        forget,
    }
}

/// The lines' amounts against the sums of their entries.
pub(super) fn check_positions(
    conn: &mut Conn,
    book: &Book,
    posted: &ContractSums,
) -> Result<Vec<Difference>, Error> {
    let measures = [
        measure::CREDIT_PREAPPROVED,
        measure::CREDIT_GRANTED,
        measure::CREDIT_SIGNED,
        measure::CREDIT_FROZEN,
        measure::CREDIT_DRAWN,
    ];
    let lines: Vec<CreditLine> = credit_line::table
        .filter(credit_line::book_id.eq(book.id))
        .select(CreditLine::as_select())
        .load(conn)?;
    let stored = lines.into_iter().flat_map(|line| {
        let [preapproved, granted, signed, frozen] = line.in_stocks();
        let amounts = [preapproved, granted, signed, frozen, line.drawn_fen];
        let amounts = measures.into_iter().zip(amounts);
        amounts.map(move |(measure, amount)| ((line.id.clone(), measure), amount.0))
    });
    let mut found = files::check_files(conn, book, posted)?;
    found.extend(posted.differences(book, &measures, stored, |id, code| {
        format!("credit line {id} {code}")
    }));
    Ok(found)
}
