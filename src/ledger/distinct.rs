//! Distinct counts (去重): kept as changes in the totals, like any other figure.
//!
//! A subject is present at a month's end when the sum of its entries up to then is above nought;
//! of a flow, when the sum within the month, or since January, is. In every leaf cell (one region,
//! over everything or for one member of a dimension) the totals hold by how much each month changed
//! the number present. Leaf counts add up, except for subjects that stand in more than one region or
//! book: those are marked as shared, and a reader follows them one by one (`totals::subject_sums`).

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::not;
use diesel::prelude::*;

use super::post::{Addend, Cells};
use super::totals::Dimension;
use crate::db::schema::{counted_subject, entry};
use crate::db::{CHUNK, Conn, SubjectRow, keep_new_subjects, sum_i64};
use crate::error::Error;
use crate::values::measure;
use crate::values::{
    BookId, InstitutionId, MeasureId, Month, Nature, ProductId, RegionId, SpecialistId, SubjectId,
};

/// One subject of one measure in one leaf cell of a dimension.
type Place = (MeasureId, RegionId, i64, SubjectId);

/// What is posted to a place in a month, and whether only now.
type Step = (Place, Month, bool, i64);

/// The posted entries of a book, grouped by everything a place is keyed by.
macro_rules! grouped {
    ($book:expr) => {
        entry::table
            .filter(entry::book_id.eq($book))
            .filter(not(entry::pending))
            .group_by((
                entry::measure,
                entry::subject_id,
                entry::month,
                entry::region_id,
                entry::institution_id,
                entry::product_id,
                entry::specialist_id,
            ))
            .select((
                entry::measure,
                entry::subject_id,
                entry::month,
                entry::region_id,
                entry::institution_id,
                entry::product_id,
                entry::specialist_id,
                sum_i64("amount"),
            ))
    };
}

/// Counts the subjects of `new` entries of one book: adds the changes to `cells` and marks those
/// that from now on are shared. The entries themselves are not posted yet.
pub(super) fn count(conn: &mut Conn, book: BookId, new: &[Addend], cells: &mut Cells) -> Result<(), Error> {
    let new: Vec<Addend> = new
        .iter()
        .filter(|addend| addend.subject.is_some())
        .copied()
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let before = posted(conn, book, &new)?;
    follow(conn, book, &before, &new)?;
    add_changes(&before, &new, cells)
}

/// Adds to `cells` what `new` entries change in the counts, after those posted `before`.
pub(super) fn add_changes(before: &[Addend], new: &[Addend], cells: &mut Cells) -> Result<(), Error> {
    for dimension in Dimension::EVERY {
        let steps = |addends: &[Addend], is_new: bool| -> Vec<Step> {
            let step = |addend: &Addend| {
                let place = (
                    addend.measure,
                    addend.region,
                    addend.member(dimension),
                    addend.subject?,
                );
                Some((place, addend.month, is_new, addend.amount))
            };
            addends.iter().filter_map(step).collect()
        };
        let mut all = steps(new, true);
        all.extend(steps(before, false));
        all.sort_unstable();
        for course in all.chunk_by(|one, other| one.0 == other.0) {
            course_changes(dimension, course, cells)?;
        }
    }
    Ok(())
}

/// The same of one place, whose steps are in the order of their months.
fn course_changes(dimension: Dimension, course: &[Step], cells: &mut Cells) -> Result<(), Error> {
    let Some(((measure, region, member, _), ..)) = course.iter().find(|(.., is_new, _)| *is_new) else {
        return Ok(());
    };
    let nature = measure::by_id(*measure).map_or(Nature::Stock, |measure| measure.nature);
    let mut add = |month: Month, by: Change| {
        let key = (dimension, *measure, *region, *member, month);
        cells.add(key, by.at_end, by.in_month);
    };
    for (month, is) in presence(nature, course.iter())? {
        add(month, is);
    }
    for (month, was) in presence(nature, course.iter().filter(|(.., is_new, _)| !is_new))? {
        add(month, was.taken_back());
    }
    Ok(())
}

/// By how much one month changes whether a subject is counted, and whether it counts in the month alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Change {
    at_end: i64,
    in_month: i64,
}

impl Change {
    const fn taken_back(self) -> Change {
        Change {
            at_end: -self.at_end,
            in_month: -self.in_month,
        }
    }
}

/// When a subject with these steps, in the order of their months, is counted. A flow starts anew each January.
fn presence<'a>(
    nature: Nature,
    steps: impl Iterator<Item = &'a Step>,
) -> Result<Vec<(Month, Change)>, Error> {
    let mut months: Vec<(Month, i64)> = Vec::new();
    for (_, month, _, amount) in steps {
        match months.last_mut().filter(|(last, _)| last == month) {
            Some((_, sum)) => *sum = sum.checked_add(*amount).ok_or_else(overflow)?,
            None => months.push((*month, *amount)),
        }
    }
    let mut changes = Vec::new();
    let (mut sum, mut present) = (0_i64, 0_i64);
    let mut year = None;
    for (month, amount) in months {
        if nature == Nature::Flow && year != Some(month.year()) {
            (sum, present, year) = (0, 0, Some(month.year()));
        }
        sum = sum.checked_add(amount).ok_or_else(overflow)?;
        let now = i64::from(sum > 0);
        let change = Change {
            at_end: now - present,
            in_month: i64::from(nature == Nature::Flow && amount > 0),
        };
        present = now;
        if change != Change::default() {
            changes.push((month, change));
        }
    }
    Ok(changes)
}

fn overflow() -> Error {
    Error::Failed("a count overflows".to_owned())
}

/// What the book has posted for the subjects of `new`, summed by everything a place is keyed by.
fn posted(conn: &mut Conn, book: BookId, new: &[Addend]) -> Result<Vec<Addend>, Error> {
    let measures: BTreeSet<MeasureId> = new.iter().map(|addend| addend.measure).collect();
    let subjects: BTreeSet<SubjectId> = new.iter().filter_map(|addend| addend.subject).collect();
    let subjects: Vec<SubjectId> = subjects.into_iter().collect();
    let mut found = Vec::new();
    for some in subjects.chunks(CHUNK) {
        let query = grouped!(book).filter(entry::measure.eq_any(&measures));
        let rows: Vec<Grouped> = query.filter(entry::subject_id.eq_any(some)).load(conn)?;
        found.extend(rows.into_iter().map(addend));
    }
    Ok(found)
}

/// Every distinct entry the book has posted, summed the same way.
pub(super) fn all_posted(conn: &mut Conn, book: BookId) -> Result<Vec<Addend>, Error> {
    let query = grouped!(book).filter(entry::subject_id.is_not_null());
    let rows: Vec<Grouped> = query.load(conn)?;
    Ok(rows.into_iter().map(addend).collect())
}

type Grouped = (
    MeasureId,
    Option<SubjectId>,
    Month,
    RegionId,
    InstitutionId,
    ProductId,
    SpecialistId,
    i64,
);

fn addend((measure, subject, month, region, institution, product, specialist, amount): Grouped) -> Addend {
    Addend {
        measure,
        subject,
        month,
        region,
        institution,
        product,
        specialist,
        amount,
    }
}

/// Keeps whom the book counts for the first time, and marks those that stand in more than one
/// region or book.
fn follow(conn: &mut Conn, book: BookId, before: &[Addend], new: &[Addend]) -> Result<(), Error> {
    let mut regions: BTreeMap<(MeasureId, SubjectId), BTreeSet<RegionId>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for addend in before {
        let Some(subject) = addend.subject else { continue };
        let key = (addend.measure, subject);
        regions.entry(key).or_default().insert(addend.region);
        known.insert(key);
    }
    let mut touched = BTreeSet::new();
    for addend in new {
        let Some(subject) = addend.subject else { continue };
        let key = (addend.measure, subject);
        regions.entry(key).or_default().insert(addend.region);
        touched.insert(key);
    }
    let first: BTreeSet<_> = touched.difference(&known).copied().collect();
    let row = |(measure, subject_id): &(MeasureId, SubjectId)| SubjectRow {
        measure: *measure,
        subject_id: *subject_id,
        book_id: book,
        shared: false,
    };
    keep_new_subjects(conn, &first.iter().map(row).collect::<Vec<_>>())?;
    let elsewhere = counted_elsewhere(conn, book, &first)?;
    let wide = touched
        .into_iter()
        .filter(|key| elsewhere.contains(key) || regions.get(key).is_some_and(|regions| regions.len() > 1));
    share(conn, wide)
}

/// Which of these another book counted first.
fn counted_elsewhere(
    conn: &mut Conn,
    book: BookId,
    subjects: &BTreeSet<(MeasureId, SubjectId)>,
) -> Result<BTreeSet<(MeasureId, SubjectId)>, Error> {
    let mut found = BTreeSet::new();
    for (measure, ids) in by_measure(subjects.iter().copied()) {
        for some in ids.chunks(CHUNK) {
            let rows: Vec<SubjectId> = counted_subject::table
                .filter(counted_subject::measure.eq(measure))
                .filter(counted_subject::subject_id.eq_any(some))
                .filter(counted_subject::book_id.ne(book))
                .select(counted_subject::subject_id)
                .load(conn)?;
            found.extend(rows.into_iter().map(|subject| (measure, subject)));
        }
    }
    Ok(found)
}

/// Marks subjects as standing in more than one region or book.
fn share(conn: &mut Conn, subjects: impl Iterator<Item = (MeasureId, SubjectId)>) -> Result<(), Error> {
    for (measure, ids) in by_measure(subjects) {
        for some in ids.chunks(CHUNK) {
            let of_measure = counted_subject::table
                .filter(counted_subject::measure.eq(measure))
                .filter(counted_subject::subject_id.eq_any(some))
                .filter(counted_subject::shared.eq(false));
            diesel::update(of_measure)
                .set(counted_subject::shared.eq(true))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn by_measure(subjects: impl Iterator<Item = (MeasureId, SubjectId)>) -> BTreeMap<MeasureId, Vec<SubjectId>> {
    let mut grouped: BTreeMap<MeasureId, Vec<SubjectId>> = BTreeMap::new();
    for (measure, subject) in subjects {
        grouped.entry(measure).or_default().push(subject);
    }
    grouped
}

/// Whom the entries of every book count, as [`count`] should have kept it; which of several books
/// counted first is not in the entries, so it is the lowest here.
pub(super) fn subjects_of_entries(conn: &mut Conn) -> Result<Vec<SubjectRow>, Error> {
    let rows: Vec<(MeasureId, Option<SubjectId>, BookId, RegionId)> = entry::table
        .filter(not(entry::pending))
        .filter(entry::subject_id.is_not_null())
        .select((
            entry::measure,
            entry::subject_id,
            entry::book_id,
            entry::region_id,
        ))
        .distinct()
        .order((
            entry::measure,
            entry::subject_id,
            entry::book_id,
            entry::region_id,
        ))
        .load(conn)?;
    let mut found: Vec<SubjectRow> = Vec::new();
    for (measure, subject, book_id, _) in rows {
        let Some(subject_id) = subject else { continue };
        match found.last_mut() {
            Some(last) if (last.measure, last.subject_id) == (measure, subject_id) => last.shared = true,
            _ => found.push(SubjectRow {
                measure,
                subject_id,
                book_id,
                shared: false,
            }),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(nature: Nature, amounts: &[(&str, i64)]) -> Vec<(String, i64, i64)> {
        let place = (measure::CREDIT_HOUSEHOLDS, RegionId(1), 0, SubjectId(1));
        let steps: Vec<Step> = amounts
            .iter()
            .map(|(month, amount)| (place, Month::parse(month).unwrap(), true, *amount))
            .collect();
        presence(nature, steps.iter())
            .unwrap()
            .into_iter()
            .map(|(month, change)| (month.to_string(), change.at_end, change.in_month))
            .collect()
    }

    #[test]
    fn a_stock_is_present_while_its_sum_is_above_nought() {
        let found = changes(
            Nature::Stock,
            &[("2022-05", 1), ("2022-07", 1), ("2023-01", -2), ("2023-03", 1)],
        );
        let expected = [("2022-05", 1, 0), ("2023-01", -1, 0), ("2023-03", 1, 0)];
        assert_eq!(found, expected.map(|(month, a, b)| (month.to_owned(), a, b)));
    }

    #[test]
    fn a_flow_counts_in_each_month_and_once_a_year() {
        let found = changes(
            Nature::Flow,
            &[
                ("2022-11", 2),
                ("2022-12", 1),
                ("2023-01", 1),
                ("2023-02", -1),
                ("2023-04", 1),
            ],
        );
        let expected = [
            ("2022-11", 1, 1),
            ("2022-12", 0, 1),
            ("2023-01", 1, 1),
            ("2023-02", -1, 0),
            ("2023-04", 1, 1),
        ];
        assert_eq!(found, expected.map(|(month, a, b)| (month.to_owned(), a, b)));
    }
}
