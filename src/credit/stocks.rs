//! What a change of a line moves in the stocks, under the line's own dimensions.

use super::store::{CreditLine, TERMINATED};
use crate::ledger::{Line, Posting};
use crate::register::Client;
use crate::values::{MeasureId, SubjectId, measure};

/// Whom a line is counted for besides its amounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// The village has a 村委会, which `credit.villages` counts.
    pub village: bool,
    /// The household; none for any other client.
    pub household: Option<SubjectId>,
}

impl Counted {
    pub(super) fn of(village: bool, client: Option<&Client>) -> Counted {
        Counted {
            village,
            household: client
                .filter(|client| client.is_household())
                .map(|client| client.subject_id),
        }
    }
}

/// The limits of the stages and the frozen part, as [`CreditLine::in_stocks`] gives them.
const LIMITS: [MeasureId; 4] = [
    measure::CREDIT_PREAPPROVED,
    measure::CREDIT_GRANTED,
    measure::CREDIT_SIGNED,
    measure::CREDIT_FROZEN,
];

/// How the stocks differ between a line before and after: what comes into force, leaves it, rises or falls.
pub(super) fn moved(line: &Line, before: &CreditLine, after: &CreditLine, counted: &Counted) -> Vec<Posting> {
    let stock = |measure, amount: i64| Posting {
        product: before.product_id,
        institution: before.institution_id,
        specialist: before.specialist_id,
        ..Posting::of(line, measure, amount)
    };
    let limits = LIMITS
        .into_iter()
        .zip(before.in_stocks().into_iter().zip(after.in_stocks()));
    let mut posted: Vec<Posting> = limits
        .map(|(measure, (was, is))| stock(measure, is.0 - was.0))
        .collect();
    let standing = |line: &CreditLine| i64::from(line.in_force());
    let granted = |line: &CreditLine| i64::from(line.in_force() && line.granted_fen.is_positive());
    let stands = standing(after) - standing(before);
    if counted.village {
        let village = SubjectId(before.region_id.0);
        posted.push(stock(measure::CREDIT_VILLAGES, stands).counting(village));
    }
    if let Some(household) = counted.household {
        posted.push(stock(measure::CREDIT_HOUSEHOLDS, stands).counting(household));
        let granted = granted(after) - granted(before);
        posted.push(stock(measure::CREDIT_GRANTED_HOUSEHOLDS, granted).counting(household));
        let signed = |line: &CreditLine| i64::from(line.in_force() && line.signed_counted);
        let signed = signed(after) - signed(before);
        posted.push(stock(measure::CREDIT_SIGNED_HOUSEHOLDS, signed).counting(household));
    }
    posted.retain(|posting| posting.amount != 0);
    posted
}

/// Everything a line has in the stocks as it stands, but what is drawn under it. `village`: whether its
/// village has a 村委会.
pub fn standing(line: &Line, row: &CreditLine, village: bool, client: Option<&Client>) -> Vec<Posting> {
    let nothing = CreditLine {
        state: TERMINATED.to_owned(),
        ..row.clone()
    };
    moved(line, &nothing, row, &Counted::of(village, client))
}
