//! The forms of fieldwork.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::details::Work;
use super::handlers::Head;
use super::opening::OpeningView;
use super::visiting::{VisitView, note_name};
use crate::auth::{FormData, Page};
use crate::recording::{Heading, fields_form, find_box, form_page, found_in};
use crate::register::Found;
use crate::ui::form::{Field, Size};
use crate::ui::notice;
use crate::values::{Lang, Say, words};

/// What a form is called in the field.
pub(super) const fn title(work: Work, lang: Lang) -> &'static str {
    match work {
        Work::Visit => lang.t("记录走访", "Record visits"),
        Work::Talk => lang.t("记录宣讲", "Record a talk"),
        Work::ServicePoint => lang.t("记录服务点", "Record a service point"),
        Work::Designation => lang.t("记录评定", "Record a designation"),
        Work::RatingReview => lang.t("记录评定复审", "Record a rating's review"),
    }
}

/// A form with its head: where, what came back and why, what is wrong.
pub(super) fn shown(
    page: &Page,
    work: Work,
    head: &Head,
    data: &FormData,
    problems: &[(String, Say)],
    fields: Markup,
) -> HttpResponse {
    shown_with(page, work, head, data, problems, &[], fields)
}

/// The same, with fields that travel unseen.
pub(super) fn shown_with(
    page: &Page,
    work: Work,
    head: &Head,
    data: &FormData,
    problems: &[(String, Say)],
    carried: &[&str],
    fields: Markup,
) -> HttpResponse {
    let heading = Heading {
        title: title(work, page.lang),
        place: &head.place,
        returned: head.returned.as_deref(),
        problems,
    };
    form_page(
        page,
        &heading,
        fields_form(page, work.form(), data, carried, fields),
    )
}

pub(super) fn visit(
    page: &Page,
    view: &VisitView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let error = problems
        .iter()
        .find(|(name, _)| name.starts_with("rows"))
        .map(|(_, say)| say.get(lang));
    let fields = html! {
        (data.field(lang, "business_date", lang.t("走访日期", "Visited on"), problems).date())
        fieldset.field.wrong[error.is_some()] #rows {
            legend { (lang.t("走访了哪些户", "Which households")) }
            @if let Some(error) = error { p.error { (error) } }
            @if view.clients.is_empty() {
                p.hint { (lang.t("这个村还没有登记客户。", "No client is recorded in this village yet.")) }
            }
            (find_box(lang, data, "households", view.clients.len()))
            div #households {
                @for found in found_in(&view.clients, data, "visited") { (household(found, data, lang)) }
            }
        }
        (Field::new(lang, "unregistered", lang.t("未登记的户数", "Households not registered"))
            .hint(lang.t("只计户次，不计入去重户数", "Counted as visits, not as households"))
            .value(data.get("unregistered")).errors(problems).optional().size(Size::Short)
            .suffix(lang.t("户", "households")).digits())
    };
    shown(page, Work::Visit, &view.head, data, problems, fields)
}

/// A household to tick, with a note folded away until it is wanted.
fn household(found: &Found, data: &FormData, lang: Lang) -> Markup {
    let id = found.client.id.as_str();
    let note = note_name(found);
    let written = data.get(&note);
    html! {
        div.household data-keys=(found.keys()) {
            div.choice {
                input type="checkbox" id=(id) name="visited" value=(id) checked[data.all("visited").any(|each| each == id)];
                label for=(id) { (found.label()) }
            }
            details open[!written.is_empty()] {
                summary { (words::NOTE.get(lang)) span.unseen { " " (found.identity.name) } }
                input.full type="text" autocomplete="off" id=(note) name=(note) value=(written)
                    aria-label={ (words::NOTE.get(lang)) " " (found.identity.name) };
            }
        }
    }
}

pub(super) fn talk(page: &Page, head: &Head, data: &FormData, problems: &[(String, Say)]) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let fields = html! {
        (field("topic", lang.t("主题", "Topic"))
            .hint(lang.t("例如：防范电信网络诈骗", "For example: guarding against telephone fraud"))
            .size(Size::Full).text())
        (field("attendance", lang.t("到场人次", "Persons present")).size(Size::Short)
            .suffix(lang.t("人次", "persons")).digits())
        (field("business_date", lang.t("宣讲日期", "Held on")).date())
    };
    shown(page, Work::Talk, head, data, problems, fields)
}

pub(super) fn service_point(
    page: &Page,
    view: &OpeningView,
    data: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let field = |name, label| data.field(lang, name, label, problems);
    let fields = html! {
        @if !view.points.is_empty() {
            (notice::notice(html! {
                p { (lang.t("本机构在这个村已有的服务点：", "Points your institution has in this village already:")) }
                ul { @for point in &view.points { li { (point.brand) " · " (point.name) "（" (point.opened_on) "）" } } }
            }))
        }
        (field("brand", lang.t("品牌", "Brand")).hint(lang.t("例如：裕农通", "For example: 裕农通")).text())
        (field("name", lang.t("服务点名称", "Name of the point")).size(Size::Full).text())
        (field("business_date", lang.t("开办日期", "Opened on")).date())
    };
    shown(page, Work::ServicePoint, &view.head, data, problems, fields)
}
