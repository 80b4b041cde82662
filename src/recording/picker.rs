//! Choosing among a village's clients: a box that narrows the list, and the list.
//!
//! Without scripts the box is sent with the form (`step=find`), which comes back with everything
//! typed so far and a shorter list; with scripts the list follows while typing.

use maud::{Markup, html};

use crate::auth::{FormData, Page};
use crate::register::Found;
use crate::ui::form::{Button, Choice, Size};
use crate::values::{Lang, Say};

/// The field of the box.
const QUERY: &str = "q";
/// Lists up to this length need no box.
const SHORT: usize = 8;

/// The box above a list of so many, which is found by its element's id; nothing above a short list.
pub fn find_box(lang: Lang, data: &FormData, list: &str, clients: usize) -> Markup {
    let label = lang.t(
        "查找：姓名、拼音首字母或证件号后四位",
        "Find: name, pinyin initials or last four digits",
    );
    html! {
        @if clients > SHORT || data.has(QUERY) {
            div.find {
                label for=(QUERY) { (label) }
                input.full type="search" id=(QUERY) name=(QUERY) value=(data.get(QUERY)) autocomplete="off" data-find=(list);
                (Button::secondary(lang.t("查找", "Find")).named("step", "find"))
                output.hint for=(QUERY) data-none=(lang.t("没有符合的", "None matches")) {}
            }
        }
    }
}

/// Those the box's words mean, and those chosen already.
pub fn found_in<'a>(
    clients: &'a [Found],
    data: &'a FormData,
    chosen: &'a str,
) -> impl Iterator<Item = &'a Found> {
    clients.iter().filter(move |found| {
        found.matches(data.get(QUERY)) || data.all(chosen).any(|id| id == found.client.id.as_str())
    })
}

/// One client of the village; `nobody` is what choosing none means, where that may be.
pub fn client_picker(
    page: &Page,
    label: &str,
    nobody: Option<&str>,
    clients: &[Found],
    data: &FormData,
    problems: &[(String, Say)],
) -> Markup {
    const NAME: &str = "client";
    let shown: Vec<(&Found, String, String)> = found_in(clients, data, NAME)
        .map(|found| (found, found.label(), found.keys()))
        .collect();
    let mut choices: Vec<Choice<'_>> = nobody.map(|words| Choice::new("", words)).into_iter().collect();
    choices.extend(
        shown
            .iter()
            .map(|(found, label, keys)| Choice::new(found.client.id.as_str(), label).keys(keys)),
    );
    html! {
        (find_box(page.lang, data, NAME, clients.len()))
        (data.field(page.lang, NAME, label, problems).size(Size::Full).select(&choices))
    }
}
