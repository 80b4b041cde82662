//! `cunxin close`: the checklist and the close on the command line.

use std::io::Write;

use clap::Args;

use super::board::{self, Depth};
use super::commands::{Closing, Keep, close_month};
use super::rules::Weight;
use crate::auth::command_line_actor;
use crate::error::Error;
use crate::ledger::{self, Edition};
use crate::reports;
use crate::state::State;
use crate::totals::{resolve_month, resolve_region};
use crate::values::{BookId, Say};

/// What may be asked on the command line.
#[derive(Args, Clone, Debug)]
pub struct CloseArgs {
    /// The 12-digit code of the county whose book is closed, or of the city
    #[arg(long, value_name = "CODE")]
    pub book: String,
    /// The month, such as 2023-12: the oldest one still open
    #[arg(long)]
    pub month: String,
}

/// Prints the checklist and closes the month. For the city's code, makes the city's edition of a month
/// that every county has closed.
///
/// # Errors
/// Refused, naming each point, when the checklist does not allow it.
pub fn run(state: &State, args: &CloseArgs, out: &mut impl Write) -> Result<(), Error> {
    let month = resolve_month(&args.month)?;
    let actor = command_line_actor(&state.clock);
    let (book, is_city) = state.read_now(|conn, office| {
        let region = resolve_region(office.regions, &args.book, month.last_day())?;
        let book = ledger::find_book(conn, BookId(region.0))?;
        Ok((book.id, office.regions.root() == Some(region)))
    })?;
    let mut say = |text: String| {
        writeln!(out, "{text}").map_err(|error| Error::Failed(format!("cannot write: {error}")))
    };
    if !is_city {
        let board = state.read_now(|conn, office| {
            board::load(conn, office, actor.today, book, month, Depth::Everything)
        })?;
        for point in &board.points {
            let mark = match point.weight {
                Weight::Passed => "✓",
                Weight::Warning => "!",
                Weight::Gap => "…",
                Weight::Failure => "✗",
            };
            say(format!("{mark} {} · {}", point.say.zh, point.say.en))?;
        }
        let closing = Closing {
            book,
            month,
            keep: Keep::Everything,
            seen: None,
            demo: state.demo,
        };
        let edition = state.write_now(book, |conn, office| close_month(conn, office, &actor, &closing))?;
        say(format!(
            "{month} 已关账，第{}版 · closed, edition {} · {}",
            edition.number, edition.number, edition.digest
        ))?;
        say(files(state, &edition)?)?;
    }
    let city = state.write_register_now(|conn, office, _| {
        super::close_city(conn, office, &actor, month, Keep::Everything, state.demo)
    })?;
    match city {
        Some(edition) => {
            say(format!(
                "全市 {month} 已关账，第{}版 · the city's edition {} · {}",
                edition.number, edition.number, edition.digest
            ))?;
            say(files(state, &edition)?)
        }
        None if is_city => Err(Error::refuse(
            "close.city",
            "book",
            Say::new(
                "还有县没有关账，或全市这个月已经关账。",
                "A county is still open, or the city has closed this month already.",
            ),
        )),
        None => Ok(()),
    }
}

/// Makes an edition's files at once: nobody may be serving who would.
fn files(state: &State, edition: &Edition) -> Result<String, Error> {
    let mut made = 0;
    while reports::make_files(state, Some(edition))? {
        made += 1;
    }
    Ok(format!("已生成报表 {made} 份 · {made} report(s) kept"))
}
