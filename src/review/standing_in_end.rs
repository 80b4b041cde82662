//! Ending a stand-in's appointment early (代办提前结束): its page and its form.

use actix_web::web;
use chrono::NaiveDate;
use maud::html;

use super::standing_in::{HOME, TITLE as SETTINGS};
use crate::auth::{Answer, FormData, Look, Page, Posted, account_names, redirect};
use crate::error::{Error, Issue};
use crate::ledger::{self, StandIn};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button, Field};
use crate::ui::page::Crumb;
use crate::values::day::{parse_day, show_day};
use crate::values::{BookId, Say, Text, UserId, words};

pub(super) const TITLE: Text = Text::new("提前结束", "End early");

pub(super) fn address(row: &StandIn) -> String {
    format!("/stand-ins/{}/{}/end", row.book_id, row.id)
}

struct View {
    row: StandIn,
    institution: String,
    absent: String,
    person: String,
}

fn named(page: &Page, path: &(i64, i64)) -> Result<(BookId, i64), Error> {
    let book = BookId(path.0);
    page.user.check_book(book)?;
    Ok((book, path.1))
}

pub(super) async fn open(page: Page, site: Site, path: web::Path<(i64, i64)>) -> Answer {
    let which = named(&page, &path)?;
    let form = FormData::default().with("last_day", &show_day(page.actor().today));
    show(&page, &site, which, &form, &[]).await
}

pub(super) async fn send(page: Page, site: Site, path: web::Path<(i64, i64)>, posted: Posted) -> Answer {
    let (which, form) = (named(&page, &path)?, posted.0);
    let actor = page.actor();
    let written = match read_day(&form) {
        Err(refused) => Err(refused),
        Ok(day) => {
            let reason = form.get("reason").to_owned();
            state::write(&site, which.0, move |conn, office| {
                ledger::end_stand_in(conn, office, &actor, which, day, &reason)
            })
            .await
        }
    };
    match written {
        Ok(()) => Ok(redirect(&format!("{HOME}?book={}&done=ended", which.0))),
        Err(Error::Refused(issues)) => {
            let problems: Vec<(String, Say)> =
                issues.into_iter().map(|issue| (issue.field, issue.say)).collect();
            show(&page, &site, which, &form, &problems).await
        }
        Err(failure) => Err(failure.into()),
    }
}

fn read_day(form: &FormData) -> Result<NaiveDate, Error> {
    parse_day(form.get("last_day"))
        .map_err(|wrong| Error::Refused(vec![Issue::refuse(wrong.code(), "last_day", wrong.say())]))
}

async fn show(
    page: &Page,
    site: &Site,
    (book, id): (BookId, i64),
    form: &FormData,
    problems: &[(String, Say)],
) -> Answer {
    let lang = page.lang;
    let view = state::read(site, move |conn, _| {
        let row = ledger::stand_ins(conn, book)?
            .into_iter()
            .find(|row| row.id == id)
            .ok_or(Error::NotFound)?;
        let names = account_names(conn, vec![row.absent_id.clone(), row.person_id.clone()])?;
        let name = |id: &UserId| names.get(id).cloned().unwrap_or_default();
        Ok(View {
            institution: Names::load(conn)?
                .read_in(lang)
                .institution(row.institution_id)
                .to_owned(),
            absent: name(&row.absent_id),
            person: name(&row.person_id),
            row,
        })
    })
    .await?;
    let look = Look {
        title: TITLE.get(lang).to_owned(),
        invalid: !problems.is_empty(),
        crumbs: vec![
            Crumb::link(SETTINGS.get(lang), format!("{HOME}?book={book}")),
            Crumb::here(TITLE.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, body(page, &view, form, problems)))
}

fn body(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> maud::Markup {
    let lang = page.lang;
    let row = &view.row;
    let answers = [
        Particular::new(words::INSTITUTION.get(lang), &view.institution),
        Particular::new(lang.t("经办", "Clerk away"), &view.absent),
        Particular::new(lang.t("代办人", "Stand-in"), &view.person),
        Particular::new(lang.t("起", "From"), show_day(row.valid_from)),
        Particular::new(lang.t("止", "To"), show_day(row.valid_to)),
        Particular::new(
            lang.t("原因和文件", "Reason and document"),
            html! { (row.reason) " " (row.document) },
        ),
    ];
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(form.get(name))
            .errors(problems)
    };
    html! {
        h1 { (lang.t("代办", "Stand-in")) (lang.t("：", ": ")) (TITLE.get(lang)) }
        (form::error_summary(lang, problems))
        (form::summary_list(lang, &answers))
        (form::post(&address(row), &page.user.csrf, html! {
            (field("last_day", lang.t("代办到哪一天（含）", "Last day of the appointment"))
                .hint(lang.t("此后由原经办自己初审。已经代办的初审仍然有效。", "From the next day on the clerk checks again. What was checked meanwhile stands.")).date())
            (field("reason", lang.t("原因", "Reason")).text())
            (form::actions(html! {
                (Button::primary(TITLE.get(lang)))
                a href=(format!("{HOME}?book={}", row.book_id)) { (words::CANCEL.get(lang)) }
            }))
        }))
    }
}
