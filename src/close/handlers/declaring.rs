//! Declaring a month: the institution's clerk, or the county in its place.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::super::Kind;
use super::super::board::{self, Depth};
use super::super::commands::{self, Declaring};
use super::super::rules::{Standing, deadline};
use super::super::store;
use super::super::views::{self, OwnMonth};
use super::{Done, address, county_book, named};
use crate::auth::{Answer, FormData, Page, Posted, redirect};
use crate::error::Error;
use crate::ledger;
use crate::state::{self, Site};
use crate::values::{BookId, InstitutionId, Month, Say};

/// Open months offered to a clerk at once, the latest first.
const OWN_MONTHS: usize = 3;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct ForInstitution {
    institution: String,
}

/// The county speaks for an institution (代办).
pub(in super::super) async fn on_behalf(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<ForInstitution>,
) -> Answer {
    let (book, month) = named(&page, &path)?;
    let form = FormData::default().with("institution", &query.institution);
    Ok(show_on_behalf(&page, &site, book, month, &form, &[]).await?)
}

async fn show_on_behalf(
    page: &Page,
    site: &Site,
    book: BookId,
    month: Month,
    form: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let today = page.actor().today;
    let board = state::read(site, move |conn, office| {
        county_book(conn, office, book)?;
        board::load(conn, office, today, book, month, Depth::Reports)
    })
    .await?;
    let standing = board
        .facts
        .institutions
        .iter()
        .find(|standing| standing.id.to_string() == form.get("institution"))
        .ok_or(Error::NotFound)?;
    Ok(views::on_behalf(page, &board, standing, form, problems))
}

pub(in super::super) async fn declare_on_behalf(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Answer {
    let (book, month) = named(&page, &path)?;
    let form = posted.0;
    let institution = form.get("institution").parse().map(InstitutionId);
    let institution = institution.map_err(|_| Error::NotFound)?;
    let reason = Some(form.get("reason").to_owned());
    match send(&page, &site, (book, month, institution), &form, reason).await {
        Ok(()) => Ok(redirect(&format!("{}?done=declared", address(book, month)))),
        Err(error @ Error::Refused(_)) => {
            Ok(show_on_behalf(&page, &site, book, month, &form, &error.problems()).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads what was chosen and declares it.
async fn send(
    page: &Page,
    site: &Site,
    (book, month, institution): (BookId, Month, InstitutionId),
    form: &FormData,
    on_behalf: Option<String>,
) -> Result<(), Error> {
    let kind = Kind::parse(form.get("kind")).ok_or_else(|| {
        Error::refuse(
            "field.not_chosen",
            "kind",
            Say::new("请选择已报齐或零报。", "Choose “all reported” or a nil report."),
        )
    })?;
    let declaring = Declaring {
        book,
        month,
        institution,
        kind,
        on_behalf,
    };
    let actor = page.actor();
    state::write(site, book, move |conn, office| {
        commands::declare(conn, office, &actor, &declaring)
    })
    .await
}

/// The clerk's own institution: every month that is over and open.
pub(in super::super) async fn own(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    Ok(show_own(&page, &site, &query.done, &FormData::default(), &[]).await?)
}

async fn show_own(
    page: &Page,
    site: &Site,
    done: &str,
    form: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let book = page.user.own_book()?;
    let institution = page.user.institution.ok_or(Error::Forbidden)?;
    let today = page.actor().today;
    let (county, months) = state::read(site, move |conn, office| {
        let stands = ledger::find_book(conn, book)?;
        let days = store::working_days(conn, book)?;
        let mut months = Vec::new();
        let mut month = Month::of(today).previous();
        while month >= stands.first_open_month && months.len() < OWN_MONTHS {
            let until = deadline(month, days);
            let standing = board::standings(conn, book, month, until)?
                .into_iter()
                .find(|standing| standing.id == institution);
            months.push(OwnMonth {
                month,
                until,
                standing: standing.unwrap_or_else(|| nothing_yet(institution)),
            });
            month = month.previous();
        }
        Ok((office.regions.say(stands.region_id, today), months))
    })
    .await?;
    Ok(views::own(page, &county, &months, done, form, problems))
}

/// An institution that has not begun in the county.
fn nothing_yet(id: InstitutionId) -> Standing {
    Standing {
        id,
        name: Say::new("", ""),
        declared: None,
        posted: 0,
        waiting: 0,
        held: 0,
    }
}

pub(in super::super) async fn declare_own(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let book = page.user.own_book()?;
    let institution = page.user.institution.ok_or(Error::Forbidden)?;
    let month = Month::parse(form.get("month")).map_err(|_| Error::NotFound)?;
    match send(&page, &site, (book, month, institution), &form, None).await {
        Ok(()) => Ok(redirect("/declaration?done=declared")),
        Err(error @ Error::Refused(_)) => Ok(show_own(&page, &site, "", &form, &error.problems()).await?),
        Err(error) => Err(error.into()),
    }
}
