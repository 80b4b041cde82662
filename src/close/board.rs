//! Loading what the rules ask about a month.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::rules::{self, Declared, Facts, Moved, Point, Standing, Verdict};
use super::store;
use crate::auth::{account_names, command_line_user};
use crate::db::{Conn, TotalRow};
use crate::error::Error;
use crate::ledger::{self, Book, Office};
use crate::register::institutions;
use crate::totals::{Boundaries, By, Question, answer};
use crate::values::day::shanghai_day;
use crate::values::measure::MEASURES;
use crate::values::{BookId, InstitutionId, Level, Month, Say, UserId, english};

/// Everything there is to say of a book's month before it is closed.
pub(super) struct Board {
    pub book: Book,
    pub county: Say,
    pub working_days: u32,
    pub facts: Facts,
    pub points: Vec<Point>,
    pub verdict: Verdict,
}

impl Board {
    /// A digest of the checklist, so that what is closed is what was looked at.
    pub fn seen(&self) -> String {
        let text: Vec<&str> = self.points.iter().map(|point| point.say.zh.as_str()).collect();
        crate::vault::digest(text.join("\n").as_bytes())
    }
}

/// How thoroughly the sums are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Only who has reported.
    Reports,
    /// The identities too, over the month's own totals.
    Identities,
    /// Everything: levels added up, totals held against their entries.
    Everything,
}

/// Loads the facts and goes through the checklist.
pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    today: NaiveDate,
    book: BookId,
    month: Month,
    depth: Depth,
) -> Result<Board, Error> {
    let book = ledger::find_book(conn, book)?;
    let working_days = store::working_days(conn, book.id)?;
    let deadline = rules::deadline(month, working_days);
    let day = month.last_day();
    let mut facts = Facts {
        month,
        first_open: book.first_open_month,
        today,
        deadline,
        institutions: standings(conn, book.id, month, deadline)?,
        broken: Vec::new(),
        parts_differ: None,
        totals_differ: Vec::new(),
        unplaced: unplaced(office, book.id, day),
    };
    if depth != Depth::Reports {
        let cells = ledger::month_cells(conn, book.id, month)?;
        let handed = store::handed_over(conn, book.id, month)?;
        facts.broken = rules::broken_identities(&rules::without(moved(&cells), &handed))
            .into_iter()
            .map(|broken| {
                let place = office.regions.say_path(broken.region, day);
                (broken, place)
            })
            .collect();
    }
    if depth == Depth::Everything {
        facts.parts_differ = parts_differ(conn, office, &book, month)?;
        facts.totals_differ = ledger::month_differs(conn, &book, month)?
            .into_iter()
            .map(|found| format!("{}: {} ≠ {}", found.what, found.stored, found.should_be))
            .collect();
    }
    let points = rules::checklist(&facts);
    Ok(Board {
        county: office.regions.say(book.region_id, day),
        working_days,
        verdict: Verdict::of(&points, today, deadline),
        points,
        facts,
        book,
    })
}

/// What the month changed over everything, for the identities.
fn moved(cells: &[TotalRow]) -> Vec<Moved> {
    cells
        .iter()
        .filter(|cell| cell.dimension == ledger::Dimension::All.code())
        .map(|cell| Moved {
            measure: cell.measure,
            region: cell.region_id,
            amount: cell.amount,
        })
        .collect()
}

/// Rule 25: what an answer says when its rows do not add up to its total.
fn parts_differ(
    conn: &mut Conn,
    office: &Office<'_>,
    book: &Book,
    month: Month,
) -> Result<Option<String>, Error> {
    for by in [By::Town, By::Village] {
        let question = Question {
            region: book.region_id,
            month,
            by,
            measures: MEASURES.iter().collect(),
            boundaries: Boundaries::Then,
        };
        match answer(conn, office, &question) {
            Ok(_) => {}
            Err(Error::Failed(what)) => return Ok(Some(what)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// 自然村 of the county whose 行政村 is not known that day.
fn unplaced(office: &Office<'_>, book: BookId, day: NaiveDate) -> Vec<Say> {
    let regions = office.regions;
    regions
        .units()
        .filter(|unit| unit.level == Level::Hamlet && regions.on(unit.id, day).is_some())
        .filter(|unit| regions.is_unplaced(unit.id, day))
        .filter(|unit| {
            regions
                .ancestor(unit.id, Level::County, day)
                .is_some_and(|county| county.0 == book.0)
        })
        .map(|unit| regions.say_path(unit.id, day))
        .collect()
}

/// Where each institution that has to speak stands, by id.
pub(super) fn standings(
    conn: &mut Conn,
    book: BookId,
    month: Month,
    deadline: NaiveDate,
) -> Result<Vec<Standing>, Error> {
    let ids = store::institutions_of(conn, book, month)?;
    let vouchers = store::vouchers_of(conn, book, month)?;
    let mut declared = store::declarations(conn, book, month)?;
    let names: HashMap<InstitutionId, String> = institutions(conn)?
        .into_iter()
        .map(|row| (row.id, row.short_name))
        .collect();
    let people = People::load(conn, declared.values().map(|row| row.declared_by.clone()))?;
    let standing = |id: InstitutionId| {
        let name = names.get(&id).cloned().unwrap_or_else(|| format!("#{id}"));
        let counts = vouchers.get(&id).copied().unwrap_or_default();
        let declared = declared.remove(&id).map(|row| {
            Ok::<_, Error>(Declared {
                kind: row.kind()?,
                late: is_late(row.declared_at, deadline),
                at: row.declared_at,
                by: people.name(&row.declared_by),
                reason: row.reason,
            })
        });
        Ok(Standing {
            id,
            name: Say::new(&name, english::institution(&name)),
            declared: declared.transpose()?,
            posted: counts.posted,
            waiting: counts.waiting,
            held: counts.held,
        })
    };
    ids.into_iter().map(standing).collect()
}

/// Where the institutions of a county stand with a month, and until when they were to declare it.
pub fn reporting(conn: &mut Conn, book: BookId, month: Month) -> Result<(NaiveDate, Vec<Standing>), Error> {
    let deadline = rules::deadline(month, store::working_days(conn, book)?);
    Ok((deadline, standings(conn, book, month, deadline)?))
}

fn is_late(at: NaiveDateTime, deadline: NaiveDate) -> bool {
    shanghai_day(at) > deadline
}

/// The names of those who closed, declared and asked.
pub(super) struct People(HashMap<UserId, String>);

impl People {
    pub fn load(conn: &mut Conn, ids: impl IntoIterator<Item = UserId>) -> Result<People, Error> {
        Ok(People(account_names(conn, ids)?))
    }

    /// The name of an account; of whoever works at the command line, that.
    pub fn name(&self, id: &UserId) -> String {
        match self.0.get(id) {
            Some(name) => name.clone(),
            None if *id == command_line_user() => "cunxin".to_owned(),
            None => "—".to_owned(),
        }
    }
}
