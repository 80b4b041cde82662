//! Stories 10 and 11: who reads the totals.

use cunxin::ledger::Submission;
use cunxin::values::measure::MEASURES;
use cunxin::values::{ContractId, Fen};
use serde_json::{Value, json};

use super::{CITY, HESHAN, total};
use crate::support::app::{Backend, TestApp, identity_number};

/// A policy over one village, approved.
fn insured(app: &TestApp, day: &str, until: &str, yuan: &str, premium: &str) {
    let line = cunxin::ledger::NewLine {
        region: app.office.village,
        client: None,
        product: app.office.insurance_product,
        institution: app.office.insurer,
        specialist: cunxin::values::SpecialistId(0),
        contract: Some(ContractId::new(1_700_000_000_000)),
        amount: Fen::parse_yuan(yuan).expect("yuan"),
        detail: json!({
            "number": day, "starts_on": day, "ends_on": until, "quantity": "1", "unit": "份",
            "unit_sum": yuan, "rate_percent": "1", "premium": premium, "central": "0.00", "province": "0.00",
            "city": "0.00", "county": "0.00", "farmer": premium, "households": 1,
        }),
    };
    let submission = Submission {
        institution: app.office.insurer,
        ..app.submission("insurance.policy", day, vec![line])
    };
    app.submit("insurer", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
}

/// Story 10: A reader opens the city's report: 风险保障 162.09亿, 23.08% more than the year before.
#[test]
fn story_10_the_citys_report() {
    let app = TestApp::start(Backend::Sqlite);
    insured(&app, "2022-06-01", "2023-05-31", "13169483262.92", "131694832.63");
    insured(&app, "2023-06-01", "2024-05-31", "16209000000.00", "162090000.00");
    for reader in ["city", "reports"] {
        let person = app.sign_in(reader);
        let page = person.get("/reports/monthly?month=2023-12&unit=yi");
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.body.contains("162.09"), "{reader}: {}", page.text());
        assert!(page.body.contains("23.08"), "{reader}: {}", page.text());
        let file = person.get("/reports/monthly/json?month=2023-12");
        assert!(file.body.contains("16209000000.00"), "{reader}: {}", file.text());
    }
    let totals = app.totals("2023-12", CITY, "county");
    assert_eq!(total(&totals, "insurance.sum_insured", "year"), "16209000000.00");
    assert_eq!(
        total(&totals, "insurance.sum_insured", "year_ago"),
        "13169483262.92"
    );
    assert_eq!(
        total(&totals, "insurance.sum_insured", "year_yoy_percent"),
        "23.08"
    );
}

/// A figure in fen, or a count.
fn number(figures: &Value, aspect: &str) -> i64 {
    match &figures[aspect] {
        Value::String(yuan) => Fen::parse_yuan(yuan).expect("yuan").0,
        Value::Number(count) => count.as_i64().expect("a count"),
        other => panic!("{aspect}: {other}"),
    }
}

/// Story 11: A reader drills from the city down to a village: each level sums exactly. What is hidden on the way, and
/// from whom, is in `suppression`.
#[test]
fn story_11_each_level_sums_exactly() {
    let app = TestApp::start(Backend::Sqlite);
    let places = [app.office.village, app.office.second_village, app.office.hamlet];
    for (n, (region, yuan)) in places
        .into_iter()
        .zip(["33335", "33335.01", "33334.99"])
        .enumerate()
    {
        let client = app.household(region, "陈某", &identity_number(n));
        let terms = json!({"valid_from": "2023-05-04", "valid_to": "2025-12-31", "revolving": true});
        let mut line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms);
        line.region = region;
        let grant = app.submission("credit.grant", "2023-05-04", vec![line]);
        app.submit("specialist", &grant).expect("submitted");
        app.approve("reviewer", &grant, 1).expect("approved");
    }
    insured(&app, "2023-06-01", "2024-05-31", "10000.05", "100.00");
    let reader = app.sign_in("city");
    let steps = [(CITY, "county"), (HESHAN, "town"), ("440784103000", "village")];
    let mut above: Option<Value> = None;
    for (region, by) in steps {
        let totals = reader.totals("2023-12", region, by);
        if let Some(above) = above {
            let same = row_of_code(&above, region);
            assert_eq!(
                same["measures"], totals["total"]["measures"],
                "{region} is the row above it"
            );
        }
        for measure in MEASURES.iter().filter(|measure| !measure.distinct) {
            let aspects: &[&str] = if measure.is_flow() {
                &["month", "month_year_ago", "year", "year_ago", "pending"]
            } else {
                &["end", "previous_month", "year_start", "year_ago", "pending"]
            };
            for aspect in aspects {
                let rows = totals["rows"].as_array().expect("rows");
                let sum: i64 = rows
                    .iter()
                    .map(|row| number(&row["measures"][measure.code], aspect))
                    .sum();
                let whole = number(&totals["total"]["measures"][measure.code], aspect);
                assert_eq!(sum, whole, "{} {aspect} of {region} by {by}", measure.code);
            }
        }
        above = Some(totals);
    }
    let town = above.expect("the town's villages");
    assert_eq!(total(&town, "credit.granted", "end"), "100005.00");
    // The pages go the same way down, and print 3.33 three times under a total of 10.00.
    let page = reader.get("/totals?month=2023-12&region=440784103000&by=village&unit=wan&group=credit");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.body.contains("3.33") && page.body.contains("10.00"),
        "{}",
        page.text()
    );
}

fn row_of_code<'a>(totals: &'a Value, code: &str) -> &'a Value {
    let rows = totals["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["code"] == code)
        .expect("a row of that code")
}
