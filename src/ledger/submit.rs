//! Submitting a voucher, the first time and after a return.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::Actor;
use super::audit::{self, Change};
use super::book::{Book, find_book};
use super::kind::{Basis, Case, Findings, Office};
use super::once::{Outcome, Receipt, once};
use super::post;
use super::queue::find_voucher;
use super::reverse;
use super::voucher::{State, Voucher};
use crate::db::schema::{voucher, voucher_line};
use crate::db::{Conn, insert_all};
use crate::error::{Error, Issue, Severity};
use crate::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Month, ProductId, RegionId, Say,
    SpecialistId, VoucherId,
};
use crate::vault;

/// One line as its maker gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    pub region: RegionId,
    pub client: Option<ClientId>,
    /// 0 where the kind has no product.
    pub product: ProductId,
    pub institution: InstitutionId,
    /// 0 where no specialist has part in it.
    pub specialist: SpecialistId,
    /// The contract it concerns, or the id a new contract shall have.
    pub contract: Option<ContractId>,
    pub amount: Fen,
    /// What else the kind needs to know, as the kind's own structure.
    pub detail: serde_json::Value,
}

/// A voucher as its maker sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub book: BookId,
    /// Made by the client; stays through all revisions.
    pub voucher: VoucherId,
    /// Made by the client for this sending.
    pub command: CommandId,
    /// The revision it started from: 0 for a new voucher.
    pub base_revision: i32,
    pub kind: String,
    pub business_date: NaiveDate,
    /// The bank or insurer whose record it is.
    pub institution: InstitutionId,
    pub lines: Vec<NewLine>,
}

/// One line of a stored voucher.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = voucher_line)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct LineRow {
    book_id: BookId,
    pub(super) voucher_id: VoucherId,
    pub(super) revision: i32,
    pub(super) n: i32,
    region_id: RegionId,
    client_id: Option<ClientId>,
    product_id: ProductId,
    institution_id: InstitutionId,
    specialist_id: SpecialistId,
    contract_id: Option<ContractId>,
    amount_fen: Fen,
    detail: String,
}

impl LineRow {
    pub(super) fn into_line(self) -> Result<Line, Error> {
        Ok(Line {
            n: usize::try_from(self.n).unwrap_or_default(),
            region: self.region_id,
            client: self.client_id,
            product: self.product_id,
            institution: self.institution_id,
            specialist: self.specialist_id,
            contract: self.contract_id,
            amount: self.amount_fen,
            detail: serde_json::from_str(&self.detail)?,
        })
    }
}

/// One line as rules and pages see it.
#[derive(Clone, Debug)]
pub struct Line {
    /// From 1.
    pub n: usize,
    pub region: RegionId,
    pub client: Option<ClientId>,
    pub product: ProductId,
    pub institution: InstitutionId,
    pub specialist: SpecialistId,
    pub contract: Option<ContractId>,
    pub amount: Fen,
    pub detail: serde_json::Value,
}

impl Line {
    /// The kind's own part of the line.
    pub fn detail<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(&self.detail).map_err(Error::from)
    }
}

/// Takes a voucher in: checks it against posted and pending facts and keeps it, or writes
/// nothing. Sending the same command twice gives the same receipt.
pub fn submit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    submission: &Submission,
) -> Result<Receipt, Error> {
    let digest = vault::digest(serde_json::to_string(submission)?.as_bytes());
    once(
        conn,
        actor,
        submission.book,
        &submission.command,
        &digest,
        |conn| {
            let book = find_book(conn, submission.book)?;
            let before = standing(conn, actor, submission)?;
            // What is amended while it waits is no longer what waits.
            if let Some(waiting) = before.as_ref().filter(|voucher| voucher.is_waiting()) {
                post::clear_pending(conn, waiting)?;
            }
            let revision = before.map_or(1, |voucher| voucher.revision + 1);
            let lines = numbered(&submission.lines);
            let findings = assess(conn, office, actor, &book, submission, &lines)?;
            let voucher = stored(&book, actor, submission, revision, &lines, &findings)?;
            keep(conn, &voucher, &lines)?;
            post::pending(conn, &voucher, &findings.postings)?;
            let action = if revision == 1 {
                "voucher.submitted"
            } else {
                "voucher.resubmitted"
            };
            let change = Change {
                action,
                subject: voucher.id.as_str(),
                revision,
                note: "",
                digest: digest.clone(),
            };
            let row = audit::record(conn, office, actor, book.id, &change)?;
            Ok(Receipt {
                voucher: voucher.id.clone(),
                revision,
                outcome: if voucher.held {
                    Outcome::Held
                } else {
                    Outcome::Submitted
                },
                code: receipt_code(&row.head),
                posting_month: voucher.posting_month,
                number: None,
                issues: findings.issues,
            })
        },
    )
}

/// What submitting would find, without writing anything: for the page on which answers are
/// checked before they are sent.
pub fn preview(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    submission: &Submission,
) -> Result<Findings, Error> {
    let book = find_book(conn, submission.book)?;
    standing(conn, actor, submission)?;
    assess(
        conn,
        office,
        actor,
        &book,
        submission,
        &numbered(&submission.lines),
    )
}

/// Eight characters of the chain's head, in two groups of four: enough to tell receipts apart
/// when read out over a telephone.
pub fn receipt_code(head: &str) -> String {
    let short: String = head.chars().take(8).map(|c| c.to_ascii_uppercase()).collect();
    let (left, right) = short.split_at(short.len().min(4));
    format!("{left}-{right}")
}

/// The month a voucher of that day posts to: its own, or the first one still open.
pub(super) fn posting_month(book: &Book, business_date: NaiveDate) -> Month {
    Month::of(business_date).max(book.first_open_month)
}

fn numbered(lines: &[NewLine]) -> Vec<Line> {
    let number = |(line, n): (&NewLine, usize)| Line {
        n,
        region: line.region,
        client: line.client.clone(),
        product: line.product,
        institution: line.institution,
        specialist: line.specialist,
        contract: line.contract.clone(),
        amount: line.amount,
        detail: line.detail.clone(),
    };
    lines.iter().zip(1..).map(number).collect()
}

/// The voucher that a submission writes anew: back with its maker, or sent by the same maker and not decided on
/// yet; none for a new one. Refuses one that starts from a stale copy.
fn standing(conn: &mut Conn, actor: &Actor, submission: &Submission) -> Result<Option<Voucher>, Error> {
    let stale = || {
        Error::refuse(
            "voucher.stale",
            "",
            Say::new(
                "这条记录已经变了（可能已被处理或改过）。请打开最新内容再改。",
                "This record has changed since you opened it. Open its current state and try again.",
            ),
        )
    };
    let voucher = match find_voucher(conn, submission.book, &submission.voucher) {
        Ok(voucher) => voucher,
        Err(Error::NotFound) if submission.base_revision == 0 => return Ok(None),
        Err(Error::NotFound) => return Err(stale()),
        Err(error) => return Err(error),
    };
    if voucher.maker_id != actor.id {
        return Err(Error::Forbidden);
    }
    reverse::refuse_correction(&voucher)?;
    let correctable = matches!(voucher.state()?, State::Submitted | State::Returned)
        && voucher.kind == submission.kind
        && voucher.revision == submission.base_revision;
    if correctable {
        Ok(Some(voucher))
    } else {
        Err(stale())
    }
}

fn assess(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    submission: &Submission,
    lines: &[Line],
) -> Result<Findings, Error> {
    let mut issues = Vec::new();
    if lines.is_empty() {
        issues.push(Issue::refuse(
            "voucher.empty",
            "lines",
            Say::new("至少要有一行。", "There must be at least one line."),
        ));
    }
    if submission.business_date > actor.today {
        issues.push(Issue::refuse(
            "date.future",
            "business_date",
            Say::new(
                format!("业务日期不能晚于今天（{}）。", actor.today),
                format!("The business date cannot be after today ({}).", actor.today),
            ),
        ));
    }
    if !issues.is_empty() {
        return Err(Error::Refused(issues));
    }
    let kind = office.kinds.get(&submission.kind)?;
    let case = Case {
        office,
        book,
        voucher: &submission.voucher,
        business_date: submission.business_date,
        institution: submission.institution,
        lines,
        basis: Basis::WithPending,
        today: actor.today,
        posted: false,
    };
    let findings = (kind.assess)(conn, &case)?;
    if findings.refused() {
        return Err(Error::Refused(findings.issues));
    }
    Ok(findings)
}

fn stored(
    book: &Book,
    actor: &Actor,
    submission: &Submission,
    revision: i32,
    lines: &[Line],
    findings: &Findings,
) -> Result<Voucher, Error> {
    let month = posting_month(book, submission.business_date);
    let kept: Vec<&Issue> = findings
        .issues
        .iter()
        .filter(|issue| issue.severity != Severity::Refuse)
        .collect();
    Ok(Voucher {
        book_id: book.id,
        id: submission.voucher.clone(),
        kind: submission.kind.clone(),
        state: State::Submitted.code().to_owned(),
        revision,
        business_date: submission.business_date,
        posting_month: month,
        number: None,
        maker_id: actor.id.clone(),
        institution_id: submission.institution,
        submitted_at: actor.now,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        held: findings.held(),
        late: month > Month::of(submission.business_date),
        line_count: i32::try_from(lines.len()).map_err(|_| Error::Failed("too many lines".to_owned()))?,
        amount_fen: Fen::sum(lines.iter().map(|line| line.amount))?,
        findings: serde_json::to_string(&kept)?,
        reversal_of: None,
        reversed_by: None,
        entries_digest: post::digest(&findings.postings),
    })
}

/// Writes the voucher (in place of its returned revision) and adds this revision's lines.
pub(super) fn keep(conn: &mut Conn, voucher: &Voucher, lines: &[Line]) -> Result<(), Error> {
    if voucher.revision > 1 {
        diesel::delete(voucher::table.find((voucher.book_id, &voucher.id))).execute(conn)?;
    }
    diesel::insert_into(voucher::table)
        .values(voucher)
        .execute(conn)?;
    keep_lines(conn, voucher, lines)
}

/// Adds lines to a voucher's revision.
pub(super) fn keep_lines(conn: &mut Conn, voucher: &Voucher, lines: &[Line]) -> Result<(), Error> {
    let row = |(line, n): (&Line, i32)| LineRow {
        book_id: voucher.book_id,
        voucher_id: voucher.id.clone(),
        revision: voucher.revision,
        n,
        region_id: line.region,
        client_id: line.client.clone(),
        product_id: line.product,
        institution_id: line.institution,
        specialist_id: line.specialist,
        contract_id: line.contract.clone(),
        amount_fen: line.amount,
        detail: line.detail.to_string(),
    };
    let rows: Vec<LineRow> = lines.iter().zip(1..).map(row).collect();
    insert_all!(conn, voucher_line::table, &rows)?;
    Ok(())
}

/// The lines of one revision, in order.
pub(super) fn load_lines(
    conn: &mut Conn,
    book_id: BookId,
    voucher_id: &VoucherId,
    revision: i32,
) -> Result<Vec<Line>, Error> {
    let rows: Vec<LineRow> = voucher_line::table
        .filter(voucher_line::book_id.eq(book_id))
        .filter(voucher_line::voucher_id.eq(voucher_id))
        .filter(voucher_line::revision.eq(revision))
        .order(voucher_line::n)
        .select(LineRow::as_select())
        .load(conn)?;
    rows.into_iter().map(LineRow::into_line).collect()
}
