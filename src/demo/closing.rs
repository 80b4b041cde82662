//! The demonstration's months are closed as an office would close them: declared in time by each
//! institution, then frozen. 台山 has not closed its last month: some have not reported yet.

use chrono::NaiveDate;

use super::load::at;
use crate::close::{self, Closing, Declaring, Keep, Kind};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::values::workday::nth_working_day_after;
use crate::values::{BookId, Month, UserId};

/// Institutions of 台山 that have not reported its last month.
const UNREPORTED: usize = 7;
/// The working days of the next month on which a month is declared and closed.
const DECLARED_ON: u32 = 1;
const CLOSED_ON: u32 = 2;

/// One county's month to be closed.
pub(super) struct ToClose<'a> {
    pub book: BookId,
    pub month: Month,
    pub reviewer: &'a UserId,
    /// The last month of the two years: kept whole, the earlier ones by their totals.
    pub is_last: bool,
    /// The county that is late.
    pub is_late: bool,
}

/// Declares the month for its institutions and closes it, unless it is the late county's last.
pub(super) fn close_county(conn: &mut Conn, office: &Office<'_>, month: &ToClose<'_>) -> Result<(), Error> {
    let on = |n| nth_working_day_after(month.month.last_day(), n);
    let leave = if month.is_last && month.is_late {
        UNREPORTED
    } else {
        0
    };
    let actor = at(month.reviewer, on(DECLARED_ON));
    for (institution, has_any) in close::to_declare(conn, month.book, month.month)?
        .into_iter()
        .skip(leave)
    {
        let declaring = Declaring {
            book: month.book,
            month: month.month,
            institution,
            kind: if has_any { Kind::Reported } else { Kind::Nil },
            on_behalf: Some("机构盖章报送单".to_owned()),
        };
        close::declare(conn, office, &actor, &declaring)?;
    }
    if leave > 0 {
        return Ok(());
    }
    let closing = Closing {
        book: month.book,
        month: month.month,
        keep: keep(month.is_last),
        seen: None,
        demo: true,
    };
    close::close_month(conn, office, &at(month.reviewer, on(CLOSED_ON)), &closing)?;
    Ok(())
}

/// The city's edition, where every county has closed.
pub(super) fn close_city(
    conn: &mut Conn,
    office: &Office<'_>,
    month: Month,
    is_last: bool,
) -> Result<(), Error> {
    let day: NaiveDate = nth_working_day_after(month.last_day(), CLOSED_ON);
    let actor = at(&crate::auth::command_line_user(), day);
    close::close_city(conn, office, &actor, month, keep(is_last), true)?;
    Ok(())
}

const fn keep(is_last: bool) -> Keep {
    if is_last {
        Keep::Everything
    } else {
        Keep::TotalsOnly
    }
}
