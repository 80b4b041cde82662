//! Claims (理赔): 报案 → 查勘 → 定损 → 公示 → 核赔 → 赔付 of one loss of one row of a policy's list.
//!
//! What must always hold:
//! - every step is a voucher line with its day; who took it is the voucher's maker, and it counts once
//!   approved; where a claim stands is what its approved steps left;
//! - a claim is known by the policy, the row of its list and the claim number (报案号), so that one
//!   number may stand for a whole list hit by one disaster;
//! - the loss lies within the days insured (rule 21); nothing above the sum insured of the row is
//!   assessed or approved, nothing above the assessment approved, nothing above the approval paid (rule 20);
//! - 未决 is, for each open claim, the latest of estimate, assessment and approval less what was paid;
//!   it stands under the row's own dimensions until the claim is paid up or closed;
//! - a payout on a row that has a claim of its number is that claim's and follows its rules. Without
//!   a claim a payout may still be recorded by itself, for actuals taken over from the insurer's own
//!   system, but not beside an open claim of the same loss.

mod commands;
mod daily;
mod detail;
mod list;
mod notice;
mod page;
mod positions;
mod rows;
pub(super) mod rules;
mod sheet;
mod sheet_view;
mod step;
pub(super) mod store;
mod views;

pub use commands::Stage;
pub(super) use commands::{claims_of, kinds};
pub use daily::{ClaimEvent, claim_events};
pub use detail::{ClaimDetail, Report};
pub(super) use positions::{compared, forget};
pub(super) use sheet::FORM as SHEET;
pub(super) use step::{StepForm, at_stage};
pub use store::{Claim, claims_in, insured_in, rows_with_open_claims};

use crate::auth::{Allow, Role, RouteSpec, get};
use crate::recording::form_routes;

/// Who records.
const RECORDERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk]);
/// Who may print what is shown in the village.
const SHOWERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk, Role::Reviewer]);

/// The routes of claims.
pub(super) fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get(list::HOME, RECORDERS, list::show),
        get("/field/claims/{book}/{policy}/{part}", RECORDERS, page::show),
        get("/claims/notice/{book}/{voucher}", SHOWERS, notice::show),
    ];
    routes.extend(form_routes::<step::StepForm>(RECORDERS));
    routes.extend(form_routes::<sheet::SheetForm>(RECORDERS));
    routes
}
