//! Making rows out of facts: pure, so that it can be tried on sums made by hand.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::answer::{Answer, AnswerRow, Figures, RowKey, periods};
use super::gather::Facts;
use super::question::{By, Question};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{Cumulative, SubjectSum, Sum};
use crate::regions::{Group, Regions};
use crate::register;
use crate::values::measure::{Measure, MeasureUnit};
use crate::values::{InstitutionId, Lang, Level, MeasureId, ProductId, RegionId, Say, SpecialistId, words};

/// The codes and names of the members of a dimension, by id.
#[derive(Clone, Debug, Default)]
pub struct Members(pub HashMap<i64, (String, String)>);

impl Members {
    /// Loads those that a breakdown needs.
    pub fn load(conn: &mut Conn, by: By) -> Result<Members, Error> {
        let members = match by {
            By::Institution => register::institutions(conn)?
                .into_iter()
                .map(|row| (row.id.0, (row.code, row.short_name)))
                .collect(),
            By::Product => register::products(conn)?
                .into_iter()
                .map(|row| (row.id.0, (row.code, row.name)))
                .collect(),
            By::Specialist => register::specialists(conn)?
                .into_iter()
                .map(|row| (row.id.0, (row.id.to_string(), row.name)))
                .collect(),
            By::None | By::County | By::Town | By::Village => HashMap::new(),
        };
        Ok(Members(members))
    }
}

/// Where a row stands: proper units first, by code; then what stands apart; then what names nothing.
type Order = (bool, bool, String, i64);

/// One row before it has figures.
#[derive(Clone, Debug)]
struct Head {
    key: RowKey,
    code: Option<String>,
    name: Say,
    apart: bool,
    /// The row stays even with nothing in it.
    always: bool,
}

/// Groups the facts into the rows that were asked for, counts what is distinct truly for each, and
/// proves that the parts make the whole, whose facts hold the same over everything.
///
/// # Errors
/// A sum that does not fit, or rows that do not add up.
pub fn assemble(
    regions: &Regions,
    members: &Members,
    question: &Question,
    facts: &Facts,
    whole: &Facts,
) -> Result<Answer, Error> {
    let mut heads: BTreeMap<Order, Head> = expected(regions, question);
    let rows = placed(regions, members, question, facts, &mut heads);
    let row_of = |sum: &Sum| rows.get(&(sum.region, sum.dimension_id)).copied();
    let counted = Counted {
        regions,
        measures: &question.measures,
        day: question.day(),
    };
    let figures = tabulate(&counted, heads.len(), facts, row_of)?;
    let rows = heads
        .values()
        .zip(figures)
        .filter(|(head, figures)| head.always || figures.iter().any(|figures| !figures.is_nothing()));
    let mut rows: Vec<AnswerRow> = rows.map(|(head, figures)| row(head, figures)).collect();
    rows.shrink_to_fit();
    let total = tabulate(&counted, 1, whole, |_| Some(0))?;
    let head = region_head(regions, question, question.region);
    let answer = Answer {
        edition: None,
        question: question.clone(),
        rows,
        total: row(&head, total.into_iter().next().unwrap_or_default()),
    };
    answer.check()?;
    Ok(answer)
}

/// The number of the row in which each region and member of the facts stands; none when only the whole is asked for.
/// Rows that are not there yet are added.
fn placed(
    regions: &Regions,
    members: &Members,
    question: &Question,
    facts: &Facts,
    heads: &mut BTreeMap<Order, Head>,
) -> HashMap<(RegionId, i64), usize> {
    if question.by == By::None {
        return HashMap::new();
    }
    let mut place_of: HashMap<(RegionId, i64), Place> = HashMap::new();
    let mut order_of: HashMap<Place, Order> = HashMap::new();
    for sum in facts.sums() {
        place_of.entry((sum.region, sum.dimension_id)).or_insert_with(|| {
            let place = Place::of(regions, question, sum);
            order_of.entry(place).or_insert_with(|| {
                let (order, head) = place.head(regions, members, question);
                heads.entry(order.clone()).or_insert(head);
                order
            });
            place
        });
    }
    // Each row is looked for by its order once, not with every sum.
    let number: HashMap<&Order, usize> = heads.keys().zip(0..).collect();
    let row_of: HashMap<Place, usize> = order_of
        .iter()
        .filter_map(|(place, order)| Some((*place, *number.get(order)?)))
        .collect();
    place_of
        .into_iter()
        .filter_map(|(key, place)| Some((key, *row_of.get(&place)?)))
        .collect()
}

fn row(head: &Head, figures: Vec<Figures>) -> AnswerRow {
    AnswerRow {
        key: head.key,
        code: head.code.clone(),
        name: head.name.clone(),
        apart: head.apart,
        figures,
    }
}

impl Facts {
    fn sums(&self) -> impl Iterator<Item = &Sum> {
        let subjects = self
            .subjects
            .iter()
            .chain(&self.pending_subjects)
            .map(|subject| &subject.sum);
        self.posted.iter().chain(&self.pending).chain(subjects)
    }
}

/// The counties or towns of the region that day, which are listed even with nothing in them.
/// 类似乡级单位 (zones, farms) are listed only when they have something.
fn expected(regions: &Regions, question: &Question) -> BTreeMap<Order, Head> {
    let day = question.day();
    let listed = |level: Level, kind: crate::values::RegionKind| match question.by {
        By::County => level == Level::County,
        By::Town => level == Level::Town && kind.counts_as_town(),
        _ => false,
    };
    regions
        .units()
        .filter(|unit| listed(unit.level, unit.kind) && regions.on(unit.id, day).is_some())
        .filter(|unit| regions.path(unit.id, day).contains(&question.region))
        .map(|unit| {
            let group = Group {
                region: unit.id,
                apart: false,
            };
            let head = Head {
                always: true,
                ..region_head(regions, question, unit.id)
            };
            (region_order(regions, question, &group), head)
        })
        .collect()
}

fn region_order(regions: &Regions, question: &Question, group: &Group) -> Order {
    let (uncoded, code, id) = regions.sort_key(group.region, question.day());
    (group.apart, uncoded, code, id)
}

fn region_head(regions: &Regions, question: &Question, region: RegionId) -> Head {
    group_head(regions, question, &Group { region, apart: false })
}

fn group_head(regions: &Regions, question: &Question, group: &Group) -> Head {
    let day = question.day();
    let name = |lang| regions.group_name(group, day, lang);
    Head {
        key: RowKey::Region(group.region),
        // The code of a unit that is no more may be another's by now.
        code: regions
            .code(group.region, day)
            .filter(|_| regions.ending(group.region, day).is_none())
            .map(|code| code.as_str().to_owned()),
        name: Say::new(name(Lang::Zh), name(Lang::En)),
        apart: group.apart,
        always: false,
    }
}

/// The row a sum belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Region(Group),
    Member(i64),
}

impl Place {
    fn of(regions: &Regions, question: &Question, sum: &Sum) -> Place {
        match question.by.level() {
            Some(level) => Place::Region(regions.group(sum.region, level, question.day())),
            None => Place::Member(sum.dimension_id),
        }
    }

    fn head(self, regions: &Regions, members: &Members, question: &Question) -> (Order, Head) {
        let id = match self {
            Place::Region(group) => {
                return (
                    region_order(regions, question, &group),
                    group_head(regions, question, &group),
                );
            }
            Place::Member(id) => id,
        };
        let key = match question.by {
            By::Institution => RowKey::Institution(InstitutionId(id)),
            By::Product => RowKey::Product(ProductId(id)),
            _ => RowKey::Specialist(SpecialistId(id)),
        };
        let (code, name) = match members.0.get(&id) {
            Some((code, name)) => (Some(code.clone()), Say::new(name, name)),
            None if id == 0 => (None, words::NOT_STATED.into()),
            None => (None, Say::new(format!("#{id}"), format!("#{id}"))),
        };
        let head = Head {
            key,
            code,
            name,
            apart: id == 0,
            always: false,
        };
        ((id == 0, false, String::new(), id), head)
    }
}

/// Which of the sums of a cell.
type Side = fn(&mut Added) -> &mut Cumulative;

/// What the regions of one cell come to.
#[derive(Clone, Copy, Default)]
struct Added {
    posted: Cumulative,
    in_month: Cumulative,
    pending: Cumulative,
}

impl Added {
    fn figures(&self, measure: &Measure) -> Figures {
        let posted = Figures::of(measure.nature, &self.posted, &self.pending);
        match posted {
            Figures::Flow {
                year,
                year_ago,
                pending,
                ..
            } if measure.distinct => {
                let [month, month_year_ago, ..] = self.in_month.flow();
                Figures::Flow {
                    month,
                    month_year_ago,
                    year,
                    year_ago,
                    pending,
                }
            }
            additive_or_stock => additive_or_stock,
        }
    }
}

/// What is counted, and by which boundaries villages are the same.
struct Counted<'a> {
    regions: &'a Regions,
    measures: &'a [&'static Measure],
    day: NaiveDate,
}

impl Counted<'_> {
    /// Who a subject is that day: a village that has become part of another is that one. None for one that
    /// is no village any more, which village counts leave out.
    fn subject(&self, measure: &Measure, subject: i64) -> (i64, bool) {
        if !matches!(measure.unit, MeasureUnit::Village | MeasureUnit::Town) {
            return (subject, true);
        }
        let heir = self.regions.stands_as(RegionId(subject), self.day);
        let counts = heir.0 == subject
            || measure.unit != MeasureUnit::Village
            || self
                .regions
                .unit(heir)
                .is_some_and(|unit| unit.kind.is_administrative_village());
        (heir.0, counts)
    }
}

/// The figures of `rows` rows: sums and counts of their regions, those that stand in several counted once.
fn tabulate(
    counted: &Counted<'_>,
    rows: usize,
    facts: &Facts,
    row_of: impl Fn(&Sum) -> Option<usize>,
) -> Result<Vec<Vec<Figures>>, Error> {
    let measures = counted.measures;
    let place_of: HashMap<MeasureId, usize> = measures.iter().map(|measure| measure.id).zip(0..).collect();
    let mut sums = vec![vec![Added::default(); measures.len()]; rows];
    let sides: [(&[Sum], Side); 3] = [
        (&facts.posted, |added| &mut added.posted),
        (&facts.in_month, |added| &mut added.in_month),
        (&facts.pending, |added| &mut added.pending),
    ];
    for (side, part) in sides {
        // Sums come measure by measure.
        for of_measure in side.chunk_by(|one, other| one.measure == other.measure) {
            let place = of_measure.first().and_then(|sum| place_of.get(&sum.measure));
            let Some(at) = place.copied() else { continue };
            for sum in of_measure {
                let cell = row_of(sum).and_then(|row| sums.get_mut(row)?.get_mut(at));
                if let Some(cell) = cell {
                    part(cell).add(&sum.amount)?;
                }
            }
        }
    }
    let figures = |row: Vec<Added>| {
        let each = row.iter().zip(measures);
        each.map(|(added, measure)| added.figures(measure)).collect()
    };
    let mut table: Vec<Vec<Figures>> = sums.into_iter().map(figures).collect();
    for ((row, at), correction) in follow(counted, facts, &place_of, row_of)? {
        if let Some(cell) = table.get_mut(row).and_then(|row| row.get_mut(at)) {
            *cell = cell.plus(&correction)?;
        }
    }
    Ok(table)
}

fn posted_then_pending<'a, T>(posted: &'a [T], pending: &'a [T]) -> impl Iterator<Item = (&'a T, bool)> {
    posted
        .iter()
        .map(|sum| (sum, false))
        .chain(pending.iter().map(|sum| (sum, true)))
}

/// A row and the place of a measure.
type Cell = (usize, usize);

/// What one subject has in one cell, posted or pending.
struct Share {
    cell: Cell,
    subject: i64,
    /// It belongs to what the measure counts.
    counts: bool,
    pending: bool,
    amount: Cumulative,
}

/// What the counts of regions must be corrected by: each followed subject is counted once in a row
/// if its sum over the row is above nought, instead of once in every region of it.
fn follow(
    counted: &Counted<'_>,
    facts: &Facts,
    place_of: &HashMap<MeasureId, usize>,
    row_of: impl Fn(&Sum) -> Option<usize>,
) -> Result<Vec<(Cell, Figures)>, Error> {
    let share = |(subject, pending): (&SubjectSum, bool)| {
        let cell = (row_of(&subject.sum)?, *place_of.get(&subject.sum.measure)?);
        let (subject_then, counts) = counted.subject(counted.measures.get(cell.1)?, subject.subject.0);
        Some(Share {
            cell,
            subject: subject_then,
            counts,
            pending,
            amount: subject.sum.amount,
        })
    };
    let mut shares: Vec<Share> = posted_then_pending(&facts.subjects, &facts.pending_subjects)
        .filter_map(share)
        .collect();
    shares.sort_unstable_by_key(|share| (share.cell, share.subject));
    let nothing = Cumulative::default();
    let mut corrections = Vec::new();
    for of_subject in shares.chunk_by(|a, b| (a.cell, a.subject) == (b.cell, b.subject)) {
        let Some((cell, measure)) = of_subject
            .first()
            .and_then(|share| Some((share.cell, counted.measures.get(share.cell.1)?)))
        else {
            continue;
        };
        let (mut posted, mut pending) = (nothing, nothing);
        for share in of_subject.iter().filter(|share| share.counts) {
            let side = if share.pending { &mut pending } else { &mut posted };
            side.add(&share.amount)?;
        }
        let mut correction = presence(measure, &posted, &pending);
        for share in of_subject.iter().filter(|share| !share.pending) {
            correction = correction.minus(&presence(measure, &share.amount, &nothing))?;
        }
        corrections.push((cell, correction));
    }
    Ok(corrections)
}

/// One subject as a count: 1 in each period in which it has anything. Pending is 1 when what
/// waits would add it.
fn presence(measure: &Measure, posted: &Cumulative, pending: &Cumulative) -> Figures {
    let posted = periods(measure.nature, posted);
    let waits = periods(measure.nature, pending)[0] > 0 && posted[0] <= 0;
    Figures::new(
        measure.nature,
        posted.map(|sum| i64::from(sum > 0)),
        i64::from(waits),
    )
}

#[cfg(test)]
mod tests;
