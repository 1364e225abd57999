//! The vault: where secrets lie between the key that typed them and the card that takes them.
//!
//! The core speaks of places (`VaultSlot`) and hears only how many marks are lit and what the rule says. Everything here is wiped
//! when it is dropped or replaced.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use zeroize::Zeroize;

use crate::domain::{Secret, VaultSlot};
use crate::journey::input::SecretState;
use crate::journey::key::Key;
use crate::policy::passcode::{Holder, PasscodeVerdict, judge};

/// The longest secret anybody types: a one-time code with its dashes.
const TYPED_MAX: usize = 64;

/// A vault that adapters on other threads share with the loop.
#[derive(Clone, Default)]
pub struct Vault {
    places: Arc<Mutex<BTreeMap<VaultSlot, Secret>>>,
    /// Grows whenever all is forgotten; changes only while the places are locked.
    generation: Arc<AtomicU64>,
}

/// Stands for everything between two times all was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation(u64);

impl Vault {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<VaultSlot, Secret>> {
        // A thread that panicked while it held the lock left whole entries: the map is sound.
        self.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Puts a secret into its place; what was there is wiped.
    pub fn put(&self, slot: VaultSlot, secret: Secret) {
        self.lock().insert(slot, secret);
    }

    /// The generation now, for [`Vault::put_if`].
    pub fn generation(&self) -> Generation {
        Generation(self.generation.load(Ordering::SeqCst))
    }

    /// As [`Vault::put`], for a secret asked for in this generation. If all was forgotten since, nobody waits for it: it is wiped.
    pub fn put_if(&self, asked: Generation, slot: VaultSlot, secret: Secret) {
        let mut places = self.lock();
        if self.generation() == asked {
            places.insert(slot, secret);
        }
    }

    /// A copy for one adapter, if there is one.
    pub fn get(&self, slot: VaultSlot) -> Option<Secret> {
        self.lock().get(&slot).map(Secret::duplicate)
    }

    /// Forgets one secret.
    pub fn clear(&self, slot: VaultSlot) {
        self.lock().remove(&slot);
    }

    /// Forgets all.
    pub fn clear_all(&self) {
        let mut places = self.lock();
        self.generation.fetch_add(1, Ordering::SeqCst);
        places.clear();
    }

    /// Puts a fresh random passcode of eight figures: what a card is written under, and nobody keeps.
    ///
    /// Errors: the operating system gives no randomness.
    pub fn random(&self, slot: VaultSlot) -> Result<(), getrandom::Error> {
        let mut figures = Vec::with_capacity(8);
        while figures.len() < 8 {
            let mut bytes = [0u8; 16];
            getrandom::fill(&mut bytes)?;
            // 250 is the largest multiple of 10 in a byte: every figure stays equally likely.
            figures.extend(bytes.iter().filter(|b| **b < 250).map(|b| b'0' + b % 10).take(8 - figures.len()));
            bytes.zeroize();
        }
        self.put(slot, Secret::new(figures));
        Ok(())
    }

    /// One key for a secret field. None if the key is no text: the core gets it.
    pub fn key(&self, slot: VaultSlot, key: Key, holder: &Holder) -> Option<SecretState> {
        let mut typed = self.take(slot);
        match key {
            Key::Char(c) if typed.len() + c.len_utf8() <= TYPED_MAX => {
                typed.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Key::Char(_) => {}
            Key::Backspace => pop_letter(&mut typed),
            _ => {
                self.put(slot, Secret::new(typed));
                return None;
            }
        }
        self.put(slot, Secret::new(typed));
        Some(self.state(slot, holder))
    }

    /// Pasted text. One-time codes may be pasted; a passcode never: a paste or scanner burst is dropped whole.
    pub fn paste(&self, slot: VaultSlot, text: &str, holder: &Holder) -> SecretState {
        if matches!(slot, VaultSlot::InviteCode | VaultSlot::BootstrapCode) {
            let mut typed = self.take(slot);
            let room = TYPED_MAX.saturating_sub(typed.len());
            typed.extend(text.bytes().filter(u8::is_ascii_graphic).take(room));
            self.put(slot, Secret::new(typed));
            return self.state(slot, holder);
        }
        self.dropped(slot, holder)
    }

    /// What the core may know of a field into which a paste or a scanner was not let. A passcode that a hand had typed before
    /// is as good as it was.
    pub fn dropped(&self, slot: VaultSlot, holder: &Holder) -> SecretState {
        let state = self.state(slot, holder);
        if state.verdict.is_of_form() { state } else { SecretState { verdict: PasscodeVerdict::AllAtOnce, ..state } }
    }

    /// What the core may know of a field.
    pub fn state(&self, slot: VaultSlot, holder: &Holder) -> SecretState {
        let map = self.lock();
        let Some(secret) = map.get(&slot) else { return SecretState::default() };
        let same = slot == VaultSlot::HolderPinAgain
            && map.get(&VaultSlot::HolderPin).is_some_and(|first| first.same_as(secret));
        let typed = u8::try_from(secret.expose().len().min(8)).unwrap_or(8);
        SecretState { typed, verdict: judge(secret.expose(), holder), same_as_first: same }
    }

    fn take(&self, slot: VaultSlot) -> Vec<u8> {
        // Room for the longest from the start, so that growing never leaves an unwiped copy behind.
        let mut typed = Vec::with_capacity(TYPED_MAX);
        if let Some(secret) = self.lock().remove(&slot) {
            typed.extend_from_slice(secret.expose());
        }
        typed
    }
}

fn pop_letter(typed: &mut Vec<u8>) {
    while let Some(byte) = typed.pop() {
        if byte & 0xC0 != 0x80 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::passcode::PasscodeVerdict;

    #[test]
    fn keys_go_in_and_only_the_verdict_comes_out() {
        let vault = Vault::default();
        let holder = Holder::default();
        for c in "482913".chars() {
            vault.key(VaultSlot::HolderPin, Key::Char(c), &holder);
        }
        let state = vault.state(VaultSlot::HolderPin, &holder);
        assert_eq!((state.typed, state.verdict), (6, PasscodeVerdict::Good));
        assert_eq!(vault.key(VaultSlot::HolderPin, Key::Enter, &holder), None);
        assert_eq!(vault.get(VaultSlot::HolderPin).unwrap().expose(), b"482913");
    }

    #[test]
    fn a_secret_that_comes_after_all_was_forgotten_is_not_kept() {
        let vault = Vault::default();
        let asked = vault.generation();
        vault.put_if(asked, VaultSlot::Puk, Secret::new(b"12345678".to_vec()));
        assert!(vault.get(VaultSlot::Puk).is_some());
        vault.clear_all();
        vault.put_if(asked, VaultSlot::NextPuk, Secret::new(b"87654321".to_vec()));
        assert!(vault.get(VaultSlot::Puk).is_none() && vault.get(VaultSlot::NextPuk).is_none());
        vault.put_if(vault.generation(), VaultSlot::NextPuk, Secret::new(b"87654321".to_vec()));
        assert!(vault.get(VaultSlot::NextPuk).is_some());
    }

    #[test]
    fn the_second_entry_is_compared_inside_the_vault() {
        let vault = Vault::default();
        let holder = Holder::default();
        vault.put(VaultSlot::HolderPin, Secret::new(b"482913".to_vec()));
        for c in "482914".chars() {
            vault.key(VaultSlot::HolderPinAgain, Key::Char(c), &holder);
        }
        assert!(!vault.state(VaultSlot::HolderPinAgain, &holder).same_as_first);
        vault.key(VaultSlot::HolderPinAgain, Key::Backspace, &holder);
        let state = vault.key(VaultSlot::HolderPinAgain, Key::Char('3'), &holder).unwrap();
        assert!(state.same_as_first);
    }

    #[test]
    fn a_paste_never_becomes_a_passcode_but_may_be_a_code() {
        let vault = Vault::default();
        let holder = Holder::default();
        assert_eq!(vault.paste(VaultSlot::HolderPin, "482913", &holder).typed, 0);
        assert_eq!(vault.paste(VaultSlot::InviteCode, "AB12-CD34\r\n", &holder).typed, 8);
        assert_eq!(vault.get(VaultSlot::InviteCode).unwrap().expose(), b"AB12-CD34");
    }

    #[test]
    fn a_random_passcode_has_eight_figures_and_is_new_each_time() {
        let vault = Vault::default();
        vault.random(VaultSlot::EncodePin).unwrap();
        let first = vault.get(VaultSlot::EncodePin).unwrap();
        vault.random(VaultSlot::EncodePin).unwrap();
        let second = vault.get(VaultSlot::EncodePin).unwrap();
        assert!(first.expose().len() == 8 && first.expose().iter().all(u8::is_ascii_digit));
        assert!(!first.same_as(&second));
    }
}
