//! What the ratings of 信用户, 信用村 and 信用镇 ask for (`domain` §1): shares, how long one lasts, when it is
//! reviewed. Rules differ from place to place and year to year, so they are dated rows of a register.

use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use serde_json::json;

use crate::db::Conn;
use crate::db::schema::rating_standard;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Change, Office, record_audit};
use crate::values::day::last_of_months;
use crate::values::rate::Percent;
use crate::values::{BookId, Fen, Say, Text};
use crate::vault;

/// What is rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rated {
    /// 信用户.
    Household,
    /// 信用村: enough of its households are 信用户.
    Village,
    /// 信用镇: enough of its villages are 信用村.
    Town,
}

impl Rated {
    pub const EVERY: [Rated; 3] = [Rated::Household, Rated::Village, Rated::Town];

    /// The stored word, which is the rating's own.
    pub const fn code(self) -> &'static str {
        match self {
            Rated::Household => "信用户",
            Rated::Village => "信用村",
            Rated::Town => "信用镇",
        }
    }

    pub fn parse(code: &str) -> Option<Rated> {
        Rated::EVERY.into_iter().find(|rated| rated.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            Rated::Household => Text::new("信用户", "Creditworthy household"),
            Rated::Village => Text::new("信用村", "Creditworthy village"),
            Rated::Town => Text::new("信用镇", "Creditworthy town"),
        }
    }
}

/// What one rating asks for, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatingStandard {
    pub rated: Rated,
    pub valid_from: NaiveDate,
    /// At least this part of the households are 信用户, or of the villages 信用村; nought for a household.
    pub share: Percent,
    /// The non-performing part of the loan balance stays below this; none where it is not asked.
    pub npl: Option<Percent>,
    /// How long a rating lasts.
    pub valid_months: u32,
    /// How long after a rating, or its last review, it is reviewed.
    pub review_months: u32,
}

/// A percent as hundredths of a whole: `part` of `whole` against `percent`.
fn times_whole(percent: Percent, whole: i64) -> i128 {
    i128::from(percent.ten_thousandths()) * i128::from(whole)
}

impl RatingStandard {
    /// The rule of one prefecture (`domain` §1), until a register says otherwise.
    fn usual(rated: Rated) -> RatingStandard {
        let whole = |percent: i64| Percent::from_ten_thousandths(percent * 10_000).unwrap_or(Percent::ZERO);
        let (share, npl) = match rated {
            Rated::Household => (0, None),
            Rated::Village => (70, Some(5)),
            Rated::Town => (50, None),
        };
        RatingStandard {
            rated,
            valid_from: NaiveDate::MIN,
            share: whole(share),
            npl: npl.map(whole),
            valid_months: 36,
            review_months: 12,
        }
    }

    /// Whether `part` of `whole` is enough; of nobody nothing is.
    pub fn enough(&self, part: i64, whole: i64) -> bool {
        whole > 0 && i128::from(part) * 1_000_000 >= times_whole(self.share, whole)
    }

    /// Whether so much of a balance may be non-performing.
    pub fn sound(&self, nonperforming: Fen, balance: Fen) -> bool {
        match self.npl {
            Some(limit) if balance.is_positive() => {
                i128::from(nonperforming.0) * 1_000_000 < times_whole(limit, balance.0)
            }
            _ => true,
        }
    }

    /// The last day of a rating given on `day`.
    pub fn last_day(&self, day: NaiveDate) -> NaiveDate {
        last_of_months(day, self.valid_months)
    }

    /// When a rating given or reviewed on `day` is due to be looked at again.
    pub fn due(&self, day: NaiveDate) -> NaiveDate {
        day.checked_add_months(Months::new(self.review_months))
            .unwrap_or(day)
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = rating_standard)]
struct StandardRow {
    kind: String,
    valid_from: NaiveDate,
    share_percent: String,
    npl_percent: String,
    valid_months: i32,
    review_months: i32,
}

impl StandardRow {
    fn read(self) -> Result<RatingStandard, Error> {
        let odd = || Error::Failed(format!("the standard of {} does not read", self.kind));
        let percent = |text: &str| Percent::parse(text).map_err(|_| odd());
        Ok(RatingStandard {
            rated: Rated::parse(&self.kind).ok_or_else(odd)?,
            valid_from: self.valid_from,
            share: percent(&self.share_percent)?,
            npl: match self.npl_percent.as_str() {
                "" => None,
                text => Some(percent(text)?),
            },
            valid_months: u32::try_from(self.valid_months).map_err(|_| odd())?,
            review_months: u32::try_from(self.review_months).map_err(|_| odd())?,
        })
    }
}

/// Every standard on record, by what is rated and from when.
pub fn rating_standards(conn: &mut Conn) -> Result<Vec<RatingStandard>, Error> {
    let rows: Vec<StandardRow> = rating_standard::table
        .order((rating_standard::kind, rating_standard::valid_from))
        .select(StandardRow::as_select())
        .load(conn)?;
    rows.into_iter().map(StandardRow::read).collect()
}

/// What is asked for on a day.
pub fn rating_standard_on(conn: &mut Conn, rated: Rated, day: NaiveDate) -> Result<RatingStandard, Error> {
    let all = rating_standards(conn)?;
    let mut known = all
        .into_iter()
        .filter(|standard| standard.rated == rated && standard.valid_from <= day);
    Ok(known.next_back().unwrap_or_else(|| RatingStandard::usual(rated)))
}

/// Adds a standard from a day on, with its row in the register's chain.
pub fn record_rating_standard(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    register: BookId,
    new: &RatingStandard,
) -> Result<(), Error> {
    let kind = new.rated.code();
    let taken = rating_standards(conn)?
        .iter()
        .any(|known| known.rated == new.rated && known.valid_from == new.valid_from);
    if taken {
        let day = new.valid_from;
        let say = Say::new(
            format!("{kind}已有自 {day} 起的标准。"),
            format!("There is a standard from {day} already."),
        );
        return Err(Error::Refused(vec![Issue::refuse(
            "standard.taken",
            "valid_from",
            say,
        )]));
    }
    let months = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let row = StandardRow {
        kind: kind.to_owned(),
        valid_from: new.valid_from,
        share_percent: new.share.to_string(),
        npl_percent: new.npl.map_or_else(String::new, |npl| npl.to_string()),
        valid_months: months(new.valid_months),
        review_months: months(new.review_months),
    };
    diesel::insert_into(rating_standard::table)
        .values(&row)
        .execute(conn)?;
    let content = json!([
        row.kind,
        row.valid_from,
        row.share_percent,
        row.npl_percent,
        row.valid_months,
        row.review_months
    ]);
    let change = Change {
        action: "rating_standard.added",
        subject: &format!("rating_standard:{kind}"),
        revision: 1,
        note: "",
        digest: vault::digest(content.to_string().as_bytes()),
    };
    record_audit(conn, office, actor, register, &change)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_met_exactly_or_not_at_all() {
        let village = RatingStandard::usual(Rated::Village);
        assert!(village.enough(70, 100) && !village.enough(69, 100));
        assert!(village.enough(7, 10) && !village.enough(0, 0));
        assert!(village.sound(Fen(499), Fen(10_000)) && !village.sound(Fen(500), Fen(10_000)));
        assert!(
            village.sound(Fen::ZERO, Fen::ZERO),
            "no loans, nothing non-performing"
        );
        let town = RatingStandard::usual(Rated::Town);
        assert!(town.enough(6, 12) && !town.enough(5, 11) && town.sound(Fen(1), Fen(1)));
    }

    #[test]
    fn terms_run_in_months() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let village = RatingStandard::usual(Rated::Village);
        assert_eq!(village.last_day(day("2023-03-01")), day("2026-02-28"));
        assert_eq!(village.due(day("2023-03-01")), day("2024-03-01"));
    }
}
