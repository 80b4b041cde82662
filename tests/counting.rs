//! Distinct counts against a recount written differently: random visits and grants, in any order
//! of months, over two counties, on both databases.

use std::collections::BTreeSet;

use cunxin::ledger::{self, NewLine, Submission, Verdict};
use cunxin::register::{self, ClientKind, NewClient};
use cunxin::values::{BookId, ClientId, CommandId, ContractId, Fen, ProductId, RegionId};
use serde_json::{Value, json};

use crate::support::app::{Backend, Person, TestApp, actor, on_both};

/// Valid numbers of fictional people.
const PEOPLE: [&str; 4] = [
    "440784197503080014",
    "440781198802290025",
    "11010519491231002X",
    "440784199001010015",
];
const MONTHS: [&str; 5] = ["2022-11", "2022-12", "2023-01", "2023-06", "2023-12"];

/// What the recount keeps of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Event {
    month: usize,
    place: usize,
    person: usize,
    visit: bool,
}

/// A small deterministic die.
struct Die(u64);

impl Die {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("a number") % sides
    }
}

/// The books and villages events happen in, and the codes of the villages.
fn places(app: &TestApp) -> [(BookId, RegionId); 3] {
    let office = &app.office;
    [
        (office.book, office.village),
        (office.book, office.second_village),
        (office.other_book, office.far_village),
    ]
}

const CODES: [&str; 3] = ["440784103205", "440784103201", "440781105209"];

fn register_all(app: &TestApp) -> [Vec<ClientId>; 2] {
    [
        (app.office.book, app.office.village),
        (app.office.other_book, app.office.far_village),
    ]
    .map(|(book, region)| {
        let new: Vec<NewClient> = PEOPLE
            .iter()
            .map(|number| NewClient {
                id: ClientId::new(1_700_000_000_000),
                kind: ClientKind::Household,
                region,
                name: "陈某".to_owned(),
                number: (*number).to_owned(),
                compared: false,
                phone: String::new(),
                address: String::new(),
                consent_on: None,
            })
            .collect();
        let done = app.state.write_now(book, |conn, office| {
            register::register_clients(conn, office, &actor("specialist"), book, &new)
        });
        done.expect("registered").into_iter().map(|one| one.id).collect()
    })
}

fn post(app: &TestApp, clients: &[Vec<ClientId>; 2], event: Event) {
    let (book, region) = places(app)[event.place];
    let client = &clients[usize::from(book == app.office.other_book)][event.person];
    let line = if event.visit {
        NewLine {
            contract: None,
            product: ProductId(0),
            amount: Fen(0),
            ..app.line(client, &ContractId::new(0), "1", json!({"note": ""}))
        }
    } else {
        let terms = json!({"valid_from": "2022-01-01", "valid_to": "2025-12-31", "revolving": true});
        app.line(client, &ContractId::new(1_700_000_000_000), "100", terms)
    };
    let kind = if event.visit { "visit" } else { "credit.grant" };
    let submission = Submission {
        book,
        ..app.submission(
            kind,
            &format!("{}-15", MONTHS[event.month]),
            vec![NewLine { region, ..line }],
        )
    };
    app.submit("specialist", &submission).expect("submitted");
    let verdict = Verdict {
        book,
        voucher: submission.voucher.clone(),
        command: CommandId::new(1_700_000_000_000),
        revision: 1,
    };
    let approved = app.state.write_now(book, |conn, office| {
        ledger::approve(conn, office, &actor("reviewer"), &verdict, true)
    });
    approved.expect("approved");
}

/// How many people an event of that kind counts in the places `within` up to, within or since January of a month.
fn recount(events: &[Event], visit: bool, within: &[usize], months: &[usize]) -> usize {
    let people: BTreeSet<usize> = events
        .iter()
        .filter(|event| {
            event.visit == visit && within.contains(&event.place) && months.contains(&event.month)
        })
        .map(|event| event.person)
        .collect();
    people.len()
}

fn check(city: &Person, events: &[Event]) {
    let check_row = |row: &Value, within: &[usize], at: usize, told: &str| {
        let year = &MONTHS[at][..4];
        let this_year: Vec<usize> = (0..=at).filter(|m| MONTHS[*m].starts_with(year)).collect();
        let so_far: Vec<usize> = (0..=at).collect();
        let measures = &row["measures"];
        let told = format!("{told} in {} after {events:?}", MONTHS[at]);
        let visited = &measures["field.visited_households"];
        assert_eq!(
            visited["month"],
            recount(events, true, within, &[at]),
            "month, {told}"
        );
        assert_eq!(
            visited["year"],
            recount(events, true, within, &this_year),
            "year, {told}"
        );
        let lines = &measures["credit.granted_households"]["end"];
        assert_eq!(*lines, recount(events, false, within, &so_far), "lines, {told}");
    };
    for (at, month) in MONTHS.iter().enumerate() {
        let by_county = city.totals(month, "440700000000", "county");
        check_row(&by_county["total"], &[0, 1, 2], at, "the city");
        for row in by_county["rows"].as_array().expect("rows") {
            match row["code"].as_str() {
                Some("440784000000") => check_row(row, &[0, 1], at, "鹤山"),
                Some("440781000000") => check_row(row, &[2], at, "台山"),
                _ => check_row(row, &[], at, "another county"),
            }
        }
        let by_institution = city.totals(month, "440700000000", "institution");
        check_row(
            &by_institution["total"],
            &[0, 1, 2],
            at,
            "the city by institution",
        );
        for row in by_institution["rows"].as_array().expect("rows") {
            check_row(row, &[0, 1, 2], at, "the bank");
        }
        let by_village = city.totals(month, "440784103000", "village");
        check_row(&by_village["total"], &[0, 1], at, "古劳镇");
        for row in by_village["rows"].as_array().expect("rows") {
            // 新屋村 stands there too: the specialist is posted to it.
            let place = CODES.iter().position(|code| row["code"] == **code);
            check_row(row, place.as_slice(), at, "a village");
        }
    }
}

fn random_events(backend: Backend, seed: u64) {
    let app = TestApp::start(backend);
    let clients = register_all(&app);
    let city = app.sign_in("city");
    let mut die = Die(seed);
    let mut events = Vec::new();
    for _ in 0..3 {
        for _ in 0..8 {
            let event = Event {
                month: die.below(MONTHS.len()),
                place: die.below(3),
                person: die.below(PEOPLE.len()),
                visit: die.below(3) > 0,
            };
            post(&app, &clients, event);
            events.push(event);
        }
        check(&city, &events);
    }
}

#[test]
fn people_are_counted_once_at_every_level_in_every_period() {
    on_both(|backend| {
        for seed in [7, 2023] {
            random_events(backend, seed);
        }
    });
}
