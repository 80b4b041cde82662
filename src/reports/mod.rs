//! Reports (月报): standard forms built from the totals as typed tables, shown on the screen and
//! written as files from that one value.
//!
//! What must always hold:
//! - a report is a [`Workbook`](table::Workbook); the page, XLSX, PDF, CSV and JSON render the same one,
//!   so that every file agrees with the screen to the fen;
//! - figures come from [`crate::totals`] alone; distinct counts and rates are values of their own
//!   in a total row, sums are sums;
//! - every report is issued in one place ([`Report::build`]): its rows are numbered, its stamp says edition, variant,
//!   what was asked, as of when, and a check code, and 口径说明 is its last sheet; a closed month's says the same whenever asked;
//! - readers outside get the 对外 variant: no person, small rows hidden ([`crate::totals::suppression`]), and
//!   only of the reports that have one.

pub mod code;
mod columns;
mod command;
mod corrections;
mod coverage;
mod definitions;
mod disasters;
mod farm_loans;
mod files;
mod frame;
mod handlers;
pub mod html;
mod insurance;
mod issue;
mod monthly;
mod people;
mod press;
mod progress;
mod specialists;
pub mod table;
mod views;
pub mod vouchers;
pub mod write;

pub use command::{ReportArgs, run};
pub use files::{keep_working, request as request_files, work as make_files};
pub use handlers::routes;

use chrono::{NaiveDate, NaiveDateTime};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::state::State;
use crate::totals::{Answer, Boundaries, By, Facts, Members, Question, assemble};
use crate::values::day::show_moment;
use crate::values::measure::Measure;
use crate::values::{Lang, Level, Month, RegionId, Say, Text, Unit, words};
use table::{Column, Sheet, TableError, Workbook};
use vouchers::Stream;
use write::{Format, WriteError};

/// What is asked of a report.
#[derive(Clone, Debug)]
pub struct ReportAsk {
    /// A city, a county or a town.
    pub region: RegionId,
    pub month: Month,
    /// By which regions are added up and named.
    pub boundaries: Boundaries,
    /// In which amounts are shown; files keep the exact yuan besides.
    pub unit: Unit,
    pub lang: Lang,
    /// When it is asked, UTC. A closed month's report is as of its closing instead.
    pub made_at: NaiveDateTime,
    /// 演示数据 stands on every sheet.
    pub demo: bool,
    /// The 对外 variant, for readers outside.
    pub public: bool,
    /// Which edition of the month; without one, the one in which it stands closed, or the month as it is.
    pub edition: Option<i32>,
}

impl ReportAsk {
    /// The day whose names and boundaries hold.
    pub fn day(&self) -> NaiveDate {
        self.boundaries.day(self.month)
    }
}

/// What a report is about, so that the page of reports can group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Several rooms at once.
    Whole,
    Credit,
    Insurance,
    /// Who did what.
    People,
    /// Single records.
    Records,
}

impl Subject {
    /// In the order of the page.
    pub const EVERY: [Subject; 5] = [
        Subject::Whole,
        Subject::Credit,
        Subject::Insurance,
        Subject::People,
        Subject::Records,
    ];

    /// The word in ids of the page.
    pub const fn code(self) -> &'static str {
        match self {
            Subject::Whole => "whole",
            Subject::Credit => "credit",
            Subject::Insurance => "insurance",
            Subject::People => "people",
            Subject::Records => "records",
        }
    }

    pub const fn text(self) -> Text {
        match self {
            Subject::Whole => Text::new("综合", "Everything together"),
            Subject::Credit => Text::new("授信与贷款", "Credit and loans"),
            Subject::Insurance => Text::new("农业保险与灾害", "Agricultural insurance and disasters"),
            Subject::People => Text::new("特派员", "Specialists"),
            Subject::Records => Text::new("凭证", "Records"),
        }
    }
}

/// One standard report.
pub struct Report {
    /// Its name on the command line and in addresses.
    pub code: &'static str,
    pub name: Text,
    /// What it holds, in a sentence.
    pub about: Text,
    pub subject: Subject,
    /// Whether it has a 对外 variant: one that readers outside may see.
    pub public: bool,
    pub build: fn(&mut Conn, &Office<'_>, &ReportAsk) -> Result<Workbook, Error>,
}

/// Every report there is.
pub static REPORTS: &[Report] = &[
    monthly::REPORT,
    press::REPORT,
    coverage::REPORT,
    progress::REPORT,
    farm_loans::REPORT,
    insurance::REPORT,
    disasters::REPORT,
    specialists::REPORT,
    corrections::REPORT,
    vouchers::REPORT,
];

impl Report {
    /// Builds and issues what was asked for: numbered, stamped, with 口径说明.
    ///
    /// # Errors
    /// Refused for readers outside where there is no 对外 variant; else the report's own.
    pub fn build(&self, conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
        if ask.public && !self.public {
            let say = Say::new(
                format!("“{}”没有对外版，只供内部使用。", self.name.zh),
                format!("“{}” has no public variant; it is for the staff.", self.name.en),
            );
            return Err(Error::refuse("report.internal", "variant", say));
        }
        issue::issue(self, conn, office, ask)
    }
}

impl Report {
    /// Whether its files are written a stretch at a time, whatever their length.
    #[must_use]
    pub fn is_streamed(&self) -> bool {
        self.code == vouchers::REPORT.code
    }

    /// The digest of what it says today, over which its check code is, and the report itself; of a streamed one only
    /// the row of that number.
    ///
    /// # Errors
    /// As [`Report::build`].
    pub fn recall(&self, state: &State, ask: &ReportAsk, number: &str) -> Result<(String, Workbook), Error> {
        if self.is_streamed() {
            return Stream::open(state, ask, Format::Csv)?.recall(state, number);
        }
        let mut book = state.read_now(|conn, office| self.build(conn, office, ask))?;
        let meanings = book.sheets.pop();
        let content = code::content_digest(&book);
        book.sheets.extend(meanings);
        Ok((content, book))
    }
}

/// The report of a code, or of its Chinese name.
///
/// # Errors
/// Refused, naming those there are.
pub fn find(name: &str) -> Result<&'static Report, Error> {
    REPORTS
        .iter()
        .find(|report| report.code == name || report.name.zh == name)
        .ok_or_else(|| {
            let known: Vec<String> = REPORTS
                .iter()
                .map(|report| format!("{} {}", report.code, report.name.zh))
                .collect();
            let say = Say::new(
                format!("没有报表“{name}”。可用：{}。", known.join("、")),
                format!("There is no report “{name}”. There are: {}.", known.join(", ")),
            );
            Error::refuse("report.unknown", "name", say)
        })
}

/// Names the files: `2023-12_江门市_综合月报`, and `cunxin-monthly-440700-2023-12` in plain letters; the
/// variant for outside is named.
fn name_files(book: &mut Workbook, office: &Office<'_>, ask: &ReportAsk, report: &Report) {
    let (lang, day) = (ask.lang, ask.day());
    let name = office.regions.name_in(ask.region, day, lang);
    let code = office.regions.code(ask.region, day);
    let code = code.map_or("", |code| match code.level() {
        Level::Province | Level::City => code.county_prefix(),
        _ => code.own_prefix(),
    });
    let when = |said, words| if said { words } else { "" };
    let variant = when(ask.public, lang.t("_对外", "_public"));
    let demo = when(ask.demo, lang.t("_演示数据", "_demonstration"));
    book.file_stem = format!("{}_{name}_{}{variant}{demo}", ask.month, report.name.get(lang));
    let (variant, demo) = (when(ask.public, "-public"), when(ask.demo, "-demo"));
    book.plain_stem = format!("cunxin-{}-{code}-{}{variant}{demo}", report.code, ask.month);
}

/// What a report asks for by region, assembled of its facts: the whole is made of the same.
fn regional(
    office: &Office<'_>,
    ask: &ReportAsk,
    by: By,
    measures: &[&'static Measure],
    facts: &Facts,
) -> Result<Answer, Error> {
    let question = Question {
        region: ask.region,
        month: ask.month,
        boundaries: ask.boundaries,
        by,
        measures: measures.to_vec(),
    };
    assemble(office.regions, &Members::default(), &question, facts, facts)
}

/// A sheet of a report for the staff under its heading, with its number among the report's and its tab.
fn plain_sheet(
    office: &Office<'_>,
    ask: &ReportAsk,
    report: &Report,
    (number, tab): (&str, &str),
    columns: Vec<Column>,
) -> Sheet {
    let lang = ask.lang;
    let name = office.regions.name_in(ask.region, ask.day(), lang);
    let title = match lang {
        Lang::Zh => format!("{name}{}（{}）", report.name.zh, within_brackets(tab)),
        Lang::En => format!("{name}: {} ({tab})", report.name.en),
    };
    let mut sheet = Sheet::new(title, ask.unit, columns);
    sheet.tab = tab.to_owned();
    sheet.form_no = match lang {
        Lang::Zh => format!("村信{}{number}表", report.name.zh),
        Lang::En => format!("Cunxin {} {number}", report.code),
    };
    sheet.prepared_by = name;
    sheet.period = ask.month.show(lang);
    sheet.as_of = format!("{}{}", lang.t("截至", "as of "), show_moment(ask.made_at));
    if let Boundaries::Now(_) = ask.boundaries {
        sheet.as_of = format!("{} · {}", sheet.as_of, ask.boundaries.text().get(lang));
    }
    sheet.banner = ask.demo.then(|| words::DEMONSTRATION_DATA.get(lang).to_owned());
    sheet
}

/// A text as it reads within brackets: 镇（街道） is 镇、街道 there.
fn within_brackets(text: &str) -> String {
    text.replace('（', "、").replace('）', "")
}

impl From<TableError> for Error {
    /// A table that does not hold together is our own mistake.
    fn from(error: TableError) -> Error {
        Error::Failed(error.to_string())
    }
}

impl From<WriteError> for Error {
    /// What the format cannot hold is refused with a way out; the rest is our own mistake.
    fn from(error: WriteError) -> Error {
        match error {
            WriteError::TooManyDigits { .. }
            | WriteError::Date(_)
            | WriteError::TooLarge
            | WriteError::TooManyRows { .. } => Error::refuse(error.code(), "format", error.say()),
            error => Error::Failed(error.to_string()),
        }
    }
}
