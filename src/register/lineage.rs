//! Recording what happens to units (沿革): planned by [`regions::plan`], written with its row in the
//! register book's chain.

use serde_json::json;

use super::commands::audit;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, Office};
use crate::regions::{self, Proposal};
use crate::values::BookId;

/// Writes an event. Returns its number.
///
/// # Errors
/// Refused with everything that is wrong with it; see [`regions::plan`].
pub fn record_event(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    proposal: &Proposal,
) -> Result<i64, Error> {
    let plan = regions::plan(office.regions, proposal, actor.today).map_err(Error::Refused)?;
    let id = regions::enact(conn, &plan, proposal, &actor.id, actor.now)?;
    let named: Vec<_> = proposal
        .named
        .iter()
        .map(|named| json!([named.name, named.code]))
        .collect();
    let content = json!([
        id,
        proposal.kind.code(),
        proposal.day,
        proposal.document,
        proposal.note,
        proposal.old,
        proposal.goes_on,
        named,
        proposal.village,
    ]);
    audit(
        conn,
        office,
        actor,
        register,
        &format!("region.{}", proposal.kind.code()),
        &format!("event:{id}"),
        &content,
    )?;
    Ok(id)
}
