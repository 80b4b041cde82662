//! Specialists (金融村官 / 金融特派员): staff that institutions post to villages.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::specialist;
use crate::error::Error;
use crate::values::{InstitutionId, SpecialistId};

/// One specialist.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = specialist)]
pub struct Specialist {
    pub id: SpecialistId,
    pub name: String,
    /// 金融村官, 金融特派员 …
    pub title: String,
    pub institution_id: InstitutionId,
}

/// All specialists, by id.
pub fn specialists(conn: &mut Conn) -> Result<Vec<Specialist>, Error> {
    Ok(specialist::table
        .order(specialist::id)
        .select(Specialist::as_select())
        .load(conn)?)
}

/// One specialist.
pub fn find_specialist(conn: &mut Conn, id: SpecialistId) -> Result<Specialist, Error> {
    specialist::table
        .find(id)
        .select(Specialist::as_select())
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

/// For whom each of these specialists works; those there are not are left out.
pub(super) fn employers(
    conn: &mut Conn,
    of: BTreeSet<SpecialistId>,
) -> Result<HashMap<SpecialistId, InstitutionId>, Error> {
    let rows: Vec<(SpecialistId, InstitutionId)> = specialist::table
        .filter(specialist::id.eq_any(of))
        .select((specialist::id, specialist::institution_id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Adds a specialist with the next id.
pub fn add_specialist(
    conn: &mut Conn,
    name: &str,
    title: &str,
    institution: InstitutionId,
) -> Result<Specialist, Error> {
    let last: Option<i64> = specialist::table
        .select(diesel::dsl::max(specialist::id))
        .get_result(conn)?;
    let row = Specialist {
        id: SpecialistId(last.unwrap_or(0) + 1),
        name: name.to_owned(),
        title: title.to_owned(),
        institution_id: institution,
    };
    diesel::insert_into(specialist::table)
        .values(&row)
        .execute(conn)?;
    Ok(row)
}
