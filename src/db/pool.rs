//! The pools, and the two ways through them: [`Db::read`] and [`Db::write`].

use std::path::Path;
use std::time::Duration;

use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::result::Error as DieselError;
use diesel::{Connection, ConnectionError, RunQueryDsl};

use super::conn::{Conn, is_contention, is_postgres};
use super::migrate;
use crate::error::Error;
use crate::values::BookId;

/// How often a transaction that met another one is tried again.
const ATTEMPTS: u32 = 8;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or server could not be reached.
    #[error("cannot open the database: {0}")]
    Connection(#[from] ConnectionError),
    /// Its folder could not be made.
    #[error("cannot create the folder of the database: {0}")]
    Folder(#[from] std::io::Error),
    /// No connection could be had.
    #[error("cannot open the database: {0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    /// A migration failed.
    #[error("cannot bring the database to this program's schema: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
    /// SQLite too old to trust.
    #[error("SQLite {0} can lose data when its log is reset; 3.51.3 or later is needed")]
    UnsoundSqlite(String),
    /// A statement failed.
    #[error("cannot prepare the database: {0}")]
    Statement(#[from] DieselError),
}

pub(super) struct Manager {
    url: String,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = OpenError;

    fn connect(&self) -> Result<Conn, OpenError> {
        Ok(Conn::open(&self.url)?)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), OpenError> {
        diesel::sql_query("SELECT 1")
            .execute(conn)
            .map(|_| ())
            .map_err(OpenError::from)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.transaction_state_is_broken()
    }
}

impl Conn {
    fn transaction_state_is_broken(&mut self) -> bool {
        use diesel::connection::TransactionManager;
        <Conn as Connection>::TransactionManager::is_broken_transaction_manager(self)
    }
}

/// The database: cheap to clone, shared by every thread.
#[derive(Clone)]
pub struct Db {
    pub(super) readers: Pool<Manager>,
    /// One connection on SQLite, where writers queue anyway.
    writers: Pool<Manager>,
    migrated: bool,
}

impl Db {
    /// Opens the database at `url` (a file's path, or `postgres://…`), creating a file that is
    /// not there, and runs the migrations.
    pub fn open(url: &str) -> Result<Db, OpenError> {
        if !is_postgres(url)
            && let Some(folder) = Path::new(url).parent()
        {
            std::fs::create_dir_all(folder)?;
        }
        let migrated = migrate::run(&mut Conn::open(url)?)?;
        let pool = |size: u32| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .test_on_check_out(is_postgres(url))
                .connection_timeout(Duration::from_secs(20))
                .build(Manager { url: url.to_owned() })
        };
        if is_postgres(url) {
            let shared = pool(8)?;
            return Ok(Db {
                readers: shared.clone(),
                writers: shared,
                migrated,
            });
        }
        Ok(Db {
            readers: pool(6)?,
            writers: pool(1)?,
            migrated,
        })
    }

    /// Whether opening it changed its schema.
    pub fn migrated(&self) -> bool {
        self.migrated
    }

    /// Runs `read` over one consistent moment of the database.
    pub fn read<T, E: From<Error>>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = take(&self.readers)?;
        conn.begin_read().map_err(Error::from)?;
        let result = read(&mut conn);
        conn.roll_back().map_err(Error::from)?;
        result
    }

    /// Runs `fill` in one transaction before there is any book to lock: the first start only.
    pub fn prepare<T>(&self, fill: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        let mut conn = take(&self.writers)?;
        conn.begin_write()?;
        match fill(&mut conn) {
            Ok(value) => {
                conn.commit()?;
                Ok(value)
            }
            Err(error) => {
                conn.roll_back()?;
                Err(error)
            }
        }
    }

    /// Runs `write` in one transaction of `book`: all of it is kept, or nothing. When the
    /// database says two writers met, everything is tried again from the start.
    pub fn write<T, E: From<Error> + AsDatabaseError>(
        &self,
        book: BookId,
        mut write: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = take(&self.writers)?;
        let mut attempt = 1;
        loop {
            conn.begin_write().map_err(Error::from)?;
            let result = conn
                .lock_book(book)
                .map_err(|e| E::from(Error::from(e)))
                .and_then(|()| write(&mut conn));
            let result = match result {
                Ok(value) => conn.commit().map(|()| value).map_err(|e| E::from(Error::from(e))),
                Err(refusal) => {
                    conn.roll_back().map_err(Error::from)?;
                    Err(refusal)
                }
            };
            match result {
                Err(error) if attempt < ATTEMPTS && error.as_database_error().is_some_and(is_contention) => {
                    std::thread::sleep(Duration::from_millis(3 << attempt));
                    attempt += 1;
                }
                done => return done,
            }
        }
    }
}

/// Lets [`Db::write`] look through an error for a database conflict.
pub trait AsDatabaseError {
    /// The database's own error, if that is what this is.
    fn as_database_error(&self) -> Option<&DieselError>;
}

pub(super) fn take(pool: &Pool<Manager>) -> Result<PooledConnection<Manager>, Error> {
    pool.get()
        .map_err(|error| Error::Failed(format!("no database connection: {error}")))
}
