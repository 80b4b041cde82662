//! Loading the page: the answer, the months, the surveys, what stands out.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use chrono::{NaiveDate, NaiveDateTime};

use super::items::{self, Listing, Scope};
use super::parts::{Part, parts};
use super::store::{self, Same};
use super::survey::{Survey, survey};
use crate::auth::{Role, User};
use crate::close::Standing;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Book, Office};
use crate::register;
use crate::state::State;
use crate::totals::{
    Answer, Boundaries, By, Question, answer, books_within, offered_months, region_key, series, top_region,
};
use crate::values::geojson::{self, Outline};
use crate::values::measure::{self, Measure, by_id};
use crate::values::{InstitutionId, Level, MeasureId, Month, RegionId, Say, Unit, english};

/// Months of the small lines.
const MONTHS: i32 = 13;
/// Of every kind of exception so many are on the page.
const WORST: usize = 3;

/// Measures over the months, in this order.
pub const LINES: [MeasureId; 6] = [
    measure::CREDIT_GRANTED,
    measure::CREDIT_DRAWN,
    measure::LOAN_BALANCE,
    measure::LOAN_NONPERFORMING,
    measure::INSURANCE_SUM_INSURED,
    measure::INSURANCE_PAYOUT,
];
/// What the parts can be compared by.
pub const COMPARED: [MeasureId; 6] = [
    measure::CREDIT_GRANTED,
    measure::CREDIT_GRANTED_HOUSEHOLDS,
    measure::CREDIT_DRAWN,
    measure::LOAN_BALANCE,
    measure::INSURANCE_SUM_INSURED,
    measure::INSURANCE_PAYOUT,
];

/// The counties as the program knows them: a sketch (`data/README.md`).
static COUNTIES: LazyLock<Arc<Vec<Outline>>> = LazyLock::new(|| {
    let read = geojson::outlines(include_str!("../../data/jiangmen-counties.geojson"));
    Arc::new(read.unwrap_or_default())
});

/// What a page is restricted to.
#[derive(Clone, Debug)]
pub struct Filters {
    pub region: RegionId,
    pub region_key: String,
    pub month: Month,
    pub unit: Unit,
    pub measure: &'static Measure,
}

/// One institution of the board.
#[derive(Clone, Debug)]
pub struct Reporter {
    pub id: InstitutionId,
    pub name: Say,
    /// What it has said in the one county that is looked at; none where there are several.
    pub standing: Option<Standing>,
}

/// Everything on the page.
pub struct Home {
    pub filters: Filters,
    pub level: Level,
    pub answer: Answer,
    pub parts: Vec<Part>,
    /// [`LINES`] over the months.
    pub lines: Vec<Vec<(Month, i64)>>,
    pub months: Vec<Month>,
    /// From the reader's largest region down to this one: address and name.
    pub trail: Vec<(String, String)>,
    /// When the month was closed, UTC: until then its figures hold; none while it is open.
    pub closed_at: Option<NaiveDateTime>,
    pub reporters: Vec<Reporter>,
    /// Until when institutions were to declare; the latest where counties differ.
    pub deadline: Option<NaiveDate>,
    /// Vouchers that wait for review.
    pub waiting: usize,
    /// Since when the first of them waits, UTC.
    pub waiting_since: Option<NaiveDateTime>,
    pub listings: Vec<Listing>,
    /// Outlines of the parts; none: tiles.
    pub outlines: Option<Arc<Vec<Outline>>>,
    /// Whether the outlines are the office's own.
    pub own_map: bool,
}

/// The surveys of every book of an area.
pub struct Surveyed {
    pub surveys: Vec<Arc<Survey>>,
    pub same: Arc<Vec<Same>>,
}

/// Surveys the books that hold an area's figures, each once for as long as it stands still.
pub fn surveyed(
    conn: &mut Conn,
    site: &State,
    office: &Office<'_>,
    region: RegionId,
    (month, today): (Month, NaiveDate),
) -> Result<Surveyed, Error> {
    let ids = books_within(conn, office.regions, region, month.last_day())?;
    let books: Vec<Book> = ledger::books(conn)?
        .into_iter()
        .filter(|book| ids.contains(&book.id))
        .collect();
    let surveys: Result<Vec<Arc<Survey>>, Error> = books
        .iter()
        .map(|book| survey(conn, site, office, book, (month, today)))
        .collect();
    let same = match books.first() {
        Some(first) => {
            let seqs: Vec<String> = books
                .iter()
                .map(|book| format!("{}:{}", book.id, book.audit_seq))
                .collect();
            site.worked_out(conn, first, &seqs.join(" "), |conn| store::twice(conn, &ids))?
        }
        None => Arc::default(),
    };
    Ok(Surveyed {
        surveys: surveys?,
        same,
    })
}

/// The page, as held or made: it says the same for as long as no book moves on, to whoever sees as much in the same
/// language on the same day.
pub fn load(
    conn: &mut Conn,
    site: &State,
    office: &Office<'_>,
    (user, actor): (&User, &Actor),
    filters: Filters,
) -> Result<Arc<Home>, Error> {
    let books = ledger::books(conn)?;
    let Some(first) = books.first() else {
        return Ok(Arc::new(make(conn, site, office, (user, actor), filters)?));
    };
    let seqs: Vec<String> = books.iter().map(|book| book.audit_seq.to_string()).collect();
    let name = format!(
        "{} {} {} {} by {:?} of {} in {} on {} at {}",
        filters.region,
        filters.month,
        filters.unit.code(),
        filters.measure.code,
        user.role,
        top_region(office.regions, user)?,
        user.lang.code(),
        actor.today,
        seqs.join(" ")
    );
    site.worked_out(conn, first, &name, |conn| {
        make(conn, site, office, (user, actor), filters)
    })
}

fn make(
    conn: &mut Conn,
    site: &State,
    office: &Office<'_>,
    (user, actor): (&User, &Actor),
    filters: Filters,
) -> Result<Home, Error> {
    let (regions, month) = (office.regions, filters.month);
    let day = month.last_day();
    let level = regions.unit(filters.region).ok_or(Error::NotFound)?.level;
    let question = Question {
        region: filters.region,
        month,
        by: By::below(level),
        measures: asked(),
        boundaries: Boundaries::Then,
    };
    let answer = answer(conn, office, &question)?;
    let measures: Vec<&'static Measure> = LINES.into_iter().filter_map(by_id).collect();
    let lines = series(
        conn,
        office,
        filters.region,
        &measures,
        (month, Boundaries::Then),
        MONTHS,
    )?;
    let surveyed = surveyed(conn, site, office, filters.region, (month, actor.today))?;
    let inside = regions.within(filters.region, day);
    let scope = Scope {
        office,
        surveys: &surveyed.surveys,
        same: &surveyed.same,
        inside: &inside,
        month,
        today: actor.today,
        lang: user.lang,
        masked: user.role != Role::Reviewer,
    };
    let listings = items::worst(conn, &scope, WORST)?;
    let parts = parts(regions, &surveyed.surveys, &answer);
    let (outlines, own_map) = outlines(site, level, &parts);
    let here = |survey: &Survey, voucher| survey.place(voucher).is_none_or(|place| inside.contains(&place));
    let waits = surveyed.surveys.iter().flat_map(|survey| {
        let waiting = survey.waiting.iter().filter(|voucher| here(survey, voucher));
        waiting.map(|voucher| voucher.submitted_at)
    });
    Ok(Home {
        level,
        closed_at: closed_at(conn, office, &filters, &answer)?,
        reporters: reporters(conn, &surveyed.surveys, &parts, level)?,
        deadline: surveyed.surveys.iter().map(|survey| survey.deadline).max(),
        waiting: waits.clone().count(),
        waiting_since: waits.min(),
        months: offered(conn, office, user, actor.today)?,
        trail: trail(office, user, &filters)?,
        answer,
        parts,
        lines,
        listings,
        outlines,
        own_map,
        filters,
    })
}

/// Every measure the page needs, each once.
fn asked() -> Vec<&'static Measure> {
    let mut ids: Vec<MeasureId> = LINES
        .into_iter()
        .chain(COMPARED)
        .chain([measure::CREDIT_DRAWN_HOUSEHOLDS])
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(by_id).collect()
}

fn closed_at(
    conn: &mut Conn,
    office: &Office<'_>,
    filters: &Filters,
    answer: &Answer,
) -> Result<Option<NaiveDateTime>, Error> {
    if answer.edition.is_none() {
        return Ok(None);
    }
    let edition = ledger::standing_edition(conn, office.regions, filters.region, filters.month)?;
    Ok(edition.map(|edition| edition.closed_at))
}

/// The months one may choose from.
fn offered(conn: &mut Conn, office: &Office<'_>, user: &User, today: NaiveDate) -> Result<Vec<Month>, Error> {
    let top = top_region(office.regions, user)?;
    let books = books_within(conn, office.regions, top, today)?;
    offered_months(conn, &books, today)
}

fn trail(office: &Office<'_>, user: &User, filters: &Filters) -> Result<Vec<(String, String)>, Error> {
    let (regions, day) = (office.regions, filters.month.last_day());
    let top = top_region(regions, user)?;
    let path = regions
        .path(filters.region, day)
        .into_iter()
        .skip_while(|region| *region != top);
    Ok(path
        .map(|region| {
            (
                region_key(regions, region, day),
                regions.name_in(region, day, user.lang),
            )
        })
        .collect())
}

/// Who is on the board: whoever has to speak or has reported, by id.
fn reporters(
    conn: &mut Conn,
    surveys: &[Arc<Survey>],
    parts: &[Part],
    level: Level,
) -> Result<Vec<Reporter>, Error> {
    let mut ids: Vec<InstitutionId> = parts.iter().flat_map(|part| part.by.keys().copied()).collect();
    let one = (level >= Level::County).then(|| surveys.first()).flatten();
    ids.extend(
        one.iter()
            .flat_map(|survey| survey.standings.iter().map(|standing| standing.id)),
    );
    ids.sort_unstable();
    ids.dedup();
    let names: HashMap<InstitutionId, String> = register::institutions(conn)?
        .into_iter()
        .map(|row| (row.id, row.short_name))
        .collect();
    let reporter = |id: InstitutionId| {
        let name = names.get(&id).cloned().unwrap_or_else(|| format!("#{id}"));
        Reporter {
            id,
            name: Say::new(&name, english::institution(&name)),
            standing: one.and_then(|survey| {
                survey
                    .standings
                    .iter()
                    .find(|standing| standing.id == id)
                    .cloned()
            }),
        }
    };
    Ok(ids.into_iter().filter(|id| id.0 != 0).map(reporter).collect())
}

/// The office's own outlines where they know any of the parts, else the counties'.
fn outlines(site: &State, level: Level, parts: &[Part]) -> (Option<Arc<Vec<Outline>>>, bool) {
    let knows = |outline: &Outline| parts.iter().any(|part| part.code == outline.code.as_str());
    match &site.map {
        Some(own) if own.iter().any(knows) => (Some(Arc::clone(own)), true),
        _ if level < Level::County && COUNTIES.iter().any(knows) => (Some(Arc::clone(&COUNTIES)), false),
        _ => (None, false),
    }
}
