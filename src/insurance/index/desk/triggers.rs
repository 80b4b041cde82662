//! The triggers of index products: what each pays by, and adding one.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::records::record_trigger;
use super::super::rules::{self, Side, Statistic, Take};
use super::super::store::{self, Station, TriggerRow};
use super::{PRODUCTS, PRODUCTS_TITLE, WEATHER, WEATHER_TITLE, keeps, look, settle};
use crate::auth::{Answer, FormData, Page, Posted};
use crate::error::Error;
use crate::register::{self, Product, ProductKind};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::name::name;
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{Lang, ProductId, Say, Text, english};

mod reading;

use reading::{pay_hint, read};

const NEW: Text = Text::new("登记触发条件", "Register a trigger");

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    done: String,
}

/// One index product, its unit, and its triggers as they hold.
struct Listed {
    product: Product,
    unit: String,
    triggers: Vec<TriggerRow>,
}

pub(super) async fn index(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    let (listed, others) = state::read(&site, move |conn, _| {
        let known = store::index_products(conn)?;
        let mut listed = Vec::new();
        let mut others = Vec::new();
        for product in register::products(conn)? {
            if product.kind != ProductKind::Insurance.code() {
                continue;
            }
            if !known.contains(&product.id) {
                others.push(product);
                continue;
            }
            let tariff = register::tariffs(conn, product.id)?.pop();
            listed.push(Listed {
                unit: tariff.map_or_else(|| "份".to_owned(), |tariff| tariff.quantity_unit),
                triggers: store::triggers(conn, product.id)?,
                product,
            });
        }
        Ok((listed, others))
    })
    .await?;
    let look = look(&page, PRODUCTS_TITLE, None, &query.done, true, false);
    Ok(page.show(look, list(&page, &listed, &others)?))
}

fn list(page: &Page, listed: &[Listed], others: &[Product]) -> Result<Markup, Error> {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("险种", "Product")),
        Column::text(lang.t("起保日自", "Policies from")),
        Column::text(lang.t("触发条件", "Trigger")),
        Column::number(lang.t("第几版", "Revision"), ""),
        Column::text(lang.t("出处", "Source")),
    ];
    let mut rows = Vec::new();
    for one in listed {
        for (at, row) in one.triggers.iter().enumerate() {
            let holds = one
                .triggers
                .get(at + 1)
                .is_none_or(|next| next.valid_from != row.valid_from);
            let said = match row.trigger()? {
                Some(trigger) => html! { (rules::rule(lang, &trigger, &one.unit)) },
                None => html! { strong { (lang.t("触发条件未定", "Undetermined")) } },
            };
            let cells = Row::new(vec![
                Cell::text(name(
                    lang,
                    &one.product.name,
                    &english::product(&one.product.name),
                )),
                Cell::when(&row.valid_from.to_string()),
                Cell::text(html! { (said) @if !holds { (lang.t("（已被更正）", " (corrected since)")) } }),
                Cell::count(i64::from(row.revision)),
                Cell::text(&row.source),
            ]);
            rows.push(if holds { cells } else { cells.quiet() });
        }
    }
    let add = |product: &Product| {
        form::button_link(
            &format!("{PRODUCTS}/{}/new", product.id.0),
            english::told(lang, &product.name, english::product).as_str(),
        )
    };
    Ok(html! {
        h1 { (PRODUCTS_TITLE.get(lang)) }
        p.lead { (lang.t(
            "达到触发条件才赔，按公式计算，不查勘。触发条件未定的险种不能评估，也不能按指数赔付。",
            "Index insurance pays when its trigger is met, by a formula, without a survey. A product whose trigger is undetermined cannot be evaluated or paid by index.",
        )) }
        p { (form::button_link(WEATHER, WEATHER_TITLE.get(lang))) }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有登记指数保险。", "No index insurance is registered yet."), None))
        } @else {
            (Table::new("triggers", lang.t("各险种的触发条件", "Triggers by product"), columns).rows(rows).markup(lang))
        }
        @if keeps(page) {
            h2 { (NEW.get(lang)) }
            p {
                @for one in listed { (add(&one.product)) " " }
            }
            details {
                summary { (lang.t("把其他险种登记为指数保险", "Register another product as index insurance")) }
                p { @for product in others { (add(product)) " " } }
            }
        }
    })
}

struct FormView {
    product: Product,
    stations: Vec<Station>,
}

async fn form_view(site: &Site, id: ProductId) -> Result<FormView, Error> {
    state::read(site, move |conn, _| {
        let product = register::products(conn)?
            .into_iter()
            .find(|known| known.id == id && known.kind == ProductKind::Insurance.code())
            .ok_or(Error::NotFound)?;
        let stations = store::stations(conn)?;
        Ok(FormView { product, stations })
    })
    .await
}

pub(super) async fn new(page: Page, site: Site, path: web::Path<i64>) -> Answer {
    let view = form_view(&site, ProductId(*path)).await?;
    Ok(form_page(&page, &view, &FormData::default(), &[]))
}

pub(super) async fn create(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let view = form_view(&site, ProductId(*path)).await?;
    let (form, actor, product) = (posted.0, page.actor(), view.product.id);
    let result = match read(&form) {
        Ok((valid_from, source, trigger)) => {
            state::write_register(&site, move |conn, office, book| {
                record_trigger(
                    conn,
                    office,
                    &actor,
                    book,
                    (product, valid_from, &source),
                    trigger.as_ref(),
                )
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    let to = result.map(|_| format!("{PRODUCTS}?done=trigger"));
    settle(to, |problems| form_page(&page, &view, &form, problems))
}

const SHAPES: [(&str, Text); 5] = [
    ("undetermined", Text::new("触发条件未定", "Undetermined")),
    (
        "threshold",
        Text::new("达到界限即赔", "Pays when a bound is reached"),
    ),
    ("tiers", Text::new("分档赔付", "By a table of tiers")),
    (
        "linear",
        Text::new(
            "按差额逐单位赔付，有上限",
            "For each unit beyond a bound, with a cap",
        ),
    ),
    (
        "largest_event",
        Text::new("只赔最大的一次（台风）", "Only the largest event (typhoon)"),
    ),
];

fn form_page(page: &Page, view: &FormView, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let ids: Vec<String> = view
        .stations
        .iter()
        .map(|station| station.id.to_string())
        .collect();
    let named = ids.iter().zip(&view.stations);
    let stations: Vec<Choice<'_>> = named
        .map(|(id, station)| Choice::new(id, &station.name))
        .collect();
    let shapes = SHAPES.map(|(code, words)| Choice::new(code, words.get(lang)));
    let body = html! {
        h1 { (NEW.get(lang)) }
        p.lead { (name(lang, &view.product.name, &english::product(&view.product.name))) }
        (form::error_summary(lang, problems))
        (form::post(&format!("{PRODUCTS}/{}", view.product.id.0), &page.user.csrf, html! {
            (field("valid_from", lang.t("适用于起保日自", "For policies that start from"))
                .hint(lang.t("同一天再登记的，记为更正。", "Another trigger of the same day is a correction.")).date())
            (field("source", lang.t("出处", "Source"))
                .hint(lang.t("保险条款的名称和文号。", "The clause it comes from.")).size(Size::Full).text())
            (field("shape", lang.t("赔付方式", "How it pays")).radios(&shapes))
            (field("station", lang.t("气象站", "Station")).optional().select(&stations))
            (field("season_from", lang.t("观测期自", "Season from"))
                .hint(lang.t("月-日，如 04-01；整个保险期间都观测的留空。", "Month and day like 04-01; empty for all days insured.")).size(Size::Short).optional().text())
            (field("season_to", lang.t("观测期至", "Season to")).size(Size::Short).optional().text())
            (condition_fields(lang, data, problems, ["statistic", "take", "side", "bound"]))
            h2 { (lang.t("达到界限即赔", "When a bound is reached")) }
            (field("pay", lang.t("赔多少", "What it pays")).hint(pay_hint().get(lang)).size(Size::Short).optional().text())
            details {
                summary { (lang.t("还有另一个条件，满足其一即赔", "Another condition, either of which pays")) }
                (condition_fields(lang, data, problems, ["statistic_2", "take_2", "side_2", "bound_2"]))
            }
            h2 { (lang.t("分档赔付、只赔最大的一次", "Tiers, or the largest event")) }
            (field("tiers", lang.t("各档", "Tiers"))
                .hint(lang.t("每行一档：起点、赔多少，如 11,20%。", "A tier in each row, like 11,20%.")).optional().textarea(5))
            h2 { (lang.t("按差额赔付", "For each unit beyond the bound")) }
            (field("step", lang.t("每差一单位每份赔", "For each unit beyond")).size(Size::Short).suffix(lang.t("元", "yuan")).optional().decimal())
            (field("cap", lang.t("每单位上限", "Cap")).size(Size::Short).suffix(lang.t("元", "yuan")).optional().decimal())
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(PRODUCTS) { (lang.t("取消", "Cancel")) }
            }))
        }))
    };
    let above = Some((PRODUCTS_TITLE, PRODUCTS));
    page.show(look(page, NEW, above, "", false, !problems.is_empty()), body)
}

/// What is observed, which value of the period counts, and the bound.
fn condition_fields(
    lang: Lang,
    data: &FormData,
    problems: &[(String, Say)],
    names: [&'static str; 4],
) -> Markup {
    let field = |name, label| data.field(lang, name, label, problems);
    let [statistic, take, side, bound] = names;
    let statistics = Statistic::EVERY.map(|known| Choice::new(known.code(), known.name().get(lang)));
    let takes = Take::EVERY.map(|known| Choice::new(known.code(), known.name().get(lang)));
    let sides = Side::EVERY.map(|known| Choice::new(known.code(), known.sign()));
    html! {
        (field(statistic, lang.t("观测项目", "Statistic")).optional().select(&statistics))
        (field(take, lang.t("取哪个值", "Which value")).optional().select(&takes))
        (field(side, lang.t("比较", "Compare")).size(Size::Short).optional().select(&sides))
        (field(bound, lang.t("界限", "Bound")).size(Size::Short).optional().decimal())
    }
}
