//! 特派员: what each did, for the staff only.

use super::tables::SPECIALISTS;
use super::{Maker, PEOPLE, labels, measures};
use crate::db::Conn;
use crate::error::Error;
use crate::reports::frame::origin;
use crate::reports::people::People;
use crate::reports::table::{Row, Sheet};
use crate::totals::{self, By, Question};
use crate::values::measure::{FIELD_SPECIALISTS, by_id};

/// The sheet.
pub(super) fn sheet(conn: &mut Conn, maker: &Maker<'_>) -> Result<Sheet, Error> {
    let (ask, lang) = (maker.ask, maker.ask.lang);
    let mut asked = measures(SPECIALISTS);
    asked.extend(by_id(FIELD_SPECIALISTS));
    let question = Question {
        region: ask.region,
        month: ask.month,
        by: By::Specialist,
        measures: asked,
        boundaries: ask.boundaries,
    };
    let answer = totals::answer(conn, maker.office, &question)?;
    let people = People::load(conn, maker.office, ask, ask.region)?;
    let mut columns = maker.label_columns(&answer, SPECIALISTS);
    columns.splice(2..2, People::columns(lang));
    let title = maker.title("特派员工作月报", "monthly report of specialists");
    let mut sheet = maker.sheet(&PEOPLE, title, columns);
    for row in &answer.rows {
        let mut cells = labels(row, lang).to_vec();
        cells.extend(people.cells(row.key));
        cells.extend(SPECIALISTS.iter().map(|column| column.cell(&answer, row)));
        let origin = origin(maker.office, ask, &answer, row);
        sheet.rows.push(Row::item(cells).of(origin));
    }
    maker.finish(&mut sheet, &answer, SPECIALISTS)?;
    sheet.footnotes.push(
        maker
            .t(
                "发生额归业务日期当日在岗的特派员；授信余额随额度合同所记的特派员，移交以凭证办理。",
                "Flows belong to the specialist in post on the business date; limits stay with the specialist named in the line until \
                 a voucher hands them over.",
            )
            .to_owned(),
    );
    Ok(sheet)
}
