//! Figures (数): where a number comes from, and how numbers stand to one another.
//!
//! `origin` is the page of one figure, 这个数怎么来的: what it is, when it is of, every value of it with its
//! arithmetic, the parts that make it, what waits beside it, what was published of it, the vouchers behind it.
//! `compare` sets two counties or two months side by side; `targets` is the register of what was set out to be
//! reached, and what has been; `unserved` lists the villages that finance does not reach (金融服务空白村).
//!
//! What must always hold:
//! - every number here is read off a [`crate::totals::Answer`], so that it is the one on every other page;
//! - a rate divides sums at the level shown, both of its parts a tap away; a difference of rates is in points;
//! - an address says the region, the month and the boundaries in full, so that it means the same tomorrow; an open
//!   month says that it may still move, a closed one which edition it is;
//! - parts add up to the whole, or the page says by how much they do not and why;
//! - a target is set beside a total and never part of one; it is added to, dated and audited, never edited.

mod compare;
mod origin;
mod targets;
mod unserved;

pub use targets::{NewTarget, record_target};

use maud::{Markup, html};

use crate::auth::{Allow, RouteSpec};
use crate::totals;
use crate::values::{Lang, Text};

/// Who reads these pages: whoever reads totals.
const READERS: Allow = totals::READERS;

/// The routes of this room.
pub fn routes() -> Vec<RouteSpec> {
    [
        origin::routes(),
        compare::routes(),
        targets::routes(),
        unserved::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The pages on which figures are compared, side by side; `city` for who reads several counties.
fn nav(lang: Lang, here: &str, city: bool) -> Markup {
    let press = Text::new("公布数与台账", "Published and ledger");
    let pages = [
        Some((compare::HOME, Text::new("两个月、两个地方", "Months and places"))),
        city.then_some((compare::PAIRS_AT, compare::PAIRS)),
        Some(("/comparison", press)),
        Some((targets::HOME, targets::TITLE)),
        Some((unserved::HOME, unserved::TITLE)),
    ];
    html! {
        nav.switch.compare-nav aria-label=(lang.t("对比的页面", "Pages of comparison")) {
            @for (path, name) in pages.into_iter().flatten() {
                a href=(path) aria-current=[(path == here).then_some("page")] { (name.get(lang)) }
            }
        }
    }
}
