//! The tree in memory, asked by day.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::event::{Event, EventKind};
use crate::values::{Lang, Level, RegionCode, RegionId, RegionKind, Say, english, words};

/// What a unit was called and where it belonged during some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    pub name: String,
    pub short_name: String,
    /// None for a 自然村, which has no official code.
    pub code: Option<RegionCode>,
    pub parent: Option<RegionId>,
    /// False for a 自然村 under its town only because its 行政村 is not known.
    pub parent_known: bool,
}

impl Version {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Whether it holds on that day or a later one. A version that ends where it begins never held.
    pub(super) fn holds_after(&self, day: NaiveDate) -> bool {
        self.valid_to.is_none_or(|end| end > day && end > self.valid_from)
    }
}

/// One unit through time.
#[derive(Clone, Debug)]
pub struct Unit {
    pub id: RegionId,
    pub level: Level,
    pub kind: RegionKind,
    /// In order of time, never overlapping.
    pub versions: Vec<Version>,
}

/// Where a figure is shown when a region is broken down by level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Group {
    pub region: RegionId,
    /// The figure hangs above the level asked for, on an unplaced 自然村, or on a unit that is no more and
    /// cannot be divided among those that took its place: its own row.
    pub apart: bool,
}

/// How a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// First day on which it was no more.
    pub day: NaiveDate,
    pub kind: EventKind,
    /// The one unit in which it goes on; none after a split or an abolition.
    pub heir: Option<RegionId>,
}

/// Every unit, as loaded at one moment.
#[derive(Debug, Default)]
pub struct Regions {
    units: BTreeMap<RegionId, Unit>,
    children: HashMap<RegionId, Vec<RegionId>>,
    codes: HashMap<RegionCode, Vec<RegionId>>,
    root: Option<RegionId>,
    events: Vec<Event>,
    /// Events that were taken back.
    withdrawn: Vec<Event>,
    endings: BTreeMap<RegionId, Ending>,
    /// Units that have stood in more than one county, with all of these.
    counties: HashMap<RegionId, Vec<RegionId>>,
}

impl Regions {
    /// Indexes the units. The root is the one city.
    pub fn new(units: Vec<Unit>) -> Regions {
        let mut regions = Regions::default();
        for unit in &units {
            if unit.level == Level::City {
                regions.root = Some(unit.id);
            }
            for version in &unit.versions {
                if let Some(parent) = version.parent {
                    let siblings = regions.children.entry(parent).or_default();
                    if !siblings.contains(&unit.id) {
                        siblings.push(unit.id);
                    }
                }
                if let Some(code) = &version.code {
                    let bearers = regions.codes.entry(code.clone()).or_default();
                    if !bearers.contains(&unit.id) {
                        bearers.push(unit.id);
                    }
                }
            }
        }
        regions.units = units.into_iter().map(|unit| (unit.id, unit)).collect();
        regions
    }

    /// The units with what has happened to them.
    pub fn with_events(units: Vec<Unit>, events: Vec<Event>) -> Regions {
        let mut regions = Regions::new(units);
        let (withdrawn, events): (Vec<Event>, Vec<Event>) =
            events.into_iter().partition(|event| event.withdrawal.is_some());
        regions.withdrawn = withdrawn;
        for event in &events {
            for unit in event.ended() {
                let ending = Ending {
                    day: event.day,
                    kind: event.kind,
                    heir: event.heir(),
                };
                regions.endings.insert(unit, ending);
            }
        }
        regions.events = events;
        regions.counties = regions.counties_changed();
        regions
    }

    /// What has happened to units, in the order in which it was recorded.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What was recorded by mistake and taken back.
    pub fn withdrawn_events(&self) -> &[Event] {
        &self.withdrawn
    }

    /// The county of every unit that has changed it.
    fn counties_changed(&self) -> HashMap<RegionId, Vec<RegionId>> {
        let mut changed = HashMap::new();
        let days: Vec<NaiveDate> = self.events.iter().map(|event| event.day).collect();
        if days.is_empty() {
            return changed;
        }
        for unit in self.units.keys() {
            let mut counties: Vec<RegionId> = days
                .iter()
                .flat_map(|day| [day.pred_opt(), Some(*day)])
                .flatten()
                .filter_map(|day| self.ancestor(*unit, Level::County, day))
                .collect();
            counties.sort_unstable();
            counties.dedup();
            if counties.len() > 1 {
                changed.insert(*unit, counties);
            }
        }
        changed
    }

    /// The counties in whose books figures of these units may stand, beside the one they lie in; none
    /// while no unit has changed its county.
    pub fn other_counties<'a>(&'a self, units: impl Iterator<Item = &'a RegionId>) -> HashSet<RegionId> {
        units
            .filter_map(|unit| self.counties.get(unit))
            .flatten()
            .copied()
            .collect()
    }

    /// Whether any unit has changed its county, so that books and counties are not the same.
    pub fn counties_differ(&self) -> bool {
        !self.counties.is_empty()
    }

    /// The city all books consolidate to.
    pub fn root(&self) -> Option<RegionId> {
        self.root
    }

    pub fn unit(&self, id: RegionId) -> Option<&Unit> {
        self.units.get(&id)
    }

    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// What the unit was on that day; none if it did not exist then.
    pub fn on(&self, id: RegionId, day: NaiveDate) -> Option<&Version> {
        self.unit(id)?
            .versions
            .iter()
            .find(|version| version.holds_on(day))
    }

    /// The version on that day or, outside its life, the nearest one: for names in history.
    fn nearest(&self, id: RegionId, day: NaiveDate) -> Option<&Version> {
        self.on(id, day).or_else(|| {
            let versions = &self.unit(id)?.versions;
            versions
                .iter()
                .rev()
                .find(|version| version.valid_from <= day)
                .or(versions.first())
        })
    }

    /// How the unit had ended by that day; none while it stands.
    pub fn ending(&self, id: RegionId, day: NaiveDate) -> Option<Ending> {
        self.endings.get(&id).copied().filter(|ending| ending.day <= day)
    }

    /// The unit in which it goes on that day: itself, or the heir of its heirs. A unit that was split or
    /// abolished stays itself, for nothing says which part of it went where.
    pub fn stands_as(&self, id: RegionId, day: NaiveDate) -> RegionId {
        let mut at = id;
        // Each heir begins on the day the one before it ends, so that this comes to an end.
        for _ in 0..=self.endings.len() {
            match self.ending(at, day).and_then(|ending| ending.heir) {
                Some(heir) => at = heir,
                None => break,
            }
        }
        at
    }

    /// The unit with every one that goes on in it that day.
    pub fn kin(&self, id: RegionId, day: NaiveDate) -> Vec<RegionId> {
        let before = self.endings.keys().copied();
        let merged = before.filter(|old| *old != id && self.stands_as(*old, day) == id);
        std::iter::once(id).chain(merged).collect()
    }

    /// Every unit that on that day is the same place as `id`: what it goes on in, and what went before that.
    pub fn same_place(&self, id: RegionId, day: NaiveDate) -> Vec<RegionId> {
        self.kin(self.stands_as(id, day), day)
    }

    /// The units in which it goes on, one after the other, each with its first day; itself not among them.
    pub fn successions(&self, id: RegionId) -> Vec<(NaiveDate, RegionId)> {
        let mut found = Vec::new();
        let mut at = id;
        while let Some(ending) = self.endings.get(&at)
            && let Some(heir) = ending.heir
            && found.len() < self.endings.len()
        {
            found.push((ending.day, heir));
            at = heir;
        }
        found
    }

    /// Units that go on in another one that day.
    pub fn merged(&self, day: NaiveDate) -> impl Iterator<Item = (RegionId, RegionId)> + '_ {
        let standing = move |old: &RegionId| (*old, self.stands_as(*old, day));
        self.endings
            .keys()
            .map(standing)
            .filter(|(old, heir)| old != heir)
    }

    /// The short name for pages; the id when there is nothing else.
    pub fn name(&self, id: RegionId, day: NaiveDate) -> String {
        self.nearest(id, day)
            .map_or_else(|| format!("#{}", id.0), |version| version.short_name.clone())
    }

    /// The short name for a reader: in English romanised, with the word for what the place is.
    pub fn name_in(&self, id: RegionId, day: NaiveDate, lang: Lang) -> String {
        english::told(lang, &self.name(id, day), english::place)
    }

    /// The name in both languages.
    pub fn say(&self, id: RegionId, day: NaiveDate) -> Say {
        Say::new(self.name(id, day), self.name_in(id, day, Lang::En))
    }

    /// The code in force on that day, or the nearest one.
    pub fn code(&self, id: RegionId, day: NaiveDate) -> Option<&RegionCode> {
        self.nearest(id, day)?.code.as_ref()
    }

    /// What it hangs on that day: its parent or, once it goes on in another unit, that one.
    pub fn parent(&self, id: RegionId, day: NaiveDate) -> Option<RegionId> {
        match self.ending(id, day).and_then(|ending| ending.heir) {
            Some(heir) => Some(heir),
            None => self.nearest(id, day)?.parent,
        }
    }

    /// Whether a 自然村 hangs on its town only because its 行政村 is unknown.
    pub fn is_unplaced(&self, id: RegionId, day: NaiveDate) -> bool {
        self.ending(id, day).is_none() && self.nearest(id, day).is_some_and(|version| !version.parent_known)
    }

    /// The unit bearing that code on that day.
    pub fn by_code(&self, code: &RegionCode, day: NaiveDate) -> Option<RegionId> {
        self.codes.get(code)?.iter().copied().find(|id| {
            self.on(*id, day)
                .is_some_and(|version| version.code.as_ref() == Some(code))
        })
    }

    /// From the top down to the unit itself.
    pub fn path(&self, id: RegionId, day: NaiveDate) -> Vec<RegionId> {
        let mut path = vec![id];
        let mut at = id;
        while let Some(parent) = self.parent(at, day) {
            if path.contains(&parent) {
                break;
            }
            path.push(parent);
            at = parent;
        }
        path.reverse();
        path
    }

    /// The unit of `level` it belongs to on that day (itself, if it is one).
    pub fn ancestor(&self, id: RegionId, level: Level, day: NaiveDate) -> Option<RegionId> {
        self.path(id, day)
            .into_iter()
            .find(|at| self.unit(*at).is_some_and(|unit| unit.level == level))
    }

    /// Units whose parent it is on that day, in order of code, those without a code last.
    pub fn children(&self, id: RegionId, day: NaiveDate) -> Vec<RegionId> {
        let mut found: Vec<RegionId> = self
            .children
            .get(&id)
            .into_iter()
            .flatten()
            .copied()
            .filter(|child| {
                self.on(*child, day)
                    .is_some_and(|version| version.parent == Some(id))
            })
            .collect();
        found.sort_by_key(|child| self.sort_key(*child, day));
        found
    }

    /// Order of rows: by code, then those without one by id.
    pub fn sort_key(&self, id: RegionId, day: NaiveDate) -> (bool, String, i64) {
        let code = self.code(id, day).map(|code| code.as_str().to_owned());
        (code.is_none(), code.unwrap_or_default(), id.0)
    }

    /// Every unit that on that day, or by its nearest version, lies within `id`, itself included.
    pub fn within(&self, id: RegionId, day: NaiveDate) -> HashSet<RegionId> {
        self.units
            .keys()
            .copied()
            .filter(|unit| self.path(*unit, day).contains(&id))
            .collect()
    }

    /// Every unit within `top` that day, as one text, a line for each: what sums by region depend on.
    pub fn boundaries(&self, top: RegionId, day: NaiveDate) -> String {
        let mut text = String::new();
        for unit in self.units.values() {
            let ending = self.ending(unit.id, day);
            let Some(version) = self
                .on(unit.id, day)
                .or(self.nearest(unit.id, day).filter(|_| ending.is_some()))
            else {
                continue;
            };
            if !self.path(unit.id, day).contains(&top) {
                continue;
            }
            if let Some(ending) = ending {
                let heir = ending.heir.map_or(0, |heir| heir.0);
                text.push_str(&format!("{} ended in {heir}\n", unit.id));
                continue;
            }
            let code = version.code.as_ref().map_or("", |code| code.as_str());
            let parent = version.parent.map_or(0, |parent| parent.0);
            text.push_str(&format!(
                "{} {} {code} {parent} {}\n",
                unit.id, version.name, version.parent_known
            ));
        }
        text
    }

    /// The row under which a figure on `leaf` is shown when broken down by `level`.
    pub fn group(&self, leaf: RegionId, level: Level, day: NaiveDate) -> Group {
        match self.ancestor(leaf, level, day) {
            Some(region) => Group {
                region,
                apart: self.ending(region, day).is_some(),
            },
            None => Group {
                region: leaf,
                apart: true,
            },
        }
    }

    /// What a row is called: `其他（…）` and `…（未定村）` say why a row stands apart.
    pub fn group_name(&self, group: &Group, day: NaiveDate, lang: Lang) -> String {
        let name = self.name_in(group.region, day, lang);
        if let Some(ending) = self.ending(group.region, day) {
            let ended = ending.kind.ended();
            return match lang {
                Lang::Zh => format!("{name}（{}）", ended.zh),
                Lang::En => format!("{name} ({})", ended.en),
            };
        }
        match (group.apart, self.is_unplaced(group.region, day)) {
            (false, _) => name,
            (true, true) => match lang {
                Lang::Zh => format!("{name}（{}）", words::UNDETERMINED_VILLAGE.zh),
                Lang::En => format!("{name} ({})", words::UNDETERMINED_VILLAGE.en),
            },
            (true, false) => match lang {
                Lang::Zh => format!("{}（{name}）", words::OTHER.zh),
                Lang::En => format!("{} ({name})", words::OTHER.en),
            },
        }
    }

    /// 县›镇›村 as one string.
    pub fn path_name(&self, id: RegionId, day: NaiveDate) -> String {
        self.path_names(id, day, Lang::Zh).join("›")
    }

    /// The path for a reader: 县›镇›村, or Village, Town, County.
    pub fn path_name_in(&self, id: RegionId, day: NaiveDate, lang: Lang) -> String {
        let mut names = self.path_names(id, day, lang);
        match lang {
            Lang::Zh => names.join("›"),
            Lang::En => {
                names.reverse();
                names.join(", ")
            }
        }
    }

    /// The path in both languages.
    pub fn say_path(&self, id: RegionId, day: NaiveDate) -> Say {
        Say::new(self.path_name(id, day), self.path_name_in(id, day, Lang::En))
    }

    fn path_names(&self, id: RegionId, day: NaiveDate, lang: Lang) -> Vec<String> {
        self.path(id, day)
            .into_iter()
            .filter(|at| self.unit(*at).is_some_and(|unit| unit.level >= Level::County))
            .map(|at| self.name_in(at, day, lang))
            .collect()
    }
}
