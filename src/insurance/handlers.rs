//! The routes, what both forms share, and the list of a village's policies.

use actix_web::web;
use chrono::NaiveDate;
use serde::Deserialize;

use super::cancellation::CancellationForm;
use super::endorsement::EndorsementForm;
use super::index::{self, IndexForm};
use super::listing::ListForm;
use super::payout::PayoutForm;
use super::policy::PolicyForm;
use super::store::{self, Policy, PolicyPart};
use super::{claims, policy_page, views};
use crate::auth::{Allow, Answer, Page, Role, RouteSpec, User, get};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::Office;
use crate::recording::{At, Door, Place, Reader, form_routes, place};
use crate::register::{self, Found, Names};
use crate::state::{self, Site};
use crate::values::text::narrow;
use crate::values::{RegionId, Say};

/// Who records: whoever of them belongs to an insurer.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get("/field/policies", RECORDERS, list),
        get("/field/policies/{book}/{policy}", RECORDERS, policy_page::show),
    ];
    routes.extend(form_routes::<PolicyForm>(RECORDERS));
    routes.extend(form_routes::<ListForm>(RECORDERS));
    routes.extend(form_routes::<PayoutForm>(RECORDERS));
    routes.extend(form_routes::<IndexForm>(RECORDERS));
    routes.extend(index::desk_routes());
    routes.extend(form_routes::<EndorsementForm>(RECORDERS));
    routes.extend(form_routes::<CancellationForm>(RECORDERS));
    routes.extend(claims::routes());
    routes
}

/// The form that phones fill in without a network: a claim, step by step.
pub fn doors() -> Vec<Door> {
    vec![Door::of::<claims::StepForm>("claim", RECORDERS)]
}

/// Refuses, as forbidden, whoever does not work for an insurer.
pub(super) fn insurer_place(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    at: impl Into<At>,
    today: NaiveDate,
) -> Result<Place, Error> {
    let place = place(conn, office, user, at, today)?;
    let institutions = register::institutions(conn)?;
    if institutions
        .iter()
        .any(|known| known.id == place.institution && known.is_insurer())
    {
        Ok(place)
    } else {
        Err(Error::Forbidden)
    }
}

/// The client chosen from the village's; none when the village as a whole is meant.
pub(super) fn read_client<'a>(read: &mut Reader<'_>, clients: &'a [Found]) -> Option<&'a Found> {
    let wanted = read.text("client");
    let client = clients.iter().find(|found| found.client.id.as_str() == wanted);
    if client.is_none() && !wanted.is_empty() {
        let say = Say::new("请从名单里选择客户。", "Choose a client from the list.");
        read.add(Issue::refuse("client.missing", "client", say));
    }
    client
}

/// How many households (户次).
pub(super) fn read_households(read: &mut Reader<'_>) -> i64 {
    match narrow(read.text("households")).parse::<u32>() {
        Ok(number) => i64::from(number),
        Err(_) => {
            let say = Say::new(
                "户次请填整数，没有填 0。",
                "Enter a whole number of households, 0 for none.",
            );
            read.add(Issue::refuse("field.not_a_count", "households", say));
            0
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
struct Which {
    village: i64,
    #[serde(default)]
    page: u32,
}

/// Policies on one page of the list.
const PER_PAGE: usize = 50;

/// A village's policies of one insurer.
pub(super) struct ListView {
    pub place: Place,
    pub rows: Vec<ListRow>,
    pub page: u32,
    pub pages: u32,
    pub records: usize,
}

/// One part of a policy in the list.
pub(super) struct ListRow {
    pub policy: Policy,
    pub part: PolicyPart,
    pub product: String,
    /// The insured client's name; none when the village is insured.
    pub insured: Option<String>,
}

async fn list(page: Page, site: Site, query: web::Query<Which>) -> Answer {
    let (which, user, today) = (query.into_inner(), page.user.clone(), page.actor().today);
    let view = state::read(&site, move |conn, office| {
        list_view(conn, office, &user, &which, today)
    })
    .await?;
    Ok(views::payout::list(&page, &view))
}

fn list_view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    which: &Which,
    today: NaiveDate,
) -> Result<ListView, Error> {
    let place = insurer_place(conn, office, user, RegionId(which.village), today)?;
    let mut known = Vec::new();
    for book in &place.books {
        known.extend(store::policies_in_village(conn, *book, place.village)?);
    }
    known.retain(|(policy, _)| policy.institution_id == place.institution);
    let records = known.len();
    let pages = u32::try_from(records.div_ceil(PER_PAGE))
        .unwrap_or(u32::MAX)
        .max(1);
    let page = which.page.clamp(1, pages);
    let skipped = usize::try_from(page - 1).unwrap_or(0).saturating_mul(PER_PAGE);
    let shown: Vec<(Policy, PolicyPart)> = known.into_iter().skip(skipped).take(PER_PAGE).collect();
    let names = Names::load(conn)?.read_in(user.lang);
    let clients: Vec<_> = shown
        .iter()
        .filter_map(|(_, part)| part.client_id.clone())
        .collect();
    let mut people = std::collections::HashMap::new();
    for book in &place.books {
        people.extend(register::identities(conn, office.vault, *book, &clients)?);
    }
    let row = |(policy, part): (Policy, PolicyPart)| ListRow {
        product: names.product(policy.product_id).to_owned(),
        insured: part.client_id.as_ref().map(|id| {
            people
                .get(id)
                .map_or_else(|| "—".to_owned(), |known| known.name.clone())
        }),
        policy,
        part,
    };
    Ok(ListView {
        place,
        rows: shown.into_iter().map(row).collect(),
        page,
        pages,
        records,
    })
}
