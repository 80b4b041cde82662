//! Pure checks of the class a bank gives a loan (五级分类): rules 8 and 9.

use chrono::{Months, NaiveDate};

use super::life;
use super::rules::{Known, own_loan, too_early};
use super::store::Loan;
use super::terms::{ClassificationDetail, LoanClass};
use crate::error::{Error, Issue};
use crate::ledger::Line;
use crate::values::Say;

pub(super) fn judge_classification(
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
