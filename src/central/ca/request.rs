//! PKCS#10 requests: who sends one must hold the key. Subject, extensions and attributes of a request are not looked at:
//! those come from central alone (design, "Certificates").

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use rsa::traits::PublicKeyParts;
use sha2::Sha256;
use spki::{DecodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::request::CertReq;

use super::fault::RequestFault;
use crate::card::task::KeyAlgorithm;

/// The largest request looked at, in bytes: an RSA-2048 one has about 700, and strongSwan adds a few hundred.
pub const REQUEST_MAX: usize = 8 * 1024;

/// ecdsa-with-SHA256 (RFC 5758).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// sha256WithRSAEncryption (RFC 8017).
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
/// id-ecPublicKey (RFC 5480).
const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// rsaEncryption (RFC 8017).
const RSA_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A request whose sender proved to hold the key.
#[derive(Debug, Clone)]
pub struct ProvenRequest {
    pub(super) spki: SubjectPublicKeyInfoOwned,
    spki_der: Vec<u8>,
    algorithm: KeyAlgorithm,
}

impl ProvenRequest {
    /// Reads a DER request and checks its proof of possession (RFC 2986 section 4.2, RFC 7030 section 3.4).
    pub fn check(der: &[u8]) -> Result<Self, RequestFault> {
        if der.len() > REQUEST_MAX {
            return Err(RequestFault::NotARequest);
        }
        let request = CertReq::from_der(der).map_err(|_| RequestFault::NotARequest)?;
        let signed = signed_part(der).ok_or(RequestFault::NotARequest)?;
        let spki_der = request.info.public_key.to_der().map_err(|_| RequestFault::NotARequest)?;
        let signature = request.signature.as_bytes().ok_or(RequestFault::BadProof)?;
        let (algorithm, expected) = match request.info.public_key.algorithm.oid {
            EC_KEY => (KeyAlgorithm::P256, ECDSA_SHA256),
            RSA_KEY => (KeyAlgorithm::Rsa2048, RSA_SHA256),
            _ => return Err(RequestFault::WrongKey),
        };
        if request.algorithm.oid != expected {
            // A key that can't be used at all is the better reason.
            verifies(algorithm, &spki_der, signed, signature)?;
            return Err(RequestFault::WrongAlgorithm);
        }
        if !verifies(algorithm, &spki_der, signed, signature)? {
            return Err(RequestFault::BadProof);
        }
        Ok(Self { spki: request.info.public_key, spki_der, algorithm })
    }

    /// SubjectPublicKeyInfo of the key, DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki_der
    }

    /// The key's algorithm.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }
}

/// Whether `signature` over `message` is by the key. Errors: the key can't be used.
fn verifies(algorithm: KeyAlgorithm, spki: &[u8], message: &[u8], signature: &[u8]) -> Result<bool, RequestFault> {
    match algorithm {
        KeyAlgorithm::P256 => {
            use p256::ecdsa::signature::Verifier;
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(spki).map_err(|_| RequestFault::WrongKey)?;
            Ok(p256::ecdsa::Signature::from_der(signature).is_ok_and(|sig| key.verify(message, &sig).is_ok()))
        }
        KeyAlgorithm::Rsa2048 => {
            use rsa::signature::Verifier;
            let key = rsa::PublicKey::from_public_key_der(spki).map_err(|_| RequestFault::WrongKey)?;
            // SP 800-78-5 section 3.1: 2048 bits, and an exponent of 65537 is the one every card uses.
            if key.n().bit_width() != 2048 || *key.e() != rsa::BoxedUint::from(65_537u64) {
                return Err(RequestFault::WrongKey);
            }
            let key = rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key);
            Ok(rsa::pkcs1v15::Signature::try_from(signature).is_ok_and(|sig| key.verify(message, &sig).is_ok()))
        }
    }
}

/// The bytes of certificationRequestInfo as they came: what was signed, never encoded again.
fn signed_part(der: &[u8]) -> Option<&[u8]> {
    use der::{Reader, SliceReader};
    let mut outer = SliceReader::new(der).ok()?;
    let whole = der::asn1::AnyRef::decode(&mut outer).ok()?;
    let mut inner = SliceReader::new(whole.value()).ok()?;
    inner.tlv_bytes().ok()
}
