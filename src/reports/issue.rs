//! Issuing a report: on what its figures rest, its rows numbered, its stamp and check code, and 口径说明 as its
//! last sheet. Whatever way a report is asked for, it passes here once.

use super::code::{Code, content_digest};
use super::table::{Stamp, Workbook};
use super::{Report, ReportAsk, definitions, files};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Edition, Office};
use crate::totals::Boundaries;
use crate::values::day::show_moment;
use crate::values::{BookId, Lang, Level, Month, RegionId, Say, Unit, words};

/// On what a report's figures rest.
pub(super) struct Basis {
    /// The edition asked for, or in which the month stands closed; none while it is open.
    pub edition: Option<Edition>,
    /// Whether it is the one in which the month stands closed today, so that today's totals are its figures.
    pub stands: bool,
}

impl Basis {
    /// Finds it.
    ///
    /// # Errors
    /// Refused when there is no such edition, or when it was asked for with other boundaries than its own.
    pub fn find(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Basis, Error> {
        let standing = match ask.boundaries {
            Boundaries::Then => ledger::standing_edition(conn, office.regions, ask.region, ask.month)?,
            Boundaries::Now(_) => None,
        };
        let Some(number) = ask.edition else {
            let stands = standing.is_some();
            return Ok(Basis {
                edition: standing,
                stands,
            });
        };
        if let Boundaries::Now(_) = ask.boundaries {
            let say = Say::new(
                "版次按当月区划编成，不能再按现行区划汇总。",
                "An edition is made by the boundaries of its month, not by today's.",
            );
            return Err(Error::refuse("report.edition_boundaries", "boundaries", say));
        }
        if let Some(edition) = standing.filter(|edition| edition.number == number) {
            return Ok(Basis {
                edition: Some(edition),
                stands: true,
            });
        }
        let book = book_of(conn, office, ask)?;
        match ledger::find_edition(conn, book, ask.month, number) {
            Ok(edition) => Ok(Basis {
                edition: Some(edition),
                stands: false,
            }),
            Err(Error::NotFound) => Err(no_such_edition(number, ask.month)),
            Err(failure) => Err(failure),
        }
    }
}

/// The book whose editions a region's reports belong to: its county's, or the city's.
fn book_of(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<BookId, Error> {
    let county = office.regions.ancestor(ask.region, Level::County, ask.day());
    match county {
        Some(RegionId(county)) => Ok(BookId(county)),
        None => Ok(ledger::register_book(conn)?.ok_or(Error::NotFound)?.id),
    }
}

fn no_such_edition(number: i32, month: Month) -> Error {
    let say = Say::new(
        format!("{}没有第{number}版。", month.show(Lang::Zh)),
        format!("{} has no edition {number}.", month.show(Lang::En)),
    );
    Error::refuse("report.edition", "edition", say)
}

/// The month was opened again since, so that its totals are no longer this edition's.
fn not_kept(edition: &Edition) -> Error {
    let (month, number) = (edition.month, edition.number);
    let say = Say::new(
        format!(
            "{}第{number}版以后又重新开账，这张报表没有随该版保存；该版保存的报表按本级编制，在“已存文件”页上。",
            month.show(Lang::Zh)
        ),
        format!(
            "{} was opened again after edition {number}, which kept no such report; what it kept is on the page of kept files.",
            month.show(Lang::En)
        ),
    );
    Error::refuse("report.not_kept", "edition", say)
}

/// Builds a report and issues it.
pub(super) fn issue(
    report: &Report,
    conn: &mut Conn,
    office: &Office<'_>,
    ask: &ReportAsk,
) -> Result<Workbook, Error> {
    let mut settled = ask.clone();
    if ask.public {
        // Readers outside see one set of boundaries: of two, the difference could tell what is hidden.
        settled.boundaries = Boundaries::Then;
    }
    if report.is_streamed() {
        // A list is in yuan.
        settled.unit = Unit::Yuan;
    }
    let basis = Basis::find(conn, office, &settled)?;
    let mut kept = None;
    if let Some(edition) = &basis.edition {
        settled.made_at = edition.closed_at;
        kept = files::kept(conn, edition, report.code, &settled)?;
        if kept.is_none() && !basis.stands && !report.is_streamed() {
            return Err(not_kept(edition));
        }
    }
    let mut book = match kept {
        Some(kept) => in_unit(kept, settled.unit),
        None => {
            let mut built = (report.build)(conn, office, &settled)?;
            built.number_rows();
            name_edition(&mut built, basis.edition.as_ref());
            built
        }
    };
    let content = content_digest(&book);
    stamp(
        &mut book,
        report,
        office,
        &settled,
        basis.edition.as_ref(),
        &content,
    );
    book.sheets.push(definitions::sheet(&book));
    Ok(book)
}

/// A kept report in the unit asked for: it is kept in 万元, and a sheet in another unit is so by its form.
fn in_unit(mut book: Workbook, unit: Unit) -> Workbook {
    let shown = book.sheets.iter_mut().filter(|sheet| sheet.unit == Unit::Wan);
    shown.for_each(|sheet| sheet.unit = unit);
    book
}

/// A file of a closed month is named after its edition too.
pub(super) fn name_edition(book: &mut Workbook, edition: Option<&Edition>) {
    if let Some(edition) = edition {
        let end = format!("_v{}", edition.number);
        book.file_stem += &end;
        book.plain_stem += &end.replace('_', "-");
    }
}

/// Says on the workbook what was asked, on what it rests, and its check code over the digest of its content.
pub(super) fn stamp(
    book: &mut Workbook,
    report: &Report,
    office: &Office<'_>,
    ask: &ReportAsk,
    edition: Option<&Edition>,
    content: &str,
) {
    let lang = ask.lang;
    let number = edition.map(|edition| edition.number);
    let variant = if ask.public {
        words::FOR_THE_PUBLIC
    } else {
        words::FOR_STAFF
    };
    let filter = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let region = office.regions.name_in(ask.region, ask.day(), lang);
    let code = Code {
        report: report.code.to_owned(),
        region: ask.region,
        month: ask.month,
        edition: number,
        public: ask.public,
        now: ask.boundaries != Boundaries::Then,
        unit: ask.unit,
        lang,
    };
    book.stamp = Stamp {
        edition: number,
        filters: vec![
            filter(lang.t("版本", "Variant"), variant.get(lang)),
            filter(lang.t("范围", "Region"), &region),
            filter(lang.t("月份", "Month"), &ask.month.show(lang)),
            filter(lang.t("金额单位", "Amounts in"), ask.unit.label(lang)),
            filter(lang.t("区划口径", "Boundaries"), ask.boundaries.text().get(lang)),
            filter(lang.t("语言", "Language"), lang.t("中文", "English")),
        ],
        as_of: show_moment(ask.made_at),
        program: program(),
        check_code: code.seal(office.vault, content).unwrap_or_default(),
    };
}

/// The program and its version.
fn program() -> String {
    format!("村信 Cunxin {}", env!("CARGO_PKG_VERSION"))
}
