//! What a simulated card keeps without power. It can be stored, so that a demo finds its cards again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::card::piv::ManagementAlgorithm;

/// The transport passcode of simulated stock, filled to 8 bytes.
pub const TRANSPORT_PIN: &[u8] = b"123456";
/// The transport PUK of simulated stock.
pub const TRANSPORT_PUK: &[u8] = b"12345678";
/// The transport management key of simulated stock: triple DES, the same bytes three times.
pub const TRANSPORT_KEY: [u8; 24] = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8];
/// Tries of passcode and PUK, as NHS cards have (`notes` cards 7).
const TRIES: u8 = 3;
/// The largest object of a simulated card, in bytes: as on common cards (`notes` cards 3b).
pub const ROOM: usize = 7_500;

/// A passcode or PUK inside the card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    pub(super) value: [u8; 8],
    pub(super) left: u8,
    pub(super) tries: u8,
}

impl Reference {
    fn new(value: &[u8]) -> Self {
        let mut padded = [0xFF; 8];
        padded.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        Self { value: padded, left: TRIES, tries: TRIES }
    }

    /// Judges a value given from outside; counts. None: right. Some: the status word.
    pub(super) fn judge(&mut self, given: &[u8]) -> Option<u16> {
        if self.left == 0 {
            return Some(0x6983);
        }
        if given == self.value {
            self.left = self.tries;
            return None;
        }
        self.left -= 1;
        Some(if self.left == 0 { 0x6983 } else { 0x63C0 | u16::from(self.left) })
    }

    pub(super) fn status(&self) -> u16 {
        if self.left == 0 { 0x6983 } else { 0x63C0 | u16::from(self.left) }
    }
}

/// Everything a simulated card keeps without power. No `Debug`: it holds keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardMemory {
    /// Whether it has a PIV application at all; else it is some other chip card.
    pub is_piv: bool,
    /// Chip serial, if the card offers one (INS F8).
    pub serial: Option<u32>,
    /// Whether 9B can be changed (INS FF).
    pub can_set_management_key: bool,
    /// Whether it says how many PUK tries are left.
    pub says_puk_tries: bool,
    /// Whether a wrong PUK in CHANGE REFERENCE DATA is answered with the tries left. Some cards only say "wrong".
    pub counts_in_change: bool,
    /// The largest object it takes, in bytes.
    pub room: usize,
    pub(super) seed: [u8; 32],
    pub(super) drawn: u64,
    pub(super) pin: Reference,
    pub(super) puk: Reference,
    pub(super) management: (ManagementAlgorithm, Vec<u8>),
    pub(super) objects: BTreeMap<u32, Vec<u8>>,
    pub(super) keys: BTreeMap<u8, [u8; 32]>,
}

impl CardMemory {
    /// A blank PIV card of the simulated stock. Everything it will ever draw at random follows from `number`, which is
    /// its serial too: two cards with different numbers have different keys.
    pub fn blank(number: u32) -> Self {
        Self {
            is_piv: true,
            serial: Some(number),
            can_set_management_key: true,
            says_puk_tries: true,
            counts_in_change: true,
            room: ROOM,
            seed: Sha256::digest(number.to_be_bytes()).into(),
            drawn: 0,
            pin: Reference::new(TRANSPORT_PIN),
            puk: Reference::new(TRANSPORT_PUK),
            management: (ManagementAlgorithm::TripleDes, TRANSPORT_KEY.to_vec()),
            objects: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }

    /// A chip card that is no PIV card.
    pub fn not_piv() -> Self {
        Self { is_piv: false, serial: None, ..Self::blank(0) }
    }

    /// A card that shows the same CHUID and certificates but has other keys and another serial.
    pub fn look_alike(&self, number: u32) -> Self {
        let mut copy = Self { objects: self.objects.clone(), ..Self::blank(number) };
        let slots: Vec<u8> = self.keys.keys().copied().collect();
        for slot in slots {
            let key = copy.draw_key();
            copy.keys.insert(slot, key);
        }
        copy
    }

    /// Uses up every passcode try.
    pub fn block_pin(&mut self) {
        self.pin.left = 0;
    }

    /// Uses up every PUK try.
    pub fn block_puk(&mut self) {
        self.puk.left = 0;
    }

    /// Sets the passcode (6 to 8 digits), as a holder has it.
    pub fn set_pin(&mut self, pin: &[u8]) {
        self.pin = Reference::new(pin);
    }

    /// Sets the PUK.
    pub fn set_puk(&mut self, puk: &[u8]) {
        self.puk = Reference::new(puk);
    }

    /// Sets the management key, as after an issue. A key whose length is not the algorithm's never opens the card.
    pub fn set_management_key(&mut self, algorithm: ManagementAlgorithm, key: &[u8]) {
        self.management = (algorithm, key.to_vec());
    }

    /// Passcode and PUK tries left.
    pub fn tries_left(&self) -> (u8, u8) {
        (self.pin.left, self.puk.left)
    }

    /// Replaces an object's contents (inside tag 53), as its maker would.
    pub fn put_object(&mut self, id: u32, contents: Vec<u8>) {
        self.objects.insert(id, contents);
    }

    /// Makes a key in a slot (its reference byte), as its maker would, and gives its public point (SEC 1).
    pub fn make_key(&mut self, slot: u8) -> Vec<u8> {
        let key = self.draw_key();
        self.keys.insert(slot, key);
        public_point(&key)
    }

    /// 32 bytes that follow from the seed and from how many were drawn before.
    pub(super) fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        Sha256::new().chain_update(self.seed).chain_update(self.drawn.to_be_bytes()).finalize().into()
    }

    pub(super) fn draw_key(&mut self) -> [u8; 32] {
        // Ends: all but one in 2^32 draws are a valid scalar.
        loop {
            let bytes = self.draw();
            if p256::ecdsa::SigningKey::from_slice(&bytes).is_ok() {
                return bytes;
            }
        }
    }
}

/// The uncompressed public point of a private key; empty for a key that is none, which no simulated card holds.
pub(super) fn public_point(key: &[u8; 32]) -> Vec<u8> {
    p256::ecdsa::SigningKey::from_slice(key)
        .map(|key| key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
        .unwrap_or_default()
}
