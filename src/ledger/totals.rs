//! Reading totals: six cumulative sums answer every column of every page.
//!
//! For a month M the sums run up to M, M−1, last December, M of last year, the month before
//! that, and December two years back. A stock is one of them; a flow is a difference of two.
//! All measures read the totals table, whose size does not grow with the entries. Distinct counts
//! of regions do not simply add up: a reader follows the [`shared_subjects`] one by one.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::queue::waiting;
use crate::db::schema::{counted_subject, entry};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::values::{BookId, InstitutionId, MeasureId, Month, ProductId, RegionId, SpecialistId, SubjectId};

/// What a total may be broken down by, besides regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    All,
    Institution,
    Product,
    Specialist,
}

impl Dimension {
    pub const EVERY: [Dimension; 4] = [
        Dimension::All,
        Dimension::Institution,
        Dimension::Product,
        Dimension::Specialist,
    ];

    /// The stored number.
    pub const fn code(self) -> i32 {
        match self {
            Dimension::All => 0,
            Dimension::Institution => 1,
            Dimension::Product => 2,
            Dimension::Specialist => 3,
        }
    }
}

/// The moments a month is compared at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub month: Month,
}

impl Window {
    /// M, M−1, last December, M a year ago, the month before that, December two years back.
    pub fn ends(self) -> [Month; 6] {
        let month = self.month;
        let december = month.january().previous();
        let year_ago = month.year_ago();
        [
            month,
            month.previous(),
            december,
            year_ago,
            year_ago.previous(),
            year_ago.january().previous(),
        ]
    }
}

/// Sums up to each of a [`Window`]'s six ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cumulative(pub [i64; 6]);

impl Cumulative {
    /// Adds another one, refusing an overflow.
    pub fn add(&mut self, other: &Cumulative) -> Result<(), Error> {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = mine
                .checked_add(theirs)
                .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
        }
        Ok(())
    }

    /// A stock: at M, M−1, year start, a year ago.
    pub fn stock(&self) -> [i64; 4] {
        let [end, previous, start, ago, ..] = self.0;
        [end, previous, start, ago]
    }

    /// A flow: in M, in M−1 is not among them; in M a year ago, this year, last year to M.
    pub fn flow(&self) -> [i64; 4] {
        let [end, previous, start, ago, before_ago, start_ago] = self.0;
        [end - previous, ago - before_ago, end - start, ago - start_ago]
    }
}

/// What is asked of a book's entries.
#[derive(Clone, Debug)]
pub struct Ask {
    pub book: BookId,
    pub measures: Vec<MeasureId>,
    pub dimension: Dimension,
    pub window: Window,
}

/// The sums of one measure in one region for one member of the dimension.
#[derive(Clone, Debug)]
pub struct Sum {
    pub measure: MeasureId,
    pub region: RegionId,
    pub dimension_id: i64,
    pub amount: Cumulative,
}

/// The same for one subject of a distinct measure.
#[derive(Clone, Debug)]
pub struct SubjectSum {
    pub subject: SubjectId,
    pub sum: Sum,
}

pub(super) type SixSums = (i64, i64, i64, i64, i64, i64);

/// `CAST(SUM(amount where month <= end) AS BIGINT)` for one end, as a bound expression.
macro_rules! up_to {
    ($end:expr) => {
        diesel::dsl::sql::<BigInt>("CAST(SUM(CASE WHEN month <= ")
            .bind::<Integer, _>($end)
            .sql(" THEN amount ELSE 0 END) AS BIGINT)")
    };
}

pub(super) use up_to;

/// Groups waiting entries by region and one column, and sums them to the window's ends.
macro_rules! waiting {
    ($conn:expr, $ask:expr, $column:expr, $member:expr) => {{
        let [a, b, c, d, e, f] = $ask.window.ends();
        let query = entry::table
            .filter(entry::book_id.eq($ask.book))
            .filter(entry::measure.eq_any(&$ask.measures))
            .filter(entry::voucher_id.eq_any(waiting(std::slice::from_ref(&$ask.book))))
            .filter(entry::pending)
            .filter(entry::subject_id.is_null())
            .filter(entry::month.le($ask.window.month))
            .group_by((entry::measure, entry::region_id, $column))
            .select((
                entry::measure,
                entry::region_id,
                $column,
                (up_to!(a), up_to!(b), up_to!(c), up_to!(d), up_to!(e), up_to!(f)),
            ));
        let rows: Vec<(MeasureId, RegionId, _, SixSums)> = query.load($conn)?;
        Ok(rows
            .into_iter()
            .map(|(measure, region, id, six)| sum(measure, region, $member(id), six))
            .collect())
    }};
}

/// The sums of additive measures over what waits for review.
pub fn pending_sums(conn: &mut Conn, ask: &Ask) -> Result<Vec<Sum>, Error> {
    match ask.dimension {
        Dimension::All => waiting!(conn, ask, entry::book_id, |_: BookId| 0),
        Dimension::Institution => waiting!(conn, ask, entry::institution_id, |id: InstitutionId| id.0),
        Dimension::Product => waiting!(conn, ask, entry::product_id, |id: ProductId| id.0),
        Dimension::Specialist => waiting!(conn, ask, entry::specialist_id, |id: SpecialistId| id.0),
    }
}

/// Subjects that stand in more than one region or book in the counts of a measure: those do not add up.
pub fn shared_subjects(conn: &mut Conn) -> Result<Vec<(MeasureId, SubjectId)>, Error> {
    Ok(counted_subject::table
        .filter(counted_subject::shared.eq(true))
        .select((counted_subject::measure, counted_subject::subject_id))
        .load(conn)?)
}

/// Groups entries by subject, region and one column, and sums them to the window's ends.
macro_rules! by_subject {
    ($conn:expr, $ask:expr, $which:expr, $column:expr, $member:expr) => {{
        let [a, b, c, d, e, f] = $ask.window.ends();
        let query = entry::table
            .filter(entry::measure.eq_any(&$ask.measures))
            .filter($which)
            .filter(entry::book_id.eq($ask.book))
            .filter(entry::month.le($ask.window.month))
            .group_by((entry::measure, entry::subject_id, entry::region_id, $column))
            .select((
                entry::measure,
                entry::subject_id,
                entry::region_id,
                $column,
                (up_to!(a), up_to!(b), up_to!(c), up_to!(d), up_to!(e), up_to!(f)),
            ));
        let rows: Vec<(MeasureId, Option<SubjectId>, RegionId, _, SixSums)> = query.load($conn)?;
        let known = |(measure, subject, region, id, six): (_, Option<SubjectId>, _, _, _)| {
            Some(SubjectSum {
                subject: subject?,
                sum: sum(measure, region, $member(id), six),
            })
        };
        Ok(rows.into_iter().filter_map(known).collect())
    }};
}

/// Asks the same grouped by the column of the dimension.
macro_rules! by_dimension {
    ($conn:expr, $ask:expr, $which:expr) => {
        match $ask.dimension {
            // A region lies in one book, so grouping by it as well changes nothing.
            Dimension::All => by_subject!($conn, $ask, $which, entry::book_id, |_: BookId| 0),
            Dimension::Institution => {
                by_subject!($conn, $ask, $which, entry::institution_id, |id: InstitutionId| id
                    .0)
            }
            Dimension::Product => by_subject!($conn, $ask, $which, entry::product_id, |id: ProductId| id.0),
            Dimension::Specialist => {
                by_subject!($conn, $ask, $which, entry::specialist_id, |id: SpecialistId| id.0)
            }
        }
    };
}

/// What some subjects have posted to distinct measures.
pub fn subject_sums(conn: &mut Conn, ask: &Ask, subjects: &[SubjectId]) -> Result<Vec<SubjectSum>, Error> {
    let mut found = Vec::new();
    for some in subjects.chunks(CHUNK) {
        let sums: Result<Vec<SubjectSum>, Error> =
            by_dimension!(conn, ask, not(entry::pending).and(entry::subject_id.eq_any(some)));
        found.extend(sums?);
    }
    Ok(found)
}

/// What waits for review of distinct measures, for each subject.
pub fn pending_subject_sums(conn: &mut Conn, ask: &Ask) -> Result<Vec<SubjectSum>, Error> {
    let waits = || entry::voucher_id.eq_any(waiting(std::slice::from_ref(&ask.book)));
    by_dimension!(
        conn,
        ask,
        entry::pending.and(entry::subject_id.is_not_null()).and(waits())
    )
}

fn sum(measure: MeasureId, region: RegionId, dimension_id: i64, six: SixSums) -> Sum {
    let amount = Cumulative([six.0, six.1, six.2, six.3, six.4, six.5]);
    Sum {
        measure,
        region,
        dimension_id,
        amount,
    }
}
