//! Pure checks of one change of a line, the line as it stands afterwards, and what that posts.

use chrono::NaiveDate;

use super::changes::{Change, ChangeTerms};
use super::stocks::{Counted, moved};
use super::store::{ACTIVE, CreditLine, EXPIRED, TERMINATED};
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::values::plausible::{LONGEST_REASON, check_text, odd_term};
use crate::values::{Fen, Say, Unit, measure};

/// Judges one change of a line as it stands; `waits` when what opens the line is itself still waiting.
pub(super) fn judge(
    change: Change,
    line: &Line,
    terms: &ChangeTerms,
    day: NaiveDate,
    contract: Option<&CreditLine>,
    waits: bool,
) -> Vec<Issue> {
    let Some(contract) = contract else {
        return vec![unknown(waits)];
    };
    let mut issues = Vec::new();
    issues.extend(other_contract(line, contract));
    issues.extend(reason_issue(change, terms));
    issues.extend(amount_issue(change, line));
    if !change.fits(contract) {
        issues.push(unfit(change, contract));
        return issues;
    }
    if change != Change::Renew && (terms.valid_from.is_some() || terms.valid_to.is_some()) {
        let say = Say::new("只有续期才改有效期。", "Only a renewal changes the validity.");
        issues.push(Issue::refuse("line.validity", "valid_to", say));
    }
    issues.extend(too_early(contract, day));
    issues.extend(match change {
        Change::Adjust if line.amount.is_positive() => judge_adjustment(line.amount, contract),
        Change::Renew => judge_renewal(terms, day, contract),
        _ => Vec::new(),
    });
    if change != Change::Renew && day > contract.valid_to {
        let to = contract.valid_to;
        let say = Say::new(
            format!("业务日期 {day} 已过额度有效期（{to} 止），请先续期。"),
            format!(
                "The business date {day} is past the line's validity, which ends on {to}; renew it first."
            ),
        );
        issues.push(Issue::refuse("line.out_of_validity", "business_date", say));
    }
    issues
}

fn unknown(waits: bool) -> Issue {
    if waits {
        let say = Say::new(
            "这笔额度的前一步还在待审核，请先审核前一步。",
            "The step before this one still waits for review; decide on that first.",
        );
        return Issue::refuse("line.parent_waits", "", say);
    }
    let say = Say::new("没有这笔授信额度。", "There is no such credit line.");
    Issue::refuse("line.unknown", "line", say)
}

fn other_contract(line: &Line, contract: &CreditLine) -> Option<Issue> {
    let own = contract.institution_id == line.institution
        && contract.region_id == line.region
        && contract.product_id == line.product
        && Some(&contract.client_id) == line.client.as_ref();
    (!own).then(|| {
        let say = Say::new(
            "客户、村、机构或产品与原额度不一致。",
            "Client, village, institution or product differ from the line's own.",
        );
        Issue::refuse("line.other_contract", "", say)
    })
}

fn reason_issue(change: Change, terms: &ChangeTerms) -> Option<Issue> {
    if terms.reason.trim().is_empty() && change != Change::Renew {
        let say = Say::new("请写明原因。", "Say why.");
        return Some(Issue::refuse("change.reason_missing", "reason", say));
    }
    let found = check_text(&terms.reason, LONGEST_REASON).err()?;
    Some(Issue::refuse(found.code(), "reason", found.say()))
}

fn amount_issue(change: Change, line: &Line) -> Option<Issue> {
    if change != Change::Adjust {
        return (!line.amount.is_zero()).then(|| {
            let say = Say::new("这类变更没有金额。", "A change of this kind has no amount.");
            Issue::refuse("change.amount", "amount", say)
        });
    }
    (!line.amount.is_positive()).then(|| {
        let say = Say::new(
            "调整后的额度要大于零；不再使用的额度请办终止。",
            "The new limit must be above zero; a line no longer used is terminated.",
        );
        Issue::refuse("amount.not_positive", "amount", say)
    })
}

/// Why the change cannot happen to a line of that status.
fn unfit(change: Change, contract: &CreditLine) -> Issue {
    let status = contract.status().name();
    let (code, say) = match change {
        Change::Freeze if contract.in_force() && contract.is_frozen() => (
            "line.frozen_already",
            Say::new("这笔额度已经冻结。", "This line is frozen already."),
        ),
        Change::Freeze if contract.in_force() => (
            "line.not_granted",
            Say::new(
                "还没有授信，没有可以冻结的额度。",
                "Nothing has been granted, so there is nothing to freeze.",
            ),
        ),
        Change::Unfreeze if contract.in_force() => (
            "line.not_frozen",
            Say::new("这笔额度没有冻结。", "This line is not frozen."),
        ),
        _ => (
            "line.not_active",
            Say::new(
                format!("这笔额度已经{}，不能再变更；到期的可以续期。", status.zh),
                format!(
                    "This line is {} and cannot be changed; an expired one can be renewed.",
                    status.en.to_lowercase()
                ),
            ),
        ),
    };
    Issue::refuse(code, "", say)
}

/// Nothing changes a line before the last thing that did: so its stocks are right in every month.
fn too_early(contract: &CreditLine, day: NaiveDate) -> Option<Issue> {
    let last = contract.changed_on.filter(|last| day < *last)?;
    let say = Say::new(
        format!("业务日期 {day} 早于这笔额度最近一次变动（{last}）。"),
        format!("The business date {day} is before the line's latest change on {last}."),
    );
    Some(Issue::refuse("change.too_early", "business_date", say))
}

/// Rule 5: a limit below what is used is let through, remarked on, and nothing more is drawn.
fn judge_adjustment(limit: Fen, contract: &CreditLine) -> Vec<Issue> {
    let (was, used) = (contract.limit(), contract.used());
    if limit == was {
        let shown = was.show(Unit::Yuan);
        let say = Say::new(
            format!("额度没有变化，原来就是 {shown} 元。"),
            format!("Nothing changes: the limit is {shown} yuan already."),
        );
        return vec![Issue::refuse("change.same", "amount", say)];
    }
    if limit < used {
        let (limit, used) = (limit.show(Unit::Yuan), used.show(Unit::Yuan));
        let say = if contract.revolving {
            Say::new(
                format!("调整后额度 {limit} 元低于未还本金 {used} 元；还到额度以内之前不能再放款。"),
                format!(
                    "The new limit of {limit} yuan is below the outstanding {used} yuan; nothing more can be drawn until it is repaid to within the limit."
                ),
            )
        } else {
            Say::new(
                format!("调整后额度 {limit} 元低于已累计用信 {used} 元；不能再放款。"),
                format!(
                    "The new limit of {limit} yuan is below the {used} yuan drawn so far; nothing more can be drawn."
                ),
            )
        };
        return vec![Issue::warn("line.below_outstanding", "amount", say)];
    }
    Vec::new()
}

fn judge_renewal(terms: &ChangeTerms, day: NaiveDate, contract: &CreditLine) -> Vec<Issue> {
    let Some(until) = terms.valid_to else {
        let say = Say::new("请填写新的有效期止。", "Give the new last day.");
        return vec![Issue::refuse("field.missing", "valid_to", say)];
    };
    let mut issues = Vec::new();
    let last = contract.valid_to;
    if until <= last || until < day {
        let say = Say::new(
            format!("新的有效期止要晚于原来的 {last} 和业务日期。"),
            format!("The new last day must be after the old one, {last}, and not before the business date."),
        );
        issues.push(Issue::refuse("line.validity", "valid_to", say));
    }
    let from = terms.valid_from.unwrap_or(day);
    if let Some(found) = odd_term(from, until) {
        issues.push(Issue::refuse(found.code(), "valid_to", found.say()));
    }
    issues.extend(if contract.state == EXPIRED {
        revival_issue(terms.valid_from, until, last)
    } else {
        continuing_issue(terms.valid_from, day, contract)
    });
    issues
}

/// An expired line begins a new period, after its old one.
fn revival_issue(from: Option<NaiveDate>, until: NaiveDate, last: NaiveDate) -> Option<Issue> {
    let right = from.is_some_and(|from| from > last && from <= until);
    (!right).then(|| {
        let say = Say::new(
            format!("这笔额度已于 {last} 到期，请填写续期后新的起始日，要晚于 {last}、不晚于新的有效期止。"),
            format!(
                "This line expired on {last}; say when its new period begins, after {last} and no later than its new last day."
            ),
        );
        Issue::refuse("line.validity", "valid_from", say)
    })
}

/// A line in force is renewed before it ends, or on the day after at the latest.
fn continuing_issue(from: Option<NaiveDate>, day: NaiveDate, contract: &CreditLine) -> Option<Issue> {
    let last = contract.valid_to;
    if from.is_some_and(|from| from != contract.valid_from) {
        let say = Say::new(
            "有效期内续期，起始日不变。",
            "A line renewed within its validity keeps the day it began.",
        );
        return Some(Issue::refuse("line.validity", "valid_from", say));
    }
    (Some(day) > last.succ_opt()).then(|| {
        let say = Say::new(
            format!("这笔额度已于 {last} 到期，日终处理后才能按新的起止日续期。"),
            format!("This line ended on {last}; once the day's end has taken it out of force it can be renewed with a new period."),
        );
        Issue::refuse("line.out_of_validity", "business_date", say)
    })
}

/// The line after the change.
pub(super) fn advance(
    change: Change,
    day: NaiveDate,
    amount: Fen,
    terms: &ChangeTerms,
    contract: &CreditLine,
) -> CreditLine {
    let mut next = contract.clone();
    next.changed_on = next.changed_on.max(Some(day));
    match change {
        Change::Adjust => adjust(&mut next, amount),
        Change::Freeze => (next.frozen_on, next.unfrozen_on) = (Some(day), None),
        Change::Unfreeze => next.unfrozen_on = Some(day),
        Change::Terminate => TERMINATED.clone_into(&mut next.state),
        Change::Renew => {
            // A period that follows on leaves no day between on which nothing could be drawn.
            let follows = terms.valid_from.is_none() || terms.valid_from <= contract.valid_to.succ_opt();
            if !follows {
                next.valid_from = terms.valid_from.unwrap_or(next.valid_from);
            }
            next.valid_to = terms.valid_to.unwrap_or(next.valid_to);
            ACTIVE.clone_into(&mut next.state);
        }
    }
    next
}

/// The limit of the stage reached becomes `limit`. A stage that stood at that limit moves with it; one
/// that had its own amount keeps it, as far as stages nest (签约 ≤ 授信 ≤ 预授信).
fn adjust(line: &mut CreditLine, limit: Fen) {
    let was = line.granted_fen;
    if !was.is_positive() {
        line.preapproved_fen = limit;
        return;
    }
    line.granted_fen = limit;
    line.preapproved_fen = if line.preapproved_fen == was {
        limit
    } else {
        line.preapproved_fen.max(limit)
    };
    line.signed_fen = if line.signed_fen == was {
        limit
    } else {
        line.signed_fen.min(limit)
    };
}

/// What a change posts: the stocks it moves, a rise as new business of each stage it rises at, a renewal
/// as renewed.
pub(super) fn postings(
    change: Change,
    line: &Line,
    before: &CreditLine,
    after: &CreditLine,
    counted: &Counted,
) -> Vec<Posting> {
    let mut posted = moved(line, before, after, counted);
    match change {
        Change::Adjust => {
            let stages = [
                (
                    measure::CREDIT_PREAPPROVED_NEW,
                    before.preapproved_fen,
                    after.preapproved_fen,
                ),
                (measure::CREDIT_GRANTED_NEW, before.granted_fen, after.granted_fen),
                (measure::CREDIT_SIGNED_NEW, before.signed_fen, after.signed_fen),
            ];
            let risen = stages.into_iter().filter(|(_, was, is)| is > was);
            posted.extend(risen.map(|(measure, was, is)| Posting::of(line, measure, is.0 - was.0)));
        }
        Change::Renew => posted.push(Posting::of(line, measure::CREDIT_RENEWED, after.limit().0)),
        Change::Freeze | Change::Unfreeze | Change::Terminate => {}
    }
    posted
}

#[cfg(test)]
#[path = "change_rules_tests.rs"]
mod tests;
