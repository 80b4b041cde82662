//! Whether a village may bear figures of a book on a day.

use crate::error::Issue;
use crate::ledger::Case;
use crate::values::{Level, RegionId, Say};

/// Rule 13: the unit exists on the business date and lies in the book's county.
pub fn village_issue(case: &Case<'_>, region: RegionId) -> Option<Issue> {
    let regions = case.office.regions;
    if regions.on(region, case.business_date).is_none() {
        return Some(unknown_village());
    }
    let county = regions.ancestor(region, Level::County, case.business_date);
    (county != Some(case.book.region_id)).then(|| {
        let say = Say::new("这个村不属于本县。", "This village lies in another county.");
        Issue::refuse("village.other_county", "village", say)
    })
}

pub(super) fn unknown_village() -> Issue {
    Issue::refuse(
        "village.unknown",
        "village",
        Say::new(
            "没有这个村，或它在这一天还没有（已经不再）存在。",
            "There is no such village, or not on that day.",
        ),
    )
}
