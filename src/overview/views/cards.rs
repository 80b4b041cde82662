//! The cards: what the area comes to, how that moved, its line over thirteen months.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::{scale, unit_label};
use crate::overview::exceptions::Kind;
use crate::overview::home::{Home, LINES};
use crate::totals::{Aspect, FigureAddress, Figures};
use crate::ui::cards::{Figure, figures};
use crate::ui::change;
use crate::ui::chart::{Chart, Drawing, Scale, draw};
use crate::values::day::{show_day, show_moment};
use crate::values::measure::rates::NONPERFORMING_RATE;
use crate::values::measure::{self, Measure, by_id};
use crate::values::money::show_count;
use crate::values::rate::{percent_change, ratio_percent, show_change, show_percent};
use crate::values::{Lang, MeasureId, Month, words};

const RATE: &str = "npl";

pub(super) fn markup(lang: Lang, shown: &Home) -> Markup {
    let mut cards = vec![reported(lang, shown), waiting(lang, shown)];
    for id in LINES {
        match id {
            measure::LOAN_NONPERFORMING => cards.push(rate(lang, shown)),
            id => cards.extend(card(lang, shown, id)),
        }
    }
    html! { div.home-cards { (figures(lang, &cards)) } }
}

fn line_of(shown: &Home, id: MeasureId) -> &[(Month, i64)] {
    let at = LINES.iter().position(|line| *line == id);
    at.and_then(|at| shown.lines.get(at)).map_or(&[], Vec::as_slice)
}

/// 村报送.
fn reported(lang: Lang, shown: &Home) -> Figure<'static> {
    let villages: usize = shown.parts.iter().map(|part| part.villages).sum();
    let recorded: usize = shown.parts.iter().map(|part| part.recorded).sum();
    let count = |n: usize| show_count(i64::try_from(n).unwrap_or(i64::MAX));
    let share = ratio_percent(
        i64::try_from(recorded).unwrap_or_default(),
        i64::try_from(villages).unwrap_or_default(),
    );
    Figure::new(
        lang.t("村报送", "Villages reported"),
        count(recorded),
        lang.t("个行政村", "villages"),
    )
    .beside(match lang {
        Lang::Zh => format!("共{}个行政村，已报{}", count(villages), show_percent(share)),
        Lang::En => format!("of {} villages, {}", count(villages), show_percent(share)),
    })
    .beside(spoken(lang, shown))
    .link("#board")
}

/// How many institutions of the county have declared the month, and until when they do.
fn spoken(lang: Lang, shown: &Home) -> String {
    let until = shown.deadline.map(show_day).unwrap_or_default();
    let speaking = shown
        .reporters
        .iter()
        .filter_map(|reporter| reporter.standing.as_ref());
    let (all, said) = speaking.fold((0, 0), |(all, said), standing| {
        (all + 1, said + i64::from(standing.declared.is_some()))
    });
    match (lang, all) {
        (Lang::Zh, 0) => format!("机构应在{until}前声明"),
        (Lang::En, 0) => format!("institutions declare by {until}"),
        (Lang::Zh, all) => format!("{all}家机构，{said}家已声明（{until}前）"),
        (Lang::En, all) => format!("{said} of {all} institutions have declared (by {until})"),
    }
}

/// 待审核.
fn waiting(lang: Lang, shown: &Home) -> Figure<'static> {
    let waiting = i64::try_from(shown.waiting).unwrap_or(i64::MAX);
    let late = shown
        .listings
        .iter()
        .find(|listing| listing.kind == Kind::Overdue)
        .map_or(0, |listing| listing.count);
    Figure::new(
        words::PENDING.get(lang),
        show_count(waiting),
        lang.t("张凭证", "vouchers"),
    )
    .beside(match (lang, late) {
        (Lang::Zh, 0) => "没有超时的".to_owned(),
        (Lang::En, 0) => "none overdue".to_owned(),
        (Lang::Zh, late) => format!("其中{late}张已超时"),
        (Lang::En, late) => format!("{late} of them overdue"),
    })
    .beside(match (lang, shown.waiting_since) {
        (_, None) => String::new(),
        (Lang::Zh, Some(since)) => format!("最早提交于 {}", show_moment(since)),
        (Lang::En, Some(since)) => format!("the first since {}", show_moment(since)),
    })
    .link("/review")
}

/// One amount with its line; none where the measure was not asked for.
fn card(lang: Lang, shown: &Home, id: MeasureId) -> Option<Figure<'static>> {
    let measure = by_id(id)?;
    let figures = shown.answer.figures(&shown.answer.total, id)?;
    let (line, unit) = (line_of(shown, id), shown.filters.unit);
    let before = line.iter().rev().nth(1).map(|(_, amount)| *amount);
    let show = |amount| scale(measure, unit).show(amount);
    let (value, ago) = match figures {
        Figures::Flow { .. } => (figures.amount(Aspect::Year), figures.percent(Aspect::YearYoy)),
        Figures::Stock { .. } => (figures.amount(Aspect::End), figures.percent(Aspect::Yoy)),
    };
    let card = Figure::new(label(measure, lang), show(value), unit_label(measure, unit, lang));
    let card = match figures {
        // What comes in once a season is nought in most months: the year stands first, the month beneath.
        Figures::Flow { .. } => card,
        Figures::Stock { .. } => card.change(
            lang.t("环比", "On last month"),
            before.and_then(|before| percent_change(value, before)),
        ),
    };
    let card = card
        .change(lang.t("同比", "On last year"), ago)
        .drawn(small(lang, shown, measure))
        .link(FigureAddress::new(measure.code, &shown.filters.region_key, shown.filters.month).path());
    let card = match beside(lang, shown, measure, figures) {
        Some(words) => card.beside(words),
        None => card,
    };
    Some(match figures.pending() {
        0 => card,
        pending => card.aside(format!(
            "{}{} {}",
            lang.t("另有待审核 ", "Besides, pending review: "),
            show(pending),
            unit_label(measure, unit, lang)
        )),
    })
}

fn label(measure: &Measure, lang: Lang) -> &'static str {
    match measure.id {
        measure::INSURANCE_SUM_INSURED => lang.t("风险保障（本年新保保额）", "Risk cover (new this year)"),
        measure::INSURANCE_PAYOUT => lang.t("赔付支出（本年已付）", "Payouts (paid this year)"),
        _ => measure.name.get(lang),
    }
}

/// The households of an amount, or the month of a year so far.
fn beside(lang: Lang, shown: &Home, measure: &Measure, figures: &Figures) -> Option<String> {
    let households = match measure.id {
        measure::CREDIT_GRANTED => Some(measure::CREDIT_GRANTED_HOUSEHOLDS),
        measure::CREDIT_DRAWN => Some(measure::CREDIT_DRAWN_HOUSEHOLDS),
        _ => None,
    };
    let on_year = lang.t("同比 ", "on last year ");
    if let Some(counted) = households.and_then(|id| shown.answer.figures(&shown.answer.total, id)) {
        let count = show_count(counted.amount(Aspect::End));
        let change = show_change(counted.percent(Aspect::Yoy));
        return Some(format!(
            "{count}{}{on_year}{change}",
            lang.t(" 户（去重），", " households (distinct), ")
        ));
    }
    let Figures::Flow { .. } = figures else {
        return None;
    };
    let month = scale(measure, shown.filters.unit).show(figures.amount(Aspect::Month));
    let change = show_change(figures.percent(Aspect::MonthYoy));
    let this = lang.t("本月 ", "This month ");
    Some(format!("{this}{month}{}{on_year}{change}", lang.t("，", ", ")))
}

fn small(lang: Lang, shown: &Home, measure: &'static Measure) -> Drawing {
    let points: Vec<(String, Option<i64>)> = line_of(shown, measure.id)
        .iter()
        .map(|(month, amount)| (month.to_string(), Some(*amount)))
        .collect();
    let unit = shown.filters.unit;
    spark(
        lang,
        measure.code,
        measure.name.get(lang),
        (scale(measure, unit), unit_label(measure, unit, lang)),
        &points,
    )
}

fn spark(
    lang: Lang,
    id: &str,
    name: &str,
    (scale, unit): (Scale, &str),
    points: &[(String, Option<i64>)],
) -> Drawing {
    let title = match lang {
        Lang::Zh => format!("{name}，十三个月（{unit}）"),
        Lang::En => format!("{name}, thirteen months ({unit})"),
    };
    let id = format!("line-{}", id.replace('.', "-"));
    let chart = Chart {
        id: &id,
        title: &title,
        conclusion: "",
        scale,
    };
    draw::spark(&chart, points)
}

/// 不良率 over the months in hundredths of a percent; none where there were no loans.
pub(super) fn rates(shown: &Home) -> Vec<Option<i64>> {
    let (bad, all) = (
        line_of(shown, measure::LOAN_NONPERFORMING),
        line_of(shown, measure::LOAN_BALANCE),
    );
    let rate = |((_, bad), (_, all)): (&(Month, i64), &(Month, i64))| {
        let percent = ratio_percent(*bad, *all)? * Decimal::ONE_HUNDRED;
        i64::try_from(percent.round()).ok()
    };
    bad.iter().zip(all).map(rate).collect()
}

/// 不良率: one sum divided by another; it moves by percentage points.
fn rate(lang: Lang, shown: &Home) -> Figure<'static> {
    let rates = rates(shown);
    let now = rates.last().copied().flatten();
    let points = |before: Option<i64>| Some(Decimal::new(now? - before?, 2));
    let months = line_of(shown, measure::LOAN_NONPERFORMING)
        .iter()
        .map(|(month, _)| month.to_string());
    let name = lang.t("不良率", "Non-performing rate");
    let line: Vec<(String, Option<i64>)> = months.zip(rates.iter().copied()).collect();
    let value = now.map_or_else(|| "—".to_owned(), |now| Scale::Percent.show(now));
    let before = rates.iter().rev().nth(1).copied().flatten();
    let card = Figure::new(name, value, "%")
        .moved(
            lang.t("环比", "On last month"),
            change::points_in_words(lang, points(before)),
        )
        .moved(
            lang.t("同比", "On last year"),
            change::points_in_words(lang, points(rates.first().copied().flatten())),
        )
        .drawn(spark(lang, RATE, name, (Scale::Percent, "%"), &line));
    let Some(measure) = by_id(measure::LOAN_NONPERFORMING) else {
        return card;
    };
    let bad = line_of(shown, measure.id).last().map_or(0, |(_, amount)| *amount);
    let unit = shown.filters.unit;
    let card = card.beside(format!(
        "{}{} {}",
        lang.t("不良余额 ", "Non-performing "),
        scale(measure, unit).show(bad),
        unit.label(lang)
    ));
    let filters = &shown.filters;
    card.link(FigureAddress::new(NONPERFORMING_RATE.code, &filters.region_key, filters.month).path())
}
