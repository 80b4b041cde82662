//! The clients and contracts of the villages taken along.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};

use super::pack::Scope;
use crate::credit::{self, CreditLine};
use crate::db::Conn;
use crate::error::Error;
use crate::insurance::{self, Claim, Policy, PolicyPart};
use crate::ledger::Office;
use crate::loans::{self, Loan};
use crate::register::{self, Found};
use crate::values::schedule::Progress;
use crate::values::{BookId, ClientId, Fen, InstitutionId, Lang, RegionId, Say, english};

/// Lines and policies that end within so many days are on the list of what to do.
const ENDING_WITHIN: Days = Days::new(60);
/// Instalments due within so many days.
const DUE_WITHIN: Days = Days::new(15);

/// Everything of the villages.
#[derive(Default)]
pub(super) struct Contracts {
    pub clients: Vec<Client>,
    pub lines: Vec<Line>,
    pub loans: Vec<OnePlan>,
    pub policies: Vec<Cover>,
    pub claims: Vec<OneClaim>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Client {
    id: String,
    book: String,
    village: String,
    kind: String,
    name: String,
    masked: String,
    last4: String,
    /// What the search compares: initials, whole reading, last digits.
    keys: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    id: String,
    book: String,
    village: String,
    client: String,
    product: String,
    stage: &'static str,
    limit: String,
    available: String,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    revolving: bool,
    frozen: bool,
    /// When a freeze began and, where it was lifted, when: a draw of another day is none of its business.
    frozen_on: Option<NaiveDate>,
    unfrozen_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct OnePlan {
    id: String,
    book: String,
    village: String,
    client: String,
    product: String,
    principal: String,
    balance: String,
    rate_percent: String,
    method: String,
    day_count: String,
    paid_out_on: NaiveDate,
    matures_on: NaiveDate,
    next: Option<Next>,
    past_due: String,
    days_overdue: i64,
}

#[derive(Clone, Debug, Serialize)]
struct Next {
    due: NaiveDate,
    payment: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Cover {
    id: String,
    book: String,
    number: String,
    product: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    n: i32,
    village: String,
    client: Option<String>,
    insured: Say,
    quantity: String,
    households: i64,
    sum_insured: String,
    paid: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct OneClaim {
    number: String,
    book: String,
    policy: String,
    part: i32,
    village: String,
    insured: Say,
    stage: String,
    loss_date: NaiveDate,
    cause: String,
    households: i64,
    quantity: String,
    value: String,
}

impl Contracts {
    pub(super) fn load(
        conn: &mut Conn,
        office: &Office<'_>,
        scope: &Scope,
        today: NaiveDate,
    ) -> Result<Contracts, Error> {
        let mut all = Contracts::default();
        let shown: HashMap<RegionId, RegionId> =
            scope.kin().map(|(unit, place)| (unit, place.village)).collect();
        // Each book once: the villages of one lie together.
        let mut kept: BTreeMap<BookId, Vec<RegionId>> = BTreeMap::new();
        for (unit, place) in scope.kin() {
            for book in &place.books {
                kept.entry(*book).or_default().push(unit);
            }
        }
        for (book, units) in kept {
            let clients = register::clients_in(conn, office.vault, book, &units, "", usize::MAX)?;
            let at = |unit: RegionId| shown.get(&unit).copied().unwrap_or(unit).0.to_string();
            if scope.institution.is_insurer() {
                let names: HashMap<&ClientId, &str> = clients
                    .iter()
                    .map(|found| (&found.client.id, found.identity.name.as_str()))
                    .collect();
                all.insured(
                    conn,
                    office,
                    (book, &units),
                    scope.institution.id,
                    &names,
                    (&at, today),
                )?;
            } else {
                all.lent(conn, (book, &clients), scope.institution.id, &at, today)?;
            }
            all.clients.extend(clients.iter().map(|found| client(found, &at)));
        }
        Ok(all)
    }

    /// What the bank has with these clients.
    fn lent(
        &mut self,
        conn: &mut Conn,
        (book, clients): (BookId, &[Found]),
        bank: InstitutionId,
        at: &impl Fn(RegionId) -> String,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let ids: Vec<ClientId> = clients.iter().map(|found| found.client.id.clone()).collect();
        let lines = credit::lines_of_clients(conn, book, &ids)?;
        let ours = lines
            .iter()
            .filter(|line| line.institution_id == bank && line.state == credit::ACTIVE);
        self.lines.extend(ours.map(|row| line(row, at)));
        let loans: Vec<Loan> = loans::loans_of_clients(conn, book, &ids)?
            .into_iter()
            .filter(|loan| loan.institution_id == bank && loan.balance_fen.is_positive())
            .collect();
        let standing = loans::progress_on(conn, book, &loans, today)?;
        for row in &loans {
            self.loans.push(loan(row, standing.get(&row.id), at)?);
        }
        Ok(())
    }

    /// What the insurer covers in these units, and the claims that are open.
    fn insured(
        &mut self,
        conn: &mut Conn,
        office: &Office<'_>,
        (book, units): (BookId, &[RegionId]),
        insurer: InstitutionId,
        names: &HashMap<&ClientId, &str>,
        (at, today): (&impl Fn(RegionId) -> String, NaiveDate),
    ) -> Result<(), Error> {
        let told = |unit: RegionId, client: Option<&ClientId>| {
            let name = client.and_then(|id| names.get(id)).copied();
            name.map_or_else(|| office.regions.say(unit, today), |name| Say::new(name, name))
        };
        let recent = today - AFTER_COVER;
        for (policy, part) in insurance::insured_in(conn, book, units, insurer)? {
            if policy.ends_on < recent {
                continue;
            }
            let insured = told(part.region_id, part.client_id.as_ref());
            let row = part_of(&part, insured, at);
            match self.policies.last_mut() {
                Some(known) if known.id == policy.id.as_str() => known.parts.push(row),
                _ => self.policies.push(cover(&policy, row)),
            }
        }
        let claims = insurance::claims_in(conn, book, units)?;
        let known: Vec<&str> = self.policies.iter().map(|policy| policy.id.as_str()).collect();
        let open = claims
            .iter()
            .filter(|claim| claim.is_open() && known.contains(&claim.policy_id.as_str()));
        let told = open.map(|claim| one_claim(claim, told(claim.region_id, claim.client_id.as_ref()), at));
        self.claims.extend(told.collect::<Vec<_>>());
        Ok(())
    }

    pub(super) fn expiring(&self, today: NaiveDate) -> Vec<Value> {
        let soon = self
            .lines
            .iter()
            .filter(|line| line.valid_to <= today + ENDING_WITHIN);
        soon.map(|line| json!({ "line": line.id, "client": line.client, "valid_to": line.valid_to }))
            .collect()
    }

    pub(super) fn due(&self, today: NaiveDate) -> Vec<Value> {
        let soon = |next: &Next| next.due <= today + DUE_WITHIN;
        let loans = self.loans.iter();
        loans
            .filter(|loan| loan.days_overdue > 0 || loan.next.as_ref().is_some_and(soon))
            .map(|loan| {
                json!({
                    "loan": loan.id,
                    "client": loan.client,
                    "due": loan.next.as_ref().map(|next| next.due),
                    "payment": loan.next.as_ref().map(|next| next.payment.as_str()),
                    "past_due": loan.past_due,
                })
            })
            .collect()
    }

    pub(super) fn ending(&self, today: NaiveDate) -> Vec<Value> {
        let soon = |policy: &&Cover| (today..=today + ENDING_WITHIN).contains(&policy.ends_on);
        let policies = self.policies.iter().filter(soon);
        policies
            .map(|policy| json!({ "policy": policy.id, "ends_on": policy.ends_on }))
            .collect()
    }
}

/// A loss is reported for some time after the last day of cover.
const AFTER_COVER: Days = Days::new(90);

/// A client as phones list it.
pub(super) fn client(found: &Found, at: &impl Fn(RegionId) -> String) -> Client {
    let number = &found.identity.number;
    let skipped = number.chars().count().saturating_sub(4);
    Client {
        id: found.client.id.to_string(),
        book: found.client.book_id.0.to_string(),
        village: at(found.client.region_id),
        kind: found.client.kind.clone(),
        name: found.identity.name.clone(),
        masked: found.identity.masked_number(),
        last4: number.chars().skip(skipped).collect(),
        keys: found.keys(),
    }
}

fn line(row: &CreditLine, at: &impl Fn(RegionId) -> String) -> Line {
    let stage = if row.signed_fen.is_positive() {
        "credit.signature"
    } else if row.granted_fen.is_positive() {
        "credit.grant"
    } else {
        "credit.preapproval"
    };
    Line {
        id: row.id.to_string(),
        book: row.book_id.0.to_string(),
        village: at(row.region_id),
        client: row.client_id.to_string(),
        product: row.product_id.0.to_string(),
        stage,
        limit: row.limit().yuan(),
        // Whatever its status: a draw from before a freeze may be recorded after it.
        available: row.room().yuan(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        revolving: row.revolving,
        frozen: row.is_frozen(),
        frozen_on: row.frozen_on,
        unfrozen_on: row.unfrozen_on,
    }
}

fn loan(row: &Loan, standing: Option<&Progress>, at: &impl Fn(RegionId) -> String) -> Result<OnePlan, Error> {
    let past_due = match standing {
        Some(progress) => progress.past_due_principal.plus(progress.past_due_interest)?,
        None => Fen::ZERO,
    };
    let next = standing.and_then(|progress| progress.next.as_ref());
    Ok(OnePlan {
        id: row.id.to_string(),
        book: row.book_id.0.to_string(),
        village: at(row.region_id),
        client: row.client_id.to_string(),
        product: row.product_id.0.to_string(),
        principal: row.principal_fen.yuan(),
        balance: row.balance_fen.yuan(),
        rate_percent: row.rate_percent.clone(),
        method: row.method.clone(),
        day_count: row.day_count.clone(),
        paid_out_on: row.disbursed_on,
        matures_on: row.matures_on,
        next: next.map(|next| Next {
            due: next.due,
            payment: next.payment.yuan(),
        }),
        past_due: past_due.yuan(),
        days_overdue: standing.map_or(0, |progress| progress.days_overdue),
    })
}

fn cover(policy: &Policy, first: Part) -> Cover {
    Cover {
        id: policy.id.to_string(),
        book: policy.book_id.0.to_string(),
        number: policy.number.clone(),
        product: policy.product_id.0.to_string(),
        starts_on: policy.starts_on,
        ends_on: policy.ends_on,
        parts: vec![first],
    }
}

fn part_of(part: &PolicyPart, insured: Say, at: &impl Fn(RegionId) -> String) -> Part {
    Part {
        n: part.n,
        village: at(part.region_id),
        client: part.client_id.as_ref().map(ToString::to_string),
        insured,
        quantity: part.quantity.clone(),
        households: part.households,
        sum_insured: part.sum_insured_fen.yuan(),
        paid: part.paid_fen.yuan(),
    }
}

fn one_claim(claim: &Claim, insured: Say, at: &impl Fn(RegionId) -> String) -> OneClaim {
    OneClaim {
        number: claim.number.clone(),
        book: claim.book_id.0.to_string(),
        policy: claim.policy_id.to_string(),
        part: claim.part,
        village: at(claim.region_id),
        insured,
        stage: claim.stage.clone(),
        loss_date: claim.loss_date,
        cause: claim.cause.clone(),
        households: claim.households,
        quantity: claim.quantity.clone(),
        value: claim.value().yuan(),
    }
}

/// The products this institution may offer.
pub(super) fn products(conn: &mut Conn, institution: InstitutionId) -> Result<Vec<Value>, Error> {
    let all = register::products_in(conn, Lang::Zh)?.into_iter();
    let ours = all.filter(|product| product.institution_id.is_none_or(|only| only == institution));
    Ok(ours
        .map(|product| {
            let name = Say::new(product.name.clone(), english::product(&product.name));
            json!({ "id": product.id.0.to_string(), "name": name, "kind": product.kind, "industry": product.tag })
        })
        .collect())
}
