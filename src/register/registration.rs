//! Registering clients: the checks, the keyed hashes by which a number leads to its client, the
//! sealed identity.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::client::{Client, ClientKind};
use super::consent::{self, is_registered_number};
use super::identity::{self, Identity};
use super::search::{Found, named_client};
use super::village::unknown_village;
use crate::db::schema::{client, client_identity, client_key};
use crate::db::{Conn, insert_all, load_where};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::person::{
    CreditCodeError, check_credit_code, check_id_number, check_name, check_phone, credit_code_as_printed,
    is_taken_as_printed, mask_id, mask_name,
};
use crate::values::pinyin::pinyin_initials;
use crate::values::plausible::{LONGEST_ADDRESS, check_text};
use crate::values::text::narrow;
use crate::values::{BookId, ClientId, RegionId, Say, SubjectId};
use crate::vault;

/// The most members besides the head that one household names.
pub const MOST_MEMBERS: usize = 30;

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
    /// Its recorder has compared a unified credit code with the licence: a last character that does not
    /// fit the others is taken as printed, and audited (rule 16).
    pub compared: bool,
    /// Empty when not known.
    pub phone: String,
    pub address: String,
    /// The day on which the 授权书 was signed.
    pub consent_on: Option<NaiveDate>,
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
pub(super) struct ClientKey {
    book_id: BookId,
    id_hash: String,
    client_id: ClientId,
}

impl ClientKey {
    pub(super) fn of(book_id: BookId, id_hash: String, client: &ClientId) -> ClientKey {
        ClientKey {
            book_id,
            id_hash,
            client_id: client.clone(),
        }
    }
}

/// The identity numbers in a text: one per line, or with spaces, commas or semicolons between.
pub fn split_numbers(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || ",，、;；".contains(c))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Records one client, a household with the identity numbers of its other members, or refuses
/// with a sentence beside the field. A number that is recorded already is refused, naming
/// (masked) whom it belongs to.
pub fn register_client(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &NewClient,
    members: &[String],
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
    let identity = check_client(conn, office, actor, book, new, members)?;
    keep(conn, office, actor, book, &[(new, &identity)])?;
    Ok(Registered {
        id: new.id.clone(),
        existing: false,
    })
}

/// Everything [`register_client`] would refuse, without writing: what the client would be known
/// by.
pub fn check_client(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &NewClient,
    members: &[String],
) -> Result<Identity, Error> {
    let mut issues = Vec::new();
    let checked = check(office, actor, new).unwrap_or_else(|found| {
        issues.extend(found);
        Identity::default()
    });
    let members = check_members(new.kind, &checked.number, members, actor).unwrap_or_else(|found| {
        issues.extend(found);
        Vec::new()
    });
    let identity = Identity { members, ..checked };
    issues.extend(consent::missing(new));
    issues.extend(known_numbers(conn, office, book, &identity)?);
    if issues.is_empty() {
        Ok(identity)
    } else {
        Err(Error::Refused(issues))
    }
}

/// The other members of a household: real numbers, each once, none the head's.
fn check_members(
    kind: ClientKind,
    head: &str,
    members: &[String],
    actor: &Actor,
) -> Result<Vec<String>, Vec<Issue>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let refuse = |code: &str, zh: String, en: String| Issue::refuse(code, "members", Say::new(zh, en));
    if kind != ClientKind::Household {
        return Err(vec![refuse(
            "members.not_a_household",
            "只有农户填写其他成员。".to_owned(),
            "Only a household has other members.".to_owned(),
        )]);
    }
    if members.len() > MOST_MEMBERS {
        return Err(vec![refuse(
            "members.too_many",
            format!("其他成员最多 {MOST_MEMBERS} 人。"),
            format!("At most {MOST_MEMBERS} other members."),
        )]);
    }
    let mut issues = Vec::new();
    let mut seen: HashSet<String> = HashSet::from([head.to_owned()]);
    let mut checked = Vec::with_capacity(members.len());
    for (member, n) in members.iter().zip(1..) {
        let shown = mask_id(member);
        match check_id_number(member, actor.today) {
            Err(error) => {
                let say = error.say();
                issues.push(refuse(
                    error.code(),
                    format!("第{n}个成员号码（{shown}）：{}", say.zh),
                    format!("Member number {n} ({shown}): {}", say.en),
                ));
            }
            Ok(number) if seen.insert(number.clone()) => checked.push(number),
            Ok(number) => {
                let (zh, en) = if number == head {
                    ("与户主的号码相同", "is the same as the head's")
                } else {
                    ("写了两次", "stands here twice")
                };
                issues.push(refuse(
                    "members.twice",
                    format!("第{n}个成员号码（{shown}）{zh}。"),
                    format!("Member number {n} ({shown}) {en}."),
                ));
            }
        }
    }
    if issues.is_empty() {
        Ok(checked)
    } else {
        Err(issues)
    }
}

/// Numbers that lead to a client already: the head's own and its members'.
fn known_numbers(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    identity: &Identity,
) -> Result<Vec<Issue>, Error> {
    let numbers: Vec<(&str, String)> = identity
        .numbers()
        .filter(|number| !number.is_empty())
        .map(|number| (number, hash(office, number)))
        .collect();
    let hashes: Vec<String> = numbers.iter().map(|(_, hash)| hash.clone()).collect();
    let known = known_keys(conn, book, &hashes)?;
    let ids: Vec<ClientId> = known.values().cloned().collect();
    let owners = identity::identities(conn, office.vault, book, &ids)?;
    let owner = |hash: &String| {
        let identity = owners.get(known.get(hash)?)?;
        Some(mask_name(&identity.name))
    };
    let taken = numbers.iter().filter_map(|(number, hash)| {
        let owner = owner(hash)?;
        Some(if *number == identity.number {
            let say = Say::new(
                format!("这个号码已经登记过（{owner}），请从名单里选择，不要重复登记。"),
                format!("This number is already recorded ({owner}). Choose that client from the list instead."),
            );
            Issue::refuse("client.number_known", "number", say)
        } else {
            let shown = mask_id(number);
            let say = Say::new(
                format!("成员号码 {shown} 已经登记在“{owner}”户下，一个人只属于一户。"),
                format!("The member's number {shown} is recorded with the household of {owner} already; a person belongs to one household."),
            );
            Issue::refuse("client.number_known", "members", say)
        })
    });
    Ok(taken.collect())
}

/// Records many clients in one go, as a whole-village sheet brings them: of a household its head
/// alone. A number recorded before leads to the client it belongs to. Issues carry the place in
/// `new`, from 1, as line.
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
        .map(|identity| hash(office, &identity.number))
        .collect();
    let known = known_keys(conn, book, &hashes)?;
    let mut results = Vec::with_capacity(new.len());
    let mut kept = Vec::with_capacity(new.len());
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
        kept.push((new, identity));
        results.push(Registered {
            id: new.id.clone(),
            existing: false,
        });
    }
    keep(conn, office, actor, book, &kept)?;
    Ok(results)
}

/// Writes checked clients: what they are, what names them, sealed, and the hash of every number
/// that leads to them.
fn keep(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    new: &[(&NewClient, &Identity)],
) -> Result<(), Error> {
    let (mut clients, mut sealed, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (new, identity) in new {
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
        let key = |number| ClientKey::of(book, hash(office, number), &new.id);
        keys.extend(identity.numbers().map(key));
    }
    insert_all!(conn, client::table, &clients)?;
    insert_all!(conn, client_identity::table, &sealed)?;
    insert_all!(conn, client_key::table, &keys)?;
    consent::keep(conn, actor, book, new.iter().map(|(new, _)| *new))?;
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
    for (new, identity) in new.iter().filter(|(new, _)| new.compared) {
        if is_taken_as_printed(&identity.number) {
            record_override(conn, office, actor, book, &new.id, identity)?;
        }
    }
    Ok(())
}

/// Who let a credit code pass that fails its check. The number itself stays sealed: the row keeps its
/// keyed hash.
fn record_override(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    client: &ClientId,
    identity: &Identity,
) -> Result<(), Error> {
    let change = Change {
        action: "client.credit_code_as_printed",
        subject: client.as_str(),
        revision: 1,
        note: "已与证照核对，信用代码校验位不符，按证照登记",
        digest: hash(office, &identity.number),
    };
    record_audit(conn, office, actor, book, &change)?;
    Ok(())
}

/// The client a number leads to, if it leads to one: with or without the spaces and wide digits people type.
pub fn known_client(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    number: &str,
) -> Result<Option<Found>, Error> {
    let typed: String = narrow(number).chars().filter(|c| !c.is_whitespace()).collect();
    let known = known_keys(conn, book, &[hash(office, &typed.to_ascii_uppercase())])?;
    match known.into_values().next() {
        Some(id) => named_client(conn, office.vault, book, &id).map(Some),
        None => Ok(None),
    }
}

/// The masked name of the client a number leads to, if it leads to one.
pub(super) fn known_owner(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    number: &str,
) -> Result<Option<String>, Error> {
    let known = known_keys(conn, book, &[hash(office, number)])?;
    let Some(owner) = known.into_values().next() else {
        return Ok(None);
    };
    let names = identity::identities(conn, office.vault, book, std::slice::from_ref(&owner))?;
    Ok(names.get(&owner).map(|identity| mask_name(&identity.name)))
}

pub(super) fn hash(office: &Office<'_>, number: &str) -> String {
    vault::to_hex(&office.vault.lookup_hash(number))
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
    let number = keep(check_number(new, actor));
    let phone = if new.phone.trim().is_empty() {
        String::new()
    } else {
        keep(check_phone(&new.phone).map_err(|error| Issue::refuse(error.code(), "phone", error.say())))
    };
    let address = keep(
        check_text(&new.address, LONGEST_ADDRESS)
            .map_err(|error| Issue::refuse(error.code(), "address", error.say())),
    );
    if office.regions.on(new.region, actor.today).is_none() {
        issues.push(unknown_village());
    }
    issues.extend(new.consent_on.and_then(|day| consent::wrong_day(day, actor)));
    if !issues.is_empty() {
        return Err(issues);
    }
    let initials = pinyin_initials(&name);
    Ok(Identity {
        name,
        number,
        phone,
        address,
        initials,
        members: Vec::new(),
        member_changes: Vec::new(),
    })
}

/// A household by the identity number of its head, a family farm by either, others by credit code.
fn check_number(new: &NewClient, actor: &Actor) -> Result<String, Issue> {
    let person = || {
        check_id_number(&new.number, actor.today)
            .map_err(|error| Issue::refuse(error.code(), "number", error.say()))
    };
    let firm = || check_firm(new).map_err(|error| Issue::refuse(error.code(), "number", error.say()));
    match new.kind {
        ClientKind::Household => person(),
        ClientKind::FamilyFarm if is_registered_number(&new.number) => firm(),
        ClientKind::FamilyFarm => person().or_else(|issue| check_credit_code(&new.number).map_err(|_| issue)),
        ClientKind::Cooperative | ClientKind::Firm => firm(),
    }
}

fn check_firm(new: &NewClient) -> Result<String, CreditCodeError> {
    if new.compared {
        credit_code_as_printed(&new.number)
    } else {
        check_credit_code(&new.number)
    }
}

fn known_keys(conn: &mut Conn, book: BookId, hashes: &[String]) -> Result<HashMap<String, ClientId>, Error> {
    let rows = load_where!(conn, ClientKey, book, client_key::id_hash in hashes)?;
    Ok(rows.into_iter().map(|row| (row.id_hash, row.client_id)).collect())
}
