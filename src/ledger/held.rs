//! What each book comes to at a month's ends, held in memory until the book moves on.
//!
//! Every command advances its book's audit sequence in the transaction that changes the book, so sums
//! made at the same sequence still hold; anything else is summed again. The cells that are summed are held
//! too: a closed month does not change, so of a book that has moved on only the open months are read again,
//! and any month is summed without the database. Only readers hold and use sums: a writer sees its own
//! changes, which may yet be rolled back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Book;
use super::cells::{Cell, Course, cells, courses, fold};
use super::edition;
use super::totals::{
    Ask, Dimension, SubjectSum, Sum, Window, pending_subject_sums, pending_sums, subject_sums,
};
use crate::db::Conn;
use crate::error::Error;
use crate::values::measure::{MEASURES, Measure};
use crate::values::{BookId, MeasureId, Month, SubjectId};

/// Most answers held at once: a book's for one month and dimension take some 300 kB.
const MOST: usize = 128;

/// Of how many lists of subjects each of them keeps the sums.
const MOST_FOLLOWED: usize = 3;

/// One book's sums of every measure, by region and member of one dimension.
#[derive(Debug, Default)]
pub struct BookSums {
    /// Of additive measures the sums, of distinct ones the counts of each region.
    pub posted: Vec<Sum>,
    /// Of distinct flows the counts of each region within the months alone.
    pub in_month: Vec<Sum>,
    /// What waits of additive measures.
    pub pending: Vec<Sum>,
    /// What waits of distinct measures, for each subject.
    pub pending_subjects: Vec<SubjectSum>,
}

/// What subjects of distinct measures have posted, those followed one by one.
pub type Followed = Arc<Vec<SubjectSum>>;

type Key = (BookId, Month, Dimension);

struct Held {
    /// The book's audit sequence it was summed at.
    seq: i64,
    sums: Arc<BookSums>,
    /// By who was followed: the city asks for others than a county, whose neighbours' records wait unseen.
    followed: Vec<(Vec<(MeasureId, SubjectId)>, Followed)>,
    /// When it was last asked for, counted in questions.
    used: u64,
}

/// A book's cells of one dimension, in order.
#[derive(Clone)]
struct HeldCells {
    /// The book's audit sequence they were read at.
    seq: i64,
    /// The month from which the book was open then, and how many editions it had.
    open_from: Month,
    editions: i64,
    cells: Arc<Vec<Cell>>,
}

impl HeldCells {
    /// The month before which the cells are as they were. Months that were closed then are so, but for one
    /// that was reopened and closed once more: there are more editions then than months closed since. A reader
    /// whose moment is earlier than theirs takes none of the months open at that moment.
    fn still(&self, book: &Book, editions: i64) -> Month {
        let months = self.open_from.through(book.first_open_month).count();
        if i64::try_from(months) == Ok(editions - self.editions + 1) {
            self.open_from.min(book.first_open_month)
        } else {
            Month::MIN
        }
    }
}

/// The sums held, shared by every reader of one running program.
#[derive(Default)]
pub struct HeldSums {
    kept: Mutex<(u64, HashMap<Key, Held>)>,
    cells: Mutex<HashMap<(BookId, Dimension), HeldCells>>,
}

/// The sums of a book as the caller's transaction sees it, at least of the measures asked for: all of them
/// where they may be held, so that whatever is asked next is there too.
pub fn book_sums(
    conn: &mut Conn,
    held: Option<&HeldSums>,
    book: &Book,
    (month, dimension): (Month, Dimension),
    asked: &[MeasureId],
) -> Result<Arc<BookSums>, Error> {
    let key = (book.id, month, dimension);
    let known = held.and_then(|held| held.look(key, book.audit_seq, |known| Some(Arc::clone(&known.sums))));
    if let Some(known) = known {
        return Ok(known);
    }
    let window = Window { month };
    let (posted, in_month) = match held {
        Some(held) => fold(&held.cells_of(conn, book, dimension)?, window)?,
        None => fold(
            &cells(conn, book.id, dimension, (Month::MIN, month), Some(asked))?,
            window,
        )?,
    };
    let waits = |kind: fn(&Measure) -> bool| {
        let asked = |measure: &&Measure| held.is_some() || asked.contains(&measure.id);
        let measures = MEASURES.iter().filter(asked).filter(|measure| kind(measure));
        ask(
            book.id,
            month,
            dimension,
            measures.map(|measure| measure.id).collect(),
        )
    };
    let sums = Arc::new(BookSums {
        posted,
        in_month,
        pending: pending_sums(conn, &waits(|measure| !measure.distinct))?,
        pending_subjects: pending_subject_sums(conn, &waits(|measure| measure.distinct))?,
    });
    if let Some(held) = held {
        held.keep(key, book.audit_seq, Arc::clone(&sums));
    }
    Ok(sums)
}

/// How additive measures of a book went from one month to another, region by region, in one pass and, where cells
/// are held, without the database.
pub fn book_courses(
    conn: &mut Conn,
    held: Option<&HeldSums>,
    book: &Book,
    (first, last): (Month, Month),
    measures: &[MeasureId],
) -> Result<Vec<Course>, Error> {
    match held {
        Some(held) => courses(
            &held.cells_of(conn, book, Dimension::All)?,
            (first, last),
            measures,
        ),
        None => {
            let cells = cells(conn, book.id, Dimension::All, (Month::MIN, last), Some(measures))?;
            courses(&cells, (first, last), measures)
        }
    }
}

/// What these subjects have posted in a book to the measure they stand beside; `followed` in order.
pub fn followed_sums(
    conn: &mut Conn,
    held: Option<&HeldSums>,
    book: &Book,
    month: Month,
    dimension: Dimension,
    followed: &[(MeasureId, SubjectId)],
) -> Result<Followed, Error> {
    let key = (book.id, month, dimension);
    let same = |known: &Held| {
        let of_these = known.followed.iter().find(|(of, _)| of == followed);
        of_these.map(|(_, sums)| Arc::clone(sums))
    };
    if let Some(known) = held.and_then(|held| held.look(key, book.audit_seq, same)) {
        return Ok(known);
    }
    let mut found = Vec::new();
    for of_measure in followed.chunk_by(|a, b| a.0 == b.0) {
        let Some((measure, _)) = of_measure.first() else {
            continue;
        };
        let subjects: Vec<SubjectId> = of_measure.iter().map(|(_, subject)| *subject).collect();
        let asked = ask(book.id, month, dimension, vec![*measure]);
        found.extend(subject_sums(conn, &asked, &subjects)?);
    }
    let found = Arc::new(found);
    if let Some(held) = held {
        held.keep_followed(key, book.audit_seq, followed, &found);
    }
    Ok(found)
}

impl HeldSums {
    /// Reads every book's cells, so that the first reader need not.
    pub fn warm_up(&self, conn: &mut Conn, book: &Book) -> Result<(), Error> {
        for dimension in Dimension::EVERY {
            self.cells_of(conn, book, dimension)?;
        }
        Ok(())
    }

    /// A book's cells of one dimension as the caller's transaction sees them.
    fn cells_of(&self, conn: &mut Conn, book: &Book, dimension: Dimension) -> Result<Arc<Vec<Cell>>, Error> {
        let key = (book.id, dimension);
        let known = self.cells().get(&key).cloned();
        if let Some(known) = known.as_ref().filter(|known| known.seq == book.audit_seq) {
            return Ok(Arc::clone(&known.cells));
        }
        let editions = edition::count(conn, book.id)?;
        let since = known
            .as_ref()
            .map_or(Month::MIN, |known| known.still(book, editions));
        let closed = known.iter().flat_map(|known| known.cells.iter());
        let mut all: Vec<Cell> = closed.filter(|cell| cell.month < since).copied().collect();
        all.extend(cells(conn, book.id, dimension, (since, Month::MAX), None)?);
        all.sort_by_key(Cell::place);
        let all = Arc::new(all);
        let fresh = HeldCells {
            seq: book.audit_seq,
            open_from: book.first_open_month,
            editions,
            cells: Arc::clone(&all),
        };
        let mut held = self.cells();
        if held.get(&key).is_none_or(|known| known.seq < fresh.seq) {
            held.insert(key, fresh);
        }
        Ok(all)
    }

    fn cells(&self) -> MutexGuard<'_, HashMap<(BookId, Dimension), HeldCells>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(&self, key: Key, seq: i64, wanted: impl FnOnce(&Held) -> Option<T>) -> Option<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let now = kept.0;
        let held = kept.1.get_mut(&key).filter(|held| held.seq == seq)?;
        held.used = now;
        wanted(held)
    }

    fn keep(&self, key: Key, seq: i64, sums: Arc<BookSums>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let used = kept.0;
        if kept.1.len() >= MOST && !kept.1.contains_key(&key) {
            let oldest = kept
                .1
                .iter()
                .min_by_key(|(_, held)| held.used)
                .map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                kept.1.remove(&oldest);
            }
        }
        let held = Held {
            seq,
            sums,
            followed: Vec::new(),
            used,
        };
        kept.1.insert(key, held);
    }

    fn keep_followed(&self, key: Key, seq: i64, followed: &[(MeasureId, SubjectId)], sums: &Followed) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = kept.1.get_mut(&key).filter(|held| held.seq == seq) {
            if held.followed.len() >= MOST_FOLLOWED {
                held.followed.remove(0);
            }
            held.followed.push((followed.to_vec(), Arc::clone(sums)));
        }
    }
}

fn ask(book: BookId, month: Month, dimension: Dimension, measures: Vec<MeasureId>) -> Ask {
    Ask {
        book,
        measures,
        dimension,
        window: Window { month },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::RegionId;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn what_was_closed_is_kept_unless_it_was_opened_again() {
        let known = HeldCells {
            seq: 9,
            open_from: month("2023-06"),
            editions: 5,
            cells: Arc::default(),
        };
        let still = |open: &str, editions| {
            let book = Book {
                id: BookId(1),
                region_id: RegionId(1),
                name: String::new(),
                first_open_month: month(open),
                audit_seq: 10,
                audit_head: String::new(),
            };
            known.still(&book, editions)
        };
        assert_eq!(still("2023-06", 5), month("2023-06"), "only postings since");
        assert_eq!(still("2023-07", 6), month("2023-06"), "a month closed since");
        assert_eq!(still("2023-06", 6), Month::MIN, "reopened and closed once more");
        assert_eq!(still("2023-05", 5), Month::MIN, "reopened");
        assert_eq!(
            still("2023-05", 4),
            month("2023-05"),
            "a reader of an earlier moment"
        );
    }
}
