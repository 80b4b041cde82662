//! Index insurance (天气指数保险): what a weather station observed decides, not a loss that was surveyed.
//!
//! What must always hold:
//! - a trigger is typed data of a product for policies that start from a day on; while it is undetermined
//!   (触发条件未定) nothing can be evaluated;
//! - neither a trigger nor an observation is ever edited: a correction is a further revision, and what is
//!   known is told in the order of `seq`;
//! - an index payout names the trigger and how far the observations were known, and its amount is the
//!   formula on exactly those (`domain` rule 22), whenever it is judged again;
//! - it posts what every payout posts and pays on the policy's part through the same code.

mod commands;
mod desk;
mod form;
mod records;
pub mod rules;
pub mod store;
mod views;

pub(super) use commands::paid_by_index;
pub use commands::{INDEX_KIND, IndexDetail, Known, kind};
pub use desk::routes as desk_routes;
pub(super) use form::{FORM, IndexForm};
pub use records::{NewObservations, record_observations, record_station, record_trigger};
