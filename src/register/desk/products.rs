//! Products: list, one product's page, form.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::super::commands::{NewProduct, check_code, check_label, check_word, record_product};
use super::super::institution::{Institution, institutions};
use super::super::product::{Product, ProductKind, Tariff, products, tariffs};
use super::{
    Done, KEEPERS, READERS, Reader, form_look, keeps, look, look_of, settle, tariffs as tariff_desk,
};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, add_to_register, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button, Choice, Size};
use crate::ui::name::name;
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{InstitutionId, Lang, ProductId, RegionId, Say, Text, english};

pub(super) const HOME: &str = "/register/products";
pub(super) const TITLE: Text = Text::new("产品与费率", "Products and tariffs");
const NEW: Text = Text::new("新增产品", "Add a product");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/products", READERS, index),
        get("/register/products/new", KEEPERS, new),
        post("/register/products", KEEPERS, create),
        get("/register/products/{id:[0-9]+}", READERS, show),
    ]
}

async fn index(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    let (rows, offered_by) = state::read(&site, |conn, _| Ok((products(conn)?, institutions(conn)?))).await?;
    Ok(page.show(
        look(&page, TITLE, &[], &query.done),
        list(&page, &rows, &offered_by),
    ))
}

async fn show(page: Page, site: Site, path: web::Path<i64>, query: web::Query<Done>) -> Answer {
    let id = ProductId(*path);
    let today = page.actor().today;
    let lang = page.lang;
    let (product, offered_by, rates) = state::read(&site, move |conn, office| {
        let county = |id: RegionId| match id {
            RegionId(0) => String::new(),
            id => office.regions.name_in(id, today, lang),
        };
        let rates = tariffs(conn, id)?;
        let rates: Vec<(Tariff, String)> = rates
            .into_iter()
            .map(|tariff| {
                let county = county(tariff.county_id);
                (tariff, county)
            })
            .collect();
        Ok((find(conn, id)?, institutions(conn)?, rates))
    })
    .await?;
    let title = english::told(page.lang, &product.name, english::product);
    let look = look_of(&page, &title, (TITLE, HOME), &query.done);
    let body = html! {
        h1 { (product_name(page.lang, &product.name)) }
        (particulars(page.lang, &product, &offered_by))
        @if is_insurance(&product) { (tariff_desk::list(&page, &product, &rates, today)) }
    };
    Ok(page.show(look, body))
}

/// One product.
pub(super) fn find(conn: &mut crate::db::Conn, id: ProductId) -> Result<Product, Error> {
    products(conn)?
        .into_iter()
        .find(|product| product.id == id)
        .ok_or(Error::NotFound)
}

pub(super) fn is_insurance(product: &Product) -> bool {
    product.kind == ProductKind::Insurance.code()
}

async fn new(page: Page, site: Site) -> Answer {
    let offered_by = state::read(&site, |conn, _| institutions(conn)).await?;
    Ok(show_form(&page, &offered_by, &FormData::default(), &[]))
}

fn show_form(
    page: &Page,
    offered_by: &[Institution],
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    page.show(
        form_look(page, NEW, (TITLE, HOME), problems),
        form_page(page, offered_by, form, problems),
    )
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_product).await;
    let done = result.map(|product| match is_insurance(&product) {
        true => format!("{HOME}/{}?done=product", product.id.0),
        false => format!("{HOME}?done=product"),
    });
    let offered_by = state::read(&site, |conn, _| institutions(conn)).await?;
    settle(done, |problems| show_form(&page, &offered_by, &form, problems))
}

fn read(form: &FormData) -> Result<NewProduct, Error> {
    let mut reader = Reader::new(form);
    let code = reader.take(check_code(form.get("code")));
    let name = reader.take(check_label("name", form.get("name")));
    let missing = || {
        Issue::refuse(
            "field.not_chosen",
            "kind",
            Say::new("请选择类别。", "Choose what it is."),
        )
    };
    let kind = reader.take(ProductKind::parse(form.get("kind")).ok_or_else(missing));
    let tag = match reader.text("tag") {
        "" => Some(None),
        text => reader.take(check_word("tag", text)).map(Some),
    };
    let institution = reader.text("institution").parse().ok().map(InstitutionId);
    match (code, name, kind, tag) {
        (Some(code), Some(name), Some(kind), Some(tag)) => Ok(NewProduct {
            code,
            name,
            kind,
            tag,
            institution,
        }),
        _ => Err(reader.refusal()),
    }
}

fn kind_name(product: &Product, lang: Lang) -> &str {
    ProductKind::parse(&product.kind).map_or(product.kind.as_str(), |kind| kind.name().get(lang))
}

fn product_name(lang: Lang, zh: &str) -> Markup {
    name(lang, zh, &english::product(zh))
}

/// Who offers it.
fn offered(product: &Product, institutions: &[Institution], lang: Lang) -> String {
    let only = institutions
        .iter()
        .find(|row| Some(row.id) == product.institution_id);
    match only {
        None => lang.t("各机构通用", "Any institution").to_owned(),
        Some(row) => english::told(lang, &row.short_name, english::institution),
    }
}

fn list(page: &Page, rows: &[Product], offered_by: &[Institution]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("代码", "Code")),
        Column::text(lang.t("名称", "Name")),
        Column::text(lang.t("类别", "Kind")),
        Column::text(lang.t("产业", "Industry")),
        Column::text(lang.t("机构", "Institution")),
    ];
    let row = |product: &Product| {
        Row::new(vec![
            Cell::text(&product.code),
            Cell::text(product_name(lang, &product.name)),
            Cell::text(kind_name(product, lang)),
            Cell::text(product_name(lang, product.tag.as_deref().unwrap_or("—"))),
            Cell::text(offered(product, offered_by, lang)),
        ])
        .link(format!("{HOME}/{}", product.id.0))
    };
    html! {
        h1 { (TITLE.get(lang)) }
        @if keeps(page) { p { (form::button_link(&format!("{HOME}/new"), NEW.get(lang))) } }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有登记产品。", "There are no products yet."), None))
        } @else {
            (Table::new("products", lang.t("授信贷款产品和险种", "Credit and insurance products"), columns)
                .rows(rows.iter().map(row)).markup(lang))
        }
    }
}

fn particulars(lang: Lang, product: &Product, offered_by: &[Institution]) -> Markup {
    form::summary_list(
        lang,
        &[
            Particular::new(lang.t("代码", "Code"), &product.code),
            Particular::new(lang.t("类别", "Kind"), kind_name(product, lang)),
            Particular::new(
                lang.t("产业", "Industry"),
                product_name(lang, product.tag.as_deref().unwrap_or("—")),
            ),
            Particular::new(lang.t("机构", "Institution"), offered(product, offered_by, lang)),
        ],
    )
}

fn form_page(page: &Page, offered_by: &[Institution], form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let kinds = ProductKind::EVERY.map(|kind| Choice::new(kind.code(), kind.name().get(lang)));
    let ids: Vec<String> = offered_by.iter().map(|row| row.id.0.to_string()).collect();
    let named = ids
        .iter()
        .zip(offered_by)
        .map(|(id, row)| Choice::new(id, &row.short_name));
    let institutions: Vec<Choice<'_>> =
        std::iter::once(Choice::new("", lang.t("各机构通用", "Any institution")))
            .chain(named)
            .collect();
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("code", lang.t("代码", "Code"))
                .hint(lang.t("字母、数字和 - _，全市唯一，以后不能改。", "Letters, digits, - and _; unique in the city and final."))
                .size(Size::Short).text())
            (field("name", lang.t("名称", "Name")).size(Size::Full).text())
            (field("kind", lang.t("类别", "Kind")).radios(&kinds))
            (field("tag", lang.t("产业", "Industry"))
                .hint(lang.t("服务的特色产业，例如 陈皮、水产养殖、海洋牧场。", "The industry it serves, such as 陈皮, 水产养殖 or 海洋牧场."))
                .optional().text())
            (field("institution", lang.t("机构", "Institution"))
                .hint(lang.t("只有一家机构办理的选该机构。", "Choose it if only one institution offers the product."))
                .optional().select(&institutions))
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_may_serve_any_industry_and_institution() {
        let form = FormData::default()
            .with("code", "CPD")
            .with("name", "陈皮贷")
            .with("kind", "credit");
        let new = read(&form).unwrap();
        assert_eq!((new.tag, new.institution), (None, None));
        let new = read(&form.clone().with("tag", " 陈皮 ").with("institution", "2")).unwrap();
        assert_eq!(
            (new.tag.as_deref(), new.institution),
            (Some("陈皮"), Some(InstitutionId(2)))
        );
        let Err(Error::Refused(issues)) = read(&form.with("kind", "loan").with("tag", "123")) else {
            panic!("it should be refused")
        };
        let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
        assert_eq!(fields, ["kind", "tag"]);
    }
}
