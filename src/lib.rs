//! Cunxin 村信: one ledger from a household's credit line to the city's total.
//!
//! Read ARCHITECTURE.md first. The rooms, in the order they may import one another (each only
//! those below it):

pub mod cli;

pub mod backup;

pub mod app;

pub mod demo;

pub mod overview;

pub mod close;
pub mod paper;

pub mod figures;
pub mod receipts;
pub mod records;
pub mod reports;
pub mod review;

pub mod totals;

pub mod sync;

pub mod calendar;

pub mod field;

pub mod fieldwork;
pub mod handover;
pub mod insurance;
pub mod loans;

pub mod credit;

pub mod calculator;

pub mod conversation;
pub mod evidence;

pub mod recording;

pub mod register;

pub mod auth;

pub mod ui;

pub mod state;

pub mod ledger;

pub mod regions;

pub mod db;

pub mod clock;
pub mod config;
pub mod error;
pub mod tls;
pub mod vault;

pub mod values;
