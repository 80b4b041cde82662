//! The policies' amounts against the entries they are sums of.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use super::claims;
use super::facts::PaidPart;
use super::store::{Cover, PolicyPart, forget_covers, load_covers};
use crate::db::schema::{entry, policy, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::ledger::{Book, ContractSums, Difference, Positions, unlinked, vouchers_with_lines};
use crate::values::rate::Payer;
use crate::values::{BookId, ContractId, Fen, MeasureId, measure};

type Sums = HashMap<(ContractId, MeasureId), i64>;
type PaidSums = BTreeMap<(ContractId, i32), i64>;

/// Deletes where these policies stand, before their vouchers are applied again.
fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    forget_covers(conn, book, ids)?;
    claims::forget(conn, book, ids)
}

/// What the ledger needs of the policies.
pub fn positions() -> Positions {
    Positions {
        check: check_positions,
        linked: unlinked,
        forget,
    }
}

/// The policies' and parts' amounts against the sums of their entries, and against each other.
fn check_positions(conn: &mut Conn, book: &Book, posted: &ContractSums) -> Result<Vec<Difference>, Error> {
    let sums = entry_sums(posted);
    let paid = paid_by_part(conn, book.id)?;
    let ids: Vec<ContractId> = policy::table
        .filter(policy::book_id.eq(book.id))
        .order(policy::id)
        .select(policy::id)
        .load(conn)?;
    let mut found = without_policy(book, &ids, &sums);
    for (id, what, stored, should_be) in claims::compared(conn, book.id, &ids, posted)? {
        if stored != should_be {
            found.push(Difference {
                book: book.name.clone(),
                what: format!("policy {id} {what}"),
                stored: stored.to_string(),
                should_be: should_be.to_string(),
            });
        }
    }
    for some in ids.chunks(CHUNK) {
        let covers = load_covers(conn, book.id, some)?;
        for cover in some.iter().filter_map(|id| covers.get(id)) {
            let compared = compared(cover, &sums, &paid)?;
            found.extend(compared.into_iter().filter_map(|(what, stored, should_be)| {
                (stored != should_be).then(|| Difference {
                    book: book.name.clone(),
                    what: format!("policy {} {what}", cover.policy.id),
                    stored: stored.yuan(),
                    should_be: should_be.yuan(),
                })
            }));
        }
    }
    Ok(found)
}

/// What is posted to policies that are not there.
fn without_policy(book: &Book, ids: &[ContractId], sums: &Sums) -> Vec<Difference> {
    let known: HashSet<&ContractId> = ids.iter().collect();
    let mut missing: Vec<_> = sums
        .iter()
        .filter(|((id, _), sum)| **sum != 0 && !known.contains(id))
        .collect();
    missing.sort();
    let difference = |((id, measure), sum): (&(ContractId, MeasureId), &i64)| Difference {
        book: book.name.clone(),
        what: format!(
            "policy {id} {}",
            measure::by_id(*measure).map_or("?", |measure| measure.code)
        ),
        stored: Fen::ZERO.yuan(),
        should_be: Fen(*sum).yuan(),
    };
    missing.into_iter().map(difference).collect()
}

/// Every amount of a policy beside what it should be.
fn compared(cover: &Cover, sums: &Sums, paid: &PaidSums) -> Result<Vec<(String, Fen, Fen)>, Error> {
    let policy = &cover.policy;
    let posted = |measure| Fen(sums.get(&(policy.id.clone(), measure)).copied().unwrap_or(0));
    let parts = |pick: fn(&PolicyPart) -> Fen| Fen::sum(cover.parts.iter().map(pick));
    let in_force = if policy.is_active() {
        policy.sum_insured_fen
    } else {
        Fen::ZERO
    };
    let row = |what: &str, stored, should_be| (what.to_owned(), stored, should_be);
    let mut rows = vec![
        row(
            "sum insured",
            policy.sum_insured_fen,
            posted(measure::INSURANCE_SUM_INSURED),
        ),
        row("premium", policy.premium_fen, posted(measure::INSURANCE_PREMIUM)),
        row("in force", in_force, posted(measure::INSURANCE_IN_FORCE)),
        row("paid", policy.paid_fen, posted(measure::INSURANCE_PAYOUT)),
        row(
            "premium by payers",
            policy.premium_fen,
            Fen::sum(cover.parts.iter().flat_map(|part| {
                let split = part.split();
                Payer::ALL.map(|payer| split.of(payer))
            }))?,
        ),
        row(
            "sum insured of its parts",
            policy.sum_insured_fen,
            parts(|part| part.sum_insured_fen)?,
        ),
        row(
            "premium of its parts",
            policy.premium_fen,
            parts(|part| part.premium_fen)?,
        ),
        row("paid on its parts", policy.paid_fen, parts(|part| part.paid_fen)?),
    ];
    for payer in Payer::ALL {
        let stored = Fen::sum(cover.parts.iter().map(|part| part.split().of(payer)))?;
        rows.push((
            format!("premium: {}", payer.code()),
            stored,
            posted(payer.measure()),
        ));
    }
    for part in &cover.parts {
        let posted = paid.get(&(policy.id.clone(), part.n)).copied().unwrap_or(0);
        rows.push((format!("part {} paid", part.n), part.paid_fen, Fen(posted)));
    }
    Ok(rows)
}

/// What the entries of each policy come to, by measure.
fn entry_sums(posted: &ContractSums) -> Sums {
    let mut measures = vec![
        measure::INSURANCE_SUM_INSURED,
        measure::INSURANCE_PREMIUM,
        measure::INSURANCE_IN_FORCE,
        measure::INSURANCE_PAYOUT,
    ];
    measures.extend(Payer::ALL.map(Payer::measure));
    posted.of(&measures)
}

/// What the payout entries of each part come to: an entry's line names the part.
fn paid_by_part(conn: &mut Conn, book: BookId) -> Result<PaidSums, Error> {
    let entries = vouchers_with_lines().inner_join(
        entry::table.on(entry::book_id
            .eq(voucher_line::book_id)
            .and(entry::voucher_id.eq(voucher_line::voucher_id))
            .and(entry::line.eq(voucher_line::n))),
    );
    let rows: Vec<(Option<ContractId>, String, i64)> = entries
        .filter(entry::book_id.eq(book))
        .filter(entry::measure.eq(measure::INSURANCE_PAYOUT))
        .filter(diesel::dsl::not(entry::pending))
        .select((entry::contract_id, voucher_line::detail, entry::amount))
        .load(conn)?;
    let mut sums = PaidSums::new();
    for (policy, detail, amount) in rows {
        let detail: PaidPart = serde_json::from_str(&detail)?;
        if let Some(policy) = policy {
            let sum = sums.entry((policy, detail.part)).or_default();
            *sum = Fen(*sum).plus(Fen(amount))?.0;
        }
    }
    Ok(sums)
}
