//! The page of kept files: month by month, edition by edition, what was made and what is being made.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::handlers::{Shown, View};
use super::store::{DONE, FAILED, FileHead, lang_word};
use crate::auth::{Look, Page};
use crate::reports::{REPORTS, find};
use crate::ui::form::{self, Button};
use crate::ui::page::Crumb;
use crate::ui::pill::{self, Tone, edition_name};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::ui::{address, filter, notice};
use crate::values::day::show_moment;
use crate::values::{Lang, words};

pub(super) fn files(page: &Page, view: &View) -> HttpResponse {
    let lang = page.lang;
    let title = lang.t("已存文件", "Kept files");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t(
            "关账时自动生成、从此不变的报表文件。每个文件的指纹、大小和校验码都在这里，纸上的校验码可在“核对文件”页核对。",
            "The files made when a month is closed, never changed afterwards, with digest, size and check code; the code on a paper can be looked up on the page “Check a file”.")) }
        div.toolbar {
            (filter::filter_bar(lang, "/reports/files", html! {
                (filter::pick("book", words::REGION.get(lang), &view.books, &view.book.to_string()))
                @if let Some(month) = view.month { (filter::month(lang, "month", lang.t("月份", "Month"), &view.months, month)) }
            }))
            a.button.secondary href="/verify" { (lang.t("核对文件", "Check a file")) }
        }
        @if view.asked { (notice::notice(html! { p role="status" { (lang.t("已列入生成，请稍候刷新。", "They will be made; refresh in a moment.")) } })) }
        @if view.editions.is_empty() {
            (notice::empty(lang.t("还没有关账的月份。", "No month has been closed yet."), Some(("/reports", lang.t("回到月报", "Back to the reports")))))
        }
        @for shown in &view.editions { (edition(page, view, shown)) }
    };
    let look = Look {
        title: title.to_owned(),
        wide: true,
        crumbs: vec![
            Crumb::link(lang.t("月报", "Reports"), "/reports"),
            Crumb::here(title),
        ],
        ..Look::default()
    };
    page.show(look, body)
}

fn edition(page: &Page, view: &View, shown: &Shown) -> Markup {
    let lang = page.lang;
    let edition = &shown.edition;
    let id = format!("edition-{}", edition.number);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) {
                (edition.month.show(lang)) " " (edition_name(lang, edition.number)) " "
                @if shown.stands { (pill::tag(Tone::Good, lang.t("现行", "Standing"))) }
                @else { (pill::tag(Tone::Neutral, lang.t("已被取代", "Superseded"))) }
            }
            p {
                (lang.t("关账：", "Closed by ")) (shown.by) " · " time { (show_moment(edition.closed_at)) }
                " · " (lang.t("指纹 ", "digest ")) code { (short(&edition.digest)) }
                " · " (lang.t("程序 ", "program ")) (edition.program)
            }
            (progress(page, view, shown))
            @if !shown.files.is_empty() { (table(lang, view, shown)) }
            @if view.maker { (streamed(lang, view, shown)) }
        }
    }
}

/// How far the work is, what failed, and the button that asks for it.
fn progress(page: &Page, view: &View, shown: &Shown) -> Markup {
    let lang = page.lang;
    let all = shown.jobs.len();
    let count = |state: &str| shown.jobs.iter().filter(|job| job.state == state).count();
    let (done, failed) = (count(DONE), count(FAILED));
    let action = format!(
        "/reports/files/{}/{}/{}",
        view.book, shown.edition.month, shown.edition.number
    );
    let again = |label: &str| {
        form::post(
            &action,
            &page.user.csrf,
            html! { (form::actions(html! { (Button::secondary(label)) })) },
        )
    };
    html! {
        @if all == 0 {
            (notice::notice(html! {
                p { (lang.t("这一版还没有生成文件。", "No files have been made of this edition.")) }
                @if view.maker && shown.stands { (again(lang.t("生成文件", "Make the files"))) }
            }))
        } @else if done + failed < all {
            p role="status" {
                (lang.t("正在生成：", "Being made: ")) (done + failed) " / " (all) " "
                progress max=(all) value=(done + failed) { (done + failed) "/" (all) } " "
                a href={ "/reports/files?book=" (view.book) "&month=" (shown.edition.month) } { (lang.t("刷新", "Refresh")) }
            }
        }
        @if failed > 0 {
            (notice::notice(html! {
                p { strong { (lang.t("有报表没有生成：", "Some reports were not made:")) } }
                ul {
                    @for job in shown.jobs.iter().filter(|job| job.state == FAILED) {
                        li { (name(&job.report, lang)) " · " (variant(&job.variant, lang)) " · " (language(&job.lang)) "：" (job.reason) }
                    }
                }
                @if view.maker { (again(lang.t("再试一次", "Try again"))) }
            }))
        }
    }
}

/// One line for each report, variant and language, with its files.
fn table(lang: Lang, view: &View, shown: &Shown) -> Markup {
    let caption = format!("{} {}", shown.edition.month.show(lang), lang.t("文件", "files"));
    let columns = vec![
        Column::text(lang.t("报表", "Report")),
        Column::text(lang.t("版本", "Variant")),
        Column::text(lang.t("语言", "Language")),
        Column::text(lang.t("校验码", "Check code")),
        Column::text(lang.t("文件、大小、指纹", "Files, size, digest")),
        Column::text(lang.t("生成于", "Made")),
    ];
    let mut files: Vec<&FileHead> = shown.files.iter().collect();
    let place = |file: &FileHead| REPORTS.iter().position(|report| report.code == file.report);
    files.sort_by_key(|file| place(file));
    let rows = files
        .chunk_by(|one, other| {
            (&one.report, &one.variant, &one.lang) == (&other.report, &other.variant, &other.lang)
        })
        .filter_map(|files| Some((files.first()?, files)))
        .map(|(first, files)| {
            Row::new(vec![
                Cell::text(name(&first.report, lang)),
                Cell::text(variant(&first.variant, lang)),
                Cell::text(language(&first.lang)),
                Cell::text(html! { code.check-code { (first.check_code) } }),
                Cell::text(html! { @for file in files { (link(view, shown, file)) } }),
                Cell::text(html! { time title=(first.program) { (show_moment(first.made_at)) } }),
            ])
        });
    Table::new(&format!("files-{}", shown.edition.number), &caption, columns)
        .rows(rows)
        .markup(lang)
}

fn link(view: &View, shown: &Shown, file: &FileHead) -> Markup {
    let href = format!(
        "/reports/files/{}/{}/{}/{}/{}/{}/{}",
        view.book,
        shown.edition.month,
        shown.edition.number,
        file.report,
        file.variant,
        file.lang,
        file.format
    );
    html! {
        div.kept-file {
            a href=(href) title=(file.name) download { (file.format.to_uppercase()) }
            " " (kilobytes(file)) " KB "
            code title=(file.digest) { (short(&file.digest)) }
        }
    }
}

/// Lists of any length are made when asked for, the same bytes each time.
fn streamed(lang: Lang, view: &View, shown: &Shown) -> Markup {
    html! {
        @for report in REPORTS.iter().filter(|report| report.is_streamed()) {
            p {
                (report.name.get(lang)) (lang.t("（随取随生成，每次相同）：", " (made when asked for, the same each time): "))
                @for format in ["csv", "xlsx"] {
                    @let base = format!("/reports/{}/{format}", report.code);
                    @let base = address::with(&base, "region", &view.region);
                    @let base = address::with(&base, "month", &shown.edition.month.to_string());
                    a href=(address::with(&base, "edition", &shown.edition.number.to_string())) download { (format.to_uppercase()) } " "
                }
            }
        }
    }
}

fn name(report: &str, lang: Lang) -> String {
    find(report).map_or_else(|_| report.to_owned(), |report| report.name.get(lang).to_owned())
}

fn variant(code: &str, lang: Lang) -> &'static str {
    if code == "public" {
        words::FOR_THE_PUBLIC.get(lang)
    } else {
        words::FOR_STAFF.get(lang)
    }
}

fn language(code: &str) -> &'static str {
    if code == lang_word(Lang::En) {
        "English"
    } else {
        "中文"
    }
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn kilobytes(file: &FileHead) -> String {
    crate::values::money::show_count((file.size + 1023) / 1024)
}
