//! Where contracts stand, beside what is posted to them.

use std::collections::HashMap;

use super::book::Book;
use super::verify::Difference;
use crate::error::Error;
use crate::values::measure;
use crate::values::{ContractId, Fen, MeasureId};

/// What the posted entries of a book's contracts come to. `verify` holds every room's positions against these.
#[derive(Debug, Default)]
pub struct ContractSums(HashMap<ContractId, Vec<(MeasureId, i64)>>);

impl ContractSums {
    /// The sums of some measures, by contract and measure.
    #[must_use]
    pub fn of(&self, measures: &[MeasureId]) -> HashMap<(ContractId, MeasureId), i64> {
        let sums = self.0.iter().flat_map(|(id, sums)| {
            let asked = sums.iter().filter(|(measure, _)| measures.contains(measure));
            asked.map(move |(measure, sum)| ((id.clone(), *measure), *sum))
        });
        sums.collect()
    }

    pub(super) fn add(
        &mut self,
        contract: &ContractId,
        measure: MeasureId,
        amount: i64,
    ) -> Result<(), Error> {
        // Nearly every entry is of a contract that is there already, whose id need not be copied.
        let sums = match self.0.get_mut(contract) {
            Some(sums) => sums,
            None => self.0.entry(contract.clone()).or_default(),
        };
        match sums.iter_mut().find(|(known, _)| *known == measure) {
            Some((_, sum)) => {
                *sum = sum
                    .checked_add(amount)
                    .ok_or_else(|| Error::Failed(format!("the entries of contract {contract} overflow")))?;
            }
            None => sums.push((measure, amount)),
        }
        Ok(())
    }

    /// What differs between amounts stored with contracts and the entries of these measures, by contract. An
    /// amount that is not stored is zero, so that entries of a contract that is not there differ too. `what`
    /// names a contract's measure by its code.
    pub fn differences(
        &self,
        book: &Book,
        measures: &[MeasureId],
        stored: impl IntoIterator<Item = ((ContractId, MeasureId), i64)>,
        what: impl Fn(&ContractId, &str) -> String,
    ) -> Vec<Difference> {
        let mut sums = self.of(measures);
        let mut differing: Vec<((ContractId, MeasureId), i64, i64)> = stored
            .into_iter()
            .map(|(key, stored)| {
                let posted = sums.remove(&key).unwrap_or(0);
                (key, stored, posted)
            })
            .collect();
        differing.extend(sums.into_iter().map(|(key, posted)| (key, 0, posted)));
        differing.retain(|(_, stored, posted)| stored != posted);
        differing.sort();
        let difference = |((id, measure), stored, posted): ((ContractId, MeasureId), i64, i64)| {
            let measure = measure::by_id(measure);
            let show = |amount: i64| match measure.map(|measure| measure.unit) {
                Some(unit) if unit.is_money() => Fen(amount).yuan(),
                _ => amount.to_string(),
            };
            Difference {
                book: book.name.clone(),
                what: what(&id, measure.map_or("?", |measure| measure.code)),
                stored: show(stored),
                should_be: show(posted),
            }
        };
        differing.into_iter().map(difference).collect()
    }
}
