//! The events in the database, and what they write.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::event::{Event, EventKind, Withdrawal};
use super::plan::{Parent, Plan, Proposal};
use super::store::{NewUnit, add_unit};
use super::undo::Undoing;
use crate::db::schema::{region_event, region_event_unit, region_event_withdrawal, region_version};
use crate::db::{Conn, insert_all};
use crate::error::Error;
use crate::values::{RegionId, UserId};

const OLD: &str = "old";
const NEW: &str = "new";

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = region_event)]
struct EventRecord {
    id: i64,
    kind: String,
    day: NaiveDate,
    document: String,
    note: String,
    recorded_by: UserId,
    recorded_at: NaiveDateTime,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = region_event_unit)]
struct UnitRecord {
    event_id: i64,
    side: String,
    region_id: RegionId,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = region_event_withdrawal)]
struct WithdrawalRecord {
    event_id: i64,
    reason: String,
    withdrawn_by: UserId,
    withdrawn_at: NaiveDateTime,
}

/// Every event, in the order in which they were recorded.
pub(super) fn events(conn: &mut Conn) -> Result<Vec<Event>, Error> {
    let records: Vec<EventRecord> = region_event::table.order(region_event::id).load(conn)?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let units: Vec<UnitRecord> = region_event_unit::table
        .order((region_event_unit::event_id, region_event_unit::region_id))
        .load(conn)?;
    let mut sides: HashMap<i64, (Vec<RegionId>, Vec<RegionId>)> = HashMap::new();
    for unit in units {
        let (old, new) = sides.entry(unit.event_id).or_default();
        if unit.side == OLD { old } else { new }.push(unit.region_id);
    }
    let taken_back: Vec<WithdrawalRecord> = region_event_withdrawal::table.load(conn)?;
    let mut taken_back: HashMap<i64, Withdrawal> = taken_back
        .into_iter()
        .map(|row| {
            let withdrawal = Withdrawal {
                reason: row.reason,
                by: row.withdrawn_by,
                at: row.withdrawn_at,
            };
            (row.event_id, withdrawal)
        })
        .collect();
    let event = |record: EventRecord| {
        let (old, new) = sides.remove(&record.id).unwrap_or_default();
        let kind = EventKind::parse(&record.kind)
            .ok_or_else(|| Error::Failed(format!("an event of an unknown kind: {}", record.kind)))?;
        Ok(Event {
            withdrawal: taken_back.remove(&record.id),
            id: record.id,
            kind,
            day: record.day,
            document: record.document,
            note: record.note,
            recorded_by: record.recorded_by,
            recorded_at: record.recorded_at,
            old,
            new,
        })
    };
    records.into_iter().map(event).collect()
}

#[derive(Insertable)]
#[diesel(table_name = region_version)]
#[diesel(treat_none_as_default_value = false)]
struct NextVersion<'a> {
    region_id: RegionId,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    name: &'a str,
    short_name: &'a str,
    code: Option<&'a str>,
    parent_id: Option<RegionId>,
    parent_known: bool,
}

/// Writes what [`super::plan`] has found sound: ends and begins versions, founds units, keeps the event.
/// Returns its id.
pub fn enact(
    conn: &mut Conn,
    plan: &Plan,
    proposal: &Proposal,
    by: &UserId,
    at: NaiveDateTime,
) -> Result<i64, Error> {
    let day = proposal.day;
    let ended = plan.ends.iter().copied();
    for unit in ended.chain(plan.changes.iter().map(|change| change.unit)) {
        diesel::update(
            region_version::table
                .filter(region_version::region_id.eq(unit))
                .filter(region_version::valid_to.is_null()),
        )
        .set(region_version::valid_to.eq(day))
        .execute(conn)?;
    }
    let mut founded = Vec::new();
    for new in &plan.foundings {
        let unit = NewUnit {
            level: new.level,
            kind: new.kind,
            name: new.name.clone(),
            code: new.code.clone(),
            parent: new.parent,
            parent_known: true,
            valid_from: Some(day),
        };
        founded.push(add_unit(conn, &unit)?);
    }
    for change in &plan.changes {
        let parent = match change.parent {
            Parent::Unit(id) => Some(id),
            Parent::Founded(at) => founded.get(at).copied(),
        };
        let next = NextVersion {
            region_id: change.unit,
            valid_from: day,
            valid_to: None,
            name: &change.name,
            short_name: &change.short_name,
            code: change.code.as_ref().map(|code| code.as_str()),
            parent_id: parent,
            parent_known: change.parent_known,
        };
        diesel::insert_into(region_version::table)
            .values(next)
            .execute(conn)?;
    }
    let new: Vec<RegionId> = plan.go_on.iter().copied().chain(founded).collect();
    keep(conn, proposal, &new, by, at)
}

fn keep(
    conn: &mut Conn,
    proposal: &Proposal,
    new: &[RegionId],
    by: &UserId,
    at: NaiveDateTime,
) -> Result<i64, Error> {
    let last: Option<i64> = region_event::table
        .select(diesel::dsl::max(region_event::id))
        .get_result(conn)?;
    let id = last.unwrap_or(0) + 1;
    let record = EventRecord {
        id,
        kind: proposal.kind.code().to_owned(),
        day: proposal.day,
        document: proposal.document.clone(),
        note: proposal.note.clone(),
        recorded_by: by.clone(),
        recorded_at: at,
    };
    diesel::insert_into(region_event::table)
        .values(record)
        .execute(conn)?;
    let unit = |side: &str, region_id: &RegionId| UnitRecord {
        event_id: id,
        side: side.to_owned(),
        region_id: *region_id,
    };
    let old = proposal.old.iter().map(|region| unit(OLD, region));
    let units: Vec<UnitRecord> = old.chain(new.iter().map(|region| unit(NEW, region))).collect();
    insert_all!(conn, region_event_unit::table, &units)?;
    Ok(id)
}

/// Writes what [`super::undoing`] has found: begun versions go, ended ones last on, founded units stay as
/// units of no day, so that what names them still reads.
pub fn take_back(
    conn: &mut Conn,
    event: &Event,
    undoing: &Undoing,
    withdrawal: &Withdrawal,
) -> Result<(), Error> {
    let of = |unit: RegionId| region_version::table.filter(region_version::region_id.eq(unit));
    for unit in &undoing.changed {
        let begun = of(*unit).filter(region_version::valid_from.eq(event.day));
        diesel::delete(begun).execute(conn)?;
    }
    for unit in undoing.ended.iter().chain(&undoing.changed) {
        diesel::update(of(*unit).filter(region_version::valid_to.eq(event.day)))
            .set(region_version::valid_to.eq(None::<NaiveDate>))
            .execute(conn)?;
    }
    for unit in &undoing.founded {
        diesel::update(of(*unit).filter(region_version::valid_from.eq(event.day)))
            .set(region_version::valid_to.eq(Some(event.day)))
            .execute(conn)?;
    }
    let record = WithdrawalRecord {
        event_id: event.id,
        reason: withdrawal.reason.clone(),
        withdrawn_by: withdrawal.by.clone(),
        withdrawn_at: withdrawal.at,
    };
    diesel::insert_into(region_event_withdrawal::table)
        .values(record)
        .execute(conn)?;
    Ok(())
}
