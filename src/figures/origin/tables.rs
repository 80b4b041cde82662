//! The tables of the parts that make a figure.

use maud::{Markup, html};

use super::load::View;
use super::parts::{Part, Parts, year_before};
use super::rate_views::{self, less};
use super::steps::{exact, unit};
use crate::totals::{Aspect, FigureAddress, Figures, RateParts};
use crate::ui::change::points;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::measure::Measure;
use crate::values::measure::rates::Rate;
use crate::values::rate::{ratio_percent, show_percent};
use crate::values::{Lang, words};

/// What a table of parts reads: the amount beneath the value that is meant.
fn base(aspect: Aspect) -> Aspect {
    match aspect {
        Aspect::MonthYoy => Aspect::Month,
        Aspect::YearYoy => Aspect::Year,
        Aspect::Yoy | Aspect::Mom | Aspect::Pending => Aspect::End,
        other => other,
    }
}

fn growth_of(aspect: Aspect) -> Option<Aspect> {
    match aspect {
        Aspect::End => Some(Aspect::Yoy),
        Aspect::Month => Some(Aspect::MonthYoy),
        Aspect::Year => Some(Aspect::YearYoy),
        _ => None,
    }
}

/// A part's name, leading to the same figure of that part.
fn named(lang: Lang, view: &View, part: &Part) -> Cell {
    let name = part.name.get(lang);
    let Some(at) = &part.at else {
        return Cell::text(name);
    };
    let path = FigureAddress {
        aspect: Some(view.asked.aspect),
        ..at.of(&view.asked)
    };
    Cell::text(name).link(path.path())
}

/// The parts of an amount or a count.
pub(super) fn amounts(
    lang: Lang,
    view: &View,
    parts: &Parts,
    (measure, whole): (&Measure, &Figures),
) -> Markup {
    let aspect = match (base(view.asked.aspect), measure.is_flow()) {
        (Aspect::End, true) => Aspect::Year,
        (aspect, _) => aspect,
    };
    let total = whole.amount(aspect);
    let shares = !measure.distinct && total != 0;
    let waits = whole.pending() != 0 || parts.rows.iter().any(|part| pending(part) != 0);
    let mut columns = vec![
        Column::text(parts.heading().get(lang)),
        Column::number(aspect.text().get(lang), unit(measure, lang)),
    ];
    if shares {
        columns.push(Column::number(lang.t("占比", "Share"), "%"));
    }
    if growth_of(aspect).is_some() {
        columns.push(Column::number(words::YEAR_ON_YEAR.get(lang), "%"));
    }
    if waits {
        columns.push(Column::number(words::PENDING.get(lang), unit(measure, lang)));
    }
    let cells = |name: Cell, figures: &Figures, at: Option<FigureAddress<'_>>| {
        let linked = |cell: Cell, aspect: Aspect| match at.as_ref().and_then(|at| at.vouchers(aspect)) {
            Some(path) if figures.amount(aspect) != 0 && view.same_units.contains(&aspect) => cell.link(path),
            _ => cell,
        };
        let amount = figures.amount(aspect);
        let mut cells = vec![name, linked(Cell::num(exact(measure, amount)), aspect)];
        if shares {
            cells.push(Cell::num(show_percent(ratio_percent(amount, total))));
        }
        if let Some(growth) = growth_of(aspect) {
            cells.push(Cell::change(figures.percent(growth)));
        }
        if waits {
            cells.push(match figures.pending() {
                0 => Cell::blank(),
                pending => linked(Cell::num(exact(measure, pending)), Aspect::Pending),
            });
        }
        cells
    };
    let rows = parts.rows.iter().filter_map(|part| {
        let figures = part.figures.first()?;
        let at = part.at.as_ref().map(|at| at.of(&view.asked));
        let row = Row::new(cells(named(lang, view, part), figures, at));
        Some(if part.apart { row.quiet() } else { row })
    });
    let sum = parts
        .rows
        .iter()
        .filter_map(|part| part.figures.first())
        .fold(0_i64, |sum, figures| sum.saturating_add(figures.amount(aspect)));
    let heading = parts.heading();
    let caption = match lang {
        Lang::Zh => format!("按{}", heading.zh),
        Lang::En => format!("By {}", heading.en),
    };
    Table::new(parts.by.code(), &caption, columns)
        .rows(rows)
        .total(Row::new(cells(
            Cell::text(words::TOTAL.get(lang)),
            whole,
            Some(view.asked.address()),
        )))
        .note(html! { p { (adds_up(lang, measure, sum, total)) } })
        .markup(lang)
}

fn pending(part: &Part) -> i64 {
    part.figures.first().map_or(0, Figures::pending)
}

/// Whether the rows make the total, and if not, why.
fn adds_up(lang: Lang, measure: &Measure, sum: i64, total: i64) -> String {
    let (sum_shown, total_shown) = (exact(measure, sum), exact(measure, total));
    let over = exact(measure, sum.saturating_sub(total));
    match (sum == total, lang) {
        (true, Lang::Zh) => format!("各行相加 {sum_shown} ＝ 合计，一致。"),
        (true, Lang::En) => format!("The rows add up to {sum_shown}, the total."),
        (false, Lang::Zh) => format!(
            "各行相加 {sum_shown}，合计 {total_shown}，相差 {over}：去重指标，同一户（村、人）在几行里各计一次，在合计里只计一次。"
        ),
        (false, Lang::En) => format!(
            "The rows add up to {sum_shown}, the total is {total_shown}, {over} apart: it is a distinct count; whoever stands in several rows counts once in the total."
        ),
    }
}

/// The parts of a rate.
pub(super) fn rates(
    lang: Lang,
    view: &View,
    parts: &Parts,
    (rate, read): (&Rate, &[(Aspect, RateParts)]),
) -> Markup {
    let asked = &view.asked;
    let compared = year_before(asked.aspect);
    let mut columns = vec![
        Column::text(parts.heading().get(lang)),
        Column::number(lang.t("分子", "Numerator"), ""),
        Column::number(lang.t("分母", "Denominator"), ""),
        Column::number(rate.name.get(lang), "%"),
    ];
    if compared.is_some() {
        columns.push(Column::number(
            words::YEAR_ON_YEAR.get(lang),
            lang.t("百分点", "points"),
        ));
    }
    let of = |aspect| {
        let found = read.iter().find(|(known, _)| Some(*known) == aspect);
        found.map(|(_, parts)| parts)
    };
    let cells = |name: Cell, now: &RateParts, ago: Option<&RateParts>, at: Option<FigureAddress<'_>>| {
        let mut cells = vec![
            name,
            rate_views::numerator((asked, rate), at.clone(), now, asked.aspect),
            rate_views::denominator((asked, rate), at, now, asked.aspect),
            Cell::num(show_percent(now.percent())),
        ];
        if compared.is_some() {
            let ago = ago.and_then(RateParts::percent);
            cells.push(Cell::num(points(less(now.percent(), ago))));
        }
        cells
    };
    let rows = parts.rows.iter().filter_map(|part| {
        let (now, ago) = part.rate.as_ref()?;
        let at = part.at.as_ref().map(|at| at.of(asked));
        let row = Row::new(cells(named(lang, view, part), now, ago.as_ref(), at));
        Some(if part.apart { row.quiet() } else { row })
    });
    let heading = parts.heading();
    let caption = match lang {
        Lang::Zh => format!("按{}", heading.zh),
        Lang::En => format!("By {}", heading.en),
    };
    let table = Table::new(parts.by.code(), &caption, columns).rows(rows);
    match of(Some(asked.aspect)) {
        Some(now) => table.total(Row::new(cells(
            Cell::text(words::TOTAL.get(lang)),
            now,
            of(compared),
            Some(asked.address()),
        ))),
        None => table,
    }
    .markup(lang)
}
