//! Card holder unique identifier, 5FC102 (SP 800-73-5 part 1, 3.1.2 and table 9): who this card is.

use jiff::civil::Date;

use super::ERROR_DETECTION;
use crate::card::tlv;
use crate::domain::CardGuid;

/// FASC-N fields of a card that no federal agency issued: agency code 9999 (SP 800-73-5 part 1, 3.1.2), the rest as in
/// the widely used non-federal template. The GUID is the identity; this field only fills its place.
const FASC_N: FascN = FascN {
    agency: "9999",
    system: "9999",
    credential: "999999",
    series: "0",
    issue: "1",
    person: "0000000000",
    organisation_category: "3",
    organisation: "0000",
    association: "1",
};

/// What a CHUID says to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chuid {
    /// The card's identity. None if it is absent or all zero.
    pub guid: Option<CardGuid>,
    /// Last day of the card.
    pub expires: Option<Date>,
}

impl Chuid {
    /// The contents of 5FC102. The issuer's signature is empty: the desk has no key that could make one, and the
    /// certificates carry the identity.
    pub fn encode(guid: CardGuid, expires: Date) -> Vec<u8> {
        let mut out = Vec::with_capacity(60);
        tlv::push(&mut out, 0x30, &fasc_n());
        tlv::push(&mut out, 0x34, &guid.0);
        tlv::push(&mut out, 0x35, expires.strftime("%Y%m%d").to_string().as_bytes());
        tlv::push(&mut out, 0x3E, &[]);
        tlv::push(&mut out, ERROR_DETECTION, &[]);
        out
    }

    /// What can be read of a CHUID, whoever wrote it.
    pub fn decode(contents: &[u8]) -> Self {
        let guid = tlv::find(contents, 0x34)
            .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
            .filter(|bytes| bytes.iter().any(|byte| *byte != 0))
            .map(CardGuid);
        let expires = tlv::find(contents, 0x35)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .filter(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| Date::strptime("%Y%m%d", text).ok());
        Self { guid, expires }
    }
}

/// The 25 bytes of our FASC-N, also used by the facial image's header.
pub(super) fn fasc_n() -> [u8; 25] {
    FASC_N.encode()
}

/// Federal agency smart credential number, as decimal digits.
struct FascN {
    agency: &'static str,
    system: &'static str,
    credential: &'static str,
    series: &'static str,
    issue: &'static str,
    person: &'static str,
    organisation_category: &'static str,
    organisation: &'static str,
    association: &'static str,
}

impl FascN {
    /// 40 signs of 5 bits: four value bits, lowest first, and odd parity; the last sign is a longitudinal check (PACS
    /// implementation guidance 2.3, section 2.1).
    fn encode(&self) -> [u8; 25] {
        const START: u8 = 0xB;
        const FIELD: u8 = 0xD;
        const END: u8 = 0xF;
        let digits = |text: &'static str| text.bytes().map(|byte| byte - b'0');
        let mut signs = vec![START];
        for field in [self.agency, self.system, self.credential, self.series, self.issue] {
            signs.extend(digits(field));
            signs.push(FIELD);
        }
        for field in [self.person, self.organisation_category, self.organisation, self.association] {
            signs.extend(digits(field));
        }
        signs.push(END);
        signs.push(signs.iter().fold(0, |check, sign| check ^ sign));
        let mut bytes = [0u8; 25];
        for (i, sign) in signs.iter().enumerate() {
            let parity = u8::from(sign.count_ones() % 2 == 0);
            let bits = (0..4).map(|bit| sign >> bit & 1).chain([parity]);
            for (j, bit) in bits.enumerate() {
                let at = 5 * i + j;
                if let Some(byte) = bytes.get_mut(at / 8) {
                    *byte |= bit << (7 - at % 8);
                }
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::hex;
    use jiff::civil::date;

    #[test]
    fn the_non_federal_number_is_the_one_third_party_tools_write() {
        assert_eq!(hex(&fasc_n()), "D4E739DA739CED39CE739D836858210842108421C84210C3EB");
    }

    #[test]
    fn a_chuid_is_read_back_and_is_59_bytes_long() {
        let guid = CardGuid([0xA5; 16]);
        let bytes = Chuid::encode(guid, date(2030, 1, 31));
        assert_eq!(bytes.len(), 59);
        assert_eq!(Chuid::decode(&bytes), Chuid { guid: Some(guid), expires: Some(date(2030, 1, 31)) });
        assert_eq!(&bytes[47..55], b"20300131");
    }

    #[test]
    fn a_broken_chuid_says_nothing_rather_than_something_wrong() {
        let nothing = Chuid { guid: None, expires: None };
        assert_eq!(Chuid::decode(&[]), nothing);
        assert_eq!(
            Chuid::decode(&[0x34, 3, 1, 2, 3, 0x35, 8, b'2', b'0', b'3', b'0', b'9', b'9', b'9', b'9']),
            nothing
        );
        assert_eq!(Chuid::decode(&tlv::wrap(0x34, &[0; 16])), nothing);
    }
}
