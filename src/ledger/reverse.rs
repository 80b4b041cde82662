//! Reversal (红字冲销): a posted voucher is taken back by a voucher that posts its entries with the
//! opposite sign, linked both ways; the record itself is never edited.
//!
//! Where the contracts stand is found by applying their remaining vouchers again, in the order of
//! their approval. If one of those would now be refused, or would post other entries than it did,
//! it depends on the one to be reversed and must be reversed first: nothing is written.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::Actor;
use super::audit::{self, Change};
use super::book::{Book, find_book};
use super::kind::{Basis, Case, Office, Posting};
use super::once::{Outcome, Receipt, once};
use super::post;
use super::queue::{entries_of, find_voucher};
use super::submit::{Line, keep, load_lines, receipt_code};
use super::voucher::{State, Voucher};
use crate::db::schema::{audit as audit_rows, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::values::{BookId, CommandId, ContractId, Month, Say, VoucherId};
use crate::vault;

/// A wish to take back a posted voucher.
#[derive(Clone, Debug)]
pub struct ReversalRequest {
    pub book: BookId,
    /// The voucher to be reversed.
    pub original: VoucherId,
    /// The id the reversal shall have, made by the client.
    pub reversal: VoucherId,
    /// Made by the client for this sending.
    pub command: CommandId,
    pub reason: String,
}

/// Submits a reversal: it waits for a reviewer like any other voucher. Refused at once where its
/// approval would be.
pub fn request_reversal(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    request: &ReversalRequest,
) -> Result<Receipt, Error> {
    let reason = request.reason.trim();
    if reason.is_empty() {
        return Err(Error::refuse(
            "reversal.reason_missing",
            "reason",
            Say::new("请写明冲销的原因。", "Say why it is reversed."),
        ));
    }
    let digest = vault::digest(
        format!(
            "reverse|{}|{}|{}|{reason}",
            request.book.0, request.original, request.reversal
        )
        .as_bytes(),
    );
    once(conn, actor, request.book, &request.command, &digest, |conn| {
        let book = find_book(conn, request.book)?;
        let original = find_voucher(conn, request.book, &request.original)?;
        check_reversal(conn, office, &original)?;
        try_undoing(conn, office, actor, &book, &original)?;
        let postings = contrary(conn, &original)?;
        let voucher = reversal_of(&book, actor, &original, request, reason, &postings)?;
        let lines = load_lines(conn, book.id, &original.id, original.revision)?;
        keep(conn, &voucher, &negated(lines)?)?;
        post::pending(conn, &voucher, &postings)?;
        let change = Change {
            action: "reversal.requested",
            subject: voucher.id.as_str(),
            revision: 1,
            note: reason,
            digest: digest.clone(),
        };
        let row = audit::record(conn, office, actor, book.id, &change)?;
        Ok(Receipt {
            voucher: voucher.id.clone(),
            revision: 1,
            outcome: Outcome::Submitted,
            code: receipt_code(&row.head),
            posting_month: voucher.posting_month,
            number: None,
            issues: Vec::new(),
        })
    })
}

/// Carries out an approved reversal: puts the contracts where they stand without the original and
/// marks it; gives what the reversal posts. The caller posts it.
pub(super) fn carry_out(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    reversal: &Voucher,
) -> Result<Vec<Posting>, Error> {
    let original = original_of(conn, reversal)?;
    if original.state()? != State::Approved {
        return Err(not_posted());
    }
    undo(conn, office, actor, book, &original)?;
    diesel::update(voucher::table.find((original.book_id, &original.id)))
        .set((
            voucher::state.eq(State::Reversed.code()),
            voucher::reversed_by.eq(Some(&reversal.id)),
        ))
        .execute(conn)?;
    let change = Change {
        action: "voucher.reversed",
        subject: original.id.as_str(),
        revision: original.revision,
        note: &reversal.reason,
        digest: reversal.entries_digest.clone(),
    };
    audit::record(conn, office, actor, book.id, &change)?;
    contrary(conn, &original)
}

/// The month a reversal posts to: the original's own, or the first one still open.
pub(super) fn reversal_month(conn: &mut Conn, book: &Book, reversal: &Voucher) -> Result<Month, Error> {
    Ok(original_of(conn, reversal)?
        .posting_month
        .max(book.first_open_month))
}

fn original_of(conn: &mut Conn, reversal: &Voucher) -> Result<Voucher, Error> {
    let id = reversal.reversal_of.as_ref().ok_or(Error::NotFound)?;
    find_voucher(conn, reversal.book_id, id)
}

/// Whether a voucher is one that can be reversed, or why not: only what is posted, made by people, no
/// reversal itself, and not about to be reversed already. Whether others rest on it is found when the
/// reversal is asked for.
pub fn check_reversal(conn: &mut Conn, office: &Office<'_>, original: &Voucher) -> Result<(), Error> {
    if original.state()? != State::Approved {
        return Err(not_posted());
    }
    if original.reversal_of.is_some() {
        let say = Say::new(
            "这是一张冲销凭证，不能再冲销；冲错了请重新登记原来的业务。",
            "This is a reversal and cannot be reversed itself. If it was wrong, record the business anew.",
        );
        return Err(Error::refuse("reversal.of_reversal", "", say));
    }
    if !office.kinds.get(&original.kind)?.reversible {
        let say = Say::new(
            "这张凭证由日终按日历生成，不能人工冲销。",
            "This voucher follows from the calendar and cannot be reversed by hand.",
        );
        return Err(Error::refuse("reversal.of_calendar", "", say));
    }
    if waiting_reversal(conn, original.book_id, &original.id)?.is_some() {
        let say = Say::new(
            "这张凭证的冲销已经提交，正在等待审核。",
            "A reversal of this voucher waits for review already.",
        );
        return Err(Error::refuse("reversal.waiting", "", say));
    }
    Ok(())
}

fn not_posted() -> Error {
    let say = Say::new(
        "只有已入账、未被冲销的凭证才能冲销。",
        "Only a posted voucher that has not been reversed can be reversed.",
    );
    Error::refuse("reversal.not_posted", "", say)
}

/// An entry as its rules made it.
pub(super) fn posting(entry: super::EntryRow) -> Result<Posting, Error> {
    Ok(Posting {
        line: usize::try_from(entry.line)
            .map_err(|_| Error::Failed(format!("voucher {} has a line {}", entry.voucher_id, entry.line)))?,
        measure: entry.measure,
        region: entry.region_id,
        institution: entry.institution_id,
        product: entry.product_id,
        specialist: entry.specialist_id,
        contract: entry.contract_id,
        subject: entry.subject_id,
        amount: entry.amount,
    })
}

/// What a voucher posted, in order.
fn postings_of(conn: &mut Conn, voucher: &Voucher) -> Result<Vec<Posting>, Error> {
    entries_of(conn, voucher)?.into_iter().map(posting).collect()
}

/// What the original posted, with the opposite sign.
fn contrary(conn: &mut Conn, original: &Voucher) -> Result<Vec<Posting>, Error> {
    let mut postings = postings_of(conn, original)?;
    for posting in &mut postings {
        posting.amount = posting
            .amount
            .checked_neg()
            .ok_or_else(|| Error::Failed("an amount overflows".to_owned()))?;
    }
    Ok(postings)
}

fn negated(lines: Vec<Line>) -> Result<Vec<Line>, Error> {
    let negative = |line: Line| {
        Ok(Line {
            amount: line.amount.negated()?,
            ..line
        })
    };
    lines.into_iter().map(negative).collect()
}

fn reversal_of(
    book: &Book,
    actor: &Actor,
    original: &Voucher,
    request: &ReversalRequest,
    reason: &str,
    postings: &[Posting],
) -> Result<Voucher, Error> {
    let month = original.posting_month.max(book.first_open_month);
    Ok(Voucher {
        id: request.reversal.clone(),
        state: State::Submitted.code().to_owned(),
        revision: 1,
        posting_month: month,
        number: None,
        maker_id: actor.id.clone(),
        submitted_at: actor.now,
        decided_by: None,
        decided_at: None,
        reason: reason.to_owned(),
        held: false,
        late: month > Month::of(original.business_date),
        amount_fen: original.amount_fen.negated()?,
        findings: "[]".to_owned(),
        reversal_of: Some(original.id.clone()),
        reversed_by: None,
        entries_digest: post::digest(postings),
        ..original.clone()
    })
}

/// Undoes it and puts everything back: only to learn whether it could be done.
fn try_undoing(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    original: &Voucher,
) -> Result<(), Error> {
    let mut found = Ok(());
    let rolled_back = conn.transaction::<(), diesel::result::Error, _>(|conn| {
        found = undo(conn, office, actor, book, original);
        Err(diesel::result::Error::RollbackTransaction)
    });
    match rolled_back {
        Err(diesel::result::Error::RollbackTransaction) => found,
        other => Ok(other?),
    }
}

/// Puts every contract the voucher concerns where it stands without it.
fn undo(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    original: &Voucher,
) -> Result<(), Error> {
    let own = load_lines(conn, book.id, &original.id, original.revision)?;
    let contracts = bound_together(
        conn,
        office,
        book.id,
        own.iter().filter_map(|line| line.contract.clone()),
    )?;
    if contracts.is_empty() {
        return Ok(());
    }
    let ids: Vec<ContractId> = contracts.iter().cloned().collect();
    let others = others_on(conn, book.id, &ids, &original.id)?;
    for positions in &office.kinds.positions {
        (positions.forget)(conn, book.id, &ids)?;
    }
    for other in &others {
        apply_again(conn, office, actor, book, other, &contracts)?;
    }
    Ok(())
}

/// These contracts and all that stand or fall with them.
fn bound_together(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    own: impl Iterator<Item = ContractId>,
) -> Result<BTreeSet<ContractId>, Error> {
    let mut all: BTreeSet<ContractId> = own.collect();
    let mut new: Vec<ContractId> = all.iter().cloned().collect();
    while !new.is_empty() {
        let mut found = Vec::new();
        for positions in &office.kinds.positions {
            found.extend((positions.linked)(conn, book, &new)?);
        }
        new = found.into_iter().filter(|id| all.insert(id.clone())).collect();
    }
    Ok(all)
}

/// The other posted vouchers on these contracts, in the order of their approval. A reversed voucher
/// and its reversal undo each other and are both left out.
fn others_on(
    conn: &mut Conn,
    book: BookId,
    contracts: &[ContractId],
    except: &VoucherId,
) -> Result<Vec<Voucher>, Error> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for some in contracts.chunks(CHUNK) {
        let of: Vec<VoucherId> = voucher_line::table
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::contract_id.eq_any(some))
            .select(voucher_line::voucher_id)
            .distinct()
            .load(conn)?;
        ids.extend(of.iter().filter(|id| *id != except).map(ToString::to_string));
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let mut found = Vec::new();
    let mut approved: HashMap<String, i64> = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<Voucher> = voucher::table
            .filter(voucher::book_id.eq(book))
            .filter(voucher::id.eq_any(some))
            .filter(voucher::state.eq(State::Approved.code()))
            .filter(voucher::reversal_of.is_null())
            .select(Voucher::as_select())
            .load(conn)?;
        found.extend(rows);
        let steps: Vec<(String, i64)> = audit_rows::table
            .filter(audit_rows::book_id.eq(book))
            .filter(audit_rows::subject.eq_any(some))
            .filter(audit_rows::action.eq("voucher.approved"))
            .select((audit_rows::subject, audit_rows::seq))
            .load(conn)?;
        approved.extend(steps);
    }
    found.sort_by_key(|voucher| approved.get(voucher.id.as_str()).copied());
    Ok(found)
}

/// Applies a posted voucher's part in these contracts once more, if it says the same as when it was posted.
fn apply_again(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    other: &Voucher,
    contracts: &BTreeSet<ContractId>,
) -> Result<(), Error> {
    let mut lines = load_lines(conn, book.id, &other.id, other.revision)?;
    lines.retain(|line| line.contract.as_ref().is_some_and(|id| contracts.contains(id)));
    // Only an earlier revision, since corrected, spoke of these contracts.
    if lines.is_empty() {
        return Ok(());
    }
    let kind = office.kinds.get(&other.kind)?;
    let case = Case {
        posted: true,
        ..Case::again(office, book, other, &lines, Basis::Posted, actor.today)
    };
    let findings = (kind.assess)(conn, &case)?;
    let numbers: BTreeSet<usize> = lines.iter().map(|line| line.n).collect();
    let mut posted = postings_of(conn, other)?;
    posted.retain(|posting| numbers.contains(&posting.line));
    let mut says = findings.postings.clone();
    for postings in [&mut posted, &mut says] {
        postings.retain(|posting| !office.kinds.is_followed(posting.measure));
    }
    if findings.refused() || posted != says {
        return Err(depends(office, other));
    }
    (kind.apply)(conn, &case)
}

/// The sentence that names the voucher which must go first.
fn depends(office: &Office<'_>, other: &Voucher) -> Error {
    let name = |lang| {
        let kind = office
            .kinds
            .name(&other.kind)
            .map_or(other.kind.as_str(), |name| name.get(lang));
        format!("{kind} {}", other.number_text(lang))
    };
    use crate::values::Lang::{En, Zh};
    let say = Say::new(
        format!("后来的凭证“{}”以它为依据，请先冲销那一张。", name(Zh)),
        format!(
            "The later voucher “{}” rests on it; reverse that one first.",
            name(En)
        ),
    );
    Error::refuse("reversal.depends", "", say)
}

/// A reversal that came back is not corrected: its maker asks anew.
pub(super) fn refuse_correction(voucher: &Voucher) -> Result<(), Error> {
    if voucher.reversal_of.is_none() {
        return Ok(());
    }
    let say = Say::new(
        "退回的冲销不能更改，请在原凭证上重新申请。",
        "A returned reversal is not corrected; ask for a new one on the original voucher.",
    );
    Err(Error::refuse("reversal.returned", "", say))
}

/// The reversal of a voucher that waits for review.
pub fn waiting_reversal(
    conn: &mut Conn,
    book: BookId,
    original: &VoucherId,
) -> Result<Option<VoucherId>, Error> {
    Ok(voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq(State::Submitted.code()))
        .filter(voucher::reversal_of.eq(original))
        .select(voucher::id)
        .first(conn)
        .optional()?)
}
