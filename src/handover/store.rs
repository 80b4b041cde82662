//! The contracts of a specialist, and where each stands.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::commands::{HandoverDetail, What};
use crate::credit::{self, CreditLine};
use crate::db::schema::{credit_line, loan, policy, policy_part, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::insurance::{self, PolicyPart};
use crate::ledger::{State, vouchers_with_lines};
use crate::loans::Loan;
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, Month, ProductId, RegionId, SpecialistId,
};

/// Most contracts one voucher moves.
pub(super) const MOST: i64 = 2_000;

/// A contract that can be moved.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub what: What,
    pub id: ContractId,
    /// The part of a policy; 0 otherwise.
    pub part: i32,
    pub client: Option<ClientId>,
    pub region: RegionId,
    pub product: ProductId,
    /// The limit granted (or pre-approved), the balance, the sum insured.
    pub amount: Fen,
}

impl Held {
    /// What names it in a form.
    pub fn key(&self) -> String {
        key(&self.id, self.part)
    }
}

/// What names a contract, or a part of a policy, in a form.
pub(super) fn key(id: &ContractId, part: i32) -> String {
    format!("{id}.{part}")
}

/// Everything of a specialist that stands: lines in force or drawn, loans not repaid, policies in force.
pub(super) fn held(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    specialist: SpecialistId,
) -> Result<Vec<Held>, Error> {
    let mut held = lines(conn, book, institution, specialist)?;
    held.extend(loans(conn, book, institution, specialist)?);
    held.extend(parts(conn, book, institution, specialist)?);
    Ok(held)
}

fn lines(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    specialist: SpecialistId,
) -> Result<Vec<Held>, Error> {
    let in_use = credit_line::state
        .eq(credit::ACTIVE)
        .or(credit_line::drawn_fen.gt(0_i64));
    let rows: Vec<CreditLine> = credit_line::table
        .filter(credit_line::book_id.eq(book))
        .filter(credit_line::institution_id.eq(institution))
        .filter(credit_line::specialist_id.eq(specialist))
        .filter(in_use)
        .order((credit_line::region_id, credit_line::id))
        .limit(MOST)
        .select(CreditLine::as_select())
        .load(conn)?;
    let held = |line: CreditLine| Held {
        what: What::CreditLine,
        amount: if line.granted_fen.is_positive() {
            line.granted_fen
        } else {
            line.preapproved_fen
        },
        id: line.id,
        part: 0,
        client: Some(line.client_id),
        region: line.region_id,
        product: line.product_id,
    };
    Ok(rows.into_iter().map(held).collect())
}

fn loans(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    specialist: SpecialistId,
) -> Result<Vec<Held>, Error> {
    let rows: Vec<Loan> = loan::table
        .filter(loan::book_id.eq(book))
        .filter(loan::institution_id.eq(institution))
        .filter(loan::specialist_id.eq(specialist))
        .filter(loan::balance_fen.gt(0_i64))
        .order((loan::region_id, loan::id))
        .limit(MOST)
        .select(Loan::as_select())
        .load(conn)?;
    let held = |loan: Loan| Held {
        what: What::Loan,
        id: loan.id,
        part: 0,
        client: Some(loan.client_id),
        region: loan.region_id,
        product: loan.product_id,
        amount: loan.balance_fen,
    };
    Ok(rows.into_iter().map(held).collect())
}

fn parts(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    specialist: SpecialistId,
) -> Result<Vec<Held>, Error> {
    let rows: Vec<(PolicyPart, ProductId)> = policy_part::table
        .inner_join(
            policy::table.on(policy::book_id
                .eq(policy_part::book_id)
                .and(policy::id.eq(policy_part::policy_id))),
        )
        .filter(policy_part::book_id.eq(book))
        .filter(policy_part::specialist_id.eq(specialist))
        .filter(policy::institution_id.eq(institution))
        .filter(policy::state.eq(insurance::ACTIVE))
        .order((policy_part::region_id, policy_part::policy_id, policy_part::n))
        .limit(MOST)
        .select((PolicyPart::as_select(), policy::product_id))
        .load(conn)?;
    let held = |(part, product): (PolicyPart, ProductId)| Held {
        what: What::PolicyPart,
        id: part.policy_id,
        part: part.n,
        client: part.client_id,
        region: part.region_id,
        product,
        amount: part.sum_insured_fen,
    };
    Ok(rows.into_iter().map(held).collect())
}

/// Puts a contract, or a part of a policy, where its handover says.
pub(super) fn relocate(
    conn: &mut Conn,
    book: BookId,
    id: &ContractId,
    to: &HandoverDetail,
) -> Result<(), Error> {
    match to.what {
        What::CreditLine => diesel::update(credit_line::table.find((book, id)))
            .set((
                credit_line::region_id.eq(to.region),
                credit_line::specialist_id.eq(to.specialist),
            ))
            .execute(conn)?,
        What::Loan => diesel::update(loan::table.find((book, id)))
            .set((
                loan::region_id.eq(to.region),
                loan::specialist_id.eq(to.specialist),
            ))
            .execute(conn)?,
        What::PolicyPart => diesel::update(policy_part::table.find((book, id, to.part)))
            .set((
                policy_part::region_id.eq(to.region),
                policy_part::specialist_id.eq(to.specialist),
            ))
            .execute(conn)?,
    };
    Ok(())
}

/// The last month to which a voucher on each of these contracts, or on a loan under one, is posted.
pub(super) fn latest_postings(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Month>, Error> {
    let mut under: HashMap<ContractId, ContractId> = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let loans: Vec<(ContractId, Option<ContractId>)> = loan::table
            .filter(loan::book_id.eq(book))
            .filter(loan::credit_line_id.eq_any(some))
            .select((loan::id, loan::credit_line_id))
            .load(conn)?;
        under.extend(loans.into_iter().filter_map(|(id, line)| Some((id, line?))));
    }
    let all: HashSet<ContractId> = ids.iter().chain(under.keys()).cloned().collect();
    let all: Vec<ContractId> = all.into_iter().collect();
    let mut latest: HashMap<ContractId, Month> = HashMap::new();
    for some in all.chunks(CHUNK) {
        let posted: Vec<(Option<ContractId>, Month)> = vouchers_with_lines()
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::contract_id.eq_any(some))
            .filter(voucher::state.eq_any([State::Approved, State::Reversed].map(State::code)))
            .select((voucher_line::contract_id, voucher::posting_month))
            .distinct()
            .load(conn)?;
        for (id, month) in posted {
            let Some(id) = id else { continue };
            let line = under.get(&id).cloned();
            for contract in line.into_iter().chain([id]) {
                let last = latest.entry(contract).or_insert(month);
                *last = month.max(*last);
            }
        }
    }
    Ok(latest)
}
