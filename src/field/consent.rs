//! 授权书 of a client who was registered before it was asked for: the day on which it was signed.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::client_form::CONSENT;
use super::handlers::{ClientView, RECORDERS};
use crate::auth::{Answer, FormData, Look, Page, Posted, Reader, RouteSpec, get, post, redirect};
use crate::error::Error;
use crate::recording::{Place, place, problems, village_crumbs};
use crate::register::{self, Found};
use crate::state::{self, Site};
use crate::ui::form::{self, Button};
use crate::values::day::show_day;
use crate::values::{BookId, ClientId, Lang, Say, Text};

pub(super) const TITLE: Text = Text::new("授权书", "Authorisation");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/field/clients/{book}/{client}/consent", RECORDERS, open),
        post("/field/clients/{book}/{client}/consent", RECORDERS, take),
    ]
}

fn home(book: BookId, client: &ClientId) -> String {
    format!("/field/clients/{book}/{client}")
}

/// How a client's page tells of it.
pub(super) fn standing(view: &ClientView, lang: Lang) -> Markup {
    let client = &view.found.client;
    html! {
        @match view.consent_on {
            Some(day) => {
                @match lang {
                    Lang::Zh => { (show_day(day)) " 签署" }
                    Lang::En => { "signed on " (show_day(day)) }
                }
            }
            None => {
                (lang.t("未登记", "Not recorded")) " "
                a href={ (home(client.book_id, &client.id)) "/consent" } { (lang.t("登记", "Record it")) }
            }
        }
    }
}

struct View {
    place: Place,
    found: Found,
}

fn named(path: &(i64, String)) -> Result<(BookId, ClientId), Error> {
    let client = ClientId::parse(&path.1).map_err(|_| Error::NotFound)?;
    Ok((BookId(path.0), client))
}

/// The client, for whoever may see it.
async fn load(page: &Page, site: &Site, (book, client): (BookId, ClientId)) -> Result<View, Error> {
    let (user, today) = (page.user.clone(), page.actor().today);
    state::read(site, move |conn, office| {
        let found = register::named_client(conn, office.vault, book, &client)?;
        let place = place(conn, office, &user, (book, found.client.region_id), today)?;
        Ok(View { place, found })
    })
    .await
}

async fn open(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let view = load(&page, &site, named(&path)?).await?;
    let form = FormData::default().with(CONSENT, &show_day(page.actor().today));
    Ok(show(&page, &view, &form, &[]))
}

async fn take(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (book, client) = named(&path)?;
    let (form, actor) = (posted.0, page.actor());
    let view = load(&page, &site, (book, client.clone())).await?;
    if form.get("step") == "edit" {
        return Ok(show(&page, &view, &form, &[]));
    }
    let mut fields = Reader::new(&form);
    let day = fields.day(CONSENT);
    let done = match fields.finish() {
        Ok(()) => {
            let client = client.clone();
            state::write(&site, book, move |conn, office| {
                register::record_consent(conn, office, &actor, (book, &client), day)
            })
            .await
        }
        refused => refused,
    };
    match done {
        Ok(()) => Ok(redirect(&home(book, &client))),
        Err(refusal @ Error::Refused(_)) => Ok(show(&page, &view, &form, &problems(&refusal, false))),
        Err(failure) => Err(failure.into()),
    }
}

fn show(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let (lang, client) = (page.lang, &view.found.client);
    let home = home(client.book_id, &client.id);
    let name = &view.found.identity.name;
    let body = html! {
        h1 { (name) " · " (TITLE.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(&format!("{home}/consent"), &page.user.csrf, html! {
            (form.field(lang, CONSENT, lang.t("授权书签署日期", "Authorisation signed on"), problems)
                .hint(lang.t("客户亲笔签名的那一天。登记后不再更改。", "The day on which the client signed. Once recorded it stays."))
                .date())
            (form::actions(html! {
                (Button::primary(lang.t("登记", "Record")))
                (form::button_link(&home, lang.t("回到客户", "Back to the client")))
            }))
        }))
    };
    let look = Look {
        title: TITLE.get(lang).to_owned(),
        field: true,
        invalid: !problems.is_empty(),
        crumbs: village_crumbs(lang, view.place.village, &view.place.name, name),
        ..Look::default()
    };
    page.show(look, body)
}
