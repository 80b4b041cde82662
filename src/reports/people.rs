//! Who the specialists of a region are: their employers and how many villages each is posted to.

use std::collections::HashMap;

use super::ReportAsk;
use super::table::{Cell, Column, ColumnKind, TotalRule};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Dimension, Office};
use crate::register::{self, Names};
use crate::totals::{RowKey, gather};
use crate::values::measure::{FIELD_SPECIALISTS, by_id};
use crate::values::{InstitutionId, Lang, RegionId, SpecialistId, words};

/// What a report says of each specialist besides figures.
pub(super) struct People {
    names: Names,
    employers: HashMap<SpecialistId, InstitutionId>,
    villages: HashMap<i64, i64>,
}

impl People {
    pub(super) fn load(
        conn: &mut Conn,
        office: &Office<'_>,
        ask: &ReportAsk,
        region: RegionId,
    ) -> Result<People, Error> {
        let postings: Vec<_> = by_id(FIELD_SPECIALISTS).into_iter().collect();
        let period = (ask.month, ask.boundaries);
        let postings = gather(conn, office, region, period, Dimension::Specialist, &postings)?;
        // The regions in which a specialist is counted at the month's end.
        let mut villages: HashMap<i64, i64> = HashMap::new();
        for count in &postings.posted {
            if count.amount.stock()[0] > 0 {
                *villages.entry(count.dimension_id).or_default() += 1;
            }
        }
        let employers = register::specialists(conn)?
            .into_iter()
            .map(|row| (row.id, row.institution_id))
            .collect();
        Ok(People {
            names: Names::load(conn)?.read_in(ask.lang),
            employers,
            villages,
        })
    }

    /// The columns that [`People::cells`] fills.
    pub(super) fn columns(lang: Lang) -> [Column; 2] {
        let villages = lang.t("派驻村数（期末）", "Villages posted to (at end)");
        [
            Column::new("institution", words::INSTITUTION.get(lang), ColumnKind::Text),
            Column::new("villages", villages, ColumnKind::Count).totalled(TotalRule::None),
        ]
    }

    /// The employer and the number of villages of the specialist a row is about.
    pub(super) fn cells(&self, key: RowKey) -> [Cell; 2] {
        let id = match key {
            RowKey::Specialist(id) => id,
            _ => SpecialistId(0),
        };
        let employer = self
            .employers
            .get(&id)
            .map_or("—", |institution| self.names.institution(*institution));
        let posted = self.villages.get(&id.0).copied().unwrap_or(0);
        [Cell::text(employer), Cell::Count(posted)]
    }
}
