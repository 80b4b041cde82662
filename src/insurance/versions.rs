//! Endorsement (批改) and cancellation (退保): a policy changes by signed, dated vouchers, never by
//! an edit.
//!
//! What must always hold:
//! - a line says what its part is from its day on and, signed, by how much sum insured and premium
//!   change: 风险保障, 有效保额 and 保费 with each payer's part follow by exactly that;
//! - a sum insured never falls below what has been paid on it or is claimed and not settled;
//! - a cancellation takes every part of its policy out of force; what has been paid stays insured.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::claims::claims_of;
use super::commands::{LIST_ROW, People, list_row};
use super::facts;
use super::rules::{premium, versions as rules};
use super::store::{self, Cover};
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::ledger::{Case, Findings, Kind, Line};
use crate::values::coded::coded;
use crate::values::rate::{Payer, Split};
use crate::values::{ContractId, Fen, Say, Text, Unit, words};

/// The code of an endorsement's voucher.
pub const ENDORSE_KIND: &str = "insurance.endorse";
/// The code of a cancellation's voucher.
pub const CANCEL_KIND: &str = "insurance.cancel";

coded! {
    /// How a change of premium is reckoned.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    PremiumBasis {
        /// Premium × days of cover left ÷ days of cover, rounded once, half away from zero.
        Days = "days", Text::new("按日计算（未满期天数 ÷ 保险期间天数）", "By days: days left ÷ days of cover");
        /// For the whole of the cover: the list was wrong from the start.
        Whole = "whole", Text::new("按全期计算（投保时就登记错了）", "For the whole cover: it was wrong from the start");
        /// What the insurer's own paper (批单) says.
        Stated = "stated", Text::new("按批单上的金额", "As the insurer's paper states it");
    }
}

/// An endorsement's own part of a voucher line; the line's amount is the signed change of the sum
/// insured, its contract the policy, its client the insured from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndorsementDetail {
    /// 批单号.
    pub number: String,
    /// The part of the policy: the line of its voucher, from 1.
    pub part: i32,
    /// What is insured from now on, decimal text; `0` when this insured leaves the policy.
    pub quantity: String,
    /// Sum insured for one unit from now on.
    pub unit_sum: Fen,
    /// Households insured by the part from now on (户次).
    pub households: i64,
    pub basis: PremiumBasis,
    /// Signed change of the premium; with the five below exactly that.
    pub premium: Fen,
    pub central: Fen,
    pub province: Fen,
    pub city: Fen,
    pub county: Fen,
    pub farmer: Fen,
    /// Why; no names of persons.
    pub reason: String,
}

impl EndorsementDetail {
    /// Who bears how much of the change of premium.
    pub const fn split(&self) -> Split {
        Split {
            central: self.central,
            province: self.province,
            city: self.city,
            county: self.county,
            farmer: self.farmer,
        }
    }
}

/// A cancellation's own part of a voucher line; a line for each part of the policy, its amount the
/// sum insured that goes, negative. The voucher's business date is the first day out of force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancellationDetail {
    /// 批单号.
    pub number: String,
    /// The part of the policy, from 1.
    pub part: i32,
    /// By days or as stated.
    pub basis: PremiumBasis,
    /// What is returned of the premium, negative; with the five below exactly that.
    pub premium: Fen,
    pub central: Fen,
    pub province: Fen,
    pub city: Fen,
    pub county: Fen,
    pub farmer: Fen,
    /// Why; no names of persons.
    pub reason: String,
}

impl CancellationDetail {
    /// Who gets back how much, negative.
    pub const fn split(&self) -> Split {
        Split {
            central: self.central,
            province: self.province,
            city: self.city,
            county: self.county,
            farmer: self.farmer,
        }
    }
}

pub(super) fn endorse_kind() -> Kind {
    Kind {
        code: ENDORSE_KIND,
        name: Text::new("批改", "Endorsement"),
        amount_name: Text::new("保额增减", "Change of sum insured"),
        form: "/field/endorsement",
        describe: describe_endorsement,
        assess: assess_endorsement,
        apply: apply_endorsement,
        reversible: true,
    }
}

pub(super) fn cancel_kind() -> Kind {
    Kind {
        code: CANCEL_KIND,
        name: Text::new("退保", "Cancellation"),
        amount_name: Text::new("保额增减", "Change of sum insured"),
        form: "/field/cancellation",
        describe: describe_cancellation,
        assess: assess_cancellation,
        apply: apply_cancellation,
        reversible: true,
    }
}

fn both(text: String) -> Say {
    Say::new(text.clone(), text)
}

fn yuan(fen: Fen) -> Say {
    let shown = fen.show(Unit::Yuan);
    Say::new(format!("{shown} 元"), format!("{shown} yuan"))
}

/// What premium a change says, and who bears it.
fn premium_said(premium: Fen, split: &Split, basis: PremiumBasis) -> Vec<(Text, Say)> {
    let mut said = vec![
        (Text::new("保费增减", "Change of premium"), yuan(premium)),
        (
            Text::new("计算办法", "Reckoned"),
            Say::new(basis.name().zh, basis.name().en),
        ),
    ];
    let borne = Payer::ALL.into_iter().filter(|payer| !split.of(*payer).is_zero());
    said.extend(borne.map(|payer| (payer.text(), yuan(split.of(payer)))));
    said
}

/// What the papers of both are called.
pub(super) const PAPER: Text = Text::new("批单号", "Endorsement number");

fn describe_endorsement(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: EndorsementDetail = line.detail()?;
    let mut said = vec![
        (PAPER, both(detail.number.clone())),
        (LIST_ROW, list_row(detail.part)),
        (
            Text::new("批改后数量", "Quantity from now on"),
            both(detail.quantity.clone()),
        ),
        (Text::new("单位保额", "Sum per unit"), yuan(detail.unit_sum)),
        (
            Text::new("投保户次", "Households insured"),
            both(detail.households.to_string()),
        ),
    ];
    said.extend(premium_said(detail.premium, &detail.split(), detail.basis));
    said.push((words::REASON, both(detail.reason)));
    Ok(said)
}

fn describe_cancellation(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: CancellationDetail = line.detail()?;
    let mut said = vec![
        (PAPER, both(detail.number.clone())),
        (LIST_ROW, list_row(detail.part)),
    ];
    said.extend(premium_said(detail.premium, &detail.split(), detail.basis));
    said.push((words::REASON, both(detail.reason)));
    Ok(said)
}

fn assess_endorsement(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut covers = facts::covers(conn, case)?;
    let ids = facts::contracts(case.lines);
    let claims = claims_of(conn, case.book.id, &ids, case.voucher, case.basis)?;
    let people = People::load(conn, case)?;
    for line in case.lines {
        let detail: EndorsementDetail = line.detail()?;
        let cover = line.contract.as_ref().and_then(|id| covers.get_mut(id));
        let mut issues = rules::judge_endorsement(line, &detail, cover.as_deref(), case.business_date);
        if let Some(cover) = cover {
            let open = claims.values().filter(|claim| claim.part == detail.part);
            issues.extend(rules::judge_claimed(line, &detail, cover, open));
            findings
                .postings
                .extend(premium::endorsement_postings(line, &detail, cover));
            if issues.iter().all(|issue| issue.severity < Severity::Refuse) {
                cover.endorse(line, &detail)?;
            }
        }
        issues.extend(people.issues(case, line, super::commands::Policy::InForce));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    }
    Ok(findings)
}

fn apply_endorsement(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    change_covers(
        conn,
        case,
        |cover, line| Ok(cover.endorse(line, &line.detail()?)?),
    )
}

fn assess_cancellation(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let covers = facts::covers(conn, case)?;
    let people = People::load(conn, case)?;
    let contract = case.lines.first().and_then(|line| line.contract.as_ref());
    let cover = contract.and_then(|id| covers.get(id));
    findings
        .issues
        .extend(rules::judge_cancelled(case.lines, cover, case.business_date));
    let ids = facts::contracts(case.lines);
    let claims = claims_of(conn, case.book.id, &ids, case.voucher, case.basis)?;
    findings.issues.extend(rules::judge_settled(claims.values()));
    for line in case.lines {
        let detail: CancellationDetail = line.detail()?;
        let mut issues: Vec<Issue> = people.issues(case, line, super::commands::Policy::InForce);
        if let Some(cover) = cover {
            issues.extend(rules::judge_returned(&detail, cover, case.business_date));
            findings
                .postings
                .extend(premium::cancellation_postings(line, &detail, cover));
        }
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    }
    Ok(findings)
}

fn apply_cancellation(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let day: NaiveDate = case.business_date;
    change_covers(conn, case, |cover, line| {
        Ok(cover.cancel(line, &line.detail()?, day)?)
    })
}

/// Lets each line change the policy it names, and keeps them.
fn change_covers(
    conn: &mut Conn,
    case: &Case<'_>,
    change: impl Fn(&mut Cover, &Line) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut covers: HashMap<ContractId, Cover> =
        store::load_covers(conn, case.book.id, &facts::contracts(case.lines))?;
    for line in case.lines {
        let cover = line.contract.as_ref().and_then(|id| covers.get_mut(id));
        change(cover.ok_or(Error::NotFound)?, line)?;
    }
    store::keep_covers(conn, case.book.id, covers.into_values().collect())
}
