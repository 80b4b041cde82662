//! What the demonstration data is to be, before anything is recorded: fictional people and
//! contracts over Jiangmen's real units, 2022-01 to 2023-12, and what still waits for review on
//! 2024-01-04.
//!
//! Pure and deterministic: no clock, no database, no floats, the same plan every time. A walker
//! takes [`Plan::items`] in order and feeds each to the ordinary commands; nothing here knows
//! them. Registers ([`Plan::clients`], [`Plan::lines`], [`Plan::loans`]…) are addressed by their
//! index, villages by their 12-digit code or [`HAMLET`].
//!
//! What must always hold: the headline totals of 2023-12-31 in [`targets`] to the fen; draws
//! within what is granted; repayments within the balance, and, but for the loans meant to be
//! overdue, on the day they fall due; every voucher's specialist posted to its village on its
//! business date; all identity numbers distinct and valid, with order numbers from 900 up.

mod acts;
mod assignments;
mod calendar;
mod catalogue;
mod claims;
mod credit;
mod fieldwork;
mod insurance;
mod loans;
mod marine;
mod model;
mod numbers;
mod people;
mod published;
mod rng;
mod settle;
pub mod targets;
#[cfg(test)]
mod tests;
mod villages;
mod waiting;

pub use acts::*;
pub use model::*;

/// The amount keyed for 160,000 yuan in the wrong sheet of 台山.
pub const WRONG_GRANT: crate::values::money::Fen = crate::values::money::Fen(waiting::KEYED);

use chrono::NaiveDate;

use crate::regions::RegionRow;
use assignments::Duties;
use credit::Book;
use insurance::Cover;
use loans::Debts;
use people::{People, Posts};
use villages::Ground;

/// Ten thousand yuan in fen.
const WAN: i64 = 1_000_000;

/// Why no plan can be made of these units.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the file of units has too few: {0}")]
    TooFew(&'static str),
    #[error("the file of units has no {0}")]
    NoSuchUnit(String),
    #[error("the amounts cannot be brought to {0} fen")]
    Unsettled(i64),
}

/// A voucher without its place in the order.
#[derive(Clone, Debug)]
struct Draft {
    date: NaiveDate,
    county: String,
    institution: Option<usize>,
    specialist: Option<usize>,
    act: Act,
}

impl Draft {
    fn by(date: NaiveDate, county: &str, institution: usize, specialist: usize, act: Act) -> Self {
        Self {
            date,
            county: county.to_owned(),
            institution: Some(institution),
            specialist: Some(specialist),
            act,
        }
    }
}

/// The plan over these units: Jiangmen's, as in `data/regions-jiangmen.csv`.
///
/// # Errors
/// [`PlanError`] if towns named in the plan are missing or there are not villages enough.
pub fn plan(regions: &[RegionRow]) -> Result<Plan, PlanError> {
    let ground = Ground::lay(regions)?;
    let institutions = catalogue::institutions();
    let posts = Posts::fill(&ground, &institutions)?;
    let mut people = People::new();
    let mut book = Book::draw_up(&ground, &posts, &mut people)?;
    let mut debts = Debts::run_up(&ground, &posts, &mut people, &book)?;
    let cover = Cover::write(&ground, &posts, &people)?;
    let mut drafts = debts.drafts();
    for round in &book.rounds {
        drafts.extend(book.drafts(round, &ground));
    }
    drafts.extend(cover.drafts());
    drafts.extend(fieldwork::drafts(&ground, &posts, &book)?);
    let waiting = waiting::drafts(&ground, &posts, &mut people, &mut book, &mut debts)?;
    let duties = Duties::from_work(&ground, &posts, &debts.loans, &cover.policies, &drafts);
    drafts.extend(duties.drafts);
    let items = in_order(drafts, 0);
    let waiting = in_order(waiting, items.len());
    let since = in_order(debts.drafts_since(), items.len() + waiting.len());
    Ok(Plan {
        institutions,
        products: catalogue::products(),
        risks: catalogue::risks(),
        hamlets: ground.hamlets(),
        specialists: posts.specialists,
        assignments: duties.assignments,
        clients: people.clients,
        lines: book.lines,
        loans: debts.loans,
        policies: cover.policies,
        items,
        waiting,
        since,
        published: published::published(),
    })
}

/// By date, then by the order of [`Act`]'s variants, then as drafted.
fn in_order(mut drafts: Vec<Draft>, before: usize) -> Vec<Item> {
    drafts.sort_by_key(|d| (d.date, d.act.rank()));
    let numbered = drafts.into_iter().zip(before as u32 + 1..);
    numbered
        .map(|(draft, sequence)| Item {
            head: Head {
                date: draft.date,
                county: draft.county,
                institution: draft.institution,
                specialist: draft.specialist,
                sequence,
            },
            act: draft.act,
        })
        .collect()
}
