//! Pure checks of one line of a credit voucher, and what it posts.

use chrono::NaiveDate;

use super::commands::{CreditTerms, Stage};
use super::stocks::Counted;
use super::store::{ACTIVE, CreditLine};
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::register::Client;
use crate::values::measure;
use crate::values::plausible::{Implausible, odd_amount, odd_term};
use crate::values::{Fen, Say, SubjectId, Unit};

/// What is known about one line when it is judged.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub day: NaiveDate,
    pub client: Option<&'a Client>,
    /// The contract as it stands (with what is pending, at submission).
    pub contract: Option<&'a CreditLine>,
    /// At approval: an earlier stage of this contract is itself still waiting.
    pub parent_waits: bool,
    /// Whom a new line is counted for.
    pub counted: Counted,
    /// The client has another line of this bank and product.
    pub twin: bool,
}

/// Judges one line: its findings, and the contract as it would stand afterwards.
pub(super) fn judge(stage: Stage, line: &Line, terms: &CreditTerms, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !line.amount.is_positive() {
        let say = Say::new("金额要大于零。", "The amount must be above zero.");
        issues.push(Issue::refuse("amount.not_positive", "amount", say));
    }
    if terms.valid_from > terms.valid_to || terms.valid_to < known.day {
        let say = Say::new(
            "有效期的终止日要晚于起始日和业务日期。",
            "Validity must end after it begins and not before the business date.",
        );
        issues.push(Issue::refuse("line.validity", "valid_to", say));
    }
    let implausible = |found: Implausible, field| Issue::refuse(found.code(), field, found.say());
    issues.extend(odd_term(terms.valid_from, terms.valid_to).map(|found| implausible(found, "valid_to")));
    let household = known.client.is_some_and(Client::is_household);
    issues.extend(
        odd_amount(line.amount, household).map(|found| Issue::warn(found.code(), "amount", found.say())),
    );
    match known.client {
        None => {
            let say = Say::new(
                "没有这个客户，请先登记。",
                "There is no such client; record the client first.",
            );
            issues.push(Issue::refuse("client.unknown", "client", say));
        }
        Some(client) if client.region_id != line.region => {
            let say = Say::new("客户登记在别的村。", "The client is recorded in another village.");
            issues.push(Issue::warn("client.other_village", "client", say));
        }
        Some(_) => {}
    }
    if known.parent_waits {
        let say = Say::new(
            "这笔额度的前一步还在待审核，请先审核前一步。",
            "The step before this one still waits for review; decide on that first.",
        );
        issues.push(Issue::refuse("line.parent_waits", "", say));
        return issues;
    }
    if let Some(ended) = known.contract.filter(|contract| !contract.in_force()) {
        let status = ended.status().name();
        let say = Say::new(
            format!(
                "这笔额度已经{}，不能再授信或签约；到期的可以续期，终止的请另开一笔。",
                status.zh
            ),
            format!(
                "This line is {} and cannot be granted or signed; renew an expired one, open a new one in place of a terminated one.",
                status.en.to_lowercase()
            ),
        );
        issues.push(Issue::refuse("line.not_active", "", say));
        return issues;
    }
    if known.contract.is_some_and(CreditLine::is_frozen) {
        let say = Say::new(
            "这笔额度已经冻结，解冻后才能签约。",
            "This line is frozen; lift the freeze before it is signed.",
        );
        issues.push(Issue::refuse("line.frozen", "", say));
    }
    issues.extend(match stage {
        Stage::Preapproval => judge_preapproval(known),
        Stage::Grant => judge_grant(line, known),
        Stage::Signature => judge_signature(line, known),
    });
    if known.contract.is_none() && known.twin {
        let say = Say::new(
            "该客户在本机构同一产品下已有一笔额度。",
            "This client already has a line of this institution and product.",
        );
        issues.push(Issue::warn("line.twin", "client", say));
    }
    if let Some(contract) = known.contract
        && (contract.institution_id != line.institution
            || contract.region_id != line.region
            || contract.product_id != line.product
            || Some(&contract.client_id) != line.client.as_ref())
    {
        let say = Say::new(
            "客户、村、机构或产品与原额度不一致。",
            "Client, village, institution or product differ from the line's own.",
        );
        issues.push(Issue::refuse("line.other_contract", "", say));
    }
    issues
}

fn judge_preapproval(known: &Known<'_>) -> Vec<Issue> {
    if known.contract.is_none() {
        return Vec::new();
    }
    let say = Say::new(
        "这笔额度已经有预授信。",
        "This line has been pre-approved already.",
    );
    vec![Issue::refuse("line.preapproved_already", "", say)]
}

fn judge_grant(line: &Line, known: &Known<'_>) -> Vec<Issue> {
    let Some(contract) = known.contract else {
        return Vec::new();
    };
    if contract.granted_fen.is_positive() {
        let say = Say::new(
            "这笔额度已经授信，调整额度请另走调整。",
            "This line has been granted already.",
        );
        return vec![Issue::refuse("line.granted_already", "", say)];
    }
    if line.amount > contract.preapproved_fen {
        let (asked, before) = (
            line.amount.show(Unit::Yuan),
            contract.preapproved_fen.show(Unit::Yuan),
        );
        let say = Say::new(
            format!("授信 {asked} 元高于预授信 {before} 元，请核对是否多写了零。"),
            format!(
                "The grant of {asked} yuan is above the pre-approval of {before} yuan; check for an extra zero."
            ),
        );
        return vec![Issue::warn("line.above_preapproval", "amount", say)];
    }
    Vec::new()
}

fn judge_signature(line: &Line, known: &Known<'_>) -> Vec<Issue> {
    let granted = known.contract.map_or(Fen::ZERO, |contract| contract.granted_fen);
    let refuse = |code, field, say| vec![Issue::refuse(code, field, say)];
    if !granted.is_positive() {
        return refuse(
            "line.not_granted",
            "",
            Say::new(
                "还没有授信，不能签约。",
                "The line has not been granted, so it cannot be signed.",
            ),
        );
    }
    if known
        .contract
        .is_some_and(|contract| contract.signed_fen.is_positive())
    {
        return refuse(
            "line.signed_already",
            "",
            Say::new("这笔额度已经签约。", "This line has been signed already."),
        );
    }
    if line.amount > granted {
        let limit = granted.show(Unit::Yuan);
        return refuse(
            "line.above_grant",
            "amount",
            Say::new(
                format!("签约金额不能高于授信 {limit} 元。"),
                format!("The signed amount cannot exceed the grant of {limit} yuan."),
            ),
        );
    }
    Vec::new()
}

/// The contract as it stands after this line: a new one, or the known one a stage further.
pub(super) fn advance(
    stage: Stage,
    book: crate::values::BookId,
    day: NaiveDate,
    line: &Line,
    terms: &CreditTerms,
    contract: Option<&CreditLine>,
) -> Option<CreditLine> {
    let mut next = match contract {
        Some(contract) => contract.clone(),
        None => CreditLine {
            book_id: book,
            id: line.contract.clone()?,
            client_id: line.client.clone()?,
            region_id: line.region,
            institution_id: line.institution,
            product_id: line.product,
            specialist_id: line.specialist,
            preapproved_fen: Fen::ZERO,
            granted_fen: Fen::ZERO,
            signed_fen: Fen::ZERO,
            drawn_fen: Fen::ZERO,
            drawn_total_fen: Fen::ZERO,
            revolving: terms.revolving,
            valid_from: terms.valid_from,
            valid_to: terms.valid_to,
            state: ACTIVE.to_owned(),
            frozen_on: None,
            unfrozen_on: None,
            changed_on: None,
        },
    };
    next.changed_on = next.changed_on.max(Some(day));
    match stage {
        Stage::Preapproval => next.preapproved_fen = line.amount,
        Stage::Grant => {
            next.granted_fen = line.amount;
            next.preapproved_fen = next.preapproved_fen.max(line.amount);
            (next.revolving, next.valid_from, next.valid_to) =
                (terms.revolving, terms.valid_from, terms.valid_to);
        }
        Stage::Signature => next.signed_fen = line.amount,
    }
    Some(next)
}

/// What the line posts: the difference between the contract before and after.
pub(super) fn postings(
    stage: Stage,
    line: &Line,
    before: Option<&CreditLine>,
    after: &CreditLine,
    known: &Known<'_>,
) -> Vec<Posting> {
    let was = |pick: fn(&CreditLine) -> Fen| before.map_or(0, |contract| pick(contract).0);
    let stock = |measure, amount| Posting {
        specialist: after.specialist_id,
        ..Posting::of(line, measure, amount)
    };
    let mut posted = Vec::with_capacity(6);
    let risen = after.preapproved_fen.0 - was(|contract| contract.preapproved_fen);
    if risen != 0 {
        posted.push(stock(measure::CREDIT_PREAPPROVED, risen));
        posted.push(Posting::of(line, measure::CREDIT_PREAPPROVED_NEW, risen));
    }
    match stage {
        Stage::Preapproval => {}
        Stage::Grant => {
            posted.push(stock(measure::CREDIT_GRANTED, line.amount.0));
            posted.push(Posting::of(line, measure::CREDIT_GRANTED_NEW, line.amount.0));
        }
        Stage::Signature => {
            posted.push(stock(measure::CREDIT_SIGNED, line.amount.0));
            posted.push(Posting::of(line, measure::CREDIT_SIGNED_NEW, line.amount.0));
        }
    }
    let household = known.counted.household;
    if before.is_none() {
        if known.counted.village {
            posted.push(stock(measure::CREDIT_VILLAGES, 1).counting(SubjectId(line.region.0)));
        }
        posted.extend(household.map(|subject| stock(measure::CREDIT_HOUSEHOLDS, 1).counting(subject)));
    }
    if stage == Stage::Grant {
        posted
            .extend(household.map(|subject| stock(measure::CREDIT_GRANTED_HOUSEHOLDS, 1).counting(subject)));
    }
    posted
}
