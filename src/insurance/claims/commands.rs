//! The vouchers of a claim's steps: loading facts, judging each line, changing claims.

use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::insurance::commands::{LIST_ROW, PAYOUT_KIND, PayoutDetail, People, Policy, list_row};
use crate::insurance::facts;
use crate::ledger::{self, Against, Apply, Assess, Basis, Case, Findings, Kind, Line};
use crate::values::coded::coded;
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Say, Text, VoucherId, words};

use super::detail::ClaimDetail;
use super::rules;
use super::store::{self, Claims, Key};
use crate::insurance::store as policies;

coded! {
    /// A step of a claim; the payout itself is a payout.
    Stage {
        /// Somebody says that there was a loss.
        Report = "insurance.claim_report", Text::new("报案", "Report of a loss");
        /// The loss is looked at in the field.
        Survey = "insurance.claim_survey", Text::new("查勘", "Survey");
        /// What the loss comes to, household by household.
        Assess = "insurance.claim_assess", Text::new("定损", "Assessment");
        /// The assessments are shown in the village.
        Notice = "insurance.claim_notice", Text::new("公示", "Public notice");
        /// What will be paid.
        Approve = "insurance.claim_approve", Text::new("核赔", "Approval of a claim");
        /// The end of a claim that is not paid up: withdrawn, or settled for less.
        Close = "insurance.claim_close", Text::new("结案", "Closing of a claim");
    }
}

/// The kinds of voucher of claims.
pub(in crate::insurance) fn kinds() -> Vec<Kind> {
    Stage::EVERY.into_iter().map(kind).collect()
}

fn kind(stage: Stage) -> Kind {
    let (assess, apply): (Assess, Apply) = match stage {
        Stage::Report => (
            |conn, case| assess(conn, case, Stage::Report),
            |conn, case| apply(conn, case, Stage::Report),
        ),
        Stage::Survey => (
            |conn, case| assess(conn, case, Stage::Survey),
            |conn, case| apply(conn, case, Stage::Survey),
        ),
        Stage::Assess => (
            |conn, case| assess(conn, case, Stage::Assess),
            |conn, case| apply(conn, case, Stage::Assess),
        ),
        Stage::Notice => (
            |conn, case| assess(conn, case, Stage::Notice),
            |conn, case| apply(conn, case, Stage::Notice),
        ),
        Stage::Approve => (
            |conn, case| assess(conn, case, Stage::Approve),
            |conn, case| apply(conn, case, Stage::Approve),
        ),
        Stage::Close => (
            |conn, case| assess(conn, case, Stage::Close),
            |conn, case| apply(conn, case, Stage::Close),
        ),
    };
    let amount_name = match stage {
        Stage::Report | Stage::Survey => Text::new("估损金额", "Estimate"),
        Stage::Assess | Stage::Notice => Text::new("定损金额", "Assessed"),
        Stage::Approve => Text::new("核赔金额", "Approved"),
        Stage::Close => words::AMOUNT,
    };
    Kind {
        code: stage.code(),
        name: stage.name(),
        amount_name,
        form: "/field/claim",
        describe,
        assess,
        apply,
        reversible: true,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: ClaimDetail = line.detail()?;
    let both = |text: String| Say::new(text.clone(), text);
    let mut said = vec![
        (Text::new("报案号", "Claim number"), both(detail.claim)),
        (LIST_ROW, list_row(detail.part)),
    ];
    if let Some(report) = detail.report {
        said.push((
            Text::new("报案日期", "Reported on"),
            both(report.reported_on.to_string()),
        ));
        said.push((
            Text::new("出险日期", "Day of loss"),
            both(report.loss_date.to_string()),
        ));
        said.push((Text::new("出险原因", "Cause"), both(report.cause)));
        said.push((
            Text::new("受灾户次", "Households hit"),
            both(report.households.to_string()),
        ));
        said.extend(
            report
                .surveyed_on
                .map(|day| (Text::new("查勘日期", "Surveyed on"), both(day.to_string()))),
        );
    }
    if !detail.quantity.is_empty() {
        said.push((Text::new("损失数量", "Quantity lost"), both(detail.quantity)));
    }
    if let Some((from, to)) = detail.shown {
        said.push((Text::new("公示期", "Shown"), both(format!("{from} ～ {to}"))));
    }
    if !detail.note.is_empty() {
        said.push((Text::new("说明", "Note"), both(detail.note)));
    }
    Ok(said)
}

/// What a line's claim is known by; none without a policy.
pub(in crate::insurance) fn key_of(line: &Line, part: i32, number: &str) -> Option<Key> {
    Some((line.contract.clone()?, part, narrow(number)))
}

/// The claims on some policies as they stand on a basis, the voucher `except` left out.
pub(in crate::insurance) fn claims_of(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
    except: &VoucherId,
    basis: Basis,
) -> Result<Claims, Error> {
    let mut claims = store::load(conn, book, ids)?;
    if basis == Basis::Posted {
        return Ok(claims);
    }
    for pending in ledger::pending_lines(conn, book, Against::Contracts(ids), except)? {
        let line = &pending.line;
        if let Some(stage) = Stage::parse(&pending.kind) {
            let detail: ClaimDetail = line.detail()?;
            let Some(key) = key_of(line, detail.part, &detail.claim) else {
                continue;
            };
            let day = pending.business_date;
            let next = rules::advance(stage, (book, day), line, &detail, claims.get(&key));
            claims.extend(next.map(|claim| (key, claim)));
        } else if pending.kind == PAYOUT_KIND {
            let detail: PayoutDetail = line.detail()?;
            let key = key_of(line, detail.part, &detail.claim);
            if let Some(claim) = key.and_then(|key| claims.get_mut(&key)) {
                claim.pay(line.amount)?;
            }
        }
    }
    Ok(claims)
}

fn assess(conn: &mut Conn, case: &Case<'_>, stage: Stage) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let ids = facts::contracts(case.lines);
    let covers = facts::covers(conn, case)?;
    let mut claims = claims_of(conn, case.book.id, &ids, case.voucher, case.basis)?;
    let people = People::load(conn, case)?;
    let day = case.business_date;
    // At approval a payout of that number is a claim's own; see the room's promise.
    let paid = match case.basis {
        Basis::WithPending => policies::payouts_on(conn, case.book.id, &ids, case.voucher, true)?,
        Basis::Posted => Vec::new(),
    };
    for line in case.lines {
        let detail: ClaimDetail = line.detail()?;
        let cover = line.contract.as_ref().and_then(|id| covers.get(id));
        let key = key_of(line, detail.part, &detail.claim);
        let before = key.as_ref().and_then(|key| claims.get(key)).cloned();
        let mut issues = rules::judge(stage, line, &detail, cover, before.as_ref(), day);
        let directly = |paid: &&policies::Paid| {
            before.is_none()
                && key.as_ref() == Some(&(paid.policy.clone(), paid.detail.part, narrow(&paid.detail.claim)))
        };
        if paid.iter().any(|paid| directly(&paid)) {
            let say = Say::new(
                "这个报案号已经直接记过赔付，不能再立案；请换报案号或先冲销那笔赔付。",
                "A payout was recorded under this number without a claim. Use another number, or have that payout taken back first.",
            );
            issues.push(Issue::refuse("claim.paid_directly", "claim", say));
        }
        let after = rules::advance(stage, (case.book.id, day), line, &detail, before.as_ref());
        let part = cover.and_then(|cover| cover.part(detail.part));
        if let (Some(after), Some(part)) = (&after, part) {
            findings
                .postings
                .extend(rules::postings(line, part, before.as_ref(), after));
        }
        claims.extend(key.zip(after));
        issues.extend(people.issues(case, line, Policy::InForce));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    }
    Ok(findings)
}

fn apply(conn: &mut Conn, case: &Case<'_>, stage: Stage) -> Result<(), Error> {
    let ids = facts::contracts(case.lines);
    let book = case.book.id;
    let mut claims = store::load(conn, book, &ids)?;
    for line in case.lines {
        let detail: ClaimDetail = line.detail()?;
        let key = key_of(line, detail.part, &detail.claim).ok_or(Error::NotFound)?;
        let next = rules::advance(stage, (book, case.business_date), line, &detail, claims.get(&key));
        claims.insert(key, next.ok_or(Error::NotFound)?);
    }
    store::keep(conn, book, &ids, claims)
}
