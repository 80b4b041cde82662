//! The phone's app in a real browser, by a bad network: whatever happens, every record is on the server exactly
//! once, none is lost on the phone, and the totals are exact.

use std::time::Duration;

use cunxin::ledger::{self, State, VoucherFilter};
use serde_json::{Value, json};

use crate::support::app::{Backend, PASSWORD, TestApp, user_id};
use crate::support::browser::{Browser, Screen};
use crate::support::network::{Network, Weather};
use crate::support::tools::{new_folder, poll};

/// What is done within a page: the app's own modules, and records as its forms make them.
const MODULES: &str = r#"
const [store, outbox, ids] = await Promise.all(["store", "outbox", "ids"].map((name) => import(`/assets/field/${name}.js`)));
const make = (yuan) => ({
  id: ids.uuid7(), door: "credit", stage: "credit.grant", book: given.book, village: given.village,
  title: {zh: `授信 · ${yuan}`, en: `Grant · ${yuan}`}, base_revision: 0, depends_on: [], photos: [], problems: [], receipt: null, client: null,
  fields: {stage: "credit.grant", village: given.village, client: given.client, product: given.product, amount: yuan, amount_unit: "yuan",
    business_date: "2024-01-04", valid_from: "2024-01-04", valid_to: "2026-12-31", limit: "revolving", contract_id: ids.uuid7()},
});
const states = async () => (await store.records()).map(({ state }) => state);
"#;

/// A specialist's phone and the county's program, with a network between them.
struct Village {
    phone: Browser,
    network: Network,
    app: TestApp,
    client: String,
}

impl Village {
    /// None where there is no browser.
    fn new() -> Option<Village> {
        Village::with_room(None)
    }

    /// A phone on which the browser gives the app so many bytes.
    fn with_room(bytes: Option<u64>) -> Option<Village> {
        let phone = Browser::start(Screen::Phone)?;
        let app = TestApp::start(Backend::Sqlite);
        let client = app.household(app.office.village, "陈大文", "440784197503080014");
        let village = Village {
            network: Network::to(&app.base),
            phone,
            client: client.to_string(),
            app,
        };
        // Before the app first writes: the browser remembers for half a minute how much room there is.
        if bytes.is_some() {
            village.phone.open(&village.at("/healthz"));
            village.set_room(bytes);
        }
        village.sign_in("specialist");
        village.open();
        Some(village)
    }

    fn sign_in(&self, login: &str) {
        self.phone.open(&self.at("/sign-in?back=/field/app%3Fsigned-in"));
        self.phone.fill("user", login);
        self.phone.fill("password", PASSWORD);
        self.phone.click("form[action='/sign-in'] button[type=submit]");
        self.phone.wait_for_text("待上报");
    }

    fn set_room(&self, bytes: Option<u64>) {
        let mut limits = json!({"origin": self.network.base});
        if let Some(bytes) = bytes {
            limits["quotaSize"] = json!(bytes);
        }
        self.phone.chromium("Storage.overrideQuotaForOrigin", limits);
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.network.base)
    }

    /// Opens the app and waits until its worker could do it alone.
    fn open(&self) {
        self.phone.open(&self.at("/field/app"));
        self.phone.wait_for("#view h1");
        let script = "await navigator.serviceWorker.ready; return null;";
        self.phone.run_async(script, json!(null));
    }

    /// One of the app's pages, in a tab that may be new.
    fn go(&self, hash: &str) {
        self.phone.open(&self.at(&format!("/field/app{hash}")));
        self.phone.wait_for("#view h1");
    }

    fn within(&self, script: &str, more: Value) -> Value {
        let mut given = json!({
            "book": self.app.office.book.0.to_string(), "village": self.app.office.village.0.to_string(),
            "product": self.app.office.credit_product.0.to_string(), "client": self.client,
        });
        given["more"] = more;
        self.phone.run_async(&format!("{MODULES}{script}"), given)
    }

    /// Records these grants as the form would; they are ready to be sent.
    fn record(&self, yuan: &[&str]) {
        self.within(
            "for (const yuan of given.more) await outbox.ready(make(yuan)); return null;",
            json!(yuan),
        );
    }

    fn states(&self) -> Vec<String> {
        let states = self.within("return states();", json!(null));
        serde_json::from_value(states).expect("words")
    }

    /// So many records are on the phone, and none of them is known to be on the server.
    fn assert_unsent(&self, count: usize) {
        let states = self.states();
        let unsent = states.iter().all(|state| state == "ready" || state == "sending");
        assert!(unsent && states.len() == count, "{states:?}");
    }

    /// Sends until nothing waits any more, as a person would by the button.
    fn send_all(&self) {
        let received = poll(Duration::from_secs(20), || {
            self.within("await outbox.send('user'); return null;", json!(null));
            let states = self.states();
            let all = states.iter().all(|state| state == "received");
            (all && !states.is_empty()).then_some(())
        });
        let why =
            "return (await store.records()).map(({ state, door, problems }) => ({ state, door, problems }));";
        assert!(
            received.is_some(),
            "not all received: {}",
            self.within(why, json!(null))
        );
    }

    /// How many records of this person wait on the server.
    fn count(&self, login: &str) -> i64 {
        let filter = VoucherFilter {
            books: vec![self.app.office.book],
            states: vec![State::Submitted],
            maker: Some(user_id(login)),
            ..VoucherFilter::default()
        };
        let counted = self
            .app
            .state
            .read_now(|conn, _| ledger::queue_length(conn, &filter));
        counted.expect("a count")
    }

    /// So many records of the specialist are on the server, and they come to so much.
    fn assert_received(&self, count: i64, yuan: &str) {
        assert_eq!(self.count("specialist"), count);
        let totals = self.app.totals("2024-01", "440700000000", "county");
        let granted = &totals["total"]["measures"]["credit.granted"]["pending"];
        assert_eq!(granted.as_str().unwrap_or("0.00"), yuan);
    }
}

#[test]
fn records_made_while_the_server_is_down_survive_and_arrive_once() {
    let Some(mut village) = Village::new() else { return };
    village.app.stop();
    village.network.turn(Weather::Cut);
    village.record(&["300000", "250000", "220000.05"]);
    // The browser is closed and opened again, and there is still no server at all.
    village.phone.new_tab();
    village.go("#/outbox");
    village.phone.wait_for_text("存于本机，未上报");
    village.assert_unsent(3);
    village.phone.open(&village.at("/field"));
    village.phone.wait_for_text("这一页要联网");

    village.app.start_again(false);
    village.network.moved(&village.app.base);
    village.network.turn(Weather::Fair);
    village.go("#/outbox");
    village.send_all();
    village.phone.wait_for_text("回执号");
    village.assert_received(3, "770000.05");
}

#[test]
fn answers_that_are_lost_make_nothing_twice() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::LosesAnswers);
    village.record(&["300000", "160000"]);
    let arrived = poll(Duration::from_secs(20), || {
        village.within("await outbox.send('user'); return null;", json!(null));
        (village.count("specialist") == 2).then_some(())
    });
    assert!(arrived.is_some(), "the server did what it was asked");
    village.assert_unsent(2);

    // A hotspot's page is no receipt either.
    village.network.turn(Weather::Portal);
    village.within("await outbox.send('user'); return null;", json!(null));
    village.assert_unsent(2);

    village.network.turn(Weather::Fair);
    village.send_all();
    village.assert_received(2, "460000.00");
    // Recognised as the same sending, not taken for an amendment of it.
    let revisions = village.within(
        "return (await store.records()).map(({ receipt }) => receipt.revision);",
        json!(null),
    );
    assert_eq!(revisions, json!([1, 1]));
}

#[test]
fn what_was_changed_after_its_answer_was_lost_amends_the_record() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::LosesAnswers);
    village.record(&["300000"]);
    let arrived = poll(Duration::from_secs(20), || {
        (village.count("specialist") == 1).then_some(())
    });
    assert!(arrived.is_some());
    village.assert_unsent(1);
    village.network.turn(Weather::Cut);
    // As its form does: it opens the record, and keeps each change until it is confirmed.
    village.within(
        "const [record] = await store.records(); record.state = 'draft'; record.fields.amount = '310000.05';\
         await store.keep(record); await outbox.ready(record); return null;",
        json!(null),
    );
    village.network.turn(Weather::Fair);
    village.send_all();
    village.assert_received(1, "310000.05");
}

#[test]
fn what_is_changed_while_it_is_on_its_way_is_not_taken_for_received() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000"]);
    village.network.turn(Weather::Fair);
    // The answer comes while the form already holds another amount.
    let states = village.within(
        "const [record] = await store.records(); record.state = 'draft'; record.fields.amount = '310000.05';\
         const sent = outbox.send('user'); let lying = await store.record(record.id);\
         for (let n = 0; n < 500 && lying.state !== 'sending'; n += 1) lying = await store.record(record.id);\
         await store.keep(record); await sent; const after = await store.record(record.id);\
         return [lying.state, after.state, after.fields.amount, after.base_revision];",
        json!(null),
    );
    assert_eq!(states, json!(["sending", "draft", "310000.05", 1]));
    village.assert_received(1, "300000.00");
    village.within(
        "const [record] = await store.records(); await outbox.ready(record); return null;",
        json!(null),
    );
    village.send_all();
    village.assert_received(1, "310000.05");
}

#[test]
fn a_page_killed_while_sending_sends_again_what_may_have_arrived() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::HoldsAnswers);
    village.record(&["300000"]);
    let on_its_way = poll(Duration::from_secs(20), || {
        (village.count("specialist") == 1).then_some(())
    });
    assert!(on_its_way.is_some());
    assert_eq!(village.states(), ["sending"]);
    let killed = village.phone.new_tab();
    let fresh = village.phone.current_tab();
    village.phone.to_tab(&killed);
    village.phone.close_tab();
    village.phone.to_tab(&fresh);

    village.network.turn(Weather::Fair);
    village.go("#/outbox");
    village.send_all();
    village.assert_received(1, "300000.00");
}

#[test]
fn a_session_that_has_ended_keeps_the_outbox() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000", "250000"]);
    village.phone.chromium("Network.clearBrowserCookies", json!({}));
    village.network.turn(Weather::Fair);
    village.within("await outbox.send('user'); return null;", json!(null));
    village.phone.wait_for_text("登录已过期");
    village.assert_unsent(2);
    assert_eq!(village.count("specialist"), 0);

    village.sign_in("specialist");
    village.send_all();
    village.assert_received(2, "550000.00");
}

#[test]
fn a_phone_that_was_restarted_starts_the_app_without_a_network_and_has_lost_nothing() {
    let Some(mut village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000", "250000"]);
    village.assert_unsent(2);
    village.phone.die_and_start_again();
    village.go("#/outbox");
    village.phone.wait_for_text("存于本机，未上报");
    village.assert_unsent(2);
    village.record(&["220000"]);
    village.network.turn(Weather::Fair);
    // A browser that ended has dropped its session: that much a restart costs.
    village.within("await outbox.send('user'); return null;", json!(null));
    village.phone.wait_for_text("登录已过期");
    village.sign_in("specialist");
    village.send_all();
    village.assert_received(3, "770000.00");
}

#[test]
fn two_tabs_send_once() {
    let Some(village) = Village::new() else { return };
    one_of_two_tabs_sends(&village, &[]);
}

#[test]
fn two_tabs_send_once_where_the_browser_has_no_locks() {
    let Some(village) = Village::new() else { return };
    let older = "Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined});";
    one_of_two_tabs_sends(&village, &[older]);
}

/// Two tabs, in each of which `scripts` run before anything else.
fn one_of_two_tabs_sends(village: &Village, scripts: &[&str]) {
    let prepare = || {
        for script in scripts {
            let source = json!({"source": script});
            village
                .phone
                .chromium("Page.addScriptToEvaluateOnNewDocument", source);
        }
        village.phone.open("about:blank");
        village.go("#/outbox");
        let locks = village.within("return Boolean(navigator.locks);", json!(null));
        assert_eq!(locks, json!(scripts.is_empty()));
    };
    village.network.turn(Weather::Cut);
    prepare();
    village.record(&["300000", "250000", "220000"]);
    let first = village.phone.new_tab();
    prepare();
    village.phone.wait_for_text("存于本机，未上报");
    village.network.turn(Weather::Fair);
    let before = village.network.sendings();
    // Both at the same moment: the one is told by the other's tab.
    let race = "const other = new BroadcastChannel('race'); outbox.send('user'); other.postMessage('go'); return null;";
    let second = village.phone.current_tab();
    village.phone.to_tab(&first);
    village.within(
        "self.race = new BroadcastChannel('race'); race.onmessage = () => outbox.send('user'); return null;",
        json!(null),
    );
    village.phone.to_tab(&second);
    village.within(race, json!(null));
    village.send_all();
    assert_eq!(
        village.network.sendings() - before,
        1,
        "one request carried them all"
    );
    village.assert_received(3, "770000.00");
}

#[test]
fn another_person_on_the_phone_sees_nothing_and_sends_nothing_of_the_first() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000"]);
    village.phone.chromium("Network.clearBrowserCookies", json!({}));
    village.network.turn(Weather::Fair);
    village.sign_in("bank");
    village.go("#/outbox");
    village.phone.wait_for_text("没有等着上报的记录");
    assert!(!village.phone.shows("300000"));
    assert_eq!(village.states(), Vec::<String>::new());
    village.within("await outbox.send('user'); return null;", json!(null));
    assert_eq!(village.count("specialist"), 0);
    assert_eq!(village.count("bank"), 0);
    // On the disk there is nothing to read either: neither the client nor the amount.
    let lying = village.within(
        "const base = await new Promise((done) => { const ask = indexedDB.open('cunxin'); ask.onsuccess = () => done(ask.result); });\
         const rows = await new Promise((done) => { const ask = base.transaction('things').objectStore('things').getAll(); ask.onsuccess = () => done(ask.result); });\
         return rows.map(({ data }) => new TextDecoder('latin1').decode(data)).join('');",
        json!(null),
    );
    let lying = lying.as_str().expect("bytes as text");
    assert!(lying.len() > 1000 && !lying.contains("300000") && !lying.contains(&village.client));

    village.sign_in("specialist");
    village.send_all();
    village.assert_received(1, "300000.00");
}

#[test]
fn a_full_phone_says_so_and_loses_nothing() {
    let Some(village) = Village::with_room(Some(5_000_000)) else {
        return;
    };
    village.network.turn(Weather::Cut);
    village.record(&["300000"]);
    // To the brim: not even a word has room any more.
    let full = village.within(
        "let code = 'kept';\
         for (const size of [400000, 40000, 4000, 400]) {\
           try { for (let n = 0; n < 40; n += 1) await store.set(`filler${size}/${n}`, 'x'.repeat(size)); code = 'kept'; } catch (error) { code = error.code; }\
         } return code;",
        json!(null),
    );
    assert_eq!(full, "storage.full");
    let refused = village.within(
        "const record = make('250000'); record.state = 'draft'; record.fields.note = 'x'.repeat(400000);\
         try { await outbox.ready(record); } catch (error) { return [error.code, record.state]; } return 'kept';",
        json!(null),
    );
    assert_eq!(
        refused,
        json!(["storage.full", "draft"]),
        "the form still has it, as a draft"
    );
    // What was kept before can still leave the phone, though the phone has no room to note it.
    village.network.turn(Weather::Fair);
    village.within("await outbox.send('user'); return null;", json!(null));
    village.assert_received(1, "300000.00");
    village.within(
        "for (const size of [400000, 40000]) for (let n = 0; n < 40; n += 1) await store.set(`filler${size}/${n}`, '').catch(() => null); return null;",
        json!(null),
    );
    village.set_room(None);
    village.send_all();
    assert_eq!(village.states(), ["received"]);
    village.assert_received(1, "300000.00");
}

#[test]
fn a_new_worker_takes_over_with_a_full_outbox_but_never_under_a_form() {
    let Some(mut village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000", "250000"]);
    village.go("#/new/credit/credit.grant");
    // Another build: its pages bear the demonstration's banner.
    village.app.stop();
    village.app.start_again(true);
    village.network.moved(&village.app.base);
    village.network.turn(Weather::LosesAnswers);
    let waiting = "const worker = await navigator.serviceWorker.getRegistration('/field');\
        await worker.update(); for (let n = 0; n < 100 && !worker.waiting; n += 1) await new Promise((done) => setTimeout(done, 100));\
        await new Promise((done) => setTimeout(done, 1500)); return Boolean(worker.waiting);";
    let waits = village.phone.run_async(waiting, json!(null));
    assert_eq!(
        waits, true,
        "the new worker waits while something may be half filled in"
    );
    assert!(!village.phone.shows("演示数据"));
    village
        .phone
        .run("location.hash = arguments[0];", json!(["#/outbox"]));
    village.phone.wait_for_text("演示数据");
    village.assert_unsent(2);
    village.network.turn(Weather::Cut);
    village.phone.reload();
    village.phone.wait_for_text("演示数据");
    village.network.turn(Weather::Fair);
    village.send_all();
    village.assert_received(2, "550000.00");
}

#[test]
fn a_restored_server_is_filled_again_by_the_phones() {
    let Some(mut village) = Village::new() else { return };
    // The household is registered by the phone too, so that the older database knows nothing of it.
    let record = "const client = {...make('0'), door: 'client', stage: null, fields: {village: given.village, kind: 'household', name: '李小平', number: '440784197503080022', consent_on: '2024-01-04'}};\
        const grant = make('300000'); grant.fields.client = client.id; grant.depends_on = [client.id];\
        await outbox.ready(grant); await outbox.ready(client); return null;";
    village.within(record, json!(null));
    village.send_all();
    village.assert_received(1, "300000.00");

    let older = TestApp::start(Backend::Sqlite);
    village.network.moved(&older.base);
    drop(std::mem::replace(&mut village.app, older));
    assert_eq!(village.count("specialist"), 0);
    village.phone.chromium("Network.clearBrowserCookies", json!({}));
    village.sign_in("specialist");
    let filled = poll(Duration::from_secs(20), || {
        village.within("await outbox.send('user'); return null;", json!(null));
        (village.count("specialist") == 1).then_some(())
    });
    assert!(filled.is_some(), "{:?}", village.states());
    village.send_all();
    village.assert_received(1, "300000.00");
}

#[test]
fn a_file_handed_in_at_the_office_counts_once_with_what_the_phone_sends_later() {
    let Some(village) = Village::new() else { return };
    village.network.turn(Weather::Cut);
    village.record(&["300000", "250000"]);
    let file = village.within(
        "const { write } = await import('/assets/field/handfile.js');\
         const { blob } = await write({id: store.current(), name: '李村官'}, '1234-5678-9012'); return blob.text();",
        json!(null),
    );
    let file = file.as_str().expect("a file");
    assert!(!file.contains("300000") && !file.contains(&village.client));
    let folder = new_folder("handed-in");
    let path = folder.join("records.cunxin");
    std::fs::write(&path, file).expect("write the file");

    let desk = Browser::start(Screen::Desktop).expect("a browser was there");
    desk.open(&format!("{}/sign-in?back=/field/handin", village.app.base));
    desk.fill("user", "specialist");
    desk.fill("password", PASSWORD);
    desk.click("form[action='/sign-in'] button[type=submit]");
    desk.wait_for("#file");
    desk.send_keys("file", &path.display().to_string());
    desk.fill("phrase", "1234-5678-0000");
    desk.click_text("打开");
    desk.wait_for_text("口令不对");
    desk.fill("phrase", "1234-5678-9012");
    desk.click_text("打开");
    desk.click_text("全部上报");
    desk.wait_for_text("全部收到");
    village.assert_received(2, "550000.00");
    let left = desk.run_async(
        "const store = await import('/assets/field/store.js'); return (await store.records()).length;",
        json!(null),
    );
    assert_eq!(left, 0, "nothing stays on the office's computer");

    village.network.turn(Weather::Fair);
    village.send_all();
    village.assert_received(2, "550000.00");
    std::fs::remove_dir_all(folder).expect("remove the folder");
}

#[test]
fn a_clerk_chooses_the_villages_to_take_along() {
    let Some(village) = Village::new() else { return };
    village.phone.chromium("Network.clearBrowserCookies", json!({}));
    village.sign_in("bank");
    village.go("#/settings");
    let find = "const find = document.getElementById('find_village'); find.value = '下六';\
        find.dispatchEvent(new Event('input'));";
    village.phone.run(find, json!([]));
    village.phone.click_text("下六村");
    village.phone.wait_for_text("已选 1 个，资料已更新");
    village.network.turn(Weather::Cut);
    village.go("#/clients");
    village.phone.wait_for_text("陈大文");
}

#[test]
fn a_photo_outlives_the_page_that_took_it_and_follows_its_record() {
    let Some(village) = Village::new() else { return };
    let phone = &village.phone;
    village.network.turn(Weather::Cut);
    village.go("#/new/talk");
    phone.wait_for("[name=topic]");
    phone.fill("topic", "防范电信网络诈骗");
    phone.fill("attendance", "30");
    phone.send_keys(
        "photo",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/pond.jpg"),
    );
    phone.wait_for("ul.photos canvas");
    phone.wait_for(".record-form[data-kept=yes]");
    // The camera has taken the phone's memory: the page starts anew.
    phone.run("location.reload();", json!([]));
    phone.wait_for("ul.photos canvas");
    assert_eq!(phone.value("topic"), "防范电信网络诈骗");
    phone.click("form button[type=submit]");
    phone.click("#confirm");
    phone.wait_for_text("存于本机，未上报");
    assert_eq!(village.count("specialist"), 0);

    village.network.turn(Weather::Fair);
    village.send_all();
    let sent =
        "const [record] = await store.records(); return record.photos.every(({sent}) => sent) && record.id;";
    let id = poll(Duration::from_secs(20), || {
        village.within("await outbox.send('user'); return null;", json!(null));
        village.within(sent, json!(null)).as_str().map(str::to_owned)
    });
    let id = id.expect("the photo goes out after its record");
    let reviewer = village.app.sign_in("reviewer");
    let voucher = reviewer.get(&format!("/vouchers/{}/{id}", village.app.office.book));
    let picture = voucher
        .body
        .split("src=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|address| address.starts_with("/photos/"))
        .unwrap_or_else(|| panic!("no photo: {}", voucher.text()));
    let bytes = reviewer.get(picture).bytes;
    assert!(
        bytes.starts_with(&[0xFF, 0xD8]) && bytes.len() < 200_000,
        "{}",
        bytes.len()
    );
}

#[test]
fn a_clock_wrong_by_a_year_changes_nothing() {
    let Some(village) = Village::new() else { return };
    let wrong = "const Right = Date; const off = 365 * 86400000;\
        globalThis.Date = class extends Right { constructor(...given) { if (given.length) super(...given); else super(Right.now() + off); }\
        static now() { return Right.now() + off; } };";
    village.record(&["300000"]);
    village.send_all();
    village
        .phone
        .chromium("Page.addScriptToEvaluateOnNewDocument", json!({"source": wrong}));
    village.go("#/outbox");
    village.phone.wait_for_text("回执号");
    village.record(&["250000"]);
    village.send_all();
    // A year has passed by the phone's clock, but not by the server's: nothing is wiped before its time.
    assert_eq!(village.states(), ["received", "received"]);
    village.assert_received(2, "550000.00");
}
