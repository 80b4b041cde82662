//! A PostgreSQL server for the tests of one binary: made in a temporary folder, shared by all its tests, gone
//! with the test process. `CUNXIN_TEST_POSTGRES` names a server to use instead.
//!
//! What must always hold: every caller gets a database of its own, new and empty.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use super::tools::{User, Watched, acting_as_root, find_tool, free_port, is_executable, new_folder, poll};
use super::tools::{require_or_skip, variable};

/// The server all tests of this process share.
struct Server {
    /// The URL of its maintenance database.
    url: String,
    /// Keeps our own server running; none for a server that was given to us.
    _running: Option<Watched>,
}

/// The URL of a new, empty database; `None` where there is no PostgreSQL, and the test is to return.
/// Panics when there is one that does not start, or cannot make a database.
pub fn fresh_database() -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = require_or_skip("PostgreSQL", SERVER.get_or_init(server).as_ref())?;
    let name = format!(
        "{PREFIX}{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let mut connection = PgConnection::establish(&server.url).expect("connect to the test server");
    sql_query(format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
    ))
    .execute(&mut connection)
    .expect("create a test database");
    Some(with_database(&server.url, &name))
}

/// What the names of test databases begin with; the process id follows.
const PREFIX: &str = "cunxin_test_";

fn server() -> Option<Server> {
    if let Some(url) = variable("CUNXIN_TEST_POSTGRES") {
        let url = url.into_string().expect("CUNXIN_TEST_POSTGRES is UTF-8");
        drop_leftovers(&url);
        return Some(Server { url, _running: None });
    }
    let programs = find_programs()?;
    let mut failures = Vec::new();
    for _ in 0..3 {
        match start(&programs) {
            Ok(server) => return Some(server),
            Err(failure) => failures.push(failure),
        }
    }
    panic!(
        "PostgreSQL in {} does not start:\n{}",
        programs.display(),
        failures.join("\n---\n")
    );
}

/// The folder that holds both `initdb` and `postgres`: by `PATH`, else Debian's newest.
fn find_programs() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|name| is_executable(&folder.join(name)))
    };
    let on_path = find_tool(&["initdb"])
        .and_then(|file| Some(file.parent()?.to_path_buf()))
        .filter(complete);
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let mut versions: Vec<(u32, PathBuf)> = versions
            .filter_map(|entry| {
                Some((
                    entry.file_name().to_str()?.parse().ok()?,
                    entry.path().join("bin"),
                ))
            })
            .collect();
        versions.sort();
        versions
            .into_iter()
            .rev()
            .map(|(_, folder)| folder)
            .find(complete)
    })
}

/// One attempt: a new cluster, a server on a free port, and a connection to it.
fn start(programs: &Path) -> Result<Server, String> {
    let folder = new_folder("postgres");
    // PostgreSQL refuses to run as root.
    let user = acting_as_root(&folder).then(|| {
        let user =
            User::named(&["postgres", "nobody"]).expect("a user postgres or nobody to run the server as");
        chown(&folder, Some(user.uid), Some(user.gid)).expect("hand the server its folder");
        user
    });
    let data = folder.join("data");
    if let Err(failure) = make_cluster(programs, &data, user) {
        let _ = fs::remove_dir_all(&folder);
        return Err(failure);
    }
    let port = free_port();
    let mut command = Command::new(programs.join("postgres"));
    command
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    for setting in [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=200",
    ] {
        command.args(["-c", setting]);
    }
    // INT asks for a fast shutdown: open connections are cut, not waited for.
    let running = Watched::start(&command, "INT", &folder, user);
    let url = format!("postgres://cunxin@127.0.0.1:{port}/postgres");
    let answer = poll(Duration::from_secs(60), || match PgConnection::establish(&url) {
        Ok(_) => Some(Ok(())),
        Err(failure) => running
            .ended()
            .map(|code| Err(format!("exit code {code}: {failure}"))),
    });
    match answer {
        Some(Ok(())) if running.ended().is_none() => Ok(Server {
            url,
            _running: Some(running),
        }),
        Some(Ok(())) => Err(format!("another server answers on port {port}")),
        Some(Err(failure)) => Err(format!("{failure}\n{}", running.output())),
        None => Err(format!("no answer within 60 s\n{}", running.output())),
    }
}

fn make_cluster(programs: &Path, data: &Path, user: Option<User>) -> Result<(), String> {
    let mut initdb = Command::new(programs.join("initdb"));
    initdb
        .arg("-D")
        .arg(data)
        .args(["--username=cunxin", "--auth=trust", "--no-sync"]);
    initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]);
    if let Some(folder) = data.parent() {
        initdb.current_dir(folder);
    }
    if let Some(user) = user {
        initdb.uid(user.uid).gid(user.gid);
    }
    let done = initdb.output().map_err(|failure| format!("initdb: {failure}"))?;
    if done.status.success() {
        return Ok(());
    }
    let printed = [done.stdout, done.stderr].concat();
    Err(format!(
        "initdb: {}\n{}",
        done.status,
        String::from_utf8_lossy(&printed)
    ))
}

/// `url` with its database replaced. Query parameters stay.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}/{name}{parameters}", &address[..end])
}

#[derive(QueryableByName)]
struct Leftover {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Removes what earlier, ended test processes left on a server that outlives them.
fn drop_leftovers(url: &str) {
    let mut connection = PgConnection::establish(url).expect("connect to CUNXIN_TEST_POSTGRES");
    let unused = "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1) \
                  AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = pg_database.datname)";
    let found = sql_query(unused)
        .bind::<Text, _>(PREFIX)
        .load::<Leftover>(&mut connection)
        .expect("list databases");
    for Leftover { name } in found {
        let process = name[PREFIX.len()..].split('_').next().unwrap_or_default();
        let ended = Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists();
        let drop = format!("DROP DATABASE IF EXISTS {name}");
        if ended && let Err(failure) = sql_query(drop).execute(&mut connection) {
            let _ = writeln!(io::stderr(), "test database {name} stays: {failure}");
        }
    }
}
