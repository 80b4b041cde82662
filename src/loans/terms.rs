//! What a loan is lent on, and each voucher's own part of a line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::coded::coded;
use crate::values::schedule::DayCount;
use crate::values::{ContractId, Fen, Text, words};

/// The code of a voucher that pays loans out (放款).
pub const DISBURSEMENT_KIND: &str = "loan.disbursement";
/// The code of a voucher that brings principal, interest or penalty interest back (还款).
pub const REPAYMENT_KIND: &str = "loan.repayment";
/// The code of a voucher with which the bank classes loans (五级分类).
pub const CLASSIFICATION_KIND: &str = "loan.classification";
/// The code of a voucher that gives loans more time (展期).
pub const EXTENSION_KIND: &str = "loan.extend";
/// The code of a voucher that writes loans off (核销).
pub const WRITE_OFF_KIND: &str = "loan.write_off";
/// The code of a voucher that brings back some of what was written off (核销后收回).
pub const RECOVERY_KIND: &str = "loan.recover";

coded! {
    /// 担保方式: what stands behind a loan.
    Guarantee {
        /// 信用: nothing but the borrower's word.
        Credit = "credit", Text::new("信用", "Unsecured");
        /// 保证: another person answers for it.
        Guarantor = "guarantee", Text::new("保证", "Guarantee");
        Mortgage = "mortgage", Text::new("抵押", "Mortgage");
        Pledge = "pledge", Text::new("质押", "Pledge");
        /// 农担: an agricultural guarantee company answers for it.
        AgriGuarantee = "agri-guarantee", Text::new("农担", "Agricultural guarantee company");
    }
}

coded! {
    /// 五级分类, from the best to the worst. The bank classifies; this program only warns.
    LoanClass {
        Normal = "normal", Text::new("正常", "Normal");
        SpecialMention = "special-mention", Text::new("关注", "Special mention");
        Substandard = "substandard", Text::new("次级", "Substandard");
        Doubtful = "doubtful", Text::new("可疑", "Doubtful");
        Loss = "loss", Text::new("损失", "Loss");
    }
}

impl LoanClass {
    /// 不良: 次级, 可疑 and 损失.
    pub const fn is_nonperforming(self) -> bool {
        matches!(
            self,
            LoanClass::Substandard | LoanClass::Doubtful | LoanClass::Loss
        )
    }

    /// How many grades below 正常.
    pub(super) const fn grade(self) -> u8 {
        self as u8
    }

    /// The best class a loan may have that is so many days past due: any overdue 关注, past 90 days
    /// 次级, past 270 可疑, past 360 损失 (商业银行金融资产风险分类办法).
    pub(super) const fn floor(days_overdue: i64) -> LoanClass {
        match days_overdue {
            ..=0 => LoanClass::Normal,
            1..=90 => LoanClass::SpecialMention,
            91..=270 => LoanClass::Substandard,
            271..=360 => LoanClass::Doubtful,
            _ => LoanClass::Loss,
        }
    }
}

/// 放款: a disbursement's own part of a line. The line's contract is the new loan's id, its amount
/// the principal; the day is the voucher's business date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanTerms {
    /// The credit line it is drawn under; none for a loan that stands alone.
    pub credit_line: Option<ContractId>,
    /// Percent a year, at most four decimals, such as `4.35`.
    pub rate_percent: String,
    pub matures_on: NaiveDate,
    /// What the money is for, in the borrower's words.
    pub purpose: String,
    /// A [`Guarantee`]'s code.
    pub guarantee: String,
    /// A [`RepaymentMethod`](crate::values::schedule::RepaymentMethod)'s code.
    pub method: String,
    /// A [`DayCount`]'s code; by month in records from before it was asked.
    #[serde(default = "by_month")]
    pub day_count: String,
    /// How the rate is made up, where the contract says it as LPR and points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lpr: Option<Lpr>,
    /// The bank's own number of the note (借据号); empty where it was not given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note_number: String,
}

fn by_month() -> String {
    DayCount::Thirty360.code().to_owned()
}

/// LPR 加点: 3.45% and 40 basis points are 3.85%.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lpr {
    /// Percent a year, at most four decimals.
    pub lpr_percent: String,
    /// Hundredths of a percent above it, or below.
    pub bp: i32,
}

impl Lpr {
    /// `LPR 3.45% + 40bp`.
    pub(super) fn show(&self) -> String {
        let (sign, points) = (if self.bp < 0 { '-' } else { '+' }, self.bp.unsigned_abs());
        format!("LPR {}% {sign} {points}bp", self.lpr_percent)
    }
}

/// 还款: a repayment's own part of a line. The line's contract is the loan, its amount the
/// principal, which may be zero when only interest was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepaymentDetail {
    pub interest: Fen,
    /// 罚息.
    pub penalty: Fen,
}

/// 五级分类: the class the bank gives a loan. The line's contract is the loan, its amount zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassificationDetail {
    /// A [`LoanClass`]'s code.
    pub class: String,
}

/// 展期: an extension's own part of a line. The line's contract is the loan, its amount the principal still owed;
/// from the voucher's day on the loan is repaid by this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionDetail {
    pub matures_on: NaiveDate,
    /// Percent a year, at most four decimals.
    pub rate_percent: String,
    /// A [`RepaymentMethod`](crate::values::schedule::RepaymentMethod)'s code.
    pub method: String,
}

/// 核销: a write-off's own part of a line. The line's contract is the loan, its amount the whole balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOffDetail {
    /// The number of the bank's decision, or what it rests on.
    pub document: String,
}

/// 核销后收回: a recovery's own part of a line. The line's contract is the loan, its amount what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryDetail {}

/// The things that happen to a loan and are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Act {
    Disbursement,
    Repayment,
    Classification,
    Extension,
    WriteOff,
    Recovery,
}

impl Act {
    pub(super) const EVERY: [Act; 6] = [
        Act::Disbursement,
        Act::Repayment,
        Act::Classification,
        Act::Extension,
        Act::WriteOff,
        Act::Recovery,
    ];

    /// The code of its voucher.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Act::Disbursement => DISBURSEMENT_KIND,
            Act::Repayment => REPAYMENT_KIND,
            Act::Classification => CLASSIFICATION_KIND,
            Act::Extension => EXTENSION_KIND,
            Act::WriteOff => WRITE_OFF_KIND,
            Act::Recovery => RECOVERY_KIND,
        }
    }

    pub(super) fn parse(code: &str) -> Option<Act> {
        Act::EVERY.into_iter().find(|act| act.code() == code)
    }

    /// The page on which it is recorded.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Act::Disbursement => "/field/loan",
            Act::Repayment => "/field/repayment",
            Act::Classification => "/field/classification",
            Act::Extension => "/field/extension",
            Act::WriteOff => "/field/write-off",
            Act::Recovery => "/field/recovery",
        }
    }

    pub(super) const fn name(self) -> Text {
        match self {
            Act::Disbursement => words::DISBURSEMENT,
            Act::Repayment => words::REPAYMENT,
            Act::Classification => Text::new("五级分类", "Loan classification"),
            Act::Extension => Text::new("展期", "Extension"),
            Act::WriteOff => Text::new("核销", "Write-off"),
            Act::Recovery => Text::new("核销后收回", "Recovery after write-off"),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Good terms of a year, drawn under a credit line or under none.
    pub(in crate::loans) fn terms(credit_line: Option<ContractId>) -> LoanTerms {
        LoanTerms {
            credit_line,
            rate_percent: "4.35".to_owned(),
            matures_on: NaiveDate::from_ymd_opt(2024, 6, 30).unwrap(),
            purpose: "购买鱼苗饲料".to_owned(),
            guarantee: "credit".to_owned(),
            method: "bullet".to_owned(),
            day_count: "30/360".to_owned(),
            lpr: None,
            note_number: String::new(),
        }
    }

    #[test]
    fn records_from_before_the_day_count_read_as_by_month() {
        let mut stored = serde_json::to_value(terms(None)).unwrap();
        let fields = stored.as_object_mut().unwrap();
        assert!(fields.remove("day_count").is_some());
        assert!(
            !fields.contains_key("lpr"),
            "absent where the contract names none"
        );
        assert_eq!(serde_json::from_value::<LoanTerms>(stored).unwrap(), terms(None));
    }

    #[test]
    fn lpr_and_points_are_shown_as_contracts_write_them() {
        let shown = |bp| {
            let lpr_percent = "3.45".to_owned();
            Lpr { lpr_percent, bp }.show()
        };
        assert_eq!(shown(40), "LPR 3.45% + 40bp");
        assert_eq!(shown(-30), "LPR 3.45% - 30bp");
    }

    #[test]
    fn codes_read_back() {
        for guarantee in Guarantee::EVERY {
            assert_eq!(Guarantee::parse(guarantee.code()), Some(guarantee));
        }
        assert_eq!(LoanClass::EVERY.len(), 5);
    }

    #[test]
    fn the_worst_three_classes_are_nonperforming() {
        let bad: Vec<_> = LoanClass::EVERY
            .into_iter()
            .filter(|class| class.is_nonperforming())
            .map(|class| class.name().zh)
            .collect();
        assert_eq!(bad, ["次级", "可疑", "损失"]);
    }

    #[test]
    fn days_overdue_set_the_best_class_there_can_be() {
        let floors = [0, 1, 90, 91, 270, 271, 360, 361].map(|days| LoanClass::floor(days).name().zh);
        assert_eq!(
            floors,
            ["正常", "关注", "关注", "次级", "次级", "可疑", "可疑", "损失"]
        );
    }
}
