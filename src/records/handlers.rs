//! The pages of a maker's own records.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{store, views};
use crate::auth::{Allow, Answer, Page, Posted, Role, RouteSpec, get, post, redirect};
use crate::error::Error;
use crate::ledger::{self, Verdict};
use crate::state::{self, Site};
use crate::ui::address;
use crate::values::{BookId, CommandId, Say, VoucherId};

/// Who records.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/records", RECORDERS, mine),
        get("/records/{book}/{voucher}", RECORDERS, open),
        post("/records/{book}/{voucher}/withdrawal", RECORDERS, withdraw),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ListAsk {
    page: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct RecordAsk {
    /// `yes` right after sending: the page is the receipt.
    sent: String,
    /// `withdrawn` right after it was taken back.
    done: String,
}

async fn mine(page: Page, site: Site, query: web::Query<ListAsk>) -> Answer {
    let (ask, user) = (query.into_inner(), page.user.clone());
    let mine = state::read(&site, move |conn, office| {
        store::load_mine(conn, office, &user, &ask.page)
    })
    .await?;
    Ok(views::mine(&page, &mine))
}

/// The record an address names.
fn named(path: &(i64, String)) -> Result<(BookId, VoucherId), Error> {
    let id = VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?;
    Ok((BookId(path.0), id))
}

async fn open(
    page: Page,
    site: Site,
    path: web::Path<(i64, String)>,
    query: web::Query<RecordAsk>,
) -> Answer {
    let (book, voucher) = named(&path)?;
    let moment = match (query.sent.as_str(), query.done.as_str()) {
        ("yes", _) => views::Moment::Sent,
        (_, "withdrawn") => views::Moment::Withdrawn,
        _ => views::Moment::Later,
    };
    Ok(show(&page, &site, book, voucher, moment, &[]).await?)
}

async fn show(
    page: &Page,
    site: &Site,
    book: BookId,
    voucher: VoucherId,
    moment: views::Moment,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    page.user.check_book(book)?;
    let (user, today) = (page.user.clone(), page.actor().today);
    let record = state::read(site, move |conn, office| {
        store::load_record(conn, office, (&user, today), book, &voucher)
    })
    .await?;
    Ok(views::record(page, &record, moment, problems))
}

async fn withdraw(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, voucher) = named(&path)?;
    page.user.check_book(book)?;
    let form = posted.0;
    let verdict = Verdict {
        book,
        voucher: voucher.clone(),
        command: CommandId::parse(form.get("command_id")).map_err(|_| incomplete())?,
        revision: form.get("revision").parse().map_err(|_| incomplete())?,
    };
    let actor = page.actor();
    let done = state::write(&site, book, move |conn, office| {
        ledger::withdraw(conn, office, &actor, &verdict)
    })
    .await;
    match done {
        Ok(_) => {
            let record = format!("/records/{book}/{voucher}");
            Ok(redirect(&address::with(&record, "done", "withdrawn")))
        }
        Err(Error::Refused(issues)) => {
            let problems: Vec<(String, Say)> = issues
                .into_iter()
                .map(|issue| (String::new(), issue.say))
                .collect();
            Ok(show(&page, &site, book, voucher, views::Moment::Later, &problems).await?)
        }
        // Another person's record is not there, as when it is opened.
        Err(Error::Forbidden) => Err(Error::NotFound.into()),
        Err(failure) => Err(failure.into()),
    }
}

fn incomplete() -> Error {
    Error::refuse(
        "form.incomplete",
        "",
        Say::new(
            "表单不完整，请返回这条记录重新操作。",
            "The form is incomplete. Go back to the record and try again.",
        ),
    )
}
