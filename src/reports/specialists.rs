//! 金融村官工作月报: what each specialist did, a sheet for each county, and one by institution. For the staff only.

use super::columns::{columns, label_columns, labels};
use super::frame::{Form, Frame};
use super::people::People;
use super::table::{Picture, PictureKind, Row, Sheet, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::By;
use crate::values::{Level, RegionId, Text, words};

/// The report.
pub const REPORT: Report = Report {
    code: "specialists",
    name: Text::new("金融村官工作月报", "Work of the specialists"),
    about: Text::new(
        "每名特派员（金融村官）派驻几个村，走访、宣讲、授信、放贷、承保各多少；每个县（市、区）一张表，另按机构、按地区各一张。",
        "How many villages each specialist is posted to, and visits, talks, grants, loans and policies; a sheet for each county, one by unit and one by institution.",
    ),
    subject: Subject::People,
    public: false,
    build,
};

const POSTED: Text = Text::new("在岗", "In post");
const VISITS: Text = Text::new("走访户次", "Visits");
const VISITED: Text = Text::new("走访户数（去重）", "Households visited");
const TALKS: Text = Text::new("宣讲场次", "Talks");
const ATTENDANCE: Text = Text::new("宣讲人次", "Attendance");
const GRANTED: Text = Text::new("授信（期末）", "Granted (at end)");
const NEW_GRANTS: Text = Text::new("新增授信", "New grants");
const LOANS: Text = Text::new("放贷", "Loans disbursed");
const POLICIES: Text = Text::new("承保", "Policies");

columns! { WORK:
    visits_month = FIELD_VISITS Month, VISITS, "本月" "This month";
    visits_year = FIELD_VISITS Year, VISITS, "本年累计" "Year to date";
    visited_month = FIELD_VISITED_HOUSEHOLDS Month, VISITED, "本月" "This month";
    visited_year = FIELD_VISITED_HOUSEHOLDS Year, VISITED, "本年累计" "Year to date";
    talks_month = FIELD_TALKS Month, TALKS, "本月" "This month";
    talks_year = FIELD_TALKS Year, TALKS, "本年累计" "Year to date";
    attendance_month = FIELD_ATTENDANCE Month, ATTENDANCE, "本月" "This month";
    attendance_year = FIELD_ATTENDANCE Year, ATTENDANCE, "本年累计" "Year to date";
    granted_households = CREDIT_GRANTED_HOUSEHOLDS End, GRANTED, "户数" "Households";
    granted = CREDIT_GRANTED End, GRANTED, "额度" "Limits";
    granted_month = CREDIT_GRANTED_NEW Month, NEW_GRANTS, "本月" "This month";
    granted_year = CREDIT_GRANTED_NEW Year, NEW_GRANTS, "本年累计" "Year to date";
    loans_year = LOAN_COUNT Year, LOANS, "本年笔数" "Loans this year";
    disbursed_month = LOAN_DISBURSED Month, LOANS, "本月" "This month";
    disbursed_year = LOAN_DISBURSED Year, LOANS, "本年累计" "Year to date";
    policies_month = INSURANCE_POLICIES Month, POLICIES, "本月件数" "This month";
    policies_year = INSURANCE_POLICIES Year, POLICIES, "本年件数" "This year";
    premium_year = INSURANCE_PREMIUM Year, POLICIES, "本年保费" "Premium this year";
}

columns! { IN_POST:
    specialists = FIELD_SPECIALISTS End, POSTED, "特派员" "Specialists";
}

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let all = [IN_POST, WORK];
    let below = frame.below();
    let by_unit = frame.answer(conn, ask.region, below, &all)?;
    let by_bank = frame.answer(conn, ask.region, By::Institution, &all)?;
    let work = Text::new("工作量", "Work");
    let table = |number, by, answer| {
        let mut sheet = frame.table((number, &frame.tab(work, by)), answer, &all.concat())?;
        sheet.charts = pictures(&frame).to_vec();
        Ok::<Sheet, Error>(sheet)
    };
    let mut book = frame.book();
    book.sheets = vec![
        table("01", below.text(), &by_unit)?,
        table("02", words::INSTITUTION, &by_bank)?,
    ];
    for (region, number) in parts(&frame).into_iter().zip(3..) {
        let name = office.regions.name_in(region, ask.day(), ask.lang);
        let form = (format!("{number:02}"), name);
        let sheet = people(conn, &frame, (&form.0, &form.1), region)?;
        book.sheets.push(sheet);
    }
    let whose = frame.t(
        "发生额归业务日期当日在岗的特派员；授信余额随额度合同所记的特派员，移交以凭证办理。没有特派员的记录列为“其他（未指明）”。",
        "Flows belong to the specialist in post on the business date; limits stay with the specialist named in the line until a voucher \
         hands them over. Records without a specialist stand as “other (not stated)”.",
    );
    book.notes.push(whose.to_owned());
    Ok(book)
}

/// What units and institutions did this month. Persons are not ranked in pictures.
fn pictures(frame: &Frame<'_>) -> [Picture; 2] {
    let bars = |column: &str, title| Picture::new(PictureKind::Bars, column, title);
    [
        bars("visits_month", frame.t("本月走访户次", "Visits this month")),
        bars("granted_month", frame.t("本月新增授信", "New grants this month")),
    ]
}

/// The counties of the city, each with a sheet of its own; a county or town is one.
fn parts(frame: &Frame<'_>) -> Vec<RegionId> {
    let (regions, region) = (frame.office.regions, frame.ask.region);
    if frame.level >= Level::County {
        return vec![region];
    }
    let county = |id: &RegionId| regions.unit(*id).is_some_and(|unit| unit.level == Level::County);
    let mut counties = regions.children(region, frame.ask.day());
    counties.retain(county);
    counties
}

/// A row for each specialist of a county or town.
fn people(conn: &mut Conn, frame: &Frame<'_>, form: Form<'_>, region: RegionId) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let answer = frame.answer(conn, region, By::Specialist, &[WORK, IN_POST])?;
    let people = People::load(conn, frame.office, frame.ask, region)?;
    let mut columns = label_columns(answer.heading(lang), lang).to_vec();
    columns.extend(People::columns(lang));
    columns.extend(WORK.iter().map(|column| column.column(lang)));
    let mut sheet = frame.sheet(form, columns);
    for row in &answer.rows {
        let mut cells = labels(row, lang).to_vec();
        cells.extend(people.cells(row.key));
        cells.extend(WORK.iter().map(|column| column.cell(&answer, row)));
        sheet.rows.push(frame.led(Row::item(cells), &answer, row, WORK));
    }
    frame.total(&mut sheet, &answer, WORK)?;
    Ok(sheet)
}
