//! Proving the derived from the original: totals from entries, positions from entries, the
//! audit chain from its rows.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Office;
use super::audit::AuditRow;
use super::book::{Book, books, register_book};
use super::distinct;
use super::edition;
use super::post::Cells;
use super::queue::EntryRow;
use crate::db::schema::{audit, counted_subject, entry, total, voucher, voucher_line};
use crate::db::{Conn, SubjectRow, TotalRow, add_to_totals, keep_new_subjects, sum_i64};
use crate::error::Error;
use crate::values::{BookId, MeasureId, Month, SubjectId, VoucherId, measure};
use crate::vault;

/// One place where what is stored is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub book: String,
    /// What was compared, with the ids to find it by.
    pub what: String,
    pub stored: String,
    pub should_be: String,
}

/// Every month there is.
const ALWAYS: (Month, Month) = (Month::MIN, Month::MAX);

type CellKey = (i32, i64, MeasureId, i64, i32);

/// Compares everything derived with what it is derived from, book by book.
pub fn verify(conn: &mut Conn, office: &Office<'_>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for book in books(conn)? {
        found.extend(verify_book(conn, office, &book)?);
    }
    found.extend(verify_subjects(conn)?);
    Ok(found)
}

/// Compares what one book derives.
pub fn verify_book(conn: &mut Conn, office: &Office<'_>, book: &Book) -> Result<Vec<Difference>, Error> {
    let mut found = totals_differ(conn, book)?;
    found.extend(vouchers_differ(conn, book)?);
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
    for positions in &office.kinds.positions {
        found.extend((positions.check)(conn, book)?);
    }
    Ok(found)
}

/// Throws away what is derived from entries, in every book, and derives it anew.
pub fn rebuild(conn: &mut Conn) -> Result<(), Error> {
    for book in books(conn)? {
        diesel::delete(total::table.filter(total::book_id.eq(book.id))).execute(conn)?;
        let rows = totals_of_entries(conn, book.id, ALWAYS)?;
        add_to_totals(conn, &rows)?;
    }
    diesel::delete(counted_subject::table).execute(conn)?;
    let subjects = distinct::subjects_of_entries(conn)?;
    keep_new_subjects(conn, &subjects)?;
    Ok(())
}

/// What a book's totals of some months should be.
fn totals_of_entries(
    conn: &mut Conn,
    book_id: BookId,
    months: (Month, Month),
) -> Result<Vec<TotalRow>, Error> {
    let mut cells = Cells::new(book_id);
    cells.add_entries(&grouped_entries(conn, book_id, months)?)?;
    let counted = distinct::all_posted(conn, book_id)?;
    distinct::add_changes(&[], &counted.iter().collect::<Vec<_>>(), &mut cells)?;
    let mut rows = cells.into_rows();
    rows.retain(|row| (months.0..=months.1).contains(&row.month));
    Ok(rows)
}

/// The book's additive entries, summed by everything a cell is keyed by: as many rows as there
/// are cells, however many entries there are.
fn grouped_entries(conn: &mut Conn, book_id: BookId, months: (Month, Month)) -> Result<Vec<EntryRow>, Error> {
    let key = (
        entry::month,
        entry::measure,
        entry::region_id,
        entry::institution_id,
        entry::product_id,
        entry::specialist_id,
    );
    // Written so, the condition does not offer the index of posted entries: fetched through it, all
    // entries of a book take six times as long as read in their own order.
    let mut query = entry::table
        .filter(entry::book_id.eq(book_id))
        .filter(entry::pending.eq(false))
        .filter(entry::subject_id.is_null())
        .group_by(key)
        .select((
            entry::month,
            entry::measure,
            entry::region_id,
            entry::institution_id,
            entry::product_id,
            entry::specialist_id,
            sum_i64("amount"),
        ))
        .into_boxed();
    if months != ALWAYS {
        query = query
            .filter(diesel::dsl::not(entry::pending))
            .filter(entry::month.between(months.0, months.1));
    }
    let rows: Vec<(_, _, _, _, _, _, i64)> = query.load(conn)?;
    let row = |(month, measure, region_id, institution_id, product_id, specialist_id, amount)| EntryRow {
        book_id,
        voucher_id: VoucherId::from_parts(0, [0; 10]),
        n: 0,
        pending: false,
        line: 0,
        month,
        measure,
        region_id,
        institution_id,
        product_id,
        specialist_id,
        contract_id: None,
        subject_id: None,
        amount,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn keyed(rows: Vec<TotalRow>) -> BTreeMap<CellKey, (i64, i64)> {
    rows.into_iter()
        .filter(|row| (row.amount, row.in_month) != (0, 0))
        .map(|row| {
            let key = (
                row.dimension,
                row.dimension_id,
                row.measure,
                row.region_id.0,
                row.month.number(),
            );
            (key, (row.amount, row.in_month))
        })
        .collect()
}

fn totals_differ(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    totals_differ_in(conn, book, ALWAYS)
}

/// Compares the totals of one month with its entries.
pub fn month_differs(conn: &mut Conn, book: &Book, month: Month) -> Result<Vec<Difference>, Error> {
    totals_differ_in(conn, book, (month, month))
}

fn totals_differ_in(conn: &mut Conn, book: &Book, months: (Month, Month)) -> Result<Vec<Difference>, Error> {
    let stored: Vec<TotalRow> = total::table
        .filter(total::book_id.eq(book.id))
        .filter(total::month.between(months.0, months.1))
        .select(TotalRow::as_select())
        .load(conn)?;
    let stored = keyed(stored);
    let should_be = keyed(totals_of_entries(conn, book.id, months)?);
    let mut found = Vec::new();
    let keys: std::collections::BTreeSet<_> = stored.keys().chain(should_be.keys()).collect();
    for key in keys {
        let (is, must) = (
            stored.get(key).copied().unwrap_or_default(),
            should_be.get(key).copied().unwrap_or_default(),
        );
        if is != must {
            let shown = |(amount, in_month): (i64, i64)| match in_month {
                0 => amount.to_string(),
                _ => format!("{amount} ({in_month} in the month)"),
            };
            let (dimension, member, measure_id, region, month) = key;
            let code = measure::by_id(*measure_id).map_or("?", |measure| measure.code);
            found.push(Difference {
                book: book.name.clone(),
                what: format!("total {code} month {month} region #{region} dimension {dimension}/{member}"),
                stored: shown(is),
                should_be: shown(must),
            });
        }
    }
    Ok(found)
}

/// Whom the distinct measures count, across all books: nobody missing, and everyone who stands in
/// more than one region or book known as such.
pub fn verify_subjects(conn: &mut Conn) -> Result<Vec<Difference>, Error> {
    let name = register_book(conn)?.map_or_else(String::new, |book| book.name);
    let stored: Vec<SubjectRow> = counted_subject::table
        .select(SubjectRow::as_select())
        .load(conn)?;
    let keyed = |rows: Vec<SubjectRow>| -> BTreeMap<_, bool> {
        rows.into_iter()
            .map(|row| ((row.measure, row.subject_id), row.shared))
            .collect()
    };
    let (stored, should_be) = (keyed(stored), keyed(distinct::subjects_of_entries(conn)?));
    let said = |shared: Option<&bool>| match shared {
        None => "not counted",
        Some(false) => "in one region",
        Some(true) => "in several",
    };
    let keys: std::collections::BTreeSet<_> = stored.keys().chain(should_be.keys()).collect();
    let differing = keys
        .into_iter()
        .filter(|key| stored.get(key) != should_be.get(key));
    let difference = |key: &(MeasureId, SubjectId)| Difference {
        book: name.clone(),
        what: format!(
            "subject #{} of {}",
            key.1,
            measure::by_id(key.0).map_or("?", |measure| measure.code)
        ),
        stored: said(stored.get(key)).to_owned(),
        should_be: said(should_be.get(key)).to_owned(),
    };
    Ok(differing.map(difference).collect())
}

/// Only an approved voucher has posted entries and only a waiting one pending ones (a voucher may
/// rightly have none: a loan classed 关注 moves no figure); its amount is the sum of its lines.
fn vouchers_differ(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    let states: Vec<(VoucherId, String, i32, i64)> = voucher::table
        .filter(voucher::book_id.eq(book.id))
        .select((
            voucher::id,
            voucher::state,
            voucher::revision,
            diesel::dsl::sql::<diesel::sql_types::BigInt>("amount_fen"),
        ))
        .load(conn)?;
    let with_entries: Vec<(VoucherId, bool)> = entry::table
        .filter(entry::book_id.eq(book.id))
        .select((entry::voucher_id, entry::pending))
        .distinct()
        .load(conn)?;
    let with_entries: std::collections::HashSet<(VoucherId, bool)> = with_entries.into_iter().collect();
    let line_sums: Vec<(VoucherId, i32, i64)> = voucher_line::table
        .filter(voucher_line::book_id.eq(book.id))
        .group_by((voucher_line::voucher_id, voucher_line::revision))
        .select((
            voucher_line::voucher_id,
            voucher_line::revision,
            sum_i64("amount_fen"),
        ))
        .load(conn)?;
    let line_sums: BTreeMap<(VoucherId, i32), i64> = line_sums
        .into_iter()
        .map(|(id, revision, sum)| ((id, revision), sum))
        .collect();
    let mut found = Vec::new();
    for (id, state, revision, amount) in states {
        for (pending, states_with) in [
            (false, ["approved", "reversed"].as_slice()),
            (true, &["submitted"]),
        ] {
            let has = with_entries.contains(&(id.clone(), pending));
            if has && !states_with.contains(&state.as_str()) {
                found.push(Difference {
                    book: book.name.clone(),
                    what: format!(
                        "voucher {id} is {state} but has {} entries",
                        if pending { "pending" } else { "posted" }
                    ),
                    stored: "entries".to_owned(),
                    should_be: "none".to_owned(),
                });
            }
        }
        let lines = line_sums.get(&(id.clone(), revision)).copied().unwrap_or(0);
        if lines != amount {
            found.push(Difference {
                book: book.name.clone(),
                what: format!("voucher {id} amount"),
                stored: amount.to_string(),
                should_be: lines.to_string(),
            });
        }
    }
    Ok(found)
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
