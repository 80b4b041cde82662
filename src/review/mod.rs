//! The reviewer's desk: what waits, one voucher in full, the decision on it, and the vouchers behind
//! any figure.
//!
//! What must always hold:
//! - a reviewer decides on what he or she saw: the revision travels with the form, and a voucher that has
//!   moved on is shown anew instead of decided;
//! - a return carries its reason; nothing that was refused loses what was typed;
//! - what the rules hold back is approved only with the reviewer's explicit word;
//! - the vouchers behind a figure are found by the same entries that make the figure, and the sum shown
//!   beside them is taken from those entries;
//! - many vouchers together are decided like one: each by the ledger's own command, in its own transaction;
//! - readers of the whole city see names masked; identity numbers are masked for everybody.

mod bulk;
mod decisions;
mod desk;
mod effect;
mod figure;
mod first;
mod lines;
mod list;
mod listed;
mod outliers;
mod past;
mod queue;
mod remarks;
mod reversal;
mod standing_in;
mod standing_in_end;
mod store;
mod twins;
mod views;

use crate::auth::{Allow, Role, RouteSpec, get, post};

/// Who reads vouchers.
const READERS: Allow = Allow::Roles(&[Role::Reviewer, Role::CityReader, Role::Administrator]);
/// Who sees one voucher: besides those, a clerk of the institution whose record it is.
const SEERS: Allow = Allow::Roles(&[Role::Clerk, Role::Reviewer, Role::CityReader, Role::Administrator]);
/// Who decides on them.
const DECIDERS: Allow = Allow::Roles(&[Role::Reviewer]);

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get("/review", READERS, queue::open),
        get("/review/bulk", DECIDERS, bulk::open),
        post("/review/bulk", DECIDERS, bulk::decide),
        get("/vouchers", READERS, list::open),
        get("/vouchers/{book}/{voucher}", SEERS, desk::open),
        get("/first-review", first::CHECKERS, first::open),
        post(
            "/vouchers/{book}/{voucher}/first-approval",
            first::CHECKERS,
            first::approve,
        ),
        post(
            "/vouchers/{book}/{voucher}/first-return",
            first::CHECKERS,
            first::send_back,
        ),
        get("/first-review/settings", standing_in::KEEPERS, standing_in::open),
        post(
            "/first-review/settings",
            standing_in::KEEPERS,
            standing_in::set_policy,
        ),
        post("/stand-ins", standing_in::KEEPERS, standing_in::appoint),
        get(
            "/stand-ins/{book}/{stand_in}/end",
            standing_in::KEEPERS,
            standing_in_end::open,
        ),
        post(
            "/stand-ins/{book}/{stand_in}/end",
            standing_in::KEEPERS,
            standing_in_end::send,
        ),
        post(
            "/vouchers/{book}/{voucher}/approval",
            DECIDERS,
            decisions::approve,
        ),
        post(
            "/vouchers/{book}/{voucher}/return",
            DECIDERS,
            decisions::send_back,
        ),
        get(
            "/vouchers/{book}/{voucher}/reversal",
            reversal::ASKERS,
            reversal::open,
        ),
        post(
            "/vouchers/{book}/{voucher}/reversal",
            reversal::ASKERS,
            reversal::send,
        ),
    ]
}

/// The address of a voucher's page.
fn address_of(voucher: &crate::ledger::Voucher) -> String {
    format!("/vouchers/{}/{}", voucher.book_id, voucher.id)
}
