//! What every integration test stands on: a running program on a real database, people who use
//! it over HTTP, and the outside programs that read what it makes.

#![allow(dead_code, reason = "helpers are there for the next test too")]

pub mod app;
pub mod browser;
pub mod network;
pub mod office;
pub mod postgres;
pub mod tools;
