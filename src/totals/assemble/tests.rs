//! Grouping, distinct counting and the shapes of the files, on sums made by hand.

use chrono::NaiveDate;

use super::*;
use crate::regions::{Unit, Version, always};
use crate::totals::{Aspect, Boundaries, Headings, csv, json_text};
use crate::values::measure::{self as measures, measure};
use crate::values::{Month, RegionCode, RegionKind, SubjectId};

/// City 1; counties 2 and 3; towns 4 and 5 of county 2 and 6 of county 3; villages 7 and 8 of town
/// 4; 9 of town 6; an unplaced hamlet 10 under town 4; a zone 11 in county 2.
fn regions() -> Regions {
    let unit = |id: i64, kind: RegionKind, code: Option<&str>, parent: Option<i64>| Unit {
        id: RegionId(id),
        level: kind.level(),
        kind,
        versions: vec![Version {
            valid_from: always(),
            valid_to: None,
            name: format!("单位{id}"),
            short_name: format!("单位{id}"),
            code: code.map(|code| RegionCode::parse(code).unwrap()),
            parent: parent.map(RegionId),
            parent_known: id != 10,
        }],
    };
    Regions::new(vec![
        unit(1, RegionKind::Prefecture, Some("440700000000"), None),
        unit(2, RegionKind::CountyCity, Some("440784000000"), Some(1)),
        unit(3, RegionKind::District, Some("440703000000"), Some(1)),
        unit(4, RegionKind::Town, Some("440784103000"), Some(2)),
        unit(5, RegionKind::Town, Some("440784104000"), Some(2)),
        unit(6, RegionKind::Town, Some("440703101000"), Some(3)),
        unit(7, RegionKind::Village, Some("440784103205"), Some(4)),
        unit(8, RegionKind::Village, Some("440784103206"), Some(4)),
        unit(9, RegionKind::Village, Some("440703101201"), Some(6)),
        unit(10, RegionKind::Hamlet, None, Some(4)),
        unit(11, RegionKind::TownLike, Some("440784401000"), Some(2)),
    ])
}

fn sum(code: &str, region: i64, dimension_id: i64, six: [i64; 6]) -> Sum {
    let measure = measure(code).unwrap().id;
    Sum {
        measure,
        region: RegionId(region),
        dimension_id,
        amount: Cumulative(six),
    }
}

fn subject(code: &str, subject: i64, region: i64, six: [i64; 6]) -> SubjectSum {
    SubjectSum {
        subject: SubjectId(subject),
        sum: sum(code, region, 0, six),
    }
}

fn ask(region: i64, by: By, codes: &[&str]) -> Question {
    Question {
        region: RegionId(region),
        month: Month::parse("2023-12").unwrap(),
        by,
        measures: codes.iter().map(|code| measure(code).unwrap()).collect(),
        boundaries: Boundaries::Then,
    }
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.rows.iter().map(|row| row.name.zh.as_str()).collect()
}

fn ends(answer: &Answer, at: usize) -> Vec<i64> {
    answer
        .rows
        .iter()
        .map(|row| row.figures[at].amount(Aspect::End))
        .collect()
}

fn balances() -> Facts {
    Facts {
        posted: vec![
            sum("loan.balance", 7, 0, [100, 90, 50, 40, 0, 0]),
            sum("loan.balance", 8, 0, [30, 0, 0, 0, 0, 0]),
            sum("loan.balance", 10, 0, [5, 0, 0, 0, 0, 0]),
            sum("loan.balance", 2, 0, [7, 0, 0, 0, 0, 0]),
            sum("loan.balance", 9, 0, [1_000, 0, 0, 0, 0, 0]),
        ],
        pending: vec![sum("loan.balance", 8, 0, [3, 1, 0, 0, 0, 0])],
        ..Facts::default()
    }
}

fn assembled(question: &Question, facts: &Facts) -> Answer {
    assemble(&regions(), &Members::default(), question, facts, facts).unwrap()
}

#[test]
fn counties_and_towns_are_listed_even_with_nothing_and_parts_make_the_whole() {
    let facts = balances();
    let by_county = assembled(&ask(1, By::County, &["loan.balance"]), &facts);
    assert_eq!(names(&by_county), ["单位3", "单位2"]);
    assert_eq!(ends(&by_county, 0), [1_000, 142]);
    assert_eq!(
        by_county.total.figures[0],
        Figures::new(crate::values::Nature::Stock, [1_142, 90, 50, 40], 3)
    );

    let mut facts = balances();
    facts.posted.retain(|sum| sum.region != RegionId(9));
    let by_town = assembled(&ask(2, By::Town, &["loan.balance"]), &facts);
    assert_eq!(names(&by_town), ["单位4", "单位5", "其他（单位2）"]);
    assert_eq!(ends(&by_town, 0), [135, 0, 7]);
    assert!(by_town.rows[2].apart && !by_town.rows[1].apart);
    assert_eq!(by_town.total.code.as_deref(), Some("440784000000"));
}

#[test]
fn villages_with_nothing_are_left_out_and_an_unplaced_hamlet_has_its_own_row() {
    let mut facts = balances();
    facts.posted.retain(|sum| [7, 8, 10].contains(&sum.region.0));
    facts.posted.push(sum("loan.balance", 4, 0, [0; 6]));
    let answer = assembled(&ask(4, By::Village, &["loan.balance"]), &facts);
    assert_eq!(names(&answer), ["单位7", "单位8", "单位10（未定村）"]);
    assert_eq!(ends(&answer, 0), [100, 30, 5]);
    assert_eq!(answer.rows[2].code, None);
    assert_eq!(answer.rows[1].figures[0].pending(), 3);
    assert_eq!(answer.total.figures[0].pending(), 3);
}

/// Adds to the counts of each region what the ledger would keep there of the followed subjects.
fn with_counts(mut facts: Facts) -> Facts {
    for subject in &facts.subjects {
        let sum = &subject.sum;
        let measure = measures::by_id(sum.measure).unwrap();
        let counted = |four: [i64; 4]| four.map(|amount| i64::from(amount > 0));
        let count = |[a, b, c, d]: [i64; 4]| Sum {
            amount: Cumulative([a, b, c, d, 0, 0]),
            ..sum.clone()
        };
        if measure.is_stock() {
            facts.posted.push(count(counted(sum.amount.stock())));
        } else {
            let [month, month_ago, year, year_ago] = counted(sum.amount.flow());
            facts.posted.push(count([year, 0, 0, year_ago]));
            facts.in_month.push(count([month, 0, 0, month_ago]));
        }
    }
    facts
}

#[test]
fn a_subject_counts_once_in_every_row_and_once_in_the_total() {
    let facts = with_counts(Facts {
        // Two households of one village only, whom nobody needs to follow.
        posted: vec![sum("credit.households", 7, 0, [2, 0, 0, 0, 0, 0])],
        subjects: vec![
            // One household with two villages, another that has left, a third that came this month.
            subject("credit.households", 1, 7, [1, 1, 1, 1, 0, 0]),
            subject("credit.households", 1, 8, [2, 2, 0, 0, 0, 0]),
            subject("credit.households", 2, 7, [0, 1, 1, 1, 0, 0]),
            subject("credit.households", 3, 8, [1, 0, 0, 0, 0, 0]),
            // Its minus in one village takes away its plus in another: moved, still one household.
            subject("credit.households", 4, 7, [-1, 0, 0, 0, 0, 0]),
            subject("credit.households", 4, 8, [2, 1, 1, 1, 0, 0]),
        ],
        pending_subjects: vec![
            subject("credit.households", 1, 7, [1, 0, 0, 0, 0, 0]),
            subject("credit.households", 9, 7, [1, 0, 0, 0, 0, 0]),
        ],
        ..Facts::default()
    });
    let answer = assembled(&ask(4, By::Village, &["credit.households"]), &facts);
    let stock = |four, pending| Figures::new(crate::values::Nature::Stock, four, pending);
    assert_eq!(answer.rows[0].figures[0], stock([3, 2, 2, 2], 1));
    assert_eq!(answer.rows[1].figures[0], stock([3, 2, 1, 1], 0));
    assert_eq!(answer.total.figures[0], stock([5, 3, 3, 3], 1));
}

#[test]
fn a_distinct_flow_counts_each_period_by_itself() {
    let facts = with_counts(Facts {
        subjects: vec![
            subject("field.visited_households", 1, 7, [5, 4, 2, 2, 1, 0]),
            subject("field.visited_households", 2, 7, [3, 3, 2, 1, 1, 1]),
        ],
        ..Facts::default()
    });
    let answer = assembled(&ask(4, By::None, &["field.visited_households"]), &facts);
    assert!(answer.rows.is_empty());
    let flow = Figures::new(crate::values::Nature::Flow, [1, 1, 2, 1], 0);
    assert_eq!(answer.total.figures[0], flow);
}

#[test]
fn what_has_no_product_is_named_so_and_comes_last() {
    let facts = Facts {
        posted: vec![
            sum("loan.balance", 7, 0, [10, 0, 0, 0, 0, 0]),
            sum("loan.balance", 7, 3, [20, 0, 0, 0, 0, 0]),
            sum("loan.balance", 8, 3, [2, 0, 0, 0, 0, 0]),
        ],
        ..Facts::default()
    };
    let members = Members(HashMap::from([(3, ("CP".to_owned(), "陈皮贷".to_owned()))]));
    let question = ask(4, By::Product, &["loan.balance"]);
    let answer = assemble(&regions(), &members, &question, &facts, &facts).unwrap();
    assert_eq!(names(&answer), ["陈皮贷", "其他（未指明）"]);
    assert_eq!(ends(&answer, 0), [22, 10]);
    assert_eq!(
        (answer.rows[0].code.as_deref(), answer.rows[1].code.as_deref()),
        (Some("CP"), None)
    );
}

#[test]
fn a_sum_that_does_not_fit_is_refused() {
    let facts = Facts {
        posted: vec![
            sum("loan.balance", 7, 0, [i64::MAX, 0, 0, 0, 0, 0]),
            sum("loan.balance", 8, 0, [1, 0, 0, 0, 0, 0]),
        ],
        ..Facts::default()
    };
    assert!(
        assemble(
            &regions(),
            &Members::default(),
            &ask(4, By::None, &["loan.balance"]),
            &facts,
            &facts
        )
        .is_err()
    );
}

#[test]
fn the_json_has_the_promised_shape_and_order() {
    let mut facts = balances();
    facts.posted.retain(|sum| [7, 8].contains(&sum.region.0));
    facts
        .posted
        .push(sum("insurance.payout", 7, 0, [1_230_800, 0, 0, 1_000_000, 0, 0]));
    facts.subjects = vec![subject("credit.households", 1, 7, [1, 0, 0, 0, 0, 0])];
    let facts = with_counts(facts);
    let codes = ["loan.balance", "insurance.payout", "credit.households"];
    let text = json_text(&assembled(&ask(4, By::Village, &codes), &facts)).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "code": "440784103205", "name": "单位7", "measures": {
            "loan.balance": {"end": "1.00", "previous_month": "0.90", "year_start": "0.50", "year_ago": "0.40",
                "yoy_percent": "150.00", "pending": "0.00"},
            "insurance.payout": {"month": "12308.00", "month_year_ago": "10000.00", "month_yoy_percent": "23.08",
                "year": "12308.00", "year_ago": "10000.00", "year_yoy_percent": "23.08", "pending": "0.00"},
            "credit.households": {"end": 1, "previous_month": 0, "year_start": 0, "year_ago": 0,
                "yoy_percent": null, "pending": 0},
        }
    });
    assert_eq!(value["rows"][0], expected);
    assert_eq!(value["by"], "village");
    assert_eq!(value["edition"], serde_json::Value::Null);
    assert_eq!(
        value["region"],
        serde_json::json!({"code": "440784103000", "name": "单位4"})
    );
    let order = [
        "\"month\":",
        "\"region\":",
        "\"by\":",
        "\"edition\":",
        "\"rows\":",
        "\"total\":",
    ];
    let places: Vec<usize> = order.iter().map(|key| text.find(key).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let inner = [
        "\"month\": \"12308",
        "\"month_year_ago\"",
        "\"month_yoy_percent\"",
        "\"year\"",
        "\"year_ago\": \"10000",
    ];
    let places: Vec<usize> = inner.iter().map(|key| text.find(key).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_csv_is_exact_and_ends_in_the_total() {
    let mut facts = balances();
    facts.posted.retain(|sum| [7, 8].contains(&sum.region.0));
    let answer = assembled(&ask(4, By::Village, &["loan.balance"]), &facts);
    let text = String::from_utf8(csv(&answer, Headings::Codes, Lang::Zh).unwrap()).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("code,name,loan.balance.end,loan.balance.previous_month"));
    assert_eq!(lines[1], "440784103205,单位7,1.00,0.90,0.50,0.40,150.00,0.00");
    assert_eq!(
        lines[3],
        "440784103000,合计 单位4,1.30,0.90,0.50,0.40,225.00,0.03"
    );
    let words = String::from_utf8(csv(&answer, Headings::Words, Lang::Zh).unwrap()).unwrap();
    assert!(words.starts_with("代码,村（居）,贷款余额·期末（元）"));
}

#[test]
fn every_region_of_a_period_is_the_one_of_its_last_day() {
    let mut units: Vec<Unit> = regions().units().cloned().collect();
    let moved = NaiveDate::from_ymd_opt(2023, 12, 1).unwrap();
    for unit in units.iter_mut().filter(|unit| unit.id == RegionId(8)) {
        let later = Version {
            valid_from: moved,
            parent: Some(RegionId(5)),
            ..unit.versions[0].clone()
        };
        unit.versions[0].valid_to = Some(moved);
        unit.versions.push(later);
    }
    let regions = Regions::new(units);
    let facts = Facts {
        posted: vec![sum("loan.balance", 8, 0, [30, 30, 0, 0, 0, 0])],
        ..Facts::default()
    };
    let at = |month: &str| {
        let question = Question {
            month: Month::parse(month).unwrap(),
            ..ask(2, By::Town, &["loan.balance"])
        };
        ends(
            &assemble(&regions, &Members::default(), &question, &facts, &facts).unwrap(),
            0,
        )
    };
    assert_eq!(at("2023-11"), [30, 0]);
    assert_eq!(at("2023-12"), [0, 30]);
    assert_eq!(
        measures::MEASURES.len(),
        crate::totals::resolve_measures([]).unwrap().len()
    );
}
