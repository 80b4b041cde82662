//! Figures on a card: one number, its unit, how it moved, where it comes from.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::change::change;
use super::chart::{self, Drawing};
use crate::values::text::Lang;

/// A figure card.
#[derive(Clone, Debug)]
pub struct Figure<'a> {
    label: &'a str,
    value: String,
    unit: &'a str,
    changes: Vec<(&'a str, Markup)>,
    beside: Vec<String>,
    drawing: Option<Drawing>,
    aside: Option<String>,
    href: Option<String>,
    definition: Option<Markup>,
    origin: Option<String>,
}

impl<'a> Figure<'a> {
    /// A figure written out for people, and its unit.
    #[must_use]
    pub fn new(label: &'a str, value: impl Into<String>, unit: &'a str) -> Figure<'a> {
        Figure {
            label,
            value: value.into(),
            unit,
            changes: Vec::new(),
            beside: Vec::new(),
            drawing: None,
            aside: None,
            href: None,
            definition: None,
            origin: None,
        }
    }

    /// How it moved: 环比, 同比; "—" without a base.
    #[must_use]
    pub fn change(mut self, label: &'a str, percent: Option<Decimal>) -> Figure<'a> {
        self.changes.push((label, change(percent)));
        self
    }

    /// How it moved where that is no percentage of itself: a rate moves by percentage points.
    #[must_use]
    pub fn moved(mut self, label: &'a str, how: Markup) -> Figure<'a> {
        self.changes.push((label, how));
        self
    }

    /// What is told beside it: the households of an amount, the year so far of a month.
    #[must_use]
    pub fn beside(mut self, words: impl Into<String>) -> Figure<'a> {
        self.beside.push(words.into());
        self
    }

    /// Its small line over the months.
    #[must_use]
    pub fn drawn(mut self, drawing: Drawing) -> Figure<'a> {
        self.drawing = Some(drawing);
        self
    }

    /// What is kept apart from it, named: "另有待审核 1,234.56 万元".
    #[must_use]
    pub fn aside(mut self, aside: impl Into<String>) -> Figure<'a> {
        self.aside = Some(aside.into());
        self
    }

    /// Leads to what is behind it.
    #[must_use]
    pub fn link(mut self, href: impl Into<String>) -> Figure<'a> {
        self.href = Some(href.into());
        self
    }

    /// Says how it is made up.
    #[must_use]
    pub fn defined(mut self, definition: Markup) -> Figure<'a> {
        self.definition = Some(definition);
        self
    }

    /// Leads to the page that says where it comes from.
    #[must_use]
    pub fn explained(mut self, href: impl Into<String>) -> Figure<'a> {
        self.origin = Some(href.into());
        self
    }

    fn markup(&self, lang: Lang) -> Markup {
        html! {
            section.card {
                h3 {
                    @match &self.href {
                        Some(href) => a href=(href) { (self.label) },
                        None => (self.label),
                    }
                }
                p.figure { (self.value) " " span.unit { (self.unit) } }
                @if !self.changes.is_empty() {
                    dl.changes {
                        @for (label, how) in &self.changes {
                            div { dt { (label) } dd { (how) } }
                        }
                    }
                }
                @for beside in &self.beside { p.beside { (beside) } }
                @if let Some(drawing) = &self.drawing { (chart::small(drawing)) }
                @if let Some(aside) = &self.aside { p.aside { (aside) } }
                @if let Some(body) = &self.definition { (definition(lang, body.clone())) }
                @if let Some(href) = &self.origin {
                    p.origin { a href=(href) { (lang.t("这个数怎么来的", "How this figure is made")) } }
                }
            }
        }
    }
}

/// Cards side by side; one column on a phone.
#[must_use]
pub fn figures(lang: Lang, cards: &[Figure<'_>]) -> Markup {
    html! { div.cards { @for card in cards { (card.markup(lang)) } } }
}

/// 这个数怎么来的: opens to say how a figure is made up.
#[must_use]
pub fn definition(lang: Lang, body: Markup) -> Markup {
    html! {
        details.definition {
            summary { (lang.t("这个数怎么来的", "How this figure is made")) }
            div { (body) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_names_each_change() {
        let card = Figure::new("贷款余额", "1,130.00", "万元")
            .change("环比", Some(Decimal::new(-150, 2)))
            .change("同比", None)
            .link("/totals?measure=loan.balance");
        let html = figures(Lang::Zh, &[card]).into_string();
        assert!(html.contains("<dt>环比</dt>") && html.contains("-1.50%"));
        assert!(html.contains("<dt>同比</dt><dd><span class=\"none\">—"));
    }
}
