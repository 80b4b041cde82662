//! Choosing a report, and reading it on the screen.

use maud::{Markup, html};

use super::table::Workbook;
use super::write::Format;
use super::{REPORTS, Report, Subject, html as sheets};
use crate::totals::Boundaries;
use crate::ui::{address, filter, form, pager, pill};
use crate::values::{Lang, Month, Unit, words};

/// What has been chosen so far.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The region in an address.
    pub region: String,
    pub region_name: String,
    pub month: Month,
    pub boundaries: Boundaries,
    pub unit: Unit,
    pub public: bool,
    /// An edition asked for by its number.
    pub edition: Option<i32>,
    /// A reader outside: no other variant is offered.
    pub outside: bool,
}

impl Chosen {
    /// This choice at another address.
    pub fn address(&self, path: &str) -> String {
        let path = address::with(path, "region", &self.region);
        let path = address::with(&path, "month", &self.month.to_string());
        let path = address::with(&path, "unit", self.unit.code());
        let path = match self.boundaries {
            Boundaries::Then => path,
            now => address::with(&path, "boundaries", now.code()),
        };
        let path = match self.edition {
            Some(number) => address::with(&path, "edition", &number.to_string()),
            None => path,
        };
        if self.public && !self.outside {
            address::with(&path, "variant", "public")
        } else {
            path
        }
    }
}

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    pub chosen: Chosen,
    /// Address and name.
    pub regions: Vec<(String, String)>,
    pub months: Vec<Month>,
}

/// The page on which a report is chosen.
pub fn choose(lang: Lang, choice: &Choice) -> Markup {
    let chosen = &choice.chosen;
    let units = Unit::ALL.map(|unit| (unit.code(), unit.label(lang)));
    html! {
        div.title-row {
            h1 { (lang.t("月报", "Reports")) }
            (form::actions(html! {
                (form::button_link("/reports/files", lang.t("已存文件", "Kept files")))
                (form::button_link("/verify", lang.t("核对文件", "Check a file")))
            }))
        }
        p.lead {
            (lang.t(
                "选好范围和月份，先看后下。屏幕与各种文件出自同一份数据，数到分一致。",
                "Choose a region and a month; look first, then download. The screen and every file come from the same figures, equal to the fen.",
            ))
        }
        div.toolbar { (filter::filter_bar(lang, "/reports", html! {
            (filter::pick("region", lang.t("范围", "Region"), &choice.regions, &chosen.region))
            (filter::month(lang, "month", lang.t("月份", "Month"), &choice.months, chosen.month))
            (filter::pick("unit", lang.t("金额单位", "Unit"), &units, chosen.unit.code()))
            @let boundaries = [Boundaries::Then, Boundaries::Now(chosen.month.last_day())]
                .map(|each| (each.code(), each.text().get(lang)));
            (filter::pick("boundaries", lang.t("区划口径", "Boundaries"), &boundaries, chosen.boundaries.code()))
            @if !chosen.outside {
                @let variants = [("", words::FOR_STAFF.get(lang)), ("public", words::FOR_THE_PUBLIC.get(lang))];
                (filter::pick("variant", lang.t("版本", "Variant"), &variants, if chosen.public { "public" } else { "" }))
            }
        })) }
        @if chosen.outside {
            p {
                (lang.t(
                    "您看到的是对外版：不含特派员表；不足3户的行连同另一行已隐去（＊）。",
                    "This is the public variant: without specialists; rows of fewer than 3 households are hidden (＊), each with another.",
                ))
            }
        }
        @for subject in Subject::EVERY {
            @let reports: Vec<&Report> = REPORTS
                .iter()
                .filter(|report| report.subject == subject && (report.public || !chosen.public))
                .collect();
            @if !reports.is_empty() {
                section aria-labelledby={ "reports-" (subject.code()) } {
                    h2 id={ "reports-" (subject.code()) } { (subject.text().get(lang)) }
                    div.report-cards { @for report in reports { (offer(lang, report, chosen)) } }
                }
            }
        }
    }
}

fn offer(lang: Lang, report: &Report, chosen: &Chosen) -> Markup {
    let preview = chosen.address(&format!("/reports/{}", report.code));
    html! {
        section.card {
            h3 {
                a href=(preview) { (chosen.region_name) " " (report.name.get(lang)) " " (chosen.month.show(lang)) }
            }
            p { (report.about.get(lang)) }
            p { a.button href=(preview) { (lang.t("预览", "Preview")) } }
            (filter::downloads(lang, &files(report, chosen)))
        }
    }
}

fn files(report: &Report, chosen: &Chosen) -> Vec<(&'static str, String)> {
    let file = |format: Format| {
        (
            format.name(),
            chosen.address(&format!("/reports/{}/{}", report.code, format.extension())),
        )
    };
    Format::ALL.map(file).to_vec()
}

/// The report on the screen, every sheet under the other.
pub fn preview(
    lang: Lang,
    report: &Report,
    chosen: &Chosen,
    book: &Workbook,
    pages: Option<(u32, u32, i64)>,
) -> Markup {
    let here = chosen.address(&format!("/reports/{}", report.code));
    let id = |at: usize| format!("sheet-{}", at + 1);
    html! {
        h1 { (chosen.region_name) " " (book.name) " " (chosen.month.show(lang)) (pill::edition(lang, book.stamp.edition))
            @if let Boundaries::Now(_) = chosen.boundaries { " " (pill::tag(pill::Tone::Waiting, chosen.boundaries.text().get(lang))) }
        }
        div.toolbar {
            (filter::unit_switch(lang, &here, chosen.unit))
            a.button.secondary href=(chosen.address("/reports")) { (lang.t("换范围或月份", "Another region or month")) }
            (filter::downloads(lang, &files(report, chosen)))
        }
        nav aria-label=(lang.t("表页", "Sheets")) {
            ul.badges {
                @for (at, sheet) in book.sheets.iter().enumerate() {
                    li { a href={ "#" (id(at)) "-title" } { (sheet.tab) } }
                }
            }
        }
        @for (at, sheet) in book.sheets.iter().enumerate() { (sheets::sheet(book, sheet, &id(at))) }
        @if let Some((page, pages, lines)) = pages { (pager::pager(lang, &here, page, pages, lines)) }
    }
}
