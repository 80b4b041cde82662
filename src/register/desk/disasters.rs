//! Disasters: list and form.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::super::commands::check_label;
use super::super::disaster::{Disaster, DisasterKind, NewDisaster, disasters, record_disaster, struck_towns};
use super::{Done, READERS, Reader, form_look, is_within, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, add_to_register, get, post};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::plausible::LONGEST_REASON;
use crate::values::{DisasterId, Level, RegionId, Say, Text};

pub(in crate::register) const HOME: &str = "/register/disasters";
pub(in crate::register) const TITLE: Text = Text::new("灾害", "Disasters");
const NEW: Text = Text::new("登记灾害", "Record a disaster");

/// The county's reviewer records what struck it, as the administrator does for the city.
pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(HOME, READERS, index),
        get("/register/disasters/new", READERS, new),
        post(HOME, READERS, create),
    ]
}

async fn index(page: Page, site: Site, query: web::Query<Done>) -> Answer {
    let (today, lang) = (page.actor().today, page.lang);
    let rows = state::read(&site, move |conn, office| {
        let mut towns: HashMap<DisasterId, Vec<String>> = HashMap::new();
        for (id, town) in struck_towns(conn)? {
            towns
                .entry(id)
                .or_default()
                .push(office.regions.name_in(town, today, lang));
        }
        let named = |disaster: Disaster| {
            let towns = towns.remove(&disaster.id).unwrap_or_default();
            (disaster, towns.join(lang.t("、", ", ")))
        };
        Ok(disasters(conn)?.into_iter().map(named).collect::<Vec<_>>())
    })
    .await?;
    Ok(page.show(look(&page, TITLE, &[], &query.done), list(&page, &rows)))
}

fn list(page: &Page, rows: &[(Disaster, String)]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("名称", "Name")),
        Column::text(lang.t("类别", "Kind")),
        Column::text(lang.t("起", "From")),
        Column::text(lang.t("止", "To")),
        Column::text(lang.t("受灾镇（街）", "Towns struck")),
        Column::text(lang.t("说明", "Note")),
    ];
    let row = |(disaster, towns): &(Disaster, String)| {
        let kind = DisasterKind::parse(&disaster.kind);
        Row::new(vec![
            Cell::text(&disaster.name),
            Cell::text(kind.map_or("—", |kind| kind.name().get(lang))),
            Cell::when(&show_day(disaster.started_on)),
            Cell::when(&show_day(disaster.ended_on)),
            Cell::text(towns),
            Cell::text(&disaster.note),
        ])
    };
    html! {
        h1 { (TITLE.get(lang)) }
        p { (form::button_link(&format!("{HOME}/new"), NEW.get(lang))) }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有登记灾害。", "No disaster has been recorded yet."), None))
        } @else {
            (Table::new("disasters", lang.t("赔案按灾害归集", "Claims are grouped by these"), columns)
                .rows(rows.iter().map(row)).markup(lang))
        }
    }
}

async fn new(page: Page, site: Site) -> Answer {
    let towns = towns(&page, &site).await?;
    Ok(show_form(&page, &towns, &FormData::default(), &[]))
}

/// The towns this person may name, with their county's name before them.
async fn towns(page: &Page, site: &Site) -> Result<Vec<(RegionId, String)>, Error> {
    let (today, lang, own) = (page.actor().today, page.lang, page.user.book);
    state::read(site, move |_, office| {
        let regions = office.regions;
        let mut ids: Vec<RegionId> = regions
            .units()
            .filter(|unit| {
                unit.level == Level::Town
                    && regions.on(unit.id, today).is_some()
                    && is_within(regions, unit.id, own, today)
            })
            .map(|unit| unit.id)
            .collect();
        ids.sort_by_key(|id| regions.sort_key(*id, today));
        Ok(ids
            .into_iter()
            .map(|id| (id, regions.path_name_in(id, today, lang)))
            .collect())
    })
    .await
}

fn show_form(
    page: &Page,
    towns: &[(RegionId, String)],
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    page.show(
        form_look(page, NEW, (TITLE, HOME), problems),
        form_page(page, towns, form, problems),
    )
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let towns = towns(&page, &site).await?;
    let result = add_to_register(&page, &site, read(&form, &towns), record_disaster).await;
    settle(result.map(|_| format!("{HOME}?done=disaster")), |problems| {
        show_form(&page, &towns, &form, problems)
    })
}

fn read(form: &FormData, towns: &[(RegionId, String)]) -> Result<NewDisaster, Error> {
    let mut reader = Reader::new(form);
    let missing = || {
        let say = Say::new("请选择类别。", "Choose what it was.");
        Issue::refuse("field.not_chosen", "kind", say)
    };
    let kind = reader.take(DisasterKind::parse(form.get("kind")).ok_or_else(missing));
    let name = reader.take(check_label("name", form.get("name")));
    let started_on = reader.any_day("started_on");
    let ended_on = reader.any_day("ended_on");
    let note = reader.text("note").to_owned();
    let short = || {
        let say = Say::new("说明太长。", "The note is too long.");
        Issue::refuse("text.too_long", "note", say)
    };
    let fits = note.chars().count() <= LONGEST_REASON;
    let note = reader.take(if fits { Ok(note) } else { Err(short()) });
    let chosen: Vec<&str> = form.all("towns").collect();
    let known = towns.iter().map(|(id, _)| *id);
    let towns = known
        .filter(|id| chosen.contains(&id.to_string().as_str()))
        .collect();
    match (kind, name, started_on, ended_on, note) {
        (Some(kind), Some(name), Some(started_on), Some(ended_on), Some(note)) => Ok(NewDisaster {
            kind,
            name,
            started_on,
            ended_on,
            towns,
            note,
        }),
        _ => Err(reader.refusal()),
    }
}

fn form_page(
    page: &Page,
    towns: &[(RegionId, String)],
    form: &FormData,
    problems: &[(String, Say)],
) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let kinds = DisasterKind::EVERY.map(|kind| Choice::new(kind.code(), kind.name().get(lang)));
    let ids: Vec<String> = towns.iter().map(|(id, _)| id.to_string()).collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .zip(towns)
        .map(|(id, (_, name))| Choice::new(id, name))
        .collect();
    let chosen: Vec<&str> = form.all("towns").collect();
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post(HOME, &page.user.csrf, html! {
            (field("kind", lang.t("类别", "Kind")).select(&kinds))
            (field("name", lang.t("名称", "Name"))
                .hint(lang.t("例如 台风“苏拉”、6月中旬强降雨。", "Such as Typhoon Saola, or the heavy rain of mid-June."))
                .size(Size::Full).text())
            (field("started_on", lang.t("起", "From")).date())
            (field("ended_on", lang.t("止", "To")).date())
            (field("towns", lang.t("受灾镇（街）", "Towns struck")).checkboxes(&choices, &chosen))
            (field("note", lang.t("说明", "Note")).optional().textarea(3))
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(HOME) { (lang.t("取消", "Cancel")) }
            }))
        }))
    }
}
