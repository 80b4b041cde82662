//! The records: for each form a good one, and one for every way to get a field or two wrong.

use super::*;

const AMOUNTS: [&str; 46] = [
    "300000",
    "30",
    "0.01",
    "0",
    "-5",
    "",
    " ",
    "１２３４．５",
    "　３０　",
    "¥30",
    "￥1,130,000.00",
    "-¥5",
    "¥-5",
    "¥ 5",
    "--5",
    "¥¥5",
    "-",
    "¥",
    "1,13",
    "1,130,00",
    ",5",
    "1,130,000",
    "1,130,000.5",
    "1.130,5",
    "1e6",
    "1E+06",
    "e6",
    "1_000",
    "+5",
    "(5.00)",
    "30万",
    "5元",
    "5圆",
    "三十",
    "5.",
    ".5",
    "5.005",
    "5.0000005",
    "1.2.3",
    "9999999999999.99",
    "99999999999999",
    "4999999",
    "5000001",
    "10000001",
    "−5",
    "5 000",
];
const DAYS: [&str; 24] = [
    "2024-01-04",
    "2024-01-05",
    "2023-12-31",
    "2023/12/31",
    "2023.12.31",
    "20231231",
    "2023年12月31日",
    "２０２３－１２－３１",
    "",
    "　",
    "2023-12",
    "23-12-31",
    "2023-12/31",
    "2023-12-31-1",
    "45291",
    "+023-12-31",
    "2023-02-29",
    "2024-02-29",
    "2023-13-01",
    "1899-12-31",
    "1989-12-31",
    "1990-01-01",
    "3000-01-01",
    "2023-5-8",
];
const PERCENTS: [&str; 18] = [
    "3.85",
    "4.3525",
    "24",
    "24.0001",
    "0",
    "-1",
    "",
    "3.85%",
    "３．８５％",
    "3.85 %",
    "3.85123",
    "1234567",
    "999999",
    "三",
    "3.",
    ".5",
    "0.0001",
    "-0",
];
const COUNTS: [&str; 15] = [
    "0",
    "1",
    "12",
    "500",
    "501",
    "100000",
    "100001",
    "-1",
    "+3",
    "",
    "３",
    "3.5",
    "三",
    "00007",
    "99999999999999999999",
];
const TEXTS: [&str; 6] = ["饲料", "", "  ", "买\u{200B}鱼", "买\u{7}鱼", "一\n二"];
const NAMES: [&str; 14] = [
    "陈大文",
    " 张　 三 ",
    "",
    "　",
    "123",
    "１２３",
    "Ⅻ",
    "〇一",
    "麦101",
    "张\u{200B}三",
    "张\t三",
    "<b>张",
    "张>三",
    "王 五 六",
];
const NUMBERS: [&str; 26] = [
    "440784197503080014",
    "11010519491231002x",
    " ４４０７８４ 19750308 ００１４ ",
    "",
    "440784197503080015",
    "440784197502300011",
    "440784189903080014",
    "440784202401050014",
    "440784750308001",
    "44078419750308001",
    "4407841975030800144",
    "44078419750308X014",
    "44078419750308001A",
    "040784197503080014",
    "张三张三张三张三张三张三张三张三张三",
    "91350100M000100Y43",
    "91350100m000100y43",
    "91512081MA62K0260E",
    "91350100M000100Y4Z",
    "91350100M000100Y44",
    "9135010OM000100Y43",
    "91350100M000100Y4",
    "440781198802290025",
    "44078419750308 0014",
    "44078419750308001４",
    "911",
];
const PHONES: [&str; 14] = [
    "",
    "138 1234 5678",
    "+86-19912345678",
    "008613812345678",
    "０７５０８８８１２３４",
    "(020)81234567",
    "01012345678",
    "1381234567",
    "12812345678",
    "8881234",
    "0750888123",
    "1381234567x",
    "0050123456789",
    "-",
];

fn typed(door: &'static str, fields: Value) -> Typed {
    Typed {
        door,
        fields: fields.as_object().expect("fields").clone(),
    }
}

/// The same record with each of these values in one field.
fn each<'a>(good: &'a Typed, name: &'a str, values: &'a [&str]) -> impl Iterator<Item = Typed> + 'a {
    values.iter().map(move |value| good.with(name, *value))
}

fn amounts(good: &Typed, name: &str) -> Vec<Typed> {
    let unit = format!("{name}_unit");
    let mut all = Vec::new();
    for code in ["yuan", "wan"] {
        all.extend(each(&good.with(&unit, code), name, &AMOUNTS));
    }
    all.extend(["", "yi", "cent"].map(|code| good.with(&unit, code)));
    all
}

fn long(count: usize) -> String {
    "村".repeat(count)
}

/// The office with everything that records are about.
pub fn scene() -> Scene {
    let app = TestApp::start(Backend::Sqlite);
    let village = app.office.village;
    let chen = app.household(village, "陈大文", &identity_number(1));
    let li = app.household(village, "李小明", &identity_number(2));
    let wang = app.household(village, "王阿强", &identity_number(3));
    let firm = cooperative(&app);
    let [granted, preapproved, signed, frozen, loan] = [(); 5].map(|()| ContractId::new(1_700_000_000_000));
    let terms = json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true});
    let record = |kind: &str, day: &str, client, line: &ContractId, yuan: &str, detail: Value| {
        let submission = app.submission(kind, day, vec![app.line(client, line, yuan, detail)]);
        app.submit("specialist", &submission).expect("submitted");
        app.approve("reviewer", &submission, 1).expect("approved");
    };
    record(
        "credit.grant",
        "2023-05-04",
        &chen,
        &granted,
        "150000",
        terms.clone(),
    );
    record(
        "credit.preapproval",
        "2023-05-04",
        &li,
        &preapproved,
        "60000",
        terms.clone(),
    );
    record("credit.grant", "2023-05-04", &li, &signed, "90000", terms.clone());
    record(
        "credit.signature",
        "2023-05-05",
        &li,
        &signed,
        "90000",
        terms.clone(),
    );
    record("credit.grant", "2023-05-04", &firm, &frozen, "70000", terms);
    record(
        "credit.freeze",
        "2023-06-01",
        &firm,
        &frozen,
        "0",
        json!({"reason": "核查"}),
    );
    let lent = json!({"credit_line": granted, "rate_percent": "3.85", "matures_on": "2024-06-30",
        "purpose": "饲料", "guarantee": "credit", "method": "bullet"});
    record("loan.disbursement", "2023-05-08", &chen, &loan, "80000", lent);
    let insured = contract(1);
    posted(&app, &policy(&app, &insured, "BD1", &[(village, "100.00")]));
    let insurer = app.sign_in("insurer");
    let report = format!(
        "/field/claim?stage=insurance.claim_report&book={}&policy={insured}&part=1",
        app.office.book
    );
    approve(&app, &recorded(&insurer, &report, &crate::claims::REPORT));
    Scene {
        village,
        known: [chen.to_string(), wang.to_string(), firm.to_string()],
        granted,
        preapproved,
        signed,
        frozen,
        loan,
        policy: insured,
        product: app.office.credit_product,
        app,
    }
}

fn cooperative(app: &TestApp) -> cunxin::values::ClientId {
    let id = cunxin::values::ClientId::new(1_700_000_000_000);
    let new = register::NewClient {
        id: id.clone(),
        kind: register::ClientKind::Cooperative,
        region: app.office.village,
        name: "古劳水产合作社".to_owned(),
        number: "91350100M000100Y43".to_owned(),
        compared: false,
        phone: String::new(),
        address: String::new(),
        consent_on: None,
    };
    let (actor, book) = (crate::support::app::actor("specialist"), app.office.book);
    app.state
        .write_now(book, |conn, office| {
            register::register_client(conn, office, &actor, book, &new, &[])
        })
        .expect("registered");
    id
}

pub fn of_the_bank(scene: &Scene) -> Vec<Typed> {
    [
        credit_lines(scene),
        further_stages(scene),
        lent(scene),
        draws(scene),
        repaid(scene),
        visits(scene),
        talks(scene),
        registered(scene),
    ]
    .concat()
}

fn grant(scene: &Scene) -> Typed {
    typed(
        "credit",
        json!({"stage": "credit.grant", "village": scene.village.to_string(), "client": scene.known[1],
            "product": scene.product.to_string(), "amount": "30", "amount_unit": "wan", "business_date": "2024-01-03",
            "valid_from": "2024-01-03", "valid_to": "2027-01-02", "limit": "revolving"}),
    )
}

fn credit_lines(scene: &Scene) -> Vec<Typed> {
    let good = grant(scene);
    let mut all = vec![
        good.clone(),
        good.with("stage", "credit.preapproval"),
        good.with("stage", "credit.signature"),
    ];
    all.extend(amounts(&good, "amount"));
    let firm = good.with("client", scene.known[2].as_str());
    all.extend(each(
        &firm,
        "amount",
        &["500", "500.01", "1000", "1000.000001", "0"],
    ));
    for name in ["business_date", "valid_from", "valid_to"] {
        all.extend(each(&good, name, &DAYS));
    }
    for product in ["", "0", "-1", "999", " 1x", "+1", "１"] {
        all.push(good.with("product", product));
    }
    all.push(good.with("client", ""));
    all.push(
        good.with("client", "")
            .with("product", "")
            .with("amount", "")
            .with("valid_to", ""),
    );
    // A second line of the same product.
    all.push(good.with("client", scene.known[0].as_str()));
    all.extend(each(
        &good,
        "valid_to",
        &["2054-01-03", "2054-01-04", "2023-12-01"],
    ));
    all.push(good.with("valid_from", "2027-01-03"));
    all.push(good.with("limit", "one-off"));
    all.push(good.with("limit", ""));
    all
}

/// Grants and signatures of lines that stand.
fn further_stages(scene: &Scene) -> Vec<Typed> {
    let mut all = Vec::new();
    let at = format!("{}@{}", scene.village, scene.app.office.book);
    let client = |line: &ContractId| if *line == scene.granted { 0 } else { 2 };
    for line in [&scene.granted, &scene.frozen] {
        let good = grant(scene)
            .with("village", at.as_str())
            .with("client", scene.known[client(line)].as_str())
            .with("line", line.as_str())
            .with("amount_unit", "yuan");
        for stage in ["credit.preapproval", "credit.grant", "credit.signature"] {
            all.extend(each(
                &good.with("stage", stage),
                "amount",
                &["60000", "70000", "150000", "150000.01", "0"],
            ));
        }
    }
    // The lines of 李小明, whom no record names otherwise.
    let pack = [(&scene.preapproved, "60000"), (&scene.signed, "90000")];
    for (line, limit) in pack {
        let owner = owner(scene, line);
        let good = grant(scene)
            .with("village", at.as_str())
            .with("client", owner.as_str())
            .with("line", line.as_str())
            .with("amount_unit", "yuan");
        for stage in ["credit.preapproval", "credit.grant", "credit.signature"] {
            let above = format!("{limit}.01");
            all.extend(each(&good.with("stage", stage), "amount", &[limit, &above, "1"]));
        }
    }
    all
}

fn owner(scene: &Scene, line: &ContractId) -> String {
    let book = scene.app.office.book;
    let found = scene
        .app
        .state
        .read_now(|conn, _| credit::find_line(conn, book, line));
    found.expect("a line").client_id.to_string()
}

fn loan(scene: &Scene) -> Typed {
    typed(
        "loan",
        json!({"village": scene.village.to_string(), "client": scene.known[1], "line": "",
            "product": scene.product.to_string(), "amount": "8", "amount_unit": "wan", "rate_percent": "3.85",
            "business_date": "2024-01-03", "matures_on": "2025-01-03", "purpose": "饲料", "guarantee": "credit",
            "method": "bullet", "day_count": "30/360", "note_number": "", "lpr_percent": "", "bp": ""}),
    )
}

fn lent(scene: &Scene) -> Vec<Typed> {
    let good = loan(scene);
    let mut all = vec![good.clone()];
    all.extend(each(&good, "amount", &AMOUNTS));
    all.extend(each(&good, "rate_percent", &PERCENTS));
    for name in ["business_date", "matures_on"] {
        all.extend(each(&good, name, &DAYS));
    }
    all.extend(each(
        &good,
        "matures_on",
        &["2024-01-03", "2024-01-04", "2054-01-03", "2054-01-04"],
    ));
    all.extend(each(&good, "purpose", &TEXTS));
    all.extend([60, 61].map(|count| good.with("purpose", long(count))));
    all.extend(each(&good, "note_number", &TEXTS));
    all.extend([40, 41].map(|count| good.with("note_number", long(count))));
    for (name, codes) in [
        (
            "guarantee",
            ["mortgage", "agri-guarantee", "gift", "", " credit "],
        ),
        (
            "method",
            ["equal-instalment", "interest-only", "never", "", "Bullet"],
        ),
        (
            "day_count",
            ["actual/365", "actual/actual", "30/365", "", "actual/360"],
        ),
    ] {
        all.extend(each(&good, name, &codes));
    }
    for (rate, lpr, bp) in [
        ("3.85", "3.45", "40"),
        ("3.85", "3.45", "+40"),
        ("3.85", "3.45", "++40"),
        ("3.85", "3.45", "４０"),
        ("3.86", "3.45", "40"),
        ("3.15", "3.45", "-30"),
        ("3.15", "3.45", "−30"),
        ("7.45", "3.45", "400"),
        ("7.46", "3.45", "401"),
        ("3.85", "0", "385"),
        ("3.85", "-1", "485"),
        ("3.85", "", "40"),
        ("3.85", "3.45", ""),
        ("3.85", "3.45", "4.5"),
        ("51.45", "3.45", "4800"),
        ("51.46", "3.45", "4801"),
        ("3.85", "x", "y"),
    ] {
        all.push(
            good.with("rate_percent", rate)
                .with("lpr_percent", lpr)
                .with("bp", bp),
        );
    }
    all.push(
        good.with("client", "")
            .with("product", "")
            .with("purpose", "")
            .with("amount_unit", ""),
    );
    all
}

/// Loans under lines: within what is available, after its end, of one not signed, of one frozen.
fn draws(scene: &Scene) -> Vec<Typed> {
    let at = format!("{}@{}", scene.village, scene.app.office.book);
    let mut all = Vec::new();
    for line in [&scene.granted, &scene.signed, &scene.preapproved, &scene.frozen] {
        let good = loan(scene)
            .with("village", at.as_str())
            .with("client", owner(scene, line))
            .with("line", line.as_str())
            .with("amount_unit", "yuan");
        all.extend(each(
            &good,
            "amount",
            &["70000", "70000.01", "90000", "90000.01", "0", "-1", "x"],
        ));
        all.extend(each(
            &good,
            "business_date",
            &["2022-12-31", "2023-01-01", "2023-07-01", "2024-01-05"],
        ));
        all.extend(each(&good, "matures_on", &["2025-12-31", "2026-01-01"]));
    }
    all
}

fn repaid(scene: &Scene) -> Vec<Typed> {
    let at = format!("{}@{}", scene.village, scene.app.office.book);
    let good = typed(
        "repayment",
        json!({"village": at, "client": scene.known[0], "loan": scene.loan.as_str(), "amount": "1", "amount_unit": "wan",
            "interest": "120.50", "interest_unit": "yuan", "penalty": "", "penalty_unit": "yuan",
            "business_date": "2024-01-03"}),
    );
    let mut all = vec![good.clone()];
    for name in ["amount", "interest", "penalty"] {
        all.extend(each(&good, name, &AMOUNTS));
        all.push(good.with(&format!("{name}_unit"), ""));
    }
    all.extend(each(&good, "business_date", &DAYS));
    all.extend(each(&good, "business_date", &["2023-05-07", "2023-05-08"]));
    all.extend(each(&good, "amount", &["8", "8.000001"]));
    for (amount, interest) in [("", ""), ("0", ""), ("0", "0.00"), ("", "5"), ("-1", "-1")] {
        all.push(good.with("amount", amount).with("interest", interest));
    }
    all
}

fn visits(scene: &Scene) -> Vec<Typed> {
    let [first, second, _] = &scene.known;
    let good = typed(
        "visit",
        json!({"village": scene.village.to_string(), "business_date": "2024-01-03", "unregistered": "",
            "visited": [first, second], format!("note_{first}"): "看了虾塘"}),
    );
    let mut all = vec![
        good.clone(),
        good.with("visited", first.as_str()),
        good.with("visited", json!([])),
    ];
    all.extend(each(&good, "business_date", &DAYS));
    all.extend(each(&good, "unregistered", &COUNTS));
    all.extend(each(&good.with("visited", json!([])), "unregistered", &COUNTS));
    let note = format!("note_{second}");
    all.extend(each(&good, &note, &TEXTS));
    all.extend([300, 301].map(|count| good.with(&note, long(count))));
    // A note of a household that was not visited does not count.
    all.push(good.with("visited", first.as_str()).with(&note, long(301)));
    all
}

fn talks(scene: &Scene) -> Vec<Typed> {
    let good = typed(
        "talk",
        json!({"village": scene.village.to_string(), "business_date": "2024-01-03", "topic": "防诈骗", "attendance": "40"}),
    );
    let mut all = vec![good.clone()];
    all.extend(each(&good, "business_date", &DAYS));
    all.extend(each(&good, "attendance", &COUNTS));
    all.extend(each(&good, "topic", &TEXTS));
    all.extend([100, 101].map(|count| good.with("topic", long(count))));
    all
}

fn registered(scene: &Scene) -> Vec<Typed> {
    let good = typed(
        "client",
        json!({"village": scene.village.to_string(), "kind": "household", "name": "何大海", "number": "440781198802290025",
            "compared": "", "consent_on": "2024-01-04", "members": "", "phone": "", "address": ""}),
    );
    let mut all = vec![good.clone(), good.with("kind", ""), good.with("kind", "king")];
    all.extend(each(&good, "name", &NAMES));
    all.extend([60, 61].map(|count| good.with("name", long(count))));
    for kind in ["household", "family-farm", "cooperative", "firm"] {
        // What the office knows already is the office's to find: these numbers are nobody's.
        all.extend(each(&good.with("kind", kind), "number", &NUMBERS).filter(|one| {
            let number = one.fields["number"].as_str().unwrap_or_default();
            kind == "household" || !number.to_uppercase().starts_with("91350100M000100Y43")
        }));
    }
    for number in ["91350100M000100Y44", "91350100M000100Y4Z", "440784197503080015"] {
        for kind in ["firm", "family-farm", "household"] {
            all.push(
                good.with("kind", kind)
                    .with("number", number)
                    .with("compared", "yes"),
            );
        }
    }
    all.extend(each(&good, "consent_on", &DAYS));
    for (kind, number) in [
        ("household", "91512081MA62K0260E"),
        ("family-farm", "440781198802290025"),
        ("family-farm", "91512081MA62K0260E"),
        ("family-farm", " ９1512081MA62K0260E"),
        ("cooperative", "91512081MA62K0260E"),
        ("firm", "91512081MA62K0260E"),
    ] {
        let other = good.with("kind", kind).with("number", number);
        all.extend(["", " ", "2024-01-05", "1989-12-31"].map(|day| other.with("consent_on", day)));
        all.push(other.with("consent_on", "2024-01-05").with("members", number));
    }
    all.extend(each(&good, "phone", &PHONES));
    all.extend(each(&good, "address", &TEXTS));
    all.extend([100, 101].map(|count| good.with("address", long(count))));
    let (one, two) = (identity_number(71), identity_number(72));
    for members in [
        one.clone(),
        format!("{one} {two}"),
        format!("{one}，{two}；{one}"),
        format!("440781198802290025、{two}"),
        format!("{two}\n12345\n440784750308001"),
        (100..131).map(identity_number).collect::<Vec<_>>().join(" "),
        (100..130).map(identity_number).collect::<Vec<_>>().join("\n"),
    ] {
        all.push(good.with("members", members.as_str()));
        all.push(good.with("name", "").with("members", members.as_str()));
        all.push(
            good.with("kind", "firm")
                .with("number", "91512081MA62K0260E")
                .with("members", members),
        );
    }
    all.push(
        good.with("name", "")
            .with("number", "")
            .with("phone", "1")
            .with("address", long(101)),
    );
    all
}

pub fn of_the_insurer(scene: &Scene) -> Vec<Typed> {
    let both = json!({"village": scene.village.to_string(), "book": scene.app.office.book.to_string(),
        "policy": scene.policy.as_str(), "part": "1", "claim": "LP2", "business_date": "2023-09-03",
        "quantity": "20", "amount": "9", "amount_unit": "wan", "note": ""});
    let survey = typed("claim", both)
        .with("stage", "insurance.claim_survey")
        .with("claim", "LP1");
    let report = survey
        .with("stage", "insurance.claim_report")
        .with("claim", "LP2")
        .with("loss_date", "2023-09-02")
        .with("cause", "台风")
        .with("households", "3");
    let mut all = vec![report.clone(), survey.clone()];
    for good in [&report, &survey] {
        all.extend(each(good, "amount", &AMOUNTS));
        all.extend(each(
            good,
            "quantity",
            &[
                "",
                "0",
                "1,5",
                "12.345",
                "１２．５",
                "100",
                "100.01",
                "-1",
                "x",
                "1234567890",
            ],
        ));
        all.extend([300, 301].map(|count| good.with("note", long(count))));
    }
    all.extend(each(&report, "business_date", &DAYS).filter(|one| {
        // Days before its report are the claim's own to know.
        one.fields["stage"] == "insurance.claim_report"
    }));
    all.extend(each(
        &survey,
        "business_date",
        &["2024-01-04", "2024-01-05", "", "2023-02-29"],
    ));
    all.extend(each(&report, "loss_date", &DAYS));
    all.extend(each(
        &report,
        "loss_date",
        &[
            "2023-06-30",
            "2023-07-01",
            "2023-09-03",
            "2023-09-04",
            "2024-07-01",
        ],
    ));
    all.extend(each(&report, "cause", &["", " ", "强降雨"]));
    all.extend([64, 65].map(|count| report.with("cause", long(count))));
    all.extend(each(
        &report,
        "claim",
        &["", " ", "LP1", "ＬＰ１", " LP1 ", "LP 3"],
    ));
    all.extend([64, 65].map(|count| report.with("claim", long(count))));
    all.extend(each(&report, "households", &COUNTS));
    all.push(
        report
            .with("claim", "")
            .with("cause", "")
            .with("households", "x")
            .with("amount_unit", ""),
    );
    all
}
