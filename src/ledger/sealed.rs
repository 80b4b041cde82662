//! What stands behind a difference, and vouchers held against what they say of themselves: the digest
//! of their entries, their gapless numbers.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::book::Book;
use super::post;
use super::queue::EntryRow;
use super::reverse::posting;
use super::verify::Difference;
use super::voucher::State;
use crate::db::schema::{book_number, entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::values::{BookId, ContractId, MeasureId, Month, RegionId, VoucherId};

/// Vouchers named behind one difference.
const NAMED: usize = 5;

/// How a voucher is named to whoever looks into a difference: its number, or its id until it has one.
fn name(id: &VoucherId, month: Month, number: Option<i64>) -> String {
    number.map_or_else(|| id.to_string(), |number| format!("{month}-{number:05}"))
}

/// A voucher's entries are the ones it was posted with (or waits with), none of them changed, missing or
/// without their voucher; and each month's numbers run from 1 without a gap.
pub(super) fn vouchers_sealed(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    let kept: Vec<Kept> = voucher::table
        .filter(voucher::book_id.eq(book.id))
        .order(voucher::id)
        .select(Kept::as_select())
        .load(conn)?;
    let with_entries: Vec<VoucherId> = entry::table
        .filter(entry::book_id.eq(book.id))
        .select(entry::voucher_id)
        .distinct()
        .load(conn)?;
    let known: BTreeSet<&VoucherId> = kept.iter().map(|row| &row.id).collect();
    let mut found: Vec<Difference> = with_entries
        .iter()
        .filter(|id| !known.contains(id))
        .map(|id| differs(book, format!("voucher {id}"), "missing", "it has entries"))
        .collect();
    found.extend(numbers_run(conn, book, &kept)?);
    for some in kept.chunks(CHUNK) {
        found.extend(entries_kept(conn, book, some)?);
    }
    Ok(found)
}

/// What a voucher says of itself.
#[derive(Queryable, Selectable)]
#[diesel(table_name = voucher)]
struct Kept {
    id: VoucherId,
    state: String,
    posting_month: Month,
    number: Option<i64>,
    entries_digest: String,
}

fn differs(book: &Book, what: String, stored: &str, should_be: &str) -> Difference {
    Difference {
        book: book.name.clone(),
        what,
        stored: stored.to_owned(),
        should_be: should_be.to_owned(),
    }
}

fn entries_kept(conn: &mut Conn, book: &Book, some: &[Kept]) -> Result<Vec<Difference>, Error> {
    let ids: Vec<&VoucherId> = some.iter().map(|row| &row.id).collect();
    let entries: Vec<EntryRow> = entry::table
        .filter(entry::book_id.eq(book.id))
        .filter(entry::voucher_id.eq_any(ids))
        .order((entry::voucher_id, entry::n))
        .select(EntryRow::as_select())
        .load(conn)?;
    let mut postings: BTreeMap<VoucherId, Vec<_>> = BTreeMap::new();
    let mut months: BTreeMap<VoucherId, BTreeSet<Month>> = BTreeMap::new();
    for entry in entries {
        months
            .entry(entry.voucher_id.clone())
            .or_default()
            .insert(entry.month);
        let of_voucher = postings.entry(entry.voucher_id.clone()).or_default();
        of_voucher.push(posting(entry)?);
    }
    let mut found = Vec::new();
    for row in some {
        let named = format!("voucher {}", name(&row.id, row.posting_month, row.number));
        let own = months.get(&row.id).into_iter().flatten();
        for month in own.filter(|month| **month != row.posting_month) {
            let (stored, should_be) = (month.to_string(), row.posting_month.to_string());
            found.push(differs(
                book,
                format!("{named}: the month of its entries"),
                &stored,
                &should_be,
            ));
        }
        let has_entries = [State::Submitted, State::Approved, State::Reversed].map(State::code);
        // Vouchers older than the digest keep none.
        if row.entries_digest.is_empty() || !has_entries.contains(&row.state.as_str()) {
            continue;
        }
        let digest = post::digest(postings.get(&row.id).map_or(&[], Vec::as_slice));
        if digest != row.entries_digest {
            found.push(differs(
                book,
                format!("{named}: its entries"),
                &digest,
                &row.entries_digest,
            ));
        }
    }
    Ok(found)
}

/// The numbers of each month are 1, 2, 3 up to the last one given.
fn numbers_run(conn: &mut Conn, book: &Book, kept: &[Kept]) -> Result<Vec<Difference>, Error> {
    let last: Vec<(Month, i64)> = book_number::table
        .filter(book_number::book_id.eq(book.id))
        .select((book_number::month, book_number::last))
        .load(conn)?;
    let mut given: BTreeMap<Month, BTreeMap<i64, usize>> = BTreeMap::new();
    for row in kept {
        if let Some(number) = row.number {
            *given
                .entry(row.posting_month)
                .or_default()
                .entry(number)
                .or_default() += 1;
        }
    }
    let last: BTreeMap<Month, i64> = last.into_iter().collect();
    let months: BTreeSet<&Month> = last.keys().chain(given.keys()).collect();
    let mut found = Vec::new();
    for month in months {
        let end = last.get(month).copied().unwrap_or(0);
        let known = given.get(month);
        let times = |number: i64| known.and_then(|known| known.get(&number)).copied().unwrap_or(0);
        let beyond = known
            .into_iter()
            .flat_map(BTreeMap::keys)
            .copied()
            .filter(|number| *number > end);
        let wrong = (1..=end).filter(|number| times(*number) != 1).chain(beyond);
        found.extend(wrong.map(|number| {
            let stored = format!("{} vouchers", times(number));
            let should_be = if number > end { "none yet" } else { "1 voucher" };
            differs(
                book,
                format!("voucher {month}-{number:05}: its number"),
                &stored,
                should_be,
            )
        }));
    }
    Ok(found)
}

/// A cell of the totals, over every member of a dimension.
pub(super) struct CellOf {
    pub measure: MeasureId,
    pub region: RegionId,
    pub month: Month,
}

/// The vouchers whose entries stand in a cell, in words to end a difference with; empty for none.
pub(super) fn behind_cell(conn: &mut Conn, book: BookId, cell: &CellOf) -> Result<String, Error> {
    let ids: Vec<VoucherId> = entry::table
        .filter(entry::book_id.eq(book))
        .filter(entry::measure.eq(cell.measure))
        .filter(entry::region_id.eq(cell.region))
        .filter(entry::month.eq(cell.month))
        .select(entry::voucher_id)
        .distinct()
        .load(conn)?;
    named(conn, book, &ids)
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
