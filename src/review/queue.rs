//! `/review`: what waits for a decision, longest first.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Deserialize;

use super::listed::{self, KIND, Listed, ROWS, kind_name, known_kind};
use super::outliers::outliers;
use super::remarks::remarks;
use super::store::{self, Heap, QueueFilter};
use super::views;
use crate::auth::{Answer, Page, User, asked};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office, Voucher};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::page::{Flash, FlashKind};
use crate::values::{BookId, Fen, InstitutionId, Lang, Say, Text, VoucherId, words};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    institution: String,
    kind: String,
    page: String,
    /// What was just decided: `approved` or `returned`, and which voucher.
    done: String,
    voucher: String,
}

/// One waiting voucher.
pub(super) struct QueueRow {
    pub listed: Listed,
    /// How many things the reviewer should look at: what the rules found, and lines that stand out.
    pub remarks: usize,
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
    pub institution: String,
    pub kind: String,
    pub flash: Option<Flash>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, user) = (query.into_inner(), page.user.clone());
    let mut view = state::read(&site, move |conn, office| load(conn, office, &user, &ask)).await?;
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

fn load(conn: &mut Conn, office: &Office<'_>, user: &User, ask: &Ask) -> Result<QueueView, Error> {
    let books = readable(conn, user)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let heaps = store::heaps(conn, &books)?;
    let filter = QueueFilter {
        books,
        institution: asked(words::INSTITUTION, &ask.institution, |text| {
            names.known_institution(text)
        })?,
        kind: asked(KIND, &ask.kind, |text| known_kind(office, text))?,
    };
    let chosen: Vec<&Heap> = heaps.iter().filter(|heap| filter.lets(heap)).collect();
    let vouchers = chosen.iter().map(|heap| heap.vouchers).sum();
    let (page, pages) = listed::pages(&ask.page, vouchers, ROWS);
    let found = store::waiting(conn, &filter, listed::offset(page, ROWS), i64::from(ROWS))?;
    let rows = rows(conn, office, &names, found)?;
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
        institution: ask.institution.clone(),
        kind: ask.kind.clone(),
        flash: flash(conn, office, user, ask)?,
    })
}

fn amounts(office: &Office<'_>, heaps: &[&Heap]) -> Result<Vec<KindSum>, Error> {
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
    names: &Names,
    vouchers: Vec<Voucher>,
) -> Result<Vec<QueueRow>, Error> {
    let amounts = store::line_amounts(conn, &vouchers)?;
    let row = |listed: Listed| {
        let found = remarks(&listed.voucher.issues()?).len();
        let apart = amounts
            .get(&listed.voucher.id)
            .map_or(0, |amounts| outliers(amounts).len());
        Ok(QueueRow {
            remarks: found + apart,
            listed,
        })
    };
    listed::dress(conn, office, names, vouchers)?
        .into_iter()
        .map(row)
        .collect()
}

/// What the decision just taken did; nothing when the address names no such thing of one's own book.
fn flash(conn: &mut Conn, office: &Office<'_>, user: &User, ask: &Ask) -> Result<Option<Flash>, Error> {
    let (Ok(id), Some(own)) = (VoucherId::parse(&ask.voucher), user.book) else {
        return Ok(None);
    };
    let voucher = match ledger::find_voucher(conn, own, &id) {
        Ok(voucher) => voucher,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let kind = kind_name(office, &voucher.kind);
    let say = match (ask.done.as_str(), voucher.state.as_str()) {
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
