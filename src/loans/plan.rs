//! The plan by which a loan is repaid, and where the loan stands on it.

use chrono::NaiveDate;

use super::store::Loan;
use super::terms::LoanTerms;
use crate::calculator;
use crate::error::Error;
use crate::values::Fen;
use crate::values::rate::Percent;
use crate::values::schedule::{
    self, DayCount, Plan, Progress, Repaid, RepaymentMethod, ScheduleError, Terms,
};

/// What a plan is made from. `None` for terms that do not read, which no approved record holds.
pub(super) fn reckoning(principal: Fen, terms: &LoanTerms) -> Option<Terms> {
    Some(Terms {
        principal,
        rate: Percent::parse(&terms.rate_percent).ok()?,
        method: RepaymentMethod::parse(&terms.method)?,
        day_count: DayCount::parse(&terms.day_count)?,
    })
}

/// The calculator's page for these terms, whose plans are of whole months: a last part of a month counts as one.
pub(super) fn calculator_address(amount: Fen, from: NaiveDate, terms: &LoanTerms) -> Option<String> {
    let months = schedule::months_until(from, terms.matures_on).ok()?;
    Some(calculator::address(&reckoning(amount, terms)?, from, months))
}

/// A loan with its plan and what has come back by it.
#[derive(Clone, Debug)]
pub struct LoanPlan {
    pub terms: Terms,
    pub plan: Plan,
    repaid: Vec<Repaid>,
}

impl LoanPlan {
    /// The plan of a loan that was paid out on these terms.
    ///
    /// # Errors
    /// A loan whose terms do not read is damaged.
    pub fn of(loan: &Loan, terms: &LoanTerms, repaid: Vec<Repaid>) -> Result<LoanPlan, Error> {
        let damaged = || Error::Failed(format!("the terms of loan {} do not read", loan.id));
        let terms = reckoning(loan.principal_fen, terms).ok_or_else(damaged)?;
        let plan = schedule::plan_until(&terms, loan.disbursed_on, loan.matures_on)
            .map_err(|error: ScheduleError| Error::Failed(format!("loan {}: {error}", loan.id)))?;
        Ok(LoanPlan { terms, plan, repaid })
    }

    /// Principal and interest that have come back up to a day.
    ///
    /// # Errors
    /// Sums that do not fit.
    pub fn repaid_by(&self, day: NaiveDate) -> Result<(Fen, Fen), Error> {
        let back = || self.repaid.iter().filter(|back| back.day <= day);
        Ok((
            Fen::sum(back().map(|back| back.principal))?,
            Fen::sum(back().map(|back| back.interest))?,
        ))
    }

    /// What is due next and what is past due on a day, by what had come back up to it: the same for any day,
    /// whenever it is asked.
    ///
    /// # Errors
    /// Sums that do not fit.
    pub fn on(&self, day: NaiveDate) -> Result<Progress, Error> {
        let (principal, interest) = self.repaid_by(day)?;
        let back: Vec<Repaid> = self
            .repaid
            .iter()
            .filter(|back| back.day <= day)
            .copied()
            .collect();
        let plan = schedule::eased(&self.plan, &back)?;
        Ok(schedule::instalments_due(&plan, principal, interest, day)?)
    }
}
