//! What must hold of an event: its words, its units, its days, its codes.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::super::event::EventKind;
use super::super::tree::Unit;
use super::Draft;
use crate::values::{Level, RegionCode, RegionId};

impl Draft<'_> {
    pub(super) fn check_words(&mut self, today: NaiveDate) {
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
    pub(super) fn check_old(&mut self) {
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

    /// No version overlaps another: whatever ends or changes has begun before the day, and nothing has
    /// happened to it since.
    pub(super) fn check_days(&mut self) {
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
    pub(super) fn check_codes(&mut self) {
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
                    && unit
                        .versions
                        .iter()
                        .any(|version| version.code.as_ref() == Some(&code) && version.holds_after(day))
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
