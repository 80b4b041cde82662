//! The shell around every page: head, header, navigation, breadcrumbs, flash, footer.

use maud::{DOCTYPE, Markup, html};

use super::icon::Icon;
use super::{address, assets, form};
use crate::values::text::{Lang, Say, Text};

/// Everything around the body of a page. Fill what differs and take the rest from [`Shell::new`].
#[derive(Clone, Debug)]
pub struct Shell<'a> {
    /// The reader's language.
    pub lang: Lang,
    /// The page's title, without the brand.
    pub title: &'a str,
    /// Who is signed in; `None` before sign-in.
    pub who: Option<Who<'a>>,
    /// Whether the data is the demonstration's; puts a banner on the page.
    pub demo: bool,
    /// Current path and query, for the language switch and the current mark in the navigation.
    pub path: &'a str,
    /// Tables that need the whole width of a desk.
    pub wide: bool,
    /// Compact tables, as the reader chose.
    pub dense: bool,
    /// The phone face: large type and targets, navigation as a bar at the bottom.
    pub field: bool,
    /// The phone's own app: one page for everybody, whose script fills it and finds its ways within it.
    pub app: bool,
    /// The page shows a form with errors; the title says so first (GOV.UK pattern).
    pub invalid: bool,
    /// What the last action said.
    pub flash: Option<Flash>,
    /// 市›县›镇›村, outermost first.
    pub crumbs: Vec<Crumb>,
    /// Fields that carry what was typed to the other language; none on a page that is opened by its address.
    pub typed: Vec<(&'static str, String)>,
}

impl<'a> Shell<'a> {
    /// A plain page without anybody signed in.
    #[must_use]
    pub fn new(lang: Lang, title: &'a str, path: &'a str) -> Shell<'a> {
        Shell {
            lang,
            title,
            who: None,
            demo: false,
            path,
            wide: false,
            dense: false,
            field: false,
            app: false,
            invalid: false,
            flash: None,
            crumbs: Vec::new(),
            typed: Vec::new(),
        }
    }
}

/// The person signed in, as the header shows them.
#[derive(Clone, Debug)]
pub struct Who<'a> {
    /// The account's id: the phone shows what is kept on it only to whom it belongs.
    pub id: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their role in the reader's language.
    pub role: &'a str,
    /// The session's form token.
    pub csrf: &'a str,
    /// What they may open, in order.
    pub nav: &'a [NavItem],
}

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads; current when the path is this address or below it.
    pub href: &'static str,
    /// Its words.
    pub label: Text,
    /// Drawn above the words on the phone face.
    pub icon: Option<Icon>,
    /// A number waiting behind it (unsent records, vouchers to review); shown when above zero.
    pub count: u32,
}

impl NavItem {
    /// An entry without icon and count.
    #[must_use]
    pub const fn new(href: &'static str, label: Text) -> NavItem {
        NavItem {
            href,
            label,
            icon: None,
            count: 0,
        }
    }
}

/// What the last action said, shown once above the page.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Whether it went well.
    pub kind: FlashKind,
    /// The sentence.
    pub say: Say,
}

/// The colour of a flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// Done.
    Done,
    /// Done, with something to look at.
    Warning,
    /// Refused.
    Refused,
}

/// A step of the breadcrumbs; the last one is where the reader is and needs no link.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that leads somewhere.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb {
            label: label.into(),
            href: Some(href.into()),
        }
    }

    /// Where the reader is.
    #[must_use]
    pub fn here(label: impl Into<String>) -> Crumb {
        Crumb {
            label: label.into(),
            href: None,
        }
    }
}

/// A whole page: the shell around `body`.
#[must_use]
pub fn page(shell: &Shell<'_>, body: Markup) -> Markup {
    let lang = shell.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            (head(shell))
            body.field-face[shell.field].wide[shell.wide].dense[shell.dense && !shell.field] {
                a.skip href="#main" { (lang.t("跳到正文", "Skip to the content")) }
                @if shell.demo { (demo_banner(lang)) }
                (header(shell))
                (crumbs(lang, &shell.crumbs))
                main #main tabindex="-1" {
                    @if let Some(flash) = &shell.flash { (flash_box(lang, flash)) }
                    (body)
                }
                footer.foot {
                    (lang.t("村信", "Cunxin 村信")) " " (env!("CARGO_PKG_VERSION"))
                    @if shell.demo { " · " (lang.t("演示数据", "Demonstration data")) }
                    @if shell.who.is_some() { " · " a href="/calculator" { (lang.t("还款计算器", "Repayment calculator")) } }
                }
            }
        }
    }
}

/// A page that says what went wrong and how to go on; needs nobody signed in.
///
/// `back` is where the link leads; `sentence` says what happened and what to do; `demo` puts the
/// demonstration's banner on it, as on every page.
#[must_use]
pub fn error_page(lang: Lang, demo: bool, status: u16, title: &str, sentence: &str, back: &str) -> Markup {
    let mut shell = Shell::new(lang, title, back);
    shell.demo = demo;
    page(
        &shell,
        html! {
            div.error-page {
                p.status { (status) }
                h1 { (title) }
                p { (sentence) }
                p { a.button.secondary href=(back) { (lang.t("返回", "Go back")) } }
            }
        },
    )
}

fn head(shell: &Shell<'_>) -> Markup {
    let lang = shell.lang;
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light";
            meta name="theme-color" content="#1d5a43";
            meta name="format-detection" content="telephone=no";
            title {
                @if shell.invalid { (lang.t("错误：", "Error: ")) }
                (shell.title) (lang.t(" - 村信", " - Cunxin"))
            }
            link rel="icon" type="image/svg+xml" href=(assets::href("icon.svg"));
            link rel="stylesheet" href=(assets::href("cunxin.css"));
            @if !shell.app && !shell.field { link rel="stylesheet" href=(assets::href("desk.css")); }
            @if shell.field { (phone(shell)) }
            @if !shell.app { script type="module" src=(assets::href("cunxin.js")) {} }
        }
    }
}

/// What makes a page of the field one that a phone can keep: the manifest, and the script that sees to the
/// app's being there without a network. Scripts name one another, so their addresses bear no version.
fn phone(shell: &Shell<'_>) -> Markup {
    let script = if shell.app { "app" } else { "start" };
    html! {
        link rel="manifest" href="/field/manifest.webmanifest";
        link rel="apple-touch-icon" href=(assets::href("field/icon-180.png"));
        @if let Some(who) = &shell.who { meta name="cunxin-user" content=(who.id); }
        @if shell.app { link rel="stylesheet" href=(assets::href("field/app.css")); }
        script type="module" src={ "/assets/field/" (script) ".js" } {}
    }
}

fn demo_banner(lang: Lang) -> Markup {
    html! {
        p.demo-banner role="note" {
            strong { (lang.t("演示数据", "演示数据 · Demonstration data")) }
            (lang.t("：人物与合同均为虚构", ": fictional people"))
        }
    }
}

fn header(shell: &Shell<'_>) -> Markup {
    let lang = shell.lang;
    html! {
        header.top {
            a.brand href=(if shell.app { "#/" } else { "/" }) {
                img src=(assets::href("icon.svg")) alt="" width="28" height="28";
                span { "村信" @if lang == Lang::En { small { "Cunxin" } } }
            }
            @if let Some(who) = &shell.who { (navigation(lang, who.nav, shell.path)) }
            @if shell.app { (navigation(lang, &APP_WAYS, shell.path)) }
            div.me {
                @if let Some(who) = &shell.who {
                    span.who { b { (who.name) } " " span.role { (who.role) } }
                }
                (language_switch(shell))
                @if let Some(who) = &shell.who {
                    form method="post" action="/sign-out" {
                        (form::csrf(who.csrf))
                        button.plain type="submit" { (lang.t("退出", "Sign out")) }
                    }
                }
            }
        }
    }
}

/// The way to the other language: the same address, or, on a page that answered a form, with what was
/// typed in it.
fn language_switch(shell: &Shell<'_>) -> Markup {
    let (lang, path) = (shell.lang, shell.path);
    let (code, tag, words) = match lang {
        Lang::Zh => ("en", "en", "English"),
        Lang::En => ("zh", "zh-CN", "中文"),
    };
    if let Some(who) = shell.who.as_ref().filter(|_| !shell.typed.is_empty()) {
        return html! {
            form method="post" action="/language" {
                (form::csrf(who.csrf))
                (form::hidden("language", code))
                @for (name, value) in &shell.typed { (form::hidden(name, value)) }
                button.plain type="submit" lang=(tag) { (words) }
            }
        };
    }
    let href = format!("/language?to={code}&back={}", address::encode(path));
    html! { a.language href=(href) lang=(tag) hreflang=(tag) rel="nofollow" { (words) } }
}

/// The app's own ways; its script marks the current one.
const APP_WAYS: [NavItem; 4] = [
    NavItem {
        href: "#/",
        label: Text::new("今日", "Today"),
        icon: Some(Icon::Home),
        count: 0,
    },
    NavItem {
        href: "#/clients",
        label: Text::new("客户", "Clients"),
        icon: Some(Icon::Person),
        count: 0,
    },
    NavItem {
        href: "#/outbox",
        label: Text::new("待上报", "Outbox"),
        icon: Some(Icon::Outbox),
        count: 0,
    },
    NavItem {
        href: "#/settings",
        label: Text::new("本机", "This phone"),
        icon: Some(Icon::Lock),
        count: 0,
    },
];

fn navigation(lang: Lang, items: &[NavItem], path: &str) -> Markup {
    let current = current(items, path);
    html! {
        nav.main-nav aria-label=(lang.t("主要栏目", "Main")) {
            @for (at, item) in items.iter().enumerate() {
                a href=(item.href) aria-current=[(current == Some(at)).then_some("page")] {
                    @if let Some(icon) = item.icon { (icon.markup()) }
                    span { (item.label.get(lang)) }
                    @if item.count > 0 { span.count { (item.count) } }
                }
            }
        }
    }
}

/// The entry whose address covers the path; the longest wins, so that `/` does not cover everything.
fn current(items: &[NavItem], path: &str) -> Option<usize> {
    let path = path.split('?').next().unwrap_or_default();
    let covers = |href: &str| {
        path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    };
    items
        .iter()
        .enumerate()
        .filter(|(_, item)| covers(item.href))
        .max_by_key(|(_, item)| item.href.len())
        .map(|(at, _)| at)
}

fn crumbs(lang: Lang, crumbs: &[Crumb]) -> Markup {
    html! {
        @if !crumbs.is_empty() {
            nav.crumbs aria-label=(lang.t("所在位置", "You are here")) {
                ol {
                    @for crumb in crumbs {
                        li {
                            @match &crumb.href {
                                Some(href) => a href=(href) { (crumb.label) },
                                None => span aria-current="page" { (crumb.label) },
                            }
                        }
                    }
                }
            }
        }
    }
}

fn flash_box(lang: Lang, flash: &Flash) -> Markup {
    let (class, role) = match flash.kind {
        FlashKind::Done => ("done", "status"),
        FlashKind::Warning => ("warning", "status"),
        FlashKind::Refused => ("refused", "alert"),
    };
    html! { div.flash.(class) role=(role) { p { (flash.say.get(lang)) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAV: [NavItem; 3] = [
        NavItem::new("/", Text::new("首页", "Home")),
        NavItem::new("/review", Text::new("审核", "Review")),
        NavItem::new("/review/done", Text::new("已办", "Done")),
    ];

    fn rendered(shell: &Shell<'_>) -> String {
        page(shell, html! { p { "正文" } }).into_string()
    }

    #[test]
    fn the_longest_covering_entry_is_current() {
        assert_eq!(current(&NAV, "/?month=2023-12"), Some(0));
        assert_eq!(current(&NAV, "/review/42"), Some(1));
        assert_eq!(current(&NAV, "/review/done?page=2"), Some(2));
        assert_eq!(current(&NAV, "/reviewers"), None);
    }

    #[test]
    fn names_and_titles_are_escaped() {
        let mut shell = Shell::new(Lang::Zh, "<b>标题", "/x?q=\"><script>");
        shell.who = Some(Who {
            id: "1",
            name: "<script>alert(1)</script>",
            role: "特派员",
            csrf: "t\"k",
            nav: &NAV,
        });
        let html = rendered(&shell);
        assert!(!html.contains("<script>alert"));
        assert!(!html.contains("<b>标题"));
        assert!(html.contains("t&quot;k"));
        assert!(html.contains("back=%2Fx%3Fq%3D%22%3E%3Cscript%3E"));
    }

    #[test]
    fn the_page_obeys_its_content_policy() {
        let html = rendered(&Shell::new(Lang::En, "Totals", "/totals"));
        assert!(!html.contains("style="));
        assert!(!html.contains("onclick"));
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    }

    #[test]
    fn the_demonstration_is_named_on_the_page() {
        let mut shell = Shell::new(Lang::En, "Totals", "/totals");
        assert!(!rendered(&shell).contains("演示数据"));
        shell.demo = true;
        assert!(rendered(&shell).contains("演示数据"));
    }

    #[test]
    fn a_page_of_the_field_fetches_no_sheet_of_the_desk() {
        let mut shell = Shell::new(Lang::Zh, "今日", "/field");
        assert!(rendered(&shell).contains("desk.css"));
        shell.field = true;
        let field = rendered(&shell);
        assert!(field.contains("cunxin.css") && !field.contains("desk.css"));
    }

    #[test]
    fn errors_are_told_in_the_title() {
        let mut shell = Shell::new(Lang::Zh, "新增授信", "/credit/new");
        shell.invalid = true;
        assert!(rendered(&shell).contains("<title>错误：新增授信 - 村信</title>"));
    }
}
