//! Asking for a reversal (红字冲销): by a reviewer on a voucher's page, by its maker on the record's.

use actix_web::web;

use super::{DECIDERS, views};
use crate::auth::{Allow, Answer, FormData, Page, Posted, Role, User, redirect};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Office, ReversalRequest, Voucher};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::address;
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, CommandId, Month, Say, Text, VoucherId};

/// Who may ask: a reviewer of the book, and whoever made the voucher.
pub(super) const ASKERS: Allow = Allow::Roles(&[Role::Reviewer, Role::Specialist, Role::Clerk]);
/// The field of the reason.
pub(super) const REASON: &str = "reason";

/// What the page shows.
pub(super) struct ReversalView {
    pub voucher: Voucher,
    pub kind: Text,
    pub amount_name: Text,
    pub institution: String,
    /// Where the reversal would post.
    pub month: Month,
    /// Why it cannot be reversed as things stand.
    pub obstacles: Vec<Say>,
}

pub(super) async fn open(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let (book, id) = named(&page, &path)?;
    show(&page, &site, book, id, "", &[]).await
}

pub(super) async fn send(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, id) = named(&page, &path)?;
    let typed = posted.0.get(REASON).to_owned();
    let sent = match read(&posted.0, book, &id) {
        Err(refused) => Err(refused),
        Ok(request) => {
            let (user, actor) = (page.user.clone(), page.actor());
            state::write(&site, book, move |conn, office| {
                let original = ledger::find_voucher(conn, book, &request.original)?;
                check_asker(&user, &original)?;
                ledger::request_reversal(conn, office, &actor, &request)
            })
            .await
        }
    };
    match sent {
        Ok(receipt) => Ok(redirect(&sent_to(&page.user, book, &receipt.voucher))),
        Err(Error::Refused(issues)) => {
            let problems: Vec<(String, Say)> =
                issues.into_iter().map(|issue| (issue.field, issue.say)).collect();
            show(&page, &site, book, id, &typed, &problems).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// A reviewer goes on to the new voucher, its maker to the receipt.
fn sent_to(user: &User, book: BookId, reversal: &VoucherId) -> String {
    if user.role == Role::Reviewer {
        format!("/vouchers/{book}/{reversal}")
    } else {
        address::with(&format!("/records/{book}/{reversal}"), "sent", "yes")
    }
}

fn named(page: &Page, path: &(i64, String)) -> Result<(BookId, VoucherId), Error> {
    let book = BookId(path.0);
    page.user.check_book(book)?;
    Ok((book, VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?))
}

/// Another person's record is not there for who may not review it.
fn check_asker(user: &User, original: &Voucher) -> Result<(), Error> {
    if DECIDERS.lets(Some(user)) || original.maker_id == user.id {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn read(form: &FormData, book: BookId, original: &VoucherId) -> Result<ReversalRequest, Error> {
    let incomplete = || {
        let say = Say::new(
            "表单不完整，请返回凭证页面重新操作。",
            "The form is incomplete. Go back to the voucher and try again.",
        );
        Error::refuse("form.incomplete", "", say)
    };
    let reason = check_text(form.get(REASON), LONGEST_REASON)
        .map_err(|found| Error::refuse(found.code(), REASON, found.say()))?;
    Ok(ReversalRequest {
        book,
        original: original.clone(),
        reversal: VoucherId::parse(form.get("voucher_id")).map_err(|_| incomplete())?,
        command: CommandId::parse(form.get("command_id")).map_err(|_| incomplete())?,
        reason,
    })
}

async fn show(
    page: &Page,
    site: &Site,
    book: BookId,
    id: VoucherId,
    typed: &str,
    problems: &[(String, Say)],
) -> Answer {
    let user = page.user.clone();
    let view = state::read(site, move |conn, office| load(conn, office, &user, book, &id)).await?;
    Ok(views::reversal(page, &view, typed, problems))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    book: BookId,
    id: &VoucherId,
) -> Result<ReversalView, Error> {
    let voucher = ledger::find_voucher(conn, book, id)?;
    check_asker(user, &voucher)?;
    let obstacles = match ledger::check_reversal(conn, office, &voucher) {
        Ok(()) => Vec::new(),
        Err(Error::Refused(issues)) => issues.into_iter().map(|issue| issue.say).collect(),
        Err(failure) => return Err(failure),
    };
    let kind = office.kinds.get(&voucher.kind)?;
    let first_open = ledger::find_book(conn, book)?.first_open_month;
    Ok(ReversalView {
        kind: kind.name,
        amount_name: kind.amount_name,
        institution: Names::load(conn)?
            .read_in(user.lang)
            .institution(voucher.institution_id)
            .to_owned(),
        month: voucher.posting_month.max(first_open),
        obstacles,
        voucher,
    })
}
