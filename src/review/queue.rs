//! `/review`: what waits for a decision, longest first.

use std::collections::{BTreeSet, HashMap};

use actix_web::web;
use chrono::NaiveDate;
use serde::Deserialize;

use super::listed::{self, KIND, Listed, ROWS, kind_name, known_kind};
use super::outliers::outliers;
use super::remarks::remarks;
use super::store::{self, Heap, QueueFilter, QueueOrder};
use super::views;
use crate::auth::{Answer, Page, User, asked};
use crate::conversation;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office, Voucher};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::address;
use crate::ui::page::{Flash, FlashKind};
use crate::values::{BookId, Fen, InstitutionId, Lang, RegionId, Say, Text, VoucherId, words};

/// What the order of the queue is called in a refusal.
pub(super) const SORT: Text = Text::new("排序", "Order");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    pub institution: String,
    pub kind: String,
    /// The id of a unit in which something waits.
    pub village: String,
    pub sort: String,
    page: String,
    /// What was just decided: `approved` or `returned`, and which voucher.
    done: String,
    voucher: String,
}

impl Ask {
    /// The part of the queue that a voucher's page was opened from.
    pub fn from(query: &str) -> Ask {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// What of this page a voucher's address carries on; never empty.
    pub fn carried(&self) -> String {
        let pairs = [
            ("institution", &self.institution),
            ("kind", &self.kind),
            ("village", &self.village),
            ("sort", &self.sort),
        ];
        let path = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold("?queue".to_owned(), |path, (key, value)| {
                address::with(&path, key, value)
            });
        path.trim_start_matches('?').to_owned()
    }

    /// The queue's page that the carried part means.
    pub fn page_of(carried: &str) -> String {
        let ask = Ask::from(carried).carried();
        match ask.strip_prefix("queue&") {
            Some(query) => format!("/review?{query}"),
            None => "/review".to_owned(),
        }
    }
}

/// One waiting voucher.
pub(super) struct QueueRow {
    pub listed: Listed,
    /// How many things the reviewer should look at: what the rules found, and lines that stand out.
    pub remarks: usize,
    /// What others have said of it that the reader has not read.
    pub unread: usize,
}

/// What waits of one kind.
pub(super) struct KindSum {
    pub kind: Text,
    pub vouchers: i64,
    pub amount: Fen,
}

/// What the page shows.
pub(super) struct QueueView {
    pub rows: Vec<QueueRow>,
    pub vouchers: i64,
    pub lines: i64,
    /// What waits of each kind that has an amount: amounts of different kinds are never added.
    pub amounts: Vec<KindSum>,
    pub page: u32,
    pub pages: u32,
    /// Institutions with something in the queue, by id, and kinds by code.
    pub institutions: Vec<(String, String)>,
    pub kinds: Vec<(String, Text)>,
    /// Units with something in the queue, by id.
    pub villages: Vec<(String, String)>,
    pub ask: Ask,
    pub flash: Option<Flash>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, user, today) = (query.into_inner(), page.user.clone(), page.actor().today);
    let mut view = state::read(&site, move |conn, office| {
        load(conn, office, (&user, today), &ask)
    })
    .await?;
    let flash = view.flash.take();
    Ok(views::queue(&page, &view, flash))
}

/// The books this person may read.
pub(super) fn readable(conn: &mut Conn, user: &User) -> Result<Vec<BookId>, Error> {
    match user.book {
        Some(own) => Ok(vec![own]),
        None => Ok(ledger::books(conn)?.into_iter().map(|book| book.id).collect()),
    }
}

/// The part of the queue asked for, within these books.
pub(super) fn part(
    office: &Office<'_>,
    names: &Names,
    books: Vec<BookId>,
    places: &HashMap<RegionId, Vec<VoucherId>>,
    ask: &Ask,
) -> Result<QueueFilter, Error> {
    // A village in which nothing waits any more has an empty queue.
    let village = asked(words::VILLAGE, &ask.village, |text| {
        text.parse().ok().map(RegionId)
    })?;
    Ok(QueueFilter {
        books,
        institution: asked(words::INSTITUTION, &ask.institution, |text| {
            names.known_institution(text)
        })?,
        kind: asked(KIND, &ask.kind, |text| known_kind(office, text))?,
        among: village.map(|id| places.get(&id).cloned().unwrap_or_default()),
        by: asked(SORT, &ask.sort, QueueOrder::parse)?.unwrap_or_default(),
    })
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, NaiveDate),
    ask: &Ask,
) -> Result<QueueView, Error> {
    let books = readable(conn, user)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let heaps = store::heaps(conn, &books)?;
    let places = store::waiting_places(conn, &books)?;
    let filter = part(office, &names, books, &places, ask)?;
    let chosen: Vec<Heap> = match &filter.among {
        Some(_) => store::heap_up(&store::waiting(conn, &filter, 0, i64::MAX)?)?,
        None => heaps.iter().filter(|heap| filter.lets(heap)).cloned().collect(),
    };
    let vouchers = chosen.iter().map(|heap| heap.vouchers).sum();
    let (page, pages) = listed::pages(&ask.page, vouchers, ROWS);
    let found = store::waiting(conn, &filter, listed::offset(page, ROWS), i64::from(ROWS))?;
    let rows = rows(conn, office, user, &names, found)?;
    let institutions: BTreeSet<InstitutionId> = heaps.iter().map(|heap| heap.institution).collect();
    let kinds: BTreeSet<&str> = heaps.iter().map(|heap| heap.kind.as_str()).collect();
    Ok(QueueView {
        rows,
        vouchers,
        lines: chosen.iter().map(|heap| heap.lines).sum(),
        amounts: amounts(office, &chosen)?,
        page,
        pages,
        institutions: institutions
            .into_iter()
            .map(|id| (id.to_string(), names.institution(id).to_owned()))
            .collect(),
        kinds: kinds
            .into_iter()
            .map(|code| (code.to_owned(), kind_name(office, code)))
            .collect(),
        villages: villages(office, &places, (user, today)),
        ask: ask.clone(),
        flash: flash(conn, office, user, (&ask.done, &ask.voucher))?,
    })
}

/// The units with something in the queue, in the register's order; in the city's queue, which holds every
/// county's, none: they would be too many to choose from.
fn villages(
    office: &Office<'_>,
    places: &HashMap<RegionId, Vec<VoucherId>>,
    (user, today): (&User, NaiveDate),
) -> Vec<(String, String)> {
    if user.book.is_none() {
        return Vec::new();
    }
    let mut units: Vec<RegionId> = places.keys().copied().collect();
    units.sort_by_key(|id| office.regions.sort_key(*id, today));
    let name = |id| office.regions.name_in(id, today, user.lang);
    let named = |id: RegionId| {
        let above = office.regions.parent(id, today).map(name);
        let shown = match (above, user.lang) {
            (None, _) => name(id),
            (Some(above), Lang::Zh) => format!("{above}›{}", name(id)),
            (Some(above), Lang::En) => format!("{}, {above}", name(id)),
        };
        (id.0.to_string(), shown)
    };
    units.into_iter().map(named).collect()
}

fn amounts(office: &Office<'_>, heaps: &[Heap]) -> Result<Vec<KindSum>, Error> {
    let kinds: BTreeSet<&str> = heaps.iter().map(|heap| heap.kind.as_str()).collect();
    let mut found = Vec::with_capacity(kinds.len());
    for code in kinds {
        let of_kind = || heaps.iter().filter(|heap| heap.kind == code);
        let sum = KindSum {
            kind: kind_name(office, code),
            vouchers: of_kind().map(|heap| heap.vouchers).sum(),
            amount: Fen::sum(of_kind().map(|heap| Fen(heap.amount)))?,
        };
        if !sum.amount.is_zero() {
            found.push(sum);
        }
    }
    Ok(found)
}

fn rows(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    names: &Names,
    vouchers: Vec<Voucher>,
) -> Result<Vec<QueueRow>, Error> {
    let mut unread = conversation::unread(conn, user, &vouchers)?;
    let amounts = store::line_amounts(conn, &vouchers)?;
    let mut row = |listed: Listed| {
        let found = remarks(&listed.voucher.issues()?).len();
        let apart = amounts
            .get(&listed.voucher.id)
            .map_or(0, |amounts| outliers(amounts).len());
        Ok(QueueRow {
            remarks: found + apart,
            unread: unread.remove(&listed.voucher.id).unwrap_or(0),
            listed,
        })
    };
    listed::dress(conn, office, names, vouchers)?
        .into_iter()
        .map(&mut row)
        .collect()
}

/// What the decision just taken did; nothing when the address names no such thing of one's own book.
pub(super) fn flash(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    (done, voucher): (&str, &str),
) -> Result<Option<Flash>, Error> {
    if done == "none" {
        return Ok(Some(Flash {
            kind: FlashKind::Warning,
            say: Say::new(
                "还没有勾选凭证。先在左边勾选，再批量处理。",
                "No voucher is ticked. Tick some on the left first.",
            ),
        }));
    }
    let (Ok(id), Some(own)) = (VoucherId::parse(voucher), user.book) else {
        return Ok(None);
    };
    let voucher = match ledger::find_voucher(conn, own, &id) {
        Ok(voucher) => voucher,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let kind = kind_name(office, &voucher.kind);
    let say = match (done, voucher.state.as_str()) {
        ("approved", "approved") => approved(&voucher, kind),
        ("returned", "returned") => Say::new(
            format!("{}已退回修改，原因已转给填报人。", kind.zh),
            format!("{} returned; its maker has been told the reason.", kind.en),
        ),
        _ => return Ok(None),
    };
    Ok(Some(Flash {
        kind: FlashKind::Done,
        say,
    }))
}

fn approved(voucher: &Voucher, kind: Text) -> Say {
    let month = voucher.posting_month;
    Say::new(
        format!(
            "{}已通过，凭证号 {}，入账月份 {}。",
            kind.zh,
            voucher.number_text(Lang::Zh),
            month.show(Lang::Zh)
        ),
        format!(
            "{} approved: voucher {}, posted to {}.",
            kind.en,
            voucher.number_text(Lang::En),
            month.show(Lang::En)
        ),
    )
}
