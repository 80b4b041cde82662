//! Insurance by area and product: what was insured, who paid the premium, what was paid out, and the
//! simple loss ratio, each row's sums divided, never ratios averaged.

use actix_web::web;
use maud::{Markup, html};
use serde::Deserialize;

use super::address::FigureAddress;
use super::answer::{Answer, AnswerRow, RowKey};
use super::aspect::Aspect;
use super::books_within;
use super::handlers::{READERS, asked_month, asked_region, top_region};
use super::question::{Boundaries, By, Question, offered_months, region_key};
use super::rates::rate_percent;
use crate::auth::{Answer as Response, Look, Page, RouteSpec, User, asked, get};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::state::{self, Site};
use crate::ui::page::Crumb;
use crate::ui::table::{Cell, Column, Row, Sort, Table};
use crate::ui::{address, filter, form};
use crate::values::measure::rates::LOSS_RATIO;
use crate::values::measure::{self, Measure, by_id};
use crate::values::rate::{Payer, show_percent};
use crate::values::{Fen, Lang, MeasureId, Month, Text, Unit, words};

/// The page's address.
pub(super) const HOME: &str = "/totals/insurance";
pub(super) const TITLE: Text = Text::new("农业保险：地区 × 险种", "Insurance by area and product");
const UNIT: Text = Text::new("金额单位", "Unit of money");

pub(super) fn route() -> RouteSpec {
    get(HOME, READERS, show)
}

/// The columns, in order, and what they are called here; the loss ratio follows, then the
/// payers of the premium.
const COLUMNS: [(MeasureId, Aspect, Text); 6] = [
    (
        measure::INSURANCE_POLICIES,
        Aspect::Year,
        Text::new("承保件数", "Policies"),
    ),
    (
        measure::INSURANCE_PARTICIPATIONS,
        Aspect::Year,
        Text::new("投保户次", "Participations"),
    ),
    (
        measure::INSURANCE_SUM_INSURED,
        Aspect::Year,
        Text::new("风险保障", "Risk cover"),
    ),
    (measure::INSURANCE_PREMIUM, Aspect::Year, words::PREMIUM),
    (
        measure::INSURANCE_PAYOUT,
        Aspect::Year,
        Text::new("赔付支出", "Paid out"),
    ),
    (
        measure::INSURANCE_OUTSTANDING,
        Aspect::End,
        Text::new("未决", "Outstanding"),
    ),
];

/// All columns with the payers' after the premium.
fn columns() -> Vec<Shown> {
    let mut all = Vec::new();
    for (id, aspect, name) in COLUMNS {
        all.extend(by_id(id).map(|measure| (measure, aspect, name)));
    }
    let borne = |payer: Payer| by_id(payer.measure()).map(|measure| (measure, Aspect::Year, payer.text()));
    all.extend(Payer::ALL.into_iter().filter_map(borne));
    all
}

/// A column: its measure, what is read off it, what it is called.
type Shown = (&'static Measure, Aspect, Text);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    region: String,
    month: String,
    unit: String,
    /// A column, with a minus for the largest first.
    sort: String,
}

/// An area's row with those of its products.
struct Block {
    row: AnswerRow,
    /// The area's address, where it has units below.
    key: Option<String>,
    products: Vec<AnswerRow>,
}

struct View {
    answer: Answer,
    blocks: Vec<Block>,
    months: Vec<Month>,
    key: String,
    unit: Unit,
    sort: Option<Sort>,
    /// The region above, where the reader may go there.
    above: Option<String>,
}

async fn show(page: Page, site: Site, query: web::Query<Query>) -> Response {
    let (user, today) = (page.user.clone(), page.actor().today);
    let view = state::read(&site, move |conn, office| {
        load(conn, office, (&user, today), &query)
    })
    .await?;
    let lang = page.lang;
    let look = Look {
        title: TITLE.get(lang).to_owned(),
        wide: true,
        crumbs: vec![
            Crumb::link(lang.t("汇总", "Totals"), "/totals?group=insurance"),
            Crumb::here(TITLE.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, body(lang, &view)))
}

fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
    query: &Query,
) -> Result<View, Error> {
    let month = asked_month(conn, office, user, &query.month, today)?;
    let region = asked_region(office.regions, user, &query.region, month.last_day())?;
    let level = office.regions.unit(region).ok_or(Error::NotFound)?.level;
    let measures: Vec<&'static Measure> = columns().into_iter().map(|(measure, ..)| measure).collect();
    let below = By::below(level);
    let ask = |region, by| Question {
        region,
        month,
        by,
        boundaries: Boundaries::Then,
        measures: measures.clone(),
    };
    let areas = below.level().is_some();
    let answer = super::answer(
        conn,
        office,
        &ask(region, if areas { below } else { By::Product }),
    )?;
    let sort = Sort::parse(&query.sort);
    let day = month.last_day();
    let mut blocks = Vec::with_capacity(answer.rows.len());
    for row in &answer.rows {
        let (mut products, mut key) = (Vec::new(), None);
        if let (RowKey::Region(area), false) = (row.key, row.apart) {
            products = super::answer(conn, office, &ask(area, By::Product))?.rows;
            key = Some(region_key(office.regions, area, day));
        }
        let nothing = |row: &AnswerRow| row.figures.iter().all(super::Figures::is_nothing);
        products.retain(|row| !nothing(row));
        if !nothing(row) {
            blocks.push(Block {
                row: row.clone(),
                key,
                products,
            });
        }
    }
    if let Some(sort) = &sort {
        sort_blocks(&mut blocks, &answer, sort);
    }
    let top = top_region(office.regions, user)?;
    let books = books_within(conn, office.regions, top, today)?;
    let parent = office.regions.parent(region, day).filter(|_| region != top);
    Ok(View {
        months: offered_months(conn, &books, today)?,
        key: region_key(office.regions, region, day),
        unit: asked(UNIT, &query.unit, Unit::parse)?.unwrap_or(Unit::Wan),
        above: parent.map(|parent| region_key(office.regions, parent, day)),
        sort,
        answer,
        blocks,
    })
}

/// Puts the areas in the order asked for, each with its products; what stands apart stays at the end. A column that
/// the table does not have asks for nothing.
fn sort_blocks(blocks: &mut Vec<Block>, answer: &Answer, sort: &Sort) {
    let Some((measure, aspect, _)) = columns()
        .into_iter()
        .find(|(measure, ..)| measure.code == sort.key)
    else {
        return;
    };
    let mut apart: Vec<Block> = blocks.extract_if(.., |block| block.row.apart).collect();
    blocks.sort_by_key(|block| {
        let figures = answer.figures(&block.row, measure.id);
        figures.map(|figures| figures.amount(aspect))
    });
    sort.turn(blocks);
    blocks.append(&mut apart);
}

fn at(view: &View, region: &str) -> String {
    let path = address::with(HOME, "region", region);
    let path = address::with(&path, "month", &view.answer.question.month.to_string());
    let path = address::with(&path, "unit", view.unit.code());
    match &view.sort {
        Some(sort) => address::with(&path, "sort", &sort.code()),
        None => path,
    }
}

fn body(lang: Lang, view: &View) -> Markup {
    let month = view.answer.question.month;
    let here = at(view, &view.key);
    html! {
        h1 { (view.answer.total.name.get(lang)) " · " (TITLE.get(lang)) }
        div.toolbar {
            (filter::filter_bar(lang, HOME, html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), &view.months, month))
                (form::hidden("region", &view.key))
                (form::hidden("unit", view.unit.code()))
                @if let Some(sort) = &view.sort { (form::hidden("sort", &sort.code())) }
            }))
            (filter::unit_switch(lang, &here, view.unit))
        }
        @if let Some(above) = &view.above { p { a href=(at(view, above)) { (lang.t("上一级", "One level up")) } } }
        (table(lang, view))
    }
}

fn table(lang: Lang, view: &View) -> Markup {
    let shown = columns();
    let here = at(view, &view.key);
    let mut heads = vec![Column::text(lang.t("地区 · 险种", "Area · product"))];
    for (at, (measure, aspect, name)) in shown.iter().enumerate() {
        if at == COLUMNS.len() {
            heads.push(Column::number(lang.t("简单赔付率", "Simple loss ratio"), ""));
        }
        let group = match aspect {
            _ if at >= COLUMNS.len() => lang.t("保费分担（本年累计）", "Who pays the premium, this year"),
            Aspect::End => lang.t("期末", "At the end"),
            _ => lang.t("本年累计", "This year"),
        };
        let column = Column::number(name.get(lang), "").group(group);
        heads.push(column.sorted_by(&here, measure.code, view.sort.as_ref()));
    }
    let mut rows = Vec::new();
    for block in &view.blocks {
        let area = match (&block.key, block.row.key) {
            (Some(key), _) => Some(explained(view, key, None)),
            (None, RowKey::Region(_)) => None,
            (None, member) => Some(explained(view, &view.key, Some(member))),
        };
        let row = Row::new(cells(lang, view, &shown, (&block.row, area), false));
        rows.push(match &block.key {
            Some(key) => row.link(at(view, key)),
            None => row,
        });
        rows.extend(block.products.iter().map(|product| {
            let key = block.key.as_deref();
            let of = key.map(|key| explained(view, key, Some(product.key)));
            Row::new(cells(lang, view, &shown, (product, of), true)).quiet()
        }));
    }
    let whole = Some(explained(view, &view.key, None));
    let total = Row::new(cells(lang, view, &shown, (&view.answer.total, whole), false));
    let (name, month) = (
        view.answer.total.name.get(lang),
        view.answer.question.month.show(lang),
    );
    let unit = view.unit.label(lang);
    let caption = match lang {
        Lang::Zh => format!("{name}，{month}，金额单位：{unit}"),
        Lang::En => format!("{name}, {month}, amounts: {unit}"),
    };
    Table::new("insurance", &caption, heads)
        .rows(rows)
        .total(total)
        .note(note(lang))
        .markup(lang)
}

/// Where the figures of an area, or of a product there, are explained.
fn explained<'a>(view: &View, key: &'a str, member: Option<RowKey>) -> FigureAddress<'a> {
    FigureAddress {
        member,
        ..FigureAddress::new("", key, view.answer.question.month)
    }
}

/// A figure's page, where there is one.
fn page_of(at: Option<&FigureAddress<'_>>, what: &str, aspect: Aspect) -> Option<String> {
    let at = FigureAddress {
        what,
        aspect: Some(aspect),
        ..at?.clone()
    };
    Some(at.path())
}

fn linked(cell: Cell, path: Option<String>) -> Cell {
    match path {
        Some(path) => cell.link(path),
        None => cell,
    }
}

fn cells(
    lang: Lang,
    view: &View,
    shown: &[Shown],
    (row, place): (&AnswerRow, Option<FigureAddress<'_>>),
    inner: bool,
) -> Vec<Cell> {
    let name = row.name.get(lang);
    let mut cells = vec![Cell::text(html! { @if inner { "　· " } (name) })];
    let amount = |measure: MeasureId, aspect| {
        let figures = view.answer.figures(row, measure);
        figures.map_or(0, |figures| figures.amount(aspect))
    };
    for (at, (measure, aspect, _)) in shown.iter().enumerate() {
        if at == COLUMNS.len() {
            let percent = rate_percent(&LOSS_RATIO, &view.answer, row, Aspect::Year);
            let path = page_of(place.as_ref(), LOSS_RATIO.code, Aspect::Year);
            cells.push(linked(Cell::num(show_percent(percent)), path));
        }
        let amount = amount(measure.id, *aspect);
        let cell = if measure.unit.is_money() {
            Cell::money(Fen(amount), view.unit)
        } else {
            Cell::count(amount)
        };
        let path = page_of(place.as_ref(), measure.code, *aspect).filter(|_| amount != 0);
        cells.push(linked(cell, path));
    }
    cells
}

fn note(lang: Lang) -> Markup {
    html! {
        p { (lang.t(
            "简单赔付率＝本年累计赔付支出（已付，不含未决）÷本年累计保费×100%。每一行（含合计）都由该行的合计数相除，不是各险种或各地赔付率的平均。",
            "Simple loss ratio = payouts paid this year (open claims not included) ÷ premium this year × 100%. Every row, the total too, divides its own sums; ratios are never averaged.",
        )) }
        p { (lang.t(
            "户次按投保次数计，同一户投保几次计几次，不是户数。",
            "Participations count every time a household is insured; they are not households.",
        )) }
    }
}
