//! What one book has to say of a month as of a day, worked out once until it moves on.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use super::exceptions::{self, Outlier, Stands, outliers, review_by, watched};
use super::store::{self, Line, Record};
use crate::close::{Standing, reporting};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Book, Office, Voucher};
use crate::state::State;
use crate::values::day::shanghai_day;
use crate::values::{InstitutionId, Level, Month, RegionId, VoucherId};

/// One book's month.
pub struct Survey {
    /// Until when institutions were to declare the month.
    pub deadline: NaiveDate,
    pub standings: Vec<Standing>,
    pub records: Vec<Record>,
    pub posts: BTreeSet<(RegionId, InstitutionId)>,
    /// Longest first.
    pub waiting: Vec<Voucher>,
    /// The villages of what waits.
    pub places: HashMap<VoucherId, Vec<RegionId>>,
    pub doubled: Vec<Vec<Line>>,
    pub expiring: Vec<Line>,
    pub outliers: Vec<Outlier>,
}

impl Survey {
    /// What waits longer than it should on a day.
    pub fn overdue(&self, today: NaiveDate) -> impl Iterator<Item = &Voucher> {
        self.waiting
            .iter()
            .filter(move |voucher| review_by(shanghai_day(voucher.submitted_at)) < today)
    }

    /// Where a voucher that waits belongs: the first of its villages.
    pub fn place(&self, voucher: &Voucher) -> Option<RegionId> {
        self.places.get(&voucher.id)?.first().copied()
    }
}

/// A book's survey, as held or worked out anew.
pub fn survey(
    conn: &mut Conn,
    site: &State,
    office: &Office<'_>,
    book: &Book,
    (month, today): (Month, NaiveDate),
) -> Result<Arc<Survey>, Error> {
    let name = format!("{month} {today}");
    site.worked_out(conn, book, &name, |conn| load(conn, office, book, month, today))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    book: &Book,
    month: Month,
    today: NaiveDate,
) -> Result<Survey, Error> {
    let (deadline, standings) = reporting(conn, book.id, month)?;
    let waiting = store::waiting(conn, book.id)?;
    let soon = today + chrono::TimeDelta::days(exceptions::EXPIRING_WITHIN);
    let courses = ledger::book_courses(conn, office.sums, book, (month.previous(), month), &watched())?;
    let (regions, day) = (office.regions, month.last_day());
    let mut known: HashMap<RegionId, Stands> = HashMap::new();
    for course in &courses {
        known.entry(course.region).or_insert_with(|| Stands {
            village: regions.ancestor(course.region, Level::Village, day),
            town: regions.ancestor(course.region, Level::Town, day),
        });
    }
    let nowhere = Stands {
        village: None,
        town: None,
    };
    Ok(Survey {
        deadline,
        standings,
        records: store::records(conn, book.id, month)?,
        posts: store::posts(conn, book.id, month)?,
        places: ledger::regions_of(conn, &waiting)?,
        waiting,
        doubled: store::doubled(conn, book.id)?,
        expiring: store::expiring(conn, book.id, (today, soon))?,
        outliers: outliers(&courses, |region| known.get(&region).copied().unwrap_or(nowhere)),
    })
}
