//! 信用户 → 信用村, on both databases: proposed from the ledger, rated by an approved voucher, reviewed, run out.

use cunxin::calendar;
use cunxin::ledger::{self, Actor, ReversalRequest, Submission, Verdict};
use cunxin::values::{CommandId, ContractId, Fen, ProductId, RegionCode, SpecialistId, VoucherId};
use serde_json::json;

use crate::support::app::{Person, TestApp, actor, identity_number, on_both, today};

const HOUSEHOLDS: [(&str, &str); 3] = [
    ("陈大文", "440784197503080014"),
    ("李小妹", "440781198802290025"),
    ("王阿公", "11010519491231002X"),
];
const FORM: &str = "/field/designation";
const TOWN: &str = "%E4%BF%A1%E7%94%A8%E9%95%87";
const VILLAGE: &str = "%E4%BF%A1%E7%94%A8%E6%9D%91";
const HOUSEHOLD: &str = "%E4%BF%A1%E7%94%A8%E6%88%B7";

fn approve(reviewer: &Person, record: &str) -> VoucherId {
    let path = record.replace("/records/", "/vouchers/");
    let path = path.split('?').next().expect("a path").to_owned();
    let done = reviewer.send(&reviewer.get(&path), &format!("{path}/approval"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    VoucherId::parse(path.rsplit('/').next().expect("an id")).expect("an id")
}

fn reverse(app: &TestApp, original: &VoucherId) {
    let request = ReversalRequest {
        book: app.office.book,
        original: original.clone(),
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let verdict = Verdict {
        book: app.office.book,
        voucher: request.reversal.clone(),
        command: CommandId::new(1_700_000_000_000),
        revision: 1,
    };
    let (asker, reviewer) = (actor("bank"), actor("reviewer"));
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)?;
            ledger::approve(conn, office, &reviewer, &verdict, false)
        })
        .expect("taken back");
}

#[test]
fn a_village_is_proposed_rated_and_reviewed() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let clients = HOUSEHOLDS.map(|(name, number)| app.household(app.office.village, name, number));
        let (specialist, reviewer) = (app.sign_in("specialist"), app.sign_in("reviewer"));
        let (bank, city) = (app.sign_in("bank"), app.sign_in("city"));
        let village = app.office.village;
        let rate = |client: &str| {
            let form = specialist.get(&format!("{FORM}?what={HOUSEHOLD}&village={village}"));
            assert_eq!(form.status, 200, "{}", form.text());
            let check = specialist.send(&form, FORM, &[("rated", client)]);
            let sent = specialist.send(&check, FORM, &[("step", "send")]);
            assert_eq!(sent.status, 303, "{}", sent.text());
            approve(&reviewer, sent.location())
        };
        let first = rate(clients[0].as_str());
        rate(clients[1].as_str());
        let ratings = reviewer.get("/ratings");
        assert!(ratings.body.contains("66.67"), "{}", ratings.text());
        assert!(ratings.body.contains("未达标"), "{}", ratings.text());
        rate(clients[2].as_str());
        let ratings = bank.get("/ratings");
        assert!(ratings.body.contains("达标，可提请评定"), "{}", ratings.text());
        let propose = format!("{FORM}?what={VILLAGE}&village={village}");
        assert!(
            ratings.body.contains(&propose.replace('&', "&amp;")),
            "{}",
            ratings.text()
        );
        assert_eq!(specialist.get(&propose).status, 403, "the bank's clerk proposes");

        let form = bank.get(&propose);
        assert!(form.body.contains("3/3"), "{}", form.text());
        let check = bank.send(&form, FORM, &[("document", "江信评〔2024〕1号")]);
        let sent = bank.send(&check, FORM, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let voucher = reviewer.get(&sent.location().replace("/records/", "/vouchers/"));
        assert!(
            voucher.body.contains("3/3"),
            "the reviewer sees the figures: {}",
            voucher.text()
        );
        let rated = approve(&reviewer, sent.location());
        let end = |measure: &str| {
            let totals = city.totals("2024-01", "440784000000", "town");
            totals["total"]["measures"][measure]["end"].to_string()
        };
        assert_eq!(end("credit.rated_households"), "3");
        assert_eq!(end("credit.rated_villages"), "1");
        let ratings = city.get(&format!("/ratings?book={}", app.office.book));
        assert!(ratings.body.contains("已评定"), "{}", ratings.text());

        // A rating is withdrawn by a review, and the review taken back.
        let id = rating_of(&app, &rated);
        let path = "/field/designation/review";
        let form = bank.get(&format!("{path}?book={}&rating={id}", app.office.book));
        assert_eq!(form.status, 200, "{}", form.text());
        let empty = bank.send(&form, path, &[("outcome", "withdraw")]);
        assert!(empty.body.contains("请写明取消的原因"), "{}", empty.text());
        let check = bank.send(&form, path, &[("outcome", "withdraw"), ("reason", "不良上升")]);
        let sent = bank.send(&check, path, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let review = approve(&reviewer, sent.location());
        assert_eq!(end("credit.rated_villages"), "0");
        reverse(&app, &review);
        assert_eq!(end("credit.rated_villages"), "1");
        reverse(&app, &rated);
        reverse(&app, &first);
        assert_eq!(end("credit.rated_villages"), "0");
        assert_eq!(end("credit.rated_households"), "2");
    });
}

/// A town of twelve 行政村 is proposed once six of them are rated, rated by a voucher, and falls with one of them
/// below the share without losing its own rating by itself.
#[test]
fn a_town_is_proposed_once_half_of_its_villages_are_rated() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (bank, reviewer) = (app.sign_in("bank"), app.sign_in("reviewer"));
        let coded = |code: &str| {
            let code = RegionCode::parse(code).expect("a code");
            let found = app
                .state
                .read_now(|_, office| Ok(office.regions.by_code(&code, today())));
            found.expect("regions").expect("a unit")
        };
        let rate_village = |n: usize| {
            let mut rating = designation(&app, n, "2023-12-20", "2025-12-31");
            rating.lines[0].region = coded(&format!("4407841032{n:02}"));
            rating.lines[0].specialist = SpecialistId(0);
            app.submit("bank", &rating).expect("submitted");
            app.approve("reviewer", &rating, 1).expect("approved");
            rating.voucher
        };
        let town = coded("440784103000");
        let propose = format!("{FORM}?what={TOWN}&village={town}");
        let rated: Vec<VoucherId> = (1..=5).map(rate_village).collect();
        let ratings = reviewer.get("/ratings");
        assert!(ratings.body.contains("41.67"), "5/12: {}", ratings.text());
        assert!(!ratings.body.contains("达标，可提请评定"), "{}", ratings.text());
        let form = bank.get(&propose);
        let check = bank.send(&form, FORM, &[]);
        assert!(
            check.body.contains("5/12"),
            "below the share a reviewer must decide: {}",
            check.text()
        );
        let sixth = rate_village(6);
        let ratings = bank.get("/ratings");
        assert!(ratings.body.contains("50.00"), "6/12: {}", ratings.text());
        assert!(
            ratings.body.contains(&propose.replace('&', "&amp;")),
            "{}",
            ratings.text()
        );
        let form = bank.get(&propose);
        let check = bank.send(&form, FORM, &[("document", "江信评〔2024〕2号")]);
        assert!(check.body.contains("6/12"), "{}", check.text());
        let sent = bank.send(&check, FORM, &[("step", "send")]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let rating = approve(&reviewer, sent.location());
        let end = |measure: &str, region: &str| {
            let totals = app.totals("2024-01", region, "none");
            totals["total"]["measures"][measure]["end"].to_string()
        };
        for region in ["440784103000", "440784000000", "440700000000"] {
            assert_eq!(end("credit.rated_towns", region), "1", "{region}");
            assert_eq!(end("credit.rated_villages", region), "6", "{region}");
        }
        reverse(&app, &sixth);
        assert_eq!(end("credit.rated_towns", "440784000000"), "1", "a review decides");
        let again = bank.send(&bank.get(&propose), FORM, &[("document", "江信评〔2024〕3号")]);
        assert!(again.body.contains("已经评定过"), "{}", again.text());
        reverse(&app, &rating);
        reverse(&app, &rated[0]);
        assert_eq!(end("credit.rated_towns", "440784000000"), "0");
        assert_eq!(end("credit.rated_villages", "440784000000"), "4");
    });
}

/// The designation a voucher made.
fn rating_of(app: &TestApp, voucher: &VoucherId) -> ContractId {
    app.state
        .read_now(|conn, _| {
            let voucher = ledger::find_voucher(conn, app.office.book, voucher)?;
            let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
            Ok(lines[0].contract.clone().expect("an id"))
        })
        .expect("its line")
}

fn designation(app: &TestApp, n: usize, day: &str, until: &str) -> Submission {
    let mut line = app.line(
        &app.household(app.office.village, "陈大文", &identity_number(n)),
        &ContractId::new(1_700_000_000_000),
        "1",
        json!({"kind": "信用村", "year": 2022, "document": "", "valid_to": until,
            "evidence": {"as_of": day, "rated": 8, "of": 10, "nonperforming": "0.00", "balance": "0.00"}}),
    );
    (line.client, line.amount, line.product) = (None, Fen::ZERO, ProductId(0));
    app.submission("designation", day, vec![line])
}

#[test]
fn a_rating_runs_out_by_itself_and_is_listed_before() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let rating = designation(&app, 0, "2022-12-20", "2023-12-31");
        app.submit("bank", &rating).expect("submitted");
        app.approve("reviewer", &rating, 1).expect("approved");
        let bank = app.sign_in("bank");
        let ratings = bank.get("/ratings");
        assert!(ratings.body.contains("已过期限"), "{}", ratings.text());
        let system = Actor {
            id: cunxin::auth::command_line_user(),
            ..actor("admin")
        };
        let end_of_day = || {
            app.state
                .write_now(app.office.book, |conn, office| {
                    calendar::end_of_day(conn, office, &system, app.office.book, today())
                })
                .expect("the day ends")
                .ratings
        };
        assert_eq!((end_of_day(), end_of_day()), (1, 0));
        let end = |month: &str| {
            let totals = app.totals(month, "440784000000", "town");
            totals["total"]["measures"]["credit.rated_villages"]["end"].to_string()
        };
        assert_eq!((end("2023-12"), end("2024-01")), ("1".to_owned(), "0".to_owned()));
    });
}

#[test]
fn the_standard_is_a_dated_register() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let admin = app.sign_in("admin");
        let home = "/register/rating-standards";
        assert!(admin.get(home).body.contains("默认"));
        let form = admin.get(&format!("{home}/new"));
        let new = [
            ("rated", "信用村"),
            ("valid_from", "2022-01-01"),
            ("share", "90"),
            ("npl", "3"),
            ("valid_months", "24"),
            ("review_months", "12"),
        ];
        let wrong = admin.send(&form, home, &[("rated", "信用村"), ("share", "900")]);
        assert_eq!(wrong.status, 200);
        assert!(wrong.body.contains("0 到 100"), "{}", wrong.text());
        let done = admin.send(&form, home, &new);
        assert_eq!(done.status, 303, "{}", done.text());
        let again = admin.send(&form, home, &new);
        assert!(again.body.contains("已有自 2022-01-01"), "{}", again.text());
        let reviewer = app.sign_in("reviewer");
        assert!(reviewer.get(home).body.contains("90"));
        assert_eq!(reviewer.get(&format!("{home}/new")).status, 403);

        // Eight of ten no longer are enough: the reviewer must say so himself.
        let rating = designation(&app, 0, "2023-12-20", "2025-12-31");
        let receipt = app.submit("bank", &rating).expect("submitted");
        assert_eq!(receipt.issues[0].code, "designation.share");
        assert!(app.approve("reviewer", &rating, 1).is_err());
    });
}
