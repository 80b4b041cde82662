//! Draws and repayments.

use std::collections::HashMap;

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use super::*;

#[test]
fn draws_stay_within_limits_and_repayments_within_balances() {
    let plan = the_plan();
    let stages = stages(&plan.items);
    let mut balance: HashMap<usize, i64> = HashMap::new();
    let mut on_line: HashMap<usize, i64> = HashMap::new();
    let mut ever_on_line: HashMap<usize, i64> = HashMap::new();
    let mut count = 0;
    for item in &plan.items {
        if let Act::Lend(loans) = &item.act {
            for n in loans {
                let loan = &plan.loans[*n];
                assert!(loan.start == item.head.date && loan.amount.0 > 0);
                assert!(balance.insert(*n, loan.amount.0).is_none());
                count += 1;
                let Some(line) = loan.line else { continue };
                let (limit, signed_on) = stages.signed[&line];
                assert!(signed_on <= loan.start);
                let terms = &plan.lines[line];
                assert!(terms.valid_from <= loan.start && loan.maturity <= terms.valid_to);
                assert_eq!(
                    (terms.client, terms.institution, terms.product),
                    (loan.client, loan.institution, loan.product)
                );
                let used = if plan.products[terms.product].revolving {
                    on_line.entry(line).or_default()
                } else {
                    ever_on_line.entry(line).or_default()
                };
                *used += loan.amount.0;
                assert!(*used <= limit, "loan {n} over its line");
            }
        }
        if let Act::Repay(rows) = &item.act {
            for row in rows {
                let left = balance.get_mut(&row.loan).unwrap();
                *left -= row.principal.0;
                assert!(*left >= 0 && row.principal.0 >= 0 && row.interest.0 >= 0);
                assert!(row.principal.0 + row.interest.0 > 0);
                assert!(item.head.date > plan.loans[row.loan].start);
                if let Some(line) = plan.loans[row.loan].line {
                    *on_line.entry(line).or_default() -= row.principal.0;
                }
            }
        }
    }
    assert!((11_500..12_500).contains(&count), "{count}");
    let marine: i64 = balance
        .iter()
        .filter(|(n, _)| plan.products[plan.loans[**n].product].industry == "海洋牧场")
        .map(|(n, left)| {
            assert_eq!(plan.institutions[plan.loans[*n].institution].code, "ABC-JM");
            assert!(plan.loans[*n].line.is_none());
            left
        })
        .sum();
    assert_eq!(marine, 271_800_000_000);
}

/// Who was to pay in the first days of 2024 has paid by the business day, but for one in each county.
#[test]
fn the_first_days_of_2024_leave_a_handful_unpaid() {
    let plan = the_plan();
    let mut paid: HashMap<usize, i64> = HashMap::new();
    for item in plan.items.iter().chain(&plan.since) {
        if let Act::Repay(rows) = &item.act {
            for row in rows {
                *paid.entry(row.loan).or_default() += row.principal.0 + row.interest.0;
            }
        }
    }
    assert!(
        plan.since
            .iter()
            .all(|item| { item.head.date > ymd(2023, 12, 31) && item.head.date < ymd(2024, 1, 4) })
    );
    let due_by = |loan: &Loan, end: NaiveDate| -> i64 {
        let months = (1..=loan.months).take_while(|month| loan.start + Months::new(*month) < end);
        let last = months.last().unwrap_or(0);
        let interest = |balance: i64| {
            let interest = Decimal::from(balance) * loan.rate_percent / Decimal::from(1200);
            i64::try_from(interest.trunc().mantissa()).unwrap()
        };
        let (amount, n) = (loan.amount.0, i64::from(last));
        let all = if last == loan.months { amount } else { 0 };
        match loan.method {
            RepaymentMethod::Bullet if last == loan.months => amount + n * interest(amount),
            RepaymentMethod::Bullet => 0,
            RepaymentMethod::InterestOnly => all + n * interest(amount),
            RepaymentMethod::EqualPrincipal => {
                let part = amount / i64::from(loan.months);
                (0..n).map(|k| part + interest(amount - k * part)).sum()
            }
        }
    };
    let early = |loan: &Loan| loan.method == RepaymentMethod::Bullet;
    let mut new = Vec::new();
    for (n, loan) in plan.loans.iter().enumerate() {
        let came = paid.get(&n).copied().unwrap_or(0);
        let (before, now) = (due_by(loan, ymd(2024, 1, 1)), due_by(loan, ymd(2024, 1, 4)));
        // A loan cleared early owes nothing, whatever its plan was to be.
        if came < now && came >= before && !(early(loan) && came >= loan.amount.0) {
            new.push(book_of(&loan.village));
        }
    }
    let counties: std::collections::BTreeSet<&String> = new.iter().collect();
    assert!((6..=12).contains(&new.len()), "{new:?}");
    assert!(counties.len() >= 5, "{new:?}");
}

/// What has fallen due is paid to the fen, or nothing is; the latter is under two in a hundred.
#[test]
fn instalments_are_paid_on_their_days() {
    let plan = the_plan();
    let end = ymd(2023, 12, 31);
    let mut paid: HashMap<usize, Vec<(NaiveDate, i64, i64)>> = HashMap::new();
    for item in &plan.items {
        if let Act::Repay(rows) = &item.act {
            for row in rows {
                let list = paid.entry(row.loan).or_default();
                list.push((item.head.date, row.principal.0, row.interest.0));
            }
        }
    }
    let mut unpaid = 0;
    for (n, loan) in plan.loans.iter().enumerate() {
        assert_eq!(loan.maturity, loan.start + Months::new(loan.months));
        let list = paid.remove(&n).unwrap_or_default();
        let mut balance = loan.amount.0;
        let mut due = Vec::new();
        for month in 1..=loan.months {
            let interest = Decimal::from(balance) * loan.rate_percent / Decimal::from(1200);
            assert_eq!(interest, interest.trunc(), "whole fen each month");
            let interest = i64::try_from(interest.trunc().mantissa()).unwrap();
            let last = month == loan.months;
            let (principal, interest) = match loan.method {
                RepaymentMethod::Bullet if last => (balance, interest * i64::from(month)),
                RepaymentMethod::Bullet => (0, 0),
                RepaymentMethod::InterestOnly if last => (balance, interest),
                RepaymentMethod::InterestOnly => (0, interest),
                RepaymentMethod::EqualPrincipal => {
                    assert_eq!(loan.amount.0 % i64::from(loan.months), 0);
                    (loan.amount.0 / i64::from(loan.months), interest)
                }
            };
            balance -= principal;
            let date = loan.start + Months::new(month);
            if principal + interest > 0 && date <= end {
                due.push((date, principal, interest));
            }
        }
        let cleared = list.iter().map(|p| p.1).sum::<i64>() == loan.amount.0;
        let nothing_due = due.is_empty();
        if !due.is_empty() && list.is_empty() {
            unpaid += 1;
        } else if loan.method != RepaymentMethod::Bullet {
            assert_eq!(list, due, "loan {n}");
        } else {
            assert!(cleared || nothing_due, "loan {n}");
        }
    }
    assert!((60..250).contains(&unpaid), "{unpaid}");
}
