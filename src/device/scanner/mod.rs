//! Document scanners on a serial port: no keyboard layout and no focus stand between the document and the desk.
//!
//! One thread waits on the port and costs nothing while nobody scans. A scanner that is unplugged is looked for again.

mod frame;

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};

pub use frame::{Framer, Preset};

/// A scan without an end of its own is over after so much quiet; between lines a scanner pauses for less.
const QUIET: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
/// How often a port that is not there is looked for.
const AGAIN: Duration = Duration::from_millis(500);

/// Opens a port and sets it: no echo, no line editing, 8 data bits, the preset's speed.
///
/// Errors: it is not there, may not be opened, or is no serial port.
pub fn open(port: &Path, preset: &Preset) -> io::Result<File> {
    let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits().cast_signed();
    let file = File::options().read(true).write(true).custom_flags(flags).open(port)?;
    let mut modes = tcgetattr(&file)?;
    modes.make_raw();
    // A cable without modem lines is no hang-up.
    modes.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    modes.set_speed(preset.baud)?;
    tcsetattr(&file, OptionalActions::Now, &modes)?;
    Ok(file)
}

/// Starts the thread. Every scan is given to `heard`, which says whether anybody still listens; the thread ends when nobody does.
///
/// Errors: no thread could be started.
pub fn start(port: PathBuf, preset: Preset, mut heard: impl FnMut(String) -> bool + Send + 'static) -> io::Result<()> {
    let listen = move || {
        let mut is_there = true;
        loop {
            match open(&port, &preset) {
                Ok(mut file) => {
                    tracing::info!("the scanner's port is open");
                    is_there = true;
                    if !read(&mut file, Framer::new(preset.clone()), &mut heard) {
                        return;
                    }
                    tracing::warn!("the scanner's port has gone");
                }
                // Said once, not twice a second.
                Err(error) if std::mem::take(&mut is_there) => tracing::warn!(%error, "no scanner at its port"),
                Err(_) => {}
            }
            std::thread::sleep(AGAIN);
        }
    };
    std::thread::Builder::new().name("scanner".into()).spawn(listen).map(drop)
}

/// Reads until the port has gone (true) or nobody listens (false).
fn read(file: &mut File, mut framer: Framer, heard: &mut impl FnMut(String) -> bool) -> bool {
    let mut bytes = [0; 256];
    loop {
        let quiet = framer.is_waiting().then_some(&QUIET);
        let scans = match poll(&mut [PollFd::new(&*file, PollFlags::IN)], quiet) {
            Ok(0) => framer.quiet().into_iter().collect(),
            Ok(_) => match file.read(&mut bytes) {
                // Ready, and nothing to read: hung up.
                Ok(0) => return true,
                Ok(read) => framer.push(bytes.get(..read).unwrap_or_default()),
                Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                    continue;
                }
                Err(_) => return true,
            },
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return true,
        };
        for scan in scans {
            if !heard(scan) {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::mpsc::{Receiver, sync_channel};

    use portable_pty::{MasterPty, PtyPair, PtySize, native_pty_system};

    use super::*;

    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    /// The longest wait for what comes at once on an idle computer.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// A scanner plugged in at this path.
    fn plug(at: &Path) -> (PtyPair, Box<dyn Write + Send>) {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let _ = std::fs::remove_file(at);
        std::os::unix::fs::symlink(pair.master.tty_name().unwrap(), at).unwrap();
        let writer = pair.master.take_writer().unwrap();
        (pair, writer)
    }

    /// Waits until the port was opened and set: what is written before would be echoed and lost.
    fn wait_until_raw(master: &dyn MasterPty) {
        let end = std::time::Instant::now() + PATIENCE;
        while master
            .get_termios()
            .is_none_or(|modes| modes.local_flags.bits() & rustix::termios::LocalModes::ICANON.bits() != 0)
        {
            assert!(std::time::Instant::now() < end, "the port was not opened");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn scanned(scans: &Receiver<String>) -> String {
        scans.recv_timeout(PATIENCE).expect("a scan")
    }

    #[test]
    fn a_scanner_is_heard_and_heard_again_when_it_was_unplugged_in_the_middle_of_a_scan() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("scanner");
        let (sender, scans) = sync_channel(4);
        start(port.clone(), Preset::named("stx-etx").unwrap(), move |scan| sender.send(scan).is_ok()).unwrap();
        // It is not there yet.
        let (pair, mut writer) = plug(&port);
        wait_until_raw(&*pair.master);
        writer.write_all(format!("\u{2}{ZONE}\r\u{3}").as_bytes()).unwrap();
        assert_eq!(scanned(&scans), ZONE);
        writer.write_all(b"\x02P<UTOERIK").unwrap();
        std::fs::remove_file(&port).unwrap();
        drop((pair, writer));
        let (pair, mut writer) = plug(&port);
        wait_until_raw(&*pair.master);
        writer.write_all(format!("\u{2}{ZONE}\u{3}").as_bytes()).unwrap();
        assert_eq!(scanned(&scans), ZONE, "nothing of the half scan is left");
    }

    #[test]
    fn lines_end_when_it_is_quiet() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("scanner");
        let (pair, mut writer) = plug(&port);
        let (sender, scans) = sync_channel(4);
        start(port, Preset::named("lines").unwrap(), move |scan| sender.send(scan).is_ok()).unwrap();
        wait_until_raw(&*pair.master);
        writer.write_all(format!("{ZONE}\r").as_bytes()).unwrap();
        assert_eq!(scanned(&scans), ZONE);
    }

    #[test]
    fn a_file_is_no_port() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(open(file.path(), &Preset::named("lines").unwrap()).is_err());
    }
}
