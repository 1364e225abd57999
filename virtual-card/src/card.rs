//! One time under power: what the reader sends, the answers of the applet, and the corrections without
//! which ordinary PC/SC programs do not get along with it.

use heapless::VecView;
use iso7816::Status;
use iso7816::command::CommandView;
use piv_authenticator::{Authenticator, Client};
use vpicc::VSmartCard;

use crate::faults::Faults;
use crate::wire::{Apdu, Arrival, MAX_DATA, Wire, status};

/// The PIV applet's full name (SP 800-73-4 part 1, 2.2).
const PIV_AID: [u8; 11] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];
/// VERIFY without data: tells the tries left and spends none (SP 800-73-4 part 2, 3.2.1).
const PIN_STATUS: [u8; 4] = [0x00, 0x20, 0x00, 0x80];
/// The Yubico firmware whose commands come nearest to the applet's. Its own claim, 6.6.6, makes `ykman`
/// expect what it cannot do.
const VERSION: [u8; 3] = [5, 2, 7];
/// Room for the longest answer: the longest object and its wrapping.
const REPLY_ROOM: usize = MAX_DATA + 16;

/// An applet: takes a command, gives data and a status word.
pub trait CardApp {
    /// Carries out one whole command in extended form.
    fn call(&mut self, command: &[u8]) -> (Vec<u8>, u16);

    /// Makes the applet set itself up, so that an image is never caught half made.
    fn first_start(&mut self) -> Result<(), String> {
        match self.call(&PIN_STATUS) {
            (_, 0x63C0..=0x63CF) => Ok(()),
            (_, status) => Err(format!("the applet did not start: status {status:04X}")),
        }
    }
}

impl<T: Client> CardApp for Authenticator<T> {
    fn call(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let Ok(view) = CommandView::try_from(command) else { return (Vec::new(), status::WRONG_LENGTH) };
        let mut room = heapless::Vec::<u8, REPLY_ROOM>::new();
        let reply: &mut VecView<u8> = &mut room;
        let status = match self.respond(view, reply) {
            Ok(()) => Status::Success,
            Err(status) => status,
        };
        (room.to_vec(), status.to_u16())
    }
}

/// Whether the card still has power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerState {
    /// It has.
    On,
    /// Power went off or the card was reset: all rights are gone.
    Cut,
    /// The reader closed the connection.
    ReaderGone,
}

/// The card from power-on to power-off or reset.
pub struct Session<'a, A> {
    app: &'a mut A,
    serial: [u8; 4],
    faults: &'a mut Faults,
    wire: Wire,
    state: PowerState,
}

impl<'a, A: CardApp> Session<'a, A> {
    /// A card that just got power.
    pub fn new(app: &'a mut A, serial: [u8; 4], faults: &'a mut Faults) -> Self {
        Self { app, serial, faults, wire: Wire::default(), state: PowerState::On }
    }

    /// Whether power is still on.
    pub fn state(&self) -> PowerState {
        self.state
    }

    fn respond(&mut self, bytes: &[u8]) -> Vec<u8> {
        match self.wire.arrive(bytes) {
            Arrival::Answer(answer) => answer,
            Arrival::Execute(apdu) => {
                let le = apdu.le;
                let (data, status) = self.carry_out(apdu);
                self.wire.answer(data, status, le)
            }
        }
    }

    fn carry_out(&mut self, mut apdu: Apdu) -> (Vec<u8>, u16) {
        match apdu.header {
            // The standard lets a client select by the beginning of the name; the applet wants 9 bytes.
            [0x00, 0xA4, 0x04, _] if apdu.data.len() >= 5 && PIV_AID.starts_with(&apdu.data) => {
                apdu.header[3] = 0;
                apdu.data = PIV_AID.to_vec();
                self.call(&apdu)
            }
            // GET DATA. The applet calls an object it does not know wrong data; clients then give up.
            [0x00, 0xCB, 0x3F, 0xFF] if matches!(apdu.data[..], [0x5C, len, ..] if usize::from(len) + 2 == apdu.data.len()) => {
                match self.call(&apdu) {
                    (_, status::WRONG_DATA) => (Vec::new(), status::NOT_FOUND),
                    answer => answer,
                }
            }
            // CHANGE REFERENCE DATA of the PIN. The standard wants the tries left, the applet tells none.
            [0x00, 0x24, 0x00, 0x80] => match self.call(&apdu) {
                (_, status::NOT_VERIFIED) => (Vec::new(), self.tries_left()),
                answer => answer,
            },
            // GET METADATA. The applet's answer is empty, which is worse than none.
            [0x00, 0xF7, ..] => (Vec::new(), status::NO_SUCH_COMMAND),
            // GET SERIAL and GET VERSION, the same constants for every card otherwise.
            [0x00, 0xF8, ..] => (self.serial.to_vec(), status::OK),
            [0x00, 0xFD, ..] => (VERSION.to_vec(), status::OK),
            _ => self.call(&apdu),
        }
    }

    fn tries_left(&mut self) -> u16 {
        match self.app.call(&PIN_STATUS) {
            (_, 0x63C0) => status::BLOCKED,
            (_, tries @ 0x63C1..=0x63CF) => tries,
            _ => status::NOT_VERIFIED,
        }
    }

    fn call(&mut self, apdu: &Apdu) -> (Vec<u8>, u16) {
        match apdu.to_bytes() {
            Some(bytes) => self.app.call(&bytes),
            None => (Vec::new(), status::WRONG_LENGTH),
        }
    }
}

impl<A: CardApp> VSmartCard for Session<'_, A> {
    fn power_off(&mut self) {
        self.state = PowerState::Cut;
    }

    fn reset(&mut self) {
        self.state = PowerState::Cut;
    }

    fn execute(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.faults.before(bytes);
        let answer = self.respond(bytes);
        let status = answer.last_chunk::<2>().map_or(0, |sw| u16::from_be_bytes(*sw));
        self.faults.after(bytes, status);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::ApduLog;
    use crate::wire::word;

    /// An applet that answers from a list and remembers what it was asked.
    struct Script {
        answers: Vec<(Vec<u8>, u16)>,
        asked: Vec<Vec<u8>>,
    }

    impl CardApp for Script {
        fn call(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
            self.asked.push(command.to_vec());
            if self.answers.is_empty() { (Vec::new(), status::OK) } else { self.answers.remove(0) }
        }
    }

    fn answer_to(command: &[u8], answers: &[u16]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut app = Script { answers: answers.iter().map(|&sw| (Vec::new(), sw)).collect(), asked: Vec::new() };
        let mut faults = Faults::new(None, None, ApduLog::open(None).unwrap());
        let answer = Session::new(&mut app, [1, 2, 3, 4], &mut faults).execute(command);
        (answer, app.asked)
    }

    #[test]
    fn the_applet_is_selected_by_the_beginning_of_its_name() {
        let (_, asked) = answer_to(&[0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8], &[]);
        assert_eq!(asked, [[&[0, 0xA4, 4, 0, 0, 0, 11][..], &PIV_AID, &[0, 0]].concat()]);
    }

    #[test]
    fn serial_and_version_are_the_card_s_own() {
        assert_eq!(answer_to(&[0, 0xF8, 0, 0], &[]).0, [1, 2, 3, 4, 0x90, 0]);
        assert_eq!(answer_to(&[0, 0xFD, 0, 0], &[]).0, [5, 2, 7, 0x90, 0]);
        assert_eq!(answer_to(&[0, 0xF7, 0, 0x9A], &[]).0, [0x6D, 0]);
    }

    #[test]
    fn an_unknown_object_is_not_found() {
        let (answer, _) = answer_to(&[0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xFF, 0x01], &[0x6A80]);
        assert_eq!(answer, word(status::NOT_FOUND));
        let (answer, _) = answer_to(&[0, 0xCB, 0x3F, 0xFF, 2, 0x5D, 0], &[0x6A80]);
        assert_eq!(answer, word(status::WRONG_DATA));
    }

    #[test]
    fn a_wrong_old_pin_tells_the_tries_left() {
        let change = [&[0, 0x24, 0, 0x80, 16][..], &[0xFF; 16]].concat();
        assert_eq!(answer_to(&change, &[0x6300, 0x63C2]).0, [0x63, 0xC2]);
        assert_eq!(answer_to(&change, &[0x6300, 0x63C0]).0, [0x69, 0x83]);
    }

    #[test]
    fn power_off_and_reset_end_the_session() {
        let mut app = Script { answers: Vec::new(), asked: Vec::new() };
        let mut faults = Faults::new(None, None, ApduLog::open(None).unwrap());
        let mut session = Session::new(&mut app, [0; 4], &mut faults);
        assert_eq!(session.state(), PowerState::On);
        session.reset();
        assert_eq!(session.state(), PowerState::Cut);
        let mut session = Session::new(&mut app, [0; 4], &mut faults);
        session.power_off();
        assert_eq!(session.state(), PowerState::Cut);
    }
}
