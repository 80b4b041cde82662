//! Pure checks of endorsements and cancellations.

use chrono::NaiveDate;

use super::premium::{none_below_zero, premium_of_change, returned_by_days};
use super::{insured_sum, is_product, is_short_text};
use crate::error::Issue;
use crate::insurance::claims::Claim;
use crate::insurance::store::{CANCELLED, Cover, PolicyPart};
use crate::insurance::versions::{CancellationDetail, EndorsementDetail, PremiumBasis};
use crate::ledger::Line;
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::{Payer, Percent, Split};
use crate::values::{AmountError, Fen, Say, Unit};

/// What an endorsement makes of a quantity: zero when the insured leaves the policy.
pub(in crate::insurance) fn quantity_or_none(text: &str) -> Option<i64> {
    if matches!(text, "0" | "0.0" | "0.00") {
        return Some(0);
    }
    quantity_hundredths(text)
}

/// The sum insured of so much.
///
/// # Errors
/// `Overflow` when it does not fit.
pub(in crate::insurance) fn sum_of(hundredths: i64, unit_sum: Fen) -> Result<Fen, AmountError> {
    if hundredths == 0 {
        return Ok(Fen::ZERO);
    }
    insured_sum(hundredths, unit_sum)
}

fn refusal(code: &str, field: &str, zh: impl Into<String>, en: impl Into<String>) -> Issue {
    Issue::refuse(code, field, Say::new(zh.into(), en.into()))
}

/// Whether a policy can be changed at all.
fn judge_standing(cover: Option<&Cover>, day: NaiveDate) -> Result<&Cover, Issue> {
    let Some(cover) = cover else {
        return Err(refusal(
            "version.no_policy",
            "policy",
            "没有这张保单，请先记录投保。",
            "There is no such policy; record it first.",
        ));
    };
    if cover.waiting {
        return Err(refusal(
            "version.policy_waits",
            "policy",
            "这张保单还在待审核，请先审核保单。",
            "The policy itself still waits for review; decide on that first.",
        ));
    }
    let policy = &cover.policy;
    if policy.state == CANCELLED {
        return Err(refusal(
            "version.cancelled",
            "policy",
            "这张保单已经退保。",
            "This policy has been cancelled already.",
        ));
    }
    if day > policy.ends_on {
        return Err(refusal(
            "version.after_end",
            "business_date",
            format!("日期不能晚于保险止期（{}）。", policy.ends_on),
            format!(
                "The day cannot be after the last day of cover ({}).",
                policy.ends_on
            ),
        ));
    }
    Ok(cover)
}

/// The papers: their number and reason.
fn judge_papers(number: &str, reason: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !is_short_text(number) {
        issues.push(refusal(
            "version.number",
            "number",
            "请填写批单号，最多 64 个字。",
            "Enter the endorsement number, at most 64 characters.",
        ));
    }
    if !is_short_text(reason) {
        issues.push(refusal(
            "version.reason",
            "reason",
            "请填写原因，最多 64 个字。",
            "Enter the reason, at most 64 characters.",
        ));
    }
    issues
}

/// Rules 19 for a change: the five parts make it up, none the other way, nobody below nothing.
fn judge_split(part: &PolicyPart, premium: Fen, split: &Split) -> Option<Issue> {
    let whole = split.total().ok() == Some(premium);
    let other_way = |payer| split.of(payer).0.signum() * premium.0.signum() < 0;
    if !whole || Payer::ALL.into_iter().any(other_way) {
        return Some(refusal(
            "version.shares",
            "premium",
            "五方分担的增减合计应等于保费增减，方向一致。",
            "The five parts must add up to the change of premium, none of them the other way.",
        ));
    }
    if !none_below_zero(&part.split(), split).unwrap_or(false) {
        return Some(refusal(
            "version.premium_below",
            "premium",
            format!("退还的保费超过已收的 {} 元。", part.premium_fen.show(Unit::Yuan)),
            format!(
                "More than the {} yuan of premium borne.",
                part.premium_fen.show(Unit::Yuan)
            ),
        ));
    }
    None
}

fn no_part() -> Issue {
    refusal(
        "version.no_part",
        "part",
        "保单的投保清单里没有这一行。",
        "The policy has no such part.",
    )
}

/// Judges one line of an endorsement against its policy as it stands.
pub(in crate::insurance) fn judge_endorsement(
    line: &Line,
    detail: &EndorsementDetail,
    cover: Option<&Cover>,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = judge_papers(&detail.number, &detail.reason);
    let cover = match judge_standing(cover, day) {
        Ok(cover) => cover,
        Err(issue) => {
            issues.push(issue);
            return issues;
        }
    };
    let Some(part) = cover.part(detail.part) else {
        issues.push(no_part());
        return issues;
    };
    let policy = &cover.policy;
    let same = policy.product_id == line.product
        && policy.institution_id == line.institution
        && part.region_id == line.region
        && part.client_id.is_some() == line.client.is_some();
    if !same {
        issues.push(refusal(
            "version.other_part",
            "part",
            "险种、承保机构或村与投保清单的这一行不一致。",
            "Product, insurer or village differ from this part of the policy.",
        ));
    }
    issues.extend(judge_sum(line, detail, part));
    issues.extend(judge_change(line, detail, cover, part, day));
    issues
}

/// The quantity, and the sum insured it makes.
fn judge_sum(line: &Line, detail: &EndorsementDetail, part: &PolicyPart) -> Vec<Issue> {
    let mut issues = Vec::new();
    if detail.households < 0 {
        issues.push(refusal(
            "policy.households",
            "households",
            "户次不能为负。",
            "Households cannot be negative.",
        ));
    }
    let Some(hundredths) = quantity_or_none(&detail.quantity).filter(|_| detail.unit_sum.is_positive())
    else {
        issues.push(refusal(
            "version.quantity",
            "quantity",
            "数量最多两位小数；被保险人全部退出填 0。",
            "A quantity has at most two decimals; 0 when the insured leaves.",
        ));
        return issues;
    };
    let after = Fen(part.sum_insured_fen.0.saturating_add(line.amount.0));
    if !is_product(after, detail.unit_sum, hundredths, 100) {
        issues.push(refusal(
            "version.sum",
            "quantity",
            "保额增减与批改前后的数量不符：保单可能已经变动，请重新打开再填。",
            "The change does not lead from the present sum insured to the new one: the policy may have changed. Open the form again.",
        ));
    } else if after < part.paid_fen {
        let paid = part.paid_fen.show(Unit::Yuan);
        issues.push(refusal(
            "version.below_paid",
            "quantity",
            format!("这一行已赔付 {paid} 元，批改后的保额不能低于它。"),
            format!("{paid} yuan have been paid on this part; its sum insured cannot fall below that."),
        ));
    }
    issues
}

/// What is claimed on a part and not settled stays insured.
pub(in crate::insurance) fn judge_claimed<'a>(
    line: &Line,
    detail: &EndorsementDetail,
    cover: &Cover,
    claims: impl Iterator<Item = &'a Claim>,
) -> Option<Issue> {
    let part = cover.part(detail.part)?;
    let open = claims.filter(|claim| claim.policy_id == cover.policy.id);
    let owed = Fen::sum(open.map(Claim::outstanding)).unwrap_or(Fen::ZERO);
    let after = part.sum_insured_fen.0.saturating_add(line.amount.0);
    (owed.is_positive() && after < part.paid_fen.0.saturating_add(owed.0)).then(|| {
        let owed = owed.show(Unit::Yuan);
        refusal(
            "version.below_claimed",
            "quantity",
            format!("这一行还有未决赔款 {owed} 元，批改后的保额不够赔付。"),
            format!("{owed} yuan of claims are outstanding on this part; its new sum insured would not cover them."),
        )
    })
}

/// A policy is cancelled once its claims are paid up or closed.
pub(in crate::insurance) fn judge_settled<'a>(mut claims: impl Iterator<Item = &'a Claim>) -> Option<Issue> {
    claims.find(|claim| claim.is_open()).map(|claim| {
        refusal(
            "version.open_claim",
            "policy",
            format!("报案 {} 还没有结案，付清或结案后才能退保。", claim.number),
            format!(
                "Claim {} is open; it must be paid up or closed before the policy is cancelled.",
                claim.number
            ),
        )
    })
}

/// The change itself: there is one, and its premium is what the basis says.
fn judge_change(
    line: &Line,
    detail: &EndorsementDetail,
    cover: &Cover,
    part: &PolicyPart,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    let unchanged = line.amount.is_zero()
        && detail.premium.is_zero()
        && detail.households == part.households
        && line.client == part.client_id;
    if unchanged {
        issues.push(refusal(
            "version.nothing",
            "quantity",
            "没有任何改动：请改数量、被保险人或户次。",
            "Nothing is changed: change the quantity, the insured or the households.",
        ));
    }
    let Ok(rate) = Percent::parse(&part.rate_percent) else {
        return issues;
    };
    let of = |basis| {
        premium_of_change(cover, rate, line.amount, basis, day)
            .ok()
            .flatten()
    };
    match of(detail.basis) {
        Some(reckoned) if reckoned != detail.premium => {
            let (reckoned, stated) = (reckoned.show(Unit::Yuan), detail.premium.show(Unit::Yuan));
            issues.push(refusal(
                "version.premium",
                "premium",
                format!("保费增减应为 {reckoned} 元，现为 {stated} 元，请核对。"),
                format!("The premium should change by {reckoned} yuan, not {stated} yuan; check it."),
            ));
        }
        None if detail.basis == PremiumBasis::Stated => {
            issues.extend(stated_remark(of(PremiumBasis::Days), detail.premium))
        }
        _ => {}
    }
    issues.extend(judge_split(part, detail.premium, &detail.split()));
    issues
}

/// What the paper states, where the days would say otherwise: the reviewer should see both.
fn stated_remark(by_days: Option<Fen>, stated: Fen) -> Option<Issue> {
    let by_days = by_days.filter(|by_days| *by_days != stated)?;
    let (by_days, stated) = (by_days.show(Unit::Yuan), stated.show(Unit::Yuan));
    let say = Say::new(
        format!("保费增减按批单记 {stated} 元，按日计算是 {by_days} 元，请核对批单。"),
        format!(
            "The premium changes by {stated} yuan as stated; by days it would be {by_days} yuan. Check the paper."
        ),
    );
    Some(Issue::warn("version.stated", "premium", say))
}

/// Judges a cancellation as a whole: the policy can be cancelled, and the lines are its parts.
pub(in crate::insurance) fn judge_cancelled(
    lines: &[Line],
    cover: Option<&Cover>,
    day: NaiveDate,
) -> Option<Issue> {
    let cover = match judge_standing(cover, day) {
        Ok(cover) => cover,
        Err(issue) => return Some(issue),
    };
    let matches = |(line, part): (&Line, &PolicyPart)| {
        line.contract.as_ref() == Some(&cover.policy.id)
            && line.institution == cover.policy.institution_id
            && line.product == cover.policy.product_id
            && line.region == part.region_id
            && line.amount.0 == part.paid_fen.0.saturating_sub(part.sum_insured_fen.0)
            && line
                .detail::<CancellationDetail>()
                .is_ok_and(|detail| detail.part == part.n)
    };
    let whole = lines.len() == cover.parts.len() && lines.iter().zip(&cover.parts).all(matches);
    (!whole).then(|| {
        refusal(
            "version.not_whole",
            "policy",
            "退保要与保单逐行一致：保单可能已经变动，请重新打开再填。",
            "A cancellation takes the policy as it stands, part by part: it may have changed. Open the form again.",
        )
    })
}

/// Judges what one line of a cancellation returns.
pub(in crate::insurance) fn judge_returned(
    detail: &CancellationDetail,
    cover: &Cover,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = judge_papers(&detail.number, &detail.reason);
    let Some(part) = cover.part(detail.part) else {
        issues.push(no_part());
        return issues;
    };
    let by_days = returned_by_days(cover, part, day).ok();
    match detail.basis {
        PremiumBasis::Stated => issues.extend(stated_remark(by_days, detail.premium)),
        PremiumBasis::Days if by_days == Some(detail.premium) => {}
        PremiumBasis::Days | PremiumBasis::Whole => issues.push(refusal(
            "version.premium",
            "premium",
            "退还的保费与按日计算的不符，请重新打开再填。",
            "The premium returned is not what the days say; open the form again.",
        )),
    }
    if detail.premium.is_positive() {
        issues.push(refusal(
            "version.returned",
            "premium",
            "退保只退还保费，不能加收。",
            "A cancellation returns premium; it takes none.",
        ));
    }
    issues.extend(judge_split(part, detail.premium, &detail.split()));
    issues
}
