//! The loans in the database.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::terms::LoanClass;
use crate::db::schema::{loan, overdue_loan};
use crate::db::{CHUNK, Conn, delete_where, insert_all, load_where};
use crate::error::Error;
use crate::ledger::{Book, ContractSums, Difference, Positions, Posting};
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, ProductId, RegionId, SpecialistId, measure,
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
    /// The bank's own number of the note (借据号); empty where it was not given.
    pub note_number: String,
    /// A [`DayCount`](crate::values::schedule::DayCount)'s code.
    pub day_count: String,
    /// The maturity first agreed, once it has been extended.
    pub extended_from: Option<NaiveDate>,
    pub interest_repaid_fen: Fen,
    /// Principal written off (核销), and how much of it has come back since.
    pub written_off_fen: Fen,
    pub recovered_fen: Fen,
}

impl Loan {
    /// Its class; a row with another word in it is damaged.
    pub fn class(&self) -> Result<LoanClass, Error> {
        LoanClass::parse(&self.class)
            .ok_or_else(|| Error::Failed(format!("loan {} has an unknown class", self.id)))
    }

    /// Whether it was written off.
    pub fn is_written_off(&self) -> bool {
        self.written_off_fen.is_positive()
    }

    /// What of the principal written off has not come back.
    ///
    /// # Errors
    /// Amounts that do not fit.
    pub fn not_recovered(&self) -> Result<Fen, Error> {
        Ok(self.written_off_fen.minus(self.recovered_fen)?)
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
    let rows = load_where!(conn, Loan, book, loan::id in ids)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Every loan of some clients, oldest first.
pub fn loans_of_clients(conn: &mut Conn, book: BookId, clients: &[ClientId]) -> Result<Vec<Loan>, Error> {
    Ok(load_where!(conn, Loan, book, loan::client_id in clients, (loan::disbursed_on, loan::id))?)
}

/// What of some loans is posted as overdue, by loan; those with nothing overdue are left out.
pub fn load_overdue(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Fen>, Error> {
    let mut found = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(ContractId, Fen)> = overdue_loan::table
            .filter(overdue_loan::book_id.eq(book))
            .filter(overdue_loan::loan_id.eq_any(some))
            .select((overdue_loan::loan_id, overdue_loan::overdue_fen))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every loan of a book with something posted as overdue.
pub(super) fn all_overdue(conn: &mut Conn, book: BookId) -> Result<Vec<(ContractId, Fen)>, Error> {
    Ok(overdue_loan::table
        .filter(overdue_loan::book_id.eq(book))
        .order(overdue_loan::loan_id)
        .select((overdue_loan::loan_id, overdue_loan::overdue_fen))
        .load(conn)?)
}

/// One row of what is overdue.
#[derive(Insertable)]
#[diesel(table_name = overdue_loan)]
struct OverdueRow {
    book_id: BookId,
    loan_id: ContractId,
    overdue_fen: Fen,
}

/// Moves what is overdue by what was just posted, so that it stays the sum of the entries.
pub(super) fn follow_overdue(conn: &mut Conn, book: BookId, posted: &[Posting]) -> Result<(), Error> {
    let ids: Vec<ContractId> = posted
        .iter()
        .filter_map(|posting| posting.contract.clone())
        .collect();
    let mut sums: BTreeMap<ContractId, Fen> = load_overdue(conn, book, &ids)?.into_iter().collect();
    for posting in posted {
        let Some(id) = &posting.contract else { continue };
        let sum = sums.entry(id.clone()).or_default();
        *sum = sum.plus(Fen(posting.amount))?;
    }
    delete_where!(conn, book, overdue_loan::loan_id in ids)?;
    let rows: Vec<OverdueRow> = sums
        .into_iter()
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(loan_id, overdue_fen)| OverdueRow {
            book_id: book,
            loan_id,
            overdue_fen,
        })
        .collect();
    insert_all!(conn, overdue_loan::table, &rows)?;
    Ok(())
}

/// Which of these note numbers an institution has given to a loan of the book already, with that loan.
pub(super) fn loans_by_note(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    numbers: &[String],
) -> Result<Vec<Loan>, Error> {
    let mut found = Vec::new();
    for some in numbers.chunks(CHUNK) {
        let rows: Vec<Loan> = loan::table
            .filter(loan::book_id.eq(book))
            .filter(loan::institution_id.eq(institution))
            .filter(loan::note_number.eq_any(some))
            .order((loan::note_number, loan::id))
            .select(Loan::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Writes loans in place of what is there: one statement to clear, few to write, however many.
pub(super) fn keep_loans(conn: &mut Conn, book: BookId, loans: &[Loan]) -> Result<(), Error> {
    let ids: Vec<&ContractId> = loans.iter().map(|loan| &loan.id).collect();
    delete_where!(conn, book, loan::id in ids)?;
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
    delete_where!(conn, book, loan::id in ids)?;
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

/// The loans' balance, the part of it that is 不良, what came back and was written off, and what is overdue,
/// against the sums of their entries.
pub(super) fn check_positions(
    conn: &mut Conn,
    book: &Book,
    posted: &ContractSums,
) -> Result<Vec<Difference>, Error> {
    let measures = [
        measure::LOAN_BALANCE,
        measure::LOAN_NONPERFORMING,
        measure::LOAN_INTEREST_REPAID,
        measure::LOAN_WRITTEN_OFF,
        measure::LOAN_RECOVERED,
        measure::LOAN_OVERDUE,
    ];
    let loans: Vec<Loan> = loan::table
        .filter(loan::book_id.eq(book.id))
        .order(loan::id)
        .select(Loan::as_select())
        .load(conn)?;
    let mut stored = Vec::with_capacity(loans.len() * measures.len());
    for loan in loans {
        let amounts = [
            loan.balance_fen,
            loan.nonperforming()?,
            loan.interest_repaid_fen,
            loan.written_off_fen,
            loan.recovered_fen,
        ];
        let amounts = measures.into_iter().zip(amounts);
        stored.extend(amounts.map(|(measure, amount)| ((loan.id.clone(), measure), amount.0)));
    }
    let overdue = all_overdue(conn, book.id)?;
    stored.extend(
        overdue
            .into_iter()
            .map(|(id, amount)| ((id, measure::LOAN_OVERDUE), amount.0)),
    );
    Ok(posted.differences(book, &measures, stored, |id, code| format!("loan {id} {code}")))
}
