//! The desk's first page (首页): one area in one month at a glance: what it comes to and how that moved, who has
//! reported, what stands out, where on the map.
//!
//! What must always hold:
//! - every figure is read through `totals` and the ledger's sums, and leads to what it is made of; nothing is added up here
//!   that is not added up there;
//! - 未报, 零报 and 0 are three different things, on the map as in the table;
//! - what stands out is told with how many there are, the worst few and the way to all of them; the rules that find it
//!   are pure ([`exceptions`]);
//! - names of people are written out for the county's own reviewers and masked for everybody else;
//! - a page costs the same number of statements however many rows it has, and what a book comes to is worked out once
//!   for as long as the book stands still.

mod exceptions;
mod handlers;
mod home;
mod items;
mod parts;
mod store;
mod survey;
mod views;

use crate::auth::{Allow, Role, RouteSpec, get};

/// The page's address.
const PATH: &str = "/overview";
/// Everything that stands out of one kind.
const EXCEPTIONS: &str = "/overview/exceptions";

const READERS: Allow = Allow::Roles(&[Role::Reviewer, Role::CityReader, Role::Administrator]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, READERS, handlers::home),
        get(EXCEPTIONS, READERS, handlers::exceptions),
    ]
}
