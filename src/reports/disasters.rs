//! 灾害日报: the month's claims by day and town, and by disaster. Each day's figures are what was posted with that business
//! date; together they make the month's totals, and what is outstanding runs on from the month before.

mod days;
mod register;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::columns::columns;
use super::frame::Frame;
use super::table::{Cell, Column, ColumnKind, Picture, PictureKind, Row, Sheet, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::handover::HANDOVER_KIND;
use crate::insurance::{ClaimEvent, claim_events};
use crate::ledger::Office;
use crate::regions::Group;
use crate::totals::{Answer, Aspect, By, RowKey, books_within};
use crate::values::measure::{
    INSURANCE_CLAIMS_OPEN, INSURANCE_CLAIMS_REPORTED, INSURANCE_OUTSTANDING, INSURANCE_PAYOUT, MeasureUnit,
};
use crate::values::{DisasterId, Fen, Level, MeasureId, RegionId, Text, words};
use register::Register;

/// The report.
pub const REPORT: Report = Report {
    code: "disasters",
    name: Text::new("灾害日报", "Disasters day by day"),
    about: Text::new(
        "本月逐日逐镇的报案、查勘、估损、已赔和当日未决，按灾害、按地区、按日汇总；逐日之和就是本月合计。",
        "The month's reports, surveys, estimates, payouts and what is outstanding, by day and town, by disaster, by unit and by day; the days make the month's totals.",
    ),
    subject: Subject::Insurance,
    public: false,
    build,
};

const MONTH: Text = Text::new("本月", "This month");
const YEAR: Text = Text::new("本年累计", "Year to date");
const OUTSTANDING: Text = Text::new("未决（期末）", "Outstanding (at end)");

columns! { AREAS:
    reported = INSURANCE_CLAIMS_REPORTED Month, MONTH, "报案件数" "Reported";
    paid = INSURANCE_PAYOUT Month, MONTH, "已赔" "Paid";
    reported_year = INSURANCE_CLAIMS_REPORTED Year, YEAR, "报案件数" "Reported";
    paid_year = INSURANCE_PAYOUT Year, YEAR, "已赔" "Paid";
    open = INSURANCE_CLAIMS_OPEN End, OUTSTANDING, "件数" "Claims";
    outstanding = INSURANCE_OUTSTANDING End, OUTSTANDING, "金额" "Amount";
    outstanding_before = INSURANCE_OUTSTANDING PreviousMonth, OUTSTANDING, "上月末金额" "Last month's end";
}

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let rows = if frame.level < Level::Town {
        By::Town
    } else {
        By::Village
    };
    let by_place = frame.answer(conn, ask.region, rows, &[AREAS])?;
    let below = frame.answer(conn, ask.region, frame.below(), &[AREAS])?;
    let register = Register::load(conn, ask)?;
    let books = books_within(conn, office.regions, ask.region, ask.day())?;
    let mut events = claim_events(
        conn,
        &books,
        (register.since(ask.month), ask.month),
        &[HANDOVER_KIND],
    )?;
    let within = office.regions.within(ask.region, ask.day());
    events.retain(|event| frame.level < Level::County || within.contains(&event.region));
    let mut book = frame.book();
    let areas = frame.tab(Text::new("赔案", "Claims"), frame.below().text());
    let mut by_area = frame.table(("03", &areas), &below, AREAS)?;
    let bars = |column: &str, title| Picture::new(PictureKind::Bars, column, title);
    by_area.charts = vec![
        bars("paid", frame.t("本月已赔", "Paid this month")),
        bars("outstanding", frame.t("未决金额（期末）", "Outstanding at end")),
    ];
    book.sheets = vec![
        daily(&frame, &by_place, &events, &register)?,
        register.sheet(&frame, &events)?,
        by_area,
        days::sheet(&frame, &by_place, &events)?,
    ];
    let note = frame.t(
        "日期为凭证的业务日期，补录的列在其业务日期，计入入账月份；估损为报案、查勘时的估计，定损核赔增减为其后的调整；未决为到当日止。",
        "Days are the vouchers' business dates; what came late stands at its own day and counts in the month it was posted. Estimates are \
         those of report and survey, adjustments what assessment, approval and closing changed; outstanding is as of the day.",
    );
    book.notes.push(note.to_owned());
    Ok(book)
}

/// What some events come to.
#[derive(Clone, Debug, Default)]
struct Sums {
    reported: i64,
    surveyed: i64,
    estimated: i64,
    adjusted: i64,
    paid: i64,
    open: i64,
    outstanding: i64,
}

impl Sums {
    fn add(&mut self, event: &ClaimEvent) -> Result<(), Error> {
        let pairs = [
            (&mut self.reported, event.reported),
            (&mut self.surveyed, event.surveyed),
            (&mut self.estimated, event.estimated),
            (&mut self.adjusted, event.adjusted),
            (&mut self.paid, event.paid),
            (&mut self.open, event.open),
            (&mut self.outstanding, event.outstanding),
        ];
        for (sum, amount) in pairs {
            *sum = sum
                .checked_add(amount)
                .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
        }
        Ok(())
    }

    /// What happened: counts, then amounts.
    fn cells(&self) -> [Cell; 5] {
        [
            Cell::Count(self.reported),
            Cell::Count(self.surveyed),
            Cell::Money(Fen(self.estimated)),
            Cell::Money(Fen(self.adjusted)),
            Cell::Money(Fen(self.paid)),
        ]
    }

    /// The columns of those cells, under a heading.
    fn columns(frame: &Frame<'_>, group: &str, suffix: &str) -> Vec<Column> {
        [
            ("reported", frame.t("报案件数", "Reported"), ColumnKind::Count),
            ("surveyed", frame.t("查勘件数", "Surveyed"), ColumnKind::Count),
            ("estimated", frame.t("估损", "Estimated"), ColumnKind::Money),
            ("adjusted", frame.t("定损核赔增减", "Adjusted"), ColumnKind::Money),
            ("paid", frame.t("已赔", "Paid"), ColumnKind::Money),
        ]
        .into_iter()
        .map(|(key, title, kind)| Column::new(format!("{key}{suffix}"), title, kind).under(group))
        .collect()
    }
}

/// One place on one day.
#[derive(Default)]
struct Day {
    sums: Sums,
    disasters: BTreeSet<DisasterId>,
}

type Place = (bool, bool, String, i64);

/// By place and day.
fn daily(
    frame: &Frame<'_>,
    answer: &Answer,
    events: &[ClaimEvent],
    register: &Register,
) -> Result<Sheet, Error> {
    let (ask, lang, regions) = (frame.ask, frame.ask.lang, frame.office.regions);
    let (day, level) = (ask.day(), answer.question.by.level().unwrap_or(Level::Town));
    let mut days: BTreeMap<(Place, NaiveDate), (Group, Day)> = BTreeMap::new();
    for event in events.iter().filter(|event| event.month == ask.month) {
        let group = regions.group(event.region, level, day);
        let (uncoded, code, id) = regions.sort_key(group.region, day);
        let key = ((group.apart, uncoded, code, id), event.day);
        let (_, of_day) = days.entry(key).or_insert_with(|| (group, Day::default()));
        of_day.sums.add(event)?;
        of_day.disasters.extend(event.disaster);
    }
    let mut sheet = empty(frame, answer);
    let mut running: BTreeMap<RegionId, [i64; 2]> = BTreeMap::new();
    for ((_, on), (group, of_day)) in &days {
        let held = running
            .entry(group.region)
            .or_insert_with(|| before(answer, group, [INSURANCE_CLAIMS_OPEN, INSURANCE_OUTSTANDING]));
        held[0] = held[0].saturating_add(of_day.sums.open);
        held[1] = held[1].saturating_add(of_day.sums.outstanding);
        let county = regions.ancestor(group.region, Level::County, day);
        let mut cells = vec![
            Cell::text(regions.group_name(group, day, lang)),
            Cell::Date(*on),
            county.map_or(Cell::Empty, |county| {
                Cell::text(regions.name_in(county, day, lang))
            }),
            Cell::text(register.named(&of_day.disasters)),
        ];
        cells.extend(of_day.sums.cells());
        cells.extend([Cell::Count(held[0]), Cell::Money(Fen(held[1]))]);
        let row = Row::item(cells);
        sheet.rows.push(if group.apart {
            row
        } else {
            row.linked(frame.page(group.region, None, AREAS))
        });
    }
    let total = |id, aspect| {
        answer
            .figures(&answer.total, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    sheet.add_total(
        words::TOTAL.get(lang),
        [
            ("open", Cell::Count(total(INSURANCE_CLAIMS_OPEN, Aspect::End))),
            (
                "outstanding",
                Cell::Money(Fen(total(INSURANCE_OUTSTANDING, Aspect::End))),
            ),
        ],
    )?;
    frame.say_nothing(&mut sheet);
    held_to_totals(answer, days.values().map(|(_, day)| &day.sums))?;
    Ok(sheet)
}

fn empty(frame: &Frame<'_>, answer: &Answer) -> Sheet {
    let lang = frame.ask.lang;
    let mut columns = vec![
        Column::new("place", answer.heading(lang), ColumnKind::Text).at_least(14),
        Column::new("day", frame.t("日期", "Day"), ColumnKind::Date),
        Column::new("county", words::COUNTY.get(lang), ColumnKind::Text),
        Column::new("disaster", frame.t("灾害", "Disaster"), ColumnKind::Text),
    ];
    columns.extend(Sums::columns(frame, frame.t("当日", "On the day"), ""));
    columns.extend(columns_as_of_the_day(frame));
    let mut sheet = frame.sheet(("01", frame.t("日报", "Days")), columns);
    sheet.other_units.push(MeasureUnit::Claim.label(lang).to_owned());
    sheet
}

/// What is outstanding at a day's end, which does not add up over days.
fn columns_as_of_the_day(frame: &Frame<'_>) -> [Column; 2] {
    let outstanding = frame.t("未决（到当日）", "Outstanding (as of the day)");
    [
        ("open", frame.t("件数", "Claims"), ColumnKind::Count),
        ("outstanding", frame.t("金额", "Amount"), ColumnKind::Money),
    ]
    .map(|(key, title, kind)| {
        let column = Column::new(key, title, kind).under(outstanding);
        column.totalled(TotalRule::Given)
    })
}

/// What stood in a place at the end of the month before.
fn before<const N: usize>(answer: &Answer, group: &Group, ids: [MeasureId; N]) -> [i64; N] {
    let row = answer
        .rows
        .iter()
        .find(|row| row.key == RowKey::Region(group.region) && row.apart == group.apart);
    ids.map(|id| {
        row.and_then(|row| answer.figures(row, id))
            .map_or(0, |figures| figures.amount(Aspect::PreviousMonth))
    })
}

/// The days make the month's totals, or there is no report.
fn held_to_totals<'a>(answer: &Answer, days: impl Iterator<Item = &'a Sums>) -> Result<(), Error> {
    let mut sums = [0_i64; 3];
    for day in days {
        for (sum, amount) in sums.iter_mut().zip([day.reported, day.paid, day.outstanding]) {
            *sum = sum.saturating_add(amount);
        }
    }
    let total = |id, aspect| {
        answer
            .figures(&answer.total, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    let month = [
        total(INSURANCE_CLAIMS_REPORTED, Aspect::Month),
        total(INSURANCE_PAYOUT, Aspect::Month),
        total(INSURANCE_OUTSTANDING, Aspect::SincePreviousMonth),
    ];
    if sums == month {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "the days' claims {sums:?} do not make the month's {month:?}"
    )))
}
