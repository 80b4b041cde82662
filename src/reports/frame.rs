//! What the reports for the staff share: the level they are made for, the heading of their sheets, tables made of an
//! answer and columns, and where a row leads.

use super::columns::{Col, describe, label_columns, labels, measures};
use super::table::{Cell, Column, Origin, Row, Sheet, Workbook};
use super::{Report, ReportAsk, name_files, plain_sheet};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::totals::{
    self, Answer, AnswerRow, Boundaries, By, MeasureGroup, Question, RowKey, region_key, row_address,
};
use crate::ui::address;
use crate::values::measure::Measure;
use crate::values::{Lang, Level, RegionId, Say, Text, words};

/// A report being made.
pub(super) struct Frame<'a> {
    pub office: &'a Office<'a>,
    pub ask: &'a ReportAsk,
    pub report: &'static Report,
    /// That of the region asked for.
    pub level: Level,
}

/// The number of a sheet among the report's, and its tab.
pub(super) type Form<'a> = (&'a str, &'a str);

impl<'a> Frame<'a> {
    /// Opens a report on a city, a county or a town.
    ///
    /// # Errors
    /// Refused for a village.
    pub fn open(
        office: &'a Office<'a>,
        ask: &'a ReportAsk,
        report: &'static Report,
    ) -> Result<Frame<'a>, Error> {
        let level = office.regions.unit(ask.region).ok_or(Error::NotFound)?.level;
        if !(Level::City..=Level::Town).contains(&level) {
            let say = Say::new(
                format!("“{}”按市、县或镇编制。", report.name.zh),
                format!("“{}” is made for a city, a county or a town.", report.name.en),
            );
            return Err(Error::refuse("report.region_level", "region", say));
        }
        Ok(Frame {
            office,
            ask,
            report,
            level,
        })
    }

    pub fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.ask.lang.t(zh, en)
    }

    /// What a tab is called whose rows are such members: `户数·按镇`.
    pub fn tab(&self, what: Text, by: Text) -> String {
        match self.ask.lang {
            Lang::Zh => format!("{}·按{}", what.zh, by.zh),
            Lang::En => format!("{} by {}", what.en, by.en.to_lowercase()),
        }
    }

    /// The workbook without its sheets, its files named, with the note that every report bears.
    pub fn book(&self) -> Workbook {
        let (lang, ask) = (self.ask.lang, self.ask);
        let mut book = Workbook::new(lang, self.report.name.get(lang), ask.made_at);
        name_files(&mut book, self.office, ask, self.report);
        book.notes.push(match ask.boundaries {
            Boundaries::Then => self
                .t(
                    "全部数字为已入账分录之和，不含待审核；行政区划以报告期末日为准；补录计入入账月份。",
                    "All figures are sums of posted entries, without what is pending review; regions are those of the period's last \
                     day; late postings count in the month they were posted.",
                )
                .to_owned(),
            Boundaries::Now(_) => self
                .t(
                    "全部数字为已入账分录之和，不含待审核；行政区划以编制日的现行区划为准；补录计入入账月份。",
                    "All figures are sums of posted entries, without what is pending review; regions are those of the day this was \
                     made; late postings count in the month they were posted.",
                )
                .to_owned(),
        });
        book
    }

    /// The breakdown one step down.
    pub fn below(&self) -> By {
        By::below(self.level)
    }

    /// Asks the totals for the measures of these columns.
    pub fn answer(
        &self,
        conn: &mut Conn,
        region: RegionId,
        by: By,
        columns: &[&[Col]],
    ) -> Result<Answer, Error> {
        let question = Question {
            region,
            month: self.ask.month,
            by,
            measures: measures(&columns.concat()),
            boundaries: self.ask.boundaries,
        };
        totals::answer(conn, self.office, &question)
    }

    /// An empty sheet under its heading.
    pub fn sheet(&self, (number, tab): Form<'_>, columns: Vec<Column>) -> Sheet {
        plain_sheet(self.office, self.ask, self.report, (number, tab), columns)
    }

    /// A sheet of an answer's rows, their names and codes before the columns, and the whole as its total.
    pub fn table(&self, form: Form<'_>, answer: &Answer, columns: &[Col]) -> Result<Sheet, Error> {
        let lang = self.ask.lang;
        let mut all = label_columns(answer.heading(lang), lang).to_vec();
        all.extend(columns.iter().map(|column| column.column(lang)));
        let mut sheet = self.sheet(form, all);
        for row in &answer.rows {
            let mut cells = labels(row, lang).to_vec();
            cells.extend(columns.iter().map(|column| column.cell(answer, row)));
            sheet.rows.push(self.led(Row::item(cells), answer, row, columns));
        }
        self.total(&mut sheet, answer, columns)?;
        Ok(sheet)
    }

    /// The total row of an answer, and what its columns must be told by.
    pub fn total(&self, sheet: &mut Sheet, answer: &Answer, columns: &[Col]) -> Result<(), Error> {
        let lang = self.ask.lang;
        let given = columns
            .iter()
            .map(|column| (column.key, column.cell(answer, &answer.total)));
        self.given_total(sheet, answer, given)?;
        describe(sheet, columns, lang);
        self.say_nothing(sheet);
        Ok(())
    }

    /// The total row of an answer, with these values where columns do not add up.
    pub fn given_total(
        &self,
        sheet: &mut Sheet,
        answer: &Answer,
        given: impl IntoIterator<Item = (&'static str, Cell)>,
    ) -> Result<(), Error> {
        sheet.add_total(words::TOTAL.get(self.ask.lang), given)?;
        let origin = origin(self.office, self.ask, answer, &answer.total);
        sheet.total = sheet.total.take().map(|row| row.of(origin));
        Ok(())
    }

    /// Says so under a sheet without any row.
    pub fn say_nothing(&self, sheet: &mut Sheet) {
        if sheet.rows.is_empty() {
            let note = self.t(
                "本表到报告期末没有数据。",
                "There is nothing in this table up to the period's end.",
            );
            sheet.footnotes.push(note.to_owned());
        }
    }

    /// The row with the page of its figures behind it.
    pub fn led(&self, row: Row, answer: &Answer, of: &AnswerRow, columns: &[Col]) -> Row {
        let (region, by) = match of.key {
            RowKey::Region(_) if of.apart => return row,
            RowKey::Region(region) => (region, None),
            _ => (answer.question.region, Some(answer.question.by)),
        };
        row.linked(self.page(region, by, columns))
            .of(origin(self.office, self.ask, answer, of))
    }

    /// The page of totals that shows a region's figures of these columns.
    pub fn page(&self, region: RegionId, by: Option<By>, columns: &[Col]) -> String {
        match measures(columns).into_iter().next() {
            Some(measure) => self.page_of(region, by, measure),
            None => self.page_in(region, by, MeasureGroup::Credit),
        }
    }

    /// The page that shows a measure.
    pub fn page_of(&self, region: RegionId, by: Option<By>, measure: &Measure) -> String {
        self.page_in(region, by, MeasureGroup::of(measure))
    }

    fn page_in(&self, region: RegionId, by: Option<By>, group: MeasureGroup) -> String {
        let key = region_key(self.office.regions, region, self.ask.day());
        let path = address::with("/totals", "region", &key);
        let path = address::with(&path, "month", &self.ask.month.to_string());
        let path = address::with(&path, "unit", self.ask.unit.code());
        let path = address::with(&path, "group", group.code());
        let path = match by {
            Some(by) => address::with(&path, "by", by.code()),
            None => path,
        };
        match self.ask.boundaries {
            Boundaries::Then => path,
            now => address::with(&path, "boundaries", now.code()),
        }
    }
}

/// Whose figures a row of an answer holds; none for readers outside, and where no address names exactly that row.
pub(super) fn origin(
    office: &Office<'_>,
    ask: &ReportAsk,
    answer: &Answer,
    row: &AnswerRow,
) -> Option<Origin> {
    if ask.public {
        return None;
    }
    let region = match row.key {
        RowKey::Region(_) => row_address(office.regions, row, ask.day()).behind?.1,
        _ => region_key(office.regions, answer.question.region, ask.day()),
    };
    Some(Origin {
        region,
        month: ask.month,
        boundaries: ask.boundaries,
        member: Some(row.key).filter(|key| !matches!(key, RowKey::Region(_))),
    })
}
