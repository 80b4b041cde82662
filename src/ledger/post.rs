//! Entries and totals: the only code that writes either.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::distinct;
use super::kind::Posting;
use super::queue::EntryRow;
use super::totals::Dimension;
use super::voucher::Voucher;
use crate::db::schema::entry;
use crate::db::{Conn, TotalRow, add_to_totals, insert_all};
use crate::error::Error;
use crate::values::{BookId, MeasureId, Month, RegionId, Say};
use crate::vault;

/// Keeps a submitted voucher's would-be entries at its would-be month.
pub(super) fn pending(conn: &mut Conn, voucher: &Voucher, postings: &[Posting]) -> Result<(), Error> {
    let rows = rows(voucher, true, voucher.posting_month, postings)?;
    insert_all!(conn, entry::table, &rows)?;
    Ok(())
}

/// Posts an approved voucher's entries: those that wait, where they still say the same, or what the
/// approval's own assessment says in their place.
pub(super) fn posted(
    conn: &mut Conn,
    voucher: &Voucher,
    month: Month,
    postings: &[Posting],
) -> Result<(), Error> {
    let rows = rows(voucher, false, month, postings)?;
    let mut cells = Cells::new(voucher.book_id);
    cells.add_entries(&rows)?;
    distinct::count(conn, voucher.book_id, &rows, &mut cells)?;
    add_to_totals(conn, &cells.into_rows())?;
    if digest(postings) != voucher.entries_digest {
        clear_pending(conn, voucher)?;
        insert_all!(conn, entry::table, &rows)?;
        return Ok(());
    }
    let waiting = entry::table
        .filter(entry::book_id.eq(voucher.book_id))
        .filter(entry::voucher_id.eq(&voucher.id));
    let moved = diesel::update(waiting)
        .set((entry::pending.eq(false), entry::month.eq(month)))
        .execute(conn)?;
    if moved != rows.len() {
        return Err(Error::Failed(format!(
            "voucher {} has {moved} pending entries instead of {}",
            voucher.id,
            rows.len()
        )));
    }
    Ok(())
}

/// Takes a voucher's pending entries away again.
pub(super) fn clear_pending(conn: &mut Conn, voucher: &Voucher) -> Result<(), Error> {
    let of_voucher = entry::table
        .filter(entry::book_id.eq(voucher.book_id))
        .filter(entry::voucher_id.eq(&voucher.id))
        .filter(entry::pending);
    diesel::delete(of_voucher).execute(conn)?;
    Ok(())
}

/// SHA-256 of everything the postings say; the month is not theirs to say.
pub(super) fn digest(postings: &[Posting]) -> String {
    let mut text = Vec::new();
    for posting in postings {
        let numbers = [
            i64::try_from(posting.line).unwrap_or(i64::MAX),
            i64::from(posting.measure.0),
            posting.region.0,
            posting.institution.0,
            posting.product.0,
            posting.specialist.0,
            posting.subject.map_or(0, |subject| subject.0),
            posting.amount,
        ];
        text.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        let contract = posting.contract.as_ref().map_or("", |contract| contract.as_str());
        text.extend(contract.bytes().chain([b'\n']));
    }
    vault::digest(&text)
}

fn rows(
    voucher: &Voucher,
    pending: bool,
    month: Month,
    postings: &[Posting],
) -> Result<Vec<EntryRow>, Error> {
    let row = |(posting, n): (&Posting, i32)| {
        Ok(EntryRow {
            book_id: voucher.book_id,
            voucher_id: voucher.id.clone(),
            n,
            pending,
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
    postings.iter().zip(1..).map(row).collect()
}

/// What tells one cell of a book's totals from another: measure, dimension and its member, region, month.
pub(super) type Key = (MeasureId, Dimension, i64, RegionId, Month);

/// What is to be added to the cells of one book's totals. Pending entries have none: they are few
/// and are summed where they are asked for.
pub(super) struct Cells {
    book: BookId,
    sums: BTreeMap<Key, (i64, i64)>,
}

impl Cells {
    pub(super) fn new(book: BookId) -> Cells {
        Cells {
            book,
            sums: BTreeMap::new(),
        }
    }

    /// Adds to one cell: `amount` to what the month changed, `in_month` to what it counted alone.
    pub(super) fn add(&mut self, key: Key, amount: i64, in_month: i64) -> Result<(), Error> {
        let cell = self.sums.entry(key).or_default();
        cell.0 = cell.0.checked_add(amount).ok_or_else(overflow)?;
        cell.1 = cell.1.checked_add(in_month).ok_or_else(overflow)?;
        Ok(())
    }

    /// Adds the additive ones of these entries: each once over everything and once per dimension.
    pub(super) fn add_entries(&mut self, entries: &[EntryRow]) -> Result<(), Error> {
        for entry in entries.iter().filter(|entry| entry.subject_id.is_none()) {
            for dimension in Dimension::EVERY {
                let id = dimension.id_of(entry);
                self.add(
                    (entry.measure, dimension, id, entry.region_id, entry.month),
                    entry.amount,
                    0,
                )?;
            }
        }
        Ok(())
    }

    /// The cells in which anything changes.
    pub(super) fn into_rows(self) -> Vec<TotalRow> {
        let book_id = self.book;
        let row = |((measure, dimension, dimension_id, region_id, month), (amount, in_month))| TotalRow {
            book_id,
            measure,
            dimension: Dimension::code(dimension),
            dimension_id,
            region_id,
            month,
            amount,
            in_month,
        };
        let changed = |(_, sums): &(Key, (i64, i64))| *sums != (0, 0);
        self.sums.into_iter().filter(changed).map(row).collect()
    }
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
