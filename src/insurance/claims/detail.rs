//! What a step of a claim says besides its amount.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::DisasterId;

/// What was reported (报案).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub loss_date: NaiveDate,
    /// 出险原因; no names of persons.
    pub cause: String,
    /// The disaster it belongs to; none for a loss of its own.
    pub event: Option<DisasterId>,
    /// Households hit (户次).
    pub households: i64,
    pub reported_on: NaiveDate,
    /// When it was looked at, where a sheet files, surveys and assesses at once.
    pub surveyed_on: Option<NaiveDate>,
}

/// A step's own part of a voucher line; the line's amount is the estimate, the assessment or what was
/// approved, its contract the policy, the voucher's business date the day of the step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimDetail {
    /// 报案号.
    pub claim: String,
    /// The part of the policy: the row of its list, from 1.
    pub part: i32,
    /// Files the claim: with 报案, and with a 定损 that is the first word of it.
    pub report: Option<Report>,
    /// 损失数量 in the policy's unit, decimal text; empty where none is said.
    pub quantity: String,
    /// First and last day of 公示.
    pub shown: Option<(NaiveDate, NaiveDate)>,
    /// What was seen or decided; no names of persons.
    pub note: String,
}
