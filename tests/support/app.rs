//! A running program, and people with browsers of the simplest kind.
//!
//! When a [`TestApp`] is dropped it proves that every total, position and audit chain of its
//! database still agrees with the entries.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

use chrono::NaiveDate;
use cunxin::app;
use cunxin::auth::{self, NewAccount, Role};
use cunxin::clock::Clock;
use cunxin::ledger::{self, Actor, NewLine, Submission, Verdict};
use cunxin::regions::{self, NewUnit};
use cunxin::register::{self, InstitutionKind, Product, ProductKind, Tariff};
use cunxin::state::State;
use cunxin::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Level, ProductId, RegionCode, RegionId,
    RegionKind, SpecialistId, UserId, VoucherId,
};
use cunxin::vault::Vault;
use ureq::Agent;
use ureq::http::Response;

use super::{postgres, tools};

/// The password of everyone in the test office.
pub const PASSWORD: &str = "test-office-2024";
/// The day tests stand on.
pub const TODAY: (i32, u32, u32) = (2024, 1, 4);
const KEY: [u8; 32] = [42; 32];

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Runs `test` on both databases, saying loudly when one is missing.
pub fn on_both(test: impl Fn(Backend)) {
    test(Backend::Sqlite);
    if postgres::fresh_database().is_some() {
        test(Backend::Postgres);
    }
}

/// A database address, and the folder to remove afterwards.
pub struct TestDatabase {
    pub url: String,
    folder: Option<PathBuf>,
}

impl TestDatabase {
    pub fn new(backend: Backend) -> TestDatabase {
        match backend {
            Backend::Sqlite => {
                let folder = tools::new_folder("sqlite");
                let url = folder.join("cunxin.db").display().to_string();
                TestDatabase {
                    url,
                    folder: Some(folder),
                }
            }
            Backend::Postgres => TestDatabase {
                url: postgres::fresh_database().expect("PostgreSQL was there"),
                folder: None,
            },
        }
    }

    /// Opens it as a program would.
    pub fn open(&self) -> State {
        app::open_with(&self.url, Vault::from_master(&KEY), Clock::fixed(today()))
            .expect("the database opens")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(TODAY.0, TODAY.1, TODAY.2).expect("a day")
}

type Server = (actix_web::dev::ServerHandle, JoinHandle<()>);

/// A small office in 鹤山: a bank with a specialist in 古劳's villages, an insurer, a reviewer.
pub struct TestApp {
    pub base: String,
    pub office: Office,
    /// Another handle to the same database, for what has no page.
    pub state: State,
    database: TestDatabase,
    server: Option<Server>,
    /// A test that damages the database on purpose verifies it itself.
    damaged: bool,
}

/// Who and what is there.
#[derive(Clone, Debug)]
pub struct Office {
    pub book: BookId,
    pub other_book: BookId,
    pub bank: InstitutionId,
    pub insurer: InstitutionId,
    pub credit_product: ProductId,
    pub insurance_product: ProductId,
    pub specialist: SpecialistId,
    /// 下六村 of 古劳镇: a 村委会.
    pub village: RegionId,
    /// Another 村委会 of 古劳镇.
    pub second_village: RegionId,
    /// 新屋村: a 自然村 whose 行政村 is not known.
    pub hamlet: RegionId,
    /// A village of 台山.
    pub far_village: RegionId,
}

impl TestApp {
    /// A fresh office on a fresh database, served.
    pub fn start(backend: Backend) -> TestApp {
        let database = TestDatabase::new(backend);
        let state = database.open();
        let office = furnish(&state);
        TestApp::serve(database, office)
    }

    /// Serves what is in a database already.
    pub fn serve(database: TestDatabase, office: Office) -> TestApp {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let server = run(database.open(), listener);
        let state = database.open();
        TestApp {
            base,
            office,
            state,
            database,
            server: Some(server),
            damaged: false,
        }
    }

    /// Ends the program, as a power cut at the county's machine would; what is in the database stays.
    pub fn stop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            actix_web::rt::System::new().block_on(handle.stop(false));
            let _ = thread.join();
        }
    }

    /// Starts it again, at another address, or as another build: the demonstration's pages bear a banner.
    pub fn start_again(&mut self, as_demonstration: bool) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        self.base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut state = self.database.open();
        state.demo = as_demonstration;
        self.server = Some(run(state, listener));
    }

    /// Ends the office without proving its database sound: it was damaged on purpose.
    pub fn abandon(mut self) {
        self.damaged = true;
    }

    /// The database's address, for the command line.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// A person who has signed in.
    pub fn sign_in(&self, login: &str) -> Person {
        let person = self.visitor();
        let page = person.post(
            "/sign-in",
            &[("user", login), ("password", PASSWORD), ("back", "/")],
        );
        assert_eq!(page.status, 303, "{login} signs in: {}", page.text());
        person
    }

    /// The cookie of a new session, for requests written by hand.
    pub fn cookie_of(&self, login: &str) -> String {
        let page = self.visitor().post(
            "/sign-in",
            &[("user", login), ("password", PASSWORD), ("back", "/")],
        );
        let cookie = page.headers.get("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Somebody who has not.
    pub fn visitor(&self) -> Person {
        let config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Person {
            agent: config.into(),
            base: self.base.clone(),
        }
    }

    /// A household in a village, registered by the bank's specialist.
    pub fn household(&self, village: RegionId, name: &str, number: &str) -> ClientId {
        let id = ClientId::new(1_700_000_000_000);
        let new = register::NewClient {
            id: id.clone(),
            kind: register::ClientKind::Household,
            region: village,
            name: name.to_owned(),
            number: number.to_owned(),
            compared: false,
            phone: String::new(),
            address: String::new(),
            consent_on: Some(today()),
        };
        let actor = actor("specialist");
        let book = self.office.book;
        self.state
            .write_now(book, |conn, office| {
                register::register_client(conn, office, &actor, book, &new, &[])
            })
            .expect("the household is registered");
        id
    }

    /// A submission by the bank, ready to send.
    pub fn submission(&self, kind: &str, day: &str, lines: Vec<NewLine>) -> Submission {
        Submission {
            book: self.office.book,
            voucher: VoucherId::new(1_700_000_000_000),
            command: CommandId::new(1_700_000_000_000),
            base_revision: 0,
            kind: kind.to_owned(),
            business_date: day.parse().expect("a day"),
            institution: self.office.bank,
            lines,
        }
    }

    /// One line of the bank's specialist in the first village.
    pub fn line(
        &self,
        client: &ClientId,
        contract: &ContractId,
        yuan: &str,
        detail: serde_json::Value,
    ) -> NewLine {
        NewLine {
            region: self.office.village,
            client: Some(client.clone()),
            product: self.office.credit_product,
            institution: self.office.bank,
            specialist: self.office.specialist,
            contract: Some(contract.clone()),
            amount: Fen::parse_yuan(yuan).expect("an amount"),
            detail,
        }
    }

    /// Submits through the command layer as the account of that login.
    pub fn submit(
        &self,
        login: &str,
        submission: &Submission,
    ) -> Result<ledger::Receipt, cunxin::error::Error> {
        let actor = actor(login);
        self.state.write_now(submission.book, |conn, office| {
            ledger::submit(conn, office, &actor, submission)
        })
    }

    /// Approves through the command layer.
    pub fn approve(
        &self,
        login: &str,
        submission: &Submission,
        revision: i32,
    ) -> Result<ledger::Receipt, cunxin::error::Error> {
        let verdict = Verdict {
            book: submission.book,
            voucher: submission.voucher.clone(),
            command: CommandId::new(1_700_000_000_000),
            revision,
        };
        let actor = actor(login);
        self.state.write_now(submission.book, |conn, office| {
            ledger::approve(conn, office, &actor, &verdict, false)
        })
    }

    /// `cunxin totals --format json`, over HTTP, as the city reader.
    pub fn totals(&self, month: &str, region: &str, by: &str) -> serde_json::Value {
        self.sign_in("city").totals(month, region, by)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() || self.damaged {
            return;
        }
        let found = self.state.read_now(ledger::verify).expect("verify runs");
        assert!(found.is_empty(), "verify finds: {found:#?}");
    }
}

/// The program on a listener, in a thread of its own.
fn run(state: State, listener: TcpListener) -> Server {
    let (tell, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = app::server(state, listener, None).expect("a server");
            tell.send(server.handle()).expect("someone listens");
            server.await.expect("the server ends well");
        });
    });
    (told.recv().expect("the server starts"), thread)
}

/// A valid identity number of a fictional person, another for each `n` below 999.
pub fn identity_number(n: usize) -> String {
    let digits = format!("4407841975030{:04}", 8001 + n);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{digits}{}", check[usize::try_from(sum % 11).expect("small")])
}

/// The fixed id of a login of the test office.
pub fn user_id(login: &str) -> UserId {
    let mut random = [0; 10];
    for (byte, letter) in random.iter_mut().zip(login.bytes()) {
        *byte = letter;
    }
    UserId::from_parts(1_600_000_000_000, random)
}

/// Somebody of the test office, acting today.
pub fn actor(login: &str) -> Actor {
    let clock = Clock::fixed(today());
    Actor {
        id: user_id(login),
        institution: None,
        now: clock.now(),
        today: clock.today(),
    }
}

fn furnish(state: &State) -> Office {
    let register_book = state
        .db
        .read(ledger::register_book)
        .unwrap()
        .expect("a register book")
        .id;
    state
        .write_now(register_book, |conn, office| {
            let code = |text: &str| RegionCode::parse(text).expect("a code");
            let region = |text: &str| office.regions.by_code(&code(text), today()).expect("a region");
            let bank =
                register::add_institution(conn, "RCB", "测试农商银行", "农商行", InstitutionKind::Bank)?.id;
            let insurer =
                register::add_institution(conn, "PICC", "测试财险", "财险", InstitutionKind::Insurer)?.id;
            let product = |code: &str, kind: ProductKind| Product {
                id: ProductId(0),
                code: code.to_owned(),
                name: format!("测试{code}"),
                kind: kind.code().to_owned(),
                tag: None,
                institution_id: None,
            };
            let credit_product = register::add_product(conn, product("水产贷", ProductKind::Credit))?.id;
            let insurance_product =
                register::add_product(conn, product("淡水水产险", ProductKind::Insurance))?.id;
            let tariff = Tariff {
                product_id: insurance_product,
                county_id: RegionId(0),
                tier: String::new(),
                valid_from: "2021-01-01".parse().unwrap(),
                valid_to: None,
                quantity_unit: "亩".to_owned(),
                unit_sum_fen: Fen(500_000),
                rate_percent: "8".to_owned(),
                share_central: "0".to_owned(),
                share_province: "50".to_owned(),
                share_city: "10".to_owned(),
                share_county: "10".to_owned(),
                share_farmer: "30".to_owned(),
            };
            register::add_tariff(conn, &tariff)?;
            let specialist = register::add_specialist(conn, "李村官", "金融村官", bank)?.id;
            let hamlet = NewUnit {
                level: Level::Hamlet,
                kind: RegionKind::Hamlet,
                name: "新屋村".to_owned(),
                code: None,
                parent: region("440784103000"),
                parent_known: false,
                valid_from: None,
            };
            let hamlet = regions::add_unit(conn, &hamlet)?;
            let (book, other_book) = (BookId(region("440784000000").0), BookId(region("440781000000").0));
            ledger::open_from(conn, book, cunxin::values::Month::parse("2022-01").unwrap())?;
            ledger::open_from(conn, other_book, cunxin::values::Month::parse("2022-01").unwrap())?;
            people(conn, book, other_book, bank, insurer, specialist)?;
            // A new unit is seen by running programs through the register book's audit row.
            let change = ledger::Change {
                action: "test.furnished",
                subject: "",
                revision: 1,
                note: "",
                digest: String::new(),
            };
            ledger::record_audit(conn, office, &actor("admin"), register_book, &change)?;
            Ok(Office {
                book,
                other_book,
                bank,
                insurer,
                credit_product,
                insurance_product,
                specialist,
                village: region("440784103205"),
                second_village: region("440784103201"),
                hamlet,
                far_village: region("440781105209"),
            })
        })
        .and_then(|office| post_specialist(state, office))
        .expect("the office is furnished")
}

fn people(
    conn: &mut cunxin::db::Conn,
    book: BookId,
    other_book: BookId,
    bank: InstitutionId,
    insurer: InstitutionId,
    specialist: SpecialistId,
) -> Result<(), cunxin::error::Error> {
    let new = |login: &str, role, book, institution, specialist| NewAccount {
        id: user_id(login),
        login: login.to_owned(),
        name: format!("测试 {login}"),
        role,
        book,
        institution,
        specialist,
        password: Some(PASSWORD.to_owned()),
        one_time: false,
        one_click: false,
    };
    let accounts = [
        new("specialist", Role::Specialist, None, None, Some(specialist)),
        new("bank", Role::Clerk, Some(book), Some(bank), None),
        new("insurer", Role::Clerk, Some(book), Some(insurer), None),
        new("reviewer", Role::Reviewer, Some(book), None, None),
        new("far-reviewer", Role::Reviewer, Some(other_book), None, None),
        new("city", Role::CityReader, None, None, None),
        new("reports", Role::ReportReader, None, None, None),
        new("admin", Role::Administrator, None, None, None),
    ];
    accounts
        .iter()
        .try_for_each(|account| auth::add_account(conn, account).map(|_| ()))
}

/// The specialist's assignments to both villages and 新屋村, submitted and approved.
fn post_specialist(state: &State, office: Office) -> Result<Office, cunxin::error::Error> {
    let line = |(region, n): (RegionId, u8)| NewLine {
        region,
        client: None,
        product: ProductId(0),
        institution: office.bank,
        specialist: office.specialist,
        contract: Some(ContractId::from_parts(1_600_000_000_000, [n; 10])),
        amount: Fen::ZERO,
        detail: serde_json::json!({}),
    };
    let submission = Submission {
        book: office.book,
        voucher: VoucherId::from_parts(1_600_000_000_000, [1; 10]),
        command: CommandId::from_parts(1_600_000_000_000, [1; 10]),
        base_revision: 0,
        kind: register::ASSIGNMENT_KIND.to_owned(),
        business_date: "2022-01-05".parse().expect("a day"),
        institution: office.bank,
        lines: [
            (office.village, 1),
            (office.second_village, 2),
            (office.hamlet, 3),
        ]
        .map(line)
        .to_vec(),
    };
    let verdict = Verdict {
        book: office.book,
        voucher: submission.voucher.clone(),
        command: CommandId::from_parts(1_600_000_000_000, [2; 10]),
        revision: 1,
    };
    state.write_now(office.book, |conn, tools| {
        ledger::submit(conn, tools, &actor("admin"), &submission)?;
        ledger::approve(conn, tools, &actor("reviewer"), &verdict, false)
    })?;
    Ok(office)
}

/// A person with a cookie jar.
pub struct Person {
    agent: Agent,
    base: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub body: String,
    pub bytes: Vec<u8>,
    pub headers: HashMap<String, String>,
}

impl Page {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", String::as_str)
    }

    /// The first words of it, for messages.
    pub fn text(&self) -> String {
        self.body.chars().take(3000).collect()
    }

    /// The value of a hidden or typed field.
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\"");
        let tag = self
            .body
            .split('<')
            .find(|tag| tag.contains(&mark))
            .unwrap_or_else(|| panic!("no field {name}: {}", self.text()));
        let value = tag
            .split("value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        unescape(value)
    }

    /// Every input, with its value; radios and boxes only when checked, selects by their choice.
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut select: Option<String> = None;
        for tag in self.body.split('<') {
            let attribute = |name: &str| {
                let mark = format!(" {name}=\"");
                tag.split(&mark)
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .map(unescape)
            };
            if tag.starts_with("input") {
                let kind = attribute("type").unwrap_or_default();
                let ticked = !matches!(kind.as_str(), "radio" | "checkbox") || tag.contains(" checked");
                if let (Some(name), true) = (attribute("name"), ticked) {
                    fields.push((name, attribute("value").unwrap_or_default()));
                }
            } else if tag.starts_with("select") {
                select = attribute("name");
            } else if tag.starts_with("option")
                && tag.contains(" selected")
                && let Some(name) = &select
            {
                fields.push((name.clone(), attribute("value").unwrap_or_default()));
            }
        }
        fields
    }
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

impl Person {
    /// `cunxin totals --format json`, over HTTP.
    pub fn totals(&self, month: &str, region: &str, by: &str) -> serde_json::Value {
        let page = self.get(&format!("/api/v1/totals?month={month}&region={region}&by={by}"));
        assert_eq!(page.status, 200, "{}", page.text());
        serde_json::from_str(&page.body).expect("JSON")
    }

    pub fn get(&self, path: &str) -> Page {
        read(
            self.agent
                .get(format!("{}{path}", self.base))
                .call()
                .expect("an answer"),
        )
    }

    /// Sends a form as it is.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let fields = fields.iter().copied();
        read(
            self.agent
                .post(format!("{}{path}", self.base))
                .send_form(fields)
                .expect("an answer"),
        )
    }

    /// Sends JSON as the phone does.
    pub fn json(&self, path: &str, from: &str, body: &serde_json::Value) -> Page {
        read(
            self.agent
                .post(format!("{}{path}", self.base))
                .header("x-cunxin", from)
                .send_json(body)
                .expect("an answer"),
        )
    }

    /// Sends bytes under headers, as a program does.
    pub fn bytes(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body).expect("an answer"))
    }

    /// Opens a form, fills some fields, and sends it.
    pub fn send(&self, form: &Page, path: &str, filled: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(String, String)> = form
            .fields()
            .into_iter()
            .filter(|(name, _)| !filled.iter().any(|(set, _)| set == name))
            .collect();
        fields.extend(
            filled
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(path, &fields)
    }
}

fn read(mut response: Response<ureq::Body>) -> Page {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let status = response.status().as_u16();
    let bytes = response
        .body_mut()
        .with_config()
        .limit(64 * 1024 * 1024)
        .read_to_vec()
        .expect("a body");
    Page {
        status,
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
        headers,
    }
}
