//! The lines themselves, from where the last stretch ended.

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::NaiveDate;

use super::nature;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Edition, ListedLine, Office, Voucher};
use crate::register::Names;
use crate::reports::ReportAsk;
use crate::reports::issue::Basis;
use crate::reports::table::{Cell, Row};
use crate::totals::books_within;
use crate::values::{BookId, Lang, Level, Month, RegionId, words};

/// Vouchers read at a time.
const HEADS: usize = 500;

/// A place in the list.
pub struct Lines {
    month: Month,
    lang: Lang,
    day: NaiveDate,
    /// Books still to list, each with the last number of its month.
    books: VecDeque<(BookId, i64)>,
    /// The last number of the present book that was read.
    after: i64,
    heads: VecDeque<Voucher>,
    /// Of a town: its villages.
    within: Option<HashSet<RegionId>>,
    names: Names,
    places: HashMap<RegionId, String>,
    /// The edition it lists.
    pub edition: Option<Edition>,
}

impl Lines {
    /// The beginning of the list.
    ///
    /// # Errors
    /// Refused for a village, and where there is no such edition.
    pub fn open(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Lines, Error> {
        let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
        let basis = Basis::find(conn, office, ask)?;
        let books = match &basis.edition {
            Some(edition) => books_of(conn, office, edition)?,
            None => {
                let mut books = Vec::new();
                for book in books_within(conn, office.regions, ask.region, ask.day())? {
                    books.push((book, ledger::last_number(conn, book, ask.month)?));
                }
                books
            }
        };
        let within = (level > Level::County)
            .then(|| office.regions.within(ask.region, ask.day()).into_iter().collect());
        Ok(Lines {
            month: ask.month,
            lang: ask.lang,
            day: ask.day(),
            books: books.into(),
            after: 0,
            heads: VecDeque::new(),
            within,
            names: Names::load(conn)?.read_in(ask.lang),
            places: HashMap::new(),
            edition: basis.edition,
        })
    }

    /// At least one line and about as many as asked for; none at the end.
    pub fn next(&mut self, conn: &mut Conn, office: &Office<'_>, most: usize) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        while rows.is_empty() {
            let Some((book, some)) = self.vouchers(conn, most)? else {
                break;
            };
            let mut lines = ledger::listed_lines(conn, book, &some)?;
            for voucher in &some {
                for line in lines.remove(&voucher.id).unwrap_or_default() {
                    let inside = |within: &HashSet<RegionId>| within.contains(&line.region_id);
                    if self.within.as_ref().is_none_or(inside) {
                        rows.push(self.row(office, voucher, &line));
                    }
                }
            }
        }
        Ok(rows)
    }

    /// The next vouchers, with about so many lines together.
    fn vouchers(&mut self, conn: &mut Conn, most: usize) -> Result<Option<(BookId, Vec<Voucher>)>, Error> {
        while let Some((book, last)) = self.books.front().copied() {
            if self.heads.is_empty() {
                let more = ledger::posted_after(conn, book, self.month, (self.after, last), HEADS)?;
                if let Some(number) = more.last().and_then(|voucher| voucher.number) {
                    self.after = number;
                }
                self.heads = more.into();
            }
            let (mut some, mut lines) = (Vec::new(), 0);
            while let Some(voucher) = self.heads.front() {
                let its = usize::try_from(voucher.line_count).unwrap_or(0);
                if !some.is_empty() && lines + its > most {
                    break;
                }
                lines += its;
                some.extend(self.heads.pop_front());
            }
            if !some.is_empty() {
                return Ok(Some((book, some)));
            }
            self.books.pop_front();
            self.after = 0;
        }
        Ok(None)
    }

    fn row(&mut self, office: &Office<'_>, voucher: &Voucher, line: &ListedLine) -> Row {
        let lang = self.lang;
        let kind = office.kinds.name(&voucher.kind).unwrap_or(words::OTHER);
        let day = self.day;
        let place = self
            .places
            .entry(line.region_id)
            .or_insert_with(|| office.regions.path_name_in(line.region_id, day, lang));
        let cells = vec![
            Cell::text(voucher.number_text(lang)),
            Cell::Code(line.n.to_string()),
            Cell::Date(voucher.business_date),
            Cell::text(nature(voucher, lang)),
            Cell::text(kind.get(lang)),
            Cell::text(place.as_str()),
            Cell::text(self.names.institution(line.institution_id)),
            Cell::text(self.names.product(line.product_id)),
            Cell::text(self.names.specialist(line.specialist_id)),
            Cell::Money(line.amount_fen),
        ];
        Row::item(cells).linked(format!("/vouchers/{}/{}", voucher.book_id, voucher.id))
    }
}

/// The books of an edition with the last number each had: of the city's, those of the counties' it refers to.
fn books_of(conn: &mut Conn, office: &Office<'_>, edition: &Edition) -> Result<Vec<(BookId, i64)>, Error> {
    if office.regions.root() != Some(RegionId(edition.book_id.0)) {
        return Ok(vec![(edition.book_id, edition.last_voucher)]);
    }
    let (references, _) = ledger::edition_texts(conn, edition)?;
    let mut books = Vec::new();
    for line in references.lines() {
        let mut words = line.split(' ');
        let read = || Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?));
        let (book, number) = { read }()
            .ok_or_else(|| Error::Failed(format!("the city's edition of {} does not read", edition.month)))?;
        let county = ledger::find_edition(conn, BookId(book), edition.month, number)?;
        books.push((county.book_id, county.last_voucher));
    }
    Ok(books)
}
