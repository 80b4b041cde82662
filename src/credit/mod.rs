//! Credit lines (授信): pre-approval, grant, signature, for one household or a whole village.
//!
//! What must always hold:
//! - 预授信, 授信 and 签约 are three amounts of one line, each recorded, none inferred; stages nest:
//!   what is granted counts as pre-approved too, so the pre-approved limit rises to the grant
//!   when that is higher;
//! - a whole-village sheet is one voucher with a line per household, approved or returned as one;
//! - a line keeps the village, bank, product and specialist it was opened with: its stocks are
//!   posted under those, its flows under who recorded them;
//! - a line leaves force on the day after its last, by a system voucher; loans under it run on;
//! - `drawn_fen` is the principal drawn under the line and not repaid; only loans move it.

mod commands;
mod expiry;
mod handlers;
mod rules;
mod sheet;
mod store;
mod views;

pub use commands::{CreditTerms, Stage, foresee};
pub use expiry::{EXPIRY_KIND, expire_lines};
pub use handlers::{offered, product_name, read_product, routes};
pub use store::{ACTIVE, CreditLine, find_line, lines_of_clients, load_lines, move_drawn, positions};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    let stages = Stage::EVERY.into_iter().map(commands::kind);
    stages.chain([expiry::kind()]).collect()
}
