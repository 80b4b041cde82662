//! The remarks on a voucher, and how far each person has read.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::auth::{Role, User, account_names};
use crate::db::schema::{remark, remark_read};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::ledger::{self, Actor, Change, Office, Voucher};
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, CommandId, Say, UserId, VoucherId};
use crate::vault;

/// The field of what is written.
pub(super) const BODY: &str = "remark";

/// One remark as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = remark)]
struct RemarkRow {
    book_id: BookId,
    voucher_id: VoucherId,
    n: i32,
    id: CommandId,
    /// The revision that its author saw.
    revision: i32,
    author_id: UserId,
    /// UTC.
    at: NaiveDateTime,
    body: String,
}

/// One remark as a page shows it.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub n: i32,
    pub revision: i32,
    pub author: String,
    pub own: bool,
    pub new: bool,
    pub at: NaiveDateTime,
    pub body: String,
}

/// What was said about a voucher, for one reader.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub(super) of: Voucher,
    pub(super) remarks: Vec<Remark>,
    /// The reader may add to it.
    pub(super) open: bool,
}

impl Conversation {
    /// How many remarks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.remarks.len()
    }

    /// Whether nothing has been said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remarks.is_empty()
    }

    /// How many of others the reader has not read.
    pub(super) fn unread(&self) -> usize {
        self.remarks.iter().filter(|remark| remark.new).count()
    }

    /// The number of the last one.
    pub(super) fn last(&self) -> i32 {
        self.remarks.last().map_or(0, |remark| remark.n)
    }
}

/// Everything said about a voucher that the reader may see.
///
/// # Errors
/// The database's own.
pub fn conversation_of(conn: &mut Conn, user: &User, voucher: &Voucher) -> Result<Conversation, Error> {
    let rows: Vec<RemarkRow> = remark::table
        .filter(remark::book_id.eq(voucher.book_id))
        .filter(remark::voucher_id.eq(&voucher.id))
        .order(remark::n)
        .select(RemarkRow::as_select())
        .load(conn)?;
    let authors = account_names(conn, rows.iter().map(|row| row.author_id.clone()))?;
    let read = read_up_to(conn, user, voucher.book_id, std::slice::from_ref(&voucher.id))?;
    let read = read.get(&voucher.id).copied().unwrap_or(0);
    let shown = |row: RemarkRow| Remark {
        author: authors
            .get(&row.author_id)
            .cloned()
            .unwrap_or_else(|| "—".to_owned()),
        own: row.author_id == user.id,
        new: row.author_id != user.id && row.n > read,
        n: row.n,
        revision: row.revision,
        at: row.at,
        body: row.body,
    };
    Ok(Conversation {
        remarks: rows.into_iter().map(shown).collect(),
        open: may_write(user, voucher),
        of: voucher.clone(),
    })
}

/// Who adds: the maker, a reviewer or clerk who sees it. That they do see it is checked before.
fn may_write(user: &User, voucher: &Voucher) -> bool {
    voucher.maker_id == user.id || matches!(user.role, Role::Reviewer | Role::Clerk)
}

/// How many remarks of others on each of some vouchers a person has not read; none where there are none.
///
/// # Errors
/// The database's own.
pub fn unread<'a>(
    conn: &mut Conn,
    user: &User,
    vouchers: impl IntoIterator<Item = &'a Voucher>,
) -> Result<HashMap<VoucherId, usize>, Error> {
    let mut by_book: HashMap<BookId, Vec<VoucherId>> = HashMap::new();
    for voucher in vouchers {
        by_book
            .entry(voucher.book_id)
            .or_default()
            .push(voucher.id.clone());
    }
    let mut found: HashMap<VoucherId, usize> = HashMap::new();
    for (book, ids) in by_book {
        let read = read_up_to(conn, user, book, &ids)?;
        for some in ids.chunks(CHUNK) {
            let rows: Vec<(VoucherId, i32)> = remark::table
                .filter(remark::book_id.eq(book))
                .filter(remark::voucher_id.eq_any(some))
                .filter(remark::author_id.ne(&user.id))
                .select((remark::voucher_id, remark::n))
                .load(conn)?;
            for (id, n) in rows {
                if n > read.get(&id).copied().unwrap_or(0) {
                    *found.entry(id).or_default() += 1;
                }
            }
        }
    }
    Ok(found)
}

/// Up to which remark a person has read of each voucher.
fn read_up_to(
    conn: &mut Conn,
    user: &User,
    book: BookId,
    ids: &[VoucherId],
) -> Result<HashMap<VoucherId, i32>, Error> {
    let mut read = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(VoucherId, i32)> = remark_read::table
            .filter(remark_read::book_id.eq(book))
            .filter(remark_read::person_id.eq(&user.id))
            .filter(remark_read::voucher_id.eq_any(some))
            .select((remark_read::voucher_id, remark_read::n))
            .load(conn)?;
        read.extend(rows);
    }
    Ok(read)
}

/// The voucher, if this person may speak about it.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see it.
pub(super) fn find(
    conn: &mut Conn,
    (user, actor): (&User, &Actor),
    book: BookId,
    id: &VoucherId,
) -> Result<Voucher, Error> {
    user.check_book(book)?;
    let voucher = ledger::find_voucher(conn, book, id)?;
    let sees = voucher.maker_id == user.id
        || match user.role {
            Role::Reviewer => true,
            Role::Clerk => user
                .institutions(conn, book, actor.today)?
                .contains(&voucher.institution_id),
            _ => false,
        };
    if sees { Ok(voucher) } else { Err(Error::NotFound) }
}

/// What is to be added.
pub(super) struct NewRemark<'a> {
    /// Made with the form.
    pub id: CommandId,
    pub revision: i32,
    pub body: &'a str,
}

/// Adds a remark; its author has thereby read what was there before. The same one sent again changes nothing.
pub(super) fn add(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, actor): (&User, &Actor),
    voucher: &Voucher,
    new: &NewRemark<'_>,
) -> Result<(), Error> {
    let known = remark::table
        .filter(remark::book_id.eq(voucher.book_id))
        .filter(remark::id.eq(&new.id))
        .count()
        .get_result::<i64>(conn)?;
    if known > 0 {
        return Ok(());
    }
    let body = check_text(new.body, LONGEST_REASON)
        .map_err(|found| Error::refuse(found.code(), BODY, found.say()))?;
    if body.is_empty() {
        let say = Say::new("请写下要说的话。", "Write what you want to say.");
        return Err(Error::refuse("remark.empty", BODY, say));
    }
    let last: Option<i32> = remark::table
        .filter(remark::book_id.eq(voucher.book_id))
        .filter(remark::voucher_id.eq(&voucher.id))
        .select(diesel::dsl::max(remark::n))
        .get_result(conn)?;
    let row = RemarkRow {
        book_id: voucher.book_id,
        voucher_id: voucher.id.clone(),
        n: last.unwrap_or(0) + 1,
        id: new.id.clone(),
        revision: new.revision.clamp(1, voucher.revision),
        author_id: actor.id.clone(),
        at: actor.now,
        body,
    };
    diesel::insert_into(remark::table).values(&row).execute(conn)?;
    let change = Change {
        action: "voucher.remarked",
        subject: voucher.id.as_str(),
        revision: row.revision,
        // What was said stands in its own table; the chain holds its digest.
        note: "",
        digest: vault::digest(format!("{}|{}|{}", row.id, row.n, row.body).as_bytes()),
    };
    ledger::record_audit(conn, office, actor, voucher.book_id, &change)?;
    mark_read(conn, user, voucher, row.n)
}

/// A person has read up to a remark; never backwards.
pub(super) fn mark_read(conn: &mut Conn, user: &User, voucher: &Voucher, n: i32) -> Result<(), Error> {
    let of = (voucher.book_id, &voucher.id, &user.id);
    let known: Option<i32> = remark_read::table
        .find(of)
        .select(remark_read::n)
        .first(conn)
        .optional()?;
    match known {
        Some(known) if known >= n => {}
        Some(_) => {
            diesel::update(remark_read::table.find(of))
                .set(remark_read::n.eq(n))
                .execute(conn)?;
        }
        None => {
            diesel::insert_into(remark_read::table)
                .values((
                    remark_read::book_id.eq(voucher.book_id),
                    remark_read::voucher_id.eq(&voucher.id),
                    remark_read::person_id.eq(&user.id),
                    remark_read::n.eq(n),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}
