//! Pure checks of what a loan costs: its rate, LPR and points, and how days are counted.

use rust_decimal::Decimal;

use super::terms::{LoanTerms, Lpr};
use crate::error::Issue;
use crate::values::Say;
use crate::values::plausible::{HIGHEST_RATE, lendable};
use crate::values::rate::Percent;
use crate::values::schedule::DayCount;

/// More points above LPR than this are pointed out (rule 10).
const MANY_POINTS: i32 = 400;
/// Points beyond this, either way, are a slip of the pen: twice what a whole rate may be.
pub(super) const MOST_POINTS: u32 = 4_800;

/// Rule 10, and that the parts of the price agree.
pub(super) fn price_issues(terms: &LoanTerms) -> Vec<Issue> {
    let mut issues = Vec::new();
    if DayCount::parse(&terms.day_count).is_none() {
        let code = &terms.day_count;
        let say = Say::new(
            format!("不认识的计息方式“{code}”。"),
            format!("Unknown way of counting days “{code}”."),
        );
        issues.push(Issue::refuse("loan.day_count", "day_count", say));
    }
    match Percent::parse(&terms.rate_percent) {
        Err(error) => issues.push(Issue::refuse(error.code(), "rate_percent", error.say())),
        Ok(rate) => {
            issues.extend(rate_issue(rate));
            if let Some(lpr) = &terms.lpr {
                issues.extend(lpr_issue(lpr, rate));
            }
        }
    }
    issues
}

/// The yearly rate is above 0 and at most 24%.
pub(super) fn rate_issue(rate: Percent) -> Option<Issue> {
    (!lendable(rate)).then(|| {
        let say = Say::new(
            format!("年利率要大于 0，且不超过 {HIGHEST_RATE}%；填写的是 {rate}%。"),
            format!("The yearly rate must be above 0 and at most {HIGHEST_RATE}%; it says {rate}%."),
        );
        Issue::refuse("loan.rate", "rate_percent", say)
    })
}

/// LPR and the points make up the rate; many points are pointed out.
fn lpr_issue(lpr: &Lpr, rate: Percent) -> Option<Issue> {
    let base = match Percent::parse(&lpr.lpr_percent) {
        Ok(base) => base,
        Err(error) => return Some(Issue::refuse(error.code(), "lpr_percent", error.say())),
    };
    if base.is_zero() || base.is_negative() {
        let say = Say::new("LPR 要大于 0。", "LPR must be above 0.");
        return Some(Issue::refuse("loan.lpr", "lpr_percent", say));
    }
    let (bp, sum) = (lpr.bp, base.decimal() + Decimal::new(i64::from(lpr.bp), 2));
    if sum != rate.decimal() {
        let sum = sum.normalize();
        let say = Say::new(
            format!("LPR {base}% 加 {bp} 个基点是 {sum}%，年利率填写的是 {rate}%。"),
            format!("LPR {base}% and {bp} basis points make {sum}%, but the yearly rate says {rate}%."),
        );
        return Some(Issue::refuse("loan.lpr_sum", "rate_percent", say));
    }
    (bp > MANY_POINTS).then(|| {
        let say = Say::new(
            format!("加点 {bp} 个基点，超过 {MANY_POINTS} 个，请核对合同。"),
            format!("{bp} basis points are more than {MANY_POINTS} above LPR; check the contract."),
        );
        Issue::warn("loan.lpr_points", "bp", say)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Severity;
    use crate::loans::terms::tests::terms;

    fn found(rate: &str, lpr: Option<(&str, i32)>) -> Vec<(Severity, String, String)> {
        let terms = LoanTerms {
            rate_percent: rate.to_owned(),
            lpr: lpr.map(|(lpr_percent, bp)| Lpr {
                lpr_percent: lpr_percent.to_owned(),
                bp,
            }),
            ..terms(None)
        };
        price_issues(&terms)
            .into_iter()
            .map(|issue| (issue.severity, issue.code, issue.field))
            .collect()
    }

    fn refused(code: &str, field: &str) -> Vec<(Severity, String, String)> {
        vec![(Severity::Refuse, code.to_owned(), field.to_owned())]
    }

    #[test]
    fn lpr_and_points_make_up_the_rate() {
        assert!(found("3.85", None).is_empty());
        assert!(found("3.85", Some(("3.45", 40))).is_empty());
        assert!(found("3.15", Some(("3.45", -30))).is_empty());
        assert!(found("7.45", Some(("3.45", 400))).is_empty());
        assert_eq!(
            found("3.86", Some(("3.45", 40))),
            refused("loan.lpr_sum", "rate_percent")
        );
        assert_eq!(
            found("3.85", Some(("0", 385))),
            refused("loan.lpr", "lpr_percent")
        );
        assert_eq!(
            found("7.46", Some(("3.45", 401))),
            [(Severity::Warn, "loan.lpr_points".to_owned(), "bp".to_owned())]
        );
    }

    #[test]
    fn rates_have_their_limits_with_lpr_as_without() {
        for rate in ["0", "24.01"] {
            assert_eq!(found(rate, None), refused("loan.rate", "rate_percent"), "{rate}");
        }
        assert_eq!(
            found("-0.05", Some(("3.45", -350))),
            refused("loan.rate", "rate_percent")
        );
        let terms = LoanTerms {
            day_count: "30/365".to_owned(),
            ..terms(None)
        };
        assert_eq!(price_issues(&terms)[0].code, "loan.day_count");
    }
}
