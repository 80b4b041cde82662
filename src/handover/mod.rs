//! Moving contracts (移交、改挂): to another specialist, such as all of an ended posting, or to another
//! village. One voucher, a line for each contract, posted as minus the old dimensions and plus the new.
//!
//! What must always hold:
//! - only what stands moves: flows stay with the village and specialist under whom they happened;
//! - a contract's stocks stand, after each move, wholly under its own dimensions;
//! - what a line posts follows from where the contract stands, so that it can be applied again.

mod commands;
mod handlers;
mod store;
mod views;

pub use commands::{HANDOVER_KIND, HandoverDetail, What};
pub use handlers::routes;

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    vec![commands::kind()]
}
