//! A plan beside what has come back: what is due next, what is past due and for how long.

use chrono::NaiveDate;

use super::super::coded::coded;
use super::super::money::{AmountError, Fen};
use super::super::text::Text;
use super::{Instalment, Plan};

/// What came back on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repaid {
    pub day: NaiveDate,
    pub principal: Fen,
    pub interest: Fen,
}

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

/// The plan with less interest where principal came back before its day: no longer owed, it bears none from then
/// on. What is left is rounded down, so that no fen of rounding is ever past due.
///
/// # Errors
/// `Overflow` for sums that do not fit.
pub fn eased(plan: &Plan, repaid: &[Repaid]) -> Result<Plan, AmountError> {
    let lent = Fen::sum(plan.rows.iter().map(|row| row.principal))?;
    let mut rows = Vec::with_capacity(plan.rows.len());
    for row in &plan.rows {
        let planned = row.balance.plus(row.principal)?;
        let whole = i128::from(planned.0) * i128::from(row.days);
        let borne = fen_days(row, planned, lent, repaid)?;
        let interest = match whole {
            0 => row.interest,
            whole => part_of(row.interest, borne, whole)?,
        };
        rows.push(Instalment {
            interest,
            payment: row.principal.plus(interest)?,
            ..*row
        });
    }
    Ok(Plan {
        total_payment: Fen::sum(rows.iter().map(|row| row.payment))?,
        total_interest: Fen::sum(rows.iter().map(|row| row.interest))?,
        rows,
    })
}

/// Fen owed, day by day over a row's period; never more than the plan has it.
fn fen_days(row: &Instalment, planned: Fen, lent: Fen, repaid: &[Repaid]) -> Result<i128, AmountError> {
    // A principal repaid early bears interest up to its day.
    let spared = |back: &Repaid| (row.due - back.day).num_days().clamp(0, row.days);
    let mut owed: Vec<(i64, Fen)> = repaid.iter().map(|back| (spared(back), back.principal)).collect();
    owed.sort_by_key(|(days_left, _)| std::cmp::Reverse(*days_left));
    let (mut balance, mut left, mut sum) = (lent, row.days, 0_i128);
    for (days_left, principal) in owed {
        sum += i128::from(balance.min(planned).0) * i128::from(left - days_left);
        balance = balance.minus(principal)?;
        left = days_left;
    }
    Ok(sum + i128::from(balance.min(planned).max(Fen::ZERO).0) * i128::from(left))
}

/// `part` ÷ `whole` of an amount, rounded down.
fn part_of(amount: Fen, part: i128, whole: i128) -> Result<Fen, AmountError> {
    i128::from(amount.0)
        .checked_mul(part)
        .and_then(|product| i64::try_from(product / whole).ok())
        .map(Fen)
        .ok_or(AmountError::Overflow)
}

/// Takes what there is towards `due`; what is still missing.
fn take(left: &mut Fen, due: Fen) -> Result<Fen, AmountError> {
    let paid = due.min((*left).max(Fen::ZERO));
    *left = left.minus(paid)?;
    due.minus(paid)
}
