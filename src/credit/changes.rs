//! Later versions of a line: 调整, 冻结, 解冻, 续期, 终止. Each is a voucher of its own kind, and nothing of
//! the version before is overwritten: what a line was stands in its vouchers.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::change_rules;
use super::commands::{self, Facts};
use super::store::{self, CreditLine};
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::ledger::{Apply, Assess, Basis, Case, Findings, Kind, Line};
use crate::register::assignment_issue;
use crate::values::{Say, Text, words};

/// What can happen to a line after it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// 调整: the limit goes up or down.
    Adjust,
    /// 冻结: no new draws, old loans run on.
    Freeze,
    /// 解冻.
    Unfreeze,
    /// 续期: a new end of validity, of an expired line a new period.
    Renew,
    /// 终止: it leaves force before its day; loans under it run on.
    Terminate,
}

impl Change {
    pub const EVERY: [Change; 5] = [
        Change::Adjust,
        Change::Freeze,
        Change::Unfreeze,
        Change::Renew,
        Change::Terminate,
    ];

    /// The code of its voucher, and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Change::Adjust => "credit.adjust",
            Change::Freeze => "credit.freeze",
            Change::Unfreeze => "credit.unfreeze",
            Change::Renew => "credit.renew",
            Change::Terminate => "credit.terminate",
        }
    }

    pub fn parse(code: &str) -> Option<Change> {
        Change::EVERY.into_iter().find(|change| change.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Change::Adjust => Text::new("调整额度", "Limit adjustment"),
            Change::Freeze => Text::new("额度冻结", "Line freeze"),
            Change::Unfreeze => Text::new("额度解冻", "Lifting of a freeze"),
            Change::Renew => Text::new("额度续期", "Line renewal"),
            Change::Terminate => Text::new("额度终止", "Line termination"),
        }
    }

    /// Whether such a change can happen to a line as it stands; the day is for the rules.
    pub fn fits(self, line: &CreditLine) -> bool {
        match self {
            Change::Adjust | Change::Terminate => line.in_force(),
            Change::Freeze => line.in_force() && line.granted_fen.is_positive() && !line.is_frozen(),
            Change::Unfreeze => line.in_force() && line.is_frozen(),
            Change::Renew => line.in_force() || line.state == store::EXPIRED,
        }
    }
}

/// A change's own part of a voucher line. The new limit of an adjustment is the line's amount; the others
/// have no amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeTerms {
    /// Why; a renewal may leave it empty.
    pub reason: String,
    /// Of the renewal of an expired line: when its new period begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Of a renewal: its new last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

pub(super) fn kind(change: Change) -> Kind {
    let (assess, apply): (Assess, Apply) = match change {
        Change::Adjust => (
            |conn, case| assess(conn, case, Change::Adjust),
            |conn, case| apply(conn, case, Change::Adjust),
        ),
        Change::Freeze => (
            |conn, case| assess(conn, case, Change::Freeze),
            |conn, case| apply(conn, case, Change::Freeze),
        ),
        Change::Unfreeze => (
            |conn, case| assess(conn, case, Change::Unfreeze),
            |conn, case| apply(conn, case, Change::Unfreeze),
        ),
        Change::Renew => (
            |conn, case| assess(conn, case, Change::Renew),
            |conn, case| apply(conn, case, Change::Renew),
        ),
        Change::Terminate => (
            |conn, case| assess(conn, case, Change::Terminate),
            |conn, case| apply(conn, case, Change::Terminate),
        ),
    };
    Kind {
        code: change.code(),
        name: change.name(),
        amount_name: match change {
            Change::Adjust => Text::new("调整后额度", "New limit"),
            _ => words::NO_BASE,
        },
        form: super::changing::FORM,
        describe,
        assess,
        apply,
        reversible: true,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let terms: ChangeTerms = line.detail()?;
    let mut told = Vec::new();
    let mut day = |label, day: Option<NaiveDate>| {
        told.extend(day.map(|day| (label, Say::new(day.to_string(), day.to_string()))));
    };
    day(Text::new("新的有效期起", "New period from"), terms.valid_from);
    day(Text::new("新的有效期止", "New last day"), terms.valid_to);
    if !terms.reason.is_empty() {
        told.push((words::REASON, Say::new(terms.reason.clone(), terms.reason)));
    }
    Ok(told)
}

fn assess(conn: &mut Conn, case: &Case<'_>, change: Change) -> Result<Findings, Error> {
    let facts = commands::load(conn, case)?;
    let mut findings = Findings::default();
    let mut seen = HashSet::new();
    for line in case.lines {
        let mut issues = issues(case, &facts, change, line)?;
        if !line.contract.as_ref().is_some_and(|id| seen.insert(id)) {
            issues.push(commands::twice());
        }
        let fine = issues.iter().all(|issue| issue.severity < Severity::Refuse);
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        let before = line.contract.as_ref().and_then(|id| facts.contracts.get(id));
        if let (true, Some(before)) = (fine, before) {
            let terms: ChangeTerms = line.detail()?;
            let after = change_rules::advance(change, case.business_date, line.amount, &terms, before);
            let counted = facts.counted(case, line);
            findings
                .postings
                .extend(change_rules::postings(change, line, before, &after, &counted));
        }
    }
    Ok(findings)
}

fn issues(case: &Case<'_>, facts: &Facts, change: Change, line: &Line) -> Result<Vec<Issue>, Error> {
    let terms: ChangeTerms = line.detail()?;
    let contract = line.contract.as_ref().and_then(|id| facts.contracts.get(id));
    // Only at approval does what opens the line still wait; at submission it was taken in.
    let waits = case.basis == Basis::Posted
        && line
            .contract
            .as_ref()
            .is_some_and(|id| facts.waiting.contains_key(id));
    let mut issues = change_rules::judge(change, line, &terms, case.business_date, contract, waits);
    issues.extend(assignment_issue(
        &facts.assignments,
        line.specialist,
        line.institution,
        line.region,
        case.business_date,
    ));
    Ok(issues)
}

fn apply(conn: &mut Conn, case: &Case<'_>, change: Change) -> Result<(), Error> {
    let ids = case.lines.iter().filter_map(|line| line.contract.clone());
    let contracts = store::load_lines(conn, case.book.id, &ids.collect::<Vec<_>>())?;
    let after = |line: &Line| {
        let before = line.contract.as_ref().and_then(|id| contracts.get(id));
        let before = before.ok_or_else(|| Error::Failed("an approved change is about no line".to_owned()))?;
        let terms: ChangeTerms = line.detail()?;
        Ok(change_rules::advance(
            change,
            case.business_date,
            line.amount,
            &terms,
            before,
        ))
    };
    let changed: Vec<CreditLine> = case.lines.iter().map(after).collect::<Result<_, Error>>()?;
    store::keep_lines(conn, case.book.id, &changed)
}
