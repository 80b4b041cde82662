//! Queries of the desk: the queue, oldest first, and the sums of the entries behind a figure.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::{entry, voucher, voucher_line};
use crate::db::{Conn, sum_i64};
use crate::error::Error;
use crate::ledger::{self, Behind, State, Voucher};
use crate::values::{BookId, Fen, InstitutionId, MeasureId, SubjectId, VoucherId};

/// Which part of the queue is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueFilter {
    pub books: Vec<BookId>,
    pub institution: Option<InstitutionId>,
    pub kind: Option<String>,
}

impl QueueFilter {
    /// Whether a heap of the queue is in this part.
    pub fn lets(&self, heap: &Heap) -> bool {
        self.institution.is_none_or(|only| only == heap.institution)
            && self.kind.as_ref().is_none_or(|only| *only == heap.kind)
    }
}

/// What waits of one institution and kind.
#[derive(Clone, Debug)]
pub(super) struct Heap {
    pub institution: InstitutionId,
    pub kind: String,
    pub vouchers: i64,
    pub lines: i64,
    /// Fen.
    pub amount: i64,
}

/// The whole queue of some books, by institution and kind.
pub(super) fn heaps(conn: &mut Conn, books: &[BookId]) -> Result<Vec<Heap>, Error> {
    let rows: Vec<(InstitutionId, String, i64, i64, i64)> = voucher::table
        .filter(voucher::book_id.eq_any(books))
        .filter(voucher::state.eq(State::Submitted.code()))
        .group_by((voucher::institution_id, voucher::kind))
        .order((voucher::institution_id, voucher::kind))
        .select((
            voucher::institution_id,
            voucher::kind,
            diesel::dsl::count_star(),
            sum_i64("line_count"),
            sum_i64("amount_fen"),
        ))
        .load(conn)?;
    let heap = |(institution, kind, vouchers, lines, amount)| Heap {
        institution,
        kind,
        vouchers,
        lines,
        amount,
    };
    Ok(rows.into_iter().map(heap).collect())
}

/// A page of the queue, what waits longest first.
pub(super) fn waiting(
    conn: &mut Conn,
    filter: &QueueFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<Voucher>, Error> {
    let mut query = voucher::table
        .filter(voucher::book_id.eq_any(&filter.books))
        .filter(voucher::state.eq(State::Submitted.code()))
        .order((voucher::submitted_at, voucher::id))
        .offset(offset)
        .limit(limit)
        .select(Voucher::as_select())
        .into_boxed();
    if let Some(institution) = filter.institution {
        query = query.filter(voucher::institution_id.eq(institution));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(voucher::kind.eq(kind));
    }
    Ok(query.load(conn)?)
}

/// The amounts of the current lines of some vouchers, in their order.
pub(super) fn line_amounts(
    conn: &mut Conn,
    vouchers: &[Voucher],
) -> Result<HashMap<VoucherId, Vec<Fen>>, Error> {
    let current: HashMap<&VoucherId, i32> = vouchers.iter().map(|each| (&each.id, each.revision)).collect();
    let books: HashSet<BookId> = vouchers.iter().map(|voucher| voucher.book_id).collect();
    let ids: Vec<&VoucherId> = vouchers.iter().map(|voucher| &voucher.id).collect();
    let rows: Vec<(VoucherId, i32, Fen)> = voucher_line::table
        .filter(voucher_line::book_id.eq_any(books))
        .filter(voucher_line::voucher_id.eq_any(ids))
        .order((voucher_line::voucher_id, voucher_line::revision, voucher_line::n))
        .select((
            voucher_line::voucher_id,
            voucher_line::revision,
            voucher_line::amount_fen,
        ))
        .load(conn)?;
    let mut amounts: HashMap<VoucherId, Vec<Fen>> = HashMap::with_capacity(vouchers.len());
    for (id, revision, amount) in rows {
        if current.get(&id) == Some(&revision) {
            amounts.entry(id).or_default().push(amount);
        }
    }
    Ok(amounts)
}

/// Restricts a query over entries to the cells of a figure: the same that [`Behind`] finds vouchers by.
macro_rules! behind {
    ($query:expr, $books:expr, $behind:expr) => {{
        let behind: &Behind = $behind;
        let mut query = $query
            .filter(entry::book_id.eq_any($books))
            .filter(entry::measure.eq(behind.measure))
            .filter(entry::month.between(behind.from, behind.to))
            .filter(entry::region_id.eq_any(&behind.regions))
            .into_boxed();
        // Said as a condition of its own: only so do the indexes of posted entries serve.
        query = if behind.pending {
            query.filter(entry::pending.and(entry::voucher_id.eq_any(ledger::waiting($books))))
        } else {
            query.filter(diesel::dsl::not(entry::pending))
        };
        if let Some(institution) = behind.institution {
            query = query.filter(entry::institution_id.eq(institution));
        }
        if let Some(product) = behind.product {
            query = query.filter(entry::product_id.eq(product));
        }
        if let Some(specialist) = behind.specialist {
            query = query.filter(entry::specialist_id.eq(specialist));
        }
        query
    }};
}

/// The sum of the entries behind an additive figure: the figure itself.
pub(super) fn sum_behind(conn: &mut Conn, books: &[BookId], behind: &Behind) -> Result<i64, Error> {
    let query = entry::table
        .group_by(entry::measure)
        .select((entry::measure, sum_i64("amount")));
    // Without any entry there is no group, and so no NULL to read.
    let row: Option<(MeasureId, i64)> = behind!(query, books, behind).first(conn).optional()?;
    Ok(row.map_or(0, |(_, sum)| sum))
}

/// Per subject the sum of the entries behind a distinct figure.
pub(super) fn subjects_behind(
    conn: &mut Conn,
    books: &[BookId],
    behind: &Behind,
) -> Result<HashMap<SubjectId, i64>, Error> {
    let query = entry::table
        .group_by(entry::subject_id)
        .select((entry::subject_id, sum_i64("amount")));
    let rows: Vec<(Option<SubjectId>, i64)> = behind!(query, books, behind).load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(subject, sum)| Some((subject?, sum)))
        .collect())
}

/// What each of some vouchers has in the figure.
pub(super) fn shares_behind(
    conn: &mut Conn,
    books: &[BookId],
    behind: &Behind,
    vouchers: &[Voucher],
) -> Result<HashMap<VoucherId, i64>, Error> {
    let ids: Vec<&VoucherId> = vouchers.iter().map(|voucher| &voucher.id).collect();
    let query = entry::table
        .group_by(entry::voucher_id)
        .select((entry::voucher_id, sum_i64("amount")));
    let rows: Vec<(VoucherId, i64)> = behind!(query, books, behind)
        .filter(entry::voucher_id.eq_any(ids))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
