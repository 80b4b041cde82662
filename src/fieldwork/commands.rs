//! The four kinds of fieldwork voucher: loading facts, judging each line, keeping what stays.

use std::collections::HashSet;

use super::designating_commands::{
    assess_designations, assess_reviews, describe_designation, describe_review, keep_designations,
    keep_reviews,
};
use super::details::{ServicePointDetail, TalkDetail, VisitDetail, Work};
use super::rules;
use super::store::{self, ServicePoint};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Against, Apply, Assess, Basis, Case, Findings, Kind, Line, Posting};
use crate::register::{Staff, assignment_issue, assignments_in, clients_at_home, village_issue};
use crate::values::{
    ClientId, ContractId, InstitutionId, RegionId, RegionKind, Say, SpecialistId, Text, words,
};

pub(super) fn kind(work: Work) -> Kind {
    let (assess, apply): (Assess, Apply) = match work {
        Work::Visit => (assess_visit, nothing_to_keep),
        Work::Talk => (assess_talk, nothing_to_keep),
        Work::ServicePoint => (assess_service_points, keep_service_points),
        Work::Designation => (assess_designations, keep_designations),
        Work::RatingReview => (assess_reviews, keep_reviews),
    };
    Kind {
        code: work.code(),
        name: work.name(),
        amount_name: words::NO_BASE,
        form: work.form(),
        describe: match work {
            Work::Visit => describe_visit,
            Work::Talk => describe_talk,
            Work::ServicePoint => describe_service_point,
            Work::Designation => describe_designation,
            Work::RatingReview => describe_review,
        },
        assess,
        apply,
        reversible: true,
    }
}

/// The same words whichever language: names and notes are as they were written.
pub(super) fn as_written(text: impl ToString) -> Say {
    Say::new(text.to_string(), text.to_string())
}

fn describe_visit(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: VisitDetail = line.detail()?;
    let mut told = Vec::new();
    if line.client.is_none() {
        let say = Say::new("未登记的农户", "A household that is not registered");
        told.push((words::HOUSEHOLD, say));
    }
    if !detail.note.is_empty() {
        told.push((words::NOTE, as_written(detail.note)));
    }
    Ok(told)
}

fn describe_talk(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let talk: TalkDetail = line.detail()?;
    Ok(vec![
        (Text::new("主题", "Topic"), as_written(talk.topic)),
        (Text::new("到场人次", "Attendance"), as_written(talk.attendance)),
    ])
}

fn describe_service_point(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let point: ServicePointDetail = line.detail()?;
    Ok(vec![
        (Text::new("品牌", "Brand"), as_written(point.brand)),
        (Text::new("名称", "Name"), as_written(point.name)),
    ])
}

/// What every line of fieldwork is asked: a real village of this county, no amount, and the
/// specialist in post there, said once for each village however many lines it has.
pub(super) struct Ground {
    assignments: Staff,
    asked: HashSet<(RegionId, SpecialistId, InstitutionId)>,
}

impl Ground {
    pub(super) fn load(conn: &mut Conn, case: &Case<'_>) -> Result<Ground, Error> {
        Ok(Ground {
            assignments: assignments_in(conn, case)?,
            asked: HashSet::new(),
        })
    }

    pub(super) fn issues(&mut self, case: &Case<'_>, line: &Line) -> Vec<Issue> {
        let mut issues: Vec<Issue> = rules::amount_issue(line).into_iter().collect();
        if self
            .asked
            .insert((line.region, line.specialist, line.institution))
        {
            issues.extend(village_issue(case, line.region));
            issues.extend(assignment_issue(
                &self.assignments,
                line.specialist,
                line.institution,
                line.region,
                case.business_date,
            ));
        }
        issues
    }
}

/// Adds what was found about one line, and what it would post.
pub(super) fn add(findings: &mut Findings, line: &Line, issues: Vec<Issue>, posted: Vec<Posting>) {
    findings
        .issues
        .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
    findings.postings.extend(posted);
}

fn assess_visit(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let ids = case.lines.iter().filter_map(|line| line.client.clone());
    let clients = clients_at_home(conn, case, ids)?;
    let mut ground = Ground::load(conn, case)?;
    let mut seen: HashSet<&ClientId> = HashSet::new();
    let mut findings = Findings::default();
    for line in case.lines {
        let detail: VisitDetail = line.detail()?;
        let client = line.client.as_ref().and_then(|id| clients.get(id));
        let again = line.client.as_ref().is_some_and(|id| !seen.insert(id));
        let mut issues = ground.issues(case, line);
        issues.extend(rules::judge_visit(line, &detail, client, again));
        add(&mut findings, line, issues, rules::visit_postings(line, client));
    }
    Ok(findings)
}

fn assess_talk(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut ground = Ground::load(conn, case)?;
    let mut findings = Findings::default();
    for line in case.lines {
        let talk: TalkDetail = line.detail()?;
        let mut issues = ground.issues(case, line);
        issues.extend(rules::judge_talk(line, &talk));
        add(&mut findings, line, issues, rules::talk_postings(line, &talk));
    }
    Ok(findings)
}

fn assess_service_points(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let ids = contracts(case);
    let mut taken = store::known_points(conn, case.book.id, &ids)?;
    taken.extend(waiting(conn, case, &ids)?);
    let mut ground = Ground::load(conn, case)?;
    let mut findings = Findings::default();
    for line in case.lines {
        let point: ServicePointDetail = line.detail()?;
        let again = line.contract.as_ref().is_some_and(|id| !taken.insert(id.clone()));
        let mut issues = ground.issues(case, line);
        issues.extend(rules::judge_service_point(line, &point, again));
        let posted = rules::service_point_postings(line, kind_of(case, line.region));
        add(&mut findings, line, issues, posted);
    }
    Ok(findings)
}

pub(super) fn contracts(case: &Case<'_>) -> Vec<ContractId> {
    case.lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect()
}

/// At submission: which of these ids another waiting voucher would give.
pub(super) fn waiting(
    conn: &mut Conn,
    case: &Case<'_>,
    ids: &[ContractId],
) -> Result<Vec<ContractId>, Error> {
    if case.basis == Basis::Posted {
        return Ok(Vec::new());
    }
    let pending = ledger::pending_lines(conn, case.book.id, Against::Contracts(ids), case.voucher)?;
    Ok(pending
        .into_iter()
        .filter_map(|waits| waits.line.contract)
        .collect())
}

pub(super) fn kind_of(case: &Case<'_>, region: RegionId) -> Option<RegionKind> {
    case.office.regions.unit(region).map(|unit| unit.kind)
}

/// Visits and talks are their entries; they have no row of their own.
fn nothing_to_keep(_: &mut Conn, _: &Case<'_>) -> Result<(), Error> {
    Ok(())
}

pub(super) fn id_of(line: &Line) -> Result<ContractId, Error> {
    line.contract
        .clone()
        .ok_or_else(|| Error::Failed("an approved line lacks its id".to_owned()))
}

fn keep_service_points(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let row = |line: &Line| {
        let point: ServicePointDetail = line.detail()?;
        Ok(ServicePoint {
            book_id: case.book.id,
            id: id_of(line)?,
            region_id: line.region,
            institution_id: line.institution,
            brand: point.brand,
            name: point.name,
            opened_on: case.business_date,
            closed_on: None,
        })
    };
    let rows: Vec<ServicePoint> = case.lines.iter().map(row).collect::<Result<_, Error>>()?;
    store::keep_points(conn, &rows)
}
