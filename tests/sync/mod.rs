//! The phone's way in and out, as another program would use it.

pub mod phone;
mod replay;

use cunxin::ledger::{self, Against};
use cunxin::values::{ClientId, VoucherId};
use serde_json::{Value, json};

use crate::support::app::{TestApp, identity_number, on_both};
use phone::{Phone, item, status};

#[test]
fn a_household_and_its_line_come_in_together() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "specialist");
        let (client, register) = phone.household("陈大文", 1);
        let grant = phone.grant(&client, "300000", &[&register]);
        // The line stands before its household: what it waits for goes first.
        let results = phone.send(&[&grant, &register]);
        assert_eq!(status(&results[0]), "created", "{results:?}");
        assert_eq!(status(&results[1]), "created", "{results:?}");
        assert_eq!(results[1]["client"], client);
        assert_eq!(results[1]["receipt"]["state"], "recorded");
        assert_eq!(results[0]["receipt"]["state"], "submitted");
        assert_eq!(results[0]["receipt"]["posting_month"], "2024-01");
        let code = results[0]["receipt"]["code"].as_str().expect("a code");
        let record = format!("/records/{}/{}", app.office.book.0, phone::voucher(&grant));
        let page = app.sign_in("specialist").get(&record);
        assert!(page.body.contains(code), "{}", page.text());
        let waiting = app.totals("2024-01", "440700000000", "county");
        let granted = &waiting["total"]["measures"]["credit.granted"];
        assert_eq!(granted["pending"], "300000.00");
    });
}

#[test]
fn what_comes_again_gets_its_first_answer() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "specialist");
        let (client, register) = phone.household("陈大文", 1);
        let grant = phone.grant(&client, "300000", &[&register]);
        let first = phone.send(&[&register, &grant]);
        let mut again = phone.send(&[&grant, &register]);
        again.reverse();
        for (first, again) in first.iter().zip(&again) {
            assert_eq!(status(again), "same");
            assert_eq!(first["receipt"], again["receipt"]);
            assert_eq!(first["client"], again["client"]);
        }
        // Also after it was decided on.
        phone.approve(&app, &grant, 1);
        assert_eq!(phone.send(&[&grant])[0]["receipt"], first[1]["receipt"]);

        let mut other = grant.clone();
        other["fields"]["amount"] = json!("400000");
        let refused = phone.send(&[&other]);
        assert_eq!(status(&refused[0]), "different_content");
        assert_eq!(refused[0]["current"]["state"], "approved");
        assert!(refused[0].get("receipt").is_none());

        // Another person learns nothing of it and can do nothing with it.
        let stranger = Phone::of(&app, "bank");
        let probed = stranger.send(&[&other]);
        assert_eq!(status(&probed[0]), "forbidden", "{probed:?}");
        assert!(probed[0].get("current").is_none());
        // Who brings the same content, as the phone whose file a colleague handed in, hears that it is in.
        let handed_in = stranger.send(&[&grant]);
        assert_eq!(status(&handed_in[0]), "same");
        assert_eq!(handed_in[0]["receipt"], first[1]["receipt"]);
        let posted = app.totals("2024-01", "440700000000", "county");
        assert_eq!(posted["total"]["measures"]["credit.granted"]["end"], "300000.00");
    });
}

#[test]
fn what_waits_for_another_is_kept_by_the_phone() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let (client, register) = phone.household("陈大文", 1);
    let grant = phone.grant(&client, "300000", &[&register]);
    let alone = phone.send(&[&grant]);
    assert_eq!(status(&alone[0]), "held");
    assert_eq!(alone[0]["waiting_for"], json!([register["id"]]));
    assert!(alone[0].get("receipt").is_none());
    // One that waits for itself is no use to wait for.
    let mut circle = phone.grant(&client, "1", &[]);
    circle["depends_on"] = json!([circle["id"]]);
    assert_eq!(status(&phone.send(&[&circle])[0]), "held");
    // A refused household holds its line back, and neither id is used up.
    let mut wrong = register.clone();
    wrong["fields"]["number"] = json!("440784197503080015");
    let refused = phone.send(&[&wrong, &grant]);
    assert_eq!(status(&refused[0]), "invalid");
    assert_eq!(refused[0]["issues"][0]["field"], "number");
    assert_eq!(status(&refused[1]), "held");
    let done = phone.send(&[&register, &grant]);
    assert_eq!([status(&done[0]), status(&done[1])], ["created", "created"]);
}

#[test]
fn a_person_registered_on_two_phones_is_one_client() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "specialist");
        let known = app
            .household(app.office.village, "陈大文", &identity_number(1))
            .to_string();
        let (client, register) = phone.household("陈大文", 1);
        let grant = phone.grant(&client, "300000", &[&register]);
        let visit = phone.visit(&[&client], &[&register]);
        let results = phone.send(&[&register, &grant, &visit]);
        assert_eq!(results[0]["client"], known.as_str(), "{results:?}");
        for result in &results {
            assert_eq!(status(result), "created", "{results:?}");
        }
        let page = app
            .sign_in("specialist")
            .get(&format!("/field/clients/{}/{known}", app.office.book.0));
        assert!(page.body.contains("300,000.00"), "{}", page.text());
        // The same person once more from that phone, under a new id of sending, is still that client.
        let again = phone.send(&[&phone.again(&register, 0)]);
        assert_eq!(status(&again[0]), "created", "{again:?}");
        assert_eq!(again[0]["client"], known.as_str());
        // Under another name the number is not taken: somebody has mistyped.
        let (_, other) = phone.household("李小红", 1);
        let refused = phone.send(&[&other]);
        assert_eq!(status(&refused[0]), "invalid");
        assert_eq!(refused[0]["issues"][0]["code"], "client.number_known");
    });
}

#[test]
fn a_record_is_amended_until_somebody_has_decided() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "specialist");
        let (client, register) = phone.household("陈大文", 1);
        let grant = phone.grant(&client, "300000", &[]);
        phone.send(&[&register, &grant]);

        let mut amended = phone.again(&grant, 1);
        amended["fields"]["amount"] = json!("280000");
        let done = phone.send(&[&amended]);
        assert_eq!(status(&done[0]), "created", "{done:?}");
        assert_eq!(done[0]["receipt"]["revision"], 2);
        let pending = |month: &str| {
            let totals = app.totals(month, "440700000000", "county");
            totals["total"]["measures"]["credit.granted"]["pending"].clone()
        };
        assert_eq!(pending("2024-01"), "280000.00");

        // From an older copy nothing is written over the newer one.
        let mut late = phone.again(&grant, 1);
        late["fields"]["amount"] = json!("1");
        let stale = phone.send(&[&late]);
        assert_eq!(status(&stale[0]), "stale_version");
        assert_eq!(
            stale[0]["current"],
            json!({"revision": 2, "state": "submitted", "reason": ""})
        );
        assert_eq!(pending("2024-01"), "280000.00");

        phone.approve(&app, &grant, 2);
        let mut after = phone.again(&grant, 2);
        after["fields"]["amount"] = json!("1");
        assert_eq!(status(&phone.send(&[&after])[0]), "stale_version");
        let totals = app.totals("2024-01", "440700000000", "county");
        assert_eq!(totals["total"]["measures"]["credit.granted"]["end"], "280000.00");

        // Then only voiding is left, which a reviewer decides on.
        let without = item(
            &app,
            "reversal",
            phone::voucher(&grant),
            json!({"reason": "", "reversal": phone::uuid()}),
        );
        let refused = phone.send(&[&without]);
        assert_eq!(refused[0]["issues"][0]["code"], "reversal.reason_missing");
        let asked = item(
            &app,
            "reversal",
            phone::voucher(&grant),
            json!({"reason": "金额写错", "reversal": phone::uuid()}),
        );
        assert_eq!(status(&phone.send(&[&asked])[0]), "created");
    });
}

#[test]
fn a_record_is_taken_back_until_somebody_has_decided() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let (client, register) = phone.household("陈大文", 1);
    let grant = phone.grant(&client, "300000", &[]);
    phone.send(&[&register, &grant]);
    let back = item(
        &app,
        "withdrawal",
        phone::voucher(&grant),
        json!({"revision": "1"}),
    );
    let done = phone.send(&[&back]);
    assert_eq!(status(&done[0]), "created", "{done:?}");
    assert_eq!(done[0]["receipt"]["state"], "withdrawn");
    assert_eq!(status(&phone.send(&[&back])[0]), "same");
    let totals = app.totals("2024-01", "440700000000", "county");
    assert_eq!(totals["total"]["measures"]["credit.granted"]["pending"], "0.00");
    let stranger = Phone::of(&app, "bank");
    let foreign = item(
        &app,
        "withdrawal",
        phone::voucher(&grant),
        json!({"revision": "1"}),
    );
    assert_eq!(status(&stranger.send(&[&foreign])[0]), "forbidden");
}

#[test]
fn a_record_for_a_village_no_longer_assigned_is_held_and_kept() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let client = app.household(app.office.village, "陈大文", &identity_number(1));
    let before = phone.pack("");
    assert_eq!(before["villages"][0]["active"], true, "{before}");
    phone::end_posting(&app, "2024-01-02");
    let grant = phone.grant(client.as_str(), "300000", &[]);
    let held = phone.send(&[&grant]);
    assert_eq!(status(&held[0]), "held", "{held:?}");
    assert_eq!(held[0]["receipt"]["state"], "held");
    assert!(
        held[0]["issues"]
            .as_array()
            .is_some_and(|issues| !issues.is_empty())
    );
    let after = phone.pack("");
    let ended = after["villages"].as_array().expect("villages").iter();
    let village = app.office.village.0.to_string();
    let ours: Vec<&Value> = ended.filter(|each| each["id"] == village.as_str()).collect();
    assert_eq!(ours[0]["active"], false);
}

#[test]
fn only_the_phone_itself_is_listened_to() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let person = app.sign_in("specialist");
    let batch = phone.batch(&[]);
    let answer = |from: &str, body: &Value| person.json("/api/v1/sync", from, body).status;
    assert_eq!(answer("sync", &batch), 200);
    assert_eq!(answer("page", &batch), 403);
    assert_eq!(answer("sync", &json!({"user": "x"})), 400);
    let mut extra = batch.clone();
    extra["role"] = json!("administrator");
    assert_eq!(answer("sync", &extra), 400);
    let (_, register) = phone.household("陈大文", 1);
    let mut meddled = register.clone();
    meddled["state"] = json!("approved");
    assert_eq!(answer("sync", &phone.batch(&[&meddled])), 400);
    let many: Vec<&Value> = (0..101).map(|_| &register).collect();
    assert_eq!(answer("sync", &phone.batch(&many)), 413);
    let mut others = batch;
    others["user"] = json!("019b0000-0000-7000-8000-000000000000");
    let other = person.json("/api/v1/sync", "sync", &others);
    assert_eq!(other.status, 403);
    assert!(other.body.contains("sync.other_user"), "{}", other.text());
    let form = person.post("/api/v1/sync", &[("user", "x")]);
    assert_eq!(form.status, 403);
    let nobody = app.visitor().json("/api/v1/sync", "sync", &phone.batch(&[]));
    assert_eq!(nobody.status, 401);
    assert_eq!(app.sign_in("reviewer").get("/api/v1/field").status, 403);
}

#[test]
fn a_phone_hears_what_has_become_of_its_records() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "specialist");
        let start = phone.pack("")["books"][0]["cursor"]
            .as_str()
            .expect("a cursor")
            .to_owned();
        let (client, register) = phone.household("陈大文", 1);
        let one = phone.grant(&client, "300000", &[&register]);
        let two = phone.visit(&[&client], &[&register]);
        phone.send(&[&register, &one, &two]);
        phone.approve(&app, &one, 1);
        phone::return_to(&app, &two, "请写明走访日期");
        let news = phone.changes(&start);
        assert_eq!(news["reset"], false, "{news}");
        let told = |item: &Value| {
            let vouchers = news["vouchers"].as_array().expect("vouchers");
            let id = phone::voucher(item);
            vouchers.iter().find(|each| each["voucher"] == id).cloned()
        };
        assert_eq!(told(&one).expect("told")["state"], "approved");
        assert_eq!(told(&one).expect("told")["number"], 1);
        assert_eq!(told(&two).expect("told")["reason"], "请写明走访日期");
        assert_eq!(news["clients"][0]["name"], "陈大文");
        // The returned one is in the pack, ready to be corrected.
        let pack = phone.pack("");
        let returned = &pack["todo"]["returned"][0];
        assert_eq!(returned["door"], "visit");
        assert_eq!(returned["fields"]["visited"], client.as_str());
        assert_eq!(returned["revision"], 1);

        let cursor = news["cursor"].as_str().expect("a cursor");
        assert_eq!(phone.changes(cursor)["vouchers"], json!([]));
        // Another person's phone hears of the client, not of the records.
        let other = Phone::of(&app, "bank");
        let village = app.office.village.0;
        let theirs = other.get(&format!(
            "/api/v1/changes?book={}&since={start}&villages={village}",
            app.office.book.0
        ));
        assert_eq!(theirs["vouchers"], json!([]));
        assert_eq!(theirs["clients"][0]["name"], "陈大文");
        // A chain that is not ours, as after a restore.
        for elsewhere in ["", "5-0000000000000000", "999999-0123456789abcdef", "x"] {
            assert_eq!(phone.changes(elsewhere)["reset"], true, "{elsewhere}");
        }
    });
}

#[test]
fn a_phone_takes_along_its_villages_and_no_more() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let number = identity_number(1);
    app.household(app.office.village, "陈大文", &number);
    app.household(app.office.far_village, "远方人", &identity_number(2));
    let pack = phone.pack("");
    let text = pack.to_string();
    assert!(text.contains("陈大文"));
    assert!(!text.contains(&number), "an identity number is on the phone");
    assert!(!text.contains("远方人"));
    assert_eq!(pack["clients"][0]["last4"], number[14..]);
    assert_eq!(pack["user"]["role"], "specialist");
    assert_eq!(pack["limits"]["first_year"], 1990);
    let doors = pack["forms"].as_array().expect("forms").iter();
    assert!(doors.clone().any(|form| form["door"] == "credit"), "{pack}");
    assert!(doors.clone().all(|form| form["door"] != "claim"), "{pack}");
    let clerk = Phone::of(&app, "bank");
    assert_eq!(clerk.pack("")["villages"], json!([]));
    let village = app.office.village.0.to_string();
    let county = clerk.pack("")["county_villages"].clone();
    let offered = |id: &str| {
        county
            .as_array()
            .is_some_and(|all| all.iter().any(|each| each["id"] == id))
    };
    assert!(offered(&village), "{county}");
    assert!(!offered(&app.office.far_village.0.to_string()));
    assert_eq!(clerk.pack(&village)["villages"][0]["id"], village.as_str());
    let far = format!("/api/v1/field?villages={}", app.office.far_village.0);
    assert_eq!(app.sign_in("bank").get(&far).status, 404);
}

#[test]
fn a_month_that_closed_meanwhile_makes_it_a_late_entry_and_the_receipt_says_so() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let client = app.household(app.office.village, "陈大文", &identity_number(1));
    // Typed in November, sent after the county has closed it.
    let visit = phone.visit_on("2023-11-20", &[client.as_str()], &[]);
    crate::stories::close_through(&app, "2023-11");
    let done = phone.send(&[&visit]);
    assert_eq!(status(&done[0]), "created", "{done:?}");
    let receipt = &done[0]["receipt"];
    assert_eq!(receipt["posting_month"], "2023-12");
    let late = receipt["late"]["zh"].as_str().expect("it says so");
    assert!(late.contains("2023年11月已由"), "{late}");
    assert_eq!(status(&phone.send(&[&visit])[0]), "same");
}

#[test]
fn a_position_is_kept_for_who_checks_the_record() {
    let app = TestApp::start(crate::support::app::Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let client = app.household(app.office.village, "陈大文", &identity_number(1));
    let mut visit = phone.visit(&[client.as_str()], &[]);
    visit["fields"]["position"] = json!("22.61234,112.82345,east");
    let refused = phone.send(&[&visit]);
    assert_eq!(status(&refused[0]), "invalid");
    assert_eq!(refused[0]["issues"][0]["field"], "position");
    visit["fields"]["position"] = json!("22.61234,112.82345,30");
    assert_eq!(status(&phone.send(&[&visit])[0]), "created");
    let page = format!("/vouchers/{}/{}", app.office.book.0, phone::voucher(&visit));
    let told = "北纬 22.61234，东经 112.82345（±30 米）";
    assert!(app.sign_in("reviewer").get(&page).body.contains(told));
    assert!(
        !app.sign_in("city").get(&page).body.contains("22.61234"),
        "names are masked there"
    );
    // An amendment that says nothing of it leaves it as it was.
    let mut again = phone.again(&visit, 1);
    again["fields"]
        .as_object_mut()
        .expect("fields")
        .remove("position");
    assert_eq!(status(&phone.send(&[&again])[0]), "created");
    assert!(app.sign_in("reviewer").get(&page).body.contains(told));
}

/// What waits against a client is found from the few vouchers that wait, or from the client's own lines when many do.
#[test]
fn a_long_backlog_changes_nothing_about_what_waits_against_a_client() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let phone = Phone::of(&app, "bank");
        let (client, register) = phone.household("陈大文", 1);
        let grant = phone.grant(&client, "300000", &[&register]);
        let visit = phone.visit(&[&client], &[&register]);
        let decided = phone.visit(&[&client], &[&register]);
        phone.send(&[&register, &grant, &visit, &decided]);
        phone.approve(&app, &decided, 1);
        let mut amended = phone.again(&grant, 1);
        amended["fields"]["amount"] = json!("250000");
        assert_eq!(status(&phone.send(&[&amended])[0]), "created");

        let waiting = || {
            let clients = [ClientId::parse(&client).expect("an id")];
            let none = VoucherId::new(0);
            app.state
                .read_now(|conn, _| {
                    ledger::pending_lines(conn, app.office.book, Against::Clients(&clients), &none)
                })
                .map(|lines| format!("{lines:?}"))
                .expect("what waits is read")
        };
        let while_few = waiting();
        assert_eq!(while_few.matches("PendingLine").count(), 2, "{while_few}");
        assert!(while_few.contains("25000000"), "{while_few}");
        let (other, register) = phone.household("林细妹", 2);
        phone.send(&[&register]);
        for _ in 0..3 {
            let more: Vec<Value> = (0..100).map(|_| phone.visit(&[&other], &[])).collect();
            let more: Vec<&Value> = more.iter().collect();
            for result in phone.send(&more) {
                assert_eq!(status(&result), "created", "{result}");
            }
        }
        assert_eq!(waiting(), while_few);
    });
}
