//! Targets beside what the ledger says has been reached.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::store::{Target, history};
use crate::auth::{User, account_names};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{
    self, Answer, AnswerRow, Aspect, Boundaries, By, Question, RowKey, books_within, offered_months,
    region_key, top_region,
};
use crate::values::day::show_moment;
use crate::values::measure::{Measure, by_id};
use crate::values::rate::ratio_percent;
use crate::values::{Month, RegionId, Say};

/// Every target of the month's year, by measure.
pub(super) struct View {
    pub month: Month,
    pub months: Vec<Month>,
    pub blocks: Vec<Block>,
    /// Whether the reader sees several counties.
    pub city: bool,
    /// The edition the month stands closed in.
    pub edition: Option<i32>,
}

/// One measure's targets.
pub(super) struct Block {
    pub measure: &'static Measure,
    pub lines: Vec<Line>,
    /// Σ of the counties that have a target ÷ Σ of those targets; none for what does not add up.
    pub sum: Option<(i64, i64)>,
}

/// One place's target.
pub(super) struct Line {
    pub name: Say,
    pub key: String,
    pub target: Target,
    pub actual: i64,
    pub who: String,
    pub when: String,
    /// Earlier revisions, the latest first.
    pub before: Vec<Target>,
    /// The city's own target, which is no sum of the counties'.
    pub own: bool,
}

impl Line {
    /// Actual ÷ target.
    pub fn percent(&self) -> Option<Decimal> {
        ratio_percent(self.actual, self.target.amount)
    }
}

/// What a target is held against: what stands at the month's end, or the year so far.
pub(super) fn aspect(measure: &Measure) -> Aspect {
    Aspect::usual(measure.nature)
}

pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    month: &str,
) -> Result<View, Error> {
    let regions = office.regions;
    let month = totals::asked_month(conn, office, user, month, today)?;
    let top = top_region(regions, user)?;
    let all = history(conn, month.year())?;
    let answer = actuals(conn, office, top, month, &all)?;
    let people = account_names(conn, all.iter().map(|target| target.recorded_by.clone()))?;
    let mut blocks: Vec<Block> = Vec::new();
    for same in all.chunk_by(|a, b| (a.measure, a.region_id) == (b.measure, b.region_id)) {
        let Some((target, before)) = same.split_first() else {
            continue;
        };
        let (Some(measure), Some(row)) = (by_id(target.measure), row(&answer, target.region_id)) else {
            continue;
        };
        let actual = answer
            .figures(row, measure.id)
            .map_or(0, |figures| figures.amount(aspect(measure)));
        let line = Line {
            name: row.name.clone(),
            key: region_key(regions, target.region_id, month.last_day()),
            actual,
            who: people
                .get(&target.recorded_by)
                .cloned()
                .unwrap_or_else(|| "—".to_owned()),
            when: show_moment(target.recorded_at),
            before: before.to_vec(),
            own: regions.root() == Some(target.region_id),
            target: target.clone(),
        };
        match blocks.last_mut().filter(|block| block.measure.id == measure.id) {
            Some(block) => block.lines.push(line),
            None => blocks.push(Block {
                measure,
                lines: vec![line],
                sum: None,
            }),
        }
    }
    for block in &mut blocks {
        block.lines.sort_by_key(|line| (line.own, line.key.clone()));
        block.sum = sum(block)?;
    }
    let books = books_within(conn, regions, top, today)?;
    Ok(View {
        month,
        months: offered_months(conn, &books, today)?,
        blocks,
        city: user.book.is_none(),
        edition: answer.edition,
    })
}

/// The reader's region and, of the city, its counties, with every measure that has a target.
fn actuals(
    conn: &mut Conn,
    office: &Office<'_>,
    top: RegionId,
    month: Month,
    targets: &[Target],
) -> Result<Answer, Error> {
    let mut measures: Vec<&'static Measure> = Vec::new();
    for measure in targets.iter().filter_map(|target| by_id(target.measure)) {
        if !measures.iter().any(|known| known.id == measure.id) {
            measures.push(measure);
        }
    }
    let by = if office.regions.root() == Some(top) {
        By::County
    } else {
        By::None
    };
    let question = Question {
        region: top,
        month,
        by,
        measures,
        boundaries: Boundaries::Then,
    };
    totals::answer(conn, office, &question)
}

/// The row of a place; none where the reader does not see it.
fn row(answer: &Answer, region: RegionId) -> Option<&AnswerRow> {
    let is_it = |row: &&AnswerRow| row.key == RowKey::Region(region) && !row.apart;
    std::iter::once(&answer.total).chain(&answer.rows).find(is_it)
}

/// Σ actual and Σ target of the counties that have one, where there are several and they add up.
fn sum(block: &Block) -> Result<Option<(i64, i64)>, Error> {
    let counties = || block.lines.iter().filter(|line| !line.own);
    if block.measure.distinct || counties().count() < 2 {
        return Ok(None);
    }
    let overflow = || Error::Failed("a total overflows".to_owned());
    let add = |sum: Option<(i64, i64)>, line: &Line| {
        let (actual, target) = sum?;
        Some((
            actual.checked_add(line.actual)?,
            target.checked_add(line.target.amount)?,
        ))
    };
    counties().fold(Some((0, 0)), add).map(Some).ok_or_else(overflow)
}
