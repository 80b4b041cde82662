//! What the two databases say differently, said once.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer};
use diesel::sqlite::Sqlite;
use diesel::upsert::excluded;

use super::conn::Conn;
use super::schema::{counted_subject, total};
use crate::values::{BookId, MeasureId, Month, RegionId, SubjectId};

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

/// The rows of a book whose column is one of these, however many: so many in a statement as it may bind.
/// `load_where!(conn, CreditLine, book, credit_line::id in ids)?`, with an order in each of these where one
/// is given.
macro_rules! load_where {
    ($conn:expr, $row:ty, $book:expr, $table:ident :: $column:ident in $wanted:expr $(, $order:expr)?) => {{
        let conn: &mut $crate::db::Conn = $conn;
        let mut found: diesel::QueryResult<Vec<$row>> = Ok(Vec::new());
        for some in $wanted.chunks($crate::db::CHUNK) {
            if let Ok(so_far) = &mut found {
                let rows = $table::table
                    .filter($table::book_id.eq($book))
                    .filter($table::$column.eq_any(some))
                    $(.order($order))?
                    .select(<$row>::as_select())
                    .load::<$row>(conn);
                match rows {
                    Ok(rows) => so_far.extend(rows),
                    Err(error) => found = Err(error),
                }
            }
        }
        found
    }};
}
pub(crate) use load_where;

/// Deletes the rows of a book whose column is one of these, however many.
/// `delete_where!(conn, book, credit_line::id in ids)?`
macro_rules! delete_where {
    ($conn:expr, $book:expr, $table:ident :: $column:ident in $wanted:expr) => {{
        let conn: &mut $crate::db::Conn = $conn;
        let mut deleted: diesel::QueryResult<usize> = Ok(0);
        for some in $wanted.chunks($crate::db::CHUNK) {
            if let Ok(so_far) = deleted {
                let of_book = $table::table.filter($table::book_id.eq($book));
                deleted = diesel::delete(of_book.filter($table::$column.eq_any(some)))
                    .execute(conn)
                    .map(|n| so_far + n);
            }
        }
        deleted
    }};
}
pub(crate) use delete_where;

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
    /// Fen, or a count; of a distinct measure, what the month changed in the number counted.
    pub amount: i64,
    /// Of a distinct flow, how many were counted within the month alone; else 0.
    pub in_month: i64,
}

/// One cell added to on SQLite by one statement that stays prepared. Diesel prepares an upsert of
/// its own anew each time, which costs more than twice what adding does.
struct AddCell<'a>(&'a TotalRow);

impl QueryId for AddCell<'_> {
    type QueryId = AddCell<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for AddCell<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let row = self.0;
        out.push_sql(
            "INSERT INTO total (book_id, measure, dimension, dimension_id, region_id, month, amount, in_month) \
             VALUES (",
        );
        out.push_bind_param::<BigInt, _>(&row.book_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(&row.measure)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(&row.dimension)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&row.dimension_id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&row.region_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(&row.month)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&row.amount)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&row.in_month)?;
        out.push_sql(
            ") ON CONFLICT (book_id, dimension, measure, region_id, dimension_id, month) DO UPDATE \
             SET amount = amount + excluded.amount, in_month = in_month + excluded.in_month",
        );
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for AddCell<'_> {}

/// Adds each row's amounts to the cell of the same key, making the cell where there is none.
pub fn add_to_totals(conn: &mut Conn, rows: &[TotalRow]) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => {
            for row in rows {
                AddCell(row).execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            let key = (
                total::book_id,
                total::dimension,
                total::measure,
                total::region_id,
                total::dimension_id,
                total::month,
            );
            for chunk in rows.chunks(CHUNK) {
                diesel::insert_into(total::table)
                    .values(chunk)
                    .on_conflict(key)
                    .do_update()
                    .set((
                        total::amount.eq(total::amount + excluded(total::amount)),
                        total::in_month.eq(total::in_month + excluded(total::in_month)),
                    ))
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

/// Whom a distinct measure counts, and the book that counted it first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = counted_subject)]
pub struct SubjectRow {
    pub measure: MeasureId,
    pub subject_id: SubjectId,
    pub book_id: BookId,
    /// It stands in more than one region or book.
    pub shared: bool,
}

/// Keeps those subjects that no book has counted yet. Of two books that count one at once, the
/// second waits for the first and then finds its row.
pub fn keep_new_subjects(conn: &mut Conn, rows: &[SubjectRow]) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => {
            for row in rows {
                diesel::insert_into(counted_subject::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            for chunk in rows.chunks(CHUNK) {
                diesel::insert_into(counted_subject::table)
                    .values(chunk)
                    .on_conflict_do_nothing()
                    .execute(c)?;
            }
        }
    }
    Ok(())
}
