//! Opening the office: what has to be there before anybody can sign in. Both run at every start
//! and leave alone what is there already.

use serde_json::json;

use super::commands::audit;
use crate::auth::{self, Enrolment, Role};
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::{self, Actor, Office};
use crate::values::{BookId, Level, Month, RegionId};

/// Opens the city's register book and a book for each county that has none, and returns how many
/// it opened. Runs in [`crate::db::Db::prepare`] once the regions are installed; `office.regions`
/// is the tree as installed.
pub fn open_office(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
    first_open_month: Month,
) -> Result<usize, Error> {
    let regions = office.regions;
    let city = regions
        .root()
        .ok_or_else(|| Error::Failed("the regions hold no city".to_owned()))?;
    let counties = regions
        .units()
        .filter(|unit| unit.level == Level::County)
        .map(|unit| unit.id);
    let of_city = |county: &RegionId| {
        regions.on(*county, actor.today).is_some() && regions.parent(*county, actor.today) == Some(city)
    };
    let known: Vec<RegionId> = ledger::books(conn)?
        .into_iter()
        .map(|book| book.region_id)
        .collect();
    let missing: Vec<RegionId> = std::iter::once(city)
        .chain(counties.filter(of_city))
        .filter(|region| !known.contains(region))
        .collect();
    for region in &missing {
        let book = ledger::create_book(
            conn,
            *region,
            &regions.name(*region, actor.today),
            first_open_month,
        )?;
        let content = json!([book.id, book.region_id, book.name, first_open_month]);
        audit(
            conn,
            office,
            actor,
            BookId(city.0),
            "book.opened",
            &format!("book:{}", book.id.0),
            &content,
        )?;
    }
    Ok(missing.len())
}

/// Where there is no administrator's account yet, opens one and returns its login and one-time
/// password, which is kept nowhere. Runs once [`open_office`] has made the register book.
pub fn first_administrator(
    conn: &mut Conn,
    office: &Office<'_>,
    actor: &Actor,
) -> Result<Option<(String, String)>, Error> {
    if auth::has_administrator(conn)? {
        return Ok(None);
    }
    let register = ledger::register_book(conn)?.ok_or(Error::NotFound)?.id;
    let mut login = "admin".to_owned();
    let mut n = 1;
    while auth::find_login(conn, &login)?.is_some() {
        n += 1;
        login = format!("admin{n}");
    }
    let asked = Enrolment {
        login,
        name: "系统管理员".to_owned(),
        role: Some(Role::Administrator),
        ..Enrolment::default()
    };
    let (account, clear) = auth::enrol(conn, office, actor, register, &asked)?;
    Ok(Some((account.login, clear)))
}
