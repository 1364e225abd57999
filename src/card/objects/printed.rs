//! Printed information, 5FC109 (SP 800-73-5 part 1, 3.1.7 and table 15): what the plastic says, behind the passcode.

use jiff::civil::Date;

use super::{ERROR_DETECTION, cut};
use crate::card::tlv;
use crate::domain::text::sanitise;
use crate::domain::{Environment, UserNumber};

/// Bytes of each field (table 15).
const NAME: usize = 125;
const AFFILIATION: usize = 20;
const SERIAL: usize = 20;
const ISSUER: usize = 15;

/// The object's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Name on the card.
    pub name: String,
    /// Employee affiliation: the organisation.
    pub affiliation: String,
    /// Expiry as printed, `2030JAN31`.
    pub expires: String,
    /// Agency card serial number: the holder's 12 digits.
    pub serial: String,
    /// Issuer: `RA` and the environment.
    pub issuer: String,
}

impl Printed {
    /// The fields of a planned card, cut to the standard's lengths.
    pub fn of(name: &str, organisation: &str, number: &UserNumber, expires: Date, environment: Environment) -> Self {
        Self {
            name: cut(name, NAME).to_owned(),
            affiliation: cut(organisation, AFFILIATION).to_owned(),
            expires: expires.strftime("%Y%b%d").to_string().to_uppercase(),
            serial: cut(number.digits(), SERIAL).to_owned(),
            issuer: cut(&format!("RA {environment}"), ISSUER).to_owned(),
        }
    }

    /// The contents of 5FC109.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        tlv::push(&mut out, 0x01, self.name.as_bytes());
        tlv::push(&mut out, 0x02, self.affiliation.as_bytes());
        tlv::push(&mut out, 0x04, self.expires.as_bytes());
        tlv::push(&mut out, 0x05, self.serial.as_bytes());
        tlv::push(&mut out, 0x06, self.issuer.as_bytes());
        tlv::push(&mut out, ERROR_DETECTION, &[]);
        out
    }

    /// The fields from a card, sanitised; a field that is not there is empty.
    pub fn decode(contents: &[u8]) -> Self {
        let text = |tag| sanitise(&String::from_utf8_lossy(tlv::find(contents, tag).unwrap_or_default()));
        Self { name: text(0x01), affiliation: text(0x02), expires: text(0x04), serial: text(0x05), issuer: text(0x06) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_fields_are_read_back_and_none_is_longer_than_the_standard_allows() {
        let number = "555102034417".parse().unwrap();
        let long = "Ẹ\u{300}".repeat(60);
        let printed =
            Printed::of(&long, "Royal Example Foundation Trust", &number, date(2030, 1, 31), Environment::Trial);
        assert!(printed.name.len() <= 125 && long.starts_with(&printed.name));
        assert_eq!(printed.affiliation, "Royal Example Founda");
        assert_eq!(printed.expires, "2030JAN31");
        assert_eq!(printed.issuer, "RA trial");
        assert_eq!(Printed::decode(&printed.encode()), printed);
    }

    #[test]
    fn what_another_issuer_wrote_is_sanitised() {
        assert_eq!(Printed::decode(&tlv::wrap(0x01, b"A\x1b[2JB")).name, "A[2JB");
    }
}
