//! Command and answer (ISO/IEC 7816-4 clauses 5.1 to 5.3): short APDUs only, command chaining at 255 bytes, GET RESPONSE,
//! status words as one enum.
//!
//! Extended APDUs are never used: some cards cut an extended answer at 255 bytes (`notes` cards 3b).

use std::fmt;

use zeroize::Zeroizing;

use super::channel::{Channel, ChannelFault};
use super::task::CardFault;

/// The most data one short command carries.
const SEGMENT_MAX: usize = 255;
/// The longest answer put together from GET RESPONSE, in bytes: twice the largest PIV container.
pub const ANSWER_MAX: usize = 32 * 1024;
/// The longest command data, in bytes. Same reason.
pub const COMMAND_MAX: usize = 32 * 1024;
/// The most GET RESPONSE rounds for one command: [`ANSWER_MAX`] in the smallest pieces a real card uses (32 bytes).
const ROUNDS_MAX: usize = 1024;

/// One command before it is cut into segments. Its data is wiped when dropped: it may hold a PIN.
pub struct Command {
    cla: u8,
    ins: u8,
    p1: u8,
    p2: u8,
    data: Zeroizing<Vec<u8>>,
    expects_data: bool,
}

impl Command {
    /// A command without data.
    pub fn new(ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla: 0, ins, p1, p2, data: Zeroizing::new(Vec::new()), expects_data: false }
    }

    /// With data.
    #[must_use]
    pub fn with(mut self, data: Vec<u8>) -> Self {
        self.data = Zeroizing::new(data);
        self
    }

    /// With Le = 00: as much as the card has.
    #[must_use]
    pub fn expecting(mut self) -> Self {
        self.expects_data = true;
        self
    }

    /// The bytes on the wire, one piece per segment; all but the last with CLA bit 0x10.
    fn segments(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let mut pieces: Vec<&[u8]> = self.data.chunks(SEGMENT_MAX).collect();
        if pieces.is_empty() {
            pieces.push(&[]);
        }
        let last = pieces.len() - 1;
        pieces.iter().enumerate().map(|(i, piece)| self.segment(piece, i == last)).collect()
    }

    fn segment(&self, piece: &[u8], last: bool) -> Zeroizing<Vec<u8>> {
        // Room for all of it at once: a growing buffer would leave copies of a PIN behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(piece.len() + 6));
        let chain = if last { 0 } else { 0x10 };
        bytes.extend_from_slice(&[self.cla | chain, self.ins, self.p1, self.p2]);
        if !piece.is_empty() {
            bytes.push(piece.len() as u8); // at most SEGMENT_MAX
            bytes.extend_from_slice(piece);
        }
        if last && self.expects_data {
            bytes.push(0);
        }
        bytes
    }
}

impl fmt::Debug for Command {
    /// The header alone: the data may be a PIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}{:02X}{:02X}{:02X}", self.cla, self.ins, self.p1, self.p2)
    }
}

/// What a status word means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 9000.
    Good,
    /// 63Cx: wrong reference data, x tries left.
    TriesLeft(u8),
    /// 6983: no try left.
    Blocked,
    /// 6300: wrong reference data, and the card does not say how many tries are left.
    Wrong,
    /// 6982, 6985: the rights are not there.
    NoRights,
    /// 6A82, 6A88: no such application, object or reference.
    NotFound,
    /// 6A84, 6700: it does not fit.
    NoSpace,
    /// 6A80, 6A81, 6A86, 6B00, 6D00, 6E00, 6884, 6F00: the card does not know command, parameter or algorithm. 6F00
    /// belongs here because some cards answer so to an unknown algorithm (`notes` cards 3b).
    Unsupported,
    /// Any other.
    Other,
}

/// A whole answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The data of all pieces.
    pub data: Vec<u8>,
    /// The last status word.
    pub sw: u16,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {:04X}", self.data.len(), self.sw)
    }
}

impl Answer {
    /// The meaning of the status word.
    pub fn status(&self) -> Status {
        match self.sw {
            0x9000 => Status::Good,
            0x63C0..=0x63CF => Status::TriesLeft((self.sw & 0x0F) as u8),
            0x6983 => Status::Blocked,
            0x6300 => Status::Wrong,
            0x6982 | 0x6985 => Status::NoRights,
            0x6A82 | 0x6A88 => Status::NotFound,
            0x6A84 | 0x6700 => Status::NoSpace,
            0x6A80 | 0x6A81 | 0x6A86 | 0x6B00 | 0x6D00 | 0x6E00 | 0x6884 | 0x6F00 => Status::Unsupported,
            _ => Status::Other,
        }
    }

    /// The fault for a status that no special rule of the command covers.
    pub fn fault(&self) -> CardFault {
        match self.status() {
            Status::NoRights => CardFault::NoRights,
            Status::NoSpace => CardFault::NoSpace,
            Status::Unsupported => CardFault::Unsupported,
            _ => CardFault::Unexpected { sw: self.sw },
        }
    }

    /// The data if the status is good, else [`Answer::fault`].
    pub fn good(self) -> Result<Vec<u8>, CardFault> {
        if self.status() == Status::Good { Ok(self.data) } else { Err(self.fault()) }
    }
}

impl From<ChannelFault> for CardFault {
    fn from(fault: ChannelFault) -> Self {
        match fault {
            ChannelFault::CardGone => CardFault::Removed,
            ChannelFault::CardReset => CardFault::NoRights,
            ChannelFault::ReaderGone | ChannelFault::ServiceGone => CardFault::ReaderGone,
            ChannelFault::InUse => CardFault::InUse,
        }
    }
}

/// Sends a command, in segments if it must be, and collects the whole answer.
///
/// Errors: the channel's fault; `NoSpace` for a command or an answer over the limits of this file;
/// `Unexpected { sw: 0 }` for an answer without a status word. A status word that is not good is no error here.
pub fn send(card: &mut dyn Channel, command: &Command) -> Result<Answer, CardFault> {
    if command.data.len() > COMMAND_MAX {
        return Err(CardFault::NoSpace);
    }
    let segments = command.segments();
    let (last, before) = match segments.split_last() {
        Some(parts) => parts,
        None => return Err(CardFault::Unsupported), // segments() gives one at least
    };
    for segment in before {
        let (_, sw) = exchange(card, segment)?;
        if sw != 0x9000 {
            return Ok(Answer { data: Vec::new(), sw });
        }
    }
    let (mut data, mut sw) = exchange(card, last)?;
    if sw >> 8 == 0x6C && before.is_empty() {
        // Wrong Le, the right one is in SW2. Only for a command in one piece: nothing was executed then.
        let mut again = Zeroizing::new(last.to_vec());
        if command.expects_data {
            again.pop();
        }
        again.push((sw & 0xFF) as u8);
        (data, sw) = exchange(card, &again)?;
    }
    let mut rounds = 0;
    while sw >> 8 == 0x61 {
        let (more, next) = exchange(card, &[0x00, 0xC0, 0x00, 0x00, (sw & 0xFF) as u8])?;
        data.extend_from_slice(&more);
        sw = next;
        rounds += 1;
        if data.len() > ANSWER_MAX || rounds > ROUNDS_MAX {
            return Err(CardFault::NoSpace);
        }
    }
    Ok(Answer { data, sw })
}

fn exchange(card: &mut dyn Channel, bytes: &[u8]) -> Result<(Vec<u8>, u16), CardFault> {
    let mut data = card.transmit(bytes)?;
    let (Some(sw2), Some(sw1)) = (data.pop(), data.pop()) else {
        return Err(CardFault::Unexpected { sw: 0 });
    };
    Ok((data, u16::from_be_bytes([sw1, sw2])))
}

/// One line for a log: header bytes and status word, nothing of the data either way.
pub fn trace(command: &[u8], answer: &Result<Vec<u8>, ChannelFault>) -> String {
    let header: String = command.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
    match answer {
        Ok(bytes) if bytes.len() >= 2 => {
            let sw: String = bytes[bytes.len() - 2..].iter().map(|byte| format!("{byte:02X}")).collect();
            format!("{header} -> {sw}")
        }
        Ok(_) => format!("{header} -> no status"),
        Err(fault) => format!("{header} -> {fault}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::Script;
    use proptest::prelude::*;

    #[test]
    fn a_short_command_is_sent_as_the_standard_shows() {
        let mut card = Script::new([("00A4040005A00000030800", "6105"), ("00C0000005", "61034F0000009000")]);
        let select = Command::new(0xA4, 4, 0).with(vec![0xA0, 0, 0, 3, 8]).expecting();
        let answer = send(&mut card, &select).unwrap();
        assert_eq!((answer.data.len(), answer.status()), (6, Status::Good));
        card.finished();
    }

    #[test]
    fn long_data_is_chained_at_255_bytes_and_stops_at_the_first_refusal() {
        let first = format!("10DB3FFFFF{}", "AB".repeat(255));
        let mut card = Script::new([(first.as_str(), "9000"), ("00DB3FFF01AB", "9000")]);
        let put = Command::new(0xDB, 0x3F, 0xFF).with(vec![0xAB; 256]);
        assert_eq!(send(&mut card, &put).unwrap().sw, 0x9000);
        card.finished();
        let mut card = Script::new([(first.as_str(), "6982")]);
        assert_eq!(send(&mut card, &put).unwrap().status(), Status::NoRights);
        card.finished();
    }

    #[test]
    fn a_wrong_le_is_put_right_once() {
        let mut card = Script::new([("00F8000000", "6C04"), ("00F8000004", "000000019000")]);
        assert_eq!(send(&mut card, &Command::new(0xF8, 0, 0).expecting()).unwrap().data, [0, 0, 0, 1]);
        card.finished();
    }

    #[test]
    fn an_endless_answer_is_cut_off() {
        struct Endless(usize);
        impl Channel for Endless {
            fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ChannelFault> {
                self.0 += 1;
                Ok(vec![0x61, 0x01])
            }
        }
        let mut card = Endless(0);
        assert_eq!(send(&mut card, &Command::new(0xCB, 0, 0)), Err(CardFault::NoSpace));
        assert!(card.0 <= ROUNDS_MAX + 2);
    }

    #[test]
    fn an_answer_without_a_status_word_is_a_fault() {
        let mut card = Script::new([("00F80000", "90")]);
        assert_eq!(send(&mut card, &Command::new(0xF8, 0, 0)), Err(CardFault::Unexpected { sw: 0 }));
    }

    #[test]
    fn a_trace_shows_header_and_status_and_no_byte_of_the_passcode() {
        let verify = [0x00, 0x20, 0x00, 0x80, 8, 0x34, 0x38, 0x32, 0x39, 0x31, 0x33, 0xFF, 0xFF];
        assert_eq!(trace(&verify, &Ok(vec![0x63, 0xC2])), "00200080 -> 63C2");
        assert_eq!(trace(&verify, &Err(ChannelFault::CardGone)), "00200080 -> the card is gone");
        assert_eq!(format!("{:?}", Command::new(0x20, 0, 0x80).with(vec![0x34])), "00200080");
    }

    proptest! {
        #[test]
        fn segments_put_together_give_the_data_again(data in proptest::collection::vec(any::<u8>(), 0..1200)) {
            let command = Command::new(0xDB, 0x3F, 0xFF).with(data.clone());
            let segments = command.segments();
            let mut joined = Vec::new();
            for (i, segment) in segments.iter().enumerate() {
                let last = i + 1 == segments.len();
                prop_assert_eq!(segment[0], if last { 0 } else { 0x10 });
                prop_assert!(segment.len() <= 260);
                joined.extend_from_slice(segment.get(5..).unwrap_or_default());
            }
            prop_assert_eq!(joined, data);
        }
    }
}
