//! Bringing a database to this program's schema.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use super::pool::OpenError;
use super::statistics;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Oldest SQLite whose write-ahead log cannot lose data at a reset.
const OLDEST_SOUND_SQLITE: (u32, u32, u32) = (3, 51, 3);

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Runs the migrations that are still missing, and tells whether there were any.
pub(super) fn run(conn: &mut Conn) -> Result<bool, OpenError> {
    let ran = match conn {
        Conn::Sqlite(conn) => {
            refuse_unsound_sqlite(conn)?;
            let ran = conn
                .run_pending_migrations(SQLITE)
                .map_err(OpenError::Migration)?
                .len();
            if ran > 0 {
                statistics::assume(conn)?;
            }
            ran
        }
        Conn::Postgres(conn) => conn
            .run_pending_migrations(POSTGRES)
            .map_err(OpenError::Migration)?
            .len(),
    };
    Ok(ran > 0)
}

fn refuse_unsound_sqlite(conn: &mut SqliteConnection) -> Result<(), OpenError> {
    let found: Version = diesel::sql_query("SELECT sqlite_version() AS version").get_result(conn)?;
    let mut parts = found
        .version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SOUND_SQLITE {
        return Err(OpenError::UnsoundSqlite(found.version));
    }
    Ok(())
}
