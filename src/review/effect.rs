//! What a voucher changes in its county's totals.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Ask, Book, Dimension, EntryRow, Office, Window};
use crate::totals::{self, Aspect, Boundaries, By, Question, RowKey};
use crate::values::measure::{self, MEASURES, Measure};
use crate::values::{Level, MeasureId, Month, Nature, RegionId, SubjectId};

/// What one measure gains or loses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub measure: &'static Measure,
    /// Fen, or a count. Of a distinct measure: the sum of its entries, not of who is counted.
    pub change: i64,
    /// The county's figure of the posting month, before and after; none once the voucher is posted.
    pub county: Option<(i64, i64)>,
}

/// The sums of some entries per measure, in the registry's order.
pub(super) fn changes(entries: &[EntryRow]) -> Result<Vec<Effect>, Error> {
    let mut sums: HashMap<MeasureId, i64> = HashMap::new();
    for entry in entries {
        let sum = sums.entry(entry.measure).or_default();
        *sum = sum.checked_add(entry.amount).ok_or_else(overflow)?;
    }
    let known = MEASURES.iter().filter_map(|measure| {
        Some(Effect {
            measure,
            change: *sums.get(&measure.id)?,
            county: None,
        })
    });
    Ok(known.collect())
}

/// What the pending `entries` would change in the book's totals of `month`, before and after.
pub(super) fn on_county(
    conn: &mut Conn,
    office: &Office<'_>,
    book: &Book,
    month: Month,
    entries: &[EntryRow],
) -> Result<Vec<Effect>, Error> {
    let mut effects = changes(entries)?;
    let question = Question {
        region: book.region_id,
        month,
        by: By::None,
        measures: effects.iter().map(|effect| effect.measure).collect(),
        boundaries: Boundaries::Then,
    };
    let county = totals::answer(conn, office, &question)?.total;
    let held = held(conn, book, month, entries)?;
    let held = within(&held, |_| true)?;
    for (effect, figures) in effects.iter_mut().zip(&county.figures) {
        let was = figures.amount(aspect(effect.measure));
        effect.county = Some((was, after(effect, was, &held, entries)?));
    }
    Ok(effects)
}

/// What is shown of a measure: how a stock stands, what a month's flow is.
const fn aspect(measure: &Measure) -> Aspect {
    match measure.nature {
        Nature::Stock => Aspect::End,
        Nature::Flow => Aspect::Month,
    }
}

/// A figure after the entries.
fn after(effect: &Effect, was: i64, held: &Held, entries: &[EntryRow]) -> Result<i64, Error> {
    let change = if effect.measure.distinct {
        newly_counted(effect.measure.id, held, entries)
    } else {
        effect.change
    };
    was.checked_add(change).ok_or_else(overflow)
}

/// What entries change in the figures of one town.
pub(super) struct TownEffect {
    pub town: RegionId,
    pub effects: Vec<Effect>,
}

/// What the pending `entries` would change in the totals of each town they are in, in the register's order.
pub(super) fn on_towns(
    conn: &mut Conn,
    office: &Office<'_>,
    book: &Book,
    month: Month,
    entries: &[EntryRow],
) -> Result<Vec<TownEffect>, Error> {
    let moved = changes(entries)?;
    let question = Question {
        region: book.region_id,
        month,
        by: By::Town,
        measures: moved.iter().map(|effect| effect.measure).collect(),
        boundaries: Boundaries::Then,
    };
    let answer = totals::answer(conn, office, &question)?;
    let held = held(conn, book, month, entries)?;
    let town_of = |leaf| office.regions.group(leaf, Level::Town, question.day()).region;
    let mut by_town: BTreeMap<RegionId, Vec<EntryRow>> = BTreeMap::new();
    for entry in entries {
        by_town
            .entry(town_of(entry.region_id))
            .or_default()
            .push(entry.clone());
    }
    let mut found = Vec::with_capacity(by_town.len());
    for (town, entries) in by_town {
        let held = within(&held, |leaf| town_of(leaf) == town)?;
        let row = answer.rows.iter().find(|row| row.key == RowKey::Region(town));
        let mut effects = changes(&entries)?;
        for effect in &mut effects {
            let figures = row.and_then(|row| answer.figures(row, effect.measure.id));
            let was = figures.map_or(0, |figures| figures.amount(aspect(effect.measure)));
            effect.county = Some((was, after(effect, was, &held, &entries)?));
        }
        found.push(TownEffect { town, effects });
    }
    found.sort_by_key(|each| office.regions.sort_key(each.town, question.day()));
    Ok(found)
}

/// What each subject has of a measure.
type Held = BTreeMap<(MeasureId, i64), i64>;

/// The same over the units that `lies` lets in.
fn within(
    held: &BTreeMap<(MeasureId, i64, RegionId), i64>,
    lies: impl Fn(RegionId) -> bool,
) -> Result<Held, Error> {
    let mut sums = Held::new();
    for ((measure, subject, region), amount) in held {
        if lies(*region) {
            let sum = sums.entry((*measure, *subject)).or_default();
            *sum = sum.checked_add(*amount).ok_or_else(overflow)?;
        }
    }
    Ok(sums)
}

/// What the subjects of `entries` have in the book up to `month`, or within it, unit by unit.
fn held(
    conn: &mut Conn,
    book: &Book,
    month: Month,
    entries: &[EntryRow],
) -> Result<BTreeMap<(MeasureId, i64, RegionId), i64>, Error> {
    let counted = entries.iter().filter(|entry| entry.subject_id.is_some());
    let ask = Ask {
        book: book.id,
        measures: counted
            .map(|entry| entry.measure)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        dimension: Dimension::All,
        window: Window { month },
    };
    let subjects: BTreeSet<SubjectId> = entries.iter().filter_map(|entry| entry.subject_id).collect();
    let subjects: Vec<SubjectId> = subjects.into_iter().collect();
    let mut held = BTreeMap::new();
    for subject in ledger::subject_sums(conn, &ask, &subjects)? {
        let nature = measure::by_id(subject.sum.measure).map_or(Nature::Flow, |measure| measure.nature);
        let sum: &mut i64 = held
            .entry((subject.sum.measure, subject.subject.0, subject.sum.region))
            .or_default();
        *sum = sum
            .checked_add(first(nature, &subject.sum.amount))
            .ok_or_else(overflow)?;
    }
    Ok(held)
}

/// 期末 of a stock, 本月 of a flow.
const fn first(nature: Nature, sums: &ledger::Cumulative) -> i64 {
    let [end, previous, ..] = sums.0;
    match nature {
        Nature::Stock => end,
        Nature::Flow => end - previous,
    }
}

/// By how many the count changes: each subject is counted once, if its sum is above nought.
fn newly_counted(measure: MeasureId, held: &Held, entries: &[EntryRow]) -> i64 {
    let mut changes: BTreeMap<i64, i64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.measure == measure) {
        if let Some(subject) = entry.subject_id {
            let sum = changes.entry(subject.0).or_default();
            *sum = sum.saturating_add(entry.amount);
        }
    }
    let change = |(subject, change): (&i64, &i64)| {
        let was = held.get(&(measure, *subject)).copied().unwrap_or(0);
        i64::from(was.saturating_add(*change) > 0) - i64::from(was > 0)
    };
    changes.iter().map(change).sum()
}

fn overflow() -> Error {
    Error::Failed("a total overflows".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{BookId, InstitutionId, ProductId, SpecialistId, VoucherId};

    fn entry(measure: MeasureId, subject: Option<i64>, amount: i64) -> EntryRow {
        EntryRow {
            book_id: BookId(1),
            voucher_id: VoucherId::from_parts(0, [0; 10]),
            n: 1,
            pending: true,
            line: 1,
            month: Month::new(2023, 12).unwrap(),
            measure,
            region_id: RegionId(1),
            institution_id: InstitutionId(1),
            product_id: ProductId(1),
            specialist_id: SpecialistId(1),
            contract_id: None,
            subject_id: subject.map(SubjectId),
            amount,
        }
    }

    #[test]
    fn entries_add_up_per_measure_in_the_registrys_order() {
        let entries = [
            entry(measure::LOAN_BALANCE, None, 5),
            entry(measure::CREDIT_GRANTED, None, 7),
            entry(measure::LOAN_BALANCE, None, -2),
        ];
        let found = changes(&entries).unwrap();
        let short: Vec<(&str, i64)> = found
            .iter()
            .map(|each| (each.measure.code, each.change))
            .collect();
        assert_eq!(short, [("credit.granted", 7), ("loan.balance", 3)]);
        let large = [
            entry(measure::LOAN_BALANCE, None, i64::MAX),
            entry(measure::LOAN_BALANCE, None, 1),
        ];
        assert!(changes(&large).is_err());
    }

    #[test]
    fn who_is_counted_already_is_not_counted_again() {
        let m = measure::CREDIT_HOUSEHOLDS;
        let held = BTreeMap::from([((m, 1), 1), ((m, 2), 0), ((measure::CREDIT_VILLAGES, 9), 1)]);
        let entries = [entry(m, Some(1), 1), entry(m, Some(2), 1), entry(m, Some(3), 1)];
        assert_eq!(newly_counted(m, &held, &entries), 2);
        assert_eq!(newly_counted(m, &held, &[entry(m, Some(1), -1)]), -1);
        assert_eq!(newly_counted(m, &held, &[entry(m, Some(2), -1)]), 0);
    }
}
