//! The policy and payout vouchers: loading facts, judging each line, changing policies.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::claims::{self, claims_of};
use super::facts;
use super::index;
use super::official::above_official;
use super::rules::{self, Known};
use super::store::{self, Paid};
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::ledger::{Basis, Case, Findings, Kind, Line};
use crate::register::{
    self, Client, ProductKind, Staff, assignment_issue, assignments_in, clients_at_home, village_issue,
};
use crate::values::rate::{Payer, Split};
use crate::values::text::narrow;
use crate::values::{ClientId, ContractId, Fen, Say, Text, Unit, english, words};

/// The code of a policy's voucher.
pub const POLICY_KIND: &str = "insurance.policy";
/// The code of a payout's voucher.
pub const PAYOUT_KIND: &str = "insurance.payout";

/// A policy's own part of a voucher line; the line's amount is its sum insured, its contract the
/// policy's id, the same on every line of the voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyTerms {
    /// 保单号; the same on every line.
    pub number: String,
    /// First day of cover; the voucher's business date should be this day.
    pub starts_on: NaiveDate,
    /// Last day of cover.
    pub ends_on: NaiveDate,
    /// Decimal text, at most two decimals, such as `2793.65`.
    pub quantity: String,
    /// 亩, 头, 羽, 网箱, 份 …
    pub unit: String,
    /// Sum insured for one unit.
    pub unit_sum: Fen,
    /// Premium in percent of the sum insured, decimal text.
    pub rate_percent: String,
    pub premium: Fen,
    /// 中央财政; with the four below exactly the premium.
    pub central: Fen,
    /// 省财政.
    pub province: Fen,
    /// 市财政.
    pub city: Fen,
    /// 县财政.
    pub county: Fen,
    /// 农户自缴.
    pub farmer: Fen,
    /// Households insured by this line (户次).
    pub households: i64,
    /// Whether the households count as participations (户次); a record made before they were counted
    /// does not say so, and posts what it posted then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
}

impl PolicyTerms {
    /// Who bears how much of the premium.
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

/// A payout's own part of a voucher line; the line's amount is what was paid, its contract the
/// policy, the voucher's business date the day of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayoutDetail {
    /// 报案号.
    pub claim: String,
    pub loss_date: NaiveDate,
    /// 出险原因, such as 台风; no names of persons.
    pub cause: String,
    /// The part of the policy: the line of its voucher, from 1.
    pub part: i32,
    /// Households paid by this line (户次).
    pub households: i64,
    /// Whether the households count as participations (户次); a record made before they were counted
    /// does not say so, and posts what it posted then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
}

pub(super) fn policy_kind() -> Kind {
    Kind {
        code: POLICY_KIND,
        name: Text::new("投保", "Policy"),
        amount_name: Text::new("保额", "Sum insured"),
        form: "/field/policy",
        describe: describe_policy,
        assess: assess_policy,
        apply: apply_policy,
        reversible: true,
    }
}

pub(super) fn payout_kind() -> Kind {
    Kind {
        code: PAYOUT_KIND,
        name: Text::new("赔付", "Payout"),
        amount_name: Text::new("赔款", "Paid"),
        form: "/field/payout",
        describe: describe_payout,
        assess: assess_payout,
        apply: apply_payout,
        reversible: true,
    }
}

fn describe_policy(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let terms: PolicyTerms = line.detail()?;
    let both = |text: String| Say::new(text.clone(), text);
    let yuan = |fen: Fen| {
        let shown = fen.show(Unit::Yuan);
        Say::new(format!("{shown} 元"), format!("{shown} yuan"))
    };
    let mut said = vec![
        (Text::new("保单号", "Policy number"), both(terms.number.clone())),
        (
            Text::new("保险期间", "Days insured"),
            both(format!("{} ～ {}", terms.starts_on, terms.ends_on)),
        ),
        (
            Text::new("数量", "Quantity"),
            Say::new(
                format!("{} {}", terms.quantity, terms.unit),
                format!("{} {}", terms.quantity, english::unit(&terms.unit)),
            ),
        ),
        (Text::new("单位保额", "Sum per unit"), yuan(terms.unit_sum)),
        (
            Text::new("费率", "Rate"),
            both(format!("{}%", terms.rate_percent)),
        ),
        (words::PREMIUM, yuan(terms.premium)),
    ];
    let split = terms.split();
    let borne = Payer::ALL.into_iter().filter(|payer| !split.of(*payer).is_zero());
    said.extend(borne.map(|payer| (payer.text(), yuan(split.of(payer)))));
    said.push((
        Text::new("投保户次", "Households insured"),
        both(terms.households.to_string()),
    ));
    Ok(said)
}

/// Which row of a policy's list (投保清单) a line is about: a policy may cover several villages
/// or clients.
pub(super) const LIST_ROW: Text = Text::new("对应投保清单", "Row of the policy's list");

pub(super) fn list_row(n: i32) -> Say {
    Say::new(format!("第 {n} 行"), format!("row {n}"))
}

fn describe_payout(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: PayoutDetail = line.detail()?;
    let both = |text: String| Say::new(text.clone(), text);
    Ok(vec![
        (Text::new("报案号", "Claim number"), both(detail.claim)),
        (
            Text::new("出险日期", "Day of loss"),
            both(detail.loss_date.to_string()),
        ),
        (Text::new("出险原因", "Cause"), both(detail.cause)),
        (LIST_ROW, list_row(detail.part)),
        (
            Text::new("受益户次", "Households paid"),
            both(detail.households.to_string()),
        ),
    ])
}

/// Whether a line is about a new policy or one in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    New,
    InForce,
}

/// What the lines of both kinds share: their clients and the specialists in post.
pub(super) struct People {
    clients: HashMap<ClientId, Client>,
    assignments: Staff,
}

impl People {
    pub(super) fn load(conn: &mut Conn, case: &Case<'_>) -> Result<People, Error> {
        let clients = case.lines.iter().filter_map(|line| line.client.clone());
        Ok(People {
            clients: clients_at_home(conn, case, clients)?,
            assignments: assignments_in(conn, case)?,
        })
    }

    /// The village is the book's, the specialist in post there, the client known.
    pub(super) fn issues(&self, case: &Case<'_>, line: &Line, policy: Policy) -> Vec<Issue> {
        let mut issues = Vec::new();
        if policy == Policy::New {
            // A payout follows its policy, whose village may since have merged away.
            issues.extend(village_issue(case, line.region));
        }
        issues.extend(assignment_issue(
            &self.assignments,
            line.specialist,
            line.institution,
            line.region,
            case.business_date,
        ));
        if let Some(id) = &line.client {
            let known = self.clients.get(id);
            if known.is_none() {
                let say = Say::new(
                    "没有这个客户，请先登记。",
                    "There is no such client; record the client first.",
                );
                issues.push(Issue::refuse("client.unknown", "client", say));
            } else if known.is_some_and(|client| client.region_id != line.region) {
                let say = Say::new("客户登记在别的村。", "The client is recorded in another village.");
                issues.push(Issue::warn("client.other_village", "client", say));
            }
        }
        if line.institution != case.institution {
            let say = Say::new(
                "每一行的机构要与整笔记录一致。",
                "Every line must be of the record's own institution.",
            );
            issues.push(Issue::refuse("line.other_institution", "", say));
        }
        issues
    }
}

fn assess_policy(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let terms: Vec<PolicyTerms> = case.lines.iter().map(Line::detail).collect::<Result<_, _>>()?;
    let (Some(first), Some(first_terms)) = (case.lines.first(), terms.first()) else {
        return Ok(findings);
    };
    findings
        .issues
        .extend(policy_issues(conn, case, first, first_terms)?);
    findings.issues.extend(above_official(conn, case, first, &terms)?);
    let people = People::load(conn, case)?;
    for (line, terms) in case.lines.iter().zip(&terms) {
        let mut issues = rules::judge_terms(line, terms);
        issues.extend(rules::judge_same((first, first_terms), line, terms));
        issues.extend(people.issues(case, line, Policy::New));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        findings
            .postings
            .extend(rules::policy_postings(line, terms, line.n == first.n));
    }
    Ok(findings)
}

/// What concerns the policy as a whole.
fn policy_issues(
    conn: &mut Conn,
    case: &Case<'_>,
    first: &Line,
    terms: &PolicyTerms,
) -> Result<Vec<Issue>, Error> {
    let (book, number) = (case.book.id, narrow(&terms.number));
    let mut number_taken = store::number_posted(conn, book, case.institution, &number)?;
    if case.basis == Basis::WithPending && !number_taken {
        number_taken = store::number_waiting(conn, book, case.institution, &number, case.voucher)?;
    }
    let covers = facts::covers(conn, case)?;
    let insurers = register::institutions(conn)?;
    let products = register::products(conn)?;
    let product = products.iter().find(|product| product.id == first.product);
    let tariff = register::tariff_on(conn, first.product, book, terms.starts_on)?;
    let known = Known {
        day: case.business_date,
        insurer: insurers
            .iter()
            .any(|known| known.id == case.institution && known.is_insurer()),
        offered: product.is_some_and(|product| {
            product.kind == ProductKind::Insurance.code()
                && product.institution_id.is_none_or(|only| only == case.institution)
        }),
        tariff: tariff.as_ref(),
        number_taken,
        recorded: covers.values().any(|cover| !cover.waiting),
    };
    Ok(rules::judge_policy(first, terms, &known))
}

fn apply_policy(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let lines: Vec<&Line> = case.lines.iter().collect();
    let cover = facts::written(case.book.id, &lines)?
        .ok_or_else(|| Error::Failed("an approved policy lacks its id".to_owned()))?;
    store::keep_covers(conn, case.book.id, vec![cover])
}

fn assess_payout(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut covers = facts::covers(conn, case)?;
    let people = People::load(conn, case)?;
    let ids = facts::contracts(case.lines);
    let mut claims = claims_of(conn, case.book.id, &ids, case.voucher, case.basis)?;
    let before = store::payouts_on(
        conn,
        case.book.id,
        &ids,
        case.voucher,
        case.basis == Basis::WithPending,
    )?;
    for line in case.lines {
        let detail: PayoutDetail = line.detail()?;
        let cover = line.contract.as_ref().and_then(|id| covers.get_mut(id));
        findings
            .issues
            .extend(index::paid_by_index(conn, case, cover.as_deref())?);
        let mut issues = rules::payout::judge_payout(line, &detail, cover.as_deref(), case.business_date);
        findings
            .postings
            .extend(rules::payout::payout_postings(line, &detail));
        let key = line
            .contract
            .clone()
            .map(|id| (id, detail.part, narrow(&detail.claim)));
        let claim = key.as_ref().and_then(|key| claims.get(key)).cloned();
        let of_row = claims
            .values()
            .filter(|claim| Some(&claim.policy_id) == line.contract.as_ref() && claim.part == detail.part);
        issues.extend(claims::rules::judge_paid(line, &detail, claim.as_ref(), of_row));
        let part = cover.as_deref().and_then(|cover| cover.part(detail.part));
        if let (Some(claim), Some(part), Some(key)) = (claim, part, key) {
            let mut paid = claim.clone();
            paid.pay(line.amount)?;
            findings
                .postings
                .extend(claims::rules::postings(line, part, Some(&claim), &paid));
            claims.insert(key, paid);
        }
        // What is only remarked upon is paid all the same: the next line must see it.
        if issues.iter().all(|issue| issue.severity < Severity::Refuse)
            && let Some(cover) = cover
        {
            cover.pay(detail.part, line.amount)?;
        }
        issues.extend(paid_again(line, &detail, &before));
        issues.extend(people.issues(case, line, Policy::InForce));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    }
    Ok(findings)
}

/// A claim may be paid in instalments, but rarely: the reviewer should look.
fn paid_again(line: &Line, detail: &PayoutDetail, before: &[Paid]) -> Option<Issue> {
    let same = |paid: &&Paid| {
        line.contract.as_ref() == Some(&paid.policy)
            && paid.detail.part == detail.part
            && narrow(&paid.detail.claim) == narrow(&detail.claim)
    };
    before.iter().find(same).map(|paid| {
        let (amount, day) = (paid.amount.show(Unit::Yuan), paid.paid_on);
        let say = Say::new(
            format!("这个报案号在投保清单的同一行下已记过赔付 {amount} 元（{day}），请核对是否重复。"),
            format!(
                "This claim was paid {amount} yuan on the same part on {day}; check that it is not a repeat."
            ),
        );
        Issue::warn("payout.claim_again", "claim", say)
    })
}

fn apply_payout(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    pay_on_parts(conn, case)?;
    apply_to_claims(conn, case)
}

/// Pays on the policies' parts, for every kind of voucher that does.
pub(super) fn pay_on_parts(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let mut covers = store::load_covers(conn, case.book.id, &facts::contracts(case.lines))?;
    for line in case.lines {
        let part = facts::paid_part(line)?;
        let cover = line
            .contract
            .as_ref()
            .and_then(|id: &ContractId| covers.get_mut(id));
        cover.ok_or(Error::NotFound)?.pay(part, line.amount)?;
    }
    store::keep_covers(conn, case.book.id, covers.into_values().collect())
}

/// What is paid on a claim is paid on that claim too.
fn apply_to_claims(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let ids = facts::contracts(case.lines);
    let mut known = claims::store::load(conn, case.book.id, &ids)?;
    if known.is_empty() {
        return Ok(());
    }
    for line in case.lines {
        let detail: PayoutDetail = line.detail()?;
        let id = line.contract.clone().ok_or(Error::NotFound)?;
        if let Some(claim) = known.get_mut(&(id, detail.part, narrow(&detail.claim))) {
            claim.pay(line.amount)?;
        }
    }
    claims::store::keep(conn, case.book.id, &ids, known)
}
