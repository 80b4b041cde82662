//! What was posted about claims, and paid out, day by day: from the vouchers and their entries.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::dsl::not;
use diesel::prelude::*;

use super::commands::Stage;
use super::detail::ClaimDetail;
use crate::db::schema::{claim, entry, voucher, voucher_line};
use crate::db::{CHUNK, Conn};
use crate::error::Error;
use crate::insurance::commands::{PAYOUT_KIND, PayoutDetail};
use crate::insurance::index::INDEX_KIND;
use crate::ledger::State;
use crate::values::measure::{
    INSURANCE_CLAIMS_OPEN, INSURANCE_CLAIMS_REPORTED, INSURANCE_OUTSTANDING, INSURANCE_PAYOUT,
};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, DisasterId, MeasureId, Month, RegionId, VoucherId};

/// What one line of a voucher changed, of a claim or of what is paid out.
#[derive(Clone, Debug)]
pub struct ClaimEvent {
    /// The voucher's business date.
    pub day: NaiveDate,
    /// The month it was posted in.
    pub month: Month,
    pub region: RegionId,
    /// The disaster its claim belongs to; none for a loss of its own, or without a claim.
    pub disaster: Option<DisasterId>,
    pub reported: i64,
    pub surveyed: i64,
    /// What report and survey put to 未决.
    pub estimated: i64,
    /// What assessment, approval and closing changed of it.
    pub adjusted: i64,
    pub paid: i64,
    pub open: i64,
    pub outstanding: i64,
}

/// A posted voucher about claims.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = voucher)]
struct Posted {
    book_id: BookId,
    id: VoucherId,
    kind: String,
    business_date: NaiveDate,
    posting_month: Month,
    reversal_of: Option<VoucherId>,
}

impl Posted {
    /// Whose lines say what it is about.
    fn source(&self) -> &VoucherId {
        self.reversal_of.as_ref().unwrap_or(&self.id)
    }
}

type LineKey = (BookId, VoucherId, i32);
/// What a line posted in each region.
type Amounts = HashMap<LineKey, BTreeMap<RegionId, HashMap<MeasureId, i64>>>;
/// Of a line, in its latest revision: that revision, its region, its policy, its own part.
type Lines = HashMap<LineKey, (i32, RegionId, Option<ContractId>, String)>;
type Disasters = HashMap<(BookId, ContractId, i32, String), DisasterId>;

/// The events of some books posted in these months, in the order of their business dates. Vouchers of the kinds
/// `moving` only move what is outstanding from one village to another.
pub fn claim_events(
    conn: &mut Conn,
    books: &[BookId],
    (from, to): (Month, Month),
    moving: &[&'static str],
) -> Result<Vec<ClaimEvent>, Error> {
    let kinds = Stage::EVERY.into_iter().map(Stage::code);
    let kinds = kinds
        .chain([PAYOUT_KIND, INDEX_KIND])
        .chain(moving.iter().copied());
    let vouchers: Vec<Posted> = voucher::table
        .filter(voucher::book_id.eq_any(books))
        .filter(voucher::posting_month.between(from, to))
        .filter(voucher::kind.eq_any(kinds))
        .filter(voucher::state.eq_any([State::Approved.code(), State::Reversed.code()]))
        .order((voucher::business_date, voucher::book_id, voucher::id))
        .select(Posted::as_select())
        .load(conn)?;
    let lines = lines_of(conn, &vouchers)?;
    let amounts = amounts_of(conn, &vouchers)?;
    let disasters = disasters_of(conn, books)?;
    let mut by_voucher: HashMap<(BookId, &VoucherId), Vec<i32>> = HashMap::new();
    for (book, id, n) in lines.keys() {
        by_voucher.entry((*book, id)).or_default().push(*n);
    }
    let mut events = Vec::new();
    for voucher in &vouchers {
        let mut numbers = by_voucher
            .get(&(voucher.book_id, voucher.source()))
            .cloned()
            .unwrap_or_default();
        numbers.sort_unstable();
        for n in numbers {
            let key = (voucher.book_id, voucher.source().clone(), n);
            let Some((_, region, policy, detail)) = lines.get(&key) else {
                continue;
            };
            let found = about(&voucher.kind, detail)?;
            let claim = policy.clone().zip(found.claim);
            let disaster = claim.and_then(|(policy, (part, number))| {
                disasters.get(&(voucher.book_id, policy, part, number)).copied()
            });
            let mut entered = amounts
                .get(&(voucher.book_id, voucher.id.clone(), n))
                .cloned()
                .unwrap_or_default();
            entered.entry(*region).or_default();
            for (at, sums) in &entered {
                let event = event(voucher, *at, disaster, found.surveyed && at == region, sums);
                if !event.is_nothing() {
                    events.push(event);
                }
            }
        }
    }
    Ok(events)
}

impl ClaimEvent {
    fn is_nothing(&self) -> bool {
        [
            self.reported,
            self.surveyed,
            self.paid,
            self.open,
            self.outstanding,
        ] == [0; 5]
    }
}

fn event(
    voucher: &Posted,
    region: RegionId,
    disaster: Option<DisasterId>,
    surveyed: bool,
    sums: &HashMap<MeasureId, i64>,
) -> ClaimEvent {
    let sum = |id| sums.get(&id).copied().unwrap_or(0);
    let outstanding = sum(INSURANCE_OUTSTANDING);
    let first = [Stage::Report.code(), Stage::Survey.code()].contains(&voucher.kind.as_str());
    let paid = [PAYOUT_KIND, INDEX_KIND].contains(&voucher.kind.as_str());
    let of = |said: bool, amount| if said { amount } else { 0 };
    ClaimEvent {
        day: voucher.business_date,
        month: voucher.posting_month,
        region,
        disaster,
        reported: sum(INSURANCE_CLAIMS_REPORTED),
        surveyed: of(surveyed, if voucher.reversal_of.is_some() { -1 } else { 1 }),
        estimated: of(first, outstanding),
        adjusted: of(!first && !paid, outstanding),
        paid: sum(INSURANCE_PAYOUT),
        open: sum(INSURANCE_CLAIMS_OPEN),
        outstanding,
    }
}

/// What a line says of its claim: part and number, and whether it was looked at.
struct About {
    claim: Option<(i32, String)>,
    surveyed: bool,
}

fn about(kind: &str, detail: &str) -> Result<About, Error> {
    Ok(match kind {
        PAYOUT_KIND => {
            let detail: PayoutDetail = serde_json::from_str(detail)?;
            About {
                claim: Some((detail.part, narrow(&detail.claim))),
                surveyed: false,
            }
        }
        stage if Stage::parse(stage).is_some() => {
            let detail: ClaimDetail = serde_json::from_str(detail)?;
            let at_once = detail.report.is_some_and(|report| report.surveyed_on.is_some());
            About {
                claim: Some((detail.part, narrow(&detail.claim))),
                surveyed: at_once || stage == Stage::Survey.code(),
            }
        }
        _ => About {
            claim: None,
            surveyed: false,
        },
    })
}

fn lines_of(conn: &mut Conn, vouchers: &[Posted]) -> Result<Lines, Error> {
    let mut lines = Lines::new();
    for some in vouchers.chunks(CHUNK) {
        type Row = (BookId, VoucherId, i32, i32, RegionId, Option<ContractId>, String);
        let rows: Vec<Row> = voucher_line::table
            .filter(voucher_line::voucher_id.eq_any(some.iter().map(Posted::source)))
            .select((
                voucher_line::book_id,
                voucher_line::voucher_id,
                voucher_line::revision,
                voucher_line::n,
                voucher_line::region_id,
                voucher_line::contract_id,
                voucher_line::detail,
            ))
            .load(conn)?;
        for (book, id, revision, n, region, policy, detail) in rows {
            let known = lines
                .entry((book, id, n))
                .or_insert((0, region, None, String::new()));
            if revision > known.0 {
                *known = (revision, region, policy, detail);
            }
        }
    }
    Ok(lines)
}

/// What each line posted.
fn amounts_of(conn: &mut Conn, vouchers: &[Posted]) -> Result<Amounts, Error> {
    let measures = [
        INSURANCE_CLAIMS_REPORTED,
        INSURANCE_CLAIMS_OPEN,
        INSURANCE_OUTSTANDING,
        INSURANCE_PAYOUT,
    ];
    let mut found = Amounts::new();
    for some in vouchers.chunks(CHUNK) {
        let rows: Vec<(BookId, VoucherId, i32, RegionId, MeasureId, i64)> = entry::table
            .filter(entry::book_id.eq_any(some.iter().map(|voucher| voucher.book_id)))
            .filter(entry::voucher_id.eq_any(some.iter().map(|voucher| &voucher.id)))
            .filter(entry::measure.eq_any(measures))
            .filter(not(entry::pending))
            .select((
                entry::book_id,
                entry::voucher_id,
                entry::line,
                entry::region_id,
                entry::measure,
                entry::amount,
            ))
            .load(conn)?;
        for (book, id, line, region, measure, amount) in rows {
            let sums = found.entry((book, id, line)).or_default();
            let sum = sums.entry(region).or_default().entry(measure).or_default();
            *sum = sum
                .checked_add(amount)
                .ok_or_else(|| Error::Failed("a total overflows".to_owned()))?;
        }
    }
    Ok(found)
}

/// The disasters of the claims of these books.
fn disasters_of(conn: &mut Conn, books: &[BookId]) -> Result<Disasters, Error> {
    let rows: Vec<(BookId, ContractId, i32, String, Option<DisasterId>)> = claim::table
        .filter(claim::book_id.eq_any(books))
        .filter(claim::disaster_id.is_not_null())
        .select((
            claim::book_id,
            claim::policy_id,
            claim::part,
            claim::number,
            claim::disaster_id,
        ))
        .load(conn)?;
    let known = |(book, policy, part, number, disaster): (_, _, _, _, Option<DisasterId>)| {
        Some(((book, policy, part, number), disaster?))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}
