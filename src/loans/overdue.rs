//! What is overdue (逾期): the whole balance of a loan once any instalment is unpaid past its day, posted at the
//! day's end as system vouchers.
//!
//! What must always hold:
//! - the books are brought up to a day and never back: asked for an earlier one, the last day that is recorded counts;
//! - of every day since the first open month, what is posted by vouchers up to that day is what its loans were
//!   overdue by then, as far as is known now. So a run may be repeated, late, or cut off, and what was
//!   approved in another order, late or reversed is put right by the next one;
//! - a repayment takes off at once what came back, or everything when nothing is past due any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::papers::{Moved, Papers, load_papers};
use super::plan::{LoanPlan, own_terms};
use super::store::{self, Loan};
use super::terms::{Act, REPAYMENT_KIND, WRITE_OFF_KIND};
use crate::db::Conn;
use crate::db::schema::{loan, voucher, voucher_line};
use crate::error::{Error, Issue};
use crate::ledger::{
    self, Actor, Case, Findings, Follower, Kind, Line, NewLine, Occurrence, Office, Posting, State,
    vouchers_with_lines,
};
use crate::values::schedule::{self, Progress, RepaymentMethod};
use crate::values::{BookId, ContractId, Fen, InstitutionId, Month, Say, Text, measure};
use crate::vault;

/// The code of the voucher that turns loans overdue, or puts their overdue balance right.
pub const OVERDUE_KIND: &str = "loan.overdue";

/// A line's own part. Its contract is the loan, its amount by how much more is overdue than was posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverdueDetail {
    /// The day of the earliest instalment unpaid; none where nothing is past due any more.
    pub since: Option<NaiveDate>,
}

/// The overdue balances follow what is posted.
pub fn overdue_follower() -> Follower {
    Follower {
        measure: measure::LOAN_OVERDUE,
        moved: store::follow_overdue,
    }
}

pub(super) fn kind() -> Kind {
    Kind {
        code: OVERDUE_KIND,
        name: Text::new("逾期变动", "Overdue balance"),
        amount_name: Text::new("逾期余额增减", "Overdue balance, more or less"),
        form: "/field",
        describe,
        assess,
        apply: |_, _| Ok(()),
        reversible: false,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: OverdueDetail = line.detail()?;
    let since = detail.since.map_or_else(
        || Say::new("已无逾期", "nothing past due"),
        |day| Say::new(day.to_string(), day.to_string()),
    );
    Ok(vec![(Text::new("最早一期应还日", "Unpaid since"), since)])
}

/// The day's end has reckoned with all that is known; a line says by how much. Nothing rests on it, so that it never
/// stands in the way of a reversal.
fn assess(_: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    for line in case.lines {
        if line.contract.is_none() {
            let say = Say::new("缺少借据。", "There is no loan.");
            findings
                .issues
                .push(Issue::refuse("loan.unknown", "", say).on_line(line.n));
            continue;
        }
        findings
            .postings
            .push(Posting::of(line, measure::LOAN_OVERDUE, line.amount.0));
    }
    Ok(findings)
}

/// By how much a day's overdue balance differs from what is posted by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Correction {
    pub day: NaiveDate,
    pub amount: Fen,
    pub since: Option<NaiveDate>,
}

/// What is to be posted so that every day from `from` to `until` is right. Without a plan (its disbursement was
/// taken back) a loan owes nothing.
pub(super) fn corrections(
    plan: Option<&LoanPlan>,
    papers: &Papers,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Correction>, Error> {
    let mut found: Vec<Correction> = Vec::new();
    for day in turning_days(plan, papers, from, until)? {
        let sum = |measure| {
            let known = papers.moved.iter().filter(|moved| moved.counts_on(day));
            Fen::sum(
                known
                    .filter(|moved| moved.measure == measure)
                    .map(|moved| moved.amount),
            )
        };
        let balance = sum(measure::LOAN_BALANCE)?;
        let made = Fen::sum(found.iter().map(|correction| correction.amount))?;
        let posted = sum(measure::LOAN_OVERDUE)?.plus(made)?;
        let progress = match plan.filter(|_| balance.is_positive()) {
            Some(plan) => Some(plan.known_on(papers, day).on(day)?),
            None => None,
        };
        let late = progress.filter(schedule::Progress::is_overdue);
        let is = if late.is_some() { balance } else { Fen::ZERO };
        let amount = is.minus(posted)?;
        if !amount.is_zero() {
            let since = late.map(|late| day - chrono::TimeDelta::days(late.days_overdue));
            found.push(Correction { day, amount, since });
        }
    }
    Ok(found)
}

/// The days on which something about a loan may change, between two days and on both.
fn turning_days(
    plan: Option<&LoanPlan>,
    papers: &Papers,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<BTreeSet<NaiveDate>, Error> {
    let mut days: BTreeSet<NaiveDate> = Month::of(from)
        .through(Month::of(until))
        .map(Month::last_day)
        .collect();
    days.extend([from, until]);
    days.extend(papers.moved.iter().map(|moved| moved.day));
    days.extend(papers.extensions.iter().map(|extension| extension.on));
    if let Some(plan) = plan {
        // Before an extension and after it.
        for day in [from, until] {
            let rows = plan.plan_on(day)?.rows;
            days.extend(rows.iter().filter_map(|row| row.due.succ_opt()));
        }
    }
    Ok(days.range(from..=until).copied().collect())
}

/// Brings the overdue balances of a book up to a day; says of how many loans another amount is posted than before.
///
/// # Errors
/// A loan whose terms do not read is damaged.
pub fn put_overdue_right(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    day: NaiveDate,
) -> Result<usize, Error> {
    let first_open = ledger::find_book(conn, book)?.first_open_month;
    let from = first_open.first_day();
    let until = day.max(last_fact(conn, book)?.unwrap_or(day)).min(actor.today);
    if until < from {
        return Ok(0);
    }
    let posted: HashMap<ContractId, Fen> = store::all_overdue(conn, book)?.into_iter().collect();
    let doubtful = doubtful(conn, book, &posted, from, until)?;
    let mut changed: HashSet<ContractId> = HashSet::new();
    let mut together: BTreeMap<(NaiveDate, InstitutionId), Vec<Told>> = BTreeMap::new();
    for some in doubtful.chunks(crate::db::CHUNK) {
        let loans = store::load_loans(conn, book, some)?;
        let mut papers = load_papers(conn, book, some)?;
        for id in some {
            let papers = papers.remove(id).unwrap_or_default();
            let loan = loans.get(id);
            let plan = loan.map(|loan| LoanPlan::of(loan, &papers)).transpose()?;
            for correction in corrections(plan.as_ref(), &papers, from, until)? {
                let told = told(id, loan, &papers.moved, correction)?;
                let key = (told.day, told.line.institution);
                together.entry(key).or_default().push(told);
                changed.insert(id.clone());
            }
        }
    }
    for ((day, institution), lines) in together {
        ledger::bring_about(conn, office, actor, occurrence(book, day, institution, lines))?;
    }
    Ok(changed.len())
}

/// The last day on which something about a loan is recorded.
fn last_fact(conn: &mut Conn, book: BookId) -> Result<Option<NaiveDate>, Error> {
    let kinds: Vec<&str> = Act::EVERY
        .into_iter()
        .map(Act::code)
        .chain([OVERDUE_KIND])
        .collect();
    Ok(voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::kind.eq_any(kinds))
        .filter(voucher::state.eq_any([State::Approved.code(), State::Reversed.code()]))
        .select(diesel::dsl::max(voucher::business_date))
        .get_result(conn)?)
}

/// The loans that may be overdue, or whose posted balance may be wrong, by id. Only the present plan of a loan that was
/// always paid is reckoned with; of all others the whole history is, later.
fn doubtful(
    conn: &mut Conn,
    book: BookId,
    posted: &HashMap<ContractId, Fen>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<ContractId>, Error> {
    // What falls due at once is not looked at before its day.
    let may_be_due = loan::matures_on
        .lt(until)
        .or(loan::method.ne(RepaymentMethod::Bullet.code()))
        .or(loan::extended_from.is_not_null());
    let running: Vec<Loan> = loan::table
        .filter(loan::book_id.eq(book))
        .filter(loan::balance_fen.gt(Fen::ZERO))
        .filter(may_be_due)
        .select(Loan::as_select())
        .load(conn)?;
    // While an earlier month is open, its last day is put right as well.
    let one_month = Month::of(from) == Month::of(until);
    let mut ids: BTreeSet<ContractId> = posted.keys().cloned().collect();
    for loan in running {
        if !one_month || !surely_paid(&loan, until)? {
            ids.insert(loan.id);
        }
    }
    if !one_month {
        ids.extend(repaid_since(conn, book, Month::of(from))?);
    }
    Ok(ids.into_iter().collect())
}

/// Whether everything due before a day has come back, by the loan's own amounts: of one whose principal came back
/// early less is due, so that this may say no of a loan that is paid, never yes of one that is not.
fn surely_paid(loan: &Loan, day: NaiveDate) -> Result<bool, Error> {
    let Some(terms) = own_terms(loan).filter(|_| loan.extended_from.is_none()) else {
        return Ok(false);
    };
    let Ok(plan) = schedule::plan_until(&terms, loan.disbursed_on, loan.matures_on) else {
        return Ok(false);
    };
    let due = || plan.rows.iter().filter(|row| row.due < day);
    let repaid = loan.principal_fen.minus(loan.balance_fen)?;
    Ok(repaid >= Fen::sum(due().map(|row| row.principal))?
        && loan.interest_repaid_fen >= Fen::sum(due().map(|row| row.interest))?)
}

/// The loans on which something came back, or that were written off, in a month or later, settled ones too.
fn repaid_since(conn: &mut Conn, book: BookId, month: Month) -> Result<Vec<ContractId>, Error> {
    let ids: Vec<Option<ContractId>> = vouchers_with_lines()
        .filter(voucher::book_id.eq(book))
        .filter(voucher::posting_month.ge(month))
        .filter(voucher::kind.eq_any([REPAYMENT_KIND, WRITE_OFF_KIND]))
        .filter(voucher::state.eq_any([State::Approved.code(), State::Reversed.code()]))
        .select(voucher_line::contract_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// One line to be posted.
struct Told {
    day: NaiveDate,
    /// What tells it from every other line about this loan, for ever.
    key: String,
    line: NewLine,
}

/// A correction under the loan's own dimensions; those of what was posted, where there is no loan any more.
fn told(
    id: &ContractId,
    loan: Option<&Loan>,
    moved: &[Moved],
    correction: Correction,
) -> Result<Told, Error> {
    let dimensions = match loan {
        Some(loan) => (
            loan.region_id,
            loan.institution_id,
            loan.product_id,
            loan.specialist_id,
        ),
        None => {
            let last = moved
                .iter()
                .rev()
                .find(|moved| moved.measure == measure::LOAN_OVERDUE)
                .ok_or_else(|| Error::Failed(format!("loan {id} is overdue by nothing posted")))?;
            (last.region, last.institution, last.product, last.specialist)
        }
    };
    let before = moved
        .iter()
        .filter(|moved| moved.measure == measure::LOAN_OVERDUE)
        .count();
    let (region, institution, product, specialist) = dimensions;
    let line = NewLine {
        region,
        client: loan.map(|loan| loan.client_id.clone()),
        product,
        institution,
        specialist,
        contract: Some(id.clone()),
        amount: correction.amount,
        detail: serde_json::to_value(OverdueDetail {
            since: correction.since,
        })?,
    };
    Ok(Told {
        day: correction.day,
        key: format!("{id}|{}|{before}", correction.amount.0),
        line,
    })
}

fn occurrence(book: BookId, day: NaiveDate, institution: InstitutionId, told: Vec<Told>) -> Occurrence {
    let keys: Vec<&str> = told.iter().map(|told| told.key.as_str()).collect();
    Occurrence {
        book,
        kind: OVERDUE_KIND,
        key: vault::digest(format!("{day}|{}", keys.join(",")).as_bytes()),
        day,
        institution,
        lines: told.into_iter().map(|told| told.line).collect(),
    }
}

/// Where loans with something to come back stand on their plans on a day.
///
/// # Errors
/// A loan whose terms do not read is damaged.
pub fn progress_on(
    conn: &mut Conn,
    book: BookId,
    loans: &[Loan],
    day: NaiveDate,
) -> Result<HashMap<ContractId, Progress>, Error> {
    let open: Vec<&Loan> = loans
        .iter()
        .filter(|loan| loan.balance_fen.is_positive())
        .collect();
    let ids: Vec<ContractId> = open.iter().map(|loan| loan.id.clone()).collect();
    let papers = load_papers(conn, book, &ids)?;
    let mut standing = HashMap::new();
    for loan in open {
        if let Some(papers) = papers.get(&loan.id) {
            standing.insert(loan.id.clone(), LoanPlan::of(loan, papers)?.on(day)?);
        }
    }
    Ok(standing)
}

/// Of these loans the ones that are overdue on a day by their plans, with for how many days.
///
/// # Errors
/// A loan whose terms do not read is damaged.
pub fn late_on(
    conn: &mut Conn,
    book: BookId,
    loans: &[Loan],
    day: NaiveDate,
) -> Result<HashMap<ContractId, i64>, Error> {
    let standing = progress_on(conn, book, loans, day)?.into_iter();
    Ok(standing
        .filter(|(_, progress)| progress.is_overdue())
        .map(|(id, progress)| (id, progress.days_overdue))
        .collect())
}

/// `逾期 3 天`.
pub fn days_overdue(days: i64) -> Say {
    Say::new(format!("逾期 {days} 天"), format!("{days} days overdue"))
}

#[cfg(test)]
#[path = "overdue_tests.rs"]
mod tests;
