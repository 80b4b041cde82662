//! The overview of the registers and the list of books.

use maud::{Markup, html};

use super::desk;
use super::handlers::Counts;
use crate::auth::Page;
use crate::ledger::Book;
use crate::ui::cards::{Figure, figures};
use crate::ui::form;
use crate::ui::name::name;
use crate::ui::notice;
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::money::show_count;
use crate::values::{Lang, Text, english};

pub(super) const TITLE: Text = Text::new("登记", "Registers");
pub(super) const BOOKS: Text = Text::new("账套", "Books");

pub(super) fn overview(page: &Page, counts: &Counts) -> Markup {
    let lang = page.lang;
    let card = |label, count, unit, href: &str| Figure::new(label, show_count(count), unit).link(href);
    let pieces = lang.t("个", "");
    let mut cards = vec![
        card(
            lang.t("机构", "Institutions"),
            counts.institutions,
            lang.t("家", ""),
            "/register/institutions",
        ),
        card(
            lang.t("产品与费率", "Products and tariffs"),
            counts.products,
            pieces,
            "/register/products",
        ),
        card(
            lang.t("特派员与派驻", "Specialists and postings"),
            counts.specialists,
            lang.t("人", ""),
            "/register/specialists",
        )
        .aside(in_post(lang, counts)),
        card(
            lang.t("自然村", "Hamlets"),
            counts.hamlets,
            pieces,
            "/register/hamlets",
        )
        .aside(unplaced(lang, counts)),
        card(
            lang.t("区划沿革", "Lineage of units"),
            counts.events,
            lang.t("次", ""),
            "/register/lineage",
        ),
        card(
            lang.t("评定标准", "Rating standards"),
            counts.standards,
            lang.t("条", ""),
            "/register/rating-standards",
        ),
    ];
    cards.push(card(
        desk::official::TITLE.get(lang),
        counts.figures,
        pieces,
        "/register/figures",
    ));
    if desk::keeps(page) {
        cards.push(card(
            lang.t("账号", "Accounts"),
            counts.accounts,
            pieces,
            "/register/accounts",
        ));
    }
    cards.push(card(
        desk::DISASTERS.get(lang),
        counts.disasters,
        lang.t("次", ""),
        desk::DISASTERS_HOME,
    ));
    cards.push(card(
        lang.t("账套（县）", "Books (counties)"),
        counts.books,
        lang.t("套", ""),
        "/register/books",
    ));
    html! {
        h1 { (TITLE.get(lang)) }
        @if desk::keeps(page) { (first_steps(lang, counts)) }
        (figures(lang, &cards))
        p {
            (form::button_link("/index-products", lang.t("指数保险触发条件", "Triggers of index insurance"))) " "
            (form::button_link("/weather", lang.t("气象观测", "Weather observations")))
        }
    }
}

fn in_post(lang: Lang, counts: &Counts) -> String {
    format!(
        "{} {}",
        lang.t("其中今日在岗", "In post today:"),
        show_count(counts.in_post)
    )
}

fn unplaced(lang: Lang, counts: &Counts) -> String {
    format!(
        "{} {}",
        lang.t("其中未定村", "Village undetermined:"),
        show_count(counts.unplaced)
    )
}

/// On an empty system: what to set up, in which order. Gone once there is one of each.
fn first_steps(lang: Lang, counts: &Counts) -> Markup {
    let steps = [
        (
            counts.institutions,
            "/register/institutions/new",
            lang.t("登记银行和保险公司", "Add the banks and insurers"),
        ),
        (
            counts.products,
            "/register/products/new",
            lang.t(
                "登记产品；保险产品再登记费率",
                "Add the products, and the tariffs of insurance products",
            ),
        ),
        (
            counts.specialists,
            "/register/specialists/new",
            lang.t(
                "登记特派员，并派驻到村",
                "Add the specialists and post them to villages",
            ),
        ),
        (
            counts.accounts.saturating_sub(1),
            "/register/accounts/new",
            lang.t(
                "给特派员、机构经办和县级审核开账号",
                "Open accounts for specialists, clerks and reviewers",
            ),
        ),
    ];
    html! {
        @if steps.iter().any(|(count, ..)| *count == 0) {
            (notice::notice(html! {
                p { strong { (lang.t("开始使用前，请依次登记：", "Before work can begin, set up in this order:")) } }
                ol {
                    @for (count, href, words) in steps {
                        li {
                            @if count > 0 {
                                (words) " " (lang.t("（已有）", "(there is some)"))
                            } @else {
                                a href=(href) { (words) }
                            }
                        }
                    }
                }
            }))
        }
    }
}

pub(super) fn books(page: &Page, rows: &[(String, Book)]) -> Markup {
    let lang = page.lang;
    let columns = vec![
        Column::text(lang.t("账套", "Book")),
        Column::text(lang.t("区划代码", "Region code")),
        Column::text(lang.t("首个未关账月份", "First open month")),
        Column::number(lang.t("审计记录", "Audit rows"), lang.t("条", "")),
        Column::text(lang.t("设置", "Settings")),
    ];
    let row = |(code, book): &(String, Book)| {
        Row::new(vec![
            Cell::text(name(lang, &book.name, &english::place(&book.name))),
            Cell::text(code),
            Cell::text(book.first_open_month.show(lang)),
            Cell::count(book.audit_seq),
            Cell::text(
                html! { a href={ "/first-review/settings?book=" (book.id.0) } { (lang.t("初审与代办", "First review and stand-ins")) } },
            ),
        ])
    };
    html! {
        h1 { (BOOKS.get(lang)) }
        p.lead {
            (lang.t("一个县一个账套，首次启动时自动建好。每条记录只属于一个账套。", "One book for each county, opened at the first start. Every record belongs to exactly one book."))
        }
        @if rows.is_empty() {
            (notice::empty(lang.t("还没有账套。", "There are no books yet."), None))
        } @else {
            (Table::new("books", lang.t("各县账套", "The counties' books"), columns).rows(rows.iter().map(row)).markup(lang))
        }
    }
}
