//! The three stages of a line: loading facts, judging each line, changing contracts.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::change_rules;
use super::changes::{Change, ChangeTerms};
use super::rules::{self, Known};
use super::stocks::Counted;
use super::store::{self, CreditLine};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Against, Assess, Basis, Case, Findings, Kind, Line, PendingLine};
use crate::register::{Client, Staff, assignment_issue, assignments_in, clients_at_home, village_issue};
use crate::values::{BookId, ClientId, ContractId, Say, Text, VoucherId, words};

/// How far a line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 预授信.
    Preapproval,
    /// 授信.
    Grant,
    /// 签约.
    Signature,
}

impl Stage {
    pub const EVERY: [Stage; 3] = [Stage::Preapproval, Stage::Grant, Stage::Signature];

    /// The code of its voucher, and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Preapproval => "credit.preapproval",
            Stage::Grant => "credit.grant",
            Stage::Signature => "credit.signature",
        }
    }

    pub fn parse(code: &str) -> Option<Stage> {
        Stage::EVERY.into_iter().find(|stage| stage.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Stage::Preapproval => words::PREAPPROVAL,
            Stage::Grant => words::GRANT,
            Stage::Signature => words::SIGNING,
        }
    }
}

/// A credit line's own part of a voucher line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditTerms {
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: NaiveDate,
    /// 循环: repayment restores what may be drawn.
    pub revolving: bool,
}

impl CreditTerms {
    /// 循环 or 一次性.
    pub(super) const fn limit(&self) -> Text {
        if self.revolving {
            Text::new("循环", "Revolving")
        } else {
            Text::new("一次性", "One-off")
        }
    }
}

pub(super) fn kind(stage: Stage) -> Kind {
    let (assess, apply): (Assess, ledger::Apply) = match stage {
        Stage::Preapproval => (
            |conn, case| assess(conn, case, Stage::Preapproval),
            |conn, case| apply(conn, case, Stage::Preapproval),
        ),
        Stage::Grant => (
            |conn, case| assess(conn, case, Stage::Grant),
            |conn, case| apply(conn, case, Stage::Grant),
        ),
        Stage::Signature => (
            |conn, case| assess(conn, case, Stage::Signature),
            |conn, case| apply(conn, case, Stage::Signature),
        ),
    };
    Kind {
        code: stage.code(),
        name: stage.name(),
        amount_name: words::AMOUNT,
        form: "/field/credit",
        describe,
        assess,
        apply,
        reversible: true,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let terms: CreditTerms = line.detail()?;
    let validity = format!("{} ～ {}", terms.valid_from, terms.valid_to);
    Ok(vec![
        (
            Text::new("有效期", "Validity"),
            Say::new(validity.clone(), validity),
        ),
        (Text::new("额度类型", "Kind of limit"), terms.limit().into()),
    ])
}

/// Takes a waiting line of another voucher into account: `lines` as they would stand once it is
/// approved. What is not of this room changes nothing.
pub fn foresee(
    lines: &mut HashMap<ContractId, CreditLine>,
    book: BookId,
    pending: &PendingLine,
) -> Result<(), Error> {
    let (line, day) = (&pending.line, pending.business_date);
    let Some(id) = &line.contract else {
        return Ok(());
    };
    let before = lines.get(id);
    let next = if let Some(stage) = Stage::parse(&pending.kind) {
        let mut next = rules::advance(stage, book, day, line, &line.detail()?, before);
        // A signature that waits will count its household when it posts.
        if let Some(next) = next.as_mut().filter(|_| stage == Stage::Signature) {
            next.signed_counted = true;
        }
        next
    } else if let (Some(change), Some(before)) = (Change::parse(&pending.kind), before) {
        let terms: ChangeTerms = line.detail()?;
        Some(change_rules::advance(change, day, line.amount, &terms, before))
    } else {
        None
    };
    lines.extend(next.map(|line| (id.clone(), line)));
    Ok(())
}

/// A line as it stands with what other vouchers have waiting.
pub(super) fn foreseen_line(
    conn: &mut Conn,
    book: BookId,
    id: &ContractId,
    except: &VoucherId,
) -> Result<CreditLine, Error> {
    let ids = std::slice::from_ref(id);
    let mut lines = store::load_lines(conn, book, ids)?;
    for pending in ledger::pending_lines(conn, book, Against::Contracts(ids), except)? {
        foresee(&mut lines, book, &pending)?;
    }
    lines.remove(id).ok_or(Error::NotFound)
}

/// Whether a voucher of that kind opens or changes a line.
pub fn concerns_lines(kind: &str) -> bool {
    Stage::parse(kind).is_some() || Change::parse(kind).is_some()
}

/// Everything the rules need to know about the lines of a voucher.
pub(super) struct Facts {
    pub clients: HashMap<ClientId, Client>,
    pub contracts: HashMap<ContractId, CreditLine>,
    /// Contracts with a stage that still waits, at approval, and the earliest one.
    pub waiting: HashMap<ContractId, Stage>,
    pub assignments: Staff,
    /// Lines the clients have already.
    of_clients: Vec<CreditLine>,
    /// Signatures of this voucher count their households.
    counts_signed: bool,
}

impl Facts {
    /// Whom a line of the voucher is counted for.
    pub fn counted(&self, case: &Case<'_>, line: &Line) -> Counted {
        let unit = case.office.regions.unit(line.region);
        let client = line.client.as_ref().and_then(|id| self.clients.get(id));
        Counted::of(
            unit.is_some_and(|unit| unit.kind.is_administrative_village()),
            client,
        )
    }
}

pub(super) fn load(conn: &mut Conn, case: &Case<'_>) -> Result<Facts, Error> {
    let book = case.book.id;
    let clients = clients_at_home(
        conn,
        case,
        case.lines.iter().filter_map(|line| line.client.clone()),
    )?;
    let ids: Vec<ContractId> = case
        .lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect();
    let mut contracts = store::load_lines(conn, book, &ids)?;
    let mut waiting: HashMap<ContractId, Stage> = HashMap::new();
    for pending in ledger::pending_lines(conn, book, Against::Contracts(&ids), case.voucher)? {
        match (case.basis, Stage::parse(&pending.kind), &pending.line.contract) {
            (Basis::Posted, Some(stage), Some(id)) => {
                waiting
                    .entry(id.clone())
                    .and_modify(|earliest| *earliest = stage.min(*earliest))
                    .or_insert(stage);
            }
            (Basis::Posted, ..) => {}
            (Basis::WithPending, ..) => foresee(&mut contracts, book, &pending)?,
        }
    }
    let assignments = assignments_in(conn, case)?;
    // Only a new line can be somebody's second one.
    let opens = |line: &&Line| {
        line.contract
            .as_ref()
            .is_none_or(|id| !contracts.contains_key(id))
    };
    let client_ids: Vec<ClientId> = case
        .lines
        .iter()
        .filter(opens)
        .filter_map(|line| line.client.clone())
        .collect();
    let mut of_clients = store::lines_of_clients(conn, book, &client_ids)?;
    if case.basis == Basis::WithPending {
        for pending in ledger::pending_lines(conn, book, Against::Clients(&client_ids), case.voucher)? {
            let Some(stage) = Stage::parse(&pending.kind) else {
                continue;
            };
            of_clients.extend(rules::advance(
                stage,
                book,
                pending.business_date,
                &pending.line,
                &pending.line.detail()?,
                None,
            ));
        }
    }
    Ok(Facts {
        clients,
        contracts,
        waiting,
        assignments,
        of_clients,
        counts_signed: store::counts_signed(conn, book, case.voucher)?,
    })
}

fn known<'a>(stage: Stage, case: &Case<'_>, facts: &'a Facts, twins: &Twins<'_>, line: &Line) -> Known<'a> {
    let contract = line.contract.as_ref().and_then(|id| facts.contracts.get(id));
    let earliest_waiting = line.contract.as_ref().and_then(|id| facts.waiting.get(id));
    let parent_waits = earliest_waiting.is_some_and(|earliest| *earliest < stage);
    Known {
        day: case.business_date,
        client: line.client.as_ref().and_then(|id| facts.clients.get(id)),
        contract,
        parent_waits,
        counted: facts.counted(case, line),
        counts_signed: facts.counts_signed,
        twin: line
            .client
            .as_ref()
            .is_some_and(|client| twins.contains(&(client, line.institution.0, line.product.0))),
    }
}

type Twins<'a> = HashSet<(&'a ClientId, i64, i64)>;

fn twins(facts: &Facts) -> Twins<'_> {
    facts
        .of_clients
        .iter()
        .filter(|line| line.state == store::ACTIVE)
        .map(|line| (&line.client_id, line.institution_id.0, line.product_id.0))
        .collect()
}

fn assess(conn: &mut Conn, case: &Case<'_>, stage: Stage) -> Result<Findings, Error> {
    let facts = load(conn, case)?;
    let twins = twins(&facts);
    let mut findings = Findings::default();
    let mut seen = HashSet::new();
    for line in case.lines {
        let terms: CreditTerms = line.detail()?;
        let known = known(stage, case, &facts, &twins, line);
        let mut issues = rules::judge(stage, line, &terms, &known);
        if known.contract.is_none() {
            // A line in force goes on though its village may since have merged away.
            issues.extend(village_issue(case, line.region));
        }
        issues.extend(assignment_issue(
            &facts.assignments,
            line.specialist,
            line.institution,
            line.region,
            case.business_date,
        ));
        if !line.contract.as_ref().is_some_and(|id| seen.insert(id)) {
            issues.push(twice());
        }
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        if let Some(after) = rules::advance(
            stage,
            case.book.id,
            case.business_date,
            line,
            &terms,
            known.contract,
        ) {
            findings
                .postings
                .extend(rules::postings(stage, line, known.contract, &after, &known));
        }
    }
    Ok(findings)
}

pub(super) fn twice() -> Issue {
    let say = Say::new(
        "同一笔额度在清单里出现了两次。",
        "The same line stands in the sheet twice.",
    );
    Issue::refuse("line.twice", "", say)
}

fn apply(conn: &mut Conn, case: &Case<'_>, stage: Stage) -> Result<(), Error> {
    let ids: Vec<ContractId> = case
        .lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect();
    let contracts = store::load_lines(conn, case.book.id, &ids)?;
    let counts_signed = stage == Stage::Signature && store::counts_signed(conn, case.book.id, case.voucher)?;
    let after = |line: &Line| {
        let before = line.contract.as_ref().and_then(|id| contracts.get(id));
        rules::advance(
            stage,
            case.book.id,
            case.business_date,
            line,
            &line.detail()?,
            before,
        )
        .ok_or_else(|| Error::Failed("an approved credit line lacks its ids".to_owned()))
    };
    let mut changed: Vec<CreditLine> = case.lines.iter().map(after).collect::<Result<_, _>>()?;
    changed
        .iter_mut()
        .for_each(|line| line.signed_counted |= counts_signed);
    store::keep_lines(conn, case.book.id, &changed)
}
