//! An event: a fact or command, sealed to central, numbered, chained and signed by the desk (design, "Events";
//! `notes` sync 1.1).
//!
//! Stored bytes are the canonical CBOR array `[header bytes, sealed body bytes, signature]`, three byte strings. They are
//! made once, by [`build`], and never encoded again: hash, chain and every later copy are over these very bytes, so that
//! fields a newer program adds survive an older one. The signature covers a tag, the header bytes and the sealed body.

use ciborium::Value;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fact::Fact;
use super::seal::{self, Fresh, SealFault};
use crate::domain::{DeskId, Millis, UserNumber};

/// Starts what a desk signs for an event.
pub const EVENT_TAG: &[u8] = b"ra-desk event v1\0";
/// Starts what an event id is the hash of.
pub const EVENT_ID_TAG: &[u8] = b"ra-desk event id v1\0";
/// The event format this program writes. From 2 on, acts in facts name their content.
pub const VERSION: u16 = 2;
/// The oldest event format it reads.
pub const VERSION_MIN: u16 = 1;
/// Largest stored event, bytes. A push of 256 KiB then always carries at least four.
pub const EVENT_MAX: usize = 64 * 1024;
/// Largest header, bytes: every field at its limit is far below it.
pub const HEADER_MAX: usize = 4 * 1024;
/// Most blobs one event may name: a photo and its scans, with room.
pub const BLOBS_MAX: usize = 8;
/// Longest free word in a header (`kind`, `policy`, `software`), bytes.
pub const WORD_MAX: usize = 128;
/// What the first event of an epoch has as `prev`.
pub const NO_PREVIOUS: [u8; 32] = [0; 32];

/// Why an event could not be made, read or trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// Over one of the limits of this module.
    #[error("the event is larger than the format allows")]
    TooLarge,
    /// Not the canonical array of three byte strings, or the header lacks a field.
    #[error("these bytes are no event")]
    NotAnEvent,
    /// Written by a format this program can't read.
    #[error("event format {0} is not spoken here")]
    OtherVersion(u16),
    /// The desk's public key is not a P-256 SubjectPublicKeyInfo.
    #[error("the desk's public key is not a P-256 key")]
    BadDeskKey,
    /// The signature is not the desk's over these bytes.
    #[error("the signature does not check")]
    BadSignature,
    /// The header's kind and the body's type differ.
    #[error("header and body name different kinds")]
    KindDiffers,
    /// The body opened but is no CBOR map with a type.
    #[error("the body is not understood")]
    BodyNotUnderstood,
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] SealFault),
}

/// What is in the clear of an event: nothing about the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`VERSION`] of the program that wrote it.
    pub version: u16,
    /// The desk.
    pub desk: DeskId,
    /// Its epoch; central gives a new one at enrolment, restore and release from quarantine.
    pub epoch: u32,
    /// 1, 2, 3... without gaps inside an epoch.
    pub seq: u64,
    /// Hash of the event before it; [`NO_PREVIOUS`] for the first of an epoch.
    #[serde(with = "raw32")]
    pub prev: [u8; 32],
    /// The fact's type word.
    pub kind: String,
    /// Desk time. A claim.
    pub at: Millis,
    /// Milliseconds since this boot: tells how long things took whatever the clock did.
    pub mono_ms: u64,
    /// Which boot `mono_ms` counts from.
    pub boot: Uuid,
    /// Last signed time central told, if any.
    pub last_central: Option<Millis>,
    /// The agent signed in, if any.
    pub agent: Option<UserNumber>,
    /// Id and version of the policy that decided, if any.
    pub policy: Option<String>,
    /// Blobs that belong to it: lower-case hexadecimal SHA-256 of the sealed bytes.
    pub blobs: Vec<String>,
    /// Program and version.
    pub software: String,
}

impl Header {
    /// The event's id: derived, so that one unique key is enough everywhere.
    pub fn event_id(&self) -> [u8; 32] {
        event_id(self.desk, self.epoch, self.seq)
    }

    fn within_limits(&self) -> bool {
        self.kind.len() <= WORD_MAX
            && self.software.len() <= WORD_MAX
            && self.policy.as_ref().is_none_or(|p| p.len() <= WORD_MAX)
            && self.blobs.len() <= BLOBS_MAX
            && self.blobs.iter().all(|b| is_digest(b))
    }
}

/// Whether a text is a digest as headers carry it: 64 lower-case hexadecimal signs.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// SHA-256 in lower-case hexadecimal: the name of a sealed blob.
pub fn digest_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of the event `(desk, epoch, seq)`.
pub fn event_id(desk: DeskId, epoch: u32, seq: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(EVENT_ID_TAG);
    hash.update(desk.0.as_bytes());
    hash.update(epoch.to_be_bytes());
    hash.update(seq.to_be_bytes());
    hash.finalize().into()
}

/// An event's hash: SHA-256 of its stored bytes.
pub fn event_hash(stored: &[u8]) -> [u8; 32] {
    Sha256::digest(stored).into()
}

/// An event taken apart; nothing in it is trusted before [`verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What the header says.
    pub header: Header,
    /// The header as it stands in the stored bytes.
    pub header_bytes: Vec<u8>,
    /// The sealed body.
    pub sealed: Vec<u8>,
    /// Signature, r and s of 32 bytes each.
    pub signature: Vec<u8>,
    /// SHA-256 of the stored bytes.
    pub hash: [u8; 32],
}

/// Seals, signs and frames one event. The result is its stored bytes, for ever.
///
/// `seal_key` is central's HPKE key (uncompressed point), `fresh` 32 bytes for this sealing alone. The signature is
/// deterministic (RFC 6979) and in low-s form, so one event has one encoding.
pub fn build(
    header: &Header,
    fact: &Fact,
    seal_key: &[u8],
    signer: &SigningKey,
    fresh: Fresh,
) -> Result<Vec<u8>, EventFault> {
    if header.kind != fact.kind() {
        return Err(EventFault::KindDiffers);
    }
    build_body(header, &cbor(fact), seal_key, signer, fresh)
}

/// As [`build`], from a body that is CBOR already: for bodies of types this program does not know.
pub fn build_body(
    header: &Header,
    body: &[u8],
    seal_key: &[u8],
    signer: &SigningKey,
    fresh: Fresh,
) -> Result<Vec<u8>, EventFault> {
    let header_bytes = cbor(header);
    if !header.within_limits() || header_bytes.len() > HEADER_MAX {
        return Err(EventFault::TooLarge);
    }
    let sealed = seal::seal(seal_key, seal::EVENT_INFO, &header_bytes, body, fresh)?;
    let signature: Signature = signer.sign(&signed_bytes(&header_bytes, &sealed));
    let stored = frame(&header_bytes, &sealed, &signature.normalize_s().to_bytes());
    if stored.len() > EVENT_MAX { Err(EventFault::TooLarge) } else { Ok(stored) }
}

/// Takes stored bytes apart. Only the one canonical framing is accepted.
pub fn parse(stored: &[u8]) -> Result<Parsed, EventFault> {
    if stored.len() > EVENT_MAX {
        return Err(EventFault::TooLarge);
    }
    let value: Value = ciborium::from_reader(stored).map_err(|_| EventFault::NotAnEvent)?;
    let parts = value.into_array().map_err(|_| EventFault::NotAnEvent)?;
    let Ok([Value::Bytes(header_bytes), Value::Bytes(sealed), Value::Bytes(signature)]) = <[Value; 3]>::try_from(parts)
    else {
        return Err(EventFault::NotAnEvent);
    };
    if frame(&header_bytes, &sealed, &signature) != stored {
        return Err(EventFault::NotAnEvent);
    }
    if header_bytes.len() > HEADER_MAX {
        return Err(EventFault::TooLarge);
    }
    let header = parse_header(&header_bytes)?;
    Ok(Parsed { header, header_bytes, sealed, signature, hash: event_hash(stored) })
}

fn parse_header(bytes: &[u8]) -> Result<Header, EventFault> {
    let mut rest = bytes;
    let header: Header = ciborium::from_reader(&mut rest).map_err(|_| EventFault::NotAnEvent)?;
    if !rest.is_empty() || header.seq == 0 {
        return Err(EventFault::NotAnEvent);
    }
    if !(VERSION_MIN..=VERSION).contains(&header.version) {
        return Err(EventFault::OtherVersion(header.version));
    }
    if header.within_limits() { Ok(header) } else { Err(EventFault::TooLarge) }
}

/// A desk's public key, read once and used for many events.
#[derive(Debug, Clone)]
pub struct DeskKey(VerifyingKey);

impl DeskKey {
    /// From SubjectPublicKeyInfo, DER.
    pub fn from_spki(der: &[u8]) -> Result<Self, EventFault> {
        VerifyingKey::from_public_key_der(der).map(Self).map_err(|_| EventFault::BadDeskKey)
    }

    /// Checks that the desk signed this event.
    pub fn verify(&self, event: &Parsed) -> Result<(), EventFault> {
        let signature = Signature::from_slice(&event.signature).map_err(|_| EventFault::BadSignature)?;
        if signature.normalize_s() != signature {
            return Err(EventFault::BadSignature);
        }
        self.0
            .verify(&signed_bytes(&event.header_bytes, &event.sealed), &signature)
            .map_err(|_| EventFault::BadSignature)
    }
}

/// Checks that the desk with this SubjectPublicKeyInfo (DER) signed the event.
pub fn verify(event: &Parsed, desk_spki: &[u8]) -> Result<(), EventFault> {
    DeskKey::from_spki(desk_spki)?.verify(event)
}

/// Opens the body with central's private scalar. A type this program does not know comes back as [`Fact::Unknown`];
/// its bytes are still in the event and in [`open_body_bytes`].
pub fn open_body(event: &Parsed, private_key: &[u8]) -> Result<Fact, EventFault> {
    read_body(event, &open_body_bytes(event, private_key)?)
}

/// The fact in an opened body.
pub fn read_body(event: &Parsed, body: &[u8]) -> Result<Fact, EventFault> {
    let fact: Fact = ciborium::from_reader(body).map_err(|_| EventFault::BodyNotUnderstood)?;
    if fact != Fact::Unknown && fact.kind() != event.header.kind {
        return Err(EventFault::KindDiffers);
    }
    Ok(fact)
}

/// The opened body as it was sealed.
pub fn open_body_bytes(event: &Parsed, private_key: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, EventFault> {
    Ok(seal::open(private_key, seal::EVENT_INFO, &event.header_bytes, &event.sealed)?)
}

fn signed_bytes(header_bytes: &[u8], sealed: &[u8]) -> Vec<u8> {
    // The header's length goes in as well: without it, bytes could move between header and body.
    let length = u64::try_from(header_bytes.len()).unwrap_or(u64::MAX).to_be_bytes();
    [EVENT_TAG, &length, header_bytes, sealed].concat()
}

fn frame(header_bytes: &[u8], sealed: &[u8], signature: &[u8]) -> Vec<u8> {
    cbor(&Value::Array([header_bytes, sealed, signature].iter().map(|part| Value::Bytes(part.to_vec())).collect()))
}

/// CBOR as ciborium writes it: fields in the order declared, definite lengths, shortest integers.
fn cbor<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing into a Vec can't fail, and these types hold nothing CBOR can't say.
    let _ = ciborium::into_writer(value, &mut bytes);
    bytes
}

/// 32 bytes as one CBOR byte string.
mod raw32 {
    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        struct Raw;
        impl de::Visitor<'_> for Raw {
            type Value = [u8; 32];
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("32 bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<[u8; 32], E> {
                bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Raw)
    }
}
