//! What every request handler shares: the database, the kinds of voucher, the keys, the clock.

use std::cmp::Reverse;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use actix_web::web;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::clock::Clock;
use crate::db::{Conn, Db};
use crate::error::Error;
use crate::ledger::{self, Book, Difference, HeldSums, Kinds, Office};
use crate::regions::{self, Regions};
use crate::values::BookId;
use crate::values::geojson::Outline;
use crate::vault::Vault;

mod worked;

use worked::Worked;

/// Password checks an hour for one login.
const SIGN_INS: NonZeroU32 = match NonZeroU32::new(20) {
    Some(n) => n,
    None => NonZeroU32::MIN,
};

/// Check codes a minute that somebody signed in, or an address of nobody signed in, may have looked at.
const CODES: NonZeroU32 = match NonZeroU32::new(30) {
    Some(n) => n,
    None => NonZeroU32::MIN,
};

/// Most books verified at a time: fewer than a pool has connections.
const VERIFIERS: usize = 4;

/// One running program.
pub struct State {
    pub db: Db,
    pub kinds: Kinds,
    pub vault: Vault,
    pub clock: Clock,
    /// The demonstration: a banner on every page and file, and sign-in at one click.
    pub demo: bool,
    /// Password checks allowed for one login: twenty, and then twenty an hour.
    pub sign_ins: DefaultKeyedRateLimiter<String>,
    /// Check codes looked at, by who asks.
    pub codes: DefaultKeyedRateLimiter<String>,
    /// Cookies only over TLS.
    pub secure_cookies: bool,
    /// The office's own map; none where it has given none.
    pub map: Option<Arc<Vec<Outline>>>,
    /// The tree, with the audit sequence of the register book it was read at.
    regions: RwLock<Option<(i64, Arc<Regions>)>>,
    sums: HeldSums,
    worked: Worked,
}

/// The state, as handlers receive it.
pub type Site = web::Data<State>;

impl State {
    pub fn new(db: Db, kinds: Kinds, vault: Vault, clock: Clock, demo: bool) -> State {
        State {
            db,
            kinds,
            vault,
            clock,
            demo,
            sign_ins: RateLimiter::keyed(Quota::per_hour(SIGN_INS)),
            codes: RateLimiter::keyed(Quota::per_minute(CODES)),
            secure_cookies: false,
            map: None,
            regions: RwLock::new(None),
            sums: HeldSums::default(),
            worked: Worked::default(),
        }
    }

    /// The tree of regions, read again when the register book has moved on.
    pub fn regions(&self, conn: &mut Conn) -> Result<Arc<Regions>, Error> {
        let seq = register_seq(conn)?;
        if let Ok(cached) = self.regions.read()
            && let Some((at, tree)) = cached.as_ref()
            && *at == seq
        {
            return Ok(Arc::clone(tree));
        }
        let tree = Arc::new(regions::load(conn)?);
        if let Ok(mut cached) = self.regions.write() {
            *cached = Some((seq, Arc::clone(&tree)));
        }
        Ok(tree)
    }

    /// Reads on this thread.
    pub fn read_now<T>(
        &self,
        read: impl FnOnce(&mut Conn, &Office<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.db.read(|conn| {
            let regions = self.regions(conn)?;
            read(
                conn,
                &Office {
                    kinds: &self.kinds,
                    regions: &regions,
                    vault: &self.vault,
                    sums: Some(&self.sums),
                },
            )
        })
    }

    /// Reads every book's totals into memory, so that the first reader need not.
    pub fn warm_up(&self) -> Result<(), Error> {
        let books = self.db.read(ledger::books)?;
        let warm = |id| {
            self.db.read(|conn| {
                let book = ledger::find_book(conn, id)?;
                self.sums.warm_up(conn, &book)
            })
        };
        books.into_iter().try_for_each(|book| warm(book.id))
    }

    /// What `work` makes of a book as the caller's transaction sees it, worked out once for as long as neither the
    /// book nor the shared registers move on. `name` says what it depends on besides: month, day.
    pub fn worked_out<T: Send + Sync + 'static>(
        &self,
        conn: &mut Conn,
        book: &Book,
        name: &str,
        work: impl FnOnce(&mut Conn) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let moment = (book.audit_seq, register_seq(conn)?);
        if let Some(known) = self.worked.look(book.id, name, moment) {
            return Ok(known);
        }
        let made = Arc::new(work(conn)?);
        self.worked.keep(book.id, name, moment, &made);
        Ok(made)
    }

    /// Verifies every book, several at a time, each as of one moment of its own; the differences book by book.
    pub fn verify(&self) -> Result<Vec<Difference>, Error> {
        let mut books = self.db.read(ledger::books)?;
        // The longest work first, so that none is left to one thread at the end.
        books.sort_by_key(|book| Reverse(book.audit_seq));
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(BookId, Vec<Difference>)>, Error> {
            let mut done = Vec::new();
            while let Some(Book { id, .. }) = books.get(next.fetch_add(1, Ordering::Relaxed)) {
                let found = self.read_now(|conn, office| {
                    let book = ledger::find_book(conn, *id)?;
                    ledger::verify_book(conn, office, &book)
                })?;
                done.push((*id, found));
            }
            Ok(done)
        };
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut found = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads.min(VERIFIERS)).map(|_| scope.spawn(work)).collect();
            let lost = |_| Err(Error::Failed("a thread that verified a book was lost".to_owned()));
            let done: Result<Vec<_>, Error> = running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(lost))
                .collect();
            Ok::<_, Error>(done?.concat())
        })?;
        found.sort_unstable_by_key(|(book, _)| *book);
        Ok(found.into_iter().flat_map(|(_, found)| found).collect())
    }

    /// Writes to one book on this thread.
    pub fn write_now<T>(
        &self,
        book: BookId,
        mut write: impl FnMut(&mut Conn, &Office<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.db.write(book, |conn| {
            let regions = self.regions(conn)?;
            write(
                conn,
                &Office {
                    kinds: &self.kinds,
                    regions: &regions,
                    vault: &self.vault,
                    sums: None,
                },
            )
        })
    }

    /// Writes to the shared registers on this thread; see [`write_register`].
    pub fn write_register_now<T>(
        &self,
        mut write: impl FnMut(&mut Conn, &Office<'_>, BookId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let book = self.db.read(ledger::register_book)?.ok_or(Error::NotFound)?.id;
        self.write_now(book, |conn, office| write(conn, office, book))
    }
}

/// How far the city's register book has moved; 0 before it exists.
fn register_seq(conn: &mut Conn) -> Result<i64, Error> {
    Ok(ledger::register_book(conn)?.map_or(0, |book| book.audit_seq))
}

/// Reads on a blocking thread.
pub async fn read<T: Send + 'static>(
    site: &Site,
    read: impl FnOnce(&mut Conn, &Office<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let site = site.clone();
    web::block(move || site.read_now(read))
        .await
        .map_err(|_| Error::Failed("reading was cut off".to_owned()))?
}

/// Writes to one book on a blocking thread.
pub async fn write<T: Send + 'static>(
    site: &Site,
    book: BookId,
    write: impl FnMut(&mut Conn, &Office<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let site = site.clone();
    web::block(move || site.write_now(book, write))
        .await
        .map_err(|_| Error::Failed("writing was cut off".to_owned()))?
}

/// Writes to the registers shared by all books, under the lock of the city's register book, whose
/// id `write` gets for its audit row.
pub async fn write_register<T: Send + 'static>(
    site: &Site,
    write: impl FnMut(&mut Conn, &Office<'_>, BookId) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let site = site.clone();
    web::block(move || site.write_register_now(write))
        .await
        .map_err(|_| Error::Failed("writing was cut off".to_owned()))?
}
