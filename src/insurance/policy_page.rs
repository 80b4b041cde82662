//! One policy: its list, its versions, what may be recorded on it.

use actix_web::web;
use diesel::prelude::*;

use super::handlers::insurer_place;
use super::payout::{find_cover, parts_in_scope};
use super::store::{Cover, PolicyPart, of_vouchers};
use super::views;
use crate::auth::{Answer, Page, User};
use crate::db::Conn;
use crate::db::schema::{voucher, voucher_line};
use crate::error::Error;
use crate::ledger::{Office, Voucher};
use crate::recording::Place;
use crate::register::{self, Names};
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
    let cover = find_cover(conn, book, &id, &VoucherId::from_parts(0, [0; 10]))?;
    let parts = parts_in_scope(conn, user, &cover)?;
    let village = parts.first().ok_or(Error::NotFound)?.region_id;
    let place = insurer_place(conn, office, user, village, today)?;
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
        product: Names::load(conn)?
            .read_in(user.lang)
            .product(cover.policy.product_id)
            .to_owned(),
        place,
        cover,
        parts,
        history: history.into_iter().map(named).collect(),
    })
}

/// Parts with their village and, where one is insured, the client's name.
pub(super) fn labelled(
    conn: &mut Conn,
    office: &Office<'_>,
    parts: Vec<PolicyPart>,
    (today, lang): (chrono::NaiveDate, crate::values::Lang),
) -> Result<Vec<(PolicyPart, String)>, Error> {
    let clients: Vec<_> = parts.iter().filter_map(|part| part.client_id.clone()).collect();
    let people = match parts.first() {
        Some(part) => register::identities(conn, office.vault, part.book_id, &clients)?,
        None => return Ok(Vec::new()),
    };
    let label = |part: PolicyPart| {
        let village = office.regions.name_in(part.region_id, today, lang);
        let insured = part.client_id.as_ref().and_then(|id| people.get(id));
        let label = match insured {
            Some(insured) => format!("{village} · {}", insured.name),
            None => village,
        };
        (part, label)
    };
    Ok(parts.into_iter().map(label).collect())
}

/// The vouchers whose present lines name a policy, in the order they were submitted.
fn vouchers_on(conn: &mut Conn, book: BookId, id: &ContractId) -> Result<Vec<Voucher>, Error> {
    let ids: Vec<VoucherId> = of_vouchers()
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
