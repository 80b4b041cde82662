//! The list as a file, a stretch at a time: whoever wants the bytes asks for the next ones.

use super::{Lines, REPORT, STRETCH, sheet, shell};
use crate::error::Error;
use crate::reports::ReportAsk;
use crate::reports::code::ContentHash;
use crate::reports::definitions;
use crate::reports::issue;
use crate::reports::table::{Cell, Row, Sheet, Workbook};
use crate::reports::write::stream_xlsx::StreamedXlsx;
use crate::reports::write::{FileNames, Format, csv};
use crate::state::State;
use crate::values::{Fen, Unit, words};

/// Rows of a sheet in a workbook, the format's own limit.
const SHEET_ROWS: u32 = 1_048_576;

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Rows,
    Foot,
    Done,
}

/// One file on its way.
pub struct Stream {
    ask: ReportAsk,
    lines: Lines,
    book: Workbook,
    sheet: Sheet,
    xlsx: Option<StreamedXlsx>,
    hash: ContentHash,
    sum: Fen,
    count: u64,
    stretch: usize,
    stage: Stage,
}

impl Stream {
    /// The file before its first byte.
    ///
    /// # Errors
    /// Refused as the report would be, and for a format that is not written a stretch at a time.
    pub fn open(state: &State, ask: &ReportAsk, format: Format) -> Result<Stream, Error> {
        Stream::in_stretches(state, ask, format, (STRETCH, SHEET_ROWS))
    }

    /// The same with other sizes than the usual.
    ///
    /// # Errors
    /// As [`Stream::open`].
    pub fn in_stretches(
        state: &State,
        ask: &ReportAsk,
        format: Format,
        (stretch, sheet_rows): (usize, u32),
    ) -> Result<Stream, Error> {
        let mut ask = ReportAsk {
            unit: Unit::Yuan,
            ..ask.clone()
        };
        let lines = state.read_now(|conn, office| Lines::open(conn, office, &ask))?;
        if let Some(edition) = &lines.edition {
            ask.made_at = edition.closed_at;
        }
        let (book, sheet) = state.read_now(|_, office| {
            let mut book = shell(office, &ask);
            issue::name_edition(&mut book, lines.edition.as_ref());
            book.sheets.push(sheet(office, &ask));
            book.number_rows();
            let sheet = book.sheets.pop().ok_or(Error::NotFound)?;
            Ok((book, sheet))
        })?;
        let mut hash = ContentHash::default();
        hash.sheet(&sheet);
        Ok(Stream {
            xlsx: (format == Format::Xlsx).then(|| StreamedXlsx::new(sheet_rows)),
            ask,
            lines,
            book,
            sheet,
            hash,
            sum: Fen::ZERO,
            count: 0,
            stretch,
            stage: Stage::Head,
        })
    }

    /// Whether a format is written a stretch at a time.
    #[must_use]
    pub fn writes(format: Format) -> bool {
        matches!(format, Format::Xlsx | Format::Csv)
    }

    /// The file's names.
    #[must_use]
    pub fn names(&self, format: Format) -> FileNames {
        format.file_names(&self.book)
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// What reading or writing says: the file is then not whole.
    pub fn next(&mut self, state: &State) -> Result<Option<Vec<u8>>, Error> {
        match self.stage {
            Stage::Head => {
                self.stage = Stage::Rows;
                self.head().map(Some)
            }
            Stage::Rows => {
                let stretch = self.stretch;
                let rows = state.read_now(|conn, office| self.lines.next(conn, office, stretch))?;
                if rows.is_empty() {
                    self.stage = Stage::Foot;
                    return self.next(state);
                }
                self.rows(rows).map(Some)
            }
            Stage::Foot => {
                self.stage = Stage::Done;
                self.foot(state).map(Some)
            }
            Stage::Done => Ok(None),
        }
    }

    /// The digest of the whole list, and the row of a number: for who holds only the paper.
    ///
    /// # Errors
    /// As [`Stream::next`].
    pub fn recall(mut self, state: &State, number: &str) -> Result<(String, Workbook), Error> {
        let mut found = None;
        loop {
            let stretch = self.stretch;
            let rows = state.read_now(|conn, office| self.lines.next(conn, office, stretch))?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let row = self.count_in(row)?;
                if row.cells.contains(&Cell::Code(number.to_owned()))
                    && row.cells[1] == Cell::Code(number.to_owned())
                {
                    found = Some(row);
                }
            }
        }
        let total = self.total();
        self.hash.row(true, &total);
        if total.cells[1] == Cell::Code(number.to_owned()) {
            self.sheet.total = Some(total);
        }
        self.sheet.rows.extend(found);
        self.book.sheets.push(self.sheet);
        Ok((self.hash.finish(), self.book))
    }

    fn head(&mut self) -> Result<Vec<u8>, Error> {
        match &mut self.xlsx {
            Some(xlsx) => {
                xlsx.begin(&self.sheet, self.ask.lang)?;
                Ok(xlsx.take())
            }
            None => Ok(csv::begin(&self.book, &self.sheet)?),
        }
    }

    /// Numbers a row, and counts it in.
    fn count_in(&mut self, mut row: Row) -> Result<Row, Error> {
        if let Some(Cell::Money(fen)) = row.cells.last() {
            self.sum = Fen::sum([self.sum, *fen])?;
        }
        self.count += 1;
        row.cells.insert(1, Cell::Code(self.count.to_string()));
        self.hash.row(false, &row);
        Ok(row)
    }

    fn rows(&mut self, rows: Vec<Row>) -> Result<Vec<u8>, Error> {
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(self.count_in(row)?);
        }
        match &mut self.xlsx {
            Some(xlsx) => {
                for row in &all {
                    xlsx.row(&self.sheet, row, self.ask.lang)?;
                }
                Ok(xlsx.take())
            }
            None => Ok(csv::rows(&all, false, self.ask.lang)?),
        }
    }

    /// 合计, the last row.
    fn total(&self) -> Row {
        let mut cells = vec![Cell::Empty; self.sheet.columns.len()];
        cells[0] = Cell::text(words::TOTAL.get(self.ask.lang));
        cells[1] = Cell::Code((self.count + 1).to_string());
        if let Some(amount) = cells.last_mut() {
            *amount = if self.count == 0 {
                Cell::Empty
            } else {
                Cell::Money(self.sum)
            };
        }
        Row::item(cells)
    }

    /// 合计, the notes, the stamp and 口径说明.
    fn foot(&mut self, state: &State) -> Result<Vec<u8>, Error> {
        let total = self.total();
        self.hash.row(true, &total);
        let content = std::mem::take(&mut self.hash).finish();
        self.book.sheets.push(self.sheet.clone());
        let (ask, edition, book) = (&self.ask, self.lines.edition.as_ref(), &mut self.book);
        state.read_now(|_, office| {
            issue::stamp(book, &REPORT, office, ask, edition, &content);
            Ok(())
        })?;
        let meanings = definitions::sheet(&self.book);
        let lang = self.ask.lang;
        match &mut self.xlsx {
            Some(xlsx) => {
                xlsx.total(&self.sheet, &total)?;
                let notes = self.sheet.footnotes.iter().chain(&self.book.notes).cloned();
                let lines: Vec<String> = notes.chain(self.book.stamp.lines(lang)).collect();
                xlsx.foot(&lines)?;
                xlsx.begin(&meanings, lang)?;
                for row in &meanings.rows {
                    xlsx.row(&meanings, row, lang)?;
                }
                xlsx.finish(&self.book)?;
                Ok(xlsx.take())
            }
            None => {
                let mut bytes = csv::rows(&[total], true, lang)?;
                bytes.extend(csv::end(&self.book, &self.sheet)?);
                bytes.extend(b"\r\n");
                bytes.extend(csv::begin_next(&self.book, &meanings)?);
                bytes.extend(csv::rows(&meanings.rows, false, lang)?);
                bytes.extend(csv::end(&self.book, &meanings)?);
                Ok(bytes)
            }
        }
    }
}
