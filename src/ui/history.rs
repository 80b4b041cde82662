//! What happened to a record, oldest first.

use maud::{Markup, html};

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// When, as people read it: `2023-12-31 09:41`.
    pub when: &'a str,
    /// What: 提交, 退回修改, 入账.
    pub what: &'a str,
    /// Who did it, with their office.
    pub who: &'a str,
    /// The reason or remark given.
    pub note: Option<&'a str>,
}

/// The events as a list along a line.
#[must_use]
pub fn history(events: &[Event<'_>]) -> Markup {
    html! {
        ol.history {
            @for event in events {
                li {
                    p { strong { (event.what) } " " span.by { (event.who) } " " time { (event.when) } }
                    @if let Some(note) = event.note { blockquote { (note) } }
                }
            }
        }
    }
}
