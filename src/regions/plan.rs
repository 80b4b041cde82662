//! What an event would write, and what is wrong with it: pure, so that a page can show it before
//! anything is written.

mod checks;
mod draft;

use chrono::NaiveDate;

use super::event::EventKind;
use super::tree::Regions;
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
mod tests;
