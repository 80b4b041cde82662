//! What has happened in a book since a phone last asked, as far as it concerns the asker.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::pack::{Scope, cursor, short};
use super::parts;
use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, AuditRow, Office, Voucher};
use crate::recording::Asker;
use crate::register;
use crate::values::{BookId, RegionId, VoucherId};

/// The most rows of the chain looked at in one answer.
const ROWS: i64 = 500;

/// The answer.
///
/// # Errors
/// [`Error::NotFound`] for a book outside the asker's scope.
pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    (book, since): (BookId, &str),
    asked: &[RegionId],
) -> Result<Value, Error> {
    let scope = Scope::of(conn, office, asker, asked)?;
    let books = scope.books(conn, &asker.user)?;
    let now = books
        .iter()
        .find(|known| known.id == book)
        .ok_or(Error::NotFound)?;
    let epoch = ledger::epoch(conn, book)?;
    let Some(from) = place_in_chain(conn, book, since)? else {
        return Ok(json!({
            "epoch": epoch, "cursor": cursor(now), "more": false, "reset": true,
            "vouchers": [], "clients": [], "gone": [],
        }));
    };
    let rows = ledger::changes_since(conn, book, from, ROWS)?;
    let next = match rows.last() {
        Some(last) => format!("{}-{}", last.seq, short(&last.head)),
        None => since.to_owned(),
    };
    let (clients, gone) = registered(conn, office, &scope, book, &rows)?;
    Ok(json!({
        "epoch": epoch,
        "cursor": next,
        "more": rows.last().is_some_and(|last| last.seq < now.audit_seq),
        "reset": false,
        "vouchers": own(conn, asker, book, &rows)?,
        "clients": clients,
        "gone": gone,
    }))
}

/// The row of the chain that a cursor names; none for one of another chain.
fn place_in_chain(conn: &mut Conn, book: BookId, since: &str) -> Result<Option<i64>, Error> {
    let Some((seq, head)) = since.split_once('-') else {
        return Ok(None);
    };
    let Ok(seq) = seq.parse::<i64>() else {
        return Ok(None);
    };
    let there = match seq {
        0 => Some(String::new()),
        _ => ledger::head_at(conn, book, seq)?,
    };
    Ok(there.filter(|there| short(there) == head).map(|_| seq))
}

/// How the asker's own records stand of which the rows tell.
fn own(conn: &mut Conn, asker: &Asker, book: BookId, rows: &[AuditRow]) -> Result<Vec<Value>, Error> {
    let told: BTreeSet<VoucherId> = rows
        .iter()
        .filter_map(|row| VoucherId::parse(&row.subject).ok())
        .collect();
    let told: Vec<VoucherId> = told.into_iter().collect();
    let mut found = ledger::find_vouchers(conn, book, &told)?;
    // A reversal tells of the record it takes back.
    let taken_back: Vec<VoucherId> = found
        .iter()
        .filter_map(|voucher| voucher.reversal_of.clone())
        .filter(|id| !told.contains(id))
        .collect();
    found.extend(ledger::find_vouchers(conn, book, &taken_back)?);
    let mine = found
        .into_iter()
        .filter(|voucher| voucher.maker_id == asker.user.id);
    Ok(mine.map(standing).collect())
}

fn standing(voucher: Voucher) -> Value {
    json!({
        "voucher": voucher.id.as_str(),
        "state": voucher.state,
        "revision": voucher.revision,
        "reason": voucher.reason,
        "posting_month": voucher.posting_month.to_string(),
        "number": voucher.number,
    })
}

/// The clients registered meanwhile in the villages, and second ids that lead to another client.
fn registered(
    conn: &mut Conn,
    office: &Office<'_>,
    scope: &Scope,
    book: BookId,
    rows: &[AuditRow],
) -> Result<(Vec<Value>, Vec<Value>), Error> {
    let told = |row: &&AuditRow| row.action == "client.recorded" || row.action == "client.joined";
    let Some(first) = rows.iter().filter(told).map(|row| row.at).min() else {
        return Ok((Vec::new(), Vec::new()));
    };
    let shown: HashMap<RegionId, RegionId> = scope.kin().map(|(unit, place)| (unit, place.village)).collect();
    let units: Vec<RegionId> = shown.keys().copied().collect();
    let at = |unit: RegionId| shown.get(&unit).copied().unwrap_or(unit).0.to_string();
    let found = register::clients_in(conn, office.vault, book, &units, "", usize::MAX)?;
    let fresh = found.iter().filter(|found| found.client.recorded_at >= first);
    let clients = fresh.map(|found| json!(parts::client(found, &at))).collect();
    let known: BTreeSet<&str> = found.iter().map(|found| found.client.id.as_str()).collect();
    let joined = store::aliases_since(conn, book, first)?;
    let gone = joined
        .into_iter()
        .filter(|alias| known.contains(alias.client_id.as_str()))
        .map(|alias| json!({ "kind": "client", "id": alias.alias_id.as_str(), "now": alias.client_id.as_str() }))
        .collect();
    Ok((clients, gone))
}
