//! 金融服务覆盖月报, each rate with its denominator named: villages with a line and villages with a service point against
//! administrative villages, households with a line against the households that official statistics register.

use super::columns::{label_columns, labels};
use super::frame::Frame;
use super::table::{Cell, Column, ColumnKind, Figure, Picture, PictureKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject, regional};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Dimension, Office};
use crate::totals::{self, Answer, AnswerRow, Aspect, By, RowKey, gather};
use crate::values::measure::{
    CREDIT_HOUSEHOLDS, CREDIT_VILLAGES, FIELD_SERVICE_POINT_VILLAGES, FIELD_SERVICE_POINTS, Measure, by_id,
};
use crate::values::rate::ratio_percent;
use crate::values::{Lang, MeasureId, Text};

/// The report.
pub const REPORT: Report = Report {
    code: "coverage",
    name: Text::new("金融服务覆盖月报", "Reach of financial services"),
    about: Text::new(
        "授信覆盖到多少行政村和农户、多少行政村有金融服务点。分母逐行列出，没有分母的不算。",
        "How many villages and households credit reaches, and how many villages have a service point; each denominator is shown, and without one there is no rate.",
    ),
    subject: Subject::Whole,
    public: false,
    build,
};

/// What is set against the bases.
const MEASURES: [MeasureId; 4] = [
    CREDIT_VILLAGES,
    CREDIT_HOUSEHOLDS,
    FIELD_SERVICE_POINT_VILLAGES,
    FIELD_SERVICE_POINTS,
];

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let measures: Vec<&'static Measure> = MEASURES.into_iter().filter_map(by_id).collect();
    let facts = gather(
        conn,
        office,
        ask.region,
        (ask.month, ask.boundaries),
        Dimension::All,
        &measures,
    )?;
    let bases = Bases::load(conn, office, ask)?;
    let mut book = frame.book();
    let mut number = 0;
    for by in [By::County, By::Town, By::Village] {
        if by.level().is_some_and(|rows| rows > frame.level) {
            number += 1;
            let answer = regional(office, ask, by, &measures, &facts)?;
            book.sheets
                .push(sheet(&frame, &bases, &answer, &format!("{number:02}"))?);
        }
    }
    book.notes.push(
        frame
            .t(
                "合计行的覆盖率是合计数相除，不是各行的平均；行政村为报告期末日设村委会的村，不含居委会和自然村。",
                "In the total row the sums are divided, the rows' rates are never averaged; administrative villages are those with a \
                 villagers' committee on the period's last day, without communities and hamlets.",
            )
            .to_owned(),
    );
    Ok(book)
}

/// What the counts are held against.
pub(super) struct Bases<'a> {
    known: totals::Bases<'a>,
    lang: Lang,
}

/// The denominators of one row.
pub(super) struct Base {
    /// Administrative villages; none where the row is no unit that day.
    pub villages: i64,
    /// Registered households in hundredths, and where they come from.
    pub households: Option<(i64, String)>,
}

impl Base {
    /// How much of the villages so many are, in percent.
    pub(super) fn of_villages(&self, some: i64) -> Cell {
        Cell::Percent(ratio_percent(some, self.villages))
    }

    /// How much of the registered households so many are, in percent.
    pub(super) fn of_households(&self, some: i64) -> Cell {
        let rate = |(hundredths, _): &(i64, String)| ratio_percent(some.saturating_mul(100), *hundredths);
        Cell::Percent(self.households.as_ref().and_then(rate))
    }
}

impl<'a> Bases<'a> {
    pub(super) fn load(conn: &mut Conn, office: &'a Office<'a>, ask: &ReportAsk) -> Result<Bases<'a>, Error> {
        Ok(Bases {
            known: totals::Bases::load(conn, office.regions, ask.day())?,
            lang: ask.lang,
        })
    }

    /// The denominators of a row of regions; none of a row that stands apart.
    pub(super) fn of(&self, row: &AnswerRow) -> Base {
        let region = match row.key {
            RowKey::Region(region) if !row.apart => Some(region),
            _ => None,
        };
        Base {
            villages: region.map_or(0, |region| self.known.villages(region)),
            households: region.and_then(|region| self.known.households(region, self.lang)),
        }
    }
}

/// One column between the codes and the source.
struct Shown {
    key: &'static str,
    group: Text,
    title: Text,
    kind: ColumnKind,
    /// The measure or rate whose page explains it; of a denominator, the rate it belongs to.
    what: &'static str,
}

/// Those columns, in the order of [`cells`].
static COLUMNS: [Shown; 9] = {
    use ColumnKind::{Count, Percent};
    [
        Shown::new(
            "villages",
            BY_VILLAGE,
            Text::new("有额度的行政村", "With a line"),
            Count,
            "credit.villages",
        ),
        Shown::new(
            "villages_base",
            BY_VILLAGE,
            Text::new("行政村", "Administrative villages"),
            Count,
            "credit.village_reach",
        ),
        Shown::new(
            "villages_rate",
            BY_VILLAGE,
            Text::new("村覆盖率%", "Reach, %"),
            Percent,
            "credit.village_reach",
        ),
        Shown::new(
            "service",
            POINTS,
            Text::new("有服务点的行政村", "With a service point"),
            Count,
            "field.service_point_villages",
        ),
        Shown::new(
            "service_rate",
            POINTS,
            Text::new("服务点覆盖率%", "Reach, %"),
            Percent,
            "field.service_point_reach",
        ),
        Shown::new(
            "points",
            POINTS,
            Text::new("服务点", "Service points"),
            Count,
            "field.service_points",
        ),
        Shown::new(
            "households",
            BY_HOUSEHOLD,
            Text::new("有额度的农户", "With a line"),
            Count,
            "credit.households",
        ),
        Shown::new(
            "households_base",
            BY_HOUSEHOLD,
            Text::new("登记农户", "Registered households"),
            Count,
            "credit.household_reach",
        ),
        Shown::new(
            "households_rate",
            BY_HOUSEHOLD,
            Text::new("户覆盖率%", "Reach, %"),
            Percent,
            "credit.household_reach",
        ),
    ]
};

impl Shown {
    const fn new(key: &'static str, group: Text, title: Text, kind: ColumnKind, what: &'static str) -> Shown {
        Shown {
            key,
            group,
            title,
            kind,
            what,
        }
    }

    fn column(&self, lang: Lang) -> Column {
        let figure = Figure {
            what: self.what.to_owned(),
            aspect: Aspect::End,
        };
        Column::new(self.key, self.title.get(lang), self.kind)
            .under(self.group.get(lang))
            .totalled(TotalRule::Given)
            .showing(figure)
    }
}

const BY_VILLAGE: Text = Text::new("授信：村", "Credit: villages");
const BY_HOUSEHOLD: Text = Text::new("授信：户", "Credit: households");
const POINTS: Text = Text::new("金融服务点", "Service points");

fn sheet(frame: &Frame<'_>, bases: &Bases<'_>, answer: &Answer, number: &str) -> Result<Sheet, Error> {
    let lang = bases.lang;
    let by = answer.question.by.text();
    let mut columns = label_columns(by.get(lang), lang).to_vec();
    columns.extend(COLUMNS.iter().map(|shown| shown.column(lang)));

    let source = lang.t("农户数出处", "Source of the households");
    columns.push(Column::new("source", source, ColumnKind::Text).at_least(20));
    let mut sheet = frame.sheet((number, by.get(lang)), columns);
    for row in &answer.rows {
        let filled = Row::item(cells(bases, answer, row));
        sheet.rows.push(frame.led(filled, answer, row, &[]));
    }
    let keys = std::iter::once("code")
        .chain(COLUMNS.iter().map(|shown| shown.key))
        .chain(["source"]);
    let total = cells(bases, answer, &answer.total).into_iter().skip(1);
    frame.given_total(&mut sheet, answer, keys.zip(total))?;
    sheet.footnotes.push(
        lang.t(
            "有额度：期末有任一阶段有效额度，每村、每户只计一次，各行之和可以大于合计。农户数取自登记的统计数据，一个单位没有、其下级又不齐的，不算户覆盖率。",
            "With a line: in force at any stage at the end, each village and household once, so that rows may add up to more than the \
             total. Households come from the official statistics registered; where a unit has no figure and its parts are not complete, \
             there is no rate.",
        )
        .to_owned(),
    );
    sheet.charts = pictures(lang, answer.question.by);
    Ok(sheet)
}

/// A village is reached or not, so that of villages the households are drawn.
fn pictures(lang: Lang, by: By) -> Vec<Picture> {
    let tiles = |column: &str, title| Picture::new(PictureKind::Tiles, column, title);
    if by == By::Village {
        return vec![tiles(
            "households",
            lang.t("有额度的农户", "Households with a line"),
        )];
    }
    vec![
        tiles("villages_rate", lang.t("村覆盖率", "Villages reached")),
        tiles(
            "service_rate",
            lang.t("服务点覆盖率", "Villages with a service point"),
        ),
    ]
}

fn cells(bases: &Bases<'_>, answer: &Answer, row: &AnswerRow) -> Vec<Cell> {
    let end = |id: MeasureId| {
        answer
            .figures(row, id)
            .map_or(0, |figures| figures.amount(Aspect::End))
    };
    let base = bases.of(row);
    let [villages, households, service, points] = MEASURES.map(end);
    let count = base
        .households
        .as_ref()
        .map(|(hundredths, _)| Cell::Count(hundredths / 100));
    let mut cells = labels(row, bases.lang).to_vec();
    cells.extend([
        Cell::Count(villages),
        if base.villages > 0 {
            Cell::Count(base.villages)
        } else {
            Cell::Empty
        },
        base.of_villages(villages),
        Cell::Count(service),
        base.of_villages(service),
        Cell::Count(points),
        Cell::Count(households),
        count.unwrap_or(Cell::Empty),
        base.of_households(households),
        base.households
            .map_or(Cell::Empty, |(_, source)| Cell::text(source)),
    ]);
    cells
}
