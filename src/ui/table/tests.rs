//! What tables look like.

use super::*;

fn table() -> Table<'static> {
    Table::new(
        "totals",
        "各县（市、区）合计",
        vec![
            Column::text("县（市、区）"),
            Column::number("期末", "万元").group("有效授信额度"),
            Column::number("同比", "%").group("有效授信额度"),
            Column::number("户数", "户"),
        ],
    )
    .rows([Row::new(vec![
        Cell::text("<鹤山>"),
        Cell::money(Fen(113_000_000), Unit::Wan).link("/records?region=440784"),
        Cell::change(Some(Decimal::new(2308, 2))),
        Cell::count(1234),
    ])
    .link("/totals?region=440784")])
    .total(Row::new(vec![
        Cell::text("合计"),
        Cell::money(Fen(113_000_000), Unit::Wan),
        Cell::change(None),
        Cell::none(),
    ]))
}

#[test]
fn grouped_headings_span_their_columns() {
    let html = table().markup(Lang::Zh).into_string();
    assert!(html.contains("colspan=\"2\">有效授信额度</th>"));
    assert!(html.contains("scope=\"col\" rowspan=\"2\">县（市、区）</th>"));
    assert_eq!(html.matches("rowspan=\"2\"").count(), 2);
    assert!(html.contains("期末 <span class=\"unit\">(万元)</span>"));
}

#[test]
fn cells_are_escaped_and_lead_to_their_records() {
    let html = table().markup(Lang::Zh).into_string();
    assert!(html.contains("&lt;鹤山&gt;"));
    assert!(html.contains("<a href=\"/records?region=440784\">113.00</a>"));
    assert!(html.contains("<a href=\"/totals?region=440784\">"));
}

#[test]
fn rounding_is_noted_where_the_parts_as_shown_miss_the_total() {
    let note = |fens: &[i64], total: i64, unit: Unit| {
        let row = |fen: i64| Row::new(vec![Cell::text("村"), Cell::money(Fen(fen), unit)]);
        let table = Table::new("t", "题", vec![Column::text("村"), Column::number("额", "万元")]);
        let table = table.rows(fens.iter().map(|fen| row(*fen))).total(row(total));
        table.markup(Lang::Zh).into_string().contains("因四舍五入")
    };
    assert!(note(&[3_333_500; 3], 10_000_500, Unit::Wan));
    assert!(
        !note(&[3_330_000; 3], 9_990_000, Unit::Wan),
        "they add up as shown"
    );
    assert!(
        !note(&[3_333_501; 3], 10_000_503, Unit::Yuan),
        "nothing is rounded"
    );
    assert!(!note(&[3_333_500; 3], 7, Unit::Wan), "the rows are not its parts");
}

#[test]
fn a_heading_sorts_and_turns_round() {
    let href = |column: Column<'_>| column.sort.expect("a link").0;
    let path = "/review?kind=loan&page=3&sort=amount";
    let now = Sort::parse("amount");
    let by = |key, now: Option<&Sort>| href(Column::number("x", "").sorted_by(path, key, now));
    assert_eq!(by("amount", now.as_ref()), "/review?kind=loan&sort=-amount");
    assert_eq!(
        by("amount", Sort::parse("-amount").as_ref()),
        "/review?kind=loan&sort=amount"
    );
    assert_eq!(by("lines", now.as_ref()), "/review?kind=loan&sort=-lines");
    let words = Column::text("x").sorted_by(path, "name", now.as_ref());
    assert_eq!(href(words), "/review?kind=loan&sort=name");
    assert_eq!(Sort::parse("-a").map(|sort| sort.code()).as_deref(), Some("-a"));
    assert_eq!(Sort::parse(""), None);
}

#[test]
fn a_box_stands_before_its_row_and_belongs_to_its_form() {
    let row = Row::new(vec![Cell::text("甲")]).choice(("bulk", "v"), "7", "选择 甲");
    let table = Table::new("t", "题", vec![Column::text("名")])
        .rows([row])
        .total(Row::new(vec![Cell::text("合计")]));
    let html = table.markup(Lang::Zh).into_string();
    assert!(
        html.contains(
            "<input type=\"checkbox\" form=\"bulk\" name=\"v\" value=\"7\" aria-label=\"选择 甲\">"
        ),
        "{html}"
    );
    assert_eq!(html.matches("<td class=\"check\">").count(), 3, "{html}");
}

#[test]
fn a_copied_change_has_no_arrow_and_a_dash_is_empty() {
    let html = table().markup(Lang::Zh).into_string();
    assert!(html.contains("data-copy=\"+23.08%\""));
    assert_eq!(html.matches("data-copy=\"\"").count(), 2);
}
