//! What the voucher's village and institution had in the months before: a digit too many shows beside them.

use std::collections::BTreeSet;

use super::effect::{self, Effect};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{EntryRow, Office, Voucher};
use crate::totals::{self, Leaf};
use crate::values::measure::Measure;
use crate::values::{Month, RegionId};

/// How many months before its own are shown.
const MONTHS: i32 = 12;

/// One measure's values over the months.
pub(super) struct PastRow {
    pub measure: &'static Measure,
    pub values: Vec<i64>,
    /// What this voucher adds.
    pub change: i64,
}

/// The months before, for every measure that the voucher moves.
pub(super) struct Past {
    pub months: Vec<Month>,
    pub rows: Vec<PastRow>,
    /// How many units are taken together.
    pub places: usize,
}

/// Month-end balances of stocks and monthly sums of flows, up to the month before the one it posts to. Of several
/// villages together those measures only that add up.
pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    voucher: &Voucher,
    month: Month,
    entries: &[EntryRow],
) -> Result<Option<Past>, Error> {
    let units: BTreeSet<RegionId> = entries.iter().map(|entry| entry.region_id).collect();
    let places: BTreeSet<RegionId> = units
        .iter()
        .flat_map(|unit| office.regions.same_place(*unit, voucher.business_date))
        .collect();
    let mut moved: Vec<Effect> = effect::changes(entries)?;
    moved.retain(|effect| places.len() == 1 || !effect.measure.distinct);
    if moved.is_empty() {
        return Ok(None);
    }
    let leaf = Leaf {
        book: voucher.book_id,
        institution: voucher.institution_id,
        regions: places.into_iter().collect(),
    };
    let measures: Vec<&Measure> = moved.iter().map(|effect| effect.measure).collect();
    let last = month.previous();
    let all = totals::leaf_series(conn, &leaf, &measures, last, MONTHS)?;
    let rows = moved.iter().zip(all).map(|(effect, values)| PastRow {
        measure: effect.measure,
        values,
        change: effect.change,
    });
    Ok(Some(Past {
        rows: rows.collect(),
        months: last.shifted(1 - MONTHS).through(last).collect(),
        places: units.len(),
    }))
}
