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

use super::effect::Effect;
use super::figure::show;
use super::listed;
use crate::ledger::Voucher;
use crate::ui::pill::{self, Standing, Tone, pill};
use crate::ui::table::Cell;
use crate::values::{Fen, Lang, Nature, Unit, words};

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

/// 口径, unit, and before, change and after; or the sum of the entries once they are posted.
pub(super) fn effect_cells(effect: &Effect, lang: Lang) -> Vec<Cell> {
    let measure = effect.measure;
    let of = match measure.nature {
        Nature::Stock => words::AT_END,
        Nature::Flow => words::THIS_MONTH,
    };
    let unit = if measure.unit.is_money() {
        listed::yuan(lang)
    } else {
        measure.unit.label(lang)
    };
    let mut cells = vec![Cell::text(of.get(lang)), Cell::text(unit)];
    match effect.county {
        Some((before, after)) => {
            let change = after.saturating_sub(before);
            cells.extend([
                Cell::num(show(measure, before)),
                Cell::num(signed(&show(measure, change), change)),
                Cell::num(show(measure, after)),
            ]);
        }
        None => cells.push(Cell::num(show(measure, effect.change))),
    }
    cells
}

fn signed(shown: &str, amount: i64) -> String {
    if amount > 0 {
        format!("+{shown}")
    } else {
        shown.to_owned()
    }
}

/// An amount in yuan; a dash where the kind of record has none.
pub(super) fn yuan(amount: Fen) -> Cell {
    if amount.is_zero() {
        Cell::none()
    } else {
        Cell::money(amount, Unit::Yuan)
    }
}
