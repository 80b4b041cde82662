//! The claims of one's villages, by town or village and by disaster, and the way to their sheets.

use std::collections::{HashMap, HashSet};

use actix_web::web;
use serde::Deserialize;

use super::store::{self, Claim};
use super::views;
use crate::auth::{Answer, Page, Role, User, asked};
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::store::load_covers;
use crate::ledger::Office;
use crate::register::{self, Disaster, find_specialist, institutions, load_assignments};
use crate::state::{self, Site};
use crate::values::{BookId, ContractId, DisasterId, InstitutionId, Level, RegionId, Text};

/// The list's address.
pub(super) const HOME: &str = "/field/claims";
/// Claims shown at once.
pub(super) const SHOWN: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    area: String,
    village: String,
    event: String,
    /// `all`: settled ones too.
    state: String,
}

/// The list with what it can be restricted to.
pub(super) struct ListView {
    /// Towns for a clerk, villages for a specialist, by name.
    pub areas: Vec<(String, String)>,
    pub events: Vec<Disaster>,
    pub area: Option<RegionId>,
    pub event: Option<DisasterId>,
    pub all: bool,
    pub rows: Vec<ListRow>,
    pub found: usize,
}

/// One claim of the list.
pub(super) struct ListRow {
    pub claim: Claim,
    pub village: String,
    /// The insured client's name; none when the village is insured.
    pub insured: Option<String>,
}

pub(super) async fn show(page: Page, site: Site, query: web::Query<Asked>) -> Answer {
    let (asked, user, today) = (query.into_inner(), page.user.clone(), page.actor().today);
    let view = state::read(&site, move |conn, office| {
        list_view(conn, office, (&user, today), &asked)
    })
    .await?;
    Ok(views::list(&page, &view))
}

/// The book and insurer of whoever asks, and the villages within his or her scope.
pub(super) struct Scope {
    pub book: BookId,
    pub insurer: InstitutionId,
    pub villages: HashSet<RegionId>,
}

/// Nothing is found for whoever does not work for an insurer.
pub(super) fn scope(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
) -> Result<Scope, Error> {
    let regions = office.regions;
    let (book, insurer, villages) = match (user.role, user.specialist, user.book, user.institution) {
        (Role::Specialist, Some(specialist), ..) => {
            let assigned = load_assignments(conn, specialist)?;
            let villages: HashSet<RegionId> = assigned.iter().map(|own| own.region_id).collect();
            let first = villages.iter().min().ok_or(Error::NotFound)?;
            let county = regions
                .ancestor(*first, Level::County, today)
                .ok_or(Error::NotFound)?;
            (
                BookId(county.0),
                find_specialist(conn, specialist)?.institution_id,
                villages,
            )
        }
        (Role::Clerk, _, Some(book), Some(institution)) => {
            (book, institution, regions.within(RegionId(book.0), today))
        }
        _ => return Err(Error::NotFound),
    };
    let known = institutions(conn)?;
    if !known
        .iter()
        .any(|known| known.id == insurer && known.is_insurer())
    {
        return Err(Error::NotFound);
    }
    Ok(Scope {
        book,
        insurer,
        villages,
    })
}

impl Scope {
    /// The villages of an area that lie within it.
    pub(super) fn within(
        &self,
        office: &Office<'_>,
        area: RegionId,
        today: chrono::NaiveDate,
    ) -> Vec<RegionId> {
        let all = office.regions.within(area, today);
        let mut villages: Vec<RegionId> = all.intersection(&self.villages).copied().collect();
        villages.sort_unstable();
        villages
    }
}

fn list_view(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
    ask: &Asked,
) -> Result<ListView, Error> {
    let scope = scope(conn, office, (user, today))?;
    let area = if ask.area.is_empty() {
        &ask.village
    } else {
        &ask.area
    };
    let area = asked(Text::new("镇或村", "Town or village"), area, |text| {
        let id = RegionId(text.parse().ok()?);
        office.regions.unit(id).map(|unit| unit.id)
    })?;
    let events = register::disasters(conn)?;
    let event = asked(Text::new("灾害", "Disaster"), &ask.event, |text| {
        events
            .iter()
            .map(|event| event.id)
            .find(|id| id.to_string() == text)
    })?;
    let villages = match area {
        Some(area) => scope.within(office, area, today),
        None => scope.villages.iter().copied().collect(),
    };
    let all = ask.state == "all";
    let mut claims = store::claims_in(conn, scope.book, &villages)?;
    claims.retain(|claim| {
        (all || claim.is_open()) && event.is_none_or(|event| claim.disaster_id == Some(event))
    });
    let policies: Vec<ContractId> = claims.iter().map(|claim| claim.policy_id.clone()).collect();
    let covers = load_covers(conn, scope.book, &policies)?;
    claims.retain(|claim| {
        let cover = covers.get(&claim.policy_id);
        cover.is_some_and(|cover| cover.policy.institution_id == scope.insurer)
    });
    let found = claims.len();
    claims.truncate(SHOWN);
    Ok(ListView {
        areas: areas(office, &scope, user, today),
        rows: rows(conn, office, &scope, (user, today), claims)?,
        events,
        area,
        event,
        all,
        found,
    })
}

fn rows(
    conn: &mut Conn,
    office: &Office<'_>,
    scope: &Scope,
    (user, today): (&User, chrono::NaiveDate),
    claims: Vec<Claim>,
) -> Result<Vec<ListRow>, Error> {
    let clients: Vec<_> = claims
        .iter()
        .filter_map(|claim| claim.client_id.clone())
        .collect();
    let people = register::identities(conn, office.vault, scope.book, &clients)?;
    let row = |claim: Claim| ListRow {
        village: office.regions.name_in(claim.region_id, today, user.lang),
        insured: claim.client_id.as_ref().map(|id| {
            let name = people.get(id).map(|known| known.name.clone());
            name.unwrap_or_else(|| "—".to_owned())
        }),
        claim,
    };
    Ok(claims.into_iter().map(row).collect())
}

/// What can be chosen: a clerk's towns, a specialist's villages.
fn areas(office: &Office<'_>, scope: &Scope, user: &User, today: chrono::NaiveDate) -> Vec<(String, String)> {
    let regions = office.regions;
    let mut named: HashMap<RegionId, String> = HashMap::new();
    for id in &scope.villages {
        let area = match user.role {
            Role::Clerk => regions.ancestor(*id, Level::Town, today),
            _ => Some(*id),
        };
        named.extend(area.map(|area| (area, regions.name_in(area, today, user.lang))));
    }
    let mut areas: Vec<(RegionId, String)> = named.into_iter().collect();
    areas.sort_by_key(|(id, _)| regions.sort_key(*id, today));
    areas
        .into_iter()
        .map(|(id, name)| (id.to_string(), name))
        .collect()
}
