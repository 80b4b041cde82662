//! What a phone takes along (随身数据): who it belongs to, the villages with their clients and contracts, what waits
//! to be done. No identity number is in it, and nobody of another village.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};

use super::act::doors;
use super::item::Values;
use super::parts::{self, Contracts};
use crate::auth::{FormData, Role, User};
use crate::db::Conn;
use crate::error::Error;
use crate::field::phone::forms;
use crate::ledger::{self, Book, Office, VoucherFilter};
use crate::recording::{Asker, Place, place};
use crate::register::{self, Assignment, Institution, load_assignments};
use crate::values::plausible::{
    FIRST_YEAR, HIGHEST_RATE, LARGE_FOR_A_HOUSEHOLD, LARGE_FOR_ANYONE, LONGEST_ADDRESS, LONGEST_PURPOSE,
    LONGEST_REASON, LONGEST_TOPIC, LONGEST_YEARS,
};
use crate::values::{BookId, InstitutionId, Lang, Level, RegionId, Say, english};

/// The most villages a clerk takes along.
pub(super) const MOST_VILLAGES: usize = 20;
/// How long the villages of an ended posting stay, for what was done in its last days.
const AFTER_THE_END: Days = Days::new(90);
/// The most records shown that came back.
const MOST_RETURNED: i64 = 100;

/// One village taken along.
pub(super) struct Taken {
    pub place: Place,
    /// Whether the posting there lasts.
    pub active: bool,
    /// When a specialist was posted there, each with its first and its last day; a clerk needs no posting.
    pub postings: Option<Vec<(NaiveDate, Option<NaiveDate>)>>,
}

/// Who takes what along.
pub(super) struct Scope {
    pub villages: Vec<Taken>,
    pub institution: Institution,
}

impl Scope {
    /// The villages asked for, or a specialist's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a village outside the asker's scope.
    pub(super) fn of(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        asked: &[RegionId],
    ) -> Result<Scope, Error> {
        let (user, today) = (&asker.user, asker.actor.today);
        let villages = match user.specialist {
            Some(_) => assigned(conn, office, user, today)?,
            None => asked.iter().map(|village| (*village, true, None)).collect(),
        };
        let mut taken = Vec::with_capacity(villages.len());
        for (village, active, postings) in villages {
            let place = place(conn, office, user, village, today)?;
            taken.push(Taken {
                place,
                active,
                postings,
            });
        }
        taken.sort_by_key(|taken| office.regions.sort_key(taken.place.village, today));
        Ok(Scope {
            villages: taken,
            institution: institution(conn, user)?,
        })
    }

    /// The books of the villages and, for a clerk, the county's own.
    pub(super) fn books(&self, conn: &mut Conn, user: &User) -> Result<Vec<Book>, Error> {
        let of_villages = self.villages.iter().flat_map(|taken| taken.place.books.clone());
        let mut ids: Vec<BookId> = of_villages.chain(user.book).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| ledger::find_book(conn, id)).collect()
    }

    /// Every unit whose clients are taken along, with the village they are shown in.
    pub(super) fn kin(&self) -> impl Iterator<Item = (RegionId, &Place)> {
        let villages = self.villages.iter();
        villages.flat_map(|taken| taken.place.kin.iter().map(|kin| (*kin, &taken.place)))
    }
}

/// A village, whether somebody is in post there, and when.
type Posted = (RegionId, bool, Option<Vec<(NaiveDate, Option<NaiveDate>)>>);

/// A specialist's villages, those of a posting that ended not long ago among them.
fn assigned(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    today: NaiveDate,
) -> Result<Vec<Posted>, Error> {
    let specialist = user.specialist.ok_or(Error::Forbidden)?;
    let mut villages: Vec<Posted> = Vec::new();
    let all = load_assignments(conn, specialist)?;
    for posting in &all {
        let recent = posting.valid_to.is_none_or(|end| end + AFTER_THE_END >= today);
        let village = office.regions.stands_as(posting.region_id, today);
        if !recent || villages.iter().any(|(known, ..)| *known == village) {
            continue;
        }
        let there: Vec<&Assignment> = all
            .iter()
            .filter(|each| office.regions.stands_as(each.region_id, today) == village)
            .collect();
        let active = there.iter().any(|each| each.holds_on(today));
        let spans = there
            .iter()
            .map(|each| (each.valid_from, each.valid_to))
            .collect();
        villages.push((village, active, Some(spans)));
    }
    Ok(villages)
}

fn institution(conn: &mut Conn, user: &User) -> Result<Institution, Error> {
    let id: InstitutionId = match user.specialist {
        Some(specialist) => register::find_specialist(conn, specialist)?.institution_id,
        None => user.institution.ok_or(Error::Forbidden)?,
    };
    let mut all = register::institutions(conn)?.into_iter();
    all.find(|known| known.id == id).ok_or(Error::NotFound)
}

/// The whole pack.
pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    asked: &[RegionId],
    demo: bool,
) -> Result<Value, Error> {
    if !matches!(asker.user.role, Role::Specialist | Role::Clerk) {
        return Err(Error::Forbidden);
    }
    let (user, today) = (&asker.user, asker.actor.today);
    let scope = Scope::of(conn, office, asker, asked)?;
    let contracts = Contracts::load(conn, office, &scope, today)?;
    let books = scope.books(conn, user)?;
    let short = &scope.institution.short_name;
    Ok(json!({
        "user": {
            "id": user.id,
            "name": user.name,
            "role": user.role.code(),
            "institution": Say::new(short.clone(), english::institution(short)),
            "insurer": scope.institution.is_insurer(),
        },
        "csrf": user.csrf,
        "demo": demo,
        "today": today,
        "server_time": asker.actor.now.and_utc(),
        "books": books.iter().map(book).collect::<Vec<_>>(),
        "limits": limits(),
        "forms": forms(scope.institution.is_insurer()),
        "products": parts::products(conn, scope.institution.id)?,
        "county_villages": county_villages(office, user, today),
        "villages": scope.villages.iter().map(|taken| village(office, taken, today)).collect::<Vec<_>>(),
        "clients": contracts.clients,
        "lines": contracts.lines,
        "loans": contracts.loans,
        "policies": contracts.policies,
        "claims": contracts.claims,
        "disasters": disasters(conn, office, &scope, today)?,
        "todo": {
            "returned": returned(conn, office, asker, &books)?,
            "expiring": contracts.expiring(today),
            "due": contracts.due(today),
            "ending": contracts.ending(today),
        },
    }))
}

/// The disasters on record, each with the villages taken along that it struck; none for a bank.
fn disasters(
    conn: &mut Conn,
    office: &Office<'_>,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<Value>, Error> {
    if !scope.institution.is_insurer() {
        return Ok(Vec::new());
    }
    let struck = register::struck_towns(conn)?;
    let mut told = Vec::new();
    for disaster in register::disasters(conn)? {
        let within = |village: RegionId| {
            let path = office.regions.path(village, today);
            let mut towns = struck.iter().filter(|(id, _)| *id == disaster.id);
            towns.any(|(_, town)| path.contains(town))
        };
        let villages = scope.villages.iter().map(|taken| taken.place.village);
        let villages: Vec<String> = villages
            .filter(|id| within(*id))
            .map(|id| id.0.to_string())
            .collect();
        if !villages.is_empty() {
            told.push(json!({ "id": disaster.id.to_string(), "name": disaster.name, "villages": villages }));
        }
    }
    Ok(told)
}

/// Where a phone stands with a book: the row of its chain and enough of that row's head to tell another chain.
pub(super) fn cursor(book: &Book) -> String {
    format!("{}-{}", book.audit_seq, short(&book.audit_head))
}

/// The part of a head that a cursor carries.
pub(super) fn short(head: &str) -> &str {
    head.get(..16).unwrap_or(head)
}

fn book(book: &Book) -> Value {
    json!({
        "id": book.id.0.to_string(),
        "first_open_month": book.first_open_month.to_string(),
        "cursor": cursor(book),
    })
}

/// The town above a village, in words; nothing for what hangs on the county itself.
fn town_of(office: &Office<'_>, village: RegionId, today: NaiveDate) -> Say {
    let town = office.regions.ancestor(village, Level::Town, today);
    town.filter(|town| *town != village)
        .map_or_else(|| Say::new("", ""), |town| office.regions.say(town, today))
}

/// What a clerk may choose from: the villages of the county, in the order of its towns.
fn county_villages(office: &Office<'_>, user: &User, today: NaiveDate) -> Vec<Value> {
    let county = user.book.filter(|_| user.role == Role::Clerk);
    let within = county.map(|book| office.regions.within(RegionId(book.0), today));
    let mut villages: Vec<RegionId> = within.into_iter().flatten().collect();
    villages.retain(|id| {
        office
            .regions
            .unit(*id)
            .is_some_and(|unit| unit.level >= Level::Village)
    });
    villages.sort_by_key(|id| office.regions.sort_key(*id, today));
    let told = |id: RegionId| json!({ "id": id.0.to_string(), "name": office.regions.say(id, today), "town": town_of(office, id, today) });
    villages.into_iter().map(told).collect()
}

fn village(office: &Office<'_>, taken: &Taken, today: NaiveDate) -> Value {
    let place = &taken.place;
    json!({
        "id": place.village.0.to_string(),
        "book": place.book.0.to_string(),
        "name": office.regions.say(place.village, today),
        "town": town_of(office, place.village, today),
        "active": taken.active,
        "postings": taken.postings,
    })
}

/// The bounds that phone and server share (`values::plausible`).
fn limits() -> Value {
    json!({
        "first_year": FIRST_YEAR,
        "longest_years": LONGEST_YEARS,
        "large_household": LARGE_FOR_A_HOUSEHOLD.yuan(),
        "large_anyone": LARGE_FOR_ANYONE.yuan(),
        "highest_rate": HIGHEST_RATE.to_string(),
        "longest_purpose": LONGEST_PURPOSE,
        "longest_reason": LONGEST_REASON,
        "longest_address": LONGEST_ADDRESS,
        "longest_topic": LONGEST_TOPIC,
        "most_members": register::MOST_MEMBERS,
    })
}

/// A record that came back, ready to be corrected where a form of the phone can.
#[derive(Serialize)]
struct Returned {
    book: String,
    voucher: String,
    kind: String,
    title: Say,
    reason: String,
    business_date: NaiveDate,
    revision: i32,
    door: Option<&'static str>,
    fields: Option<serde_json::Map<String, Value>>,
}

fn returned(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    books: &[Book],
) -> Result<Vec<Returned>, Error> {
    let filter = VoucherFilter {
        books: books.iter().map(|book| book.id).collect(),
        states: vec![ledger::State::Returned],
        maker: Some(asker.user.id.clone()),
        limit: MOST_RETURNED,
        ..VoucherFilter::default()
    };
    let doors = doors();
    let mut all = Vec::new();
    for voucher in ledger::list_vouchers(conn, &filter)? {
        let kind = office.kinds.get(&voucher.kind)?;
        let door = doors.iter().find(|door| door.address == kind.form);
        let form = match door {
            Some(door) => door.reopen(conn, office, asker, &voucher)?,
            None => None,
        };
        let say = |lang: Lang| kind.name.get(lang).to_owned();
        all.push(Returned {
            book: voucher.book_id.0.to_string(),
            title: Say::new(say(Lang::Zh), say(Lang::En)),
            reason: voucher.reason,
            business_date: voucher.business_date,
            revision: voucher.revision,
            door: door.filter(|_| form.is_some()).map(|door| door.code),
            fields: form.map(|form| by_name(&form)),
            kind: voucher.kind,
            voucher: voucher.id.to_string(),
        });
    }
    Ok(all)
}

/// A form's fields by name, as an item carries them.
fn by_name(form: &FormData) -> serde_json::Map<String, Value> {
    let mut named = serde_json::Map::new();
    for (name, _) in form.fields() {
        let values: Vec<String> = form.all(name).map(str::to_owned).collect();
        let value = match <[String; 1]>::try_from(values) {
            Ok([one]) => json!(Values::One(one)),
            Err(many) => json!(Values::Many(many)),
        };
        named.insert(name.to_owned(), value);
    }
    named
}
