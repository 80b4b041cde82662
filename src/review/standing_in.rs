//! What a county asks of the first review, and who stands in for whom (代办): the settings of one book, kept
//! by the county or the administrator, read by its clerks.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::standing_in_end;
use crate::auth::{
    Account, Allow, Answer, FormData, Look, Page, Posted, Reader, Role, list_accounts, redirect, settle,
};
use crate::error::{Error, Issue};
use crate::ledger::{self, EVERY_KIND, StandIn, StandInEnd};
use crate::register::Names;
use crate::state::{self, Site};
use crate::ui::form::{self, Button, Choice, Field};
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{notice, pill};
use crate::values::day::show_day;
use crate::values::plausible::{LONGEST_REASON, check_text};
use crate::values::{BookId, InstitutionId, Lang, Say, Text, UserId, words};

/// Who sets them.
pub(super) const KEEPERS: Allow = Allow::Roles(&[Role::Reviewer, Role::Administrator]);
pub(super) const TITLE: Text = Text::new("初审与代办", "First review and stand-ins");
pub(super) const HOME: &str = "/first-review/settings";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    book: String,
    done: String,
}

struct Settings {
    book: BookId,
    county: Say,
    /// Code, name, and whether it is checked first.
    kinds: Vec<(String, Text, bool)>,
    every: bool,
    stand_ins: Vec<StandIn>,
    /// Those of them that ended early.
    ends: Vec<StandInEnd>,
    /// The book's clerks, who may be away, and everybody who may stand in.
    clerks: Vec<Account>,
    people: Vec<Account>,
    names: Names,
}

impl Settings {
    fn name(&self, id: &UserId) -> String {
        let found = self.people.iter().find(|account| account.id == *id);
        found.map_or_else(|| "—".to_owned(), |account| account.name.clone())
    }
}

fn book_of(page: &Page, text: &str) -> Result<BookId, Error> {
    match page.user.book {
        Some(own) => Ok(own),
        None => text.parse().map(BookId).map_err(|_| Error::NotFound),
    }
}

async fn load(page: &Page, site: &Site, book: BookId) -> Result<Settings, Error> {
    let (today, lang) = (page.actor().today, page.lang);
    state::read(site, move |conn, office| {
        let found = ledger::find_book(conn, book)?;
        let asked = ledger::first_review_kinds(conn, book)?;
        let kinds = office.kinds.kinds.iter().filter(|kind| kind.reversible);
        let people: Vec<Account> = list_accounts(conn)?
            .into_iter()
            .filter(|account| account.book_id == Some(book) && !account.disabled)
            .collect();
        let of_role = |role: Role| {
            people
                .iter()
                .filter(move |account| account.role == role.code())
                .cloned()
        };
        Ok(Settings {
            book,
            county: office.regions.say(found.region_id, today),
            kinds: kinds
                .map(|kind| (kind.code.to_owned(), kind.name, asked.contains(kind.code)))
                .collect(),
            every: asked.contains(EVERY_KIND),
            stand_ins: ledger::stand_ins(conn, book)?,
            ends: ledger::stand_in_ends(conn, book)?,
            clerks: of_role(Role::Clerk).collect(),
            people: of_role(Role::Clerk).chain(of_role(Role::Reviewer)).collect(),
            names: Names::load(conn)?.read_in(lang),
        })
    })
    .await
}

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let book = book_of(&page, &query.book)?;
    let settings = load(&page, &site, book).await?;
    Ok(show(&page, &settings, &query.done, &FormData::default(), &[]))
}

fn show(
    page: &Page,
    settings: &Settings,
    done: &str,
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let flash = match done {
        "policy" => Some(Say::new("初审设置已保存。", "The first review has been set.")),
        "ended" => Some(Say::new(
            "代办已提前结束。",
            "The appointment has been ended early.",
        )),
        "appointed" => Some(Say::new("代办已登记。", "The stand-in has been named.")),
        _ => None,
    };
    let look = Look {
        title: TITLE.get(page.lang).to_owned(),
        wide: true,
        crumbs: vec![
            Crumb::link(page.t("审核", "Review"), "/review"),
            Crumb::here(TITLE.get(page.lang)),
        ],
        invalid: !problems.is_empty(),
        flash: flash.map(|say| Flash {
            kind: FlashKind::Done,
            say,
        }),
        ..Look::default()
    };
    page.show(look, settings_page(page, settings, form, problems))
}

/// Sets which kinds are checked first.
pub(super) async fn set_policy(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor) = (posted.0, page.actor());
    let book = book_of(&page, form.get("book"))?;
    let every = form.get("scope") == "every";
    let some: BTreeSet<String> = form.all("kind").map(str::to_owned).collect();
    let chosen = match form.get("scope") {
        "every" => BTreeSet::from([EVERY_KIND.to_owned()]),
        "some" => some,
        _ => BTreeSet::new(),
    };
    state::write(&site, book, move |conn, office| {
        let known = |code: &String| every || office.kinds.name(code).is_some();
        if !chosen.iter().all(known) {
            return Err(Error::NotFound);
        }
        ledger::set_first_review(conn, office, &actor, book, &chosen)
    })
    .await?;
    Ok(redirect(&format!("{HOME}?book={}&done=policy", book.0)))
}

/// Names a stand-in.
pub(super) async fn appoint(page: Page, site: Site, posted: Posted) -> Answer {
    let (form, actor) = (posted.0, page.actor());
    let book = book_of(&page, form.get("book"))?;
    let settings = load(&page, &site, book).await?;
    let written = match read(&form, &settings) {
        Err(error) => Err(error),
        Ok(new) => {
            state::write(&site, book, move |conn, office| {
                ledger::appoint(conn, office, &actor, &new)
            })
            .await
        }
    };
    let to = written.map(|_| format!("{HOME}?book={}&done=appointed", book.0));
    settle(to, |problems| show(&page, &settings, "", &form, problems))
}

fn read(form: &FormData, settings: &Settings) -> Result<StandIn, Error> {
    let mut reader = Reader::new(form);
    let (from, to) = (reader.any_day("valid_from"), reader.any_day("valid_to"));
    let missing = Say::new("请写明代办的原因。", "Say why somebody stands in.");
    let reason = read_text(&mut reader, "reason", missing);
    let missing = Say::new(
        "请填写委托书或通知的名称和文号。",
        "Name the document that says so.",
    );
    let document = read_text(&mut reader, "document", missing);
    let absent = read_person(&mut reader, "absent", &settings.clerks);
    let acting = read_person(&mut reader, "person", &settings.people);
    if let (Some(absent), Some(acting)) = (&absent, &acting)
        && acting.institution_id.is_some()
        && acting.institution_id != absent.institution_id
    {
        let say = Say::new(
            "代办人应是同一机构的另一经办，或县级审核。",
            "The stand-in is another clerk of the same institution, or the county's reviewer.",
        );
        reader.add(Issue::refuse("stand_in.other_institution", "person", say));
        return Err(reader.refusal());
    }
    match (from, to, reason, document, absent, acting) {
        (Some(from), Some(to), Some(reason), Some(document), Some(absent), Some(acting)) => Ok(StandIn {
            book_id: settings.book,
            id: 0,
            institution_id: absent.institution_id.unwrap_or(InstitutionId(0)),
            absent_id: absent.id,
            person_id: acting.id.clone(),
            valid_from: from,
            valid_to: to,
            reason,
            document,
            recorded_by: acting.id,
            recorded_at: chrono::NaiveDateTime::default(),
        }),
        _ => Err(reader.refusal()),
    }
}

/// A text that must be there and not be too long.
fn read_text(reader: &mut Reader<'_>, name: &str, missing: Say) -> Option<String> {
    let text = reader.text(name);
    reader.take(match check_text(text, LONGEST_REASON) {
        _ if text.is_empty() => Err(Issue::refuse("field.missing", name, missing)),
        read => read.map_err(|found| Issue::refuse(found.code(), name, found.say())),
    })
}

/// One of those who can be chosen.
fn read_person(reader: &mut Reader<'_>, name: &str, of: &[Account]) -> Option<Account> {
    let wanted = reader.text(name);
    let found = of.iter().find(|account| account.id.as_str() == wanted).cloned();
    let missing = || {
        Issue::refuse(
            "field.not_chosen",
            name,
            Say::new("请选择一个人。", "Choose a person."),
        )
    };
    reader.take(found.ok_or_else(missing))
}

fn settings_page(page: &Page, settings: &Settings, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    html! {
        h1 { (settings.county.get(lang)) " " (TITLE.get(lang)) }
        (form::error_summary(lang, problems))
        h2 { (lang.t("哪些凭证先由机构初审", "Which vouchers the institution checks first")) }
        (policy_form(page, settings))
        h2 { (lang.t("代办", "Stand-ins")) }
        p.hint {
            (lang.t("机构经办请假时，登记谁在哪段时间代办。代办人可以替他初审、按月报送；县级代办人审核通过即视同初审。", "While an institution's clerk is away, name who acts from when to when. The stand-in checks first and declares months in the clerk's place; if that is the county's reviewer, the approval counts as the first review."))
        }
        (appointments(page, settings))
        (appoint_form(page, settings, form, problems))
    }
}

fn policy_form(page: &Page, settings: &Settings) -> Markup {
    let lang = page.lang;
    let chosen: Vec<&str> = settings
        .kinds
        .iter()
        .filter(|kind| kind.2)
        .map(|kind| kind.0.as_str())
        .collect();
    let scope = match (settings.every, chosen.is_empty()) {
        (true, _) => "every",
        (false, true) => "none",
        (false, false) => "some",
    };
    let scopes = [
        Choice::new("none", lang.t("不要求初审", "None")),
        Choice::new("every", lang.t("全部凭证", "All vouchers")),
        Choice::new("some", lang.t("只要下面勾选的", "Only those ticked below")),
    ];
    let kinds: Vec<Choice<'_>> = settings
        .kinds
        .iter()
        .map(|(code, name, _)| Choice::new(code, name.get(lang)))
        .collect();
    form::post(
        "/first-review/settings",
        &page.user.csrf,
        html! {
            (form::hidden("book", &settings.book.0.to_string()))
            (Field::new(lang, "scope", lang.t("初审范围", "Scope")).value(scope).radios(&scopes))
            (Field::new(lang, "kind", lang.t("凭证类别", "Kinds")).checkboxes(&kinds, &chosen))
            (form::actions(html! { (Button::primary(lang.t("保存设置", "Save"))) }))
        },
    )
}

fn appointments(page: &Page, settings: &Settings) -> Markup {
    let (lang, today) = (page.lang, page.actor().today);
    let columns = vec![
        Column::text(words::INSTITUTION.get(lang)),
        Column::text(lang.t("经办", "Clerk away")),
        Column::text(lang.t("代办人", "Stand-in")),
        Column::text(lang.t("起", "From")),
        Column::text(lang.t("止", "To")),
        Column::text(lang.t("原因和文件", "Reason and document")),
    ];
    let row = |row: &StandIn| {
        let person = html! {
            (settings.name(&row.person_id))
            @if row.holds_on(today) { " " (pill::tag(pill::Tone::Good, lang.t("现行", "In force"))) }
        };
        Row::new(vec![
            Cell::text(settings.names.institution(row.institution_id)),
            Cell::text(settings.name(&row.absent_id)),
            Cell::text(person),
            Cell::when(&show_day(row.valid_from)),
            Cell::when(&show_day(row.valid_to)),
            Cell::text(
                html! { (row.reason) div.hint { (row.document) } (early_end(lang, settings, row, today)) },
            ),
        ])
    };
    html! {
        @if settings.stand_ins.is_empty() {
            (notice::empty(lang.t("还没有登记过代办。", "No stand-in has been named."), None))
        } @else {
            (Table::new("stand-ins", lang.t("已登记的代办", "Stand-ins on record"), columns).rows(settings.stand_ins.iter().map(row)).markup(lang))
        }
    }
}

/// That it ended before the day it was made for, and why; while it can still be shortened, the way.
fn early_end(lang: Lang, settings: &Settings, row: &StandIn, today: chrono::NaiveDate) -> Markup {
    let end = settings.ends.iter().find(|end| end.stand_in_id == row.id);
    html! {
        @if let Some(end) = end {
            div.hint {
                (lang.t("原定到 ", "Made until ")) (show_day(end.instead_of)) (lang.t("；提前结束：", "; ended early: "))
                (end.reason) " " (settings.name(&end.ended_by))
            }
        } @else if row.valid_to >= today {
            div { a href=(standing_in_end::address(row)) { (standing_in_end::TITLE.get(lang)) } }
        }
    }
}

fn appoint_form(page: &Page, settings: &Settings, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let field = |name, label| form.field(lang, name, label, problems);
    let label = |account: &Account| named(lang, settings, account);
    let clerks: Vec<(String, String)> = settings.clerks.iter().map(label).collect();
    let people: Vec<(String, String)> = settings.people.iter().map(label).collect();
    fn choices(of: &[(String, String)]) -> Vec<Choice<'_>> {
        of.iter().map(|(id, name)| Choice::new(id, name)).collect()
    }
    html! {
        h3 { (lang.t("登记代办", "Name a stand-in")) }
        (form::post("/stand-ins", &page.user.csrf, html! {
            (form::hidden("book", &settings.book.0.to_string()))
            (field("absent", lang.t("请假的经办", "The clerk who is away")).select(&choices(&clerks)))
            (field("person", lang.t("代办人", "Who stands in")).select(&choices(&people)))
            (field("valid_from", lang.t("起日", "First day")).date())
            (field("valid_to", lang.t("止日（含）", "Last day")).date())
            (field("reason", lang.t("原因", "Reason")).text())
            (field("document", lang.t("委托书或通知", "Document")).text())
            (form::actions(html! { (Button::primary(lang.t("登记代办", "Name a stand-in"))) }))
        }))
    }
}

fn named(lang: Lang, settings: &Settings, account: &Account) -> (String, String) {
    let office = match account.institution_id {
        Some(id) => settings.names.institution(id).to_owned(),
        None => lang.t("县级审核", "County reviewer").to_owned(),
    };
    (account.id.to_string(), format!("{}（{office}）", account.name))
}

/// The way to the settings, for who keeps them.
pub(super) fn link(lang: Lang) -> Markup {
    html! { p { a href=(HOME) { (TITLE.get(lang)) } } }
}
