//! Which rows of the 对外 tables are hidden (小数值隐去): the counts behind the rows, the pattern worked out
//! of them by [`crate::values::suppression`], and how an edition keeps it.
//!
//! What must always hold:
//! - a closed month's pattern is the one its county's edition keeps; an open month's is worked out anew,
//!   with whatever earlier months still bind it;
//! - a county's pattern looks at that county alone, for counties close on their own. Where nothing within it
//!   can protect a row, its total is hidden, and with it the city's;
//! - a product hidden in a county is hidden in the city, for the city's is the sum of the counties'.

mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::Aspect;
use super::answer::{Answer, RowKey};
use super::assemble::{Members, assemble};
use super::gather::{Facts, books_within, gather};
use super::question::Boundaries;
use super::question::{By, Question};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Dimension, Office};
use crate::regions::Regions;
use crate::values::measure::{CREDIT_HOUSEHOLDS, CREDIT_PREAPPROVED, by_id};
use crate::values::suppression::{FEWEST, Node, Pattern, Why, kept, kept_from, pattern};
use crate::values::{BookId, Level, Month, ProductId, RegionId};

/// A row of the 对外 tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutsideRow {
    County(RegionId),
    /// A row of the tables by town; also what stands there by itself.
    Town(RegionId),
    /// The same of the tables by village.
    Village(RegionId),
    Product(ProductId),
}

/// Which rows of a region's tables are hidden in a month.
#[derive(Clone, Debug, Default)]
pub struct Suppression {
    rows: BTreeSet<OutsideRow>,
    /// The total of the region itself is hidden.
    total: bool,
    /// Every county's pattern is the one its edition keeps.
    pub stored: bool,
}

impl Suppression {
    /// Whether a row of a table broken down so is hidden. What is broken down otherwise than by region has
    /// nothing to show where the total is hidden.
    #[must_use]
    pub fn hides(&self, by: By, key: RowKey) -> bool {
        let row = match (by, key) {
            (By::County, RowKey::Region(id)) => OutsideRow::County(id),
            (By::Town, RowKey::Region(id)) => OutsideRow::Town(id),
            (By::Village, RowKey::Region(id)) => OutsideRow::Village(id),
            (By::Product, RowKey::Product(id)) if !self.total => OutsideRow::Product(id),
            _ => return true,
        };
        self.rows.contains(&row)
    }

    /// Whether the total of the region is hidden.
    #[must_use]
    pub fn hides_total(&self) -> bool {
        self.total
    }
}

/// What is hidden of a city's or a county's tables in a month.
///
/// # Errors
/// The database's own, or an edition that does not read.
pub fn suppression(
    conn: &mut Conn,
    office: &Office<'_>,
    region: RegionId,
    month: Month,
) -> Result<Suppression, Error> {
    let mut found = Suppression {
        stored: true,
        ..Suppression::default()
    };
    for book in books_within(conn, office.regions, region, month.last_day())? {
        let (rows, stored) = county(conn, office, book, month)?;
        found.stored &= stored;
        found.total |= rows.contains_key(&OutsideRow::County(RegionId(book.0)));
        found.rows.extend(rows.into_keys());
    }
    Ok(found)
}

/// The pattern of a month as its edition is to keep it.
///
/// # Errors
/// As [`suppression`].
pub fn to_keep(conn: &mut Conn, office: &Office<'_>, book: BookId, month: Month) -> Result<String, Error> {
    Ok(write(&work_out(conn, office, book, month)?))
}

/// A county's pattern, and whether its edition keeps it.
fn county(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    month: Month,
) -> Result<(Pattern<OutsideRow>, bool), Error> {
    if let Some(edition) = ledger::closed_in(conn, book, month)? {
        let text = ledger::edition_suppressed(conn, &edition)?;
        if !text.is_empty() {
            return Ok((read(&text)?, true));
        }
    }
    Ok((work_out(conn, office, book, month)?, false))
}

/// The pattern of a month from the counts as they stand, bound by those of the months before it. Those of
/// which no edition keeps one are worked out in their turn.
fn work_out(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    month: Month,
) -> Result<Pattern<OutsideRow>, Error> {
    let from = store::first_month(conn, book)?
        .unwrap_or(month)
        .max(kept_from(month));
    let mut known: Vec<(Month, Pattern<OutsideRow>)> = ledger::suppressed_since(conn, book, from, month)?
        .into_iter()
        .map(|(month, text)| Ok((month, read(&text)?)))
        .collect::<Result<_, Error>>()?;
    for earlier in from.min(month).through(month) {
        if earlier != month && known.iter().any(|(stored, _)| *stored == earlier) {
            continue;
        }
        let bound = kept(known.iter().map(|(of, pattern)| (*of, pattern)), earlier);
        let found = of_month(conn, office, book, earlier, &bound)?;
        if earlier == month {
            return Ok(found);
        }
        known.push((earlier, found));
    }
    Ok(Pattern::new())
}

/// The pattern that a month's own counts ask for.
fn of_month(
    conn: &mut Conn,
    office: &Office<'_>,
    book: BookId,
    month: Month,
    bound: &BTreeSet<OutsideRow>,
) -> Result<Pattern<OutsideRow>, Error> {
    let region = RegionId(book.0);
    let measures: Vec<_> = [CREDIT_HOUSEHOLDS, CREDIT_PREAPPROVED]
        .into_iter()
        .filter_map(by_id)
        .collect();
    let facts = gather(
        conn,
        office,
        region,
        (month, Boundaries::Then),
        Dimension::All,
        &measures,
    )?;
    let parties = store::parties(conn, book, month)?;
    let question = |by| Question {
        region,
        month,
        by,
        boundaries: Boundaries::Then,
        measures: measures.clone(),
    };
    let answered =
        |by, facts: &Facts| assemble(office.regions, &Members::default(), &question(by), facts, facts);
    let counts = Counts {
        villages: Rows::of(office.regions, &answered(By::Village, &facts)?, &parties),
        towns: Rows::of(office.regions, &answered(By::Town, &facts)?, &parties),
        whole: Rows::of(office.regions, &answered(By::County, &facts)?, &parties),
    };
    let mut found = pattern(&counts.nodes(office.regions, region, month), bound);
    found.extend(products(conn, book, month, bound)?);
    Ok(found)
}

/// How many households each row of one table tells of.
#[derive(Default)]
struct Rows(BTreeMap<RegionId, i64>);

impl Rows {
    /// The larger of the households with a line and of those with a loan or a policy of their own; where a
    /// row has limits but no household, it tells of somebody else, of whom there may be one.
    fn of(regions: &Regions, answer: &Answer, parties: &[store::Party]) -> Rows {
        let (day, level) = (answer.question.day(), answer.question.by.level());
        let end = |row, measure| {
            let figures = answer.figures(row, measure);
            figures.map_or(0, |figures| figures.amount(Aspect::End))
        };
        let mut found = BTreeMap::new();
        for row in &answer.rows {
            let RowKey::Region(region) = row.key else { continue };
            let households = end(row, CREDIT_HOUSEHOLDS);
            let least = i64::from(end(row, CREDIT_PREAPPROVED) != 0);
            found.insert(region, households.max(least));
        }
        let mut clients: BTreeMap<RegionId, BTreeSet<&str>> = BTreeMap::new();
        for party in parties {
            if let Some(level) = level {
                let row = regions.group(party.region, level, day).region;
                clients.entry(row).or_default().insert(party.client.as_str());
            }
        }
        for (row, clients) in clients {
            let count = i64::try_from(clients.len()).unwrap_or(i64::MAX);
            let known = found.entry(row).or_default();
            *known = count.max(*known);
        }
        Rows(found)
    }
}

struct Counts {
    villages: Rows,
    towns: Rows,
    whole: Rows,
}

impl Counts {
    /// The county, then its towns, then their villages.
    fn nodes(&self, regions: &Regions, county: RegionId, month: Month) -> Vec<Node<OutsideRow>> {
        let day = month.last_day();
        let mut nodes = vec![Node {
            key: OutsideRow::County(county),
            above: None,
            households: self.whole.0.values().sum(),
        }];
        let mut place = BTreeMap::new();
        let of_village = |village: &RegionId| regions.group(*village, Level::Town, day).region;
        let towns = self.towns.0.keys().copied();
        let towns: BTreeSet<RegionId> = towns.chain(self.villages.0.keys().map(of_village)).collect();
        for town in towns {
            place.insert(town, nodes.len());
            nodes.push(Node {
                key: OutsideRow::Town(town),
                above: Some(0),
                households: self.towns.0.get(&town).copied().unwrap_or(0),
            });
        }
        for (village, households) in &self.villages.0 {
            nodes.push(Node {
                key: OutsideRow::Village(*village),
                above: place.get(&of_village(village)).copied(),
                households: *households,
            });
        }
        nodes
    }
}

/// The products of which too few are insured, with another beside them. Where there is no other, the
/// total is the county's own and is shown as every county's is.
fn products(
    conn: &mut Conn,
    book: BookId,
    month: Month,
    bound: &BTreeSet<OutsideRow>,
) -> Result<Pattern<OutsideRow>, Error> {
    let all = OutsideRow::Product(ProductId(0));
    let mut nodes = vec![Node {
        key: all,
        above: None,
        households: FEWEST,
    }];
    nodes.extend(
        store::insured_by_product(conn, book, month)?
            .into_iter()
            .map(|(product, households)| Node {
                key: OutsideRow::Product(product),
                above: Some(0),
                households,
            }),
    );
    let mut found = pattern(&nodes, bound);
    found.remove(&all);
    Ok(found)
}

/// The first line of a pattern as it is stored.
const HEAD: &str = "suppression 1";

/// The text an edition keeps: a line for each row hidden, with why.
fn write(pattern: &Pattern<OutsideRow>) -> String {
    let mut text = format!("{HEAD}\n");
    for (row, why) in pattern {
        let (kind, id) = match row {
            OutsideRow::County(id) => ("county", id.0),
            OutsideRow::Town(id) => ("town", id.0),
            OutsideRow::Village(id) => ("village", id.0),
            OutsideRow::Product(id) => ("product", id.0),
        };
        text.push_str(&format!("{kind} {id} {}\n", why.code()));
    }
    text
}

fn read(text: &str) -> Result<Pattern<OutsideRow>, Error> {
    let damaged = || Error::Failed("the list of hidden rows of an edition does not read".to_owned());
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return Err(damaged());
    }
    lines
        .map(|line| {
            let mut words = line.split(' ');
            let (kind, id, why) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
            let row = match kind {
                "county" => OutsideRow::County(RegionId(id)),
                "town" => OutsideRow::Town(RegionId(id)),
                "village" => OutsideRow::Village(RegionId(id)),
                "product" => OutsideRow::Product(ProductId(id)),
                _ => return None,
            };
            Some((row, Why::parse(why)?))
        })
        .collect::<Option<_>>()
        .ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_read_as_it_was_written() {
        let pattern = Pattern::from([
            (OutsideRow::County(RegionId(6)), Why::Above),
            (OutsideRow::Village(RegionId(90)), Why::Small),
            (OutsideRow::Product(ProductId(3)), Why::Kept),
        ]);
        let text = write(&pattern);
        assert_eq!(
            text,
            "suppression 1\ncounty 6 above\nvillage 90 small\nproduct 3 kept\n"
        );
        assert_eq!(read(&text).unwrap(), pattern);
        assert!(read(&write(&Pattern::new())).unwrap().is_empty());
        for damaged in [
            "",
            "suppression 2\n",
            "suppression 1\nvillage x small\n",
            "suppression 1\nvillage 1 big\n",
        ] {
            assert!(read(damaged).is_err(), "{damaged:?}");
        }
    }

    #[test]
    fn a_hidden_total_leaves_no_breakdown_of_it() {
        let open = Suppression::default();
        let product = RowKey::Product(ProductId(1));
        assert!(!open.hides(By::Product, product));
        let total = Suppression { total: true, ..open };
        assert!(total.hides(By::Product, product) && total.hides_total());
        assert!(!total.hides(By::Village, RowKey::Region(RegionId(1))));
    }
}
