//! Assignments (派驻): which specialist is posted to which village, from when to when.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::specialist::{employers, find_specialist};
use super::village::village_issue;
use crate::db::schema::assignment;
use crate::db::{Conn, delete_where, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{Book, Case, ContractSums, Difference, Findings, Kind, Positions, Posting, unlinked};
use crate::regions::Regions;
use crate::values::measure;
use crate::values::{BookId, ContractId, InstitutionId, RegionId, Say, SpecialistId, SubjectId, Text};

/// The code of the voucher that posts a specialist to a village.
pub const ASSIGNMENT_KIND: &str = "assignment";

/// One posting.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignment)]
#[diesel(treat_none_as_default_value = false)]
pub struct Assignment {
    pub book_id: BookId,
    pub id: String,
    pub specialist_id: SpecialistId,
    pub institution_id: InstitutionId,
    pub region_id: RegionId,
    pub valid_from: NaiveDate,
    /// Last day in post; none while it lasts.
    pub valid_to: Option<NaiveDate>,
}

impl Assignment {
    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day <= end)
    }
}

/// What a line of an assignment voucher adds: nothing but its start, which is the business date.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentDetail {}

pub(super) fn kind() -> Kind {
    Kind {
        code: ASSIGNMENT_KIND,
        name: Text::new("派驻", "Assignment"),
        amount_name: Text::new("—", "—"),
        form: "/register/specialists",
        describe: |_| Ok(Vec::new()),
        assess,
        apply,
        reversible: true,
    }
}

fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    for line in case.lines {
        findings
            .issues
            .extend(village_issue(case, line.region).map(|issue| issue.on_line(line.n)));
        match find_specialist(conn, line.specialist) {
            Ok(specialist) if specialist.institution_id == line.institution => {}
            Ok(_) | Err(Error::NotFound) => {
                findings.issues.push(wrong_institution().on_line(line.n));
            }
            Err(error) => return Err(error),
        }
        let subject = SubjectId(line.specialist.0);
        findings
            .postings
            .push(Posting::of(line, measure::FIELD_SPECIALISTS, 1).counting(subject));
    }
    Ok(findings)
}

/// Somebody is posted for another institution than his own.
pub(super) fn wrong_institution() -> Issue {
    let say = Say::new(
        "特派员不属于这家机构。",
        "The specialist does not belong to this institution.",
    );
    Issue::refuse("assignment.institution", "specialist", say)
}

fn apply(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let row = |line: &crate::ledger::Line| {
        let id = line
            .contract
            .as_ref()
            .ok_or_else(|| Error::Failed("an assignment without id".to_owned()))?;
        Ok(Assignment {
            book_id: case.book.id,
            id: id.to_string(),
            specialist_id: line.specialist,
            institution_id: line.institution,
            region_id: line.region,
            valid_from: case.business_date,
            valid_to: None,
        })
    };
    let rows: Vec<Assignment> = case.lines.iter().map(row).collect::<Result<_, Error>>()?;
    insert_all!(conn, assignment::table, &rows)?;
    Ok(())
}

/// Deletes these postings, before their vouchers are applied again.
fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    let ids: Vec<&str> = ids.iter().map(ContractId::as_str).collect();
    delete_where!(conn, book, assignment::id in ids)?;
    Ok(())
}

/// The postings that stand against the entries that count them.
fn check_positions(conn: &mut Conn, book: &Book, posted: &ContractSums) -> Result<Vec<Difference>, Error> {
    let standing: Vec<ContractId> = assignment::table
        .filter(assignment::book_id.eq(book.id))
        .filter(assignment::valid_to.is_null())
        .select(assignment::id)
        .load(conn)?;
    let counted = measure::FIELD_SPECIALISTS;
    let stored = standing.into_iter().map(|id| ((id, counted), 1));
    Ok(posted.differences(book, &[counted], stored, |id, _| format!("assignment {id}")))
}

/// What the ledger needs of the postings.
pub fn positions() -> Positions {
    Positions {
        check: check_positions,
        linked: unlinked,
        forget,
    }
}

/// Every posting of one specialist, in every book.
pub fn load_assignments(conn: &mut Conn, specialist: SpecialistId) -> Result<Vec<Assignment>, Error> {
    Ok(assignment::table
        .filter(assignment::specialist_id.eq(specialist))
        .order((assignment::book_id, assignment::region_id, assignment::valid_from))
        .select(Assignment::as_select())
        .load(conn)?)
}

/// The villages a specialist is posted to on a day, with their books; one that has become part of another
/// is that one.
pub fn assigned_villages(
    conn: &mut Conn,
    regions: &Regions,
    specialist: SpecialistId,
    day: NaiveDate,
) -> Result<Vec<(BookId, RegionId)>, Error> {
    let mut villages: Vec<(BookId, RegionId)> = load_assignments(conn, specialist)?
        .into_iter()
        .filter(|assignment| assignment.holds_on(day))
        .map(|assignment| (assignment.book_id, regions.stands_as(assignment.region_id, day)))
        .collect();
    villages.sort_unstable();
    villages.dedup();
    Ok(villages)
}

/// Who may have recorded a voucher's lines: who is posted to their villages, and for whom each specialist
/// they name works, posted there or not.
#[derive(Debug, Default)]
pub struct Staff {
    postings: Vec<Assignment>,
    employers: HashMap<SpecialistId, InstitutionId>,
}

/// Every posting in the villages of a voucher's lines, and the employers of the specialists they name. A
/// posting to a village that has since become part of another holds there too.
pub fn assignments_in(conn: &mut Conn, case: &Case<'_>) -> Result<Staff, Error> {
    let villages = case.lines.iter().map(|line| line.region).collect();
    let named = case.lines.iter().map(|line| line.specialist);
    Ok(Staff {
        postings: assignments_at(
            conn,
            case.office.regions,
            case.book.id,
            &villages,
            case.business_date,
        )?,
        employers: employers(conn, named.collect())?,
    })
}

/// Every posting in these villages of a book, by the units of that day. For a village that has changed its
/// county, those in the books of all of them: who is in post there is so wherever it was recorded.
pub fn assignments_at(
    conn: &mut Conn,
    regions: &Regions,
    book: BookId,
    villages: &BTreeSet<RegionId>,
    day: NaiveDate,
) -> Result<Vec<Assignment>, Error> {
    let kin: BTreeSet<RegionId> = villages
        .iter()
        .flat_map(|village| regions.same_place(*village, day))
        .chain(villages.iter().copied())
        .collect();
    let others = regions.other_counties(kin.iter());
    let books = others.iter().map(|county| BookId(county.0)).chain([book]);
    let rows: Vec<Assignment> = assignment::table
        .filter(assignment::book_id.eq_any(books.collect::<BTreeSet<_>>()))
        .filter(assignment::region_id.eq_any(kin))
        .select(Assignment::as_select())
        .load(conn)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let stands = regions.stands_as(row.region_id, day);
        for village in villages
            .iter()
            .filter(|village| regions.stands_as(**village, day) == stands)
        {
            found.push(Assignment {
                region_id: *village,
                ..row.clone()
            });
        }
    }
    Ok(found)
}

/// Under whom a record of that day counts: whoever makes it, if in post in the village then; else who has had the
/// contract so far; else the only one of the institution in post there that day. What is entered after a
/// handover so counts for whoever was in post. Where nobody can be told, it stays with its recorder.
pub fn responsible(
    known: &[Assignment],
    recorder: SpecialistId,
    so_far: Option<SpecialistId>,
    institution: InstitutionId,
    village: RegionId,
    day: NaiveDate,
) -> SpecialistId {
    let in_post: BTreeSet<SpecialistId> = known
        .iter()
        .filter(|each| each.institution_id == institution && each.region_id == village && each.holds_on(day))
        .map(|each| each.specialist_id)
        .collect();
    let only = in_post.first().copied().filter(|_| in_post.len() == 1);
    [Some(recorder), so_far]
        .into_iter()
        .flatten()
        .find(|specialist| in_post.contains(specialist))
        .or(only)
        .unwrap_or(recorder)
}

/// Rules 11 and 12: the specialist belongs to the institution whose record it is, wherever posted, and is in
/// post in the village on the business date (else the record is held for the reviewer). What the
/// institution's clerk records for it (代录) names no specialist, or one of its own.
pub fn assignment_issue(
    staff: &Staff,
    specialist: SpecialistId,
    institution: InstitutionId,
    village: RegionId,
    day: NaiveDate,
) -> Option<Issue> {
    if specialist.0 == 0 {
        return None;
    }
    let Some(employer) = staff.employers.get(&specialist) else {
        let say = Say::new("没有这位特派员。", "There is no such specialist.");
        return Some(Issue::refuse("assignment.unknown", "specialist", say));
    };
    if *employer != institution {
        let say = Say::new(
            "特派员所属机构与这笔业务的机构不一致。",
            "The specialist belongs to another institution than the one this record is for.",
        );
        return Some(Issue::refuse("assignment.institution", "specialist", say));
    }
    let in_post = staff.postings.iter().any(|posting| {
        posting.specialist_id == specialist && posting.region_id == village && posting.holds_on(day)
    });
    (!in_post).then(|| {
        let say = Say::new(
            format!("特派员在 {day} 没有派驻该村，这条记录要由审核人核实决定。"),
            format!(
                "The specialist was not posted to this village on {day}; the reviewer must look into it and decide."
            ),
        );
        Issue::hold("assignment.inactive", "village", say)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(specialist: i64, bank: i64, from: &str, to: Option<&str>) -> Assignment {
        Assignment {
            book_id: BookId(1),
            id: ContractId::from_parts(0, [1; 10]).to_string(),
            specialist_id: SpecialistId(specialist),
            institution_id: InstitutionId(bank),
            region_id: RegionId(30),
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn a_specialist_records_for_his_own_institution_alone() {
        let staff = Staff {
            postings: vec![posted(5, 2, "2022-01-01", Some("2023-11-30"))],
            employers: HashMap::from([
                (SpecialistId(5), InstitutionId(2)),
                (SpecialistId(6), InstitutionId(3)),
            ]),
        };
        let found = |specialist, institution, village, day: &str| {
            let (specialist, village) = (SpecialistId(specialist), RegionId(village));
            let issue = assignment_issue(
                &staff,
                specialist,
                InstitutionId(institution),
                village,
                day.parse().unwrap(),
            );
            issue.map(|issue| (issue.code, issue.severity))
        };
        use crate::error::Severity::{Hold, Refuse};
        let refused = Some(("assignment.institution".to_owned(), Refuse));
        assert_eq!(found(5, 2, 30, "2023-11-30"), None);
        let held = Some(("assignment.inactive".to_owned(), Hold));
        assert_eq!(found(5, 2, 30, "2023-12-01"), held, "no longer in post");
        assert_eq!(found(5, 2, 31, "2023-11-30"), held, "posted elsewhere");
        assert_eq!(found(5, 3, 30, "2023-11-30"), refused, "another bank's record");
        assert_eq!(
            found(5, 3, 31, "2023-11-30"),
            refused,
            "the same in a village without a posting"
        );
        assert_eq!(found(6, 2, 30, "2023-11-30"), refused, "posted nowhere at all");
        assert_eq!(found(6, 3, 30, "2023-11-30"), held);
        assert_eq!(
            found(0, 2, 30, "2023-11-30"),
            None,
            "recorded by the clerk (代录)"
        );
        let unknown = Some(("assignment.unknown".to_owned(), Refuse));
        assert_eq!(found(7, 2, 30, "2023-11-30"), unknown);
    }

    #[test]
    fn what_is_entered_after_a_handover_counts_for_whoever_was_in_post() {
        let known = [
            posted(5, 2, "2022-01-01", Some("2023-11-30")),
            posted(6, 2, "2023-12-01", None),
            posted(9, 3, "2022-01-01", None),
        ];
        let of = |recorder, so_far: Option<i64>, day: &str| {
            responsible(
                &known,
                SpecialistId(recorder),
                so_far.map(SpecialistId),
                InstitutionId(2),
                RegionId(30),
                day.parse().unwrap(),
            )
            .0
        };
        assert_eq!(
            of(6, Some(5), "2023-11-20"),
            5,
            "before the handover, entered after it"
        );
        assert_eq!(
            of(6, Some(5), "2023-12-20"),
            6,
            "the loan is the other's, the work is not"
        );
        assert_eq!(of(5, Some(5), "2023-12-20"), 6, "entered by the one who left");
        assert_eq!(of(0, None, "2023-12-20"), 6, "a clerk, the only one in post");
        assert_eq!(
            of(6, None, "2021-12-20"),
            6,
            "nobody in post: held for the reviewer"
        );
        let both = [known[1].clone(), posted(7, 2, "2023-12-01", None)];
        let clerk = |so_far: Option<i64>| {
            responsible(
                &both,
                SpecialistId(0),
                so_far.map(SpecialistId),
                InstitutionId(2),
                RegionId(30),
                "2023-12-20".parse().unwrap(),
            )
            .0
        };
        assert_eq!(
            (clerk(None), clerk(Some(7))),
            (0, 7),
            "two in post: the loan's own, or nobody"
        );
    }
}
