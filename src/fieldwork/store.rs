//! Service points and designations in the database.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::schema::{designation, service_point};
use crate::db::{CHUNK, Conn, delete_where, insert_all, load_where};
use crate::error::Error;
use crate::ledger::{Book, ContractSums, Difference, Positions, unlinked};
use crate::register::Rated;
use crate::values::{
    BookId, ClientId, ContractId, InstitutionId, MeasureId, RegionId, SpecialistId, measure,
};

/// One service point.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = service_point)]
#[diesel(treat_none_as_default_value = false)]
pub struct ServicePoint {
    pub book_id: BookId,
    pub id: ContractId,
    pub region_id: RegionId,
    pub institution_id: InstitutionId,
    pub brand: String,
    pub name: String,
    pub opened_on: NaiveDate,
    /// Last day; none while it is open.
    pub closed_on: Option<NaiveDate>,
}

/// A designation that stands.
pub const STANDS: &str = "active";
/// A rating whose last day has passed.
pub(super) const EXPIRED: &str = "expired";
/// A rating that a review has taken back.
pub(super) const WITHDRAWN: &str = "withdrawn";

/// One designation of a town, a village or a household.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = designation)]
#[diesel(treat_none_as_default_value = false)]
pub struct Designation {
    pub book_id: BookId,
    pub id: ContractId,
    pub region_id: RegionId,
    pub kind: String,
    pub year: i32,
    pub document: String,
    /// Of a household's rating.
    pub client_id: Option<ClientId>,
    /// Whose record it is; none known of one from before ratings.
    pub institution_id: InstitutionId,
    pub specialist_id: SpecialistId,
    /// None for a designation from before ratings.
    pub rated_on: Option<NaiveDate>,
    pub reviewed_on: Option<NaiveDate>,
    /// Last day; none where there is none.
    pub valid_to: Option<NaiveDate>,
    /// [`STANDS`], [`EXPIRED`] or [`WITHDRAWN`].
    pub state: String,
}

impl Designation {
    pub fn stands(&self) -> bool {
        self.state == STANDS
    }

    /// When it was last looked at.
    pub fn last_seen(&self) -> Option<NaiveDate> {
        self.reviewed_on.max(self.rated_on)
    }

    /// The measure that counts it.
    pub(super) fn measure(&self) -> MeasureId {
        measure_of(&self.kind)
    }
}

/// The measure that counts designations of a kind.
pub(super) fn measure_of(kind: &str) -> MeasureId {
    match Rated::parse(kind) {
        Some(Rated::Household) => measure::CREDIT_RATED_HOUSEHOLDS,
        Some(Rated::Village) => measure::CREDIT_RATED_VILLAGES,
        Some(Rated::Town) => measure::CREDIT_RATED_TOWNS,
        None => measure::FIELD_DESIGNATED_TOWNS,
    }
}

/// The service points in these villages of a book, oldest first.
pub fn service_points_in(
    conn: &mut Conn,
    book: BookId,
    villages: &[RegionId],
) -> Result<Vec<ServicePoint>, Error> {
    Ok(
        load_where!(conn, ServicePoint, book, service_point::region_id in villages, (service_point::opened_on, service_point::id))?,
    )
}

/// Every designation of a book, by year.
pub fn designations(conn: &mut Conn, book: BookId) -> Result<Vec<Designation>, Error> {
    Ok(designation::table
        .filter(designation::book_id.eq(book))
        .order((designation::year, designation::id))
        .select(Designation::as_select())
        .load(conn)?)
}

/// Which of these ids a service point bears already.
pub(super) fn known_points(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashSet<ContractId>, Error> {
    let mut found = HashSet::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<ContractId> = service_point::table
            .filter(service_point::book_id.eq(book))
            .filter(service_point::id.eq_any(some))
            .select(service_point::id)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

pub(super) fn keep_points(conn: &mut Conn, points: &[ServicePoint]) -> Result<(), Error> {
    insert_all!(conn, service_point::table, points)?;
    Ok(())
}

/// Some designations of a book, by id.
pub(super) fn load_designations(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Designation>, Error> {
    let rows = load_where!(conn, Designation, book, designation::id in ids)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Writes designations in place of what is there.
pub(super) fn keep_designations(conn: &mut Conn, book: BookId, rows: &[Designation]) -> Result<(), Error> {
    let ids: Vec<&ContractId> = rows.iter().map(|row| &row.id).collect();
    delete_where!(conn, book, designation::id in ids)?;
    insert_all!(conn, designation::table, rows)?;
    Ok(())
}

/// Deletes these service points and designations, before their vouchers are applied again.
fn forget(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    delete_where!(conn, book, service_point::id in ids)?;
    delete_where!(conn, book, designation::id in ids)?;
    Ok(())
}

/// What the ledger needs of the service points and designations.
pub fn positions() -> Positions {
    Positions {
        check: check_positions,
        linked: unlinked,
        forget,
    }
}

/// Service points open and designations that stand, one by one, against their entries.
fn check_positions(conn: &mut Conn, book: &Book, posted: &ContractSums) -> Result<Vec<Difference>, Error> {
    let measures = [
        measure::FIELD_SERVICE_POINTS,
        measure::FIELD_DESIGNATED_TOWNS,
        measure::CREDIT_RATED_HOUSEHOLDS,
        measure::CREDIT_RATED_VILLAGES,
        measure::CREDIT_RATED_TOWNS,
    ];
    let open: Vec<ContractId> = service_point::table
        .filter(service_point::book_id.eq(book.id))
        .filter(service_point::closed_on.is_null())
        .select(service_point::id)
        .load(conn)?;
    let designated = designations(conn, book.id)?;
    let open = open.into_iter().map(|id| (id, measure::FIELD_SERVICE_POINTS));
    let standing = designated.into_iter().filter(Designation::stands);
    let stored = open
        .chain(standing.map(|row| (row.id.clone(), row.measure())))
        .map(|key| (key, 1));
    Ok(posted.differences(book, &measures, stored, |id, code| format!("{code} {id}")))
}
