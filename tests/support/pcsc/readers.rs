//! Asks the daemon what its readers see, in the daemon's own protocol (pcsc-lite, `winscard_msg.h`,
//! version 4): a few bytes instead of a PC/SC program per look. The client library cannot be used here,
//! since it serves one daemon per process.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// `CMD_VERSION`: client and daemon tell each other their protocol version.
const VERSION: u32 = 0x11;
/// `CMD_GET_READERS_STATE`: the daemon answers with its table of readers.
const GET_READERS_STATE: u32 = 0x12;
/// `READER_STATE`: name, event counter, state, sharing, ATR (and padding), its length, protocol.
const ENTRY: usize = 184;
/// `PCSCLITE_MAX_READERS_CONTEXTS`
const ENTRIES: usize = 16;
/// `SCARD_PRESENT`
const PRESENT: u32 = 0x0004;
/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// No card.
    Empty,
    /// A card, whose ATR is known.
    Card,
    /// The daemon has not yet noticed what happened.
    Unclear,
}

/// A connection to the daemon.
pub struct Readers(UnixStream);

impl Readers {
    /// Connects to a daemon that is known to run.
    #[track_caller]
    pub fn connect(socket: &Path) -> Self {
        Self::try_connect(socket).unwrap_or_else(|err| panic!("the daemon does not answer: {err}"))
    }

    /// Connects to a daemon that may not be ready.
    pub fn try_connect(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut this = Self(stream);
        let [major, minor, result] = [4_u32, 4, 0].map(u32::to_ne_bytes);
        this.send(VERSION, &[major, minor, result].concat())?;
        let mut answer = [0; 12];
        this.0.read_exact(&mut answer)?;
        // The daemon tells its own version. It may object to another minor one, and answers all the same;
        // the table has been the same throughout version 4.
        match number(&answer, 0) {
            4 => Ok(this),
            other => Err(io::Error::other(format!("the daemon speaks version {other} of its protocol, not 4"))),
        }
    }

    /// How many readers there are.
    pub fn count(&mut self) -> usize {
        self.table().chunks(ENTRY).filter(|entry| entry[0] != 0).count()
    }

    /// What the reader sees.
    #[track_caller]
    pub fn look(&mut self, slot: usize) -> Sight {
        let table = self.table();
        let name_end = format!(" 0{slot}\0");
        let entry = table
            .chunks(ENTRY)
            .find(|entry| entry[..128].windows(name_end.len()).any(|part| part == name_end.as_bytes()))
            .unwrap_or_else(|| panic!("the daemon has no reader for slot {slot}"));
        // The daemon's watching thread counts every insertion and every removal, from an empty reader on.
        // The state alone is not enough: a failed command changes it before that thread has noticed, and
        // a card put in at that moment would never be noticed at all.
        let inserted = number(entry, 128) % 2 == 1;
        let present = number(entry, 132) & PRESENT != 0;
        match (inserted, present) {
            (true, true) if number(entry, 176) > 0 => Sight::Card,
            (false, false) => Sight::Empty,
            _ => Sight::Unclear,
        }
    }

    fn table(&mut self) -> Vec<u8> {
        let mut table = vec![0; ENTRY * ENTRIES];
        self.send(GET_READERS_STATE, &[])
            .and_then(|()| self.0.read_exact(&mut table))
            .expect("the daemon tells its readers");
        table
    }

    fn send(&mut self, command: u32, body: &[u8]) -> io::Result<()> {
        let size = u32::try_from(body.len()).map_err(io::Error::other)?;
        self.0.write_all(&[&size.to_ne_bytes()[..], &command.to_ne_bytes(), body].concat())
    }
}

/// A number in the computer's own byte order.
fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}
