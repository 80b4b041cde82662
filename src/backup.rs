//! `cunxin backup` and `cunxin restore`: the whole database in one file, and back. Names and numbers in it stay sealed:
//! the key file is not part of the copy and is kept apart from it.

use std::path::PathBuf;

use crate::app::{self, StartError};
use crate::clock::Clock;
use crate::config::DataArgs;
use crate::db;
use crate::error::Error;
use crate::ledger::{self, Difference};
use crate::state::State;

/// The file of a backup.
#[derive(clap::Args, Debug)]
pub struct FileArgs {
    /// The file · 备份文件
    pub file: PathBuf,
}

/// Copies the database while it serves; the size of the copy in bytes.
pub fn backup(state: &State, args: &FileArgs) -> Result<u64, Error> {
    state.db.copy_out(&args.file)?;
    let size = std::fs::metadata(&args.file).map_err(|error| Error::Failed(error.to_string()))?;
    Ok(size.len())
}

/// Makes a database of a backup and proves it: what does not verify is not left behind. Every book begins a new
/// epoch, so that phones look at everything anew and send again what the copy has not seen.
///
/// # Errors
/// Refused when there is a database already, and for a file that is damaged or no backup.
pub fn restore(data: &DataArgs, args: &FileArgs) -> Result<Vec<Difference>, StartError> {
    let begin = |conn: &mut db::Conn| {
        for book in ledger::books(conn)? {
            ledger::begin_epoch(conn, book.id)?;
        }
        Ok(())
    };
    db::bring_in(&args.file, &data.database, begin)?;
    let found = app::open(data, Clock::System).and_then(|state| Ok(state.verify()?));
    if !matches!(&found, Ok(differences) if differences.is_empty()) {
        db::remove(&data.database);
    }
    found
}
