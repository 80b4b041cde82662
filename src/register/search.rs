//! Finding clients of one's own villages by name, pinyin (whole or initials) or the last four digits
//! of anyone of the household.

use diesel::prelude::*;

use super::client::{Client, find_clients};
use super::identity::{Identity, identities};
use crate::db::Conn;
use crate::db::schema::client;
use crate::error::Error;
use crate::values::pinyin::sounds_like;
use crate::values::text::narrow;
use crate::values::{BookId, ClientId, RegionId};
use crate::vault::Vault;

/// A client with its name.
#[derive(Clone, Debug)]
pub struct Found {
    pub client: Client,
    pub identity: Identity,
}

impl Found {
    /// The client as lists and pickers show it.
    pub fn label(&self) -> String {
        format!("{}（{}）", self.identity.name, self.identity.masked_number())
    }

    /// Whether a query as people type it means this client: part of the name or its reading, the
    /// last four digits or more of anyone's number. An empty query means everyone.
    pub fn matches(&self, query: &str) -> bool {
        matches(&self.identity, &narrow(query.trim()).to_lowercase())
    }

    /// What the page's own filter may compare besides the name: initials and last four digits,
    /// which the masked number shows anyway.
    pub fn keys(&self) -> String {
        let digits = self.identity.numbers().map(|number| {
            let skipped = number.chars().count().saturating_sub(4);
            number.chars().skip(skipped).collect::<String>().to_lowercase()
        });
        std::iter::once(self.identity.initials.clone())
            .chain(digits)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// One client of a book with its name, or [`Error::NotFound`].
pub fn named_client(conn: &mut Conn, vault: &Vault, book: BookId, id: &ClientId) -> Result<Found, Error> {
    let client = find_clients(conn, book, [id.clone()])?
        .remove(id)
        .ok_or(Error::NotFound)?;
    let identity = identities(conn, vault, book, std::slice::from_ref(id))?
        .remove(id)
        .ok_or(Error::NotFound)?;
    Ok(Found { client, identity })
}

/// The clients of these villages whose name, reading or last digits match; all of them for an
/// empty query. Sorted by initials, at most `limit`.
pub fn clients_in(
    conn: &mut Conn,
    vault: &Vault,
    book: BookId,
    villages: &[RegionId],
    query: &str,
    limit: usize,
) -> Result<Vec<Found>, Error> {
    let clients: Vec<Client> = client::table
        .filter(client::book_id.eq(book))
        .filter(client::region_id.eq_any(villages))
        .select(Client::as_select())
        .load(conn)?;
    let ids: Vec<ClientId> = clients.iter().map(|client| client.id.clone()).collect();
    let mut names = identities(conn, vault, book, &ids)?;
    let wanted = narrow(query.trim()).to_lowercase();
    let mut found: Vec<Found> = clients
        .into_iter()
        .filter_map(|client| {
            Some(Found {
                identity: names.remove(&client.id)?,
                client,
            })
        })
        .filter(|found| matches(&found.identity, &wanted))
        .collect();
    found.sort_by(|a, b| {
        (&a.identity.initials, &a.identity.name).cmp(&(&b.identity.initials, &b.identity.name))
    });
    found.truncate(limit);
    Ok(found)
}

fn matches(identity: &Identity, wanted: &str) -> bool {
    wanted.is_empty()
        || sounds_like(&identity.name, wanted)
        || (wanted.chars().count() >= 4
            && identity
                .numbers()
                .any(|number| number.to_lowercase().ends_with(wanted)))
}
