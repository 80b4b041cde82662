//! 海洋牧场贷 of one bank: large loans without a line to enterprises and cooperatives by the sea.

use chrono::NaiveDate;

use super::calendar::{day, next_on, plus_days, plus_months, year_end};
use super::catalogue::{ABC, MARINE_LOAN};
use super::credit::shuffled;
use super::loans::{Debts, loan_day, month_interest, purpose, usual_rate};
use super::model::{Loan, Product, RepaymentMethod};
use super::people::{People, Posts};
use super::rng::Rng;
use super::settle::settle;
use super::targets::MARINE_BALANCE_FEN;
use super::villages::Ground;
use super::{PlanError, WAN};
use crate::values::money::Fen;

/// Loans still running at the end of 2023, and loans of 2022 repaid within a year.
const RUNNING: usize = 178;
const CLEARED: usize = 16;

/// Adds the loans so that their balance at 2023-12-31 is the target.
pub(super) fn add_marine(
    debts: &mut Debts,
    products: &[Product],
    ground: &Ground,
    posts: &Posts,
    people: &mut People,
) -> Result<(), PlanError> {
    let mut rng = Rng::new(0x0676_0006);
    let mut farms: Vec<(usize, usize)> = Vec::new();
    for village in &ground.marine_villages {
        for _ in 0..rng.between(2, 4) {
            farms.push((people.sea_farm(ground, *village), *village));
        }
    }
    let balances = balances(&mut rng)?;
    for (n, balance) in balances.into_iter().enumerate() {
        let (client, village) = farms[n % farms.len()];
        let specialist = posts.of(ABC, village)?;
        let cleared = n >= RUNNING;
        let latest = if cleared { 270 } else { 655 };
        let from = plus_days(day(2022, 1, 20), rng.between(0, latest));
        let start = next_on(from, loan_day(specialist));
        let months = if cleared { 12 } else { rng.one(&[24, 36, 36]) };
        let is_bullet = cleared || rng.chance(45);
        let early = early_part(&mut rng, is_bullet && !cleared, start);
        debts.loans.push(Loan {
            number: String::new(),
            client,
            line: None,
            village: ground.villages[village].place.clone(),
            institution: ABC,
            product: MARINE_LOAN,
            specialist,
            amount: Fen(balance + early.map_or(0, |(_, part)| part)),
            rate_percent: usual_rate(&mut rng, &products[MARINE_LOAN]),
            start,
            months,
            maturity: plus_months(start, months),
            method: if is_bullet {
                RepaymentMethod::Bullet
            } else {
                RepaymentMethod::InterestOnly
            },
            purpose: purpose(&mut rng, "海洋牧场").to_owned(),
            guarantee: rng.pick(&["抵押", "抵押", "保证", "信用", "农担"]).to_owned(),
        });
        let index = debts.loans.len() - 1;
        if let Some((month, part)) = early {
            let interest = month_interest(part, debts.loans[index].rate_percent);
            let date = plus_months(start, month);
            debts.pay(date, index, part, interest * i64::from(month));
        }
        debts.repay(index, None);
    }
    Ok(())
}

/// What stands at the end of 2023 on each running loan, then the amounts of the cleared ones.
fn balances(rng: &mut Rng) -> Result<Vec<i64>, PlanError> {
    let mut running: Vec<i64> = (0..RUNNING).map(|_| 100 * WAN * rng.between(4, 26)).collect();
    let order = shuffled(rng, running.len());
    let bounds = |_: usize| (300 * WAN, 5_000 * WAN);
    settle(&mut running, bounds, &order, 10 * WAN, MARINE_BALANCE_FEN)?;
    running.extend((0..CLEARED).map(|_| 100 * WAN * rng.between(2, 9)));
    Ok(running)
}

/// Every third loan due at once has a part repaid early, with the interest on that part.
fn early_part(rng: &mut Rng, may: bool, start: NaiveDate) -> Option<(u32, i64)> {
    let month = 3 + rng.below(9) as u32;
    let part = 10 * WAN * rng.between(5, 40);
    let in_time = plus_months(start, month) <= year_end();
    (may && in_time && rng.chance(33)).then_some((month, part))
}
