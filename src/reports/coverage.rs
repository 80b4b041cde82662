//! 覆盖率, each with its denominator named: villages with a line against administrative villages, households
//! with a line against the households that official statistics register.

use std::collections::HashMap;

use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, name_files, plain_sheet, regional};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Dimension, Office};
use crate::register::{FigureKind, OfficialFigure, figures_on};
use crate::totals::{Answer, AnswerRow, Aspect, By, RowKey, gather};
use crate::values::day::show_day;
use crate::values::measure::{CREDIT_HOUSEHOLDS, CREDIT_VILLAGES, Measure, by_id};
use crate::values::rate::ratio_percent;
use crate::values::{Level, MeasureId, ProductId, RegionId, RegionKind, Say, Text, words};

/// The report.
pub const REPORT: Report = Report {
    code: "coverage",
    name: Text::new("授信覆盖率", "Reach of credit"),
    about: Text::new(
        "村覆盖率＝有额度的行政村÷行政村；户覆盖率＝有额度的农户÷统计登记的农户。分母逐行列出，没有分母的不算。",
        "Villages with a line against administrative villages, households with a line against registered households; each denominator is shown, and without one there is no rate.",
    ),
    public: false,
    build,
};

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
    if !(Level::City..=Level::Town).contains(&level) {
        let say = Say::new(
            "覆盖率按市、县或镇编制。",
            "Reach is reported for a city, a county or a town.",
        );
        return Err(Error::refuse("report.region_level", "region", say));
    }
    let day = ask.day();
    let measures: Vec<&'static Measure> = [CREDIT_VILLAGES, CREDIT_HOUSEHOLDS]
        .into_iter()
        .filter_map(by_id)
        .collect();
    let facts = gather(
        conn,
        office,
        ask.region,
        (ask.month, ask.boundaries),
        Dimension::All,
        &measures,
    )?;
    let bases = Bases {
        office,
        ask,
        villages: villages(office, ask),
        households: figures_on(conn, FigureKind::Households, ProductId(0), day)?,
    };
    let mut book = Workbook::new(ask.lang, REPORT.name.get(ask.lang), ask.made_at);
    name_files(&mut book, office, ask, &REPORT);
    let mut number = 0;
    for by in [By::County, By::Town, By::Village] {
        if by.level().is_some_and(|rows| rows > level) {
            number += 1;
            let answer = regional(office, ask, by, &measures, &facts)?;
            book.sheets.push(sheet(&bases, &answer, &format!("{number:02}"))?);
        }
    }
    book.notes.push(
        ask.lang
            .t(
                "合计行的覆盖率是合计数相除，不是各行的平均；行政村为报告期末日设村委会的村，不含居委会和自然村。",
                "In the total row the sums are divided, the rows' rates are never averaged; administrative villages are those with a \
                 villagers' committee on the period's last day, without communities and hamlets.",
            )
            .to_owned(),
    );
    Ok(book)
}

/// The administrative villages within each unit on the month's last day.
fn villages(office: &Office<'_>, ask: &ReportAsk) -> HashMap<RegionId, i64> {
    let (regions, day) = (office.regions, ask.day());
    let mut counts = HashMap::new();
    for unit in regions.units() {
        if unit.kind == RegionKind::Village && regions.on(unit.id, day).is_some() {
            for above in regions.path(unit.id, day) {
                *counts.entry(above).or_default() += 1;
            }
        }
    }
    counts
}

/// What the counts are held against.
struct Bases<'a> {
    office: &'a Office<'a>,
    ask: &'a ReportAsk,
    villages: HashMap<RegionId, i64>,
    households: HashMap<RegionId, OfficialFigure>,
}

impl Bases<'_> {
    /// Registered households of a unit in hundredths, and since when: its own figure, or the sum of those of
    /// all units one level down; none where one of them is missing.
    fn households(&self, region: RegionId) -> Option<(i64, String)> {
        if let Some(own) = self.households.get(&region) {
            return Some((own.hundredths, format!("{} {}", show_day(own.as_of), own.source)));
        }
        let parts = self.office.regions.children(region, self.ask.day());
        let counts = |id: &RegionId| {
            let kind = self.office.regions.unit(*id).map(|unit| unit.kind);
            !matches!(kind, Some(RegionKind::TownLike | RegionKind::Hamlet) | None)
        };
        let parts: Vec<RegionId> = parts.into_iter().filter(counts).collect();
        if parts.is_empty() {
            return None;
        }
        let sums: Option<Vec<(i64, String)>> = parts.into_iter().map(|part| self.households(part)).collect();
        let sum = sums?
            .iter()
            .try_fold(0_i64, |sum, (part, _)| sum.checked_add(*part))?;
        Some((sum, self.ask.lang.t("下级之和", "sum of the parts").to_owned()))
    }
}

fn sheet(bases: &Bases<'_>, answer: &Answer, number: &str) -> Result<Sheet, Error> {
    let lang = bases.ask.lang;
    let by = answer.question.by.text().get(lang);
    let villages = lang.t("村覆盖率", "Villages");
    let households = lang.t("户覆盖率", "Households");
    let given = |key: &str, title: &str, kind| Column::new(key, title, kind).totalled(TotalRule::Given);
    let columns = vec![
        Column::new("name", by, ColumnKind::Text).at_least(14),
        Column::new("code", lang.t("代码", "Code"), ColumnKind::Code),
        given(
            "villages",
            lang.t("有额度的行政村", "With a line"),
            ColumnKind::Count,
        )
        .measuring(CREDIT_VILLAGES)
        .under(villages),
        given(
            "villages_base",
            lang.t("行政村", "Administrative villages"),
            ColumnKind::Count,
        )
        .under(villages),
        given("villages_rate", lang.t("村覆盖率", "Reach"), ColumnKind::Percent).under(villages),
        given(
            "households",
            lang.t("有额度的农户", "With a line"),
            ColumnKind::Count,
        )
        .measuring(CREDIT_HOUSEHOLDS)
        .under(households),
        given(
            "households_base",
            lang.t("登记农户", "Registered households"),
            ColumnKind::Count,
        )
        .under(households),
        given(
            "households_rate",
            lang.t("户覆盖率", "Reach"),
            ColumnKind::Percent,
        )
        .under(households),
        Column::new(
            "source",
            lang.t("农户数出处", "Source of the households"),
            ColumnKind::Text,
        )
        .at_least(20),
    ];
    let mut sheet = plain_sheet(bases.office, bases.ask, &REPORT, (number, by), columns);
    for row in &answer.rows {
        sheet.rows.push(Row::item(cells(bases, answer, row)));
    }
    let keys = [
        "code",
        "villages",
        "villages_base",
        "villages_rate",
        "households",
        "households_base",
        "households_rate",
        "source",
    ];
    let total = cells(bases, answer, &answer.total).into_iter().skip(1);
    sheet.add_total(words::TOTAL.get(lang), keys.into_iter().zip(total))?;
    sheet.footnotes.push(
        lang.t(
            "有额度：期末有任一阶段有效额度，每村、每户只计一次，各行之和可以大于合计。农户数取自登记的统计数据，一个单位没有、其下级又不齐的，不算户覆盖率。",
            "With a line: in force at any stage at the end, each village and household once, so that rows may add up to more than the \
             total. Households come from the official statistics registered; where a unit has no figure and its parts are not complete, \
             there is no rate.",
        )
        .to_owned(),
    );
    Ok(sheet)
}

fn cells(bases: &Bases<'_>, answer: &Answer, row: &AnswerRow) -> Vec<Cell> {
    let end = |id: MeasureId| {
        answer
            .figures(row, id)
            .map_or(0, |figures| figures.amount(Aspect::End))
    };
    let region = match row.key {
        RowKey::Region(region) if !row.apart => Some(region),
        _ => None,
    };
    let base = region.map_or(0, |region| bases.villages.get(&region).copied().unwrap_or(0));
    let registered = region.and_then(|region| bases.households(region));
    let (villages, households) = (end(CREDIT_VILLAGES), end(CREDIT_HOUSEHOLDS));
    let rate = registered
        .as_ref()
        .and_then(|(hundredths, _)| ratio_percent(households.saturating_mul(100), *hundredths));
    let count = registered
        .as_ref()
        .map(|(hundredths, _)| Cell::Count(hundredths / 100));
    vec![
        Cell::text(row.name.get(bases.ask.lang)),
        row.code.clone().map_or(Cell::Empty, Cell::Code),
        Cell::Count(villages),
        if base > 0 { Cell::Count(base) } else { Cell::Empty },
        Cell::Percent(ratio_percent(villages, base)),
        Cell::Count(households),
        count.unwrap_or(Cell::Empty),
        Cell::Percent(rate),
        registered.map_or(Cell::Empty, |(_, source)| Cell::text(source)),
    ]
}
