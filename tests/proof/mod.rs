//! Random sequences of everything people do, on the program and on a reference written differently.
//!
//! Each sequence is a list of seeds; what a seed does depends on where things stand, so any part of the list
//! is a sequence too, and a failing one is cut down before it is told. `CUNXIN_PROOF_SEQUENCES` says how many
//! sequences to play (10000 for a long run, on all cores), `CUNXIN_PROOF_SEED` from which seed on.

mod compare;
mod cover;
mod cover_rules;
mod die;
mod drive;
mod events;
mod index;
mod insuring;
mod lineage;
mod model;
mod moving;
mod office;
mod places;
mod rules;

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};
use std::thread;

use cunxin::totals::{Boundaries, By};
use cunxin::values::Month;

use self::die::Die;
use self::drive::{Run, Tally};
use self::places::Depth;
use crate::support::app::{Backend, today};
use crate::support::postgres;
use crate::support::tools::variable;

/// Sequences in an ordinary run, within about a minute.
const USUAL: u64 = 200;
/// The same on PostgreSQL, where a database of its own for each takes longest.
const ON_POSTGRES: u64 = 20;
/// Steps of a sequence, at least and at most.
const STEPS: (i64, i64) = (20, 70);

fn setting(name: &str) -> Option<u64> {
    variable(name).map(|text| {
        let text = text.into_string().expect("text");
        text.parse().expect("a number")
    })
}

/// The steps of a sequence.
fn seeds(sequence: u64) -> Vec<u64> {
    let mut die = Die::new(sequence);
    let count = die.between(STEPS.0, STEPS.1);
    (0..count).map(|_| die.throw()).collect()
}

/// The months that are asked about: those of business, those around them, and a quiet one.
fn months() -> Vec<Month> {
    let month = |(year, month)| Month::new(year, month).expect("a month");
    [
        (2022, 11),
        (2022, 12),
        (2023, 1),
        (2023, 2),
        (2023, 5),
        (2023, 11),
        (2023, 12),
        (2024, 1),
    ]
    .map(month)
    .to_vec()
}

/// Some questions about some month: of regions of every level, with every breakdown they have.
fn ask(run: &Run, die: &mut Die, how_many: usize) {
    let ledger = run.model.ledger();
    let months = months();
    for _ in 0..how_many {
        let month = *die.pick(&months).expect("months");
        let county = die.below(2);
        let region = match die.below(5) {
            0 | 1 => run.office.city,
            2 => run.office.counties[county],
            3 => *die.pick(&run.office.towns[county]).expect("towns"),
            _ => *die.pick(&run.office.villages[county]).expect("villages"),
        };
        let depth = run.model.places.get(region).depth;
        let suits = |by: &By| match by {
            By::County => depth <= Depth::County,
            By::Town => depth <= Depth::Town,
            By::Village => depth <= Depth::Village,
            _ => true,
        };
        let offered: Vec<By> = By::EVERY.into_iter().filter(suits).collect();
        compare::question(
            run,
            &ledger,
            region,
            *die.pick(&offered).expect("a breakdown"),
            month,
            if die.chance(35) {
                Boundaries::Now(today())
            } else {
                Boundaries::Then
            },
        );
    }
}

thread_local! {
    /// This thread's panics are kept for the story, not printed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Lets threads that play sequences fail without a word; what they found is told at the end.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |cause| {
            if !QUIET.get() {
                told(cause);
            }
        }));
    });
}

/// How a sequence went.
struct Played {
    story: Vec<String>,
    tally: Tally,
    wrong: Option<String>,
}

/// Plays a sequence.
fn play(backend: Backend, sequence: u64, seeds: &[u64]) -> Played {
    let mut run = Run::start(backend);
    let mut die = Die::new(!sequence);
    QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(|| {
        events::open(&mut run, &mut die);
        for seed in seeds {
            let mut die = Die::new(*seed);
            events::step(&mut run, &mut die);
            if die.chance(6) {
                ask(&run, &mut die, 2);
            }
        }
        ask(&run, &mut Die::new(sequence), 14);
        compare::positions(&run);
        for book in run.office.counties.iter().chain([&run.office.city]) {
            compare::editions(&run, *book);
        }
        compare::verified(&run);
    }));
    QUIET.set(false);
    let wrong = done.err().map(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "a panic without words".to_owned())
    });
    Played {
        story: std::mem::take(&mut run.story),
        tally: std::mem::take(&mut run.tally),
        wrong,
    }
}

/// Leaves out of a failing sequence whatever it fails without.
fn shrink(backend: Backend, sequence: u64, mut seeds: Vec<u64>) -> Vec<u64> {
    let mut chunk = seeds.len() / 2;
    while chunk > 0 {
        let mut at = 0;
        while at < seeds.len() {
            let mut fewer = seeds.clone();
            fewer.drain(at..(at + chunk).min(seeds.len()));
            if play(backend, sequence, &fewer).wrong.is_some() {
                seeds = fewer;
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    seeds
}

/// Plays sequences until one fails, on as many threads as there are cores.
fn play_all(backend: Backend, from: u64, how_many: u64) {
    hush();
    let next = AtomicU64::new(from);
    let failed = Mutex::new(None);
    let tally = Mutex::new(Tally::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while failed.lock().expect("a lock").is_none() {
                    let sequence = next.fetch_add(1, Ordering::Relaxed);
                    if sequence >= from + how_many {
                        break;
                    }
                    let played = play(backend, sequence, &seeds(sequence));
                    for (what, count) in played.tally {
                        *tally.lock().expect("a lock").entry(what).or_default() += count;
                    }
                    if played.wrong.is_some() {
                        failed.lock().expect("a lock").get_or_insert(sequence);
                    }
                }
            });
        }
    });
    let Some(sequence) = failed.into_inner().expect("a lock") else {
        return everything_happened(&tally.into_inner().expect("a lock"), how_many);
    };
    let fewer = shrink(backend, sequence, seeds(sequence));
    let Played { story, wrong, .. } = play(backend, sequence, &fewer);
    panic!(
        "sequence {sequence} on {backend:?} (CUNXIN_PROOF_SEED={sequence} CUNXIN_PROOF_SEQUENCES=1), cut down \
         to {} steps:\n  {}\n{}",
        fewer.len(),
        story.join("\n  "),
        wrong.unwrap_or_else(|| "it does not fail again".to_owned()),
    );
}

/// A proof that nothing was left out: each kind of event was taken and posted, and months were closed and
/// reopened; how often each was refused, late or reversed is printed.
fn everything_happened(tally: &Tally, sequences: u64) {
    for ((what, kind), count) in tally {
        println!("{count:>8} × {what} {kind}");
    }
    if sequences < USUAL {
        return;
    }
    for kind in events::kinds() {
        for what in ["sent", "posted"] {
            assert!(tally.contains_key(&(what, kind)), "never {what}: {kind}");
        }
    }
    for kind in lineage::KINDS {
        assert!(tally.contains_key(&("lineage", kind)), "never {kind}");
    }
    let others = [
        ("posted", "credit.expiry"),
        ("posted", "insurance.expiry"),
        ("posted", "loan.overdue"),
        ("closed", "month"),
        ("reopened", "month"),
        ("closed", "city"),
    ];
    for other in others {
        assert!(tally.contains_key(&other), "never {other:?}");
    }
}

#[test]
fn random_sequences_agree_with_a_reference() {
    let how_many = setting("CUNXIN_PROOF_SEQUENCES").unwrap_or(USUAL);
    play_all(
        Backend::Sqlite,
        setting("CUNXIN_PROOF_SEED").unwrap_or(1),
        how_many,
    );
}

#[test]
fn random_sequences_agree_with_a_reference_on_postgresql() {
    if postgres::fresh_database().is_some() {
        let how_many = setting("CUNXIN_PROOF_SEQUENCES").map_or(ON_POSTGRES, |many| (many / 10).max(1));
        play_all(
            Backend::Postgres,
            setting("CUNXIN_PROOF_SEED").unwrap_or(1),
            how_many,
        );
    }
}
