//! What central and desk call a card.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::id::IdError;

/// A card's identity: the CHUID GUID from central's grant (design, "The card").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardGuid(pub [u8; 16]);

impl fmt::Display for CardGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CardGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl CardGuid {
    /// `04A1..77F2`: enough to tell two cards apart on a screen.
    pub fn short(&self) -> String {
        let full = self.to_string();
        format!("{}..{}", &full[..4], &full[28..])
    }
}

impl FromStr for CardGuid {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = IdError { what: "the card GUID", form: "32 hexadecimal digits" };
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong);
        }
        let mut guid = [0u8; 16];
        for (i, byte) in guid.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| wrong.clone())?;
        }
        Ok(Self(guid))
    }
}

impl TryFrom<String> for CardGuid {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<CardGuid> for String {
    fn from(guid: CardGuid) -> String {
        guid.to_string()
    }
}

/// Where a card stands in its life, as central's projection of events says. In the order of that life, which never goes
/// back: of two words on one card the greater is the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    /// A grant was made; nothing is known to be on the chip yet.
    Granted,
    /// The chip is written and was read back; nothing is printed.
    WrittenNotPrinted,
    /// Printed and found good; not yet in the holder's hand.
    PrintedNotHandedOver,
    /// The holder has it, with a passcode of the holder's own: its certificates are live.
    Issued,
    /// Never to be used: its certificates are revoked, the plastic goes to witnessed destruction.
    Spoilt,
    /// Cancelled for ever: lost, stolen, damaged and so on.
    Cancelled,
}

/// Why a card was cancelled (`notes` domain 12a, a working list).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The holder does not know where it is.
    Lost,
    /// Taken by somebody else; an incident reference is asked for.
    Stolen,
    /// Broken or faulty; the plastic is in hand or treated as lost.
    Damaged,
    /// Failed while it was written or printed.
    Spoilt,
    /// Expired, of an old series or with another name on it: its holder gets a new one (RFC 5280, "superseded").
    Superseded,
}

impl CancelReason {
    /// All reasons in the order they are offered.
    pub const ALL: [CancelReason; 5] = [Self::Lost, Self::Stolen, Self::Damaged, Self::Spoilt, Self::Superseded];

    /// The stable word in events and word keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Damaged => "damaged",
            Self::Spoilt => "spoilt",
            Self::Superseded => "superseded",
        }
    }
}
