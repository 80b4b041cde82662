//! What each administrative village has at a month's end.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Query, Show};
use crate::auth::User;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{
    self, Aspect, Boundaries, By, Question, RowKey, books_within, offered_months, region_key, top_region,
};
use crate::values::measure::{self, by_id};
use crate::values::{Lang, Level, MeasureId, Month, RegionId, Say};

/// The three conditions, in order: a service point open, a specialist posted, a line in force.
pub(super) const CONDITIONS: [MeasureId; 3] = [
    measure::FIELD_SERVICE_POINTS,
    measure::FIELD_SPECIALISTS,
    measure::CREDIT_PREAPPROVED,
];

/// One administrative village.
pub(super) struct Village {
    pub id: RegionId,
    pub key: String,
    pub code: String,
    /// 镇, and the village's own name.
    pub town: Say,
    pub name: Say,
    /// What stands of each condition.
    pub has: [i64; 3],
}

impl Village {
    /// How many of the three are missing.
    pub fn missing(&self) -> usize {
        self.has.iter().filter(|amount| **amount <= 0).count()
    }

    /// Whether it belongs to what is shown.
    pub fn shown(&self, show: Show) -> bool {
        match show {
            Show::None => self.missing() == CONDITIONS.len(),
            Show::Some => self.missing() > 0,
            Show::All => true,
        }
    }
}

/// A unit with its villages counted.
pub(super) struct Count {
    pub name: Say,
    pub key: String,
    pub villages: usize,
    pub unserved: usize,
    /// Villages without each of the three.
    pub without: [usize; 3],
}

pub(super) struct View {
    pub name: Say,
    pub key: String,
    pub month: Month,
    pub months: Vec<Month>,
    pub edition: Option<i32>,
    /// In order of code.
    pub villages: Vec<Village>,
    /// By county for the city, by town for a county; the whole last.
    pub counts: Vec<Count>,
    /// The region above, where the reader may go there.
    pub above: Option<String>,
    pub by: By,
    pub city: bool,
}

pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    query: &Query,
) -> Result<View, Error> {
    let regions = office.regions;
    let month = totals::asked_month(conn, office, user, &query.month, today)?;
    let day = month.last_day();
    let region = totals::asked_region(regions, user, &query.region, day)?;
    let level = regions.unit(region).ok_or(Error::NotFound)?.level;
    let measures = CONDITIONS.iter().filter_map(|id| by_id(*id)).collect();
    let by = if level >= Level::Village {
        return Err(Error::NotFound);
    } else {
        By::Village
    };
    let question = Question {
        region,
        month,
        by,
        measures,
        boundaries: Boundaries::Then,
    };
    let answer = totals::answer(conn, office, &question)?;
    let has: HashMap<RegionId, [i64; 3]> = answer
        .rows
        .iter()
        .filter_map(|row| match row.key {
            RowKey::Region(id) => {
                let end = |id| {
                    answer
                        .figures(row, id)
                        .map_or(0, |figures| figures.amount(Aspect::End))
                };
                Some((id, CONDITIONS.map(end)))
            }
            RowKey::Institution(_) | RowKey::Product(_) | RowKey::Specialist(_) => None,
        })
        .collect();
    let villages = villages(office, region, day, &has);
    let below = By::below(level);
    let counts = counts(office, (region, below), day, &villages);
    let top = top_region(regions, user)?;
    let books = books_within(conn, regions, top, today)?;
    let above = regions.parent(region, day).filter(|_| region != top);
    Ok(View {
        name: regions.say(region, day),
        key: region_key(regions, region, day),
        month,
        months: offered_months(conn, &books, today)?,
        edition: answer.edition,
        villages,
        counts,
        above: above.map(|above| region_key(regions, above, day)),
        by: below,
        city: user.book.is_none(),
    })
}

/// Every unit with a villagers' committee that day, with what it has.
fn villages(
    office: &Office<'_>,
    region: RegionId,
    day: NaiveDate,
    has: &HashMap<RegionId, [i64; 3]>,
) -> Vec<Village> {
    let regions = office.regions;
    let mut found: Vec<Village> = regions
        .units()
        .filter(|unit| unit.kind.is_administrative_village() && regions.on(unit.id, day).is_some())
        .filter(|unit| regions.ending(unit.id, day).is_none())
        .filter(|unit| regions.path(unit.id, day).contains(&region))
        .map(|unit| {
            let town = regions.ancestor(unit.id, Level::Town, day);
            Village {
                id: unit.id,
                key: region_key(regions, unit.id, day),
                code: regions
                    .code(unit.id, day)
                    .map_or_else(String::new, ToString::to_string),
                town: town.map_or_else(|| Say::new("—", "—"), |town| regions.say(town, day)),
                name: regions.say(unit.id, day),
                has: has.get(&unit.id).copied().unwrap_or_default(),
            }
        })
        .collect();
    found.sort_by_key(|village| regions.sort_key(village.id, day));
    found
}

/// The villages of each unit one level down, and of all.
fn counts(
    office: &Office<'_>,
    (region, below): (RegionId, By),
    day: NaiveDate,
    villages: &[Village],
) -> Vec<Count> {
    let regions = office.regions;
    let Some(level) = below.level().filter(|level| *level < Level::Village) else {
        return vec![count(office, region, day, villages.iter())];
    };
    let mut units: Vec<RegionId> = villages
        .iter()
        .filter_map(|village| regions.ancestor(village.id, level, day))
        .collect();
    units.sort_by_key(|unit| regions.sort_key(*unit, day));
    units.dedup();
    let within = |unit: RegionId| {
        let its = move |village: &&Village| regions.ancestor(village.id, level, day) == Some(unit);
        villages.iter().filter(its)
    };
    let mut counts: Vec<Count> = units
        .into_iter()
        .map(|unit| count(office, unit, day, within(unit)))
        .collect();
    counts.push(count(office, region, day, villages.iter()));
    counts
}

fn count<'a>(
    office: &Office<'_>,
    unit: RegionId,
    day: NaiveDate,
    villages: impl Iterator<Item = &'a Village>,
) -> Count {
    let mut count = Count {
        name: office.regions.say(unit, day),
        key: region_key(office.regions, unit, day),
        villages: 0,
        unserved: 0,
        without: [0; 3],
    };
    for village in villages {
        count.villages += 1;
        count.unserved += usize::from(village.shown(Show::None));
        for (without, has) in count.without.iter_mut().zip(village.has) {
            *without += usize::from(has <= 0);
        }
    }
    count
}

/// What a condition is called when it is missing or there.
pub(super) fn condition(at: usize, lang: Lang) -> &'static str {
    match at {
        0 => lang.t("服务点", "Service point"),
        1 => lang.t("在岗特派员", "Specialist posted"),
        _ => lang.t("有效额度", "Line in force"),
    }
}
