//! Of whom the loans and policies of a county tell.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{loan, policy, policy_part, total};
use crate::error::Error;
use crate::values::suppression::FEWEST;
use crate::values::{BookId, ClientId, Fen, Month, ProductId, RegionId};

/// Somebody of whom figures of a place tell.
pub(super) struct Party {
    pub region: RegionId,
    pub client: ClientId,
}

/// The first month in which a book has anything.
pub(super) fn first_month(conn: &mut Conn, book: BookId) -> Result<Option<Month>, Error> {
    Ok(total::table
        .filter(total::book_id.eq(book))
        .select(diesel::dsl::min(total::month))
        .first(conn)?)
}

/// Who has a loan that runs or was paid out this year, or a policy of his or her own that ran this year.
pub(super) fn parties(conn: &mut Conn, book: BookId, month: Month) -> Result<Vec<Party>, Error> {
    let (january, last) = (month.january().first_day(), month.last_day());
    let borrowers: Vec<(RegionId, ClientId)> = loan::table
        .filter(loan::book_id.eq(book))
        .filter(loan::disbursed_on.le(last))
        .filter(loan::balance_fen.gt(Fen::ZERO).or(loan::disbursed_on.ge(january)))
        .select((loan::region_id, loan::client_id))
        .distinct()
        .load(conn)?;
    let insured: Vec<(RegionId, Option<ClientId>)> = policy_part::table
        .inner_join(
            policy::table.on(policy::book_id
                .eq(policy_part::book_id)
                .and(policy::id.eq(policy_part::policy_id))),
        )
        .filter(policy_part::book_id.eq(book))
        .filter(policy_part::client_id.is_not_null())
        .filter(policy::starts_on.le(last))
        .filter(policy::ends_on.ge(january))
        .select((policy_part::region_id, policy_part::client_id))
        .distinct()
        .load(conn)?;
    let insured = insured
        .into_iter()
        .filter_map(|(region, client)| Some((region, client?)));
    Ok(borrowers
        .into_iter()
        .chain(insured)
        .map(|(region, client)| Party { region, client })
        .collect())
}

/// How many each product insures this year, as far as persons go: a village insured as a whole is many.
pub(super) fn insured_by_product(
    conn: &mut Conn,
    book: BookId,
    month: Month,
) -> Result<Vec<(ProductId, i64)>, Error> {
    let rows: Vec<(ProductId, Option<ClientId>)> = policy_part::table
        .inner_join(
            policy::table.on(policy::book_id
                .eq(policy_part::book_id)
                .and(policy::id.eq(policy_part::policy_id))),
        )
        .filter(policy_part::book_id.eq(book))
        .filter(policy::starts_on.le(month.last_day()))
        .filter(policy::ends_on.ge(month.january().first_day()))
        .select((policy::product_id, policy_part::client_id))
        .distinct()
        .load(conn)?;
    let mut clients: BTreeMap<ProductId, BTreeSet<Option<ClientId>>> = BTreeMap::new();
    for (product, client) in rows {
        clients.entry(product).or_default().insert(client);
    }
    let count = |clients: BTreeSet<Option<ClientId>>| {
        let count = i64::try_from(clients.len()).unwrap_or(i64::MAX);
        if clients.contains(&None) {
            count.max(FEWEST)
        } else {
            count
        }
    };
    Ok(clients
        .into_iter()
        .map(|(product, clients)| (product, count(clients)))
        .collect())
}
