//! A whole-village sheet with one wrong amount: returned, corrected, approved, exact. Its rows are
//! of more than one product, as those of the demonstration's wrong sheet are.

use cunxin::ledger;
use cunxin::register::{self, Product, ProductKind};
use cunxin::values::{ClientId, ContractId, ProductId};
use serde_json::json;

use crate::support::app::{TestApp, actor, on_both};

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

fn cooperative(app: &TestApp) {
    let new = register::NewClient {
        id: ClientId::new(1_700_000_000_000),
        kind: register::ClientKind::Cooperative,
        region: app.office.village,
        name: "古劳水产合作社".to_owned(),
        number: "91512081MA62K0260E".to_owned(),
        compared: false,
        phone: String::new(),
        address: String::new(),
        consent_on: None,
    };
    app.state
        .write_now(app.office.book, |conn, office| {
            register::register_client(conn, office, &actor("specialist"), app.office.book, &new, &[])
        })
        .expect("the cooperative is registered");
}

/// Copied from a spreadsheet, one row wrong: told by row, mended in place, sent and approved as one.
#[test]
fn a_sheet_is_pasted_mended_and_approved_as_one() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        for (name, number) in HOUSEHOLDS {
            app.household(app.office.village, name, number);
        }
        // A namesake: only the number tells the two apart.
        app.household(app.office.village, "陈大文", "440784197502280014");
        cooperative(&app);
        let specialist = app.sign_in("specialist");
        let path = "/field/credit/sheet";
        let form = specialist.get(&format!(
            "{path}?stage=credit.grant&village={}",
            app.office.village
        ));
        assert!(form.body.contains("从表格粘贴"), "{}", form.text());
        let product = app.office.credit_product.0.to_string();
        let text = "姓名\t证件号\t电话\t授信额度（万元）\n陈大文\t\t138\t5\n李小妹\t0025\t\t３\n古劳水产合作社\t91512081MA62K0260E\t\t100";
        let read = specialist.send(
            &form,
            path,
            &[("paste", text), ("step", "find"), ("product", &product)],
        );
        assert_eq!(read.status, 200);
        assert!(read.body.contains("读入2行，未读入1行"), "{}", read.text());
        assert!(read.body.contains("2位同名"), "{}", read.text());
        assert!(read.body.contains("没有用到的列：电话"), "{}", read.text());
        assert!(
            read.body.contains("陈大文\t\t138\t5</textarea>"),
            "the row stays where it was pasted"
        );
        let filled: Vec<String> = read
            .fields()
            .into_iter()
            .filter(|(name, value)| name.starts_with("amount_") && !value.is_empty())
            .map(|(_, value)| value)
            .collect();
        assert_eq!(filled.len(), 2, "{filled:?}");

        let rest = "姓名\t证件号\t电话\t授信额度（万元）\n陈大文\t\t138\t5";
        let refused = specialist.send(&read, path, &[("paste", rest), ("product", &product)]);
        assert!(refused.body.contains("有1行没有读入"), "{}", refused.text());
        let mended = rest.replace("\t\t138", "\t440784197503080014\t138");
        let check = specialist.send(&refused, path, &[("paste", &mended), ("product", &product)]);
        assert!(check.body.contains("1,080,000.00"), "{}", check.text());
        let sent = specialist.send(&check, path, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());

        let reviewer = app.sign_in("reviewer");
        let voucher_at = sent.location().replace("/records/", "/vouchers/");
        let voucher_at = voucher_at.split('?').next().expect("a path");
        let voucher = reviewer.get(voucher_at);
        let done = reviewer.send(&voucher, &format!("{voucher_at}/approval"), &[]);
        assert_eq!(done.status, 303, "{}", done.text());
        let totals = app.totals("2024-01", "440784000000", "town");
        assert_eq!(end_of(&totals["total"], "credit.granted"), "1080000.00");
        assert_eq!(end_of(&totals["total"], "credit.granted_households"), 2);

        // Who has a line is on the next sheet no more, and is told so.
        let form = specialist.get(&format!(
            "{path}?stage=credit.grant&village={}",
            app.office.village
        ));
        let again = specialist.send(&form, path, &[("paste", "李小妹,0025,1"), ("step", "find")]);
        assert!(again.body.contains("不在这张清单上"), "{}", again.text());
    });
}
