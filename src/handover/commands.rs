//! What a move posts, and what it changes.

use std::collections::{HashMap, HashSet};

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
    ClientId, ContractId, Fen, InstitutionId, Lang, Month, RegionId, Say, SpecialistId, Text, measure, words,
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
    pub const EVERY: [What; 3] = [What::CreditLine, What::Loan, What::PolicyPart];

    /// As an address says it.
    pub const fn code(self) -> &'static str {
        match self {
            What::CreditLine => "credit-line",
            What::Loan => "loan",
            What::PolicyPart => "policy-part",
        }
    }

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
    /// What of the loans is posted as overdue.
    overdue: HashMap<ContractId, Fen>,
    covers: HashMap<ContractId, Cover>,
    /// Rows of the policies' lists on which a claim is open.
    claimed: HashSet<(ContractId, i32)>,
    clients: HashMap<ClientId, Client>,
    /// The last month in which anything of each was posted.
    latest: HashMap<ContractId, Month>,
}

impl Standing {
    fn load(conn: &mut Conn, case: &Case<'_>) -> Result<Standing, Error> {
        let (book, ids) = (case.book.id, contracts(case));
        let clients = case.lines.iter().filter_map(|line| line.client.clone());
        Ok(Standing {
            lines: credit::load_lines(conn, book, &ids)?,
            loans: loans::load_loans(conn, book, &ids)?,
            overdue: loans::load_overdue(conn, book, &ids)?,
            covers: insurance::load_covers(conn, book, &ids)?,
            claimed: insurance::rows_with_open_claims(conn, book, &ids)?,
            clients: register::find_clients(conn, book, clients)?,
            latest: store::latest_postings(conn, book, &ids)?,
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

    /// A claim goes its way where the policy was when it was reported: it ends first.
    fn claim_issue(&self, line: &Line, detail: &HandoverDetail) -> Option<Issue> {
        let row = (line.contract.clone()?, detail.part);
        let claimed = detail.what == What::PolicyPart && self.claimed.contains(&row);
        claimed.then(|| {
            let say = Say::new(
                "保单这一行还有未结的赔案，结案后再移交。",
                "A claim on this row of the policy is still open; hand it over once it has ended.",
            );
            Issue::refuse("handover.open_claim", "contract", say)
        })
    }

    /// What stands moves, so it moves no earlier than it came to stand: in a month before, the stocks it leaves
    /// would fall below nothing.
    fn early_issue(&self, case: &Case<'_>, line: &Line) -> Option<Issue> {
        let month = Month::of(case.business_date).max(case.book.first_open_month);
        let latest = *self.latest.get(line.contract.as_ref()?)?;
        (month < latest && !case.posted).then(|| {
            let say = Say::new(
                format!(
                    "这份合同在{}还有入账，移交日期不能早于该月。",
                    latest.show(Lang::Zh)
                ),
                format!(
                    "Something of this contract is posted in {}; it cannot be handed over earlier.",
                    latest.show(Lang::En)
                ),
            );
            Issue::refuse("handover.too_early", "business_date", say)
        })
    }

    /// What a move of the line's contract posts in every stock: minus the old dimensions, plus the new.
    fn moved(&self, case: &Case<'_>, line: &Line, detail: &HandoverDetail) -> Result<Vec<Posting>, Error> {
        let Some(id) = line.contract.as_ref() else {
            return Ok(Vec::new());
        };
        let amounts = match detail.what {
            What::CreditLine => {
                let row = self.lines.get(id);
                return Ok(row.map_or_else(Vec::new, |row| self.moved_line(case, line, detail, row)));
            }
            What::Loan => match self.loans.get(id) {
                Some(row) => vec![
                    (measure::LOAN_BALANCE, row.balance_fen),
                    (measure::LOAN_NONPERFORMING, row.nonperforming()?),
                    (
                        measure::LOAN_OVERDUE,
                        self.overdue.get(id).copied().unwrap_or(Fen::ZERO),
                    ),
                ],
                None => Vec::new(),
            },
            What::PolicyPart => {
                let cover = self.covers.get(id).filter(|cover| cover.policy.is_active());
                let part = cover.and_then(|cover| cover.part(detail.part));
                part.map(|part| vec![(measure::INSURANCE_IN_FORCE, part.sum_insured_fen)])
                    .unwrap_or_default()
            }
        };
        let stocks = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
        Ok(stocks
            .flat_map(|(measure, amount)| both_sides(Posting::of(line, measure, amount.0), detail))
            .collect())
    }

    /// The same of a credit line, whose village and household are counted too.
    fn moved_line(
        &self,
        case: &Case<'_>,
        line: &Line,
        detail: &HandoverDetail,
        row: &CreditLine,
    ) -> Vec<Posting> {
        let client = line.client.as_ref().and_then(|id| self.clients.get(id));
        let counts = |region| {
            let unit = case.office.regions.unit(region);
            unit.is_some_and(|unit| unit.kind.is_administrative_village())
        };
        let there = CreditLine {
            region_id: detail.region,
            specialist_id: detail.specialist,
            ..row.clone()
        };
        let leaves = credit::standing(line, row, counts(line.region), client);
        let arrives = credit::standing(line, &there, counts(detail.region), client);
        let mut posted: Vec<Posting> = leaves
            .into_iter()
            .map(|posting| Posting {
                amount: -posting.amount,
                ..posting
            })
            .chain(arrives.into_iter().map(|posting| Posting {
                region: detail.region,
                ..posting
            }))
            .collect();
        if row.drawn_fen.is_positive() {
            let drawn = Posting::of(line, measure::CREDIT_DRAWN, row.drawn_fen.0);
            posted.extend(both_sides(drawn, detail));
            let household = client.filter(|client| client.is_household());
            if let Some(subject) = household.map(|client| client.subject_id) {
                let drawing = Posting::of(line, measure::CREDIT_DRAWN_HOUSEHOLDS, 1).counting(subject);
                posted.extend(both_sides(drawing, detail));
            }
        }
        posted
    }
}

/// What leaves the old village and specialist and arrives at the new.
fn both_sides(posting: Posting, detail: &HandoverDetail) -> [Posting; 2] {
    let leaves = Posting {
        amount: -posting.amount,
        ..posting.clone()
    };
    let arrives = Posting {
        region: detail.region,
        specialist: detail.specialist,
        ..posting
    };
    [leaves, arrives]
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
    let mut seen: HashSet<(Option<&ContractId>, i32)> = HashSet::new();
    let mut targets: HashMap<(RegionId, SpecialistId, bool, InstitutionId), Vec<Issue>> = HashMap::new();
    for line in case.lines {
        let detail: HandoverDetail = line.detail()?;
        let moves = detail.region != line.region;
        let target = (detail.region, detail.specialist, moves, line.institution);
        if let std::collections::hash_map::Entry::Vacant(unknown) = targets.entry(target) {
            unknown.insert(target_issues(conn, case, line, &detail)?);
        }
        let mut issues = targets.get(&target).cloned().unwrap_or_default();
        issues.extend(contract_issues(line, &detail, standing.place(line, &detail)));
        issues.extend(standing.claim_issue(line, &detail));
        issues.extend(standing.early_issue(case, line));
        if !seen.insert((line.contract.as_ref(), detail.part)) {
            let say = Say::new(
                "同一合同在这笔移交里有两行。",
                "The same contract stands in this handover twice.",
            );
            issues.push(Issue::refuse("handover.twice", "contract", say));
        }
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        findings.postings.extend(standing.moved(case, line, &detail)?);
    }
    Ok(findings)
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
