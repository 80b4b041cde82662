//! Proving the derived from the original: totals from entries, positions from entries, the
//! audit chain from its rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

use super::Office;
use super::audit::AuditRow;
use super::book::{Book, books, register_book};
use super::distinct;
use super::edition;
use super::post::{Addend, Cells};
use crate::db::schema::{audit, counted_subject, entry, total};
use crate::db::{CHUNK, Conn, SubjectRow, TotalRow, add_to_totals, keep_new_subjects, sum_i64};
use crate::error::Error;
use crate::values::{BookId, MeasureId, Month, RegionId, SubjectId, measure};
use crate::vault;

mod behind;
mod files;
mod walk;

/// One place where what is stored is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub book: String,
    /// What was compared, with the ids to find it by.
    pub what: String,
    pub stored: String,
    pub should_be: String,
}

/// Differing totals of one book whose vouchers are looked up; after a ruin of everything the first few do.
const EXPLAINED: usize = 200;

/// Every month there is.
const ALWAYS: (Month, Month) = (Month::MIN, Month::MAX);

/// What a book's totals are made of.
struct Posted {
    additive: Vec<Addend>,
    distinct: Vec<Addend>,
}

/// Compares everything derived with what it is derived from, book by book.
pub fn verify(conn: &mut Conn, office: &Office<'_>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for book in books(conn)? {
        found.extend(verify_book(conn, office, &book)?);
    }
    Ok(found)
}

/// Compares what one book derives.
pub fn verify_book(conn: &mut Conn, office: &Office<'_>, book: &Book) -> Result<Vec<Difference>, Error> {
    let (sums, of_vouchers) = walk::walk(conn, book)?;
    let (posted, contracts) = sums.into_parts();
    let mut found = totals_differ(conn, book, ALWAYS, totals_of(book.id, &posted)?)?;
    found.extend(subjects_differ(conn, book, &posted.distinct)?);
    found.extend(of_vouchers);
    drop(posted);
    found.extend(chain_differs(conn, office, book)?);
    // The city's editions refer to the counties'.
    let is_city = register_book(conn)?.is_some_and(|city| city.id == book.id);
    let editions = edition::editions_differ(conn, book, is_city)?;
    found.extend(editions.into_iter().map(|(what, stored, should_be)| Difference {
        book: book.name.clone(),
        what,
        stored,
        should_be,
    }));
    found.extend(files::files_differ(conn, book)?);
    for positions in &office.kinds.positions {
        for mut difference in (positions.check)(conn, book, &contracts)? {
            difference.what += &behind::behind_contract(conn, book.id, &difference.what)?;
            found.push(difference);
        }
    }
    Ok(found)
}

/// Throws away what is derived from entries, in every book, and derives it anew.
pub fn rebuild(conn: &mut Conn) -> Result<(), Error> {
    for book in books(conn)? {
        diesel::delete(total::table.filter(total::book_id.eq(book.id))).execute(conn)?;
        let (sums, _) = walk::walk(conn, &book)?;
        add_to_totals(conn, &totals_of(book.id, &sums.into_parts().0)?)?;
    }
    diesel::delete(counted_subject::table).execute(conn)?;
    let subjects = distinct::subjects_of_entries(conn)?;
    keep_new_subjects(conn, &subjects)?;
    Ok(())
}

/// Compares the totals of one month with its entries.
pub fn month_differs(conn: &mut Conn, book: &Book, month: Month) -> Result<Vec<Difference>, Error> {
    let posted = Posted {
        additive: additive_of(conn, book.id, month)?,
        distinct: distinct::all_posted(conn, book.id)?,
    };
    let mut should_be = totals_of(book.id, &posted)?;
    should_be.retain(|row| row.month == month);
    totals_differ(conn, book, (month, month), should_be)
}

/// What a book's totals should be, of its additive and its distinct entries.
fn totals_of(book: BookId, posted: &Posted) -> Result<Vec<TotalRow>, Error> {
    let mut cells = Cells::new(book);
    cells.add_additive(&posted.additive);
    distinct::add_changes(&[], &posted.distinct, &mut cells)?;
    cells.into_rows()
}

/// A month's additive entries, summed by everything a cell is keyed by.
fn additive_of(conn: &mut Conn, book_id: BookId, month: Month) -> Result<Vec<Addend>, Error> {
    let key = (
        entry::measure,
        entry::region_id,
        entry::institution_id,
        entry::product_id,
        entry::specialist_id,
    );
    let rows: Vec<(_, _, _, _, _, i64)> = entry::table
        .filter(entry::book_id.eq(book_id))
        .filter(diesel::dsl::not(entry::pending))
        .filter(entry::month.eq(month))
        .filter(entry::subject_id.is_null())
        .group_by(key)
        .select((
            entry::measure,
            entry::region_id,
            entry::institution_id,
            entry::product_id,
            entry::specialist_id,
            sum_i64("amount"),
        ))
        .load(conn)?;
    let addend = |(measure, region, institution, product, specialist, amount)| Addend {
        measure,
        subject: None,
        month,
        region,
        institution,
        product,
        specialist,
        amount,
    };
    Ok(rows.into_iter().map(addend).collect())
}

/// Where a cell lies in the table.
fn place(row: &TotalRow) -> (i32, MeasureId, RegionId, i64, Month) {
    (
        row.dimension,
        row.measure,
        row.region_id,
        row.dimension_id,
        row.month,
    )
}

/// Compares the totals of some months with what they should be.
fn totals_differ(
    conn: &mut Conn,
    book: &Book,
    months: (Month, Month),
    should_be: Vec<TotalRow>,
) -> Result<Vec<Difference>, Error> {
    let stored: Vec<TotalRow> = total::table
        .filter(total::book_id.eq(book.id))
        .filter(total::month.between(months.0, months.1))
        .order((
            total::dimension,
            total::measure,
            total::region_id,
            total::dimension_id,
            total::month,
        ))
        .select(TotalRow::as_select())
        .load(conn)?;
    let stored = stored.into_iter().map(|row| (row, true));
    let mut both: Vec<(TotalRow, bool)> = stored
        .chain(should_be.into_iter().map(|row| (row, false)))
        .collect();
    // Two runs that are each in order already: sorting only merges them.
    both.sort_by_key(|(row, _)| place(row));
    let mut found = Vec::new();
    for cell in both.chunk_by(|(one, _), (other, _)| place(one) == place(other)) {
        let amounts = |wanted: bool| {
            let row = cell.iter().find(|(_, is_stored)| *is_stored == wanted);
            row.map_or((0, 0), |(row, _)| (row.amount, row.in_month))
        };
        let (is, must) = (amounts(true), amounts(false));
        if let Some((row, _)) = cell.first().filter(|_| is != must) {
            let explain = found.len() < EXPLAINED;
            found.push(cell_differs(conn, book, row, (is, must), explain)?);
        }
    }
    Ok(found)
}

/// What a cell holds, and what it should hold: over all, and counted in the month alone.
type Amounts = (i64, i64);

fn cell_differs(
    conn: &mut Conn,
    book: &Book,
    row: &TotalRow,
    (is, must): (Amounts, Amounts),
    explain: bool,
) -> Result<Difference, Error> {
    let shown = |(amount, in_month): Amounts| match in_month {
        0 => amount.to_string(),
        _ => format!("{amount} ({in_month} in the month)"),
    };
    let code = measure::by_id(row.measure).map_or("?", |measure| measure.code);
    let behind = if explain {
        behind::behind_cell(conn, row)?
    } else {
        String::new()
    };
    Ok(Difference {
        book: book.name.clone(),
        what: format!(
            "total {code} month {} region #{} dimension {}/{}{behind}",
            row.month.number(),
            row.region_id.0,
            row.dimension,
            row.dimension_id
        ),
        stored: shown(is),
        should_be: shown(must),
    })
}

/// Whom the distinct measures count: everyone a book counts is known, and known as shared whoever stands in
/// more than one region or book; and nobody else is.
fn subjects_differ(conn: &mut Conn, book: &Book, distinct: &[Addend]) -> Result<Vec<Difference>, Error> {
    let known = known_subjects(conn, book.id, distinct)?;
    let mut others: Vec<BookId> = books(conn)?.into_iter().map(|other| other.id).collect();
    others.retain(|other| *other != book.id);
    let mut stands: Vec<(MeasureId, SubjectId, RegionId)> = distinct
        .iter()
        .filter_map(|addend| Some((addend.measure, addend.subject?, addend.region)))
        .collect();
    stands.sort_unstable();
    stands.dedup();
    let mut found = Vec::new();
    let mut differs = |(measure, subject): (MeasureId, SubjectId), is: Option<bool>, must: Option<bool>| {
        let code = measure::by_id(measure).map_or("?", |measure| measure.code);
        let said = |shared: Option<bool>| match shared {
            None => "not counted",
            Some(false) => "in one region",
            Some(true) => "in several",
        };
        found.push(Difference {
            book: book.name.clone(),
            what: format!("subject #{subject} of {code}"),
            stored: said(is).to_owned(),
            should_be: said(must).to_owned(),
        });
    };
    let mut counted = HashSet::new();
    for regions in stands.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        let Some((measure, subject, _)) = regions.first() else {
            continue;
        };
        let (whom, in_several) = ((*measure, *subject), regions.len() > 1);
        let Some(row) = known.get(&whom) else {
            differs(whom, None, Some(in_several));
            continue;
        };
        counted.insert(whom);
        let must = in_several || row.book_id != book.id || row.shared && stands_in(conn, &others, row)?;
        if row.shared != must {
            differs(whom, Some(row.shared), Some(must));
        }
    }
    let mut idle: Vec<_> = known
        .iter()
        .filter(|(whom, row)| row.book_id == book.id && !counted.contains(*whom))
        .collect();
    idle.sort_unstable_by_key(|(whom, _)| **whom);
    for (whom, row) in idle {
        differs(*whom, Some(row.shared), None);
    }
    Ok(found)
}

/// Those this book counted first, and those of another whom it counts too.
fn known_subjects(
    conn: &mut Conn,
    book: BookId,
    distinct: &[Addend],
) -> Result<HashMap<(MeasureId, SubjectId), SubjectRow>, Error> {
    let keyed = |row: SubjectRow| ((row.measure, row.subject_id), row);
    let own: Vec<SubjectRow> = counted_subject::table
        .filter(counted_subject::book_id.eq(book))
        .select(SubjectRow::as_select())
        .load(conn)?;
    let mut known: HashMap<_, _> = own.into_iter().map(keyed).collect();
    let others: BTreeSet<SubjectId> = distinct
        .iter()
        .filter_map(|addend| addend.subject.map(|subject| (addend.measure, subject)))
        .filter(|whom| !known.contains_key(whom))
        .map(|(_, subject)| subject)
        .collect();
    for some in others.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
        let rows: Vec<SubjectRow> = counted_subject::table
            .filter(counted_subject::subject_id.eq_any(some))
            .filter(counted_subject::book_id.ne(book))
            .select(SubjectRow::as_select())
            .load(conn)?;
        known.extend(rows.into_iter().map(keyed));
    }
    Ok(known)
}

/// Whether one of the other books counts the subject too.
fn stands_in(conn: &mut Conn, others: &[BookId], row: &SubjectRow) -> Result<bool, Error> {
    let elsewhere = entry::table
        .filter(entry::book_id.eq_any(others))
        .filter(entry::measure.eq(row.measure))
        .filter(entry::subject_id.eq(row.subject_id))
        .filter(diesel::dsl::not(entry::pending));
    Ok(diesel::select(diesel::dsl::exists(elsewhere)).get_result(conn)?)
}

fn chain_differs(conn: &mut Conn, office: &Office<'_>, book: &Book) -> Result<Vec<Difference>, Error> {
    let rows: Vec<AuditRow> = audit::table
        .filter(audit::book_id.eq(book.id))
        .order(audit::seq)
        .select(AuditRow::as_select())
        .load(conn)?;
    let mut head = String::new();
    let differs = |what: String, stored: &str, should_be: &str| {
        vec![Difference {
            book: book.name.clone(),
            what,
            stored: stored.to_owned(),
            should_be: should_be.to_owned(),
        }]
    };
    for (row, seq) in rows.iter().zip(1_i64..) {
        if row.seq != seq {
            return Ok(differs(
                "audit chain: a row is missing".to_owned(),
                &row.seq.to_string(),
                &seq.to_string(),
            ));
        }
        head = office
            .vault
            .chain(&head, &vault::digest(row.sealed_text().as_bytes()));
        if head != row.head {
            return Ok(differs(
                format!("audit chain: row {seq} was changed"),
                &row.head,
                &head,
            ));
        }
    }
    if head != book.audit_head {
        return Ok(differs(
            "audit chain: its end".to_owned(),
            &book.audit_head,
            &head,
        ));
    }
    Ok(Vec::new())
}
