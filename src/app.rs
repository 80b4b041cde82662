//! The one file that lists every room: kinds of voucher, routes, and how the program starts.

use std::net::TcpListener;

use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use rustls::ServerConfig;
use serde::Deserialize;

use crate::auth::{self, Allow, RouteSpec, RouteTable, get};
use crate::clock::Clock;
use crate::config::DataArgs;
use crate::db::{Db, OpenError};
use crate::error::Error;
use crate::ledger::{self, Actor, Kinds, Office};
use crate::regions;
use crate::reports::write::pdf::{FontError, use_office_font};
use crate::state::{Site, State};
use crate::tls::TlsError;
use crate::values::numerals::to_capitals;
use crate::values::{Fen, Month, Unit};
use crate::vault::{Vault, VaultError};
use crate::{
    calculator, close, conversation, credit, demo, evidence, field, fieldwork, figures, handover, insurance,
    loans, overview, paper, receipts, records, register, reports, review, sync, totals, ui,
};

/// The units every new database starts with (their source: `data/README.md`).
pub const REGIONS: &str = include_str!("../data/regions-jiangmen.csv");
/// Largest form accepted: a whole-village sheet is far below it.
const LARGEST_FORM: usize = 2 * 1024 * 1024;

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Ledger(#[from] Error),
    #[error("the list of regions does not read: {0}")]
    Regions(#[from] regions::RegionFileError),
    #[error(
        "{0} is already in use. Stop the program that uses it, or choose another with --listen · 端口已被占用，请换一个：--listen 127.0.0.1:8081"
    )]
    PortInUse(String),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Font(#[from] FontError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: String, source: std::io::Error },
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
}

/// Every kind of voucher, and every position `verify` compares.
pub fn kinds() -> Kinds {
    let rooms = [
        register::kinds(),
        credit::kinds(),
        loans::kinds(),
        insurance::kinds(),
        fieldwork::kinds(),
        handover::kinds(),
    ];
    Kinds {
        kinds: rooms.into_iter().flatten().collect(),
        positions: vec![
            register::positions(),
            credit::positions(),
            loans::positions(),
            insurance::positions(),
            fieldwork::positions(),
        ],
        followers: vec![loans::overdue_follower()],
    }
}

/// Every route, with who may use it.
pub fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get("/assets/{name:.*}", Allow::Anyone, asset),
        get("/healthz", Allow::Anyone, health),
        get("/api/v1/openapi.json", Allow::Anyone, openapi),
        get("/api/v1/amount", Allow::SignedIn, amount),
    ];
    let rooms = [
        auth::routes(),
        register::routes(),
        credit::routes(),
        loans::routes(),
        insurance::routes(),
        fieldwork::routes(),
        handover::routes(),
        field::routes(),
        sync::routes(),
        calculator::routes(),
        records::routes(),
        receipts::routes(),
        conversation::routes(),
        evidence::routes(),
        review::routes(),
        totals::routes(),
        figures::routes(),
        reports::routes(),
        paper::routes(),
        close::routes(),
        overview::routes(),
    ];
    routes.extend(rooms.into_iter().flatten());
    routes
}

/// Opens the database and the keys, runs the migrations, and fills an empty database with the
/// regions and one book per county.
pub fn open(data: &DataArgs, clock: Clock) -> Result<State, StartError> {
    if let Some(font) = &data.report_font {
        use_office_font(font)?;
    }
    let vault = Vault::open(&data.key_path())?;
    open_with(&data.database, vault, clock)
}

/// The same with keys at hand.
pub fn open_with(database: &str, vault: Vault, clock: Clock) -> Result<State, StartError> {
    let rows = regions::read_regions(REGIONS)?;
    let db = Db::open(database)?;
    let kinds = kinds();
    let actor = Actor {
        id: auth::command_line_user(),
        institution: None,
        now: clock.now(),
        today: clock.today(),
    };
    let first_open = Month::of(clock.today()).january();
    db.prepare(|conn| {
        regions::install(conn, &rows)?;
        let tree = regions::load(conn)?;
        let office = Office {
            kinds: &kinds,
            regions: &tree,
            vault: &vault,
            sums: None,
        };
        register::open_office(conn, &office, &actor, first_open)?;
        // A new schema may keep more than the old one derived.
        if db.migrated() {
            ledger::rebuild(conn)?;
        }
        Ok(())
    })?;
    // A demonstration stands on its own day, whichever command opens it.
    let demo_day = db.read(demo::business_day)?;
    let clock = demo_day.map_or(clock, Clock::fixed);
    Ok(State::new(db, kinds, vault, clock, demo_day.is_some()))
}

/// Serves until told to stop, over HTTPS where `tls` is given. `ready` is called with the address, `http://…`
/// or `https://…`, once it is bound.
pub async fn serve(
    state: State,
    listen: &str,
    tls: Option<ServerConfig>,
    ready: impl FnOnce(&str),
) -> Result<(), StartError> {
    let listener = TcpListener::bind(listen).map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortInUse(listen.to_owned()),
        _ => StartError::Listen {
            address: listen.to_owned(),
            source,
        },
    })?;
    let address = listener
        .local_addr()
        .map_or_else(|_| listen.to_owned(), |address| address.to_string());
    let scheme = if tls.is_some() { "https" } else { "http" };
    let site = Data::new(state);
    let server = serving(site.clone(), listener, tls)?;
    reports::keep_working(&site.clone().into_inner());
    ready(&format!("{scheme}://{address}"));
    actix_web::rt::task::spawn_blocking(move || {
        if let Err(error) = site.warm_up() {
            tracing::warn!(%error, "reading totals ahead of the first reader");
        }
    });
    server.await.map_err(StartError::Server)
}

/// The running server on a listener that is already bound.
pub fn server(
    state: State,
    listener: TcpListener,
    tls: Option<ServerConfig>,
) -> Result<actix_web::dev::Server, StartError> {
    serving(Data::new(state), listener, tls)
}

fn serving(
    site: Site,
    listener: TcpListener,
    tls: Option<ServerConfig>,
) -> Result<actix_web::dev::Server, StartError> {
    let table = Data::new(RouteTable::new(&routes()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .app_data(table.clone())
            .app_data(web::PayloadConfig::new(LARGEST_FORM))
            .wrap(actix_web::middleware::Compress::default())
            .wrap(from_fn(auth::guard))
            .configure(mount)
    })
    .workers(4)
    .shutdown_timeout(5);
    let bound = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls),
        None => server.listen(listener),
    };
    Ok(bound.map_err(StartError::Server)?.run())
}

/// Puts the route table into actix: one resource per path, its methods together.
fn mount(app: &mut web::ServiceConfig) {
    let mut paths: Vec<(&'static str, Vec<RouteSpec>)> = Vec::new();
    for spec in routes() {
        match paths.iter_mut().find(|(path, _)| *path == spec.path) {
            Some((_, specs)) => specs.push(spec),
            None => paths.push((spec.path, vec![spec])),
        }
    }
    for (path, specs) in paths {
        let resource = specs.iter().fold(web::resource(path), |resource, spec| {
            resource.route((spec.route)())
        });
        app.service(resource);
    }
}

/// A file of the program's own. Its address with the version may be kept for ever; without it, as scripts name
/// one another, it is asked for again each time, and mostly not sent again.
async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let found = ui::assets::find(&name).zip(ui::packed::find(&name));
    let Some((asset, packed)) = found else {
        return HttpResponse::NotFound().finish();
    };
    let keep = if request.query_string() == asset.version() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let asked = request.headers().get(header::ACCEPT_ENCODING);
    let reads_gzip = asked
        .and_then(|asked| asked.to_str().ok())
        .is_some_and(|asked| asked.contains("gzip"));
    let gzip = packed.gzip.as_deref().filter(|_| reads_gzip);
    let body = gzip.unwrap_or(&packed.plain);
    let mut answer = auth::file(&request, asset.content_type, keep, &asset.etag(), body);
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

async fn health() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// The description of every address under `/api/`, for who writes another client.
async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(include_str!("../docs/openapi.json"))
}

#[derive(Deserialize)]
struct AmountAsk {
    #[serde(default)]
    text: String,
    #[serde(default)]
    unit: String,
}

/// The capital form of an amount while it is being typed.
async fn amount(ask: web::Query<AmountAsk>) -> HttpResponse {
    let unit = Unit::parse(&ask.unit).unwrap_or(Unit::Yuan);
    match Fen::parse(&ask.text, unit) {
        Ok(fen) => {
            HttpResponse::Ok().json(serde_json::json!({ "capitals": to_capitals(fen), "yuan": fen.yuan() }))
        }
        Err(error) => HttpResponse::UnprocessableEntity()
            .json(serde_json::json!({ "error": error.say(), "code": error.code() })),
    }
}
