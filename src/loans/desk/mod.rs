//! Loans at a desk: which are overdue and how they are classed, the bank's classes taken in as one record, and its
//! month-end list set against ours.
//!
//! What must always hold:
//! - a bank's clerk and a specialist see their own institution's loans, a specialist those of the villages he or she
//!   is posted to, a reviewer the county's;
//! - what is compared is never changed by comparing it.

mod importing;
mod late;
mod reconciling;

use crate::auth::{Allow, Role, RouteSpec, get, post};
use crate::recording::form_routes;

pub(super) use importing::ADDRESS as CLASSES;

/// Who looks after overdue loans.
const FOLLOWERS: Allow = Allow::Roles(&[Role::Specialist, Role::Clerk, Role::Reviewer]);
/// Who has the bank's own list, or asks for it.
const COMPARERS: Allow = Allow::Roles(&[Role::Clerk, Role::Reviewer]);

/// The routes of the desk.
pub(super) fn routes() -> Vec<RouteSpec> {
    let mut routes = vec![
        get("/loans/overdue", FOLLOWERS, late::open),
        get(reconciling::ADDRESS, COMPARERS, reconciling::open),
        post(reconciling::ADDRESS, COMPARERS, reconciling::compare_lists),
    ];
    routes.extend(form_routes::<importing::Importing>(super::handlers::CLASSIFIERS));
    routes
}
