//! Passcode and PUK: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (SP 800-73-5 part 2, 3.2).

use zeroize::Zeroizing;

use super::Piv;
use crate::card::apdu::{Answer, Command, Status};
use crate::card::task::CardFault;
use crate::card::tlv;
use crate::domain::Secret;

/// Key reference of the PIV passcode.
const PIN: u8 = 0x80;
/// Key reference of the PUK.
const PUK: u8 = 0x81;
/// Both are 8 bytes on the wire, shorter ones filled with FF.
const LENGTH: usize = 8;

/// A passcode as the card wants it: 6 to 8 decimal digits, filled with FF.
///
/// Errors: `Unsupported` for any other passcode; nothing was sent and no try spent.
fn pad_pin(pin: &Secret) -> Result<Zeroizing<[u8; LENGTH]>, CardFault> {
    let digits = pin.expose();
    if !(6..=LENGTH).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(CardFault::Unsupported);
    }
    Ok(pad(digits))
}

/// A PUK as the card wants it: 6 to 8 bytes of any value, filled with FF.
fn pad_puk(puk: &Secret) -> Result<Zeroizing<[u8; LENGTH]>, CardFault> {
    if !(6..=LENGTH).contains(&puk.expose().len()) {
        return Err(CardFault::Unsupported);
    }
    Ok(pad(puk.expose()))
}

fn pad(bytes: &[u8]) -> Zeroizing<[u8; LENGTH]> {
    let mut padded = Zeroizing::new([0xFF; LENGTH]);
    padded.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    padded
}

fn joined(first: &[u8], second: &[u8]) -> Vec<u8> {
    // Room for both at once: a growing buffer would leave a copy behind.
    let mut both = Vec::with_capacity(2 * LENGTH);
    both.extend_from_slice(first);
    both.extend_from_slice(second);
    both
}

impl Piv<'_> {
    /// Passcode tries left, 0 = locked, without spending one. None if the card does not say (it does not while the
    /// passcode is verified).
    pub fn pin_tries_left(&mut self) -> Result<Option<u8>, CardFault> {
        self.tries_left(PIN)
    }

    /// PUK tries left without spending one, where the card says: plain PIV has no such question.
    pub fn puk_tries_left(&mut self) -> Result<Option<u8>, CardFault> {
        self.tries_left(PUK)
    }

    fn tries_left(&mut self, reference: u8) -> Result<Option<u8>, CardFault> {
        let answer = self.send(&Command::new(0x20, 0x00, reference))?;
        match answer.status() {
            Status::TriesLeft(left) => return Ok(Some(left)),
            Status::Blocked => return Ok(Some(0)),
            _ => {}
        }
        // Yubico metadata, tag 06: total and remaining tries.
        let metadata = self.metadata(reference)?;
        Ok(metadata.and_then(|bytes| match tlv::find(&bytes, 0x06) {
            Some(&[_, left]) => Some(left),
            _ => None,
        }))
    }

    /// What the card says of a passcode or PUK it was given. Some cards answer a wrong one without a count (6300): then
    /// it is asked for, and if it can't be, 1 is said, so that nobody goes on trying.
    fn judged(&mut self, answer: &Answer, reference: u8) -> Result<(), CardFault> {
        let left = match answer.status() {
            Status::Good => return Ok(()),
            Status::TriesLeft(left) => left,
            Status::Blocked => 0,
            Status::Wrong => self.tries_left(reference)?.unwrap_or(1),
            _ => return Err(answer.fault()),
        };
        Err(match (reference, left) {
            (PUK, 0) => CardFault::PukBlocked,
            (PUK, left) => CardFault::WrongPuk { left },
            (_, 0) => CardFault::PinBlocked,
            (_, left) => CardFault::WrongPin { left },
        })
    }

    /// VERIFY. A wrong passcode spends a try.
    ///
    /// Errors: `WrongPin`, `PinBlocked`; `Unsupported` for a passcode that is no PIV passcode (nothing sent).
    pub fn verify(&mut self, pin: &Secret) -> Result<(), CardFault> {
        let pin = pad_pin(pin)?;
        let answer = self.send(&Command::new(0x20, 0x00, PIN).with(pin.to_vec()))?;
        self.judged(&answer, PIN)
    }

    /// CHANGE REFERENCE DATA of the passcode. A wrong old one spends a try.
    pub fn change_pin(&mut self, old: &Secret, new: &Secret) -> Result<(), CardFault> {
        let both = joined(&*pad_pin(old)?, &*pad_pin(new)?);
        let answer = self.send(&Command::new(0x24, 0x00, PIN).with(both))?;
        self.judged(&answer, PIN)
    }

    /// CHANGE REFERENCE DATA of the PUK. A wrong old one spends a PUK try.
    pub fn change_puk(&mut self, old: &Secret, new: &Secret) -> Result<(), CardFault> {
        let both = joined(&*pad_puk(old)?, &*pad_puk(new)?);
        let answer = self.send(&Command::new(0x24, 0x00, PUK).with(both))?;
        self.judged(&answer, PUK)
    }

    /// RESET RETRY COUNTER: the passcode becomes `pin`. A wrong PUK spends a PUK try.
    ///
    /// Errors: `WrongPuk`, `PukBlocked`.
    pub fn reset_retry(&mut self, puk: &Secret, pin: &Secret) -> Result<(), CardFault> {
        let both = joined(&*pad_puk(puk)?, &*pad_pin(pin)?);
        let answer = self.send(&Command::new(0x2C, 0x00, PIN).with(both))?;
        self.judged(&answer, PUK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::Script;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn a_passcode_is_eight_bytes_filled_with_ff() {
        let mut card = Script::new([("0020008008343832393133FFFF", "9000")]);
        Piv::new(&mut card).verify(&secret("482913")).unwrap();
        card.finished();
    }

    #[test]
    fn what_is_no_piv_passcode_is_never_sent() {
        for pin in ["12345", "123456789", "12345a", ""] {
            let mut card = Script::new([]);
            assert_eq!(Piv::new(&mut card).verify(&secret(pin)), Err(CardFault::Unsupported), "{pin}");
        }
    }

    #[test]
    fn wrong_passcodes_count_down_to_blocked() {
        for (sw, fault) in [
            ("63C2", CardFault::WrongPin { left: 2 }),
            ("63C0", CardFault::PinBlocked),
            ("6983", CardFault::PinBlocked),
        ] {
            let mut card = Script::new([("0020008008303030303030FFFF", sw)]);
            assert_eq!(Piv::new(&mut card).verify(&secret("000000")), Err(fault));
        }
    }

    #[test]
    fn tries_are_read_without_data_so_that_none_is_spent() {
        let mut card = Script::new([("00200080", "63C3")]);
        assert_eq!(Piv::new(&mut card).pin_tries_left(), Ok(Some(3)));
        let mut card = Script::new([("00200080", "6983")]);
        assert_eq!(Piv::new(&mut card).pin_tries_left(), Ok(Some(0)));
        let mut card = Script::new([("00200081", "6A88"), ("00F7008100", "0101FF060203019000")]);
        assert_eq!(Piv::new(&mut card).puk_tries_left(), Ok(Some(1)));
        let mut card = Script::new([("00200081", "6A88"), ("00F7008100", "6D00")]);
        assert_eq!(Piv::new(&mut card).puk_tries_left(), Ok(None));
    }

    #[test]
    fn a_wrong_one_without_a_count_is_asked_for_and_else_counts_as_the_last() {
        let verify = "0020008008303030303030FFFF";
        let mut card = Script::new([(verify, "6300"), ("00200080", "63C2")]);
        assert_eq!(Piv::new(&mut card).verify(&secret("000000")), Err(CardFault::WrongPin { left: 2 }));
        let change = "002400811039313832373336343132333435363738";
        let mut card = Script::new([(change, "6300"), ("00200081", "6A88"), ("00F7008100", "6D00")]);
        let result = Piv::new(&mut card).change_puk(&secret("91827364"), &secret("12345678"));
        assert_eq!(result, Err(CardFault::WrongPuk { left: 1 }));
        card.finished();
    }

    #[test]
    fn a_wrong_puk_is_no_wrong_passcode() {
        let command = "002C0080103931383237333634373335313934FFFF";
        let mut card = Script::new([(command, "63C1")]);
        let result = Piv::new(&mut card).reset_retry(&secret("91827364"), &secret("735194"));
        assert_eq!(result, Err(CardFault::WrongPuk { left: 1 }));
        let mut card = Script::new([(command, "6983")]);
        let result = Piv::new(&mut card).reset_retry(&secret("91827364"), &secret("735194"));
        assert_eq!(result, Err(CardFault::PukBlocked));
    }
}
