//! The connection that is either database.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::Error as DieselError;

use super::schema::book;
use super::statistics;
use crate::values::BookId;

/// One connection, to whichever database the address named.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// A PostgreSQL server.
    Postgres(PgConnection),
    /// A SQLite file inside this program.
    Sqlite(SqliteConnection),
}

impl Conn {
    /// Opens one connection and prepares its session.
    pub(super) fn open(url: &str) -> ConnectionResult<Conn> {
        if is_postgres(url) {
            let mut conn = PgConnection::establish(url)?;
            conn.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning")
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            return Ok(Conn::Postgres(conn));
        }
        let mut conn = SqliteConnection::establish(url)?;
        conn.batch_execute(
            "PRAGMA busy_timeout = 15000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; \
             PRAGMA trusted_schema = OFF; PRAGMA wal_autocheckpoint = 8192",
        )
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Conn::Sqlite(conn))
    }

    /// Begins a writing transaction: at once the lock on SQLite, an ordinary one on PostgreSQL,
    /// whose lock is the book's row (see [`Conn::lock_book`]).
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
        }
    }

    /// Begins a reading transaction that sees one moment throughout.
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
            Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    pub(super) fn commit(&mut self) -> QueryResult<()> {
        match self {
            Conn::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
            Conn::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
        }
    }

    pub(super) fn roll_back(&mut self) -> QueryResult<()> {
        match self {
            Conn::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
            Conn::Postgres(conn) => AnsiTransactionManager::rollback_transaction(conn),
        }
    }

    /// Locks the book's row until the transaction ends. SQLite has already locked the file.
    pub(super) fn lock_book(&mut self, id: BookId) -> QueryResult<()> {
        let found = match self {
            Conn::Sqlite(conn) => book::table.find(id).select(book::id).first::<i64>(conn),
            Conn::Postgres(conn) => book::table
                .find(id)
                .select(book::id)
                .for_update()
                .first::<i64>(conn),
        };
        found.map(|_| ())
    }

    /// Gives the optimiser fresh statistics after a bulk load.
    pub fn analyse(&mut self) -> QueryResult<()> {
        self.batch_execute("ANALYZE")?;
        match self {
            // It forgets what was assumed of a table that is still empty.
            Conn::Sqlite(conn) => statistics::assume(conn),
            Conn::Postgres(_) => Ok(()),
        }
    }
}

/// Whether the address names a PostgreSQL server rather than a file.
pub(super) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether trying the whole transaction again may succeed: two writers met.
pub(super) fn is_contention(error: &DieselError) -> bool {
    use diesel::result::DatabaseErrorKind::{SerializationFailure, Unknown};
    match error {
        DieselError::DatabaseError(SerializationFailure, _) => true,
        DieselError::DatabaseError(Unknown, info) => info.message().contains("deadlock detected"),
        _ => false,
    }
}
