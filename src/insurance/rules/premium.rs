//! How the premium of an endorsement or a cancellation is reckoned and split, and what either posts.

use chrono::NaiveDate;

use crate::insurance::store::{Cover, PolicyPart};
use crate::insurance::versions::{CancellationDetail, EndorsementDetail, PremiumBasis};
use crate::ledger::{Line, Posting};
use crate::values::measure;
use crate::values::rate::{Payer, Percent, Shares, Split, split_premium};
use crate::values::{AmountError, Fen, MeasureId};

/// The premium that a change of sum insured brings, rounded once, half away from zero: for the whole
/// cover change × rate, by days × days of cover left (that day included) ÷ days of cover. None where
/// the insurer states it.
///
/// # Errors
/// `Overflow` when it does not fit.
pub(in crate::insurance) fn premium_of_change(
    cover: &Cover,
    rate: Percent,
    change: Fen,
    basis: PremiumBasis,
    day: NaiveDate,
) -> Result<Option<Fen>, AmountError> {
    const WHOLE: i128 = 1_000_000;
    let rate = i128::from(rate.ten_thousandths());
    match basis {
        PremiumBasis::Stated => Ok(None),
        PremiumBasis::Whole => change.portion(rate, WHOLE).map(Some),
        PremiumBasis::Days => {
            let (left, all) = days(cover, day);
            change.portion(rate * left, WHOLE * all).map(Some)
        }
    }
}

/// Days of cover left from a day on, and in all.
fn days(cover: &Cover, day: NaiveDate) -> (i128, i128) {
    (
        i128::from(cover.policy.days_from(day)),
        i128::from(cover.policy.days()),
    )
}

/// What a cancellation returns of a part's premium, negative: premium × days of cover left (that
/// day included) ÷ days of cover, rounded once, half away from zero.
///
/// # Errors
/// `Overflow` when it does not fit.
pub(in crate::insurance) fn returned_by_days(
    cover: &Cover,
    part: &PolicyPart,
    day: NaiveDate,
) -> Result<Fen, AmountError> {
    let (left, all) = days(cover, day);
    part.premium_fen.portion(left, all)?.negated()
}

/// Splits a change of premium among its payers: as the terms' shares say wherever the part was split
/// by them (农户 rounded first, then 中央, 省 and 市; 县 takes the remainder), otherwise in the
/// proportions in which they bear the part now, rounded in the same order. A whole premium goes back
/// to each as it was borne, and nobody gets back more than that.
///
/// # Errors
/// `Overflow` when a part does not fit.
pub(in crate::insurance) fn split_change(
    total: Fen,
    part: &PolicyPart,
    shares: Option<&Shares>,
) -> Result<Split, AmountError> {
    let borne = part.split();
    if let Some(shares) = shares
        && split_premium(part.premium_fen, shares)? == borne
    {
        let split = split_premium(total, shares)?;
        if none_below_zero(&borne, &split)? {
            return Ok(split);
        }
    }
    if !part.premium_fen.is_positive() {
        return Ok(Split {
            farmer: total,
            ..Split::default()
        });
    }
    let of = |payer| total.portion(i128::from(borne.of(payer).0), i128::from(part.premium_fen.0));
    let mut split = Split {
        farmer: of(Payer::Farmer)?,
        central: of(Payer::Central)?,
        province: of(Payer::Province)?,
        city: of(Payer::City)?,
        county: Fen::ZERO,
    };
    let rest = total.minus(split.total()?)?;
    let last = [Payer::County, Payer::City, Payer::Province, Payer::Central]
        .into_iter()
        .find(|payer| !borne.of(*payer).is_zero());
    let taker = match last {
        Some(Payer::County) => &mut split.county,
        Some(Payer::City) => &mut split.city,
        Some(Payer::Province) => &mut split.province,
        Some(Payer::Central) => &mut split.central,
        _ => &mut split.farmer,
    };
    *taker = taker.plus(rest)?;
    Ok(split)
}

/// Whether nobody would have got back more than he bore.
pub(super) fn none_below_zero(borne: &Split, change: &Split) -> Result<bool, AmountError> {
    for payer in Payer::ALL {
        if borne.of(payer).plus(change.of(payer))?.is_negative() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The entries of a change of premium.
fn premium_postings(line: &Line, premium: Fen, split: &Split) -> Vec<Posting> {
    let mut amounts: Vec<(MeasureId, Fen)> = vec![(measure::INSURANCE_PREMIUM, premium)];
    amounts.extend(Payer::ALL.map(|payer| (payer.measure(), split.of(payer))));
    amounts
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(measure, amount)| Posting::of(line, measure, amount.0))
        .collect()
}

/// 有效保额 stands under the part's own dimensions as long as it lasts.
fn in_force(line: &Line, part: &PolicyPart, amount: Fen) -> Posting {
    Posting {
        specialist: part.specialist_id,
        ..Posting::of(line, measure::INSURANCE_IN_FORCE, amount.0)
    }
}

/// What a line of an endorsement posts.
pub(in crate::insurance) fn endorsement_postings(
    line: &Line,
    detail: &EndorsementDetail,
    cover: &Cover,
) -> Vec<Posting> {
    let mut posted = Vec::new();
    if !line.amount.is_zero() {
        posted.push(Posting::of(line, measure::INSURANCE_SUM_INSURED, line.amount.0));
        let part = cover.part(detail.part).filter(|_| cover.policy.is_active());
        posted.extend(part.map(|part| in_force(line, part, line.amount)));
    }
    posted.extend(premium_postings(line, detail.premium, &detail.split()));
    let before = cover.part(detail.part).map(|part| part.households);
    let more = before.map_or(0, |before| detail.households.saturating_sub(before));
    if more != 0 {
        posted.push(Posting::of(line, measure::INSURANCE_PARTICIPATIONS, more));
    }
    posted
}

/// What a line of a cancellation posts.
pub(in crate::insurance) fn cancellation_postings(
    line: &Line,
    detail: &CancellationDetail,
    cover: &Cover,
) -> Vec<Posting> {
    let mut posted = Vec::new();
    if !line.amount.is_zero() {
        posted.push(Posting::of(line, measure::INSURANCE_SUM_INSURED, line.amount.0));
    }
    if let Some(part) = cover.part(detail.part)
        && cover.policy.is_active()
        && !part.sum_insured_fen.is_zero()
    {
        posted.push(in_force(line, part, Fen(part.sum_insured_fen.0.saturating_neg())));
    }
    posted.extend(premium_postings(line, detail.premium, &detail.split()));
    posted
}
