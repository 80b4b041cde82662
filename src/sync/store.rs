//! What was answered, and under which ids clients are known.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::{client_alias, sync_item};
use crate::db::{Conn, load_where};
use crate::error::Error;
use crate::values::{BookId, ClientId, CommandId, UserId};

/// One item and the answer it got.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_item)]
pub(super) struct Seen {
    pub book_id: BookId,
    pub id: CommandId,
    pub maker_id: UserId,
    pub digest: String,
    /// An [`Outcome`](super::item::Outcome), as JSON.
    pub answer: String,
    /// What the phone's clock said, cut to forty characters.
    pub device_time: String,
    /// UTC.
    pub at: NaiveDateTime,
}

/// A client's second id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = client_alias)]
pub(super) struct Alias {
    pub book_id: BookId,
    pub alias_id: ClientId,
    pub client_id: ClientId,
    /// UTC.
    pub at: NaiveDateTime,
}

/// The item of that id, if it came before.
pub(super) fn seen(conn: &mut Conn, book: BookId, id: &CommandId) -> Result<Option<Seen>, Error> {
    Ok(sync_item::table
        .find((book, id))
        .select(Seen::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps an item's answer.
pub(super) fn keep(conn: &mut Conn, item: &Seen) -> Result<(), Error> {
    diesel::insert_into(sync_item::table).values(item).execute(conn)?;
    Ok(())
}

/// Keeps a client's second id, in place of what it meant before.
pub(super) fn keep_alias(conn: &mut Conn, alias: &Alias) -> Result<(), Error> {
    diesel::delete(client_alias::table.find((alias.book_id, &alias.alias_id))).execute(conn)?;
    diesel::insert_into(client_alias::table)
        .values(alias)
        .execute(conn)?;
    Ok(())
}

/// The clients behind second ids among these.
pub(super) fn aliases(
    conn: &mut Conn,
    book: BookId,
    ids: &[ClientId],
) -> Result<HashMap<ClientId, ClientId>, Error> {
    let rows = load_where!(conn, Alias, book, client_alias::alias_id in ids)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.alias_id, row.client_id))
        .collect())
}

/// The second ids made since a moment.
pub(super) fn aliases_since(
    conn: &mut Conn,
    book: BookId,
    since: NaiveDateTime,
) -> Result<Vec<Alias>, Error> {
    Ok(client_alias::table
        .filter(client_alias::book_id.eq(book))
        .filter(client_alias::at.ge(since))
        .select(Alias::as_select())
        .load(conn)?)
}
