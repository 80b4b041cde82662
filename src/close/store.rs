//! Declarations, the deadline of a book, and requests to reopen a month.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Kind;
use super::rules::{Moved, USUAL_WORKING_DAYS};
use crate::db::schema::{assignment, close_declaration, close_policy, entry, reopening, voucher};
use crate::db::{CHUNK, Conn, sum_i64};
use crate::error::Error;
use crate::handover::HANDOVER_KIND;
use crate::ledger::State;
use crate::values::{BookId, InstitutionId, MeasureId, Month, RegionId, UserId, VoucherId};

/// What an institution said of a month, as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = close_declaration)]
pub(super) struct Declaration {
    pub book_id: BookId,
    pub month: Month,
    pub institution_id: InstitutionId,
    /// A [`Kind`]'s code.
    pub kind: String,
    pub declared_by: UserId,
    /// UTC.
    pub declared_at: NaiveDateTime,
    /// Why the county said it in its place; empty when it spoke for itself.
    pub reason: String,
}

impl Declaration {
    pub fn kind(&self) -> Result<Kind, Error> {
        Kind::parse(&self.kind)
            .ok_or_else(|| Error::Failed(format!("a declaration of an unknown kind: {}", self.kind)))
    }
}

/// A request to reopen an edition's month, and the second person's word on it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = reopening)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Reopening {
    pub book_id: BookId,
    pub month: Month,
    pub number: i32,
    pub asked_by: UserId,
    pub asked_at: NaiveDateTime,
    pub reason: String,
    pub confirmed_by: Option<UserId>,
    pub confirmed_at: Option<NaiveDateTime>,
}

/// What the institutions of a book have said of a month.
pub(super) fn declarations(
    conn: &mut Conn,
    book: BookId,
    month: Month,
) -> Result<BTreeMap<InstitutionId, Declaration>, Error> {
    let rows: Vec<Declaration> = close_declaration::table
        .filter(close_declaration::book_id.eq(book))
        .filter(close_declaration::month.eq(month))
        .select(Declaration::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.institution_id, row)).collect())
}

/// Keeps a declaration in place of an earlier one; the audit chain remembers both.
pub(super) fn keep_declaration(conn: &mut Conn, row: &Declaration) -> Result<(), Error> {
    diesel::delete(close_declaration::table.find((row.book_id, row.month, row.institution_id)))
        .execute(conn)?;
    diesel::insert_into(close_declaration::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// The working days a book leaves its institutions.
pub(super) fn working_days(conn: &mut Conn, book: BookId) -> Result<u32, Error> {
    let days: Option<i32> = close_policy::table
        .find(book)
        .select(close_policy::working_days)
        .first(conn)
        .optional()?;
    Ok(days
        .and_then(|days| u32::try_from(days).ok())
        .unwrap_or(USUAL_WORKING_DAYS))
}

pub(super) fn keep_working_days(conn: &mut Conn, book: BookId, days: i32) -> Result<(), Error> {
    diesel::delete(close_policy::table.find(book)).execute(conn)?;
    diesel::insert_into(close_policy::table)
        .values((
            close_policy::book_id.eq(book),
            close_policy::working_days.eq(days),
        ))
        .execute(conn)?;
    Ok(())
}

/// The institutions that have to speak for a month: whoever has recorded anything up to it, or has
/// somebody posted in the county within it.
pub(super) fn institutions_of(
    conn: &mut Conn,
    book: BookId,
    month: Month,
) -> Result<Vec<InstitutionId>, Error> {
    let mut found: Vec<InstitutionId> = voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq_any(["submitted", "approved", "reversed"]))
        .filter(voucher::business_date.le(month.last_day()))
        .select(voucher::institution_id)
        .distinct()
        .load(conn)?;
    let posted: Vec<InstitutionId> = assignment::table
        .filter(assignment::book_id.eq(book))
        .filter(assignment::valid_from.le(month.last_day()))
        .filter(
            assignment::valid_to
                .is_null()
                .or(assignment::valid_to.gt(month.first_day())),
        )
        .select(assignment::institution_id)
        .distinct()
        .load(conn)?;
    found.extend(posted);
    found.retain(|id| id.0 != 0);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The institutions that have to speak for a month, and whether they have anything in it.
pub fn to_declare(conn: &mut Conn, book: BookId, month: Month) -> Result<Vec<(InstitutionId, bool)>, Error> {
    let vouchers = vouchers_of(conn, book, month)?;
    let any = |id| {
        vouchers
            .get(&id)
            .is_some_and(|of: &Vouchers| of.posted + of.waiting > 0)
    };
    Ok(institutions_of(conn, book, month)?
        .into_iter()
        .map(|id| (id, any(id)))
        .collect())
}

/// How many vouchers an institution has in a month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vouchers {
    pub posted: i64,
    pub waiting: i64,
    pub held: i64,
}

/// The vouchers of each institution that are posted to a month or wait to be.
pub(super) fn vouchers_of(
    conn: &mut Conn,
    book: BookId,
    month: Month,
) -> Result<BTreeMap<InstitutionId, Vouchers>, Error> {
    let rows: Vec<(InstitutionId, String, bool, i64)> = voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::posting_month.eq(month))
        .group_by((voucher::institution_id, voucher::state, voucher::held))
        .select((
            voucher::institution_id,
            voucher::state,
            voucher::held,
            count_star(),
        ))
        .load(conn)?;
    let mut found: BTreeMap<InstitutionId, Vouchers> = BTreeMap::new();
    for (institution, state, held, count) in rows {
        let of = found.entry(institution).or_default();
        match state.as_str() {
            "submitted" => {
                of.waiting += count;
                of.held += if held { count } else { 0 };
            }
            "approved" | "reversed" => of.posted += count,
            _ => {}
        }
    }
    Ok(found)
}

/// The request to reopen an edition's month, if somebody has asked.
pub(super) fn reopening_of(
    conn: &mut Conn,
    book: BookId,
    month: Month,
    number: i32,
) -> Result<Option<Reopening>, Error> {
    Ok(reopening::table
        .find((book, month, number))
        .select(Reopening::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn keep_reopening(conn: &mut Conn, row: &Reopening) -> Result<(), Error> {
    drop_reopening(conn, row)?;
    diesel::insert_into(reopening::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes a request away that was not followed; the audit chain remembers it.
pub(super) fn drop_reopening(conn: &mut Conn, row: &Reopening) -> Result<(), Error> {
    diesel::delete(reopening::table.find((row.book_id, row.month, row.number))).execute(conn)?;
    Ok(())
}

/// What the handovers posted to a month moved from one village to another, reversals of handovers included.
pub(super) fn handed_over(conn: &mut Conn, book: BookId, month: Month) -> Result<Vec<Moved>, Error> {
    let ids: Vec<VoucherId> = voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::kind.eq(HANDOVER_KIND))
        .filter(voucher::posting_month.eq(month))
        .filter(voucher::state.eq_any([State::Approved, State::Reversed].map(State::code)))
        .select(voucher::id)
        .load(conn)?;
    let mut moved = Vec::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(MeasureId, RegionId, i64)> = entry::table
            .filter(entry::book_id.eq(book))
            .filter(entry::voucher_id.eq_any(some))
            .filter(diesel::dsl::not(entry::pending))
            .group_by((entry::measure, entry::region_id))
            .select((entry::measure, entry::region_id, sum_i64("amount")))
            .load(conn)?;
        moved.extend(rows.into_iter().map(|(measure, region, amount)| Moved {
            measure,
            region,
            amount,
        }));
    }
    Ok(moved)
}
