//! Published figures as stored.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::published_statistic;
use crate::error::Error;

/// One figure that the press or a ministry published, in its own words and precision.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = published_statistic)]
pub struct Published {
    pub topic: String,
    /// The code of the measure it may be set beside.
    pub measure: Option<String>,
    pub value_text: String,
    /// `=`, or `>` where the text says 超.
    pub comparator: String,
    pub unit: String,
    pub as_of: NaiveDate,
    /// Where it holds: `江门市`, `江门市，2023年新增`.
    pub scope: String,
    pub quotation: String,
    pub comparable: bool,
    pub note: String,
}

/// Everything published, in the order it was entered.
pub fn published(conn: &mut Conn) -> Result<Vec<Published>, Error> {
    Ok(published_statistic::table
        .order(published_statistic::id)
        .select(Published::as_select())
        .load(conn)?)
}
