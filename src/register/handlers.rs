//! The registers' pages for the administrator: what there is, and the way to each desk.

use super::disaster::disasters;
use super::official::{FigureKind, figures_on};
use super::{desk, institutions, products, rating_standards, specialists, views};
use crate::auth::{Answer, Page, RouteSpec, get, list_accounts};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Book};
use crate::state::{self, Site};
use crate::values::{BookId, Level, ProductId};

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get("/register", desk::READERS, overview),
        get("/register/books", desk::READERS, books),
    ];
    routes.extend(desk::routes());
    routes
}

/// How many there are of each.
pub(super) struct Counts {
    pub institutions: i64,
    pub products: i64,
    pub specialists: i64,
    /// Specialists in post today.
    pub in_post: i64,
    pub hamlets: i64,
    /// Of them, those whose 行政村 is not known.
    pub unplaced: i64,
    /// Places with an official number of households.
    pub figures: i64,
    /// Events in the lineage of units.
    pub events: i64,
    /// Rows that say what a rating asks for.
    pub standards: i64,
    pub accounts: i64,
    pub books: i64,
    pub disasters: i64,
}

async fn overview(page: Page, site: Site) -> Answer {
    let (today, own) = (page.actor().today, page.user.book);
    let keeps = desk::keeps(&page);
    let counts = state::read(&site, move |conn, office| {
        let regions = office.regions;
        let hamlets: Vec<_> = regions
            .units()
            .filter(|unit| unit.level == Level::Hamlet && desk::is_within(regions, unit.id, own, today))
            .map(|unit| unit.id)
            .collect();
        let unplaced = hamlets
            .iter()
            .filter(|id| regions.is_unplaced(**id, today))
            .count();
        Ok(Counts {
            institutions: number(institutions(conn)?.len()),
            products: number(products(conn)?.len()),
            specialists: number(specialists(conn)?.len()),
            in_post: number(desk::villages_in_post(conn, own, today)?.len()),
            hamlets: number(hamlets.len()),
            unplaced: number(unplaced),
            figures: number(figures_on(conn, FigureKind::Households, ProductId(0), today)?.len()),
            events: number(regions.events().len()),
            standards: number(rating_standards(conn)?.len()),
            accounts: if keeps {
                number(list_accounts(conn)?.len())
            } else {
                0
            },
            books: number(county_books(conn, own)?.len()),
            disasters: number(disasters(conn)?.len()),
        })
    })
    .await?;
    Ok(page.desk(views::TITLE.get(page.lang), views::overview(&page, &counts)))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

async fn books(page: Page, site: Site) -> Answer {
    let (today, own) = (page.actor().today, page.user.book);
    let rows = state::read(&site, move |conn, office| {
        let code = |book: &Book| {
            office
                .regions
                .code(book.region_id, today)
                .map(|code| code.as_str().to_owned())
        };
        let books = county_books(conn, own)?;
        Ok(books
            .into_iter()
            .map(|book| (code(&book).unwrap_or_default(), book))
            .collect::<Vec<_>>())
    })
    .await?;
    let look = desk::look(&page, views::BOOKS, &[], "");
    Ok(page.show(look, views::books(&page, &rows)))
}

/// The counties' books this person may see.
fn county_books(conn: &mut Conn, own: Option<BookId>) -> Result<Vec<Book>, Error> {
    let register = ledger::register_book(conn)?.map(|book| book.id);
    let books = ledger::books(conn)?;
    Ok(books
        .into_iter()
        .filter(|book| Some(book.id) != register && own.is_none_or(|own| own == book.id))
        .collect())
}
