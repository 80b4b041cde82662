//! Units through time, over HTTP on both databases: mergers, splits, a code that passes to another unit,
//! a hamlet that gets its village; figures as then and as now.

use cunxin::ledger::{self, ReversalRequest, Verdict};
use cunxin::values::{ClientId, CommandId, ContractId, Month, RegionCode, RegionId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{Backend, Page, Person, TestApp, actor, on_both, today};

const CHEN: &str = "440784197503080014";
const TOWN: &str = "440784103000";

fn new_id() -> ContractId {
    ContractId::new(1_700_000_000_000)
}

fn credit_terms() -> Value {
    json!({"valid_from": "2023-01-01", "valid_to": "2025-12-31", "revolving": true})
}

fn loan_terms(line: Option<&ContractId>) -> Value {
    json!({
        "credit_line": line, "rate_percent": "3.85", "matures_on": "2024-12-30", "purpose": "饲料",
        "guarantee": "credit", "method": "bullet",
    })
}

/// A record of the specialist in a village, approved; or the code with which it is refused.
fn record(
    app: &TestApp,
    (kind, day): (&str, &str),
    village: RegionId,
    client: &ClientId,
    (contract, yuan, detail): (ContractId, &str, Value),
) -> Result<VoucherId, String> {
    let mut line = app.line(client, &contract, yuan, detail);
    line.region = village;
    let submission = app.submission(kind, day, vec![line]);
    let refused = |error: cunxin::error::Error| {
        error
            .issues()
            .first()
            .map_or(String::new(), |issue| issue.code.clone())
    };
    let receipt = app.submit("specialist", &submission).map_err(refused)?;
    assert!(
        receipt
            .issues
            .iter()
            .all(|issue| issue.code != "client.other_village"),
        "{receipt:?}"
    );
    app.approve("reviewer", &submission, 1).map_err(refused)?;
    Ok(submission.voucher)
}

/// Takes a posted voucher back: one asks, another approves.
fn reverse(app: &TestApp, original: VoucherId) {
    let request = ReversalRequest {
        book: app.office.book,
        original,
        reversal: VoucherId::new(1_700_000_000_000),
        command: CommandId::new(1_700_000_000_000),
        reason: "记错了".to_owned(),
    };
    let verdict = Verdict {
        book: request.book,
        voucher: request.reversal.clone(),
        command: CommandId::new(1_700_000_000_001),
        revision: 1,
    };
    let (asker, reviewer) = (actor("specialist"), actor("reviewer"));
    app.state
        .write_now(request.book, |conn, office| {
            ledger::request_reversal(conn, office, &asker, &request)?;
            ledger::approve(conn, office, &reviewer, &verdict, false)
        })
        .expect("reversed");
}

/// Fills in an event, looks at the page that checks it, and confirms.
fn enter(admin: &Person, kind: &str, filled: &[(&str, &str)]) -> Page {
    let form = admin.get(&format!("/register/lineage/new?kind={kind}"));
    assert_eq!(form.status, 200, "{}", form.text());
    let check = admin.send(&form, "/register/lineage", filled);
    if !check.body.contains("name=\"confirmed\"") {
        return check;
    }
    admin.send(&check, "/register/lineage", &[])
}

fn village(app: &TestApp, code: &str) -> RegionId {
    let code = RegionCode::parse(code).expect("a code");
    app.state
        .read_now(|_, office| Ok(office.regions.by_code(&code, today()).expect("a village")))
        .expect("read")
}

/// Name, code and one figure of every row, and the total's figure.
fn rows(person: &Person, query: &str, measure: &str, aspect: &str) -> (Vec<(String, Value, Value)>, Value) {
    let page = person.get(&format!("/api/v1/totals?{query}&measure={measure}"));
    assert_eq!(page.status, 200, "{}", page.text());
    let answer: Value = serde_json::from_str(&page.body).expect("JSON");
    let figure = |row: &Value| row["measures"][measure][aspect].clone();
    let each = answer["rows"].as_array().expect("rows").iter();
    let rows = each
        .map(|row| {
            (
                row["name"].as_str().unwrap_or_default().to_owned(),
                row["code"].clone(),
                figure(row),
            )
        })
        .collect();
    (rows, figure(&answer["total"]))
}

fn named(rows: &[(String, Value, Value)]) -> Vec<(&str, &str)> {
    rows.iter()
        .map(|(name, _, figure)| (name.as_str(), figure.as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn two_villages_become_one_and_their_figures_stand_as_then_and_as_now() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (first, second) = (app.office.village, app.office.second_village);
        let (chen, li) = (
            app.household(first, "陈大文", CHEN),
            app.household(second, "李小明", "440781198802290025"),
        );
        let (line, loan, other) = (new_id(), new_id(), new_id());
        let posted = |what, village, client, contract| {
            record(&app, what, village, client, contract).expect("recorded")
        };
        posted(
            ("credit.grant", "2023-05-04"),
            first,
            &chen,
            (line.clone(), "150000", credit_terms()),
        );
        posted(
            ("credit.grant", "2023-05-05"),
            second,
            &li,
            (other.clone(), "80000", credit_terms()),
        );
        posted(
            ("loan.disbursement", "2023-06-01"),
            first,
            &chen,
            (loan.clone(), "100000", loan_terms(Some(&line))),
        );
        let standalone = new_id();
        posted(
            ("loan.disbursement", "2023-06-02"),
            second,
            &li,
            (standalone.clone(), "50000", loan_terms(None)),
        );

        // Recorded after the day of the merger, before anybody had registered it.
        let unaware = new_id();
        posted(
            ("loan.disbursement", "2023-10-01"),
            second,
            &li,
            (unaware.clone(), "7000", loan_terms(None)),
        );
        let paid = json!({"interest": "0.00", "penalty": "0.00"});
        let back = posted(
            ("loan.repayment", "2023-10-02"),
            second,
            &li,
            (unaware, "1000", paid),
        );

        let admin = app.sign_in("admin");
        let filled = [
            ("old", "440784103205 下六村\n440784103201"),
            ("named", "440784103230 新莲村委会"),
            ("day", "2023-09-02"),
            ("document", "鹤府〔2023〕1号"),
        ];
        let wrong = enter(
            &admin,
            "merge",
            &[
                filled[0],
                ("named", "440784103202 新莲村委会"),
                filled[2],
                filled[3],
            ],
        );
        assert!(
            wrong.body.contains("麦水村") && wrong.body.contains("440784103202 新莲村委会"),
            "{}",
            wrong.text()
        );
        let done = enter(&admin, "merge", &filled);
        assert_eq!(
            done.location(),
            "/register/lineage?done=lineage",
            "{}",
            done.text()
        );
        let list = admin.get("/register/lineage");
        assert!(
            list.body.contains("新莲村") && list.body.contains("鹤府〔2023〕1号"),
            "{}",
            list.text()
        );
        let successor = village(&app, "440784103230");

        // Rule 13: new business goes to the successor; late records and what follows a contract do not.
        let refused = record(
            &app,
            ("loan.disbursement", "2023-10-08"),
            first,
            &chen,
            (new_id(), "1000", loan_terms(None)),
        );
        assert_eq!(refused, Err("village.ended".to_owned()));
        posted(
            ("loan.disbursement", "2023-08-30"),
            first,
            &chen,
            (new_id(), "1000", loan_terms(None)),
        );
        posted(
            ("loan.disbursement", "2023-10-08"),
            successor,
            &chen,
            (new_id(), "2000", loan_terms(None)),
        );
        let paid = json!({"interest": "0.00", "penalty": "0.00"});
        posted(
            ("loan.repayment", "2023-10-09"),
            first,
            &chen,
            (loan.clone(), "20000", paid),
        );
        posted(
            ("loan.disbursement", "2023-10-10"),
            first,
            &chen,
            (new_id(), "3000", loan_terms(Some(&line))),
        );

        // What was posted there stays right: a later record can still be taken back.
        reverse(&app, back);

        let city = app.sign_in("city");
        let by_village = |month: &str, boundaries: &str, measure: &str| {
            rows(
                &city,
                &format!("region={TOWN}&by=village&month={month}&boundaries={boundaries}"),
                measure,
                "end",
            )
        };
        let (then, total) = by_village("2023-06", "then", "loan.balance");
        assert_eq!(named(&then), [("古劳村", "50000.00"), ("下六村", "100000.00")]);
        assert_eq!(total, "150000.00");
        let (now, total) = by_village("2023-06", "now", "loan.balance");
        assert_eq!(named(&now), [("新莲村", "150000.00")]);
        assert_eq!(total, "150000.00");
        assert_eq!(now[0].1, "440784103230");
        let (december, _) = by_village("2023-12", "then", "loan.balance");
        assert_eq!(named(&december), [("新莲村", "143000.00")]);
        // One village now, though two were counted then.
        assert_eq!(by_village("2023-06", "then", "credit.villages").1, 2);
        assert_eq!(by_village("2023-06", "now", "credit.villages").1, 1);
        assert_eq!(by_village("2023-12", "then", "credit.villages").0[0].2, 1);

        let page = city.get(&format!(
            "/totals?region={TOWN}&month=2023-06&by=village&group=loans&boundaries=now"
        ));
        assert!(
            page.body.contains("现行区划") && page.body.contains("新莲村"),
            "{}",
            page.text()
        );
        let report = city.get(&format!(
            "/reports/monthly/json?region={TOWN}&month=2023-06&boundaries=now"
        ));
        assert_eq!(report.status, 200, "{}", report.text());
        assert!(report.body.contains("新莲村") && !report.body.contains("下六村"));
        // The figure leads to the vouchers of the old units.
        let behind = city.get("/vouchers?measure=loan.balance&to=2023-06&region=440784103230&boundaries=now");
        assert_eq!(behind.status, 200, "{}", behind.text());
        assert!(behind.body.contains("150,000.00"), "{}", behind.text());
        let field = app.sign_in("specialist").get("/field");
        assert!(
            field.body.contains("新莲村") && !field.body.contains("下六村"),
            "{}",
            field.text()
        );
    });
}

/// Story 12: An administrator enters the new codes: 440705108218, 新谢村 until then, is 皮子村; the loans of 2019 stay
/// with 新谢村.
#[test]
fn story_12_a_code_passes_to_another_village_and_old_loans_stay() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let pizi = village(&app, "440705108218");
        let admin = app.sign_in("admin");
        let named_first = enter(
            &admin,
            "rename",
            &[
                ("old", "440705108218"),
                ("named", "新谢村委会"),
                ("day", "2016-01-01"),
                ("document", "2016年统计用区划代码"),
            ],
        );
        assert_eq!(named_first.status, 303, "{}", named_first.text());
        let book = cunxin::values::BookId(village(&app, "440705000000").0);
        app.state
            .write_now(book, |conn, _| {
                ledger::open_from(conn, book, Month::parse("2019-01").unwrap())
            })
            .expect("opened");
        let client = household(&app, book, pizi);
        let mut line = app.line(&client, &new_id(), "60000", loan_terms(None));
        (line.region, line.specialist) = (pizi, cunxin::values::SpecialistId(0));
        let mut loan = app.submission("loan.disbursement", "2019-05-06", vec![line]);
        loan.book = book;
        app.submit("specialist", &loan).expect("submitted");
        app.approve("reviewer", &loan, 1).expect("approved");
        let passed = enter(
            &admin,
            "abolish",
            &[
                ("old", "440705108218"),
                ("named", "440705108218 皮子村委会"),
                ("day", "2023-06-30"),
                ("document", "2023年统计用区划代码"),
            ],
        );
        assert_eq!(passed.status, 303, "{}", passed.text());
        let new = village(&app, "440705108218");
        assert_ne!(new, pizi, "another unit");

        let city = app.sign_in("city");
        let at = |month: &str, boundaries: &str| {
            let query = format!("region=440705108000&by=village&month={month}&boundaries={boundaries}");
            rows(&city, &query, "loan.balance", "end")
        };
        let (then, total) = at("2019-12", "then");
        assert_eq!(
            then,
            [("新谢村".to_owned(), json!("440705108218"), json!("60000.00"))]
        );
        assert_eq!(total, "60000.00");
        for (month, boundaries) in [("2023-12", "then"), ("2019-12", "now")] {
            let (rows, total) = at(month, boundaries);
            assert_eq!(
                rows,
                [("新谢村（已撤销）".to_owned(), Value::Null, json!("60000.00"))],
                "{month} {boundaries}"
            );
            assert_eq!(total, "60000.00");
        }
        // The page of the new village has nothing of it.
        let (_, own) = rows(
            &city,
            "region=440705108218&by=institution&month=2023-12",
            "loan.balance",
            "end",
        );
        assert_eq!(own, "0.00");
    });
}

fn household(app: &TestApp, book: cunxin::values::BookId, village: RegionId) -> ClientId {
    use cunxin::register::{ClientKind, NewClient, register_client};
    let id = ClientId::new(1_700_000_000_000);
    let new = NewClient {
        id: id.clone(),
        kind: ClientKind::Household,
        region: village,
        name: "谢大文".to_owned(),
        number: CHEN.to_owned(),
        compared: false,
        phone: String::new(),
        address: String::new(),
        consent_on: Some(today()),
    };
    let actor = actor("specialist");
    app.state
        .write_now(book, |conn, office| {
            register_client(conn, office, &actor, book, &new, &[])
        })
        .expect("registered");
    id
}

#[test]
fn a_split_village_stands_alone_and_a_hamlet_gets_its_village() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (first, hamlet) = (app.office.village, app.office.hamlet);
        let (chen, li) = (
            app.household(first, "陈大文", CHEN),
            app.household(hamlet, "李小明", "440781198802290025"),
        );
        let grant = |village, client, yuan| {
            record(
                &app,
                ("credit.grant", "2023-05-04"),
                village,
                client,
                (new_id(), yuan, credit_terms()),
            )
            .expect("recorded");
        };
        grant(first, &chen, "150000");
        grant(hamlet, &li, "30000");
        let admin = app.sign_in("admin");
        let list = admin.get("/register/hamlets");
        assert!(
            list.body.contains("未定村") && list.body.contains("kind=placement"),
            "{}",
            list.text()
        );
        let placed = enter(
            &admin,
            "placement",
            &[
                ("old", &format!("#{}", hamlet.0)),
                ("village", "440784103202"),
                ("day", "2023-08-01"),
                ("document", "古府〔2023〕8号"),
            ],
        );
        assert_eq!(placed.status, 303, "{}", placed.text());
        assert!(admin.get("/register/hamlets").body.contains("古府〔2023〕8号"));
        let split = enter(
            &admin,
            "split",
            &[
                ("old", "440784103205"),
                ("named", "440784103231 上六村委会\n440784103232 中六村委会"),
                ("day", "2023-09-02"),
                ("document", "鹤府〔2023〕2号"),
            ],
        );
        assert_eq!(split.status, 303, "{}", split.text());

        let city = app.sign_in("city");
        let at = |month: &str, boundaries: &str| {
            let query = format!("region={TOWN}&by=village&month={month}&boundaries={boundaries}");
            rows(&city, &query, "credit.granted", "end")
        };
        let (then, total) = at("2023-06", "then");
        assert_eq!(
            named(&then),
            [("下六村", "150000.00"), ("新屋村（未定村）", "30000.00")]
        );
        assert_eq!(total, "180000.00");
        let (now, total) = at("2023-06", "now");
        assert_eq!(
            named(&now),
            [("麦水村", "30000.00"), ("下六村（已拆分）", "150000.00")]
        );
        assert_eq!(total, "180000.00");
        let own = city.get(&format!(
            "/totals?region=%23{}&month=2023-12&boundaries=now",
            first.0
        ));
        assert_eq!(own.status, 200, "the split village's own page: {}", own.text());
        // Only the administrator records such things; a county reads its own.
        assert_eq!(
            app.sign_in("reviewer")
                .get("/register/lineage/new?kind=merge")
                .status,
            403
        );
        assert!(
            app.sign_in("reviewer")
                .get("/register/lineage")
                .body
                .contains("上六村")
        );
        assert!(
            !app.sign_in("far-reviewer")
                .get("/register/lineage")
                .body
                .contains("上六村")
        );
    });
}

#[test]
fn a_town_that_changes_its_county_takes_its_figures_along_as_now() {
    let app = TestApp::start(Backend::Sqlite);
    let client = app.household(app.office.village, "陈大文", CHEN);
    let grant = (new_id(), "150000", credit_terms());
    record(
        &app,
        ("credit.grant", "2023-05-04"),
        app.office.village,
        &client,
        grant,
    )
    .expect("recorded");
    let moved = enter(
        &app.sign_in("admin"),
        "transfer",
        &[
            ("old", TOWN),
            ("named", "440783118000 古劳镇"),
            ("day", "2023-09-02"),
            ("document", "国函〔2023〕56号"),
        ],
    );
    assert_eq!(moved.status, 303, "{}", moved.text());
    let city = app.sign_in("city");
    for (boundaries, county, other) in [
        ("then", "440784000000", "440783000000"),
        ("now", "440783000000", "440784000000"),
    ] {
        let figure = |region: &str| {
            let query = format!("region={region}&by=town&month=2023-06&boundaries={boundaries}");
            rows(&city, &query, "credit.granted", "end").1
        };
        assert_eq!(figure(county), "150000.00", "{boundaries}");
        assert_eq!(figure(other), "0.00", "{boundaries}");
        let query = format!("by=county&month=2023-06&boundaries={boundaries}");
        let (counties, total) = rows(&city, &query, "credit.granted", "end");
        let has = counties
            .iter()
            .find(|(_, code, _)| code == county)
            .map(|(_, _, figure)| figure.clone());
        assert_eq!((has, total), (Some(json!("150000.00")), json!("150000.00")));
    }
}
