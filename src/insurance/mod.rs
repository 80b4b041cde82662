//! Agricultural insurance (农业保险): policies, payouts, and the policies' running out.
//!
//! What must always hold:
//! - one policy is one voucher: a line per village or insured client of its list (投保清单), every
//!   line under the policy's one id and with its number, insurer, product and days;
//! - quantity × unit sum is the sum insured and × rate the premium, each within a fen
//!   (`domain` rule 18); the five parts of the premium add up to it exactly (rule 19);
//! - a policy counts as 风险保障 in the month its voucher posts to: record it on the day its cover
//!   starts; one recorded in another month than its cover starts in is remarked upon;
//! - what is paid on a part never exceeds its sum insured, so that what is paid on a policy never
//!   exceeds the policy's (rule 20), and a loss lies within the days insured (rule 21);
//! - a policy changes by endorsements and ends early by a cancellation, both of them vouchers with
//!   signed changes ([`versions`]); what a part is now is what they left of it;
//! - the sum insured is in force from the policy's voucher to the day after its last, when a
//!   system voucher of its own takes it out; both under the policy's own dimensions;
//! - `paid_fen` of a policy and of its parts are sums of the payouts posted.

mod asked;
mod cancellation;
mod claims;
mod commands;
mod endorsement;
mod expiry;
mod facts;
mod handlers;
pub mod index;
mod listing;
mod official;
mod payout;
mod policy;
mod policy_page;
mod positions;
mod rules;
mod store;
#[cfg(test)]
mod tests;
mod versions;
mod views;

pub use claims::{
    Claim, ClaimDetail, ClaimEvent, Report, Stage, claim_events, claims_in, insured_in, rows_with_open_claims,
};
pub use commands::{PAYOUT_KIND, POLICY_KIND, PayoutDetail, PolicyTerms};
pub use expiry::{EXPIRY_KIND, ExpiryDetail, expire_policies};
pub use handlers::{doors, routes};
pub use positions::positions;
pub use rules::insured_sum;
pub use store::{ACTIVE, Cover, Policy, PolicyPart, load_covers, policies_in_village};
pub use versions::{CANCEL_KIND, CancellationDetail, ENDORSE_KIND, EndorsementDetail, PremiumBasis};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    let own = [
        commands::policy_kind(),
        versions::endorse_kind(),
        versions::cancel_kind(),
        commands::payout_kind(),
        expiry::kind(),
        index::kind(),
    ];
    own.into_iter().chain(claims::kinds()).collect()
}
