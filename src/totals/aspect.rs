//! What may be read off a figure: this month, the year so far, the month's end, a change in percent.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::values::{Nature, Text, words};

/// One value of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Fen, or a count.
    Amount(i64),
    /// A difference of two amounts, shown with its sign.
    Change(i64),
    /// In percent; none without a base.
    Percent(Option<Decimal>),
}

/// What may be read off a figure. The codes are the keys of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// 本月.
    Month,
    /// 上年同月.
    MonthYearAgo,
    /// 本月同比.
    MonthYoy,
    /// 本年累计.
    Year,
    /// 上年同期: the same months of last year, or the end of the same month.
    YearAgo,
    /// 累计同比.
    YearYoy,
    /// 期末.
    End,
    /// 上月末.
    PreviousMonth,
    /// 年初.
    YearStart,
    /// 同比 of a stock.
    Yoy,
    /// 比上月, as an amount.
    SincePreviousMonth,
    /// 环比, in percent.
    Mom,
    /// 比年初, as an amount.
    SinceYearStart,
    /// 待审核.
    Pending,
}

impl Aspect {
    /// Everything that is told of a measure of this nature, in the order of the JSON.
    pub const fn every(nature: Nature) -> &'static [Aspect] {
        match nature {
            Nature::Flow => &[
                Aspect::Month,
                Aspect::MonthYearAgo,
                Aspect::MonthYoy,
                Aspect::Year,
                Aspect::YearAgo,
                Aspect::YearYoy,
                Aspect::Pending,
            ],
            Nature::Stock => &[
                Aspect::End,
                Aspect::PreviousMonth,
                Aspect::YearStart,
                Aspect::YearAgo,
                Aspect::Yoy,
                Aspect::Pending,
            ],
        }
    }

    /// What a page shows of it; 待审核 comes besides, where there is any.
    pub const fn shown(nature: Nature) -> &'static [Aspect] {
        match nature {
            Nature::Flow => &[Aspect::Month, Aspect::MonthYoy, Aspect::Year, Aspect::YearYoy],
            Nature::Stock => &[
                Aspect::End,
                Aspect::SincePreviousMonth,
                Aspect::SinceYearStart,
                Aspect::Yoy,
            ],
        }
    }

    /// The stable key.
    pub const fn code(self) -> &'static str {
        match self {
            Aspect::Month => "month",
            Aspect::MonthYearAgo => "month_year_ago",
            Aspect::MonthYoy => "month_yoy_percent",
            Aspect::Year => "year",
            Aspect::YearAgo => "year_ago",
            Aspect::YearYoy => "year_yoy_percent",
            Aspect::End => "end",
            Aspect::PreviousMonth => "previous_month",
            Aspect::YearStart => "year_start",
            Aspect::Yoy => "yoy_percent",
            Aspect::SincePreviousMonth => "since_previous_month",
            Aspect::Mom => "mom_percent",
            Aspect::SinceYearStart => "since_year_start",
            Aspect::Pending => "pending",
        }
    }

    /// The aspect of a key.
    pub fn parse(code: &str) -> Option<Aspect> {
        let every = [Nature::Flow, Nature::Stock].map(Aspect::told);
        every
            .into_iter()
            .flatten()
            .copied()
            .find(|aspect| aspect.code() == code)
    }

    /// Everything that can be read off a measure of this nature, in the order in which it is explained.
    pub const fn told(nature: Nature) -> &'static [Aspect] {
        match nature {
            Nature::Flow => Aspect::every(Nature::Flow),
            Nature::Stock => &[
                Aspect::End,
                Aspect::PreviousMonth,
                Aspect::SincePreviousMonth,
                Aspect::Mom,
                Aspect::YearStart,
                Aspect::SinceYearStart,
                Aspect::YearAgo,
                Aspect::Yoy,
                Aspect::Pending,
            ],
        }
    }

    /// What is meant by a figure of this nature when nothing else is said.
    pub const fn usual(nature: Nature) -> Aspect {
        match nature {
            Nature::Flow => Aspect::Year,
            Nature::Stock => Aspect::End,
        }
    }

    /// The heading over a column of it.
    pub const fn text(self) -> Text {
        match self {
            Aspect::Month => words::THIS_MONTH,
            Aspect::MonthYearAgo => Text::new("上年同月", "Same month last year"),
            Aspect::MonthYoy => Text::new("本月同比", "Month on last year"),
            Aspect::Year => words::YEAR_TO_DATE,
            Aspect::YearAgo => words::YEAR_AGO,
            Aspect::YearYoy => Text::new("累计同比", "Year to date on last year"),
            Aspect::End => words::AT_END,
            Aspect::PreviousMonth => words::PREVIOUS_MONTH_END,
            Aspect::YearStart => words::YEAR_START,
            Aspect::Yoy => words::YEAR_ON_YEAR,
            Aspect::SincePreviousMonth => words::ON_PREVIOUS_MONTH,
            Aspect::Mom => Text::new("环比", "On last month, percent"),
            Aspect::SinceYearStart => words::ON_YEAR_START,
            Aspect::Pending => words::PENDING,
        }
    }

    /// Whether it is a percentage.
    pub const fn is_percent(self) -> bool {
        matches!(
            self,
            Aspect::MonthYoy | Aspect::YearYoy | Aspect::Yoy | Aspect::Mom
        )
    }
}
