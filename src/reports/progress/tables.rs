//! The stages of village credit and the columns that show them.

use crate::reports::columns::{ALONE, columns};
use crate::values::Text;
use crate::values::measure::{self, MeasureId};

/// One stage of the funnel.
pub struct Stage {
    pub name: Text,
    pub households: MeasureId,
    pub amount: Option<MeasureId>,
    /// What was new in a period, where it is measured.
    pub new: Option<MeasureId>,
    /// Whether its households are set against the stage before: a pre-approval may precede any stage.
    pub follows: bool,
}

const fn stage(name: Text, households: MeasureId, amount: Option<MeasureId>) -> Stage {
    Stage {
        name,
        households,
        amount,
        new: None,
        follows: true,
    }
}

const FILED: Text = Text::new("建档", "Filed");
const FIRST: Text = Text::new("初评", "First assessment");
const SECOND: Text = Text::new("复评", "Second assessment");
const PREAPPROVED: Text = Text::new("预授信", "Pre-approved");
const GRANTED: Text = Text::new("授信", "Granted");
const SIGNED: Text = Text::new("签约", "Signed");
const DRAWN: Text = Text::new("用信", "Drawn");
const REACHED: Text = Text::new("授信村", "Villages with a line");
const RATES: Text = Text::new("转化率（户）", "How many households go on");
const AMOUNT_RATES: Text = Text::new("转化率（金额）", "How much goes on");

/// Every stage, in order.
pub static STAGES: [Stage; 7] = [
    stage(FILED, measure::CREDIT_FILED_HOUSEHOLDS, None),
    stage(
        FIRST,
        measure::CREDIT_FIRST_ASSESSED_HOUSEHOLDS,
        Some(measure::CREDIT_FIRST_ASSESSED),
    ),
    stage(
        SECOND,
        measure::CREDIT_SECOND_ASSESSED_HOUSEHOLDS,
        Some(measure::CREDIT_SECOND_ASSESSED),
    ),
    Stage {
        new: Some(measure::CREDIT_PREAPPROVED_NEW),
        follows: false,
        ..stage(
            PREAPPROVED,
            measure::CREDIT_HOUSEHOLDS,
            Some(measure::CREDIT_PREAPPROVED),
        )
    },
    Stage {
        new: Some(measure::CREDIT_GRANTED_NEW),
        ..stage(
            GRANTED,
            measure::CREDIT_GRANTED_HOUSEHOLDS,
            Some(measure::CREDIT_GRANTED),
        )
    },
    Stage {
        new: Some(measure::CREDIT_SIGNED_NEW),
        ..stage(
            SIGNED,
            measure::CREDIT_SIGNED_HOUSEHOLDS,
            Some(measure::CREDIT_SIGNED),
        )
    },
    stage(
        DRAWN,
        measure::CREDIT_DRAWN_HOUSEHOLDS,
        Some(measure::CREDIT_DRAWN),
    ),
];

columns! { HOUSEHOLDS:
    villages = CREDIT_VILLAGES End, REACHED, "期末" "At end";
    villages_change = CREDIT_VILLAGES SincePreviousMonth, REACHED, "较上月" "On last month";
    filed = CREDIT_FILED_HOUSEHOLDS End, FILED, "期末" "At end";
    filed_change = CREDIT_FILED_HOUSEHOLDS SincePreviousMonth, FILED, "较上月" "On last month";
    first = CREDIT_FIRST_ASSESSED_HOUSEHOLDS End, FIRST, "期末" "At end";
    first_change = CREDIT_FIRST_ASSESSED_HOUSEHOLDS SincePreviousMonth, FIRST, "较上月" "On last month";
    second = CREDIT_SECOND_ASSESSED_HOUSEHOLDS End, SECOND, "期末" "At end";
    second_change = CREDIT_SECOND_ASSESSED_HOUSEHOLDS SincePreviousMonth, SECOND, "较上月" "On last month";
    preapproved = CREDIT_HOUSEHOLDS End, PREAPPROVED, "期末" "At end";
    preapproved_change = CREDIT_HOUSEHOLDS SincePreviousMonth, PREAPPROVED, "较上月" "On last month";
    granted = CREDIT_GRANTED_HOUSEHOLDS End, GRANTED, "期末" "At end";
    granted_change = CREDIT_GRANTED_HOUSEHOLDS SincePreviousMonth, GRANTED, "较上月" "On last month";
    signed = CREDIT_SIGNED_HOUSEHOLDS End, SIGNED, "期末" "At end";
    signed_change = CREDIT_SIGNED_HOUSEHOLDS SincePreviousMonth, SIGNED, "较上月" "On last month";
    drawn = CREDIT_DRAWN_HOUSEHOLDS End, DRAWN, "期末" "At end";
    drawn_change = CREDIT_DRAWN_HOUSEHOLDS SincePreviousMonth, DRAWN, "较上月" "On last month";
    granted_rate = CREDIT_GRANTED_HOUSEHOLDS End / CREDIT_HOUSEHOLDS End, RATES, "授信÷预授信%" "Granted of pre-approved, %";
    signed_rate = CREDIT_SIGNED_HOUSEHOLDS End / CREDIT_GRANTED_HOUSEHOLDS End, RATES, "签约÷授信%" "Signed of granted, %";
    drawn_rate = CREDIT_DRAWN_HOUSEHOLDS End / CREDIT_GRANTED_HOUSEHOLDS End, RATES, "用信÷授信%" "Drawn of granted, %";
}

columns! { AMOUNTS:
    first = CREDIT_FIRST_ASSESSED End, ALONE, "初评额度" "First assessed";
    second = CREDIT_SECOND_ASSESSED End, ALONE, "复评额度" "Second assessed";
    preapproved = CREDIT_PREAPPROVED End, PREAPPROVED, "期末" "At end";
    preapproved_new = CREDIT_PREAPPROVED_NEW Month, PREAPPROVED, "本月新增" "New this month";
    preapproved_change = CREDIT_PREAPPROVED SincePreviousMonth, PREAPPROVED, "较上月" "On last month";
    granted = CREDIT_GRANTED End, GRANTED, "期末" "At end";
    granted_new = CREDIT_GRANTED_NEW Month, GRANTED, "本月新增" "New this month";
    granted_change = CREDIT_GRANTED SincePreviousMonth, GRANTED, "较上月" "On last month";
    signed = CREDIT_SIGNED End, SIGNED, "期末" "At end";
    signed_new = CREDIT_SIGNED_NEW Month, SIGNED, "本月新增" "New this month";
    signed_change = CREDIT_SIGNED SincePreviousMonth, SIGNED, "较上月" "On last month";
    drawn = CREDIT_DRAWN End, DRAWN, "期末" "At end";
    drawn_change = CREDIT_DRAWN SincePreviousMonth, DRAWN, "较上月" "On last month";
    granted_rate = CREDIT_GRANTED End / CREDIT_PREAPPROVED End, AMOUNT_RATES, "授信÷预授信%" "Granted of pre-approved, %";
    signed_rate = CREDIT_SIGNED End / CREDIT_GRANTED End, AMOUNT_RATES, "签约÷授信%" "Signed of granted, %";
    drawn_rate = CREDIT_DRAWN End / CREDIT_GRANTED End, AMOUNT_RATES, "用信÷授信%" "Drawn of granted, %";
}
