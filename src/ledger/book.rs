//! Books (账套): one per county, and the city's register book.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{book, book_epoch, book_number};
use crate::error::Error;
use crate::values::{BookId, Month, RegionId};
use crate::vault;

/// One county's book, or the city's register book, which holds no vouchers.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = book)]
pub struct Book {
    pub id: BookId,
    pub region_id: RegionId,
    pub name: String,
    /// First month not yet closed.
    pub first_open_month: Month,
    pub audit_seq: i64,
    pub audit_head: String,
}

/// Opens a book for a region; its id is the region's, which never changes.
pub fn create_book(conn: &mut Conn, region: RegionId, name: &str, first_open: Month) -> Result<Book, Error> {
    let new = Book {
        id: BookId(region.0),
        region_id: region,
        name: name.to_owned(),
        first_open_month: first_open,
        audit_seq: 0,
        audit_head: String::new(),
    };
    diesel::insert_into(book::table).values(&new).execute(conn)?;
    begin_epoch(conn, new.id)?;
    Ok(new)
}

/// Begins a new life of a book: when it is made, and when it has been restored from a copy, so that phones look at
/// everything anew and send again what the copy does not have.
pub fn begin_epoch(conn: &mut Conn, book: BookId) -> Result<(), Error> {
    let epoch = vault::random_token().map_err(|error| Error::Failed(error.to_string()))?;
    diesel::delete(book_epoch::table.find(book)).execute(conn)?;
    diesel::insert_into(book_epoch::table)
        .values((book_epoch::book_id.eq(book), book_epoch::epoch.eq(&epoch[..16])))
        .execute(conn)?;
    Ok(())
}

/// Which life of a book this is.
pub fn epoch(conn: &mut Conn, book: BookId) -> Result<String, Error> {
    Ok(book_epoch::table
        .find(book)
        .select(book_epoch::epoch)
        .first(conn)?)
}

/// All books, the register book among them, by id.
pub fn books(conn: &mut Conn) -> Result<Vec<Book>, Error> {
    Ok(book::table.order(book::id).select(Book::as_select()).load(conn)?)
}

/// The city's register book, in which changes of the shared registers are audited; none before
/// the first start has made it. It is the book whose region stands highest: the lowest id.
pub fn register_book(conn: &mut Conn) -> Result<Option<Book>, Error> {
    Ok(book::table
        .order(book::id)
        .select(Book::as_select())
        .first(conn)
        .optional()?)
}

/// One book.
pub fn find_book(conn: &mut Conn, id: BookId) -> Result<Book, Error> {
    book::table
        .find(id)
        .select(Book::as_select())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

/// The book of a county.
pub fn book_of_region(conn: &mut Conn, county: RegionId) -> Result<Book, Error> {
    find_book(conn, BookId(county.0))
}

/// The next gapless number of a month. The book is locked, so no one else takes it.
pub(super) fn next_number(conn: &mut Conn, book_id: BookId, month: Month) -> Result<i64, Error> {
    let row = book_number::table.find((book_id, month));
    let last: Option<i64> = row.select(book_number::last).first(conn).optional()?;
    match last {
        Some(last) => {
            diesel::update(row)
                .set(book_number::last.eq(last + 1))
                .execute(conn)?;
            Ok(last + 1)
        }
        None => {
            diesel::insert_into(book_number::table)
                .values((
                    book_number::book_id.eq(book_id),
                    book_number::month.eq(month),
                    book_number::last.eq(1_i64),
                ))
                .execute(conn)?;
            Ok(1)
        }
    }
}

/// Sets the first month a book is open from; only while it has posted nothing.
pub fn open_from(conn: &mut Conn, id: BookId, month: Month) -> Result<(), Error> {
    let numbered: i64 = book_number::table
        .filter(book_number::book_id.eq(id))
        .count()
        .get_result(conn)?;
    if numbered > 0 {
        return Err(Error::Failed(
            "a book that has posted cannot be opened earlier".to_owned(),
        ));
    }
    diesel::update(book::table.find(id))
        .set(book::first_open_month.eq(month))
        .execute(conn)?;
    Ok(())
}

/// The first and the last month in which these books have numbered vouchers: each posts in its own month.
pub fn months_posted(conn: &mut Conn, books: &[BookId]) -> Result<Option<(Month, Month)>, Error> {
    let ends: (Option<Month>, Option<Month>) = book_number::table
        .filter(book_number::book_id.eq_any(books))
        .select((
            diesel::dsl::min(book_number::month),
            diesel::dsl::max(book_number::month),
        ))
        .get_result(conn)?;
    Ok(ends.0.zip(ends.1))
}
