//! Pure checks of payouts and expiries, and what they post.

use chrono::NaiveDate;

use super::is_short_text;
use crate::error::Issue;
use crate::insurance::commands::PayoutDetail;
use crate::insurance::store::{ACTIVE, Cover, Policy, PolicyPart};
use crate::ledger::{Line, Posting};
use crate::values::measure;
use crate::values::{Fen, Say, Unit};

/// Judges one line of a payout against its policy as it stands, earlier lines of the same voucher
/// included: rules 1, 20 and 21.
pub(in crate::insurance) fn judge_payout(
    line: &Line,
    detail: &PayoutDetail,
    cover: Option<&Cover>,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = judge_claim(line, detail, day);
    let mut refuse = |code, field, say: Say| issues.push(Issue::refuse(code, field, say));
    let Some(cover) = cover else {
        let say = Say::new(
            "没有这张保单，请先记录投保。",
            "There is no such policy; record it first.",
        );
        refuse("payout.no_policy", "policy", say);
        return issues;
    };
    if cover.waiting {
        let say = Say::new(
            "这张保单还在待审核，请先审核保单。",
            "The policy itself still waits for review; decide on that first.",
        );
        refuse("payout.policy_waits", "policy", say);
        return issues;
    }
    let policy = &cover.policy;
    if policy.product_id != line.product || policy.institution_id != line.institution {
        let say = Say::new(
            "险种或承保机构与保单不一致。",
            "Product or insurer differ from the policy's.",
        );
        refuse("payout.other_policy", "policy", say);
    }
    if let Some(say) = loss_outside(policy, detail.loss_date) {
        refuse("payout.loss_outside", "loss_date", say);
    }
    let Some(part) = cover.part(detail.part) else {
        let say = Say::new("保单的投保清单里没有这一行。", "The policy has no such part.");
        refuse("payout.no_part", "part", say);
        return issues;
    };
    if part.region_id != line.region || !same_client(part, line) {
        let say = Say::new(
            "村或被保险人与投保清单的这一行不一致。",
            "Village or insured differ from this part of the policy.",
        );
        refuse("payout.other_part", "part", say);
    }
    let left = left(cover, part);
    if line.amount > left {
        let (left, sum) = (left.show(Unit::Yuan), part.sum_insured_fen.show(Unit::Yuan));
        let say = Say::new(
            format!("赔款超过保额：这一行保额 {sum} 元，还可赔付 {left} 元。"),
            format!("Above the sum insured of {sum} yuan; {left} yuan are left to be paid on this part."),
        );
        refuse("payout.above_sum", "amount", say);
    }
    issues
}

/// Rule 21: a loss outside the days insured, or on or after the day of a cancellation.
pub(in crate::insurance) fn loss_outside(policy: &Policy, loss: NaiveDate) -> Option<Say> {
    if policy.covers(loss) {
        return None;
    }
    let (from, to) = (policy.starts_on, policy.ends_on);
    Some(match policy.cancelled_on {
        Some(day) if loss >= day => Say::new(
            format!("这张保单自 {day} 起已退保，这一天及以后的出险不在保障内。"),
            format!("The policy was cancelled from {day}; a loss of that day or later is not covered."),
        ),
        _ => Say::new(
            format!("出险日期要在保险期间（{from} ～ {to}）内。"),
            format!("The loss must lie within the days insured, {from} to {to}."),
        ),
    })
}

/// What a payout must be whatever its policy says.
fn judge_claim(line: &Line, detail: &PayoutDetail, day: NaiveDate) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut refuse =
        |code, field, zh: &str, en: &str| issues.push(Issue::refuse(code, field, Say::new(zh, en)));
    if !line.amount.is_positive() {
        let (zh, en) = ("赔款要大于零。", "The amount paid must be above zero.");
        refuse("amount.not_positive", "amount", zh, en);
    }
    if !is_short_text(&detail.claim) {
        let (zh, en) = (
            "请填写报案号，最多 64 个字。",
            "Enter the claim number, at most 64 characters.",
        );
        refuse("payout.claim", "claim", zh, en);
    }
    if !is_short_text(&detail.cause) {
        let (zh, en) = (
            "请填写出险原因，最多 64 个字。",
            "Enter the cause of loss, at most 64 characters.",
        );
        refuse("payout.cause", "cause", zh, en);
    }
    if detail.households == 0 {
        let say = Say::new(
            "受益户次填的是 0：只有赔款全部给村集体、没有农户受益时才是 0，请核对。",
            "No household is said to be paid: right only when the village as a whole receives it all. Check it.",
        );
        issues.push(Issue::warn("payout.no_household", "households", say));
    }
    let mut refuse =
        |code, field, zh: &str, en: &str| issues.push(Issue::refuse(code, field, Say::new(zh, en)));
    if detail.households < 0 {
        refuse(
            "payout.households",
            "households",
            "户次不能为负。",
            "Households cannot be negative.",
        );
    }
    if detail.loss_date > day {
        let (zh, en) = (
            "出险日期不能晚于赔付日期。",
            "The loss cannot be later than the day it is paid.",
        );
        refuse("payout.before_loss", "loss_date", zh, en);
    }
    issues
}

/// A part insured for one client is paid to that client; one insured for a village to anyone there.
fn same_client(part: &PolicyPart, line: &Line) -> bool {
    part.client_id.is_none() || line.client.is_none() || part.client_id == line.client
}

/// What may still be paid on a part: within its own sum insured and the policy's.
pub(in crate::insurance) fn left(cover: &Cover, part: &PolicyPart) -> Fen {
    let of_part = part.sum_insured_fen.0.saturating_sub(part.paid_fen.0);
    let of_policy = cover
        .policy
        .sum_insured_fen
        .0
        .saturating_sub(cover.policy.paid_fen.0);
    Fen(of_part.min(of_policy).max(0))
}

/// What a line of a payout posts.
pub(in crate::insurance) fn payout_posting(line: &Line) -> Posting {
    Posting::of(line, measure::INSURANCE_PAYOUT, line.amount.0)
}

/// Judges the system voucher that takes a policy out of force: it has ended the day before, is in
/// force still, and the lines are its parts.
pub(in crate::insurance) fn judge_expiry(
    lines: &[Line],
    cover: Option<&Cover>,
    day: NaiveDate,
) -> Option<Issue> {
    let refuse = |code, zh: &str, en: &str| Some(Issue::refuse(code, "", Say::new(zh, en)));
    let Some(cover) = cover.filter(|cover| !cover.waiting) else {
        return refuse("expiry.no_policy", "没有这张保单。", "There is no such policy.");
    };
    if cover.policy.state != ACTIVE {
        return refuse(
            "expiry.done",
            "这张保单已经到期。",
            "This policy has ended already.",
        );
    }
    if cover.policy.ends_on.succ_opt() != Some(day) {
        let (zh, en) = (
            "保单到期记在保险止期的次日。",
            "A policy expires on the day after its last.",
        );
        return refuse("expiry.day", zh, en);
    }
    let matches = |(line, part): (&Line, &PolicyPart)| {
        line.contract.as_ref() == Some(&cover.policy.id)
            && line.institution == cover.policy.institution_id
            && line.product == cover.policy.product_id
            && line.region == part.region_id
            && line.specialist == part.specialist_id
            && line.amount == part.sum_insured_fen
    };
    if lines.len() != cover.parts.len() || !lines.iter().zip(&cover.parts).all(matches) {
        let (zh, en) = (
            "到期凭证要与保单逐项一致。",
            "The lines must be the policy's own parts.",
        );
        return refuse("expiry.parts", zh, en);
    }
    None
}

/// What the running out of a part posts.
pub(in crate::insurance) fn expiry_posting(line: &Line) -> Posting {
    Posting::of(line, measure::INSURANCE_IN_FORCE, line.amount.0.saturating_neg())
}
