//! The columns of the report and its levels.

use std::collections::HashSet;

use super::tables::SPECIALISTS;
use super::*;
use crate::values::measure::by_id;

#[test]
fn every_column_has_a_measure_a_key_of_its_own_and_an_aspect_of_its_nature() {
    for columns in [SUMMARY, SPECIALISTS, INSURANCE] {
        let keys: HashSet<&str> = columns.iter().map(|column| column.key).collect();
        assert_eq!(keys.len(), columns.len());
        for column in columns {
            let measure = by_id(column.id).unwrap();
            assert!(
                totals::Aspect::every(measure.nature).contains(&column.aspect),
                "{}",
                column.key
            );
        }
    }
}

#[test]
fn groups_stand_together() {
    for columns in [SUMMARY, SPECIALISTS, INSURANCE] {
        let runs: Vec<&str> = columns
            .chunk_by(|a, b| a.group == b.group)
            .map(|run| run[0].group.zh)
            .collect();
        let distinct: HashSet<&str> = runs.iter().copied().collect();
        assert_eq!(runs.len(), distinct.len(), "{runs:?}");
    }
}

#[test]
fn villages_have_no_report_and_towns_none_for_outsiders() {
    assert!(check_level(Level::City, true).is_ok() && check_level(Level::County, true).is_ok());
    assert!(check_level(Level::Town, false).is_ok());
    assert!(check_level(Level::Town, true).is_err() && check_level(Level::Village, false).is_err());
}
