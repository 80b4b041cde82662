//! What was published (公布数) beside the ledger's own figure of the same scope and month. The two
//! are compared, never mixed.

mod store;
mod views;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use super::answer::{Answer, Figures, RowKey};
use super::aspect::Aspect;
use super::question::{Boundaries, By, Question};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::regions::Regions;
use crate::values::measure::{MEASURES, Measure, measure};
use crate::values::{BookId, Level, Month, RegionId, Text, Unit};

pub use store::Published;
pub(super) use views::page;
pub(crate) use views::unit_label as published_unit_label;

/// One published figure with what the ledger says.
pub(crate) struct Comparison {
    pub published: Published,
    pub ours: Ours,
}

/// What the ledger has to say to a published figure.
pub(crate) enum Ours {
    /// Nothing: the scope is another one.
    NotComparable,
    /// Outside the reader's own county.
    OutOfScope,
    Figure(Figure),
}

/// The ledger's own figure.
pub(crate) struct Figure {
    pub measure: &'static Measure,
    pub region: RegionId,
    pub month: Month,
    /// Fen, or a count.
    pub amount: i64,
    /// The product it is about; none for the whole region.
    pub member: Option<RowKey>,
    /// What was read: the end, the year so far, or the growth since the year's start.
    pub aspect: Aspect,
    pub yoy: Option<Decimal>,
    pub finding: Finding,
}

/// How a published figure and the ledger's own stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Equal at the published precision, or on the side that `超` or `约` claims.
    Agrees,
    /// Ours less theirs, in the published unit.
    Differs(Decimal),
    /// The published text is no number.
    Unknown,
}

impl Finding {
    /// In a word.
    pub(crate) fn text(self) -> Text {
        match self {
            Finding::Agrees => Text::new("一致", "Agrees"),
            Finding::Differs(_) => Text::new("不一致", "Differs"),
            Finding::Unknown => Text::new("未比较", "Not compared"),
        }
    }
}

/// Everything published, in the order it is stored; `own` is the one book of a county reader.
pub(super) fn compare(
    conn: &mut Conn,
    office: &Office<'_>,
    own: Option<BookId>,
) -> Result<Vec<Comparison>, Error> {
    let mut answers: HashMap<(RegionId, Month, By), Answer> = HashMap::new();
    let mut compared = Vec::new();
    for published in store::published(conn)? {
        let ours = match subject(office.regions, &published) {
            None => Ours::NotComparable,
            Some(subject) if !subject.within(office.regions, own) => Ours::OutOfScope,
            Some(subject) => {
                let answer = match answers.entry((subject.region, subject.month, subject.by)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => unknown.insert(whole(conn, office, &subject)?),
                };
                figure(answer, &subject, &published).map_or(Ours::NotComparable, Ours::Figure)
            }
        };
        compared.push(Comparison { published, ours });
    }
    Ok(compared)
}

/// What a published figure is about, in the ledger's terms.
struct Subject {
    region: RegionId,
    month: Month,
    measure: &'static Measure,
    aspect: Aspect,
    /// By product for a figure about one, else not broken down.
    by: By,
}

impl Subject {
    fn within(&self, regions: &Regions, own: Option<BookId>) -> bool {
        let county = regions.ancestor(self.region, Level::County, self.month.last_day());
        own.is_none_or(|book| county == Some(RegionId(book.0)))
    }
}

/// None when the ledger has no figure of that scope. A scope reads `江门市`, `鹤山市古劳镇新屋村`, or
/// one of these with `，2023年新增`; any other narrowing (such as to one bank) is not comparable, unless the
/// figure names the one product it is about.
fn subject(regions: &Regions, published: &Published) -> Option<Subject> {
    let measure = published
        .measure
        .as_deref()
        .filter(|_| published.comparable)
        .and_then(measure)?;
    let month = Month::of(published.as_of);
    let (place, narrowing) = published.scope.split_once('，').unwrap_or((&published.scope, ""));
    let aspect = match (measure.is_flow(), narrowing) {
        (true, narrowing) if narrowing.is_empty() || narrowing.ends_with("新增") => Aspect::Year,
        (false, narrowing) if narrowing.is_empty() || published.product.is_some() => Aspect::End,
        (false, narrowing) if narrowing.ends_with("新增") => Aspect::SinceYearStart,
        _ => return None,
    };
    Some(Subject {
        region: region_named(regions, place, month)?,
        month,
        measure,
        aspect,
        by: published.product.as_ref().map_or(By::None, |_| By::Product),
    })
}

/// The unit whose names from the county down, written together, are `place`; or the city.
fn region_named(regions: &Regions, place: &str, month: Month) -> Option<RegionId> {
    let day = month.last_day();
    let root = regions.root()?;
    if regions.name(root, day) == place {
        return Some(root);
    }
    regions
        .units()
        .map(|unit| unit.id)
        .find(|id| *id != root && regions.path_name(*id, day).replace('›', "") == place)
}

fn whole(conn: &mut Conn, office: &Office<'_>, subject: &Subject) -> Result<Answer, Error> {
    let measures = MEASURES.iter().collect();
    let question = Question {
        region: subject.region,
        month: subject.month,
        by: subject.by,
        measures,
        boundaries: Boundaries::Then,
    };
    super::answer(conn, office, &question)
}

fn figure(answer: &Answer, subject: &Subject, published: &Published) -> Option<Figure> {
    let row = match &published.product {
        Some(code) => answer.rows.iter().find(|row| row.code.as_ref() == Some(code))?,
        None => &answer.total,
    };
    let member = published.product.as_ref().map(|_| row.key);
    let figures = answer.figures(row, subject.measure.id)?;
    Some(Figure::of(figures, subject, member, published))
}

impl Figure {
    fn of(figures: &Figures, subject: &Subject, member: Option<RowKey>, published: &Published) -> Figure {
        let amount = figures.amount(subject.aspect);
        let yoy = match subject.aspect {
            Aspect::Year => figures.percent(Aspect::YearYoy),
            Aspect::End => figures.percent(Aspect::Yoy),
            _ => None,
        };
        Figure {
            measure: subject.measure,
            region: subject.region,
            month: subject.month,
            amount,
            member,
            aspect: subject.aspect,
            yoy,
            finding: finding(subject.measure, amount, published),
        }
    }
}

/// What was published of one figure of the totals, with how the two stand to each other. `product` is the code
/// of the one product it is about.
pub(crate) fn beside(
    conn: &mut Conn,
    regions: &Regions,
    (region, month): (RegionId, Month),
    measure: &Measure,
    (product, figures): (Option<&str>, &Figures),
) -> Result<Vec<Comparison>, Error> {
    let mut found = Vec::new();
    for published in store::published(conn)? {
        let about = published.measure.as_deref() == Some(measure.code)
            && Month::of(published.as_of) == month
            && published.product.as_deref() == product;
        let Some(subject) = subject(regions, &published).filter(|subject| about && subject.region == region)
        else {
            continue;
        };
        let ours = Ours::Figure(Figure::of(figures, &subject, None, &published));
        found.push(Comparison { published, ours });
    }
    Ok(found)
}

/// Sets our amount beside a published one, at the precision in which that was printed.
fn finding(measure: &Measure, amount: i64, published: &Published) -> Finding {
    let Ok(theirs) = Decimal::from_str(&published.value_text.replace(',', "")) else {
        return Finding::Unknown;
    };
    let exact = match published_unit(&published.unit) {
        Some(unit) if measure.unit.is_money() => {
            Decimal::from(amount).checked_div(Decimal::from(unit.divisor_fen()))
        }
        None if !measure.unit.is_money() => Some(Decimal::from(amount)),
        _ => None,
    };
    let Some(exact) = exact else {
        return Finding::Unknown;
    };
    let ours = exact.round_dp_with_strategy(theirs.scale(), RoundingStrategy::MidpointAwayFromZero);
    let agrees = match published.comparator.as_str() {
        ">" => exact > theirs,
        ">=" | "≥" => exact >= theirs,
        "<" => exact < theirs,
        "<=" | "≤" => exact <= theirs,
        _ => ours == theirs,
    };
    if agrees {
        Finding::Agrees
    } else {
        Finding::Differs(ours - theirs)
    }
}

/// The unit of money a published unit is; none for a count.
fn published_unit(unit: &str) -> Option<Unit> {
    Unit::ALL.into_iter().find(|known| known.text().zh == unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn published(value: &str, comparator: &str, unit: &str) -> Published {
        Published {
            topic: String::new(),
            measure: None,
            value_text: value.to_owned(),
            comparator: comparator.to_owned(),
            unit: unit.to_owned(),
            as_of: NaiveDate::from_ymd_opt(2023, 12, 31).unwrap(),
            scope: String::new(),
            quotation: String::new(),
            comparable: true,
            note: String::new(),
            product: None,
            topic_en: String::new(),
            scope_en: String::new(),
            quotation_en: String::new(),
            note_en: String::new(),
        }
    }

    #[test]
    fn agreement_is_judged_at_the_published_precision() {
        let money = measure("insurance.payout").unwrap();
        let count = measure("field.specialists").unwrap();
        let say =
            |amount, value, comparator, unit| finding(money, amount, &published(value, comparator, unit));
        assert_eq!(say(47_900_000_000, "4.79", "=", "亿元"), Finding::Agrees);
        assert_eq!(say(47_949_999_999, "4.79", "=", "亿元"), Finding::Agrees);
        assert_eq!(
            say(47_950_000_000, "4.79", "=", "亿元"),
            Finding::Differs(Decimal::new(1, 2))
        );
        assert_eq!(
            say(270_000_000_000, "27", ">", "亿元"),
            Finding::Differs(Decimal::ZERO)
        );
        assert_eq!(say(271_800_000_000, "27", ">", "亿元"), Finding::Agrees);
        assert_eq!(say(1, "一", "=", "亿元"), Finding::Unknown);
        assert_eq!(say(1, "1", "=", "名"), Finding::Unknown);
        assert_eq!(finding(count, 512, &published("500", ">", "名")), Finding::Agrees);
        assert_eq!(
            finding(count, 512, &published("513", "=", "名")),
            Finding::Differs(Decimal::NEGATIVE_ONE)
        );
    }
}
