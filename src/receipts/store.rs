//! The records behind a code.

use chrono::{NaiveDate, NaiveDateTime};

use crate::auth::{Role, User, account_names};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, AuditRow, Office, State, Voucher};
use crate::values::{BookId, Say, Text, VoucherId, words};

/// Somebody received this code for this.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub code: String,
    /// What was sent: 提交, 撤回 and so on.
    pub act: Text,
    pub received_at: NaiveDateTime,
    pub by: String,
    pub subject: Subject,
    /// Where its page is for the asker.
    pub href: Option<String>,
}

/// What it was given for.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    Voucher {
        kind: Text,
        place: Say,
        voucher: Box<Voucher>,
        state: State,
        /// Which revision was received.
        revision: i32,
    },
    Client,
}

/// The records of these codes that the asker may see, the latest first.
pub(super) fn find(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    codes: &[String],
) -> Result<Vec<Found>, Error> {
    let books: Vec<BookId> = match user.book {
        Some(own) => vec![own],
        None => ledger::books(conn)?.into_iter().map(|book| book.id).collect(),
    };
    let rows = ledger::receipted(conn, &books, codes)?;
    let names = account_names(conn, rows.iter().map(|row| row.actor_id.clone()))?;
    let mut found = Vec::new();
    for row in rows {
        let Some((subject, href)) = subject(conn, office, (user, today), &row)? else {
            continue;
        };
        let by = names.get(&row.actor_id).cloned();
        found.push(Found {
            code: ledger::receipt_code(&row.head),
            act: act(&row.action),
            received_at: row.at,
            by: by.unwrap_or_else(|| "—".to_owned()),
            subject,
            href,
        });
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.received_at));
    Ok(found)
}

fn act(action: &str) -> Text {
    match action {
        "voucher.resubmitted" => Text::new("更正后再次提交", "Corrected and submitted again"),
        "voucher.withdrawn" => words::WITHDRAW,
        "reversal.requested" => Text::new("申请作废", "Asked to void it"),
        "client.recorded" | "client.joined" => Text::new("登记客户", "Registered a client"),
        _ => Text::new("提交", "Submitted"),
    }
}

/// What a row of the chain is about, and where that is seen; none where the asker may not see it.
fn subject(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    row: &AuditRow,
) -> Result<Option<(Subject, Option<String>)>, Error> {
    if row.action.starts_with("client.") {
        let own = row.actor_id == user.id;
        let href = own.then(|| format!("/field/clients/{}/{}", row.book_id, row.subject));
        let sees = own || user.role == Role::Reviewer;
        return Ok(sees.then_some((Subject::Client, href)));
    }
    let id = VoucherId::parse(&row.subject).map_err(|_| Error::NotFound)?;
    let voucher = ledger::find_voucher(conn, row.book_id, &id)?;
    let own = voucher.maker_id == user.id;
    let checks = match user.role {
        Role::Reviewer => true,
        Role::Clerk => user
            .institutions(conn, row.book_id, today)?
            .contains(&voucher.institution_id),
        _ => false,
    };
    if !own && !checks {
        return Ok(None);
    }
    let page = if own { "records" } else { "vouchers" };
    let href = format!("/{page}/{}/{id}", row.book_id);
    let regions = ledger::regions_of(conn, std::slice::from_ref(&voucher))?;
    let places = regions.get(&id).map_or(&[][..], Vec::as_slice);
    let kind = office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind);
    let subject = Subject::Voucher {
        kind: kind.map_or(words::RECORD, |kind| kind.name),
        place: place(office, places, voucher.business_date),
        state: voucher.state()?,
        revision: row.revision,
        voucher: Box::new(voucher),
    };
    Ok(Some((subject, Some(href))))
}

fn place(office: &Office<'_>, places: &[crate::values::RegionId], day: NaiveDate) -> Say {
    match places {
        [] => Say::new("—", "—"),
        [only] => office.regions.say_path(*only, day),
        several => Say::new(
            format!("{} 个村", several.len()),
            format!("{} villages", several.len()),
        ),
    }
}
