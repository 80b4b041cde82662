//! Policies that change: endorsement and cancellation through the forms, on both databases, with
//! every signed change where it belongs, and the same taken back by reversals.

use cunxin::ledger::{self, NewLine, ReversalRequest, Submission};
use cunxin::values::{CommandId, ContractId, Fen, RegionId, SpecialistId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Backend, Person, TestApp, actor, on_both};

/// A year of cover from 2023-07-01: on 2023-10-01 are 274 of its 366 days left.
pub fn policy(app: &TestApp, id: &ContractId, number: &str, parts: &[(RegionId, &str)]) -> Submission {
    let line = |(region, quantity): &(RegionId, &str)| {
        let hundredths: i64 = quantity.replace('.', "").parse().expect("a quantity");
        let sum = Fen(hundredths * 5000);
        let premium = sum.0 * 8 / 100;
        let part = |percent: i64| Fen(premium * percent / 100);
        NewLine {
            region: *region,
            client: None,
            product: app.office.insurance_product,
            institution: app.office.insurer,
            specialist: SpecialistId(0),
            contract: Some(id.clone()),
            amount: sum,
            detail: json!({
                "number": number, "starts_on": "2023-07-01", "ends_on": "2024-06-30",
                "quantity": quantity, "unit": "亩", "unit_sum": "5000.00", "rate_percent": "8",
                "premium": Fen(premium), "central": "0.00", "province": part(50), "city": part(10),
                "county": part(10), "farmer": part(30), "households": 12,
            }),
        }
    };
    Submission {
        institution: app.office.insurer,
        ..app.submission("insurance.policy", "2023-07-01", parts.iter().map(line).collect())
    }
}

pub fn contract(n: u8) -> ContractId {
    ContractId::from_parts(1_690_000_000_000, [n; 10])
}

pub fn posted(app: &TestApp, submission: &Submission) {
    app.submit("insurer", submission).expect("submitted");
    app.approve("reviewer", submission, 1).expect("approved");
}

/// Sends a form through its check page and gives the voucher it made.
pub fn recorded(person: &Person, open: &str, filled: &[(&str, &str)]) -> VoucherId {
    let path = open.split('?').next().expect("a path");
    let form = person.get(open);
    assert_eq!(form.status, 200, "{}", form.text());
    let check = person.send(&form, path, filled);
    assert!(check.body.contains("\"send\""), "{}", check.body);
    let sent = person.send(&check, path, &[("step", "send")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let id = sent
        .location()
        .split(['/', '?'])
        .nth(3)
        .expect("an id")
        .to_owned();
    VoucherId::parse(&id).expect("a voucher")
}

pub fn approve(app: &TestApp, voucher: &VoucherId) {
    let mut any = app.submission("", "2023-07-01", Vec::new());
    any.voucher = voucher.clone();
    app.approve("reviewer", &any, 1).expect("approved");
}

pub fn reverse(app: &TestApp, original: &VoucherId) -> Result<(), String> {
    let request = ReversalRequest {
        book: app.office.book,
        original: original.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let asker = actor("insurer");
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)
        })
        .map_err(|error| error.issues()[0].code.clone())?;
    approve(app, &request.reversal);
    Ok(())
}

/// What December 2023 says: a flow's year or a stock's end.
fn december(totals: &Value, measure: &str) -> String {
    let found = &totals["total"]["measures"][measure];
    let value = if found["end"].is_null() {
        &found["year"]
    } else {
        &found["end"]
    };
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub fn are(app: &TestApp, expected: &[(&str, &str)]) {
    let totals: Value = app.totals("2023-12", "440784000000", "town");
    for (measure, value) in expected {
        assert_eq!(december(&totals, measure), *value, "{measure}");
    }
}

const BEFORE: [(&str, &str); 4] = [
    ("insurance.sum_insured", "600000.00"),
    ("insurance.in_force", "600000.00"),
    ("insurance.premium", "48000.00"),
    ("insurance.premium.farmer", "14400.00"),
];

#[test]
fn an_endorsement_posts_its_change_and_a_reversal_takes_it_back() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (id, office) = (contract(1), app.office.clone());
        let parts = [(office.village, "100.00"), (office.second_village, "20.00")];
        posted(&app, &policy(&app, &id, "BD1", &parts));
        are(&app, &BEFORE);
        let insurer = app.sign_in("insurer");
        let open = format!("/field/endorsement?book={}&policy={id}&part=1", office.book);
        let filled = [
            ("business_date", "2023-10-01"),
            ("number", "PG1"),
            ("quantity", "110.5"),
            ("reason", "面积核实"),
        ];
        let up = recorded(&insurer, &open, &filled);
        approve(&app, &up);
        // 10.5 亩 × 5,000 × 8% × 274 ÷ 366 = 3,144.262…; 30% of it to the farmer, first.
        are(
            &app,
            &[
                ("insurance.sum_insured", "652500.00"),
                ("insurance.in_force", "652500.00"),
                ("insurance.premium", "51144.26"),
                ("insurance.premium.farmer", "15343.28"),
                ("insurance.premium.province", "25572.13"),
                ("insurance.premium.city", "5114.43"),
                ("insurance.premium.county", "5114.42"),
                ("insurance.policies", "1"),
            ],
        );
        assert_eq!(reverse(&app, &up), Ok(()));
        are(&app, &BEFORE);
        // The insured of the second village leaves: everything of the part for the days left.
        let open = open.replace("part=1", "part=2");
        let leaves = [
            ("business_date", "2023-10-01"),
            ("number", "PG2"),
            ("quantity", "0"),
            ("reason", "转产"),
        ];
        approve(&app, &recorded(&insurer, &open, &leaves));
        are(
            &app,
            &[
                ("insurance.sum_insured", "500000.00"),
                ("insurance.premium", "42010.93"),
            ],
        );
    });
}

#[test]
fn a_change_is_refused_where_it_contradicts_the_policy() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let (id, office) = (contract(1), app.office.clone());
    posted(&app, &policy(&app, &id, "BD1", &[(office.village, "100.00")]));
    let paid =
        json!({"claim": "LP1", "loss_date": "2023-09-02", "cause": "台风", "part": 1, "households": 3});
    let mut payout = policy(&app, &id, "BD1", &[(office.village, "80.00")]);
    payout.kind = "insurance.payout".to_owned();
    payout.business_date = "2023-09-20".parse().expect("a day");
    payout.lines[0].detail = paid;
    posted(&app, &payout);
    let insurer = app.sign_in("insurer");
    let refused = |open: &str, filled: &[(&str, &str)], sentence: &str| {
        let path = open.split('?').next().expect("a path");
        let form = insurer.get(open);
        let again = insurer.send(&form, path, filled);
        assert!(again.body.contains(sentence), "{}", again.body);
        assert!(!again.body.contains("\"send\""), "{}", again.text());
    };
    let endorsement = format!("/field/endorsement?book={}&policy={id}", office.book);
    let fill = |quantity: &'static str, day: &'static str| {
        [
            ("business_date", day),
            ("number", "PG1"),
            ("quantity", quantity),
            ("reason", "核实"),
        ]
    };
    refused(
        &endorsement,
        &fill("79.99", "2023-10-01"),
        "批改后的保额不能低于它",
    );
    refused(&endorsement, &fill("100", "2023-10-01"), "没有任何改动");
    refused(&endorsement, &fill("1.234", "2023-10-01"), "最多两位小数");
    let cancellation = format!("/field/cancellation?book={}&policy={id}", office.book);
    let too_much = [
        ("business_date", "2023-10-01"),
        ("number", "TB1"),
        ("basis", "stated"),
        ("premium", "40000.01"),
        ("reason", "申请"),
    ];
    refused(&cancellation, &too_much, "超过已收的");
    refused(
        &cancellation,
        &[("business_date", "2023-10-01"), ("reason", "")],
        "请填写原因",
    );
}

#[test]
fn a_cancelled_policy_leaves_force_returns_premium_and_covers_no_later_loss() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (id, office) = (contract(1), app.office.clone());
        let parts = [(office.village, "100.00"), (office.second_village, "20.00")];
        posted(&app, &policy(&app, &id, "BD1", &parts));
        let insurer = app.sign_in("insurer");
        let open = format!("/field/cancellation?book={}&policy={id}", office.book);
        let filled = [
            ("business_date", "2023-10-01"),
            ("number", "TB1"),
            ("reason", "投保人申请"),
        ];
        let cancelled = recorded(&insurer, &open, &filled);
        approve(&app, &cancelled);
        // 40,000 × 274 ÷ 366 = 29,945.355… and 8,000 × 274 ÷ 366 = 5,989.071… come back.
        are(
            &app,
            &[
                ("insurance.sum_insured", "0.00"),
                ("insurance.in_force", "0.00"),
                ("insurance.premium", "12065.57"),
                ("insurance.premium.farmer", "3619.67"),
            ],
        );
        let page = insurer.get(&format!("/field/policies/{}/{id}", office.book));
        assert!(page.body.contains("已退保"), "{}", page.text());
        let mut late = policy(&app, &id, "BD1", &[(office.village, "1.00")]);
        late.kind = "insurance.payout".to_owned();
        late.business_date = "2023-11-20".parse().expect("a day");
        late.lines[0].detail =
            json!({"claim": "LP1", "loss_date": "2023-10-01", "cause": "台风", "part": 1, "households": 3});
        let refused = app.submit("insurer", &late).expect_err("not covered");
        let codes: Vec<&str> = refused.issues().iter().map(|issue| issue.code.as_str()).collect();
        assert!(codes.contains(&"payout.loss_outside"), "{codes:?}");
        assert_eq!(reverse(&app, &cancelled), Ok(()));
        are(&app, &BEFORE);
        // The day's end finds nothing to take out of force of a cancelled policy.
        let again = recorded(&insurer, &open, &filled);
        approve(&app, &again);
        let system = ledger::Actor {
            today: "2024-07-05".parse().expect("a day"),
            ..actor("admin")
        };
        let ended = app.state.write_now(office.book, |conn, tools| {
            cunxin::insurance::expire_policies(conn, tools, &system, office.book, system.today)
        });
        assert_eq!(ended.expect("the day ends"), 0);
    });
}

#[test]
fn a_stated_return_is_spread_over_the_parts_and_an_endorsement_rests_on_its_policy() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (id, office) = (contract(1), app.office.clone());
        let parts = [(office.village, "100.00"), (office.second_village, "20.00")];
        let first = policy(&app, &id, "BD1", &parts);
        posted(&app, &first);
        let insurer = app.sign_in("insurer");
        let open = format!("/field/cancellation?book={}&policy={id}", office.book);
        let filled = [
            ("business_date", "2023-10-01"),
            ("number", "TB1"),
            ("basis", "stated"),
            ("premium", "1000.01"),
            ("reason", "投保人申请"),
        ];
        let cancelled = recorded(&insurer, &open, &filled);
        approve(&app, &cancelled);
        are(
            &app,
            &[("insurance.premium", "46999.99"), ("insurance.in_force", "0.00")],
        );
        assert_eq!(reverse(&app, &first.voucher), Err("reversal.depends".to_owned()));
        assert_eq!(reverse(&app, &cancelled), Ok(()));
        assert_eq!(reverse(&app, &first.voucher), Ok(()));
        are(
            &app,
            &[("insurance.premium", "0.00"), ("insurance.sum_insured", "0.00")],
        );
    });
}

const PEOPLE: [(&str, &str); 3] = [
    ("陈大文", "440784197503080014"),
    ("李小妹", "440781198802290025"),
    ("李小妹", "11010519491231002X"),
];

#[test]
fn a_list_is_pasted_checked_row_by_row_and_corrected_after_a_return() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        for (name, number) in PEOPLE {
            app.household(app.office.village, name, number);
        }
        let insurer = app.sign_in("insurer");
        let open = format!("/field/policy/list?village={}", app.office.village);
        let form = insurer.get(&open);
        let product = app.office.insurance_product.to_string();
        let fill = |list: &'static str, more: &[(&'static str, &'static str)]| {
            let mut filled = vec![
                ("product", product.clone()),
                ("number", "BD7".to_owned()),
                ("starts_on", "2023-07-01".to_owned()),
                ("ends_on", "2024-06-30".to_owned()),
                ("list", list.to_owned()),
            ];
            filled.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
            filled
        };
        let send = |filled: &[(&str, String)]| {
            let filled: Vec<(&str, &str)> = filled
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            insurer.send(&form, "/field/policy/list", &filled)
        };
        let wrong = send(&fill(
            "陈大文\t10.5\t1\n李小妹\t2\n张三\t1\n陈大文\t1\n0025\t1.234",
            &[],
        ));
        for sentence in [
            "清单第2行：这个村有几个“李小妹”",
            "清单第3行：这个村没有登记“张三”",
            "清单第4行：与前面一行是同一个被保险人",
            "清单第5行：数量“1.234”",
        ] {
            assert!(wrong.body.contains(sentence), "{sentence}: {}", wrong.body);
        }
        let list = "陈大文\t10.5\n0025\t2\n全村\t100\t40";
        let sums = send(&fill(
            list,
            &[("total_quantity", "112.4"), ("total_premium", "45,000.01")],
        ));
        assert!(sums.body.contains("数量合计是 112.50"), "{}", sums.body);
        assert!(sums.body.contains("保费合计是 45,000.00"), "{}", sums.body);
        let right = fill(list, &[("total_quantity", "112.5"), ("total_premium", "45,000")]);
        let filled: Vec<(&str, &str)> = right
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let voucher = recorded(&insurer, &open, &filled);
        let as_submission = Submission {
            voucher: voucher.clone(),
            ..app.submission("", "2023-07-01", Vec::new())
        };
        let verdict = ledger::Verdict {
            book: app.office.book,
            voucher: voucher.clone(),
            command: CommandId::new(1_700_000_000_000),
            revision: 1,
        };
        let reviewer = actor("reviewer");
        app.state
            .write_now(app.office.book, |conn, office| {
                ledger::return_to_maker(conn, office, &reviewer, &verdict, "全村数量有误")
            })
            .expect("returned");
        let back = format!("/field/policy/list?book={}&voucher={voucher}", app.office.book);
        let again = insurer.get(&back);
        assert!(
            again.body.contains("全村数量有误") && again.body.contains("陈大文\t10.5\t1"),
            "{}",
            again.body
        );
        let corrected = recorded(
            &insurer,
            &back,
            &[("list", "陈大文\t10.5\n0025\t2\n全村\t100\t41")],
        );
        assert_eq!(corrected, voucher);
        app.approve("reviewer", &as_submission, 2).expect("approved");
        are(
            &app,
            &[
                ("insurance.sum_insured", "562500.00"),
                ("insurance.premium", "45000.00"),
                ("insurance.premium.farmer", "13500.00"),
                ("insurance.policies", "1"),
                ("insurance.participations", "43"),
            ],
        );
        let page = app
            .sign_in("city")
            .get("/totals/insurance?month=2023-12&region=440784000000&unit=yuan");
        for there in [
            "562,500.00",
            "45,000.00",
            "0.00%",
            "本年累计保费",
            "测试淡水水产险",
        ] {
            assert!(page.body.contains(there), "{there}: {}", page.body);
        }
    });
}

#[test]
fn a_county_goes_by_its_own_tariff_before_the_citys() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let admin = app.sign_in("admin");
    let home = format!("/register/products/{}", app.office.insurance_product);
    let form = admin.get(&format!("{home}/tariffs/new"));
    let county = app.office.book.to_string();
    let fields = [
        ("valid_from", "2023-01-01"),
        ("county", county.as_str()),
        ("tier", "province"),
        ("quantity_unit", "亩"),
        ("unit_sum", "6000"),
        ("rate", "8"),
        ("share_province", "40"),
        ("share_county", "30"),
        ("share_farmer", "30"),
    ];
    let untold = admin.send(&form, &format!("{home}/tariffs"), &[("valid_from", "2023-01-01")]);
    assert!(untold.body.contains("请选择补贴层级"), "{}", untold.body);
    let done = admin.send(&form, &format!("{home}/tariffs"), &fields);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = admin.get(&home);
    assert!(
        page.body.contains("省级财政补贴型") && page.body.contains("鹤山"),
        "{}",
        page.text()
    );
    let insurer = app.sign_in("insurer");
    let form = insurer.get(&format!("/field/policy?village={}", app.office.village));
    let product = app.office.insurance_product.to_string();
    let filled = [
        ("product", product.as_str()),
        ("number", "BD9"),
        ("starts_on", "2023-07-01"),
        ("ends_on", "2024-06-30"),
        ("quantity", "10"),
        ("households", "3"),
    ];
    let check = insurer.send(&form, "/field/policy", &filled);
    // 10 亩 × 6,000 × 8% = 4,800: 40% to the province, 30% to the county.
    for amount in ["60,000.00", "4,800.00", "1,920.00", "1,440.00"] {
        assert!(check.body.contains(amount), "{amount}: {}", check.text());
    }
    // Another county, and an earlier day, still go by the city's.
    let tariff = |county, day: &str| {
        let (product, day) = (app.office.insurance_product, day.parse().expect("a day"));
        app.state
            .read_now(|conn, _| cunxin::register::tariff_on(conn, product, county, day))
            .expect("read")
            .expect("a tariff")
            .unit_sum_fen
    };
    assert_eq!(tariff(app.office.book, "2023-07-01"), Fen(600_000));
    assert_eq!(tariff(app.office.book, "2022-12-31"), Fen(500_000));
    assert_eq!(tariff(app.office.other_book, "2023-07-01"), Fen(500_000));
}

/// Of two lines of one endorsement the second starts from what the first leaves, though that one's premium is other
/// than the days say and remarked upon.
#[test]
fn two_lines_of_an_endorsement_follow_one_another() {
    let app = TestApp::start(Backend::Sqlite);
    let id = contract(1);
    posted(&app, &policy(&app, &id, "BD1", &[(app.office.village, "100.00")]));
    let mut change = policy(&app, &id, "BD1", &[(app.office.village, "10.00")]);
    change.kind = "insurance.endorse".to_owned();
    change.business_date = "2023-10-01".parse().expect("a day");
    change.lines.push(change.lines[0].clone());
    for (line, (quantity, households)) in change.lines.iter_mut().zip([("110", 15), ("120", 20)]) {
        line.detail = json!({
            "number": "PD1", "part": 1, "quantity": quantity, "unit_sum": "5000.00", "households": households,
            "basis": "stated", "premium": "1000.00", "central": "0.00", "province": "500.00", "city": "100.00",
            "county": "100.00", "farmer": "300.00", "reason": "漏登",
        });
    }
    posted(&app, &change);
    are(
        &app,
        &[
            ("insurance.in_force", "600000.00"),
            ("insurance.participations", "8"),
        ],
    );
}
