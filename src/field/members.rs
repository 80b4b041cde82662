//! Who belongs to a household: who came after it was registered, who left, and since when.

use actix_web::web;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::handlers::RECORDERS;
use crate::auth::{Answer, FormData, Look, Page, Posted, RouteSpec, get, post, redirect};
use crate::error::{Error, Issue};
use crate::recording::{Place, place, problems, village_crumbs};
use crate::register::{self, Found, HouseholdId, MemberChange, member_key};
use crate::state::{self, Site};
use crate::ui::form::{self, Answer as Particular, Button, Choice, Field, Size};
use crate::ui::page::{Flash, FlashKind};
use crate::values::day::{parse_day, show_day};
use crate::values::person::mask_id;
use crate::values::{BookId, ClientId, Lang, Say, Text};

pub(super) const TITLE: Text = Text::new("家庭成员", "Household members");

/// The day on which somebody leaves; the other form of the page has the plain `day`.
const LEFT_ON: &str = "left_on";

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/field/clients/{book}/{client}/members", RECORDERS, open),
        post("/field/clients/{book}/{client}/members", RECORDERS, take),
    ]
}

pub(super) fn address(book: BookId, client: &ClientId) -> String {
    format!("/field/clients/{book}/{client}/members")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ask {
    done: String,
}

struct View {
    place: Place,
    found: Found,
    /// Each member's key in the form, and how it is shown.
    members: Vec<(String, String)>,
}

fn named(path: &(i64, String)) -> Result<HouseholdId, Error> {
    Ok(HouseholdId {
        book: BookId(path.0),
        client: ClientId::parse(&path.1).map_err(|_| Error::NotFound)?,
    })
}

async fn load(page: &Page, site: &Site, of: HouseholdId) -> Result<View, Error> {
    let (user, actor, lang) = (page.user.clone(), page.actor(), page.lang);
    state::read(site, move |conn, office| {
        let found = register::named_client(conn, office.vault, of.book, &of.client)?;
        if !found.client.is_household() {
            return Err(Error::NotFound);
        }
        let shown = |number: &String| {
            let mut changes = found.identity.member_changes.iter().rev();
            let came = changes.find(|change| change.number == *number);
            let label = match came {
                Some(came) => format!("{}{}", mask_id(number), since(lang, came.on)),
                None => mask_id(number),
            };
            (member_key(office, number), label)
        };
        let members = found.identity.members.iter().map(shown).collect();
        Ok(View {
            place: place(
                conn,
                office,
                &user,
                (of.book, found.client.region_id),
                actor.today,
            )?,
            members,
            found,
        })
    })
    .await
}

fn since(lang: Lang, day: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("（{}起）", show_day(day)),
        Lang::En => format!(" (since {})", show_day(day)),
    }
}

async fn open(page: Page, site: Site, path: web::Path<(i64, String)>, query: web::Query<Ask>) -> Answer {
    let view = load(&page, &site, named(&path)?).await?;
    let today = show_day(page.actor().today);
    let form = FormData::default().with("day", &today).with(LEFT_ON, &today);
    Ok(show(&page, &view, &form, &[], &query.done))
}

async fn take(page: Page, site: Site, path: web::Path<(i64, String)>, posted: Posted) -> Answer {
    let (of, form, actor) = (named(&path)?, posted.0, page.actor());
    // Whoever may not see the household may not change it.
    let view = load(&page, &site, of.clone()).await?;
    let leaves = form.get("act") == "leave";
    let written = match parse_day(form.get(if leaves { LEFT_ON } else { "day" })) {
        _ if form.get("step") == "edit" => return Ok(show(&page, &view, &form, &[], "")),
        Err(wrong) => Err(Error::Refused(vec![Issue::refuse(
            wrong.code(),
            "day",
            wrong.say(),
        )])),
        Ok(day) => {
            let (sent, of) = (form.clone(), of.clone());
            state::write(&site, of.book, move |conn, office| {
                if leaves {
                    let (key, reason) = (sent.get("member"), sent.get("reason"));
                    register::remove_member(conn, office, &actor, &of, key, day, reason)
                } else {
                    register::add_member(conn, office, &actor, &of, sent.get("number"), day)
                }
            })
            .await
        }
    };
    match written {
        Ok(()) => {
            let done = if leaves { "left" } else { "joined" };
            Ok(redirect(&format!("{}?done={done}", address(of.book, &of.client))))
        }
        Err(refusal @ Error::Refused(_)) => {
            let mut found = problems(&refusal, false);
            for (field, _) in found.iter_mut().filter(|(field, _)| leaves && field == "day") {
                *field = LEFT_ON.to_owned();
            }
            Ok(show(&page, &view, &form, &found, ""))
        }
        Err(failure) => Err(failure.into()),
    }
}

fn show(
    page: &Page,
    view: &View,
    form: &FormData,
    problems: &[(String, Say)],
    done: &str,
) -> actix_web::HttpResponse {
    let say = match done {
        "joined" => Some(Say::new("成员已登记。", "The member has been recorded.")),
        "left" => Some(Say::new("成员已移出。", "The member has left the household.")),
        _ => None,
    };
    let name = &view.found.identity.name;
    let look = Look {
        title: TITLE.get(page.lang).to_owned(),
        field: true,
        invalid: !problems.is_empty(),
        flash: say.map(|say| Flash {
            kind: FlashKind::Done,
            say,
        }),
        crumbs: village_crumbs(page.lang, view.place.village, &view.place.name, name),
        ..Look::default()
    };
    page.show(look, body(page, view, form, problems))
}

fn body(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let identity = &view.found.identity;
    let numbers = html! {
        @for (_, label) in &view.members { span.each { (label) } }
        @if view.members.is_empty() { "—" }
    };
    let leaves = form.get("act") == "leave";
    let (of_join, of_leave): (&[(String, Say)], _) = if leaves {
        (&[], problems)
    } else {
        (problems, &[][..])
    };
    let home = format!("/field/clients/{}/{}", view.place.book, view.found.client.id);
    html! {
        h1 { (identity.name) " · " (TITLE.get(lang)) }
        (form::error_summary(lang, problems))
        (form::summary_list(lang, &[
            Particular::new(lang.t("户主", "Head"), html! { (identity.masked_number()) }),
            Particular::new(lang.t("其他成员", "Other members"), numbers),
        ]))
        (joining(page, view, form, of_join, leaves))
        @if !view.members.is_empty() { (leaving(page, view, form, of_leave, leaves)) }
        @if !identity.member_changes.is_empty() { (changes(lang, &identity.member_changes)) }
        (form::actions(form::button_link(&home, lang.t("回到客户", "Back to the client"))))
    }
}

fn joining(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)], other: bool) -> Markup {
    let lang = page.lang;
    // What was typed in the other form of the page says nothing about who comes.
    let today = show_day(page.actor().today);
    let day = if other { &today } else { form.get("day") };
    let number = if other { "" } else { form.get("number") };
    html! {
        h2 { (lang.t("增加成员", "Add a member")) }
        (form::post(&address(view.place.book, &view.found.client.id), &page.user.csrf, html! {
            (form::hidden("act", "join"))
            (Field::new(lang, "number", lang.t("身份证号", "Identity number"))
                .hint(lang.t("此后用这个号码也能找到这一户。", "From then on this number leads to the household, too."))
                .value(number).errors(problems).size(Size::Full).text())
            (Field::new(lang, "day", lang.t("自哪一天起", "From which day"))
                .value(day).errors(problems).date())
            (form::actions(html! { (Button::primary(lang.t("增加", "Add"))) }))
        }))
    }
}

fn leaving(page: &Page, view: &View, form: &FormData, problems: &[(String, Say)], open: bool) -> Markup {
    let lang = page.lang;
    let choices: Vec<Choice<'_>> = view
        .members
        .iter()
        .map(|(key, label)| Choice::new(key, label))
        .collect();
    html! {
        details open[open] {
            summary { (lang.t("移出成员", "A member leaves")) }
            (form::post(&address(view.place.book, &view.found.client.id), &page.user.csrf, html! {
                (form::hidden("act", "leave"))
                (Field::new(lang, "member", lang.t("哪一位", "Who")).value(form.get("member")).errors(problems).radios(&choices))
                (Field::new(lang, LEFT_ON, lang.t("自哪一天起不在本户", "From which day"))
                    .value(form.get(LEFT_ON)).errors(problems).date())
                (Field::new(lang, "reason", lang.t("原因", "Reason"))
                    .hint(lang.t("例如分户、婚嫁、去世。", "Such as a household of their own, marriage, death."))
                    .value(form.get("reason")).errors(problems).text())
                (form::actions(html! { (Button::grave(lang.t("移出", "Record that they leave"))) }))
            }))
        }
    }
}

/// What has changed, the latest first.
fn changes(lang: Lang, changes: &[MemberChange]) -> Markup {
    html! {
        h2 { (lang.t("变动", "Changes")) }
        ul.plain {
            @for change in changes.iter().rev() {
                li {
                    (show_day(change.on)) " " (mask_id(&change.number)) " "
                    @if change.joined { (lang.t("加入", "joined")) } @else { (lang.t("移出", "left")) }
                    @if !change.reason.is_empty() { (lang.t("：", ": ")) (change.reason) }
                }
            }
        }
    }
}
