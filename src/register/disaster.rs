//! Disasters (灾害): what a typhoon or a flood is called, when and where it struck; claims are grouped by it.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::commands::audit;
use crate::db::schema::{disaster, disaster_town};
use crate::db::{Conn, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Office};
use crate::values::coded::coded;
use crate::values::{BookId, DisasterId, Level, RegionId, Say, Text};

coded! {
    /// What kind of disaster it was.
    DisasterKind {
        Typhoon = "typhoon", Text::new("台风", "Typhoon");
        Rain = "rain", Text::new("暴雨洪涝", "Heavy rain and flood");
        Drought = "drought", Text::new("干旱", "Drought");
        Cold = "cold", Text::new("寒害冻害", "Cold and frost");
        Hail = "hail", Text::new("风雹", "Wind and hail");
        Disease = "disease", Text::new("疫病", "Epidemic");
        Pest = "pest", Text::new("病虫害", "Pests and plant disease");
        Other = "other", Text::new("其他灾害", "Another disaster");
    }
}

/// One disaster.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = disaster)]
pub struct Disaster {
    pub id: DisasterId,
    /// A [`DisasterKind`]'s code.
    pub kind: String,
    /// 台风名 or other name.
    pub name: String,
    pub started_on: NaiveDate,
    pub ended_on: NaiveDate,
    pub note: String,
}

/// A town it struck.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = disaster_town)]
struct DisasterTown {
    disaster_id: DisasterId,
    town_id: RegionId,
}

/// A disaster as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDisaster {
    pub kind: DisasterKind,
    pub name: String,
    pub started_on: NaiveDate,
    pub ended_on: NaiveDate,
    pub towns: Vec<RegionId>,
    pub note: String,
}

/// All disasters, the latest first.
pub fn disasters(conn: &mut Conn) -> Result<Vec<Disaster>, Error> {
    Ok(disaster::table
        .order((disaster::started_on.desc(), disaster::id.desc()))
        .select(Disaster::as_select())
        .load(conn)?)
}

/// The towns each disaster struck.
pub fn struck_towns(conn: &mut Conn) -> Result<Vec<(DisasterId, RegionId)>, Error> {
    Ok(disaster_town::table
        .order((disaster_town::disaster_id, disaster_town::town_id))
        .select((disaster_town::disaster_id, disaster_town::town_id))
        .load(conn)?)
}

/// Adds a disaster with the next id, with its row in the register book's chain.
pub fn record_disaster(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewDisaster,
) -> Result<Disaster, Error> {
    let issues = judge(office, actor, new);
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let known = disasters(conn)?;
    if known
        .iter()
        .any(|known| known.name == new.name && known.started_on == new.started_on)
    {
        let say = Say::new("这次灾害已经登记过。", "This disaster has been recorded already.");
        return Err(Error::refuse("disaster.known", "name", say));
    }
    let row = Disaster {
        id: DisasterId(known.iter().map(|known| known.id.0).max().unwrap_or(0) + 1),
        kind: new.kind.code().to_owned(),
        name: new.name.clone(),
        started_on: new.started_on,
        ended_on: new.ended_on,
        note: new.note.clone(),
    };
    diesel::insert_into(disaster::table).values(&row).execute(conn)?;
    let town = |town: &RegionId| DisasterTown {
        disaster_id: row.id,
        town_id: *town,
    };
    let towns: Vec<DisasterTown> = new.towns.iter().map(town).collect();
    insert_all!(conn, disaster_town::table, &towns)?;
    let content = json!([
        row.id,
        row.kind,
        row.name,
        row.started_on,
        row.ended_on,
        row.note,
        new.towns
    ]);
    let subject = format!("disaster:{}", row.id);
    audit(
        conn,
        office,
        actor,
        register,
        "disaster.added",
        &subject,
        &content,
    )?;
    Ok(row)
}

fn judge(office: &Office<'_>, actor: &Actor, new: &NewDisaster) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut refuse =
        |code, field, zh: &str, en: &str| issues.push(Issue::refuse(code, field, Say::new(zh, en)));
    if new.ended_on < new.started_on {
        let (zh, en) = ("止日不能早于起日。", "It cannot end before it starts.");
        refuse("disaster.days", "ended_on", zh, en);
    }
    if new.started_on > actor.today {
        let (zh, en) = ("起日不能晚于今天。", "It cannot start after today.");
        refuse("date.future", "started_on", zh, en);
    }
    let is_town = |id: &RegionId| {
        office
            .regions
            .unit(*id)
            .is_some_and(|unit| unit.level == Level::Town)
    };
    if new.towns.is_empty() || !new.towns.iter().all(is_town) {
        let (zh, en) = (
            "请至少选一个受灾镇（街）。",
            "Choose at least one town it struck.",
        );
        refuse("disaster.towns", "towns", zh, en);
    }
    issues
}
