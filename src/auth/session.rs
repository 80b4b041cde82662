//! Sessions on the server's side: the cookie holds a random token, the database its digest.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::account::{self, Account};
use super::stale;
use super::{Role, User};
use crate::db::Conn;
use crate::db::schema::session;
use crate::error::Error;
use crate::values::{Lang, UserId};
use crate::vault;

/// Idle time after which a session ends.
const IDLE_HOURS: i64 = 12;
/// Days after which a session ends whatever happens.
const LONGEST_DAYS: i64 = 7;
/// How often `seen_at` is written: not at every request.
const TOUCH_MINUTES: i64 = 10;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = session)]
struct Session {
    token_hash: String,
    account_id: UserId,
    csrf: String,
    created_at: NaiveDateTime,
    seen_at: NaiveDateTime,
}

/// Opens a session and returns the token for the cookie, and the person signed in. Old sessions that have run out go.
pub(super) fn open(conn: &mut Conn, account: Account, wall: NaiveDateTime) -> Result<(String, User), Error> {
    let failed = |error: vault::VaultError| Error::Failed(error.to_string());
    let token = vault::random_token().map_err(failed)?;
    diesel::delete(session::table.filter(session::created_at.lt(wall - TimeDelta::days(LONGEST_DAYS))))
        .execute(conn)?;
    let row = Session {
        token_hash: vault::digest(token.as_bytes()),
        account_id: account.id.clone(),
        csrf: stale::token(&vault::random_token().map_err(failed)?, &account.id),
        created_at: wall,
        seen_at: wall,
    };
    diesel::insert_into(session::table).values(&row).execute(conn)?;
    Ok((token, user(account, row.csrf)?))
}

/// The person behind a token, and whether the session should be touched.
pub(super) fn find(conn: &mut Conn, token: &str, wall: NaiveDateTime) -> Result<Option<(User, bool)>, Error> {
    let hash = vault::digest(token.as_bytes());
    let Some(row) = session::table
        .find(&hash)
        .select(Session::as_select())
        .first(conn)
        .optional()?
    else {
        return Ok(None);
    };
    let too_old = row.created_at < wall - TimeDelta::days(LONGEST_DAYS);
    let too_idle = row.seen_at < wall - TimeDelta::hours(IDLE_HOURS);
    if too_old || too_idle {
        return Ok(None);
    }
    let Some(account) = account::find(conn, &row.account_id)? else {
        return Ok(None);
    };
    if account.disabled {
        return Ok(None);
    }
    let touch = row.seen_at < wall - TimeDelta::minutes(TOUCH_MINUTES);
    Ok(Some((user(account, row.csrf)?, touch)))
}

fn user(account: Account, csrf: String) -> Result<User, Error> {
    let role: Role = account.role()?;
    Ok(User {
        id: account.id,
        login: account.login,
        name: account.name,
        role,
        book: account.book_id,
        institution: account.institution_id,
        specialist: account.specialist_id,
        csrf,
        must_change: account.must_change,
        lang: Lang::default(),
    })
}

/// Notes that the session is in use.
pub(super) fn touch(conn: &mut Conn, token: &str, wall: NaiveDateTime) -> Result<(), Error> {
    let hash = vault::digest(token.as_bytes());
    diesel::update(session::table.find(hash))
        .set(session::seen_at.eq(wall))
        .execute(conn)?;
    Ok(())
}

/// Ends a session.
pub(super) fn end(conn: &mut Conn, token: &str) -> Result<(), Error> {
    diesel::delete(session::table.find(vault::digest(token.as_bytes()))).execute(conn)?;
    Ok(())
}
