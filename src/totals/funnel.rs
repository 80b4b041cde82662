//! The funnel (授信漏斗): 建档 → 初评 → 复评 → 审定 → 签约 → 用信, households and amounts at the month's end, and how
//! many of one stage reach the next, at every level as a sum divided by a sum.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::address::FigureAddress;
use super::answer::{Answer, AnswerRow};
use super::aspect::Aspect;
use super::question::{By, Question};
use super::rates::rate_percent;
use super::views::{self, Filters, RowAddress, row_address};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::ui::chart::{Bar, Chart, Scale, draw, figure as drawn};
use crate::ui::page::Crumb;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, form};
use crate::values::measure::rates::{self, Rate};
use crate::values::measure::{self, Measure, by_id};
use crate::values::{Fen, Lang, Level, MeasureId, Month, Text, words};

/// The page's address.
pub(super) const PATH: &str = "/totals/funnel";

/// One stage: its households, and its amount where it has one.
struct Stage {
    name: Text,
    households: MeasureId,
    amount: Option<MeasureId>,
    /// What part of the stage before has reached it, in households and in money.
    of_households: Option<&'static Rate>,
    of_amounts: Option<&'static Rate>,
}

/// The stages in order. 审定 is the grant, 用信 what is drawn and not repaid.
const STAGES: [Stage; 6] = [
    Stage {
        name: Text::new("建档", "Filed"),
        households: measure::CREDIT_FILED_HOUSEHOLDS,
        amount: None,
        of_households: None,
        of_amounts: None,
    },
    Stage {
        name: Text::new("初评", "First assessment"),
        households: measure::CREDIT_FIRST_ASSESSED_HOUSEHOLDS,
        amount: Some(measure::CREDIT_FIRST_ASSESSED),
        of_households: Some(&rates::FIRST_HOUSEHOLDS),
        of_amounts: None,
    },
    Stage {
        name: Text::new("复评", "Second assessment"),
        households: measure::CREDIT_SECOND_ASSESSED_HOUSEHOLDS,
        amount: Some(measure::CREDIT_SECOND_ASSESSED),
        of_households: Some(&rates::SECOND_HOUSEHOLDS),
        of_amounts: Some(&rates::SECOND_OF_FIRST),
    },
    Stage {
        name: Text::new("审定（授信）", "Granted"),
        households: measure::CREDIT_GRANTED_HOUSEHOLDS,
        amount: Some(measure::CREDIT_GRANTED),
        of_households: Some(&rates::GRANTED_HOUSEHOLDS),
        of_amounts: Some(&rates::GRANTED_OF_SECOND),
    },
    Stage {
        name: Text::new("签约", "Signed"),
        households: measure::CREDIT_SIGNED_HOUSEHOLDS,
        amount: Some(measure::CREDIT_SIGNED),
        of_households: Some(&rates::SIGNED_HOUSEHOLDS),
        of_amounts: Some(&rates::SIGNED_RATE),
    },
    Stage {
        name: Text::new("用信", "Drawn"),
        households: measure::CREDIT_DRAWN_HOUSEHOLDS,
        amount: Some(measure::CREDIT_DRAWN),
        of_households: Some(&rates::DRAWN_HOUSEHOLDS),
        of_amounts: Some(&rates::DRAWN_OF_SIGNED),
    },
];

/// Every measure of the funnel, stage by stage.
pub(super) fn measures() -> Vec<&'static Measure> {
    let ids = STAGES
        .iter()
        .flat_map(|stage| std::iter::once(stage.households).chain(stage.amount));
    ids.filter_map(by_id).collect()
}

/// Everything on the page.
pub(super) struct FunnelPage {
    pub filters: Filters,
    pub level: Level,
    pub answer: Answer,
    pub row_keys: Vec<RowAddress>,
    pub months: Vec<Month>,
    /// From the reader's largest region down to this one: address and name.
    pub trail: Vec<(String, String)>,
}

impl FunnelPage {
    pub(super) fn load(
        conn: &mut Conn,
        office: &Office<'_>,
        filters: Filters,
        months: Vec<Month>,
        trail: Vec<(String, String)>,
    ) -> Result<FunnelPage, Error> {
        let question = Question {
            region: filters.region,
            month: filters.month,
            by: filters.by,
            boundaries: filters.boundaries,
            measures: measures(),
        };
        let mut answer = super::answer(conn, office, &question)?;
        if let Some(sort) = &filters.sort {
            views::sort_rows(&mut answer, sort);
        }
        let day = filters.boundaries.day(filters.month);
        let row_keys = answer
            .rows
            .iter()
            .map(|row| row_address(office.regions, row, day));
        Ok(FunnelPage {
            level: office.regions.unit(filters.region).ok_or(Error::NotFound)?.level,
            row_keys: row_keys.collect(),
            filters,
            answer,
            months,
            trail,
        })
    }

    fn address(&self) -> String {
        self.filters.address(PATH)
    }

    fn at(&self, region_key: &str) -> String {
        let here = address::without(&self.address(), "by");
        address::with(&here, "region", region_key)
    }

    pub(super) fn crumbs(&self) -> Vec<Crumb> {
        let last = self.trail.len().saturating_sub(1);
        let crumb = |(at, (key, name)): (usize, &(String, String))| {
            if at == last {
                Crumb::here(name)
            } else {
                Crumb::link(name, self.at(key))
            }
        };
        self.trail.iter().enumerate().map(crumb).collect()
    }
}

/// What stands in a row at the month's end.
fn end(answer: &Answer, row: &AnswerRow, measure: MeasureId) -> i64 {
    answer
        .figures(row, measure)
        .map_or(0, |figures| figures.amount(Aspect::End))
}

fn households(answer: &Answer, row: &AnswerRow) -> Vec<i64> {
    STAGES
        .iter()
        .map(|stage| end(answer, row, stage.households))
        .collect()
}

pub(super) fn title(lang: Lang, shown: &FunnelPage) -> String {
    let region = shown.answer.total.name.get(lang);
    format!("{region} {}", lang.t("授信漏斗", "credit funnel"))
}

pub(super) fn markup(lang: Lang, shown: &FunnelPage) -> Markup {
    html! {
        h1 { (title(lang, shown)) " " (shown.filters.month.show(lang)) }
        (toolbar(lang, shown))
        (chart(lang, shown))
        (stages(lang, shown))
        (breakdown(lang, shown))
    }
}

fn toolbar(lang: Lang, shown: &FunnelPage) -> Markup {
    let (filters, path) = (&shown.filters, shown.address());
    let by: Vec<(&str, &str)> = By::offered(shown.level)
        .map(|by| (by.text().get(lang), by.code()))
        .collect();
    html! {
        div.toolbar {
            (filter::filter_bar(lang, PATH, html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), &shown.months, filters.month))
                (form::hidden("region", &filters.region_key))
                (form::hidden("by", filters.by.code()))
                (form::hidden("unit", filters.unit.code()))
                @if let Some(sort) = &filters.sort { (form::hidden("sort", &sort.code())) }
            }))
            (filter::switch(lang.t("分列", "Broken down by"), &path, "by", &by, filters.by.code()))
            (filter::unit_switch(lang, &path, filters.unit))
        }
        p { a href=(filters.address("/totals")) { (lang.t("看全部授信指标", "All credit measures")) } }
    }
}

fn chart(lang: Lang, shown: &FunnelPage) -> Markup {
    let counts = households(&shown.answer, &shown.answer.total);
    let bars: Vec<Bar<'_>> = STAGES
        .iter()
        .zip(&counts)
        .map(|(stage, value)| Bar {
            label: stage.name.get(lang),
            value: *value,
            href: None,
        })
        .collect();
    let chart = Chart {
        id: "funnel-chart",
        title: lang.t("各环节户数（去重）", "Households at each stage (distinct)"),
        conclusion: "",
        scale: Scale::Count,
    };
    drawn(lang, &draw::funnel(&chart, &bars))
}

/// Where a figure of the page's region, or of a narrower row, is found.
fn at<'a>(shown: &'a FunnelPage, row: Option<(&'a AnswerRow, &'a RowAddress)>) -> Option<FigureAddress<'a>> {
    let whole = FigureAddress {
        boundaries: shown.filters.boundaries,
        ..FigureAddress::new("", &shown.filters.region_key, shown.filters.month)
    };
    let Some((row, key)) = row else {
        return Some(whole);
    };
    let (name, value) = key.behind.as_ref()?;
    Some(match *name {
        "region" => FigureAddress {
            region: value,
            ..whole
        },
        _ => FigureAddress {
            member: Some(row.key),
            ..whole
        },
    })
}

/// The vouchers behind a figure.
fn behind(at: Option<FigureAddress<'_>>, measure: MeasureId) -> Option<String> {
    let what = by_id(measure)?.code;
    FigureAddress { what, ..at? }.vouchers(Aspect::End)
}

fn figure(shown: &FunnelPage, row: &AnswerRow, measure: MeasureId, behind: Option<String>) -> Cell {
    let amount = end(&shown.answer, row, measure);
    let money = by_id(measure).is_some_and(|measure| measure.unit.is_money());
    let cell = if money {
        Cell::money(Fen(amount), shown.filters.unit)
    } else {
        Cell::count(amount)
    };
    match behind.filter(|_| amount != 0) {
        Some(path) => cell.link(path),
        None => cell,
    }
}

/// A rate in percent, leading to its two parts.
fn rate(answer: &Answer, row: &AnswerRow, rate: Option<&Rate>, at: Option<FigureAddress<'_>>) -> Cell {
    let Some(rate) = rate else {
        return Cell::none();
    };
    let cell = percent(rate_percent(rate, answer, row, Aspect::End));
    match at {
        Some(at) => cell.link(
            FigureAddress {
                what: rate.code,
                ..at
            }
            .path(),
        ),
        None => cell,
    }
}

fn percent(percent: Option<Decimal>) -> Cell {
    match percent {
        // A stage that has hardly begun to be recorded says nothing about the next one.
        Some(percent) if percent > Decimal::ONE_THOUSAND => Cell::num(">1000".to_owned()),
        Some(percent) => Cell::num(percent.to_string()),
        None => Cell::none(),
    }
}

/// A line for each stage of the whole region.
fn stages(lang: Lang, shown: &FunnelPage) -> Markup {
    let (answer, total, unit) = (&shown.answer, &shown.answer.total, shown.filters.unit);
    let columns = vec![
        Column::text(lang.t("环节", "Stage")),
        Column::number(
            lang.t("户数（去重）", "Households (distinct)"),
            lang.t("户", "households"),
        ),
        Column::number(lang.t("占上一环节", "Of the stage before"), "%"),
        Column::number(words::AMOUNT.get(lang), unit.label(lang)),
        Column::number(lang.t("金额占上一环节", "Amount, of the stage before"), "%"),
    ];
    let here = || at(shown, None);
    let rows = STAGES.iter().map(|stage| {
        Row::new(vec![
            Cell::text(stage.name.get(lang)),
            figure(shown, total, stage.households, behind(here(), stage.households)),
            rate(answer, total, stage.of_households, here()),
            stage.amount.map_or_else(Cell::none, |amount| {
                figure(shown, total, amount, behind(here(), amount))
            }),
            rate(answer, total, stage.of_amounts, here()),
        ])
    });
    let caption = lang.t("各环节", "The stages");
    Table::new("funnel", caption, columns)
        .rows(rows)
        .note(notes(lang))
        .markup(lang)
}

fn notes(lang: Lang) -> Markup {
    html! {
        p { (lang.t(
            "户数每户只计一次，只计农户；金额含家庭农场、合作社和企业。占比为本级合计相除，不是各行占比的平均。",
            "Households are counted once each and are farm households only; amounts include family farms, cooperatives and firms. Each share is one sum divided by another, never an average of shares.",
        )) }
        p { (lang.t(
            "审定就是授信。没有建档或评议记录而直接授信的，不在前几个环节里，所以占比可能超过100%。预授信是银行先行测算的额度，可以在任何环节之前，不列入本表。",
            "Granted is the grant itself. Lines granted without a filing or an assessment are not in the first stages, so that a share may exceed 100%. A pre-approval is the bank's own estimate, may precede any stage, and is not in this table.",
        )) }
    }
}

/// A row for each part of the region: households, amount and share of each stage.
fn breakdown(lang: Lang, shown: &FunnelPage) -> Markup {
    let (answer, unit) = (&shown.answer, shown.filters.unit);
    let (path, sort) = (shown.address(), shown.filters.sort.as_ref());
    let by = |column: Column<'static>, id: MeasureId| match by_id(id) {
        Some(measure) => column.sorted_by(&path, &views::sort_key(measure, Aspect::End), sort),
        None => column,
    };
    let mut columns = vec![Column::text(answer.heading(lang)).sorted_by(&path, views::NAME, sort)];
    for (stage, at) in STAGES.iter().zip(0..) {
        let name = stage.name.get(lang);
        let number = |label, unit| Column::number(label, unit).group(name);
        columns.push(by(number(lang.t("户数", "Households"), ""), stage.households));
        if let Some(amount) = stage.amount {
            columns.push(by(number(words::AMOUNT.get(lang), unit.label(lang)), amount));
        }
        if at > 0 {
            columns.push(number(lang.t("占上一环节", "Of the stage before"), "%"));
        }
    }
    let cells = |row: &AnswerRow, name: &str, key: Option<&RowAddress>| {
        let here = || at(shown, key.map(|key| (row, key)));
        let mut cells = vec![Cell::text(name)];
        for stage in &STAGES {
            let measured = std::iter::once(stage.households).chain(stage.amount);
            cells.extend(measured.map(|measure| figure(shown, row, measure, behind(here(), measure))));
            if stage.of_households.is_some() {
                cells.push(rate(answer, row, stage.of_households, here()));
            }
        }
        cells
    };
    let rows = answer.rows.iter().zip(&shown.row_keys).map(|(row, key)| {
        let line = Row::new(cells(row, row.name.get(lang), Some(key)));
        let line = match &key.down {
            Some(down) => line.link(shown.at(down)),
            None => line,
        };
        if row.apart { line.quiet() } else { line }
    });
    let caption = match lang {
        Lang::Zh => format!("按{}", answer.heading(lang)),
        Lang::En => format!("By {}", answer.heading(lang)),
    };
    Table::new("funnel-rows", &caption, columns)
        .rows(rows)
        .total(Row::new(cells(&answer.total, words::TOTAL.get(lang), None)))
        .markup(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_set_against_the_one_before() {
        for pair in STAGES.windows(2) {
            let [before, stage] = pair else { continue };
            let of = stage.of_households.unwrap();
            assert_eq!(of.numerator, stage.households);
            assert_eq!(of.whole, rates::Whole::Measure(before.households));
            let of_amounts = stage
                .amount
                .zip(before.amount)
                .map(|(now, before)| (now, rates::Whole::Measure(before)));
            assert_eq!(
                stage.of_amounts.map(|rate| (rate.numerator, rate.whole)),
                of_amounts
            );
        }
    }

    #[test]
    fn the_stages_are_measures_of_households_and_money() {
        assert_eq!(measures().len(), 11);
        for stage in &STAGES {
            assert!(by_id(stage.households).is_some_and(|measure| measure.distinct));
            assert!(
                stage
                    .amount
                    .is_none_or(|amount| by_id(amount).is_some_and(|measure| measure.unit.is_money()))
            );
        }
    }
}
