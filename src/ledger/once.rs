//! One answer per command id: a retry gets the first answer again, other content is refused.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::Actor;
use crate::db::Conn;
use crate::db::schema::command;
use crate::error::{Error, Issue};
use crate::values::{BookId, CommandId, Month, Say, VoucherId};

/// What the maker is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub voucher: VoucherId,
    pub revision: i32,
    pub outcome: Outcome,
    /// Short code to read out over a telephone: the audit chain's head at that moment.
    pub code: String,
    pub posting_month: Month,
    /// Gapless number, once approved.
    pub number: Option<i64>,
    /// Warnings and holds.
    pub issues: Vec<Issue>,
}

/// What a command did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Submitted,
    Held,
    Approved,
    Returned,
    Withdrawn,
    Reversed,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = command)]
struct Command {
    book_id: BookId,
    id: CommandId,
    digest: String,
    receipt: String,
    at: NaiveDateTime,
}

/// Answers a command seen before, or runs `act` and keeps its answer in the same transaction.
pub(super) fn once(
    conn: &mut Conn,
    actor: &Actor,
    book_id: BookId,
    id: &CommandId,
    digest: &str,
    act: impl FnOnce(&mut Conn) -> Result<Receipt, Error>,
) -> Result<Receipt, Error> {
    let seen: Option<Command> = command::table
        .find((book_id, id))
        .select(Command::as_select())
        .first(conn)
        .optional()?;
    if let Some(seen) = seen {
        if seen.digest != digest {
            return Err(Error::Refused(vec![Issue::refuse(
                "command.different_content",
                "",
                different_content(),
            )]));
        }
        return Ok(serde_json::from_str(&seen.receipt)?);
    }
    let receipt = act(conn)?;
    let row = Command {
        book_id,
        id: id.clone(),
        digest: digest.to_owned(),
        receipt: serde_json::to_string(&receipt)?,
        at: actor.now,
    };
    diesel::insert_into(command::table).values(&row).execute(conn)?;
    Ok(receipt)
}

fn different_content() -> Say {
    Say::new(
        "这一编号已经提交过别的内容。请重新打开表单再填一次。",
        "This form was already sent with other content. Open the form again and fill it in anew.",
    )
}
