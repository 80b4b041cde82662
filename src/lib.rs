//! Cunxin 村信: one ledger from a household's credit line to the city's total.
//!
//! Read ARCHITECTURE.md first. The rooms, in the order they may import one another (each only
//! those below it):

pub mod register;
pub mod auth;
pub mod state;
pub mod ui;
pub mod ledger;
pub mod regions;
pub mod db;
pub mod vault;
pub mod error;
pub mod clock;
pub mod values;
