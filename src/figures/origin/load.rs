//! Reading everything that the page of a figure tells.

use chrono::{NaiveDate, NaiveDateTime};

use super::parts::{self, Parts};
use super::{Asked, What};
use crate::auth::User;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Office, standing_edition};
use crate::totals::{
    self, Answer, AnswerRow, Aspect, Bases, Boundaries, By, Comparison, FigureAddress, Figures, Question,
    RateParts, RowKey, period, rate_parts, region_key, top_region,
};
use crate::values::day::show_moment;
use crate::values::measure::rates::{Rate, Whole};
use crate::values::measure::{Measure, by_id};
use crate::values::{Lang, Month, Nature, Say};

/// A figure with everything that is known of it.
pub(super) struct View {
    pub asked: Asked,
    /// Where: 县›镇›村, or the city.
    pub place: Say,
    /// The edition it is of and when that was closed; none while the month is open.
    pub edition: Option<(i32, String)>,
    /// When it was read.
    pub read_at: String,
    pub reading: Reading,
    pub parts: Vec<Parts>,
    pub published: Vec<Comparison>,
    /// From the reader's largest region down to this one: name and the same figure there.
    pub trail: Vec<(String, String)>,
    /// Whether the units are the same at an earlier moment, so that its vouchers are found by the same places.
    pub same_units: Vec<Aspect>,
}

/// What the figure comes to.
pub(super) enum Reading {
    Measure(&'static Measure, Figures),
    /// The parts of a rate as each aspect reads them.
    Rate(&'static Rate, Vec<(Aspect, RateParts)>),
}

/// The measures a figure is read off, first the one named or divided.
pub(super) fn measures(what: What) -> Vec<&'static Measure> {
    match what {
        What::Measure(measure) => vec![measure],
        What::Rate(rate) => {
            let whole = match rate.whole {
                Whole::Measure(id) => by_id(id),
                Whole::AdministrativeVillages | Whole::RegisteredHouseholds => None,
            };
            by_id(rate.numerator).into_iter().chain(whole).collect()
        }
    }
}

/// The breakdown in which a member is a row.
pub(super) fn by_of(member: RowKey) -> By {
    match member {
        RowKey::Region(_) => By::None,
        RowKey::Institution(_) => By::Institution,
        RowKey::Product(_) => By::Product,
        RowKey::Specialist(_) => By::Specialist,
    }
}

/// The row of a member in an answer; an empty one where nothing was posted.
pub(super) fn row_of(answer: &Answer, member: Option<RowKey>) -> AnswerRow {
    let Some(member) = member else {
        return answer.total.clone();
    };
    let found = answer.rows.iter().find(|row| row.key == member).cloned();
    found.unwrap_or_else(|| AnswerRow {
        key: member,
        figures: answer
            .measures()
            .map(|(_, measure)| Figures::new(measure.nature, [0; 4], 0))
            .collect(),
        ..answer.total.clone()
    })
}

/// The question behind the page, about a region and broken down so.
pub(super) fn question(asked: &Asked, by: By) -> Question {
    Question {
        region: asked.region,
        month: asked.month,
        by,
        measures: measures(asked.what),
        boundaries: asked.boundaries,
    }
}

pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, now): (&User, NaiveDateTime),
    asked: Asked,
) -> Result<View, Error> {
    let (regions, day, lang) = (office.regions, asked.day(), user.lang);
    let member = asked.member.as_ref().map(|(key, _)| *key);
    let answer = totals::answer(conn, office, &question(&asked, member.map_or(By::None, by_of)))?;
    let row = row_of(&answer, member);
    let reading = reading(conn, office, &asked, (&answer, &row), lang)?;
    let published = match (&reading, member) {
        (Reading::Measure(measure, figures), None | Some(RowKey::Product(_))) => {
            let product = member.and(row.code.as_deref());
            let at = (asked.region, asked.month);
            totals::beside(conn, regions, at, measure, (product, figures))?
        }
        _ => Vec::new(),
    };
    let edition = match answer.edition {
        Some(_) => standing_edition(conn, regions, asked.region, asked.month)?
            .map(|edition| (edition.number, show_moment(edition.closed_at))),
        None => None,
    };
    let top = top_region(regions, user)?;
    let path = regions.path(asked.region, day).into_iter();
    let trail = path.skip_while(|region| *region != top).map(|region| {
        let key = region_key(regions, region, day);
        let at = FigureAddress {
            region: &key,
            aspect: Some(asked.aspect),
            ..asked.address()
        };
        (regions.name_in(region, day, lang), at.path())
    });
    let trail = trail.collect();
    let place = match regions.say_path(asked.region, day) {
        path if path.zh.is_empty() => regions.say(asked.region, day),
        path => path,
    };
    Ok(View {
        parts: parts::load(conn, office, (&asked, lang))?,
        same_units: same_units(office, &asked),
        place,
        edition,
        read_at: show_moment(now),
        reading,
        published,
        trail,
        asked,
    })
}

fn reading(
    conn: &mut Conn,
    office: &Office<'_>,
    asked: &Asked,
    (answer, row): (&Answer, &AnswerRow),
    lang: Lang,
) -> Result<Reading, Error> {
    match asked.what {
        What::Measure(measure) => {
            let figures = answer.figures(row, measure.id).ok_or(Error::NotFound)?;
            Ok(Reading::Measure(measure, *figures))
        }
        What::Rate(rate) => {
            let mut read = Vec::new();
            for aspect in asked.what.aspects() {
                let bases = bases(conn, office, rate, base_day(asked, *aspect))?;
                let parts = rate_parts(rate, (answer, row), *aspect, (bases.as_ref(), lang));
                read.push((*aspect, parts));
            }
            Ok(Reading::Rate(rate, read))
        }
    }
}

/// What a denominator that is no measure is read from; none for one that is.
pub(super) fn bases<'a>(
    conn: &mut Conn,
    office: &'a Office<'_>,
    rate: &Rate,
    day: NaiveDate,
) -> Result<Option<Bases<'a>>, Error> {
    match rate.whole {
        Whole::Measure(_) => Ok(None),
        Whole::AdministrativeVillages | Whole::RegisteredHouseholds => {
            Bases::load(conn, office.regions, day).map(Some)
        }
    }
}

/// The day on which there were as many villages as a value of this aspect divides by.
pub(super) fn base_day(asked: &Asked, aspect: Aspect) -> NaiveDate {
    let of = |month: Month| asked.boundaries.day(month);
    match period(asked.month, Nature::Stock, aspect) {
        Some((_, month)) => of(month),
        None => of(asked.month),
    }
}

/// The aspects whose vouchers can be asked for by the same place.
fn same_units(office: &Office<'_>, asked: &Asked) -> Vec<Aspect> {
    let (regions, nature) = (office.regions, asked.what.nature());
    let now = regions.boundaries(asked.region, asked.day());
    let same = |aspect: &Aspect| {
        let Some((_, to)) = period(asked.month, nature, *aspect) else {
            return *aspect == Aspect::Pending;
        };
        to == asked.month
            || matches!(asked.boundaries, Boundaries::Now(_))
            || regions.boundaries(asked.region, to.last_day()) == now
    };
    Aspect::told(nature).iter().copied().filter(same).collect()
}
