//! What a voucher changes in its county's totals.

use std::collections::{BTreeMap, HashMap};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Ask, Book, Dimension, EntryRow, Window};
use crate::values::measure::{self, MEASURES, Measure};
use crate::values::{MeasureId, Month, Nature};

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
    book: &Book,
    month: Month,
    entries: &[EntryRow],
) -> Result<Vec<Effect>, Error> {
    let mut effects = changes(entries)?;
    let of = |distinct: bool, effects: &[Effect]| -> Vec<MeasureId> {
        let picked = effects
            .iter()
            .filter(|effect| effect.measure.distinct == distinct);
        picked.map(|effect| effect.measure.id).collect()
    };
    let ask = Ask {
        books: vec![book.id],
        regions: None,
        measures: of(false, &effects),
        dimension: Dimension::All,
        window: Window { month },
        pending: false,
    };
    let mut before: HashMap<MeasureId, i64> = HashMap::new();
    for sum in ledger::sums(conn, &ask)? {
        let nature = measure::by_id(sum.measure).map_or(Nature::Flow, |measure| measure.nature);
        let total = before.entry(sum.measure).or_default();
        *total = total
            .checked_add(first(nature, &sum.amount))
            .ok_or_else(overflow)?;
    }
    let counted = Ask {
        measures: of(true, &effects),
        ..ask
    };
    let subjects = if counted.measures.is_empty() {
        Vec::new()
    } else {
        ledger::subject_sums(conn, &counted)?
    };
    let mut held: BTreeMap<(MeasureId, i64), i64> = BTreeMap::new();
    for subject in &subjects {
        let nature = measure::by_id(subject.sum.measure).map_or(Nature::Flow, |measure| measure.nature);
        let sum = held.entry((subject.sum.measure, subject.subject.0)).or_default();
        *sum = sum
            .checked_add(first(nature, &subject.sum.amount))
            .ok_or_else(overflow)?;
    }
    for effect in &mut effects {
        effect.county = Some(if effect.measure.distinct {
            counts(effect.measure.id, &held, entries)
        } else {
            let was = before.get(&effect.measure.id).copied().unwrap_or(0);
            (was, was.checked_add(effect.change).ok_or_else(overflow)?)
        });
    }
    Ok(effects)
}

/// 期末 of a stock, 本月 of a flow.
const fn first(nature: Nature, sums: &ledger::Cumulative) -> i64 {
    let [end, previous, ..] = sums.0;
    match nature {
        Nature::Stock => end,
        Nature::Flow => end - previous,
    }
}

/// How many are counted before and after: each once, if its sum is above nought.
fn counts(measure: MeasureId, held: &BTreeMap<(MeasureId, i64), i64>, entries: &[EntryRow]) -> (i64, i64) {
    let range = (measure, i64::MIN)..=(measure, i64::MAX);
    let mut sums: BTreeMap<i64, i64> = held
        .range(range)
        .map(|((_, subject), sum)| (*subject, *sum))
        .collect();
    let count = |sums: &BTreeMap<i64, i64>| sums.values().map(|sum| i64::from(*sum > 0)).sum();
    let before = count(&sums);
    for entry in entries.iter().filter(|entry| entry.measure == measure) {
        if let Some(subject) = entry.subject_id {
            let sum = sums.entry(subject.0).or_default();
            *sum = sum.saturating_add(entry.amount);
        }
    }
    (before, count(&sums))
}

fn overflow() -> Error {
    Error::Failed("a total overflows".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{BookId, InstitutionId, ProductId, RegionId, SpecialistId, SubjectId, VoucherId};

    fn entry(measure: MeasureId, subject: Option<i64>, amount: i64) -> EntryRow {
        EntryRow {
            book_id: BookId(1),
            voucher_id: VoucherId::from_parts(0, [0; 10]),
            pending: true,
            n: 1,
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
        assert_eq!(counts(m, &held, &entries), (1, 3));
        assert_eq!(counts(m, &held, &[entry(m, Some(1), -1)]), (1, 0));
    }
}
