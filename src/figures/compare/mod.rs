//! `/compare`: the same figures at two places or two months, side by side, with what is between them.

mod pairs;
mod views;

pub(super) use pairs::{PAIRS, PATH as PAIRS_AT};

use actix_web::web;
use chrono::NaiveDate;
use serde::Deserialize;

use super::READERS;
use crate::auth::{Answer, Look, Page, RouteSpec, User, asked, get, redirect};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::state::{self, Site};
use crate::totals::{
    self, Answer as Totals, Bases, Boundaries, By, MeasureGroup, Question, RateParts, is_of_flows,
    rate_parts, region_key, top_region,
};
use crate::totals::{Aspect, books_within, offered_months};
use crate::ui::page::Crumb;
use crate::values::measure::rates::{RATES, Rate, Whole};
use crate::values::measure::{Measure, by_id};
use crate::values::{Lang, Level, Month, RegionId, Say, Text, Unit};

/// The page's address.
pub(super) const HOME: &str = "/compare";
/// What these pages are called.
pub(super) const TITLE: Text = Text::new("对比", "Compare");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get(HOME, READERS, open), pairs::route()]
}

/// What the two sides are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    region: String,
    month: String,
    /// The other region; the same one when empty.
    with: String,
    /// The other month; the same one when empty and there is another region, else the month before.
    against: String,
    group: String,
    unit: String,
}

/// One side: a place and a month with everything that is compared of it.
struct Side {
    key: String,
    name: Say,
    month: Month,
    answer: Totals,
    /// The group's rates by place in [`Compared::rates`], as each is usually read.
    rates: Vec<RateParts>,
}

/// Sides and what is compared of them.
struct Compared {
    sides: Vec<Side>,
    rates: Vec<&'static Rate>,
    /// How many of the answers' measures are shown; the others are parts of rates.
    shown: usize,
    group: MeasureGroup,
    unit: Unit,
}

struct View {
    compared: Compared,
    months: Vec<Month>,
    /// The places one may choose: address and name.
    regions: Vec<(String, String)>,
    /// Whether the city's pages of pairs are for this reader.
    city: bool,
}

/// The places and months to compare.
type At = (RegionId, Month);

async fn open(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today, lang) = (page.user.clone(), page.actor().today, page.lang);
    // What is left out means something else another month, or to somebody else.
    let given = [&query.region, &query.month, &query.with, &query.against];
    let whole = given.iter().all(|text| !text.is_empty());
    let view = state::read(&site, move |conn, office| {
        load(conn, office, (&user, today), &query)
    })
    .await?;
    if !whole {
        return Ok(redirect(&views::here(&view)));
    }
    let look = Look {
        title: views::title(lang, &view.compared),
        wide: true,
        crumbs: vec![
            Crumb::link(lang.t("汇总", "Totals"), "/totals"),
            Crumb::here(TITLE.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, views::page(lang, &view)))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    query: &Query,
) -> Result<View, Error> {
    let regions = office.regions;
    let month = totals::asked_month(conn, office, user, &query.month, today)?;
    let region = totals::asked_region(regions, user, &query.region, month.last_day())?;
    let against = match (query.against.as_str(), query.with.as_str()) {
        ("", "") => month.previous(),
        ("", _) => month,
        (text, _) => totals::asked_month(conn, office, user, text, today)?,
    };
    let with = match query.with.as_str() {
        "" => region,
        text => totals::asked_region(regions, user, text, against.last_day())?,
    };
    let (group, unit) = group_and_unit(&query.group, &query.unit)?;
    let at = [(region, month), (with, against)];
    let top = top_region(regions, user)?;
    let books = books_within(conn, regions, top, today)?;
    Ok(View {
        compared: compared(conn, office, &at, (group, unit, user.lang))?,
        months: offered_months(conn, &books, today)?,
        regions: places(office, user, (top, region, with), month),
        city: user.book.is_none(),
    })
}

fn group_and_unit(group: &str, unit: &str) -> Result<(MeasureGroup, Unit), Error> {
    let group_name = Text::new("指标组", "Group of measures");
    let unit_name = Text::new("金额单位", "Unit of money");
    Ok((
        asked(group_name, group, MeasureGroup::parse)?.unwrap_or(MeasureGroup::Credit),
        asked(unit_name, unit, Unit::parse)?.unwrap_or(Unit::Wan),
    ))
}

/// The reader's own region and the units below it, and whatever is being compared.
fn places(
    office: &Office<'_>,
    user: &User,
    (top, region, with): (RegionId, RegionId, RegionId),
    month: Month,
) -> Vec<(String, String)> {
    let (regions, day) = (office.regions, month.last_day());
    let mut offered = vec![top];
    offered.extend(regions.children(top, day));
    for other in [region, with] {
        if !offered.contains(&other) {
            offered.push(other);
        }
    }
    let named = |id: RegionId| (region_key(regions, id, day), regions.name_in(id, day, user.lang));
    offered.into_iter().map(named).collect()
}

/// The usual value of a measure or a rate, and the month alone of a flow.
fn usual(flow: bool) -> Aspect {
    if flow { Aspect::Year } else { Aspect::End }
}

/// Everything that is compared at these places and months.
fn compared(
    conn: &mut Conn,
    office: &Office<'_>,
    at: &[At],
    (group, unit, lang): (MeasureGroup, Unit, Lang),
) -> Result<Compared, Error> {
    let mut measures = group.measures();
    let shown = measures.len();
    let of_group =
        |rate: &&Rate| by_id(rate.numerator).is_some_and(|measure| MeasureGroup::of(measure) == group);
    let rates: Vec<&'static Rate> = RATES.iter().copied().filter(|rate| of_group(rate)).collect();
    for rate in &rates {
        let whole = match rate.whole {
            Whole::Measure(id) => by_id(id),
            Whole::AdministrativeVillages | Whole::RegisteredHouseholds => None,
        };
        for measure in by_id(rate.numerator).into_iter().chain(whole) {
            if !measures.iter().any(|known| known.id == measure.id) {
                measures.push(measure);
            }
        }
    }
    let mut sides = Vec::new();
    for (region, month) in at {
        sides.push(side(conn, office, (*region, *month), (&measures, &rates), lang)?);
    }
    Ok(Compared {
        sides,
        rates,
        shown,
        group,
        unit,
    })
}

fn side(
    conn: &mut Conn,
    office: &Office<'_>,
    (region, month): At,
    (measures, rates): (&[&'static Measure], &[&'static Rate]),
    lang: Lang,
) -> Result<Side, Error> {
    let (regions, day) = (office.regions, month.last_day());
    let question = Question {
        region,
        month,
        by: By::None,
        measures: measures.to_vec(),
        boundaries: Boundaries::Then,
    };
    let answer = totals::answer(conn, office, &question)?;
    let bases = Bases::load(conn, regions, day)?;
    let parts = |rate: &&'static Rate| {
        let aspect = usual(is_of_flows(rate));
        rate_parts(rate, (&answer, &answer.total), aspect, (Some(&bases), lang))
    };
    let rates = rates.iter().map(parts).collect();
    let above_county = regions
        .unit(region)
        .is_none_or(|unit| unit.level <= Level::County);
    Ok(Side {
        key: region_key(regions, region, day),
        name: if above_county {
            regions.say(region, day)
        } else {
            regions.say_path(region, day)
        },
        month,
        rates,
        answer,
    })
}
