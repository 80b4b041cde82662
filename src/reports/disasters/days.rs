//! Each day of the whole region, with what was outstanding at its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Frame, Sums, columns_as_of_the_day};
use crate::error::Error;
use crate::insurance::ClaimEvent;
use crate::reports::table::{Cell, Column, ColumnKind, Picture, PictureKind, Row, Sheet};
use crate::totals::{Answer, Aspect};
use crate::values::MeasureId;
use crate::values::measure::{INSURANCE_CLAIMS_OPEN, INSURANCE_OUTSTANDING, MeasureUnit};
use crate::values::{Fen, words};

/// The sheet; days on which nothing happened have no row.
pub(super) fn sheet(frame: &Frame<'_>, answer: &Answer, events: &[ClaimEvent]) -> Result<Sheet, Error> {
    let lang = frame.ask.lang;
    let mut days: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
    for event in events.iter().filter(|event| event.month == frame.ask.month) {
        days.entry(event.day).or_default().add(event)?;
    }
    let mut columns = vec![Column::new("day", frame.t("日期", "Day"), ColumnKind::Text)];
    columns.extend(Sums::columns(frame, frame.t("当日", "On the day"), ""));
    columns.extend(columns_as_of_the_day(frame));
    let mut sheet = frame.sheet(("04", frame.t("逐日合计", "Days together")), columns);
    let stands = |id: MeasureId, aspect| {
        answer
            .figures(&answer.total, id)
            .map_or(0, |figures| figures.amount(aspect))
    };
    let mut open = stands(INSURANCE_CLAIMS_OPEN, Aspect::PreviousMonth);
    let mut outstanding = stands(INSURANCE_OUTSTANDING, Aspect::PreviousMonth);
    for (day, sums) in &days {
        open = open.saturating_add(sums.open);
        outstanding = outstanding.saturating_add(sums.outstanding);
        let mut cells = vec![Cell::text(day.to_string())];
        cells.extend(sums.cells());
        cells.extend([Cell::Count(open), Cell::Money(Fen(outstanding))]);
        sheet.rows.push(Row::item(cells));
    }
    let end = |id| stands(id, Aspect::End);
    sheet.add_total(
        words::TOTAL.get(lang),
        [
            ("open", Cell::Count(end(INSURANCE_CLAIMS_OPEN))),
            ("outstanding", Cell::Money(Fen(end(INSURANCE_OUTSTANDING)))),
        ],
    )?;
    frame.say_nothing(&mut sheet);
    sheet.other_units.push(MeasureUnit::Claim.label(lang).to_owned());
    let bars = |column: &str, title| Picture::new(PictureKind::InOrder, column, title);
    sheet.charts = vec![
        bars("paid", frame.t("当日已赔", "Paid on the day")),
        bars(
            "outstanding",
            frame.t("未决金额（到当日）", "Outstanding as of the day"),
        ),
    ];
    Ok(sheet)
}
