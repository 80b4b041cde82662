//! Reading vouchers, their lines and entries.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::submit::{Line, LineRow, load_lines};
use super::voucher::{State, Voucher};
use crate::db::schema::{entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn, load_where};
use crate::error::Error;
use crate::values::{
    BookId, ClientId, ContractId, InstitutionId, MeasureId, Month, ProductId, RegionId, SpecialistId,
    SubjectId, UserId, VoucherId,
};

/// One entry (分录), posted or pending.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = entry)]
#[diesel(treat_none_as_default_value = false)]
pub struct EntryRow {
    pub book_id: BookId,
    pub voucher_id: VoucherId,
    pub n: i32,
    pub pending: bool,
    /// The voucher's line it comes from.
    pub line: i32,
    pub month: Month,
    pub measure: MeasureId,
    pub region_id: RegionId,
    pub institution_id: InstitutionId,
    pub product_id: ProductId,
    pub specialist_id: SpecialistId,
    pub contract_id: Option<ContractId>,
    /// Who or what is counted once, for a distinct measure.
    pub subject_id: Option<SubjectId>,
    pub amount: i64,
}

/// One voucher, or [`Error::NotFound`].
pub fn find_voucher(conn: &mut Conn, book: BookId, id: &VoucherId) -> Result<Voucher, Error> {
    voucher::table
        .find((book, id))
        .select(Voucher::as_select())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

/// Some vouchers of a book; unknown ids are left out.
pub fn find_vouchers(conn: &mut Conn, book: BookId, ids: &[VoucherId]) -> Result<Vec<Voucher>, Error> {
    Ok(load_where!(conn, Voucher, book, voucher::id in ids)?)
}

/// The lines of a voucher's revision, in order.
pub fn lines_of(conn: &mut Conn, voucher: &Voucher, revision: i32) -> Result<Vec<Line>, Error> {
    load_lines(conn, voucher.book_id, &voucher.id, revision)
}

/// What a voucher posted, or would post.
pub fn entries_of(conn: &mut Conn, voucher: &Voucher) -> Result<Vec<EntryRow>, Error> {
    Ok(entry::table
        .filter(entry::book_id.eq(voucher.book_id))
        .filter(entry::voucher_id.eq(&voucher.id))
        .order(entry::n)
        .select(EntryRow::as_select())
        .load(conn)?)
}

/// Which vouchers a list shows.
#[derive(Clone, Debug, Default)]
pub struct VoucherFilter {
    pub books: Vec<BookId>,
    pub states: Vec<State>,
    pub maker: Option<UserId>,
    pub institution: Option<InstitutionId>,
    /// Only vouchers of this kind.
    pub kind: Option<String>,
    /// Only vouchers with an entry in one of these cells.
    pub behind: Option<Behind>,
    pub order: VoucherOrder,
    /// The smallest first instead of the largest.
    pub ascending: bool,
    /// Rows to skip and to show.
    pub offset: i64,
    pub limit: i64,
}

/// What a list of vouchers is ordered by; those that say the same follow the latest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VoucherOrder {
    #[default]
    Submitted,
    /// By posting month and number; those without a number come last either way.
    Number,
    Amount,
    Day,
}

/// The figure whose vouchers are asked for.
#[derive(Clone, Debug)]
pub struct Behind {
    pub measure: MeasureId,
    /// What waits for review instead of what is posted.
    pub pending: bool,
    pub from: Month,
    pub to: Month,
    pub regions: Vec<RegionId>,
    pub institution: Option<InstitutionId>,
    pub product: Option<ProductId>,
    pub specialist: Option<SpecialistId>,
}

/// The ids of the vouchers that wait for review: few, however many have been approved.
#[diesel::dsl::auto_type]
pub fn waiting<'a>(books: &'a [BookId]) -> _ {
    let submitted: &'static str = State::Submitted.code();
    voucher::table
        .filter(voucher::book_id.eq_any(books))
        .filter(voucher::state.eq(submitted))
        .select(voucher::id)
}

/// The ids of the vouchers with an entry in the cells asked for, posted or waiting as `which` says.
/// A member that is not asked for is a range over all ids, so that the query keeps one shape: a
/// boxed one cannot stand inside another on either database.
macro_rules! ids_behind {
    ($books:expr, $behind:expr, $which:expr) => {{
        let every = |id: Option<i64>| id.map_or((0, i64::MAX), |id| (id, id));
        let institutions = every($behind.institution.map(|id| id.0));
        let products = every($behind.product.map(|id| id.0));
        let specialists = every($behind.specialist.map(|id| id.0));
        entry::table
            .filter(entry::book_id.eq_any($books))
            .filter(entry::measure.eq($behind.measure))
            .filter($which)
            .filter(entry::month.between($behind.from, $behind.to))
            .filter(entry::region_id.eq_any(&$behind.regions))
            .filter(
                entry::institution_id.between(InstitutionId(institutions.0), InstitutionId(institutions.1)),
            )
            .filter(entry::product_id.between(ProductId(products.0), ProductId(products.1)))
            .filter(entry::specialist_id.between(SpecialistId(specialists.0), SpecialistId(specialists.1)))
            .select(entry::voucher_id)
    }};
}

type Boxed<'a> = voucher::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

fn filtered<'a>(filter: &'a VoucherFilter) -> Boxed<'a> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.code()).collect();
    let mut query = voucher::table
        .filter(voucher::book_id.eq_any(&filter.books))
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(voucher::state.eq_any(states));
    }
    if let Some(maker) = &filter.maker {
        query = query.filter(voucher::maker_id.eq(maker));
    }
    if let Some(institution) = filter.institution {
        query = query.filter(voucher::institution_id.eq(institution));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(voucher::kind.eq(kind));
    }
    if let Some(behind) = &filter.behind {
        // Said as a condition of its own: only so do the indexes of posted entries serve.
        query = if behind.pending {
            let which = entry::pending
                .and(entry::book_id.eq(voucher::book_id))
                .and(entry::voucher_id.eq(voucher::id));
            query
                .filter(voucher::state.eq(State::Submitted.code()))
                .filter(exists(ids_behind!(&filter.books, behind, which)))
        } else {
            query.filter(voucher::id.eq_any(ids_behind!(&filter.books, behind, not(entry::pending))))
        };
    }
    query
}

/// The vouchers a filter lets through, in its order: unless it says otherwise, the latest first.
pub fn list_vouchers(conn: &mut Conn, filter: &VoucherFilter) -> Result<Vec<Voucher>, Error> {
    Ok(ordered(filter)
        .offset(filter.offset)
        .limit(filter.limit)
        .select(Voucher::as_select())
        .load(conn)?)
}

fn ordered(filter: &VoucherFilter) -> Boxed<'_> {
    let query = filtered(filter);
    let latest = (voucher::submitted_at.desc(), voucher::id.desc());
    match (filter.order, filter.ascending) {
        (VoucherOrder::Submitted, false) => query.order(latest),
        (VoucherOrder::Submitted, true) => query.order((voucher::submitted_at.asc(), voucher::id.asc())),
        // Where nothing stands is told apart by the two databases only when they are asked to.
        (VoucherOrder::Number, false) => query
            .order((
                voucher::number.is_null().asc(),
                voucher::posting_month.desc(),
                voucher::number.desc(),
            ))
            .then_order_by(latest),
        (VoucherOrder::Number, true) => query
            .order((
                voucher::number.is_null().asc(),
                voucher::posting_month.asc(),
                voucher::number.asc(),
            ))
            .then_order_by(latest),
        (VoucherOrder::Amount, false) => query.order(voucher::amount_fen.desc()).then_order_by(latest),
        (VoucherOrder::Amount, true) => query.order(voucher::amount_fen.asc()).then_order_by(latest),
        (VoucherOrder::Day, false) => query.order(voucher::business_date.desc()).then_order_by(latest),
        (VoucherOrder::Day, true) => query.order(voucher::business_date.asc()).then_order_by(latest),
    }
}

/// How many there are in all.
pub fn queue_length(conn: &mut Conn, filter: &VoucherFilter) -> Result<i64, Error> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// The villages that the current lines of some vouchers name, each once, by id.
pub fn regions_of(conn: &mut Conn, vouchers: &[Voucher]) -> Result<HashMap<VoucherId, Vec<RegionId>>, Error> {
    let current: HashMap<&VoucherId, i32> = vouchers.iter().map(|each| (&each.id, each.revision)).collect();
    let mut found: HashMap<VoucherId, Vec<RegionId>> = HashMap::with_capacity(vouchers.len());
    for some in vouchers.chunks(CHUNK) {
        let books: HashSet<BookId> = some.iter().map(|voucher| voucher.book_id).collect();
        let ids: Vec<&VoucherId> = some.iter().map(|voucher| &voucher.id).collect();
        let rows: Vec<(VoucherId, i32, RegionId)> = voucher_line::table
            .filter(voucher_line::book_id.eq_any(books))
            .filter(voucher_line::voucher_id.eq_any(ids))
            .select((
                voucher_line::voucher_id,
                voucher_line::revision,
                voucher_line::region_id,
            ))
            .distinct()
            .order((
                voucher_line::voucher_id,
                voucher_line::revision,
                voucher_line::region_id,
            ))
            .load(conn)?;
        for (id, revision, region) in rows {
            if current.get(&id) == Some(&revision) {
                found.entry(id).or_default().push(region);
            }
        }
    }
    Ok(found)
}

/// Whose waiting lines are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Against<'a> {
    Contracts(&'a [ContractId]),
    Clients(&'a [ClientId]),
}

/// A line of a voucher that still waits for its reviewer.
#[derive(Clone, Debug)]
pub struct PendingLine {
    pub voucher: VoucherId,
    pub kind: String,
    pub business_date: NaiveDate,
    pub line: Line,
}

/// How many vouchers may wait for their lines to be looked up from them. A county's desk leaves fewer; after
/// weeks without a network a backlog may be a hundred times as long.
const FEW: usize = 256;

/// The lines of other submitted vouchers that concern these contracts or clients, in the order
/// they were submitted. Two steps in either direction, so that no plan of the database can make this
/// a walk over all lines: while few wait, from them to their lines; else from the lines that name a
/// contract or client to their vouchers.
pub fn pending_lines(
    conn: &mut Conn,
    book: BookId,
    against: Against<'_>,
    except: &VoucherId,
) -> Result<Vec<PendingLine>, Error> {
    pending_lines_while(FEW, conn, book, against, except)
}

fn pending_lines_while(
    few: usize,
    conn: &mut Conn,
    book: BookId,
    against: Against<'_>,
    except: &VoucherId,
) -> Result<Vec<PendingLine>, Error> {
    let limit = i64::try_from(few).unwrap_or(i64::MAX).saturating_add(1);
    let waiting = waiting_of(conn, book, except, None, limit)?;
    let (mut waiting, rows) = if waiting.len() <= few {
        let ids: Vec<&VoucherId> = waiting.iter().map(|each| &each.id).collect();
        let rows = lines_against(conn, book, Some(&ids), against)?;
        (waiting, rows)
    } else {
        let rows = lines_against(conn, book, None, against)?;
        let ids: BTreeSet<&VoucherId> = rows.iter().map(|row| &row.voucher_id).collect();
        let ids: Vec<&VoucherId> = ids.into_iter().collect();
        let mut waiting = Vec::new();
        for some in ids.chunks(CHUNK) {
            waiting.extend(waiting_of(conn, book, except, Some(some), i64::MAX)?);
        }
        (waiting, rows)
    };
    waiting.sort_by(|one, other| (one.submitted_at, &one.id).cmp(&(other.submitted_at, &other.id)));
    let mut lines: HashMap<(VoucherId, i32), Vec<LineRow>> = HashMap::new();
    for row in rows {
        let of = (row.voucher_id.clone(), row.revision);
        lines.entry(of).or_default().push(row);
    }
    let mut found = Vec::new();
    for each in waiting {
        let mut own = lines
            .remove(&(each.id.clone(), each.revision))
            .unwrap_or_default();
        own.sort_by_key(|row| row.n);
        for row in own {
            found.push(PendingLine {
                voucher: each.id.clone(),
                kind: each.kind.clone(),
                business_date: each.business_date,
                line: row.into_line()?,
            });
        }
    }
    Ok(found)
}

/// What is asked of a voucher that waits.
#[derive(Queryable, Selectable)]
#[diesel(table_name = voucher)]
struct Waiting {
    id: VoucherId,
    revision: i32,
    kind: String,
    business_date: NaiveDate,
    submitted_at: NaiveDateTime,
}

/// Up to `limit` vouchers that wait, all or some of these.
fn waiting_of(
    conn: &mut Conn,
    book: BookId,
    except: &VoucherId,
    of: Option<&[&VoucherId]>,
    limit: i64,
) -> Result<Vec<Waiting>, Error> {
    let mut query = voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq(State::Submitted.code()))
        // A reversal that waits changes nothing yet, and its amounts are not a kind's own.
        .filter(voucher::reversal_of.is_null())
        .filter(voucher::id.ne(except))
        .limit(limit)
        .select(Waiting::as_select())
        .into_boxed();
    if let Some(ids) = of {
        query = query.filter(voucher::id.eq_any(ids));
    }
    Ok(query.load(conn)?)
}

/// The lines that concern these contracts or clients, of every revision; all or those of some vouchers.
fn lines_against(
    conn: &mut Conn,
    book: BookId,
    vouchers: Option<&[&VoucherId]>,
    against: Against<'_>,
) -> Result<Vec<LineRow>, Error> {
    let mut rows = Vec::new();
    let mut ask = |vouchers: Option<&[&VoucherId]>| -> Result<(), Error> {
        let of_vouchers = || {
            let query = voucher_line::table
                .filter(voucher_line::book_id.eq(book))
                .select(LineRow::as_select())
                .into_boxed();
            match vouchers {
                Some(ids) => query.filter(voucher_line::voucher_id.eq_any(ids)),
                None => query,
            }
        };
        match against {
            Against::Contracts(ids) => {
                for some in ids.chunks(CHUNK) {
                    rows.extend(
                        of_vouchers()
                            .filter(voucher_line::contract_id.eq_any(some))
                            .load(conn)?,
                    );
                }
            }
            Against::Clients(ids) => {
                for some in ids.chunks(CHUNK) {
                    rows.extend(
                        of_vouchers()
                            .filter(voucher_line::client_id.eq_any(some))
                            .load(conn)?,
                    );
                }
            }
        }
        Ok(())
    };
    match vouchers {
        Some(ids) => ids.chunks(CHUNK).try_for_each(|some| ask(Some(some)))?,
        None => ask(None)?,
    }
    Ok(rows)
}
