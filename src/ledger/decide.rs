//! What happens to a submitted voucher: approved, returned, or taken back by its maker.

use diesel::prelude::*;

use super::Actor;
use super::audit::{self, Change};
use super::book::{Book, find_book, next_number};
use super::first;
use super::kind::{Basis, Case, Findings, Office};
use super::once::{Outcome, Receipt, once};
use super::post;
use super::queue::find_voucher;
use super::reverse;
use super::submit::{Line, load_lines, posting_month, receipt_code};
use super::voucher::{State, Voucher};
use crate::db::Conn;
use crate::db::schema::voucher;
use crate::error::{Error, Issue, Severity};
use crate::values::{BookId, CommandId, Month, Say, VoucherId};
use crate::vault;

/// Which voucher a decision is about, as the decider saw it.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub book: BookId,
    pub voucher: VoucherId,
    /// Made by the client for this decision.
    pub command: CommandId,
    /// The revision the decider saw.
    pub revision: i32,
}

impl Verdict {
    pub(super) fn digest(&self, action: &str, extra: &str) -> String {
        vault::digest(
            format!(
                "{action}|{}|{}|{}|{extra}",
                self.book.0, self.voucher, self.revision
            )
            .as_bytes(),
        )
    }
}

/// Approves: runs the rules again on posted facts, changes contracts, posts the entries and
/// moves the totals, all in this transaction. `despite_hold` is the reviewer's explicit word
/// for a voucher that rules hold back.
pub fn approve(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
    despite_hold: bool,
) -> Result<Receipt, Error> {
    let digest = verdict.digest("approve", if despite_hold { "held" } else { "" });
    once(conn, actor, verdict.book, &verdict.command, &digest, |conn| {
        let (book, voucher) = open(conn, verdict)?;
        if voucher.maker_id == actor.id {
            return Err(Error::refuse("review.own", "", own_voucher()));
        }
        first::require(conn, office, actor, &voucher)?;
        let (findings, month) = if voucher.reversal_of.is_some() {
            let postings = reverse::carry_out(conn, office, actor, &book, &voucher)?;
            let findings = Findings {
                postings,
                ..Findings::default()
            };
            (findings, reverse::reversal_month(conn, &book, &voucher)?)
        } else {
            let lines = load_lines(conn, book.id, &voucher.id, voucher.revision)?;
            let findings = assess_again(conn, office, actor, &book, &voucher, &lines, despite_hold)?;
            let kind = office.kinds.get(&voucher.kind)?;
            (kind.apply)(
                conn,
                &Case::again(office, &book, &voucher, &lines, Basis::Posted, actor.today),
            )?;
            (findings, posting_month(&book, voucher.business_date))
        };
        let number = next_number(conn, book.id, month)?;
        post::posted(conn, &voucher, month, &findings.postings)?;
        office.kinds.follow(conn, book.id, &findings.postings)?;
        let kept: Vec<&Issue> = findings.issues.iter().collect();
        diesel::update(voucher::table.find((book.id, &voucher.id)))
            .set((
                voucher::state.eq(State::Approved.code()),
                voucher::posting_month.eq(month),
                voucher::late.eq(month > Month::of(voucher.business_date)),
                voucher::number.eq(Some(number)),
                voucher::decided_by.eq(Some(&actor.id)),
                voucher::decided_at.eq(Some(actor.now)),
                voucher::reason.eq(voucher
                    .reversal_of
                    .as_ref()
                    .map_or("", |_| voucher.reason.as_str())),
                voucher::findings.eq(serde_json::to_string(&kept)?),
                voucher::entries_digest.eq(post::digest(&findings.postings)),
            ))
            .execute(conn)?;
        let told = Told {
            action: "voucher.approved",
            outcome: Outcome::Approved,
            note: "",
            digest: &digest,
        };
        tell(
            conn,
            office,
            actor,
            &Voucher {
                posting_month: month,
                number: Some(number),
                ..voucher
            },
            &told,
        )
    })
}

/// Sends a voucher back to its maker with a reason; nothing of it was or stays posted.
pub fn return_to_maker(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
    reason: &str,
) -> Result<Receipt, Error> {
    return_as(conn, office, actor, verdict, reason, "voucher.returned")
}

/// The same, audited as `action`.
pub(super) fn return_as(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
    reason: &str,
    action: &str,
) -> Result<Receipt, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::refuse(
            "review.reason_missing",
            "reason",
            Say::new(
                "请写明退回的原因，让填报人知道改什么。",
                "Say why it is returned, so that its maker knows what to correct.",
            ),
        ));
    }
    let told = |digest| Told {
        action,
        outcome: Outcome::Returned,
        note: reason,
        digest,
    };
    let digest = verdict.digest("return", reason);
    once(conn, actor, verdict.book, &verdict.command, &digest, |conn| {
        let (_, voucher) = open(conn, verdict)?;
        if voucher.maker_id == actor.id {
            return Err(Error::refuse("review.own", "", own_voucher()));
        }
        post::clear_pending(conn, &voucher)?;
        close(conn, actor, &voucher, State::Returned, reason)?;
        tell(conn, office, actor, &voucher, &told(&digest))
    })
}

/// Takes a voucher back before it is approved; only its maker can.
pub fn withdraw(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    verdict: &Verdict,
) -> Result<Receipt, Error> {
    let digest = verdict.digest("withdraw", "");
    once(conn, actor, verdict.book, &verdict.command, &digest, |conn| {
        let voucher = find_voucher(conn, verdict.book, &verdict.voucher)?;
        if voucher.maker_id != actor.id {
            return Err(Error::Forbidden);
        }
        let state = voucher.state()?;
        if !matches!(state, State::Submitted | State::Returned) || voucher.revision != verdict.revision {
            return Err(Error::refuse("voucher.decided", "", already_decided()));
        }
        if state == State::Submitted {
            post::clear_pending(conn, &voucher)?;
        }
        close(conn, actor, &voucher, State::Withdrawn, "")?;
        let told = Told {
            action: "voucher.withdrawn",
            outcome: Outcome::Withdrawn,
            note: "",
            digest: &digest,
        };
        tell(conn, office, actor, &voucher, &told)
    })
}

pub(super) fn open(conn: &mut Conn, verdict: &Verdict) -> Result<(Book, Voucher), Error> {
    let book = find_book(conn, verdict.book)?;
    let voucher = find_voucher(conn, verdict.book, &verdict.voucher)?;
    if voucher.state()? != State::Submitted || voucher.revision != verdict.revision {
        return Err(Error::refuse("voucher.decided", "", already_decided()));
    }
    Ok((book, voucher))
}

fn assess_again(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: &Book,
    voucher: &Voucher,
    lines: &[Line],
    despite_hold: bool,
) -> Result<Findings, Error> {
    let kind = office.kinds.get(&voucher.kind)?;
    let case = Case::again(office, book, voucher, lines, Basis::Posted, actor.today);
    let findings = (kind.assess)(conn, &case)?;
    let blocking = if despite_hold {
        Severity::Refuse
    } else {
        Severity::Hold
    };
    if findings.issues.iter().any(|issue| issue.severity >= blocking) {
        return Err(Error::Refused(findings.issues));
    }
    Ok(findings)
}

fn close(conn: &mut Conn, actor: &Actor, voucher: &Voucher, state: State, reason: &str) -> Result<(), Error> {
    diesel::update(voucher::table.find((voucher.book_id, &voucher.id)))
        .set((
            voucher::state.eq(state.code()),
            voucher::decided_by.eq(Some(&actor.id)),
            voucher::decided_at.eq(Some(actor.now)),
            voucher::reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}

struct Told<'a> {
    action: &'a str,
    outcome: Outcome,
    note: &'a str,
    digest: &'a str,
}

fn tell(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    voucher: &Voucher,
    told: &Told<'_>,
) -> Result<Receipt, Error> {
    let change = Change {
        action: told.action,
        subject: voucher.id.as_str(),
        revision: voucher.revision,
        note: told.note,
        digest: told.digest.to_owned(),
    };
    let row = audit::record(conn, office, actor, voucher.book_id, &change)?;
    Ok(Receipt {
        voucher: voucher.id.clone(),
        revision: voucher.revision,
        outcome: told.outcome,
        code: receipt_code(&row.head),
        posting_month: voucher.posting_month,
        number: voucher.number,
        issues: Vec::new(),
    })
}

pub(super) fn own_voucher() -> Say {
    Say::new(
        "自己提交的凭证不能由自己审核，请交给另一位审核人。",
        "You submitted this voucher yourself; another reviewer must decide on it.",
    )
}

fn already_decided() -> Say {
    Say::new(
        "这张凭证已经处理过，或内容已更新。请返回列表查看最新状态。",
        "This voucher has been decided or changed meanwhile. Go back to the list for its current state.",
    )
}
