//! Adding stations, observations and triggers, each with its row in the register book's chain.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::rules::{Measured, Statistic, Trigger};
use super::store::{self, Observation, Station, TriggerRow};
use crate::db::schema::{observation, weather_station};
use crate::db::{Conn, insert_all};
use crate::error::Error;
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::register::{self, ProductKind};
use crate::values::{BookId, ProductId, Say};
use crate::vault;

fn audit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    (action, subject): (&str, &str),
    content: &serde_json::Value,
) -> Result<(), Error> {
    let change = Change {
        action,
        subject,
        revision: 1,
        note: "",
        digest: vault::digest(content.to_string().as_bytes()),
    };
    record_audit(conn, office, actor, register, &change)?;
    Ok(())
}

/// Adds a station; refuses a code that is taken.
pub fn record_station(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    (code, name): (&str, &str),
) -> Result<Station, Error> {
    let known = store::stations(conn)?;
    if known.iter().any(|station| station.code == code) {
        let say = Say::new(
            format!("站号“{code}”已登记。"),
            format!("There is a station “{code}” already."),
        );
        return Err(Error::refuse("station.code_taken", "code", say));
    }
    let row = Station {
        id: known.iter().map(|station| station.id).max().unwrap_or(0) + 1,
        code: code.to_owned(),
        name: name.to_owned(),
    };
    diesel::insert_into(weather_station::table)
        .values(&row)
        .execute(conn)?;
    let content = json!([row.id, row.code, row.name]);
    let subject = format!("station:{}", row.id);
    audit(
        conn,
        office,
        actor,
        register,
        ("station.added", &subject),
        &content,
    )?;
    Ok(row)
}

/// What a station observed, as it is typed or pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObservations {
    pub station: i64,
    pub statistic: Statistic,
    /// The bulletin or certificate.
    pub source: String,
    /// Each day once.
    pub values: Vec<(NaiveDate, Measured)>,
}

/// Adds observations, a further revision where the day has another value already; gives how many are new.
/// The same value again is passed over.
pub fn record_observations(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewObservations,
) -> Result<usize, Error> {
    if !store::stations(conn)?
        .iter()
        .any(|station| station.id == new.station)
    {
        return Err(Error::NotFound);
    }
    let days: Vec<NaiveDate> = new.values.iter().map(|(day, _)| *day).collect();
    if days.iter().any(|day| *day > actor.today) {
        let say = Say::new("观测日期不能晚于今天。", "Nothing is observed after today.");
        return Err(Error::refuse("date.future", "rows", say));
    }
    let statistic = new.statistic.code();
    let (known, last) = store::revisions(conn, new.station, statistic, &days)?;
    let known: HashMap<NaiveDate, (i32, String)> = known
        .into_iter()
        .map(|(day, revision, value)| (day, (revision, value)))
        .collect();
    let fresh = new.values.iter().filter(|(day, value)| {
        known
            .get(day)
            .is_none_or(|(_, before)| *before != value.to_string())
    });
    let rows: Vec<Observation> = (last + 1..)
        .zip(fresh)
        .map(|(seq, (day, value))| Observation {
            station_id: new.station,
            statistic: statistic.to_owned(),
            day: *day,
            revision: known.get(day).map_or(0, |(revision, _)| *revision) + 1,
            seq,
            value: value.to_string(),
            source: new.source.clone(),
        })
        .collect();
    insert_all!(conn, observation::table, &rows)?;
    if !rows.is_empty() {
        let values: Vec<_> = rows
            .iter()
            .map(|row| (row.day, row.revision, row.seq, row.value.as_str()))
            .collect();
        let content = json!([new.station, statistic, new.source, values]);
        let subject = format!("station:{}:{statistic}", new.station);
        audit(
            conn,
            office,
            actor,
            register,
            ("observations.added", &subject),
            &content,
        )?;
    }
    Ok(rows.len())
}

/// Registers when an index product pays, or that this is undetermined: for policies from a day on, or as a
/// further revision of the same day.
pub fn record_trigger(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    (product, valid_from, source): (ProductId, NaiveDate, &str),
    trigger: Option<&Trigger>,
) -> Result<TriggerRow, Error> {
    let insured = ProductKind::Insurance.code();
    if !register::products(conn)?
        .iter()
        .any(|known| known.id == product && known.kind == insured)
    {
        return Err(Error::NotFound);
    }
    let same = store::triggers(conn, product)?;
    let same = same.iter().filter(|row| row.valid_from == valid_from);
    let row = TriggerRow {
        product_id: product,
        valid_from,
        revision: same.map(|row| row.revision).max().unwrap_or(0) + 1,
        content: match trigger {
            Some(trigger) => serde_json::to_string(trigger)?,
            None => String::new(),
        },
        source: source.to_owned(),
    };
    store::add_trigger(conn, &row)?;
    let content = json!([
        row.product_id,
        row.valid_from,
        row.revision,
        row.content,
        row.source
    ]);
    let subject = format!("product:{}", product.0);
    audit(
        conn,
        office,
        actor,
        register,
        ("trigger.added", &subject),
        &content,
    )?;
    Ok(row)
}
