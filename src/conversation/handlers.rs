//! A remark is added, or marked as read.

use actix_web::web;

use super::store::{self, BODY, NewRemark};
use super::views;
use crate::auth::{Allow, Answer, Page, Posted, Role, RouteSpec, post, redirect};
use crate::error::Error;
use crate::state::{self, Site};
use crate::values::{BookId, CommandId, Say, VoucherId};

/// Who speaks about records.
const SPEAKERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk, Role::Reviewer]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        post("/remarks/{book}/{voucher}", SPEAKERS, add),
        post("/remarks/{book}/{voucher}/read", SPEAKERS, read),
    ]
}

fn named(path: &(i64, String)) -> Result<(BookId, VoucherId), Error> {
    let id = VoucherId::parse(&path.1).map_err(|_| Error::NotFound)?;
    Ok((BookId(path.0), id))
}

async fn add(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, id) = named(&path)?;
    page.user.check_book(book)?;
    let form = posted.0;
    let command = CommandId::parse(form.get("command_id")).map_err(|_| incomplete())?;
    let revision = form.get("revision").parse().map_err(|_| incomplete())?;
    let (user, actor, typed, of) = (
        page.user.clone(),
        page.actor(),
        form.get(BODY).to_owned(),
        id.clone(),
    );
    let done = state::write(&site, book, move |conn, office| {
        let voucher = store::find(conn, (&user, &actor), book, &of)?;
        let new = NewRemark {
            id: command.clone(),
            revision,
            body: &typed,
        };
        store::add(conn, office, (&user, &actor), &voucher, &new)
    })
    .await;
    match done {
        Ok(()) => Ok(redirect(&views::way_back(form.get("back"), book, &id))),
        Err(Error::Refused(issues)) => {
            let (user, actor, of) = (page.user.clone(), page.actor(), id);
            let told = state::read(&site, move |conn, _| {
                let voucher = store::find(conn, (&user, &actor), book, &of)?;
                store::conversation_of(conn, &user, &voucher)
            })
            .await?;
            let problems: Vec<(String, Say)> =
                issues.into_iter().map(|issue| (issue.field, issue.say)).collect();
            Ok(views::alone(
                &page,
                &told,
                form.get("back"),
                (form.get(BODY), &problems),
            ))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn read(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, id) = named(&path)?;
    page.user.check_book(book)?;
    let n = posted.0.get("n").parse().map_err(|_| incomplete())?;
    let (user, actor, of) = (page.user.clone(), page.actor(), id.clone());
    state::write(&site, book, move |conn, _| {
        let voucher = store::find(conn, (&user, &actor), book, &of)?;
        store::mark_read(conn, &user, &voucher, n)
    })
    .await?;
    Ok(redirect(&views::way_back(posted.0.get("back"), book, &id)))
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
