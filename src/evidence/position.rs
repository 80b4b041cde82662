//! Where a record was made: only if its maker says so on the phone, and only for who may see its photos.

use diesel::prelude::*;
use rust_decimal::Decimal;

use super::store::failed;
use crate::db::Conn;
use crate::db::schema::record_position;
use crate::error::{Error, Issue};
use crate::ledger::{Actor, Office};
use crate::values::{BookId, Lang, Say};

/// The field in which a phone sends it: `22.61234,112.82345,30`.
pub const POSITION: &str = "position";
/// Decimals of a degree that are kept: about a metre.
const DECIMALS: u32 = 5;
/// A place known less exactly than this says nothing of a village.
const FARTHEST_METRES: u32 = 100_000;

/// A place on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Degrees north.
    latitude: Decimal,
    /// Degrees east.
    longitude: Decimal,
    /// How far off it may be.
    metres: u32,
}

impl Position {
    /// Reads what a phone sends.
    ///
    /// # Errors
    /// An issue at [`POSITION`] for anything that is no place.
    pub fn parse(text: &str) -> Result<Position, Issue> {
        let say = Say::new(
            "位置读不懂，请重新获取或去掉。",
            "The position cannot be read. Take it again or leave it out.",
        );
        let wrong = || Issue::refuse("position.malformed", POSITION, say.clone());
        let degrees = |text: Option<&str>, most: i64| {
            let value = Decimal::from_str_exact(text?.trim()).ok()?;
            (value.abs() <= Decimal::from(most)).then(|| value.round_dp(DECIMALS))
        };
        let mut parts = text.split(',');
        let latitude = degrees(parts.next(), 90).ok_or_else(wrong)?;
        let longitude = degrees(parts.next(), 180).ok_or_else(wrong)?;
        let metres = parts.next().and_then(|text| text.trim().parse().ok());
        let metres = metres.filter(|metres| *metres <= FARTHEST_METRES);
        match (metres, parts.next()) {
            (Some(metres), None) => Ok(Position {
                latitude,
                longitude,
                metres,
            }),
            _ => Err(wrong()),
        }
    }

    /// As it is sent and kept.
    fn text(self) -> String {
        format!("{},{},{}", self.latitude, self.longitude, self.metres)
    }

    /// For a reader.
    pub fn show(self, lang: Lang) -> String {
        let (latitude, longitude, metres) = (self.latitude, self.longitude, self.metres);
        match lang {
            Lang::Zh => format!("北纬 {latitude}，东经 {longitude}（±{metres} 米）"),
            Lang::En => format!("{latitude} N, {longitude} E (±{metres} m)"),
        }
    }
}

/// Keeps where a record was made, in place of what was said before.
pub fn keep_position(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    (book, record): (BookId, &str),
    position: Position,
) -> Result<(), Error> {
    let sealed = office
        .vault
        .seal(&owner(book, record), position.text().as_bytes());
    diesel::delete(record_position::table.find((book, record))).execute(conn)?;
    diesel::insert_into(record_position::table)
        .values((
            record_position::book_id.eq(book),
            record_position::record_id.eq(record),
            record_position::sealed.eq(sealed.map_err(failed)?),
            record_position::at.eq(actor.now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Where a record was made, if its maker has said so.
pub(super) fn find(
    conn: &mut Conn,
    office: &Office<'_>,
    (book, record): (BookId, &str),
) -> Result<Option<Position>, Error> {
    let sealed: Option<Vec<u8>> = record_position::table
        .find((book, record))
        .select(record_position::sealed)
        .first(conn)
        .optional()?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = office
        .vault
        .unseal(&owner(book, record), &sealed)
        .map_err(failed)?;
    Ok(Position::parse(&String::from_utf8_lossy(&plain)).ok())
}

fn owner(book: BookId, record: &str) -> String {
    format!("position {book}/{record}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_and_anything_else_is_refused() {
        let read = Position::parse("22.612345678,112.8,30").expect("a place");
        assert_eq!(read.text(), "22.61235,112.8,30");
        assert_eq!(Position::parse(&read.text()), Ok(read));
        assert!(read.show(Lang::Zh).contains("±30 米"));
        for wrong in [
            "",
            "22.6",
            "22.6,112.8",
            "91,0,1",
            "0,181,1",
            "1e1,2,3",
            "22.6,112.8,-1",
            "22.6,112.8,1,2",
            "a,b,c",
            "22.6,112.8,100001",
        ] {
            let issue = Position::parse(wrong).expect_err(wrong);
            assert_eq!(
                (issue.code.as_str(), issue.field.as_str()),
                ("position.malformed", POSITION)
            );
        }
    }
}
