//! The parts that make a figure: the units one level down, the banks or insurers, the products.

use super::load::{base_day, bases, by_of, question, row_of};
use super::{Asked, What};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{
    self, Answer, AnswerRow, Aspect, Bases, By, FigureAddress, Figures, MeasureGroup, Question, RateParts,
    RowKey, rate_parts, region_key, row_address,
};
use crate::values::{Lang, RegionId, Say, Text, words};

/// One breakdown of the figure.
pub(super) struct Parts {
    pub by: By,
    pub rows: Vec<Part>,
}

/// One part.
pub(super) struct Part {
    pub name: Say,
    /// Not a unit of the level shown, but there for the parts to add up.
    pub apart: bool,
    /// The page of the same figure of this part, with its region and member in the address.
    pub at: Option<PartAddress>,
    pub figures: Vec<Figures>,
    /// For a rate: as the aspect reads it, and a year before.
    pub rate: Option<(RateParts, Option<RateParts>)>,
}

/// What of an address differs for a part.
#[derive(Clone, Debug)]
pub(super) struct PartAddress {
    pub key: String,
    pub member: Option<RowKey>,
}

impl PartAddress {
    /// The address of a figure of this part.
    pub fn of<'a>(&'a self, asked: &'a Asked) -> FigureAddress<'a> {
        FigureAddress {
            region: &self.key,
            member: self.member,
            ..asked.address()
        }
    }
}

impl Parts {
    /// What the rows are.
    pub fn heading(&self) -> Text {
        self.by.text()
    }
}

/// Every breakdown the ledger keeps of this figure.
pub(super) fn load(
    conn: &mut Conn,
    office: &Office<'_>,
    (asked, lang): (&Asked, Lang),
) -> Result<Vec<Parts>, Error> {
    let level = office.regions.unit(asked.region).ok_or(Error::NotFound)?.level;
    let below = Some(By::below(level)).filter(|by| by.level().is_some());
    let mut found = Vec::new();
    if let Some((member, _)) = &asked.member {
        // Banks, products and specialists are not crossed with one another, only with places.
        if below.is_some() {
            found.push(of_member(conn, office, (asked, lang), *member)?);
        }
    } else {
        for by in below.into_iter().chain(dimensions(asked.what)) {
            let answer = totals::answer(conn, office, &question(asked, by))?;
            let rows = rows(conn, office, (asked, lang), &answer)?;
            if !rows.is_empty() {
                found.push(Parts { by, rows });
            }
        }
    }
    Ok(found)
}

/// By what a figure is broken down beside places.
fn dimensions(what: What) -> impl Iterator<Item = By> {
    let insured = super::load::measures(what)
        .first()
        .is_some_and(|measure| MeasureGroup::of(measure) == MeasureGroup::Insurance);
    [Some(By::Institution), insured.then_some(By::Product)]
        .into_iter()
        .flatten()
}

fn rows(
    conn: &mut Conn,
    office: &Office<'_>,
    (asked, lang): (&Asked, Lang),
    answer: &Answer,
) -> Result<Vec<Part>, Error> {
    let rating = Rating::load(conn, office, asked)?;
    let regional = answer.question.by.level().is_some();
    let part = |row: &AnswerRow| {
        let at = row_address(office.regions, row, asked.day());
        let at = at.behind.map(|(name, value)| match name {
            "region" => PartAddress {
                key: value,
                member: None,
            },
            _ => PartAddress {
                key: asked.key.clone(),
                member: Some(row.key),
            },
        });
        Part {
            name: row.name.clone(),
            apart: row.apart,
            at,
            rate: rating.parts((answer, row), (asked, lang)),
            figures: row.figures.clone(),
        }
    };
    let wanted = |row: &&AnswerRow| regional || row.figures.iter().any(|figures| !figures.is_nothing());
    Ok(answer.rows.iter().filter(wanted).map(part).collect())
}

/// The bases a rate's parts are divided by, now and a year before.
struct Rating<'a> {
    now: Option<Bases<'a>>,
    ago: Option<Bases<'a>>,
}

/// The value a year before another one.
pub(super) fn year_before(aspect: Aspect) -> Option<Aspect> {
    match aspect {
        Aspect::End | Aspect::Year => Some(Aspect::YearAgo),
        Aspect::Month => Some(Aspect::MonthYearAgo),
        _ => None,
    }
}

impl<'a> Rating<'a> {
    fn load(conn: &mut Conn, office: &'a Office<'_>, asked: &Asked) -> Result<Rating<'a>, Error> {
        let What::Rate(rate) = asked.what else {
            return Ok(Rating { now: None, ago: None });
        };
        let ago = year_before(asked.aspect).unwrap_or(asked.aspect);
        Ok(Rating {
            now: bases(conn, office, rate, base_day(asked, asked.aspect))?,
            ago: bases(conn, office, rate, base_day(asked, ago))?,
        })
    }

    fn parts(
        &self,
        at: (&Answer, &AnswerRow),
        (asked, lang): (&Asked, Lang),
    ) -> Option<(RateParts, Option<RateParts>)> {
        let What::Rate(rate) = asked.what else {
            return None;
        };
        let now = rate_parts(rate, at, asked.aspect, (self.now.as_ref(), lang));
        let ago = year_before(asked.aspect).map(|ago| rate_parts(rate, at, ago, (self.ago.as_ref(), lang)));
        Some((now, ago))
    }
}

/// One member's figure in each unit one level down, and what is left of it.
fn of_member(
    conn: &mut Conn,
    office: &Office<'_>,
    (asked, lang): (&Asked, Lang),
    member: RowKey,
) -> Result<Parts, Error> {
    let (regions, day) = (office.regions, asked.day());
    let level = regions.unit(asked.region).ok_or(Error::NotFound)?.level;
    let by = by_of(member);
    let whole = totals::answer(conn, office, &question(asked, by))?;
    let mut rest = row_of(&whole, Some(member)).figures;
    let rating = Rating::load(conn, office, asked)?;
    let mut rows = Vec::new();
    let children: Vec<RegionId> = regions.children(asked.region, day);
    for child in children {
        let question = Question {
            region: child,
            ..question(asked, by)
        };
        let answer = totals::answer(conn, office, &question)?;
        let row = row_of(&answer, Some(member));
        if row.figures.iter().all(Figures::is_nothing) {
            continue;
        }
        for (rest, own) in rest.iter_mut().zip(&row.figures) {
            *rest = rest.minus(own)?;
        }
        rows.push(Part {
            name: regions.say(child, day),
            apart: false,
            at: Some(PartAddress {
                key: region_key(regions, child, day),
                member: Some(member),
            }),
            rate: rating.parts((&answer, &row), (asked, lang)),
            figures: row.figures,
        });
    }
    let measured = whole.measures().zip(&rest);
    let additive = measured.filter(|((_, measure), _)| !measure.distinct);
    if additive.into_iter().any(|(_, rest)| !rest.is_nothing()) {
        rows.push(Part {
            name: Say::new(words::OTHER.zh, words::OTHER.en),
            apart: true,
            at: None,
            figures: rest,
            rate: None,
        });
    }
    Ok(Parts {
        by: By::below(level),
        rows,
    })
}
