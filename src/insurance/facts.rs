//! Policies as a voucher finds them: what is posted, and at submission what other vouchers have
//! waiting.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::commands::{PAYOUT_KIND, POLICY_KIND, PolicyTerms};
use super::index::INDEX_KIND;
use super::store::{self, ACTIVE, Cover, Policy, PolicyPart};
use super::versions::{CANCEL_KIND, ENDORSE_KIND};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Against, Basis, Case, Line, PendingLine};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Fen, VoucherId};

/// What the details of paying vouchers have in common.
#[derive(Deserialize)]
pub(super) struct PaidPart {
    pub part: i32,
}

/// The part of the policy that a line of a paying voucher is about.
pub(super) fn paid_part(line: &Line) -> Result<i32, Error> {
    line.detail().map(|paid: PaidPart| paid.part)
}

/// The contracts that the lines of a voucher concern, each once.
pub(super) fn contracts(lines: &[Line]) -> Vec<ContractId> {
    let ids: HashSet<&ContractId> = lines.iter().filter_map(|line| line.contract.as_ref()).collect();
    ids.into_iter().cloned().collect()
}

/// The policies a case concerns, as they stand on its basis.
pub(super) fn covers(conn: &mut Conn, case: &Case<'_>) -> Result<HashMap<ContractId, Cover>, Error> {
    covers_of(
        conn,
        case.book.id,
        &contracts(case.lines),
        case.voucher,
        case.basis,
    )
}

/// Some policies as they stand on a basis. A policy that itself still waits is there as it would
/// be; at approval it says so.
pub(super) fn covers_of(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
    except: &VoucherId,
    basis: Basis,
) -> Result<HashMap<ContractId, Cover>, Error> {
    let mut covers = store::load_covers(conn, book, ids)?;
    let pending = ledger::pending_lines(conn, book, Against::Contracts(ids), except)?;
    // A policy sent again after a return stands behind its own payouts: policies first.
    let mut waiting: HashMap<ContractId, Vec<&PendingLine>> = HashMap::new();
    for line in pending.iter().filter(|line| line.kind == POLICY_KIND) {
        if let Some(id) = &line.line.contract {
            waiting.entry(id.clone()).or_default().push(line);
        }
    }
    for (id, lines) in waiting {
        if covers.contains_key(&id) {
            continue;
        }
        let lines: Vec<&Line> = lines.into_iter().map(|pending| &pending.line).collect();
        if let Some(mut cover) = written(book, &lines)? {
            cover.waiting = basis == Basis::Posted;
            covers.insert(id, cover);
        }
    }
    if basis == Basis::WithPending {
        for waiting in &pending {
            if let Some(cover) = waiting.line.contract.as_ref().and_then(|id| covers.get_mut(id)) {
                foresee(cover, waiting)?;
            }
        }
    }
    Ok(covers)
}

/// Takes a waiting payout, endorsement or cancellation into account.
fn foresee(cover: &mut Cover, waiting: &PendingLine) -> Result<(), Error> {
    let line = &waiting.line;
    match waiting.kind.as_str() {
        PAYOUT_KIND | INDEX_KIND => cover.pay(paid_part(line)?, line.amount)?,
        ENDORSE_KIND => cover.endorse(line, &line.detail()?)?,
        CANCEL_KIND => cover.cancel(line, &line.detail()?, waiting.business_date)?,
        _ => {}
    }
    Ok(())
}

/// The policy that these lines of one voucher write; none without a line or an id.
pub(super) fn written(book: BookId, lines: &[&Line]) -> Result<Option<Cover>, Error> {
    let Some((first, id)) = lines
        .first()
        .and_then(|line| Some((line, line.contract.clone()?)))
    else {
        return Ok(None);
    };
    let part = |line: &&Line| {
        let terms: PolicyTerms = line.detail()?;
        Ok(PolicyPart {
            book_id: book,
            policy_id: id.clone(),
            n: i32::try_from(line.n).map_err(|_| Error::Failed("too many lines".to_owned()))?,
            region_id: line.region,
            client_id: line.client.clone(),
            specialist_id: line.specialist,
            quantity: terms.quantity,
            unit_sum_fen: terms.unit_sum,
            sum_insured_fen: line.amount,
            premium_fen: terms.premium,
            paid_fen: Fen::ZERO,
            rate_percent: terms.rate_percent,
            central_fen: terms.central,
            province_fen: terms.province,
            city_fen: terms.city,
            county_fen: terms.county,
            farmer_fen: terms.farmer,
            households: terms.households,
        })
    };
    let parts: Vec<PolicyPart> = lines.iter().map(part).collect::<Result<_, Error>>()?;
    let terms: PolicyTerms = first.detail()?;
    let policy = Policy {
        book_id: book,
        id: id.clone(),
        number: narrow(&terms.number),
        institution_id: first.institution,
        product_id: first.product,
        starts_on: terms.starts_on,
        ends_on: terms.ends_on,
        sum_insured_fen: Fen::sum(parts.iter().map(|part| part.sum_insured_fen))?,
        premium_fen: Fen::sum(parts.iter().map(|part| part.premium_fen))?,
        paid_fen: Fen::ZERO,
        state: ACTIVE.to_owned(),
        cancelled_on: None,
    };
    Ok(Some(Cover {
        policy,
        parts,
        waiting: false,
    }))
}
