//! The pages of the close, for the county, the city and the institutions' clerks.

mod declaring;
mod frozen;

pub(super) use declaring::{declare_on_behalf, declare_own, on_behalf, own};
pub(super) use frozen::{edition, tables, totals};

use actix_web::web;
use serde::Deserialize;

use super::board::{self, Board, Depth, People};
use super::city;
use super::commands::{self, Closing, Keep};
use super::reopen;
use super::rules::deadline;
use super::store::{self, Reopening};
use super::views::{self, CountyView, MonthView, Shown};
use crate::auth::{Answer, Page, Posted, confirm_password, redirect};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Book, Edition, Office};
use crate::state::{self, Site};
use crate::values::{BookId, Month, RegionId, Say};

/// What the last form did, as the address says it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    done: String,
}

/// The book and month of an address, of one's own book.
fn named(page: &Page, path: &(i64, String)) -> Result<(BookId, Month), Error> {
    let book = BookId(path.0);
    page.user.check_book(book)?;
    Ok((book, Month::parse(&path.1).map_err(|_| Error::NotFound)?))
}

fn address(book: BookId, month: Month) -> String {
    format!("/close/{book}/{month}")
}

/// The county's own months, or every county's.
pub(super) async fn index(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    match page.user.book {
        Some(book) => show_county(&page, &site, book, &query.done, &[]).await,
        None => {
            let today = page.actor().today;
            let view = state::read(&site, move |conn, office| load_city(conn, office, today)).await?;
            Ok(views::city(&page, &view))
        }
    }
}

/// Every county's months side by side, the latest first.
fn load_city(
    conn: &mut Conn,
    office: &Office<'_>,
    today: chrono::NaiveDate,
) -> Result<views::CityView, Error> {
    let mut counties = Vec::new();
    // The first book is the city's own register book.
    for book in ledger::books(conn)?.into_iter().skip(1) {
        let editions = ledger::editions(conn, book.id)?;
        counties.push((office.regions.say(book.region_id, today), book, editions));
    }
    let first = counties
        .iter()
        .flat_map(|(_, book, editions)| {
            editions
                .iter()
                .map(|edition| edition.month)
                .chain([book.first_open_month])
        })
        .min()
        .unwrap_or(Month::of(today));
    let last = Month::of(today).previous();
    let mut months = Vec::new();
    let mut month = last;
    while month >= first && months.len() < 24 {
        months.push((month, ledger::city_closed_in(conn, month)?));
        month = month.previous();
    }
    Ok(views::CityView { counties, months })
}

pub(super) async fn county(page: Page, site: Site, path: web::Path<i64>, query: web::Query<Done>) -> Answer {
    let book = BookId(path.into_inner());
    page.user.check_book(book)?;
    show_county(&page, &site, book, &query.done, &[]).await
}

async fn show_county(
    page: &Page,
    site: &Site,
    book: BookId,
    done: &str,
    problems: &[(String, Say)],
) -> Answer {
    let today = page.actor().today;
    let view = state::read(site, move |conn, office| load_county(conn, office, book, today)).await?;
    Ok(views::county(page, &view, done, problems))
}

fn load_county(
    conn: &mut Conn,
    office: &Office<'_>,
    id: BookId,
    today: chrono::NaiveDate,
) -> Result<CountyView, Error> {
    let book = county_book(conn, office, id)?;
    let working_days = store::working_days(conn, id)?;
    let editions = ledger::editions(conn, id)?;
    let people = People::load(conn, editions.iter().map(|edition| edition.closed_by.clone()))?;
    let open: Vec<(Month, chrono::NaiveDate)> = book
        .first_open_month
        .through(Month::of(today))
        .map(|month| (month, deadline(month, working_days)))
        .collect();
    Ok(CountyView {
        county: office.regions.say(book.region_id, today),
        working_days,
        open,
        closed: shown(&book, editions, &people),
        book,
    })
}

/// Editions with who made them, the last of each month first.
fn shown(book: &Book, editions: Vec<Edition>, people: &People) -> Vec<Shown> {
    editions
        .into_iter()
        .map(|edition| Shown {
            stands: edition.month < book.first_open_month,
            by: people.name(&edition.closed_by),
            edition,
        })
        .collect()
}

/// A county's book; the register book has no months of its own to close.
fn county_book(conn: &mut Conn, office: &Office<'_>, id: BookId) -> Result<Book, Error> {
    let book = ledger::find_book(conn, id)?;
    if office.regions.root() == Some(RegionId(id.0)) {
        return Err(Error::NotFound);
    }
    Ok(book)
}

pub(super) async fn set_deadline(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let book = BookId(path.into_inner());
    page.user.check_book(book)?;
    let (actor, form) = (page.actor(), posted.0);
    let done = state::write(&site, book, move |conn, office| {
        commands::set_working_days(conn, office, &actor, book, form.get("working_days"))
    })
    .await;
    match done {
        Ok(()) => Ok(redirect(&format!("/close/{book}?done=deadline"))),
        Err(error @ Error::Refused(_)) => show_county(&page, &site, book, "", &error.problems()).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn month(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<Done>,
) -> Answer {
    let (book, month) = named(&page, &path)?;
    show_month(&page, &site, book, month, &query.done, &[]).await
}

async fn show_month(
    page: &Page,
    site: &Site,
    book: BookId,
    month: Month,
    done: &str,
    problems: &[(String, Say)],
) -> Answer {
    let today = page.actor().today;
    let view = state::read(site, move |conn, office| {
        load_month(conn, office, book, month, today)
    })
    .await?;
    Ok(views::month(page, &view, done, problems))
}

fn load_month(
    conn: &mut Conn,
    office: &Office<'_>,
    id: BookId,
    month: Month,
    today: chrono::NaiveDate,
) -> Result<MonthView, Error> {
    let book = county_book(conn, office, id)?;
    if month > Month::of(today) {
        return Err(Error::NotFound);
    }
    let oldest_open = month == book.first_open_month && today > month.last_day();
    let depth = if oldest_open {
        Depth::Everything
    } else {
        Depth::Reports
    };
    let board = board::load(conn, office, today, id, month, depth)?;
    let editions: Vec<Edition> = ledger::editions(conn, id)?
        .into_iter()
        .filter(|edition| edition.month == month)
        .collect();
    let asked = match editions.first() {
        Some(last) => store::reopening_of(conn, id, month, last.number)?,
        None => None,
    };
    let people = editions
        .iter()
        .map(|edition| edition.closed_by.clone())
        .chain(asked.iter().map(|asked| asked.asked_by.clone()));
    let people = People::load(conn, people)?;
    let reopening = asked
        .filter(|row: &Reopening| row.confirmed_by.is_none())
        .map(|row| {
            let by = people.name(&row.asked_by);
            (row, by)
        });
    Ok(MonthView {
        is_closed: month < book.first_open_month,
        is_last_closed: month == book.first_open_month.previous() && !editions.is_empty(),
        oldest_open,
        editions: shown(&book, editions, &people),
        reopening,
        board,
    })
}

/// What will be frozen, before it is.
pub(super) async fn check(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let (book, month) = named(&page, &path)?;
    show_check(&page, &site, book, month, &[]).await
}

async fn show_check(
    page: &Page,
    site: &Site,
    book: BookId,
    month: Month,
    problems: &[(String, Say)],
) -> Answer {
    let today = page.actor().today;
    let (board, next): (Board, i32) = state::read(site, move |conn, office| {
        county_book(conn, office, book)?;
        commands::refuse_if_closed(conn, book, month)?;
        let board = board::load(conn, office, today, book, month, Depth::Everything)?;
        let last = ledger::latest_edition(conn, book, month)?;
        Ok((board, last.map_or(1, |edition| edition.number + 1)))
    })
    .await?;
    Ok(views::check(page, &board, next, problems))
}

pub(super) async fn close(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, month) = named(&page, &path)?;
    let (actor, demo) = (page.actor(), page.demo);
    match confirm_password(&site, &page, &posted.0).await {
        Err(error @ Error::Refused(_)) => {
            return show_check(&page, &site, book, month, &error.problems()).await;
        }
        confirmed => confirmed?,
    }
    let closing = Closing {
        book,
        month,
        keep: Keep::Everything,
        seen: Some(posted.0.get("seen").to_owned()),
        demo,
    };
    let closer = actor.clone();
    let closed = state::write(&site, book, move |conn, office| {
        commands::close_month(conn, office, &closer, &closing)
    })
    .await;
    match closed {
        Ok(_) => {
            state::write_register(&site, move |conn, office, _| {
                city::close_city(conn, office, &actor, month, Keep::Everything, demo)
            })
            .await?;
            Ok(redirect(&format!("{}?done=closed", address(book, month))))
        }
        Err(error @ Error::Refused(_)) => {
            let found = error.problems();
            if error.issues().iter().any(|issue| issue.code == "month.closed") {
                return show_month(&page, &site, book, month, "", &found).await;
            }
            show_check(&page, &site, book, month, &found).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn ask(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, month) = named(&page, &path)?;
    let (actor, form) = (page.actor(), posted.0);
    let done = state::write(&site, book, move |conn, office| {
        reopen::ask_reopening(conn, office, &actor, book, month, form.get("reason"))
    })
    .await;
    settle(&page, &site, book, month, done, "asked").await
}

pub(super) async fn decide(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, month) = named(&page, &path)?;
    let (actor, confirmed) = (page.actor(), posted.0.get("decision") == "confirm");
    if confirmed && let Err(error) = confirm_password(&site, &page, &posted.0).await {
        return settle(&page, &site, book, month, Err(error), "").await;
    }
    let done = state::write(&site, book, move |conn, office| match confirmed {
        true => reopen::confirm_reopening(conn, office, &actor, book, month),
        false => reopen::decline_reopening(conn, office, &actor, book, month),
    })
    .await;
    let what = if confirmed { "reopened" } else { "declined" };
    settle(&page, &site, book, month, done, what).await
}

/// Goes back to the month when it was done, or shows it with what is wrong.
async fn settle(
    page: &Page,
    site: &Site,
    book: BookId,
    month: Month,
    done: Result<(), Error>,
    what: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(redirect(&format!("{}?done={what}", address(book, month)))),
        Err(error @ Error::Refused(_)) => show_month(page, site, book, month, "", &error.problems()).await,
        Err(error) => Err(error.into()),
    }
}
