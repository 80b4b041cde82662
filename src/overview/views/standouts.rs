//! What stands out: a box for each kind on the overview, and a page of everything of one kind.

use maud::{Markup, html};

use crate::auth::Role;
use crate::overview::EXCEPTIONS;
use crate::overview::exceptions::Kind;
use crate::overview::home::Home;
use crate::overview::items::{Item, Listing};
use crate::ui::pill::{Tone, tag};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, notice, pager};
use crate::values::measure::Measure;
use crate::values::money::show_count;
use crate::values::{Lang, Month, Say};

fn count_of(listing: &Listing) -> i64 {
    i64::try_from(listing.count).unwrap_or(i64::MAX)
}

/// A box for each kind; those without anything in one line beneath.
pub(super) fn markup(lang: Lang, role: Role, shown: &Home) -> Markup {
    let filters = &shown.filters;
    let all = |kind: Kind| {
        let path = address::with(EXCEPTIONS, "region", &filters.region_key);
        let path = address::with(&path, "month", &filters.month.to_string());
        address::with(&path, "kind", kind.code())
    };
    let (some, none): (Vec<&Listing>, Vec<&Listing>) =
        shown.listings.iter().partition(|listing| listing.count > 0);
    html! {
        section.standouts aria-labelledby="standouts" {
            h2 #standouts { (lang.t("需要留意", "To look at")) }
            p.hint { (lang.t("截至今天；异常波动和未定村按所选月份。", "As of today; sudden changes and villages undetermined are the chosen month's.")) }
            @if !some.is_empty() {
                div.standout-boxes {
                    @for listing in &some {
                        section.standout {
                            h3 {
                                a href=(all(listing.kind)) { (listing.kind.name().get(lang)) }
                                " " (tag(tone(listing.kind), &show_count(count_of(listing))))
                            }
                            p.hint { (listing.kind.rule().get(lang)) }
                            ul { @for item in &listing.items { (row(lang, item, &all(listing.kind))) } }
                            @if listing.count > 1 {
                                p.more-of-it { a href=(all(listing.kind)) {
                                    @match lang {
                                        Lang::Zh => { "全部 " (show_count(count_of(listing))) " 条" }
                                        Lang::En => { "All " (show_count(count_of(listing))) }
                                    }
                                } }
                            }
                            @if listing.kind == Kind::Overdue && role == Role::Reviewer {
                                p.more-of-it { a href="/review" { (lang.t("去审核", "Go and review")) } }
                            }
                        }
                    }
                }
            }
            @if !none.is_empty() {
                p.hint {
                    (lang.t("没有：", "None of: "))
                    (none.iter().map(|listing| listing.kind.name().get(lang)).collect::<Vec<_>>().join(lang.t("、", ", ")))
                    (lang.t("。", "."))
                }
            }
        }
    }
}

const fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::Overdue | Kind::Doubled | Kind::Twice => Tone::Wrong,
        Kind::Outlier | Kind::Expiring => Tone::Waiting,
        Kind::Unplaced => Tone::Neutral,
    }
}

fn row(lang: Lang, item: &Item, all: &str) -> Markup {
    html! {
        li {
            span.what {
                @match &item.href {
                    Some(href) => a href=(href) { (item.what) },
                    None => (item.what),
                }
            }
            span.figure-of { (item.figure) }
            span.where { (item.place) }
            span.detail {
                (item.detail)
                @if let Some((more, measure)) = item.more {
                    @let more = show_count(i64::try_from(more).unwrap_or(i64::MAX));
                    @let href = address::with(all, "of", measure);
                    " · "
                    a href=(href) {
                        @match lang {
                            Lang::Zh => { "另有 " (more) " 处同类" }
                            Lang::En => { (more) " more of this measure" }
                        }
                    }
                }
            }
        }
    }
}

/// Everything of one kind, or of one measure with the way to the others.
pub fn all(
    lang: Lang,
    role: Role,
    (listing, of): (&Listing, Option<(&Measure, &str)>),
    (name, month): (&Say, Month),
    (path, (at, pages)): (&str, (usize, usize)),
) -> Markup {
    let title = listing.kind.name().get(lang);
    let columns = vec![
        Column::text(lang.t("事项", "What")),
        Column::text(lang.t("地点", "Where")),
        Column::text(lang.t("说明", "Details")),
        Column::number(lang.t("数值", "Figure"), ""),
    ];
    let rows = listing.items.iter().map(|item| {
        let what = Cell::text(&item.what);
        let what = match &item.href {
            Some(href) => what.link(href),
            None => what,
        };
        Row::new(vec![
            what,
            Cell::text(&item.place),
            Cell::text(&item.detail),
            Cell::num(&item.figure),
        ])
    });
    let page = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    html! {
        h1 { (name.get(lang)) " " (title) " " (tag(tone(listing.kind), &show_count(count_of(listing)))) }
        p.lead { (month.show(lang)) " · " (listing.kind.rule().get(lang)) }
        @if let Some((of, every)) = of {
            (filter::badges(lang, &[(of.name.get(lang).to_owned(), Some(every.to_owned()))]))
        }
        @if listing.kind == Kind::Overdue && role == Role::Reviewer {
            p { a href="/review" { (lang.t("去审核", "Go and review")) } }
        }
        @if listing.items.is_empty() {
            (notice::empty(lang.t("没有。", "There are none."), None))
        } @else {
            (Table::new("exceptions", title, columns).rows(rows).markup(lang))
            (pager::pager(lang, path, page(at), page(pages), count_of(listing)))
        }
    }
}
