//! The tables of a comparison.

use maud::{Markup, html};

use super::super::nav;
use super::{Compared, HOME, Side, TITLE, View, usual};
use crate::totals::{Aspect, FigureAddress, Figures, MeasureGroup, RateParts, is_of_flows};
use crate::ui::change::points;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, form, pill};
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::rate::{percent_change, show_percent};
use crate::values::{Fen, Lang, Month, Unit, words};

/// 鹤山市 2023年12月 — 2023年11月, or two places.
pub(super) fn title(lang: Lang, compared: &Compared) -> String {
    let name = |side: &Side| format!("{} {}", side.name.get(lang), side.month.show(lang));
    let names: Vec<String> = compared.sides.iter().map(name).collect();
    format!("{}{}{}", TITLE.get(lang), lang.t("：", ": "), names.join(" ↔ "))
}

/// The page.
pub(super) fn page(lang: Lang, view: &View) -> Markup {
    html! {
        h1 { (TITLE.get(lang)) }
        (nav(lang, HOME, view.city))
        (toolbar(lang, view))
        (amounts(lang, &view.compared, "compare"))
        (rates(lang, &view.compared, "compare-rates"))
    }
}

/// The same comparison with everything in its address.
pub(super) fn here(view: &View) -> String {
    let compared = &view.compared;
    let mut path = HOME.to_owned();
    for (side, (place, month)) in compared
        .sides
        .iter()
        .zip([("region", "month"), ("with", "against")])
    {
        path = address::with(&path, place, &side.key);
        path = address::with(&path, month, &side.month.to_string());
    }
    let path = address::with(&path, "group", compared.group.code());
    address::with(&path, "unit", compared.unit.code())
}

fn toolbar(lang: Lang, view: &View) -> Markup {
    let compared = &view.compared;
    let groups = MeasureGroup::EVERY.map(|group| (group.text().get(lang), group.code()));
    let path = here(view);
    let [first, second] = match compared.sides.as_slice() {
        [first, second] => [first, second],
        _ => return html! {},
    };
    let months = &view.months;
    html! {
        div.toolbar {
            (filter::filter_bar(lang, HOME, html! {
                (filter::pick("region", lang.t("甲", "First"), &view.regions, &first.key))
                (filter::month(lang, "month", lang.t("月份", "Month"), months, first.month))
                (filter::pick("with", lang.t("乙", "Second"), &view.regions, &second.key))
                (filter::month(lang, "against", lang.t("月份", "Month"), months, second.month))
                (form::hidden("group", compared.group.code()))
                (form::hidden("unit", compared.unit.code()))
            }))
            (filter::switch(lang.t("指标", "Measures"), &path, "group", &groups, compared.group.code()))
            (filter::unit_switch(lang, &path, compared.unit))
        }
        p.compare-pick {
            a href=(months_apart(first, first.month.previous(), compared)) { (lang.t("比上月", "With the month before")) }
            a href=(months_apart(first, first.month.january().previous(), compared)) { (lang.t("比年初", "With the year's start")) }
            a href=(months_apart(first, first.month.year_ago(), compared)) { (lang.t("比上年同月", "With a year ago")) }
        }
    }
}

/// The first side's place, this month against another one.
fn months_apart(side: &Side, against: Month, compared: &Compared) -> String {
    let (month, against) = (side.month.to_string(), against.to_string());
    let pairs = [
        ("region", side.key.as_str()),
        ("month", month.as_str()),
        ("with", side.key.as_str()),
        ("against", against.as_str()),
        ("group", compared.group.code()),
        ("unit", compared.unit.code()),
    ];
    pairs.into_iter().fold(HOME.to_owned(), |path, (key, value)| {
        address::with(&path, key, value)
    })
}

/// The headings over the sides: places where those differ, months where these do.
fn headings(lang: Lang, compared: &Compared) -> Vec<String> {
    let one_place = compared.sides.windows(2).all(|pair| match pair {
        [one, other] => one.key == other.key,
        _ => true,
    });
    let heading = |side: &Side| {
        let edition = side.answer.edition.map(|number| pill::edition_name(lang, number));
        let month = match edition {
            Some(edition) => format!("{} {edition}", side.month.show(lang)),
            None => side.month.show(lang),
        };
        if one_place {
            month
        } else {
            format!("{} {month}", side.name.get(lang))
        }
    };
    compared.sides.iter().map(heading).collect()
}

fn written(measure: &Measure, amount: i64, unit: Unit) -> String {
    if measure.unit.is_money() {
        Fen(amount).show(unit)
    } else {
        show_count(amount)
    }
}

/// A difference of two amounts, as a change is shown.
fn difference(measure: &Measure, amount: i64, unit: Unit) -> String {
    let sign = if amount > 0 { "+" } else { "" };
    format!("{sign}{}", written(measure, amount, unit))
}

/// Where a side's figure is explained.
fn explained(side: &Side, what: &str, aspect: Aspect) -> String {
    FigureAddress {
        aspect: Some(aspect),
        ..FigureAddress::new(what, &side.key, side.month)
    }
    .path()
}

/// The vouchers that made the difference of a stock between two months of one place; none for what differs
/// otherwise.
fn between(measure: &Measure, sides: (&Side, &Side)) -> Option<String> {
    let (late, early) = sides;
    let same = late.key == early.key && late.month > early.month && measure.is_stock();
    let path = FigureAddress::new(measure.code, &late.key, late.month).vouchers(Aspect::End)?;
    same.then(|| address::with(&path, "from", &early.month.next().to_string()))
}

/// Every measure of the group at every side.
pub(super) fn amounts(lang: Lang, compared: &Compared, id: &str) -> Markup {
    let heads = headings(lang, compared);
    let mut columns = vec![
        Column::text(words::MEASURE.get(lang)),
        Column::text(lang.t("取数", "Value")),
        Column::text(words::UNIT.get(lang)),
    ];
    columns.extend(heads.iter().map(|head| Column::number(head, "")));
    let two = compared.sides.len() == 2;
    if two {
        columns.push(Column::number(lang.t("相差", "Difference"), ""));
        columns.push(Column::number(lang.t("甲比乙", "First on second"), "%"));
    }
    let measures = compared.sides.first().map(|side| {
        let asked = &side.answer.question.measures;
        asked.iter().copied().take(compared.shown)
    });
    let rows = measures
        .into_iter()
        .flatten()
        .enumerate()
        .flat_map(|(at, measure)| {
            let aspects: &[Aspect] = if measure.is_flow() {
                &[Aspect::Month, Aspect::Year]
            } else {
                &[Aspect::End]
            };
            aspects.iter().map(move |aspect| (at, measure, *aspect))
        })
        .map(|(at, measure, aspect)| row(lang, compared, (at, measure), aspect));
    Table::new(
        id,
        lang.t("金额与个数", "Amounts and counts"),
        columns,
    )
    .rows(rows)
    .note(html! {
        p { (lang.t(
            "点一个数看它怎么来的；同一个地方两个月之间余额的相差，点开是这段时间入账的凭证。相差为甲减乙。",
            "Each number leads to how it is made; between two months of one place the difference of a stock leads to the vouchers posted in between. Differences are first less second.",
        )) }
        @if compared.unit != Unit::Yuan {
            p { (lang.t(
                "金额按所选单位四舍五入显示，相差和百分数由精确到分的数算出。",
                "Amounts are rounded for display; differences and percentages are reckoned from exact ones.",
            )) }
        }
    })
    .markup(lang)
}

fn row(lang: Lang, compared: &Compared, (at, measure): (usize, &'static Measure), aspect: Aspect) -> Row {
    let unit = compared.unit;
    let amounts: Vec<i64> = compared
        .sides
        .iter()
        .map(|side| {
            let figures: Option<&Figures> = side.answer.total.figures.get(at);
            figures.map_or(0, |figures| figures.amount(aspect))
        })
        .collect();
    let label = if measure.unit.is_money() {
        unit.label(lang)
    } else {
        measure.unit.label(lang)
    };
    let mut cells = vec![
        Cell::text(measure.name.get(lang)),
        Cell::text(aspect.text().get(lang)),
        Cell::text(label),
    ];
    cells.extend(compared.sides.iter().zip(&amounts).map(|(side, amount)| {
        Cell::num(written(measure, *amount, unit)).link(explained(side, measure.code, aspect))
    }));
    if let ([first, second], [now, then]) = (compared.sides.as_slice(), amounts.as_slice()) {
        let less = now.saturating_sub(*then);
        let cell = Cell::num(difference(measure, less, unit));
        cells.push(match between(measure, (first, second)) {
            Some(path) if less != 0 => cell.link(path),
            _ => cell,
        });
        cells.push(Cell::change(percent_change(*now, *then)));
    }
    Row::new(cells)
}

/// Every rate of the group at every side, with numerator and denominator; differences in points.
pub(super) fn rates(lang: Lang, compared: &Compared, id: &str) -> Markup {
    if compared.rates.is_empty() {
        return html! {};
    }
    let heads = headings(lang, compared);
    let mut columns = vec![
        Column::text(lang.t("比率", "Rate")),
        Column::text(lang.t("取数", "Value")),
    ];
    columns.extend(heads.iter().map(|head| Column::number(head, "%")));
    if compared.sides.len() == 2 {
        columns.push(Column::number(
            lang.t("相差", "Difference"),
            lang.t("百分点", "points"),
        ));
    }
    let known = |at: usize| {
        let mut sides = compared.sides.iter();
        sides.any(|side| side.rates.get(at).and_then(RateParts::percent).is_some())
    };
    let listed = compared.rates.iter().enumerate().filter(|(at, _)| known(*at));
    let rows = listed.map(|(at, rate)| {
        let aspect = usual(is_of_flows(rate));
        let percents: Vec<_> = compared
            .sides
            .iter()
            .map(|side| side.rates.get(at).and_then(RateParts::percent))
            .collect();
        let mut cells = vec![
            Cell::text(rate.name.get(lang)),
            Cell::text(aspect.text().get(lang)),
        ];
        cells.extend(compared.sides.iter().zip(&percents).map(|(side, percent)| {
            Cell::num(show_percent(*percent)).link(explained(side, rate.code, aspect))
        }));
        if let [now, then] = percents.as_slice() {
            cells.push(Cell::num(points(now.zip(*then).map(|(now, then)| now - then))));
        }
        Row::new(cells)
    });
    Table::new(id, lang.t("比率", "Rates"), columns)
        .rows(rows)
        .note(html! { p { (lang.t(
            "每个比率由该处该月的合计数相除，点开可看分子分母；相差是百分点。“—”表示没有分母，各处都没有的不列。",
            "Each rate divides that side's own sums; open it to see both parts. Differences are in percentage points; “—” means that there is nothing to divide by; rates that have none anywhere are left out.",
        )) } })
        .markup(lang)
}
