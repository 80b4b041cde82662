//! Loans (贷款): what is paid out (放款), what comes back (还款), how the bank classes it (五级分类), what is overdue
//! (逾期), given more time (展期) or written off (核销).
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
//! - the whole balance is overdue once an instalment is unpaid past its day: the day's end posts it, a repayment
//!   takes off at once what came back ([`put_overdue_right`]);
//! - a loan written off owes nothing here any more, and no more of it comes back than was written off.

mod classing;
mod commands;
mod describe;
mod desk;
mod extending;
mod handlers;
mod lending;
mod life;
mod overdue;
mod page;
mod papers;
mod plan;
mod pricing;
mod rating;
mod repaying;
mod rules;
mod standing;
mod store;
#[cfg(test)]
mod story_tests;
mod terms;
mod views;
mod writing_off;

pub use handlers::{doors, routes};
pub use overdue::{
    OVERDUE_KIND, OverdueDetail, days_overdue, late_on, overdue_follower, progress_on, put_overdue_right,
};
pub use plan::LoanPlan;
pub use store::{Loan, load_loans, load_overdue, loans_of_clients, positions};
pub use terms::{
    CLASSIFICATION_KIND, ClassificationDetail, DISBURSEMENT_KIND, EXTENSION_KIND, ExtensionDetail, Guarantee,
    LoanClass, LoanTerms, Lpr, RECOVERY_KIND, REPAYMENT_KIND, RecoveryDetail, RepaymentDetail,
    WRITE_OFF_KIND, WriteOffDetail,
};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    let recorded = terms::Act::EVERY.into_iter().map(commands::kind);
    recorded.chain([overdue::kind()]).collect()
}
