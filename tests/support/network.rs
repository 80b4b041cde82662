//! A bad network between a browser and the program: a relay that can cut, hold back or lose what passes.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the relay does with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Everything passes.
    Fair,
    /// Nobody is reached: every connection ends at once.
    Cut,
    /// What phones send arrives and is done, but the answer to it is lost.
    LosesAnswers,
    /// The same, but the answer never comes instead of the connection's end.
    HoldsAnswers,
    /// Somebody else answers phones, with status 200 and a page of their own.
    Portal,
}

struct Shared {
    weather: Mutex<Weather>,
    to: Mutex<String>,
    /// Open ends, to be shut when the weather turns.
    open: Mutex<Vec<TcpStream>>,
    /// How many requests with records have passed towards the program.
    sendings: AtomicUsize,
}

/// A relay on a port of its own, which stays when the program behind it goes and comes.
pub struct Network {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    shared: Arc<Shared>,
}

const SYNC: &[u8] = b"POST /api/v1/sync ";
const PORTAL: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 21\r\nconnection: close\r\n\r\n<h1>Pay for WiFi</h1>";

impl Network {
    /// A relay towards the program at `base`.
    pub fn to(base: &str) -> Network {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            weather: Mutex::new(Weather::Fair),
            to: Mutex::new(address(base)),
            open: Mutex::new(Vec::new()),
            sendings: AtomicUsize::new(0),
        });
        let accepting = Arc::clone(&shared);
        // Ends with the test process.
        thread::spawn(move || {
            for incoming in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                thread::spawn(move || relay(&shared, &incoming));
            }
        });
        Network { base: here, shared }
    }

    /// Turns the weather; connections that are open end.
    pub fn turn(&self, weather: Weather) {
        *self.shared.weather.lock().expect("weather") = weather;
        for stream in self.shared.open.lock().expect("streams").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// The program is elsewhere now.
    pub fn moved(&self, base: &str) {
        *self.shared.to.lock().expect("address") = address(base);
        let weather = *self.shared.weather.lock().expect("weather");
        self.turn(weather);
    }

    /// How many requests with records have passed so far.
    pub fn sendings(&self) -> usize {
        self.shared.sendings.load(Ordering::SeqCst)
    }
}

fn address(base: &str) -> String {
    base.trim_start_matches("http://").to_owned()
}

fn relay(shared: &Arc<Shared>, browser: &TcpStream) {
    let weather = || *shared.weather.lock().expect("weather");
    let to = shared.to.lock().expect("address").clone();
    if weather() == Weather::Cut {
        return;
    }
    let Ok(program) = TcpStream::connect(to) else {
        return;
    };
    for stream in [browser, &program] {
        let kept = stream.try_clone().expect("another handle");
        shared.open.lock().expect("streams").push(kept);
    }
    let (answers_from, answers_to) = (
        program.try_clone().expect("handle"),
        browser.try_clone().expect("handle"),
    );
    let (counting, asked) = (Arc::clone(shared), Arc::new(AtomicUsize::new(0)));
    let told = Arc::clone(&asked);
    let back = thread::spawn(move || answer(&counting, answers_from, answers_to, &told));
    let _ = ask(shared, browser, &program, &asked);
    let _ = program.shutdown(Shutdown::Both);
    let _ = back.join();
    let _ = browser.shutdown(Shutdown::Both);
}

/// From the browser to the program; `asked` counts the records' requests of this connection.
fn ask(
    shared: &Shared,
    mut from: &TcpStream,
    mut to: &TcpStream,
    asked: &AtomicUsize,
) -> std::io::Result<()> {
    let mut bytes = [0; 65_536];
    loop {
        let read = from.read(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        if bytes[..read].starts_with(SYNC) {
            if *shared.weather.lock().expect("weather") == Weather::Portal {
                from.write_all(PORTAL)?;
                return Ok(());
            }
            asked.fetch_add(1, Ordering::SeqCst);
            shared.sendings.fetch_add(1, Ordering::SeqCst);
        }
        to.write_all(&bytes[..read])?;
    }
}

/// From the program to the browser.
fn answer(shared: &Shared, mut from: TcpStream, mut to: TcpStream, asked: &AtomicUsize) {
    let mut bytes = [0; 65_536];
    while let Ok(read) = from.read(&mut bytes) {
        if read == 0 {
            break;
        }
        let weather = *shared.weather.lock().expect("weather");
        let lost = asked.load(Ordering::SeqCst) > 0;
        match weather {
            Weather::LosesAnswers if lost => break,
            Weather::HoldsAnswers if lost => thread::sleep(Duration::from_secs(3600)),
            _ => {}
        }
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
