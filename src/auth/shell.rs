//! The page around a signed-in person: navigation by role, language, banner.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use maud::Markup;

use super::stale::{Kept, Sent};
use super::{Role, User, html, language};
use crate::clock::Clock;
use crate::ledger::Actor;
use crate::state::Site;
use crate::ui::icon::Icon;
use crate::ui::page::{Crumb, Flash, NavItem, Shell, Who, page};
use crate::values::{Lang, Text};

/// A request for a page: who asks, in which language, from where.
#[derive(Clone, Debug)]
pub struct Page {
    pub user: User,
    pub lang: Lang,
    /// Path and query, so that the language switch comes back here.
    pub path: String,
    pub demo: bool,
    /// Tables are shown compact: a cookie that the page's script sets.
    dense: bool,
    /// The form that the request sent: what was typed goes along to the other language.
    pub(super) sent: Sent,
    clock: Clock,
}

/// What differs from page to page.
#[derive(Debug, Default)]
pub struct Look {
    pub title: String,
    /// A desk page that needs the whole width.
    pub wide: bool,
    /// A page for a phone in the field.
    pub field: bool,
    /// Something typed was wrong: the title says so.
    pub invalid: bool,
    pub flash: Option<Flash>,
    pub crumbs: Vec<Crumb>,
}

impl Page {
    /// The page that offers a kept form to somebody who has just signed in.
    pub(super) fn after_sign_in(request: &HttpRequest, site: &Site, user: User, kept: &Kept) -> Page {
        Page {
            user,
            lang: language(request),
            path: kept.path().to_owned(),
            demo: site.demo,
            dense: dense(request),
            sent: kept.sent(),
            clock: site.clock.clone(),
        }
    }

    /// The page that offers a kept form to who has turned to another language.
    pub(super) fn in_language(mut self, lang: Lang, kept: &Kept) -> Page {
        self.lang = lang;
        self.user.lang = lang;
        self.path = kept.path().to_owned();
        self.sent = kept.sent();
        self
    }

    /// This person acting now.
    pub fn actor(&self) -> Actor {
        self.user.actor(&self.clock)
    }

    /// A word pair in the reader's language.
    pub fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.t(zh, en)
    }

    /// A phone page with a title.
    pub fn field(&self, title: &str, body: Markup) -> HttpResponse {
        self.show(
            Look {
                title: title.to_owned(),
                field: true,
                ..Look::default()
            },
            body,
        )
    }

    /// A desk page with a title.
    pub fn desk(&self, title: &str, body: Markup) -> HttpResponse {
        self.show(
            Look {
                title: title.to_owned(),
                wide: true,
                ..Look::default()
            },
            body,
        )
    }

    /// The first breadcrumb of a page that both faces open: where this person looks around from.
    pub fn home(&self) -> Crumb {
        match self.user.role {
            Role::Specialist | Role::Clerk => Crumb::link(self.t("今日", "Today"), "/field"),
            _ => Crumb::link(self.t("汇总", "Totals"), "/totals"),
        }
    }

    /// A desk page with a title under [`Page::home`].
    pub fn desk_below_home(&self, title: &str, body: Markup) -> HttpResponse {
        self.show(
            Look {
                title: title.to_owned(),
                wide: true,
                crumbs: vec![self.home(), Crumb::here(title)],
                ..Look::default()
            },
            body,
        )
    }

    /// The page around `body`.
    pub fn show(&self, look: Look, body: Markup) -> HttpResponse {
        let nav = navigation(self.user.role);
        let kept = self.sent.at(&self.path).map(|kept| kept.fields());
        let mut shell = Shell::new(self.lang, &look.title, &self.path);
        shell.who = Some(Who {
            id: self.user.id.as_str(),
            name: &self.user.name,
            role: self.user.role.name().get(self.lang),
            csrf: &self.user.csrf,
            nav: &nav,
        });
        shell.demo = self.demo;
        shell.typed = kept.unwrap_or_default();
        shell.dense = self.dense;
        shell.wide = look.wide;
        shell.field = look.field;
        shell.invalid = look.invalid;
        shell.flash = look.flash;
        shell.crumbs = look.crumbs;
        html(page(&shell, body))
    }
}

impl FromRequest for Page {
    type Error = actix_web::Error;
    type Future = Ready<Result<Page, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = User::from_request(request, payload).into_inner();
        let site = request.app_data::<Site>().cloned();
        let known = request.extensions().get::<Sent>().cloned();
        let sent = known.unwrap_or_else(|| {
            let new = Sent::default();
            request.extensions_mut().insert(new.clone());
            new
        });
        let dense = dense(request);
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        ready(user.and_then(|user| {
            let site = site.ok_or_else(|| actix_web::error::ErrorInternalServerError("no state"))?;
            Ok(Page {
                user,
                lang: language(request),
                path,
                demo: site.demo,
                dense,
                sent,
                clock: site.clock.clone(),
            })
        }))
    }
}

fn dense(request: &HttpRequest) -> bool {
    request
        .cookie("density")
        .is_some_and(|cookie| cookie.value() == "compact")
}

/// Whoever reads a page that is open to all: somebody signed in, or nobody known.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Of somebody signed in.
    pub page: Option<Page>,
    pub lang: Lang,
    path: String,
    demo: bool,
}

impl Visitor {
    /// Somebody whose page this is.
    pub fn signed_in(page: Page) -> Visitor {
        Visitor {
            lang: page.lang,
            path: page.path.clone(),
            demo: page.demo,
            page: Some(page),
        }
    }

    /// The person, if one has signed in.
    pub fn user(&self) -> Option<&User> {
        self.page.as_ref().map(|page| &page.user)
    }

    /// The page around `body`.
    pub fn show(&self, look: Look, body: Markup) -> HttpResponse {
        if let Some(known) = &self.page {
            return known.show(look, body);
        }
        let mut shell = Shell::new(self.lang, &look.title, &self.path);
        shell.demo = self.demo;
        shell.wide = look.wide;
        html(page(&shell, body))
    }
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Visitor, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<User>().is_some();
        let page = match known {
            true => Page::from_request(request, payload).into_inner().map(Some),
            false => Ok(None),
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        ready(page.map(|page| Visitor {
            page,
            lang: language(request),
            path: path.to_owned(),
            demo: request.app_data::<Site>().is_some_and(|site| site.demo),
        }))
    }
}

/// Where a role's work waits.
pub fn landing(role: Role) -> &'static str {
    match role {
        Role::Specialist | Role::Clerk => "/field",
        Role::Reviewer | Role::CityReader => "/overview",
        Role::ReportReader => "/reports",
        Role::Administrator => "/register",
    }
}

fn navigation(role: Role) -> Vec<NavItem> {
    let item = |href, label, icon| NavItem {
        href,
        label,
        icon: Some(icon),
        count: 0,
    };
    let field = || item("/field", Text::new("今日", "Today"), Icon::Home);
    let records = || item("/records", Text::new("我的记录", "My records"), Icon::List);
    let overview = || item("/overview", Text::new("首页", "Overview"), Icon::Home);
    let totals = || item("/totals", Text::new("汇总", "Totals"), Icon::Chart);
    let reports = || item("/reports", Text::new("月报", "Reports"), Icon::Outbox);
    let vouchers = || item("/vouchers", Text::new("凭证", "Vouchers"), Icon::List);
    let close = || item("/close", Text::new("关账", "Close"), Icon::Lock);
    let overdue = || item("/loans/overdue", Text::new("逾期", "Overdue"), Icon::Coin);
    match role {
        Role::Specialist => vec![field(), records()],
        Role::Clerk => vec![
            field(),
            records(),
            item("/first-review", Text::new("初审", "First review"), Icon::Add),
            item("/declaration", Text::new("按月报送", "Declare"), Icon::Outbox),
        ],
        Role::Reviewer => {
            vec![
                overview(),
                item("/review", Text::new("审核", "Review"), Icon::Add),
                totals(),
                vouchers(),
                overdue(),
                close(),
                reports(),
            ]
        }
        Role::CityReader => vec![overview(), totals(), vouchers(), close(), reports()],
        Role::ReportReader => vec![reports()],
        Role::Administrator => {
            vec![
                item("/register", Text::new("登记", "Registers"), Icon::List),
                overview(),
                totals(),
                close(),
                reports(),
            ]
        }
    }
}
