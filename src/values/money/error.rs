//! The names of what can be wrong with an amount.

use crate::values::text::Say;

/// What is wrong with an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing was written.
    Empty,
    /// Not a number at all.
    NotANumber,
    /// Written with an exponent, as `1e6`; spreadsheets do this to long numbers.
    Exponent,
    /// Written with an underscore, as `1_000`.
    Underscore,
    /// Written with a plus sign.
    PlusSign,
    /// Negative written in parentheses, `(5.00)`.
    Parentheses,
    /// A unit or currency word inside the number, as `113万`.
    UnitInside,
    /// Commas that do not stand at every third digit, as `1,13`.
    Grouping,
    /// More decimals than whole 分 allow in that unit.
    TooManyDecimals {
        /// How many are allowed.
        allowed: usize,
    },
    /// More digits before the point than the 13 of yuan.
    TooManyDigits {
        /// How many are allowed.
        allowed: usize,
    },
    /// A computed amount has a part of a 分.
    FractionOfFen,
    /// A computed amount is too large to hold.
    Overflow,
}

impl AmountError {
    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            AmountError::Empty => "amount.empty",
            AmountError::NotANumber => "amount.not_a_number",
            AmountError::Exponent => "amount.exponent",
            AmountError::Underscore => "amount.underscore",
            AmountError::PlusSign => "amount.plus_sign",
            AmountError::Parentheses => "amount.parentheses",
            AmountError::UnitInside => "amount.unit_inside",
            AmountError::Grouping => "amount.grouping",
            AmountError::TooManyDecimals { .. } => "amount.too_many_decimals",
            AmountError::TooManyDigits { .. } => "amount.too_many_digits",
            AmountError::FractionOfFen => "amount.fraction_of_fen",
            AmountError::Overflow => "amount.overflow",
        }
    }

    /// The sentence for the person who wrote it.
    #[must_use]
    pub fn say(&self) -> Say {
        match self {
            AmountError::Empty => Say::new("请填写金额。", "Enter an amount."),
            AmountError::NotANumber => Say::new(
                "金额不是数字，请写成 1130000.00 的样子。",
                "This is not an amount. Write it like 1130000.00.",
            ),
            AmountError::Exponent => Say::new(
                "金额不能用科学记数法（如 1E+06），请写出全部数字。",
                "Do not write an amount in scientific notation (1E+06); write out every digit.",
            ),
            AmountError::Underscore => {
                Say::new("金额中不能有下划线。", "An amount cannot contain underscores.")
            }
            AmountError::PlusSign => {
                Say::new("金额前不要写加号。", "Do not put a plus sign before an amount.")
            }
            AmountError::Parentheses => Say::new(
                "负数请用负号（-5.00），不要用括号。",
                "Write a negative amount with a minus sign (-5.00), not in parentheses.",
            ),
            AmountError::UnitInside => Say::new(
                "金额里只写数字，不要带“元”“万”“亿”等单位；单位在旁边选择。",
                "Write digits only, without 元, 万 or 亿; the unit is chosen beside the field.",
            ),
            AmountError::Grouping => Say::new(
                "千位逗号的位置不对，请写成 1,130,000.00 或不写逗号。",
                "The commas are misplaced. Write 1,130,000.00, or leave the commas out.",
            ),
            AmountError::TooManyDecimals { allowed } => Say::new(
                format!("小数最多 {allowed} 位，再多就不足一分了；请核对原始金额。"),
                format!("At most {allowed} decimals: more would split a fen. Check the original amount."),
            ),
            AmountError::TooManyDigits { allowed } => Say::new(
                format!("整数部分最多 {allowed} 位，请核对金额和单位。"),
                format!("At most {allowed} digits before the point. Check the amount and its unit."),
            ),
            AmountError::FractionOfFen => Say::new(
                "金额含有不足一分的部分，系统不会自动舍入；请核对。",
                "The amount has a part of a fen, which is never rounded silently. Check it.",
            ),
            AmountError::Overflow => Say::new(
                "金额超出可记录的范围，请核对。",
                "The amount is beyond what can be recorded. Check it.",
            ),
        }
    }
}

impl std::fmt::Display for AmountError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.say().fmt(f)
    }
}

impl std::error::Error for AmountError {}
