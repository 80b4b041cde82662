//! Reopening the latest closed month: one person asks, another confirms.

use serde::{Deserialize, Serialize};

use super::store::{self, Reopening};
use crate::db::{Conn, TotalRow};
use crate::error::Error;
use crate::ledger::{self, Actor, CellChange, Change, Edition, Office, record_audit};
use crate::values::{BookId, Lang, Month, Say, UserId};
use crate::vault;

/// What an edition changed against the one before it, who wanted that and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Changes {
    pub asked_by: UserId,
    pub confirmed_by: Option<UserId>,
    pub reason: String,
    pub cells: Vec<CellChange>,
}

/// The difference list of the edition after `before`, as JSON.
pub(super) fn changes(conn: &mut Conn, before: &Edition, now: &[TotalRow]) -> Result<String, Error> {
    let reopening = store::reopening_of(conn, before.book_id, before.month, before.number)?
        .ok_or_else(|| Error::Failed("a month was closed again without having been reopened".to_owned()))?;
    Ok(serde_json::to_string(&Changes {
        asked_by: reopening.asked_by,
        confirmed_by: reopening.confirmed_by,
        reason: reopening.reason,
        cells: ledger::changed_cells(conn, before, now)?,
    })?)
}

/// Asks for the latest closed month to be reopened.
pub fn ask_reopening(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    month: Month,
    reason: &str,
) -> Result<(), Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::refuse(
            "reopening.reason_missing",
            "reason",
            Say::new("请写明重开的原因。", "Say why the month should be reopened."),
        ));
    }
    let edition = latest_closed(conn, book, month)?;
    if store::reopening_of(conn, book, month, edition.number)?.is_some() {
        return Err(Error::refuse(
            "reopening.asked",
            "",
            Say::new(
                "已有人申请重开，等另一人确认。",
                "Somebody has asked already; another person has to confirm.",
            ),
        ));
    }
    let row = Reopening {
        book_id: book,
        month,
        number: edition.number,
        asked_by: actor.id.clone(),
        asked_at: actor.now,
        reason: reason.to_owned(),
        confirmed_by: None,
        confirmed_at: None,
    };
    store::keep_reopening(conn, &row)?;
    audit(conn, office, actor, &row, "month.reopening_asked")
}

/// Reopens the month: another person than the one who asked.
pub fn confirm_reopening(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    month: Month,
) -> Result<(), Error> {
    let mut row = asked(conn, book, month)?;
    if row.asked_by == actor.id {
        return Err(Error::refuse(
            "reopening.own",
            "",
            Say::new(
                "申请人不能自己确认，请另一位审核人或系统管理员确认。",
                "Who asked cannot confirm; another reviewer or an administrator must.",
            ),
        ));
    }
    row.confirmed_by = Some(actor.id.clone());
    row.confirmed_at = Some(actor.now);
    store::keep_reopening(conn, &row)?;
    ledger::set_first_open(conn, book, month)?;
    audit(conn, office, actor, &row, "month.reopened")
}

/// Drops the request; the month stays closed.
pub fn decline_reopening(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    month: Month,
) -> Result<(), Error> {
    let row = asked(conn, book, month)?;
    store::drop_reopening(conn, &row)?;
    audit(conn, office, actor, &row, "month.reopening_declined")
}

/// The request that waits for a second person.
fn asked(conn: &mut Conn, book: BookId, month: Month) -> Result<Reopening, Error> {
    let edition = latest_closed(conn, book, month)?;
    store::reopening_of(conn, book, month, edition.number)?
        .filter(|row| row.confirmed_by.is_none())
        .ok_or_else(|| {
            Error::refuse(
                "reopening.not_asked",
                "",
                Say::new(
                    "没有待确认的重开申请。",
                    "Nobody has asked for it to be reopened.",
                ),
            )
        })
}

/// The edition of the month, which must be the last one closed.
fn latest_closed(conn: &mut Conn, book: BookId, month: Month) -> Result<Edition, Error> {
    let open = ledger::find_book(conn, book)?.first_open_month;
    let last = open.previous();
    match ledger::closed_in(conn, book, month)? {
        Some(edition) if month == last => Ok(edition),
        Some(_) => Err(Error::refuse(
            "reopening.not_latest",
            "",
            Say::new(
                format!("只能重开最近关账的月份：{}。", last.show(Lang::Zh)),
                format!(
                    "Only the month closed last can be reopened: {}.",
                    last.show(Lang::En)
                ),
            ),
        )),
        None => Err(Error::refuse(
            "reopening.not_closed",
            "",
            Say::new("该月没有关账。", "The month is not closed."),
        )),
    }
}

fn audit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    row: &Reopening,
    action: &str,
) -> Result<(), Error> {
    let content = format!(
        "{}|{}|{}|{}|{}",
        row.book_id.0, row.month, row.number, row.asked_by, row.reason
    );
    let change = Change {
        action,
        subject: &row.month.to_string(),
        revision: row.number,
        note: &row.reason,
        digest: vault::digest(content.as_bytes()),
    };
    record_audit(conn, office, actor, row.book_id, &change)?;
    Ok(())
}
