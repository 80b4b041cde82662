//! Policies and their parts in the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::commands::{PAYOUT_KIND, POLICY_KIND, PayoutDetail, PolicyTerms};
use super::versions::{CancellationDetail, EndorsementDetail};
use crate::db::schema::{policy, policy_part, voucher, voucher_line};
use crate::db::{CHUNK, Conn, delete_where, insert_all};
use crate::error::Error;

use crate::ledger::{Line, State, vouchers_with_lines};
use crate::values::quantity::quantity_hundredths;
use crate::values::rate::Split;
use crate::values::text::narrow;
use crate::values::{
    AmountError, BookId, ClientId, ContractId, Fen, InstitutionId, ProductId, RegionId, SpecialistId,
    VoucherId,
};

/// The state of a policy whose sum insured is in force.
pub const ACTIVE: &str = "active";
/// The state of a policy that has run out.
pub(super) const ENDED: &str = "ended";
/// The state of a policy that was cancelled (退保).
pub(super) const CANCELLED: &str = "cancelled";

/// One policy (保单).
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy)]
#[diesel(treat_none_as_default_value = false)]
pub struct Policy {
    pub book_id: BookId,
    pub id: ContractId,
    /// 保单号, as the insurer gave it.
    pub number: String,
    pub institution_id: InstitutionId,
    pub product_id: ProductId,
    pub starts_on: NaiveDate,
    /// Last day of cover.
    pub ends_on: NaiveDate,
    pub sum_insured_fen: Fen,
    pub premium_fen: Fen,
    /// Paid on it so far.
    pub paid_fen: Fen,
    /// `active` until its last day is over, then `ended`; `cancelled` from its cancellation on.
    pub state: String,
    /// The first day on which it was no longer in force, when it was cancelled.
    pub cancelled_on: Option<NaiveDate>,
}

impl Policy {
    /// Whether its sum insured is still in force.
    pub fn is_active(&self) -> bool {
        self.state == ACTIVE
    }

    /// Whether a loss of that day is covered (rule 21).
    pub fn covers(&self, day: NaiveDate) -> bool {
        (self.starts_on..=self.ends_on).contains(&day) && self.cancelled_on.is_none_or(|from| day < from)
    }

    /// Days of cover in all, first and last included; at least one.
    pub fn days(&self) -> i64 {
        (self.ends_on - self.starts_on).num_days().max(0) + 1
    }

    /// Days of cover from `day` on, that day included: what is not yet earned of the premium.
    pub fn days_from(&self, day: NaiveDate) -> i64 {
        ((self.ends_on - day.max(self.starts_on)).num_days() + 1).max(0)
    }
}

/// One line of a policy's insured list: a village, or one client in it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_part)]
#[diesel(treat_none_as_default_value = false)]
pub struct PolicyPart {
    pub book_id: BookId,
    pub policy_id: ContractId,
    /// The line of the policy's voucher, from 1.
    pub n: i32,
    pub region_id: RegionId,
    pub client_id: Option<ClientId>,
    pub specialist_id: SpecialistId,
    /// Decimal text in the product's unit, at most two decimals.
    pub quantity: String,
    pub unit_sum_fen: Fen,
    pub sum_insured_fen: Fen,
    pub premium_fen: Fen,
    /// Paid on it so far.
    pub paid_fen: Fen,
    /// Premium in percent of the sum insured, decimal text.
    pub rate_percent: String,
    /// What each payer bears of the premium; together exactly the premium.
    pub central_fen: Fen,
    pub province_fen: Fen,
    pub city_fen: Fen,
    pub county_fen: Fen,
    pub farmer_fen: Fen,
    /// Households insured by it (户次).
    pub households: i64,
}

impl PolicyPart {
    /// Who bears how much of its premium.
    pub const fn split(&self) -> Split {
        Split {
            central: self.central_fen,
            province: self.province_fen,
            city: self.city_fen,
            county: self.county_fen,
            farmer: self.farmer_fen,
        }
    }

    /// Adds a change of premium with what each payer bears of it.
    fn add_premium(&mut self, premium: Fen, split: &Split) -> Result<(), AmountError> {
        self.premium_fen = self.premium_fen.plus(premium)?;
        self.central_fen = self.central_fen.plus(split.central)?;
        self.province_fen = self.province_fen.plus(split.province)?;
        self.city_fen = self.city_fen.plus(split.city)?;
        self.county_fen = self.county_fen.plus(split.county)?;
        self.farmer_fen = self.farmer_fen.plus(split.farmer)?;
        Ok(())
    }
}

/// A policy with its parts in order.
#[derive(Clone, Debug)]
pub struct Cover {
    pub policy: Policy,
    pub parts: Vec<PolicyPart>,
    /// The policy itself is not approved yet, and approval is what is being decided.
    pub waiting: bool,
}

impl Cover {
    /// The part that came from line `n`.
    pub fn part(&self, n: i32) -> Option<&PolicyPart> {
        self.parts.iter().find(|part| part.n == n)
    }

    /// Adds a payout to a part and to the policy; does nothing for a part that is not there.
    ///
    /// # Errors
    /// `Overflow` when the sum does not fit.
    pub(super) fn pay(&mut self, n: i32, amount: Fen) -> Result<(), AmountError> {
        if let Some(part) = self.parts.iter_mut().find(|part| part.n == n) {
            part.paid_fen = part.paid_fen.plus(amount)?;
            self.policy.paid_fen = self.policy.paid_fen.plus(amount)?;
        }
        Ok(())
    }

    /// Adds a signed change of a part's sum insured and premium; does nothing for a part that is not
    /// there.
    ///
    /// # Errors
    /// `Overflow` when a sum does not fit.
    fn change(&mut self, n: i32, sum: Fen, premium: Fen, split: &Split) -> Result<(), AmountError> {
        if let Some(part) = self.parts.iter_mut().find(|part| part.n == n) {
            part.sum_insured_fen = part.sum_insured_fen.plus(sum)?;
            part.add_premium(premium, split)?;
            self.policy.sum_insured_fen = self.policy.sum_insured_fen.plus(sum)?;
            self.policy.premium_fen = self.policy.premium_fen.plus(premium)?;
        }
        Ok(())
    }

    /// Carries out an endorsement's line (批改).
    ///
    /// # Errors
    /// `Overflow` when a sum does not fit.
    pub(super) fn endorse(&mut self, line: &Line, detail: &EndorsementDetail) -> Result<(), AmountError> {
        self.change(detail.part, line.amount, detail.premium, &detail.split())?;
        if let Some(part) = self.parts.iter_mut().find(|part| part.n == detail.part) {
            part.quantity.clone_from(&detail.quantity);
            part.unit_sum_fen = detail.unit_sum;
            part.client_id.clone_from(&line.client);
            part.households = detail.households;
        }
        Ok(())
    }

    /// Carries out a cancellation's line (退保) of that day.
    ///
    /// # Errors
    /// `Overflow` when a sum does not fit.
    pub(super) fn cancel(
        &mut self,
        line: &Line,
        detail: &CancellationDetail,
        day: NaiveDate,
    ) -> Result<(), AmountError> {
        self.change(detail.part, line.amount, detail.premium, &detail.split())?;
        CANCELLED.clone_into(&mut self.policy.state);
        self.policy.cancelled_on = Some(day);
        Ok(())
    }
}

/// Some policies of a book with their parts, by id.
pub fn load_covers(
    conn: &mut Conn,
    book: BookId,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Cover>, Error> {
    let mut found: HashMap<ContractId, Cover> = HashMap::with_capacity(ids.len());
    for some in ids.chunks(CHUNK) {
        let policies: Vec<Policy> = policy::table
            .filter(policy::book_id.eq(book))
            .filter(policy::id.eq_any(some))
            .select(Policy::as_select())
            .load(conn)?;
        let parts: Vec<PolicyPart> = policy_part::table
            .filter(policy_part::book_id.eq(book))
            .filter(policy_part::policy_id.eq_any(some))
            .order((policy_part::policy_id, policy_part::n))
            .select(PolicyPart::as_select())
            .load(conn)?;
        found.extend(policies.into_iter().map(|policy| {
            let cover = Cover {
                policy,
                parts: Vec::new(),
                waiting: false,
            };
            (cover.policy.id.clone(), cover)
        }));
        for part in parts {
            if let Some(cover) = found.get_mut(&part.policy_id) {
                cover.parts.push(part);
            }
        }
    }
    Ok(found)
}

/// The posted parts of policies in one village with their policies, newest cover first.
pub fn policies_in_village(
    conn: &mut Conn,
    book: BookId,
    village: RegionId,
) -> Result<Vec<(Policy, PolicyPart)>, Error> {
    let parts = policy_part::table.inner_join(
        policy::table.on(policy::book_id
            .eq(policy_part::book_id)
            .and(policy::id.eq(policy_part::policy_id))),
    );
    Ok(parts
        .filter(policy_part::book_id.eq(book))
        .filter(policy_part::region_id.eq(village))
        .order((policy::starts_on.desc(), policy::number, policy_part::n))
        .select((Policy::as_select(), PolicyPart::as_select()))
        .load(conn)?)
}

/// What posted policies of a product insure, part by part, in hundredths of its unit: those that cover any
/// day of a period (first and last day), but one.
pub(super) fn insured_quantities(
    conn: &mut Conn,
    book: BookId,
    product: ProductId,
    days: (NaiveDate, NaiveDate),
    except: Option<&ContractId>,
) -> Result<Vec<(RegionId, i64)>, Error> {
    let parts = policy_part::table.inner_join(
        policy::table.on(policy::book_id
            .eq(policy_part::book_id)
            .and(policy::id.eq(policy_part::policy_id))),
    );
    let rows: Vec<(ContractId, RegionId, String)> = parts
        .filter(policy::book_id.eq(book))
        .filter(policy::product_id.eq(product))
        .filter(policy::starts_on.le(days.1))
        .filter(policy::ends_on.ge(days.0))
        .select((policy::id, policy_part::region_id, policy_part::quantity))
        .load(conn)?;
    let others = rows.into_iter().filter(|(id, ..)| Some(id) != except);
    Ok(others
        .filter_map(|(_, region, quantity)| Some((region, quantity_hundredths(&quantity)?)))
        .collect())
}

/// The same of policies that still wait, but one voucher's.
pub(super) fn waiting_quantities(
    conn: &mut Conn,
    book: BookId,
    product: ProductId,
    days: (NaiveDate, NaiveDate),
    except: &VoucherId,
) -> Result<Vec<(RegionId, i64)>, Error> {
    let rows: Vec<(RegionId, String)> = vouchers_with_lines()
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq(State::Submitted.code()))
        .filter(voucher::kind.eq(POLICY_KIND))
        .filter(voucher::id.ne(except))
        .filter(voucher_line::product_id.eq(product))
        .select((voucher_line::region_id, voucher_line::detail))
        .load(conn)?;
    let mut quantities = Vec::with_capacity(rows.len());
    for (region, detail) in rows {
        let terms: PolicyTerms = serde_json::from_str(&detail)?;
        if terms.starts_on <= days.1 && days.0 <= terms.ends_on {
            quantities.extend(quantity_hundredths(&terms.quantity).map(|hundredths| (region, hundredths)));
        }
    }
    Ok(quantities)
}

/// The policies still in force whose last day lies before `day`, oldest first.
pub(super) fn ended_before(conn: &mut Conn, book: BookId, day: NaiveDate) -> Result<Vec<Cover>, Error> {
    let ids: Vec<ContractId> = policy::table
        .filter(policy::book_id.eq(book))
        .filter(policy::state.eq(ACTIVE))
        .filter(policy::ends_on.lt(day))
        .order((policy::ends_on, policy::id))
        .select(policy::id)
        .load(conn)?;
    let mut covers = load_covers(conn, book, &ids)?;
    Ok(ids.iter().filter_map(|id| covers.remove(id)).collect())
}

/// Whether a posted policy of this insurer has the number.
pub(super) fn number_posted(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    number: &str,
) -> Result<bool, Error> {
    let there: i64 = policy::table
        .filter(policy::book_id.eq(book))
        .filter(policy::institution_id.eq(institution))
        .filter(policy::number.eq(number))
        .count()
        .get_result(conn)?;
    Ok(there > 0)
}

/// Whether another waiting policy of this insurer has the number: it stands on every line, so the
/// first of each is read.
pub(super) fn number_waiting(
    conn: &mut Conn,
    book: BookId,
    institution: InstitutionId,
    number: &str,
    except: &VoucherId,
) -> Result<bool, Error> {
    let details: Vec<String> = vouchers_with_lines()
        .filter(voucher::book_id.eq(book))
        .filter(voucher::state.eq(State::Submitted.code()))
        .filter(voucher::kind.eq(POLICY_KIND))
        .filter(voucher::institution_id.eq(institution))
        .filter(voucher::id.ne(except))
        .filter(voucher_line::n.eq(1))
        .select(voucher_line::detail)
        .load(conn)?;
    for detail in details {
        let terms: PolicyTerms = serde_json::from_str(&detail)?;
        if narrow(&terms.number) == number {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A payout recorded before.
#[derive(Clone, Debug)]
pub(super) struct Paid {
    pub policy: ContractId,
    pub paid_on: NaiveDate,
    pub amount: Fen,
    pub detail: PayoutDetail,
    /// A [`State`]'s code: `submitted` or `approved`.
    pub state: String,
}

/// The payouts on these policies in other vouchers, oldest first: the approved ones, and with
/// `waiting` those that wait.
pub(super) fn payouts_on(
    conn: &mut Conn,
    book: BookId,
    policies: &[ContractId],
    except: &VoucherId,
    waiting: bool,
) -> Result<Vec<Paid>, Error> {
    let mut states = vec![State::Approved.code()];
    if waiting {
        states.push(State::Submitted.code());
    }
    let mut found = Vec::new();
    for some in policies.chunks(CHUNK) {
        let rows: Vec<(Option<ContractId>, NaiveDate, Fen, String, String)> = vouchers_with_lines()
            .filter(voucher_line::book_id.eq(book))
            .filter(voucher_line::contract_id.eq_any(some))
            .filter(voucher::kind.eq(PAYOUT_KIND))
            .filter(voucher::state.eq_any(&states))
            .filter(voucher::reversal_of.is_null())
            .filter(voucher::id.ne(except))
            .order((voucher::business_date, voucher::id, voucher_line::n))
            .select((
                voucher_line::contract_id,
                voucher::business_date,
                voucher_line::amount_fen,
                voucher_line::detail,
                voucher::state,
            ))
            .load(conn)?;
        for (policy, paid_on, amount, detail, state) in rows {
            found.extend(match policy {
                Some(policy) => Some(Paid {
                    policy,
                    paid_on,
                    amount,
                    detail: serde_json::from_str(&detail)?,
                    state,
                }),
                None => None,
            });
        }
    }
    Ok(found)
}

/// Writes policies with their parts in place of what is there: two statements to clear and few to
/// write, however many.
pub(super) fn keep_covers(conn: &mut Conn, book: BookId, covers: Vec<Cover>) -> Result<(), Error> {
    let ids: Vec<ContractId> = covers.iter().map(|cover| cover.policy.id.clone()).collect();
    forget_covers(conn, book, &ids)?;
    let (policies, parts): (Vec<Policy>, Vec<Vec<PolicyPart>>) = covers
        .into_iter()
        .map(|cover| (cover.policy, cover.parts))
        .unzip();
    insert_all!(conn, policy::table, &policies)?;
    insert_all!(conn, policy_part::table, &parts.concat())?;
    Ok(())
}

/// Deletes policies with their parts.
pub(super) fn forget_covers(conn: &mut Conn, book: BookId, ids: &[ContractId]) -> Result<(), Error> {
    delete_where!(conn, book, policy_part::policy_id in ids)?;
    delete_where!(conn, book, policy::id in ids)?;
    Ok(())
}

/// Marks a policy as run out.
pub(super) fn end_policy(conn: &mut Conn, book: BookId, id: &ContractId) -> Result<(), Error> {
    diesel::update(policy::table.find((book, id)))
        .set(policy::state.eq(ENDED))
        .execute(conn)?;
    Ok(())
}
