//! Charts as drawings: a line over the months, large and small, bars and a funnel. Whole-number arithmetic in tenths
//! of a unit.

use super::axis::Axis;
use super::{Anchor, Chart, Drawing, Ink, Point, Scale, Shape, TextRole};

pub use super::rows::{bars, bars_in_order, funnel};

const WIDTH: i64 = 6400;
const HEIGHT: i64 = 2700;
const LEFT: i64 = 60;
const RIGHT: i64 = 6340;
/// Where the line begins; the axis is written to the left of it.
const START: i64 = 1240;
pub(super) const TOP: i64 = 340;
pub(super) const BOTTOM: i64 = 2400;

/// A line over labelled points, usually thirteen months. The baseline is nought, so heights compare.
#[must_use]
pub fn line<L: AsRef<str>>(chart: &Chart<'_>, points: &[(L, i64)]) -> Drawing {
    let axis = Axis::over(points.iter().map(|(_, value)| *value));
    let spots: Vec<Point> = points
        .iter()
        .enumerate()
        .map(|(at, (_, value))| (across(at, points.len(), (START, RIGHT - 120)), axis.down(*value)))
        .collect();
    let mut shapes = ticks(chart.scale, &axis);
    shapes.extend(under(&spots, axis.down(0)));
    shapes.push(Shape::Line {
        points: spots.clone(),
        ink: Ink::Line,
    });
    shapes.extend(dots(chart.scale, points, &spots));
    shapes.extend(months(points));
    chart.drawing((WIDTH, HEIGHT), shapes, numbers(chart.scale, points))
}

/// The small line of a card: no axis, its first and last label beneath with the last value. A point without a value
/// breaks the line.
#[must_use]
pub fn spark<L: AsRef<str>>(chart: &Chart<'_>, points: &[(L, Option<i64>)]) -> Drawing {
    const BREADTH: i64 = 3400;
    const DEPTH: i64 = 620;
    const FLOOR: i64 = 400;
    let axis = Axis::over(points.iter().filter_map(|(_, value)| *value));
    // The axis reaches from TOP to BOTTOM; here it is pressed into the little height there is.
    let down = |value| 60 + (axis.down(value) - TOP) * (FLOOR - 60) / (BOTTOM - TOP);
    let spot = |(at, (_, value)): (usize, &(L, Option<i64>))| {
        value.map(|value| (across(at, points.len(), (60, BREADTH - 60)), down(value)))
    };
    let spots: Vec<Option<Point>> = points.iter().enumerate().map(spot).collect();
    let base = Shape::Line {
        points: vec![(0, down(0)), (BREADTH, down(0))],
        ink: Ink::Base,
    };
    let mut shapes = vec![base];
    for run in spots.split(Option::is_none) {
        let run: Vec<Point> = run.iter().copied().flatten().collect();
        shapes.extend(under(&run, down(0)));
        if run.len() > 1 {
            shapes.push(Shape::Line {
                points: run,
                ink: Ink::Line,
            });
        }
    }
    let said = |value: Option<i64>| value.map_or_else(|| "—".to_owned(), |value| chart.scale.show(value));
    if let Some((label, value)) = points.last() {
        let at = spots.last().copied().flatten();
        shapes.extend(at.map(|at| Shape::Circle {
            at,
            radius: 40,
            ink: Ink::Last,
            told: format!("{} {}", label.as_ref(), said(*value)),
        }));
        let text = format!("{}  {}", label.as_ref(), said(*value));
        shapes.push(tick((BREADTH, DEPTH - 50), text, Anchor::End));
    }
    if let Some((label, _)) = points.first().filter(|_| points.len() > 1) {
        shapes.push(tick((0, DEPTH - 50), label.as_ref().to_owned(), Anchor::Start));
    }
    let numbers = points
        .iter()
        .map(|(label, value)| (label.as_ref().to_owned(), said(*value)));
    chart.drawing((BREADTH, DEPTH), shapes, numbers.collect())
}

/// The line of a table's row: no axis and no words, for the values stand beside it.
#[must_use]
pub fn thread<L: AsRef<str>>(chart: &Chart<'_>, points: &[(L, i64)]) -> Drawing {
    const BREADTH: i64 = 960;
    const DEPTH: i64 = 200;
    let axis = Axis::over(points.iter().map(|(_, value)| *value));
    let down = |value| 30 + (axis.down(value) - TOP) * (DEPTH - 60) / (BOTTOM - TOP);
    let spots: Vec<Point> = points
        .iter()
        .enumerate()
        .map(|(at, (_, value))| (across(at, points.len(), (30, BREADTH - 30)), down(*value)))
        .collect();
    let mut shapes = vec![Shape::Line {
        points: vec![(0, down(0)), (BREADTH, down(0))],
        ink: Ink::Base,
    }];
    shapes.extend(
        points
            .last()
            .zip(spots.last())
            .map(|((label, value), at)| Shape::Circle {
                at: *at,
                radius: 25,
                ink: Ink::Last,
                told: format!("{} {}", label.as_ref(), chart.scale.show(*value)),
            }),
    );
    shapes.push(Shape::Line {
        points: spots,
        ink: Ink::Line,
    });
    chart.drawing((BREADTH, DEPTH), shapes, numbers(chart.scale, points))
}

fn tick(at: Point, text: String, anchor: Anchor) -> Shape {
    Shape::Text {
        at,
        text,
        role: TextRole::Tick,
        anchor,
    }
}

fn numbers<L: AsRef<str>>(scale: Scale, points: &[(L, i64)]) -> Vec<(String, String)> {
    points
        .iter()
        .map(|(label, value)| (label.as_ref().to_owned(), scale.show(*value)))
        .collect()
}

/// Where the point `at` of `count` lies, in tenths of a unit from the left.
fn across(at: usize, count: usize, (from, to): (i64, i64)) -> i64 {
    let gaps = i64::try_from(count.saturating_sub(1)).unwrap_or(i64::MAX);
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    if gaps == 0 {
        return from.midpoint(to + 120);
    }
    from + (to - from) * at / gaps
}

/// What lies under a line.
fn under(spots: &[Point], base: i64) -> Option<Shape> {
    let (first, last) = (spots.first()?, spots.last()?);
    let mut ring = vec![(first.0, base)];
    ring.extend_from_slice(spots);
    ring.push((last.0, base));
    Some(Shape::Area {
        rings: vec![ring],
        ink: Ink::Under,
        told: String::new(),
        href: None,
    })
}

fn ticks(scale: Scale, axis: &Axis) -> Vec<Shape> {
    let each = axis.steps().flat_map(|value| {
        let y = axis.down(value);
        let ink = if value == 0 { Ink::Base } else { Ink::Grid };
        [
            Shape::Line {
                points: vec![(LEFT, y), (RIGHT, y)],
                ink,
            },
            tick((LEFT, y - 40), scale.tick(value), Anchor::Start),
        ]
    });
    each.collect()
}

/// The points, and in words the last of them and the highest, unless they would run into each other.
fn dots<L: AsRef<str>>(scale: Scale, points: &[(L, i64)], spots: &[Point]) -> Vec<Shape> {
    let last = spots.len().saturating_sub(1);
    let highest = points
        .iter()
        .enumerate()
        .max_by_key(|(_, (_, value))| *value)
        .map(|(at, _)| at)
        .filter(|at| *at > 3 && at + 4 < spots.len());
    let mut shapes = Vec::new();
    for (at, (spot, (label, value))) in spots.iter().zip(points).enumerate() {
        let is_last = at == last;
        shapes.push(Shape::Circle {
            at: *spot,
            radius: if is_last { 45 } else { 30 },
            ink: if is_last { Ink::Last } else { Ink::Line },
            told: format!("{} {}", label.as_ref(), scale.show(*value)),
        });
        if is_last || Some(at) == highest {
            shapes.push(Shape::Text {
                at: (spot.0, spot.1 - 110),
                text: scale.show(*value),
                role: TextRole::Value,
                anchor: if is_last { Anchor::End } else { Anchor::Middle },
            });
        }
    }
    shapes
}

/// Every second label counted from the last; on a phone every fourth.
fn months<L: AsRef<str>>(points: &[(L, i64)]) -> Vec<Shape> {
    let count = points.len();
    let label = |(at, (label, _)): (usize, &(L, i64))| {
        let back = count - 1 - at;
        back.is_multiple_of(2).then(|| Shape::Text {
            at: (across(at, count, (START, RIGHT - 120)), HEIGHT - 70),
            text: label.as_ref().to_owned(),
            role: TextRole::Label {
                minor: !back.is_multiple_of(4),
            },
            anchor: if count > 1 && back == 0 {
                Anchor::End
            } else {
                Anchor::Middle
            },
        })
    };
    points.iter().enumerate().filter_map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHART: Chart<'static> = Chart {
        id: "s",
        title: "不良率（%）",
        conclusion: "",
        scale: Scale::Percent,
    };

    #[test]
    fn a_small_line_breaks_where_nothing_is_known() {
        let points: Vec<(String, Option<i64>)> = [Some(10), Some(20), None, Some(5), Some(7)]
            .into_iter()
            .zip(1..)
            .map(|(value, at)| (format!("{at}月"), value))
            .collect();
        let drawing = spark(&CHART, &points);
        let lines = drawing
            .shapes
            .iter()
            .filter(|shape| matches!(shape, Shape::Line { ink: Ink::Line, .. }));
        assert_eq!(lines.count(), 2);
        assert_eq!(drawing.numbers[2].1, "—", "not reported is not nought");
        let text = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if text == "5月  0.07");
        assert!(drawing.shapes.iter().any(text));
    }

    #[test]
    fn a_small_line_of_nothing_is_still_drawn() {
        let none: [(&str, Option<i64>); 0] = [];
        assert!(!spark(&CHART, &none).shapes.is_empty());
        assert_eq!(
            spark(&CHART, &[("1月", None)]).numbers,
            [("1月".to_owned(), "—".to_owned())]
        );
    }

    proptest! {
        #[test]
        fn every_point_lies_in_its_picture(values in prop::collection::vec(any::<i64>(), 0..30)) {
            let points: Vec<(&str, i64)> = values.iter().map(|value| ("月", *value)).collect();
            let small: Vec<(&str, Option<i64>)> = values.iter().map(|value| ("月", Some(*value))).collect();
            for drawing in [line(&CHART, &points), spark(&CHART, &small), thread(&CHART, &points)] {
                for shape in &drawing.shapes {
                    if let Shape::Circle { at: (x, y), .. } = shape {
                        prop_assert!((0..=drawing.width).contains(x) && (0..=drawing.height).contains(y));
                    }
                }
            }
        }
    }
}
