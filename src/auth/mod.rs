//! Who is asking, and what they may: accounts, sign-in, sessions, roles, and the table that says
//! of every route who may use it.
//!
//! What must always hold:
//! - a route exists only as a [`RouteSpec`], which names who may use it; the [`guard`] looks it up
//!   before any handler runs, and a test walks every route with every role;
//! - passwords are kept as Argon2id, session tokens as SHA-256 of 32 random bytes; a session ends
//!   after twelve idle hours or seven days, at sign-out, and when its account is disabled;
//! - every POST carries the session's form token and comes from our own pages; one that comes too
//!   late is offered again to the person who typed it, never written unasked;
//! - scope is checked on the thing itself: a book, an institution, a village.

mod account;
mod again;
mod asked;
mod command_line;
pub mod desk;
mod enrol;
mod form;
mod guard;
mod handlers;
mod password;
mod read;
mod route;
mod session;
mod shell;
mod stale;
mod upload;
mod views;

pub use account::{
    Account, NewAccount, account_names, add_account, find_login, list_accounts, set_disabled, set_password,
};
pub use again::{DEMO_PASSWORD, confirm_password, password_again};
pub use asked::asked;
pub use command_line::{UserArgs, command_line_actor, command_line_user, run as run_user_command};
pub use enrol::{Enrolment, accounts_of_specialist, enrol, has_administrator};
pub use form::{FormData, Posted};
pub use guard::{
    Answer, PageError, add_to_register, attachment, file, guard, html, problem, redirect, settle,
};
pub use password::{hash_password, one_time_password};
pub use read::Reader;
pub use route::{Allow, RouteSpec, RouteTable, get, post};
pub use shell::{Look, Page, Visitor, landing};
pub use upload::{PostedFile, PostedLargeFile};

use chrono::NaiveDate;

use crate::clock::Clock;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor};
use crate::values::{BookId, InstitutionId, Lang, SpecialistId, Text, UserId};

/// What a person is to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 金融村官 / 金融特派员: records in the villages of his or her assignments.
    Specialist,
    /// A bank's or insurer's own clerk: records for the institution in one county.
    Clerk,
    /// County staff: reviews and reads one book.
    Reviewer,
    /// City staff: reads every book.
    CityReader,
    /// Outsiders entitled to the monthly reports only.
    ReportReader,
    /// Keeps registers and accounts.
    Administrator,
}

impl Role {
    pub const EVERY: [Role; 6] = [
        Role::Specialist,
        Role::Clerk,
        Role::Reviewer,
        Role::CityReader,
        Role::ReportReader,
        Role::Administrator,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Specialist => "specialist",
            Role::Clerk => "clerk",
            Role::Reviewer => "reviewer",
            Role::CityReader => "city-reader",
            Role::ReportReader => "report-reader",
            Role::Administrator => "administrator",
        }
    }

    pub fn parse(code: &str) -> Option<Role> {
        Role::EVERY.into_iter().find(|role| role.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Role::Specialist => Text::new("金融特派员", "Specialist"),
            Role::Clerk => Text::new("机构经办", "Institution clerk"),
            Role::Reviewer => Text::new("县级审核", "County reviewer"),
            Role::CityReader => Text::new("市级查阅", "City reader"),
            Role::ReportReader => Text::new("报表查阅", "Report reader"),
            Role::Administrator => Text::new("系统管理员", "Administrator"),
        }
    }
}

/// The person behind a request.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    /// The one county this person works in; none for the city.
    pub book: Option<BookId>,
    pub institution: Option<InstitutionId>,
    pub specialist: Option<SpecialistId>,
    /// The session's form token.
    pub csrf: String,
    /// A one-time password must be replaced before anything else.
    pub must_change: bool,
    /// In which language this person reads now.
    pub lang: Lang,
}

impl User {
    /// This person acting now.
    pub fn actor(&self, clock: &Clock) -> Actor {
        Actor {
            id: self.id.clone(),
            institution: self.institution,
            now: clock.now(),
            today: clock.today(),
        }
    }

    /// The one book this person works in.
    pub fn own_book(&self) -> Result<BookId, Error> {
        self.book.ok_or(Error::Forbidden)
    }

    /// The institutions this person checks records for: the own one, and those where he or she stands in on a day.
    pub fn institutions(
        &self,
        conn: &mut Conn,
        book: BookId,
        day: NaiveDate,
    ) -> Result<Vec<InstitutionId>, Error> {
        let own = self.institution.filter(|_| self.role == Role::Clerk);
        let others = ledger::standing_in(conn, book, &self.id, day)?;
        Ok(own
            .into_iter()
            .chain(others.into_iter().map(|row| row.institution_id))
            .collect())
    }

    /// Refuses a book outside this person's scope, as if it were not there.
    pub fn check_book(&self, book: BookId) -> Result<(), Error> {
        match self.book {
            Some(own) if own != book => Err(Error::NotFound),
            _ => Ok(()),
        }
    }
}

/// The language of a request: its cookie's, else Chinese.
pub fn language(request: &actix_web::HttpRequest) -> Lang {
    request
        .cookie("lang")
        .and_then(|cookie| Lang::parse(cookie.value()))
        .unwrap_or_default()
}

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    [handlers::routes(), desk::routes()]
        .into_iter()
        .flatten()
        .collect()
}
