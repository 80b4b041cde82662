//! `/figures/{code}`: the page of one figure, 这个数怎么来的.

mod load;
mod parts;
mod rate_views;
mod steps;
mod tables;
mod views;

use actix_web::web;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::auth::{Answer, Look, Page, RouteSpec, User, asked, get, redirect};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::register::Names;
use crate::state::{self, Site};
use crate::totals::{self, Aspect, Boundaries, FigureAddress, RowKey, region_key};
use crate::values::measure::rates::{Rate, rate};
use crate::values::measure::{Measure, by_id, measure};
use crate::values::{InstitutionId, Lang, Month, Nature, ProductId, RegionId, SpecialistId, Text, words};

const ASPECT: Text = Text::new("取数方式", "Value");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/figures/{code}", super::READERS, open)]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    region: String,
    month: String,
    aspect: String,
    institution: String,
    product: String,
    specialist: String,
    boundaries: String,
    /// Which totals page it was clicked on.
    back: String,
}

/// What the page is about.
#[derive(Clone, Copy, Debug)]
enum What {
    Measure(&'static Measure),
    Rate(&'static Rate),
}

impl What {
    /// None when nothing bears the code.
    fn of(code: &str) -> Option<What> {
        match measure(code) {
            Some(measure) => Some(What::Measure(measure)),
            None => rate(code).map(What::Rate),
        }
    }

    fn code(self) -> &'static str {
        match self {
            What::Measure(measure) => measure.code,
            What::Rate(rate) => rate.code,
        }
    }

    fn name(self) -> Text {
        match self {
            What::Measure(measure) => measure.name,
            What::Rate(rate) => rate.name,
        }
    }

    fn nature(self) -> Nature {
        match self {
            What::Measure(measure) => measure.nature,
            What::Rate(rate) => by_id(rate.numerator).map_or(Nature::Stock, |measure| measure.nature),
        }
    }

    /// The values it can be read off as.
    fn aspects(self) -> &'static [Aspect] {
        match (self, self.nature()) {
            (What::Measure(_), nature) => Aspect::told(nature),
            (What::Rate(_), Nature::Stock) => &[
                Aspect::End,
                Aspect::PreviousMonth,
                Aspect::YearStart,
                Aspect::YearAgo,
            ],
            (What::Rate(_), Nature::Flow) => {
                &[Aspect::Month, Aspect::MonthYearAgo, Aspect::Year, Aspect::YearAgo]
            }
        }
    }
}

/// The figure an address names.
#[derive(Clone, Debug)]
struct Asked {
    what: What,
    region: RegionId,
    key: String,
    month: Month,
    boundaries: Boundaries,
    aspect: Aspect,
    /// The bank, product or specialist it is restricted to, with its name.
    member: Option<(RowKey, String)>,
    back: String,
}

impl Asked {
    fn read(
        conn: &mut Conn,
        office: &Office<'_>,
        (user, today): (&User, NaiveDate),
        (what, query): (What, &Query),
    ) -> Result<Asked, Error> {
        let month = totals::asked_month(conn, office, user, &query.month, today)?;
        let boundaries = totals::asked_boundaries(&query.boundaries, today)?;
        let day = boundaries.day(month);
        let region = totals::asked_region(office.regions, user, &query.region, day)?;
        let names = Names::load(conn)?.read_in(user.lang);
        let known = |text: &str| Aspect::parse(text).filter(|aspect| what.aspects().contains(aspect));
        Ok(Asked {
            what,
            region,
            key: region_key(office.regions, region, day),
            month,
            boundaries,
            aspect: asked(ASPECT, &query.aspect, known)?.unwrap_or(Aspect::usual(what.nature())),
            member: member(&names, query, user.lang)?,
            back: query.back.clone(),
        })
    }

    fn day(&self) -> NaiveDate {
        self.boundaries.day(self.month)
    }

    /// Where this figure is, or another one of it.
    fn address(&self) -> FigureAddress<'_> {
        FigureAddress {
            boundaries: self.boundaries,
            member: self.member.as_ref().map(|(key, _)| *key),
            back: Some(&self.back),
            ..FigureAddress::new(self.what.code(), &self.key, self.month)
        }
    }
}

/// The bank, product or specialist asked for; 0 is those that state none.
fn member(names: &Names, query: &Query, lang: Lang) -> Result<Option<(RowKey, String)>, Error> {
    let known = |text: &str, key: fn(i64) -> RowKey, name: &dyn Fn(i64) -> String| {
        let id: i64 = text.parse().ok()?;
        let name = match id {
            0 => words::NOT_STATED.get(lang).to_owned(),
            id => name(id),
        };
        (name != "—").then(|| (key(id), name))
    };
    let institution = asked(words::INSTITUTION, &query.institution, |text| {
        let name = |id| names.institution(InstitutionId(id)).to_owned();
        known(text, |id| RowKey::Institution(InstitutionId(id)), &name)
    })?;
    let product = asked(words::PRODUCT, &query.product, |text| {
        let name = |id| names.product(ProductId(id)).to_owned();
        known(text, |id| RowKey::Product(ProductId(id)), &name)
    })?;
    let specialist = asked(words::SPECIALIST, &query.specialist, |text| {
        let name = |id| names.specialist(SpecialistId(id)).to_owned();
        known(text, |id| RowKey::Specialist(SpecialistId(id)), &name)
    })?;
    Ok(institution.or(product).or(specialist))
}

async fn open(page: Page, site: Site, code: web::Path<String>, query: web::Query<Query>) -> Answer {
    let what = What::of(&code).ok_or(Error::NotFound)?;
    let query = query.into_inner();
    let (user, today, now) = (page.user.clone(), page.actor().today, page.actor().now);
    // Without a month or a region the address would mean something else another day, or to somebody else.
    let whole = !query.month.is_empty() && !query.region.is_empty();
    let view = state::read(&site, move |conn, office| {
        let asked = Asked::read(conn, office, (&user, today), (what, &query))?;
        load::load(conn, office, (&user, now), asked)
    })
    .await?;
    if !whole {
        let aspect = Some(view.asked.aspect);
        let to = FigureAddress {
            aspect,
            ..view.asked.address()
        };
        return Ok(redirect(&to.path()));
    }
    let look = Look {
        title: format!("{} · {}", view.place.get(page.lang), what.name().get(page.lang)),
        wide: true,
        crumbs: views::crumbs(page.lang, &view),
        ..Look::default()
    };
    Ok(page.show(look, views::page(page.lang, &view)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_measure_or_a_rate() {
        assert_eq!(What::of("loan.balance").unwrap().aspects().len(), 9);
        let rate = What::of("insurance.loss_ratio").unwrap();
        assert_eq!(rate.nature(), Nature::Flow);
        assert!(rate.aspects().contains(&Aspect::usual(rate.nature())));
        assert!(What::of("loan").is_none());
    }
}
