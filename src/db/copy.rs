//! A whole database as one file, and a file as a database again.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::conn::{Conn, is_postgres};
use super::migrate;
use super::pool::{Db, OpenError, take};
use crate::error::Error;
use crate::values::Say;

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

impl Db {
    /// Writes one consistent moment of the database to a file that is not there yet, while others go on writing.
    ///
    /// # Errors
    /// Refused for a PostgreSQL server, which has its own ways, and for a file that exists.
    pub fn copy_out(&self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            return Err(exists(to));
        }
        let mut conn = take(&self.readers)?;
        match &mut *conn {
            Conn::Postgres(_) => return Err(not_a_file()),
            Conn::Sqlite(conn) => {
                // Made first, so that nobody else may read what comes into it.
                private(to).map_err(|error| Error::Failed(format!("{}: {error}", to.display())))?;
                diesel::sql_query("VACUUM INTO ?")
                    .bind::<Text, _>(to.display().to_string())
                    .execute(conn)?;
            }
        }
        let failed = |error: io::Error| Error::Failed(format!("{}: {error}", to.display()));
        File::open(to).and_then(|file| file.sync_all()).map_err(failed)
    }
}

/// Makes the file of a copy ready to be a database at `to`: whole by SQLite's own check, at this program's schema,
/// and changed by `prepare` before anybody else can open it. Nothing is at `to` unless all of it went well.
///
/// # Errors
/// Refused when something is at `to` already, for a server, and for a file that is damaged or no database.
pub fn bring_in(
    from: &Path,
    to: &str,
    prepare: impl FnOnce(&mut Conn) -> Result<(), Error>,
) -> Result<(), Error> {
    if is_postgres(to) {
        return Err(not_a_file());
    }
    let target = Path::new(to);
    if target.exists() {
        return Err(exists(target));
    }
    let failed = |error: io::Error| Error::Failed(format!("{}: {error}", from.display()));
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let fresh = target.with_extension("restoring");
    clear(&fresh);
    let done = private(&fresh)
        .and_then(|mut file| io::copy(&mut File::open(from)?, &mut file))
        .map_err(failed)
        .and_then(|_| settle(&fresh, prepare))
        .and_then(|()| {
            File::open(&fresh)
                .and_then(|file| file.sync_all())
                .map_err(failed)?;
            std::fs::rename(&fresh, target).map_err(failed)
        });
    clear(&fresh);
    done
}

/// Checks, migrates and prepares a file, and leaves everything in the file itself.
fn settle(file: &Path, prepare: impl FnOnce(&mut Conn) -> Result<(), Error>) -> Result<(), Error> {
    let damaged = |why: String| Error::refuse("restore.damaged", "", damaged(&why));
    let mut conn = Conn::open(&file.display().to_string()).map_err(|error| damaged(error.to_string()))?;
    if let Conn::Sqlite(conn) = &mut conn {
        let told: Vec<Told> = diesel::sql_query("PRAGMA integrity_check")
            .load(conn)
            .map_err(|error| damaged(error.to_string()))?;
        match told.as_slice() {
            [one] if one.integrity_check == "ok" => {}
            found => {
                let first = found.first().map_or("", |told| told.integrity_check.as_str());
                return Err(damaged(first.to_owned()));
            }
        }
    }
    migrate::run(&mut conn).map_err(|error: OpenError| damaged(error.to_string()))?;
    conn.begin_write()?;
    match prepare(&mut conn) {
        Ok(()) => conn.commit()?,
        Err(error) => {
            conn.roll_back()?;
            return Err(error);
        }
    }
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")?;
    Ok(())
}

/// A new file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes a database's files away that [`bring_in`] has just made.
pub fn remove(database: &str) {
    clear(Path::new(database));
}

/// Takes away what an attempt has left.
fn clear(file: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let name = format!("{}{end}", file.display());
        // What is not there need not be taken away.
        let _ = std::fs::remove_file(name);
    }
}

fn exists(path: &Path) -> Error {
    let path = path.display();
    let say = Say::new(
        format!("{path} 已经存在，不会覆盖。请换一个名字，或先把它移走。"),
        format!(
            "{path} is there already and is not overwritten. Choose another name, or move it away first."
        ),
    );
    Error::refuse("copy.exists", "", say)
}

fn not_a_file() -> Error {
    let say = Say::new(
        "PostgreSQL 数据库请用服务器自己的工具备份和恢复（pg_dump、pg_restore）。",
        "A PostgreSQL database is backed up and restored with the server's own tools (pg_dump, pg_restore).",
    );
    Error::refuse("copy.server", "", say)
}

fn damaged(why: &str) -> Say {
    Say::new(
        format!("这个文件不是完好的备份（{why}），没有恢复。"),
        format!("The file is no sound backup ({why}); nothing was restored."),
    )
}
