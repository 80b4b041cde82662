//! Households on their way to a grant, a rated village, and a specialist who leaves one.

use std::collections::BTreeMap;

use chrono::{Datelike, Months};
use diesel::prelude::*;

use super::{Stage, january, nothing};
use crate::credit::Step;
use crate::db::Conn;
use crate::db::schema::{assignment, client, credit_line, loan};
use crate::error::Error;
use crate::fieldwork::{DESIGNATION_KIND, DesignationDetail, Evidence};
use crate::handover::{HANDOVER_KIND, HandoverDetail, What};
use crate::ledger::NewLine;
use crate::register::{
    ASSIGNMENT_KIND, Assignment, AssignmentDetail, ClientKind, DepartureDetail, END_KIND, Part, Rated,
};
use crate::values::{ClientId, ContractId, Fen, ProductId, RegionId, SpecialistId};

const WAN: i64 = 1_000_000;

/// The bank's postings in villages that nobody visits and nothing waits of, with the households of each
/// village, the smallest first.
fn postings(conn: &mut Conn, stage: &Stage<'_, '_>) -> Result<Vec<(Assignment, Vec<ClientId>)>, Error> {
    let held: Vec<Assignment> = assignment::table
        .filter(assignment::book_id.eq(stage.book))
        .filter(assignment::institution_id.eq(stage.bank.1))
        .filter(assignment::valid_to.is_null())
        .select(Assignment::as_select())
        .load(conn)?;
    let people: Vec<(RegionId, ClientId)> = client::table
        .filter(client::book_id.eq(stage.book))
        .filter(client::kind.eq(ClientKind::Household.code()))
        .order(client::id)
        .select((client::region_id, client::id))
        .load(conn)?;
    let mut homes: BTreeMap<RegionId, Vec<ClientId>> = BTreeMap::new();
    for (village, id) in people {
        homes.entry(village).or_default().push(id);
    }
    let village = |row: &Assignment| stage.office.regions.unit(row.region_id).map(|unit| unit.kind);
    let mut free: Vec<(Assignment, Vec<ClientId>)> = held
        .into_iter()
        .filter(|row| village(row).is_some_and(|kind| kind.is_administrative_village()))
        .filter(|row| !stage.visited.contains(&row.specialist_id) && !stage.waiting.contains(&row.region_id))
        .filter_map(|row| Some((homes.get(&row.region_id)?.clone(), row)))
        .map(|(homes, row)| (row, homes))
        .filter(|(_, homes)| homes.len() >= 6)
        .collect();
    free.sort_by_key(|(row, homes)| (homes.len(), row.region_id, row.specialist_id));
    Ok(free)
}

fn line(
    of: &Assignment,
    client: Option<&ClientId>,
    contract: ContractId,
    detail: serde_json::Value,
) -> NewLine {
    NewLine {
        region: of.region_id,
        client: client.cloned(),
        product: ProductId(0),
        institution: of.institution_id,
        specialist: of.specialist_id,
        contract: Some(contract),
        amount: Fen::ZERO,
        detail,
    }
}

/// Six households are filed, four assessed once, two twice.
pub(super) fn files(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let (posting, homes) = postings(conn, stage)?.into_iter().next().ok_or_else(nothing)?;
    let filed = january(2)?;
    let ids: Vec<ContractId> = (0..6).map(|_| stage.contract(filed)).collect();
    for (step, day, count, amount) in [
        (Step::Filing, filed, 6, 0),
        (Step::First, january(3)?, 4, 8 * WAN),
        (Step::Second, january(4)?, 2, 6 * WAN),
    ] {
        let rows = homes.iter().zip(&ids).take(count);
        let of_home = |(home, id): (&ClientId, &ContractId)| NewLine {
            amount: Fen(amount),
            ..line(&posting, Some(home), id.clone(), serde_json::json!({}))
        };
        stage.act(conn, day, step.code(), rows.map(of_home).collect())?;
    }
    Ok(())
}

/// Three quarters of a small village's households are rated, and the village on the strength of that.
pub(super) fn ratings(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let (posting, homes) = postings(conn, stage)?.into_iter().nth(1).ok_or_else(nothing)?;
    let (day, rated) = (january(2)?, homes.len().div_ceil(4) * 3);
    let given = |kind: Rated, document: &str, evidence| {
        let last = day
            .checked_add_months(Months::new(36))
            .and_then(|end| end.pred_opt());
        Ok::<_, Error>(serde_json::to_value(DesignationDetail {
            kind: kind.code().to_owned(),
            year: day.pred_opt().map_or(day.year(), |before| before.year()),
            document: document.to_owned(),
            valid_to: last,
            evidence,
        })?)
    };
    let mut lines = Vec::with_capacity(rated);
    for home in homes.iter().take(rated) {
        let id = stage.contract(day);
        let detail = given(Rated::Household, "演示信用户评定〔2024〕1号", None)?;
        lines.push(line(&posting, Some(home), id, detail));
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    let counted = count(lines.len());
    stage.act(conn, day, DESIGNATION_KIND, lines)?;
    let balances: Vec<i64> = loan::table
        .filter(loan::book_id.eq(stage.book))
        .filter(loan::region_id.eq(posting.region_id))
        .select(loan::balance_fen)
        .load(conn)?;
    let evidence = Evidence {
        as_of: day,
        rated: counted,
        of: count(homes.len()),
        nonperforming: Fen::ZERO,
        balance: Fen(balances.iter().sum()),
    };
    let id = stage.contract(day);
    let detail = given(Rated::Village, "演示信用村评定〔2024〕1号", Some(evidence))?;
    stage.act(
        conn,
        january(3)?,
        DESIGNATION_KIND,
        vec![line(&posting, None, id, detail)],
    )
}

/// Somebody leaves a village; a colleague takes it up, and the contracts with it.
pub(super) fn handover(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let free = postings(conn, stage)?;
    let (leaves, _) = free.get(2).cloned().ok_or_else(nothing)?;
    let another = |row: &&(Assignment, Vec<ClientId>)| row.0.specialist_id != leaves.specialist_id;
    let (taker, _) = free.iter().find(another).cloned().ok_or_else(nothing)?;
    let day = january(3)?;
    let begun = stage.contract(day);
    let taken_up = Assignment {
        specialist_id: taker.specialist_id,
        ..leaves.clone()
    };
    let posted = line(&taken_up, None, begun, serde_json::to_value(AssignmentDetail {})?);
    stage.act(conn, day, ASSIGNMENT_KIND, vec![posted])?;
    let posting = ContractId::parse(&leaves.id).map_err(|_| nothing())?;
    let detail = serde_json::to_value(DepartureDetail { part: Part::Leaves })?;
    stage.act(conn, day, END_KIND, vec![line(&leaves, None, posting, detail)])?;
    let moved = contracts(conn, stage, &leaves, taker.specialist_id)?;
    stage.act(conn, day, HANDOVER_KIND, moved)
}

/// Every line in force and loan not repaid of the posting, as lines of its handover.
fn contracts(
    conn: &mut Conn,
    stage: &Stage<'_, '_>,
    of: &Assignment,
    to: SpecialistId,
) -> Result<Vec<NewLine>, Error> {
    type Row = (ContractId, ClientId, ProductId, i64, i64);
    let lines: Vec<Row> = credit_line::table
        .filter(credit_line::book_id.eq(stage.book))
        .filter(credit_line::institution_id.eq(of.institution_id))
        .filter(credit_line::specialist_id.eq(of.specialist_id))
        .filter(credit_line::region_id.eq(of.region_id))
        .filter(credit_line::state.eq(crate::credit::ACTIVE))
        .order(credit_line::id)
        .select((
            credit_line::id,
            credit_line::client_id,
            credit_line::product_id,
            credit_line::granted_fen,
            credit_line::preapproved_fen,
        ))
        .load(conn)?;
    let loans: Vec<Row> = loan::table
        .filter(loan::book_id.eq(stage.book))
        .filter(loan::institution_id.eq(of.institution_id))
        .filter(loan::specialist_id.eq(of.specialist_id))
        .filter(loan::region_id.eq(of.region_id))
        .filter(loan::balance_fen.gt(0_i64))
        .order(loan::id)
        .select((
            loan::id,
            loan::client_id,
            loan::product_id,
            loan::balance_fen,
            loan::balance_fen,
        ))
        .load(conn)?;
    let moved = |what: What| {
        move |(id, client, product, amount, instead): Row| {
            let detail = HandoverDetail {
                what,
                part: 0,
                region: of.region_id,
                specialist: to,
            };
            Ok(NewLine {
                product,
                amount: Fen(if amount > 0 { amount } else { instead }),
                ..line(of, Some(&client), id, serde_json::to_value(detail)?)
            })
        }
    };
    let lines = lines.into_iter().map(moved(What::CreditLine));
    lines.chain(loans.into_iter().map(moved(What::Loan))).collect()
}
