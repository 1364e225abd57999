//! Public keys and signatures: is this signature by that key?

use der::{Decode, Encode};
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::EncodePublicKey;
use rsa::pkcs8::DecodePublicKey;
use sha2::Sha256;
use x509_cert::Certificate;

use crate::card::task::KeyAlgorithm;

/// Bits of the one RSA size the profile has; another one from a card is refused.
const RSA_BITS: u32 = 2048;

/// The SubjectPublicKeyInfo of an uncompressed P-256 point. None if it is not on the curve.
pub fn p256_public_key(point: &[u8]) -> Option<Vec<u8>> {
    let key = p256::PublicKey::from_sec1_bytes(point).ok()?;
    Some(key.to_public_key_der().ok()?.into_vec())
}

/// The SubjectPublicKeyInfo of an RSA-2048 key from big-endian modulus and exponent.
pub fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let modulus = rsa::BoxedUint::from_be_slice(modulus, RSA_BITS).ok()?;
    let exponent = rsa::BoxedUint::from_be_slice(exponent, 64).ok()?;
    let key = rsa::PublicKey::new(modulus, exponent).ok()?;
    Some(key.to_public_key_der().ok()?.into_vec())
}

/// The algorithm of a SubjectPublicKeyInfo, if it is one of the profile's.
pub fn algorithm(public_key: &[u8]) -> Option<KeyAlgorithm> {
    if p256::ecdsa::VerifyingKey::from_public_key_der(public_key).is_ok() {
        Some(KeyAlgorithm::P256)
    } else {
        rsa::PublicKey::from_public_key_der(public_key).is_ok().then_some(KeyAlgorithm::Rsa2048)
    }
}

/// Whether `signature` (ASN.1 ECDSA or PKCS#1 v1.5, SHA-256) over `message` is by this SubjectPublicKeyInfo.
pub fn verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match algorithm(public_key) {
        Some(KeyAlgorithm::P256) => verify_p256(public_key, message, signature),
        Some(KeyAlgorithm::Rsa2048) => verify_rsa(public_key, message, signature),
        None => None,
    }
    .is_some()
}

fn verify_p256(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p256::ecdsa::VerifyingKey::from_public_key_der(public_key).ok()?;
    let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
    key.verify(message, &signature).ok()
}

fn verify_rsa(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = rsa::PublicKey::from_public_key_der(public_key).ok()?;
    let signature = rsa::pkcs1v15::Signature::try_from(signature).ok()?;
    rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature).ok()
}

/// The SubjectPublicKeyInfo inside a certificate, DER.
pub fn certificate_key(certificate: &[u8]) -> Option<Vec<u8>> {
    let certificate = Certificate::from_der(certificate).ok()?;
    certificate.tbs_certificate().subject_public_key_info().to_der().ok()
}

/// Whether `signature` over `message` is by the key of this certificate: how a 9E proof is checked.
pub fn verify_by_certificate(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    certificate_key(certificate).is_some_and(|key| verify(&key, message, signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::signature::Signer;

    #[test]
    fn only_the_keys_own_signature_over_the_same_message_is_good() {
        let own = p256::ecdsa::SigningKey::from_slice(&[1; 32]).unwrap();
        let other = p256::ecdsa::SigningKey::from_slice(&[2; 32]).unwrap();
        let key = p256_public_key(&own.verifying_key().to_sec1_bytes()).unwrap();
        let by = |key: &p256::ecdsa::SigningKey| -> Vec<u8> {
            let signature: p256::ecdsa::Signature = key.sign(b"message");
            signature.to_der().as_bytes().to_vec()
        };
        assert!(verify(&key, b"message", &by(&own)));
        assert!(!verify(&key, b"another", &by(&own)));
        assert!(!verify(&key, b"message", &by(&other)));
        assert!(!verify(&key, b"message", b""));
        assert!(!verify(b"no key", b"message", &by(&own)));
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut point = [4u8; 65];
        point[64] = 9;
        assert_eq!(p256_public_key(&point), None);
        assert_eq!(p256_public_key(&[]), None);
        assert_eq!(rsa_public_key(&[0; 300], &[1, 0, 1]), None);
    }
}
