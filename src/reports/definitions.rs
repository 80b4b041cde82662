//! 口径说明: the last sheet of every report: what its measures count, and where the file comes from.

use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use crate::values::measure::{Measure, by_id};
use crate::values::{Lang, Unit, words};

/// The sheet for a report whose other sheets and stamp are made.
pub(super) fn sheet(book: &Workbook) -> Sheet {
    let lang = book.lang;
    let text = |key: &str, title: &str, width: usize| {
        Column::new(key, title, ColumnKind::Text)
            .totalled(TotalRule::None)
            .at_least(width)
    };
    let columns = vec![
        text("measure", words::MEASURE.get(lang), 24),
        text("code", lang.t("代码", "Code"), 26),
        text("unit", words::UNIT.get(lang), 8),
        text("nature", lang.t("性质", "Nature"), 8),
        text("adds", lang.t("可否相加", "Adds up"), 10),
        text("definition", lang.t("口径", "Definition"), 40),
    ];
    let first = book.sheets.first();
    let place = first.map_or("", |sheet| sheet.prepared_by.as_str());
    let title = match lang {
        Lang::Zh => format!("{place}{}口径说明", book.name),
        Lang::En => format!("{place}: {}, what the measures mean", book.name.to_lowercase()),
    };
    let mut sheet = Sheet::new(title, Unit::Yuan, columns);
    sheet.tab = lang.t("口径说明", "Definitions").to_owned();
    if let Some(first) = first {
        sheet.prepared_by.clone_from(&first.prepared_by);
        sheet.period.clone_from(&first.period);
        sheet.as_of.clone_from(&first.as_of);
        sheet.banner.clone_from(&first.banner);
        sheet.variant = first.variant;
    }
    sheet.rows = measures(book)
        .into_iter()
        .map(|measure| row(measure, lang))
        .collect();
    for (label, value) in book.stamp.labelled(lang) {
        let told = [label.as_str(), "", "", "", "", &value];
        sheet.rows.push(Row::item(told.map(Cell::text).to_vec()));
    }
    sheet
}

/// The measures that the columns name, each once, in the order they come.
fn measures(book: &Workbook) -> Vec<&'static Measure> {
    let mut found: Vec<&'static Measure> = Vec::new();
    let columns = book.sheets.iter().flat_map(|sheet| &sheet.columns);
    for measure in columns.filter_map(|column| column.measure).filter_map(by_id) {
        if !found.iter().any(|known| known.id == measure.id) {
            found.push(measure);
        }
    }
    found
}

fn row(measure: &Measure, lang: Lang) -> Row {
    let adds = if measure.distinct {
        lang.t("去重，不可加", "No (distinct)")
    } else {
        lang.t("可加", "Yes")
    };
    let texts = [
        measure.name.get(lang),
        measure.code,
        measure.unit.label(lang),
        measure.nature.text().get(lang),
        adds,
        measure.definition.get(lang),
    ];
    Row::item(texts.map(Cell::text).to_vec())
}
