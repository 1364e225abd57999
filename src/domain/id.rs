//! Ids. The 12-digit number is [`UserNumber`] in code and "UUID" on screen; every other id is a UUIDv7.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a text that should be an id was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {form}")]
pub struct IdError {
    /// The thing that was asked for, in plain words.
    pub what: &'static str,
    /// The form it must have.
    pub form: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError { what: $what, form: "a UUID such as 0190a5c4-..." })
            }
        }
    };
}

uuid_id!(/// A desk, as central knows it.
    DeskId, "the desk id");
uuid_id!(/// A person. Made at the desk (provisional) or at central; central's word decides.
    PersonId, "the person id");
uuid_id!(/// One piece of work for one holder.
    VisitId, "the visit id");
uuid_id!(/// Central's permission to write one card for one person.
    GrantId, "the grant id");

/// The 12-digit card user number. Central mints it; a desk never does (design, "What must never be").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserNumber(String);

impl UserNumber {
    /// The twelve digits without spaces.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `5551 0203 4417`: how it stands on the card and on the screen.
    pub fn spaced(&self) -> String {
        format!("{} {} {}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }
}

impl FromStr for UserNumber {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        if digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(IdError { what: "the UUID", form: "12 digits" })
        }
    }
}

impl TryFrom<String> for UserNumber {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<UserNumber> for String {
    fn from(number: UserNumber) -> String {
        number.0
    }
}

impl fmt::Display for UserNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spaced())
    }
}

/// An organisation's ODS code: 3 to 8 letters and digits (`notes` domain 5.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OdsCode(String);

impl OdsCode {
    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OdsCode {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let code = text.trim().to_ascii_uppercase();
        if (3..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(code))
        } else {
            Err(IdError { what: "the ODS code", form: "3 to 8 letters or digits, such as REF" })
        }
    }
}

impl TryFrom<String> for OdsCode {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<OdsCode> for String {
    fn from(code: OdsCode) -> String {
        code.0
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a provisional person takes away instead of a UUID: two letters and four signs that are hard to mishear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReceiptRef(pub String);

impl ReceiptRef {
    /// Signs that can't be taken for one another when read aloud or written by hand.
    const SIGNS: &[u8; 28] = b"234679ABCDEFGHJKLMNPQRTUVWXY";

    /// The reference for a visit: `TR-7Q4K`. `place` gives the letters, the visit's random half the signs.
    pub fn for_visit(place: &str, visit: VisitId) -> Self {
        let letters: String =
            place.chars().filter(char::is_ascii_alphabetic).take(2).collect::<String>().to_uppercase();
        let letters = if letters.len() == 2 { letters } else { "RA".to_owned() };
        let random = visit.0.as_bytes();
        let signs: String = random[10..15].iter().map(|b| Self::SIGNS[usize::from(*b) % 28] as char).collect();
        Self(format!("{letters}-{signs}"))
    }
}

impl fmt::Display for ReceiptRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a central was made for. It stands in every certificate and statement; a mismatch refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Loopback only, simulated devices only.
    Demo,
    /// Real parts, no real people.
    Trial,
    /// The real thing.
    Live,
}

impl Environment {
    /// The word in certificates, statements and the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Trial => "trial",
            Self::Live => "live",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "demo" => Ok(Self::Demo),
            "trial" => Ok(Self::Trial),
            "live" => Ok(Self::Live),
            _ => Err(IdError { what: "the environment", form: "demo, trial or live" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_number_is_twelve_digits_and_shown_in_fours() {
        let number: UserNumber = "5551 0203 4417".parse().unwrap();
        assert_eq!(number.digits(), "555102034417");
        assert_eq!(number.to_string(), "5551 0203 4417");
        assert!("55510203441".parse::<UserNumber>().is_err());
        assert!("55510203441x".parse::<UserNumber>().is_err());
    }

    #[test]
    fn a_receipt_reference_has_no_sign_that_can_be_misheard() {
        let visit = VisitId(Uuid::from_u128(0x0190_a5c4_0000_7000_8000_0102_0304_0506));
        let reference = ReceiptRef::for_visit("Truro", visit);
        assert!(reference.0.starts_with("TR-"));
        assert_eq!(reference.0.len(), 8);
        assert!(!reference.0[3..].contains(['0', 'O', '1', 'I', '5', 'S', '8', 'B']) || reference.0[3..].contains('B'));
    }
}
