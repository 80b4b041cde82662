//! What stands behind a difference: the vouchers to look into.

use diesel::prelude::*;

use crate::db::schema::{entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn, TotalRow};
use crate::error::Error;
use crate::values::{BookId, ContractId, Month, VoucherId};

/// Vouchers named behind one difference.
const NAMED: usize = 5;

/// How a voucher is named to whoever looks into a difference: its number, or its id until it has one.
pub(super) fn name(id: &VoucherId, month: Month, number: Option<i64>) -> String {
    number.map_or_else(|| id.to_string(), |number| format!("{month}-{number:05}"))
}

/// The vouchers whose entries stand in a cell, of whatever member of its dimension, in words to end a difference with; empty for none.
pub(super) fn behind_cell(conn: &mut Conn, cell: &TotalRow) -> Result<String, Error> {
    let ids: Vec<VoucherId> = entry::table
        .filter(entry::book_id.eq(cell.book_id))
        .filter(entry::measure.eq(cell.measure))
        .filter(entry::region_id.eq(cell.region_id))
        .filter(entry::month.eq(cell.month))
        .select(entry::voucher_id)
        .distinct()
        .load(conn)?;
    named(conn, cell.book_id, &ids)
}

/// The same of the contract that a difference mentions by its id, if it mentions one.
pub(super) fn behind_contract(conn: &mut Conn, book: BookId, what: &str) -> Result<String, Error> {
    let mentioned = what
        .split_whitespace()
        .find_map(|word| ContractId::parse(word).ok());
    let Some(contract) = mentioned else {
        return Ok(String::new());
    };
    let ids: Vec<VoucherId> = voucher_line::table
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq(contract))
        .select(voucher_line::voucher_id)
        .distinct()
        .load(conn)?;
    named(conn, book, &ids)
}

/// ` [vouchers 2023-05-00001, 2023-06-00003]`, the earliest few.
fn named(conn: &mut Conn, book: BookId, ids: &[VoucherId]) -> Result<String, Error> {
    let mut numbers: Vec<(Month, i64)> = Vec::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(Month, Option<i64>)> = voucher::table
            .filter(voucher::book_id.eq(book))
            .filter(voucher::id.eq_any(some))
            .filter(voucher::number.is_not_null())
            .select((voucher::posting_month, voucher::number))
            .load(conn)?;
        numbers.extend(
            rows.into_iter()
                .filter_map(|(month, number)| Some((month, number?))),
        );
    }
    numbers.sort_unstable();
    let shown: Vec<String> = numbers
        .iter()
        .take(NAMED)
        .map(|(month, number)| format!("{month}-{number:05}"))
        .collect();
    let more = if numbers.len() > NAMED { " …" } else { "" };
    Ok(match shown.is_empty() {
        true => String::new(),
        false => format!(" [vouchers {}{more}]", shown.join(", ")),
    })
}
