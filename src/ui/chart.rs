//! Charts drawn on the server: a line over the months, sorted bars, a funnel, a small line for a card and two kinds of
//! map. Each is first a [`Drawing`], shapes in whole tenths of a unit, so that a picture is the same on every machine and
//! in every format; [`figure`] makes SVG of it with its numbers in a table beneath, a writer of files makes vectors.

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::values::money::{Fen, Unit, show_count};
use crate::values::text::{Lang, display_width};

mod axis;
pub mod draw;
mod drawing;
pub mod map;
mod rows;
mod svg;

pub use drawing::{Anchor, Drawing, Ink, Point, Shape, TextRole};
pub use svg::{figure, small};

/// What the numbers of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 分, shown in this unit.
    Money(Unit),
    /// A plain count.
    Count,
    /// Hundredths of a percent.
    Percent,
}

impl Scale {
    /// The number as people read it, without its unit.
    #[must_use]
    pub fn show(self, value: i64) -> String {
        match self {
            Scale::Money(unit) => Fen(value).show(unit),
            Scale::Count => show_count(value),
            Scale::Percent => Decimal::new(value, 2).to_string(),
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

impl Chart<'_> {
    /// A drawing of this size under this title, with these shapes and numbers.
    fn drawing(
        &self,
        (width, height): (i64, i64),
        shapes: Vec<Shape>,
        numbers: Vec<(String, String)>,
    ) -> Drawing {
        Drawing {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            conclusion: self.conclusion.to_owned(),
            width,
            height,
            shapes,
            numbers,
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

/// A line over labelled points, usually thirteen months. The baseline is nought, so heights compare.
#[must_use]
pub fn line_chart<L: AsRef<str>>(lang: Lang, chart: &Chart<'_>, points: &[(L, i64)]) -> Markup {
    figure(lang, &draw::line(chart, points))
}

/// Horizontal bars, largest first, each with its value and an optional link to what is behind it. On a screen a table,
/// which reads and copies as one; [`draw::bars`] is the same as a picture.
#[must_use]
pub fn bars(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Markup {
    bars_in_order(chart, &sorted(bars))
}

/// The same in the order given, as for the stages of a funnel.
#[must_use]
pub fn bars_in_order(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Markup {
    let longest = longest(bars);
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

/// Largest first; equal ones as they came.
fn sorted<'a>(bars: &[Bar<'a>]) -> Vec<Bar<'a>> {
    let mut sorted = bars.to_vec();
    sorted.sort_by_key(|bar| std::cmp::Reverse(bar.value));
    sorted
}

fn longest(bars: &[Bar<'_>]) -> u64 {
    let lengths = bars.iter().map(|bar| bar.value.unsigned_abs());
    lengths.max().unwrap_or_default()
}

/// `value` of `longest` in percent with one decimal, as an SVG width.
fn share(value: i64, longest: u64) -> String {
    if longest == 0 {
        return "0%".to_owned();
    }
    let permille = u128::from(value.unsigned_abs()) * 1000 / u128::from(longest);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// About how wide a text of this size is drawn, both in tenths of a unit: never less than it will be.
fn text_width(text: &str, size: i64) -> i64 {
    i64::try_from(display_width(text)).unwrap_or(i64::MAX / 1000) * size * 62 / 100
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
