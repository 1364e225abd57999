//! SELECT, GET DATA, PUT DATA, and the vendor's serial number and metadata where a card has them.

use super::Piv;
use crate::card::apdu::{Command, Status};
use crate::card::task::{CardFault, Slot};
use crate::card::tlv;

/// The PIV application identifier with its version (SP 800-73-5 part 1, 2.2).
pub const AID: [u8; 11] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];
/// The bytes before the version: some cards answer only to these.
const AID_WITHOUT_VERSION: usize = 9;

/// Objects above this size, in bytes, are where cards run out of room (`notes` cards 3b: 6 to 8 kB is common). A refusal
/// without a clean "no space" then means just that.
const LARGE_OBJECT: usize = 2_000;

/// A data object's tag, 5FC1xx (SP 800-73-5 part 1, table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

impl ObjectId {
    /// Card holder unique identifier.
    pub const CHUID: Self = Self(0x5F_C102);
    /// Card capability container.
    pub const CCC: Self = Self(0x5F_C107);
    /// Facial image; the passcode opens it.
    pub const FACE: Self = Self(0x5F_C108);
    /// Printed information; the passcode opens it.
    pub const PRINTED: Self = Self(0x5F_C109);

    /// The certificate object of a key slot.
    pub fn certificate(slot: Slot) -> Self {
        Self(match slot {
            Slot::Authentication => 0x5F_C105,
            Slot::Signature => 0x5F_C10A,
            Slot::KeyManagement => 0x5F_C10B,
            Slot::CardAuthentication => 0x5F_C101,
        })
    }

    fn bytes(self) -> [u8; 3] {
        let [_, a, b, c] = self.0.to_be_bytes();
        [a, b, c]
    }
}

impl Piv<'_> {
    /// Makes PIV the selected application: the full AID first, then without the version.
    ///
    /// Errors: `NotPiv` if neither is known to the card.
    pub fn select(&mut self) -> Result<(), CardFault> {
        for aid in [&AID[..], &AID[..AID_WITHOUT_VERSION]] {
            let answer = self.send(&Command::new(0xA4, 0x04, 0x00).with(aid.to_vec()).expecting())?;
            if answer.status() == Status::Good {
                return Ok(());
            }
        }
        Err(CardFault::NotPiv)
    }

    /// An object's contents (inside tag 53); none if the card has no such object or it is empty.
    ///
    /// An answer that is no 53 object counts as present and empty: no decoder takes it, and it is never called blank.
    /// Errors: `NoRights` if the passcode is wanted first.
    pub fn object(&mut self, id: ObjectId) -> Result<Option<Vec<u8>>, CardFault> {
        let tag_list = tlv::wrap(0x5C, &id.bytes());
        let answer = self.send(&Command::new(0xCB, 0x3F, 0xFF).with(tag_list).expecting())?;
        match answer.status() {
            Status::Good => Ok(match tlv::read(&answer.data) {
                Ok((tlv::Tlv { tag: 0x53, value: [] }, _)) => None,
                Ok((tlv::Tlv { tag: 0x53, value }, _)) => Some(value.to_vec()),
                _ => Some(Vec::new()),
            }),
            Status::NotFound => Ok(None),
            _ => Err(answer.fault()),
        }
    }

    /// Replaces an object's contents; wants the management key.
    ///
    /// Errors: `NoSpace` if it does not fit, `NoRights` without the management key.
    pub fn put_object(&mut self, id: ObjectId, contents: &[u8]) -> Result<(), CardFault> {
        let mut data = tlv::wrap(0x5C, &id.bytes());
        tlv::push(&mut data, 0x53, contents);
        let answer = self.send(&Command::new(0xDB, 0x3F, 0xFF).with(data))?;
        match answer.status() {
            Status::Unsupported | Status::Other if contents.len() > LARGE_OBJECT => Err(CardFault::NoSpace),
            _ => answer.good().map(drop),
        }
    }

    /// The vendor's chip serial in decimal (INS F8), where the card offers one. PIV itself has none.
    pub fn serial(&mut self) -> Result<Option<String>, CardFault> {
        let answer = self.send(&Command::new(0xF8, 0, 0).expecting())?;
        if answer.status() != Status::Good {
            return Ok(None);
        }
        Ok(<[u8; 4]>::try_from(&answer.data[..]).ok().map(|bytes| u32::from_be_bytes(bytes).to_string()))
    }

    /// The vendor's metadata of a key or passcode reference (INS F7), where the card has the command.
    pub(super) fn metadata(&mut self, reference: u8) -> Result<Option<Vec<u8>>, CardFault> {
        let answer = self.send(&Command::new(0xF7, 0x00, reference).expecting())?;
        Ok((answer.status() == Status::Good && !answer.data.is_empty()).then_some(answer.data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::Script;

    #[test]
    fn a_card_that_knows_only_the_aid_without_version_is_selected() {
        let mut card =
            Script::new([("00A404000BA00000030800001000010000", "6A82"), ("00A4040009A0000003080000100000", "9000")]);
        Piv::new(&mut card).select().unwrap();
        card.finished();
    }

    #[test]
    fn a_card_that_knows_neither_is_no_piv_card() {
        let mut card =
            Script::new([("00A404000BA00000030800001000010000", "6A82"), ("00A4040009A0000003080000100000", "6D00")]);
        assert_eq!(Piv::new(&mut card).select(), Err(CardFault::NotPiv));
    }

    #[test]
    fn absent_empty_and_senseless_objects_are_told_apart() {
        let get = "00CB3FFF055C035FC10200";
        for (answer, expected) in
            [("6A82", None), ("53009000", None), ("5301419000", Some(vec![0x41])), ("FFFF9000", Some(vec![]))]
        {
            let mut card = Script::new([(get, answer)]);
            assert_eq!(Piv::new(&mut card).object(ObjectId::CHUID), Ok(expected));
        }
    }

    #[test]
    fn a_large_object_that_is_refused_somehow_has_no_room() {
        for sw in ["6A84", "6700", "6A80", "6F00"] {
            let first = format!("10DB3FFFFF5C035FC10853820BB8{}", "00".repeat(246));
            let mut card = Script::new([(first.as_str(), sw)]);
            assert_eq!(Piv::new(&mut card).put_object(ObjectId::FACE, &[0; 3000]), Err(CardFault::NoSpace));
        }
    }
}
