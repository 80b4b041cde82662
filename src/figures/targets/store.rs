//! The register of targets.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use crate::db::Conn;
use crate::db::schema::target;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::measure::Measure;
use crate::values::{BookId, MeasureId, RegionId, Say, UserId};
use crate::vault;

/// What is to be reached in one year, as last revised.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = target)]
pub(super) struct Target {
    pub region_id: RegionId,
    pub measure: MeasureId,
    pub year: i32,
    /// From 1; the highest holds.
    pub revision: i32,
    /// Fen, or a count.
    pub amount: i64,
    /// The document that sets it.
    pub source: String,
    pub recorded_by: UserId,
    /// UTC.
    pub recorded_at: NaiveDateTime,
}

/// A target as somebody gives it.
#[derive(Clone, Debug)]
pub struct NewTarget {
    /// A county or the city.
    pub region: RegionId,
    pub measure: &'static Measure,
    pub year: i32,
    /// Fen, or a count.
    pub amount: i64,
    /// The document that sets it.
    pub source: String,
}

/// Every revision of every target of a year, the latest of each first.
pub(super) fn history(conn: &mut Conn, year: i32) -> Result<Vec<Target>, Error> {
    Ok(target::table
        .filter(target::year.eq(year))
        .order((target::measure, target::region_id, target::revision.desc()))
        .select(Target::as_select())
        .load(conn)?)
}

/// Adds a target, or revises the one of the same place, measure and year.
///
/// # Errors
/// Refused when it says what holds already.
pub fn record(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewTarget,
) -> Result<(), Error> {
    let _ = office.regions.unit(new.region).ok_or(Error::NotFound)?;
    let known = history(conn, new.year)?
        .into_iter()
        .find(|known| known.region_id == new.region && known.measure == new.measure.id);
    if let Some(known) = &known
        && (known.amount, known.source.as_str()) == (new.amount, new.source.as_str())
    {
        let say = Say::new(
            "这个目标已经是这个数，依据也相同。",
            "This target stands already, on the same document.",
        );
        return Err(Error::Refused(vec![Issue::refuse("target.same", "amount", say)]));
    }
    let row = Target {
        region_id: new.region,
        measure: new.measure.id,
        year: new.year,
        revision: known.map_or(0, |known| known.revision) + 1,
        amount: new.amount,
        source: new.source.clone(),
        recorded_by: actor.id.clone(),
        recorded_at: actor.now,
    };
    diesel::insert_into(target::table).values(&row).execute(conn)?;
    let content = json!([
        row.region_id,
        row.measure,
        row.year,
        row.revision,
        row.amount,
        row.source
    ]);
    let change = Change {
        action: "target.recorded",
        subject: &format!("target:{}:{}:{}", row.region_id, row.measure, row.year),
        revision: row.revision,
        note: "",
        digest: vault::digest(content.to_string().as_bytes()),
    };
    record_audit(conn, office, actor, register, &change)?;
    Ok(())
}
