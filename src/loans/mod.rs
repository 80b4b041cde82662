//! Loans (贷款): what is paid out (放款), what comes back (还款), and how the bank classes it (五级分类).
//!
//! What must always hold:
//! - a loan's balance is its principal less the principal repaid, never below zero; interest and
//!   penalty interest move no balance;
//! - under a revolving line what is outstanding, under a one-off line what was ever drawn, stays
//!   within the grant; what waits for review counts against the limit, and what waits to be repaid
//!   restores it only once approved;
//! - a loan's stocks keep the village, bank, product and specialist it was paid out with, and the
//!   drawn balance keeps the credit line's; flows go under whoever recorded them;
//! - the class is what the bank said last; nothing here invents one;
//! - a loan's plan follows from what it was lent on, and what came back is set against it in the
//!   order of due days ([`LoanPlan`]); what waits for review is not counted as repaid;
//! - overdue balances are posted by the day-end job, not here.

mod classing;
mod commands;
mod handlers;
mod lending;
mod page;
mod plan;
mod pricing;
mod repaying;
mod rules;
mod standing;
mod store;
#[cfg(test)]
mod story_tests;
mod terms;
mod views;

pub use handlers::routes;
pub use plan::LoanPlan;
pub use store::{Loan, load_loans, load_terms, loans_of_clients, positions, repayments};
pub use terms::{
    CLASSIFICATION_KIND, ClassificationDetail, DISBURSEMENT_KIND, Guarantee, LoanClass, LoanTerms, Lpr,
    REPAYMENT_KIND, RepaymentDetail,
};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    terms::Act::EVERY.into_iter().map(commands::kind).collect()
}
