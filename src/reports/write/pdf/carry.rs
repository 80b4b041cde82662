//! 承前页 and 过次页: what the rows printed so far add up to, in the columns whose total is the sum of the rows. Distinct
//! counts and rates do not add up, and a column of which some parts are hidden or not reported has no sum either.

use crate::reports::table::{Cell, Row, RowKind, Sheet, TotalRule};
use crate::values::money::Fen;

/// Adds up while rows are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Carry {
    /// For each column its running sum; none where nothing is carried.
    sums: Vec<Option<Cell>>,
}

impl Carry {
    /// Starts at nought; none when no column of the sheet adds up to its total.
    pub(super) fn start(sheet: &Sheet) -> Option<Carry> {
        let total = sheet.total.as_ref()?;
        let named = sheet.columns.first().is_some_and(|column| column.is_label());
        let start = |at: usize| {
            let adds = sheet.columns[at].total == TotalRule::Sum
                && !sheet.hides_parts(at)
                && sheet.total_is_sum(at, total);
            match total.cells.get(at) {
                Some(Cell::Money(_)) if adds => Some(Cell::Money(Fen::ZERO)),
                Some(Cell::Count(_)) if adds => Some(Cell::Count(0)),
                _ => None,
            }
        };
        let sums: Vec<Option<Cell>> = (0..sheet.columns.len()).map(start).collect();
        (named && sums.iter().any(Option::is_some)).then_some(Carry { sums })
    }

    pub(super) fn add(&mut self, row: &Row) {
        if row.kind != RowKind::Item {
            return;
        }
        for (sum, cell) in self.sums.iter_mut().zip(&row.cells) {
            // The total is the sum of the rows and in range; a sum on the way to it that is not has nothing to say.
            *sum = match (sum.take(), cell) {
                (Some(Cell::Money(sum)), Cell::Money(fen)) => {
                    sum.0.checked_add(fen.0).map(|sum| Cell::Money(Fen(sum)))
                }
                (Some(Cell::Count(sum)), Cell::Count(count)) => sum.checked_add(*count).map(Cell::Count),
                (sum, _) => sum,
            };
        }
    }

    /// What is carried in a column.
    pub(super) fn sum(&self, at: usize) -> Option<&Cell> {
        self.sums.get(at)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    #[test]
    fn items_are_carried_and_parts_of_them_are_not() {
        let sheet = samples::by_county();
        let mut carry = Carry::start(&sheet).unwrap();
        for row in &sheet.rows[..3] {
            carry.add(row);
        }
        let sums: Vec<Option<&Cell>> = (0..7).map(|at| carry.sum(at)).collect();
        let granted = Cell::Money(Fen(6_667_000));
        let new = Cell::Money(Fen(-5));
        assert_eq!(sums, [None, None, Some(&granted), None, Some(&new), None, None]);
        for row in &sheet.rows[3..] {
            carry.add(row);
        }
        let total = sheet.total.as_ref().unwrap();
        assert_eq!(carry.sum(2), total.cells.get(2));
    }

    #[test]
    fn nothing_is_carried_where_the_rows_do_not_make_the_total() {
        let mut sheet = samples::amounts(crate::values::money::Unit::Yuan, &[1, 2]);
        sheet.rows[0].cells[1] = Cell::Suppressed;
        assert_eq!(Carry::start(&sheet), None);
        sheet.total = None;
        assert_eq!(Carry::start(&sheet), None);
    }
}
