//! Story 8: the published figures of 台山, vectors A and B of the handbook (§2).

use cunxin::auth::{self, NewAccount, Role};
use cunxin::register::{self, Product, ProductKind, Tariff};
use cunxin::values::{Fen, ProductId, RegionCode, RegionId};

use super::{CITY, approve_all, record, row, total, words};
use crate::support::app::{PASSWORD, Person, TestApp, on_both, today, user_id};

/// A product with one tariff.
fn insured_product(app: &TestApp, code: &str, tariff: Tariff) -> ProductId {
    let product = Product {
        id: ProductId(0),
        code: code.to_owned(),
        name: code.to_owned(),
        kind: ProductKind::Insurance.code().to_owned(),
        tag: None,
        institution_id: None,
    };
    let made = app.state.write_register_now(|conn, _, _| {
        let id = register::add_product(conn, product.clone())?.id;
        let tariff = Tariff {
            product_id: id,
            ..tariff.clone()
        };
        register::add_tariff(conn, &tariff)?;
        Ok(id)
    });
    made.expect("a product")
}

/// A clerk of the insurer in 台山, and the reviewer there.
fn insurer_in_taishan(app: &TestApp) -> [Person; 2] {
    let account = NewAccount {
        id: user_id("far-ins"),
        login: "far-ins".to_owned(),
        name: "测试 台山财险".to_owned(),
        role: Role::Clerk,
        book: Some(app.office.other_book),
        institution: Some(app.office.insurer),
        specialist: None,
        password: Some(PASSWORD.to_owned()),
        one_time: false,
        one_click: false,
    };
    let made = app
        .state
        .write_register_now(|conn, _, _| auth::add_account(conn, &account).map(|_| ()));
    made.expect("an account");
    [app.sign_in("far-ins"), app.sign_in("far-reviewer")]
}

fn village(app: &TestApp, code: &str) -> RegionId {
    let code = RegionCode::parse(code).expect("a code");
    let found = app
        .state
        .read_now(|_, office| Ok(office.regions.by_code(&code, today())));
    found.expect("regions").expect("a village")
}

/// Story 8: An insurance clerk records vector A, 台山 freshwater aquaculture of 2021-11: the city's total is
/// 1,530,340.00, of which 1,071,238.00 fiscal.
#[test]
fn story_8_vector_a_of_taishan() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let [clerk, reviewer] = insurer_in_taishan(&app);
        let product = app.office.insurance_product.0.to_string();
        let parts = [
            ("440781109", "端芬镇", "2793.65", "13,968,250.00"),
            ("440781110", "广海镇", "1032.20", "5,161,000.00"),
        ];
        for (n, (town, _, quantity, sum)) in (1..).zip(parts) {
            let village = village(&app, &format!("{town}201"));
            let number = format!("PDAA2021{n:06}");
            let filled = [
                ("product", product.as_str()),
                ("number", number.as_str()),
                ("quantity", quantity),
                ("starts_on", "2021-11-01"),
                ("ends_on", "2022-10-31"),
                ("households", "60"),
            ];
            let form = clerk.get(&format!("/field/policy?village={village}"));
            let check = clerk.send(&form, "/field/policy", &filled);
            assert!(check.body.contains(sum), "{sum}: {}", check.text());
            let sent = clerk.send(&check, "/field/policy", &[("step", "send")]);
            assert_eq!(sent.status, 303, "{}", sent.text());
            approve_all(&reviewer);
        }
        // The book begins with 2022: what happened before is posted late, into its first month.
        let totals = app.totals("2022-01", "440781000000", "town");
        let of = |name: &str, measure: &str| row(&totals, name)["measures"][measure]["month"].clone();
        let ending = ["", ".province", ".city", ".county", ".farmer"];
        let duanfen = ["1117460.00", "558730.00", "111746.00", "111746.00", "335238.00"];
        for (ending, amount) in ending.into_iter().zip(duanfen) {
            assert_eq!(of("端芬镇", &format!("insurance.premium{ending}")), amount);
        }
        let city = app.totals("2022-01", CITY, "county");
        let month = |measure| {
            let text = total(&city, measure, "month").as_str().expect("yuan").to_owned();
            Fen::parse_yuan(&text).expect("yuan")
        };
        assert_eq!(month("insurance.premium"), Fen(153_034_000));
        let fiscal = ["central", "province", "city", "county"];
        let fiscal = fiscal.map(|payer| match payer {
            "central" => month("insurance.premium.central"),
            "province" => month("insurance.premium.province"),
            "city" => month("insurance.premium.city"),
            _ => month("insurance.premium.county"),
        });
        assert_eq!(Fen::sum(fiscal).expect("a sum"), Fen(107_123_800));
    });
}

/// Vector B, 台山 forest of 2020: the published premium is not area × price, so it is not taken as that; as
/// an agreed sum it splits to the fen as published.
#[test]
fn story_8_vector_b_of_taishan() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let [clerk, reviewer] = insurer_in_taishan(&app);
        let tariff = |unit: &str, sum: i64, rate: &str| Tariff {
            product_id: ProductId(0),
            valid_from: "2020-01-01".parse().expect("a day"),
            valid_to: None,
            quantity_unit: unit.to_owned(),
            unit_sum_fen: Fen(sum),
            rate_percent: rate.to_owned(),
            share_central: "50".to_owned(),
            share_province: "17.5".to_owned(),
            share_city: "16.25".to_owned(),
            share_county: "16.25".to_owned(),
            share_farmer: "0".to_owned(),
            county_id: RegionId(0),
            tier: String::new(),
        };
        let by_area = insured_product(&app, "生态林", tariff("亩", 120_000, "0.349"));
        let agreed = insured_product(&app, "生态林统保", tariff("片", 0, "1"));
        let village = village(&app, "440781109201");
        let published = [
            ("central", "1665149.05"),
            ("province", "582802.17"),
            ("city", "541173.44"),
            ("county", "541173.44"),
            ("farmer", "0"),
        ];
        let days = [
            ("starts_on", "2022-01-01"),
            ("ends_on", "2022-12-31"),
            ("households", "0"),
        ];
        let form = clerk.get(&format!("/field/policy?village={village}"));
        let product = by_area.0.to_string();
        let mut filled = vec![
            ("product", product.as_str()),
            ("number", "SLBX2022"),
            ("quantity", "795200.10"),
        ];
        filled.extend(days.iter().chain(&published));
        let off = clerk.send(&form, "/field/policy", &filled);
        let said = words(&off);
        assert!(
            said.contains("五方分担合计比保费 3,330,298.02 元多出 0.08 元"),
            "{said}"
        );

        let product = agreed.0.to_string();
        let mut filled = vec![
            ("product", product.as_str()),
            ("number", "SLBX2022"),
            ("quantity", "1"),
            ("unit_sum", "333029810"),
        ];
        filled.extend(days);
        record(&clerk, &format!("/field/policy?village={village}"), &filled);
        approve_all(&reviewer);
        let totals = app.totals("2022-01", CITY, "county");
        assert_eq!(total(&totals, "insurance.premium", "month"), "3330298.10");
        for (payer, amount) in &published[..4] {
            assert_eq!(
                total(&totals, &format!("insurance.premium.{payer}"), "month"),
                *amount
            );
        }
        assert_eq!(total(&totals, "insurance.premium.farmer", "month"), "0.00");
    });
}
