//! 特派员: what each did, for the staff only.

use std::collections::HashMap;

use super::columns::SPECIALISTS;
use super::{Maker, PEOPLE, labels, measures};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::Sum;
use crate::register::{self, Names};
use crate::reports::table::{Cell, Column, ColumnKind, Row, Sheet, TotalRule};
use crate::totals::{self, By, Question, RowKey, gather};
use crate::values::measure::{FIELD_SPECIALISTS, by_id};
use crate::values::{SpecialistId, words};

/// The sheet.
pub(super) fn sheet(conn: &mut Conn, maker: &Maker<'_>) -> Result<Sheet, Error> {
    let (ask, lang) = (maker.ask, maker.ask.lang);
    let mut asked = measures(SPECIALISTS);
    asked.extend(by_id(FIELD_SPECIALISTS));
    let by = By::Specialist;
    let postings: Vec<_> = by_id(FIELD_SPECIALISTS).into_iter().collect();
    let postings = gather(
        conn,
        maker.office,
        ask.region,
        (ask.month, ask.boundaries),
        by.dimension(),
        &postings,
    )?;
    let villages = villages_of(&postings.posted);
    let question = Question {
        region: ask.region,
        month: ask.month,
        by,
        measures: asked,
        boundaries: ask.boundaries,
    };
    let answer = totals::answer(conn, maker.office, &question)?;
    let names = Names::load(conn)?.read_in(lang);
    let employers: HashMap<SpecialistId, _> = register::specialists(conn)?
        .into_iter()
        .map(|row| (row.id, row.institution_id))
        .collect();

    let mut columns = maker.label_columns(&answer, SPECIALISTS);
    columns.splice(
        2..2,
        [
            Column::new("institution", words::INSTITUTION.get(lang), ColumnKind::Text),
            Column::new(
                "villages",
                maker.t("派驻村数（期末）", "Villages posted to (at end)"),
                ColumnKind::Count,
            )
            .totalled(TotalRule::None),
        ],
    );
    let title = maker.title("特派员工作月报", "monthly report of specialists");
    let mut sheet = maker.sheet(&PEOPLE, title, columns);
    for row in &answer.rows {
        let id = match row.key {
            RowKey::Specialist(id) => id,
            _ => SpecialistId(0),
        };
        let employer = employers
            .get(&id)
            .map_or("—", |institution| names.institution(*institution));
        let posted = villages.get(&id.0).copied().unwrap_or(0);
        let mut cells = labels(row, lang);
        cells.extend([Cell::text(employer), Cell::Count(posted)]);
        cells.extend(SPECIALISTS.iter().map(|column| column.cell(&answer, row)));
        sheet.rows.push(Row::item(cells));
    }
    maker.finish(&mut sheet, &answer, SPECIALISTS, [])?;
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

/// How many villages each specialist is posted to at the month's end: the regions in which the
/// specialist is counted.
fn villages_of(counts: &[Sum]) -> HashMap<i64, i64> {
    let mut villages: HashMap<i64, i64> = HashMap::new();
    for count in counts.iter().filter(|count| count.amount.stock()[0] > 0) {
        *villages.entry(count.dimension_id).or_default() += 1;
    }
    villages
}
