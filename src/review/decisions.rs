//! The two decisions on a waiting voucher: approved, or returned with a reason.

use actix_web::web;

use super::desk::{self, Ask, Tried, Wanted};
use super::queue;
use super::remarks::obstacles;
use crate::auth::{Answer, FormData, Page, Posted, redirect};
use crate::error::{Error, Severity};
use crate::ledger::{self, Receipt, Verdict};
use crate::state::{self, Site};
use crate::ui::address;
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{CommandId, Say, VoucherId};

/// The box by which a reviewer lets a held voucher pass.
pub(super) const DESPITE_HOLD: &str = "despite_hold";
/// The field of a return's reason.
pub(super) const REASON: &str = "reason";
/// The field and parameter of the part of the queue a voucher was opened from.
pub(super) const FROM: &str = "from";
/// The field of the voucher that comes after it there: book and id.
pub(super) const NEXT: &str = "next";

pub(super) async fn approve(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Answer {
    let (wanted, verdict) = read(&page, &path, &posted.0)?;
    let (actor, despite_hold) = (page.actor(), posted.0.get(DESPITE_HOLD) == "yes");
    let decided = state::write(&site, verdict.book, move |conn, office| {
        ledger::approve(conn, office, &actor, &verdict, despite_hold)
    })
    .await;
    let next = next_in_queue(&posted.0);
    answer(&page, &site, wanted, (&next, "approved"), decided, "").await
}

pub(super) async fn send_back(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    posted: Posted,
) -> Answer {
    let (wanted, verdict) = read(&page, &path, &posted.0)?;
    let (actor, reason) = (page.actor(), posted.0.get(REASON).to_owned());
    let typed = reason.clone();
    let decided = match check_text(&reason, LONGEST_REASON) {
        Err(found) => Err(Error::refuse(found.code(), REASON, found.say())),
        Ok(reason) => {
            state::write(&site, verdict.book, move |conn, office| {
                ledger::return_to_maker(conn, office, &actor, &verdict, &reason)
            })
            .await
        }
    };
    let next = next_in_queue(&posted.0);
    answer(&page, &site, wanted, (&next, "returned"), decided, &typed).await
}

/// Where the reviewer goes on: to the next voucher of the part of the queue this one was opened from, or back to
/// that part, or to the queue.
fn next_in_queue(form: &FormData) -> String {
    let from = form.get(FROM);
    if from.is_empty() {
        return "/review".to_owned();
    }
    let next = form.get(NEXT).split_once('/').and_then(|(book, id)| {
        let book: i64 = book.parse().ok()?;
        Some(format!("/vouchers/{book}/{}", VoucherId::parse(id).ok()?))
    });
    match next {
        Some(next) => address::with(&next, FROM, &queue::Ask::from(from).carried()),
        None => queue::Ask::page_of(from),
    }
}

pub(super) fn read(page: &Page, path: &(i64, String), form: &FormData) -> Result<(Wanted, Verdict), Error> {
    let ask = Ask {
        from: form.get(FROM).to_owned(),
        ..Ask::default()
    };
    let wanted = Wanted::read(path, ask)?;
    page.user.check_book(wanted.book)?;
    let verdict = Verdict {
        book: wanted.book,
        voucher: wanted.voucher.clone(),
        command: CommandId::parse(form.get("command_id")).map_err(|_| incomplete())?,
        revision: form.get("revision").parse().map_err(|_| incomplete())?,
    };
    Ok((wanted, verdict))
}

fn incomplete() -> Error {
    Error::refuse(
        "form.incomplete",
        "",
        Say::new(
            "表单不完整，请返回凭证页面重新操作。",
            "The form is incomplete. Go back to the voucher and try again.",
        ),
    )
}

/// On to the next voucher or back to the queue, or to the voucher with what stood in the way.
pub(super) async fn answer(
    page: &Page,
    site: &Site,
    wanted: Wanted,
    (next, done): (&str, &str),
    decided: Result<Receipt, Error>,
    reason: &str,
) -> Answer {
    match decided {
        Ok(receipt) => {
            let next = address::with(next, "done", done);
            Ok(redirect(&address::with(
                &next,
                "voucher",
                receipt.voucher.as_str(),
            )))
        }
        Err(Error::Refused(issues)) => {
            let tried = Tried {
                problems: obstacles(&issues),
                reason: reason.to_owned(),
                held: issues.iter().any(|issue| issue.severity == Severity::Hold),
            };
            Ok(desk::show(page, site, wanted, &tried).await?)
        }
        Err(failure) => Err(failure.into()),
    }
}
