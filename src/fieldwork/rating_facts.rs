//! What the ledger says about the ratings of a county: households rated and registered, villages rated, how
//! much of the loans is non-performing.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::details::Evidence;
use super::store::{self, Designation};
use crate::db::Conn;
use crate::db::schema::client;
use crate::error::Error;
use crate::ledger::{self, Dimension, Office, Window};
use crate::regions::Regions;
use crate::register::{ClientKind, Rated};
use crate::values::{BookId, Fen, Level, Month, RegionId, measure};

/// The figures of one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// 信用户 of a village, 信用村 of a town.
    pub rated: i64,
    /// Registered households of a village, 行政村 of a town.
    pub of: i64,
    pub nonperforming: i64,
    pub balance: i64,
}

/// A county's figures, by village and by town.
pub(super) struct RatingFacts {
    pub villages: BTreeMap<RegionId, Figures>,
    pub towns: BTreeMap<RegionId, Figures>,
    /// Everything rated that stands.
    pub standing: Vec<Designation>,
    pub as_of: NaiveDate,
}

impl RatingFacts {
    pub(super) fn load(
        conn: &mut Conn,
        office: &Office<'_>,
        book: BookId,
        today: NaiveDate,
    ) -> Result<RatingFacts, Error> {
        let mut standing = store::designations(conn, book)?;
        standing.retain(|row| row.stands() && Rated::parse(&row.kind).is_some());
        let mut facts = RatingFacts {
            villages: BTreeMap::new(),
            towns: BTreeMap::new(),
            standing,
            as_of: today,
        };
        facts.count_units(office.regions, RegionId(book.0));
        facts.count_households(conn, office.regions, book)?;
        facts.count_loans(conn, office.regions, book)?;
        Ok(facts)
    }

    /// What the rating of a unit rests on; none for a unit that is neither village nor town.
    pub(super) fn evidence(&self, rated: Rated, unit: RegionId) -> Option<Evidence> {
        let figures = match rated {
            Rated::Household => None,
            Rated::Village => self.villages.get(&unit),
            Rated::Town => self.towns.get(&unit),
        }?;
        Some(Evidence {
            as_of: self.as_of,
            rated: figures.rated,
            of: figures.of,
            nonperforming: Fen(figures.nonperforming),
            balance: Fen(figures.balance),
        })
    }

    /// The rating of a unit that stands.
    pub(super) fn of_unit(&self, rated: Rated, unit: RegionId) -> Option<&Designation> {
        self.standing
            .iter()
            .find(|row| row.kind == rated.code() && row.region_id == unit && row.client_id.is_none())
    }

    /// Every 行政村 and its town, and which of them are rated.
    fn count_units(&mut self, regions: &Regions, county: RegionId) {
        let rated: Vec<RegionId> = self
            .standing
            .iter()
            .filter(|row| row.kind == Rated::Village.code())
            .map(|row| row.region_id)
            .collect();
        for id in regions.within(county, self.as_of) {
            let unit = regions
                .unit(id)
                .filter(|unit| unit.kind.is_administrative_village());
            let town = regions.ancestor(id, Level::Town, self.as_of);
            if unit.is_none() {
                continue;
            }
            self.villages.entry(id).or_default();
            if let Some(town) = town {
                let figures = self.towns.entry(town).or_default();
                figures.of += 1;
                figures.rated += i64::from(rated.contains(&id));
            }
        }
    }

    fn count_households(&mut self, conn: &mut Conn, regions: &Regions, book: BookId) -> Result<(), Error> {
        let registered: Vec<(RegionId, i64)> = client::table
            .filter(client::book_id.eq(book))
            .filter(client::kind.eq(ClientKind::Household.code()))
            .group_by(client::region_id)
            .select((client::region_id, diesel::dsl::count_star()))
            .load(conn)?;
        for (region, count) in registered {
            if let Some(figures) = self.village_of(regions, region) {
                figures.of += count;
            }
        }
        let mut rated: HashMap<RegionId, i64> = HashMap::new();
        for row in self
            .standing
            .iter()
            .filter(|row| row.kind == Rated::Household.code())
        {
            *rated.entry(row.region_id).or_default() += 1;
        }
        for (region, count) in rated {
            if let Some(figures) = self.village_of(regions, region) {
                figures.rated += count;
            }
        }
        Ok(())
    }

    fn count_loans(&mut self, conn: &mut Conn, regions: &Regions, book: BookId) -> Result<(), Error> {
        let measures = [measure::LOAN_BALANCE, measure::LOAN_NONPERFORMING];
        let window = Window {
            month: Month::of(self.as_of),
        };
        for sum in ledger::sums(conn, book, Dimension::All, &measures, window)? {
            let [end, ..] = sum.amount.0;
            let add = |figures: &mut Figures| {
                if sum.measure == measure::LOAN_BALANCE {
                    figures.balance += end;
                } else {
                    figures.nonperforming += end;
                }
            };
            if let Some(figures) = self.village_of(regions, sum.region) {
                add(figures);
            }
            let town = regions.ancestor(sum.region, Level::Town, self.as_of);
            if let Some(figures) = town.and_then(|town| self.towns.get_mut(&town)) {
                add(figures);
            }
        }
        Ok(())
    }

    /// The figures of the 行政村 that a unit is, or lies in.
    fn village_of(&mut self, regions: &Regions, region: RegionId) -> Option<&mut Figures> {
        let village = regions.ancestor(region, Level::Village, self.as_of)?;
        self.villages.get_mut(&village)
    }
}
