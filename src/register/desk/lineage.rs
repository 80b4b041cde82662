//! What happens to units (沿革): the list of events, and the form in which the administrator records one.
//! The form is checked on a page that shows every unit it would change, before anything is written.

mod views;
mod withdrawal;

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::commands::check_label;
use super::super::lineage::record_event;
use super::{KEEPERS, READERS, Reader, form_look, is_within, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, account_names, asked, get, post};
use crate::error::{Error, Issue};
use crate::regions::{self, Event, EventKind, Named, Parent, Plan, Proposal, Regions};
use crate::state::{self, Site};
use crate::values::{Lang, RegionCode, RegionId, Say, Text};

pub(super) const HOME: &str = "/register/lineage";
const TITLE: Text = Text::new("区划沿革", "Lineage of units");
const NEW: Text = Text::new("登记区划变更", "Record a change of units");
/// Longest document number or remark.
const LONGEST: usize = 200;
/// Units one form may name.
const MOST_UNITS: usize = 40;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/lineage", READERS, index),
        get("/register/lineage/new", KEEPERS, new),
        post("/register/lineage", KEEPERS, create),
        get("/register/lineage/{event}/withdrawal", KEEPERS, withdrawal::open),
        post("/register/lineage/{event}/withdrawal", KEEPERS, withdrawal::send),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    kind: String,
    /// A unit already chosen, as its code or `#id`.
    old: String,
    done: String,
}

/// An event as the list shows it.
struct Listed {
    event: Event,
    old: Vec<String>,
    new: Vec<String>,
    by: String,
    /// Who took it back, if somebody did.
    withdrawn_by: Option<String>,
}

async fn index(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let (own, lang, today) = (page.user.book, page.lang, page.actor().today);
    let rows = state::read(&site, move |conn, office| {
        let regions = office.regions;
        let events = || regions.events().iter().chain(regions.withdrawn_events());
        let withdrawers = events().filter_map(|event| Some(event.withdrawal.as_ref()?.by.clone()));
        let ids: Vec<_> = events()
            .map(|event| event.recorded_by.clone())
            .chain(withdrawers)
            .collect();
        let names = account_names(conn, ids)?;
        let of_reader = |event: &&Event| {
            let mut units = event.old.iter().chain(&event.new);
            units.any(|unit| is_within(regions, *unit, own, today))
        };
        let row = |event: &Event| Listed {
            old: named(
                regions,
                &event.old,
                event.day.pred_opt().unwrap_or(event.day),
                lang,
            ),
            new: named(regions, &event.new, event.day, lang),
            by: names.get(&event.recorded_by).cloned().unwrap_or_default(),
            withdrawn_by: event
                .withdrawal
                .as_ref()
                .map(|taken| names.get(&taken.by).cloned().unwrap_or_default()),
            event: event.clone(),
        };
        let mut rows: Vec<Listed> = events().filter(of_reader).map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.event.day, row.event.id)));
        Ok(rows)
    })
    .await?;
    Ok(page.show(
        look(&page, TITLE, &[], &query.done),
        views::list_page(&page, &rows),
    ))
}

/// The units with the code each bore that day.
fn named(regions: &Regions, units: &[RegionId], day: NaiveDate, lang: Lang) -> Vec<String> {
    let one = |unit: &RegionId| unit_words(regions, *unit, day, lang);
    units.iter().map(one).collect()
}

fn unit_words(regions: &Regions, unit: RegionId, day: NaiveDate, lang: Lang) -> String {
    let place = regions.path_name_in(unit, day, lang);
    match regions.code(unit, day) {
        Some(code) => format!("{place} {code}"),
        None => place,
    }
}

async fn new(page: Page, query: web::Query<Query>) -> Answer {
    let kind = kind_of(&query.kind)?.unwrap_or(EventKind::Merge);
    let form = FormData::default()
        .with("kind", kind.code())
        .with("old", &query.old);
    Ok(show_form(&page, kind, &form, &[]))
}

fn kind_of(text: &str) -> Result<Option<EventKind>, Error> {
    asked(Text::new("变更种类", "Kind of change"), text, EventKind::parse)
}

fn show_form(page: &Page, kind: EventKind, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let look = form_look(page, NEW, (TITLE, HOME), problems);
    page.show(look, views::form_page(page, kind, form, problems))
}

/// What is to be confirmed: the plan in words.
struct Checked {
    rows: Vec<[String; 3]>,
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor, lang) = (posted.0, page.actor(), page.lang);
    let kind = kind_of(form.get("kind"))?.ok_or(Error::NotFound)?;
    let sent = form.clone();
    if form.get("confirmed") == "yes" {
        let written = state::write_register(&site, move |conn, office, book| {
            let proposal = read(office.regions, &sent, kind)?;
            record_event(conn, office, &actor, book, &proposal)
        })
        .await;
        return settle(written.map(|_| format!("{HOME}?done=lineage")), |problems| {
            show_form(&page, kind, &form, problems)
        });
    }
    let checked = state::read(&site, move |_, office| {
        let regions = office.regions;
        let proposal = read(regions, &sent, kind)?;
        let plan = regions::plan(regions, &proposal, actor.today).map_err(Error::Refused)?;
        Ok(Checked {
            rows: effects(regions, &plan, proposal.day, lang),
        })
    })
    .await;
    match checked {
        Ok(checked) => {
            let look = form_look(&page, NEW, (TITLE, HOME), &[]);
            Ok(page.show(look, views::check_page(&page, kind, &form, &checked)))
        }
        refused => settle(refused.map(|_| String::new()), |problems| {
            show_form(&page, kind, &form, problems)
        }),
    }
}

fn read(regions: &Regions, form: &FormData, kind: EventKind) -> Result<Proposal, Error> {
    let mut reader = Reader::new(form);
    let day = reader.any_day("day");
    let document = reader.take(check_words("document", form.get("document")));
    let note = match reader.text("note") {
        "" => Some(String::new()),
        note => reader.take(check_words("note", note)),
    };
    let before = day.and_then(|day| day.pred_opt());
    let old = reader.take(read_units(regions, "old", form.get("old"), before));
    let goes_on = match (kind, reader.text("goes_on")) {
        (EventKind::Merge, text) if !text.is_empty() => reader
            .take(read_units(regions, "goes_on", text, before))
            .map(|units| units.first().copied()),
        (EventKind::Split, "yes") => old.as_ref().map(|old| old.first().copied()),
        _ => Some(None),
    };
    let village = match kind {
        EventKind::Placement => reader
            .take(read_units(regions, "village", form.get("village"), day))
            .map(|units| units.first().copied()),
        _ => Some(None),
    };
    let named = reader.take(read_named(form.get("named")));
    match (day, document, note, old, goes_on, village, named) {
        (Some(day), Some(document), Some(note), Some(mut old), Some(goes_on), Some(village), Some(named)) => {
            // The unit that takes the others in may be written among them or not.
            old.extend(goes_on.filter(|unit| !old.contains(unit)));
            Ok(Proposal {
                kind,
                day,
                document,
                note,
                old,
                goes_on,
                named,
                village,
            })
        }
        _ => Err(reader.refusal()),
    }
}

fn check_words(field: &str, text: &str) -> Result<String, Issue> {
    let text = text.trim();
    if text.is_empty() {
        let say = Say::new(
            "请填写依据文件的名称和文号。",
            "Name the document and its number.",
        );
        return Err(Issue::refuse("lineage.document", field, say));
    }
    if text.chars().count() > LONGEST {
        let say = Say::new("最多 200 个字。", "At most 200 characters.");
        return Err(Issue::refuse("words.too_long", field, say));
    }
    Ok(text.to_owned())
}

/// Units by their codes of that day, one a line; what follows a code on its line is for the reader.
fn read_units(
    regions: &Regions,
    field: &str,
    text: &str,
    day: Option<NaiveDate>,
) -> Result<Vec<RegionId>, Issue> {
    let Some(day) = day else {
        return Ok(Vec::new());
    };
    let lines = lines(field, text)?;
    if lines.is_empty() {
        let say = Say::new("请填写区划代码。", "Enter a region code.");
        return Err(Issue::refuse("region_code.empty", field, say));
    }
    lines
        .into_iter()
        .map(|line| read_unit(regions, field, line, day))
        .collect()
}

fn read_unit(regions: &Regions, field: &str, line: &str, day: NaiveDate) -> Result<RegionId, Issue> {
    let word = line.split_whitespace().next().unwrap_or_default();
    let unknown = || {
        let say = Say::new(
            format!("{day} 没有“{word}”这个单位。"),
            format!("There is no unit “{word}” on {day}."),
        );
        Issue::refuse("lineage.unit", field, say)
    };
    if let Some(id) = word.strip_prefix('#') {
        let id = id.parse().map(RegionId).map_err(|_| unknown())?;
        return regions.on(id, day).map(|_| id).ok_or_else(unknown);
    }
    let code = RegionCode::parse(word).map_err(|error| Issue::refuse(error.code(), field, error.say()))?;
    regions.by_code(&code, day).ok_or_else(unknown)
}

/// New units, one a line: the code and the name, or the name alone.
fn read_named(text: &str) -> Result<Vec<Named>, Issue> {
    let one = |line: &str| {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let coded = word.chars().all(|c| c.is_numeric()) && !word.is_empty();
        let code = if coded {
            let code = RegionCode::parse(word);
            Some(code.map_err(|error| Issue::refuse(error.code(), "named", error.say()))?)
        } else {
            None
        };
        let name = if coded { rest } else { line };
        Ok(Named {
            name: check_label("named", name.trim())?,
            code,
        })
    };
    lines("named", text)?.into_iter().map(one).collect()
}

fn lines<'a>(field: &str, text: &'a str) -> Result<Vec<&'a str>, Issue> {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() > MOST_UNITS {
        let say = Say::new("一次最多 40 个单位。", "At most 40 units at once.");
        return Err(Issue::refuse("lineage.too_many", field, say));
    }
    Ok(lines)
}

/// Every unit that changes: what it was, what it becomes.
fn effects(regions: &Regions, plan: &Plan, day: NaiveDate, lang: Lang) -> Vec<[String; 3]> {
    let before = day.pred_opt().unwrap_or(day);
    let was = |unit| unit_words(regions, unit, before, lang);
    let below = |parent: &Parent| match parent {
        Parent::Unit(id) => regions.path_name_in(*id, before, lang),
        Parent::Founded(at) => plan
            .foundings
            .get(*at)
            .map_or_else(String::new, |new| new.name.clone()),
    };
    let words = |name: &str, code: &Option<RegionCode>, above: String| {
        let code = code.as_ref().map_or("", |code| code.as_str());
        format!("{name} {code}（{above}）")
    };
    let ends = plan.ends.iter().map(|unit| {
        let ends = lang.t("到前一天为止", "Ends the day before");
        [was(*unit), ends.to_owned(), "—".to_owned()]
    });
    let changes = plan.changes.iter().map(|change| {
        let after = words(&change.name, &change.code, below(&change.parent));
        let undetermined = if change.parent_known {
            ""
        } else {
            lang.t("，未定村", ", village undetermined")
        };
        let goes_on = lang.t("延续", "Goes on").to_owned();
        [was(change.unit), goes_on, format!("{after}{undetermined}")]
    });
    let foundings = plan.foundings.iter().map(|new| {
        let after = words(
            &new.name,
            &new.code,
            regions.path_name_in(new.parent, before, lang),
        );
        ["—".to_owned(), lang.t("新设", "Founded").to_owned(), after]
    });
    // Into which the others are merged, or from which the new ones are given off: it is what it was.
    let unchanged = plan
        .go_on
        .iter()
        .filter(|unit| plan.changes.iter().all(|change| change.unit != **unit));
    let unchanged = unchanged.map(|unit| {
        let goes_on = lang.t("延续", "Goes on").to_owned();
        [was(*unit), goes_on, unit_words(regions, *unit, day, lang)]
    });
    ends.chain(unchanged).chain(changes).chain(foundings).collect()
}
