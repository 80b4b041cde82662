//! Policies and claims.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, Months};
use rust_decimal::Decimal;

use super::*;

fn sum_insured(line: &PolicyLine) -> i64 {
    let exact = line.quantity * Decimal::from(line.unit_sum.0);
    assert_eq!(exact, exact.trunc(), "whole fen");
    assert!(line.quantity.scale() <= 2 && line.quantity > Decimal::ZERO);
    i64::try_from(exact.trunc().mantissa() / 10_i128.pow(exact.trunc().scale())).unwrap()
}

#[test]
fn insurance_headlines() {
    let plan = the_plan();
    let mut insured: BTreeMap<i32, i64> = BTreeMap::new();
    let mut paid: BTreeMap<i32, i64> = BTreeMap::new();
    let mut storms: BTreeMap<u32, i64> = BTreeMap::new();
    for item in &plan.items {
        let year = item.head.date.year();
        match &item.act {
            Act::Insure(n) => {
                let policy = &plan.policies[*n];
                assert_eq!(policy.start, item.head.date);
                let sum: i64 = policy.lines.iter().map(sum_insured).sum();
                *insured.entry(year).or_default() += sum;
            }
            Act::PayClaim(claim) => {
                let sum: i64 = claim.lines.iter().map(|l| l.amount.0).sum();
                *paid.entry(year).or_default() += sum;
                if year == 2023 {
                    *storms.entry(item.head.date.month()).or_default() += sum;
                }
            }
            _ => {}
        }
    }
    assert_eq!(insured[&2022], 1_316_948_326_292);
    assert_eq!(insured[&2023], 1_620_900_000_000);
    assert_eq!(paid[&2022], 27_612_843_719);
    assert_eq!(paid[&2023], 47_900_000_000);
    let autumn: i64 = [9, 10, 11].map(|m| storms[&m]).iter().sum();
    assert!(autumn * 2 > paid[&2023], "most after the storms of autumn");
}

#[test]
fn claims_stay_within_their_policies() {
    let plan = the_plan();
    let mut paid: HashMap<(usize, usize), i64> = HashMap::new();
    for item in &plan.items {
        let Act::PayClaim(claim) = &item.act else {
            continue;
        };
        let policy = &plan.policies[claim.policy];
        assert!(policy.start <= claim.loss_date && claim.loss_date < item.head.date);
        assert!(item.head.date <= policy.end);
        assert!(!plan.risks[policy.risk].index, "no trigger is known for it");
        for line in &claim.lines {
            assert!(line.amount.0 > 0);
            let so_far = paid.entry((claim.policy, line.policy_line)).or_default();
            *so_far += line.amount.0;
            assert!(*so_far <= sum_insured(&policy.lines[line.policy_line]));
        }
    }
}

#[test]
fn insurance_versions_are_whole() {
    let plan = the_plan();
    for version in plan.risks.iter().flat_map(|r| &r.versions) {
        let s = &version.shares;
        let sum = s.central + s.province + s.city + s.county + s.farmer;
        assert_eq!(sum, Decimal::ONE_HUNDRED);
        assert!(version.rate_percent.scale() <= 4);
    }
    for policy in &plan.policies {
        let risk = &plan.risks[policy.risk];
        let mut versions = risk.versions.iter();
        let version = versions
            .find(|v| v.valid_from <= policy.start && policy.start <= v.valid_to)
            .unwrap();
        let mut villages = HashSet::new();
        for line in &policy.lines {
            assert!(version.unit_sum.is_none_or(|sum| sum == line.unit_sum));
            assert!(villages.insert(&line.village));
            assert_eq!(line.village[..9], policy.town[..9]);
        }
        assert!(policy.start < policy.end);
        assert!(policy.end < policy.start + Months::new(12));
    }
}
