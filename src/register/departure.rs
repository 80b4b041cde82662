//! The end of a posting (派驻结束), and a transfer (调动), which ends one posting and begins another in the
//! same county. The business date is the first day out of the old village.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::assignment::{Assignment, wrong_institution};
use super::specialist::find_specialist;
use super::village::village_issue;
use crate::db::schema::assignment;
use crate::db::{Conn, insert_all};
use crate::error::{Error, Issue};
use crate::ledger::{self, Against, Basis, Case, Findings, Kind, Line, Posting};
use crate::values::measure;
use crate::values::{BookId, ContractId, Say, SubjectId, Text};

/// The code of the voucher that ends postings.
pub const END_KIND: &str = "assignment.end";
/// The code of the voucher that ends a posting and begins another.
pub const TRANSFER_KIND: &str = "assignment.transfer";

/// What a line does to the posting it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The posting is over from the business date on.
    Leaves,
    /// A new posting begins on the business date.
    TakesUp,
}

/// The kind's own part of a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartureDetail {
    pub part: Part,
}

pub(super) fn kinds() -> [Kind; 2] {
    let kind = |code, name| Kind {
        code,
        name,
        amount_name: Text::new("—", "—"),
        form: "/register/specialists",
        describe,
        assess,
        apply,
        reversible: true,
    };
    [
        kind(END_KIND, Text::new("派驻结束", "End of posting")),
        kind(TRANSFER_KIND, Text::new("调动", "Transfer")),
    ]
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: DepartureDetail = line.detail()?;
    let what = match detail.part {
        Part::Leaves => Say::new("离开", "Leaves"),
        Part::TakesUp => Say::new("到岗", "Takes up"),
    };
    Ok(vec![(Text::new("派驻", "Posting"), what)])
}

fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let ids: Vec<ContractId> = case
        .lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect();
    let known = load(conn, case.book.id, &ids)?;
    let mut findings = Findings::default();
    if case.basis == Basis::WithPending {
        for pending in ledger::pending_lines(conn, case.book.id, Against::Contracts(&ids), case.voucher)? {
            if [END_KIND, TRANSFER_KIND].contains(&pending.kind.as_str()) {
                let say = Say::new(
                    "这个派驻的结束或调动已经提交，正等待审核。",
                    "An end or transfer of this posting waits for review already.",
                );
                findings
                    .issues
                    .push(Issue::refuse("departure.waiting", "business_date", say));
            }
        }
    }
    for line in case.lines {
        let detail: DepartureDetail = line.detail()?;
        let posting = line.contract.as_ref().and_then(|id| known.get(id.as_str()));
        let (issues, change) = match detail.part {
            Part::Leaves => (leaving_issues(case, line, posting), -1),
            Part::TakesUp => (arriving_issues(conn, case, line)?, 1),
        };
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        let subject = SubjectId(line.specialist.0);
        findings
            .postings
            .push(Posting::of(line, measure::FIELD_SPECIALISTS, change).counting(subject));
    }
    Ok(findings)
}

fn leaving_issues(case: &Case<'_>, line: &Line, posting: Option<&Assignment>) -> Vec<Issue> {
    let own = posting.filter(|row| {
        row.specialist_id == line.specialist
            && row.region_id == line.region
            && row.institution_id == line.institution
    });
    let Some(posting) = own else {
        let say = Say::new(
            "没有这个派驻，或它还没有入账。",
            "There is no such posting, or it is not approved yet.",
        );
        return vec![Issue::refuse("departure.unknown", "", say)];
    };
    if let Some(end) = posting.valid_to {
        let say = Say::new(
            format!("这个派驻已到 {end} 为止。"),
            format!("This posting has ended on {end}."),
        );
        return vec![Issue::refuse("departure.ended", "business_date", say)];
    }
    if case.business_date <= posting.valid_from {
        let start = posting.valid_from;
        let say = Say::new(
            format!("离岗日期要晚于到岗日期 {start}。"),
            format!("The day must be after the posting began on {start}."),
        );
        return vec![Issue::refuse("departure.before_start", "business_date", say)];
    }
    Vec::new()
}

fn arriving_issues(conn: &mut Conn, case: &Case<'_>, line: &Line) -> Result<Vec<Issue>, Error> {
    let mut issues: Vec<Issue> = village_issue(case, line.region).into_iter().collect();
    let belongs = match find_specialist(conn, line.specialist) {
        Ok(specialist) => specialist.institution_id == line.institution,
        Err(Error::NotFound) => false,
        Err(error) => return Err(error),
    };
    if !belongs {
        issues.push(wrong_institution());
    }
    // Applied again while another voucher is taken back: whoever was posted there since is no ground
    // against what was right when it was approved.
    if case.posted {
        return Ok(issues);
    }
    let twice = assignment::table
        .filter(assignment::book_id.eq(case.book.id))
        .filter(assignment::specialist_id.eq(line.specialist))
        .filter(assignment::region_id.eq(line.region))
        .filter(
            assignment::valid_to
                .is_null()
                .or(assignment::valid_to.ge(case.business_date)),
        )
        .count()
        .get_result::<i64>(conn)?;
    if twice > 0 {
        let say = Say::new(
            "这位特派员已派驻该村。",
            "The specialist is posted to this village already.",
        );
        issues.push(Issue::refuse("posting.overlaps", "village", say));
    }
    Ok(issues)
}

fn load(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<HashMap<String, Assignment>, Error> {
    let ids: Vec<&str> = ids.iter().map(ContractId::as_str).collect();
    let rows: Vec<Assignment> = assignment::table
        .filter(assignment::book_id.eq(book))
        .filter(assignment::id.eq_any(ids))
        .select(Assignment::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

fn apply(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let missing = || Error::Failed("a departure names no posting".to_owned());
    let mut begun = Vec::new();
    for line in case.lines {
        let id = line.contract.as_ref().ok_or_else(missing)?;
        match line.detail::<DepartureDetail>()?.part {
            Part::Leaves => {
                let last = case.business_date.pred_opt().ok_or_else(missing)?;
                diesel::update(assignment::table.find((case.book.id, id.as_str())))
                    .set(assignment::valid_to.eq(Some(last)))
                    .execute(conn)?;
            }
            Part::TakesUp => begun.push(Assignment {
                book_id: case.book.id,
                id: id.to_string(),
                specialist_id: line.specialist,
                institution_id: line.institution,
                region_id: line.region,
                valid_from: case.business_date,
                valid_to: None,
            }),
        }
    }
    insert_all!(conn, assignment::table, &begun)?;
    Ok(())
}
