//! The plan recounted from its vouchers, naively, without any of its generators' helpers.

mod credit;
mod fieldwork;
mod insurance;
mod loans;
mod people;
mod waiting;

use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};

use super::*;
use crate::regions::{RegionRow, read_regions};

fn regions() -> Vec<RegionRow> {
    read_regions(include_str!("../../../data/regions-jiangmen.csv")).unwrap()
}

fn the_plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| plan(&regions()).unwrap())
}

fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// Limits by line at each stage, and the day of each.
#[derive(Default)]
struct Stages {
    preapproved: HashMap<usize, (i64, NaiveDate)>,
    granted: HashMap<usize, (i64, NaiveDate)>,
    signed: HashMap<usize, (i64, NaiveDate)>,
}

fn stages(items: &[Item]) -> Stages {
    let mut stages = Stages::default();
    for item in items {
        let (map, sheet) = match &item.act {
            Act::Preapprove(sheet) => (&mut stages.preapproved, sheet),
            Act::Grant(sheet) => (&mut stages.granted, sheet),
            Act::Sign(sheet) => (&mut stages.signed, sheet),
            _ => continue,
        };
        for row in &sheet.lines {
            let twice = map.insert(row.line, (row.amount.0, item.head.date));
            assert!(twice.is_none(), "line {} twice at one stage", row.line);
        }
    }
    stages
}

#[test]
fn order_and_sameness() {
    let plan = the_plan();
    let all: Vec<&Item> = plan.items.iter().chain(&plan.waiting).collect();
    assert!(all.is_sorted_by_key(|item| (item.head.date, item.head.sequence)));
    assert!(all.is_sorted_by(|a, b| a.head.sequence < b.head.sequence));
    assert!(plan.items.iter().all(|i| i.head.date.year() >= 2022));
    assert!(plan.items.iter().all(|i| i.head.date <= ymd(2023, 12, 31)));
    assert_eq!(plan.by_month().count(), 24);
    assert_eq!(plan.by_month().flatten().count(), plan.items.len());
    assert_eq!(*plan, super::plan(&regions()).unwrap());
}

#[test]
fn a_file_with_too_little_is_refused() {
    assert!(matches!(plan(&[]), Err(PlanError::NoSuchUnit(_))));
    let few: Vec<RegionRow> = regions().into_iter().take(60).collect();
    assert!(plan(&few).is_err());
}
