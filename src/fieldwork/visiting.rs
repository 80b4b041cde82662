//! Recording a round of visits (走访): which households, a note for each, how many unregistered.

use actix_web::web;
use maud::{Markup, html};

use super::details::{VisitDetail, Work};
use super::handlers::{Ask, Fields, Head, Opened, count, field, fresh, head, line, returned, submission};
use super::views;
use crate::auth::{Answer, FormData, Page, Posted, User};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Line, NewLine, Office};
use crate::recording::{self, FormIds, Prepared, Reader};
use crate::register::{self, Found};
use crate::state::{self, Site};
use crate::values::{Lang, Say};

/// Unregistered households on one round, at most.
const MOST_UNREGISTERED: i64 = 500;

/// What the form shows around its fields.
pub(super) struct VisitView {
    pub head: Head,
    /// The households and other clients of the village.
    pub clients: Vec<Found>,
}

/// The field that holds a client's note.
pub(super) fn note_name(found: &Found) -> String {
    format!("note_{}", found.client.id)
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, actor, user, clock) = (
        query.into_inner(),
        page.actor(),
        page.user.clone(),
        site.clock.clone(),
    );
    let opened = state::read(&site, move |conn, _| {
        if ask.voucher.is_empty() {
            return Ok(Opened::Form(fresh(&clock, &actor, &ask, Vec::new())));
        }
        returned(conn, &user, &clock, &ask, Work::Visit, sent)
    })
    .await?;
    match opened {
        Opened::Form(form) => show(&page, &site, &form, &[]).await,
        Opened::Several(book, id, lines) => Ok(views::several(&page, book, &id, lines)),
    }
}

/// The fields of a round as it was sent.
fn sent(lines: &[Line]) -> Result<Fields, Error> {
    let mut fields = Vec::new();
    for line in lines {
        if let Some(client) = &line.client {
            let detail: VisitDetail = line.detail()?;
            fields.push(field("visited", client));
            fields.push(field(&format!("note_{client}"), detail.note));
        }
    }
    let unregistered = lines.iter().filter(|line| line.client.is_none()).count();
    if unregistered > 0 {
        fields.push(field("unregistered", unregistered));
    }
    Ok(fields)
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, wanted) = (page.user.clone(), page.actor(), form.clone());
    let view = state::read(site, move |conn, office| {
        view(conn, office, &user, &actor, &wanted)
    })
    .await?;
    Ok(views::visit(page, &view, form, problems))
}

fn view(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    actor: &Actor,
    form: &FormData,
) -> Result<VisitView, Error> {
    let head = head(conn, office, user, actor, form)?;
    let village = [head.place.village];
    let clients = register::clients_in(conn, office.vault, head.place.book, &village, "", usize::MAX)?;
    Ok(VisitView { head, clients })
}

pub(super) async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, actor, lang, form) = (page.user.clone(), page.actor(), page.lang, posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        let view = view(conn, office, &user, &actor, &wanted)?;
        prepare(&view, &wanted, lang)
    })
    .await;
    let action = Work::Visit.form();
    recording::step(&page, &site, action, &form, prepared, async |form, problems| {
        show(&page, &site, form, problems).await
    })
    .await
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &VisitView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let (ids, place) = (FormIds::read(form)?, &view.head.place);
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let unregistered = count(&mut read, "unregistered", MOST_UNREGISTERED);
    let chosen: Vec<(&Found, &str)> = view
        .clients
        .iter()
        .filter(|found| form.all("visited").any(|id| id == found.client.id.as_str()))
        .map(|found| (found, form.get(&note_name(found)).trim()))
        .collect();
    if chosen.is_empty() && unregistered == 0 {
        let say = Say::new(
            "请勾选走访的农户，或填写未登记的户数。",
            "Tick the households visited, or give the number of unregistered ones.",
        );
        read.add(Issue::refuse("visit.empty", "rows", say));
    }
    read.finish()?;
    let mut lines: Vec<NewLine> = Vec::new();
    for (found, note) in &chosen {
        let note = (*note).to_owned();
        lines.push(NewLine {
            client: Some(found.client.id.clone()),
            ..line(place, serde_json::to_value(VisitDetail { note })?)
        });
    }
    let unknown = line(place, serde_json::to_value(VisitDetail::default())?);
    lines.extend((0..unregistered).map(|_| unknown.clone()));
    let answers = answers(view, &chosen, unregistered, business_date, lang);
    Ok(Prepared {
        submission: submission(place, ids, Work::Visit, business_date, lines),
        title: views::title(Work::Visit, lang).to_owned(),
        answers,
    })
}

fn answers(
    view: &VisitView,
    chosen: &[(&Found, &str)],
    unregistered: i64,
    business_date: chrono::NaiveDate,
    lang: Lang,
) -> Vec<(String, Markup)> {
    vec![
        (
            lang.t("村", "Village").to_owned(),
            html! { (view.head.place.path) },
        ),
        (
            lang.t("走访日期", "Visited on").to_owned(),
            html! { (business_date) },
        ),
        (
            lang.t("登记的农户", "Registered households").to_owned(),
            html! {
                (chosen.len())
                @for (found, note) in chosen {
                    br;
                    (found.label())
                    @if !note.is_empty() { (lang.t("：", ": ")) (note) }
                }
            },
        ),
        (
            lang.t("未登记的户数", "Unregistered households").to_owned(),
            html! { (unregistered) },
        ),
    ]
}
