//! Claims from the report of a loss to the last payment, one by one and in sheets, on both databases.

use cunxin::ledger::{self, Submission};
use cunxin::values::{ClientId, ContractId, VoucherId};
use serde_json::json;

use super::policies::{approve, are, contract, policy, posted, recorded, reverse};
use crate::support::app::{Backend, TestApp, on_both};
use crate::sync::phone::{Phone, item, uuid, voucher};

/// A policy of 100 亩 insured for 500,000 yuan from 2023-07-01 to 2024-06-30.
fn insured(app: &TestApp) -> ContractId {
    let id = contract(1);
    posted(app, &policy(app, &id, "BD1", &[(app.office.village, "100.00")]));
    id
}

fn step(app: &TestApp, stage: &str, id: &ContractId) -> String {
    let book = app.office.book;
    format!("/field/claim?stage=insurance.claim_{stage}&book={book}&policy={id}&part=1&claim=LP1")
}

fn pay(app: &TestApp, id: &ContractId, day: &str, yuan: &str) -> Submission {
    let mut payout = policy(app, id, "BD1", &[(app.office.village, "1.00")]);
    payout.kind = "insurance.payout".to_owned();
    payout.business_date = day.parse().expect("a day");
    payout.lines[0].amount = cunxin::values::Fen::parse_yuan(yuan).expect("an amount");
    payout.lines[0].detail =
        json!({"claim": "LP1", "loss_date": "2023-09-02", "cause": "台风", "part": 1, "households": 3});
    payout
}

fn codes(app: &TestApp, submission: &Submission) -> Vec<String> {
    let refused = app.submit("insurer", submission).expect_err("refused");
    let refused = refused
        .issues()
        .iter()
        .filter(|issue| issue.severity == cunxin::error::Severity::Refuse);
    refused.map(|issue| issue.code.clone()).collect()
}

pub const REPORT: [(&str, &str); 7] = [
    ("business_date", "2023-09-03"),
    ("claim", "LP1"),
    ("loss_date", "2023-09-02"),
    ("cause", "台风"),
    ("households", "3"),
    ("amount", "90000"),
    ("amount_unit", "yuan"),
];

#[test]
fn a_claim_goes_from_report_to_payment_and_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let id = insured(&app);
        let insurer = app.sign_in("insurer");
        let take = |stage: &str, filled: &[(&str, &str)]| {
            let voucher = recorded(&insurer, &step(&app, stage, &id), filled);
            approve(&app, &voucher);
            voucher
        };
        let open = |owed: &str, count: &str| {
            are(
                &app,
                &[
                    ("insurance.outstanding", owed),
                    ("insurance.claims_open", count),
                    ("insurance.claims_reported", "1"),
                ],
            );
        };
        take("report", &REPORT);
        open("90000.00", "1");
        assert_eq!(
            codes(&app, &pay(&app, &id, "2023-09-10", "1")),
            ["payout.not_approved"]
        );
        take(
            "survey",
            &[
                ("business_date", "2023-09-04"),
                ("quantity", "20"),
                ("amount", "95000"),
                ("amount_unit", "yuan"),
            ],
        );
        take(
            "assess",
            &[
                ("business_date", "2023-09-05"),
                ("amount", "88000"),
                ("amount_unit", "yuan"),
            ],
        );
        open("88000.00", "1");
        take(
            "notice",
            &[
                ("business_date", "2023-09-06"),
                ("shown_from", "2023-09-06"),
                ("shown_to", "2023-09-08"),
            ],
        );
        let approved = take(
            "approve",
            &[
                ("business_date", "2023-09-09"),
                ("amount", "80000"),
                ("amount_unit", "yuan"),
            ],
        );
        open("80000.00", "1");
        assert_eq!(
            codes(&app, &pay(&app, &id, "2023-09-20", "80000.01")),
            ["payout.above_approved"]
        );
        let first = pay(&app, &id, "2023-09-20", "50000");
        posted(&app, &first);
        open("30000.00", "1");
        let second = pay(&app, &id, "2023-09-25", "30000");
        posted(&app, &second);
        open("0.00", "0");
        are(&app, &[("insurance.payout", "80000.00")]);
        let receipt = insurer.get(&format!("/records/{}/{approved}", app.office.book));
        let another = format!("/field/claim?village={}", app.office.village);
        assert!(receipt.body.contains(&another), "{}", receipt.text());
        let policies = format!("/field/policies?village={}", app.office.village);
        for form in ["claim", "payout", "endorsement", "cancellation"] {
            let opened = insurer.get(&format!("/field/{form}?village={}", app.office.village));
            assert_eq!(opened.location(), policies, "{form}");
        }
        let page = insurer.get(&format!("/field/claims/{}/{id}/1?claim=LP1", app.office.book));
        assert!(page.body.contains("已付清"), "{}", page.text());
        assert_eq!(page.body.matches("已入账").count(), 7, "{}", page.body);

        // What a payment rests on goes after it; each step back is the step's own reversal.
        assert_eq!(reverse(&app, &approved), Err("reversal.depends".to_owned()));
        assert_eq!(
            reverse(&app, &first.voucher),
            Err("reversal.depends".to_owned()),
            "the second paid it up"
        );
        assert_eq!(reverse(&app, &second.voucher), Ok(()));
        open("30000.00", "1");
        assert_eq!(reverse(&app, &first.voucher), Ok(()));
        assert_eq!(reverse(&app, &approved), Ok(()));
        open("88000.00", "1");
        let closed = take("close", &[("business_date", "2023-10-01")]);
        open("0.00", "0");
        assert_eq!(reverse(&app, &closed), Ok(()));
        open("88000.00", "1");
    });
}

#[test]
fn a_step_is_refused_where_it_contradicts_the_policy_or_the_claim() {
    let app = TestApp::start(Backend::Sqlite);
    let id = insured(&app);
    let insurer = app.sign_in("insurer");
    let refused = |stage: &str, filled: &[(&str, &str)], sentence: &str| {
        let form = insurer.get(&step(&app, stage, &id));
        let again = insurer.send(&form, "/field/claim", filled);
        assert!(again.body.contains(sentence), "{stage}: {}", again.body);
    };
    let with = |name: &'static str, value: &'static str| {
        REPORT.map(|(known, typed)| {
            if known == name {
                (known, value)
            } else {
                (known, typed)
            }
        })
    };
    refused("report", &with("loss_date", "2023-06-30"), "出险日期要在保险期间");
    refused(
        "report",
        &with("loss_date", "2023-09-04"),
        "出险日期不能晚于报案日期",
    );
    refused("report", &with("claim", ""), "请填写报案号");
    let report = recorded(&insurer, &step(&app, "report", &id), &REPORT);
    // The report still waits: what comes after it can be written, and is approved after it.
    refused("report", &REPORT, "已有这个报案号");
    refused(
        "assess",
        &[("amount", "500000.01"), ("amount_unit", "yuan")],
        "超过保额",
    );
    refused(
        "approve",
        &[("amount", "1"), ("amount_unit", "yuan")],
        "还没有定损",
    );
    let direct = |claim: &str, loss: &str| {
        let mut payout = pay(&app, &id, "2023-09-20", "1000");
        payout.lines[0].detail["claim"] = json!(claim);
        payout.lines[0].detail["loss_date"] = json!(loss);
        payout
    };
    assert_eq!(codes(&app, &direct("LP2", "2023-09-02")), ["payout.has_claim"]);
    // Actuals of another loss, taken over without a claim of their own.
    posted(&app, &direct("LP9", "2023-08-02"));
    refused("report", &with("claim", "LP9"), "已经直接记过赔付");
    approve(&app, &report);
    let cancellation = format!("/field/cancellation?book={}&policy={id}", app.office.book);
    let form = insurer.get(&cancellation);
    let filled = [
        ("business_date", "2023-10-01"),
        ("number", "TB1"),
        ("reason", "申请"),
    ];
    let again = insurer.send(&form, "/field/cancellation", &filled);
    assert!(again.body.contains("付清或结案后才能退保"), "{}", again.body);
}

const PEOPLE: [(&str, &str); 3] = [
    ("陈大文", "440784197503080014"),
    ("李小妹", "440781198802290025"),
    ("王阿公", "11010519491231002X"),
];

/// A policy with three households on its list, 10 亩 each.
fn listed(app: &TestApp) -> ContractId {
    let id = contract(2);
    let parts = [(app.office.village, "10.00"); 3];
    let mut whole = policy(app, &id, "BD2", &parts);
    for (line, (name, number)) in whole.lines.iter_mut().zip(PEOPLE) {
        let client: ClientId = app.household(app.office.village, name, number);
        line.client = Some(client);
    }
    posted(app, &whole);
    id
}

/// Puts a typhoon on record that struck every town of the county.
fn typhoon(app: &TestApp) {
    let reviewer = app.sign_in("reviewer");
    let form = reviewer.get("/register/disasters/new");
    let town = form
        .body
        .split("name=\"towns\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a value").to_owned())
        .collect::<Vec<_>>();
    let mut filled = vec![
        ("kind", "typhoon"),
        ("name", "台风“苏拉”"),
        ("started_on", "2023-09-01"),
        ("ended_on", "2023-09-02"),
    ];
    let none = reviewer.send(&form, "/register/disasters", &filled);
    assert!(none.body.contains("至少选一个受灾镇"), "{}", none.text());
    filled.extend(town.iter().map(|id| ("towns", id.as_str())));
    let done = reviewer.send(&form, "/register/disasters", &filled);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(reviewer.get("/register/disasters").body.contains("苏拉"));
}

#[test]
fn a_claim_reported_by_phone_names_the_disaster_that_struck_its_village() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let policy = insured(&app);
        let phone = Phone::of(&app, "insurer");
        let village = app.office.village.0.to_string();
        assert_eq!(phone.pack(&village)["disasters"], json!([]));
        typhoon(&app);
        assert_eq!(
            phone.pack(&village)["disasters"],
            json!([{"id": "1", "name": "台风“苏拉”", "villages": [village]}])
        );
        assert_eq!(Phone::of(&app, "bank").pack(&village)["disasters"], json!([]));

        let mut fields = json!({"stage": "insurance.claim_report", "book": app.office.book.0.to_string(),
            "policy": policy, "part": "1", "event": "1",
            "village": format!("{village}@{}", app.office.book), "contract_id": uuid()});
        for (name, value) in REPORT {
            fields[name] = json!(value);
        }
        let report = item(&app, "claim", &uuid(), fields);
        let result = &phone.send(&[&report])[0];
        assert_eq!(result["status"], "created", "{result}");
        let id = VoucherId::parse(voucher(&report)).expect("an id");
        let lines = app.state.read_now(|conn, _| {
            let record = ledger::find_voucher(conn, app.office.book, &id)?;
            ledger::lines_of(conn, &record, 1)
        });
        assert_eq!(lines.expect("the record")[0].detail["report"]["event"], json!(1));
    });
}

#[test]
fn a_disaster_is_assessed_shown_approved_and_paid_in_sheets() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let id = listed(&app);
        typhoon(&app);
        let insurer = app.sign_in("insurer");
        let area = app.office.village;
        let sheet = |kind: &str| format!("/field/claims/sheet?kind={kind}&area={area}&event=1");
        let open = sheet("insurance.claim_assess");
        let form = insurer.get(&open);
        assert!(
            form.body.contains("陈大文") && form.body.contains("王阿公"),
            "{}",
            form.text()
        );
        let wrong = [("paste", "陈大文\t5\t20000\n张三\t1\t5000"), ("claim", "LP1")];
        let again = insurer.send(&form, "/field/claims/sheet", &wrong);
        assert!(
            again.body.contains("粘贴的第2行：清单里没有“张三”"),
            "{}",
            again.body
        );
        let right = [
            ("paste", "陈大文\t5\t20000\n0025\t2.5\t10,000.50"),
            ("claim", "LP1"),
            ("loss_date", "2023-09-02"),
            ("reported_on", "2023-09-03"),
            ("surveyed_on", "2023-09-04"),
            ("business_date", "2023-09-05"),
        ];
        let found = insurer.send(
            &form,
            "/field/claims/sheet",
            &[&right[..], &[("step", "find")]].concat(),
        );
        assert!(
            found.body.contains("10,000.50") && !found.body.contains("\"send\""),
            "{}",
            found.text()
        );
        let assessed = recorded(&insurer, &open, &right);
        approve(&app, &assessed);
        are(
            &app,
            &[
                ("insurance.outstanding", "30000.50"),
                ("insurance.claims_reported", "2"),
                ("insurance.claims_open", "2"),
            ],
        );
        let printed = app.sign_in("reviewer").get(&format!(
            "/claims/notice/{}/{assessed}?from=2023-09-06&to=2023-09-08&contact=0750-1234567",
            app.office.book
        ));
        for there in ["陈*", "李*", "30,000.50", "2023-09-06", "0750-1234567", "2.5"] {
            assert!(printed.body.contains(there), "{there}: {}", printed.body);
        }
        for hidden in ["陈大文", "0014", "王"] {
            assert!(!printed.body.contains(hidden), "{hidden}");
        }
        assert_eq!(
            app.sign_in("bank")
                .get(&format!("/claims/notice/{}/{assessed}", app.office.book))
                .status,
            404
        );
        let days = [
            ("business_date", "2023-09-06"),
            ("shown_from", "2023-09-06"),
            ("shown_to", "2023-09-08"),
        ];
        approve(&app, &recorded(&insurer, &sheet("insurance.claim_notice"), &days));
        approve(
            &app,
            &recorded(
                &insurer,
                &sheet("insurance.claim_approve"),
                &[("business_date", "2023-09-09")],
            ),
        );
        let paid = recorded(
            &insurer,
            &sheet("insurance.payout"),
            &[("business_date", "2023-09-20")],
        );
        approve(&app, &paid);
        are(
            &app,
            &[
                ("insurance.payout", "30000.50"),
                ("insurance.outstanding", "0.00"),
                ("insurance.claims_open", "0"),
            ],
        );
        let list = insurer.get(&format!("/field/claims?area={area}&event=1&state=all"));
        assert!(list.body.contains("已付清"), "{}", list.text());
        assert_eq!(reverse(&app, &assessed), Err("reversal.depends".to_owned()));
        assert_eq!(reverse(&app, &paid), Ok(()));
        are(
            &app,
            &[
                ("insurance.outstanding", "30000.50"),
                ("insurance.payout", "0.00"),
            ],
        );
        let _ = id;
    });
}

/// Of two lines of one payout the second sees the first, though that one is remarked upon: nobody is said to be paid.
#[test]
fn two_lines_of_a_payout_together_stay_within_the_sum_insured() {
    let app = TestApp::start(Backend::Sqlite);
    let id = insured(&app);
    let mut payout = pay(&app, &id, "2023-12-01", "300000");
    payout.lines[0].detail["households"] = json!(0);
    payout.lines.push(payout.lines[0].clone());
    assert_eq!(codes(&app, &payout), ["payout.above_sum"]);
    payout.lines[1].amount = cunxin::values::Fen::parse_yuan("200000").expect("an amount");
    posted(&app, &payout);
    are(&app, &[("insurance.payout", "500000.00")]);
}
