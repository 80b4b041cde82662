//! A month's posted vouchers in the order of their numbers, a stretch at a time: for lists of any length.

use std::collections::HashMap;

use diesel::prelude::*;

use super::voucher::Voucher;
use crate::db::schema::{voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::values::{BookId, Fen, InstitutionId, Month, ProductId, RegionId, SpecialistId, VoucherId};

/// A line as lists show it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = voucher_line)]
pub struct ListedLine {
    pub voucher_id: VoucherId,
    pub revision: i32,
    pub n: i32,
    pub region_id: RegionId,
    pub product_id: ProductId,
    pub institution_id: InstitutionId,
    pub specialist_id: SpecialistId,
    pub amount_fen: Fen,
}

/// The vouchers of a month with numbers after `after`, up to `last`: so many of them.
pub fn posted_after(
    conn: &mut Conn,
    book: BookId,
    month: Month,
    (after, last): (i64, i64),
    most: usize,
) -> Result<Vec<Voucher>, Error> {
    Ok(voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::posting_month.eq(month))
        .filter(voucher::number.gt(after))
        .filter(voucher::number.le(last))
        .order(voucher::number)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(Voucher::as_select())
        .load(conn)?)
}

/// The current lines of some vouchers of a book, by voucher, each in its order.
pub fn listed_lines(
    conn: &mut Conn,
    book: BookId,
    vouchers: &[Voucher],
) -> Result<HashMap<VoucherId, Vec<ListedLine>>, Error> {
    let current: HashMap<&VoucherId, i32> = vouchers.iter().map(|each| (&each.id, each.revision)).collect();
    let mut found: HashMap<VoucherId, Vec<ListedLine>> = HashMap::with_capacity(vouchers.len());
    for some in vouchers.chunks(CHUNK) {
        let ids: Vec<&VoucherId> = some.iter().map(|voucher| &voucher.id).collect();
        let lines: Vec<ListedLine> = voucher_line::table
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::voucher_id.eq_any(ids))
            .order((voucher_line::voucher_id, voucher_line::revision, voucher_line::n))
            .select(ListedLine::as_select())
            .load(conn)?;
        for line in lines {
            if current.get(&line.voucher_id) == Some(&line.revision) {
                found.entry(line.voucher_id.clone()).or_default().push(line);
            }
        }
    }
    Ok(found)
}
