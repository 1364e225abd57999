//! Commands and answers as bytes (ISO/IEC 7816-4): parse, join chained commands, cut long answers.

/// The most data one command may carry after its parts were joined, in bytes. Real cards have such a
/// limit, often below the standard's largest object (the face image, 12.7 kB).
pub const MAX_DATA: usize = 7609;

/// Status words this layer answers by itself.
pub mod status {
    /// Done.
    pub const OK: u16 = 0x9000;
    /// The command's length fields contradict its length.
    pub const WRONG_LENGTH: u16 = 0x6700;
    /// GET RESPONSE with nothing to give.
    pub const NOTHING_PENDING: u16 = 0x6985;
    /// Wrong data; also what the applet says of a data object it does not know.
    pub const WRONG_DATA: u16 = 0x6A80;
    /// No such object, file or applet.
    pub const NOT_FOUND: u16 = 0x6A82;
    /// The object is too large.
    pub const NO_SPACE: u16 = 0x6A84;
    /// This card does not have this command.
    pub const NO_SUCH_COMMAND: u16 = 0x6D00;
    /// The verification failed; how many tries are left is not said.
    pub const NOT_VERIFIED: u16 = 0x6300;
    /// The PIN is blocked.
    pub const BLOCKED: u16 = 0x6983;
}

/// A parsed command.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Apdu {
    /// Class, instruction and both parameters.
    pub header: [u8; 4],
    /// The data field.
    pub data: Vec<u8>,
    /// How many bytes the reader takes. Without a length field 256: clients that speak T=1 leave it out
    /// and still expect data.
    pub le: usize,
}

impl Apdu {
    /// Parses a short or extended command; `None` if its lengths do not fit.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, body) = bytes.split_first_chunk::<4>()?;
        let apdu = |data: &[u8], le| Some(Self { header: *header, data: data.to_vec(), le });
        let up_to = |le: u16, all| if le == 0 { all } else { usize::from(le) };
        match *body {
            [] => apdu(&[], 256),
            [le] => apdu(&[], up_to(le.into(), 256)),
            [0, high, low] => apdu(&[], up_to(u16::from_be_bytes([high, low]), 65536)),
            [0, high, low, ref rest @ ..] => {
                let (data, le) = rest.split_at_checked(u16::from_be_bytes([high, low]).into())?;
                match *le {
                    [] => apdu(data, 65536),
                    [high, low] => apdu(data, up_to(u16::from_be_bytes([high, low]), 65536)),
                    _ => None,
                }
            }
            [lc, ref rest @ ..] => {
                let (data, le) = rest.split_at_checked(lc.into())?;
                match *le {
                    [] => apdu(data, 256),
                    [le] => apdu(data, up_to(le.into(), 256)),
                    _ => None,
                }
            }
        }
    }

    /// The command in extended form, whatever it came in.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = self.header.to_vec();
        if !self.data.is_empty() {
            bytes.push(0);
            bytes.extend_from_slice(&u16::try_from(self.data.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(&self.data);
            bytes.extend_from_slice(&[0, 0]);
        } else {
            bytes.extend_from_slice(&[0, 0, 0]);
        }
        Some(bytes)
    }
}

/// What is to be done with an arrived command.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Carry this out.
    Execute(Apdu),
    /// Answer this; nothing to carry out.
    Answer(Vec<u8>),
}

/// Joins the parts of a chain and gives long answers in pieces.
#[derive(Default)]
pub struct Wire {
    chain: Option<Apdu>,
    pending: Vec<u8>,
}

impl Wire {
    /// Takes a command from the reader.
    pub fn arrive(&mut self, bytes: &[u8]) -> Arrival {
        let Some(mut apdu) = Apdu::parse(bytes) else { return Arrival::Answer(word(status::WRONG_LENGTH)) };
        let [class, instruction, ..] = apdu.header;
        if instruction == 0xC0 {
            return Arrival::Answer(self.more(apdu.le));
        }
        self.pending.clear();
        let last = class & 0x10 == 0;
        apdu.header[0] &= !0x10;
        // A command with another header ends a chain unfinished, and the chain is forgotten.
        if let Some(begun) = self.chain.take().filter(|begun| begun.header == apdu.header) {
            let mut data = begun.data;
            data.append(&mut apdu.data);
            apdu.data = data;
        }
        if apdu.data.len() > MAX_DATA {
            return Arrival::Answer(word(status::NO_SPACE));
        }
        if last {
            return Arrival::Execute(apdu);
        }
        self.chain = Some(apdu);
        Arrival::Answer(word(status::OK))
    }

    /// The answer to a command that was carried out: all of it, or as much as the reader takes and the
    /// word 61xx, with the rest kept for GET RESPONSE.
    pub fn answer(&mut self, data: Vec<u8>, status: u16, le: usize) -> Vec<u8> {
        if status != status::OK {
            return word(status);
        }
        self.pending = data;
        self.more_or_end(le)
    }

    fn more(&mut self, le: usize) -> Vec<u8> {
        if self.pending.is_empty() { word(status::NOTHING_PENDING) } else { self.more_or_end(le) }
    }

    fn more_or_end(&mut self, le: usize) -> Vec<u8> {
        let rest = self.pending.split_off(le.min(self.pending.len()));
        let mut bytes = std::mem::replace(&mut self.pending, rest);
        let left = self.pending.len();
        let status = match u8::try_from(left) {
            Ok(0) => status::OK,
            Ok(left) => 0x6100 | u16::from(left),
            Err(_) => 0x6100, // 256 or more
        };
        bytes.extend_from_slice(&status.to_be_bytes());
        bytes
    }
}

/// An answer of a status word alone.
pub fn word(status: u16) -> Vec<u8> {
    status.to_be_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apdu(data: &[u8], le: usize) -> Option<Apdu> {
        Some(Apdu { header: [0, 0xCB, 0x3F, 0xFF], data: data.to_vec(), le })
    }

    fn parse(body: &[u8]) -> Option<Apdu> {
        Apdu::parse(&[&[0, 0xCB, 0x3F, 0xFF], body].concat())
    }

    #[test]
    fn short_and_extended_commands_of_all_four_cases_are_parsed() {
        assert_eq!(parse(&[]), apdu(&[], 256));
        assert_eq!(parse(&[0]), apdu(&[], 256));
        assert_eq!(parse(&[5]), apdu(&[], 5));
        assert_eq!(parse(&[2, 7, 8]), apdu(&[7, 8], 256));
        assert_eq!(parse(&[2, 7, 8, 3]), apdu(&[7, 8], 3));
        assert_eq!(parse(&[0, 1, 0]), apdu(&[], 256));
        assert_eq!(parse(&[0, 0, 2, 7, 8]), apdu(&[7, 8], 65536));
        assert_eq!(parse(&[0, 0, 2, 7, 8, 0, 9]), apdu(&[7, 8], 9));
    }

    #[test]
    fn a_command_whose_lengths_do_not_fit_is_refused() {
        assert_eq!(Apdu::parse(&[0, 1, 2]), None);
        assert_eq!(parse(&[3, 7, 8]), None);
        assert_eq!(parse(&[1, 7, 8, 9]), None);
        assert_eq!(parse(&[0, 0, 9, 1]), None);
        assert_eq!(Wire::default().arrive(&[0, 1, 2]), Arrival::Answer(vec![0x67, 0x00]));
    }

    #[test]
    fn the_parts_of_a_chain_become_one_command() {
        let mut wire = Wire::default();
        assert_eq!(wire.arrive(&[0x10, 0xDB, 0x3F, 0xFF, 1, 7]), Arrival::Answer(vec![0x90, 0x00]));
        let whole = Apdu { header: [0, 0xDB, 0x3F, 0xFF], data: vec![7, 8], le: 256 };
        assert_eq!(wire.arrive(&[0, 0xDB, 0x3F, 0xFF, 1, 8]), Arrival::Execute(whole));
    }

    #[test]
    fn another_command_in_the_middle_ends_the_chain() {
        let mut wire = Wire::default();
        wire.arrive(&[0x10, 0xDB, 0x3F, 0xFF, 1, 7]);
        assert!(matches!(wire.arrive(&[0, 0x20, 0, 0x80]), Arrival::Execute(_)));
        let alone = Apdu { header: [0, 0xDB, 0x3F, 0xFF], data: vec![8], le: 256 };
        assert_eq!(wire.arrive(&[0, 0xDB, 0x3F, 0xFF, 1, 8]), Arrival::Execute(alone));
    }

    #[test]
    fn a_chain_beyond_the_card_s_room_is_refused() {
        let mut wire = Wire::default();
        let part = [&[0x10, 0xDB, 0x3F, 0xFF, 0xFF][..], &[0; 255]].concat();
        let no_space = Arrival::Answer(word(status::NO_SPACE));
        let refused = (0..100).find(|_| wire.arrive(&part) == no_space);
        assert_eq!(refused, Some(MAX_DATA / 255));
    }

    #[test]
    fn a_long_answer_is_given_in_pieces() {
        let mut wire = Wire::default();
        let long: Vec<u8> = (0..600u16).map(|n| n.to_be_bytes()[1]).collect();
        let mut got = Vec::new();
        let mut words = Vec::new();
        let mut piece = wire.answer(long.clone(), 0x9000, 256);
        loop {
            let sw = piece.split_off(piece.len() - 2);
            got.append(&mut piece);
            words.push(u16::from_be_bytes([sw[0], sw[1]]));
            if sw[0] != 0x61 {
                break;
            }
            let Arrival::Answer(next) = wire.arrive(&[0, 0xC0, 0, 0, sw[1]]) else { panic!("executed") };
            piece = next;
        }
        assert_eq!(got, long);
        assert_eq!(words, [0x6100, 0x6158, 0x9000]);
        assert_eq!(wire.arrive(&[0, 0xC0, 0, 0, 0]), Arrival::Answer(vec![0x69, 0x85]));
    }

    #[test]
    fn data_never_goes_out_with_an_error() {
        assert_eq!(Wire::default().answer(vec![1, 2, 3], 0x6A82, 256), [0x6A, 0x82]);
    }
}
