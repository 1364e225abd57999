//! Secrets, and the names of the places they are kept in.
//!
//! A secret has no `Debug` and no `Display`, is wiped when dropped, and can't be serialised: it can't reach a log,
//! an event or a screen by accident (design, "What must never be").

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Bytes that must not be seen: a PIN, a PUK, a management key.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over; the caller must not keep another copy.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the one adapter that sends them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A copy, for an adapter on another thread. Wiped like the first.
    pub fn duplicate(&self) -> Self {
        Self::new(self.0.to_vec())
    }

    /// Whether two secrets are the same, in time that depends on the lengths alone.
    pub fn same_as(&self, other: &Secret) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(other.0.iter()).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0
    }
}

/// The named places of the driver's vault. The core speaks of a place; only adapters see what lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultSlot {
    /// The agent's own passcode, typed at sign-in; emptied as soon as the card has judged it.
    AgentPin,
    /// The holder's new passcode, first time.
    HolderPin,
    /// The holder's new passcode, typed again.
    HolderPinAgain,
    /// The one-time code of a desk invite.
    InviteCode,
    /// The one-time code that makes the first RA Manager's card.
    BootstrapCode,
    /// The stock batch's transport PIN, from the grant.
    TransportPin,
    /// The stock batch's transport PUK, from the grant.
    TransportPuk,
    /// The stock batch's 9B key, from the grant.
    TransportManagementKey,
    /// The card's own 9B key, derived at central.
    ManagementKey,
    /// `PUK_n`: the PUK central believes the card has.
    Puk,
    /// `PUK_n+1`: the PUK the card gets after this operation.
    NextPuk,
    /// The random passcode nobody keeps, under which a card is written.
    EncodePin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_are_the_same_and_others_are_not() {
        let a = Secret::new(b"482913".to_vec());
        assert!(a.same_as(&a.duplicate()));
        assert!(!a.same_as(&Secret::new(b"482914".to_vec())));
        assert!(!a.same_as(&Secret::new(b"48291".to_vec())));
    }
}
