//! 综合月报: one workbook for a city, a county or a town. Its sheets: the summary by the units one
//! level down, towns, villages, specialists, insurance by product, and what each measure means.

mod specialists;
mod tables;
mod trend;

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::suppression::{Suppression, suppression};
use crate::totals::{self, Answer, AnswerRow, Boundaries, By, Question, gather};
use crate::values::day::show_moment;
use crate::values::{Lang, Level, Say, Text, words};

use super::columns::{Col, describe, label_columns, labels, measures};
use super::frame::origin;
use super::table::{Cell, Column, HIDDEN, Picture, PictureKind, Row, Sheet, Variant, Workbook};
use super::{Report, ReportAsk, Subject, name_files, regional, within_brackets};
use tables::{INSURANCE, SUMMARY};

/// The report.
pub const REPORT: Report = Report {
    code: "monthly",
    name: Text::new("综合月报", "Monthly report"),
    about: Text::new(
        "授信、贷款、农业保险、服务的综合月报：总表、乡镇、村、特派员、保险、近十三个月走势和口径说明。",
        "Credit, loans, agricultural insurance and fieldwork: summary, towns, villages, specialists, insurance, thirteen months, definitions.",
    ),
    subject: Subject::Whole,
    public: true,
    build,
};

/// One sheet's standing: its number among the forms and what it is called.
struct Form {
    no: &'static str,
    tab: Text,
}

const BY_COUNTY: Form = Form {
    no: "01",
    tab: Text::new("总表", "Summary"),
};
const TOWNS: Form = Form {
    no: "02",
    tab: Text::new("乡镇", "Towns"),
};
const VILLAGES: Form = Form {
    no: "03",
    tab: Text::new("村", "Villages"),
};
const PEOPLE: Form = Form {
    no: "04",
    tab: Text::new("特派员", "Specialists"),
};
const PRODUCTS: Form = Form {
    no: "05",
    tab: Text::new("保险", "Insurance"),
};
const TRENDS: Form = Form {
    no: "06",
    tab: Text::new("走势", "Trend"),
};

/// Builds the workbook.
///
/// # Errors
/// Refused for a village, and for a town in the 对外 variant; else what the totals say.
fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
    check_level(level, ask.public)?;
    let summary = measures(SUMMARY);
    let facts = gather(
        conn,
        office,
        ask.region,
        (ask.month, ask.boundaries),
        By::None.dimension(),
        &summary,
    )?;
    let rows = |by: By| regional(office, ask, by, &summary, &facts);
    let name = office.regions.name_in(ask.region, ask.day(), ask.lang);
    let hidden = match ask.public {
        true => Some(suppression(conn, office, ask.region, ask.month)?),
        false => None,
    };
    let maker = Maker {
        office,
        ask,
        name: &name,
        hidden,
    };

    let mut book = Workbook::new(ask.lang, REPORT.name.get(ask.lang), ask.made_at);
    name_files(&mut book, office, ask, &REPORT);
    let first = By::below(level);
    let mut summary = maker.regions_sheet(&BY_COUNTY, &rows(first)?)?;
    summary.charts = vec![
        Picture::new(
            PictureKind::Bars,
            "granted",
            maker.t("授信额度（期末）", "Granted limits at end"),
        ),
        Picture::new(
            PictureKind::Bars,
            "balance",
            maker.t("贷款余额（期末）", "Loan balance at end"),
        ),
    ];
    book.sheets.push(summary);
    if level < Level::County {
        book.sheets.push(maker.regions_sheet(&TOWNS, &rows(By::Town)?)?);
    }
    if level < Level::Town {
        book.sheets
            .push(maker.regions_sheet(&VILLAGES, &rows(By::Village)?)?);
    }
    if !ask.public {
        book.sheets.push(specialists::sheet(conn, &maker)?);
    }
    book.sheets.push(insurance(conn, &maker)?);
    if !ask.public {
        book.sheets.push(trend::sheet(conn, &maker)?);
    }
    book.notes = maker.notes();
    Ok(book)
}

fn check_level(level: Level, public: bool) -> Result<(), Error> {
    let lowest = if public { Level::County } else { Level::Town };
    if (Level::City..=lowest).contains(&level) {
        return Ok(());
    }
    let say = if public {
        Say::new(
            "对外版综合月报只编到市和县。",
            "The public monthly report is made for a city or a county only.",
        )
    } else {
        Say::new(
            "综合月报按市、县或镇编制。",
            "The monthly report is made for a city, a county or a town.",
        )
    };
    Err(Error::refuse("report.region_level", "region", say))
}

/// What every sheet of one workbook shares.
struct Maker<'a> {
    office: &'a Office<'a>,
    ask: &'a ReportAsk,
    name: &'a str,
    /// What the 对外 variant hides; none for the staff.
    hidden: Option<Suppression>,
}

impl Maker<'_> {
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.ask.lang.t(zh, en)
    }

    /// An empty sheet under its official heading. Names to sign with are left blank.
    fn sheet(&self, form: &Form, title: String, columns: Vec<Column>) -> Sheet {
        let (ask, lang) = (self.ask, self.ask.lang);
        let mut sheet = Sheet::new(title, ask.unit, columns);
        sheet.tab = form.tab.get(lang).to_owned();
        sheet.form_no = match lang {
            Lang::Zh => format!("村信综月{}表", form.no),
            Lang::En => format!("Cunxin monthly {}", form.no),
        };
        sheet.prepared_by = self.name.to_owned();
        sheet.period = ask.month.show(lang);
        sheet.as_of = format!("{}{}", self.t("截至", "as of "), show_moment(ask.made_at));
        if let Boundaries::Now(_) = ask.boundaries {
            sheet.as_of = format!("{} · {}", sheet.as_of, ask.boundaries.text().get(lang));
        }
        sheet.variant = if ask.public {
            Variant::Public
        } else {
            Variant::Internal
        };
        sheet.banner = ask.demo.then(|| words::DEMONSTRATION_DATA.get(lang).to_owned());
        sheet
    }

    fn title(&self, zh: &str, en: &str) -> String {
        match self.ask.lang {
            Lang::Zh => format!("{}{zh}", self.name),
            Lang::En => format!("{}: {en}", self.name),
        }
    }

    /// A sheet whose rows are regions.
    fn regions_sheet(&self, form: &Form, answer: &Answer) -> Result<Sheet, Error> {
        let heading = answer.question.by.text();
        let title = self.title(
            &format!("综合月报（按{}）", within_brackets(heading.zh)),
            &format!("monthly report by {}", heading.en.to_lowercase()),
        );
        let mut sheet = self.sheet(form, title, self.label_columns(answer, SUMMARY));
        for row in &answer.rows {
            let figures = SUMMARY.iter().map(|column| column.cell(answer, row)).collect();
            self.add_row(&mut sheet, answer, row, figures);
        }
        self.finish(&mut sheet, answer, SUMMARY)?;
        Ok(sheet)
    }

    /// A row with its figures, or with signs in their place.
    fn add_row(&self, sheet: &mut Sheet, answer: &Answer, row: &AnswerRow, figures: Vec<Cell>) {
        let hide = self
            .hidden
            .as_ref()
            .is_some_and(|hidden| hidden.hides(answer.question.by, row.key));
        let figures = figures
            .into_iter()
            .map(|cell| if hide { Cell::Suppressed } else { cell });
        let cells = labels(row, self.ask.lang).into_iter().chain(figures);
        let origin = origin(self.office, self.ask, answer, row);
        sheet.rows.push(Row::item(cells.collect()).of(origin));
    }

    /// The notes of the whole workbook.
    fn notes(&self) -> Vec<String> {
        let mut notes = vec![match self.ask.boundaries {
            Boundaries::Then => self.t(
                "全部数字为已入账分录之和，不含待审核；行政区划以报告期末日为准；补录计入入账月份。",
                "All figures are sums of posted entries, without what is pending review; regions are those of the period's last day; \
                 late postings count in the month they were posted.",
            ),
            Boundaries::Now(_) => self.t(
                "全部数字为已入账分录之和，不含待审核；行政区划以编制日的现行区划为准，不是报告期末的区划；补录计入入账月份。",
                "All figures are sums of posted entries, without what is pending review; regions are those of the day this was made, not of \
                 the period's last day; late postings count in the month they were posted.",
            ),
        }];
        if let Some(hidden) = &self.hidden {
            notes.push(self.t(
                "对外版不含特派员表；不足3户的行连同另一行（必要时连同上一级）以“＊”代替，以防推算到户；隐去的行在其后两个年度内继续隐去。",
                "The public variant leaves out the sheet of specialists; a row of fewer than 3 households is shown as “＊” together with \
                 another (and the level above where it must be), so that no household can be worked out; it stays hidden for two more years.",
            ));
            notes.push(if hidden.stored {
                self.t(
                    "隐去哪些行在关账时已随版次定下。",
                    "Which rows are hidden was settled with the edition when the month was closed.",
                )
            } else {
                self.t(
                    "本月尚未全部关账，隐去哪些行按目前的数据临时推定，关账时随版次定下。",
                    "The month is not closed everywhere: which rows are hidden follows from the figures as they stand, and is settled when \
                     it is closed.",
                )
            });
        }
        notes.into_iter().map(str::to_owned).collect()
    }

    fn label_columns(&self, answer: &Answer, columns: &[Col]) -> Vec<Column> {
        let lang = self.ask.lang;
        let mut all = label_columns(answer.heading(lang), lang).to_vec();
        all.extend(columns.iter().map(|column| column.column(lang)));
        all
    }

    /// The total row, the other units and the footnotes that the columns call for.
    fn finish(&self, sheet: &mut Sheet, answer: &Answer, columns: &[Col]) -> Result<(), Error> {
        let lang = self.ask.lang;
        let given = columns
            .iter()
            .map(|column| (column.key, column.cell(answer, &answer.total)));
        let hide = self.hidden.as_ref().is_some_and(Suppression::hides_total);
        let given = given.map(|(key, cell)| (key, if hide { Cell::Suppressed } else { cell }));
        sheet.add_total(words::TOTAL.get(lang), given)?;
        let origin = origin(self.office, self.ask, answer, &answer.total);
        sheet.total = sheet.total.take().map(|row| row.of(origin));
        self.say_hidden(sheet);
        describe(sheet, columns, lang);
        Ok(())
    }

    /// What the sign means, where it stands.
    fn say_hidden(&self, sheet: &mut Sheet) {
        let mut rows = sheet.rows.iter().chain(&sheet.total);
        if rows.any(|row| row.cells.contains(&Cell::Suppressed)) {
            sheet.footnotes.push(match self.ask.lang {
                Lang::Zh => format!("“{HIDDEN}”为隐去的数值，不是零。"),
                Lang::En => format!("“{HIDDEN}” stands for figures that are hidden; they are not nought."),
            });
        }
    }
}

/// 保险: by product, with who paid the premium and the simple loss ratio.
fn insurance(conn: &mut Conn, maker: &Maker<'_>) -> Result<Sheet, Error> {
    let question = Question {
        region: maker.ask.region,
        month: maker.ask.month,
        by: By::Product,
        measures: measures(INSURANCE),
        boundaries: maker.ask.boundaries,
    };
    let answer = totals::answer(conn, maker.office, &question)?;
    let columns = maker.label_columns(&answer, INSURANCE);
    let title = maker.title("农业保险月报（按险种）", "agricultural insurance by product");
    let mut sheet = maker.sheet(&PRODUCTS, title, columns);
    for row in &answer.rows {
        let figures = INSURANCE.iter().map(|column| column.cell(&answer, row)).collect();
        maker.add_row(&mut sheet, &answer, row, figures);
    }
    maker.finish(&mut sheet, &answer, INSURANCE)?;
    sheet.footnotes.push(
        maker
            .t(
                "简单赔付率＝本年累计赔付支出（已付，不含未决）÷本年累计保费×100%；合计行为合计数相除，不是各险种赔付率的平均。",
                "Simple loss ratio = payouts paid this year (open claims not included) ÷ premium this year × 100%; in the total row the \
                 sums are divided, the products' ratios are never averaged.",
            )
            .to_owned(),
    );
    sheet.charts = vec![
        Picture::new(
            PictureKind::Bars,
            "premium_year",
            maker.t("保费（本年累计）", "Premium this year"),
        ),
        Picture::new(
            PictureKind::Bars,
            "payout_year",
            maker.t("赔付（本年累计）", "Payouts this year"),
        ),
    ];
    Ok(sheet)
}

#[cfg(test)]
mod tests;
