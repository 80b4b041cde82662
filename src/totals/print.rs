//! An answer as text for a terminal: a table for each measure, or one table of all measures when
//! there is no breakdown. Chinese characters take two columns.

use super::answer::{Answer, AnswerRow, Figures};
use super::aspect::{Aspect, Value};
use super::question::{Boundaries, By};
use crate::values::grid::grid;
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::{Fen, Lang, Nature, Unit, words};

/// Writes the answer out for people, amounts in `unit`.
pub fn print(answer: &Answer, unit: Unit, lang: Lang) -> String {
    let region = answer.total.name.get(lang);
    let mut text = format!("{region}  {}\n", answer.question.month.show(lang));
    if let Boundaries::Now(_) = answer.question.boundaries {
        let day = answer.question.day();
        text.push_str(&match lang {
            Lang::Zh => format!("按现行区划汇总（{day}）\n"),
            Lang::En => format!("by today's boundaries ({day})\n"),
        });
    }
    if answer.question.by == By::None {
        for nature in [Nature::Stock, Nature::Flow] {
            text.push_str(&all_measures(answer, nature, unit, lang));
        }
    } else {
        for (at, measure) in answer.measures() {
            text.push_str(&one_measure(answer, at, measure, unit, lang));
        }
    }
    if answer.measures().any(|(_, measure)| measure.distinct) {
        text.push('\n');
        text.push_str(lang.t(
            "注：去重数各自重新计数，各行之和不等于合计。\n",
            "Note: distinct counts are counted anew in every row; they do not add up to the total.\n",
        ));
    }
    text
}

fn all_measures(answer: &Answer, nature: Nature, unit: Unit, lang: Lang) -> String {
    let aspects = Aspect::every(nature);
    let mut lines = vec![heading_line(
        vec![
            nature.text().get(lang).to_owned(),
            words::UNIT.get(lang).to_owned(),
        ],
        aspects,
        lang,
    )];
    for (at, measure) in answer.measures().filter(|(_, measure)| measure.nature == nature) {
        let label = if measure.unit.is_money() {
            unit.label(lang)
        } else {
            measure.unit.label(lang)
        };
        let mut line = vec![measure.name.get(lang).to_owned(), label.to_owned()];
        if let Some(figures) = answer.total.figures.get(at) {
            line.extend(values(measure, figures, aspects, unit));
        }
        lines.push(line);
    }
    if lines.len() == 1 {
        String::new()
    } else {
        format!("\n{}", grid(&lines, 2))
    }
}

fn one_measure(answer: &Answer, at: usize, measure: &'static Measure, unit: Unit, lang: Lang) -> String {
    let aspects = Aspect::every(measure.nature);
    let label = if measure.unit.is_money() {
        unit.label(lang)
    } else {
        measure.unit.label(lang)
    };
    let names = vec![answer.heading(lang).to_owned(), lang.t("代码", "Code").to_owned()];
    let mut lines = vec![heading_line(names, aspects, lang)];
    for row in answer.rows.iter().chain([&answer.total]) {
        lines.push(line(answer, row, at, measure, unit, lang));
    }
    format!(
        "\n{} {} ({label})\n{}",
        measure.name.get(lang),
        measure.code,
        grid(&lines, 2)
    )
}

fn line(
    answer: &Answer,
    row: &AnswerRow,
    at: usize,
    measure: &Measure,
    unit: Unit,
    lang: Lang,
) -> Vec<String> {
    let is_total = std::ptr::eq(row, &answer.total);
    let name = if is_total {
        words::TOTAL.get(lang)
    } else {
        row.name.get(lang)
    };
    let mut line = vec![name.to_owned(), row.code.clone().unwrap_or_default()];
    if let Some(figures) = row.figures.get(at) {
        line.extend(values(measure, figures, Aspect::every(measure.nature), unit));
    }
    line
}

fn heading_line(mut names: Vec<String>, aspects: &[Aspect], lang: Lang) -> Vec<String> {
    names.extend(aspects.iter().map(|aspect| {
        let percent = if aspect.is_percent() { "%" } else { "" };
        format!("{}{percent}", aspect.text().get(lang))
    }));
    names
}

fn values(measure: &Measure, figures: &Figures, aspects: &[Aspect], unit: Unit) -> Vec<String> {
    let shown = |aspect: &Aspect| match figures.get(*aspect) {
        Some(Value::Amount(amount) | Value::Change(amount)) if measure.unit.is_money() => {
            Fen(amount).show(unit)
        }
        Some(Value::Amount(count) | Value::Change(count)) => show_count(count),
        Some(Value::Percent(Some(percent))) => percent.to_string(),
        Some(Value::Percent(None)) | None => "—".to_owned(),
    };
    aspects.iter().map(shown).collect()
}
