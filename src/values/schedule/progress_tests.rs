use proptest::prelude::*;

use super::tests::{any_day, any_terms, day, handbook, terms, yuan};
use super::*;

fn state(plan: &Plan, principal: &str, interest: &str, on: &str) -> Progress {
    instalments_due(plan, yuan(principal), yuan(interest), day(on)).unwrap()
}

#[test]
fn an_instalment_is_overdue_only_after_its_day() {
    let plan = handbook(RepaymentMethod::EqualPrincipal);
    let on_the_day = state(&plan, "0", "0", "2024-02-10");
    assert!(!on_the_day.is_overdue());
    assert_eq!(on_the_day.next, Some(plan.rows[0]));
    let after = state(&plan, "0", "0", "2024-02-11");
    assert_eq!(after.days_overdue, 1);
    assert_eq!(after.past_due_principal, yuan("8333.33"));
    assert_eq!(after.past_due_interest, yuan("362.50"));
    assert_eq!(after.next, Some(plan.rows[1]));
    assert_eq!(after.states[0], InstalmentState::Overdue);
    assert_eq!(after.states[1], InstalmentState::Unpaid);
}

#[test]
fn what_came_back_pays_the_earliest_rows_first() {
    let plan = handbook(RepaymentMethod::EqualPrincipal);
    // The first whole, of the second the interest, of the third nothing.
    let both = plan.rows[0].interest.plus(plan.rows[1].interest).unwrap();
    let progress = state(&plan, "8333.33", &both.yuan(), "2024-03-05");
    assert_eq!(progress.states[0], InstalmentState::Paid);
    assert_eq!(progress.states[1], InstalmentState::Partly);
    assert_eq!(progress.states[2], InstalmentState::Unpaid);
    assert!(!progress.is_overdue());
    let later = state(&plan, "8333.33", &both.yuan(), "2024-05-10");
    assert_eq!(later.days_overdue, 61);
    assert_eq!(later.past_due_principal, yuan("16666.66"));
    assert_eq!(later.past_due_interest, plan.rows[2].interest);
    assert_eq!(later.next, Some(plan.rows[3]));
}

fn back(on: &str, principal: &str) -> Repaid {
    Repaid {
        day: day(on),
        principal: yuan(principal),
        interest: Fen::ZERO,
    }
}

fn interest(plan: &Plan) -> Vec<String> {
    plan.rows.iter().map(|row| row.interest.yuan()).collect()
}

#[test]
fn what_comes_back_early_bears_no_more_interest() {
    let terms = terms("12000", "6", RepaymentMethod::InterestOnly, DayCount::Thirty360);
    let plan = plan_of(&terms, day("2024-04-01"), 3).unwrap();
    assert_eq!(interest(&plan), ["60.00", "60.00", "60.00"]);
    let after = |repaid: &[Repaid]| interest(&eased(&plan, repaid).unwrap());
    // Half of it on a due day; a third of May's days before its end; late, which eases nothing.
    assert_eq!(after(&[back("2024-05-01", "6000")]), ["60.00", "30.00", "30.00"]);
    assert_eq!(after(&[back("2024-04-21", "6000")]), ["50.00", "30.00", "30.00"]);
    assert_eq!(after(&[back("2024-08-01", "12000")]), ["60.00", "60.00", "60.00"]);
    let twice = [back("2024-06-01", "3000"), back("2024-05-01", "6000")];
    assert_eq!(after(&twice), ["60.00", "30.00", "15.00"]);
}

#[test]
fn paying_as_planned_or_late_eases_nothing() {
    let plan = handbook(RepaymentMethod::EqualInstalment);
    let paid = |late: i64| -> Vec<Repaid> {
        let of = |row: &Instalment| Repaid {
            day: row.due + chrono::TimeDelta::days(late),
            principal: row.principal,
            interest: row.interest,
        };
        plan.rows.iter().map(of).collect()
    };
    for late in [0, 5, 40] {
        assert_eq!(eased(&plan, &paid(late)).unwrap(), plan, "{late} days late");
    }
    assert!(eased(&plan, &paid(-1)).unwrap().total_interest < plan.total_interest);
}

#[test]
fn a_loan_whose_principal_is_back_owes_nothing_by_its_plan() {
    let plan = handbook(RepaymentMethod::Bullet);
    let progress = state(&plan, "100000", "1200", "2026-01-01");
    assert_eq!(progress.states, [InstalmentState::Paid]);
    assert_eq!((progress.next, progress.days_overdue), (None, 0));
    let unpaid = state(&plan, "99999.99", "4350", "2025-01-11");
    assert_eq!(
        (unpaid.days_overdue, unpaid.past_due_principal),
        (1, yuan("0.01"))
    );
    assert_eq!(unpaid.next, None);
}

proptest! {
    #[test]
    fn early_principal_never_raises_what_is_due(
        terms in any_terms(), start in any_day(), periods in 1_u32..=36,
        early in prop::collection::vec((0_i64..1_200, 0_i64..=1_000), 0..6),
    ) {
        let plan = plan_of(&terms, start, periods).unwrap();
        let repaid: Vec<Repaid> = early.into_iter().map(|(after, thousandths)| Repaid {
            day: start + chrono::TimeDelta::days(after),
            principal: Fen(terms.principal.0 / 6_000 * thousandths),
            interest: Fen::ZERO,
        }).collect();
        let eased = eased(&plan, &repaid).unwrap();
        for (less, row) in eased.rows.iter().zip(&plan.rows) {
            prop_assert!(less.interest <= row.interest && !less.interest.is_negative());
            prop_assert_eq!(less.principal, row.principal);
            prop_assert_eq!(less.payment.0, less.principal.0 + less.interest.0);
        }
    }

    #[test]
    fn paying_by_the_plan_is_never_overdue(terms in any_terms(), start in any_day(), periods in 1_u32..=60) {
        let plan = plan_of(&terms, start, periods).unwrap();
        let (mut principal, mut interest) = (Fen::ZERO, Fen::ZERO);
        for (at, row) in plan.rows.iter().enumerate() {
            let before = instalments_due(&plan, principal, interest, row.due).unwrap();
            prop_assert!(!before.is_overdue());
            principal = principal.plus(row.principal).unwrap();
            interest = interest.plus(row.interest).unwrap();
            let after = instalments_due(&plan, principal, interest, row.due).unwrap();
            let paid = after.states.iter().filter(|state| **state == InstalmentState::Paid);
            prop_assert!(paid.count() > at);
        }
        let end = instalments_due(&plan, principal, interest, NaiveDate::MAX).unwrap();
        prop_assert!(!end.is_overdue() && end.next.is_none());
    }
}
