//! Policies that run out: what the calendar alone changes, as system vouchers (日终).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::commands::{LIST_ROW, list_row};
use super::facts;
use super::rules;
use super::store::{self, Cover};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Case, Findings, Kind, Line, NewLine, Occurrence, Office};
use crate::values::{BookId, Say, Text};

/// The code of the voucher that takes a policy out of force.
pub const EXPIRY_KIND: &str = "insurance.expiry";

/// An expiry's own part of a voucher line; the line's amount is the part's sum insured, which
/// leaves 有效保额.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiryDetail {
    /// The part of the policy, from 1.
    pub part: i32,
}

pub(super) fn kind() -> Kind {
    Kind {
        code: EXPIRY_KIND,
        name: Text::new("保单到期", "Policy expiry"),
        amount_name: Text::new("到期保额", "Sum insured expired"),
        form: "/field/policies",
        describe,
        assess,
        apply,
        reversible: false,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: ExpiryDetail = line.detail()?;
    Ok(vec![(LIST_ROW, list_row(detail.part))])
}

/// Nobody's word is needed for the calendar: whoever submits it, the voucher is right only on the
/// day after the policy's last, with the policy's own parts, once.
fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let covers = store::load_covers(conn, case.book.id, &facts::contracts(case.lines))?;
    let contract = case.lines.first().and_then(|line| line.contract.as_ref());
    let cover = contract.and_then(|id| covers.get(id));
    Ok(Findings {
        issues: rules::payout::judge_expiry(case.lines, cover, case.business_date)
            .into_iter()
            .collect(),
        postings: case.lines.iter().map(rules::payout::expiry_posting).collect(),
    })
}

fn apply(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    for id in facts::contracts(case.lines) {
        store::end_policy(conn, case.book.id, &id)?;
    }
    Ok(())
}

/// Takes every policy of a book whose last day lies before `day` out of force, each by a voucher
/// of its own dated the day after, and says how many. `actor` is the system's own and acts on
/// `day` or later. Ids follow from the policies', so a day replayed finds nothing to do. Runs in the caller's write transaction of that book.
///
/// # Errors
/// A refusal means that a stored policy contradicts its own voucher.
pub fn expire_policies(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    day: NaiveDate,
) -> Result<usize, Error> {
    let ended = store::ended_before(conn, book, day)?;
    for cover in &ended {
        ledger::bring_about(conn, office, actor, expiry_of(cover)?)?;
    }
    Ok(ended.len())
}

fn expiry_of(cover: &Cover) -> Result<Occurrence, Error> {
    let policy = &cover.policy;
    let day = policy
        .ends_on
        .succ_opt()
        .ok_or_else(|| Error::Failed(format!("policy {} ends with the calendar", policy.id)))?;
    let mut lines = Vec::with_capacity(cover.parts.len());
    for part in &cover.parts {
        lines.push(NewLine {
            region: part.region_id,
            client: part.client_id.clone(),
            product: policy.product_id,
            institution: policy.institution_id,
            specialist: part.specialist_id,
            contract: Some(policy.id.clone()),
            amount: part.sum_insured_fen,
            detail: serde_json::to_value(ExpiryDetail { part: part.n })?,
        });
    }
    Ok(Occurrence {
        book: policy.book_id,
        kind: EXPIRY_KIND,
        key: policy.id.to_string(),
        day,
        institution: policy.institution_id,
        lines,
    })
}
