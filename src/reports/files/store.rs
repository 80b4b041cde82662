//! The two tables: what is to be made of an edition, and what was made.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::value;
use crate::db::Conn;
use crate::db::schema::{report_file, report_job};
use crate::error::Error;
use crate::ledger::Edition;
use crate::reports::table::Workbook;
use crate::reports::{REPORTS, ReportAsk};
use crate::values::{BookId, Lang, Month};
use crate::vault;

/// The format under which the value itself is kept.
pub(super) const VALUE: &str = "value";
/// How long somebody has to make one report before it is thought that he was cut off.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// Where a piece of work stands.
pub(super) const WAITING: &str = "waiting";
pub(super) const RUNNING: &str = "running";
pub(super) const DONE: &str = "done";
pub(super) const FAILED: &str = "failed";

/// One report to be made of an edition, in one variant and language.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_job)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Job {
    pub book_id: BookId,
    pub month: Month,
    pub number: i32,
    pub report: String,
    pub variant: String,
    pub lang: String,
    pub state: String,
    pub attempts: i32,
    pub leased_until: Option<NaiveDateTime>,
    /// Why it failed.
    pub reason: String,
    pub asked_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
}

/// One file made of an edition, without what is in it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = report_file)]
pub(super) struct FileHead {
    pub report: String,
    pub variant: String,
    pub lang: String,
    pub format: String,
    pub name: String,
    pub digest: String,
    pub size: i64,
    pub check_code: String,
    pub program: String,
    pub made_at: NaiveDateTime,
}

/// One file with its content.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_file)]
pub(super) struct KeptFile {
    pub book_id: BookId,
    pub month: Month,
    pub number: i32,
    pub report: String,
    pub variant: String,
    pub lang: String,
    pub format: String,
    pub name: String,
    pub content: Vec<u8>,
    pub digest: String,
    pub size: i64,
    pub check_code: String,
    pub program: String,
    pub made_at: NaiveDateTime,
}

/// The word for a variant.
pub(super) const fn variant(public: bool) -> &'static str {
    if public { "public" } else { "internal" }
}

/// The word for a language, in addresses and in the tables.
pub(super) const fn lang_word(lang: Lang) -> &'static str {
    lang.t("zh", "en")
}

/// Asks for an edition's files: what is not there yet, and what has failed. How many that are.
pub fn request(conn: &mut Conn, edition: &Edition, now: NaiveDateTime) -> Result<usize, Error> {
    let known = jobs(conn, edition.book_id, edition.month, edition.number)?;
    let mut asked = 0;
    // A streamed list is made whenever it is asked for, the same each time: its edition says up to which number.
    for report in REPORTS.iter().filter(|report| !report.is_streamed()) {
        let variants: &[bool] = if report.public { &[false, true] } else { &[false] };
        for (public, lang) in variants
            .iter()
            .flat_map(|public| [Lang::Zh, Lang::En].map(|lang| (*public, lang)))
        {
            let is = |job: &&Job| {
                (job.report.as_str(), job.variant.as_str(), job.lang.as_str())
                    == (report.code, variant(public), lang_word(lang))
            };
            let old = known.iter().find(is);
            if old.is_some_and(|job| job.state != FAILED) {
                continue;
            }
            let job = Job {
                book_id: edition.book_id,
                month: edition.month,
                number: edition.number,
                report: report.code.to_owned(),
                variant: variant(public).to_owned(),
                lang: lang_word(lang).to_owned(),
                state: WAITING.to_owned(),
                attempts: old.map_or(0, |job| job.attempts),
                leased_until: None,
                reason: String::new(),
                asked_at: now,
                ended_at: None,
            };
            replace(conn, &job)?;
            asked += 1;
        }
    }
    Ok(asked)
}

/// Puts a piece of work in the place of what was known of it.
pub(super) fn replace(conn: &mut Conn, job: &Job) -> Result<(), Error> {
    let key = (
        job.book_id,
        job.month,
        job.number,
        &job.report,
        &job.variant,
        &job.lang,
    );
    diesel::delete(report_job::table.find(key)).execute(conn)?;
    diesel::insert_into(report_job::table).values(job).execute(conn)?;
    Ok(())
}

/// What was asked of an edition, in the order of the reports.
pub(super) fn jobs(conn: &mut Conn, book: BookId, month: Month, number: i32) -> Result<Vec<Job>, Error> {
    Ok(report_job::table
        .filter(report_job::book_id.eq(book))
        .filter(report_job::month.eq(month))
        .filter(report_job::number.eq(number))
        .order((report_job::report, report_job::variant, report_job::lang))
        .select(Job::as_select())
        .load(conn)?)
}

/// Something to do: it waits, or whoever began it has been cut off.
pub(super) fn next(conn: &mut Conn, of: Option<&Edition>, now: NaiveDateTime) -> Result<Option<Job>, Error> {
    if let Some(edition) = of {
        let all = jobs(conn, edition.book_id, edition.month, edition.number)?;
        let cut_off = |job: &Job| job.state == RUNNING && job.leased_until.is_some_and(|until| until < now);
        return Ok(all.into_iter().find(|job| job.state == WAITING || cut_off(job)));
    }
    let free = report_job::state.eq(WAITING).or(report_job::state
        .eq(RUNNING)
        .and(report_job::leased_until.lt(now)));
    Ok(report_job::table
        .filter(free)
        .order((report_job::asked_at, report_job::book_id, report_job::lang.desc()))
        .select(Job::as_select())
        .first(conn)
        .optional()?)
}

/// Takes it, unless somebody else was quicker. The book is locked.
pub(super) fn lease(conn: &mut Conn, seen: &Job, now: NaiveDateTime) -> Result<Option<Job>, Error> {
    let found = jobs(conn, seen.book_id, seen.month, seen.number)?;
    if !found.contains(seen) {
        return Ok(None);
    }
    let job = Job {
        state: RUNNING.to_owned(),
        attempts: seen.attempts + 1,
        leased_until: Some(now + LEASE),
        ..seen.clone()
    };
    replace(conn, &job)?;
    Ok(Some(job))
}

/// Keeps what was made, or why it was not. What is kept already stays: another may have been quicker.
pub(super) fn settle(
    conn: &mut Conn,
    job: &Job,
    made: Result<&[KeptFile], &str>,
    now: NaiveDateTime,
) -> Result<(), Error> {
    let known = files(conn, job.book_id, job.month, job.number)?;
    for file in made.unwrap_or_default() {
        let is = |known: &FileHead| {
            (&known.report, &known.variant, &known.lang, &known.format)
                == (&file.report, &file.variant, &file.lang, &file.format)
        };
        if !known.iter().any(is) {
            diesel::insert_into(report_file::table)
                .values(file)
                .execute(conn)?;
        }
    }
    let ended = Job {
        state: if made.is_ok() { DONE } else { FAILED }.to_owned(),
        leased_until: None,
        reason: made.err().unwrap_or_default().to_owned(),
        ended_at: Some(now),
        ..job.clone()
    };
    replace(conn, &ended)
}

/// What was made of an edition.
pub(super) fn files(
    conn: &mut Conn,
    book: BookId,
    month: Month,
    number: i32,
) -> Result<Vec<FileHead>, Error> {
    Ok(report_file::table
        .filter(report_file::book_id.eq(book))
        .filter(report_file::month.eq(month))
        .filter(report_file::number.eq(number))
        .order((
            report_file::report,
            report_file::variant,
            report_file::lang.desc(),
            report_file::format,
        ))
        .select(FileHead::as_select())
        .load(conn)?)
}

/// Which file of an edition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Which<'a> {
    pub book: BookId,
    pub month: Month,
    pub number: i32,
    pub report: &'a str,
    pub variant: &'a str,
    pub lang: &'a str,
    pub format: &'a str,
}

/// One file, held against its digest.
pub(super) fn file(conn: &mut Conn, which: Which<'_>) -> Result<Option<KeptFile>, Error> {
    let key = (
        which.book,
        which.month,
        which.number,
        which.report,
        which.variant,
        which.lang,
        which.format,
    );
    let found: Option<KeptFile> = report_file::table
        .find(key)
        .select(KeptFile::as_select())
        .first(conn)
        .optional()?;
    match found {
        Some(file) if vault::digest(&file.content) != file.digest => {
            Err(Error::Failed(format!("the kept file {} is damaged", file.name)))
        }
        found => Ok(found),
    }
}

/// The report as its edition kept it; none where it kept none, as of a town.
pub fn kept(
    conn: &mut Conn,
    edition: &Edition,
    report: &str,
    ask: &ReportAsk,
) -> Result<Option<Workbook>, Error> {
    if ask.region.0 != edition.book_id.0 {
        return Ok(None);
    }
    let which = Which {
        book: edition.book_id,
        month: edition.month,
        number: edition.number,
        report,
        variant: variant(ask.public),
        lang: lang_word(ask.lang),
        format: VALUE,
    };
    let Some(file) = file(conn, which)? else {
        return Ok(None);
    };
    // A value that another version of the program wrote differently is passed over, the files stay.
    Ok(value::unpack(&file.content)
        .inspect_err(|error| tracing::warn!(%error, name = file.name, "a kept report does not read"))
        .ok())
}
