//! Index insurance over HTTP: the trigger and the observations registered, a policy evaluated, its payout
//! recorded by the formula, approved, corrected.

use cunxin::insurance::index::{IndexDetail, Known};
use cunxin::ledger::{self, NewLine, ReversalRequest, Submission};
use cunxin::values::{CommandId, ContractId, Fen, Say, SpecialistId, VoucherId};
use serde_json::json;

use crate::support::app::{Backend, Page, TestApp, actor, on_both};

/// A policy of 12.5 亩 over 2023-04-01 to 2023-12-31, recorded by the insurer's clerk and approved.
fn policy(app: &TestApp) -> ContractId {
    let id = ContractId::new(1_700_000_000_000);
    let terms = json!({
        "number": "ZS-2023-01", "starts_on": "2023-04-01", "ends_on": "2023-12-31",
        "quantity": "12.5", "unit": "亩", "unit_sum": "5000.00", "rate_percent": "8",
        "premium": "5000.00", "central": "0.00", "province": "2500.00", "city": "500.00",
        "county": "500.00", "farmer": "1500.00", "households": 3
    });
    let submission = Submission {
        institution: app.office.insurer,
        ..app.submission(
            "insurance.policy",
            "2023-04-01",
            vec![line(app, &id, "62500", terms)],
        )
    };
    app.submit("insurer", &submission).expect("the policy");
    app.approve("reviewer", &submission, 1).expect("approved");
    id
}

fn line(app: &TestApp, policy: &ContractId, yuan: &str, detail: serde_json::Value) -> NewLine {
    NewLine {
        region: app.office.village,
        client: None,
        product: app.office.insurance_product,
        institution: app.office.insurer,
        specialist: SpecialistId(0),
        contract: Some(policy.clone()),
        amount: Fen::parse_yuan(yuan).expect("an amount"),
        detail,
    }
}

fn sent(page: &Page) {
    assert_eq!(page.status, 303, "{}", page.text());
}

/// 古劳站, and a trigger of seasonal rain below 230 mm: 1.2 yuan a millimetre, at most 150 yuan.
fn register(app: &TestApp) {
    let filled = [
        ("shape", "linear"),
        ("season_from", "04-01"),
        ("season_to", "06-30"),
        ("statistic", "rain"),
        ("take", "stated"),
        ("side", "below"),
        ("bound", "230"),
        ("step", "1.2"),
        ("cap", "150"),
    ];
    trigger(app, &filled);
}

/// 古劳站, and what makes it pay.
fn trigger(app: &TestApp, filled: &[(&str, &str)]) {
    let admin = app.sign_in("admin");
    let form = admin.get("/weather/stations/new");
    sent(&admin.send(
        &form,
        "/weather/stations",
        &[("code", "59477"), ("name", "古劳站")],
    ));
    let address = format!("/index-products/{}", app.office.insurance_product.0);
    let form = admin.get(&format!("{address}/new"));
    let wrong = admin.send(
        &form,
        &address,
        &[("shape", "linear"), ("valid_from", "2023-01-01")],
    );
    assert!(wrong.body.contains("请选择气象站"), "{}", wrong.text());
    let of_all = [
        ("valid_from", "2023-01-01"),
        ("source", "指数保险条款"),
        ("station", "1"),
    ];
    sent(&admin.send(&form, &address, &[of_all.as_slice(), filled].concat()));
}

fn observe(app: &TestApp, rows: &str) -> Page {
    observe_of(app, "rain", rows)
}

fn observe_of(app: &TestApp, statistic: &str, rows: &str) -> Page {
    let admin = app.sign_in("admin");
    let form = admin.get("/weather/observations/new");
    let filled = [
        ("station", "1"),
        ("statistic", statistic),
        ("source", "气象证明"),
        ("rows", rows),
    ];
    admin.send(&form, "/weather/observations", &filled)
}

/// Reverses a voucher at its address: asked for by the clerk, approved by the reviewer.
fn reverse(app: &TestApp, address: &str) {
    let id = address.rsplit('/').next().expect("an id");
    let request = ReversalRequest {
        book: app.office.book,
        original: VoucherId::parse(id).expect("an id"),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "观测值更正".to_owned(),
    };
    let clerk = actor("insurer");
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::request_reversal(conn, office, &clerk, &request)
        })
        .expect("asked for");
    let reversal = Submission {
        voucher: request.reversal,
        ..app.submission("insurance.index_payout", "2024-01-03", Vec::new())
    };
    app.approve("reviewer", &reversal, 1).expect("reversed");
}

fn paid(app: &TestApp) -> serde_json::Value {
    let totals = app.totals("2024-01", "440784000000", "town");
    totals["total"]["measures"]["insurance.payout"]["month"].clone()
}

/// Story 9: An insurance clerk: 180 mm of rain on index shape (c) pay 60 yuan for each of 12.5 亩, 750.00 yuan.
#[test]
fn story_9_dry_weather_pays_what_the_formula_says() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let policy = policy(&app);
        let insurer = app.sign_in("insurer");
        let address = format!("/field/index-payout?book={}&policy={policy}", app.office.book);
        let open = insurer.get(&address);
        assert!(open.body.contains("触发条件未定"), "{}", open.text());

        register(&app);
        let waits = insurer.get(&address);
        assert!(waits.body.contains("观测值不全"), "{}", waits.text());
        let wrong = observe(&app, "2023-06-30,180\n2023-06-31,1\n2023-06-29,很多");
        assert!(
            wrong.body.contains("第2行") && wrong.body.contains("第3行"),
            "{}",
            wrong.text()
        );
        sent(&observe(&app, "2023-06-30\t231"));
        let dry = insurer.get(&address);
        assert!(dry.body.contains("没有触发，不赔"), "{}", dry.text());
        sent(&observe(&app, "2023-06-30\t180"));
        let weather = app.sign_in("reviewer").get("/weather");
        assert!(
            weather.body.contains("已被更正"),
            "the first stays: {}",
            weather.text()
        );

        // The ordinary form leads here, and an ordinary payout is not taken.
        let ordinary = insurer.get(&address.replace("index-payout", "payout"));
        assert_eq!(ordinary.status, 303);
        assert!(
            ordinary.location().starts_with("/field/index-payout?"),
            "{}",
            ordinary.location()
        );

        let form = insurer.get(&address);
        for said in ["230 − 180 = 50", "60 元/亩 × 12.50 亩 = 750.00 元"] {
            assert!(form.body.contains(said), "{said}: {}", form.text());
        }
        let filled = [
            ("business_date", "2024-01-03"),
            ("households", "3"),
            ("client", ""),
        ];
        let check = insurer.send(&form, "/field/index-payout", &filled);
        assert!(check.body.contains("柒佰伍拾元整"), "{}", check.text());
        let receipt = insurer.send(&check, "/field/index-payout", &[("step", "send")]);
        sent(&receipt);
        let again = insurer.get(&address);
        let twice = insurer.send(&again, "/field/index-payout", &filled);
        assert!(twice.body.contains("已按指数赔付过"), "{}", twice.text());

        let voucher = receipt
            .location()
            .split('?')
            .next()
            .unwrap()
            .replace("records", "vouchers");
        let reviewer = app.sign_in("reviewer");
        let page = reviewer.get(&voucher);
        assert!(
            page.body.contains("指数赔付") && page.body.contains("× 12.50 亩"),
            "{}",
            page.text()
        );
        // A correction that arrives before approval does not change what was sent.
        sent(&observe(&app, "2023-06-30\t190"));
        sent(&reviewer.send(&page, &format!("{voucher}/approval"), &[]));
        assert_eq!(paid(&app), "750.00");
        assert!(
            app.state
                .read_now(cunxin::ledger::verify)
                .expect("verify")
                .is_empty()
        );

        // To pay by the corrected value, the first payout is reversed.
        reverse(&app, &voucher);
        assert_eq!(paid(&app), "0.00");
        let form = insurer.get(&address);
        assert!(form.body.contains("50 亩 = 600.00 元"), "{}", form.text());
        let check = insurer.send(&form, "/field/index-payout", &filled);
        assert!(check.body.contains("陆佰元整"), "{}", check.text());
    });
}

/// The shapes of the handbook (§2) beside (c), which is story 9: (a) a threshold of heat, and one of wind or of rain;
/// (b) a table of frost; (d) the largest typhoon only. 12.5 亩 at 5,000 yuan.
#[test]
fn every_shape_pays_by_its_formula() {
    let at_least = |statistic, bound| {
        [
            ("statistic", statistic),
            ("take", "highest"),
            ("side", "at_least"),
            ("bound", bound),
        ]
    };
    let heat = [
        &[("shape", "threshold"), ("pay", "200")],
        &at_least("max_temperature", "35")[..],
    ]
    .concat();
    let or_rain = [
        ("statistic_2", "rain"),
        ("take_2", "highest"),
        ("side_2", "at_least"),
        ("bound_2", "50"),
    ];
    let shrimp = [
        &[("shape", "threshold"), ("pay", "10%")],
        &at_least("gust", "20.8")[..],
        &or_rain,
    ]
    .concat();
    let frost = vec![
        ("shape", "tiers"),
        ("statistic", "frost_index"),
        ("take", "stated"),
        ("side", "at_least"),
        ("tiers", "11,20%\n16,50%\n21,70%\n26,90%"),
    ];
    let typhoon = vec![
        ("shape", "largest_event"),
        ("statistic", "typhoon"),
        ("side", "at_least"),
        ("tiers", "24.5,200\n32.7,500"),
    ];
    let shapes = [
        (
            heat,
            "max_temperature",
            "2023-07-01,34.9\n2023-07-02,35",
            "2500.00",
        ),
        (shrimp, "rain", "2023-07-01,50", "6250.00"),
        (frost, "frost_index", "2023-12-20,16", "31250.00"),
        (
            typhoon,
            "typhoon",
            "2023-07-17,25\n2023-09-02,33\n2023-10-09,28",
            "6250.00",
        ),
    ];
    on_both(|backend| {
        for (filled, statistic, rows, pays) in &shapes {
            let app = TestApp::start(backend);
            let policy = policy(&app);
            trigger(&app, filled);
            sent(&observe_of(&app, statistic, rows));
            let insurer = app.sign_in("insurer");
            let address = format!("/field/index-payout?book={}&policy={policy}", app.office.book);
            let form = insurer.get(&address);
            let filled = [
                ("business_date", "2024-01-03"),
                ("households", "3"),
                ("client", ""),
            ];
            let check = insurer.send(&form, "/field/index-payout", &filled);
            let receipt = insurer.send(&check, "/field/index-payout", &[("step", "send")]);
            sent(&receipt);
            let voucher = receipt.location().split('?').next().expect("a path");
            let voucher = voucher.replace("records", "vouchers");
            let reviewer = app.sign_in("reviewer");
            let page = reviewer.get(&voucher);
            sent(&reviewer.send(&page, &format!("{voucher}/approval"), &[]));
            assert_eq!(paid(&app), *pays, "{statistic}");
        }
    });
}

#[test]
fn an_amount_other_than_the_formula_is_refused() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let policy = policy(&app);
        register(&app);
        sent(&observe(&app, "2023-06-30,180"));
        let known = Known {
            trigger_from: "2023-01-01".parse().expect("a day"),
            trigger_revision: 1,
            observed: 1,
        };
        let codes = |yuan: &str, known: Known| -> Vec<String> {
            let detail = IndexDetail {
                part: 1,
                known,
                households: 3,
                worked: Say::new("", ""),
            };
            let detail = serde_json::to_value(&detail).expect("JSON");
            let submission = Submission {
                institution: app.office.insurer,
                ..app.submission(
                    "insurance.index_payout",
                    "2024-01-03",
                    vec![line(&app, &policy, yuan, detail)],
                )
            };
            match app.submit("insurer", &submission) {
                Ok(_) => Vec::new(),
                Err(refused) => refused.issues().iter().map(|issue| issue.code.clone()).collect(),
            }
        };
        assert_eq!(codes("750.01", known), ["index.amount"]);
        assert_eq!(codes("600", known), ["index.amount"]);
        sent(&observe(&app, "2023-06-30,190"));
        assert_eq!(
            codes("750", known),
            ["index.updated"],
            "older observations are not taken any more"
        );
        let older = Known {
            trigger_revision: 2,
            ..known
        };
        assert_eq!(codes("750", older), ["index.undetermined", "index.updated"]);
        assert!(
            codes("600", Known { observed: 2, ..known }).is_empty(),
            "(230 − 190) × 1.2 × 12.5"
        );
        let claim =
            json!({"claim": "B1", "loss_date": "2023-06-30", "cause": "旱", "part": 1, "households": 3});
        let ordinary = Submission {
            institution: app.office.insurer,
            ..app.submission(
                "insurance.payout",
                "2024-01-03",
                vec![line(&app, &policy, "100", claim)],
            )
        };
        let refused = app
            .submit("insurer", &ordinary)
            .expect_err("paid by the formula only");
        assert_eq!(refused.issues()[0].code, "payout.by_index");
    });
}

/// A part is paid once by its index, in one record too; and a claim reported on the policy is not in the way.
#[test]
fn a_part_is_paid_once_and_beside_a_claim() {
    let app = TestApp::start(Backend::Sqlite);
    let policy = policy(&app);
    register(&app);
    sent(&observe(&app, "2023-06-30,180"));
    let report = json!({
        "claim": "B1", "part": 1, "quantity": "", "shown": null, "note": "",
        "report": {
            "loss_date": "2023-06-30", "cause": "旱", "event": null, "households": 3,
            "reported_on": "2023-07-01", "surveyed_on": null,
        },
    });
    let record = |kind: &str, day: &str, lines: Vec<NewLine>| Submission {
        institution: app.office.insurer,
        ..app.submission(kind, day, lines)
    };
    let claim = record(
        "insurance.claim_report",
        "2023-07-01",
        vec![line(&app, &policy, "500", report)],
    );
    app.submit("insurer", &claim).expect("reported");
    app.approve("reviewer", &claim, 1).expect("approved");
    let detail = IndexDetail {
        part: 1,
        known: Known {
            trigger_from: "2023-01-01".parse().expect("a day"),
            trigger_revision: 1,
            observed: 1,
        },
        households: 3,
        worked: Say::new("", ""),
    };
    let detail = serde_json::to_value(&detail).expect("JSON");
    let paid_line = line(&app, &policy, "750", detail);
    let mut payout = record(
        "insurance.index_payout",
        "2024-01-03",
        vec![paid_line.clone(), paid_line],
    );
    let twice = app.submit("insurer", &payout).expect_err("the same part twice");
    assert_eq!(twice.issues()[0].code, "index.paid_already");
    payout.lines.pop();
    app.submit("insurer", &payout).expect("submitted");
    app.approve("reviewer", &payout, 1).expect("approved");
    assert_eq!(paid(&app), "750.00");
}
