//! Measures over the months, for charts.

use super::gather::{books_within, regions_filter};
use super::question::Boundaries;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Book, Office};
use crate::values::measure::Measure;
use crate::values::{MeasureId, Month, RegionId};

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
