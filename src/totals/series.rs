//! One measure over the months, for charts.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::gather::{books_within, regions_filter};
use super::question::Boundaries;
use crate::db::schema::total;
use crate::db::{Conn, sum_i64};
use crate::error::Error;
use crate::ledger::{Dimension, Office};
use crate::values::measure::Measure;
use crate::values::{Month, RegionId};

/// An additive measure of a region in the `months` months up to `last`: month-end balances of a
/// stock, monthly sums of a flow.
///
/// # Errors
/// A sum that does not fit, or the database's own.
pub fn series(
    conn: &mut Conn,
    office: &Office<'_>,
    region: RegionId,
    measure: &Measure,
    (last, boundaries): (Month, Boundaries),
    months: i32,
) -> Result<Vec<(Month, i64)>, Error> {
    let day = boundaries.day(last);
    let mut query = total::table
        .filter(total::book_id.eq_any(books_within(conn, office.regions, region, day)?))
        .filter(total::dimension.eq(Dimension::All.code()))
        .filter(total::measure.eq(measure.id))
        .filter(total::month.le(last))
        .group_by(total::month)
        .select((total::month, sum_i64("amount")))
        .into_boxed();
    if let Some(regions) = regions_filter(office.regions, region, day) {
        query = query.filter(total::region_id.eq_any(regions));
    }
    let posted: Vec<(Month, i64)> = query.load(conn)?;
    points(measure, &posted.into_iter().collect(), last, months)
}

fn points(
    measure: &Measure,
    posted: &BTreeMap<Month, i64>,
    last: Month,
    months: i32,
) -> Result<Vec<(Month, i64)>, Error> {
    let first = last.shifted(1 - months);
    let mut balance: i64 = 0;
    if measure.is_stock() {
        for (_, amount) in posted.range(..first) {
            balance = add(balance, *amount)?;
        }
    }
    first
        .through(last)
        .map(|month| {
            let amount = posted.get(&month).copied().unwrap_or(0);
            balance = if measure.is_stock() {
                add(balance, amount)?
            } else {
                amount
            };
            Ok((month, balance))
        })
        .collect()
}

fn add(a: i64, b: i64) -> Result<i64, Error> {
    a.checked_add(b)
        .ok_or_else(|| Error::Failed("a total overflows".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::measure::measure;

    #[test]
    fn a_stock_is_carried_on_and_a_flow_is_not() {
        let month = |text| Month::parse(text).unwrap();
        let posted = BTreeMap::from([
            (month("2022-01"), 100),
            (month("2023-11"), 5),
            (month("2023-12"), -3),
        ]);
        let of = |code| {
            let points = points(measure(code).unwrap(), &posted, month("2023-12"), 3).unwrap();
            points.into_iter().map(|(_, amount)| amount).collect::<Vec<_>>()
        };
        assert_eq!(of("loan.balance"), [100, 105, 102]);
        assert_eq!(of("loan.disbursed"), [0, 5, -3]);
    }
}
