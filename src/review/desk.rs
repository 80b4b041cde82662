//! `/vouchers/{book}/{voucher}`: one voucher in full, and the forms that decide on it.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::effect::{self, Effect};
use super::first::First;
use super::lines::{Sheet, Sight, kind_of};
use super::listed::kind_name;
use super::past::{self, Past};
use super::twins::Twins;
use super::{queue, store, views};
use crate::auth::{Answer, Page, Role, User, account_names};
use crate::conversation::{self, Conversation};
use crate::db::Conn;
use crate::error::Error;
use crate::evidence::{self, Photos};
use crate::ledger::{self, AuditRow, EntryRow, Office, State, Voucher};
use crate::recording::late_posting;
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::page::Flash;
use crate::values::{BookId, Month, Say, Text, UserId, VoucherId, words};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    pub revision: String,
    pub page: String,
    /// The query of the list it was opened from, to lead back there.
    pub list: String,
    /// The part of the queue it was opened from, as [`queue::Ask::carried`] writes it.
    pub from: String,
    /// What was decided just before, on the way here: see the queue.
    pub done: String,
    pub voucher: String,
}

/// Which voucher, and how much of it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub book: BookId,
    pub voucher: VoucherId,
    pub ask: Ask,
}

impl Wanted {
    /// The voucher an address names.
    pub fn read(path: &(i64, String), ask: Ask) -> Result<Wanted, Error> {
        Ok(Wanted {
            book: BookId(path.0),
            voucher: VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?,
            ask,
        })
    }
}

/// What was tried just before and refused, with what was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tried {
    pub problems: Vec<(String, Say)>,
    pub reason: String,
    /// The rules hold it back now, whatever they said at submission.
    pub held: bool,
}

/// One entry of a line on the page.
#[derive(Clone, Debug)]
pub(super) struct EntryView {
    pub row: EntryRow,
    pub place: String,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct EventView {
    pub row: AuditRow,
    pub who: String,
}

/// Where the voucher stands in the part of the queue it was opened from.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbours {
    /// What the links and forms carry on; empty where it was not opened from the queue.
    pub from: String,
    pub previous: Option<(BookId, VoucherId)>,
    pub next: Option<(BookId, VoucherId)>,
    /// Its place, from 1; none once it waits no more.
    pub place: Option<usize>,
    pub waiting: usize,
}

/// Everything the page shows.
pub(super) struct VoucherView {
    pub voucher: Voucher,
    pub state: State,
    pub kind: Text,
    pub amount_name: Text,
    pub county: String,
    pub maker: String,
    pub decider: Option<String>,
    pub institution: String,
    /// Where it posts: kept once posted, else as it would be today.
    pub month: Month,
    /// Why it counts in a later month than it happened in.
    pub late: Option<Say>,
    /// The revision whose lines are shown.
    pub revision: i32,
    pub sheet: Sheet,
    pub effects: Vec<Effect>,
    pub entries: Vec<EntryView>,
    pub history: Vec<EventView>,
    pub first: First,
    /// What its maker's last sending was receipted with.
    pub receipt: Option<String>,
    /// The list it was opened from; none when it was opened otherwise.
    pub list: Option<String>,
    /// What was seen; none for readers who see names masked.
    pub photos: Option<Photos>,
    pub neighbours: Neighbours,
    /// What its village and institution had in the months before.
    pub past: Option<Past>,
    pub twins: Twins,
    pub conversation: Conversation,
    pub flash: Option<Flash>,
}

impl VoucherView {
    /// Whether the revision shown is the one that stands.
    pub fn is_current(&self) -> bool {
        self.revision == self.voucher.revision
    }

    /// Whether this person may decide on it now.
    pub fn open_to(&self, user: &User) -> bool {
        self.state == State::Submitted && self.is_current() && user.role == Role::Reviewer
    }
}

pub(super) async fn open(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<Ask>,
) -> Answer {
    let wanted = Wanted::read(&path, query.into_inner())?;
    Ok(show(&page, &site, wanted, &Tried::default()).await?)
}

/// The page, with what was refused just before.
pub(super) async fn show(
    page: &Page,
    site: &Site,
    wanted: Wanted,
    tried: &Tried,
) -> Result<HttpResponse, Error> {
    page.user.check_book(wanted.book)?;
    let (user, today) = (page.user.clone(), page.actor().today);
    let view = state::read(site, move |conn, office| {
        load(conn, office, (&user, today), &wanted)
    })
    .await?;
    Ok(views::voucher(page, &view, tried))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    wanted: &Wanted,
) -> Result<VoucherView, Error> {
    let voucher = ledger::find_voucher(conn, wanted.book, &wanted.voucher)?;
    if user.role == Role::Clerk
        && !user
            .institutions(conn, wanted.book, today)?
            .contains(&voucher.institution_id)
    {
        return Err(Error::NotFound);
    }
    let book = ledger::find_book(conn, wanted.book)?;
    let state = voucher.state()?;
    let revision = shown_revision(&voucher, &wanted.ask.revision)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let sight = Sight {
        office,
        names: &names,
        lang: user.lang,
        day: voucher.business_date,
        masked: !matches!(user.role, Role::Reviewer | Role::Clerk),
    };
    let sheet = Sheet::load(conn, &sight, &voucher, revision, &wanted.ask.page)?;
    let entries = ledger::entries_of(conn, &voucher)?;
    let month = match state {
        State::Submitted => Month::of(voucher.business_date).max(book.first_open_month),
        _ => voucher.posting_month,
    };
    let late = late_posting(conn, book.id, voucher.business_date, Some(month))?;
    let past = past::load(conn, office, &voucher, month, &entries)?;
    let twins = match state {
        State::Submitted if revision == voucher.revision => Twins::load(conn, &sight, &voucher)?,
        _ => Twins::default(),
    };
    let effects = match state {
        // What the whole county has is not an institution's to see.
        _ if user.role == Role::Clerk => Vec::new(),
        State::Submitted => effect::on_county(conn, office, &book, month, &entries)?,
        _ => effect::changes(&entries)?,
    };
    let (history, receipt) = events(conn, &voucher)?;
    let people = [&voucher.maker_id].into_iter().chain(&voucher.decided_by);
    let people = account_names(conn, people.cloned())?;
    let name_of = |id: &UserId| people.get(id).cloned().unwrap_or_else(|| "—".to_owned());
    let on_page: HashSet<usize> = sheet.lines.iter().map(|line| line.n).collect();
    let shown = |row: &EntryRow| {
        revision == voucher.revision && usize::try_from(row.line).is_ok_and(|line| on_page.contains(&line))
    };
    let entry = |row: EntryRow| EntryView {
        place: office
            .regions
            .name_in(row.region_id, voucher.business_date, user.lang),
        row,
    };
    Ok(VoucherView {
        state,
        list: Some(&wanted.ask.list)
            .filter(|list| !list.is_empty())
            .map(|list| format!("/vouchers?{list}")),
        kind: kind_name(office, &voucher.kind),
        amount_name: kind_of(office, &voucher).map_or(words::AMOUNT, |kind| kind.amount_name),
        county: office
            .regions
            .name_in(book.region_id, voucher.business_date, user.lang),
        maker: name_of(&voucher.maker_id),
        decider: voucher.decided_by.as_ref().map(name_of),
        institution: names.institution(voucher.institution_id).to_owned(),
        month,
        late,
        revision,
        sheet,
        effects,
        entries: entries.into_iter().filter(shown).map(entry).collect(),
        history,
        receipt,
        photos: evidence::photos_of(
            conn,
            office,
            (user, today),
            (voucher.book_id, voucher.id.as_str()),
        )?,
        first: First::load(conn, user, &voucher, today)?,
        neighbours: neighbours(conn, office, user, &names, (&voucher, &wanted.ask.from))?,
        past,
        twins,
        conversation: conversation::conversation_of(conn, user, &voucher)?,
        flash: queue::flash(conn, office, user, (&wanted.ask.done, &wanted.ask.voucher))?,
        voucher,
    })
}

/// What comes before and after it in the part of the queue it was opened from; a clerk has no such queue. What
/// waits no more is followed by whatever waits first.
fn neighbours(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    names: &Names,
    (voucher, from): (&Voucher, &str),
) -> Result<Neighbours, Error> {
    if from.is_empty() || user.role == Role::Clerk {
        return Ok(Neighbours::default());
    }
    let ask = queue::Ask::from(from);
    let books = queue::readable(conn, user)?;
    let places = match ask.village.as_str() {
        "" => HashMap::new(),
        _ => store::waiting_places(conn, &books)?,
    };
    let filter = queue::part(office, names, books, &places, &ask)?;
    let ids = store::waiting_ids(conn, &filter)?;
    let at = ids
        .iter()
        .position(|(book, id)| *book == voucher.book_id && *id == voucher.id);
    let (previous, next) = match at {
        Some(at) => (at.checked_sub(1).and_then(|at| ids.get(at)), ids.get(at + 1)),
        None => (None, ids.first()),
    };
    Ok(Neighbours {
        from: ask.carried(),
        previous: previous.cloned(),
        next: next.cloned(),
        place: at.map(|at| at + 1),
        waiting: ids.len(),
    })
}

/// The current revision, or an earlier one that was asked for.
fn shown_revision(voucher: &Voucher, asked: &str) -> Result<i32, Error> {
    if asked.is_empty() {
        return Ok(voucher.revision);
    }
    let revision = asked.parse().map_err(|_| Error::NotFound)?;
    if (1..=voucher.revision).contains(&revision) {
        Ok(revision)
    } else {
        Err(Error::NotFound)
    }
}

/// What happened to the voucher, and the receipt of its last sending.
fn events(conn: &mut Conn, voucher: &Voucher) -> Result<(Vec<EventView>, Option<String>), Error> {
    let rows = ledger::history(conn, voucher.book_id, voucher.id.as_str())?;
    let who = account_names(conn, rows.iter().map(|row| row.actor_id.clone()))?;
    let receipt = rows
        .iter()
        .rev()
        .find(|row| row.is_sending())
        .map(|row| ledger::receipt_code(&row.head));
    let event = |row: AuditRow| EventView {
        who: who.get(&row.actor_id).cloned().unwrap_or_else(|| "—".to_owned()),
        row,
    };
    Ok((rows.into_iter().map(event).collect(), receipt))
}
