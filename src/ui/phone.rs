//! The phone face: what is tapped with a thumb, in the sun, standing in a field. Targets are at least 48
//! pixels high.

use maud::{Markup, html};

use super::icon::Icon;

/// A big button that leads somewhere.
#[derive(Clone, Copy, Debug)]
pub struct BigLink<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its words: 记一笔授信.
    pub label: &'a str,
    /// A line under them.
    pub hint: Option<&'a str>,
    /// Its drawing.
    pub icon: Icon,
}

/// Big buttons, two beside each other where there is room.
#[must_use]
pub fn big_links(links: &[BigLink<'_>]) -> Markup {
    html! {
        div.big-links {
            @for link in links {
                a href=(link.href) {
                    (link.icon.markup())
                    span { b { (link.label) } @if let Some(hint) = link.hint { small { (hint) } } }
                }
            }
        }
    }
}

/// One thing of a list to pick from: a village, a household, a record.
#[derive(Clone, Debug)]
pub struct Pick<'a> {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub title: &'a str,
    /// A line under the name.
    pub detail: Option<String>,
    /// At the right: a pill, an amount.
    pub aside: Option<Markup>,
}

/// A list to pick from, one to a line, each line a target.
#[must_use]
pub fn picks(picks: &[Pick<'_>]) -> Markup {
    html! {
        ul.picks {
            @for pick in picks {
                li {
                    a href=(pick.href) {
                        span.pick { b { (pick.title) } @if let Some(detail) = &pick.detail { small { (detail) } } }
                        @if let Some(aside) = &pick.aside { span.pick-aside { (aside) } }
                    }
                }
            }
        }
    }
}
