//! Points, towns, visits, and specialists where they work.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use super::*;

#[test]
fn fieldwork_headlines() {
    let plan = the_plan();
    let mut points = BTreeSet::new();
    let mut towns = BTreeMap::new();
    let mut visited = 0;
    for item in &plan.items {
        match &item.act {
            Act::OpenPoint(point) => {
                points.insert(point.village.as_str());
            }
            Act::Designate(d) => {
                assert!(towns.insert(d.town.as_str(), item.head.date).is_none());
            }
            Act::Visit(visit) => visited += visit.households.len(),
            _ => {}
        }
    }
    let kinds: HashMap<String, String> = regions().into_iter().map(|r| (r.code, r.kind)).collect();
    assert_eq!(points.len(), 144);
    assert!(points.iter().all(|v| kinds[*v] == "村委会"));
    assert_eq!(towns.len(), 28);
    assert!(towns.keys().all(|t| kinds[*t] == "镇"));
    assert_eq!(towns.values().filter(|d| d.year() == 2023).count(), 13);
    assert!((5_500..6_500).contains(&visited), "{visited}");

    let posted: BTreeSet<usize> = plan.assignments.iter().map(|a| a.specialist).collect();
    assert_eq!((posted.len(), plan.specialists.len()), (512, 512));
    let names: HashSet<&str> = plan.specialists.iter().map(|s| s.name.as_str()).collect();
    let codes: HashSet<&str> = plan.specialists.iter().map(|s| s.code.as_str()).collect();
    assert_eq!((names.len(), codes.len()), (512, 512));
    let started: BTreeSet<usize> = plan
        .assignments
        .iter()
        .filter(|a| a.from.year() == 2022)
        .map(|a| a.specialist)
        .collect();
    assert!((400..512).contains(&started.len()), "{}", started.len());
}

/// What a voucher says about who worked where and when.
fn work(plan: &Plan, item: &Item) -> Vec<(usize, String)> {
    let head = item.head.specialist;
    let at = |village: &str| vec![(head.unwrap(), village.to_owned())];
    match &item.act {
        Act::Assign(_) | Act::Designate(_) => Vec::new(),
        Act::Preapprove(s) | Act::Grant(s) | Act::Sign(s) => s
            .lines
            .iter()
            .map(|row| {
                let line = &plan.lines[row.line];
                assert_eq!(line.village, s.village);
                assert_eq!(Some(line.specialist), head);
                (line.specialist, line.village.clone())
            })
            .collect(),
        Act::Lend(loans) => {
            let loans = loans.iter().map(|n| &plan.loans[*n]);
            loans.map(|l| (l.specialist, l.village.clone())).collect()
        }
        Act::Repay(rows) => {
            let loans = rows.iter().map(|row| &plan.loans[row.loan]);
            loans.map(|l| (l.specialist, l.village.clone())).collect()
        }
        Act::Classify(rows) => {
            let loans = rows.iter().map(|row| &plan.loans[row.loan]);
            loans.map(|l| (l.specialist, l.village.clone())).collect()
        }
        Act::Insure(n) => {
            let lines = plan.policies[*n].lines.iter();
            lines.map(|l| (l.specialist, l.village.clone())).collect()
        }
        Act::PayClaim(claim) => {
            let policy = &plan.policies[claim.policy];
            let lines = claim.lines.iter().map(|l| &policy.lines[l.policy_line]);
            lines.map(|l| (l.specialist, l.village.clone())).collect()
        }
        Act::OpenPoint(point) => at(&point.village),
        Act::Talk(talk) => at(&talk.village),
        Act::Visit(visit) => {
            for row in &visit.households {
                assert_eq!(plan.clients[row.client].village, visit.village);
            }
            at(&visit.village)
        }
    }
}

#[test]
fn every_specialist_is_posted_where_work_is_done() {
    let plan = the_plan();
    let known: HashSet<String> = regions().into_iter().map(|r| r.code).collect();
    let mut from: HashMap<(usize, &str), NaiveDate> = HashMap::new();
    for posting in &plan.assignments {
        let key = (posting.specialist, posting.village.as_str());
        assert!(from.insert(key, posting.from).is_none());
        assert!(posting.from <= ymd(2023, 12, 31));
        assert!(posting.village == HAMLET || known.contains(&posting.village));
        assert_eq!(
            book_of(&posting.village),
            plan.specialists[posting.specialist].county
        );
    }
    for item in plan.items.iter().chain(&plan.waiting) {
        for (specialist, village) in work(plan, item) {
            let start = from.get(&(specialist, village.as_str()));
            assert!(start.is_some_and(|start| *start <= item.head.date));
            assert_eq!(book_of(&village), item.head.county);
            let institution = plan.specialists[specialist].institution;
            assert_eq!(Some(institution), item.head.institution);
        }
    }
}
