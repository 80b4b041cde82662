//! Whether a village may bear figures of a book on a day.

use crate::error::Issue;
use crate::ledger::Case;
use crate::values::{Level, RegionId, Say};

/// Rule 13: the unit exists on the business date and lies in the book's county.
pub fn village_issue(case: &Case<'_>, region: RegionId) -> Option<Issue> {
    let regions = case.office.regions;
    if case.posted {
        return None;
    }
    if regions.on(region, case.business_date).is_none() {
        return Some(ended_village(case, region).unwrap_or_else(unknown_village));
    }
    let county = regions.ancestor(region, Level::County, case.business_date);
    (county != Some(case.book.region_id)).then(|| {
        let say = Say::new("这个村不属于本县。", "This village lies in another county.");
        Issue::refuse("village.other_county", "village", say)
    })
}

/// The unit was no more on that day: where its new business goes.
fn ended_village(case: &Case<'_>, region: RegionId) -> Option<Issue> {
    let (regions, day) = (case.office.regions, case.business_date);
    let ending = regions.ending(region, day)?;
    let (name, since) = (regions.say(region, day), ending.day);
    let heir = regions.stands_as(region, day);
    let say = if heir == region {
        Say::new(
            format!("“{}”自 {since} 起不再存在，新业务请记在接续的村。", name.zh),
            format!(
                "“{}” is no more since {since}; record new business in the village that took its place.",
                name.en
            ),
        )
    } else {
        let heir = regions.say(heir, day);
        Say::new(
            format!(
                "“{}”自 {since} 起为“{}”，新业务请记在那里；{since} 之前的业务仍可补录。",
                name.zh, heir.zh
            ),
            format!(
                "“{}” is part of “{}” since {since}; record new business there. What happened before can still be recorded here.",
                name.en, heir.en
            ),
        )
    };
    Some(Issue::refuse("village.ended", "village", say))
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
