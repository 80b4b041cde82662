//! Making what was asked for, one report at a time: built, written in every format, kept.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::store::{self, Job, KeptFile, VALUE};
use super::value;
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Edition, Office};
use crate::reports::table::Workbook;
use crate::reports::write::{Format, write};
use crate::reports::{ReportAsk, find};
use crate::state::State;
use crate::totals::Boundaries;
use crate::values::{Lang, RegionId, Unit};
use crate::vault;

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_secs(2);
/// A breath between two reports, so that readers come first.
const BREATH: Duration = Duration::from_millis(30);

/// Makes one report that waits, if any does, of this edition or of whatever; whether one did.
///
/// # Errors
/// What the database says; a report that cannot be made is settled as failed and is none.
pub fn work(state: &State, of: Option<&Edition>) -> Result<bool, Error> {
    let now = Clock::wall;
    let Some(seen) = state.db.read(|conn| store::next(conn, of, now()))? else {
        return Ok(false);
    };
    let taken = state
        .db
        .write(seen.book_id, |conn| store::lease(conn, &seen, now()))?;
    let Some(job) = taken else { return Ok(true) };
    let made = state.read_now(|conn, office| make(conn, office, &job, state));
    let told = made.as_ref().map(Vec::as_slice).map_err(said);
    state.db.write(job.book_id, |conn| {
        let told = match &told {
            Ok(files) => Ok(*files),
            Err(why) => Err(why.as_str()),
        };
        store::settle(conn, &job, told, now())
    })?;
    Ok(true)
}

/// Works as long as the program does.
pub fn keep_working(state: &Arc<State>) {
    let state: Weak<State> = Arc::downgrade(state);
    std::thread::spawn(move || {
        while let Some(running) = state.upgrade() {
            let busy = work(&running, None).unwrap_or_else(|error| {
                tracing::error!(%error, "making the files of a closed month");
                false
            });
            drop(running);
            std::thread::sleep(if busy { BREATH } else { PAUSE });
        }
    });
}

/// Why a report was not made, in words for the page.
fn said(error: &Error) -> String {
    match error.issues().first() {
        Some(issue) => format!("{} {}", issue.say.zh, issue.say.en),
        None => {
            tracing::error!(%error, "making a report of a closed month");
            "程序出错，详见日志 · the program failed, see its log".to_owned()
        }
    }
}

/// The report's value and its files.
fn make(conn: &mut Conn, office: &Office<'_>, job: &Job, state: &State) -> Result<Vec<KeptFile>, Error> {
    let edition = ledger::find_edition(conn, job.book_id, job.month, job.number)?;
    let lang = Lang::parse(&job.lang).unwrap_or_default();
    let ask = ReportAsk {
        region: RegionId(edition.book_id.0),
        month: edition.month,
        boundaries: Boundaries::Then,
        unit: Unit::Wan,
        lang,
        made_at: edition.closed_at,
        demo: state.demo,
        public: job.variant == store::variant(true),
        edition: Some(edition.number),
    };
    let book = find(&job.report)?.build(conn, office, &ask)?;
    let mut files = vec![keep(job, &book, VALUE, value::pack(&figures_of(&book))?)];
    for format in Format::ALL {
        files.push(keep(job, &book, format.extension(), write(&book, format)?));
    }
    Ok(files)
}

/// The workbook without 口径说明, which is made anew with every stamp.
fn figures_of(book: &Workbook) -> Workbook {
    let mut figures = book.clone();
    figures.sheets.pop();
    figures
}

fn keep(job: &Job, book: &Workbook, format: &str, content: Vec<u8>) -> KeptFile {
    KeptFile {
        book_id: job.book_id,
        month: job.month,
        number: job.number,
        report: job.report.clone(),
        variant: job.variant.clone(),
        lang: job.lang.clone(),
        format: format.to_owned(),
        name: format!("{}.{format}", book.file_stem),
        digest: vault::digest(&content),
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
        check_code: book.stamp.check_code.clone(),
        program: book.stamp.program.clone(),
        made_at: Clock::wall(),
        content,
    }
}
