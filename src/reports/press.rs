//! 文字稿: the month as sentences a newspaper could print. Every figure is the totals', rounded once; what is compared is
//! said by its sign, and what has no base says nothing. Each sentence can be checked by the figures beside it.

mod sentences;
mod wording;

use super::frame::Frame;
use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{self, FigureAddress, Question, region_key};
use crate::values::measure::MEASURES;
use crate::values::{Fen, Lang, Text, Unit, words};
use sentences::{Fact, Sentence, sentences};

/// The report.
pub const REPORT: Report = Report {
    code: "press",
    name: Text::new("文字稿", "Press text"),
    about: Text::new(
        "可以见报的句子：授信、贷款、保险、服务本月情况和同比，每个数都由汇总算出，旁边列出所用的准确数字，点开就是出处。",
        "Sentences a newspaper could print: credit, loans, insurance and fieldwork, with comparisons; every figure is computed, stands exact beside its sentence and leads to its page.",
    ),
    subject: Subject::Whole,
    public: false,
    build,
};

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let question = Question {
        region: ask.region,
        month: ask.month,
        by: frame.below(),
        measures: MEASURES.iter().collect(),
        boundaries: ask.boundaries,
    };
    let answer = totals::answer(conn, office, &question)?;
    let said = sentences(&frame, &answer);
    let mut book = frame.book();
    book.sheets = vec![text(&frame, &said), figures(&frame, &said)];
    let note = frame.t(
        "文字按汇总数自动成文，四舍五入一次；没有基数的不作比较。见报前请核对第二页所列准确数字。",
        "The text is made from the totals, each figure rounded once; without a base nothing is compared. Check the exact figures on the \
         second sheet before it is printed.",
    );
    book.notes.push(note.to_owned());
    book.notes.push(totals::assumption(ask.lang).to_owned());
    Ok(book)
}

/// The sentences, each with the figures it uses.
fn text(frame: &Frame<'_>, said: &[Sentence]) -> Sheet {
    let text = |key: &str, title: &str, width: usize| {
        Column::new(key, title, ColumnKind::Text)
            .totalled(TotalRule::None)
            .at_least(width)
    };
    let columns = vec![
        text("number", frame.t("序号", "No."), 6),
        text("sentence", frame.t("文字", "Sentence"), 70),
        text("figures", frame.t("所用数字", "Figures used"), 60),
    ];
    let mut sheet = frame.sheet(("01", frame.t("文字", "Text")), columns);
    for (sentence, number) in said.iter().zip(1..) {
        let figures: Vec<String> = sentence.facts.iter().map(|fact| exact(frame, fact)).collect();
        let cells = vec![
            Cell::text(format!("{number}")),
            Cell::text(&sentence.text),
            Cell::text(figures.join(frame.t("；", "; "))),
        ];
        let first = sentence.facts.first();
        sheet.rows.push(led(frame, Row::item(cells), first));
    }
    if said.is_empty() {
        let note = frame.t(
            "到报告期末没有可写的数字。",
            "There is no figure to write of up to the period's end.",
        );
        sheet.footnotes.push(note.to_owned());
    }
    sheet
}

fn led(frame: &Frame<'_>, row: Row, fact: Option<&Fact>) -> Row {
    match fact {
        Some(fact) => row.linked(page(frame, fact)),
        None => row,
    }
}

/// The page of a figure.
fn page(frame: &Frame<'_>, fact: &Fact) -> String {
    let region = region_key(frame.office.regions, fact.region, frame.ask.day());
    FigureAddress {
        boundaries: frame.ask.boundaries,
        aspect: Some(fact.aspect),
        ..FigureAddress::new(fact.measure.code, &region, frame.ask.month)
    }
    .path()
}

/// `预授信额度（期末）12,592,000,000.00元`.
fn exact(frame: &Frame<'_>, fact: &Fact) -> String {
    let lang = frame.ask.lang;
    let value = match fact.cell() {
        Cell::Money(fen) => format!("{}{}", fen.show(Unit::Yuan), frame.t("元", " yuan")),
        cell => cell.printed(frame.ask.unit),
    };
    let (name, aspect) = (fact.measure.name.get(lang), fact.aspect.text().get(lang));
    let place = if fact.region == frame.ask.region {
        String::new()
    } else {
        format!(
            "{} ",
            frame.office.regions.name_in(fact.region, frame.ask.day(), lang)
        )
    };
    match lang {
        Lang::Zh => format!("{place}{name}（{aspect}）{value}"),
        Lang::En => format!("{place}{name} ({aspect}): {value}"),
    }
}

/// Every figure used, exact, with the page it stands on.
fn figures(frame: &Frame<'_>, said: &[Sentence]) -> Sheet {
    let lang = frame.ask.lang;
    let column = |key: &str, title: &str, kind| Column::new(key, title, kind).totalled(TotalRule::None);
    let columns = vec![
        column("sentence", frame.t("句", "Sentence"), ColumnKind::Text),
        column("place", frame.t("地区", "Area"), ColumnKind::Text),
        column("measure", words::MEASURE.get(lang), ColumnKind::Text).at_least(24),
        column("code", frame.t("代码", "Code"), ColumnKind::Text).at_least(26),
        column("aspect", frame.t("取数", "Read off"), ColumnKind::Text),
        column("amount", words::AMOUNT.get(lang), ColumnKind::Money),
        column("count", frame.t("数量", "Count"), ColumnKind::Count),
        column("unit", words::UNIT.get(lang), ColumnKind::Text),
    ];
    let mut sheet = frame.sheet(("02", frame.t("所用数字", "Figures")), columns);
    for (sentence, number) in said.iter().zip(1..) {
        for fact in &sentence.facts {
            let (amount, count) = match fact.cell() {
                Cell::Money(fen) => (Cell::Money(fen), Cell::Empty),
                count => (Cell::Empty, count),
            };
            let cells = vec![
                Cell::text(format!("{number}")),
                Cell::text(frame.office.regions.name_in(fact.region, frame.ask.day(), lang)),
                Cell::text(fact.measure.name.get(lang)),
                Cell::text(fact.measure.code),
                Cell::text(fact.aspect.text().get(lang)),
                amount,
                count,
                Cell::text(fact.measure.unit.label(lang)),
            ];
            sheet.rows.push(led(frame, Row::item(cells), Some(fact)));
        }
    }
    frame.say_nothing(&mut sheet);
    sheet
}

impl Fact {
    /// As a table holds it.
    fn cell(&self) -> Cell {
        if self.measure.unit.is_money() {
            Cell::Money(Fen(self.value))
        } else {
            Cell::Count(self.value)
        }
    }
}
