//! What stands out: which kinds there are, and the pure rules that find what needs more than a query.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::ledger::Course;
use crate::values::measure::{self, Measure, by_id};
use crate::values::workday::nth_working_day_after;
use crate::values::{MeasureId, RegionId, Text};

/// Working days within which a voucher is decided on.
pub const REVIEWED_WITHIN: u32 = 3;
/// Lines that run out within so many days are named.
pub const EXPIRING_WITHIN: i64 = 30;
/// Changes below this are not remarked on, however large in percent: 1 万元.
const LEAST_CHANGE: i64 = 1_000_000;

/// One kind of exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Several lines in force of one product at one bank.
    Doubled,
    /// One person recorded as two clients.
    Twice,
    /// Moved by more than half from one month to the next.
    Outlier,
    /// Waits longer than it should.
    Overdue,
    /// Runs out soon.
    Expiring,
    /// A 自然村 whose 行政村 is not known.
    Unplaced,
}

impl Kind {
    /// What has to be put right first, then what has a day, then what may be quite in order.
    pub const EVERY: [Kind; 6] = [
        Kind::Doubled,
        Kind::Twice,
        Kind::Overdue,
        Kind::Expiring,
        Kind::Outlier,
        Kind::Unplaced,
    ];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Doubled => "doubled-lines",
            Kind::Twice => "clients-twice",
            Kind::Outlier => "outliers",
            Kind::Overdue => "overdue-reviews",
            Kind::Expiring => "expiring-lines",
            Kind::Unplaced => "unplaced-villages",
        }
    }

    pub fn parse(code: &str) -> Option<Kind> {
        Kind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Kind::Doubled => Text::new("重复授信", "Lines granted twice"),
            Kind::Twice => Text::new("重复建户", "People recorded twice"),
            Kind::Outlier => Text::new("异常波动", "Sudden changes"),
            Kind::Overdue => Text::new("审核超时", "Reviews overdue"),
            Kind::Expiring => Text::new("即将到期的授信", "Lines about to expire"),
            Kind::Unplaced => Text::new("未定村", "Villages undetermined"),
        }
    }

    /// What it takes to be listed.
    pub const fn rule(self) -> Text {
        match self {
            Kind::Doubled => Text::new(
                "同一户在同一机构、同一产品下有两笔及以上有效额度。",
                "A client with two or more lines in force of the same product at the same institution.",
            ),
            Kind::Twice => Text::new(
                "同一身份号码建了两个及以上客户。全市口径下，同一人在两县各有一户也列出。",
                "One identity number recorded as two or more clients; for the city also one person in two counties.",
            ),
            Kind::Outlier => Text::new(
                "金额比上月增减超过50%且变动1万元以上：镇看余额和发生额，村只看余额。上月为零的不算。",
                "Amounts that moved by more than 50% and 10,000 yuan since last month: for towns balances and flows, for villages balances. Nothing grows from nought.",
            ),
            Kind::Overdue => Text::new(
                "提交后超过3个工作日还没有通过或退回的凭证。",
                "Vouchers neither approved nor returned three working days after they were submitted.",
            ),
            Kind::Expiring => Text::new(
                "30天内到期的有效额度，先到期的在前。",
                "Lines in force that expire within 30 days, the first to expire first.",
            ),
            Kind::Unplaced => Text::new(
                "还不知道属于哪个行政村的自然村，数字暂列在所属镇下。",
                "Hamlets whose administrative village is not known yet; their figures stand under the town.",
            ),
        }
    }
}

/// The last day on which a voucher submitted that day is decided on in time.
pub fn review_by(submitted: NaiveDate) -> NaiveDate {
    nth_working_day_after(submitted, REVIEWED_WITHIN)
}

/// Stocks looked at in towns and villages.
const STOCKS: [MeasureId; 6] = [
    measure::CREDIT_GRANTED,
    measure::CREDIT_DRAWN,
    measure::LOAN_BALANCE,
    measure::LOAN_OVERDUE,
    measure::LOAN_NONPERFORMING,
    measure::INSURANCE_IN_FORCE,
];
/// Flows looked at in towns only: in a village one month is seldom like the next.
const FLOWS: [MeasureId; 3] = [
    measure::LOAN_DISBURSED,
    measure::INSURANCE_PREMIUM,
    measure::INSURANCE_PAYOUT,
];

/// Everything that is looked at.
pub fn watched() -> Vec<MeasureId> {
    STOCKS.into_iter().chain(FLOWS).collect()
}

/// Where a figure stands: its village and its town, none where there is no such.
#[derive(Clone, Copy, Debug)]
pub struct Stands {
    pub village: Option<RegionId>,
    pub town: Option<RegionId>,
}

/// One figure that moved suddenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlier {
    pub region: RegionId,
    pub measure: &'static Measure,
    pub before: i64,
    pub now: i64,
}

impl Outlier {
    pub const fn change(&self) -> i64 {
        self.now.saturating_sub(self.before)
    }
}

/// Figures that moved by more than half from the first of two months to the second, the largest change first.
pub fn outliers(courses: &[Course], stands: impl Fn(RegionId) -> Stands) -> Vec<Outlier> {
    let mut sums: BTreeMap<(MeasureId, RegionId), (i64, i64)> = BTreeMap::new();
    for course in courses {
        let [first, second] = course.changes[..] else {
            continue;
        };
        let stock = STOCKS.contains(&course.measure);
        let (before, now) = if stock {
            let before = course.before.saturating_add(first);
            (before, before.saturating_add(second))
        } else {
            (first, second)
        };
        let at = stands(course.region);
        for region in at.town.into_iter().chain(at.village.filter(|_| stock)) {
            let sum = sums.entry((course.measure, region)).or_default();
            *sum = (sum.0.saturating_add(before), sum.1.saturating_add(now));
        }
    }
    let outlier = |((measure, region), (before, now)): ((MeasureId, RegionId), (i64, i64))| {
        let found = Outlier {
            region,
            measure: by_id(measure)?,
            before,
            now,
        };
        let change = i128::from(found.change()).abs();
        let sudden = before > 0 && change * 2 > i128::from(before) && change >= i128::from(LEAST_CHANGE);
        sudden.then_some(found)
    };
    let mut found: Vec<Outlier> = sums.into_iter().filter_map(outlier).collect();
    found.sort_by_key(|outlier| std::cmp::Reverse(outlier.change().unsigned_abs()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAN: i64 = 1_000_000;

    fn course(measure: MeasureId, region: i64, before: i64, changes: [i64; 2]) -> Course {
        Course {
            measure,
            region: RegionId(region),
            before: before * WAN,
            changes: changes.map(|change| change * WAN).to_vec(),
        }
    }

    /// Villages 1 to 9 lie in town 10.
    fn stands(region: RegionId) -> Stands {
        Stands {
            village: Some(region),
            town: Some(RegionId(10)),
        }
    }

    fn found(courses: &[Course]) -> Vec<(i64, i64, i64)> {
        let found = outliers(courses, stands);
        found
            .iter()
            .map(|each| (each.region.0, each.before / WAN, each.now / WAN))
            .collect()
    }

    #[test]
    fn more_than_half_is_remarked_and_half_is_not() {
        let balance = |before, change| course(measure::LOAN_BALANCE, 1, before, [0, change]);
        assert_eq!(found(&[balance(100, 50)]), []);
        assert_eq!(found(&[balance(100, 51)]), [(1, 100, 151), (10, 100, 151)]);
        assert_eq!(found(&[balance(100, -51)]).len(), 2);
        assert_eq!(found(&[balance(0, 500)]), [], "nothing grows from nought");
    }

    #[test]
    fn villages_add_up_to_their_town_and_flows_are_the_towns() {
        let balances = [
            course(measure::LOAN_BALANCE, 1, 100, [0, 60]),
            course(measure::LOAN_BALANCE, 2, 900, [0, 0]),
        ];
        assert_eq!(found(&balances), [(1, 100, 160)], "the town moved by 6%");
        let flows = [course(measure::LOAN_DISBURSED, 1, 0, [10, 40])];
        assert_eq!(found(&flows), [(10, 10, 40)]);
    }

    #[test]
    fn small_sums_do_not_stand_out() {
        let small = Course {
            before: 100,
            changes: vec![0, WAN - 1],
            ..course(measure::LOAN_BALANCE, 1, 0, [0, 0])
        };
        assert_eq!(found(&[small]), []);
    }

    #[test]
    fn every_watched_measure_is_money_and_of_its_nature() {
        for id in watched() {
            let measure = by_id(id).unwrap();
            assert!(measure.unit.is_money() && !measure.distinct);
            assert_eq!(measure.is_stock(), STOCKS.contains(&id));
        }
    }

    #[test]
    fn a_weekend_does_not_count_against_the_reviewer() {
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(review_by(day("2023-12-14")), day("2023-12-19"));
    }
}
