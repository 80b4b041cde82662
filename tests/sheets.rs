//! A whole-village sheet with one wrong amount: returned, corrected, approved, exact. Its rows are
//! of more than one product, as those of the demonstration's wrong sheet are.

use cunxin::ledger;
use cunxin::register::{self, Product, ProductKind};
use cunxin::values::{ContractId, ProductId};
use serde_json::json;

use crate::support::app::{TestApp, on_both};

const HOUSEHOLDS: [(&str, &str); 3] = [
    ("陈大文", "440784197503080014"),
    ("李小妹", "440781198802290025"),
    ("王阿公", "11010519491231002X"),
];

fn second_product(app: &TestApp) -> ProductId {
    let book = app.state.db.read(ledger::register_book).unwrap().unwrap().id;
    let new = Product {
        id: ProductId(0),
        code: "陈皮贷".to_owned(),
        name: "测试陈皮贷".to_owned(),
        kind: ProductKind::Credit.code().to_owned(),
        tag: Some("陈皮".to_owned()),
        institution_id: None,
    };
    app.state
        .write_now(book, |conn, _| register::add_product(conn, new.clone()))
        .expect("a second product")
        .id
}

fn end_of<'a>(row: &'a serde_json::Value, code: &str) -> &'a serde_json::Value {
    &row["measures"][code]["end"]
}

#[test]
fn a_wrong_sheet_of_two_products_comes_back_right() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let products = [
            app.office.credit_product,
            second_product(&app),
            app.office.credit_product,
        ];
        // The second household has 300,000 where 30,000 was meant.
        let amounts = ["50000", "300000", "80000.5"];
        let terms = [true, false, true].map(|revolving| {
            let until = if revolving { "2026-12-31" } else { "2025-06-30" };
            json!({"valid_from": "2024-01-02", "valid_to": until, "revolving": revolving})
        });
        let lines = (0..3).map(|n| {
            let (name, number) = HOUSEHOLDS[n];
            let client = app.household(app.office.village, name, number);
            let mut line = app.line(
                &client,
                &ContractId::new(1_700_000_000_000),
                amounts[n],
                terms[n].clone(),
            );
            line.product = products[n];
            line
        });
        let sheet = app.submission("credit.preapproval", "2024-01-02", lines.collect());
        app.submit("specialist", &sheet).expect("the wrong sheet");

        let reviewer = app.sign_in("reviewer");
        let path = format!("/vouchers/{}/{}", app.office.book.0, sheet.voucher);
        let voucher = reviewer.get(&path);
        let back = reviewer.send(
            &voucher,
            &format!("{path}/return"),
            &[("reason", "第2行多写了一个零")],
        );
        assert_eq!(back.status, 303, "{}", back.text());

        let specialist = app.sign_in("specialist");
        let records = specialist.get("/records");
        let link = records
            .body
            .split("href=\"")
            .find(|link| link.starts_with("/field/credit?"))
            .expect("更正");
        let link = link.split('"').next().unwrap().replace("&amp;", "&");
        let elsewhere = specialist.get(&link);
        assert_eq!(elsewhere.status, 303, "a sheet has a form of its own");
        let form = specialist.get(elsewhere.location());
        assert!(form.body.contains("第2行多写了一个零"), "{}", form.text());
        let wrong = (1..=3)
            .find(|n| form.field(&format!("amount_{n}")) == "300000.00")
            .expect("the wrong row");
        let corrected = format!("amount_{wrong}");
        let check = specialist.send(&form, "/field/credit/sheet", &[(&corrected, "30000")]);
        assert_eq!(check.status, 200, "{}", check.text());
        assert!(
            check.body.contains("160,000.50"),
            "the corrected total: {}",
            check.text()
        );
        assert!(check.body.contains("壹拾陆万元零伍角整"), "{}", check.text());
        assert!(check.body.contains("各户按自己原来的"), "{}", check.text());
        let sent = specialist.send(&check, "/field/credit/sheet", &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        let voucher = reviewer.get(&path);
        let approved = reviewer.send(&voucher, &format!("{path}/approval"), &[]);
        assert_eq!(approved.status, 303, "{}", approved.text());

        let totals = app.totals("2024-01", "440784000000", "product");
        assert_eq!(end_of(&totals["total"], "credit.preapproved"), "160000.50");
        assert_eq!(
            totals["total"]["measures"]["credit.preapproved"]["pending"],
            "0.00"
        );
        let of = |name: &str| {
            let rows = totals["rows"].as_array().expect("rows");
            let row = rows.iter().find(|row| row["name"] == name);
            row.unwrap_or_else(|| panic!("{name} in {totals}")).clone()
        };
        assert_eq!(end_of(&of("测试水产贷"), "credit.preapproved"), "130000.50");
        assert_eq!(end_of(&of("测试陈皮贷"), "credit.preapproved"), "30000.00");

        // Each household's line kept the terms it was sent with.
        let described = reviewer.get(&path);
        for words in ["2026-12-31", "2025-06-30", "循环", "一次性"] {
            assert!(described.body.contains(words), "{words}: {}", described.text());
        }
    });
}
