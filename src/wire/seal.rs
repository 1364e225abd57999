//! Sealing: what only central can open. HPKE base mode (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and
//! AES-256-GCM. Sealed bytes are the 65-byte encapsulated key followed by the ciphertext with its tag.
//!
//! Randomness comes by argument, as everywhere in the core: [`Fresh`] is 32 bytes from the operating system, used once.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Length of the encapsulated key: an uncompressed P-256 point.
pub const ENCAPSULATED: usize = 65;
/// What sealing adds to a plaintext: encapsulated key and 16-byte tag.
pub const OVERHEAD: usize = ENCAPSULATED + 16;
/// Largest plaintext sealed, in bytes: a photo is far below it, and all of it is held in memory twice.
pub const PLAINTEXT_MAX: usize = 4 * 1024 * 1024;

/// HPKE `info` of an event's body; its `aad` is the event's header bytes.
pub const EVENT_INFO: &[u8] = b"ra-desk seal v1 event\0";
/// HPKE `info` of a blob; its `aad` is empty, because a blob is named by the digest of its sealed bytes.
pub const BLOB_INFO: &[u8] = b"ra-desk seal v1 blob\0";

/// Why something was not sealed or opened. Never holds any of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// The public key is not an uncompressed P-256 point.
    #[error("the sealing key is not an uncompressed P-256 point")]
    BadPublicKey,
    /// The private key is not a P-256 scalar of 32 bytes.
    #[error("the opening key is not a P-256 scalar")]
    BadPrivateKey,
    /// More than [`PLAINTEXT_MAX`].
    #[error("too large to be sealed")]
    TooLarge,
    /// Too short, changed, made for another key or another context.
    #[error("the sealed bytes do not open")]
    DoesNotOpen,
    /// The cipher failed; can't happen for plaintexts in bounds.
    #[error("sealing failed")]
    Failed,
}

/// 32 bytes from the operating system's generator, for one sealing. Not `Clone`: used twice, two plaintexts would share
/// a key and nonce.
pub struct Fresh(Zeroizing<[u8; 32]>);

impl Fresh {
    /// Takes the bytes over. The caller got them from the operating system and uses them for nothing else.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

/// Stretches [`Fresh`] into as many bytes as HPKE asks for: SHA-256 over seed and counter. HPKE asks once, for 32.
struct Stretch {
    seed: Fresh,
    counter: u64,
}

impl Stretch {
    fn block(&mut self) -> Zeroizing<[u8; 32]> {
        let mut hash = Sha256::new();
        hash.update(b"ra-desk fresh v1\0");
        hash.update(*self.seed.0);
        hash.update(self.counter.to_be_bytes());
        self.counter += 1;
        Zeroizing::new(hash.finalize().into())
    }
}

impl TryRng for Stretch {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in dst.chunks_mut(32) {
            let block = self.block();
            chunk.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
        }
        Ok(())
    }
}

impl TryCryptoRng for Stretch {}

/// Seals `plaintext` to `public_key` (an uncompressed point, 65 bytes), bound to `info` and `aad`.
pub fn seal(public_key: &[u8], info: &[u8], aad: &[u8], plaintext: &[u8], fresh: Fresh) -> Result<Vec<u8>, SealFault> {
    if plaintext.len() > PLAINTEXT_MAX {
        return Err(SealFault::TooLarge);
    }
    let key = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(public_key).map_err(|_| SealFault::BadPublicKey)?;
    let mut random = Stretch { seed: fresh, counter: 0 };
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &key,
        info,
        plaintext,
        aad,
        &mut random,
    )
    .map_err(|_| SealFault::Failed)?;
    let mut sealed = Vec::with_capacity(ENCAPSULATED + ciphertext.len());
    sealed.extend_from_slice(&encapsulated.to_bytes());
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

/// Opens what [`seal`] made. `private_key` is the 32-byte P-256 scalar, big-endian.
pub fn open(private_key: &[u8], info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    let key = <DhP256HkdfSha256 as Kem>::PrivateKey::from_bytes(private_key).map_err(|_| SealFault::BadPrivateKey)?;
    if sealed.len() > PLAINTEXT_MAX + OVERHEAD {
        return Err(SealFault::TooLarge);
    }
    let (encapsulated, ciphertext) = sealed.split_at_checked(ENCAPSULATED).ok_or(SealFault::DoesNotOpen)?;
    let encapsulated =
        <DhP256HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| SealFault::DoesNotOpen)?;
    hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        &key,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealFault::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::SecretKey;
    use proptest::prelude::*;

    fn pair(byte: u8) -> (Vec<u8>, Vec<u8>) {
        let secret = SecretKey::from_slice(&[byte; 32]).unwrap();
        (secret.to_bytes().to_vec(), secret.public_key().to_sec1_bytes().to_vec())
    }

    #[test]
    fn what_is_sealed_twice_looks_different_and_opens_the_same() {
        let (private, public) = pair(7);
        let a = seal(&public, BLOB_INFO, b"", b"likeness", Fresh::new([1; 32])).unwrap();
        let b = seal(&public, BLOB_INFO, b"", b"likeness", Fresh::new([2; 32])).unwrap();
        assert_ne!(a, b);
        assert_eq!(a.len(), 8 + OVERHEAD);
        assert_eq!(*open(&private, BLOB_INFO, b"", &a).unwrap(), b"likeness");
        assert_eq!(*open(&private, BLOB_INFO, b"", &b).unwrap(), b"likeness");
    }

    #[test]
    fn another_key_context_or_byte_does_not_open() {
        let (private, public) = pair(7);
        let sealed = seal(&public, EVENT_INFO, b"header", b"body", Fresh::new([1; 32])).unwrap();
        assert_eq!(open(&pair(8).0, EVENT_INFO, b"header", &sealed), Err(SealFault::DoesNotOpen));
        assert_eq!(open(&private, BLOB_INFO, b"header", &sealed), Err(SealFault::DoesNotOpen));
        assert_eq!(open(&private, EVENT_INFO, b"headex", &sealed), Err(SealFault::DoesNotOpen));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&private, EVENT_INFO, b"header", &changed).is_err(), "byte {at}");
        }
        assert!(open(&private, EVENT_INFO, b"header", &sealed[..40]).is_err());
    }

    #[test]
    fn a_bad_key_is_named() {
        assert_eq!(seal(&[4; 65], EVENT_INFO, b"", b"", Fresh::new([1; 32])), Err(SealFault::BadPublicKey));
        assert_eq!(open(&[0; 32], EVENT_INFO, b"", &[0; 90]).map(|_| ()), Err(SealFault::BadPrivateKey));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_bytes_round_trip(plain in proptest::collection::vec(any::<u8>(), 0..2000), fresh: [u8; 32]) {
            let (private, public) = pair(9);
            let sealed = seal(&public, EVENT_INFO, b"h", &plain, Fresh::new(fresh)).unwrap();
            prop_assert_eq!(&*open(&private, EVENT_INFO, b"h", &sealed).unwrap(), &plain);
        }
    }
}
