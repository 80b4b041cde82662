//! The measures that are read together on a page.

use crate::values::measure::{self, Measure, by_id};
use crate::values::{MeasureId, Text};

/// A group of measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureGroup {
    Credit,
    Loans,
    Insurance,
    Field,
}

impl MeasureGroup {
    pub const EVERY: [MeasureGroup; 4] = [
        MeasureGroup::Credit,
        MeasureGroup::Loans,
        MeasureGroup::Insurance,
        MeasureGroup::Field,
    ];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            MeasureGroup::Credit => "credit",
            MeasureGroup::Loans => "loans",
            MeasureGroup::Insurance => "insurance",
            MeasureGroup::Field => "field",
        }
    }

    pub fn parse(code: &str) -> Option<MeasureGroup> {
        MeasureGroup::EVERY.into_iter().find(|group| group.code() == code)
    }

    pub const fn text(self) -> Text {
        match self {
            MeasureGroup::Credit => Text::new("授信", "Credit"),
            MeasureGroup::Loans => Text::new("贷款", "Loans"),
            MeasureGroup::Insurance => Text::new("保险", "Insurance"),
            MeasureGroup::Field => Text::new("服务", "Fieldwork"),
        }
    }

    /// The group a measure is shown in.
    pub fn of(measure: &Measure) -> MeasureGroup {
        let room = measure.code.split('.').next().unwrap_or_default();
        match room {
            "loan" => MeasureGroup::Loans,
            "insurance" => MeasureGroup::Insurance,
            "field" => MeasureGroup::Field,
            _ => MeasureGroup::Credit,
        }
    }

    const fn ids(self) -> &'static [MeasureId] {
        match self {
            MeasureGroup::Credit => &[
                measure::CREDIT_PREAPPROVED,
                measure::CREDIT_GRANTED,
                measure::CREDIT_SIGNED,
                measure::CREDIT_FROZEN,
                measure::CREDIT_DRAWN,
                measure::CREDIT_GRANTED_NEW,
                measure::CREDIT_VILLAGES,
                measure::CREDIT_HOUSEHOLDS,
                measure::CREDIT_GRANTED_HOUSEHOLDS,
                measure::CREDIT_DRAWN_HOUSEHOLDS,
            ],
            MeasureGroup::Loans => &[
                measure::LOAN_BALANCE,
                measure::LOAN_DISBURSED,
                measure::LOAN_COUNT,
                measure::LOAN_PRINCIPAL_REPAID,
                measure::LOAN_INTEREST_REPAID,
                measure::LOAN_OVERDUE,
                measure::LOAN_NONPERFORMING,
            ],
            MeasureGroup::Insurance => &[
                measure::INSURANCE_SUM_INSURED,
                measure::INSURANCE_IN_FORCE,
                measure::INSURANCE_POLICIES,
                measure::INSURANCE_PREMIUM,
                measure::INSURANCE_PREMIUM_FARMER,
                measure::INSURANCE_PAYOUT,
            ],
            MeasureGroup::Field => &[
                measure::FIELD_VISITS,
                measure::FIELD_VISITED_HOUSEHOLDS,
                measure::FIELD_TALKS,
                measure::FIELD_ATTENDANCE,
                measure::FIELD_SPECIALISTS,
                measure::FIELD_SERVICE_POINTS,
                measure::FIELD_SERVICE_POINT_VILLAGES,
                measure::FIELD_DESIGNATED_TOWNS,
                measure::FIELD_DESIGNATED_TOWNS_NEW,
            ],
        }
    }

    /// Its measures, the leading one not necessarily first.
    pub fn measures(self) -> Vec<&'static Measure> {
        self.ids().iter().filter_map(|id| by_id(*id)).collect()
    }

    /// The one drawn over the months; additive, so that its months are sums.
    pub fn leading(self) -> Option<&'static Measure> {
        by_id(match self {
            MeasureGroup::Credit => measure::CREDIT_GRANTED,
            MeasureGroup::Loans => measure::LOAN_BALANCE,
            MeasureGroup::Insurance => measure::INSURANCE_SUM_INSURED,
            MeasureGroup::Field => measure::FIELD_VISITS,
        })
    }
}

/// What the cards above every page show, whatever group is below.
pub fn headline() -> Vec<&'static Measure> {
    let ids = [
        measure::CREDIT_PREAPPROVED,
        measure::CREDIT_GRANTED,
        measure::CREDIT_HOUSEHOLDS,
        measure::CREDIT_VILLAGES,
        measure::CREDIT_DRAWN,
        measure::LOAN_BALANCE,
        measure::INSURANCE_SUM_INSURED,
        measure::INSURANCE_PAYOUT,
    ];
    ids.into_iter().filter_map(by_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_whole_and_leads_with_something_additive() {
        assert_eq!(headline().len(), 8);
        for group in MeasureGroup::EVERY {
            assert_eq!(group.measures().len(), group.ids().len());
            assert!(group.leading().is_some_and(|measure| !measure.distinct));
            assert!(
                group
                    .measures()
                    .iter()
                    .all(|measure| MeasureGroup::of(measure) == group)
            );
        }
    }
}
