//! Reads the command line and runs the command.

use std::process::ExitCode;

use clap::Parser;
use cunxin::cli::{Cli, run};
use tracing_subscriber::EnvFilter;

/// Statements and rows are many small texts: measured, filling the demonstration spends an eighth of
/// its time in the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("CUNXIN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cunxin: {error}");
            ExitCode::FAILURE
        }
    }
}
