//! Long lists, a page at a time.

use maud::{Markup, html};

use super::address;
use crate::values::money::show_count;
use crate::values::text::Lang;

/// The foot of a long list: how many there are, and the way to the other pages. `path` keeps its filters and
/// gets `page=`; pages count from 1. With a single page only the number of records is told.
#[must_use]
pub fn pager(lang: Lang, path: &str, page: u32, pages: u32, records: i64) -> Markup {
    let to = |page: u32| address::with(path, "page", &page.to_string());
    html! {
        nav.pager aria-label=(lang.t("分页", "Pages")) {
            p { (lang.t("共 ", "")) (show_count(records)) (lang.t(" 条", " records")) }
            @if pages > 1 {
                ul {
                    @if page > 1 { li { a href=(to(page - 1)) rel="prev" { (lang.t("上一页", "Previous")) } } }
                    @for each in shown(page, pages) {
                        li {
                            @match each {
                                Some(each) if each == page => span aria-current="page" { (each) },
                                Some(each) => a href=(to(each)) { (each) },
                                None => span.gap { "…" },
                            }
                        }
                    }
                    @if page < pages { li { a href=(to(page + 1)) rel="next" { (lang.t("下一页", "Next")) } } }
                }
            }
        }
    }
}

/// First, last, the current page and its neighbours; `None` where some are left out.
fn shown(page: u32, pages: u32) -> Vec<Option<u32>> {
    let mut out = Vec::new();
    let mut before = 0;
    for each in (1..=pages).filter(|each| *each == 1 || *each == pages || each.abs_diff(page) <= 1) {
        if each - before > 1 {
            out.push(None);
        }
        out.push(Some(each));
        before = each;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_pages_are_left_out() {
        let numbers = |page, pages| {
            let words: Vec<String> = shown(page, pages)
                .into_iter()
                .map(|each| each.map_or_else(|| "…".to_owned(), |each| each.to_string()))
                .collect();
            words.join(" ")
        };
        assert_eq!(numbers(1, 3), "1 2 3");
        assert_eq!(numbers(5, 10), "1 … 4 5 6 … 10");
        assert_eq!(numbers(10, 10), "1 … 9 10");
    }

    #[test]
    fn filters_are_kept() {
        let html = pager(Lang::Zh, "/records?region=4407&page=2", 2, 3, 120).into_string();
        assert!(html.contains("/records?region=4407&amp;page=3"));
        assert!(html.contains("共 120 条"));
    }
}
