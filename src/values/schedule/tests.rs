use super::*;
use proptest::prelude::*;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

pub(super) fn terms(principal: &str, rate: &str, method: RepaymentMethod, day_count: DayCount) -> Terms {
    Terms {
        principal: yuan(principal),
        rate: Percent::parse(rate).unwrap(),
        method,
        day_count,
    }
}

/// 100,000 yuan at 4.35% over twelve months, by month: the handbook's numbers.
pub(super) fn handbook(method: RepaymentMethod) -> Plan {
    let terms = terms("100000", "4.35", method, DayCount::Thirty360);
    plan_of(&terms, day("2024-01-10"), 12).unwrap()
}

fn last(plan: &Plan) -> Instalment {
    *plan.rows.last().unwrap()
}

#[test]
fn the_handbooks_plans_come_out_to_the_fen() {
    let plan = handbook(RepaymentMethod::EqualInstalment);
    assert_eq!(plan.rows.len(), 12);
    assert!(plan.rows[..11].iter().all(|row| row.payment == yuan("8530.99")));
    assert_eq!(last(&plan).payment, yuan("8531.01"));
    assert_eq!(plan.total_payment, yuan("102371.90"));
    assert_eq!(plan.total_interest, yuan("2371.90"));

    let plan = handbook(RepaymentMethod::EqualPrincipal);
    assert!(plan.rows[..11].iter().all(|row| row.principal == yuan("8333.33")));
    assert_eq!(plan.rows[0].payment, yuan("8695.83"));
    assert_eq!(last(&plan).payment, yuan("8363.58"));

    let plan = handbook(RepaymentMethod::InterestOnly);
    assert!(plan.rows[..11].iter().all(|row| row.payment == yuan("362.50")));
    assert_eq!(last(&plan).payment, yuan("100362.50"));

    let plan = handbook(RepaymentMethod::Bullet);
    assert_eq!(plan.rows.len(), 1);
    assert_eq!(last(&plan).payment, yuan("104350"));
    assert_eq!(last(&plan).due, day("2025-01-10"));
}

#[test]
fn the_handbooks_day_counts_come_out_to_the_fen() {
    let interest = |count| {
        let terms = terms("200000", "3.85", RepaymentMethod::Bullet, count);
        let plan = plan_until(&terms, day("2023-03-01"), day("2023-09-01")).unwrap();
        assert_eq!(plan, plan_of(&terms, day("2023-03-01"), 6).unwrap());
        assert_eq!(last(&plan).days, 184);
        plan.total_interest
    };
    assert_eq!(interest(DayCount::Actual360), yuan("3935.56"));
    assert_eq!(interest(DayCount::Actual365), yuan("3881.64"));
    assert_eq!(interest(DayCount::ActualActual), yuan("3881.64"));
    assert_eq!(interest(DayCount::Thirty360), yuan("3850.00"));
}

/// The row that `design.md` prints: 100 yuan at 9.4822%, six months by month.
#[test]
fn a_plan_serialises_as_the_design_prints_it() {
    let terms = terms(
        "100",
        "9.4822",
        RepaymentMethod::EqualInstalment,
        DayCount::Thirty360,
    );
    let plan = plan_of(&terms, day("2024-01-01"), 6).unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    let row = r#"{"n":1,"due":"2024-02-01","days":31,"payment":"17.13","principal":"16.34","interest":"0.79","balance":"83.66"}"#;
    assert!(json.starts_with(&format!("{{\"rows\":[{row},")), "{json}");
    assert!(
        json.ends_with(r#"],"total_payment":"102.78","total_interest":"2.78"}"#),
        "{json}"
    );
}

#[test]
fn due_days_are_counted_from_the_first_day() {
    let dues = |start: &str, count: u32| -> Vec<String> {
        let terms = terms("1000", "6", RepaymentMethod::InterestOnly, DayCount::Thirty360);
        let plan = plan_of(&terms, day(start), count).unwrap();
        plan.rows.iter().map(|row| row.due.to_string()).collect()
    };
    for (start, expected) in [
        (
            "2024-01-31",
            ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"],
        ),
        (
            "2023-01-31",
            ["2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31"],
        ),
        (
            "2023-01-30",
            ["2023-02-28", "2023-03-30", "2023-04-30", "2023-05-30"],
        ),
        (
            "2024-02-29",
            ["2024-03-29", "2024-04-29", "2024-05-29", "2024-06-29"],
        ),
        (
            "2023-02-28",
            ["2023-03-28", "2023-04-28", "2023-05-28", "2023-06-28"],
        ),
        (
            "2023-11-30",
            ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"],
        ),
        (
            "2023-12-01",
            ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"],
        ),
    ] {
        assert_eq!(dues(start, 4), expected, "{start}");
    }
    assert_eq!(dues("2023-08-31", 18)[17], "2025-02-28");
}

#[test]
fn a_month_is_a_twelfth_of_a_year_however_long_it_is() {
    let terms = terms("12000", "6", RepaymentMethod::InterestOnly, DayCount::Thirty360);
    let plan = plan_of(&terms, day("2024-01-31"), 12).unwrap();
    assert!(plan.rows.iter().all(|row| row.interest == yuan("60")));
    assert_eq!(plan.rows[0].days, 29);
    assert_eq!(plan.rows[1].days, 31);
}

#[test]
fn a_leap_year_counts_its_own_days_in_366ths() {
    let interest = |from, to| {
        let terms = terms("100000", "3.65", RepaymentMethod::Bullet, DayCount::ActualActual);
        plan_until(&terms, day(from), day(to)).unwrap().total_interest
    };
    // 3.65% is 10 yuan a day in a common year.
    assert_eq!(interest("2023-03-01", "2023-03-31"), yuan("300.00"));
    assert_eq!(interest("2023-01-01", "2024-01-01"), yuan("3650.00"));
    assert_eq!(interest("2024-01-01", "2025-01-01"), yuan("3650.00"));
    // 17 days of December 2023 with the 15th, 14 of January 2024: 170 + 3650 × 14 ÷ 366.
    assert_eq!(interest("2023-12-15", "2024-01-15"), yuan("309.62"));
    // 2100 is no leap year, 2000 was one.
    assert_eq!(interest("2100-02-01", "2100-03-01"), yuan("280.00"));
    assert_eq!(interest("2000-02-01", "2000-03-01"), yuan("289.21"));
}

#[test]
fn a_term_need_not_be_whole_months() {
    let with = |method| {
        let terms = terms("10000", "7.2", method, DayCount::Thirty360);
        plan_until(&terms, day("2024-01-31"), day("2024-04-10")).unwrap()
    };
    let plan = with(RepaymentMethod::InterestOnly);
    let shown: Vec<_> = plan
        .rows
        .iter()
        .map(|row| (row.due.to_string(), row.days, row.interest.yuan()))
        .collect();
    let expected = [
        ("2024-02-29", 29, "60.00"),
        ("2024-03-31", 31, "60.00"),
        ("2024-04-10", 10, "20.00"),
    ];
    assert_eq!(
        shown,
        expected.map(|(due, days, interest)| (due.to_owned(), days, interest.to_owned()))
    );
    let bullet = with(RepaymentMethod::Bullet);
    assert_eq!(bullet.rows.len(), 1);
    assert_eq!((last(&bullet).days, bullet.total_interest), (70, yuan("140.00")));
    // Shorter than a month: one row whatever the method.
    for method in RepaymentMethod::EVERY {
        let terms = terms("10000", "7.2", method, DayCount::Actual360);
        let plan = plan_until(&terms, day("2024-02-01"), day("2024-02-11")).unwrap();
        assert_eq!(plan.rows.len(), 1, "{method:?}");
        assert_eq!(plan.total_payment, yuan("10020.00"), "{method:?}");
    }
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let good = terms(
        "100000",
        "4.35",
        RepaymentMethod::EqualInstalment,
        DayCount::Thirty360,
    );
    let start = day("2024-01-10");
    let refused = |terms: Terms, start, periods| {
        let error = plan_of(&terms, start, periods).unwrap_err();
        assert!(!error.say().zh.is_empty() && !error.say().en.is_empty());
        (error.code(), error.field())
    };
    let with = |principal, rate: &str| Terms {
        principal,
        rate: Percent::parse(rate).unwrap(),
        ..good
    };
    let principal = ("schedule.principal", "principal");
    assert_eq!(refused(with(Fen::ZERO, "4.35"), start, 12), principal);
    assert_eq!(refused(with(Fen(-1), "4.35"), start, 12), principal);
    for rate in ["0", "-1", "24.0001"] {
        assert_eq!(
            refused(with(yuan("1"), rate), start, 12),
            ("schedule.rate", "rate"),
            "{rate}"
        );
    }
    assert!(plan_of(&with(yuan("1"), "24"), start, 360).is_ok());
    for periods in [0, 361] {
        assert_eq!(refused(good, start, periods), ("schedule.periods", "periods"));
    }
    assert_eq!(refused(good, NaiveDate::MAX, 1), ("schedule.date", "start"));
    assert_eq!(
        refused(with(Fen(i64::MAX), "24"), start, 360),
        ("schedule.overflow", "principal")
    );
    let error = plan_until(&good, start, start).unwrap_err();
    assert_eq!(error.code(), "schedule.maturity");
}

#[test]
fn codes_read_back() {
    assert_eq!(RepaymentMethod::parse("bullet"), Some(RepaymentMethod::Bullet));
    assert_eq!(RepaymentMethod::parse("利随本清"), None);
    assert_eq!(DayCount::parse("actual/actual"), Some(DayCount::ActualActual));
}

/// An equal instalment in whole numbers: P × Πfᵢ ÷ Σ of the partial products over a common denominator, for as
/// many periods as still fit.
fn slow_instalment(principal: i128, rate: i128, shares: &[(i128, i128)]) -> i128 {
    // fᵢ = (1,000,000 × year + rate × part) ÷ (1,000,000 × year) = aᵢ ÷ bᵢ.
    let pairs: Vec<(i128, i128)> = shares
        .iter()
        .map(|(part, year)| (1_000_000 * year + rate * part, 1_000_000 * year))
        .map(|(a, b)| (a / gcd(a, b), b / gcd(a, b)))
        .collect();
    let whole: i128 = pairs.iter().map(|(a, _)| a).product();
    // Σⱼ Πᵢ﹥ⱼ fᵢ, times Πbᵢ.
    let sum: i128 = (0..pairs.len())
        .map(|j| {
            let before: i128 = pairs[..=j].iter().map(|(_, b)| b).product();
            let after: i128 = pairs[j + 1..].iter().map(|(a, _)| a).product();
            before * after
        })
        .sum();
    divide_half_away(principal * whole, sum)
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Interest from days counted one by one.
fn slow_interest(
    balance: Fen,
    rate: i128,
    count: DayCount,
    months: i128,
    from: NaiveDate,
    to: NaiveDate,
) -> i128 {
    let (mut common, mut leap) = (0_i128, 0_i128);
    for day in from.iter_days().take_while(|day| *day < to) {
        if day.leap_year() {
            leap += 1;
        } else {
            common += 1;
        }
    }
    let (part, year) = match count {
        DayCount::Thirty360 => (months, 12),
        DayCount::Actual365 => (common + leap, 365),
        DayCount::Actual360 => (common + leap, 360),
        DayCount::ActualActual => (common * 366 + leap * 365, 365 * 366),
    };
    divide_half_away(i128::from(balance.0) * rate * part, 1_000_000 * year)
}

prop_compose! {
    pub(super) fn any_terms()(
        fen in 100_000_i64..=10_000_000_000_000,
        rate in 1_i64..=240_000,
        method in 0_usize..4,
        count in 0_usize..4,
    ) -> Terms {
        Terms {
            principal: Fen(fen),
            rate: Percent::from_ten_thousandths(rate).unwrap(),
            method: RepaymentMethod::EVERY[method],
            day_count: DayCount::EVERY[count],
        }
    }
}

pub(super) fn any_day() -> impl Strategy<Value = NaiveDate> {
    // 1990 to 2110.
    (726_468_i32..770_300).prop_map(|number| NaiveDate::from_num_days_from_ce_opt(number).unwrap())
}

fn check_sums(plan: &Plan, terms: &Terms) -> Result<(), TestCaseError> {
    let sum = |of: fn(&Instalment) -> Fen| Fen::sum(plan.rows.iter().map(of)).unwrap();
    prop_assert_eq!(sum(|row| row.principal), terms.principal);
    prop_assert_eq!(sum(|row| row.interest), plan.total_interest);
    prop_assert_eq!(sum(|row| row.payment), plan.total_payment);
    prop_assert_eq!(last(plan).balance, Fen::ZERO);
    let mut balance = terms.principal;
    for (at, row) in plan.rows.iter().enumerate() {
        prop_assert_eq!(row.n, at + 1);
        prop_assert_eq!(row.payment.0, row.principal.0 + row.interest.0);
        prop_assert!(!row.principal.is_negative() && !row.interest.is_negative());
        balance = balance.minus(row.principal).unwrap();
        prop_assert_eq!(row.balance, balance);
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_plan_adds_up(terms in any_terms(), start in any_day(), periods in 1_u32..=360) {
        let plan = plan_of(&terms, start, periods).unwrap();
        check_sums(&plan, &terms)?;
        let mut from = start;
        let mut before = terms.principal;
        for row in &plan.rows {
            prop_assert_eq!(row.days, (row.due - from).num_days());
            let months = if plan.rows.len() == 1 { i128::from(periods) } else { 1 };
            let rate = i128::from(terms.rate.ten_thousandths());
            let expected = slow_interest(before, rate, terms.day_count, months, from, row.due);
            prop_assert_eq!(i128::from(row.interest.0), expected);
            (from, before) = (row.due, row.balance);
        }
    }

    #[test]
    fn every_term_adds_up(terms in any_terms(), start in any_day(), days in 1_i64..3_000) {
        let maturity = start + chrono::TimeDelta::days(days);
        let plan = plan_until(&terms, start, maturity).unwrap();
        check_sums(&plan, &terms)?;
        prop_assert_eq!(last(&plan).due, maturity);
        prop_assert_eq!(plan.rows.iter().map(|row| row.days).sum::<i64>(), days);
    }

    #[test]
    fn instalments_are_equal_but_the_last(
        terms in any_terms(), start in any_day(), periods in 2_u32..=60,
    ) {
        let terms = Terms { method: RepaymentMethod::EqualInstalment, ..terms };
        let plan = plan_of(&terms, start, periods).unwrap();
        let first = plan.rows[0].payment;
        let all_but_last = &plan.rows[..plan.rows.len() - 1];
        prop_assert!(all_but_last.iter().all(|row| row.payment == first));
        // The last takes up the rounding: half a fen of each instalment and of each interest, with its growth.
        let off = (last(&plan).payment.0 - first.0).abs();
        prop_assert!(off <= i64::from(periods) * 4, "{} fen off", off);
    }

    #[test]
    fn the_instalment_is_the_exact_one(
        fen in 100_000_i64..=100_000_000_000,
        tenths in 1_i64..=240,
        start in any_day(),
        count in 0_usize..3,
        periods in 1_u32..=4,
    ) {
        let terms = Terms {
            principal: Fen(fen),
            rate: Percent::from_ten_thousandths(tenths * 1_000).unwrap(),
            method: RepaymentMethod::EqualInstalment,
            day_count: DayCount::EVERY[count],
        };
        let dues = plan_of(&terms, start, periods).unwrap();
        let shares: Vec<(i128, i128)> = dues.rows.iter().map(|row| match terms.day_count {
            DayCount::Thirty360 => (1, 12),
            DayCount::Actual365 => (i128::from(row.days), 365),
            _ => (i128::from(row.days), 360),
        }).collect();
        let expected = slow_instalment(i128::from(fen), i128::from(tenths) * 1_000, &shares);
        let found = equal_instalment(&terms, &monthly_periods(start, periods).unwrap()).unwrap();
        prop_assert_eq!(i128::from(found.0), expected);
    }
}
