//! Proving the derived from the original: totals from entries, positions from entries, the
//! audit chain from its rows.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Office;
use super::audit::AuditRow;
use super::book::{Book, books};
use super::post::cells;
use super::queue::EntryRow;
use crate::db::schema::{audit, entry, total, voucher, voucher_line};
use crate::db::{Conn, TotalRow, add_to_totals, sum_i64};
use crate::error::Error;
use crate::values::{BookId, MeasureId, VoucherId, measure};
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

type CellKey = (i32, i64, MeasureId, i64, i32);

/// Compares everything derived with what it is derived from, book by book.
pub fn verify(conn: &mut Conn, office: &Office<'_>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for book in books(conn)? {
        found.extend(totals_differ(conn, &book)?);
        found.extend(vouchers_differ(conn, &book)?);
        found.extend(chain_differs(conn, office, &book)?);
        for check in &office.kinds.positions {
            found.extend(check(conn, &book)?);
        }
    }
    Ok(found)
}

/// Throws the totals of a book away and adds them up again from its entries.
pub fn rebuild_totals(conn: &mut Conn, book: &Book) -> Result<(), Error> {
    diesel::delete(total::table.filter(total::book_id.eq(book.id))).execute(conn)?;
    let rows = cells(&grouped_entries(conn, book.id)?)?;
    add_to_totals(conn, &rows)?;
    Ok(())
}

/// The book's additive entries, summed by everything a cell is keyed by: as many rows as there
/// are cells, however many entries there are.
fn grouped_entries(conn: &mut Conn, book_id: BookId) -> Result<Vec<EntryRow>, Error> {
    let key = (
        entry::month,
        entry::measure,
        entry::region_id,
        entry::institution_id,
        entry::product_id,
        entry::specialist_id,
    );
    let rows: Vec<(_, _, _, _, _, _, i64)> = entry::table
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
        .load(conn)?;
    let row = |(month, measure, region_id, institution_id, product_id, specialist_id, amount)| EntryRow {
        book_id,
        voucher_id: VoucherId::from_parts(0, [0; 10]),
        pending: false,
        n: 0,
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

fn keyed(rows: Vec<TotalRow>) -> BTreeMap<CellKey, i64> {
    rows.into_iter()
        .filter(|row| row.amount != 0)
        .map(|row| {
            let key = (
                row.dimension,
                row.dimension_id,
                row.measure,
                row.region_id.0,
                row.month.number(),
            );
            (key, row.amount)
        })
        .collect()
}

fn totals_differ(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    let stored: Vec<TotalRow> = total::table
        .filter(total::book_id.eq(book.id))
        .select(TotalRow::as_select())
        .load(conn)?;
    let stored = keyed(stored);
    let should_be = keyed(cells(&grouped_entries(conn, book.id)?)?);
    let mut found = Vec::new();
    let keys: std::collections::BTreeSet<_> = stored.keys().chain(should_be.keys()).collect();
    for key in keys {
        let (is, must) = (
            stored.get(key).copied().unwrap_or(0),
            should_be.get(key).copied().unwrap_or(0),
        );
        if is != must {
            let (dimension, member, measure_id, region, month) = key;
            let code = measure::by_id(*measure_id).map_or("?", |measure| measure.code);
            found.push(Difference {
                book: book.name.clone(),
                what: format!("total {code} month {month} region #{region} dimension {dimension}/{member}"),
                stored: is.to_string(),
                should_be: must.to_string(),
            });
        }
    }
    Ok(found)
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
        for (pending, state_with) in [(false, "approved"), (true, "submitted")] {
            let has = with_entries.contains(&(id.clone(), pending));
            if has && state != state_with {
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
