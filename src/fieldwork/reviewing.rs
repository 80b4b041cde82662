//! Recording the yearly review (年度复审) of a rating: it is kept, for longer if need be, or withdrawn.

use actix_web::HttpResponse;
use maud::html;
use serde::Deserialize;

use super::designating::reckoned;
use super::details::{Evidence, ReviewDetail, Work};
use super::handlers::{Head, head, line, submission};
use super::rating_facts::RatingFacts;
use super::store::{self, Designation};
use super::views;
use crate::auth::{FormData, Page};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{NewLine, Office};
use crate::recording::{Asker, Form, FormIds, Opened, Prepared, Reader, Returned, field};
use crate::register::{Rated, named_client};
use crate::ui::form::{self, Answer, Choice};
use crate::values::{BookId, ContractId, Lang, Say, words};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ask {
    #[serde(default)]
    rating: String,
    #[serde(default)]
    book: i64,
    /// A returned voucher to correct.
    #[serde(default)]
    voucher: String,
}

/// What the form shows around its fields.
pub(super) struct ReviewingView {
    head: Head,
    rating: Designation,
    /// The household, of a household's rating.
    client: Option<String>,
    /// How the ledger stands today.
    evidence: Option<Evidence>,
}

/// A review.
pub(super) struct Reviewing;

impl Form for Reviewing {
    const ADDRESS: &'static str = Work::RatingReview.form();
    type Ask = Ask;
    type View = ReviewingView;

    fn open(conn: &mut Conn, _: &Office<'_>, asker: &Asker, ask: Ask) -> Result<Opened, Error> {
        if !ask.voucher.is_empty() {
            let back = Returned::asked(conn, asker, ask.book, &ask.voucher)?;
            let Some(line) = back.only() else {
                return Ok(back.several());
            };
            let review: ReviewDetail = line.detail()?;
            let fields = vec![
                field("rating", line.contract.as_ref().map_or("", ContractId::as_str)),
                field("village", line.region),
                field("business_date", back.voucher.business_date),
                field("outcome", if review.keep { "keep" } else { "withdraw" }),
                field(
                    "valid_to",
                    review.valid_to.map_or_else(String::new, |day| day.to_string()),
                ),
                field("reason", review.reason),
            ];
            return Ok(Opened::Form(back.form(asker, line.contract.as_ref(), fields)));
        }
        let rating = rating(conn, BookId(ask.book), &ask.rating)?;
        let fields = vec![
            field("rating", &rating.id),
            field("village", rating.region_id),
            field("business_date", asker.actor.today),
            field(
                "valid_to",
                rating.valid_to.map_or_else(String::new, |day| day.to_string()),
            ),
        ];
        Ok(Opened::fresh(asker, fields))
    }

    fn view(
        conn: &mut Conn,
        office: &Office<'_>,
        asker: &Asker,
        form: &FormData,
    ) -> Result<ReviewingView, Error> {
        let head = head(conn, office, asker, form)?;
        let rating = rating(conn, head.place.book, form.get("rating"))?;
        if rating.region_id != head.place.village {
            return Err(Error::NotFound);
        }
        let facts = RatingFacts::load(conn, office, head.place.book, asker.actor.today)?;
        let client = match &rating.client_id {
            Some(id) => Some(named_client(conn, office.vault, head.place.book, id)?.label()),
            None => None,
        };
        Ok(ReviewingView {
            evidence: Rated::parse(&rating.kind).and_then(|rated| facts.evidence(rated, rating.region_id)),
            head,
            rating,
            client,
        })
    }

    fn prepare(view: &ReviewingView, form: &FormData, asker: &Asker) -> Result<Prepared, Error> {
        prepare(view, form, asker.lang)
    }

    fn page(
        page: &Page,
        view: &ReviewingView,
        form: &FormData,
        problems: &[(String, Say)],
    ) -> Result<HttpResponse, Error> {
        Ok(shown(page, view, form, problems))
    }
}

fn rating(conn: &mut Conn, book: BookId, id: &str) -> Result<Designation, Error> {
    let id = ContractId::parse(id).map_err(|_| Error::NotFound)?;
    store::load_designations(conn, book, std::slice::from_ref(&id))?
        .remove(&id)
        .filter(|row| Rated::parse(&row.kind).is_some())
        .ok_or(Error::NotFound)
}

/// Whose rating it is, and until when.
fn told(view: &ReviewingView, lang: Lang) -> Vec<(&'static str, String)> {
    let rating = &view.rating;
    let name = Rated::parse(&rating.kind).map_or("—", |rated| rated.name().get(lang));
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
    let mut told = vec![(words::DESIGNATION.get(lang), name.to_owned())];
    told.extend(view.client.clone().map(|label| (lang.t("客户", "Client"), label)));
    told.extend([
        (lang.t("评定日期", "Rated on"), day(rating.rated_on)),
        (lang.t("上次复审", "Last review"), day(rating.reviewed_on)),
        (lang.t("原有效期止", "Valid until"), day(rating.valid_to)),
    ]);
    told
}

/// Reads the form into a submission and its answers in words.
fn prepare(view: &ReviewingView, form: &FormData, lang: Lang) -> Result<Prepared, Error> {
    let (ids, place) = (FormIds::read(form)?, &view.head.place);
    let mut read = Reader::new(form);
    let business_date = read.day("business_date");
    let choose = Say::new("请选择保留或取消。", "Choose to keep or to withdraw it.");
    let outcome = |text: &str| match text {
        "keep" => Some(true),
        "withdraw" => Some(false),
        _ => None,
    };
    let keep = read.one_of("outcome", outcome, choose).unwrap_or(true);
    let review = ReviewDetail {
        keep,
        valid_to: keep.then(|| read.day("valid_to")),
        reason: read.text("reason").to_owned(),
    };
    read.finish()?;
    let mut answers: Vec<(String, maud::Markup)> =
        vec![(lang.t("对象", "Of").to_owned(), html! { (place.path) })];
    let before = told(view, lang).into_iter();
    answers.extend(before.map(|(label, value)| (label.to_owned(), html! { (value) })));
    let kept = match review.valid_to {
        Some(until) => html! { (lang.t("保留，有效期止 ", "Kept, valid until ")) (until) },
        None => html! { (lang.t("取消", "Withdrawn")) },
    };
    answers.push((lang.t("复审结果", "Outcome").to_owned(), kept));
    answers.push((
        words::BUSINESS_DATE.get(lang).to_owned(),
        html! { (business_date) },
    ));
    if !review.reason.is_empty() {
        answers.push((words::REASON.get(lang).to_owned(), html! { (review.reason) }));
    }
    let line = NewLine {
        client: view.rating.client_id.clone(),
        contract: Some(view.rating.id.clone()),
        ..line(place, serde_json::to_value(&review)?)
    };
    Ok(Prepared {
        submission: submission(place, ids, Work::RatingReview, business_date, vec![line]),
        title: views::title(Work::RatingReview, lang).to_owned(),
        answers,
    })
}

fn shown(page: &Page, view: &ReviewingView, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let told = told(view, lang);
    let mut particulars: Vec<Answer<'_>> = told
        .iter()
        .map(|(label, value)| Answer::new(label, value.clone()))
        .collect();
    if let Some(found) = &view.evidence {
        particulars.push(Answer::new(
            lang.t("台账现在", "The ledger now"),
            reckoned(found, lang),
        ));
    }
    let outcomes = [
        Choice::new("keep", lang.t("保留", "Keep")),
        Choice::new("withdraw", lang.t("取消", "Withdraw")),
    ];
    let fields = html! {
        (form::summary_list(lang, &particulars))
        (field("outcome", lang.t("复审结果", "Outcome")).radios(&outcomes))
        (field("valid_to", lang.t("有效期止", "Valid until"))
            .hint(lang.t("保留的可以延长。", "Kept, it may be prolonged.")).date())
        (field("reason", words::REASON.get(lang)).optional().textarea(2))
        (field("business_date", lang.t("复审日期", "Reviewed on")).date())
    };
    views::shown_with(
        page,
        Work::RatingReview,
        &view.head,
        data,
        problems,
        &["rating"],
        fields,
    )
}
