//! 走势: the last thirteen months of the whole region, a row for each. For the staff only: what the 对外 variant hides in a
//! month is known for that month alone.

use super::tables::TREND;
use super::{Maker, TRENDS, measures};
use crate::db::Conn;
use crate::error::Error;
use crate::reports::columns::describe;
use crate::reports::table::{Cell, Column, ColumnKind, Picture, PictureKind, Row, Sheet, TotalRule};
use crate::totals::series;
use crate::values::measure::Measure;
use crate::values::rate::ratio_percent;
use crate::values::{Fen, MeasureId, Month};

/// The month itself and a year before it, so that the same month of last year stands in it.
const MONTHS: i32 = 13;

/// The sheet.
pub(super) fn sheet(conn: &mut Conn, maker: &Maker<'_>) -> Result<Sheet, Error> {
    let (ask, lang) = (maker.ask, maker.ask.lang);
    let asked = measures(TREND);
    let period = (ask.month, ask.boundaries);
    let lines = series(conn, maker.office, ask.region, &asked, period, MONTHS)?;
    let mut columns = vec![Column::new("month", maker.t("月份", "Month"), ColumnKind::Text)];
    columns.extend(
        TREND
            .iter()
            .map(|column| column.column(lang).totalled(TotalRule::None)),
    );
    let title = maker.title("综合月报（近十三个月）", "thirteen months");
    let mut sheet = maker.sheet(&TRENDS, title, columns);
    for (at, month) in ask.month.shifted(1 - MONTHS).through(ask.month).enumerate() {
        let of = |id| amount(&asked, &lines, id, at);
        let mut cells = vec![Cell::text(month.to_string())];
        cells.extend(TREND.iter().map(|column| match column.over {
            Some((over, _)) => Cell::Percent(ratio_percent(of(column.id), of(over))),
            None if is_money(&asked, column.id) => Cell::Money(Fen(of(column.id))),
            None => Cell::Count(of(column.id)),
        }));
        sheet.rows.push(Row::item(cells));
    }
    describe(&mut sheet, TREND, lang);
    let note = maker.t(
        "额度、余额为月末数，其余为当月发生额。各月按入账月份计，已关账月份以后的更正计入更正入账的月份；不良率为当月两数相除。",
        "Limits and balances are as of the month's end, the rest is the month's own. Each month has what was posted in it; what is corrected after a month was closed counts in the month of the correction. Rates \
         divide the two figures of their month.",
    );
    sheet.footnotes.push(note.to_owned());
    let line = |column: &str, title| Picture::new(PictureKind::Line, column, title);
    sheet.charts = vec![
        line("granted", maker.t("授信额度", "Granted limits")),
        line("balance", maker.t("贷款余额", "Loan balance")),
    ];
    Ok(sheet)
}

fn is_money(asked: &[&'static Measure], id: MeasureId) -> bool {
    asked
        .iter()
        .any(|measure| measure.id == id && measure.unit.is_money())
}

/// The figure of a measure in the month at this place.
fn amount(asked: &[&'static Measure], lines: &[Vec<(Month, i64)>], id: MeasureId, at: usize) -> i64 {
    let line = asked.iter().position(|measure| measure.id == id);
    line.and_then(|line| lines.get(line)?.get(at))
        .map_or(0, |(_, amount)| *amount)
}
