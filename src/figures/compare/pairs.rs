//! `/compare/pairs`: counties that are paired with one another, side by side. Who is paired with whom is data.

use actix_web::web;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::nav;
use super::views;
use super::{Compared, HOME, TITLE, compared, group_and_unit};
use crate::auth::{Allow, Answer, Look, Page, Role, RouteSpec, get};
use crate::error::Error;
use crate::state::{self, Site};
use crate::totals::{MeasureGroup, asked_month, books_within, offered_months, resolve_region, top_region};
use crate::ui::page::Crumb;
use crate::ui::{address, filter, form};
use crate::values::{Lang, Month, RegionId, Text};

/// The page's address.
pub(in crate::figures) const PATH: &str = "/compare/pairs";
/// What it is called.
pub(in crate::figures) const PAIRS: Text = Text::new("结对县（市、区）", "Paired counties");
/// Who reads several counties.
const CITY: Allow = Allow::Roles(&[Role::CityReader, Role::Administrator]);
/// Which counties are paired (their source: `data/README.md`).
const FILE: &str = include_str!("../../../data/paired-counties.csv");

pub(super) fn route() -> RouteSpec {
    get(PATH, CITY, open)
}

/// A line of the file.
#[derive(Debug, Deserialize)]
struct Line {
    pair: u32,
    supporting: String,
    supported: String,
}

/// The codes of the counties of each pair, those that support first.
fn pairs() -> Result<Vec<Vec<String>>, Error> {
    let odd = |error: csv::Error| Error::Failed(format!("the file of pairs does not read: {error}"));
    let mut lines = csv::Reader::from_reader(FILE.as_bytes());
    let mut found: Vec<(u32, Vec<String>)> = Vec::new();
    let read: Result<Vec<Line>, csv::Error> = lines.deserialize().collect();
    for line in read.map_err(odd)? {
        match found.iter_mut().find(|(pair, _)| *pair == line.pair) {
            // Those supported stay last.
            Some((_, codes)) => codes.insert(codes.len().saturating_sub(1), line.supporting),
            None => found.push((line.pair, vec![line.supporting, line.supported])),
        }
    }
    Ok(found.into_iter().map(|(_, codes)| codes).collect())
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    month: String,
    group: String,
    unit: String,
}

async fn open(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (user, today, lang) = (page.user.clone(), page.actor().today, page.lang);
    let (pairs, month, months) = state::read(&site, move |conn, office| {
        let month = asked_month(conn, office, &user, &query.month, today)?;
        let (group, unit) = group_and_unit(&query.group, &query.unit)?;
        let mut shown: Vec<Compared> = Vec::new();
        for codes in pairs()? {
            let counties: Result<Vec<RegionId>, Error> = codes
                .iter()
                .map(|code| resolve_region(office.regions, code, month.last_day()))
                .collect();
            let at: Vec<(RegionId, Month)> = counties?.into_iter().map(|county| (county, month)).collect();
            shown.push(compared(conn, office, &at, (group, unit, lang))?);
        }
        let top = top_region(office.regions, &user)?;
        let books = books_within(conn, office.regions, top, today)?;
        Ok((shown, month, offered_months(conn, &books, today)?))
    })
    .await?;
    let look = Look {
        title: PAIRS.get(lang).to_owned(),
        wide: true,
        crumbs: vec![
            Crumb::link(lang.t("汇总", "Totals"), "/totals"),
            Crumb::link(TITLE.get(lang), HOME),
            Crumb::here(PAIRS.get(lang)),
        ],
        ..Look::default()
    };
    Ok(page.show(look, markup(lang, &pairs, (month, &months))))
}

fn markup(lang: Lang, pairs: &[Compared], (month, months): (Month, &[Month])) -> Markup {
    let Some(first) = pairs.first() else {
        return html! { h1 { (PAIRS.get(lang)) } };
    };
    let path = address::with(PATH, "month", &month.to_string());
    let path = address::with(&path, "group", first.group.code());
    let path = address::with(&path, "unit", first.unit.code());
    let groups = MeasureGroup::EVERY.map(|group| (group.text().get(lang), group.code()));
    html! {
        h1 { (PAIRS.get(lang)) " " small { (month.show(lang)) } }
        (nav(lang, PATH, true))
        div.toolbar {
            (filter::filter_bar(lang, PATH, html! {
                (filter::month(lang, "month", lang.t("月份", "Month"), months, month))
                (form::hidden("group", first.group.code()))
                (form::hidden("unit", first.unit.code()))
            }))
            (filter::switch(lang.t("指标", "Measures"), &path, "group", &groups, first.group.code()))
            (filter::unit_switch(lang, &path, first.unit))
        }
        @for (at, pair) in pairs.iter().enumerate() {
            h2 { (names(lang, pair)) }
            (views::amounts(lang, pair, &format!("pair-{at}")))
            (views::rates(lang, pair, &format!("pair-rates-{at}")))
        }
    }
}

/// 蓬江区、江海区 — 恩平市.
fn names(lang: Lang, pair: &Compared) -> String {
    let names: Vec<&str> = pair.sides.iter().map(|side| side.name.get(lang)).collect();
    match names.split_last() {
        Some((last, others)) => format!("{} — {last}", others.join(lang.t("、", ", "))),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_pairs_every_county_once() {
        let mut codes: Vec<String> = pairs().unwrap().concat();
        assert_eq!(codes.len(), 7);
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 7);
        assert_eq!(
            pairs().unwrap()[0],
            ["440703000000", "440704000000", "440785000000"]
        );
    }
}
