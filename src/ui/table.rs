//! Tables of figures: caption, units in the header, figures right-aligned in equal digits, a header, first
//! column and totals row that stay in view, and a frame that scrolls on a phone.

mod column;

pub use column::{Column, Order, Sort};

use maud::{Markup, Render, html};
use rust_decimal::Decimal;

use super::change;
use crate::values::money::{Fen, ROUNDING_NOTE, Unit, parts_miss_total, show_count};
use crate::values::text::Lang;

/// A table of no more columns than this fits a desk, so that it needs no frame to scroll in: no row, a marked one
/// least of all, hides below an inner edge.
const FREE: usize = 12;

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    body: Markup,
    number: bool,
    copy: Option<String>,
    href: Option<String>,
    /// What is shown, for a table that must say when its rounded parts miss their total.
    amount: Option<(Fen, Unit)>,
}

impl Cell {
    /// Words, or any markup (a pill, a link).
    #[must_use]
    pub fn text(body: impl Render) -> Cell {
        Cell {
            body: body.render(),
            number: false,
            copy: None,
            href: None,
            amount: None,
        }
    }

    /// A figure already written out for people.
    #[must_use]
    pub fn num(shown: impl Render) -> Cell {
        Cell {
            number: true,
            ..Cell::text(shown)
        }
    }

    /// Digits that are a name and no number: a spreadsheet must not round them.
    #[must_use]
    pub fn code(shown: impl Render) -> Cell {
        Cell::text(html! { span.code { (shown.render()) } })
    }

    /// A small drawing of the figures beside it; a copy of the table leaves it out.
    #[must_use]
    pub fn picture(drawing: impl Render) -> Cell {
        Cell {
            copy: Some(String::new()),
            ..Cell::text(drawing)
        }
    }

    /// A day or a time, never broken over two lines.
    #[must_use]
    pub fn when(shown: &str) -> Cell {
        Cell::text(html! { time { (shown) } })
    }

    /// An amount in `unit`, grouped, two decimals. The unit belongs in the column's heading.
    #[must_use]
    pub fn money(amount: Fen, unit: Unit) -> Cell {
        Cell::num(amount.show(unit)).of(amount, unit)
    }

    /// The amount and unit of a figure that was written out otherwise, such as with its sign.
    #[must_use]
    pub const fn of(mut self, amount: Fen, unit: Unit) -> Cell {
        self.amount = Some((amount, unit));
        self
    }

    /// A count, grouped.
    #[must_use]
    pub fn count(count: i64) -> Cell {
        Cell::num(show_count(count))
    }

    /// A change in percent, or "—" where there is no base.
    #[must_use]
    pub fn change(percent: Option<Decimal>) -> Cell {
        Cell {
            copy: Some(change::plain(percent)),
            ..Cell::num(change::change(percent))
        }
    }

    /// An empty cell, such as beside 合计 in a column of words.
    #[must_use]
    pub fn blank() -> Cell {
        Cell::text("")
    }

    /// "—": nothing to show here.
    #[must_use]
    pub fn none() -> Cell {
        Cell {
            copy: Some(String::new()),
            ..Cell::num(change::none())
        }
    }

    /// 未报: expected, and not come in; not the same as nought.
    #[must_use]
    pub fn unreported(lang: Lang) -> Cell {
        Cell::num(html! { span.unreported { (lang.t("未报", "not reported")) } })
    }

    /// Leads from the figure to the records behind it.
    #[must_use]
    pub fn link(mut self, href: impl Into<String>) -> Cell {
        self.href = Some(href.into());
        self
    }

    fn inner(&self) -> Markup {
        html! {
            @match &self.href {
                Some(href) => a href=(href) { (self.body) },
                None => (self.body),
            }
        }
    }
}

/// A box before a row: ticked, the row goes with a form elsewhere on the page.
#[derive(Clone, Debug)]
struct Choice {
    form: &'static str,
    name: &'static str,
    value: String,
    label: String,
}

/// One row; its first cell is the row's heading.
#[derive(Clone, Debug)]
pub struct Row {
    cells: Vec<Cell>,
    href: Option<String>,
    quiet: bool,
    subtotal: bool,
    marked: bool,
    choice: Option<Choice>,
}

impl Row {
    /// A row of cells, one per column.
    #[must_use]
    pub const fn new(cells: Vec<Cell>) -> Row {
        Row {
            cells,
            href: None,
            quiet: false,
            subtotal: false,
            marked: false,
            choice: None,
        }
    }

    /// Puts a box before the row that sends `name=value` with the form of that id; `label` is what it is for.
    #[must_use]
    pub fn choice(
        mut self,
        (form, name): (&'static str, &'static str),
        value: impl Into<String>,
        label: impl Into<String>,
    ) -> Row {
        self.choice = Some(Choice {
            form,
            name,
            value: value.into(),
            label: label.into(),
        });
        self
    }

    /// Where the row leads: its first cell becomes the link, and the script lets the rest be clicked too.
    #[must_use]
    pub fn link(mut self, href: impl Into<String>) -> Row {
        self.href = Some(href.into());
        self
    }

    /// A row that is not one of the children proper: 其他, 未定村.
    #[must_use]
    pub const fn quiet(mut self) -> Row {
        self.quiet = true;
        self
    }

    /// A row that sums others of the table, and so counts no second time.
    #[must_use]
    pub const fn subtotal(mut self) -> Row {
        self.subtotal = true;
        self
    }

    /// Tints a row to be looked at; one of its cells says why in words.
    #[must_use]
    pub const fn marked(mut self, marked: bool) -> Row {
        self.marked = marked;
        self
    }
}

/// A table of figures or records.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    id: &'a str,
    caption: &'a str,
    columns: Vec<Column<'a>>,
    rows: Vec<Row>,
    total: Option<Row>,
    note: Option<Markup>,
}

impl<'a> Table<'a> {
    /// An empty table; `id` is unique on its page.
    #[must_use]
    pub const fn new(id: &'a str, caption: &'a str, columns: Vec<Column<'a>>) -> Table<'a> {
        Table {
            id,
            caption,
            columns,
            rows: Vec::new(),
            total: None,
            note: None,
        }
    }

    /// Its rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Table<'a> {
        self.rows = rows.into_iter().collect();
        self
    }

    /// The totals row, kept in view at the bottom.
    #[must_use]
    pub fn total(mut self, row: Row) -> Table<'a> {
        self.total = Some(row);
        self
    }

    /// A note under the table: footnotes, why distinct counts do not add up, the 截至 time.
    #[must_use]
    pub fn note(mut self, note: Markup) -> Table<'a> {
        self.note = Some(note);
        self
    }

    /// The table. Where it has no rows, give [`super::notice::empty`] instead.
    #[must_use]
    pub fn markup(&self, lang: Lang) -> Markup {
        let caption_id = format!("{}-caption", self.id);
        html! {
            div.table-block {
                div.table-frame.free[self.columns.len() <= FREE] role="region" tabindex="0" aria-labelledby=(caption_id) {
                    table id=(self.id) data-copy=(lang.t("复制表格", "Copy table"))
                        data-copied=(lang.t("已复制", "Copied")) {
                        caption id=(caption_id) { span { (self.caption) } }
                        (self.head(lang))
                        tbody { @for row in &self.rows { (row_markup(row, self.chooses())) } }
                        @if let Some(total) = &self.total { tfoot { (row_markup(total, self.chooses())) } }
                    }
                }
                @if self.note.is_some() || self.parts_miss() {
                    div.table-note {
                        @if let Some(note) = &self.note { (note) }
                        @if self.parts_miss() { p { (ROUNDING_NOTE.get(lang)) } }
                    }
                }
            }
        }
    }

    /// Whether in some column the rounded parts miss the rounded total. Only columns whose parts make the total to
    /// the fen are asked: all rows, or those that are not details of others.
    fn parts_miss(&self) -> bool {
        let Some(total) = &self.total else { return false };
        let column = |at: usize, quiet: bool| -> Vec<Fen> {
            let parts = |row: &&Row| !row.subtotal && (quiet || !row.quiet);
            let rows = self.rows.iter().filter(parts);
            rows.filter_map(|row| row.cells.get(at)?.amount.map(|(amount, _)| amount))
                .collect()
        };
        total.cells.iter().enumerate().any(|(at, cell)| {
            let Some((total, unit)) = cell.amount else {
                return false;
            };
            [true, false]
                .into_iter()
                .map(|quiet| column(at, quiet))
                .any(|parts| {
                    Fen::sum(parts.iter().copied()).is_ok_and(|sum| sum == total)
                        && parts_miss_total(parts, total, unit)
                })
        })
    }

    /// Whether rows have boxes before them.
    fn chooses(&self) -> bool {
        self.rows.iter().any(|row| row.choice.is_some())
    }

    fn head(&self, lang: Lang) -> Markup {
        let grouped = self.columns.iter().any(|column| column.group.is_some());
        let all = html! {
            @if self.chooses() {
                td.check rowspan=[grouped.then_some(2)] {
                    // Of use with the script alone, which shows it.
                    input type="checkbox" hidden data-choose-all=(self.id)
                        aria-label=(lang.t("选择本页全部", "Choose all on this page"));
                }
            }
        };
        html! {
            thead {
                @if grouped {
                    tr {
                        (all)
                        @for (group, columns) in self.groups() {
                            @match (group, columns.first()) {
                                (Some(name), _) => th.group scope="colgroup" colspan=(columns.len()) { (name) },
                                (None, Some(column)) => (heading(column, true)),
                                (None, None) => {},
                            }
                        }
                    }
                }
                tr {
                    @if !grouped { (all) }
                    @for column in &self.columns {
                        @if !grouped || column.group.is_some() { (heading(column, false)) }
                    }
                }
            }
        }
    }

    /// Neighbours of one group together; a column without a group stands alone.
    fn groups(&self) -> Vec<(Option<&str>, &[Column<'a>])> {
        self.columns
            .chunk_by(|a, b| a.group.is_some() && a.group == b.group)
            .map(|columns| (columns.first().and_then(|column| column.group), columns))
            .collect()
    }
}

fn heading(column: &Column<'_>, tall: bool) -> Markup {
    let sorted = column.sort.as_ref().and_then(|(_, order)| *order);
    let (aria, mark) = match sorted {
        Some(Order::Ascending) => (Some("ascending"), " ↑"),
        Some(Order::Descending) => (Some("descending"), " ↓"),
        None => (None, ""),
    };
    // A copied heading bears its unit but no sorting mark.
    let copy = column.sort.is_some().then(|| match column.unit {
        Some(unit) => format!("{} ({unit})", column.label),
        None => column.label.to_owned(),
    });
    html! {
        th.num[column.number] scope="col" data-copy=[copy] rowspan=[tall.then_some(2)] aria-sort=[aria] {
            @match &column.sort {
                Some((href, _)) => a href=(href) rel="nofollow" { (column.label) (mark) },
                None => (column.label),
            }
            @if let Some(unit) = column.unit { " " span.unit { "(" (unit) ")" } }
        }
    }
}

fn row_markup(row: &Row, chooses: bool) -> Markup {
    html! {
        tr.quiet[row.quiet].subtotal[row.subtotal].marked[row.marked] data-href=[row.href.as_deref()] {
            @if chooses {
                td.check {
                    @if let Some(choice) = &row.choice {
                        input type="checkbox" form=(choice.form) name=(choice.name) value=(choice.value)
                            aria-label=(choice.label);
                    }
                }
            }
            @for (at, cell) in row.cells.iter().enumerate() {
                @if at == 0 {
                    th.num[cell.number] scope="row" data-copy=[cell.copy.as_deref()] {
                        @match &row.href {
                            Some(href) => a href=(href) { (cell.body) },
                            None => (cell.inner()),
                        }
                    }
                } @else {
                    td.num[cell.number] data-copy=[cell.copy.as_deref()] { (cell.inner()) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
