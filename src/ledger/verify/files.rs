//! Kept files held against their digests.

use diesel::prelude::*;

use super::Difference;
use crate::db::Conn;
use crate::db::schema::report_file;
use crate::error::Error;
use crate::ledger::Book;
use crate::values::Month;
use crate::vault;

type Key = (Month, i32, String, String, String, String);

/// Every file kept of a book's editions, one at a time.
pub(super) fn files_differ(conn: &mut Conn, book: &Book) -> Result<Vec<Difference>, Error> {
    let keys: Vec<Key> = report_file::table
        .filter(report_file::book_id.eq(book.id))
        .order((report_file::month, report_file::number, report_file::report))
        .select((
            report_file::month,
            report_file::number,
            report_file::report,
            report_file::variant,
            report_file::lang,
            report_file::format,
        ))
        .load(conn)?;
    let mut found = Vec::new();
    for (month, number, report, variant, lang, format) in keys {
        let (content, stored): (Vec<u8>, String) = report_file::table
            .find((book.id, month, number, &report, &variant, &lang, &format))
            .select((report_file::content, report_file::digest))
            .first(conn)?;
        let should_be = vault::digest(&content);
        if should_be != stored {
            found.push(Difference {
                book: book.name.clone(),
                what: format!("file of edition {number} of {month}: {report} {variant} {lang} {format}"),
                stored,
                should_be,
            });
        }
    }
    Ok(found)
}
