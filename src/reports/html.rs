//! A sheet on the screen.

use maud::{Markup, html};

use super::table::{Cell as SheetCell, ColumnKind, Row as SheetRow, RowKind, Sheet, Workbook};
use crate::ui::chart;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::money::show_count;
use crate::values::words;

/// Rows of one sheet that a page shows; the files hold all of them.
pub const SHOWN: usize = 150;

/// A sheet of more columns than these is printed from the page in smaller type.
const WIDE: usize = 14;
const WIDEST: usize = 20;

/// A sheet under its heading; `id` is unique on the page.
pub fn sheet(book: &Workbook, sheet: &Sheet, id: &str) -> Markup {
    let lang = book.lang;
    let titles: Vec<String> = sheet.columns.iter().map(|column| column.heading(lang)).collect();
    let columns = sheet.columns.iter().zip(&titles).map(|(column, title)| {
        let heading = match column.kind {
            ColumnKind::Text | ColumnKind::Code | ColumnKind::Date => Column::text(title),
            ColumnKind::Money => Column::number(title, sheet.unit.label(lang)),
            ColumnKind::Count | ColumnKind::Percent => Column::number(title, ""),
        };
        match &column.group {
            Some(group) => heading.group(group),
            None => heading,
        }
    });
    let caption = format!("{} {}", sheet.form_no, sheet.tab);
    let table = Table::new(id, caption.trim(), columns.collect())
        .rows(sheet.rows.iter().take(SHOWN).map(|each| row(book, sheet, each)))
        .note(notes(book, sheet));
    let table = match &sheet.total {
        Some(total) => table.total(Row::new(cells(sheet, total, true))),
        None => table,
    };
    html! {
        section.sheet.wide[sheet.columns.len() > WIDE].widest[sheet.columns.len() > WIDEST] aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (sheet.title) }
            @if let Some(banner) = &sheet.banner { p { strong { (banner) } } }
            (head(book, sheet))
            (pictures(book, sheet, id))
            (table.markup(lang))
            (sign_off(book, sheet))
            @for line in book.stamp.lines(lang) { p.stamp { (line) } }
        }
    }
}

fn row(book: &Workbook, sheet: &Sheet, row: &SheetRow) -> Row {
    let mut cells = cells(sheet, row, false);
    if row.kind == RowKind::OfWhich
        && let (Some(first), Some(SheetCell::Text(name))) = (cells.first_mut(), row.cells.first())
    {
        *first = Cell::text(html! { (words::OF_WHICH.get(book.lang)) " " (name) });
    }
    let shown = match row.kind {
        RowKind::Item => Row::new(cells),
        RowKind::Subtotal => Row::new(cells).subtotal(),
        RowKind::OfWhich => Row::new(cells).quiet(),
    };
    match &row.href {
        Some(href) => shown.link(href.as_str()),
        None => shown,
    }
}

fn cells(sheet: &Sheet, row: &SheetRow, is_total: bool) -> Vec<Cell> {
    let cell = |(at, cell): (usize, &SheetCell)| match cell {
        SheetCell::Text(text) | SheetCell::Code(text) => Cell::text(text),
        SheetCell::Date(_) => Cell::when(&sheet.printed_cell(is_total, at, cell)),
        SheetCell::Empty | SheetCell::Percent(None) => match sheet.printed_cell(is_total, at, cell) {
            blank if blank.is_empty() => Cell::blank(),
            _ => Cell::none(),
        },
        cell => {
            let shown = Cell::num(sheet.printed_cell(is_total, at, cell));
            match sheet
                .columns
                .get(at)
                .and_then(|column| row.page_behind(column, cell))
            {
                Some(page) => shown.link(page),
                None => shown,
            }
        }
    };
    row.cells.iter().enumerate().map(cell).collect()
}

/// The lines above the table: 表号, 填报单位, 报告期, 单位 …
fn head(book: &Workbook, sheet: &Sheet) -> Markup {
    let lang = book.lang;
    let lines = [
        (lang.t("表号", "Form"), sheet.form_no.clone()),
        (lang.t("制定机关", "Authority"), sheet.authority.clone()),
        (lang.t("填报单位", "Prepared by"), sheet.prepared_by.clone()),
        (lang.t("报告期", "Period"), sheet.period.clone()),
        (words::UNIT.get(lang), sheet.units(lang)),
        (lang.t("数据口径", "Basis"), sheet.as_of.clone()),
        (lang.t("版本", "Variant"), sheet.variant.label(lang).to_owned()),
    ];
    html! {
        p.sheet-head {
            @for (label, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
                span { (label) (lang.t("：", ": ")) b { (value) } } "　"
            }
        }
    }
}

/// The pictures of the sheet's figures; the table beneath them has their numbers.
fn pictures(book: &Workbook, sheet: &Sheet, id: &str) -> Markup {
    let drawings = sheet.drawings(book.lang, id);
    html! {
        @if !drawings.is_empty() {
            div.charts {
                @for drawing in &drawings {
                    figure.chart {
                        figcaption {
                            b { (drawing.title) }
                            @if !drawing.conclusion.is_empty() { span { (drawing.conclusion) } }
                        }
                        (chart::small(drawing))
                    }
                }
            }
        }
    }
}

fn notes(book: &Workbook, sheet: &Sheet) -> Markup {
    let lang = book.lang;
    let rows = sheet.rows.len();
    html! {
        @if rows > SHOWN {
            p {
                strong {
                    (lang.t("屏幕只列前 ", "The screen shows the first "))
                    (show_count(i64::try_from(SHOWN).unwrap_or(i64::MAX)))
                    (lang.t(" 行，下载的文件含全部 ", " rows; the files hold all "))
                    (show_count(i64::try_from(rows).unwrap_or(i64::MAX)))
                    (lang.t(" 行；合计为全部行的合计。", "; the total is over all of them."))
                }
            }
        }
        @for note in sheet.printed_notes(book) { p { (note) } }
    }
}

fn sign_off(book: &Workbook, sheet: &Sheet) -> Markup {
    html! {
        p.sign-off {
            @for (label, name) in sheet.sign_off.labelled(book.lang) {
                span { (label) (book.lang.t("：", ": ")) (name) } "　　　　"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Picture, PictureKind};
    use super::super::write::samples;
    use super::*;

    #[test]
    fn the_screen_says_what_the_files_say() {
        let book = samples::book(vec![samples::by_county()]);
        let html = sheet(&book, &book.sheets[0], "s1").into_string();
        for text in [
            "村信综月01表",
            "2023年12月",
            "演示数据",
            "单位负责人",
            "未报",
            "有效授信额度",
        ] {
            assert!(html.contains(text), "{text}");
        }
        assert!(html.contains("<tfoot>") && html.contains("10.00"));
        assert!(!html.contains("<figure"));
    }

    #[test]
    fn a_picture_stands_above_its_table_under_its_title() {
        let mut drawn = samples::by_county();
        drawn.charts = vec![Picture::new(PictureKind::Bars, "granted", "有效授信额度")];
        let book = samples::book(vec![drawn]);
        let html = sheet(&book, &book.sheets[0], "s1").into_string();
        let at = |text: &str| html.find(text).unwrap();
        assert!(at("<b>有效授信额度（万元）</b>") < at("<svg") && at("<svg") < at("<table"));
        assert!(html.contains("id=\"s1-picture-1-title\""));
    }
}
