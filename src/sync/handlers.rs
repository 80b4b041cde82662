//! The three addresses.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::item::{Batch, MOST_ITEMS};
use super::pack::MOST_VILLAGES;
use super::{changes, pack, receive};
use crate::auth::{Allow, Answer, Page, Role, RouteSpec, get, post, problem};
use crate::error::Error;
use crate::recording::Asker;
use crate::state::{self, Site};
use crate::values::{BookId, RegionId};

/// Who records in the field.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// What a page of another site cannot send without asking us first.
const OWN_HEADER: &str = "x-cunxin";

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        post("/api/v1/sync", RECORDERS, sync),
        get("/api/v1/changes", RECORDERS, changes),
        get("/api/v1/field", RECORDERS, field),
    ]
}

/// Takes a batch in.
async fn sync(request: HttpRequest, page: Page, site: Site, body: web::Bytes) -> Answer {
    if header(&request, OWN_HEADER) != "sync" {
        return Ok(HttpResponse::Forbidden().finish());
    }
    if !header(&request, CONTENT_TYPE.as_str()).starts_with("application/json") {
        return Ok(HttpResponse::UnsupportedMediaType().finish());
    }
    let Ok(batch) = serde_json::from_slice::<Batch>(&body) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    if batch.items.len() > MOST_ITEMS {
        return Ok(HttpResponse::PayloadTooLarge().finish());
    }
    if batch.user != page.user.id.as_str() {
        let sentence = page.t(
            "现在登录的是另一个人，这些记录不能用他的名义发送。请换回原来的账号。",
            "Somebody else is signed in; these records are not sent in that name. Sign in with the account that typed them.",
        );
        let status = actix_web::http::StatusCode::FORBIDDEN;
        return Ok(problem(status, Some("sync.other_user".to_owned()), sentence));
    }
    let asker = Asker::of(&page, &site);
    tracing::debug!(
        items = batch.items.len(),
        device = batch.device,
        "a batch from a phone"
    );
    let state = site.clone();
    let results = web::block(move || receive::batch(&state, &asker, &batch.items))
        .await
        .map_err(|_| Error::Failed("taking a batch in was cut off".to_owned()))?;
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "server_time": page.actor().now.and_utc(),
        "results": results,
    })))
}

#[derive(Deserialize)]
struct ChangesAsk {
    book: i64,
    #[serde(default)]
    since: String,
    #[serde(default)]
    villages: String,
}

/// What has happened since.
async fn changes(page: Page, site: Site, query: web::Query<ChangesAsk>) -> Answer {
    let (asker, ask) = (Asker::of(&page, &site), query.into_inner());
    let villages = villages(&ask.villages)?;
    let answer = state::read(&site, move |conn, office| {
        changes::load(conn, office, &asker, (BookId(ask.book), &ask.since), &villages)
    })
    .await?;
    Ok(HttpResponse::Ok().json(answer))
}

#[derive(Deserialize)]
struct FieldAsk {
    #[serde(default)]
    villages: String,
}

/// What a phone takes along.
async fn field(page: Page, site: Site, query: web::Query<FieldAsk>) -> Answer {
    let (asker, demo) = (Asker::of(&page, &site), site.demo);
    let villages = villages(&query.villages)?;
    let answer = state::read(&site, move |conn, office| {
        pack::load(conn, office, &asker, &villages, demo)
    })
    .await?;
    Ok(HttpResponse::Ok().json(answer))
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    let value = request.headers().get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The villages a clerk asks for.
fn villages(text: &str) -> Result<Vec<RegionId>, Error> {
    let asked = text.split(',').filter(|part| !part.is_empty());
    let ids: Result<Vec<RegionId>, Error> = asked
        .map(|part| part.parse().map(RegionId).map_err(|_| Error::NotFound))
        .collect();
    ids.map(|ids| ids.into_iter().take(MOST_VILLAGES).collect())
}
