//! What a report *is*: sheets of typed cells under a form's heading, in one language, with no
//! word about ink. The screen and every file are made from this one value, so they cannot
//! disagree.
//!
//! What must always hold (see [`Workbook::check`]): a row has one cell per column; a cell is of
//! its column's kind, or empty, or a mark; a total that claims to be a sum is the sum of the
//! rows that count.

mod check;
mod numbering;
mod origin;
mod pages;
mod percent;
mod picture;
mod print;
mod stamp;

pub use crate::values::text::display_width;
pub use check::TableError;
pub use numbering::ROW_NUMBER;
pub use origin::{Figure, Origin};
pub use picture::{Picture, PictureKind};
pub use print::Heading;
pub(crate) use print::two_decimals;
pub use stamp::Stamp;

use crate::values::MeasureId;
use crate::values::money::{Fen, Unit};
use crate::values::text::Lang;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What stands where readers outside do not see the value.
pub const HIDDEN: &str = "＊";

/// One report, ready to be shown or written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workbook {
    /// The language of every text in it; writers add a few fixed labels in the same one.
    pub lang: Lang,
    pub name: String,
    /// File name without its extension: `2023-12_江门市_综合月报_v1`.
    pub file_stem: String,
    /// The same in plain letters, for programs that know no others: `cunxin-monthly-440700-2023-12`.
    pub plain_stem: String,
    /// When it was made (UTC). Handed in, so that the same report gives the same bytes.
    pub made_at: NaiveDateTime,
    pub sheets: Vec<Sheet>,
    /// Notes that belong under every sheet.
    pub notes: Vec<String>,
    /// What stands on every file made of it.
    pub stamp: Stamp,
}

/// One form (表).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The name on the tab; writers make it legal and unique.
    pub tab: String,
    /// 表号, such as `村信综月01表`.
    pub form_no: String,
    /// 制定机关; may be empty.
    pub authority: String,
    /// 表名.
    pub title: String,
    /// 填报单位.
    pub prepared_by: String,
    /// 报告期, such as `2023年12月`.
    pub period: String,
    /// What the figures rest on: `截至2024-01-04，第1版`; may be empty.
    pub as_of: String,
    /// The unit in which the sheet shows amounts.
    pub unit: Unit,
    /// Further units of the 单位 line: `户`, `个`, `亩`.
    pub other_units: Vec<String>,
    pub variant: Variant,
    /// Stands on every page, such as `演示数据`.
    pub banner: Option<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub total: Option<Row>,
    pub total_place: TotalPlace,
    pub footnotes: Vec<String>,
    /// Pictures of its figures, drawn above them on the screen and on paper.
    #[serde(default)]
    pub charts: Vec<Picture>,
    pub sign_off: SignOff,
}

/// For whom a sheet is: the staff, or readers outside (small cells suppressed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variant {
    #[default]
    Internal,
    Public,
}

/// Where the one total row stands. Chinese forms print 合计 first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TotalPlace {
    #[default]
    First,
    Last,
}

/// The names under a form. What is empty is printed as a space to write in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// 单位负责人.
    pub head: String,
    /// 审核人.
    pub checked_by: String,
    /// 填表人.
    pub prepared_by: String,
    /// 报出日期.
    pub reported_on: Option<NaiveDate>,
}

/// One column and how its total comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Stable name for machines, unique in its sheet.
    pub key: String,
    /// The upper heading it shares with its neighbours.
    pub group: Option<String>,
    pub title: String,
    pub kind: ColumnKind,
    pub total: TotalRule,
    /// Least width, in half-width characters.
    pub width_hint: Option<usize>,
    /// The measure it shows, or is a rate of; 口径说明 explains those that are named.
    pub measure: Option<MeasureId>,
    /// The figure it shows, where there is a page that explains it.
    #[serde(default)]
    pub figure: Option<Figure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    Text,
    /// Digits that are a name, not a number: 12-digit region codes, 18-digit credit codes.
    Code,
    /// Fen, shown in the sheet's unit.
    Money,
    Count,
    /// 23.08 means 23.08%.
    Percent,
    Date,
}

/// How the cell in the total row comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TotalRule {
    /// The sum of the rows that count; a workbook shows it as a formula.
    Sum,
    /// A value of its own: distinct counts and rates do not add up.
    Given,
    /// No total; the cell is empty or holds the row's label.
    None,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub kind: RowKind,
    /// Depth of indentation of the row's first cell.
    pub level: u8,
    pub cells: Vec<Cell>,
    /// Where the screen leads from the row: a page of our own.
    pub href: Option<String>,
    /// Whose figures its cells are.
    #[serde(default)]
    pub origin: Option<Origin>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowKind {
    /// Counts towards the total.
    #[default]
    Item,
    /// 小计 of items that stand in the table themselves; does not count again.
    Subtotal,
    /// 其中: a part of another row; may overlap, never counts.
    OfWhich,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    Text(String),
    Code(String),
    Money(Fen),
    Count(i64),
    /// `None` where there is no base to compare with.
    Percent(#[serde(with = "percent")] Option<Decimal>),
    Date(NaiveDate),
    /// A word where a value would stand: `未报`.
    Mark(String),
    /// A value that readers outside do not see, printed as [`HIDDEN`].
    Suppressed,
    /// Nothing, which is not nought. Printed as "—".
    Empty,
}

impl Workbook {
    #[must_use]
    pub fn new(lang: Lang, name: impl Into<String>, made_at: NaiveDateTime) -> Workbook {
        let name = name.into();
        Workbook {
            lang,
            file_stem: name.clone(),
            plain_stem: "cunxin".to_owned(),
            name,
            made_at,
            sheets: Vec::new(),
            notes: Vec::new(),
            stamp: Stamp::default(),
        }
    }
}

impl Sheet {
    /// An empty sheet; what is not given here is set on the fields.
    #[must_use]
    pub fn new(title: impl Into<String>, unit: Unit, columns: Vec<Column>) -> Sheet {
        let title = title.into();
        Sheet {
            tab: title.clone(),
            form_no: String::new(),
            authority: String::new(),
            title,
            prepared_by: String::new(),
            period: String::new(),
            as_of: String::new(),
            unit,
            other_units: Vec::new(),
            variant: Variant::Internal,
            banner: None,
            columns,
            rows: Vec::new(),
            total: None,
            total_place: TotalPlace::First,
            footnotes: Vec::new(),
            charts: Vec::new(),
            sign_off: SignOff::default(),
        }
    }

    /// Makes the total row: the label in the first column, sums where the column says
    /// [`TotalRule::Sum`], and the values `given` by column key, which win over a sum;
    /// everything else stays empty.
    ///
    /// # Errors
    /// [`TableError::TotalTooLarge`] when a sum leaves the range of its type,
    /// [`TableError::NoSuchColumn`] when a given value has no column,
    /// [`TableError::TotalNotGiven`] when marks stand where parts of a sum would, so that the
    /// sum of what is left would be too small.
    pub fn add_total(
        &mut self,
        label: &str,
        given: impl IntoIterator<Item = (&'static str, Cell)>,
    ) -> Result<(), TableError> {
        let mut given: HashMap<&str, Cell> = given.into_iter().collect();
        let mut cells = Vec::with_capacity(self.columns.len());
        for (at, column) in self.columns.iter().enumerate() {
            let cell = match given.remove(column.key.as_str()) {
                Some(cell) => cell,
                None if at == 0 => Cell::text(label),
                None if self.hides_parts(at) => {
                    return Err(TableError::TotalNotGiven {
                        sheet: self.tab.clone(),
                        column: column.key.clone(),
                    });
                }
                None => self.sum_of_column(at)?,
            };
            cells.push(cell);
        }
        if let Some(key) = given.into_keys().next() {
            return Err(TableError::NoSuchColumn {
                sheet: self.tab.clone(),
                column: key.to_owned(),
            });
        }
        self.total = Some(Row::item(cells));
        Ok(())
    }

    /// The rows in the order they are printed, each with whether it is the total.
    pub fn printed_rows(&self) -> impl Iterator<Item = (bool, &Row)> {
        let total = |place| {
            self.total
                .iter()
                .filter(move |_| self.total_place == place)
                .map(|row| (true, row))
        };
        total(TotalPlace::First)
            .chain(self.rows.iter().map(|row| (false, row)))
            .chain(total(TotalPlace::Last))
    }

    /// The cells of one column in the rows that count towards the total.
    pub(crate) fn counted_cells(&self, at: usize) -> impl Iterator<Item = &Cell> {
        self.rows
            .iter()
            .filter(|row| row.kind == RowKind::Item)
            .filter_map(move |row| row.cells.get(at))
    }
}

impl Column {
    /// A column of this kind. Money and counts add up unless said otherwise.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>, kind: ColumnKind) -> Column {
        let total = match kind {
            ColumnKind::Money | ColumnKind::Count => TotalRule::Sum,
            ColumnKind::Percent => TotalRule::Given,
            ColumnKind::Text | ColumnKind::Code | ColumnKind::Date => TotalRule::None,
        };
        Column {
            key: key.into(),
            group: None,
            title: title.into(),
            kind,
            total,
            width_hint: None,
            measure: None,
            figure: None,
        }
    }

    /// Of which measure it is.
    #[must_use]
    pub fn measuring(mut self, measure: MeasureId) -> Column {
        self.measure = Some(measure);
        self
    }

    /// Which figure it shows.
    #[must_use]
    pub fn showing(mut self, figure: Figure) -> Column {
        self.figure = Some(figure);
        self
    }

    #[must_use]
    pub fn under(mut self, group: impl Into<String>) -> Column {
        self.group = Some(group.into());
        self
    }

    #[must_use]
    pub fn totalled(mut self, rule: TotalRule) -> Column {
        self.total = rule;
        self
    }

    #[must_use]
    pub fn at_least(mut self, width: usize) -> Column {
        self.width_hint = Some(width);
        self
    }
}

impl Row {
    #[must_use]
    pub fn item(cells: Vec<Cell>) -> Row {
        Row::of_kind(RowKind::Item, 0, cells)
    }

    #[must_use]
    pub fn subtotal(cells: Vec<Cell>) -> Row {
        Row::of_kind(RowKind::Subtotal, 0, cells)
    }

    /// A 其中 row, one step in.
    #[must_use]
    pub fn of_which(cells: Vec<Cell>) -> Row {
        Row::of_kind(RowKind::OfWhich, 1, cells)
    }

    /// Leads to a page of our own on the screen; files have no use for it.
    #[must_use]
    pub fn linked(mut self, href: String) -> Row {
        self.href = Some(href);
        self
    }

    /// Whose figures its cells are; none: nobody's that a page could explain.
    #[must_use]
    pub fn of(mut self, origin: Option<Origin>) -> Row {
        self.origin = origin;
        self
    }

    /// The page behind one of its cells.
    #[must_use]
    pub fn page_behind(&self, column: &Column, cell: &Cell) -> Option<String> {
        let known = !cell.is_empty() && !matches!(cell, Cell::Suppressed | Cell::Mark(_));
        let (origin, figure) = (self.origin.as_ref()?, column.figure.as_ref()?);
        known.then(|| origin.page(figure))
    }

    fn of_kind(kind: RowKind, level: u8, cells: Vec<Cell>) -> Row {
        Row {
            kind,
            level,
            cells,
            href: None,
            origin: None,
        }
    }
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// Nothing to show: not there, or a percentage without a base.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty | Cell::Percent(None))
    }
}
