//! Queries of the desk: the queue, oldest first, and the sums of the entries behind a figure.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::{entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn, sum_i64};
use crate::error::Error;
use crate::ledger::{self, Behind, State, Voucher};
use crate::ui::table::{Order, Sort};
use crate::values::{
    BookId, ClientId, ContractId, Fen, InstitutionId, MeasureId, RegionId, SubjectId, VoucherId,
};

/// Which part of the queue is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueFilter {
    pub books: Vec<BookId>,
    pub institution: Option<InstitutionId>,
    pub kind: Option<String>,
    /// Only these vouchers: those of a village.
    pub among: Option<Vec<VoucherId>>,
    pub by: QueueOrder,
}

/// What the queue is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum QueueColumn {
    #[default]
    Submitted,
    Kind,
    Institution,
    Lines,
    Amount,
    Day,
}

/// The queue's order; what is equal stays in the order of submission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct QueueOrder {
    pub column: QueueColumn,
    pub descending: bool,
}

impl QueueColumn {
    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            QueueColumn::Submitted => "submitted",
            QueueColumn::Kind => "kind",
            QueueColumn::Institution => "institution",
            QueueColumn::Lines => "lines",
            QueueColumn::Amount => "amount",
            QueueColumn::Day => "day",
        }
    }

    fn parse(code: &str) -> Option<QueueColumn> {
        use QueueColumn as C;
        [C::Submitted, C::Kind, C::Institution, C::Lines, C::Amount, C::Day]
            .into_iter()
            .find(|column| column.code() == code)
    }
}

impl QueueOrder {
    /// What an address says.
    pub fn parse(code: &str) -> Option<QueueOrder> {
        let sort = Sort::parse(code)?;
        Some(QueueOrder {
            column: QueueColumn::parse(&sort.key)?,
            descending: sort.order == Order::Descending,
        })
    }
}

impl QueueFilter {
    /// Whether a heap of the queue is in this part, as far as heaps tell.
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

/// The same of vouchers that were read already.
pub(super) fn heap_up(vouchers: &[Voucher]) -> Result<Vec<Heap>, Error> {
    let mut heaps: BTreeMap<(InstitutionId, &str), (i64, i64, Vec<Fen>)> = BTreeMap::new();
    for voucher in vouchers {
        let heap = heaps
            .entry((voucher.institution_id, voucher.kind.as_str()))
            .or_default();
        heap.0 += 1;
        heap.1 += i64::from(voucher.line_count);
        heap.2.push(voucher.amount_fen);
    }
    heaps
        .into_iter()
        .map(|((institution, kind), (vouchers, lines, amounts))| {
            Ok(Heap {
                institution,
                kind: kind.to_owned(),
                vouchers,
                lines,
                amount: Fen::sum(amounts)?.0,
            })
        })
        .collect()
}

type Boxed<'a> = voucher::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

/// The vouchers of a part of the queue, in its order.
fn queued(filter: &QueueFilter) -> Boxed<'_> {
    let mut query = voucher::table
        .filter(voucher::book_id.eq_any(&filter.books))
        .filter(voucher::state.eq(State::Submitted.code()))
        .into_boxed();
    if let Some(institution) = filter.institution {
        query = query.filter(voucher::institution_id.eq(institution));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(voucher::kind.eq(kind));
    }
    if let Some(among) = &filter.among {
        query = query.filter(voucher::id.eq_any(among));
    }
    macro_rules! by {
        ($column:expr) => {
            if filter.by.descending {
                query.order(($column.desc(), voucher::submitted_at, voucher::id))
            } else {
                query.order(($column.asc(), voucher::submitted_at, voucher::id))
            }
        };
    }
    match filter.by.column {
        QueueColumn::Submitted => by!(voucher::submitted_at),
        QueueColumn::Kind => by!(voucher::kind),
        QueueColumn::Institution => by!(voucher::institution_id),
        QueueColumn::Lines => by!(voucher::line_count),
        QueueColumn::Amount => by!(voucher::amount_fen),
        QueueColumn::Day => by!(voucher::business_date),
    }
}

/// A page of the queue in its order.
pub(super) fn waiting(
    conn: &mut Conn,
    filter: &QueueFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<Voucher>, Error> {
    Ok(queued(filter)
        .offset(offset)
        .limit(limit)
        .select(Voucher::as_select())
        .load(conn)?)
}

/// The whole queue in its order, by name only.
pub(super) fn waiting_ids(conn: &mut Conn, filter: &QueueFilter) -> Result<Vec<(BookId, VoucherId)>, Error> {
    Ok(queued(filter)
        .select((voucher::book_id, voucher::id))
        .load(conn)?)
}

/// In which units something waits, and the vouchers of each.
pub(super) fn waiting_places(
    conn: &mut Conn,
    books: &[BookId],
) -> Result<HashMap<RegionId, Vec<VoucherId>>, Error> {
    let current: HashMap<VoucherId, i32> = voucher::table
        .filter(voucher::book_id.eq_any(books))
        .filter(voucher::state.eq(State::Submitted.code()))
        .select((voucher::id, voucher::revision))
        .load(conn)?
        .into_iter()
        .collect();
    let rows: Vec<(VoucherId, i32, RegionId)> = voucher_line::table
        .filter(voucher_line::book_id.eq_any(books))
        .filter(voucher_line::voucher_id.eq_any(ledger::waiting(books)))
        .select((
            voucher_line::voucher_id,
            voucher_line::revision,
            voucher_line::region_id,
        ))
        .distinct()
        .load(conn)?;
    let mut places: HashMap<RegionId, Vec<VoucherId>> = HashMap::new();
    for (id, revision, region) in rows {
        if current.get(&id) == Some(&revision) {
            places.entry(region).or_default().push(id);
        }
    }
    Ok(places)
}

/// A line of another voucher that might be the same business.
#[derive(Clone, Debug)]
pub(super) struct LikeLine {
    pub voucher: Voucher,
    pub n: i32,
    pub region: RegionId,
    pub client: Option<ClientId>,
    pub contract: Option<ContractId>,
    pub amount: Fen,
}

type LikeRow = (Voucher, i32, RegionId, Option<ClientId>, Option<ContractId>, Fen);

impl LikeLine {
    fn of((voucher, n, region, client, contract, amount): LikeRow) -> LikeLine {
        LikeLine {
            voucher,
            n,
            region,
            client,
            contract,
            amount,
        }
    }
}

/// What [`LikeLine`] is made of.
macro_rules! like_row {
    () => {
        (
            Voucher::as_select(),
            voucher_line::n,
            voucher_line::region_id,
            voucher_line::client_id,
            voucher_line::contract_id,
            voucher_line::amount_fen,
        )
    };
}

/// The lines of other vouchers of the same kind, waiting or posted, that name one of these clients.
pub(super) fn lines_of_same_clients(
    conn: &mut Conn,
    voucher: &Voucher,
    clients: &[ClientId],
) -> Result<Vec<LikeLine>, Error> {
    let mut found = Vec::new();
    for some in clients.chunks(CHUNK) {
        let rows: Vec<LikeRow> = ledger::vouchers_with_lines()
            .filter(voucher_line::book_id.eq(voucher.book_id))
            .filter(voucher_line::client_id.eq_any(some))
            .filter(voucher::kind.eq(&voucher.kind))
            .filter(voucher::id.ne(&voucher.id))
            .filter(voucher::reversal_of.is_null())
            .filter(voucher::state.eq_any([State::Submitted.code(), State::Approved.code()]))
            .order((voucher::submitted_at.desc(), voucher_line::n))
            .select(like_row!())
            .load(conn)?;
        found.extend(rows.into_iter().map(LikeLine::of));
    }
    Ok(found)
}

/// The lines without a client of other waiting vouchers of the same kind, day and institution in one of these units.
pub(super) fn lines_of_same_place(
    conn: &mut Conn,
    voucher: &Voucher,
    places: &[RegionId],
) -> Result<Vec<LikeLine>, Error> {
    let rows: Vec<LikeRow> = ledger::vouchers_with_lines()
        .filter(voucher::book_id.eq(voucher.book_id))
        .filter(voucher::state.eq(State::Submitted.code()))
        .filter(voucher::kind.eq(&voucher.kind))
        .filter(voucher::institution_id.eq(voucher.institution_id))
        .filter(voucher::business_date.eq(voucher.business_date))
        .filter(voucher::id.ne(&voucher.id))
        .filter(voucher::reversal_of.is_null())
        .filter(voucher_line::client_id.is_null())
        .filter(voucher_line::region_id.eq_any(places))
        .order((voucher::submitted_at.desc(), voucher_line::n))
        .select(like_row!())
        .load(conn)?;
    Ok(rows.into_iter().map(LikeLine::of).collect())
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
