//! Lines that run out: what the calendar alone changes, as system vouchers (日终).
//!
//! The limits leave the books on the day after the line's last; loans drawn under it run on.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::changes::Change;
use super::stocks::{Counted, moved};
use super::store::{self, ACTIVE, CreditLine, EXPIRED};
use crate::db::Conn;
use crate::db::schema::credit_line;
use crate::error::{Error, Issue};
use crate::ledger::{self, Actor, Against, Case, Findings, Kind, NewLine, Occurrence, Office};
use crate::register::find_clients;
use crate::values::{BookId, ContractId, InstitutionId, RegionId, Say, Text, VoucherId};
use crate::vault;

/// The code of the voucher that takes lines out of force.
pub const EXPIRY_KIND: &str = "credit.expiry";

pub(super) fn kind() -> Kind {
    Kind {
        code: EXPIRY_KIND,
        name: Text::new("额度到期", "Line expiry"),
        amount_name: Text::new("到期预授信额度", "Pre-approved limit expired"),
        form: "/field",
        describe: |_| Ok(Vec::new()),
        assess,
        apply,
        reversible: false,
    }
}

/// Nobody's word is needed for the calendar: a line of the voucher is right only on the day after
/// its contract's last, while the contract is in force.
fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let contracts = store::load_lines(conn, case.book.id, &ids(case))?;
    let clients = find_clients(
        conn,
        case.book.id,
        case.lines.iter().filter_map(|line| line.client.clone()),
    )?;
    let mut findings = Findings::default();
    for line in case.lines {
        let contract = line.contract.as_ref().and_then(|id| contracts.get(id));
        let due = contract.filter(|contract| {
            contract.state == ACTIVE
                && contract.valid_to.succ_opt() == Some(case.business_date)
                && contract.preapproved_fen == line.amount
        });
        let Some(contract) = due else {
            let say = Say::new(
                "这笔额度不在这一天到期。",
                "This line does not run out on that day.",
            );
            findings
                .issues
                .push(Issue::refuse("line.not_due", "", say).on_line(line.n));
            continue;
        };
        let unit = case.office.regions.unit(contract.region_id);
        let counted = Counted::of(
            unit.is_some_and(|unit| unit.kind.is_administrative_village()),
            line.client.as_ref().and_then(|id| clients.get(id)),
        );
        let after = ended(contract, case.business_date);
        findings.postings.extend(moved(line, contract, &after, &counted));
    }
    Ok(findings)
}

/// The line once it has run out.
fn ended(line: &CreditLine, day: NaiveDate) -> CreditLine {
    CreditLine {
        state: EXPIRED.to_owned(),
        changed_on: line.changed_on.max(Some(day)),
        ..line.clone()
    }
}

fn apply(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let lines = store::load_lines(conn, case.book.id, &ids(case))?;
    let ended: Vec<CreditLine> = lines
        .values()
        .map(|line| ended(line, case.business_date))
        .collect();
    store::keep_lines(conn, case.book.id, &ended)
}

fn ids(case: &Case<'_>) -> Vec<ContractId> {
    case.lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect()
}

/// Takes every line of a book whose last day lies before `day` out of force: one voucher for those of
/// one bank in one village on one day, dated the day after. Says how many lines.
///
/// # Errors
/// A refusal means that a stored line contradicts its own vouchers.
pub fn expire_lines(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    day: NaiveDate,
) -> Result<usize, Error> {
    let ended: Vec<CreditLine> = credit_line::table
        .filter(credit_line::book_id.eq(book))
        .filter(credit_line::state.eq(ACTIVE))
        .filter(credit_line::valid_to.lt(day))
        .order((credit_line::valid_to, credit_line::id))
        .select(CreditLine::as_select())
        .load(conn)?;
    let ended = without_renewing(conn, actor, book, ended)?;
    let count = ended.len();
    let mut together: BTreeMap<(NaiveDate, InstitutionId, RegionId), Vec<CreditLine>> = BTreeMap::new();
    for line in ended {
        let key = (line.valid_to, line.institution_id, line.region_id);
        together.entry(key).or_default().push(line);
    }
    for ((last, institution, region), lines) in together {
        ledger::bring_about(
            conn,
            office,
            actor,
            occurrence(book, last, institution, region, &lines)?,
        )?;
    }
    Ok(count)
}

/// A line stays in force while its renewal, recorded in time, waits for its reviewer; once that is returned
/// or withdrawn, the next day's end takes it out.
fn without_renewing(
    conn: &mut Conn,
    actor: &Actor,
    book: BookId,
    ended: Vec<CreditLine>,
) -> Result<Vec<CreditLine>, Error> {
    // Of all that waits nothing is left out: no voucher has this fresh id.
    let none = VoucherId::new(actor.now.and_utc().timestamp_millis());
    let ids: Vec<ContractId> = ended.iter().map(|line| line.id.clone()).collect();
    let mut renewing: HashSet<ContractId> = HashSet::new();
    if !ids.is_empty() {
        let pending = ledger::pending_lines(conn, book, Against::Contracts(&ids), &none)?;
        let renewals = pending
            .into_iter()
            .filter(|waits| waits.kind == Change::Renew.code());
        renewing.extend(renewals.filter_map(|waits| waits.line.contract));
    }
    Ok(ended
        .into_iter()
        .filter(|line| !renewing.contains(&line.id))
        .collect())
}

fn occurrence(
    book: BookId,
    last: NaiveDate,
    institution: InstitutionId,
    region: RegionId,
    lines: &[CreditLine],
) -> Result<Occurrence, Error> {
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let day = last
        .succ_opt()
        .ok_or_else(|| Error::Failed("a line ends with the calendar".to_owned()))?;
    let line = |line: &CreditLine| NewLine {
        region,
        client: Some(line.client_id.clone()),
        product: line.product_id,
        institution,
        specialist: line.specialist_id,
        contract: Some(line.id.clone()),
        amount: line.preapproved_fen,
        detail: serde_json::Value::Object(serde_json::Map::new()),
    };
    Ok(Occurrence {
        book,
        kind: EXPIRY_KIND,
        // A line found later, with its last day long past, makes an occurrence of its own.
        key: vault::digest(ids.join(",").as_bytes()),
        day,
        institution,
        lines: lines.iter().map(line).collect(),
    })
}
