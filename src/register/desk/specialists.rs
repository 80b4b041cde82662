//! Specialists: list, one specialist's page with postings, form.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::super::assignment::{Assignment, load_assignments};
use super::super::commands::{NewSpecialist, check_label, check_word, record_specialist};
use super::super::institution::{Institution, institutions};
use super::super::specialist::{Specialist, find_specialist, specialists};
use super::store::{Waiting, villages_in_post, waiting_postings};
use super::{Done, KEEPERS, READERS, Reader, form_look, keeps, look, look_of, settle};
use crate::auth::{
    Account, Answer, FormData, Page, Posted, RouteSpec, accounts_of_specialist, add_to_register, asked, get,
    post, redirect,
};
use crate::error::Error;
use crate::ledger;
use crate::state::{self, Site};
use crate::values::words;
use crate::values::{BookId, CommandId, InstitutionId, Say, SpecialistId, Text, VoucherId};

mod views;

pub(super) const HOME: &str = "/register/specialists";
pub(super) const TITLE: Text = Text::new("特派员与派驻", "Specialists and postings");
const NEW: Text = Text::new("新增特派员", "Add a specialist");
/// Specialists on one page of the list.
const PAGE_LENGTH: usize = 50;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/specialists", READERS, index),
        get("/register/specialists/new", KEEPERS, new),
        post("/register/specialists", KEEPERS, create),
        get("/register/specialists/{id:[0-9]+}", READERS, show),
    ]
}

/// What the list shows. With `book` and `voucher` it leads on to a returned posting instead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    institution: String,
    q: String,
    page: String,
    done: String,
    book: String,
    voucher: String,
}

/// One page of the list.
struct List {
    institution: String,
    q: String,
    institutions: Vec<Institution>,
    rows: Vec<Specialist>,
    villages: HashMap<SpecialistId, i64>,
    page: usize,
    pages: usize,
    found: usize,
}

async fn index(page: Page, site: Site, query: web::Query<ListQuery>) -> Answer {
    if !query.voucher.is_empty() {
        return to_returned(&page, &site, &query).await;
    }
    let (today, own) = (page.actor().today, page.user.book);
    let ListQuery {
        institution,
        q,
        page: at,
        done,
        ..
    } = query.into_inner();
    let list = state::read(&site, move |conn, _| {
        let employers = institutions(conn)?;
        let only = asked(words::INSTITUTION, &institution, |text| {
            let id = InstitutionId(text.parse().ok()?);
            employers.iter().any(|row| row.id == id).then_some(id)
        })?;
        let wanted = q.trim().to_lowercase();
        let fits = |row: &Specialist| {
            only.is_none_or(|only| row.institution_id == only)
                && (row.name.to_lowercase().contains(&wanted) || row.id.0.to_string() == wanted)
        };
        let fitting: Vec<Specialist> = specialists(conn)?.into_iter().filter(fits).collect();
        let found = fitting.len();
        let pages = found.div_ceil(PAGE_LENGTH).max(1);
        let page = at.parse::<usize>().unwrap_or(1).clamp(1, pages);
        let rows = fitting
            .into_iter()
            .skip((page - 1) * PAGE_LENGTH)
            .take(PAGE_LENGTH)
            .collect();
        let villages = villages_in_post(conn, own, today)?;
        Ok(List {
            institution,
            q,
            institutions: employers,
            rows,
            villages,
            page,
            pages,
            found,
        })
    })
    .await?;
    Ok(page.show(look(&page, TITLE, &[], &done), views::index(&page, &list)))
}

/// From a returned posting to the form that corrects it.
async fn to_returned(page: &Page, site: &Site, query: &ListQuery) -> Answer {
    let book = query.book.parse().map(BookId).map_err(|_| Error::NotFound)?;
    page.user.check_book(book)?;
    let id = VoucherId::parse(&query.voucher).map_err(|_| Error::NotFound)?;
    let specialist = state::read(site, move |conn, _| {
        let voucher = ledger::find_voucher(conn, book, &id)?;
        let line = ledger::lines_of(conn, &voucher, voucher.revision)?
            .into_iter()
            .next();
        Ok(line.ok_or(Error::NotFound)?.specialist)
    })
    .await?;
    Ok(redirect(&format!(
        "{HOME}/{}/postings/new?book={}&voucher={}",
        specialist.0, book.0, query.voucher
    )))
}

async fn new(page: Page, site: Site) -> Answer {
    let employers = state::read(&site, |conn, _| institutions(conn)).await?;
    Ok(show_form(
        &page,
        &employers,
        &FormData::default().with("title", "金融特派员"),
        &[],
    ))
}

fn show_form(
    page: &Page,
    employers: &[Institution],
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    page.show(
        form_look(page, NEW, (TITLE, HOME), problems),
        views::form_page(page, employers, form, problems),
    )
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_specialist).await;
    let employers = state::read(&site, |conn, _| institutions(conn)).await?;
    let done = result.map(|row| format!("{HOME}/{}?done=specialist", row.id.0));
    settle(done, |problems| show_form(&page, &employers, &form, problems))
}

fn read(form: &FormData) -> Result<NewSpecialist, Error> {
    let mut reader = Reader::new(form);
    let name = reader.take(check_label("name", form.get("name")));
    let title = reader.take(check_word("title", form.get("title")));
    let institution = reader.chosen(
        "institution",
        Say::new("请选择所属机构。", "Choose the institution."),
    );
    match (name, title, institution) {
        (Some(name), Some(title), Some(institution)) => {
            let institution = InstitutionId(institution);
            Ok(NewSpecialist {
                name,
                title,
                institution,
                another: form.has("another"),
            })
        }
        _ => Err(reader.refusal()),
    }
}

/// One posting in force or past, with its village in words.
struct Posting {
    assignment: Assignment,
    village: String,
}

/// One specialist with postings and accounts.
struct Card {
    specialist: Specialist,
    employer: String,
    postings: Vec<Posting>,
    waiting: Vec<(Waiting, String)>,
    /// For the administrator only.
    accounts: Vec<Account>,
    /// Ids for the buttons that take a posting back.
    commands: Vec<CommandId>,
}

async fn show(page: Page, site: Site, path: web::Path<i64>, query: web::Query<Done>) -> Answer {
    let id = SpecialistId(*path);
    let (actor, own, keeps, lang) = (page.actor(), page.user.book, keeps(&page), page.lang);
    let card = state::read(&site, move |conn, office| {
        let day = actor.today;
        let specialist = find_specialist(conn, id)?;
        let employers = institutions(conn)?;
        let employer = employers
            .into_iter()
            .find(|row| row.id == specialist.institution_id);
        let assignments = load_assignments(conn, id)?;
        let mine = assignments
            .into_iter()
            .filter(|row| own.is_none_or(|own| own == row.book_id));
        let named = |assignment: Assignment| {
            let village = office
                .regions
                .path_name_in(assignment.region_id, assignment.valid_from, lang);
            Posting { assignment, village }
        };
        let books = match own {
            Some(own) => vec![own],
            None => ledger::books(conn)?.into_iter().map(|book| book.id).collect(),
        };
        let waiting: Vec<(Waiting, String)> = waiting_postings(conn, books, id)?
            .into_iter()
            .map(|each| {
                let village = office.regions.path_name_in(each.line.region, day, lang);
                (each, village)
            })
            .collect();
        let now = actor.now.and_utc().timestamp_millis();
        Ok(Card {
            employer: employer.map_or_else(String::new, |row| row.name),
            specialist,
            postings: mine.map(named).collect(),
            commands: waiting.iter().map(|_| CommandId::new(now)).collect(),
            waiting,
            accounts: if keeps {
                accounts_of_specialist(conn, id)?
            } else {
                Vec::new()
            },
        })
    })
    .await?;
    let look = look_of(&page, &card.specialist.name, (TITLE, HOME), &query.done);
    let today = page.actor().today;
    Ok(page.show(look, views::show(&page, &card, today)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specialist_needs_name_title_and_institution() {
        let form = FormData::default().with("title", "金融特派员");
        let Err(Error::Refused(issues)) = read(&form) else {
            panic!("it should be refused")
        };
        let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
        assert_eq!(fields, ["name", "institution"]);
        let new = read(
            &form
                .with("name", " 陈 大文 ")
                .with("institution", "3")
                .with("another", "yes"),
        )
        .unwrap();
        assert_eq!(
            (new.name.as_str(), new.institution, new.another),
            ("陈 大文", InstitutionId(3), true)
        );
    }
}
