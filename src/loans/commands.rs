//! The kinds of loan voucher that people record: loading facts, judging each line, changing loans and lines.

use std::collections::{HashMap, HashSet};

use super::describe;
use super::papers::load_papers;
use super::plan::LoanPlan;
use super::rules::{self, Known};
use super::standing::Standing;
use super::store::{self, Loan};
use super::terms::{Act, LoanTerms};
use crate::credit::{self, Stage};
use crate::db::Conn;
use crate::error::{Error, Severity};
use crate::ledger::{self, Against, Apply, Assess, Basis, Case, Findings, Kind, Line, PendingLine};
use crate::register::{Client, Staff, assignment_issue, assignments_in, clients_at_home, village_issue};
use crate::values::{BookId, ClientId, ContractId, Fen, Text, VoucherId, words};

pub(super) fn kind(act: Act) -> Kind {
    let (assess, apply): (Assess, Apply) = match act {
        Act::Disbursement => (
            |conn, case| assess(conn, case, Act::Disbursement),
            |conn, case| apply(conn, case, Act::Disbursement),
        ),
        Act::Repayment => (
            |conn, case| assess(conn, case, Act::Repayment),
            |conn, case| apply(conn, case, Act::Repayment),
        ),
        Act::Classification => (
            |conn, case| assess(conn, case, Act::Classification),
            |conn, case| apply(conn, case, Act::Classification),
        ),
        Act::Extension => (
            |conn, case| assess(conn, case, Act::Extension),
            |conn, case| apply(conn, case, Act::Extension),
        ),
        Act::WriteOff => (
            |conn, case| assess(conn, case, Act::WriteOff),
            |conn, case| apply(conn, case, Act::WriteOff),
        ),
        Act::Recovery => (
            |conn, case| assess(conn, case, Act::Recovery),
            |conn, case| apply(conn, case, Act::Recovery),
        ),
    };
    Kind {
        code: act.code(),
        name: act.name(),
        amount_name: match act {
            Act::Classification => words::NO_BASE,
            Act::Disbursement | Act::Repayment => words::PRINCIPAL,
            Act::Extension => Text::new("展期本金", "Principal extended"),
            Act::WriteOff => Text::new("核销本金", "Principal written off"),
            Act::Recovery => Text::new("收回本金", "Principal recovered"),
        },
        form: act.form(),
        describe: match act {
            Act::Disbursement => describe::disbursement,
            Act::Repayment => describe::repayment,
            Act::Classification => describe::classification,
            Act::Extension => describe::extension,
            Act::WriteOff => describe::write_off,
            Act::Recovery => |_| Ok(Vec::new()),
        },
        assess,
        apply,
        reversible: true,
    }
}

/// The contracts somebody wants to see, and the clients whose they are.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub clients: HashSet<ClientId>,
    pub loans: HashSet<ContractId>,
    pub lines: HashSet<ContractId>,
}

impl Wanted {
    /// What the lines of one act mention.
    fn mentioned<'a>(&mut self, act: Act, lines: impl Iterator<Item = &'a Line>) -> Result<(), Error> {
        for line in lines {
            self.clients.extend(line.client.clone());
            self.loans.extend(line.contract.clone());
            if act == Act::Disbursement {
                self.lines.extend(line.detail::<LoanTerms>()?.credit_line);
            }
        }
        Ok(())
    }
}

/// Where contracts stand: as posted, or with everything in it that these clients have waiting.
pub(super) fn stand(
    conn: &mut Conn,
    book: BookId,
    basis: Basis,
    except: &VoucherId,
    mut wanted: Wanted,
) -> Result<Standing, Error> {
    let clients: Vec<ClientId> = wanted.clients.iter().cloned().collect();
    let pending = ledger::pending_lines(conn, book, Against::Clients(&clients), except)?;
    if basis == Basis::WithPending {
        for waits in &pending {
            if let Some(act) = Act::parse(&waits.kind) {
                wanted.mentioned(act, std::iter::once(&waits.line))?;
            } else if credit::concerns_lines(&waits.kind) {
                wanted.lines.extend(waits.line.contract.clone());
            }
        }
    }
    let loan_ids: Vec<ContractId> = wanted.loans.into_iter().collect();
    let loans = store::load_loans(conn, book, &loan_ids)?;
    wanted
        .lines
        .extend(loans.values().filter_map(|loan| loan.credit_line_id.clone()));
    let line_ids: Vec<ContractId> = wanted.lines.into_iter().collect();
    let lines = credit::load_lines(conn, book, &line_ids)?;
    let mut standing = Standing::new(book, loans, lines);
    standing.overdue = store::load_overdue(conn, book, &loan_ids)?;
    let overdue: Vec<ContractId> = standing.overdue.keys().cloned().collect();
    read_plans(conn, &mut standing, &overdue)?;
    for waits in &pending {
        match basis {
            Basis::WithPending => foresee(&mut standing, waits)?,
            Basis::Posted => wait(&mut standing, waits),
        }
    }
    Ok(standing)
}

/// Loads the plans of some of the loans that stand here, and the classes they were given.
fn read_plans(conn: &mut Conn, standing: &mut Standing, ids: &[ContractId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    for (id, papers) in load_papers(conn, standing.book, ids)? {
        if let Some(loan) = standing.loans.get(&id) {
            standing.plans.insert(id.clone(), LoanPlan::of(loan, &papers)?);
            standing.classes.insert(id, papers.classes);
        }
    }
    Ok(())
}

/// The note numbers of new loans that the bank has given to another already.
fn read_notes(conn: &mut Conn, case: &Case<'_>, standing: &mut Standing) -> Result<(), Error> {
    let mut numbers: Vec<String> = Vec::new();
    for line in case.lines {
        let terms: LoanTerms = line.detail()?;
        numbers.extend(Some(terms.note_number).filter(|number| !number.is_empty()));
    }
    let taken = store::loans_by_note(conn, case.book.id, case.institution, &numbers)?;
    standing.notes.extend(
        taken
            .into_iter()
            .map(|loan| (loan.institution_id, loan.note_number)),
    );
    Ok(())
}

/// Takes a waiting line in as if it were approved.
fn foresee(standing: &mut Standing, waits: &PendingLine) -> Result<(), Error> {
    credit::foresee(&mut standing.lines, standing.book, waits)?;
    let Some(act) = Act::parse(&waits.kind) else {
        return Ok(());
    };
    if act == Act::Repayment {
        standing.note_repaying(&waits.line)?;
    }
    standing.take(act, waits.business_date, &waits.line, None)?;
    Ok(())
}

/// Notes that a loan's disbursement or a step of a line waits, for which dependants must wait too.
fn wait(standing: &mut Standing, waits: &PendingLine) {
    let begins = Act::parse(&waits.kind) == Some(Act::Disbursement) || Stage::parse(&waits.kind).is_some();
    if begins {
        standing.waiting.extend(waits.line.contract.clone());
    }
}

/// Everything needed to judge the lines of a voucher.
struct Facts {
    clients: HashMap<ClientId, Client>,
    assignments: Staff,
    standing: Standing,
}

fn load(conn: &mut Conn, case: &Case<'_>, act: Act) -> Result<Facts, Error> {
    let book = case.book.id;
    let mut wanted = Wanted::default();
    wanted.mentioned(act, case.lines.iter())?;
    let clients = clients_at_home(conn, case, wanted.clients.iter().cloned())?;
    let mut standing = stand(conn, book, case.basis, case.voucher, wanted)?;
    match act {
        Act::Disbursement => read_notes(conn, case, &mut standing)?,
        Act::Classification | Act::Extension => {
            let named = case.lines.iter().filter_map(|line| line.contract.clone());
            let unread: HashSet<ContractId> = named.filter(|id| !standing.plans.contains_key(id)).collect();
            let unread: Vec<ContractId> = unread.into_iter().collect();
            read_plans(conn, &mut standing, &unread)?;
        }
        Act::Repayment | Act::WriteOff | Act::Recovery => {}
    }
    Ok(Facts {
        clients,
        assignments: assignments_in(conn, case)?,
        standing,
    })
}

fn assess(conn: &mut Conn, case: &Case<'_>, act: Act) -> Result<Findings, Error> {
    let mut facts = load(conn, case, act)?;
    let mut findings = Findings::default();
    for line in case.lines {
        let client = line.client.as_ref().and_then(|id| facts.clients.get(id));
        let known = Known {
            day: case.business_date,
            client,
            standing: &facts.standing,
        };
        let mut issues = rules::judge(act, line, &known)?;
        if act == Act::Disbursement && line.detail::<LoanTerms>()?.credit_line.is_none() {
            // A draw follows its line and later records their loan, whose village may since have merged away.
            issues.extend(village_issue(case, line.region));
        }
        issues.extend(assignment_issue(
            &facts.assignments,
            line.specialist,
            line.institution,
            line.region,
            case.business_date,
        ));
        let subject = client
            .filter(|client| client.is_household())
            .map(|client| client.subject_id);
        if issues.iter().all(|issue| issue.severity < Severity::Refuse) {
            let posted = facts.standing.take(act, case.business_date, line, subject)?;
            findings.postings.extend(posted);
        }
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    }
    Ok(findings)
}

fn apply(conn: &mut Conn, case: &Case<'_>, act: Act) -> Result<(), Error> {
    let book = case.book.id;
    let mut wanted = Wanted::default();
    wanted.mentioned(act, case.lines.iter())?;
    let ids: Vec<ContractId> = wanted.loans.into_iter().collect();
    let mut standing = Standing::new(book, store::load_loans(conn, book, &ids)?, HashMap::new());
    let mut moves: Vec<(ContractId, Fen)> = Vec::new();
    for line in case.lines {
        standing.take(act, case.business_date, line, None)?;
        let loan = line.contract.as_ref().and_then(|id| standing.loans.get(id));
        let under = loan
            .ok_or_else(|| Error::Failed("an approved line is about no loan".to_owned()))?
            .credit_line_id
            .clone();
        let moved = match act {
            Act::Disbursement => line.amount,
            Act::Repayment | Act::WriteOff => line.amount.negated()?,
            Act::Classification | Act::Extension | Act::Recovery => Fen::ZERO,
        };
        moves.extend(under.filter(|_| !moved.is_zero()).map(|id| (id, moved)));
    }
    let changed: Vec<Loan> = standing.loans.into_values().collect();
    store::keep_loans(conn, book, &changed)?;
    credit::move_drawn(conn, book, &moves)
}
