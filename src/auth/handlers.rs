//! Signing in and out, changing the password, choosing the language.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::account::{self, Account};
use super::enrol::Scopes;
use super::guard::cookie_name;
use super::shell::Look;
use super::stale::{Kept, OTHER_LANGUAGE, TOO_LATE};
use super::{
    Allow, Answer, FormData, Page, Posted, Role, RouteSpec, get, html, landing, language, password, post,
    redirect, session, views,
};
use crate::clock::Clock;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger;
use crate::state::{self, Site};
use crate::values::{Lang, Say};

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/", Allow::SignedIn, home),
        get("/sign-in", Allow::Anyone, sign_in_page),
        post("/sign-in", Allow::Anyone, sign_in),
        post("/sign-in/demo", Allow::Anyone, sign_in_at_one_click),
        post("/sign-out", Allow::SignedIn, sign_out),
        get("/password", Allow::SignedIn, password_page),
        post("/password", Allow::SignedIn, change_password),
        get("/language", Allow::Anyone, choose_language),
        post("/language", Allow::SignedIn, choose_language_with),
    ]
}

async fn home(page: Page) -> HttpResponse {
    redirect(landing(page.user.role))
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
    #[serde(default)]
    to: String,
}

async fn sign_in_page(request: HttpRequest, site: Site, query: web::Query<Back>) -> Answer {
    show_sign_in(&request, &site, &Asked::back(&query.back), &[]).await
}

/// What a sign-in page was given and gives on.
#[derive(Default)]
pub(super) struct Asked {
    user: String,
    back: String,
    /// A form that arrived after its session had ended.
    kept: Option<Kept>,
}

impl Asked {
    fn back(back: &str) -> Asked {
        Asked {
            back: back.to_owned(),
            ..Asked::default()
        }
    }

    pub(super) fn keeping(kept: Kept) -> Asked {
        Asked {
            kept: Some(kept),
            ..Asked::default()
        }
    }

    fn read(form: &FormData) -> Asked {
        Asked {
            user: form.get("user").trim().to_owned(),
            back: form.get("back").to_owned(),
            kept: Kept::carried(form),
        }
    }
}

pub(super) async fn show_sign_in(
    request: &HttpRequest,
    site: &Site,
    asked: &Asked,
    problems: &[(&'static str, Say)],
) -> Answer {
    let lang = language(request);
    let offered = if site.demo {
        state::read(site, move |conn, _| one_click_accounts(conn, lang)).await?
    } else {
        Vec::new()
    };
    // Only this page can be opened again in another language: a form that was sent cannot.
    let path = match *request.method() {
        Method::GET => request
            .uri()
            .path_and_query()
            .map_or("/sign-in", |path| path.as_str()),
        _ => "/sign-in",
    };
    Ok(html(views::sign_in(
        language(request),
        path,
        &asked.user,
        local(&asked.back),
        asked.kept.as_ref(),
        problems,
        &offered,
    )))
}

/// The accounts of the demonstration that one click signs in to, each with where it works.
fn one_click_accounts(conn: &mut Conn, lang: Lang) -> Result<Vec<(Account, Option<String>)>, Error> {
    let scopes = Scopes::load(conn)?;
    let offered = account::list_accounts(conn)?.into_iter();
    let named = |account: Account| {
        let place = match account.role() {
            Ok(Role::Clerk) => Some(scopes.words(&account, lang)),
            _ => scopes.county(&account, lang),
        };
        (account, place)
    };
    Ok(offered.filter(|account| account.one_click).map(named).collect())
}

async fn sign_in(request: HttpRequest, site: Site, body: web::Bytes) -> Answer {
    let form = FormData::parse(&body).unwrap_or_default();
    let (asked, clear) = (Asked::read(&form), form.get("password").to_owned());
    let login = asked.user.clone();
    if site.sign_ins.check_key(&login).is_err() {
        let slow = Say::new(
            "这个账号尝试次数太多，请过几分钟再试。",
            "Too many attempts for this account. Wait a few minutes and try again.",
        );
        return show_sign_in(&request, &site, &asked, &[("user", slow)]).await;
    }
    let given = login.clone();
    let account = state::read(&site, move |conn, _| {
        let account = account::find_login(conn, &given)?.filter(|account| !account.disabled);
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let right = match hash {
            Some(hash) => password::matches(&clear, &hash),
            None => {
                password::pretend(&clear);
                false
            }
        };
        Ok(account.filter(|_| right))
    })
    .await?;
    match account {
        Some(account) => start(&request, &site, account, &asked).await,
        None => {
            let wrong = Say::new("登录名或密码不对。", "The login or the password is wrong.");
            show_sign_in(&request, &site, &asked, &[("user", wrong)]).await
        }
    }
}

/// The demonstration's roles: only there, and only accounts marked for it.
async fn sign_in_at_one_click(request: HttpRequest, site: Site, body: web::Bytes) -> Answer {
    if !site.demo {
        return Err(Error::NotFound.into());
    }
    let form = FormData::parse(&body).unwrap_or_default();
    let login = form.get("user").to_owned();
    let account = state::read(&site, move |conn, _| account::find_login(conn, &login)).await?;
    match account.filter(|account| account.one_click && !account.disabled) {
        Some(account) => start(&request, &site, account, &Asked::read(&form)).await,
        None => Err(Error::NotFound.into()),
    }
}

/// Begins a session: on to where the person wanted, or back to the form that came too late.
async fn start(request: &HttpRequest, site: &Site, account: Account, asked: &Asked) -> Answer {
    let role = account.role()?;
    let wall = Clock::wall();
    let book = state::read(site, |conn, _| ledger::register_book(conn))
        .await?
        .ok_or(Error::NotFound)?
        .id;
    let (token, user) = state::write(site, book, move |conn, _| {
        session::open(conn, account.clone(), wall)
    })
    .await?;
    let target = match local(&asked.back) {
        "/" => landing(role),
        back => back,
    };
    let kept = asked
        .kept
        .as_ref()
        .filter(|kept| kept.is_of(&user.id) && !user.must_change);
    let mut response = match kept {
        Some(kept) => kept.offer(&Page::after_sign_in(request, site, user, kept), TOO_LATE),
        None => redirect(target),
    };
    set_cookie(&mut response, session_cookie(site, token))?;
    Ok(response)
}

async fn sign_out(request: HttpRequest, site: Site, _posted: Posted) -> Answer {
    let name = cookie_name(&site);
    if let Some(cookie) = request.cookie(name) {
        let token = cookie.value().to_owned();
        let book = state::read(&site, |conn, _| ledger::register_book(conn))
            .await?
            .ok_or(Error::NotFound)?
            .id;
        state::write(&site, book, move |conn, _| session::end(conn, &token)).await?;
    }
    let mut response = redirect("/sign-in");
    let mut gone = session_cookie(&site, String::new());
    gone.set_max_age(Duration::ZERO);
    set_cookie(&mut response, gone)?;
    Ok(response)
}

async fn password_page(page: Page) -> HttpResponse {
    show_password(&page, &[])
}

fn show_password(page: &Page, problems: &[(&'static str, Say)]) -> HttpResponse {
    let look = Look {
        title: page.t("更改密码", "Change password").to_owned(),
        invalid: !problems.is_empty(),
        ..Look::default()
    };
    page.show(look, views::password(page.lang, &page.user, problems))
}

async fn change_password(request: HttpRequest, page: Page, site: Site, posted: Posted) -> Answer {
    let (old, new) = (posted.0.get("old").to_owned(), posted.0.get("new").to_owned());
    let problem = |field, say| Ok(show_password(&page, &[(field, say)]));
    if new != posted.0.get("again") {
        return problem(
            "again",
            Say::new("两次输入的新密码不一样。", "The two new passwords differ."),
        );
    }
    if let Err(refusal) = password::check_new(&new, &page.user.login) {
        let say = refusal.issues().first().map(|issue| issue.say.clone());
        return problem(
            "new",
            say.unwrap_or_else(|| Say::new("请换一个密码。", "Choose another password.")),
        );
    }
    let id = page.user.id.clone();
    let right = state::read(&site, move |conn, _| {
        let hash = account::find(conn, &id)?.and_then(|account| account.password_hash);
        Ok(hash.is_some_and(|hash| password::matches(&old, &hash)))
    })
    .await?;
    if !right {
        return problem("old", Say::new("原密码不对。", "The current password is wrong."));
    }
    let id = page.user.id.clone();
    let book = state::read(&site, |conn, _| ledger::register_book(conn))
        .await?
        .ok_or(Error::NotFound)?
        .id;
    let account = state::write(&site, book, move |conn, _| {
        account::set_password(conn, &id, &new, false)?;
        account::find(conn, &id)?.ok_or(Error::NotFound)
    })
    .await?;
    start(&request, &site, account, &Asked::back(landing(page.user.role))).await
}

async fn choose_language(query: web::Query<Back>) -> Answer {
    let lang = Lang::parse(&query.to).unwrap_or_default();
    let mut response = redirect(local(&query.back));
    set_cookie(&mut response, language_cookie(lang))?;
    Ok(response)
}

/// The same on a page that answered a form: what was typed is offered again in the other language, for
/// the page cannot be opened by its address.
async fn choose_language_with(page: Page, posted: Posted) -> Answer {
    let lang = Lang::parse(posted.0.get("language")).unwrap_or_default();
    let kept = Kept::carried(&posted.0).filter(|kept| kept.is_of(&page.user.id));
    let mut response = match kept {
        Some(kept) => kept.offer(&page.in_language(lang, &kept), OTHER_LANGUAGE),
        None => redirect(landing(page.user.role)),
    };
    set_cookie(&mut response, language_cookie(lang))?;
    Ok(response)
}

fn language_cookie(lang: Lang) -> Cookie<'static> {
    Cookie::build("lang", lang.code())
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(Duration::days(365))
        .finish()
}

/// A path of our own, or the start page: never another site's address.
pub(super) fn local(back: &str) -> &str {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if ours { back } else { "/" }
}

fn session_cookie(site: &Site, token: String) -> Cookie<'static> {
    Cookie::build(cookie_name(site), token)
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(site.secure_cookies)
        .finish()
}

fn set_cookie(response: &mut HttpResponse, cookie: Cookie<'_>) -> Result<(), Error> {
    response
        .add_cookie(&cookie)
        .map_err(|error| Error::Failed(format!("setting a cookie: {error}")))
}

/// Which of the demonstration's roles waits for what, for the sign-in page.
pub(super) fn hint(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Specialist => lang.t(
            "用手机登记授信、贷款和走访",
            "Record credit, loans and visits on a phone",
        ),
        Role::Clerk => lang.t(
            "替机构登记：银行办授信贷款，保险办保单赔付",
            "Record for a bank (credit, loans) or an insurer (policies, payouts)",
        ),
        Role::Reviewer => lang.t(
            "看等着审核的清单和凭证，通过或退回",
            "Review what waits: approve it or return it",
        ),
        Role::CityReader => lang.t("从全市一直看到一个村", "From the city down to one village"),
        Role::ReportReader => lang.t("下载综合月报", "Download the monthly report"),
        Role::Administrator => lang.t(
            "账号、机构、产品、特派员",
            "Accounts, institutions, products, specialists",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_our_own_addresses_are_gone_back_to() {
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:x",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
        assert_eq!(local("/totals?month=2023-12"), "/totals?month=2023-12");
    }
}
