//! Every value of a measure with its arithmetic written out: which sums, what less what, what divided by what.

use maud::{Markup, html};

use super::Asked;
use super::load::View;
use crate::totals::{Aspect, Figures, Value};
use crate::ui::change::change;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::{Fen, Lang, Month, Nature, Unit, words};

/// An amount of a measure to the last fen, or a count.
pub(super) fn exact(measure: &Measure, amount: i64) -> String {
    if measure.unit.is_money() {
        Fen(amount).show(Unit::Yuan)
    } else {
        show_count(amount)
    }
}

/// With its sign, as a change is shown.
fn signed(measure: &Measure, amount: i64) -> String {
    let sign = if amount > 0 { "+" } else { "" };
    format!("{sign}{}", exact(measure, amount))
}

/// The label of the unit amounts are written in here.
pub(super) fn unit(measure: &Measure, lang: Lang) -> &'static str {
    if measure.unit.is_money() {
        Unit::Yuan.label(lang)
    } else {
        measure.unit.label(lang)
    }
}

/// The moment or period a value is of.
pub(super) fn when(asked: &Asked, aspect: Aspect, lang: Lang) -> String {
    let month = asked.month;
    let months = |from: Month, to: Month| {
        if from == to {
            to.show(lang)
        } else {
            format!("{}–{}", from.show(lang), to.show(lang))
        }
    };
    match crate::totals::period(month, asked.what.nature(), aspect) {
        Some((None, to)) => show_day(to.last_day()),
        Some((Some(from), to)) => months(from, to),
        None => String::new(),
    }
}

/// The table of all values.
pub(super) fn table(lang: Lang, view: &View, measure: &Measure, figures: &Figures) -> Markup {
    let columns = vec![
        Column::text(lang.t("数值", "Value")),
        Column::text(lang.t("时点或期间", "When")),
        Column::text(lang.t("怎么算", "How it is reckoned")),
        Column::number(lang.t("结果", "Result"), unit(measure, lang)),
    ];
    let told = Aspect::told(measure.nature).iter();
    let rows = told
        .filter(|aspect| **aspect != Aspect::Pending || figures.pending() != 0)
        .map(|aspect| row(lang, view, (measure, figures), *aspect));
    Table::new(
        "steps",
        lang.t("每个数怎么算", "How each value is reckoned"),
        columns,
    )
    .rows(rows)
    .note(html! {
        p { (lang.t(
            "金额精确到分，一律以元列示；百分数由左边的两个数相除，只在最后四舍五入一次。",
            "Amounts are exact, in yuan; a percentage divides the two numbers beside it and is rounded once, at the end.",
        )) }
    })
    .markup(lang)
}

fn row(lang: Lang, view: &View, (measure, figures): (&Measure, &Figures), aspect: Aspect) -> Row {
    let asked = &view.asked;
    let value = match figures.get(aspect) {
        Some(Value::Amount(amount)) => Cell::num(exact(measure, amount)),
        Some(Value::Change(amount)) => Cell::num(signed(measure, amount)),
        Some(Value::Percent(percent)) => Cell::num(change(percent)),
        None => Cell::none(),
    };
    let behind = asked
        .address()
        .vouchers(aspect)
        .filter(|_| view.same_units.contains(&aspect) && figures.amount(aspect) != 0);
    let value = match behind {
        Some(path) => value.link(path),
        None => value,
    };
    let chosen = aspect == asked.aspect;
    Row::new(vec![
        Cell::text(html! {
            @if chosen { b { (aspect.text().get(lang)) } } @else { (aspect.text().get(lang)) }
        }),
        Cell::when(&when(asked, aspect, lang)),
        Cell::text(html! { span.formula { (formula(lang, measure, figures, aspect)) } }),
        value,
    ])
    .marked(chosen)
}

/// How a value follows from others, or from entries.
fn formula(lang: Lang, measure: &Measure, figures: &Figures, aspect: Aspect) -> String {
    let amount = |aspect| exact(measure, figures.amount(aspect));
    let less = |now, then| format!("{} − {}", amount(now), amount(then));
    let growth = |now, then| match figures.amount(then) {
        base if base <= 0 => {
            let sentence = lang.t("没有可比的基数", "there is no base to compare with");
            format!("{}: {}", amount(then), sentence)
        }
        _ => format!("({}) ÷ {} × 100%", less(now, then), amount(then)),
    };
    match aspect {
        Aspect::End if measure.distinct => counted(lang).to_owned(),
        Aspect::End => {
            let moved = figures.get(Aspect::SincePreviousMonth);
            let moved = match moved {
                Some(Value::Change(moved)) => moved,
                _ => 0,
            };
            let sign = if moved < 0 { "−" } else { "+" };
            let size = exact(measure, moved.saturating_abs());
            format!(
                "{} {} {sign} {} {size}",
                words::PREVIOUS_MONTH_END.get(lang),
                amount(Aspect::PreviousMonth),
                lang.t("本月变动", "change this month"),
            )
        }
        Aspect::PreviousMonth | Aspect::YearStart if measure.distinct => counted(lang).to_owned(),
        Aspect::PreviousMonth | Aspect::YearStart => summed(lang).to_owned(),
        Aspect::YearAgo if measure.is_stock() && !measure.distinct => summed(lang).to_owned(),
        Aspect::Month | Aspect::MonthYearAgo | Aspect::Year | Aspect::YearAgo => match measure.distinct {
            true => counted(lang).to_owned(),
            false => within(lang).to_owned(),
        },
        Aspect::SincePreviousMonth => less(Aspect::End, Aspect::PreviousMonth),
        Aspect::SinceYearStart => less(Aspect::End, Aspect::YearStart),
        Aspect::Mom => growth(Aspect::End, Aspect::PreviousMonth),
        Aspect::Yoy => growth(Aspect::End, Aspect::YearAgo),
        Aspect::MonthYoy => growth(Aspect::Month, Aspect::MonthYearAgo),
        Aspect::YearYoy => growth(Aspect::Year, Aspect::YearAgo),
        Aspect::Pending => lang
            .t(
                "已提交、尚未审核的凭证将会记的分录之和；不在其他各数之内",
                "sum of the entries that vouchers still in review would post; in none of the other values",
            )
            .to_owned(),
    }
}

fn summed(lang: Lang) -> &'static str {
    lang.t(
        "到这一天为止所有已入账分录之和",
        "sum of all entries posted up to this day",
    )
}

fn within(lang: Lang) -> &'static str {
    lang.t(
        "期间内所有已入账分录之和",
        "sum of all entries posted within the period",
    )
}

fn counted(lang: Lang) -> &'static str {
    lang.t(
        "分录所指的户（村、人）逐个计数，每个只计一次",
        "whoever the entries are about, each counted once",
    )
}

/// Whether it happens within a period or stands at its end, and whether its parts add up.
pub(super) fn nature(lang: Lang, measure: &Measure) -> String {
    let how = match (measure.nature, measure.distinct) {
        (Nature::Stock, false) => lang.t(
            "余额：月末时点数，各部分可以相加",
            "Stock: as it stands at a month's end; parts add up",
        ),
        (Nature::Stock, true) => lang.t(
            "余额，去重：月末时点数，每户（村、人）只计一次，各部分之和可以大于合计",
            "Stock, distinct: at a month's end, each counted once; the parts may add up to more than the whole",
        ),
        (Nature::Flow, false) => lang.t(
            "发生额：期间内之和，各部分、各月可以相加",
            "Flow: what happened within a period; parts and months add up",
        ),
        (Nature::Flow, true) => lang.t(
            "发生额，去重：期间内每户（村、人）只计一次，各部分、各月之和可以大于合计",
            "Flow, distinct: each counted once within the period; parts and months may add up to more",
        ),
    };
    how.to_owned()
}
