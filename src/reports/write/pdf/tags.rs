//! The structure under the marks, for readers that do not see the page: a section for each sheet with its title as a
//! heading, its pictures as figures with a text in their place, its tables by row and cell, its notes as paragraphs.
//! What only repeats or decorates is an artifact: rules, tints, heads that come again, carried sums, the foot.

use super::block::CellMark;
use crate::reports::table::Workbook;
use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup};
use std::num::{NonZeroU16, NonZeroU32};

/// A file of more cells is not tagged: the structure would be larger than the report.
const MOST_CELLS: usize = 20_000;

/// Whether the file gets a structure.
pub(super) fn tagged(book: &Workbook) -> bool {
    let cells = book
        .sheets
        .iter()
        .map(|sheet| sheet.rows.len().saturating_mul(sheet.columns.len()));
    cells.fold(0, usize::saturating_add) <= MOST_CELLS
}

/// The structure of one sheet, as its pages are put on paper.
pub(super) struct SheetTags {
    section: TagGroup,
    table: Option<TagGroup>,
}

impl SheetTags {
    pub(super) fn new() -> SheetTags {
        SheetTags {
            section: TagGroup::new(Tag::Section),
            table: None,
        }
    }

    /// The form's heading: what stands over the title, the title, what stands under it.
    pub(super) fn heading(&mut self, parts: Vec<Identifier>) {
        for (at, part) in parts.into_iter().enumerate() {
            if at == 1 {
                let tag = Tag::Hn(NonZeroU16::MIN, None);
                self.section
                    .push(TagGroup::with_children(tag, vec![Node::Leaf(part)]));
            } else {
                self.paragraph(vec![part]);
            }
        }
    }

    pub(super) fn paragraph(&mut self, parts: Vec<Identifier>) {
        self.end_table();
        let parts = parts.into_iter().map(Node::Leaf).collect();
        self.section.push(TagGroup::with_children(Tag::P, parts));
    }

    /// A picture and what is said in its place.
    pub(super) fn figure(&mut self, said: String, part: Identifier) {
        let figure = TagGroup::with_children(Tag::Figure(Some(said)), vec![Node::Leaf(part)]);
        self.section.push(figure);
    }

    /// The head of a table, which begins with it.
    pub(super) fn head(&mut self, cells: &[CellMark], parts: Vec<Identifier>) {
        self.end_table();
        let mut lines = [TagGroup::new(Tag::TR), TagGroup::new(Tag::TR)];
        for (cell, part) in cells.iter().zip(parts) {
            let several = |count: u32| NonZeroU32::new(count).filter(|count| count.get() > 1);
            let tag = Tag::TH(TableHeaderScope::Column)
                .with_col_span(several(cell.across))
                .with_row_span(several(cell.down));
            if let Some(line) = lines.get_mut(cell.line) {
                line.push(TagGroup::with_children(tag, vec![Node::Leaf(part)]));
            }
        }
        let mut table = TagGroup::new(Tag::Table);
        for line in lines.into_iter().filter(|line| !line.children.is_empty()) {
            table.push(line);
        }
        self.table = Some(table);
    }

    /// A row: its first cell names it.
    pub(super) fn row(&mut self, parts: Vec<Identifier>) {
        let Some(table) = &mut self.table else { return };
        let mut line = TagGroup::new(Tag::TR);
        for (at, part) in parts.into_iter().enumerate() {
            let part = vec![Node::Leaf(part)];
            line.push(match at {
                0 => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), part),
                _ => TagGroup::with_children(Tag::TD, part),
            });
        }
        table.push(line);
    }

    fn end_table(&mut self) {
        if let Some(table) = self.table.take() {
            self.section.push(table);
        }
    }

    pub(super) fn finish(mut self) -> TagGroup {
        self.end_table();
        self.section
    }
}
