//! Pure checks of what happens to a loan besides repayment: more time, writing off, recovering.

use chrono::{Days, Months, NaiveDate};

use super::pricing::rate_issue;
use super::rules::{Known, own_loan, too_early, unknown_client};
use super::store::Loan;
use super::terms::{ExtensionDetail, LoanClass, WriteOffDetail};
use crate::credit::ACTIVE;
use crate::error::{Error, Issue};
use crate::ledger::Line;
use crate::values::plausible::{LONGEST_PURPOSE, check_text, odd_term};
use crate::values::rate::Percent;
use crate::values::schedule::{RepaymentMethod, months_until};
use crate::values::{Fen, Say, Unit};

/// The last day to which a loan may be extended (rule 7): a short loan (to a year) by as long as it was first lent
/// for, a medium one (to five years) by half of that, a long one by three years.
pub(super) fn longest_extension(start: NaiveDate, maturity: NaiveDate) -> NaiveDate {
    let months = months_until(start, maturity).unwrap_or(0);
    let days = (maturity - start).num_days().unsigned_abs();
    let whole = start.checked_add_months(Months::new(months)) == Some(maturity);
    let until = match months {
        0..=12 if whole => maturity.checked_add_months(Months::new(months)),
        0..=12 => maturity.checked_add_days(Days::new(days)),
        13..=60 if whole && months % 2 == 0 => maturity.checked_add_months(Months::new(months / 2)),
        13..=60 => maturity.checked_add_days(Days::new(days / 2)),
        _ => maturity.checked_add_months(Months::new(36)),
    };
    until.unwrap_or(maturity)
}

/// The loan, if something can still be agreed on it.
fn running<'a>(line: &Line, known: &Known<'a>, issues: &mut Vec<Issue>) -> Option<&'a Loan> {
    if known.client.is_none() {
        issues.push(unknown_client());
    }
    let loan = match own_loan(line, known) {
        Ok(loan) => loan,
        Err(issue) => {
            issues.push(issue);
            return None;
        }
    };
    issues.extend(too_early(loan, known));
    if loan.is_written_off() {
        issues.push(written_off());
        return None;
    }
    if !loan.balance_fen.is_positive() {
        let say = Say::new("这笔贷款已结清。", "This loan is fully repaid.");
        issues.push(Issue::refuse("loan.settled", "loan", say));
        return None;
    }
    Some(loan)
}

/// Said where somebody goes on with a loan that is off the books.
pub(super) fn written_off() -> Issue {
    let say = Say::new(
        "这笔贷款已核销；收回的钱请用“核销后收回”记录。",
        "This loan is written off; record what comes back as a recovery after write-off.",
    );
    Issue::refuse("loan.written_off", "loan", say)
}

/// Rule 7 and what else an extension must be.
pub(super) fn judge_extension(line: &Line, detail: &ExtensionDetail, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let Some(loan) = running(line, known, &mut issues) else {
        return issues;
    };
    if line.amount != loan.balance_fen {
        let (said, is) = (line.amount.show(Unit::Yuan), loan.balance_fen.show(Unit::Yuan));
        let say = Say::new(
            format!("展期本金写的是 {said} 元，现在的余额是 {is} 元。"),
            format!("The principal extended says {said} yuan; the balance now is {is} yuan."),
        );
        issues.push(Issue::warn("extension.amount", "amount", say));
    }
    match Percent::parse(&detail.rate_percent) {
        Err(error) => issues.push(Issue::refuse(error.code(), "rate_percent", error.say())),
        Ok(rate) => issues.extend(rate_issue(rate)),
    }
    if RepaymentMethod::parse(&detail.method).is_none() {
        let code = &detail.method;
        let say = Say::new(
            format!("不认识的还款方式“{code}”。"),
            format!("Unknown way of repayment “{code}”."),
        );
        issues.push(Issue::refuse("loan.method", "method", say));
    }
    issues.extend(new_maturity_issues(loan, detail.matures_on, known));
    issues
}

fn new_maturity_issues(loan: &Loan, until: NaiveDate, known: &Known<'_>) -> Vec<Issue> {
    let (before, day) = (loan.matures_on, known.day);
    if until <= before || until <= day {
        let say = Say::new(
            format!("展期后的到期日 {until} 要晚于原到期日 {before} 和展期日 {day}。"),
            format!(
                "The new maturity {until} must be after the present one, {before}, and after the day of the extension, {day}."
            ),
        );
        return vec![Issue::refuse("extension.maturity", "matures_on", say)];
    }
    let mut issues = Vec::new();
    if let Some(found) = odd_term(loan.disbursed_on, until) {
        issues.push(Issue::refuse(found.code(), "matures_on", found.say()));
    }
    if day > before {
        let say = Say::new(
            format!("贷款已在 {before} 到期，展期一般应在到期前办理。"),
            format!("The loan matured on {before}; extensions are usually agreed before."),
        );
        issues.push(Issue::warn("extension.late", "business_date", say));
    }
    let first = loan.extended_from.unwrap_or(before);
    let longest = longest_extension(loan.disbursed_on, first);
    if until > longest {
        let say = Say::new(
            format!(
                "展期累计超过规定：原到期日 {first}，最长可展期到 {longest}（短期不超过原期限，中期不超过一半，长期不超过三年）。"
            ),
            format!(
                "Longer than the rules allow: first due on {first}, it may be extended to {longest} at most (a short loan by its own term, a medium one by half, a long one by three years)."
            ),
        );
        issues.push(Issue::warn("extension.too_long", "matures_on", say));
    }
    let line = loan
        .credit_line_id
        .as_ref()
        .and_then(|id| known.standing.lines.get(id));
    if let Some(credit) = line.filter(|credit| until > credit.valid_to) {
        let to = credit.valid_to;
        let say = Say::new(
            format!("贷款到期日 {until} 晚于额度到期日 {to}。"),
            format!("The loan matures on {until}, after the line ends on {to}."),
        );
        issues.push(Issue::warn("loan.outlives_line", "matures_on", say));
    }
    issues
}

/// The whole balance is written off, of a loan the bank has given up.
pub(super) fn judge_write_off(
    line: &Line,
    detail: &WriteOffDetail,
    known: &Known<'_>,
) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    if let Err(found) = check_text(&detail.document, LONGEST_PURPOSE) {
        issues.push(Issue::refuse(found.code(), "document", found.say()));
    }
    if detail.document.trim().is_empty() {
        let say = Say::new(
            "请写明核销依据，例如批复文号。",
            "Say what the write-off rests on, such as the number of the decision.",
        );
        issues.push(Issue::refuse("write_off.document", "document", say));
    }
    let Some(loan) = running(line, known, &mut issues) else {
        return Ok(issues);
    };
    if line.amount != loan.balance_fen {
        let (said, is) = (line.amount.show(Unit::Yuan), loan.balance_fen.show(Unit::Yuan));
        let say = Say::new(
            format!("核销要一次核销全部余额 {is} 元；填写的是 {said} 元。"),
            format!("A loan is written off whole, its balance of {is} yuan; it says {said} yuan."),
        );
        issues.push(Issue::refuse("write_off.part", "amount", say));
    }
    let class = loan.class()?;
    if class != LoanClass::Loss {
        let name = class.name();
        let say = Say::new(
            format!("现在的分类是{}，一般分类为损失后才核销。", name.zh),
            format!(
                "It is classed {}; loans are usually written off once classed loss.",
                name.en
            ),
        );
        issues.push(Issue::warn("write_off.class", "loan", say));
    }
    let line = loan
        .credit_line_id
        .as_ref()
        .and_then(|id| known.standing.lines.get(id));
    if line.is_some_and(|credit| credit.revolving && credit.state == ACTIVE) {
        let say = Say::new(
            "核销后这笔循环额度会空出来，请同时冻结或终止额度。",
            "The revolving line it was drawn under becomes free again; freeze or end that line as well.",
        );
        issues.push(Issue::warn("write_off.line", "loan", say));
    }
    Ok(issues)
}

/// Never more comes back than was written off.
pub(super) fn judge_recovery(line: &Line, known: &Known<'_>) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    if !line.amount.is_positive() {
        let say = Say::new("金额要大于零。", "The amount must be above zero.");
        issues.push(Issue::refuse("amount.not_positive", "amount", say));
    }
    if known.client.is_none() {
        issues.push(unknown_client());
    }
    let loan = match own_loan(line, known) {
        Ok(loan) => loan,
        Err(issue) => {
            issues.push(issue);
            return Ok(issues);
        }
    };
    issues.extend(too_early(loan, known));
    if !loan.is_written_off() {
        let say = Say::new(
            "这笔贷款没有核销，收回的钱请记录为还款。",
            "This loan is not written off; record what comes back as a repayment.",
        );
        issues.push(Issue::refuse("loan.not_written_off", "loan", say));
        return Ok(issues);
    }
    let left: Fen = loan.not_recovered()?;
    if line.amount > left {
        let (asked, left) = (line.amount.show(Unit::Yuan), left.show(Unit::Yuan));
        let say = Say::new(
            format!("收回 {asked} 元超过核销后还没收回的 {left} 元。"),
            format!("{asked} yuan is more than the {left} yuan written off that have not come back yet."),
        );
        issues.push(Issue::refuse("recovery.too_much", "amount", say));
    }
    Ok(issues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_say_how_far_a_loan_may_be_extended() {
        let until = |start: &str, maturity: &str| {
            longest_extension(start.parse().unwrap(), maturity.parse().unwrap()).to_string()
        };
        assert_eq!(
            until("2023-01-10", "2024-01-10"),
            "2025-01-10",
            "a year by a year"
        );
        assert_eq!(until("2023-01-10", "2023-07-10"), "2024-01-10");
        assert_eq!(until("2023-01-10", "2023-07-20"), "2024-01-27", "191 days by 191");
        assert_eq!(
            until("2023-01-10", "2025-01-10"),
            "2026-01-10",
            "two years by one"
        );
        assert_eq!(
            until("2020-01-10", "2025-01-10"),
            "2027-07-10",
            "five years by half"
        );
        assert_eq!(
            until("2015-01-10", "2025-01-10"),
            "2028-01-10",
            "ten years by three"
        );
    }
}
