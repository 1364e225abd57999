//! What each card's PUK and 9B key are: derived from the card master key, never stored (design, "PUK"; notes cards 7).
//!
//! `K = KDF(master, label, context, length)`: SP 800-108r1 section 4.1, counter mode, PRF AES-256-CMAC, 32-bit counter
//! first, then label, a zero byte, context and the 32-bit length in bits. Label `PUK` or `9B`. Context, 24 bytes: the
//! card's GUID (16), issue number (4, big-endian), n (4, big-endian).
//!
//! *PUK.* n is the PUK's number. 16 bytes are derived, read as one big-endian integer, and taken modulo 10^8: eight
//! decimal digits in ASCII, which every PIV card takes (SP 800-73-5 allows any eight bytes, some cards take digits
//! alone). That is 26.6 bits; a card gives 3 to 5 tries, and the PUK changes with every use. The modulo's bias is below
//! 2^-101.
//!
//! *9B.* n is `algorithm reference * 256 + attempt`, so that no two algorithms share key bytes. 3DES keys get odd parity;
//! a weak or semi-weak one, or one with two equal thirds, makes the next attempt (chance below 2^-50).

use aes::Aes256;
use cmac::{Cmac, KeyInit, Mac};
use zeroize::{Zeroize, Zeroizing};

use super::fault::CaFault;
use crate::domain::{CardGuid, Secret};

/// Length of the card master key, in bytes: AES-256.
pub(super) const MASTER_LEN: usize = 32;

/// Algorithm of a card's management key (SP 800-78-5 table 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ManagementAlgorithm {
    /// 3DES with three keys, reference 03; deprecated, for older cards.
    TripleDes,
    /// AES-128, reference 08.
    Aes128,
    /// AES-192, reference 0A.
    Aes192,
    /// AES-256, reference 0C.
    Aes256,
}

impl ManagementAlgorithm {
    /// The algorithm reference on the wire.
    pub fn reference(self) -> u8 {
        match self {
            Self::TripleDes => 0x03,
            Self::Aes128 => 0x08,
            Self::Aes192 => 0x0A,
            Self::Aes256 => 0x0C,
        }
    }

    /// The algorithm with this reference.
    pub fn from_reference(reference: u8) -> Option<Self> {
        [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256].into_iter().find(|a| a.reference() == reference)
    }

    /// Length of the key in bytes.
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::TripleDes | Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }
}

/// One version of the card master key. No Debug: it opens every card.
pub struct CardKeys {
    version: u32,
    master: Zeroizing<[u8; MASTER_LEN]>,
}

impl CardKeys {
    /// The master key of one version.
    pub(super) fn new(version: u32, master: Zeroizing<[u8; MASTER_LEN]>) -> Self {
        Self { version, master }
    }

    /// A master key of one's own making, for a judge who knows it.
    #[doc(hidden)]
    pub fn from_bytes(version: u32, master: [u8; MASTER_LEN]) -> Self {
        Self::new(version, Zeroizing::new(master))
    }

    /// Which version; central keeps it in the card's record.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// `PUK_n` of one issue of one card: eight decimal digits in ASCII.
    pub fn puk(&self, guid: CardGuid, issue: u32, n: u32) -> Secret {
        let bytes = self.derive(b"PUK", guid, issue, n, 16);
        let mut wide = [0u8; 16];
        wide.copy_from_slice(&bytes);
        let mut digits = format!("{:08}", u128::from_be_bytes(wide) % 100_000_000);
        wide.zeroize();
        let secret = Secret::new(digits.as_bytes().to_vec());
        digits.zeroize();
        secret
    }

    /// The card's own 9B key.
    ///
    /// Errors: only if 256 attempts give no good 3DES key, which does not happen with a working cipher.
    pub fn management_key(
        &self,
        guid: CardGuid,
        issue: u32,
        algorithm: ManagementAlgorithm,
    ) -> Result<Secret, CaFault> {
        for attempt in 0..=u8::MAX {
            let n = u32::from_be_bytes([0, 0, algorithm.reference(), attempt]);
            let mut key = self.derive(b"9B", guid, issue, n, algorithm.key_len());
            if algorithm == ManagementAlgorithm::TripleDes {
                set_odd_parity(&mut key);
                if !good_triple_des(&key) {
                    continue;
                }
            }
            return Ok(Secret::new(std::mem::take(&mut *key)));
        }
        Err(CaFault::encoding("no good 3DES key in 256 attempts"))
    }

    fn derive(&self, label: &[u8], guid: CardGuid, issue: u32, n: u32, length: usize) -> Zeroizing<Vec<u8>> {
        let mut context = [0u8; 24];
        context[..16].copy_from_slice(&guid.0);
        context[16..20].copy_from_slice(&issue.to_be_bytes());
        context[20..].copy_from_slice(&n.to_be_bytes());
        counter_kdf(&self.master, label, &context, length)
    }
}

/// SP 800-108r1 section 4.1 with AES-256-CMAC, r = 32. `length` is in bytes.
fn counter_kdf(master: &[u8; MASTER_LEN], label: &[u8], context: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let bits = u32::try_from(length * 8).unwrap_or(u32::MAX);
    let mut out = Zeroizing::new(Vec::with_capacity(length + 16));
    for counter in 1..=u32::MAX {
        if out.len() >= length {
            break;
        }
        let mut mac = Cmac::<Aes256>::new(master.into());
        mac.update(&counter.to_be_bytes());
        mac.update(label);
        mac.update(&[0]);
        mac.update(context);
        mac.update(&bits.to_be_bytes());
        let mut block = mac.finalize().into_bytes();
        out.extend_from_slice(&block);
        block.zeroize();
    }
    out.truncate(length);
    out
}

/// Makes every byte's number of ones odd by its lowest bit, as DES keys have it.
fn set_odd_parity(key: &mut [u8]) {
    for byte in key {
        *byte = (*byte & 0xFE) | u8::from((*byte >> 1).count_ones().is_multiple_of(2));
    }
}

/// No third is weak or semi-weak, no two thirds are equal (SP 800-67r2 section 3.3.2). Wants 24 bytes, parity set.
fn good_triple_des(key: &[u8]) -> bool {
    key.len() == 24 && des::weak_key_test(key).is_ok()
}
