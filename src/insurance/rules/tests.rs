use super::payout::{expiry_posting, judge_expiry, judge_payout, left};
use super::*;
use crate::error::Severity;
use crate::insurance::commands::PayoutDetail;
use crate::insurance::facts::written;
use crate::insurance::store::{Cover, ENDED};
use crate::values::rate::{Shares, split_premium};
use crate::values::{BookId, ContractId, InstitutionId, ProductId, RegionId, SpecialistId};

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 台山 freshwater aquaculture, 2021-11: 5,000 yuan per 亩 at 8%, province 50, city 10, county 10,
/// farmer 30.
fn shares() -> Shares {
    let percent = |text: &str| Percent::parse(text).unwrap();
    Shares::new(
        Percent::ZERO,
        percent("50"),
        percent("10"),
        percent("10"),
        percent("30"),
    )
    .unwrap()
}

fn terms(quantity: &str) -> (PolicyTerms, Fen) {
    let unit_sum = yuan("5000");
    let sum = insured_sum(quantity_hundredths(quantity).unwrap(), unit_sum).unwrap();
    let premium = Percent::parse("8").unwrap().of(sum).unwrap();
    let split = split_premium(premium, &shares()).unwrap();
    let terms = PolicyTerms {
        number: "BD2021110001".to_owned(),
        starts_on: day("2021-11-05"),
        ends_on: day("2022-11-04"),
        quantity: quantity.to_owned(),
        unit: "亩".to_owned(),
        unit_sum,
        rate_percent: "8".to_owned(),
        premium,
        central: split.central,
        province: split.province,
        city: split.city,
        county: split.county,
        farmer: split.farmer,
        households: 31,
        counted: false,
    };
    (terms, sum)
}

fn line(n: usize, region: i64, amount: Fen, detail: &impl serde::Serialize) -> Line {
    Line {
        n,
        region: RegionId(region),
        client: None,
        product: ProductId(5),
        institution: InstitutionId(9),
        specialist: SpecialistId(0),
        contract: Some(ContractId::from_parts(0, [1; 10])),
        amount,
        detail: serde_json::to_value(detail).unwrap(),
    }
}

/// The two towns' policy: 端芬 2,793.65 亩 and 广海 1,032.20 亩.
fn policy() -> (Vec<Line>, Vec<PolicyTerms>) {
    [(1, 11, "2793.65"), (2, 12, "1032.20")]
        .map(|(n, region, quantity)| {
            let (terms, sum) = terms(quantity);
            (line(n, region, sum, &terms), terms)
        })
        .into_iter()
        .unzip()
}

fn cover() -> Cover {
    let (lines, _) = policy();
    written(BookId(1), &lines.iter().collect::<Vec<_>>())
        .unwrap()
        .unwrap()
}

fn claim(part: i32) -> PayoutDetail {
    PayoutDetail {
        claim: "LP20220801".to_owned(),
        loss_date: day("2022-07-02"),
        cause: "台风".to_owned(),
        part,
        households: 3,
        counted: false,
    }
}

fn codes(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.code.as_str()).collect()
}

fn known<'a>() -> Known<'a> {
    Known {
        day: day("2021-11-05"),
        insurer: true,
        offered: true,
        tariff: None,
        number_taken: false,
        recorded: false,
    }
}

#[test]
fn vector_a_comes_out_to_the_fen() {
    let (lines, terms) = policy();
    assert_eq!(lines[0].amount, yuan("13968250.00"));
    let first = &terms[0];
    assert_eq!(first.premium, yuan("1117460.00"));
    assert_eq!(
        [
            first.central,
            first.province,
            first.city,
            first.county,
            first.farmer
        ],
        ["0", "558730.00", "111746.00", "111746.00", "335238.00"].map(yuan)
    );
    let premium = Fen::sum(terms.iter().map(|terms| terms.premium)).unwrap();
    let farmers = Fen::sum(terms.iter().map(|terms| terms.farmer)).unwrap();
    assert_eq!(premium, yuan("1530340.00"));
    assert_eq!(premium.minus(farmers), Ok(yuan("1071238.00")));
    for (line, terms) in lines.iter().zip(&terms) {
        assert_eq!(codes(&judge_terms(line, terms)), Vec::<&str>::new());
    }
}

#[test]
fn a_small_premium_splits_without_remainder() {
    let percent = |text: &str| Percent::parse(text).unwrap();
    let shares = Shares::new(
        percent("50"),
        Percent::ZERO,
        percent("10"),
        percent("10"),
        percent("30"),
    );
    let split = split_premium(yuan("36.65"), &shares.unwrap()).unwrap();
    let (mut terms, _) = terms("1");
    (terms.premium, terms.unit_sum) = (yuan("36.65"), yuan("458.13"));
    (terms.central, terms.province, terms.city) = (split.central, split.province, split.city);
    (terms.county, terms.farmer) = (split.county, split.farmer);
    assert_eq!(terms.county, yuan("3.65"));
    let line = line(1, 11, yuan("458.13"), &terms);
    assert_eq!(codes(&judge_terms(&line, &terms)), Vec::<&str>::new());
    terms.county = yuan("3.67");
    let issues = judge_terms(&line, &terms);
    assert_eq!(codes(&issues), ["policy.shares"]);
    assert!(issues[0].say.zh.contains("多出 0.02 元"), "{}", issues[0].say);
    terms.county = yuan("-3.65");
    assert_eq!(codes(&judge_terms(&line, &terms)), ["policy.share_negative"]);
}

#[test]
fn sum_and_premium_may_be_one_fen_off_and_no_more() {
    let (terms, sum) = terms("2793.65");
    for off in [-1, 0, 1] {
        let near = line(1, 11, Fen(sum.0 + off), &terms);
        assert_eq!(codes(&judge_terms(&near, &terms)), Vec::<&str>::new(), "{off}");
    }
    for off in [-2, 2] {
        let far = line(1, 11, Fen(sum.0 + off), &terms);
        assert_eq!(codes(&judge_terms(&far, &terms)), ["policy.sum_insured"], "{off}");
    }
    let exact = line(1, 11, sum, &terms);
    for (off, expected) in [
        (-2, vec!["policy.premium"]),
        (-1, vec![]),
        (1, vec![]),
        (2, vec!["policy.premium"]),
    ] {
        let mut other = terms.clone();
        other.premium = Fen(terms.premium.0 + off);
        other.farmer = Fen(terms.farmer.0 + off);
        assert_eq!(codes(&judge_terms(&exact, &other)), expected, "{off}");
    }
}

#[test]
fn extreme_terms_are_refused_and_never_overflow() {
    let (mut terms, _) = terms("999999999.99");
    terms.unit_sum = Fen(i64::MAX);
    terms.central = Fen(i64::MAX);
    terms.province = Fen(i64::MAX);
    terms.rate_percent = "101".to_owned();
    terms.premium = Fen(i64::MIN);
    let issues = judge_terms(&line(1, 11, Fen(i64::MAX), &terms), &terms);
    assert_eq!(
        codes(&issues),
        ["policy.rate", "policy.sum_insured", "amount.overflow"]
    );
}

#[test]
fn a_policy_is_judged_once_as_a_whole() {
    let (lines, terms) = policy();
    let judged = |known: &Known<'_>, terms: &PolicyTerms| {
        judge_policy(&lines[0], terms, known)
            .into_iter()
            .filter(|issue| issue.severity == Severity::Refuse)
            .map(|issue| issue.code)
            .collect::<Vec<_>>()
    };
    assert!(judged(&known(), &terms[0]).is_empty());
    let nothing = Known {
        insurer: false,
        offered: false,
        number_taken: true,
        recorded: true,
        ..known()
    };
    assert_eq!(
        judged(&nothing, &terms[0]),
        [
            "policy.not_an_insurer",
            "policy.product",
            "policy.recorded_already",
            "policy.number_taken"
        ]
    );
    let late = Known {
        day: day("2022-11-05"),
        ..known()
    };
    assert_eq!(judged(&late, &terms[0]), ["policy.over_already"]);
    let mut other = terms[1].clone();
    assert!(judge_same((&lines[0], &terms[0]), &lines[1], &other).is_none());
    other.number = "BD2021110002".to_owned();
    assert!(judge_same((&lines[0], &terms[0]), &lines[1], &other).is_some());
}

#[test]
fn cover_that_starts_in_another_month_and_foreign_terms_are_remarked() {
    let (lines, terms) = policy();
    let mut tariff = Tariff {
        product_id: ProductId(5),
        county_id: RegionId(0),
        tier: String::new(),
        valid_from: day("2021-01-01"),
        valid_to: None,
        quantity_unit: "亩".to_owned(),
        unit_sum_fen: yuan("5000"),
        rate_percent: "8.00".to_owned(),
        share_central: "0".to_owned(),
        share_province: "50".to_owned(),
        share_city: "10".to_owned(),
        share_county: "10".to_owned(),
        share_farmer: "30".to_owned(),
    };
    let judged = |tariff: &Tariff, on: &str| {
        let known = Known {
            tariff: Some(tariff),
            day: day(on),
            ..known()
        };
        let issues = judge_policy(&lines[0], &terms[0], &known);
        issues.into_iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    assert!(judged(&tariff, "2021-11-05").is_empty());
    assert_eq!(judged(&tariff, "2021-10-31"), ["policy.other_month"]);
    tariff.unit_sum_fen = yuan("4000");
    assert_eq!(judged(&tariff, "2021-11-30"), ["policy.other_tariff"]);
    tariff.unit_sum_fen = Fen::ZERO;
    assert!(judged(&tariff, "2021-11-30").is_empty());
}

#[test]
fn a_line_posts_its_sum_its_premium_and_each_part() {
    let (lines, terms) = policy();
    let posted = policy_postings(&lines[0], &terms[0], true);
    let of = |measure| {
        let found: Vec<i64> = posted
            .iter()
            .filter(|posting| posting.measure == measure)
            .map(|posting| posting.amount)
            .collect();
        found
    };
    assert_eq!(of(measure::INSURANCE_SUM_INSURED), [1_396_825_000]);
    assert_eq!(of(measure::INSURANCE_IN_FORCE), [1_396_825_000]);
    assert_eq!(of(measure::INSURANCE_PREMIUM), [111_746_000]);
    assert!(of(measure::INSURANCE_PREMIUM_CENTRAL).is_empty());
    assert_eq!(of(measure::INSURANCE_PREMIUM_FARMER), [33_523_800]);
    assert_eq!(of(measure::INSURANCE_POLICIES), [1]);
    assert!(posted.iter().all(|posting| posting.contract == lines[0].contract));
    let second = policy_postings(&lines[1], &terms[1], false);
    assert!(
        second
            .iter()
            .all(|posting| posting.measure != measure::INSURANCE_POLICIES)
    );
    assert_eq!(
        expiry_posting(&lines[0]).amount + of(measure::INSURANCE_IN_FORCE)[0],
        0
    );
}

#[test]
fn no_payout_goes_one_fen_above_what_is_left() {
    let mut cover = cover();
    cover.pay(2, yuan("5000000.00")).unwrap();
    let part = cover.part(2).unwrap();
    assert_eq!(left(&cover, part), yuan("161000.00"));
    let paid_on = day("2022-08-01");
    let all = line(1, 12, yuan("161000.00"), &claim(2));
    assert_eq!(
        codes(&judge_payout(&all, &claim(2), Some(&cover), paid_on)),
        Vec::<&str>::new()
    );
    let more = line(1, 12, yuan("161000.01"), &claim(2));
    let issues = judge_payout(&more, &claim(2), Some(&cover), paid_on);
    assert_eq!(codes(&issues), ["payout.above_sum"]);
    assert!(
        issues[0].say.zh.contains("还可赔付 161,000.00 元"),
        "{}",
        issues[0].say
    );
}

#[test]
fn a_payout_is_held_against_its_policy() {
    let cover = cover();
    let judged = |line: &Line, detail: &PayoutDetail, cover: Option<&Cover>, on: &str| {
        let issues = judge_payout(line, detail, cover, day(on));
        issues.into_iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    let paid = line(1, 12, yuan("100"), &claim(2));
    assert!(judged(&paid, &claim(2), Some(&cover), "2022-07-02").is_empty());
    assert_eq!(
        judged(&paid, &claim(2), Some(&cover), "2022-07-01"),
        ["payout.before_loss"]
    );
    assert_eq!(judged(&paid, &claim(2), None, "2022-08-01"), ["payout.no_policy"]);
    let waiting = Cover {
        waiting: true,
        ..cover.clone()
    };
    assert_eq!(
        judged(&paid, &claim(2), Some(&waiting), "2022-08-01"),
        ["payout.policy_waits"]
    );
    assert_eq!(
        judged(&paid, &claim(1), Some(&cover), "2022-08-01"),
        ["payout.other_part"]
    );
    assert_eq!(
        judged(&paid, &claim(3), Some(&cover), "2022-08-01"),
        ["payout.no_part"]
    );
    for (loss, refused) in [
        ("2021-11-04", true),
        ("2021-11-05", false),
        ("2022-11-04", false),
        ("2022-11-05", true),
    ] {
        let detail = PayoutDetail {
            loss_date: day(loss),
            ..claim(2)
        };
        let codes = judged(&paid, &detail, Some(&cover), "2022-12-01");
        assert_eq!(
            codes.contains(&"payout.loss_outside".to_owned()),
            refused,
            "{loss}"
        );
    }
    let empty = PayoutDetail {
        claim: " ".to_owned(),
        cause: String::new(),
        households: -1,
        ..claim(2)
    };
    assert_eq!(
        judged(
            &line(1, 12, Fen::ZERO, &empty),
            &empty,
            Some(&cover),
            "2022-08-01"
        ),
        [
            "amount.not_positive",
            "payout.claim",
            "payout.cause",
            "payout.households"
        ]
    );
}

#[test]
fn a_policy_expires_once_on_the_day_after_its_last_with_all_its_parts() {
    let mut cover = cover();
    let lines: Vec<Line> = policy().0;
    let judged = |lines: &[Line], cover: &Cover, on: &str| {
        judge_expiry(lines, Some(cover), day(on)).map(|issue| issue.code)
    };
    assert_eq!(judged(&lines, &cover, "2022-11-05"), None);
    assert_eq!(
        judged(&lines, &cover, "2022-11-04").as_deref(),
        Some("expiry.day")
    );
    assert_eq!(
        judged(&lines, &cover, "2022-11-06").as_deref(),
        Some("expiry.day")
    );
    assert_eq!(
        judged(&lines[..1], &cover, "2022-11-05").as_deref(),
        Some("expiry.parts")
    );
    cover.policy.state = ENDED.to_owned();
    assert_eq!(
        judged(&lines, &cover, "2022-11-05").as_deref(),
        Some("expiry.done")
    );
    assert!(judge_expiry(&lines, None, day("2022-11-05")).is_some());
}
