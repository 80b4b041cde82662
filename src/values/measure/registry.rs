//! The lines of the registry. Adding a measure is one line here and the rule that posts it.
//!
//! Numbers run by room: 100 credit, 200 loans, 300 insurance, 400 fieldwork. A number is stored with every
//! entry, so it never changes and is never given again.

use super::{Measure, MeasureId, MeasureUnit, Nature, Text};

macro_rules! measures {
    ($(
        $constant:ident = $id:literal, $code:literal, $unit:ident, $sums:ident $nature:ident,
        $zh:literal $en:literal,
        $definition_zh:literal
        $definition_en:literal;
    )+) => {
        $(
            #[doc = concat!("`", $code, "`: ", $definition_en)]
            pub const $constant: MeasureId = MeasureId($id);
        )+

        /// Every measure, in the order reports list them.
        pub static MEASURES: &[Measure] = &[$(Measure {
            id: $constant,
            code: $code,
            name: Text::new($zh, $en),
            unit: MeasureUnit::$unit,
            nature: Nature::$nature,
            distinct: measures!(@$sums),
            definition: Text::new($definition_zh, $definition_en),
        },)+];
    };
    (@additive) => { false };
    (@distinct) => { true };
}

measures! {
    CREDIT_PREAPPROVED = 101, "credit.preapproved", Fen, additive Stock,
        "预授信额度" "Pre-approved limits",
        "期末有效额度之和，已到预授信及以后各阶段的都计入（已授信、已签约的也算）。"
        "Sum of the limits in force at the end that have reached pre-approval or any later stage (granted and signed lines included).";
    CREDIT_GRANTED = 102, "credit.granted", Fen, additive Stock,
        "有效授信额度" "Granted limits in force",
        "期末有效额度之和，已到授信及以后各阶段的计入（已签约的也算）。"
        "Sum of the limits in force at the end that have reached the grant or the later stage (signed lines included).";
    CREDIT_SIGNED = 103, "credit.signed", Fen, additive Stock,
        "签约额度" "Signed limits",
        "期末有效额度之和，只计已签订合同的。"
        "Sum of the limits in force at the end whose contract has been signed.";
    CREDIT_DRAWN = 104, "credit.drawn", Fen, additive Stock,
        "用信余额" "Drawn balance",
        "期末在授信额度项下尚未归还的贷款本金之和。"
        "Sum of the loan principal drawn under credit lines and not yet repaid at the end.";
    CREDIT_FROZEN = 114, "credit.frozen", Fen, additive Stock,
        "冻结额度" "Frozen limits",
        "期末已冻结的授信额度之和，是有效授信额度的一部分：不能新放款，原有贷款照常。"
        "Sum of the granted limits that stand frozen at the end, a part of the granted limits in force: nothing new is drawn, old loans run on.";
    CREDIT_PREAPPROVED_NEW = 111, "credit.preapproved_new", Fen, additive Flow,
        "新增预授信" "New pre-approvals",
        "期间内首次预授信和调增的额度之和，调减不在内。"
        "Sum of the limits first pre-approved or increased within the period; reductions are not in it.";
    CREDIT_GRANTED_NEW = 112, "credit.granted_new", Fen, additive Flow,
        "新增授信" "New grants",
        "期间内首次授信和调增的额度之和，调减不在内。"
        "Sum of the limits first granted or increased within the period; reductions are not in it.";
    CREDIT_SIGNED_NEW = 113, "credit.signed_new", Fen, additive Flow,
        "新增签约" "New signings",
        "期间内首次签约和签约后调增的额度之和，调减不在内。"
        "Sum of the limits first signed or increased after signing within the period; reductions are not in it.";
    CREDIT_RENEWED = 115, "credit.renewed", Fen, additive Flow,
        "续期额度" "Limits renewed",
        "期间内办理续期的额度之和（已授信的按授信额度，未授信的按预授信额度），到期后恢复的也计入。"
        "Sum of the limits renewed within the period (granted limits, or pre-approved ones where nothing is granted), lapsed ones that were revived included.";
    CREDIT_VILLAGES = 121, "credit.villages", Village, distinct Stock,
        "授信行政村数（去重）" "Villages with a line (distinct)",
        "期末有任一有效额度的行政村（设村委会的）个数，每村只计一次；居委会和自然村不计。"
        "Number of administrative villages (with a villagers' committee) holding any line in force at the end, each once; communities and hamlets are not counted.";
    CREDIT_HOUSEHOLDS = 122, "credit.households", Household, distinct Stock,
        "预授信户数（去重）" "Households with a line (distinct)",
        "期末有任一阶段有效额度的农户数，每户只计一次，跨银行、跨村、跨县都不重复。"
        "Number of households with a line in force at any stage at the end, each once across banks, villages and counties.";
    CREDIT_GRANTED_HOUSEHOLDS = 123, "credit.granted_households", Household, distinct Stock,
        "授信户数（去重）" "Households granted (distinct)",
        "期末有已授信有效额度的农户数，每户只计一次。"
        "Number of households with a granted line in force at the end, each once.";
    CREDIT_DRAWN_HOUSEHOLDS = 124, "credit.drawn_households", Household, distinct Stock,
        "用信户数（去重）" "Households drawing (distinct)",
        "期末用信余额大于零的农户数，每户只计一次。"
        "Number of households whose drawn balance is above zero at the end, each once.";

    LOAN_DISBURSED = 201, "loan.disbursed", Fen, additive Flow,
        "贷款发放" "Loans disbursed",
        "期间内放出的贷款本金之和，额度项下和单笔贷款都计入，展期不计。"
        "Sum of the principal paid out within the period, under a line or without one; extensions are not in it.";
    LOAN_PRINCIPAL_REPAID = 202, "loan.principal_repaid", Fen, additive Flow,
        "收回本金" "Principal repaid",
        "期间内收回的贷款本金之和，只有它减少贷款余额。"
        "Sum of the loan principal repaid within the period; it alone reduces the balance.";
    LOAN_INTEREST_REPAID = 203, "loan.interest_repaid", Fen, additive Flow,
        "收回利息" "Interest repaid",
        "期间内收回的正常利息之和，罚息不在内。"
        "Sum of the ordinary interest repaid within the period; penalty interest is not in it.";
    LOAN_PENALTY_REPAID = 204, "loan.penalty_repaid", Fen, additive Flow,
        "收回罚息" "Penalty interest repaid",
        "期间内收回的罚息之和。"
        "Sum of the penalty interest repaid within the period.";
    LOAN_WRITTEN_OFF = 205, "loan.written_off", Fen, additive Flow,
        "贷款核销" "Loans written off",
        "期间内核销的贷款本金之和，核销后不再计入贷款余额、逾期和不良。"
        "Sum of the loan principal written off within the period; it leaves the balance, the overdue and the non-performing.";
    LOAN_RECOVERED = 206, "loan.recovered", Fen, additive Flow,
        "核销后收回" "Recovered after write-off",
        "期间内收回的已核销贷款本金之和，不影响贷款余额。"
        "Sum of written-off principal that came back within the period; it does not move the balance.";
    LOAN_COUNT = 221, "loan.count", Loan, additive Flow,
        "贷款发放笔数" "Number of loans disbursed",
        "期间内放出的贷款笔数，一张借据一笔。"
        "Number of loans paid out within the period, one for each loan note.";
    LOAN_BALANCE = 211, "loan.balance", Fen, additive Stock,
        "贷款余额" "Loan balance",
        "期末尚未收回的贷款本金之和。"
        "Sum of the loan principal not yet repaid at the end.";
    LOAN_OVERDUE = 212, "loan.overdue", Fen, additive Stock,
        "逾期贷款余额" "Overdue balance",
        "期末有任何一期过了应还日仍未还清的贷款，其全部未还本金之和。"
        "Sum of the whole outstanding principal of the loans with any instalment unpaid past its day at the end.";
    LOAN_NONPERFORMING = 213, "loan.nonperforming", Fen, additive Stock,
        "不良贷款余额" "Non-performing balance",
        "期末五级分类为次级、可疑、损失的贷款本金余额之和，分类由银行认定。"
        "Sum of the principal of loans the bank classes as substandard, doubtful or loss at the end.";

    INSURANCE_SUM_INSURED = 301, "insurance.sum_insured", Fen, additive Flow,
        "风险保障（新保保额）" "Risk cover (sum insured of new policies)",
        "保险责任在期间内开始的保单的保额之和，批改和退保的增减一并计入。"
        "Sum insured of the policies whose cover starts within the period, endorsements up and down and cancellations included.";
    INSURANCE_PREMIUM = 302, "insurance.premium", Fen, additive Flow,
        "保费" "Premium",
        "期间内承保保单的保费之和，各级财政补贴与农户自缴合计，批改和退保的增减一并计入。"
        "Sum of the premiums of policies written within the period, paid by every level and the farmer together, endorsements and cancellations included.";
    INSURANCE_PREMIUM_CENTRAL = 303, "insurance.premium.central", Fen, additive Flow,
        "保费：中央财政" "Premium: central",
        "保费中由中央财政承担的部分之和。"
        "The part of the premium borne by the central budget.";
    INSURANCE_PREMIUM_PROVINCE = 304, "insurance.premium.province", Fen, additive Flow,
        "保费：省财政" "Premium: province",
        "保费中由省财政承担的部分之和。"
        "The part of the premium borne by the provincial budget.";
    INSURANCE_PREMIUM_CITY = 305, "insurance.premium.city", Fen, additive Flow,
        "保费：市财政" "Premium: city",
        "保费中由市财政承担的部分之和。"
        "The part of the premium borne by the city budget.";
    INSURANCE_PREMIUM_COUNTY = 306, "insurance.premium.county", Fen, additive Flow,
        "保费：县财政" "Premium: county",
        "保费中由县（市、区）财政承担的部分之和。"
        "The part of the premium borne by the county budget.";
    INSURANCE_PREMIUM_FARMER = 307, "insurance.premium.farmer", Fen, additive Flow,
        "保费：农户自缴" "Premium: farmer",
        "保费中由农户或其他投保人自缴的部分之和。"
        "The part of the premium paid by the farmer or other policyholder.";
    INSURANCE_POLICIES = 321, "insurance.policies", Policy, additive Flow,
        "承保件数" "Number of policies",
        "保险责任在期间内开始的保单件数，一张保单覆盖几个村也只计一件。"
        "Number of policies whose cover starts within the period; one over several villages is one.";
    INSURANCE_PAYOUT = 308, "insurance.payout", Fen, additive Flow,
        "赔付支出（已付）" "Payouts (paid)",
        "期间内实际支付的赔款之和，未决赔案不计。"
        "Sum of the claims actually paid within the period; open claims are not in it.";
    INSURANCE_IN_FORCE = 311, "insurance.in_force", Fen, additive Stock,
        "有效保额" "Sum insured in force",
        "期末仍在保险期间内的保单的保额之和。"
        "Sum insured of the policies whose cover is still running at the end.";

    FIELD_VISITS = 401, "field.visits", Visit, additive Flow,
        "走访户次" "Visits",
        "期间内走访的户次，同一户走访几次计几次。"
        "Number of household visits within the period, each visit counted.";
    FIELD_VISITED_HOUSEHOLDS = 402, "field.visited_households", Household, distinct Flow,
        "走访户数（去重）" "Households visited (distinct)",
        "期间内走访过的农户数，每户在该期间只计一次。"
        "Number of households visited within the period, each once in that period.";
    FIELD_TALKS = 403, "field.talks", Times, additive Flow,
        "宣讲场次" "Talks",
        "期间内举办的金融知识宣讲场次。"
        "Number of talks on finance held within the period.";
    FIELD_ATTENDANCE = 404, "field.attendance", Attendance, additive Flow,
        "宣讲人次" "Attendance at talks",
        "期间内各场宣讲到场人数之和，同一人到几场计几次。"
        "Sum of the persons present at the talks within the period, a person counted at each.";
    FIELD_SPECIALISTS = 411, "field.specialists", Person, distinct Stock,
        "在岗特派员人数（去重）" "Specialists in post (distinct)",
        "期末至少有一个在任派驻的特派员人数，派驻几个村也只计一人。"
        "Number of specialists with at least one current posting at the end, each once however many villages.";
    FIELD_SERVICE_POINTS = 412, "field.service_points", Count, additive Stock,
        "服务点个数" "Service points",
        "期末开办中的村级金融服务点个数，各银行的点分别计。"
        "Number of village service points open at the end, each bank's counted.";
    FIELD_SERVICE_POINT_VILLAGES = 413, "field.service_point_villages", Village, distinct Stock,
        "有服务点行政村数（去重）" "Villages with a service point (distinct)",
        "期末至少有一个开办中服务点的行政村（设村委会的）个数，每村只计一次。"
        "Number of administrative villages (with a villagers' committee) with at least one service point open at the end, each once.";
    FIELD_DESIGNATED_TOWNS = 414, "field.designated_towns", Town, distinct Stock,
        "示范镇个数（去重）" "Designated towns (distinct)",
        "期末评定有效的移动支付示范镇个数，每镇只计一次。"
        "Number of towns whose designation as a mobile-payment model town stands at the end, each once.";
    FIELD_DESIGNATED_TOWNS_NEW = 421, "field.designated_towns_new", Town, additive Flow,
        "新增示范镇" "Newly designated towns",
        "期间内新评定的移动支付示范镇个数。"
        "Number of towns designated as mobile-payment model towns within the period.";
}
