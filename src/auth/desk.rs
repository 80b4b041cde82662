//! The accounts desk: who may sign in, opened and closed by the administrator in the browser.
//!
//! A one-time password is shown once. Between the form and the page that shows it, it travels as
//! a cookie that only this program can open and only this administrator's page about this account
//! accepts; showing it takes the cookie away.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use self::views::Grave;
use super::account::{self, Account};
use super::enrol::{self, Enrolment, Scopes};
use super::{
    Allow, Answer, FormData, Look, Page, Posted, Role, RouteSpec, add_to_register, asked, get, post, redirect,
};
use crate::error::Error;
use crate::ledger::{self, AuditRow};
use crate::state::{self, Site};
use crate::ui::address;
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::values::{BookId, InstitutionId, Lang, Say, SpecialistId, Text, UserId};
use crate::vault::{self, Vault};

mod views;

const KEEPERS: Allow = Allow::Roles(&[Role::Administrator]);
const SLIP: &str = "cunxin-slip";
const HOME: &str = "/register/accounts";
/// Accounts on one page of the list.
const PAGE_LENGTH: usize = 50;

/// The routes of the accounts desk.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/accounts", KEEPERS, index),
        get("/register/accounts/new", KEEPERS, new),
        post("/register/accounts", KEEPERS, create),
        get("/register/accounts/{id:[0-9a-f-]+}", KEEPERS, show),
        post(
            "/register/accounts/{id:[0-9a-f-]+}/password",
            KEEPERS,
            renew_password,
        ),
        get(
            "/register/accounts/{id:[0-9a-f-]+}/password",
            KEEPERS,
            ask_password,
        ),
        get(
            "/register/accounts/{id:[0-9a-f-]+}/disabling",
            KEEPERS,
            ask_disable,
        ),
        post("/register/accounts/{id:[0-9a-f-]+}/disabling", KEEPERS, disable),
        post("/register/accounts/{id:[0-9a-f-]+}/enabling", KEEPERS, enable),
    ]
}

/// The address of the empty form with a specialist already filled in.
pub fn address_for_specialist(id: SpecialistId, name: &str) -> String {
    let role = address::with("/register/accounts/new", "role", Role::Specialist.code());
    address::with(
        &address::with(&role, "specialist", &id.0.to_string()),
        "name",
        name,
    )
}

/// What the list shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    role: String,
    q: String,
    page: String,
}

/// One page of the list.
pub(super) struct List<'a> {
    query: &'a ListQuery,
    rows: Vec<Account>,
    scopes: Scopes,
    page: usize,
    pages: usize,
    found: usize,
}

async fn index(page: Page, site: Site, query: web::Query<ListQuery>) -> Answer {
    let (all, scopes) = state::read(&site, |conn, _| {
        Ok((account::list_accounts(conn)?, Scopes::load(conn)?))
    })
    .await?;
    let wanted = query.q.trim().to_lowercase();
    let role = asked(Text::new("角色", "Role"), &query.role, Role::parse)?;
    let fits = |account: &Account| {
        role.is_none_or(|role| account.role == role.code())
            && (account.login.contains(&wanted) || account.name.to_lowercase().contains(&wanted))
    };
    let fitting: Vec<Account> = all.into_iter().filter(fits).collect();
    let found = fitting.len();
    let pages = found.div_ceil(PAGE_LENGTH).max(1);
    let at = query.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let rows = fitting
        .into_iter()
        .skip((at - 1) * PAGE_LENGTH)
        .take(PAGE_LENGTH)
        .collect();
    let list = List {
        query: &query,
        rows,
        scopes,
        page: at,
        pages,
        found,
    };
    let mut look = look(&page, views::TITLE, None);
    look.wide = true;
    Ok(page.show(look, views::index(&page, &list)))
}

/// What a link to the empty form has already filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Prefill {
    name: String,
    role: String,
    specialist: String,
}

async fn new(page: Page, site: Site, query: web::Query<Prefill>) -> Answer {
    let scopes = state::read(&site, |conn, _| Scopes::load(conn)).await?;
    let form = FormData::default()
        .with("name", &query.name)
        .with("role", &query.role)
        .with("specialist", &query.specialist);
    Ok(show_form(&page, &scopes, &form, &[]))
}

fn show_form(page: &Page, scopes: &Scopes, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let mut look = look(page, views::NEW, None);
    look.invalid = !problems.is_empty();
    page.show(look, views::form_page(page, scopes, form, problems))
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let enrolled = add_to_register(&page, &site, read_enrolment(&form), enrol::enrol).await;
    match enrolled {
        Ok((account, clear)) => hand_over(&page, &site, &account.id, &clear, "added"),
        Err(refusal @ Error::Refused(_)) => {
            let scopes = state::read(&site, |conn, _| Scopes::load(conn)).await?;
            Ok(show_form(&page, &scopes, &form, &refusal.problems()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Reads the form; what is left empty is none, what is no number is refused.
fn read_enrolment(form: &FormData) -> Result<Enrolment, Error> {
    let number = |name: &str| match form.get(name).trim() {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| {
            let say = Say::new("请填写编号（数字）。", "Enter its number.");
            Error::refuse("account.scope_unknown", name, say)
        }),
    };
    Ok(Enrolment {
        login: form.get("login").to_owned(),
        name: form.get("name").to_owned(),
        role: Role::parse(form.get("role")),
        book: number("book")?.map(BookId),
        institution: number("institution")?.map(InstitutionId),
        specialist: number("specialist")?.map(SpecialistId),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

/// One account with what happened to it.
pub(super) struct Card {
    account: Account,
    scope: String,
    history: Vec<(AuditRow, String)>,
    /// The one-time password, on the one page that shows it.
    slip: Option<String>,
}

async fn show(
    page: Page,
    site: Site,
    request: HttpRequest,
    path: web::Path<String>,
    query: web::Query<Done>,
) -> Answer {
    let id = UserId::parse(&path).map_err(|_| Error::NotFound)?;
    let slip = request.cookie(SLIP);
    let opened = slip
        .as_ref()
        .and_then(|slip| open_slip(&site.vault, &owner(&page, &id), slip.value()));
    let mut card = load_card(&site, id, page.lang).await?;
    card.slip = opened;
    let mut look = look(&page, views::TITLE, flash(&query.done));
    look.title.clone_from(&card.account.name);
    look.crumbs.pop();
    look.crumbs.push(Crumb::link(views::TITLE.get(page.lang), HOME));
    look.crumbs.push(Crumb::here(&card.account.name));
    let mut response = page.show(look, views::show(&page, &card));
    if slip.is_some() {
        let mut gone = slip_cookie(&site, String::new());
        gone.set_max_age(Duration::ZERO);
        set_cookie(&mut response, gone)?;
    }
    Ok(response)
}

async fn load_card(site: &Site, id: UserId, lang: Lang) -> Result<Card, Error> {
    state::read(site, move |conn, _| {
        let account = account::find(conn, &id)?.ok_or(Error::NotFound)?;
        let register = ledger::register_book(conn)?.ok_or(Error::NotFound)?.id;
        let mut history = Vec::new();
        for row in ledger::history(conn, register, id.as_str())? {
            let who = account::find(conn, &row.actor_id)?.map_or_else(String::new, |account| account.name);
            history.push((row, who));
        }
        let scope = Scopes::load(conn)?.words(&account, lang);
        Ok(Card {
            account,
            scope,
            history,
            slip: None,
        })
    })
    .await
}

async fn ask_password(page: Page, site: Site, path: web::Path<String>) -> Answer {
    ask(&page, &site, &path, Grave::Password).await
}

async fn ask_disable(page: Page, site: Site, path: web::Path<String>) -> Answer {
    ask(&page, &site, &path, Grave::Disable).await
}

/// Asks before something that cannot be taken back; one's own account has no such page.
async fn ask(page: &Page, site: &Site, id: &str, grave: Grave) -> Answer {
    let id = UserId::parse(id).map_err(|_| Error::NotFound)?;
    let card = load_card(site, id, page.lang).await?;
    if card.account.id == page.user.id || (grave == Grave::Disable && card.account.disabled) {
        return Err(Error::NotFound.into());
    }
    let mut look = look(page, views::TITLE, None);
    look.title = grave.name().get(page.lang).to_owned();
    look.crumbs.pop();
    look.crumbs.push(Crumb::link(views::TITLE.get(page.lang), HOME));
    look.crumbs.push(Crumb::link(
        &card.account.name,
        format!("{HOME}/{}", card.account.id),
    ));
    look.crumbs.push(Crumb::here(grave.name().get(page.lang)));
    Ok(page.show(look, views::confirm(page, &card.account, &card.scope, grave)))
}

async fn renew_password(page: Page, site: Site, path: web::Path<String>, _posted: Posted) -> Answer {
    let id = UserId::parse(&path).map_err(|_| Error::NotFound)?;
    let (actor, whose) = (page.actor(), id.clone());
    let clear = state::write_register(&site, move |conn, office, book| {
        enrol::renew_password(conn, office, &actor, book, &whose)
    })
    .await?;
    hand_over(&page, &site, &id, &clear, "password")
}

async fn disable(page: Page, site: Site, path: web::Path<String>, _posted: Posted) -> Answer {
    set_disabled(&page, &site, &path, true).await
}

async fn enable(page: Page, site: Site, path: web::Path<String>, _posted: Posted) -> Answer {
    set_disabled(&page, &site, &path, false).await
}

async fn set_disabled(page: &Page, site: &Site, id: &str, disabled: bool) -> Answer {
    let id = UserId::parse(id).map_err(|_| Error::NotFound)?;
    let (actor, whose) = (page.actor(), id.clone());
    state::write_register(site, move |conn, office, book| {
        enrol::set_disabled(conn, office, &actor, book, &whose, disabled)
    })
    .await?;
    Ok(redirect(&format!(
        "{HOME}/{id}?done={}",
        if disabled { "disabled" } else { "enabled" }
    )))
}

/// Sends the administrator on to the account's page with the slip that shows its password.
fn hand_over(page: &Page, site: &Site, id: &UserId, clear: &str, done: &str) -> Answer {
    let sealed = site
        .vault
        .seal(&owner(page, id), clear.as_bytes())
        .map_err(|error| Error::Failed(format!("sealing a one-time password: {error}")))?;
    let mut response = redirect(&format!("{HOME}/{id}?done={done}"));
    set_cookie(&mut response, slip_cookie(site, vault::to_hex(&sealed)))?;
    Ok(response)
}

/// Whose slip about whose account it is.
fn owner(page: &Page, id: &UserId) -> String {
    format!("one-time password|{}|{id}", page.user.id)
}

fn open_slip(vault: &Vault, owner: &str, text: &str) -> Option<String> {
    String::from_utf8(vault.unseal(owner, &bytes_of_hex(text)?).ok()?).ok()
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

fn slip_cookie(site: &Site, text: String) -> Cookie<'static> {
    Cookie::build(SLIP, text)
        .path(HOME)
        .same_site(SameSite::Strict)
        .http_only(true)
        .secure(site.secure_cookies)
        .max_age(Duration::minutes(2))
        .finish()
}

fn set_cookie(response: &mut HttpResponse, cookie: Cookie<'_>) -> Result<(), Error> {
    response
        .add_cookie(&cookie)
        .map_err(|error| Error::Failed(format!("setting a cookie: {error}")))
}

fn look(page: &Page, title: Text, flash: Option<Flash>) -> Look {
    let mut crumbs = vec![Crumb::link(page.t("登记", "Registers"), "/register")];
    if title != views::TITLE {
        crumbs.push(Crumb::link(views::TITLE.get(page.lang), HOME));
    }
    crumbs.push(Crumb::here(title.get(page.lang)));
    Look {
        title: title.get(page.lang).to_owned(),
        flash,
        crumbs,
        ..Look::default()
    }
}

/// What was done, in words.
fn flash(done: &str) -> Option<Flash> {
    let say = match done {
        "added" => Say::new("账号已新增。", "The account has been added."),
        "password" => Say::new(
            "密码已重置，原密码不能再用，已登录的地方已退出。",
            "The password has been replaced; the old one no longer works and open sessions have ended.",
        ),
        "disabled" => Say::new(
            "账号已停用，并已退出登录。",
            "The account is disabled and signed out.",
        ),
        "enabled" => Say::new("账号已重新启用。", "The account is enabled again."),
        _ => return None,
    };
    Some(Flash {
        kind: FlashKind::Done,
        say,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_opens_for_its_owner_only() {
        let vault = Vault::from_master(&[7; 32]);
        let sealed = vault::to_hex(&vault.seal("a|b", b"12ab-34cd").unwrap());
        assert_eq!(open_slip(&vault, "a|b", &sealed).as_deref(), Some("12ab-34cd"));
        assert_eq!(open_slip(&vault, "a|c", &sealed), None);
        for broken in ["", "zz", "abc", "村村", &sealed[2..]] {
            assert_eq!(open_slip(&vault, "a|b", broken), None, "{broken}");
        }
    }

    #[test]
    fn a_form_left_empty_asks_for_nothing() {
        let asked = read_enrolment(&FormData::default()).unwrap();
        assert_eq!(asked, Enrolment::default());
        let odd = FormData::default().with("specialist", "李");
        let refused = read_enrolment(&odd).unwrap_err();
        assert_eq!(refused.issues()[0].field, "specialist");
    }
}
