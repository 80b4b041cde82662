//! Records that may be the same business told twice, to be held side by side.

use std::collections::HashSet;

use super::lines::{self, LineView, Sight};
use super::listed::{self, Listed};
use super::store::{self, LikeLine};
use crate::credit::{self, Stage};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Line, Voucher};
use crate::values::{ClientId, ContractId, RegionId};

/// Days within which the same amount for the same client is looked at.
const NEAR: u64 = 7;
/// Pairs shown; the others are counted.
const SHOWN: usize = 4;

/// One line of this voucher beside one of another.
pub(super) struct Twin {
    pub line: LineView,
    pub other: Listed,
    pub other_line: LineView,
}

/// The pairs of a voucher.
#[derive(Default)]
pub(super) struct Twins {
    pub pairs: Vec<Twin>,
    pub more: usize,
}

impl Twins {
    pub fn load(conn: &mut Conn, sight: &Sight<'_>, voucher: &Voucher) -> Result<Twins, Error> {
        let mut found = find(conn, voucher)?;
        let more = found.len().saturating_sub(SHOWN);
        found.truncate(SHOWN);
        let pairs: Result<Vec<Option<Twin>>, Error> = found
            .iter()
            .map(|(line, other)| twin(conn, sight, voucher, line, other))
            .collect();
        Ok(Twins {
            pairs: pairs?.into_iter().flatten().collect(),
            more,
        })
    }
}

/// How many lines of a voucher have a record like them, counting each pair.
pub(super) fn count(conn: &mut Conn, voucher: &Voucher) -> Result<usize, Error> {
    Ok(find(conn, voucher)?.len())
}

fn find(conn: &mut Conn, voucher: &Voucher) -> Result<Vec<(Line, LikeLine)>, Error> {
    // A reversal is like what it reverses.
    if voucher.reversal_of.is_some() {
        return Ok(Vec::new());
    }
    let own = ledger::lines_of(conn, voucher, voucher.revision)?;
    let clients: HashSet<ClientId> = own.iter().filter_map(|line| line.client.clone()).collect();
    let clients: Vec<ClientId> = clients.into_iter().collect();
    let places: HashSet<RegionId> = own
        .iter()
        .filter(|line| line.client.is_none())
        .map(|line| line.region)
        .collect();
    let places: Vec<RegionId> = places.into_iter().collect();
    let mut others = store::lines_of_same_clients(conn, voucher, &clients)?;
    if !places.is_empty() {
        others.extend(store::lines_of_same_place(conn, voucher, &places)?);
    }
    let in_force = in_force(conn, voucher, &clients, &others)?;
    let mut found = Vec::new();
    for line in own {
        let like = |other: &&LikeLine| alike(voucher, &line, other, &in_force);
        found.extend(
            others
                .iter()
                .filter(like)
                .map(|other| (line.clone(), other.clone())),
        );
    }
    Ok(found)
}

/// The lines of credit of these clients that stand: a second grant is looked at whenever the first was.
fn in_force(
    conn: &mut Conn,
    voucher: &Voucher,
    clients: &[ClientId],
    others: &[LikeLine],
) -> Result<HashSet<ContractId>, Error> {
    if voucher.kind != Stage::Grant.code() || others.is_empty() {
        return Ok(HashSet::new());
    }
    let lines = credit::lines_of_clients(conn, voucher.book_id, clients)?;
    let standing = lines.into_iter().filter(|line| line.state == credit::ACTIVE);
    Ok(standing.map(|line| line.id).collect())
}

/// Whether a reviewer should see both: the same client (or, without one, the same unit) on the same day, or for the
/// same amount within a week; for a grant also one that is in force.
fn alike(voucher: &Voucher, line: &Line, other: &LikeLine, in_force: &HashSet<ContractId>) -> bool {
    let same = match &line.client {
        Some(client) => other.client.as_ref() == Some(client),
        None => other.client.is_none() && other.region == line.region,
    };
    // The steps of one contract are told one after the other.
    if !same || (line.contract.is_some() && line.contract == other.contract) {
        return false;
    }
    let days = (voucher.business_date - other.voucher.business_date)
        .num_days()
        .unsigned_abs();
    let same_amount = !line.amount.is_zero() && line.amount == other.amount;
    let stands = other.contract.as_ref().is_some_and(|id| in_force.contains(id));
    days == 0 || (same_amount && days <= NEAR) || stands
}

fn twin(
    conn: &mut Conn,
    sight: &Sight<'_>,
    voucher: &Voucher,
    line: &Line,
    like: &LikeLine,
) -> Result<Option<Twin>, Error> {
    let lines = ledger::lines_of(conn, &like.voucher, like.voucher.revision)?;
    let n = usize::try_from(like.n).unwrap_or(0);
    let Some(other) = lines.iter().find(|other| other.n == n) else {
        return Ok(None);
    };
    let mut own_view = lines::line_views(conn, sight, voucher, &[line], &[], &[])?;
    let mut other_view = lines::line_views(conn, sight, &like.voucher, &[other], &[], &[])?;
    let mut dressed = listed::dress(conn, sight.office, sight.names, vec![like.voucher.clone()])?;
    Ok(match (own_view.pop(), other_view.pop(), dressed.pop()) {
        (Some(line), Some(other_line), Some(other)) => Some(Twin {
            line,
            other,
            other_line,
        }),
        _ => None,
    })
}
