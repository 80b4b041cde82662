//! Pure checks of policies, and what they post; of payouts and expiries in [`payout`].

use chrono::NaiveDate;

use super::commands::PolicyTerms;
use crate::error::Issue;
use crate::ledger::{Line, Posting};
use crate::register::Tariff;
use crate::values::measure;
use crate::values::plausible::odd_term;
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::{Payer, Percent};
use crate::values::{AmountError, Fen, Month, Say, Unit, english};

pub(super) mod payout;
pub(super) mod premium;
#[cfg(test)]
mod tests;
pub(super) mod versions;

/// Characters a number of a policy or claim, or a cause, may have.
const MAX_TEXT: usize = 64;

/// Quantity × unit sum, rounded to the fen. For what a form proposes.
///
/// # Errors
/// `Overflow` when it does not fit.
pub fn insured_sum(hundredths: i64, unit_sum: Fen) -> Result<Fen, AmountError> {
    unit_sum.times(rust_decimal::Decimal::new(hundredths, 2))
}

/// What is known about a policy when it is judged.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub day: NaiveDate,
    /// The institution of the voucher is an insurer.
    pub insurer: bool,
    /// The product is an insurance product, and this insurer may sell it.
    pub offered: bool,
    /// The product's tariff on the first day of cover.
    pub tariff: Option<&'a Tariff>,
    /// Another policy of this insurer has the number, posted or (at submission) waiting.
    pub number_taken: bool,
    /// There is a policy under this id already.
    pub recorded: bool,
}

/// Judges what a policy has once, from its first line.
pub(super) fn judge_policy(line: &Line, terms: &PolicyTerms, known: &Known<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut refuse = |code, field, zh: &str, en: &str| {
        issues.push(Issue::refuse(code, field, Say::new(zh, en)));
    };
    if !known.insurer {
        let (zh, en) = (
            "只有保险公司可以记录保单。",
            "Only an insurer can record a policy.",
        );
        refuse("policy.not_an_insurer", "", zh, en);
    }
    if !known.offered {
        let (zh, en) = (
            "请选择本公司的险种。",
            "Choose an insurance product of this insurer.",
        );
        refuse("policy.product", "product", zh, en);
    }
    if line.contract.is_none() {
        refuse("policy.no_id", "", "保单缺少编号。", "The policy has no id.");
    }
    if known.recorded {
        let (zh, en) = ("这张保单已经记录过。", "This policy has been recorded already.");
        refuse("policy.recorded_already", "", zh, en);
    }
    if !is_short_text(&terms.number) {
        let (zh, en) = (
            "请填写保单号，最多 64 个字。",
            "Enter the policy number, at most 64 characters.",
        );
        refuse("policy.number", "number", zh, en);
    }
    if known.number_taken {
        let zh = format!("保单号 {} 在本公司已经记录过，请核对。", terms.number);
        let en = format!(
            "This insurer has recorded policy number {} already; check it.",
            terms.number
        );
        refuse("policy.number_taken", "number", &zh, &en);
    }
    if terms.starts_on > terms.ends_on {
        let (zh, en) = ("保险止期不能早于起期。", "Cover cannot end before it starts.");
        refuse("policy.days", "ends_on", zh, en);
    } else if terms.ends_on < known.day {
        let zh = format!("业务日期 {} 时保险期间已经结束，请核对。", known.day);
        let en = format!(
            "Cover had ended by the business date {}; check the days.",
            known.day
        );
        refuse("policy.over_already", "ends_on", &zh, &en);
    }
    issues.extend(
        odd_term(terms.starts_on, terms.ends_on)
            .map(|found| Issue::refuse(found.code(), "ends_on", found.say())),
    );
    issues.extend(month_remark(terms, known.day));
    issues.extend(tariff_remark(terms, known.tariff));
    issues
}

/// 风险保障 counts where the voucher posts; the reviewer should know when cover starts elsewhere.
fn month_remark(terms: &PolicyTerms, day: NaiveDate) -> Option<Issue> {
    let (cover, record) = (Month::of(terms.starts_on), Month::of(day));
    (cover != record).then(|| {
        let say = Say::new(
            format!("保险责任从 {cover} 开始，本笔按业务日期计入 {record} 的风险保障。"),
            format!("Cover starts in {cover}; by its business date the policy counts in {record}."),
        );
        Issue::warn("policy.other_month", "starts_on", say)
    })
}

/// A unit sum or rate other than the tariff's: a slip, or a tariff not yet registered.
fn tariff_remark(terms: &PolicyTerms, tariff: Option<&Tariff>) -> Option<Issue> {
    let Some(tariff) = tariff else {
        let say = Say::new(
            format!("该险种在 {} 没有登记的费率条款，请核对。", terms.starts_on),
            format!(
                "No tariff of this product is registered for {}; check the terms.",
                terms.starts_on
            ),
        );
        return Some(Issue::warn("policy.no_tariff", "product", say));
    };
    let agreed = tariff.unit_sum_fen.is_zero();
    let same_sum = agreed || tariff.unit_sum_fen == terms.unit_sum;
    let same_rate = Percent::parse(&tariff.rate_percent) == Percent::parse(&terms.rate_percent);
    if same_sum && same_rate && tariff.quantity_unit == terms.unit {
        return None;
    }
    let sum = tariff.unit_sum_fen.show(Unit::Yuan);
    let (unit, rate) = (&tariff.quantity_unit, &tariff.rate_percent);
    let say = Say::new(
        format!("与登记的条款不同：登记为每{unit} {sum} 元、费率 {rate}%，请核对。"),
        format!(
            "Other than the registered tariff of {sum} yuan per {} at {rate}%; check the terms.",
            english::unit(unit)
        ),
    );
    Some(Issue::warn("policy.other_tariff", "quantity", say))
}

/// Judges one line by itself: rules 1, 18 and 19.
pub(super) fn judge_terms(line: &Line, terms: &PolicyTerms) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut refuse = |code, field, say: Say| issues.push(Issue::refuse(code, field, say));
    let hundredths = quantity_hundredths(&terms.quantity);
    if hundredths.is_none() {
        let say = Say::new(
            "数量要大于零，最多两位小数。",
            "The quantity must be above zero with at most two decimals.",
        );
        refuse("policy.quantity", "quantity", say);
    }
    if !is_short_text(&terms.unit) || !terms.unit_sum.is_positive() {
        let say = Say::new(
            "单位保额要大于零，并写明数量单位。",
            "The sum per unit must be above zero, and the unit named.",
        );
        refuse("policy.unit_sum", "unit_sum", say);
    }
    let rate = Percent::parse(&terms.rate_percent)
        .ok()
        .filter(|rate| Percent::ZERO < *rate && *rate <= Percent::HUNDRED);
    if rate.is_none() {
        let say = Say::new(
            "费率要大于 0、不超过 100%。",
            "The rate must be above 0 and at most 100%.",
        );
        refuse("policy.rate", "rate_percent", say);
    }
    if !line.amount.is_positive() {
        let say = Say::new("保额要大于零。", "The sum insured must be above zero.");
        refuse("amount.not_positive", "quantity", say);
    }
    if terms.households < 0 {
        let say = Say::new("户次不能为负。", "Households cannot be negative.");
        refuse("policy.households", "households", say);
    }
    if let Some(hundredths) = hundredths
        && !is_product(line.amount, terms.unit_sum, hundredths, 100)
    {
        let say = off(
            insured_sum(hundredths, terms.unit_sum),
            line.amount,
            "保额",
            "sum insured",
        );
        refuse("policy.sum_insured", "quantity", say);
    }
    if let Some(rate) = rate
        && !is_product(terms.premium, line.amount, rate.ten_thousandths(), 1_000_000)
    {
        let say = off(rate.of(line.amount), terms.premium, "保费", "premium");
        refuse("policy.premium", "quantity", say);
    }
    issues.extend(shares_issue(terms));
    issues
}

/// Whether `stated` is `base` × `factor` ÷ `scale` to within a fen, computed without rounding.
fn is_product(stated: Fen, base: Fen, factor: i64, scale: i64) -> bool {
    let exact = i128::from(base.0) * i128::from(factor);
    (exact - i128::from(stated.0) * i128::from(scale)).abs() <= i128::from(scale)
}

fn off(expected: Result<Fen, AmountError>, stated: Fen, zh: &str, en: &str) -> Say {
    let stated = stated.show(Unit::Yuan);
    match expected {
        Ok(expected) => {
            let expected = expected.show(Unit::Yuan);
            Say::new(
                format!("{zh}应为 {expected} 元，现为 {stated} 元，请核对。"),
                format!("The {en} should be {expected} yuan, not {stated} yuan; check it."),
            )
        }
        Err(error) => error.say(),
    }
}

/// Rule 19: none negative, and together the premium to the fen.
fn shares_issue(terms: &PolicyTerms) -> Option<Issue> {
    let split = terms.split();
    if let Some(payer) = Payer::ALL
        .into_iter()
        .find(|payer| split.of(*payer).is_negative())
    {
        let words = payer.text();
        let say = Say::new(
            format!("{}的分担金额不能为负。", words.zh),
            format!("{}: the part cannot be negative.", words.en),
        );
        return Some(Issue::refuse("policy.share_negative", payer.code(), say));
    }
    let difference = split.total().and_then(|total| total.minus(terms.premium));
    let (zh, en, fen) = match difference {
        Ok(Fen(0)) => return None,
        Ok(more) if more.is_positive() => ("多出", "more", more),
        Ok(less) => ("少了", "less", Fen(less.0.saturating_neg())),
        Err(error) => return Some(Issue::refuse(error.code(), Payer::Central.code(), error.say())),
    };
    let (fen, premium) = (fen.show(Unit::Yuan), terms.premium.show(Unit::Yuan));
    let say = Say::new(
        format!("五方分担合计比保费 {premium} 元{zh} {fen} 元，应完全相等。"),
        format!("The five parts are {fen} yuan {en} than the premium of {premium} yuan; they must equal it."),
    );
    Some(Issue::refuse("policy.shares", Payer::Central.code(), say))
}

/// Every line of a policy says the same of what a policy has once.
pub(super) fn judge_same(first: (&Line, &PolicyTerms), line: &Line, terms: &PolicyTerms) -> Option<Issue> {
    let once = |line: &Line, terms: &PolicyTerms| {
        (
            line.contract.clone(),
            line.institution,
            line.product,
            terms.number.clone(),
            terms.starts_on,
            terms.ends_on,
        )
    };
    (once(first.0, first.1) != once(line, terms)).then(|| {
        let say = Say::new(
            "一张保单各行的保单号、承保机构、险种和保险期间要一致。",
            "All lines of a policy need the same number, insurer, product and days.",
        );
        Issue::refuse("policy.not_one", "", say)
    })
}

/// What a line of a policy posts; `first` adds the policy itself to the number of policies.
pub(super) fn policy_postings(line: &Line, terms: &PolicyTerms, first: bool) -> Vec<Posting> {
    let mut posted = Vec::with_capacity(9);
    posted.push(Posting::of(line, measure::INSURANCE_SUM_INSURED, line.amount.0));
    posted.push(Posting::of(line, measure::INSURANCE_IN_FORCE, line.amount.0));
    posted.push(Posting::of(line, measure::INSURANCE_PREMIUM, terms.premium.0));
    let split = terms.split();
    let parts = Payer::ALL.into_iter().filter(|payer| !split.of(*payer).is_zero());
    posted.extend(parts.map(|payer| Posting::of(line, payer.measure(), split.of(payer).0)));
    if terms.counted && terms.households != 0 {
        let measure = measure::INSURANCE_PARTICIPATIONS;
        posted.push(Posting::of(line, measure, terms.households));
    }
    if first {
        posted.push(Posting::of(line, measure::INSURANCE_POLICIES, 1));
    }
    posted
}

pub(super) fn is_short_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TEXT
}
