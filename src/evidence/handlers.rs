//! A photo comes, is seen, and goes.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};

use super::rules::{LARGEST, LARGEST_AS_TAKEN, Unfit, check_digest, check_photo};
use super::store::{self, Kept, RecordId};
use super::views;
use crate::auth::{Allow, Answer, Page, Posted, PostedFile, Role, RouteSpec, get, post, problem, redirect};
use crate::error::Error;
use crate::state::{self, Site};
use crate::values::{BookId, VoucherId};
use crate::vault;

/// Who records.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Whose pages show names in full.
const SEERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk, Role::Reviewer]);
/// What a page of another site cannot send without asking us first.
const OWN_HEADER: &str = "x-cunxin";

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        post("/api/v1/photos/{book}/{voucher}/{digest}", RECORDERS, receive),
        get("/photos/{book}/{voucher}/{digest}", SEERS, show),
        post("/photos/{book}/{voucher}", RECORDERS, upload),
        post("/photos/{book}/{voucher}/{digest}/removal", RECORDERS, remove),
    ]
}

/// One photo: of which record, under which digest.
type Named = web::Path<(i64, String, String)>;

fn named(path: &(i64, String, String)) -> Result<(RecordId, &str), Error> {
    let voucher = VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?;
    let of = RecordId {
        book: BookId(path.0),
        id: voucher.to_string(),
    };
    Ok((of, &path.2))
}

/// Takes a photo from a phone's app.
async fn receive(request: HttpRequest, page: Page, site: Site, path: Named, body: web::Bytes) -> Answer {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    if header(OWN_HEADER) != "photo" {
        return Ok(HttpResponse::Forbidden().finish());
    }
    let refuse = |unfit: Unfit| {
        Ok(problem(
            unfit.status(),
            Some(unfit.code().to_owned()),
            unfit.say().get(page.lang),
        ))
    };
    if header(CONTENT_TYPE.as_str()) != "image/jpeg" {
        return refuse(Unfit::NoPhoto);
    }
    let (of, digest) = named(&path)?;
    let picture = check_digest(&body, digest).and_then(|()| check_photo(&body, LARGEST));
    let picture = match picture {
        Ok(picture) => picture,
        Err(unfit) => return refuse(unfit),
    };
    let answer = |status| {
        let told = serde_json::json!({ "digest": digest });
        Ok(HttpResponse::build(status).json(told))
    };
    match keep(&page, &site, &of, digest, picture).await? {
        Kept::New(_) => answer(StatusCode::CREATED),
        Kept::Before(_) => answer(StatusCode::OK),
        Kept::Not(unfit) => refuse(unfit),
    }
}

async fn keep(
    page: &Page,
    site: &Site,
    of: &RecordId,
    digest: &str,
    picture: Vec<u8>,
) -> Result<Kept, Error> {
    let (user, actor) = (page.user.clone(), page.actor());
    let (of, digest) = (of.clone(), digest.to_owned());
    page.user.check_book(of.book)?;
    state::write(site, of.book, move |conn, office| {
        store::add(conn, office, (&user, &actor), &of, &digest, &picture)
    })
    .await
}

/// Takes a photo from a form, as the camera made it.
async fn upload(page: Page, site: Site, path: web::Path<(i64, String)>, posted: PostedFile) -> Answer {
    let of = RecordId::read(&path)?;
    let digest = vault::digest(&posted.file);
    let kept = match check_photo(&posted.file, LARGEST_AS_TAKEN) {
        Ok(picture) => keep(&page, &site, &of, &digest, picture).await?,
        Err(unfit) => Kept::Not(unfit),
    };
    Ok(settle(&page, &of, kept))
}

async fn remove(page: Page, site: Site, path: Named, _posted: Posted) -> Answer {
    let (of, digest) = named(&path)?;
    page.user.check_book(of.book)?;
    let (user, actor, digest) = (page.user.clone(), page.actor(), digest.to_owned());
    let gone = {
        let of = of.clone();
        state::write(&site, of.book, move |conn, office| {
            store::remove(conn, office, (&user, &actor), &of, &digest)
        })
        .await?
    };
    Ok(settle(&page, &of, gone))
}

/// Back to the record, or why nothing was done.
fn settle(page: &Page, of: &RecordId, kept: Kept) -> HttpResponse {
    match kept {
        Kept::New(to) | Kept::Before(to) => redirect(&format!("{to}#photos")),
        Kept::Not(unfit) => {
            let mut answer = views::refused(page, of, unfit);
            *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            answer
        }
    }
}

/// One photo, for whoever sees its record.
async fn show(page: Page, site: Site, path: Named) -> Answer {
    let (of, digest) = named(&path)?;
    let (user, today, digest) = (page.user.clone(), page.actor().today, digest.to_owned());
    let picture = state::read(&site, move |conn, office| {
        store::open(conn, office, (&user, today), &of, &digest)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header(("content-disposition", "inline"))
        .body(picture))
}
