//! Postings (派驻), made at the start of the quarter of the first work in the village.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};

use super::Draft;
use super::acts::Act;
use super::calendar::day;
use super::model::{Assignment, Loan, Policy, book_of};
use super::people::Posts;
use super::villages::Ground;

pub(super) struct Duties {
    pub(super) assignments: Vec<Assignment>,
    pub(super) drafts: Vec<Draft>,
}

impl Duties {
    /// One posting for every pair of institution and village, from the work in `drafts`; where all
    /// work still waits for review, from December 2023.
    pub(super) fn from_work(
        ground: &Ground,
        posts: &Posts,
        loans: &[Loan],
        policies: &[Policy],
        drafts: &[Draft],
    ) -> Self {
        let first = first_work(loans, policies, drafts);
        let mut by_day: BTreeMap<(NaiveDate, usize), Vec<&str>> = BTreeMap::new();
        for (specialist, village) in posts.pairs() {
            let place = ground.villages[village].place.as_str();
            let work = first.get(&(specialist, place)).copied();
            let from = match work {
                Some(date) => quarter_of(date).max(day(2022, 1, 4)),
                None => day(2023, 12, 1),
            };
            by_day.entry((from, specialist)).or_default().push(place);
        }
        let mut duties = Self {
            assignments: Vec::new(),
            drafts: Vec::new(),
        };
        for ((from, specialist), places) in by_day {
            let start = duties.assignments.len();
            let posted = places.iter().map(|place| Assignment {
                specialist,
                village: (*place).to_owned(),
                from,
            });
            duties.assignments.extend(posted);
            let county = book_of(places[0]);
            let institution = posts.specialists[specialist].institution;
            let act = Act::Assign((start..duties.assignments.len()).collect());
            let draft = Draft::by(from, &county, institution, specialist, act);
            duties.drafts.push(draft);
        }
        duties
    }
}

fn quarter_of(date: NaiveDate) -> NaiveDate {
    day(date.year(), date.month0() / 3 * 3 + 1, 1)
}

/// The first business date of each specialist in each place.
fn first_work<'a>(
    loans: &'a [Loan],
    policies: &'a [Policy],
    drafts: &'a [Draft],
) -> HashMap<(usize, &'a str), NaiveDate> {
    let mut first = HashMap::new();
    let mut note = |specialist: usize, place: &'a str, date: NaiveDate| {
        let known = first.entry((specialist, place)).or_insert(date);
        *known = date.min(*known);
    };
    for draft in drafts {
        match (&draft.act, draft.specialist) {
            (Act::Lend(lent), _) => {
                for n in lent {
                    note(loans[*n].specialist, &loans[*n].village, draft.date);
                }
            }
            (Act::Insure(n), _) => {
                for line in &policies[*n].lines {
                    note(line.specialist, &line.village, draft.date);
                }
            }
            (act, Some(specialist)) => {
                if let Some(place) = one_place(act) {
                    note(specialist, place, draft.date);
                }
            }
            _ => {}
        }
    }
    first
}

fn one_place(act: &Act) -> Option<&str> {
    match act {
        Act::Preapprove(sheet) | Act::Grant(sheet) | Act::Sign(sheet) => Some(&sheet.village),
        Act::OpenPoint(point) => Some(&point.village),
        Act::Visit(visit) => Some(&visit.village),
        Act::Talk(talk) => Some(&talk.village),
        // Later than the loan or the policy, or of no one village.
        Act::Assign(_)
        | Act::Lend(_)
        | Act::Repay(_)
        | Act::Classify(_)
        | Act::Insure(_)
        | Act::PayClaim(_)
        | Act::Designate(_) => None,
    }
}
