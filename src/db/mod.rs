//! The database room: the only place that says SQLite or PostgreSQL.
//!
//! One Diesel schema and twin migrations serve both. Everything above speaks to the
//! [`Conn`] enum; what the enum cannot say (upsert, many rows in one statement, row locks,
//! the way a transaction begins) is said once, here.
//!
//! What must always hold:
//! - a write happens inside [`Db::write`], which locks its book first, so that the writers of
//!   one book queue up and its audit head and numbers are read under the lock;
//! - a read happens inside [`Db::read`], one snapshot for all its statements;
//! - SQLite commits are durable (`WAL`, `synchronous=FULL`) and its version is one whose WAL
//!   reset is sound (3.51.3 or later; sqlite.org, release notes of 2026-03-13).

mod conn;
mod copy;
mod migrate;
mod pool;
pub mod schema;
mod sql;
mod statistics;

pub use conn::Conn;
pub use copy::{bring_in, remove};
pub use pool::{AsDatabaseError, Db, OpenError};
pub use sql::{CHUNK, SubjectRow, TotalRow, add_to_totals, keep_new_subjects, sum_i64};
pub(crate) use sql::{delete_where, insert_all, load_where};
