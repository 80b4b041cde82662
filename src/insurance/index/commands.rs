//! The index payout's voucher: judged as every payout, and held against the formula.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::rules::{self, Insured, Trigger, Verdict, Worked};
use super::store;
use crate::db::Conn;
use crate::error::{Error, Issue, Severity};
use crate::insurance::commands::{LIST_ROW, PayoutDetail, People, Policy, list_row, pay_on_parts};
use crate::insurance::facts;
use crate::insurance::rules::payout::{judge_payout, payout_postings};
use crate::insurance::store::{Cover, PolicyPart};
use crate::ledger::{Basis, Case, Findings, Kind, Line};
use crate::values::quantity::quantity_hundredths;
use crate::values::{ContractId, Say, Text, Unit};

/// The code of an index payout's voucher.
pub const INDEX_KIND: &str = "insurance.index_payout";

/// What an evaluation rests on: the trigger's revision, and up to which number observations were known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub trigger_from: NaiveDate,
    pub trigger_revision: i32,
    pub observed: i64,
}

/// An index payout's own part of a voucher line; the line's amount is what was paid, its contract the
/// policy, the voucher's business date the day of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexDetail {
    /// The part of the policy: the line of its voucher, from 1.
    pub part: i32,
    pub known: Known,
    /// Households paid by this line (户次).
    pub households: i64,
    /// The formula as it was worked, in both languages, for whoever reads the voucher.
    pub worked: Say,
}

pub fn kind() -> Kind {
    Kind {
        code: INDEX_KIND,
        name: Text::new("指数赔付", "Index payout"),
        amount_name: Text::new("赔款", "Paid"),
        form: super::form::FORM,
        describe,
        assess,
        apply: pay_on_parts,
        reversible: true,
    }
}

fn describe(line: &Line) -> Result<Vec<(Text, Say)>, Error> {
    let detail: IndexDetail = line.detail()?;
    let both = |text: String| Say::new(text.clone(), text);
    Ok(vec![
        (Text::new("计算依据", "Worked from"), detail.worked),
        (
            Text::new("条款", "Trigger"),
            Say::new(
                format!(
                    "自 {} 起，第 {} 版",
                    detail.known.trigger_from, detail.known.trigger_revision
                ),
                format!(
                    "from {}, revision {}",
                    detail.known.trigger_from, detail.known.trigger_revision
                ),
            ),
        ),
        (LIST_ROW, list_row(detail.part)),
        (
            Text::new("受益户次", "Households paid"),
            both(detail.households.to_string()),
        ),
    ])
}

/// An evaluation of one part of a policy.
#[derive(Clone, Debug)]
pub(super) enum Evaluation {
    /// No trigger is registered, or it is registered as undetermined.
    Undetermined,
    /// The trigger's season lies outside the days insured.
    OutOfSeason,
    Worked {
        known: Known,
        worked: Worked,
    },
}

/// Evaluates a part of a policy: by what is known now, or by what was known then.
pub(super) fn evaluate(
    conn: &mut Conn,
    cover: &Cover,
    part: &PolicyPart,
    unit: &str,
    then: Option<Known>,
) -> Result<Evaluation, Error> {
    let (product, starts_on) = (cover.policy.product_id, cover.policy.starts_on);
    let row = match then {
        Some(known) => store::trigger_of(conn, product, known.trigger_from, known.trigger_revision)?,
        None => store::trigger_on(conn, product, starts_on)?,
    };
    let Some(row) = row else {
        return Ok(Evaluation::Undetermined);
    };
    let Some(trigger) = row.trigger()? else {
        return Ok(Evaluation::Undetermined);
    };
    let Some(period) = trigger.period(starts_on, cover.policy.ends_on) else {
        return Ok(Evaluation::OutOfSeason);
    };
    let up_to = then.map_or(i64::MAX, |known| known.observed);
    let (observations, reaches) = store::observed(conn, trigger.station, &trigger.readings(), period, up_to)?;
    let insured = Insured {
        starts_on,
        ends_on: cover.policy.ends_on,
        quantity: quantity_hundredths(&part.quantity).unwrap_or(0),
        unit,
        unit_sum: part.unit_sum_fen,
    };
    let station = station_name(conn, &trigger)?;
    let worked = rules::evaluate(&trigger, &station, &insured, &observations)?;
    Ok(
        worked.map_or(Evaluation::OutOfSeason, |worked| Evaluation::Worked {
            known: Known {
                trigger_from: row.valid_from,
                trigger_revision: row.revision,
                observed: reaches.min(up_to),
            },
            worked,
        }),
    )
}

/// An ordinary payout would pass by the formula where there is one. Judged when it is sent, so that what
/// was paid before a trigger was registered stays right.
pub fn paid_by_index(
    conn: &mut Conn,
    case: &Case<'_>,
    cover: Option<&Cover>,
) -> Result<Option<Issue>, Error> {
    let Some(policy) = cover
        .map(|cover| &cover.policy)
        .filter(|_| case.basis == Basis::WithPending)
    else {
        return Ok(None);
    };
    let row = store::trigger_on(conn, policy.product_id, policy.starts_on)?;
    let determined = row.is_some_and(|row| !row.content.is_empty());
    Ok(determined.then(|| {
        let say = Say::new(
            "这是指数保险，请用“指数评估与赔付”按公式赔付。",
            "This is index insurance; pay it by its formula under “Index evaluation and payout”.",
        );
        Issue::refuse("payout.by_index", "policy", say)
    }))
}

fn station_name(conn: &mut Conn, trigger: &Trigger) -> Result<String, Error> {
    let all = store::stations(conn)?;
    let station = all.into_iter().find(|station| station.id == trigger.station);
    Ok(station.map_or_else(|| format!("#{}", trigger.station), |station| station.name))
}

fn assess(conn: &mut Conn, case: &Case<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut covers = facts::covers(conn, case)?;
    let people = People::load(conn, case)?;
    let mut paid: HashSet<(Option<&ContractId>, i32)> = HashSet::new();
    for line in case.lines {
        let detail: IndexDetail = line.detail()?;
        let again = !paid.insert((line.contract.as_ref(), detail.part));
        let cover = line.contract.as_ref().and_then(|id| covers.get_mut(id));
        let (mut issues, day) = match cover.as_deref() {
            Some(cover) => formula_issues(conn, case, line, &detail, cover)?,
            None => (Vec::new(), case.business_date),
        };
        if again {
            issues.push(Issue::refuse("index.paid_already", "policy", paid_already()));
        }
        let claim = as_claim(&detail, day);
        issues.extend(judge_payout(line, &claim, cover.as_deref(), case.business_date));
        if issues.iter().all(|issue| issue.severity < Severity::Refuse)
            && let Some(cover) = cover
        {
            cover.pay(detail.part, line.amount)?;
        }
        issues.extend(people.issues(case, line, Policy::InForce));
        findings
            .issues
            .extend(issues.into_iter().map(|issue| issue.on_line(line.n)));
        findings.postings.extend(payout_postings(line, &claim));
    }
    Ok(findings)
}

/// The index payout as the claim that the common rules judge.
fn as_claim(detail: &IndexDetail, day: NaiveDate) -> PayoutDetail {
    PayoutDetail {
        claim: "指数".to_owned(),
        loss_date: day,
        cause: "指数".to_owned(),
        part: detail.part,
        households: detail.households,
        counted: true,
    }
}

/// Rule 22: the amount is the formula on the stored observations, which are the latest when it is sent;
/// and a part is paid once by its index. Gives the day of the value that triggers too.
fn formula_issues(
    conn: &mut Conn,
    case: &Case<'_>,
    line: &Line,
    detail: &IndexDetail,
    cover: &Cover,
) -> Result<(Vec<Issue>, NaiveDate), Error> {
    let mut issues = Vec::new();
    let mut refuse = |code, field, say: Say| issues.push(Issue::refuse(code, field, say));
    // Any day insured: the sentence about the formula is enough where there is no day that triggers.
    let mut at = cover.policy.starts_on;
    let Some(part) = cover.part(detail.part) else {
        return Ok((issues, at));
    };
    match evaluate(conn, cover, part, "", Some(detail.known))? {
        Evaluation::Undetermined => refuse("index.undetermined", "policy", undetermined()),
        Evaluation::OutOfSeason => refuse("index.out_of_season", "policy", out_of_season()),
        Evaluation::Worked { worked, .. } => match worked.verdict {
            Verdict::Pays { amount, day, .. } if amount == line.amount => at = day,
            Verdict::Pays { amount, .. } => {
                let (should_be, is) = (amount.show(Unit::Yuan), line.amount.show(Unit::Yuan));
                let say = Say::new(
                    format!("指数赔款要等于公式的结果 {should_be} 元，现为 {is} 元。"),
                    format!("An index payout equals its formula, {should_be} yuan, not {is} yuan."),
                );
                refuse("index.amount", "amount", say);
            }
            Verdict::NotMet | Verdict::Unknown => refuse("index.not_triggered", "policy", not_triggered()),
        },
    }
    if case.basis == Basis::WithPending {
        let now = evaluate(conn, cover, part, "", None)?;
        if matches!(now, Evaluation::Worked { known, .. } if known != detail.known) {
            let say = Say::new(
                "条款或观测值刚有更新，请重新评估。",
                "The trigger or an observation has been updated; evaluate again.",
            );
            refuse("index.updated", "policy", say);
        }
    }
    let waiting = case.basis == Basis::WithPending;
    let others = store::index_payouts(conn, case.book.id, &cover.policy.id, case.voucher, waiting)?;
    for other in others {
        let other: IndexDetail = serde_json::from_str(&other)?;
        if other.part == detail.part {
            issues.push(Issue::refuse("index.paid_already", "policy", paid_already()));
            break;
        }
    }
    Ok((issues, at))
}

fn paid_already() -> Say {
    Say::new(
        "投保清单的这一行已按指数赔付过（含待审核）。要按更正后的观测值重赔，请先冲销原来的。",
        "This part has an index payout already, perhaps waiting. To pay by corrected observations, reverse that one first.",
    )
}

pub(super) fn undetermined() -> Say {
    Say::new(
        "触发条件未定：登记触发条件以后才能评估和赔付。",
        "The trigger is undetermined: nothing can be evaluated or paid before it is registered.",
    )
}

pub(super) fn out_of_season() -> Say {
    Say::new(
        "保险期间里没有条款约定的观测期，不能评估。",
        "The season of the trigger lies outside the days insured.",
    )
}

pub(super) fn not_triggered() -> Say {
    Say::new(
        "按已登记的观测值没有触发，不能赔付。",
        "By the observations registered it is not triggered; nothing can be paid.",
    )
}
