//! Recording a talk (宣讲): what about, how many came.

use actix_web::web;
use maud::html;

use super::details::{TalkDetail, Work};
use super::handlers::{Ask, Head, Opened, count, field, fresh, head, line, returned, submission};
use super::views;
use crate::auth::{Answer, FormData, Page, Posted};
use crate::error::Error;
use crate::recording::{self, FormIds, Prepared, Reader};
use crate::state::{self, Site};
use crate::values::{Lang, Say};

/// Persons at one talk, at most.
const MOST_PEOPLE: i64 = 100_000;

pub(super) async fn open(page: Page, site: Site, query: web::Query<Ask>) -> Answer {
    let (ask, actor, user, clock) = (
        query.into_inner(),
        page.actor(),
        page.user.clone(),
        site.clock.clone(),
    );
    let opened = state::read(&site, move |conn, _| {
        if ask.voucher.is_empty() {
            return Ok(Opened::Form(fresh(&clock, &actor, &ask, Vec::new())));
        }
        returned(conn, &user, &clock, &ask, Work::Talk, |lines| {
            let first = lines.first().ok_or(Error::NotFound)?;
            let talk: TalkDetail = first.detail()?;
            Ok(vec![
                field("topic", talk.topic),
                field("attendance", talk.attendance),
            ])
        })
    })
    .await?;
    match opened {
        Opened::Form(form) => show(&page, &site, &form, &[]).await,
        Opened::Several(book, id, lines) => Ok(views::several(&page, book, &id, lines)),
    }
}

async fn show(page: &Page, site: &Site, form: &FormData, problems: &[(String, Say)]) -> Answer {
    let (user, actor, wanted) = (page.user.clone(), page.actor(), form.clone());
    let head = state::read(site, move |conn, office| {
        head(conn, office, &user, &actor, &wanted)
    })
    .await?;
    Ok(views::talk(page, &head, form, problems))
}

pub(super) async fn take(page: Page, site: Site, posted: Posted) -> Answer {
    let (user, actor, lang, form) = (page.user.clone(), page.actor(), page.lang, posted.0);
    let wanted = form.clone();
    let prepared = state::read(&site, move |conn, office| {
        let head = head(conn, office, &user, &actor, &wanted)?;
        prepare(&head, &wanted, lang)
    })
    .await;
    let action = Work::Talk.form();
    recording::step(&page, &site, action, &form, prepared, async |form, problems| {
        show(&page, &site, form, problems).await
    })
    .await
}

/// Reads the form into a submission and its answers in words.
fn prepare(head: &Head, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let ids = FormIds::read(form)?;
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let talk = TalkDetail {
        topic: read.required(
            "topic",
            Say::new("请写明宣讲主题。", "Say what the talk was about."),
        ),
        attendance: count(&mut read, "attendance", MOST_PEOPLE),
    };
    read.finish()?;
    let answers = vec![
        (lang.t("村", "Village").to_owned(), html! { (head.place.path) }),
        (
            lang.t("宣讲日期", "Held on").to_owned(),
            html! { (business_date) },
        ),
        (lang.t("主题", "Topic").to_owned(), html! { (talk.topic) }),
        (
            lang.t("到场人次", "Persons present").to_owned(),
            html! { (talk.attendance) },
        ),
    ];
    let line = line(&head.place, serde_json::to_value(&talk)?);
    Ok(Prepared {
        submission: submission(&head.place, ids, Work::Talk, business_date, vec![line]),
        title: views::title(Work::Talk, lang).to_owned(),
        answers,
    })
}
