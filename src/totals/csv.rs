//! An answer as CSV: one line per row, the total last, amounts exact in yuan whatever unit a page
//! shows, UTF-8, no byte order mark.

use super::answer::{Answer, AnswerRow};
use super::aspect::{Aspect, Value};
use crate::error::Error;
use crate::values::measure::Measure;
use crate::values::{Fen, Lang, words};

/// What stands over the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headings {
    /// Stable codes, for programs: `credit.granted.end`.
    Codes,
    /// What the page says: `有效授信额度·期末（元）`.
    Words,
}

/// Writes the answer. Names that a spreadsheet would take for a formula get a leading apostrophe.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(answer: &Answer, headings: Headings, lang: Lang) -> Result<Vec<u8>, Error> {
    let failed = |error: ::csv::Error| Error::Failed(format!("the CSV could not be written: {error}"));
    let mut lines = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut head = match headings {
        Headings::Codes => vec!["code".to_owned(), "name".to_owned()],
        Headings::Words => vec![lang.t("代码", "Code").to_owned(), answer.heading(lang).to_owned()],
    };
    for (measure, aspect) in columns(answer) {
        head.push(match headings {
            Headings::Codes => format!("{}.{}", measure.code, aspect.code()),
            Headings::Words => heading(measure, aspect, lang),
        });
    }
    lines.write_record(&head).map_err(failed)?;
    for row in answer.rows.iter().chain([&answer.total]) {
        lines.write_record(record(answer, row, lang)).map_err(failed)?;
    }
    lines
        .into_inner()
        .map_err(|error| Error::Failed(format!("the CSV could not be written: {error}")))
}

fn columns(answer: &Answer) -> impl Iterator<Item = (&'static Measure, Aspect)> {
    answer.question.measures.iter().flat_map(|measure| {
        Aspect::every(measure.nature)
            .iter()
            .map(move |aspect| (*measure, *aspect))
    })
}

fn heading(measure: &Measure, aspect: Aspect, lang: Lang) -> String {
    let unit = if aspect.is_percent() {
        "%"
    } else {
        measure.unit.label(lang)
    };
    let (name, aspect) = (measure.name.get(lang), aspect.text().get(lang));
    match lang {
        Lang::Zh => format!("{name}·{aspect}（{unit}）"),
        Lang::En => format!("{name}, {aspect} ({unit})"),
    }
}

fn record(answer: &Answer, row: &AnswerRow, lang: Lang) -> Vec<String> {
    let is_total = std::ptr::eq(row, &answer.total);
    let name = match is_total {
        true => format!("{} {}", words::TOTAL.get(lang), row.name.get(lang)),
        false => row.name.get(lang).to_owned(),
    };
    let mut record = vec![row.code.clone().unwrap_or_default(), safe(&name)];
    for (measure, figures) in answer.question.measures.iter().zip(&row.figures) {
        for aspect in Aspect::every(measure.nature) {
            record.push(
                figures
                    .get(*aspect)
                    .map_or_else(String::new, |value| exact(measure, value)),
            );
        }
    }
    record
}

fn exact(measure: &Measure, value: Value) -> String {
    match value {
        Value::Amount(amount) | Value::Change(amount) if measure.unit.is_money() => Fen(amount).yuan(),
        Value::Amount(count) | Value::Change(count) => count.to_string(),
        Value::Percent(percent) => percent.map(|percent| percent.to_string()).unwrap_or_default(),
    }
}

/// A name as a cell: one that a spreadsheet would take for a formula gets a leading apostrophe.
pub(crate) fn safe(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
    if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
