//! The units in the database.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::file::RegionRow;
use super::plan::short;
use super::tree::{Regions, Unit, Version};
use super::{always, chronicle};
use crate::db::schema::{region, region_version};
use crate::db::{Conn, insert_all};
use crate::error::Error;
use crate::values::{Level, RegionCode, RegionId, RegionKind};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = region)]
#[diesel(treat_none_as_default_value = false)]
struct RegionRecord {
    id: RegionId,
    level: String,
    kind: String,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = region_version)]
#[diesel(treat_none_as_default_value = false)]
struct VersionRecord {
    region_id: RegionId,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    name: String,
    short_name: String,
    code: Option<String>,
    parent_id: Option<RegionId>,
    parent_known: bool,
}

/// Loads every unit with its versions.
pub fn load(conn: &mut Conn) -> Result<Regions, Error> {
    let mut versions: BTreeMap<RegionId, Vec<Version>> = BTreeMap::new();
    let records: Vec<VersionRecord> = region_version::table
        .order((region_version::region_id, region_version::valid_from))
        .load(conn)?;
    for record in records {
        let code = record.code.as_deref().map(parse_code).transpose()?;
        versions.entry(record.region_id).or_default().push(Version {
            valid_from: record.valid_from,
            valid_to: record.valid_to,
            name: record.name,
            short_name: record.short_name,
            code,
            parent: record.parent_id,
            parent_known: record.parent_known,
        });
    }
    let units: Vec<RegionRecord> = region::table.order(region::id).load(conn)?;
    let units = units
        .into_iter()
        .map(|record| unit(record, &mut versions))
        .collect::<Result<_, _>>()?;
    Ok(Regions::with_events(units, chronicle::events(conn)?))
}

fn unit(record: RegionRecord, versions: &mut BTreeMap<RegionId, Vec<Version>>) -> Result<Unit, Error> {
    let unknown = |what: &str| Error::Failed(format!("region {} has an unknown {what}", record.id.0));
    Ok(Unit {
        id: record.id,
        level: Level::parse(&record.level).ok_or_else(|| unknown("level"))?,
        kind: RegionKind::parse(&record.kind).ok_or_else(|| unknown("kind"))?,
        versions: versions.remove(&record.id).unwrap_or_default(),
    })
}

fn parse_code(code: &str) -> Result<RegionCode, Error> {
    RegionCode::parse(code).map_err(|_| Error::Failed(format!("stored region code {code} is not one")))
}

/// Fills an empty register from the file's rows; units that are there already stay as they are.
/// Ids are given in the file's order, so that every fresh database has the same ones.
pub fn install(conn: &mut Conn, rows: &[RegionRow]) -> Result<usize, Error> {
    let present: i64 = region::table.count().get_result(conn)?;
    if present > 0 {
        return Ok(0);
    }
    let mut ids: HashMap<&str, RegionId> = HashMap::new();
    let mut records = Vec::with_capacity(rows.len());
    let mut versions = Vec::with_capacity(rows.len());
    for (row, id) in rows.iter().zip(1_i64..) {
        let id = RegionId(id);
        ids.insert(&row.code, id);
        let parent_id = match row.parent_code.as_str() {
            "" => None,
            code => Some(*ids.get(code).ok_or_else(|| {
                Error::Failed(format!(
                    "region file: {} comes before its parent {code}",
                    row.code
                ))
            })?),
        };
        records.push(RegionRecord {
            id,
            level: row.level.clone(),
            kind: row.kind.clone(),
        });
        versions.push(VersionRecord {
            region_id: id,
            valid_from: always(),
            valid_to: None,
            name: row.name.clone(),
            short_name: row.short_name.clone(),
            code: Some(row.code.clone()),
            parent_id,
            parent_known: true,
        });
    }
    insert_all!(conn, region::table, &records)?;
    insert_all!(conn, region_version::table, &versions)?;
    Ok(records.len())
}

/// A unit that the file does not know: a 自然村, or a village founded later.
pub struct NewUnit {
    pub level: Level,
    pub kind: RegionKind,
    pub name: String,
    pub code: Option<RegionCode>,
    pub parent: RegionId,
    /// False when the 自然村's 行政村 is not known and `parent` is its town.
    pub parent_known: bool,
    /// First day; none when it is not known.
    pub valid_from: Option<NaiveDate>,
}

/// Adds a unit and returns its id.
pub fn add_unit(conn: &mut Conn, new: &NewUnit) -> Result<RegionId, Error> {
    let last: Option<i64> = region::table
        .select(diesel::dsl::max(region::id))
        .get_result(conn)?;
    let id = RegionId(last.unwrap_or(0) + 1);
    let record = RegionRecord {
        id,
        level: new.level.code().to_owned(),
        kind: new.kind.code().to_owned(),
    };
    diesel::insert_into(region::table).values(record).execute(conn)?;
    let version = VersionRecord {
        region_id: id,
        valid_from: new.valid_from.unwrap_or_else(always),
        valid_to: None,
        name: new.name.clone(),
        short_name: short(&new.name),
        code: new.code.as_ref().map(|code| code.as_str().to_owned()),
        parent_id: Some(new.parent),
        parent_known: new.parent_known,
    };
    diesel::insert_into(region_version::table)
        .values(version)
        .execute(conn)?;
    Ok(id)
}
