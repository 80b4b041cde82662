//! Claims against the entries they are sums of.

use super::store::{self, Claims};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::ContractSums;
use crate::values::{BookId, ContractId, measure};

/// Deletes the claims on these policies, before their vouchers are applied again.
pub(in crate::insurance) fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    store::delete(conn, book, ids)
}

/// For each policy, what its claims hold beside what the entries say: what, stored, should be.
pub(in crate::insurance) fn compared(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
    posted: &ContractSums,
) -> Result<Vec<(ContractId, &'static str, i64, i64)>, Error> {
    let claims = store::load(conn, book, ids)?;
    let sums = posted.of(&[
        measure::INSURANCE_CLAIMS_REPORTED,
        measure::INSURANCE_CLAIMS_OPEN,
        measure::INSURANCE_OUTSTANDING,
    ]);
    let mut rows = Vec::new();
    for id in ids {
        let posted = |measure| sums.get(&(id.clone(), measure)).copied().unwrap_or(0);
        let [count, open, owed] = held(&claims, id);
        rows.push((
            id.clone(),
            "claims",
            count,
            posted(measure::INSURANCE_CLAIMS_REPORTED),
        ));
        rows.push((
            id.clone(),
            "open claims",
            open,
            posted(measure::INSURANCE_CLAIMS_OPEN),
        ));
        rows.push((
            id.clone(),
            "outstanding",
            owed,
            posted(measure::INSURANCE_OUTSTANDING),
        ));
    }
    Ok(rows)
}

/// Number, number open and 未决 of a policy's claims.
fn held(claims: &Claims, id: &ContractId) -> [i64; 3] {
    let mut held = [0; 3];
    for claim in claims.values().filter(|claim| claim.policy_id == *id) {
        held[0] += 1;
        held[1] += i64::from(claim.is_open());
        held[2] += claim.outstanding().0;
    }
    held
}
