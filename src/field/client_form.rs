//! Registering a client (建档).

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::handlers::RECORDERS;
use super::views;
use crate::auth::{Answer, FormData, Look, Page, Posted, Reader, RouteSpec, get, post, redirect};
use crate::error::Error;
use crate::recording::{self, place, place_fields, problems, village_crumbs};
use crate::register::{self, ClientKind, NewClient};
use crate::state::{self, Site};
use crate::values::{ClientId, Say};

pub(super) const FORM: &str = "/field/clients/new";
/// The day on which the 授权书 was signed.
pub(super) const CONSENT: &str = "consent_on";

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get(FORM, RECORDERS, open), post(FORM, RECORDERS, take)]
}

#[derive(Deserialize)]
struct Ask {
    village: i64,
}

async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let fields = [
        ("village", query.village.to_string()),
        ("kind", ClientKind::Household.code().to_owned()),
        (CONSENT, site.clock.today().to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let now = site.clock.now().and_utc().timestamp_millis();
    let form = recording::opened(&site.clock, fields.to_vec()).with("client_id", ClientId::new(now).as_str());
    show(&page, &site, &form, &[]).await
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, village) = (page.user.clone(), page.actor(), place_fields(form)?);
    let place = state::read(site, move |conn, office| {
        place(conn, office, &user, village, actor.today)
    })
    .await?;
    Ok(views::client::registering(page, &place, form, problems))
}

async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    if form.get("step") == "edit" {
        return show(&page, &site, &form, &[]).await;
    }
    let done = match (Registering::read(&form), form.get("step")) {
        (Ok(asked), "send") => send(&page, &site, asked).await,
        (Ok(asked), _) => check(&page, &site, &form, asked).await,
        (Err(error), _) => Err(error),
    };
    match done {
        Err(refusal @ Error::Refused(_)) => {
            let found: Vec<(String, Say)> = problems(&refusal, false);
            show(&page, &site, &form, &found).await
        }
        done => Ok(done?),
    }
}

/// A client as the form describes it.
#[derive(Debug)]
pub struct Registering {
    pub new: NewClient,
    /// Identity numbers of the household's other members.
    pub members: Vec<String>,
}

impl Registering {
    /// Reads the form's fields.
    ///
    /// # Errors
    /// Refused for an unknown kind of client, [`Error::NotFound`] for ids that no form of ours carries.
    pub fn read(form: &FormData) -> Result<Registering, Error> {
        let kind = ClientKind::parse(form.get("kind")).ok_or_else(|| {
            let say = Say::new("请选择客户类别。", "Choose the kind of client.");
            Error::refuse("field.not_chosen", "kind", say)
        })?;
        let mut fields = Reader::new(form);
        let signed = !fields.text(CONSENT).is_empty();
        let consent_on = signed.then(|| fields.day(CONSENT));
        fields.finish()?;
        Ok(Registering {
            new: NewClient {
                id: ClientId::parse(form.get("client_id")).map_err(|_| Error::NotFound)?,
                kind,
                region: place_fields(form)?.village,
                name: form.get("name").to_owned(),
                number: form.get("number").to_owned(),
                compared: form.get("compared") == "yes",
                phone: form.get("phone").to_owned(),
                address: form.get("address").to_owned(),
                consent_on,
            },
            members: register::split_numbers(form.get("members")),
        })
    }
}

/// The answers as they would be recorded, to be looked at once more.
async fn check(page: &Page, site: &Site, form: &FormData, asked: Registering) -> Result<HttpResponse, Error> {
    let (user, actor, kind, signed) = (
        page.user.clone(),
        page.actor(),
        asked.new.kind,
        asked.new.consent_on,
    );
    let (place, identity) = state::read(site, move |conn, office| {
        let place = place(conn, office, &user, asked.new.region, actor.today)?;
        let known = register::check_client(conn, office, &actor, place.book, &asked.new, &asked.members)?;
        Ok((place, known))
    })
    .await?;
    let answers = views::client::answers(page.lang, &place, (kind, signed), &identity);
    let title = views::client::title(page.lang);
    let look = Look {
        title: title.to_owned(),
        field: true,
        crumbs: village_crumbs(page.lang, place.village, &place.name, title),
        ..Look::default()
    };
    let body = recording::check_page(page, FORM, form, title, &answers, &[]);
    Ok(page.show(look, body))
}

async fn send(page: &Page, site: &Site, asked: Registering) -> Result<HttpResponse, Error> {
    let (user, actor, village) = (page.user.clone(), page.actor(), asked.new.region);
    let place = state::read(site, {
        let actor = actor.clone();
        move |conn, office| place(conn, office, &user, village, actor.today)
    })
    .await?;
    let book = place.book;
    let registered = state::write(site, book, move |conn, office| {
        register::register_client(conn, office, &actor, book, &asked.new, &asked.members)
    })
    .await?;
    Ok(redirect(&format!(
        "/field/clients/{}/{}?done=client",
        book.0, registered.id
    )))
}
