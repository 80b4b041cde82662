//! Maps: one hue in five classes, nought in a tint of its own, 未报 hatched, the values written on the units, the bounds
//! of the classes in the legend. Drawn from outlines ([`outlines`]) or, where there are none, as tiles in a grid
//! ([`tiles`]). A map of either kind is as wide as a phone and is never drawn smaller than that.

mod outline;
mod tile;

pub use outline::outlines;
pub use tile::tiles;

use super::{Anchor, Chart, Drawing, Ink, Point, Scale, Shape, TextRole, text_width};
use crate::values::text::{Lang, Text};

/// The classes, least to most.
const CLASSES: usize = 5;
const WIDTH: i64 = 4000;

const MISSING: Text = Text::new("未报", "Not reported");

/// One unit of a map.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its code, by which its outline is found.
    pub code: &'a str,
    pub name: &'a str,
    /// On the chart's scale; none when it has not reported, which is not nought.
    pub value: Option<i64>,
    /// Where it leads.
    pub href: Option<&'a str>,
}

impl Unit<'_> {
    fn shown(&self, lang: Lang, scale: Scale) -> String {
        match self.value {
            Some(value) => scale.show(value),
            None => MISSING.get(lang).to_owned(),
        }
    }

    fn told(&self, lang: Lang, scale: Scale) -> String {
        format!("{} {}", self.name, self.shown(lang, scale))
    }
}

/// In which class a value is: as many units in each as may be, bounds cut to two figures so that a legend reads well.
#[derive(Debug, PartialEq, Eq)]
struct Classes {
    /// Where the second and every further class begins, ascending.
    bounds: Vec<i64>,
}

impl Classes {
    fn over(scale: Scale, units: &[Unit<'_>]) -> Classes {
        let mut values: Vec<i64> = units
            .iter()
            .filter_map(|unit| unit.value)
            .filter(|value| *value > 0)
            .collect();
        values.sort_unstable();
        let least = values.first().copied().unwrap_or_default();
        let mut bounds: Vec<i64> = (1..CLASSES)
            .filter_map(|at| values.get(at * values.len() / CLASSES))
            .map(|value| rounded(scale, *value))
            .filter(|bound| *bound > least)
            .collect();
        bounds.dedup();
        Classes { bounds }
    }

    /// The ink of a value. Fewer classes than five are spread over the five shades.
    fn ink(&self, value: Option<i64>) -> Ink {
        match value {
            None => Ink::Missing,
            Some(0) => Ink::Class(0),
            Some(value) if value < 0 => Ink::Negative,
            Some(value) => self.shade(self.bounds.partition_point(|bound| *bound <= value)),
        }
    }

    fn shade(&self, class: usize) -> Ink {
        let shade = match self.bounds.len() {
            0 => 3,
            last => 1 + class * (CLASSES - 1) / last,
        };
        Ink::Class(u8::try_from(shade).unwrap_or(5))
    }

    /// What each ink stands for, of those that the units use.
    fn legend(&self, lang: Lang, scale: Scale, units: &[Unit<'_>]) -> Vec<(Ink, String)> {
        let used: Vec<Ink> = units.iter().map(|unit| self.ink(unit.value)).collect();
        let mut entries = vec![
            (Ink::Negative, lang.t("负数", "Below nought").to_owned()),
            (Ink::Class(0), "0".to_owned()),
        ];
        let bound = |at: usize| self.bounds.get(at).map(|bound| scale.tick(*bound));
        for class in 0..=self.bounds.len() {
            let words = match (class.checked_sub(1).and_then(bound), bound(class)) {
                (None, None) => format!("> {}", scale.tick(0)),
                (None, Some(to)) => format!("< {to}"),
                (Some(from), None) => format!("≥ {from}"),
                (Some(from), Some(to)) => format!("{from} – {to}"),
            };
            entries.push((self.shade(class), words));
        }
        entries.push((Ink::Missing, MISSING.get(lang).to_owned()));
        entries.retain(|(ink, _)| used.contains(ink));
        entries
    }
}

/// A bound cut to two figures, and to what the unit can show.
fn rounded(scale: Scale, value: i64) -> i64 {
    let mut grain = match scale {
        Scale::Money(unit) => unit.divisor_fen() / 100,
        Scale::Count | Scale::Percent => 1,
    };
    while value / grain >= 100 {
        grain *= 10;
    }
    value / grain * grain
}

const fn is_dark(ink: Ink) -> bool {
    matches!(ink, Ink::Class(4 | 5))
}

/// Words on a unit, about a middle: light on a dark one.
fn words(at: Point, text: String, ink: Ink, role: TextRole) -> Shape {
    Shape::Text {
        at,
        text,
        role: if is_dark(ink) { TextRole::OnDark } else { role },
        anchor: Anchor::Middle,
    }
}

/// The legend in rows from `top` down, and where it ends.
fn legend(entries: &[(Ink, String)], top: i64) -> (Vec<Shape>, i64) {
    const BOX: i64 = 140;
    const ROW: i64 = 240;
    let (mut x, mut y) = (40, top);
    let mut shapes = Vec::new();
    for (ink, text) in entries {
        let breadth = BOX + 70 + text_width(text, Drawing::TEXT) + 160;
        if x > 40 && x + breadth > WIDTH {
            (x, y) = (40, y + ROW);
        }
        shapes.push(Shape::Area {
            rings: vec![vec![(x, y), (x + BOX, y), (x + BOX, y + BOX), (x, y + BOX)]],
            ink: *ink,
            told: String::new(),
            href: None,
        });
        shapes.push(Shape::Text {
            at: (x + BOX + 70, y + BOX - 25),
            text: text.clone(),
            role: TextRole::Label { minor: false },
            anchor: Anchor::Start,
        });
        x += breadth;
    }
    (shapes, y + ROW)
}

fn numbers(lang: Lang, chart: &Chart<'_>, units: &[Unit<'_>]) -> Vec<(String, String)> {
    units
        .iter()
        .map(|unit| (unit.name.to_owned(), unit.shown(lang, chart.scale)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::money::Unit as MoneyUnit;
    use proptest::prelude::*;

    fn units(values: &[Option<i64>]) -> Vec<Unit<'static>> {
        let unit = |value: &Option<i64>| Unit {
            code: "",
            name: "某镇",
            value: *value,
            href: None,
        };
        values.iter().map(unit).collect()
    }

    #[test]
    fn not_reported_nought_and_below_nought_are_told_apart() {
        let units = units(&[None, Some(0), Some(-5), Some(70)]);
        let classes = Classes::over(Scale::Count, &units);
        let inks: Vec<Ink> = units.iter().map(|unit| classes.ink(unit.value)).collect();
        assert_eq!(inks, [Ink::Missing, Ink::Class(0), Ink::Negative, Ink::Class(3)]);
        let legend = classes.legend(Lang::Zh, Scale::Count, &units);
        let said: Vec<&str> = legend.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, ["负数", "0", "> 0", "未报"]);
    }

    #[test]
    fn five_classes_hold_as_many_each_and_their_bounds_read_well() {
        let wan = 1_000_000;
        let values: Vec<Option<i64>> = (1..=10).map(|n| Some(n * 1_234 * wan)).collect();
        let units = units(&values);
        let scale = Scale::Money(MoneyUnit::Wan);
        let classes = Classes::over(scale, &units);
        let said: Vec<String> = classes
            .legend(Lang::Zh, scale, &units)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(
            said,
            [
                "< 3,700",
                "3,700 – 6,100",
                "6,100 – 8,600",
                "8,600 – 11,000",
                "≥ 11,000"
            ]
        );
        let of = |n: u8| {
            units
                .iter()
                .filter(|unit| classes.ink(unit.value) == Ink::Class(n))
                .count()
        };
        assert_eq!((1..=5).map(of).collect::<Vec<_>>(), [2, 2, 2, 2, 2]);
    }

    #[test]
    fn equal_values_are_one_class() {
        let units = units(&[Some(8), Some(8), Some(8)]);
        let classes = Classes::over(Scale::Count, &units);
        assert_eq!(classes.bounds, Vec::<i64>::new());
        assert_eq!(classes.ink(Some(8)), Ink::Class(3));
    }

    proptest! {
        #[test]
        fn a_greater_value_is_never_in_a_lesser_class(values in prop::collection::vec(1..=i64::MAX, 1..40)) {
            let some: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
            let units = units(&some);
            for scale in [Scale::Count, Scale::Money(MoneyUnit::Yi)] {
                let classes = Classes::over(scale, &units);
                prop_assert!(classes.bounds.len() < CLASSES);
                prop_assert!(classes.bounds.windows(2).all(|pair| pair[0] < pair[1]));
                let mut sorted = values.clone();
                sorted.sort_unstable();
                let shade = |value: &i64| match classes.ink(Some(*value)) { Ink::Class(n) => n, _ => 0 };
                let shades: Vec<u8> = sorted.iter().map(shade).collect();
                prop_assert!(shades.windows(2).all(|pair| pair[0] <= pair[1]) && shades[0] > 0);
                let told = classes.legend(Lang::En, scale, &units).len();
                let mut used = shades;
                used.dedup();
                prop_assert_eq!(told, used.len(), "every ink in use is told once");
            }
        }
    }
}
