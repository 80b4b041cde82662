//! Choosing a place in three steps, county, town, village, or at once by its code. Each step is a
//! plain GET form, so that the address says how far one has come.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use crate::regions::Regions;
use crate::ui::address;
use crate::ui::form::{self, Answer, Button, Choice, Field, Size};
use crate::values::{Lang, Level, RegionCode, RegionId, Say, words};

/// How far the choice has come, as the address says it: ids of units, or a code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PlaceQuery {
    pub county: String,
    pub town: String,
    /// The last choice: a village, a 自然村, or the town itself.
    pub village: String,
    pub code: String,
}

/// What the choice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A village or 自然村.
    Village,
    /// Where a 自然村 lies: its village, or its town while the village is not known.
    Parent,
}

/// How far it has come, with names.
#[derive(Clone, Debug, Default)]
pub(super) struct Chooser {
    /// From the county down.
    path: Vec<(Level, RegionId, Say)>,
    pub chosen: Option<RegionId>,
    /// What can be chosen next, and what it is called.
    options: Vec<(String, Say)>,
    code: String,
    problem: Option<Say>,
}

/// Follows the choice as far as it has come.
pub(super) fn choose(regions: &Regions, day: NaiveDate, wanted: Wanted, query: &PlaceQuery) -> Chooser {
    let mut chooser = Chooser {
        code: query.code.clone(),
        ..Chooser::default()
    };
    let picked = |text: &String| {
        text.parse()
            .ok()
            .map(RegionId)
            .filter(|id| regions.on(*id, day).is_some())
    };
    let at = if query.code.trim().is_empty() {
        [&query.village, &query.town, &query.county]
            .into_iter()
            .find_map(picked)
    } else {
        match by_code(regions, day, &query.code) {
            Ok(id) => Some(id),
            Err(say) => {
                chooser.problem = Some(say);
                None
            }
        }
    };
    let named = |id: RegionId| Some((regions.unit(id)?.level, id, regions.say(id, day)));
    let path = at.map(|id| regions.path(id, day)).unwrap_or_default();
    chooser.path = path
        .into_iter()
        .filter_map(named)
        .filter(|(level, ..)| *level >= Level::County)
        .collect();
    let level = chooser.path.last().map(|(level, ..)| *level);
    let final_pick = picked(&query.village).is_some() && query.code.trim().is_empty();
    let done = match (wanted, level) {
        (Wanted::Village, Some(Level::Village | Level::Hamlet)) | (Wanted::Parent, Some(Level::Village)) => {
            true
        }
        (Wanted::Parent, Some(Level::Town)) => final_pick,
        _ => false,
    };
    chooser.chosen = at.filter(|_| done);
    if !done {
        if level == Some(Level::Hamlet) {
            chooser.path.pop();
        }
        chooser.options = options(regions, day, wanted, chooser.path.last());
    }
    chooser
}

fn by_code(regions: &Regions, day: NaiveDate, code: &str) -> Result<RegionId, Say> {
    let code = RegionCode::parse(code).map_err(|error| error.say())?;
    regions.by_code(&code, day).ok_or_else(|| {
        Say::new(
            format!("今天没有代码为 {code} 的单位。"),
            format!("No unit bears the code {code} today."),
        )
    })
}

/// What lies below, to choose from.
fn options(
    regions: &Regions,
    day: NaiveDate,
    wanted: Wanted,
    at: Option<&(Level, RegionId, Say)>,
) -> Vec<(String, Say)> {
    let plain = |id: RegionId| (id.0.to_string(), regions.say(id, day));
    let Some((level, parent, _)) = at else {
        return regions
            .root()
            .into_iter()
            .flat_map(|city| regions.children(city, day))
            .map(plain)
            .collect();
    };
    let children = regions.children(*parent, day);
    if *level != Level::Town {
        return children.into_iter().map(plain).collect();
    }
    if wanted == Wanted::Parent {
        let unknown = Say::new(
            "行政村还不清楚，先挂在本镇",
            "Its village is not known; keep it under the town",
        );
        let villages = children
            .into_iter()
            .filter(|id| regions.unit(*id).is_some_and(|unit| unit.level == Level::Village));
        return villages
            .map(plain)
            .chain([(parent.0.to_string(), unknown)])
            .collect();
    }
    children
        .into_iter()
        .flat_map(|village| with_hamlets(regions, day, village))
        .collect()
}

/// A village and the 自然村 in it; a 自然村 of no known village says so.
fn with_hamlets(regions: &Regions, day: NaiveDate, village: RegionId) -> Vec<(String, Say)> {
    let name = regions.say(village, day);
    let own = if regions.is_unplaced(village, day) {
        Say::new(
            format!("{}（自然村，未定村）", name.zh),
            format!("{} (hamlet, village undetermined)", name.en),
        )
    } else {
        name.clone()
    };
    let hamlet = |id: RegionId| {
        let below = regions.say(id, day);
        (
            id.0.to_string(),
            Say::new(
                format!("{}›{}（自然村）", name.zh, below.zh),
                format!("{} (hamlet), {}", below.en, name.en),
            ),
        )
    };
    let hamlets = regions.children(village, day).into_iter().map(hamlet);
    std::iter::once((village.0.to_string(), own))
        .chain(hamlets)
        .collect()
}

impl Chooser {
    /// What has been chosen so far, each with the way back to its step. `action` carries what the
    /// steps must not lose.
    pub(super) fn chosen_so_far(&self, lang: Lang, action: &str) -> Markup {
        let mut before = action.to_owned();
        let mut answers = Vec::with_capacity(self.path.len());
        for (level, id, name) in &self.path {
            answers.push(Answer::new(level.label(lang), name.get(lang)).change(before.clone()));
            let key = if *level == Level::County { "county" } else { "town" };
            before = address::with(&before, key, &id.0.to_string());
        }
        if self.chosen.is_some() && self.path.last().is_some_and(|(level, ..)| *level == Level::Town) {
            let unknown = words::UNDETERMINED_VILLAGE.get(lang);
            answers.push(Answer::new(Level::Village.label(lang), unknown).change(before));
        }
        html! { @if !answers.is_empty() { (form::summary_list(lang, &answers)) } }
    }

    /// The next step: a list, and at the start also a box for the code. `carried` are values that
    /// every step sends along.
    pub(super) fn next_step(&self, lang: Lang, action: &str, carried: &[(&str, &str)]) -> Markup {
        let (name, level) = match self.path.last() {
            None => ("county", Level::County),
            Some((Level::County, ..)) => ("town", Level::Town),
            Some(_) => ("village", Level::Village),
        };
        let choices: Vec<Choice<'_>> = self
            .options
            .iter()
            .map(|(id, words)| Choice::new(id, words.get(lang)))
            .collect();
        let next = Button::secondary(lang.t("下一步", "Next"));
        let carry = || html! { @for (name, value) in carried { (form::hidden(name, value)) } };
        html! {
            form method="get" action=(action) {
                (carry())
                (Field::new(lang, name, level.label(lang)).select(&choices))
                (form::actions(html! { (next) }))
            }
            @if self.path.is_empty() {
                form method="get" action=(action) {
                    (carry())
                    (Field::new(lang, "code", lang.t("或者直接输入 12 位区划代码", "Or enter the region code of 12 digits"))
                        .hint(lang.t("例如 440784103205。", "Such as 440784103205."))
                        .value(&self.code).error(self.problem.as_ref().map(|say| say.get(lang)))
                        .size(Size::Medium).digits())
                    (form::actions(html! { (next) }))
                }
            }
        }
    }

    /// Whether the code typed leads nowhere.
    pub(super) fn invalid(&self) -> bool {
        self.problem.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regions::{Unit, Version, always};
    use crate::values::RegionKind;

    fn unit(
        id: i64,
        level: Level,
        kind: RegionKind,
        name: &str,
        code: Option<&str>,
        parent: Option<i64>,
    ) -> Unit {
        let version = Version {
            valid_from: always(),
            valid_to: None,
            name: name.to_owned(),
            short_name: name.to_owned(),
            code: code.map(|code| RegionCode::parse(code).unwrap()),
            parent: parent.map(RegionId),
            parent_known: !(level == Level::Hamlet && parent == Some(4)),
        };
        Unit {
            id: RegionId(id),
            level,
            kind,
            versions: vec![version],
        }
    }

    fn heshan() -> Regions {
        Regions::new(vec![
            unit(
                2,
                Level::City,
                RegionKind::Prefecture,
                "江门市",
                Some("440700000000"),
                None,
            ),
            unit(
                3,
                Level::County,
                RegionKind::CountyCity,
                "鹤山市",
                Some("440784000000"),
                Some(2),
            ),
            unit(
                4,
                Level::Town,
                RegionKind::Town,
                "古劳镇",
                Some("440784103000"),
                Some(3),
            ),
            unit(
                5,
                Level::Village,
                RegionKind::Village,
                "下六",
                Some("440784103205"),
                Some(4),
            ),
            unit(6, Level::Hamlet, RegionKind::Hamlet, "新屋村", None, Some(4)),
            unit(7, Level::Hamlet, RegionKind::Hamlet, "塘边", None, Some(5)),
        ])
    }

    fn day() -> NaiveDate {
        "2024-01-04".parse().unwrap()
    }

    fn query(county: &str, town: &str, village: &str, code: &str) -> PlaceQuery {
        let own = str::to_owned;
        PlaceQuery {
            county: own(county),
            town: own(town),
            village: own(village),
            code: own(code),
        }
    }

    fn offered(wanted: Wanted, query: &PlaceQuery) -> Vec<(String, String)> {
        choose(&heshan(), day(), wanted, query)
            .options
            .into_iter()
            .map(|(id, say)| (id, say.zh))
            .collect()
    }

    fn pair(id: &str, name: &str) -> (String, String) {
        (id.to_owned(), name.to_owned())
    }

    #[test]
    fn three_steps_lead_to_a_village_or_hamlet() {
        assert_eq!(
            offered(Wanted::Village, &query("", "", "", "")),
            [pair("3", "鹤山市")]
        );
        assert_eq!(
            offered(Wanted::Village, &query("3", "", "", "")),
            [pair("4", "古劳镇")]
        );
        let villages = [
            pair("5", "下六"),
            pair("7", "下六›塘边（自然村）"),
            pair("6", "新屋村（自然村，未定村）"),
        ];
        assert_eq!(offered(Wanted::Village, &query("3", "4", "", "")), villages);
        for village in [5, 6, 7] {
            let chooser = choose(
                &heshan(),
                day(),
                Wanted::Village,
                &query("", "", &village.to_string(), ""),
            );
            assert_eq!(chooser.chosen, Some(RegionId(village)));
        }
    }

    #[test]
    fn a_code_goes_as_far_as_it_names() {
        let chooser = choose(
            &heshan(),
            day(),
            Wanted::Village,
            &query("", "", "", "440784103205"),
        );
        assert_eq!(chooser.chosen, Some(RegionId(5)));
        let chooser = choose(
            &heshan(),
            day(),
            Wanted::Village,
            &query("", "", "", "440784103000"),
        );
        assert_eq!((chooser.chosen, chooser.options.len()), (None, 3));
        for odd in ["440784999999", "4407", "村"] {
            let chooser = choose(&heshan(), day(), Wanted::Village, &query("", "", "", odd));
            assert!(
                chooser.invalid() && chooser.chosen.is_none() && chooser.options.len() == 1,
                "{odd}"
            );
        }
    }

    #[test]
    fn a_hamlet_lies_in_a_village_or_while_unknown_in_its_town() {
        let town = query("3", "4", "", "");
        assert_eq!(
            offered(Wanted::Parent, &town),
            [pair("5", "下六"), pair("4", "行政村还不清楚，先挂在本镇")]
        );
        let chosen = |village| choose(&heshan(), day(), Wanted::Parent, &query("", "", village, "")).chosen;
        assert_eq!(chosen("4"), Some(RegionId(4)));
        assert_eq!(chosen("5"), Some(RegionId(5)));
        assert_eq!(chosen("6"), None, "a hamlet does not lie in a hamlet");
        assert_eq!(chosen("3"), None);
        assert_eq!(chosen("99"), None);
    }
}
