//! Official statistics about places: registered households, and what is planted or kept there in the
//! unit of an insurance product. Counts are held against them (rule 23, coverage), never mixed with them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::commands::audit;
use crate::db::schema::official_figure;
use crate::db::{Conn, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Office};
use crate::values::{BookId, ProductId, RegionId, Say, Text};

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// 农户数: registered households.
    Households,
    /// 种养规模: what there is to insure, in the unit of one insurance product.
    Quantity,
}

impl FigureKind {
    pub const EVERY: [FigureKind; 2] = [FigureKind::Households, FigureKind::Quantity];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            FigureKind::Households => "households",
            FigureKind::Quantity => "quantity",
        }
    }

    pub fn parse(code: &str) -> Option<FigureKind> {
        FigureKind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            FigureKind::Households => Text::new("农户数", "Registered households"),
            FigureKind::Quantity => Text::new("种养规模", "Planted or kept"),
        }
    }
}

/// One official figure of one place. A correction of the same day is a further revision.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = official_figure)]
pub struct OfficialFigure {
    pub region_id: RegionId,
    /// A [`FigureKind`]'s code.
    pub kind: String,
    /// The insurance product whose unit it is in; 0 for households.
    pub product_id: ProductId,
    pub as_of: NaiveDate,
    pub revision: i32,
    /// The value in hundredths: 2,793.65 亩 is 279365.
    pub hundredths: i64,
    /// The yearbook or document it comes from.
    pub source: String,
}

/// Figures of one kind, day and source, as the administrator gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFigures {
    pub kind: FigureKind,
    /// For [`FigureKind::Quantity`]; 0 for households.
    pub product: ProductId,
    pub as_of: NaiveDate,
    pub source: String,
    /// Places and values in hundredths, each place once.
    pub values: Vec<(RegionId, i64)>,
}

/// Adds figures, each with its row of history; gives how many.
pub fn record_figures(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &NewFigures,
) -> Result<usize, Error> {
    if new.as_of > actor.today {
        let say = Say::new("统计日期不能晚于今天。", "The day cannot be after today.");
        return Err(Error::refuse("date.future", "as_of", say));
    }
    if let Some(issue) = twice(office, new) {
        return Err(Error::Refused(vec![issue]));
    }
    let known = figures_of(conn, new.kind, new.product)?;
    let revision = |region| {
        let same = known
            .iter()
            .filter(|figure| figure.region_id == region && figure.as_of == new.as_of);
        same.map(|figure| figure.revision).max().unwrap_or(0) + 1
    };
    let rows: Vec<OfficialFigure> = new
        .values
        .iter()
        .map(|(region, hundredths)| OfficialFigure {
            region_id: *region,
            kind: new.kind.code().to_owned(),
            product_id: new.product,
            as_of: new.as_of,
            revision: revision(*region),
            hundredths: *hundredths,
            source: new.source.clone(),
        })
        .collect();
    insert_all!(conn, official_figure::table, &rows)?;
    let values: Vec<_> = rows
        .iter()
        .map(|row| (row.region_id, row.revision, row.hundredths))
        .collect();
    let content = json!([new.kind.code(), new.product, new.as_of, new.source, values]);
    let subject = format!("figures:{}:{}:{}", new.kind.code(), new.product.0, new.as_of);
    audit(
        conn,
        office,
        actor,
        register,
        "official_figures.added",
        &subject,
        &content,
    )?;
    Ok(rows.len())
}

/// A place named twice in one go: which of the two is meant?
fn twice(office: &Office<'_>, new: &NewFigures) -> Option<Issue> {
    let repeated = new
        .values
        .iter()
        .enumerate()
        .find(|(at, (region, _))| new.values.iter().take(*at).any(|(before, _)| before == region));
    repeated.map(|(_, (region, _))| {
        let name = office.regions.say(*region, new.as_of);
        let say = Say::new(
            format!("“{}”写了两次，请留一行。", name.zh),
            format!("{} stands here twice; keep one row.", name.en),
        );
        Issue::refuse("figures.twice", "rows", say)
    })
}

/// Every figure of a kind with all its revisions, by place and day.
pub fn figures_of(
    conn: &mut Conn,
    kind: FigureKind,
    product: ProductId,
) -> Result<Vec<OfficialFigure>, Error> {
    Ok(official_figure::table
        .filter(official_figure::kind.eq(kind.code()))
        .filter(official_figure::product_id.eq(product))
        .order((
            official_figure::region_id,
            official_figure::as_of,
            official_figure::revision,
        ))
        .select(OfficialFigure::as_select())
        .load(conn)?)
}

/// What is known of each place on a day: the latest figure up to it, as last corrected.
pub fn figures_on(
    conn: &mut Conn,
    kind: FigureKind,
    product: ProductId,
    day: NaiveDate,
) -> Result<HashMap<RegionId, OfficialFigure>, Error> {
    let known = figures_of(conn, kind, product)?;
    let up_to = known.into_iter().filter(|figure| figure.as_of <= day);
    Ok(up_to.map(|figure| (figure.region_id, figure)).collect())
}
