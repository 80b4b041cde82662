//! The totals page: filters, cards, a line over thirteen months, the table.

mod boundaries;
mod cards;
mod table;

pub use table::{NAME, assumption, sort_key, sort_rows};

use chrono::NaiveDate;
use maud::{Markup, html};

use super::address::FigureAddress;
use super::answer::{Answer, AnswerRow, RowKey};
use super::aspect::Aspect;
use super::groups::{MeasureGroup, headline};
use super::insurance;
use super::question::{Boundaries, By, region_key};
use crate::regions::Regions;
use crate::ui::cards::{definition, figures};
use crate::ui::chart::{Bar, Chart, Scale, bars, line_chart};
use crate::ui::name::name;
use crate::ui::page::Crumb;
use crate::ui::table::Sort;
use crate::ui::{address, filter, form, notice, pill};
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::rate::{percent_change, show_change};
use crate::values::{Fen, Lang, Level, Month, RegionId, Unit};

/// Rows drawn as bars.
const BARS: usize = 10;

/// What a page is restricted to.
#[derive(Clone, Debug)]
pub struct Filters {
    pub region: RegionId,
    /// The region in an address.
    pub region_key: String,
    pub month: Month,
    pub boundaries: Boundaries,
    pub by: By,
    pub unit: Unit,
    pub group: MeasureGroup,
    /// By which column the table is sorted; none: in the register's order.
    pub sort: Option<Sort>,
}

impl Filters {
    /// The address of this page, or of another rendering of it (`/totals.csv`).
    pub(super) fn address(&self, path: &str) -> String {
        let pairs = [
            ("region", self.region_key.as_str()),
            ("month", &self.month.to_string()),
            ("by", self.by.code()),
            ("unit", self.unit.code()),
            ("group", self.group.code()),
        ];
        let path = pairs.iter().fold(path.to_owned(), |path, (key, value)| {
            address::with(&path, key, value)
        });
        let path = match self.boundaries {
            Boundaries::Then => path,
            now => address::with(&path, "boundaries", now.code()),
        };
        match &self.sort {
            Some(sort) => address::with(&path, "sort", &sort.code()),
            None => path,
        }
    }

    /// What of this page its links to vouchers carry, so that those lead back here; short, for it
    /// stands in every cell. The month they name anyway.
    fn short(&self) -> String {
        [
            self.region_key.as_str(),
            self.by.code(),
            self.unit.code(),
            self.group.code(),
        ]
        .into_iter()
        .chain(matches!(self.boundaries, Boundaries::Now(_)).then_some("now"))
        .collect::<Vec<_>>()
        .join(".")
    }

    /// Where a figure of this page is explained; `short` is what its links carry to lead back here.
    fn figure<'a>(&'a self, what: &'a str, short: &'a str) -> FigureAddress<'a> {
        FigureAddress {
            boundaries: self.boundaries,
            back: Some(short),
            ..FigureAddress::new(what, &self.region_key, self.month)
        }
    }

    /// The same page on another region, broken down one step further.
    fn at(&self, region_key: &str) -> String {
        address::with(
            &address::without(&self.address("/totals"), "by"),
            "region",
            region_key,
        )
    }
}

/// The totals page from which the vouchers of a month were asked for, out of what the link carried;
/// none when it carried nothing of the kind. What does not read the page itself passes over.
pub fn page_behind(short: &str, month: Month) -> Option<String> {
    let (short, now) = match short.strip_suffix(".now") {
        Some(short) => (short, Some("now")),
        None => (short, None),
    };
    let [region, by, unit, group] = short.split('.').collect::<Vec<_>>().try_into().ok()?;
    let month = month.to_string();
    let pairs = [
        ("region", region),
        ("month", month.as_str()),
        ("by", by),
        ("unit", unit),
        ("group", group),
    ];
    let pairs = pairs.into_iter().chain(now.map(|now| ("boundaries", now)));
    let path = "/totals".to_owned();
    Some(pairs.fold(path, |path, (key, value)| address::with(&path, key, value)))
}

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct TotalsPage {
    pub filters: Filters,
    pub level: Level,
    pub answer: Answer,
    /// How many of the answer's measures the table shows; the others are for the cards.
    pub table_measures: usize,
    /// Where each row of the answer leads.
    pub row_keys: Vec<RowAddress>,
    /// The leading measure over the months.
    pub points: Vec<(Month, i64)>,
    /// The months one may choose from.
    pub months: Vec<Month>,
    /// From the reader's largest region down to this one: address and name.
    pub trail: Vec<(String, String)>,
}

/// Where a row and its figures lead.
#[derive(Clone, Debug, Default)]
pub struct RowAddress {
    /// The region one level down.
    pub down: Option<String>,
    /// What to set in the address of the vouchers behind a figure; none when no address names
    /// exactly this row.
    pub behind: Option<(&'static str, String)>,
}

/// Where a row leads. A figure that hangs on a whole county or town has no address of its own.
pub fn row_address(regions: &Regions, row: &AnswerRow, day: NaiveDate) -> RowAddress {
    let dimension = |key, id: i64| RowAddress {
        down: None,
        behind: Some((key, id.to_string())),
    };
    match row.key {
        RowKey::Region(region) => {
            let has_children = !regions.children(region, day).is_empty();
            if row.apart && has_children {
                return RowAddress::default();
            }
            let key = region_key(regions, region, day);
            RowAddress {
                down: Some(key.clone()),
                behind: Some(("region", key)),
            }
        }
        RowKey::Institution(id) => dimension("institution", id.0),
        RowKey::Product(id) => dimension("product", id.0),
        RowKey::Specialist(id) => dimension("specialist", id.0),
    }
}

/// The measures of the cards.
pub fn card_measures() -> Vec<&'static Measure> {
    headline()
}

/// 市›县›镇›村.
pub fn crumbs(shown: &TotalsPage) -> Vec<Crumb> {
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

/// The page.
pub fn page(lang: Lang, shown: &TotalsPage) -> Markup {
    let region = &shown.answer.total.name;
    html! {
        h1 { (name(lang, &region.zh, &region.en)) " " (shown.filters.month.show(lang)) (lang.t("汇总", " totals")) (pill::edition(lang, shown.answer.edition)) (boundaries::tag(lang, shown)) }
        (toolbar(lang, shown))
        (boundaries::note(lang, shown))
        (figures(lang, &cards::cards(lang, shown)))
        div.charts {
            (trend(lang, shown))
            (largest(lang, shown))
        }
        @if shown.answer.rows.is_empty() {
            (notice::empty(
                lang.t("这个月在此范围内没有任何已入账或待审核的记录。", "Nothing is posted or pending here in this month."),
                None,
            ))
        } @else {
            (table::markup(lang, shown))
        }
        (definitions(lang, shown))
    }
}

fn toolbar(lang: Lang, shown: &TotalsPage) -> Markup {
    let filters = &shown.filters;
    let path = filters.address("/totals");
    let by: Vec<(&str, &str)> = By::offered(shown.level)
        .map(|by| (by.text().get(lang), by.code()))
        .collect();
    let groups = MeasureGroup::EVERY.map(|group| (group.text().get(lang), group.code()));
    let report = address::with("/reports/monthly", "region", &filters.region_key);
    let report = address::with(&report, "month", &filters.month.to_string());
    let report = match filters.boundaries {
        Boundaries::Then => report,
        now => address::with(&report, "boundaries", now.code()),
    };
    let choices = [Boundaries::Then, Boundaries::Now(filters.month.last_day())]
        .map(|boundaries| (boundaries.text().get(lang), boundaries.code()));
    let files = [
        (
            lang.t("本表 CSV", "This table, CSV"),
            filters.address("/totals.csv"),
        ),
        (
            lang.t("综合月报 XLSX", "Monthly report, XLSX"),
            report.replacen("/monthly", "/monthly/xlsx", 1),
        ),
    ];
    html! {
        div.toolbar {
            (filter::filter_bar(lang, "/totals", html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), &shown.months, filters.month))
                (form::hidden("region", &filters.region_key))
                (form::hidden("by", filters.by.code()))
                (form::hidden("unit", filters.unit.code()))
                (form::hidden("group", filters.group.code()))
                (form::hidden("boundaries", filters.boundaries.code()))
                @if let Some(sort) = &filters.sort { (form::hidden("sort", &sort.code())) }
            }))
            (filter::switch(lang.t("指标", "Measures"), &path, "group", &groups, filters.group.code()))
            (filter::switch(lang.t("分列", "Broken down by"), &path, "by", &by, filters.by.code()))
            (filter::unit_switch(lang, &path, filters.unit))
            (filter::switch(lang.t("区划口径", "Boundaries"), &path, "boundaries", &choices, filters.boundaries.code()))
            @if shown.level <= Level::Town { (filter::downloads(lang, &files)) }
            @else { (filter::downloads(lang, &files[..1])) }
        }
        p {
            a href="/comparison" { (lang.t("公布数与台账对照", "Published figures and the ledger")) }
            " · " a href=(compare(filters)) { (lang.t("对比", "Compare")) }
            @if filters.group == MeasureGroup::Credit {
                " · " a href=(filters.address(super::funnel::PATH)) { (lang.t("授信漏斗", "Credit funnel")) }
                " · " a href="/ratings" { (lang.t("信用评定", "Credit ratings")) }
            }
            @if filters.group == MeasureGroup::Insurance {
                @let by_product = address::with(insurance::HOME, "region", &filters.region_key);
                " · " a href=(address::with(&by_product, "month", &filters.month.to_string())) { (insurance::TITLE.get(lang)) }
            }
        }
    }
}

/// Where the page's figures are set beside another month's or county's.
fn compare(filters: &Filters) -> String {
    let path = address::with("/compare", "region", &filters.region_key);
    let path = address::with(&path, "month", &filters.month.to_string());
    address::with(&path, "group", filters.group.code())
}

/// An amount or a count with the label of its unit.
fn with_unit(measure: &Measure, amount: i64, unit: Unit, lang: Lang) -> (String, &'static str) {
    if measure.unit.is_money() {
        (Fen(amount).show(unit), unit.label(lang))
    } else {
        (show_count(amount), measure.unit.label(lang))
    }
}

/// The scale of a chart of this measure, with its label.
fn scale(measure: &Measure, unit: Unit, lang: Lang) -> (Scale, &'static str) {
    if measure.unit.is_money() {
        (Scale::Money(unit), unit.label(lang))
    } else {
        (Scale::Count, measure.unit.label(lang))
    }
}

fn trend(lang: Lang, shown: &TotalsPage) -> Markup {
    let Some(measure) = shown.filters.group.leading() else {
        return html! {};
    };
    let unit = shown.filters.unit;
    let (scale, label) = scale(measure, unit, lang);
    let points: Vec<(String, i64)> = shown
        .points
        .iter()
        .map(|(month, amount)| (month.to_string(), *amount))
        .collect();
    let conclusion = match (shown.points.first(), shown.points.last()) {
        (Some((_, then)), Some((month, now))) => {
            let (value, label) = with_unit(measure, *now, unit, lang);
            format!(
                "{} {value} {label}{}{}",
                month.show(lang),
                lang.t("，同比 ", ", on last year "),
                show_change(percent_change(*now, *then))
            )
        }
        _ => String::new(),
    };
    let period = if measure.is_flow() {
        lang.t("逐月发生额", "each month")
    } else {
        lang.t("月末", "at month ends")
    };
    let title = match lang {
        Lang::Zh => format!("{}，{period}（{label}）", measure.name.zh),
        Lang::En => format!("{}, {period} ({label})", measure.name.en),
    };
    let chart = Chart {
        id: "trend",
        title: &title,
        conclusion: &conclusion,
        scale,
    };
    line_chart(lang, &chart, &points)
}

/// The rows with most of the leading measure, as bars.
fn largest(lang: Lang, shown: &TotalsPage) -> Markup {
    let Some(measure) = shown.filters.group.leading() else {
        return html! {};
    };
    let aspect = if measure.is_flow() {
        Aspect::Year
    } else {
        Aspect::End
    };
    let value = |row: &AnswerRow| {
        shown
            .answer
            .figures(row, measure.id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    let mut rows: Vec<(&AnswerRow, &RowAddress, i64)> = shown
        .answer
        .rows
        .iter()
        .zip(&shown.row_keys)
        .map(|(row, key)| (row, key, value(row)))
        .filter(|(_, _, value)| *value != 0)
        .collect();
    rows.sort_by_key(|(_, _, value)| std::cmp::Reverse(*value));
    rows.truncate(BARS);
    if rows.len() < 2 {
        return html! {};
    }
    let unit = shown.filters.unit;
    let (scale, label) = scale(measure, unit, lang);
    let (name, period, by) = (
        measure.name.get(lang),
        aspect.text().get(lang),
        shown.answer.heading(lang),
    );
    let title = match lang {
        Lang::Zh => format!("{name}，{period}，按{by}（{label}）"),
        Lang::En => format!("{name}, {period}, by {by} ({label})"),
    };
    let first = if rows.len() < shown.answer.rows.len() {
        format!("{}{}", lang.t("最大的前", "The largest "), rows.len())
    } else {
        String::new()
    };
    let hrefs: Vec<Option<String>> = rows
        .iter()
        .map(|(_, key, _)| key.down.as_deref().map(|down| shown.filters.at(down)))
        .collect();
    let each: Vec<Bar<'_>> = rows
        .iter()
        .zip(&hrefs)
        .map(|((row, _, value), href)| Bar {
            label: row.name.get(lang),
            value: *value,
            href: href.as_deref(),
        })
        .collect();
    bars(
        &Chart {
            id: "largest",
            title: &title,
            conclusion: &first,
            scale,
        },
        &each,
    )
}

/// 这个数怎么来的, for every measure of the table.
fn definitions(lang: Lang, shown: &TotalsPage) -> Markup {
    let short = shown.filters.short();
    definition(
        lang,
        html! {
            dl {
                @for measure in shown.answer.question.measures.iter().take(shown.table_measures) {
                    dt { b { a href=(shown.filters.figure(measure.code, &short).path()) { (measure.name.get(lang)) } } " " code { (measure.code) } " · " (measure.nature.text().get(lang)) }
                    dd { (measure.definition.get(lang)) }
                }
            }
            p {
                (lang.t(
                    "每个数都是已入账分录之和，点数看背后的凭证，点百分数或上面的指标名看这个数一步步怎么来的。余额为期末累计；发生额为期间内之和；比率在所示层级由分子之和除以分母之和得出。",
                    "Every figure is a sum of posted entries; click an amount to see the vouchers behind it, a percentage or a measure's name above to see how it is made, step by step. Stocks are sums up to the month's \
                     end, flows sums within the period; rates are Σ numerator ÷ Σ denominator at the level shown.",
                ))
            }
        },
    )
}
