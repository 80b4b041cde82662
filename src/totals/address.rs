//! Where the page of a figure is: 这个数怎么来的.

use super::answer::RowKey;
use super::aspect::Aspect;
use super::question::Boundaries;
use crate::ui::address;
use crate::values::measure::measure;
use crate::values::{Month, Nature};

/// One figure as an address names it. Written out in full, so that it can be passed on and means the same tomorrow.
#[derive(Clone, Debug)]
pub struct FigureAddress<'a> {
    /// The code of a measure or a rate.
    pub what: &'a str,
    pub region: &'a str,
    pub month: Month,
    pub boundaries: Boundaries,
    /// Which of its values is meant; none for the usual one.
    pub aspect: Option<Aspect>,
    /// The bank, product or specialist it is restricted to.
    pub member: Option<RowKey>,
    /// The totals page it was clicked on, as its links carry it.
    pub back: Option<&'a str>,
}

impl<'a> FigureAddress<'a> {
    /// A figure of a region and month, with nothing else said.
    #[must_use]
    pub const fn new(what: &'a str, region: &'a str, month: Month) -> FigureAddress<'a> {
        FigureAddress {
            what,
            region,
            month,
            boundaries: Boundaries::Then,
            aspect: None,
            member: None,
            back: None,
        }
    }

    /// The address.
    #[must_use]
    pub fn path(&self) -> String {
        let path = format!("/figures/{}", self.what);
        let path = address::with(&path, "region", self.region);
        let path = address::with(&path, "month", &self.month.to_string());
        self.narrowed(path)
    }

    /// The same restrictions on another address that knows them.
    fn narrowed(&self, path: String) -> String {
        let member = self.member.and_then(member_pair);
        let now = match self.boundaries {
            Boundaries::Then => None,
            now @ Boundaries::Now(_) => Some(("boundaries", now.code().to_owned())),
        };
        let aspect = self.aspect.map(|aspect| ("aspect", aspect.code().to_owned()));
        let back = self
            .back
            .filter(|back| !back.is_empty())
            .map(|back| ("back", back.to_owned()));
        let pairs = [member, aspect, now, back];
        pairs
            .into_iter()
            .flatten()
            .fold(path, |path, (key, value)| address::with(&path, key, &value))
    }

    /// The vouchers behind a value of this measure: those of the posting months, or what waits. None for a
    /// value that no list of vouchers makes, such as a percentage.
    #[must_use]
    pub fn vouchers(&self, aspect: Aspect) -> Option<String> {
        let nature = measure(self.what)?.nature;
        let (from, to) = match aspect {
            Aspect::Pending => (None, self.month),
            aspect => period(self.month, nature, aspect)?,
        };
        let bare = FigureAddress {
            aspect: None,
            // The way back names no month: it is that of the vouchers.
            back: self.back.filter(|_| to == self.month),
            ..self.clone()
        };
        let path = bare.narrowed(address::with("/vouchers", "region", self.region));
        let path = address::with(&path, "measure", self.what);
        let path = match aspect {
            Aspect::Pending => address::with(&path, "state", "submitted"),
            _ => path,
        };
        let path = match from {
            Some(from) => address::with(&path, "from", &from.to_string()),
            None => path,
        };
        Some(address::with(&path, "to", &to.to_string()))
    }
}

/// How a member of a dimension stands in an address.
#[must_use]
pub fn member_pair(member: RowKey) -> Option<(&'static str, String)> {
    match member {
        RowKey::Region(_) => None,
        RowKey::Institution(id) => Some(("institution", id.0.to_string())),
        RowKey::Product(id) => Some(("product", id.0.to_string())),
        RowKey::Specialist(id) => Some(("specialist", id.0.to_string())),
    }
}

/// The posting months of a value, both included; a stock's go back to the first.
#[must_use]
pub fn period(month: Month, nature: Nature, aspect: Aspect) -> Option<(Option<Month>, Month)> {
    let year_ago = month.year_ago();
    Some(match aspect {
        Aspect::YearAgo if nature == Nature::Stock => (None, year_ago),
        Aspect::YearAgo => (Some(year_ago.january()), year_ago),
        Aspect::End => (None, month),
        Aspect::PreviousMonth => (None, month.previous()),
        Aspect::YearStart => (None, month.january().previous()),
        Aspect::Month | Aspect::SincePreviousMonth => (Some(month), month),
        Aspect::Year | Aspect::SinceYearStart => (Some(month.january()), month),
        Aspect::MonthYearAgo => (Some(year_ago), year_ago),
        Aspect::MonthYoy | Aspect::YearYoy | Aspect::Yoy | Aspect::Mom | Aspect::Pending => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::InstitutionId;

    #[test]
    fn a_figure_and_its_vouchers_name_the_same() {
        let month = Month::parse("2023-12").unwrap();
        let figure = FigureAddress {
            member: Some(RowKey::Institution(InstitutionId(7))),
            aspect: Some(Aspect::Yoy),
            back: Some("440784000000.town.wan.credit"),
            ..FigureAddress::new("credit.granted", "440784000000", month)
        };
        assert_eq!(
            figure.path(),
            "/figures/credit.granted?region=440784000000&month=2023-12&institution=7&aspect=yoy_percent&back=440784000000.town.wan.credit"
        );
        assert_eq!(
            figure.vouchers(Aspect::SinceYearStart).unwrap(),
            "/vouchers?region=440784000000&institution=7&back=440784000000.town.wan.credit&measure=credit.granted&from=2023-01&to=2023-12"
        );
        assert!(figure.vouchers(Aspect::Yoy).is_none());
        assert!(
            figure
                .vouchers(Aspect::Pending)
                .unwrap()
                .contains("state=submitted")
        );
    }
}
