//! Home, village, client.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{client_form, consent, members, phone, views};
use crate::auth::{Allow, Answer, Page, Role, RouteSpec, User, get};
use crate::credit::{self, CreditFile, CreditLine};
use crate::db::Conn;
use crate::error::Error;
use crate::evidence::{self, Photos};
use crate::ledger::{self, Actor, Against, Office, PendingLine, State, VoucherFilter, queue_length};
use crate::loans::{self, Loan};
use crate::recording::{Place, place};
use crate::register::{self, Found, Names};
use crate::state::{self, Site};
use crate::values::pinyin::sounds_like;
use crate::values::{
    BookId, ClientId, ContractId, InstitutionId, Lang, Level, RegionId, Say, Text, VoucherId,
};

pub(super) const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Clients shown at once; the search finds the others.
const SHOWN: usize = 200;

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get("/field", RECORDERS, home),
        get("/field/villages/{village}", RECORDERS, village),
        get("/field/clients/{book}/{client}", RECORDERS, client),
    ];
    routes.extend(client_form::routes());
    routes.extend(members::routes());
    routes.extend(consent::routes());
    routes.extend(phone::routes());
    routes
}

/// One village of the list.
pub(super) struct VillageItem {
    pub id: RegionId,
    pub name: String,
    pub town: String,
}

pub(super) struct HomeView {
    /// In order of town and village.
    pub villages: Vec<VillageItem>,
    /// A clerk first chooses a town.
    pub towns: Vec<VillageItem>,
    pub returned: i64,
    pub waiting: i64,
    pub institution: String,
    pub insurer: bool,
}

#[derive(Deserialize)]
struct HomeAsk {
    town: Option<i64>,
    #[serde(default)]
    q: String,
}

async fn home(page: Page, site: Site, query: web::Query<HomeAsk>) -> Answer {
    let (user, actor, ask) = (page.user.clone(), page.actor(), query.into_inner());
    let asked = ask.q.clone();
    let view = state::read(&site, move |conn, office| {
        load_home(conn, office, &user, &actor, &ask)
    })
    .await?;
    Ok(page.field(page.t("今日", "Today"), views::home(&page, &view, &asked)))
}

fn load_home(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    ask: &HomeAsk,
) -> Result<HomeView, Error> {
    let (villages, towns) = match (user.specialist, user.book) {
        (Some(specialist), _) => (
            register::assigned_villages(conn, office.regions, specialist, actor.today)?,
            Vec::new(),
        ),
        (None, Some(book)) => of_county(office, actor, book, ask),
        (None, None) => return Err(Error::Forbidden),
    };
    let institution = match (user.specialist, user.institution) {
        (Some(id), _) => register::find_specialist(conn, id)?.institution_id,
        (None, institution) => institution.ok_or(Error::Forbidden)?,
    };
    let mut of_town: BTreeMap<(bool, String, i64), VillageItem> = BTreeMap::new();
    for (_, id) in villages {
        of_town.insert(
            office.regions.sort_key(id, actor.today),
            item(office, actor, user.lang, id),
        );
    }
    let books: Vec<BookId> = ledger::books(conn)?.into_iter().map(|book| book.id).collect();
    let mut count = |state| {
        let filter = VoucherFilter {
            books: books.clone(),
            states: vec![state],
            maker: Some(user.id.clone()),
            ..VoucherFilter::default()
        };
        queue_length(conn, &filter)
    };
    Ok(HomeView {
        villages: of_town.into_values().collect(),
        towns: towns
            .into_iter()
            .map(|id| item(office, actor, user.lang, id))
            .collect(),
        returned: count(State::Returned)?,
        waiting: count(State::Submitted)?,
        insurer: is_insurer(conn, institution)?,
        institution: Names::load(conn)?
            .read_in(user.lang)
            .institution(institution)
            .to_owned(),
    })
}

fn is_insurer(conn: &mut Conn, id: InstitutionId) -> Result<bool, Error> {
    Ok(register::institutions(conn)?
        .iter()
        .any(|institution| institution.id == id && institution.is_insurer()))
}

/// A clerk's county: its towns, or the villages of one town, or those whose name matches.
fn of_county(
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    ask: &HomeAsk,
) -> (Vec<(BookId, RegionId)>, Vec<RegionId>) {
    let (regions, county, today) = (office.regions, RegionId(book.0), actor.today);
    // What has gone to another county since: its contracts run on in this county's book.
    let gone = |id: &RegionId| {
        let left = regions.other_counties(std::iter::once(id)).contains(&county);
        left && regions.ancestor(*id, Level::County, today) != Some(county)
    };
    let at_village_level = |id: &RegionId| regions.unit(*id).is_some_and(|unit| unit.level >= Level::Village);
    if let Some(town) = ask.town {
        let villages = regions.within(RegionId(town), today);
        let inside = villages
            .into_iter()
            .filter(|id| regions.path(*id, today).contains(&county) || gone(id));
        return (
            inside.filter(at_village_level).map(|id| (book, id)).collect(),
            Vec::new(),
        );
    }
    if !ask.q.trim().is_empty() {
        let wanted = ask.q.trim();
        let left = regions.units().map(|unit| unit.id).filter(gone);
        let found = regions.within(county, today).into_iter().chain(left);
        let named = found
            .filter(at_village_level)
            .filter(|id| sounds_like(&regions.name(*id, today), wanted));
        return (named.map(|id| (book, id)).collect(), Vec::new());
    }
    let towns = regions.children(county, today);
    let left = regions.units().map(|unit| unit.id).filter(gone);
    let (villages, left): (Vec<RegionId>, Vec<RegionId>) = left.partition(|id| at_village_level(id));
    // Of a town that has left as a whole, the town; else its villages one by one.
    let alone = villages
        .into_iter()
        .filter(|id| !regions.path(*id, today).iter().any(|above| left.contains(above)));
    (
        alone.map(|id| (book, id)).collect(),
        towns.into_iter().chain(left).collect(),
    )
}

fn item(office: &Office<'_>, actor: &Actor, lang: Lang, id: RegionId) -> VillageItem {
    let town = office
        .regions
        .ancestor(id, Level::Town, actor.today)
        .filter(|town| *town != id);
    VillageItem {
        id,
        name: office.regions.name_in(id, actor.today, lang),
        town: town.map_or_else(String::new, |town| {
            office.regions.name_in(town, actor.today, lang)
        }),
    }
}

pub(super) struct VillageView {
    pub place: Place,
    pub clients: Vec<Found>,
    /// More were found than are shown.
    pub more: bool,
    pub insurer: bool,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn village(page: Page, site: Site, path: web::Path<i64>, query: web::Query<Search>) -> Answer {
    let (user, actor, village) = (page.user.clone(), page.actor(), RegionId(path.into_inner()));
    let asked = query.q.clone();
    let view = state::read(&site, move |conn, office| {
        let place = place(conn, office, &user, village, actor.today)?;
        let mut clients = Vec::new();
        for book in &place.books {
            let room = SHOWN.saturating_add(1).saturating_sub(clients.len());
            clients.extend(register::clients_in(
                conn,
                office.vault,
                *book,
                &place.kin,
                &asked,
                room,
            )?);
        }
        let more = clients.len() > SHOWN;
        clients.truncate(SHOWN);
        let insurer = is_insurer(conn, place.institution)?;
        Ok(VillageView {
            place,
            clients,
            more,
            insurer,
        })
    })
    .await?;
    Ok(views::village(&page, &view, &query.q))
}

pub(super) struct ClientView {
    pub place: Place,
    pub found: Found,
    /// When the 授权书 was signed, where that is recorded.
    pub consent_on: Option<NaiveDate>,
    /// Of the paper that was signed.
    pub photos: Option<Photos>,
    /// Of the reader's own institution.
    pub file: Option<CreditFile>,
    pub lines: Vec<CreditLine>,
    pub loans: Vec<Loan>,
    /// Days overdue, of the loans that are.
    pub overdue: HashMap<ContractId, i64>,
    /// What was recorded about the client and is in none of the amounts yet.
    pub waiting: Vec<Waiting>,
    pub names: Names,
}

/// One line of a voucher that waits for its reviewer.
pub(super) struct Waiting {
    pub pending: PendingLine,
    pub kind: Text,
    pub amount_name: Text,
    pub details: Vec<(Text, Say)>,
    /// Recorded by the reader, who may open the record.
    pub mine: bool,
}

fn waiting(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    book: BookId,
    client: &ClientId,
    actor: &Actor,
) -> Result<Vec<Waiting>, Error> {
    // Of all that waits nothing is left out: no voucher has this fresh id.
    let none = VoucherId::new(actor.now.and_utc().timestamp_millis());
    let mut found = Vec::new();
    for pending in ledger::pending_lines(conn, book, Against::Clients(std::slice::from_ref(client)), &none)? {
        let Some(kind) = office.kinds.kinds.iter().find(|kind| kind.code == pending.kind) else {
            continue;
        };
        let maker = ledger::find_voucher(conn, book, &pending.voucher)?.maker_id;
        found.push(Waiting {
            kind: kind.name,
            amount_name: kind.amount_name,
            details: (kind.describe)(&pending.line)?,
            mine: maker == user.id,
            pending,
        });
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Arrival {
    /// `client` right after it was registered.
    #[serde(default)]
    done: String,
}

async fn client(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<Arrival>,
) -> Answer {
    let (user, actor) = (page.user.clone(), page.actor());
    let (book, id) = path.into_inner();
    let id = ClientId::parse(&id).map_err(|_| Error::NotFound)?;
    let view = state::read(&site, move |conn, office| {
        let book = BookId(book);
        let client = register::find_clients(conn, book, [id.clone()])?
            .remove(&id)
            .ok_or(Error::NotFound)?;
        let place = place(conn, office, &user, (book, client.region_id), actor.today)?;
        let ids = [id.clone()];
        let identity = register::identities(conn, office.vault, book, &ids)?
            .remove(&id)
            .ok_or(Error::NotFound)?;
        let loans = loans::loans_of_clients(conn, book, &ids)?;
        Ok(ClientView {
            file: credit::files_of_clients(conn, book, &ids)?
                .into_iter()
                .find(|file| file.institution_id == place.institution),
            lines: credit::lines_of_clients(conn, book, &ids)?,
            overdue: loans::late_on(conn, book, &loans, actor.today)?,
            loans,
            waiting: waiting(conn, office, &user, book, &id, &actor)?,
            names: Names::load(conn)?.read_in(user.lang),
            photos: evidence::photos_of(conn, office, (&user, actor.today), (book, id.as_str()))?,
            consent_on: register::consent_of(conn, book, &id)?,
            found: Found { client, identity },
            place,
        })
    })
    .await?;
    Ok(views::client::particulars(&page, &view, query.done == "client"))
}
