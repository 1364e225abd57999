//! A smartcard daemon of the test's own, with two virtual readers and virtual cards to put into them.
//!
//! ```ignore
//! let mut pcscd = PrivatePcscd::start();
//! let card = CardImage::new("agent", 1);
//! pcscd.insert(0, &card);
//! kiosk.env(CSOCK_NAME, pcscd.socket());
//! ```
//!
//! The client library reads the variable once per process: give it to programs under test, one daemon
//! to each process, and do not talk PC/SC from the test itself.

mod judges;
mod ports;
mod readers;

use std::fs::{self, File};
use std::io::{PipeWriter, pipe};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tools;
use ports::PortPair;
use readers::{Readers, Sight};

/// The variable that names the daemon's socket to every client of pcsc-lite.
pub const CSOCK_NAME: &str = "PCSCLITE_CSOCK_NAME";
/// Where the packages of Debian put the driver of the virtual reader.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// The longest wait for the daemon or a reader. The daemon looks for cards every 400 ms; the rest is
/// for a busy computer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// The longest wait for the daemon's start, usually some milliseconds.
const START_PATIENCE: Duration = Duration::from_secs(8);
/// How many pairs of ports are tried before the test gives up.
const STARTS: usize = 3;

/// The PIN of a factory-new card.
pub const FACTORY_PIN: &str = "123456";
/// The PUK of a factory-new card.
pub const FACTORY_PUK: &str = "12345678";
/// The management key of a factory-new card, 3DES.
pub const FACTORY_KEY: &str = "010203040506070801020304050607080102030405060708";

/// When a card leaves the reader by itself. Commands are counted from 1, from the insertion on, as they
/// come on the wire: parts of a chain and GET RESPONSE count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// It leaves before this command is carried out.
    pub die_before: Option<u64>,
    /// It leaves after this command was carried out, before it is answered.
    pub die_after: Option<u64>,
}

/// A card that outlives its stay in a reader. Dropping it destroys the card.
pub struct CardImage {
    name: String,
    seed: u64,
    home: TempDir,
    serial: Option<u32>,
}

impl CardImage {
    /// A factory-new card: [`FACTORY_PIN`] and [`FACTORY_PUK`] with three tries each, and [`FACTORY_KEY`]. The
    /// card makes its 9E key and its CHUID by itself, as the applet does. The name is for messages. Cards of one test need different seeds; the same
    /// seed and the same commands give the same keys.
    pub fn new(name: &str, seed: u64) -> Self {
        let home = tempfile::Builder::new().prefix(&format!("card-{name}-")).tempdir().expect("a folder for the card");
        Self { name: name.into(), seed, home, serial: None }
    }

    /// The same with a chosen serial number (Yubico GET SERIAL). Otherwise it comes from the seed.
    pub fn with_serial(self, serial: u32) -> Self {
        Self { serial: Some(serial), ..self }
    }

    /// The card's folder, for a copy of its whole state.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("image")
    }

    /// A card that is this one as it is now, byte for byte. To be called while it is in no reader.
    pub fn copy(&self, name: &str) -> Self {
        let copy = Self { serial: self.serial, ..Self::new(name, self.seed) };
        fs::create_dir_all(copy.dir()).expect("a folder for the copy");
        for file in fs::read_dir(self.dir()).expect("the card was in a reader before") {
            let file = file.expect("a file of the card");
            fs::copy(file.path(), copy.dir().join(file.file_name())).expect("a copied file");
        }
        copy
    }

    /// The commands the card saw so far: number since the insertion, CLA INS P1 P2 Lc in hex, status word.
    /// Never their data.
    pub fn apdu_log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.log_path()).unwrap_or_default();
        text.lines().map(String::from).collect()
    }

    /// Forgets the commands seen so far.
    pub fn clear_apdu_log(&self) {
        // The card appends: emptying the file under it is safe.
        File::create(self.log_path()).expect("an empty log");
    }

    fn log_path(&self) -> PathBuf {
        self.home.path().join("apdu.log")
    }

    /// Starts the card's process.
    fn start(&self, port: u16, faults: Faults) -> Inserted {
        let binary = tools::root().join("virtual-card/target/release/virtual-card");
        assert!(binary.is_file(), "the virtual card is not built: run make virtual-card");
        let complaints = self.home.path().join("complaints");
        let mut command = Command::new(binary);
        command.arg("--connect").arg(format!("127.0.0.1:{port}"));
        command.arg("--image").arg(self.dir()).arg("--seed").arg(self.seed.to_string());
        command.arg("--apdu-log").arg(self.log_path());
        if let Some(serial) = self.serial {
            command.arg("--serial").arg(format!("{serial:08X}"));
        }
        if let Some(n) = faults.die_before {
            command.arg("--die-before").arg(n.to_string());
        }
        if let Some(n) = faults.die_after {
            command.arg("--die-after").arg(n.to_string());
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(&complaints).expect("a file for complaints"));
        let process = command.spawn().expect("the virtual card starts");
        Inserted { process, name: self.name.clone(), complaints }
    }
}

/// A card in a reader. Dropping it pulls the card.
struct Inserted {
    process: Child,
    name: String,
    complaints: PathBuf,
}

impl Inserted {
    fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("the state of the card's process").is_some()
    }

    fn complaints(&self) -> String {
        fs::read_to_string(&self.complaints).unwrap_or_default()
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A daemon with two readers, 0 and 1, that no other test sees.
pub struct PrivatePcscd {
    // In this order on drop: cards, daemon, then the ports and the folder they used.
    slots: [Option<Inserted>; 2],
    daemon: Option<Daemon>,
    home: TempDir,
}

/// Starts the daemon as systemd would: with a listening socket as descriptor 3 and two variables that say
/// so. (The daemon's own socket path is fixed when it is compiled and belongs to the whole computer.)
/// `LISTEN_PID` must be the daemon's own number: that of a shell which becomes the daemon.
///
/// Standard input is the socket and standard output a pipe to read from, the descriptors that can be handed
/// over without unsafe code. When the other end of the pipe closes, also because the test was killed, the
/// daemon is killed, and with it every card in its readers.
const LAUNCH: &str = r#"
exec 3<&0 4<&1 </dev/null >"$3" 2>&1
/bin/sh -c 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$1" --foreground --config "$2"' sh "$1" "$2" 4<&- &
exec 3<&-
read -r nothing <&4
kill -9 $!
wait $!
"#;

/// The daemon, what keeps it alive and the ports it holds.
struct Daemon {
    launcher: Child,
    lifeline: Option<PipeWriter>,
    ports: PortPair,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.lifeline = None;
        let _ = self.launcher.wait();
    }
}

impl PrivatePcscd {
    /// Starts a daemon and waits until both readers are there, empty.
    #[track_caller]
    pub fn start() -> Self {
        let home = tempfile::Builder::new().prefix("pcscd-").tempdir().expect("a folder for the daemon");
        let mut this = Self { slots: [None, None], daemon: None, home };
        this.start_daemon();
        this
    }

    /// The socket to give to clients as [`CSOCK_NAME`].
    pub fn socket(&self) -> PathBuf {
        self.home.path().join("comm")
    }

    /// The reader's name as PC/SC lists it.
    pub fn reader_name(&self, slot: usize) -> &'static str {
        ["Virtual PCD 00 00", "Virtual PCD 00 01"][slot]
    }

    /// A command that talks to this daemon.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env(CSOCK_NAME, self.socket());
        command
    }

    /// Puts a card into a reader and waits until the reader sees it.
    #[track_caller]
    pub fn insert(&mut self, slot: usize, card: &CardImage) {
        self.insert_with(slot, card, Faults::default());
    }

    /// The same with a card that will leave by itself.
    #[track_caller]
    pub fn insert_with(&mut self, slot: usize, card: &CardImage, faults: Faults) {
        assert!(self.slots[slot].is_none(), "reader {slot} holds a card; remove it first");
        self.wait_empty(slot);
        let port = self.daemon.as_ref().expect("the daemon is running").ports.port(slot);
        let inserted = self.slots[slot].insert(card.start(port, faults));
        let mut readers = Readers::connect(&self.home.path().join("comm"));
        let started = Instant::now();
        while readers.look(slot) != Sight::Card {
            assert!(!inserted.has_ended(), "the card {} left at once: {}", inserted.name, inserted.complaints());
            assert!(
                started.elapsed() < PATIENCE,
                "reader {slot} does not see the card {}: {}\n{}",
                inserted.name,
                inserted.complaints(),
                fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
            );
            thread::sleep(PAUSE);
        }
    }

    /// Pulls the card, whatever it is doing, and does not wait for the reader to notice.
    pub fn pull(&mut self, slot: usize) {
        self.slots[slot] = None;
    }

    /// Pulls the card and waits until the reader is empty.
    #[track_caller]
    pub fn remove(&mut self, slot: usize) {
        self.pull(slot);
        self.wait_empty(slot);
    }

    /// Waits until the card left by itself (see [`Faults`]) and the reader is empty.
    #[track_caller]
    pub fn wait_left(&mut self, slot: usize) {
        let inserted = self.slots[slot].as_mut().expect("a card is in the reader");
        let started = Instant::now();
        while !inserted.has_ended() {
            assert!(started.elapsed() < PATIENCE, "the card {} did not leave", inserted.name);
            thread::sleep(PAUSE);
        }
        self.remove(slot);
    }

    /// Whether the card's process ended: the card left by itself.
    pub fn has_left(&mut self, slot: usize) -> bool {
        self.slots[slot].as_mut().is_none_or(Inserted::has_ended)
    }

    #[track_caller]
    fn wait_empty(&self, slot: usize) {
        let mut readers = Readers::connect(&self.socket());
        let started = Instant::now();
        while readers.look(slot) != Sight::Empty {
            assert!(started.elapsed() < PATIENCE, "reader {slot} still sees a card that is gone");
            thread::sleep(PAUSE);
        }
    }

    /// Kills the daemon, as a crash would. Cards in the readers are gone with it.
    pub fn kill_daemon(&mut self) {
        self.slots = [None, None];
        self.daemon = None;
        let _ = fs::remove_file(self.socket());
    }

    /// Starts the daemon again, behind the same socket and with empty readers.
    #[track_caller]
    pub fn start_daemon(&mut self) {
        assert!(self.daemon.is_none(), "the daemon is running");
        assert!(Path::new(DRIVER).is_file(), "{DRIVER} is missing: install the package vsmartcard-vpcd");
        for _ in 0..STARTS {
            let daemon = self.spawn_daemon(PortPair::take());
            if self.is_ready(&daemon) {
                self.daemon = Some(daemon);
                return;
            }
        }
        let log = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
        panic!("pcscd with two virtual readers did not start; it said:\n{log}");
    }

    /// Starts the daemon on the ports; whether it comes up is to be seen.
    fn spawn_daemon(&self, ports: PortPair) -> Daemon {
        let home = self.home.path();
        let pcscd = tools::program("pcscd", "pcscd");
        let config = home.join("readers");
        fs::create_dir_all(&config).expect("a folder for the configuration");
        let base = ports.port(0);
        let text = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x{base:X}\nLIBPATH {DRIVER}\nCHANNELID 0x{base:X}\n"
        );
        fs::write(config.join("vpcd"), text).expect("a configuration");
        let _ = fs::remove_file(self.socket());
        let listener = UnixListener::bind(self.socket()).expect("a socket for the daemon");
        let (heartbeat, lifeline) = pipe().expect("a pipe to the launcher");
        let launcher = Command::new("/bin/sh")
            .args(["-c", LAUNCH, "sh"])
            .args([pcscd, config, home.join("log")])
            .stdin(OwnedFd::from(listener))
            .stdout(heartbeat)
            .stderr(Stdio::null())
            .spawn()
            .expect("the launcher of the daemon starts");
        Daemon { launcher, lifeline: Some(lifeline), ports }
    }

    /// Waits until the daemon listens for cards on both ports and lists both readers.
    fn is_ready(&self, daemon: &Daemon) -> bool {
        let started = Instant::now();
        let mut listening = false;
        while started.elapsed() < START_PATIENCE {
            listening = listening || daemon.ports.both_listening();
            if listening && Readers::try_connect(&self.socket()).is_ok_and(|mut readers| readers.count() == 2) {
                return true;
            }
            thread::sleep(PAUSE);
        }
        false
    }
}
