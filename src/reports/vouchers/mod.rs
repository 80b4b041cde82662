//! 凭证清单: every line of every voucher a month posted, of whatever length. Files are made a stretch at a time
//! ([`stream`]), so that a million lines take no more memory than ten thousand.
//!
//! What must always hold: nothing is left out, whatever the stretch, and the total is the sum of the lines; what a
//! closed month lists is what its edition had, told by the last number given before it was closed.

mod body;
mod source;
mod stream;

pub use body::Pulled;
use source::Lines;
pub use stream::Stream;

use super::table::{Cell, Column, ColumnKind, Row, Sheet, TotalPlace, TotalRule, Workbook};
use super::{Report, ReportAsk, Subject, html, issue, name_files, plain_sheet};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Office;
use crate::values::{Fen, Lang, Say, Text, Unit, words};

/// The report.
pub const REPORT: Report = Report {
    code: "vouchers",
    name: Text::new("凭证清单", "List of vouchers"),
    about: Text::new(
        "本月入账的每张凭证、每一行：凭证号、业务日期、类别、村、机构、产品、特派员、金额。不论多少行都不截断。",
        "Every line of every voucher the month posted: number, business date, kind, village, institution, product, specialist, amount. Never cut short.",
    ),
    subject: Subject::Records,
    public: false,
    build,
};

/// Most lines of what is made as one value in memory: JSON, PDF, a page.
const MOST_AT_ONCE: usize = 20_000;
/// Lines read at a time.
pub(super) const STRETCH: usize = 4_000;

/// The whole list as one value, for formats that are not written a stretch at a time.
fn build(conn: &mut Conn, office: &Office<'_>, ask: &ReportAsk) -> Result<Workbook, Error> {
    let mut lines = Lines::open(conn, office, ask)?;
    let mut book = shell(office, ask);
    let mut sheet = sheet(office, ask);
    loop {
        let some = lines.next(conn, office, STRETCH)?;
        if some.is_empty() {
            break;
        }
        sheet.rows.extend(some);
        if sheet.rows.len() > MOST_AT_ONCE {
            return Err(too_long());
        }
    }
    sheet.add_total(words::TOTAL.get(ask.lang), [])?;
    book.sheets.push(sheet);
    Ok(book)
}

fn too_long() -> Error {
    let say = Say::new(
        "凭证清单超过两万行，请下载 CSV 或 XLSX（不限行数）。",
        "The list has more than 20,000 lines; download it as CSV or XLSX, which know no limit.",
    );
    Error::refuse("report.too_long", "format", say)
}

/// The workbook without its sheet.
fn shell(office: &Office<'_>, ask: &ReportAsk) -> Workbook {
    let mut book = Workbook::new(ask.lang, REPORT.name.get(ask.lang), ask.made_at);
    name_files(&mut book, office, ask, &REPORT);
    let note = ask.lang.t(
        "按入账月份、账套和凭证号排列，含补录和红字冲销（金额为负）；金额为凭证行金额，不同类别的合计只用于核对行数和总额。",
        "By posting month, book and number, late postings and reversals (negative) included; amounts are those of the lines, and the total over \
         different kinds only serves to check that nothing is missing.",
    );
    book.notes.push(note.to_owned());
    book
}

/// The sheet without its rows. A list is in yuan, whatever unit other reports are shown in.
fn sheet(office: &Office<'_>, ask: &ReportAsk) -> Sheet {
    let lang = ask.lang;
    let text = |key: &str, title: &str| Column::new(key, title, ColumnKind::Text).totalled(TotalRule::None);
    let columns = vec![
        text("number", lang.t("凭证号", "Voucher")).at_least(16),
        Column::new("line", lang.t("明细行", "Line"), ColumnKind::Code),
        Column::new("business_date", words::BUSINESS_DATE.get(lang), ColumnKind::Date),
        text("nature", lang.t("性质", "Nature")).at_least(10),
        text("kind", lang.t("类别", "Kind")).at_least(16),
        text("place", lang.t("村", "Village")).at_least(28),
        text("institution", words::INSTITUTION.get(lang)).at_least(14),
        text("product", lang.t("产品", "Product")).at_least(18),
        text("specialist", lang.t("特派员", "Specialist")).at_least(10),
        Column::new("amount", lang.t("金额", "Amount"), ColumnKind::Money).at_least(18),
    ];
    let listed = ReportAsk {
        unit: Unit::Yuan,
        ..ask.clone()
    };
    let mut sheet = plain_sheet(office, &listed, &REPORT, ("01", lang.t("清单", "List")), columns);
    sheet.total_place = TotalPlace::Last;
    sheet
}

/// One page of the list for the screen; which of how many it is, and how many lines there are. Its total is of all of
/// them; its check code stands on the files alone, which have every line.
pub(super) fn shown(
    conn: &mut Conn,
    office: &Office<'_>,
    ask: &ReportAsk,
    page: &str,
) -> Result<(Workbook, (u32, u32, i64)), Error> {
    let page: u32 = page.parse().unwrap_or(1).max(1);
    let most = html::SHOWN;
    let from = u64::from(page - 1) * most as u64;
    let mut lines = Lines::open(conn, office, ask)?;
    let edition = lines.edition.clone();
    let mut ask = ReportAsk {
        unit: Unit::Yuan,
        ..ask.clone()
    };
    if let Some(edition) = &edition {
        ask.made_at = edition.closed_at;
    }
    let ask = &ask;
    let mut book = shell(office, ask);
    let mut sheet = sheet(office, ask);
    let (mut count, mut sum) = (0_u64, Fen::ZERO);
    loop {
        let some = lines.next(conn, office, STRETCH)?;
        if some.is_empty() {
            break;
        }
        for row in some {
            if let Some(Cell::Money(fen)) = row.cells.last() {
                sum = Fen::sum([sum, *fen])?;
            }
            if count >= from && sheet.rows.len() < most {
                sheet.rows.push(row);
            }
            count += 1;
        }
    }
    let mut total = vec![Cell::Empty; sheet.columns.len()];
    total[0] = Cell::text(words::TOTAL.get(ask.lang));
    if let Some(amount) = total.last_mut() {
        *amount = Cell::Money(sum);
    }
    sheet.total = Some(Row::item(total));
    if let Some(amount) = sheet.columns.last_mut() {
        // Of all pages, not of this one.
        amount.total = TotalRule::Given;
    }
    book.sheets.push(sheet);
    book.number_page(from + 1, count + 1);
    issue::stamp(&mut book, &REPORT, office, ask, edition.as_ref(), "");
    book.stamp.check_code.clear();
    let pages = u32::try_from(count.div_ceil(most as u64))
        .unwrap_or(u32::MAX)
        .max(1);
    let lines = i64::try_from(count).unwrap_or(i64::MAX);
    Ok((book, (page.min(pages), pages, lines)))
}

/// What a voucher is beside its kind: late, a reversal.
fn nature(voucher: &crate::ledger::Voucher, lang: Lang) -> &'static str {
    if voucher.reversal_of.is_some() {
        words::RED_REVERSAL.get(lang)
    } else if voucher.late {
        words::LATE_POSTING.get(lang)
    } else {
        ""
    }
}
