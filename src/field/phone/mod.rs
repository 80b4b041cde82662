//! The phone's app: what a browser keeps so that a specialist can work where there is no network.
//!
//! What must always hold:
//! - the shell, the manifest and the worker are the same for everybody and hold nothing personal, so they may lie
//!   in any browser and need no sign-in;
//! - the worker keeps exactly the files of one build: its version is the fingerprint of all of them;
//! - whatever is personal reaches the phone through the addresses under `/api/`, and lies there sealed.

mod forms;
mod shell;

pub use forms::{Choice, Control, Form, Question, forms};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::auth::{self, Allow, Page, RouteSpec, get};
use crate::field::handlers::RECORDERS;
use crate::state::Site;
use crate::ui::assets;
use crate::values::Lang;

/// The worker's script, behind the list of what it keeps.
const WORKER: &str = include_str!("../../../assets/field/worker.js");
/// Files of the program may lie in a browser, but are asked for again whenever there is a network.
const ASK_AGAIN: &str = "no-cache";

/// The routes of this room.
pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/field/app", Allow::Anyone, app),
        get("/field/sw.js", Allow::Anyone, worker),
        get("/field/manifest.webmanifest", Allow::Anyone, manifest),
        get("/field/handin", RECORDERS, handin),
    ]
}

#[derive(Deserialize)]
struct Asked {
    /// The worker keeps the shell in both languages, whichever the reader has chosen.
    lang: Option<String>,
}

async fn app(request: HttpRequest, site: Site, asked: web::Query<Asked>) -> HttpResponse {
    let chosen = asked.lang.as_deref().and_then(Lang::parse);
    let lang = chosen.unwrap_or_else(|| auth::language(&request));
    let page = shell::app(lang, site.demo);
    let etag = assets::tag_of(page.as_bytes());
    auth::file(&request, "text/html; charset=utf-8", ASK_AGAIN, &etag, page)
}

async fn worker(request: HttpRequest, site: Site) -> HttpResponse {
    let script = shell::worker(WORKER, site.demo);
    let etag = assets::tag_of(script.as_bytes());
    let mut answer = auth::file(
        &request,
        "text/javascript; charset=utf-8",
        ASK_AGAIN,
        &etag,
        script,
    );
    // Also the plain page of the same name, which lies above the worker's own folder.
    answer.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("service-worker-allowed"),
        actix_web::http::header::HeaderValue::from_static("/field"),
    );
    answer
}

async fn manifest(request: HttpRequest) -> HttpResponse {
    let body = shell::manifest(auth::language(&request)).to_string();
    let etag = assets::tag_of(body.as_bytes());
    auth::file(&request, "application/manifest+json", ASK_AGAIN, &etag, body)
}

/// Where the office sends what a phone wrote into a file.
async fn handin(page: Page) -> HttpResponse {
    page.field(
        page.t("交来的记录", "Records handed in"),
        shell::handin(page.lang),
    )
}
