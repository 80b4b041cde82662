//! Reading the ledger for a question: as many statements for any number of measures, none of which
//! grows with the posted entries.

use chrono::NaiveDate;

use super::question::Boundaries;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Ask, Dimension, Office, SubjectSum, Sum, Window};
use crate::regions::Regions;
use crate::values::measure::Measure;
use crate::values::{BookId, Level, Month, RegionId, SubjectId};

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
    let ask = Ask {
        books: books_within(conn, office.regions, region, day)?,
        regions: regions_filter(office.regions, region, day),
        measures: measures.iter().map(|measure| measure.id).collect(),
        dimension,
        window: Window { month },
    };
    let only = |wanted: &dyn Fn(&Measure) -> bool| Ask {
        measures: measures
            .iter()
            .filter(|measure| wanted(measure))
            .map(|measure| measure.id)
            .collect(),
        ..ask.clone()
    };
    let mut facts = Facts {
        posted: ledger::sums(conn, &ask)?,
        ..Facts::default()
    };
    let additive = only(&|measure| !measure.distinct);
    if !additive.measures.is_empty() {
        facts.pending = ledger::pending_sums(conn, &additive)?;
    }
    let distinct = only(&|measure| measure.distinct);
    if !distinct.measures.is_empty() {
        facts.pending_subjects = ledger::pending_subject_sums(conn, &distinct)?;
        let mut followed = ledger::shared_subjects(conn, &distinct.measures)?;
        followed.extend(facts.pending_subjects.iter().map(|waiting| waiting.subject));
        // Villages that have become one are counted as one.
        for (old, heir) in office.regions.merged(day) {
            followed.extend([SubjectId(old.0), SubjectId(heir.0)]);
        }
        followed.sort_unstable();
        followed.dedup();
        facts.subjects = ledger::subject_sums(conn, &distinct, &followed)?;
    }
    let monthly = only(&|measure| measure.distinct && measure.is_flow());
    if !monthly.measures.is_empty() {
        facts.in_month = ledger::monthly_counts(conn, &monthly)?;
    }
    Ok(facts)
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
