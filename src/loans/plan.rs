//! The plan by which a loan is repaid, and where the loan stands on it.

use chrono::NaiveDate;

use super::papers::{Extension, Moved, Papers};
use super::store::Loan;
use super::terms::{ExtensionDetail, LoanTerms};
use crate::calculator;
use crate::error::Error;
use crate::values::rate::Percent;
use crate::values::schedule::{
    self, DayCount, Extended, Plan, Progress, Repaid, RepaymentMethod, ScheduleError, Terms,
};
use crate::values::{Fen, Month};

/// What a plan is made from. `None` for terms that do not read, which no approved record holds.
pub(super) fn reckoning(principal: Fen, terms: &LoanTerms) -> Option<Terms> {
    Some(Terms {
        principal,
        rate: Percent::parse(&terms.rate_percent).ok()?,
        method: RepaymentMethod::parse(&terms.method)?,
        day_count: DayCount::parse(&terms.day_count)?,
    })
}

/// What a plan of a loan that was never extended is made from, by its own row.
pub(super) fn own_terms(loan: &Loan) -> Option<Terms> {
    Some(Terms {
        principal: loan.principal_fen,
        rate: Percent::parse(&loan.rate_percent).ok()?,
        method: RepaymentMethod::parse(&loan.method)?,
        day_count: DayCount::parse(&loan.day_count)?,
    })
}

/// The calculator's page for these terms, whose plans are of whole months: a last part of a month counts as one.
pub(super) fn calculator_address(amount: Fen, from: NaiveDate, terms: &LoanTerms) -> Option<String> {
    let months = schedule::months_until(from, terms.matures_on).ok()?;
    Some(calculator::address(&reckoning(amount, terms)?, from, months))
}

/// An extension as plans are made from it; `None` where it does not read.
pub(super) fn extended(on: NaiveDate, detail: &ExtensionDetail) -> Option<Extended> {
    Some(Extended {
        on,
        until: detail.matures_on,
        rate: Percent::parse(&detail.rate_percent).ok()?,
        method: RepaymentMethod::parse(&detail.method)?,
    })
}

/// A loan with what was agreed on it and what has come back.
#[derive(Clone, Debug)]
pub struct LoanPlan {
    name: String,
    start: NaiveDate,
    /// The maturity first agreed.
    until: NaiveDate,
    /// As first agreed.
    terms: Terms,
    extensions: Vec<Extended>,
    repaid: Vec<Repaid>,
}

impl LoanPlan {
    /// The plan of a loan that was paid out on these papers; by its own row while they still wait for review.
    ///
    /// # Errors
    /// A loan whose terms do not read is damaged.
    pub(super) fn of(loan: &Loan, papers: &Papers) -> Result<LoanPlan, Error> {
        let damaged = || Error::Failed(format!("the terms of loan {} do not read", loan.id));
        let (until, terms) = match &papers.terms {
            Some(first) => (first.matures_on, reckoning(loan.principal_fen, first)),
            None => (loan.extended_from.unwrap_or(loan.matures_on), own_terms(loan)),
        };
        let read = |each: &Extension| extended(each.on, &each.detail).ok_or_else(damaged);
        Ok(LoanPlan {
            name: loan.id.to_string(),
            start: loan.disbursed_on,
            until,
            terms: terms.ok_or_else(damaged)?,
            extensions: papers.extensions.iter().map(read).collect::<Result<_, _>>()?,
            repaid: papers.moved.iter().filter_map(Moved::repaid).collect(),
        })
    }

    /// The same loan with only what is known at the end of a day: what happened by then, and stands in no later month.
    pub(super) fn known_on(&self, papers: &Papers, day: NaiveDate) -> LoanPlan {
        let known = |(_, paper): &(&Extended, &Extension)| paper.on <= day && paper.month <= Month::of(day);
        let extensions = self.extensions.iter().zip(&papers.extensions);
        LoanPlan {
            extensions: extensions.filter(known).map(|(each, _)| *each).collect(),
            repaid: papers
                .moved
                .iter()
                .filter(|moved| moved.counts_on(day))
                .filter_map(Moved::repaid)
                .collect(),
            name: self.name.clone(),
            ..*self
        }
    }

    /// Takes in what comes back.
    pub(super) fn take_back(&mut self, back: Repaid) {
        self.repaid.push(back);
    }

    /// Takes in an extension.
    pub(super) fn extend(&mut self, extended: Extended) {
        self.extensions.push(extended);
    }

    /// On what it is repaid on a day: as first agreed, or as last extended.
    pub fn terms_on(&self, day: NaiveDate) -> Terms {
        let last = self.extensions.iter().rev().find(|each| each.on <= day);
        last.map_or(self.terms, |last| Terms {
            rate: last.rate,
            method: last.method,
            ..self.terms
        })
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

    /// The plan as it stands on a day: through the extensions agreed by then, with less interest where principal came
    /// back early.
    ///
    /// # Errors
    /// Terms or days of which no plan can be made, which no approved record holds.
    pub fn plan_on(&self, day: NaiveDate) -> Result<Plan, Error> {
        let back: Vec<Repaid> = self
            .repaid
            .iter()
            .filter(|back| back.day <= day)
            .copied()
            .collect();
        let extensions: Vec<Extended> = self
            .extensions
            .iter()
            .filter(|each| each.on <= day)
            .copied()
            .collect();
        schedule::extended_plan(&self.terms, self.start, self.until, &extensions, &back)
            .map_err(|error: ScheduleError| Error::Failed(format!("loan {}: {error}", self.name)))
    }

    /// What is due next and what is past due on a day, by what had come back up to it: the same for any day,
    /// whenever it is asked.
    ///
    /// # Errors
    /// As [`plan_on`](LoanPlan::plan_on).
    pub fn on(&self, day: NaiveDate) -> Result<Progress, Error> {
        let (principal, interest) = self.repaid_by(day)?;
        Ok(schedule::instalments_due(
            &self.plan_on(day)?,
            principal,
            interest,
            day,
        )?)
    }
}
