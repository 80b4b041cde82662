//! The desk's pages.

mod list;
mod queue;
mod reversal;
mod voucher;

pub(super) use list::list;
pub(super) use queue::queue;
pub(super) use reversal::reversal;
pub(super) use voucher::voucher;

use maud::{Markup, html};

use crate::ledger::Voucher;
use crate::ui::pill::{self, Standing, Tone, pill};
use crate::ui::table::Cell;
use crate::values::{Fen, Lang, Unit, words};

/// 待审核, 暂挂, 补录: where a voucher stands.
fn standing(lang: Lang, voucher: &Voucher) -> Markup {
    let known = Standing::parse(&voucher.state);
    html! {
        @if let Some(known) = known { (pill(lang, known)) }
        @if voucher.held && known == Some(Standing::Submitted) {
            " " (pill::tag(Tone::Wrong, words::HELD.get(lang)))
        }
        @if voucher.late { " " (pill::tag(Tone::Neutral, words::LATE_POSTING.get(lang))) }
        @if voucher.reversal_of.is_some() { " " (pill::tag(Tone::Neutral, words::RED_REVERSAL.get(lang))) }
    }
}

/// An amount in yuan; a dash where the kind of record has none.
fn yuan(amount: Fen) -> Cell {
    if amount.is_zero() {
        Cell::none()
    } else {
        Cell::money(amount, Unit::Yuan)
    }
}
