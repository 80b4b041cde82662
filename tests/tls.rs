//! HTTPS served by the program itself, with a certificate as a county's own authority issues it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::support::tools::{Watched, new_folder, poll};

/// An authority, and one certificate of it for this machine, as files in a folder.
struct Authority {
    folder: PathBuf,
    root: String,
}

impl Authority {
    fn new() -> Authority {
        let folder = new_folder("tls");
        let mut county = CertificateParams::new(Vec::new()).expect("parameters");
        county.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let county_key = KeyPair::generate().expect("a key");
        let root = county.self_signed(&county_key).expect("a root").pem();
        let issuer = Issuer::new(county, county_key);
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let ours = CertificateParams::new(names).expect("parameters");
        let key = KeyPair::generate().expect("a key");
        let cert = ours.signed_by(&key, &issuer).expect("a certificate");
        let authority = Authority { folder, root };
        authority.write("cert.pem", &cert.pem());
        authority.write("key.pem", &key.serialize_pem());
        let other = KeyPair::generate().expect("a key");
        authority.write("other.pem", &other.serialize_pem());
        authority
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file");
    }

    /// A browser that trusts this authority and no other.
    fn browser(&self) -> Agent {
        let root = Certificate::from_pem(self.root.as_bytes()).expect("PEM");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[root]))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls)
            .build()
            .into()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn program(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cunxin"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(words);
    command.arg("--database").arg(folder.join("data/cunxin.db"));
    command.arg("--key-file").arg(folder.join("cunxin.key"));
    for name in ["CUNXIN_TLS_CERT", "CUNXIN_TLS_KEY", "CUNXIN_BEHIND_TLS"] {
        command.env_remove(name);
    }
    command
}

/// The word of a line of the greeting that starts so.
fn printed(running: &Watched, start: &str) -> String {
    let found = poll(Duration::from_secs(120), || {
        let output = running.output();
        let whole = output.rsplit_once('\n')?.0;
        whole
            .split_whitespace()
            .find(|word| word.starts_with(start))
            .map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no {start}… was printed: {}", running.output()))
}

#[test]
fn the_program_serves_https_itself() {
    let authority = Authority::new();
    let folder = new_folder("tls-served");
    let (cert, key) = (authority.path("cert.pem"), authority.path("key.pem"));
    let command = program(&folder, &["--tls-cert", &cert, "--tls-key", &key]);
    let running = Watched::start(&command, "TERM", &folder, None);
    let base = printed(&running, "https://127.0.0.1:");
    let browser = authority.browser();

    let mut page = browser.get(format!("{base}/sign-in")).call().expect("a page");
    assert_eq!(page.status(), 200);
    let held = |name: &str| {
        let value = page.headers().get(name).expect(name);
        value.to_str().expect("text").to_owned()
    };
    assert!(held("strict-transport-security").starts_with("max-age="));
    assert!(held("content-security-policy").contains("default-src 'self'"));
    assert!(page.body_mut().read_to_string().expect("text").contains("村信"));

    let output = running.output();
    let (_, credentials) = output.split_once("请用一次性密码登录：").expect("a first start");
    let words: Vec<&str> = credentials.split_whitespace().take(2).collect();
    let signed_in = browser
        .post(format!("{base}/sign-in"))
        .send_form([("user", words[0]), ("password", words[1]), ("back", "/")])
        .expect("an answer");
    assert_eq!(signed_in.status(), 303);
    let cookies: Vec<&str> = signed_in
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-cunxin="))
        .unwrap_or_else(|| panic!("no session: {cookies:?}"));
    assert!(
        session.contains("Secure") && session.contains("HttpOnly"),
        "{session}"
    );
    let stranger = Authority::new().browser();
    assert!(
        stranger.get(format!("{base}/healthz")).call().is_err(),
        "whoever does not trust the authority gets no page"
    );

    let mut plain = TcpStream::connect(base.trim_start_matches("https://")).expect("a connection");
    plain
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a limit");
    plain
        .write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .expect("sent");
    let mut answer = Vec::new();
    // Cut off or told in TLS's own words: both are no page.
    let _ = plain.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(!answer.contains("HTTP/1"), "plain HTTP is answered: {answer}");
}

/// What a start that must fail says.
fn refusal(folder: &Path, words: &[&str]) -> String {
    let output: Output = program(folder, words).output().expect("the program runs");
    assert!(!output.status.success(), "{words:?} starts");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_certificate_that_cannot_serve_is_told_before_anything_is_made() {
    let authority = Authority::new();
    let folder = new_folder("tls-refused");
    authority.write("empty.pem", "no certificate here\n");
    let [cert, key, other, empty, none] =
        ["cert.pem", "key.pem", "other.pem", "empty.pem", "none.pem"].map(|name| authority.path(name));
    let cases: [(&[&str], [&str; 2]); 7] = [
        (&["--tls-cert", &cert], ["--tls-key is missing", "要一起给"]),
        (&["--tls-key", &key], ["--tls-cert is missing", "要一起给"]),
        (
            &["--tls-cert", &none, "--tls-key", &key],
            ["cannot read", "文件读不到"],
        ),
        (
            &["--tls-cert", &cert, "--tls-key", &none],
            ["none.pem", "文件读不到"],
        ),
        (
            &["--tls-cert", &empty, "--tls-key", &key],
            ["holds no certificate", "没有 PEM 格式的证书"],
        ),
        (
            &["--tls-cert", &cert, "--tls-key", &empty],
            ["holds no private key", "没有可用的 PEM 格式私钥"],
        ),
        (
            &["--tls-cert", &cert, "--tls-key", &other],
            ["does not belong", "不是一对"],
        ),
    ];
    for (words, says) in cases {
        let said = refusal(&folder, words);
        for say in says {
            assert!(said.contains(say), "{words:?}: {said}");
        }
    }
    assert!(!folder.join("data").exists(), "no database was made");
    let _ = fs::remove_dir_all(folder);
}
