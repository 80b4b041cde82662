//! What the two databases say differently, said once.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;

use super::conn::Conn;
use super::schema::total;
use crate::values::{BookId, MeasureId, Month, RegionId};

/// Rows per statement: far below both databases' limits on bound values.
pub const CHUNK: usize = 500;

/// Inserts many rows in the way each database does best: PostgreSQL in few statements, since every
/// one is a round trip; SQLite row by row through one prepared statement, since it has no trips to
/// save and parsing thousands of placeholders costs twice what inserting the rows does (measured:
/// 6 µs a row against 12).
/// `insert_all!(conn, table, &rows)?` where `rows` is a slice of an `Insertable`.
macro_rules! insert_all {
    ($conn:expr, $table:path, $rows:expr) => {{
        let conn: &mut $crate::db::Conn = $conn;
        let mut inserted: diesel::QueryResult<usize> = Ok(0);
        for chunk in $rows.chunks($crate::db::CHUNK) {
            if let Ok(so_far) = inserted {
                inserted = match conn {
                    $crate::db::Conn::Sqlite(c) => chunk.iter().try_fold(0, |n, row| {
                        diesel::insert_into($table)
                            .values(row)
                            .execute(c)
                            .map(|one| n + one)
                    }),
                    $crate::db::Conn::Postgres(c) => diesel::insert_into($table).values(chunk).execute(c),
                }
                .map(|n| so_far + n);
            }
        }
        inserted
    }};
}
pub(crate) use insert_all;

/// `SUM` over whole numbers, cast to a whole number: Diesel types the sum of a `BigInt` as
/// `Numeric`, which SQLite would pass through a double.
pub fn sum_i64(column: &str) -> diesel::expression::SqlLiteral<BigInt> {
    diesel::dsl::sql::<BigInt>(&format!("CAST(SUM({column}) AS BIGINT)"))
}

/// One cell of the totals: what a month added for one measure in one region, over everything
/// (`dimension` 0) or for one institution, product or specialist.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = total)]
#[diesel(treat_none_as_default_value = false)]
pub struct TotalRow {
    pub book_id: BookId,
    pub measure: MeasureId,
    pub dimension: i32,
    pub dimension_id: i64,
    pub region_id: RegionId,
    pub month: Month,
    pub amount: i64,
}

/// Adds each row's amount to the cell of the same key, making the cell where there is none. Many
/// rows to a statement on both databases: Diesel does not keep an upsert prepared.
pub fn add_to_totals(conn: &mut Conn, rows: &[TotalRow]) -> QueryResult<()> {
    let key = (
        total::book_id,
        total::dimension,
        total::measure,
        total::region_id,
        total::dimension_id,
        total::month,
    );
    for chunk in rows.chunks(CHUNK) {
        match conn {
            Conn::Sqlite(c) => diesel::insert_into(total::table)
                .values(chunk)
                .on_conflict(key)
                .do_update()
                .set(total::amount.eq(total::amount + excluded(total::amount)))
                .execute(c)?,
            Conn::Postgres(c) => diesel::insert_into(total::table)
                .values(chunk)
                .on_conflict(key)
                .do_update()
                .set(total::amount.eq(total::amount + excluded(total::amount)))
                .execute(c)?,
        };
    }
    Ok(())
}
