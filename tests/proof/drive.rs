//! Driving the program and the reference side by side: each command goes to both, and what they say must
//! agree.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use cunxin::calendar;
use cunxin::close::{self, Closing, Keep};
use cunxin::error::Error;
use cunxin::ledger::{
    self, Actor, NewLine, Outcome, Receipt, ReversalRequest, Submission, Verdict, VoucherFilter,
};
use cunxin::register::{self, ClientKind, NewClient};
use cunxin::values::{
    BookId, ClientId, CommandId, ContractId, Fen, InstitutionId, Month, ProductId, RegionId, SpecialistId,
    VoucherId,
};
use serde_json::{Value, json};

use super::compare;
use super::die::Die;
use super::model::{
    Act, Change, Client, Edition, Event, Force, Line, Model, Posted, Share, Stage, Standing, Step, Wish,
};
use super::moving::What;
use super::office::{FIRST, Office, Site, listed, office, site};
use super::rules::{self, Asked};
use crate::support::app::{Backend, identity_number, today, user_id};

/// Milliseconds since 1970 at which the ids of a sequence begin.
const EPOCH: i64 = 1_700_000_000_000;

/// What somebody is about to record.
#[derive(Clone, Debug)]
pub struct Draft {
    pub kind: &'static str,
    pub book: i64,
    pub day: NaiveDate,
    pub institution: i64,
    pub lines: Vec<Line>,
}

/// How often what happened to which kind.
pub type Tally = BTreeMap<(&'static str, &'static str), u64>;

/// The program and the reference, and what has been told so far.
pub struct Run {
    pub site: Site,
    pub office: Office,
    pub model: Model,
    pub story: Vec<String>,
    /// How often what happened.
    pub tally: Tally,
    steps: u64,
    ids: u64,
}

/// The id of a number, the same each time.
pub fn contract_id(n: usize) -> ContractId {
    ContractId::from_parts(EPOCH, bytes(u64::try_from(n).expect("a number")))
}

fn bytes(n: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&n.to_be_bytes());
    bytes
}

impl Run {
    pub fn start(backend: Backend) -> Run {
        let office = office();
        let first = Month::new(FIRST.0, FIRST.1).expect("a month");
        let books = office.counties.iter().chain(&office.other_counties);
        Run {
            site: site(backend),
            model: Model {
                places: listed(),
                specialists: office.specialists.to_vec(),
                clients: Vec::new(),
                events: Vec::new(),
                log: Vec::new(),
                open: books.map(|book| (*book, first)).collect(),
                editions: Vec::new(),
                wishes: Vec::new(),
                contracts: 0,
                observed: Vec::new(),
            },
            office,
            story: Vec::new(),
            tally: Tally::new(),
            steps: 0,
            ids: 0,
        }
    }

    /// Somebody acting now; each time a second later.
    pub fn actor(&mut self, name: &str) -> Actor {
        self.steps += 1;
        let opening = today().and_hms_opt(1, 0, 0).expect("a moment");
        let id = match name {
            "calendar" => cunxin::auth::command_line_user(),
            name => user_id(name),
        };
        Actor {
            id,
            institution: None,
            now: opening + TimeDelta::seconds(i64::try_from(self.steps).expect("few steps")),
            today: today(),
        }
    }

    fn next_id(&mut self) -> [u8; 10] {
        self.ids += 1;
        bytes(self.ids)
    }

    pub fn command(&mut self) -> CommandId {
        CommandId::from_parts(EPOCH, self.next_id())
    }

    pub fn tell(&mut self, what: String) {
        self.story.push(what);
    }

    pub fn count(&mut self, what: &'static str, kind: &'static str) {
        *self.tally.entry((what, kind)).or_default() += 1;
    }

    /// Registers a person as a client of a county; the same number twice in one book is refused.
    pub fn register(&mut self, book: i64, person: usize, region: i64, household: bool) {
        let known = self
            .model
            .clients
            .iter()
            .any(|known| (known.book, known.person) == (book, person));
        let gone = self.model.places.on(region, today()).is_none();
        let id = ClientId::from_parts(EPOCH, self.next_id());
        let new = NewClient {
            id: id.clone(),
            kind: if household {
                ClientKind::Household
            } else {
                ClientKind::FamilyFarm
            },
            region: RegionId(region),
            name: "陈某".to_owned(),
            number: identity_number(person),
            compared: false,
            phone: String::new(),
            address: String::new(),
            consent_on: Some(today()),
        };
        let actor = self.actor("maker");
        let done = self.site.state.write_now(BookId(book), |conn, office| {
            register::register_client(conn, office, &actor, BookId(book), &new, &[])
        });
        self.tell(format!(
            "register person {person} in book {book}, village {region}"
        ));
        let expected = (known || gone).then_some("known already, or no village");
        agree("registering", expected, &done);
        if done.is_ok() {
            self.model.clients.push(Client {
                book,
                person,
                household,
                id,
            });
        }
    }

    /// Sends a new event. Gives its number, if it was taken.
    pub fn send(&mut self, draft: Draft, maker: &'static str, die: &mut Die) -> Option<usize> {
        let voucher = VoucherId::from_parts(EPOCH, self.next_id());
        let event = Event {
            book: draft.book,
            kind: draft.kind,
            day: draft.day,
            institution: draft.institution,
            maker,
            lines: draft.lines,
            stage: Stage::Waiting,
            revision: 1,
            sent: 0,
            voucher,
            reverses: None,
            by_calendar: false,
            expected: Vec::new(),
        };
        self.put(event, None, die)
    }

    /// Sends a returned event, or one that waits, again with other lines.
    pub fn resend(&mut self, at: usize, lines: Vec<Line>, die: &mut Die) {
        let mut event = self.model.events[at].clone();
        event.lines = lines;
        event.revision += 1;
        event.stage = Stage::Waiting;
        self.put(event, Some(at), die);
    }

    fn put(&mut self, mut event: Event, own: Option<usize>, die: &mut Die) -> Option<usize> {
        // A handover looks at what is posted only.
        let ahead = || match event.kind {
            "contract.handover" => self.model.standing(event.book, self.model.log.len(), None, None),
            _ => self.model.foreseen(event.book, own),
        };
        let (mut standing, before) = (ahead(), ahead());
        let expected = rules::expect(&self.model, &event, own, Asked::Sending, &mut standing);
        event.expected = shares(&self.model, &event, before);
        let submission = self.submission(&event);
        let actor = self.actor(event.maker);
        let submit = |submission: &Submission| {
            self.site.state.write_now(submission.book, |conn, office| {
                ledger::submit(conn, office, &actor, submission)
            })
        };
        let done = submit(&submission);
        if die.chance(12) {
            again(
                &done,
                || submit(&submission),
                || {
                    let mut other = submission.clone();
                    other.lines[0].amount = Fen(other.lines[0].amount.0 + 1);
                    submit(&other)
                },
            );
        }
        let at = own.unwrap_or(self.model.events.len());
        self.tell(format!(
            "{} sends #{at} {}: {expected:?}",
            event.maker,
            shown(&event)
        ));
        agree("sending", expected.refused, &done);
        let what = if done.is_ok() { "sent" } else { "refused" };
        self.count(what, event.kind);
        let receipt = done.ok()?;
        let outcome = if expected.held {
            Outcome::Held
        } else {
            Outcome::Submitted
        };
        let month = self.model.month_of(&event);
        assert_eq!(
            (
                receipt.outcome,
                receipt.posting_month,
                receipt.number,
                receipt.revision
            ),
            (outcome, month, None, event.revision)
        );
        event.sent = self.steps;
        match own {
            Some(at) => self.model.events[at] = event,
            None => self.model.events.push(event),
        }
        Some(at)
    }

    fn submission(&mut self, event: &Event) -> Submission {
        let line = |line: &Line| NewLine {
            region: RegionId(line.region),
            client: line.client.map(|at| self.model.clients[at].id.clone()),
            product: ProductId(line.product),
            institution: InstitutionId(line.institution),
            specialist: SpecialistId(line.specialist),
            contract: line.contract.map(contract_id),
            amount: Fen(line.amount),
            detail: detail(&line.act),
        };
        let lines = event.lines.iter().map(line).collect();
        Submission {
            book: BookId(event.book),
            voucher: event.voucher.clone(),
            command: self.command(),
            base_revision: event.revision - 1,
            kind: event.kind.to_owned(),
            business_date: event.day,
            institution: InstitutionId(event.institution),
            lines,
        }
    }

    fn verdict(&mut self, at: usize) -> Verdict {
        let command = self.command();
        let event = &self.model.events[at];
        Verdict {
            book: BookId(event.book),
            voucher: event.voucher.clone(),
            command,
            revision: event.revision,
        }
    }

    /// Somebody approves what waits, with or without the explicit word that a hold needs.
    pub fn approve(&mut self, at: usize, by: &'static str, despite_hold: bool, die: &mut Die) {
        let event = self.model.events[at].clone();
        let expected = self.expect_approval(at, by, despite_hold);
        let verdict = self.verdict(at);
        let actor = self.actor(by);
        let approve = |despite_hold: bool| {
            self.site.state.write_now(verdict.book, |conn, office| {
                ledger::approve(conn, office, &actor, &verdict, despite_hold)
            })
        };
        let done = approve(despite_hold);
        if die.chance(12) {
            again(&done, || approve(despite_hold), || approve(!despite_hold));
        }
        self.tell(format!(
            "{by} approves #{at} (despite a hold: {despite_hold}): {expected:?}"
        ));
        agree("approving", expected, &done);
        let Ok(receipt) = done else {
            self.count("not approved", event.kind);
            return;
        };
        let month = self.model.month_of(&event);
        let what = if event.reverses.is_some() {
            "reversed"
        } else {
            "posted"
        };
        self.count(what, event.kind);
        if month > Month::of(event.day) {
            self.count("late", event.kind);
        }
        let earlier =
            |posted: &&Posted| posted.month == month && self.model.events[posted.event].book == event.book;
        let number = i64::try_from(self.model.log.iter().filter(earlier).count()).expect("few") + 1;
        assert_eq!(
            (receipt.outcome, receipt.posting_month, receipt.number),
            (Outcome::Approved, month, Some(number)),
            "numbers are gapless within book and month"
        );
        let shares = self.model.adds(&event);
        self.model.log.push(Posted {
            event: at,
            month,
            shares,
        });
        self.model.events[at].stage = Stage::Posted;
        if let Some(original) = event.reverses {
            self.model.events[original].stage = Stage::Reversed;
        }
    }

    fn expect_approval(&self, at: usize, by: &str, despite_hold: bool) -> Option<&'static str> {
        let event = &self.model.events[at];
        if event.stage != Stage::Waiting {
            return Some("decided already");
        }
        if event.maker == by {
            return Some("his own");
        }
        if let Some(original) = event.reverses {
            let stands = self.model.events[original].stage == Stage::Posted;
            let free = stands && rules::rests_on(&self.model, original).is_none();
            return (!free).then_some("something rests on it");
        }
        let mut standing = self.model.standing(event.book, self.model.log.len(), None, None);
        let expected = rules::expect(&self.model, event, Some(at), Asked::Approving, &mut standing);
        let held = expected.held && !despite_hold;
        expected.refused.or(held.then_some("held"))
    }

    /// Sends what waits back to its maker.
    pub fn give_back(&mut self, at: usize, by: &'static str, die: &mut Die) {
        let event = self.model.events[at].clone();
        let waits = event.stage == Stage::Waiting;
        let expected = (!waits || event.maker == by).then_some("not waiting, or his own");
        let verdict = self.verdict(at);
        let actor = self.actor(by);
        let give_back = |reason: &str| {
            self.site.state.write_now(verdict.book, |conn, office| {
                ledger::return_to_maker(conn, office, &actor, &verdict, reason)
            })
        };
        let done = give_back("请核对");
        if die.chance(12) {
            again(&done, || give_back("请核对"), || give_back("请再核对"));
        }
        self.tell(format!("{by} returns #{at}: {expected:?}"));
        agree("returning", expected, &done);
        if done.is_ok() {
            self.model.events[at].stage = Stage::Returned;
        }
    }

    /// Its maker takes back what is not posted yet.
    pub fn withdraw(&mut self, at: usize, by: &'static str) {
        let event = self.model.events[at].clone();
        let open = matches!(event.stage, Stage::Waiting | Stage::Returned);
        let expected = (!open || event.maker != by).then_some("decided, or somebody else's");
        let verdict = self.verdict(at);
        let actor = self.actor(by);
        let done = self.site.state.write_now(verdict.book, |conn, office| {
            ledger::withdraw(conn, office, &actor, &verdict)
        });
        self.tell(format!("{by} withdraws #{at}: {expected:?}"));
        agree("withdrawing", expected, &done);
        if done.is_ok() {
            self.model.events[at].stage = Stage::Withdrawn;
        }
    }

    /// Somebody asks for a posted event to be taken back.
    pub fn ask_reversal(&mut self, original: usize, by: &'static str, die: &mut Die) -> Option<usize> {
        let event = self.model.events[original].clone();
        let waits = |other: &Event| other.reverses == Some(original) && other.stage == Stage::Waiting;
        let expected = if event.stage != Stage::Posted || event.reverses.is_some() || event.by_calendar {
            Some("nothing that can be taken back")
        } else if self.model.events.iter().any(waits) {
            Some("asked for already")
        } else {
            rules::rests_on(&self.model, original).map(|_| "something rests on it")
        };
        let reversal = VoucherId::from_parts(EPOCH, self.next_id());
        let request = ReversalRequest {
            book: BookId(event.book),
            original: event.voucher.clone(),
            reversal: reversal.clone(),
            command: self.command(),
            reason: "记错了".to_owned(),
        };
        let actor = self.actor(by);
        let ask = |request: &ReversalRequest| {
            self.site.state.write_now(request.book, |conn, office| {
                ledger::request_reversal(conn, office, &actor, request)
            })
        };
        let done = ask(&request);
        if die.chance(12) {
            again(
                &done,
                || ask(&request),
                || {
                    let reason = "另一个原因".to_owned();
                    ask(&ReversalRequest {
                        reason,
                        ..request.clone()
                    })
                },
            );
        }
        self.tell(format!("{by} asks to reverse #{original}: {expected:?}"));
        agree("asking for a reversal", expected, &done);
        done.ok()?;
        let mut asked = Event {
            maker: by,
            stage: Stage::Waiting,
            revision: 1,
            sent: self.steps,
            voucher: reversal,
            reverses: Some(original),
            ..event
        };
        asked.expected = self.model.adds(&asked);
        self.model.events.push(asked);
        Some(self.model.events.len() - 1)
    }

    /// A book's day ends: what ran out before it leaves force.
    pub fn end_day(&mut self, book: i64, day: NaiveDate) {
        let events = calendar_events(&self.model, book, day);
        let count = |kind: &str| -> usize {
            let of_kind = events.iter().filter(|event| event.kind == kind);
            match kind {
                "credit.expiry" => of_kind.map(|event| event.lines.len()).sum(),
                _ => of_kind.count(),
            }
        };
        let (lines, policies) = (count("credit.expiry"), count("insurance.expiry"));
        let actor = self.actor("calendar");
        let end = || {
            let ended = self.site.state.write_now(BookId(book), |conn, office| {
                calendar::end_of_day(conn, office, &actor, BookId(book), day)
            });
            ended.expect("the day ends")
        };
        let (ended, again) = (end(), end());
        self.tell(format!(
            "day-end of book {book} on {day}: {lines} lines, {policies} policies"
        ));
        assert_eq!((ended.lines, ended.policies), (lines, policies));
        assert_eq!(
            (again.lines, again.policies, again.overdue),
            (0, 0, 0),
            "a day replayed changes nothing"
        );
        for mut event in events {
            let month = self.model.month_of(&event);
            event.voucher = self.voucher_of(&event);
            self.count("posted", event.kind);
            let shares = self.model.adds(&event);
            self.model.events.push(event);
            let event = self.model.events.len() - 1;
            self.model.log.push(Posted { event, month, shares });
        }
        self.adopt_overdue(book);
        compare::overdue(self, book, day);
    }

    /// Takes in what the day's end has posted as overdue: what is right of it, [`compare::overdue`] says.
    fn adopt_overdue(&mut self, book: i64) {
        let filter = VoucherFilter {
            books: vec![BookId(book)],
            kind: Some("loan.overdue".to_owned()),
            limit: 1000,
            ..VoucherFilter::default()
        };
        let found = self.site.state.read_now(|conn, _| {
            let vouchers = ledger::list_vouchers(conn, &filter)?;
            let with_lines = vouchers.into_iter().map(|voucher| {
                let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
                Ok((voucher, lines))
            });
            with_lines.collect::<Result<Vec<_>, Error>>()
        });
        let mut found = found.expect("vouchers");
        found.retain(|(voucher, _)| self.model.events.iter().all(|event| event.voucher != voucher.id));
        found.sort_by_key(|(voucher, _)| (voucher.posting_month, voucher.number));
        for (voucher, lines) in found {
            let line = |line: &ledger::Line| {
                let contract = (1..=self.model.contracts).find(|n| Some(contract_id(*n)) == line.contract);
                Line {
                    region: line.region.0,
                    client: None,
                    product: line.product.0,
                    institution: line.institution.0,
                    specialist: line.specialist.0,
                    contract: Some(contract.expect("a loan")),
                    amount: line.amount.0,
                    act: Act::Overdue,
                }
            };
            let lines = lines.iter().map(line).collect();
            let event = Event {
                day: voucher.business_date,
                voucher: voucher.id,
                ..by_calendar(
                    "loan.overdue",
                    book,
                    voucher.business_date,
                    voucher.institution_id.0,
                    lines,
                )
            };
            let month = self.model.month_of(&event);
            assert_eq!(voucher.posting_month, month, "the month of what is overdue");
            self.tell(format!("overdue: {}", shown(&event)));
            self.count("posted", event.kind);
            let shares = self.model.adds(&event);
            self.model.events.push(event);
            let event = self.model.events.len() - 1;
            self.model.log.push(Posted { event, month, shares });
        }
    }

    /// The voucher by which the calendar ended the first contract of an event; a contract may end again after a renewal.
    fn voucher_of(&self, event: &Event) -> VoucherId {
        let filter = VoucherFilter {
            books: vec![BookId(event.book)],
            kind: Some(event.kind.to_owned()),
            limit: 1000,
            ..VoucherFilter::default()
        };
        let contract = event.lines[0].contract.map(contract_id);
        let found = self.site.state.read_now(|conn, _| {
            let ended = ledger::list_vouchers(conn, &filter)?.into_iter();
            for voucher in ended.filter(|voucher| voucher.business_date == event.day) {
                let lines = ledger::lines_of(conn, &voucher, voucher.revision)?;
                if lines.iter().any(|line| line.contract == contract) {
                    return Ok(Some(voucher.id));
                }
            }
            Ok(None)
        });
        found.expect("vouchers").expect("the calendar's voucher")
    }

    /// Closes a book's oldest open month.
    pub fn close(&mut self, book: i64, keep: Keep) {
        let month = self.model.open[&book];
        let closing = Closing {
            book: BookId(book),
            month,
            keep,
            seen: None,
            demo: false,
        };
        let actor = self.actor("reviewer");
        let done = self.site.state.write_now(BookId(book), |conn, office| {
            close::close_month(conn, office, &actor, &closing)
        });
        self.tell(format!("book {book} closes {month}"));
        self.count("closed", "month");
        let edition = done.unwrap_or_else(|error| panic!("{month} closes: {error}"));
        let earlier = self.model.editions_of(book, month);
        let number = i32::try_from(earlier).expect("few editions") + 1;
        assert_eq!((edition.month, edition.number), (month, number));
        self.model.editions.push(Edition {
            book,
            month,
            number,
            changed: self.model.places.changed(Some(book), month.last_day()),
            cells: compare::cells(&self.model.ledger(), book, month),
            refers: Vec::new(),
        });
        self.model.open.insert(book, month.next());
        compare::editions(self, book);
    }

    /// Asks for the month closed last to be reopened, and perhaps another person grants it.
    pub fn reopen(&mut self, book: i64, granted: bool) {
        let month = self.model.open[&book].previous();
        let number = i32::try_from(self.model.editions_of(book, month)).expect("few editions");
        let closed = number > 0;
        let asked = self
            .model
            .wishes
            .iter()
            .any(|wish| (wish.book, wish.month, wish.number) == (book, month, number) && !wish.granted);
        let expected = (!closed || asked).then_some("not closed, or asked already");
        let actor = self.actor("reviewer");
        let done = self.site.state.write_now(BookId(book), |conn, office| {
            close::ask_reopening(conn, office, &actor, BookId(book), month, "漏录")
        });
        self.tell(format!("book {book} asks to reopen {month}: {expected:?}"));
        agree("asking to reopen", expected, &done);
        if done.is_ok() {
            self.model.wishes.push(Wish {
                book,
                month,
                number,
                granted: false,
            });
        }
        let waits = closed && (asked || done.is_ok());
        self.answer_wish(book, month, number, waits, granted);
    }

    fn answer_wish(&mut self, book: i64, month: Month, number: i32, waits: bool, granted: bool) {
        let expected = (!waits).then_some("nobody asked");
        let own = self.actor("reviewer");
        let actor = self.actor("admin");
        let confirm = |by: &Actor| {
            self.site.state.write_now(BookId(book), |conn, office| {
                close::confirm_reopening(conn, office, by, BookId(book), month)
            })
        };
        agree("confirming one's own wish", Some("his own"), &confirm(&own));
        if granted {
            let done = confirm(&actor);
            self.tell(format!("admin reopens {month} of book {book}: {expected:?}"));
            agree("reopening", expected, &done);
            if done.is_ok() {
                self.count("reopened", "month");
                self.model.open.insert(book, month);
                self.model.settle(book, month, number, true);
            }
        } else {
            let done = self.site.state.write_now(BookId(book), |conn, office| {
                close::decline_reopening(conn, office, &actor, BookId(book), month)
            });
            self.tell(format!(
                "admin declines to reopen {month} of book {book}: {expected:?}"
            ));
            agree("declining", expected, &done);
            if done.is_ok() {
                self.model.settle(book, month, number, false);
            }
        }
    }

    /// The city follows its counties, once all of them have closed a month.
    pub fn close_city(&mut self, month: Month) {
        let others: Vec<i64> = self.office.other_counties.clone();
        for county in others {
            while self.model.open[&county] <= month {
                self.close(county, Keep::TotalsOnly);
            }
        }
        let refers = self.model.references(month);
        let fresh = refers.is_some() && self.model.city_edition(self.office.city, month).is_none();
        let actor = self.actor("reviewer");
        let city = self.office.city;
        let made = self.site.state.write_now(BookId(city), |conn, office| {
            close::close_city(conn, office, &actor, month, Keep::TotalsOnly, false)
        });
        let made = made.expect("the city follows or waits");
        self.tell(format!("the city closes {month}: {fresh}"));
        assert_eq!(made.is_some(), fresh, "the city's edition of {month}");
        if let (Some(made), Some(refers)) = (made, refers) {
            self.count("closed", "city");
            let number = i32::try_from(self.model.editions_of(city, month)).expect("few") + 1;
            assert_eq!(made.number, number);
            self.model.editions.push(Edition {
                book: city,
                month,
                number,
                changed: self.model.places.changed(None, month.last_day()),
                cells: std::collections::BTreeSet::new(),
                refers,
            });
        }
    }
}

impl Model {
    /// How many editions a month of a book has.
    pub fn editions_of(&self, book: i64, month: Month) -> usize {
        let of = |edition: &&Edition| (edition.book, edition.month) == (book, month);
        self.editions.iter().filter(of).count()
    }

    fn settle(&mut self, book: i64, month: Month, number: i32, granted: bool) {
        let this = |wish: &Wish| (wish.book, wish.month, wish.number) == (book, month, number);
        if granted {
            let wishes = self.wishes.iter_mut().filter(|wish| this(wish));
            wishes.for_each(|wish| wish.granted = true);
        } else {
            self.wishes.retain(|wish| !this(wish));
        }
    }

    /// The editions in which every county stands closed, in the order of the books.
    pub fn references(&self, month: Month) -> Option<Vec<i32>> {
        let closed = |(book, open): (&i64, &Month)| {
            let number = i32::try_from(self.editions_of(*book, month)).expect("few");
            (month < *open && number > 0).then_some(number)
        };
        self.open.iter().map(closed).collect()
    }

    /// The city's edition of a month, if it still refers to what the counties stand by.
    pub fn city_edition(&self, city: i64, month: Month) -> Option<&Edition> {
        let of = |edition: &&Edition| (edition.book, edition.month) == (city, month);
        let last = self
            .editions
            .iter()
            .filter(of)
            .max_by_key(|edition| edition.number)?;
        (self.references(month)? == last.refers).then_some(last)
    }
}

/// What the lines of an event add, one after the other.
pub fn shares(model: &Model, event: &Event, mut standing: Standing) -> Vec<Share> {
    let lines = event.lines.iter().zip(1..);
    lines
        .flat_map(|(line, n)| standing.take(model, n, line, event.day))
        .collect()
}

/// What the calendar brings about in a book by a day.
fn calendar_events(model: &Model, book: i64, day: NaiveDate) -> Vec<Event> {
    let standing = model.standing(book, model.log.len(), None, None);
    let mut together: BTreeMap<(NaiveDate, i64, i64), Vec<Line>> = BTreeMap::new();
    for (contract, known) in &standing.credit {
        if known.force != Force::Active || known.to >= day || renewal_waits(model, book, *contract) {
            continue;
        }
        let lines = together
            .entry((known.to, known.institution, known.region))
            .or_default();
        lines.push(Line {
            region: known.region,
            client: known.client,
            product: known.product,
            institution: known.institution,
            specialist: known.specialist,
            contract: Some(*contract),
            amount: known.limits[0],
            act: Act::LineEnds,
        });
    }
    let mut events: Vec<Event> = together
        .into_iter()
        .map(|((last, institution, _), lines)| by_calendar("credit.expiry", book, last, institution, lines))
        .collect();
    for (contract, cover) in &standing.covers {
        if !cover.in_force() || cover.to >= day {
            continue;
        }
        let line = |part: &super::cover::PartPos| Line {
            region: part.region,
            client: part.client,
            product: cover.product,
            institution: cover.institution,
            specialist: part.specialist,
            contract: Some(*contract),
            amount: part.sum,
            act: Act::CoverEnds { part: part.n },
        };
        let lines = cover.parts.iter().map(line).collect();
        events.push(by_calendar(
            "insurance.expiry",
            book,
            cover.to,
            cover.institution,
            lines,
        ));
    }
    events
}

/// A line stays in force while its renewal waits.
fn renewal_waits(model: &Model, book: i64, contract: usize) -> bool {
    let waiting = model
        .events
        .iter()
        .filter(|event| event.book == book && event.stage == Stage::Waiting && event.reverses.is_none());
    waiting
        .flat_map(|event| &event.lines)
        .any(|line| line.contract == Some(contract) && matches!(line.act, Act::Change(Change::Renew { .. })))
}

/// A system event on the day after a contract's last.
fn by_calendar(kind: &'static str, book: i64, last: NaiveDate, institution: i64, lines: Vec<Line>) -> Event {
    Event {
        book,
        kind,
        day: last.succ_opt().expect("a day"),
        institution,
        maker: "calendar",
        lines,
        stage: Stage::Posted,
        revision: 1,
        sent: 0,
        voucher: VoucherId::from_parts(EPOCH, [0xFF; 10]),
        reverses: None,
        by_calendar: true,
        expected: Vec::new(),
    }
}

/// The kind's own part of a line, as forms write it.
fn detail(act: &Act) -> Value {
    match act {
        Act::Credit {
            from, to, revolving, ..
        } => json!({"valid_from": from, "valid_to": to, "revolving": revolving}),
        Act::Lend { under, due } => json!({
            "credit_line": under.map(contract_id), "rate_percent": "3.85", "matures_on": due,
            "purpose": "饲料", "guarantee": "credit", "method": "bullet",
        }),
        Act::Repay { interest, penalty } => json!({"interest": Fen(*interest), "penalty": Fen(*penalty)}),
        Act::Classify { class } => json!({"class": class}),
        Act::Change(Change::Renew { from, to }) => match from {
            Some(from) => json!({"reason": "续期", "valid_from": from, "valid_to": to}),
            None => json!({"reason": "续期", "valid_to": to}),
        },
        Act::Change(_) => json!({"reason": "情况有变"}),
        Act::Extend { due } => json!({"matures_on": due, "rate_percent": "3.85", "method": "bullet"}),
        Act::WriteOff => json!({"document": "核销批复1号"}),
        Act::Recover | Act::Overdue => json!({}),
        Act::Insure {
            number,
            from,
            to,
            quantity,
            households,
            borne,
        } => json!({
            "number": format!("P{number:05}"), "starts_on": from, "ends_on": to,
            "quantity": quantity.to_string(), "unit": "亩", "unit_sum": "5000.00", "rate_percent": "8",
            "premium": Fen(borne.iter().sum()), "central": Fen(borne[0]), "province": Fen(borne[1]),
            "city": Fen(borne[2]), "county": Fen(borne[3]), "farmer": Fen(borne[4]), "households": households,
            "counted": true,
        }),
        Act::Endorse {
            part,
            quantity,
            households,
            basis,
            borne,
        } => json!({
            "number": "批单", "part": part, "quantity": quantity.to_string(), "unit_sum": "5000.00",
            "households": households, "basis": basis, "premium": Fen(borne.iter().sum()),
            "central": Fen(borne[0]), "province": Fen(borne[1]), "city": Fen(borne[2]),
            "county": Fen(borne[3]), "farmer": Fen(borne[4]), "reason": "情况有变",
        }),
        Act::Cancel { part, basis, borne } => json!({
            "number": "退保", "part": part, "basis": basis, "premium": Fen(borne.iter().sum()),
            "central": Fen(borne[0]), "province": Fen(borne[1]), "city": Fen(borne[2]),
            "county": Fen(borne[3]), "farmer": Fen(borne[4]), "reason": "不再养殖",
        }),
        Act::Claim(claim) => json!({
            "claim": format!("B{}", claim.number), "part": claim.part,
            "report": claim.filing.map(|filing| json!({
                "loss_date": filing.loss, "cause": "台风", "event": null, "households": 1,
                "reported_on": filing.reported, "surveyed_on": filing.surveyed,
            })),
            "quantity": "", "shown": claim.shown, "note": "",
        }),
        Act::Pay {
            part,
            loss,
            claim,
            households,
        } => json!({
            "claim": format!("B{claim}"), "loss_date": loss, "cause": "台风", "part": part,
            "households": households, "counted": true,
        }),
        Act::IndexPay {
            part,
            observed,
            households,
        } => json!({
            "part": part, "households": households, "worked": {"zh": "", "en": ""},
            "known": {"trigger_from": "2021-01-01", "trigger_revision": 1, "observed": observed},
        }),
        Act::Move(to) => {
            let (what, part) = match to.what {
                What::Line => ("credit-line", 0),
                What::Loan => ("loan", 0),
                What::Part(n) => ("policy-part", n),
            };
            json!({"what": what, "part": part, "region": to.region, "specialist": to.specialist})
        }
        Act::Visit => json!({"note": ""}),
        Act::Talk { people } => json!({"topic": "防诈骗", "attendance": people}),
        Act::OpenPoint => json!({"brand": "裕农通", "name": "村口小店"}),
        Act::Designate => json!({"kind": "移动支付示范镇", "year": 2022, "document": ""}),
        Act::Leave => json!({"part": "leaves"}),
        Act::TakeUp => json!({"part": "takes-up"}),
        Act::Assign | Act::LineEnds => json!({}),
        Act::CoverEnds { part } => json!({"part": part}),
    }
}

/// The kind of voucher that brings a step.
pub fn kind_of(step: Step) -> &'static str {
    match step {
        Step::Preapproval => "credit.preapproval",
        Step::Grant => "credit.grant",
        Step::Signature => "credit.signature",
    }
}

/// Both refuse, or neither does; nothing ever fails.
fn agree<T>(what: &str, expected: Option<&'static str>, done: &Result<T, Error>) {
    match done {
        Ok(_) => assert_eq!(
            expected, None,
            "{what}: the program took what the reference refuses"
        ),
        Err(Error::Refused(issues)) => {
            let codes: Vec<String> = issues
                .iter()
                .map(|issue| format!("{:?} {}", issue.severity, issue.code))
                .collect();
            assert!(expected.is_some(), "{what}: the program refused: {codes:?}");
        }
        Err(Error::Forbidden) => assert!(expected.is_some(), "{what}: forbidden"),
        Err(error) => panic!("{what}: {error}"),
    }
}

/// The same command again gives the same answer and changes nothing; with other content it is refused.
fn again(
    first: &Result<Receipt, Error>,
    same: impl FnOnce() -> Result<Receipt, Error>,
    other: impl FnOnce() -> Result<Receipt, Error>,
) {
    let Ok(first) = first else { return };
    assert_eq!(&same().expect("the same command again"), first);
    let refused = other().expect_err("the same id with other content");
    assert_eq!(refused.issues()[0].code, "command.different_content");
}

fn shown(event: &Event) -> String {
    let mut text = format!("{} in book {} on {}", event.kind, event.book, event.day);
    for line in &event.lines {
        text.push_str(&format!(
            "\n      village {} client {:?} contract {:?} bank {} product {} specialist {} amount {} {:?}",
            line.region,
            line.client,
            line.contract,
            line.institution,
            line.product,
            line.specialist,
            line.amount,
            line.act
        ));
    }
    text
}
