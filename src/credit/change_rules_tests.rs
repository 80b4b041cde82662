use super::*;
use crate::error::Severity;
use crate::ledger::Line;
use crate::values::{
    BookId, ClientId, ContractId, InstitutionId, MeasureId, ProductId, RegionId, SpecialistId, SubjectId,
};

const DAY: &str = "2023-06-01";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn yuan(yuan: i64) -> Fen {
    Fen(yuan * 100)
}

/// 200,000 yuan pre-approved, 150,000 granted and signed, 80,000 drawn.
fn credit() -> CreditLine {
    CreditLine {
        book_id: BookId(1),
        id: ContractId::from_parts(0, [1; 10]),
        client_id: ClientId::from_parts(0, [2; 10]),
        region_id: RegionId(30),
        institution_id: InstitutionId(2),
        product_id: ProductId(3),
        specialist_id: SpecialistId(4),
        preapproved_fen: yuan(200_000),
        granted_fen: yuan(150_000),
        signed_fen: yuan(150_000),
        drawn_fen: yuan(80_000),
        drawn_total_fen: yuan(90_000),
        revolving: true,
        valid_from: day("2023-01-01"),
        valid_to: day("2023-12-31"),
        state: ACTIVE.to_owned(),
        frozen_on: None,
        unfrozen_on: None,
        changed_on: Some(day("2023-05-04")),
    }
}

fn line(amount: Fen) -> Line {
    Line {
        n: 1,
        region: RegionId(30),
        client: Some(ClientId::from_parts(0, [2; 10])),
        product: ProductId(3),
        institution: InstitutionId(2),
        // Not the one who opened it: flows are the recorder's, stocks stay with the line.
        specialist: SpecialistId(5),
        contract: Some(ContractId::from_parts(0, [1; 10])),
        amount,
        detail: serde_json::Value::Null,
    }
}

fn because() -> ChangeTerms {
    ChangeTerms {
        reason: "家庭变故".to_owned(),
        valid_from: None,
        valid_to: None,
    }
}

fn until(from: Option<&str>, to: &str) -> ChangeTerms {
    ChangeTerms {
        reason: String::new(),
        valid_from: from.map(day),
        valid_to: Some(day(to)),
    }
}

fn found(change: Change, amount: Fen, terms: &ChangeTerms, on: &str, credit: &CreditLine) -> Vec<String> {
    let issues = judge(change, &line(amount), terms, day(on), Some(credit), false);
    issues
        .into_iter()
        .map(|issue| match issue.severity {
            Severity::Refuse => issue.code,
            _ => format!("({})", issue.code),
        })
        .collect()
}

fn simple(change: Change, credit: &CreditLine) -> Vec<String> {
    found(change, Fen::ZERO, &because(), DAY, credit)
}

fn after(change: Change, amount: Fen, terms: &ChangeTerms, on: &str, credit: &CreditLine) -> CreditLine {
    advance(change, day(on), amount, terms, credit)
}

/// What a change posts, as (measure, yuan or count, specialist).
fn posted(change: Change, amount: Fen, before: &CreditLine, next: &CreditLine) -> Vec<(MeasureId, i64, i64)> {
    let counted = Counted {
        village: true,
        household: Some(SubjectId(9)),
    };
    postings(change, &line(amount), before, next, &counted)
        .into_iter()
        .map(|posting| {
            let amount = match measure::by_id(posting.measure) {
                Some(measure) if measure.unit.is_money() => posting.amount / 100,
                _ => posting.amount,
            };
            (posting.measure, amount, posting.specialist.0)
        })
        .collect()
}

#[test]
fn a_rise_is_new_business_at_every_stage_it_lifts() {
    let before = credit();
    let next = after(Change::Adjust, yuan(250_000), &because(), DAY, &before);
    assert_eq!(
        (next.preapproved_fen, next.granted_fen, next.signed_fen),
        (yuan(250_000), yuan(250_000), yuan(250_000))
    );
    assert_eq!(
        posted(Change::Adjust, yuan(250_000), &before, &next),
        [
            (measure::CREDIT_PREAPPROVED, 50_000, 4),
            (measure::CREDIT_GRANTED, 100_000, 4),
            (measure::CREDIT_SIGNED, 100_000, 4),
            (measure::CREDIT_PREAPPROVED_NEW, 50_000, 5),
            (measure::CREDIT_GRANTED_NEW, 100_000, 5),
            (measure::CREDIT_SIGNED_NEW, 100_000, 5),
        ]
    );
}

#[test]
fn a_cut_is_no_flow_and_leaves_a_higher_pre_approval_as_it_was() {
    let before = credit();
    let next = after(Change::Adjust, yuan(100_000), &because(), DAY, &before);
    assert_eq!(next.preapproved_fen, yuan(200_000));
    assert_eq!(
        posted(Change::Adjust, yuan(100_000), &before, &next),
        [
            (measure::CREDIT_GRANTED, -50_000, 4),
            (measure::CREDIT_SIGNED, -50_000, 4)
        ]
    );
    let direct = CreditLine {
        preapproved_fen: yuan(150_000),
        signed_fen: yuan(120_000),
        ..credit()
    };
    let next = after(Change::Adjust, yuan(130_000), &because(), DAY, &direct);
    assert_eq!(
        (next.preapproved_fen, next.signed_fen),
        (yuan(130_000), yuan(120_000)),
        "what the grant alone had raised comes down with it; a smaller contract stays"
    );
    let only_preapproved = CreditLine {
        granted_fen: Fen::ZERO,
        signed_fen: Fen::ZERO,
        ..credit()
    };
    let next = after(Change::Adjust, yuan(90_000), &because(), DAY, &only_preapproved);
    assert_eq!(
        (next.preapproved_fen, next.granted_fen),
        (yuan(90_000), Fen::ZERO)
    );
}

#[test]
fn rule_5_a_limit_below_what_is_used_is_remarked_on_and_blocks_draws() {
    let adjust = |limit, line: &CreditLine| found(Change::Adjust, limit, &because(), DAY, line);
    assert_eq!(adjust(yuan(80_000), &credit()), [""; 0]);
    assert_eq!(adjust(Fen(7_999_999), &credit()), ["(line.below_outstanding)"]);
    let one_off = CreditLine {
        revolving: false,
        ..credit()
    };
    assert_eq!(adjust(yuan(90_000), &one_off), [""; 0]);
    assert_eq!(adjust(yuan(85_000), &one_off), ["(line.below_outstanding)"]);
    let cut = after(Change::Adjust, yuan(50_000), &because(), DAY, &credit());
    assert_eq!((cut.room(), cut.available()), (Fen::ZERO, Fen::ZERO));
    let raised = after(Change::Adjust, yuan(180_000), &because(), DAY, &one_off);
    assert_eq!(
        raised.available(),
        yuan(90_000),
        "180,000 less the 90,000 ever drawn"
    );
    assert_eq!(adjust(yuan(150_000), &credit()), ["change.same"]);
    assert_eq!(adjust(Fen::ZERO, &credit()), ["amount.not_positive"]);
}

#[test]
fn a_frozen_line_stays_in_the_stocks_and_shows_its_frozen_part() {
    let before = credit();
    assert_eq!(simple(Change::Freeze, &before), [""; 0]);
    let frozen = after(Change::Freeze, Fen::ZERO, &because(), DAY, &before);
    assert_eq!(
        posted(Change::Freeze, Fen::ZERO, &before, &frozen),
        [(measure::CREDIT_FROZEN, 150_000, 4)]
    );
    assert_eq!(frozen.available(), Fen::ZERO);
    assert_eq!(frozen.room(), yuan(70_000));
    assert_eq!(simple(Change::Freeze, &frozen), ["line.frozen_already"]);
    assert_eq!(simple(Change::Unfreeze, &before), ["line.not_frozen"]);
    let cut = after(Change::Adjust, yuan(100_000), &because(), DAY, &frozen);
    assert!(posted(Change::Adjust, yuan(100_000), &frozen, &cut).contains(&(
        measure::CREDIT_FROZEN,
        -50_000,
        4
    )));
    let lifted = after(Change::Unfreeze, Fen::ZERO, &because(), "2023-07-01", &frozen);
    assert_eq!(
        posted(Change::Unfreeze, Fen::ZERO, &frozen, &lifted),
        [(measure::CREDIT_FROZEN, -150_000, 4)]
    );
    assert_eq!(lifted.available(), yuan(70_000));
    let ungranted = CreditLine {
        granted_fen: Fen::ZERO,
        signed_fen: Fen::ZERO,
        ..credit()
    };
    assert_eq!(simple(Change::Freeze, &ungranted), ["line.not_granted"]);
}

#[test]
fn a_termination_leaves_every_stock_and_is_for_good() {
    let frozen = after(Change::Freeze, Fen::ZERO, &because(), DAY, &credit());
    let ended = after(Change::Terminate, Fen::ZERO, &because(), "2023-07-01", &frozen);
    assert_eq!(
        posted(Change::Terminate, Fen::ZERO, &frozen, &ended),
        [
            (measure::CREDIT_PREAPPROVED, -200_000, 4),
            (measure::CREDIT_GRANTED, -150_000, 4),
            (measure::CREDIT_SIGNED, -150_000, 4),
            (measure::CREDIT_FROZEN, -150_000, 4),
            (measure::CREDIT_VILLAGES, -1, 4),
            (measure::CREDIT_HOUSEHOLDS, -1, 4),
            (measure::CREDIT_GRANTED_HOUSEHOLDS, -1, 4),
        ]
    );
    for change in Change::EVERY {
        let terms = if change == Change::Renew {
            until(Some("2023-08-01"), "2024-12-31")
        } else {
            because()
        };
        let amount = if change == Change::Adjust {
            yuan(1)
        } else {
            Fen::ZERO
        };
        let codes = found(change, amount, &terms, "2023-08-01", &ended);
        assert_eq!(codes, ["line.not_active"], "{change:?}");
    }
}

#[test]
fn a_line_renewed_in_time_runs_on() {
    let renew = |terms: &ChangeTerms, on: &str| found(Change::Renew, Fen::ZERO, terms, on, &credit());
    assert_eq!(renew(&until(None, "2026-12-31"), DAY), [""; 0]);
    assert_eq!(
        renew(&until(None, "2026-12-31"), "2024-01-01"),
        [""; 0],
        "at expiry"
    );
    assert_eq!(
        renew(&until(None, "2026-12-31"), "2024-01-02"),
        ["line.out_of_validity"]
    );
    assert_eq!(renew(&until(None, "2023-12-31"), DAY), ["line.validity"]);
    assert_eq!(renew(&until(Some(DAY), "2026-12-31"), DAY), ["line.validity"]);
    assert_eq!(renew(&because(), DAY), ["field.missing"]);
    let next = after(
        Change::Renew,
        Fen::ZERO,
        &until(None, "2026-12-31"),
        DAY,
        &credit(),
    );
    assert_eq!(
        (next.valid_from, next.valid_to),
        (day("2023-01-01"), day("2026-12-31"))
    );
    assert_eq!(
        posted(Change::Renew, Fen::ZERO, &credit(), &next),
        [(measure::CREDIT_RENEWED, 150_000, 5)]
    );
}

#[test]
fn an_expired_line_is_revived_for_a_new_period_and_its_freeze_with_it() {
    let expired = CreditLine {
        state: EXPIRED.to_owned(),
        frozen_on: Some(day(DAY)),
        changed_on: Some(day("2024-01-01")),
        ..credit()
    };
    let renew = |terms: &ChangeTerms, on: &str| found(Change::Renew, Fen::ZERO, terms, on, &expired);
    assert_eq!(
        renew(&until(Some("2024-02-01"), "2026-12-31"), "2024-02-01"),
        [""; 0]
    );
    assert_eq!(renew(&until(None, "2026-12-31"), "2024-02-01"), ["line.validity"]);
    assert_eq!(
        renew(&until(Some("2023-12-31"), "2026-12-31"), "2024-02-01"),
        ["line.validity"]
    );
    assert_eq!(
        renew(&until(Some("2024-01-01"), "2026-12-31"), "2023-12-30"),
        ["change.too_early"],
        "else it would stand twice in December"
    );
    let revived = after(
        Change::Renew,
        Fen::ZERO,
        &until(Some("2024-02-01"), "2026-12-31"),
        "2024-02-01",
        &expired,
    );
    assert_eq!(revived.valid_from, day("2024-02-01"));
    let moved = posted(Change::Renew, Fen::ZERO, &expired, &revived);
    assert!(moved.contains(&(measure::CREDIT_GRANTED, 150_000, 4)));
    assert!(moved.contains(&(measure::CREDIT_FROZEN, 150_000, 4)));
    assert!(moved.contains(&(measure::CREDIT_HOUSEHOLDS, 1, 4)));
    assert!(moved.contains(&(measure::CREDIT_RENEWED, 150_000, 5)));
    let following = after(
        Change::Renew,
        Fen::ZERO,
        &until(Some("2024-01-01"), "2026-12-31"),
        "2024-01-05",
        &expired,
    );
    assert_eq!(following.valid_from, day("2023-01-01"), "no day between");
}

#[test]
fn a_change_says_why_is_of_its_own_line_and_not_before_the_last() {
    let mut silent = because();
    silent.reason = " ".to_owned();
    assert_eq!(
        found(Change::Freeze, Fen::ZERO, &silent, DAY, &credit()),
        ["change.reason_missing"]
    );
    assert_eq!(
        found(Change::Freeze, yuan(1), &because(), DAY, &credit()),
        ["change.amount"]
    );
    assert_eq!(
        found(Change::Freeze, Fen::ZERO, &because(), "2023-05-03", &credit()),
        ["change.too_early"]
    );
    assert_eq!(
        found(Change::Freeze, Fen::ZERO, &because(), "2024-01-01", &credit()),
        ["line.out_of_validity"]
    );
    let other = CreditLine {
        institution_id: InstitutionId(9),
        ..credit()
    };
    assert_eq!(simple(Change::Terminate, &other), ["line.other_contract"]);
    let waits = |waits| {
        judge(
            Change::Freeze,
            &line(Fen::ZERO),
            &because(),
            day(DAY),
            None,
            waits,
        )
        .into_iter()
        .map(|issue| issue.code)
        .collect::<Vec<_>>()
    };
    assert_eq!(waits(true), ["line.parent_waits"]);
    assert_eq!(waits(false), ["line.unknown"]);
}
