//! A picture as shapes, apart from how it is put on a page: the same drawing becomes SVG on the screen and vectors
//! in a PDF. Lengths are whole tenths of a drawing unit, so that a picture is the same on every machine.

use serde::{Deserialize, Serialize};

/// A place: across from the left and down from the top, in tenths of a drawing unit.
pub type Point = (i64, i64);

/// One picture with what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// Unique on its page.
    pub id: String,
    /// What is measured, with its unit.
    pub title: String,
    /// The conclusion in a sentence; may be empty.
    pub conclusion: String,
    /// In tenths of a drawing unit.
    pub width: i64,
    pub height: i64,
    /// In the order they are painted.
    pub shapes: Vec<Shape>,
    /// The same numbers in words: label and value, in the order they are read.
    pub numbers: Vec<(String, String)>,
}

/// One mark of a picture. `told` is what is said when one points at it, and may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// An open line.
    Line { points: Vec<Point>, ink: Ink },
    /// A closed area of one or more rings, filled by the even-odd rule.
    Area {
        rings: Vec<Vec<Point>>,
        ink: Ink,
        told: String,
        href: Option<String>,
    },
    Circle {
        at: Point,
        radius: i64,
        ink: Ink,
        told: String,
    },
    Text {
        at: Point,
        text: String,
        role: TextRole,
        anchor: Anchor,
    },
}

impl Drawing {
    /// Text sizes in tenths of a unit: of names and axes, and of values.
    pub const TEXT: i64 = 120;
    pub const VALUE: i64 = 140;
    /// A drawing this wide or narrower is made for a phone's width and keeps its text sizes there.
    pub const NARROW: i64 = 4400;
}

/// How a mark is inked; colours are the style sheet's on a page and the writer's in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// A line of the grid.
    Grid,
    /// The line at nought.
    Base,
    /// The measured line, or a point on it.
    Line,
    /// The last point of a line.
    Last,
    /// What lies under a line.
    Under,
    /// A bar.
    Bar,
    /// A bar below nought: hatched, in its absolute length.
    Negative,
    /// A class of a map, from 1 (least) to 5 (most); 0 is nought itself. Areas of a class, and missing ones, are set
    /// apart by a thin line in the colour of the paper.
    Class(u8),
    /// 未报: hatched, which is not nought.
    Missing,
    /// The border of a unit, and the line from a name to the unit it did not fit into.
    Border,
}

/// What a text in a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextRole {
    /// On an axis.
    Tick,
    /// Under an axis; a lesser one is left out where there is little room.
    Label { minor: bool },
    /// A value written at its mark.
    Value,
    /// A name or a value inside a dark area (a map's classes 4 and 5).
    OnDark,
}

/// Where a text stands in relation to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    Start,
    Middle,
    End,
}
