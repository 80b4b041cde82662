//! Bringing many amounts to one exact total.

use super::PlanError;

/// Spreads what is missing from, or over, `target` across the amounts: `step` fen at a time in the
/// given order, round after round, each within its bounds; the odd rest goes whole to the first
/// that can take it.
///
/// # Errors
/// [`PlanError::Unsettled`] if the bounds leave no room.
pub(super) fn settle(
    amounts: &mut [i64],
    bounds: impl Fn(usize) -> (i64, i64),
    order: &[usize],
    step: i64,
    target: i64,
) -> Result<(), PlanError> {
    let fits = |n: usize, amount: i64| {
        let (low, high) = bounds(n);
        (low..=high).contains(&amount)
    };
    let mut missing = target - amounts.iter().sum::<i64>();
    while missing.abs() >= step {
        let before = missing;
        for n in order.iter().copied() {
            let move_by = step * missing.signum();
            if missing.abs() >= step && fits(n, amounts[n] + move_by) {
                amounts[n] += move_by;
                missing -= move_by;
            }
        }
        if missing == before {
            return Err(PlanError::Unsettled(target));
        }
    }
    if missing == 0 {
        return Ok(());
    }
    let taker = order.iter().copied().find(|n| fits(*n, amounts[*n] + missing));
    let taker = taker.ok_or(PlanError::Unsettled(target))?;
    amounts[taker] += missing;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches_the_target_within_bounds() {
        let mut amounts = [100, 200, 300];
        settle(&mut amounts, |_| (50, 400), &[2, 0, 1], 100, 837).unwrap();
        assert_eq!(amounts, [237, 200, 400]);
        settle(&mut amounts, |_| (50, 400), &[1, 2, 0], 100, 500).unwrap();
        assert_eq!(amounts.iter().sum::<i64>(), 500);
    }

    #[test]
    fn refuses_without_room() {
        let mut amounts = [100, 200];
        let refused = settle(&mut amounts, |_| (0, 250), &[0, 1], 10, 600);
        assert_eq!(refused, Err(PlanError::Unsettled(600)));
    }
}
