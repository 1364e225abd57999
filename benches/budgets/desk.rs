//! The desk under measurement: the release build with the feature `desk` alone, in a terminal, with a smartcard service of
//! its own and, where a row needs it, a central on the same computer.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use super::process::{PATIENCE, SIZE, settled};
use crate::support::pcsc::{CSOCK_NAME, PrivatePcscd};
use crate::support::pty::Pty;
use crate::support::tools;

/// First line of the set-up form, as an agent reads it.
pub const SET_UP: &str = "First set-up of this desk";

/// The built desk.
pub fn program() -> PathBuf {
    let program = tools::root().join("target/bench-desk/release/ra-desk");
    assert!(program.is_file(), "{} is not built: run make bench", program.display());
    program
}

/// A floor program.
pub fn floor(name: &str) -> PathBuf {
    let program = tools::root().join("target/bench-floor/release").join(name);
    assert!(program.is_file(), "{} is not built: run make bench", program.display());
    program
}

/// A desk's folder and configuration, and the smartcard service it talks to: two readers, both empty.
pub struct Desk {
    folder: TempDir,
    pcscd: PrivatePcscd,
}

impl Desk {
    /// A new desk, which nobody has set up.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the desk");
        let pictures = folder.path().join("pictures");
        fs::create_dir(&pictures).expect("a folder for the camera");
        let config = format!(
            "place = \"Truro clinic\"\nphone = \"0300 303 5035\"\ndata = {:?}\n[camera]\nfolder = {pictures:?}\n",
            folder.path().join("data")
        );
        fs::write(folder.path().join("desk.toml"), config).expect("a configuration");
        Self { folder, pcscd: PrivatePcscd::start() }
    }

    /// Starts it.
    pub fn start(&self) -> Pty {
        let config = self.folder.path().join("desk.toml");
        let config = config.to_str().expect("a folder of plain letters");
        let socket = self.pcscd.socket();
        let socket = socket.to_str().expect("a folder of plain letters");
        Pty::spawn(&program(), &["--config", config], &[(CSOCK_NAME, socket)], SIZE)
    }

    /// Sets it up with central by typing an invite, as the first agent does. It then runs and is online.
    pub fn set_up(&self, central: &Central) -> Pty {
        let invite = central.invite();
        let mut pty = self.start();
        pty.wait_for(SET_UP, PATIENCE);
        pty.keys(&format!("{}<ret>{}<ret>", central.address, invite.fingerprint));
        pty.wait_for("Now the one-time code", PATIENCE);
        pty.keys(&format!("{}<ret>", invite.code));
        pty.wait_for("This desk is enrolled", PATIENCE);
        pty.keys("<ret>");
        pty.wait_for("ONLINE", PATIENCE);
        settled(&pty);
        pty
    }
}

/// Sleeps until a new minute has just begun: for 50 s the desk's clock does not tick then.
pub fn just_after_a_minute() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let into = now.as_millis() % 60_000;
    if into > 3_000 {
        let left = u64::try_from(60_000 - into).expect("less than a minute");
        std::thread::sleep(Duration::from_millis(left + 100));
    }
}

/// A central that serves on this computer until it is dropped.
pub struct Central {
    serving: Child,
    data: PathBuf,
    address: String,
    _folder: TempDir,
}

/// What an invite says.
struct Invite {
    code: String,
    fingerprint: String,
}

impl Central {
    /// Makes one and lets it serve.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for central");
        let data = folder.path().join("central");
        run(&["init", "--data", text(&data), "--environment", "trial", "--name", "Bench"]);
        run(&["organisation", "--data", text(&data), "add", "--code", "REF", "--name", "Royal Cornwall"]);
        let mut serving = Command::new(env!("CARGO_BIN_EXE_ra-central"))
            .args(["serve", "--data", text(&data), "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("central starts");
        let mut line = String::new();
        let output = serving.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("central says where it listens");
        let address = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(address.contains(':'), "central said {line:?}");
        Self { serving, data, address, _folder: folder }
    }

    fn invite(&self) -> Invite {
        let invite = ["invite", "--name", "desk 1", "--place", "Truro", "--organisation", "REF"];
        let told = run(&[&["desk", "--data", text(&self.data)][..], &invite].concat());
        let field = |name: &str| {
            let line = told.lines().find(|line| line.starts_with(name)).expect("a field of the invite");
            line.split_whitespace().nth(1).expect("a value").to_owned()
        };
        Invite { code: field("Code:"), fingerprint: field("Fingerprint:") }
    }
}

impl Drop for Central {
    fn drop(&mut self) {
        let _ = self.serving.kill();
        let _ = self.serving.wait();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a folder of plain letters")
}

fn run(arguments: &[&str]) -> String {
    tools::run(Command::new(env!("CARGO_BIN_EXE_ra-central")).args(arguments)).well().out
}
