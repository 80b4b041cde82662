//! The summary of what was chosen, and the word on it.

use std::collections::HashSet;

use actix_web::HttpRequest;

use super::gather::{self, Chosen, MOST, What};
use super::views::{self, ACTION, CHOSEN, DESPITE, VERDICT};
use crate::auth::{Answer, FormData, Page, Posted, redirect};
use crate::error::Error;
use crate::ledger::{self, Receipt, Verdict, Voucher};
use crate::review::decisions::{FROM, REASON};
use crate::review::queue;
use crate::review::remarks::obstacles;
use crate::state::{self, Site};
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, CommandId, Say, VoucherId};

/// `GET /review/bulk?do=approve&v=…&v=…`
pub(in crate::review) async fn open(page: Page, site: Site, request: HttpRequest) -> Answer {
    let query = FormData::parse(request.query_string().as_bytes()).unwrap_or_default();
    if !query.has(CHOSEN) {
        let back = queue::Ask::page_of(query.get(FROM));
        return Ok(redirect(&crate::ui::address::with(&back, "done", "none")));
    }
    Ok(summary(&page, &site, &query, ("", &[])).await?)
}

/// The summary, with what was typed and refused just before.
async fn summary(
    page: &Page,
    site: &Site,
    query: &FormData,
    tried: (&str, &[(String, Say)]),
) -> Result<actix_web::HttpResponse, Error> {
    let chosen = read(query)?;
    let user = page.user.clone();
    let asked = chosen.clone();
    let gathered = state::read(site, move |conn, office| {
        let summary = gather::gather(conn, office, &user, &asked)?;
        let day = |change: &gather::MonthChange| change.month.last_day();
        let names = summary
            .months
            .iter()
            .flat_map(|change| change.scopes.iter().map(move |scope| (scope.town, day(change))))
            .map(|(town, day)| {
                let region = town.unwrap_or(summary.county);
                (region, office.regions.name_in(region, day, user.lang))
            })
            .collect();
        Ok((summary, names))
    })
    .await?;
    Ok(views::summary(page, &gathered, &chosen, query.get(FROM), tried))
}

fn read(query: &FormData) -> Result<Chosen, Error> {
    let what = What::parse(query.get(ACTION)).ok_or_else(incomplete)?;
    let ids = |name| -> Result<Vec<VoucherId>, Error> {
        let mut seen = HashSet::new();
        let mut ids = Vec::new();
        for text in query.all(name) {
            let id = VoucherId::parse(text).map_err(|_| incomplete())?;
            if seen.insert(id.clone()) {
                ids.push(id);
            }
        }
        Ok(ids)
    };
    let chosen = Chosen {
        what,
        ids: ids(CHOSEN)?,
        despite: ids(DESPITE)?.into_iter().collect(),
    };
    if chosen.ids.len() > MOST {
        let say = Say::new(
            format!("一次最多处理{MOST}张凭证，请分批选择。"),
            format!("At most {MOST} vouchers at a time; choose fewer."),
        );
        return Err(Error::refuse("bulk.too_many", "", say));
    }
    Ok(chosen)
}

/// What became of one voucher.
pub(super) struct Outcome {
    pub voucher: Option<Voucher>,
    pub id: VoucherId,
    pub told: Result<Receipt, Vec<Say>>,
}

/// `POST /review/bulk`
pub(in crate::review) async fn decide(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let book = page.user.own_book()?;
    let what = What::parse(form.get(ACTION)).ok_or_else(incomplete)?;
    let verdicts: Vec<Verdict> = form
        .all(VERDICT)
        .map(|text| verdict(book, text).ok_or_else(incomplete))
        .collect::<Result<_, _>>()?;
    if verdicts.is_empty() || verdicts.len() > MOST {
        return Err(incomplete().into());
    }
    let reason = match what {
        What::Approve => String::new(),
        What::Return => match reason(form.get(REASON)) {
            Ok(reason) => reason,
            Err(problem) => {
                let typed = form.get(REASON).to_owned();
                return Ok(summary(&page, &site, &form, (&typed, &[problem])).await?);
            }
        },
    };
    let mut told = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        let id = verdict.voucher.clone();
        told.push((id, one(&page, &site, what, verdict, reason.clone()).await));
    }
    let ids: Vec<VoucherId> = told.iter().map(|(id, _)| id.clone()).collect();
    let user = page.user.clone();
    let (vouchers, listed) = state::read(&site, move |conn, office| {
        let vouchers = ledger::find_vouchers(conn, book, &ids)?;
        let names = crate::register::Names::load(conn)?.read_in(user.lang);
        let listed = crate::review::listed::dress(conn, office, &names, vouchers.clone())?;
        Ok((vouchers, listed))
    })
    .await?;
    let outcome = |(id, told): (VoucherId, _)| Outcome {
        voucher: vouchers.iter().find(|voucher| voucher.id == id).cloned(),
        id,
        told,
    };
    let outcomes: Vec<Outcome> = told.into_iter().map(outcome).collect();
    Ok(views::result(&page, what, &outcomes, &listed, form.get(FROM)))
}

/// Decides on one voucher, in a transaction of its own. What stands in its way is told and stops no other.
async fn one(
    page: &Page,
    site: &Site,
    what: What,
    verdict: Verdict,
    reason: String,
) -> Result<Receipt, Vec<Say>> {
    let actor = page.actor();
    let decided = state::write(site, verdict.book, move |conn, office| match what {
        What::Approve => ledger::approve(conn, office, &actor, &verdict, false),
        What::Return => ledger::return_to_maker(conn, office, &actor, &verdict, &reason),
    })
    .await;
    decided.map_err(|error| match error {
        Error::Refused(issues) => obstacles(&issues).into_iter().map(|(_, say)| say).collect(),
        Error::NotFound => vec![Say::new("没有这张凭证。", "There is no such voucher.")],
        failure => {
            tracing::error!(%failure, "one of many vouchers could not be decided");
            vec![Say::new(
                "系统出错，这张没有处理，请稍后再试。",
                "Something failed; this one was not decided. Try again later.",
            )]
        }
    })
}

/// `id.revision.command`, as the summary wrote it.
fn verdict(book: BookId, text: &str) -> Option<Verdict> {
    let [id, revision, command] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
    Some(Verdict {
        book,
        voucher: VoucherId::parse(id).ok()?,
        command: CommandId::parse(command).ok()?,
        revision: revision.parse().ok()?,
    })
}

fn reason(typed: &str) -> Result<String, (String, Say)> {
    let reason = check_text(typed, LONGEST_REASON).map_err(|found| (REASON.to_owned(), found.say()))?;
    if reason.is_empty() {
        let say = Say::new(
            "请写明退回的原因，让填报人知道改什么。",
            "Say why they are returned, so that their makers know what to correct.",
        );
        return Err((REASON.to_owned(), say));
    }
    Ok(reason)
}

fn incomplete() -> Error {
    Error::refuse(
        "form.incomplete",
        "",
        Say::new(
            "表单不完整，请返回待审核列表重新选择。",
            "The form is incomplete. Go back to the queue and choose again.",
        ),
    )
}
