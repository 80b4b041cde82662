//! The shared registers of the demonstration, and where the plan's indexes lead in them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::plan::{self, Plan};
use crate::db::schema::published_statistic;
use crate::db::{Conn, insert_all};
use crate::error::Error;
use crate::insurance::index::store::{TriggerRow, add_trigger};
use crate::ledger::{Book, books};
use crate::regions::{self, NewUnit, Regions};
use crate::register::{
    InstitutionKind, Product, ProductKind, Tariff, Tier, add_institution, add_product, add_specialist,
    add_tariff,
};
use crate::values::{
    BookId, Fen, InstitutionId, Lang, Level, ProductId, RegionCode, RegionId, RegionKind, SpecialistId,
};

/// Where the plan's indexes and codes lead.
pub(super) struct Registers {
    institutions: Vec<(InstitutionId, bool)>,
    products: Vec<ProductId>,
    risks: Vec<ProductId>,
    specialists: Vec<SpecialistId>,
    places: HashMap<String, RegionId>,
    /// County code, book, name.
    counties: Vec<(String, BookId, String)>,
}

impl Registers {
    pub fn institution(&self, index: usize) -> Result<InstitutionId, Error> {
        self.institutions.get(index).map(|(id, _)| *id).ok_or_else(astray)
    }

    pub fn product(&self, index: usize) -> Result<ProductId, Error> {
        self.products.get(index).copied().ok_or_else(astray)
    }

    pub fn risk(&self, index: usize) -> Result<ProductId, Error> {
        self.risks.get(index).copied().ok_or_else(astray)
    }

    pub fn specialist(&self, index: usize) -> Result<SpecialistId, Error> {
        self.specialists.get(index).copied().ok_or_else(astray)
    }

    pub fn place(&self, place: &str) -> Result<RegionId, Error> {
        self.places.get(place).copied().ok_or_else(astray)
    }

    pub fn book(&self, county: &str) -> Result<BookId, Error> {
        self.counties
            .iter()
            .find(|(code, ..)| code == county)
            .map(|(_, book, _)| *book)
            .ok_or_else(astray)
    }

    pub fn counties(&self) -> impl Iterator<Item = (&str, BookId)> {
        self.counties.iter().map(|(code, book, _)| (code.as_str(), *book))
    }

    pub fn county_name(&self, code: &str) -> String {
        self.counties
            .iter()
            .find(|(known, ..)| known == code)
            .map_or_else(String::new, |(.., name)| name.clone())
    }

    pub fn book_of_county(&self, name: &str) -> Result<BookId, Error> {
        self.counties
            .iter()
            .find(|(.., known)| known == name)
            .map(|(_, book, _)| *book)
            .ok_or_else(astray)
    }

    pub fn first_insurer(&self) -> Result<InstitutionId, Error> {
        self.institutions
            .iter()
            .find(|(_, insurer)| *insurer)
            .map(|(id, _)| *id)
            .ok_or_else(astray)
    }
}

fn astray() -> Error {
    Error::Failed("the demonstration's plan points at nothing".to_owned())
}

/// Fills the registers from the plan.
pub(super) fn fill(
    conn: &mut Conn,
    plan: &Plan,
    tree: &Regions,
    today: NaiveDate,
) -> Result<Registers, Error> {
    let mut institutions = Vec::with_capacity(plan.institutions.len());
    for new in &plan.institutions {
        let insurer = new.kind == plan::InstitutionKind::Insurer;
        let kind = if insurer {
            InstitutionKind::Insurer
        } else {
            InstitutionKind::Bank
        };
        let row = add_institution(conn, &new.code, &new.name, &new.short_name, kind)?;
        institutions.push((row.id, insurer));
    }
    let places = places(conn, plan, tree, today)?;
    let mut registers = Registers {
        institutions,
        products: Vec::new(),
        risks: Vec::new(),
        specialists: Vec::new(),
        places,
        counties: counties(conn, tree, today)?,
    };
    registers.products = products(conn, plan, &registers)?;
    registers.risks = risks(conn, plan)?;
    for new in &plan.specialists {
        let institution = registers.institution(new.institution)?;
        registers
            .specialists
            .push(add_specialist(conn, &new.name, &new.title, institution)?.id);
    }
    publish(conn, plan)?;
    Ok(registers)
}

fn counties(
    conn: &mut Conn,
    tree: &Regions,
    today: NaiveDate,
) -> Result<Vec<(String, BookId, String)>, Error> {
    let county = |book: Book| {
        let unit = tree
            .unit(book.region_id)
            .filter(|unit| unit.level == Level::County)?;
        let code = tree.code(unit.id, today)?.as_str().to_owned();
        Some((code, book.id, tree.name(unit.id, today)))
    };
    Ok(books(conn)?.into_iter().filter_map(county).collect())
}

/// Codes as the plan writes them, and the 自然村 it adds.
fn places(
    conn: &mut Conn,
    plan: &Plan,
    tree: &Regions,
    today: NaiveDate,
) -> Result<HashMap<String, RegionId>, Error> {
    let coded = tree
        .units()
        .filter_map(|unit| Some((tree.code(unit.id, today)?.as_str().to_owned(), unit.id)));
    let mut places: HashMap<String, RegionId> = coded.collect();
    for hamlet in &plan.hamlets {
        let code = RegionCode::parse(&hamlet.town).map_err(|_| astray())?;
        let new = NewUnit {
            level: Level::Hamlet,
            kind: RegionKind::Hamlet,
            name: hamlet.name.clone(),
            code: None,
            parent: tree.by_code(&code, today).ok_or_else(astray)?,
            parent_known: false,
            valid_from: None,
        };
        places.insert(hamlet.place.clone(), regions::add_unit(conn, &new)?);
    }
    Ok(places)
}

fn products(conn: &mut Conn, plan: &Plan, registers: &Registers) -> Result<Vec<ProductId>, Error> {
    let mut ids = Vec::with_capacity(plan.products.len());
    for new in &plan.products {
        let row = Product {
            id: ProductId(0),
            code: new.code.clone(),
            name: new.name.clone(),
            kind: ProductKind::Credit.code().to_owned(),
            tag: (!new.industry.is_empty()).then(|| new.industry.clone()),
            institution_id: new
                .institution
                .map(|index| registers.institution(index))
                .transpose()?,
        };
        ids.push(add_product(conn, row)?.id);
    }
    Ok(ids)
}

fn risks(conn: &mut Conn, plan: &Plan) -> Result<Vec<ProductId>, Error> {
    let mut ids = Vec::with_capacity(plan.risks.len());
    for new in &plan.risks {
        let row = Product {
            id: ProductId(0),
            code: new.code.clone(),
            name: new.name.clone(),
            kind: ProductKind::Insurance.code().to_owned(),
            tag: (!new.industry.is_empty()).then(|| new.industry.clone()),
            institution_id: None,
        };
        let id = add_product(conn, row)?.id;
        let tier = Tier::EVERY.into_iter().find(|tier| tier.name().zh == new.tier);
        let tier = tier.map_or_else(String::new, |tier| tier.code().to_owned());
        for version in &new.versions {
            let shares = &version.shares;
            // The last version holds until another one is registered.
            let last = new
                .versions
                .last()
                .is_some_and(|last| last.valid_from == version.valid_from);
            let tariff = Tariff {
                product_id: id,
                county_id: RegionId(0),
                tier: tier.clone(),
                valid_from: version.valid_from,
                valid_to: (!last).then_some(version.valid_to),
                quantity_unit: new.unit.clone(),
                unit_sum_fen: version.unit_sum.unwrap_or(Fen::ZERO),
                rate_percent: version.rate_percent.to_string(),
                share_central: shares.central.to_string(),
                share_province: shares.province.to_string(),
                share_city: shares.city.to_string(),
                share_county: shares.county.to_string(),
                share_farmer: shares.farmer.to_string(),
            };
            add_tariff(conn, &tariff)?;
        }
        if new.index {
            leave_trigger_open(conn, id, new)?;
        }
        ids.push(id);
    }
    Ok(ids)
}

/// 触发条件未定: when the index product pays was not published, and nothing is made up in its place.
fn leave_trigger_open(conn: &mut Conn, product: ProductId, new: &plan::Risk) -> Result<(), Error> {
    let Some(first) = new.versions.first() else {
        return Ok(());
    };
    let row = TriggerRow {
        product_id: product,
        valid_from: first.valid_from,
        revision: 1,
        content: String::new(),
        source: "条款未公开".to_owned(),
    };
    add_trigger(conn, &row)
}

#[derive(Insertable)]
#[diesel(table_name = published_statistic)]
#[diesel(treat_none_as_default_value = false)]
struct PublishedRow<'a> {
    id: i64,
    topic: &'a str,
    measure: Option<&'a str>,
    value_text: &'a str,
    comparator: &'a str,
    unit: &'a str,
    as_of: NaiveDate,
    scope: &'a str,
    quotation: &'a str,
    comparable: bool,
    note: String,
    product: Option<&'a str>,
    topic_en: &'a str,
    scope_en: &'a str,
    quotation_en: &'a str,
    note_en: String,
}

/// What the press said, kept apart from the ledger.
fn publish(conn: &mut Conn, plan: &Plan) -> Result<(), Error> {
    let rows: Vec<PublishedRow<'_>> = plan
        .published
        .iter()
        .zip(1..)
        .map(|(new, id)| {
            let note = |lang| {
                [new.source.get(lang), new.caveat.get(lang)]
                    .join(" ")
                    .trim()
                    .to_owned()
            };
            PublishedRow {
                id,
                topic: new.title.zh,
                measure: new.measure.as_deref(),
                value_text: &new.value_text,
                comparator: &new.comparator,
                unit: &new.unit,
                as_of: new.as_of,
                scope: new.scope.zh,
                quotation: new.quotation.zh,
                comparable: new.measure.is_some(),
                note: note(Lang::Zh),
                product: match &new.basis {
                    plan::Basis::Product(code) => Some(code),
                    _ => None,
                },
                topic_en: new.title.en,
                scope_en: new.scope.en,
                quotation_en: new.quotation.en,
                note_en: note(Lang::En),
            }
        })
        .collect();
    insert_all!(conn, published_statistic::table, &rows)?;
    Ok(())
}
