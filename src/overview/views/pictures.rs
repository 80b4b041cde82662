//! The parts of the area side by side: sorted bars, and a map.

use maud::Markup;

use super::{scale, unit_label};
use crate::overview::home::Home;
use crate::overview::parts::{Part, Report};
use crate::totals::{Aspect, FigureAddress, Figures};
use crate::ui::chart::map::{Unit, outlines, tiles};
use crate::ui::chart::{Bar, Chart, bars, figure};
use crate::values::{Lang, Level};

/// What is drawn: the month's end, or the year so far.
fn aspect(shown: &Home) -> Aspect {
    if shown.filters.measure.is_flow() {
        Aspect::Year
    } else {
        Aspect::End
    }
}

/// The value of a part; none when it has none and has not reported.
fn value(shown: &Home, part: &Part) -> Option<i64> {
    let row = part.row.and_then(|row| shown.answer.rows.get(row));
    let figures: Option<&Figures> = row.and_then(|row| shown.answer.figures(row, shown.filters.measure.id));
    let value = figures.map_or(0, |figures| figures.amount(aspect(shown)));
    match part.report() {
        Report::Missing | Report::Nobody if value == 0 => None,
        _ => Some(value),
    }
}

/// Where a part leads: to its own overview, a village to its figures.
pub(super) fn href(shown: &Home, part: &Part) -> String {
    if shown.level < Level::Town && !part.apart {
        shown.filters.at(&part.key)
    } else {
        FigureAddress::new(shown.filters.measure.code, &part.key, shown.filters.month).path()
    }
}

fn title(lang: Lang, shown: &Home) -> String {
    let (measure, by) = (shown.filters.measure, shown.answer.heading(lang));
    let (name, period) = (measure.name.get(lang), aspect(shown).text().get(lang));
    let unit = unit_label(measure, shown.filters.unit, lang);
    match lang {
        Lang::Zh => format!("{name}，{period}，按{by}（{unit}）"),
        Lang::En => format!(
            "{name}, {}, by {} ({unit})",
            period.to_lowercase(),
            by.to_lowercase()
        ),
    }
}

/// Every part as a bar, the largest first.
pub(super) fn compared(lang: Lang, shown: &Home) -> Markup {
    let title = title(lang, shown);
    let valued: Vec<(&Part, i64, String)> = shown
        .parts
        .iter()
        .filter_map(|part| Some((part, value(shown, part)?, href(shown, part))))
        .collect();
    let silent = shown
        .parts
        .iter()
        .filter(|part| !part.apart && value(shown, part).is_none())
        .count();
    let each: Vec<Bar<'_>> = valued
        .iter()
        .map(|(part, value, href)| Bar {
            label: part.name.get(lang),
            value: *value,
            href: Some(href),
        })
        .collect();
    let conclusion = match (lang, silent) {
        (_, 0) => String::new(),
        (Lang::Zh, silent) => format!("未报的{silent}个不在图中"),
        (Lang::En, silent) => format!("{silent} not reported are not drawn"),
    };
    let chart = Chart {
        id: "compared",
        title: &title,
        conclusion: &conclusion,
        scale: scale(shown.filters.measure, shown.filters.unit),
    };
    bars(&chart, &each)
}

/// The same on a map.
pub(super) fn map(lang: Lang, shown: &Home) -> Markup {
    let title = title(lang, shown);
    let hrefs: Vec<String> = shown.parts.iter().map(|part| href(shown, part)).collect();
    let units: Vec<Unit<'_>> = shown
        .parts
        .iter()
        .zip(&hrefs)
        .map(|(part, href)| Unit {
            code: &part.code,
            name: part.name.get(lang),
            value: value(shown, part),
            href: Some(href),
        })
        .collect();
    let conclusion = match (&shown.outlines, shown.own_map) {
        (None, _) => lang.t(
            "示意：方格按代码顺序排列，不是地理位置。",
            "Schematic: tiles in the order of codes, not where the places lie.",
        ),
        (Some(_), true) => lang.t(
            "示意图：界线取自本单位提供的地图文件。",
            "A sketch; its outlines come from the office's own map file.",
        ),
        (Some(_), false) => lang.t(
            "示意图：界线经过简化，不作为划界依据。",
            "A sketch; its outlines are simplified and decide nothing about boundaries.",
        ),
    };
    let chart = Chart {
        id: "map",
        title: &title,
        conclusion,
        scale: scale(shown.filters.measure, shown.filters.unit),
    };
    let drawing = match &shown.outlines {
        Some(known) => outlines(lang, &chart, known, &units),
        None => tiles(lang, &chart, &units),
    };
    figure(lang, &drawing)
}
