//! A drawing as SVG on a page. Inks are classes of the style sheet; only hatches carry their own pattern, because a
//! pattern is found by its id.
//!
//! Drawing elements are written with an empty body, `path … {}`: maud writes `path …;` without an end, which
//! inside an SVG would swallow whatever follows.

use maud::{Markup, html};

use super::{Anchor, Drawing, Ink, Point, Shape, TextRole};
use crate::values::text::Lang;

/// The drawing under its title, with the numbers in a table beneath.
#[must_use]
pub fn figure(lang: Lang, drawing: &Drawing) -> Markup {
    html! {
        figure.chart {
            figcaption { b { (drawing.title) } @if !drawing.conclusion.is_empty() { span { (drawing.conclusion) } } }
            (small(drawing))
            (numbers(lang, drawing))
        }
    }
}

/// The drawing alone, where its title and numbers stand beside it anyway.
#[must_use]
pub fn small(drawing: &Drawing) -> Markup {
    let title_id = format!("{}-title", drawing.id);
    let desc_id = format!("{}-desc", drawing.id);
    let said = !drawing.conclusion.is_empty();
    let labels = if said {
        format!("{title_id} {desc_id}")
    } else {
        title_id.clone()
    };
    html! {
        svg.drawing.narrow[drawing.width <= Drawing::NARROW]
            viewBox={ "0 0 " (tenths(drawing.width)) " " (tenths(drawing.height)) }
            // What lies in an image is not reached by itself: with links inside it is a group.
            role=(if linked(drawing) { "group" } else { "img" }) aria-labelledby=(labels) {
            title id=(title_id) { (drawing.title) }
            @if said { desc id=(desc_id) { (drawing.conclusion) } }
            (hatches(drawing))
            @for shape in &drawing.shapes { (mark(drawing, shape)) }
        }
    }
}

fn linked(drawing: &Drawing) -> bool {
    let links = |shape: &Shape| matches!(shape, Shape::Area { href: Some(_), .. });
    drawing.shapes.iter().any(links)
}

/// The patterns that this drawing needs.
fn hatches(drawing: &Drawing) -> Markup {
    let uses = |wanted: Ink| {
        let of = |shape: &Shape| matches!(shape, Shape::Area { ink, .. } if *ink == wanted);
        drawing.shapes.iter().any(of)
    };
    html! {
        @for (ink, name) in [(Ink::Missing, "missing"), (Ink::Negative, "negative")] {
            @if uses(ink) {
                defs {
                    pattern id={ (drawing.id) "-" (name) } width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect.hatch-paper width="6" height="6" {}
                        rect.hatch.(name) width="1.6" height="6" {}
                    }
                }
            }
        }
    }
}

fn mark(drawing: &Drawing, shape: &Shape) -> Markup {
    match shape {
        Shape::Line { points, ink } => html! { polyline class=(class(*ink)) points=(pairs(points)) {} },
        Shape::Area {
            rings,
            ink,
            told,
            href,
        } => {
            let fill = match ink {
                Ink::Missing => Some(format!("url(#{}-missing)", drawing.id)),
                Ink::Negative => Some(format!("url(#{}-negative)", drawing.id)),
                _ => None,
            };
            let area = html! {
                path class=(class(*ink)) d=(closed(rings)) fill-rule="evenodd" fill=[fill] {
                    @if !told.is_empty() { title { (told) } }
                }
            };
            html! {
                @match href {
                    Some(href) => a href=(href) aria-label=[(!told.is_empty()).then_some(told)] { (area) },
                    None => (area),
                }
            }
        }
        Shape::Circle {
            at,
            radius,
            ink,
            told,
        } => html! {
            circle class=(dot(*ink)) cx=(tenths(at.0)) cy=(tenths(at.1)) r=(tenths(*radius)) {
                @if !told.is_empty() { title { (told) } }
            }
        },
        Shape::Text {
            at,
            text,
            role,
            anchor,
        } => html! {
            text class=(role_class(*role)) x=(tenths(at.0)) y=(tenths(at.1)) text-anchor=[anchored(*anchor)] { (text) }
        },
    }
}

const fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Grid => "grid",
        Ink::Base => "grid base",
        Ink::Line | Ink::Last => "line",
        Ink::Under => "area",
        Ink::Bar => "bar",
        Ink::Negative => "bar negative",
        Ink::Class(0) => "class-0",
        Ink::Class(1) => "class-1",
        Ink::Class(2) => "class-2",
        Ink::Class(3) => "class-3",
        Ink::Class(4) => "class-4",
        Ink::Class(_) => "class-5",
        Ink::Missing => "missing",
        Ink::Border => "border",
    }
}

const fn dot(ink: Ink) -> &'static str {
    match ink {
        Ink::Last => "dot last",
        _ => "dot",
    }
}

const fn role_class(role: TextRole) -> &'static str {
    match role {
        TextRole::Tick => "tick",
        TextRole::Label { minor: false } => "label",
        TextRole::Label { minor: true } => "label minor",
        TextRole::Value => "value",
        TextRole::OnDark => "on-dark",
    }
}

const fn anchored(anchor: Anchor) -> Option<&'static str> {
    match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    }
}

/// Tenths as a decimal number.
fn tenths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let n = n.unsigned_abs();
    format!("{sign}{}.{}", n / 10, n % 10)
}

fn pairs(points: &[Point]) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", tenths(*x), tenths(*y)))
        .collect();
    pairs.join(" ")
}

fn closed(rings: &[Vec<Point>]) -> String {
    rings.iter().map(|ring| format!("M{}Z", pairs(ring))).collect()
}

fn numbers(lang: Lang, drawing: &Drawing) -> Markup {
    html! {
        details {
            summary { (lang.t("数据表", "Data table")) }
            table {
                caption.unseen { (drawing.title) }
                tbody {
                    @for (label, value) in &drawing.numbers {
                        tr { th scope="row" { (label) } td.num { (value) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(shapes: Vec<Shape>) -> Drawing {
        Drawing {
            id: "d".to_owned(),
            title: "甲<乙".to_owned(),
            conclusion: String::new(),
            width: 1000,
            height: 500,
            shapes,
            numbers: vec![("甲".to_owned(), "1.00".to_owned())],
        }
    }

    fn area(ink: Ink, href: Option<&str>) -> Shape {
        Shape::Area {
            rings: vec![vec![(-5, 0), (10, 0), (10, 10)]],
            ink,
            told: "甲 1.00".to_owned(),
            href: href.map(str::to_owned),
        }
    }

    #[test]
    fn tenths_keep_their_sign() {
        assert_eq!(
            [tenths(-5), tenths(-15), tenths(0), tenths(123)],
            ["-0.5", "-1.5", "0.0", "12.3"]
        );
    }

    #[test]
    fn what_is_missing_is_hatched_and_only_then_a_pattern_is_written() {
        let html = figure(Lang::Zh, &drawing(vec![area(Ink::Class(0), None)])).into_string();
        assert!(html.contains("class-0") && !html.contains("<pattern"));
        assert!(html.contains("甲&lt;乙") && html.contains("role=\"img\""));
        let html = figure(Lang::Zh, &drawing(vec![area(Ink::Missing, None)])).into_string();
        assert!(html.contains("fill=\"url(#d-missing)\"") && html.contains("<pattern id=\"d-missing\""));
    }

    #[test]
    fn a_drawing_with_links_is_no_image_and_its_links_are_named() {
        let html = small(&drawing(vec![area(Ink::Class(3), Some("/a?b=1&c=2"))])).into_string();
        assert!(html.contains("role=\"group\""));
        assert!(html.contains("<a href=\"/a?b=1&amp;c=2\" aria-label=\"甲 1.00\"><path"));
    }
}
