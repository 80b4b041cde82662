//! The vertical axis of a chart, in whole numbers.

use super::draw::{BOTTOM, TOP};

/// The vertical axis: from `low` (nought or below) to `high`, in whole steps of 1, 2 or 5 times a power of ten.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Axis {
    low: i128,
    high: i128,
    step: i128,
}

impl Axis {
    /// The smallest axis over these values and nought.
    pub(super) fn over(values: impl Iterator<Item = i64> + Clone) -> Axis {
        let low = i128::from(values.clone().min().unwrap_or_default().min(0));
        let high = i128::from(values.max().unwrap_or_default().max(0));
        let step = step_of((high - low).max(1));
        Axis {
            low: low.div_euclid(step) * step,
            high: (-(-high).div_euclid(step)).max(1) * step,
            step,
        }
    }

    /// Where a value lies, in tenths of a unit from the top.
    pub(super) fn down(&self, value: i64) -> i64 {
        let span = i128::from(BOTTOM - TOP);
        let below = (self.high - i128::from(value)) * span / (self.high - self.low);
        // Between 0 and `span` for any value the axis was made over, so the conversion cannot fail.
        TOP + i64::try_from(below).unwrap_or_default()
    }

    /// The values at which the axis is marked.
    pub(super) fn steps(&self) -> impl Iterator<Item = i64> {
        let (low, step) = (self.low, self.step);
        let count = (self.high - low) / step;
        (0..=count).filter_map(move |at| i64::try_from(low + at * step).ok())
    }
}

/// The smallest of 1, 2, 5 × 10ᵏ that cuts `range` into at most four.
fn step_of(range: i128) -> i128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if range <= 4 * factor * power {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_whole_steps_and_holds_every_value() {
        let axis = Axis::over([0, 37].into_iter());
        assert_eq!(
            axis,
            Axis {
                low: 0,
                high: 40,
                step: 10
            }
        );
        assert_eq!((axis.down(0), axis.down(40)), (BOTTOM, TOP));
        assert_eq!(axis.down(20), (BOTTOM + TOP) / 2);
        let axis = Axis::over([-30, 55].into_iter());
        assert_eq!((axis.low, axis.high, axis.step), (-50, 100, 50));
    }

    #[test]
    fn nothing_overflows_or_divides_by_zero() {
        let axis = Axis::over([i64::MIN, i64::MAX].into_iter());
        for value in [i64::MIN, 0, i64::MAX] {
            assert!((TOP..=BOTTOM).contains(&axis.down(value)));
        }
        let flat = Axis::over([0, 0].into_iter());
        assert_eq!(flat.down(0), BOTTOM);
    }
}
