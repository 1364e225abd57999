//! RA Central as it is shipped: the built program, its command line, its TLS port. Killed and started again at will.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::pcsc::{FACTORY_KEY, FACTORY_PIN, FACTORY_PUK};
use super::tools::{self, Said};

/// The longest wait for central to answer after its start: some tenths of a second, on a busy computer more.
const START: Duration = Duration::from_secs(30);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// The organisation of every desk here.
pub const ORGANISATION: &str = "REF";
/// Chip serials of the blanks in stock: every number below this, since a virtual card's serial is its seed.
pub const STOCK: u32 = 100;

/// A running central with one organisation and a batch of blanks. It ends when it is dropped.
pub struct Central {
    home: TempDir,
    port: u16,
    process: Option<Child>,
}

/// What a new desk is given on paper.
#[derive(Debug)]
pub struct Invite {
    pub desk: String,
    pub host: String,
    pub code: String,
    pub fingerprint: String,
}

/// What the first RA Manager is given on paper.
#[derive(Debug)]
pub struct Bootstrap {
    pub number: String,
    pub code: String,
}

/// One line of `event list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    pub epoch: u32,
    pub seq: u64,
    pub kind: String,
    pub outcome: String,
}

impl Central {
    /// Makes a central for trials and starts it.
    #[track_caller]
    pub fn start() -> Self {
        let home = tempfile::Builder::new().prefix("central-").tempdir().expect("a folder for central");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut central = Self { home, port, process: None };
        central.cli(&["init", "--environment", "trial", "--name", "Test"]).well();
        central.cli(&["organisation", "add", "--code", ORGANISATION, "--name", "Royal Cornwall"]).well();
        central.add_stock();
        central.serve();
        central
    }

    fn add_stock(&self) {
        let keys = self.home.path().join("transport");
        fs::write(&keys, format!("{FACTORY_PIN}\n{FACTORY_PUK}\n{FACTORY_KEY}\n")).expect("the transport keys");
        let serials = self.home.path().join("serials");
        let numbers: Vec<String> = (1..STOCK).map(|number| number.to_string()).collect();
        fs::write(&serials, numbers.join("\n")).expect("the serials");
        let files = ["--transport-keys", text(&keys), "--serials", text(&serials)];
        let batch = ["stock", "add", "--batch", "B1", "--profile", "piv-p256", "--series", "9"];
        self.cli(&[&batch[..], &files].concat()).well();
    }

    /// Starts the service on the same data and port, and waits until it says that it is ready.
    #[track_caller]
    pub fn serve(&mut self) {
        assert!(self.process.is_none(), "central is running");
        let log = File::options().create(true).append(true).open(self.home.path().join("log")).expect("a log");
        let listen = format!("127.0.0.1:{}", self.port);
        let child = Command::new(env!("CARGO_BIN_EXE_ra-central"))
            .args([
                "serve",
                "--data",
                text(&self.data()),
                "--database",
                "sqlite:ra-central.sqlite",
                "--listen",
                &listen,
            ])
            .env("RA_CENTRAL_LOG", "info")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log twice"))
            .stderr(log)
            .spawn()
            .expect("ra-central starts");
        let child = self.process.insert(child);
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("the state of central") {
                panic!(
                    "central ended with {status}:\n{}",
                    fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
                );
            }
            if is_ready(self.port) {
                return;
            }
            assert!(started.elapsed() < START, "central does not get ready");
            thread::sleep(PAUSE);
        }
    }

    /// Kills it at once (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Runs its command line on the same data.
    #[track_caller]
    pub fn cli(&self, args: &[&str]) -> Said {
        let (command, rest) = args.split_first().expect("a command");
        let mut program = Command::new(env!("CARGO_BIN_EXE_ra-central"));
        tools::run(program.arg(command).args(["--data", text(&self.data())]).args(rest))
    }

    /// Makes a desk and gives what its first set-up asks for.
    #[track_caller]
    pub fn invite(&self) -> Invite {
        let args = ["desk", "invite", "--name", "desk 2", "--place", "Truro clinic", "--organisation", ORGANISATION];
        let said = self.cli(&args).well().out;
        Invite {
            desk: value(&said, "Desk:"),
            host: format!("127.0.0.1:{}", self.port),
            code: value(&said, "Code:"),
            fingerprint: value(&said, "Fingerprint:"),
        }
    }

    /// Makes the first RA Manager, who gets a card at this desk.
    #[track_caller]
    pub fn bootstrap(&self, desk: &str, name: &str, birth_date: &str) -> Bootstrap {
        let said = self.cli(&["bootstrap", "--person", name, "--birth-date", birth_date, "--desk", desk]).well().out;
        let number = said.lines().find_map(|line| line.split_once("UUID ")).expect("a number").1;
        Bootstrap { number: number.replace(' ', "").trim().to_owned(), code: value(&said, "Code:") }
    }

    /// What central has from a desk, in order.
    #[track_caller]
    pub fn events(&self, desk: &str) -> Vec<EventLine> {
        let said = self.cli(&["event", "list", "--desk", desk]).well().out;
        said.lines().map(|line| EventLine::read(line).unwrap_or_else(|| panic!("no event: {line}"))).collect()
    }

    /// Numbers and names of all persons.
    #[track_caller]
    pub fn persons(&self) -> Vec<String> {
        self.cli(&["person", "list"]).well().out.lines().map(str::to_owned).collect()
    }

    /// The value of a line of `person show`, such as `Card:`.
    #[track_caller]
    pub fn person(&self, number: &str, line: &str) -> String {
        let said = self.cli(&["person", "show", number]).well().out;
        let found = said.lines().find_map(|found| found.strip_prefix(line));
        found.unwrap_or_else(|| panic!("no {line} in:\n{said}")).trim().to_owned()
    }

    /// The certificate that cards are judged by, and the root above it, PEM.
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.data().join("authority").join(name)
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Central {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(30).collect();
            println!("central's last lines, newest first:\n{}", tail.join("\n"));
        }
    }
}

impl EventLine {
    fn read(line: &str) -> Option<Self> {
        let mut parts = line.split("  ");
        let (epoch, seq) = parts.next()?.split_once('/')?;
        let kind = parts.next()?.to_owned();
        let outcome = parts.nth(1)?.to_owned();
        Some(Self { epoch: epoch.parse().ok()?, seq: seq.parse().ok()?, kind, outcome })
    }
}

/// The first word behind a label at the start of a line.
#[track_caller]
fn value(said: &str, label: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix(label));
    let line = line.unwrap_or_else(|| panic!("no {label} in:\n{said}"));
    line.split_whitespace().next().unwrap_or_default().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of plain characters")
}

/// Asks `/ready` as a stranger would: TLS by OpenSSL, nothing of ours.
fn is_ready(port: u16) -> bool {
    let openssl = tools::program("openssl", "openssl");
    // Five seconds: a service that takes the connection and says nothing must not hold the test.
    let child = Command::new(tools::program("timeout", "coreutils"))
        .arg("5")
        .arg(openssl)
        .args(["s_client", "-quiet", "-connect", &format!("127.0.0.1:{port}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("openssl starts");
    let request = b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    // Nobody listens yet: then openssl ends at once and reads nothing.
    let asked = child.stdin.take().is_some_and(|mut stdin| stdin.write_all(request).is_ok());
    let answer = child.wait_with_output().expect("openssl ends");
    asked && String::from_utf8_lossy(&answer.stdout).starts_with("HTTP/1.1 200")
}
