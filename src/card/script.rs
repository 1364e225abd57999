//! A card that answers from a script, for unit tests: each command must come exactly as written.

use std::collections::VecDeque;

use super::channel::{Channel, ChannelFault};

/// Commands expected and the answers to them, in hexadecimal.
pub(crate) struct Script(VecDeque<(String, String)>);

impl Script {
    /// A script of (command, answer).
    pub(crate) fn new<'a>(lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(lines.into_iter().map(|(command, answer)| (command.to_owned(), answer.to_owned())).collect())
    }

    /// Fails if a line was never asked for.
    pub(crate) fn finished(&self) {
        assert!(self.0.is_empty(), "never sent: {:?}", self.0);
    }
}

impl Channel for Script {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        let (expected, answer) = self.0.pop_front().expect("a command after the end of the script");
        assert_eq!(hex(command), expected);
        if answer == "gone" { Err(ChannelFault::CardGone) } else { Ok(unhex(&answer)) }
    }
}

/// Bytes as hexadecimal capitals.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Hexadecimal as bytes.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}
