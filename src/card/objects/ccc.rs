//! Card capability container, 5FC107 (SP 800-73-5 part 1, 3.1.1 and table 8): readers of other profiles look for it.

use super::ERROR_DETECTION;
use crate::card::tlv;
use crate::domain::CardGuid;

/// GSC-IS registered identifier, manufacturer FF (not registered), card type 02 (Java card).
const CARD_IDENTIFIER_START: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02];
/// Bytes of the card's own number inside the identifier.
const CARD_NUMBER: usize = 14;

/// The container. Its one variable part comes from the GUID, so that writing it again gives the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ccc {
    /// The card's own number inside the card identifier.
    pub card_number: [u8; CARD_NUMBER],
}

impl Ccc {
    /// The container of the card with this GUID.
    pub fn of(guid: CardGuid) -> Self {
        let mut card_number = [0; CARD_NUMBER];
        card_number.copy_from_slice(&guid.0[..CARD_NUMBER]);
        Self { card_number }
    }

    /// The contents of 5FC107.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(51);
        tlv::push(&mut out, 0xF0, &[&CARD_IDENTIFIER_START[..], &self.card_number].concat());
        tlv::push(&mut out, 0xF1, &[0x21]); // container version
        tlv::push(&mut out, 0xF2, &[0x21]); // grammar version
        tlv::push(&mut out, 0xF3, &[]);
        tlv::push(&mut out, 0xF4, &[0x00]); // PKCS#15: none
        tlv::push(&mut out, 0xF5, &[0x10]); // data model: PIV
        for empty in [0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, ERROR_DETECTION] {
            tlv::push(&mut out, empty, &[]);
        }
        out
    }

    /// The container from a card; none if it has no card identifier of this form.
    pub fn decode(contents: &[u8]) -> Option<Self> {
        let identifier = tlv::find(contents, 0xF0)?;
        let (_, number) = identifier.split_at_checked(CARD_IDENTIFIER_START.len())?;
        Some(Self { card_number: number.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::hex;

    #[test]
    fn the_container_is_the_51_bytes_of_the_standard_and_is_read_back() {
        let ccc = Ccc::of(CardGuid([0x11; 16]));
        let bytes = ccc.encode();
        assert_eq!(
            hex(&bytes),
            format!("F015A000000116FF02{}F10121F20121F300F40100F50110F600F700FA00FB00FC00FD00FE00", "11".repeat(14))
        );
        assert_eq!(Ccc::decode(&bytes), Some(ccc));
        assert_eq!(Ccc::decode(&[0xF0, 2, 1, 2]), None);
    }
}
