//! Clients (主体): 农户, 家庭农场, 合作社, 企业.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::identity::{self, Identity};
use super::village::unknown_village;
use crate::db::schema::{client, client_identity, client_key};
use crate::db::{CHUNK, Conn, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::person::{check_credit_code, check_id_number, check_name, check_phone, mask_name};
use crate::values::pinyin::pinyin_initials;
use crate::values::{BookId, ClientId, RegionId, Say, SubjectId, Text, UserId, words};
use crate::vault;

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// 农户: one client per household.
    Household,
    FamilyFarm,
    Cooperative,
    Firm,
}

impl ClientKind {
    pub const EVERY: [ClientKind; 4] = [
        ClientKind::Household,
        ClientKind::FamilyFarm,
        ClientKind::Cooperative,
        ClientKind::Firm,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            ClientKind::Household => "household",
            ClientKind::FamilyFarm => "family-farm",
            ClientKind::Cooperative => "cooperative",
            ClientKind::Firm => "firm",
        }
    }

    pub fn parse(code: &str) -> Option<ClientKind> {
        ClientKind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            ClientKind::Household => words::HOUSEHOLD,
            ClientKind::FamilyFarm => words::FAMILY_FARM,
            ClientKind::Cooperative => words::COOPERATIVE,
            ClientKind::Firm => words::FIRM,
        }
    }
}

/// One client of one book, without what names it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = client)]
pub struct Client {
    pub book_id: BookId,
    pub id: ClientId,
    pub kind: String,
    pub region_id: RegionId,
    /// The same for the same person or firm in every book; counts it once.
    pub subject_id: SubjectId,
    pub recorded_by: UserId,
    pub recorded_at: NaiveDateTime,
}

impl Client {
    pub fn kind(&self) -> Result<ClientKind, Error> {
        ClientKind::parse(&self.kind)
            .ok_or_else(|| Error::Failed(format!("client {} has an unknown kind", self.id)))
    }

    /// Whether it is a 农户, which household counts count.
    pub fn is_household(&self) -> bool {
        self.kind == ClientKind::Household.code()
    }
}

/// A client as its recorder gives it.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Made by the recorder; sending it twice makes one client.
    pub id: ClientId,
    pub kind: ClientKind,
    pub region: RegionId,
    pub name: String,
    /// Identity number of the head of the household or farmer, or the unified credit code.
    pub number: String,
    /// Empty when not known.
    pub phone: String,
    pub address: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The client to use from now on.
    pub id: ClientId,
    /// The number was known already: `id` is the client recorded before.
    pub existing: bool,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = client_key)]
struct ClientKey {
    book_id: BookId,
    id_hash: String,
    client_id: ClientId,
}

/// Records one client, or refuses with a sentence beside the field. A number that is recorded
/// already is refused, naming (masked) whom it belongs to.
pub fn register_client(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &NewClient,
) -> Result<Registered, Error> {
    let known: Option<Client> = client::table
        .find((book, &new.id))
        .select(Client::as_select())
        .first(conn)
        .optional()?;
    if known.is_some() {
        return Ok(Registered {
            id: new.id.clone(),
            existing: true,
        });
    }
    let registered = register_clients(conn, office, actor, book, std::slice::from_ref(new))?;
    let only = registered
        .into_iter()
        .next()
        .ok_or_else(|| Error::Failed("no client was registered".to_owned()))?;
    if only.existing {
        let owner = identity::identities(conn, office.vault, book, std::slice::from_ref(&only.id))?;
        let name = owner
            .get(&only.id)
            .map_or_else(String::new, |identity| mask_name(&identity.name));
        return Err(Error::refuse(
            "client.number_known",
            "number",
            Say::new(
                format!("这个号码已经登记过（{name}），请从名单里选择，不要重复登记。"),
                format!(
                    "This number is already recorded ({name}). Choose that client from the list instead."
                ),
            ),
        ));
    }
    Ok(only)
}

/// Records many clients in one go, as a whole-village sheet brings them. A number recorded
/// before leads to the client it belongs to. Issues carry the place in `new`, from 1, as line.
pub fn register_clients(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &[NewClient],
) -> Result<Vec<Registered>, Error> {
    let checked = check_all(office, actor, new)?;
    let hashes: Vec<String> = checked
        .iter()
        .map(|identity| vault::to_hex(&office.vault.lookup_hash(&identity.number)))
        .collect();
    let known = known_keys(conn, book, &hashes)?;
    let mut results = Vec::with_capacity(new.len());
    let (mut clients, mut sealed, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut fresh: HashMap<&str, ClientId> = HashMap::new();
    for ((new, identity), hash) in new.iter().zip(&checked).zip(&hashes) {
        if let Some(id) = known.get(hash).or(fresh.get(hash.as_str())) {
            results.push(Registered {
                id: id.clone(),
                existing: true,
            });
            continue;
        }
        fresh.insert(hash, new.id.clone());
        clients.push(Client {
            book_id: book,
            id: new.id.clone(),
            kind: new.kind.code().to_owned(),
            region_id: new.region,
            subject_id: subject(&office.vault.lookup_hash(&identity.number)),
            recorded_by: actor.id.clone(),
            recorded_at: actor.now,
        });
        sealed.push(identity::seal(office.vault, book, &new.id, identity)?);
        keys.push(ClientKey {
            book_id: book,
            id_hash: hash.clone(),
            client_id: new.id.clone(),
        });
        results.push(Registered {
            id: new.id.clone(),
            existing: false,
        });
    }
    insert_all!(conn, client::table, &clients)?;
    insert_all!(conn, client_identity::table, &sealed)?;
    insert_all!(conn, client_key::table, &keys)?;
    if let Some(first) = clients.first() {
        let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
        let change = Change {
            action: "client.recorded",
            subject: first.id.as_str(),
            revision: 1,
            note: "",
            digest: vault::digest(ids.join(",").as_bytes()),
        };
        record_audit(conn, office, actor, book, &change)?;
    }
    Ok(results)
}

/// The number of the person or firm in counts: 62 bits of the keyed hash, never zero. The chance
/// that two of a million people share one is below one in four million.
fn subject(hash: &[u8; 32]) -> SubjectId {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    SubjectId((i64::from_be_bytes([a, b, c, d, e, f, g, h]) & (i64::MAX >> 1)).max(1))
}

fn check_all(office: &Office<'_>, actor: &Actor, new: &[NewClient]) -> Result<Vec<Identity>, Error> {
    let mut issues = Vec::new();
    let mut checked = Vec::with_capacity(new.len());
    for (client, place) in new.iter().zip(1..) {
        match check(office, actor, client) {
            Ok(identity) => checked.push(identity),
            Err(found) => issues.extend(found.into_iter().map(|issue| issue.on_line(place))),
        }
    }
    if issues.is_empty() {
        Ok(checked)
    } else {
        Err(Error::Refused(issues))
    }
}

/// Rules 13, 15 and 16: a real village, a real number.
fn check(office: &Office<'_>, actor: &Actor, new: &NewClient) -> Result<Identity, Vec<Issue>> {
    let mut issues = Vec::new();
    let mut keep = |result: Result<String, Issue>| match result {
        Ok(value) => value,
        Err(issue) => {
            issues.push(issue);
            String::new()
        }
    };
    let name = keep(check_name(&new.name).map_err(|error| Issue::refuse(error.code(), "name", error.say())));
    let number = keep(check_number(new.kind, &new.number, actor));
    let phone = if new.phone.trim().is_empty() {
        String::new()
    } else {
        keep(check_phone(&new.phone).map_err(|error| Issue::refuse(error.code(), "phone", error.say())))
    };
    if office.regions.on(new.region, actor.today).is_none() {
        issues.push(unknown_village());
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    let initials = pinyin_initials(&name);
    Ok(Identity {
        name,
        number,
        phone,
        address: new.address.trim().to_owned(),
        initials,
    })
}

/// A household by the identity number of its head, a family farm by either, others by credit code.
fn check_number(kind: ClientKind, number: &str, actor: &Actor) -> Result<String, Issue> {
    let person = || {
        check_id_number(number, actor.today)
            .map_err(|error| Issue::refuse(error.code(), "number", error.say()))
    };
    let firm =
        || check_credit_code(number).map_err(|error| Issue::refuse(error.code(), "number", error.say()));
    match kind {
        ClientKind::Household => person(),
        ClientKind::FamilyFarm => person().or_else(|issue| firm().map_err(|_| issue)),
        ClientKind::Cooperative | ClientKind::Firm => firm(),
    }
}

fn known_keys(conn: &mut Conn, book: BookId, hashes: &[String]) -> Result<HashMap<String, ClientId>, Error> {
    let mut known = HashMap::new();
    for some in hashes.chunks(CHUNK) {
        let rows: Vec<ClientKey> = client_key::table
            .filter(client_key::book_id.eq(book))
            .filter(client_key::id_hash.eq_any(some))
            .select(ClientKey::as_select())
            .load(conn)?;
        known.extend(rows.into_iter().map(|row| (row.id_hash, row.client_id)));
    }
    Ok(known)
}

/// Some clients of a book, by id.
pub fn find_clients(
    conn: &mut Conn,
    book: BookId,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<HashMap<ClientId, Client>, Error> {
    let ids: Vec<ClientId> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let rows: Vec<Client> = client::table
            .filter(client::book_id.eq(book))
            .filter(client::id.eq_any(some))
            .select(Client::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    Ok(found)
}
