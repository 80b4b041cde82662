//! Charts drawn on the server: a line over the months and sorted bars, with their numbers in words beside
//! them. Geometry is whole-number arithmetic in tenths of a drawing unit, so a chart is the same bytes on
//! every machine.
//!
//! Drawing elements are written with an empty body, `path … {}`: maud writes `path …;` without an end, which
//! inside an SVG would swallow whatever follows.

use maud::{Markup, html};

use self::axis::Axis;
use crate::values::money::{Fen, Unit, show_count};
use crate::values::text::Lang;

/// What the numbers of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 分, shown in this unit.
    Money(Unit),
    /// A plain count.
    Count,
}

impl Scale {
    /// The number as people read it, without its unit.
    #[must_use]
    pub fn show(self, value: i64) -> String {
        match self {
            Scale::Money(unit) => Fen(value).show(unit),
            Scale::Count => show_count(value),
        }
    }

    /// The number on an axis, where `.00` would only be noise.
    fn tick(self, value: i64) -> String {
        let shown = self.show(value);
        match shown.strip_suffix(".00") {
            Some(whole) => whole.to_owned(),
            None => shown,
        }
    }
}

/// What a chart says besides its numbers.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// Unique on its page.
    pub id: &'a str,
    /// What is measured, with its unit: "贷款余额（万元）".
    pub title: &'a str,
    /// The conclusion in a sentence, for those who do not see the drawing and above it for those who do.
    pub conclusion: &'a str,
    /// What the numbers are.
    pub scale: Scale,
}

mod axis;
mod drawing;

pub use drawing::{Anchor, Drawing, Ink, Point, Shape, TextRole};

const WIDTH: i64 = 6400;
const HEIGHT: i64 = 2700;
const LEFT: i64 = 60;
const RIGHT: i64 = 6340;
/// Where the line begins; the axis is written to the left of it.
const START: i64 = 1240;
const TOP: i64 = 340;
const BOTTOM: i64 = 2400;

/// A line over labelled points, usually thirteen months. The baseline is nought, so heights compare.
#[must_use]
pub fn line_chart<L: AsRef<str>>(lang: Lang, chart: &Chart<'_>, points: &[(L, i64)]) -> Markup {
    let axis = Axis::over(points.iter().map(|(_, value)| *value));
    let spots: Vec<(i64, i64)> = points
        .iter()
        .enumerate()
        .map(|(at, (_, value))| (across(at, points.len()), axis.down(*value)))
        .collect();
    let title_id = format!("{}-title", chart.id);
    let desc_id = format!("{}-desc", chart.id);
    html! {
        figure.chart {
            figcaption { b { (chart.title) } @if !chart.conclusion.is_empty() { span { (chart.conclusion) } } }
            svg viewBox={ "0 0 " (tenths(WIDTH)) " " (tenths(HEIGHT)) } role="img"
                aria-labelledby={ (title_id) " " (desc_id) } {
                title id=(title_id) { (chart.title) }
                desc id=(desc_id) { (chart.conclusion) }
                (ticks(chart.scale, &axis))
                @if let (Some(first), Some(last)) = (spots.first(), spots.last()) {
                    path.area d=(area(&spots, *first, *last, axis.down(0))) {}
                }
                polyline.line points=(polyline(&spots)) {}
                (dots(chart.scale, points, &spots))
                (months(points))
            }
            (numbers(lang, chart, points))
        }
    }
}

/// Horizontal bars, largest first, each with its value and an optional link to what is behind it.
#[must_use]
pub fn bars(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Markup {
    let mut sorted: Vec<Bar<'_>> = bars.to_vec();
    sorted.sort_by_key(|bar| std::cmp::Reverse(bar.value));
    bars_in_order(chart, &sorted)
}

/// The same in the order given, as for the stages of a funnel.
#[must_use]
pub fn bars_in_order(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Markup {
    let longest = bars
        .iter()
        .map(|bar| bar.value.unsigned_abs())
        .max()
        .unwrap_or_default();
    html! {
        figure.chart {
            figcaption { b { (chart.title) } @if !chart.conclusion.is_empty() { span { (chart.conclusion) } } }
            table.bars id=(chart.id) {
                @for bar in bars {
                    tr {
                        th scope="row" {
                            @match bar.href {
                                Some(href) => a href=(href) { (bar.label) },
                                None => (bar.label),
                            }
                        }
                        td.bar aria-hidden="true" {
                            svg width="100%" height="14" {
                                rect.negative[bar.value < 0] width=(share(bar.value, longest)) height="14" rx="2" {}
                            }
                        }
                        td.num { (chart.scale.show(bar.value)) }
                    }
                }
            }
        }
    }
}

/// One bar.
#[derive(Clone, Copy, Debug)]
pub struct Bar<'a> {
    /// What it is of.
    pub label: &'a str,
    /// Its value on the chart's scale; a negative one is drawn hatched in its absolute length.
    pub value: i64,
    /// Where its name leads.
    pub href: Option<&'a str>,
}

/// `value` of `longest` in percent with one decimal, as an SVG width.
fn share(value: i64, longest: u64) -> String {
    if longest == 0 {
        return "0%".to_owned();
    }
    let permille = u128::from(value.unsigned_abs()) * 1000 / u128::from(longest);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// Where the point `at` of `count` lies, in tenths of a unit from the left.
fn across(at: usize, count: usize) -> i64 {
    let gaps = i64::try_from(count.saturating_sub(1)).unwrap_or(i64::MAX);
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    if gaps == 0 {
        return START.midpoint(RIGHT);
    }
    let (from, to) = (START, RIGHT - 120);
    from + (to - from) * at / gaps
}

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

fn polyline(spots: &[(i64, i64)]) -> String {
    let pairs: Vec<String> = spots
        .iter()
        .map(|(x, y)| format!("{},{}", tenths(*x), tenths(*y)))
        .collect();
    pairs.join(" ")
}

fn area(spots: &[(i64, i64)], first: (i64, i64), last: (i64, i64), base: i64) -> String {
    format!(
        "M{},{} L{} L{},{}Z",
        tenths(first.0),
        tenths(base),
        polyline(spots),
        tenths(last.0),
        tenths(base)
    )
}

fn ticks(scale: Scale, axis: &Axis) -> Markup {
    html! {
        @for value in axis.steps() {
            @let y = axis.down(value);
            line.grid.base[value == 0] x1=(tenths(LEFT)) x2=(tenths(RIGHT)) y1=(tenths(y)) y2=(tenths(y)) {}
            text.tick x=(tenths(LEFT)) y=(tenths(y - 40)) { (scale.tick(value)) }
        }
    }
}

/// The points, and in words the last of them and the highest, unless they would run into each other.
fn dots<L: AsRef<str>>(scale: Scale, points: &[(L, i64)], spots: &[(i64, i64)]) -> Markup {
    let last = spots.len().saturating_sub(1);
    let highest = points
        .iter()
        .enumerate()
        .max_by_key(|(_, (_, value))| *value)
        .map(|(at, _)| at)
        .filter(|at| *at > 3 && at + 4 < spots.len());
    html! {
        @for (at, ((x, y), (label, value))) in spots.iter().zip(points).enumerate() {
            circle.dot.last[at == last] cx=(tenths(*x)) cy=(tenths(*y)) r=(if at == last { "4.5" } else { "3" }) {
                title { (label.as_ref()) " " (scale.show(*value)) }
            }
            @if at == last || Some(at) == highest {
                text.value x=(tenths(*x)) y=(tenths(*y - 110)) text-anchor=(if at == last { "end" } else { "middle" }) {
                    (scale.show(*value))
                }
            }
        }
    }
}

/// Every second label counted from the last; on a phone every fourth.
fn months<L: AsRef<str>>(points: &[(L, i64)]) -> Markup {
    let count = points.len();
    html! {
        @for (at, (label, _)) in points.iter().enumerate() {
            @let back = count - 1 - at;
            @if back.is_multiple_of(2) {
                text.month.minor[!back.is_multiple_of(4)] x=(tenths(across(at, count))) y=(tenths(HEIGHT - 70))
                    text-anchor=(anchor(at, count)) { (label.as_ref()) }
            }
        }
    }
}

const fn anchor(at: usize, count: usize) -> &'static str {
    if count > 1 && at + 1 == count {
        "end"
    } else {
        "middle"
    }
}

fn numbers<L: AsRef<str>>(lang: Lang, chart: &Chart<'_>, points: &[(L, i64)]) -> Markup {
    html! {
        details {
            summary { (lang.t("数据表", "Data table")) }
            table {
                caption.unseen { (chart.title) }
                tbody {
                    @for (label, value) in points {
                        tr { th scope="row" { (label.as_ref()) } td.num { (chart.scale.show(*value)) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHART: Chart<'static> = Chart {
        id: "c",
        title: "贷款余额（万元）",
        conclusion: "一年来逐月上升",
        scale: Scale::Money(Unit::Wan),
    };

    #[test]
    fn a_chart_of_little_or_nothing_is_still_a_chart() {
        let none: [(&str, i64); 0] = [];
        assert!(line_chart(Lang::Zh, &CHART, &none).into_string().contains("<svg"));
        assert!(
            line_chart(Lang::Zh, &CHART, &[("2023-12", 5)])
                .into_string()
                .contains("cx=\"379.0\"")
        );
    }

    #[test]
    fn the_last_point_is_told_and_the_drawing_described() {
        let points: Vec<(String, i64)> = (1..=13).map(|m| (format!("月{m}"), m * 1_000_000)).collect();
        let html = line_chart(Lang::Zh, &CHART, &points).into_string();
        assert!(html.contains("aria-labelledby=\"c-title c-desc\""));
        assert!(html.contains("text-anchor=\"end\">13.00</text>"));
        assert_eq!(html.matches("<circle").count(), 13);
        for element in ["path", "line", "polyline"] {
            let opened = html.matches(&format!("<{element} ")).count();
            assert_eq!(
                opened,
                html.matches(&format!("</{element}>")).count(),
                "{element}"
            );
        }
    }

    #[test]
    fn bars_are_sorted_and_scaled_to_the_longest() {
        let html = bars(
            &CHART,
            &[
                Bar {
                    label: "<甲>",
                    value: 50,
                    href: None,
                },
                Bar {
                    label: "乙",
                    value: 200,
                    href: Some("/b"),
                },
                Bar {
                    label: "丙",
                    value: -100,
                    href: None,
                },
            ],
        )
        .into_string();
        let at = |text: &str| html.find(text).unwrap_or(usize::MAX);
        assert!(at("乙") < at("&lt;甲&gt;") && at("&lt;甲&gt;") < at("丙"));
        assert!(html.contains("width=\"100.0%\"") && html.contains("width=\"25.0%\""));
        assert!(html.contains("class=\"negative\" width=\"50.0%\""));
    }

    #[test]
    fn bars_of_nothing_have_no_length() {
        assert_eq!(share(0, 0), "0%");
        assert_eq!(share(i64::MIN, i64::MIN.unsigned_abs()), "100.0%");
    }
}
