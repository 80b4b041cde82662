//! Credit lines (授信): pre-approval, grant, signature, for one household or a whole village.
//!
//! What must always hold:
//! - 预授信, 授信 and 签约 are three amounts of one line, each recorded, none inferred; stages nest:
//!   what is granted counts as pre-approved too, so the pre-approved limit rises to the grant
//!   when that is higher;
//! - a whole-village sheet is one voucher with a line per household, approved or returned as one;
//! - a line keeps the village, bank, product and specialist it was opened with: its stocks are
//!   posted under those, its flows under who recorded them;
//! - later versions (调整, 冻结, 解冻, 续期, 终止) are vouchers of their own kinds, in the order of their
//!   business days; a frozen line stays in the stocks, `credit.frozen` says how much of them it is;
//! - 建档, 初评 and 复评 come before the grant and are kept in a client's file with a bank, apart from any
//!   line; 审定 is the grant, 用信 the drawn balance; a pre-approval may precede all of them;
//! - a line leaves force on the day after its last, by a system voucher, unless its renewal waits for a
//!   reviewer; loans under it run on. A renewal brings an expired line back, a termination is for good;
//! - whether something can be drawn is asked of the day of the draw, not of the day it is recorded;
//! - `drawn_fen` is the principal drawn under the line and not repaid; only loans move it.

mod assessing;
mod assessing_rules;
mod assessing_sheet;
mod change_rules;
mod changes;
mod changing;
mod commands;
mod expiry;
mod files;
mod handlers;
mod line_page;
mod pasting;
mod rules;
mod sheet;
mod sheet_reading;
mod sheet_view;
mod status;
mod stocks;
mod store;
mod views;

pub use assessing::Step;
pub use changes::{Change, ChangeTerms};
pub use commands::{CreditTerms, Stage, concerns_lines, foresee};
pub use expiry::{EXPIRY_KIND, expire_lines};
pub use files::{CreditFile, files_of_clients};
pub use handlers::{doors, offered, product_name, read_product, routes};
pub use line_page::{address, status_pill};
pub use status::Status;
pub use stocks::standing;
pub use store::{ACTIVE, CreditLine, find_line, lines_of_clients, load_lines, move_drawn, positions};

use crate::ledger::Kind;

/// The kinds of voucher of this room.
pub fn kinds() -> Vec<Kind> {
    let stages = Stage::EVERY.into_iter().map(commands::kind);
    let changes = Change::EVERY.into_iter().map(changes::kind);
    let steps = Step::EVERY.into_iter().map(assessing::kind);
    stages
        .chain(changes)
        .chain(steps)
        .chain([expiry::kind()])
        .collect()
}
