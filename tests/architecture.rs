//! Holds the house together: imports run downwards only, backend names stay in `db/`, the twin
//! migrations are twins, files and functions stay readable.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top down; each may import only those below it. Rooms on one line are
/// siblings and do not import one another. `loans` draws under `credit`, which is below it.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["backup"],
    &["app"],
    &["demo"],
    &["overview"],
    &["close", "paper"],
    &["review", "records", "receipts", "reports", "figures"],
    &["totals"],
    &["sync"],
    &["field", "calendar", "handover"],
    &["insurance", "fieldwork", "loans"],
    &["credit"],
    &["calculator"],
    &["recording", "evidence", "conversation"],
    &["register"],
    &["auth"],
    &["ui"],
    &["state"],
    &["ledger"],
    &["regions"],
    &["db"],
    &["config", "vault", "tls", "error", "clock"],
    &["values"],
];

/// Imports that point up, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "error",
        "db",
        "Error wraps a database conflict so that a write can be tried again",
    ),
    (
        "demo",
        "app",
        "the demonstration reads the region file that the program starts with",
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn room(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).expect("in src");
    let first = inside
        .components()
        .next()
        .expect("a name")
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms named after `crate::` in a file, comments and unit tests left out.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for rest in line.split("crate::").skip(1) {
            if let Some(list) = rest.strip_prefix('{') {
                let names = list.split(['}', ';']).next().unwrap_or_default();
                found.extend(
                    names
                        .split(',')
                        .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned()),
                );
            } else {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                found.insert(name);
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn imports_run_downwards_only() {
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        let here = room(&file);
        if here == "lib" {
            continue;
        }
        let own = floor(&here).unwrap_or_else(|| panic!("{here} stands on no floor of this test"));
        for there in imports(&fs::read_to_string(&file).expect("text")) {
            let Some(other) = floor(&there) else { continue };
            let excused = EXCEPTIONS
                .iter()
                .any(|(from, to, _)| *from == here && *to == there);
            if there != here && other <= own && !excused {
                wrong.push(format!("{} imports {there}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn backend_names_stay_in_db() {
    let names = [
        "SqliteConnection",
        "PgConnection",
        "diesel::pg",
        "diesel::sqlite",
        "Conn::Sqlite",
        "Conn::Postgres",
    ];
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        if room(&file) == "db" {
            continue;
        }
        let text = fs::read_to_string(&file).expect("text");
        wrong.extend(
            names
                .iter()
                .filter(|name| text.contains(**name))
                .map(|name| format!("{}: {name}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rules_do_no_input_or_output() {
    for file in rust_files(&root().join("src"))
        .iter()
        .filter(|file| file.ends_with("rules.rs"))
    {
        let text = fs::read_to_string(file).expect("text");
        for word in ["Conn", "diesel", "std::fs", "state::", "async "] {
            assert!(!text.contains(word), "{} speaks of {word}", file.display());
        }
    }
}

/// Table and column names in order, and indexes, whatever the types are.
fn shape(sql: &str) -> Vec<String> {
    let mut shape = Vec::new();
    for line in sql.lines().map(str::trim) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("CREATE"), Some(what)) => {
                shape.push(format!("{what} {}", words.next().unwrap_or_default()))
            }
            (Some("PRIMARY" | "UNIQUE"), _) => shape.push(line.trim_end_matches(',').to_owned()),
            (Some(column), Some(_)) if column.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                let null = if line.contains("NOT NULL") { "" } else { "?" };
                shape.push(format!("{column}{null}"));
            }
            _ => {}
        }
    }
    shape
}

#[test]
fn migrations_are_twins() {
    let folders = |backend: &str| -> Vec<String> {
        let folder = root().join("migrations").join(backend);
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("migrations")
            .map(|item| item.expect("an item").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(folders("sqlite"), folders("postgres"));
    for name in folders("sqlite") {
        let text = |backend: &str, file: &str| {
            fs::read_to_string(root().join("migrations").join(backend).join(&name).join(file)).expect("sql")
        };
        assert_eq!(
            shape(&text("sqlite", "up.sql")),
            shape(&text("postgres", "up.sql")),
            "{name}"
        );
        assert!(!shape(&text("sqlite", "up.sql")).is_empty(), "the shape is read");
        assert_eq!(text("sqlite", "down.sql"), text("postgres", "down.sql"), "{name}");
    }
}

#[test]
fn every_room_says_what_it_is_for() {
    for file in rust_files(&root().join("src"))
        .iter()
        .filter(|file| file.ends_with("mod.rs"))
    {
        let text = fs::read_to_string(file).expect("text");
        assert!(
            text.starts_with("//!"),
            "{} does not open with what the room is for",
            file.display()
        );
    }
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(file).expect("text").lines().count();
            (lines > 480).then(|| format!("{} has {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
