//! Registering a client (建档).

use actix_web::web;
use serde::Deserialize;

use super::handlers::RECORDERS;
use super::views;
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, get, post, redirect};
use crate::error::{Error, Issue};
use crate::recording::{self, place, place_fields, problems};
use crate::register::{self, ClientKind, NewClient};
use crate::state::{self, Site};
use crate::values::{ClientId, RegionId, Say};

pub(super) const FORM: &str = "/field/clients/new";

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get(FORM, RECORDERS, open), post(FORM, RECORDERS, take)]
}

#[derive(Deserialize)]
struct Ask {
    village: i64,
}

async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let fields = [
        ("village", query.village.to_string()),
        ("kind", ClientKind::Household.code().to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let now = site.clock.now().and_utc().timestamp_millis();
    let form = recording::opened(&site.clock, fields.to_vec()).with("client_id", ClientId::new(now).as_str());
    show(&page, &site, &form, &[]).await
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, village) = (page.user.clone(), page.actor(), place_fields(form)?);
    let place = state::read(site, move |conn, office| {
        place(conn, office, &user, village, actor.today)
    })
    .await?;
    Ok(views::client_form(page, &place, form, problems))
}

async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let village: RegionId = place_fields(&form)?;
    let kind = ClientKind::parse(form.get("kind"));
    let Some(kind) = kind else {
        let say = Say::new("请选择客户类别。", "Choose the kind of client.");
        return show(&page, &site, &form, &[("kind".to_owned(), say)]).await;
    };
    let new = NewClient {
        id: ClientId::parse(form.get("client_id")).map_err(|_| Error::NotFound)?,
        kind,
        region: village,
        name: form.get("name").to_owned(),
        number: form.get("number").to_owned(),
        phone: form.get("phone").to_owned(),
        address: form.get("address").to_owned(),
    };
    let (user, actor) = (page.user.clone(), page.actor());
    let place = state::read(&site, {
        let actor = actor.clone();
        move |conn, office| place(conn, office, &user, village, actor.today)
    })
    .await?;
    let book = place.book;
    let result = state::write(&site, book, move |conn, office| {
        register::register_client(conn, office, &actor, book, &new)
    })
    .await;
    match result {
        Ok(registered) => Ok(redirect(&format!("/field/clients/{}/{}", book.0, registered.id))),
        Err(refusal @ Error::Refused(_)) => {
            let found: Vec<(String, Say)> = problems(&without_lines(refusal), false);
            show(&page, &site, &form, &found).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// One client only: a sentence need not name its row.
fn without_lines(error: Error) -> Error {
    match error {
        Error::Refused(issues) => Error::Refused(
            issues
                .into_iter()
                .map(|issue| Issue { line: None, ..issue })
                .collect(),
        ),
        other => other,
    }
}
