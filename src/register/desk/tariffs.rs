//! Tariffs of an insurance product: what it covers per unit, at which rate, and who pays.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use maud::{Markup, html};

use super::super::commands::{NewTariff, check_word, record_tariff};
use super::super::product::{Product, Tariff, Tier};
use super::{KEEPERS, Reader, keeps, look, products, settle};
use crate::auth::{Answer, FormData, Look, Page, Posted, RouteSpec, add_to_register, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::notice;
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::rate::{Payer, Percent, Shares, SharesError};
use crate::values::{Fen, Lang, Level, ProductId, RegionId, Say, Text, Unit};

const NEW: Text = Text::new("新增费率", "Add a tariff");
/// Where a tariff without a county holds.
const WHOLE_CITY: Text = Text::new("全市", "Whole city");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/products/{id:[0-9]+}/tariffs/new", KEEPERS, new),
        post("/register/products/{id:[0-9]+}/tariffs", KEEPERS, create),
    ]
}

async fn new(page: Page, site: Site, path: web::Path<i64>) -> Answer {
    let product = insurance_product(&site, ProductId(*path)).await?;
    let counties = counties(&page, &site).await?;
    Ok(show_form(&page, (&product, &counties), &FormData::default(), &[]))
}

/// The counties a tariff may be for, by name.
async fn counties(page: &Page, site: &Site) -> Result<Vec<(RegionId, String)>, Error> {
    let (today, lang) = (page.actor().today, page.lang);
    state::read(site, move |_, office| {
        let regions = office.regions;
        let mut ids: Vec<RegionId> = regions
            .units()
            .filter(|unit| unit.level == Level::County && regions.on(unit.id, today).is_some())
            .map(|unit| unit.id)
            .collect();
        ids.sort_by_key(|id| regions.sort_key(*id, today));
        Ok(ids
            .into_iter()
            .map(|id| (id, regions.name_in(id, today, lang)))
            .collect())
    })
    .await
}

async fn insurance_product(site: &Site, id: ProductId) -> Result<Product, Error> {
    let product = state::read(site, move |conn, _| products::find(conn, id)).await?;
    if products::is_insurance(&product) {
        Ok(product)
    } else {
        Err(Error::NotFound)
    }
}

/// The product, and the counties by name.
type Known<'a> = (&'a Product, &'a [(RegionId, String)]);

fn show_form(page: &Page, known: Known<'_>, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let trail = [(products::TITLE, products::HOME)];
    let look = Look {
        wide: false,
        invalid: !problems.is_empty(),
        ..look(page, NEW, &trail, "")
    };
    page.show(look, form_page(page, known, form, problems))
}

async fn create(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let product = insurance_product(&site, ProductId(*path)).await?;
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form, product.id), record_tariff).await;
    let done = result.map(|()| format!("{}/{}?done=tariff", products::HOME, product.id.0));
    let counties = counties(&page, &site).await?;
    settle(done, |problems| {
        show_form(&page, (&product, &counties), &form, problems)
    })
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
    let valid_from = reader.any_day("valid_from");
    let quantity_unit = reader.take(check_word("quantity_unit", form.get("quantity_unit")));
    let unit_sum = reader.take(read_unit_sum(form.get("unit_sum")));
    let rate = reader.take(read_rate(form.get("rate")));
    let shares = read_shares(form, &mut reader);
    let missing = || {
        let say = Say::new("请选择补贴层级。", "Choose who subsidises it.");
        Issue::refuse("field.not_chosen", "tier", say)
    };
    let tier = reader.take(Tier::parse(form.get("tier")).ok_or_else(missing));
    let county = form.get("county").parse().ok().map(RegionId);
    match (valid_from, tier, quantity_unit, unit_sum, rate, shares) {
        (Some(valid_from), Some(tier), Some(quantity_unit), Some(unit_sum), Some(rate), Some(shares)) => {
            Ok(NewTariff {
                product,
                county,
                tier,
                valid_from,
                quantity_unit,
                unit_sum,
                rate,
                shares,
            })
        }
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

/// The tariffs of one product, each with the name of its county (empty for the city's), on its page.
pub(super) fn list(page: &Page, product: &Product, rows: &[(Tariff, String)], today: NaiveDate) -> Markup {
    let lang = page.lang;
    let shares = lang.t("保费分担", "Who pays the premium");
    let mut columns = vec![
        Column::text(lang.t("起", "From")),
        Column::text(lang.t("止", "To")),
        Column::text(lang.t("适用", "For")),
        Column::text(lang.t("补贴层级", "Tier")),
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
                .rows(rows.iter().map(|(tariff, county)| row(lang, tariff, county, today)))
                .note(html! { p { (lang.t("县（市、区）有自己的费率时，用它自己的，不用全市的。", "A county that has a tariff of its own goes by it and not by the city's.")) } })
                .markup(lang))
        }
    }
}

fn row(lang: Lang, tariff: &Tariff, county: &str, today: NaiveDate) -> Row {
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
        Cell::text(if county.is_empty() {
            WHOLE_CITY.get(lang)
        } else {
            county
        }),
        Cell::text(Tier::parse(&tariff.tier).map_or("—", |tier| tier.name().get(lang))),
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

fn form_page(
    page: &Page,
    (product, counties): Known<'_>,
    form: &FormData,
    problems: &[(String, Say)],
) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let home = format!("{}/{}", products::HOME, product.id.0);
    let ids: Vec<String> = counties.iter().map(|(id, _)| id.to_string()).collect();
    let named = ids
        .iter()
        .zip(counties)
        .map(|(id, (_, name))| Choice::new(id, name));
    let counties: Vec<Choice<'_>> = std::iter::once(Choice::new("", WHOLE_CITY.get(lang)))
        .chain(named)
        .collect();
    let tiers = Tier::EVERY.map(|tier| Choice::new(tier.code(), tier.name().get(lang)));
    html! {
        h1 { (NEW.get(lang)) }
        p.lead { (product.name) }
        (form::error_summary(lang, problems))
        (form::post(&format!("{home}/tariffs"), &page.user.csrf, html! {
            (field("valid_from", lang.t("起始日", "Valid from"))
                .hint(lang.t("上一档费率到前一天为止。", "The tariff before it ends the day before."))
                .date())
            (field("county", lang.t("适用县（市、区）", "County"))
                .hint(lang.t("分担比例只在一个县不同时才选；县里自己的费率先于全市的。", "Only where one county's terms or shares differ; its own go before the city's."))
                .select(&counties))
            (field("tier", lang.t("补贴层级", "Tier")).radios(&tiers))
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
            .with("tier", "central")
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
            [
                "valid_from",
                "quantity_unit",
                "unit_sum",
                "rate",
                "share_central",
                "tier"
            ]
        );
    }
}
