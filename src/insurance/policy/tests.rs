use super::*;
use crate::insurance::PolicyTerms;
use crate::values::{InstitutionId, ProductId, RegionId, SpecialistId};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

fn offer(id: i64, unit_sum: &str) -> Offer {
    let share = str::to_owned;
    Offer {
        product: Product {
            id: ProductId(id),
            code: format!("P{id}"),
            name: "淡水水产养殖保险".to_owned(),
            kind: ProductKind::Insurance.code().to_owned(),
            tag: None,
            institution_id: None,
        },
        may_agree: yuan(unit_sum).is_zero(),
        tariff: Some(Tariff {
            product_id: ProductId(id),
            county_id: RegionId(0),
            tier: String::new(),
            valid_from: day("2021-01-01"),
            valid_to: None,
            quantity_unit: "亩".to_owned(),
            unit_sum_fen: yuan(unit_sum),
            rate_percent: "8".to_owned(),
            share_central: share("0"),
            share_province: share("50"),
            share_city: share("10"),
            share_county: share("10"),
            share_farmer: share("30"),
        }),
    }
}

fn view() -> PolicyView {
    PolicyView {
        place: Place {
            book: BookId(2),
            books: vec![BookId(2)],
            moved_to: None,
            village: RegionId(11),
            kin: vec![RegionId(11)],
            successions: Vec::new(),
            name: "村".to_owned(),
            path: "县›镇›村".to_owned(),
            institution: InstitutionId(1),
            institution_name: "保险".to_owned(),
            specialist: SpecialistId(0),
            lang: crate::values::Lang::Zh,
        },
        clients: Vec::new(),
        offers: vec![offer(1, "5000"), offer(2, "0")],
        returned: None,
    }
}

fn form(more: &[(&str, &str)]) -> FormData {
    let clock = crate::clock::Clock::System;
    let fields = [
        ("village", "11"),
        ("product", "1"),
        ("number", "ＢＤ2021110001"),
        ("starts_on", "2021-11-05"),
        ("ends_on", "2022-11-04"),
        ("quantity", " ２，793.65"),
        ("households", "31"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    more.iter().fold(
        crate::recording::opened(&clock, fields.into()),
        |form, (name, value)| form.with(name, value),
    )
}

fn prepared(more: &[(&str, &str)]) -> Result<(crate::ledger::Submission, PolicyTerms), Vec<String>> {
    let result = prepare(&view(), &form(more), day("2021-12-01"), Lang::Zh);
    let submission = result
        .map_err(|error| {
            assert!(matches!(error, Error::Refused(_)), "{error}");
            error
                .issues()
                .iter()
                .map(|issue| issue.field.clone())
                .collect::<Vec<_>>()
        })?
        .submission;
    let terms = serde_json::from_value(submission.lines[0].detail.clone()).unwrap();
    Ok((submission, terms))
}

#[test]
fn the_form_computes_what_the_tariff_says() {
    let (submission, terms) = prepared(&[]).unwrap();
    assert_eq!(submission.lines[0].amount, yuan("13968250.00"));
    assert_eq!(submission.business_date, day("2021-11-05"));
    assert_eq!(
        (terms.number.as_str(), terms.quantity.as_str()),
        ("BD2021110001", "2793.65")
    );
    assert_eq!(terms.premium, yuan("1117460.00"));
    assert_eq!(
        [
            terms.central,
            terms.province,
            terms.city,
            terms.county,
            terms.farmer
        ],
        ["0", "558730", "111746", "111746", "335238"].map(yuan)
    );
}

#[test]
fn cover_that_starts_later_is_recorded_today() {
    let (submission, _) = prepared(&[("starts_on", "2022-01-01")]).unwrap();
    assert_eq!(submission.business_date, day("2021-12-01"));
}

#[test]
fn the_actual_split_wins_up_to_a_fen() {
    let actual = |farmer| {
        prepared(&[
            ("province", "670476"),
            ("province_unit", "yuan"),
            ("city", "111746"),
            ("city_unit", "yuan"),
            ("farmer", farmer),
            ("farmer_unit", "yuan"),
        ])
    };
    let (_, terms) = actual("335238.01").unwrap();
    assert_eq!((terms.premium, terms.county), (yuan("1117460.01"), Fen::ZERO));
    let (_, terms) = actual("335238.02").unwrap();
    assert_eq!(terms.premium, yuan("1117460.00"));
    assert_eq!(terms.farmer, yuan("335238.02"));
}

#[test]
fn an_agreed_sum_is_asked_for_and_every_problem_told_at_once() {
    let (submission, terms) = prepared(&[
        ("product", "2"),
        ("quantity", "1"),
        ("unit_sum", "36"),
        ("unit_sum_unit", "wan"),
    ])
    .unwrap();
    assert_eq!(submission.lines[0].amount, yuan("360000.00"));
    assert_eq!(terms.unit_sum, yuan("360000.00"));
    assert_eq!(prepared(&[("product", "2")]).unwrap_err(), ["unit_sum"]);
    let wrong = [
        ("product", "7"),
        ("number", ""),
        ("ends_on", "x"),
        ("quantity", "1.234"),
        ("households", "-1"),
    ];
    assert_eq!(
        prepared(&wrong).unwrap_err(),
        ["product", "number", "ends_on", "quantity", "households"]
    );
}
