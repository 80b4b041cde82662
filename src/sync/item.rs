//! What a phone sends and what it is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::auth::FormData;
use crate::error::Issue;
use crate::values::{BookId, CommandId, Say, VoucherId};
use crate::vault;

/// The most items in one batch.
pub(super) const MOST_ITEMS: usize = 100;
/// The most items that one waits for.
const MOST_PARENTS: usize = 20;

/// A batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    /// Whose records they are: never sent under another's sign-in.
    pub user: String,
    /// The installation, as it calls itself; told in the log only.
    #[serde(default)]
    pub device: String,
    pub items: Vec<Item>,
}

/// One value of a field, or several of that name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    pub(super) fn each(&self) -> &[String] {
        match self {
            Values::One(value) => std::slice::from_ref(value),
            Values::Many(values) => values,
        }
    }
}

/// One record, correction or request, as it was typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    /// Made on the phone, one for each sending of a content.
    pub id: String,
    pub door: String,
    pub book: String,
    /// The record's own id.
    pub voucher: String,
    #[serde(default)]
    pub base_revision: i32,
    /// Items that must be in before this one.
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// What the phone's clock said; decides nothing.
    #[serde(default)]
    pub device_time: String,
    pub fields: BTreeMap<String, Values>,
}

impl Item {
    /// SHA-256 over what is meant: when and from where it was sent is not part of it.
    pub(super) fn digest(&self) -> Result<String, serde_json::Error> {
        let meant = (&self.door, &self.voucher, self.base_revision, &self.fields);
        Ok(vault::digest(serde_json::to_string(&meant)?.as_bytes()))
    }

    /// Its ids, as the ledger knows them; none for an item that no phone of ours made.
    pub(super) fn ids(&self) -> Option<Ids> {
        let id = CommandId::parse(&self.id).ok()?;
        let voucher = VoucherId::parse(&self.voucher).ok()?;
        let book = self.book.parse().ok().map(BookId)?;
        (self.depends_on.len() <= MOST_PARENTS).then_some(Ids { id, voucher, book })
    }

    /// The form as its page would have sent it.
    pub(super) fn form(&self) -> FormData {
        let fields = self.fields.iter();
        let each = fields.flat_map(|(name, values)| values.each().iter().map(move |value| (name, value)));
        FormData::of(each.map(|(name, value)| (name.clone(), value.clone())).collect())
            .with("voucher_id", &self.voucher)
            .with("command_id", &self.id)
            .with("base_revision", &self.base_revision.to_string())
    }
}

/// The ids of an item.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    pub id: CommandId,
    pub voucher: VoucherId,
    pub book: BookId,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// In.
    Created,
    /// In before; the answer is the first one.
    Same,
    /// That id came before with other content.
    DifferentContent,
    /// The record has changed since; `current` says how it stands.
    StaleVersion,
    /// Refused; the id is not used up.
    Invalid,
    /// Not this person's to do.
    Forbidden,
    /// With a receipt: in, and a reviewer decides. Without: not in, another item comes first.
    Held,
    /// Not in through no fault of its own: to be sent again.
    Retry,
}

/// The answer to one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub id: String,
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Slip>,
    /// The client's id from now on, of an item that registered one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client: Option<String>,
    #[serde(default)]
    pub issues: Vec<Issue>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub waiting_for: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub current: Option<Current>,
}

impl Outcome {
    /// An answer that says nothing but how it went.
    pub(super) fn bare(id: &str, status: Status) -> Outcome {
        Outcome {
            id: id.to_owned(),
            status,
            receipt: None,
            client: None,
            issues: Vec::new(),
            waiting_for: Vec::new(),
            current: None,
        }
    }

    /// An answer with the reasons.
    pub(super) fn because(id: &str, status: Status, issues: Vec<Issue>) -> Outcome {
        Outcome {
            issues,
            ..Outcome::bare(id, status)
        }
    }

    /// Whether the item is in.
    pub(super) fn is_in(&self) -> bool {
        self.receipt.is_some()
    }
}

/// What is kept as proof that a record is in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Slip {
    /// To be read out over a telephone.
    pub code: String,
    pub voucher: String,
    pub revision: i32,
    /// `submitted`, `held`, `withdrawn`, or `recorded` for a client.
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub posting_month: Option<String>,
    /// Why it counts in a later month than it happened in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late: Option<Say>,
}

/// How a record stands on the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Current {
    pub revision: i32,
    pub state: String,
    pub reason: String,
}
