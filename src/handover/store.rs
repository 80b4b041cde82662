//! The contracts of a specialist, and where each stands.

use diesel::prelude::*;

use super::commands::{HandoverDetail, What};
use crate::db::Conn;
use crate::db::schema::{credit_line, loan, policy, policy_part};
use crate::error::Error;
use crate::values::{BookId, ClientId, ContractId, Fen, InstitutionId, ProductId, RegionId, SpecialistId};

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
        format!("{}.{}", self.id, self.part)
    }
}

type Row = (ContractId, Option<ClientId>, RegionId, ProductId, i64, i32);

/// Everything of a specialist that stands: lines in force or drawn, loans not repaid, policies in force.
pub(super) fn held(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    specialist: SpecialistId,
) -> Result<Vec<Held>, Error> {
    let held = |what: What| {
        move |(id, client, region, product, amount, part): Row| Held {
            what,
            id,
            part,
            client,
            region,
            product,
            amount: Fen(amount),
        }
    };
    let lines: Vec<(ContractId, ClientId, RegionId, ProductId, i64, i64)> = credit_line::table
        .filter(credit_line::book_id.eq(book))
        .filter(credit_line::institution_id.eq(institution))
        .filter(credit_line::specialist_id.eq(specialist))
        .filter(
            credit_line::state
                .eq(crate::credit::ACTIVE)
                .or(credit_line::drawn_fen.gt(0_i64)),
        )
        .order((credit_line::region_id, credit_line::id))
        .limit(MOST)
        .select((
            credit_line::id,
            credit_line::client_id,
            credit_line::region_id,
            credit_line::product_id,
            credit_line::granted_fen,
            credit_line::preapproved_fen,
        ))
        .load(conn)?;
    let loans: Vec<(ContractId, ClientId, RegionId, ProductId, i64)> = loan::table
        .filter(loan::book_id.eq(book))
        .filter(loan::institution_id.eq(institution))
        .filter(loan::specialist_id.eq(specialist))
        .filter(loan::balance_fen.gt(0_i64))
        .order((loan::region_id, loan::id))
        .limit(MOST)
        .select((
            loan::id,
            loan::client_id,
            loan::region_id,
            loan::product_id,
            loan::balance_fen,
        ))
        .load(conn)?;
    let parts: Vec<(ContractId, Option<ClientId>, RegionId, ProductId, i64, i32)> = policy_part::table
        .inner_join(
            policy::table.on(policy::book_id
                .eq(policy_part::book_id)
                .and(policy::id.eq(policy_part::policy_id))),
        )
        .filter(policy_part::book_id.eq(book))
        .filter(policy_part::specialist_id.eq(specialist))
        .filter(policy::institution_id.eq(institution))
        .filter(policy::state.eq("active"))
        .order((policy_part::region_id, policy_part::policy_id, policy_part::n))
        .limit(MOST)
        .select((
            policy_part::policy_id,
            policy_part::client_id,
            policy_part::region_id,
            policy::product_id,
            policy_part::sum_insured_fen,
            policy_part::n,
        ))
        .load(conn)?;
    let line = |(id, client, region, product, granted, preapproved): (_, _, _, _, i64, i64)| {
        let amount = if granted > 0 { granted } else { preapproved };
        (id, Some(client), region, product, amount, 0)
    };
    let lent = |(id, client, region, product, balance)| (id, Some(client), region, product, balance, 0);
    let lines = lines.into_iter().map(line).map(held(What::CreditLine));
    let loans = loans.into_iter().map(lent).map(held(What::Loan));
    let parts = parts.into_iter().map(held(What::PolicyPart));
    Ok(lines.chain(loans).chain(parts).collect())
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
