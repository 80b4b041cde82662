use super::super::samples;
use super::*;
use crate::reports::table::{Cell, Picture, PictureKind, Row, Sheet};
use crate::ui::chart::{Anchor, Drawing, Ink, Shape, TextRole};
use crate::values::money::{Fen, Unit};
use crate::values::text::Lang;

fn layout_of<R>(sheet: Sheet, read: impl FnOnce(&Layout<'_>) -> R) -> R {
    let drawings = sheet.drawings(Lang::Zh, "s");
    drawn_layout(sheet, &drawings, read)
}

fn drawn_layout<R>(sheet: Sheet, drawings: &[Drawing], read: impl FnOnce(&Layout<'_>) -> R) -> R {
    let book = samples::book(vec![sheet]);
    let setter = Setter::new(fonts::faces().unwrap(), book.lang);
    read(&Layout::new(&setter, &book, &book.sheets[0], drawings))
}

/// A sheet with its pictures on paper of their own.
fn put(sheet: Sheet, drawings: &[Drawing]) {
    drawn_layout(sheet, drawings, |layout| {
        let setter = Setter::new(fonts::faces().unwrap(), Lang::Zh);
        let mut document = Document::new();
        let mut page = document.start_page();
        let mut tags = SheetTags::new();
        layout.put(&mut Pen::new(page.surface(), &setter), 0, (1, 1), &mut tags);
        page.finish();
        let mut structure = TagTree::new();
        structure.push(tags.finish());
        document.set_tag_tree(structure);
        assert!(document.finish().unwrap().starts_with(b"%PDF-1."));
    });
}

fn villages(count: i64) -> Sheet {
    let mut sheet = samples::amounts(Unit::Wan, &[]);
    sheet.rows = (0..count)
        .map(|n| {
            Row::item(vec![
                Cell::text(format!("第{n}村")),
                Cell::Money(Fen(n * 1_000_000)),
            ])
        })
        .collect();
    sheet.add_total("合计", []).unwrap();
    sheet
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let book = samples::book(vec![samples::by_county(), villages(100)]);
    let bytes = pdf(&book).unwrap();
    assert!(bytes.starts_with(b"%PDF-1."));
    assert_eq!(pdf(&book).unwrap(), bytes);
}

#[test]
fn what_nobody_prints_is_refused() {
    let error = pdf(&samples::book(vec![villages(100_001)])).unwrap_err();
    assert_eq!(error.code(), "report.too_many_rows");
}

#[test]
fn a_narrow_sheet_stands_upright_and_a_wide_one_lies_across_several_pages() {
    layout_of(villages(5), |layout| {
        assert!(layout.paper().0 < layout.paper().1);
        assert_eq!(layout.pages(), 1);
    });
    let mut wide = samples::by_county();
    for column in &mut wide.columns {
        column.width_hint = Some(38);
    }
    wide.rows = std::iter::repeat_n(wide.rows, 20).flatten().collect();
    wide.add_total("合计", [("villages", Cell::Count(3))]).unwrap();
    layout_of(wide, |layout| {
        assert!(layout.paper().0 > layout.paper().1);
        assert_eq!(layout.pages() % 2, 0);
    });
}

#[test]
fn long_tables_and_long_cells_take_as_many_pages_as_they_need() {
    layout_of(villages(0), |layout| assert_eq!(layout.pages(), 1));
    let few = layout_of(villages(60), |layout| layout.pages());
    let many = layout_of(villages(600), |layout| layout.pages());
    assert!(few >= 2 && many >= 8 * (few - 1), "{few} {many}");
    let mut tall = villages(3);
    tall.rows[1].cells[0] = Cell::text("很长的一格。".repeat(2_000));
    assert!(layout_of(tall, |layout| layout.pages()) > 5);
}

/// A picture with every shape and every ink.
fn picture() -> Drawing {
    let area = |left: i64, ink| Shape::Area {
        rings: vec![vec![
            (left, 1000),
            (left + 500, 1000),
            (left + 500, 2000),
            (left, 2000),
        ]],
        ink,
        told: String::new(),
        href: None,
    };
    let mut shapes: Vec<Shape> = (0..6)
        .map(|class| area(i64::from(class) * 600, Ink::Class(class)))
        .collect();
    for (n, ink) in (6..).zip([Ink::Missing, Ink::Negative, Ink::Bar, Ink::Under]) {
        shapes.push(area(n * 600, ink));
    }
    for (n, ink) in (0..).zip([Ink::Grid, Ink::Base, Ink::Border, Ink::Line]) {
        let points = vec![(0, n * 200 + 100), (3000, n * 200 + 50), (6000, n * 200 + 100)];
        shapes.push(Shape::Line { points, ink });
    }
    for (n, ink) in (0..).zip([Ink::Line, Ink::Last]) {
        let at = (6000, n * 300 + 300);
        shapes.push(Shape::Circle {
            at,
            radius: 40,
            ink,
            told: String::new(),
        });
    }
    let words = [
        (TextRole::Tick, Anchor::Start, "一月"),
        (TextRole::Label { minor: false }, Anchor::Middle, "蓬江区"),
        (TextRole::Value, Anchor::End, "1,234.56"),
        (TextRole::OnDark, Anchor::Middle, "台山"),
    ];
    for (n, (role, anchor, text)) in (0..).zip(words) {
        let at = (650 + n * 850, 1550);
        shapes.push(Shape::Text {
            at,
            text: text.to_owned(),
            role,
            anchor,
        });
    }
    Drawing {
        id: "all".to_owned(),
        title: "有效授信额度（万元）".to_owned(),
        conclusion: "截至12月末，较上年末增长。".to_owned(),
        width: 6400,
        height: 2200,
        shapes,
        numbers: Vec::new(),
    }
}

#[test]
fn pictures_stand_above_the_table_or_on_pages_of_their_own() {
    let mut sheet = samples::by_county();
    let pages = |count: usize| drawn_layout(sheet.clone(), &vec![picture(); count], |layout| layout.pages());
    assert_eq!(pages(2), 1);
    assert!(pages(12) >= 4);
    put(sheet.clone(), &[picture(), picture()]);
    let plain = pdf(&samples::book(vec![sheet.clone()])).unwrap();
    sheet.charts = vec![Picture::new(PictureKind::Bars, "granted", "有效授信额度")];
    let book = samples::book(vec![sheet]);
    let drawn = pdf(&book).unwrap();
    assert!(plain.len() < drawn.len());
    assert_eq!(pdf(&book).unwrap(), drawn, "the same bytes");
}

#[test]
fn a_wide_sheet_of_few_rows_stands_on_one_page() {
    let mut wide = samples::by_county();
    for column in &mut wide.columns {
        column.width_hint = Some(30);
    }
    layout_of(wide, |layout| assert_eq!(layout.pages(), 1));
}

#[test]
fn a_report_of_usual_size_has_a_structure() {
    assert!(tags::tagged(&samples::book(vec![samples::by_county()])));
    assert!(!tags::tagged(&samples::book(vec![villages(20_001)])));
}
