//! The page on which the administrator takes a wrongly recorded change of units back: what it was, what
//! becomes of the units, and what rests on it if it cannot go.

use actix_web::web;
use maud::html;

use super::super::super::lineage_undo::{examine, find_event, withdraw_event};
use super::super::look;
use super::{HOME, TITLE, named, unit_words};
use crate::auth::{Answer, Page, Posted, redirect};
use crate::error::Error;
use crate::regions::{Event, Regions, Undoing};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button, Field};
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::day::show_day;
use crate::values::{Lang, RegionId, Say, Text};

const TAKE_BACK: Text = Text::new("撤回区划变更", "Take a change back");

pub(super) fn address(event: i64) -> String {
    format!("{HOME}/{event}/withdrawal")
}

struct View {
    event: Event,
    old: Vec<String>,
    new: Vec<String>,
    /// Every unit concerned, and what becomes of it.
    effects: Vec<(String, Text)>,
    /// What rests on it.
    obstacles: Vec<Say>,
}

pub(super) async fn open(page: Page, site: Site, path: web::Path<i64>) -> Answer {
    show(&page, &site, *path, "", &[]).await
}

pub(super) async fn send(page: Page, site: Site, path: web::Path<i64>, posted: Posted) -> Answer {
    let (id, actor) = (*path, page.actor());
    let reason = posted.0.get("reason").to_owned();
    let typed = reason.clone();
    let written = state::write_register(&site, move |conn, office, register| {
        withdraw_event(conn, office, &actor, register, id, &reason)
    })
    .await;
    match written {
        Ok(()) => Ok(redirect(&format!("{HOME}?done=lineage-withdrawn"))),
        Err(refusal @ Error::Refused(_)) => show(&page, &site, id, &typed, &refusal.problems()).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn show(page: &Page, site: &Site, id: i64, typed: &str, wrong: &[(String, Say)]) -> Answer {
    let lang = page.lang;
    let view = state::read(site, move |conn, office| {
        let regions = office.regions;
        let event = find_event(regions, id)?;
        let (undoing, obstacles) = match examine(conn, regions, event) {
            Ok(undoing) => (undoing, Vec::new()),
            Err(Error::Refused(issues)) => (
                Undoing::default(),
                issues.into_iter().map(|issue| issue.say).collect(),
            ),
            Err(failure) => return Err(failure),
        };
        let before = event.day.pred_opt().unwrap_or(event.day);
        Ok(View {
            event: event.clone(),
            old: named(regions, &event.old, before, lang),
            new: named(regions, &event.new, event.day, lang),
            effects: effects(regions, event, &undoing, lang),
            obstacles,
        })
    })
    .await?;
    let mut look = look(page, TAKE_BACK, &[(TITLE, HOME)], "");
    look.invalid = !wrong.is_empty();
    Ok(page.show(look, body(page, &view, typed, wrong)))
}

fn effects(regions: &Regions, event: &Event, undoing: &Undoing, lang: Lang) -> Vec<(String, Text)> {
    let before = event.day.pred_opt().unwrap_or(event.day);
    let told = |units: &[RegionId], day, what: Text| -> Vec<(String, Text)> {
        let one = |unit: &RegionId| (unit_words(regions, *unit, day, lang), what);
        units.iter().map(one).collect()
    };
    let stands = Text::new("恢复，视同没有变更过", "Stands again, as if nothing had happened");
    let mut rows = told(&undoing.ended, before, stands);
    rows.extend(told(&undoing.changed, before, stands));
    rows.extend(told(
        &undoing.founded,
        event.day,
        Text::new("取消，视同没有设立过", "Goes, as if it had never been founded"),
    ));
    rows
}

fn body(page: &Page, view: &View, typed: &str, wrong: &[(String, Say)]) -> maud::Markup {
    let lang = page.lang;
    let several =
        |names: &[String]| html! { @for name in names { div { (name) } } @if names.is_empty() { "—" } };
    let answers = [
        Particular::new(lang.t("变更", "Change"), view.event.kind.text().get(lang)),
        Particular::new(lang.t("生效日", "First day"), show_day(view.event.day)),
        Particular::new(lang.t("原单位", "Before"), several(&view.old)),
        Particular::new(lang.t("变更后", "After"), several(&view.new)),
        Particular::new(lang.t("依据文件", "Document"), &view.event.document),
    ];
    let columns = vec![
        Column::text(lang.t("单位", "Unit")),
        Column::text(lang.t("撤回以后", "Once taken back")),
    ];
    let row = |(name, what): &(String, Text)| Row::new(vec![Cell::text(name), Cell::text(what.get(lang))]);
    html! {
        h1 { (TAKE_BACK.get(lang)) }
        (form::error_summary(lang, wrong))
        (form::summary_list(lang, &answers))
        @if view.obstacles.is_empty() {
            (Table::new("effects", lang.t("涉及的单位", "Units concerned"), columns).rows(view.effects.iter().map(row)).markup(lang))
            p.hint { (lang.t("这一项留在清单上，注明已撤回。正确的变更请另行登记。", "It stays on the list, marked as taken back. Record the right change anew.")) }
            (form::post(&address(view.event.id), &page.user.csrf, html! {
                (Field::new(lang, "reason", lang.t("撤回的原因", "Why it is taken back")).value(typed).errors(wrong).textarea(2))
                (form::actions(html! { (Button::grave(lang.t("撤回", "Take it back"))) a href=(HOME) { (lang.t("取消", "Cancel")) } }))
            }))
        } @else {
            (notice::notice(html! {
                p { strong { (lang.t("现在不能撤回：", "It cannot be taken back now:")) } }
                ul { @for say in &view.obstacles { li { (say.get(lang)) } } }
            }))
            (form::actions(html! { (form::button_link(HOME, lang.t("返回", "Back"))) }))
        }
    }
}
