//! What comes before a grant: 建档, 初评, 复评, of one client or a whole village, each a voucher of its own
//! kind. 审定 is the grant itself; a pre-approval (预授信) is the desk's own and may come before all of them.

use std::collections::{HashMap, HashSet};

use super::assessing_rules::{self as rules, Known};
use super::commands;
use super::files::{self, CreditFile};
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::ledger::{self, Against, Apply, Assess, Basis, Case, Findings, Kind, Line};
use crate::register::{Client, Staff, assignment_issue, assignments_in, clients_at_home, village_issue};
use crate::values::{BookId, ClientId, ContractId, Text, words};

/// A step before the grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// 建档: the client's particulars are on file; no amount.
    Filing,
    /// 初评: the specialist's own proposal.
    First,
    /// 复评: the bank's office after him.
    Second,
}

impl Step {
    pub const EVERY: [Step; 3] = [Step::Filing, Step::First, Step::Second];

    /// The code of its voucher, and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Step::Filing => "credit.filing",
            Step::First => "credit.first_assessment",
            Step::Second => "credit.second_assessment",
        }
    }

    pub fn parse(code: &str) -> Option<Step> {
        Step::EVERY.into_iter().find(|step| step.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Step::Filing => Text::new("建档", "Filing"),
            Step::First => Text::new("初评", "First assessment"),
            Step::Second => Text::new("复评", "Second assessment"),
        }
    }
}

pub(super) fn kind(step: Step) -> Kind {
    let (assess, apply): (Assess, Apply) = match step {
        Step::Filing => (
            |conn, case| assess(conn, case, Step::Filing),
            |conn, case| apply(conn, case, Step::Filing),
        ),
        Step::First => (
            |conn, case| assess(conn, case, Step::First),
            |conn, case| apply(conn, case, Step::First),
        ),
        Step::Second => (
            |conn, case| assess(conn, case, Step::Second),
            |conn, case| apply(conn, case, Step::Second),
        ),
    };
    Kind {
        code: step.code(),
        name: step.name(),
        amount_name: match step {
            Step::Filing => words::NO_BASE,
            Step::First | Step::Second => Text::new("建议额度", "Proposed limit"),
        },
        form: super::assessing_sheet::FORM,
        describe: |_| Ok(Vec::new()),
        assess,
        apply,
        reversible: true,
    }
}

/// Everything needed to judge the lines of a voucher.
struct Facts {
    clients: HashMap<ClientId, Client>,
    files: HashMap<ContractId, CreditFile>,
    /// At approval: files with a step that still waits.
    waiting: HashSet<ContractId>,
    assignments: Staff,
    /// Which of these clients have which bank's file already, under which id.
    of_clients: Vec<CreditFile>,
}

fn contracts(case: &Case<'_>) -> Vec<ContractId> {
    case.lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect()
}

fn load(conn: &mut Conn, case: &Case<'_>) -> Result<Facts, Error> {
    let book = case.book.id;
    let ids = contracts(case);
    let client_ids: HashSet<ClientId> = case.lines.iter().filter_map(|line| line.client.clone()).collect();
    let client_ids: Vec<ClientId> = client_ids.into_iter().collect();
    let mut loaded = files::load_files(conn, book, &ids)?;
    let mut of_clients = files::files_of_clients(conn, book, &client_ids)?;
    let mut waiting = HashSet::new();
    for pending in ledger::pending_lines(conn, book, Against::Clients(&client_ids), case.voucher)? {
        let (Some(step), Some(id)) = (Step::parse(&pending.kind), &pending.line.contract) else {
            continue;
        };
        if case.basis == Basis::Posted {
            waiting.insert(id.clone());
            continue;
        }
        let next = rules::advance(step, book, pending.business_date, &pending.line, loaded.get(id));
        if let Some(next) = next {
            of_clients.push(next.clone());
            loaded.insert(id.clone(), next);
        }
    }
    Ok(Facts {
        clients: clients_at_home(conn, case, client_ids)?,
        assignments: assignments_in(conn, case)?,
        files: loaded,
        waiting,
        of_clients,
    })
}

fn assess(conn: &mut Conn, case: &Case<'_>, step: Step) -> Result<Findings, Error> {
    let facts = load(conn, case)?;
    let theirs: HashSet<(&ClientId, i64)> = facts
        .of_clients
        .iter()
        .map(|file| (&file.client_id, file.institution_id.0))
        .collect();
    let mut findings = Findings::default();
    let mut seen = HashSet::new();
    for line in case.lines {
        let file = line.contract.as_ref().and_then(|id| facts.files.get(id));
        let known = Known {
            day: case.business_date,
            client: line.client.as_ref().and_then(|id| facts.clients.get(id)),
            file,
            waits: line
                .contract
                .as_ref()
                .is_some_and(|id| facts.waiting.contains(id)),
            filed: line
                .client
                .as_ref()
                .is_some_and(|client| theirs.contains(&(client, line.institution.0))),
        };
        let mut issues = rules::judge(step, line, &known);
        issues.extend(village_issue(case, line.region));
        issues.extend(assignment_issue(
            &facts.assignments,
            line.specialist,
            line.institution,
            line.region,
            case.business_date,
        ));
        // Of one client, too, a voucher opens one file.
        if !line.client.as_ref().is_some_and(|id| seen.insert(id)) {
            issues.push(commands::twice());
        }
        let fine = issues.iter().all(|issue| issue.severity < Severity::Refuse);
        findings
            .issues
            .extend(issues.into_iter().map(|issue: Issue| issue.on_line(line.n)));
        let after = rules::advance(step, case.book.id, case.business_date, line, file);
        if let (true, Some(after)) = (fine, after) {
            findings
                .postings
                .extend(rules::postings(step, line, file, &after, known.client));
        }
    }
    Ok(findings)
}

fn apply(conn: &mut Conn, case: &Case<'_>, step: Step) -> Result<(), Error> {
    let (book, day): (BookId, _) = (case.book.id, case.business_date);
    let before = files::load_files(conn, book, &contracts(case))?;
    let after = |line: &Line| {
        let file = line.contract.as_ref().and_then(|id| before.get(id));
        rules::advance(step, book, day, line, file)
            .ok_or_else(|| Error::Failed("an approved assessment is about no file".to_owned()))
    };
    let changed: Vec<CreditFile> = case.lines.iter().map(after).collect::<Result<_, _>>()?;
    files::keep_files(conn, book, &changed)
}
