//! Pictures of a sheet's own figures. A sheet says which columns are drawn and how; the drawing is made of its cells when
//! it is shown or printed, so that it follows the unit, shows nothing that is hidden, and is never kept apart from them.

use super::{Cell, Column, Row, RowKind, Sheet};
use crate::ui::chart::{Bar, Chart, Drawing, Scale, draw, map};
use crate::values::money::show_count;
use crate::values::text::Lang;
use serde::{Deserialize, Serialize};

/// As many bars as a page holds beside its table: every town of a county.
const MOST_BARS: usize = 18;
/// As many tiles as are still read.
const MOST_TILES: usize = 24;

/// One picture of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub kind: PictureKind,
    /// The key of the column drawn.
    pub column: String,
    /// Which rows are drawn.
    pub rows: RowKind,
    /// What is measured, without its unit.
    pub title: String,
}

/// How a column is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureKind {
    /// A line through the rows in their order, which are months or days.
    Line,
    /// Bars, the largest first.
    Bars,
    /// Bars in the order of the rows.
    InOrder,
    /// The rows as stages.
    Funnel,
    /// A tile for each row, in five classes.
    Tiles,
}

impl Picture {
    /// A picture of a column over the items of the sheet, named by their first column.
    #[must_use]
    pub fn new(kind: PictureKind, column: &str, title: impl Into<String>) -> Picture {
        Picture {
            kind,
            column: column.to_owned(),
            rows: RowKind::Item,
            title: title.into(),
        }
    }

    /// The same over the subtotals.
    #[must_use]
    pub fn of_subtotals(mut self) -> Picture {
        self.rows = RowKind::Subtotal;
        self
    }
}

/// One row as it is drawn.
struct Drawn<'a> {
    name: String,
    value: Option<i64>,
    href: Option<&'a str>,
}

impl Sheet {
    /// The pictures that have something to show: at least two rows, and not all of them nought.
    #[must_use]
    pub fn drawings(&self, lang: Lang, id: &str) -> Vec<Drawing> {
        (1..)
            .zip(&self.charts)
            .filter_map(|(n, picture)| self.drawing(lang, picture, &format!("{id}-picture-{n}")))
            .collect()
    }

    fn drawing(&self, lang: Lang, picture: &Picture, id: &str) -> Option<Drawing> {
        let at = self
            .columns
            .iter()
            .position(|column| column.key == picture.column)?;
        let scale = self.scale(self.columns.get(at)?);
        let rows: Vec<Drawn<'_>> = self
            .rows
            .iter()
            .filter(|row| row.kind == picture.rows)
            .filter_map(|row| self.drawn(row, at))
            .collect();
        let told = rows
            .iter()
            .filter(|row| row.value.is_some_and(|value| value != 0));
        if rows.len() < 2 || told.count() == 0 {
            return None;
        }
        let (rows, conclusion) = most(lang, picture.kind, rows)?;
        let title = self.title_with_unit(lang, &picture.title, scale);
        let chart = Chart {
            id,
            title: &title,
            conclusion: &conclusion,
            scale,
        };
        Some(draw_rows(lang, picture.kind, &chart, &rows))
    }

    /// A row with its value; none where the value is hidden or nothing to be drawn.
    fn drawn<'a>(&self, row: &'a Row, at: usize) -> Option<Drawn<'a>> {
        let value = match row.cells.get(at)? {
            Cell::Money(fen) => Some(fen.0),
            Cell::Count(count) => Some(*count),
            Cell::Percent(Some(percent)) => {
                let percent = super::two_decimals(*percent);
                Some(i64::try_from(percent.mantissa()).ok()?)
            }
            Cell::Mark(_) => None,
            _ => return None,
        };
        Some(Drawn {
            name: row.cells.first()?.printed(self.unit),
            value,
            href: row.href.as_deref(),
        })
    }

    fn scale(&self, column: &Column) -> Scale {
        match column.kind {
            super::ColumnKind::Money => Scale::Money(self.unit),
            super::ColumnKind::Percent => Scale::Percent,
            _ => Scale::Count,
        }
    }

    /// `贷款余额（万元）`; a percentage and a count that names what it counts bear no unit.
    fn title_with_unit(&self, lang: Lang, title: &str, scale: Scale) -> String {
        let unit = match scale {
            Scale::Money(unit) => unit.label(lang),
            Scale::Percent => "%",
            Scale::Count => return title.to_owned(),
        };
        match lang {
            Lang::Zh => format!("{title}（{unit}）"),
            Lang::En => format!("{title} ({unit})"),
        }
    }
}

/// No more rows than can be read: of bars the largest, said so; a map of too many tiles is not drawn.
fn most(lang: Lang, kind: PictureKind, mut rows: Vec<Drawn<'_>>) -> Option<(Vec<Drawn<'_>>, String)> {
    let all = rows.len();
    match kind {
        PictureKind::Tiles if all > MOST_TILES => return None,
        PictureKind::Bars => rows.sort_by_key(|row| std::cmp::Reverse(row.value)),
        // What nobody went through is no mouth of a funnel.
        PictureKind::Funnel => {
            let begun = rows
                .iter()
                .position(|row| row.value.is_some_and(|value| value != 0));
            rows.drain(..begun.unwrap_or(0));
        }
        _ => {}
    }
    if kind != PictureKind::Bars || all <= MOST_BARS {
        return Some((rows, String::new()));
    }
    rows.truncate(MOST_BARS);
    let count = |number: usize| show_count(i64::try_from(number).unwrap_or(i64::MAX));
    let (shown, all) = (count(MOST_BARS), count(all));
    let said = match lang {
        Lang::Zh => format!("共{all}行，图示最大的{shown}行。"),
        Lang::En => format!("The largest {shown} of {all} rows."),
    };
    Some((rows, said))
}

fn draw_rows(lang: Lang, kind: PictureKind, chart: &Chart<'_>, rows: &[Drawn<'_>]) -> Drawing {
    let value = |row: &Drawn<'_>| row.value.unwrap_or_default();
    let bars: Vec<Bar<'_>> = rows
        .iter()
        .map(|row| Bar {
            label: &row.name,
            value: value(row),
            href: row.href,
        })
        .collect();
    match kind {
        PictureKind::Line => {
            let points: Vec<(&str, i64)> = rows.iter().map(|row| (row.name.as_str(), value(row))).collect();
            draw::line(chart, &points)
        }
        PictureKind::Bars => draw::bars(chart, &bars),
        PictureKind::InOrder => draw::bars_in_order(chart, &bars),
        PictureKind::Funnel => draw::funnel(chart, &bars),
        PictureKind::Tiles => {
            let units: Vec<map::Unit<'_>> = rows
                .iter()
                .map(|row| map::Unit {
                    code: "",
                    name: &row.name,
                    value: row.value,
                    href: row.href,
                })
                .collect();
            map::tiles(lang, chart, &units)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ColumnKind;
    use super::*;
    use crate::ui::chart::Shape;
    use crate::values::money::{Fen, Unit};

    fn sheet(values: Vec<Cell>) -> Sheet {
        let columns = vec![
            Column::new("name", "镇", ColumnKind::Text),
            Column::new("balance", "余额", ColumnKind::Money),
        ];
        let mut sheet = Sheet::new("试", Unit::Wan, columns);
        let row = |(n, value)| Row::item(vec![Cell::text(format!("第{n}镇")), value]);
        sheet.rows = (1..).zip(values).map(row).collect();
        sheet
    }

    fn drawn(sheet: &mut Sheet, kind: PictureKind) -> Option<Drawing> {
        sheet.charts = vec![Picture::new(kind, "balance", "余额")];
        sheet.drawings(Lang::Zh, "s1").pop()
    }

    fn money(amounts: &[i64]) -> Vec<Cell> {
        amounts.iter().map(|fen| Cell::Money(Fen(*fen))).collect()
    }

    #[test]
    fn a_picture_shows_the_cells_in_the_unit_of_the_sheet() {
        let mut sheet = sheet(money(&[1_000_000, 3_335_000]));
        let drawing = drawn(&mut sheet, PictureKind::Bars).unwrap();
        assert_eq!(
            (drawing.id.as_str(), drawing.title.as_str()),
            ("s1-picture-1", "余额（万元）")
        );
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(drawing.numbers, [pair("第2镇", "3.34"), pair("第1镇", "1.00")]);
        sheet.unit = Unit::Yuan;
        let drawing = sheet.drawings(Lang::Zh, "s1").pop().unwrap();
        assert_eq!(drawing.title, "余额（元）");
        assert_eq!(drawing.numbers[0].1, "33,350.00");
    }

    #[test]
    fn what_is_hidden_is_not_drawn_and_nothing_is_no_picture() {
        let mut hidden = sheet(vec![Cell::Suppressed, Cell::Money(Fen(5)), Cell::Money(Fen(7))]);
        let drawing = drawn(&mut hidden, PictureKind::Bars).unwrap();
        assert!(drawing.numbers.iter().all(|(name, _)| name != "第1镇"));
        for nothing in [money(&[]), money(&[5]), money(&[0, 0])] {
            assert_eq!(drawn(&mut sheet(nothing), PictureKind::Funnel), None);
        }
        let mut missing = sheet(money(&[5]));
        missing.charts = vec![Picture::new(PictureKind::Bars, "nowhere", "无")];
        assert!(missing.drawings(Lang::Zh, "s").is_empty());
    }

    #[test]
    fn of_many_rows_the_largest_are_drawn_and_it_is_said() {
        let amounts: Vec<i64> = (1..=40).collect();
        let mut many = sheet(money(&amounts));
        let drawing = drawn(&mut many, PictureKind::Bars).unwrap();
        assert_eq!(drawing.numbers.len(), MOST_BARS);
        assert_eq!(drawing.numbers[0].0, "第40镇");
        assert!(drawing.conclusion.contains("40行"));
        assert_eq!(drawn(&mut many, PictureKind::Tiles), None);
        let line = drawn(&mut many, PictureKind::Line).unwrap();
        assert_eq!(line.numbers.len(), 40, "a line leaves nothing out");
    }

    #[test]
    fn a_funnel_begins_where_something_went_in() {
        let drawing = drawn(&mut sheet(money(&[0, 0, 5, 0, 3])), PictureKind::Funnel).unwrap();
        let names: Vec<&str> = drawing.numbers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["第3镇", "第4镇", "第5镇"]);
    }

    #[test]
    fn subtotals_are_drawn_where_they_are_meant_and_lead_where_their_rows_lead() {
        let mut sheet = sheet(money(&[1, 2, 3]));
        for row in &mut sheet.rows[..2] {
            row.kind = RowKind::Subtotal;
            row.href = Some("/a".to_owned());
        }
        sheet.charts = vec![Picture::new(PictureKind::InOrder, "balance", "余额").of_subtotals()];
        let drawing = sheet.drawings(Lang::En, "s").pop().unwrap();
        assert_eq!(drawing.numbers.len(), 2);
        let leads = |shape: &&Shape| matches!(shape, Shape::Area { href: Some(href), .. } if href == "/a");
        assert_eq!(drawing.shapes.iter().filter(leads).count(), 2);
    }
}
