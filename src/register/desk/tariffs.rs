//! Tariffs of an insurance product: what it covers per unit, at which rate, and who pays.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::super::commands::{NewTariff, check_word, record_tariff};
use super::super::product::{Product, Tariff};
use super::{KEEPERS, Reader, keeps, look, products, settle};
use crate::auth::{Answer, FormData, Look, Page, Posted, RouteSpec, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Field, Size};
use crate::ui::notice;
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::rate::{Payer, Percent, Shares, SharesError};
use crate::values::{Fen, Lang, ProductId, Say, Text, Unit};

const NEW: Text = Text::new("新增费率", "Add a tariff");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/products/{id:[0-9]+}/tariffs/new", KEEPERS, new),
        post("/register/products/{id:[0-9]+}/tariffs", KEEPERS, create),
    ]
}

async fn new(page: Page, site: Site, path: web::Path<i64>) -> Answer {
    let product = insurance_product(&site, ProductId(*path)).await?;
    Ok(show_form(&page, &product, &FormData::default(), &[]))
}

async fn insurance_product(site: &Site, id: ProductId) -> Result<Product, Error> {
    let product = state::read(site, move |conn, _| products::find(conn, id)).await?;
    if products::is_insurance(&product) {
        Ok(product)
    } else {
        Err(Error::NotFound)
    }
}

fn show_form(page: &Page, product: &Product, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let trail = [(products::TITLE, products::HOME)];
    let look = Look {
        wide: false,
        invalid: !problems.is_empty(),
        ..look(page, NEW, &trail, "")
    };
    page.show(look, form_page(page, product, form, problems))
}

async fn create(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let product = insurance_product(&site, ProductId(*path)).await?;
    let form = posted.0;
    let actor = page.actor();
    let result = match read(&form, product.id) {
        Ok(new) => {
            state::write_register(&site, move |conn, office, book| {
                record_tariff(conn, office, &actor, book, &new)
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    let done = result.map(|()| format!("{}/{}?done=tariff", products::HOME, product.id.0));
    settle(done, |problems| show_form(&page, &product, &form, problems))
}

/// The field of a payer's share.
const fn share_field(payer: Payer) -> &'static str {
    match payer {
        Payer::Central => "share_central",
        Payer::Province => "share_province",
        Payer::City => "share_city",
        Payer::County => "share_county",
        Payer::Farmer => "share_farmer",
    }
}

fn read(form: &FormData, product: ProductId) -> Result<NewTariff, Error> {
    let mut reader = Reader::new(form);
    let valid_from = reader.day("valid_from");
    let quantity_unit = reader.take(check_word("quantity_unit", form.get("quantity_unit")));
    let unit_sum = reader.take(read_unit_sum(form.get("unit_sum")));
    let rate = reader.take(read_rate(form.get("rate")));
    let shares = read_shares(form, &mut reader);
    match (valid_from, quantity_unit, unit_sum, rate, shares) {
        (Some(valid_from), Some(quantity_unit), Some(unit_sum), Some(rate), Some(shares)) => Ok(NewTariff {
            product,
            valid_from,
            quantity_unit,
            unit_sum,
            rate,
            shares,
        }),
        _ => Err(reader.refusal()),
    }
}

fn read_unit_sum(text: &str) -> Result<Fen, Issue> {
    let sum = Fen::parse_yuan(text).map_err(|error| Issue::refuse(error.code(), "unit_sum", error.say()))?;
    if sum.is_negative() {
        let say = Say::new(
            "单位保额不能为负。",
            "The sum insured per unit cannot be negative.",
        );
        return Err(Issue::refuse("tariff.unit_sum", "unit_sum", say));
    }
    Ok(sum)
}

fn read_rate(text: &str) -> Result<Percent, Issue> {
    let rate = Percent::parse(text).map_err(|error| Issue::refuse(error.code(), "rate", error.say()))?;
    if rate.is_zero() || rate.is_negative() || rate > Percent::HUNDRED {
        let say = Say::new(
            "费率要大于 0%，不超过 100%。",
            "The rate must be above 0% and at most 100%.",
        );
        return Err(Issue::refuse("tariff.rate", "rate", say));
    }
    Ok(rate)
}

/// The five shares; a payer left empty bears nothing.
fn read_shares(form: &FormData, reader: &mut Reader<'_>) -> Option<Shares> {
    let mut share = |payer: Payer| {
        let name = share_field(payer);
        let parsed = match form.get(name).trim() {
            "" => Ok(Percent::ZERO),
            text => Percent::parse(text).map_err(|error| Issue::refuse(error.code(), name, error.say())),
        };
        reader.take(parsed)
    };
    let [central, province, city, county, farmer] = Payer::ALL.map(&mut share);
    let shares = Shares::new(central?, province?, city?, county?, farmer?);
    let placed = shares.map_err(|error| {
        let payer = match error {
            SharesError::Negative { payer } => payer,
            SharesError::NotTheWhole { .. } => Payer::Central,
        };
        Issue::refuse(error.code(), share_field(payer), error.say())
    });
    reader.take(placed)
}

/// The tariffs of one product, on its page.
pub(super) fn list(page: &Page, product: &Product, rows: &[Tariff], today: NaiveDate) -> Markup {
    let lang = page.lang;
    let shares = lang.t("保费分担", "Who pays the premium");
    let mut columns = vec![
        Column::text(lang.t("起", "From")),
        Column::text(lang.t("止", "To")),
        Column::text(lang.t("计量单位", "Unit")),
        Column::number(lang.t("单位保额", "Sum per unit"), lang.t("元", "yuan")),
        Column::number(lang.t("费率", "Rate"), "%"),
    ];
    columns.extend(Payer::ALL.map(|payer| Column::number(payer.label(lang), "%").group(shares)));
    html! {
        h2 { (lang.t("费率", "Tariffs")) }
        @if keeps(page) {
            p { (form::button_link(&format!("{}/{}/tariffs/new", products::HOME, product.id.0), NEW.get(lang))) }
        }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有费率，暂不能登记这个险种的保单。", "There is no tariff yet, so policies of this product cannot be recorded."), None))
        } @else {
            (Table::new("tariffs", lang.t("历次费率", "Tariffs by start"), columns)
                .rows(rows.iter().map(|tariff| row(lang, tariff, today))).markup(lang))
        }
    }
}

fn row(lang: Lang, tariff: &Tariff, today: NaiveDate) -> Row {
    let in_force = tariff.valid_from <= today && tariff.valid_to.is_none_or(|end| today <= end);
    let from = html! {
        time { (show_day(tariff.valid_from)) }
        @if in_force { " " (tag(Tone::Good, lang.t("现行", "In force"))) }
    };
    let sum = match tariff.unit_sum_fen {
        Fen::ZERO => Cell::num(lang.t("按协议", "As agreed")),
        sum => Cell::money(sum, Unit::Yuan),
    };
    let mut cells = vec![
        Cell::text(from),
        tariff
            .valid_to
            .map_or_else(|| Cell::text("—"), |day| Cell::when(&show_day(day))),
        Cell::text(&tariff.quantity_unit),
        sum,
        Cell::num(&tariff.rate_percent),
    ];
    let shares = [
        &tariff.share_central,
        &tariff.share_province,
        &tariff.share_city,
        &tariff.share_county,
        &tariff.share_farmer,
    ];
    cells.extend(shares.map(Cell::num));
    Row::new(cells)
}

fn form_page(page: &Page, product: &Product, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| {
        Field::new(lang, name, label)
            .value(form.get(name))
            .errors(problems)
    };
    let home = format!("{}/{}", products::HOME, product.id.0);
    html! {
        h1 { (NEW.get(lang)) }
        p.lead { (product.name) }
        (form::error_summary(lang, problems))
        (form::post(&format!("{home}/tariffs"), &page.user.csrf, html! {
            (field("valid_from", lang.t("起始日", "Valid from"))
                .hint(lang.t("上一档费率到前一天为止。", "The tariff before it ends the day before."))
                .date())
            (field("quantity_unit", lang.t("计量单位", "Unit of quantity"))
                .hint(lang.t("例如 亩、头、羽、网箱、份。", "Such as 亩, 头, 羽, 网箱 or 份."))
                .size(Size::Short).text())
            (field("unit_sum", lang.t("单位保额", "Sum insured per unit"))
                .hint(lang.t("每亩（头、份……）的保险金额；按协议逐单约定的填 0。", "For each unit; 0 if it is agreed policy by policy."))
                .size(Size::Short).suffix(lang.t("元", "yuan")).decimal())
            (field("rate", lang.t("费率", "Rate")).size(Size::Short).suffix("%").decimal())
            h2 { (lang.t("保费分担", "Who pays the premium")) }
            p.hint { (lang.t("五方合计必须是 100%；不分担的可留空。", "The five must add up to 100%; leave empty who pays nothing.")) }
            @for payer in Payer::ALL {
                (field(share_field(payer), payer.label(lang)).size(Size::Short).suffix("%").decimal())
            }
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(home) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rice() -> FormData {
        FormData::default()
            .with("valid_from", "2023-01-01")
            .with("quantity_unit", "亩")
            .with("unit_sum", "1,250")
            .with("rate", "3.2")
            .with("share_central", "35")
            .with("share_province", "30")
            .with("share_county", "20")
            .with("share_farmer", "15")
    }

    fn wrong(form: &FormData) -> Vec<(String, String)> {
        match read(form, ProductId(1)) {
            Ok(_) => Vec::new(),
            Err(error) => error
                .issues()
                .iter()
                .map(|issue| (issue.field.clone(), issue.code.clone()))
                .collect(),
        }
    }

    #[test]
    fn who_pays_nothing_may_be_left_empty() {
        let tariff = read(&rice(), ProductId(1)).unwrap();
        assert_eq!(tariff.unit_sum.yuan(), "1250.00");
        assert_eq!(tariff.shares.of(Payer::City), Percent::ZERO);
        assert_eq!(tariff.rate.to_string(), "3.2");
    }

    #[test]
    fn shares_must_be_the_whole() {
        let pair = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
        assert_eq!(
            wrong(&rice().with("share_city", "1")),
            pair("share_central", "shares.not_the_whole")
        );
        let negative = rice().with("share_city", "-5").with("share_county", "25");
        assert_eq!(wrong(&negative), pair("share_city", "shares.negative"));
        assert_eq!(
            wrong(&rice().with("share_city", "一成")),
            pair("share_city", "percent.not_a_number")
        );
    }

    #[test]
    fn rates_and_sums_are_sound() {
        for rate in ["0", "-1", "100.01"] {
            assert_eq!(wrong(&rice().with("rate", rate))[0].1, "tariff.rate", "{rate}");
        }
        assert_eq!(wrong(&rice().with("unit_sum", "-1"))[0].1, "tariff.unit_sum");
        assert!(wrong(&rice().with("unit_sum", "0")).is_empty());
        let fields: Vec<String> = wrong(&FormData::default())
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(
            fields,
            ["valid_from", "quantity_unit", "unit_sum", "rate", "share_central"]
        );
    }
}
