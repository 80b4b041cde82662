//! A plan beside what has come back: what is due next, what is past due and for how long.

use chrono::NaiveDate;

use super::super::coded::coded;
use super::super::money::{AmountError, Fen};
use super::super::text::Text;
use super::{Instalment, Plan};

coded! {
    /// How far an instalment is paid.
    InstalmentState {
        Paid = "paid", Text::new("已还", "Paid");
        Partly = "partly", Text::new("部分已还", "Partly paid");
        Unpaid = "unpaid", Text::new("未还", "Unpaid");
        /// Its day has passed, and something of it is not paid.
        Overdue = "overdue", Text::new("逾期", "Overdue");
    }
}

/// Where a loan stands on its plan on some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Of each row of the plan, in order.
    pub states: Vec<InstalmentState>,
    /// The first row that is not paid and not yet past its day.
    pub next: Option<Instalment>,
    /// Principal that should have come back before this day and has not.
    pub past_due_principal: Fen,
    /// Interest likewise.
    pub past_due_interest: Fen,
    /// Days since the day of the earliest row past due; 0 when there is none.
    pub days_overdue: i64,
}

impl Progress {
    /// Whether an instalment is unpaid past its day.
    #[must_use]
    pub const fn is_overdue(&self) -> bool {
        self.days_overdue > 0
    }
}

/// Sets what has been repaid against the rows in the order of their days: principal against principal, interest
/// against interest. On its due day an instalment is not yet past due.
///
/// A loan whose principal has all come back is settled: what is repaid early bears less interest than planned, and
/// the bank, not the plan, says how much.
///
/// # Errors
/// `Overflow` for sums that do not fit.
pub fn instalments_due(
    plan: &Plan,
    repaid_principal: Fen,
    repaid_interest: Fen,
    day: NaiveDate,
) -> Result<Progress, AmountError> {
    let lent = Fen::sum(plan.rows.iter().map(|row| row.principal))?;
    let settled = repaid_principal >= lent;
    let mut left = (repaid_principal, repaid_interest);
    let mut progress = Progress {
        states: Vec::with_capacity(plan.rows.len()),
        next: None,
        past_due_principal: Fen::ZERO,
        past_due_interest: Fen::ZERO,
        days_overdue: 0,
    };
    for row in &plan.rows {
        let principal = take(&mut left.0, row.principal)?;
        let interest = take(&mut left.1, row.interest)?;
        let unpaid = principal.plus(interest)?;
        let state = if settled || unpaid.is_zero() {
            InstalmentState::Paid
        } else if row.due < day {
            progress.past_due_principal = progress.past_due_principal.plus(principal)?;
            progress.past_due_interest = progress.past_due_interest.plus(interest)?;
            progress.days_overdue = progress.days_overdue.max((day - row.due).num_days());
            InstalmentState::Overdue
        } else {
            progress.next.get_or_insert(*row);
            if unpaid < row.payment {
                InstalmentState::Partly
            } else {
                InstalmentState::Unpaid
            }
        };
        progress.states.push(state);
    }
    Ok(progress)
}

/// Takes what there is towards `due`; what is still missing.
fn take(left: &mut Fen, due: Fen) -> Result<Fen, AmountError> {
    let paid = due.min((*left).max(Fen::ZERO));
    *left = left.minus(paid)?;
    due.minus(paid)
}
