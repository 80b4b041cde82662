//! 整村授信进度月报: from the file to the loan drawn, households and amounts, by unit one level down and by institution.

mod tables;

use super::columns::{describe, label_columns, labels};
use super::coverage::Bases;
use super::frame::{Form, Frame};
use super::table::{Cell, Column, ColumnKind, Figure, Picture, PictureKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{Answer, AnswerRow, Aspect, By};
use crate::values::measure::rates::{HOUSEHOLD_REACH, VILLAGE_REACH};
use crate::values::measure::{CREDIT_HOUSEHOLDS, CREDIT_VILLAGES};
use crate::values::rate::ratio_percent;
use crate::values::{Fen, MeasureId, Text, words};
use tables::{AMOUNTS, HOUSEHOLDS, STAGES, Stage};

/// The report.
pub const REPORT: Report = Report {
    code: "progress",
    name: Text::new("整村授信进度月报", "Progress of village credit"),
    about: Text::new(
        "建档、初评、复评、预授信、授信、签约、用信各环节的户数和金额、本月新增和较上月，转化率和覆盖率，按下一级单位和按机构。",
        "From files and assessments to grants, signatures and drawings: households and amounts, what is new, how many go on and how far it reaches, by unit and by institution.",
    ),
    subject: Subject::Credit,
    public: false,
    build,
};

const PEOPLE: Text = Text::new("户数", "Households");
const MONEY: Text = Text::new("金额", "Amounts");

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let all = [HOUSEHOLDS, AMOUNTS];
    let below = frame.below();
    let by_unit = frame.answer(conn, ask.region, below, &all)?;
    let by_bank = frame.answer(conn, ask.region, By::Institution, &all)?;
    let bases = Bases::load(conn, office, ask)?;
    let units = |what| frame.tab(what, below.text());
    let banks = |what| frame.tab(what, words::INSTITUTION);
    let mut book = frame.book();
    book.sheets = vec![
        funnel(&frame, &by_unit),
        reach(&frame, ("02", &units(PEOPLE)), &by_unit, &bases)?,
        frame.table(("03", &units(MONEY)), &by_unit, AMOUNTS)?,
        frame.table(("04", &banks(PEOPLE)), &by_bank, HOUSEHOLDS)?,
        frame.table(("05", &banks(MONEY)), &by_bank, AMOUNTS)?,
    ];
    let rates = frame.t(
        "转化率、覆盖率为本行合计数相除，不是各行的平均；没有建档或评议记录而直接授信的不在前几个环节，转化率可以超过100%。",
        "Rates divide one sum of the row by another and are never averaged; lines granted without a file or an assessment are not in \
         the first stages, so that a rate may exceed 100%.",
    );
    book.notes.push(rates.to_owned());
    Ok(book)
}

/// A row for each stage of the whole region.
fn funnel(frame: &Frame<'_>, answer: &Answer) -> Sheet {
    let lang = frame.ask.lang;
    let (people, money) = (PEOPLE.get(lang), MONEY.get(lang));
    let column = |key: &str, group: &str, title, kind| {
        Column::new(key, title, kind)
            .under(group)
            .totalled(TotalRule::None)
    };
    let aspect = |aspect: Aspect| aspect.text().get(lang);
    let share = frame.t("占上一环节%", "Of the stage before, %");
    let columns = vec![
        Column::new("stage", frame.t("环节", "Stage"), ColumnKind::Text).at_least(16),
        column("households", people, aspect(Aspect::End), ColumnKind::Count),
        column(
            "households_month",
            people,
            aspect(Aspect::SincePreviousMonth),
            ColumnKind::Count,
        ),
        column(
            "households_year",
            people,
            aspect(Aspect::SinceYearStart),
            ColumnKind::Count,
        ),
        column("households_rate", people, share, ColumnKind::Percent),
        column("amount", money, aspect(Aspect::End), ColumnKind::Money),
        column(
            "new_month",
            money,
            frame.t("本月新增", "New this month"),
            ColumnKind::Money,
        ),
        column(
            "new_year",
            money,
            frame.t("本年新增", "New this year"),
            ColumnKind::Money,
        ),
        column(
            "amount_month",
            money,
            aspect(Aspect::SincePreviousMonth),
            ColumnKind::Money,
        ),
        column(
            "amount_year",
            money,
            aspect(Aspect::SinceYearStart),
            ColumnKind::Money,
        ),
    ];
    let mut sheet = frame.sheet(("01", frame.t("漏斗", "Funnel")), columns);
    let mut before = None;
    for stage in &STAGES {
        let row = Row::item(stage_cells(frame, answer, stage, before));
        let page = frame.page(frame.ask.region, None, HOUSEHOLDS);
        sheet
            .rows
            .push(row.linked(page.replacen("/totals?", "/totals/funnel?", 1)));
        if stage.follows {
            before = Some(stage.households);
        }
    }
    sheet.other_units.push(
        crate::values::measure::MeasureUnit::Household
            .label(lang)
            .to_owned(),
    );
    let note = frame.t(
        "户数每户只计一次，只计农户；金额含家庭农场、合作社和企业。预授信可以在任何环节之前，不与复评相比，授信与复评相比。本月新增只计首次和调增。",
        "Households are counted once each and are farm households only; amounts include family farms, cooperatives and firms. A \
         pre-approval may precede any stage and is not set against assessments; grants are set against second assessments. New are \
         first limits and increases only.",
    );
    sheet.footnotes.push(note.to_owned());
    let people = frame.t("各环节户数（期末）", "Households at each stage (at end)");
    sheet.charts = vec![Picture::new(PictureKind::Funnel, "households", people)];
    sheet
}

fn stage_cells(frame: &Frame<'_>, answer: &Answer, stage: &Stage, before: Option<MeasureId>) -> Vec<Cell> {
    let of = |id, aspect| {
        answer
            .figures(&answer.total, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    let count = |aspect| Cell::Count(of(stage.households, aspect));
    let money = |id: Option<MeasureId>, aspect| id.map_or(Cell::Empty, |id| Cell::Money(Fen(of(id, aspect))));
    let before = before.filter(|_| stage.follows);
    let rate =
        before.and_then(|before| ratio_percent(of(stage.households, Aspect::End), of(before, Aspect::End)));
    vec![
        Cell::text(stage.name.get(frame.ask.lang)),
        count(Aspect::End),
        count(Aspect::SincePreviousMonth),
        count(Aspect::SinceYearStart),
        Cell::Percent(rate),
        money(stage.amount, Aspect::End),
        money(stage.new, Aspect::Month),
        money(stage.new, Aspect::Year),
        money(stage.amount, Aspect::SincePreviousMonth),
        money(stage.amount, Aspect::SinceYearStart),
    ]
}

/// Households by unit, and how much of the villages and of the registered households they are.
fn reach(frame: &Frame<'_>, form: Form<'_>, answer: &Answer, bases: &Bases<'_>) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let mut columns = label_columns(answer.heading(lang), lang).to_vec();
    columns.extend(HOUSEHOLDS.iter().map(|column| column.column(lang)));
    let rates = frame.t("覆盖率（有额度）", "Reach (with a line)");
    for (key, title, what) in [
        (
            "village_reach",
            frame.t("村覆盖率%", "Villages, %"),
            &VILLAGE_REACH,
        ),
        (
            "household_reach",
            frame.t("户覆盖率%", "Households, %"),
            &HOUSEHOLD_REACH,
        ),
    ] {
        let figure = Figure {
            what: what.code.to_owned(),
            aspect: Aspect::End,
        };
        let column = Column::new(key, title, ColumnKind::Percent);
        columns.push(column.under(rates).showing(figure));
    }
    let mut sheet = frame.sheet(form, columns);
    let cells = |row: &AnswerRow| {
        let end = |id| {
            answer
                .figures(row, id)
                .map_or(0, |figures| figures.amount(Aspect::End))
        };
        let base = bases.of(row);
        let mut cells = labels(row, lang).to_vec();
        cells.extend(HOUSEHOLDS.iter().map(|column| column.cell(answer, row)));
        cells.push(base.of_villages(end(CREDIT_VILLAGES)));
        cells.push(base.of_households(end(CREDIT_HOUSEHOLDS)));
        cells
    };
    for row in &answer.rows {
        sheet
            .rows
            .push(frame.led(Row::item(cells(row)), answer, row, HOUSEHOLDS));
    }
    let keys = ["code"]
        .into_iter()
        .chain(HOUSEHOLDS.iter().map(|column| column.key));
    let keys = keys.chain(["village_reach", "household_reach"]);
    let total: Vec<Cell> = cells(&answer.total).into_iter().skip(1).collect();
    frame.given_total(&mut sheet, answer, keys.zip(total))?;
    describe(&mut sheet, HOUSEHOLDS, lang);
    let note = frame.t(
        "村覆盖率＝有额度的行政村÷行政村；户覆盖率＝有额度的农户÷统计登记的农户，没有登记数的不算。分母见金融服务覆盖月报。",
        "Villages with a line against administrative villages, households with a line against registered households where their number \
         is registered. The denominators are in the report on reach.",
    );
    sheet.footnotes.push(note.to_owned());
    let bars = |column: &str, title| Picture::new(PictureKind::Bars, column, title);
    sheet.charts = vec![
        bars(
            "granted",
            frame.t("授信户数（期末）", "Households granted (at end)"),
        ),
        bars("village_reach", frame.t("村覆盖率", "Villages reached")),
    ];
    Ok(sheet)
}
