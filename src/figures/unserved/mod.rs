//! `/unserved`: 金融服务空白村, administrative villages without a service point, without a specialist posted and
//! without a line in force at a month's end. Each of the three is shown, so that a reader sees what is missing.

mod load;
mod views;

use actix_web::web;
use serde::Deserialize;

use super::READERS;
use super::compare;
use crate::auth::{Answer, Look, Page, RouteSpec, asked, attachment, get, redirect};
use crate::state::{self, Site};
use crate::ui::page::Crumb;
use crate::values::Text;

/// The page's address.
pub(super) const HOME: &str = "/unserved";
/// What it is called.
pub(super) const TITLE: Text = Text::new("金融服务空白村", "Villages finance does not reach");
const FILE: &str = "/unserved.csv";
const SHOW: Text = Text::new("显示范围", "What is shown");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get(HOME, READERS, open), get(FILE, READERS, file)]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    region: String,
    month: String,
    show: String,
}

crate::values::coded::coded! {
    /// Which villages are listed.
    Show {
        /// None of the three.
        None = "none", Text::new("三项都没有（空白村）", "None of the three");
        /// At least one of the three is missing.
        Some = "some", Text::new("缺一项以上", "Something missing");
        /// Every village.
        All = "all", Text::new("全部行政村", "All villages");
    }
}

async fn open(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today, lang) = (page.user.clone(), page.actor().today, page.lang);
    let show = asked(SHOW, &query.show, Show::parse)?.unwrap_or(Show::None);
    let whole = !query.month.is_empty() && !query.region.is_empty();
    let view = state::read(&site, move |conn, office| {
        load::load(conn, office, (&user, today), &query)
    })
    .await?;
    if !whole {
        return Ok(redirect(&views::at(&view, HOME, &view.key, show)));
    }
    let look = Look {
        title: format!("{} {}", view.name.get(lang), TITLE.get(lang)),
        wide: true,
        crumbs: vec![
            Crumb::link(lang.t("汇总", "Totals"), "/totals"),
            Crumb::link(compare::TITLE.get(lang), compare::HOME),
            Crumb::here(TITLE.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, views::page(lang, &view, show)))
}

async fn file(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today, lang) = (page.user.clone(), page.actor().today, page.lang);
    let show = asked(SHOW, &query.show, Show::parse)?.unwrap_or(Show::None);
    let view = state::read(&site, move |conn, office| {
        load::load(conn, office, (&user, today), &query)
    })
    .await?;
    let name = format!("{}_{}_{}.csv", view.month, view.name.get(lang), TITLE.get(lang));
    let plain = format!("cunxin-unserved-{}-{}.csv", view.key, view.month);
    // Excel reads Chinese in CSV only behind a byte order mark.
    let mut body = "\u{FEFF}".as_bytes().to_vec();
    if page.demo {
        body.extend_from_slice(format!("{}\r\n", page.t("演示数据", "Demonstration data")).as_bytes());
    }
    body.extend(views::csv(lang, &view, show)?);
    Ok(attachment("text/csv; charset=utf-8", &name, &plain, body))
}
