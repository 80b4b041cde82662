//! Entries and totals: the only code that writes either.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::kind::Posting;
use super::queue::EntryRow;
use super::totals::Dimension;
use super::voucher::Voucher;
use crate::db::schema::entry;
use crate::db::{Conn, TotalRow, add_to_totals, insert_all};
use crate::error::Error;
use crate::values::{MeasureId, Month, RegionId, Say};

/// Keeps a submitted voucher's would-be entries at its would-be month.
pub(super) fn pending(conn: &mut Conn, voucher: &Voucher, postings: &[Posting]) -> Result<(), Error> {
    insert(conn, voucher, true, voucher.posting_month, postings)
}

/// Posts an approved voucher's entries.
pub(super) fn posted(
    conn: &mut Conn,
    voucher: &Voucher,
    month: Month,
    postings: &[Posting],
) -> Result<(), Error> {
    insert(conn, voucher, false, month, postings)
}

/// Takes a voucher's pending entries away again.
pub(super) fn clear_pending(conn: &mut Conn, voucher: &Voucher) -> Result<(), Error> {
    let of_voucher = entry::table
        .filter(entry::book_id.eq(voucher.book_id))
        .filter(entry::voucher_id.eq(&voucher.id))
        .filter(entry::pending.eq(true));
    diesel::delete(of_voucher).execute(conn)?;
    Ok(())
}

fn insert(
    conn: &mut Conn,
    voucher: &Voucher,
    pending: bool,
    month: Month,
    postings: &[Posting],
) -> Result<(), Error> {
    let row = |(posting, n): (&Posting, i32)| {
        Ok(EntryRow {
            book_id: voucher.book_id,
            voucher_id: voucher.id.clone(),
            pending,
            n,
            line: i32::try_from(posting.line).map_err(|_| Error::Failed("too many lines".to_owned()))?,
            month,
            measure: posting.measure,
            region_id: posting.region,
            institution_id: posting.institution,
            product_id: posting.product,
            specialist_id: posting.specialist,
            contract_id: posting.contract.clone(),
            subject_id: posting.subject,
            amount: posting.amount,
        })
    };
    let rows: Vec<EntryRow> = postings.iter().zip(1..).map(row).collect::<Result<_, Error>>()?;
    insert_all!(conn, entry::table, &rows)?;
    if !pending {
        add_to_totals(conn, &cells(&rows)?)?;
    }
    Ok(())
}

/// What tells one cell of a book's totals from another.
type Key = (MeasureId, Dimension, i64, RegionId, Month);

/// The cells of the totals that these entries add to: each entry once over everything and once
/// per dimension it has. Distinct measures have no cells: they are counted over entries; nor have
/// pending entries, which are few and are summed where they are asked for.
pub(super) fn cells(entries: &[EntryRow]) -> Result<Vec<TotalRow>, Error> {
    let mut sums: BTreeMap<Key, i64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.subject_id.is_none()) {
        for dimension in Dimension::EVERY {
            let id = dimension.id_of(entry);
            let key = (entry.measure, dimension, id, entry.region_id, entry.month);
            let cell = sums.entry(key).or_default();
            *cell = cell.checked_add(entry.amount).ok_or_else(overflow)?;
        }
    }
    let Some(book_id) = entries.first().map(|entry| entry.book_id) else {
        return Ok(Vec::new());
    };
    let row = |((measure, dimension, dimension_id, region_id, month), amount): (Key, i64)| TotalRow {
        book_id,
        measure,
        dimension: dimension.code(),
        dimension_id,
        region_id,
        month,
        amount,
    };
    Ok(sums.into_iter().map(row).collect())
}

fn overflow() -> Error {
    Error::refuse(
        "amount.overflow",
        "amount",
        Say::new(
            "金额过大，超出可记录的范围。",
            "The amount is too large to be recorded.",
        ),
    )
}
