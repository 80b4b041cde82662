//! The registry of rates (比率): which measure is divided by what. A rate is always Σ numerator ÷ Σ denominator at
//! the level shown; a page, a file and the page of the figure itself read the two parts off here.

use super::{MeasureId, Text, by_id};

/// What a rate divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Another measure, read off in the same way as the numerator.
    Measure(MeasureId),
    /// 行政村: units with a villagers' committee on the day.
    AdministrativeVillages,
    /// 登记农户: the households that official statistics register.
    RegisteredHouseholds,
}

impl Whole {
    /// What it is called in a heading or a formula.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Whole::Measure(id) => by_id(id).map_or(Text::new("—", "—"), |measure| measure.name),
            Whole::AdministrativeVillages => Text::new("行政村数", "Administrative villages"),
            Whole::RegisteredHouseholds => Text::new("登记农户数", "Registered households"),
        }
    }
}

/// One rate of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The code in addresses, `loan.nonperforming_rate`.
    pub code: &'static str,
    /// What reports call it.
    pub name: Text,
    /// What is divided. Its nature is the rate's: a stock's rate is of a month's end.
    pub numerator: MeasureId,
    /// What it is divided by.
    pub whole: Whole,
    /// What it says and what it does not, in one or two sentences.
    pub definition: Text,
}

macro_rules! rates {
    ($($constant:ident = $code:literal, $numerator:ident / $whole:expr, $zh:literal $en:literal,
        $definition_zh:literal $definition_en:literal;)+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $definition_en)]
            pub static $constant: Rate = Rate {
                code: $code,
                name: Text::new($zh, $en),
                numerator: super::$numerator,
                whole: $whole,
                definition: Text::new($definition_zh, $definition_en),
            };
        )+

        /// Every rate, by room.
        pub static RATES: &[&Rate] = &[$(&$constant,)+];
    };
}

const fn of(id: MeasureId) -> Whole {
    Whole::Measure(id)
}

rates! {
    DRAWN_RATE = "credit.drawn_rate", CREDIT_DRAWN / of(super::CREDIT_GRANTED),
        "用信率" "Drawn rate",
        "期末用信余额÷期末有效授信额度。" "The drawn balance divided by the granted limits in force, both at the end.";
    GRANTED_RATE = "credit.granted_rate", CREDIT_GRANTED / of(super::CREDIT_PREAPPROVED),
        "授信占预授信" "Granted of pre-approved",
        "期末有效授信额度÷期末预授信额度。" "Granted limits divided by pre-approved limits, both in force at the end.";
    SIGNED_RATE = "credit.signed_rate", CREDIT_SIGNED / of(super::CREDIT_GRANTED),
        "签约率" "Signed rate",
        "期末签约额度÷期末有效授信额度。" "Signed limits divided by granted limits, both in force at the end.";
    SECOND_OF_FIRST = "credit.second_assessed_rate", CREDIT_SECOND_ASSESSED / of(super::CREDIT_FIRST_ASSESSED),
        "复评额度占初评" "Second of first assessments",
        "期末复评额度÷期末初评额度。" "Limits of second assessments divided by those of first ones, at the end.";
    GRANTED_OF_SECOND = "credit.granted_assessed_rate", CREDIT_GRANTED / of(super::CREDIT_SECOND_ASSESSED),
        "授信额度占复评" "Granted of second assessments",
        "期末有效授信额度÷期末复评额度；没有评议记录而授信的也在分子里，所以可能超过100%。"
        "Granted limits divided by those of second assessments, at the end; grants without an assessment are in the numerator, so that it may exceed 100%.";
    DRAWN_OF_SIGNED = "credit.drawn_signed_rate", CREDIT_DRAWN / of(super::CREDIT_SIGNED),
        "用信余额占签约" "Drawn of signed",
        "期末用信余额÷期末签约额度。" "The drawn balance divided by the signed limits, at the end.";
    FIRST_HOUSEHOLDS = "credit.first_assessed_households_rate", CREDIT_FIRST_ASSESSED_HOUSEHOLDS / of(super::CREDIT_FILED_HOUSEHOLDS),
        "初评户占建档户" "First assessed of filed households",
        "期末初评户数÷期末建档户数，分子分母各自去重。" "Households assessed once divided by households on file, each counted once.";
    SECOND_HOUSEHOLDS = "credit.second_assessed_households_rate", CREDIT_SECOND_ASSESSED_HOUSEHOLDS / of(super::CREDIT_FIRST_ASSESSED_HOUSEHOLDS),
        "复评户占初评户" "Second of first assessed households",
        "期末复评户数÷期末初评户数，分子分母各自去重。" "Households assessed twice divided by those assessed once, each counted once.";
    GRANTED_HOUSEHOLDS = "credit.granted_households_rate", CREDIT_GRANTED_HOUSEHOLDS / of(super::CREDIT_SECOND_ASSESSED_HOUSEHOLDS),
        "授信户占复评户" "Granted of second assessed households",
        "期末授信户数÷期末复评户数，分子分母各自去重；没有评议记录而授信的也在分子里，所以可能超过100%。"
        "Households granted divided by those assessed twice, each counted once; grants without an assessment are in the numerator, so that it may exceed 100%.";
    SIGNED_HOUSEHOLDS = "credit.signed_households_rate", CREDIT_SIGNED_HOUSEHOLDS / of(super::CREDIT_GRANTED_HOUSEHOLDS),
        "签约户占授信户" "Signed of granted households",
        "期末签约户数÷期末授信户数，分子分母各自去重。" "Households signed divided by households granted, each counted once.";
    DRAWN_HOUSEHOLDS = "credit.drawn_households_rate", CREDIT_DRAWN_HOUSEHOLDS / of(super::CREDIT_SIGNED_HOUSEHOLDS),
        "用信户占签约户" "Drawing of signed households",
        "期末用信户数÷期末签约户数，分子分母各自去重。" "Households drawing divided by households signed, each counted once.";
    VILLAGE_REACH = "credit.village_reach", CREDIT_VILLAGES / Whole::AdministrativeVillages,
        "村覆盖率（授信）" "Reach of credit, villages",
        "期末有任一有效额度的行政村数÷行政村数；行政村为当日设村委会的村，不含居委会和自然村。"
        "Administrative villages with any line in force divided by all administrative villages of the day; communities and hamlets are in neither.";
    HOUSEHOLD_REACH = "credit.household_reach", CREDIT_HOUSEHOLDS / Whole::RegisteredHouseholds,
        "户覆盖率（授信）" "Reach of credit, households",
        "期末有任一阶段有效额度的农户数÷统计登记的农户数；没有登记农户数的地方不算。"
        "Households with a line in force at any stage divided by the households official statistics register; without those there is no rate.";
    RATED_VILLAGE_SHARE = "credit.rated_village_share", CREDIT_RATED_VILLAGES / Whole::AdministrativeVillages,
        "信用村占比" "Creditworthy villages, share",
        "期末评定有效的信用村数÷行政村数。" "Villages whose rating stands divided by all administrative villages.";
    RATED_HOUSEHOLD_SHARE = "credit.rated_household_share", CREDIT_RATED_HOUSEHOLDS / Whole::RegisteredHouseholds,
        "信用户占比" "Creditworthy households, share",
        "期末评定有效的信用户数÷统计登记的农户数。" "Households whose rating stands divided by the households official statistics register.";

    NONPERFORMING_RATE = "loan.nonperforming_rate", LOAN_NONPERFORMING / of(super::LOAN_BALANCE),
        "不良率" "Non-performing rate",
        "期末不良贷款余额÷期末贷款余额；不良为次级、可疑、损失三类，由银行认定。"
        "Non-performing balance divided by loan balance, at the end; substandard, doubtful and loss, as the banks class them.";
    OVERDUE_RATE = "loan.overdue_rate", LOAN_OVERDUE / of(super::LOAN_BALANCE),
        "逾期率" "Overdue rate",
        "期末逾期贷款余额÷期末贷款余额；逾期按整笔贷款的未还本金计。"
        "Overdue balance divided by loan balance, at the end; a loan is overdue with its whole principal.";

    LOSS_RATIO = "insurance.loss_ratio", INSURANCE_PAYOUT / of(super::INSURANCE_PREMIUM),
        "简单赔付率" "Simple loss ratio",
        "期间内赔付支出（已付）÷同期保费；未决赔款不在分子里，也不是除以保额。"
        "Payouts paid divided by the premium of the same period; open claims are not in it, and it is not divided by the sum insured.";
    FARMER_SHARE = "insurance.farmer_share", INSURANCE_PREMIUM_FARMER / of(super::INSURANCE_PREMIUM),
        "农户自缴占保费" "Farmers' share of the premium",
        "期间内农户自缴保费÷同期保费。" "The premium farmers pay divided by the whole premium of the same period.";

    SERVICE_POINT_REACH = "field.service_point_reach", FIELD_SERVICE_POINT_VILLAGES / Whole::AdministrativeVillages,
        "村覆盖率（服务点）" "Reach of service points",
        "期末有服务点的行政村数÷行政村数。" "Administrative villages with a service point open divided by all administrative villages.";
}

/// The rate of a code.
#[must_use]
pub fn rate(code: &str) -> Option<&'static Rate> {
    RATES.iter().copied().find(|rate| rate.code == code)
}

/// The rates a measure is a part of.
pub fn rates_with(id: MeasureId) -> impl Iterator<Item = &'static Rate> {
    let has = move |rate: &&'static Rate| rate.numerator == id || rate.whole == Whole::Measure(id);
    RATES.iter().copied().filter(has)
}

#[cfg(test)]
mod tests {
    use super::super::{MEASURES, measure};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_rate_divides_like_by_like() {
        let codes: BTreeSet<_> = RATES.iter().map(|rate| rate.code).collect();
        assert_eq!(codes.len(), RATES.len());
        for known in RATES {
            let numerator = by_id(known.numerator).unwrap();
            assert!(measure(known.code).is_none(), "{} is no measure", known.code);
            assert_eq!(rate(known.code), Some(*known));
            assert!(known.definition.zh.ends_with('。') && known.definition.en.ends_with('.'));
            let Whole::Measure(whole) = known.whole else {
                assert!(numerator.distinct && numerator.is_stock(), "{}", known.code);
                continue;
            };
            let whole = by_id(whole).unwrap();
            assert_eq!(
                (numerator.unit, numerator.nature, numerator.distinct),
                (whole.unit, whole.nature, whole.distinct),
                "{}",
                known.code
            );
        }
    }

    #[test]
    fn parts_lead_to_their_rates() {
        let of = |code: &str| {
            rates_with(measure(code).unwrap().id)
                .map(|rate| rate.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("loan.balance"),
            ["loan.nonperforming_rate", "loan.overdue_rate"]
        );
        assert_eq!(of("insurance.payout"), ["insurance.loss_ratio"]);
        assert!(of("field.talks").is_empty());
        assert!(MEASURES.len() > RATES.len());
    }
}
