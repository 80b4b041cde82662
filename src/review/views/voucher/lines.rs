//! The lines of a voucher, and their entries.

use maud::{Markup, html};

use crate::auth::Page;
use crate::error::{Issue, Severity};
use crate::ledger::State;
use crate::review::desk::{EntryView, VoucherView};
use crate::review::figure::show;
use crate::review::lines::LineView;
use crate::review::listed;
use crate::ui::pager;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{Lang, Text, Unit, measure, words};

/// Which columns the table of lines needs; what all lines share stands above it.
struct Shape {
    place: bool,
    product: bool,
    specialist: bool,
    amount: bool,
    remarks: bool,
    labels: Vec<Text>,
}

impl Shape {
    fn of(view: &VoucherView) -> Shape {
        let common = &view.sheet.common;
        Shape {
            place: common.place.is_none(),
            product: common.product.is_none(),
            specialist: common.specialist.is_none(),
            amount: !view.sheet.total.is_zero(),
            remarks: view
                .sheet
                .lines
                .iter()
                .any(|line| !line.issues.is_empty() || line.outlier.is_some()),
            labels: labels(&view.sheet.lines),
        }
    }

    fn columns(&self, view: &VoucherView, lang: Lang) -> Vec<Column<'static>> {
        let mut columns = vec![
            Column::text(lang.t("行", "Line")),
            Column::text(words::CLIENT.get(lang)),
        ];
        let worded = [
            (self.place, words::VILLAGE),
            (self.product, words::PRODUCT),
            (self.specialist, words::SPECIALIST),
        ];
        columns.extend(
            worded
                .into_iter()
                .filter(|(shown, _)| *shown)
                .map(|(_, label)| Column::text(label.get(lang))),
        );
        if self.amount {
            columns.push(Column::number(view.amount_name.get(lang), listed::yuan(lang)));
        }
        if self.remarks {
            columns.push(Column::text(lang.t("提示", "Remarks")));
        }
        columns.extend(self.labels.iter().map(|label| Column::text(label.get(lang))));
        columns
    }

    /// The row of the total: blanks around the amount.
    fn total(&self, view: &VoucherView, lang: Lang) -> Row {
        let worded = [self.place, self.product, self.specialist]
            .iter()
            .filter(|shown| **shown)
            .count();
        let mut cells = vec![Cell::text(words::TOTAL.get(lang)), Cell::blank()];
        cells.extend((0..worded).map(|_| Cell::blank()));
        cells.push(Cell::money(view.sheet.total, Unit::Yuan));
        cells.extend((0..usize::from(self.remarks) + self.labels.len()).map(|_| Cell::blank()));
        Row::new(cells)
    }
}

/// The table of lines, a hundred to a page, with the entries of those shown.
pub(super) fn lines(page: &Page, view: &VoucherView) -> Markup {
    let lang = page.lang;
    let shape = Shape::of(view);
    let caption = lang.t("明细", "Lines");
    let mut table = Table::new("lines", caption, shape.columns(view, lang))
        .rows(view.sheet.lines.iter().map(|line| row(line, &shape, lang)));
    if shape.amount && view.sheet.line_count > 1 {
        table = table.total(shape.total(view, lang));
    }
    let count = i64::try_from(view.sheet.line_count).unwrap_or(i64::MAX);
    html! {
        (table.markup(lang))
        @if view.sheet.pages > 1 { (pager::pager(lang, &page.path, view.sheet.page, view.sheet.pages, count)) }
        (entries(view, lang))
    }
}

/// What the kind's own particulars are called, in the order they first appear.
fn labels(lines: &[LineView]) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    for (label, _) in lines.iter().flat_map(|line| &line.details) {
        if !found.contains(label) {
            found.push(*label);
        }
    }
    found
}

fn row(line: &LineView, shape: &Shape, lang: Lang) -> Row {
    let mut cells = vec![
        Cell::text(html! { span id={ "line-" (line.n) } { (line.n) } }),
        Cell::text(client(line, lang)),
    ];
    let worded = [
        (shape.place, &line.place),
        (shape.product, &line.product),
        (shape.specialist, &line.specialist),
    ];
    cells.extend(
        worded
            .into_iter()
            .filter(|(shown, _)| *shown)
            .map(|(_, text)| Cell::text(text)),
    );
    if shape.amount {
        cells.push(Cell::money(line.amount, Unit::Yuan));
    }
    if shape.remarks {
        cells.push(Cell::text(remarks(line, lang)));
    }
    for label in &shape.labels {
        let said = line.details.iter().find(|(own, _)| own == label);
        cells.push(match said {
            Some((_, say)) => Cell::text(say.get(lang)),
            None => Cell::blank(),
        });
    }
    Row::new(cells).marked(line.outlier.is_some() || !line.issues.is_empty())
}

fn client(line: &LineView, lang: Lang) -> Markup {
    html! {
        @match &line.client {
            Some(client) => {
                b { (client.name) } " " (client.class.get(lang)) br;
                small { (client.number) }
            }
            None => { "—" }
        }
    }
}

fn remarks(line: &LineView, lang: Lang) -> Markup {
    let held = |issue: &Issue| issue.severity == Severity::Hold;
    html! {
        @if let Some(outlier) = &line.outlier {
            p { (pill::tag(Tone::Waiting, outlier.say().get(lang))) }
        }
        @for issue in &line.issues {
            p {
                @if held(issue) { (pill::tag(Tone::Wrong, words::HELD.get(lang))) " " }
                (issue.say.get(lang))
            }
        }
    }
}

/// The entries of the lines on the page.
fn entries(view: &VoucherView, lang: Lang) -> Markup {
    if view.entries.is_empty() {
        return html! {};
    }
    let waits = view.state == State::Submitted;
    let caption = if waits {
        lang.t("本页各行通过后的分录", "Entries these lines would post")
    } else {
        lang.t("本页各行的分录", "Entries of these lines")
    };
    let columns = vec![
        Column::text(lang.t("行", "Line")),
        Column::text(words::MEASURE.get(lang)),
        Column::text(words::VILLAGE.get(lang)),
        Column::text(words::POSTING_MONTH.get(lang)),
        Column::number(words::AMOUNT.get(lang), ""),
        Column::text(words::UNIT.get(lang)),
    ];
    let table =
        Table::new("entries", caption, columns).rows(view.entries.iter().map(|each| entry(view, each, lang)));
    html! {
        details {
            summary { (caption) " (" (view.entries.len()) ")" }
            (table.markup(lang))
        }
    }
}

fn entry(view: &VoucherView, each: &EntryView, lang: Lang) -> Row {
    let row = &each.row;
    let month = if row.pending { view.month } else { row.month };
    let known = measure::by_id(row.measure);
    let (name, shown, unit) = match known {
        Some(known) => (
            known.name.get(lang),
            show(known, row.amount),
            known.unit.label(lang),
        ),
        None => ("—", row.amount.to_string(), ""),
    };
    Row::new(vec![
        Cell::text(row.line),
        Cell::text(name),
        Cell::text(&each.place),
        Cell::when(&month.show(lang)),
        Cell::num(shown),
        Cell::text(unit),
    ])
}
