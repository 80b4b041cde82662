//! 自然村: settlements inside a village, which have no official code and are added by hand.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::commands::{NewHamlet, check_label, record_hamlet};
use super::place::{Chooser, PlaceQuery, Wanted, choose};
use super::{KEEPERS, READERS, Reader, form_look, is_within, keeps, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, RouteSpec, add_to_register, asked, get, post};
use crate::error::Error;
use crate::regions::{Event, EventKind, Regions, always};
use crate::state::{self, Site};
use crate::ui::form::{self, Button};
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice};
use crate::values::day::show_day;
use crate::values::{BookId, Lang, Level, RegionId, Say, Text, words};

const HOME: &str = "/register/hamlets";
const NEW_AT: &str = "/register/hamlets/new";
const TITLE: Text = Text::new("自然村", "Hamlets");
const NEW: Text = Text::new("新增自然村", "Add a hamlet");

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/register/hamlets", READERS, index),
        get("/register/hamlets/new", KEEPERS, new),
        post("/register/hamlets", KEEPERS, create),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    county: String,
    done: String,
}

/// One 自然村 as the list shows it.
struct Hamlet {
    id: RegionId,
    name: String,
    /// 县›镇›村 above it.
    lies_in: String,
    unplaced: bool,
    /// The document that gave it its village, with its day.
    document: Option<String>,
    /// First day; none when it is not known.
    from: Option<String>,
}

/// The list with what it can be restricted to.
struct List {
    counties: Vec<(String, String)>,
    county: String,
    rows: Vec<Hamlet>,
}

async fn index(page: Page, site: Site, query: web::Query<ListQuery>) -> Answer {
    let (today, own, lang) = (page.actor().today, page.user.book, page.lang);
    let county = query.county.clone();
    let list = state::read(&site, move |_, office| {
        let regions = office.regions;
        let of_city = asked(words::COUNTY, &county, |text| {
            let id = RegionId(text.parse().ok()?);
            (regions.unit(id)?.level == Level::County).then_some(BookId(id.0))
        })?;
        let only = own.or(of_city);
        let hamlet = |unit: &crate::regions::Unit| {
            let version = regions.on(unit.id, today)?;
            let fits = unit.level == Level::Hamlet && is_within(regions, unit.id, only, today);
            fits.then(|| Hamlet {
                id: unit.id,
                document: placed_by(regions, unit.id),
                name: regions.name_in(unit.id, today, lang),
                lies_in: version
                    .parent
                    .map_or_else(String::new, |parent| regions.path_name_in(parent, today, lang)),
                unplaced: !version.parent_known,
                from: (version.valid_from > always()).then(|| show_day(version.valid_from)),
            })
        };
        let mut rows: Vec<Hamlet> = regions.units().filter_map(hamlet).collect();
        rows.sort_by(|a, b| (!a.unplaced, &a.lies_in, &a.name).cmp(&(!b.unplaced, &b.lies_in, &b.name)));
        let counties = if own.is_some() {
            Vec::new()
        } else {
            counties(regions, today, lang)
        };
        Ok(List {
            counties,
            county,
            rows,
        })
    })
    .await?;
    Ok(page.show(look(&page, TITLE, &[], &query.done), list_page(&page, &list)))
}

/// The latest document that gave a 自然村 its village.
fn placed_by(regions: &Regions, hamlet: RegionId) -> Option<String> {
    let placed = |event: &&Event| event.kind == EventKind::Placement && event.old.contains(&hamlet);
    let event = regions.events().iter().rev().find(placed)?;
    Some(format!("{} {}", show_day(event.day), event.document))
}

fn counties(regions: &Regions, day: chrono::NaiveDate, lang: Lang) -> Vec<(String, String)> {
    let all = regions
        .root()
        .into_iter()
        .flat_map(|city| regions.children(city, day));
    all.map(|id| (id.0.to_string(), regions.name_in(id, day, lang)))
        .collect()
}

async fn new(page: Page, site: Site, query: web::Query<PlaceQuery>) -> Answer {
    let chooser = follow(&page, &site, query.into_inner()).await?;
    Ok(show_form(&page, &chooser, &FormData::default(), &[]))
}

async fn follow(page: &Page, site: &Site, query: PlaceQuery) -> Result<Chooser, Error> {
    let today = page.actor().today;
    state::read(site, move |_, office| {
        Ok(choose(office.regions, today, Wanted::Parent, &query))
    })
    .await
}

fn show_form(page: &Page, chooser: &Chooser, form: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let mut look = form_look(page, NEW, (TITLE, HOME), problems);
    look.invalid |= chooser.invalid();
    page.show(look, form_page(page, chooser, form, problems))
}

async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_hamlet).await;
    let place = PlaceQuery {
        village: form.get("village").to_owned(),
        ..PlaceQuery::default()
    };
    let chooser = follow(&page, &site, place).await?;
    settle(result.map(|_| format!("{HOME}?done=hamlet")), |problems| {
        show_form(&page, &chooser, &form, problems)
    })
}

fn read(form: &FormData) -> Result<NewHamlet, Error> {
    let mut reader = Reader::new(form);
    let parent = reader.chosen(
        "village",
        Say::new("请选择所在的村或镇。", "Choose where it lies."),
    );
    let name = reader.take(check_label("name", form.get("name")));
    let valid_from = match reader.text("valid_from") {
        "" => Some(None),
        _ => reader.any_day("valid_from").map(Some),
    };
    match (parent, name, valid_from) {
        (Some(parent), Some(name), Some(valid_from)) => Ok(NewHamlet {
            name,
            parent: RegionId(parent),
            valid_from,
            another: form.has("another"),
        }),
        _ => Err(reader.refusal()),
    }
}

fn list_page(page: &Page, list: &List) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(TITLE.get(lang)),
        Column::text(lang.t("所在", "Lies in")),
        Column::text(lang.t("行政村", "Village")),
        Column::text(lang.t("自", "From")),
    ];
    let keeper = keeps(page);
    let row = |hamlet: &Hamlet| {
        let place = if hamlet.unplaced {
            tag(Tone::Waiting, words::UNDETERMINED_VILLAGE.get(lang))
        } else {
            tag(Tone::Neutral, lang.t("已定", "Known"))
        };
        let place = html! {
            (place)
            @if let Some(document) = &hamlet.document { div.hint { (document) } }
            @if keeper {
                @let words = if hamlet.unplaced { lang.t("归村", "Give it its village") } else { lang.t("改归另一村", "Move to another village") };
                " " a href={ "/register/lineage/new?kind=placement&old=%23" (hamlet.id.0) } { (words) }
            }
        };
        Row::new(vec![
            Cell::text(&hamlet.name),
            Cell::text(&hamlet.lies_in),
            Cell::text(place),
            hamlet.from.as_deref().map_or_else(|| Cell::text("—"), Cell::when),
        ])
    };
    let mut counties = vec![(String::new(), lang.t("全部", "All").to_owned())];
    counties.extend(list.counties.iter().cloned());
    html! {
        h1 { (TITLE.get(lang)) }
        p.lead {
            (lang.t("自然村没有区划代码，在这里手工登记。行政村还不清楚的先挂在镇下，汇总时单列为“未定村”。", "Hamlets have no region code and are added by hand. One whose village is not known is kept under its town and stands in totals on its own row."))
        }
        @if keeps(page) { p { (form::button_link(NEW_AT, NEW.get(lang))) } }
        @if !list.counties.is_empty() {
            (filter::filter_bar(lang, HOME, filter::pick("county", words::COUNTY.get(lang), &counties, &list.county)))
        }
        @if list.rows.is_empty() {
            (notice::empty(lang.t("还没有登记自然村。", "There are no hamlets yet."), None))
        } @else {
            (Table::new("hamlets", lang.t("已登记的自然村", "Hamlets on the register"), columns)
                .rows(list.rows.iter().map(row)).markup(lang))
        }
    }
}

fn form_page(page: &Page, chooser: &Chooser, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        div #village { (chooser.chosen_so_far(lang, NEW_AT)) }
        @if let Some(parent) = chooser.chosen {
            (form::post(HOME, &page.user.csrf, html! {
                (form::hidden("village", &parent.0.to_string()))
                (field("name", lang.t("自然村名称", "Name of the hamlet")).text())
                (field("valid_from", lang.t("起始日", "First day"))
                    .hint(lang.t("不清楚的留空，视为一直就有。", "Leave empty if it is not known: it has then always been there."))
                    .optional().date())
                (field("another", lang.t("确是另一个同名的自然村", "This is another hamlet of the same name")).checkbox(form.has("another")))
                (form::actions(html! {
                    (Button::primary(NEW.get(lang)))
                    a href=(HOME) { (lang.t("取消", "Cancel")) }
                }))
            }))
        } @else {
            (chooser.next_step(lang, NEW_AT, &[]))
        }
    }
}
