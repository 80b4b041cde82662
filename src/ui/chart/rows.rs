//! Bars and the funnel: one row each, name to the left, value to the right.

use super::{Anchor, Bar, Chart, Drawing, Ink, Shape, TextRole, longest, sorted, text_width};

const WIDTH: i64 = 6400;
const ROW: i64 = 260;
const THICK: i64 = 150;
const EDGE: i64 = 60;
const GAP: i64 = 100;
/// Names wider than this are cut, so that some room for the bars is left.
const WIDEST: i64 = 3000;

/// Horizontal bars, largest first.
#[must_use]
pub fn bars(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Drawing {
    bars_in_order(chart, &sorted(bars))
}

/// Horizontal bars in the order given.
#[must_use]
pub fn bars_in_order(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Drawing {
    let rows = Rows::of(chart, bars);
    let mut shapes = Vec::new();
    for (bar, at) in bars.iter().zip(0..) {
        let length = rows.length(bar.value);
        let ink = if bar.value < 0 { Ink::Negative } else { Ink::Bar };
        let (top, value) = (rows.top(at), chart.scale.show(bar.value));
        shapes.push(rows.name(bar, top));
        shapes.push(area(rows.from, top, length, (ink, bar, &value)));
        shapes.push(rows.value(value, top));
    }
    rows.drawing(chart, bars, shapes)
}

/// The stages of a funnel, one beneath the other about a common middle, and how many of one stage reach the next.
#[must_use]
pub fn funnel(chart: &Chart<'_>, stages: &[Bar<'_>]) -> Drawing {
    let rows = Rows::of(chart, stages);
    let middle = rows.from.midpoint(rows.to);
    let sides = |value| {
        let half = rows.length(value) / 2;
        (middle - half, middle + half)
    };
    let mut shapes = Vec::new();
    for (pair, at) in stages.windows(2).zip(0..) {
        let [above, below] = pair else { continue };
        let (left, right) = sides(above.value);
        let (to_left, to_right) = sides(below.value);
        let (from, to) = (rows.top(at) + THICK, rows.top(at + 1));
        let ring = vec![(left, from), (right, from), (to_right, to), (to_left, to)];
        shapes.push(Shape::Area {
            rings: vec![ring],
            ink: Ink::Under,
            told: String::new(),
            href: None,
        });
    }
    for (stage, at) in stages.iter().zip(0..) {
        let (left, right) = sides(stage.value);
        let (top, value) = (rows.top(at), chart.scale.show(stage.value));
        let ink = if stage.value < 0 { Ink::Negative } else { Ink::Bar };
        shapes.push(rows.name(stage, top));
        shapes.push(area(left, top, right - left, (ink, stage, &value)));
        shapes.push(rows.value(value, top));
    }
    rows.drawing(chart, stages, shapes)
}

/// Where names end and values begin.
struct Rows {
    from: i64,
    to: i64,
    longest: u64,
    count: i64,
}

impl Rows {
    fn of(chart: &Chart<'_>, bars: &[Bar<'_>]) -> Rows {
        let widest = |widths: &mut dyn Iterator<Item = i64>| widths.max().unwrap_or_default();
        let names = widest(&mut bars.iter().map(|bar| text_width(bar.label, Drawing::TEXT)));
        let values = widest(
            &mut bars
                .iter()
                .map(|bar| text_width(&chart.scale.show(bar.value), Drawing::VALUE)),
        );
        Rows {
            from: EDGE + names.min(WIDEST) + GAP,
            to: WIDTH - EDGE - values.min(WIDEST) - GAP,
            longest: longest(bars),
            count: i64::try_from(bars.len()).unwrap_or(i64::MAX / ROW),
        }
    }

    fn top(&self, at: i64) -> i64 {
        EDGE + at * ROW
    }

    fn length(&self, value: i64) -> i64 {
        if self.longest == 0 {
            return 0;
        }
        let room = i128::from(self.to - self.from);
        let length = i128::from(value.unsigned_abs()) * room / i128::from(self.longest);
        i64::try_from(length).unwrap_or_default()
    }

    fn name(&self, bar: &Bar<'_>, top: i64) -> Shape {
        Shape::Text {
            at: (EDGE, top + THICK - 35),
            text: fitted(bar.label, WIDEST),
            role: TextRole::Label { minor: false },
            anchor: Anchor::Start,
        }
    }

    fn value(&self, value: String, top: i64) -> Shape {
        Shape::Text {
            at: (WIDTH - EDGE, top + THICK - 30),
            text: value,
            role: TextRole::Value,
            anchor: Anchor::End,
        }
    }

    fn drawing(&self, chart: &Chart<'_>, bars: &[Bar<'_>], shapes: Vec<Shape>) -> Drawing {
        let numbers = bars
            .iter()
            .map(|bar| (bar.label.to_owned(), chart.scale.show(bar.value)));
        let height = EDGE + self.count.max(1) * ROW;
        chart.drawing((WIDTH, height), shapes, numbers.collect())
    }
}

fn area(left: i64, top: i64, length: i64, (ink, bar, value): (Ink, &Bar<'_>, &str)) -> Shape {
    let (right, bottom) = (left + length, top + THICK);
    Shape::Area {
        rings: vec![vec![(left, top), (right, top), (right, bottom), (left, bottom)]],
        ink,
        told: format!("{} {value}", bar.label),
        href: bar.href.map(str::to_owned),
    }
}

/// A name cut to a width.
pub(super) fn fitted(name: &str, width: i64) -> String {
    if text_width(name, Drawing::TEXT) <= width {
        return name.to_owned();
    }
    let mut cut = String::new();
    for letter in name.chars() {
        let longer = format!("{cut}{letter}…");
        if text_width(&longer, Drawing::TEXT) > width {
            break;
        }
        cut.push(letter);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::Scale;
    use super::*;
    use proptest::prelude::*;

    const CHART: Chart<'static> = Chart {
        id: "b",
        title: "户数",
        conclusion: "",
        scale: Scale::Count,
    };

    fn bar(label: &str, value: i64) -> Bar<'_> {
        Bar {
            label,
            value,
            href: None,
        }
    }

    fn areas(drawing: &Drawing, wanted: Ink) -> Vec<(i64, i64)> {
        let of = |shape: &Shape| match shape {
            Shape::Area { rings, ink, .. } if *ink == wanted => {
                let across = rings.iter().flatten().map(|(x, _)| *x);
                Some((across.clone().min()?, across.max()?))
            }
            _ => None,
        };
        drawing.shapes.iter().filter_map(of).collect()
    }

    #[test]
    fn bars_begin_together_and_those_below_nought_are_hatched() {
        let drawing = bars(&CHART, &[bar("甲", 50), bar("乙镇", 100), bar("丙", -100)]);
        let (drawn, below) = (areas(&drawing, Ink::Bar), areas(&drawing, Ink::Negative));
        assert_eq!(drawn.len() + below.len(), 3);
        assert_eq!(drawn[0].0, drawn[1].0);
        assert_eq!((drawn[0].1 - drawn[0].0) / 2, drawn[1].1 - drawn[1].0);
        assert_eq!(below[0], drawn[0], "its absolute length");
        assert_eq!(drawing.numbers[0].0, "乙镇");
    }

    #[test]
    fn a_funnel_stands_about_its_middle_and_is_joined() {
        let drawing = funnel(&CHART, &[bar("建档", 100), bar("授信", 40), bar("用信", 0)]);
        let drawn = areas(&drawing, Ink::Bar);
        assert!(
            drawn
                .windows(2)
                .all(|pair| (pair[0].0 + pair[0].1).abs_diff(pair[1].0 + pair[1].1) <= 1)
        );
        assert_eq!(areas(&drawing, Ink::Under).len(), 2);
        assert_eq!(drawn[2].0, drawn[2].1);
    }

    #[test]
    fn a_long_name_is_cut_where_it_would_cover_the_bars() {
        assert_eq!(fitted("古劳镇", 1000), "古劳镇");
        let cut = fitted("Guangdong Jiangmen Rural Commercial Bank", 1000);
        assert!(cut.ends_with('…') && text_width(&cut, Drawing::TEXT) <= 1000);
    }

    proptest! {
        #[test]
        fn no_value_leaves_the_picture(values in prop::collection::vec(any::<i64>(), 0..40)) {
            let each: Vec<Bar<'_>> = values.iter().map(|value| bar("某镇", *value)).collect();
            for drawing in [bars(&CHART, &each), funnel(&CHART, &each)] {
                for shape in &drawing.shapes {
                    if let Shape::Area { rings, .. } = shape {
                        for (x, y) in rings.iter().flatten() {
                            prop_assert!((0..=drawing.width).contains(x) && (0..=drawing.height).contains(y));
                        }
                    }
                }
            }
        }
    }
}
