use std::collections::HashMap;

use chrono::NaiveDateTime;
use serde_json::json;

use super::*;
use crate::error::Severity;
use crate::ledger::Posting;
use crate::values::{
    BookId, ClientId, InstitutionId, MeasureId, ProductId, RegionId, SpecialistId, SubjectId, UserId, measure,
};

const HOUSEHOLD: SubjectId = SubjectId(77);
/// Whoever opened the line; its stocks stay here.
const OPENER: SpecialistId = SpecialistId(4);
/// Whoever records in these tests.
const RECORDER: SpecialistId = SpecialistId(5);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(n: u8) -> ContractId {
    ContractId::from_parts(0, [n; 10])
}

fn client_id() -> ClientId {
    ClientId::from_parts(0, [9; 10])
}

fn client() -> Client {
    Client {
        book_id: BookId(1),
        id: client_id(),
        kind: "household".to_owned(),
        region_id: RegionId(30),
        subject_id: HOUSEHOLD,
        recorded_by: UserId::from_parts(0, [1; 10]),
        recorded_at: NaiveDateTime::default(),
    }
}

fn yuan(yuan: i64) -> Fen {
    Fen(yuan * 100)
}

/// A signed line of 300,000 yuan, nothing drawn.
fn credit(revolving: bool) -> CreditLine {
    CreditLine {
        book_id: BookId(1),
        id: id(1),
        client_id: client_id(),
        region_id: RegionId(30),
        institution_id: InstitutionId(2),
        product_id: ProductId(3),
        specialist_id: OPENER,
        preapproved_fen: yuan(300_000),
        granted_fen: yuan(300_000),
        signed_fen: yuan(300_000),
        drawn_fen: Fen::ZERO,
        drawn_total_fen: Fen::ZERO,
        revolving,
        valid_from: day("2023-01-01"),
        valid_to: day("2025-12-31"),
        state: "active".to_owned(),
        frozen_on: None,
        unfrozen_on: None,
        changed_on: None,
    }
}

fn standing(line: CreditLine) -> Standing {
    Standing::new(
        BookId(1),
        HashMap::new(),
        HashMap::from([(line.id.clone(), line)]),
    )
}

fn line(contract: u8, amount: Fen, detail: serde_json::Value) -> Line {
    Line {
        n: 1,
        region: RegionId(30),
        client: Some(client_id()),
        product: ProductId(3),
        institution: InstitutionId(2),
        specialist: RECORDER,
        contract: Some(id(contract)),
        amount,
        detail,
    }
}

fn terms(under: Option<u8>) -> LoanTerms {
    crate::loans::terms::tests::terms(under.map(id))
}

fn draw(loan: u8, amount: Fen) -> Line {
    line(loan, amount, serde_json::to_value(terms(Some(1))).unwrap())
}

fn repayment(loan: u8, principal: Fen, interest: &str) -> Line {
    line(loan, principal, json!({"interest": interest, "penalty": "0.00"}))
}

fn classed(loan: u8, class: &str) -> Line {
    line(loan, Fen::ZERO, json!({ "class": class }))
}

const DAY: &str = "2023-07-01";

/// What is found about a line on 2023-07-01.
fn found_on(on: &str, act: Act, line: &Line, standing: &Standing) -> Vec<Issue> {
    let client = client();
    let known = Known {
        day: day(on),
        client: Some(&client),
        standing,
    };
    judge(act, line, &known).unwrap()
}

fn found(act: Act, line: &Line, standing: &Standing) -> Vec<(Severity, String)> {
    found_on(DAY, act, line, standing)
        .into_iter()
        .map(|issue| (issue.severity, issue.code))
        .collect()
}

fn refused(act: Act, line: &Line, standing: &Standing) -> Vec<String> {
    let refusals = found(act, line, standing).into_iter();
    refusals
        .filter(|(severity, _)| *severity == Severity::Refuse)
        .map(|(_, code)| code)
        .collect()
}

fn take(standing: &mut Standing, act: Act, line: &Line) -> Vec<(MeasureId, i64, SpecialistId)> {
    let posted = standing.take(act, day(DAY), line, Some(HOUSEHOLD)).unwrap();
    let told = |posting: Posting| (posting.measure, posting.amount, posting.specialist);
    posted.into_iter().map(told).collect()
}

#[test]
fn a_draw_of_just_what_is_left_passes_and_one_fen_more_does_not() {
    for revolving in [true, false] {
        let mut standing = standing(credit(revolving));
        take(&mut standing, Act::Disbursement, &draw(2, yuan(200_000)));
        let left = draw(3, yuan(100_000));
        assert_eq!(found(Act::Disbursement, &left, &standing), []);
        let more = draw(3, Fen(yuan(100_000).0 + 1));
        let issues = found_on(DAY, Act::Disbursement, &more, &standing);
        assert_eq!(issues[0].code, "line.overdrawn");
        assert_eq!(
            issues[0].say.zh,
            "放款 100,000.01 元超过可用额度，还可用 100,000.00 元。"
        );
        assert_eq!(issues[0].field, "amount");
    }
}

#[test]
fn repayment_restores_a_revolving_line_and_not_a_one_off_one() {
    for (revolving, left) in [(true, 180_000), (false, 100_000)] {
        let mut standing = standing(credit(revolving));
        take(&mut standing, Act::Disbursement, &draw(2, yuan(200_000)));
        take(&mut standing, Act::Repayment, &repayment(2, yuan(80_000), "0.00"));
        assert_eq!(standing.available(&standing.lines[&id(1)]), yuan(left));
        assert_eq!(
            refused(Act::Disbursement, &draw(3, yuan(left)), &standing),
            [""; 0]
        );
        let more = draw(3, yuan(left + 1));
        assert_eq!(refused(Act::Disbursement, &more, &standing), ["line.overdrawn"]);
    }
}

#[test]
fn a_waiting_repayment_lowers_the_balance_but_restores_nothing_yet() {
    let mut standing = standing(credit(true));
    take(&mut standing, Act::Disbursement, &draw(2, yuan(300_000)));
    let waits = repayment(2, yuan(50_000), "0.00");
    standing.note_repaying(&waits).unwrap();
    take(&mut standing, Act::Repayment, &waits);
    let issues = found_on(DAY, Act::Disbursement, &draw(3, Fen(1)), &standing);
    assert_eq!(
        issues[0].say.zh,
        "放款 0.01 元超过可用额度，还可用 0.00 元。待审核的还款 50,000.00 元审核通过后才恢复额度。"
    );
    let all = repayment(2, yuan(250_000), "0.00");
    assert_eq!(refused(Act::Repayment, &all, &standing), [""; 0]);
    let more = repayment(2, Fen(yuan(250_000).0 + 1), "0.00");
    let issues = found_on(DAY, Act::Repayment, &more, &standing);
    assert_eq!(
        issues[0].say.zh,
        "归还本金 250,000.01 元超过贷款余额 250,000.00 元。余额已扣除待审核的还款 50,000.00 元。"
    );
}

#[test]
fn a_draw_needs_a_granted_line_of_the_same_client_in_its_validity() {
    let draw_on = |line: CreditLine| refused(Act::Disbursement, &draw(2, yuan(1)), &standing(line));
    let with = |change: fn(&mut CreditLine)| {
        let mut line = credit(true);
        change(&mut line);
        draw_on(line)
    };
    assert_eq!(with(|line| line.granted_fen = Fen::ZERO), ["line.not_granted"]);
    assert_eq!(
        with(|line| line.institution_id = InstitutionId(8)),
        ["loan.other_line"]
    );
    assert_eq!(with(|line| line.region_id = RegionId(8)), ["loan.other_line"]);
    assert_eq!(
        with(|line| line.client_id = ClientId::from_parts(0, [8; 10])),
        ["loan.other_line"]
    );
    assert_eq!(with(|line| line.frozen_on = Some(day(DAY))), ["line.not_active"]);
    assert_eq!(
        with(|line| line.frozen_on = day(DAY).succ_opt()),
        [""; 0],
        "drawn before the freeze"
    );
    assert_eq!(
        with(|line| (line.frozen_on, line.unfrozen_on) = (Some(day("2023-02-01")), day(DAY).succ_opt())),
        ["line.not_active"],
        "drawn during the freeze, recorded after it"
    );
    assert_eq!(
        with(|line| (line.frozen_on, line.unfrozen_on) = (Some(day("2023-02-01")), Some(day(DAY)))),
        [""; 0]
    );
    let ended = |state: &'static str, on: &'static str| {
        let mut line = credit(true);
        (line.state, line.changed_on) = (state.to_owned(), Some(day(on)));
        draw_on(line)
    };
    assert_eq!(ended("terminated", DAY), ["line.not_active"]);
    assert_eq!(ended("terminated", "2025-01-01"), [""; 0], "drawn before the end");
    assert_eq!(
        ended("expired", "2026-01-01"),
        [""; 0],
        "drawn within its validity"
    );
    assert_eq!(
        with(|line| line.valid_to = NaiveDate::MIN),
        ["line.out_of_validity"]
    );
    assert_eq!(
        with(|line| (line.valid_from, line.valid_to) = (day(DAY), day("2024-06-30"))),
        [""; 0]
    );
    assert_eq!(with(|line| line.id = id(6)), ["line.unknown"]);
    let mut unsigned = credit(true);
    (unsigned.signed_fen, unsigned.valid_to) = (Fen::ZERO, day("2024-06-29"));
    assert_eq!(
        found(Act::Disbursement, &draw(2, yuan(1)), &standing(unsigned)),
        [
            (Severity::Warn, "loan.outlives_line".to_owned()),
            (Severity::Warn, "line.not_signed".to_owned())
        ]
    );
}

#[test]
fn what_a_draw_or_repayment_rests_on_is_approved_first() {
    let mut empty = Standing::new(BookId(1), HashMap::new(), HashMap::new());
    empty.waiting.extend([id(1), id(2)]);
    assert_eq!(
        refused(Act::Disbursement, &draw(2, yuan(1)), &empty),
        ["loan.parent_waits"]
    );
    assert_eq!(
        refused(Act::Repayment, &repayment(2, yuan(1), "0.00"), &empty),
        ["loan.parent_waits"]
    );
    assert_eq!(
        refused(Act::Repayment, &repayment(3, yuan(1), "0.00"), &empty),
        ["loan.unknown"]
    );
}

#[test]
fn terms_of_a_loan_are_checked_whether_or_not_it_has_a_line() {
    let standing = standing(credit(true));
    let lent = |change: fn(&mut LoanTerms)| {
        let mut terms = terms(None);
        change(&mut terms);
        let line = line(2, yuan(500_000), serde_json::to_value(terms).unwrap());
        refused(Act::Disbursement, &line, &standing)
    };
    assert_eq!(lent(|_| ()), [""; 0], "no line, no limit");
    for (rate, codes) in [
        ("0", vec!["loan.rate"]),
        ("-1", vec!["loan.rate"]),
        ("0.0001", vec![]),
        ("24", vec![]),
        ("24.0001", vec!["loan.rate"]),
        ("4.12345", vec!["percent.too_many_decimals"]),
        ("高", vec!["percent.not_a_number"]),
    ] {
        let mut terms = terms(None);
        terms.rate_percent = rate.to_owned();
        let line = line(2, yuan(1), serde_json::to_value(terms).unwrap());
        assert_eq!(refused(Act::Disbursement, &line, &standing), codes, "{rate}");
    }
    assert_eq!(lent(|terms| terms.matures_on = day(DAY)), ["loan.maturity"]);
    assert_eq!(
        lent(|terms| terms.purpose = " ".to_owned()),
        ["loan.purpose_missing"]
    );
    assert_eq!(
        lent(|terms| terms.guarantee = "信用".to_owned()),
        ["loan.guarantee"]
    );
    assert_eq!(lent(|terms| terms.method = String::new()), ["loan.method"]);
    let nothing = line(2, Fen::ZERO, serde_json::to_value(terms(None)).unwrap());
    assert_eq!(
        refused(Act::Disbursement, &nothing, &standing),
        ["amount.not_positive"]
    );
}

#[test]
fn the_same_loan_is_paid_out_once() {
    let mut standing = standing(credit(true));
    take(&mut standing, Act::Disbursement, &draw(2, yuan(1)));
    assert_eq!(
        refused(Act::Disbursement, &draw(2, yuan(1)), &standing),
        ["loan.exists"]
    );
}

#[test]
fn a_repayment_has_something_in_it_and_nothing_negative() {
    let mut standing = standing(credit(true));
    take(&mut standing, Act::Disbursement, &draw(2, yuan(100)));
    let repaid = |principal, interest| refused(Act::Repayment, &repayment(2, principal, interest), &standing);
    assert_eq!(repaid(Fen::ZERO, "0.00"), ["repayment.empty"]);
    assert_eq!(repaid(Fen::ZERO, "3.62"), [""; 0]);
    assert_eq!(repaid(yuan(100), "0.00"), [""; 0]);
    assert_eq!(repaid(Fen(-1), "0.00"), ["amount.negative"]);
    assert_eq!(repaid(yuan(1), "-0.01"), ["amount.negative"]);
    let mut elsewhere = repayment(2, yuan(1), "0.00");
    elsewhere.institution = InstitutionId(8);
    assert_eq!(
        refused(Act::Repayment, &elsewhere, &standing),
        ["loan.other_contract"]
    );
    let early = found_on(
        "2023-06-30",
        Act::Repayment,
        &repayment(2, yuan(1), "0.00"),
        &standing,
    );
    assert_eq!(early[0].code, "loan.before_disbursement");
}

#[test]
fn stocks_stay_under_the_contract_and_flows_go_to_the_recorder() {
    let mut standing = standing(credit(true));
    let posted = take(&mut standing, Act::Disbursement, &draw(2, yuan(200)));
    assert_eq!(
        posted,
        [
            (measure::LOAN_DISBURSED, 20_000, RECORDER),
            (measure::LOAN_COUNT, 1, RECORDER),
            (measure::LOAN_BALANCE, 20_000, RECORDER),
            (measure::CREDIT_DRAWN, 20_000, OPENER),
            (measure::CREDIT_DRAWN_HOUSEHOLDS, 1, OPENER),
        ]
    );
    let second = take(&mut standing, Act::Disbursement, &draw(3, yuan(50)));
    assert_eq!(second.len(), 4, "the household draws already");
    let mut other = repayment(2, yuan(200), "3.00");
    other.specialist = SpecialistId(6);
    let posted = take(&mut standing, Act::Repayment, &other);
    assert_eq!(
        posted,
        [
            (measure::LOAN_PRINCIPAL_REPAID, 20_000, SpecialistId(6)),
            (measure::LOAN_INTEREST_REPAID, 300, SpecialistId(6)),
            (measure::LOAN_BALANCE, -20_000, RECORDER),
            (measure::CREDIT_DRAWN, -20_000, OPENER),
        ]
    );
    let last = take(&mut standing, Act::Repayment, &repayment(3, yuan(50), "0.00"));
    assert_eq!(last.last(), Some(&(measure::CREDIT_DRAWN_HOUSEHOLDS, -1, OPENER)));
    assert_eq!(standing.lines[&id(1)].drawn_fen, Fen::ZERO);
    assert_eq!(standing.lines[&id(1)].drawn_total_fen, yuan(250));
}

#[test]
fn the_bad_part_of_the_balance_follows_class_and_repayment() {
    let mut standing = standing(credit(true));
    take(&mut standing, Act::Disbursement, &draw(2, yuan(200)));
    let bad = |amount| vec![(measure::LOAN_NONPERFORMING, amount, RECORDER)];
    assert_eq!(
        take(&mut standing, Act::Classification, &classed(2, "special-mention")),
        []
    );
    assert_eq!(
        take(&mut standing, Act::Classification, &classed(2, "substandard")),
        bad(20_000)
    );
    assert_eq!(take(&mut standing, Act::Classification, &classed(2, "loss")), []);
    let posted = take(&mut standing, Act::Repayment, &repayment(2, yuan(50), "0.00"));
    assert!(posted.contains(&(measure::LOAN_NONPERFORMING, -5_000, RECORDER)));
    assert_eq!(
        take(&mut standing, Act::Classification, &classed(2, "normal")),
        bad(-15_000)
    );
}

#[test]
fn classes_are_known_and_odd_ones_pointed_out() {
    let mut standing = standing(credit(true));
    take(&mut standing, Act::Disbursement, &draw(2, yuan(200)));
    let codes = |on: &str, class: &str, standing: &Standing| -> Vec<String> {
        let issues = found_on(on, Act::Classification, &classed(2, class), standing);
        issues.into_iter().map(|issue| issue.code).collect()
    };
    assert_eq!(codes(DAY, "次级", &standing), ["classification.class"]);
    assert_eq!(codes(DAY, "normal", &standing), ["classification.same"]);
    assert_eq!(codes(DAY, "loss", &standing), [""; 0]);
    assert_eq!(
        codes("2024-09-29", "special-mention", &standing),
        ["classification.above_floor"],
        "91 days past maturity"
    );
    assert_eq!(codes("2024-09-28", "special-mention", &standing), [""; 0]);
    take(&mut standing, Act::Classification, &classed(2, "doubtful"));
    assert_eq!(codes(DAY, "special-mention", &standing), ["classification.jump"]);
    take(&mut standing, Act::Repayment, &repayment(2, yuan(200), "0.00"));
    assert_eq!(codes(DAY, "loss", &standing), ["loan.settled"]);
}
