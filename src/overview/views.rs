//! The page: struct → markup.

mod board;
mod cards;
mod pictures;
mod standouts;

use chrono::NaiveDateTime;
use maud::{Markup, html};

use super::PATH;
use super::home::{COMPARED, Filters, Home};
use crate::auth::Role;
use crate::ui::cards::definition;
use crate::ui::chart::Scale;
use crate::ui::name::name;
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, form};
use crate::values::day::show_moment;
use crate::values::measure::{Measure, by_id};
use crate::values::{Lang, Level, Unit, words};

pub use standouts::all as exceptions;

impl Filters {
    /// The address of the page.
    fn address(&self) -> String {
        let month = self.month.to_string();
        let pairs = [
            ("region", self.region_key.as_str()),
            ("month", &month),
            ("unit", self.unit.code()),
            ("measure", self.measure.code),
        ];
        pairs.iter().fold(PATH.to_owned(), |path, (key, value)| {
            address::with(&path, key, value)
        })
    }

    /// The same page of another area; each level has its own usual unit.
    fn at(&self, region_key: &str) -> String {
        address::with(&address::without(&self.address(), "unit"), "region", region_key)
    }
}

/// 市›县›乡镇.
pub fn crumbs(shown: &Home) -> Vec<Crumb> {
    let last = shown.trail.len().saturating_sub(1);
    let crumb = |(at, (key, name)): (usize, &(String, String))| {
        if at == last {
            Crumb::here(name)
        } else {
            Crumb::link(name, shown.filters.at(key))
        }
    };
    shown.trail.iter().enumerate().map(crumb).collect()
}

/// The page; `as_of` is until when its figures hold, UTC.
pub fn home(lang: Lang, role: Role, shown: &Home, as_of: NaiveDateTime) -> Markup {
    let region = &shown.answer.total.name;
    html! {
        div.home {
            header.home-head {
                h1 { (name(lang, &region.zh, &region.en)) }
                (badges(lang, shown, as_of))
                (toolbar(lang, shown))
            }
            (cards::markup(lang, shown))
            div.home-pictures {
                div {
                    (pictures::compared(lang, shown))
                    (standouts::markup(lang, role, shown))
                }
                (pictures::map(lang, shown))
            }
            (board::markup(lang, shown))
            (months(lang, shown))
        }
    }
}

/// What the page is of: period, area, edition, moment.
fn badges(lang: Lang, shown: &Home, as_of: NaiveDateTime) -> Markup {
    let filters = &shown.filters;
    let area = shown
        .trail
        .iter()
        .map(|(_, name)| name.as_str())
        .collect::<Vec<_>>()
        .join(" › ");
    html! {
        ul.badges.home-badges aria-label=(lang.t("口径", "What is shown")) {
            li { span { (words::PERIOD.get(lang)) } b { (filters.month.show(lang)) } }
            li { span { (lang.t("地区", "Area")) } b { (area) } }
            li {
                @match shown.answer.edition {
                    Some(_) => (pill::edition(lang, shown.answer.edition)),
                    None => (pill::tag(Tone::Waiting, words::OPEN.get(lang))),
                }
            }
            li { span { (lang.t("截至", "As of")) } b { (show_moment(as_of)) } }
        }
    }
}

fn toolbar(lang: Lang, shown: &Home) -> Markup {
    let filters = &shown.filters;
    let path = filters.address();
    let compared: Vec<(&str, &str)> = COMPARED
        .into_iter()
        .filter_map(by_id)
        .map(|measure| (measure.code, measure.name.get(lang)))
        .collect();
    let places: Vec<(&str, &str)> = shown
        .trail
        .iter()
        .map(|(key, name)| (key.as_str(), name.as_str()))
        .chain(
            // Below the town there is no overview.
            shown
                .parts
                .iter()
                .filter(|part| !part.apart && shown.level < Level::Town)
                .map(|part| (part.key.as_str(), part.name.get(lang))),
        )
        .collect();
    html! {
        div.toolbar {
            (filter::filter_bar(lang, PATH, html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), &shown.months, filters.month))
                (filter::pick("region", lang.t("地区", "Area"), &places, &filters.region_key))
                (filter::pick("measure", lang.t("图上指标", "Measure drawn"), &compared, filters.measure.code))
                (form::hidden("unit", filters.unit.code()))
            }))
            (filter::unit_switch(lang, &path, filters.unit))
        }
    }
}

/// The numbers of the small lines, in one table, and how they come about.
fn months(lang: Lang, shown: &Home) -> Markup {
    let unit = shown.filters.unit;
    let measures: Vec<&Measure> = super::home::LINES.into_iter().filter_map(by_id).collect();
    let mut columns = vec![Column::text(words::PERIOD.get(lang))];
    columns.extend(
        measures
            .iter()
            .map(|measure| Column::number(measure.name.get(lang), unit.label(lang))),
    );
    columns.push(Column::number(lang.t("不良率", "Non-performing rate"), "%"));
    let (count, rates) = (shown.lines.first().map_or(0, Vec::len), cards::rates(shown));
    let rows = (0..count).filter_map(|at| {
        let (month, _) = shown.lines.first()?.get(at)?;
        let mut cells = vec![Cell::text(month.to_string())];
        let amounts = shown
            .lines
            .iter()
            .map(|line| line.get(at).map_or(0, |(_, amount)| *amount));
        cells.extend(amounts.map(|amount| Cell::num(Scale::Money(unit).show(amount))));
        let rate = rates.get(at).copied().flatten();
        cells.push(rate.map_or_else(Cell::none, |rate| Cell::num(Scale::Percent.show(rate))));
        Some(Row::new(cells))
    });
    let caption = lang.t("十三个月的数字", "Thirteen months in numbers");
    html! {
        details.home-months {
            summary { (caption) }
            (Table::new("months", caption, columns).rows(rows).markup(lang))
        }
        (definition(lang, html! {
            dl {
                @for measure in measures {
                    dt { b { (measure.name.get(lang)) } " " code { (measure.code) } }
                    dd { (measure.definition.get(lang)) }
                }
                dt { b { (lang.t("不良率", "Non-performing rate")) } }
                dd { (lang.t("本级不良贷款余额合计 ÷ 贷款余额合计；环比、同比是百分点之差。", "Non-performing balance divided by loan balance, both summed for this area; its changes are differences in percentage points.")) }
                dt { b { (lang.t("村报送", "Villages reported")) } }
                dd { (lang.t("入账月份为本月、至少有一条记录（已入账或待审核）的行政村，占全部行政村；到期等日终自动凭证不算。", "Administrative villages with at least one record of this month, posted or waiting, out of all; what the calendar posts by itself does not count.")) }
            }
        }))
    }
}

/// Amounts in the page's unit; counts as they are.
fn scale(measure: &Measure, unit: Unit) -> Scale {
    if measure.unit.is_money() {
        Scale::Money(unit)
    } else {
        Scale::Count
    }
}

fn unit_label(measure: &Measure, unit: Unit, lang: Lang) -> &'static str {
    if measure.unit.is_money() {
        unit.label(lang)
    } else {
        measure.unit.label(lang)
    }
}
