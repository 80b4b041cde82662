//! Targets of 2023 for the city and its counties: made up, round, some reached and some not.

use chrono::NaiveDate;

use super::nothing;
use crate::db::Conn;
use crate::demo::load::at;
use crate::error::Error;
use crate::figures::{NewTarget, record_target};
use crate::ledger::Office;
use crate::values::measure::measure;
use crate::values::{BookId, RegionCode};

const YEAR: i32 = 2023;
/// One hundred million yuan, in fen.
const YI: i64 = 10_000_000_000;
/// What counties are to have granted at the year's end, in tenths of 亿元; the city's own is no sum of these.
const GRANTED: [(&str, i64); 8] = [
    ("440703000000", 30),
    ("440704000000", 18),
    ("440705000000", 130),
    ("440781000000", 200),
    ("440783000000", 140),
    ("440784000000", 80),
    ("440785000000", 115),
    ("440700000000", 700),
];
/// What the city is to have: 风险保障 in tenths of 亿元, and 行政村 with a line.
const COVER: i64 = 1_500;
const VILLAGES: i64 = 700;

/// Records them as of the beginning of their year.
pub(super) fn record(conn: &mut Conn, office: &Office<'_>, register: BookId) -> Result<(), Error> {
    let day = NaiveDate::from_ymd_opt(YEAR, 1, 10).ok_or_else(nothing)?;
    let actor = at(&crate::auth::command_line_user(), day);
    let city = "440700000000";
    let tenths = |amount: i64| amount * (YI / 10);
    let granted = GRANTED.map(|(place, amount)| (place, "credit.granted", tenths(amount)));
    let others = [
        (city, "insurance.sum_insured", tenths(COVER)),
        (city, "credit.villages", VILLAGES),
    ];
    for (place, code, amount) in granted.into_iter().chain(others) {
        let code_of_place = RegionCode::parse(place).map_err(|_| nothing())?;
        let new = NewTarget {
            region: office.regions.by_code(&code_of_place, day).ok_or_else(nothing)?,
            measure: measure(code).ok_or_else(nothing)?,
            year: YEAR,
            amount,
            source: "演示目标（虚构）".to_owned(),
        };
        record_target(conn, office, &actor, register, &new)?;
    }
    Ok(())
}
