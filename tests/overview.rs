//! The desk's first page, through HTTP: its figures are those of the totals, what stands out appears when it happens,
//! what was not reported is not nought, and nobody reads what is not theirs.

use chrono::NaiveDateTime;
use cunxin::close::{self, Closing, Declaring, Keep, Kind};
use cunxin::ledger::{self, Actor};
use cunxin::register::{self, ClientKind, NewClient};
use cunxin::values::{BookId, ClientId, ContractId, Fen, Month, Unit};
use serde_json::{Value, json};

use crate::support::app::{TestApp, actor, identity_number, on_both};

const COUNTY: &str = "440784000000";
const TOWN: &str = "440784103000";
const CHEN: &str = "440784197503080014";

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// A grant, approved: client, day, amount, last day.
fn granted(app: &TestApp, client: &ClientId, day: &str, yuan: &str, valid_to: &str) {
    let terms = json!({"valid_from": day, "valid_to": valid_to, "revolving": true});
    let line = app.line(client, &ContractId::new(1_700_000_000_000), yuan, terms);
    let submission = app.submission("credit.grant", day, vec![line]);
    app.submit("specialist", &submission).expect("submitted");
    app.approve("reviewer", &submission, 1).expect("approved");
}

/// A grant that waits since a moment.
fn waiting_since(app: &TestApp, client: &ClientId, moment: &str) {
    let moment: NaiveDateTime = moment.parse().expect("a moment");
    let terms = json!({"valid_from": "2023-12-18", "valid_to": "2026-11-30", "revolving": true});
    let line = app.line(client, &ContractId::new(1_700_000_000_000), "10000", terms);
    let submission = app.submission("credit.grant", "2023-12-18", vec![line]);
    let actor = Actor {
        now: moment,
        today: moment.date(),
        ..actor("specialist")
    };
    app.state
        .write_now(app.office.book, |conn, office| {
            ledger::submit(conn, office, &actor, &submission)
        })
        .expect("submitted");
}

/// The amount of a total, as the page writes it in yuan.
fn shown(totals: &Value, measure: &str, period: &str) -> String {
    let text = totals["total"]["measures"][measure][period]
        .as_str()
        .expect("an amount");
    Fen::parse_yuan(text).expect("an amount").show(Unit::Yuan)
}

/// The part of the page from one text to another.
fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = body
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from}: {body}"));
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

/// The box of one kind of exception; none where it is not there.
fn standout<'a>(body: &'a str, kind: &str) -> Option<&'a str> {
    let mut boxes = body.split("<section class=\"standout\">").skip(1);
    boxes.find(|each| each.contains(&format!("kind={kind}\"")))
}

#[test]
fn sudden_changes_of_one_measure_are_one_line_that_leads_to_all_of_them() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let client = app.household(app.office.village, "麦二", &identity_number(2));
        granted(&app, &client, "2023-11-20", "20000", "2026-11-30");
        granted(&app, &client, "2023-12-10", "30000", "2026-11-30");
        let reviewer = app.sign_in("reviewer");
        let page = reviewer.get("/overview?month=2023-12");
        let found = standout(&page.body, "outliers").expect("they stand out");
        assert_eq!(found.matches("+150.00%").count(), 1, "{found}");
        assert!(
            found.contains("另有 1 处同类") && found.contains("of=credit.granted"),
            "{found}"
        );
        let rows = |of: &str| {
            let path = format!("/overview/exceptions?kind=outliers&month=2023-12{of}");
            reviewer.get(&path).body.matches("+150.00%").count()
        };
        assert_eq!(rows(""), 2, "the village and its town");
        assert_eq!(rows("&of=credit.granted"), 2);
        assert_eq!(rows("&of=loan.balance"), 0);
    });
}

#[test]
fn the_figures_are_those_of_the_totals() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let one = app.household(app.office.village, "陈大文", CHEN);
        let two = app.household(app.office.second_village, "麦二", &identity_number(2));
        granted(&app, &one, "2023-11-20", "120000", "2026-11-30");
        granted(&app, &two, "2023-12-10", "30000.05", "2026-11-30");
        for (login, region) in [
            ("reviewer", COUNTY),
            ("city", COUNTY),
            ("city", "440700000000"),
            ("reviewer", TOWN),
        ] {
            let person = app.sign_in(login);
            let page = person.get(&format!("/overview?region={region}&month=2023-12&unit=yuan"));
            assert_eq!(page.status, 200, "{}", page.text());
            let totals = app.totals("2023-12", region, "none");
            let cards = between(&page.body, "home-cards", "home-pictures");
            assert!(
                cards.contains(&shown(&totals, "credit.granted", "end")),
                "{cards}"
            );
            assert!(cards.contains("150,000.05"), "{cards}");
            assert!(cards.contains("+25.00%"), "on last month: {cards}");
            assert!(cards.contains("2 户（去重）"), "{cards}");
            let pictures = between(&page.body, "home-pictures", "id=\"standouts\"");
            assert!(pictures.contains("150,000.05") || region == TOWN, "{pictures}");
        }
        let reviewer = app.sign_in("reviewer");
        let home = reviewer.get("/");
        assert_eq!((home.status, home.location()), (303, "/overview"));
        let page = reviewer.get("/overview");
        assert!(
            page.body.contains("<option value=\"2023-12\" selected>"),
            "the last complete month"
        );
        assert!(page.body.contains("2023年12月") && page.body.contains("未关账"));
        assert_eq!(app.sign_in("city").get("/").location(), "/overview");
        // The months before are in the lines and in their table.
        let months = between(&page.body, "id=\"months\"", "</table>");
        assert!(
            months.contains("2022-12") && months.contains("12.00") && months.contains("15.00"),
            "{months}"
        );
        let yuan = reviewer.get("/overview?month=2023-11&unit=yuan");
        assert!(between(&yuan.body, "home-cards", "home-pictures").contains("120,000.00"));
    });
}

#[test]
fn what_stands_out_appears_when_it_happens() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let (reviewer, city) = (app.sign_in("reviewer"), app.sign_in("city"));
        let quiet = reviewer.get("/overview?month=2023-12");
        for kind in [
            "doubled-lines",
            "clients-twice",
            "outliers",
            "overdue-reviews",
            "expiring-lines",
        ] {
            assert!(standout(&quiet.body, kind).is_none(), "{kind}");
        }
        assert!(standout(&quiet.body, "unplaced-villages").is_some_and(|found| found.contains("新屋村")));

        let chen = app.household(app.office.village, "陈大文", CHEN);
        granted(&app, &chen, "2023-11-20", "20000", "2024-01-20");
        granted(&app, &chen, "2023-12-10", "30000", "2026-11-30");
        // Thursday and Friday of the last week but one, and the last working day.
        let mai = app.household(app.office.village, "麦二", &identity_number(2));
        waiting_since(&app, &mai, "2023-12-21T02:00:00");
        waiting_since(&app, &mai, "2024-01-03T02:00:00");

        let page = reviewer.get("/overview?month=2023-12").body;
        let found = |kind: &str| standout(&page, kind).unwrap_or_else(|| panic!("no {kind}: {page}"));
        let doubled = found("doubled-lines");
        assert!(
            doubled.contains("陈大文") && doubled.contains("2笔有效") && doubled.contains("5.00 万元"),
            "{doubled}"
        );
        assert!(doubled.contains(&format!("/vouchers/{}/", app.office.book)));
        let expiring = found("expiring-lines");
        assert!(
            expiring.contains("2024-01-20到期") && expiring.contains("2.00 万元"),
            "{expiring}"
        );
        let outliers = found("outliers");
        assert!(
            outliers.contains("+150.00%") && outliers.contains("古劳镇"),
            "{outliers}"
        );
        assert!(outliers.contains("2.00 → 5.00 万元"));
        let overdue = found("overdue-reviews");
        assert!(
            overdue.contains(">1</span>") && overdue.contains("2023-12-21 10:00"),
            "{overdue}"
        );
        assert!(!overdue.contains("2024-01-03"), "one working day is not too long");
        // The whole list, and the same from the town; nothing of it in January's changes.
        let all = reviewer.get(&format!(
            "/overview/exceptions?kind=outliers&month=2023-12&region={TOWN}"
        ));
        assert_eq!(all.status, 200, "{}", all.text());
        assert_eq!(
            all.body.matches("+150.00%").count(),
            2,
            "the village and its town"
        );
        let january = reviewer.get("/overview/exceptions?kind=outliers&month=2024-01");
        assert!(january.body.contains("没有。"), "{}", january.text());
        // A name is the county's alone.
        let masked = city.get(&format!("/overview?region={COUNTY}&month=2023-12"));
        let doubled = standout(&masked.body, "doubled-lines").expect("there as well");
        assert!(
            doubled.contains("陈*") && !masked.body.contains("陈大文"),
            "{doubled}"
        );
    });
}

#[test]
fn one_person_in_two_counties_is_told_to_the_city_alone() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        app.household(app.office.village, "陈大文", CHEN);
        let far = NewClient {
            id: ClientId::new(1_700_000_000_001),
            kind: ClientKind::Household,
            region: app.office.far_village,
            name: "陈大文".to_owned(),
            number: CHEN.to_owned(),
            compared: false,
            phone: String::new(),
            address: String::new(),
            consent_on: Some("2023-12-01".parse().expect("a day")),
        };
        let book = app.office.other_book;
        app.state
            .write_now(book, |conn, office| {
                register::register_client(conn, office, &actor("admin"), book, &far, &[])
            })
            .expect("registered there too");
        let page = app.sign_in("city").get("/overview?month=2023-12").body;
        let twice = standout(&page, "clients-twice").expect("told to the city");
        assert!(
            twice.contains("台山市") && twice.contains("鹤山市") && twice.contains("陈*"),
            "{twice}"
        );
        for login in ["reviewer", "far-reviewer"] {
            let page = app.sign_in(login).get("/overview?month=2023-12").body;
            assert!(standout(&page, "clients-twice").is_none(), "{login}");
        }
    });
}

#[test]
fn not_reported_nil_and_nought_are_three_things() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let reviewer = app.sign_in("reviewer");
        let path = "/overview?month=2023-10&unit=yuan";
        let town = |body: &str| {
            let map = between(body, "aria-labelledby=\"map-title", "</svg>");
            let board = between(body, "id=\"reporting\"", "</table>");
            let row = board
                .split("<tr")
                .find(|row| row.contains("古劳镇"))
                .expect("its row")
                .to_owned();
            (between(map, "aria-label=\"古劳镇 ", "\"").to_owned(), row)
        };
        // Somebody is posted there, and nobody has said anything.
        let page = reviewer.get(path);
        assert_eq!(page.status, 200, "{}", page.text());
        let (tile, row) = town(&page.body);
        assert_eq!(tile, "未报");
        assert!(
            row.contains("未报") && page.body.contains("url(#map-missing)"),
            "{row}"
        );
        let (book, bank) = (app.office.book, app.office.bank);
        let declare = |kind| {
            let declaring = Declaring {
                book,
                month: month("2023-10"),
                institution: bank,
                kind,
                on_behalf: None,
            };
            app.state
                .write_now(book, |conn, office| {
                    close::declare(conn, office, &actor("bank"), &declaring)
                })
                .expect("declared");
        };
        declare(Kind::Nil);
        let page = reviewer.get(path);
        let (tile, row) = town(&page.body);
        assert_eq!(tile, "0.00", "nothing happened, and that was said");
        assert!(row.contains("零报") && !row.contains("未报"), "{row}");
        assert!(page.body.contains("迟报"), "it was said after the deadline");
        // Where nobody is posted, nothing can be reported.
        let board = between(&page.body, "id=\"reporting\"", "</table>");
        let other = board
            .split("<tr")
            .find(|row| row.contains("沙坪街道"))
            .expect("its row");
        assert!(other.contains("无派驻"), "{other}");

        let chen = app.household(app.office.village, "陈大文", CHEN);
        granted(&app, &chen, "2023-10-20", "10000", "2026-11-30");
        let (tile, row) = town(&reviewer.get(path).body);
        assert_eq!(tile, "10,000.00");
        assert!(row.contains("已报") && row.contains("1/12"), "{row}");
        assert!(row.contains("有迟报"), "recorded in January: {row}");
        let cards = reviewer.get(path).body;
        assert!(
            cards.contains("共112个行政村") || cards.contains("个行政村"),
            "villages out of all"
        );
    });
}

#[test]
fn a_closed_month_says_so_and_since_when() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        let chen = app.household(app.office.village, "陈大文", CHEN);
        granted(&app, &chen, "2022-01-20", "10000", "2026-11-30");
        let book: BookId = app.office.book;
        let closing = Closing {
            book,
            month: month("2022-01"),
            keep: Keep::TotalsOnly,
            seen: None,
            demo: false,
        };
        let closer = Actor {
            now: "2024-01-02T01:30:00".parse().expect("a moment"),
            ..actor("reviewer")
        };
        app.state
            .write_now(book, |conn, office| {
                close::close_month(conn, office, &closer, &closing)
            })
            .expect("closed");
        let page = app.sign_in("reviewer").get("/overview?month=2022-01&unit=yuan");
        assert!(
            page.body.contains("第1版") && page.body.contains("2024-01-02 09:30"),
            "{}",
            page.text()
        );
        assert!(page.body.contains("10,000.00"));
        let open = app.sign_in("reviewer").get("/overview?month=2022-02");
        assert!(!open.body.contains("第1版") && open.body.contains("未关账"));
    });
}

#[test]
fn everybody_reads_what_is_theirs() {
    on_both(|backend| {
        let app = TestApp::start(backend);
        for login in ["specialist", "bank", "insurer", "reports"] {
            let person = app.sign_in(login);
            assert_eq!(person.get("/overview").status, 403, "{login}");
            assert_eq!(
                person.get("/overview/exceptions?kind=outliers").status,
                403,
                "{login}"
            );
        }
        assert_eq!(app.visitor().get("/overview").status, 303);
        for login in ["reviewer", "far-reviewer", "city", "admin"] {
            assert_eq!(app.sign_in(login).get("/overview").status, 200, "{login}");
        }
        let far = app.sign_in("far-reviewer");
        for path in [
            "/overview?region=440784000000",
            "/overview?region=440700000000",
            "/overview?region=440784103000",
        ] {
            assert_eq!(far.get(path).status, 404, "{path}");
        }
        let city = app.sign_in("city");
        for path in [
            "/overview?month=2099-01",
            "/overview?month=x",
            "/overview?unit=gram",
            "/overview?measure=no",
            "/overview?region=440784103205",
            "/overview/exceptions",
            "/overview/exceptions?kind=no",
        ] {
            let page = city.get(path);
            assert!((400..500).contains(&page.status), "{path}: {}", page.status);
        }
        city.get("/language?to=en&back=/overview");
        let page = city.get("/overview?region=440784000000&month=2023-12");
        for said in [
            "Villages reported",
            "To look at",
            "Not reported",
            "Data table",
            "Nobody posted",
        ] {
            assert!(page.body.contains(said), "{said}: {}", page.text());
        }
    });
}
