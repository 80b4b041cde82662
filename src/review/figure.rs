//! Which figure the vouchers are asked for: read from an address, said in words, turned into the entries
//! that make it.

use chrono::NaiveDate;

use super::list::Ask;
use crate::auth::{User, asked};
use crate::error::Error;
use crate::ledger::Behind;
use crate::regions::Regions;
use crate::totals::{self, Aspect, Boundaries, FigureAddress, RowKey, no_such_month, region_key};
use crate::values::measure::{self, Measure};
use crate::values::money::show_count;
use crate::values::{
    BookId, Fen, InstitutionId, Lang, Level, Month, Nature, ProductId, RegionCode, RegionId, Say,
    SpecialistId, Unit, words,
};

/// One figure of the totals, as its address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    pub measure: &'static Measure,
    pub region: RegionId,
    /// Only what hangs on the region itself, as in a row 其他.
    pub alone: bool,
    /// The first month; none for a stock, which is everything up to `to`.
    pub from: Option<Month>,
    pub to: Month,
    /// 0 is what names none.
    pub institution: Option<InstitutionId>,
    pub product: Option<ProductId>,
    pub specialist: Option<SpecialistId>,
    /// What waits for review instead of what is posted.
    pub pending: bool,
    /// By which the region is read.
    pub boundaries: Boundaries,
}

impl Figure {
    /// Reads a figure; none when the address names no measure. Without `to` it is the month of `today`,
    /// without `from` a flow is of that month alone and a stock of everything so far, without `region` it
    /// is the whole of what this person may read.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is none, or lies outside this person's book.
    pub fn read(
        ask: &Ask,
        regions: &Regions,
        user: &User,
        today: NaiveDate,
    ) -> Result<Option<Figure>, Error> {
        let Some(measure) = asked(words::MEASURE, &ask.measure, measure::measure)? else {
            return refuse_half_a_figure(ask).map(|()| None);
        };
        let this = Month::of(today);
        let to = month(&ask.to)?.unwrap_or(this);
        if to > this {
            return Err(no_such_month(to, month(&ask.from)?.unwrap_or(this), this));
        }
        let from = month(&ask.from)?.or(measure.is_flow().then_some(to));
        if from.is_some_and(|from| from > to) {
            return Err(Error::NotFound);
        }
        let boundaries = asked(totals::BOUNDARIES, &ask.boundaries, |code| {
            Boundaries::parse(code, today)
        })?
        .unwrap_or_default();
        let whole = user.book.map(|own| RegionId(own.0)).or(regions.root());
        let region = match ask.region.as_str() {
            "" => whole.ok_or(Error::NotFound)?,
            text => resolve(text, regions, boundaries.day(to))?,
        };
        let scope = user.book.map(|own| RegionId(own.0));
        if scope.is_some_and(|own| !regions.path(region, boundaries.day(to)).contains(&own)) {
            return Err(Error::NotFound);
        }
        Ok(Some(Figure {
            measure,
            region,
            alone: ask.alone == "yes",
            from,
            to,
            institution: member(&ask.institution)?.map(InstitutionId),
            product: member(&ask.product)?.map(ProductId),
            specialist: member(&ask.specialist)?.map(SpecialistId),
            pending: ask.state == "submitted",
            boundaries,
        }))
    }

    /// The day the regions are read on.
    fn day(&self) -> NaiveDate {
        self.boundaries.day(self.to)
    }

    /// The entries that make it.
    pub fn behind(&self, regions: &Regions) -> Behind {
        let mut within: Vec<RegionId> = if self.alone {
            vec![self.region]
        } else {
            regions.within(self.region, self.day()).into_iter().collect()
        };
        within.sort_unstable();
        Behind {
            measure: self.measure.id,
            pending: self.pending,
            from: self.from.unwrap_or(Month::MIN),
            to: self.to,
            regions: within,
            institution: self.institution,
            product: self.product,
            specialist: self.specialist,
        }
    }

    /// The books its entries may lie in: the county's own, or all of `readable` for what lies above one.
    pub fn books(&self, regions: &Regions, readable: &[BookId]) -> Vec<BookId> {
        let county = regions.ancestor(self.region, Level::County, self.day());
        match county {
            Some(county) => {
                let others = regions.other_counties(regions.within(self.region, self.day()).iter());
                let its = |book: &BookId| book.0 == county.0 || others.contains(&RegionId(book.0));
                readable.iter().copied().filter(its).collect()
            }
            None => readable.to_vec(),
        }
    }

    /// Where: 县›镇›村, or the city.
    pub fn place(&self, regions: &Regions, lang: Lang) -> String {
        let path = regions.path_name_in(self.region, self.day(), lang);
        let name = if path.is_empty() {
            regions.name_in(self.region, self.day(), lang)
        } else {
            path
        };
        match (self.alone, lang) {
            (false, _) => name,
            (true, Lang::Zh) => format!("{name}（本级，不含下级）"),
            (true, Lang::En) => format!("{name} (itself only)"),
        }
    }

    /// When.
    pub fn period(&self) -> Say {
        let (zh, en) = (self.to.show(Lang::Zh), self.to.show(Lang::En));
        match (self.measure.nature, self.from) {
            (Nature::Stock, None) => Say::new(format!("{zh}末"), format!("at the end of {en}")),
            (Nature::Stock, Some(from)) if from == self.to => {
                Say::new(format!("{zh}的变动"), format!("change in {en}"))
            }
            (Nature::Flow, Some(from)) if from == self.to => Say::new(zh, en),
            (Nature::Stock, Some(from)) => Say::new(
                format!("{}至{zh}的变动", from.show(Lang::Zh)),
                format!("change from {} to {en}", from.show(Lang::En)),
            ),
            (Nature::Flow, Some(from)) => Say::new(
                format!("{}至{zh}", from.show(Lang::Zh)),
                format!("{} to {en}", from.show(Lang::En)),
            ),
            (Nature::Flow, None) => Say::new(format!("截至{zh}"), format!("up to {en}")),
        }
    }

    /// The page that says how it is made; none for what hangs on a unit alone, which has none. `back` is the totals
    /// page it was clicked on.
    pub fn explained(&self, regions: &Regions, back: &str) -> Option<String> {
        let aspect = match (self.measure.nature, self.from) {
            _ if self.pending => Aspect::Pending,
            (Nature::Stock, Some(from)) if from == self.to => Aspect::SincePreviousMonth,
            (Nature::Flow, Some(from)) if from == self.to => Aspect::Month,
            (Nature::Stock, Some(from)) if from == self.to.january() => Aspect::SinceYearStart,
            (nature, _) => Aspect::usual(nature),
        };
        let institution = self.institution.map(RowKey::Institution);
        let product = self.product.map(RowKey::Product);
        let specialist = self.specialist.map(RowKey::Specialist);
        let key = region_key(regions, self.region, self.day());
        let at = FigureAddress {
            boundaries: self.boundaries,
            aspect: Some(aspect),
            member: institution.or(product).or(specialist),
            back: Some(back),
            ..FigureAddress::new(self.measure.code, &key, self.to)
        };
        (!self.alone).then(|| at.path())
    }

    /// The unit its amounts are written in.
    pub fn unit(&self, lang: Lang) -> &'static str {
        self.measure.unit.label(lang)
    }
}

/// A region, a month or a product without a measure names no figure, and the list would show everything.
fn refuse_half_a_figure(ask: &Ask) -> Result<(), Error> {
    let of_figures = [
        &ask.region,
        &ask.alone,
        &ask.from,
        &ask.to,
        &ask.product,
        &ask.specialist,
    ];
    if of_figures.iter().all(|text| text.is_empty()) {
        return Ok(());
    }
    let say = Say::new(
        "地址里有范围或月份，却没有指标，不知道要查哪个数。请从汇总里点开一个数。",
        "The address names a region, a month or a product but no measure. Open a figure from the totals.",
    );
    Err(Error::refuse("address.no_measure", "measure", say))
}

/// An amount of a measure for people: yuan with two decimals, or a grouped count.
pub(super) fn show(measure: &Measure, amount: i64) -> String {
    if measure.unit.is_money() {
        Fen(amount).show(Unit::Yuan)
    } else {
        show_count(amount)
    }
}

fn month(text: &str) -> Result<Option<Month>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    Month::parse(text).map(Some).map_err(|_| Error::NotFound)
}

fn member(text: &str) -> Result<Option<i64>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::NotFound)
}

/// A region by its 12-digit code of that day, or by `#id` or a plain id where it has no code.
fn resolve(text: &str, regions: &Regions, day: NaiveDate) -> Result<RegionId, Error> {
    if let Ok(code) = RegionCode::parse(text) {
        return regions.by_code(&code, day).ok_or(Error::NotFound);
    }
    let id = text.strip_prefix('#').unwrap_or(text);
    let id = RegionId(id.parse().map_err(|_| Error::NotFound)?);
    regions.unit(id).map(|unit| unit.id).ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;
    use crate::regions::{Unit, Version, always};
    use crate::values::{RegionKind, UserId};

    fn unit(id: i64, kind: RegionKind, parent: Option<i64>, code: Option<&str>) -> Unit {
        Unit {
            id: RegionId(id),
            level: kind.level(),
            kind,
            versions: vec![Version {
                valid_from: always(),
                valid_to: None,
                name: format!("甲{id}"),
                short_name: format!("甲{id}"),
                code: code.map(|code| RegionCode::parse(code).unwrap()),
                parent: parent.map(RegionId),
                parent_known: true,
            }],
        }
    }

    fn regions() -> Regions {
        Regions::new(vec![
            unit(1, RegionKind::Prefecture, None, Some("440700000000")),
            unit(2, RegionKind::CountyCity, Some(1), Some("440784000000")),
            unit(3, RegionKind::CountyCity, Some(1), Some("440781000000")),
            unit(4, RegionKind::Town, Some(2), Some("440784102000")),
            unit(5, RegionKind::Hamlet, Some(4), None),
        ])
    }

    fn user(book: Option<i64>) -> User {
        User {
            id: UserId::from_parts(0, [0; 10]),
            login: String::new(),
            name: String::new(),
            role: if book.is_some() {
                Role::Reviewer
            } else {
                Role::CityReader
            },
            book: book.map(BookId),
            institution: None,
            specialist: None,
            csrf: String::new(),
            must_change: false,
            lang: Lang::Zh,
        }
    }

    fn ask(measure: &str, region: &str) -> Ask {
        Ask {
            measure: measure.to_owned(),
            region: region.to_owned(),
            to: "2023-12".to_owned(),
            ..Ask::default()
        }
    }

    fn read(ask: &Ask, book: Option<i64>) -> Result<Option<Figure>, Error> {
        let today = NaiveDate::from_ymd_opt(2024, 1, 4).unwrap();
        Figure::read(ask, &regions(), &user(book), today)
    }

    #[test]
    fn a_stock_is_everything_up_to_its_month_and_a_flow_its_month() {
        let stock = read(&ask("credit.granted", "440784000000"), None)
            .unwrap()
            .unwrap();
        assert_eq!(stock.from, None);
        assert_eq!(stock.behind(&regions()).from, Month::MIN);
        assert_eq!(stock.period().zh, "2023年12月末");
        let change = Ask {
            from: "2023-12".to_owned(),
            ..ask("credit.granted", "")
        };
        assert_eq!(
            read(&change, None).unwrap().unwrap().period().zh,
            "2023年12月的变动"
        );
        let flow = read(&ask("loan.disbursed", ""), None).unwrap().unwrap();
        assert_eq!(flow.from, Some(flow.to));
        assert_eq!(flow.period().zh, "2023年12月");
        let year = Ask {
            from: "2023-01".to_owned(),
            ..ask("loan.disbursed", "")
        };
        assert_eq!(
            read(&year, None).unwrap().unwrap().period().zh,
            "2023年1月至2023年12月"
        );
    }

    #[test]
    fn a_region_is_named_by_code_or_number_and_holds_all_within() {
        let by_code = read(&ask("credit.granted", "440784000000"), None)
            .unwrap()
            .unwrap();
        let by_id = read(&ask("credit.granted", "#2"), None).unwrap().unwrap();
        assert_eq!(by_code, by_id);
        assert_eq!(by_code.behind(&regions()).regions, [2, 4, 5].map(RegionId));
        let alone = Ask {
            alone: "yes".to_owned(),
            ..ask("credit.granted", "2")
        };
        let alone = read(&alone, None).unwrap().unwrap();
        assert_eq!(alone.behind(&regions()).regions, [RegionId(2)]);
        assert!(read(&ask("credit.granted", "440799000000"), None).is_err());
        assert!(read(&ask("no.such", ""), None).is_err());
        assert!(read(&ask("", ""), None).is_err(), "a month without a measure");
        assert!(read(&Ask::default(), None).unwrap().is_none());
    }

    #[test]
    fn a_reviewer_sees_the_own_county_only() {
        assert_eq!(
            read(&ask("credit.granted", ""), Some(2)).unwrap().unwrap().region,
            RegionId(2)
        );
        assert!(read(&ask("credit.granted", "#5"), Some(2)).is_ok());
        assert!(matches!(
            read(&ask("credit.granted", "#3"), Some(2)),
            Err(Error::NotFound)
        ));
        assert!(matches!(
            read(&ask("credit.granted", "#1"), Some(2)),
            Err(Error::NotFound)
        ));
    }

    #[test]
    fn a_county_lies_in_its_own_book() {
        let all = [1, 2, 3].map(BookId);
        let county = read(&ask("credit.granted", "#5"), None).unwrap().unwrap();
        assert_eq!(county.books(&regions(), &all), [BookId(2)]);
        let city = read(&ask("credit.granted", ""), None).unwrap().unwrap();
        assert_eq!(city.books(&regions(), &all), all);
    }
}
