//! Reading the ledger for a question: at most two statements for additive measures and two for
//! distinct ones, posted and pending.

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Ask, Dimension, Office, SubjectSum, Sum, Window};
use crate::regions::Regions;
use crate::values::measure::Measure;
use crate::values::{BookId, Level, MeasureId, Month, RegionId};

/// Everything the ledger says about a region in a month, in one dimension. Any breakdown by
/// regions can be assembled from the same facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub posted: Vec<Sum>,
    pub pending: Vec<Sum>,
    pub subjects: Vec<SubjectSum>,
    pub pending_subjects: Vec<SubjectSum>,
}

/// Reads the facts.
pub fn gather(
    conn: &mut Conn,
    office: &Office<'_>,
    region: RegionId,
    month: Month,
    dimension: Dimension,
    measures: &[&'static Measure],
) -> Result<Facts, Error> {
    let ask = Ask {
        books: books_within(conn, office.regions, region, month)?,
        regions: regions_filter(office.regions, region, month),
        measures: Vec::new(),
        dimension,
        window: Window { month },
        pending: false,
    };
    let ids = |distinct: bool| -> Vec<MeasureId> {
        measures
            .iter()
            .filter(|measure| measure.distinct == distinct)
            .map(|measure| measure.id)
            .collect()
    };
    let additive = Ask {
        measures: ids(false),
        ..ask.clone()
    };
    let distinct = Ask {
        measures: ids(true),
        ..ask
    };
    let mut facts = Facts::default();
    if !additive.measures.is_empty() {
        facts.posted = ledger::sums(conn, &additive)?;
        facts.pending = ledger::sums(
            conn,
            &Ask {
                pending: true,
                ..additive
            },
        )?;
    }
    if !distinct.measures.is_empty() {
        facts.subjects = ledger::subject_sums(conn, &distinct)?;
        facts.pending_subjects = ledger::subject_sums(
            conn,
            &Ask {
                pending: true,
                ..distinct
            },
        )?;
    }
    Ok(facts)
}

/// The books that hold a region's figures: its county's, or those of every county within it.
pub fn books_within(
    conn: &mut Conn,
    regions: &Regions,
    region: RegionId,
    month: Month,
) -> Result<Vec<BookId>, Error> {
    let day = month.last_day();
    if let Some(county) = regions.ancestor(region, Level::County, day) {
        return Ok(vec![BookId(county.0)]);
    }
    let is_county = |id: RegionId| regions.unit(id).is_some_and(|unit| unit.level == Level::County);
    Ok(ledger::books(conn)?
        .into_iter()
        .filter(|book| is_county(book.region_id) && regions.path(book.region_id, day).contains(&region))
        .map(|book| book.id)
        .collect())
}

/// The units whose entries count; none when the books say it all.
pub(super) fn regions_filter(regions: &Regions, region: RegionId, month: Month) -> Option<Vec<RegionId>> {
    let whole = regions
        .unit(region)
        .is_some_and(|unit| unit.level <= Level::County);
    (!whole).then(|| {
        let mut within: Vec<RegionId> = regions.within(region, month.last_day()).into_iter().collect();
        within.sort_unstable();
        within
    })
}
