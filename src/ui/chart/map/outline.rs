//! The map of outlines: a sketch, projected in whole numbers (equirectangular, one scale for the whole map), its points
//! brought to whole units so that neighbours keep a common border.

use super::{
    Anchor, Chart, Classes, Drawing, Ink, Lang, Point, Shape, TextRole, Unit, WIDTH, legend, numbers, words,
};
use crate::ui::chart::text_width;
use crate::values::geojson::{Outline, Position};

const EDGE: i64 = 40;
/// A map is not drawn higher than this, whatever its shape.
const HIGHEST: i64 = 5200;
/// To this many tenths points are rounded.
const GRAIN: i64 = 10;
/// Between the two lines that are written on a unit.
const LINE: i64 = 160;

/// Room at the right for the names that do not fit into their units.
const MARGIN: i64 = 960;
/// From one such name to the next.
const NEXT: i64 = 420;

/// Units on their outlines. One without an outline is in the numbers and below the map, so that nothing hides.
#[must_use]
pub fn outlines(lang: Lang, chart: &Chart<'_>, known: &[Outline], units: &[Unit<'_>]) -> Drawing {
    let classes = Classes::over(chart.scale, units);
    let found: Vec<(&Unit<'_>, &Outline)> = units
        .iter()
        .filter_map(|unit| {
            Some((
                unit,
                known.iter().find(|outline| outline.code.as_str() == unit.code)?,
            ))
        })
        .collect();
    let seen = |room| Seen::through(lang, chart, &classes, &found, room);
    let whole = seen(WIDTH - 2 * EDGE);
    let drawn = if whole.iter().any(|seen| !seen.fits()) {
        seen(WIDTH - 2 * EDGE - MARGIN)
    } else {
        whole
    };
    let ys = drawn
        .iter()
        .flat_map(|seen| seen.rings.iter().flatten())
        .map(|point| point.1);
    let bottom = ys.max().map_or(EDGE, |lowest| lowest + EDGE);
    let mut shapes: Vec<Shape> = drawn.iter().map(Seen::area).collect();
    shapes.extend(drawn.iter().filter(|seen| seen.fits()).flat_map(Seen::inside));
    let mut beside: Vec<&Seen> = drawn.iter().filter(|seen| !seen.fits()).collect();
    beside.sort_by_key(|seen| seen.middle.1);
    let mut free = EDGE + 160;
    for seen in beside {
        let y = free.max(seen.middle.1);
        free = y + NEXT;
        shapes.extend(seen.beside(y));
    }
    let bottom = bottom.max(free - NEXT + 240);
    let (told, bottom) = legend(&classes.legend(lang, chart.scale, units), bottom + 120);
    shapes.extend(told);
    let (apart, bottom) = apart(lang, chart, known, units, bottom);
    shapes.extend(apart);
    chart.drawing((WIDTH, bottom), shapes, numbers(lang, chart, units))
}

/// One unit as it lies on the map.
struct Seen {
    rings: Vec<Vec<Point>>,
    ink: Ink,
    name: String,
    value: String,
    told: String,
    href: Option<String>,
    /// The middle of its longest level line, and how long that is.
    middle: Point,
    length: i64,
}

impl Seen {
    fn through(
        lang: Lang,
        chart: &Chart<'_>,
        classes: &Classes,
        found: &[(&Unit<'_>, &Outline)],
        room: i64,
    ) -> Vec<Seen> {
        let positions = found
            .iter()
            .flat_map(|(_, outline)| outline.rings.iter().flatten());
        let Some(view) = View::over(positions, room) else {
            return Vec::new();
        };
        let seen = |(unit, outline): &(&Unit<'_>, &Outline)| {
            let rings: Vec<Vec<Point>> = outline
                .rings
                .iter()
                .map(|ring| view.ring(ring))
                .filter(|ring| ring.len() > 2)
                .collect();
            let (x, y, length) = widest(&rings).unwrap_or_default();
            Seen {
                rings,
                ink: classes.ink(unit.value),
                name: unit.name.to_owned(),
                value: unit.shown(lang, chart.scale),
                told: unit.told(lang, chart.scale),
                href: unit.href.map(str::to_owned),
                middle: (x, y),
                length,
            }
        };
        found.iter().map(seen).collect()
    }

    fn fits(&self) -> bool {
        let name = text_width(&self.name, Drawing::TEXT);
        name.max(text_width(&self.value, Drawing::VALUE)) <= self.length
    }

    fn area(&self) -> Shape {
        Shape::Area {
            rings: self.rings.clone(),
            ink: self.ink,
            told: self.told.clone(),
            href: self.href.clone(),
        }
    }

    fn inside(&self) -> [Shape; 2] {
        let (x, y) = self.middle;
        let label = TextRole::Label { minor: false };
        [
            words((x, y - 20), self.name.clone(), self.ink, label),
            words((x, y - 20 + LINE), self.value.clone(), self.ink, TextRole::Value),
        ]
    }

    /// At the right edge, with a line to the unit.
    fn beside(&self, y: i64) -> [Shape; 3] {
        let text = |y, text: &str, role| Shape::Text {
            at: (WIDTH - EDGE, y),
            text: text.to_owned(),
            role,
            anchor: Anchor::End,
        };
        let widest = text_width(&self.name, Drawing::TEXT).max(text_width(&self.value, Drawing::VALUE));
        [
            Shape::Line {
                points: vec![self.middle, (WIDTH - EDGE - widest, y)],
                ink: Ink::Border,
            },
            text(y - 20, &self.name, TextRole::Label { minor: false }),
            text(y - 20 + LINE, &self.value, TextRole::Value),
        ]
    }
}

/// How degrees become tenths of a unit.
struct View {
    west: i64,
    north: i64,
    /// Tenths for so many millionths of a degree of latitude.
    tenths: i128,
    millionths: i128,
    /// How much shorter a degree of longitude is here, of a thousand.
    narrowed: i128,
}

impl View {
    /// The view that shows all of these positions in this width; none of nothing.
    fn over<'a>(positions: impl Iterator<Item = &'a Position> + Clone, room: i64) -> Option<View> {
        let (west, east) = (
            positions.clone().map(|at| at.0).min()?,
            positions.clone().map(|at| at.0).max()?,
        );
        let (south, north) = (
            positions.clone().map(|at| at.1).min()?,
            positions.map(|at| at.1).max()?,
        );
        let narrowed = narrowed(south.midpoint(north));
        let wide = (i128::from(east - west) * narrowed / 1000).max(1);
        let high = i128::from(north - south).max(1);
        let (room, most) = (i128::from(room), i128::from(HIGHEST));
        // Whichever of width and height is used up first sets the scale.
        let (tenths, millionths) = if high * room <= most * wide {
            (room, wide)
        } else {
            (most, high)
        };
        Some(View {
            west,
            north,
            tenths,
            millionths,
            narrowed,
        })
    }

    fn at(&self, (east, north): Position) -> Point {
        let across = i128::from(east - self.west) * self.narrowed / 1000 * self.tenths / self.millionths;
        let down = i128::from(self.north - north) * self.tenths / self.millionths;
        let whole = |n: i128| EDGE + i64::try_from(n).unwrap_or_default() / GRAIN * GRAIN;
        (whole(across), whole(down))
    }

    /// A ring in tenths, each point once.
    fn ring(&self, ring: &[Position]) -> Vec<Point> {
        let mut points: Vec<Point> = ring.iter().map(|position| self.at(*position)).collect();
        points.dedup();
        if points.first() == points.last() {
            points.pop();
        }
        points
    }
}

/// The cosine of a latitude in thousandths, after Bhaskara: (32400 − 4x²) ÷ (32400 + x²) in degrees, right to 0.2 %.
fn narrowed(latitude: i64) -> i128 {
    let hundredths = i128::from(latitude.abs() / 10_000);
    let square = hundredths * hundredths;
    ((324_000_000 - 4 * square) * 1000 / (324_000_000 + square)).max(1)
}

/// The middle of the longest level line within a unit, and how long that is.
fn widest(rings: &[Vec<Point>]) -> Option<(i64, i64, i64)> {
    let ys = rings.iter().flatten().map(|point| point.1);
    let (top, bottom) = (ys.clone().min()?, ys.max()?);
    let mut best: Option<(i64, i64, i64)> = None;
    for step in 1..24 {
        // Half a grain off the points, so that no line runs through a corner.
        let y = top + (bottom - top) * step / 24 / GRAIN * GRAIN + GRAIN / 2;
        let crossings = crossings(rings, y);
        for pair in crossings.chunks_exact(2) {
            let [from, to] = pair else { continue };
            if best.is_none_or(|(_, _, length)| to - from > length) {
                best = Some((from.midpoint(*to), y, to - from));
            }
        }
    }
    best
}

/// Where a level line crosses the rings, from left to right.
fn crossings(rings: &[Vec<Point>], y: i64) -> Vec<i64> {
    let mut found = Vec::new();
    for ring in rings {
        let next = ring.iter().cycle().skip(1);
        for ((x1, y1), (x2, y2)) in ring.iter().zip(next) {
            if (*y1 > y) != (*y2 > y) {
                found.push(x1 + (x2 - x1) * (y - y1) / (y2 - y1));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Units that have no outline, in words beneath the legend.
fn apart(
    lang: Lang,
    chart: &Chart<'_>,
    known: &[Outline],
    units: &[Unit<'_>],
    mut bottom: i64,
) -> (Vec<Shape>, i64) {
    let without = |unit: &&Unit<'_>| !known.iter().any(|outline| outline.code.as_str() == unit.code);
    let mut shapes = Vec::new();
    for unit in units.iter().filter(without) {
        bottom += 40;
        shapes.push(Shape::Text {
            at: (EDGE, bottom + 80),
            text: format!(
                "{}{}",
                lang.t("图外：", "Not on the map: "),
                unit.told(lang, chart.scale)
            ),
            role: TextRole::Label { minor: false },
            anchor: Anchor::Start,
        });
        bottom += 140;
    }
    (shapes, bottom)
}

#[cfg(test)]
mod tests {
    use super::super::super::Scale;
    use super::*;
    use crate::values::geojson;
    use proptest::prelude::*;

    const CHART: Chart<'static> = Chart {
        id: "m",
        title: "授信（户）",
        conclusion: "",
        scale: Scale::Count,
    };

    fn counties() -> Vec<Outline> {
        geojson::outlines(include_str!("../../../../data/jiangmen-counties.geojson")).unwrap()
    }

    fn unit<'a>(code: &'a str, name: &'a str, value: Option<i64>) -> Unit<'a> {
        Unit {
            code,
            name,
            value,
            href: Some("/x"),
        }
    }

    fn within(drawing: &Drawing) {
        for shape in &drawing.shapes {
            if let Shape::Area { rings, .. } = shape {
                for (x, y) in rings.iter().flatten() {
                    assert!(
                        (0..=drawing.width).contains(x) && (0..=drawing.height).contains(y),
                        "{x} {y}"
                    );
                }
            }
        }
    }

    #[test]
    fn seven_counties_are_drawn_and_every_name_stands_somewhere() {
        let names = [
            "蓬江区",
            "江海区",
            "新会区",
            "台山市",
            "开平市",
            "鹤山市",
            "恩平市",
        ];
        let known = counties();
        let units: Vec<Unit<'_>> = known
            .iter()
            .zip(names)
            .zip(1..)
            .map(|((outline, name), n)| unit(outline.code.as_str(), name, (n < 7).then_some(n * 123_456_789)))
            .collect();
        let drawing = outlines(Lang::Zh, &CHART, &known, &units);
        within(&drawing);
        for name in names {
            let said = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if text == name);
            assert!(drawing.shapes.iter().any(said), "{name}");
        }
        let missing = |shape: &&Shape| {
            matches!(
                shape,
                Shape::Area {
                    ink: Ink::Missing,
                    ..
                }
            )
        };
        assert_eq!(
            drawing.shapes.iter().filter(missing).count(),
            2,
            "the county and its legend"
        );
        assert!(
            drawing
                .shapes
                .iter()
                .any(|shape| matches!(shape, Shape::Line { ink: Ink::Border, .. }))
        );
    }

    #[test]
    fn what_has_no_outline_is_told_beneath() {
        let known = counties();
        let units = [
            unit("440784000000", "鹤山市", Some(3)),
            unit("440799000000", "某区", Some(0)),
        ];
        let drawing = outlines(Lang::Zh, &CHART, &known, &units);
        let said = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if text == "图外：某区 0");
        assert!(drawing.shapes.iter().any(said));
        assert_eq!(drawing.numbers.len(), 2);
    }

    #[test]
    fn a_degree_of_longitude_is_narrowed_by_the_cosine() {
        // cos 0° = 1, cos 22.6° = 0.9232, cos 60° = 0.5.
        assert_eq!(narrowed(0), 1000);
        assert!((921..=925).contains(&narrowed(22_600_000)));
        assert!((498..=502).contains(&narrowed(-60_000_000)));
        assert!(narrowed(90_000_000) >= 1);
    }

    proptest! {
        #[test]
        fn any_outline_lies_in_its_picture(
            points in prop::collection::vec((-180_000_000_i64..=180_000_000, -90_000_000_i64..=90_000_000), 4..20),
            value in any::<i64>(),
        ) {
            let code = "440784000000";
            let known = [Outline { code: crate::values::RegionCode::parse(code).unwrap(), rings: vec![points] }];
            within(&outlines(Lang::En, &CHART, &known, &[unit(code, "Heshan", Some(value))]));
        }
    }
}
