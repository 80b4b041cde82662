//! Pure checks of one line of a loan voucher; what happens besides lending and repaying is judged in `life`.

use chrono::{Months, NaiveDate};

use super::life;
use super::pricing::price_issues;
use super::standing::Standing;
use super::store::Loan;
use super::terms::{
    Act, ClassificationDetail, Guarantee, LoanClass, LoanTerms, RecoveryDetail, RepaymentDetail,
};
use crate::credit::CreditLine;
use crate::error::{Error, Issue};
use crate::ledger::Line;
use crate::register::Client;
use crate::values::plausible::{LONGEST_PURPOSE, check_text, odd_amount, odd_term};
use crate::values::schedule::RepaymentMethod;
use crate::values::{ContractId, Fen, Say, Unit};

/// What is known when a line is judged: the contracts as the lines before it leave them.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub day: NaiveDate,
    pub client: Option<&'a Client>,
    pub standing: &'a Standing,
}

/// Judges one line of a voucher.
pub(super) fn judge(act: Act, line: &Line, known: &Known<'_>) -> Result<Vec<Issue>, Error> {
    match act {
        Act::Disbursement => Ok(judge_disbursement(line, &line.detail()?, known)),
        Act::Repayment => Ok(judge_repayment(line, &line.detail()?, known)),
        Act::Classification => judge_classification(line, &line.detail()?, known),
        Act::Extension => Ok(life::judge_extension(line, &line.detail()?, known)),
        Act::WriteOff => life::judge_write_off(line, &line.detail()?, known),
        Act::Recovery => {
            let RecoveryDetail {} = line.detail()?;
            life::judge_recovery(line, known)
        }
    }
}

fn judge_disbursement(line: &Line, terms: &LoanTerms, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !line.amount.is_positive() {
        let say = Say::new("金额要大于零。", "The amount must be above zero.");
        issues.push(Issue::refuse("amount.not_positive", "amount", say));
    }
    if line
        .contract
        .as_ref()
        .is_none_or(|id| known.standing.loans.contains_key(id))
    {
        let say = Say::new(
            "这笔贷款已经记录过，或缺少编号，请重新打开表单。",
            "This loan is recorded already, or has no id. Open the form again.",
        );
        issues.push(Issue::refuse("loan.exists", "", say));
    }
    match known.client {
        None => issues.push(unknown_client()),
        Some(client) if client.region_id != line.region => {
            let say = Say::new("客户登记在别的村。", "The client is recorded in another village.");
            issues.push(Issue::warn("client.other_village", "client", say));
        }
        Some(_) => {}
    }
    issues.extend(price_issues(terms));
    if terms.matures_on <= known.day {
        let (due, day) = (terms.matures_on, known.day);
        let say = Say::new(
            format!("到期日 {due} 要晚于放款日 {day}。"),
            format!("The maturity {due} must be after the day of disbursement, {day}."),
        );
        issues.push(Issue::refuse("loan.maturity", "matures_on", say));
    }
    if let Some(found) = odd_term(known.day, terms.matures_on) {
        issues.push(Issue::refuse(found.code(), "matures_on", found.say()));
    }
    let household = known.client.is_some_and(Client::is_household);
    if let Some(found) = odd_amount(line.amount, household) {
        issues.push(Issue::warn(found.code(), "amount", found.say()));
    }
    if let Err(found) = check_text(&terms.purpose, LONGEST_PURPOSE) {
        issues.push(Issue::refuse(found.code(), "purpose", found.say()));
    }
    if terms.purpose.trim().is_empty() {
        let say = Say::new("请写明贷款用途。", "Say what the loan is for.");
        issues.push(Issue::refuse("loan.purpose_missing", "purpose", say));
    }
    issues.extend(code_issues(terms));
    issues.extend(note_issue(line, terms, known));
    if let Some(id) = &terms.credit_line {
        issues.extend(judge_draw(id, line, terms, known));
    }
    issues
}

/// Most letters of a note number.
const LONGEST_NOTE: usize = 40;

/// A bank gives a note number once.
fn note_issue(line: &Line, terms: &LoanTerms, known: &Known<'_>) -> Option<Issue> {
    let number = &terms.note_number;
    if let Err(found) = check_text(number, LONGEST_NOTE) {
        return Some(Issue::refuse(found.code(), "note_number", found.say()));
    }
    let taken = known.standing.notes.contains(&(line.institution, number.clone()));
    taken.then(|| {
        let say = Say::new(
            format!("借据号“{number}”已经用在本行另一笔贷款上。"),
            format!("The bank has given the note number “{number}” to another loan."),
        );
        Issue::refuse("loan.note_taken", "note_number", say)
    })
}

/// The codes are ones we know.
fn code_issues(terms: &LoanTerms) -> Vec<Issue> {
    let mut issues = Vec::new();
    if Guarantee::parse(&terms.guarantee).is_none() {
        let code = &terms.guarantee;
        let say = Say::new(
            format!("不认识的担保方式“{code}”。"),
            format!("Unknown guarantee “{code}”."),
        );
        issues.push(Issue::refuse("loan.guarantee", "guarantee", say));
    }
    if RepaymentMethod::parse(&terms.method).is_none() {
        let code = &terms.method;
        let say = Say::new(
            format!("不认识的还款方式“{code}”。"),
            format!("Unknown way of repayment “{code}”."),
        );
        issues.push(Issue::refuse("loan.method", "method", say));
    }
    issues
}

pub(super) fn unknown_client() -> Issue {
    let say = Say::new(
        "没有这个客户，请先登记。",
        "There is no such client; record the client first.",
    );
    Issue::refuse("client.unknown", "client", say)
}

/// Rules 2 to 4: a draw under a credit line.
fn judge_draw(id: &ContractId, line: &Line, terms: &LoanTerms, known: &Known<'_>) -> Vec<Issue> {
    let found = known.standing.lines.get(id);
    let ready = found.filter(|credit| credit.granted_fen.is_positive());
    let Some(credit) = ready else {
        return vec![not_ready(known.standing.waiting.contains(id), found.is_some())];
    };
    let mut issues = Vec::new();
    if credit.institution_id != line.institution
        || credit.region_id != line.region
        || Some(&credit.client_id) != line.client.as_ref()
    {
        let say = Say::new(
            "客户、村或机构与授信额度不一致。",
            "Client, village or institution differ from the credit line's.",
        );
        issues.push(Issue::refuse("loan.other_line", "line", say));
    }
    if let Some(bar) = credit.bar(known.day) {
        issues.push(bar);
        return issues;
    }
    if terms.matures_on > credit.valid_to {
        let (due, to) = (terms.matures_on, credit.valid_to);
        let say = Say::new(
            format!("贷款到期日 {due} 晚于额度到期日 {to}。"),
            format!("The loan matures on {due}, after the line ends on {to}."),
        );
        issues.push(Issue::warn("loan.outlives_line", "matures_on", say));
    }
    issues.extend(limit_issue(credit, line.amount, known.standing));
    issues
}

/// The line is not granted: because nothing says so, or because what says so still waits.
fn not_ready(waits: bool, exists: bool) -> Issue {
    if waits {
        let say = Say::new(
            "这笔额度的授信还在待审核，请先审核授信。",
            "The grant of this credit line still waits for review; decide on that first.",
        );
        return Issue::refuse("loan.parent_waits", "line", say);
    }
    if exists {
        let say = Say::new(
            "这笔额度还没有授信，不能放款。",
            "The credit line has not been granted, so nothing can be drawn.",
        );
        return Issue::refuse("line.not_granted", "line", say);
    }
    let say = Say::new("没有这笔授信额度。", "There is no such credit line.");
    Issue::refuse("line.unknown", "line", say)
}

/// Rule 2: revolving, what is outstanding stays within the limit; one-off, what was ever drawn does.
fn limit_issue(credit: &CreditLine, asked: Fen, standing: &Standing) -> Option<Issue> {
    let available = standing.available(credit);
    if asked > available {
        let (asked, left) = (asked.show(Unit::Yuan), available.show(Unit::Yuan));
        let mut zh = format!("放款 {asked} 元超过可用额度，还可用 {left} 元。");
        let mut en = format!("{asked} yuan is above what may be drawn; {left} yuan is still available.");
        let waits = standing.repaying(&credit.id);
        if credit.revolving && waits.is_positive() {
            let waits = waits.show(Unit::Yuan);
            zh.push_str(&format!("待审核的还款 {waits} 元审核通过后才恢复额度。"));
            en.push_str(&format!(
                " Repayments of {waits} yuan that wait for review restore the limit once approved."
            ));
        }
        return Some(Issue::refuse("line.overdrawn", "amount", Say::new(zh, en)));
    }
    (!credit.signed_fen.is_positive()).then(|| {
        let limit = credit.granted_fen.show(Unit::Yuan);
        let say = Say::new(
            format!("这笔 {limit} 元的额度还没有签约，请核对合同。"),
            format!("This line of {limit} yuan has not been signed; check the contract."),
        );
        Issue::warn("line.not_signed", "line", say)
    })
}

fn judge_repayment(line: &Line, detail: &RepaymentDetail, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let parts = [
        ("amount", line.amount),
        ("interest", detail.interest),
        ("penalty", detail.penalty),
    ];
    for (field, part) in parts {
        if part.is_negative() {
            let shown = part.show(Unit::Yuan);
            let say = Say::new(
                format!("金额不能是负数（{shown} 元）。"),
                format!("The amount cannot be negative ({shown} yuan)."),
            );
            issues.push(Issue::refuse("amount.negative", field, say));
        }
    }
    if parts.iter().all(|(_, part)| part.is_zero()) {
        let say = Say::new(
            "本金、利息、罚息至少填一项。",
            "Enter at least one of principal, interest and penalty interest.",
        );
        issues.push(Issue::refuse("repayment.empty", "amount", say));
    }
    if known.client.is_none() {
        issues.push(unknown_client());
    }
    match own_loan(line, known) {
        Ok(loan) => {
            issues.extend(too_early(loan, known));
            if loan.is_written_off() {
                issues.push(life::written_off());
            } else {
                issues.extend(overpaid(loan, line.amount, known.standing));
            }
        }
        Err(issue) => issues.push(issue),
    }
    issues
}

/// Rule 6: no more principal comes back than is outstanding.
fn overpaid(loan: &Loan, principal: Fen, standing: &Standing) -> Option<Issue> {
    if principal <= loan.balance_fen {
        return None;
    }
    let (paid, left) = (principal.show(Unit::Yuan), loan.balance_fen.show(Unit::Yuan));
    let mut zh = format!("归还本金 {paid} 元超过贷款余额 {left} 元。");
    let mut en = format!("Principal of {paid} yuan is above the loan's balance of {left} yuan.");
    let waits = standing.repaying(&loan.id);
    if waits.is_positive() {
        let waits = waits.show(Unit::Yuan);
        zh.push_str(&format!("余额已扣除待审核的还款 {waits} 元。"));
        en.push_str(&format!(
            " Repayments of {waits} yuan that wait for review are taken off already."
        ));
    }
    Some(Issue::refuse("loan.overpaid", "amount", Say::new(zh, en)))
}

fn judge_classification(
    line: &Line,
    detail: &ClassificationDetail,
    known: &Known<'_>,
) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    if !line.amount.is_zero() {
        let say = Say::new("五级分类没有金额。", "A classification has no amount.");
        issues.push(Issue::refuse("classification.amount", "amount", say));
    }
    let loan = match own_loan(line, known) {
        Ok(loan) => loan,
        Err(issue) => {
            issues.push(issue);
            return Ok(issues);
        }
    };
    issues.extend(too_early(loan, known));
    if loan.is_written_off() {
        issues.push(life::written_off());
        return Ok(issues);
    }
    if !loan.balance_fen.is_positive() {
        let say = Say::new(
            "这笔贷款已结清，不用再分类。",
            "This loan is fully repaid; there is nothing to classify.",
        );
        issues.push(Issue::refuse("loan.settled", "loan", say));
    }
    match LoanClass::parse(&detail.class) {
        Some(class) => issues.extend(class_warnings(loan, class, known)?),
        None => {
            let code = &detail.class;
            let say = Say::new(
                format!("不认识的分类“{code}”。"),
                format!("Unknown class “{code}”."),
            );
            issues.push(Issue::refuse("classification.class", "class", say));
        }
    }
    Ok(issues)
}

/// Rules 8 and 9: the bank decides, the program only points out.
fn class_warnings(loan: &Loan, class: LoanClass, known: &Known<'_>) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    let before = loan.class()?;
    if class == before {
        let was = before.name();
        let say = Say::new(
            format!("分类没有变化，原来就是{}。", was.zh),
            format!("Nothing changes: the class is {} already.", was.en),
        );
        issues.push(Issue::warn("classification.same", "class", say));
    }
    let given = known.standing.classes.get(&loan.id);
    let worst = worst_of_month(given.map_or(&[], Vec::as_slice), before, known.day);
    if worst.grade() >= class.grade() + 2 {
        let (was, now) = (worst.name(), class.name());
        let say = Say::new(
            format!("一个月内由{}上调为{}，请核对依据。", was.zh, now.zh),
            format!(
                "Raised from {} to {} within a month; check what it rests on.",
                was.en, now.en
            ),
        );
        issues.push(Issue::warn("classification.jump", "class", say));
    }
    let overdue = match known.standing.plans.get(&loan.id) {
        Some(plan) => plan.on(known.day)?.days_overdue,
        None => (known.day - loan.matures_on).num_days(),
    };
    issues.extend(
        above_floor(class, overdue).map(|say| Issue::warn("classification.above_floor", "class", say)),
    );
    Ok(issues)
}

/// The worst class a loan had within the month before a day, or on it.
fn worst_of_month(given: &[(NaiveDate, LoanClass)], now: LoanClass, day: NaiveDate) -> LoanClass {
    let month_ago = day.checked_sub_months(Months::new(1)).unwrap_or(day);
    let at_first = given.iter().rev().find(|(on, _)| *on <= month_ago);
    let since = given.iter().filter(|(on, _)| *on > month_ago && *on <= day);
    since
        .chain(at_first)
        .map(|(_, class)| *class)
        .fold(now, LoanClass::max)
}

/// What is said of a class better than so many days overdue allow (rule 8); nothing if it is not.
pub(super) fn above_floor(class: LoanClass, days_overdue: i64) -> Option<Say> {
    let floor = LoanClass::floor(days_overdue);
    (class < floor).then(|| {
        let (best, is) = (floor.name(), class.name());
        Say::new(
            format!(
                "已逾期 {days_overdue} 天，一般不高于{}；分类是{}。",
                best.zh, is.zh
            ),
            format!(
                "{days_overdue} days overdue a loan is {} at best; its class is {}.",
                best.en, is.en
            ),
        )
    })
}

/// The loan a line is about, if there is one and it is this client's, here, of this institution.
pub(super) fn own_loan<'a>(line: &Line, known: &Known<'a>) -> Result<&'a Loan, Issue> {
    let Some(loan) = line.contract.as_ref().and_then(|id| known.standing.loans.get(id)) else {
        let waits = line
            .contract
            .as_ref()
            .is_some_and(|id| known.standing.waiting.contains(id));
        return Err(if waits {
            let say = Say::new(
                "这笔贷款的放款还在待审核，请先审核放款。",
                "The disbursement of this loan still waits for review; decide on that first.",
            );
            Issue::refuse("loan.parent_waits", "loan", say)
        } else {
            let say = Say::new("没有这笔贷款。", "There is no such loan.");
            Issue::refuse("loan.unknown", "loan", say)
        });
    };
    let own = loan.institution_id == line.institution
        && loan.region_id == line.region
        && loan.product_id == line.product
        && Some(&loan.client_id) == line.client.as_ref();
    if own {
        return Ok(loan);
    }
    let say = Say::new(
        "客户、村、机构或产品与原贷款不一致。",
        "Client, village, institution or product differ from the loan's own.",
    );
    Err(Issue::refuse("loan.other_contract", "loan", say))
}

/// Rule 6: nothing happens to a loan before it is paid out.
pub(super) fn too_early(loan: &Loan, known: &Known<'_>) -> Option<Issue> {
    let (start, day) = (loan.disbursed_on, known.day);
    (day < start).then(|| {
        let say = Say::new(
            format!("业务日期 {day} 早于放款日 {start}。"),
            format!("The business date {day} is before the loan was paid out on {start}."),
        );
        Issue::refuse("loan.before_disbursement", "business_date", say)
    })
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
