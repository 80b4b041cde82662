//! Reports (月报): standard forms built from the totals as typed tables, shown on the screen and
//! written as files from that one value.
//!
//! What must always hold:
//! - a report is a [`Workbook`](table::Workbook); the page, XLSX, CSV and JSON render the same one,
//!   so that every file agrees with the screen to the fen;
//! - figures come from [`crate::totals`] alone; distinct counts and rates are values of their own
//!   in a total row, sums are sums;
//! - readers outside get the 对外 variant: no person, small rows hidden ([`crate::totals::suppression`]), and
//!   only of the reports that have one.

mod command;
mod handlers;
pub mod html;
mod monthly;
pub mod table;
mod views;
pub mod write;

pub use command::{ReportArgs, run};
pub use handlers::routes;

use chrono::{NaiveDate, NaiveDateTime};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::Boundaries;
use crate::values::{Lang, Month, RegionId, Say, Text, Unit};
use table::{TableError, Workbook};
use write::WriteError;

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
    /// When it is made, UTC.
    pub made_at: NaiveDateTime,
    /// 演示数据 stands on every sheet.
    pub demo: bool,
    /// The 对外 variant, for readers outside.
    pub public: bool,
}

impl ReportAsk {
    /// The day whose names and boundaries hold.
    pub fn day(&self) -> NaiveDate {
        self.boundaries.day(self.month)
    }
}

/// One standard report.
pub struct Report {
    /// Its name on the command line and in addresses.
    pub code: &'static str,
    pub name: Text,
    /// What it holds, in a sentence.
    pub about: Text,
    /// Whether it has a 对外 variant: one that readers outside may see.
    pub public: bool,
    pub build: fn(&mut Conn, &Office<'_>, &ReportAsk) -> Result<Workbook, Error>,
}

/// Every report there is.
pub static REPORTS: &[Report] = &[monthly::REPORT];

impl Report {
    /// Builds what was asked for.
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
        (self.build)(conn, office, ask)
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
            WriteError::TooManyDigits { .. } | WriteError::Date(_) => {
                Error::refuse(error.code(), "format", error.say())
            }
            error => Error::Failed(error.to_string()),
        }
    }
}
