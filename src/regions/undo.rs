//! Taking an event back: which units it wrote, and which later events rest on it. Pure, so that a page can
//! show it first; what else rests on an event (records, closed months) the register knows.

use chrono::NaiveDate;

use super::event::{Event, EventKind};
use super::tree::{Regions, Unit, Version};
use crate::error::Issue;
use crate::values::{Lang, RegionCode, RegionId, Say};

/// What becomes of the units when an event has never been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undoing {
    /// They last on.
    pub ended: Vec<RegionId>,
    /// They are again what they were before.
    pub changed: Vec<RegionId>,
    /// They never were.
    pub founded: Vec<RegionId>,
}

/// Works out what taking the event back does.
///
/// # Errors
/// Refused, with a sentence for each thing dated later that rests on it.
pub fn undoing(regions: &Regions, event: &Event) -> Result<Undoing, Vec<Issue>> {
    let undoing = Undoing {
        ended: event.ended().collect(),
        changed: changed(regions, event),
        founded: event.founded().collect(),
    };
    let mut issues = Vec::new();
    if let Some(later) = later_event(regions, event, &undoing) {
        issues.push(rests(regions, later));
    }
    issues.extend(codes_taken(regions, event, &undoing));
    issues.extend(settled_below(regions, event, &undoing));
    if issues.is_empty() {
        Ok(undoing)
    } else {
        Err(issues)
    }
}

fn last(unit: &Unit) -> Option<&Version> {
    unit.versions.last()
}

/// The version in force before one that begins on the day.
fn before(unit: &Unit, day: NaiveDate) -> Option<&Version> {
    unit.versions.iter().find(|version| version.valid_to == Some(day))
}

/// The units to which the event gave another version: its own that go on, and those that hung on them.
fn changed(regions: &Regions, event: &Event) -> Vec<RegionId> {
    let begun = |unit: &&Unit| {
        unit.versions
            .iter()
            .any(|version| version.valid_from == event.day)
    };
    let named_by_another = |id: RegionId| {
        let mut others = regions.events().iter().filter(|other| other.id != event.id);
        others.any(|other| other.day == event.day && (other.old.contains(&id) || other.new.contains(&id)))
    };
    let moves_children = |id: RegionId| {
        event.ended().any(|old| old == id) || matches!(event.kind, EventKind::Rename | EventKind::Transfer)
    };
    let written = |unit: &&Unit| {
        if event.new.contains(&unit.id) {
            return event.old.contains(&unit.id);
        }
        let parent = before(unit, event.day).and_then(|version| version.parent);
        parent.is_some_and(|id| event.old.contains(&id) && moves_children(id))
    };
    let rewritten = regions.units().filter(begun).filter(written);
    rewritten
        .map(|unit| unit.id)
        .filter(|id| !named_by_another(*id))
        .collect()
}

/// An event after this one that is about the same units, or about what the ended ones lay in.
fn later_event<'a>(regions: &'a Regions, event: &Event, undoing: &Undoing) -> Option<&'a Event> {
    let above = undoing
        .ended
        .iter()
        .flat_map(|unit| regions.path(*unit, event.day.pred_opt().unwrap_or(event.day)));
    let mut touched: Vec<RegionId> = event.old.iter().chain(&event.new).copied().collect();
    touched.extend(above);
    touched.extend(&undoing.changed);
    let is_after = |other: &&Event| (other.day, other.id) > (event.day, event.id);
    let about = |other: &&Event| {
        let mut units = other.old.iter().chain(&other.new);
        units.any(|unit| touched.contains(unit))
    };
    let events = regions.events().iter().filter(is_after);
    // What hangs on a unit gets a version when that unit changes, though the event does not name it.
    let versioned_on = |unit: &RegionId| {
        let unit = regions.unit(*unit)?;
        last(unit)
            .map(|version| version.valid_from)
            .filter(|day| *day > event.day)
    };
    let days: Vec<NaiveDate> = undoing
        .changed
        .iter()
        .chain(&undoing.founded)
        .filter_map(versioned_on)
        .collect();
    let mut found: Vec<&Event> = events
        .filter(|other| about(other) || days.contains(&other.day))
        .collect();
    found.sort_by_key(|other| (other.day, other.id));
    found.first().copied()
}

fn rests(regions: &Regions, later: &Event) -> Issue {
    let names = |lang| {
        let name = |unit: &RegionId| regions.name_in(*unit, later.day, lang);
        let names: Vec<String> = later.old.iter().map(name).collect();
        names.join(if lang == Lang::Zh { "、" } else { ", " })
    };
    let kind = later.kind.text();
    let say = Say::new(
        format!(
            "{} 的“{}”（{}，{}）以它为依据，请先撤回那一项。",
            later.day,
            kind.zh,
            names(Lang::Zh),
            later.document
        ),
        format!(
            "“{}” of {} ({}; {}) rests on it; take that one back first.",
            kind.en,
            later.day,
            names(Lang::En),
            later.document
        ),
    );
    Issue::refuse("lineage.later_event", "", say)
}

/// Codes that were free only because of the event, and that other units have borne since.
fn codes_taken(regions: &Regions, event: &Event, undoing: &Undoing) -> Vec<Issue> {
    let again = undoing.ended.iter().chain(&undoing.changed);
    let codes: Vec<(RegionId, RegionCode)> = again
        .filter_map(|id| Some((*id, before(regions.unit(*id)?, event.day)?.code.clone()?)))
        .collect();
    let other = |unit: &&Unit| !undoing.founded.contains(&unit.id) && !undoing.changed.contains(&unit.id);
    let taken = |(id, code): &(RegionId, RegionCode)| {
        let bears = |version: &Version| version.code.as_ref() == Some(code) && version.holds_after(event.day);
        let bearer = regions
            .units()
            .filter(other)
            .find(|unit| unit.id != *id && unit.versions.iter().any(bears))?;
        let name = regions.say(bearer.id, event.day);
        let say = Say::new(
            format!("代码 {code} 现由“{}”使用，原单位不能恢复。", name.zh),
            format!(
                "The code {code} is borne by “{}” now, so the old unit cannot have it again.",
                name.en
            ),
        );
        Some(Issue::refuse("lineage.code_taken", "", say))
    };
    codes.iter().filter_map(taken).collect()
}

/// Units added since under one that the event founded.
fn settled_below(regions: &Regions, event: &Event, undoing: &Undoing) -> Option<Issue> {
    let hangs = |version: &Version| {
        let founded = version
            .parent
            .is_some_and(|parent| undoing.founded.contains(&parent));
        founded && version.holds_after(event.day)
    };
    let own = |unit: &&Unit| undoing.changed.contains(&unit.id) || undoing.founded.contains(&unit.id);
    let below = regions
        .units()
        .find(|unit| !own(unit) && unit.versions.iter().any(hangs))?;
    let name = regions.say(below.id, event.day);
    let say = Say::new(
        format!("新设单位下面已登记了“{}”。", name.zh),
        format!("“{}” has been registered under the founded unit.", name.en),
    );
    Some(Issue::refuse("lineage.settled", "", say))
}
