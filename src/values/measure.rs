//! The registry of measures (指标): what every figure counts, in what unit, and how it adds up.
//!
//! A measure is a *flow* (发生额: shown as 本月 and 本年累计) or a *stock* (余额: shown as 期末), never both. It is
//! additive, so that parts add up to the whole, or *distinct*, so that they need not. Codes are what
//! outsiders rely on and ids are what the database holds: neither ever changes or is used again.

use super::ids::number_ids;
use super::text::{Lang, Text};

pub mod rates;
mod registry;

pub use registry::*;

number_ids! { Integer, i32;
    /// A measure's number in the database.
    MeasureId;
}

/// What one of a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasureUnit {
    /// 分, printed as 元, 万元 or 亿元.
    Fen,
    /// 笔: loans.
    Loan,
    /// 件: policies.
    Policy,
    /// 件: claims.
    Claim,
    /// 户次: households, each time counted.
    Participation,
    /// 户: households.
    Household,
    /// 户次: visits.
    Visit,
    /// 个: villages.
    Village,
    /// 个: towns.
    Town,
    /// 人: persons.
    Person,
    /// 个: points and other things counted singly.
    Count,
    /// 场次: occasions, such as talks.
    Times,
    /// 人次: persons present, each time counted.
    Attendance,
}

impl MeasureUnit {
    /// The label printed beside a figure. Money is labelled by the unit it is printed in, here 元.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            MeasureUnit::Fen => Text::new("元", "yuan"),
            MeasureUnit::Loan => Text::new("笔", "loans"),
            MeasureUnit::Policy => Text::new("件", "policies"),
            MeasureUnit::Claim => Text::new("件", "claims"),
            MeasureUnit::Participation => Text::new("户次", "participations"),
            MeasureUnit::Household => Text::new("户", "households"),
            MeasureUnit::Visit => Text::new("户次", "visits"),
            MeasureUnit::Village => Text::new("个村", "villages"),
            MeasureUnit::Town => Text::new("个镇", "towns"),
            MeasureUnit::Person => Text::new("人", "persons"),
            MeasureUnit::Count => Text::new("个", "items"),
            MeasureUnit::Times => Text::new("场次", "times"),
            MeasureUnit::Attendance => Text::new("人次", "attendances"),
        }
    }

    /// The label in one language.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }

    /// Whether figures of this unit are amounts of money, in 分.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, MeasureUnit::Fen)
    }
}

/// Whether a figure happens in a period or stands at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// 发生额: what happened within a period.
    Flow,
    /// 余额: what stands at the end of a day.
    Stock,
}

impl Nature {
    /// The word for it.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Nature::Flow => Text::new("发生额", "Flow"),
            Nature::Stock => Text::new("余额", "Stock"),
        }
    }
}

/// One measure of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The number stored with every entry.
    pub id: MeasureId,
    /// The code outsiders use, `credit.granted`.
    pub code: &'static str,
    /// What reports call it.
    pub name: Text,
    /// What one of it is.
    pub unit: MeasureUnit,
    /// Flow or stock.
    pub nature: Nature,
    /// Whether parts may overlap, so that they do not add up to the whole.
    pub distinct: bool,
    /// What exactly is counted, in one sentence.
    pub definition: Text,
}

impl Measure {
    /// Whether it is shown as 本月 and 本年累计.
    #[must_use]
    pub const fn is_flow(&self) -> bool {
        matches!(self.nature, Nature::Flow)
    }

    /// Whether it is shown as 期末.
    #[must_use]
    pub const fn is_stock(&self) -> bool {
        matches!(self.nature, Nature::Stock)
    }
}

/// The measure of a code.
#[must_use]
pub fn measure(code: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.code == code)
}

/// The measure of a stored number.
#[must_use]
pub fn by_id(id: MeasureId) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The codes `cunxin totals` promises to outsiders.
    const PROMISED: [&str; 27] = [
        "credit.preapproved",
        "credit.granted",
        "credit.signed",
        "credit.drawn",
        "credit.preapproved_new",
        "credit.granted_new",
        "credit.villages",
        "credit.households",
        "loan.disbursed",
        "loan.principal_repaid",
        "loan.interest_repaid",
        "loan.balance",
        "loan.overdue",
        "loan.nonperforming",
        "insurance.sum_insured",
        "insurance.in_force",
        "insurance.premium",
        "insurance.premium.central",
        "insurance.premium.province",
        "insurance.premium.city",
        "insurance.premium.county",
        "insurance.premium.farmer",
        "insurance.payout",
        "field.visits",
        "field.visited_households",
        "field.specialists",
        "field.service_points",
    ];

    #[test]
    fn promised_codes_exist() {
        for code in PROMISED {
            assert!(measure(code).is_some(), "{code}");
        }
        assert!(measure("field.service_point_villages").is_some());
        assert!(measure("field.designated_towns").is_some());
        assert!(measure("credit").is_none());
    }

    #[test]
    fn codes_ids_and_names_are_unique() {
        let codes: BTreeSet<_> = MEASURES.iter().map(|measure| measure.code).collect();
        let ids: BTreeSet<_> = MEASURES.iter().map(|measure| measure.id).collect();
        let names: BTreeSet<_> = MEASURES.iter().map(|measure| measure.name.zh).collect();
        assert_eq!(codes.len(), MEASURES.len());
        assert_eq!(ids.len(), MEASURES.len());
        assert_eq!(names.len(), MEASURES.len());
    }

    #[test]
    fn money_always_adds_up_and_definitions_are_sentences() {
        for measure in MEASURES {
            assert!(!(measure.unit.is_money() && measure.distinct), "{}", measure.code);
            assert!(measure.definition.zh.ends_with('。'), "{}", measure.code);
            assert!(measure.definition.en.ends_with('.'), "{}", measure.code);
            assert_eq!(by_id(measure.id), Some(measure));
            assert_eq!(super::measure(measure.code), Some(measure));
        }
    }

    proptest! {
        #[test]
        fn unknown_numbers_are_no_measure(id in 10_000_i32..) {
            prop_assert!(by_id(MeasureId(id)).is_none());
            prop_assert!(by_id(MeasureId(-id)).is_none());
        }
    }
}
