//! Declaring a month and closing it.

use serde::{Deserialize, Serialize};

use super::board::{self, Board, Depth, People};
use super::rules::{Verdict, Weight};
use super::store::{self, Declaration};
use super::{Kind, reopen};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Actor, Change, Edition, Frozen, Office, record_audit};
use crate::register::institutions;
use crate::reports::write::{Format, write};
use crate::reports::{self, ReportAsk};
use crate::totals::{Boundaries, suppression};
use crate::values::day::{show_day, show_moment};
use crate::values::{BookId, InstitutionId, Lang, Month, RegionId, Say, Unit};
use crate::vault;

/// What an institution says of a month, or the county in its place.
#[derive(Clone, Debug)]
pub struct Declaring {
    pub book: BookId,
    pub month: Month,
    pub institution: InstitutionId,
    pub kind: Kind,
    /// Why the county says it (代办); none when the institution speaks for itself.
    pub on_behalf: Option<String>,
}

/// Keeps a declaration, in place of an earlier one of the same month.
pub fn declare(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    declaring: &Declaring,
) -> Result<(), Error> {
    let Declaring {
        book,
        month,
        institution,
        kind,
        ..
    } = *declaring;
    let appointed = stands_in(conn, actor, book, institution)?;
    let reason = match &declaring.on_behalf {
        Some(reason) if reason.trim().is_empty() && appointed.is_some() => appointed.as_deref().unwrap_or(""),
        Some(reason) if reason.trim().is_empty() => {
            return Err(Error::refuse(
                "declaration.reason_missing",
                "reason",
                Say::new(
                    "请写明代办的原因，例如“经办请假，电话确认”。",
                    "Say why you declare for them, such as “clerk on leave, confirmed by telephone”.",
                ),
            ));
        }
        Some(reason) => reason.trim(),
        None => "",
    };
    refuse_if_closed(conn, book, month)?;
    refuse_if_running(actor, month)?;
    if !institutions(conn)?.iter().any(|known| known.id == institution) {
        return Err(Error::NotFound);
    }
    let vouchers = store::vouchers_of(conn, book, month)?
        .get(&institution)
        .copied()
        .unwrap_or_default();
    let has_any = vouchers.posted + vouchers.waiting > 0;
    match kind {
        Kind::Nil if has_any => {
            let all = vouchers.posted + vouchers.waiting;
            return Err(Error::refuse(
                "declaration.not_nil",
                "kind",
                Say::new(
                    format!("该月已有{all}张凭证，不是零报，请报“已报齐”。"),
                    format!(
                        "There are {all} vouchers in the month, so it is not nil; declare “all reported”."
                    ),
                ),
            ));
        }
        Kind::Reported if !has_any => {
            return Err(Error::refuse(
                "declaration.nothing",
                "kind",
                Say::new(
                    "该月没有凭证。确无业务请报“零报”；有业务请先记录再报。",
                    "There is no voucher in the month. If nothing happened, send a nil report; else record it first.",
                ),
            ));
        }
        _ => {}
    }
    let row = Declaration {
        book_id: book,
        month,
        institution_id: institution,
        kind: kind.code().to_owned(),
        declared_by: actor.id.clone(),
        declared_at: actor.now,
        reason: reason.to_owned(),
    };
    store::keep_declaration(conn, &row)?;
    let content = format!("{}|{month}|{institution}|{}|{reason}", book.0, kind.code());
    let change = Change {
        action: "month.declared",
        subject: &format!("{month}/{institution}"),
        revision: 1,
        note: reason,
        digest: vault::digest(content.as_bytes()),
    };
    record_audit(conn, office, actor, book, &change)?;
    Ok(())
}

/// The ground on which this person stands in for the institution's clerk today, if so.
fn stands_in(
    conn: &mut Conn,
    actor: &Actor,
    book: BookId,
    institution: InstitutionId,
) -> Result<Option<String>, Error> {
    let held = ledger::standing_in(conn, book, &actor.id, actor.today)?;
    let found = held.into_iter().find(|row| row.institution_id == institution);
    Ok(found.map(|row| format!("{}（{}）", row.reason, row.document)))
}

/// Sets until which working day of the next month a book's institutions declare.
pub(super) fn set_working_days(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    days: &str,
) -> Result<(), Error> {
    let days: i32 = days
        .trim()
        .parse()
        .ok()
        .filter(|days| (1..=20).contains(days))
        .ok_or_else(|| {
            Error::refuse(
                "deadline.range",
                "working_days",
                Say::new("请填 1 到 20 的整数。", "Enter a whole number from 1 to 20."),
            )
        })?;
    store::keep_working_days(conn, book, days)?;
    let change = Change {
        action: "close.deadline_set",
        subject: "",
        revision: 1,
        note: &days.to_string(),
        digest: vault::digest(format!("{}|{days}", book.0).as_bytes()),
    };
    record_audit(conn, office, actor, book, &change)?;
    Ok(())
}

/// How much of a month an edition keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Its totals and the tables of the monthly report, after every check.
    Everything,
    /// Its totals only, without going through the entries again: for loading many months at once.
    TotalsOnly,
}

/// Which month is closed, and how.
#[derive(Clone, Debug)]
pub struct Closing {
    pub book: BookId,
    pub month: Month,
    pub keep: Keep,
    /// The digest of the checklist the closer looked at; none where it has just been printed.
    pub seen: Option<String>,
    pub demo: bool,
}

/// Something known to be missing or uncertain when a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub say: Say,
}

/// Freezes the oldest open month as its next edition: all in this transaction.
///
/// # Errors
/// Refused while the checklist does not allow it, naming each point, or when it is not the one that
/// was looked at any more.
pub fn close_month(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    closing: &Closing,
) -> Result<Edition, Error> {
    let (book, month) = (closing.book, closing.month);
    refuse_if_closed(conn, book, month)?;
    let depth = match closing.keep {
        Keep::Everything => Depth::Everything,
        Keep::TotalsOnly => Depth::Identities,
    };
    let board = board::load(conn, office, actor.today, book, month, depth)?;
    refuse_unless_ready(&board)?;
    if closing.seen.as_ref().is_some_and(|seen| *seen != board.seen()) {
        return Err(Error::refuse(
            "close.changed",
            "",
            Say::new(
                "核对以后情况有变化，请重新核对再关账。",
                "Something has changed since you looked; check again before closing.",
            ),
        ));
    }
    let cells = ledger::month_cells(conn, book, month)?;
    let before = ledger::latest_edition(conn, book, month)?;
    let changes = match &before {
        Some(before) => reopen::changes(conn, before, &cells)?,
        None => String::new(),
    };
    let region = board.book.region_id;
    let frozen = Frozen {
        totals: ledger::cells_text(&cells),
        tables: tables(conn, office, actor, region, closing)?,
        gaps: serde_json::to_string(&named(&board))?,
        changes,
        boundaries: ledger::boundaries(office.regions, region, month),
        suppressed: suppression::to_keep(conn, office, book, month)?,
    };
    let edition = ledger::freeze(conn, office, actor, book, month, frozen)?;
    ledger::set_first_open(conn, book, month.next())?;
    if closing.keep == Keep::Everything {
        reports::request_files(conn, &edition, actor.now)?;
    }
    Ok(edition)
}

/// The tables of the monthly report as they are reported: JSON, exact yuan, in Chinese.
pub(super) fn tables(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    region: RegionId,
    closing: &Closing,
) -> Result<String, Error> {
    if closing.keep == Keep::TotalsOnly {
        return Ok(String::new());
    }
    let ask = ReportAsk {
        boundaries: Boundaries::Then,
        region,
        month: closing.month,
        unit: Unit::Yuan,
        lang: Lang::Zh,
        made_at: actor.now,
        demo: closing.demo,
        public: false,
        edition: None,
    };
    let workbook = reports::find("monthly")?.build(conn, office, &ask)?;
    String::from_utf8(write(&workbook, Format::Json)?)
        .map_err(|_| Error::Failed("the tables are not text".to_owned()))
}

fn named(board: &Board) -> Vec<Named> {
    board
        .points
        .iter()
        .filter(|point| matches!(point.weight, Weight::Gap | Weight::Warning))
        .map(|point| Named {
            code: point.code.to_owned(),
            say: point.say.clone(),
        })
        .collect()
}

fn refuse_unless_ready(board: &Board) -> Result<(), Error> {
    let weight = match board.verdict {
        Verdict::Ready | Verdict::ReadyWithGaps => return Ok(()),
        Verdict::Early => Weight::Gap,
        Verdict::Blocked => Weight::Failure,
    };
    let mut issues: Vec<Issue> = board
        .points
        .iter()
        .filter(|point| point.weight == weight)
        .map(|point| Issue::refuse(point.code, "", point.say.clone()))
        .collect();
    if board.verdict == Verdict::Early {
        let until = show_day(board.facts.deadline);
        issues.insert(
            0,
            Issue::refuse(
                "close.early",
                "",
                Say::new(
                    format!("还有没报齐的。报送截止日{until}过后才能带缺口关账。"),
                    format!("Not everything is in. With gaps the month can be closed only after {until}."),
                ),
            ),
        );
    }
    Err(Error::Refused(issues))
}

/// Refuses what would touch a closed month, naming who closed it and when.
pub(super) fn refuse_if_closed(conn: &mut Conn, book: BookId, month: Month) -> Result<(), Error> {
    let stands = ledger::find_book(conn, book)?;
    if month >= stands.first_open_month {
        return Ok(());
    }
    let say = match ledger::closed_in(conn, book, month)? {
        Some(edition) => {
            let who = People::load(conn, [edition.closed_by.clone()])?.name(&edition.closed_by);
            let when = show_moment(edition.closed_at);
            Say::new(
                format!(
                    "{}已由{who}于{when}关账（第{}版）。",
                    month.show(Lang::Zh),
                    edition.number
                ),
                format!(
                    "{} was closed by {who} on {when} (edition {}).",
                    month.show(Lang::En),
                    edition.number
                ),
            )
        }
        None => Say::new(
            format!("{}在本账套启用之前。", month.show(Lang::Zh)),
            format!("{} lies before this book begins.", month.show(Lang::En)),
        ),
    };
    Err(Error::refuse("month.closed", "", say))
}

/// A month is declared once it is over.
fn refuse_if_running(actor: &Actor, month: Month) -> Result<(), Error> {
    if actor.today > month.last_day() {
        return Ok(());
    }
    Err(Error::refuse(
        "month.not_over",
        "",
        Say::new(
            format!("{}还没有结束。", month.show(Lang::Zh)),
            format!("{} is not over yet.", month.show(Lang::En)),
        ),
    ))
}
