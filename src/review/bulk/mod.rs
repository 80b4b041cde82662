//! Many vouchers decided on at once: what they would change, the word, and what became of each.
//!
//! What must always hold:
//! - nothing is decided that was not on the summary, at the revision it showed there;
//! - what the rules hold back, what waits for its first review and what the reviewer submitted himself is left out,
//!   each with its reason; what they remark on is in it only when the reviewer has said so;
//! - each voucher is decided in a transaction of its own by the ledger's own commands, whose ids the summary made: the
//!   same form sent twice decides once and tells the same.

mod gather;
mod handlers;
mod views;

pub(super) use handlers::{decide, open};
pub(super) use views::{CHOSEN, FORM, bar, opened_from};
