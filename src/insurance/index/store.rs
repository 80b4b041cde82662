//! Stations, observations and triggers in the database.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::rules::{Measured, Observations, Reading, Statistic, Trigger};
use crate::db::Conn;
use crate::db::schema::{index_trigger, observation, voucher, voucher_line, weather_station};
use crate::error::Error;
use crate::ledger::{State, vouchers_with_lines};
use crate::values::{BookId, ContractId, ProductId, VoucherId};

/// A weather station.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = weather_station)]
pub struct Station {
    pub id: i64,
    /// The weather service's own code.
    pub code: String,
    pub name: String,
}

/// What a station observed on a day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = observation)]
pub struct Observation {
    pub station_id: i64,
    /// A [`Statistic`]'s code.
    pub statistic: String,
    pub day: NaiveDate,
    /// From 1; the highest is the one that holds.
    pub revision: i32,
    /// The order in which observations became known, over all stations.
    pub seq: i64,
    /// Decimal text.
    pub value: String,
    pub source: String,
}

/// A trigger as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = index_trigger)]
pub struct TriggerRow {
    pub product_id: ProductId,
    /// For policies that start on this day or later.
    pub valid_from: NaiveDate,
    /// From 1; the highest is the one that holds.
    pub revision: i32,
    /// JSON of a [`Trigger`]; empty while it is undetermined.
    pub content: String,
    /// The clause or document it comes from.
    pub source: String,
}

impl TriggerRow {
    /// The trigger; none while it is undetermined.
    ///
    /// # Errors
    /// A text that does not read is damage.
    pub fn trigger(&self) -> Result<Option<Trigger>, Error> {
        match self.content.as_str() {
            "" => Ok(None),
            text => Ok(Some(serde_json::from_str(text)?)),
        }
    }
}

/// Every station, by id.
pub fn stations(conn: &mut Conn) -> Result<Vec<Station>, Error> {
    Ok(weather_station::table
        .order(weather_station::id)
        .select(Station::as_select())
        .load(conn)?)
}

/// The triggers of a product with their revisions, oldest first.
pub fn triggers(conn: &mut Conn, product: ProductId) -> Result<Vec<TriggerRow>, Error> {
    Ok(index_trigger::table
        .filter(index_trigger::product_id.eq(product))
        .order((index_trigger::valid_from, index_trigger::revision))
        .select(TriggerRow::as_select())
        .load(conn)?)
}

/// Keeps a trigger; [`super::record_trigger`] checks and audits it.
pub fn add_trigger(conn: &mut Conn, row: &TriggerRow) -> Result<(), Error> {
    diesel::insert_into(index_trigger::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Every product that is an index product, its trigger determined or not.
pub fn index_products(conn: &mut Conn) -> Result<Vec<ProductId>, Error> {
    Ok(index_trigger::table
        .select(index_trigger::product_id)
        .distinct()
        .order(index_trigger::product_id)
        .load(conn)?)
}

/// The trigger of a policy that starts on a day, as last corrected.
pub fn trigger_on(
    conn: &mut Conn,
    product: ProductId,
    starts_on: NaiveDate,
) -> Result<Option<TriggerRow>, Error> {
    let all = triggers(conn, product)?;
    Ok(all.into_iter().rfind(|row| row.valid_from <= starts_on))
}

/// One revision of a trigger.
pub(super) fn trigger_of(
    conn: &mut Conn,
    product: ProductId,
    valid_from: NaiveDate,
    revision: i32,
) -> Result<Option<TriggerRow>, Error> {
    Ok(index_trigger::table
        .find((product, valid_from, revision))
        .select(TriggerRow::as_select())
        .first(conn)
        .optional()?)
}

/// What a station observed of these within some days, as it was known up to `seq`, and how far what is
/// known of it reaches.
pub fn observed(
    conn: &mut Conn,
    station: i64,
    readings: &[Reading],
    (from, to): (NaiveDate, NaiveDate),
    known_up_to: i64,
) -> Result<(Observations, i64), Error> {
    let codes: Vec<&str> = readings.iter().map(|reading| reading.statistic.code()).collect();
    let rows: Vec<Observation> = observation::table
        .filter(observation::station_id.eq(station))
        .filter(observation::statistic.eq_any(codes))
        .filter(observation::day.between(from, to))
        .order((observation::statistic, observation::day, observation::revision))
        .select(Observation::as_select())
        .load(conn)?;
    let reaches = rows.iter().map(|row| row.seq).max().unwrap_or(0);
    let mut found = Observations::new();
    for row in rows.into_iter().filter(|row| row.seq <= known_up_to) {
        let statistic = Statistic::parse(&row.statistic).zip(Measured::parse(&row.value));
        let (statistic, value) =
            statistic.ok_or_else(|| Error::Failed(format!("observation {} does not read", row.seq)))?;
        found.entry(statistic).or_default().insert(row.day, value);
    }
    Ok((found, reaches))
}

/// The observations of a station, newest day first, every revision.
pub(super) fn latest(
    conn: &mut Conn,
    station: i64,
    statistic: &str,
    limit: i64,
) -> Result<Vec<Observation>, Error> {
    Ok(observation::table
        .filter(observation::station_id.eq(station))
        .filter(observation::statistic.eq(statistic))
        .order((observation::day.desc(), observation::revision.desc()))
        .limit(limit)
        .select(Observation::as_select())
        .load(conn)?)
}

/// A day, the revision, and the value it gave.
pub(super) type Revision = (NaiveDate, i32, String);

/// The revisions of some days, and the last number given to any observation.
pub(super) fn revisions(
    conn: &mut Conn,
    station: i64,
    statistic: &str,
    days: &[NaiveDate],
) -> Result<(Vec<Revision>, i64), Error> {
    let known = observation::table
        .filter(observation::station_id.eq(station))
        .filter(observation::statistic.eq(statistic))
        .filter(observation::day.eq_any(days))
        .order((observation::day, observation::revision))
        .select((observation::day, observation::revision, observation::value))
        .load(conn)?;
    let last: Option<i64> = observation::table
        .select(diesel::dsl::max(observation::seq))
        .first(conn)?;
    Ok((known, last.unwrap_or(0)))
}

/// The details of the index payouts on a policy in other vouchers: the approved ones, and with `waiting`
/// those that wait.
pub(super) fn index_payouts(
    conn: &mut Conn,
    book: BookId,
    policy: &ContractId,
    except: &VoucherId,
    waiting: bool,
) -> Result<Vec<String>, Error> {
    let mut states = vec![State::Approved.code()];
    if waiting {
        states.push(State::Submitted.code());
    }
    Ok(vouchers_with_lines()
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq(policy))
        .filter(voucher::kind.eq(super::INDEX_KIND))
        .filter(voucher::state.eq_any(states))
        .filter(voucher::reversal_of.is_null())
        .filter(voucher::id.ne(except))
        .select(voucher_line::detail)
        .load(conn)?)
}
