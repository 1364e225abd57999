//! A card at work: commands together with the secrets they need. Rights are asked for when the card wants them, not
//! before: a card that still holds them is not asked twice.

use super::piv::{ManagementAlgorithm, Piv};
use super::run::Secrets;
use super::task::{CardFault, Slot};
use crate::domain::{Secret, VaultSlot};

/// The card and the vault.
pub(super) struct Work<'a> {
    pub(super) piv: Piv<'a>,
    secrets: &'a dyn Secrets,
}

/// Which management keys may open the card, in the order they are tried. One try each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    /// Before 9B is changed.
    Transport,
    /// The transport key, else the card's own: the CHUID of a card that may have come further than the journal says.
    TransportThenOwn,
    /// After 9B was changed.
    Own,
    /// As `Own`, but the profile allows that 9B stays what it was.
    OwnThenTransport,
}

impl Opener {
    fn slots(self) -> &'static [VaultSlot] {
        match self {
            Self::Transport => &[VaultSlot::TransportManagementKey],
            Self::TransportThenOwn => &[VaultSlot::TransportManagementKey, VaultSlot::ManagementKey],
            Self::Own => &[VaultSlot::ManagementKey],
            Self::OwnThenTransport => &[VaultSlot::ManagementKey, VaultSlot::TransportManagementKey],
        }
    }
}

impl<'a> Work<'a> {
    pub(super) fn new(piv: Piv<'a>, secrets: &'a dyn Secrets) -> Self {
        Self { piv, secrets }
    }

    pub(super) fn secret(&self, slot: VaultSlot) -> Result<Secret, CardFault> {
        self.secrets.get(slot).ok_or(CardFault::SecretMissing)
    }

    /// Fresh random bytes for a challenge.
    pub(super) fn fresh<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.secrets.random(&mut bytes);
        bytes
    }

    /// Opens the card for writing with the first key that fits; says its algorithm.
    ///
    /// Errors: `WrongManagementKey` if none fits, `SecretMissing` if there was none to try.
    pub(super) fn open(&mut self, opener: Opener) -> Result<ManagementAlgorithm, CardFault> {
        let mut worst = CardFault::SecretMissing;
        for slot in opener.slots() {
            let Some(key) = self.secrets.get(*slot) else { continue };
            let challenge = self.fresh();
            match self.piv.authenticate(&key, &challenge) {
                Err(CardFault::WrongManagementKey) => worst = CardFault::WrongManagementKey,
                result => return result,
            }
        }
        Err(worst)
    }

    /// Runs a command that wants the management key; opens the card first if it says so.
    pub(super) fn opened<T>(
        &mut self,
        opener: Opener,
        mut command: impl FnMut(&mut Piv<'_>) -> Result<T, CardFault>,
    ) -> Result<T, CardFault> {
        match command(&mut self.piv) {
            Err(CardFault::NoRights) => {
                self.open(opener)?;
                command(&mut self.piv)
            }
            result => result,
        }
    }

    /// VERIFY with the passcode of this encoding.
    pub(super) fn verify_encode_pin(&mut self) -> Result<(), CardFault> {
        let pin = self.secret(VaultSlot::EncodePin)?;
        self.piv.verify(&pin)
    }

    /// Runs a command that wants the passcode; verifies the encode passcode first if the card says so.
    pub(super) fn verified<T>(
        &mut self,
        mut command: impl FnMut(&mut Piv<'_>) -> Result<T, CardFault>,
    ) -> Result<T, CardFault> {
        match command(&mut self.piv) {
            Err(CardFault::NoRights) => {
                self.verify_encode_pin()?;
                command(&mut self.piv)
            }
            result => result,
        }
    }

    /// The passcode for one signature by this slot, as the standard wants it: 9C directly before each, 9E never.
    pub(super) fn unlock_key(&mut self, slot: Slot) -> Result<(), CardFault> {
        if slot == Slot::CardAuthentication { Ok(()) } else { self.verify_encode_pin() }
    }

    /// Refuses if one PUK try or none is left, as far as the card says: the last one is never spent.
    pub(super) fn spare_last_puk_try(&mut self) -> Result<(), CardFault> {
        match self.piv.puk_tries_left()? {
            Some(0) => Err(CardFault::PukBlocked),
            Some(1) => Err(CardFault::WrongPuk { left: 1 }),
            _ => Ok(()),
        }
    }
}
