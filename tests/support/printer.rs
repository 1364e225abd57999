//! A real IPP printer for tests: `ippeveprinter` from Debian's cups-ipp-utils, told what to do by a file.
//!
//! It announces itself by Avahi or it does not start, so a system bus and an Avahi that knows the loopback only are
//! started where there are none. They are shared by all test programs and stay.

#![allow(dead_code)]

use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long bus, Avahi and printer may take to come up on a busy machine.
const START: Duration = Duration::from_secs(30);

/// What the printer does with the next card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Prints it.
    Good,
    /// Has no blank card until told [`Behaviour::Good`].
    MediaEmpty,
    /// Has its cover open and gives the job up.
    CoverOpen,
    /// Prints nothing until told [`Behaviour::Good`].
    Slow,
}

/// A running card printer. It ends when it is dropped.
pub struct EvePrinter {
    child: Child,
    dir: TempDir,
    port: u16,
}

impl EvePrinter {
    /// Starts a printer on a free port of the loopback.
    pub fn start() -> Self {
        for tool in [("ippeveprinter", "cups-ipp-utils"), ("dbus-daemon", "dbus"), ("avahi-daemon", "avahi-daemon")] {
            need(tool.0, tool.1);
        }
        start_announcing();
        let dir = TempDir::with_prefix("card-printer").unwrap();
        for folder in ["spool", "cards"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        fs::write(dir.path().join("card.conf"), CARD_CONF).unwrap();
        let script = dir.path().join("print.sh");
        fs::write(&script, SCRIPT.replace("@DIR@", dir.path().to_str().unwrap())).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let (child, port) = run(dir.path());
        let printer = Self { child, dir, port };
        printer.tell(Behaviour::Good);
        printer
    }

    /// Ends the printer and starts it again on the same port: it has forgotten all jobs, the cards stay.
    pub fn restart(&mut self) {
        self.stop();
        self.child = spawn(self.dir.path(), self.port);
        assert!(comes_up(&mut self.child, self.port), "the printer did not start again: {}", self.log());
    }

    /// Its address.
    pub fn uri(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port)
    }

    /// Its port on the loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The medium it takes.
    pub fn media(&self) -> &'static str {
        "iso_id-1_53.98x85.6mm"
    }

    /// What it does from now on.
    pub fn tell(&self, behaviour: Behaviour) {
        let word = match behaviour {
            Behaviour::Good => "good",
            Behaviour::MediaEmpty => "media-empty",
            Behaviour::CoverOpen => "cover-open",
            Behaviour::Slow => "slow",
        };
        let new = self.dir.path().join("control.new");
        fs::write(&new, word).unwrap();
        fs::rename(new, self.dir.path().join("control")).unwrap();
    }

    /// The documents of the cards that came out, in order.
    pub fn cards(&self) -> Vec<Vec<u8>> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(self.dir.path().join("cards")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
    }

    /// What it wrote about itself.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Ends the printer; every later call to it finds nobody.
    pub fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for EvePrinter {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Fails the test unless the tool is there.
pub fn need(tool: &str, package: &str) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    let places = path.split(':').chain(["/usr/sbin", "/sbin"]).map(|dir| Path::new(dir).join(tool));
    let found = places.into_iter().find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("`{tool}` is missing: apt-get install {package}"))
}

fn run(dir: &Path) -> (Child, u16) {
    // Somebody else may take the port between the two: then the next one is tried.
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = spawn(dir, port);
        if comes_up(&mut child, port) {
            return (child, port);
        }
        let _ = child.kill();
        let _ = child.wait();
    }
    panic!("ippeveprinter does not start: {}", fs::read_to_string(dir.join("log")).unwrap_or_default());
}

fn spawn(dir: &Path, port: u16) -> Child {
    let log = File::options().create(true).append(true).open(dir.join("log")).unwrap();
    Command::new(need("ippeveprinter", "cups-ipp-utils"))
        .arg("-a")
        .arg(dir.join("card.conf"))
        .arg("-c")
        .arg(dir.join("print.sh"))
        .arg("-d")
        .arg(dir.join("spool"))
        .args(["-k", "-n", "localhost", "-vv", "-p", &port.to_string(), &format!("Cards {port}")])
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn comes_up(child: &mut Child, port: u16) -> bool {
    wait_for(|| {
        let ended = child.try_wait().unwrap().is_some();
        (ended || TcpStream::connect(("localhost", port)).is_ok()).then_some(!ended)
    })
    .unwrap_or(false)
}

/// Starts the system bus and Avahi unless they run. One test program at a time does this.
fn start_announcing() {
    let lock = File::options().create(true).write(true).truncate(false).open(Path::new("/run/lock/card-printer-test"));
    let lock = lock.unwrap_or_else(|error| panic!("the printer test needs root, as in a build container: {error}"));
    lock.lock().unwrap();
    let bus = Path::new("/run/dbus/system_bus_socket");
    if UnixStream::connect(bus).is_err() {
        fs::create_dir_all("/run/dbus").unwrap();
        // A bus that was killed leaves its number behind, and the next one refuses to start.
        let _ = fs::remove_file("/run/dbus/pid");
        start(Command::new(need("dbus-daemon", "dbus")).args(["--system", "--fork"]));
        wait_for(|| UnixStream::connect(bus).is_ok().then_some(())).expect("the system bus does not come up");
    }
    let avahi = Path::new("/run/avahi-daemon/socket");
    if UnixStream::connect(avahi).is_err() {
        let dir = TempDir::new().unwrap();
        let conf = dir.path().join("avahi.conf");
        fs::write(&conf, "[server]\nhost-name=card-test\nallow-interfaces=lo\nuse-ipv6=no\n[publish]\n").unwrap();
        let mut avahi_daemon = Command::new(need("avahi-daemon", "avahi-daemon"));
        start(avahi_daemon.arg("-f").arg(&conf).args(["-D", "--no-drop-root", "--no-chroot", "--no-rlimits"]));
        wait_for(|| UnixStream::connect(avahi).is_ok().then_some(())).expect("Avahi does not come up");
    }
}

/// Runs a command that puts itself into the background.
fn start(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?} ended with {status}");
}

fn wait_for<T>(mut ready: impl FnMut() -> Option<T>) -> io::Result<T> {
    let began = Instant::now();
    while began.elapsed() < START {
        if let Some(value) = ready() {
            return Ok(value);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// A CR80 card printer, as ippeveprinter takes it.
const CARD_CONF: &str = r#"
ATTR textWithoutLanguage printer-make-and-model "Test Card Printer"
ATTR mimeMediaType document-format-default application/pdf
ATTR mimeMediaType document-format-supported application/pdf,image/jpeg,image/pwg-raster
ATTR keyword media-default iso_id-1_53.98x85.6mm
ATTR keyword media-ready iso_id-1_53.98x85.6mm
ATTR keyword media-supported iso_id-1_53.98x85.6mm
ATTR collection media-size-supported { MEMBER integer x-dimension 5398 MEMBER integer y-dimension 8560 }
ATTR collection media-col-default {
  MEMBER keyword media-key iso_id-1_53.98x85.6mm
  MEMBER collection media-size { MEMBER integer x-dimension 5398 MEMBER integer y-dimension 8560 }
  MEMBER integer media-bottom-margin 0 MEMBER integer media-left-margin 0
  MEMBER integer media-right-margin 0 MEMBER integer media-top-margin 0
  MEMBER keyword media-source main MEMBER keyword media-type labels
}
ATTR integer media-bottom-margin-supported 0
ATTR integer media-left-margin-supported 0
ATTR integer media-right-margin-supported 0
ATTR integer media-top-margin-supported 0
ATTR keyword media-source-supported main
ATTR keyword media-type-supported labels
ATTR resolution printer-resolution-default 300dpi
ATTR resolution printer-resolution-supported 300dpi
ATTR keyword print-color-mode-default color
ATTR keyword print-color-mode-supported color,monochrome
ATTR keyword sides-default one-sided
ATTR keyword sides-supported one-sided,two-sided-long-edge
"#;

/// Prints a card by keeping its document. The waits end by themselves after a minute.
const SCRIPT: &str = r#"#!/bin/sh
dir=@DIR@
told() { cat "$dir/control" 2>/dev/null; }
until_good() {
    turns=0
    while [ -d "$dir" ] && [ "$(told)" != good ] && [ $turns -lt 600 ]; do sleep 0.1; turns=$((turns + 1)); done
    [ "$(told)" = good ] || exit 1
}
echo "STATE: -cover-open-error" >&2
case "$(told)" in
    cover-open) echo "STATE: +cover-open-error" >&2; exit 1 ;;
    media-empty) echo "STATE: +media-empty-error" >&2; until_good; echo "STATE: -media-empty-error" >&2 ;;
    slow) until_good ;;
esac
count=$(ls "$dir/cards" | wc -l)
cp "$1" "$dir/cards/$(printf '%04d' "$count").pdf"
"#;
