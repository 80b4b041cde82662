//! Receipts checked at the desk: a code that somebody reads out over the telephone leads to the record it was given for.
//!
//! What must always hold:
//! - a code is the beginning of a head of the audit chain, which nobody makes without the office's key; it is short, so in
//!   a large book two records may share one, and all that are found are shown;
//! - found is only what the asker may see anyway: reviewers their county, clerks their institution's and their own,
//!   specialists their own; of anything else the page says what it says of a code that never was.

mod code;
mod handlers;
mod store;
mod views;

pub use handlers::routes;
