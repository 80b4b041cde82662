//! Recording a round of visits (走访): which households, a note for each, how many unregistered.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::details::{VisitDetail, Work};
use super::handlers::{Ask, Head, count, fresh, head, line, returned, submission};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Line, NewLine, Office};
use crate::recording::{Asker, Fields, Form, FormIds, Opened, Prepared, Reader, field};
use crate::register::{self, Found};
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

/// A round of visits.
pub(super) struct Visiting;

impl Form for Visiting {
    const ADDRESS: &'static str = Work::Visit.form();
    type Ask = Ask;
    type View = VisitView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            return Ok(fresh(asker, &ask));
        }
        returned(conn, asker, &ask, Work::Visit, sent)
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<VisitView, Error> {
        view(conn, office, asker, form)
    }

    fn prepare(view: &VisitView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &VisitView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::visit(page, view, form, problems))
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

fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<VisitView, Error> {
    let head = head(conn, office, asker, form)?;
    let clients = register::clients_in(
        conn,
        office.vault,
        head.place.book,
        &head.place.kin,
        "",
        usize::MAX,
    )?;
    Ok(VisitView { head, clients })
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
