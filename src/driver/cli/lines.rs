//! Lines from standard input for commands that judge thousands of items: one answer a line, in order, a bad line answered in
//! its place.

use std::io::{self, BufRead, Read};

/// Bytes of a line that are looked at. Nothing a command judges is longer; the rest of a longer one is passed over.
pub const LINE_MAX: usize = 64 * 1024;

/// A line and its number, from 1.
pub struct Line {
    /// Which.
    pub number: usize,
    /// Without its end; bytes that are no UTF-8 stand as U+FFFD, which no item holds.
    pub text: String,
    /// It was longer than [`LINE_MAX`].
    pub too_long: bool,
}

/// Reads lines without ever holding more than one.
pub struct Lines<R> {
    from: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    /// Lines of a reader.
    pub fn new(from: R) -> Self {
        Self { from, number: 0 }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let limit = LINE_MAX as u64 + 1;
        if self.from.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let too_long = bytes.len() > LINE_MAX && bytes.last() != Some(&b'\n');
        if too_long {
            self.from.skip_until(b'\n')?;
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        Ok(Some(Line { number: self.number, text, too_long }))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// The answer to an item that was not of the form.
pub fn error(line: usize, field: &str, what: &str) -> String {
    serde_json::json!({ "error": format!("line {line}, field {field}: {what}") }).to_string()
}
