//! Editions: their page and what can be downloaded of them.

use actix_web::web;

use super::super::board::People;
use super::super::commands::Named;
use super::super::reopen::Changes;
use super::super::views::{self, EditionView};
use super::named;
use crate::auth::{Answer, Page, attachment};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Edition, Office, find_voucher};
use crate::state::{self, Site};
use crate::totals::region_key;
use crate::ui::address::with;
use crate::values::{BookId, Lang, Month, RegionId};

/// The edition an address names.
fn edition_of(page: &Page, path: &(i64, String, i32)) -> Result<(BookId, Month, i32), Error> {
    let (book, month) = named(page, &(path.0, path.1.clone()))?;
    Ok((book, month, path.2))
}

pub(in super::super) async fn edition(page: Page, site: Site, path: web::Path<(i64, String, i32)>) -> Answer {
    let (book, month, number) = edition_of(&page, &path)?;
    let lang = page.lang;
    let view = state::read(&site, move |conn, office| {
        load_edition(conn, office, book, month, number, lang)
    })
    .await?;
    Ok(views::edition(&page, &view))
}

fn load_edition(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    month: Month,
    number: i32,
    lang: Lang,
) -> Result<EditionView, Error> {
    let edition = ledger::find_edition(conn, book, month, number)?;
    let (totals, tables) = ledger::edition_texts(conn, &edition)?;
    let changes: Option<Changes> = match edition.changes.as_str() {
        "" => None,
        text => Some(serde_json::from_str(text)?),
    };
    let people = changes
        .iter()
        .flat_map(|changes| [Some(changes.asked_by.clone()), changes.confirmed_by.clone()])
        .flatten()
        .chain([edition.closed_by.clone()]);
    let people = People::load(conn, people)?;
    let day = month.last_day();
    let mut cells = Vec::new();
    for cell in changes.iter().flat_map(|changes| &changes.cells) {
        let mut vouchers = Vec::with_capacity(cell.vouchers.len());
        for id in &cell.vouchers {
            let voucher = find_voucher(conn, book, id)?;
            vouchers.push((format!("/vouchers/{book}/{id}"), voucher.number_text(lang)));
        }
        let place = office.regions.path_name_in(cell.region, day, lang);
        cells.push((cell.clone(), place, vouchers));
    }
    let gaps: Vec<Named> = serde_json::from_str(&edition.gaps)?;
    let stored = ledger::find_book(conn, book)?;
    let standing = ledger::closed_in(conn, book, month)?;
    let is_city = office.regions.root() == Some(RegionId(book.0));
    Ok(EditionView {
        place: office.regions.say(stored.region_id, day),
        is_city,
        stands: match is_city {
            true => ledger::city_closed_in(conn, month)?,
            false => standing,
        }
        .is_some_and(|standing| standing.number == number),
        by: people.name(&edition.closed_by),
        reopened: changes.map(|changes| {
            (
                people.name(&changes.asked_by),
                changes
                    .confirmed_by
                    .map(|id| people.name(&id))
                    .unwrap_or_default(),
                changes.reason,
            )
        }),
        lines: totals.lines().count(),
        has_tables: !tables.is_empty(),
        totals_page: with(
            &with(
                "/totals",
                "region",
                &region_key(office.regions, stored.region_id, day),
            ),
            "month",
            &month.to_string(),
        ),
        cells,
        gaps,
        edition,
    })
}

pub(in super::super) async fn tables(page: Page, site: Site, path: web::Path<(i64, String, i32)>) -> Answer {
    let (edition, name, (_, tables)) = texts(&page, &site, &path).await?;
    if tables.is_empty() {
        return Err(Error::NotFound.into());
    }
    let (month, n) = (edition.month, edition.number);
    Ok(attachment(
        "application/json",
        &format!("{month}_{name}_第{n}版.json"),
        &format!("cunxin-edition-{}-{month}-{n}.json", edition.book_id),
        tables.into_bytes(),
    ))
}

pub(in super::super) async fn totals(page: Page, site: Site, path: web::Path<(i64, String, i32)>) -> Answer {
    let (edition, name, (totals, _)) = texts(&page, &site, &path).await?;
    let (month, n) = (edition.month, edition.number);
    Ok(attachment(
        "text/plain; charset=utf-8",
        &format!("{month}_{name}_第{n}版_汇总.txt"),
        &format!("cunxin-edition-{}-{month}-{n}.txt", edition.book_id),
        totals.into_bytes(),
    ))
}

async fn texts(
    page: &Page,
    site: &Site,
    path: &(i64, String, i32),
) -> Result<(Edition, String, (String, String)), Error> {
    let (book, month, number) = edition_of(page, path)?;
    state::read(site, move |conn, office| {
        let edition = ledger::find_edition(conn, book, month, number)?;
        let region = ledger::find_book(conn, book)?.region_id;
        let name = office.regions.name(region, month.last_day());
        let texts = ledger::edition_texts(conn, &edition)?;
        Ok((edition, name, texts))
    })
    .await
}
