//! Tables of figures: caption, units in the header, figures right-aligned in equal digits, a header, first
//! column and totals row that stay in view, and a frame that scrolls on a phone.

use maud::{Markup, Render, html};
use rust_decimal::Decimal;

use super::change;
use crate::values::money::{Fen, Unit, show_count};
use crate::values::text::Lang;

/// A table of no more columns than this fits a desk, so that it needs no frame to scroll in: no row, a marked one
/// least of all, hides below an inner edge.
const FREE: usize = 12;

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column's heading.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    label: &'a str,
    unit: Option<&'a str>,
    group: Option<&'a str>,
    number: bool,
    sort: Option<(String, Option<Order>)>,
}

impl<'a> Column<'a> {
    /// A column of words.
    #[must_use]
    pub fn text(label: &'a str) -> Column<'a> {
        Column {
            label,
            unit: None,
            group: None,
            number: false,
            sort: None,
        }
    }

    /// A column of figures; `unit` stands in the heading, never in the cells. An empty unit is left out.
    #[must_use]
    pub fn number(label: &'a str, unit: &'a str) -> Column<'a> {
        Column {
            unit: if unit.is_empty() { None } else { Some(unit) },
            number: true,
            ..Column::text(label)
        }
    }

    /// A shared heading above this and its neighbours of the same name.
    #[must_use]
    pub fn group(mut self, group: &'a str) -> Column<'a> {
        self.group = Some(group);
        self
    }

    /// Makes the heading a link that sorts; `order` is how the column is sorted now, if it is.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, order: Option<Order>) -> Column<'a> {
        self.sort = Some((href.into(), order));
        self
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    body: Markup,
    number: bool,
    copy: Option<String>,
    href: Option<String>,
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

    /// A day or a time, never broken over two lines.
    #[must_use]
    pub fn when(shown: &str) -> Cell {
        Cell::text(html! { time { (shown) } })
    }

    /// An amount in `unit`, grouped, two decimals. The unit belongs in the column's heading.
    #[must_use]
    pub fn money(amount: Fen, unit: Unit) -> Cell {
        Cell::num(amount.show(unit))
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

/// One row; its first cell is the row's heading.
#[derive(Clone, Debug)]
pub struct Row {
    cells: Vec<Cell>,
    href: Option<String>,
    quiet: bool,
    marked: bool,
}

impl Row {
    /// A row of cells, one per column.
    #[must_use]
    pub const fn new(cells: Vec<Cell>) -> Row {
        Row {
            cells,
            href: None,
            quiet: false,
            marked: false,
        }
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
                        (self.head())
                        tbody { @for row in &self.rows { (row_markup(row)) } }
                        @if let Some(total) = &self.total { tfoot { (row_markup(total)) } }
                    }
                }
                @if let Some(note) = &self.note { div.table-note { (note) } }
            }
        }
    }

    fn head(&self) -> Markup {
        let grouped = self.columns.iter().any(|column| column.group.is_some());
        html! {
            thead {
                @if grouped {
                    tr {
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

fn row_markup(row: &Row) -> Markup {
    html! {
        tr.quiet[row.quiet].marked[row.marked] data-href=[row.href.as_deref()] {
            @for (at, cell) in row.cells.iter().enumerate() {
                @if at == 0 {
                    th.num[cell.number] scope="row" {
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
mod tests {
    use super::*;

    fn table() -> Table<'static> {
        Table::new(
            "totals",
            "各县（市、区）合计",
            vec![
                Column::text("县（市、区）"),
                Column::number("期末", "万元").group("有效授信额度"),
                Column::number("同比", "%").group("有效授信额度"),
                Column::number("户数", "户"),
            ],
        )
        .rows([Row::new(vec![
            Cell::text("<鹤山>"),
            Cell::money(Fen(113_000_000), Unit::Wan).link("/records?region=440784"),
            Cell::change(Some(Decimal::new(2308, 2))),
            Cell::count(1234),
        ])
        .link("/totals?region=440784")])
        .total(Row::new(vec![
            Cell::text("合计"),
            Cell::money(Fen(113_000_000), Unit::Wan),
            Cell::change(None),
            Cell::none(),
        ]))
    }

    #[test]
    fn grouped_headings_span_their_columns() {
        let html = table().markup(Lang::Zh).into_string();
        assert!(html.contains("colspan=\"2\">有效授信额度</th>"));
        assert!(html.contains("scope=\"col\" rowspan=\"2\">县（市、区）</th>"));
        assert_eq!(html.matches("rowspan=\"2\"").count(), 2);
        assert!(html.contains("期末 <span class=\"unit\">(万元)</span>"));
    }

    #[test]
    fn cells_are_escaped_and_lead_to_their_records() {
        let html = table().markup(Lang::Zh).into_string();
        assert!(html.contains("&lt;鹤山&gt;"));
        assert!(html.contains("<a href=\"/records?region=440784\">113.00</a>"));
        assert!(html.contains("<a href=\"/totals?region=440784\">"));
    }

    #[test]
    fn a_copied_change_has_no_arrow_and_a_dash_is_empty() {
        let html = table().markup(Lang::Zh).into_string();
        assert!(html.contains("data-copy=\"+23.08%\""));
        assert_eq!(html.matches("data-copy=\"\"").count(), 2);
    }
}
