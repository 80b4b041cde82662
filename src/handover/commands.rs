//! What a move posts, and what it changes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::store;
use crate::credit::{self, CreditLine};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::insurance::{self, Cover};
use crate::ledger::{self, Against, Basis, Case, Findings, Kind, Line, Posting};
use crate::loans::{self, Loan};
use crate::register::{self, Client, find_specialist};
use crate::values::{
    ClientId, ContractId, MeasureId, RegionId, Say, SpecialistId, SubjectId, Text, measure, words,
};

/// The code of the voucher that moves contracts.
pub const HANDOVER_KIND: &str = "contract.handover";

/// What kind of contract a line moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    CreditLine,
    Loan,
    /// One part of a policy's insured list.
    PolicyPart,
}

impl What {
    pub const fn text(self) -> Text {
        match self {
            What::CreditLine => Text::new("授信额度", "Credit line"),
            What::Loan => Text::new("贷款", "Loan"),
            What::PolicyPart => Text::new("保单", "Policy"),
        }
    }
}

/// The kind's own part of a line; the line itself bears the old dimensions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverDetail {
    pub what: What,
    /// The part of a policy; 0 otherwise.
    pub part: i32,
    /// Where it goes.
    pub region: RegionId,
    pub specialist: SpecialistId,
}

pub(super) fn kind() -> Kind {
    Kind {
        code: HANDOVER_KIND,
        name: Text::new("合同移交", "Handover of contracts"),
        amount_name: Text::new("移交金额", "Amount handed over"),
        form: "/handover",
        describe,
        assess,
        apply,
        reversible: true,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: HandoverDetail = line.detail()?;
    let what = detail.what.text();
    let to = detail.specialist;
    let mut told = vec![
        (Text::new("合同", "Contract"), Say::new(what.zh, what.en)),
        (
            Text::new("接手人编号", "To specialist number"),
            Say::new(to.to_string(), to.to_string()),
        ),
    ];
    if detail.region != line.region {
        let village = Say::new("改挂到另一村", "Moves to another village");
        told.push((words::VILLAGE, village));
    }
    Ok(told)
}

/// The contracts of a voucher, as they stand.
struct Standing {
    lines: HashMap<ContractId, CreditLine>,
    loans: HashMap<ContractId, Loan>,
    covers: HashMap<ContractId, Cover>,
    clients: HashMap<ClientId, Client>,
}

impl Standing {
    fn load(conn: &mut Conn, case: &Case<'_>) -> Result<Standing, Error> {
        let (book, ids) = (case.book.id, contracts(case));
        let clients = case.lines.iter().filter_map(|line| line.client.clone());
        Ok(Standing {
            lines: credit::load_lines(conn, book, &ids)?,
            loans: loans::load_loans(conn, book, &ids)?,
            covers: insurance::load_covers(conn, book, &ids)?,
            clients: register::find_clients(conn, book, clients)?,
        })
    }

    /// Where the line's contract stands: village and specialist; none when there is none.
    fn place(&self, line: &Line, detail: &HandoverDetail) -> Option<(RegionId, SpecialistId)> {
        let id = line.contract.as_ref()?;
        match detail.what {
            What::CreditLine => self.lines.get(id).map(|row| (row.region_id, row.specialist_id)),
            What::Loan => self.loans.get(id).map(|row| (row.region_id, row.specialist_id)),
            What::PolicyPart => {
                let part = self.covers.get(id)?.part(detail.part)?;
                Some((part.region_id, part.specialist_id))
            }
        }
    }

    /// What the contract has in every stock, with whom it counts.
    fn stocks(
        &self,
        line: &Line,
        detail: &HandoverDetail,
    ) -> Result<Vec<(MeasureId, i64, Option<Counts>)>, Error> {
        let Some(id) = line.contract.as_ref() else {
            return Ok(Vec::new());
        };
        let household = line
            .client
            .as_ref()
            .and_then(|id| self.clients.get(id))
            .filter(|client| client.is_household())
            .map(|client| client.subject_id);
        let mut stocks = match detail.what {
            What::CreditLine => self
                .lines
                .get(id)
                .map(|row| of_line(row, household))
                .unwrap_or_default(),
            What::Loan => match self.loans.get(id) {
                Some(row) => vec![
                    (measure::LOAN_BALANCE, row.balance_fen.0, None),
                    (measure::LOAN_NONPERFORMING, row.nonperforming()?.0, None),
                ],
                None => Vec::new(),
            },
            What::PolicyPart => {
                let cover = self.covers.get(id).filter(|cover| cover.policy.is_active());
                let part = cover.and_then(|cover| cover.part(detail.part));
                part.map(|part| vec![(measure::INSURANCE_IN_FORCE, part.sum_insured_fen.0, None)])
                    .unwrap_or_default()
            }
        };
        stocks.retain(|(_, amount, _)| *amount != 0);
        Ok(stocks)
    }
}

/// Who or what a distinct stock counts once.
#[derive(Clone, Copy)]
enum Counts {
    Household(SubjectId),
    /// The village of the contract.
    Village,
}

fn of_line(row: &CreditLine, household: Option<SubjectId>) -> Vec<(MeasureId, i64, Option<Counts>)> {
    let mut stocks = vec![(measure::CREDIT_DRAWN, row.drawn_fen.0, None)];
    let counted = household.map(Counts::Household);
    if counted.is_some() {
        stocks.push((
            measure::CREDIT_DRAWN_HOUSEHOLDS,
            i64::from(row.drawn_fen.is_positive()),
            counted,
        ));
    }
    // A line that has ended keeps its limits on record, but none is in force.
    if row.state == credit::ACTIVE {
        stocks.extend([
            (measure::CREDIT_PREAPPROVED, row.preapproved_fen.0, None),
            (measure::CREDIT_GRANTED, row.granted_fen.0, None),
            (measure::CREDIT_SIGNED, row.signed_fen.0, None),
            (measure::CREDIT_VILLAGES, 1, Some(Counts::Village)),
        ]);
        if counted.is_some() {
            stocks.push((measure::CREDIT_HOUSEHOLDS, 1, counted));
            stocks.push((
                measure::CREDIT_GRANTED_HOUSEHOLDS,
                i64::from(row.granted_fen.is_positive()),
                counted,
            ));
        }
    }
    stocks
}

fn contracts(case: &Case<'_>) -> Vec<ContractId> {
    case.lines
        .iter()
        .filter_map(|line| line.contract.clone())
        .collect()
}

fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let standing = Standing::load(conn, case)?;
    let mut findings = Findings::default();
    if case.basis == Basis::WithPending {
        let ids = contracts(case);
        let pending = ledger::pending_lines(conn, case.book.id, Against::Contracts(&ids), case.voucher)?;
        if pending.iter().any(|pending| pending.kind == HANDOVER_KIND) {
            let say = Say::new(
                "其中有合同的移交正等待审核，请不要重复提交。",
                "A handover of one of these contracts waits for review already.",
            );
            findings
                .issues
                .push(Issue::refuse("handover.waiting", "contract", say));
        }
    }
    let mut targets: HashMap<(RegionId, SpecialistId), Vec<Issue>> = HashMap::new();
    for line in case.lines {
        let detail: HandoverDetail = line.detail()?;
        let target = (detail.region, detail.specialist);
        if let std::collections::hash_map::Entry::Vacant(unknown) = targets.entry(target) {
            unknown.insert(target_issues(conn, case, line, &detail)?);
        }
        let mut issues = targets.get(&target).cloned().unwrap_or_default();
        issues.extend(contract_issues(line, &detail, standing.place(line, &detail)));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        for (measure, amount, counts) in standing.stocks(line, &detail)? {
            findings
                .postings
                .extend(moved(case, line, &detail, (measure, amount, counts)));
        }
    }
    Ok(findings)
}

/// Minus the old dimensions, plus the new. A village counts only if it is an 行政村.
fn moved(
    case: &Case<'_>,
    line: &Line,
    detail: &HandoverDetail,
    (measure, amount, counts): (MeasureId, i64, Option<Counts>),
) -> Vec<Posting> {
    let less = Posting::of(line, measure, -amount);
    let more = Posting {
        region: detail.region,
        specialist: detail.specialist,
        ..Posting::of(line, measure, amount)
    };
    let village = |posting: Posting| {
        let unit = case.office.regions.unit(posting.region);
        let counts = unit.is_some_and(|unit| unit.kind.is_administrative_village());
        let subject = SubjectId(posting.region.0);
        counts.then(|| posting.counting(subject))
    };
    match counts {
        None => vec![less, more],
        Some(Counts::Household(subject)) => vec![less.counting(subject), more.counting(subject)],
        Some(Counts::Village) => [village(less), village(more)].into_iter().flatten().collect(),
    }
}

/// The village stands in the county, the specialist is the institution's and in post there.
fn target_issues(
    conn: &mut Conn,
    case: &Case<'_>,
    line: &Line,
    detail: &HandoverDetail,
) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    if detail.region != line.region {
        issues.extend(register::village_issue(case, detail.region));
    }
    let employer = match find_specialist(conn, detail.specialist) {
        Ok(specialist) => Some(specialist.institution_id),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    if employer != Some(line.institution) {
        let say = Say::new(
            "接手的特派员不属于这家机构。",
            "The specialist who takes over belongs to another institution.",
        );
        issues.push(Issue::refuse("handover.institution", "to", say));
        return Ok(issues);
    }
    let (regions, day) = (case.office.regions, case.business_date);
    let stands = regions.stands_as(detail.region, day);
    let known = register::load_assignments(conn, detail.specialist)?;
    let in_post = known.iter().any(|row| {
        row.book_id == case.book.id && row.holds_on(day) && regions.stands_as(row.region_id, day) == stands
    });
    if !in_post {
        let village = regions.say(detail.region, day);
        let say = Say::new(
            format!(
                "接手的特派员在 {day} 没有派驻{}，要由审核人核实决定。",
                village.zh
            ),
            format!(
                "The specialist who takes over was not posted to {} on {day}; the reviewer must decide.",
                village.en
            ),
        );
        issues.push(Issue::hold("handover.inactive", "to", say));
    }
    Ok(issues)
}

fn contract_issues(
    line: &Line,
    detail: &HandoverDetail,
    stands: Option<(RegionId, SpecialistId)>,
) -> Option<Issue> {
    let here = (line.region, line.specialist);
    if stands != Some(here) {
        let say = Say::new(
            "合同不在这里，或已经移交过，请重新打开移交页面。",
            "The contract is not there, or has been handed over meanwhile. Open the page again.",
        );
        return Some(Issue::refuse("handover.contract", "contract", say));
    }
    (here == (detail.region, detail.specialist)).then(|| {
        let say = Say::new("村和特派员都没有变。", "Neither village nor specialist changes.");
        Issue::refuse("handover.nothing", "to", say)
    })
}

fn apply(conn: &mut Conn, case: &Case<'_>) -> Result<(), Error> {
    for line in case.lines {
        let detail: HandoverDetail = line.detail()?;
        let id = line
            .contract
            .as_ref()
            .ok_or_else(|| Error::Failed("a handover names no contract".to_owned()))?;
        store::relocate(conn, case.book.id, id, &detail)?;
    }
    Ok(())
}
