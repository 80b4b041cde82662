//! Measures over the months, for charts.

use diesel::prelude::*;

use super::gather::{books_within, regions_filter};
use super::question::Boundaries;
use crate::db::schema::total;
use crate::db::{Conn, sum_i64};
use crate::error::Error;
use crate::ledger::{self, Book, Dimension, Office};
use crate::values::measure::Measure;
use crate::values::{BookId, InstitutionId, MeasureId, Month, RegionId};

/// Additive measures of a region in the `months` months up to `last`, one after the other in the order asked for:
/// month-end balances of a stock, monthly sums of a flow. All of them are read in one pass.
///
/// # Errors
/// A sum that does not fit, or the database's own.
pub fn series(
    conn: &mut Conn,
    office: &Office<'_>,
    region: RegionId,
    measures: &[&'static Measure],
    (last, boundaries): (Month, Boundaries),
    months: i32,
) -> Result<Vec<Vec<(Month, i64)>>, Error> {
    let day = boundaries.day(last);
    let first = last.shifted(1 - months);
    let within = regions_filter(office.regions, region, day);
    let ids = books_within(conn, office.regions, region, day)?;
    let books: Vec<Book> = ledger::books(conn)?
        .into_iter()
        .filter(|book| ids.contains(&book.id))
        .collect();
    let asked: Vec<MeasureId> = measures.iter().map(|measure| measure.id).collect();
    let span: Vec<Month> = first.through(last).collect();
    let mut sums = vec![(0_i64, vec![0_i64; span.len()]); measures.len()];
    for book in &books {
        let courses = ledger::book_courses(conn, office.sums, book, (first, last), &asked)?;
        let wanted = |region: &RegionId| {
            within
                .as_ref()
                .is_none_or(|within| within.binary_search(region).is_ok())
        };
        for course in courses.iter().filter(|course| wanted(&course.region)) {
            let Some((before, changes)) = asked
                .iter()
                .position(|id| *id == course.measure)
                .and_then(|at| sums.get_mut(at))
            else {
                continue;
            };
            *before = add(*before, course.before)?;
            for (sum, change) in changes.iter_mut().zip(&course.changes) {
                *sum = add(*sum, *change)?;
            }
        }
    }
    let lines = measures.iter().zip(&sums).map(|(measure, (before, changes))| {
        let amounts = points(measure, *before, changes)?;
        Ok(span.iter().copied().zip(amounts).collect())
    });
    lines.collect()
}

/// One institution's figures in some units of a book.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub book: BookId,
    pub institution: InstitutionId,
    pub regions: Vec<RegionId>,
}

/// The values of each of these measures in the `months` months up to `last`, as [`series`] gives them. Distinct
/// measures only where `leaf` is one unit, for counts of several do not add up; of a distinct flow the months'
/// own counts.
///
/// # Errors
/// A sum that does not fit, or the database's own.
pub fn leaf_series(
    conn: &mut Conn,
    leaf: &Leaf,
    measures: &[&Measure],
    last: Month,
    months: i32,
) -> Result<Vec<Vec<i64>>, Error> {
    let ids: Vec<MeasureId> = measures.iter().map(|measure| measure.id).collect();
    let rows: Vec<(MeasureId, Month, i64, i64)> = total::table
        .filter(total::book_id.eq(leaf.book))
        .filter(total::dimension.eq(Dimension::Institution.code()))
        .filter(total::dimension_id.eq(leaf.institution.0))
        .filter(total::measure.eq_any(ids))
        .filter(total::region_id.eq_any(&leaf.regions))
        .filter(total::month.le(last))
        .group_by((total::measure, total::month))
        .select((
            total::measure,
            total::month,
            sum_i64("amount"),
            sum_i64("in_month"),
        ))
        .load(conn)?;
    let first = last.shifted(1 - months);
    let values = |measure: &&Measure| {
        let counted = measure.distinct && !measure.is_stock();
        let (mut before, mut changes) = (0_i64, vec![0_i64; first.through(last).count()]);
        for (_, month, amount, in_month) in rows.iter().filter(|(id, ..)| *id == measure.id) {
            let moved = if counted { *in_month } else { *amount };
            match first.through(last).position(|each| each == *month) {
                Some(at) => changes[at] = add(changes[at], moved)?,
                None => before = add(before, moved)?,
            }
        }
        points(measure, before, &changes)
    };
    measures.iter().map(values).collect()
}

fn points(measure: &Measure, before: i64, changes: &[i64]) -> Result<Vec<i64>, Error> {
    if measure.is_flow() {
        return Ok(changes.to_vec());
    }
    let mut balance = before;
    let stand = |change: &i64| {
        balance = add(balance, *change)?;
        Ok(balance)
    };
    changes.iter().map(stand).collect()
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
        let of = |code| points(measure(code).unwrap(), 100, &[0, 5, -3]).unwrap();
        assert_eq!(of("loan.balance"), [100, 105, 102]);
        assert_eq!(of("loan.disbursed"), [0, 5, -3]);
        assert!(points(measure("loan.balance").unwrap(), i64::MAX, &[1]).is_err());
    }
}
