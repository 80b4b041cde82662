//! The city's month: closed when every county's is, in the city's own register book.

use super::commands::{Closing, Keep, Named, tables};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Edition, Frozen, Office};
use crate::reports;
use crate::values::{Lang, Month, Say};

/// Makes the city's edition of a month that refers to the counties' editions. Nothing when a county is
/// still open, or when the city's last edition refers to these very ones already.
pub fn close_city(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    month: Month,
    keep: Keep,
    demo: bool,
) -> Result<Option<Edition>, Error> {
    let city = ledger::register_book(conn)?.ok_or(Error::NotFound)?;
    let Some(references) = ledger::city_references(conn, month)? else {
        return Ok(None);
    };
    if ledger::city_closed_in(conn, month)?.is_some() {
        return Ok(None);
    }
    let closing = Closing {
        book: city.id,
        month,
        keep,
        seen: None,
        demo,
    };
    let mut gaps = Vec::new();
    for county in ledger::books(conn)?.into_iter().skip(1) {
        if let Some(edition) = ledger::closed_in(conn, county.id, month)? {
            let place = office.regions.say(county.region_id, month.last_day());
            let of_county: Vec<Named> = serde_json::from_str(&edition.gaps)?;
            gaps.extend(of_county.into_iter().map(|gap| Named {
                say: Say::new(
                    format!("{}：{}", place.get(Lang::Zh), gap.say.zh),
                    format!("{}: {}", place.get(Lang::En), gap.say.en),
                ),
                ..gap
            }));
        }
    }
    let frozen = Frozen {
        totals: references,
        tables: tables(conn, office, actor, city.region_id, &closing)?,
        gaps: serde_json::to_string(&gaps)?,
        changes: String::new(),
        boundaries: ledger::boundaries(office.regions, city.region_id, month),
        // The counties' editions say what is hidden in theirs.
        suppressed: String::new(),
    };
    let edition = ledger::freeze(conn, office, actor, city.id, month, frozen)?;
    if keep == Keep::Everything {
        reports::request_files(conn, &edition, actor.now)?;
    }
    Ok(Some(edition))
}
