//! Published figures as stored.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::published_statistic;
use crate::error::Error;
use crate::values::Lang;

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
    /// The code of the one product it is about.
    pub product: Option<String>,
    /// The English wordings; empty where none was entered.
    pub topic_en: String,
    pub scope_en: String,
    pub quotation_en: String,
    pub note_en: String,
}

impl Published {
    /// What it is about.
    pub fn topic(&self, lang: Lang) -> &str {
        worded(lang, &self.topic, &self.topic_en)
    }

    /// Where it holds, for a reader.
    pub fn scope(&self, lang: Lang) -> &str {
        worded(lang, &self.scope, &self.scope_en)
    }

    /// What a reader of the comparison should know.
    pub fn note(&self, lang: Lang) -> &str {
        worded(lang, &self.note, &self.note_en)
    }
}

/// The English wording where there is one.
fn worded<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::En if !en.is_empty() => en,
        _ => zh,
    }
}

/// Everything published, in the order it was entered.
pub fn published(conn: &mut Conn) -> Result<Vec<Published>, Error> {
    Ok(published_statistic::table
        .order(published_statistic::id)
        .select(Published::as_select())
        .load(conn)?)
}
