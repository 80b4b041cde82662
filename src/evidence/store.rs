//! The photos of a record, sealed, and whose they are.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::position::{self, Position};
use super::rules::{MOST_PHOTOS, Unfit, is_open};
use crate::auth::{Role, User};
use crate::db::Conn;
use crate::db::schema::{client_alias, photo};
use crate::error::Error;
use crate::ledger::{self, Actor, Change, Office, record_audit};
use crate::register;
use crate::values::{BookId, ClientId, UserId, VoucherId};
use crate::vault::VaultError;

/// Whose photos: a voucher's, or a client's (the signed 授权书).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordId {
    pub book: BookId,
    /// The id of either; both are made by phones and never the same.
    pub id: String,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.book, self.id)
    }
}

impl RecordId {
    /// As an address names it.
    pub fn read(path: &(i64, String)) -> Result<RecordId, Error> {
        let known = VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?;
        Ok(RecordId {
            book: BookId(path.0),
            id: known.to_string(),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = photo)]
struct SealedPhoto {
    book_id: BookId,
    record_id: String,
    digest: String,
    sealed: Vec<u8>,
    added_by: UserId,
    added_at: NaiveDateTime,
}

/// The photos of a record, as its pages show them.
#[derive(Clone, Debug)]
pub struct Photos {
    pub(super) of: RecordId,
    /// Digests and when each came, oldest first.
    pub(super) list: Vec<(String, NaiveDateTime)>,
    /// The reader may add and take away.
    pub(super) open: bool,
    /// Where the record was made, if its maker has said so.
    pub(super) position: Option<Position>,
}

/// What a record is to the asker.
struct Access {
    /// The record itself: a phone may know a client under an id of its own.
    of: RecordId,
    /// Where its page is.
    page: String,
    maker: bool,
    /// Its photos may still change.
    open: bool,
    revision: i32,
}

/// What a record is to the asker.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see it.
fn access(conn: &mut Conn, user: &User, today: NaiveDate, of: &RecordId) -> Result<Access, Error> {
    user.check_book(of.book)?;
    let id = VoucherId::parse(&of.id).map_err(|_| Error::NotFound)?;
    let found = match ledger::find_voucher(conn, of.book, &id) {
        Ok(voucher) => {
            let checks = user.role == Role::Clerk
                && user
                    .institutions(conn, of.book, today)?
                    .contains(&voucher.institution_id);
            let maker = voucher.maker_id == user.id;
            let page = if maker { "records" } else { "vouchers" };
            let access = Access {
                page: format!("/{page}/{of}"),
                of: of.clone(),
                maker,
                open: is_open(voucher.state()?),
                revision: voucher.revision,
            };
            (access, checks)
        }
        Err(Error::NotFound) => (client_access(conn, user, of)?, false),
        Err(failure) => return Err(failure),
    };
    match found {
        (access, checks) if access.maker || checks || user.role == Role::Reviewer => Ok(access),
        _ => Err(Error::NotFound),
    }
}

fn client_access(conn: &mut Conn, user: &User, of: &RecordId) -> Result<Access, Error> {
    let id = ClientId::parse(&of.id).map_err(|_| Error::NotFound)?;
    let access = |id: &ClientId, maker| {
        let of = RecordId {
            book: of.book,
            id: id.to_string(),
        };
        Access {
            page: format!("/field/clients/{of}"),
            of,
            maker,
            open: true,
            revision: 1,
        }
    };
    if let Some(client) = register::find_clients(conn, of.book, [id.clone()])?.remove(&id) {
        return Ok(access(&id, client.recorded_by == user.id));
    }
    // Registered twice, it is one client; the second id is known to nobody but the phone that made it.
    let known: Option<ClientId> = client_alias::table
        .find((of.book, &id))
        .select(client_alias::client_id)
        .first(conn)
        .optional()?;
    Ok(access(&known.ok_or(Error::NotFound)?, true))
}

/// The photos of a record of which the reader sees the page; none for readers who see names masked.
pub fn photos_of(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    (book, id): (BookId, &str),
) -> Result<Option<Photos>, Error> {
    let of = RecordId {
        book,
        id: id.to_owned(),
    };
    match access(conn, user, today, &of) {
        Ok(access) => Ok(Some(Photos {
            list: list(conn, &access.of)?,
            open: access.maker && access.open,
            position: position::find(conn, office, (access.of.book, &access.of.id))?,
            of: access.of,
        })),
        Err(Error::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn list(conn: &mut Conn, of: &RecordId) -> Result<Vec<(String, NaiveDateTime)>, Error> {
    Ok(photo::table
        .filter(photo::book_id.eq(of.book))
        .filter(photo::record_id.eq(&of.id))
        .order((photo::added_at, photo::digest))
        .select((photo::digest, photo::added_at))
        .load(conn)?)
}

/// What became of a photo that was sent, with where its record's page is.
#[derive(Debug)]
pub(super) enum Kept {
    New(String),
    Before(String),
    Not(Unfit),
}

/// Keeps a picture under the digest of the file it came in.
///
/// # Errors
/// [`Error::NotFound`] without such a record of the sender's own.
pub(super) fn add(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, actor): (&User, &Actor),
    of: &RecordId,
    digest: &str,
    picture: &[u8],
) -> Result<Kept, Error> {
    let access = own(conn, user, actor.today, of)?;
    let of = &access.of;
    let known = list(conn, of)?;
    if known.iter().any(|(known, _)| known == digest) {
        return Ok(Kept::Before(access.page));
    }
    if !access.open {
        return Ok(Kept::Not(Unfit::Decided));
    }
    if known.len() >= MOST_PHOTOS {
        return Ok(Kept::Not(Unfit::TooMany));
    }
    let row = SealedPhoto {
        book_id: of.book,
        record_id: of.id.clone(),
        digest: digest.to_owned(),
        sealed: office.vault.seal(&owner(of, digest), picture).map_err(failed)?,
        added_by: actor.id.clone(),
        added_at: actor.now,
    };
    diesel::insert_into(photo::table).values(&row).execute(conn)?;
    audit(
        conn,
        office,
        actor,
        (of, access.revision),
        ("photo.added", digest),
    )?;
    Ok(Kept::New(access.page))
}

/// Takes a photo away for good; where the record's page is. One that is gone already is no mistake.
///
/// # Errors
/// As [`add`].
pub(super) fn remove(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, actor): (&User, &Actor),
    of: &RecordId,
    digest: &str,
) -> Result<Kept, Error> {
    let access = own(conn, user, actor.today, of)?;
    let of = &access.of;
    if !access.open {
        return Ok(Kept::Not(Unfit::Decided));
    }
    let gone = diesel::delete(photo::table.find((of.book, &of.id, digest))).execute(conn)?;
    if gone > 0 {
        audit(
            conn,
            office,
            actor,
            (of, access.revision),
            ("photo.removed", digest),
        )?;
    }
    Ok(Kept::Before(access.page))
}

fn own(conn: &mut Conn, user: &User, today: NaiveDate, of: &RecordId) -> Result<Access, Error> {
    let access = access(conn, user, today, of)?;
    if access.maker {
        Ok(access)
    } else {
        Err(Error::NotFound)
    }
}

fn audit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    (of, revision): (&RecordId, i32),
    (action, digest): (&str, &str),
) -> Result<(), Error> {
    let change = Change {
        action,
        subject: &of.id,
        revision,
        note: "",
        digest: digest.to_owned(),
    };
    record_audit(conn, office, actor, of.book, &change)?;
    Ok(())
}

/// One photo, opened.
pub(super) fn open(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    of: &RecordId,
    digest: &str,
) -> Result<Vec<u8>, Error> {
    let access = access(conn, user, today, of)?;
    let of = &access.of;
    let row: SealedPhoto = photo::table
        .find((of.book, &of.id, digest))
        .select(SealedPhoto::as_select())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)?;
    office
        .vault
        .unseal(&owner(of, digest), &row.sealed)
        .map_err(failed)
}

fn owner(of: &RecordId, digest: &str) -> String {
    format!("photo {of} {digest}")
}

pub(super) fn failed(error: VaultError) -> Error {
    Error::Failed(error.to_string())
}
