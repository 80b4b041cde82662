//! The one gate: finds the person behind a request, looks the route up, refuses or lets pass,
//! and dresses errors and headers on the way out.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use maud::Markup;

use super::handlers::{self, Asked};
use super::stale::Kept;
use super::{Allow, FormData, Page, RouteTable, User, language, session};
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Actor, Office};
use crate::state::{self, Site, State};
use crate::ui;
use crate::values::{BookId, Lang, Say};

/// Where people sign in.
const SIGN_IN: &str = "/sign-in";

/// The name of the session's cookie. Over TLS it carries the `__Host-` prefix.
pub(super) fn cookie_name(state: &State) -> &'static str {
    if state.secure_cookies {
        "__Host-cunxin"
    } else {
        "cunxin"
    }
}

/// A failure on its way to a page.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PageError(#[from] pub Error);

/// What handlers return.
pub type Answer = Result<HttpResponse, PageError>;

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match &self.0 {
            Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden => StatusCode::FORBIDDEN,
            Error::Database(_) | Error::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// A page.
pub fn html(markup: Markup) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(markup.into_string())
}

/// Sends the browser on after a form.
pub fn redirect(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}

/// How one kind of thing is recorded in the register book.
type Record<N, T> = fn(&mut Conn, &Office<'_>, &Actor, BookId, &N) -> Result<T, Error>;

/// Adds to the registers what a form reads as; what does not read is refused as it is.
pub async fn add_to_register<N: Send + 'static, T: Send + 'static>(
    page: &Page,
    site: &Site,
    read: Result<N, Error>,
    record: Record<N, T>,
) -> Result<T, Error> {
    let (new, actor) = (read?, page.actor());
    state::write_register(site, move |conn, office, book| {
        record(conn, office, &actor, book, &new)
    })
    .await
}

/// Goes on to `to` when it was done, or shows the form again with what is wrong.
pub fn settle(result: Result<String, Error>, again: impl FnOnce(&[(String, Say)]) -> HttpResponse) -> Answer {
    match result {
        Ok(to) => Ok(redirect(&to)),
        Err(refusal @ Error::Refused(_)) => Ok(again(&refusal.problems())),
        Err(failure) => Err(failure.into()),
    }
}

/// A file for the reader's disk, under a name that may be Chinese (RFC 5987), with a plain one for
/// programs that cannot read it.
pub fn attachment(
    content_type: &str,
    name: &str,
    plain: &str,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    let plain: String = plain
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
        .collect();
    let encoded = ui::address::encode(name);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(body)
}

/// A file of the program's own, or, to who has this very version already, word that it is so. `keep` is for
/// how long it may be used without asking.
pub fn file(
    request: &HttpRequest,
    content_type: &str,
    keep: &str,
    etag: &str,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    let asked = request.headers().get(header::IF_NONE_MATCH);
    let known = asked
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| tags.contains(etag));
    let mut answer = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::ETAG, etag));
    if known {
        answer.finish()
    } else {
        answer.content_type(content_type).body(body)
    }
}

/// The middleware around every route.
pub async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let response = match admit(&request).await {
        Ok(()) => next.call(request).await?.map_into_left_body(),
        Err(refusal) => {
            let refusal = match late(&mut request, &refusal).await {
                Some(page) => page,
                None => refusal,
            };
            request.into_response(refusal).map_into_right_body()
        }
    };
    // Only now: routing wants the request to itself and panics over a clone.
    let http = response.request().clone();
    let mut response = explain(&http, response);
    secure(response.headers_mut(), &http);
    Ok(response)
}

/// Lets the request pass, or says what it gets instead.
async fn admit(request: &ServiceRequest) -> Result<(), HttpResponse> {
    let fail = |status| HttpResponse::new(status);
    let Some(site) = request.app_data::<Site>() else {
        return Err(fail(StatusCode::INTERNAL_SERVER_ERROR));
    };
    let Some(table) = request.app_data::<web::Data<RouteTable>>() else {
        return Err(fail(StatusCode::INTERNAL_SERVER_ERROR));
    };
    let allow = request
        .match_pattern()
        .and_then(|pattern| table.allow(request.method(), &pattern));
    let Some(allow) = allow else {
        return Err(fail(StatusCode::NOT_FOUND));
    };
    if *request.method() == Method::POST && !from_our_own_page(request.request()) {
        return Err(fail(StatusCode::FORBIDDEN));
    }
    let user = find_user(site, request.request()).await.map_err(|error| {
        tracing::error!(%error, "looking up a session");
        fail(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    if !allow.lets(user.as_ref()) {
        return Err(match user {
            Some(_) => fail(StatusCode::FORBIDDEN),
            None => to_sign_in(request.request()),
        });
    }
    let user = match user {
        Some(user) => user,
        None => return Ok(()),
    };
    let changing =
        ["/password", "/sign-out", "/language"].contains(&request.path()) || allow == Allow::Anyone;
    if user.must_change && !changing {
        // A program is told that signing in comes first, which leads its person to the password.
        if request.path().starts_with("/api/") {
            return Err(fail(StatusCode::UNAUTHORIZED));
        }
        return Err(super::redirect("/password"));
    }
    request.extensions_mut().insert(user);
    Ok(())
}

/// A form that comes after its session has ended gets the sign-in page that keeps it, in place of
/// the redirect that would lose it.
async fn late(request: &mut ServiceRequest, refusal: &HttpResponse) -> Option<HttpResponse> {
    let to = refusal.headers().get(header::LOCATION)?.to_str().ok()?;
    if *request.method() != Method::POST || !to.starts_with(SIGN_IN) {
        return None;
    }
    let body = request.extract::<web::Bytes>().await.ok()?;
    let path = request.uri().path_and_query()?.as_str().to_owned();
    let kept = Kept::of(&path, FormData::parse(&body)?)?;
    let site = request.app_data::<Site>()?.clone();
    let mut page = handlers::show_sign_in(request.request(), &site, &Asked::keeping(kept), &[])
        .await
        .ok()?;
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    Some(page)
}

/// Browsers say where a form comes from; a form from elsewhere is refused whatever it carries.
fn from_our_own_page(request: &HttpRequest) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        // No Origin at all: not a browser's cross-site form; the form token still decides.
        _ => true,
    }
}

async fn find_user(site: &Site, request: &HttpRequest) -> Result<Option<User>, Error> {
    let Some(cookie) = request.cookie(cookie_name(site)) else {
        return Ok(None);
    };
    let (token, lang) = (cookie.value().to_owned(), language(request));
    let state = site.clone();
    web::block(move || {
        let wall = Clock::wall();
        let found = state.db.read(|conn| session::find(conn, &token, wall))?;
        let Some((user, touch)) = found else {
            return Ok(None);
        };
        if touch && let Some(book) = state.db.read(crate::ledger::register_book)? {
            state
                .db
                .write(book.id, |conn| session::touch(conn, &token, wall))?;
        }
        Ok(Some(User { lang, ..user }))
    })
    .await
    .map_err(|_| Error::Failed("looking up a session was cut off".to_owned()))?
}

fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    if request.path().starts_with("/api/") {
        return HttpResponse::new(StatusCode::UNAUTHORIZED);
    }
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let back = if request.method() == Method::GET {
        here
    } else {
        "/"
    };
    super::redirect(&ui::address::with(SIGN_IN, "back", back))
}

/// Puts a page in the reader's language in place of a bare error.
fn explain<B: MessageBody + 'static>(
    request: &HttpRequest,
    response: ServiceResponse<EitherBody<B, BoxBody>>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    if let Some(error) = response.response().error() {
        if status.is_server_error() {
            tracing::error!(%error, path = request.path(), "request failed");
        } else {
            tracing::info!(%error, path = request.path(), %status, "request refused");
        }
    }
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind == "text/plain; charset=utf-8");
    if !(status.is_client_error() || status.is_server_error()) || !bare {
        return response;
    }
    let lang = language(request);
    let sentence = sentences(response.response().error(), status, lang);
    let demo = request.app_data::<Site>().is_some_and(|site| site.demo);
    let body = if request.path().starts_with("/api/") {
        problem(status, code(response.response().error()), &sentence)
    } else {
        let page = ui::page::error_page(lang, demo, status.as_u16(), title(status, lang), &sentence, "/");
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(page.into_string())
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, body.map_into_right_body())
}

/// The code of the first finding of a refusal.
fn code(error: Option<&actix_web::Error>) -> Option<String> {
    let error = error?.as_error::<PageError>()?;
    error.0.issues().first().map(|issue| issue.code.clone())
}

/// An error as programs read it (RFC 9457).
pub fn problem(status: StatusCode, code: Option<String>, sentence: &str) -> HttpResponse {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "code": code.unwrap_or_else(|| format!("http.{}", status.as_u16())),
        "detail": sentence,
    });
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .body(body.to_string())
}

fn title(status: StatusCode, lang: Lang) -> &'static str {
    match status.as_u16() {
        401 => lang.t("请先登录", "Please sign in"),
        403 => lang.t("没有权限", "Not allowed"),
        404 => lang.t("没有这个页面", "Page not found"),
        413 => lang.t("内容过大", "Too large"),
        422 => lang.t("无法办理", "This cannot be done"),
        400..=499 => lang.t("请求有误", "Bad request"),
        _ => lang.t("出错了", "Something went wrong"),
    }
}

fn sentences(error: Option<&actix_web::Error>, status: StatusCode, lang: Lang) -> String {
    let refused: Vec<&str> = error
        .and_then(|error| error.as_error::<PageError>())
        .map(|error| error.0.issues().iter().map(|issue| issue.say.get(lang)).collect())
        .unwrap_or_default();
    if !refused.is_empty() {
        return refused.join(lang.t("", " "));
    }
    let sentence = match status.as_u16() {
        401 => lang.t("登录已过期，请重新登录。", "Your sign-in has expired. Sign in again."),
        403 => lang.t(
            "这个账号不能做这件事，或页面放得太久已经失效。请返回重试，或换一个账号。",
            "This account may not do this, or the page has grown old. Go back and try again, or use another account.",
        ),
        404 => lang.t(
            "地址可能写错了，或这条内容不在您的权限范围内。",
            "The address may be wrong, or what it names is outside your scope.",
        ),
        413 => lang.t("提交的内容太大。", "What was sent is too large."),
        400..=499 => lang.t("请求无法读懂。请返回重试。", "The request could not be read. Go back and try again."),
        _ => lang.t(
            "系统没能完成，什么都没有写入。请稍后再试；问题已记录。",
            "It could not be completed and nothing was written. Try again later; the problem has been logged.",
        ),
    };
    sentence.to_owned()
}

/// Headers of every response, errors included.
fn secure(headers: &mut header::HeaderMap, request: &HttpRequest) {
    let fixed = [
        (
            "content-security-policy",
            "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(self), geolocation=(self), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(
            header::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let secure = request.app_data::<Site>().is_some_and(|site| site.secure_cookies);
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
