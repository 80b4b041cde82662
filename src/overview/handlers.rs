//! `/overview`, and everything that stands out of one kind.

use actix_web::web;
use serde::Deserialize;

use super::exceptions::Kind;
use super::home::{self, COMPARED, Filters};
use super::items::{self, Listing, Scope};
use super::views;
use super::{EXCEPTIONS, PATH};
use crate::auth::{Answer, Look, Page, Role, User, asked};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::state::{self, Site};
use crate::totals::{asked_month, asked_region, region_key};
use crate::ui::address;
use crate::ui::page::Crumb;
use crate::values::measure::{CREDIT_GRANTED, Measure, by_id, measure};
use crate::values::{Level, RegionId, Say, Text, Unit, words};

/// Rows of a page of exceptions.
const ROWS: usize = 100;

const KIND: Text = Text::new("异常类别", "Kind of exception");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    region: String,
    month: String,
    unit: String,
    measure: String,
    kind: String,
    /// A measure: of the sudden changes only its own.
    of: String,
    page: String,
}

/// The page's restrictions, within the reader's scope.
fn filters(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    ask: &Ask,
    today: chrono::NaiveDate,
) -> Result<Filters, Error> {
    let month = asked_month(conn, office, user, &ask.month, today)?;
    let day = month.last_day();
    let region = asked_region(office.regions, user, &ask.region, day)?;
    let level = office.regions.unit(region).ok_or(Error::NotFound)?.level;
    if level > Level::Town {
        return Err(no_home(office, region, day));
    }
    let compared = |code: &str| measure(code).filter(|measure| COMPARED.contains(&measure.id));
    let usual = if level < Level::County {
        Unit::Yi
    } else {
        Unit::Wan
    };
    Ok(Filters {
        region,
        region_key: region_key(office.regions, region, day),
        month,
        unit: asked(words::UNIT, &ask.unit, Unit::parse)?.unwrap_or(usual),
        measure: asked(words::MEASURE, &ask.measure, compared)?
            .or(by_id(CREDIT_GRANTED))
            .ok_or(Error::NotFound)?,
    })
}

fn no_home(office: &Office<'_>, region: RegionId, day: chrono::NaiveDate) -> Error {
    let name = office.regions.say(region, day);
    let say = Say::new(
        format!("首页到镇一级为止；“{}”的数字请看汇总。", name.zh),
        format!("The overview ends with towns; see the totals for “{}”.", name.en),
    );
    Error::refuse("overview.level", "region", say)
}

pub(super) async fn home(page: Page, site: Site, ask: web::Query<Ask>) -> Answer {
    let (user, actor, state) = (page.user.clone(), page.actor(), site.clone());
    let shown = state::read(&site, move |conn, office| {
        let filters = filters(conn, office, &user, &ask, actor.today)?;
        home::load(conn, &state, office, (&user, &actor), filters)
    })
    .await?;
    let lang = page.lang;
    let look = Look {
        title: format!(
            "{} {}",
            shown.answer.total.name.get(lang),
            shown.filters.month.show(lang)
        ),
        wide: true,
        crumbs: views::crumbs(&shown),
        ..Look::default()
    };
    let as_of = shown.closed_at.unwrap_or(page.actor().now);
    Ok(page.show(look, views::home(lang, page.user.role, &shown, as_of)))
}

pub(super) async fn exceptions(page: Page, site: Site, ask: web::Query<Ask>) -> Answer {
    let (user, actor, state) = (page.user.clone(), page.actor(), site.clone());
    let ask = ask.into_inner();
    let kind = asked(KIND, &ask.kind, Kind::parse)?.ok_or(Error::NotFound)?;
    let of = asked(words::MEASURE, &ask.of, measure)?;
    let wanted: usize = ask.page.parse().unwrap_or(1);
    let (filters, listing, name) = state::read(&site, move |conn, office| {
        let filters = filters(conn, office, &user, &ask, actor.today)?;
        let (month, today) = (filters.month, actor.today);
        let surveyed = home::surveyed(conn, &state, office, filters.region, (month, today))?;
        let inside = office.regions.within(filters.region, month.last_day());
        let scope = Scope {
            office,
            surveys: &surveyed.surveys,
            same: &surveyed.same,
            inside: &inside,
            month,
            today,
            lang: user.lang,
            masked: user.role != Role::Reviewer,
        };
        let listing = items::page_of(conn, &scope, (kind, of), |count| rows(wanted, count))?;
        let name = office.regions.say(filters.region, month.last_day());
        Ok((filters, listing, name))
    })
    .await?;
    Ok(all(&page, &filters, (&listing, of), &name, wanted))
}

/// Which of so many rows a page shows: never beyond the last.
fn rows(wanted: usize, count: usize) -> std::ops::Range<usize> {
    let pages = count.div_ceil(ROWS).max(1);
    let from = (wanted.clamp(1, pages) - 1) * ROWS;
    from..count.min(from + ROWS)
}

fn all(
    page: &Page,
    filters: &Filters,
    (listing, of): (&Listing, Option<&'static Measure>),
    name: &Say,
    wanted: usize,
) -> actix_web::HttpResponse {
    let lang = page.lang;
    let (pages, title) = (listing.count.div_ceil(ROWS).max(1), listing.kind.name().get(lang));
    let here = |path: &str| {
        let path = address::with(path, "region", &filters.region_key);
        address::with(&path, "month", &filters.month.to_string())
    };
    let look = Look {
        title: format!("{} {title}", name.get(lang)),
        wide: true,
        crumbs: vec![Crumb::link(name.get(lang), here(PATH)), Crumb::here(title)],
        ..Look::default()
    };
    let every = address::with(&here(EXCEPTIONS), "kind", listing.kind.code());
    let path = of.map_or_else(|| every.clone(), |of| address::with(&every, "of", of.code));
    let of = of.map(|of| (of, every.as_str()));
    let at = (wanted.clamp(1, pages), pages);
    page.show(
        look,
        views::exceptions(
            lang,
            page.user.role,
            (listing, of),
            (name, filters.month),
            (&path, at),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_never_beyond_the_last() {
        assert_eq!(rows(1, 0), 0..0);
        assert_eq!(rows(0, 250), 0..100);
        assert_eq!(rows(3, 250), 200..250);
        assert_eq!(rows(99, 250), 200..250);
        assert_eq!(rows(2, 100), 0..100);
    }
}
