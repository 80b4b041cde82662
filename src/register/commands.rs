//! Adding to the registers: checked, then written with its row in the register book's chain.

use chrono::NaiveDate;
use serde_json::json;

use super::institution::{Institution, InstitutionKind, add_institution, institutions};
use super::product::{Product, ProductKind, Tariff, Tier, add_product, add_tariff, products, tariffs};
use super::specialist::{Specialist, add_specialist, specialists};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::regions::{NewUnit, add_unit};
use crate::values::person::check_name;
use crate::values::rate::{Percent, Shares};
use crate::values::text::narrow;
use crate::values::{BookId, Fen, InstitutionId, Level, ProductId, RegionId, RegionKind, Say};
use crate::vault;

/// Longest code, industry tag, title or unit.
const LONGEST_WORD: usize = 20;

/// An institution as the administrator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInstitution {
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub kind: InstitutionKind,
}

/// Adds an institution.
pub fn record_institution(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewInstitution,
) -> Result<Institution, Error> {
    if let Some(known) = institutions(conn)?
        .iter()
        .find(|known| known.code.eq_ignore_ascii_case(&new.code))
    {
        return Err(Error::Refused(vec![code_taken(
            "institution.code_taken",
            &known.code,
            &known.name,
        )]));
    }
    let row = add_institution(conn, &new.code, &new.name, &new.short_name, new.kind)?;
    let content = json!([row.id, row.code, row.name, row.short_name, row.kind]);
    audit(
        conn,
        office,
        actor,
        register,
        "institution.added",
        &format!("institution:{}", row.id.0),
        &content,
    )?;
    Ok(row)
}

/// A product as the administrator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProduct {
    pub code: String,
    pub name: String,
    pub kind: ProductKind,
    /// The industry it serves; none for any.
    pub tag: Option<String>,
    /// The only institution that offers it; none when several do.
    pub institution: Option<InstitutionId>,
}

/// Adds a product. What a bank offers is credit, what an insurer offers is insurance.
pub fn record_product(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewProduct,
) -> Result<Product, Error> {
    let known = products(conn)?;
    if let Some(known) = known
        .iter()
        .find(|known| known.code.eq_ignore_ascii_case(&new.code))
    {
        return Err(Error::Refused(vec![code_taken(
            "product.code_taken",
            &known.code,
            &known.name,
        )]));
    }
    if let Some(id) = new.institution {
        let offered_by = institutions(conn)?.into_iter().find(|row| row.id == id);
        if offered_by.is_none_or(|row| row.is_insurer() != (new.kind == ProductKind::Insurance)) {
            let say = Say::new(
                "授信贷款产品属于银行，农业保险产品属于保险公司，请核对机构。",
                "Credit products belong to a bank and insurance products to an insurer. Check the institution.",
            );
            return Err(Error::refuse("product.institution", "institution", say));
        }
    }
    let row = add_product(
        conn,
        Product {
            id: ProductId(0),
            code: new.code.clone(),
            name: new.name.clone(),
            kind: new.kind.code().to_owned(),
            tag: new.tag.clone(),
            institution_id: new.institution,
        },
    )?;
    let content = json!([row.id, row.code, row.name, row.kind, row.tag, row.institution_id]);
    audit(
        conn,
        office,
        actor,
        register,
        "product.added",
        &format!("product:{}", row.id.0),
        &content,
    )?;
    Ok(row)
}

/// A tariff as the administrator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTariff {
    pub product: ProductId,
    /// The only county it is for; none for the whole city.
    pub county: Option<RegionId>,
    pub tier: Tier,
    pub valid_from: NaiveDate,
    pub quantity_unit: String,
    /// Sum insured per unit of quantity; zero when it is agreed policy by policy.
    pub unit_sum: Fen,
    pub rate: Percent,
    pub shares: Shares,
}

/// Adds a tariff: after the latest one of the same county, which ends the day before, or before the first.
pub fn record_tariff(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewTariff,
) -> Result<(), Error> {
    let product = products(conn)?
        .into_iter()
        .find(|known| known.id == new.product)
        .ok_or(Error::NotFound)?;
    if product.kind != ProductKind::Insurance.code() {
        return Err(Error::NotFound);
    }
    let level = |county| office.regions.unit(county).map(|unit| unit.level);
    if new
        .county
        .is_some_and(|county| level(county) != Some(Level::County))
    {
        let say = Say::new("请选择县（市、区）。", "Choose a county.");
        return Err(Error::refuse("tariff.county", "county", say));
    }
    let county_id = new.county.unwrap_or(RegionId(0));
    let days: Vec<NaiveDate> = tariffs(conn, new.product)?
        .iter()
        .filter(|tariff| tariff.county_id == county_id)
        .map(|tariff| tariff.valid_from)
        .collect();
    let valid_to = last_day(&days, new.valid_from).map_err(|issue| Error::Refused(vec![issue]))?;
    let share = |payer| new.shares.of(payer).to_string();
    use crate::values::rate::Payer::{Central, City, County, Farmer, Province};
    let row = Tariff {
        product_id: new.product,
        county_id,
        valid_from: new.valid_from,
        valid_to,
        tier: new.tier.code().to_owned(),
        quantity_unit: new.quantity_unit.clone(),
        unit_sum_fen: new.unit_sum,
        rate_percent: new.rate.to_string(),
        share_central: share(Central),
        share_province: share(Province),
        share_city: share(City),
        share_county: share(County),
        share_farmer: share(Farmer),
    };
    add_tariff(conn, &row)?;
    let content = json!([
        row.product_id,
        row.county_id,
        row.tier,
        row.valid_from,
        row.valid_to,
        row.quantity_unit,
        row.unit_sum_fen,
        row.rate_percent,
        [
            &row.share_central,
            &row.share_province,
            &row.share_city,
            &row.share_county,
            &row.share_farmer
        ],
    ]);
    audit(
        conn,
        office,
        actor,
        register,
        "tariff.added",
        &format!("product:{}", row.product_id.0),
        &content,
    )
}

/// The last day of a tariff that starts on `day`, beside those that start on `known` (in order):
/// none when it is the latest. Between two known ones there is no room.
fn last_day(known: &[NaiveDate], day: NaiveDate) -> Result<Option<NaiveDate>, Issue> {
    let (Some(first), Some(latest)) = (known.first(), known.last()) else {
        return Ok(None);
    };
    if day > *latest {
        return Ok(None);
    }
    if day < *first {
        return Ok(first.pred_opt());
    }
    let say = Say::new(
        format!("已有自 {first} 至 {latest} 起的费率，新费率要在 {latest} 之后或 {first} 之前开始。"),
        format!(
            "There are tariffs from {first} to {latest}; a new one starts after {latest} or before {first}."
        ),
    );
    Err(Issue::refuse("tariff.between", "valid_from", say))
}

/// A specialist as the administrator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSpecialist {
    pub name: String,
    pub title: String,
    pub institution: InstitutionId,
    /// The administrator says that this is another person than the one of the same name.
    pub another: bool,
}

/// Adds a specialist. A second one of the same name in one institution must be meant.
pub fn record_specialist(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewSpecialist,
) -> Result<Specialist, Error> {
    if !institutions(conn)?
        .iter()
        .any(|known| known.id == new.institution)
    {
        let say = Say::new("没有这家机构。", "There is no such institution.");
        return Err(Error::refuse("specialist.institution", "institution", say));
    }
    let known = specialists(conn)?;
    let same = known
        .iter()
        .find(|known| known.name == new.name && known.institution_id == new.institution);
    if let Some(same) = same
        && !new.another
    {
        let say = Say::new(
            format!(
                "这家机构已有同名的特派员（编号 {}）。确是另一个人的，请在下面打勾。",
                same.id.0
            ),
            format!(
                "The institution already has a specialist of this name (number {}). Tick the box below if this is another person.",
                same.id.0
            ),
        );
        return Err(Error::refuse("specialist.same_name", "name", say));
    }
    let row = add_specialist(conn, &new.name, &new.title, new.institution)?;
    let content = json!([row.id, row.name, row.title, row.institution_id]);
    audit(
        conn,
        office,
        actor,
        register,
        "specialist.added",
        &format!("specialist:{}", row.id.0),
        &content,
    )?;
    Ok(row)
}

/// A 自然村 as the administrator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHamlet {
    pub name: String,
    /// Its village, or its town while its 行政村 is not known.
    pub parent: RegionId,
    /// First day; none when it is not known.
    pub valid_from: Option<NaiveDate>,
    /// The administrator says that this is another one than that of the same name.
    pub another: bool,
}

/// Adds a 自然村 under its village, or under its town as 未定村. A second one of the same name
/// under one parent must be meant.
pub fn record_hamlet(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewHamlet,
) -> Result<RegionId, Error> {
    let regions = office.regions;
    let level = regions
        .on(new.parent, actor.today)
        .and(regions.unit(new.parent))
        .map(|unit| unit.level);
    let parent_known = match level {
        Some(Level::Village) => true,
        Some(Level::Town) => false,
        _ => {
            let say = Say::new(
                "请选择自然村所在的村或镇。",
                "Choose the village or town it lies in.",
            );
            return Err(Error::refuse("hamlet.parent", "village", say));
        }
    };
    if new.valid_from.is_some_and(|day| day > actor.today) {
        let say = Say::new("起始日不能晚于今天。", "The first day cannot be after today.");
        return Err(Error::refuse("date.future", "valid_from", say));
    }
    let siblings = regions.children(new.parent, actor.today);
    if !new.another
        && siblings
            .into_iter()
            .any(|id| regions.name(id, actor.today) == new.name)
    {
        let say = Say::new(
            "这里已有同名的单位。确是另一个自然村的，请在下面打勾。",
            "There is a unit of this name here already. Tick the box below if this is another one.",
        );
        return Err(Error::refuse("hamlet.same_name", "name", say));
    }
    let unit = NewUnit {
        level: Level::Hamlet,
        kind: RegionKind::Hamlet,
        name: new.name.clone(),
        code: None,
        parent: new.parent,
        parent_known,
        valid_from: new.valid_from,
    };
    let id = add_unit(conn, &unit)?;
    let content = json!([id, new.name, new.parent, parent_known, new.valid_from]);
    audit(
        conn,
        office,
        actor,
        register,
        "hamlet.added",
        &format!("region:{}", id.0),
        &content,
    )?;
    Ok(id)
}

/// A short code of letters, digits, `-` and `_`.
pub fn check_code(text: &str) -> Result<String, Issue> {
    let code = narrow(text);
    let refuse = |id, zh: &str, en: &str| Err(Issue::refuse(id, "code", Say::new(zh, en)));
    if code.is_empty() {
        return refuse("code.empty", "请填写代码。", "Enter a code.");
    }
    if !code
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        || code.len() > LONGEST_WORD
    {
        return refuse(
            "code.form",
            "代码用字母、数字和 - _，最多 20 个，例如 JMNS。",
            "A code consists of at most 20 letters, digits, - and _, such as JMNS.",
        );
    }
    Ok(code)
}

/// A name that people read.
pub fn check_label(field: &str, text: &str) -> Result<String, Issue> {
    check_name(text).map_err(|error| Issue::refuse(error.code(), field, error.say()))
}

/// A short word, such as a title, a unit or an industry.
pub fn check_word(field: &str, text: &str) -> Result<String, Issue> {
    let word = check_label(field, text)?;
    if word.chars().count() > LONGEST_WORD {
        let say = Say::new("最多 20 个字。", "At most 20 characters.");
        return Err(Issue::refuse("word.too_long", field, say));
    }
    Ok(word)
}

fn code_taken(code: &str, taken: &str, name: &str) -> Issue {
    let say = Say::new(
        format!("代码“{taken}”已被“{name}”使用。"),
        format!("The code “{taken}” is already used by “{name}”."),
    );
    Issue::refuse(code, "code", say)
}

pub(super) fn audit(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    action: &str,
    subject: &str,
    content: &serde_json::Value,
) -> Result<(), Error> {
    let digest = vault::digest(content.to_string().as_bytes());
    record_audit(
        conn,
        office,
        actor,
        register,
        &Change {
            action,
            subject,
            revision: 1,
            note: "",
            digest,
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests;
