//! Forms: the frame, the error summary, buttons, and the page on which answers are checked before they are
//! sent. After the GOV.UK patterns: validate on submit, keep what was typed, say each error twice in the same
//! words, once on top and once at the field.

use maud::{Markup, Render, html};

use super::assets;
pub use super::field::{Choice, Field, Size};
use crate::values::text::{Lang, Say};

/// A form that changes something: POST, with its token, guarded against a second click while it is on its
/// way. The server must still recognise a repeat.
#[must_use]
pub fn post(action: &str, token: &str, body: Markup) -> Markup {
    html! {
        form method="post" action=(action) novalidate data-once {
            (csrf(token))
            (body)
        }
    }
}

/// A way to fill a text field, found by its element's id, from a file of the reader's own. Its script comes
/// with it and makes it seen; without scripts what the file says is pasted.
#[must_use]
pub fn file_picker(lang: Lang, into: &str) -> Markup {
    html! {
        p.hint hidden data-file-into=(into) {
            label {
                (lang.t("或选 CSV 文件：", "Or choose a CSV file: "))
                input type="file" accept=".csv,.txt,.tsv";
            }
        }
        script type="module" src=(assets::href("file.js")) {}
    }
}

/// The hidden form token.
#[must_use]
pub fn csrf(token: &str) -> Markup {
    hidden("_csrf", token)
}

/// A hidden value.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The list of everything wrong, focused when the page loads, each line leading to its field. `problems`
/// pairs a field's name with its sentence; an empty name is about the whole form. Nothing when there are none.
#[must_use]
pub fn error_summary<S: AsRef<str>>(lang: Lang, problems: &[(S, Say)]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.error-summary role="alert" tabindex="-1" aria-labelledby="error-summary-title" {
                h2 #error-summary-title { (lang.t("有内容需要更改", "There is a problem")) }
                ul {
                    @for (name, say) in problems {
                        li {
                            @if name.as_ref().is_empty() {
                                (say.get(lang))
                            } @else {
                                a href={ "#" (name.as_ref()) } { (say.get(lang)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What can be sent but counts only once somebody has decided on it. Nothing when there is none.
#[must_use]
pub fn holds(lang: Lang, says: &[Say]) -> Markup {
    html! {
        @if !says.is_empty() {
            section.warnings aria-labelledby="holds-title" {
                h2 #holds-title { (lang.t("可以提交，但要由审核人决定", "You can submit it, but the reviewer must decide")) }
                ul { @for say in says { li { (say.get(lang)) } } }
            }
        }
    }
}

/// What should be looked at again but does not stop anybody: yellow, and named as a warning. Nothing when
/// there are none.
#[must_use]
pub fn warnings(lang: Lang, says: &[Say]) -> Markup {
    html! {
        @if !says.is_empty() {
            section.warnings aria-labelledby="warnings-title" {
                h2 #warnings-title { (lang.t("请核对（不影响提交）", "Please check; you can still submit")) }
                ul { @for say in says { li { (say.get(lang)) } } }
            }
        }
    }
}

/// A button that sends its form; renders itself: `(Button::primary("提交"))`.
#[derive(Clone, Debug)]
pub struct Button<'a> {
    label: &'a str,
    class: &'static str,
    value: Option<(&'a str, &'a str)>,
    action: Option<&'a str>,
}

impl<'a> Button<'a> {
    /// The one thing the page is for.
    #[must_use]
    pub const fn primary(label: &'a str) -> Button<'a> {
        Button {
            label,
            class: "primary",
            value: None,
            action: None,
        }
    }

    /// Another way on.
    #[must_use]
    pub const fn secondary(label: &'a str) -> Button<'a> {
        Button {
            class: "secondary",
            ..Button::primary(label)
        }
    }

    /// What cannot simply be taken back: 冲销, 退回, 关账.
    #[must_use]
    pub const fn grave(label: &'a str) -> Button<'a> {
        Button {
            class: "grave",
            ..Button::primary(label)
        }
    }

    /// Sends `name=value` along, so that the handler knows which button was pressed.
    #[must_use]
    pub const fn named(mut self, name: &'a str, value: &'a str) -> Button<'a> {
        self.value = Some((name, value));
        self
    }

    /// Sends the form to another address than the form's own.
    #[must_use]
    pub const fn to(mut self, action: &'a str) -> Button<'a> {
        self.action = Some(action);
        self
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        html! {
            button.button.(self.class) type="submit" name=[self.value.map(|(name, _)| name)]
                value=[self.value.map(|(_, value)| value)] formaction=[self.action] { (self.label) }
        }
    }
}

/// A row of buttons and links under a form.
#[must_use]
pub fn actions(body: Markup) -> Markup {
    html! { div.actions { (body) } }
}

/// A link that looks like a button, for what only reads.
#[must_use]
pub fn button_link(href: &str, label: &str) -> Markup {
    html! { a.button.secondary href=(href) { (label) } }
}

/// One line of a list of answers or particulars.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    label: &'a str,
    value: Markup,
    change: Option<String>,
}

impl<'a> Answer<'a> {
    /// A question's label and its answer.
    #[must_use]
    pub fn new(label: &'a str, value: impl Render) -> Answer<'a> {
        Answer {
            label,
            value: value.render(),
            change: None,
        }
    }

    /// Where the answer can be changed.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>) -> Answer<'a> {
        self.change = Some(href.into());
        self
    }
}

/// Answers to check before sending, or the particulars of a record.
#[must_use]
pub fn summary_list(lang: Lang, answers: &[Answer<'_>]) -> Markup {
    html! {
        dl.summary {
            @for answer in answers {
                div {
                    dt { (answer.label) }
                    dd { (answer.value) }
                    @if let Some(href) = &answer.change {
                        dd.change-link {
                            a href=(href) {
                                (lang.t("更改", "Change"))
                                span.unseen { " " (answer.label) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_leads_to_the_fields() {
        let problems = [
            ("amount", Say::new("请填写金额", "Enter an amount")),
            ("", Say::new("本月已关账", "The month is closed")),
        ];
        let html = error_summary(Lang::Zh, &problems).into_string();
        assert!(html.contains("<a href=\"#amount\">请填写金额</a>"));
        assert!(html.contains("<li>本月已关账</li>"));
        assert!(html.contains("tabindex=\"-1\""));
        let none: [(&str, Say); 0] = [];
        assert_eq!(error_summary(Lang::Zh, &none).into_string(), "");
    }

    #[test]
    fn answers_are_escaped() {
        let html = summary_list(
            Lang::En,
            &[Answer::new("Name", "<i>陈</i>").change("/back?a=1&b=2")],
        );
        let html = html.into_string();
        assert!(html.contains("&lt;i&gt;陈"));
        assert!(html.contains("/back?a=1&amp;b=2"));
        assert!(html.contains("Change<span class=\"unseen\"> Name</span>"));
    }

    #[test]
    fn a_form_carries_its_token_and_guard() {
        let html = post(
            "/loans",
            "tok",
            html! { (Button::primary("提交").named("do", "send")) },
        );
        let html = html.into_string();
        assert!(html.contains("name=\"_csrf\" value=\"tok\""));
        assert!(html.contains("data-once"));
        assert!(html.contains("name=\"do\" value=\"send\""));
    }
}
