//! The page on which papers and files are checked.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::compare::{Difference, Kind};
use super::handlers::{Ask, Breakdown, Compared, Known, RowSaid, Said, language};
use crate::auth::{Look, Role, Visitor};
use crate::ui::form::{self, Answer, Button, Field};
use crate::ui::notice;
use crate::ui::pill::{self, Tone};
use crate::ui::table::{Cell, Column, Row, Table};
use crate::values::{Lang, words};

/// Differences that the page lists; all are counted.
const LISTED: usize = 500;

pub(super) fn verify(visitor: &Visitor, ask: &Ask, said: &Said, compared: Option<&Compared>) -> HttpResponse {
    let lang = visitor.lang;
    let title = lang.t("核对文件", "Check a file");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t(
            "手里只有一张纸：输入纸上的校验码，看它是不是本系统出的、数字现在还对不对；再填行次，打开那一行的明细。",
            "With only the paper in hand: type its check code to see whether it is genuine and its figures still stand; with a row number its breakdown opens.")) }
        form.search method="get" action="/verify" role="search" {
            (Field::new(lang, "code", lang.t("校验码", "Check code"))
                .hint(lang.t("二十位，在每张表的末尾；横线可不写，大小写都行。", "Twenty letters, under each sheet; with or without dashes, in any case."))
                .value(&ask.code).text())
            (Field::new(lang, "row", lang.t("行次（可不填）", "Row number (optional)")).value(&ask.row).text())
            (form::actions(html! { (Button::primary(lang.t("核对", "Check"))) }))
        }
        (answer(visitor, said))
        (file_form(visitor))
        @if let Some(compared) = compared { (comparison(lang, compared)) }
    };
    let look = Look {
        title: title.to_owned(),
        wide: compared.is_some(),
        ..Look::default()
    };
    visitor.show(look, body)
}

fn answer(visitor: &Visitor, said: &Said) -> Markup {
    let lang = visitor.lang;
    let told = |zh, en| notice::notice(html! { p role="status" { (lang.t(zh, en)) } });
    match said {
        Said::Nothing => html! {},
        Said::NoCode => told(
            "这不是校验码：校验码是二十位数字和字母（没有 I、L、O、U）。",
            "This is no check code: it has twenty digits and letters (no I, L, O, U).",
        ),
        Said::Foreign => told(
            "这个校验码不是本系统出的，或有一位抄错了。请逐位再核对一遍。",
            "This code is not of this office, or a letter is mistyped. Go through it once more.",
        ),
        Said::Wait => told(
            "查得太频繁了，请过一分钟再试。",
            "Too many codes in a short time; try again in a minute.",
        ),
        Said::Known(known) => card(visitor, known),
    }
}

fn card(visitor: &Visitor, known: &Known) -> Markup {
    let lang = visitor.lang;
    let code = &known.genuine.code;
    let variant = if code.public {
        words::FOR_THE_PUBLIC
    } else {
        words::FOR_STAFF
    };
    let edition = match (code.edition, lang) {
        (Some(number), Lang::Zh) => format!("第{number}版"),
        (Some(number), Lang::En) => format!("edition {number}"),
        (None, _) => lang.t("印出时未关账", "not closed when printed").to_owned(),
    };
    let answers = [
        Answer::new(
            lang.t("校验码", "Check code"),
            html! { b { (known.genuine.text) } },
        ),
        Answer::new(
            lang.t("真伪", "Genuine"),
            pill::tag(Tone::Good, lang.t("本系统出具", "Made by this office")),
        ),
        Answer::new(
            lang.t("报表", "Report"),
            html! { (known.region.get(lang)) " " (known.report.get(lang)) " " (code.month.show(lang)) },
        ),
        Answer::new(
            lang.t("版次", "Edition"),
            html! {
                (edition)
                @if let Some(number) = known.now_in {
                    " · " (lang.t("现为第", "now edition ")) (number) (lang.t("版", ""))
                }
            },
        ),
        Answer::new(lang.t("版本", "Variant"), variant.get(lang)),
        Answer::new(
            lang.t("金额单位、语言", "Unit and language"),
            html! { (code.unit.label(lang)) " · " (language(code.lang)) },
        ),
        Answer::new(lang.t("数字", "Figures"), stands(lang, known)),
    ];
    html! {
        section.card { h2 { (lang.t("这张纸", "This paper")) } (form::summary_list(lang, &answers)) }
        @match &known.row {
            RowSaid::NotAsked => {}
            RowSaid::NotShown => (notice::notice(html! { p { (match visitor.user() {
                None => lang.t("要看这一行的明细，请先登录。", "Sign in to see what the row is made of."),
                Some(_) => lang.t("这张报表不在您的权限范围内。", "This report is outside your scope."),
            }) } })),
            RowSaid::NoSuchRow => (notice::notice(html! { p role="status" { (lang.t("没有这个行次。", "There is no such row.")) } })),
            RowSaid::Found(row) => (breakdown(lang, row)),
        }
    }
}

fn stands(lang: Lang, known: &Known) -> Markup {
    html! {
        @match &known.stands {
            Ok(true) => (pill::tag(Tone::Good, lang.t("与现在一致", "The same today"))),
            Ok(false) => {
                (pill::tag(Tone::Wrong, lang.t("已有变动", "Changed since")))
                " " (lang.t("印出以后数字有变（或这一月当时未关账）。", "The figures have changed since it was printed (or the month was open then)."))
            }
            Err(why) => (why.get(lang)),
        }
    }
}

fn breakdown(lang: Lang, row: &Breakdown) -> Markup {
    let title = format!("{} {}", lang.t("行次", "Row"), row.number);
    let columns = vec![
        Column::text(lang.t("项目", "Item")),
        Column::number(lang.t("纸上的数", "As printed"), ""),
        Column::number(lang.t("精确到分（元）", "Exact (yuan)"), ""),
    ];
    let rows = row.cells.iter().map(|told| {
        let printed = Cell::num(&told.printed);
        Row::new(vec![
            Cell::text(&told.heading),
            match &told.page {
                Some(page) => printed.link(page),
                None => printed,
            },
            told.exact.as_ref().map_or_else(Cell::blank, Cell::num),
        ])
    });
    html! {
        section aria-labelledby="row-title" {
            h2 #row-title { (row.sheet) " · " (title) }
            (Table::new("row", &title, columns).rows(rows).markup(lang))
            (form::actions(html! {
                @for (words, href) in &row.links { (form::button_link(href, words.get(lang))) }
            }))
        }
    }
}

fn file_form(visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let token = visitor.user().filter(|user| {
        matches!(
            user.role,
            Role::Reviewer | Role::CityReader | Role::ReportReader | Role::Administrator
        )
    });
    html! {
        @if let Some(user) = token {
            section.card {
                h2 { (lang.t("把文件交回来核对", "Give a file back")) }
                p { (lang.t(
                    "选一个本系统给出的 XLSX、CSV 或 JSON（改过、另存过都行），逐格与当时那一版比对。",
                    "Choose an XLSX, CSV or JSON file of this office, edited or saved again; it is compared cell by cell with the edition it was made of.")) }
                form method="post" action="/verify/file" enctype="multipart/form-data" data-once {
                    (form::csrf(&user.csrf))
                    div.field {
                        label for="file" { (lang.t("文件（最多 5 MB）", "File (5 MB at most)")) }
                        input #file type="file" name="file" accept=".xlsx,.csv,.json" required;
                    }
                    (form::actions(html! { (Button::secondary(lang.t("逐格比对", "Compare"))) }))
                }
            }
        }
    }
}

fn comparison(lang: Lang, compared: &Compared) -> Markup {
    html! {
        section #comparison aria-labelledby="comparison-title" {
            h2 #comparison-title { (lang.t("比对结果", "What the comparison found")) }
            @match compared {
                Compared::Refused(why) => (notice::notice(html! { p role="status" { (why.get(lang)) } })),
                Compared::With(name, found) => {
                    p { (lang.t("对照：", "Compared with: ")) b { (name) } }
                    @if found.is_empty() {
                        p role="status" { (pill::tag(Tone::Good, lang.t("逐格一致", "Every cell agrees"))) }
                    } @else {
                        p role="status" { (count(lang, found.len())) }
                        (differences(lang, found))
                    }
                }
            }
        }
    }
}

fn count(lang: Lang, all: usize) -> String {
    let listed = all.min(LISTED);
    match (lang, all > LISTED) {
        (Lang::Zh, false) => format!("共 {all} 处不同。"),
        (Lang::Zh, true) => format!("共 {all} 处不同，列出前 {listed} 处。"),
        (Lang::En, false) => format!("{all} difference(s)."),
        (Lang::En, true) => format!("{all} differences, the first {listed} listed."),
    }
}

fn differences(lang: Lang, found: &[Difference]) -> Markup {
    let caption = lang.t("不同之处", "Differences");
    let columns = vec![
        Column::text(lang.t("表页", "Sheet")),
        Column::text(lang.t("行次", "Row")),
        Column::text(lang.t("列", "Column")),
        Column::text(lang.t("不同", "What")),
        Column::text(lang.t("交回的文件", "The file")),
        Column::text(lang.t("本系统", "This office")),
    ];
    let rows = found.iter().take(LISTED).map(|one| {
        let what = match one.kind {
            Kind::Changed => pill::tag(Tone::Waiting, lang.t("改动", "Changed")),
            Kind::Missing => pill::tag(Tone::Wrong, lang.t("缺少", "Missing")),
            Kind::Added => pill::tag(Tone::Waiting, lang.t("多出", "Added")),
        };
        let column = match (one.column.as_str(), one.row.as_str()) {
            ("", "") => lang.t("整页", "The whole sheet"),
            ("", _) => lang.t("整行", "The whole line"),
            (column, _) => column,
        };
        let row = if one.row.is_empty() {
            lang.t("各行", "Every row")
        } else {
            &one.row
        };
        Row::new(vec![
            Cell::text(&one.sheet),
            Cell::text(row),
            Cell::text(column),
            Cell::text(what),
            Cell::text(&one.theirs),
            Cell::text(&one.ours),
        ])
    });
    Table::new("differences", caption, columns)
        .rows(rows)
        .markup(lang)
}
