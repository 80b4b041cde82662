//! Where the loans and credit lines of a voucher stand, moved on line by line.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::store::Loan;
use super::terms::{Act, ClassificationDetail, LoanClass, LoanTerms, RepaymentDetail};
use crate::credit::CreditLine;
use crate::error::Error;
use crate::ledger::{Line, Posting};
use crate::values::{BookId, ContractId, Fen, SubjectId, measure};

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
            Act::Repayment => self.repay(line, &line.detail()?, subject),
            Act::Classification => self.classify(line, &line.detail()?),
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
        };
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
        line: &Line,
        detail: &RepaymentDetail,
        subject: Option<SubjectId>,
    ) -> Result<Vec<Posting>, Error> {
        let Some(loan) = line.contract.as_ref().and_then(|id| self.loans.get_mut(id)) else {
            return Ok(Vec::new());
        };
        let (principal, back) = (line.amount, line.amount.negated()?);
        loan.balance_fen = loan.balance_fen.minus(principal)?;
        let mut posted = vec![
            Posting::of(line, measure::LOAN_PRINCIPAL_REPAID, principal.0),
            Posting::of(line, measure::LOAN_INTEREST_REPAID, detail.interest.0),
            Posting::of(line, measure::LOAN_PENALTY_REPAID, detail.penalty.0),
            of_loan(line.n, loan, measure::LOAN_BALANCE, back.0),
        ];
        if loan.class()?.is_nonperforming() {
            posted.push(of_loan(line.n, loan, measure::LOAN_NONPERFORMING, back.0));
        }
        posted.retain(|posting| posting.amount != 0);
        let under = loan.credit_line_id.clone();
        posted.extend(self.draw(line.n, under.as_ref(), back, subject)?);
        Ok(posted)
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
