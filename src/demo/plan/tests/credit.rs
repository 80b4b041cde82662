//! Sheets and lines.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::*;

#[test]
fn credit_headlines() {
    let plan = the_plan();
    let stages = stages(&plan.items);
    let all: BTreeSet<usize> = stages
        .preapproved
        .keys()
        .chain(stages.granted.keys())
        .copied()
        .collect();
    let of = |map: &HashMap<usize, (i64, NaiveDate)>, n: &usize| map.get(n).map_or(0, |v| v.0);
    let preapproved: i64 = all
        .iter()
        .map(|n| of(&stages.preapproved, n).max(of(&stages.granted, n)))
        .sum();
    let granted: i64 = all.iter().map(|n| of(&stages.granted, n)).sum();
    assert_eq!(preapproved, 1_259_200_000_000);
    assert_eq!(granted, 709_000_000_000);
    assert!((60_000..80_000).contains(&all.len()), "{}", all.len());

    let villages: BTreeSet<&str> = all.iter().map(|n| plan.lines[*n].village.as_str()).collect();
    let kinds: HashMap<String, String> = regions().into_iter().map(|r| (r.code, r.kind)).collect();
    let committees = villages
        .iter()
        .filter(|v| kinds.get(**v).is_some_and(|kind| kind == "村委会"));
    assert_eq!(committees.count(), 692);
    assert_eq!(villages.len(), 693, "and 新屋村");
    let end = ymd(2023, 12, 31);
    for n in &all {
        let line = &plan.lines[*n];
        assert!(line.valid_from <= end && line.valid_to >= ymd(2025, 1, 1));
    }
}

#[test]
fn five_households_of_the_hamlet() {
    let plan = the_plan();
    let grants: Vec<(&Head, &Sheet)> = plan
        .items
        .iter()
        .filter_map(|item| match &item.act {
            Act::Preapprove(s) | Act::Grant(s) | Act::Sign(s) if s.village == HAMLET => Some((&item.head, s)),
            _ => None,
        })
        .collect();
    let [(head, sheet)] = grants[..] else {
        panic!("one sheet of grants")
    };
    let yuan: Vec<i64> = sheet.lines.iter().map(|l| l.amount.0 / 100).collect();
    assert_eq!(yuan, [300_000, 250_000, 220_000, 200_000, 160_000]);
    assert_eq!(yuan.iter().sum::<i64>(), 1_130_000);
    assert_eq!(head.date, ymd(2023, 2, 16));
    assert_eq!(head.county, "440784000000");
    for row in &sheet.lines {
        assert_eq!(plan.products[plan.lines[row.line].product].name, "水产养殖贷");
    }
}

#[test]
fn stages_follow_each_other() {
    let plan = the_plan();
    let stages = stages(&plan.items);
    for (line, (granted, date)) in &stages.granted {
        match stages.preapproved.get(line) {
            Some((preapproved, before)) => assert!(granted <= preapproved && before <= date),
            None => assert_eq!(plan.lines[*line].village, HAMLET),
        }
    }
    for (line, (signed, date)) in &stages.signed {
        let (granted, before) = stages.granted[line];
        assert!(*signed == granted && before <= *date);
    }
    assert!(stages.signed.len() > 30_000);
    let mut per_bank = HashSet::new();
    for line in &plan.lines {
        let key = (line.client, line.institution);
        assert!(per_bank.insert(key), "one line for a client and bank");
    }
}
