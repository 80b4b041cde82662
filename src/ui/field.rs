//! One question of a form: label, hint, error and control, tied together for eyes and for screen readers.

use maud::{Markup, html};

use crate::values::money::{Fen, Unit};
use crate::values::numerals::to_capitals;
use crate::values::text::{Lang, Say};

/// How wide a text box is: as wide as the answer it expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// A few digits.
    Short,
    /// A name, an amount, a number.
    #[default]
    Medium,
    /// A sentence.
    Full,
}

impl Size {
    const fn class(self) -> &'static str {
        match self {
            Size::Short => "short",
            Size::Medium => "medium",
            Size::Full => "full",
        }
    }
}

/// One of several answers to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    value: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    keys: Option<&'a str>,
}

impl<'a> Choice<'a> {
    /// The value sent and the words shown.
    #[must_use]
    pub const fn new(value: &'a str, label: &'a str) -> Choice<'a> {
        Choice {
            value,
            label,
            hint: None,
            keys: None,
        }
    }

    /// Words by which the page's own filter finds it, besides its label.
    #[must_use]
    pub const fn keys(mut self, keys: &'a str) -> Choice<'a> {
        self.keys = Some(keys);
        self
    }

    /// A line under the words of a radio button or checkbox.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Choice<'a> {
        self.hint = Some(hint);
        self
    }
}

/// A question. Set it up, then call what draws its control: [`Field::text`], [`Field::amount`],
/// [`Field::select`] and so on. Its `id` is its name, so that the error summary can lead to it.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    lang: Lang,
    name: &'a str,
    apart: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    value: &'a str,
    error: Option<&'a str>,
    optional: bool,
    size: Size,
    suffix: Option<&'a str>,
    autocomplete: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// A compulsory question without hint, value or error.
    #[must_use]
    pub const fn new(lang: Lang, name: &'a str, label: &'a str) -> Field<'a> {
        Field {
            lang,
            name,
            apart: "",
            label,
            hint: None,
            value: "",
            error: None,
            optional: false,
            size: Size::Medium,
            suffix: None,
            autocomplete: None,
        }
    }

    /// Helps to answer; stays in view while typing.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Field<'a> {
        self.hint = Some(hint);
        self
    }

    /// What was typed before, right or wrong.
    #[must_use]
    pub const fn value(mut self, value: &'a str) -> Field<'a> {
        self.value = value;
        self
    }

    /// What is wrong with the answer.
    #[must_use]
    pub const fn error(mut self, error: Option<&'a str>) -> Field<'a> {
        self.error = error;
        self
    }

    /// Takes its error from the list that [`super::form::error_summary`] shows: the first under its name.
    #[must_use]
    pub fn errors<S: AsRef<str>>(mut self, problems: &'a [(S, Say)]) -> Field<'a> {
        self.error = problems
            .iter()
            .find(|(name, _)| name.as_ref() == self.name)
            .map(|(_, say)| say.get(self.lang));
        self
    }

    /// Tells its ids from those of another question of the same name on the page.
    #[must_use]
    pub const fn apart(mut self, apart: &'a str) -> Field<'a> {
        self.apart = apart;
        self
    }

    /// Marks the question as one that may stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Field<'a> {
        self.optional = true;
        self
    }

    /// Sets the width of the box.
    #[must_use]
    pub const fn size(mut self, size: Size) -> Field<'a> {
        self.size = size;
        self
    }

    /// A unit after the box: 户, 亩, %.
    #[must_use]
    pub const fn suffix(mut self, suffix: &'a str) -> Field<'a> {
        self.suffix = Some(suffix);
        self
    }

    /// The browser's autofill word (`username`, `current-password`, …); otherwise it is off.
    #[must_use]
    pub const fn autocomplete(mut self, autocomplete: &'a str) -> Field<'a> {
        self.autocomplete = Some(autocomplete);
        self
    }

    /// A line of text.
    #[must_use]
    pub fn text(&self) -> Markup {
        self.labelled(self.input("text", None))
    }

    /// A whole number, with the phone's digit keys.
    #[must_use]
    pub fn digits(&self) -> Markup {
        self.labelled(self.input("text", Some("numeric")))
    }

    /// A number that may have a point: a rate, an area.
    #[must_use]
    pub fn decimal(&self) -> Markup {
        self.labelled(self.input("text", Some("decimal")))
    }

    /// A telephone number.
    #[must_use]
    pub fn telephone(&self) -> Markup {
        self.labelled(self.input("tel", None))
    }

    /// A password; never filled from an earlier answer.
    #[must_use]
    pub fn password(&self) -> Markup {
        let empty = self.clone().value("");
        empty.labelled(empty.input("password", None))
    }

    /// A day; the value is `2023-12-31`.
    #[must_use]
    pub fn date(&self) -> Markup {
        self.labelled(self.input("date", None))
    }

    /// A file, `accept` as the browser wants it (`.csv,.xlsx`).
    #[must_use]
    pub fn file(&self, accept: &str) -> Markup {
        self.labelled(html! {
            input.file type="file" id=(self.id()) name=(self.name) accept=(accept)
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
        })
    }

    /// Several lines of text.
    #[must_use]
    pub fn textarea(&self, rows: u8) -> Markup {
        self.labelled(html! {
            textarea.full id=(self.id()) name=(self.name) rows=(rows) autocomplete="off"
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] { (self.value) }
        })
    }

    /// A drop-down list. While nothing is chosen it says 请选择.
    #[must_use]
    pub fn select(&self, choices: &[Choice<'_>]) -> Markup {
        let known = choices.iter().any(|choice| choice.value == self.value);
        self.labelled(html! {
            select.(self.size.class()) id=(self.id()) name=(self.name)
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] {
                @if !known { option value="" selected { (self.lang.t("请选择", "Choose one")) } }
                @for choice in choices {
                    option value=(choice.value) data-keys=[choice.keys] selected[choice.value == self.value] { (choice.label) }
                }
            }
        })
    }

    /// One of a few answers, all in view.
    #[must_use]
    pub fn radios(&self, choices: &[Choice<'_>]) -> Markup {
        self.grouped("radio", choices, &[self.value])
    }

    /// Any of a few answers, all in view; each chosen one is sent under the same name.
    #[must_use]
    pub fn checkboxes(&self, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        self.grouped("checkbox", choices, chosen)
    }

    /// A single box to tick, sent as `yes`.
    #[must_use]
    pub fn checkbox(&self, ticked: bool) -> Markup {
        html! {
            div.field.wrong[self.error.is_some()] {
                (self.error_line())
                div.choice {
                    input type="checkbox" id=(self.id()) name=(self.name) value="yes" checked[ticked]
                        aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
                    label for=(self.id()) { (self.label) (self.optional_mark()) }
                    (self.hint_line())
                }
            }
        }
    }

    /// An amount of money: what was typed, and `<name>_unit` as 元 or 万元. Under it stands the capital form
    /// (大写), drawn here for a readable value and kept up to date by the script while typing.
    #[must_use]
    pub fn amount(&self, unit: Unit) -> Markup {
        let unit_name = format!("{}_unit", self.name);
        let units = [Unit::Yuan, Unit::Wan];
        self.labelled(html! {
            div.amount data-amount=(self.name) {
                (self.input("text", Some("decimal")))
                span.switch role="radiogroup" aria-label=(self.lang.t("单位", "Unit")) {
                    @for each in units {
                        @let id = format!("{unit_name}_{}", each.code());
                        input type="radio" id=(id) name=(unit_name) value=(each.code()) checked[each == unit];
                        label for=(id) { (each.label(self.lang)) }
                    }
                }
                output id={ (self.name) "_capitals" } for=(self.name) { (echo(self.lang, self.value, unit)) }
            }
        })
    }

    fn input(&self, kind: &str, inputmode: Option<&str>) -> Markup {
        let numeric = inputmode.is_some();
        html! {
            input.(self.size.class()).figures[numeric] type=(kind) id=(self.id()) name=(self.name)
                value=(self.value) inputmode=[inputmode] autocomplete=(self.autocomplete.unwrap_or("off"))
                spellcheck=[numeric.then_some("false")]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
            @if let Some(suffix) = self.suffix { span.suffix { (suffix) } }
        }
    }

    fn labelled(&self, control: Markup) -> Markup {
        html! {
            div.field.wrong[self.error.is_some()] {
                label for=(self.id()) { (self.label) (self.optional_mark()) }
                (self.hint_line())
                (self.error_line())
                (control)
            }
        }
    }

    fn grouped(&self, kind: &str, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        html! {
            fieldset.field.wrong[self.error.is_some()] aria-describedby=[self.described_by()] {
                legend { (self.label) (self.optional_mark()) }
                (self.hint_line())
                (self.error_line())
                @for (at, choice) in choices.iter().enumerate() {
                    @let id = if at == 0 { self.id() } else { format!("{}-{at}", self.id()) };
                    div.choice {
                        input type=(kind) id=(id) name=(self.name) value=(choice.value)
                            checked[chosen.contains(&choice.value)];
                        label for=(id) { (choice.label) }
                        @if let Some(hint) = choice.hint { p.hint { (hint) } }
                    }
                }
            }
        }
    }

    fn id(&self) -> String {
        if self.apart.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}-{}", self.name, self.apart)
        }
    }

    fn optional_mark(&self) -> Markup {
        html! { @if self.optional { span.optional { (self.lang.t("（选填）", " (optional)")) } } }
    }

    fn hint_line(&self) -> Markup {
        html! { @if let Some(hint) = self.hint { p.hint id={ (self.id()) "-hint" } { (hint) } } }
    }

    fn error_line(&self) -> Markup {
        html! {
            @if let Some(error) = self.error {
                p.error id={ (self.id()) "-error" } {
                    span.unseen { (self.lang.t("错误：", "Error: ")) }
                    (error)
                }
            }
        }
    }

    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.id()));
        let error = self.error.map(|_| format!("{}-error", self.id()));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }
}

/// The capital form and the plain yuan of what was typed; empty while it cannot be read.
fn echo(lang: Lang, text: &str, unit: Unit) -> String {
    Fen::parse(text, unit).map_or_else(
        |_| String::new(),
        |fen| {
            let label = lang.t("", "In capitals: ");
            format!("{label}人民币{} · ¥{}", to_capitals(fen), fen.show(Unit::Yuan))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field() -> Field<'static> {
        Field::new(Lang::Zh, "amount", "授信额度")
    }

    #[test]
    fn an_error_is_tied_to_its_control() {
        let problems = [("amount", Say::new("请填写金额", "Enter an amount"))];
        let html = field().hint("按合同填写").errors(&problems).text().into_string();
        assert!(html.contains("aria-describedby=\"amount-hint amount-error\""));
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(html.contains("id=\"amount-error\""));
        assert!(html.contains("class=\"field wrong\""));
        assert!(!field().text().into_string().contains("aria-"));
    }

    #[test]
    fn what_was_typed_is_kept_and_escaped() {
        let html = field().value("12\"><script>").text().into_string();
        assert!(html.contains("value=\"12&quot;&gt;&lt;script&gt;\""));
        let html = field().value("</textarea>").textarea(3).into_string();
        assert!(html.contains("&lt;/textarea&gt;"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        assert!(
            !field()
                .value("secret")
                .password()
                .into_string()
                .contains("secret")
        );
    }

    #[test]
    fn an_amount_names_its_unit_and_shows_its_capitals() {
        let html = field().value("113").amount(Unit::Wan).into_string();
        assert!(html.contains("name=\"amount_unit\" value=\"wan\" checked"));
        assert!(html.contains("inputmode=\"decimal\""));
        assert!(html.contains("人民币壹佰壹拾叁万元整 · ¥1,130,000.00"), "{html}");
        let html = field().value("一百").amount(Unit::Yuan).into_string();
        assert!(html.contains("<output id=\"amount_capitals\" for=\"amount\"></output>"));
    }

    #[test]
    fn the_first_choice_bears_the_name_so_that_an_error_can_lead_to_it() {
        let choices = [Choice::new("a", "甲"), Choice::new("b", "乙").hint("说明")];
        let html = field().value("b").radios(&choices).into_string();
        assert!(html.contains("id=\"amount\" name=\"amount\" value=\"a\">"));
        assert!(html.contains("id=\"amount-1\" name=\"amount\" value=\"b\" checked"));
        let html = field().select(&choices).into_string();
        assert!(html.contains("<option value=\"\" selected>请选择</option>"));
    }
}
