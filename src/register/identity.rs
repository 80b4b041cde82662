//! What names a client, sealed.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::db::Conn;
use crate::db::schema::client_identity;
use crate::error::Error;
use crate::values::person::{is_taken_as_printed, mask_id, mask_phone};
use crate::values::{BookId, ClientId};
use crate::vault::{Vault, VaultError};

/// What names a client. Exists in clear only in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub name: String,
    /// Identity number or unified credit code, normalised.
    pub number: String,
    pub phone: String,
    pub address: String,
    /// Lower-case pinyin initials of the name.
    pub initials: String,
    /// Identity numbers of a household's other members, normalised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Who came and went since the household was registered, in the order recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub member_changes: Vec<MemberChange>,
}

/// Somebody who came to a household, or left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChange {
    /// The identity number, normalised.
    pub number: String,
    pub joined: bool,
    /// The first day that it is so.
    pub on: NaiveDate,
    /// Why somebody left.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Identity {
    /// The number as pages show it.
    pub fn masked_number(&self) -> String {
        mask_id(&self.number)
    }

    /// Every number that leads to it: its own, then the other members'.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.number)
            .chain(&self.members)
            .map(String::as_str)
    }

    /// The other members' numbers as pages show them.
    pub fn masked_members(&self) -> impl Iterator<Item = String> {
        self.members.iter().map(|number| mask_id(number))
    }

    /// Whether the number is a credit code taken as printed on the licence: its last character does not
    /// fit the others.
    pub fn number_as_printed(&self) -> bool {
        is_taken_as_printed(&self.number)
    }

    /// What last changed for the bearer of a number.
    pub(super) fn last_change(&self, number: &str) -> Option<&MemberChange> {
        self.member_changes
            .iter()
            .rev()
            .find(|change| change.number == number)
    }

    /// The phone as pages show it.
    pub fn masked_phone(&self) -> String {
        mask_phone(&self.phone)
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client_identity)]
pub(super) struct SealedIdentity {
    pub book_id: BookId,
    pub client_id: ClientId,
    pub sealed: Vec<u8>,
}

pub(super) fn seal(
    vault: &Vault,
    book: BookId,
    client: &ClientId,
    identity: &Identity,
) -> Result<SealedIdentity, Error> {
    let plain = serde_json::to_vec(identity)?;
    let sealed = vault.seal(&owner(book, client), &plain).map_err(failed)?;
    Ok(SealedIdentity {
        book_id: book,
        client_id: client.clone(),
        sealed,
    })
}

/// Opens the identities of some clients of a book.
pub fn identities(
    conn: &mut Conn,
    vault: &Vault,
    book: BookId,
    clients: &[ClientId],
) -> Result<HashMap<ClientId, Identity>, Error> {
    let mut opened = HashMap::with_capacity(clients.len());
    for some in clients.chunks(crate::db::CHUNK) {
        let rows: Vec<SealedIdentity> = client_identity::table
            .filter(client_identity::book_id.eq(book))
            .filter(client_identity::client_id.eq_any(some))
            .select(SealedIdentity::as_select())
            .load(conn)?;
        for row in rows {
            let plain = vault
                .unseal(&owner(book, &row.client_id), &row.sealed)
                .map_err(failed)?;
            opened.insert(row.client_id, serde_json::from_slice(&plain)?);
        }
    }
    Ok(opened)
}

fn owner(book: BookId, client: &ClientId) -> String {
    format!("{}/{client}", book.0)
}

fn failed(error: VaultError) -> Error {
    Error::Failed(error.to_string())
}
