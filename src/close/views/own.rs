//! The page on which an institution's clerk declares its months.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use maud::{Markup, html};

use super::super::rules::Standing;
use super::flash;
use super::month::{counts, kinds};
use crate::auth::{FormData, Look, Page};
use crate::ui::form::{self, Button};
use crate::ui::notice;
use crate::ui::pill::{Tone, tag};
use crate::values::day::{show_day, show_moment};
use crate::values::{Month, Say, words};

/// One month that is over and open, and where the institution stands with it.
pub(in super::super) struct OwnMonth {
    pub month: Month,
    pub until: NaiveDate,
    pub standing: Standing,
}

pub(in super::super) fn own(
    page: &Page,
    county: &Say,
    months: &[OwnMonth],
    done: &str,
    form: &FormData,
    problems: &[(String, Say)],
) -> HttpResponse {
    let lang = page.lang;
    let heading = lang.t("按月报送", "Monthly declaration");
    let body = html! {
        h1 { (heading) }
        p { (county.get(lang)) }
        (form::error_summary(lang, problems))
        @if months.is_empty() {
            (notice::empty(lang.t("没有要报送的月份。", "There is no month to declare."), None))
        }
        @for own in months {
            @let mine = form.get("month") == own.month.to_string();
            (one(page, own, if mine { form } else { &EMPTY }, if mine { problems } else { &[] }))
        }
    };
    let look = Look {
        title: heading.to_owned(),
        field: true,
        invalid: !problems.is_empty(),
        flash: flash(done),
        ..Look::default()
    };
    page.show(look, body)
}

static EMPTY: std::sync::LazyLock<FormData> = std::sync::LazyLock::new(FormData::default);

fn one(page: &Page, own: &OwnMonth, form: &FormData, problems: &[(String, Say)]) -> Markup {
    let lang = page.lang;
    let month = own.month.to_string();
    // The summary of errors leads to the month that has them.
    let apart = if problems.is_empty() { month.as_str() } else { "" };
    let asks = html! {
        (form::post("/declaration", &page.user.csrf, html! {
            (form::hidden("month", &month))
            (kinds(lang, form, problems, apart))
            (form::actions(html! { (Button::primary(lang.t("报送", "Declare"))) }))
        }))
    };
    html! {
        section.card {
            h2 { (own.month.show(lang)) " "
                @match &own.standing.declared {
                    None => (tag(Tone::Wrong, words::NOT_REPORTED.get(lang))),
                    Some(declared) => (tag(Tone::Good, declared.kind.name().get(lang))),
                }
            }
            p { (lang.t("报送截止：", "Report by: ")) b { (show_day(own.until)) } }
            p { (counts(lang, &own.standing)) }
            @match &own.standing.declared {
                None => (asks),
                Some(declared) => {
                    p { (declared.by) " · " (show_moment(declared.at)) }
                    details open[!problems.is_empty()] { summary { (lang.t("更改", "Change")) } (asks) }
                }
            }
        }
    }
}
