//! From a form to a receipt.

use actix_web::HttpResponse;

use super::late::late_posting;
use super::page::village_crumbs;
use super::views;
use crate::auth::{Answer, FormData, Look, Page, redirect};
use crate::error::{Error, Issue, Severity};
use crate::ledger::{self, Submission};
use crate::state::{self, Site};
use crate::ui::form::Answer as Particular;
use crate::values::Say;

/// What the check page shows: label and value, in the reader's language.
pub type Answers<'a> = Vec<Particular<'a>>;

/// A form that reads: what it would submit, and its answers in words.
#[derive(Debug)]
pub struct Prepared {
    pub submission: Submission,
    /// Title of the check page.
    pub title: String,
    /// Answers as label and value.
    pub answers: Vec<(String, maud::Markup)>,
}

/// The problems of a refusal, as the error summary and the fields want them. Of a voucher with
/// several lines each sentence names its line, since its field is a row of a table.
pub fn problems(error: &Error, several_lines: bool) -> Vec<(String, Say)> {
    let refusals = error
        .issues()
        .iter()
        .filter(|issue| issue.severity == Severity::Refuse);
    refusals
        .map(|issue| match issue.line {
            Some(n) if several_lines || issue.field.starts_with("rows") => {
                let field = if issue.field.starts_with("rows") {
                    issue.field.clone()
                } else {
                    "rows".to_owned()
                };
                let say = Say::new(
                    format!("第{n}行：{}", issue.say.zh),
                    format!("Row {n}: {}", issue.say.en),
                );
                (field, say)
            }
            _ => (issue.field.clone(), issue.say.clone()),
        })
        .collect()
}

/// Takes a form one step on. `action` is the form's own address; `again` shows the form with its
/// problems. The button pressed says which step: `check` (the default), `edit`,
/// `find` (the form again with a shorter list) or `send`.
pub(super) async fn step(
    page: &Page,
    site: &Site,
    action: &str,
    form: &FormData,
    prepared: Result<Prepared, Error>,
    again: impl AsyncFn(&FormData, &[(String, Say)]) -> Answer,
) -> Answer {
    if matches!(form.get("step"), "edit" | "find") {
        return again(form, &[]).await;
    }
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(refusal @ Error::Refused(_)) => return again(form, &problems(&refusal, false)).await,
        Err(failure) => return Err(failure.into()),
    };
    let several = prepared.submission.lines.len() > 1;
    let result = match form.get("step") {
        "send" => send(page, site, &prepared.submission).await,
        _ => check(page, site, action, form, &prepared).await,
    };
    match result {
        Err(refusal @ Error::Refused(_)) => again(form, &problems(&refusal, several)).await,
        done => Ok(done?),
    }
}

async fn send(page: &Page, site: &Site, submission: &Submission) -> Result<HttpResponse, Error> {
    let (actor, submission) = (page.actor(), submission.clone());
    let receipt = state::write(site, submission.book, {
        let submission = submission.clone();
        move |conn, office| ledger::submit(conn, office, &actor, &submission)
    })
    .await?;
    Ok(redirect(&format!(
        "/records/{}/{}?sent=yes",
        submission.book.0, receipt.voucher
    )))
}

async fn check(
    page: &Page,
    site: &Site,
    action: &str,
    form: &FormData,
    prepared: &Prepared,
) -> Result<HttpResponse, Error> {
    let (actor, submission) = (page.actor(), prepared.submission.clone());
    let village = prepared.submission.lines.first().map(|line| line.region);
    let (findings, village) = state::read(site, move |conn, office| {
        let named = village.map(|id| (id, office.regions.name(id, actor.today)));
        let mut findings = ledger::preview(conn, office, &actor, &submission)?;
        let late = late_posting(conn, submission.book, submission.business_date, None)?;
        findings
            .issues
            .extend(late.map(|say| Issue::warn("posting.late", "business_date", say)));
        Ok((findings, named))
    })
    .await?;
    let body = views::check_page(
        page,
        action,
        form,
        &prepared.title,
        &prepared.answers,
        &findings.issues,
    );
    let look = Look {
        title: prepared.title.clone(),
        field: true,
        crumbs: village.map_or_else(Vec::new, |(id, name)| {
            village_crumbs(page.lang, id, &name, &prepared.title)
        }),
        ..Look::default()
    };
    Ok(page.show(look, body))
}
