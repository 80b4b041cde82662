//! The administrative units: province, city, counties, towns, villages and 自然村, each with a
//! surrogate id and dated versions of its name, code and parent.
//!
//! What must always hold:
//! - a 12-digit code is a label of a unit during some days, never its identity: 440705108218
//!   was 新谢村 and is 皮子村, two units;
//! - a version without a known start is valid from ever ([`always`]);
//! - figures hang on units, and the tree says on a given day which town and county they add
//!   up to; a 自然村 whose 行政村 is not known hangs on its town and is named 未定村;
//! - an [`Event`] with its document brings every change; a unit that ended in a merger hangs on its
//!   heir from then on, so that figures stay where they were posted and add up where it stands;
//! - units are only ever added, or given a new version: nothing that figures hang on goes away. An event
//!   recorded by mistake can be taken back while nothing rests on it ([`undoing`]); it stays on record, and
//!   what it founded stays as a unit of no day.

mod chronicle;
mod event;
mod file;
mod plan;
mod store;
mod tree;
mod undo;

pub use chronicle::{enact, take_back};
pub use event::{Event, EventKind, Withdrawal};
pub use file::{RegionFileError, RegionRow, read_regions};
pub use plan::{Change, Founding, Named, Parent, Plan, Proposal, plan};
pub use store::{NewUnit, add_unit, install, load};
pub use tree::{Ending, Group, Regions, Unit, Version};
pub use undo::{Undoing, undoing};

use chrono::{Datelike, NaiveDate};

/// The start of a version whose start is unknown: 0001-01-01, which both databases can store.
pub fn always() -> NaiveDate {
    NaiveDate::default().with_year(1).unwrap_or_default()
}
