//! Editions (版次): a month as it was when it was closed, for ever.
//!
//! An edition keeps the month's totals (a line for each cell, so that the totals of every closed month
//! up to it add up to its pages), the tables that were reported, the boundaries they were summed by and
//! the gaps that were known. A month that is reopened and closed again gets a further edition.

mod cells;
mod proof;

pub use cells::{CellChange, cells_text, changed_cells, month_cells};
pub(super) use proof::editions_differ;

use std::fmt::Write as _;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::audit::{self, Change};
use super::book::{find_book, register_book};
use super::reverse::reversal_month;
use super::submit::posting_month;
use super::voucher::{State, Voucher};
use super::{Actor, Office};
use crate::db::Conn;
use crate::db::schema::{book, book_number, edition, entry, voucher};
use crate::error::Error;
use crate::regions::Regions;
use crate::values::day::show_moment;
use crate::values::{BookId, Lang, Level, Month, RegionId, Say, UserId};
use crate::vault;

/// The audited action that closes a month; its digest is the edition's.
const CLOSED: &str = "month.closed";

/// An edition without its two long texts.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = edition)]
pub struct Edition {
    pub book_id: BookId,
    pub month: Month,
    /// From 1.
    pub number: i32,
    /// The edition of the month before that stood when this one was made; 0 for none.
    pub rests_on: i32,
    pub closed_by: UserId,
    /// UTC.
    pub closed_at: NaiveDateTime,
    /// The program that made it.
    pub program: String,
    /// SHA-256 of the units its figures were summed by.
    pub boundaries: String,
    /// The last voucher number given in the month: what has a higher one came after.
    pub last_voucher: i64,
    /// What was known to be missing, as JSON.
    pub gaps: String,
    /// What it changed against the edition before it, as JSON; empty for the first.
    pub changes: String,
    pub digest: String,
}

/// An edition with everything in it, as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = edition)]
struct EditionRow {
    book_id: BookId,
    month: Month,
    number: i32,
    rests_on: i32,
    closed_by: UserId,
    closed_at: NaiveDateTime,
    program: String,
    boundaries: String,
    last_voucher: i64,
    gaps: String,
    changes: String,
    totals: String,
    tables: String,
    digest: String,
    /// Lines that the totals room writes and reads; empty in editions made before it did.
    suppressed: String,
}

impl EditionRow {
    /// SHA-256 of everything else in it.
    fn digest(&self) -> String {
        let mut text = format!(
            "{}|{}|{}|{}|{}|{}|{}|{}|{}\n{}\n{}\n{}\n{}",
            self.book_id.0,
            self.month,
            self.number,
            self.rests_on,
            self.closed_by,
            self.closed_at.and_utc().timestamp_millis(),
            self.program,
            self.boundaries,
            self.last_voucher,
            self.gaps,
            self.changes,
            vault::digest(self.totals.as_bytes()),
            vault::digest(self.tables.as_bytes()),
        );
        if !self.suppressed.is_empty() {
            let _ = write!(text, "\n{}", vault::digest(self.suppressed.as_bytes()));
        }
        vault::digest(text.as_bytes())
    }
}

impl Edition {
    /// Why a fact of this month is posted later: who closed it, and when.
    pub fn moved_on(&self, who: &str, posting: Month) -> Say {
        let when = show_moment(self.closed_at);
        Say::new(
            format!(
                "补录：{}已由{who}于{when}关账，计入{}，业务日期不变。",
                self.month.show(Lang::Zh),
                posting.show(Lang::Zh)
            ),
            format!(
                "Late posting: {} was closed by {who} on {when}, so this counts in {}; its business date stays.",
                self.month.show(Lang::En),
                posting.show(Lang::En)
            ),
        )
    }
}

/// What closing gives an edition to keep.
#[derive(Clone, Debug, Default)]
pub struct Frozen {
    pub totals: String,
    /// The report's tables as JSON; empty where only the totals are kept.
    pub tables: String,
    /// JSON.
    pub gaps: String,
    /// JSON, or empty for the first edition.
    pub changes: String,
    /// SHA-256 of the units.
    pub boundaries: String,
    /// Which rows readers outside do not see; empty where an edition refers to others.
    pub suppressed: String,
}

/// Freezes a month as its next edition, closes the book up to it and audits that.
pub fn freeze(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book_id: BookId,
    month: Month,
    frozen: Frozen,
) -> Result<Edition, Error> {
    let latest = |conn: &mut Conn, month| latest_edition(conn, book_id, month);
    let mut row = EditionRow {
        book_id,
        month,
        number: latest(conn, month)?.map_or(1, |edition| edition.number + 1),
        rests_on: latest(conn, month.previous())?.map_or(0, |edition| edition.number),
        closed_by: actor.id.clone(),
        closed_at: audit::to_millis(actor.now),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        boundaries: frozen.boundaries,
        last_voucher: last_number(conn, book_id, month)?,
        gaps: frozen.gaps,
        changes: frozen.changes,
        totals: frozen.totals,
        tables: frozen.tables,
        digest: String::new(),
        suppressed: frozen.suppressed,
    };
    row.digest = row.digest();
    diesel::insert_into(edition::table).values(&row).execute(conn)?;
    let change = Change {
        action: CLOSED,
        subject: &month.to_string(),
        revision: row.number,
        note: "",
        digest: row.digest.clone(),
    };
    audit::record(conn, office, actor, book_id, &change)?;
    latest_edition(conn, book_id, month)?.ok_or(Error::NotFound)
}

/// Makes `month` the first one a book still posts to, and moves what waits to where it now would post.
pub fn set_first_open(conn: &mut Conn, book_id: BookId, month: Month) -> Result<(), Error> {
    diesel::update(book::table.find(book_id))
        .set(book::first_open_month.eq(month))
        .execute(conn)?;
    let book = find_book(conn, book_id)?;
    let waiting: Vec<Voucher> = voucher::table
        .filter(voucher::book_id.eq(book_id))
        .filter(voucher::state.eq(State::Submitted.code()))
        .select(Voucher::as_select())
        .load(conn)?;
    for voucher in waiting {
        let to = match voucher.reversal_of {
            Some(_) => reversal_month(conn, &book, &voucher)?,
            None => posting_month(&book, voucher.business_date),
        };
        if to == voucher.posting_month {
            continue;
        }
        diesel::update(voucher::table.find((book_id, &voucher.id)))
            .set((
                voucher::posting_month.eq(to),
                voucher::late.eq(to > Month::of(voucher.business_date)),
            ))
            .execute(conn)?;
        let entries = entry::table
            .filter(entry::book_id.eq(book_id))
            .filter(entry::voucher_id.eq(&voucher.id))
            .filter(entry::pending);
        diesel::update(entries).set(entry::month.eq(to)).execute(conn)?;
    }
    Ok(())
}

/// The last number given in a month.
pub fn last_number(conn: &mut Conn, book_id: BookId, month: Month) -> Result<i64, Error> {
    let last: Option<i64> = book_number::table
        .find((book_id, month))
        .select(book_number::last)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Every edition of a book, the latest month and number first.
pub fn editions(conn: &mut Conn, book_id: BookId) -> Result<Vec<Edition>, Error> {
    Ok(edition::table
        .filter(edition::book_id.eq(book_id))
        .order((edition::month.desc(), edition::number.desc()))
        .select(Edition::as_select())
        .load(conn)?)
}

/// How many editions a book has, of all its months.
pub(super) fn count(conn: &mut Conn, book_id: BookId) -> Result<i64, Error> {
    Ok(edition::table
        .filter(edition::book_id.eq(book_id))
        .count()
        .get_result(conn)?)
}

/// The last edition of a month, whether or not the month has been reopened since.
pub fn latest_edition(conn: &mut Conn, book_id: BookId, month: Month) -> Result<Option<Edition>, Error> {
    Ok(edition::table
        .filter(edition::book_id.eq(book_id))
        .filter(edition::month.eq(month))
        .order(edition::number.desc())
        .select(Edition::as_select())
        .first(conn)
        .optional()?)
}

/// One edition.
pub fn find_edition(conn: &mut Conn, book_id: BookId, month: Month, number: i32) -> Result<Edition, Error> {
    edition::table
        .find((book_id, month, number))
        .select(Edition::as_select())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

/// An edition's totals, as they were stored; of the city's, what it refers to.
fn edition_totals(conn: &mut Conn, of: &Edition) -> Result<String, Error> {
    Ok(edition::table
        .find((of.book_id, of.month, of.number))
        .select(edition::totals)
        .first(conn)?)
}

/// An edition's totals and tables, as they were stored.
pub fn edition_texts(conn: &mut Conn, of: &Edition) -> Result<(String, String), Error> {
    Ok(edition::table
        .find((of.book_id, of.month, of.number))
        .select((edition::totals, edition::tables))
        .first(conn)?)
}

/// Which rows an edition hides from readers outside, as it was stored.
pub fn edition_suppressed(conn: &mut Conn, of: &Edition) -> Result<String, Error> {
    Ok(edition::table
        .find((of.book_id, of.month, of.number))
        .select(edition::suppressed)
        .first(conn)?)
}

/// The same of every edition of a book's months from `from` to `to`, those that no longer stand too:
/// what they showed has been seen.
pub fn suppressed_since(
    conn: &mut Conn,
    book_id: BookId,
    from: Month,
    to: Month,
) -> Result<Vec<(Month, String)>, Error> {
    Ok(edition::table
        .filter(edition::book_id.eq(book_id))
        .filter(edition::month.ge(from))
        .filter(edition::month.le(to))
        .filter(edition::suppressed.ne(""))
        .order((edition::month, edition::number))
        .select((edition::month, edition::suppressed))
        .load(conn)?)
}

/// The edition in which a month of a book stands closed; none while the month is open, or when it was
/// never closed because the book begins after it.
pub fn closed_in(conn: &mut Conn, book_id: BookId, month: Month) -> Result<Option<Edition>, Error> {
    let book = find_book(conn, book_id)?;
    if month >= book.first_open_month {
        return Ok(None);
    }
    latest_edition(conn, book_id, month)
}

/// The edition that gives a region's figures of a month: its county's, or the city's when every county
/// stands by the one it refers to. None when the units have changed since, so that sums differ.
pub fn standing_edition(
    conn: &mut Conn,
    regions: &Regions,
    region: RegionId,
    month: Month,
) -> Result<Option<Edition>, Error> {
    let county = regions.ancestor(region, Level::County, month.last_day());
    let found = match county {
        Some(county) => closed_in(conn, BookId(county.0), month)?,
        None => city_closed_in(conn, month)?,
    };
    let Some(edition) = found else { return Ok(None) };
    let top = county.or(regions.root()).ok_or(Error::NotFound)?;
    Ok((edition.boundaries == boundaries(regions, top, month)).then_some(edition))
}

/// SHA-256 of the units within a region on a month's last day.
pub fn boundaries(regions: &Regions, top: RegionId, month: Month) -> String {
    vault::digest(regions.boundaries(top, month.last_day()).as_bytes())
}

/// The city's edition of a month, if it refers to the editions in which all counties stand closed.
pub fn city_closed_in(conn: &mut Conn, month: Month) -> Result<Option<Edition>, Error> {
    let Some(city) = register_book(conn)? else {
        return Ok(None);
    };
    let Some(edition) = latest_edition(conn, city.id, month)? else {
        return Ok(None);
    };
    let totals = edition_totals(conn, &edition)?;
    Ok((city_references(conn, month)?.as_deref() == Some(&totals)).then_some(edition))
}

/// What a city's edition of a month refers to: a line for each county's edition with its digest. None
/// until every county has closed the month.
pub fn city_references(conn: &mut Conn, month: Month) -> Result<Option<String>, Error> {
    let mut text = String::new();
    for county in super::books(conn)?.into_iter().skip(1) {
        let Some(edition) = closed_in(conn, county.id, month)? else {
            return Ok(None);
        };
        let _ = writeln!(text, "{} {} {}", county.id, edition.number, edition.digest);
    }
    Ok((!text.is_empty()).then_some(text))
}
