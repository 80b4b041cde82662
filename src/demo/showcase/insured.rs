//! Claims of a cold wave at every step, an endorsement and a cancellation.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Stage, december, january, nothing};
use crate::db::Conn;
use crate::db::schema::{index_trigger, policy, policy_part};
use crate::error::Error;
use crate::insurance::{
    CANCEL_KIND, CancellationDetail, ClaimDetail, Cover, ENDORSE_KIND, EndorsementDetail, PAYOUT_KIND,
    PayoutDetail, PolicyPart, PremiumBasis, Report, Stage as Step, load_covers,
};
use crate::ledger::NewLine;
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::Percent;
use crate::values::{ContractId, DisasterId, Fen, ProductId};

const NUMBER: &str = "BA20231220-01";
const CAUSE: &str = "强寒潮低温";
/// Whole hundreds of yuan.
const HUNDRED: i64 = 10_000;
/// Policies looked at.
const MOST: i64 = 60;
/// Rows of the claimed policy's list that are hit.
const HIT: usize = 5;

/// The insurer's policies in force with at least so many rows that pay by the loss, in order of their ids.
fn policies(conn: &mut Conn, stage: &Stage<'_, '_>, rows: usize) -> Result<Vec<Cover>, Error> {
    let by_index: Vec<ProductId> = index_trigger::table
        .select(index_trigger::product_id)
        .distinct()
        .load(conn)?;
    let last = i32::try_from(rows).map_err(|_| nothing())?;
    let ids: Vec<ContractId> = policy::table
        .inner_join(
            policy_part::table.on(policy_part::book_id
                .eq(policy::book_id)
                .and(policy_part::policy_id.eq(policy::id))),
        )
        .filter(policy::book_id.eq(stage.book))
        .filter(policy::institution_id.eq(stage.insurer.1))
        .filter(policy::state.eq("active"))
        .filter(policy::starts_on.le(december(1)?))
        .filter(policy::ends_on.gt(january(31)?))
        .filter(policy::product_id.ne_all(by_index))
        .filter(policy_part::n.eq(last))
        .order(policy::id)
        .limit(MOST)
        .select(policy::id)
        .load(conn)?;
    let mut covers = load_covers(conn, stage.book, &ids)?;
    Ok(ids.iter().filter_map(|id| covers.remove(id)).collect())
}

fn line(cover: &Cover, part: &PolicyPart, amount: Fen, detail: serde_json::Value) -> NewLine {
    NewLine {
        region: part.region_id,
        client: part.client_id.clone(),
        product: cover.policy.product_id,
        institution: cover.policy.institution_id,
        specialist: part.specialist_id,
        contract: Some(cover.policy.id.clone()),
        amount,
        detail,
    }
}

/// So many percent of what can still be paid on a row, in whole hundreds of yuan.
fn percent(part: &PolicyPart, percent: i64) -> Fen {
    let left = part.sum_insured_fen.0.saturating_sub(part.paid_fen.0);
    Fen((left / 100 * percent / HUNDRED * HUNDRED).max(HUNDRED))
}

/// One row paid, one approved, one shown in the village, one surveyed and withdrawn, one reported.
pub(super) fn claims(conn: &mut Conn, stage: &mut Stage<'_, '_>, event: DisasterId) -> Result<(), Error> {
    let cover = policies(conn, stage, HIT)?
        .into_iter()
        .next()
        .ok_or_else(nothing)?;
    let loss = december(22)?;
    let report = Report {
        loss_date: loss,
        cause: CAUSE.to_owned(),
        event: Some(event),
        households: 6,
        reported_on: december(23)?,
        surveyed_on: None,
    };
    let steps: [(Step, NaiveDate, std::ops::Range<usize>, i64); 6] = [
        (Step::Report, december(23)?, 0..HIT, 6),
        (Step::Survey, december(25)?, 0..4, 5),
        (Step::Assess, december(26)?, 0..3, 4),
        (Step::Notice, december(27)?, 0..3, 4),
        (Step::Approve, january(2)?, 0..2, 4),
        (Step::Close, january(3)?, 3..4, 0),
    ];
    for (step, day, rows, share) in steps {
        let parts = cover.parts.get(rows).ok_or_else(nothing)?;
        let of_row = |part: &PolicyPart| {
            let detail = ClaimDetail {
                claim: NUMBER.to_owned(),
                part: part.n,
                report: (step == Step::Report).then(|| report.clone()),
                quantity: String::new(),
                shown: (step == Step::Notice).then_some((december(27)?, january(1)?)),
                note: note(step).to_owned(),
            };
            let amount = if share == 0 {
                Fen::ZERO
            } else {
                percent(part, share)
            };
            Ok(line(&cover, part, amount, serde_json::to_value(detail)?))
        };
        let lines = parts.iter().map(of_row).collect::<Result<Vec<_>, Error>>()?;
        stage.act(conn, day, step.code(), lines)?;
    }
    let paid = cover.parts.first().ok_or_else(nothing)?;
    let detail = PayoutDetail {
        claim: NUMBER.to_owned(),
        loss_date: loss,
        cause: CAUSE.to_owned(),
        part: paid.n,
        households: 6,
        counted: true,
    };
    let payout = line(&cover, paid, percent(paid, 4), serde_json::to_value(detail)?);
    stage.act(conn, january(3)?, PAYOUT_KIND, vec![payout])
}

/// What is said with a step, where something is.
fn note(step: Step) -> &'static str {
    match step {
        Step::Survey => "现场查看，多数受冻，仍可部分恢复",
        Step::Close => "复查未达起赔点，被保险人撤回",
        _ => "",
    }
}

/// A change of premium among its payers, as they bear it now; the largest takes what is left over.
fn split(change: Fen, part: &PolicyPart) -> [Fen; 5] {
    let borne = [
        part.central_fen,
        part.province_fen,
        part.city_fen,
        part.county_fen,
        part.farmer_fen,
    ];
    let whole = i128::from(part.premium_fen.0.max(1));
    let share = |fen: &Fen| {
        let share = i128::from(change.0) * i128::from(fen.0) / whole;
        Fen(i64::try_from(share).unwrap_or(0))
    };
    let mut parts = borne.each_ref().map(share);
    let left = change.0 - parts.iter().map(|part| part.0).sum::<i64>();
    if let Some((_, largest)) = borne.iter().zip(&mut parts).max_by_key(|(fen, _)| fen.0) {
        largest.0 += left;
    }
    parts
}

/// Two units more on the first row of the second policy.
pub(super) fn endorsement(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let cover = policies(conn, stage, HIT)?
        .into_iter()
        .nth(1)
        .ok_or_else(nothing)?;
    let part = cover.parts.first().ok_or_else(nothing)?;
    let after = quantity_hundredths(&part.quantity).ok_or_else(nothing)? + 200;
    let more = Fen(part.unit_sum_fen.0.checked_mul(2).ok_or_else(nothing)?);
    let premium = Percent::parse(&part.rate_percent)
        .map_err(|_| nothing())?
        .of(more)?;
    let [central, province, city, county, farmer] = split(premium, part);
    let detail = EndorsementDetail {
        number: "PG202401-0001".to_owned(),
        part: part.n,
        quantity: format!("{}.{:02}", after / 100, after % 100),
        unit_sum: part.unit_sum_fen,
        households: part.households,
        basis: PremiumBasis::Stated,
        premium,
        central,
        province,
        city,
        county,
        farmer,
        reason: "复核面积，补登漏保部分".to_owned(),
    };
    let changed = line(&cover, part, more, serde_json::to_value(detail)?);
    stage.act(conn, january(2)?, ENDORSE_KIND, vec![changed])
}

/// A small policy is cancelled, neither of the first two; its premium comes back by the days left.
pub(super) fn cancellation(conn: &mut Conn, stage: &mut Stage<'_, '_>) -> Result<(), Error> {
    let day = january(3)?;
    let taken: Vec<ContractId> = policies(conn, stage, HIT)?
        .into_iter()
        .take(2)
        .map(|cover| cover.policy.id)
        .collect();
    let insured = |cover: &Cover| cover.parts.iter().map(|part| part.sum_insured_fen.0).sum::<i64>();
    let cover = policies(conn, stage, 1)?
        .into_iter()
        .filter(|cover| !taken.contains(&cover.policy.id))
        .min_by_key(insured)
        .ok_or_else(nothing)?;
    let (left, all) = (
        i128::from(cover.policy.days_from(day)),
        i128::from(cover.policy.days()),
    );
    let returned = |part: &PolicyPart| {
        let premium = part.premium_fen.portion(left, all)?.negated()?;
        let [central, province, city, county, farmer] = split(premium, part);
        let detail = CancellationDetail {
            number: "TB202401-0001".to_owned(),
            part: part.n,
            basis: PremiumBasis::Days,
            premium,
            central,
            province,
            city,
            county,
            farmer,
            reason: "塘租到期，不再养殖".to_owned(),
        };
        let amount = Fen(part.paid_fen.0 - part.sum_insured_fen.0);
        Ok(line(&cover, part, amount, serde_json::to_value(detail)?))
    };
    let lines = cover
        .parts
        .iter()
        .map(returned)
        .collect::<Result<Vec<_>, Error>>()?;
    stage.act(conn, day, CANCEL_KIND, lines)
}
