//! The page of kept files, asking for them, and the files.

use actix_web::web;
use serde::Deserialize;

use super::store::{self, FileHead, Job, Which};
use super::views;
use crate::auth::{Allow, Answer, Page, Posted, Role, RouteSpec, attachment, get, post, redirect};
use crate::auth::{account_names, command_line_user};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Edition, Office};
use crate::reports::write::Format;
use crate::state::{self, Site};
use crate::values::{BookId, Lang, Month};

/// Who reads reports.
const READERS: Allow = Allow::Roles(&[
    Role::Reviewer,
    Role::CityReader,
    Role::ReportReader,
    Role::Administrator,
]);
/// Who asks for them to be made.
const MAKERS: Allow = Allow::Roles(&[Role::Reviewer, Role::CityReader, Role::Administrator]);

/// The routes of the kept files; they stand before those of the reports, whose names they must not be taken for.
pub(in crate::reports) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/reports/files", READERS, page),
        post("/reports/files/{book}/{month}/{number}", MAKERS, ask),
        get(
            "/reports/files/{book}/{month}/{number}/{report}/{variant}/{lang}/{format}",
            READERS,
            download,
        ),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilesQuery {
    book: String,
    month: String,
    done: String,
}

/// What the page shows.
pub(super) struct View {
    /// The books there are: id and name.
    pub books: Vec<(String, String)>,
    pub book: BookId,
    /// Its region in an address.
    pub region: String,
    /// Months with an edition, the last first.
    pub months: Vec<Month>,
    pub month: Option<Month>,
    /// The editions of the month, the last first.
    pub editions: Vec<Shown>,
    /// May ask for files to be made.
    pub maker: bool,
    /// They have just been asked for.
    pub asked: bool,
}

/// One edition.
pub(super) struct Shown {
    pub edition: Edition,
    pub by: String,
    /// It is the one in which the month stands closed.
    pub stands: bool,
    pub jobs: Vec<Job>,
    pub files: Vec<FileHead>,
}

async fn page(page: Page, site: Site, query: web::Query<FilesQuery>) -> Answer {
    let user = page.user.clone();
    let (lang, today) = (page.lang, page.actor().today);
    let query = query.into_inner();
    let view = state::read(&site, move |conn, office| {
        let all = ledger::books(conn)?;
        let mine = all
            .iter()
            .filter(|book| user.book.is_none_or(|own| own == book.id));
        let name = |book: &ledger::Book| {
            let name = office.regions.name_in(book.region_id, today, lang);
            (book.id.to_string(), name)
        };
        let books: Vec<(String, String)> = mine.clone().map(name).collect();
        let asked = query.book.parse().ok().map(BookId);
        let book = match asked {
            Some(asked) => mine
                .map(|book| book.id)
                .find(|id| *id == asked)
                .ok_or(Error::NotFound)?,
            None => all
                .iter()
                .map(|book| book.id)
                .find(|id| user.book.is_none_or(|own| own == *id))
                .ok_or(Error::NotFound)?,
        };
        let outside = user.role == Role::ReportReader;
        load(conn, office, book, &query, outside, books)
    })
    .await?;
    Ok(views::files(&page, &view))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    query: &FilesQuery,
    outside: bool,
    books: Vec<(String, String)>,
) -> Result<View, Error> {
    let editions = ledger::editions(conn, book)?;
    let mut months: Vec<Month> = editions.iter().map(|edition| edition.month).collect();
    months.dedup();
    let month = match query.month.as_str() {
        "" => months.first().copied(),
        text => Some(Month::parse(text).map_err(|_| Error::NotFound)?),
    };
    let of_month: Vec<Edition> = editions
        .into_iter()
        .filter(|edition| Some(edition.month) == month)
        .collect();
    let closers = of_month.iter().map(|edition| edition.closed_by.clone());
    let names = account_names(conn, closers)?;
    let mut shown = Vec::with_capacity(of_month.len());
    for edition in of_month {
        let standing = match office.regions.root().map(|root| root.0) == Some(book.0) {
            true => ledger::city_closed_in(conn, edition.month)?,
            false => ledger::closed_in(conn, book, edition.month)?,
        };
        let by = match names.get(&edition.closed_by) {
            Some(name) => name.clone(),
            None if edition.closed_by == command_line_user() => "cunxin".to_owned(),
            None => "—".to_owned(),
        };
        let seen = |variant: &str| !outside || variant == store::variant(true);
        let mut jobs = store::jobs(conn, book, edition.month, edition.number)?;
        jobs.retain(|job| seen(&job.variant));
        let mut files = store::files(conn, book, edition.month, edition.number)?;
        files.retain(|file| seen(&file.variant) && file.format != store::VALUE);
        shown.push(Shown {
            stands: standing.is_some_and(|standing| standing.number == edition.number),
            by,
            jobs,
            files,
            edition,
        });
    }
    Ok(View {
        books,
        book,
        region: format!("#{}", book.0),
        months,
        month,
        editions: shown,
        maker: !outside,
        asked: query.done == "asked",
    })
}

/// Asks for what an edition has not got yet.
async fn ask(page: Page, site: Site, path: web::Path<(i64, String, i32)>, _posted: Posted) -> Answer {
    let (book, month, number) = path.into_inner();
    let book = BookId(book);
    page.user.check_book(book)?;
    let month = Month::parse(&month).map_err(|_| Error::NotFound)?;
    let now = page.actor().now;
    state::write(&site, book, move |conn, _| {
        let edition = ledger::find_edition(conn, book, month, number)?;
        store::request(conn, &edition, now)
    })
    .await?;
    Ok(redirect(&format!(
        "/reports/files?book={book}&month={month}&done=asked"
    )))
}

type FilePath = (i64, String, i32, String, String, String, String);

async fn download(page: Page, site: Site, path: web::Path<FilePath>) -> Answer {
    let (book, month, number, report, variant, lang, format) = path.into_inner();
    let book = BookId(book);
    page.user.check_book(book)?;
    let month = Month::parse(&month).map_err(|_| Error::NotFound)?;
    let outside = page.user.role == Role::ReportReader;
    if outside && variant != store::variant(true) {
        return Err(Error::NotFound.into());
    }
    let kind = Format::parse(&format).ok_or(Error::NotFound)?;
    if Lang::parse(&lang).is_none() {
        return Err(Error::NotFound.into());
    }
    let file = state::read(&site, move |conn, _| {
        let which = Which {
            book,
            month,
            number,
            report: &report,
            variant: &variant,
            lang: &lang,
            format: kind.extension(),
        };
        store::file(conn, which)?.ok_or(Error::NotFound)
    })
    .await?;
    let plain = format!(
        "cunxin-{}-{}-{}-v{}-{}-{}.{}",
        file.report, file.book_id, file.month, file.number, file.variant, file.lang, file.format
    );
    Ok(attachment(kind.content_type(), &file.name, &plain, file.content))
}
