//! The loans in the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::terms::{DISBURSEMENT_KIND, LoanClass, LoanTerms};
use crate::db::schema::{entry, loan, voucher, voucher_line};
use crate::db::{CHUNK, Conn, insert_all, sum_i64};
use crate::error::Error;
use crate::ledger::{Book, Difference, Positions};
use crate::values::schedule::Repaid;
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, MeasureId, ProductId, RegionId, SpecialistId, measure,
};

/// One loan (借据): what it was lent on, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = loan)]
#[diesel(treat_none_as_default_value = false)]
pub struct Loan {
    pub book_id: BookId,
    pub id: ContractId,
    /// The line it was drawn under.
    pub credit_line_id: Option<ContractId>,
    pub client_id: ClientId,
    pub region_id: RegionId,
    pub institution_id: InstitutionId,
    pub product_id: ProductId,
    /// Who recorded it; its balance stays under this specialist.
    pub specialist_id: SpecialistId,
    pub principal_fen: Fen,
    /// Principal not yet repaid.
    pub balance_fen: Fen,
    /// Percent a year, a decimal text.
    pub rate_percent: String,
    pub disbursed_on: NaiveDate,
    pub matures_on: NaiveDate,
    pub purpose: String,
    /// A [`Guarantee`](super::Guarantee)'s code.
    pub guarantee: String,
    /// A [`RepaymentMethod`](crate::values::schedule::RepaymentMethod)'s code.
    pub method: String,
    /// A [`LoanClass`]'s code, as the bank last gave it; 正常 until then.
    pub class: String,
}

impl Loan {
    /// Its class; a row with another word in it is damaged.
    pub fn class(&self) -> Result<LoanClass, Error> {
        LoanClass::parse(&self.class)
            .ok_or_else(|| Error::Failed(format!("loan {} has an unknown class", self.id)))
    }

    /// Its own page.
    pub fn address(&self) -> String {
        format!("/field/loans/{}/{}", self.book_id.0, self.id)
    }

    /// The part of the balance that is 不良: all of it or nothing.
    pub fn nonperforming(&self) -> Result<Fen, Error> {
        Ok(if self.class()?.is_nonperforming() {
            self.balance_fen
        } else {
            Fen::ZERO
        })
    }
}

/// Some loans of a book, by id.
pub fn load_loans(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Loan>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let rows: Vec<Loan> = loan::table
            .filter(loan::book_id.eq(book))
            .filter(loan::id.eq_any(some))
            .select(Loan::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    Ok(found)
}

/// Every loan of some clients, oldest first.
pub fn loans_of_clients(conn: &mut Conn, book: BookId, clients: &[ClientId]) -> Result<Vec<Loan>, Error> {
    let mut found = Vec::new();
    for some in clients.chunks(CHUNK) {
        let rows: Vec<Loan> = loan::table
            .filter(loan::book_id.eq(book))
            .filter(loan::client_id.eq_any(some))
            .order((loan::disbursed_on, loan::id))
            .select(Loan::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// What some loans were paid out on, by loan.
pub fn load_terms(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, LoanTerms>, Error> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(Option<ContractId>, String)> = voucher_line::table
            .inner_join(
                voucher::table.on(voucher::book_id
                    .eq(voucher_line::book_id)
                    .and(voucher::id.eq(voucher_line::voucher_id))
                    .and(voucher::revision.eq(voucher_line::revision))),
            )
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::contract_id.eq_any(some))
            .filter(voucher::kind.eq(DISBURSEMENT_KIND))
            .select((voucher_line::contract_id, voucher_line::detail))
            .load(conn)?;
        for (id, detail) in rows {
            found.extend(id.zip(serde_json::from_str(&detail)?));
        }
    }
    Ok(found)
}

/// What has come back on some loans, by loan, each voucher on its business day.
pub fn repayments(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Vec<Repaid>>, Error> {
    let mut found: HashMap<ContractId, Vec<Repaid>> = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        // By the lines that name the loan, which are indexed; entries are not, by contract.
        let about = voucher_line::table
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::contract_id.eq_any(some))
            .select(voucher_line::voucher_id);
        let rows: Vec<(Option<ContractId>, NaiveDate, MeasureId, i64)> = entry::table
            .inner_join(
                voucher::table.on(voucher::book_id
                    .eq(entry::book_id)
                    .and(voucher::id.eq(entry::voucher_id))),
            )
            .filter(entry::book_id.eq(book))
            .filter(entry::voucher_id.eq_any(about))
            .filter(entry::contract_id.eq_any(some))
            .filter(entry::measure.eq_any([measure::LOAN_PRINCIPAL_REPAID, measure::LOAN_INTEREST_REPAID]))
            .filter(diesel::dsl::not(entry::pending))
            .order((voucher::business_date, entry::voucher_id, entry::n))
            .select((
                entry::contract_id,
                voucher::business_date,
                entry::measure,
                entry::amount,
            ))
            .load(conn)?;
        for (id, day, measure, amount) in rows {
            let Some(id) = id else { continue };
            let (principal, interest) = if measure == measure::LOAN_PRINCIPAL_REPAID {
                (Fen(amount), Fen::ZERO)
            } else {
                (Fen::ZERO, Fen(amount))
            };
            found.entry(id).or_default().push(Repaid {
                day,
                principal,
                interest,
            });
        }
    }
    Ok(found)
}

/// Writes loans in place of what is there: one statement to clear, few to write, however many.
pub(super) fn keep_loans(conn: &mut Conn, book: BookId, loans: &[Loan]) -> Result<(), Error> {
    for some in loans.chunks(CHUNK) {
        let ids: Vec<&ContractId> = some.iter().map(|loan| &loan.id).collect();
        diesel::delete(
            loan::table
                .filter(loan::book_id.eq(book))
                .filter(loan::id.eq_any(ids)),
        )
        .execute(conn)?;
    }
    insert_all!(conn, loan::table, loans)?;
    Ok(())
}

/// The lines these loans were drawn under, and the loans drawn under these lines.
fn linked(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<Vec<ContractId>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(CHUNK) {
        let of_book = || loan::table.filter(loan::book_id.eq(book));
        let under: Vec<ContractId> = of_book()
            .filter(loan::credit_line_id.eq_any(some))
            .select(loan::id)
            .load(conn)?;
        let lines: Vec<Option<ContractId>> = of_book()
            .filter(loan::id.eq_any(some))
            .select(loan::credit_line_id)
            .load(conn)?;
        found.extend(under.into_iter().chain(lines.into_iter().flatten()));
    }
    Ok(found)
}

/// Deletes where these loans stand, before their vouchers are applied again.
fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    for some in ids.chunks(CHUNK) {
        let loans = loan::table.filter(loan::book_id.eq(book));
        diesel::delete(loans.filter(loan::id.eq_any(some))).execute(conn)?;
    }
    Ok(())
}

/// What the ledger needs of the loans.
pub fn positions() -> Positions {
    Positions {
        check: check_positions,
        linked,
        forget,
    }
}

/// The loans' balance, and the part of it that is 不良, against the sums of their entries.
pub(super) fn check_positions(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    let measures = [measure::LOAN_BALANCE, measure::LOAN_NONPERFORMING];
    let rows: Vec<(Option<ContractId>, MeasureId, i64)> = entry::table
        .filter(entry::book_id.eq(book.id))
        .filter(diesel::dsl::not(entry::pending))
        .filter(entry::measure.eq_any(measures))
        .group_by((entry::contract_id, entry::measure))
        .select((entry::contract_id, entry::measure, sum_i64("amount")))
        .load(conn)?;
    let mut sums: HashMap<(ContractId, MeasureId), i64> = rows
        .into_iter()
        .filter_map(|(id, measure, sum)| Some(((id?, measure), sum)))
        .collect();
    let loans: Vec<Loan> = loan::table
        .filter(loan::book_id.eq(book.id))
        .order(loan::id)
        .select(Loan::as_select())
        .load(conn)?;
    let mut found = Vec::new();
    let mut compare = |id: &ContractId, measure: MeasureId, stored: Fen, should_be: i64| {
        if stored.0 != should_be {
            let code = measure::by_id(measure).map_or("?", |measure| measure.code);
            found.push(Difference {
                book: book.name.clone(),
                what: format!("loan {id} {code}"),
                stored: stored.yuan(),
                should_be: Fen(should_be).yuan(),
            });
        }
    };
    for loan in loans {
        let stored = [loan.balance_fen, loan.nonperforming()?];
        for (measure, stored) in measures.into_iter().zip(stored) {
            let should_be = sums.remove(&(loan.id.clone(), measure)).unwrap_or(0);
            compare(&loan.id, measure, stored, should_be);
        }
    }
    let mut without_loan: Vec<_> = sums.into_iter().collect();
    without_loan.sort();
    for ((id, measure), sum) in without_loan {
        compare(&id, measure, Fen::ZERO, sum);
    }
    Ok(found)
}
