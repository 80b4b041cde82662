//! Entries and totals: the only code that writes either.

use diesel::prelude::*;

use super::distinct;
use super::kind::Posting;
use super::queue::EntryRow;
use super::totals::Dimension;
use super::voucher::Voucher;
use crate::db::schema::entry;
use crate::db::{Conn, TotalRow, add_to_totals, insert_all};
use crate::error::Error;
use crate::values::{
    BookId, InstitutionId, MeasureId, Month, ProductId, RegionId, Say, SpecialistId, SubjectId,
};
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
    let addends: Vec<Addend> = rows.iter().map(Addend::of).collect();
    cells.add_additive(&addends);
    distinct::count(conn, voucher.book_id, &addends, &mut cells)?;
    add_to_totals(conn, &cells.into_rows()?)?;
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

/// What an entry, or the sum of several alike, adds to the totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addend {
    pub measure: MeasureId,
    /// Whom a distinct measure counts; none of an additive one.
    pub subject: Option<SubjectId>,
    pub month: Month,
    pub region: RegionId,
    pub institution: InstitutionId,
    pub product: ProductId,
    pub specialist: SpecialistId,
    pub amount: i64,
}

impl Addend {
    pub(super) fn of(entry: &EntryRow) -> Addend {
        Addend {
            measure: entry.measure,
            subject: entry.subject_id,
            month: entry.month,
            region: entry.region_id,
            institution: entry.institution_id,
            product: entry.product_id,
            specialist: entry.specialist_id,
            amount: entry.amount,
        }
    }

    /// Which member of a dimension it belongs to; 0 for everything, or none.
    pub(super) fn member(&self, dimension: Dimension) -> i64 {
        match dimension {
            Dimension::All => 0,
            Dimension::Institution => self.institution.0,
            Dimension::Product => self.product.0,
            Dimension::Specialist => self.specialist.0,
        }
    }
}

/// What tells one cell of a book's totals from another, in the order of the table: dimension, measure, region,
/// member of the dimension, month.
pub(super) type Key = (Dimension, MeasureId, RegionId, i64, Month);

/// What is to be added to the cells of one book's totals. Pending entries have none: they are few
/// and are summed where they are asked for.
pub(super) struct Cells {
    book: BookId,
    /// Each addition by itself: sorting them once costs less than finding the cell of each.
    added: Vec<(Key, i64, i64)>,
}

impl Cells {
    pub(super) fn new(book: BookId) -> Cells {
        Cells {
            book,
            added: Vec::new(),
        }
    }

    /// Adds to one cell: `amount` to what the month changed, `in_month` to what it counted alone.
    pub(super) fn add(&mut self, key: Key, amount: i64, in_month: i64) {
        self.added.push((key, amount, in_month));
    }

    /// Adds the additive ones of these: each once over everything and once per dimension.
    pub(super) fn add_additive(&mut self, addends: &[Addend]) {
        for addend in addends.iter().filter(|addend| addend.subject.is_none()) {
            for dimension in Dimension::EVERY {
                let member = addend.member(dimension);
                let key = (dimension, addend.measure, addend.region, member, addend.month);
                self.add(key, addend.amount, 0);
            }
        }
    }

    /// The cells in which anything changes, in the order of the table.
    pub(super) fn into_rows(mut self) -> Result<Vec<TotalRow>, Error> {
        self.added.sort_unstable();
        let mut rows = Vec::new();
        for cell in self.added.chunk_by(|one, other| one.0 == other.0) {
            let (mut amount, mut in_month) = (0_i64, 0_i64);
            for (_, more, more_in_month) in cell {
                amount = amount.checked_add(*more).ok_or_else(overflow)?;
                in_month = in_month.checked_add(*more_in_month).ok_or_else(overflow)?;
            }
            let Some((key, ..)) = cell.first().filter(|_| (amount, in_month) != (0, 0)) else {
                continue;
            };
            let (dimension, measure, region_id, dimension_id, month) = *key;
            rows.push(TotalRow {
                book_id: self.book,
                measure,
                dimension: dimension.code(),
                dimension_id,
                region_id,
                month,
                amount,
                in_month,
            });
        }
        Ok(rows)
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
