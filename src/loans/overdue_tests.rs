use super::*;
use crate::loans::papers::Extension;
use crate::loans::terms::{ExtensionDetail, LoanClass};
use crate::values::{ClientId, MeasureId, ProductId, RegionId, SpecialistId};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id() -> ContractId {
    ContractId::from_parts(0, [2; 10])
}

/// 120,000 yuan over a year from 15 June 2023, in equal parts of principal, as after what has moved.
fn loan() -> Loan {
    Loan {
        book_id: BookId(1),
        id: id(),
        credit_line_id: None,
        client_id: ClientId::from_parts(0, [9; 10]),
        region_id: RegionId(30),
        institution_id: InstitutionId(2),
        product_id: ProductId(3),
        specialist_id: SpecialistId(4),
        principal_fen: Fen(12_000_000),
        balance_fen: Fen(12_000_000),
        rate_percent: "4.8".to_owned(),
        disbursed_on: day("2023-06-15"),
        matures_on: day("2024-06-15"),
        purpose: "饲料".to_owned(),
        guarantee: "credit".to_owned(),
        method: "equal-principal".to_owned(),
        class: LoanClass::Normal.code().to_owned(),
        note_number: String::new(),
        day_count: "30/360".to_owned(),
        extended_from: None,
        interest_repaid_fen: Fen::ZERO,
        written_off_fen: Fen::ZERO,
        recovered_fen: Fen::ZERO,
    }
}

fn moved(on: &str, measure: MeasureId, amount: i64) -> Moved {
    Moved {
        day: day(on),
        month: Month::of(day(on)),
        measure,
        region: RegionId(30),
        institution: InstitutionId(2),
        product: ProductId(3),
        specialist: SpecialistId(4),
        amount: Fen(amount),
    }
}

fn lent() -> Papers {
    let terms = super::super::terms::LoanTerms {
        rate_percent: "4.8".to_owned(),
        matures_on: day("2024-06-15"),
        method: "equal-principal".to_owned(),
        ..super::super::terms::tests::terms(None)
    };
    Papers {
        terms: Some(terms),
        moved: vec![moved("2023-06-15", measure::LOAN_BALANCE, 12_000_000)],
        ..Papers::default()
    }
}

fn pay(papers: &mut Papers, on: &str, principal: i64, interest: i64) {
    papers.moved.extend([
        moved(on, measure::LOAN_PRINCIPAL_REPAID, principal),
        moved(on, measure::LOAN_INTEREST_REPAID, interest),
        moved(on, measure::LOAN_BALANCE, -principal),
    ]);
}

fn due(papers: &Papers, from: &str, until: &str) -> Vec<(String, i64)> {
    let plan = LoanPlan::of(&loan(), papers).unwrap();
    corrections(Some(&plan), papers, day(from), day(until))
        .unwrap()
        .into_iter()
        .map(|each| (each.day.to_string(), each.amount.0))
        .collect()
}

/// Takes corrections in as if they had been posted.
fn post(papers: &mut Papers, corrections: &[(String, i64)]) {
    for (on, amount) in corrections {
        papers.moved.push(moved(on, measure::LOAN_OVERDUE, *amount));
    }
}

#[test]
fn a_loan_turns_overdue_on_the_day_after_an_unpaid_one_and_only_once() {
    let mut papers = lent();
    assert_eq!(due(&papers, "2023-07-01", "2023-07-15"), []);
    let turned = due(&papers, "2023-07-01", "2023-07-31");
    assert_eq!(turned, [("2023-07-16".to_owned(), 12_000_000)]);
    post(&mut papers, &turned);
    assert_eq!(due(&papers, "2023-07-01", "2023-07-31"), [], "run again");
    assert_eq!(due(&papers, "2023-07-01", "2023-10-31"), [], "and later");
    assert_eq!(due(&papers, "2023-08-01", "2023-10-31"), [], "its month closed");
}

#[test]
fn a_late_run_puts_every_month_end_right() {
    let mut papers = lent();
    pay(&mut papers, "2023-08-10", 1_000_000, 48_000);
    pay(&mut papers, "2023-09-20", 2_000_000, 84_000);
    // Never run before: overdue at the end of July for all of it, and from 16 August for the second instalment.
    let late = due(&papers, "2023-07-01", "2023-09-30");
    assert_eq!(
        late,
        [
            ("2023-07-16".to_owned(), 12_000_000),
            ("2023-08-10".to_owned(), -12_000_000),
            ("2023-08-16".to_owned(), 11_000_000),
            ("2023-09-20".to_owned(), -11_000_000),
        ]
    );
    post(&mut papers, &late);
    assert_eq!(due(&papers, "2023-07-01", "2023-09-30"), []);
    // In a month that has closed nothing can be put right any more; the next one is.
    let mut papers = lent();
    assert_eq!(
        due(&papers, "2023-08-01", "2023-08-31"),
        [("2023-08-01".to_owned(), 12_000_000)]
    );
    pay(&mut papers, "2023-08-05", 500_000, 0);
    let partly = due(&papers, "2023-08-01", "2023-08-31");
    assert_eq!(partly[1], ("2023-08-05".to_owned(), -500_000), "still overdue");
}

#[test]
fn what_was_recorded_late_or_reversed_is_put_right() {
    let mut papers = lent();
    let turned = due(&papers, "2023-07-01", "2023-07-31");
    post(&mut papers, &turned);
    // Paid on its day, recorded a week later.
    pay(&mut papers, "2023-07-15", 1_000_000, 48_000);
    let righted = due(&papers, "2023-07-01", "2023-07-31");
    assert_eq!(righted, [("2023-07-16".to_owned(), -12_000_000)]);
    post(&mut papers, &righted);
    // The repayment is reversed: its entries again with the opposite sign.
    pay(&mut papers, "2023-07-15", -1_000_000, -48_000);
    assert_eq!(due(&papers, "2023-07-01", "2023-07-31"), turned);
    // The disbursement itself is reversed: nothing is owed, whatever is posted.
    let mut gone = lent();
    post(&mut gone, &turned);
    gone.terms = None;
    gone.moved
        .push(moved("2023-06-15", measure::LOAN_BALANCE, -12_000_000));
    let found = corrections(None, &gone, day("2023-07-01"), day("2023-07-31")).unwrap();
    assert_eq!(
        (found[0].day, found[0].amount),
        (day("2023-07-16"), Fen(-12_000_000))
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn overdue_follows_the_extended_date() {
    let mut papers = lent();
    papers.extensions.push(Extension {
        on: day("2023-07-10"),
        month: Month::of(day("2023-07-10")),
        detail: ExtensionDetail {
            matures_on: day("2024-12-15"),
            rate_percent: "4.8".to_owned(),
            method: "bullet".to_owned(),
        },
    });
    assert_eq!(due(&papers, "2023-07-01", "2024-12-15"), []);
    assert_eq!(
        due(&papers, "2023-07-01", "2024-12-31"),
        [("2024-12-16".to_owned(), 12_000_000)]
    );
    // Agreed when it was overdue already.
    papers.extensions[0].on = day("2023-07-20");
    // The interest of 15 July stays due until it is paid; the principal does not.
    assert_eq!(
        due(&papers, "2023-07-01", "2023-07-31"),
        [("2023-07-16".to_owned(), 12_000_000)]
    );
    pay(&mut papers, "2023-07-25", 0, 48_000);
    assert_eq!(
        due(&papers, "2023-07-01", "2023-07-31")[1],
        ("2023-07-25".to_owned(), -12_000_000)
    );
}

#[test]
fn a_loan_that_is_paid_by_its_plan_needs_no_history() {
    let mut paid = loan();
    assert!(surely_paid(&paid, day("2023-07-15")).unwrap());
    assert!(!surely_paid(&paid, day("2023-07-16")).unwrap());
    (paid.balance_fen, paid.interest_repaid_fen) = (Fen(11_000_000), Fen(48_000));
    assert!(surely_paid(&paid, day("2023-08-15")).unwrap());
    paid.interest_repaid_fen = Fen(47_999);
    assert!(!surely_paid(&paid, day("2023-07-16")).unwrap());
    paid.extended_from = Some(day("2024-06-15"));
    assert!(!surely_paid(&paid, day("2023-07-01")).unwrap());
}
