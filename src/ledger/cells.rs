//! What each month changed in each cell of a book's totals, and what the changes come to at a month's six ends.

use diesel::prelude::*;

use super::totals::{Cumulative, Dimension, Sum, Window};
use crate::db::Conn;
use crate::db::schema::total;
use crate::error::Error;
use crate::values::{BookId, MeasureId, Month, RegionId, measure};

/// What one month changed in one cell.
#[derive(Clone, Copy, Debug, Queryable)]
pub(super) struct Cell {
    measure: MeasureId,
    region: RegionId,
    /// Member of the dimension.
    member: i64,
    pub month: Month,
    amount: i64,
    /// How many a distinct flow counted within the month alone.
    in_month: i64,
}

impl Cell {
    /// The order in which cells are kept: those of one course together, month after month.
    pub fn place(&self) -> (MeasureId, RegionId, i64, Month) {
        (self.measure, self.region, self.member, self.month)
    }

    fn course(&self) -> (MeasureId, RegionId, i64) {
        (self.measure, self.region, self.member)
    }
}

/// The cells of a book in one dimension from one month to another, in order; of these measures only, or of all.
pub(super) fn cells(
    conn: &mut Conn,
    book: BookId,
    dimension: Dimension,
    (from, to): (Month, Month),
    measures: Option<&[MeasureId]>,
) -> Result<Vec<Cell>, Error> {
    let mut query = total::table
        .filter(total::book_id.eq(book))
        .filter(total::dimension.eq(dimension.code()))
        .filter(total::month.between(from, to))
        .order((
            total::measure,
            total::region_id,
            total::dimension_id,
            total::month,
        ))
        .select((
            total::measure,
            total::region_id,
            total::dimension_id,
            total::month,
            total::amount,
            total::in_month,
        ))
        .into_boxed();
    if let Some(measures) = measures {
        query = query.filter(total::measure.eq_any(measures));
    }
    Ok(query.load(conn)?)
}

/// What cells, in order, come to at the window's ends: of additive measures the sums, of distinct ones how
/// many are counted in each region (of a flow: since January); and of distinct flows how many are counted
/// within the months alone.
pub(super) fn fold(cells: &[Cell], window: Window) -> Result<(Vec<Sum>, Vec<Sum>), Error> {
    let ends = window.ends();
    let (mut posted, mut in_month) = (Vec::new(), Vec::new());
    for course in cells.chunk_by(|one, other| one.course() == other.course()) {
        let Some(first) = course.first().filter(|cell| cell.month <= window.month) else {
            continue;
        };
        let sum_of = |amount: fn(&Cell) -> i64| {
            Ok::<Sum, Error>(Sum {
                measure: first.measure,
                region: first.region,
                dimension_id: first.member,
                amount: up_to(ends, course, amount)?,
            })
        };
        posted.push(sum_of(|cell| cell.amount)?);
        if measure::by_id(first.measure).is_some_and(|measure| measure.distinct && measure.is_flow()) {
            in_month.push(sum_of(|cell| cell.in_month)?);
        }
    }
    Ok((posted, in_month))
}

fn up_to(ends: [Month; 6], course: &[Cell], amount: impl Fn(&Cell) -> i64) -> Result<Cumulative, Error> {
    let mut sums = Cumulative::default();
    for cell in course {
        for (sum, end) in sums.0.iter_mut().zip(ends) {
            if cell.month <= end {
                *sum = sum
                    .checked_add(amount(cell))
                    .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
            }
        }
    }
    Ok(sums)
}

/// How one cell went over the months: what stood before the first of them, and what each of them changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub measure: MeasureId,
    pub region: RegionId,
    /// Everything before the first month.
    pub before: i64,
    /// Month by month.
    pub changes: Vec<i64>,
}

/// The courses that cells, in order, make of these measures over the months from `first` to `last`.
pub(super) fn courses(
    cells: &[Cell],
    (first, last): (Month, Month),
    measures: &[MeasureId],
) -> Result<Vec<Course>, Error> {
    let months: Vec<Month> = first.through(last).collect();
    let mut found = Vec::new();
    for of_cell in cells.chunk_by(|one, other| one.course() == other.course()) {
        let Some(head) = of_cell
            .first()
            .filter(|cell| cell.month <= last && measures.contains(&cell.measure))
        else {
            continue;
        };
        let mut course = Course {
            measure: head.measure,
            region: head.region,
            before: 0,
            changes: vec![0; months.len()],
        };
        for cell in of_cell.iter().filter(|cell| cell.month <= last) {
            let at = months.binary_search(&cell.month).ok();
            let sum = match at.and_then(|at| course.changes.get_mut(at)) {
                Some(change) => change,
                None => &mut course.before,
            };
            *sum = sum
                .checked_add(cell.amount)
                .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
        }
        found.push(course);
    }
    Ok(found)
}

/// The posted sums of some measures of a book, by region and member of a dimension.
pub fn sums(
    conn: &mut Conn,
    book: BookId,
    dimension: Dimension,
    measures: &[MeasureId],
    window: Window,
) -> Result<Vec<Sum>, Error> {
    let cells = cells(conn, book, dimension, (Month::MIN, window.month), Some(measures))?;
    Ok(fold(&cells, window)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(region: i64, month: &str, amount: i64) -> Cell {
        Cell {
            measure: measure::CREDIT_GRANTED,
            region: RegionId(region),
            member: 0,
            month: Month::parse(month).unwrap(),
            amount,
            in_month: 0,
        }
    }

    #[test]
    fn a_course_runs_up_to_each_end() {
        let window = Window {
            month: Month::parse("2023-05").unwrap(),
        };
        let cells = [
            cell(1, "2021-12", 1),
            cell(1, "2022-04", 10),
            cell(1, "2023-04", 100),
            cell(1, "2023-05", 1_000),
            cell(1, "2023-06", 10_000),
            cell(2, "2023-06", 5),
        ];
        let (posted, in_month) = fold(&cells, window).unwrap();
        assert_eq!(posted.len(), 1);
        assert_eq!(posted[0].amount.0, [1_111, 111, 11, 11, 11, 1]);
        assert!(in_month.is_empty());
    }

    #[test]
    fn a_course_tells_what_stood_before_and_what_each_month_changed() {
        let month = |text| Month::parse(text).unwrap();
        let cells = [
            cell(1, "2021-12", 1),
            cell(1, "2023-04", 100),
            cell(1, "2023-06", 10_000),
            cell(2, "2023-07", 5),
        ];
        let of =
            |measures: &[MeasureId]| courses(&cells, (month("2023-04"), month("2023-06")), measures).unwrap();
        let course = Course {
            measure: measure::CREDIT_GRANTED,
            region: RegionId(1),
            before: 1,
            changes: vec![100, 0, 10_000],
        };
        assert_eq!(of(&[measure::CREDIT_GRANTED]), [course]);
        assert!(of(&[measure::LOAN_BALANCE]).is_empty());
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let window = Window {
            month: Month::parse("2023-05").unwrap(),
        };
        let cells = [cell(1, "2023-04", i64::MAX), cell(1, "2023-05", 1)];
        assert!(fold(&cells, window).is_err());
    }
}
