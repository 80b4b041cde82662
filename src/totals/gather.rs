//! Reading the ledger for a question: book by book, so that what a book came to before is not summed
//! again while it stands still.

use chrono::NaiveDate;

use super::question::Boundaries;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Book, Dimension, Office, SubjectSum, Sum};
use crate::regions::Regions;
use crate::values::measure::{MEASURES, Measure};
use crate::values::{BookId, Level, MeasureId, Month, RegionId, SubjectId};

/// Everything the ledger says about a region in a month, in one dimension. Any breakdown by
/// regions can be assembled from the same facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Of additive measures the sums, of distinct ones the counts of each region.
    pub posted: Vec<Sum>,
    /// Of distinct flows the counts of each region within the months alone.
    pub in_month: Vec<Sum>,
    /// Of additive measures only.
    pub pending: Vec<Sum>,
    /// What those have posted to distinct measures who must be followed one by one: they stand in
    /// several regions, or something of theirs waits.
    pub subjects: Vec<SubjectSum>,
    pub pending_subjects: Vec<SubjectSum>,
}

/// Reads the facts, by the boundaries of a month's end or of today.
pub fn gather(
    conn: &mut Conn,
    office: &Office<'_>,
    region: RegionId,
    (month, boundaries): (Month, Boundaries),
    dimension: Dimension,
    measures: &[&'static Measure],
) -> Result<Facts, Error> {
    let day = boundaries.day(month);
    let (held, within) = (office.sums, regions_filter(office.regions, region, day));
    let mut asked: Vec<MeasureId> = measures.iter().map(|measure| measure.id).collect();
    asked.sort_unstable();
    let wanted = |sum: &Sum| {
        asked.binary_search(&sum.measure).is_ok()
            && within
                .as_ref()
                .is_none_or(|within| within.binary_search(&sum.region).is_ok())
    };
    let of = |sums: &[Sum]| {
        sums.iter()
            .filter(|sum| wanted(sum))
            .cloned()
            .collect::<Vec<Sum>>()
    };
    let of_subjects = |subjects: &[SubjectSum]| {
        let wanted = subjects.iter().filter(|subject| wanted(&subject.sum));
        wanted.cloned().collect::<Vec<SubjectSum>>()
    };
    let ids = books_within(conn, office.regions, region, day)?;
    let books: Vec<Book> = ledger::books(conn)?
        .into_iter()
        .filter(|book| ids.contains(&book.id))
        .collect();
    let mut facts = Facts::default();
    let mut waiting: Vec<(MeasureId, SubjectId)> = Vec::new();
    for book in &books {
        let sums = ledger::book_sums(conn, held, book, (month, dimension), &asked)?;
        facts.posted.extend(of(&sums.posted));
        facts.in_month.extend(of(&sums.in_month));
        facts.pending.extend(of(&sums.pending));
        facts.pending_subjects.extend(of_subjects(&sums.pending_subjects));
        // Of every measure: whoever asks for others next is to find the same list followed.
        waiting.extend(
            sums.pending_subjects
                .iter()
                .map(|waits| (waits.sum.measure, waits.subject)),
        );
    }
    let mut followed = followed(conn, office.regions, day, waiting)?;
    if held.is_none() {
        followed.retain(|(measure, _)| asked.binary_search(measure).is_ok());
    }
    for book in &books {
        let sums = ledger::followed_sums(conn, held, book, month, dimension, &followed)?;
        facts.subjects.extend(of_subjects(&sums));
    }
    Ok(facts)
}

/// Who must be followed one by one in the counts of which measure, in order.
fn followed(
    conn: &mut Conn,
    regions: &Regions,
    day: NaiveDate,
    waiting: Vec<(MeasureId, SubjectId)>,
) -> Result<Vec<(MeasureId, SubjectId)>, Error> {
    let mut followed = ledger::shared_subjects(conn)?;
    followed.extend(waiting);
    // Villages that have become one are counted as one.
    for (old, heir) in regions.merged(day) {
        for measure in MEASURES.iter().filter(|measure| measure.distinct) {
            followed.extend([old, heir].map(|unit| (measure.id, SubjectId(unit.0))));
        }
    }
    followed.sort_unstable();
    followed.dedup();
    Ok(followed)
}

/// The books that hold a region's figures: its county's, or those of every county within it; and that of
/// the county in which a unit lay before it was moved, for its entries stay where they were posted.
pub fn books_within(
    conn: &mut Conn,
    regions: &Regions,
    region: RegionId,
    day: NaiveDate,
) -> Result<Vec<BookId>, Error> {
    if let Some(county) = regions.ancestor(region, Level::County, day) {
        let mut books = vec![BookId(county.0)];
        if regions.counties_differ() {
            let others = regions.other_counties(regions.within(region, day).iter());
            books.extend(others.into_iter().map(|other| BookId(other.0)));
            books.sort_unstable();
            books.dedup();
        }
        return Ok(books);
    }
    let is_county = |id: RegionId| regions.unit(id).is_some_and(|unit| unit.level == Level::County);
    Ok(ledger::books(conn)?
        .into_iter()
        .filter(|book| is_county(book.region_id) && regions.path(book.region_id, day).contains(&region))
        .map(|book| book.id)
        .collect())
}

/// The units whose entries count; none when the books say it all.
pub(super) fn regions_filter(regions: &Regions, region: RegionId, day: NaiveDate) -> Option<Vec<RegionId>> {
    let whole = regions.unit(region).is_some_and(|unit| {
        unit.level < Level::County || unit.level == Level::County && !regions.counties_differ()
    });
    (!whole).then(|| {
        let mut within: Vec<RegionId> = regions.within(region, day).into_iter().collect();
        within.sort_unstable();
        within
    })
}
