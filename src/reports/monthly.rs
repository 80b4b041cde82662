//! 综合月报: one workbook for a city, a county or a town. Its sheets: the summary by the units one
//! level down, towns, villages, specialists, insurance by product, and what each measure means.

mod columns;
mod small;
mod specialists;

use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{
    self, Answer, AnswerRow, Boundaries, By, Facts, Members, Question, RowKey, assemble, gather,
};
use crate::values::day::show_moment;
use crate::values::measure::{CREDIT_HOUSEHOLDS, CREDIT_PREAPPROVED, Measure};
use crate::values::{Lang, Level, RegionId, Say, Text, Unit, words};

use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule, Variant, Workbook};
use super::{Report, ReportAsk};
use columns::{Col, INSURANCE, SPECIALISTS, SUMMARY, loss_ratio_column};

/// The report.
pub const REPORT: Report = Report {
    code: "monthly",
    name: Text::new("综合月报", "Monthly report"),
    about: Text::new(
        "授信、贷款、农业保险、服务的综合月报：总表、乡镇、村、特派员、保险和口径说明。",
        "Credit, loans, agricultural insurance and fieldwork: summary, towns, villages, specialists, insurance, definitions.",
    ),
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
const MEANINGS: Form = Form {
    no: "06",
    tab: Text::new("口径说明", "Definitions"),
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
    let maker = Maker {
        office,
        ask,
        name: &name,
    };

    let mut book = Workbook::new(ask.lang, REPORT.name.get(ask.lang), ask.made_at);
    book.file_stem = file_stem(ask, &name);
    book.plain_stem = plain_stem(office, ask);
    let first = By::below(level);
    book.sheets.push(maker.regions_sheet(&BY_COUNTY, &rows(first)?)?);
    if level < Level::County {
        book.sheets.push(maker.regions_sheet(&TOWNS, &rows(By::Town)?)?);
    }
    if level < Level::Town && !ask.public {
        book.sheets
            .push(maker.regions_sheet(&VILLAGES, &rows(By::Village)?)?);
    }
    if !ask.public {
        book.sheets.push(specialists::sheet(conn, &maker)?);
    }
    book.sheets.push(insurance(conn, &maker)?);
    book.sheets.push(definitions(&maker));
    book.notes = notes(ask);
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

/// `2023-12_江门市_综合月报`; the variant for outside is named.
fn file_stem(ask: &ReportAsk, name: &str) -> String {
    let variant = if ask.public {
        ask.lang.t("_对外", "_public")
    } else {
        ""
    };
    let demo = if ask.demo {
        ask.lang.t("_演示数据", "_demonstration")
    } else {
        ""
    };
    format!(
        "{}_{name}_{}{variant}{demo}",
        ask.month,
        REPORT.name.get(ask.lang)
    )
}

/// `cunxin-monthly-440700-2023-12`: the same in plain letters.
fn plain_stem(office: &Office<'_>, ask: &ReportAsk) -> String {
    let code = office.regions.code(ask.region, ask.day());
    let code = code.map_or("", |code| match code.level() {
        Level::Province | Level::City => code.county_prefix(),
        _ => code.own_prefix(),
    });
    let variant = if ask.public { "-public" } else { "" };
    let demo = if ask.demo { "-demo" } else { "" };
    format!("cunxin-{}-{code}-{}{variant}{demo}", REPORT.code, ask.month)
}

fn notes(ask: &ReportAsk) -> Vec<String> {
    let mut notes = vec![
        ask.lang.t(
            "全部数字为已入账分录之和，不含待审核；行政区划以报告期末日为准；补录计入入账月份。",
            "All figures are sums of posted entries, without what is pending review; regions are those of the period's last day; \
             late postings count in the month they were posted.",
        ),
    ];
    if let Boundaries::Now(_) = ask.boundaries {
        notes = vec![ask.lang.t(
            "全部数字为已入账分录之和，不含待审核；行政区划以编制日的现行区划为准，不是报告期末的区划；补录计入入账月份。",
            "All figures are sums of posted entries, without what is pending review; regions are those of the day this was made, not of \
             the period's last day; late postings count in the month they were posted.",
        )];
    }
    if ask.public {
        notes.push(ask.lang.t(
            "对外版不含村级表和特派员表；不足3户的镇以“*”代替，并另隐去同县一行，以防推算到户。",
            "The public variant leaves out the sheets of villages and specialists; a town with fewer than 3 households is shown as “*”, \
             with one more row of its county, so that no household can be worked out.",
        ));
    }
    notes.into_iter().map(str::to_owned).collect()
}

/// The measures of these columns, each once.
fn measures(columns: &[Col]) -> Vec<&'static Measure> {
    let mut found: Vec<&'static Measure> = Vec::new();
    for measure in columns.iter().filter_map(Col::measure) {
        if !found.iter().any(|known| known.id == measure.id) {
            found.push(measure);
        }
    }
    found
}

fn regional(
    office: &Office<'_>,
    ask: &ReportAsk,
    by: By,
    measures: &[&'static Measure],
    facts: &Facts,
) -> Result<Answer, Error> {
    let question = Question {
        region: ask.region,
        month: ask.month,
        by,
        measures: measures.to_vec(),
        boundaries: ask.boundaries,
    };
    // A breakdown by regions: the whole is made of the same facts.
    assemble(office.regions, &Members::default(), &question, facts, facts)
}

/// What every sheet of one workbook shares.
struct Maker<'a> {
    office: &'a Office<'a>,
    ask: &'a ReportAsk,
    name: &'a str,
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
            &format!("综合月报（按{}）", heading.zh),
            &format!("monthly report by {}", heading.en.to_lowercase()),
        );
        let mut sheet = self.sheet(form, title, self.label_columns(answer, SUMMARY));
        let hidden = if self.ask.public {
            self.hidden_rows(answer)
        } else {
            vec![false; answer.rows.len()]
        };
        let any_hidden = hidden.contains(&true);
        for (row, hide) in answer.rows.iter().zip(hidden) {
            let figures = SUMMARY.iter().map(|column| {
                if hide {
                    Cell::Mark("*".to_owned())
                } else {
                    column.cell(answer, row)
                }
            });
            sheet.rows.push(Row::item(
                labels(row, self.ask.lang).into_iter().chain(figures).collect(),
            ));
        }
        self.finish(&mut sheet, answer, SUMMARY, [])?;
        if any_hidden {
            let note = self.t(
                "“*”为隐去的小数值。",
                "“*” stands for small figures that are hidden.",
            );
            sheet.footnotes.push(note.to_owned());
        }
        Ok(sheet)
    }

    /// Which rows of the 对外 variant are hidden.
    fn hidden_rows(&self, answer: &Answer) -> Vec<bool> {
        let day = answer.question.day();
        let rows: Vec<(Option<RegionId>, i64)> = answer
            .rows
            .iter()
            .map(|row| {
                let parent = match row.key {
                    RowKey::Region(region) => self.office.regions.parent(region, day),
                    _ => None,
                };
                let households = answer.figures(row, CREDIT_HOUSEHOLDS);
                (
                    parent,
                    households.map_or(0, |figures| figures.amount(totals::Aspect::End)),
                )
            })
            .collect();
        small::hidden(&rows)
    }

    fn label_columns(&self, answer: &Answer, columns: &[Col]) -> Vec<Column> {
        let lang = self.ask.lang;
        let mut all = vec![
            Column::new("name", answer.heading(lang), ColumnKind::Text).at_least(14),
            Column::new("code", lang.t("代码", "Code"), ColumnKind::Code),
        ];
        all.extend(columns.iter().map(|column| column.column(lang)));
        all
    }

    /// The total row, the other units and the footnotes that the columns call for.
    fn finish<const N: usize>(
        &self,
        sheet: &mut Sheet,
        answer: &Answer,
        columns: &[Col],
        more: [(&'static str, Cell); N],
    ) -> Result<(), Error> {
        let lang = self.ask.lang;
        let given = columns
            .iter()
            .map(|column| (column.key, column.cell(answer, &answer.total)));
        sheet.add_total(words::TOTAL.get(lang), given.chain(more))?;
        let used = measures(columns);
        for measure in used.iter().filter(|measure| !measure.unit.is_money()) {
            let label = measure.unit.label(lang).to_owned();
            if !sheet.other_units.contains(&label) {
                sheet.other_units.push(label);
            }
        }
        if used.iter().any(|measure| measure.distinct) {
            sheet.footnotes.push(
                self.t(
                    "户数、村数、人数为去重数，各行与合计分别重新计数，各行之和可以大于合计。",
                    "Households, villages and persons are distinct counts, counted anew in every row and in the total; rows may add \
                     up to more than the total.",
                )
                .to_owned(),
            );
        }
        if used.iter().any(|measure| measure.id == CREDIT_PREAPPROVED) {
            sheet.footnotes.push(totals::assumption(lang).to_owned());
        }
        Ok(())
    }
}

fn labels(row: &AnswerRow, lang: Lang) -> Vec<Cell> {
    let code = row.code.clone().map_or(Cell::Empty, Cell::Code);
    vec![Cell::text(row.name.get(lang)), code]
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
    let mut columns = maker.label_columns(&answer, INSURANCE);
    columns.push(loss_ratio_column(maker.ask.lang));
    let title = maker.title("农业保险月报（按险种）", "agricultural insurance by product");
    let mut sheet = maker.sheet(&PRODUCTS, title, columns);
    for row in &answer.rows {
        let mut cells = labels(row, maker.ask.lang);
        cells.extend(INSURANCE.iter().map(|column| column.cell(&answer, row)));
        cells.push(columns::loss_ratio(&answer, row));
        sheet.rows.push(Row::item(cells));
    }
    let total = columns::loss_ratio(&answer, &answer.total);
    maker.finish(&mut sheet, &answer, INSURANCE, [("loss_ratio", total)])?;
    sheet.footnotes.push(
        maker
            .t(
                "简单赔付率＝本年累计赔付支出（已付，不含未决）÷本年累计保费×100%；合计行为合计数相除，不是各险种赔付率的平均。",
                "Simple loss ratio = payouts paid this year (open claims not included) ÷ premium this year × 100%; in the total row the \
                 sums are divided, the products' ratios are never averaged.",
            )
            .to_owned(),
    );
    Ok(sheet)
}

/// 口径说明: what each measure of this workbook counts.
fn definitions(maker: &Maker<'_>) -> Sheet {
    let lang = maker.ask.lang;
    let text = |key: &str, title: &str, width: usize| {
        Column::new(key, title, ColumnKind::Text)
            .totalled(TotalRule::None)
            .at_least(width)
    };
    let columns = vec![
        text("measure", words::MEASURE.get(lang), 24),
        text("code", lang.t("代码", "Code"), 26),
        text("unit", words::UNIT.get(lang), 8),
        text("nature", lang.t("性质", "Nature"), 8),
        text("adds", lang.t("可否相加", "Adds up"), 10),
        text("definition", lang.t("口径", "Definition"), 40),
    ];
    let title = maker.title("综合月报口径说明", "what the measures mean");
    let mut sheet = maker.sheet(&MEANINGS, title, columns);
    sheet.unit = Unit::Yuan;
    let shown: &[&[Col]] = if maker.ask.public {
        &[SUMMARY, INSURANCE]
    } else {
        &[SUMMARY, SPECIALISTS, INSURANCE]
    };
    let all: Vec<Col> = shown.concat();
    for measure in measures(&all) {
        let adds = if measure.distinct {
            lang.t("去重，不可加", "No (distinct)")
        } else {
            lang.t("可加", "Yes")
        };
        let texts = [
            measure.name.get(lang),
            measure.code,
            measure.unit.label(lang),
            measure.nature.text().get(lang),
            adds,
            measure.definition.get(lang),
        ];
        sheet
            .rows
            .push(Row::item(texts.into_iter().map(Cell::text).collect()));
    }
    sheet
}

#[cfg(test)]
mod tests;
