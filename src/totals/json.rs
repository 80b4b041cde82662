//! An answer as JSON, in the shape outsiders rely on: amounts of money as strings in yuan with two
//! decimals, counts as integers, percentages as strings with two decimals, `null` for what does not
//! apply or has no base. Names are the Chinese ones.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::answer::{Answer, AnswerRow, Figures};
use super::aspect::{Aspect, Value};
use super::question::By;
use crate::error::Error;
use crate::values::measure::Measure;
use crate::values::{Fen, Lang};

#[derive(Serialize)]
struct AnswerJson<'a> {
    month: String,
    region: RegionJson<'a>,
    by: Option<&'static str>,
    /// `then`: of the month's last day; `now`: today's.
    boundaries: &'static str,
    /// Which frozen edition of the month was read; none: the ledger as it stands.
    edition: Option<i32>,
    rows: Vec<RowJson<'a>>,
    total: RowJson<'a>,
}

#[derive(Serialize)]
struct RegionJson<'a> {
    code: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct RowJson<'a> {
    code: Option<&'a str>,
    name: &'a str,
    measures: MeasuresJson<'a>,
}

/// The figures by measure code, in the order of the question.
struct MeasuresJson<'a> {
    measures: &'a [&'static Measure],
    figures: &'a [Figures],
}

struct FiguresJson<'a>(&'static Measure, &'a Figures);

struct ValueJson(&'static Measure, Value);

/// The answer, to be serialised.
pub fn json(answer: &Answer) -> impl Serialize + '_ {
    let by = answer.question.by;
    AnswerJson {
        month: answer.question.month.to_string(),
        region: RegionJson {
            code: answer.total.code.as_deref(),
            name: answer.total.name.get(Lang::Zh),
        },
        by: (by != By::None).then(|| by.code()),
        boundaries: answer.question.boundaries.code(),
        edition: answer.edition,
        rows: answer.rows.iter().map(|row| row_json(answer, row)).collect(),
        total: row_json(answer, &answer.total),
    }
}

/// The answer as a text, ending in a line break.
///
/// # Errors
/// None in practice: everything in it can be written.
pub fn json_text(answer: &Answer) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(&json(answer))?;
    text.push('\n');
    Ok(text)
}

fn row_json<'a>(answer: &'a Answer, row: &'a AnswerRow) -> RowJson<'a> {
    RowJson {
        code: row.code.as_deref(),
        name: row.name.get(Lang::Zh),
        measures: MeasuresJson {
            measures: &answer.question.measures,
            figures: &row.figures,
        },
    }
}

impl Serialize for MeasuresJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.measures
                .iter()
                .zip(self.figures)
                .map(|(measure, figures)| (measure.code, FiguresJson(measure, figures))),
        )
    }
}

impl Serialize for FiguresJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FiguresJson(measure, figures) = self;
        let mut map = serializer.serialize_map(None)?;
        for aspect in Aspect::every(measure.nature) {
            if let Some(value) = figures.get(*aspect) {
                map.serialize_entry(aspect.code(), &ValueJson(measure, value))?;
            }
        }
        map.end()
    }
}

impl Serialize for ValueJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Value::Amount(amount) | Value::Change(amount) if self.0.unit.is_money() => {
                Fen(amount).serialize(serializer)
            }
            Value::Amount(count) | Value::Change(count) => serializer.serialize_i64(count),
            Value::Percent(Some(percent)) => serializer.collect_str(&percent),
            Value::Percent(None) => serializer.serialize_none(),
        }
    }
}
