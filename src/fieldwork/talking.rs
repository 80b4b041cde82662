//! Recording a talk (宣讲): what about, how many came.

use crate::ledger::Office;
use actix_web::HttpResponse;
use maud::html;

use super::details::{TalkDetail, Work};
use super::handlers::{Ask, Head, count, fresh, head, line, returned, submission};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, field};
use crate::values::{Lang, Say};

/// Persons at one talk, at most.
const MOST_PEOPLE: i64 = 100_000;

/// A talk.
pub(super) struct Talking;

impl Form for Talking {
    const ADDRESS: &'static str = Work::Talk.form();
    type Ask = Ask;
    type View = Head;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if ask.voucher.is_empty() {
            return Ok(fresh(asker, &ask));
        }
        returned(conn, asker, &ask, Work::Talk, |lines| {
            let first = lines.first().ok_or(Error::NotFound)?;
            let talk: TalkDetail = first.detail()?;
            Ok(vec![
                field("topic", talk.topic),
                field("attendance", talk.attendance),
            ])
        })
    }

    fn view(conn: &mut Conn, office: &Office<'_>, asker: &Asker, form: &FormData) -> Result<Head, Error> {
        head(conn, office, asker, form)
    }

    fn prepare(view: &Head, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &Head,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(views::talk(page, view, form, problems))
    }
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
