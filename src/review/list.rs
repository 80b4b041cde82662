//! `/vouchers`: the vouchers behind a figure, or simply the latest ones.

use std::collections::HashMap;

use actix_web::web;
use serde::Deserialize;

use super::figure::Figure;
use super::listed::{self, KIND, Listed, ROWS, known_kind};
use super::queue::{SORT, readable};
use super::{store, views};
use crate::auth::{Answer, Page, User, asked};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Behind, Office, State, VoucherFilter, VoucherOrder};
use crate::register::{self, Names};
use crate::state::{self, Site};
use crate::totals;
use crate::ui::table::{Order, Sort};
use crate::values::{BookId, Lang, Month, SubjectId, Text, words};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    pub measure: String,
    pub region: String,
    /// `yes`: the region itself without what lies within it.
    pub alone: String,
    pub from: String,
    pub to: String,
    /// `now`: the region is read by today's boundaries.
    pub boundaries: String,
    pub institution: String,
    pub product: String,
    pub specialist: String,
    pub state: String,
    pub kind: String,
    /// A column, with a minus for the largest first.
    pub sort: String,
    pub page: String,
    /// Which totals page the figure was clicked on.
    pub back: String,
}

/// The figure the list is behind, with what it comes to.
pub(super) struct FigureView {
    pub figure: Figure,
    /// Fen, or a count.
    pub amount: i64,
    pub place: String,
    /// What it is restricted to, and the parameter that says so.
    pub members: Vec<(&'static str, String)>,
    /// The page that says how it is made.
    pub explained: Option<String>,
}

/// One row: a voucher, and for an additive figure how much of it is its own.
pub(super) struct ListRow {
    pub listed: Listed,
    pub share: Option<i64>,
}

/// What the page shows.
pub(super) struct ListView {
    pub figure: Option<FigureView>,
    /// The totals page it was clicked on.
    pub back: Option<String>,
    pub rows: Vec<ListRow>,
    pub total: i64,
    pub page: u32,
    pub pages: u32,
    pub state: String,
    pub institution: String,
    pub institutions: Vec<(String, String)>,
    pub kind: String,
    pub sort: Option<Sort>,
    pub kinds: Vec<(String, Text)>,
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, user, actor, lang) = (query.into_inner(), page.user.clone(), page.actor(), page.lang);
    let view = state::read(&site, move |conn, office| {
        load(conn, office, &user, &actor, lang, &ask)
    })
    .await?;
    Ok(views::list(&page, &view))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    lang: Lang,
    ask: &Ask,
) -> Result<ListView, Error> {
    let all = readable(conn, user)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let figure = Figure::read(ask, office.regions, user, actor.today)?;
    let behind = figure.as_ref().map(|figure| figure.behind(office.regions));
    let books = figure
        .as_ref()
        .map_or(all.clone(), |figure| figure.books(office.regions, &all));
    let sort = asked(SORT, &ask.sort, sorted)?;
    let mut filter = VoucherFilter {
        states: states(ask, figure.as_ref())?,
        institution: match figure {
            Some(_) => None,
            None => asked(words::INSTITUTION, &ask.institution, |text| {
                names.known_institution(text)
            })?,
        },
        kind: asked(KIND, &ask.kind, |text| known_kind(office, text))?,
        behind,
        books,
        order: sort.as_ref().map_or(VoucherOrder::Submitted, |(_, order)| *order),
        ascending: sort
            .as_ref()
            .is_some_and(|(sort, _)| sort.order == Order::Ascending),
        ..VoucherFilter::default()
    };
    let total = ledger::queue_length(conn, &filter)?;
    let (page, pages) = listed::pages(&ask.page, total, ROWS);
    filter.offset = listed::offset(page, ROWS);
    filter.limit = i64::from(ROWS);
    let vouchers = ledger::list_vouchers(conn, &filter)?;
    let mut shares = match (&filter.behind, &figure) {
        (Some(behind), Some(figure)) if !figure.measure.distinct => {
            Some(store::shares_behind(conn, &filter.books, behind, &vouchers)?)
        }
        _ => None,
    };
    let row = |listed: Listed| ListRow {
        share: shares
            .as_mut()
            .map(|shares| shares.remove(&listed.voucher.id).unwrap_or(0)),
        listed,
    };
    let rows = listed::dress(conn, office, &names, vouchers)?
        .into_iter()
        .map(row)
        .collect();
    let back = figure
        .as_ref()
        .and_then(|figure| totals::page_behind(&ask.back, figure.to));
    // What leads nowhere is not carried on.
    let carried = back.as_ref().map_or("", |_| ask.back.as_str());
    let figure = match (figure, &filter.behind) {
        (Some(figure), Some(behind)) => Some(FigureView {
            amount: amount(conn, &filter.books, &figure, behind)?,
            place: figure.place(office.regions, lang),
            members: members(&figure, &names, user.lang),
            explained: figure.explained(office.regions, carried),
            figure,
        }),
        _ => None,
    };
    let institutions = register::institutions(conn)?;
    Ok(ListView {
        figure,
        back,
        rows,
        total,
        page,
        pages,
        state: ask.state.clone(),
        institution: ask.institution.clone(),
        kind: ask.kind.clone(),
        sort: sort.map(|(sort, _)| sort),
        kinds: office
            .kinds
            .kinds
            .iter()
            .map(|kind| (kind.code.to_owned(), kind.name))
            .collect(),
        institutions: institutions
            .into_iter()
            .map(|each| (each.id.to_string(), names.institution(each.id).to_owned()))
            .collect(),
    })
}

/// The columns the list is sorted by, as addresses call them.
pub(super) const NUMBER: &str = "number";
pub(super) const AMOUNT: &str = "amount";
pub(super) const DAY: &str = "day";
pub(super) const SUBMITTED: &str = "submitted";

fn sorted(code: &str) -> Option<(Sort, VoucherOrder)> {
    let sort = Sort::parse(code)?;
    let order = match sort.key.as_str() {
        NUMBER => VoucherOrder::Number,
        AMOUNT => VoucherOrder::Amount,
        DAY => VoucherOrder::Day,
        SUBMITTED => VoucherOrder::Submitted,
        _ => return None,
    };
    Some((sort, order))
}

/// A figure's vouchers are whatever has entries in it; a plain list goes by the state chosen.
fn states(ask: &Ask, figure: Option<&Figure>) -> Result<Vec<State>, Error> {
    let chosen = asked(words::STATUS, &ask.state, State::parse)?;
    Ok(match figure {
        Some(_) => Vec::new(),
        None => chosen.into_iter().collect(),
    })
}

/// What the figure comes to: the sum of its entries, or who is counted once. The change of a distinct
/// stock is the difference of two counts; what waits counts those only whom it would add.
fn amount(conn: &mut Conn, books: &[BookId], figure: &Figure, behind: &Behind) -> Result<i64, Error> {
    if !figure.measure.distinct {
        return store::sum_behind(conn, books, behind);
    }
    let mut counted = |behind: &Behind| store::subjects_behind(conn, books, behind);
    if figure.pending {
        let posted = Behind {
            pending: false,
            ..behind.clone()
        };
        let posted = counted(&posted)?;
        let mut added = counted(behind)?;
        added.retain(|subject, _| posted.get(subject).is_none_or(|already| *already <= 0));
        return present(&added);
    }
    match figure.from {
        Some(from) if figure.measure.is_stock() => {
            let up_to = |to| Behind {
                from: Month::MIN,
                to,
                ..behind.clone()
            };
            let after = present(&counted(&up_to(figure.to))?)?;
            Ok(after - present(&counted(&up_to(from.previous()))?)?)
        }
        _ => present(&counted(behind)?),
    }
}

/// How many have anything above nought.
fn present(sums: &HashMap<SubjectId, i64>) -> Result<i64, Error> {
    let count = sums.values().filter(|sum| **sum > 0).count();
    i64::try_from(count).map_err(|_| Error::Failed("a count overflows".to_owned()))
}

/// The bank, product and specialist it is restricted to.
fn members(figure: &Figure, names: &Names, lang: Lang) -> Vec<(&'static str, String)> {
    let named = |id: i64, name: &str| match id {
        0 => words::NOT_STATED.get(lang).to_owned(),
        _ => name.to_owned(),
    };
    let institution = figure
        .institution
        .map(|id| ("institution", named(id.0, names.institution(id))));
    let product = figure
        .product
        .map(|id| ("product", named(id.0, names.product(id))));
    let specialist = figure
        .specialist
        .map(|id| ("specialist", named(id.0, names.specialist(id))));
    [institution, product, specialist].into_iter().flatten().collect()
}
