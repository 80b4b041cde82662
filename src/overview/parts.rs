//! The parts of an area (the counties of the city, the towns of a county, the villages of a town) and what each has
//! reported.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::survey::Survey;
use crate::close::Kind as Said;
use crate::regions::{Group, Regions};
use crate::totals::{Answer, By, RowKey, region_key};
use crate::values::day::shanghai_day;
use crate::values::{InstitutionId, Lang, Level, RegionId, Say};

/// Where an area stands with a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Something was recorded.
    Recorded,
    /// Nothing was recorded, and every institution that is posted there has said so.
    Nil,
    /// 未报: nothing was recorded, and nobody has said that there was nothing.
    Missing,
    /// Nobody is posted there and nothing was recorded.
    Nobody,
}

/// What one institution has reported of one area.
#[derive(Clone, Debug, Default)]
pub struct Reported {
    pub posted: bool,
    pub records: i64,
    /// Of these the ones that came after the deadline.
    pub late: i64,
    /// When the last of them came, UTC.
    pub last: Option<NaiveDateTime>,
    /// What it has said of the month, in the county of this area.
    pub said: Option<Said>,
}

impl Reported {
    pub fn report(&self) -> Report {
        match (self.records > 0, self.posted, self.said) {
            (true, _, _) => Report::Recorded,
            (false, false, _) => Report::Nobody,
            (false, true, Some(_)) => Report::Nil,
            (false, true, None) => Report::Missing,
        }
    }

    fn add(&mut self, at: NaiveDateTime, lines: i64, deadline: NaiveDate) {
        self.records += lines;
        if shanghai_day(at) > deadline {
            self.late += lines;
        }
        self.last = self.last.max(Some(at));
    }
}

/// One part of the area.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: Say,
    /// In an address.
    pub key: String,
    /// 12 digits, for its outline; empty where it has none.
    pub code: String,
    /// Not a unit of the level: 未定村, 其他.
    pub apart: bool,
    /// 行政村 in it, and those of which something was recorded.
    pub villages: usize,
    pub recorded: usize,
    pub by: BTreeMap<InstitutionId, Reported>,
    /// Its row of the answer; none where it has no figures at all.
    pub row: Option<usize>,
}

impl Part {
    pub fn report(&self) -> Report {
        let reports: Vec<Report> = self.by.values().map(Reported::report).collect();
        if reports.contains(&Report::Recorded) {
            Report::Recorded
        } else if reports.contains(&Report::Missing) {
            Report::Missing
        } else if reports.contains(&Report::Nil) {
            Report::Nil
        } else {
            Report::Nobody
        }
    }

    pub fn records(&self) -> i64 {
        self.by.values().map(|reported| reported.records).sum()
    }
}

/// Proper units first, by code; then what stands apart.
type Order = (bool, bool, String, i64);

/// The parts as they are found.
struct Parts<'a> {
    regions: &'a Regions,
    day: NaiveDate,
    level: Level,
    found: BTreeMap<Order, Part>,
}

impl Parts<'_> {
    fn order(&self, group: &Group) -> Order {
        let (uncoded, code, id) = self.regions.sort_key(group.region, self.day);
        (group.apart, uncoded, code, id)
    }

    /// The part of a group, made where it is not there yet.
    fn at(&mut self, group: Group) -> &mut Part {
        let (regions, day) = (self.regions, self.day);
        self.found.entry(self.order(&group)).or_insert_with(|| Part {
            name: Say::new(
                regions.group_name(&group, day, Lang::Zh),
                regions.group_name(&group, day, Lang::En),
            ),
            key: region_key(regions, group.region, day),
            code: regions
                .code(group.region, day)
                .map(|code| code.as_str().to_owned())
                .unwrap_or_default(),
            apart: group.apart,
            villages: 0,
            recorded: 0,
            by: BTreeMap::new(),
            row: None,
        })
    }

    /// The part in which a figure of a unit stands.
    fn of(&mut self, region: RegionId) -> &mut Part {
        let group = self.regions.group(region, self.level, self.day);
        self.at(group)
    }
}

/// Every part of an area, proper units first in order of their codes.
pub fn parts(regions: &Regions, surveys: &[Arc<Survey>], answer: &Answer) -> Vec<Part> {
    let (day, by) = (answer.question.day(), answer.question.by);
    let Some(level) = by.level() else {
        return Vec::new();
    };
    let inside = regions.within(answer.question.region, day);
    let mut parts = Parts {
        regions,
        day,
        level,
        found: BTreeMap::new(),
    };
    for unit in regions
        .units()
        .filter(|unit| unit.level == level && inside.contains(&unit.id))
    {
        let listed = by != By::Town || unit.kind.counts_as_town();
        if listed && regions.on(unit.id, day).is_some() {
            let _ = parts.of(unit.id);
        }
    }
    for (row, number) in answer.rows.iter().zip(0..) {
        if let RowKey::Region(region) = row.key {
            parts
                .at(Group {
                    region,
                    apart: row.apart,
                })
                .row = Some(number);
        }
    }
    for survey in surveys {
        tell(&mut parts, survey, &inside);
    }
    count_villages(&mut parts, surveys, &inside);
    parts.found.into_values().collect()
}

/// What a book's records and postings say of each part.
fn tell(parts: &mut Parts<'_>, survey: &Survey, inside: &HashSet<RegionId>) {
    let said: HashMap<InstitutionId, Said> = survey
        .standings
        .iter()
        .filter_map(|each| Some((each.id, each.declared.as_ref()?.kind)))
        .collect();
    for (region, institution) in survey.posts.iter().filter(|(region, _)| inside.contains(region)) {
        let reported = parts.of(*region).by.entry(*institution).or_default();
        reported.posted = true;
        reported.said = said.get(institution).copied();
    }
    for record in survey
        .records
        .iter()
        .filter(|record| inside.contains(&record.region))
    {
        let reported = parts.of(record.region).by.entry(record.institution).or_default();
        reported.said = said.get(&record.institution).copied();
        reported.add(record.submitted_at, record.lines, survey.deadline);
    }
}

/// How many 行政村 each part has, and of how many something was recorded.
fn count_villages(parts: &mut Parts<'_>, surveys: &[Arc<Survey>], inside: &HashSet<RegionId>) {
    let (regions, day) = (parts.regions, parts.day);
    let recorded: BTreeSet<RegionId> = surveys
        .iter()
        .flat_map(|survey| survey.records.iter().map(|record| record.region))
        .filter_map(|region| regions.ancestor(region, Level::Village, day))
        .collect();
    let villages = regions.units().filter(|unit| {
        unit.kind.is_administrative_village()
            && inside.contains(&unit.id)
            && regions.on(unit.id, day).is_some()
    });
    for village in villages {
        let part = parts.of(village.id);
        part.villages += 1;
        part.recorded += usize::from(recorded.contains(&village.id));
    }
}
