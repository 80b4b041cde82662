//! One claim: how far it has come, by whom and when, and what comes next.

use actix_web::web;
use diesel::prelude::*;
use serde::Deserialize;

use super::commands::{Stage, claims_of};
use super::store::Claim;
use super::views;
use crate::auth::{Answer, Page, User, account_names};
use crate::db::Conn;
use crate::db::schema::{voucher, voucher_line};
use crate::error::Error;
use crate::insurance::asked::{find_cover, labelled, parts_in_scope, product_name, unwritten};
use crate::insurance::commands::PAYOUT_KIND;
use crate::insurance::handlers::insurer_place;
use crate::insurance::store::Cover;
use crate::ledger::{Basis, Office, Voucher, vouchers_with_lines};
use crate::recording::Place;
use crate::register;
use crate::state::{self, Site};
use crate::values::text::narrow;
use crate::values::{BookId, ContractId, Fen, Say};

/// A claim as its page shows it.
pub(super) struct ClaimPage {
    pub place: Place,
    pub cover: Cover,
    pub claim: Claim,
    pub insured: String,
    pub product: String,
    /// The disaster's name.
    pub event: Option<String>,
    pub steps: Vec<Step>,
}

/// One record on it.
pub(super) struct Step {
    pub name: Say,
    pub voucher: Voucher,
    pub amount: Fen,
    pub by: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    claim: String,
}

pub(super) async fn show(
    page: Page,
    site: Site,
    path: web::Path<(i64, String, i32)>,
    query: web::Query<Which>,
) -> Answer {
    let (book, policy, part) = path.into_inner();
    let policy = ContractId::parse(&policy).map_err(|_| Error::NotFound)?;
    let (user, today, number) = (page.user.clone(), page.actor().today, narrow(&query.claim));
    let view = state::read(&site, move |conn, office| {
        claim_page(conn, office, (&user, today), (BookId(book), policy, part, number))
    })
    .await?;
    Ok(views::claim_page(&page, &view))
}

fn claim_page(
    conn: &mut Conn,
    office: &Office<'_>,
    (user, today): (&User, chrono::NaiveDate),
    (book, policy, part, number): (BookId, ContractId, i32, String),
) -> Result<ClaimPage, Error> {
    let nobody = unwritten();
    let cover = find_cover(conn, book, &policy, &nobody)?;
    let parts = parts_in_scope(conn, user, &cover)?;
    let own = parts
        .into_iter()
        .find(|own| own.n == part)
        .ok_or(Error::NotFound)?;
    let place = insurer_place(conn, office, user, (book, own.region_id), today)?;
    let ids = std::slice::from_ref(&policy);
    let mut claims = claims_of(conn, book, ids, &nobody, Basis::WithPending)?;
    let key = (policy, part, number);
    let claim = claims.remove(&key).ok_or(Error::NotFound)?;
    let named = labelled(conn, office, vec![own], (today, user.lang))?;
    let events = register::disasters(conn)?;
    Ok(ClaimPage {
        insured: named
            .into_iter()
            .next()
            .map_or_else(String::new, |(_, label)| label),
        product: product_name(conn, user.lang, cover.policy.product_id)?,
        event: events
            .into_iter()
            .find(|event| Some(event.id) == claim.disaster_id)
            .map(|event| event.name),
        steps: steps(conn, office, &claim)?,
        place,
        cover,
        claim,
    })
}

/// The part and claim number of a line of a step or payout.
#[derive(Deserialize)]
struct Named {
    claim: String,
    part: i32,
}

/// The records on a claim, in the order they were submitted.
fn steps(conn: &mut Conn, office: &Office<'_>, claim: &Claim) -> Result<Vec<Step>, Error> {
    let mut kinds: Vec<&str> = Stage::EVERY.iter().map(|stage| stage.code()).collect();
    kinds.push(PAYOUT_KIND);
    let rows: Vec<(Voucher, Fen, String)> = vouchers_with_lines()
        .filter(voucher_line::book_id.eq(claim.book_id))
        .filter(voucher_line::contract_id.eq(&claim.policy_id))
        .filter(voucher::kind.eq_any(kinds))
        .order((voucher::submitted_at, voucher::id))
        .select((
            Voucher::as_select(),
            voucher_line::amount_fen,
            voucher_line::detail,
        ))
        .load(conn)?;
    let makers = rows.iter().map(|(voucher, ..)| voucher.maker_id.clone());
    let names = account_names(conn, makers.collect::<Vec<_>>())?;
    let mut steps = Vec::new();
    for (voucher, amount, detail) in rows {
        let named: Named = serde_json::from_str(&detail)?;
        if named.part != claim.part || narrow(&named.claim) != claim.number {
            continue;
        }
        let name = office.kinds.name(&voucher.kind);
        steps.push(Step {
            name: name.map_or_else(|| Say::new("—", "—"), |name| Say::new(name.zh, name.en)),
            by: names.get(&voucher.maker_id).cloned().unwrap_or_default(),
            amount,
            voucher,
        });
    }
    Ok(steps)
}
