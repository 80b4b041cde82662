//! What a page of figures is restricted to, and in which unit it is read. Everything here is a link or a GET
//! form, so that an address says all that is on the page.

use maud::{Markup, html};

use super::address;
use crate::values::money::Unit;
use crate::values::month::Month;
use crate::values::text::Lang;

/// A row of controls that reloads the page: `controls` are [`month`], [`pick`] and hidden values.
#[must_use]
pub fn filter_bar(lang: Lang, action: &str, controls: Markup) -> Markup {
    html! {
        form.filters method="get" action=(action) {
            (controls)
            button.button.secondary type="submit" { (lang.t("查看", "Show")) }
        }
    }
}

/// A list of months, the newest first, by year; sends `<name>=2023-12`.
#[must_use]
pub fn month(lang: Lang, name: &str, label: &str, months: &[Month], chosen: Month) -> Markup {
    let mut newest: Vec<Month> = months.to_vec();
    newest.sort_by_key(|month| std::cmp::Reverse(month.number()));
    html! {
        label.filter {
            span { (label) }
            select name=(name) {
                @for year in newest.chunk_by(|a, b| a.year() == b.year()) {
                    optgroup label=[year.first().map(|month| month.year())] {
                        @for month in year {
                            option value=(month) selected[*month == chosen] { (month.show(lang)) }
                        }
                    }
                }
            }
        }
    }
}

/// A list of anything else; `choices` pairs a value with its words.
#[must_use]
pub fn pick<V: AsRef<str>, W: AsRef<str>>(
    name: &str,
    label: &str,
    choices: &[(V, W)],
    chosen: &str,
) -> Markup {
    html! {
        label.filter {
            span { (label) }
            select name=(name) {
                @for (value, words) in choices {
                    option value=(value.as_ref()) selected[value.as_ref() == chosen] { (words.as_ref()) }
                }
            }
        }
    }
}

/// What the page is restricted to, one badge each; the link of a badge lifts that restriction.
#[must_use]
pub fn badges(lang: Lang, badges: &[(String, Option<String>)]) -> Markup {
    html! {
        @if !badges.is_empty() {
            ul.badges aria-label=(lang.t("筛选条件", "Filters")) {
                @for (words, lift) in badges {
                    li {
                        (words)
                        @if let Some(href) = lift {
                            a href=(href) aria-label={ (lang.t("取消 ", "Remove ")) (words) } { "×" }
                        }
                    }
                }
            }
        }
    }
}

/// 元 / 万元 / 亿元: the same page in another unit. It never changes a stored value.
#[must_use]
pub fn unit_switch(lang: Lang, path: &str, chosen: Unit) -> Markup {
    let links = Unit::ALL.map(|unit| (unit.label(lang), unit.code()));
    switch(lang.t("金额单位", "Unit"), path, "unit", &links, chosen.code())
}

/// A few views of one page side by side, as links: `choices` pairs words with the value of `key`.
#[must_use]
pub fn switch(label: &str, path: &str, key: &str, choices: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        nav.switch aria-label=(label) {
            @for (words, value) in choices {
                a href=(address::with(path, key, value)) rel="nofollow"
                    aria-current=[(*value == chosen).then_some("true")] { (words) }
            }
        }
    }
}

/// The files of what is on the page: `formats` pairs words (XLSX, CSV, PDF) with an address.
#[must_use]
pub fn downloads(lang: Lang, formats: &[(&str, String)]) -> Markup {
    html! {
        p.downloads {
            span { (lang.t("下载", "Download")) }
            @for (words, href) in formats { a href=(href) download { (words) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_changes_and_the_filters_stay() {
        let html = unit_switch(Lang::Zh, "/totals?month=2023-12&unit=yuan", Unit::Wan).into_string();
        assert!(html.contains("/totals?month=2023-12&amp;unit=yi"));
        assert_eq!(html.matches("aria-current=\"true\"").count(), 1);
    }

    #[test]
    fn months_are_listed_newest_first_by_year() {
        let months: Vec<Month> = ["2022-12", "2023-01", "2023-02"]
            .iter()
            .filter_map(|text| Month::parse(text).ok())
            .collect();
        let html = month(Lang::Zh, "month", "月份", &months, months[1]).into_string();
        assert_eq!(html.matches("<optgroup").count(), 2);
        assert!(html.contains("<option value=\"2023-01\" selected>2023年1月</option>"));
        assert!(html.find("2023-02") < html.find("2022-12"));
    }
}
