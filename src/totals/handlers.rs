//! The pages and files of the totals, and the API.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::address::FigureAddress;
use super::csv::{Headings, csv};
use super::groups::MeasureGroup;
use super::json::json_text;
use super::question::{
    Boundaries, By, Question, month_range, no_such_month, not_offered, offered_months, region_key,
    resolve_measures, resolve_month, resolve_region,
};
use super::views::{self, Filters, TotalsPage};
use super::{books_within, comparison, funnel, insurance, series};
use crate::auth::{Allow, Answer as Response, Look, Page, Role, RouteSpec, User, asked, attachment, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::regions::Regions;
use crate::state::{self, Site};
use crate::ui::page::Crumb;
use crate::ui::table::Sort;
use crate::values::measure::Measure;
use crate::values::{Level, Month, RegionId, Text, Unit};

pub(crate) const READERS: Allow = Allow::Roles(&[Role::Reviewer, Role::CityReader, Role::Administrator]);

/// What the choice of boundaries is called in a refusal.
pub(crate) const BOUNDARIES: Text = Text::new("区划口径", "Boundaries");
const BY: Text = Text::new("分列方式", "Breakdown");
const GROUP: Text = Text::new("指标组", "Group of measures");
const UNIT: Text = Text::new("金额单位", "Unit of money");

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/totals", READERS, totals_page),
        get("/totals.csv", READERS, totals_csv),
        get(funnel::PATH, READERS, funnel_page),
        get("/comparison", READERS, comparison_page),
        insurance::route(),
        get("/api/v1/totals", READERS, totals_json),
    ]
}

/// The query of a page, as it comes; what is missing falls back, what is not known is refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    region: String,
    month: String,
    by: String,
    unit: String,
    group: String,
    /// `now` adds up by today's boundaries.
    boundaries: String,
    /// A column of the table, with a minus for the largest first.
    sort: String,
}

/// The query of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ApiQuery {
    month: String,
    region: String,
    by: String,
    measure: String,
    boundaries: String,
}

async fn totals_page(page: Page, site: Site, query: web::Query<PageQuery>) -> Response {
    let (user, lang, today) = (page.user.clone(), page.lang, page.actor().today);
    let shown = state::read(&site, move |conn, office| {
        let filters = filters(conn, office, &user, &query, today)?;
        load_page(conn, office, &user, filters, today)
    })
    .await?;
    let look = Look {
        title: format!(
            "{} {}",
            shown.answer.total.name.get(lang),
            page.t("汇总", "totals")
        ),
        wide: true,
        crumbs: views::crumbs(&shown),
        ..Look::default()
    };
    Ok(page.show(look, views::page(lang, &shown)))
}

async fn totals_csv(page: Page, site: Site, query: web::Query<PageQuery>) -> Response {
    let (user, lang, today) = (page.user.clone(), page.lang, page.actor().today);
    let (answer, group) = state::read(&site, move |conn, office| {
        let filters = filters(conn, office, &user, &query, today)?;
        let question = Question {
            region: filters.region,
            month: filters.month,
            by: filters.by,
            measures: filters.group.measures(),
            boundaries: filters.boundaries,
        };
        Ok((super::answer(conn, office, &question)?, filters.group))
    })
    .await?;
    let name = format!(
        "{}_{}_{}{}.csv",
        answer.question.month,
        answer.total.name.get(lang),
        group.text().get(lang),
        match answer.question.boundaries {
            Boundaries::Then => String::new(),
            now => format!("_{}", now.text().get(lang)),
        }
    );
    let code = answer.total.code.as_deref().unwrap_or_default();
    let plain = format!(
        "cunxin-totals-{code}-{}-{}.csv",
        answer.question.month,
        group.code()
    );
    // Excel reads Chinese in CSV only behind a byte order mark.
    let mut body = "\u{FEFF}".as_bytes().to_vec();
    if page.demo {
        body.extend_from_slice(format!("{}\r\n", page.t("演示数据", "Demonstration data")).as_bytes());
    }
    body.extend(csv(&answer, Headings::Words, lang)?);
    Ok(attachment("text/csv; charset=utf-8", &name, &plain, body))
}

async fn funnel_page(page: Page, site: Site, query: web::Query<PageQuery>) -> Response {
    let (user, lang, today) = (page.user.clone(), page.lang, page.actor().today);
    let shown = state::read(&site, move |conn, office| {
        let filters = filters(conn, office, &user, &query, today)?;
        let (months, trail) = around(conn, office.regions, &user, &filters, today)?;
        funnel::FunnelPage::load(conn, office, filters, months, trail)
    })
    .await?;
    let look = Look {
        title: funnel::title(lang, &shown),
        wide: true,
        crumbs: shown.crumbs(),
        ..Look::default()
    };
    Ok(page.show(look, funnel::markup(lang, &shown)))
}

async fn totals_json(page: Page, site: Site, query: web::Query<ApiQuery>) -> Response {
    let (user, today) = (page.user.clone(), page.actor().today);
    let answer = state::read(&site, move |conn, office| {
        let question = api_question(conn, office, &user, &query, today)?;
        super::answer(conn, office, &question)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(json_text(&answer)?))
}

async fn comparison_page(page: Page, site: Site) -> Response {
    let (own, lang) = (page.user.book, page.lang);
    let body = state::read(&site, move |conn, office| {
        let compared = comparison::compare(conn, office, own)?;
        Ok(comparison::page(lang, &compared, |figure| {
            let key = region_key(office.regions, figure.region, figure.month.last_day());
            let at = FigureAddress::new(figure.measure.code, &key, figure.month);
            let at = FigureAddress {
                aspect: Some(figure.aspect),
                member: figure.member,
                ..at
            };
            at.path()
        }))
    })
    .await?;
    let title = page.t("公布数与台账对照", "Published figures and the ledger");
    let look = Look {
        title: title.to_owned(),
        wide: true,
        crumbs: vec![
            Crumb::link(page.t("汇总", "Totals"), "/totals"),
            Crumb::link(page.t("对比", "Compare"), "/compare"),
            Crumb::here(title),
        ],
        ..Look::default()
    };
    Ok(page.show(look, body))
}

/// Reads the query of a page, within the reader's scope.
fn filters(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    query: &PageQuery,
    today: NaiveDate,
) -> Result<Filters, Error> {
    let month = asked_month(conn, office, user, &query.month, today)?;
    let boundaries = asked_boundaries(&query.boundaries, today)?;
    let day = boundaries.day(month);
    let region = asked_region(office.regions, user, &query.region, day)?;
    let level = office.regions.unit(region).ok_or(Error::NotFound)?.level;
    Ok(Filters {
        region,
        region_key: region_key(office.regions, region, day),
        month,
        boundaries,
        by: asked_by(office.regions, &query.by, region, day)?.unwrap_or(By::below(level)),
        unit: asked(UNIT, &query.unit, Unit::parse)?.unwrap_or(Unit::Wan),
        group: asked(GROUP, &query.group, MeasureGroup::parse)?.unwrap_or(MeasureGroup::Credit),
        sort: Sort::parse(&query.sort),
    })
}

/// The boundaries asked for, or the month's own.
pub(crate) fn asked_boundaries(text: &str, today: NaiveDate) -> Result<Boundaries, Error> {
    Ok(asked(BOUNDARIES, text, |code| Boundaries::parse(code, today))?.unwrap_or_default())
}

/// The breakdown asked for, if it is one that this region offers.
fn asked_by(regions: &Regions, text: &str, region: RegionId, day: NaiveDate) -> Result<Option<By>, Error> {
    let by = asked(BY, text, By::parse)?;
    let level = regions.unit(region).ok_or(Error::NotFound)?.level;
    match by.filter(|by| !By::offered(level).any(|offered| offered == *by)) {
        Some(other) => Err(not_offered(regions, region, day, other)),
        None => Ok(by),
    }
}

/// The month asked for, or the one a page opens on: never one in the future, nor one before anything was posted.
pub(crate) fn asked_month(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    text: &str,
    today: NaiveDate,
) -> Result<Month, Error> {
    let top = top_region(office.regions, user)?;
    let books = books_within(conn, office.regions, top, today)?;
    let (first, last) = month_range(conn, &books, today)?;
    if text.is_empty() {
        return Ok(last.previous().max(first));
    }
    let month = resolve_month(text)?;
    if (first..=last).contains(&month) {
        Ok(month)
    } else {
        Err(no_such_month(month, first, last))
    }
}

/// The largest region this person reads: the own county, or the city.
pub(crate) fn top_region(regions: &Regions, user: &User) -> Result<RegionId, Error> {
    match user.book {
        Some(book) => Ok(RegionId(book.0)),
        None => regions
            .root()
            .ok_or_else(|| Error::Failed("the register holds no city".to_owned())),
    }
}

/// The region asked for, or the reader's largest. What lies outside is not there.
pub(crate) fn asked_region(
    regions: &Regions,
    user: &User,
    text: &str,
    day: NaiveDate,
) -> Result<RegionId, Error> {
    if text.is_empty() {
        return top_region(regions, user);
    }
    let region = resolve_region(regions, text, day).map_err(|error| match user.book {
        Some(_) => Error::NotFound,
        None => error,
    })?;
    let county = regions.ancestor(region, Level::County, day);
    match user.book {
        Some(book) if county != Some(RegionId(book.0)) => Err(Error::NotFound),
        _ => Ok(region),
    }
}

fn api_question(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    query: &ApiQuery,
    today: NaiveDate,
) -> Result<Question, Error> {
    let month = asked_month(conn, office, user, &query.month, today)?;
    let boundaries = asked_boundaries(&query.boundaries, today)?;
    let region = asked_region(office.regions, user, &query.region, boundaries.day(month))?;
    let by = asked(BY, &query.by, By::parse)?.unwrap_or(By::None);
    let measures = resolve_measures(query.measure.split(','))?;
    Question {
        region,
        month,
        by,
        measures,
        boundaries,
    }
    .checked(office.regions)
}

fn load_page(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    filters: Filters,
    today: NaiveDate,
) -> Result<TotalsPage, Error> {
    let regions = office.regions;
    let (group, day) = (filters.group, filters.boundaries.day(filters.month));
    let mut measures: Vec<&'static Measure> = group.measures();
    let table_measures = measures.len();
    for card in views::card_measures() {
        if !measures.iter().any(|measure| measure.id == card.id) {
            measures.push(card);
        }
    }
    let question = Question {
        region: filters.region,
        month: filters.month,
        by: filters.by,
        measures,
        boundaries: filters.boundaries,
    };
    let mut answer = super::answer(conn, office, &question)?;
    if let Some(sort) = &filters.sort {
        views::sort_rows(&mut answer, sort);
    }
    let points = match group.leading() {
        Some(measure) => {
            let when = (filters.month, filters.boundaries);
            let lines = series(conn, office, filters.region, &[measure], when, 13)?;
            lines.into_iter().next().unwrap_or_default()
        }
        None => Vec::new(),
    };
    let (months, trail) = around(conn, regions, user, &filters, today)?;
    let level = regions.unit(filters.region).ok_or(Error::NotFound)?.level;
    let row_keys = answer
        .rows
        .iter()
        .map(|row| views::row_address(regions, row, day))
        .collect();
    Ok(TotalsPage {
        filters,
        level,
        answer,
        table_measures,
        row_keys,
        points,
        months,
        trail,
    })
}

/// The months one may choose from, and the way from the reader's largest region down to this one: address
/// and name.
type Around = (Vec<Month>, Vec<(String, String)>);

fn around(
    conn: &mut Conn,
    regions: &Regions,
    user: &User,
    filters: &Filters,
    today: NaiveDate,
) -> Result<Around, Error> {
    let (top, day) = (top_region(regions, user)?, filters.boundaries.day(filters.month));
    let books = books_within(conn, regions, top, today)?;
    let months = offered_months(conn, &books, today)?;
    let path = regions
        .path(filters.region, day)
        .into_iter()
        .skip_while(|region| *region != top);
    let trail = path.map(|region| {
        (
            region_key(regions, region, day),
            regions.name_in(region, day, user.lang),
        )
    });
    Ok((months, trail.collect()))
}
