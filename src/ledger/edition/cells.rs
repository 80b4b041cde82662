//! A month's totals as an edition keeps them, and what changed between two editions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use diesel::dsl::not;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Edition, edition_totals};
use crate::db::schema::{entry, total, voucher};
use crate::db::{Conn, TotalRow};
use crate::error::Error;
use crate::values::{BookId, MeasureId, Month, RegionId, VoucherId};

/// What tells one cell of a month from another: measure, dimension and its member, region.
pub(super) type CellKey = (i32, i32, i64, i64);
pub(super) type CellText = BTreeMap<CellKey, (i64, i64)>;

/// The cells of a month's totals with something in them.
pub fn month_cells(conn: &mut Conn, book_id: BookId, month: Month) -> Result<Vec<TotalRow>, Error> {
    let rows: Vec<TotalRow> = total::table
        .filter(total::book_id.eq(book_id))
        .filter(total::month.eq(month))
        .order((
            total::measure,
            total::dimension,
            total::dimension_id,
            total::region_id,
        ))
        .select(TotalRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter(|row| (row.amount, row.in_month) != (0, 0))
        .collect())
}

/// A month's totals as an edition keeps them, a line for each cell: measure, dimension, member, region,
/// what the month changed, and what it counted by itself.
pub fn cells_text(cells: &[TotalRow]) -> String {
    let mut text = String::with_capacity(cells.len() * 24);
    for row in cells {
        let _ = writeln!(
            text,
            "{} {} {} {} {} {}",
            row.measure.0, row.dimension, row.dimension_id, row.region_id.0, row.amount, row.in_month
        );
    }
    text
}

/// Reads such a text; a line that does not read is damage.
pub(super) fn read_cells(text: &str) -> Option<CellText> {
    text.lines()
        .map(|line| {
            let mut parts = line.split(' ');
            let mut next = || parts.next()?.parse::<i64>().ok();
            let (measure, dimension, member, region) = (next()?, next()?, next()?, next()?);
            let sums = (next()?, next()?);
            let key = (
                i32::try_from(measure).ok()?,
                i32::try_from(dimension).ok()?,
                member,
                region,
            );
            Some((key, sums))
        })
        .collect()
}

/// One cell that differs between two editions of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellChange {
    pub measure: i32,
    pub region: RegionId,
    /// What the month changed, by the earlier and by the later edition.
    pub before: i64,
    pub after: i64,
    /// The vouchers posted in between that stand behind it.
    pub vouchers: Vec<VoucherId>,
}

/// What has changed since an edition was made, cell by cell over all institutions, products and
/// specialists, each with the vouchers behind it.
pub fn changed_cells(conn: &mut Conn, since: &Edition, now: &[TotalRow]) -> Result<Vec<CellChange>, Error> {
    let before = edition_totals(conn, since)?;
    let damaged = || {
        Error::Failed(format!(
            "edition {} of {} does not read",
            since.number, since.month
        ))
    };
    let before = read_cells(&before).ok_or_else(damaged)?;
    let after = read_cells(&cells_text(now)).ok_or_else(damaged)?;
    let behind = posted_since(conn, since)?;
    let keys: BTreeSet<&CellKey> = before.keys().chain(after.keys()).collect();
    let mut changed = Vec::new();
    for key in keys.into_iter().filter(|key| key.1 == 0) {
        let of = |cells: &CellText| cells.get(key).copied().unwrap_or_default();
        let (was, is) = (of(&before), of(&after));
        if was != is {
            changed.push(CellChange {
                measure: key.0,
                region: RegionId(key.3),
                before: was.0,
                after: is.0,
                vouchers: behind.get(&(key.0, key.3)).cloned().unwrap_or_default(),
            });
        }
    }
    Ok(changed)
}

/// The vouchers posted into an edition's month after it, by the cells they touch.
fn posted_since(conn: &mut Conn, since: &Edition) -> Result<BTreeMap<(i32, i64), Vec<VoucherId>>, Error> {
    let later: Vec<VoucherId> = voucher::table
        .filter(voucher::book_id.eq(since.book_id))
        .filter(voucher::posting_month.eq(since.month))
        .filter(voucher::number.gt(since.last_voucher))
        .select(voucher::id)
        .load(conn)?;
    let touched: Vec<(MeasureId, RegionId, VoucherId)> = entry::table
        .filter(entry::book_id.eq(since.book_id))
        .filter(entry::voucher_id.eq_any(&later))
        .filter(not(entry::pending))
        .select((entry::measure, entry::region_id, entry::voucher_id))
        .distinct()
        .order(entry::voucher_id)
        .load(conn)?;
    let mut behind: BTreeMap<_, Vec<VoucherId>> = BTreeMap::new();
    for (measure, region, voucher) in touched {
        behind.entry((measure.0, region.0)).or_default().push(voucher);
    }
    Ok(behind)
}
