//! What an event would write, and what is wrong with it: pure, so that a page can show it before
//! anything is written.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::event::EventKind;
use super::tree::{Regions, Unit, Version};
use crate::error::Issue;
use crate::values::{Level, RegionCode, RegionId, RegionKind, Say};

/// A name and, but for a 自然村, a code, as they shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub code: Option<RegionCode>,
}

/// An event as somebody gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub kind: EventKind,
    /// First day on which it holds.
    pub day: NaiveDate,
    pub document: String,
    pub note: String,
    pub old: Vec<RegionId>,
    /// Which of the old units goes on: in a merger the one that takes the others in, in a split the one
    /// that gives the new ones off.
    pub goes_on: Option<RegionId>,
    /// Units to be founded or, for a renaming and a transfer, what the unit shall be called. A code says
    /// under which unit it lies.
    pub named: Vec<Named>,
    /// The village of a 自然村.
    pub village: Option<RegionId>,
}

/// What a unit hangs on after the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    Unit(RegionId),
    /// The founded unit of that number.
    Founded(usize),
}

/// A new version of a unit that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub unit: RegionId,
    pub name: String,
    pub short_name: String,
    pub code: Option<RegionCode>,
    pub parent: Parent,
    pub parent_known: bool,
}

/// A unit that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    pub level: Level,
    pub kind: RegionKind,
    pub name: String,
    pub code: Option<RegionCode>,
    pub parent: RegionId,
}

/// Everything an event writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub ends: Vec<RegionId>,
    pub changes: Vec<Change>,
    pub foundings: Vec<Founding>,
    /// Units of the event itself that go on.
    pub go_on: Vec<RegionId>,
}

/// Works out what the event writes.
///
/// # Errors
/// Everything wrong with it: days, codes, units that are not what the event needs, children left behind.
pub fn plan(regions: &Regions, proposal: &Proposal, today: NaiveDate) -> Result<Plan, Vec<Issue>> {
    let mut draft = Draft {
        regions,
        proposal,
        plan: Plan::default(),
        issues: Vec::new(),
    };
    draft.check_words(today);
    draft.check_old();
    if draft.issues.is_empty() {
        draft.draw_up();
        draft.check_days();
        draft.check_codes();
    }
    if draft.issues.is_empty() {
        Ok(draft.plan)
    } else {
        Err(draft.issues)
    }
}

struct Draft<'a> {
    regions: &'a Regions,
    proposal: &'a Proposal,
    plan: Plan,
    issues: Vec<Issue>,
}

impl Draft<'_> {
    fn refuse(&mut self, code: &str, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.issues.push(Issue::refuse(code, field, Say::new(zh, en)));
    }

    fn check_words(&mut self, today: NaiveDate) {
        if self.proposal.document.trim().is_empty() {
            self.refuse(
                "lineage.document",
                "document",
                "请填写依据文件的名称和文号。",
                "Name the document and its number.",
            );
        }
        if self.proposal.day > today {
            self.refuse(
                "date.future",
                "day",
                "生效日不能晚于今天。",
                "The first day cannot be after today.",
            );
        }
    }

    /// The units it is about stand on the day before, are of the right level, and as many as it takes.
    fn check_old(&mut self) {
        let (kind, old) = (self.proposal.kind, self.proposal.old.as_slice());
        let distinct: HashSet<&RegionId> = old.iter().collect();
        let enough = match kind {
            EventKind::Merge => old.len() >= 2,
            _ => old.len() == 1,
        };
        if !enough || distinct.len() < old.len() {
            let (zh, en) = match kind {
                EventKind::Merge => (
                    "合并至少要两个不同的单位。",
                    "A merger takes at least two different units.",
                ),
                _ => ("请填写一个单位。", "Give one unit."),
            };
            self.refuse("lineage.old", "old", zh, en);
        }
        let levels: HashSet<Option<Level>> = old.iter().map(|id| self.level(*id)).collect();
        let fits = levels.len() == 1
            && levels.iter().flatten().all(|level| match kind {
                EventKind::Placement => *level == Level::Hamlet,
                EventKind::Rename => *level >= Level::Town,
                EventKind::Split => *level == Level::Village,
                _ => matches!(level, Level::Town | Level::Village),
            });
        if !fits {
            self.refuse(
                "lineage.level",
                "old",
                "单位的层级与这种变更不符：合并、改居、划转用于镇或村，拆分用于村，归村用于自然村。",
                "The units' level does not fit: mergers, conversions and transfers are of towns or villages, splits of villages, placements of hamlets.",
            );
        }
        if self.proposal.goes_on.is_some_and(|unit| !old.contains(&unit)) {
            self.refuse(
                "lineage.goes_on",
                "goes_on",
                "保留的单位应是原单位之一。",
                "The unit that goes on must be one of the old ones.",
            );
        }
    }

    fn level(&self, id: RegionId) -> Option<Level> {
        self.regions.unit(id).map(|unit| unit.level)
    }

    fn draw_up(&mut self) {
        match self.proposal.kind {
            EventKind::Rename | EventKind::Transfer => self.change_one(),
            EventKind::Merge => self.merge(),
            EventKind::Split => self.split(),
            EventKind::Urbanise => self.urbanise(),
            EventKind::Abolish => self.abolish(),
            EventKind::Placement => self.place(),
        }
    }

    fn first(&self) -> Option<(&Unit, &Version)> {
        let unit = self.regions.unit(*self.proposal.old.first()?)?;
        Some((unit, unit.versions.last()?))
    }

    /// Renaming and transfer: the unit goes on, its children with it.
    fn change_one(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, kind, before) = (unit.id, unit.kind, version.clone());
        let Some(named) = self.one_named() else { return };
        let transfer = self.proposal.kind == EventKind::Transfer;
        let code = named.code.clone().or(before.code.clone());
        let mut parent = before.parent.unwrap_or(id);
        if transfer {
            let Some((_, above)) = self.place_of(&named, Some(kind)) else {
                return;
            };
            if above == parent {
                self.refuse(
                    "lineage.same_parent",
                    "named",
                    "新代码仍在原来的上级之下。只改名称或代码请用“更名”。",
                    "The new code still lies under the same parent. Use a renaming to change name or code alone.",
                );
            }
            parent = above;
        } else if named.code.is_some()
            && self
                .place_of(&named, Some(kind))
                .is_some_and(|(_, above)| above != parent)
        {
            self.refuse(
                "lineage.other_parent",
                "named",
                "新代码在另一个上级之下，请用“划转”。",
                "The new code lies under another parent; record a transfer.",
            );
        }
        if !transfer && named.name == before.name && code == before.code {
            self.refuse(
                "lineage.nothing",
                "named",
                "名称和代码都没有变。",
                "Neither name nor code changes.",
            );
        }
        let recoded = code != before.code;
        self.plan.go_on.push(id);
        self.plan.changes.push(Change {
            unit: id,
            short_name: short(&named.name),
            name: named.name,
            code: code.clone(),
            parent: Parent::Unit(parent),
            parent_known: true,
        });
        if recoded {
            self.move_children(id, Parent::Unit(id), code.as_ref());
        }
    }

    fn one_named(&mut self) -> Option<Named> {
        match self.proposal.named.as_slice() {
            [named] => Some(named.clone()),
            _ => {
                self.refuse(
                    "lineage.named",
                    "named",
                    "请填写一个新单位：代码和名称。",
                    "Give one new unit: its code and name.",
                );
                None
            }
        }
    }

    /// The kind its code says, and the unit it lies under that day.
    fn place_of(&mut self, named: &Named, wanted: Option<RegionKind>) -> Option<(RegionKind, RegionId)> {
        let Some(code) = &named.code else {
            self.refuse(
                "lineage.code_missing",
                "named",
                format!("请给“{}”填写12位区划代码。", named.name),
                format!("Give “{}” its region code of 12 digits.", named.name),
            );
            return None;
        };
        let level = self.first().map(|(unit, _)| unit.level)?;
        let kind = code.kind().filter(|kind| kind.level() == level);
        let Some(kind) = kind.filter(|kind| wanted.is_none_or(|wanted| wanted == *kind)) else {
            self.refuse(
                "lineage.code_kind",
                "named",
                format!("代码 {code} 的编号段与单位类别不符（村委会 200–399，居委会 001–199，镇 100–199，街道 001–099）。"),
                format!("The number in {code} does not belong to this kind of unit (villages 200–399, communities 001–199, towns 100–199, subdistricts 001–099)."),
            );
            return None;
        };
        let above = above(code, level).and_then(|above| self.regions.by_code(&above, self.proposal.day));
        if above.is_none() {
            self.refuse(
                "lineage.code_parent",
                "named",
                format!("代码 {code} 的上级在这一天不存在。"),
                format!("There is no unit above the code {code} on that day."),
            );
        }
        Some((kind, above?))
    }

    fn found(&mut self, named: &Named, wanted: Option<RegionKind>) -> Option<usize> {
        let (kind, parent) = self.place_of(named, wanted)?;
        self.plan.foundings.push(Founding {
            level: kind.level(),
            kind,
            name: named.name.clone(),
            code: named.code.clone(),
            parent,
        });
        Some(self.plan.foundings.len() - 1)
    }

    fn merge(&mut self) {
        let (heir, code) = match self.proposal.goes_on {
            Some(unit) => {
                if !self.proposal.named.is_empty() {
                    self.refuse(
                        "lineage.named",
                        "named",
                        "并入现有单位时不另设新单位。",
                        "A merger into a standing unit founds no new one.",
                    );
                }
                self.plan.go_on.push(unit);
                let code = self.regions.code(unit, self.proposal.day).cloned();
                (Parent::Unit(unit), code)
            }
            None => {
                let Some(named) = self.one_named() else { return };
                let Some(at) = self.found(&named, None) else {
                    return;
                };
                (Parent::Founded(at), named.code)
            }
        };
        let ends: Vec<RegionId> = self
            .proposal
            .old
            .iter()
            .copied()
            .filter(|unit| heir != Parent::Unit(*unit))
            .collect();
        for unit in ends {
            self.plan.ends.push(unit);
            self.move_children(unit, heir, code.as_ref());
        }
    }

    fn split(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, town) = (unit.id, version.parent.unwrap_or(unit.id));
        let goes_on = self.proposal.goes_on.is_some();
        if self.proposal.named.len() < if goes_on { 1 } else { 2 } {
            self.refuse(
                "lineage.named",
                "named",
                "拆分后至少要有两个单位（原单位保留的，至少新设一个）。",
                "A split leaves at least two units (one new one, if the old unit goes on).",
            );
            return;
        }
        for named in &self.proposal.named {
            self.found(named, None);
        }
        if goes_on {
            self.plan.go_on.push(id);
            return;
        }
        self.plan.ends.push(id);
        // Which new village a hamlet lies in, the document may say later: until then it is undetermined.
        for (child, version) in self.children_of(id) {
            self.plan.changes.push(Change {
                unit: child,
                name: version.name,
                short_name: version.short_name,
                code: version.code,
                parent: Parent::Unit(town),
                parent_known: false,
            });
        }
    }

    fn urbanise(&mut self) {
        let Some((unit, _)) = self.first() else { return };
        let (id, kind) = (unit.id, unit.kind);
        let becomes = match kind {
            RegionKind::Village | RegionKind::VillageLike => RegionKind::Community,
            RegionKind::Town | RegionKind::Township => RegionKind::Subdistrict,
            _ => {
                self.refuse(
                    "lineage.kind",
                    "old",
                    "村改居只用于村委会，撤镇设街道只用于镇（乡）。",
                    "Only a village becomes a community, only a town a subdistrict.",
                );
                return;
            }
        };
        let Some(named) = self.one_named() else { return };
        let Some(at) = self.found(&named, Some(becomes)) else {
            return;
        };
        self.plan.ends.push(id);
        self.move_children(id, Parent::Founded(at), named.code.as_ref());
    }

    fn abolish(&mut self) {
        let Some((unit, _)) = self.first() else { return };
        let id = unit.id;
        if !self.children_of(id).is_empty() {
            self.refuse(
                "lineage.orphans",
                "old",
                "它下面还有单位，请先把它们划转或归到别处。",
                "There are units below it. Move them elsewhere first.",
            );
        }
        self.plan.ends.push(id);
        if self.proposal.named.len() > 1 {
            self.refuse(
                "lineage.named",
                "named",
                "代码至多由一个新单位使用。",
                "At most one new unit takes the code.",
            );
        }
        for named in &self.proposal.named {
            self.found(named, None);
        }
    }

    fn place(&mut self) {
        let Some((unit, version)) = self.first() else {
            return;
        };
        let (id, before) = (unit.id, version.clone());
        let day = self.proposal.day;
        let village = self.proposal.village.filter(|village| {
            self.level(*village) == Some(Level::Village) && self.regions.on(*village, day).is_some()
        });
        let Some(village) = village else {
            self.refuse(
                "lineage.village",
                "village",
                "请选择生效日已经存在的行政村。",
                "Choose a village that stands on that day.",
            );
            return;
        };
        let county = |unit| self.regions.ancestor(unit, Level::County, day);
        if county(id) != county(village) {
            self.refuse(
                "lineage.village_county",
                "village",
                "这个村在另一个县。",
                "This village lies in another county.",
            );
        }
        if before.parent == Some(village) {
            self.refuse(
                "lineage.nothing",
                "village",
                "它已经在这个村。",
                "It lies in this village already.",
            );
        }
        self.plan.go_on.push(id);
        self.plan.changes.push(Change {
            unit: id,
            name: before.name,
            short_name: before.short_name,
            code: before.code,
            parent: Parent::Unit(village),
            parent_known: true,
        });
    }

    /// Units that hang on `id` on the day or later, with their last version.
    fn children_of(&self, id: RegionId) -> Vec<(RegionId, Version)> {
        let day = self.proposal.day;
        let hangs =
            |version: &Version| version.parent == Some(id) && version.valid_to.is_none_or(|end| end > day);
        let below = self
            .regions
            .units()
            .filter(|unit| unit.versions.iter().any(hangs));
        below
            .filter_map(|unit| Some((unit.id, unit.versions.last()?.clone())))
            .collect()
    }

    /// Hangs the children of `from` on `to`; their codes follow the parent's.
    fn move_children(&mut self, from: RegionId, to: Parent, code: Option<&RegionCode>) {
        for (unit, version) in self.children_of(from) {
            let recoded = match (&version.code, code) {
                (Some(own), Some(above)) => {
                    let text = format!(
                        "{}{}",
                        above.own_prefix(),
                        own.as_str().get(9..).unwrap_or_default()
                    );
                    match RegionCode::parse(&text) {
                        Ok(code) => Some(code),
                        Err(_) => Some(own.clone()),
                    }
                }
                (own, _) => own.clone(),
            };
            self.plan.changes.push(Change {
                unit,
                name: version.name,
                short_name: version.short_name,
                code: recoded,
                parent: to,
                parent_known: version.parent_known,
            });
        }
    }

    /// No version overlaps another: whatever ends or changes has begun before the day, and nothing has
    /// happened to it since.
    fn check_days(&mut self) {
        let day = self.proposal.day;
        let changed = self.plan.changes.iter().map(|change| change.unit);
        let touched: Vec<RegionId> = self.plan.ends.iter().copied().chain(changed).collect();
        let standing = self
            .proposal
            .old
            .iter()
            .copied()
            .filter(|unit| !touched.contains(unit));
        let checked: Vec<RegionId> = standing.chain(touched.iter().copied()).collect();
        for id in checked {
            let last = self.regions.unit(id).and_then(|unit| unit.versions.last());
            let since = match last {
                Some(last) if last.valid_to.is_some() => last.valid_to,
                Some(last) if last.valid_from >= day => Some(last.valid_from),
                Some(_) => continue,
                None => None,
            };
            let name = self.regions.say(id, day);
            let (zh, en) = match since {
                Some(since) => (
                    format!("“{}”在 {since} 已有变更，生效日要在那之后。", name.zh),
                    format!(
                        "“{}” changed on {since}; the first day must be after that.",
                        name.en
                    ),
                ),
                None => ("没有这个单位。".to_owned(), "There is no such unit.".to_owned()),
            };
            self.refuse("lineage.day", "day", zh, en);
        }
    }

    /// No code is borne by two units on one day.
    fn check_codes(&mut self) {
        let day = self.proposal.day;
        let changed: HashSet<RegionId> = self.plan.changes.iter().map(|change| change.unit).collect();
        let ends: HashSet<RegionId> = self.plan.ends.iter().copied().collect();
        let new = self.plan.changes.iter().map(|change| &change.code);
        let codes: Vec<RegionCode> = new
            .chain(self.plan.foundings.iter().map(|new| &new.code))
            .flatten()
            .cloned()
            .collect();
        let mut seen = HashSet::new();
        for code in codes {
            let bears = |unit: &&Unit| {
                !ends.contains(&unit.id)
                    && !changed.contains(&unit.id)
                    && unit.versions.iter().any(|version| {
                        version.code.as_ref() == Some(&code) && version.valid_to.is_none_or(|end| end > day)
                    })
            };
            let bearer = self
                .regions
                .units()
                .find(bears)
                .map(|unit| self.regions.say(unit.id, day));
            if let Some(name) = bearer {
                self.refuse(
                    "lineage.code_taken",
                    "named",
                    format!("代码 {code} 自 {day} 起由“{}”使用。", name.zh),
                    format!("The code {code} is borne by “{}” from {day} on.", name.en),
                );
            } else if !seen.insert(code.clone()) {
                self.refuse(
                    "lineage.code_twice",
                    "named",
                    format!("代码 {code} 用了两次。"),
                    format!("The code {code} is given twice."),
                );
            }
        }
    }
}

/// The code of the unit above: a village's town, a town's county.
fn above(code: &RegionCode, level: Level) -> Option<RegionCode> {
    let digits = match level {
        Level::Village => 9,
        Level::Town => 6,
        _ => return None,
    };
    RegionCode::parse(&format!("{:0<12}", code.as_str().get(..digits)?)).ok()
}

/// What pages print: 新莲村委会 is 新莲村, 新昌社区居民委员会 is 新昌社区.
pub(super) fn short(name: &str) -> String {
    let endings = ["居民委员会", "居委会", "民委员会", "委会"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
    stem.filter(|stem| stem.chars().count() > 1)
        .unwrap_or(name)
        .to_owned()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
