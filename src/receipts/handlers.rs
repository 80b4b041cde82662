//! `/receipts`: a code is typed, its record shown.

use actix_web::web;
use serde::Deserialize;

use super::code::{self, Typed};
use super::store::{self, Found};
use super::views;
use crate::auth::{Allow, Answer, Page, Role, RouteSpec, get};
use crate::state::{self, Site};

/// Who is asked about receipts, or has some.
const ASKERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk, Role::Reviewer]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![get("/receipts", ASKERS, open)]
}

#[derive(Deserialize)]
struct Ask {
    #[serde(default)]
    code: String,
}

/// What the page shows.
pub(super) struct View {
    /// As it was typed.
    pub asked: String,
    pub typed: Typed,
    pub found: Vec<Found>,
    /// Where there is none: records whose code is almost this one.
    pub near: Vec<Found>,
}

async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let asked = query.into_inner().code;
    let typed = code::read(&asked);
    let (mut found, mut near) = (Vec::new(), Vec::new());
    if let Typed::Code(code) = typed.clone() {
        let (user, today) = (page.user.clone(), page.actor().today);
        (found, near) = state::read(&site, move |conn, office| {
            let others = code::near(&code);
            let found = store::find(conn, office, (&user, today), &[code])?;
            if !found.is_empty() {
                return Ok((found, Vec::new()));
            }
            Ok((found, store::find(conn, office, (&user, today), &others)?))
        })
        .await?;
    }
    let view = View {
        asked,
        typed,
        found,
        near,
    };
    Ok(views::receipts(&page, &view))
}
