//! The user stories of the domain handbook (§9), one after the other, over HTTP: what people do on their
//! pages and what the totals say afterwards.

use cunxin::auth::{self, NewAccount, Role};
use cunxin::close::{self, Closing, Keep};
use cunxin::ledger::Submission;
use cunxin::register::{self, Product, ProductKind, Tariff};
use cunxin::values::measure::MEASURES;
use cunxin::values::{ClientId, ContractId, Fen, Month, ProductId, RegionCode, RegionId};
use serde_json::{Value, json};

use crate::support::app::{
    Backend, PASSWORD, Page, Person, TestApp, actor, identity_number, on_both, today, user_id,
};

const HESHAN: &str = "440784000000";
const CITY: &str = "440700000000";

/// A figure of an answer's total.
fn total<'a>(totals: &'a Value, measure: &str, aspect: &str) -> &'a Value {
    &totals["total"]["measures"][measure][aspect]
}

/// The row of that name.
fn row<'a>(totals: &'a Value, name: &str) -> &'a Value {
    let rows = totals["rows"].as_array().expect("rows");
    let found = rows
        .iter()
        .find(|row| row["name"].as_str().is_some_and(|known| known.contains(name)));
    found.unwrap_or_else(|| panic!("{name} in {totals}"))
}

/// Opens a form, fills it, looks at the check page and sends it on.
fn record(person: &Person, open: &str, filled: &[(&str, &str)]) -> Page {
    let address = open.split('?').next().expect("an address");
    let form = person.get(open);
    assert_eq!(form.status, 200, "{open}: {}", form.text());
    let check = person.send(&form, address, filled);
    assert_eq!(check.status, 200, "{open}: {}", check.text());
    let sent = person.send(&check, address, &[("step", "send")]);
    assert_eq!(sent.status, 303, "{open}: {}", sent.text());
    sent
}

/// What a page says, without its tags.
fn words(page: &Page) -> String {
    let texts = page.body.split('<').filter_map(|tag| tag.split_once('>'));
    texts.map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

/// The first link on a page to an address that begins so.
fn link(page: &Page, begins: &str) -> String {
    let found = page.body.split("href=\"").find(|link| link.starts_with(begins));
    let found = found.unwrap_or_else(|| panic!("no link to {begins}: {}", page.text()));
    found.split('"').next().expect("an address").replace("&amp;", "&")
}

/// A reviewer approves everything that waits, page by page.
fn approve_all(reviewer: &Person) {
    for _ in 0..20 {
        let queue = reviewer.get("/review");
        if !queue.body.contains("href=\"/vouchers/") {
            return;
        }
        let path = link(&queue, "/vouchers/");
        let done = approve(reviewer, path.split('?').next().expect("a path"));
        assert_eq!(done.status, 303, "{}", done.text());
    }
    panic!("the queue does not empty");
}

fn approve(reviewer: &Person, path: &str) -> Page {
    let voucher = reviewer.get(path);
    assert_eq!(voucher.status, 200, "{}", voucher.text());
    reviewer.send(&voucher, &format!("{path}/approval"), &[])
}

fn send_back(reviewer: &Person, path: &str, reason: &str) {
    let voucher = reviewer.get(path);
    let done = reviewer.send(&voucher, &format!("{path}/return"), &[("reason", reason)]);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn voucher_path(submission: &Submission) -> String {
    format!("/vouchers/{}/{}", submission.book, submission.voucher)
}

/// Closes a book's months up to one, totals only; their deadlines have long passed.
fn close_through(app: &TestApp, last: &str) {
    let book = app.office.book;
    let month = |text| Month::parse(text).expect("a month");
    for month in month("2022-01").through(month(last)) {
        let closing = Closing {
            book,
            month,
            keep: Keep::TotalsOnly,
            seen: None,
            demo: false,
        };
        let reviewer = actor("reviewer");
        let done = app.state.write_now(book, |conn, office| {
            close::close_month(conn, office, &reviewer, &closing)
        });
        done.expect("closed");
    }
}

/// Story 1: A specialist in 新屋村, early 2023: five aquaculture households, 113万元, in a 自然村 whose 行政村 is
/// not known.
#[test]
fn story_1_five_households_of_a_hamlet() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let hamlet = app.office.hamlet.0;
        let product = app.office.credit_product.0.to_string();
        for n in 0..5 {
            let filled = [
                ("kind", "household"),
                ("name", ["陈一", "陈二", "陈三", "陈四", "陈五"][n]),
                ("number", &identity_number(n)),
            ];
            record(
                &specialist,
                &format!("/field/clients/new?village={hamlet}"),
                &filled,
            );
        }
        let amounts = ["30", "25", "22", "20", "16"];
        let names: Vec<String> = (1..=5).map(|n| format!("amount_{n}")).collect();
        for (stage, day) in [
            ("credit.preapproval", "2023-02-16"),
            ("credit.grant", "2023-02-20"),
        ] {
            let mut filled = vec![
                ("product", product.as_str()),
                ("business_date", day),
                ("valid_from", "2023-02-16"),
                ("valid_to", "2026-02-15"),
            ];
            let yuan: Vec<String> = amounts.iter().map(|wan| format!("{wan}0000")).collect();
            if stage == "credit.preapproval" {
                let each = names.iter().zip(&yuan);
                filled.extend(each.map(|(name, yuan)| (name.as_str(), yuan.as_str())));
            }
            let open = format!("/field/credit/sheet?stage={stage}&village={hamlet}");
            record(&specialist, &open, &filled);
            approve_all(&reviewer);
        }
        let totals = app.totals("2023-02", "440784103000", "village");
        let village = &row(&totals, "新屋村（未定村）")["measures"];
        assert_eq!(village["credit.granted"]["end"], "1130000.00");
        assert_eq!(village["credit.granted_new"]["month"], "1130000.00");
        assert_eq!(village["credit.granted_households"]["end"], 5);
        assert_eq!(village["credit.drawn"]["end"], "0.00");
        assert_eq!(
            total(&totals, "credit.villages", "end"),
            0,
            "a 自然村 is no 行政村"
        );
        assert_eq!(113_000_000 / 5, 22_600_000, "22.6万 each on average");
    });
}

/// Story 2: A specialist: 20万 against a revolving line of 30万, 8万 repaid, 18万 available.
#[test]
fn story_2_draw_and_repay() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let product = app.office.credit_product.0.to_string();
        let village = app.office.village.0;
        let open = format!("/field/credit?stage=credit.grant&village={village}&client={client}");
        let filled = [
            ("product", product.as_str()),
            ("amount", "30"),
            ("amount_unit", "wan"),
        ];
        record(&specialist, &open, &filled);
        approve_all(&reviewer);
        let card = format!("/field/clients/{}/{client}", app.office.book);
        let draw = [
            ("amount", "20"),
            ("amount_unit", "wan"),
            ("rate_percent", "3.85"),
            ("matures_on", "2024-12-31"),
            ("purpose", "买鱼苗"),
            ("guarantee", "credit"),
            ("method", "bullet"),
        ];
        record(
            &specialist,
            &link(&specialist.get(&card), "/field/loan?book"),
            &draw,
        );
        approve_all(&reviewer);
        let back = [("amount", "8"), ("amount_unit", "wan"), ("interest", "0")];
        record(
            &specialist,
            &link(&specialist.get(&card), "/field/repayment?"),
            &back,
        );
        approve_all(&reviewer);
        let card = specialist.get(&card);
        assert!(
            card.body.contains("180,000.00"),
            "18万 available: {}",
            card.text()
        );
        let totals = app.totals("2024-01", HESHAN, "town");
        assert_eq!(total(&totals, "credit.drawn", "end"), "120000.00");
        assert_eq!(total(&totals, "loan.balance", "end"), "120000.00");
        assert_eq!(total(&totals, "credit.drawn_households", "end"), 1);
    });
}

/// Story 3: A specialist logs 14 visits and a talk for 36, and sends everything twice: nothing counts double.
#[test]
fn story_3_sent_twice_counts_once() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let village = app.office.village;
        let households: Vec<ClientId> = (0..14)
            .map(|n| app.household(village, "陈某", &identity_number(n)))
            .collect();
        let visit = specialist.get(&format!("/field/visit?village={village}"));
        let mut visited: Vec<(String, String)> = visit.fields();
        visited.push(("step".to_owned(), "send".to_owned()));
        visited.extend(households.iter().map(|id| ("visited".to_owned(), id.to_string())));
        let visited: Vec<(&str, &str)> = visited
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let talk = specialist.get(&format!("/field/talk?village={village}"));
        let told = [("topic", "防范电信诈骗"), ("attendance", "36"), ("step", "send")];
        let send = || {
            let visit = specialist.post("/field/visit", &visited);
            let talk = specialist.send(&talk, "/field/talk", &told);
            assert_eq!(
                (visit.status, talk.status),
                (303, 303),
                "{}{}",
                visit.text(),
                talk.text()
            );
            (visit.location().to_owned(), talk.location().to_owned())
        };
        assert_eq!(send(), send(), "the second time it answers the same");
        approve_all(&reviewer);
        send();
        let totals = app.totals("2024-01", HESHAN, "town");
        let month = |measure| total(&totals, measure, "month");
        assert_eq!(month("field.visits"), 14);
        assert_eq!(month("field.visited_households"), 14);
        assert_eq!(month("field.talks"), 1);
        assert_eq!(month("field.attendance"), 36);
        assert_eq!(total(&totals, "field.visits", "pending"), 0);
    });
}

/// Story 5: A reviewer in 鹤山: a loan of 16万 drawn on a line that turns out to be one of 15万 is not approved; it
/// goes back, and comes again right.
#[test]
fn story_5_a_loan_above_its_line_goes_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let ids = [(); 2].map(|()| ContractId::new(1_700_000_000_000));
        let terms = json!({"valid_from": "2023-05-04", "valid_to": "2025-12-31", "revolving": true});
        let grant = app.line(&client, &ids[0], "160000", terms);
        let grant = app.submission("credit.grant", "2023-05-04", vec![grant]);
        let terms = json!({
            "credit_line": ids[0], "rate_percent": "3.85", "matures_on": "2024-05-10", "purpose": "饲料",
            "guarantee": "credit", "method": "bullet",
        });
        let draw = app.line(&client, &ids[1], "160000", terms);
        let draw = app.submission("loan.disbursement", "2023-05-11", vec![draw]);
        for record in [&grant, &draw] {
            app.submit("specialist", record).expect("submitted");
        }
        let correct = |form: &str, reason: &str| {
            let records = specialist.get("/records");
            assert!(records.body.contains(reason), "{}", records.text());
            record(&specialist, &link(&records, form), &[("amount", "150000")]);
        };
        send_back(&reviewer, &voucher_path(&grant), "合同是15万元");
        correct("/field/credit?", "合同是15万元");
        let early = approve(&reviewer, &voucher_path(&draw));
        assert!(early.body.contains("还在待审核"), "{}", early.text());
        assert_eq!(approve(&reviewer, &voucher_path(&grant)).status, 303);
        let above = approve(&reviewer, &voucher_path(&draw));
        assert!(
            above
                .body
                .contains("放款 160,000.00 元超过可用额度，还可用 150,000.00 元"),
            "{}",
            above.text()
        );
        send_back(&reviewer, &voucher_path(&draw), "16万元超过15万元的额度");
        correct("/field/loan?", "16万元超过15万元的额度");
        assert_eq!(approve(&reviewer, &voucher_path(&draw)).status, 303);
        let totals = app.totals("2023-05", HESHAN, "town");
        let town = &row(&totals, "古劳镇")["measures"];
        assert_eq!(town["credit.granted"]["end"], "150000.00");
        assert_eq!(town["loan.disbursed"]["month"], "150000.00");
        assert_eq!(town["credit.drawn"]["end"], "150000.00");
    });
}

/// Story 6: A reviewer: 50,000.00 keyed for 5,000.00 is found when May is closed. June shows both, May stays.
#[test]
fn story_6_a_closed_month_keeps_its_figures() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let client = app.household(app.office.village, "陈大文", &identity_number(0));
        let terms = json!({"valid_from": "2023-05-04", "valid_to": "2025-12-31", "revolving": true});
        let grant = |yuan| {
            let line = app.line(&client, &ContractId::new(1_700_000_000_000), yuan, terms.clone());
            app.submission("credit.grant", "2023-05-04", vec![line])
        };
        let wrong = grant("50000");
        app.submit("specialist", &wrong).expect("submitted");
        assert_eq!(approve(&reviewer, &voucher_path(&wrong)).status, 303);
        close_through(&app, "2023-05");
        let may = app.totals("2023-05", HESHAN, "town");
        assert_eq!(may["edition"], 1);

        let at = format!("{}/reversal", voucher_path(&wrong));
        let form = specialist.get(&at);
        let asked = specialist.send(&form, &at, &[("reason", "多写了一个零")]);
        assert_eq!(asked.status, 303, "{}", asked.text());
        approve_all(&reviewer);
        app.submit("specialist", &grant("5000")).expect("submitted");
        approve_all(&reviewer);

        assert_eq!(
            app.totals("2023-05", HESHAN, "town"),
            may,
            "May's edition is as it was"
        );
        let june = app.totals("2023-06", HESHAN, "town");
        assert_eq!(
            total(&june, "credit.granted_new", "month"),
            "-45000.00",
            "−50,000 and +5,000"
        );
        assert_eq!(total(&june, "credit.granted_new", "year"), "5000.00");
        assert_eq!(total(&june, "credit.granted", "end"), "5000.00");
        assert_eq!(total(&june, "credit.granted", "previous_month"), "50000.00");
        let list = reviewer.get("/vouchers?measure=credit.granted_new&to=2023-06");
        for amount in ["-50,000.00", "5,000.00"] {
            assert!(words(&list).contains(amount), "{amount}: {}", words(&list));
        }
    });
}

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
    let app = TestApp::start(Backend::Sqlite);
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
}

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

/// Story 11: A reader drills from the city down to a village: each level sums exactly.
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
