//! The looks of a form: 宋体, thin lines, grey heads.

use crate::reports::table::ColumnKind;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// A light grey that a photocopier leaves white enough to read.
const HEAD_FILL: Color = Color::RGB(0x00ED_EDED);
/// Under totals and subtotals.
const SUM_FILL: Color = Color::RGB(0x00F6_F6F6);
const BANNER: Color = Color::RGB(0x00C0_0000);
const STAMP: Color = Color::RGB(0x0059_5959);

pub(super) struct Formats {
    pub base: Format,
    pub title: Format,
    pub banner: Format,
    pub left: Format,
    pub centre: Format,
    pub right: Format,
    pub head: Format,
    pub note: Format,
    pub stamp: Format,
    cells: [Format; 6],
    bold_cells: [Format; 6],
    pub mark: Format,
    pub bold_mark: Format,
}

impl Formats {
    pub(super) fn new() -> Formats {
        let base = Format::new()
            .set_font_name("宋体")
            .set_font_size(10)
            .set_font_charset(134);
        let middle = base.clone().set_align(FormatAlign::VerticalCenter);
        let centre = middle.clone().set_align(FormatAlign::Center);
        let framed = middle.clone().set_border(FormatBorder::Thin);
        let cells = KINDS.map(|kind| cell_format(&framed, kind));
        let summed = |format: Format| format.set_bold().set_background_color(SUM_FILL);
        let bold_cells = cells.clone().map(summed);
        let mark = framed.clone().set_align(FormatAlign::Center);
        Formats {
            title: centre.clone().set_bold().set_font_size(16).set_text_wrap(),
            banner: middle.clone().set_bold().set_font_color(BANNER),
            left: middle.clone().set_align(FormatAlign::Left),
            right: middle.clone().set_align(FormatAlign::Right),
            head: framed
                .set_align(FormatAlign::Center)
                .set_text_wrap()
                .set_bold()
                .set_background_color(HEAD_FILL),
            note: base
                .clone()
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::Top)
                .set_text_wrap(),
            stamp: base
                .clone()
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::Top)
                .set_text_wrap()
                .set_font_size(9)
                .set_font_color(STAMP),
            centre,
            bold_mark: summed(mark.clone()),
            mark,
            cells,
            bold_cells,
            base,
        }
    }

    /// The format of a value in a column of this kind.
    pub(super) fn cell(&self, kind: ColumnKind, bold: bool) -> &Format {
        let formats = if bold { &self.bold_cells } else { &self.cells };
        let [text, code, money, count, percent, date] = formats;
        match kind {
            ColumnKind::Text => text,
            ColumnKind::Code => code,
            ColumnKind::Money => money,
            ColumnKind::Count => count,
            ColumnKind::Percent => percent,
            ColumnKind::Date => date,
        }
    }
}

const KINDS: [ColumnKind; 6] = [
    ColumnKind::Text,
    ColumnKind::Code,
    ColumnKind::Money,
    ColumnKind::Count,
    ColumnKind::Percent,
    ColumnKind::Date,
];

fn cell_format(framed: &Format, kind: ColumnKind) -> Format {
    let framed = framed.clone();
    let number = |format: &str| {
        framed
            .clone()
            .set_align(FormatAlign::Right)
            .set_num_format(format)
    };
    match kind {
        ColumnKind::Text => framed.set_align(FormatAlign::Left).set_text_wrap(),
        ColumnKind::Code => framed.set_align(FormatAlign::Center).set_num_format("@"),
        ColumnKind::Money => number("#,##0.00"),
        ColumnKind::Count => number("#,##0"),
        ColumnKind::Percent => number("0.00"),
        ColumnKind::Date => framed.set_align(FormatAlign::Center).set_num_format("yyyy-mm-dd"),
    }
}
