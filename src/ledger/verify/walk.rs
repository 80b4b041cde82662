//! One walk over a book: every voucher beside its entries, in the order they lie. What the other comparisons
//! need of the entries is summed on the way, so that each entry is read once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use super::behind::name;
use super::{Difference, Posted};
use crate::db::schema::{book_number, entry, voucher, voucher_line};
use crate::db::{Conn, sum_i64};
use crate::error::Error;
use crate::ledger::positions::ContractSums;
use crate::ledger::post::{self, Addend};
use crate::ledger::queue::EntryRow;
use crate::ledger::reverse::posting;
use crate::ledger::voucher::State;
use crate::ledger::{Book, Posting};
use crate::values::{BookId, InstitutionId, MeasureId, Month, ProductId, RegionId, SpecialistId, VoucherId};

/// Vouchers read at a time, with all their entries.
const STRIDE: i64 = 1_000;

/// Everything a cell of the totals is keyed by.
type Group = (MeasureId, Month, RegionId, InstitutionId, ProductId, SpecialistId);

/// What a book's posted entries come to.
#[derive(Default)]
pub(super) struct Sums {
    /// Additive entries by group: many fall into one.
    groups: HashMap<Group, i64>,
    /// Distinct ones each by itself: hardly two are alike.
    distinct: Vec<Addend>,
    contracts: ContractSums,
}

impl Sums {
    fn add(&mut self, entry: &EntryRow) -> Result<(), Error> {
        if entry.subject_id.is_some() {
            self.distinct.push(Addend::of(entry));
        } else {
            let group = (
                entry.measure,
                entry.month,
                entry.region_id,
                entry.institution_id,
                entry.product_id,
                entry.specialist_id,
            );
            let sum = self.groups.entry(group).or_default();
            *sum = sum.checked_add(entry.amount).ok_or_else(overflow)?;
        }
        match &entry.contract_id {
            Some(contract) => self.contracts.add(contract, entry.measure, entry.amount),
            None => Ok(()),
        }
    }

    /// The additive and the distinct ones, and the sums by contract.
    pub fn into_parts(self) -> (Posted, ContractSums) {
        let addend = |(group, amount): (Group, i64)| {
            let (measure, month, region, institution, product, specialist) = group;
            Addend {
                measure,
                subject: None,
                month,
                region,
                institution,
                product,
                specialist,
                amount,
            }
        };
        let posted = Posted {
            additive: self.groups.into_iter().map(addend).collect(),
            distinct: self.distinct,
        };
        (posted, self.contracts)
    }
}

fn overflow() -> Error {
    Error::Failed("the entries of a book overflow".to_owned())
}

/// What a voucher says of itself.
#[derive(Queryable, Selectable)]
#[diesel(table_name = voucher)]
struct Kept {
    id: VoucherId,
    state: String,
    revision: i32,
    posting_month: Month,
    number: Option<i64>,
    amount_fen: i64,
    entries_digest: String,
}

/// What the entries of one voucher say.
#[derive(Default)]
struct Own {
    posted: bool,
    waiting: bool,
    /// Of its entries, one after the other.
    months: Vec<Month>,
    postings: Vec<Posting>,
}

impl Own {
    fn add(&mut self, entry: EntryRow) -> Result<(), Error> {
        self.posted |= !entry.pending;
        self.waiting |= entry.pending;
        if self.months.last() != Some(&entry.month) {
            self.months.push(entry.month);
        }
        self.postings.push(posting(entry)?);
        Ok(())
    }
}

/// From after one voucher up to another, in the order of their ids; to the end where there is none.
struct Stretch {
    after: Option<VoucherId>,
    up_to: Option<VoucherId>,
}

/// Walks a book. A voucher's entries are the ones it was posted with (or waits with), none of them changed,
/// missing or without their voucher; its amount is the sum of its lines; and each month's numbers run from 1
/// without a gap.
pub(super) fn walk(conn: &mut Conn, book: &Book) -> Result<(Sums, Vec<Difference>), Error> {
    let mut sums = Sums::default();
    let mut found = Vec::new();
    let mut given = Given::new();
    let mut after = None;
    loop {
        let kept = vouchers_after(conn, book.id, after.as_ref())?;
        let is_last = i64::try_from(kept.len()).map_or(true, |read| read < STRIDE);
        let up_to = if is_last {
            None
        } else {
            kept.last().map(|row| row.id.clone())
        };
        let stretch = Stretch { after, up_to };
        let mut own = own_entries(conn, book.id, &stretch, &mut sums)?;
        let amounts = line_sums(conn, book.id, &stretch)?;
        for row in &kept {
            let entries = own.remove(&row.id).unwrap_or_default();
            let lines = amounts.get(&(row.id.clone(), row.revision)).copied();
            let differs = compare(row, &entries, lines.unwrap_or(0));
            found.extend(differs.into_iter().map(|said| said.of(book)));
            if let Some(number) = row.number {
                let times = given.entry(row.posting_month).or_default();
                *times.entry(number).or_default() += 1;
            }
        }
        found.extend(own.into_keys().map(|id| orphan(&id).of(book)));
        match stretch.up_to {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    found.extend(numbers_run(conn, book, &given)?);
    Ok((sums, found))
}

fn vouchers_after(conn: &mut Conn, book: BookId, after: Option<&VoucherId>) -> Result<Vec<Kept>, Error> {
    let mut query = voucher::table
        .filter(voucher::book_id.eq(book))
        .order(voucher::id)
        .limit(STRIDE)
        .select(Kept::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(voucher::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Reads a stretch of entries, those without a voucher too, and adds the posted ones to the sums.
fn own_entries(
    conn: &mut Conn,
    book: BookId,
    stretch: &Stretch,
    sums: &mut Sums,
) -> Result<HashMap<VoucherId, Own>, Error> {
    let mut query = entry::table
        .filter(entry::book_id.eq(book))
        .order((entry::voucher_id, entry::n))
        .select(EntryRow::as_select())
        .into_boxed();
    if let Some(after) = &stretch.after {
        query = query.filter(entry::voucher_id.gt(after));
    }
    if let Some(up_to) = &stretch.up_to {
        query = query.filter(entry::voucher_id.le(up_to));
    }
    let entries: Vec<EntryRow> = query.load(conn)?;
    let mut found: HashMap<VoucherId, Own> = HashMap::new();
    let mut last: Option<(VoucherId, Own)> = None;
    for entry in entries {
        if !entry.pending {
            sums.add(&entry)?;
        }
        // Entries of one voucher follow each other.
        if last.as_ref().is_none_or(|(id, _)| *id != entry.voucher_id) {
            found.extend(last.replace((entry.voucher_id.clone(), Own::default())));
        }
        if let Some((_, own)) = last.as_mut() {
            own.add(entry)?;
        }
    }
    found.extend(last);
    Ok(found)
}

/// What the lines of each revision come to.
fn line_sums(
    conn: &mut Conn,
    book: BookId,
    stretch: &Stretch,
) -> Result<HashMap<(VoucherId, i32), i64>, Error> {
    let mut query = voucher_line::table
        .filter(voucher_line::book_id.eq(book))
        .group_by((voucher_line::voucher_id, voucher_line::revision))
        .select((
            voucher_line::voucher_id,
            voucher_line::revision,
            sum_i64("amount_fen"),
        ))
        .into_boxed();
    if let Some(after) = &stretch.after {
        query = query.filter(voucher_line::voucher_id.gt(after));
    }
    if let Some(up_to) = &stretch.up_to {
        query = query.filter(voucher_line::voucher_id.le(up_to));
    }
    let rows: Vec<(VoucherId, i32, i64)> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, revision, sum)| ((id, revision), sum))
        .collect())
}

/// A difference before it is known which book it is in.
struct Said {
    what: String,
    stored: String,
    should_be: String,
}

impl Said {
    fn of(self, book: &Book) -> Difference {
        Difference {
            book: book.name.clone(),
            what: self.what,
            stored: self.stored,
            should_be: self.should_be,
        }
    }
}

fn said(what: String, stored: &str, should_be: &str) -> Said {
    Said {
        what,
        stored: stored.to_owned(),
        should_be: should_be.to_owned(),
    }
}

fn orphan(id: &VoucherId) -> Said {
    said(format!("voucher {id}"), "missing", "it has entries")
}

/// One voucher beside its entries and the sum of its lines. Only an approved voucher has posted entries and
/// only a waiting one pending ones (a voucher may rightly have none: a loan classed 关注 moves no figure).
fn compare(row: &Kept, own: &Own, lines: i64) -> Vec<Said> {
    let id = &row.id;
    let mut found = Vec::new();
    let posted_in = [State::Approved, State::Reversed].map(State::code);
    let waiting_in = [State::Submitted].map(State::code);
    for (has, states, kind) in [
        (own.posted, posted_in.as_slice(), "posted"),
        (own.waiting, waiting_in.as_slice(), "pending"),
    ] {
        if has && !states.contains(&row.state.as_str()) {
            let what = format!("voucher {id} is {} but has {kind} entries", row.state);
            found.push(said(what, "entries", "none"));
        }
    }
    if lines != row.amount_fen {
        let what = format!("voucher {id} amount");
        found.push(said(what, &row.amount_fen.to_string(), &lines.to_string()));
    }
    let named = format!("voucher {}", name(id, row.posting_month, row.number));
    for month in own.months.iter().filter(|month| **month != row.posting_month) {
        let what = format!("{named}: the month of its entries");
        found.push(said(what, &month.to_string(), &row.posting_month.to_string()));
    }
    let has_entries = posted_in
        .iter()
        .chain(&waiting_in)
        .any(|state| *state == row.state);
    // Vouchers older than the digest keep none.
    if has_entries && !row.entries_digest.is_empty() {
        let digest = post::digest(&own.postings);
        if digest != row.entries_digest {
            let what = format!("{named}: its entries");
            found.push(said(what, &digest, &row.entries_digest));
        }
    }
    found
}

/// How often each number was given, month by month.
type Given = BTreeMap<Month, BTreeMap<i64, usize>>;

/// The numbers of each month are 1, 2, 3 up to the last one given.
fn numbers_run(conn: &mut Conn, book: &Book, given: &Given) -> Result<Vec<Difference>, Error> {
    let last: Vec<(Month, i64)> = book_number::table
        .filter(book_number::book_id.eq(book.id))
        .select((book_number::month, book_number::last))
        .load(conn)?;
    let last: BTreeMap<Month, i64> = last.into_iter().collect();
    let months: BTreeSet<&Month> = last.keys().chain(given.keys()).collect();
    let mut found = Vec::new();
    for month in months {
        let end = last.get(month).copied().unwrap_or(0);
        let known = given.get(month);
        let times = |number: i64| known.and_then(|known| known.get(&number)).copied().unwrap_or(0);
        let beyond = known
            .into_iter()
            .flat_map(BTreeMap::keys)
            .copied()
            .filter(|number| *number > end);
        let wrong = (1..=end).filter(|number| times(*number) != 1).chain(beyond);
        found.extend(wrong.map(|number| {
            let stored = format!("{} vouchers", times(number));
            let should_be = if number > end { "none yet" } else { "1 voucher" };
            said(
                format!("voucher {month}-{number:05}: its number"),
                &stored,
                should_be,
            )
            .of(book)
        }));
    }
    Ok(found)
}
