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
    #[cfg(test)]
    fn from_bytes(version: u32, master: [u8; MASTER_LEN]) -> Self {
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const MASTER: [u8; 32] = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff0123456789abcdef";

    fn guid(last: u8) -> CardGuid {
        CardGuid([0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0x46, 0xA7, 0x88, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, last])
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The same derivation by OpenSSL's own SP 800-108 code.
    fn by_openssl(label: &[u8], guid: CardGuid, issue: u32, n: u32, length: usize) -> Vec<u8> {
        let context = [guid.0.as_slice(), &issue.to_be_bytes(), &n.to_be_bytes()].concat();
        let output = Command::new("openssl")
            .args(["kdf", "-keylen", &length.to_string(), "-kdfopt", "mac:CMAC", "-kdfopt", "cipher:AES-256-CBC"])
            .args(["-kdfopt", "mode:COUNTER", "-kdfopt", &format!("hexkey:{}", hex(&MASTER))])
            .args(["-kdfopt", &format!("hexsalt:{}", hex(label)), "-kdfopt", &format!("hexinfo:{}", hex(&context))])
            .arg("KBKDF")
            .output()
            .expect("`openssl` judges this test and is missing: install the Debian package `openssl` (3.0 or newer)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let bytes: Vec<u8> = text.trim().split(':').map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        assert_eq!(bytes.len(), length);
        bytes
    }

    #[test]
    fn a_puk_is_what_openssl_derives_as_eight_digits() {
        let keys = CardKeys::from_bytes(1, MASTER);
        for (last, issue, n) in [(0xAF, 1, 0), (0xAF, 1, 1), (0xAF, 2, 1), (0x00, 1, 7), (0xFF, u32::MAX, u32::MAX)] {
            let wide: [u8; 16] = by_openssl(b"PUK", guid(last), issue, n, 16).try_into().unwrap();
            let expected = format!("{:08}", u128::from_be_bytes(wide) % 100_000_000);
            assert_eq!(keys.puk(guid(last), issue, n).expose(), expected.as_bytes());
        }
    }

    #[test]
    fn an_aes_management_key_is_what_openssl_derives() {
        let keys = CardKeys::from_bytes(1, MASTER);
        for algorithm in [ManagementAlgorithm::Aes128, ManagementAlgorithm::Aes192, ManagementAlgorithm::Aes256] {
            let n = u32::from(algorithm.reference()) << 8;
            let expected = by_openssl(b"9B", guid(1), 3, n, algorithm.key_len());
            assert_eq!(keys.management_key(guid(1), 3, algorithm).unwrap().expose(), expected);
        }
    }

    #[test]
    fn a_3des_management_key_is_what_openssl_derives_with_odd_parity() {
        let keys = CardKeys::from_bytes(1, MASTER);
        let mut expected = by_openssl(b"9B", guid(1), 1, 0x0300, 24);
        for byte in &mut expected {
            if byte.count_ones() % 2 == 0 {
                *byte ^= 1;
            }
        }
        let key = keys.management_key(guid(1), 1, ManagementAlgorithm::TripleDes).unwrap();
        assert_eq!(key.expose(), expected);
        assert!(key.expose().iter().all(|byte| byte.count_ones() % 2 == 1));
    }

    #[test]
    fn weak_3des_keys_are_told_from_good_ones() {
        let good = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\x23\x45\x67\x89\xab\xcd\xef\x01\x45\x67\x89\xab\xcd\xef\x01\x23";
        assert!(good_triple_des(&good));
        let mut equal = good;
        equal.copy_within(..8, 16);
        assert!(!good_triple_des(&equal));
        let mut weak = good;
        weak[8..16].copy_from_slice(&[0x01; 8]);
        assert!(!good_triple_des(&weak));
        let mut semi_weak = good;
        semi_weak[..8].copy_from_slice(b"\x01\xfe\x01\xfe\x01\xfe\x01\xfe");
        assert!(!good_triple_des(&semi_weak));
        assert!(!good_triple_des(&good[..16]));
    }

    #[test]
    fn card_issue_number_use_and_version_each_give_another_secret() {
        let keys = CardKeys::from_bytes(1, MASTER);
        let other = CardKeys::from_bytes(2, [9; 32]);
        let all = [
            keys.puk(guid(1), 1, 1),
            keys.puk(guid(2), 1, 1),
            keys.puk(guid(1), 2, 1),
            keys.puk(guid(1), 1, 2),
            other.puk(guid(1), 1, 1),
        ];
        let different: std::collections::BTreeSet<&[u8]> = all.iter().map(Secret::expose).collect();
        assert_eq!(different.len(), all.len());
        assert!(all.iter().all(|puk| puk.expose().len() == 8 && puk.expose().iter().all(u8::is_ascii_digit)));
        let triple = keys.management_key(guid(1), 1, ManagementAlgorithm::TripleDes).unwrap();
        let aes = keys.management_key(guid(1), 1, ManagementAlgorithm::Aes192).unwrap();
        assert!(!triple.same_as(&aes));
    }
}
