//! What a test may ask of the card: to go away at a chosen command, and to say which commands came.
//! Two kinds of tear exist on real cards and lead to different states: the command was never carried
//! out, or it was and only its answer was lost.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process;

/// Counts the commands and ends the process at the chosen one.
pub struct Faults {
    seen: u64,
    die_before: Option<u64>,
    die_after: Option<u64>,
    log: ApduLog,
}

impl Faults {
    /// Commands are counted from 1; `None` never happens.
    pub fn new(die_before: Option<u64>, die_after: Option<u64>, log: ApduLog) -> Self {
        Self { seen: 0, die_before, die_after, log }
    }

    /// To be called as a command arrives. Does not return when the card dies before it.
    pub fn before(&mut self, command: &[u8]) {
        self.seen += 1;
        if self.die_before == Some(self.seen) {
            self.log.line(self.seen, command, "died-before");
            process::exit(0);
        }
    }

    /// To be called once the command was carried out and before it is answered. Every write to the image
    /// has left the process by then: nothing is buffered here. Does not return when the card dies now.
    pub fn after(&mut self, command: &[u8], status: u16) {
        if self.die_after == Some(self.seen) {
            self.log.line(self.seen, command, &format!("{status:04X} died-after"));
            process::exit(0);
        }
        self.log.line(self.seen, command, &format!("{status:04X}"));
    }
}

/// The command log: headers and status words, never data, which may hold a PIN or a key.
pub struct ApduLog(Option<File>);

impl ApduLog {
    /// Opens the log for appending; without a path nothing is logged.
    pub fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self(None)) };
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(|file| Self(Some(file))).map_err(|err| format!("cannot open {}: {err}", path.display()))
    }

    fn line(&mut self, number: u64, command: &[u8], outcome: &str) {
        let Some(file) = &mut self.0 else { return };
        // One write a line, so that a reader of the log never sees half of one. A full disk must not
        // change what the card does.
        let _ = file.write_all(format!("{number} {} {outcome}\n", header(command)).as_bytes());
    }
}

/// CLA INS P1 P2 and the length of the data, in hex.
fn header(command: &[u8]) -> String {
    let mut text = String::new();
    for byte in command.iter().take(4) {
        text.push_str(&format!("{byte:02X} "));
    }
    match *command.get(4..).unwrap_or_default() {
        [] | [_] => text.push_str("00"),
        [0, high, low, _, ..] => text.push_str(&format!("{high:02X}{low:02X}")),
        [lc, ..] => text.push_str(&format!("{lc:02X}")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_the_header_and_never_the_data() {
        assert_eq!(header(&[0, 0x20, 0, 0x80]), "00 20 00 80 00");
        assert_eq!(header(&[0, 0xC0, 0, 0, 0x20]), "00 C0 00 00 00");
        assert_eq!(header(&[0, 0x20, 0, 0x80, 2, 0x31, 0x32]), "00 20 00 80 02");
        assert_eq!(header(&[0, 0xDB, 0x3F, 0xFF, 0, 1, 2, 9, 9]), "00 DB 3F FF 0102");
    }
}
