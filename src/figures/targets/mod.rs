//! `/targets`: what was set out to be reached in a year, and what has been. A target is a row of a register: dated,
//! with the document it rests on, audited; a changed one is a further revision and the earlier ones stay.

mod form;
mod load;
mod store;
mod views;

pub use store::{NewTarget, record as record_target};

use actix_web::web;
use serde::Deserialize;

use super::READERS;
use crate::auth::{Allow, Answer, Look, Page, Role, RouteSpec, get, post};
use crate::state::{self, Site};
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::values::{Say, Text};

/// The page's address.
pub(super) const HOME: &str = "/targets";
/// What it is called.
pub(super) const TITLE: Text = Text::new("目标与完成", "Targets and completion");
/// Who may set targets: the county's reviewer for the own county, the administrator for every county and the city.
const KEEPERS: Allow = Allow::Roles(&[Role::Reviewer, Role::Administrator]);

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(HOME, READERS, open),
        get(form::NEW_AT, KEEPERS, form::open),
        post(HOME, KEEPERS, form::create),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    month: String,
    done: String,
}

async fn open(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today, lang) = (page.user.clone(), page.actor().today, page.lang);
    let month = query.month.clone();
    let view = state::read(&site, move |conn, office| {
        load::load(conn, office, (&user, today), &month)
    })
    .await?;
    let done = (query.done == "target").then(|| Flash {
        kind: FlashKind::Done,
        say: Say::new("目标已登记。", "The target has been recorded."),
    });
    let look = Look {
        title: TITLE.get(lang).to_owned(),
        wide: true,
        flash: done,
        crumbs: crumbs(&page, None),
        ..Look::default()
    };
    Ok(page.show(look, views::page(&page, &view)))
}

/// 汇总 › 对比 › 目标与完成, and a form under it.
fn crumbs(page: &Page, form: Option<Text>) -> Vec<Crumb> {
    let lang = page.lang;
    let mut crumbs = vec![
        Crumb::link(lang.t("汇总", "Totals"), "/totals"),
        Crumb::link(super::compare::TITLE.get(lang), super::compare::HOME),
    ];
    match form {
        Some(form) => crumbs.extend([Crumb::link(TITLE.get(lang), HOME), Crumb::here(form.get(lang))]),
        None => crumbs.push(Crumb::here(TITLE.get(lang))),
    }
    crumbs
}
