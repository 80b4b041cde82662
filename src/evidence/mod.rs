//! Photos as evidence (影像): what a specialist saw, and the signed 授权书 of a client.
//!
//! What must always hold:
//! - a photo belongs to one record, a voucher or a client, under the digest of what was sent: sent twice, it is kept
//!   once;
//! - nothing but the picture is kept: place, camera, time and comments are cut out of the file, whatever the phone did;
//! - it exists only sealed, under its own record; each one that comes or goes adds a row to the audit chain;
//! - only the record's maker adds or takes away, and of a voucher only until it is decided on;
//! - seen by the maker, the institution's clerk who checks the record, and the county's reviewer: not by readers whose
//!   pages mask names, and never in a report.

mod handlers;
mod jpeg;
mod position;
mod rules;
mod store;
mod views;

pub use handlers::routes;
pub use position::{POSITION, Position, keep_position};
pub use store::{Photos, photos_of};
pub use views::{gallery, panel};
