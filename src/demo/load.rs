//! Walking the plan: each item becomes a submission, submitted by its specialist and approved by
//! the county's reviewer on its own business day.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use indicatif::{ProgressBar, ProgressStyle};

use super::accounts::{self, Accounts, DEMO_EPOCH_MS, spread};
use super::acts::{self, Walk};
use super::closing::{ToClose, close_city, close_county};
use super::plan::{self, Item, Plan};
use super::registers::{self, Registers};
use super::showcase;
use crate::calendar::{self, Ended};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Change, Office, Verdict, record_audit};
use crate::regions::{self, Regions};
use crate::register::{ClientKind, NewClient, register_clients};
use crate::state::State;
use crate::values::day::day_start_utc;
use crate::values::{BookId, ClientId, CommandId, Month, UserId, VoucherId};

/// Clients registered in one transaction.
const CLIENTS_AT_ONCE: usize = 5_000;

/// The county that has not closed its last month.
const LATE_COUNTY: &str = "台山市";

/// The audited action by which a database is known to hold the demonstration; its note is the day.
const LOADED: &str = "demonstration.loaded";

/// The day on which this database's demonstration stands; none if it holds no demonstration.
pub fn business_day(conn: &mut Conn) -> Result<Option<NaiveDate>, Error> {
    use diesel::prelude::*;

    use crate::db::schema::audit;
    let Some(book) = ledger::register_book(conn)? else {
        return Ok(None);
    };
    let day: Option<String> = audit::table
        .filter(audit::book_id.eq(book.id))
        .filter(audit::action.eq(LOADED))
        .select(audit::note)
        .first(conn)
        .optional()?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// Fills a database that holds nothing but regions and books. Refuses one that holds more.
pub fn load(state: &State, today: NaiveDate, progress: bool) -> Result<(), Error> {
    let rows =
        regions::read_regions(crate::app::REGIONS).map_err(|error| Error::Failed(error.to_string()))?;
    let plan = plan::plan(&rows).map_err(|error| Error::Failed(error.to_string()))?;
    let bar = bar(&plan, progress);
    let register_book = state.db.read(ledger::register_book)?.ok_or(Error::NotFound)?.id;
    let (registers, accounts) = state
        .db
        .write(register_book, |conn| prepare(state, conn, &plan, today))?;
    clients(state, &plan, &registers, &accounts, &bar)?;
    let walk = Walk {
        plan: &plan,
        registers: &registers,
    };
    let late = registers.book_of_county(LATE_COUNTY)?;
    let last_month = Month::of(today).previous();
    // Book by book, so that what is written lies close together, and a quarter to a transaction.
    let months: Vec<&[Item]> = plan.by_month().collect();
    for (_, book) in registers.counties() {
        let reviewer = accounts.reviewers.get(&book).ok_or(Error::NotFound)?;
        for quarter in months.chunks(3) {
            let done = state.write_now(book, |conn, office| {
                let mut done = 0;
                for items in quarter {
                    let Some(first) = items.first() else { continue };
                    let month = Month::of(first.head.date);
                    done += one_month(conn, office, &walk, &accounts, book, items)?;
                    let to_close = ToClose {
                        book,
                        month,
                        reviewer,
                        is_last: month == last_month,
                        is_late: book == late,
                    };
                    close_county(conn, office, &to_close)?;
                }
                Ok(done)
            })?;
            bar.inc(done);
        }
    }
    for first in months.iter().filter_map(|items| items.first()) {
        let month = Month::of(first.head.date);
        state.write_now(register_book, |conn, office| {
            close_city(conn, office, month, month == last_month)
        })?;
    }
    for (_, book) in registers.counties() {
        let items = in_book(&plan.waiting, &registers, book)?;
        let since = in_book(&plan.since, &registers, book)?;
        state.write_now(book, |conn, office| {
            since
                .iter()
                .try_for_each(|item| record(conn, office, &walk, &accounts, item, true))?;
            end_of_day(conn, office, book, today)?;
            items
                .iter()
                .try_for_each(|item| record(conn, office, &walk, &accounts, item, false))
        })?;
    }
    showcase::record(state, register_book, late)?;
    // Last: a loading that was cut off does not pass for a demonstration.
    state.write_now(register_book, |conn, office| mark(conn, office, LOADED, today))?;
    bar.finish_and_clear();
    state.db.prepare(|conn| Ok(conn.analyse()?))
}

/// Records what happened in a book within one month, and ends its last day; says how much it was.
fn one_month(
    conn: &mut Conn,
    office: &Office<'_>,
    walk: &Walk<'_>,
    accounts: &Accounts,
    book: BookId,
    month: &[Item],
) -> Result<u64, Error> {
    let items = in_book(month, walk.registers, book)?;
    for item in &items {
        record(conn, office, walk, accounts, item, true)?;
    }
    if let Some(item) = month.first() {
        end_of_day(conn, office, book, Month::of(item.head.date).last_day())?;
    }
    Ok(u64::try_from(items.len()).unwrap_or_default())
}

/// What the calendar alone changes up to a day.
fn end_of_day(conn: &mut Conn, office: &Office<'_>, book: BookId, day: NaiveDate) -> Result<Ended, Error> {
    let actor = at(&crate::auth::command_line_user(), day);
    calendar::end_of_day(conn, office, &actor, book, day)
}

fn bar(plan: &Plan, progress: bool) -> ProgressBar {
    if !progress {
        return ProgressBar::hidden();
    }
    let batches = plan.clients.len().div_ceil(CLIENTS_AT_ONCE);
    let steps = u64::try_from(plan.items.len().saturating_add(batches)).unwrap_or_default();
    let style = ProgressStyle::with_template("  演示数据 {bar:40} {percent:>3}%  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps).with_style(style)
}

fn in_book<'a>(items: &'a [Item], registers: &Registers, book: BookId) -> Result<Vec<&'a Item>, Error> {
    let mut found = Vec::new();
    for item in items {
        if registers.book(&item.head.county)? == book {
            found.push(item);
        }
    }
    Ok(found)
}

/// Registers, accounts, and books open from the first month of the plan.
fn prepare(
    state: &State,
    conn: &mut Conn,
    plan: &Plan,
    today: NaiveDate,
) -> Result<(Registers, Accounts), Error> {
    refuse_if_used(conn)?;
    let tree: Regions = regions::load(conn)?;
    let registers = registers::fill(conn, plan, &tree, today)?;
    let accounts = accounts::make(conn, plan, &registers)?;
    let first = plan
        .items
        .first()
        .map_or(Month::of(today), |item| Month::of(item.head.date));
    for (_, book) in registers.counties() {
        ledger::open_from(conn, book, first)?;
    }
    mark(
        conn,
        &Office {
            kinds: &state.kinds,
            regions: &tree,
            vault: &state.vault,
            sums: None,
        },
        "demonstration.begun",
        today,
    )?;
    Ok((registers, accounts))
}

/// Audits a step of the loading in the register book; the note is the business day.
fn mark(conn: &mut Conn, office: &Office<'_>, action: &str, today: NaiveDate) -> Result<(), Error> {
    let note = today.to_string();
    let change = Change {
        action,
        subject: "",
        revision: 1,
        note: &note,
        digest: String::new(),
    };
    let book = ledger::register_book(conn)?.ok_or(Error::NotFound)?;
    record_audit(
        conn,
        office,
        &at(&crate::auth::command_line_user(), today),
        book.id,
        &change,
    )?;
    Ok(())
}

/// Never into an office's own data.
fn refuse_if_used(conn: &mut Conn) -> Result<(), Error> {
    use diesel::prelude::*;
    let accounts: i64 = crate::db::schema::account::table.count().get_result(conn)?;
    if accounts == 0 {
        return Ok(());
    }
    Err(Error::refuse(
        "demo.database_in_use",
        "",
        crate::values::Say::new(
            "这个数据库已经在用，演示数据不会装进去。请用 --database 指定一个新文件。",
            "This database is in use; the demonstration is not loaded into it. Name a new file with --database.",
        ),
    ))
}

/// `user` acting at ten in the morning of `day`, Shanghai time.
pub(super) fn at(user: &UserId, day: NaiveDate) -> Actor {
    let now: NaiveDateTime = day_start_utc(day) + TimeDelta::hours(10);
    Actor {
        id: user.clone(),
        institution: None,
        now,
        today: day,
    }
}

/// Whose information is a person's.
fn is_person(kind: plan::ClientKind) -> bool {
    matches!(kind, plan::ClientKind::Household | plan::ClientKind::FamilyFarm)
}

fn clients(
    state: &State,
    plan: &Plan,
    registers: &Registers,
    accounts: &Accounts,
    bar: &ProgressBar,
) -> Result<(), Error> {
    let first_day = plan
        .items
        .first()
        .map_or(NaiveDate::default(), |item| item.head.date);
    for (county, book) in registers.counties() {
        let ours = plan
            .clients
            .iter()
            .zip(0..)
            .filter(|(client, _)| plan::book_of(&client.village) == county);
        let new: Vec<NewClient> = ours
            .map(|(client, index)| {
                Ok(NewClient {
                    id: client_id(index),
                    kind: match client.kind {
                        plan::ClientKind::Household => ClientKind::Household,
                        plan::ClientKind::FamilyFarm => ClientKind::FamilyFarm,
                        plan::ClientKind::Cooperative => ClientKind::Cooperative,
                        plan::ClientKind::Enterprise => ClientKind::Firm,
                    },
                    region: registers.place(&client.village)?,
                    name: client.name.clone(),
                    number: client.number.clone(),
                    compared: false,
                    phone: String::new(),
                    address: String::new(),
                    // Signed when the first sheet was taken round.
                    consent_on: is_person(client.kind).then_some(first_day),
                })
            })
            .collect::<Result<_, Error>>()?;
        let actor = at(accounts.reviewers.get(&book).ok_or(Error::NotFound)?, first_day);
        for some in new.chunks(CLIENTS_AT_ONCE) {
            state.write_now(book, |conn, office| {
                register_clients(conn, office, &actor, book, some)
            })?;
            bar.inc(1);
        }
    }
    Ok(())
}

/// The id of the plan's client.
pub(super) fn client_id(index: usize) -> ClientId {
    ClientId::from_parts(DEMO_EPOCH_MS, spread(u64::try_from(index).unwrap_or_default()))
}

/// Submits one item, and approves it unless it shall wait.
fn record(
    conn: &mut Conn,
    office: &Office<'_>,
    walk: &Walk<'_>,
    accounts: &Accounts,
    item: &Item,
    approve: bool,
) -> Result<(), Error> {
    let day = item.head.date;
    let ms = day_start_utc(day).and_utc().timestamp_millis();
    let sequence = u64::from(item.head.sequence);
    let voucher = VoucherId::from_parts(ms, spread(sequence));
    let submission = acts::submission(
        walk,
        item,
        voucher.clone(),
        CommandId::from_parts(ms, spread(sequence)),
    )?;
    let reviewer = accounts.reviewers.get(&submission.book).ok_or(Error::NotFound)?;
    let maker = match item.head.specialist {
        Some(index) => accounts.specialists.get(index).cloned().ok_or(Error::NotFound)?,
        None => crate::auth::command_line_user(),
    };
    let told = |error: Error| {
        Error::Failed(format!(
            "item {} of {day} ({}): {error}",
            item.head.sequence, submission.kind
        ))
    };
    let receipt = ledger::submit(conn, office, &at(&maker, day), &submission).map_err(told)?;
    if approve {
        let verdict = Verdict {
            book: submission.book,
            voucher,
            command: CommandId::from_parts(ms, spread(sequence | 1 << 40)),
            revision: receipt.revision,
        };
        ledger::approve(conn, office, &at(reviewer, day), &verdict, false).map_err(told)?;
    }
    Ok(())
}
