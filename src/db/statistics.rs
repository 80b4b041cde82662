//! What SQLite's planner is told of a database that nobody has analysed yet.
//!
//! Without statistics it takes every index for one of a dozen rows. A condition on the book alone, the first column of
//! every fact's key, then looks as good as one on book and client, and a county's whole history is walked for one
//! household. PostgreSQL keeps its own statistics.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

/// Rows of a table as the planner is to think of it: a county's after some years.
const ROWS: u64 = 1_000_000;

/// One column of an index that has no statistics, in the order of the index.
#[derive(QueryableByName)]
struct Indexed {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    of_index: String,
    /// None for an expression.
    #[diesel(sql_type = Nullable<Text>)]
    of_column: Option<String>,
}

/// Gives every index that has no statistics those of a busy office. `ANALYZE` replaces them by what it finds.
pub(super) fn assume(conn: &mut SqliteConnection) -> QueryResult<()> {
    // Only ANALYZE makes the table of statistics.
    diesel::sql_query("ANALYZE sqlite_schema").execute(conn)?;
    let columns: Vec<Indexed> = diesel::sql_query(
        "SELECT the_table.name AS of_table, \
           CASE WHEN the_index.origin = 'pk' AND the_table.sql LIKE '%WITHOUT ROWID%' \
             THEN the_table.name ELSE the_index.name END AS of_index, \
           the_column.name AS of_column \
         FROM sqlite_schema AS the_table, pragma_index_list(the_table.name) AS the_index, \
           pragma_index_info(the_index.name) AS the_column \
         WHERE the_table.type = 'table' AND substr(the_table.name, 1, 7) <> 'sqlite_' \
           AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 AS known WHERE known.tbl = the_table.name) \
         ORDER BY of_table, of_index, the_column.seqno",
    )
    .load(conn)?;
    for of_index in
        columns.chunk_by(|one, other| one.of_table == other.of_table && one.of_index == other.of_index)
    {
        let first = &of_index[0];
        diesel::sql_query("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)")
            .bind::<Text, _>(&first.of_table)
            .bind::<Text, _>(&first.of_index)
            .bind::<Text, _>(statistics(of_index))
            .execute(conn)?;
    }
    // Read by this connection at once, by every other when it opens.
    diesel::sql_query("ANALYZE sqlite_schema").execute(conn)?;
    Ok(())
}

/// Rows in all, then per value of the first column, of the first two, and so on.
fn statistics(of_index: &[Indexed]) -> String {
    let mut rows = ROWS;
    let mut told = rows.to_string();
    for column in of_index {
        rows = (rows / values_of(column.of_column.as_deref())).max(1);
        told.push(' ');
        told.push_str(&rows.to_string());
    }
    told
}

/// How many values such a column has.
fn values_of(column: Option<&str>) -> u64 {
    match column {
        Some("book_id") => 8,
        Some("state" | "pending" | "late" | "active" | "revision" | "n") => 4,
        Some("kind" | "month" | "posting_month" | "measure" | "institution_id" | "product_id") => 25,
        Some("specialist_id" | "maker_id") => 500,
        Some("region_id" | "village_id" | "town_id") => 1_000,
        _ => 200_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::conn::Conn;
    use crate::db::migrate;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    fn plan(conn: &mut SqliteConnection, query: &str) -> String {
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
            .load(conn)
            .expect("a plan");
        steps
            .into_iter()
            .map(|step| step.detail)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn a_fresh_database_is_not_walked_for_one_client() {
        let mut conn = Conn::open(":memory:").expect("a database");
        migrate::run(&mut conn).expect("migrated");
        let Conn::Sqlite(conn) = &mut conn else {
            panic!("SQLite")
        };
        for (query, index) in [
            (
                "SELECT * FROM voucher_line WHERE book_id = 1 AND client_id IN ('a', 'b')",
                "voucher_line_client",
            ),
            (
                "SELECT * FROM voucher_line WHERE book_id = 1 AND contract_id IN ('a')",
                "voucher_line_contract",
            ),
            (
                "SELECT * FROM voucher WHERE book_id = 1 AND state = 'submitted' AND id <> 'a' LIMIT 9",
                "voucher_queue",
            ),
            (
                "SELECT * FROM audit WHERE book_id = 1 AND subject = 'a' ORDER BY seq",
                "audit_subject",
            ),
            (
                "SELECT * FROM voucher_line WHERE book_id = 1 AND voucher_id IN ('a')",
                "PRIMARY KEY (book_id=? AND voucher_id=?)",
            ),
        ] {
            let plan = plan(conn, query);
            assert!(plan.contains(index), "{query}: {plan}");
        }
    }

    #[test]
    fn what_was_found_by_analysing_is_left_alone() {
        let mut conn = Conn::open(":memory:").expect("a database");
        migrate::run(&mut conn).expect("migrated");
        let Conn::Sqlite(conn) = &mut conn else {
            panic!("SQLite")
        };
        let mut change = |change: &str| diesel::sql_query(change).execute(conn).expect("a statement");
        change("UPDATE sqlite_stat1 SET stat = '7 7' WHERE tbl = 'book'");
        change("DELETE FROM sqlite_stat1 WHERE tbl = 'voucher'");
        assume(conn).expect("assumed");
        let told = |conn: &mut SqliteConnection, of: &str| -> Vec<String> {
            let all = format!("SELECT stat AS detail FROM sqlite_stat1 WHERE tbl = '{of}'");
            let rows: Vec<Step> = diesel::sql_query(all).load(conn).expect("statistics");
            rows.into_iter().map(|row| row.detail).collect()
        };
        let known = told(conn, "book");
        assert!(
            !known.is_empty() && known.iter().all(|stat| stat == "7 7"),
            "{known:?}"
        );
        assert!(!told(conn, "voucher").is_empty());
    }
}
