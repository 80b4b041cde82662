//! Closing the month (关账): who has reported, what is missing, and the month frozen as an edition.
//!
//! What must always hold:
//! - only the oldest open month is closed, once it is over; what does not add up stops it, and what is
//!   missing stops it until the deadline has passed and is then named in the edition;
//! - a county is closed in one transaction of its own book; the city follows in its register book once
//!   every county has closed;
//! - an edition never changes; only the latest closed month is reopened, by two people, and closing it
//!   again makes a further edition with a list of what it changed;
//! - 未报, 零报 and 0 are three different things.

mod board;
mod city;
mod command;
mod commands;
mod handlers;
mod reopen;
mod rules;
mod store;
mod views;

pub use board::reporting;
pub use city::close_city;
pub use command::{CloseArgs, run};
pub use commands::{Closing, Declaring, Keep, close_month, declare};
pub use reopen::{ask_reopening, confirm_reopening, decline_reopening};
pub use rules::{Declared, Standing};
pub use store::to_declare;

use crate::auth::{Allow, Role, RouteSpec, get, post};
use crate::values::{Text, words};

/// What an institution says of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 已报齐: everything that happened is in.
    Reported,
    /// 零报: nothing happened.
    Nil,
}

impl Kind {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Reported => "reported",
            Kind::Nil => "nil",
        }
    }

    pub fn parse(code: &str) -> Option<Kind> {
        [Kind::Reported, Kind::Nil]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Kind::Reported => Text::new("已报齐", "All reported"),
            Kind::Nil => words::NIL_REPORT,
        }
    }
}

/// Who sees how a month stands.
const READERS: Allow = Allow::Roles(&[Role::Reviewer, Role::CityReader, Role::Administrator]);
/// Who closes it.
const CLOSERS: Allow = Allow::Roles(&[Role::Reviewer]);
/// Who reopens it, two of them together.
const REOPENERS: Allow = Allow::Roles(&[Role::Reviewer, Role::Administrator]);
/// Who speaks for an institution.
const DECLARERS: Allow = Allow::Roles(&[Role::Clerk]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/close", READERS, handlers::index),
        get("/close/{book}", READERS, handlers::county),
        post("/close/{book}/deadline", CLOSERS, handlers::set_deadline),
        get("/close/{book}/{month}", READERS, handlers::month),
        post("/close/{book}/{month}", CLOSERS, handlers::close),
        get("/close/{book}/{month}/check", CLOSERS, handlers::check),
        get("/close/{book}/{month}/declaration", CLOSERS, handlers::on_behalf),
        post(
            "/close/{book}/{month}/declaration",
            CLOSERS,
            handlers::declare_on_behalf,
        ),
        post("/close/{book}/{month}/reopening", REOPENERS, handlers::ask),
        post(
            "/close/{book}/{month}/reopening/decision",
            REOPENERS,
            handlers::decide,
        ),
        get(
            "/close/{book}/{month}/editions/{number}",
            READERS,
            handlers::edition,
        ),
        get(
            "/close/{book}/{month}/editions/{number}/tables.json",
            READERS,
            handlers::tables,
        ),
        get(
            "/close/{book}/{month}/editions/{number}/totals.txt",
            READERS,
            handlers::totals,
        ),
        get("/declaration", DECLARERS, handlers::own),
        post("/declaration", DECLARERS, handlers::declare_own),
    ]
}
