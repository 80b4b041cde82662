//! Paper: a report as a PDF an office can sign, set on A4 with our own grid.
//!
//! What must always hold: every text is the one the screen shows, and can be selected and searched; a table that breaks
//! repeats its head, and the columns that name its rows where it is too wide; sums are carried over a break only where
//! they add up; a character that no font has is printed as 〓 and told in a note, never left out; lengths may be
//! `f32`, amounts never are; the same workbook gives the same bytes; a report of usual size is tagged (`tags`).

mod block;
mod breaks;
mod carry;
mod fonts;
mod frame;
mod grid;
mod picture;
mod sheet;
mod table;
mod tags;
mod text;

pub use fonts::{FontError, use_office_font};

use super::WriteError;
use crate::reports::table::Workbook;
use crate::ui::chart::Drawing;
use block::Pen;
use chrono::{Datelike, NaiveDateTime, Timelike};
use krilla::configure::{ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::TagTree;
use krilla::{Document, SerializeSettings};
use sheet::Layout;
use tags::SheetTags;
use text::Setter;

/// Rows a sheet may have: some three thousand pages.
const MOST_ROWS: usize = 100_000;

/// The first version whose tables tell heads from cells. Of later ones poppler takes a word that krilla must write about
/// the structure (/Suspects) for an error.
const VERSION: PdfVersion = PdfVersion::Pdf15;

/// Writes the workbook as a PDF: one sheet after the other, each beginning on a page of its own.
///
/// # Errors
/// [`WriteError::Table`] when the table is wrong; [`WriteError::Font`] and [`WriteError::Pdf`] when the program's own
/// fonts or the format fail; [`WriteError::TooManyRows`] beyond 100,000 rows.
pub fn pdf(book: &Workbook) -> Result<Vec<u8>, WriteError> {
    book.check()?;
    if let Some(sheet) = book.sheets.iter().find(|sheet| sheet.rows.len() > MOST_ROWS) {
        return Err(WriteError::TooManyRows {
            sheet: sheet.tab.clone(),
            rows: sheet.rows.len(),
        });
    }
    let setter = Setter::new(fonts::faces()?, book.lang);
    let drawings: Vec<Vec<Drawing>> = (1..)
        .zip(&book.sheets)
        .map(|(n, sheet)| sheet.drawings(book.lang, &format!("sheet-{n}")))
        .collect();
    let layouts: Vec<Layout<'_>> = book
        .sheets
        .iter()
        .zip(&drawings)
        .map(|(sheet, drawings)| Layout::new(&setter, book, sheet, drawings))
        .collect();
    let pages = layouts.iter().map(Layout::pages).sum();
    let configuration = ConfigurationBuilder::new()
        .with_version(VERSION)
        .finish()
        .map_err(|error| WriteError::Pdf(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: tags::tagged(book),
        ..SerializeSettings::default()
    });
    let mut outline = Outline::new();
    let mut structure = TagTree::new().with_lang(Some(book.lang.code().to_owned()));
    let mut page = 0;
    for (sheet, layout) in book.sheets.iter().zip(&layouts) {
        let top = XyzDestination::new(page, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(sheet.tab.clone(), top));
        let (width, height) = layout.paper();
        let Some(paper) = PageSettings::from_wh(width, height) else {
            continue;
        };
        let mut tags = SheetTags::new();
        for own in 0..layout.pages() {
            page += 1;
            let mut leaf = document.start_page_with(paper.clone());
            let mut pen = Pen::new(leaf.surface(), &setter);
            layout.put(&mut pen, own, (page, pages), &mut tags);
        }
        structure.push(tags.finish());
    }
    document.set_tag_tree(structure);
    document.set_outline(outline);
    document.set_metadata(metadata(book));
    document
        .finish()
        .map_err(|error| WriteError::Pdf(error.to_string()))
}

fn metadata(book: &Workbook) -> Metadata {
    let author = book.sheets.first().map(|sheet| sheet.prepared_by.clone());
    let author = author.filter(|name| !name.is_empty());
    let title = book.file_stem.replace('_', " ");
    let program = if book.stamp.program.is_empty() {
        "村信 Cunxin"
    } else {
        &book.stamp.program
    };
    Metadata::new()
        .title(title)
        .authors(vec![author.unwrap_or_else(|| "村信 Cunxin".to_owned())])
        .creator(program.to_owned())
        .language(book.lang.code().to_owned())
        .creation_date(moment(book.made_at))
}

/// A moment as the format writes it, in UTC.
fn moment(at: NaiveDateTime) -> DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
