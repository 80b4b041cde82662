//! The columns of the monthly report: which measure, what is read off it, under which heading.

use crate::reports::table::{Cell, Column, ColumnKind, TotalRule};
use crate::totals::{Answer, AnswerRow, Aspect, Value};
use crate::values::measure::{self, Measure, by_id};
use crate::values::rate::ratio_percent;
use crate::values::{Fen, Lang, MeasureId, Text};

/// One column of figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Col {
    pub key: &'static str,
    pub id: MeasureId,
    pub aspect: Aspect,
    pub group: Text,
    pub title: Text,
}

const fn col(key: &'static str, id: MeasureId, aspect: Aspect, group: Text, title: Text) -> Col {
    Col {
        key,
        id,
        aspect,
        group,
        title,
    }
}

const THIS_MONTH: Text = Text::new("本月", "This month");
const YEAR: Text = Text::new("本年累计", "Year to date");
const YOY: Text = Text::new("同比", "On last year");
const YEAR_YOY: Text = Text::new("累计同比", "Year on last year");
const AT_END: Text = Text::new("期末", "At end");

const COVERAGE: Text = Text::new("授信覆盖（期末）", "Reach (at end)");
const LIMITS: Text = Text::new("授信额度（期末）", "Limits (at end)");
const NEW_GRANTS: Text = Text::new("新增授信", "New grants");
const DISBURSED: Text = Text::new("贷款发放", "Loans disbursed");
const REPAID: Text = Text::new("收回本金", "Principal repaid");
const BALANCE: Text = Text::new("贷款余额", "Loan balance");
const COVER: Text = Text::new("风险保障（新保保额）", "Risk cover (new policies)");
const PREMIUM: Text = Text::new("保费", "Premium");
const PAYOUT: Text = Text::new("赔付支出（已付）", "Payouts (paid)");
const SERVICE: Text = Text::new("服务", "Fieldwork");

/// 总表, 乡镇, 村.
pub(super) static SUMMARY: [Col; 27] = [
    col(
        "villages",
        measure::CREDIT_VILLAGES,
        Aspect::End,
        COVERAGE,
        Text::new("村数", "Villages"),
    ),
    col(
        "households",
        measure::CREDIT_HOUSEHOLDS,
        Aspect::End,
        COVERAGE,
        Text::new("户数", "Households"),
    ),
    col(
        "preapproved",
        measure::CREDIT_PREAPPROVED,
        Aspect::End,
        LIMITS,
        Text::new("预授信", "Pre-approved"),
    ),
    col(
        "granted",
        measure::CREDIT_GRANTED,
        Aspect::End,
        LIMITS,
        Text::new("授信", "Granted"),
    ),
    col(
        "granted_yoy",
        measure::CREDIT_GRANTED,
        Aspect::Yoy,
        LIMITS,
        Text::new("授信同比", "Granted, on last year"),
    ),
    col(
        "signed",
        measure::CREDIT_SIGNED,
        Aspect::End,
        LIMITS,
        Text::new("签约", "Signed"),
    ),
    col(
        "drawn",
        measure::CREDIT_DRAWN,
        Aspect::End,
        LIMITS,
        Text::new("用信余额", "Drawn"),
    ),
    col(
        "granted_month",
        measure::CREDIT_GRANTED_NEW,
        Aspect::Month,
        NEW_GRANTS,
        THIS_MONTH,
    ),
    col(
        "granted_year",
        measure::CREDIT_GRANTED_NEW,
        Aspect::Year,
        NEW_GRANTS,
        YEAR,
    ),
    col(
        "disbursed_month",
        measure::LOAN_DISBURSED,
        Aspect::Month,
        DISBURSED,
        THIS_MONTH,
    ),
    col(
        "disbursed_year",
        measure::LOAN_DISBURSED,
        Aspect::Year,
        DISBURSED,
        YEAR,
    ),
    col(
        "repaid_month",
        measure::LOAN_PRINCIPAL_REPAID,
        Aspect::Month,
        REPAID,
        THIS_MONTH,
    ),
    col(
        "repaid_year",
        measure::LOAN_PRINCIPAL_REPAID,
        Aspect::Year,
        REPAID,
        YEAR,
    ),
    col("balance", measure::LOAN_BALANCE, Aspect::End, BALANCE, AT_END),
    col("balance_yoy", measure::LOAN_BALANCE, Aspect::Yoy, BALANCE, YOY),
    col(
        "cover_month",
        measure::INSURANCE_SUM_INSURED,
        Aspect::Month,
        COVER,
        THIS_MONTH,
    ),
    col(
        "cover_year",
        measure::INSURANCE_SUM_INSURED,
        Aspect::Year,
        COVER,
        YEAR,
    ),
    col(
        "cover_yoy",
        measure::INSURANCE_SUM_INSURED,
        Aspect::YearYoy,
        COVER,
        YEAR_YOY,
    ),
    col(
        "premium_month",
        measure::INSURANCE_PREMIUM,
        Aspect::Month,
        PREMIUM,
        THIS_MONTH,
    ),
    col(
        "premium_year",
        measure::INSURANCE_PREMIUM,
        Aspect::Year,
        PREMIUM,
        YEAR,
    ),
    col(
        "payout_month",
        measure::INSURANCE_PAYOUT,
        Aspect::Month,
        PAYOUT,
        THIS_MONTH,
    ),
    col(
        "payout_year",
        measure::INSURANCE_PAYOUT,
        Aspect::Year,
        PAYOUT,
        YEAR,
    ),
    col(
        "payout_yoy",
        measure::INSURANCE_PAYOUT,
        Aspect::YearYoy,
        PAYOUT,
        YEAR_YOY,
    ),
    col(
        "visits_month",
        measure::FIELD_VISITS,
        Aspect::Month,
        SERVICE,
        Text::new("本月走访户次", "Visits this month"),
    ),
    col(
        "visits_year",
        measure::FIELD_VISITS,
        Aspect::Year,
        SERVICE,
        Text::new("本年走访户次", "Visits this year"),
    ),
    col(
        "specialists",
        measure::FIELD_SPECIALISTS,
        Aspect::End,
        SERVICE,
        Text::new("在岗特派员", "Specialists in post"),
    ),
    col(
        "service_villages",
        measure::FIELD_SERVICE_POINT_VILLAGES,
        Aspect::End,
        SERVICE,
        Text::new("有服务点村数", "Villages with a service point"),
    ),
];

/// 特派员.
pub(super) static SPECIALISTS: [Col; 11] = [
    col(
        "granted_households",
        measure::CREDIT_GRANTED_HOUSEHOLDS,
        Aspect::End,
        Text::new("授信（期末）", "Granted (at end)"),
        Text::new("户数", "Households"),
    ),
    col(
        "granted",
        measure::CREDIT_GRANTED,
        Aspect::End,
        Text::new("授信（期末）", "Granted (at end)"),
        Text::new("额度", "Limits"),
    ),
    col(
        "granted_month",
        measure::CREDIT_GRANTED_NEW,
        Aspect::Month,
        NEW_GRANTS,
        THIS_MONTH,
    ),
    col(
        "granted_year",
        measure::CREDIT_GRANTED_NEW,
        Aspect::Year,
        NEW_GRANTS,
        YEAR,
    ),
    col(
        "disbursed_month",
        measure::LOAN_DISBURSED,
        Aspect::Month,
        DISBURSED,
        THIS_MONTH,
    ),
    col(
        "disbursed_year",
        measure::LOAN_DISBURSED,
        Aspect::Year,
        DISBURSED,
        YEAR,
    ),
    col(
        "visits_month",
        measure::FIELD_VISITS,
        Aspect::Month,
        Text::new("走访户次", "Visits"),
        THIS_MONTH,
    ),
    col(
        "visits_year",
        measure::FIELD_VISITS,
        Aspect::Year,
        Text::new("走访户次", "Visits"),
        YEAR,
    ),
    col(
        "visited_year",
        measure::FIELD_VISITED_HOUSEHOLDS,
        Aspect::Year,
        Text::new("走访户数（去重）", "Households visited"),
        YEAR,
    ),
    col(
        "talks_year",
        measure::FIELD_TALKS,
        Aspect::Year,
        Text::new("宣讲", "Talks"),
        Text::new("本年场次", "Talks this year"),
    ),
    col(
        "attendance_year",
        measure::FIELD_ATTENDANCE,
        Aspect::Year,
        Text::new("宣讲", "Talks"),
        Text::new("本年人次", "Attendance this year"),
    ),
];

const PAYERS: Text = Text::new("保费（本年累计）", "Premium (year to date)");

/// 保险; the loss ratio is computed beside them.
pub(super) static INSURANCE: [Col; 13] = [
    col(
        "policies_year",
        measure::INSURANCE_POLICIES,
        Aspect::Year,
        Text::new("承保", "Policies"),
        Text::new("本年件数", "This year"),
    ),
    col(
        "cover_month",
        measure::INSURANCE_SUM_INSURED,
        Aspect::Month,
        COVER,
        THIS_MONTH,
    ),
    col(
        "cover_year",
        measure::INSURANCE_SUM_INSURED,
        Aspect::Year,
        COVER,
        YEAR,
    ),
    col(
        "cover_yoy",
        measure::INSURANCE_SUM_INSURED,
        Aspect::YearYoy,
        COVER,
        YEAR_YOY,
    ),
    col(
        "premium_year",
        measure::INSURANCE_PREMIUM,
        Aspect::Year,
        PAYERS,
        Text::new("合计", "Total"),
    ),
    col(
        "premium_central",
        measure::INSURANCE_PREMIUM_CENTRAL,
        Aspect::Year,
        PAYERS,
        Text::new("中央财政", "Central"),
    ),
    col(
        "premium_province",
        measure::INSURANCE_PREMIUM_PROVINCE,
        Aspect::Year,
        PAYERS,
        Text::new("省财政", "Province"),
    ),
    col(
        "premium_city",
        measure::INSURANCE_PREMIUM_CITY,
        Aspect::Year,
        PAYERS,
        Text::new("市财政", "City"),
    ),
    col(
        "premium_county",
        measure::INSURANCE_PREMIUM_COUNTY,
        Aspect::Year,
        PAYERS,
        Text::new("县财政", "County"),
    ),
    col(
        "premium_farmer",
        measure::INSURANCE_PREMIUM_FARMER,
        Aspect::Year,
        PAYERS,
        Text::new("农户自缴", "Farmer"),
    ),
    col(
        "payout_month",
        measure::INSURANCE_PAYOUT,
        Aspect::Month,
        PAYOUT,
        THIS_MONTH,
    ),
    col(
        "payout_year",
        measure::INSURANCE_PAYOUT,
        Aspect::Year,
        PAYOUT,
        YEAR,
    ),
    col(
        "payout_yoy",
        measure::INSURANCE_PAYOUT,
        Aspect::YearYoy,
        PAYOUT,
        YEAR_YOY,
    ),
];

impl Col {
    pub(super) fn measure(&self) -> Option<&'static Measure> {
        by_id(self.id)
    }

    fn kind(&self) -> ColumnKind {
        match self.measure() {
            _ if self.aspect.is_percent() => ColumnKind::Percent,
            Some(measure) if measure.unit.is_money() => ColumnKind::Money,
            _ => ColumnKind::Count,
        }
    }

    /// The column under its headings. Distinct counts and percentages have totals of their own.
    pub(super) fn column(&self, lang: Lang) -> Column {
        let column = Column::new(self.key, self.title.get(lang), self.kind()).under(self.group.get(lang));
        let own = self.aspect.is_percent() || self.measure().is_some_and(|measure| measure.distinct);
        if own {
            column.totalled(TotalRule::Given)
        } else {
            column
        }
    }

    pub(super) fn cell(&self, answer: &Answer, row: &AnswerRow) -> Cell {
        match answer
            .figures(row, self.id)
            .and_then(|figures| figures.get(self.aspect))
        {
            Some(Value::Percent(percent)) => Cell::Percent(percent),
            Some(Value::Amount(amount) | Value::Change(amount)) => match self.kind() {
                ColumnKind::Money => Cell::Money(Fen(amount)),
                _ => Cell::Count(amount),
            },
            None => Cell::Empty,
        }
    }
}

pub(super) fn loss_ratio_column(lang: Lang) -> Column {
    Column::new(
        "loss_ratio",
        lang.t("简单赔付率", "Simple loss ratio"),
        ColumnKind::Percent,
    )
}

/// 赔款 ÷ 保费 of the year so far, at the level of the row.
pub(super) fn loss_ratio(answer: &Answer, row: &AnswerRow) -> Cell {
    let year = |id| {
        answer
            .figures(row, id)
            .map_or(0, |figures| figures.amount(Aspect::Year))
    };
    Cell::Percent(ratio_percent(
        year(measure::INSURANCE_PAYOUT),
        year(measure::INSURANCE_PREMIUM),
    ))
}
