//! What drives every form: open it, show it, take it one step on. A room says what its form is
//! about ([`Form`]); how a request goes through it is here, once.

use actix_web::{HttpResponse, web};
use serde::de::DeserializeOwned;

use super::door::prepared;
use super::ids::{Fields, opened};
use super::steps::{self, Prepared};
use super::views::several_lines;
use crate::auth::{Allow, Answer, FormData, Page, Posted, RouteSpec, User, get, post, redirect};
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, Office};
use crate::state::{self, Site};
use crate::values::{BookId, Lang, Say, VoucherId, words};

/// Who has the form open, when, in which language.
#[derive(Clone, Debug)]
pub struct Asker {
    pub user: User,
    pub actor: Actor,
    pub clock: Clock,
    pub lang: Lang,
}

impl Asker {
    /// The person behind a request.
    pub fn of(page: &Page, site: &Site) -> Asker {
        Asker {
            user: page.user.clone(),
            actor: page.actor(),
            clock: site.clock.clone(),
            lang: page.lang,
        }
    }
}

/// Where opening a form leads.
pub enum Opened {
    Form(FormData),
    /// To another page, as where a choice comes first.
    Instead(Box<dyn FnOnce(&Page) -> HttpResponse + Send>),
}

impl Opened {
    /// A new form.
    pub fn fresh(asker: &Asker, fields: Fields) -> Opened {
        Opened::Form(opened(&asker.clock, fields))
    }

    /// To the page at an address of our own.
    pub fn at(address: String) -> Opened {
        Opened::Instead(Box::new(move |_| redirect(&address)))
    }

    /// The returned record holds so many lines, and this form corrects one.
    pub fn several(book: BookId, voucher: VoucherId, lines: usize) -> Opened {
        Opened::Instead(Box::new(move |page| {
            let body = several_lines(page.lang, book, &voucher, lines);
            page.field(words::CORRECT.get(page.lang), body)
        }))
    }
}

/// One form of a room.
pub trait Form: 'static {
    /// Where it is opened and sent.
    const ADDRESS: &'static str;
    /// What its address may say: a village, a client, a returned voucher.
    type Ask: DeserializeOwned + Send + 'static;
    /// What it shows around its fields.
    type View: Send + 'static;

    /// The fields of a new form, or of a record that came back.
    fn open(conn: &mut Conn, office: &Office<'_>, asker: &Asker, ask: Self::Ask) -> Result<Opened, Error>;

    /// What is around the fields; refuses a place outside the asker's scope.
    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<Self::View, Error>;

    /// Reads the form into a submission and its answers in words.
    fn prepare(view: &Self::View, form: &FormData, asker: &Asker) -> Result<Prepared, Error>;

    /// The page with its fields as typed and each sentence beside its field.
    fn page(
        page: &Page,
        view: &Self::View,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error>;
}

/// The two routes of a form.
pub fn form_routes<F: Form>(allow: Allow) -> [RouteSpec; 2] {
    [
        get(F::ADDRESS, allow, open::<F>),
        post(F::ADDRESS, allow, take::<F>),
    ]
}

async fn open<F: Form>(page: Page, site: Site, query: web::Query<F::Ask>) -> Answer {
    let (ask, asker) = (query.into_inner(), Asker::of(&page, &site));
    let opened = state::read(&site, move |conn, office| F::open(conn, office, &asker, ask)).await?;
    match opened {
        Opened::Form(form) => show::<F>(&page, &site, &form, &[]).await,
        Opened::Instead(other) => Ok(other(&page)),
    }
}

async fn show<F: Form>(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (asker, wanted) = (Asker::of(page, site), form.clone());
    let view = state::read(site, move |conn, office| F::view(conn, office, &asker, &wanted)).await?;
    Ok(F::page(page, &view, form, problems)?)
}

async fn take<F: Form>(page: Page, site: Site, posted: Posted) -> Answer {
    let (asker, form) = (Asker::of(&page, &site), posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        prepared::<F>(conn, office, &asker, &wanted)
    })
    .await;
    steps::step(
        &page,
        &site,
        F::ADDRESS,
        &form,
        prepared,
        async |form, problems| show::<F>(&page, &site, form, problems).await,
    )
    .await
}
