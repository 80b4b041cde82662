//! Pure checks of a claim's steps and of the payouts on it, and what they post.

use chrono::NaiveDate;

use super::commands::Stage;
use super::detail::{ClaimDetail, Report};
use super::store::Claim;
use crate::error::Issue;
use crate::insurance::commands::PayoutDetail;
use crate::insurance::rules::is_short_text;
use crate::insurance::rules::payout::loss_outside;
use crate::insurance::store::{Cover, PolicyPart};
use crate::ledger::{Line, Posting};
use crate::values::measure;
use crate::values::quantity::quantity_hundredths;
use crate::values::text::narrow;
use crate::values::{BookId, Fen, Say, Unit};

fn refusal(code: &str, field: &str, zh: impl Into<String>, en: impl Into<String>) -> Issue {
    Issue::refuse(code, field, Say::new(zh.into(), en.into()))
}

/// The claim after a step: a new one where the step files it, none where there is nothing to go on.
/// An assessment undoes a notice: what is shown must be what was assessed last.
pub(super) fn advance(
    stage: Stage,
    (book, day): (BookId, NaiveDate),
    line: &Line,
    detail: &ClaimDetail,
    before: Option<&Claim>,
) -> Option<Claim> {
    let mut claim = match (before, &detail.report) {
        (Some(claim), _) => claim.clone(),
        (None, Some(report)) => filed(book, line, detail, report)?,
        (None, None) => return None,
    };
    stage.code().clone_into(&mut claim.stage);
    if !detail.quantity.is_empty() {
        claim.quantity.clone_from(&detail.quantity);
    }
    match stage {
        Stage::Report => claim.estimated_fen = line.amount,
        Stage::Survey => {
            claim.surveyed_on = Some(day);
            claim.estimated_fen = line.amount;
        }
        Stage::Assess => {
            claim.assessed_on = Some(day);
            claim.assessed_fen = line.amount;
            (claim.shown_from, claim.shown_to) = (None, None);
        }
        Stage::Notice => (claim.shown_from, claim.shown_to) = detail.shown.unzip(),
        Stage::Approve => {
            claim.approved_on = Some(day);
            claim.approved_fen = line.amount;
        }
        Stage::Close => claim.closed_on = Some(day),
    }
    Some(claim)
}

fn filed(book: BookId, line: &Line, detail: &ClaimDetail, report: &Report) -> Option<Claim> {
    Some(Claim {
        book_id: book,
        policy_id: line.contract.clone()?,
        part: detail.part,
        number: narrow(&detail.claim),
        region_id: line.region,
        client_id: line.client.clone(),
        disaster_id: report.event,
        loss_date: report.loss_date,
        cause: report.cause.clone(),
        households: report.households,
        quantity: String::new(),
        stage: String::new(),
        reported_on: report.reported_on,
        surveyed_on: report.surveyed_on,
        assessed_on: None,
        shown_from: None,
        shown_to: None,
        approved_on: None,
        closed_on: None,
        estimated_fen: Fen::ZERO,
        assessed_fen: Fen::ZERO,
        approved_fen: Fen::ZERO,
        paid_fen: Fen::ZERO,
    })
}

/// Judges one line of a step against the policy and the claim as they stand.
pub(super) fn judge(
    stage: Stage,
    line: &Line,
    detail: &ClaimDetail,
    cover: Option<&Cover>,
    before: Option<&Claim>,
    day: NaiveDate,
) -> Vec<Issue> {
    let mut issues = judge_words(line, detail);
    let (cover, part) = match find_part(line, detail, cover) {
        Ok(found) => found,
        Err(issue) => {
            issues.push(issue);
            return issues;
        }
    };
    let files = matches!(stage, Stage::Report | Stage::Assess);
    match (before, &detail.report) {
        (None, Some(report)) if files => {
            issues.extend(judge_report(report, cover, day));
            issues.extend(judge_amount(stage, line, detail, part, None));
        }
        (None, _) => issues.push(refusal(
            "claim.unknown",
            "claim",
            "没有这个报案，或报案还在待审核。",
            "There is no such claim, or its report still waits for review.",
        )),
        (Some(_), Some(_)) => issues.push(refusal(
            "claim.reported_already",
            "claim",
            "投保清单的这一行下已有这个报案号。",
            "This row of the policy's list has a claim of this number already.",
        )),
        (Some(claim), None) => {
            issues.extend(judge_order(stage, detail, claim, day));
            issues.extend(judge_amount(stage, line, detail, part, Some(claim)));
        }
    }
    issues
}

/// The words and numbers by themselves.
fn judge_words(line: &Line, detail: &ClaimDetail) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !is_short_text(&detail.claim) {
        issues.push(refusal(
            "payout.claim",
            "claim",
            "请填写报案号，最多 64 个字。",
            "Enter the claim number, at most 64 characters.",
        ));
    }
    if line.amount.is_negative() {
        issues.push(refusal(
            "claim.negative",
            "amount",
            "金额不能为负。",
            "The amount cannot be negative.",
        ));
    }
    if !detail.quantity.is_empty() && quantity_hundredths(&detail.quantity).is_none() {
        issues.push(refusal(
            "claim.quantity",
            "quantity",
            "损失数量要大于零，最多两位小数。",
            "The quantity lost must be above zero with at most two decimals.",
        ));
    }
    issues
}

fn find_part<'a>(
    line: &Line,
    detail: &ClaimDetail,
    cover: Option<&'a Cover>,
) -> Result<(&'a Cover, &'a PolicyPart), Issue> {
    let cover = cover.filter(|cover| !cover.waiting).ok_or_else(|| {
        refusal(
            "claim.no_policy",
            "policy",
            "没有这张保单，或保单还在待审核。",
            "There is no such policy, or it still waits for review.",
        )
    })?;
    let same = |part: &&PolicyPart| {
        part.region_id == line.region
            && part.client_id == line.client
            && cover.policy.product_id == line.product
            && cover.policy.institution_id == line.institution
    };
    let part = cover.part(detail.part).filter(same).ok_or_else(|| {
        refusal(
            "claim.other_part",
            "part",
            "村、被保险人、险种或承保机构与投保清单的这一行不一致。",
            "Village, insured, product or insurer differ from this part of the policy.",
        )
    })?;
    Ok((cover, part))
}

/// The loss within the cover (rule 21), its days in their order.
fn judge_report(report: &Report, cover: &Cover, day: NaiveDate) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !is_short_text(&report.cause) {
        issues.push(refusal(
            "payout.cause",
            "cause",
            "请填写出险原因，最多 64 个字。",
            "Enter the cause of loss, at most 64 characters.",
        ));
    }
    if report.households < 0 {
        issues.push(refusal(
            "payout.households",
            "households",
            "户次不能为负。",
            "Households cannot be negative.",
        ));
    }
    issues.extend(
        loss_outside(&cover.policy, report.loss_date)
            .map(|say| Issue::refuse("claim.loss_outside", "loss_date", say)),
    );
    if report.loss_date > report.reported_on {
        issues.push(refusal(
            "claim.before_loss",
            "loss_date",
            "出险日期不能晚于报案日期。",
            "The loss cannot be later than its report.",
        ));
    }
    let surveyed = report.surveyed_on.unwrap_or(report.reported_on);
    if report.reported_on > surveyed || surveyed > day {
        issues.push(refusal(
            "claim.days",
            "business_date",
            "日期顺序应是：报案、查勘、定损。",
            "The days must come in order: report, survey, assessment.",
        ));
    }
    issues
}

/// Whether a step may come now.
fn judge_order(stage: Stage, detail: &ClaimDetail, claim: &Claim, day: NaiveDate) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut refuse = |code, zh: &str, en: &str| issues.push(refusal(code, "claim", zh, en));
    if claim.closed_on.is_some() {
        refuse("claim.closed", "这个赔案已经结案。", "This claim is closed.");
    } else if claim.approved_on.is_some() && !matches!(stage, Stage::Approve | Stage::Close) {
        refuse(
            "claim.approved_already",
            "这个赔案已经核赔，要改先冲销核赔。",
            "This claim has been approved; have the approval taken back first.",
        );
    }
    if day < claim.reported_on {
        refuse(
            "claim.before_report",
            "日期不能早于报案日期。",
            "The day cannot be before the report.",
        );
    }
    let assessed = claim.assessed_on.is_some();
    if matches!(stage, Stage::Notice | Stage::Approve) && !assessed {
        refuse(
            "claim.not_assessed",
            "还没有定损。",
            "There is no assessment yet.",
        );
    }
    match stage {
        Stage::Notice if detail.shown.is_none_or(|(from, to)| from > to) => refuse(
            "claim.shown",
            "请填写公示期，止日不能早于起日。",
            "Enter the days of the notice; it cannot end before it starts.",
        ),
        Stage::Assess if claim.surveyed_on.is_none() => {
            let say = Say::new(
                "还没有查勘记录，请核对。",
                "No survey has been recorded; check it.",
            );
            issues.push(Issue::warn("claim.no_survey", "claim", say));
        }
        Stage::Approve if assessed && claim.shown_to.is_none_or(|to| day <= to) => {
            let say = Say::new(
                "定损结果还没有公示，或公示期未满，由审核人决定是否放行。",
                "The assessment has not been shown, or its days are not over: the reviewer must decide.",
            );
            issues.push(Issue::hold("claim.not_shown", "claim", say));
        }
        Stage::Close if !claim.outstanding().is_zero() => {
            let left = claim.outstanding().show(Unit::Yuan);
            let say = Say::new(
                format!("结案后未决 {left} 元不再赔付。"),
                format!("Once closed, the {left} yuan outstanding will not be paid."),
            );
            issues.push(Issue::warn("claim.drops", "claim", say));
        }
        _ => {}
    }
    issues
}

/// The limits of a step's amount (rule 20).
fn judge_amount(
    stage: Stage,
    line: &Line,
    detail: &ClaimDetail,
    part: &PolicyPart,
    claim: Option<&Claim>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    let paid = claim.map_or(Fen::ZERO, |claim| claim.paid_fen);
    let most = Fen(part.sum_insured_fen.0 - part.paid_fen.0 + paid.0);
    if matches!(stage, Stage::Assess | Stage::Approve) && line.amount > most {
        let shown = most.show(Unit::Yuan);
        issues.push(refusal(
            "claim.above_sum",
            "amount",
            format!("超过保额：这一行最多还可赔 {shown} 元。"),
            format!("Above the sum insured: at most {shown} yuan can be paid on this row."),
        ));
    }
    if let Some(claim) = claim {
        if stage == Stage::Approve && line.amount > claim.assessed_fen {
            let shown = claim.assessed_fen.show(Unit::Yuan);
            issues.push(refusal(
                "claim.above_assessed",
                "amount",
                format!("核赔金额不能超过定损的 {shown} 元。"),
                format!("No more can be approved than the {shown} yuan assessed."),
            ));
        }
        if stage == Stage::Approve && line.amount < claim.paid_fen {
            let shown = claim.paid_fen.show(Unit::Yuan);
            issues.push(refusal(
                "claim.below_paid",
                "amount",
                format!("已赔付 {shown} 元，核赔金额不能低于它。"),
                format!("{shown} yuan have been paid; no less can be approved."),
            ));
        }
        if stage == Stage::Notice && line.amount != claim.assessed_fen {
            issues.push(refusal(
                "claim.shown_amount",
                "amount",
                "公示的金额要等于定损金额。",
                "What is shown must be what was assessed.",
            ));
        }
    }
    let insured = quantity_hundredths(&part.quantity).unwrap_or(0);
    if quantity_hundredths(&detail.quantity).is_some_and(|lost| lost > insured) {
        let say = Say::new(
            format!("损失数量超过投保的 {}，请核对。", part.quantity),
            format!("More is lost than the {} insured; check it.", part.quantity),
        );
        issues.push(Issue::warn("claim.more_than_insured", "quantity", say));
    }
    issues
}

/// What a step or a payout changes of 未决, under the row's own dimensions; a new claim counts as
/// reported under the line's.
pub(in crate::insurance) fn postings(
    line: &Line,
    part: &PolicyPart,
    before: Option<&Claim>,
    after: &Claim,
) -> Vec<Posting> {
    let mut posted = Vec::new();
    if before.is_none() {
        posted.push(Posting::of(line, measure::INSURANCE_CLAIMS_REPORTED, 1));
    }
    let stock = |measure, amount: i64| {
        (amount != 0).then(|| Posting {
            specialist: part.specialist_id,
            region: part.region_id,
            ..Posting::of(line, measure, amount)
        })
    };
    let open = |claim: Option<&Claim>| i64::from(claim.is_some_and(Claim::is_open));
    let owed = |claim: Option<&Claim>| claim.map_or(0, |claim| claim.outstanding().0);
    posted.extend(stock(
        measure::INSURANCE_OUTSTANDING,
        owed(Some(after)) - owed(before),
    ));
    posted.extend(stock(
        measure::INSURANCE_CLAIMS_OPEN,
        open(Some(after)) - open(before),
    ));
    posted
}

/// Judges a payout against the claim of its number, or, where there is none, against the other
/// claims of the row.
pub(in crate::insurance) fn judge_paid<'a>(
    line: &Line,
    detail: &PayoutDetail,
    claim: Option<&Claim>,
    mut of_row: impl Iterator<Item = &'a Claim>,
) -> Vec<Issue> {
    let Some(claim) = claim else {
        let same = of_row.find(|claim| claim.is_open() && claim.loss_date == detail.loss_date);
        return same
            .map(|claim| {
                refusal(
                    "payout.has_claim",
                    "claim",
                    format!("这一行有同日出险、未结案的报案 {}，请填该报案号。", claim.number),
                    format!(
                        "Claim {} of the same day of loss is open on this row; use its number.",
                        claim.number
                    ),
                )
            })
            .into_iter()
            .collect();
    };
    let mut issues = Vec::new();
    let mut refuse = |code, field, zh: String, en: String| issues.push(refusal(code, field, zh, en));
    if claim.closed_on.is_some() {
        refuse(
            "claim.closed",
            "claim",
            "这个赔案已经结案。".into(),
            "This claim is closed.".into(),
        );
    }
    if claim.loss_date != detail.loss_date {
        let day = claim.loss_date;
        refuse(
            "payout.other_loss",
            "loss_date",
            format!("这个报案的出险日期是 {day}。"),
            format!("The loss of this claim was on {day}."),
        );
    }
    if claim.approved_on.is_none() {
        refuse(
            "payout.not_approved",
            "claim",
            "这个报案还没有核赔，不能赔付。".into(),
            "This claim has not been approved yet and cannot be paid.".into(),
        );
        return issues;
    }
    let left = Fen(claim.approved_fen.0.saturating_sub(claim.paid_fen.0).max(0));
    if line.amount > left {
        let (left, approved) = (left.show(Unit::Yuan), claim.approved_fen.show(Unit::Yuan));
        refuse(
            "payout.above_approved",
            "amount",
            format!("超过核赔金额：核赔 {approved} 元，还可赔付 {left} 元。"),
            format!("Above the {approved} yuan approved; {left} yuan are left to be paid."),
        );
    }
    issues
}
