//! The files of a closed month. Closing asks for them in its own transaction, which only writes a row for each report;
//! whoever serves makes them afterwards ([`work`]), and the page says how far that is.
//!
//! What must always hold:
//! - what an edition has kept of a report, it answers with for ever: the value itself ([`value`]) is kept beside the
//!   files, so that any unit and format are made of the figures as they were, also after the month was opened again
//!   and after another version of the program was put in place;
//! - a kept file is never made anew; it lies in the database under its digest, so that it is in every backup, and
//!   `verify` holds it against the digest;
//! - work is leased: one that is cut off is taken up again by whoever looks next; one that fails says why and can be
//!   asked for again.

mod handlers;
mod store;
mod value;
mod views;
mod work;

pub(super) use handlers::routes;
pub(super) use store::kept;
pub use store::request;
pub use work::{keep_working, work};
