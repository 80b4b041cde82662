//! One sheet laid out: its heads, where its rows break over pages, and what each page holds.

use super::block::{Block, Pen};
use super::breaks::{Breaker, Line, Room, Tall};
use super::carry::Carry;
use super::frame::Frame;
use super::grid::{Grid, MARGIN, Part};
use super::picture::{Shelf, shelves};
use super::table::{Piece, Table};
use super::tags::SheetTags;
use super::text::Setter;
use crate::reports::table::{Row, Sheet, Workbook};
use crate::ui::chart::Drawing;
use std::ops::Range;

/// Least room between the table and the foot.
const ABOVE_FOOT: f32 = 6.0;
/// White between two tables on one page.
const BETWEEN_TABLES: f32 = 12.0;
/// The bottom margin, smaller than the others: the foot stands in it.
const BOTTOM: f32 = 24.0;
/// How much of their size pictures may give up, a step at a time.
const SHRUNK: [f32; 4] = [1.0, 0.95, 0.9, 0.85];
/// The top margin.
const TOP: f32 = 30.0;

/// A sheet ready to be put on paper.
pub(super) struct Layout<'a> {
    setter: &'a Setter<'a>,
    book: &'a Workbook,
    sheet: &'a Sheet,
    rows: Vec<(bool, &'a Row)>,
    tallest: Vec<usize>,
    grid: Grid,
    /// The heading of the first page and of those that go on.
    headings: [Block; 2],
    /// The lines of each page, the same for every group of columns.
    bands: Vec<Vec<Line>>,
    tail: Vec<Block>,
    shelves: Vec<Shelf<'a>>,
    leaves: Vec<Leaf>,
}

/// What one page holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leaf {
    goes_on: bool,
    /// Which shelves of pictures, above the table.
    shelves: Range<usize>,
    /// Groups of columns, each with a band of rows; several where all rows of a wide sheet fit under each other.
    tables: Vec<(usize, usize)>,
    /// Which blocks of the tail.
    tail: Range<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        setter: &'a Setter<'a>,
        book: &'a Workbook,
        sheet: &'a Sheet,
        drawings: &'a [Drawing],
    ) -> Layout<'a> {
        setter.take_missing();
        let grid = Grid::new(setter, sheet, book.lang);
        let rows: Vec<(bool, &Row)> = sheet.printed_rows().collect();
        let mut layout = Layout {
            setter,
            book,
            sheet,
            tallest: Vec::new(),
            rows,
            grid,
            headings: [Block::default(), Block::default()],
            bands: Vec::new(),
            tail: Vec::new(),
            shelves: Vec::new(),
            leaves: Vec::new(),
        };
        let table = layout.table();
        let tallest = layout
            .rows
            .iter()
            .map(|(is_total, row)| table.tallest(*is_total, row));
        layout.tallest = tallest.collect();
        let frame = layout.frame();
        let headings = [frame.heading(false), frame.heading(true)];
        let tail = frame.tail(&setter.take_missing());
        layout.headings = headings;
        layout.tail = tail;
        let highest = layout.page_room() - layout.heading(false).height;
        layout.shelves = layout.shelve(drawings, highest);
        layout.bands = layout.break_rows();
        layout.leaves = layout.leaf_through();
        layout
    }

    /// How many pages it takes.
    pub(super) fn pages(&self) -> usize {
        self.leaves.len()
    }

    pub(super) fn paper(&self) -> (f32, f32) {
        self.grid.paper
    }

    fn table(&self) -> Table<'_> {
        Table {
            setter: self.setter,
            sheet: self.sheet,
            lang: self.book.lang,
            grid: &self.grid,
        }
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            setter: self.setter,
            book: self.book,
            sheet: self.sheet,
            room: self.grid.room(),
        }
    }

    /// Height from the top margin to the foot.
    fn page_room(&self) -> f32 {
        let foot = self.frame().foot(1, 1).height;
        self.grid.paper.1 - TOP - BOTTOM - ABOVE_FOOT - foot
    }

    fn heading(&self, goes_on: bool) -> &Block {
        &self.headings[usize::from(goes_on)]
    }

    /// The pictures as large as they may be or, where a little less brings the whole sheet on one page, at that.
    fn shelve(&self, drawings: &'a [Drawing], highest: f32) -> Vec<Shelf<'a>> {
        let at = |shrunk| shelves(self.setter, drawings, (self.grid.room(), highest), shrunk);
        let fit = |rest: f32| {
            let room = self.page_room() - self.heading(false).height - rest;
            let fits = |shelves: &Vec<Shelf<'_>>| heights(shelves) <= room;
            SHRUNK.into_iter().map(at).find(fits)
        };
        let whole = fit(self.rest());
        // Else the rows of one group of columns; the pages of the others have no pictures.
        let rows = || fit(self.head_and_rows());
        whole.or_else(rows).unwrap_or_else(|| at(SHRUNK[0]))
    }

    /// Height of the tallest group of columns over all its rows.
    fn head_and_rows(&self) -> f32 {
        let table = self.table();
        let heads = self.grid.parts.iter().map(|parts| table.head(parts).height);
        let rows = self.tallest.iter().map(|lines| table.height(*lines)).sum::<f32>();
        heads.fold(0.0, f32::max) + rows
    }

    /// Height of everything under the pictures on one page: every group of columns over all its rows, and the tail.
    fn rest(&self) -> f32 {
        let table = self.table();
        let rows: f32 = self.tallest.iter().map(|lines| table.height(*lines)).sum();
        let head = |parts: &Vec<Part>| table.head(parts).height;
        let heads: f32 = self.grid.parts.iter().map(head).sum();
        let groups = self.grid.parts.len() as f32;
        let tail: f32 = self.tail.iter().map(|block| block.height).sum();
        heads + rows * groups + (groups - 1.0).max(0.0) * BETWEEN_TABLES + tail
    }

    fn break_rows(&self) -> Vec<Vec<Line>> {
        let table = self.table();
        let head = self
            .grid
            .parts
            .iter()
            .map(|parts| table.head(parts).height)
            .fold(0.0, f32::max);
        let room = |goes_on: bool| self.page_room() - self.heading(goes_on).height - head;
        // Where the pictures fill pages of their own, the table begins on one that goes on.
        let first = if self.pictures_apart() {
            room(true)
        } else {
            room(false) - self.shelf_heights(0..self.shelves.len())
        };
        let tail: f32 = self.tail.iter().map(|block| block.height).sum();
        // What would fill half a page by itself may as well stand on its own.
        let tail = if tail * 2.0 <= room(true) { tail } else { 0.0 };
        let room = Room {
            first,
            later: room(true),
            tail,
            carried: table.height(1),
        };
        // The last group of several stands without the pictures: it has their room for the tail, if one page holds all rows.
        let pictures = heights(&self.shelves);
        if self.grid.parts.len() > 1 && pictures > 0.0 && !self.pictures_apart() {
            let tail = (tail - pictures).max(0.0);
            let bands = self.bands_in(Room { tail, ..room });
            if bands.len() == 1 {
                return bands;
            }
        }
        self.bands_in(room)
    }

    fn bands_in(&self, room: Room) -> Vec<Vec<Line>> {
        let table = self.table();
        let rows: Vec<Tall> = self.tallest.iter().map(|lines| Tall { lines: *lines }).collect();
        let breaker = Breaker {
            room,
            height: &|lines| table.height(lines),
            fits: &|height| table.lines_in(height),
            add: &|carry, at| {
                if let Some((false, row)) = self.rows.get(at) {
                    carry.add(row);
                }
            },
        };
        breaker.pages(&rows, Carry::start(self.sheet))
    }

    fn shelf_heights(&self, which: Range<usize>) -> f32 {
        heights(self.shelves.get(which).unwrap_or_default())
    }

    /// Whether the pictures stand on pages of their own: they take more than half of the first one, or a third where all
    /// else would then stand on one page, and not everything fits on it.
    fn pictures_apart(&self) -> bool {
        let room = self.page_room() - self.heading(false).height;
        let pictures = self.shelf_heights(0..self.shelves.len());
        let alone = pictures * 3.0 > room && self.grid.parts.len() == 1 && self.rest() <= room;
        (pictures * 2.0 > room || alone) && pictures + self.rest() > room
    }

    /// Pages of pictures alone.
    fn picture_leaves(&self) -> Vec<Leaf> {
        let mut leaves: Vec<Leaf> = Vec::new();
        let mut left = 0.0;
        for (at, shelf) in self.shelves.iter().enumerate() {
            if leaves.is_empty() || shelf.height > left {
                let goes_on = !leaves.is_empty();
                leaves.push(Leaf {
                    goes_on,
                    shelves: at..at,
                    tables: Vec::new(),
                    tail: 0..0,
                });
                left = self.page_room() - self.heading(goes_on).height;
            }
            if let Some(leaf) = leaves.last_mut() {
                leaf.shelves.end = at + 1;
            }
            left -= shelf.height;
        }
        leaves
    }

    /// Pictures, then every group of columns over all its rows; the tail follows the last.
    fn leaf_through(&self) -> Vec<Leaf> {
        let apart = self.pictures_apart();
        let mut leaves = if apart { self.picture_leaves() } else { Vec::new() };
        for group in 0..self.grid.parts.len() {
            for band in 0..self.bands.len() {
                if let Some(leaf) = leaves.last_mut()
                    && group > 0
                    && self.fits_under(leaf, (group, band))
                {
                    leaf.tables.push((group, band));
                    continue;
                }
                let pictured = !apart && group == 0 && band == 0;
                leaves.push(Leaf {
                    goes_on: band > 0 || apart,
                    shelves: 0..if pictured { self.shelves.len() } else { 0 },
                    tables: vec![(group, band)],
                    tail: 0..0,
                });
            }
        }
        let used = leaves.last().map_or(0.0, |leaf| self.used(leaf));
        let mut left = self.page_room() - used;
        for (at, block) in self.tail.iter().enumerate() {
            if block.height > left {
                leaves.push(Leaf {
                    goes_on: true,
                    shelves: 0..0,
                    tables: Vec::new(),
                    tail: at..at,
                });
                left = self.page_room() - self.heading(true).height;
            }
            if let Some(leaf) = leaves.last_mut() {
                leaf.tail.end = at + 1;
            }
            left -= block.height;
        }
        leaves
    }

    /// Whether another group of columns has room under those of a page, with what follows the last one.
    fn fits_under(&self, leaf: &Leaf, (group, band): (usize, usize)) -> bool {
        let last = group + 1 == self.grid.parts.len();
        let tail: f32 = self.tail.iter().map(|block| block.height).sum();
        let under = if last { tail } else { 0.0 };
        let needed = self.table_height((group, band)) + BETWEEN_TABLES + under;
        self.bands.len() == 1 && self.used(leaf) + needed <= self.page_room()
    }

    fn table_height(&self, (group, band): (usize, usize)) -> f32 {
        let parts = self.grid.parts.get(group).map(Vec::as_slice).unwrap_or_default();
        let lines = self.bands.get(band).map(Vec::as_slice).unwrap_or_default();
        let lines: f32 = lines.iter().map(|line| self.line_height(line)).sum();
        self.table().head(parts).height + lines
    }

    /// Height of a page's heading, pictures and tables.
    fn used(&self, leaf: &Leaf) -> f32 {
        let tables: f32 = leaf.tables.iter().map(|table| self.table_height(*table)).sum();
        let between = leaf.tables.len().saturating_sub(1) as f32 * BETWEEN_TABLES;
        let pictures = self.shelf_heights(leaf.shelves.clone());
        self.heading(leaf.goes_on).height + pictures + tables + between
    }

    fn line_height(&self, line: &Line) -> f32 {
        match line {
            Line::Row { lines, .. } => self.table().height(lines.1 - lines.0),
            Line::Brought(_) | Line::Carried(_) => self.table().height(1),
        }
    }

    /// Puts one page on paper: the sheet's own number of it, and its number among all pages of the file.
    pub(super) fn put(
        &self,
        pen: &mut Pen<'_, '_>,
        own: usize,
        (page, pages): (usize, usize),
        tags: &mut SheetTags,
    ) {
        let Some(leaf) = self.leaves.get(own) else { return };
        let mut top = TOP;
        let heading = self.heading(leaf.goes_on);
        if own == 0 {
            tags.heading(pen.put_told(heading, (MARGIN, top)));
        } else {
            pen.put(heading, (MARGIN, top));
        }
        top += heading.height;
        for shelf in self.shelves.get(leaf.shelves.clone()).unwrap_or_default() {
            shelf.put(pen, (MARGIN, top), tags);
            top += shelf.height;
        }
        for (n, table) in leaf.tables.iter().enumerate() {
            if n > 0 {
                top += BETWEEN_TABLES;
            }
            top = self.put_table(pen, *table, top, tags);
        }
        for block in self.tail.get(leaf.tail.clone()).unwrap_or_default() {
            tags.paragraph(pen.put_told(block, (MARGIN, top)));
            top += block.height;
        }
        let foot = self.frame().foot(page, pages);
        let at = self.grid.paper.1 - BOTTOM - foot.height;
        pen.put(&foot, (MARGIN, at));
    }

    fn put_table(
        &self,
        pen: &mut Pen<'_, '_>,
        (group, band): (usize, usize),
        mut top: f32,
        tags: &mut SheetTags,
    ) -> f32 {
        let (Some(parts), Some(lines)) = (self.grid.parts.get(group), self.bands.get(band)) else {
            return top;
        };
        let (table, lang) = (self.table(), self.book.lang);
        let head = table.head(parts);
        if band == 0 {
            tags.head(&head.cells, pen.put_told(&head, (MARGIN, top)));
        } else {
            pen.put(&head, (MARGIN, top));
        }
        top += head.height;
        let first_row = top;
        for line in lines {
            let at = (MARGIN, top);
            let mut carried = |label: &str, carry: &Carry| {
                let block = table.carried(parts, label, carry);
                pen.put(&block, at);
                block.height
            };
            top += match line {
                Line::Brought(carry) => carried(lang.t("承前页", "Brought forward"), carry),
                Line::Carried(carry) => carried(lang.t("过次页", "Carried forward"), carry),
                Line::Row { at: number, lines } => {
                    let Some(piece) = self.piece(*number, *lines) else {
                        continue;
                    };
                    let block = table.row(parts, piece);
                    tags.row(pen.put_told(&block, at));
                    block.height
                }
            };
        }
        pen.put(&table.fence(parts, top - first_row), (MARGIN, first_row));
        top
    }
}

impl<'a> Layout<'a> {
    /// Some lines of a row.
    fn piece(&self, at: usize, lines: (usize, usize)) -> Option<Piece<'a>> {
        let (is_total, row) = *self.rows.get(at)?;
        Some(Piece {
            row,
            is_total,
            lines,
            tallest: self.tallest.get(at).copied().unwrap_or(1),
        })
    }
}

fn heights(shelves: &[Shelf<'_>]) -> f32 {
    shelves.iter().map(|shelf| shelf.height).sum()
}
