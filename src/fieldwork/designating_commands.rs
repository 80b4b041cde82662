//! Designations, ratings and their reviews: loading facts, judging each line, keeping what stays; and the
//! ratings that run out, as system vouchers (日终).

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::commands::{Ground, add, as_written, contracts, id_of, kind_of, waiting};
use super::designation_rules::{self as rules, Subject};
use super::details::{DesignationDetail, ReviewDetail};
use super::store::{self, Designation, EXPIRED, STANDS, WITHDRAWN};
use crate::db::Conn;
use crate::db::schema::designation;
use crate::error::{Error, Issue, Severity};
use crate::ledger::{self, Actor, Case, Findings, Kind, Line, NewLine, Occurrence, Office};
use crate::register::{Rated, find_clients, rating_standard_on};
use crate::values::{BookId, ClientId, ContractId, Fen, ProductId, RegionId, Say, Text, Unit, words};

/// The code of the voucher that takes ratings out of force.
pub const RATING_EXPIRY_KIND: &str = "designation.expiry";

pub(super) fn describe_designation(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let given: DesignationDetail = line.detail()?;
    let name = Rated::parse(&given.kind).map(Rated::name);
    let mut told = vec![
        (
            words::DESIGNATION,
            name.map_or_else(|| as_written(&given.kind), Say::from),
        ),
        (Text::new("年度", "Year"), as_written(given.year)),
    ];
    if !given.document.is_empty() {
        told.push((Text::new("文件", "Document"), as_written(given.document)));
    }
    told.extend(
        given
            .valid_to
            .map(|until| (Text::new("有效期止", "Valid until"), as_written(until))),
    );
    if let Some(found) = given.evidence {
        let (bad, all) = (
            found.nonperforming.show(Unit::Yuan),
            found.balance.show(Unit::Yuan),
        );
        told.extend([
            (
                Text::new("占比（台账）", "Share (ledger)"),
                as_written(format!("{}/{}", found.rated, found.of)),
            ),
            (
                Text::new("不良/余额（元）", "Non-performing/balance (yuan)"),
                as_written(format!("{bad}/{all}")),
            ),
            (Text::new("测算日期", "Reckoned on"), as_written(found.as_of)),
        ]);
    }
    Ok(told)
}

pub(super) fn describe_review(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let review: ReviewDetail = line.detail()?;
    let outcome = if review.keep {
        Say::new("保留", "Kept")
    } else {
        Say::new("取消", "Withdrawn")
    };
    let mut told = vec![(Text::new("复审结果", "Outcome"), outcome)];
    told.extend(
        review
            .valid_to
            .map(|until| (Text::new("有效期止", "Valid until"), as_written(until))),
    );
    if !review.reason.is_empty() {
        told.push((words::REASON, as_written(review.reason)));
    }
    Ok(told)
}

fn clients_of(case: &Case<'_>) -> Vec<ClientId> {
    case.lines.iter().filter_map(|line| line.client.clone()).collect()
}

type Whom = (String, RegionId, Option<ClientId>);

pub(super) fn assess_designations(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let known = store::designations(conn, case.book.id)?;
    let mut taken: HashSet<ContractId> = known.iter().map(|row| row.id.clone()).collect();
    taken.extend(waiting(conn, case, &contracts(case))?);
    let mut designated: HashSet<Whom> = known
        .into_iter()
        .filter(Designation::stands)
        .map(|row| (row.kind, row.region_id, row.client_id))
        .collect();
    let clients = find_clients(conn, case.book.id, clients_of(case))?;
    let mut ground = Ground::load(conn, case)?;
    let mut findings = Findings::default();
    for line in case.lines {
        let given: DesignationDetail = line.detail()?;
        let client = line.client.as_ref().and_then(|id| clients.get(id));
        let whom = (given.kind.clone(), line.region, line.client.clone());
        let standard = match Rated::parse(&given.kind) {
            Some(rated) if rated != Rated::Household => {
                Some(rating_standard_on(conn, rated, case.business_date)?)
            }
            _ => None,
        };
        let subject = Subject {
            kind: kind_of(case, line.region),
            client,
            designated: !designated.insert(whom),
            taken: line.contract.as_ref().is_some_and(|id| !taken.insert(id.clone())),
            standard,
        };
        let mut issues = ground.issues(case, line);
        issues.extend(rules::judge_designation(
            line,
            &given,
            &subject,
            case.business_date,
        ));
        let posted = rules::designation_postings(line, &given, client);
        add(&mut findings, line, issues, posted);
    }
    Ok(findings)
}

pub(super) fn keep_designations(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let row = |line: &Line| {
        let given: DesignationDetail = line.detail()?;
        Ok(Designation {
            book_id: case.book.id,
            id: id_of(line)?,
            region_id: line.region,
            kind: given.kind,
            year: given.year,
            document: given.document,
            client_id: line.client.clone(),
            institution_id: line.institution,
            specialist_id: line.specialist,
            rated_on: Some(case.business_date),
            reviewed_on: None,
            valid_to: given.valid_to,
            state: STANDS.to_owned(),
        })
    };
    let rows: Vec<Designation> = case.lines.iter().map(row).collect::<Result<_, Error>>()?;
    store::keep_designations(conn, case.book.id, &rows)
}

pub(super) fn assess_reviews(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let ratings = store::load_designations(conn, case.book.id, &contracts(case))?;
    let clients = find_clients(conn, case.book.id, clients_of(case))?;
    let mut findings = Findings::default();
    let mut ground = Ground::load(conn, case)?;
    for line in case.lines {
        let review: ReviewDetail = line.detail()?;
        let rating = line.contract.as_ref().and_then(|id| ratings.get(id));
        let client = line.client.as_ref().and_then(|id| clients.get(id));
        let mut issues = ground.issues(case, line);
        issues.extend(rules::judge_review(line, &review, rating, case.business_date));
        let fine = issues.iter().all(|issue| issue.severity < Severity::Refuse);
        let posted = rating
            .filter(|_| fine && !review.keep)
            .and_then(|rating| rules::withdrawn(line, rating, client));
        add(&mut findings, line, issues, posted.into_iter().collect());
    }
    Ok(findings)
}

pub(super) fn keep_reviews(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let ratings = store::load_designations(conn, case.book.id, &contracts(case))?;
    let reviewed = |line: &Line| {
        let review: ReviewDetail = line.detail()?;
        let mut row = ratings
            .get(&id_of(line)?)
            .cloned()
            .ok_or_else(|| Error::Failed("an approved review is about no rating".to_owned()))?;
        row.reviewed_on = Some(case.business_date);
        if review.keep {
            row.valid_to = review.valid_to.or(row.valid_to);
        } else {
            WITHDRAWN.clone_into(&mut row.state);
        }
        Ok(row)
    };
    let rows: Vec<Designation> = case.lines.iter().map(reviewed).collect::<Result<_, Error>>()?;
    store::keep_designations(conn, case.book.id, &rows)
}

pub(super) fn expiry_kind() -> Kind {
    Kind {
        code: RATING_EXPIRY_KIND,
        name: Text::new("评定到期", "Rating expiry"),
        amount_name: words::NO_BASE,
        form: "/field",
        describe: |_| Ok(Vec::new()),
        assess: assess_expiry,
        apply: keep_expiry,
        reversible: false,
    }
}

/// Right only on the day after the rating's last, while it stands.
fn assess_expiry(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let ratings = store::load_designations(conn, case.book.id, &contracts(case))?;
    let clients = find_clients(conn, case.book.id, clients_of(case))?;
    let mut findings = Findings::default();
    for line in case.lines {
        let rating = line.contract.as_ref().and_then(|id| ratings.get(id));
        let due = rating.filter(|rating| {
            let after = rating.valid_to.and_then(|last| last.succ_opt());
            rating.stands() && after == Some(case.business_date)
        });
        let client = line.client.as_ref().and_then(|id| clients.get(id));
        let (issues, posted) = match due {
            Some(rating) => (Vec::new(), rules::withdrawn(line, rating, client)),
            None => {
                let say = Say::new(
                    "这项评定不在这一天到期。",
                    "This rating does not run out on that day.",
                );
                (vec![Issue::refuse("rating.not_due", "", say)], None)
            }
        };
        add(&mut findings, line, issues, posted.into_iter().collect());
    }
    Ok(findings)
}

fn keep_expiry(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    let mut ratings = store::load_designations(conn, case.book.id, &contracts(case))?;
    for rating in ratings.values_mut() {
        EXPIRED.clone_into(&mut rating.state);
    }
    let rows: Vec<Designation> = ratings.into_values().collect();
    store::keep_designations(conn, case.book.id, &rows)
}

/// Takes every rating of a book whose last day lies before `day` out of force, each by a voucher of its own
/// dated the day after. Says how many.
///
/// # Errors
/// A refusal means that a stored rating contradicts its own vouchers.
pub fn expire_ratings(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    book: BookId,
    day: NaiveDate,
) -> Result<usize, Error> {
    let ended: Vec<Designation> = designation::table
        .filter(designation::book_id.eq(book))
        .filter(designation::state.eq(STANDS))
        .filter(designation::valid_to.lt(day))
        .order((designation::valid_to, designation::id))
        .select(Designation::as_select())
        .load(conn)?;
    for rating in &ended {
        let last = rating.valid_to.and_then(|last| last.succ_opt());
        let day = last.ok_or_else(|| Error::Failed(format!("rating {} has no end", rating.id)))?;
        let line = NewLine {
            region: rating.region_id,
            client: rating.client_id.clone(),
            product: ProductId(0),
            institution: rating.institution_id,
            specialist: rating.specialist_id,
            contract: Some(rating.id.clone()),
            amount: Fen::ZERO,
            detail: serde_json::json!({}),
        };
        let occurrence = Occurrence {
            book,
            kind: RATING_EXPIRY_KIND,
            key: rating.id.to_string(),
            day,
            institution: rating.institution_id,
            lines: vec![line],
        };
        ledger::bring_about(conn, office, actor, occurrence)?;
    }
    Ok(ended.len())
}
