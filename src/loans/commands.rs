//! The three kinds of loan voucher: loading facts, judging each line, changing loans and lines.

use std::collections::{HashMap, HashSet};

use super::rules::{self, Known};
use super::standing::Standing;
use super::store::{self, Loan};
use super::terms::{Act, ClassificationDetail, Guarantee, LoanClass, LoanTerms, RepaymentDetail};
use crate::credit::{self, Stage};
use crate::db::Conn;
use crate::error::{Error, Severity};
use crate::ledger::{self, Against, Apply, Assess, Basis, Case, Findings, Kind, Line, PendingLine};
use crate::register::{Assignment, Client, assignment_issue, assignments_in, clients_at_home, village_issue};
use crate::values::schedule::{DayCount, RepaymentMethod};
use crate::values::{BookId, ClientId, ContractId, Fen, Say, Text, Unit, VoucherId, words};

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
    };
    Kind {
        code: act.code(),
        name: act.name(),
        amount_name: match act {
            Act::Classification => words::NO_BASE,
            Act::Disbursement | Act::Repayment => words::PRINCIPAL,
        },
        form: act.form(),
        describe: match act {
            Act::Disbursement => describe_disbursement,
            Act::Repayment => describe_repayment,
            Act::Classification => describe_classification,
        },
        assess,
        apply,
        reversible: true,
    }
}

/// What a code is called; the code itself when it is not known any more.
fn in_words(name: Option<Text>, code: String) -> Say {
    name.map_or_else(|| Say::new(code.clone(), code.clone()), Say::from)
}

fn describe_disbursement(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let terms: LoanTerms = line.detail()?;
    let rate = format!("{}%", terms.rate_percent);
    let due = terms.matures_on.to_string();
    let under = match terms.credit_line {
        Some(_) => Say::new("额度项下", "Under a credit line"),
        None => Say::new("单笔贷款", "Without a credit line"),
    };
    let mut described = vec![
        (Text::new("额度", "Credit line"), under),
        (Text::new("年利率", "Yearly rate"), Say::new(rate.clone(), rate)),
        (Text::new("到期日", "Maturity"), Say::new(due.clone(), due)),
        (
            Text::new("用途", "Purpose"),
            Say::new(terms.purpose.clone(), terms.purpose),
        ),
        (
            Text::new("担保方式", "Guarantee"),
            in_words(
                Guarantee::parse(&terms.guarantee).map(Guarantee::name),
                terms.guarantee,
            ),
        ),
        (
            Text::new("还款方式", "Repayment"),
            in_words(
                RepaymentMethod::parse(&terms.method).map(RepaymentMethod::name),
                terms.method,
            ),
        ),
        (
            Text::new("计息方式", "Day count"),
            in_words(
                DayCount::parse(&terms.day_count).map(DayCount::name),
                terms.day_count,
            ),
        ),
    ];
    if let Some(lpr) = &terms.lpr {
        let shown = lpr.show();
        described.insert(2, (Text::new("定价", "Pricing"), Say::new(shown.clone(), shown)));
    }
    Ok(described)
}

fn describe_repayment(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: RepaymentDetail = line.detail()?;
    let yuan = |amount: Fen| {
        let shown = amount.show(Unit::Yuan);
        Say::new(format!("{shown} 元"), format!("{shown} yuan"))
    };
    Ok(vec![
        (words::INTEREST, yuan(detail.interest)),
        (words::PENALTY_INTEREST, yuan(detail.penalty)),
    ])
}

fn describe_classification(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: ClassificationDetail = line.detail()?;
    let class = in_words(LoanClass::parse(&detail.class).map(LoanClass::name), detail.class);
    Ok(vec![(Act::Classification.name(), class)])
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
            } else if Stage::parse(&waits.kind).is_some() {
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
    for waits in &pending {
        match basis {
            Basis::WithPending => foresee(&mut standing, waits)?,
            Basis::Posted => wait(&mut standing, waits),
        }
    }
    Ok(standing)
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
    assignments: Vec<Assignment>,
    standing: Standing,
}

fn load(conn: &mut Conn, case: &Case<'_>, act: Act) -> Result<Facts, Error> {
    let book = case.book.id;
    let mut wanted = Wanted::default();
    wanted.mentioned(act, case.lines.iter())?;
    Ok(Facts {
        clients: clients_at_home(conn, case, wanted.clients.iter().cloned())?,
        assignments: assignments_in(conn, case)?,
        standing: stand(conn, book, case.basis, case.voucher, wanted)?,
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
            Act::Repayment => line.amount.negated()?,
            Act::Classification => Fen::ZERO,
        };
        moves.extend(under.filter(|_| !moved.is_zero()).map(|id| (id, moved)));
    }
    let changed: Vec<Loan> = standing.loans.into_values().collect();
    store::keep_loans(conn, book, &changed)?;
    credit::move_drawn(conn, book, &moves)
}
