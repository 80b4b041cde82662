//! Finding the programs some tests need, and starting them so that none outlives the test process.
//!
//! What must always hold: a missing program never lets a test pass in silence (it says `SKIPPED`, or panics
//! where `CUNXIN_REQUIRE_ALL=1`), and a started program ends with the process that started it, however that
//! process ends.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The full path of the first of `names` that is an executable file in `PATH`.
pub fn find_tool(names: &[&str]) -> Option<PathBuf> {
    let path = variable("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|file| is_executable(file))
    })
}

/// Hands back what was found. Otherwise says on stderr that this test was skipped and why, past the test
/// harness's capture; with `CUNXIN_REQUIRE_ALL=1` (as continuous integration runs) it panics instead.
pub fn require_or_skip<T>(what: &str, found: Option<T>) -> Option<T> {
    if found.is_some() {
        return found;
    }
    let required = variable("CUNXIN_REQUIRE_ALL").is_some_and(|value| value == "1");
    assert!(
        !required,
        "no {what} found, and CUNXIN_REQUIRE_ALL=1 forbids skipping what needs it"
    );
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // A write to the handle itself is not captured, as `eprintln!` would be.
    let _ = writeln!(io::stderr(), "SKIPPED (no {what} found): {test}");
    None
}

/// An environment variable that steers the tests.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are steered by their environment, not by the program's config"
)]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

pub fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

/// A port of 127.0.0.1 nobody listens on now. Somebody else may take it first, so callers retry.
pub fn free_port() -> u16 {
    let probe = TcpListener::bind(("127.0.0.1", 0)).expect("bind a free port");
    probe.local_addr().expect("address of the probe").port()
}

/// Asks `ready` every 20 ms until it answers something or `limit` has passed.
pub fn poll<T>(limit: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ready() {
            return Some(answer);
        }
        if start.elapsed() >= limit {
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A new empty folder under the system's temporary folder, readable by its owner only.
pub fn new_folder(purpose: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("cunxin-{purpose}-{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => {
                fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))
                    .expect("close the folder to others");
                return folder;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => panic!("create {}: {error}", folder.display()),
        }
    }
}

/// A user of this machine, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

impl User {
    /// The first of `names` that `/etc/passwd` knows.
    pub fn named(names: &[&str]) -> Option<User> {
        let passwd = fs::read_to_string("/etc/passwd").ok()?;
        names.iter().find_map(|name| {
            passwd
                .lines()
                .map(|line| line.split(':').collect::<Vec<_>>())
                .find_map(|fields| match fields[..] {
                    [known, _, uid, gid, ..] if known == *name => Some(User {
                        uid: uid.parse().ok()?,
                        gid: gid.parse().ok()?,
                    }),
                    _ => None,
                })
        })
    }
}

/// Whether this process acts as root: whoever makes a folder owns it.
pub fn acting_as_root(own_folder: &Path) -> bool {
    fs::metadata(own_folder).expect("look at an own folder").uid() == 0
}

/// Runs a command and waits for it; beside it waits on a pipe from the process that asked for it. When the
/// pipe closes, because its owner let go or died, the command is told to stop, and killed ten seconds later.
/// How it ended stays to be read in the folder until the owner has let go. Then whatever is left of the
/// process group is killed (a browser's children still write for a moment), and the folder goes.
/// Arguments: the folder, the stop signal, the command.
const WATCH: &str = r#"
PATH=$PATH:/usr/bin:/bin
folder=$1 signal=$2; shift 2
exec 3<&0
"$@" 3<&- </dev/null >"$folder/output.log" 2>&1 &
command=$!
( read -r _ <&3; kill -s "$signal" "$command"; sleep 10; kill -s KILL "$command" ) 2>/dev/null &
wait "$command"
echo $? >"$folder/ended.new" && mv "$folder/ended.new" "$folder/ended"
read -r _ <&3
for stat in /proc/[0-9]*/stat; do
    read -r facts 2>/dev/null <"$stat" || continue
    process=${facts%% *}
    set -- ${facts##*) }
    [ "$3" != $$ ] || [ "$process" = $$ ] || kill -s KILL "$process"
done
for pause in 0.1 0.5 1 2; do
    rm -rf "$folder" && [ ! -e "$folder" ] && break
    sleep $pause
done
"#;

/// A program running beside the tests, in a folder of its own. Dropping it stops the program and removes the
/// folder; so does the end of the test process, which drops no statics but closes its pipes, even when killed.
#[derive(Debug)]
pub struct Watched {
    shell: Child,
    hold: Option<ChildStdin>,
    folder: PathBuf,
}

impl Watched {
    /// Starts `command`, stopped by `signal` ("INT", "TERM"), keeping what it prints in `folder`, as `user` if
    /// one is given (the folder must be theirs). Only the command's program, arguments and variables count.
    pub fn start(command: &Command, signal: &str, folder: &Path, user: Option<User>) -> Watched {
        let mut shell = Command::new("/bin/sh");
        shell.args([
            OsStr::new("-c"),
            OsStr::new(WATCH),
            OsStr::new("watch"),
            folder.as_os_str(),
            OsStr::new(signal),
        ]);
        shell.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(user) = user {
            shell.uid(user.uid).gid(user.gid);
        }
        shell
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut shell = shell.process_group(0).spawn().expect("start /bin/sh");
        let hold = shell.stdin.take();
        Watched {
            shell,
            hold,
            folder: folder.to_path_buf(),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program's exit code (128 + signal when it was killed), once it has ended by itself.
    pub fn ended(&self) -> Option<i32> {
        fs::read_to_string(self.folder.join("ended"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// What the program has printed so far.
    pub fn output(&self) -> String {
        let bytes = fs::read(self.folder.join("output.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.hold.take());
        let _ = self.shell.wait();
    }
}
