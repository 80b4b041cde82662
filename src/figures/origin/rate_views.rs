//! The two parts of a rate, each leading to its own page, and the rate they make.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::Asked;
use super::load::View;
use super::steps::{exact, when};
use crate::totals::{Aspect, FigureAddress, RateParts};
use crate::ui::change::points;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::measure::rates::{Rate, Whole};
use crate::values::measure::{Measure, by_id};
use crate::values::rate::show_percent;
use crate::values::{Lang, Text};

/// The page of one part of a rate at the same place, as the aspect reads it.
fn part_page<'a>(asked: &'a Asked, at: FigureAddress<'a>, measure: &'a Measure, aspect: Aspect) -> String {
    FigureAddress {
        what: measure.code,
        aspect: Some(aspect),
        back: Some(&asked.back),
        ..at
    }
    .path()
}

/// A numerator with its link; `at` is the place and member it is of.
pub(super) fn numerator(
    (asked, rate): (&Asked, &Rate),
    at: Option<FigureAddress<'_>>,
    parts: &RateParts,
    aspect: Aspect,
) -> Cell {
    let Some(measure) = by_id(rate.numerator) else {
        return Cell::none();
    };
    let cell = Cell::num(exact(measure, parts.numerator));
    match at {
        Some(at) => cell.link(part_page(asked, at, measure, aspect)),
        None => cell,
    }
}

/// A denominator with its link, or where it comes from.
pub(super) fn denominator(
    (asked, rate): (&Asked, &Rate),
    at: Option<FigureAddress<'_>>,
    parts: &RateParts,
    aspect: Aspect,
) -> Cell {
    match rate.whole {
        Whole::Measure(id) => {
            let (Some(measure), Some(whole)) = (by_id(id), parts.whole) else {
                return Cell::none();
            };
            let cell = Cell::num(exact(measure, whole));
            match at {
                Some(at) => cell.link(part_page(asked, at, measure, aspect)),
                None => cell,
            }
        }
        Whole::AdministrativeVillages | Whole::RegisteredHouseholds => match parts.whole_shown() {
            None => Cell::none(),
            Some(shown) => Cell::num(html! {
                (shown)
                @if let Some(source) = &parts.source { br; small { (source) } }
            }),
        },
    }
}

/// The rate at every moment it is compared with.
pub(super) fn table(lang: Lang, view: &View, rate: &Rate, read: &[(Aspect, RateParts)]) -> Markup {
    let asked = &view.asked;
    let name = |text: Text| text.get(lang);
    let upper = by_id(rate.numerator).map_or(Text::new("—", "—"), |measure| measure.name);
    let columns = vec![
        Column::text(lang.t("数值", "Value")),
        Column::text(lang.t("时点或期间", "When")),
        Column::number(lang.t("分子", "Numerator"), name(upper)),
        Column::number(lang.t("分母", "Denominator"), name(rate.whole.name())),
        Column::number(name(rate.name), "%"),
        Column::number(
            lang.t("本期减它", "This one less that"),
            lang.t("百分点", "points"),
        ),
    ];
    let chosen = read
        .iter()
        .find(|(aspect, _)| *aspect == asked.aspect)
        .and_then(|(_, parts)| parts.percent());
    let rows = read.iter().map(|(aspect, parts)| {
        let is_chosen = *aspect == asked.aspect;
        let at = || Some(asked.address());
        let same = view.same_units.contains(aspect);
        let label = aspect.text().get(lang);
        Row::new(vec![
            Cell::text(html! { @if is_chosen { b { (label) } } @else { (label) } }),
            Cell::when(&when(asked, *aspect, lang)),
            numerator((asked, rate), at().filter(|_| same), parts, *aspect),
            denominator((asked, rate), at().filter(|_| same), parts, *aspect),
            Cell::num(show_percent(parts.percent())),
            if is_chosen {
                Cell::blank()
            } else {
                Cell::num(points(less(chosen, parts.percent())))
            },
        ])
        .marked(is_chosen)
    });
    let caption = lang.t(
        "分子÷分母×100%，点开可看分子分母各自的来历",
        "Numerator ÷ denominator × 100%; each part leads to its own page",
    );
    Table::new("steps", caption, columns)
        .rows(rows)
        .note(html! {
            p { (lang.t(
                "比率在每一级都由合计数相除，不是各部分比率的平均；两个比率之差是百分点，不是百分之几。",
                "At every level a rate divides sums; rates are never averaged. The difference of two rates is in percentage points, not percent.",
            )) }
        })
        .markup(lang)
}

/// The difference of two rates in points; none where one is missing.
pub(super) fn less(now: Option<Decimal>, then: Option<Decimal>) -> Option<Decimal> {
    Some(now? - then?)
}
