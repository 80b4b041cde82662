//! Vouchers of the plan: who, when, and what is recorded.

use chrono::NaiveDate;

use super::model::Place;
use crate::values::money::Fen;

/// What every voucher carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Business date.
    pub date: NaiveDate,
    /// The book: a county code of 12 digits.
    pub county: String,
    /// `None` for what the county itself records (示范镇).
    pub institution: Option<usize>,
    pub specialist: Option<usize>,
    /// Unique over `items`, `waiting` and `since`, rising with the order.
    pub sequence: u32,
}

/// One voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub head: Head,
    pub act: Act,
}

/// What a voucher records. The order of the variants is the order within one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// 派驻: indexes into [`Plan::assignments`](super::Plan::assignments), one specialist, one day.
    Assign(Vec<usize>),
    Preapprove(Sheet),
    Grant(Sheet),
    Sign(Sheet),
    /// 放款: indexes into [`Plan::loans`](super::Plan::loans), one specialist, one day.
    Lend(Vec<usize>),
    Repay(Vec<Repayment>),
    /// 五级分类 of loans as the bank has set it.
    Classify(Vec<Classification>),
    /// Index into [`Plan::policies`](super::Plan::policies).
    Insure(usize),
    PayClaim(Claim),
    OpenPoint(Point),
    Designate(Designation),
    Visit(Visit),
    Talk(Talk),
}

impl Act {
    /// Its place within a day.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Assign(_) => 0,
            Self::Preapprove(_) => 1,
            Self::Grant(_) => 2,
            Self::Sign(_) => 3,
            Self::Lend(_) => 4,
            Self::Repay(_) => 5,
            Self::Classify(_) => 6,
            Self::Insure(_) => 7,
            Self::PayClaim(_) => 8,
            Self::OpenPoint(_) => 9,
            Self::Designate(_) => 10,
            Self::Visit(_) => 11,
            Self::Talk(_) => 12,
        }
    }
}

/// A whole-village sheet of one bank at one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub village: Place,
    pub lines: Vec<SheetLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    /// Index into [`Plan::lines`](super::Plan::lines).
    pub line: usize,
    pub amount: Fen,
}

impl SheetLine {
    pub(super) fn new(line: usize, fen: i64) -> Self {
        let amount = Fen(fen);
        Self { line, amount }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repayment {
    pub loan: usize,
    pub principal: Fen,
    pub interest: Fen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoanClass {
    /// 关注
    SpecialMention,
    /// 次级
    Substandard,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    pub loan: usize,
    pub class: LoanClass,
}

/// A payout on one policy for one event; the voucher's date is the day it was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub number: String,
    pub policy: usize,
    pub loss_date: NaiveDate,
    pub cause: String,
    pub lines: Vec<ClaimLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimLine {
    /// Index into the policy's lines.
    pub policy_line: usize,
    pub households: u32,
    pub amount: Fen,
}

/// A 裕农通 service point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub code: String,
    pub name: String,
    pub village: Place,
}

/// A town recognised as 移动支付示范镇.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Designation {
    pub town: String,
    pub kind: String,
}

/// One round through a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub village: Place,
    pub households: Vec<VisitedHousehold>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitedHousehold {
    pub client: usize,
    pub note: String,
}

/// A talk (宣讲) in a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    pub village: Place,
    pub topic: String,
    pub attendance: u32,
}
