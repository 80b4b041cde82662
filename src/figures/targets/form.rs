//! The form that sets a target.

use actix_web::HttpResponse;
use chrono::{Datelike, NaiveDate};

use super::store::{NewTarget, record};
use super::{HOME, crumbs};
use crate::auth::{Answer, FormData, Look, Page, Posted, Reader, User, settle};
use crate::error::{Error, Issue};
use crate::regions::Regions;
use crate::state::{self, Site};
use crate::totals::{MeasureGroup, region_key, resolve_region};
use crate::ui::form::{self, Button, Choice, Size};
use crate::values::measure::{MEASURES, Measure, measure};
use crate::values::plausible::{FIRST_YEAR, LONGEST_TOPIC, check_text};
use crate::values::text::narrow;
use crate::values::{Fen, Lang, Level, RegionId, Say, Text, Unit, words};
use maud::html;

/// Its address.
pub(super) const NEW_AT: &str = "/targets/new";
/// What it is called.
pub(super) const NEW: Text = Text::new("登记目标", "Record a target");
/// No target is above a million million yuan, nor a count above a hundred million.
const MOST_FEN: i64 = 100_000_000_000_000;
const MOST_COUNT: i64 = 100_000_000;
/// Targets are set for so many years ahead at most.
const AHEAD: i32 = 5;
/// The unit of what is counted and not money.
const COUNTED: &str = "count";

/// The places this person may set targets for: address and name.
fn places(regions: &Regions, user: &User, day: NaiveDate) -> Vec<(String, String)> {
    let own = user.book.map(|book| RegionId(book.0));
    let root = regions.root();
    let all = root
        .into_iter()
        .chain(root.map(|root| regions.children(root, day)).unwrap_or_default());
    let may = |id: &RegionId| match own {
        Some(own) => *id == own,
        None => regions.unit(*id).is_some_and(|unit| unit.level <= Level::County),
    };
    all.filter(may)
        .map(|id| (region_key(regions, id, day), regions.name_in(id, day, user.lang)))
        .collect()
}

pub(super) async fn open(page: Page, site: Site) -> Answer {
    let year = page.actor().today.year().to_string();
    let form = FormData::default()
        .with("year", &year)
        .with("unit", Unit::Wan.code());
    Ok(shown(&page, &site, &form, &[]).await?)
}

pub(super) async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor, user) = (posted.0, page.actor(), page.user.clone());
    let typed = form.clone();
    let done = state::write_register(&site, move |conn, office, book| {
        let new = read(&typed, office.regions, (&user, actor.today))?;
        record(conn, office, &actor, book, &new)?;
        Ok(new.year)
    })
    .await;
    if let Err(Error::Refused(issues)) = &done {
        let problems = Error::Refused(issues.clone()).problems();
        return Ok(shown(&page, &site, &form, &problems).await?);
    }
    let to = done.map(|_| format!("{HOME}?done=target"));
    settle(to, |_| HttpResponse::UnprocessableEntity().finish())
}

fn read(form: &FormData, regions: &Regions, (user, today): (&User, NaiveDate)) -> Result<NewTarget, Error> {
    let mut reader = Reader::new(form);
    let choose = Say::new("请选择地方。", "Choose the place.");
    let known = places(regions, user, today);
    let region = Some(form.get("region"))
        .filter(|key| known.iter().any(|(place, _)| place == key))
        .map(|key| resolve_region(regions, key, today));
    let region = match region {
        Some(region) => Some(region?),
        None => reader.take(Err(Issue::refuse("field.not_chosen", "region", choose))),
    };
    let measure = reader.one_of(
        "measure",
        measure,
        Say::new("请选择指标。", "Choose the measure."),
    );
    let year = reader.take(read_year(form.get("year"), today));
    let amount =
        measure.and_then(|measure| reader.take(read_amount((form.get("amount"), form.get("unit")), measure)));
    let source = read_source(form.get("source"));
    let source = reader.take(source);
    match (region, measure, year, amount, source) {
        (Some(region), Some(measure), Some(year), Some(amount), Some(source)) => Ok(NewTarget {
            region,
            measure,
            year,
            amount,
            source,
        }),
        _ => Err(reader.refusal()),
    }
}

fn read_year(text: &str, today: NaiveDate) -> Result<i32, Issue> {
    let last = today.year() + AHEAD;
    let year = narrow(text).parse().ok();
    year.filter(|year| (FIRST_YEAR..=last).contains(year))
        .ok_or_else(|| {
            let say = Say::new(
                format!("年份请填 {FIRST_YEAR} 到 {last} 之间的四位数。"),
                format!("Enter a year from {FIRST_YEAR} to {last}."),
            );
            Issue::refuse("target.year", "year", say)
        })
}

/// Money in the unit chosen, a count as it is; the unit must be of the measure's kind.
fn read_amount((text, unit): (&str, &str), measure: &Measure) -> Result<i64, Issue> {
    let refuse = |code, say| Err(Issue::refuse(code, "amount", say));
    let above = Say::new(
        "目标要大于零，也不会这么大，请核对位数和单位。",
        "A target is above nought and not as large as this; check its digits and unit.",
    );
    if measure.unit.is_money() {
        let Some(unit) = Unit::parse(unit) else {
            let say = Say::new(
                "这个指标是金额，单位请选元、万元或亿元。",
                "This measure is an amount of money: choose yuan, 10,000 or 100 million yuan as its unit.",
            );
            return refuse("target.unit", say);
        };
        return match Fen::parse(text, unit) {
            Ok(Fen(fen)) if (1..=MOST_FEN).contains(&fen) => Ok(fen),
            Ok(_) => refuse("target.implausible", above),
            Err(error) => refuse(error.code(), error.say()),
        };
    }
    if unit != COUNTED {
        let say = Say::new(
            "这个指标不是金额，单位请选“个、户、人”。",
            "This measure is no amount of money: choose “a count” as its unit.",
        );
        return refuse("target.unit", say);
    }
    match narrow(text).replace(',', "").parse::<i64>() {
        Ok(count) if (1..=MOST_COUNT).contains(&count) => Ok(count),
        Ok(_) => refuse("target.implausible", above),
        Err(_) => {
            let say = Say::new("请填整数。", "Enter a whole number.");
            refuse("target.count", say)
        }
    }
}

fn read_source(text: &str) -> Result<String, Issue> {
    let text = text.trim();
    if text.is_empty() {
        let say = Say::new(
            "请写下达目标的文件或会议。",
            "Name the document or meeting that sets it.",
        );
        return Err(Issue::refuse("field.missing", "source", say));
    }
    check_text(text, LONGEST_TOPIC).map_err(|found| Issue::refuse(found.code(), "source", found.say()))
}

async fn shown(
    page: &Page,
    site: &Site,
    form: &FormData,
    problems: &[(String, Say)],
) -> Result<HttpResponse, Error> {
    let (user, today) = (page.user.clone(), page.actor().today);
    let places = state::read(site, move |_, office| Ok(places(office.regions, &user, today))).await?;
    let look = Look {
        title: NEW.get(page.lang).to_owned(),
        invalid: !problems.is_empty(),
        crumbs: crumbs(page, Some(NEW)),
        ..Look::default()
    };
    Ok(page.show(look, markup(page, form, &places, problems)))
}

fn markup(
    page: &Page,
    data: &FormData,
    places: &[(String, String)],
    problems: &[(String, Say)],
) -> maud::Markup {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let places: Vec<Choice<'_>> = places.iter().map(|(key, name)| Choice::new(key, name)).collect();
    let names: Vec<(&str, String)> = MEASURES
        .iter()
        .map(|measure| (measure.code, named(lang, measure)))
        .collect();
    let measures: Vec<Choice<'_>> = names.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let counted = lang.t("个、户、人（不是金额）", "A count (no money)");
    let units: Vec<Choice<'_>> = [Unit::Yi, Unit::Wan, Unit::Yuan]
        .into_iter()
        .map(|unit| Choice::new(unit.code(), unit.label(lang)))
        .chain([Choice::new(COUNTED, counted)])
        .collect();
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("region", lang.t("地方", "Place")).select(&places))
            (field("measure", words::MEASURE.get(lang))
                .hint(lang.t("发生额按本年累计、余额按年末数来对照。", "Flows are held against the year to date, stocks against what stands at the end."))
                .select(&measures))
            (field("year", lang.t("年份", "Year")).size(Size::Short).digits())
            (field("amount", lang.t("全年目标", "Target of the year")).size(Size::Short).decimal())
            (field("unit", words::UNIT.get(lang)).radios(&units))
            (field("source", lang.t("依据", "Set by"))
                .hint(lang.t("下达目标的文件、会议。以后改目标就再登记一次，以前的留着可查。", "The document or meeting that sets it. To change a target, record it again; the earlier one stays on record."))
                .size(Size::Full).text())
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (words::CANCEL.get(lang)) }
            }))
        }))
    }
}

/// 授信：有效授信额度.
fn named(lang: Lang, measure: &Measure) -> String {
    let group = MeasureGroup::of(measure).text().get(lang);
    format!("{group}{}{}", lang.t("：", ": "), measure.name.get(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_the_measures_own_kind_of_unit() {
        let of = |code: &str, text: &str, unit: &str| {
            read_amount((text, unit), measure(code).unwrap()).map_err(|issue| issue.code)
        };
        assert_eq!(of("insurance.sum_insured", "150.5", "yi"), Ok(1_505_000_000_000));
        assert_eq!(of("credit.villages", "1,056", COUNTED), Ok(1_056));
        assert!(of("credit.villages", "1056", "wan").is_err());
        assert!(of("insurance.sum_insured", "150", COUNTED).is_err());
        for text in ["", "0", "-3", "1.5", "九"] {
            assert!(of("credit.villages", text, COUNTED).is_err(), "{text}");
        }
        assert!(of("insurance.sum_insured", "99999999", "yi").is_err());
    }

    #[test]
    fn a_year_lies_near() {
        let today = NaiveDate::from_ymd_opt(2024, 1, 4).unwrap();
        assert_eq!(read_year(" ２０２４ ", today), Ok(2024));
        assert!(read_year("2030", today).is_err() && read_year("24", today).is_err());
    }
}
