//! The kiosk as it is shipped: the built program in a pseudo-terminal, on a private smartcard daemon, with a printer, a photo
//! folder and a database of its own. Killed and started again at will.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::pcsc::{CSOCK_NAME, PrivatePcscd};
use super::pty::Pty;
use super::tools::{self, Said};

/// The longest wait for a screen: key pairs, certificates and a slow daemon included, on a busy computer.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// The longest wait for a typed sign to show. A sign that shows nothing (a field that is full) costs this much.
const SIGN: Duration = Duration::from_secs(5);
/// From key to key, at least: a quick hand.
const HAND: Duration = Duration::from_millis(60);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// The terminal.
const SIZE: (u16, u16) = (80, 25);
/// The number an agent phones, from the configuration.
pub const PHONE: &str = "0300 303 5035";
/// The reader of the agent and that of the customer, as slots of the daemon.
pub const AGENT: usize = 0;
/// The customer's.
pub const CUSTOMER: usize = 1;

/// A desk. The program runs from [`Desk::start`] until it is killed or dropped; the folder stays until the drop.
pub struct Desk {
    home: TempDir,
    socket: PathBuf,
    pty: Option<Pty>,
}

impl Desk {
    /// Sets a desk up and starts its program.
    pub fn start(pcscd: &PrivatePcscd, printer: Option<&str>) -> Self {
        let home = tempfile::Builder::new().prefix("desk-").tempdir().expect("a folder for the desk");
        fs::create_dir(home.path().join("photos")).expect("a folder for photos");
        let printer = printer.map_or_else(String::new, |uri| format!("uri = \"{uri}\"\n"));
        let config = format!(
            "phone = \"{PHONE}\"\ndata = \"{data}\"\n\n[readers]\nagent = \"{agent}\"\ncustomer = \"{customer}\"\n\n\
             [printer]\n{printer}band = \"Test\"\n\n[camera]\nfolder = \"{photos}\"\n",
            data = home.path().join("data").display(),
            agent = pcscd.reader_name(AGENT),
            customer = pcscd.reader_name(CUSTOMER),
            photos = home.path().join("photos").display(),
        );
        fs::write(home.path().join("ra-desk.toml"), config).expect("a configuration");
        let mut desk = Self { home, socket: pcscd.socket(), pty: None };
        desk.start_again();
        desk
    }

    /// Starts the program on the desk's folder.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(self.pty.is_none(), "the desk is running");
        let program = PathBuf::from(env!("CARGO_BIN_EXE_ra-desk"));
        let config = self.home.path().join("ra-desk.toml");
        let environment = [(CSOCK_NAME, text(&self.socket)), ("RA_DESK_LOG", "info")];
        self.pty = Some(Pty::spawn(&program, &["--config", text(&config)], &environment, SIZE));
    }

    /// Kills the program at once (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut pty) = self.pty.take() {
            pty.kill();
        }
    }

    /// Runs a command of the program on this desk's configuration. Only while the kiosk does not run: it holds the database.
    #[track_caller]
    pub fn cli(&self, args: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ra-desk"));
        command.env(CSOCK_NAME, &self.socket).arg("--config").arg(self.home.path().join("ra-desk.toml"));
        tools::run(command.args(args))
    }

    /// The terminal.
    #[track_caller]
    pub fn pty(&mut self) -> &mut Pty {
        self.pty.as_mut().expect("the desk is running")
    }

    /// The text on the screen.
    #[track_caller]
    pub fn screen(&mut self) -> String {
        self.pty().text()
    }

    /// Waits until the screen says this. Long texts are broken into lines: look for a part that is not.
    #[track_caller]
    pub fn see(&mut self, what: &str) {
        let shown = self.see_one(&[what]);
        debug_assert_eq!(shown, 0);
    }

    /// Waits until the screen says one of these, and tells which.
    #[track_caller]
    pub fn see_one(&mut self, texts: &[&str]) -> usize {
        let started = Instant::now();
        loop {
            let screen = self.screen();
            if let Some(found) = texts.iter().position(|text| screen.contains(text)) {
                return found;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "none of {texts:?} within {PATIENCE:?} on\n{screen}\n{}",
                self.log_tail()
            );
            thread::sleep(PAUSE);
        }
    }

    /// Waits until the screen says this no longer.
    #[track_caller]
    pub fn see_gone(&mut self, what: &str) {
        self.pty().wait_until_gone(what, PATIENCE);
    }

    /// Types keys, such as `"abc<ret>"`.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) {
        // Nobody answers in the very instant a page is drawn: on a danger step such a key is dropped, as it should be.
        thread::sleep(HAND);
        self.pty().keys(keys);
    }

    /// Waits for a screen, then types: the usual step of a visit.
    #[track_caller]
    pub fn at(&mut self, what: &str, keys: &str) {
        self.see(what);
        self.keys(keys);
    }

    /// Chooses the row of a list that says this, by its figure.
    #[track_caller]
    pub fn choose(&mut self, row: &str) {
        let started = Instant::now();
        loop {
            let screen = self.screen();
            let figure = screen.lines().find_map(|line| {
                let before = line[..line.find(row)?].trim_end();
                before.chars().next_back().filter(char::is_ascii_digit)
            });
            if let Some(figure) = figure {
                return self.keys(&figure.to_string());
            }
            assert!(
                started.elapsed() < PATIENCE,
                "no row {row:?} within {PATIENCE:?} on\n{screen}\n{}",
                self.log_tail()
            );
            thread::sleep(PAUSE);
        }
    }

    /// Types a secret as a hand does, sign by sign: a burst into a passcode field is taken for a scanner and dropped whole.
    #[track_caller]
    pub fn type_slowly(&mut self, secret: &str) {
        // The page was read first: a sign in the instant it is drawn is dropped.
        thread::sleep(HAND);
        for sign in secret.chars() {
            let before = self.pty().bytes();
            self.pty().send(sign.encode_utf8(&mut [0; 4]).as_bytes());
            let sent = Instant::now();
            while self.pty().bytes() == before && sent.elapsed() < SIGN {
                thread::sleep(PAUSE);
            }
            // A hand's pace: five signs less than 20 ms apart are taken for a scanner and dropped.
            thread::sleep(HAND);
        }
    }

    /// Puts a picture into the photo folder, whole at once, as cameras that rename do.
    pub fn drop_photo(&self, name: &str, picture: &[u8]) {
        let hidden = self.home.path().join("photo.part");
        fs::write(&hidden, picture).expect("a picture");
        fs::rename(hidden, self.home.path().join("photos").join(name)).expect("the picture in its folder");
    }

    /// The desk's folder: configuration, data, photos.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        let log = fs::read_to_string(self.home.path().join("data/ra-desk.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of plain characters")
}
