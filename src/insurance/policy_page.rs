//! One policy: its list, its versions, what may be recorded on it.

use actix_web::web;
use diesel::prelude::*;

use super::asked::{find_cover, labelled, parts_in_scope, product_name, unwritten};
use super::handlers::insurer_place;
use super::store::{Cover, PolicyPart};
use super::views;
use crate::auth::{Answer, Page, User};
use crate::db::Conn;
use crate::db::schema::{voucher, voucher_line};
use crate::error::Error;
use crate::ledger::{Office, Voucher, vouchers_with_lines};
use crate::recording::Place;
use crate::state::{self, Site};
use crate::values::{BookId, ContractId, Say, VoucherId};

/// A policy as its page shows it.
pub(super) struct PolicyPage {
    pub place: Place,
    pub cover: Cover,
    pub product: String,
    /// The parts this person may record on, each with its village and insured.
    pub parts: Vec<(PolicyPart, String)>,
    /// Every voucher on it, oldest first, with what its kind is called.
    pub history: Vec<(Voucher, Say)>,
}

impl PolicyPage {
    /// Whether the whole policy lies within this person's scope.
    pub(super) fn whole(&self) -> bool {
        self.parts.len() == self.cover.parts.len()
    }
}

pub(super) async fn show(page: Page, site: Site, path: web::Path<(i64, String)>) -> Answer {
    let (book, id) = path.into_inner();
    let id = ContractId::parse(&id).map_err(|_| Error::NotFound)?;
    let (user, actor) = (page.user.clone(), page.actor());
    let view = state::read(&site, move |conn, office| {
        policy_page(conn, office, &user, (BookId(book), id), actor.today)
    })
    .await?;
    Ok(views::policy_page::policy_page(&page, &view))
}

fn policy_page(
    conn: &mut Conn,
    office: &Office<'_>,
    user: &User,
    (book, id): (BookId, ContractId),
    today: chrono::NaiveDate,
) -> Result<PolicyPage, Error> {
    let cover = find_cover(conn, book, &id, &unwritten())?;
    let parts = parts_in_scope(conn, user, &cover)?;
    let village = parts.first().ok_or(Error::NotFound)?.region_id;
    let place = insurer_place(conn, office, user, (book, village), today)?;
    let parts = labelled(conn, office, parts, (today, user.lang))?;
    let history = vouchers_on(conn, book, &id)?;
    let named = |voucher: Voucher| {
        let name = office.kinds.name(&voucher.kind);
        let say = name.map_or_else(
            || Say::new(voucher.kind.clone(), voucher.kind.clone()),
            |name| Say::new(name.zh, name.en),
        );
        (voucher, say)
    };
    Ok(PolicyPage {
        product: product_name(conn, user.lang, cover.policy.product_id)?,
        place,
        cover,
        parts,
        history: history.into_iter().map(named).collect(),
    })
}

/// The vouchers whose present lines name a policy, in the order they were submitted.
fn vouchers_on(conn: &mut Conn, book: BookId, id: &ContractId) -> Result<Vec<Voucher>, Error> {
    let ids: Vec<VoucherId> = vouchers_with_lines()
        .filter(voucher_line::book_id.eq(book))
        .filter(voucher_line::contract_id.eq(id))
        .select(voucher::id)
        .distinct()
        .load(conn)?;
    Ok(voucher::table
        .filter(voucher::book_id.eq(book))
        .filter(voucher::id.eq_any(ids))
        .order((voucher::submitted_at, voucher::id))
        .select(Voucher::as_select())
        .load(conn)?)
}
