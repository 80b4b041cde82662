//! Cunxin 村信: one ledger from a household's credit line to the city's total.
//!
//! Read ARCHITECTURE.md first. The rooms, in the order they may import one another (each only
//! those below it):

pub mod auth;
pub mod clock;
pub mod credit;
pub mod db;
pub mod error;
pub mod ledger;
pub mod recording;
pub mod regions;
pub mod register;
pub mod state;
pub mod ui;
pub mod values;
pub mod vault;
