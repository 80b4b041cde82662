//! The first review (初审): where a book's policy says so, a clerk of the institution whose record it is
//! checks a voucher before the county may approve it. While that clerk is away, somebody named for a period
//! with reason and document stands in (代办).

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Actor;
use super::audit::{self, Change};
use super::calendar::day_end_checker;
use super::decide::{Verdict, open, own_voucher, return_as};
use super::kind::Office;
use super::once::{Outcome, Receipt, once};
use super::stand_in_end::stand_in_ends;
use super::submit::receipt_code;
use super::voucher::Voucher;
use crate::db::schema::{first_review, first_review_policy, stand_in};
use crate::db::{Conn, insert_all};
use crate::error::Error;
use crate::values::{BookId, InstitutionId, Say, UserId, VoucherId};
use crate::vault;

/// The policy's word for every kind of voucher.
pub const EVERY_KIND: &str = "";

/// A revision that has passed.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = first_review)]
#[diesel(treat_none_as_default_value = false)]
pub struct FirstReview {
    book_id: BookId,
    voucher_id: VoucherId,
    revision: i32,
    pub decided_by: UserId,
    /// UTC.
    pub decided_at: NaiveDateTime,
    /// The number of the stand-in's appointment; none for the institution's own clerk.
    pub stand_in: Option<i64>,
}

/// Who stands in for whom.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = stand_in)]
pub struct StandIn {
    pub book_id: BookId,
    pub id: i64,
    pub institution_id: InstitutionId,
    /// The clerk who is away.
    pub absent_id: UserId,
    /// Who acts meanwhile.
    pub person_id: UserId,
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    pub reason: String,
    pub document: String,
    pub recorded_by: UserId,
    /// UTC.
    pub recorded_at: NaiveDateTime,
}

impl StandIn {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        (self.valid_from..=self.valid_to).contains(&day)
    }
}

/// The kinds a book wants checked first; [`EVERY_KIND`] among them means all. Empty: none.
pub fn first_review_kinds(conn: &mut Conn, book: BookId) -> Result<BTreeSet<String>, Error> {
    let kinds: Vec<String> = first_review_policy::table
        .filter(first_review_policy::book_id.eq(book))
        .select(first_review_policy::kind)
        .load(conn)?;
    Ok(kinds.into_iter().collect())
}

/// Sets which kinds are checked first, in place of what was set before.
pub fn set_first_review(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    kinds: &BTreeSet<String>,
) -> Result<(), Error> {
    diesel::delete(first_review_policy::table.filter(first_review_policy::book_id.eq(book))).execute(conn)?;
    for kind in kinds {
        diesel::insert_into(first_review_policy::table)
            .values((
                first_review_policy::book_id.eq(book),
                first_review_policy::kind.eq(kind),
            ))
            .execute(conn)?;
    }
    let text = kinds
        .iter()
        .map(|kind| if kind == EVERY_KIND { "*" } else { kind })
        .collect::<Vec<_>>();
    let note = text.join(",");
    let change = Change {
        action: "first_review.policy",
        subject: "first_review",
        revision: 1,
        note: &note,
        digest: vault::digest(note.as_bytes()),
    };
    audit::record(conn, office, actor, book, &change)?;
    Ok(())
}

/// Whether a voucher's kind is checked first. Reversals and what belongs to no institution are not: the
/// county asks for those itself.
pub fn needs_first_review(kinds: &BTreeSet<String>, voucher: &Voucher) -> bool {
    voucher.reversal_of.is_none()
        && voucher.institution_id.0 != 0
        && (kinds.contains(EVERY_KIND) || kinds.contains(&voucher.kind))
}

/// The first review that a voucher's current revision has passed.
pub fn first_review_of(conn: &mut Conn, voucher: &Voucher) -> Result<Option<FirstReview>, Error> {
    Ok(first_review::table
        .find((voucher.book_id, &voucher.id, voucher.revision))
        .select(FirstReview::as_select())
        .first(conn)
        .optional()?)
}

/// The vouchers of a book, among `vouchers`, whose current revision has not passed.
pub fn not_passed(conn: &mut Conn, book: BookId, vouchers: Vec<Voucher>) -> Result<Vec<Voucher>, Error> {
    let ids: Vec<&VoucherId> = vouchers.iter().map(|voucher| &voucher.id).collect();
    let mut passed: BTreeSet<(String, i32)> = BTreeSet::new();
    for some in ids.chunks(crate::db::CHUNK) {
        let rows: Vec<(VoucherId, i32)> = first_review::table
            .filter(first_review::book_id.eq(book))
            .filter(first_review::voucher_id.eq_any(some.iter().copied()))
            .select((first_review::voucher_id, first_review::revision))
            .load(conn)?;
        passed.extend(rows.into_iter().map(|(id, revision)| (id.to_string(), revision)));
    }
    let waits = |voucher: &Voucher| !passed.contains(&(voucher.id.to_string(), voucher.revision));
    Ok(vouchers.into_iter().filter(waits).collect())
}

/// Every appointment of a book, the latest first, each until the day it holds: one that has ended early
/// until then.
pub fn stand_ins(conn: &mut Conn, book: BookId) -> Result<Vec<StandIn>, Error> {
    let mut rows: Vec<StandIn> = stand_in::table
        .filter(stand_in::book_id.eq(book))
        .order((stand_in::valid_from.desc(), stand_in::id.desc()))
        .select(StandIn::as_select())
        .load(conn)?;
    for end in stand_in_ends(conn, book)? {
        if let Some(row) = rows.iter_mut().find(|row| row.id == end.stand_in_id) {
            row.valid_to = end.last_day;
        }
    }
    Ok(rows)
}

/// The appointments under which a person acts on a day.
pub fn standing_in(
    conn: &mut Conn,
    book: BookId,
    person: &UserId,
    day: NaiveDate,
) -> Result<Vec<StandIn>, Error> {
    let mut held = stand_ins(conn, book)?;
    held.retain(|row| row.person_id == *person && row.holds_on(day));
    Ok(held)
}

/// Names a stand-in; `new.id` is given here.
///
/// # Errors
/// Refused for a period that is none, a missing reason or document, or a clerk who stands in for himself.
pub fn appoint(conn: &mut Conn, office: &Office<'_>, actor: &Actor, new: &StandIn) -> Result<StandIn, Error> {
    check_appointment(new)?;
    let last: Option<i64> = stand_in::table
        .filter(stand_in::book_id.eq(new.book_id))
        .select(diesel::dsl::max(stand_in::id))
        .get_result(conn)?;
    let row = StandIn {
        id: last.unwrap_or(0) + 1,
        recorded_by: actor.id.clone(),
        recorded_at: actor.now,
        ..new.clone()
    };
    insert_all!(conn, stand_in::table, std::slice::from_ref(&row))?;
    let content = format!(
        "{}|{}|{}|{}|{}|{}|{}",
        row.institution_id,
        row.absent_id,
        row.person_id,
        row.valid_from,
        row.valid_to,
        row.reason,
        row.document
    );
    let change = Change {
        action: "stand_in.appointed",
        subject: &format!("stand_in:{}", row.id),
        revision: 1,
        note: &row.reason,
        digest: vault::digest(content.as_bytes()),
    };
    audit::record(conn, office, actor, row.book_id, &change)?;
    Ok(row)
}

fn check_appointment(new: &StandIn) -> Result<(), Error> {
    let refuse =
        |code: &str, field: &str, zh: &str, en: &str| Err(Error::refuse(code, field, Say::new(zh, en)));
    if new.valid_to < new.valid_from {
        return refuse(
            "stand_in.period",
            "valid_to",
            "止日不能早于起日。",
            "The last day cannot be before the first.",
        );
    }
    if new.reason.trim().is_empty() {
        return refuse(
            "stand_in.reason",
            "reason",
            "请写明代办的原因。",
            "Say why somebody stands in.",
        );
    }
    if new.document.trim().is_empty() {
        return refuse(
            "stand_in.document",
            "document",
            "请填写委托书或通知的名称和文号。",
            "Name the document that says so.",
        );
    }
    if new.absent_id == new.person_id {
        return refuse(
            "stand_in.self",
            "person",
            "代办人应是另一个人。",
            "The stand-in must be another person.",
        );
    }
    Ok(())
}

/// By what right a person checks an institution's vouchers first: as its clerk (`None`), or under the
/// appointment of that number.
fn right(conn: &mut Conn, actor: &Actor, voucher: &Voucher) -> Result<Option<i64>, Error> {
    if actor.institution == Some(voucher.institution_id) {
        return Ok(None);
    }
    standing_in(conn, voucher.book_id, &actor.id, actor.today)?
        .into_iter()
        .find(|row| row.institution_id == voucher.institution_id)
        .map(|row| Some(row.id))
        .ok_or(Error::Forbidden)
}

/// Passes a voucher on to the county.
pub fn pass_first_review(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
) -> Result<Receipt, Error> {
    let digest = verdict.digest("first-approve", "");
    once(conn, actor, verdict.book, &verdict.command, &digest, |conn| {
        let voucher = to_check(conn, actor, verdict)?;
        let stand_in = right(conn, actor, &voucher)?;
        let head = passed(conn, office, actor, &voucher, stand_in)?;
        Ok(Receipt {
            voucher: voucher.id.clone(),
            revision: voucher.revision,
            outcome: Outcome::Submitted,
            code: receipt_code(&head),
            posting_month: voucher.posting_month,
            number: None,
            issues: Vec::new(),
        })
    })
}

/// Sends a voucher back to its maker before the county has seen it.
pub fn return_from_first_review(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
    reason: &str,
) -> Result<Receipt, Error> {
    let voucher = to_check(conn, actor, verdict)?;
    right(conn, actor, &voucher)?;
    return_as(conn, office, actor, verdict, reason, "voucher.first_returned")
}

/// The voucher, if it waits for its first review and is not the checker's own.
fn to_check(conn: &mut Conn, actor: &Actor, verdict: &Verdict) -> Result<Voucher, Error> {
    let (book, voucher) = open(conn, verdict)?;
    if voucher.maker_id == actor.id {
        return Err(Error::refuse("review.own", "", own_voucher()));
    }
    let needed = needs_first_review(&first_review_kinds(conn, book.id)?, &voucher);
    if !needed || first_review_of(conn, &voucher)?.is_some() {
        let say = Say::new(
            "这张凭证不需要初审，或已经初审。",
            "This voucher needs no first review, or has passed it.",
        );
        return Err(Error::refuse("first_review.not_needed", "", say));
    }
    Ok(voucher)
}

fn passed(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    voucher: &Voucher,
    stand_in: Option<i64>,
) -> Result<String, Error> {
    let row = FirstReview {
        book_id: voucher.book_id,
        voucher_id: voucher.id.clone(),
        revision: voucher.revision,
        decided_by: actor.id.clone(),
        decided_at: actor.now,
        stand_in,
    };
    insert_all!(conn, first_review::table, std::slice::from_ref(&row))?;
    let note = stand_in.map_or_else(String::new, |id| format!("代办 #{id}"));
    let change = Change {
        action: "voucher.first_approved",
        subject: voucher.id.as_str(),
        revision: voucher.revision,
        note: &note,
        digest: vault::digest(format!("{}|{}|{note}", voucher.id, voucher.revision).as_bytes()),
    };
    Ok(audit::record(conn, office, actor, voucher.book_id, &change)?.head)
}

/// Before the county approves: the first review has passed, is not needed, or the approver stands in for
/// the institution's clerk, whose check this then is.
pub(super) fn require(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    voucher: &Voucher,
) -> Result<(), Error> {
    if actor.id == day_end_checker() {
        return Ok(());
    }
    let needed = needs_first_review(&first_review_kinds(conn, voucher.book_id)?, voucher);
    if !needed || first_review_of(conn, voucher)?.is_some() {
        return Ok(());
    }
    let held = standing_in(conn, voucher.book_id, &actor.id, actor.today)?;
    match held
        .into_iter()
        .find(|row| row.institution_id == voucher.institution_id)
    {
        Some(row) => passed(conn, office, actor, voucher, Some(row.id)).map(|_| ()),
        None => {
            let say = Say::new(
                "按本县规定先由机构初审，这张凭证还没有初审。经办请假的，请先登记代办。",
                "By this county's policy the institution checks first, and it has not yet. If its clerk is away, name a stand-in.",
            );
            Err(Error::refuse("first_review.missing", "", say))
        }
    }
}
