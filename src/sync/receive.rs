//! A batch, item by item: seen before, waiting for another, or to be taken in.

use std::collections::{HashMap, HashSet};

use super::act;
use super::item::{Current, Ids, Item, Outcome, Status};
use super::store::{self, Seen};
use crate::db::Conn;
use crate::error::{Error, Issue};
use crate::ledger::{self, Office};
use crate::recording::Asker;
use crate::state::State;
use crate::values::{BookId, CommandId, Say};

/// Takes a batch in, each item in a transaction of its own, and answers in the order sent.
pub(super) fn batch(state: &State, asker: &Asker, items: &[Item]) -> Vec<Outcome> {
    let mut done: HashMap<usize, Outcome> = HashMap::new();
    let mut here: HashSet<&str> = HashSet::new();
    // What depends on a later item of the batch comes after it, whatever the order sent.
    loop {
        let before = done.len();
        for (n, item) in items.iter().enumerate() {
            if done.contains_key(&n) {
                continue;
            }
            let later = |id: &String| {
                let mut left = items.iter().enumerate().filter(|(at, _)| !done.contains_key(at));
                left.any(|(at, other)| at != n && other.id == *id)
            };
            if item.depends_on.iter().any(later) {
                continue;
            }
            let outcome = one(state, asker, item, &here);
            if outcome.is_in() {
                here.insert(&item.id);
            }
            done.insert(n, outcome);
        }
        if done.len() == before {
            break;
        }
    }
    // What is left depends on itself in a circle.
    let circle = |item: &Item| Outcome {
        waiting_for: item.depends_on.clone(),
        ..Outcome::bare(&item.id, Status::Held)
    };
    let answers = items.iter().enumerate();
    answers
        .map(|(n, item)| done.remove(&n).unwrap_or_else(|| circle(item)))
        .collect()
}

/// One item; `here` are the items of this batch that are in.
fn one(state: &State, asker: &Asker, item: &Item, here: &HashSet<&str>) -> Outcome {
    let Some(mut ids) = item.ids() else {
        return Outcome::because(&item.id, Status::Invalid, vec![malformed()]);
    };
    // The book that the phone knows, then the one that its village has gone to since.
    for _ in 0..2 {
        match taken(state, asker, item, &ids, here) {
            Ok(Taken::Answer(outcome)) => return *outcome,
            Ok(Taken::Elsewhere(book)) => ids.book = book,
            Err(error) => return refused(state, asker, item, &ids, error),
        }
    }
    Outcome::bare(&item.id, Status::Retry)
}

/// What became of an item in one book.
pub(super) enum Taken {
    Answer(Box<Outcome>),
    /// Nothing was written: it belongs to another book.
    Elsewhere(BookId),
}

fn taken(state: &State, asker: &Asker, item: &Item, ids: &Ids, here: &HashSet<&str>) -> Result<Taken, Error> {
    asker.user.check_book(ids.book)?;
    let digest = item.digest()?;
    // Most of what comes again only asks for its answer: no lock is taken for it.
    if let Some(outcome) = state.read_now(|conn, _| repeated(conn, asker, item, ids, &digest))? {
        return Ok(Taken::Answer(Box::new(outcome)));
    }
    state.write_now(ids.book, |conn, office| {
        if let Some(outcome) = repeated(conn, asker, item, ids, &digest)? {
            return Ok(Taken::Answer(Box::new(outcome)));
        }
        let missing = missing(conn, item, ids.book, here)?;
        if !missing.is_empty() {
            let outcome = Outcome {
                waiting_for: missing,
                ..Outcome::bare(&item.id, Status::Held)
            };
            return Ok(Taken::Answer(Box::new(outcome)));
        }
        take_in(conn, office, asker, item, ids, &digest)
    })
}

/// The answer to an item that came before.
fn repeated(
    conn: &mut Conn,
    asker: &Asker,
    item: &Item,
    ids: &Ids,
    digest: &str,
) -> Result<Option<Outcome>, Error> {
    let Some(seen) = store::seen(conn, ids.book, &ids.id)? else {
        return Ok(None);
    };
    // Whoever brings the very same content has it already: the phone whose file a colleague handed in.
    if seen.digest != digest && seen.maker_id != asker.user.id {
        return Err(Error::Forbidden);
    }
    if seen.digest == digest {
        let first: Outcome = serde_json::from_str(&seen.answer)?;
        return Ok(Some(Outcome {
            status: Status::Same,
            ..first
        }));
    }
    Ok(Some(Outcome {
        current: current(conn, asker, ids)?,
        ..Outcome::because(&item.id, Status::DifferentContent, vec![different_content()])
    }))
}

/// The items it waits for that are not in.
fn missing(conn: &mut Conn, item: &Item, book: BookId, here: &HashSet<&str>) -> Result<Vec<String>, Error> {
    let mut missing = Vec::new();
    for parent in &item.depends_on {
        if here.contains(parent.as_str()) {
            continue;
        }
        let known = match CommandId::parse(parent) {
            Ok(id) => store::seen(conn, book, &id)?,
            Err(_) => None,
        };
        if known.is_none() {
            missing.push(parent.clone());
        }
    }
    Ok(missing)
}

fn take_in(
    conn: &mut Conn,
    office: &Office<'_>,
    asker: &Asker,
    item: &Item,
    ids: &Ids,
    digest: &str,
) -> Result<Taken, Error> {
    let outcome = match act::act(conn, office, asker, item, ids)? {
        Taken::Answer(outcome) => outcome,
        elsewhere @ Taken::Elsewhere(_) => return Ok(elsewhere),
    };
    let seen = Seen {
        book_id: ids.book,
        id: ids.id.clone(),
        maker_id: asker.user.id.clone(),
        digest: digest.to_owned(),
        answer: serde_json::to_string(&outcome)?,
        device_time: item.device_time.chars().take(40).collect(),
        at: asker.actor.now,
    };
    store::keep(conn, &seen)?;
    Ok(Taken::Answer(outcome))
}

/// The answer to an item of which nothing was written.
fn refused(state: &State, asker: &Asker, item: &Item, ids: &Ids, error: Error) -> Outcome {
    match error {
        Error::Refused(issues) if issues.iter().any(|issue| issue.code == "voucher.stale") => {
            let current = state.read_now(|conn, _| current(conn, asker, ids));
            Outcome {
                current: current.ok().flatten(),
                ..Outcome::because(&item.id, Status::StaleVersion, issues)
            }
        }
        Error::Refused(issues) => Outcome::because(&item.id, Status::Invalid, issues),
        Error::NotFound | Error::Forbidden => {
            Outcome::because(&item.id, Status::Forbidden, vec![not_yours()])
        }
        failure @ (Error::Database(_) | Error::Failed(_)) => {
            tracing::error!(error = %failure, item = item.id, "an item from a phone was not taken in");
            Outcome::bare(&item.id, Status::Retry)
        }
    }
}

/// How the sender's own record stands; nothing of another's.
fn current(conn: &mut Conn, asker: &Asker, ids: &Ids) -> Result<Option<Current>, Error> {
    match ledger::find_voucher(conn, ids.book, &ids.voucher) {
        Ok(voucher) if voucher.maker_id == asker.user.id => Ok(Some(Current {
            revision: voucher.revision,
            state: voucher.state,
            reason: voucher.reason,
        })),
        Ok(_) | Err(Error::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn malformed() -> Issue {
    let say = Say::new(
        "这条记录的编号读不懂，没有收下。请把它另存后联系县里。",
        "The ids of this record cannot be read; it was not taken in. Keep a copy and tell the county.",
    );
    Issue::refuse("sync.malformed", "", say)
}

fn different_content() -> Issue {
    let say = Say::new(
        "同一编号已经收到过别的内容。请打开这条记录核对，再作为更正发送。",
        "Other content was received under this number already. Open the record, compare, and send it as a correction.",
    );
    Issue::refuse("command.different_content", "", say)
}

fn not_yours() -> Issue {
    let say = Say::new(
        "这个村、这位客户或这笔合同不在您的范围内，或已经不在了。记录留在本机，请与县里核对。",
        "The village, client or contract is outside your scope or no longer there. The record stays on this phone; ask the county.",
    );
    Issue::refuse("sync.not_yours", "", say)
}
