//! Lines whose amount stands out from the rest of their sheet: mostly a digit too many.

use crate::values::{Fen, Say};

/// From how many times the median a line is remarked on.
const TIMES: i128 = 5;

/// One line that stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outlier {
    /// The voucher's line, from 1.
    pub line: usize,
    /// How many tenths of the median the amount is, cut off: 103 is 10.3 times.
    tenths: i128,
}

impl Outlier {
    /// `为中位数的10倍`.
    pub fn say(&self) -> Say {
        let (whole, tenth) = (self.tenths / 10, self.tenths % 10);
        let times = if tenth == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{tenth}")
        };
        Say::new(
            format!("为中位数的{times}倍"),
            format!("{times} times the median"),
        )
    }
}

/// The lines whose amount is at least five times the median of them all, signs left aside. With an even
/// number of lines the median lies half way between the middle two; a median of nought compares with
/// nothing.
pub(super) fn outliers(amounts: &[Fen]) -> Vec<Outlier> {
    let sizes: Vec<i128> = amounts.iter().map(|amount| i128::from(amount.0).abs()).collect();
    let twice_median = twice_median(&sizes);
    if twice_median == 0 {
        return Vec::new();
    }
    sizes
        .iter()
        .zip(1..)
        .filter(|(size, _)| *size * 2 >= TIMES * twice_median)
        .map(|(size, line)| Outlier {
            line,
            tenths: size * 20 / twice_median,
        })
        .collect()
}

fn twice_median(sizes: &[i128]) -> i128 {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let at = |place: usize| sorted.get(place).copied().unwrap_or(0);
    if sorted.len() % 2 == 1 {
        at(middle) * 2
    } else {
        at(middle) + middle.checked_sub(1).map_or(0, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(yuan: &[i64]) -> Vec<(usize, String)> {
        let amounts: Vec<Fen> = yuan.iter().map(|yuan| Fen(yuan * 100)).collect();
        outliers(&amounts)
            .iter()
            .map(|each| (each.line, each.say().zh))
            .collect()
    }

    #[test]
    fn a_digit_too_many_stands_out() {
        let sheet = [160_000, 150_000, 1_600_000, 170_000, 160_000];
        assert_eq!(found(&sheet), [(3, "为中位数的10倍".to_owned())]);
        assert_eq!(found(&[100, 100, 530]), [(3, "为中位数的5.3倍".to_owned())]);
    }

    #[test]
    fn five_times_is_remarked_and_less_is_not() {
        assert_eq!(found(&[100, 100, 500]).len(), 1);
        let almost = [Fen(10_000), Fen(10_000), Fen(49_999)];
        assert!(outliers(&almost).is_empty());
    }

    #[test]
    fn an_even_sheet_has_its_median_half_way() {
        // The median of 1, 2, 3 and 20 is 2.5.
        assert_eq!(found(&[1, 2, 3, 20]), [(4, "为中位数的8倍".to_owned())]);
    }

    #[test]
    fn one_or_two_lines_and_sheets_without_amounts_have_none() {
        assert!(found(&[]).is_empty());
        assert!(found(&[9_000_000]).is_empty());
        assert!(found(&[1, 9_000_000]).is_empty());
        assert!(found(&[0, 0, 0, 500]).is_empty());
    }

    #[test]
    fn a_minus_counts_by_its_size() {
        assert_eq!(found(&[-100, -100, -1000]), [(3, "为中位数的10倍".to_owned())]);
    }

    proptest! {
        #[test]
        fn fewer_than_half_stand_out(amounts in prop::collection::vec(any::<i64>(), 1..60)) {
            let amounts: Vec<Fen> = amounts.into_iter().map(Fen).collect();
            prop_assert!(outliers(&amounts).len() * 2 <= amounts.len());
        }
    }
}
