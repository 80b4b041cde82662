//! 涉农贷款月报: what is lent, by institution, product and class of borrower, and by unit.

use super::columns::{ALONE, columns};
use super::frame::Frame;
use super::table::{Cell, Column, ColumnKind, Picture, PictureKind, Row, Sheet, Workbook};
use super::{Report, ReportAsk, Subject};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::register::{ClientKind, Names};
use crate::totals::{Answer, AnswerRow, By, Lent, RowKey, lending};
use crate::values::{Say, Text, words};

/// The report.
pub const REPORT: Report = Report {
    code: "farm-loans",
    name: Text::new("涉农贷款月报", "Agricultural loans"),
    about: Text::new(
        "发放、收回、余额、逾期、不良和不良率：机构×产品×借款主体，每家机构有小计；按借款主体、按下一级单位。",
        "Disbursed, repaid, outstanding, overdue, non-performing and their rates: institution by product by class of borrower with subtotals, by class, by unit.",
    ),
    subject: Subject::Credit,
    public: false,
    build,
};

const DISBURSED: Text = Text::new("发放", "Disbursed");
const REPAID: Text = Text::new("收回本金", "Principal repaid");
const BALANCE: Text = Text::new("余额", "Balance");
const OVERDUE: Text = Text::new("逾期", "Overdue");
const BAD: Text = Text::new("不良", "Non-performing");

columns! { LOANS:
    number_year = LOAN_COUNT Year, DISBURSED, "本年笔数" "Loans this year";
    disbursed_month = LOAN_DISBURSED Month, DISBURSED, "本月" "This month";
    disbursed_year = LOAN_DISBURSED Year, DISBURSED, "本年累计" "Year to date";
    repaid_month = LOAN_PRINCIPAL_REPAID Month, REPAID, "本月" "This month";
    repaid_year = LOAN_PRINCIPAL_REPAID Year, REPAID, "本年累计" "Year to date";
    balance = LOAN_BALANCE End, BALANCE, "期末" "At end";
    balance_month = LOAN_BALANCE SincePreviousMonth, BALANCE, "比上月" "On last month";
    balance_start = LOAN_BALANCE SinceYearStart, BALANCE, "比年初" "On year start";
    overdue = LOAN_OVERDUE End, OVERDUE, "期末" "At end";
    overdue_rate = LOAN_OVERDUE End / LOAN_BALANCE End, OVERDUE, "逾期率%" "Rate, %";
    nonperforming = LOAN_NONPERFORMING End, BAD, "期末" "At end";
    nonperforming_month = LOAN_NONPERFORMING SincePreviousMonth, BAD, "比上月" "On last month";
    nonperforming_rate = LOAN_NONPERFORMING End / LOAN_BALANCE End, BAD, "不良率%" "Rate, %";
    written_off = LOAN_WRITTEN_OFF Year, ALONE, "本年核销" "Written off this year";
}

fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let frame = Frame::open(office, ask, &REPORT)?;
    let by_bank = frame.answer(conn, ask.region, By::Institution, &[LOANS])?;
    let lent = lending(conn, office, &by_bank)?;
    let names = Names::load(conn)?.read_in(ask.lang);
    let below = frame.below();
    let by_unit = frame.answer(conn, ask.region, below, &[LOANS])?;
    let units = frame.tab(Text::new("贷款", "Loans"), below.text());
    let mut by_place = frame.table(("03", &units), &by_unit, LOANS)?;
    by_place.charts = pictures(&frame).to_vec();
    let mut book = frame.book();
    let classes = frame.tab(Text::new("贷款", "Loans"), BORROWER);
    book.sheets = vec![
        crossed(&frame, &by_bank, &lent, &names)?,
        borrowers(&frame, &by_bank, &lent, &classes)?,
        by_place,
    ];
    for note in [
        frame.t(
            "借款主体按借款人登记的类型（农户、家庭农场、合作社、企业）；本表只含系统内登记的贷款，与金融统计中的涉农贷款口径不同，不可直接比较。",
            "Borrowers are classed as they are registered (household, family farm, cooperative, firm). Only loans recorded here are in \
             this report; it is not the agricultural lending of financial statistics and cannot be set against it.",
        ),
        frame.t(
            "不良率＝不良贷款余额÷贷款余额×100%，逾期率＝逾期贷款余额÷贷款余额×100%；小计和合计由合计数相除，不是各行的平均。",
            "Non-performing and overdue rates divide the balances of the row; in subtotals and the total the sums are divided, rates are \
             never averaged.",
        ),
    ] {
        book.notes.push(note.to_owned());
    }
    Ok(book)
}

const BORROWER: Text = Text::new("借款主体", "Borrower");

/// A row of figures that is not one of an answer's own, so that the columns can read it.
fn row(lent: &Lent) -> AnswerRow {
    AnswerRow {
        key: RowKey::Institution(lent.institution),
        code: None,
        name: Say::new("", ""),
        apart: false,
        figures: lent.figures.clone(),
    }
}

/// Institution × product × borrower: a subtotal for each institution, before its parts.
fn crossed(frame: &Frame<'_>, answer: &Answer, lent: &[Lent], names: &Names) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let mut columns = vec![
        Column::new("institution", words::INSTITUTION.get(lang), ColumnKind::Text).at_least(14),
        Column::new("product", words::PRODUCT.get(lang), ColumnKind::Text).at_least(16),
        Column::new("borrower", BORROWER.get(lang), ColumnKind::Text),
    ];
    columns.extend(LOANS.iter().map(|column| column.column(lang)));
    let form = (
        "01",
        frame.t("机构×产品×主体", "Institution × product × borrower"),
    );
    let mut sheet = frame.sheet(form, columns);
    let figures = |row: &AnswerRow| {
        LOANS
            .iter()
            .map(|column| column.cell(answer, row))
            .collect::<Vec<_>>()
    };
    for bank in &answer.rows {
        let name = Cell::text(bank.name.get(lang));
        let mut cells = vec![name.clone(), Cell::text(frame.t("小计", "Subtotal")), Cell::Empty];
        cells.extend(figures(bank));
        sheet
            .rows
            .push(frame.led(Row::subtotal(cells), answer, bank, LOANS));
        let of_bank = lent
            .iter()
            .filter(|part| bank.key == RowKey::Institution(part.institution));
        for part in of_bank {
            let product = Cell::text(names.product(part.product));
            let borrower = Cell::text(part.borrower.name().get(lang));
            let mut cells = vec![name.clone(), product, borrower];
            cells.extend(figures(&row(part)));
            sheet.rows.push(Row {
                level: 1,
                ..Row::item(cells)
            });
        }
    }
    frame.total(&mut sheet, answer, LOANS)?;
    sheet.charts = pictures(frame).map(Picture::of_subtotals).to_vec();
    Ok(sheet)
}

/// What is lent and how much of it does not perform.
fn pictures(frame: &Frame<'_>) -> [Picture; 2] {
    let bars = |column: &str, title| Picture::new(PictureKind::Bars, column, title);
    [
        bars("balance", frame.t("贷款余额（期末）", "Loan balance at end")),
        bars("nonperforming_rate", frame.t("不良率", "Non-performing rate")),
    ]
}

/// By class of borrower.
fn borrowers(frame: &Frame<'_>, answer: &Answer, lent: &[Lent], tab: &str) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let mut columns = vec![Column::new("borrower", BORROWER.get(lang), ColumnKind::Text).at_least(16)];
    columns.extend(LOANS.iter().map(|column| column.column(lang)));
    let mut sheet = frame.sheet(("02", tab), columns);
    for kind in ClientKind::EVERY {
        let mut sum: Option<AnswerRow> = None;
        for part in lent.iter().filter(|part| part.borrower == kind) {
            match &mut sum {
                None => sum = Some(row(part)),
                Some(sum) => {
                    for (mine, theirs) in sum.figures.iter_mut().zip(&part.figures) {
                        *mine = mine.plus(theirs)?;
                    }
                }
            }
        }
        let Some(sum) = sum else { continue };
        let mut cells = vec![Cell::text(kind.name().get(lang))];
        cells.extend(LOANS.iter().map(|column| column.cell(answer, &sum)));
        sheet.rows.push(Row::item(cells));
    }
    frame.total(&mut sheet, answer, LOANS)?;
    Ok(sheet)
}
