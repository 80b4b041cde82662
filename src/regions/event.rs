//! What happens to units in the course of time (沿革): one dated event with its document, the units it
//! was about, and those that came of it.

use chrono::{NaiveDate, NaiveDateTime};

use crate::values::{RegionId, Text, UserId};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// 更名: another name, perhaps another code; the unit goes on.
    Rename,
    /// 合并: several units become one, a new one or one of them.
    Merge,
    /// 拆分: one unit becomes several, or gives off others and goes on.
    Split,
    /// 村改居, 撤镇设街道: a unit of another kind in its place.
    Urbanise,
    /// 划转: the unit goes on under another parent, with another code.
    Transfer,
    /// 撤销: the unit ends and nothing is its heir; another may take its code.
    Abolish,
    /// 归村: a 自然村 is given its 行政村.
    Placement,
}

impl EventKind {
    pub const EVERY: [EventKind; 7] = [
        EventKind::Rename,
        EventKind::Merge,
        EventKind::Split,
        EventKind::Urbanise,
        EventKind::Transfer,
        EventKind::Abolish,
        EventKind::Placement,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            EventKind::Rename => "rename",
            EventKind::Merge => "merge",
            EventKind::Split => "split",
            EventKind::Urbanise => "urbanise",
            EventKind::Transfer => "transfer",
            EventKind::Abolish => "abolish",
            EventKind::Placement => "placement",
        }
    }

    pub fn parse(code: &str) -> Option<EventKind> {
        EventKind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn text(self) -> Text {
        match self {
            EventKind::Rename => Text::new("更名", "Rename"),
            EventKind::Merge => Text::new("合并", "Merger"),
            EventKind::Split => Text::new("拆分", "Split"),
            EventKind::Urbanise => Text::new(
                "村改居（撤镇设街道）",
                "Village to community (town to subdistrict)",
            ),
            EventKind::Transfer => Text::new("划转", "Transfer"),
            EventKind::Abolish => Text::new("撤销（代码改用）", "Abolition (code reused)"),
            EventKind::Placement => Text::new("自然村归村", "Hamlet placed"),
        }
    }

    /// What is said of a unit that ended so without one heir, as its own row.
    pub const fn ended(self) -> Text {
        match self {
            EventKind::Split => Text::new("已拆分", "split up"),
            _ => Text::new("已撤销", "abolished"),
        }
    }
}

/// That an event was recorded by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub reason: String,
    pub by: UserId,
    /// UTC.
    pub at: NaiveDateTime,
}

/// An event as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub kind: EventKind,
    /// First day on which it holds.
    pub day: NaiveDate,
    /// The document it rests on, such as 粤民函〔2024〕12号.
    pub document: String,
    pub note: String,
    pub recorded_by: UserId,
    /// UTC.
    pub recorded_at: NaiveDateTime,
    pub old: Vec<RegionId>,
    /// A unit that goes on stands here too.
    pub new: Vec<RegionId>,
    /// It never held, and is only kept.
    pub withdrawal: Option<Withdrawal>,
}

impl Event {
    /// The units that began with it.
    pub(super) fn founded(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.new.iter().copied().filter(|unit| !self.old.contains(unit))
    }

    /// The units that ended with it.
    pub(super) fn ended(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.old.iter().copied().filter(|unit| !self.new.contains(unit))
    }

    /// The only unit in which what hung on an ended one is added up; none when it cannot be divided
    /// among several, or nothing took its place.
    pub(super) fn heir(&self) -> Option<RegionId> {
        match (self.kind, self.new.as_slice()) {
            (EventKind::Merge | EventKind::Urbanise, [heir]) => Some(*heir),
            _ => None,
        }
    }
}
