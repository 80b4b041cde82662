//! The pages of the reports and their files.

use actix_web::web;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;

use super::views::{self, Choice, Chosen};
use super::vouchers::{self, Pulled, Stream};
use super::write::{Format, write};
use super::{ReportAsk, find};
use crate::auth::{Allow, Answer, Look, Page, Role, RouteSpec, User, asked, attachment, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::regions::Regions;
use crate::state::{self, Site};
use crate::totals::{
    BOUNDARIES, Boundaries, asked_month, asked_region, books_within, offered_months, region_key, top_region,
};
use crate::ui::page::Crumb;
use crate::values::{Lang, Level, RegionId, Text, Unit};

const READERS: Allow = Allow::Roles(&[
    Role::Reviewer,
    Role::CityReader,
    Role::ReportReader,
    Role::Administrator,
]);

const UNIT: Text = Text::new("金额单位", "Unit of money");
const VARIANT: Text = Text::new("版本", "Variant");
const EDITION: Text = Text::new("版次", "Edition");

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    let own = vec![
        get("/reports", READERS, reports_page),
        get("/reports/{name}", READERS, report_page),
        get("/reports/{name}/{format}", READERS, report_file),
    ];
    super::files::routes().into_iter().chain(own).collect()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ReportQuery {
    region: String,
    month: String,
    unit: String,
    /// `public` shows the 对外 variant to staff; outsiders get no other.
    variant: String,
    /// `now` adds up by today's boundaries.
    boundaries: String,
    /// An edition of a closed month; without one, the one in which it stands.
    edition: String,
    /// The page of a long list.
    page: String,
}

/// What a reader may ask, from who they are and what they typed.
struct Asker {
    user: User,
    lang: Lang,
    today: NaiveDate,
    made_at: NaiveDateTime,
    demo: bool,
}

impl Asker {
    fn of(page: &Page) -> Asker {
        let actor = page.actor();
        Asker {
            user: page.user.clone(),
            lang: page.lang,
            today: actor.today,
            made_at: actor.now,
            demo: page.demo,
        }
    }

    /// Readers outside get the 对外 variant, whatever they ask.
    fn outside(&self) -> bool {
        self.user.role == Role::ReportReader
    }

    fn ask(&self, conn: &mut Conn, office: &Office<'_>, query: &ReportQuery) -> Result<ReportAsk, Error> {
        let month = asked_month(conn, office, &self.user, &query.month, self.today)?;
        let boundaries = asked(BOUNDARIES, &query.boundaries, |code| {
            Boundaries::parse(code, self.today)
        })?
        .unwrap_or_default();
        let variant = asked(VARIANT, &query.variant, |text| (text == "public").then_some(()))?;
        Ok(ReportAsk {
            region: asked_region(office.regions, &self.user, &query.region, boundaries.day(month))?,
            month,
            boundaries,
            unit: asked(UNIT, &query.unit, Unit::parse)?.unwrap_or(Unit::Wan),
            lang: self.lang,
            made_at: self.made_at,
            demo: self.demo,
            public: self.outside() || variant.is_some(),
            edition: asked(EDITION, &query.edition, |text| {
                text.parse().ok().filter(|n| *n > 0)
            })?,
        })
    }
}

async fn reports_page(page: Page, site: Site, query: web::Query<ReportQuery>) -> Answer {
    let asker = Asker::of(&page);
    let lang = page.lang;
    let choice = state::read(&site, move |conn, office| {
        let ask = asker.ask(conn, office, &query)?;
        choice(conn, office, &asker, &ask)
    })
    .await?;
    Ok(page.desk(page.t("月报", "Reports"), views::choose(lang, &choice)))
}

async fn report_page(
    page: Page,
    site: Site,
    path: web::Path<String>,
    query: web::Query<ReportQuery>,
) -> Answer {
    let report = find(&path).map_err(|_| Error::NotFound)?;
    let asker = Asker::of(&page);
    let lang = page.lang;
    let (book, chosen, pages) = state::read(&site, move |conn, office| {
        let ask = asker.ask(conn, office, &query)?;
        let chosen = chosen(office.regions, &asker, &ask);
        if report.is_streamed() && !ask.public {
            let (book, pages) = vouchers::shown(conn, office, &ask, &query.page)?;
            return Ok((book, chosen, Some(pages)));
        }
        Ok((report.build(conn, office, &ask)?, chosen, None))
    })
    .await?;
    let look = Look {
        title: format!("{} {}", report.name.get(lang), chosen.month.show(lang)),
        wide: true,
        crumbs: vec![
            Crumb::link(page.t("月报", "Reports"), chosen.address("/reports")),
            Crumb::here(report.name.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, views::preview(lang, report, &chosen, &book, pages)))
}

async fn report_file(
    page: Page,
    site: Site,
    path: web::Path<(String, String)>,
    query: web::Query<ReportQuery>,
) -> Answer {
    let (name, format) = path.into_inner();
    let report = find(&name).map_err(|_| Error::NotFound)?;
    let format = super::command::format(&format)?;
    let asker = Asker::of(&page);
    if report.is_streamed() && Stream::writes(format) && !asker.outside() && query.variant.is_empty() {
        return streamed(asker, site, format, query.into_inner()).await;
    }
    let (names, bytes) = state::read(&site, move |conn, office| {
        let ask = asker.ask(conn, office, &query)?;
        let book = report.build(conn, office, &ask)?;
        Ok((format.file_names(&book), write(&book, format)?))
    })
    .await?;
    Ok(attachment(format.content_type(), &names.own, &names.plain, bytes))
}

/// A list of any length, made while it is sent.
async fn streamed(asker: Asker, site: Site, format: Format, query: ReportQuery) -> Answer {
    let ask = state::read(&site, move |conn, office| asker.ask(conn, office, &query)).await?;
    let of = site.clone();
    let stream = web::block(move || Stream::open(&of, &ask, format))
        .await
        .map_err(|_| Error::Failed("opening a list was cut off".to_owned()))??;
    let names = stream.names(format);
    let body = Pulled::new(site, stream);
    Ok(attachment(format.content_type(), &names.own, &names.plain, body))
}

fn chosen(regions: &Regions, asker: &Asker, ask: &ReportAsk) -> Chosen {
    let day = ask.day();
    Chosen {
        region: region_key(regions, ask.region, day),
        region_name: regions.name_in(ask.region, day, ask.lang),
        month: ask.month,
        boundaries: ask.boundaries,
        unit: ask.unit,
        public: ask.public,
        edition: ask.edition,
        outside: asker.outside(),
    }
}

/// What the form of the first page offers.
fn choice(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: &ReportAsk) -> Result<Choice, Error> {
    let regions = office.regions;
    let top = top_region(regions, &asker.user)?;
    let books = books_within(conn, regions, top, asker.today)?;
    Ok(Choice {
        chosen: chosen(regions, asker, ask),
        regions: offered_regions(regions, top, ask),
        months: offered_months(conn, &books, asker.today)?,
    })
}

/// The reader's largest region, its counties, and the towns of the county chosen; towns have no
/// 对外 variant.
fn offered_regions(regions: &Regions, top: RegionId, ask: &ReportAsk) -> Vec<(String, String)> {
    let day = ask.day();
    let level = |id: RegionId| regions.unit(id).map(|unit| unit.level);
    let county = regions.ancestor(ask.region, Level::County, day);
    let mut offered = vec![top];
    if level(top) < Some(Level::County) {
        offered.extend(
            regions
                .children(top, day)
                .into_iter()
                .filter(|id| level(*id) == Some(Level::County)),
        );
    }
    if let Some(county) = county.filter(|_| !ask.public) {
        let towns = regions.children(county, day).into_iter();
        let at = offered
            .iter()
            .position(|id| *id == county)
            .map_or(offered.len(), |at| at + 1);
        offered.splice(
            at..at,
            towns.filter(|id| regions.unit(*id).is_some_and(|unit| unit.kind.counts_as_town())),
        );
    }
    let name = |id: RegionId| match level(id) {
        Some(Level::Town) => format!("　{}", regions.name_in(id, day, ask.lang)),
        _ => regions.name_in(id, day, ask.lang),
    };
    offered
        .into_iter()
        .map(|id| (region_key(regions, id, day), name(id)))
        .collect()
}
