//! Sums over the entries of loans by who borrowed, which is no dimension of the totals: the loan knows its client.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::totals::{Cumulative, SixSums, Window, up_to};
use crate::db::Conn;
use crate::db::schema::{client, entry, loan};
use crate::error::Error;
use crate::values::{BookId, InstitutionId, MeasureId, ProductId, RegionId};

/// The sums of one measure of loans alike.
#[derive(Clone, Debug)]
pub struct LoanSum {
    pub measure: MeasureId,
    pub region: RegionId,
    pub institution: InstitutionId,
    pub product: ProductId,
    pub amount: Cumulative,
}

type Row = (MeasureId, RegionId, InstitutionId, ProductId, SixSums);

/// What books have posted to additive measures of the loans of one kind of client, by region, institution and product.
pub fn loan_sums(
    conn: &mut Conn,
    books: &[BookId],
    measures: &[MeasureId],
    window: Window,
    borrower: &str,
) -> Result<Vec<LoanSum>, Error> {
    let [a, b, c, d, e, f] = window.ends();
    let of_client = client::book_id
        .eq(loan::book_id)
        .and(client::id.eq(loan::client_id));
    let theirs = loan::table
        .inner_join(client::table.on(of_client))
        .filter(loan::book_id.eq_any(books))
        .filter(client::kind.eq(borrower))
        .select(loan::id.nullable());
    let rows: Vec<Row> = entry::table
        .filter(entry::book_id.eq_any(books))
        .filter(entry::measure.eq_any(measures))
        .filter(not(entry::pending))
        .filter(entry::subject_id.is_null())
        .filter(entry::month.le(window.month))
        .filter(entry::contract_id.eq_any(theirs))
        .group_by((
            entry::measure,
            entry::region_id,
            entry::institution_id,
            entry::product_id,
        ))
        .select((
            entry::measure,
            entry::region_id,
            entry::institution_id,
            entry::product_id,
            (up_to!(a), up_to!(b), up_to!(c), up_to!(d), up_to!(e), up_to!(f)),
        ))
        .load(conn)?;
    let sum = |(measure, region, institution, product, six): Row| LoanSum {
        measure,
        region,
        institution,
        product,
        amount: Cumulative([six.0, six.1, six.2, six.3, six.4, six.5]),
    };
    Ok(rows.into_iter().map(sum).collect())
}
