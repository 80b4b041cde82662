//! The contracts of a specialist, and where each stands.

use diesel::prelude::*;

use super::commands::{HandoverDetail, What};
use crate::credit::{self, CreditLine};
use crate::db::Conn;
use crate::db::schema::{credit_line, loan, policy, policy_part};
use crate::error::Error;
use crate::insurance::{self, PolicyPart};
use crate::loans::Loan;
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
