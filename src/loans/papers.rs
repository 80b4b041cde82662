//! What approved vouchers say of loans: terms, extensions, classes, and every amount that moved on them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::store::Loan;
use super::terms::{
    CLASSIFICATION_KIND, ClassificationDetail, DISBURSEMENT_KIND, EXTENSION_KIND, ExtensionDetail, LoanClass,
    LoanTerms, Lpr,
};
use crate::db::schema::{entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::ledger::{State, vouchers_with_lines};
use crate::values::schedule::Repaid;
use crate::values::{
    BookId, ContractId, Fen, InstitutionId, MeasureId, Month, ProductId, RegionId, SpecialistId, measure,
};

/// One amount posted about a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    /// The business date of its voucher.
    pub day: NaiveDate,
    /// Where it posted.
    pub month: Month,
    pub measure: MeasureId,
    pub region: RegionId,
    pub institution: InstitutionId,
    pub product: ProductId,
    pub specialist: SpecialistId,
    pub amount: Fen,
}

impl Moved {
    /// Whether it belongs to what is known at the end of a day: it happened by then, and stands in no later month.
    pub(super) fn counts_on(&self, day: NaiveDate) -> bool {
        self.day <= day && self.month <= Month::of(day)
    }

    /// As principal or interest that came back; none if it is neither.
    pub(super) fn repaid(&self) -> Option<Repaid> {
        let (principal, interest) = match self.measure {
            measure::LOAN_PRINCIPAL_REPAID => (self.amount, Fen::ZERO),
            measure::LOAN_INTEREST_REPAID => (Fen::ZERO, self.amount),
            _ => return None,
        };
        Some(Repaid {
            day: self.day,
            principal,
            interest,
        })
    }
}

/// An extension as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extension {
    pub on: NaiveDate,
    pub month: Month,
    pub detail: ExtensionDetail,
}

/// All that is written of one loan.
#[derive(Clone, Debug, Default)]
pub(super) struct Papers {
    /// What it was paid out on; none where the disbursement was taken back.
    pub terms: Option<LoanTerms>,
    /// In the order of their days.
    pub extensions: Vec<Extension>,
    /// The classes the bank gave it, in the order of their days.
    pub classes: Vec<(NaiveDate, LoanClass)>,
    /// In the order of their days.
    pub moved: Vec<Moved>,
}

impl Papers {
    /// How the rate a loan bears now is made up, where its contract says so; an extension sets the rate anew.
    pub(super) fn lpr_of(&self, loan: &Loan) -> Option<&Lpr> {
        let terms = self.terms.as_ref()?;
        terms
            .lpr
            .as_ref()
            .filter(|_| terms.rate_percent == loan.rate_percent)
    }
}

/// What is written of some loans, by loan.
pub(super) fn load_papers(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Papers>, Error> {
    let mut found: HashMap<ContractId, Papers> = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        agreements(conn, book, some, &mut found)?;
        movements(conn, book, some, &mut found)?;
    }
    Ok(found)
}

fn agreements(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
    found: &mut HashMap<ContractId, Papers>,
) -> Result<(), Error> {
    let rows: Vec<(Option<ContractId>, String, NaiveDate, Month, String)> = vouchers_with_lines()
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq_any(ids))
        .filter(voucher::kind.eq_any([DISBURSEMENT_KIND, EXTENSION_KIND, CLASSIFICATION_KIND]))
        .filter(voucher::state.eq(State::Approved.code()))
        .filter(voucher::reversal_of.is_null())
        .order((voucher::business_date, voucher::posting_month, voucher::number))
        .select((
            voucher_line::contract_id,
            voucher::kind,
            voucher::business_date,
            voucher::posting_month,
            voucher_line::detail,
        ))
        .load(conn)?;
    for (id, kind, on, month, detail) in rows {
        let Some(id) = id else { continue };
        let papers = found.entry(id).or_default();
        match kind.as_str() {
            DISBURSEMENT_KIND => papers.terms = Some(serde_json::from_str(&detail)?),
            EXTENSION_KIND => papers.extensions.push(Extension {
                on,
                month,
                detail: serde_json::from_str(&detail)?,
            }),
            _ => {
                let detail: ClassificationDetail = serde_json::from_str(&detail)?;
                papers
                    .classes
                    .extend(LoanClass::parse(&detail.class).map(|class| (on, class)));
            }
        }
    }
    Ok(())
}

/// Of what is posted to a loan, what its plan and its overdue balance follow from.
const FOLLOWED: [MeasureId; 4] = [
    measure::LOAN_PRINCIPAL_REPAID,
    measure::LOAN_INTEREST_REPAID,
    measure::LOAN_BALANCE,
    measure::LOAN_OVERDUE,
];

type MovedRow = (
    Option<ContractId>,
    NaiveDate,
    Month,
    MeasureId,
    (RegionId, InstitutionId, ProductId, SpecialistId),
    i64,
);

fn movements(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
    found: &mut HashMap<ContractId, Papers>,
) -> Result<(), Error> {
    // By the lines that name the loan, which are indexed; entries are not, by contract.
    let about = voucher_line::table
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq_any(ids))
        .select(voucher_line::voucher_id);
    let rows: Vec<MovedRow> = entry::table
        .inner_join(
            voucher::table.on(voucher::book_id
                .eq(entry::book_id)
                .and(voucher::id.eq(entry::voucher_id))),
        )
        .filter(entry::book_id.eq(book))
        .filter(entry::voucher_id.eq_any(about))
        .filter(entry::contract_id.eq_any(ids))
        .filter(entry::measure.eq_any(FOLLOWED))
        .filter(diesel::dsl::not(entry::pending))
        .order((voucher::business_date, entry::voucher_id, entry::n))
        .select((
            entry::contract_id,
            voucher::business_date,
            entry::month,
            entry::measure,
            (
                entry::region_id,
                entry::institution_id,
                entry::product_id,
                entry::specialist_id,
            ),
            entry::amount,
        ))
        .load(conn)?;
    for (id, day, month, measure, (region, institution, product, specialist), amount) in rows {
        let Some(id) = id else { continue };
        found.entry(id).or_default().moved.push(Moved {
            day,
            month,
            measure,
            region,
            institution,
            product,
            specialist,
            amount: Fen(amount),
        });
    }
    Ok(())
}
