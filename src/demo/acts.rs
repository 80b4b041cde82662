//! From the plan's words to the ordinary submissions.

use serde::Serialize;

use super::load::client_id;
use super::plan::{self, Act, Item, Plan};
use super::registers::Registers;
use crate::credit::{CreditTerms, Stage};
use crate::error::Error;
use crate::fieldwork::{
    DESIGNATION_KIND, DesignationDetail, SERVICE_POINT_KIND, ServicePointDetail, TALK_KIND, TalkDetail,
    VISIT_KIND, VisitDetail,
};
use crate::insurance::{PAYOUT_KIND, POLICY_KIND, PayoutDetail, PolicyTerms};
use crate::ledger::{NewLine, Submission};
use crate::loans::{
    CLASSIFICATION_KIND, ClassificationDetail, DISBURSEMENT_KIND, Guarantee, LoanClass, LoanTerms,
    REPAYMENT_KIND, RepaymentDetail,
};
use crate::register::{ASSIGNMENT_KIND, AssignmentDetail};
use crate::values::rate::{Percent, Shares, split_premium};
use crate::values::schedule::DayCount;
use crate::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, ProductId, RegionId, SpecialistId, VoucherId,
};

use super::accounts::{DEMO_EPOCH_MS, spread};

/// The plan and where its indexes lead.
pub(super) struct Walk<'a> {
    pub plan: &'a Plan,
    pub registers: &'a Registers,
}

/// Kinds of contract, so that the same index in two registers gives two ids.
#[derive(Clone, Copy)]
enum Contract {
    Line = 1,
    Loan,
    Policy,
    Assignment,
    Point,
    Designation,
}

fn contract(kind: Contract, index: usize) -> Result<ContractId, Error> {
    let number = u64::try_from(index).map_err(|_| astray())?;
    Ok(ContractId::from_parts(
        DEMO_EPOCH_MS,
        spread((kind as u64) << 48 | number),
    ))
}

fn astray() -> Error {
    Error::Failed("the demonstration's plan points at nothing".to_owned())
}

fn at<T>(items: &[T], index: usize) -> Result<&T, Error> {
    items.get(index).ok_or_else(astray)
}

fn json(detail: &impl Serialize) -> Result<serde_json::Value, Error> {
    Ok(serde_json::to_value(detail)?)
}

/// A line without client, product and contract, which most kinds then add.
struct Blank {
    institution: InstitutionId,
    specialist: SpecialistId,
}

impl Blank {
    fn line(&self, region: RegionId, amount: Fen, detail: serde_json::Value) -> NewLine {
        NewLine {
            region,
            client: None,
            product: ProductId(0),
            institution: self.institution,
            specialist: self.specialist,
            contract: None,
            amount,
            detail,
        }
    }
}

/// The submission of one item.
pub(super) fn submission(
    walk: &Walk<'_>,
    item: &Item,
    voucher: VoucherId,
    command: CommandId,
) -> Result<Submission, Error> {
    let head = &item.head;
    let registers = walk.registers;
    let book: BookId = registers.book(&head.county)?;
    let institution = match head.institution {
        Some(index) => registers.institution(index)?,
        None => InstitutionId(0),
    };
    let specialist = match head.specialist {
        Some(index) => registers.specialist(index)?,
        None => SpecialistId(0),
    };
    let blank = Blank {
        institution,
        specialist,
    };
    let (kind, lines) = match &item.act {
        Act::Assign(indexes) => (ASSIGNMENT_KIND, assignments(walk, &blank, indexes)?),
        Act::Preapprove(sheet) => (Stage::Preapproval.code(), credit(walk, &blank, sheet)?),
        Act::Grant(sheet) => (Stage::Grant.code(), credit(walk, &blank, sheet)?),
        Act::Sign(sheet) => (Stage::Signature.code(), credit(walk, &blank, sheet)?),
        Act::Lend(indexes) => (DISBURSEMENT_KIND, loans(walk, &blank, indexes)?),
        Act::Repay(repayments) => (REPAYMENT_KIND, repayments_of(walk, &blank, repayments)?),
        Act::Classify(classes) => (CLASSIFICATION_KIND, classifications(walk, &blank, classes)?),
        Act::Insure(index) => (POLICY_KIND, policy(walk, &blank, *index)?),
        Act::PayClaim(claim) => (PAYOUT_KIND, payout(walk, &blank, claim)?),
        Act::OpenPoint(point) => (
            SERVICE_POINT_KIND,
            vec![service_point(walk, &blank, point, head.sequence)?],
        ),
        Act::Designate(designation) => (
            DESIGNATION_KIND,
            vec![designated(walk, &blank, designation, item)?],
        ),
        Act::Visit(visit) => (VISIT_KIND, visits(walk, &blank, visit)?),
        Act::Talk(talk) => (TALK_KIND, vec![talk_line(walk, &blank, talk)?]),
    };
    Ok(Submission {
        book,
        voucher,
        command,
        base_revision: 0,
        kind: kind.to_owned(),
        business_date: head.date,
        institution,
        lines,
    })
}

fn client(index: usize) -> Option<ClientId> {
    Some(client_id(index))
}

fn assignments(walk: &Walk<'_>, blank: &Blank, indexes: &[usize]) -> Result<Vec<NewLine>, Error> {
    let line = |index: &usize| {
        let assignment = at(&walk.plan.assignments, *index)?;
        let region = walk.registers.place(&assignment.village)?;
        let line = blank.line(region, Fen::ZERO, json(&AssignmentDetail {})?);
        Ok(NewLine {
            specialist: walk.registers.specialist(assignment.specialist)?,
            contract: Some(contract(Contract::Assignment, *index)?),
            ..line
        })
    };
    indexes.iter().map(line).collect()
}

fn credit(walk: &Walk<'_>, blank: &Blank, sheet: &plan::Sheet) -> Result<Vec<NewLine>, Error> {
    let line = |row: &plan::SheetLine| {
        let planned = at(&walk.plan.lines, row.line)?;
        let terms = CreditTerms {
            valid_from: planned.valid_from,
            valid_to: planned.valid_to,
            revolving: at(&walk.plan.products, planned.product)?.revolving,
        };
        let line = blank.line(walk.registers.place(&planned.village)?, row.amount, json(&terms)?);
        Ok(NewLine {
            client: client(planned.client),
            product: walk.registers.product(planned.product)?,
            contract: Some(contract(Contract::Line, row.line)?),
            ..line
        })
    };
    sheet.lines.iter().map(line).collect()
}

fn loans(walk: &Walk<'_>, blank: &Blank, indexes: &[usize]) -> Result<Vec<NewLine>, Error> {
    let line = |index: &usize| {
        let loan = at(&walk.plan.loans, *index)?;
        let terms = LoanTerms {
            credit_line: loan.line.map(|line| contract(Contract::Line, line)).transpose()?,
            rate_percent: loan.rate_percent.to_string(),
            matures_on: loan.maturity,
            purpose: loan.purpose.clone(),
            guarantee: guarantee(&loan.guarantee)?.code().to_owned(),
            method: loan.method.code().to_owned(),
            day_count: DayCount::Thirty360.code().to_owned(),
            lpr: None,
            note_number: loan.number.clone(),
        };
        let line = blank.line(walk.registers.place(&loan.village)?, loan.amount, json(&terms)?);
        Ok(NewLine {
            client: client(loan.client),
            product: walk.registers.product(loan.product)?,
            contract: Some(contract(Contract::Loan, *index)?),
            ..line
        })
    };
    indexes.iter().map(line).collect()
}

fn guarantee(name: &str) -> Result<Guarantee, Error> {
    Guarantee::EVERY
        .into_iter()
        .find(|guarantee| guarantee.name().zh == name)
        .ok_or_else(astray)
}

/// A line of a loan recorded before.
fn on_loan(
    walk: &Walk<'_>,
    blank: &Blank,
    index: usize,
    amount: Fen,
    detail: serde_json::Value,
) -> Result<NewLine, Error> {
    let loan = at(&walk.plan.loans, index)?;
    Ok(NewLine {
        client: client(loan.client),
        product: walk.registers.product(loan.product)?,
        contract: Some(contract(Contract::Loan, index)?),
        ..blank.line(walk.registers.place(&loan.village)?, amount, detail)
    })
}

fn repayments_of(
    walk: &Walk<'_>,
    blank: &Blank,
    repayments: &[plan::Repayment],
) -> Result<Vec<NewLine>, Error> {
    let line = |repayment: &plan::Repayment| {
        let detail = RepaymentDetail {
            interest: repayment.interest,
            penalty: Fen::ZERO,
        };
        on_loan(walk, blank, repayment.loan, repayment.principal, json(&detail)?)
    };
    repayments.iter().map(line).collect()
}

fn classifications(
    walk: &Walk<'_>,
    blank: &Blank,
    classes: &[plan::Classification],
) -> Result<Vec<NewLine>, Error> {
    let line = |classification: &plan::Classification| {
        let class = match classification.class {
            plan::LoanClass::SpecialMention => LoanClass::SpecialMention,
            plan::LoanClass::Substandard => LoanClass::Substandard,
        };
        let detail = ClassificationDetail {
            class: class.code().to_owned(),
        };
        on_loan(walk, blank, classification.loan, Fen::ZERO, json(&detail)?)
    };
    classes.iter().map(line).collect()
}

fn policy(walk: &Walk<'_>, blank: &Blank, index: usize) -> Result<Vec<NewLine>, Error> {
    let policy = at(&walk.plan.policies, index)?;
    let risk = at(&walk.plan.risks, policy.risk)?;
    let version = risk
        .versions
        .iter()
        .find(|version| version.valid_from <= policy.start && policy.start <= version.valid_to)
        .ok_or_else(astray)?;
    let rate = Percent::new(version.rate_percent).map_err(|_| astray())?;
    let shares = shares(&version.shares)?;
    let line = |row: &plan::PolicyLine| {
        let sum = row.unit_sum.times(row.quantity)?;
        let premium = rate.of(sum)?;
        let split = split_premium(premium, &shares)?;
        let terms = PolicyTerms {
            number: policy.number.clone(),
            starts_on: policy.start,
            ends_on: policy.end,
            quantity: row.quantity.to_string(),
            unit: risk.unit.clone(),
            unit_sum: row.unit_sum,
            rate_percent: version.rate_percent.to_string(),
            premium,
            central: split.central,
            province: split.province,
            city: split.city,
            county: split.county,
            farmer: split.farmer,
            households: i64::from(row.households),
            counted: true,
        };
        Ok(NewLine {
            product: walk.registers.risk(policy.risk)?,
            contract: Some(contract(Contract::Policy, index)?),
            specialist: walk.registers.specialist(row.specialist)?,
            ..blank.line(walk.registers.place(&row.village)?, sum, json(&terms)?)
        })
    };
    policy.lines.iter().map(line).collect()
}

fn shares(planned: &plan::Shares) -> Result<Shares, Error> {
    let percent = |value| Percent::new(value).map_err(|_| astray());
    Shares::new(
        percent(planned.central)?,
        percent(planned.province)?,
        percent(planned.city)?,
        percent(planned.county)?,
        percent(planned.farmer)?,
    )
    .map_err(|_| astray())
}

fn payout(walk: &Walk<'_>, blank: &Blank, claim: &plan::Claim) -> Result<Vec<NewLine>, Error> {
    let policy = at(&walk.plan.policies, claim.policy)?;
    let line = |row: &plan::ClaimLine| {
        let part = at(&policy.lines, row.policy_line)?;
        let detail = PayoutDetail {
            claim: claim.number.clone(),
            loss_date: claim.loss_date,
            cause: claim.cause.clone(),
            part: i32::try_from(row.policy_line).map_err(|_| astray())? + 1,
            households: i64::from(row.households),
            counted: true,
        };
        Ok(NewLine {
            product: walk.registers.risk(policy.risk)?,
            contract: Some(contract(Contract::Policy, claim.policy)?),
            specialist: walk.registers.specialist(part.specialist)?,
            ..blank.line(walk.registers.place(&part.village)?, row.amount, json(&detail)?)
        })
    };
    claim.lines.iter().map(line).collect()
}

fn service_point(
    walk: &Walk<'_>,
    blank: &Blank,
    point: &plan::Point,
    sequence: u32,
) -> Result<NewLine, Error> {
    let detail = ServicePointDetail {
        brand: "裕农通".to_owned(),
        name: point.name.clone(),
    };
    let index = usize::try_from(sequence).map_err(|_| astray())?;
    let line = blank.line(walk.registers.place(&point.village)?, Fen::ZERO, json(&detail)?);
    Ok(NewLine {
        contract: Some(contract(Contract::Point, index)?),
        ..line
    })
}

fn designated(
    walk: &Walk<'_>,
    blank: &Blank,
    designation: &plan::Designation,
    item: &Item,
) -> Result<NewLine, Error> {
    use chrono::Datelike;
    let detail = DesignationDetail {
        kind: designation.kind.clone(),
        year: item.head.date.year(),
        document: "演示文号".to_owned(),
        ..DesignationDetail::default()
    };
    let index = usize::try_from(item.head.sequence).map_err(|_| astray())?;
    let line = blank.line(
        walk.registers.place(&designation.town)?,
        Fen::ZERO,
        json(&detail)?,
    );
    Ok(NewLine {
        contract: Some(contract(Contract::Designation, index)?),
        ..line
    })
}

fn visits(walk: &Walk<'_>, blank: &Blank, visit: &plan::Visit) -> Result<Vec<NewLine>, Error> {
    let region = walk.registers.place(&visit.village)?;
    let line = |household: &plan::VisitedHousehold| {
        let detail = VisitDetail {
            note: household.note.clone(),
        };
        Ok(NewLine {
            client: client(household.client),
            ..blank.line(region, Fen::ZERO, json(&detail)?)
        })
    };
    visit.households.iter().map(line).collect()
}

fn talk_line(walk: &Walk<'_>, blank: &Blank, talk: &plan::Talk) -> Result<NewLine, Error> {
    let detail = TalkDetail {
        topic: talk.topic.clone(),
        attendance: i64::from(talk.attendance),
    };
    Ok(blank.line(walk.registers.place(&talk.village)?, Fen::ZERO, json(&detail)?))
}
