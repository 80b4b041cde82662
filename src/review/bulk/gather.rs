//! What the chosen vouchers are, which of them can be decided together, and what they would change.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::auth::User;
use crate::db::Conn;
use crate::error::{Error, Severity};
use crate::ledger::{self, Book, EntryRow, Office, Voucher};
use crate::register::{ClientKind, Names, find_clients};
use crate::review::effect::{self, Effect};
use crate::review::listed::{self, Listed};
use crate::review::outliers::outliers;
use crate::review::remarks::remarks;
use crate::review::{store, twins};
use crate::values::{BookId, ClientId, Month, Nature, RegionId, Say, VoucherId};

/// Most vouchers in one go.
pub(super) const MOST: usize = 200;

/// What is to be done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Approve,
    Return,
}

impl What {
    pub const fn code(self) -> &'static str {
        match self {
            What::Approve => "approve",
            What::Return => "return",
        }
    }

    pub fn parse(code: &str) -> Option<What> {
        [What::Approve, What::Return]
            .into_iter()
            .find(|what| what.code() == code)
    }
}

/// Why a voucher is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Apart {
    /// The rules remark on it: in on the reviewer's word.
    Remarked,
    /// The rules hold it back: decided on its own page.
    Held,
    /// The institution has not checked it.
    FirstReview,
    /// Submitted by the reviewer.
    Own,
}

/// A voucher left out, with what was remarked.
pub(super) struct Left {
    pub listed: Listed,
    pub why: Apart,
    pub said: Vec<Say>,
}

/// One scope's figures in a month: the county, or one of its towns.
pub(super) struct Scope {
    pub town: Option<RegionId>,
    pub effects: Vec<Effect>,
}

/// What changes in the totals of a month.
pub(super) struct MonthChange {
    pub month: Month,
    /// The county first.
    pub scopes: Vec<Scope>,
}

/// Everything on the summary.
pub(super) struct Summary {
    pub what: What,
    pub county: RegionId,
    pub taken: Vec<Listed>,
    /// Taken although the rules remark on them.
    pub despite: Vec<Left>,
    pub left: Vec<Left>,
    /// Chosen, but no longer waiting.
    pub gone: usize,
    pub lines: i64,
    pub households: usize,
    pub months: Vec<MonthChange>,
}

/// What was chosen on the queue's page.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub what: What,
    pub ids: Vec<VoucherId>,
    /// Those to be taken although the rules remark on them.
    pub despite: HashSet<VoucherId>,
}

pub(super) fn gather(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    chosen: &Chosen,
) -> Result<Summary, Error> {
    let book = ledger::find_book(conn, user.own_book()?)?;
    let names = Names::load(conn)?.read_in(user.lang);
    let mut waiting = ledger::find_vouchers(conn, book.id, &chosen.ids)?;
    waiting.retain(Voucher::is_waiting);
    let place = |voucher: &Voucher| chosen.ids.iter().position(|id| *id == voucher.id);
    waiting.sort_by_key(place);
    let gone = chosen.ids.len().saturating_sub(waiting.len());
    let mut summary = Summary {
        what: chosen.what,
        county: book.region_id,
        taken: Vec::new(),
        despite: Vec::new(),
        left: Vec::new(),
        gone,
        lines: 0,
        households: 0,
        months: Vec::new(),
    };
    sort_out(conn, office, (user, &names), waiting, chosen, &mut summary)?;
    let taken: Vec<Voucher> = summary
        .taken
        .iter()
        .chain(summary.despite.iter().map(|left| &left.listed))
        .map(|listed| listed.voucher.clone())
        .collect();
    summary.lines = taken.iter().map(|voucher| i64::from(voucher.line_count)).sum();
    summary.households = households(conn, book.id, &taken)?;
    if chosen.what == What::Approve {
        summary.months = months(conn, office, &book, &taken)?;
    }
    Ok(summary)
}

/// Puts each voucher where it belongs.
fn sort_out(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, names): (&User, &Names),
    waiting: Vec<Voucher>,
    chosen: &Chosen,
    summary: &mut Summary,
) -> Result<(), Error> {
    let kinds = ledger::first_review_kinds(conn, user.own_book()?)?;
    let amounts = store::line_amounts(conn, &waiting)?;
    for listed in listed::dress(conn, office, names, waiting)? {
        let voucher = &listed.voucher;
        let mut said: Vec<Say> = Vec::new();
        let found = remarks(&voucher.issues()?);
        let held = voucher.held || found.iter().any(|remark| remark.severity >= Severity::Hold);
        said.extend(found.iter().map(super::super::remarks::Remark::sentence));
        let apart = amounts
            .get(&voucher.id)
            .map(|amounts| outliers(amounts))
            .unwrap_or_default();
        said.extend(apart.iter().map(outlier_sentence));
        if chosen.what == What::Approve {
            said.extend(like_others(twins::count(conn, voucher)?));
        }
        let unchecked =
            ledger::needs_first_review(&kinds, voucher) && ledger::first_review_of(conn, voucher)?.is_none();
        let why = if voucher.maker_id == user.id {
            Some(Apart::Own)
        } else if chosen.what == What::Return {
            None
        } else if unchecked {
            Some(Apart::FirstReview)
        } else if held {
            Some(Apart::Held)
        } else {
            (!said.is_empty()).then_some(Apart::Remarked)
        };
        match why {
            None => summary.taken.push(listed),
            Some(why) => {
                let despite = why == Apart::Remarked && chosen.despite.contains(&voucher.id);
                let left = Left { listed, why, said };
                if despite {
                    summary.despite.push(left);
                } else {
                    summary.left.push(left);
                }
            }
        }
    }
    summary.left.sort_by_key(|left| left.why);
    Ok(())
}

/// That other records are like a voucher's.
fn like_others(count: usize) -> Option<Say> {
    (count > 0).then(|| {
        Say::new(
            format!("有{count}条可能重复的记录，请打开并列核对。"),
            format!("Possibly recorded twice: {count}. Open it and look at them side by side."),
        )
    })
}

fn outlier_sentence(outlier: &super::super::outliers::Outlier) -> Say {
    let say = outlier.say();
    Say::new(
        format!("第{}行：金额{}，请核对位数。", outlier.line, say.zh),
        format!(
            "Line {}: the amount is {}; check its digits.",
            outlier.line, say.en
        ),
    )
}

/// How many households these vouchers are about, each once.
fn households(conn: &mut Conn, book: BookId, vouchers: &[Voucher]) -> Result<usize, Error> {
    let mut ids: BTreeSet<ClientId> = BTreeSet::new();
    for voucher in vouchers {
        let lines = ledger::lines_of(conn, voucher, voucher.revision)?;
        ids.extend(lines.into_iter().filter_map(|line| line.client));
    }
    let clients = find_clients(conn, book, ids)?;
    Ok(clients
        .values()
        .filter(|client| client.kind().is_ok_and(|kind| kind == ClientKind::Household))
        .count())
}

/// What changes month by month: each voucher posts to its own, and a stock changed in one month stands changed in
/// those after it.
fn months(
    conn: &mut Conn,
    office: &Office<'_>,
    book: &Book,
    vouchers: &[Voucher],
) -> Result<Vec<MonthChange>, Error> {
    let mut by_month: BTreeMap<Month, Vec<EntryRow>> = BTreeMap::new();
    for voucher in vouchers {
        let month = Month::of(voucher.business_date).max(book.first_open_month);
        by_month
            .entry(month)
            .or_default()
            .extend(ledger::entries_of(conn, voucher)?);
    }
    let mut changes = Vec::with_capacity(by_month.len());
    let mut before: Vec<EntryRow> = Vec::new();
    for (month, entries) in by_month {
        let measures: BTreeSet<_> = entries.iter().map(|entry| entry.measure).collect();
        let carried = before
            .iter()
            .filter(|entry| measures.contains(&entry.measure))
            .cloned();
        let counted: Vec<EntryRow> = entries.iter().cloned().chain(carried).collect();
        before.extend(entries.into_iter().filter(is_stock));
        let mut scopes = vec![Scope {
            town: None,
            effects: effect::on_county(conn, office, book, month, &counted)?,
        }];
        for town in effect::on_towns(conn, office, book, month, &counted)? {
            scopes.push(Scope {
                town: Some(town.town),
                effects: town.effects,
            });
        }
        changes.push(MonthChange { month, scopes });
    }
    Ok(changes)
}

fn is_stock(entry: &EntryRow) -> bool {
    crate::values::measure::by_id(entry.measure).is_some_and(|measure| measure.nature == Nature::Stock)
}
