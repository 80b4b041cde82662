//! What a maker's pages show, loaded with a few statements however many records there are.

use chrono::NaiveDate;

use crate::auth::User;
use crate::conversation::{self, Conversation};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::evidence::{self, Photos};
use crate::ledger::{self, AuditRow, Line, Office, State, Voucher, VoucherFilter};
use crate::recording::late_posting;
use crate::register::{Identity, Names, identities};
use crate::values::{BookId, ClientId, Fen, Lang, Month, Say, Text, VoucherId, words};

/// Records on one page.
pub(super) const ROWS: u32 = 20;
/// How many returned records stand on top at most; the rest follow when these are dealt with.
const RETURNED: i64 = 100;

/// One record of the list.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub voucher: Voucher,
    pub state: State,
    pub kind: Text,
    pub place: Say,
    /// Where it is corrected.
    pub form: Option<&'static str>,
    /// What others have said of it that its maker has not read.
    pub unread: usize,
}

/// My records.
pub(super) struct Mine {
    pub returned: Vec<Recorded>,
    pub returned_total: i64,
    pub others: Vec<Recorded>,
    pub others_total: i64,
    pub page: u32,
    pub pages: u32,
}

/// One line of a record.
#[derive(Clone, Debug)]
pub(super) struct LineRecord {
    pub place: Say,
    /// Name and masked number.
    pub client: Option<(String, String)>,
    pub product: String,
    pub amount: Fen,
    pub details: Vec<(Text, Say)>,
}

/// One record in full.
pub(super) struct Record {
    pub recorded: Recorded,
    pub amount_name: Text,
    pub institution: String,
    pub lines: Vec<LineRecord>,
    /// The unit of its only line; none for a sheet.
    pub village: Option<i64>,
    pub issues: Vec<Issue>,
    /// Why it counts in a later month than it happened in.
    pub late: Option<Say>,
    pub receipt: Option<String>,
    pub photos: Option<Photos>,
    pub conversation: Conversation,
}

/// The page of one person's records; what came back stands on the first page.
pub(super) fn load_mine(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    page: &str,
) -> Result<Mine, Error> {
    let books: Vec<BookId> = match user.book {
        Some(own) => vec![own],
        None => ledger::books(conn)?.into_iter().map(|book| book.id).collect(),
    };
    let of = |states: &[State], offset, limit| VoucherFilter {
        books: books.clone(),
        states: states.to_vec(),
        maker: Some(user.id.clone()),
        offset,
        limit,
        ..VoucherFilter::default()
    };
    let back = of(&[State::Returned], 0, RETURNED);
    let rest = [
        State::Submitted,
        State::Approved,
        State::Withdrawn,
        State::Reversed,
    ];
    let others_total = ledger::queue_length(conn, &of(&rest, 0, 0))?;
    let (page, pages) = pages(page, others_total);
    let skipped = i64::from(page - 1) * i64::from(ROWS);
    let others = ledger::list_vouchers(conn, &of(&rest, skipped, i64::from(ROWS)))?;
    let returned = if page == 1 {
        ledger::list_vouchers(conn, &back)?
    } else {
        Vec::new()
    };
    Ok(Mine {
        returned_total: ledger::queue_length(conn, &back)?,
        returned: recorded(conn, office, user, returned)?,
        others: recorded(conn, office, user, others)?,
        others_total,
        page,
        pages,
    })
}

/// The page asked for, between 1 and the last, and the last.
fn pages(asked: &str, total: i64) -> (u32, u32) {
    let rows = i64::from(ROWS);
    let last = u32::try_from((total + rows - 1) / rows)
        .unwrap_or(u32::MAX)
        .max(1);
    (asked.parse().unwrap_or(1).clamp(1, last), last)
}

fn recorded(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    vouchers: Vec<Voucher>,
) -> Result<Vec<Recorded>, Error> {
    let mut unread = conversation::unread(conn, user, &vouchers)?;
    let mut regions = ledger::regions_of(conn, &vouchers)?;
    let mut record = |voucher: Voucher| {
        let ids = regions.remove(&voucher.id).unwrap_or_default();
        let name = |id, lang| office.regions.name_in(id, voucher.business_date, lang);
        let place = match ids.as_slice() {
            [] => Say::new("—", "—"),
            [only] => office.regions.say(*only, voucher.business_date),
            [first, rest @ ..] => Say::new(
                format!("{}等{}村", name(*first, Lang::Zh), ids.len()),
                format!("{} and {} more", name(*first, Lang::En), rest.len()),
            ),
        };
        let kind = office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind);
        Ok(Recorded {
            state: voucher.state()?,
            kind: kind.map_or(words::RECORD, |kind| kind.name),
            form: kind.map(|kind| kind.form),
            unread: unread.remove(&voucher.id).unwrap_or(0),
            place,
            voucher,
        })
    };
    vouchers.into_iter().map(&mut record).collect()
}

/// One record, for its maker only.
pub(super) fn load_record(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    book: BookId,
    id: &VoucherId,
) -> Result<Record, Error> {
    let voucher = ledger::find_voucher(conn, book, id)?;
    if voucher.maker_id != user.id {
        return Err(Error::NotFound);
    }
    let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let village = match lines.as_slice() {
        [only] => Some(only.region.0),
        _ => None,
    };
    let history = ledger::history(conn, book, id.as_str())?;
    let kind = office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind);
    let record = Record {
        amount_name: kind.map_or(words::AMOUNT, |kind| kind.amount_name),
        institution: names.institution(voucher.institution_id).to_owned(),
        lines: line_records(conn, office, &names, &voucher, &lines)?,
        village,
        issues: voucher.issues()?,
        late: late_posting(conn, book, voucher.business_date, posted(&voucher))?,
        receipt: receipt(&history),
        photos: evidence::photos_of(conn, office, (user, today), (book, id.as_str()))?,
        conversation: conversation::conversation_of(conn, user, &voucher)?,
        recorded: recorded(conn, office, user, vec![voucher])?
            .into_iter()
            .next()
            .ok_or(Error::NotFound)?,
    };
    Ok(record)
}

/// Where it is posted for good; none while that can still move.
fn posted(voucher: &Voucher) -> Option<Month> {
    voucher.number.map(|_| voucher.posting_month)
}

/// The receipt of the last time it was sent.
fn receipt(history: &[AuditRow]) -> Option<String> {
    history
        .iter()
        .rev()
        .find(|row| row.is_sending())
        .map(|row| ledger::receipt_code(&row.head))
}

fn line_records(
    conn: &mut Conn,
    office: &Office<'_>,
    names: &Names,
    voucher: &Voucher,
    lines: &[Line],
) -> Result<Vec<LineRecord>, Error> {
    let ids: Vec<ClientId> = lines.iter().filter_map(|line| line.client.clone()).collect();
    let clients = identities(conn, office.vault, voucher.book_id, &ids)?;
    let kind = office.kinds.kinds.iter().find(|kind| kind.code == voucher.kind);
    let named = |identity: &Identity| (identity.name.clone(), identity.masked_number());
    let record = |line: &Line| {
        Ok(LineRecord {
            place: office.regions.say_path(line.region, voucher.business_date),
            client: line.client.as_ref().and_then(|id| clients.get(id)).map(named),
            product: names.product(line.product).to_owned(),
            amount: line.amount,
            details: match kind {
                Some(kind) => (kind.describe)(line)?,
                None => Vec::new(),
            },
        })
    };
    lines.iter().map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::UserId;

    fn row(seq: i64, action: &str, head: &str) -> AuditRow {
        let day = NaiveDate::from_ymd_opt(2024, 1, 4).unwrap();
        AuditRow {
            book_id: BookId(1),
            seq,
            at: day.and_hms_opt(1, 0, 0).unwrap(),
            actor_id: UserId::from_parts(0, [0; 10]),
            action: action.to_owned(),
            subject: String::new(),
            revision: 1,
            note: String::new(),
            digest: String::new(),
            head: head.to_owned(),
        }
    }

    #[test]
    fn the_receipt_is_that_of_the_last_sending() {
        let history = [
            row(1, "voucher.submitted", "aaaabbbbcccc"),
            row(2, "voucher.returned", "111122223333"),
            row(3, "voucher.resubmitted", "0a1b2c3d4e5f"),
            row(4, "voucher.approved", "999988887777"),
        ];
        assert_eq!(receipt(&history).as_deref(), Some("0A1B-2C3D"));
        assert_eq!(receipt(&history[..2]).as_deref(), Some("AAAA-BBBB"));
        assert_eq!(receipt(&history[1..2]), None);
    }

    #[test]
    fn a_page_is_never_beyond_the_last() {
        assert_eq!(pages("", 0), (1, 1));
        assert_eq!(pages("9", 41), (3, 3));
        assert_eq!(pages("2", 41), (2, 3));
    }
}
