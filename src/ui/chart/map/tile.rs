//! The schematic map: a tile for each unit, in the order given, as a register lists them.

use super::super::rows::fitted;
use super::{Chart, Classes, Drawing, Ink, Lang, Shape, TextRole, Unit, WIDTH, legend, numbers, words};
use crate::ui::chart::text_width;

const HIGH: i64 = 780;
const GAP: i64 = 60;
/// Room for a name beside the edges of its tile.
const INSET: i64 = 60;

/// Tiles in rows of three or four.
#[must_use]
pub fn tiles(lang: Lang, chart: &Chart<'_>, units: &[Unit<'_>]) -> Drawing {
    let columns: i64 = if units.len() <= 9 { 3 } else { 4 };
    let wide = (WIDTH - (columns - 1) * GAP) / columns;
    let classes = Classes::over(chart.scale, units);
    let mut shapes = Vec::new();
    for (unit, at) in units.iter().zip(0..) {
        let corner = (at % columns * (wide + GAP), at / columns * (HIGH + GAP));
        shapes.extend(tile(lang, chart, unit, (corner, wide, classes.ink(unit.value))));
    }
    let rows = (i64::try_from(units.len()).unwrap_or(i64::MAX / 1000) + columns - 1) / columns;
    let (told, bottom) = legend(
        &classes.legend(lang, chart.scale, units),
        rows * (HIGH + GAP) + 120,
    );
    shapes.extend(told);
    chart.drawing((WIDTH, bottom), shapes, numbers(lang, chart, units))
}

fn tile(
    lang: Lang,
    chart: &Chart<'_>,
    unit: &Unit<'_>,
    ((x, y), wide, ink): ((i64, i64), i64, Ink),
) -> Vec<Shape> {
    let (right, bottom, middle) = (x + wide, y + HIGH, x + wide / 2);
    let mut shapes = vec![Shape::Area {
        rings: vec![vec![(x, y), (right, y), (right, bottom), (x, bottom)]],
        ink,
        told: unit.told(lang, chart.scale),
        href: unit.href.map(str::to_owned),
    }];
    let lines = lines(unit.name, wide - INSET);
    let label = TextRole::Label { minor: false };
    let top = if lines.len() > 1 { y + 220 } else { y + 300 };
    for (line, at) in lines.into_iter().zip(0..) {
        shapes.push(words((middle, top + at * 150), line, ink, label));
    }
    let value = unit.shown(lang, chart.scale);
    shapes.push(words((middle, y + 610), value, ink, TextRole::Value));
    shapes
}

/// A name on one line or, where it does not fit, on two.
fn lines(name: &str, width: i64) -> Vec<String> {
    if text_width(name, Drawing::TEXT) <= width {
        return vec![name.to_owned()];
    }
    let (first, second) = match name.rsplit_once(' ') {
        Some((first, second)) => (first.to_owned(), second.to_owned()),
        None => {
            let letters: Vec<char> = name.chars().collect();
            let (first, second) = letters.split_at(letters.len().div_ceil(2));
            (first.iter().collect(), second.iter().collect())
        }
    };
    vec![fitted(&first, width), fitted(&second, width)]
}

#[cfg(test)]
mod tests {
    use super::super::super::Scale;
    use super::*;

    const CHART: Chart<'static> = Chart {
        id: "t",
        title: "授信（户）",
        conclusion: "",
        scale: Scale::Count,
    };

    #[test]
    fn a_tile_carries_name_value_and_link() {
        let unit = |name: &'static str, value| Unit {
            code: "",
            name,
            value,
            href: Some("/a"),
        };
        let units = [
            unit("古劳镇", Some(12)),
            unit("沙坪街道", Some(0)),
            unit("龙口镇", None),
        ];
        let drawing = tiles(Lang::Zh, &CHART, &units);
        let texts: Vec<&str> = drawing
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(&texts[..6], ["古劳镇", "12", "沙坪街道", "0", "龙口镇", "未报"]);
        let told = |shape: &&Shape| matches!(shape, Shape::Area { told, href: Some(_), .. } if told == "龙口镇 未报");
        assert_eq!(drawing.shapes.iter().filter(told).count(), 1);
    }

    #[test]
    fn a_long_name_takes_two_lines_of_its_tile() {
        assert_eq!(lines("Shaping Subdistrict", 900), ["Shaping", "Subdistrict"]);
        assert_eq!(lines("江门市工业新城管理区", 900), ["江门市工业", "新城管理区"]);
        assert_eq!(lines("古劳镇", 900), ["古劳镇"]);
    }
}
