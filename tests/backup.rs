//! The database in one file and back, and a phone that meets a restored server.

use std::fs;
use std::path::{Path, PathBuf};

use cunxin::app::StartError;
use cunxin::backup::{self, FileArgs};
use cunxin::config::DataArgs;

use crate::support::app::{Backend, TestApp, TestDatabase};
use crate::support::tools::new_folder;
use crate::sync::phone::{Phone, status};

/// Where a backup is restored to, with the test office's key or another; the key lies beside the copy.
fn place(database: &str, copy: &Path, key: &str) -> DataArgs {
    let file = copy.with_extension("key");
    fs::write(&file, key.repeat(32)).expect("a key file");
    DataArgs {
        database: database.to_owned(),
        key_file: Some(file),
        report_font: None,
    }
}

const KEY: &str = "2a";

fn back_up(app: &TestApp) -> PathBuf {
    let file = new_folder("backup").join("copy.db");
    let size = backup::backup(&app.state, &FileArgs { file: file.clone() }).expect("a copy");
    assert!(size > 100_000);
    file
}

/// Takes the copy and all that lies beside it away.
fn clear(file: &Path) {
    let folder = file.parent().expect("a folder of its own");
    fs::remove_dir_all(folder).expect("the folder goes");
}

fn refusal(database: &str, file: &Path, key: &str) -> String {
    let args = FileArgs {
        file: file.to_path_buf(),
    };
    match backup::restore(&place(database, file, key), &args) {
        Err(StartError::Ledger(error)) => error.issues()[0].code.clone(),
        Err(other) => other.to_string(),
        Ok(found) => format!("{} differences", found.len()),
    }
}

#[test]
fn a_phone_refills_a_server_restored_from_last_nights_copy() {
    let app = TestApp::start(Backend::Sqlite);
    let phone = Phone::of(&app, "specialist");
    let (client, register) = phone.household("陈大文", 1);
    let before = phone.grant(&client, "300000", &[&register]);
    let first = phone.send(&[&register, &before]);
    let file = back_up(&app);
    let after = phone.visit(&[&client], &[&register]);
    phone.send(&[&after]);
    let pack = phone.pack("");
    let cursor = pack["books"][0]["cursor"].as_str().expect("a cursor");
    assert_eq!(phone.changes(cursor)["reset"], false);
    let epoch = phone.changes(cursor)["epoch"].clone();

    let database = TestDatabase::new(Backend::Sqlite);
    let args = FileArgs { file };
    let found = backup::restore(&place(&database.url, &args.file, KEY), &args).expect("it restores");
    assert!(found.is_empty(), "{found:#?}");
    clear(&args.file);
    let restored = TestApp::serve(database, app.office.clone());
    let phone = Phone::of(&restored, "specialist");
    let news = phone.changes(cursor);
    assert_eq!(news["reset"], true, "the cursor lies beyond the copy");
    assert_ne!(news["epoch"], epoch);
    // What the copy knows gets its first answer, what it has not seen comes in.
    let again = phone.send(&[&register, &before, &after]);
    assert_eq!([status(&again[0]), status(&again[1])], ["same", "same"]);
    assert_eq!(again[1]["receipt"], first[1]["receipt"]);
    assert_eq!(status(&again[2]), "created");
    let pending = |app: &TestApp| app.totals("2024-01", "440784000000", "village");
    assert_eq!(pending(&restored), pending(&app));
}

#[test]
fn a_copy_that_is_not_whole_or_not_ours_is_not_restored() {
    let app = TestApp::start(Backend::Sqlite);
    app.household(app.office.village, "陈大文", "440784197503080014");
    let file = back_up(&app);
    let target = file.with_file_name("restored.db").display().to_string();

    let mut bytes = fs::read(&file).expect("the copy");
    let damaged = file.with_file_name("damaged.db");
    // In the middle of every page: the check of the whole file finds it wherever it is.
    for page in bytes.chunks_mut(4096).skip(1) {
        page[7] ^= 0xFF;
    }
    fs::write(&damaged, &bytes).expect("a damaged copy");
    assert_eq!(refusal(&target, &damaged, KEY), "restore.damaged");
    let letter = file.with_file_name("letter.txt");
    fs::write(&letter, "早上好".repeat(2000)).expect("a letter");
    assert_eq!(refusal(&target, &letter, KEY), "restore.damaged");
    let other = refusal(&target, &file, "2b");
    assert!(
        other.ends_with("differences") && other != "0 differences",
        "{other}"
    );
    assert!(!Path::new(&target).exists(), "nothing is left behind");
    assert_eq!(refusal(app.url(), &file, KEY), "copy.exists");
    assert_eq!(
        refusal("postgres://nobody@localhost/x", &file, KEY),
        "copy.server"
    );
    let twice = backup::backup(&app.state, &FileArgs { file: file.clone() });
    assert_eq!(twice.expect_err("refused").issues()[0].code, "copy.exists");
    clear(&file);
}
