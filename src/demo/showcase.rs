//! What a visitor should see besides two years of everyday business: a handful of examples in 台山's open
//! months. A cold wave with claims at every step, a policy endorsed and one cancelled, a loan extended, one
//! written off of which something came back, files on their way to a grant, a rated village, a posting that
//! ended with a handover. Besides, targets for the city and its counties.
//!
//! They are made on contracts that the plan has put on the books, found in the order of their ids, and
//! dated where no figure of December is told (claims) or in January.

mod aims;
mod insured;
mod known;
mod lent;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::accounts::spread;
use super::load::at;
use crate::auth::list_accounts;
use crate::db::Conn;
use crate::db::schema::{account, voucher};
use crate::error::Error;
use crate::ledger::{self, NewLine, Office, State as VoucherState, Submission, Verdict};
use crate::register::{DisasterKind, NewDisaster, record_disaster};
use crate::state::State;
use crate::values::day::day_start_utc;
use crate::values::{
    BookId, CommandId, ContractId, DisasterId, InstitutionId, Level, RegionId, SpecialistId, UserId,
    VoucherId,
};

/// Above every number of the plan's items.
const FIRST: u64 = 1 << 50;

/// Records the examples in one county's book.
pub(super) fn record(state: &State, register: BookId, book: BookId) -> Result<(), Error> {
    let disaster = state.write_now(register, |conn, office| cold_wave(conn, office, register, book))?;
    state.write_now(register, |conn, office| aims::record(conn, office, register))?;
    state.write_now(book, |conn, office| {
        let mut stage = Stage::set(conn, office, book)?;
        insured::claims(conn, &mut stage, disaster)?;
        insured::endorsement(conn, &mut stage)?;
        insured::cancellation(conn, &mut stage)?;
        lent::extension(conn, &mut stage)?;
        lent::write_off(conn, &mut stage)?;
        known::files(conn, &mut stage)?;
        known::ratings(conn, &mut stage)?;
        known::handover(conn, &mut stage)
    })
}

/// The cold wave of December 2023, over the whole county.
fn cold_wave(
    conn: &mut Conn,
    office: &Office<'_>,
    register: BookId,
    book: BookId,
) -> Result<DisasterId, Error> {
    let day = december(25)?;
    let towns = office.regions.children(RegionId(book.0), day);
    let is_town = |id: &RegionId| {
        office
            .regions
            .unit(*id)
            .is_some_and(|unit| unit.level == Level::Town)
    };
    let new = NewDisaster {
        kind: DisasterKind::Cold,
        name: "2023年12月强寒潮".to_owned(),
        started_on: december(16)?,
        ended_on: december(24)?,
        towns: towns.into_iter().filter(is_town).collect(),
        note: "演示".to_owned(),
    };
    let actor = at(&crate::auth::command_line_user(), day);
    Ok(record_disaster(conn, office, &actor, register, &new)?.id)
}

fn december(day: u32) -> Result<NaiveDate, Error> {
    NaiveDate::from_ymd_opt(2023, 12, day).ok_or_else(nothing)
}

fn january(day: u32) -> Result<NaiveDate, Error> {
    NaiveDate::from_ymd_opt(2024, 1, day).ok_or_else(nothing)
}

/// The demonstration holds nothing that an example could be made of.
fn nothing() -> Error {
    Error::Failed("the demonstration's examples find nothing to be made of".to_owned())
}

/// Who plays, and where.
struct Stage<'a, 'b> {
    office: &'a Office<'b>,
    book: BookId,
    reviewer: UserId,
    /// The clerks one can sign in as, with the bank and the insurer they work for.
    bank: (UserId, InstitutionId),
    insurer: (UserId, InstitutionId),
    /// Specialists one can sign in as: their villages are left as they are.
    visited: Vec<SpecialistId>,
    /// Villages of which something waits for review.
    waiting: Vec<RegionId>,
    next: u64,
}

impl<'a, 'b> Stage<'a, 'b> {
    fn set(conn: &mut Conn, office: &'a Office<'b>, book: BookId) -> Result<Stage<'a, 'b>, Error> {
        let accounts = list_accounts(conn)?;
        let clerk = |login: &str| {
            let found = accounts.iter().find(|account| account.login == login);
            found
                .and_then(|account| Some((account.id.clone(), account.institution_id?)))
                .ok_or_else(nothing)
        };
        let of_county = |account: &&crate::auth::Account| {
            account.role == crate::auth::Role::Reviewer.code() && account.book_id == Some(book)
        };
        let reviewer = accounts.iter().find(of_county).ok_or_else(nothing)?.id.clone();
        let waiting: Vec<ledger::Voucher> = voucher::table
            .filter(voucher::book_id.eq(book))
            .filter(voucher::state.eq(VoucherState::Submitted.code()))
            .select(ledger::Voucher::as_select())
            .load(conn)?;
        Ok(Stage {
            office,
            book,
            reviewer,
            bank: clerk("bank")?,
            insurer: clerk("insurer")?,
            visited: accounts
                .iter()
                .filter(|account| account.one_click)
                .filter_map(|account| account.specialist_id)
                .collect(),
            waiting: ledger::regions_of(conn, &waiting)?
                .into_values()
                .flatten()
                .collect(),
            next: FIRST,
        })
    }

    /// Random bytes of the next id.
    fn bytes(&mut self) -> [u8; 10] {
        self.next += 1;
        spread(self.next)
    }

    /// The id of a contract that an example begins.
    fn contract(&mut self, day: NaiveDate) -> ContractId {
        ContractId::from_parts(millis(day), self.bytes())
    }

    /// Records something and has it approved, by whoever has the first line's specialist or the clerk.
    fn act(&mut self, conn: &mut Conn, day: NaiveDate, kind: &str, lines: Vec<NewLine>) -> Result<(), Error> {
        let first = lines.first().ok_or_else(nothing)?;
        let institution = first.institution;
        let clerk = if institution == self.insurer.1 {
            &self.insurer.0
        } else {
            &self.bank.0
        };
        let own: Option<UserId> = account::table
            .filter(account::specialist_id.eq(Some(first.specialist)))
            .order(account::id)
            .select(account::id)
            .first(conn)
            .optional()?;
        let maker = own.unwrap_or_else(|| clerk.clone());
        let ms = millis(day);
        let submission = Submission {
            book: self.book,
            voucher: VoucherId::from_parts(ms, self.bytes()),
            command: CommandId::from_parts(ms, self.bytes()),
            base_revision: 0,
            kind: kind.to_owned(),
            business_date: day,
            institution,
            lines,
        };
        let told = |error: Error| Error::Failed(format!("the example {kind} of {day}: {error}"));
        let receipt = ledger::submit(conn, self.office, &at(&maker, day), &submission).map_err(told)?;
        let verdict = Verdict {
            book: self.book,
            voucher: submission.voucher,
            command: CommandId::from_parts(ms, self.bytes()),
            revision: receipt.revision,
        };
        ledger::approve(conn, self.office, &at(&self.reviewer, day), &verdict, true).map_err(told)?;
        Ok(())
    }
}

fn millis(day: NaiveDate) -> i64 {
    day_start_utc(day).and_utc().timestamp_millis()
}
