//! Work in the villages: visits (走访), talks (宣讲), service points (服务点), designations (评定).
//!
//! What must always hold:
//! - a visit counts 户次 for every household visited, and 户数 (去重) only for registered 农户, each once
//!   in any period; visits and talks are their entries and have no table;
//! - service points are counted singly, their villages once each, and only those with a 村委会;
//! - a town is designated once; only 镇 and 街道 are, never the zones and farms that look like one;
//! - 信用户, 信用村 and 信用镇 are designations with a last day: the standard (`register`) proposes, an approved
//!   voucher rates, a review keeps or withdraws, the day's end takes out what has run out.

mod commands;
mod designating;
mod designating_commands;
mod designation_rules;
mod details;
mod handlers;
mod opening;
mod rating_facts;
mod ratings_page;
mod reviewing;
mod rules;
mod store;
mod talking;
mod views;
mod visiting;

pub use designating_commands::{RATING_EXPIRY_KIND, expire_ratings};
pub use details::{
    DESIGNATION_KIND, DesignationDetail, Evidence, PAYMENT_TOWN, RATING_REVIEW_KIND, ReviewDetail,
    SERVICE_POINT_KIND, ServicePointDetail, TALK_KIND, TalkDetail, VISIT_KIND, VisitDetail,
};
pub use handlers::{doors, routes};
pub use store::{Designation, ServicePoint, designations, positions, service_points_in};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    let recorded = details::Work::EVERY.into_iter().map(commands::kind);
    recorded.chain([designating_commands::expiry_kind()]).collect()
}
