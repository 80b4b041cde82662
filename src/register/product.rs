//! Products: credit and loan products with their industry tag, insurance products with dated
//! tariffs.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{product, tariff};
use crate::error::Error;
use crate::values::coded::coded;
use crate::values::{BookId, Fen, InstitutionId, Lang, ProductId, RegionId, Say, Text, english};

/// What a product is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductKind {
    /// Credit lines and loans.
    Credit,
    Insurance,
}

impl ProductKind {
    pub const EVERY: [ProductKind; 2] = [ProductKind::Credit, ProductKind::Insurance];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            ProductKind::Credit => "credit",
            ProductKind::Insurance => "insurance",
        }
    }

    pub fn parse(code: &str) -> Option<ProductKind> {
        ProductKind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            ProductKind::Credit => Text::new("授信贷款", "Credit"),
            ProductKind::Insurance => Text::new("农业保险", "Insurance"),
        }
    }
}

coded! {
    /// Who subsidises an insurance product (补贴层级), as the yearly document (方案) says it.
    Tier {
        Central = "central", Text::new("中央财政补贴型", "Centrally subsidised");
        Province = "province", Text::new("省级财政补贴型", "Provincially subsidised");
        Local = "local", Text::new("地方特色", "Local speciality");
    }
}

/// One product.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = product)]
#[diesel(treat_none_as_default_value = false)]
pub struct Product {
    pub id: ProductId,
    pub code: String,
    pub name: String,
    pub kind: String,
    /// The industry it serves, such as 陈皮, 水产养殖, 海洋牧场.
    pub tag: Option<String>,
    /// The only institution that offers it; none when several do.
    pub institution_id: Option<InstitutionId>,
}

/// What an insurance product costs and who pays, during some days. Percentages are decimal
/// texts; the five shares sum to 100.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = tariff)]
#[diesel(treat_none_as_default_value = false)]
pub struct Tariff {
    pub product_id: ProductId,
    /// The county it is for; 0 when it is the whole city's. A county's own goes before the city's.
    pub county_id: RegionId,
    pub valid_from: NaiveDate,
    /// Last day; none while it lasts.
    pub valid_to: Option<NaiveDate>,
    /// A [`Tier`]'s code; empty where it is not said.
    pub tier: String,
    /// 亩, 头, 羽, 网箱, 份 …
    pub quantity_unit: String,
    /// Sum insured per unit of quantity.
    pub unit_sum_fen: Fen,
    pub rate_percent: String,
    pub share_central: String,
    pub share_province: String,
    pub share_city: String,
    pub share_county: String,
    pub share_farmer: String,
}

/// All products, by id.
pub fn products(conn: &mut Conn) -> Result<Vec<Product>, Error> {
    Ok(product::table
        .order(product::id)
        .select(Product::as_select())
        .load(conn)?)
}

/// All products, named as a reader of this language knows them.
pub fn products_in(conn: &mut Conn, lang: Lang) -> Result<Vec<Product>, Error> {
    let mut all = products(conn)?;
    if lang == Lang::En {
        for product in &mut all {
            product.name = english::product(&product.name);
        }
    }
    Ok(all)
}

/// Adds a product with the next id; refuses a code that is taken.
pub fn add_product(conn: &mut Conn, new: Product) -> Result<Product, Error> {
    let taken: i64 = product::table
        .filter(product::code.eq(&new.code))
        .count()
        .get_result(conn)?;
    if taken > 0 {
        return Err(Error::refuse(
            "product.code_taken",
            "code",
            Say::new(
                format!("代码“{}”已被使用。", new.code),
                format!("The code “{}” is already in use.", new.code),
            ),
        ));
    }
    let last: Option<i64> = product::table
        .select(diesel::dsl::max(product::id))
        .get_result(conn)?;
    let row = Product {
        id: ProductId(last.unwrap_or(0) + 1),
        ..new
    };
    diesel::insert_into(product::table).values(&row).execute(conn)?;
    Ok(row)
}

/// Adds a tariff; an earlier one of the same county still open ends the day before.
pub fn add_tariff(conn: &mut Conn, new: &Tariff) -> Result<(), Error> {
    let day_before = new.valid_from.pred_opt();
    diesel::update(
        tariff::table
            .filter(tariff::product_id.eq(new.product_id))
            .filter(tariff::county_id.eq(new.county_id))
            .filter(tariff::valid_from.lt(new.valid_from))
            .filter(tariff::valid_to.is_null()),
    )
    .set(tariff::valid_to.eq(day_before))
    .execute(conn)?;
    diesel::insert_into(tariff::table).values(new).execute(conn)?;
    Ok(())
}

/// All tariffs of a product: the city's, then each county's own, oldest first.
pub fn tariffs(conn: &mut Conn, id: ProductId) -> Result<Vec<Tariff>, Error> {
    Ok(tariff::table
        .filter(tariff::product_id.eq(id))
        .order((tariff::county_id, tariff::valid_from))
        .select(Tariff::as_select())
        .load(conn)?)
}

/// The tariff in force in a county on a day: its own, or else the city's.
pub fn tariff_on(
    conn: &mut Conn,
    id: ProductId,
    county: BookId,
    day: NaiveDate,
) -> Result<Option<Tariff>, Error> {
    let mut all = tariffs(conn, id)?;
    all.retain(|tariff| tariff.valid_from <= day && tariff.valid_to.is_none_or(|end| day <= end));
    let of = |county: i64| all.iter().rev().find(|tariff| tariff.county_id.0 == county);
    Ok(of(county.0).or_else(|| of(0)).cloned())
}
