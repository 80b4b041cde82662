//! What may be asked of the totals, and how it is written in an address or on the command line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Dimension};
use crate::regions::Regions;
use crate::values::measure::{MEASURES, Measure, measure};
use crate::values::{BookId, Lang, Level, Month, RegionCode, RegionId, Say, Text, words};

/// What the rows of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// No rows, only the total.
    None,
    County,
    Town,
    Village,
    Institution,
    Product,
    Specialist,
}

impl By {
    pub const EVERY: [By; 7] = [
        By::None,
        By::County,
        By::Town,
        By::Village,
        By::Institution,
        By::Product,
        By::Specialist,
    ];

    /// The word in addresses and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            By::None => "none",
            By::County => "county",
            By::Town => "town",
            By::Village => "village",
            By::Institution => "institution",
            By::Product => "product",
            By::Specialist => "specialist",
        }
    }

    pub fn parse(code: &str) -> Option<By> {
        By::EVERY.into_iter().find(|by| by.code() == code)
    }

    /// The heading over the rows.
    pub const fn text(self) -> Text {
        match self {
            By::None => words::TOTAL,
            By::County => words::COUNTY,
            By::Town => words::TOWN,
            By::Village => words::VILLAGE,
            By::Institution => words::INSTITUTION,
            By::Product => words::PRODUCT,
            By::Specialist => words::SPECIALIST,
        }
    }

    /// The level of regions that make the rows; none when the rows are no regions.
    pub const fn level(self) -> Option<Level> {
        match self {
            By::County => Some(Level::County),
            By::Town => Some(Level::Town),
            By::Village => Some(Level::Village),
            By::None | By::Institution | By::Product | By::Specialist => None,
        }
    }

    /// The dimension the ledger is read in.
    pub const fn dimension(self) -> Dimension {
        match self {
            By::Institution => Dimension::Institution,
            By::Product => Dimension::Product,
            By::Specialist => Dimension::Specialist,
            By::None | By::County | By::Town | By::Village => Dimension::All,
        }
    }

    /// The breakdown one step down from a region of that level.
    pub const fn below(level: Level) -> By {
        match level {
            Level::Province | Level::City => By::County,
            Level::County => By::Town,
            Level::Town => By::Village,
            Level::Village | Level::Hamlet => By::Institution,
        }
    }

    /// Whether a region of that level can be broken down so: never into units above itself.
    pub fn suits(self, level: Level) -> bool {
        self.level().is_none_or(|rows| rows >= level)
    }

    /// What a page on a region of that level offers.
    pub fn offered(level: Level) -> impl Iterator<Item = By> {
        By::EVERY
            .into_iter()
            .filter(move |by| *by != By::None && by.level().is_none_or(|rows| rows > level))
    }
}

/// By which boundaries figures are added up: a unit that merged, moved or was renamed since stood
/// elsewhere then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundaries {
    /// Those of the month's last day.
    #[default]
    Then,
    /// Those of this day, today.
    Now(NaiveDate),
}

impl Boundaries {
    /// The word in addresses and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Boundaries::Then => "then",
            Boundaries::Now(_) => "now",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str, today: NaiveDate) -> Option<Boundaries> {
        match code {
            "then" => Some(Boundaries::Then),
            "now" => Some(Boundaries::Now(today)),
            _ => None,
        }
    }

    /// The choice, in a switch.
    pub const fn text(self) -> Text {
        match self {
            Boundaries::Then => Text::new("当月区划", "As then"),
            Boundaries::Now(_) => Text::new("现行区划", "As now"),
        }
    }

    /// The day whose names and boundaries hold for a month: never one before its end.
    pub fn day(self, month: Month) -> NaiveDate {
        match self {
            Boundaries::Then => month.last_day(),
            Boundaries::Now(today) => today.max(month.last_day()),
        }
    }
}

/// One question to the ledger.
#[derive(Clone, Debug)]
pub struct Question {
    pub region: RegionId,
    pub month: Month,
    pub by: By,
    /// In the order in which they are shown.
    pub measures: Vec<&'static Measure>,
    pub boundaries: Boundaries,
}

impl Question {
    /// The day whose names and boundaries hold.
    pub fn day(&self) -> NaiveDate {
        self.boundaries.day(self.month)
    }

    /// The same question, refused when its rows would lie above its region.
    pub fn checked(self, regions: &Regions) -> Result<Question, Error> {
        let level = regions.unit(self.region).ok_or(Error::NotFound)?.level;
        if self.by.suits(level) {
            return Ok(self);
        }
        Err(not_offered(regions, self.region, self.day(), self.by))
    }
}

/// The refusal of a breakdown that a region does not have, naming those it has.
pub fn not_offered(regions: &Regions, region: RegionId, day: NaiveDate, by: By) -> Error {
    let (name, by) = (regions.say(region, day), by.text());
    let offered: Vec<&str> = regions
        .unit(region)
        .map(|unit| By::offered(unit.level).map(By::code).collect())
        .unwrap_or_default();
    let say = Say::new(
        format!(
            "“{}”不能按“{}”分列，可用：{}。",
            name.zh,
            by.zh,
            offered.join("、")
        ),
        format!(
            "“{}” cannot be broken down by {}; use one of {}.",
            name.en,
            by.en,
            offered.join(", ")
        ),
    );
    Error::refuse("totals.by_above_region", "by", say)
}

/// How a region is named in an address: its code, or `#` and its id when it has none.
pub fn region_key(regions: &Regions, region: RegionId, day: NaiveDate) -> String {
    match regions.code(region, day) {
        Some(code) if regions.by_code(code, day) == Some(region) => code.as_str().to_owned(),
        _ => format!("#{}", region.0),
    }
}

/// Finds the region that a code (or `#` and an id) means on a day; without a text, the city. A unit that
/// is no more has only its id.
///
/// # Errors
/// Refused, naming the counties, when there is no such unit on that day.
pub fn resolve_region(regions: &Regions, text: &str, day: NaiveDate) -> Result<RegionId, Error> {
    let text = text.trim();
    if text.is_empty() {
        return regions
            .root()
            .ok_or_else(|| Error::Failed("the register holds no city".to_owned()));
    }
    let found = match text.strip_prefix('#') {
        Some(id) => id
            .parse()
            .ok()
            .map(RegionId)
            .filter(|id| regions.on(*id, day).is_some() || regions.ending(*id, day).is_some()),
        None => RegionCode::parse(text)
            .ok()
            .and_then(|code| regions.by_code(&code, day)),
    };
    found.ok_or_else(|| Error::refuse("totals.region", "region", no_such_region(regions, text, day)))
}

fn no_such_region(regions: &Regions, text: &str, day: NaiveDate) -> Say {
    let month = Month::of(day);
    let mut known: Vec<RegionId> = regions.root().into_iter().collect();
    known.extend(
        regions
            .root()
            .map(|root| regions.children(root, day))
            .unwrap_or_default(),
    );
    let known = |lang: Lang| -> Vec<String> {
        let named = |id| {
            format!(
                "{} {}",
                region_key(regions, id, day),
                regions.name_in(id, day, lang)
            )
        };
        known.iter().copied().map(named).collect()
    };
    Say::new(
        format!(
            "{}没有代码为“{text}”的行政单位。请填12位代码，如：{}；镇、村的代码见登记。",
            month.show(Lang::Zh),
            known(Lang::Zh).join("、")
        ),
        format!(
            "There is no administrative unit with code “{text}” in {}. Give a 12-digit code such as: {}; \
             towns and villages have theirs in the register.",
            month.show(Lang::En),
            known(Lang::En).join(", ")
        ),
    )
}

/// Reads a month, `2023-12`.
pub fn resolve_month(text: &str) -> Result<Month, Error> {
    Month::parse(text).map_err(|error| Error::refuse(error.code(), "month", error.say()))
}

/// Finds the measures of these codes, each once; all of them when none is named.
///
/// # Errors
/// Refused, naming every measure there is.
pub fn resolve_measures<'a>(
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<&'static Measure>, Error> {
    let mut found: Vec<&'static Measure> = Vec::new();
    for code in codes.into_iter().map(str::trim).filter(|code| !code.is_empty()) {
        let known = measure(code).ok_or_else(|| {
            let all: Vec<&str> = MEASURES.iter().map(|known| known.code).collect();
            let say = Say::new(
                format!("没有指标“{code}”。可用的指标：{}。", all.join("、")),
                format!(
                    "There is no measure “{code}”. The measures are: {}.",
                    all.join(", ")
                ),
            );
            Error::refuse("totals.measure", "measure", say)
        })?;
        if !found.iter().any(|other| other.id == known.id) {
            found.push(known);
        }
    }
    if found.is_empty() {
        Ok(MEASURES.iter().collect())
    } else {
        Ok(found)
    }
}

/// The first and the last month of which a page tells: from the first with anything posted, but at least the
/// last complete one, to today's.
pub fn month_range(conn: &mut Conn, books: &[BookId], today: NaiveDate) -> Result<(Month, Month), Error> {
    let this = Month::of(today);
    let first = ledger::months_posted(conn, books)?.map_or(this.previous(), |(first, _)| first.min(this));
    Ok((first, this))
}

/// The refusal of a month outside that range.
pub fn no_such_month(month: Month, first: Month, last: Month) -> Error {
    let say = Say::new(
        format!(
            "{}没有数据，可选{}至{}。",
            month.show(Lang::Zh),
            first.show(Lang::Zh),
            last.show(Lang::Zh)
        ),
        format!(
            "There are no figures for {}; choose a month from {} to {}.",
            month.show(Lang::En),
            first.show(Lang::En),
            last.show(Lang::En)
        ),
    );
    Error::refuse("totals.month", "month", say)
}

/// The months a page offers.
pub fn offered_months(conn: &mut Conn, books: &[BookId], today: NaiveDate) -> Result<Vec<Month>, Error> {
    let (first, last) = month_range(conn, books, today)?;
    Ok(first.through(last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakdowns_go_down_never_up() {
        assert!(By::County.suits(Level::City) && By::Town.suits(Level::Town));
        assert!(!By::County.suits(Level::Town) && By::Product.suits(Level::Village));
        let offered: Vec<&str> = By::offered(Level::County).map(By::code).collect();
        assert_eq!(
            offered,
            ["town", "village", "institution", "product", "specialist"]
        );
        assert_eq!(By::below(Level::Town), By::Village);
        assert_eq!(By::parse("product"), Some(By::Product));
    }

    #[test]
    fn measures_are_named_once_and_unknown_ones_refused_with_the_list() {
        let found = resolve_measures(["loan.balance", " credit.granted", "loan.balance", ""]).unwrap();
        let codes: Vec<&str> = found.iter().map(|measure| measure.code).collect();
        assert_eq!(codes, ["loan.balance", "credit.granted"]);
        assert_eq!(resolve_measures([]).unwrap().len(), MEASURES.len());
        let refused = resolve_measures(["loan.balances"]).unwrap_err();
        let say = &refused.issues()[0].say;
        assert!(say.zh.contains("loan.balances") && say.zh.contains("credit.preapproved_new"));
    }
}
