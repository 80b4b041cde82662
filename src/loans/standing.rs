//! Where the loans and credit lines of a voucher stand, moved on line by line.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::plan::{LoanPlan, extended};
use super::store::Loan;
use super::terms::{Act, ClassificationDetail, ExtensionDetail, LoanClass, LoanTerms, RepaymentDetail};
use crate::credit::CreditLine;
use crate::error::Error;
use crate::ledger::{Line, Posting};
use crate::values::schedule::Repaid;
use crate::values::{BookId, ContractId, Fen, InstitutionId, SubjectId, measure};

/// The contracts a voucher concerns. At submission what waits elsewhere is in it already; each
/// line of the voucher, once judged, is taken in before the next is judged.
#[derive(Debug)]
pub(super) struct Standing {
    pub book: BookId,
    pub loans: HashMap<ContractId, Loan>,
    pub lines: HashMap<ContractId, CreditLine>,
    /// At approval: loans and lines with a voucher of their own still waiting.
    pub waiting: HashSet<ContractId>,
    /// Principal that waiting repayments would bring back, by loan and by line. Balances are
    /// lower by it already; what may be drawn is not higher until they are approved.
    pub repaying: HashMap<ContractId, Fen>,
    /// What of these loans is posted as overdue.
    pub overdue: HashMap<ContractId, Fen>,
    /// The plans of those that are overdue, extended or classed.
    pub plans: HashMap<ContractId, LoanPlan>,
    /// The classes the bank gave those that are classed, in the order of their days.
    pub classes: HashMap<ContractId, Vec<(NaiveDate, LoanClass)>>,
    /// Note numbers that are taken.
    pub notes: HashSet<(InstitutionId, String)>,
}

impl Standing {
    pub(super) fn new(
        book: BookId,
        loans: HashMap<ContractId, Loan>,
        lines: HashMap<ContractId, CreditLine>,
    ) -> Standing {
        Standing {
            book,
            loans,
            lines,
            waiting: HashSet::new(),
            repaying: HashMap::new(),
            overdue: HashMap::new(),
            plans: HashMap::new(),
            classes: HashMap::new(),
            notes: HashSet::new(),
        }
    }

    /// Principal that waits to be repaid on a loan or under a line.
    pub(super) fn repaying(&self, contract: &ContractId) -> Fen {
        self.repaying.get(contract).copied().unwrap_or_default()
    }

    /// What a line's limit leaves for certain, whatever its status.
    pub(super) fn available(&self, line: &CreditLine) -> Fen {
        let not_yet = if line.revolving {
            self.repaying(&line.id)
        } else {
            Fen::ZERO
        };
        Fen((line.room().0 - not_yet.0).max(0))
    }

    /// Takes a waiting repayment's principal note of, before it is taken in itself.
    pub(super) fn note_repaying(&mut self, line: &Line) -> Result<(), Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get(id)) else {
            return Ok(());
        };
        let concerned = [Some(loan.id.clone()), loan.credit_line_id.clone()];
        for id in concerned.into_iter().flatten() {
            let sum = self.repaying.entry(id).or_default();
            *sum = sum.plus(line.amount)?;
        }
        Ok(())
    }

    /// Moves on by one line, and says what that posts. `subject` is the household to count, if the
    /// client is one. A line about a contract that is not here moves nothing.
    pub(super) fn take(
        &mut self,
        act: Act,
        day: NaiveDate,
        line: &Line,
        subject: Option<SubjectId>,
    ) -> Result<Vec<Posting>, Error> {
        match act {
            Act::Disbursement => self.disburse(day, line, &line.detail()?, subject),
            Act::Repayment => self.repay(day, line, &line.detail()?, subject),
            Act::Classification => self.classify(line, &line.detail()?),
            Act::Extension => self.extend(day, line, &line.detail()?),
            Act::WriteOff => self.write_off(line, subject),
            Act::Recovery => self.recover(line),
        }
    }

    fn disburse(
        &mut self,
        day: NaiveDate,
        line: &Line,
        terms: &LoanTerms,
        subject: Option<SubjectId>,
    ) -> Result<Vec<Posting>, Error> {
        let (Some(id), Some(client)) = (&line.contract, &line.client) else {
            return Ok(Vec::new());
        };
        let loan = Loan {
            book_id: self.book,
            id: id.clone(),
            credit_line_id: terms.credit_line.clone(),
            client_id: client.clone(),
            region_id: line.region,
            institution_id: line.institution,
            product_id: line.product,
            specialist_id: line.specialist,
            principal_fen: line.amount,
            balance_fen: line.amount,
            rate_percent: terms.rate_percent.clone(),
            disbursed_on: day,
            matures_on: terms.matures_on,
            purpose: terms.purpose.clone(),
            guarantee: terms.guarantee.clone(),
            method: terms.method.clone(),
            class: LoanClass::Normal.code().to_owned(),
            note_number: terms.note_number.clone(),
            day_count: terms.day_count.clone(),
            extended_from: None,
            interest_repaid_fen: Fen::ZERO,
            written_off_fen: Fen::ZERO,
            recovered_fen: Fen::ZERO,
        };
        if !terms.note_number.is_empty() {
            self.notes.insert((line.institution, terms.note_number.clone()));
        }
        let mut posted = vec![
            Posting::of(line, measure::LOAN_DISBURSED, line.amount.0),
            Posting::of(line, measure::LOAN_COUNT, 1),
            Posting::of(line, measure::LOAN_BALANCE, line.amount.0),
        ];
        posted.extend(self.draw(line.n, loan.credit_line_id.as_ref(), line.amount, subject)?);
        self.loans.insert(id.clone(), loan);
        Ok(posted)
    }

    fn repay(
        &mut self,
        day: NaiveDate,
        line: &Line,
        detail: &RepaymentDetail,
        subject: Option<SubjectId>,
    ) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        let (principal, back) = (line.amount, line.amount.negated()?);
        loan.balance_fen = loan.balance_fen.minus(principal)?;
        loan.interest_repaid_fen = loan.interest_repaid_fen.plus(detail.interest)?;
        let mut posted = vec![
            Posting::of(line, measure::LOAN_PRINCIPAL_REPAID, principal.0),
            Posting::of(line, measure::LOAN_INTEREST_REPAID, detail.interest.0),
            Posting::of(line, measure::LOAN_PENALTY_REPAID, detail.penalty.0),
            of_loan(line.n, loan, measure::LOAN_BALANCE, back.0),
        ];
        if loan.class()?.is_nonperforming() {
            posted.push(of_loan(line.n, loan, measure::LOAN_NONPERFORMING, back.0));
        }
        let loan = loan.clone();
        if let Some(plan) = self.plans.get_mut(&loan.id) {
            plan.take_back(Repaid {
                day,
                principal,
                interest: detail.interest,
            });
        }
        posted.extend(self.ease(line.n, &loan, day, principal)?);
        posted.retain(|posting| posting.amount != 0);
        posted.extend(self.draw(line.n, loan.credit_line_id.as_ref(), back, subject)?);
        Ok(posted)
    }

    /// Takes off what is overdue what came back, or all of it where nothing is past due any more. The day's end
    /// puts right whatever the order of approval makes different.
    fn ease(
        &mut self,
        n: usize,
        loan: &Loan,
        day: NaiveDate,
        principal: Fen,
    ) -> Result<Option<Posting>, Error> {
        let Some(overdue) = self.overdue.get_mut(&loan.id) else {
            return Ok(None);
        };
        let clear = !loan.balance_fen.is_positive()
            || match self.plans.get(&loan.id) {
                Some(plan) => !plan.on(day)?.is_overdue(),
                None => false,
            };
        let off = if clear { *overdue } else { principal.min(*overdue) };
        *overdue = overdue.minus(off)?;
        Ok(Some(of_loan(n, loan, measure::LOAN_OVERDUE, off.negated()?.0)))
    }

    fn extend(
        &mut self,
        day: NaiveDate,
        line: &Line,
        detail: &ExtensionDetail,
    ) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        loan.extended_from = loan.extended_from.or(Some(loan.matures_on));
        loan.matures_on = detail.matures_on;
        loan.rate_percent.clone_from(&detail.rate_percent);
        loan.method.clone_from(&detail.method);
        let loan = loan.clone();
        if let (Some(plan), Some(extended)) = (self.plans.get_mut(&loan.id), extended(day, detail)) {
            plan.extend(extended);
        }
        let eased = self.ease(line.n, &loan, day, Fen::ZERO)?;
        Ok(eased.into_iter().filter(|posting| posting.amount != 0).collect())
    }

    /// The balance leaves the books, and with it what of it is overdue and 不良.
    fn write_off(&mut self, line: &Line, subject: Option<SubjectId>) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        let off = line.amount.negated()?;
        loan.balance_fen = loan.balance_fen.minus(line.amount)?;
        loan.written_off_fen = loan.written_off_fen.plus(line.amount)?;
        let mut posted = vec![
            Posting::of(line, measure::LOAN_WRITTEN_OFF, line.amount.0),
            of_loan(line.n, loan, measure::LOAN_BALANCE, off.0),
        ];
        if loan.class()?.is_nonperforming() {
            posted.push(of_loan(line.n, loan, measure::LOAN_NONPERFORMING, off.0));
        }
        let loan = loan.clone();
        if let Some(overdue) = self.overdue.remove(&loan.id) {
            posted.push(of_loan(
                line.n,
                &loan,
                measure::LOAN_OVERDUE,
                overdue.negated()?.0,
            ));
        }
        posted.extend(self.draw(line.n, loan.credit_line_id.as_ref(), off, subject)?);
        Ok(posted)
    }

    fn recover(&mut self, line: &Line) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        loan.recovered_fen = loan.recovered_fen.plus(line.amount)?;
        Ok(vec![Posting::of(line, measure::LOAN_RECOVERED, line.amount.0)])
    }

    fn classify(&mut self, line: &Line, detail: &ClassificationDetail) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        let before = loan.nonperforming()?;
        loan.class.clone_from(&detail.class);
        let moved = loan.nonperforming()?.minus(before)?;
        Ok(if moved.is_zero() {
            Vec::new()
        } else {
            vec![of_loan(line.n, loan, measure::LOAN_NONPERFORMING, moved.0)]
        })
    }

    /// A draw (positive) or a repayment of principal (negative) under a line, posted with the
    /// line's own dimensions so that its position is the sum of its entries.
    fn draw(
        &mut self,
        n: usize,
        under: Option<&ContractId>,
        amount: Fen,
        subject: Option<SubjectId>,
    ) -> Result<Vec<Posting>, Error> {
        let Some(credit) = under.and_then(|id| self.lines.get_mut(id)) else {
            return Ok(Vec::new());
        };
        if amount.is_zero() {
            return Ok(Vec::new());
        }
        let before = credit.drawn_fen;
        credit.drawn_fen = before.plus(amount)?;
        if amount.is_positive() {
            credit.drawn_total_fen = credit.drawn_total_fen.plus(amount)?;
        }
        let drawing = i64::from(credit.drawn_fen.is_positive()) - i64::from(before.is_positive());
        let mut posted = vec![of_line(n, credit, measure::CREDIT_DRAWN, amount.0)];
        if drawing != 0 {
            let households = of_line(n, credit, measure::CREDIT_DRAWN_HOUSEHOLDS, drawing);
            posted.extend(subject.map(|subject| households.counting(subject)));
        }
        Ok(posted)
    }
}

/// A stock of a loan: under the loan's own dimensions for its whole life.
fn of_loan(n: usize, loan: &Loan, measure: crate::values::MeasureId, amount: i64) -> Posting {
    Posting {
        line: n,
        measure,
        region: loan.region_id,
        institution: loan.institution_id,
        product: loan.product_id,
        specialist: loan.specialist_id,
        contract: Some(loan.id.clone()),
        subject: None,
        amount,
    }
}

/// A stock of a credit line: under the line's own dimensions.
fn of_line(n: usize, line: &CreditLine, measure: crate::values::MeasureId, amount: i64) -> Posting {
    Posting {
        line: n,
        measure,
        region: line.region_id,
        institution: line.institution_id,
        product: line.product_id,
        specialist: line.specialist_id,
        contract: Some(line.id.clone()),
        subject: None,
        amount,
    }
}
