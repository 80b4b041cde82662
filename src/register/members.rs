//! Who belongs to a household, after it was registered: members come and go on a day. Their numbers, and the
//! days, are sealed with the rest of what names the household; outside stand only keyed hashes.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::client::{Client, find_clients};
use super::identity::{self, Identity, MemberChange};
use super::registration::{ClientKey, MOST_MEMBERS, hash, known_owner};
use crate::db::Conn;
use crate::db::schema::{client_identity, client_key};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::person::{check_id_number, mask_id};
use crate::values::plausible::{LONGEST_REASON, check_day, check_text};
use crate::values::{BookId, ClientId, Say};
use crate::vault;

/// Which household a change is about.
#[derive(Clone, Debug)]
pub struct HouseholdId {
    pub book: BookId,
    pub client: ClientId,
}

/// What a form calls a member by: the keyed hash of the number, which tells nobody the number.
pub fn member_key(office: &Office<'_>, number: &str) -> String {
    hash(office, number)
}

/// Somebody belongs to the household from a day on. Sent twice, it is done once.
///
/// # Errors
/// [`Error::NotFound`] without such a client. Refused for anything but a household, a number or a day that is
/// none, and a number that leads to a household already: a person belongs to one.
pub fn add_member(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    of: &HouseholdId,
    number: &str,
    day: NaiveDate,
) -> Result<(), Error> {
    let identity = household(conn, office, of)?;
    let number = check_id_number(number, actor.today)
        .map_err(|wrong| Error::refuse(wrong.code(), "number", wrong.say()))?;
    if identity
        .last_change(&number)
        .is_some_and(|last| last.joined && last.on == day)
    {
        return Ok(());
    }
    let mut issues: Vec<Issue> = wrong_day(day, actor).into_iter().collect();
    issues.extend(taken(conn, office, of, &identity, &number)?);
    if identity.members.len() >= MOST_MEMBERS {
        let say = Say::new(
            format!("其他成员最多 {MOST_MEMBERS} 人。"),
            format!("At most {MOST_MEMBERS} other members."),
        );
        issues.push(Issue::refuse("members.too_many", "number", say));
    }
    if let Some(left) = identity.last_change(&number).filter(|last| day < last.on) {
        issues.push(too_early(left.on));
    }
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let mut after = identity;
    after.members.push(number.clone());
    let change = MemberChange {
        number,
        joined: true,
        on: day,
        reason: String::new(),
    };
    let key = ClientKey::of(of.book, hash(office, &change.number), &of.client);
    diesel::insert_into(client_key::table).values(key).execute(conn)?;
    keep(conn, office, actor, of, after, change)
}

/// Somebody no longer belongs to the household from a day on; the number leads to it no more.
///
/// # Errors
/// As [`add_member`]; refused, too, if the household has no such member, or without a reason.
pub fn remove_member(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    of: &HouseholdId,
    key: &str,
    day: NaiveDate,
    reason: &str,
) -> Result<(), Error> {
    let identity = household(conn, office, of)?;
    let mut issues: Vec<Issue> = wrong_day(day, actor).into_iter().collect();
    let member = identity
        .members
        .iter()
        .find(|number| hash(office, number) == key)
        .cloned();
    if member.is_none() {
        let say = Say::new("请选择要移出的成员。", "Choose which member leaves.");
        issues.push(Issue::refuse("members.not_chosen", "member", say));
    }
    let reason = match check_text(reason, LONGEST_REASON) {
        Ok(reason) if reason.is_empty() => {
            let say = Say::new(
                "请写明原因，例如分户、婚嫁、去世。",
                "Say why, such as a household of their own, marriage, death.",
            );
            issues.push(Issue::refuse("members.reason", "reason", say));
            reason
        }
        Ok(reason) => reason,
        Err(found) => {
            issues.push(Issue::refuse(found.code(), "reason", found.say()));
            String::new()
        }
    };
    let came = member.as_ref().and_then(|number| identity.last_change(number));
    if let Some(came) = came.filter(|came| day < came.on) {
        issues.push(too_early(came.on));
    }
    let (Some(number), true) = (member, issues.is_empty()) else {
        return Err(Error::Refused(issues));
    };
    let mut after = identity;
    after.members.retain(|known| *known != number);
    diesel::delete(client_key::table.find((of.book, hash(office, &number)))).execute(conn)?;
    let change = MemberChange {
        number,
        joined: false,
        on: day,
        reason,
    };
    keep(conn, office, actor, of, after, change)
}

fn household(conn: &mut Conn, office: &Office<'_>, of: &HouseholdId) -> Result<Identity, Error> {
    let client: Client = find_clients(conn, of.book, [of.client.clone()])?
        .remove(&of.client)
        .ok_or(Error::NotFound)?;
    if !client.is_household() {
        let say = Say::new("只有农户有其他成员。", "Only a household has other members.");
        return Err(Error::refuse("members.not_a_household", "", say));
    }
    identity::identities(conn, office.vault, of.book, std::slice::from_ref(&of.client))?
        .remove(&of.client)
        .ok_or(Error::NotFound)
}

fn wrong_day(day: NaiveDate, actor: &Actor) -> Option<Issue> {
    if day > actor.today {
        let say = Say::new(
            format!("日期不能晚于今天（{}）。", actor.today),
            format!("The day cannot be after today ({}).", actor.today),
        );
        return Some(Issue::refuse("date.future", "day", say));
    }
    check_day(day)
        .err()
        .map(|found| Issue::refuse(found.code(), "day", found.say()))
}

fn too_early(last: NaiveDate) -> Issue {
    let say = Say::new(
        format!("这位成员在 {last} 已有变动，日期不能早于那一天。"),
        format!("Something changed for this member on {last}; the day cannot be before that."),
    );
    Issue::refuse("members.day", "day", say)
}

/// The number leads to a household already: this one or, its owner named masked, another.
fn taken(
    conn: &mut Conn,
    office: &Office<'_>,
    of: &HouseholdId,
    identity: &Identity,
    number: &str,
) -> Result<Option<Issue>, Error> {
    let refuse = |zh: String, en: String| Issue::refuse("client.number_known", "number", Say::new(zh, en));
    if identity.number == number {
        return Ok(Some(refuse(
            "这是户主自己的号码。".to_owned(),
            "This is the head's own number.".to_owned(),
        )));
    }
    if identity.members.iter().any(|known| known == number) {
        return Ok(Some(refuse(
            "这个人已经是本户成员。".to_owned(),
            "This person belongs to the household already.".to_owned(),
        )));
    }
    let shown = mask_id(number);
    Ok(known_owner(conn, office, of.book, number)?.map(|owner| {
        refuse(
            format!("号码 {shown} 已经登记在“{owner}”户下，一个人只属于一户。先在那一户移出。"),
            format!("The number {shown} is recorded with the household of {owner}; a person belongs to one household. Let them leave that one first."),
        )
    }))
}

/// Seals the household anew, and audits that it changed: by whom, when, and the keyed hash of whom.
fn keep(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    of: &HouseholdId,
    mut after: Identity,
    change: MemberChange,
) -> Result<(), Error> {
    let digest = format!("{}|{}", hash(office, &change.number), change.on);
    let action = if change.joined {
        "client.member_joined"
    } else {
        "client.member_left"
    };
    after.member_changes.push(change);
    let sealed = identity::seal(office.vault, of.book, &of.client, &after)?;
    diesel::update(client_identity::table.find((of.book, &of.client)))
        .set(client_identity::sealed.eq(sealed.sealed))
        .execute(conn)?;
    let row = Change {
        action,
        subject: of.client.as_str(),
        revision: 1,
        note: "",
        digest: vault::digest(digest.as_bytes()),
    };
    record_audit(conn, office, actor, of.book, &row)?;
    Ok(())
}
