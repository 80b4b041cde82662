//! Clients (主体): 农户, 家庭农场, 合作社, 企业.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::client;
use crate::db::{Conn, load_where};
use crate::error::Error;
use crate::ledger::Case;
use crate::values::{BookId, ClientId, RegionId, SubjectId, Text, UserId, words};

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// 农户: one client per household.
    Household,
    FamilyFarm,
    Cooperative,
    Firm,
}

impl ClientKind {
    pub const EVERY: [ClientKind; 4] = [
        ClientKind::Household,
        ClientKind::FamilyFarm,
        ClientKind::Cooperative,
        ClientKind::Firm,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            ClientKind::Household => "household",
            ClientKind::FamilyFarm => "family-farm",
            ClientKind::Cooperative => "cooperative",
            ClientKind::Firm => "firm",
        }
    }

    pub fn parse(code: &str) -> Option<ClientKind> {
        ClientKind::EVERY.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn name(self) -> Text {
        match self {
            ClientKind::Household => words::HOUSEHOLD,
            ClientKind::FamilyFarm => words::FAMILY_FARM,
            ClientKind::Cooperative => words::COOPERATIVE,
            ClientKind::Firm => words::FIRM,
        }
    }
}

/// One client of one book, without what names it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = client)]
pub struct Client {
    pub book_id: BookId,
    pub id: ClientId,
    pub kind: String,
    pub region_id: RegionId,
    /// The same for the same person or firm in every book; counts it once.
    pub subject_id: SubjectId,
    pub recorded_by: UserId,
    pub recorded_at: NaiveDateTime,
}

impl Client {
    pub fn kind(&self) -> Result<ClientKind, Error> {
        ClientKind::parse(&self.kind)
            .ok_or_else(|| Error::Failed(format!("client {} has an unknown kind", self.id)))
    }

    /// Whether it is a 农户, which household counts count.
    pub fn is_household(&self) -> bool {
        self.kind == ClientKind::Household.code()
    }
}

/// Some clients of a book, by id.
pub fn find_clients(
    conn: &mut Conn,
    book: BookId,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<HashMap<ClientId, Client>, Error> {
    let ids: Vec<ClientId> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let rows = load_where!(conn, Client, book, client::id in ids)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// The clients of a voucher's lines. Whose village has since become part of another lives there on the
/// business date: in the village of the line.
pub fn clients_at_home(
    conn: &mut Conn,
    case: &Case<'_>,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<HashMap<ClientId, Client>, Error> {
    let mut clients = find_clients(conn, case.book.id, ids)?;
    let (regions, day) = (case.office.regions, case.business_date);
    for line in case.lines {
        let Some(client) = line.client.as_ref().and_then(|id| clients.get_mut(id)) else {
            continue;
        };
        if regions.stands_as(client.region_id, day) == regions.stands_as(line.region, day) {
            client.region_id = line.region;
        }
    }
    Ok(clients)
}
