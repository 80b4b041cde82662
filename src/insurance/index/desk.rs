//! The desk of index insurance: stations with what they observed, and the triggers of products.

mod observing;
mod triggers;

use crate::auth::{Allow, Look, Page, Role, RouteSpec, get, post, settle};
use crate::error::Issue;
use crate::ui::page::{Crumb, Flash, FlashKind};
use crate::values::text::narrow;
use crate::values::{Say, Text};

/// Who may look: whoever evaluates, and the staff.
const READERS: Allow = Allow::Roles(&[
    Role::Administrator,
    Role::Reviewer,
    Role::CityReader,
    Role::Clerk,
    Role::Specialist,
]);
/// Who may add.
const KEEPERS: Allow = Allow::Roles(&[Role::Administrator]);

const WEATHER: &str = "/weather";
const PRODUCTS: &str = "/index-products";
const WEATHER_TITLE: Text = Text::new("气象观测", "Weather observations");
const PRODUCTS_TITLE: Text = Text::new("指数保险触发条件", "Triggers of index insurance");
/// Longest name or source.
const LONGEST: usize = 100;

/// The routes.
pub fn routes() -> Vec<RouteSpec> {
    vec![
        get(WEATHER, READERS, observing::index),
        get("/weather/stations/new", KEEPERS, observing::new_station),
        post("/weather/stations", KEEPERS, observing::create_station),
        get("/weather/observations/new", KEEPERS, observing::new),
        post("/weather/observations", KEEPERS, observing::create),
        get(PRODUCTS, READERS, triggers::index),
        get("/index-products/{id:[0-9]+}/new", KEEPERS, triggers::new),
        post("/index-products/{id:[0-9]+}", KEEPERS, triggers::create),
    ]
}

fn keeps(page: &Page) -> bool {
    KEEPERS.lets(Some(&page.user))
}

/// A page, below `above` if there is one.
fn look(
    page: &Page,
    title: Text,
    above: Option<(Text, &str)>,
    done: &str,
    wide: bool,
    invalid: bool,
) -> Look {
    let lang = page.lang;
    let mut crumbs: Vec<Crumb> = above
        .into_iter()
        .map(|(words, href)| Crumb::link(words.get(lang), href))
        .collect();
    crumbs.push(Crumb::here(title.get(lang)));
    let say = match done {
        "station" => Some(Say::new("气象站已登记。", "The station has been added.")),
        "observations" => Some(Say::new("观测值已登记。", "The observations have been added.")),
        "same" => Some(Say::new(
            "这些观测值已登记过，没有变化。",
            "These observations are registered already; nothing changed.",
        )),
        "trigger" => Some(Say::new("触发条件已登记。", "The trigger has been added.")),
        _ => None,
    };
    Look {
        title: title.get(lang).to_owned(),
        wide,
        invalid,
        crumbs,
        flash: say.map(|say| Flash {
            kind: FlashKind::Done,
            say,
        }),
        ..Look::default()
    }
}

/// A text of at most [`LONGEST`] characters.
fn label(name: &str, text: &str, issues: &mut Vec<Issue>) -> String {
    let text = narrow(text);
    if text.is_empty() || text.chars().count() > LONGEST || text.contains(['<', '>']) {
        let say = Say::new(
            format!("请填写，最多 {LONGEST} 个字，不能有尖括号。"),
            format!("Fill this in, at most {LONGEST} characters without angle brackets."),
        );
        issues.push(Issue::refuse("field.text", name, say));
    }
    text
}
