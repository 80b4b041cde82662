//! The page every form stands on: the way back, where it records, what came back and why, what is
//! wrong, the fields, the way on.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::place::Place;
use crate::auth::{FormData, Look, Page};
use crate::ui::form::{self, Button};
use crate::ui::notice;
use crate::ui::page::Crumb;
use crate::values::{Lang, RegionId, Say};

/// What stands above the fields.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    pub title: &'a str,
    pub place: &'a Place,
    /// Why the record came back, when it did.
    pub returned: Option<&'a str>,
    pub problems: &'a [(String, Say)],
}

/// A form's page around its body.
pub fn form_page(page: &Page, heading: &Heading<'_>, body: Markup) -> HttpResponse {
    let lang = page.lang;
    let whole = html! {
        h1 { (heading.title) }
        p.lead { (heading.place.path) " · " (heading.place.institution_name) }
        @if let Some(reason) = heading.returned {
            (notice::notice(html! { strong { (lang.t("退回原因：", "Returned because: ")) } (reason) }))
        }
        (form::error_summary(lang, heading.problems))
        (body)
    };
    let look = Look {
        title: heading.title.to_owned(),
        field: true,
        invalid: !heading.problems.is_empty(),
        crumbs: village_crumbs(lang, heading.place.village, &heading.place.name, heading.title),
        ..Look::default()
    };
    page.show(look, whole)
}

/// The form itself: what travels unseen (the ids always, and what else is named), the fields, the
/// button to the check page.
pub fn fields_form(page: &Page, action: &str, data: &FormData, carried: &[&str], fields: Markup) -> Markup {
    const IDS: [&str; 5] = [
        "village",
        "voucher_id",
        "command_id",
        "contract_id",
        "base_revision",
    ];
    form::post(
        action,
        &page.user.csrf,
        html! {
            @for name in IDS.iter().chain(carried).filter(|name| data.has(name)) {
                (form::hidden(name, data.get(name)))
            }
            (fields)
            (form::actions(html! { (Button::primary(page.t("下一步：核对", "Next: check"))) }))
        },
    )
}

/// The way back from something in a village: 今日 › the village › here.
pub fn village_crumbs(lang: Lang, village: RegionId, name: &str, here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link(lang.t("今日", "Today"), "/field"),
        Crumb::link(name, format!("/field/villages/{village}")),
        Crumb::here(here),
    ]
}
