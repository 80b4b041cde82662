//! The columns of the monthly report: which measure, what is read off it, under which heading.

use crate::reports::columns::{ALONE, columns};
use crate::values::Text;

const COVERAGE: Text = Text::new("授信覆盖（期末）", "Reach (at end)");
const LIMITS: Text = Text::new("授信额度（期末）", "Limits (at end)");
const NEW_GRANTS: Text = Text::new("新增授信", "New grants");
const DISBURSED: Text = Text::new("贷款发放", "Loans disbursed");
const REPAID: Text = Text::new("收回本金", "Principal repaid");
const BALANCE: Text = Text::new("贷款余额", "Loan balance");
const BAD: Text = Text::new("不良贷款", "Non-performing");
const COVER: Text = Text::new("风险保障（新保保额）", "Risk cover (new policies)");
const PREMIUM: Text = Text::new("保费", "Premium");
const PAYOUT: Text = Text::new("赔付支出（已付）", "Payouts (paid)");
const GRANTED: Text = Text::new("授信（期末）", "Granted (at end)");
const VISITS: Text = Text::new("走访户次", "Visits");
const VISITED: Text = Text::new("走访户数（去重）", "Households visited");
const TALKS: Text = Text::new("宣讲", "Talks");
const POLICIES: Text = Text::new("承保", "Policies");
const PAYERS: Text = Text::new("保费（本年累计）", "Premium (year to date)");
const SERVICE: Text = Text::new("服务", "Fieldwork");

// 总表, 乡镇, 村.
columns! { SUMMARY:
    villages = CREDIT_VILLAGES End, COVERAGE, "村数" "Villages";
    households = CREDIT_HOUSEHOLDS End, COVERAGE, "户数" "Households";
    preapproved = CREDIT_PREAPPROVED End, LIMITS, "预授信" "Pre-approved";
    granted = CREDIT_GRANTED End, LIMITS, "授信" "Granted";
    signed = CREDIT_SIGNED End, LIMITS, "签约" "Signed";
    drawn = CREDIT_DRAWN End, LIMITS, "用信余额" "Drawn";
    granted_month = CREDIT_GRANTED_NEW Month, NEW_GRANTS, "本月" "This month";
    granted_year = CREDIT_GRANTED_NEW Year, NEW_GRANTS, "本年累计" "Year to date";
    disbursed_month = LOAN_DISBURSED Month, DISBURSED, "本月" "This month";
    disbursed_year = LOAN_DISBURSED Year, DISBURSED, "本年累计" "Year to date";
    repaid_year = LOAN_PRINCIPAL_REPAID Year, REPAID, "本年累计" "Year to date";
    balance = LOAN_BALANCE End, BALANCE, "期末" "At end";
    cover_month = INSURANCE_SUM_INSURED Month, COVER, "本月" "This month";
    cover_month_yoy = INSURANCE_SUM_INSURED MonthYoy, COVER, "本月同比%" "Month on last year, %";
    cover_year = INSURANCE_SUM_INSURED Year, COVER, "本年累计" "Year to date";
    cover_yoy = INSURANCE_SUM_INSURED YearYoy, COVER, "累计同比%" "Year on last year, %";
    premium_year = INSURANCE_PREMIUM Year, PREMIUM, "本年累计" "Year to date";
    payout_month = INSURANCE_PAYOUT Month, PAYOUT, "本月" "This month";
    payout_month_yoy = INSURANCE_PAYOUT MonthYoy, PAYOUT, "本月同比%" "Month on last year, %";
    payout_year = INSURANCE_PAYOUT Year, PAYOUT, "本年累计" "Year to date";
    payout_yoy = INSURANCE_PAYOUT YearYoy, PAYOUT, "累计同比%" "Year on last year, %";
    visits_year = FIELD_VISITS Year, SERVICE, "本年走访户次" "Visits (year)";
    specialists = FIELD_SPECIALISTS End, SERVICE, "在岗特派员" "Specialists in post";
    service_villages = FIELD_SERVICE_POINT_VILLAGES End, SERVICE, "有服务点村" "Service-point villages";
}

// 走势: read off a month's own figures, as the series give them.
columns! { TREND:
    preapproved = CREDIT_PREAPPROVED End, LIMITS, "预授信" "Pre-approved";
    granted = CREDIT_GRANTED End, LIMITS, "授信" "Granted";
    signed = CREDIT_SIGNED End, LIMITS, "签约" "Signed";
    drawn = CREDIT_DRAWN End, LIMITS, "用信余额" "Drawn";
    granted_month = CREDIT_GRANTED_NEW Month, ALONE, "新增授信" "New grants";
    disbursed_month = LOAN_DISBURSED Month, ALONE, "贷款发放" "Disbursed";
    balance = LOAN_BALANCE End, ALONE, "贷款余额" "Loan balance";
    nonperforming = LOAN_NONPERFORMING End, BAD, "期末" "At end";
    nonperforming_rate = LOAN_NONPERFORMING End / LOAN_BALANCE End, BAD, "不良率%" "Rate, %";
    cover_month = INSURANCE_SUM_INSURED Month, ALONE, "风险保障" "Risk cover";
    premium_month = INSURANCE_PREMIUM Month, ALONE, "保费" "Premium";
    payout_month = INSURANCE_PAYOUT Month, ALONE, "赔付" "Payouts";
    visits_month = FIELD_VISITS Month, ALONE, "走访户次" "Visits";
}

// 特派员.
columns! { SPECIALISTS:
    granted_households = CREDIT_GRANTED_HOUSEHOLDS End, GRANTED, "户数" "Households";
    granted = CREDIT_GRANTED End, GRANTED, "额度" "Limits";
    granted_month = CREDIT_GRANTED_NEW Month, NEW_GRANTS, "本月" "This month";
    granted_year = CREDIT_GRANTED_NEW Year, NEW_GRANTS, "本年累计" "Year to date";
    disbursed_month = LOAN_DISBURSED Month, DISBURSED, "本月" "This month";
    disbursed_year = LOAN_DISBURSED Year, DISBURSED, "本年累计" "Year to date";
    visits_month = FIELD_VISITS Month, VISITS, "本月" "This month";
    visits_year = FIELD_VISITS Year, VISITS, "本年累计" "Year to date";
    visited_year = FIELD_VISITED_HOUSEHOLDS Year, VISITED, "本年累计" "Year to date";
    talks_year = FIELD_TALKS Year, TALKS, "本年场次" "Talks this year";
    attendance_year = FIELD_ATTENDANCE Year, TALKS, "本年人次" "Attendance this year";
}

// 保险.
columns! { INSURANCE:
    policies_year = INSURANCE_POLICIES Year, POLICIES, "本年件数" "This year";
    cover_month = INSURANCE_SUM_INSURED Month, COVER, "本月" "This month";
    cover_month_yoy = INSURANCE_SUM_INSURED MonthYoy, COVER, "本月同比%" "Month on last year, %";
    cover_year = INSURANCE_SUM_INSURED Year, COVER, "本年累计" "Year to date";
    cover_yoy = INSURANCE_SUM_INSURED YearYoy, COVER, "累计同比%" "Year on last year, %";
    premium_year = INSURANCE_PREMIUM Year, PAYERS, "合计" "Total";
    premium_central = INSURANCE_PREMIUM_CENTRAL Year, PAYERS, "中央财政" "Central";
    premium_province = INSURANCE_PREMIUM_PROVINCE Year, PAYERS, "省财政" "Province";
    premium_city = INSURANCE_PREMIUM_CITY Year, PAYERS, "市财政" "City";
    premium_county = INSURANCE_PREMIUM_COUNTY Year, PAYERS, "县财政" "County";
    premium_farmer = INSURANCE_PREMIUM_FARMER Year, PAYERS, "农户自缴" "Farmer";
    payout_month = INSURANCE_PAYOUT Month, PAYOUT, "本月" "This month";
    payout_month_yoy = INSURANCE_PAYOUT MonthYoy, PAYOUT, "本月同比%" "Month on last year, %";
    payout_year = INSURANCE_PAYOUT Year, PAYOUT, "本年累计" "Year to date";
    payout_yoy = INSURANCE_PAYOUT YearYoy, PAYOUT, "累计同比%" "Year on last year, %";
    loss_ratio = INSURANCE_PAYOUT Year / INSURANCE_PREMIUM Year, ALONE, "简单赔付率" "Simple loss ratio";
}
