//! A headless Chromium, used as a person uses it: opens pages, reads what is shown, clicks, types.
//!
//! Speaks the WebDriver protocol (<https://www.w3.org/TR/webdriver2/>) to a chromedriver of its own. Every
//! action waits up to [`PATIENCE`] for what it needs, and panics with what the page shows when it never comes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::tools::{Watched, find_tool, free_port, new_folder, poll, require_or_skip};

/// How long an action waits for its element, and a wait for its text.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The key under which WebDriver hands out an element (§12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// No network but the pages under test, and nothing of the machine's desktop.
const FLAGS: [&str; 15] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-default-apps",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--accept-lang=zh-CN,zh",
    // Chromium ends when chromedriver's end of the pipe closes, however chromedriver ended.
    "--remote-debugging-pipe",
];

/// What the browser is held to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1440 × 900 at the office.
    Desktop,
    /// 390 × 844 at pixel ratio 2, by touch, in the village.
    Phone,
}

impl Screen {
    fn metrics(self) -> Value {
        match self {
            Screen::Desktop => {
                json!({"width": 1440, "height": 900, "pixelRatio": 1, "mobile": false, "touch": false})
            }
            Screen::Phone => {
                json!({"width": 390, "height": 844, "pixelRatio": 2, "mobile": true, "touch": true})
            }
        }
    }
}

/// A browser with one window, its own profile and no history. Dropping it ends it.
pub struct Browser {
    agent: ureq::Agent,
    /// `http://127.0.0.1:PORT/session/ID`
    session: String,
    /// What a new session asks for: the same browser with the same profile.
    wanted: Value,
    _driver: Watched,
}

impl Browser {
    /// A new browser; `None` where Chromium or chromedriver is missing, and the test is to return.
    pub fn start(screen: Screen) -> Option<Browser> {
        let chromium = find_tool(&[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]);
        let chromium = require_or_skip("Chromium", chromium)?;
        let driver = require_or_skip("chromedriver", find_tool(&["chromedriver"]))?;
        let agent = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        let mut failures = String::new();
        for _ in 0..3 {
            match open_session(&agent, &driver, &chromium, screen) {
                Ok((running, session, wanted)) => {
                    return Some(Browser {
                        agent,
                        session,
                        wanted,
                        _driver: running,
                    });
                }
                Err(failure) => writeln!(failures, "{failure}").expect("write to a string"),
            }
        }
        panic!("no browser session after three attempts:\n{failures}");
    }

    /// Ends the browser at once, as a phone whose battery is empty, and starts it again with the same profile.
    pub fn die_and_start_again(&mut self) {
        let crash = json!({"cmd": "Browser.crash", "params": {}});
        // There is nobody left to answer.
        let _ = self.ask("POST", "/goog/cdp/execute", crash);
        let _ = self.agent.delete(&self.session).call();
        let server = self
            .session
            .split("/session/")
            .next()
            .unwrap_or_default()
            .to_owned();
        self.session = new_session(&self.agent, &server, &self.wanted).expect("the browser starts again");
    }

    /// Goes to `url` and waits until it has loaded.
    pub fn open(&self, url: &str) {
        self.must("POST", "/url", json!({"url": url}));
    }

    pub fn reload(&self) {
        self.must("POST", "/refresh", json!({}));
    }

    pub fn back(&self) {
        self.must("POST", "/back", json!({}));
    }

    pub fn current_url(&self) -> String {
        text_of(self.must("GET", "/url", Value::Null))
    }

    pub fn title(&self) -> String {
        text_of(self.must("GET", "/title", Value::Null))
    }

    /// The page's markup as the browser holds it now.
    pub fn html(&self) -> String {
        text_of(self.must("GET", "/source", Value::Null))
    }

    /// What the first element matching `css` shows, as rendered: nothing hidden, whitespace folded.
    pub fn text(&self, css: &str) -> String {
        let element = self.first(&Find::css(css), false);
        text_of(self.must("GET", &format!("/element/{element}/text"), Value::Null))
    }

    /// What every element matching `css` shows now, in the page's order.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let elements = self.all(&Find::css(css)).unwrap_or_default();
        let shown = |element: String| self.must("GET", &format!("/element/{element}/text"), Value::Null);
        elements
            .into_iter()
            .map(|element| text_of(shown(element)))
            .collect()
    }

    /// The present value of the field called `name`.
    pub fn value(&self, name: &str) -> String {
        let element = self.first(&Find::named(name), false);
        text_of(self.must("GET", &format!("/element/{element}/property/value"), Value::Null))
    }

    /// How many elements match `css` now.
    pub fn count(&self, css: &str) -> usize {
        self.all(&Find::css(css)).map_or(0, |found| found.len())
    }

    /// Clicks the first visible element matching `css`.
    pub fn click(&self, css: &str) {
        self.click_on(&Find::css(css));
    }

    /// Clicks the first visible link, button, tab, summary or label that reads `text`: exactly, or where
    /// none does, in part.
    pub fn click_text(&self, text: &str) {
        self.click_on(&Find::control(text));
    }

    /// Replaces what the visible field called `name` holds, by typing; dates, months and the like, whose
    /// keys depend on the machine's language, are set with the events typing would send.
    pub fn fill(&self, name: &str, value: &str) {
        const PICKED: [&str; 7] = [
            "date",
            "month",
            "week",
            "time",
            "datetime-local",
            "color",
            "range",
        ];
        const SET: &str = "const [field, value] = arguments; field.value = value;\
            for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {bubbles: true}));";
        let element = self.first(&Find::named(name), true);
        let kind = text_of(self.must("GET", &format!("/element/{element}/property/type"), Value::Null));
        if PICKED.contains(&kind.as_str()) {
            self.run(SET, json!([{ELEMENT: element}, value]));
            assert_eq!(
                self.value(name),
                value,
                "the {kind} field {name} refuses {value:?}"
            );
            return;
        }
        self.must("POST", &format!("/element/{element}/clear"), json!({}));
        self.must(
            "POST",
            &format!("/element/{element}/value"),
            json!({"text": value}),
        );
    }

    /// Sends keys to the field called `name` after what it holds: WebDriver key codes (`"\u{E007}"` is
    /// Enter) work; for a file field, the path of the file to attach.
    pub fn send_keys(&self, name: &str, keys: &str) {
        let element = self.first(&Find::named(name), false);
        self.must(
            "POST",
            &format!("/element/{element}/value"),
            json!({"text": keys}),
        );
    }

    /// Chooses the option of the list called `name` whose value or label is `option`.
    pub fn select(&self, name: &str, option: &str) {
        self.click_on(&Find::option(name, option));
    }

    /// Ticks the box called `name`, or clears it.
    pub fn tick(&self, name: &str, ticked: bool) {
        let find = Find::named(name);
        let element = self.first(&find, true);
        if self.must("GET", &format!("/element/{element}/selected"), Value::Null) != json!(ticked) {
            self.click_on(&find);
        }
    }

    /// Waits until the page shows `text`.
    pub fn wait_for_text(&self, text: &str) {
        let shown = poll(PATIENCE, || self.shows(text).then_some(()));
        assert!(
            shown.is_some(),
            "the page never showed {text:?}{}",
            self.situation()
        );
    }

    /// Waits until an element matching `css` is visible.
    pub fn wait_for(&self, css: &str) {
        self.first(&Find::css(css), true);
    }

    /// Whether the page shows `text` now.
    pub fn shows(&self, text: &str) -> bool {
        self.page_text().contains(text)
    }

    /// Runs `script` as a function's body with `arguments` (a JSON array); hands back what it returns.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.must(
            "POST",
            "/execute/sync",
            json!({"script": script, "args": arguments}),
        )
    }

    /// Runs `script` as an async function's body, in which `arguments` is called `given`; hands back what its promise comes to.
    pub fn run_async(&self, script: &str, arguments: Value) -> Value {
        let script = format!(
            "const [given, done] = arguments; (async () => {{ {script} }})()\
                .then((value) => done({{value}}), (error) => done({{error: String(error.stack ?? error)}}));"
        );
        let mut answer = self.must(
            "POST",
            "/execute/async",
            json!({"script": script, "args": [arguments]}),
        );
        assert!(
            answer["error"].is_null(),
            "{}{}",
            answer["error"],
            self.situation()
        );
        answer["value"].take()
    }

    /// A command of Chromium's own protocol.
    pub fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.must(
            "POST",
            "/goog/cdp/execute",
            json!({"cmd": command, "params": parameters}),
        )
    }

    /// Opens another tab and goes there; hands back the one before, to return to.
    pub fn new_tab(&self) -> String {
        let before = self.current_tab();
        let mut opened = self.must("POST", "/window/new", json!({"type": "tab"}));
        self.to_tab(&text_of(opened["handle"].take()));
        before
    }

    /// The tab that is used now.
    pub fn current_tab(&self) -> String {
        text_of(self.must("GET", "/window", Value::Null))
    }

    pub fn to_tab(&self, tab: &str) {
        self.must("POST", "/window", json!({"handle": tab}));
    }

    /// Closes this tab as a phone short of memory does, whatever the page is at.
    pub fn close_tab(&self) {
        self.must("DELETE", "/window", Value::Null);
    }

    /// Writes a PNG of the window.
    pub fn screenshot(&self, file: &Path) {
        self.save(file, &text_of(self.must("GET", "/screenshot", Value::Null)));
    }

    /// Writes a PNG of the whole page, also of what one would scroll to.
    pub fn screenshot_page(&self, file: &Path) {
        let page = self.chromium("Page.getLayoutMetrics", json!({}))["cssContentSize"].take();
        let clip = json!({"x": 0, "y": 0, "width": page["width"], "height": page["height"], "scale": 1});
        let all = json!({"captureBeyondViewport": true, "clip": clip});
        let mut answer = self.chromium("Page.captureScreenshot", all);
        self.save(file, &text_of(answer["data"].take()));
    }

    /// What the browser's console received since last asked: script errors, refused policies, failed loads.
    pub fn console(&self) -> Vec<String> {
        let answer = self.must("POST", "/se/log", json!({"type": "browser"}));
        let entries = answer.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{} {}", entry["level"], entry["message"]))
            .collect()
    }

    /// Cuts the browser from the network, as a phone out of reach, or joins it again.
    pub fn set_offline(&self, offline: bool) {
        let reach = if offline { 0 } else { -1 };
        let conditions = json!({"offline": offline, "latency": 0,
            "download_throughput": reach, "upload_throughput": reach});
        self.must(
            "POST",
            "/chromium/network_conditions",
            json!({"network_conditions": conditions}),
        );
    }

    fn page_text(&self) -> String {
        let body = self
            .all(&Find::css("body"))
            .ok()
            .and_then(|found| found.into_iter().next());
        let shown = body.and_then(|body| {
            self.ask("GET", &format!("/element/{body}/text"), Value::Null)
                .ok()
        });
        shown.map(text_of).unwrap_or_default()
    }

    /// Where we are, for a failure's message.
    fn situation(&self) -> String {
        let url = self.ask("GET", "/url", Value::Null).unwrap_or_default();
        let shown: String = self.page_text().chars().take(1500).collect();
        format!("\nat {url}, which shows:\n{shown}\n")
    }

    fn click_on(&self, find: &Find) {
        let mut refusal = String::new();
        let clicked = poll(PATIENCE, || {
            let element = self.first(find, true);
            // Something may still lie above it, as the bar at a phone's lower edge does, or the page may just
            // have been replaced.
            let done = self.ask("POST", &format!("/element/{element}/click"), json!({}));
            if let Err(why) = &done {
                refusal.clone_from(why);
                self.bring_to_the_middle(&element);
            }
            done.ok()
        });
        assert!(
            clicked.is_some(),
            "the {} cannot be clicked: {refusal}{}",
            find.said,
            self.situation()
        );
    }

    /// As a thumb would; an element that is gone meanwhile stays gone.
    fn bring_to_the_middle(&self, element: &str) {
        let script = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});";
        let body = json!({"script": script, "args": [{ELEMENT: element}]});
        let _ = self.ask("POST", "/execute/sync", body);
    }

    /// The first element found, or the first visible one; waits for it.
    fn first(&self, find: &Find, visible: bool) -> String {
        let found = poll(PATIENCE, || {
            let elements = self.all(find).ok()?;
            elements
                .into_iter()
                .find(|element| !visible || self.is_visible(element))
        });
        found.unwrap_or_else(|| {
            panic!(
                "no {}{}{}",
                if visible { "visible " } else { "" },
                find.said,
                self.situation()
            )
        })
    }

    fn is_visible(&self, element: &str) -> bool {
        self.ask("GET", &format!("/element/{element}/displayed"), Value::Null)
            .is_ok_and(|shown| shown == true)
    }

    /// Every match now; of several ways to find, the first that finds any.
    fn all(&self, find: &Find) -> Result<Vec<String>, String> {
        for value in &find.values {
            let found = self.ask("POST", "/elements", json!({"using": find.using, "value": value}))?;
            let ids = found
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|id| id[ELEMENT].as_str());
            let ids: Vec<String> = ids.map(str::to_owned).collect();
            if !ids.is_empty() {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }

    fn save(&self, file: &Path, base64: &str) {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).expect("make the folder of the screenshot");
        }
        fs::write(file, decode_base64(base64)).expect("write the screenshot");
    }

    fn must(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(method, path, body);
        answer.unwrap_or_else(|refusal| {
            panic!("browser refused {method} {path}: {refusal}{}", self.situation())
        })
    }

    fn ask(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        request(&self.agent, method, &format!("{}{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
    }
}

/// How to find elements: one strategy, and the values to try in order.
struct Find {
    /// What is looked for, for a failure's message.
    said: String,
    using: &'static str,
    values: Vec<String>,
}

impl Find {
    fn css(selector: &str) -> Find {
        Find {
            said: format!("element {selector}"),
            using: "css selector",
            values: vec![selector.to_owned()],
        }
    }

    fn named(name: &str) -> Find {
        let path = format!("//*[@name={}]", quoted(name));
        Find {
            said: format!("field {name}"),
            using: "xpath",
            values: vec![path],
        }
    }

    fn option(name: &str, option: &str) -> Find {
        let said = format!("option {option} of {name}");
        let (name, option) = (quoted(name), quoted(option));
        let path = format!("//select[@name={name}]//option[@value={option} or normalize-space()={option}]");
        Find {
            said,
            using: "xpath",
            values: vec![path],
        }
    }

    fn control(text: &str) -> Find {
        const CONTROL: &str = "//*[self::a or self::button or self::summary or self::label or @role='button' \
                               or @role='tab' or self::input[@type='submit' or @type='button']]";
        let said = format!("control that reads {text}");
        let text = quoted(text);
        let exact = format!("{CONTROL}[normalize-space()={text} or @value={text} or @aria-label={text}]");
        let part = format!("{CONTROL}[contains(normalize-space(), {text}) or contains(@value, {text})]");
        Find {
            said,
            using: "xpath",
            values: vec![exact, part],
        }
    }
}

/// Text as an XPath 1.0 literal, which knows no escapes.
fn quoted(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}

fn open_session(
    agent: &ureq::Agent,
    driver: &Path,
    chromium: &Path,
    screen: Screen,
) -> Result<(Watched, String, Value), String> {
    let folder = new_folder("browser");
    let port = free_port();
    let mut command = Command::new(driver);
    command
        .arg(format!("--port={port}"))
        .env("HOME", &folder)
        .env("TMPDIR", &folder);
    let running = Watched::start(&command, "TERM", &folder, None);
    let server = format!("http://127.0.0.1:{port}");
    let status = poll(Duration::from_secs(20), || {
        let answer = request(agent, "GET", &format!("{server}/status"), Value::Null);
        answer
            .ok()
            .filter(|status| status["ready"] == true || running.ended().is_some())
    });
    if status.is_none() || running.ended().is_some() {
        return Err(format!("chromedriver gives no answer:\n{}", running.output()));
    }
    let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
    flags.push(format!("--user-data-dir={}", folder.join("profile").display()));
    let options =
        json!({"binary": chromium, "args": flags, "mobileEmulation": {"deviceMetrics": screen.metrics()}});
    let wanted = json!({"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": options});
    let session =
        new_session(agent, &server, &wanted).map_err(|refusal| format!("{refusal}\n{}", running.output()))?;
    Ok((running, session, wanted))
}

fn new_session(agent: &ureq::Agent, server: &str, wanted: &Value) -> Result<String, String> {
    let body = json!({"capabilities": {"alwaysMatch": wanted}});
    let answer = request(agent, "POST", &format!("{server}/session"), body)?;
    let id = answer["sessionId"].as_str().unwrap_or_default();
    Ok(format!("{server}/session/{id}"))
}

/// One WebDriver command: the answer's `value`, or what went wrong in one line.
fn request(agent: &ureq::Agent, method: &str, url: &str, body: Value) -> Result<Value, String> {
    let sent = match method {
        "GET" => agent.get(url).call(),
        "DELETE" => agent.delete(url).call(),
        _ => agent.post(url).send_json(body),
    };
    let mut response = sent.map_err(|failure| failure.to_string())?;
    // A screenshot of a long page outgrows the default limit of 10 MB.
    let mut answer: Value = response
        .body_mut()
        .with_config()
        .limit(256 << 20)
        .read_json()
        .map_err(|failure| failure.to_string())?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => {
            let message = value["message"].as_str().unwrap_or_default();
            Err(format!("{error}: {}", message.lines().next().unwrap_or_default()))
        }
        None => Ok(value),
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// RFC 4648 §4.
fn decode_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0_u32);
    for letter in text.bytes().filter(|&letter| letter != b'=') {
        let digit = ALPHABET
            .iter()
            .position(|&known| known == letter)
            .expect("base64");
        held = held << 6 | u32::try_from(digit).expect("below 64");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).expect("eight bits"));
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
