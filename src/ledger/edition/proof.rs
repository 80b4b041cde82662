//! Editions held against their digests, the audit chain and the totals.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::cells::{CellKey, CellText, read_cells};
use super::{CLOSED, EditionRow, cells_text, editions, month_cells};
use crate::db::Conn;
use crate::db::schema::edition;
use crate::error::Error;
use crate::ledger::Book;
use crate::values::{BookId, MeasureId};

/// One thing wrong with a book's editions: what, as stored, as it should be.
type Wrong = (String, String, String);

/// Holds every edition of a book against its digest and its audit row, and the last edition of each
/// month that stands closed against the totals.
pub fn editions_differ(conn: &mut Conn, book: &Book, is_city: bool) -> Result<Vec<Wrong>, Error> {
    let mut found = Vec::new();
    let heads = editions(conn, book.id)?;
    let audited = audited(conn, book.id)?;
    for (month, number) in audited.keys() {
        if !heads
            .iter()
            .any(|e| e.month.to_string() == *month && e.number == *number)
        {
            found.push((
                format!("edition {number} of {month}"),
                "missing".to_owned(),
                "audited".to_owned(),
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for head in heads {
        let row: EditionRow = edition::table
            .find((book.id, head.month, head.number))
            .select(EditionRow::as_select())
            .first(conn)?;
        let what = format!("edition {} of {}", row.number, row.month);
        let should_be = row.digest();
        if row.digest != should_be {
            found.push((format!("{what}: its digest"), row.digest.clone(), should_be));
        }
        let sealed = audited.get(&(row.month.to_string(), row.number));
        if sealed != Some(&row.digest) {
            let sealed = sealed.cloned().unwrap_or_else(|| "no audit row".to_owned());
            found.push((
                format!("{what}: its digest in the audit chain"),
                row.digest.clone(),
                sealed,
            ));
        }
        let is_latest = seen.insert(row.month);
        if is_latest && !is_city && row.month < book.first_open_month {
            found.extend(cells_differ(conn, &what, &row)?);
        }
    }
    Ok(found)
}

/// The digests that the audit chain keeps of a book's editions, by month and number.
fn audited(conn: &mut Conn, book_id: BookId) -> Result<BTreeMap<(String, i32), String>, Error> {
    use crate::db::schema::audit as log;
    let rows: Vec<(String, i32, String)> = log::table
        .filter(log::book_id.eq(book_id))
        .filter(log::action.eq(CLOSED))
        .select((log::subject, log::revision, log::digest))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(month, number, digest)| ((month, number), digest))
        .collect())
}

fn cells_differ(conn: &mut Conn, what: &str, row: &EditionRow) -> Result<Vec<Wrong>, Error> {
    let Some(stored) = read_cells(&row.totals) else {
        return Ok(vec![(
            format!("{what}: its totals"),
            "damaged".to_owned(),
            "lines of cells".to_owned(),
        )]);
    };
    let cells = month_cells(conn, row.book_id, row.month)?;
    let now = read_cells(&cells_text(&cells)).unwrap_or_default();
    let keys: BTreeSet<&CellKey> = stored.keys().chain(now.keys()).collect();
    let differing = keys.into_iter().filter(|key| stored.get(key) != now.get(key));
    Ok(differing
        .map(|key| {
            let shown = |cells: &CellText| cells.get(key).map_or(0, |sums| sums.0).to_string();
            let code = crate::values::measure::by_id(MeasureId(key.0)).map_or("?", |measure| measure.code);
            let (_, dimension, member, region) = key;
            (
                format!("{what}: {code} region #{region} dimension {dimension}/{member}"),
                shown(&stored),
                shown(&now),
            )
        })
        .collect())
}
