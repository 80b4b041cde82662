//! Claims in the database.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::commands::Stage;
use crate::db::schema::{claim, policy, policy_part};
use crate::db::{CHUNK, Conn, delete_where, insert_all, load_where};
use crate::error::Error;
use crate::insurance::store::{Policy, PolicyPart};
use crate::values::{AmountError, BookId, ClientId, ContractId, DisasterId, Fen, InstitutionId, RegionId};

/// Where one claim (赔案) stands.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim)]
#[diesel(treat_none_as_default_value = false)]
pub struct Claim {
    pub book_id: BookId,
    pub policy_id: ContractId,
    /// The row of the policy's list.
    pub part: i32,
    /// 报案号.
    pub number: String,
    pub region_id: RegionId,
    pub client_id: Option<ClientId>,
    pub disaster_id: Option<DisasterId>,
    pub loss_date: NaiveDate,
    pub cause: String,
    /// Households hit (户次).
    pub households: i64,
    /// 损失数量, decimal text; empty where none is said.
    pub quantity: String,
    /// A [`Stage`]'s code: the last step taken.
    pub stage: String,
    pub reported_on: NaiveDate,
    pub surveyed_on: Option<NaiveDate>,
    pub assessed_on: Option<NaiveDate>,
    /// First and last day of 公示.
    pub shown_from: Option<NaiveDate>,
    pub shown_to: Option<NaiveDate>,
    pub approved_on: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub estimated_fen: Fen,
    pub assessed_fen: Fen,
    pub approved_fen: Fen,
    pub paid_fen: Fen,
}

/// What a claim is known by within its book.
pub type Key = (ContractId, i32, String);
/// Some claims of a book.
pub type Claims = HashMap<Key, Claim>;

impl Claim {
    pub fn key(&self) -> Key {
        (self.policy_id.clone(), self.part, self.number.clone())
    }

    /// What it is put at: approved, else assessed, else estimated.
    pub const fn value(&self) -> Fen {
        if self.approved_on.is_some() {
            self.approved_fen
        } else if self.assessed_on.is_some() {
            self.assessed_fen
        } else {
            self.estimated_fen
        }
    }

    /// Neither closed nor paid up.
    pub fn is_open(&self) -> bool {
        self.closed_on.is_none() && !(self.approved_on.is_some() && self.paid_fen >= self.approved_fen)
    }

    /// 未决: what is still to be paid as far as is known.
    pub fn outstanding(&self) -> Fen {
        if self.is_open() {
            Fen(self.value().0.saturating_sub(self.paid_fen.0).max(0))
        } else {
            Fen::ZERO
        }
    }

    /// The last step taken.
    pub fn last(&self) -> Stage {
        Stage::parse(&self.stage).unwrap_or(Stage::Report)
    }

    /// Adds a payout.
    pub fn pay(&mut self, amount: Fen) -> Result<(), AmountError> {
        self.paid_fen = self.paid_fen.plus(amount)?;
        Ok(())
    }
}

/// The rows of these policies' lists on which a claim is open.
pub fn rows_with_open_claims(
    conn: &mut Conn,
    book: BookId,
    policies: &[ContractId],
) -> Result<HashSet<(ContractId, i32)>, Error> {
    let claims = load(conn, book, policies)?;
    let open = claims.into_values().filter(Claim::is_open);
    Ok(open.map(|claim| (claim.policy_id, claim.part)).collect())
}

/// The posted claims on some policies.
pub fn load(conn: &mut Conn, book: BookId, policies: &[ContractId]) -> Result<Claims, Error> {
    let rows = load_where!(conn, Claim, book, claim::policy_id in policies)?;
    Ok(rows.into_iter().map(|claim| (claim.key(), claim)).collect())
}

/// Deletes the claims on these policies.
pub fn delete(conn: &mut Conn, book: BookId, policies: &[ContractId]) -> Result<(), Error> {
    delete_where!(conn, book, claim::policy_id in policies)?;
    Ok(())
}

/// Writes all claims of these policies in place of what is there.
pub fn keep(conn: &mut Conn, book: BookId, policies: &[ContractId], claims: Claims) -> Result<(), Error> {
    delete(conn, book, policies)?;
    let rows: Vec<Claim> = claims.into_values().collect();
    insert_all!(conn, claim::table, &rows)?;
    Ok(())
}

/// A part of a policy with its policy.
pub type Insured = (Policy, PolicyPart);

/// The posted parts of an insurer's policies in some villages, in order of number and row.
pub fn insured_in(
    conn: &mut Conn,
    book: BookId,
    villages: &[RegionId],
    insurer: InstitutionId,
) -> Result<Vec<Insured>, Error> {
    let mut found: Vec<Insured> = Vec::new();
    for some in villages.chunks(CHUNK) {
        let parts = policy_part::table.inner_join(
            policy::table.on(policy::book_id
                .eq(policy_part::book_id)
                .and(policy::id.eq(policy_part::policy_id))),
        );
        let rows: Vec<Insured> = parts
            .filter(policy_part::book_id.eq(book))
            .filter(policy_part::region_id.eq_any(some))
            .filter(policy::institution_id.eq(insurer))
            .select((Policy::as_select(), PolicyPart::as_select()))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by(|(a, m), (b, n)| (&a.number, m.n).cmp(&(&b.number, n.n)));
    Ok(found)
}

/// The posted claims in some villages, newest report first.
pub fn claims_in(conn: &mut Conn, book: BookId, villages: &[RegionId]) -> Result<Vec<Claim>, Error> {
    let mut found = load_where!(conn, Claim, book, claim::region_id in villages)?;
    found.sort_by(|a, b| {
        (b.reported_on, &a.number, &a.policy_id, a.part).cmp(&(
            a.reported_on,
            &b.number,
            &b.policy_id,
            b.part,
        ))
    });
    Ok(found)
}
