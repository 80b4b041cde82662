//! 补录: a fact whose month is closed counts in a later one; its maker and its reviewer are told who closed it.

use chrono::NaiveDate;

use crate::auth::account_names;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger;
use crate::values::{BookId, Month, Say};

/// Why a fact of that day is posted later than it happened. `posted` is the month it has been posted to;
/// none while it would go to the first one open. Nothing when the month of that day is not closed.
pub fn late_posting(
    conn: &mut Conn,
    book: BookId,
    business_date: NaiveDate,
    posted: Option<Month>,
) -> Result<Option<Say>, Error> {
    let month = Month::of(business_date);
    let posting = match posted {
        Some(posting) => posting,
        None => ledger::find_book(conn, book)?.first_open_month.max(month),
    };
    if posting == month {
        return Ok(None);
    }
    let Some(edition) = ledger::latest_edition(conn, book, month)? else {
        return Ok(None);
    };
    let names = account_names(conn, [edition.closed_by.clone()])?;
    let who = names.get(&edition.closed_by).map_or("cunxin", String::as_str);
    Ok(Some(edition.moved_on(who, posting)))
}
