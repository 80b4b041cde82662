//! Stations and observations: what there is, and adding to it.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::records::{NewObservations, record_observations, record_station};
use super::super::rules::{Measured, Statistic};
use super::super::store::{self, Observation, Station};
use super::{WEATHER, WEATHER_TITLE, keeps, label, look, settle};
use crate::auth::{Answer, FormData, Page, Posted, add_to_register, asked};
use crate::error::{Error, Issue};
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Size};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{filter, notice};
use crate::values::day::parse_day;
use crate::values::pasted::pasted_rows;
use crate::values::{Lang, Say, Text};

const NEW_STATION: Text = Text::new("新增气象站", "Add a station");
const NEW: Text = Text::new("录入观测值", "Add observations");
/// Observations shown of a station: more than a season.
const SHOWN: i64 = 400;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    station: String,
    statistic: String,
    done: String,
}

struct View {
    stations: Vec<Station>,
    station: Option<i64>,
    statistic: Statistic,
    rows: Vec<Observation>,
}

pub(super) async fn index(page: Page, site: Site, query: web::Query<Query>) -> Answer {
    let statistic = asked(
        Text::new("观测项目", "Statistic"),
        &query.statistic,
        Statistic::parse,
    )?;
    let station = asked(Text::new("气象站", "Station"), &query.station, |text| {
        text.parse::<i64>().ok()
    })?;
    let statistic = statistic.unwrap_or(Statistic::Rain);
    let view = state::read(&site, move |conn, _| {
        let stations = store::stations(conn)?;
        let station = station.or(stations.first().map(|station| station.id));
        let rows = match station {
            Some(station) => store::latest(conn, station, statistic.code(), SHOWN)?,
            None => Vec::new(),
        };
        Ok(View {
            stations,
            station,
            statistic,
            rows,
        })
    })
    .await?;
    let look = look(&page, WEATHER_TITLE, None, &query.done, true, false);
    Ok(page.show(look, list(&page, &view)))
}

fn list(page: &Page, view: &View) -> Markup {
    let lang = page.lang;
    let named = |station: &Station| {
        (
            station.id.to_string(),
            format!("{} {}", station.code, station.name),
        )
    };
    let stations: Vec<(String, String)> = view.stations.iter().map(named).collect();
    let chosen = view.station.map_or_else(String::new, |id| id.to_string());
    html! {
        h1 { (WEATHER_TITLE.get(lang)) }
        p.lead { (lang.t(
            "指数保险按这里登记的观测值赔付。观测值不修改：更正的记为新的一版，以最后一版为准。",
            "Index insurance pays by what is registered here. Nothing is edited: a correction is a further revision, and the last one holds.",
        )) }
        @if keeps(page) {
            p {
                (form::button_link("/weather/observations/new", NEW.get(lang))) " "
                (form::button_link("/weather/stations/new", NEW_STATION.get(lang)))
            }
        }
        @if view.stations.is_empty() {
            (notice::empty(lang.t("还没有登记气象站。", "There are no stations yet."), None))
        } @else {
            (filter::filter_bar(lang, WEATHER, html! {
                (filter::pick("station", lang.t("气象站", "Station"), &stations, &chosen))
                (filter::pick("statistic", lang.t("观测项目", "Statistic"), &statistics(lang), view.statistic.code()))
            }))
            @if view.rows.is_empty() {
                (notice::empty(lang.t("这个站还没有这项观测值。", "This station has no such observation yet."), None))
            } @else { (table(lang, view)) }
        }
    }
}

fn statistics(lang: Lang) -> Vec<(&'static str, &'static str)> {
    Statistic::EVERY
        .map(|statistic| (statistic.code(), statistic.name().get(lang)))
        .to_vec()
}

fn table(lang: Lang, view: &View) -> Markup {
    let columns = vec![
        Column::text(lang.t("日期", "Day")),
        Column::number(lang.t("观测值", "Value"), view.statistic.unit().get(lang)),
        Column::number(lang.t("第几版", "Revision"), ""),
        Column::text(lang.t("出处", "Source")),
    ];
    // The highest revision of a day comes first and holds; those under it are told as superseded.
    let mut before = None;
    let rows = view.rows.iter().map(|row| {
        let holds = before != Some(row.day);
        before = Some(row.day);
        let cells = Row::new(vec![
            Cell::when(&row.day.to_string()),
            Cell::num(&row.value),
            Cell::count(i64::from(row.revision)),
            Cell::text(html! { (row.source) @if !holds { (lang.t("（已被更正）", " (corrected since)")) } }),
        ]);
        if holds { cells } else { cells.quiet() }
    });
    let rows: Vec<Row> = rows.collect();
    Table::new("observations", lang.t("观测值", "Observations"), columns)
        .rows(rows)
        .markup(lang)
}

pub(super) async fn new_station(page: Page) -> Answer {
    Ok(station_form(&page, &FormData::default(), &[]))
}

fn station_form(page: &Page, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let body = html! {
        h1 { (NEW_STATION.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post("/weather/stations", &page.user.csrf, html! {
            (field("code", lang.t("站号", "Station code")).size(Size::Short).text())
            (field("name", lang.t("站名", "Name")).text())
            (form::actions(html! {
                (Button::primary(NEW_STATION.get(lang)))
                a href=(WEATHER) { (lang.t("取消", "Cancel")) }
            }))
        }))
    };
    let above = Some((WEATHER_TITLE, WEATHER));
    page.show(
        look(page, NEW_STATION, above, "", false, !problems.is_empty()),
        body,
    )
}

pub(super) async fn create_station(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor) = (posted.0, page.actor());
    let mut issues = Vec::new();
    let code = label("code", form.get("code"), &mut issues);
    let name = label("name", form.get("name"), &mut issues);
    let result = if issues.is_empty() {
        state::write_register(&site, move |conn, office, book| {
            record_station(conn, office, &actor, book, (&code, &name))
        })
        .await
    } else {
        Err(Error::Refused(issues))
    };
    let to = result.map(|station| format!("{WEATHER}?station={}&done=station", station.id));
    settle(to, |problems| station_form(&page, &form, problems))
}

pub(super) async fn new(page: Page, site: Site) -> Answer {
    let stations = state::read(&site, |conn, _| store::stations(conn)).await?;
    Ok(form_page(&page, &stations, &FormData::default(), &[]))
}

pub(super) async fn create(page: Page, site: Site, posted: Posted) -> Answer {
    let form = posted.0;
    let result = add_to_register(&page, &site, read(&form), record_observations).await;
    let to = result.map(|added| {
        let done = if added > 0 { "observations" } else { "same" };
        let (station, statistic) = (form.get("station"), form.get("statistic"));
        format!("{WEATHER}?station={station}&statistic={statistic}&done={done}")
    });
    let stations = state::read(&site, |conn, _| store::stations(conn)).await?;
    settle(to, |problems| form_page(&page, &stations, &form, problems))
}

fn read(form: &FormData) -> Result<NewObservations, Error> {
    let mut issues = Vec::new();
    let mut chosen = |name: &str, zh: &str, en: &str| {
        issues.push(Issue::refuse("field.not_chosen", name, Say::new(zh, en)));
    };
    let station = form.get("station").parse::<i64>().ok();
    if station.is_none() {
        chosen("station", "请选择气象站。", "Choose the station.");
    }
    let statistic = Statistic::parse(form.get("statistic"));
    if statistic.is_none() {
        chosen("statistic", "请选择观测项目。", "Choose what was observed.");
    }
    let source = label("source", form.get("source"), &mut issues);
    let values = read_rows(form.get("rows"), &mut issues);
    match (station, statistic, issues.is_empty()) {
        (Some(station), Some(statistic), true) => Ok(NewObservations {
            station,
            statistic,
            source,
            values,
        }),
        _ => Err(Error::Refused(issues)),
    }
}

/// A day and a value in each row, every day once.
fn read_rows(text: &str, issues: &mut Vec<Issue>) -> Vec<(chrono::NaiveDate, Measured)> {
    let mut refuse = |say: Say| issues.push(Issue::refuse("observations.row", "rows", say));
    let rows = match pasted_rows(text) {
        Ok(rows) => rows,
        Err(error) => {
            refuse(error.say());
            return Vec::new();
        }
    };
    if rows.is_empty() {
        refuse(Say::new("请填写至少一行。", "Enter at least one row."));
    }
    let mut found: Vec<(chrono::NaiveDate, Measured)> = Vec::with_capacity(rows.len());
    for row in rows {
        let at = |say: Say| {
            Say::new(
                format!("第{}行：{}", row.n, say.zh),
                format!("Row {}: {}", row.n, say.en),
            )
        };
        match (parse_day(row.cell(0)), Measured::parse(row.cell(1))) {
            (Err(error), _) => refuse(at(error.say())),
            (Ok(_), None) => refuse(at(Say::new(
                "观测值要是数字，整数部分最多 6 位，最多 4 位小数。",
                "The value is a number of at most 6 digits and 4 decimals.",
            ))),
            (Ok(day), Some(_)) if found.iter().any(|(known, _)| *known == day) => {
                refuse(at(Say::new("这一天写了两次。", "This day stands here twice.")));
            }
            (Ok(day), Some(value)) => found.push((day, value)),
        }
    }
    found
}

fn form_page(page: &Page, stations: &[Station], data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let ids: Vec<String> = stations.iter().map(|station| station.id.to_string()).collect();
    let named = ids.iter().zip(stations);
    let choices: Vec<Choice<'_>> = named
        .map(|(id, station)| Choice::new(id, &station.name))
        .collect();
    let statistics = Statistic::EVERY.map(|known| Choice::new(known.code(), known.name().get(lang)));
    let body = html! {
        h1 { (NEW.get(lang)) }
        (form::error_summary(lang, problems))
        (form::post("/weather/observations", &page.user.csrf, html! {
            (field("station", lang.t("气象站", "Station")).select(&choices))
            (field("statistic", lang.t("观测项目", "Statistic")).select(&statistics))
            (field("source", lang.t("出处", "Source"))
                .hint(lang.t("例如 台山国家气象站气象证明2023-12。", "Such as the station's certificate of 2023-12."))
                .size(Size::Full).text())
            (field("rows", lang.t("观测值", "Values"))
                .hint(lang.t(
                    "每行一天：日期、观测值；可从表格复制两列粘贴。同一天再次录入不同的值，记为更正。",
                    "A day in each row: date, value; two columns of a spreadsheet can be pasted. Another value for the same day is a correction.",
                ))
                .textarea(10))
            (form::actions(html! {
                (Button::primary(NEW.get(lang)))
                a href=(WEATHER) { (lang.t("取消", "Cancel")) }
            }))
        }))
    };
    let above = Some((WEATHER_TITLE, WEATHER));
    page.show(look(page, NEW, above, "", false, !problems.is_empty()), body)
}
