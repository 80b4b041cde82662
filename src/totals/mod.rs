//! Totals (汇总): one question, one answer, and everything that shows it.
//!
//! A [`Question`] names a region, a month, a breakdown and measures; [`answer`] reads the ledger's
//! sums and gives an [`Answer`], which the pages, the API and `cunxin totals` render: table, JSON
//! and CSV are made from this one value, so they cannot disagree.
//!
//! What must always hold:
//! - every figure is a sum of entries, or a count over them; nothing is typed in;
//! - the rows of an additive measure add up to its total, to the fen, or there is no answer;
//! - distinct counts are counted anew for every row and for the total, never added;
//! - what waits for review is kept beside what is posted, and named apart;
//! - regions are those of the month's last day, or today's where that is asked ([`Boundaries`]), and no row
//!   hides: what hangs above the level asked for, or on a unit split since, stands as a row of its own;
//! - what the press or a ministry published is only set beside a total, never mixed in.

mod address;
mod answer;
mod aspect;
mod assemble;
mod command;
mod comparison;
mod csv;
mod funnel;
mod gather;
mod groups;
mod handlers;
mod insurance;
mod json;
mod lending;
mod print;
mod question;
mod rates;
mod series;
pub mod suppression;
mod views;

pub use address::{FigureAddress, member_pair, period};
pub use answer::{Answer, AnswerRow, Figures, RowKey};
pub use aspect::{Aspect, Value};
pub use assemble::{Members, assemble};
pub use command::{TotalsArgs, run};
pub(crate) use comparison::{Comparison, Finding, Ours, beside, published_unit_label as published_unit};
pub(crate) use csv::safe;
pub use csv::{Headings, csv};
pub use gather::{Facts, books_within, gather};
pub use groups::{MeasureGroup, headline};
pub use handlers::routes;
pub(crate) use handlers::{BOUNDARIES, READERS, asked_boundaries, asked_month, asked_region, top_region};
pub use json::{json, json_text};
pub use lending::{Lent, lending};
pub use print::print;
pub use question::{
    Boundaries, By, Question, month_range, no_such_month, offered_months, region_key, resolve_measures,
    resolve_month, resolve_region,
};
pub use rates::{Bases, RateParts, is_of_flows, rate_parts, rate_percent};
pub use series::{Leaf, leaf_series, series};
pub use views::{Filters, assumption, page_behind, row_address};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Dimension, Office, standing_edition};
use crate::regions::Regions;
use crate::values::english;

/// The edition whose figures these are: none when today's boundaries are not the month's own.
fn edition_of(conn: &mut Conn, regions: &Regions, question: &Question) -> Result<Option<i32>, Error> {
    let (then, day) = (question.month.last_day(), question.day());
    let top = regions.root().unwrap_or(question.region);
    if then != day && regions.boundaries(top, then) != regions.boundaries(top, day) {
        return Ok(None);
    }
    let edition = standing_edition(conn, regions, question.region, question.month)?;
    Ok(edition.map(|edition| edition.number))
}

/// Answers a question from the ledger, as of now.
///
/// # Errors
/// A sum that does not fit, rows that do not add up to their total, or the database's own.
pub fn answer(conn: &mut Conn, office: &Office<'_>, question: &Question) -> Result<Answer, Error> {
    let mut gathered = |dimension| {
        gather(
            conn,
            office,
            question.region,
            (question.month, question.boundaries),
            dimension,
            &question.measures,
        )
    };
    let facts = gathered(question.by.dimension())?;
    // The members of a dimension share villages and clients, so the whole is read by itself.
    let whole = match question.by.dimension() {
        Dimension::All => None,
        _ => Some(gathered(Dimension::All)?),
    };
    let members = Members::load(conn, question.by)?;
    let mut answer = assemble(
        office.regions,
        &members,
        question,
        &facts,
        whole.as_ref().unwrap_or(&facts),
    )?;
    answer.edition = edition_of(conn, office.regions, question)?;
    for row in &mut answer.rows {
        row.name.en = match row.key {
            RowKey::Institution(_) => english::institution(&row.name.en),
            RowKey::Product(_) => english::product(&row.name.en),
            RowKey::Region(_) | RowKey::Specialist(_) => continue,
        };
    }
    Ok(answer)
}
