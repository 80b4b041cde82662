//! The twelve user stories of the domain handbook (§9) over HTTP: what people do on their pages and what the totals
//! say afterwards. `cargo test --test main story_` walks them all; four stand where their room is tried further:
//! 4 in `postings`, 7 in `loan_desk`, 9 in `index_insurance`, 12 in `lineage`, and of 11 what is hidden in
//! `suppression`.

mod insurance;
mod lending;
mod reading;

use cunxin::close::{self, Closing, Keep};
use cunxin::ledger::Submission;
use cunxin::values::Month;
use serde_json::Value;

use crate::support::app::{Page, Person, TestApp, actor};

pub const HESHAN: &str = "440784000000";
pub const CITY: &str = "440700000000";

/// A figure of an answer's total.
pub fn total<'a>(totals: &'a Value, measure: &str, aspect: &str) -> &'a Value {
    &totals["total"]["measures"][measure][aspect]
}

/// The row of that name.
pub fn row<'a>(totals: &'a Value, name: &str) -> &'a Value {
    let rows = totals["rows"].as_array().expect("rows");
    let found = rows
        .iter()
        .find(|row| row["name"].as_str().is_some_and(|known| known.contains(name)));
    found.unwrap_or_else(|| panic!("{name} in {totals}"))
}

/// Opens a form, fills it, looks at the check page and sends it on.
pub fn record(person: &Person, open: &str, filled: &[(&str, &str)]) -> Page {
    let address = open.split('?').next().expect("an address");
    let form = person.get(open);
    assert_eq!(form.status, 200, "{open}: {}", form.text());
    let check = person.send(&form, address, filled);
    assert_eq!(check.status, 200, "{open}: {}", check.text());
    let sent = person.send(&check, address, &[("step", "send")]);
    assert_eq!(sent.status, 303, "{open}: {}", sent.text());
    sent
}

/// What a page says, without its tags.
pub fn words(page: &Page) -> String {
    let texts = page.body.split('<').filter_map(|tag| tag.split_once('>'));
    texts.map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

/// The first link on a page to an address that begins so.
pub fn link(page: &Page, begins: &str) -> String {
    let found = page.body.split("href=\"").find(|link| link.starts_with(begins));
    let found = found.unwrap_or_else(|| panic!("no link to {begins}: {}", page.text()));
    found.split('"').next().expect("an address").replace("&amp;", "&")
}

/// A reviewer approves everything that waits, page by page.
pub fn approve_all(reviewer: &Person) {
    for _ in 0..20 {
        let queue = reviewer.get("/review");
        if !queue.body.contains("href=\"/vouchers/") {
            return;
        }
        let path = link(&queue, "/vouchers/");
        let done = approve(reviewer, path.split('?').next().expect("a path"));
        assert_eq!(done.status, 303, "{}", done.text());
    }
    panic!("the queue does not empty");
}

pub fn approve(reviewer: &Person, path: &str) -> Page {
    let voucher = reviewer.get(path);
    assert_eq!(voucher.status, 200, "{}", voucher.text());
    reviewer.send(&voucher, &format!("{path}/approval"), &[])
}

pub fn send_back(reviewer: &Person, path: &str, reason: &str) {
    let voucher = reviewer.get(path);
    let done = reviewer.send(&voucher, &format!("{path}/return"), &[("reason", reason)]);
    assert_eq!(done.status, 303, "{}", done.text());
}

pub fn voucher_path(submission: &Submission) -> String {
    format!("/vouchers/{}/{}", submission.book, submission.voucher)
}

/// Closes a book's months up to one, totals only; their deadlines have long passed.
pub fn close_through(app: &TestApp, last: &str) {
    let book = app.office.book;
    let month = |text| Month::parse(text).expect("a month");
    for month in month("2022-01").through(month(last)) {
        let closing = Closing {
            book,
            month,
            keep: Keep::TotalsOnly,
            seen: None,
            demo: false,
        };
        let reviewer = actor("reviewer");
        let done = app.state.write_now(book, |conn, office| {
            close::close_month(conn, office, &reviewer, &closing)
        });
        done.expect("closed");
    }
}
