//! Small cells: rows of so few households that a reader could tell who they are.

use crate::values::RegionId;

/// Fewer households than this identify people.
const FEWEST: i64 = 3;

/// Which rows are hidden from readers outside: those with 1 or 2 households, and where only one
/// row of a county is hidden, the smallest of its neighbours too, so that subtraction does not
/// reveal it. Rows are given as the unit above and the number of households.
pub(super) fn hidden(rows: &[(Option<RegionId>, i64)]) -> Vec<bool> {
    let mut hidden: Vec<bool> = rows
        .iter()
        .map(|(_, households)| (1..FEWEST).contains(households))
        .collect();
    let alone: Vec<Option<RegionId>> = rows
        .iter()
        .zip(&hidden)
        .filter(|(row, hide)| {
            let same = |(other, also): &(&(Option<RegionId>, i64), &bool)| other.0 == row.0 && **also;
            **hide && rows.iter().zip(&hidden).filter(same).count() == 1
        })
        .map(|((parent, _), _)| *parent)
        .collect();
    for parent in alone {
        let neighbour = rows
            .iter()
            .enumerate()
            .filter(|(at, (other, households))| {
                *other == parent && *households > 0 && hidden.get(*at) == Some(&false)
            })
            .min_by_key(|(_, (_, households))| *households);
        if let Some(hide) = neighbour.and_then(|(at, _)| hidden.get_mut(at)) {
            *hide = true;
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_small_row_takes_a_neighbour_of_its_county_with_it() {
        let rows = |counts: &[(i64, i64)]| -> Vec<(Option<RegionId>, i64)> {
            counts
                .iter()
                .map(|(parent, n)| (Some(RegionId(*parent)), *n))
                .collect()
        };
        let of = |counts: &[(i64, i64)]| hidden(&rows(counts));
        assert_eq!(of(&[(1, 10), (1, 3), (1, 0)]), [false, false, false]);
        assert_eq!(of(&[(1, 10), (1, 2), (1, 0), (1, 5)]), [false, true, false, true]);
        assert_eq!(of(&[(1, 10), (1, 2), (1, 1)]), [false, true, true]);
        assert_eq!(of(&[(1, 10), (1, 2), (2, 4), (2, 9)]), [true, true, false, false]);
        assert_eq!(of(&[(1, 2)]), [true]);
    }
}
