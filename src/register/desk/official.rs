//! Official statistics (统计数据): registered households and what is planted or kept, pasted from a
//! yearbook's table by region code.

use actix_web::web;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::commands::check_label;
use super::super::official::{FigureKind, NewFigures, OfficialFigure, figures_on, record_figures};
use super::super::product::{Product, ProductKind, products_in};
use super::{KEEPERS, READERS, Reader, form_look, is_within, keeps, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, asked, get, post};
use crate::error::{Error, Issue};
use crate::regions::Regions;
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice};
use crate::values::day::show_day;
use crate::values::pasted::pasted_rows;
use crate::values::quantity::{quantity_hundredths, show_quantity};
use crate::values::{Lang, ProductId, RegionCode, RegionId, Say, Text};

const HOME: &str = "/register/figures";
const NEW_AT: &str = "/register/figures/new";
pub(in crate::register) const TITLE: Text = Text::new("统计数据", "Official statistics");
const NEW: Text = Text::new("录入统计数据", "Add statistics");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(HOME, READERS, index),
        get(NEW_AT, KEEPERS, new),
        post(HOME, KEEPERS, create),
    ]
}

/// What a figure counts, as a form and an address say it: `households`, or a product's number.
fn parse_what(text: &str) -> Option<(FigureKind, ProductId)> {
    if text == FigureKind::Households.code() {
        return Some((FigureKind::Households, ProductId(0)));
    }
    let id: i64 = text.parse().ok().filter(|id| *id > 0)?;
    Some((FigureKind::Quantity, ProductId(id)))
}

/// Every kind of figure that can be given: households, and each insurance product.
fn kinds(lang: Lang, products: &[Product]) -> Vec<(String, String)> {
    let households = FigureKind::Households;
    let insured = products
        .iter()
        .filter(|product| product.kind == ProductKind::Insurance.code());
    let quantity = FigureKind::Quantity.name();
    std::iter::once((
        households.code().to_owned(),
        households.name().get(lang).to_owned(),
    ))
    .chain(insured.map(|product| {
        let name = format!("{}{}{}", quantity.get(lang), lang.t("：", ": "), product.name);
        (product.id.0.to_string(), name)
    }))
    .collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    what: String,
    done: String,
}

/// One place as the list shows it.
struct Listed {
    code: String,
    path: String,
    figure: OfficialFigure,
}

async fn index(page: Page, site: Site, query: web::Query<ListQuery>) -> Answer {
    let (today, own, lang) = (page.actor().today, page.user.book, page.lang);
    let what = if query.what.is_empty() {
        FigureKind::Households.code().to_owned()
    } else {
        query.what.clone()
    };
    let asked_for = what.clone();
    let (kinds, rows) = state::read(&site, move |conn, office| {
        let regions = office.regions;
        let (kind, product) =
            asked(TITLE, &asked_for, parse_what)?.unwrap_or((FigureKind::Households, ProductId(0)));
        let all = figures_on(conn, kind, product, today)?;
        let mut within: Vec<OfficialFigure> = all
            .into_values()
            .filter(|figure| is_within(regions, figure.region_id, own, today))
            .collect();
        within.sort_by_key(|figure| regions.code(figure.region_id, figure.as_of).cloned());
        let rows: Vec<Listed> = within
            .into_iter()
            .map(|figure| Listed {
                code: regions
                    .code(figure.region_id, figure.as_of)
                    .map_or_else(String::new, ToString::to_string),
                path: regions.path_name_in(figure.region_id, figure.as_of, lang),
                figure,
            })
            .collect();
        Ok((kinds(lang, &products_in(conn, lang)?), rows))
    })
    .await?;
    Ok(page.show(
        look(&page, TITLE, &[], &query.done),
        list_page(&page, &kinds, &what, &rows),
    ))
}

async fn new(page: Page, site: Site) -> Answer {
    let lang = page.lang;
    let products = state::read(&site, move |conn, _| products_in(conn, lang)).await?;
    let look = form_look(&page, NEW, (TITLE, HOME), &[]);
    let body = form_page(&page, &kinds(lang, &products), &FormData::default(), &[]);
    Ok(page.show(look, body))
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor) = (posted.0, page.actor());
    let typed = form.clone();
    let added = state::write_register(&site, move |conn, office, book| {
        let new = read(&typed, office.regions)?;
        record_figures(conn, office, &actor, book, &new)
    })
    .await;
    let lang = page.lang;
    let products = state::read(&site, move |conn, _| products_in(conn, lang)).await?;
    let to = added.map(|_| format!("{HOME}?what={}&done=figures", form.get("what")));
    settle(to, |problems| {
        let look = form_look(&page, NEW, (TITLE, HOME), problems);
        page.show(look, form_page(&page, &kinds(lang, &products), &form, problems))
    })
}

fn read(form: &FormData, regions: &Regions) -> Result<NewFigures, Error> {
    let mut reader = Reader::new(form);
    let missing = Say::new("请选择是什么数。", "Choose what is counted.");
    let what = parse_what(form.get("what")).ok_or_else(|| Issue::refuse("field.not_chosen", "what", missing));
    let what = reader.take(what);
    let as_of = reader.any_day("as_of");
    let source = reader.take(check_label("source", form.get("source")));
    let values = as_of.and_then(|day| read_rows(form.get("rows"), regions, day, &mut reader));
    match (what, as_of, source, values) {
        (Some((kind, product)), Some(as_of), Some(source), Some(values)) => Ok(NewFigures {
            kind,
            product,
            as_of,
            source,
            values,
        }),
        _ => Err(reader.refusal()),
    }
}

/// The rows pasted: a code and a value each, every row that does not read with its own sentence.
fn read_rows(
    text: &str,
    regions: &Regions,
    day: NaiveDate,
    reader: &mut Reader<'_>,
) -> Option<Vec<(RegionId, i64)>> {
    let pasted = pasted_rows(text).map_err(|error| Issue::refuse(error.code(), "rows", error.say()));
    let pasted = reader.take(pasted)?;
    if pasted.is_empty() {
        let say = Say::new("请粘贴至少一行。", "Paste at least one row.");
        reader.take::<()>(Err(Issue::refuse("figures.none", "rows", say)));
        return None;
    }
    let mut values = Vec::with_capacity(pasted.len());
    for row in &pasted {
        let value = read_row(row.cell(0), row.cell(1), regions, day).map_err(|say| {
            let say = Say::new(
                format!("第{}行：{}", row.n, say.zh),
                format!("Row {}: {}", row.n, say.en),
            );
            Issue::refuse("figures.row", "rows", say)
        });
        values.push(reader.take(value));
    }
    values.into_iter().collect()
}

fn read_row(code: &str, value: &str, regions: &Regions, day: NaiveDate) -> Result<(RegionId, i64), Say> {
    let code = RegionCode::parse(code).map_err(|error| error.say())?;
    let region = regions.by_code(&code, day).ok_or_else(|| {
        Say::new(
            format!("{day} 没有代码为 {code} 的单位。"),
            format!("No unit bore the code {code} on {day}."),
        )
    })?;
    let hundredths = quantity_hundredths(&value.replace(',', "")).ok_or_else(|| {
        Say::new(
            "数值要大于零，最多两位小数。",
            "The value must be above zero with at most two decimals.",
        )
    })?;
    Ok((region, hundredths))
}

fn list_page(page: &Page, kinds: &[(String, String)], what: &str, rows: &[Listed]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("区划代码", "Region code")),
        Column::text(lang.t("地方", "Place")),
        Column::number(lang.t("数值", "Value"), ""),
        Column::text(lang.t("统计日期", "As of")),
        Column::text(lang.t("出处", "Source")),
    ];
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead {
            (lang.t("年鉴、普查里的农户数和种养规模：只用来对照（覆盖率的分母、承保数量是否超过统计数），从不并入本系统的合计。", "Registered households and what is planted or kept, from yearbooks and surveys: only to compare with (the denominator of coverage, whether more is insured than there is), never part of a total."))
        }
        @if keeps(page) { p { (form::button_link(NEW_AT, NEW.get(lang))) } }
        (filter::filter_bar(lang, HOME, filter::pick("what", lang.t("指标", "Figure"), kinds, what)))
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有录入。没有统计数的地方不作比较。", "None yet. Places without a figure are not compared."), None))
        } @else {
            (Table::new("figures", lang.t("各地最近的统计数", "Latest figures by place"), columns)
                .rows(rows.iter().map(row)).markup(lang))
        }
    }
}

fn row(listed: &Listed) -> Row {
    let figure = &listed.figure;
    Row::new(vec![
        Cell::text(&listed.code),
        Cell::text(&listed.path),
        Cell::num(show_quantity(figure.hundredths)),
        Cell::when(&show_day(figure.as_of)),
        Cell::text(&figure.source),
    ])
}

fn form_page(page: &Page, kinds: &[(String, String)], form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let choices: Vec<Choice<'_>> = kinds
        .iter()
        .map(|(value, name)| Choice::new(value, name))
        .collect();
    let field = |name, label| form.field(lang, name, label, problems);
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("what", lang.t("指标", "Figure"))
                .hint(lang.t("种养规模用该险种的计量单位（亩、头、羽……）。", "What is planted or kept is in the product's own unit."))
                .select(&choices))
            (field("as_of", lang.t("统计日期", "As of")).date())
            (field("source", lang.t("出处", "Source"))
                .hint(lang.t("例如 江门统计年鉴2023。", "Such as the Jiangmen yearbook of 2023."))
                .size(Size::Full).text())
            (field("rows", lang.t("各地数值", "Values by place"))
                .hint(lang.t("从表格复制两列粘贴：12 位区划代码、数值。县、镇、村都可以；同一天再次录入的，以最后一次为准。", "Paste two columns of a spreadsheet: region code of 12 digits, value. Counties, towns and villages alike; of the same day, what is added last counts."))
                .textarea(10))
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}
