//! Every page of the desk, for each of those who work there: judged by axe-core, reached by keyboard, and as wide as
//! its screen, be that of a desk, a tablet or a phone.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use crate::accessibility::{axe, findings, out_of_reach, strings};
use crate::files::close_the_past;
use crate::support::app::{Backend, PASSWORD, TestApp, identity_number};
use crate::support::browser::{Browser, Screen};
use crate::sync::phone::{self, Phone};

const COUNTY: &str = "440784000000";
/// A desk, a tablet held upright, a phone.
const SCREENS: [(u32, u32); 3] = [(1440, 900), (820, 1180), (390, 844)];

/// The pages a reader begins at; others are found by their links.
struct Reader {
    login: &'static str,
    starts: Vec<String>,
}

/// What all readers have seen, and what is wrong where.
#[derive(Default)]
struct Walk {
    seen: BTreeSet<String>,
    wrong: Vec<String>,
}

fn resize(browser: &Browser, (width, height): (u32, u32)) {
    let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    browser.chromium("Emulation.setDeviceMetricsOverride", metrics);
}

/// What sticks out of a screen of this width, unless a box of its own scrolls it.
fn too_wide(browser: &Browser, width: u32) -> Vec<String> {
    let script = "
        const page = document.documentElement.scrollWidth;
        if (page <= arguments[0]) return [];
        const out = [...document.querySelectorAll('body *')].filter((element) => {
            if (element.getBoundingClientRect().right <= arguments[0] + 1) return false;
            for (let box = element.parentElement; box; box = box.parentElement)
                if (getComputedStyle(box).overflowX !== 'visible') return false;
            return true;
        });
        return [`${page} wide on ${arguments[0]}`, ...out.slice(0, 3).map((element) => element.outerHTML.slice(0, 140))];";
    strings(&browser.run(script, json!([width])))
}

/// Where a page leads to on the desk; files are not pages.
fn links(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('a[href]')]
        .map((link) => new URL(link.getAttribute('href'), location.href))
        .filter((url) => url.origin === location.origin
            && !/^\\/(field|records|calculator|assets|language|photos|password)/.test(url.pathname)
            && !/[./](csv|xlsx|pdf|json)$/.test(url.pathname))
        .map((url) => url.pathname + url.search);";
    strings(&browser.run(script, json!([])))
}

/// One page for each kind: neither what it is of nor how it is filtered makes another.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let plain = |part: &str| {
        let of_one = part.len() == 36
            || part.contains('.')
            || part.starts_with(|first: char| first.is_ascii_digit())
            || part.contains("_rate");
        if of_one { "*".to_owned() } else { part.to_owned() }
    };
    let path: Vec<String> = path.split('/').map(plain).collect();
    let asked: Vec<&str> = query
        .split('&')
        .filter(|pair| ["kind=", "do=", "what="].iter().any(|key| pair.starts_with(key)))
        .collect();
    format!("{}?{}", path.join("/"), asked.join("&"))
}

impl Walk {
    fn of(&mut self, app: &TestApp, axe: &str, reader: &Reader) {
        let Some(browser) = Browser::start(Screen::Desktop) else {
            return;
        };
        browser.open(&format!("{}/sign-in", app.base));
        browser.fill("user", reader.login);
        browser.fill("password", PASSWORD);
        browser.click("form[action='/sign-in'] button[type=submit]");
        browser.wait_for("nav.main-nav");
        for start in &reader.starts {
            self.seen.remove(&kind(start));
        }
        let mut open: VecDeque<String> = reader.starts.iter().cloned().collect();
        while let Some(address) = open.pop_front() {
            if self.seen.insert(kind(&address)) {
                self.judge(&browser, &format!("{}{address}", app.base), axe, reader.login);
                open.extend(links(&browser));
            }
        }
    }

    fn judge(&mut self, browser: &Browser, url: &str, axe: &str, login: &str) {
        resize(browser, SCREENS[0]);
        browser.open(url);
        browser.wait_for("main");
        let mut found = findings(browser, axe, false);
        found.extend(out_of_reach(browser));
        if browser.count("main .error-page") > 0 {
            found.push(browser.text("main"));
        }
        for screen in SCREENS {
            resize(browser, screen);
            found.extend(too_wide(browser, screen.0));
        }
        if !found.is_empty() {
            self.wrong
                .push(format!("{login} {url}\n    {}", found.join("\n    ")));
        }
    }
}

/// A closed month; in the open one a grant posted, two that wait, a question about one of them, and a target.
fn furnish(app: &TestApp) -> Vec<String> {
    close_the_past(app);
    let phone = Phone::of(app, "specialist");
    let book = app.office.book.0;
    let client = |n: usize, name: &str| app.household(app.office.village, name, &identity_number(n));
    let grants: Vec<Value> = [(1, "陈大文"), (2, "麦二"), (3, "李三")]
        .into_iter()
        .map(|(n, name)| phone.grant(client(n, name).as_str(), "300000", &[]))
        .collect();
    for result in phone.send(&grants.iter().collect::<Vec<_>>()) {
        assert_eq!(result["status"], "created", "{result}");
    }
    phone.approve(app, &grants[0], 1);
    let reviewer = app.sign_in("reviewer");
    let [posted, first, second] = [0, 1, 2].map(|at: usize| phone::voucher(&grants[at]));
    let page = format!("/vouchers/{book}/{first}");
    let remark = [("remark", "用途请写明"), ("back", "vouchers")];
    let asked = reviewer.send(&reviewer.get(&page), &format!("/remarks/{book}/{first}"), &remark);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let report = reviewer.get(&format!("/reports/monthly/json?region={COUNTY}&month=2023-10"));
    let report: Value = serde_json::from_str(&report.body).expect("JSON");
    let code = report["stamp"]["check_code"].as_str().expect("a code");
    vec![
        page,
        format!("/vouchers/{book}/{posted}"),
        format!("/review/bulk?do=approve&from=queue&v={first}&v={second}"),
        format!("/review/bulk?do=return&from=queue&v={first}&v={second}"),
        format!("/verify?code={code}&row=1"),
        format!("/figures/credit.granted?region={COUNTY}&month=2023-12"),
        format!("/figures/credit.drawn_rate?region={COUNTY}&month=2023-12&aspect=end"),
        format!("/close/{book}/2023-10"),
    ]
}

fn readers(own: Vec<String>) -> Vec<Reader> {
    let pages = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
    let mut reviewer = pages(&[
        "/overview?month=2023-12",
        "/overview?month=2023-10",
        "/totals",
        "/totals/funnel",
        "/totals/insurance",
        "/comparison",
        "/compare",
        "/targets",
        "/targets/new",
        "/unserved",
        "/ratings",
        "/review",
        "/vouchers",
        "/vouchers?sort=-amount",
        "/loans/overdue",
        "/close",
        "/reports",
        "/reports/files",
        "/verify",
        "/receipts",
        "/first-review/settings",
    ]);
    reviewer.extend(own);
    let reader = |login, starts| Reader { login, starts };
    vec![
        reader("reviewer", reviewer),
        reader(
            "city",
            pages(&["/overview", "/compare/pairs", "/totals", "/close", "/vouchers"]),
        ),
        reader(
            "reports",
            pages(&["/reports", "/reports/monthly", "/reports/files", "/verify"]),
        ),
        reader("admin", pages(&["/register", "/overview", "/verify"])),
        reader(
            "bank",
            pages(&["/first-review", "/declaration", "/loans/overdue"]),
        ),
        reader("insurer", pages(&["/first-review", "/declaration"])),
    ]
}

#[test]
fn every_page_of_the_desk_can_be_read_reached_and_fits_its_screen() {
    let Some(axe) = axe() else { return };
    let app = TestApp::start(Backend::Sqlite);
    let own = furnish(&app);
    let mut walk = Walk::default();
    for reader in readers(own) {
        walk.of(&app, &axe, &reader);
    }
    let pages = walk.seen.len();
    assert!(
        walk.wrong.is_empty(),
        "on {pages} pages:\n{}",
        walk.wrong.join("\n")
    );
    assert!(pages >= 60, "only {pages}: {:#?}", walk.seen);
}
