//! By which boundaries the page adds up, in words.

use maud::{Markup, html};

use super::TotalsPage;
use crate::totals::question::Boundaries;
use crate::ui::pill;
use crate::values::Lang;

/// Which boundaries are shown, where they are not the month's own.
pub(super) fn tag(lang: Lang, shown: &TotalsPage) -> Markup {
    html! {
        @if let Boundaries::Now(_) = shown.filters.boundaries {
            " " (pill::tag(pill::Tone::Waiting, shown.filters.boundaries.text().get(lang)))
        }
    }
}

/// What today's boundaries mean for the figures.
pub(super) fn note(lang: Lang, shown: &TotalsPage) -> Markup {
    let filters = &shown.filters;
    html! {
        @if let Boundaries::Now(_) = filters.boundaries {
            p.hint {
                @let day = filters.boundaries.day(filters.month);
                @match lang {
                    Lang::Zh => { "以 " (day) " 的区划汇总本月和上年同期：已合并、村改居的单位计入接续单位；已拆分、撤销的单列一行；自然村计入现在所属的村。各月版次仍按当月区划。" }
                    Lang::En => { "This month and last year are added up by the boundaries of " (day) ": units merged or converted count in those that took their place; those split or abolished stand on rows of their own; hamlets count in their village of today. Editions keep the boundaries of their month." }
                }
            }
        }
    }
}
