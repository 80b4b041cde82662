//! The forms and pages of single claims, and the list.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::commands::Stage;
use super::detail::ClaimDetail;
use super::list::{HOME, ListRow, ListView, SHOWN};
use super::page::{ClaimPage, Step};
use super::sheet::Work;
use super::sheet_view::sheet_link;
use super::step::{FORM, StepView, next_step};
use super::store::Claim;
use crate::auth::{FormData, Look, Page};
use crate::insurance::payout;
use crate::recording::{Heading, amount_answer, fields_form, form_page, village_crumbs};
use crate::register::Disaster;
use crate::ui::form::{self, Answer, Choice, Size};
use crate::ui::page::Crumb;
use crate::ui::phone::{Pick, picks};
use crate::ui::pill::{Standing, Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, notice};
use crate::values::day::show_day;
use crate::values::{Fen, Lang, Say, Unit, words};

type Answers = Vec<(String, Markup)>;

/// What recording a step is called in the field.
pub(super) const fn step_title(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Report => lang.t("记录报案", "Report a loss"),
        Stage::Survey => lang.t("记录查勘", "Record a survey"),
        Stage::Assess => lang.t("记录定损", "Record an assessment"),
        Stage::Notice => lang.t("记录公示", "Record the public notice"),
        Stage::Approve => lang.t("记录核赔", "Record the approval"),
        Stage::Close => lang.t("记录结案", "Close the claim"),
    }
}

/// What a sheet is called.
pub(super) const fn work_title(work: Work, lang: Lang) -> &'static str {
    match work {
        Work::Assess => lang.t("批量定损", "Assess many"),
        Work::Notice => lang.t("批量公示", "Show many"),
        Work::Approve => lang.t("批量核赔", "Approve many"),
        Work::Pay => lang.t("批量赔付", "Pay many"),
    }
}

/// Choosing the disaster.
pub(super) fn event_field(
    lang: Lang,
    events: &[Disaster],
    data: &FormData,
    problems: &[(String, Say)],
) -> Markup {
    let ids: Vec<String> = events.iter().map(|event| event.id.to_string()).collect();
    let named = ids
        .iter()
        .zip(events)
        .map(|(id, event)| Choice::new(id, &event.name));
    let choices: Vec<Choice<'_>> = std::iter::once(Choice::new(
        "",
        lang.t("不属于登记的灾害", "No recorded disaster"),
    ))
    .chain(named)
    .collect();
    data.field(lang, "event", lang.t("灾害", "Disaster"), problems)
        .size(Size::Full)
        .select(&choices)
}

pub(super) fn step_form(
    page: &Page,
    view: &StepView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let mut carried = vec!["stage", "book", "policy", "part"];
    if view.stage != Stage::Report {
        carried.push("claim");
    }
    let body = html! {
        (form::summary_list(lang, &particulars(lang, view)))
        (fields_form(page, FORM, data, &carried, step_fields(view, data, problems, lang)))
    };
    let heading = Heading {
        title: step_title(view.stage, lang),
        place: &view.on.place,
        returned: view.on.returned.as_deref(),
        problems,
    };
    form_page(page, &heading, body)
}

fn step_fields(view: &StepView, data: &FormData, problems: &[(String, Say)], lang: Lang) -> Markup {
    let field = |name, label| data.field(lang, name, label, problems);
    let stage = view.stage;
    let unit = Unit::parse(data.get("amount_unit")).unwrap_or(Unit::Yuan);
    let day = match stage {
        Stage::Report => lang.t("报案日期", "Reported on"),
        Stage::Survey => lang.t("查勘日期", "Surveyed on"),
        Stage::Assess => lang.t("定损日期", "Assessed on"),
        Stage::Notice => lang.t("公示登记日期", "Recorded on"),
        Stage::Approve => lang.t("核赔日期", "Approved on"),
        Stage::Close => lang.t("结案日期", "Closed on"),
    };
    html! {
        @if stage == Stage::Report {
            (field("claim", lang.t("报案号", "Claim number")).text())
            (field("loss_date", lang.t("出险日期", "Day of loss")).date())
            (event_field(lang, &view.events, data, problems))
            (field("cause", lang.t("出险原因", "Cause of loss"))
                .hint(lang.t("如台风、强降雨、疾病死亡；不要写人名", "Such as typhoon, heavy rain, disease; no names of persons"))
                .size(Size::Full).text())
            (field("households", lang.t("受灾户次", "Households hit")).size(Size::Short).digits())
        }
        (field("business_date", day).date())
        @if matches!(stage, Stage::Report | Stage::Survey | Stage::Assess) {
            (field("quantity", lang.t("损失数量", "Quantity lost"))
                .hint(lang.t("按险种的单位；还不知道可不填", "In the product's unit; may be left empty")).optional().decimal())
        }
        @match stage {
            Stage::Report | Stage::Survey => (field("amount", lang.t("估损金额", "Estimate")).optional().amount(unit)),
            Stage::Assess => (field("amount", lang.t("定损金额", "Assessed")).amount(unit)),
            Stage::Approve => (field("amount", lang.t("核赔金额", "Approved"))
                .hint(lang.t("不超过定损；不予赔付填 0", "At most the assessment; 0 when nothing will be paid")).amount(unit)),
            Stage::Notice => {
                (field("shown_from", lang.t("公示起", "Shown from")).date())
                (field("shown_to", lang.t("公示止", "Shown until")).date())
            }
            Stage::Close => {}
        }
        (field("note", lang.t("说明", "Note")).hint(lang.t("看到什么、怎样定的；不要写人名", "What was seen or decided; no names of persons")).optional().textarea(3))
    }
}

fn particulars<'a>(lang: Lang, view: &StepView) -> Vec<Answer<'a>> {
    let policy = &view.on.cover.policy;
    let yuan = |fen: Fen| html! { "¥" (fen.show(Unit::Yuan)) };
    let mut said = vec![
        Answer::new(
            lang.t("保单", "Policy"),
            html! { (view.on.product) " " (policy.number) },
        ),
        Answer::new(
            lang.t("村 · 被保险人", "Village · insured"),
            html! { (view.insured) },
        ),
        Answer::new(
            lang.t("保险期间", "Days insured"),
            html! { (policy.starts_on) " ～ " (policy.ends_on) },
        ),
        Answer::new(
            lang.t("投保数量", "Quantity insured"),
            html! { (view.part.quantity) },
        ),
        Answer::new(lang.t("保额", "Sum insured"), yuan(view.part.sum_insured_fen)),
        Answer::new(lang.t("已赔付", "Paid"), yuan(view.part.paid_fen)),
    ];
    if let Some(claim) = &view.claim {
        said.push(Answer::new(
            lang.t("报案号", "Claim number"),
            html! { (claim.number) " " (standing(lang, claim)) },
        ));
        said.push(Answer::new(
            lang.t("出险", "Loss"),
            html! { (claim.loss_date) " · " (claim.cause) },
        ));
        if claim.assessed_on.is_some() {
            said.push(Answer::new(
                lang.t("定损金额", "Assessed"),
                yuan(claim.assessed_fen),
            ));
        }
    }
    said
}

/// The answers of a step as the check page shows them.
pub(super) fn step_answers(
    lang: Lang,
    view: &StepView,
    detail: &ClaimDetail,
    day: NaiveDate,
    amount: Fen,
) -> Answers {
    let row = |label: &str, value: Markup| (label.to_owned(), value);
    let mut answers = vec![
        row(
            lang.t("保单", "Policy"),
            html! { (view.on.product) " " (view.on.cover.policy.number) },
        ),
        row(
            lang.t("村 · 被保险人", "Village · insured"),
            html! { (view.insured) },
        ),
        row(lang.t("报案号", "Claim number"), html! { (detail.claim) }),
        row(words::BUSINESS_DATE.get(lang), html! { (day) }),
    ];
    if let Some(report) = &detail.report {
        answers.push(row(
            lang.t("出险日期", "Day of loss"),
            html! { (report.loss_date) },
        ));
        answers.push(row(lang.t("出险原因", "Cause of loss"), html! { (report.cause) }));
        answers.push(row(
            lang.t("受灾户次", "Households hit"),
            html! { (report.households) },
        ));
    }
    if !detail.quantity.is_empty() {
        answers.push(row(
            lang.t("损失数量", "Quantity lost"),
            html! { (detail.quantity) },
        ));
    }
    if let Some((from, to)) = detail.shown {
        answers.push(row(lang.t("公示期", "Shown"), html! { (from) " ～ " (to) }));
    }
    if view.stage != Stage::Close {
        answers.push(row(words::AMOUNT.get(lang), amount_answer(lang, amount)));
    }
    if !detail.note.is_empty() {
        answers.push(row(lang.t("说明", "Note"), html! { (detail.note) }));
    }
    answers
}

/// How far a claim has come, as a pill.
fn standing(lang: Lang, claim: &Claim) -> Markup {
    if claim.closed_on.is_some() {
        return tag(Tone::Neutral, lang.t("已结案", "Closed"));
    }
    if !claim.is_open() {
        return if claim.approved_fen.is_zero() {
            tag(Tone::Neutral, lang.t("不予赔付", "Declined"))
        } else {
            tag(Tone::Good, lang.t("已付清", "Paid up"))
        };
    }
    let words = match claim.last() {
        Stage::Report => lang.t("已报案", "Reported"),
        Stage::Survey => lang.t("已查勘", "Surveyed"),
        Stage::Assess => lang.t("已定损", "Assessed"),
        Stage::Notice => lang.t("已公示", "Shown"),
        Stage::Approve => lang.t("已核赔", "Approved"),
        Stage::Close => lang.t("已结案", "Closed"),
    };
    tag(Tone::Waiting, words)
}

/// Where a claim's page is.
fn page_of(claim: &Claim) -> String {
    let page = format!("{HOME}/{}/{}/{}", claim.book_id, claim.policy_id, claim.part);
    address::with(&page, "claim", &claim.number)
}

pub(super) fn claim_page(page: &Page, view: &ClaimPage) -> HttpResponse {
    let lang = page.lang;
    let claim = &view.claim;
    let title = format!("{} {}", lang.t("报案", "Claim"), claim.number);
    let body = html! {
        h1 { (title) " " (standing(lang, claim)) }
        p.lead { (view.product) " " (view.cover.policy.number) " · " (view.insured) }
        (form::summary_list(lang, &stands(lang, view)))
        (next(lang, claim))
        (steps(lang, view))
    };
    let mut crumbs = village_crumbs(lang, view.place.village, &view.place.name, &title);
    let here = crumbs.pop();
    crumbs.push(Crumb::link(lang.t("理赔", "Claims"), HOME));
    crumbs.extend(here);
    let look = Look {
        title,
        field: true,
        crumbs,
        ..Look::default()
    };
    page.show(look, body)
}

fn stands<'a>(lang: Lang, view: &ClaimPage) -> Vec<Answer<'a>> {
    let claim = &view.claim;
    let yuan = |fen: Fen| html! { "¥" (fen.show(Unit::Yuan)) };
    let step = |day: Option<NaiveDate>, rest: Markup| {
        html! { @match day { Some(day) => { (day) " " (rest) }, None => "—" } }
    };
    let event = view.event.as_deref().filter(|event| *event != claim.cause);
    let event = event.map_or(String::new(), |event| format!(" · {event}"));
    vec![
        Answer::new(
            lang.t("出险", "Loss"),
            html! { (claim.loss_date) " · " (claim.cause) (event) },
        ),
        Answer::new(
            lang.t("报案", "Reported"),
            html! { (claim.reported_on) " " (yuan(claim.estimated_fen)) },
        ),
        Answer::new(lang.t("查勘", "Survey"), step(claim.surveyed_on, html! {})),
        Answer::new(
            lang.t("损失数量", "Quantity lost"),
            html! { (if claim.quantity.is_empty() { "—" } else { claim.quantity.as_str() }) },
        ),
        Answer::new(
            lang.t("定损", "Assessment"),
            step(claim.assessed_on, yuan(claim.assessed_fen)),
        ),
        Answer::new(
            lang.t("公示", "Public notice"),
            step(
                claim.shown_from,
                html! { "～ " (claim.shown_to.map_or_else(String::new, |day| day.to_string())) },
            ),
        ),
        Answer::new(
            lang.t("核赔", "Approval"),
            step(claim.approved_on, yuan(claim.approved_fen)),
        ),
        Answer::new(lang.t("已赔付", "Paid"), yuan(claim.paid_fen)),
        Answer::new(lang.t("未决", "Outstanding"), yuan(claim.outstanding())),
    ]
}

/// What may come next.
fn next(lang: Lang, claim: &Claim) -> Markup {
    let assessed = claim.assessed_on.is_some();
    let mut stages = Vec::new();
    if claim.approved_on.is_none() {
        stages.extend([Stage::Survey, Stage::Assess]);
        if assessed {
            stages.extend([Stage::Notice, Stage::Approve]);
        }
    }
    stages.push(Stage::Close);
    let pay = format!(
        "{}?book={}&policy={}&part={}",
        payout::FORM,
        claim.book_id,
        claim.policy_id,
        claim.part
    );
    let pay = address::with(&pay, "claim", &claim.number);
    html! {
        @if claim.is_open() {
            (form::actions(html! {
                @if claim.approved_on.is_some() { (form::button_link(&pay, lang.t("记录赔付", "Record a payout"))) }
                @for stage in stages { (form::button_link(&next_step(stage, claim), step_title(stage, lang))) }
            }))
        }
    }
}

/// A step's name; of one that can be shown in the village, the way to its printed list.
fn record(lang: Lang, step: &Step) -> Cell {
    let name = Cell::text(step.name.get(lang));
    let shown = matches!(
        Stage::parse(&step.voucher.kind),
        Some(Stage::Assess | Stage::Notice)
    );
    if !shown || step.voucher.reversal_of.is_some() {
        return name;
    }
    let (book, id) = (step.voucher.book_id, &step.voucher.id);
    Cell::text(html! {
        (step.name.get(lang)) " " a href={ "/claims/notice/" (book) "/" (id) } { (lang.t("公示清单", "list to print")) }
    })
}

fn steps(lang: Lang, view: &ClaimPage) -> Markup {
    let columns = vec![
        Column::text(lang.t("记录", "Record")),
        Column::text(words::BUSINESS_DATE.get(lang)),
        Column::text(lang.t("记录人", "By")),
        Column::number(words::AMOUNT.get(lang), Unit::Yuan.label(lang)),
        Column::text(words::STATUS.get(lang)),
    ];
    let rows = view.steps.iter().map(|step| {
        Row::new(vec![
            record(lang, step),
            Cell::when(&show_day(step.voucher.business_date)),
            Cell::text(&step.by),
            Cell::money(step.amount, Unit::Yuan),
            Cell::text(Standing::parse(&step.voucher.state).map_or("—", |standing| standing.label(lang))),
        ])
    });
    let caption = lang.t("经过", "What happened");
    Table::new("steps", caption, columns).rows(rows).markup(lang)
}

pub(super) fn list(page: &Page, view: &ListView) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("理赔", "Claims");
    let area = view.area.map_or_else(String::new, |area| area.to_string());
    let event = view.event.map_or_else(String::new, |event| event.to_string());
    let rows: Vec<Pick<'_>> = view.rows.iter().map(|row| pick(lang, row)).collect();
    let body = html! {
        h1 { (title) }
        (filters(lang, view, &area, &event))
        @if view.area.is_some() {
            (form::actions(html! { @for work in Work::EVERY { (sheet_link(work, &area, &event, lang)) } }))
        } @else {
            p.hint { (lang.t("选了镇或村，可以按清单批量定损、公示、核赔、赔付。", "Choose a town or village to assess, show, approve or pay many in one sheet.")) }
        }
        @if rows.is_empty() {
            (notice::empty(lang.t("没有符合条件、已审核的赔案。报案从保单页面记录，或选镇、村批量定损。", "No approved claim of this kind. A loss is reported from its policy's page, or many are assessed for a town or village."), None))
        } @else {
            p.hint { @match lang {
                Lang::Zh => { "共 " (view.found) " 件" @if view.found > SHOWN { "，只显示前 " (SHOWN) " 件" } }
                Lang::En => { (view.found) " claims" @if view.found > SHOWN { ", of which " (SHOWN) " are shown" } }
            } }
            (picks(&rows))
        }
    };
    let look = Look {
        title: title.to_owned(),
        field: true,
        crumbs: vec![Crumb::link(lang.t("今日", "Today"), "/field"), Crumb::here(title)],
        ..Look::default()
    };
    page.show(look, body)
}

fn filters(lang: Lang, view: &ListView, area: &str, event: &str) -> Markup {
    let mut areas = vec![(String::new(), lang.t("全部", "All").to_owned())];
    areas.extend(view.areas.iter().cloned());
    let mut events = areas.get(..1).unwrap_or_default().to_vec();
    events.extend(
        view.events
            .iter()
            .map(|event| (event.id.to_string(), event.name.clone())),
    );
    let states = [("", lang.t("未结", "Open")), ("all", lang.t("全部", "All"))];
    filter::filter_bar(
        lang,
        HOME,
        html! {
            (filter::pick("area", lang.t("镇或村", "Town or village"), &areas, area))
            (filter::pick("event", lang.t("灾害", "Disaster"), &events, event))
            (filter::pick("state", words::STATUS.get(lang), &states, if view.all { "all" } else { "" }))
        },
    )
}

fn pick<'a>(lang: Lang, row: &'a ListRow) -> Pick<'a> {
    let claim = &row.claim;
    let (loss, number, owed) = (
        claim.loss_date,
        &claim.number,
        claim.outstanding().show(Unit::Yuan),
    );
    let village = &row.village;
    Pick {
        href: page_of(claim),
        title: row.insured.as_deref().unwrap_or(village),
        detail: Some(match lang {
            Lang::Zh => format!("{village} · {number} · {loss} {} · 未决 {owed} 元", claim.cause),
            Lang::En => format!(
                "{village} · {number} · {loss} {} · outstanding {owed} yuan",
                claim.cause
            ),
        }),
        aside: Some(standing(lang, claim)),
    }
}
